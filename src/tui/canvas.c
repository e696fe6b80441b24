/*
 * A cell is 12 bytes: its text when that is at most 8 (all but a base with
 * several marks), else an offset into a pool that is packed when it has grown
 * to twice what was in use. 250x70 cells take 210 KB.
 */
#include "ibid/tui/canvas.h"

#include <stdarg.h>
#include <string.h>

#include "ibid/base/hash.h"
#include "ibid/base/mem.h"
#include "ibid/base/term_text.h"
#include "ibid/base/utf8.h"
#include "tui/canvas_internal.h"

#define INLINE_MAX 8
#define TAB_COLS 8
/* Text passes the sink in slices, so that a line of megabytes costs what is seen of it. */
#define SLICE_BYTES 1024
/* No cluster is longer than this; what claims to be is cut, so that its end is not searched for ever. */
#define CLUSTER_MAX 256
#define POOL_MIN ((size_t)4096)

#define STYLE_BITS (CANVAS_STYLE_OF(~0u) | CANVAS_REVERSE | CANVAS_STRONG)

struct cell {
	char text[INLINE_MAX];	/* zero behind its end; a uint32_t offset into the pool when len > INLINE_MAX */
	uint16_t style;
	uint8_t len;
	uint8_t cols;		/* 0: the second half of a wide cell */
};

struct canvas {
	int rows, cols;
	struct cell *cells;
	struct buf pool;
	size_t pool_limit;	/* pack it before it grows beyond */
	int cursor_row, cursor_col;
	bool has_cursor;
};

static int clamp(int n, int max)
{
	return n < 1 ? 1 : n > max ? max : n;
}

struct canvas *canvas_new(int rows, int cols)
{
	struct canvas *c = mem_zalloc(1, sizeof(*c));

	canvas_resize(c, rows, cols);
	return c;
}

void canvas_free(struct canvas *c)
{
	if (!c)
		return;
	mem_free(c->cells);
	buf_release(&c->pool);
	mem_free(c);
}

int canvas_rows(const struct canvas *c)
{
	return c->rows;
}

int canvas_cols(const struct canvas *c)
{
	return c->cols;
}

static size_t n_cells(const struct canvas *c)
{
	return (size_t)c->rows * (size_t)c->cols;
}

void canvas_resize(struct canvas *c, int rows, int cols)
{
	c->rows = clamp(rows, CANVAS_ROWS_MAX);
	c->cols = clamp(cols, CANVAS_COLS_MAX);
	c->cells = mem_resize(c->cells, n_cells(c), sizeof(*c->cells));
	canvas_clear(c);
}

static struct cell blank(unsigned style)
{
	return (struct cell){ .text = " ", .style = (uint16_t)(style & STYLE_BITS), .len = 1, .cols = 1 };
}

void canvas_clear(struct canvas *c)
{
	for (size_t i = 0; i < n_cells(c); i++)
		c->cells[i] = blank(OUT_PLAIN);
	buf_reset(&c->pool);
	c->pool_limit = POOL_MIN;
	c->has_cursor = false;
}

/* --- cells */

static struct cell *cell_at(const struct canvas *c, int row, int col)
{
	return &c->cells[(size_t)row * (size_t)c->cols + (size_t)col];
}

static bool is_inside(const struct canvas *c, int row, int col)
{
	return row >= 0 && row < c->rows && col >= 0 && col < c->cols;
}

static uint32_t pool_offset(const struct cell *cell)
{
	uint32_t at;

	memcpy(&at, cell->text, sizeof(at));
	return at;
}

static struct str cell_text(const struct canvas *c, const struct cell *cell)
{
	if (cell->len <= INLINE_MAX)
		return str_of(cell->text, cell->len);
	return str_sub(buf_view(&c->pool), pool_offset(cell), pool_offset(cell) + (size_t)cell->len);
}

static void pool_add(struct buf *pool, struct cell *cell, struct str text)
{
	uint32_t at = (uint32_t)pool->len;

	buf_str(pool, text);
	memcpy(cell->text, &at, sizeof(at));
}

/* Keep what cells still show. */
static void pool_pack(struct canvas *c)
{
	struct buf packed = BUF_INIT;

	for (size_t i = 0; i < n_cells(c); i++)
		if (c->cells[i].len > INLINE_MAX)
			pool_add(&packed, &c->cells[i], cell_text(c, &c->cells[i]));
	buf_release(&c->pool);
	c->pool = packed;
	c->pool_limit = 2 * packed.len + POOL_MIN;
}

static struct cell cell_of(struct canvas *c, const struct piece *p, unsigned style)
{
	struct cell cell = blank(style);

