#include "ibid/retrieve/extractive.h"

#include <stdlib.h>

#include "ibid/base/words.h"
#include "ibid/retrieve/coverage.h"
#include "ibid/retrieve/split.h"

/* What a covered word still counts, and what the passage's score adds. */
#define SEEN 0.3
#define PASSAGE_BONUS 0.15
/* Sentences outside these are fragments or lists. */
#define FRAGMENT_WORDS 5
#define LIST_WORDS 60
/* Of their gain for what is no sentence a person would quote first. */
#define ODD 0.6
/* A sentence shares this much of its words with one that was picked: it repeats it. */
#define REPEATS 0.75
/* Stop when the next sentence would cover less than this of the question. */
#define GAIN_MIN 0.02

struct candidate {
	struct evidence_sentence source;
	struct str text;
	uint64_t mask;
	double bonus, factor;
	bool is_used;
};

struct candidates {
	struct candidate *v;
	size_t n;
};

/* --- candidates */

static double factor_of(const struct sentence *s, struct str text)
{
	size_t words = split_words(text);
	bool is_odd = (s->flags & (SENTENCE_ROW | SENTENCE_SUSPECT)) || words < FRAGMENT_WORDS || words > LIST_WORDS ||
		text.p[text.len - 1] == '?';

	return is_odd ? ODD : 1;
}

static void add_candidate(struct candidates *c, const struct coverage *cov, const struct evidence_passage *p, size_t passage,
	uint32_t number)
{
	const struct sentence *s = &p->text->sentences[number];
	struct str text = text_at(p->text, s->at);

	if ((s->flags & (SENTENCE_HEAD | SENTENCE_CODE)) || !text.len)
		return;
	c->v[c->n++] = (struct candidate){
		.source = { p->doc_id, p->text_id, number, p->text, passage },
		.text = text, .mask = coverage_mask(cov, text), .bonus = PASSAGE_BONUS * p->score, .factor = factor_of(s, text),
	};
}

static void gather(struct arena *a, const struct evidence *ev, const struct coverage *cov, struct candidates *c)
{
	size_t total = 0;

	for (size_t i = 0; i < ev->n_passages; i++)
		total += ev->passages[i].sentence_to - ev->passages[i].sentence_from;
	c->v = arena_array(a, total, sizeof(*c->v));
	for (size_t i = 0; i < ev->n_passages; i++)
		for (uint32_t n = ev->passages[i].sentence_from; n < ev->passages[i].sentence_to; n++)
			add_candidate(c, cov, &ev->passages[i], i, n);
}

/* --- picking */

static double gain(const struct coverage *cov, const struct candidate *c, uint64_t seen)
{
	double covers = coverage_share(cov, c->mask & ~seen) + SEEN * coverage_share(cov, c->mask & seen);

	return c->factor * (covers + c->bonus);
}

static struct candidate *best_of(struct candidates *c, const struct coverage *cov, uint64_t seen)
{
	struct candidate *best = NULL;
	double best_gain = 0;

	for (size_t i = 0; i < c->n; i++) {
		double one = c->v[i].is_used || !c->v[i].mask ? 0 : gain(cov, &c->v[i], seen);

		if (one > best_gain) {
			best = &c->v[i];
			best_gain = one;
		}
	}
	return best;
}

/* Whether most of the words of the shorter one stand in the other. */
static bool repeats(struct arena *a, struct str x, struct str y)
{
	struct word *xs, *ys;
	size_t nx = words_content(a, x, &xs), ny = words_content(a, y, &ys), same = 0;
	size_t least = nx < ny ? nx : ny;

	for (size_t i = 0; i < nx; i++)
		for (size_t k = 0; k < ny; k++)
			if (str_eq(xs[i].word, ys[k].word)) {
				same++;
				break;
			}
	return least && (double)same >= REPEATS * (double)least;
}

static bool repeats_any(const struct extractive *answer, struct str text)
{
	SCOPED(arena) work = ARENA_INIT;

	for (size_t i = 0; i < answer->n; i++)
		if (repeats(&work, answer->sentences[i].text, text))
			return true;
	return false;
}

static void add(struct extractive *answer, const struct coverage *cov, const struct candidate *c)
{
	answer->sentences[answer->n++] = (struct extractive_sentence){ c->source, c->text, coverage_share(cov, c->mask) };
}

/* A summary: the first whole sentence of each of the best passages. Where a text begins it says what it is about. */
static void pick_leads(const struct candidates *c, const struct coverage *cov, size_t k, struct extractive *answer)
{
	size_t passage = 0;

	for (size_t i = 0; i < c->n && answer->n < k; i++) {
		if (c->v[i].source.passage < passage || c->v[i].factor < 1 || repeats_any(answer, c->v[i].text))
			continue;
		add(answer, cov, &c->v[i]);
		passage = c->v[i].source.passage + 1;
	}
}

static void pick(struct candidates *c, const struct coverage *cov, size_t k, struct extractive *answer)
{
	struct candidate *best;
	uint64_t seen = 0;

	while (answer->n < k && (best = best_of(c, cov, seen))) {
		best->is_used = true;
		if (answer->n && gain(cov, best, seen) - best->factor * best->bonus < GAIN_MIN)
			break;
		if (repeats_any(answer, best->text))
			continue;
		add(answer, cov, best);
		seen |= best->mask;
	}
}

/* --- order */

/* The first passage of the document: documents stand by that. */
static size_t document_rank(const struct evidence *ev, int64_t doc_id)
{
	size_t i = 0;

	while (i < ev->n_passages && ev->passages[i].doc_id != doc_id)
		i++;
	return i;
}

static bool stands_before(const struct evidence *ev, const struct evidence_sentence *x, const struct evidence_sentence *y)
{
	size_t rank_x = document_rank(ev, x->doc_id), rank_y = document_rank(ev, y->doc_id);

	return rank_x != rank_y ? rank_x < rank_y : x->number < y->number;
}

/* Insertion: there are three. */
static void order(const struct evidence *ev, struct extractive *answer)
{
	for (size_t i = 1; i < answer->n; i++)
		for (size_t k = i; k && stands_before(ev, &answer->sentences[k].source, &answer->sentences[k - 1].source); k--) {
			struct extractive_sentence old = answer->sentences[k];

			answer->sentences[k] = answer->sentences[k - 1];
			answer->sentences[k - 1] = old;
		}
}

void extractive_answer(struct arena *a, const struct evidence *ev, size_t k, struct extractive *answer)
{
	SCOPED(arena) work = ARENA_INIT;
	struct coverage cov = coverage_of(ev->query);
	struct candidates c = { NULL, 0 };

	*answer = (struct extractive){ .n = 0 };
	if (!k)
		k = EXTRACTIVE_SENTENCES;
	k = k < EXTRACTIVE_SENTENCES_MAX ? k : EXTRACTIVE_SENTENCES_MAX;
	answer->sentences = arena_array(a, k, sizeof(*answer->sentences));
	gather(&work, ev, &cov, &c);
	if (ev->coverage >= COVERAGE_EXTRACTIVE)
		pick(&c, &cov, k, answer);
	else if (ev->query->intent == INTENT_SUMMARISE)
		pick_leads(&c, &cov, k, answer);
	order(ev, answer);
	answer->is_refused = !answer->n;
}
