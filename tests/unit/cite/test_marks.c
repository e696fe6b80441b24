#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/cite/marks.h"

/* Documents 1 to 5 of 40 sentences each. */
static bool resolve(void *ctx, uint32_t doc, uint32_t sentence, struct mark_target *target)
{
	(void)ctx;
	if (doc < 1 || doc > 5 || sentence < 1 || sentence > 40)
		return false;
	*target = (struct mark_target){ doc, doc * 100, sentence - 1, sentence };
	return true;
}

/* What the model writes, what the user reads, how many ids lead nowhere. */
static const struct {
	const char *in, *out;
	size_t bad;
} rows[] = {
	/* ids */
	{ "It failed [d3.s17].", "It failed [1].", 0 },
	{ "It failed.[d3.s17]", "It failed.[1]", 0 },
	{ "A [d3.s17, d3.s18]. B [d3.s17][d4.s2].", "A [1]. B [2][3].", 0 },
	{ "A [d3.s17; d4.s2, d4.s9].", "A [1][2][3].", 0 },
	{ "A [d3.s17 and d4.s2].", "A [1][2].", 0 },
	{ "A [d3.s17 d4.s2].", "A [1][2].", 0 },
	{ "A (d3.s17), B \xE3\x80\x90" "d3.s17\xE3\x80\x91.", "A [1], B [1].", 0 },
	{ "A [d3.s17-s19]. B [d3.s17-19]. C [d3.s17-d3.s19].", "A [1]. B [1]. C [1].", 0 },
	{ "A [d3.s17\xE2\x80\x93s19, s20]. B [ d3.s17 , s25 ].", "A [1]. B [2][3].", 0 },
	{ "A \\[d3.s1\\], B [^d3.s1], C [[d3.s1]], D [D3.S1].", "A [1], B [1], C [1], D [1].", 0 },
	{ "As d3.s17 says, and (see d3.s18).", "As [1] says, and (see [2]).", 0 },
	{ "[d1.s1] at the start\n- [d1.s2] item", "[1] at the start\n- [2] item", 0 },
	{ "\xC3\xA9t\xC3\xA9 [d1.s1]\xE2\x80\x94oui", "\xC3\xA9t\xC3\xA9 [1]\xE2\x80\x94oui", 0 },
	/* ids that lead nowhere */
	{ "It failed [d9.s9].", "It failed.", 1 },
	{ "It failed [d9.s9] twice.", "It failed twice.", 1 },
	{ "It failed[d9.s9] twice.", "It failed twice.", 1 },
	{ "It failed [d9.s9] [d8.s8], so", "It failed, so", 2 },
	{ "It failed [d9.s9][d3.s17].", "It failed [1].", 1 },
	{ "It failed [d3.s17, d9.s9].", "It failed [1].", 1 },
	{ "It failed. [d9.s9] Then", "It failed. Then", 1 },
	{ "It failed [d9.s9]", "It failed", 1 },
	{ "It failed [d9.s9]\nNext", "It failed\nNext", 1 },
	{ "It failed [d9.s9]  \nNext", "It failed  \nNext", 1 },
	{ "[d9.s9] Begin", "Begin", 1 },
	{ "- [d9.s9] item", "- item", 1 },
	{ "A [d3.s40-s41]. B [d3.s5-s2]. C [d3.s1-d4.s2].", "A. B. C.", 3 },
	{ "A [d3.s0] and [d3.s999999].", "A and.", 2 },
	{ "Known [d3.s1] d9.s9 is not.", "Known [1] d9.s9 is not.", 0 },
	/* the answer ends within an id: at its longest length, or stopped */
	{ "It failed [d3.s17]. Twice [d3.s", "It failed [1]. Twice", 0 },
	{ "It failed[d3.s17, d3", "It failed", 0 },
	{ "It failed\n[d3.s1", "It failed\n", 0 },
	{ "An [d, [dd1 and `[d3.s", "An [d, [dd1 and `[d3.s", 0 },
	/* numbers of the model's own */
	{ "It failed [7]. So [12], too.", "It failed. So, too.", 2 },
	{ "It failed [d3.s17][2].", "It failed [1].", 1 },
	{ "In [1, 5] and [2-4], v[1][2], f(x)[3].", "In (1, 5) and (2-4), v[1][2], f(x)[3].", 0 },
	{ "See [1](http://x) and [0] in [2021].\n[2]: http://y", "See [1](http://x) and [0] in [2021].\n[2]: http://y", 0 },
	{ "It says \"as before [12] shown\" [d1.s1].", "It says \"as before [12] shown\" [1].", 0 },
	{ "It says \xE2\x80\x9Cit [3]\xE2\x80\x9D [3].", "It says \xE2\x80\x9Cit [3]\xE2\x80\x9D.", 1 },
	{ "A \xE3\x80\x90" "4:0\xE2\x80\xA0source\xE3\x80\x91.", "A.", 1 },
	/* what merely looks alike */
	{ "[d3] [d3.s] [d3.17] [ds.s3] d3.scale d3.s17x ad3.s17 x.d3.s17", "[d3] [d3.s] [d3.17] [ds.s3] d3.scale d3.s17x ad3.s17 x.d3.s17", 0 },
	{ "[a link](http://d3.s17) and d3.s17.txt, d3.s17-based", "[a link](http://d3.s17) and d3.s17.txt, d3.s17-based", 0 },
	{ "[d1.s1 is wrong] (d1.s1, see", "[[1] is wrong] ([1], see", 0 },
	{ "[x] [ ] () [] [[]] \xE3\x80\x90x\xE3\x80\x91 [d1234567890.s1]", "[x] [ ] () [] [[]] \xE3\x80\x90x\xE3\x80\x91 [d1234567890.s1]", 0 },
	{ "  spaces  and\ttabs \n\n  kept  ", "  spaces  and\ttabs \n\n  kept  ", 0 },
	/* code */
	{ "Use `[d3.s17]` or ``a ` [d3.s17]`` [d3.s17].", "Use `[d3.s17]` or ``a ` [d3.s17]`` [1].", 0 },
	{ "A lone ` here [d3.s17].\nNext [d3.s18]", "A lone ` here [1].\nNext [2]", 0 },
	{ "A lone ` here [d3.s17] `` x", "A lone ` here [1] `` x", 0 },
	{ "Escaped \\` here [d3.s17] `x`", "Escaped \\` here [1] `x`", 0 },
	{ "```c [d1.s1]\nv = [d3.s17];\n [d9.s9]\n```\nso [d3.s17].", "```c [d1.s1]\nv = [d3.s17];\n [d9.s9]\n```\nso [1].", 0 },
	{ "~~~\n[d3.s17] ```\n~~~~\nso [d3.s17].", "~~~\n[d3.s17] ```\n~~~~\nso [1].", 0 },
	{ "````\n```\n[d3.s17]\n````\n[d3.s17]", "````\n```\n[d3.s17]\n````\n[1]", 0 },
	{ "1. ```\n   [d3.s17]\n   ```\n2. so [d3.s17]", "1. ```\n   [d3.s17]\n   ```\n2. so [1]", 0 },
	{ "```not a fence``` [d3.s17]", "```not a fence``` [1]", 0 },
	{ "a ~~gone~~ [d3.s17]", "a ~~gone~~ [1]", 0 },
	{ "```\n[d3.s17] unclosed", "```\n[d3.s17] unclosed", 0 },
	{ "", "", 0 },
};
#define N_ROWS (sizeof(rows) / sizeof(*rows))

