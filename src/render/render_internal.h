/*
 * render/render_internal.h - the stages of the Markdown renderer
 *
 *	split	source bytes -> whole blocks, as they complete
 *	layout	one block -> md4c's events -> containers and leaves
 *	inlines	a leaf's text with its styles -> lines of a width
 *	table	cells -> columns
 *
 * Where the output is kept as rows (rows.c), three more:
 *
 *	math_source	a block's source -> the same with its formulas set apart
 *	math		LaTeX -> readable Unicode
 *	open_ends	source that breaks off -> the same with its open ends closed
 *	preview		the block that is not complete yet -> pieces for the eye
 */
#ifndef IBID_RENDER_RENDER_INTERNAL_H
#define IBID_RENDER_RENDER_INTERNAL_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/out.h"
#include "ibid/base/str.h"
#include "ibid/render/rows.h"

/* --- split.c */

enum piece_kind {
	PIECE_BLOCK,		/* whole blocks, to be parsed */
	PIECE_ITEM,		/* one item of a top-level list */
	PIECE_LITERAL,		/* a reference definition, shown as it is */
	PIECE_CODE_BEGIN,	/* text: the info string */
	PIECE_CODE_LINE,	/* without its line feed */
	PIECE_CODE_END,
	PIECE_SOURCE,		/* preview: rows of what may become a table */
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
	bool knows_math;	/* lines between $$ and $$, \[ and \] begin no list */
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
	const char *math_close;	/* of the display math the block is in, or NULL */
};

void split_feed(struct split *s, struct str source);
void split_end(struct split *s);
void split_release(struct split *s);

/* For preview: one whole line; the end of the open block; what a line alone says. */
void split_line(struct split *s, struct str line);
void split_end_block(struct split *s);
bool split_is_heading(struct str line);
bool split_closes_fence(const struct split *s, struct str line);
/* Bytes of quote and list marks the line begins with. */
size_t split_marks(struct str line);

/* --- preview.c */

/*
 * What is open, handed out as if it ended here, with its open ends closed for the eye; `s` stays as it is.
 * At most the last `max` bytes of it. A fence that is open stays so.
 */
void split_preview(const struct split *s, size_t max, piece_fn *on_piece, void *ctx);

/* --- math_source.c */

/* Source in which math is a code span; span i begins at byte v[i].from and holds what LaTeX it was. */
struct math_source {
	struct buf text;
	struct math_span {
		size_t from;
		bool is_display;
	} *v;
	size_t n, cap;
};

/* False when there is no math in it: then `to` is empty. */
bool source_math(struct math_source *to, struct str source);
void math_source_release(struct math_source *m);

/* --- open_ends.c */

/* Append the source with its unclosed emphasis, code, links and, with `math`, formulas closed. */
void source_close(struct buf *to, struct str source, bool math);

/* --- math.c */

/* Append LaTeX as Unicode; what is not known stays as written. Lines (\\) are parted by LF if `keeps_lines`, else by "; ". */
void math_add(struct buf *to, struct str latex, bool keeps_lines);

/* --- inlines.c */

/* Tags of a struct out that keeps: 0 for what the layout adds (marks of lists, frames), else TAG_TEXT and these. */
#define TAG_TEXT (1u << 31)
#define TAG_MARK (1u << 30)	/* with the number of the mark */
#define TAG_NUMBER(tag) ((tag) & (TAG_MARK - 1))	/* of the mark, or 1 + that of the link; 0: neither */

/* Harmless text in styled runs: run i is of its style and tag up to byte `to`. */
struct inlines {
	struct buf text;
	struct inline_run {
		size_t to;
		enum out_style style;
		uint32_t tag;
	} *runs;
	size_t n, cap;
};
#define INLINES_INIT { .text = BUF_INIT }

void inlines_add(struct inlines *in, struct str text, enum out_style style, uint32_t tag);
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

/* Told what stands in the output, where it is kept; every call but code_line comes at the begin of a line. */
struct watch {
	void *ctx;
	void (*kind)(void *ctx, enum row_kind kind);	/* of the rows from here on */
	void (*code_begin)(void *ctx, struct str info);
	void (*code_line)(void *ctx, struct str line);	/* shows it, without its line end */
	void (*code_end)(void *ctx);
	uint32_t (*link)(void *ctx, struct str url);	/* its number, from 0 */
	struct row_mark_look (*mark)(void *ctx, int n);	/* NULL: no number is a mark */
	void *mark_ctx;
	bool shows_math;
};

struct layout {
	const struct watch *watch;	/* NULL: written to a terminal or pipe as it comes */
	struct out *out;
	size_t cols;
	bool wrote;			/* something stands above */
	bool after_item, after_literal;	/* the last piece was one */
	char item_mark;			/* of the list the last item belongs to: '-', '.' or ')' */
	unsigned item_number;
};

void layout_piece(struct layout *l, const struct piece *p);
/* A line that is no Markdown, wrapped; its leading blanks stay. */
void layout_plain(struct layout *l, struct str line);

/* --- entity.c */

/* Append what "&amp;" or "&#x41;" stands for; false for a name that is not known. */
bool entity_add(struct buf *out, struct str entity);
#endif