	cell.len = (uint8_t)p->len;
	cell.cols = (uint8_t)p->cols;
	if (p->len <= INLINE_MAX) {
		memcpy(cell.text, p->text, (size_t)p->len);
		return cell;
	}
	if (c->pool.len + (size_t)p->len > c->pool_limit)
		pool_pack(c);
	pool_add(&c->pool, &cell, str_of(p->text, (size_t)p->len));
	return cell;
}

/* What is cut in half by a new cell at (row, col) becomes blank. */
static void free_cell(struct canvas *c, int row, int col)
{
	struct cell *at = cell_at(c, row, col);

	if (at->cols == 0 && col > 0)
		at[-1] = blank(at[-1].style);
	if (at->cols == 2)
		at[1] = blank(at[1].style);
}

static void set_cell(struct canvas *c, int row, int col, struct cell cell)
{
	free_cell(c, row, col);
	if (cell.cols == 2) {
		free_cell(c, row, col + 1);
		*cell_at(c, row, col + 1) = (struct cell){ .style = cell.style };
	}
	*cell_at(c, row, col) = cell;
}

/* --- text */

/* Where a text is being drawn: columns count from its start, `skip` of them are not shown. */
struct pen {
	struct canvas *c;
	int row, col;		/* where column `skip` of the text stands */
	long at, skip, limit;	/* the next column of the text, the first shown, the first not shown any more */
	unsigned style;
};

static bool is_full(const struct pen *p)
{
	return p->at >= p->limit;
}

static void pen_blank(struct pen *p, int n_cols)
{
	for (; n_cols-- > 0 && !is_full(p); p->at++)
		if (p->at >= p->skip)
			set_cell(p->c, p->row, p->col + (int)(p->at - p->skip), blank(p->style));
}

/* Half a wide piece, at either edge, is blank. */
static void pen_piece(struct pen *p, const struct piece *piece)
{
	if (!piece->cols)
		return;
	if (p->at < p->skip || p->at + piece->cols > p->limit) {
		pen_blank(p, piece->cols);
		return;
	}
	set_cell(p->c, p->row, p->col + (int)(p->at - p->skip), cell_of(p->c, piece, p->style));
	p->at += piece->cols;
}

static void pen_cluster(struct pen *p, struct str cluster)
{
	struct piece piece;

	if (cluster.p[0] == '\t') {
		pen_blank(p, TAB_COLS - (int)(p->at % TAB_COLS));
		return;
	}
	if (cluster.p[0] == '\n') {
		pen_blank(p, 1);
		return;
	}
	for (size_t at = 0; at < cluster.len && !is_full(p);) {
		at = piece_next(cluster, at, &piece);
		pen_piece(p, &piece);
	}
}

/* Nearly all text: a letter that nothing can join, because what follows is ASCII too. */
static bool is_plain(struct str text, size_t at, bool is_end)
{
	if ((unsigned char)text.p[at] < 0x20 || (unsigned char)text.p[at] >= 0x7F)
		return false;
	return at + 1 < text.len ? (unsigned char)text.p[at + 1] < 0x80 : is_end;
}

static void pen_plain(struct pen *p, char ch)
{
	struct cell cell = blank(p->style);

	cell.text[0] = ch;
	if (p->at >= p->skip)
		set_cell(p->c, p->row, p->col + (int)(p->at - p->skip), cell);
	p->at++;
}

static size_t next_cluster(struct str text, size_t at)
{
	return at + utf8_next_cluster(str_sub(text, at, utf8_floor(text, at + CLUSTER_MAX)), 0);
}

/* Draw the clusters of `text`, but not the last one while it may still grow. Returns the bytes drawn. */
static size_t pen_text(struct pen *p, struct str text, bool is_end)
{
	size_t at = 0, next;

	for (; at < text.len && !is_full(p); at = next) {
		if (is_plain(text, at, is_end)) {
			pen_plain(p, text.p[at]);
			next = at + 1;
			continue;
		}
		next = next_cluster(text, at);
		if (!is_end && next == text.len && next - at < CLUSTER_MAX / 2)
			break;
		pen_cluster(p, str_sub(text, at, next));
	}
	return at;
}

static void pen_feed(struct pen *p, struct str text)
{
	struct term_text sink = TERM_TEXT_INIT;
	SCOPED(buf) safe = BUF_INIT;
	size_t at = 0;

	while (at < text.len && !is_full(p)) {
		term_text_feed(&sink, &safe, str_sub(text, at, at + SLICE_BYTES));
		at += SLICE_BYTES;
		if (at >= text.len)
			term_text_end(&sink, &safe);
		buf_splice(&safe, 0, pen_text(p, buf_view(&safe), at >= text.len), STR_EMPTY);
	}
}

