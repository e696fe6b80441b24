#include "ibid/retrieve/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "ibid/base/json.h"
#include "ibid/retrieve/coverage.h"
#include "ibid/retrieve/simhash.h"
#include "ibid/store/documents.h"

/* What a word of the question that stands only in the title or headings counts. */
#define TITLE_WEIGHT 0.5

/* --- choosing chunks */

struct choice {
	const struct retrieve_hit **hits;	/* chosen, in the order of choosing */
	size_t n;
	size_t words;
};

/* 1 for equal likenesses, 0 for what differs in half of the bits, as unrelated texts do. */
static double likeness(const struct retrieve_hit *a, const struct retrieve_hit *b)
{
	int distance = simhash_distance(a->simhash, b->simhash);

	return distance < 32 ? 1 - distance / 32.0 : 0;
}

static bool is_chosen(const struct choice *c, const struct retrieve_hit *h)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->hits[i] == h)
			return true;
	return false;
}

static size_t of_document(const struct choice *c, int64_t doc_id)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += c->hits[i]->doc_id == doc_id;
	return n;
}

/* Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998). */
static double marginal(const struct choice *c, const struct retrieve_hit *h, double diversity)
{
	double like = 0;

	for (size_t i = 0; i < c->n; i++) {
		double one = likeness(c->hits[i], h);

		like = one > like ? one : like;
	}
	return (1 - diversity) * h->score - diversity * like;
}

/* A hit whose text has sentences to show; a chunk that left its text meanwhile has none. */
static bool is_usable(const struct retrieve_hit *h)
{
	return h->text && h->sentence_to > h->sentence_from;
}

static const struct retrieve_hit *next_best(const struct choice *c, const struct retrieve_result *found,
	const struct evidence_options *o, size_t per_document)
{
	const struct retrieve_hit *best = NULL;
	double best_score = 0;

	for (size_t i = 0; i < found->n_hits; i++) {
		const struct retrieve_hit *h = &found->hits[i];
		double score;

		if (!is_usable(h) || is_chosen(c, h) || c->words + h->chunk_words > o->words ||
			(per_document && of_document(c, h->doc_id) >= per_document))
			continue;
		score = marginal(c, h, o->diversity);
		if (!best || score > best_score) {
			best = h;
			best_score = score;
		}
	}
	return best;
}

static void choose(struct arena *a, const struct retrieve_result *found, const struct evidence_options *o,
	struct choice *c)
{
	size_t per_document = found->has_document_filter ? 0 : o->per_document;
	const struct retrieve_hit *h;

	c->hits = arena_array(a, o->chunks, sizeof(struct retrieve_hit *));
	while (c->n < o->chunks && (h = next_best(c, found, o, per_document))) {
		c->words += h->chunk_words;
		c->hits[c->n++] = h;
	}
}

/* --- chunks into passages */

static struct evidence_passage passage_of(const struct retrieve_hit *h)
{
	return (struct evidence_passage){
		.doc_id = h->doc_id, .text_id = h->text_id, .text = h->text,
		.title = STR_EMPTY, .citekey = STR_EMPTY, .date = STR_EMPTY,
		.head_path = h->head >= 0 ? h->text->heads[h->head].path : STR_EMPTY,
		.sentence_from = h->sentence_from, .sentence_to = h->sentence_to,
		.page_from = h->page_from, .page_to = h->page_to,
		.score = h->score, .words = h->chunk_words,
	};
}

/* Whether `after` goes on where `p` ends. */
static bool follows(const struct evidence_passage *p, const struct evidence_passage *after)
{
	return p->text_id == after->text_id && p->sentence_to == after->sentence_from;
}

/* `first` and what follows it as one passage, in the place of the better one. */
static struct evidence_passage joined(const struct evidence_passage *first, const struct evidence_passage *after)
{
	struct evidence_passage p = *first;

	p.sentence_to = after->sentence_to;
	p.page_to = after->page_to ? after->page_to : first->page_to;
	p.page_from = first->page_from ? first->page_from : after->page_from;
	p.score = after->score > first->score ? after->score : first->score;
	p.words += after->words;
	return p;
}

/* Join the first two passages that follow each other. False when there are none. */
static bool join_two(struct evidence *ev)
{
	struct evidence_passage *v = ev->passages;

	for (size_t i = 0; i < ev->n_passages; i++)
		for (size_t k = i + 1; k < ev->n_passages; k++) {
			if (!follows(&v[i], &v[k]) && !follows(&v[k], &v[i]))
				continue;
			v[i] = follows(&v[i], &v[k]) ? joined(&v[i], &v[k]) : joined(&v[k], &v[i]);
			memmove(&v[k], &v[k + 1], (--ev->n_passages - k) * sizeof(*v));
			return true;
		}
	return false;
}

static void join(const struct choice *c, struct evidence *ev)
{
	for (size_t i = 0; i < c->n; i++)
		ev->passages[ev->n_passages++] = passage_of(c->hits[i]);
	ev->words = (uint32_t)c->words;
	while (join_two(ev))
		continue;
}

static enum err_code describe(struct store *db, struct arena *a, struct evidence_passage *p, struct err *err)
{
	struct document doc;
	bool found;

	if (store_document_by_id(db, a, p->doc_id, &doc, &found, err) != OK)
		return err->code;
	if (found) {
		p->title = doc.title;
		p->citekey = doc.citekey;
		p->date = doc.date;
	}
	return OK;
}

