/*
 * render/rows.h - Markdown as rows of a width, for a screen that scrolls over them
 *
 * The same renderer as render/markdown.h, with its output kept instead of
 * written: harmless text, styled runs, and what stands in it: code blocks,
 * links, marks [n]. Rows are never padded and carry no gutter: a row's text is
 * what people copy. Rows of paragraphs fit the width; code and tables may be
 * wider, the screen scrolls them sideways.
 *
 * A stream keeps what cannot change any more: rows of blocks that are complete
 * stay for good (row numbers below rows->n_stable), the open block is laid out anew by each
 * rows_refresh, with unclosed emphasis, code and links closed for the eye, and a
 * table shown as its source until its second row is complete. The work of a
 * refresh is bounded by ROWS_TAIL_MAX, whatever the length of the block. rows_end
 * lays out the rest for good; then the rows equal those of the whole source at once.
 *
 *	SCOPED_PTR(rows) r = rows_new(&(struct rows_opts){ .width_cols = 80, .color = true });
 *	rows_feed(r, piece); ... rows_refresh(r);	as often as a frame is drawn
 *	rows_end(r);
 *
 * Code is coloured by libt3highlight where it knows the language of the fence;
 * its states go on from line to line, so a stream colours as it comes.
 * Math between $ $, $$ $$, \( \), \[ \] is shown as readable Unicode (x_1^2 as x₁²,
 * \alpha as α, \frac{a}{b} as a/b) unless opts.raw_math; what is not known stays as written.
 */
#ifndef IBID_RENDER_ROWS_H
#define IBID_RENDER_ROWS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/out.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

/* Bytes of an open block that are laid out by a refresh: its last ones. */
#define ROWS_TAIL_MAX ((size_t)32 << 10)

/* Styles of runs: enum out_style, and these. The values are those of tui/canvas. */
enum row_style { ROW_KEYWORD = OUT_STYLE_COUNT + 4, ROW_STRING, ROW_COMMENT, ROW_NUMBER };

enum row_kind { ROW_TEXT, ROW_CODE, ROW_TABLE };

/* The run's text goes from where the one before ends to byte `to` of the row. */
struct row_run {
	uint32_t to;
	uint8_t style;
};

struct row {
	struct str text;		/* without its line end */
	const struct row_run *runs;	/* n_runs >= 1 when text is not empty; the last one ends with the text */
	size_t n_runs;
	enum row_kind kind;
};

/* A fenced or indented block of code, for copying: the text as it was written, without fences. */
struct row_code {
	struct str info;		/* "python" */
	struct str text;		/* borrowed from the rows; of an open block: so far */
	size_t row_from, row_to;	/* half open */
};

struct row_link {
	size_t row;
	uint32_t from, to;		/* bytes of the row: its label */
	struct str url;			/* as written, harmless */
};

/* A citation mark [n], outside code. */
struct row_mark {
	size_t row;
	uint32_t from, to;		/* bytes of the row, brackets included */
	int n;
};

/* What is shown behind the number of a mark ("", "?", "!", ".") and in which style; NULL: it is text, no mark. */
struct row_mark_look {
	const char *suffix;
	enum out_style style;
};

struct highlight;	/* render/highlight.h */

struct rows_opts {
	int width_cols;
	bool color;			/* false: fences are shown, no colours in code */
	bool raw_math;
	bool is_plain;			/* no Markdown: a user's own text, wrapped, line breaks kept */
	/* Asked whenever a mark is laid out; a stable row keeps what it was told. NULL: no number is a mark. */
	struct row_mark_look (*mark)(void *ctx, int n);
	void *ctx;
	struct highlight *highlight;	/* borrowed: its languages serve all rows; NULL: loaded for these rows alone */
};

struct rows;

struct rows *rows_new(const struct rows_opts *opts);
void rows_free(struct rows *r);
SCOPE_PTR(rows)

void rows_feed(struct rows *r, struct str source);
/* Lay out the open block. False when nothing changed since the last one. */
bool rows_refresh(struct rows *r);
void rows_end(struct rows *r);

/* Rows at present: stable ones, then those of the open block. Everything borrowed dies with the next feed, refresh or end. */
size_t rows_n(const struct rows *r);
size_t rows_n_stable(const struct rows *r);
struct row rows_at(const struct rows *r, size_t i);
size_t rows_codes(const struct rows *r, const struct row_code **codes);
size_t rows_links(const struct rows *r, const struct row_link **links);
size_t rows_marks(const struct rows *r, const struct row_mark **marks);

/* Bytes of memory it holds, for the cache that decides what to drop. */
size_t rows_bytes(const struct rows *r);

/*
 * A place that outlives a new width: clusters that are no blanks before row i,
 * and the row that holds such a place (the last one at most).
 */
size_t rows_place_of(const struct rows *r, size_t i);
size_t rows_row_of(const struct rows *r, size_t place);
#endif
