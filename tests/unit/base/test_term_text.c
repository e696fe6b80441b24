#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "ibid/base/term_text.h"
#include "ibid/base/utf8.h"

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

/* What comes in, and what is shown; NULL when all of it passes. */
/* clang-format off */
static const struct row {
	struct str in;
	const char *shown;
} rows[] = {
	{ STR(""), NULL },
	{ STR("plain text\n\tindented ~"), NULL },
	{ STR("Zürich 東京 한국어 עברית العربية नमस्ते"), NULL },
	{ STR("a\xC2\xA0" "b\xE3\x80\x80" "c"), NULL },
	/* control bytes */
	{ STR("\x1b[31mred\x1b[0m"), "␛[31mred␛[0m" },
	{ STR("\x1b]52;c;aGk=\x07"), "␛]52;c;aGk=␇" },
	{ STR("a\0b"), "a␀b" },
	{ STR("a\x7F" "b"), "a␡b" },
	{ STR("safe\rrm -rf ~"), "safe␍rm -rf ~" },
	{ STR("one\r\ntwo\r\n"), "one\ntwo\n" },
	{ STR("a\r\r\nb\r"), "a␍\nb␍" },
	{ STR("\r\x1b"), "␍␛" },
	{ STR("\b\v\f"), "␈␋␌" },
	{ STR("\xC2\x9B" "31m"), "<U+009B>31m" },
	{ STR("\xC2\x85"), "<U+0085>" },
	/* invalid UTF-8: as many marks as maximal subparts */
	{ STR("\x9B" "31m"), "\uFFFD31m" },
	{ STR("\xC0\x9B"), "\xEF\xBF\xBD\xEF\xBF\xBD" },
	{ STR("\xE2\x82" "a"), "\uFFFDa" },
	{ STR("\xF0\x9F\x98\xC3\xA9"), "\xEF\xBF\xBDé" },
	{ STR("\xF0\x80\x80\x9B"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
	{ STR("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
	{ STR("end\xF0\x9F\x98"), "end\xEF\xBF\xBD" },
	{ STR("end\r\xE2"), "end␍\xEF\xBF\xBD" },
	/* directions and what cannot be seen */
	{ STR("a\xE2\x80\xAE" "b\xE2\x80\xAC"), "a<U+202E>b<U+202C>" },
	{ STR("\xE2\x81\xA6x\xE2\x81\xA9"), "<U+2066>x<U+2069>" },
	{ STR("\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C"), "<U+200E><U+200F><U+061C>" },
	{ STR("pass\xE2\x80\x8Bword"), "pass<U+200B>word" },
	{ STR("\xEF\xBB\xBFtext"), "<U+FEFF>text" },
	{ STR("co\xC2\xADop"), "co<U+00AD>op" },
	{ STR("\xE2\x80\xA8\xE2\x80\xA9"), "<U+2028><U+2029>" },
	{ STR("\xE3\x85\xA4\xE1\x85\x9F\xCD\x8F"), "<U+3164><U+115F><U+034F>" },
	{ STR("\xF3\xA0\x81\xA8\xF3\xA0\x81\xA9"), "<U+E0068><U+E0069>" },
	{ STR("\xF3\xA0\x80\x81\xF3\xA0\x80\x80\xEF\xBF\xB0"), "<U+E0001><U+E0000><U+FFF0>" },
	{ STR("\xEF\xBF\xBF"), "<U+FFFF>" },
	/* joiners */
	{ STR("👩‍💻 👨‍👩‍👧 ❤️‍🔥 👩🏽‍🚀 🏳️‍🌈"), NULL },
	{ STR("می\xE2\x80\x8Cخواهم क्\xE2\x80\x8Dष"), NULL },
	{ STR("a\xE2\x80\x8D" "b\xE2\x80\x8C"), "a<U+200D>b<U+200C>" },
	{ STR("👩\xE2\x80\x8D\xE2\x80\x8D\xE2\x80\x8D💻"), "👩\xE2\x80\x8D<U+200D><U+200D>💻" },
	{ STR("\xE2\x80\x8D"), "<U+200D>" },
	/* variation selectors */
	{ STR("❤\xEF\xB8\x8F 1\xEF\xB8\x8F\xE2\x83\xA3 #\xEF\xB8\x8F\xE2\x83\xA3 ☎\xEF\xB8\x8E"), NULL },
	{ STR("葛\xF3\xA0\x84\x80 ᠮᠣ\xE1\xA0\x8B"), NULL },
	{ STR("a\xEF\xB8\x8F" "b\xF3\xA0\x84\x80"), "a<U+FE0F>b<U+E0100>" },
	{ STR("😀\xF3\xA0\x84\xA1"), "😀<U+E0121>" },
	{ STR("😀\xEF\xB8\x8F\xEF\xB8\x8F"), "😀\xEF\xB8\x8F<U+FE0F>" },
	{ STR("<\xEF\xB8\x80"), "<<U+FE00>" },
	{ STR("‼\xEF\xB8\x8F *\xEF\xB8\x8F\xE2\x83\xA3 ≨\xEF\xB8\x80"), NULL },
	{ STR("東\xEF\xB8\x80"), NULL },
	{ STR("\xE3\x80\x80\xEF\xB8\x8F"), "\xE3\x80\x80<U+FE0F>" },
	{ STR("é\xEF\xB8\x8F ↰\xEF\xB8\x8F\xEF\xB8\x8F"), "é<U+FE0F> ↰\xEF\xB8\x8F<U+FE0F>" },
	{ STR("᠐\xE1\xA0\x8Bᢅ\xE1\xA0\x8B東\xE1\xA0\x8B"), "᠐<U+180B>ᢅ<U+180B>東<U+180B>" },
	{ STR("\xF0\xA0\x80\x80\xE2\x80\x8D"), "\xF0\xA0\x80\x80<U+200D>" },
	/* flags */
	{ STR("🏴󠁧󠁢󠁥󠁮󠁧󠁿🏴󠁧󠁢󠁳󠁣󠁴󠁿🏴󠁧󠁢󠁷󠁬󠁳󠁿 🇨🇭🏴‍☠️"), NULL },
	{ STR("🏴󠁧󠁢󠁥󠁮󠁧󠁿\xF3\xA0\x81\xBF"), "🏴󠁧󠁢󠁥󠁮󠁧󠁿<U+E007F>" },
	{ STR("🏴\xF3\xA0\x81\xA9\xF3\xA0\x81\xA7"), "🏴<U+E0069><U+E0067>" },
	{ STR("🏴\xF3\xA0\x81\xA7\xF3\xA0\x81\xBF\xF3\xA0\x81\xA2"), "🏴\xF3\xA0\x81\xA7<U+E007F><U+E0062>" },
	{ STR("🏴󠁧󠁢󠁥󠁮󠁧\xF3\xA0\x81\xA7"), "🏴󠁧󠁢󠁥󠁮󠁧<U+E0067>" },
	{ STR("🏴x\xF3\xA0\x81\xA7"), "🏴x<U+E0067>" },
	{ STR("🏴\xCC\x81\xF3\xA0\x81\xA7"), "🏴\xCC\x81<U+E0067>" },
	/* marks */
	{ STR("e\xCC\x81\xCC\xA3"), NULL },
};
/* clang-format on */

static struct str shown(const struct row *row)
{
	return row->shown ? str_c(row->shown) : row->in;
}

static void assert_shown(struct str in, struct str expected, const struct buf *out)
{
	if (!str_eq(buf_view(out), expected))
		fail_msg("'%.*s' is shown as '%s'", STR_ARG(in), buf_cstr(out));
}

static void what_cannot_be_seen_is_made_visible(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		SCOPED(buf) out = BUF_INIT;

		term_text_add(&out, rows[i].in);
		assert_shown(rows[i].in, shown(&rows[i]), &out);
	}
}

/* Feed in slices of `step` bytes after a first one of `first`. */
static void feed_sliced(struct buf *out, struct str in, size_t first, size_t step)
{
	struct term_text t = TERM_TEXT_INIT;

	for (size_t at = 0, to = first; at < in.len; at = to, to += step) {
		term_text_feed(&t, out, str_sub(in, at, to));
		term_text_feed(&t, out, STR_EMPTY);
	}
	term_text_end(&t, out);
}

static void any_slicing_gives_the_same_output(void **state)
{
	SCOPED(buf) all = BUF_INIT;
	SCOPED(buf) whole = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_str(&all, rows[i].in);
		for (size_t step = 1; step <= rows[i].in.len; step++)
			for (size_t first = 1; first <= step; first++) {
				SCOPED(buf) out = BUF_INIT;

				feed_sliced(&out, rows[i].in, first, step);
				assert_shown(rows[i].in, shown(&rows[i]), &out);
			}
	}
	term_text_add(&whole, buf_view(&all));
	for (size_t step = 1; step < 9; step++) {
		SCOPED(buf) out = BUF_INIT;

		feed_sliced(&out, buf_view(&all), 1, step);
		assert_true(str_eq(buf_view(&out), buf_view(&whole)));
	}
}

/* No control character but LF and TAB, all of it UTF-8. */
static void assert_harmless(struct str s)
{
	uint32_t cp;

	assert_int_equal(utf8_invalid_at(s), STR_NONE);
	for (size_t at = 0, n; (n = utf8_decode(s, at, &cp)); at += n)
		assert_false((cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7F && cp <= 0x9F));
}

static void no_control_character_comes_through(void **state)
{
	SCOPED(buf) in = BUF_INIT;
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	for (int byte = 0; byte < 0x100; byte++)
		buf_ch(&in, (char)byte);
	for (uint32_t c1 = 0x80; c1 <= 0x9F; c1++)
		utf8_add(&in, c1);
	for (int final = 0x20; final <= 0x7E; final++)
		buf_fmt(&in, "\033%c text \033[1;2%c", final, final);
	for (size_t at = 0; at <= in.len; at++) {
		buf_reset(&out);
		feed_sliced(&out, buf_view(&in), at, in.len);
		assert_harmless(buf_view(&out));
	}
	for (int first = 0; first < 0x100; first++)
		for (int second = 0; second < 0x100; second++) {
			char pair[] = { (char)first, (char)second };

			buf_reset(&out);
			term_text_add(&out, str_of(pair, 2));
			assert_harmless(buf_view(&out));
		}
}

static void every_scalar_is_either_itself_or_named(void **state)
{
	SCOPED(buf) in = BUF_INIT;
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	for (uint32_t cp = 0x80; cp <= 0x10FFFF; cp++) {
		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		buf_reset(&in);
		buf_reset(&out);
		utf8_add(&in, cp);
		term_text_add(&out, buf_view(&in));
		if (!utf8_is_hidden(cp)) {
			assert_true(str_eq(buf_view(&in), buf_view(&out)));
			continue;
		}
		buf_reset(&in);
		buf_fmt(&in, "<U+%04X>", (unsigned)cp);
		assert_string_equal(buf_cstr(&out), buf_cstr(&in));
	}
}

static void marks_beyond_the_limit_are_dropped_in_linear_time(void **state)
{
	SCOPED(buf) in = BUF_INIT;
	SCOPED(buf) out = BUF_INIT;
	struct timespec from, to;

	(void)state;
	buf_c(&in, "e");
	for (int i = 0; i < 1000000; i++)
		buf_c(&in, "\xCC\x81");
	buf_c(&in, "x");
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	term_text_add(&out, buf_view(&in));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	assert_int_equal(out.len, 1 + 2 * TERM_MARKS_MAX + 1);
	assert_true((to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000 < 200);
}

static void a_line_stays_one_line(void **state)
{
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	buf_c(&out, "keep\n");
	term_text_add_line(&out, STR("a\nb\tc\r\nd\x1b"));
	assert_string_equal(buf_cstr(&out), "keep\na b c d␛");
}

static void after_the_end_the_state_is_new(void **state)
{
	struct term_text t = TERM_TEXT_INIT;
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	term_text_feed(&t, &out, STR("🏴\xF3\xA0\x81"));
	term_text_end(&t, &out);
	term_text_feed(&t, &out, STR("\xA7"));
	term_text_end(&t, &out);
	assert_string_equal(buf_cstr(&out), "🏴\xEF\xBF\xBD\xEF\xBF\xBD");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_seen_is_made_visible),
		cmocka_unit_test(any_slicing_gives_the_same_output),
		cmocka_unit_test(no_control_character_comes_through),
		cmocka_unit_test(every_scalar_is_either_itself_or_named),
		cmocka_unit_test(marks_beyond_the_limit_are_dropped_in_linear_time),
		cmocka_unit_test(a_line_stays_one_line),
		cmocka_unit_test(after_the_end_the_state_is_new),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
