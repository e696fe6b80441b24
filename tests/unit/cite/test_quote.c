#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/sentences.h"
#include "ibid/cite/quote.h"

static const char source[] =
	"The pump failed twice in March 2021, when pressure rose by 12.5 percent to 1,200 psi. Dr. Smith [12] had warned that "
	"the valve was not safe at such pressure. The ef\xEF\xAC\x81" "cacy of the new \xE2\x80\x9Csoft\xE2\x80\x9D valve was "
	"confirmed by a well-\nknown labora-\ntory in Oslo. It may reduce leaks by 30% in most plants. Nobody was hurt, and "
	"CVE-2021-44228 was unrelated. Costs fell from $5 million to $4.2 million; the drug was ineffective in 10\xC2\xB2 cells.";

/* The text with its sentences. */
static struct text make(struct arena *a, const char *s)
{
	struct text t = { .id = 1, .text = str_c(s) };
	struct sentences it = SENTENCES_INIT(t.text, 0);

	t.sentences = arena_array(a, 64, sizeof(*t.sentences));
	while (sentences_next(&it) && t.n_sentences < 64)
		t.sentences[t.n_sentences++].at = (struct span){ it.from, it.to };
	return t;
}

static void find(struct arena *a, const char *text, struct str quote, struct span near, struct quote_match *m)
{
	struct text t = make(a, text);
	SCOPED(normal) n = NORMAL_INIT;

	normalise(&n, t.text);
	quote_find(a, &t, &n, quote, near, QUOTE_TEXT, m);
}

