/*
 * render/rows_internal.h - where rows are kept, and how output becomes rows
 */
#ifndef IBID_RENDER_ROWS_INTERNAL_H
#define IBID_RENDER_ROWS_INTERNAL_H
#include "render/render_internal.h"

/* A piece of store.strings: addresses, the text of code. */
struct span {
	size_t from, to;
};

/* Compact: a message of some thousand bytes has some dozens of them. */
struct row_at {
	size_t text_to;		/* its text ends here in store.text, and begins where the one before ends */
	uint32_t place;		/* clusters of text before it */
	uint32_t runs_to : 30;
	uint32_t kind : 2;
};

struct code_at {
	struct span info, text;
};

/* How much there is of everything, to go back to. */
struct store_size {
	size_t text, strings, rows, runs, urls, links, marks, codes;
	uint32_t places;
};

struct store {
	struct buf text, strings;
	struct row_at *rows;
	struct row_run *runs;
	struct span *urls;		/* by the number of the link */
	struct row_link *links;
	uint32_t *link_urls;		/* of each of them */
	struct row_mark *marks;
	struct row_code *codes;
	struct code_at *code_texts;	/* of each of them */
	struct store_size n, cap;
	size_t cap_link_urls, cap_code_texts;
};

struct store_size store_size(const struct store *s);
void store_cut(struct store *s, const struct store_size *n);
void store_release(struct store *s);
/* Give back what was not used. */
void store_shrink(struct store *s);
size_t store_bytes(const struct store *s);

/* Cut what an output kept, all of it whole lines, into rows. */
void store_rows(struct store *s, struct out *kept, enum row_kind kind);

struct span store_string(struct store *s, struct str string);
uint32_t store_url(struct store *s, struct str url);
void store_code(struct store *s, struct str info);

struct row store_row(const struct store *s, size_t i);
/* Strings move as they grow: set the pointers into them. */
void store_point(const struct store *s);
#endif
