#include "render/render_internal.h"

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"

/* A column is not made narrower than this; a table of many columns then overflows and the terminal wraps it. */
#define COLUMN_MIN_COLS 6
/* "| " before each cell, " " after it, "|" at the end. */
#define FRAME_COLS(n) (3 * (n) + 1)

void table_begin(struct table *t, size_t n_cols)
{
	*t = (struct table){ .n_cols = n_cols, .align = mem_zalloc(n_cols, sizeof(*t->align)) };
}

struct inlines *table_cell(struct table *t, enum table_align align)
{
	t->cells = mem_grow(t->cells, &t->cap, t->n + 1, sizeof(*t->cells));
	t->cells[t->n] = (struct inlines)INLINES_INIT;
	t->align[t->n % t->n_cols] = align;
	return &t->cells[t->n++];
}

void table_release(struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		inlines_release(&t->cells[i]);
	mem_free(t->cells);
	mem_free(t->align);
	*t = (struct table){ 0 };
}

static void measure(const struct table *t, size_t *cols)
{
	for (size_t i = 0; i < t->n; i++) {
		size_t wide = inlines_cols(&t->cells[i]);

		cols[i % t->n_cols] = wide > cols[i % t->n_cols] ? wide : cols[i % t->n_cols];
	}
}

/* Take from the widest column until the row fits. */
static void fit(const struct table *t, size_t *cols, size_t room)
{
	size_t sum = FRAME_COLS(t->n_cols), widest;

	for (size_t c = 0; c < t->n_cols; c++) {
		cols[c] = cols[c] < room ? cols[c] : room;
		cols[c] = cols[c] ? cols[c] : 1;
		sum += cols[c];
	}
	for (; sum > room; sum--) {
		widest = 0;
		for (size_t c = 1; c < t->n_cols; c++)
			widest = cols[c] > cols[widest] ? c : widest;
		if (cols[widest] <= COLUMN_MIN_COLS)
			return;
		cols[widest]--;
	}
}

static void repeat(struct out *o, const char *what, size_t n)
{
	while (n--)
		out_c(o, what);
}

static void show_cell_line(
	const struct inlines *cell, struct str line, size_t cols, enum table_align align, struct out *o)
{
	size_t used = utf8_cols(line), left;

	used = used < cols ? used : cols;
	left = align == ALIGN_RIGHT ? cols - used : align == ALIGN_CENTER ? (cols - used) / 2 : 0;
	out_c(o, "| ");
	repeat(o, " ", left);
	inlines_show(cell, line, o);
	repeat(o, " ", cols - used - left + 1);
}

/* A row is as many lines high as its highest cell; `at` is where each cell goes on. */
static void show_row(
	const struct table *t, size_t first, const size_t *cols, size_t *at, struct str prefix, struct out *o)
{
	bool more = true;

	for (size_t c = 0; c < t->n_cols; c++)
		at[c] = 0;
	while (more) {
		more = false;
		out_str(o, prefix);
		for (size_t c = 0; c < t->n_cols; c++) {
			const struct inlines *cell = &t->cells[first + c];
			struct str line = STR_EMPTY;

			inlines_line(cell, cols[c], true, &at[c], &line);
			show_cell_line(cell, line, cols[c], t->align[c], o);
			more = more || at[c] < cell->text.len;
		}
		out_c(o, "|\n");
	}
}

static void show_line_below_head(const struct table *t, const size_t *cols, struct str prefix, struct out *o)
{
	out_str(o, prefix);
	for (size_t c = 0; c < t->n_cols; c++) {
		out_c(o, "|");
		repeat(o, "-", cols[c] + 2);
	}
	out_c(o, "|\n");
}

void table_show(const struct table *t, size_t cols, struct str prefix, struct out *o)
{
	size_t *wide = mem_zalloc(t->n_cols, sizeof(*wide)), *at = mem_zalloc(t->n_cols, sizeof(*at));

	measure(t, wide);
	fit(t, wide, cols > utf8_cols(prefix) ? cols - utf8_cols(prefix) : 1);
	for (size_t first = 0; first + t->n_cols <= t->n; first += t->n_cols) {
		show_row(t, first, wide, at, prefix, o);
		if (!first)
			show_line_below_head(t, wide, prefix, o);
	}
	mem_free(wide);
	mem_free(at);
}
