/*
 * cite/polarity.h - words that turn a statement around
 *
 * Lists, not grammar: which words deny, weaken, raise or lower, and which mean
 * the opposite of each other. On SciFact a bare "one side has a negation" fires on
 * 24% of the supporting sentences as well (reference/retrieval.md 2.3), so a
 * paraphrase is compared term by term: a mismatch is a word of the claim that
 * is denied on one side and affirmed on the other. English, and the commonest
 * negations of German, French, Spanish and Italian.
 */
#ifndef IBID_CITE_POLARITY_H
#define IBID_CITE_POLARITY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/cite/token.h"

/* not, no, never, without, lacks, couldn't ... */
bool polarity_denies(struct str fold);

/* may, might, only, some, all, most ...: without them a quote says more, or less. */
bool polarity_weighs(struct str fold);

/* +1 rises, -1 falls, 0 neither; of a stem. */
int polarity_direction(struct str stem);

/* before and after, positive and negative, able and unable, increase and decrease. */
bool polarity_opposed(const struct token *a, const struct token *b);

/* What of a passage speaks against a claim: CITE_NEGATION, CITE_DIRECTION, or 0. */
struct polarity {
	uint32_t flags;
	const struct token *claim, *source;	/* the words that disagree; NULL when none do */
};

struct polarity polarity_compare(const struct token *claim, size_t n_claim, const struct token *source, size_t n_source);
#endif
