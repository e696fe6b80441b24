#include "line_test.h"

static struct line *l;

struct layout_case {
	int cols;
	const char *text;	/* | is where the cursor is */
	const char *rows;	/* joined by LF; a row that goes on ends in $ */
	int row, col;
};

static const struct layout_case layouts[] = {
	{ 10, "|", "", 0, 0 },
	{ 10, "ab|c", "abc", 0, 2 },
	{ 10, "ab\n|c", "ab\nc", 1, 0 },
	{ 10, "ab\n|", "ab\n", 1, 0 },
	{ 10, "\n\n|\n", "\n\n\n", 2, 0 },
	/* a full row: the cursor behind it has a row of its own, and without it there is none */
	{ 3, "abc|", "abc$\n", 1, 0 },
	{ 3, "|abc", "abc", 0, 0 },
	{ 3, "abc|\nd", "abc$\n\nd", 1, 0 },
	{ 3, "abc\n|d", "abc\nd", 1, 0 },
	{ 3, "abc|d", "abc$\nd", 1, 0 },
	{ 3, "abcdefg|", "abc$\ndef$\ng", 2, 1 },
	/* wide characters do not break */
	{ 3, "日本|語", "日$\n本$\n語", 2, 0 },
	{ 1, "日|本", "日$\n本", 1, 0 },
	{ 4, "日本|", "日本$\n", 1, 0 },
	/* clusters stay together, the cursor inside one is on it */
	{ 3, "e\xCC\x81|x", "e\xCC\x81x", 0, 1 },
	{ 2, "👩‍💻|a", "👩‍💻$\na", 1, 0 },
	{ 9, "👩|‍💻a", "👩‍💻a", 0, 0 },
	{ 9, "🇩🇪|a", "🇩🇪a", 0, 2 },
	/* controls */
	{ 9, "\x01|b", "^Ab", 0, 2 },
	{ 1, "|\x7f", "^$\n?", 0, 0 },
	{ 20, "a\tb|", "a       b", 0, 9 },
	{ 6, "a\tb|", "a     $\nb", 1, 1 },
	{ 6, "abcdef\t|b", "abcdef$\n      $\nb", 2, 0 },
	{ 20, "a\xE2\x80\xAE|", "a<U+202E>", 0, 9 },
	{ 20, "\xC2\x9B|", "<U+009B>", 0, 8 },
};

/* The text goes in by keys, because what comes from outside is made harmless. */
static void set_text(const char *text)
{
	struct str s = str_c(text);
	size_t at = str_find_ch(s, '|', 0);
	uint32_t cp;

	line_set(l, STR_EMPTY);
	for (size_t i = 0, n; (n = utf8_decode(s, i, &cp)); i += n) {
		if (i == at)
			continue;
		if (cp == '\n')
			line_insert(l, STR("\n"));
		else {
			line_key(l, STR("\x16"));
			line_key(l, str_sub(s, i, i + n));
		}
	}
	line_key(l, STR("\x01"));
	while (line_cursor(l) < at)
		line_key(l, STR("\x06"));
}

static void join(struct buf *out, const struct line_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_str(out, rows[i].text);
		if (i + 1 < n)
			buf_c(out, rows[i].is_wrapped ? "$\n" : "\n");
	}
	assert_false(rows[n - 1].is_wrapped);
}

static void each_text_is_laid_out_as_in_its_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++) {
		const struct layout_case *c = &layouts[i];
		SCOPED(arena) a = ARENA_INIT;
		SCOPED(buf) shown = BUF_INIT;
		struct line_row *rows;
		int row = -1, col = -1;
		size_t n;

		set_text(c->text);
		n = line_layout(l, &a, c->cols, &rows, &row, &col);
		join(&shown, rows, n);
		assert_string_equal(buf_cstr(&shown), c->rows);
		assert_int_equal(row, c->row);
		assert_int_equal(col, c->col);
	}
}

static uint32_t seed = 7;

static uint32_t random_below(uint32_t n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 8) % n;
}

static const char *const bricks[] = { "a", "b ", " ", "日", "本語", "e\xCC\x81", "é", "👩‍💻", "👍🏽", "🇩🇪", "❤️", "\n", "\t",
	"क्षि", "각", "\xCC\x81", "x\xCC\x81\xCC\x82\xCC\x83", "ﷺ", "\x01" };