int canvas_put_from(struct canvas *c, int row, int col, int max_cols, int skip_cols, struct str text, unsigned style)
{
	struct pen p = { .c = c, .row = row, .style = style };
	long left = col < 0 ? -(long)col : 0;
	long max = max_cols ? max_cols : CANVAS_COLS_MAX;
	long width;

	p.col = col < 0 ? 0 : col;
	if (!is_inside(c, row, p.col) || max <= left)
		return 0;
	width = max - left < c->cols - p.col ? max - left : c->cols - p.col;
	p.skip = (skip_cols > 0 ? skip_cols : 0) + left;
	p.limit = p.skip + width;
	pen_feed(&p, text);
	return p.at > p.skip ? (int)(p.at - p.skip) : 0;
}

int canvas_put(struct canvas *c, int row, int col, int max_cols, struct str text, unsigned style)
{
	return canvas_put_from(c, row, col, max_cols, 0, text, style);
}

int canvas_putf(struct canvas *c, int row, int col, int max_cols, unsigned style, const char *fmt, ...)
{
	SCOPED(buf) text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&text, fmt, ap);
	va_end(ap);
	return canvas_put(c, row, col, max_cols, buf_view(&text), style);
}

/* --- areas */

/* Clip a run of cells to the row; false when nothing of it is inside. */
static bool clip(const struct canvas *c, int row, int *col, int *end, int n_cols)
{
	long to = (long)*col + n_cols;

	*col = *col < 0 ? 0 : *col;
	*end = to > c->cols ? c->cols : (int)to;
	return row >= 0 && row < c->rows && *col < *end;
}

void canvas_fill(struct canvas *c, int row, int col, int n_cols, unsigned style)
{
	int end;

	if (!clip(c, row, &col, &end, n_cols))
		return;
	for (; col < end; col++)
		set_cell(c, row, col, blank(style));
}

/* A wide cell is marked whole. */
void canvas_mark(struct canvas *c, int row, int col, int n_cols, unsigned flags)
{
	uint16_t bits = (uint16_t)(flags & (CANVAS_REVERSE | CANVAS_STRONG));
	int end;

	if (!clip(c, row, &col, &end, n_cols))
		return;
	if (cell_at(c, row, col)->cols == 0 && col > 0)
		col--;
	if (cell_at(c, row, end - 1)->cols == 2)
		end++;
	for (; col < end; col++)
		cell_at(c, row, col)->style |= bits;
}

void canvas_vbar(struct canvas *c, int col, int row_from, int row_to)
{
	row_from = row_from < 0 ? 0 : row_from;
	row_to = row_to > c->rows ? c->rows : row_to;
	for (int row = row_from; row < row_to; row++)
		canvas_put(c, row, col, 1, STR("│"), CANVAS_BAR);
}

void canvas_dashes(struct canvas *c, int row, int col, int n_cols)
{
	int end;

	if (!clip(c, row, &col, &end, n_cols))
		return;
	for (; col < end; col++)
		canvas_put(c, row, col, 1, STR("─"), CANVAS_BAR);
}

void canvas_cursor(struct canvas *c, int row, int col)
{
	c->has_cursor = is_inside(c, row, col);
	c->cursor_row = row;
	c->cursor_col = col;
}

bool canvas_has_cursor(const struct canvas *c, int *row, int *col)
{
	if (!c->has_cursor)
		return false;
	*row = c->cursor_row;
	*col = c->cursor_col;
	return true;
}

/* --- reading */

struct canvas_cell canvas_at(const struct canvas *c, int row, int col)
{
	const struct cell *cell;

	if (!is_inside(c, row, col))
		return (struct canvas_cell){ .text = STR(" "), .cols = 1 };
	cell = cell_at(c, row, col);
	return (struct canvas_cell){ .text = cell_text(c, cell), .cols = cell->cols, .style = cell->style };
}

static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9E3779B97F4A7C15u;
	return h ^ h >> 32;
}

uint64_t canvas_row_hash(const struct canvas *c, int row)
{
	uint64_t h = (uint64_t)c->cols;

	if (!is_inside(c, row, 0))
		return 0;
	for (int col = 0; col < c->cols; col++) {
		const struct cell *cell = cell_at(c, row, col);
		uint64_t text;

		memcpy(&text, cell->text, sizeof(text));
		if (cell->len > INLINE_MAX)
			text = hash_quick(cell_text(c, cell));
		h = mix(mix(h, text), (uint64_t)cell->style << 16 | (uint64_t)cell->len << 8 | cell->cols);
	}
	return h;
}

void canvas_text(const struct canvas *c, struct buf *out)
{
	for (int row = 0; row < c->rows; row++) {
		size_t end = out->len;

		for (int col = 0; col < c->cols; col++) {
			struct str text = cell_text(c, cell_at(c, row, col));

			buf_str(out, text);
			if (!str_is(text, " ") && text.len)
				end = out->len;
		}
		buf_cut(out, end);
		buf_ch(out, '\n');
	}
}
