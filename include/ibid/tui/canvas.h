/*
 * tui/canvas.h - the screen as a grid of cells, before it reaches a terminal
 *
 * Views draw text on a canvas; tui/term puts the canvas on the terminal, cell by
 * cell, only where something changed. A canvas needs no terminal, so views are
 * tested as text. All text drawn here passes base/term_text's one-line sink
 * first: a view cannot forget it.
 *
 * Cells hold the safe form of a grapheme cluster (UAX 29): what every terminal
 * and libc draw in as many columns as base/utf8 counts. Emoji sequences reduce
 * to their base, a variation selector behind a narrow base is dropped, at most
 * CANVAS_MARKS_MAX marks stay on a base. The source keeps its full form.
 *
 * Rows and columns count from 0. Drawing outside is clipped, never an error; a
 * wide cell that an edge or a later text cuts in half becomes blank.
 */
#ifndef IBID_TUI_CANVAS_H
#define IBID_TUI_CANVAS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/out.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

#define CANVAS_MARKS_MAX 4
/* Larger terminals are drawn in part: more cells than this help nobody. */
#define CANVAS_ROWS_MAX 500
#define CANVAS_COLS_MAX 1000

/* A style is an enum out_style, or one of these that only a screen has, with flags or-ed to it. */
enum canvas_style {
	CANVAS_ROLE = OUT_STYLE_COUNT,	/* the head of a message: who speaks */
	CANVAS_STATUS,			/* the status row */
	CANVAS_HINT,			/* keys valid now, folded reasoning */
	CANVAS_BAR,			/* between panes */
	CANVAS_KEYWORD, CANVAS_STRING, CANVAS_COMMENT, CANVAS_NUMBER,	/* in code */
	CANVAS_STYLE_COUNT
};
#define CANVAS_REVERSE (1u << 8)	/* selected */
#define CANVAS_STRONG (1u << 9)
#define CANVAS_STYLE_OF(style) ((style) & 0xffu)

struct canvas;

/* A size below 1 or above the most is clamped. */
struct canvas *canvas_new(int rows, int cols);
void canvas_free(struct canvas *c);
SCOPE_PTR(canvas)

int canvas_rows(const struct canvas *c);
int canvas_cols(const struct canvas *c);
/* A new size; all cells are blank afterwards. */
void canvas_resize(struct canvas *c, int rows, int cols);
/* All cells blank, no cursor. */
void canvas_clear(struct canvas *c);

/*
 * Draw one line of text from (row, col), at most `max_cols` columns of it (0: to
 * the right edge; a width that was reckoned below 0: nothing). Returns the columns it took. TAB is drawn as spaces to the
 * next multiple of 8 from the start of the text.
 */
int canvas_put(struct canvas *c, int row, int col, int max_cols, struct str text, unsigned style);
int canvas_putf(struct canvas *c, int row, int col, int max_cols, unsigned style, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
/* The same, without its first `skip_cols` columns (not counted in what is returned): for text that was scrolled sideways. */
int canvas_put_from(struct canvas *c, int row, int col, int max_cols, int skip_cols, struct str text, unsigned style);
/* Blank cells of a style. */
void canvas_fill(struct canvas *c, int row, int col, int n_cols, unsigned style);
/* Or flags to the style of what stands there; a wide cell is marked whole. */
void canvas_mark(struct canvas *c, int row, int col, int n_cols, unsigned flags);
/* A vertical bar over rows [from, to) and a horizontal line; tui/term draws them as | and - where all must be ASCII. */
void canvas_vbar(struct canvas *c, int col, int row_from, int row_to);
void canvas_dashes(struct canvas *c, int row, int col, int n_cols);

/* Where the terminal's cursor stands; hidden when no view asked for it. */
void canvas_cursor(struct canvas *c, int row, int col);
bool canvas_has_cursor(const struct canvas *c, int *row, int *col);

/*
 * What a cell shows: one spacing character with its marks, because that is what curses holds and libc measures.
 * The second cell of a wide one has cols 0 and no text. An Indic vowel sign, and each letter of a flag, has a cell of its own.
 */
struct canvas_cell {
	struct str text;	/* UTF-8 of the safe form; " " when blank */
	int cols;		/* 1, 2, or 0 */
	unsigned style;
};
struct canvas_cell canvas_at(const struct canvas *c, int row, int col);

/* Hash of a row's cells: equal rows need no drawing. */
uint64_t canvas_row_hash(const struct canvas *c, int row);

/* The whole canvas as text for tests and dumps: rows ended by LF, without blanks at their ends. */
void canvas_text(const struct canvas *c, struct buf *out);
#endif
