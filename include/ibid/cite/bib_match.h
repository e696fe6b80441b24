/*
 * cite/bib_match.h - which document an imported item is about
 *
 * A bibliography completes the meta data of documents that are in the library. Its
 * items are matched by what identifies most surely first:
 *
 *	DOI     in any spelling, with or without its resolver's address
 *	URL     without scheme, www., fragment, tracking parameters and closing slash;
 *	        an archived page counts as the page, a PDF on arXiv as its abstract
 *	title   at least 0.9 of the words alike (Dice, folded case and accents), all
 *	        numbers equal, years at most one apart; without a year on one side
 *	        all of at least three words; never across two DOIs
 *
 * Two sources that tie are told, not chosen between: the caller asks.
 *
 *	struct bib_index *known = bib_index_new(&arena, documents, n_documents);
 *	struct bib_match m = bib_match(known, &item);
 *	if (m.by != BIB_MATCH_NONE && m.n_equal == 1) complete(documents[m.index], &item);
 */
#ifndef IBID_CITE_BIB_MATCH_H
#define IBID_CITE_BIB_MATCH_H
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/str.h"
#include "ibid/model/bib.h"

/* Titles less alike are of different works. */
#define BIB_TITLE_ALIKE 0.9

enum bib_match_by { BIB_MATCH_NONE, BIB_MATCH_DOI, BIB_MATCH_URL, BIB_MATCH_TITLE };

struct bib_match {
	enum bib_match_by by;
	size_t index;		/* of the first of the best */
	size_t n_equal;		/* how many are as good: 1 when it is certain */
	double score;		/* 1 for an identifier, else the likeness of the titles */
};

struct bib_index;

/* Over `n` items, which it borrows; all of it lives in the arena. */
struct bib_index *bib_index_new(struct arena *a, const struct bib_item *known, size_t n);

struct bib_match bib_match(const struct bib_index *index, const struct bib_item *item);

/* "doi", "url", "title"; "" for none. */
const char *bib_match_name(enum bib_match_by by);

/* The form in which identifiers are compared; nothing when there is none. */
void bib_doi_normal(struct buf *out, const struct bib_item *item);
void bib_url_normal(struct buf *out, struct str url);
#endif
