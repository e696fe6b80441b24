#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/utf8.h"
#include "ibid/tui/canvas.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void assert_shows(const struct canvas *c, const char *expected)
{
	SCOPED(buf) text = BUF_INIT;

	canvas_text(c, &text);
	assert_string_equal(buf_cstr(&text), expected);
}

/* Each cell is as wide as its text says, wide ones have their second half, nothing crosses the edge. */
static void assert_whole(const struct canvas *c)
{
	for (int row = 0; row < canvas_rows(c); row++)
		for (int col = 0; col < canvas_cols(c);) {
			struct canvas_cell cell = canvas_at(c, row, col);

			assert_in_range(cell.cols, 1, 2);
			assert_int_equal(utf8_cols(cell.text), cell.cols);
			if (cell.cols == 2) {
				assert_true(col + 1 < canvas_cols(c));
				assert_int_equal(canvas_at(c, row, col + 1).cols, 0);
			}
			col += cell.cols;
		}
}

/* clang-format off */
static const struct {
	const char *text, *shown;
	int cols;
} rows[] = {
	{ "", "", 0 },
	{ "abc", "abc", 3 },
	{ "a\tb", "a       b", 9 },
	{ "12345678\tb", "12345678        b", 17 },
	/* foreign controls are seen, not obeyed; one line stays one line */
	{ "\x1b[31mred", "␛[31mred", 8 },
	{ "a\nb\r\nc", "a b c", 5 },
	{ "\xC2\x9B", "<U+009B>", 8 },
	{ "\xE2\x80\xAE", "<U+202E>", 8 },
	{ "a\xFF" "b", "a\xEF\xBF\xBD" "b", 3 },
	/* widths */
	{ "東京", "東京", 4 },
	{ "e\xCC\x81", "e\xCC\x81", 1 },
	{ "한글", "한글", 4 },
	{ "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 2 },
	{ "का", "का", 2 },
	{ "हिन्दी", "हिन्दी", 5 },
	/* the safe form */
	{ "👩‍💻!", "👩!", 3 },
	{ "👨‍👩‍👧!", "👨!", 3 },
	{ "👍🏽!", "👍!", 3 },
	{ "❤\xEF\xB8\x8F!", "❤!", 2 },
	{ "1\xEF\xB8\x8F\xE2\x83\xA3", "1\xE2\x83\xA3", 1 },
	{ "🇨🇭x", "🇨🇭x", 3 },
	{ "🏴\xF3\xA0\x81\xA7\xF3\xA0\x81\xA2\xF3\xA0\x81\xA5\xF3\xA0\x81\xAE\xF3\xA0\x81\xA7\xF3\xA0\x81\xBFx", "🏴x", 3 },
	{ "a\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85\xCC\x86", "a\xCC\x81\xCC\x82\xCC\x83\xCC\x84", 1 },
	{ "\xCC\x81" "b", "b", 1 },
	/* a joiner that shapes letters stays */
	{ "می\xE2\x80\x8Cخواهم", "می\xE2\x80\x8Cخواهم", 7 },
};
/* clang-format on */

static void text_is_drawn_in_its_safe_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		SCOPED_PTR(canvas) c = canvas_new(1, 40);
		SCOPED(buf) text = BUF_INIT;

		assert_int_equal(canvas_put(c, 0, 0, 0, str_c(rows[i].text), OUT_PLAIN), rows[i].cols);
		canvas_text(c, &text);
		buf_cut(&text, text.len - 1);
		assert_string_equal(buf_cstr(&text), rows[i].shown);
		assert_whole(c);
	}
}

static void what_is_drawn_takes_the_columns_that_are_measured(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		SCOPED_PTR(canvas) c = canvas_new(1, 40);

		assert_int_equal(
			canvas_put(c, 0, 0, 0, str_c(rows[i].shown), OUT_PLAIN), utf8_cols(str_c(rows[i].shown)));
	}
}

/* Every window of every row, at every place: clipped, whole, never outside. */
static void any_clipping_keeps_cells_whole(void **state)
{
	SCOPED_PTR(canvas) c = canvas_new(2, 9);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (int col = -6; col < 12; col++)
			for (int max = 0; max < 6; max++)
				for (int skip = 0; skip < 5; skip++) {
					int n = canvas_put_from(c, 1, col, max, skip, str_c(rows[i].text), OUT_CODE);

					assert_in_range(n, 0, 9);
					assert_true(!max || n <= max);
					assert_whole(c);
				}
	for (int col = 0; col < 9; col++)
		assert_true(str_is(canvas_at(c, 0, col).text, " "));
}

