/*
 * retrieve/extractive.h - the answer without a model: sentences that cover the question
 *
 * Picks sentences from the evidence greedily: each time the one whose words
 * cover most of the question, words that are covered already counting little,
 * with a small bonus for its passage's score. Best of six ways measured (span
 * recall .631 with three sentences, LexRank .212; reference/retrieval.md 2.5).
 * Whatever is picked is a sentence as stored, byte for byte: an exact quote by
 * construction. Headings and code are never picked, rows of tables and what
 * reads like an order to an assistant only when nothing else will do.
 *
 * Two sentences often cover all that the question names. Then the answer is filled
 * up to what was asked for with the next best that bear on it: they have a word of
 * the question, or stand right before one that was picked or up to two behind it,
 * and repeat none. What reads like an order never fills up, and nothing fills up an answer
 * that would be refused.
 *
 * When the best window of the evidence covers less than COVERAGE_EXTRACTIVE of
 * the question it refuses: words in common are no answer. A summary that was
 * asked for need not hold the question's words; then the first sentences of the
 * best passages stand in.
 */
#ifndef IBID_RETRIEVE_EXTRACTIVE_H
#define IBID_RETRIEVE_EXTRACTIVE_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/retrieve/evidence.h"

/* Sentences of an answer unless told otherwise, and at most. */
#define EXTRACTIVE_SENTENCES 3
#define EXTRACTIVE_SENTENCES_MAX 20

struct extractive_sentence {
	struct evidence_sentence source;
	struct str text;	/* the stored words */
	double coverage;	/* of the question by this sentence alone, 0-1 */
};

struct extractive {
	struct extractive_sentence *sentences;	/* documents by their best passage, inside one in the order of its text */
	size_t n;
	bool is_refused;	/* then n is 0 */
};

/* `k` sentences; 0 for EXTRACTIVE_SENTENCES. Fewer when the evidence has no more that bear on the question and repeat none. */
void extractive_answer(struct arena *a, const struct evidence *ev, size_t k, struct extractive *answer);
#endif
