#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "ibid/tui/theme.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void contrast_is_that_of_wcag(void **state)
{
	/* clang-format off */
	static const struct {
		short color;
		bool on_white;
		int contrast;
	} rows[] = {
		{ 16, true, 2100 }, { 16, false, 100 }, { 231, true, 100 }, { 231, false, 2100 },
		{ 196, true, 399 }, { 21, true, 859 }, { 46, true, 137 }, { 244, true, 394 }, { 244, false, 531 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (abs(theme_contrast(rows[i].color, rows[i].on_white) - rows[i].contrast) > 1)
			fail_msg("%d: %d", rows[i].color, theme_contrast(rows[i].color, rows[i].on_white));
}

static void each_colour_can_be_read_on_its_background(void **state)
{
	static const enum theme_kind kinds[] = { THEME_LIGHT, THEME_DARK };

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++)
		for (unsigned style = 0; style < CANVAS_STYLE_COUNT; style++) {
			short color = theme_of(kinds[i])->looks[style].color;

			if (color != -1 && (color < 16 || theme_contrast(color, kinds[i] == THEME_LIGHT) < 450))
				fail_msg("theme %d, style %u: colour %d", kinds[i], style, color);
		}
}

static void auto_uses_the_colours_of_the_terminal(void **state)
{
	(void)state;
	for (unsigned style = 0; style < CANVAS_STYLE_COUNT; style++)
		assert_in_range(theme_of(THEME_AUTO)->looks[style].color + 1, 0, 8);
}

static void mono_has_attributes_only(void **state)
{
	(void)state;
	for (unsigned style = 0; style < CANVAS_STYLE_COUNT; style++)
		assert_int_equal(theme_of(THEME_MONO)->looks[style].color, -1);
}

static bool looks_equal(struct theme_look a, struct theme_look b)
{
	return a.color == b.color && a.attrs == b.attrs;
}

/* A selection is shown in reverse by every theme. */
static void states_are_told_apart_in_every_theme(void **state)
{
	static const unsigned states[] = { OUT_PLAIN, OUT_GOOD, OUT_WARN, OUT_BAD, OUT_MATCH, OUT_LINK, OUT_HEADING };

	(void)state;
	for (int kind = THEME_AUTO; kind <= THEME_MONO; kind++)
		for (size_t i = 0; i < COUNT(states); i++)
			for (size_t j = 0; j < COUNT(states); j++) {
				struct theme_look a = theme_of((enum theme_kind)kind)->looks[states[i]];
				struct theme_look b = theme_of((enum theme_kind)kind)->looks[states[j]];
				struct theme_look selected = { b.color, b.attrs ^ THEME_REVERSE };

				if (i != j && looks_equal(a, b))
					fail_msg("theme %d: %u looks like %u", kind, states[i], states[j]);
				if (looks_equal(a, selected))
					fail_msg("theme %d: %u looks like %u selected", kind, states[i], states[j]);
			}
}

static void nothing_that_must_be_read_is_dim(void **state)
{
	(void)state;
	for (int kind = THEME_AUTO; kind <= THEME_MONO; kind++)
		for (unsigned style = 0; style < CANVAS_STYLE_COUNT; style++)
			if (style != CANVAS_BAR)
				assert_false(theme_of((enum theme_kind)kind)->looks[style].attrs & THEME_DIM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contrast_is_that_of_wcag),
		cmocka_unit_test(each_colour_can_be_read_on_its_background),
		cmocka_unit_test(auto_uses_the_colours_of_the_terminal),
		cmocka_unit_test(mono_has_attributes_only),
		cmocka_unit_test(states_are_told_apart_in_every_theme),
		cmocka_unit_test(nothing_that_must_be_read_is_dim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
