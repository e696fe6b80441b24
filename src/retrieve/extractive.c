#include "ibid/retrieve/extractive.h"

#include <string.h>

#include "ibid/base/words.h"
#include "ibid/retrieve/coverage.h"
#include "ibid/retrieve/split.h"

/* What a covered word still counts, and what the passage's score adds. */
#define SEEN 0.3
#define PASSAGE_BONUS 0.15
/* Shorter ones are fragments, longer ones lists. */
#define FRAGMENT_WORDS 5
#define LIST_WORDS 60
/* What is left of the gain of a row, a question or a list, which a person would not quote first; and of a title or scrap. */
#define ODD 0.6
#define SCRAP 0.2
/* A sentence shares this much of its words with one that was picked: it repeats it. */
#define REPEATS 0.75
/* A question of so few stems wants most of them. */
#define SHORT_STEMS 3
/* A sentence that gains less than this part of what the first did is no part of the cover, but may fill it up. */
#define GAIN_MIN 0.25
/*
 * What fills up has a word of the question, or stands as near as this to a sentence
 * that was picked (one before it counts as two); that adds so much, divided by the
 * distance. On cranfield .333 of the sentences then come from relevant documents with
 * .2, .330 with .5, and .329 when nothing is filled up.
 */
#define NEAR 2
#define NEAR_BONUS 0.2

struct candidate {
	struct evidence_sentence source;
	struct str text;
	uint64_t mask;
	double bonus, factor;
	uint32_t flags;		/* of the sentence */
	bool is_used;
};

struct candidates {
	struct candidate *v;
	size_t n;
};

/* --- candidates */

/* Whether it ends as a sentence does, behind quotes and brackets; titles and cells do not. */
static bool ends_like_one(struct str text)
{
	while (text.len && strchr("\"')]*_", text.p[text.len - 1]))
		text.len--;
	return text.len && (strchr(".!\x82\xA6\x9D", text.p[text.len - 1]) != NULL);
}

static double factor_of(const struct sentence *s, struct str text)
{
	size_t words = split_words(text);

	if ((s->flags & (SENTENCE_ROW | SENTENCE_SUSPECT)) || words > LIST_WORDS || text.p[text.len - 1] == '?')
		return ODD;
	if (ends_like_one(text))
		return words < FRAGMENT_WORDS ? ODD : 1;
	return s->flags & SENTENCE_ITEM ? ODD : SCRAP;
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
		.flags = s->flags,
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

/* The next sentence of a passage that a person would quote; NULL when there is none. */
static struct candidate *next_lead(struct candidates *c, size_t passage, const struct extractive *answer)
{
	for (size_t i = 0; i < c->n; i++) {
		struct candidate *one = &c->v[i];

		if (one->source.passage != passage || one->is_used || one->factor < 1)
			continue;
		one->is_used = true;
		if (!repeats_any(answer, one->text))
			return one;
	}
	return NULL;
}

/* A summary: where a text begins it says what it is about. The first sentence of each passage in turn, then the second ... */
static void pick_leads(struct candidates *c, const struct coverage *cov, const struct evidence *ev, size_t k,
	struct extractive *answer)
{
	size_t before;

	do {
		before = answer->n;
		for (size_t i = 0; i < ev->n_passages && answer->n < k; i++) {
			const struct candidate *lead = next_lead(c, i, answer);

			if (lead)
				add(answer, cov, lead);
		}
	} while (answer->n < k && answer->n > before);
}

/* Whether words in common are enough to quote from. */
static bool is_covered(const struct evidence *ev)
{
	bool is_short = ev->query->n_stems <= SHORT_STEMS;

	return ev->n_passages && ev->coverage >= (is_short ? COVERAGE_EXTRACTIVE_SHORT : COVERAGE_EXTRACTIVE);
}

static void pick(struct candidates *c, const struct coverage *cov, size_t k, struct extractive *answer)
{
	struct candidate *best;
	uint64_t seen = 0;
	double least = 0;

	while (answer->n < k && (best = best_of(c, cov, seen)) && gain(cov, best, seen) >= least) {
		best->is_used = true;
		if (repeats_any(answer, best->text))
			continue;
		if (!answer->n)
			least = GAIN_MIN * gain(cov, best, seen);
		add(answer, cov, best);
		seen |= best->mask;
	}
}

/* How near a sentence stands to those that were picked: 1 right behind one, half of it before one or a sentence on; 0. */
static double nearness(const struct extractive *answer, size_t n_picked, const struct evidence_sentence *s)
{
	double most = 0;

	for (size_t i = 0; i < n_picked; i++) {
		const struct evidence_sentence *one = &answer->sentences[i].source;
		double distance = s->number > one->number ? s->number - one->number : 2.0 * (one->number - s->number);

		if (one->passage == s->passage && distance <= NEAR && 1 / distance > most)
			most = 1 / distance;
	}
	return most;
}

/* Whether a sentence has to do with the question: by a word, or as the rest of what was picked there, a row or item among them. */
static bool bears(const struct candidate *c, double near)
{
	bool is_part = c->factor >= 1 || (c->flags & (SENTENCE_ROW | SENTENCE_ITEM));

	return !c->is_used && !(c->flags & SENTENCE_SUSPECT) && c->factor >= ODD && (c->mask || (near > 0 && is_part));
}

static struct candidate *best_filler(struct candidates *c, const struct coverage *cov, const struct extractive *answer,
	size_t n_picked)
{
	struct candidate *best = NULL;
	double most = 0;

	for (size_t i = 0; i < c->n; i++) {
		struct candidate *one = &c->v[i];
		double near = nearness(answer, n_picked, &one->source), worth = gain(cov, one, 0) + one->factor * NEAR_BONUS * near;

		if (worth > most && bears(one, near)) {
			best = one;
			most = worth;
		}
	}
	return best;
}

/*
 * Beside what covers the question, up to `k`: what has a word of it or stands where
 * the answer was found. It never makes an answer of its own.
 */
static void fill_up(struct candidates *c, const struct coverage *cov, size_t k, struct extractive *answer)
{
	size_t n_picked = answer->n;
	struct candidate *best;

	while (n_picked && answer->n < k && (best = best_filler(c, cov, answer, n_picked))) {
		best->is_used = true;
		if (!repeats_any(answer, best->text))
			add(answer, cov, best);
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
	if (ev->query->intent == INTENT_SUMMARISE)
		pick_leads(&c, &cov, ev, k, answer);
	else if (is_covered(ev))
		pick(&c, &cov, k, answer);
	fill_up(&c, &cov, k, answer);
	order(ev, answer);
	answer->is_refused = !answer->n;
}
