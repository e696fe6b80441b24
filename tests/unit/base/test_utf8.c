#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/utf8.h"

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))
#define BAD UTF8_REPLACEMENT

/* Bytes, then the length and value of each step of the decoder. */
/* clang-format off */
static const struct {
	struct str in;
	struct step {
		size_t len;
		uint32_t cp;
	} steps[6];
	size_t invalid_at;
	size_t partial;
} decodings[] = {
	{ STR(""), { { 0 } }, STR_NONE, 0 },
	{ STR("a\0"), { { 1, 'a' }, { 1, 0 } }, STR_NONE, 0 },
	{ STR("\x7F\xC2\x80\xDF\xBF"), { { 1, 0x7F }, { 2, 0x80 }, { 2, 0x7FF } }, STR_NONE, 0 },
	{ STR("\xE0\xA0\x80\xEF\xBF\xBF"), { { 3, 0x800 }, { 3, 0xFFFF } }, STR_NONE, 0 },
	{ STR("\xED\x9F\xBF\xEE\x80\x80"), { { 3, 0xD7FF }, { 3, 0xE000 } }, STR_NONE, 0 },
	{ STR("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), { { 4, 0x10000 }, { 4, 0x10FFFF } }, STR_NONE, 0 },
	{ STR("\xEF\xBF\xBD"), { { 3, 0xFFFD } }, STR_NONE, 0 },
	/* Unicode 15, table 3-8, and its neighbours */
	{ STR("\xC0\xAF"), { { 1, BAD }, { 1, BAD } }, 0, 0 },
	{ STR("\xE0\x80\xBF"), { { 1, BAD }, { 1, BAD }, { 1, BAD } }, 0, 0 },
	{ STR("\xED\xA0\x80"), { { 1, BAD }, { 1, BAD }, { 1, BAD } }, 0, 0 },
	{ STR("\xF4\x91\x92\x93"), { { 1, BAD }, { 1, BAD }, { 1, BAD }, { 1, BAD } }, 0, 0 },
	{ STR("\xE1\x80\xE2\xF0\x91\x92"), { { 2, BAD }, { 1, BAD }, { 3, BAD } }, 0, 3 },
	{ STR("\xF1\xBF" "a"), { { 2, BAD }, { 1, 'a' } }, 0, 0 },
	{ STR("\xF5\xFF"), { { 1, BAD }, { 1, BAD } }, 0, 0 },
	{ STR("a\xC3"), { { 1, 'a' }, { 1, BAD } }, 1, 1 },
	{ STR("a\xE2\x82"), { { 1, 'a' }, { 2, BAD } }, 1, 2 },
	{ STR("a\xE0\x80"), { { 1, 'a' }, { 1, BAD }, { 1, BAD } }, 1, 0 },
	{ STR("\x80"), { { 1, BAD } }, 0, 0 },
};
/* clang-format on */

static void decoding_follows_the_table_of_the_standard(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(decodings); i++) {
		const struct step *step = decodings[i].steps;
		struct str in = decodings[i].in;
		uint32_t cp;

		for (size_t at = 0, n; (n = utf8_decode(in, at, &cp)); at += n, step++) {
			assert_int_equal(n, step->len);
			assert_int_equal(cp, step->cp);
			assert_true(utf8_valid_len(in, at) == n || cp == BAD);
		}
		assert_int_equal(utf8_valid_len(in, in.len), 0);
		assert_int_equal(utf8_invalid_at(in), decodings[i].invalid_at);
		assert_int_equal(utf8_partial_tail(in), decodings[i].partial);
	}
}

static void every_scalar_decodes_to_itself(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x110000; cp++) {
		uint32_t expected = (cp >= 0xD800 && cp <= 0xDFFF) || cp > 0x10FFFF ? BAD : cp, got;
		SCOPED(buf) b = BUF_INIT;

		utf8_add(&b, cp);
		assert_int_equal(utf8_decode(buf_view(&b), 0, &got), b.len);
		assert_int_equal(got, expected);
		assert_int_equal(utf8_valid_len(buf_view(&b), 0), b.len);
		for (size_t cut = 1; cut < b.len; cut++)
			assert_int_equal(utf8_partial_tail(str_of(b.p, cut)), cut);
	}
}

static void a_fault_is_found_behind_any_run_of_ascii(void **state)
{
	(void)state;
	for (size_t n = 0; n < 40; n++) {
		SCOPED(buf) b = BUF_INIT;

		memset(buf_room(&b, n), 'a', n);
		b.len = n;
		buf_c(&b, "\377aaaaaaaaaa");
		assert_int_equal(utf8_invalid_at(buf_view(&b)), n);
	}
}

