/*
 * cite/claims.h - what an answer claims
 *
 * Cuts an answer, Markdown with marks, into claims: the sentences of paragraphs and
 * list items, block quotes, and tables. A row of a table is one claim unless
 * several of its cells have marks; then each cell is one, and the first without
 * a mark is its label. Code blocks are no claims, nor are rules, link
 * definitions and lists of sources at the end.
 *
 * A mark belongs to the claim that it follows, on whichever side of the full stop
 * it stands; at the beginning of a paragraph or item, to the claim that begins
 * there. A claim's span holds its marks.
 *
 * Kinds: a question; a heading, or what stands for one; meta is what speaks of
 * the answer instead of the world ("The sources do not say ...", "Here are the
 * reasons:") and what is neither true nor false; all else states a fact, and so
 * does whatever has a mark.
 *
 *	n = claims_split(&turn, answer, marks.v, marks.n, &claims);
 *	for (i = 0; i < n; i++)
 *		if (claims[i].kind == CLAIM_FACT)
 *			prove(claim_plain(&turn, answer, claims[i].at, marks.v, marks.n));
 */
#ifndef IBID_CITE_CLAIMS_H
#define IBID_CITE_CLAIMS_H
#include "ibid/base/arena.h"
#include "ibid/cite/marks.h"
#include "ibid/model/citation.h"

/* Words from which quotation marks are a quote; fewer name a term. */
#define CLAIM_QUOTE_WORDS 3

/* In the order of the text; the arena holds them. Marks must be sorted by place, as cite/marks gives them. */
size_t claims_split(struct arena *a, struct str answer, const struct mark *marks, size_t n_marks, struct claim **claims);

/*
 * A stretch of an answer as plain words: without Markdown's signs, marks, link
 * targets and line prefixes. Escaped signs stand for themselves.
 */
struct str claim_plain(struct arena *a, struct str answer, struct span at, const struct mark *marks, size_t n_marks);

/* The same with Markdown's signs left in: they may be the source's own ("*p* < .05"). */
struct str claim_raw(struct arena *a, struct str answer, struct span at, const struct mark *marks, size_t n_marks);

struct claim_quote {
	struct span at;		/* of the answer, between the quotation marks */
	bool is_block;		/* a block quote */
	bool is_term;		/* less than CLAIM_QUOTE_WORDS words: no quote to be proved, but a term that should occur */
};

/* The quotes of a claim in order; those inside others are left out. */
size_t claim_quotes(struct arena *a, struct str answer, struct span claim, struct claim_quote **quotes);

/* The marks inside a claim: *first is the index of the first; returns how many. */
size_t claim_marks(const struct claim *claim, const struct mark *marks, size_t n_marks, size_t *first);

/*
 * The marks "[1]" ... "[last_n]" of a stored answer, outside code, with empty
 * targets. Also reads the forms with a level's sign, "[1?]". Inside quotation
 * marks such a number may be the source's own: `in_quotes` wants them as well.
 */
size_t claim_find_marks(struct arena *a, struct str answer, int last_n, bool in_quotes, struct mark **marks);
#endif
