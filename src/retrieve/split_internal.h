/*
 * split_internal.h - what cutting a document needs to know of its words
 */
#ifndef IBID_RETRIEVE_SPLIT_INTERNAL_H
#define IBID_RETRIEVE_SPLIT_INTERNAL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/str.h"

/* --- suspect.c: sentences that read like an instruction to an assistant, "ignore all previous instructions" */

#define LURE_SLOTS 512

/* Words without which no pattern fits, and the patterns of each, a bit for one. */
struct lures {
	struct lure {
		uint64_t hash, patterns;
	} slots[LURE_SLOTS];
};

void lures_fill(struct lures *l);
/* Patterns for which a sentence has to be looked at that holds the word with this stem_hash(). */
uint64_t lures_of(struct lures *l, uint64_t hash);
bool suspect_is(struct str sentence, uint64_t among);

/* --- stems.c: words seen lately; eight in ten of running text are found here */

#define STEM_SLOTS 4096

struct stem {
	uint64_t word;		/* stem_hash() of the folded word */
	uint64_t vote;		/* of its stem; 0 for a function word */
	uint64_t patterns;	/* lures_of() */
};

struct stems {
	struct stem slots[STEM_SLOTS];
	struct lures lures;
};

uint64_t stem_hash(struct str word);

/*
 * Of a word of struct words: eight bytes may be read behind it. Borrowed until
 * the next call. `s` is all zero but for its lures at first.
 */
const struct stem *stems_find(struct stems *s, struct str word);
#endif