static void repair_replaces_each_invalid_part_once(void **state)
{
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	assert_int_equal(utf8_repair(&out, STR("a\342\202b\377\377é")), 3);
	assert_string_equal(buf_cstr(&out), "a\uFFFDb\uFFFD\uFFFDé");
	buf_reset(&out);
	assert_int_equal(utf8_repair(&out, STR("\uFFFD")), 0);
	assert_string_equal(buf_cstr(&out), "\uFFFD");
}

static void offsets_snap_to_characters(void **state)
{
	const struct str s = STR("aé€😀");
	static const size_t floors[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10 };
	static const size_t ceils[] = { 0, 1, 3, 3, 6, 6, 6, 10, 10, 10, 10, 10 };
	static const size_t starts[] = { 0, 1, 3, 6, 10, STR_NONE };

	(void)state;
	for (size_t at = 0; at < COUNT(floors); at++) {
		assert_int_equal(utf8_floor(s, at), floors[at]);
		assert_int_equal(utf8_ceil(s, at), ceils[at]);
	}
	assert_int_equal(utf8_count(s), 4);
	for (size_t n = 0; n < COUNT(starts); n++)
		assert_int_equal(utf8_offset_of(s, n), starts[n]);
	assert_int_equal(utf8_offset_of(STR_EMPTY, 0), 0);
}

static void classes_hold_beyond_ascii(void **state)
{
	/* clang-format off */
	static const struct {
		uint32_t cp;
		bool word, upper, letter, digit, space, hidden;
	} rows[] = {
		{ 'a', 1, 0, 1, 0, 0, 0 }, { 'A', 1, 1, 1, 0, 0, 0 }, { '7', 1, 0, 0, 1, 0, 0 }, { '_', 0, 0, 0, 0, 0, 0 },
		{ ' ', 0, 0, 0, 0, 1, 0 }, { '\n', 0, 0, 0, 0, 1, 1 }, { 0x85, 0, 0, 0, 0, 1, 1 }, { 0xA0, 0, 0, 0, 0, 1, 0 },
		{ 0xC4, 1, 1, 1, 0, 0, 0 }, { 0x301, 1, 0, 0, 0, 0, 0 }, { 0x663, 1, 0, 0, 1, 0, 0 }, { 0xBD, 1, 0, 0, 0, 0, 0 },
		{ 0x6771, 1, 0, 1, 0, 0, 0 }, { 0x2014, 0, 0, 0, 0, 0, 0 }, { 0x2028, 0, 0, 0, 0, 1, 1 },
		{ 0x202E, 0, 0, 0, 0, 0, 1 }, { 0x200B, 0, 0, 0, 0, 0, 1 }, { 0xE0041, 0, 0, 0, 0, 0, 1 },
		{ 0xFE0F, 1, 0, 0, 0, 0, 1 }, { 0x3164, 1, 0, 1, 0, 0, 1 }, { 0x600, 0, 0, 0, 0, 0, 0 },
		{ 0x2065, 0, 0, 0, 0, 0, 1 }, { 0x1FFFE, 0, 0, 0, 0, 0, 1 }, { 0x7F, 0, 0, 0, 0, 0, 1 },
		{ 0xD800, 0, 0, 0, 0, 0, 1 }, { 0x110000, 0, 0, 0, 0, 0, 1 }, { 0x1F600, 0, 0, 0, 0, 0, 0 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (utf8_is_word(rows[i].cp) != rows[i].word || utf8_is_upper(rows[i].cp) != rows[i].upper ||
			utf8_is_letter(rows[i].cp) != rows[i].letter || utf8_is_digit(rows[i].cp) != rows[i].digit ||
			utf8_is_space(rows[i].cp) != rows[i].space || utf8_is_hidden(rows[i].cp) != rows[i].hidden)
			fail_msg("U+%04X", (unsigned)rows[i].cp);
	}
	assert_int_equal(utf8_lower('Q'), 'q');
	assert_int_equal(utf8_lower('1'), '1');
	assert_int_equal(utf8_lower(0x410), 0x430);
}

static void text_is_measured_in_columns(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		size_t cols;
	} rows[] = {
		{ "", 0 }, { "abc", 3 }, { "a\nb", 2 }, { "é", 1 }, { "e\xCC\x81\xCC\xA3", 1 }, { "東京", 4 },
		{ "한", 2 }, { "한", 2 }, { "😀", 2 }, { "👩‍💻", 2 }, { "👨‍👩‍👧", 2 }, { "🇨🇭", 2 },
		{ "🇨🇭🇩🇪", 4 }, { "👩🏽", 2 }, { "a\r\nb", 2 }, { "का", 2 }, { "हिन्दी", 5 },
		{ "\xD8\x80" "12", 3 }, { "❤\xE2\x80\x8D🔥", 1 }, { "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 2 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (utf8_cols(str_c(rows[i].text)) != rows[i].cols)
			fail_msg("'%s': %zu", rows[i].text, utf8_cols(str_c(rows[i].text)));
}

static void clusters_are_what_people_call_characters(void **state)
{
	/* clang-format off */
	static const char *const rows[] = { "a", "e\xCC\x81", "\r\n", "\n", "👩‍💻", "🇨🇭", "🇩🇪", "क्षि", "한", "b", "c", "\r", "d" };
	/* clang-format on */
	SCOPED(buf) text = BUF_INIT;
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		buf_c(&text, rows[i]);
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t next = utf8_next_cluster(buf_view(&text), at);

		/* utf8proc 2.8 knows no conjuncts (Unicode 15.1, GB9c) and cuts behind the virama. */
		if (!strcmp(rows[i], "क्षि"))
			next = utf8_next_cluster(buf_view(&text), next);
		if (next - at != strlen(rows[i]))
			fail_msg("'%s': %zu bytes", rows[i], next - at);
		at = next;
	}
	assert_int_equal(at, text.len);
	assert_int_equal(utf8_next_cluster(buf_view(&text), at), text.len);
}

static void folding_is_compatible_and_caseless(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text, *folded;
	} rows[] = {
		{ "AbC1-", "abc1-" }, { "ÄÖß", "äöss" }, { "ﬁ", "fi" }, { "Ⅳ", "iv" }, { "Ω", "ω" },
		{ "ｶ", "カ" }, { "①", "1" }, { "\xC2\xAD", "" }, { "\xE2\x80\x8B", "" }, { "\xEF\xB8\x8F", "" }, { "Å", "å" },
		{ "ﷺ", "صلى الله عليه وسلم" }, { "İ", "i\xCC\x87" }, { "한", "한" }, { "😀", "😀" }, { "…", "..." },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str text = str_c(rows[i].text);
		SCOPED(buf) out = BUF_INIT;
		uint32_t cp;

		for (size_t at = 0, n; (n = utf8_decode(text, at, &cp)); at += n)
			utf8_fold(&out, cp);
		assert_string_equal(buf_cstr(&out), rows[i].folded);
	}
}

