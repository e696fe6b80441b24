/*
 * cite/bib_format.h - bibliographies in and out: one table of formats
 *
 * A format reads text into plain items and writes items as text. Nothing here
 * touches a file. What one format knows and CSL does not is kept in the item's
 * `custom` pairs, so that reading and writing the same format loses no field, and
 * writing what was read from our own output gives the same bytes again.
 *
 * Hostile values: each writer escapes what its format makes special; control
 * characters are dropped, and no value can begin a new field, tag or entry
 * (reference: CWE-1236, GHSA-g27c-q7cp-mhx6).
 *
 *	const struct bib_format *f = bib_format_find(STR("refs.bib"));
 *	struct bib_list refs = { 0 };
 *	if (f->read(&arena, text, &refs, err) != OK) return err_ctx(err, "reading '%s'", path);
 *	bib_format_find(STR("ris"))->write(&out, refs.items, refs.n_items, NULL, 0);
 */
#ifndef IBID_CITE_BIB_FORMAT_H
#define IBID_CITE_BIB_FORMAT_H
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/str.h"
#include "ibid/model/bib.h"

/* Largest bibliography read, in bytes, and most items in one. */
#define BIB_TEXT_MAX ((size_t)64 << 20)
#define BIB_ITEMS_MAX ((size_t)200000)

enum bib_locator { BIB_LOCATOR_NONE, BIB_LOCATOR_PAGE, BIB_LOCATOR_SECTION, BIB_LOCATOR_PARAGRAPH };

/* One place of a source that was used, with its words. */
struct bib_use {
	size_t item;			/* index into the items written beside it */
	enum bib_locator label;
	struct str locator;		/* "33", "iv-v", "Methods > Samples"; empty with BIB_LOCATOR_NONE */
	struct str quote;		/* the words of the source; empty for a paraphrase */
	struct str prefix;		/* what stands before the citation: "see" */
};

/*
 * Read `text` (UTF-8, a byte order mark is skipped, invalid bytes become U+FFFD) and append
 * to `out`. A broken entry is skipped with a warning that names its line; the rest goes on.
 *
 * Errors: ERR_DATA   not this format at all
 *         ERR_LIMIT  more than BIB_TEXT_MAX or BIB_ITEMS_MAX
 */
typedef enum err_code bib_read_fn(struct arena *a, struct str text, struct bib_list *out, struct err *err);

/*
 * Append `n` items in the order given; the same items give the same bytes. Items without an id
 * get a citekey; an id that some format cannot hold, or that another item has, is changed, and alike
 * in all formats, so that a text in Markdown finds its sources in the CSL-JSON beside it.
 */
typedef void bib_write_fn(struct buf *out, const struct bib_item *items, size_t n, const struct bib_use *uses,
	size_t n_uses);

struct bib_format {
	const char *name;		/* as in --format */
	const char *alias;		/* a second name; NULL when there is none */
	const char *mime;
	const char *extension;		/* with the dot */
	bib_read_fn *read;		/* NULL: ibid only writes it */
	bib_write_fn *write;
};

/* In the order that help lists them; ends with a NULL. */
extern const struct bib_format *const bib_formats[];

/* By name, alias, or the end of a file name, in any case; .bib is read as BibLaTeX, a superset. NULL when none is meant. */
const struct bib_format *bib_format_find(struct str name);

/* By the first bytes, for standard input; NULL when it looks like none. */
const struct bib_format *bib_format_guess(struct str text);

extern const struct bib_format bib_format_csl, bib_format_bibtex, bib_format_biblatex, bib_format_ris,
	bib_format_markdown;

/* "page", "section", "paragraph", as CSL names it; "" for none. */
const char *bib_locator_name(enum bib_locator label);
/* BIB_LOCATOR_NONE for a name that is none of them. */
enum bib_locator bib_locator_of(struct str name);

/* For people: `p. 33: "words of the source"`; what is missing is left out. */
void bib_use_add(struct buf *out, const struct bib_use *use);
#endif
