/*
 * md2rows [COLS [SLICE [REFRESH]]] - Markdown from standard input as rows, one a line
 *
 * COLS 80 unless given; SLICE feeds that many bytes at a time; every REFRESH slices the open block is laid out.
 * With SHOW=1 in the environment the runs are shown as <style:text>, SHOW=0 prints the CPU time alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "ibid/base/path.h"
#include "ibid/render/rows.h"

static struct row_mark_look look(void *ctx, int n)
{
	(void)ctx;
	return (struct row_mark_look){ n % 2 ? "" : "?", n % 2 ? OUT_GOOD : OUT_WARN };
}

static void print_row(struct row row, bool shows_runs)
{
	uint32_t from = 0;

	for (size_t i = 0; shows_runs && i < row.n_runs; i++) {
		printf("<%d:%.*s>", row.runs[i].style, (int)(row.runs[i].to - from), row.text.p + from);
		from = row.runs[i].to;
	}
	printf("%.*s\n", shows_runs ? 0 : (int)row.text.len, row.text.p);
}

int main(int argc, char **argv)
{
	const char *show = getenv("SHOW");
	struct err err = ERR_INIT;
	SCOPED(buf) text = BUF_INIT;
	size_t slice = argc > 2 ? strtoul(argv[2], NULL, 10) : 0, refresh = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
	const struct rows_opts opts = { .width_cols = argc > 1 ? atoi(argv[1]) : 80,
		.color = !getenv("NO_COLOR"),
		.mark = look,
		.is_plain = getenv("PLAIN") };
	SCOPED_PTR(rows) r = rows_new(&opts);
	size_t n = 0;
	clock_t began;

	if (path_read_fd(STDIN_FILENO, "standard input", (size_t)64 << 20, &text, &err) != OK)
		return err_exit_status(err.code);
	began = clock();
	slice = slice ? slice : text.len + 1;
	for (size_t at = 0; at < text.len; at += slice) {
		rows_feed(r, str_sub(buf_view(&text), at, at + slice));
		if (refresh && ++n % refresh == 0)
			rows_refresh(r);
	}
	rows_end(r);
	if (show && *show == '0') {
		printf("%zu bytes, %zu rows, %zu bytes held, %.1f ms\n", text.len, rows_n(r), rows_bytes(r),
			(double)(clock() - began) * 1e3 / CLOCKS_PER_SEC);
		return 0;
	}
	for (size_t i = 0; i < rows_n(r); i++)
		print_row(rows_at(r, i), show);
	return 0;
}
