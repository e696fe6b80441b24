#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/cite/claims.h"

static const char kinds[] = { [CLAIM_FACT] = 'F', [CLAIM_META] = 'M', [CLAIM_QUESTION] = 'Q', [CLAIM_HEADING] = 'H' };

/* Claims as "F{bytes}" one a line. */
static void show(struct buf *out, struct str answer)
{
	SCOPED(arena) a = ARENA_INIT;
	struct mark *marks;
	struct claim *claims;
	size_t n_marks = claim_find_marks(&a, answer, 99, false, &marks);
	size_t n = claims_split(&a, answer, marks, n_marks, &claims);

	for (size_t i = 0; i < n; i++) {
		struct str s = str_sub(answer, claims[i].at.byte_from, claims[i].at.byte_to);

		buf_fmt(out, "%c{%.*s}", kinds[claims[i].kind], STR_ARG(s));
	}
}

static void an_answer_is_cut_into_claims(void **state)
{
	static const struct {
		const char *answer, *claims;
	} rows[] = {
		{ "It failed [1]. It was late.", "F{It failed [1].}F{It was late.}" },
		{ "It failed. [1] It was late.[2][3] So be it.", "F{It failed. [1]}F{It was late.[2][3]}F{So be it.}" },
		{ "[1] says it failed.", "F{[1] says it failed.}" },
		{ "It failed.\n\n[1]", "F{It failed.\n\n[1]}" },
		{ "Why did it fail? It was late.", "Q{Why did it fail?}F{It was late.}" },
		{ "# Title\n\nText here.\n\nUnder\n=====\nMore text.", "H{Title}F{Text here.}H{Under}F{More text.}" },
		{ "**Key findings**\n\nIt **failed** twice.", "H{**Key findings**}F{It **failed** twice.}" },
		{ "**It failed twice.**", "F{**It failed twice.**}" },
		{ "The causes are:\n- Rust [1].\n- Old age. And haste [2]\n  in the yard.\n", "M{The causes are:}F{Rust [1].}F{Old age.}F{And haste [2]\n  in the yard.}" },
		{ "1. First thing.\n2) Second thing.", "F{First thing.}F{Second thing.}" },
		{ "It fell 12% for these reasons:", "F{It fell 12% for these reasons:}" },
		{ "> It failed twice.\n> It was late.\n> \xE2\x80\x94 Smith [1]\n", "F{It failed twice.\n> It was late.\n> \xE2\x80\x94 Smith [1]}" },
		{ "He said \"It failed. It was late.\" [1]. Then left.", "F{He said \"It failed. It was late.\" [1].}F{Then left.}" },
		{ "Text.\n```\ncode. More code.\n```\nMore.", "F{Text.}F{More.}" },
		{ "The sources do not say why. I could not find more.", "M{The sources do not say why.}M{I could not find more.}" },
		{ "There is no information in the documents about it.", "M{There is no information in the documents about it.}" },
		{ "The sources do not agree [1].", "F{The sources do not agree [1].}" },
		{ "| Name | Loss |\n|---|---|\n| A | 12% [1] |\n| B | 13% |\n", "H{Name | Loss}F{A | 12% [1]}F{B | 13%}" },
		{ "| Name | Loss | Year |\n|---|---|---|\n| A | 12% [1] | 2020 [2] |\n", "H{Name | Loss | Year}H{A}F{12% [1]}F{2020 [2]}" },
		{ "| A | B |\n|--|--|\n| x | [1] |", "H{A | B}F{x | [1]}" },
		{ "Text [1].\n\n## Sources\n- A report\n- Another", "F{Text [1].}H{Sources}M{A report}M{Another}" },
		{ "Text [1].\n\nSources:\n[1]: http://a.b\n", "F{Text [1].}H{Sources:}" },
		{ "A\n---\nB\n\n***\nC", "H{A}F{B}F{C}" },
		{ "It was 5 a.m. in the U.S. when it failed et al. [1].", "F{It was 5 a.m. in the U.S. when it failed et al. [1].}" },
		{ "", "" },
		{ "\n\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(buf) out = BUF_INIT;

		show(&out, str_c(rows[i].answer));
		if (strcmp(buf_cstr(&out), rows[i].claims) != 0)
			fail_msg("'%s' gave '%s'", rows[i].answer, buf_cstr(&out));
	}
}

static void markup_is_no_part_of_the_words(void **state)
{
	static const struct {
		const char *answer, *plain;
	} rows[] = {
		{ "It **failed** _twice_ `x_y` ~~not~~ [1].", "It failed twice x_y not." },
		{ "See [the report](http://a.b/c_d) of 2 * 3 snake_case.", "See the report of 2 * 3 snake_case." },
		{ "> It failed\n> twice [1][2]", "It failed twice" },
		{ "A \\*star\\* and a | cell", "A *star* and a   cell" },
		{ "![logo](x.png) text", "logo text" },
		{ "It failed [1], then [2] again.", "It failed, then again." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct str answer = str_c(rows[i].answer), plain;
		struct mark *marks;
		size_t from = answer.p[0] == '>' ? 2 : 0, n = claim_find_marks(&a, answer, 9, false, &marks);

		plain = claim_plain(&a, answer, (struct span){ from, answer.len }, marks, n);
		assert_string_equal(plain.p, rows[i].plain);
	}
}

static void the_signs_can_be_kept(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str answer = STR("> It was *p* < .05 [1]\n> and | `x`.");
	struct mark *marks;
	size_t n = claim_find_marks(&a, answer, 9, false, &marks);

	(void)state;
	assert_true(str_is(claim_raw(&a, answer, (struct span){ 2, answer.len }, marks, n), "It was *p* < .05 and | `x`."));
}

static void quotes_are_found_in_many_languages(void **state)
{
	static const struct {
		const char *answer, *quotes;	/* each behind a bar; terms behind a colon */
	} rows[] = {
		{ "He said \"it has failed twice\" and \"no\".", "|it has failed twice:no" },
		{ "\xE2\x80\x9CIt has failed twice,\xE2\x80\x9D he said.", "|It has failed twice," },
		{ "\xE2\x80\x9E" "Es ist kaputt gegangen\xE2\x80\x9C, sagte er.", "|Es ist kaputt gegangen" },
		{ "\xC2\xABune panne de plus\xC2\xBB et \xC2\xBB" "ein Fehler mehr hier\xC2\xAB", "|une panne de plus|ein Fehler mehr hier" },
		{ "He said 'it's failed twice' yesterday.", "|it's failed twice" },
		{ "The dogs' bone isn't the cats' bone.", "" },
		{ "a 5\" disk and a 3\" disk", "" },
		{ "``It failed twice'' here", "|It failed twice" },
		{ "\"Outer 'inner words here' outer\"", "|Outer 'inner words here' outer" },
		{ "\xE3\x80\x8C\xE6\x95\x85\xE9\x9A\x9C\xE3\x80\x8D", ":\xE6\x95\x85\xE9\x9A\x9C" },
		{ "an \"open quote without end", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		SCOPED(buf) out = BUF_INIT;
		struct str answer = str_c(rows[i].answer);
		struct claim_quote *v;
		size_t n = claim_quotes(&a, answer, (struct span){ 0, answer.len }, &v);

		for (size_t k = 0; k < n; k++)
			buf_fmt(&out, "%c%.*s", v[k].is_term ? ':' : '|', STR_ARG(str_sub(answer, v[k].at.byte_from, v[k].at.byte_to)));
		assert_string_equal(buf_cstr(&out), rows[i].quotes);
	}
}

static void a_block_quote_is_a_quote_without_its_author(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str answer = STR("So:\n\n> \"It failed\n> twice.\"\n> -- Smith\n");
	struct claim *claims;
	struct claim_quote *q;

	(void)state;
	assert_int_equal(claims_split(&a, answer, NULL, 0, &claims), 2);
	assert_int_equal(claim_quotes(&a, answer, claims[1].at, &q), 1);
	assert_true(q[0].is_block);
	assert_true(str_is(claim_plain(&a, answer, q[0].at, NULL, 0), "It failed twice."));
}

static void spans_stay_inside_and_in_order(void **state)
{
	static const char alphabet[] = "a. b\n>-|#*[1]\"'`?: 2=";
	char text[200];
	unsigned seed = 3;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		SCOPED(arena) a = ARENA_INIT;
		struct mark *marks;
		struct claim *claims;
		struct claim_quote *q;
		struct str answer = str_of(text, (size_t)(round % 200));
		size_t n, n_marks, first;

		for (size_t i = 0; i < answer.len; i++) {
			seed = seed * 1103515245u + 12345u;
			text[i] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
		}
		n_marks = claim_find_marks(&a, answer, 9, false, &marks);
		n = claims_split(&a, answer, marks, n_marks, &claims);
		for (size_t i = 0; i < n; i++) {
			assert_true(claims[i].at.byte_from <= claims[i].at.byte_to && claims[i].at.byte_to <= answer.len);
			assert_true(!i || claims[i].at.byte_from >= claims[i - 1].at.byte_to);
			claim_plain(&a, answer, claims[i].at, marks, n_marks);
			claim_quotes(&a, answer, claims[i].at, &q);
			claim_marks(&claims[i], marks, n_marks, &first);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_cut_into_claims),
		cmocka_unit_test(markup_is_no_part_of_the_words),
		cmocka_unit_test(the_signs_can_be_kept),
		cmocka_unit_test(quotes_are_found_in_many_languages),
		cmocka_unit_test(a_block_quote_is_a_quote_without_its_author),
		cmocka_unit_test(spans_stay_inside_and_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