static void half_a_wide_character_is_blank(void **state)
{
	SCOPED_PTR(canvas) c = canvas_new(1, 5);

	(void)state;
	canvas_put(c, 0, 0, 0, STR("東京都"), OUT_PLAIN);
	assert_shows(c, "東京\n");
	canvas_put(c, 0, 1, 0, STR("x"), OUT_PLAIN);
	assert_shows(c, " x京\n");
	canvas_put(c, 0, 2, 0, STR("y"), OUT_PLAIN);
	assert_shows(c, " xy\n");
	canvas_clear(c);
	assert_int_equal(canvas_put_from(c, 0, 0, 3, 1, STR("東京都"), OUT_PLAIN), 3);
	assert_shows(c, " 京\n");
	canvas_put(c, 0, 0, 0, STR("東京"), OUT_PLAIN);
	canvas_put(c, 0, 1, 0, STR("都"), OUT_PLAIN);
	assert_shows(c, " 都\n");
	assert_whole(c);
}

static void areas_are_clipped(void **state)
{
	SCOPED_PTR(canvas) c = canvas_new(3, 6);
	int row, col;

	(void)state;
	canvas_vbar(c, 4, -5, 99);
	canvas_dashes(c, 2, -1, 4);
	canvas_dashes(c, 3, 0, 99);
	assert_shows(c, "    │\n    │\n─── │\n");
	canvas_fill(c, 1, -3, 2147483647, CANVAS_STATUS);
	assert_shows(c, "    │\n\n─── │\n");
	assert_int_equal(canvas_at(c, 1, 5).style, CANVAS_STATUS);
	assert_int_equal(canvas_putf(c, 0, 0, 3, OUT_BAD, "%d%s", 12, "345"), 3);
	assert_shows(c, "123 │\n\n─── │\n");
	assert_int_equal(canvas_put(c, 7, 0, 0, STR("x"), OUT_PLAIN), 0);
	assert_int_equal(canvas_put(c, 0, 6, 0, STR("x"), OUT_PLAIN), 0);
	assert_int_equal(canvas_at(c, -1, 99).cols, 1);
	canvas_cursor(c, 3, 0);
	assert_false(canvas_has_cursor(c, &row, &col));
	canvas_cursor(c, 2, 5);
	assert_true(canvas_has_cursor(c, &row, &col));
	assert_int_equal(row * 10 + col, 25);
	canvas_clear(c);
	assert_false(canvas_has_cursor(c, &row, &col));
}

static void marks_add_flags_to_whole_cells(void **state)
{
	SCOPED_PTR(canvas) c = canvas_new(1, 6);

	(void)state;
	canvas_put(c, 0, 0, 0, STR("a東b"), OUT_GOOD);
	canvas_mark(c, 0, 2, 1, CANVAS_REVERSE);
	assert_int_equal(canvas_at(c, 0, 0).style, OUT_GOOD);
	assert_int_equal(canvas_at(c, 0, 1).style, OUT_GOOD | CANVAS_REVERSE);
	assert_int_equal(canvas_at(c, 0, 2).style, OUT_GOOD | CANVAS_REVERSE);
	assert_int_equal(canvas_at(c, 0, 3).style, OUT_GOOD);
	canvas_mark(c, 0, 1, 1, CANVAS_STRONG);
	assert_int_equal(canvas_at(c, 0, 2).style, OUT_GOOD | CANVAS_REVERSE | CANVAS_STRONG);
}

static void equal_rows_have_equal_hashes_and_others_do_not(void **state)
{
	SCOPED_PTR(canvas) a = canvas_new(1, 20);
	SCOPED_PTR(canvas) b = canvas_new(1, 20);
	static const char marked[] = "a\xCC\x81\xCC\x82\xCC\x83\xCC\x84", other[] = "a\xCC\x81\xCC\x82\xCC\x83\xCC\x85";

	(void)state;
	assert_true(canvas_row_hash(a, 0) == canvas_row_hash(b, 0));
	canvas_put(a, 0, 0, 0, str_c(marked), OUT_PLAIN);
	assert_true(canvas_row_hash(a, 0) != canvas_row_hash(b, 0));
	/* The same text at another place of the pool. */
	canvas_put(b, 0, 5, 0, str_c(other), OUT_PLAIN);
	canvas_put(b, 0, 0, 0, str_c(marked), OUT_PLAIN);
	canvas_fill(b, 0, 5, 3, OUT_PLAIN);
	assert_true(canvas_row_hash(a, 0) == canvas_row_hash(b, 0));
	canvas_put(b, 0, 0, 0, str_c(other), OUT_PLAIN);
	assert_true(canvas_row_hash(a, 0) != canvas_row_hash(b, 0));
	canvas_put(b, 0, 0, 0, str_c(marked), OUT_BOLD);
	assert_true(canvas_row_hash(a, 0) != canvas_row_hash(b, 0));
	canvas_put(b, 0, 0, 0, str_c(marked), OUT_PLAIN);
	canvas_mark(b, 0, 0, 1, CANVAS_REVERSE);
	assert_true(canvas_row_hash(a, 0) != canvas_row_hash(b, 0));
}

