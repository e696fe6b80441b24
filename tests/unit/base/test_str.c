#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/str.h"

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

static void texts_compare_by_bytes_and_length(void **state)
{
	(void)state;
	assert_true(str_eq(STR("a\0b"), STR("a\0b")));
	assert_false(str_eq(STR("a\0b"), STR("a\0c")));
	assert_true(str_is(str_c(NULL), ""));
	assert_true(str_eq_nocase(STR("aBc-1"), STR("AbC-1")));
	assert_false(str_is_nocase(STR("ä"), "Ä"));
	assert_true(str_cmp(STR("a"), STR("ab")) < 0 && str_cmp(STR("b"), STR("ab")) > 0);
	assert_int_equal(str_cmp(STR_EMPTY, str_of(NULL, 0)), 0);
	assert_true(str_cmp(STR("\xFF"), STR("a")) > 0);
	assert_true(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("a"), STR("ab")));
	assert_true(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("c"), STR("bc")));
}

static void finding_starts_where_it_is_told(void **state)
{
	(void)state;
	assert_int_equal(str_find(STR("abab"), STR("ab"), 0), 0);
	assert_int_equal(str_find(STR("abab"), STR("ab"), 1), 2);
	assert_int_equal(str_find(STR("abab"), STR("ab"), 3), STR_NONE);
	assert_int_equal(str_find(STR("ab"), STR(""), 2), 2);
	assert_int_equal(str_find(STR("ab"), STR(""), 3), STR_NONE);
	assert_int_equal(str_find_nocase(STR("xAB"), STR("ab"), 0), 1);
	assert_int_equal(str_find_ch(STR("a\0b"), 'b', 0), 2);
	assert_int_equal(str_find_ch(STR("a"), 'a', 1), STR_NONE);
}

static void slices_are_clamped(void **state)
{
	(void)state;
	assert_true(str_is(str_sub(STR("abc"), 1, 2), "b"));
	assert_true(str_is(str_sub(STR("abc"), 1, STR_NONE), "bc"));
	assert_int_equal(str_sub(STR("abc"), 5, 7).len, 0);
	assert_int_equal(str_sub(STR("abc"), 2, 1).len, 0);
	assert_true(str_is(str_trim(STR(" \t\r\na b\v\f ")), "a b"));
	assert_int_equal(str_trim(STR("  ")).len, 0);
}

static void cutting_ends_after_the_last_part(void **state)
{
	static const char *const expected[] = { "a", "", "b", "" };
	struct str rest = STR("a,,b,");
	size_t n = 0;

	(void)state;
	while (rest.p) {
		assert_true(n < COUNT(expected));
		assert_true(str_is(str_cut(&rest, ','), expected[n++]));
	}
	assert_int_equal(n, COUNT(expected));
}

static void numbers_are_whole_or_none(void **state)
{
	static const char *const no_int[] = { "", "-", "+1", " 1", "1 ", "1x", "0x10", "1.0", "9223372036854775808",
		"00000000000000000000000000000000001" };
	static const char *const no_double[] = { "", "-", "1 ", "1x", "0x10", "nan", "inf", "1e", "1e999", "." };
	long long i = 0;
	double d = 0;

	(void)state;
	for (size_t n = 0; n < COUNT(no_int); n++)
		assert_false(str_to_int(str_c(no_int[n]), &i));
	for (size_t n = 0; n < COUNT(no_double); n++)
		assert_false(str_to_double(str_c(no_double[n]), &d));
	assert_true(str_to_int(STR("-9223372036854775808"), &i) && i == INT64_MIN);
	assert_true(str_to_int(STR("007"), &i) && i == 7);
	assert_true(str_to_double(STR("-1.5"), &d) && d == -1.5);
	assert_true(str_to_double(STR("2e3"), &d) && d == 2000);
}

/* On the heap without a NUL, so that the address sanitizer sees a read behind the end. */
static void a_number_ends_where_its_text_ends(void **state)
{
	char *digits = malloc(3);
	long long i = 0;
	double d = 0;

	(void)state;
	memcpy(digits, "123", 3);
	assert_true(str_to_int(str_of(digits, 3), &i) && i == 123);
	assert_true(str_to_double(str_of(digits, 3), &d) && d == 123);
	assert_true(str_to_double(str_of(digits, 2), &d) && d == 12);
	free(digits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_compare_by_bytes_and_length),
		cmocka_unit_test(finding_starts_where_it_is_told),
		cmocka_unit_test(slices_are_clamped),
		cmocka_unit_test(cutting_ends_after_the_last_part),
		cmocka_unit_test(numbers_are_whole_or_none),
		cmocka_unit_test(a_number_ends_where_its_text_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