static void random_line(void)
{
	line_set(l, STR_EMPTY);
	for (uint32_t n = random_below(60); n; n--) {
		const char *brick = bricks[random_below(sizeof(bricks) / sizeof(*bricks))];

		if (brick[0] == '\x01')
			line_paste(l, STR("1\n2\n3\n4\n5\n6\n7\n"));
		else
			line_insert(l, str_c(brick));
	}
	line_key(l, STR("\x01"));
	for (uint32_t n = random_below(60); n; n--)
		line_key(l, STR("\x06"));
}

/* The rows of one line without their breaks: the same at every width, but for tabs, which depend on it. */
static void unwrapped(struct buf *out, const struct line_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < rows[i].text.len; k++)
			if (rows[i].text.p[k] != ' ')
				buf_ch(out, rows[i].text.p[k]);
		if (!rows[i].is_wrapped)
			buf_ch(out, '\n');
	}
}

static void check_rows(const struct line_row *rows, size_t n, int cols, int row, int col)
{
	for (size_t i = 0; i < n; i++) {
		struct str text = rows[i].text;

		assert_int_equal(utf8_invalid_at(text), STR_NONE);
		if (utf8_cols(text) > (size_t)cols)
			assert_true(cols == 1 && utf8_cols(text) == 2);
	}
	assert_in_range(row, 0, n - 1);
	assert_in_range(col, 0, cols - 1);
	assert_true((size_t)col <= utf8_cols(rows[row].text));
}

static void every_cluster_is_in_one_row_at_every_width(void **state)
{
	(void)state;
	for (int i = 0; i < 60; i++) {
		SCOPED(buf) expected = BUF_INIT;

		random_line();
		for (int cols = 100000, next = 100; cols; cols = next--) {
			SCOPED(arena) a = ARENA_INIT;
			SCOPED(buf) shown = BUF_INIT;
			struct line_row *rows;
			int row = -1, col = -1;
			size_t n = line_layout(l, &a, cols, &rows, &row, &col);

			check_rows(rows, n, cols, row, col);
			unwrapped(cols == 100000 ? &expected : &shown, rows, n);
			if (cols != 100000)
				assert_string_equal(buf_cstr(&shown), buf_cstr(&expected));
		}
	}
}

/* Up and down by rows: one row each, never over an edge, and back to the same place from a row as long. */
static void steps_go_to_the_row_above_or_below(void **state)
{
	(void)state;
	for (int i = 0; i < 400; i++) {
		int cols = 1 + (int)random_below(30), row, col, was;
		SCOPED(arena) a = ARENA_INIT;
		struct line_row *rows;
		size_t n;

		random_line();
		n = line_layout(l, &a, cols, &rows, &was, &col);
		if (!line_row_step(l, cols, i & 1)) {
			/* upwards a label's first piece, downwards the end: each row that has more below has a place there */
			assert_int_equal(was, i & 1 ? 0 : n - 1);
			continue;
		}
		line_layout(l, &a, cols, &rows, &row, &col);
		/* over the rows of a label at most; the row that stood there for the cursor alone may be gone */
		assert_in_range(i & 1 ? was - row : row - was, 0, 1 + strlen("[pasted 7 lines]") / (size_t)cols);
	}
}

static void a_step_keeps_its_column_over_short_rows(void **state)
{
	(void)state;
	line_set(l, STR("abcdef\nx\nabcdef"));
	assert_true(line_row_step(l, 20, true));
	assert_int_equal(line_cursor(l), 8);
	assert_true(line_row_step(l, 20, true));
	assert_int_equal(line_cursor(l), 6);
	assert_false(line_row_step(l, 20, true));
	assert_true(line_row_step(l, 20, false));
	assert_true(line_row_step(l, 20, false));
	assert_int_equal(line_cursor(l), line_text(l).len);
	assert_false(line_row_step(l, 20, false));
	/* rows of one wrapped line, wide characters */
	line_set(l, STR("日本語日本語"));
	assert_true(line_row_step(l, 5, true));
	assert_int_equal(line_cursor(l), 9);
	assert_true(line_row_step(l, 5, true));
	assert_int_equal(line_cursor(l), 3);
}

static int begin(void **state)
{
	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	use_inputrc("");
	l = line_new(NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	line_free(l);
	drop_inputrc();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_text_is_laid_out_as_in_its_row),
		cmocka_unit_test(every_cluster_is_in_one_row_at_every_width),
		cmocka_unit_test(steps_go_to_the_row_above_or_below),
		cmocka_unit_test(a_step_keeps_its_column_over_short_rows),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
