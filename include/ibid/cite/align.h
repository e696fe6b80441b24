/*
 * cite/align.h - where a text nearly holds a passage
 *
 * Edit distance (insert, delete, replace a byte) of a whole pattern against the
 * best stretch of a text, both in normal form (cite/normalise.h). A character
 * outside ASCII counts as its bytes, which leaves the ratio to the length about
 * the same.
 *
 * Source: G. Myers, "A fast bit-vector algorithm for approximate string matching
 * based on dynamic programming", JACM 46(3), 1999, in blocks of 64 rows, with
 * Ukkonen's cut-off: rows that cannot come below the limit are not computed.
 * About 1 ns for each byte of text and active block. The start of a match is
 * found by running the pattern backwards from its end.
 */
#ifndef IBID_CITE_ALIGN_H
#define IBID_CITE_ALIGN_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/str.h"
#include "ibid/model/text.h"

/* Longest pattern, in bytes: several pages of quotation. */
#define ALIGN_PATTERN_MAX ((size_t)8192)

/* Limits as parts of the pattern's length (reference/retrieval.md 2.3: of 400 x 12 foreign texts none came below .40). */
#define ALIGN_SHORT 0.10	/* a quote of less than ALIGN_LONG_CHARS characters */
#define ALIGN_LONG 0.20
#define ALIGN_LONG_CHARS 40
#define ALIGN_AGAIN 0.40	/* the same passage in a later version of its text */

struct align_match {
	struct span at;		/* of the text; may begin and end inside a word */
	size_t distance;	/* edits */
};

/* The best stretch within `max` edits, the first of equals. False when there is none, or the pattern is empty or too long. */
bool align_best(struct str pattern, struct str text, size_t max, struct align_match *m);

/* Up to `n` stretches within `max` edits, best first, at least half a pattern apart. Returns how many. */
size_t align_all(struct str pattern, struct str text, size_t max, struct align_match *m, size_t n);

/* Edits between the pattern and the stretch of best length that begins (ends) where the text does; at most the pattern's length. */
size_t align_at_start(struct str pattern, struct str text);
size_t align_at_end(struct str pattern, struct str text);

/* Edits allowed when a quote is checked: ALIGN_SHORT or ALIGN_LONG of its length. */
size_t align_quote_max(struct str quote);
#endif
