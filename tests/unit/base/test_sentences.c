#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/buf.h"
#include "ibid/base/sentences.h"

#define COUNT(v) (sizeof(v) / sizeof(*(v)))

/* The sentences of a text, a bar before each: "|" as it is, "#" heading, "*" item, "^" the first of a paragraph. */
static void mark(struct buf *out, struct str text, unsigned flags)
{
	struct sentences s = SENTENCES_INIT(text, flags);

	buf_reset(out);
	while (sentences_next(&s)) {
		buf_ch(out, s.start & SENTENCES_HEADING ? '#' : s.start & SENTENCES_ITEM ? '*' :
			s.start & SENTENCES_PARAGRAPH ? '^' : '|');
		buf_str(out, str_sub(text, s.from, s.to));
	}
}

struct row {
	const char *text, *sentences;
};

static void check(const struct row *rows, size_t n, unsigned flags)
{
	SCOPED(buf) out = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		mark(&out, str_c(rows[i].text), flags);
		assert_string_equal(buf_cstr(&out), rows[i].sentences);
	}
}

static void a_stop_before_a_capital_ends_a_sentence(void **state)
{
	static const struct row rows[] = {
		{ "", "" },
		{ " \n\n ", "" },
		{ "One", "^One" },
		{ "One. Two", "^One.|Two" },
		{ "One! Two? Three.", "^One!|Two?|Three." },
		{ "It was 3.5 m in v1.2.3. Then it grew.", "^It was 3.5 m in v1.2.3.|Then it grew." },
		{ "See https://a.example/x.html?y=1. Then a.exe ran.", "^See https://a.example/x.html?y=1.|Then a.exe ran." },
		{ "In 2019. 2020 was worse.", "^In 2019.|2020 was worse." },
		{ "We saw it. njRAT is old. x64dbg too.", "^We saw it.|njRAT is old.|x64dbg too." },
		{ "a problem .  the next is solved .", "^a problem .|the next is solved ." },
	};

	(void)state;
	check(rows, COUNT(rows), 0);
}

static void abbreviations_and_initials_end_none(void **state)
{
	static const struct row rows[] = {
		{ "Dr. Who met Mr. X.", "^Dr. Who met Mr. X." },
		{ "Some, e.g. Alpha, i.e. Beta vs. Gamma.", "^Some, e.g. Alpha, i.e. Beta vs. Gamma." },
		{ "As Fig. 3 and No. 5 show.", "^As Fig. 3 and No. 5 show." },
		{ "She said no. Then she left.", "^She said no.|Then she left." },
		{ "Smith et al. (2020) agree. So do Doe et al. They differ.", "^Smith et al. (2020) agree.|So do Doe et al.|They differ." },
		{ "J. R. Smith wrote it.", "^J. R. Smith wrote it." },
		{ "The U.S. Government paid. It left the U.S. The end.", "^The U.S. Government paid.|It left the U.S.|The end." },
		{ "By approx. 5 p.m. Monday it was over.", "^By approx. 5 p.m. Monday it was over." },
		{ "It took 300 ms. We waited.", "^It took 300 ms.|We waited." },
		{ "We have no ART. METHODS follow.", "^We have no ART.|METHODS follow." },
		{ "Acme Inc. Ltd. went. In May it came.", "^Acme Inc. Ltd. went.|In May it came." },
		{ "and so on etc. and more", "^and so on etc. and more" },
	};

	(void)state;
	check(rows, COUNT(rows), 0);
}

static void closers_and_reference_marks_belong_to_the_sentence(void **state)
{
	static const struct row rows[] = {
		{ "He said \"Go.\" Then he went.", "^He said \"Go.\"|Then he went." },
		{ "\xE2\x80\x9CGo!\xE2\x80\x9D he cried.", "^\xE2\x80\x9CGo!\xE2\x80\x9D he cried." },
		{ "(One.) Two.", "^(One.)|Two." },
		{ "**Bold.** Plain.", "^**Bold.**|Plain." },
		{ "Seen before.[12] Then again.[3, 4][5] End.", "^Seen before.[12]|Then again.[3, 4][5]|End." },
		{ "It spread. [d3.s17] It stopped [d4.s2]. End.", "^It spread. [d3.s17]|It stopped [d4.s2].|End." },
		{ "It spread. [d3.s17][d4.s1, d4.s2] It stopped.", "^It spread. [d3.s17][d4.s1, d4.s2]|It stopped." },
		{ "Text ends. [1] Smith, A book.", "^Text ends.|[1] Smith, A book." },
	};

	(void)state;
	check(rows, COUNT(rows), 0);
}

