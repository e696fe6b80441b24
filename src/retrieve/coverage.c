#include "ibid/retrieve/coverage.h"

#include <math.h>

#include "ibid/base/words.h"
#include "query_internal.h"

/*
 * A library of seven passages cannot tell how common a word is: one that stands
 * in three of them would weigh a third of one that stands in none. So counts
 * begin as if PRIOR_CHUNKS more had been read and PRIOR_HOLD of them held it.
 */
#define PRIOR_CHUNKS 200
#define PRIOR_HOLD 1

static double weight_of(const struct search_term *t)
{
	if (!t->n_all)
		return 1;
	return log(((double)t->n_all + PRIOR_CHUNKS + 1) / ((double)t->n_chunks + PRIOR_HOLD + 0.5));
}

struct coverage coverage_of(const struct query *q)
{
	struct coverage c = { .query = q };

	for (size_t i = 0; i < q->n_stems; i++) {
		c.weight[i] = weight_of(&q->terms[q->stems[i].term]);
		c.total += c.weight[i];
	}
	return c;
}

/* Number of the stem, or -1. A question has few: no table pays. */
static int stem_number(const struct query *q, struct str stem)
{
	for (size_t i = 0; i < q->n_stems; i++)
		if (str_eq(q->stems[i].stem, stem))
			return (int)i;
	return -1;
}

uint64_t coverage_mask(const struct coverage *c, struct str text)
{
	struct words w = WORDS_INIT(text, 0);
	uint64_t mask = 0;
	char stem[WORDS_MAX];

	while (words_next(&w)) {
		int i = stem_number(c->query, coverage_stem(w.word, stem));

		if (i >= 0)
			mask |= (uint64_t)1 << i;
	}
	return mask;
}

double coverage_share(const struct coverage *c, uint64_t mask)
{
	double sum = 0;

	for (size_t i = 0; i < c->query->n_stems; i++)
		if (mask >> i & 1)
			sum += c->weight[i];
	return c->total > 0 ? sum / c->total : 0;
}

/* Grow a window from sentence `from`; keep it in *best when it is better. */
static void try_windows(const struct coverage *c, const uint64_t *masks, uint32_t from, uint32_t n,
	struct coverage_window *best)
{
	uint64_t mask = 0;

	for (uint32_t len = 1; len <= n; len++) {
		double share;

		mask |= masks[len - 1];
		share = coverage_share(c, mask);
		if (share > best->share ||
			(share == best->share && len <= best->sentence_to - best->sentence_from))
			*best = (struct coverage_window){ from, from + len, mask, share };
	}
}

struct coverage_window coverage_best(const struct coverage *c, const struct text *t, uint32_t from, uint32_t to)
{
	struct coverage_window best = { from, from < to ? from + 1 : to, 0, 0 };
	uint64_t masks[COVERAGE_SENTENCES] = { 0 };

	/* masks[0] is sentence i, the ones after it are already known: from the back to the front. */
	for (uint32_t i = to; i-- > from;) {
		for (int k = COVERAGE_SENTENCES - 1; k > 0; k--)
			masks[k] = masks[k - 1];
		masks[0] = coverage_mask(c, text_at(t, t->sentences[i].at));
		try_windows(c, masks, i, to - i < COVERAGE_SENTENCES ? to - i : COVERAGE_SENTENCES, &best);
	}
	return best;
}

size_t coverage_matches(const struct coverage *c, const struct text *t, struct span at, struct span *matches, size_t max)
{
	struct words w = WORDS_INIT(text_at(t, at), 0);
	size_t n = 0;
	char stem[WORDS_MAX];

	while (n < max && words_next(&w))
		if (stem_number(c->query, coverage_stem(w.word, stem)) >= 0)
			matches[n++] = (struct span){ at.byte_from + w.from, at.byte_from + w.to };
	return n;
}
