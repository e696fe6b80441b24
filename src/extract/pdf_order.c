/*
 * Reading order. poppler's order of blocks is good for one column and confuses
 * two when their paragraphs begin at different heights (pdftotext as well). So:
 * where the page has a gutter with prose on both sides, what is left of it is
 * read first, then what is right of it, between one run across the gutter (a
 * title, a wide figure's caption) and the next. Prose fills its column's width;
 * what does not is a table or a form and keeps poppler's order, row by row.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ibid/base/hash.h"
#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/extract/lines.h"
#include "pdf_internal.h"

/* Columns are looked for in pages with so many runs, and again within a column, so deep. */
#define RUNS_MIN 8
#define RUNS_MAX 20000
#define DEPTH_MAX 3
/* A gutter is at least so wide, in points, and lies in the middle part of the region. */
#define GUTTER_MIN 5
#define MIDDLE 0.18
/* Runs across the gutter may cover it to this part of what covers the columns. */
#define CROSSED_MAX 0.25
/* Prose: lines of a column, and the part of its width that they fill on average. */
#define PROSE_LINES 4
#define PROSE_FILL 0.6
#define BINS 1024

struct ordered {
	struct pdf_run run;
	size_t from;		/* its place in poppler's order */
	size_t key;		/* band, side */
};

/* --- the gutter --- */

struct extent {
	double x0, x1;
};

static struct extent extent_of(const struct ordered *o, size_t n)
{
	struct extent e = { o[0].run.x0, o[0].run.x1 };

	for (size_t i = 1; i < n; i++) {
		e.x0 = fmin(e.x0, o[i].run.x0);
		e.x1 = fmax(e.x1, o[i].run.x1);
	}
	return e;
}

/* How many points of height cover each bin of the region's width. */
static void cover(const struct ordered *o, size_t n, struct extent e, double *bins)
{
	double scale = BINS / (e.x1 - e.x0);

	memset(bins, 0, BINS * sizeof(*bins));
	for (size_t i = 0; i < n; i++) {
		int from = (int)((o[i].run.x0 - e.x0) * scale), to = (int)ceil((o[i].run.x1 - e.x0) * scale);

		for (int b = from < 0 ? 0 : from; b < to && b < BINS; b++)
			bins[b] += o[i].run.y1 - o[i].run.y0;
	}
}

static double average(const double *bins)
{
	double sum = 0;

	for (int b = 0; b < BINS; b++)
		sum += bins[b];
	return sum / BINS;
}

/* The widest stretch of the middle that little covers; its centre in *x. */
static bool find_gutter(const struct ordered *o, size_t n, double *x)
{
	double bins[BINS], most;
	struct extent e = extent_of(o, n);
	double width = (e.x1 - e.x0) / BINS;
	int best = 0, best_len = 0, len = 0;

	if (e.x1 - e.x0 < 20 * GUTTER_MIN)
		return false;
	cover(o, n, e, bins);
	most = average(bins) * CROSSED_MAX;
	for (int b = (int)(BINS * MIDDLE); b < (int)(BINS * (1 - MIDDLE)); b++) {
		len = bins[b] <= most ? len + 1 : 0;
		if (len > best_len) {
			best_len = len;
			best = b;
		}
	}
	*x = e.x0 + (best - best_len / 2.0 + 0.5) * width;
	return best_len * width >= GUTTER_MIN;
}

/* --- sides --- */

enum side { LEFT, RIGHT, ACROSS };

static enum side side_of(const struct pdf_run *r, double gutter)
{
	if (r->x1 <= gutter + 1)
		return LEFT;
	return r->x0 >= gutter - 1 ? RIGHT : ACROSS;
}

static bool is_prose(const struct ordered *o, size_t n, double gutter, enum side side)
{
	double x0 = 1e9, x1 = -1e9, filled = 0;
	size_t lines = 0;

	for (size_t i = 0; i < n; i++)
		if (side_of(&o[i].run, gutter) == side) {
			x0 = fmin(x0, o[i].run.x0);
			x1 = fmax(x1, o[i].run.x1);
			filled += o[i].run.x1 - o[i].run.x0;
			lines++;
		}
	return lines >= PROSE_LINES && filled / (double)lines >= PROSE_FILL * (x1 - x0);
}

