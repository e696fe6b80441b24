#include "search_internal.h"

#include <stdlib.h>

#include "ibid/base/mem.h"

/* What an identifier found letter by letter adds, in parts of the best score of the words. */
#define IDENTIFIER_WEIGHT 0.5

static size_t slot_of(const struct fusion *f, int64_t chunk_id)
{
	size_t i = (size_t)((uint64_t)chunk_id * 0x9E3779B97F4A7C15u >> 20) & (f->n_slots - 1);

	while (f->slots[i] && f->hits[f->slots[i] - 1].chunk_id != chunk_id)
		i = (i + 1) & (f->n_slots - 1);
	return i;
}

static void grow_slots(struct fusion *f)
{
	if (f->n * 2 < f->n_slots)
		return;
	mem_free(f->slots);
	f->n_slots = f->n_slots ? f->n_slots * 4 : 1024;
	f->slots = mem_zalloc(f->n_slots, sizeof(*f->slots));
	for (size_t i = 0; i < f->n; i++)
		f->slots[slot_of(f, f->hits[i].chunk_id)] = (uint32_t)i + 1;
}

/* The candidate of a chunk, new or known. */
static struct retrieve_hit *candidate(struct fusion *f, int64_t chunk_id)
{
	size_t slot;

	grow_slots(f);
	slot = slot_of(f, chunk_id);
	if (!f->slots[slot]) {
		f->hits = mem_grow(f->hits, &f->cap, f->n + 1, sizeof(*f->hits));
		f->hits[f->n] = (struct retrieve_hit){ .chunk_id = chunk_id, .head = -1 };
		f->slots[slot] = (uint32_t)++f->n;
	}
	return &f->hits[f->slots[slot] - 1];
}

static struct retrieve_hit *add(struct fusion *f, const struct search_hit *hit)
{
	struct retrieve_hit *h = candidate(f, hit->chunk_id);

	h->doc_id = hit->doc_id;
	h->text_id = hit->text_id;
	h->at = hit->at;
	h->simhash = hit->simhash;
	return h;
}

void fusion_add_words(struct fusion *f, const struct search_hit *hits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct retrieve_hit *h = add(f, &hits[i]);

		h->words = (struct retrieve_leg){ hits[i].score, (int)i + 1 };
		h->near = hits[i].score_near;
	}
}

void fusion_add_identifiers(struct fusion *f, const struct search_hit *hits, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(f, &hits[i])->identifiers = (struct retrieve_leg){ hits[i].score, (int)i + 1 };
}

void fusion_add_vectors(struct fusion *f, const struct retrieve_cosine *cosines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		candidate(f, cosines[i].chunk_id)->vectors = (struct retrieve_leg){ cosines[i].cosine, (int)i + 1 };
}

size_t fusion_without_vector(const struct fusion *f, struct arena *a, struct retrieve_cosine **cosines)
{
	size_t n = 0;

	*cosines = arena_array(a, f->n, sizeof(**cosines));
	for (size_t i = 0; i < f->n; i++)
		if (!f->hits[i].vectors.rank)
			(*cosines)[n++].chunk_id = f->hits[i].chunk_id;
	return n;
}

void fusion_fill_vectors(struct fusion *f, const struct retrieve_cosine *cosines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		candidate(f, cosines[i].chunk_id)->vectors.score = cosines[i].cosine;
}

/* The part of the best that a score is; what points away counts as nothing. */
static double part(double score, double best)
{
	return best > 0 && score > 0 ? score / best : 0;
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static int best_first(const void *a, const void *b)
{
	const struct retrieve_hit *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return (x->chunk_id > y->chunk_id) - (x->chunk_id < y->chunk_id);
}

void fusion_score(struct fusion *f, double text_weight)
{
	double words = 0, identifiers = 0, vectors = 0, text = 0;

	for (size_t i = 0; i < f->n; i++) {
		words = larger(words, f->hits[i].words.score);
		identifiers = larger(identifiers, f->hits[i].identifiers.score);
		vectors = larger(vectors, f->hits[i].vectors.score);
	}
	for (size_t i = 0; i < f->n; i++) {
		f->hits[i].score = part(f->hits[i].words.score, words) +
			IDENTIFIER_WEIGHT * part(f->hits[i].identifiers.score, identifiers);
		text = larger(text, f->hits[i].score);
	}
	for (size_t i = 0; i < f->n; i++)
		f->hits[i].score = text_weight * part(f->hits[i].score, text) +
			(1 - text_weight) * part(f->hits[i].vectors.score, vectors);
	if (f->n)
		qsort(f->hits, f->n, sizeof(*f->hits), best_first);
}

void fusion_release(struct fusion *f)
{
	mem_free(f->hits);
	mem_free(f->slots);
	*f = (struct fusion)FUSION_INIT;
}
