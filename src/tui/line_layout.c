/*
 * The line as rows. A walk gives one piece after the other: a piece is shown in
 * one row and is a grapheme cluster of what is shown. What stands for one
 * character of the text but takes several (a chip's label, ^X) is as many
 * pieces, of which the first is where the cursor can stand. A newline and the
 * end of the text are pieces without width; under the cursor they take a column,
 * so that it always has one.
 */
#include "line_internal.h"

#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/term_text.h"
#include "ibid/base/utf8.h"

#define TAB_COLS 8

enum piece_kind { PIECE_TEXT, PIECE_NEWLINE, PIECE_END };

struct piece {
	enum piece_kind kind;
	struct str shown;	/* borrowed from the walk */
	size_t from, to;	/* bytes of the text it stands for; both `to` when it is not the first of its character */
	int row, col, cols;
	bool is_wrapped;	/* its row goes on from the one above */
};

struct walk {
	const struct line *l;
	struct str text;
	size_t at, cursor;
	int cols, row, col;
	struct buf unit;	/* what is shown of the character at hand */
	size_t unit_at;
	bool is_tab;		/* the unit is: it stays in one piece */
	bool is_over;
};

static struct walk walk_of(const struct line *l, int cols)
{
	return (struct walk){ .l = l, .text = line_text(l), .cursor = line_cursor(l), .cols = cols > 0 ? cols : 1 };
}

static void walk_release(struct walk *w)
{
	buf_release(&w->unit);
}

/* The end of the cluster at `at`. It stops before a chip, which is a character of its own. */
static size_t cluster_end(const struct walk *w, size_t at)
{
	size_t end = utf8_next_cluster(w->text, at);

	for (size_t i = at + 1; i < end; i++)
		if (chips_at(&w->l->chips, w->text, i))
			return i;
	return end;
}

static bool is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7F;
}

static void show_control(struct walk *w, unsigned char c)
{
	int col = w->col < w->cols ? w->col : 0;

	if (c != '\t') {
		buf_ch(&w->unit, '^');
		buf_ch(&w->unit, (char)(c ^ 0x40));
		return;
	}
	w->is_tab = true;
	do
		buf_ch(&w->unit, ' ');
	while (++col % TAB_COLS && col < w->cols);
}

/* Put into w->unit what is shown of the character at w->at; returns where the next one begins. */
static size_t show(struct walk *w)
{
	const struct chip *chip = chips_at(&w->l->chips, w->text, w->at);
	unsigned char c = (unsigned char)w->text.p[w->at];
	size_t end;

	buf_reset(&w->unit);
	w->unit_at = 0;
	w->is_tab = false;
	if (chip) {
		chips_label(&w->unit, chip);
		return w->at + CHIP_BYTES;
	}
	if (is_control(c)) {
		show_control(w, c);
		return w->at + 1;
	}
	end = cluster_end(w, w->at);
	term_text_add(&w->unit, str_sub(w->text, w->at, end));
	return end;
}

static bool holds_cursor(const struct walk *w, const struct piece *p)
{
	return p->from <= w->cursor && (w->cursor < p->to || p->kind == PIECE_END);
}

/* Give the piece its place; one that does not fit opens a row. */
static void place(struct walk *w, struct piece *p)
{
	int need = p->cols < 1 && holds_cursor(w, p) ? 1 : p->cols;

	p->is_wrapped = need && w->col && w->col + need > w->cols;
	if (p->is_wrapped) {
		w->row++;
		w->col = 0;
	}
	p->row = w->row;
	p->col = w->col;
	w->col += p->cols;
}

static bool next_of_unit(struct walk *w, struct piece *p, size_t from)
{
	struct str all = buf_view(&w->unit);
	size_t end = w->is_tab ? all.len : utf8_next_cluster(all, w->unit_at);

	*p = (struct piece){ .from = from, .to = w->at, .shown = str_sub(all, w->unit_at, end) };
	p->cols = (int)utf8_cols(p->shown);
	w->unit_at = end;
	place(w, p);
	return true;
}