static double middle_of(const struct pdf_run *r)
{
	return (r->y0 + r->y1) / 2;
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* How many of the runs across stand above y. */
static size_t band_of(const double *across, size_t n, double y)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (across[mid] < y)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Three keys a band: left, right, and the run across that ends it. */
static void set_keys(struct ordered *o, size_t n, double gutter)
{
	double *across = mem_zalloc(n, sizeof(*across));
	size_t n_across = 0;

	for (size_t i = 0; i < n; i++)
		if (side_of(&o[i].run, gutter) == ACROSS)
			across[n_across++] = middle_of(&o[i].run);
	qsort(across, n_across, sizeof(*across), by_number);
	for (size_t i = 0; i < n; i++)
		o[i].key = 3 * band_of(across, n_across, middle_of(&o[i].run)) + side_of(&o[i].run, gutter);
	mem_free(across);
}

static int by_key(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

static void split(struct ordered *o, size_t n, int depth)
{
	double gutter;
	size_t from = 0;

	if (n < RUNS_MIN || depth >= DEPTH_MAX || !find_gutter(o, n, &gutter))
		return;
	if (!is_prose(o, n, gutter, LEFT) || !is_prose(o, n, gutter, RIGHT))
		return;
	set_keys(o, n, gutter);
	qsort(o, n, sizeof(*o), by_key);
	for (size_t i = 1; i <= n; i++)
		if (i == n || o[i].key != o[from].key) {
			split(o + from, i - from, depth + 1);
			from = i;
		}
}

void pdf_page_order(struct pdf_page *page)
{
	struct ordered *o;

	if (page->n < RUNS_MIN || page->n > RUNS_MAX)
		return;
	pdf_page_tables(page);
	o = mem_zalloc(page->n, sizeof(*o));
	for (size_t i = 0; i < page->n; i++)
		o[i] = (struct ordered){ .run = page->runs[i], .from = i };
	split(o, page->n, 0);
	for (size_t i = 0; i < page->n; i++) {
		page->runs[i] = o[i].run;
		if (i && o[i].from != o[i - 1].from + 1)
			page->runs[i].flags &= ~(unsigned)PDF_SAME_LINE;
	}
	mem_free(o);
}

/* --- running heads --- */

/* Margin in which they stand, as part of the page's height; repeats that make one (of a number two); how far it may move. */
#define MARGIN 0.12
#define REPEATS_MIN 3
#define PLACE_PT 4.0

struct head {
	uint64_t hash;
	double y;
	size_t page, run;
	bool is_number;		/* nothing but a number: kept nowhere */
};

/* Digits are alike: the page's number is what differs. */
static uint64_t hash_of_head(struct str text)
{
	SCOPED(buf) same = BUF_INIT;
	bool after_digit = false;

	for (size_t i = 0; i < text.len; i++) {
		bool is_digit = isdigit((unsigned char)text.p[i]);

		if (is_digit && !after_digit)
			buf_ch(&same, '#');
		if (!is_digit && text.p[i] != ' ')
			buf_ch(&same, (char)tolower((unsigned char)text.p[i]));
		after_digit = is_digit;
	}
	return hash_quick(buf_view(&same));
}

static int by_hash(const void *a, const void *b)
{
	const struct head *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	if (x->page != y->page)
		return x->page < y->page ? -1 : 1;
	return (x->run > y->run) - (x->run < y->run);
}

/* In the margin, or at the page's edge wherever that is. A number may stand above other lines at the foot. */
static bool is_at_edge(const struct pdf_page *page, const struct pdf_run *r, bool is_number)
{
	double margin = (is_number ? 2 : 1) * MARGIN * page->height;
	bool is_top = true, is_bottom = true;

	if (r->y1 < margin || r->y0 > page->height - margin)
		return true;
	for (size_t i = 0; (is_top || is_bottom) && i < page->n; i++) {
		is_top = is_top && page->runs[i].y1 >= r->y0;
		is_bottom = is_bottom && page->runs[i].y0 <= r->y1;
	}
	return is_top || is_bottom;
}

static struct head *collect_heads(const struct pdf_page *pages, size_t n, size_t *count)
{
	struct head *heads = NULL;
	size_t cap = 0;

	*count = 0;
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < pages[p].n; i++) {
			const struct pdf_run *r = &pages[p].runs[i];
			struct head h = { .y = r->y0, .page = p, .run = i };

			h.is_number = line_is_page_number(r->text);
			if (r->text.len > 200 || !is_at_edge(&pages[p], r, h.is_number))
				continue;
			h.hash = hash_of_head(r->text);
			heads = mem_grow(heads, &cap, *count + 1, sizeof(*heads));
			heads[(*count)++] = h;
		}
	return heads;
}

/* Those of one wording: as many pages as have it in the same place. The first stays, so that no words are lost. */
static void mark_alike(struct pdf_page *pages, const struct head *heads, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t repeats = 0, first = n;

		for (size_t k = 0; k < n && k < 2 * PDF_WINDOW; k++)
			if (fabs(heads[k].y - heads[i].y) <= PLACE_PT) {
				repeats += first == n || heads[k].page != heads[k - 1].page;
				first = first == n ? k : first;
			}
		if (repeats >= (heads[i].is_number ? 2 : REPEATS_MIN) && (i != first || heads[i].is_number))
			pages[heads[i].page].runs[heads[i].run].flags |= PDF_RUNNING;
	}
}

void pdf_mark_running(struct pdf_page *pages, size_t n)
{
	size_t count, from = 0;
	struct head *heads = collect_heads(pages, n, &count);

	qsort(heads, count, sizeof(*heads), by_hash);
	for (size_t i = 1; i <= count; i++)
		if (i == count || heads[i].hash != heads[from].hash) {
			mark_alike(pages, heads + from, i - from);
			from = i;
		}
	mem_free(heads);
}

/* --- size --- */

/* Sizes by half points up to 100. */
double pdf_body_size(const struct pdf_page *pages, size_t n)
{
	size_t letters[201] = { 0 }, best = 20;

	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < pages[p].n; i++) {
			double size = pages[p].runs[i].size * 2 + 0.5;

			if (size >= 0 && size < 201)
				letters[(size_t)size] += pages[p].runs[i].text.len;
		}
	for (size_t s = 2; s < 201; s++)
		if (letters[s] > letters[best])
			best = s;
	return (double)best / 2;
}
