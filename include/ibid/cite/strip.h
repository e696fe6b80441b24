/*
 * cite/strip.h - the answer without what was not proved
 *
 * The policy "strip": claims that are unsupported, in conflict with their source or
 * cite nothing that exists are cut out of the text; weak and stale ones stay, with
 * their sign. An item or row that loses its last claim goes as a whole, an empty
 * paragraph with its empty line; no space is left before a stop or at a line end.
 * Numbers of marks stay as they are, so that what a reader saw keeps its meaning.
 * Headings and what states no fact stay, whatever they cite.
 */
#ifndef IBID_CITE_STRIP_H
#define IBID_CITE_STRIP_H
#include "ibid/base/arena.h"
#include "ibid/cite/marks.h"
#include "ibid/cite/verify.h"

struct strip_result {
	struct str text;
	struct verify_result kept;	/* claims and citations that stay; spans are of the new text, claim indexes too */
	struct mark *marks;
	size_t n_marks;
	size_t n_removed;		/* claims cut out */
};

/* Whether the policy cuts a claim of this level. */
bool strip_cuts(enum cite_level level);

/* All in the arena; strings of citations and notes are borrowed from `checked`. */
void strip_claims(struct arena *a, struct str answer, const struct mark *marks, size_t n_marks,
	const struct verify_result *checked, struct strip_result *out);
#endif
