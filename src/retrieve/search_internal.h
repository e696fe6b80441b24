/*
 * search_internal.h - the candidates of all legs, and their sum
 */
#ifndef IBID_RETRIEVE_SEARCH_INTERNAL_H
#define IBID_RETRIEVE_SEARCH_INTERNAL_H
#include "ibid/base/scope.h"
#include "ibid/retrieve/search.h"

struct fusion {
	struct retrieve_hit *hits;	/* every chunk once */
	size_t n, cap;
	/* Private from here on. */
	uint32_t *slots;		/* chunk id to its place in hits + 1, open addressing */
	size_t n_slots;
};
#define FUSION_INIT { .n = 0 }

void fusion_add_words(struct fusion *f, const struct search_hit *hits, size_t n);
void fusion_add_identifiers(struct fusion *f, const struct search_hit *hits, size_t n);
void fusion_add_vectors(struct fusion *f, const struct retrieve_cosine *cosines, size_t n);
/* The candidates that the vector leg did not name, in the arena; and their cosines, once known. */
size_t fusion_without_vector(const struct fusion *f, struct arena *a, struct retrieve_cosine **cosines);
void fusion_fill_vectors(struct fusion *f, const struct retrieve_cosine *cosines, size_t n);

/* Score and sort, best first: text_weight of words and identifiers, the rest of the vectors. Ties by chunk id. */
void fusion_score(struct fusion *f, double text_weight);

void fusion_release(struct fusion *f);
#endif