static void each_quote_gets_its_level(void **state)
{
	static const struct {
		const char *quote;
		enum cite_level level;
		uint32_t flags;
	} rows[] = {
		{ "The pump failed twice in March 2021", LEVEL_EXACT, 0 },
		{ "pressure rose by 12.5 percent to 1,200 psi.", LEVEL_EXACT, 0 },
		{ "  twice in March ", LEVEL_EXACT, 0 },
		{ "the pump FAILED twice", LEVEL_NORMALISED, 0 },
		{ "The efficacy of the new \"soft\" valve was confirmed by a well-known laboratory in Oslo", LEVEL_NORMALISED, 0 },
		{ "The pump failed twice.", LEVEL_NORMALISED, 0 },
		{ "[t]he valve was not safe", LEVEL_NORMALISED, 0 },
		{ "the valve was [sic] not safe", LEVEL_NORMALISED, 0 },
		{ "The pump failed twice ...", LEVEL_NORMALISED, 0 },
		{ "... pressure rose by 12.5 percent", LEVEL_NORMALISED, 0 },
		/* slips */
		{ "had warned that the valves was not safe at such a pressure", LEVEL_FUZZY, 0 },
		{ "Dr. Smith had warned that the valve was not safe", LEVEL_FUZZY, 0 },
		{ "confirmed by a wellknown laboratory in Oslo", LEVEL_NORMALISED, 0 },
		{ "The pump failed twice [...] pressure rose by 12.5 percent", LEVEL_FUZZY, 0 },
		{ "The pump failed twice\xE2\x80\xA6 Dr. Smith [12] had warned\xE2\x80\xA6 not safe at such pressure", LEVEL_FUZZY, 0 },
		{ "Dr. Smith [the engineer] had warned that the valve was not safe at such pressure", LEVEL_FUZZY, 0 },
		/* another statement */
		{ "pressure rose by 13.5 percent to 1,200 psi", LEVEL_CONFLICT, CITE_NUMBER },
		{ "pressure rose by 12.5 percent to 1,300 psi", LEVEL_CONFLICT, CITE_NUMBER },
		{ "pressure fell by 12.5 percent to 1,200 psi", LEVEL_CONFLICT, CITE_DIRECTION },
		{ "The pump failed twice in April 2021, when pressure rose", LEVEL_CONFLICT, CITE_NUMBER },
		{ "Dr. Jones had warned that the valve was not safe at such pressure", LEVEL_CONFLICT, CITE_NAME },
		{ "had warned that the valve was safe at such pressure", LEVEL_CONFLICT, CITE_NEGATION },
		{ "had warned that [...] was safe at such pressure", LEVEL_UNSUPPORTED, 0 },
		{ "warned that the valve was ... safe at such pressure", LEVEL_CONFLICT, CITE_NEGATION },
		{ "It will reduce leaks by 30% in most plants", LEVEL_CONFLICT, CITE_NEGATION },
		{ "It may reduce leaks by 30% in all plants", LEVEL_CONFLICT, CITE_NEGATION },
		{ "It may reduce leaks by 30 in most plants", LEVEL_CONFLICT, CITE_NUMBER },
		{ "and CVE-2021-44229 was unrelated", LEVEL_CONFLICT, CITE_NAME },
		{ "Costs fell from $5 billion to $4.2 million", LEVEL_CONFLICT, CITE_NUMBER },
		{ "the drug was effective in 10\xC2\xB2 cells", LEVEL_CONFLICT, CITE_NEGATION },
		/* not there */
		{ "the moon is made of green cheese and always was", LEVEL_UNSUPPORTED, 0 },
		{ "2.5 percent", LEVEL_CONFLICT, CITE_NUMBER },
		{ "effective", LEVEL_UNSUPPORTED, 0 },
		{ "The pump failed twi", LEVEL_UNSUPPORTED, 0 },
		{ "", LEVEL_UNSUPPORTED, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct quote_match m;

		find(&a, source, str_c(rows[i].quote), (struct span){ 0, 0 }, &m);
		if (m.level != rows[i].level || m.flags != rows[i].flags)
			fail_msg("'%s' is %s, flags %x: %.*s", rows[i].quote, cite_level_name(m.level), m.flags, STR_ARG(m.note));
	}
}

static void the_cited_place_comes_first(void **state)
{
	static const char text[] = "It failed twice. Other words. It failed twice. The end.";
	SCOPED(arena) a = ARENA_INIT;
	struct quote_match m;

	(void)state;
	find(&a, text, STR("It failed twice"), (struct span){ 30, 50 }, &m);
	assert_int_equal(m.at.byte_from, 30);
	find(&a, text, STR("It failed twice"), (struct span){ 17, 29 }, &m);
	assert_int_equal(m.at.byte_from, 0);
}

static void a_quote_cut_behind_a_negation_is_told(void **state)
{
	static const struct {
		const char *quote;
		bool is_denied;
	} rows[] = {
		{ "safe at such pressure", true }, { "not safe at such pressure", false }, { "was hurt", true }, { "pump failed", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct quote_match m;

		find(&a, source, str_c(rows[i].quote), (struct span){ 0, 0 }, &m);
		assert_int_equal(m.level, LEVEL_EXACT);
		assert_int_equal(m.is_denied, rows[i].is_denied);
	}
}

static void what_frames_a_quote_is_told(void **state)
{
	static const char text[] = "We found no evidence that the drug is effective in men. It did not fail and the valve held. "
				   "Not only was it cheap but good. If it rains, the game is off. He was right, which nobody denied.";
	static const struct {
		const char *quote, *frame;
		bool is_framed;
	} rows[] = {
		{ "the drug is effective in men", "no", true }, { "the valve held", "", true }, { "was it cheap but good", "", true },
		{ "the game is off", "", true }, { "He was right", "", true }, { "It did not fail", "", false },
		{ "We found no evidence that the drug is effective in men.", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct quote_match m;

		find(&a, text, str_c(rows[i].quote), (struct span){ 0, 0 }, &m);
		assert_int_equal(m.level, LEVEL_EXACT);
		if (!str_is(m.frame, rows[i].frame) || m.is_framed != rows[i].is_framed || m.is_denied)
			fail_msg("'%s': frame '%.*s', %d", rows[i].quote, STR_ARG(m.frame), m.is_framed);
	}
}

static void the_note_shows_the_difference(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct quote_match m;

	(void)state;
	find(&a, source, STR("pressure rose by 13.5 percent to 1,200 psi"), (struct span){ 0, 0 }, &m);
	assert_string_equal(m.note.p, "'13.5 percent' for '12.5 percent': pressure rose by [-12.5 percent-]{+13.5 percent+} to 1,200 psi");
	assert_true(m.score > 0.9 && m.score < 1);
}

static bool is_gap(char c)
{
	return c == ' ' || c == '\n';
}

/* Every stretch of whole words, wherever it is cut. */
static void a_quote_taken_from_the_text_is_exact_at_its_own_bytes(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(normal) n = NORMAL_INIT;
	struct text t = make(&a, source);

	(void)state;
	normalise(&n, t.text);
	for (size_t from = 0; from < t.text.len; from++) {
		if (from && !is_gap(source[from - 1]))
			continue;
		for (size_t to = from + 1; to <= t.text.len && to < from + 120; to++) {
			SCOPED(arena) turn = ARENA_INIT;
			struct span at = { from, to };
			struct quote_match m;

			/* A word broken at a line end is quoted whole or not at all. */
			if ((to < t.text.len && !is_gap(source[to])) || is_gap(source[to - 1]) || is_gap(source[from]) ||
				source[to - 1] == '-' || (from > 1 && source[from - 2] == '-'))
				continue;
			quote_find(&turn, &t, &n, text_at(&t, at), at, QUOTE_TEXT, &m);
			if (m.level != LEVEL_EXACT || m.at.byte_from != from || m.at.byte_to != to)
				fail_msg("'%.*s' is %s", STR_ARG(text_at(&t, at)), cite_level_name(m.level));
		}
	}
}

static void a_changed_digit_is_never_believed(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(normal) n = NORMAL_INIT;
	struct text t = make(&a, source);

	(void)state;
	normalise(&n, t.text);
	for (size_t from = 0; from < t.text.len; from++)
		for (size_t to = from + 8; (!from || is_gap(source[from - 1])) && to <= t.text.len && to < from + 150; to++) {
			char changed[160];

			if (to < t.text.len && !is_gap(source[to]))
				continue;
			for (size_t i = from; i < to; i++) {
				SCOPED(arena) turn = ARENA_INIT;
				struct quote_match m;

				if (source[i] < '0' || source[i] > '9')
					continue;
				memcpy(changed, source + from, to - from);
				changed[i - from] = (char)('0' + (source[i] - '0' + 3) % 10);
				quote_find(&turn, &t, &n, str_of(changed, to - from), (struct span){ from, to }, QUOTE_TEXT, &m);
				if (m.level != LEVEL_CONFLICT && m.level != LEVEL_UNSUPPORTED)
					fail_msg("'%.*s' is %s", (int)(to - from), changed, cite_level_name(m.level));
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_quote_gets_its_level),
		cmocka_unit_test(the_cited_place_comes_first),
		cmocka_unit_test(a_quote_cut_behind_a_negation_is_told),
		cmocka_unit_test(what_frames_a_quote_is_told),
		cmocka_unit_test(the_note_shows_the_difference),
		cmocka_unit_test(a_quote_taken_from_the_text_is_exact_at_its_own_bytes),
		cmocka_unit_test(a_changed_digit_is_never_believed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