static void an_ellipsis_ends_one_only_before_a_capital(void **state)
{
	static const struct row rows[] = {
		{ "Wait... what? No.", "^Wait... what?|No." },
		{ "Wait... What? No.", "^Wait...|What?|No." },
		{ "Wait\xE2\x80\xA6 what? Wait\xE2\x80\xA6 Now.", "^Wait\xE2\x80\xA6 what?|Wait\xE2\x80\xA6|Now." },
		{ "What?! Yes.", "^What?!|Yes." },
	};

	(void)state;
	check(rows, COUNT(rows), 0);
}

static void stops_of_other_scripts_need_no_space(void **state)
{
	static const struct row rows[] = {
		{ "これは文です。次の文。", "^これは文です。|次の文。" },
		{ "「はい。」と言った。", "^「はい。」|と言った。" },
		{ "真的吗？是的！", "^真的吗？|是的！" },
		{ "यह है। वह है।", "^यह है।|वह है।" },
		{ "ما هذا؟ هذا كتاب.", "^ما هذا؟|هذا كتاب." },
		{ "Ужас. Потом тишина.", "^Ужас.|Потом тишина." },
	};

	(void)state;
	check(rows, COUNT(rows), 0);
}

static void empty_lines_items_and_headings_cut_and_line_ends_do_not(void **state)
{
	static const struct row rows[] = {
		{ "one\ntwo", "^one\ntwo" },
		{ "one\r\ntwo", "^one\r\ntwo" },
		{ "one\n\ntwo", "^one^two" },
		{ "one\n \t\ntwo", "^one^two" },
		{ "One. Two\n\nthree", "^One.|Two^three" },
		{ "# A 1. Title. Here\ntext", "#" "# A 1. Title. Here|text" },
		{ "list:\n- one\n- two. Three\n* four", "^list:*one*two.|Three*four" },
		{ "list:\n1. One\n2. Two", "^list:*One*Two" },
		{ "as shown in section\n3. There it is", "^as shown in section\n3.|There it is" },
		{ "\xE2\x80\xA2 one\n\xE2\x80\xA2 two", "*one*two" },
		{ "1. Install\n2) run", "*Install*run" },
		{ "3.2. Results are good.", "^3.2. Results are good." },
		{ "-", "^-" },
		{ "- ", "^-" },
	};

	(void)state;
	check(rows, COUNT(rows), 0);
}

static void flags_change_what_lines_mean(void **state)
{
	static const struct row lines[] = {
		{ "one\ntwo\n\nthree", "^one|two^three" },
	};
	static const struct row plain[] = {
		{ "a list:\n- one\n# two", "^a list:\n- one\n# two" },
	};

	(void)state;
	check(lines, COUNT(lines), SENTENCES_LF_ENDS);
	check(plain, COUNT(plain), SENTENCES_NO_MARKS);
}

/* Whatever the bytes: spans go forward, never overlap, never are empty, and leave nothing but white space and marks out. */
static void spans_go_forward_for_any_bytes(void **state)
{
	static const char pieces[][8] = { ".", " ", "\n", "a", "A", "1", "- ", "# ", "[", "]", "\"", "\xE2\x80\xA6", "\xE3\x80\x82",
		"\xFF", "e.g", "No", "(", ")", "\xC3", "!" };
	uint32_t seed = 1;
	char text[64];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t len = 0, last = 0;

		while (len + 8 < sizeof(text)) {
			seed = seed * 1664525u + 1013904223u;
			const char *piece = pieces[(seed >> 16) % COUNT(pieces)];
			memcpy(text + len, piece, strlen(piece));
			len += strlen(piece);
		}
		struct sentences s = SENTENCES_INIT(str_of(text, len), round % 4);
		while (sentences_next(&s)) {
			assert_true(s.from >= last && s.to > s.from && s.to <= len);
			assert_null(memchr(" \n", text[s.from], 2));
			assert_null(memchr(" \n", text[s.to - 1], 2));
			last = s.to;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stop_before_a_capital_ends_a_sentence),
		cmocka_unit_test(abbreviations_and_initials_end_none),
		cmocka_unit_test(closers_and_reference_marks_belong_to_the_sentence),
		cmocka_unit_test(an_ellipsis_ends_one_only_before_a_capital),
		cmocka_unit_test(stops_of_other_scripts_need_no_space),
		cmocka_unit_test(empty_lines_items_and_headings_cut_and_line_ends_do_not),
		cmocka_unit_test(flags_change_what_lines_mean),
		cmocka_unit_test(spans_go_forward_for_any_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
