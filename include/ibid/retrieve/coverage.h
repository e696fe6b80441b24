/*
 * retrieve/coverage.h - how much of a question a passage holds
 *
 * Coverage is the share, weighted by idf, of the question's stems that stand in
 * a window of at most COVERAGE_SENTENCES sentences that follow each other. It
 * tells "about this" from "not about this" (AUC .87-.996), not "supports" from
 * "contradicts" (.55; reference/retrieval.md 2.3).
 *
 * A stem is a bit, so a sentence is a mask and a window is its sentences' masks
 * joined.
 */
#ifndef IBID_RETRIEVE_COVERAGE_H
#define IBID_RETRIEVE_COVERAGE_H
#include <stdint.h>

#include "ibid/model/text.h"
#include "ibid/retrieve/query.h"

#define COVERAGE_SENTENCES 3
/* Below this nothing found carries an answer (reference/retrieval.md 6.1). */
#define COVERAGE_ANSWER 0.35
/* An answer made of sentences alone wants more (2.5); with three stems or less one in common is half of the question, but no answer. */
#define COVERAGE_EXTRACTIVE 0.45
#define COVERAGE_EXTRACTIVE_SHORT 0.6

struct coverage {
	const struct query *query;
	double weight[QUERY_STEMS_MAX];	/* of each stem: its idf, smoothed for small libraries */
	double total;
};

/* After a search has told the terms how common they are; before, all stems weigh the same. */
struct coverage coverage_of(const struct query *q);

/* The stems of the question that a text holds, a bit each. */
uint64_t coverage_mask(const struct coverage *c, struct str text);
/* Their share of the question, 0-1. 0 when the question has no stems. */
double coverage_share(const struct coverage *c, uint64_t mask);

struct coverage_window {
	uint32_t sentence_from, sentence_to;	/* half open */
	uint64_t mask;
	double share;
};

/* The best window among the sentences [from, to); the shortest of equals, then the first. */
struct coverage_window coverage_best(const struct coverage *c, const struct text *t, uint32_t from, uint32_t to);

/* Where the question's words stand in a span of a text, in order, at most `max`. Returns how many. */
size_t coverage_matches(const struct coverage *c, const struct text *t, struct span at, struct span *matches, size_t max);
#endif
