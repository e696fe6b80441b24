#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/cite/diff.h"
#include "ibid/model/citation.h"

static void what_changed_is_weighed(void **state)
{
	static const struct {
		const char *source, *quote;
		uint32_t flags;
	} rows[] = {
		{ "the cat sat on the mat", "the cat sat on a mat", 0 },
		{ "the cat sat on the mat", "the cat sat on the mat", 0 },
		{ "it rose by 12 percent", "it rose by 13 percent", CITE_NUMBER },
		{ "it rose by 12 percent", "it rose by 12%", 0 },
		{ "it rose by 12 percent", "it rose by 12 points", CITE_NUMBER },
		{ "it took 5 mg daily", "it took 5 g daily", CITE_NUMBER },
		{ "it cost 1,200 dollars", "it cost $1200", 0 },
		{ "on 3 March 2021 it fell", "on 4 March 2021 it fell", CITE_NUMBER },
		{ "it affected two people", "it affected three people", CITE_NUMBER },
		{ "it affected two people", "it affected 2 people", 0 },
		{ "the results [12] show it", "the results show it", 0 },
		{ "the 12 results show it", "the results show it", CITE_NUMBER },
		{ "it did not work", "it did work", CITE_NEGATION },
		{ "it worked", "it never worked", CITE_NEGATION },
		{ "the drug is effective", "the drug is ineffective", CITE_NEGATION },
		{ "it may reduce pain", "it reduce pain", CITE_NEGATION },
		{ "before the war", "after the war", CITE_NEGATION },
		{ "the price increased", "the price decreased", CITE_DIRECTION },
		{ "he went to Germany", "he went to France", CITE_NAME },
		{ "he met Smith twice", "he met twice", CITE_NAME },
		{ "uses CVE-2021-44228 now", "uses CVE-2021-44229 now", CITE_NAME },
		{ "infected by COVID-19 then", "infected by COVID 19 then", 0 },
		{ "a well-known man", "a well known man", 0 },
		{ "a wellknown man", "a well-known man", 0 },
		{ "levels of IL-6 fell", "levels of IL-7 fell", CITE_NAME },
		{ "12 in 2010 and 13 in 2011", "13 in 2010 and 12 in 2011", CITE_NUMBER },
		{ "The results show it", "These results show it", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct diff d = diff_words(&a, str_c(rows[i].source), str_c(rows[i].quote));

		if (d.flags != rows[i].flags)
			fail_msg("'%s' for '%s': flags %x, %.*s", rows[i].quote, rows[i].source, d.flags, STR_ARG(d.text));
	}
}

static void the_difference_reads_like_gits(void **state)
{
	static const struct {
		const char *source, *quote, *text, *weighty;
	} rows[] = {
		{ "it rose by 12 percent in May", "it rose by 13 percent in May", "it rose by [-12 percent-]{+13 percent+} in May",
			"'13 percent' for '12 percent'" },
		{ "it did not work at all", "it did work at all", "it did [-not-] work at all", "'not' left out" },
		{ "it did work", "it did never work", "it did {+never+} work", "'never' added" },
		{ "one two three four five six x a b c d e f g h i j y k l m n o p", "one two three four five six z a b c d e f g h i j w k l m n o p",
			"... three four five six [-x-]{+z+} a b c d ... g h i j [-y-]{+w+} k l m n ...", "" },
		{ "same words", "same words", "", "" },
		{ "", "added", "{+added+}", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct diff d = diff_words(&a, str_c(rows[i].source), str_c(rows[i].quote));

		assert_string_equal(d.text.p, rows[i].text);
		assert_true(str_is(d.weighty, rows[i].weighty));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_changed_is_weighed),
		cmocka_unit_test(the_difference_reads_like_gits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
