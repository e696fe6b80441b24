/*
 * cite/bib_internal.h - what the formats share
 */
#ifndef IBID_CITE_BIB_INTERNAL_H
#define IBID_CITE_BIB_INTERNAL_H
#include "ibid/cite/bib_format.h"

/*
 * Append `s` as an item holds it: valid UTF-8, no control characters, white space
 * collapsed and trimmed. A line break (CR, LF, VT, FF, NEL, U+2028, U+2029) becomes
 * a space, or with `keep_lines` one LF for a run of them.
 */
void bib_clean(struct buf *out, struct str s, bool keep_lines);
struct str bib_cleaned(struct arena *a, struct str s, bool keep_lines);

/* abstract, note and annote are made of lines; all other fields are one. */
bool bib_keeps_lines(enum bib_field field);

/* Append pages with one hyphen for any run of dashes and the spaces around it: "1 – 5" is "1-5". */
void bib_add_pages(struct buf *out, struct str pages);

/* Append a field's text as items hold it: pages by bib_add_pages, lines where they are kept. */
void bib_add_field(struct buf *out, enum bib_field field, struct str value);

/* Clean `value` and set the field; an empty value or a field that is set already changes nothing and is false. */
bool bib_set(struct arena *a, struct bib_item *item, enum bib_field field, struct str value);

/* Add a name; one without a family name is a literal, of whatever it has, and one without anything is none. */
void bib_add_settled(struct arena *a, struct bib_item *item, struct bib_name name);

/* Without byte order mark and control characters, repaired, lines ended by LF alone. Errors: ERR_LIMIT above BIB_TEXT_MAX. */
enum err_code bib_source(struct arena *a, struct str text, struct str *source, struct err *err);

/*
 * One key for each item, all different and the same for every format: a character that one of them
 * cannot hold in a key (space, comma, braces, what TeX makes special) becomes '_'.
 */
struct str *bib_keys(struct arena *a, const struct bib_item *items, size_t n);

/* Bytes of the markup tag of model/bib.h at `at`; 0 when there is none. */
size_t bib_tag_len(struct str s, size_t at);
/* Clean text without markup. */
void bib_add_plain(struct buf *out, struct str s, bool keep_lines);

/* The date, read from its literal where that is one: what a reader would make of it. */
struct bib_date bib_date_of_item(const struct bib_item *item, enum bib_date_kind kind);

/* 1-12 for an English month by its first three letters, 21-24 for a season, 0 for any other word. */
int bib_month_of(struct str word);

/* "p. 33", "sec. 2"; nothing for a use without a locator. */
void bib_use_locator(struct buf *out, const struct bib_use *use);

/* Bare DOI of "https://doi.org/10.1/x", "doi:10.1/x", "10.1/x": without what stands before it. */
struct str bib_doi_bare(struct str doi);
#endif
