#include "ibid/retrieve/search.h"

#include <stdlib.h>
#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/scope.h"
#include "ibid/retrieve/coverage.h"
#include "ibid/retrieve/simhash.h"
#include "ibid/store/documents.h"
#include "search_internal.h"

/* Candidates of a leg at least: a hit that is low in one may be high in the sum. */
#define CANDIDATES_MIN 200
/* Left-out copies and further hits of a document are made up for by asking for this many times the limit. */
#define CANDIDATES_SPARE 2

/* --- scope */

struct documents {
	int64_t *ids;
	size_t n;
	bool all;
};

static enum err_code count_few(struct store *db, const struct documents *d, struct retrieve_result *r, struct err *err)
{
	SCOPED(arena) work = ARENA_INIT;
	int chunks = 0;

	for (size_t i = 0; i < d->n && chunks < RETRIEVE_FEW_CHUNKS; i++) {
		struct document doc;
		bool found;

		if (store_document_by_id(db, &work, d->ids[i], &doc, &found, err) != OK)
			return err->code;
		chunks += found ? doc.n_chunks : 0;
	}
	r->is_few = chunks < RETRIEVE_FEW_CHUNKS;
	return OK;
}

static enum err_code resolve(struct store *db, struct arena *a, const struct scope *scope, struct documents *d,
	struct retrieve_result *r, struct err *err)
{
	if (store_scope_resolve(db, a, scope, &d->all, &d->ids, &d->n, err) != OK)
		return err->code;
	r->is_everything = d->all;
	r->n_docs = d->all ? 0 : d->n;
	r->has_document_filter = scope && scope->n_docs;
	return d->all ? OK : count_few(db, d, r, err);
}

/* Asked only when nothing was found: it is the newcomer's first question. */
static enum err_code ask_whether_bare(struct store *db, struct retrieve_result *r, struct err *err)
{
	bool any = true;

	if (r->is_everything && !r->n_hits && store_document_any(db, &any, err) != OK)
		return err->code;
	r->is_bare = !any;
	return OK;
}

static void set_notice(struct arena *a, struct retrieve_result *r, const struct query *q)
{
	if (r->is_bare)
		r->notice = STR("the library is empty; put something in: ibid ingest FILE...");
	else if (r->is_few && r->n_docs)
		r->notice = arena_fmt(a, "only %zu document%s in scope, with fewer than %d passages", r->n_docs,
			r->n_docs == 1 ? "" : "s", RETRIEVE_FEW_CHUNKS);
	else if (r->is_few)
		r->notice = STR("no document is in scope");
	else if (q->is_all_stop)
		r->notice = STR("the question holds no word that tells documents apart");
	else
		r->notice = STR_EMPTY;
}

/* --- legs */

static enum err_code search_words(struct store *db, struct arena *a, struct query *q, const struct documents *d,
	const struct retrieve_options *o, size_t limit, struct fusion *f, struct err *err)
{
	struct search_hit *hits;
	size_t n;

	if (store_search_chunks(db, a, q->terms, q->n_terms, &o->weights, d->ids, d->n, d->all, limit, &hits, &n, err) != OK)
		return err->code;
	fusion_add_words(f, hits, n);
	return OK;
}

static enum err_code search_identifiers(struct store *db, struct arena *a, const struct query *q,
	const struct documents *d, size_t limit, struct fusion *f, struct err *err)
{
	struct search_hit *hits;
	size_t n;

	if (!q->n_identifiers)
		return OK;
	if (store_search_identifiers(db, a, q->identifiers, q->n_identifiers, d->ids, d->n, d->all, limit, &hits, &n, err) != OK)
		return err->code;
	fusion_add_identifiers(f, hits, n);
	return OK;
}

/* A hit that only the vectors found: where it stands. */
static enum err_code place(struct store *db, struct arena *a, struct retrieve_hit *h, struct err *err)
{
	struct chunk c;
	struct text t;

	if (h->text_id)
		return OK;
	if (store_chunk(db, a, h->chunk_id, &c, &h->text_id, err) != OK || store_text(db, a, h->text_id, &t, err) != OK)
		return err->code;
	h->at = c.at;
	h->simhash = c.simhash;
	h->doc_id = t.doc_id;
	return OK;
}

static enum err_code search_vectors(struct store *db, struct arena *a, const struct query *q, const struct documents *d,
	const struct retrieve_vectors *v, size_t limit, struct fusion *f, struct err *err)
{
	struct retrieve_cosine *cosines;
	size_t n;

	if (v->best(v->ctx, a, q->text, d->ids, d->n, d->all, limit, &cosines, &n, err) != OK)
		return err->code;
	fusion_add_vectors(f, cosines, n);
	n = fusion_without_vector(f, a, &cosines);
	if (v->fill(v->ctx, q->text, cosines, n, err) != OK)
		return err->code;
	fusion_fill_vectors(f, cosines, n);
	for (size_t i = 0; i < f->n; i++)
		if (place(db, a, &f->hits[i], err) != OK)
			return err->code;
	return OK;
}

