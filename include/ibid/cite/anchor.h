/*
 * cite/anchor.h - where a proof is, and where it went
 *
 * An anchor holds a passage twice: by position, and by its words with some
 * context (W3C Web Annotation Data Model, TextPosition and TextQuote selectors).
 * When the text changes, the words find the position again.
 *
 * Source of the scoring: Hypothesis' anchoring, 50 for the quote, 20 for each side's
 * context, 2 for nearness. Departures: at most ALIGN_AGAIN of the quote may
 * differ (there: half), and the sum must reach ANCHOR_SCORE_MIN, because a
 * wrong place is worse than none (reference/retrieval.md 2.3).
 */
#ifndef IBID_CITE_ANCHOR_H
#define IBID_CITE_ANCHOR_H
#include "ibid/base/arena.h"
#include "ibid/base/json.h"
#include "ibid/cite/normalise.h"
#include "ibid/model/citation.h"

/* Characters of context on each side. */
#define ANCHOR_CONTEXT_CHARS 32

/* Least score, of 1, of a place where the words are not the same. */
#define ANCHOR_SCORE_MIN 0.75

/* Characters from which the same words need no context to be believed. */
#define ANCHOR_OWN_CHARS 20

/* Of a passage of `t`: fills all but id. All strings are copied into the arena. */
struct anchor anchor_make(struct arena *a, const struct text *t, struct span at);

enum anchor_fate {
	ANCHOR_SAME,	/* the same bytes at the same place */
	ANCHOR_MOVED,	/* the same words elsewhere */
	ANCHOR_NEAR,	/* nearly the same words */
	ANCHOR_LOST,	/* the text holds nothing like them */
};

/*
 * Find an anchor's passage in another version of its text. `normal` is
 * now->text folded, or NULL to have it done here. *found is made anew with the
 * old id, *score is 0-1; both are set only when the passage was not lost.
 */
enum anchor_fate anchor_again(struct arena *a, const struct anchor *old, const struct text *now,
	const struct normal *normal, struct anchor *found, double *score);

/*
 * Write the anchor as a W3C SpecificResource with offsets in code points. With
 * pages the selectors refine a page fragment (RFC 3778) and count from its
 * beginning. `source` names the document.
 */
void anchor_put_json(struct json_writer *w, const char *key, const struct anchor *anchor, const struct text *t,
	struct str source);
#endif