static void feed_in_pieces(struct marks *m, struct str s, size_t piece)
{
	for (size_t at = 0; at < s.len; at += piece)
		marks_feed(m, str_sub(s, at, at + piece));
	marks_end(m);
}

static void ids_become_marks(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS; i++) {
		SCOPED(marks) m = MARKS_INIT(resolve, NULL);

		feed_in_pieces(&m, str_c(rows[i].in), strlen(rows[i].in) + 1);
		if (!str_is(buf_view(&m.text), rows[i].out) || m.n_bad != rows[i].bad)
			fail_msg("'%s' gave '%s', %zu bad", rows[i].in, buf_cstr(&m.text), m.n_bad);
	}
}

static void assert_same(const struct marks *a, const struct marks *b)
{
	assert_string_equal(buf_cstr(&a->text), buf_cstr(&b->text));
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->n_bad, b->n_bad);
	for (size_t i = 0; i < a->n; i++) {
		assert_int_equal(a->v[i].n, b->v[i].n);
		assert_int_equal(a->v[i].at.byte_from, b->v[i].at.byte_from);
		assert_memory_equal(&a->v[i].target, &b->v[i].target, sizeof(a->v[i].target));
	}
	for (size_t i = 0; i < a->n_bad; i++) {
		assert_true(str_eq(a->bad[i].id, b->bad[i].id));
		assert_int_equal(a->bad[i].at, b->bad[i].at);
	}
}

static void any_slicing_yields_the_same_marks(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS; i++) {
		struct str s = str_c(rows[i].in);
		SCOPED(marks) whole = MARKS_INIT(resolve, NULL);

		feed_in_pieces(&whole, s, s.len + 1);
		for (size_t piece = 1; piece <= s.len; piece++) {
			SCOPED(marks) m = MARKS_INIT(resolve, NULL);

			feed_in_pieces(&m, s, piece);
			assert_same(&m, &whole);
		}
		for (size_t cut = 1; cut < s.len; cut++) {
			SCOPED(marks) m = MARKS_INIT(resolve, NULL);

			marks_feed(&m, str_sub(s, 0, cut));
			marks_feed(&m, str_sub(s, cut, s.len));
			marks_end(&m);
			assert_same(&m, &whole);
		}
	}
}

