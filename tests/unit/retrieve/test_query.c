#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/buf.h"
#include "ibid/retrieve/query.h"

#define COUNT(v) (sizeof(v) / sizeof(*(v)))

/* "word|word|phrase*2 / stem|stem / identifier" */
static void show(struct buf *out, const char *text)
{
	SCOPED(arena) a = ARENA_INIT;
	struct query q;

	query_parse(&a, str_c(text), &q);
	buf_reset(out);
	for (size_t i = 0; i < q.n_terms; i++) {
		buf_fmt(out, "%s%.*s", i ? "|" : "", STR_ARG(q.terms[i].text));
		if (q.terms[i].weight > 1)
			buf_c(out, "*2");
	}
	buf_c(out, " /");
	for (size_t i = 0; i < q.n_stems; i++)
		buf_fmt(out, "%s%.*s", i ? "|" : " ", STR_ARG(q.stems[i].stem));
	buf_c(out, " /");
	for (size_t i = 0; i < q.n_identifiers; i++)
		buf_fmt(out, "%s%.*s", i ? "|" : " ", STR_ARG(q.identifiers[i]));
	if (q.is_all_stop)
		buf_c(out, " (stop)");
}

static void words_phrases_and_identifiers_are_taken_apart(void **state)
{
	static const struct { const char *text, *parts; } rows[] = {
		{ "", " / /" },
		{ "?!", " / /" },
		{ "What are the similarity laws?", "similarity|laws / similar|law /" },
		{ "models of heated models", "models|heated|models / model|heat /" },
		{ "the \"process hollowing\" trick", "process|hollowing|trick|process hollowing*2 / process|hollow|trick /" },
		{ "\xE2\x80\x9Cnot the\xE2\x80\x9D", "not|the|not the*2 / not|the / (stop)" },
		{ "an unclosed \" mark", "unclosed|mark / unclos|mark /" },
		{ "Who exploits CVE\xE2\x80\x91" "2021\xE2\x80\x91" "44228?",
			"exploits|cve|2021|44228|CVE-2021-44228*2 / exploit|cve|2021|44228 / CVE-2021-44228" },
		{ "hash d41d8cd98f00b204e9800998ecf8427e",
			"hash|d41d8cd98f00b204e9800998ecf8427e / hash|d41d8cd98f00b204e9800998ecf8427 / d41d8cd98f00b204" },
		{ "hxxp://evil[.]com/a?b", "hxxp|evil|com|b|evil.com/a?b*2 / hxxp|evil|com|b / evil.com" },
		{ "T1055 or T1055", "t1055|t1055 / t1055 / T1055" },
		{ "Does the WHO say so? IT is.", "who|it / who|it /" },
		{ "WHAT DOES THE PUMP DO", "pump / pump /" },
		{ "explain", "explain / explain / (stop)" },
		{ "what is it", "what|is|it / what|is|it / (stop)" },
	};
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		show(&out, rows[i].text);
		assert_string_equal(buf_cstr(&out), rows[i].parts);
	}
}

static void intents_follow_the_wording(void **state)
{
	static const struct { const char *text; enum query_intent intent; } rows[] = {
		{ "hello", INTENT_CHAT },
		{ "thanks a lot!", INTENT_CHAT },
		{ "who are you?", INTENT_CHAT },
		{ "what can you do", INTENT_CHAT },
		{ "ok", INTENT_CHAT },
		{ "Great Britain exports", INTENT_OPEN },
		{ "How do you patch Exchange?", INTENT_OPEN },
		{ "summarise the harbour report", INTENT_SUMMARISE },
		{ "What is the second report about?", INTENT_SUMMARISE },
		{ "give me an overview of the findings", INTENT_SUMMARISE },
		{ "Emotet vs TrickBot", INTENT_COMPARE },
		{ "what is the difference between rest and sleep?", INTENT_COMPARE },
		{ "how did ransomware change over time", INTENT_TREND },
		{ "attacks per month", INTENT_TREND },
		{ "who wrote the loader?", INTENT_LOOKUP },
		{ "When did the pump fail?", INTENT_LOOKUP },
		{ "how many pumps failed", INTENT_LOOKUP },
		{ "which port does it use", INTENT_LOOKUP },
		{ "Did the pump fail?", INTENT_LOOKUP },
		{ "\"process hollowing\"", INTENT_LOOKUP },
		{ "CVE-2021-44228", INTENT_LOOKUP },
		{ "what is process hollowing", INTENT_DEFINE },
		{ "define jackpotting", INTENT_DEFINE },
		{ "what does C2 mean", INTENT_DEFINE },
		{ "list all groups", INTENT_LIST },
		{ "which groups used Cobalt Strike", INTENT_LIST },
		{ "heat conduction in composite slabs", INTENT_OPEN },
		{ "", INTENT_OPEN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct query q;

		query_parse(&a, str_c(rows[i].text), &q);
		if (q.intent != rows[i].intent)
			fail_msg("'%s' is %s, not %s", rows[i].text, query_intent_name(q.intent),
				query_intent_name(rows[i].intent));
	}
}

static void long_questions_keep_within_bounds(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) text = BUF_INIT;
	struct query q;

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_fmt(&text, "word%d \"two words\" CVE-2021-%05d ", i, i % 300);
	query_parse(&a, buf_view(&text), &q);
	assert_int_equal(q.n_stems, QUERY_STEMS_MAX);
	assert_int_equal(q.n_identifiers, 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_phrases_and_identifiers_are_taken_apart),
		cmocka_unit_test(intents_follow_the_wording),
		cmocka_unit_test(long_questions_keep_within_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