static void names_become_ascii(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text, *ascii;
	} rows[] = {
		{ "plain-1.txt", "plain-1.txt" }, { "Müller", "Muller" }, { "Straße", "Strasse" }, { "Søren Ærø", "Soren AEro" },
		{ "Łódź", "Lodz" }, { "Þór Ðð", "Thor Dd" }, { "İıĞ", "IiG" }, { "Đặng Văn", "Dang Van" }, { "Œuvre", "OEuvre" },
		{ "ﬁle ①", "file 1" }, { "“a”–’b’…", "\"a\"-'b'..." }, { "Ελλάς", "" }, { "東京", "" }, { "Čapek", "Capek" },
		{ "a\xFF" "b", "ab" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		SCOPED(buf) out = BUF_INIT;

		utf8_ascii(&out, str_c(rows[i].text));
		assert_string_equal(buf_cstr(&out), rows[i].ascii);
	}
}

static void a_mark_joins_its_base(void **state)
{
	(void)state;
	assert_int_equal(utf8_compose('e', 0x301), 0xE9);
	assert_int_equal(utf8_compose(0xFC, 0x301), 0x1D8);
	assert_int_equal(utf8_compose('q', 0x301), 0);
	assert_int_equal(utf8_compose('e', 'e'), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decoding_follows_the_table_of_the_standard),
		cmocka_unit_test(every_scalar_decodes_to_itself),
		cmocka_unit_test(a_fault_is_found_behind_any_run_of_ascii),
		cmocka_unit_test(repair_replaces_each_invalid_part_once),
		cmocka_unit_test(offsets_snap_to_characters),
		cmocka_unit_test(classes_hold_beyond_ascii),
		cmocka_unit_test(text_is_measured_in_columns),
		cmocka_unit_test(clusters_are_what_people_call_characters),
		cmocka_unit_test(folding_is_compatible_and_caseless),
		cmocka_unit_test(names_become_ascii),
		cmocka_unit_test(a_mark_joins_its_base),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
