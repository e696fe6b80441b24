/*
 * cite/bib_ris.h - the tags of RIS, shared by bib_ris_read.c and bib_ris.c
 */
#ifndef IBID_CITE_BIB_RIS_H
#define IBID_CITE_BIB_RIS_H
#include "bib_internal.h"

/* Types that share the meaning of their tags. */
enum ris_class {
	RIS_ARTICLE = 1u << 0,
	RIS_PART = 1u << 1,		/* of a book, or of proceedings */
	RIS_BOOK = 1u << 2,
	RIS_REPORT = 1u << 3,		/* with theses and standards */
	RIS_VERSIONED = 1u << 4,	/* software and data sets */
	RIS_OTHER = 1u << 5,
	RIS_ANY = (1u << 6) - 1,
};

enum ris_class ris_class(enum bib_type type);

enum ris_kind {
	RIS_K_TEXT, RIS_K_LINES, RIS_K_NAMES, RIS_K_KEYWORDS, RIS_K_ISSUED, RIS_K_ACCESSED, RIS_K_PAGES, RIS_K_SERIAL, RIS_K_DOI,
	RIS_K_URL, RIS_K_ACCESSION, RIS_KIND_COUNT
};

struct ris_row {
	enum ris_kind kind;
	int what;		/* a bib_field, bib_role or bib_date_kind, as the kind wants */
	const char *tag;
	unsigned classes;
	bool is_written;	/* all rows are read, in this order; these are written too */
};

extern const struct ris_row ris_rows[];
extern const size_t ris_n_rows;

/* Our type for one of RIS; false when nobody knows it. *is_alias: another one is written for it. */
bool ris_type_of(struct str ris, enum bib_type *type, bool *is_alias);

/* The name of an archive as it is written before a number there; NULL for one that BibLaTeX does not know. */
const char *ris_archive(struct str name);

/* YYYY/MM/DD/other, any part empty; or any form of bib_date_parse. False when it is neither. */
bool ris_date_parse(struct arena *a, struct str text, struct bib_date *date);

/* "1234-567X" at the start, with or without the hyphen: an ISSN and no ISBN. */
bool ris_is_issn(struct str number);

/* "TY  - ", with one space or two before the hyphen: *value is what follows. */
bool ris_tag(struct str line, int *spaces, struct str *tag, struct str *value);

bib_read_fn ris_read;
#endif