static void a_screen_of_marked_letters_outlives_its_pool(void **state)
{
	SCOPED_PTR(canvas) c = canvas_new(30, 100);
	static const char line[] = "a\xCC\x81\xCC\x82\xCC\x83\xCC\x84z\xCC\x84\xCC\x83\xCC\x82\xCC\x81";

	(void)state;
	for (int round = 0; round < 20; round++)
		for (int row = 0; row < 30; row++)
			for (int col = 0; col < 100; col += 2)
				canvas_put(c, row, col, 0, str_c(line), (unsigned)round % 8);
	for (int row = 0; row < 30; row++)
		for (int col = 0; col < 100; col++)
			assert_memory_equal(canvas_at(c, row, col).text.p, line + col % 2 * 9, 9);
}

static void sizes_are_clamped(void **state)
{
	static const int sizes[][4] = { { 0, 0, 1, 1 }, { -5, 3, 1, 3 },
		{ 30000, 30000, CANVAS_ROWS_MAX, CANVAS_COLS_MAX } };
	SCOPED_PTR(canvas) c = canvas_new(24, 80);

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		canvas_put(c, 0, 0, 0, STR("東 text"), OUT_PLAIN);
		canvas_resize(c, sizes[i][0], sizes[i][1]);
		assert_int_equal(canvas_rows(c), sizes[i][2]);
		assert_int_equal(canvas_cols(c), sizes[i][3]);
		assert_true(str_is(canvas_at(c, 0, 0).text, " "));
		assert_whole(c);
	}
}

/* Megabytes that are seen in part, or claim to be one cluster, cost what is seen of them. */
static void absurd_lines_are_drawn_at_once(void **state)
{
	static const char *const units[] = { "x", "\xCC\x81", "👩\xE2\x80\x8D", "\xE2\x80\x8D", "🇨", "\xFF",
		"\xE1\x84\x92", "का" };
	SCOPED_PTR(canvas) c = canvas_new(1, 10);

	(void)state;
	for (size_t i = 0; i < COUNT(units); i++) {
		SCOPED(buf) line = BUF_INIT;

		while (line.len < 1 << 20)
			buf_c(&line, units[i]);
		assert_in_range(canvas_put(c, 0, 0, 0, buf_view(&line), OUT_PLAIN), 0, 10);
		assert_whole(c);
	}
}

/* Awkward characters in any order, whole and cut, drawn anywhere over what was drawn before. */
static void any_bytes_anywhere_keep_cells_whole(void **state)
{
	static const char awkward[] = "aé東\t\n\x1b👩\xE2\x80\x8D💻👍🏽❤\xEF\xB8\x8F🇨🇭का\xCC\x81\xE1\x84\x92\xE1\x85\xA1"
				      "\xD8\x80z\xFF\xE2\x80\xAE";
	SCOPED_PTR(canvas) c = canvas_new(4, 13);
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[24];
		int n[4];

		for (size_t i = 0; i < COUNT(n) + sizeof(text); i++) {
			random = random * 1664525u + 1013904223u;
			if (i < COUNT(n))
				n[i] = (int)(random >> 16) % 20 - 4;
			else
				text[i - COUNT(n)] = awkward[(random >> 16) % (sizeof(awkward) - 1)];
		}
		canvas_put_from(c, n[0], n[1], n[2], n[3], str_of(text, sizeof(text)), (unsigned)round % 13);
		canvas_put_from(c, n[1] % 4, n[0], n[3], n[2], str_sub(str_c(awkward), (size_t)(n[0] + 4) * 3, 80), 0);
		canvas_mark(c, n[2], n[3], n[0], CANVAS_REVERSE);
		assert_whole(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_drawn_in_its_safe_form),
		cmocka_unit_test(what_is_drawn_takes_the_columns_that_are_measured),
		cmocka_unit_test(any_clipping_keeps_cells_whole),
		cmocka_unit_test(half_a_wide_character_is_blank),
		cmocka_unit_test(areas_are_clipped),
		cmocka_unit_test(marks_add_flags_to_whole_cells),
		cmocka_unit_test(equal_rows_have_equal_hashes_and_others_do_not),
		cmocka_unit_test(a_screen_of_marked_letters_outlives_its_pool),
		cmocka_unit_test(sizes_are_clamped),
		cmocka_unit_test(absurd_lines_are_drawn_at_once),
		cmocka_unit_test(any_bytes_anywhere_keep_cells_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
