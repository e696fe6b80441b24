#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "library.h"

struct fixture {
	struct library library;
	struct arena a;
	struct verify *v;
	struct marks marks;
	struct verify_result out;
};

static void check(struct fixture *f, const char *answer, bool search)
{
	struct verify_source source = { .text = library_text, .search = library_search };
	struct verify_answer in = { .search = search, .now_ms = 7 };

	*f = (struct fixture){ .a = ARENA_INIT };
	library_open(&f->library);
	source.ctx = &f->library;
	f->v = verify_new(&source);
	f->marks = (struct marks)MARKS_INIT(library_resolve, &f->library);
	marks_feed(&f->marks, str_c(answer));
	marks_end(&f->marks);
	in.text = buf_view(&f->marks.text);
	in.marks = f->marks.v;
	in.n_marks = f->marks.n;
	in.bad = f->marks.bad;
	in.n_bad = f->marks.n_bad;
	verify_answer(f->v, &f->a, &in, &f->out);
}

static void release(struct fixture *f)
{
	verify_free(f->v);
	marks_release(&f->marks);
	arena_release(&f->a);
	library_close(&f->library);
}

/* "n:level" of each citation, with what is special about it. */
static void show(struct buf *out, const struct verify_result *r)
{
	for (size_t i = 0; i < r->n_citations; i++) {
		const struct citation *c = &r->citations[i];

		buf_fmt(out, "%s%d:%s", i ? " " : "", c->n, cite_level_name(c->level));
		if (c->quote.len)
			buf_c(out, "'");
		if (str_is(c->origin, "posthoc"))
			buf_c(out, "+");
		if (c->flags & CITE_MISATTRIBUTED)
			buf_c(out, "@");
		if (c->flags & CITE_INHERITED)
			buf_c(out, "^");
		if (c->flags & ~(uint32_t)(CITE_MISATTRIBUTED | CITE_INHERITED))
			buf_fmt(out, "/%x", c->flags & ~(uint32_t)(CITE_MISATTRIBUTED | CITE_INHERITED));
	}
}