static enum err_code run_legs(struct store *db, struct arena *a, struct query *q, const struct documents *d,
	const struct retrieve_options *o, struct fusion *f, struct err *err)
{
	bool use_vectors = o->vectors && o->mode != RETRIEVE_TEXT;
	size_t limit = o->limit * CANDIDATES_SPARE;

	limit = limit < CANDIDATES_MIN ? CANDIDATES_MIN : limit;
	if (o->mode == RETRIEVE_VECTOR && !o->vectors)
		return err_set(err, ERR_CONFIG, "no vectors have been made for this library");
	if (o->mode != RETRIEVE_VECTOR && (search_words(db, a, q, d, o, limit, f, err) != OK ||
						 search_identifiers(db, a, q, d, limit, f, err) != OK))
		return err->code;
	if (use_vectors && search_vectors(db, a, q, d, o->vectors, limit, f, err) != OK)
		return err->code;
	fusion_score(f, o->mode == RETRIEVE_VECTOR ? 0 : use_vectors ? o->vectors->text_weight : 1);
	return OK;
}

/* --- choosing */

/* The kept hit that `h` is a near copy of, or NULL. Passages without any word of content are never copies. */
static struct retrieve_hit *original_of(const struct retrieve_result *r, const struct retrieve_hit *h)
{
	for (size_t i = 0; h->simhash && i < r->n_hits; i++)
		if (simhash_distance(r->hits[i].simhash, h->simhash) <= SIMHASH_NEAR)
			return &r->hits[i];
	return NULL;
}

static bool is_crowded(const struct retrieve_result *r, const struct retrieve_hit *h, size_t per_document)
{
	size_t same = 0;

	for (size_t i = 0; per_document && i < r->n_hits; i++)
		same += r->hits[i].doc_id == h->doc_id;
	return per_document && same >= per_document;
}

static void choose(struct arena *a, const struct fusion *f, const struct retrieve_options *o, struct retrieve_result *r)
{
	size_t limit = o->limit < f->n ? o->limit : f->n;

	r->hits = arena_array(a, limit, sizeof(*r->hits));
	for (size_t i = 0; i < f->n && r->n_hits < limit; i++) {
		struct retrieve_hit *original = o->keep_copies ? NULL : original_of(r, &f->hits[i]);

		if (original)
			original->n_copies++;
		else if (!is_crowded(r, &f->hits[i], o->per_document))
			r->hits[r->n_hits++] = f->hits[i];
	}
}

/* --- what a hit shows */

/* The text of a hit; hits before it may have read it already. */
static enum err_code read_text(struct store *db, struct arena *a, struct retrieve_result *r, size_t i, struct err *err)
{
	struct text *t;

	for (size_t k = 0; k < i; k++)
		if (r->hits[k].text_id == r->hits[i].text_id) {
			r->hits[i].text = r->hits[k].text;
			return OK;
		}
	t = arena_alloc(a, sizeof(*t));
	if (store_text(db, a, r->hits[i].text_id, t, err) != OK)
		return err->code;
	r->hits[i].text = t;
	return OK;
}

/* The ids of a text's chunks are in a row as a rule. */
static const struct chunk *chunk_in(const struct text *t, int64_t id)
{
	int64_t guess = t->n_chunks ? id - t->chunks[0].id : -1;

	if (guess >= 0 && (size_t)guess < t->n_chunks && t->chunks[guess].id == id)
		return &t->chunks[guess];
	for (size_t i = 0; i < t->n_chunks; i++)
		if (t->chunks[i].id == id)
			return &t->chunks[i];
	return NULL;
}

static void show(struct arena *a, const struct coverage *c, struct retrieve_hit *h)
{
	const struct chunk *chunk = chunk_in(h->text, h->chunk_id);
	struct coverage_window best;

	if (!chunk)
		return;
	h->sentence_from = chunk->sentence_from;
	h->sentence_to = chunk->sentence_to;
	h->page_from = chunk->page_from;
	h->page_to = chunk->page_to;
	h->head = chunk->head;
	h->chunk_words = chunk->words;
	best = coverage_best(c, h->text, chunk->sentence_from, chunk->sentence_to);
	h->coverage = best.share;
	h->window = (struct span){ h->text->sentences[best.sentence_from].at.byte_from,
		h->text->sentences[best.sentence_to - 1].at.byte_to };
	h->matches = arena_array(a, RETRIEVE_MATCHES_MAX, sizeof(*h->matches));
	h->n_matches = coverage_matches(c, h->text, h->window, h->matches, RETRIEVE_MATCHES_MAX);
}

static enum err_code show_all(struct store *db, struct arena *a, const struct query *q, struct retrieve_result *r,
	struct err *err)
{
	struct coverage c = coverage_of(q);

	for (size_t i = 0; i < r->n_hits; i++) {
		if (read_text(db, a, r, i, err) != OK)
			return err->code;
		show(a, &c, &r->hits[i]);
	}
	return OK;
}

enum err_code retrieve_search(struct store *db, struct arena *a, struct query *q, const struct scope *scope,
	const struct retrieve_options *o, struct retrieve_result *r, struct err *err)
{
	SCOPED(arena) work = ARENA_INIT;
	SCOPED(fusion) f = FUSION_INIT;
	struct retrieve_options capped = *o;
	struct documents docs;

	if (capped.limit > RETRIEVE_LIMIT_MAX)
		capped.limit = RETRIEVE_LIMIT_MAX;
	*r = (struct retrieve_result){ .n_hits = 0 };
	if (resolve(db, &work, scope, &docs, r, err) != OK || run_legs(db, &work, q, &docs, &capped, &f, err) != OK)
		return err->code;
	choose(a, &f, &capped, r);
	if (ask_whether_bare(db, r, err) != OK)
		return err->code;
	set_notice(a, r, q);
	return o->no_windows ? OK : show_all(db, a, q, r, err);
}
