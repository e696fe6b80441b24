#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/cite/align.h"

static void the_best_stretch_is_found(void **state)
{
	static const struct {
		const char *pattern, *text;
		size_t max;
		const char *found;
		size_t distance;
	} rows[] = {
		{ "fox", "the quick fox jumps", 0, "fox", 0 },
		{ "quick fix", "the quick fox jumps", 2, "quick fox", 1 },
		{ "lazy dog", "over the lzy dog", 2, "lzy dog", 1 },
		{ "Xuick", "the quick fox", 1, "quick", 1 },
		{ "quicX", "the quick fox", 1, "quick", 1 },
		{ "abc", "abc abd abc", 1, "abc", 0 },
		{ "kitten", "sitting", 3, "sittin", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct align_match m = { 0 };
		struct str text = str_c(rows[i].text);

		assert_true(align_best(str_c(rows[i].pattern), text, rows[i].max, &m));
		assert_true(str_is(str_sub(text, m.at.byte_from, m.at.byte_to), rows[i].found));
		assert_int_equal(m.distance, rows[i].distance);
	}
}

static void nothing_is_found_beyond_the_limit(void **state)
{
	struct align_match m;

	(void)state;
	assert_false(align_best(STR("abcdef"), STR("uvwxyz"), 3, &m));
	assert_false(align_best(STR("quick fix"), STR("the quick fox"), 0, &m));
	assert_false(align_best(STR(""), STR("text"), 3, &m));
	assert_false(align_best(STR("pattern"), STR(""), 3, &m));
}

static void several_places_come_best_first(void **state)
{
	struct align_match m[4];
	struct str text = STR("the cat sat here; later the bat sat there; a cow; the cat sad him");
	size_t n = align_all(STR("the cat sat "), text, 2, m, 4);

	(void)state;
	assert_int_equal(n, 3);
	assert_int_equal(m[0].distance, 0);
	assert_int_equal(m[0].at.byte_from, 0);
	assert_int_equal(m[1].distance, 1);
	assert_int_equal(m[2].distance, 1);
	assert_int_equal(align_all(STR("the cat sat "), text, 2, m, 1), 1);
	assert_int_equal(m[0].distance, 0);
}

static unsigned next(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* The textbook matrix: the least distance of the pattern to any stretch of the text that ends at each place. */
static size_t by_matrix(struct str p, struct str t, size_t from)
{
	static size_t row[2][1024];
	size_t best = p.len;

	for (size_t j = 0; j <= t.len; j++)
		row[0][j] = from ? j : 0;
	for (size_t i = 1; i <= p.len; i++) {
		size_t *up = row[(i - 1) & 1], *now = row[i & 1];

		now[0] = i;
		for (size_t j = 1; j <= t.len; j++)
			now[j] = least(up[j] + 1, now[j - 1] + 1, up[j - 1] + (p.p[i - 1] != t.p[j - 1]));
	}
	for (size_t j = 0; j <= t.len && !from; j++)
		best = row[p.len & 1][j] < best ? row[p.len & 1][j] : best;
	return from ? row[p.len & 1][t.len] : best;
}

/* Random texts of few letters, so that there are many near matches; patterns cross the blocks of 64. */
static void blocks_agree_with_the_matrix(void **state)
{
	char pattern[300], text[900];
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 600; round++) {
		size_t m = 1 + next(&seed) % sizeof(pattern), n = next(&seed) % sizeof(text);
		size_t max = next(&seed) % (m + 1), truth;
		struct str p = str_of(pattern, m), t = str_of(text, n);
		struct align_match found;
		bool is_found;

		for (size_t i = 0; i < n; i++)
			text[i] = (char)('a' + next(&seed) % (round % 2 ? 2 : 5));
		for (size_t i = 0; i < m; i++)
			pattern[i] = n && next(&seed) % 6 ? text[(i + (size_t)round) % n] : 'c';
		truth = by_matrix(p, t, 0);
		is_found = align_best(p, t, max, &found);
		assert_int_equal(is_found, truth <= max && truth < m);
		if (!is_found)
			continue;
		assert_int_equal(found.distance, truth);
		assert_int_equal(by_matrix(p, str_sub(t, found.at.byte_from, found.at.byte_to), 1), truth);
	}
}

static void context_is_measured_at_the_seam(void **state)
{
	(void)state;
	assert_int_equal(align_at_start(STR("abc"), STR("abcdef")), 0);
	assert_int_equal(align_at_start(STR("abc"), STR("xabcdef")), 1);
	assert_int_equal(align_at_start(STR("abc"), STR("xyzabc")), 3);
	assert_int_equal(align_at_end(STR("def"), STR("abcdef")), 0);
	assert_int_equal(align_at_end(STR("def"), STR("defabc")), 3);
	assert_int_equal(align_at_end(STR("def"), STR("")), 3);
	assert_int_equal(align_at_end(STR(""), STR("abc")), 0);
}

static void short_quotes_are_held_to_a_stricter_limit(void **state)
{
	(void)state;
	assert_int_equal(align_quote_max(STR("twenty characters or")), 2);
	assert_int_equal(align_quote_max(STR("this quote has at least forty characters")), 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_stretch_is_found),
		cmocka_unit_test(nothing_is_found_beyond_the_limit),
		cmocka_unit_test(several_places_come_best_first),
		cmocka_unit_test(blocks_agree_with_the_matrix),
		cmocka_unit_test(context_is_measured_at_the_seam),
		cmocka_unit_test(short_quotes_are_held_to_a_stricter_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