static bool next_mark(struct walk *w, struct piece *p, enum piece_kind kind)
{
	*p = (struct piece){ .kind = kind, .shown = STR_EMPTY, .from = w->at, .to = w->at + (kind == PIECE_NEWLINE) };
	place(w, p);
	w->at = p->to;
	w->is_over = kind == PIECE_END;
	if (kind == PIECE_NEWLINE) {
		w->row++;
		w->col = 0;
	}
	return true;
}

static bool walk_next(struct walk *w, struct piece *p)
{
	size_t from = w->at;

	if (w->unit_at < w->unit.len)
		return next_of_unit(w, p, w->at);
	if (w->is_over)
		return false;
	if (w->at == w->text.len)
		return next_mark(w, p, PIECE_END);
	if (w->text.p[w->at] == '\n')
		return next_mark(w, p, PIECE_NEWLINE);
	w->at = show(w);
	return next_of_unit(w, p, from);
}

struct rows {
	struct buf shown;
	struct line_row *v;	/* texts point nowhere yet: their len counts, p is set at the end */
	size_t n, cap;
};

static void add_row(struct rows *r, bool goes_on)
{
	if (goes_on)
		r->v[r->n - 1].is_wrapped = true;
	r->v = mem_grow(r->v, &r->cap, r->n + 1, sizeof(*r->v));
	r->v[r->n++] = (struct line_row){ .text = STR_EMPTY };
}

static void add_piece(struct rows *r, const struct piece *p)
{
	while (r->n <= (size_t)p->row)
		add_row(r, p->is_wrapped);
	buf_str(&r->shown, p->shown);
	r->v[r->n - 1].text.len += p->shown.len;
}

static struct line_row *rows_take(struct rows *r, struct arena *a)
{
	struct line_row *v = arena_array(a, r->n, sizeof(*v));
	struct str all = arena_str(a, buf_view(&r->shown));

	memcpy(v, r->v, r->n * sizeof(*v));
	for (size_t i = 0, at = 0; i < r->n; at += v[i++].text.len)
		v[i].text.p = all.p + at;
	mem_free(r->v);
	buf_release(&r->shown);
	return v;
}

size_t line_layout(const struct line *l, struct arena *a, int cols, struct line_row **rows, int *row, int *col)
{
	SCOPED(walk) w = walk_of(l, cols);
	struct rows r = { .n = 0 };
	struct piece p;

	while (walk_next(&w, &p)) {
		add_piece(&r, &p);
		if (holds_cursor(&w, &p)) {
			*row = p.row;
			*col = p.col;
		}
	}
	*rows = rows_take(&r, a);
	return r.n;
}

/* Where the cursor is; returns the number of the last row. */
static int find_cursor(const struct line *l, int cols, int *row, int *col)
{
	SCOPED(walk) w = walk_of(l, cols);
	struct piece p = { .row = 0 };

	while (walk_next(&w, &p))
		if (holds_cursor(&w, &p)) {
			*row = p.row;
			*col = p.col;
		}
	return p.row;
}

/* The place in `row` that is nearest to `col`, not behind it unless all are; STR_NONE when a chip's label fills the row. */
static size_t nearest(const struct line *l, int cols, int row, int col)
{
	SCOPED(walk) w = walk_of(l, cols);
	size_t best = STR_NONE;
	struct piece p;

	while (walk_next(&w, &p) && p.row <= row)
		if (p.row == row && (p.from < p.to || p.kind == PIECE_END) && (best == STR_NONE || p.col <= col))
			best = p.from;
	return best;
}

bool line_row_step(struct line *l, int cols, bool up)
{
	int row = 0, col = 0, last;
	size_t to = STR_NONE;

	line_cancel(l);
	last = find_cursor(l, cols, &row, &col);
	if (!l->is_stepping)
		l->want_col = col;
	while (to == STR_NONE && (up ? row > 0 : row < last))
		to = nearest(l, cols, row += up ? -1 : 1, l->want_col);
	if (to == STR_NONE)
		return false;
	line_point(l, (int)to);
	l->is_stepping = true;
	l->is_changed = true;
	return true;
}