/*
 * "How many pumps failed, by the harbour report?" names the document, too: words
 * of its title and headings need not stand in the window. They count for half,
 * because a title alone is no answer: half is given, half is for the window.
 */
static double coverage_of_passage(const struct coverage *c, const struct evidence_passage *p, uint64_t *held)
{
	uint64_t named = coverage_mask(c, p->title) | coverage_mask(c, p->head_path);
	struct coverage halved = *c;
	struct coverage_window best;
	double given = TITLE_WEIGHT * coverage_share(c, named);

	for (size_t i = 0; i < c->query->n_stems; i++)
		if (named >> i & 1)
			halved.weight[i] *= 1 - TITLE_WEIGHT;
	best = coverage_best(&halved, p->text, p->sentence_from, p->sentence_to);
	*held |= best.mask;
	return given + best.share;
}

/* What is compared seldom stands in one place: there the windows of all passages count together. */
static double coverage_of_all(const struct query *q, const struct evidence *ev)
{
	struct coverage c = coverage_of(q);
	double best = 0, together;
	uint64_t held = 0;

	for (size_t i = 0; i < ev->n_passages; i++) {
		double one = coverage_of_passage(&c, &ev->passages[i], &held);

		best = one > best ? one : best;
	}
	together = coverage_share(&c, held);
	return q->intent == INTENT_COMPARE && together > best ? together : best;
}

static void judge(const struct query *q, struct evidence *ev)
{
	bool needs_words = q->intent != INTENT_SUMMARISE && q->intent != INTENT_CHAT;

	ev->coverage = coverage_of_all(q, ev);
	ev->is_weak = !ev->n_passages || (needs_words && ev->coverage < COVERAGE_ANSWER);
}

enum err_code evidence_select(struct store *db, struct arena *a, const struct query *q, const struct retrieve_result *found,
	const struct evidence_options *o, struct evidence *ev, struct err *err)
{
	struct choice c = { .n = 0 };

	*ev = (struct evidence){ .query = q };
	choose(a, found, o, &c);
	ev->passages = arena_array(a, c.n, sizeof(*ev->passages));
	join(&c, ev);
	for (size_t i = 0; i < ev->n_passages; i++)
		if (describe(db, a, &ev->passages[i], err) != OK)
			return err->code;
	judge(q, ev);
	return OK;
}

/* --- ids */

void evidence_add_id(struct buf *out, int64_t doc_id, uint32_t sentence)
{
	buf_fmt(out, "d%lld.s%u", (long long)doc_id, sentence + 1);
}

bool evidence_parse_id(struct str id, int64_t *doc_id, uint32_t *sentence)
{
	struct str rest = str_trim(id);
	struct str doc;
	long long d, s;

	if (rest.len > 1 && rest.p[0] == '[' && rest.p[rest.len - 1] == ']')
		rest = str_trim(str_sub(rest, 1, rest.len - 1));
	doc = str_cut(&rest, '.');
	if (doc.len < 2 || doc.p[0] != 'd' || !rest.p || rest.len < 2 || rest.p[0] != 's' ||
		!str_to_int(str_sub(doc, 1, doc.len), &d) || !str_to_int(str_sub(rest, 1, rest.len), &s) || d < 1 || s < 1 ||
		s > UINT32_MAX)
		return false;
	*doc_id = d;
	*sentence = (uint32_t)(s - 1);
	return true;
}

bool evidence_find(const struct evidence *ev, struct str id, struct evidence_sentence *s)
{
	int64_t doc_id;
	uint32_t number;

	if (!evidence_parse_id(id, &doc_id, &number))
		return false;
	for (size_t i = 0; i < ev->n_passages; i++) {
		const struct evidence_passage *p = &ev->passages[i];

		if (p->doc_id != doc_id || number < p->sentence_from || number >= p->sentence_to ||
			(p->text->sentences[number].flags & SENTENCE_HEAD))
			continue;
		*s = (struct evidence_sentence){ doc_id, p->text_id, number, p->text, i };
		return true;
	}
	return false;
}

/* --- the record */

static void sentence_json(struct json_writer *w, const struct evidence_passage *p, uint32_t number, struct buf *id)
{
	struct span at = p->text->sentences[number].at;

	buf_reset(id);
	evidence_add_id(id, p->doc_id, number);
	json_open(w, '{');
	json_put_str(w, "id", buf_view(id));
	json_put_int(w, "doc", p->doc_id);
	json_put_int(w, "text", p->text_id);
	json_put_int(w, "sentence", number);
	json_put_int(w, "start", (int64_t)at.byte_from);
	json_put_int(w, "end", (int64_t)at.byte_to);
	json_close(w);
}

void evidence_json(struct buf *out, const struct evidence *ev)
{
	struct json_writer w = json_writer(out);
	SCOPED(buf) id = BUF_INIT;

	json_open(&w, '{');
	json_put_double(&w, "coverage", ev->coverage, 4);
	json_open_key(&w, "sentences", '[');
	for (size_t i = 0; i < ev->n_passages; i++)
		for (uint32_t n = ev->passages[i].sentence_from; n < ev->passages[i].sentence_to; n++)
			if (!(ev->passages[i].text->sentences[n].flags & SENTENCE_HEAD))
				sentence_json(&w, &ev->passages[i], n, &id);
	json_close(&w);
	json_close(&w);
}
