#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/cite/normalise.h"

static void typography_becomes_plain(void **state)
{
	static const struct {
		const char *source, *normal;
	} rows[] = {
		{ "The Quick FOX", "the quick fox" },
		{ "two  spaces\tand\r\nlines \n here", "two spaces and lines here" },
		{ "ef\xEF\xAC\x81" "cacy o\xEF\xAC\x80" "ers", "efficacy offers" },
		{ "\xE2\x80\x9Cquoted\xE2\x80\x9D and \xE2\x80\x98so\xE2\x80\x99", "\"quoted\" and 'so'" },
		{ "\xC2\xABguillemets\xC2\xBB \xE2\x80\x9Elow\xE2\x80\x9C", "\"guillemets\" \"low\"" },
		{ "2010\xE2\x80\x93" "2014 and \xE2\x88\x92" "5", "2010-2014 and -5" },
		{ "so\xE2\x80\x94he said\xE2\x80\x94it was", "so - he said - it was" },
		{ "so \xE2\x80\x94 he said -- it --- was", "so - he said - it - was" },
		{ "exam-\nple and exam\xC2\xADple", "example and example" },
		{ "exam-  \n  ple", "example" },
		{ "CVE-2021-\n44228", "cve-2021-44228" },
		{ "wait... \xE2\x80\xA6", "wait... ..." },
		{ "zero\xE2\x80\x8Bwidth\xEF\xBB\xBF", "zerowidth" },
		{ "10\xC2\xB2 and x\xE2\x81\xB4", "10^2 and x^4" },
		{ "10\xC2\xB2\xC2\xB3 1\xC2\xBD", "10^23 1^1/2" },
		{ "\xEF\xBC\xA1\xEF\xBC\x91", "a1" },
		{ "e\xCC\x81t\xC3\xA9", "\xC3\xA9t\xC3\xA9" },
		{ "Stra\xC3\x9F" "e", "strasse" },
		{ "no\xC2\xA0" "break\xE2\x80\x89space", "no break space" },
		{ "pre- and post-war", "pre- and postwar" },
		{ "IL-6 is a 7-day test", "il-6 is a 7-day test" },
		{ "3\xC3\x97" "3", "3x3" },
		{ "Pkd2+/\xE2\x88\x92\nmice and beta 2-\n(ICI)", "pkd2+/- mice and beta 2- (ici)" },
		{ "", "" },
	};
	SCOPED(normal) n = NORMAL_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		normalise(&n, str_c(rows[i].source));
		assert_string_equal(buf_cstr(&n.text), rows[i].normal);
	}
}

static bool find(const char *text, const char *quote, struct str *found)
{
	SCOPED(normal) t = NORMAL_INIT, q = NORMAL_INIT;
	struct span at;

	normalise(&t, str_c(text));
	normalise(&q, str_c(quote));
	if (!normal_find(&t, &q, (struct span){ 0, t.text.len }, &at))
		return false;
	at = normal_source(&t, at);
	*found = str_sub(str_c(text), at.byte_from, at.byte_to);
	return true;
}

static void a_find_names_the_bytes_of_the_source(void **state)
{
	static const struct {
		const char *text, *quote, *found;
	} rows[] = {
		{ "He saw the ef\xEF\xAC\x81" "cacy fall.", "efficacy", "ef\xEF\xAC\x81" "cacy" },
		{ "an exam-\nple of it", "Example", "exam-\nple" },
		{ "a  b\n\nc", "a b c", "a  b\n\nc" },
		{ "a well-\nknown man", "well-known", "well-\nknown" },
		{ "a well-known man", "well-known man", "well-known man" },
		{ "a cost-effective way", "effective way", "effective way" },
		{ "it was \xE2\x80\x9Cgood\xE2\x80\x9D", "\"good\"", "\xE2\x80\x9Cgood\xE2\x80\x9D" },
		{ "x\xC2\xAD\xC2\xAD", "x", "x" },
		{ "e\xCC\x81t\xC3\xA9 here", "\xC3\xA9t\xC3\xA9", "e\xCC\x81t\xC3\xA9" },
		{ "co\xC2\xADop\xC2\xAD" "erate", "cooperate", "co\xC2\xADop\xC2\xAD" "erate" },
		{ "about 10 - 5 of", "5 of", "5 of" },
		{ "\xE4\xB8\xAD\xE6\x96\x87\xE5\xAD\x97", "\xE6\x96\x87", "\xE6\x96\x87" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str found;

		assert_true(find(rows[i].text, rows[i].quote, &found));
		assert_true(str_is(found, rows[i].found));
	}
}

static void what_says_something_else_is_not_found(void **state)
{
	static const struct {
		const char *text, *quote;
	} rows[] = {
		{ "it was ineffective", "effective" },
		{ "a total of 120 men", "12" },
		{ "a total of 120 men", "20 men" },
		{ "rose by 12.5 percent", "rose by 12" },
		{ "rose by 12.5 percent", "5 percent" },
		{ "rose by 1,200", "rose by 1" },
		{ "rose by 12%", "rose by 12" },
		{ "fell to -5 degrees", "5 degrees" },
		{ "fell to \xE2\x88\x92" "5 degrees", "5 degrees" },
		{ "in CVE-2021-44228", "CVE-2021" },
		{ "in CVE-2021-44228", "44228" },
		{ "a COX-2 gene", "a COX" },
		{ "10\xC2\xB2 cells", "102 cells" },
		{ "10\xC2\xB2 cells", "10" },
		{ "they re-cover it", "recover it" },
		{ "they recover it", "re-cover it" },
		{ "an in-\neffective drug", "effective drug" },
		{ "they couldn't see", "they couldn" },
		{ "a 30-day survival", "day survival" },
		{ "snake_case", "snake" },
		{ "schon gut", "sch\xC3\xB6n gut" },
		{ "text", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str found;

		assert_false(find(rows[i].text, rows[i].quote, &found));
	}
}

static void ranges_lead_there_and_back(void **state)
{
	struct str source = STR("One exam-\nple: the \xEF\xAC\x81rst  word\xE2\x80\x94last.");
	SCOPED(normal) n = NORMAL_INIT;

	(void)state;
	normalise(&n, source);
	for (size_t from = 0; from < n.text.len; from++)
		for (size_t to = from + 1; to <= n.text.len; to++) {
			struct span there = normal_source(&n, (struct span){ from, to });
			struct span back = normal_of(&n, there);

			assert_true(there.byte_from < there.byte_to && there.byte_to <= source.len);
			assert_true(back.byte_from <= from && back.byte_to >= to);
		}
	assert_int_equal(normal_of(&n, (struct span){ 0, source.len }).byte_to, n.text.len);
	assert_int_equal(normal_source(&n, (struct span){ 0, n.text.len }).byte_to, source.len);
}

static void invalid_bytes_do_no_harm(void **state)
{
	SCOPED(normal) n = NORMAL_INIT;
	char bytes[64];
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (char)((seed = seed * 1103515245u + 12345u) >> 16);
		normalise(&n, str_of(bytes, sizeof(bytes)));
		for (size_t i = 0; i < n.text.len; i++)
			assert_true(normal_source(&n, (struct span){ i, i + 1 }).byte_to <= sizeof(bytes));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typography_becomes_plain),
		cmocka_unit_test(a_find_names_the_bytes_of_the_source),
		cmocka_unit_test(what_says_something_else_is_not_found),
		cmocka_unit_test(ranges_lead_there_and_back),
		cmocka_unit_test(invalid_bytes_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