static void each_claim_gets_its_citations(void **state)
{
	static const struct {
		const char *answer, *citations;
	} rows[] = {
		/* quotes: ' behind the level */
		{ "The report says that \"the main pump failed twice in March 2021\" [d1.s1].", "1:normalised'" },
		{ "\"The main pump failed twice in March 2021\" [d1.s1].", "1:exact'" },
		{ "\"Pressure rose by 13.5 percent before each failure\" [d1.s2].", "1:conflict'/4" },
		{ "\"The moon is made of green cheese\" [d1.s2].", "1:unsupported'" },
		{ "\"Soft valves leaked less than hard valves\" [d1.s1].", "1:exact'@" },
		{ "\"Soft valves leaked less than hard valves\".", "1:exact'+" },
		{ "Miller wrote: \"The old valve was not safe at such a pressure\" [d1.s3].", "1:fuzzy'" },
		{ "The old valve was \"safe at such pressure\" [d1.s3].", "1:conflict'/8" },
		{ "The old valve was not \"safe at such pressure\" [d1.s3].", "1:exact'" },
		{ "> The board did not\n> answer.\n>\n> [d1.s5]", "1:exact'" },
		{ "As Miller reports [d1.s1]:\n\n> The board did not answer.", "1:supported 1:exact'^" },
		{ "The valve was \"replaced\", and Miller \"had warned the board in 2019\" [d1.s4].", "1:exact'" },
		{ "The plants have no \"valves of three makers for two years\" [d2.s1].", "1:exact'" },
		/* the words around a quote */
		{ "The waterworks said \"pressure rose by 12.5 percent\" in 45 plants [d1.s2].", "1:normalised' 1:weak/4" },
		{ "Taxes fell sharply after the war because \"pressure rose by 12.5 percent\" [d1.s2].", "1:normalised' 1:weak" },
		/* copied without quotation marks */
		{ "The board did not answer [d1.s5].", "1:exact'" },
		{ "Repairs cost 1.2 million dollars and took six weeks [d1.s6].", "1:exact'" },
		{ "Repairs cost *1.2 million* dollars and took six weeks [d1.s6].", "1:exact'" },
		{ "According to the report, repairs cost 1.2 million dollars and took six weeks [d1.s6].", "1:normalised'" },
		{ "It is false that repairs cost 1.2 million dollars and took six weeks [d1.s6].", "1:conflict/8" },
		{ "Customers were without water for more than 4 hours [d1.s7].", "1:conflict/8" },
		{ "Taxes rise before 2024, as the city says [d3.s5].", "1:conflict/8" },
		/* paraphrases */
		{ "The pump failed two times in March 2021 [d1.s1].", "1:supported" },
		{ "The repairs took six weeks and cost $1.2M [d1.s6].", "1:supported" },
		{ "The repairs took six weeks and cost $1.5M [d1.s6].", "1:weak/4" },
		{ "The board did answer the warning quickly [d1.s5].", "1:conflict/8" },
		{ "The mayor of Bergen resigned over the scandal [d1.s1].", "1:unsupported/20" },
		{ "Leaks fell by 30% in most plants, but repairs cost 1.2 million dollars [d2.s4][d1.s6].", "1:supported 2:supported" },
		{ "Leaks fell by 30% in most plants [d2.s4][d3.s1].", "1:supported 2:unsupported" },
		{ "In her 2021 report, Anna Miller writes that the pump failed two times in March [d1.s1].", "1:supported" },
		{ "In her 2020 report, Anna Miller writes that the pump failed two times in March [d1.s1].", "1:weak/4" },
		/* no mark */
		{ "Schools receive 900 million crowns.", "1:exact'+" },
		{ "The council approved a city budget of 3.4 billion crowns.", "1:supported+" },
		{ "The waterworks bought a submarine last summer.", "0:unsupported" },
		{ "The pump failed in March 2021 [d1.s1]. It failed twice.", "1:supported 1:supported^" },
		{ "The pump failed in March 2021 [d1.s1]. In Oslo.", "1:supported 1:supported^" },
		{ "The pump failed in March 2021 [d1.s1]. In Bergen.", "1:supported 1:weak^/20" },
		{ "The pump failed in March 2021 [d1.s1]. It failed 9 times.", "1:supported 0:unsupported" },
		/* ids that lead nowhere */
		{ "The pump failed in March 2021 [d1.s99].", "0:bad-id" },
		{ "The main pump failed in March 2021 [d1.s1][d9.s9].", "0:bad-id 1:supported" },
		/* what is no fact */
		{ "Why did it fail? The sources do not say. ## No heading", "0:unsupported" },
		{ "# Heading\n\nI hope this helps!\n", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(buf) out = BUF_INIT;
		struct fixture f;

		check(&f, rows[i].answer, true);
		show(&out, &f.out);
		if (strcmp(buf_cstr(&out), rows[i].citations) != 0)
			fail_msg("'%s' gave '%s' not '%s': %.*s", rows[i].answer, buf_cstr(&out), rows[i].citations,
				STR_ARG(f.out.n_citations ? f.out.notes[f.out.n_citations - 1] : STR_EMPTY));
		release(&f);
	}
}

static void the_anchor_is_at_the_bytes_that_prove_it(void **state)
{
	static const struct {
		const char *answer, *exact;
		int64_t text_id;
	} rows[] = {
		{ "\"pressure rose by 12.5 percent\" [d1.s2].", "Pressure rose by 12.5 percent", 1 },
		{ "\"Soft valves leaked less than hard valves\" [d1.s1].", "Soft valves leaked less than hard valves", 2 },
		{ "The repairs took six weeks and cost $1.2M [d1.s4].", "Repairs cost 1.2 million dollars and took six weeks.", 1 },
		{ "The council approved a city budget of 3.4 billion crowns.", "The city council approved a budget of 3.4 billion crowns.", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fixture f;

		check(&f, rows[i].answer, true);
		assert_int_equal(f.out.n_citations, 1);
		assert_true(str_is(f.out.citations[0].anchor.exact, rows[i].exact));
		assert_int_equal(f.out.citations[0].anchor.text_id, rows[i].text_id);
		assert_true(str_is(f.out.citations[0].checker, VERIFY_CHECKER));
		assert_int_equal(f.out.citations[0].checked_ms, 7);
		release(&f);
	}
}

static void notes_tell_what_is_wrong(void **state)
{
	static const struct {
		const char *answer, *note;
	} rows[] = {
		{ "\"Pressure rose by 13.5 percent before each failure\" [d1.s2].",
			"'13.5 percent' for '12.5 percent': Pressure rose by [-12.5 percent-]{+13.5 percent+} before each failure" },
		{ "The repairs took six weeks and cost $1.5M [d1.s6].", "not in the source: '$1.5M'" },
		{ "\"The moon is made of green cheese\" [d1.s2].", "these words are not in the source" },
		{ "The main pump failed in March 2021 [d9.s9].", "there is no source 'd9.s9'" },
		{ "\"The main pump failed twice in March 2021\" [d1.s1].", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fixture f;

		check(&f, rows[i].answer, true);
		assert_true(str_is(f.out.notes[0], rows[i].note));
		release(&f);
	}
}

static void the_summary_counts_claims(void **state)
{
	static const struct {
		const char *answer, *summary;
	} rows[] = {
		{ "The board did not answer [d1.s5]. \"the main pump failed twice\" [d1.s1]. The pump failed two times in March 2021 [d1.s1]. "
		  "The waterworks bought a submarine last summer. What next?", "4 claims: 2 exact, 1 supported, 1 unsupported" },
		{ "The board did not answer [d1.s5].", "1 claim: 1 exact" },
		{ "\"The board did not answer\" [d1.s5], and \"the moon is made of cheese\" [d1.s5].", "1 claim: 1 unsupported" },
		{ "The main pump failed in March 2021 [d9.s9].", "1 claim: 1 bad-id" },
		{ "What next?", "no claims" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(buf) out = BUF_INIT;
		struct fixture f;

		check(&f, rows[i].answer, true);
		verify_summary(&out, f.out.claims, f.out.n_claims, f.out.citations, f.out.n_citations);
		assert_string_equal(buf_cstr(&out), rows[i].summary);
		release(&f);
	}
}

static void without_a_search_what_is_not_cited_is_unsupported(void **state)
{
	SCOPED(buf) out = BUF_INIT;
	struct fixture f;

	(void)state;
	check(&f, "Schools receive 900 million crowns. \"Soft valves leaked less than hard valves\" [d1.s1].", false);
	show(&out, &f.out);
	assert_string_equal(buf_cstr(&out), "0:unsupported 1:unsupported'");
	release(&f);
}

/* Check an answer, then its citations again when the first document has its new text. */
static void check_again(struct fixture *f, const char *answer, bool changed, struct verify_result *again)
{
	struct verify_stored in = { .now_ms = 9 };
	int64_t *ids;

	check(f, answer, true);
	in.text = buf_view(&f->marks.text);
	in.claims = f->out.claims;
	in.n_claims = f->out.n_claims;
	in.citations = f->out.citations;
	in.n_citations = f->out.n_citations;
	ids = arena_array(&f->a, in.n_citations + 1, sizeof(*ids));
	for (size_t i = 0; i < in.n_citations; i++) {
		f->out.citations[i].id = 40 + (int64_t)i;
		ids[i] = changed && f->out.citations[i].anchor.text_id == 1 ? 4 : f->out.citations[i].anchor.text_id;
	}
	in.text_ids = ids;
	verify_again(f->v, &f->a, &in, again);
}

static const char *const stored[] = {
	"\"The main pump failed twice in March 2021\" [d1.s1]. Leaks fell by 30% in most plants, but repairs cost 1.2 million dollars "
	"[d2.s4][d1.s6]. Old. The city paid [d3.s2].",
	"\"Pressure rose by 13.5 percent before each failure\" [d1.s2]. \"The moon is of cheese\" [d1.s2].",
	"The waterworks said \"pressure rose by 12.5 percent\" in 45 plants [d1.s2][d2.s1]. The main pump failed [d9.s9].",
	"Schools receive 900 million crowns. The council approved a city budget of 3.4 billion crowns. It was in Oslo.",
};

static void what_did_not_change_keeps_its_level(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stored) / sizeof(*stored); i++) {
		struct verify_result again;
		struct fixture f;
		SCOPED(buf) before = BUF_INIT;
		SCOPED(buf) after = BUF_INIT;

		check_again(&f, stored[i], false, &again);
		show(&before, &f.out);
		show(&after, &again);
		assert_string_equal(buf_cstr(&after), buf_cstr(&before));
		for (size_t k = 0; k < again.n_citations; k++)
			assert_int_equal(again.citations[k].id, 40 + (int64_t)k);
		release(&f);
	}
}

static void a_new_text_moves_changes_or_ends_a_citation(void **state)
{
	static const struct {
		const char *answer, *before, *after;
	} rows[] = {
		{ "\"The main pump failed twice in March 2021\" [d1.s1].", "1:exact'", "1:exact'/2" },
		{ "\"Pressure rose by 12.5 percent before each failure\" [d1.s2].", "1:exact'", "1:conflict'/6" },
		{ "\"No customer was without water for more than 4 hours\" [d1.s7].", "1:exact'", "1:stale'" },
		{ "The repairs took six weeks and cost $1.2M [d1.s6].", "1:supported", "1:supported/2" },
		{ "Pressure rose 12.5 percent before the failures [d1.s2].", "1:supported", "1:weak/6" },
		{ "Leaks fell by 30% in most plants [d2.s4].", "1:supported", "1:supported" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct verify_result again;
		struct fixture f;
		SCOPED(buf) before = BUF_INIT;
		SCOPED(buf) after = BUF_INIT;

		check_again(&f, rows[i].answer, true, &again);
		show(&before, &f.out);
		show(&after, &again);
		assert_string_equal(buf_cstr(&before), rows[i].before);
		assert_string_equal(buf_cstr(&after), rows[i].after);
		assert_int_equal(again.citations[0].checked_ms, 9);
		release(&f);
	}
}

static void a_source_that_is_gone_is_stale(void **state)
{
	struct fixture f;
	struct verify_result again;
	struct verify_stored in;
	int64_t gone = 99;

	(void)state;
	check(&f, "\"The main pump failed twice in March 2021\" [d1.s1].", true);
	in = (struct verify_stored){ buf_view(&f.marks.text), f.out.claims, f.out.n_claims, f.out.citations, 1, &gone, 9 };
	verify_again(f.v, &f.a, &in, &again);
	assert_int_equal(again.citations[0].level, LEVEL_STALE);
	assert_int_equal(again.citations[0].anchor.text_id, 1);
	release(&f);
}

/* Whatever is asserted of a source by random words: nothing is called exact that is not there byte for byte. */
static void exact_is_never_said_of_other_words(void **state)
{
	unsigned seed = 11;

	(void)state;
	for (int round = 0; round < 300; round++) {
		SCOPED(buf) answer = BUF_INIT;
		struct fixture f;

		for (int i = 0; i < 6; i++) {
			struct str text = str_c(library_documents[i % 3].text);
			size_t from, to;

			seed = seed * 1103515245u + 12345u;
			from = (seed >> 16) % text.len;
			seed = seed * 1103515245u + 12345u;
			to = from + (seed >> 16) % 60;
			buf_fmt(&answer, i % 2 ? "\"%.*s\" [d%d.s1]. " : "%.*s [d%d.s1]. ", STR_ARG(str_sub(text, from, to)), i % 3 + 1);
		}
		check(&f, buf_cstr(&answer), true);
		for (size_t i = 0; i < f.out.n_citations; i++) {
			const struct citation *c = &f.out.citations[i];

			if (c->level == LEVEL_EXACT)
				assert_true(str_eq(c->quote, c->anchor.exact));
			if (c->anchor.text_id)
				assert_true(str_eq(c->anchor.exact, text_at(&f.library.texts[c->anchor.text_id - 1], c->anchor.at)));
		}
		release(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_claim_gets_its_citations),
		cmocka_unit_test(the_anchor_is_at_the_bytes_that_prove_it),
		cmocka_unit_test(notes_tell_what_is_wrong),
		cmocka_unit_test(the_summary_counts_claims),
		cmocka_unit_test(without_a_search_what_is_not_cited_is_unsupported),
		cmocka_unit_test(what_did_not_change_keeps_its_level),
		cmocka_unit_test(a_new_text_moves_changes_or_ends_a_citation),
		cmocka_unit_test(a_source_that_is_gone_is_stale),
		cmocka_unit_test(exact_is_never_said_of_other_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