static unsigned next(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

/* Random texts made of the pieces that matter, cut at random. */
static void random_texts_do_not_depend_on_slices(void **state)
{
	static const char *const parts[] = { "[d3.s1", "7]", "[d9.s9]", " ", "  ", "`", "```", "\n", "~~~", "\"", ".", ",", "x", "d3.s2",
		"-", "s19", "(", ")", "[", "]", "d", "\\", "[1]", "\xE3\x80\x90", "\xE3\x80\x91", "\xE2\x80\x9C", ">", "1" };
	unsigned seed = 42;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		SCOPED(buf) text = BUF_INIT;
		SCOPED(marks) whole = MARKS_INIT(resolve, NULL), cut = MARKS_INIT(resolve, NULL);
		size_t n = next(&seed) % 40;

		whole.keep_bad = cut.keep_bad = round % 3 == 0;
		for (size_t i = 0; i < n; i++)
			buf_c(&text, parts[next(&seed) % (sizeof(parts) / sizeof(*parts))]);
		feed_in_pieces(&whole, buf_view(&text), text.len + 1);
		for (size_t at = 0; at < text.len;) {
			size_t len = 1 + next(&seed) % 7;

			marks_feed(&cut, str_sub(buf_view(&text), at, at + len));
			at += len;
		}
		marks_end(&cut);
		assert_same(&cut, &whole);
	}
}

static void the_same_target_keeps_its_number(void **state)
{
	SCOPED(marks) m = MARKS_INIT(resolve, NULL);

	(void)state;
	feed_in_pieces(&m, STR("A [d2.s1]. B [d3.s5-s6]. C [d2.s1]. D [d3.s5, d3.s6]."), 5);
	assert_string_equal(buf_cstr(&m.text), "A [1]. B [2]. C [1]. D [2].");
	assert_int_equal(m.n, 4);
	assert_int_equal(m.v[1].target.text_id, 300);
	assert_int_equal(m.v[1].target.sentence_from, 4);
	assert_int_equal(m.v[1].target.sentence_to, 6);
	for (size_t i = 0; i < m.n; i++)
		assert_true(buf_view(&m.text).p[m.v[i].at.byte_from] == '[' && buf_view(&m.text).p[m.v[i].at.byte_to - 1] == ']');
}

static void a_server_may_cite_beside_the_text(void **state)
{
	SCOPED(marks) m = MARKS_INIT(resolve, NULL);
	struct mark_target target = { 2, 200, 4, 6 };

	(void)state;
	marks_feed(&m, STR("The pump failed "));
	marks_cite(&m, &target);
	marks_feed(&m, STR("twice [d2.s5-s6]."));
	marks_end(&m);
	assert_string_equal(buf_cstr(&m.text), "The pump failed[1] twice [1].");
	assert_int_equal(m.n, 2);
}

static void bad_ids_can_stay_visible(void **state)
{
	SCOPED(marks) m = MARKS_INIT(resolve, NULL);

	(void)state;
	m.keep_bad = true;
	feed_in_pieces(&m, STR("A [d9.s1] and [d2.s1, d9.s2] and [4]."), 3);
	assert_string_equal(buf_cstr(&m.text), "A [d9.s1] and [1][d9.s2] and [4].");
	assert_int_equal(m.n_bad, 3);
	assert_true(str_is(m.bad[0].id, "d9.s1"));
	assert_int_equal(m.bad[0].at, 2);
}

static void text_is_held_back_no_longer_than_needed(void **state)
{
	static const struct {
		const char *piece, *shown;
	} steps[] = {
		{ "The pump", "The pump" }, { " ", "The pump" }, { "failed ", "The pump failed" }, { "[d3.", "The pump failed" },
		{ "s17]", "The pump failed [1]" }, { ". A [", "The pump failed [1]. A" }, { "x", "The pump failed [1]. A [x" },
		{ "] `co", "The pump failed [1]. A [x] `co" }, { "de [d1.s1] x", "The pump failed [1]. A [x] `code" },
		{ "`", "The pump failed [1]. A [x] `code" }, { "!", "The pump failed [1]. A [x] `code [d1.s1] x`!" },
		{ "\n```py", "The pump failed [1]. A [x] `code [d1.s1] x`!\n```py" },
	};
	SCOPED(marks) m = MARKS_INIT(resolve, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		marks_feed(&m, str_c(steps[i].piece));
		assert_string_equal(buf_cstr(&m.text), steps[i].shown);
	}
}

static void an_endless_bracket_is_let_go(void **state)
{
	SCOPED(marks) m = MARKS_INIT(resolve, NULL);
	SCOPED(buf) text = BUF_INIT;

	(void)state;
	buf_c(&text, "a [d1.s1");
	for (int i = 0; i < 300; i++)
		buf_c(&text, ", d1.s1");
	feed_in_pieces(&m, buf_view(&text), 11);
	assert_true(str_starts(buf_view(&m.text), STR("a [[1], [1]")));
	assert_int_equal(m.held.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_become_marks),
		cmocka_unit_test(any_slicing_yields_the_same_marks),
		cmocka_unit_test(random_texts_do_not_depend_on_slices),
		cmocka_unit_test(the_same_target_keeps_its_number),
		cmocka_unit_test(a_server_may_cite_beside_the_text),
		cmocka_unit_test(bad_ids_can_stay_visible),
		cmocka_unit_test(text_is_held_back_no_longer_than_needed),
		cmocka_unit_test(an_endless_bracket_is_let_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
