#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/retrieve/coverage.h"

enum { LINES_MAX = 16 };

struct fixture {
	struct arena arena;
	struct query query;
	struct text text;
	struct sentence sentences[LINES_MAX];
};

/* One sentence a line. */
static void make(struct fixture *f, const char *question, const char *lines)
{
	struct str rest = str_c(lines);

	query_parse(&f->arena, str_c(question), &f->query);
	f->text = (struct text){ .text = rest, .sentences = f->sentences };
	while (rest.p) {
		size_t from = (size_t)(rest.p - lines);
		struct str line = str_cut(&rest, '\n');

		f->sentences[f->text.n_sentences++] = (struct sentence){ .at = { from, from + line.len } };
	}
}

static void the_best_window_is_the_shortest_that_holds_most(void **state)
{
	static const struct { const char *question, *lines; uint32_t from, to; double share; } rows[] = {
		{ "alpha beta", "alpha beta\nalpha\nbeta", 0, 1, 1 },
		{ "alpha beta", "x\nalpha\nbeta\nx", 1, 3, 1 },
		{ "alpha beta", "alpha\nx\nbeta", 0, 3, 1 },
		{ "alpha beta", "alpha\nx\nx\nbeta", 0, 1, .5 },
		{ "alpha beta gamma delta", "alpha\nbeta alpha\nx\ngamma delta", 1, 4, 1 },
		{ "alpha beta", "x\ny", 0, 1, 0 },
		{ "", "x\ny", 0, 1, 0 },
		{ "pumps failed", "The pump fails.", 0, 1, 1 },
		{ "insurance pay", "The insurance paid.", 0, 1, 1 },
		{ "who wrote letters", "He writes a letter.", 0, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fixture f = { .arena = ARENA_INIT };
		struct coverage c;
		struct coverage_window w;

		make(&f, rows[i].question, rows[i].lines);
		c = coverage_of(&f.query);
		w = coverage_best(&c, &f.text, 0, (uint32_t)f.text.n_sentences);
		assert_int_equal(w.sentence_from, rows[i].from);
		assert_int_equal(w.sentence_to, rows[i].to);
		assert_true(fabs(w.share - rows[i].share) < 1e-9);
		arena_release(&f.arena);
	}
}

static void telling_words_weigh_more(void **state)
{
	struct fixture f = { .arena = ARENA_INIT };
	struct coverage c;
	double rare;

	(void)state;
	make(&f, "rare common", "x");
	f.query.terms[0].n_chunks = 10;
	f.query.terms[1].n_chunks = 50000;
	f.query.terms[0].n_all = f.query.terms[1].n_all = 100000;
	c = coverage_of(&f.query);
	assert_true(fabs(c.weight[0] - log(100201 / 11.5)) < 1e-9);
	rare = c.weight[0] / (c.weight[0] + c.weight[1]);
	assert_true(rare > .9);
	assert_true(fabs(coverage_share(&c, coverage_mask(&c, STR("Rare!"))) - rare) < 1e-9);
	assert_true(fabs(coverage_share(&c, coverage_mask(&c, STR("commons"))) - (1 - rare)) < 1e-9);
	assert_true(fabs(coverage_share(&c, coverage_mask(&c, STR("rare, rare"))) - rare) < 1e-9);
	arena_release(&f.arena);
}

static void a_small_library_tells_little_about_words(void **state)
{
	struct fixture f = { .arena = ARENA_INIT };
	struct coverage c;

	(void)state;
	make(&f, "absent common", "x");
	f.query.terms[1].n_chunks = 3;
	f.query.terms[0].n_all = f.query.terms[1].n_all = 7;
	c = coverage_of(&f.query);
	assert_true(c.weight[0] > c.weight[1] && c.weight[0] < 1.5 * c.weight[1]);
	arena_release(&f.arena);
}

static void matches_are_places_in_the_text(void **state)
{
	struct fixture f = { .arena = ARENA_INIT };
	struct span matches[2];
	struct coverage c;

	(void)state;
	make(&f, "pump", "First.\nTwo pumps and a pump, pumping.");
	c = coverage_of(&f.query);
	assert_int_equal(coverage_matches(&c, &f.text, f.sentences[1].at, matches, 2), 2);
	assert_true(str_is(text_at(&f.text, matches[0]), "pumps"));
	assert_true(str_is(text_at(&f.text, matches[1]), "pump"));
	arena_release(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_window_is_the_shortest_that_holds_most),
		cmocka_unit_test(telling_words_weigh_more),
		cmocka_unit_test(a_small_library_tells_little_about_words),
		cmocka_unit_test(matches_are_places_in_the_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
