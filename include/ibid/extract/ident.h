/*
 * extract/ident.h - what identifies a work: DOI, arXiv number, and titles that are none
 *
 * DOI by the pattern that matches 74.4 of 74.9 million Crossref DOIs
 * (10.\d{4,9}/ and then letters, digits, -._;()/:), less the punctuation of the
 * sentence around it and a bracket that was not opened. arXiv by its own two
 * schemes, 2107.01234v2 and hep-th/9901001, and only where "arXiv" says so.
 */
#ifndef IBID_EXTRACT_IDENT_H
#define IBID_EXTRACT_IDENT_H
#include <stdbool.h>

#include "ibid/base/str.h"

/* The first in the text; empty when there is none. Borrowed from it. */
struct str ident_doi(struct str text);
struct str ident_arxiv(struct str text);

/* What programs write when nobody gave a title: "Microsoft Word - x.doc", "untitled", a file's name. */
bool ident_title_is_junk(struct str title);
#endif
