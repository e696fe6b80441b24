#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/cite/strip.h"

/* Claims that hold "BAD" are unsupported, all others exact. */
static void strip(struct arena *a, const char *answer, struct strip_result *out)
{
	struct verify_result r = { .n_claims = 0 };
	struct str s = str_c(answer);
	struct mark *marks;
	size_t n_marks = claim_find_marks(a, s, 9, false, &marks);

	r.n_claims = claims_split(a, s, marks, n_marks, &r.claims);
	r.citations = arena_array(a, r.n_claims + 1, sizeof(*r.citations));
	r.notes = arena_array(a, r.n_claims + 1, sizeof(*r.notes));
	for (size_t i = 0; i < r.n_claims; i++) {
		bool bad = str_find(str_sub(s, r.claims[i].at.byte_from, r.claims[i].at.byte_to), STR("BAD"), 0) != STR_NONE;

		r.citations[r.n_citations++] = (struct citation){ .claim = (int)i, .n = 1,
			.level = bad ? LEVEL_UNSUPPORTED : LEVEL_EXACT };
	}
	strip_claims(a, s, marks, n_marks, &r, out);
}

static void claims_are_cut_without_a_trace(void **state)
{
	static const struct {
		const char *answer, *stripped;
	} rows[] = {
		{ "Good one [1]. A BAD one. Good two.", "Good one [1]. Good two." },
		{ "A BAD one. Good two.", "Good two." },
		{ "Good one. A BAD one [2].", "Good one." },
		{ "Good one. A BAD one. BAD two.\n\nGood three.", "Good one.\n\nGood three." },
		{ "Good one.\n\nA BAD one. BAD two.\n\nGood three.", "Good one.\n\nGood three." },
		{ "- Good one\n- A BAD one [1]\n- Good two\n", "- Good one\n- Good two\n" },
		{ "1. Good one.\n2. A BAD one. Good two.\n", "1. Good one.\n2. Good two.\n" },
		{ "A BAD one.\n", "" },
		{ "Good one.\nA BAD one\nover two lines. Good\ntwo.", "Good one.\nGood\ntwo." },
		{ "Good one. A BAD one\nover lines.\nGood two.", "Good one.\nGood two." },
		{ "> A BAD quote\n> here.\n\nGood one.", "Good one." },
		{ "| A | B |\n|---|---|\n| BAD | 1 |\n| good | 2 |\n", "| A | B |\n|---|---|\n| good | 2 |\n" },
		{ "# Title\n\nGood one.", "# Title\n\nGood one." },
		{ "# A BAD title\n\nGood one.", "# A BAD title\n\nGood one." },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct strip_result out;

		strip(&a, rows[i].answer, &out);
		if (!str_is(out.text, rows[i].stripped))
			fail_msg("'%s' became '%.*s'", rows[i].answer, STR_ARG(out.text));
	}
}

static void what_stays_is_moved(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct strip_result out;

	(void)state;
	strip(&a, "Good one [1]. A BAD one [2]. Good two [3].", &out);
	assert_true(str_is(out.text, "Good one [1]. Good two [3]."));
	assert_int_equal(out.n_removed, 1);
	assert_int_equal(out.kept.n_claims, 2);
	assert_int_equal(out.kept.n_citations, 2);
	assert_int_equal(out.kept.citations[1].claim, 1);
	assert_true(str_is(str_sub(out.text, out.kept.claims[1].at.byte_from, out.kept.claims[1].at.byte_to), "Good two [3]."));
	assert_int_equal(out.n_marks, 2);
	assert_int_equal(out.marks[1].n, 3);
	assert_true(str_is(str_sub(out.text, out.marks[1].at.byte_from, out.marks[1].at.byte_to), "[3]"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims_are_cut_without_a_trace),
		cmocka_unit_test(what_stays_is_moved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
