/*
 * Any bytes as a streamed answer on a screen. The first four bytes pick the width, the sizes of the pieces, how often
 * the open block is laid out, and the options.
 * Oracles: slices and refreshes do not matter; stable rows stay; rows of prose fit; runs, codes, links and marks lie
 * in their rows; places of all widths count alike; no control byte comes out.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "ibid/base/buf.h"
#include "ibid/base/utf8.h"
#include "ibid/render/highlight.h"
#include "ibid/render/rows.h"

static void must(bool truth)
{
	if (!truth)
		abort();
}

static struct row_mark_look look(void *ctx, int n)
{
	(void)ctx;
	return (struct row_mark_look){ n % 3 ? (n % 3 == 1 ? "" : "?") : NULL, OUT_GOOD };
}

static void must_be_harmless(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		must(((unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7F) || s.p[i] == '\t');
	must(utf8_invalid_at(s) == STR_NONE);
}

static void check_row(struct row row, int cols)
{
	uint32_t to = 0;

	must_be_harmless(row.text);
	for (size_t i = 0; i < row.n_runs; i++) {
		must(row.runs[i].to > to);
		to = row.runs[i].to;
	}
	must(to == row.text.len);
	/* A cluster of two columns has nowhere to go in one. */
	if (row.kind == ROW_TEXT)
		must(utf8_cols(row.text) <= (size_t)(cols < 2 ? 2 : cols));
}

static void check_parts(const struct rows *r)
{
	const struct row_code *codes;
	const struct row_link *links;
	const struct row_mark *marks;

	for (size_t i = rows_codes(r, &codes); i--;)
		must(codes[i].row_from <= codes[i].row_to && codes[i].row_to <= rows_n(r));
	for (size_t i = rows_links(r, &links); i--;) {
		must(links[i].row < rows_n(r) && links[i].to <= rows_at(r, links[i].row).text.len);
		must(links[i].from < links[i].to);
		must_be_harmless(links[i].url);
	}
	for (size_t i = rows_marks(r, &marks); i--;)
		must(marks[i].row < rows_n(r) && marks[i].from < marks[i].to &&
			marks[i].to <= rows_at(r, marks[i].row).text.len);
}

static void check(const struct rows *r, int cols)
{
	for (size_t i = 0; i < rows_n(r); i++) {
		check_row(rows_at(r, i), cols);
		must(rows_place_of(r, i) <= rows_place_of(r, i + 1));
		must(rows_row_of(r, rows_place_of(r, i)) >= i);
	}
	check_parts(r);
}

static void add_rows(struct buf *to, const struct rows *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct row row = rows_at(r, i);

		buf_fmt(to, "%d %zu %zu:", (int)row.kind, row.n_runs, rows_place_of(r, i));
		buf_str(to, row.text);
		buf_add(to, (const char *)row.runs, row.n_runs ? 1 : 0);
		buf_ch(to, '\n');
	}
}

static void stream(struct rows *r, struct str s, size_t first, size_t second, size_t refresh, int cols)
{
	SCOPED(buf) before = BUF_INIT;
	size_t piece = first, n = 0;

	for (size_t at = 0; at < s.len; at += piece) {
		SCOPED(buf) now = BUF_INIT;

		piece = piece == first ? second : first;
		rows_feed(r, str_sub(s, at, at + piece));
		if (++n % refresh)
			continue;
		must(rows_refresh(r));
		check(r, cols);
		add_rows(&now, r, rows_n_stable(r));
		must(str_starts(buf_view(&now), buf_view(&before)));
		buf_reset(&before);
		buf_str(&before, buf_view(&now));
	}
	rows_end(r);
	check(r, cols);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED(buf) whole = BUF_INIT;
	SCOPED(buf) cut = BUF_INIT;
	SCOPED_PTR(rows) one = NULL;
	SCOPED_PTR(rows) many = NULL;
	SCOPED_PTR(rows) narrow = NULL;
	/* Loading a language for every input would be most of the work. */
	static struct highlight *languages;
	struct rows_opts opts = { .mark = look };
	struct str s;

	if (size < 4)
		return 0;
	s = str_of((const char *)data + 4, size - 4);
	languages = languages ? languages : highlight_new();
	opts.highlight = languages;
	opts.width_cols = 1 + data[0] % 200;
	opts.color = data[3] & 1;
	opts.raw_math = data[3] & 2;
	opts.is_plain = data[3] & 4;
	one = rows_new(&opts);
	many = rows_new(&opts);
	stream(one, s, s.len + 1, s.len + 1, 2, opts.width_cols);
	stream(many, s, 1 + data[1] % 32, 1 + data[2] % 32, 1 + data[3] / 8, opts.width_cols);
	add_rows(&whole, one, rows_n(one));
	add_rows(&cut, many, rows_n(many));
	must(str_eq(buf_view(&whole), buf_view(&cut)));
	opts.width_cols = 1 + (opts.width_cols * 7) % 200;
	narrow = rows_new(&opts);
	stream(narrow, s, s.len + 1, s.len + 1, 2, opts.width_cols);
	must(rows_place_of(narrow, rows_n(narrow)) == rows_place_of(one, rows_n(one)));
	return 0;
}
