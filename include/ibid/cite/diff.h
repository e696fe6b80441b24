/*
 * cite/diff.h - what a quote changed, and whether it matters
 *
 * Compares the words of a quote with those of the passage it was found at. Most
 * differences are slips; some make it another statement: a number, unit or date, a
 * name, a negation, a word that weakens, a rise turned into a fall. A passage of
 * the difference that only sets letters otherwise ("COVID 19" for "COVID-19")
 * counts as none, nor does a reference mark left out ("[12]").
 *
 * The text is in the manner of git diff --word-diff: what the source has and the
 * quote lacks as [-words-], what the quote added as {+words+}.
 */
#ifndef IBID_CITE_DIFF_H
#define IBID_CITE_DIFF_H
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/str.h"

/* Most words compared on each side; of longer passages the beginnings. */
#define DIFF_WORDS_MAX 2000

struct diff {
	uint32_t flags;		/* CITE_NUMBER, CITE_NAME, CITE_NEGATION, CITE_DIRECTION: what was changed */
	size_t changed;		/* words that differ, of both sides */
	struct str text;	/* in the arena; long equal stretches are shortened to "..."; empty when nothing differs */
	struct str weighty;	/* the first change that has a flag: "'13 percent' for '12 percent'"; empty */
};

struct diff diff_words(struct arena *a, struct str source, struct str quote);
#endif
