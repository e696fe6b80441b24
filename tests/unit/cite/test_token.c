#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/buf.h"
#include "ibid/cite/token.h"

/* Words as they fold, numbers as #value, dates as @y-m-d, identifiers as {fold}. */
static void show(struct buf *out, const struct token *t)
{
	if (out->len)
		buf_ch(out, ' ');
	if (t->kind == TOKEN_NUMBER)
		buf_fmt(out, "#%.10g%s", t->value, t->unit ? "u" : "");
	else if (t->kind == TOKEN_DATE)
		buf_fmt(out, "@%d-%d-%d", t->year, t->month, t->day);
	else if (t->kind == TOKEN_NAME)
		buf_fmt(out, "{%.*s}", STR_ARG(t->fold));
	else
		buf_str(out, t->fold);
}

static void text_is_cut_into_meanings(void **state)
{
	static const struct {
		const char *text, *tokens;
	} rows[] = {
		{ "It rose 12% to $1.2 million.", "it rose #12u to #1200000u" },
		{ "1,200 or 1.2k or 1200 or 1\xE2\x80\xAF" "200", "#1200 or #1200 or #1200 or #1200" },
		{ "12 percent, 12 per cent, 12 pct", "#12u #12u #12u" },
		{ "$5M, \xE2\x82\xAC" "5bn, 5 billion", "#5000000u #5000000000u #5000000000" },
		{ "3 March 2021; March 3, 2021; 3rd of March", "@2021-3-3 @2021-3-3 @0-3-3" },
		{ "2021-03-09 and 09.03.2021, March 2021", "@2021-3-9 and @2021-3-9 @2021-3-0" },
		{ "They may march in May. May I march?", "they may march in @0-5-0 may i march" },
		{ "in 2021, 1990s", "in #2021 {1990s}" },
		{ "-5 \xE2\x88\x92" "5 2-4 d, 10\xE2\x80\x93" "20 mg", "#-5 #-5 #2 #4u #10 #20u" },
		{ "p = .05 and 0.05", "p #0.05 and #0.05" },
		{ "1.5 x 10^6 cells, 10\xE2\x81\xB6, 2e3", "#1500000 cells #1000000 #2000" },
		{ "twenty-one days, two million, twelve", "#21u #2000000 #12" },
		{ "a 7-day-old 12-fold rise", "a #7u old #12u rise" },
		{ "IL-6 COVID-19 CVE-2021-\n44228 PD-L1 p53", "{il-6} {covid-19} {cve-2021-44228} {pd-l1} {p53}" },
		{ "cmd.exe at 192.168.1.1 by a_b, x@y.org", "{cmd.exe} at {192.168.1.1} by a_b {x@y.org}" },
		{ "See https://a.org/b?c=1. Then", "see {https://a.org/b?c=1} then" },
		{ "3D 2a v1.2.3", "{3d} {2a} {v1.2.3}" },
		{ "exam-\nple of well-known co\xC2\xADop", "example of well known coop" },
		{ "don't the company's U.S. e.g. that", "don't the company u.s e.g that" },
		{ "5 \xC2\xB5g, 5 mcg, 37 \xC2\xB0" "C", "#5u #5u #37u" },
		{ "4-PBA for several hundred hours", "{4-pba} for several hundred hours" },
		{ "end.Next twice", "end next #2" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		SCOPED(buf) out = BUF_INIT;
		struct token *v;
		size_t n = tokens_read(&a, str_c(rows[i].text), &v);

		for (size_t k = 0; k < n; k++)
			show(&out, &v[k]);
		if (strcmp(buf_cstr(&out), rows[i].tokens) != 0)
			fail_msg("'%s' is read as '%s'", rows[i].text, buf_cstr(&out));
	}
}

static bool last_is_in(const char *said, const char *source)
{
	SCOPED(arena) a = ARENA_INIT;
	struct token *v, *w;
	size_t n = tokens_read(&a, str_c(said), &v), m = tokens_read(&a, str_c(source), &w);

	assert_true(n > 0);
	for (size_t i = 0; i < m; i++)
		if (token_is_in(&v[n - 1], &w[i]))
			return true;
	return false;
}

static void quantities_are_compared_by_what_they_mean(void **state)
{
	static const struct {
		const char *said, *source;
		bool is_in;
	} rows[] = {
		{ "1,200", "1.2k", true },
		{ "12%", "12 percent", true },
		{ "12%", "twelve per cent", true },
		{ "12%", "12 mg", false },
		{ "12%", "12", false },
		{ "12", "12%", false },
		{ "12", "$12", true },
		{ "12%", "13%", false },
		{ "12%", "12.3%", false },
		{ "about 12%", "12.3%", true },
		{ "about 12%", "12.9%", false },
		{ "nearly 1,200", "1,187", true },
		{ "1 km", "1000 m", true },
		{ "60 minutes", "one hour", true },
		{ "2 years", "24 months", true },
		{ "5 million", "5M", true },
		{ "5 million", "5 billion", false },
		{ "5 mg", "5 g", false },
		{ "in 2021", "3 March 2021", true },
		{ "March 2021", "2021-03-09", true },
		{ "March 2021", "in 2021", false },
		{ "in March", "on 3 March 2021", true },
		{ "in March", "on 3 April 2021", false },
		{ "3 March 2021", "March 3, 2021", true },
		{ "3 March 2021", "4 March 2021", false },
		{ "3 April 2021", "03/04/2021", true },
		{ "two", "2", true },
		{ "two", "both", true },
		{ "twofold", "2-fold", true },
		{ "-5", "5", false },
		{ "10^6", "106", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (last_is_in(rows[i].said, rows[i].source) != rows[i].is_in)
			fail_msg("'%s' in '%s'", rows[i].said, rows[i].source);
}

static void flags_tell_how_it_is_written(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct token *v;
	size_t n = tokens_read(&a, STR("The WHO met Dr. Smith in Paris, so [12] one left. Then"), &v);

	(void)state;
	assert_int_equal(n, 12);
	assert_true(v[0].flags & TOKEN_FIRST && v[0].flags & TOKEN_CAPITAL);
	assert_true(v[1].flags & TOKEN_CAPS);
	assert_false(v[4].flags & TOKEN_FIRST);		/* Smith */
	assert_true(v[7].flags & TOKEN_CLAUSE);		/* so */
	assert_true(v[8].flags & TOKEN_ASIDE);		/* 12 */
	assert_false(token_is_quantity(&v[9]));		/* one */
	assert_true(v[11].flags & TOKEN_FIRST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_into_meanings),
		cmocka_unit_test(quantities_are_compared_by_what_they_mean),
		cmocka_unit_test(flags_tell_how_it_is_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
