/*
 * render/render_internal.h - the stages of the Markdown renderer
 *
 *	split	source bytes -> whole blocks, as they complete
 *	layout	one block -> md4c's events -> containers and leaves
 *	inlines	a leaf's text with its styles -> lines of a width
 *	table	cells -> columns
 */
#ifndef IBID_RENDER_RENDER_INTERNAL_H
#define IBID_RENDER_RENDER_INTERNAL_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/out.h"
#include "ibid/base/str.h"

/* --- split.c */

enum piece_kind {
	PIECE_BLOCK,		/* whole blocks, to be parsed */
	PIECE_ITEM,		/* one item of a top-level list */
	PIECE_LITERAL,		/* a reference definition, shown as it is */
	PIECE_CODE_BEGIN,	/* text: the info string */
	PIECE_CODE_LINE,	/* without its line feed */
	PIECE_CODE_END,
};

struct piece {
	enum piece_kind kind;
	struct str text;	/* dies with the call */
	bool after_blank;	/* a blank line stands before it in the source */
};
typedef void piece_fn(void *ctx, const struct piece *p);

enum split_state { SPLIT_BETWEEN, SPLIT_BLOCK, SPLIT_ITEM, SPLIT_INDENTED, SPLIT_FENCE };

struct split {
	piece_fn *on_piece;
	void *ctx;
	/* Private from here on. */
	struct buf line;	/* the source line that is not complete yet */
	struct buf block;	/* lines of the block that is not complete yet */
	enum split_state state;
	bool blank_before;	/* in the source, before what comes next */
	bool block_after_blank;	/* the same for the block that is gathered */
	bool saw_blank;		/* inside the item or the indented code that is gathered */
	size_t item_cols;	/* where the content of the list item begins */
	char fence_char;
	size_t fence_len, fence_indent;
};

void split_feed(struct split *s, struct str source);
void split_end(struct split *s);
void split_release(struct split *s);

/* --- inlines.c */

/* Harmless text in styled runs: run i is of style[i] up to byte to[i]. */
struct inlines {
	struct buf text;
	struct inline_run {
		size_t to;
		enum out_style style;
	} *runs;
	size_t n, cap;
};
#define INLINES_INIT { .text = BUF_INIT }

void inlines_add(struct inlines *in, struct str text, enum out_style style);
void inlines_reset(struct inlines *in);
void inlines_release(struct inlines *in);

/*
 * The next line of at most `cols` columns from byte *at, which moves behind it
 * and the blanks it ends in; false when nothing is left. A word that is wider
 * stands on a line of its own, or is cut at clusters when `cuts_words`.
 */
bool inlines_line(const struct inlines *in, size_t cols, bool cuts_words, size_t *at, struct str *line);

/* Write a line got from inlines_line, with its styles. */
void inlines_show(const struct inlines *in, struct str line, struct out *o);

/* The widest line when nothing is wrapped. */
size_t inlines_cols(const struct inlines *in);

/* --- table.c */

enum table_align { ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

struct table {
	size_t n_cols;
	struct inlines *cells;		/* by rows, the head first; n is a multiple of n_cols at the end */
	size_t n, cap;
	enum table_align *align;	/* of each column */
};

void table_begin(struct table *t, size_t n_cols);
/* A new cell at the end; valid until the next one. */
struct inlines *table_cell(struct table *t, enum table_align align);
/* Rows of at most `cols` columns where that can be done; `prefix` begins each. */
void table_show(const struct table *t, size_t cols, struct str prefix, struct out *o);
void table_release(struct table *t);

/* --- layout.c */

struct layout {
	struct out *out;
	size_t cols;
	bool wrote;			/* something stands above */
	bool after_item, after_literal;	/* the last piece was one */
	char item_mark;			/* of the list the last item belongs to: '-', '.' or ')' */
	unsigned item_number;
};

void layout_piece(struct layout *l, const struct piece *p);

/* --- entity.c */

/* Append what "&amp;" or "&#x41;" stands for; false for a name that is not known. */
bool entity_add(struct buf *out, struct str entity);
#endif
