/*
 * cite/quote.h - is this quote in that text?
 *
 * The levels of a quote (DESIGN.md D11, reference/retrieval.md 6.3):
 *
 *	exact       its bytes stand in the text
 *	normalised  its normal form does (cite/normalise.h), or all but a full stop at its end,
 *	            an ellipsis at an end, or an editor's "[T]he" and "[sic]"
 *	fuzzy       within ALIGN_SHORT or ALIGN_LONG edits of the text; or its parts between
 *	            ellipses do, in order and close together
 *	conflict    as fuzzy, but a number, unit, date, name, negation or direction was changed
 *	unsupported none of these
 *
 * A cited place is searched before the rest of the text. A quote of a few
 * letters is found exactly or not at all.
 */
#ifndef IBID_CITE_QUOTE_H
#define IBID_CITE_QUOTE_H
#include "ibid/base/arena.h"
#include "ibid/cite/normalise.h"
#include "ibid/model/citation.h"

/* Words that each part between ellipses must have, and sentences within which the next part must begin. */
#define QUOTE_PART_WORDS 3
#define QUOTE_GAP_SENTENCES 3

struct quote_match {
	enum cite_level level;
	struct span at;		/* bytes of the text; empty when unsupported */
	double score;		/* 1 less the share of edits */
	uint32_t flags;		/* CITE_NUMBER ... of a conflict */
	bool is_denied;		/* a negation stands right before the words in the text, and not in the quote */
	bool is_framed;		/* the rest of its sentence denies or weakens: "it is false that", "if", "may" */
	struct str frame;	/* the word that denies, when it stands before the quote in its sentence; empty */
	struct str note;	/* what differs, in the arena; empty */
};

/* How far to look for a quote that does not stand there as it is. */
enum quote_reach {
	QUOTE_SAME,	/* exact and normalised only */
	QUOTE_PLACE,	/* nearly, within the bytes `near` */
	QUOTE_TEXT,	/* nearly, in the whole text: about 8 ms for each megabyte */
};

/*
 * Look for the plain words of a quote, in the bytes `near` first. `normal` is
 * t->text folded. Returns whether it was found at all (level is not unsupported).
 */
bool quote_find(struct arena *a, const struct text *t, const struct normal *normal, struct str quote, struct span near,
	enum quote_reach reach, struct quote_match *m);
#endif
