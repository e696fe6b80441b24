#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/buf.h"
#include "render/render_internal.h"

static const struct {
	const char *latex, *shown;
} rows[] = {
	{ "x_1^2", "x₁²" },
	{ "\\alpha + \\Omega", "α + Ω" },
	{ "a^{n+1}", "aⁿ⁺¹" },
	{ "x_{ij}", "xᵢⱼ" },
	{ "x_{i,j}", "x_{i,j}" },
	{ "x_b", "x_b" },
	{ "e^{-x^2}", "e^{-x²}" },
	{ "\\frac{a}{b}", "a/b" },
	{ "\\frac{a+1}{2b}", "(a+1)/2b" },
	{ "\\frac12", "1/2" },
	{ "\\sqrt{x}", "√x" },
	{ "\\sqrt{x+y}", "√(x+y)" },
	{ "\\sqrt[3]{x}", "∛x" },
	{ "\\sqrt[n]{x}", "ⁿ√x" },
	{ "\\sum_{i=0}^{n} i \\leq \\infty", "∑ᵢ₌₀ⁿ i ≤ ∞" },
	{ "\\int_0^1 f(x)\\,dx", "∫₀¹ f(x) dx" },
	{ "A \\subseteq B \\cup C, x \\in \\mathbb{R}", "A ⊆ B ∪ C, x ∈ ℝ" },
	{ "\\mathcal{L} \\to \\mathcal{A}", "ℒ → A" },
	{ "\\left( \\frac{a}{b} \\right)", "( a/b )" },
	{ "\\left. x \\right|", "x |" },
	{ "\\text{if } x > 0", "if x > 0" },
	{ "\\operatorname{rank}(A)", "rank(A)" },
	{ "\\hat{e} \\not= \\dot x", "ê ≠ ẋ" },
	{ "\\vec{v}", "v⃗" },
	{ "90^\\circ, f'", "90°, f′" },
	{ "\\{ a \\mid b \\}", "{ a ∣ b }" },
	{ "a & b \\\\ c", "a b; c" },
	{ "\\begin{aligned} a &= b \\end{aligned}", "a = b" },
	{ "\\sin \\theta \\cdot \\log n", "sin θ · log n" },
	/* what is not known stays */
	{ "\\nosuch{a}{b} c", "\\nosuch{a}{b} c" },
	{ "\\nosuch{a", "\\nosuch{a" },
	{ "\\", "\\" },
	{ "x^", "x^" },
	{ "{{a", "a" },
	{ "\\frac{a}", "a/" },
	{ "日^本", "日^本" },
	{ "", "" },
};

static void each_formula_is_shown_as_in_its_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(buf) shown = BUF_INIT;

		math_add(&shown, str_c(rows[i].latex), false);
		assert_string_equal(buf_cstr(&shown), rows[i].shown);
	}
}

static void a_display_keeps_its_lines(void **state)
{
	SCOPED(buf) shown = BUF_INIT;

	(void)state;
	math_add(&shown, STR("a \\\\ b"), true);
	assert_string_equal(buf_cstr(&shown), "a\nb");
}

/* Nesting without end loses nothing that was written in it. */
static void deep_nesting_ends(void **state)
{
	static const char *const openers[] = { "{", "\\frac{", "x^{", "\\sqrt[", "^", "\\hat", "\\nosuch{" };

	(void)state;
	for (size_t i = 0; i < sizeof(openers) / sizeof(*openers); i++) {
		SCOPED(buf) latex = BUF_INIT;
		SCOPED(buf) shown = BUF_INIT;

		while (latex.len < 100000)
			buf_c(&latex, openers[i]);
		buf_c(&latex, "7");
		math_add(&shown, buf_view(&latex), true);
		assert_true(str_find(buf_view(&shown), STR("7"), 0) != STR_NONE ||
			    str_find(buf_view(&shown), STR("⁷"), 0) != STR_NONE);
	}
}

/* The symbols are found by halving: each must be where it is looked for. */
static void commands_of_every_letter_are_found(void **state)
{
	static const char *const names[] = { "Alpha", "Zeta", "aleph", "beta", "dots", "in", "int", "infty", "le",
		"leq", "ne", "neq", "to", "top", "zeta", "xi", "wp" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		SCOPED(buf) latex = BUF_INIT;
		SCOPED(buf) shown = BUF_INIT;

		buf_fmt(&latex, "\\%s", names[i]);
		math_add(&shown, buf_view(&latex), false);
		assert_true(shown.len && *shown.p != '\\');
	}
}

/* --- which dollars are math */

static const struct {
	const char *source;
	size_t n;
} sources[] = {
	{ "$x$", 1 },
	{ "$x^2$ and $y$", 2 },
	{ "$5 and $10", 0 },
	{ "$5-$10", 0 },
	{ "I have $5 and you have 7$.", 0 },
	{ "costs US$100 to US$200", 0 },
	{ "$HOME/bin:$PATH", 0 },
	{ "echo $$ and $$", 0 },
	{ "use $my_var or $other_var", 0 },
	{ "$ x $", 0 },
	{ "a$x^2$", 0 },
	{ "$x^2$b", 0 },
	{ "\\$x^2\\$", 0 },
	{ "`$x^2$`", 0 },
	{ "``$x^2$ ` `` $y$", 1 },
	{ "a ` b $x$", 1 },
	{ "$$a=b$$", 1 },
	{ "$$\na\n- b\n$$", 1 },
	{ "$$\na\n\nb\n$$", 0 },
	{ "\\(a_1\\) \\[b\\]", 2 },
	{ "\\[sic\\] \\(see below\\)", 0 },
	{ "\\\\(a_1\\\\)", 0 },
	{ "\\(a\n- b\\)", 0 },
	{ "```\n$x$\n```\n$y$", 1 },
	{ "- ```\n  $x$\n  ```", 0 },
	{ "    $x$", 0 },
	{ "> $$\n> a=b\n> $$", 1 },
	{ "$a `b` c_1$", 0 },
};

static void prices_and_escapes_are_no_math(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		struct math_source m = { .n = 0 };
		bool found = source_math(&m, str_c(sources[i].source));

		if (m.n != sources[i].n || found != (m.n != 0))
			fail_msg("%s: %zu formulas", sources[i].source, m.n);
		math_source_release(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_formula_is_shown_as_in_its_row),
		cmocka_unit_test(a_display_keeps_its_lines),
		cmocka_unit_test(deep_nesting_ends),
		cmocka_unit_test(commands_of_every_letter_are_found),
		cmocka_unit_test(prices_and_escapes_are_no_math),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
