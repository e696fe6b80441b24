/*
 * Tables that poppler reads column by column. Runs are gathered to rows by their
 * height on the page; three rows and more that follow each other, each with cells
 * that begin (or end, or are centred) where those of the first row do, are a
 * table and are put in order row by row. A cell of several lines makes rows with
 * fewer cells, which ends the table: such tables keep poppler's order, which keeps
 * each cell's lines together.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ibid/base/mem.h"
#include "pdf_internal.h"

#define ROWS_MIN 3
#define CELLS_MIN 3
/* Cells of a table are short; columns of prose that stand side by side are not. */
#define CELL_BYTES_MAX 40
/* How far cells of one column may differ, in letter sizes. */
#define ALIGNED 1.2
/* Rows further apart than this many letter sizes are not of one table. */
#define ROW_GAP 3.0

struct cell {
	struct pdf_run run;
	size_t from;		/* its place in poppler's order */
	size_t row;
};

struct row {
	size_t from, n;		/* cells */
	double y0, y1;
};

static double middle_of(const struct pdf_run *r)
{
	return (r->y0 + r->y1) / 2;
}

static int by_height(const void *a, const void *b)
{
	double x = middle_of(&((const struct cell *)a)->run), y = middle_of(&((const struct cell *)b)->run);

	return (x > y) - (x < y);
}

static int by_left(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	return (x->run.x0 > y->run.x0) - (x->run.x0 < y->run.x0);
}

static size_t make_rows(struct cell *cells, size_t n, struct row *rows)
{
	size_t count = 0;

	qsort(cells, n, sizeof(*cells), by_height);
	for (size_t i = 0; i < n; i++) {
		struct row *r = count ? &rows[count - 1] : NULL;
		double middle = middle_of(&cells[i].run);

		if (!r || middle > r->y1 || middle < r->y0) {
			rows[count++] = (struct row){ i, 1, cells[i].run.y0, cells[i].run.y1 };
			continue;
		}
		r->n++;
		r->y0 = fmin(r->y0, cells[i].run.y0);
	}
	for (size_t i = 0; i < count; i++)
		qsort(cells + rows[i].from, rows[i].n, sizeof(*cells), by_left);
	return count;
}

static bool is_below(const struct pdf_run *head, const struct pdf_run *r)
{
	double near = ALIGNED * head->size;

	return fabs(head->x0 - r->x0) < near || fabs(head->x1 - r->x1) < near ||
		fabs(head->x0 + head->x1 - r->x0 - r->x1) < 2 * near || (r->x0 >= head->x0 - near && r->x1 <= head->x1 + near);
}

/* As many cells as the row above, each under its own, and no cell that touches the next. */
static bool fits(const struct cell *cells, const struct row *above, const struct row *r)
{
	if (r->n != above->n || r->y0 - above->y1 > ROW_GAP * cells[r->from].run.size)
		return false;
	for (size_t i = 0; i < r->n; i++) {
		const struct pdf_run *cell = &cells[r->from + i].run;

		if (!is_below(&cells[above->from + i].run, cell) || cell->text.len > CELL_BYTES_MAX)
			return false;
	}
	return true;
}

/* The rows' cells, in the place of the first of them in poppler's order. */
static void put_in_order(struct cell *cells, const struct row *rows, size_t from, size_t to)
{
	size_t first = (size_t)-1;

	for (size_t r = from; r < to; r++)
		for (size_t i = 0; i < rows[r].n; i++) {
			const struct cell *c = &cells[rows[r].from + i];

			first = c->from < first ? c->from : first;
		}
	for (size_t r = from; r < to; r++)
		for (size_t i = 0; i < rows[r].n; i++) {
			struct cell *c = &cells[rows[r].from + i];

			c->from = first;
			c->row = rows[r].from + i + 1;
			c->run.flags |= i ? PDF_SAME_LINE : 0;
			c->run.flags &= i ? ~0u : ~(unsigned)PDF_SAME_LINE;
		}
}

static int by_place(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static bool find_tables(struct cell *cells, const struct row *rows, size_t n)
{
	bool found = false;

	for (size_t from = 0, to; from < n; from = to) {
		to = from + 1;
		while (to < n && rows[from].n >= CELLS_MIN && fits(cells, &rows[to - 1], &rows[to]))
			to++;
		if (to - from < ROWS_MIN)
			continue;
		put_in_order(cells, rows, from, to);
		found = true;
	}
	return found;
}

void pdf_page_tables(struct pdf_page *page)
{
	struct cell *cells = mem_zalloc(page->n, sizeof(*cells));
	struct row *rows = mem_zalloc(page->n, sizeof(*rows));

	for (size_t i = 0; i < page->n; i++)
		cells[i] = (struct cell){ .run = page->runs[i], .from = i };
	if (find_tables(cells, rows, make_rows(cells, page->n, rows))) {
		qsort(cells, page->n, sizeof(*cells), by_place);
		for (size_t i = 0; i < page->n; i++)
			page->runs[i] = cells[i].run;
	}
	mem_free(cells);
	mem_free(rows);
}
