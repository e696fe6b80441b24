#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/path.h"
#include "ibid/config/config.h"
#include "ibid/tui/keymap.h"

static struct key key_of(const char *name)
{
	struct key key = { 0 };

	assert_true(key_parse(str_c(name), &key));
	return key;
}

/* What is pressed, as on the screen: one stroke, or two when the first begins a pair. NULL: not bound. */
static const struct key_binding *press(const struct keymap *m, enum key_view view, const char *first, const char *second)
{
	struct key a = key_of(first), b;
	bool is_prefix;
	const struct key_binding *found = keymap_find(m, view, NULL, a, &is_prefix);

	assert_false(found && is_prefix);
	if (!second)
		return found;
	assert_true(is_prefix);
	b = key_of(second);
	found = keymap_find(m, view, &a, b, &is_prefix);
	assert_false(is_prefix);
	return found;
}

static void assert_action(const struct key_binding *b, enum action action)
{
	assert_non_null(b);
	assert_string_equal(action_name(b->action), action_name(action));
}

static enum err_code set(struct keymap *m, const char *view, const char *keys, const char *what, struct err *err)
{
	return keymap_set(m, str_c(view), str_c(keys), str_c(what), STR("config:1"), err);
}

/* --- the table */

enum {
	N_DEFAULTS = 0
#define KEY(view, keys, action) +1
#include "tui/keys.def"
#undef KEY
};

#define EACH_BINDING(m, view, b)                                                                                       \
	for (int view = 0; view < VIEW_COUNT; view++)                                                                  \
		for (size_t i_ = 0; (b = keymap_at(m, (enum key_view)view, i_)); i_++)

static void every_default_key_is_found_by_pressing_it(void **state)
{
	SCOPED_PTR(keymap) m = keymap_new();
	const struct key_binding *b;
	bool is_prefix;
	int n = 0;

	(void)state;
	EACH_BINDING(m, view, b) {
		assert_int_equal(b->view, view);
		assert_true(str_is(b->origin, "default"));
		assert_ptr_equal(keymap_find(m, b->view, b->n_strokes == 2 ? &b->strokes[0] : NULL,
			b->strokes[b->n_strokes - 1], &is_prefix), b);
		assert_false(is_prefix);
		n++;
	}
	assert_int_equal(n, N_DEFAULTS);
}

/* Laid over itself, the table meets every rule that a user's line meets. */
static void no_default_key_is_out_of_reach(void **state)
{
	SCOPED_PTR(keymap) m = keymap_new();
	SCOPED_PTR(keymap) again = keymap_new();
	const struct key_binding *b;

	(void)state;
	EACH_BINDING(m, view, b) {
		SCOPED(buf) name = BUF_INIT;
		struct err err = ERR_INIT;

		key_binding_name(&name, b);
		if (set(again, key_view_name(b->view), buf_cstr(&name), action_name(b->action), &err) != OK)
			fail_msg("%s", err.text);
	}
}

static void every_action_has_a_name_a_help_and_a_key(void **state)
{
	SCOPED_PTR(keymap) m = keymap_new();
	const struct key_binding *b;
	bool bound[ACTION_COUNT] = { [ACTION_NONE] = true };
	enum action found;

	(void)state;
	EACH_BINDING(m, view, b)
		bound[b->action] = true;
	for (int a = 0; a < ACTION_COUNT; a++) {
		assert_true(action_of(str_c(action_name((enum action)a)), &found));
		assert_int_equal(found, a);
		assert_true(strlen(action_help((enum action)a)) > 0);
		if (!bound[a])
			fail_msg("no key does '%s'", action_name((enum action)a));
	}
	assert_false(action_of(STR("sorces"), &found));
}

/* The help and the manual show them as one line. */
static void rows_of_one_action_stand_together(void **state)
{
	SCOPED_PTR(keymap) m = keymap_new();
	const struct key_binding *b;

	(void)state;
	for (int view = 0; view < VIEW_COUNT; view++) {
		bool seen[ACTION_COUNT] = { false };
		enum action last = ACTION_NONE;

		for (size_t i = 0; (b = keymap_at(m, (enum key_view)view, i)); i++) {
			if (b->action != last && seen[b->action])
				fail_msg("%s: '%s' stands apart", key_view_name(b->view), action_name(b->action));
			seen[b->action] = true;
			last = b->action;
		}
	}
}

/* reference/ux 4.3: what people will try first. */
static void the_keys_do_what_the_table_of_the_design_says(void **state)
{
	static const struct {
		enum key_view view;
		const char *first, *second;
		enum action action;
	} rows[] = {
		{ VIEW_INPUT, "enter", NULL, ACTION_SEND }, { VIEW_INPUT, "ctrl-j", NULL, ACTION_NEWLINE },
		{ VIEW_INPUT, "ctrl-x", "ctrl-e", ACTION_EDIT_OUTSIDE }, { VIEW_INPUT, "ctrl-x", "s", ACTION_SOURCES },
		{ VIEW_INPUT, "escape", NULL, ACTION_BROWSE }, { VIEW_INPUT, "f1", NULL, ACTION_HELP },
		{ VIEW_BROWSE, "?", NULL, ACTION_HELP }, { VIEW_BROWSE, "/", NULL, ACTION_FIND },
		{ VIEW_BROWSE, "ctrl-r", NULL, ACTION_FIND_BACK }, { VIEW_BROWSE, "G", NULL, ACTION_END },
		{ VIEW_BROWSE, "g", NULL, ACTION_TOP }, { VIEW_BROWSE, ":", NULL, ACTION_COMMAND },
		{ VIEW_BROWSE, "Q", NULL, ACTION_QUIT }, { VIEW_SOURCES, "escape", NULL, ACTION_BACK },
		{ VIEW_LIST, "space", NULL, ACTION_TOGGLE }, { VIEW_LIST, "alt-x", NULL, ACTION_REMOVE },
		{ VIEW_PAGER, "space", NULL, ACTION_PAGE_DOWN }, { VIEW_PAGER, "q", NULL, ACTION_BACK },
	};
	SCOPED_PTR(keymap) m = keymap_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_action(press(m, rows[i].view, rows[i].first, rows[i].second), rows[i].action);
}

/* What one types, and readline's own keys. */
static void readline_keeps_its_keys(void **state)
{
	static const char *const names[] = { "a", "A", "é", "space", "ctrl-a", "ctrl-e", "ctrl-r", "ctrl-w", "ctrl-u", "ctrl-y",
		"ctrl-k", "alt-b", "alt-f", "alt-d", "alt-.", "alt-1", "tab", "backspace", "ctrl-left", "delete", "home" };
	SCOPED_PTR(keymap) m = keymap_new();
	bool is_prefix;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_null(keymap_find(m, VIEW_INPUT, NULL, key_of(names[i]), &is_prefix));
		assert_false(is_prefix);
	}
	assert_null(press(m, VIEW_INPUT, "ctrl-x", "ctrl-u"));
	assert_null(press(m, VIEW_INPUT, "ctrl-x", "("));
}

static void letters_narrow_a_list_down(void **state)
{
	SCOPED_PTR(keymap) m = keymap_new();
	const struct key_binding *b;

	(void)state;
	for (size_t i = 0; (b = keymap_at(m, VIEW_LIST, i)); i++)
		assert_true(!key_is_typed(b->strokes[0]) || b->strokes[0].code == ' ');
}

/* --- lines of the user */

static void a_line_lays_a_key_over_the_table_in_its_place(void **state)
{
	SCOPED_PTR(keymap) m = keymap_new();
	const struct key_binding *b;

	(void)state;
	assert_int_equal(set(m, "browse", "i", "quit", NULL), OK);
	b = keymap_at(m, VIEW_BROWSE, 0);
	assert_action(b, ACTION_QUIT);
	assert_true(str_is(b->origin, "config:1"));
	assert_int_equal(set(m, "input", " ctrl-x   e ", " /cite export @ --format bibtex ", NULL), OK);
	b = press(m, VIEW_INPUT, "ctrl-x", "e");
	assert_action(b, ACTION_COMMAND);
	assert_true(str_is(b->command, "/cite export @ --format bibtex"));
	assert_int_equal(set(m, "browse", "equals", "top", NULL), OK);
	assert_action(press(m, VIEW_BROWSE, "=", NULL), ACTION_TOP);
	assert_int_equal(set(m, "input", "f5", "again", NULL), OK);
	assert_action(press(m, VIEW_INPUT, "f5", NULL), ACTION_AGAIN);
	assert_null(press(m, VIEW_BROWSE, "f5", NULL));
}

static void none_frees_a_key(void **state)
{
	SCOPED_PTR(keymap) m = keymap_new();

	(void)state;
	assert_int_equal(set(m, "input", "ctrl-z", "none", NULL), OK);
	assert_null(press(m, VIEW_INPUT, "ctrl-z", NULL));
	assert_int_equal(set(m, "input", "ctrl-q", "none", NULL), OK);
	assert_int_equal(set(m, "input", "ctrl-z x", "help", NULL), OK);
	assert_action(press(m, VIEW_INPUT, "ctrl-z", "x"), ACTION_HELP);
	assert_int_equal(set(m, "input", "ctrl-z x", "none", NULL), OK);
	assert_int_equal(set(m, "input", "ctrl-z", "help", NULL), OK);
}

static void enter_and_its_newline_can_be_swapped(void **state)
{
	SCOPED_PTR(keymap) m = keymap_new();

	(void)state;
	assert_int_equal(set(m, "input", "enter", "newline", NULL), OK);
	assert_int_equal(set(m, "input", "alt-enter", "send", NULL), OK);
	assert_action(press(m, VIEW_INPUT, "enter", NULL), ACTION_NEWLINE);
	assert_action(press(m, VIEW_INPUT, "alt-enter", NULL), ACTION_SEND);
}

static void a_line_that_cannot_be_is_told_in_a_sentence_and_changes_nothing(void **state)
{
	static const struct {
		const char *view, *keys, *what, *says;
	} faults[] = {
		{ "inptu", "f5", "help", "keys are bound in input, browse, sources, list or pager, not in 'inptu'" },
		{ "input", "", "help", "'' is no key" },
		{ "input", "f99", "help", "'f99' is no key" },
		{ "input", "ctrl-x a b", "help", "'ctrl-x a b' is no key" },
		{ "input", "f5", "sorces", "no action 'sorces'" },
		{ "input", "f5", "", "no action ''" },
		{ "input", "f5", "/", "no action '/'" },
		{ "input", "ctrl-i", "help", "'ctrl-i': terminals send tab for it" },
		{ "input", "ctrl-m", "help", "terminals send enter for it" },
		{ "browse", "ctrl-[", "help", "terminals send escape for it" },
		{ "input", "ctrl-h", "help", "terminals send backspace for it" },
		{ "input", "ctrl-x ctrl-i", "help", "terminals send tab for it" },
		{ "input", "ctrl-/", "help", "terminals send ctrl-_ for it" },
		{ "input", "a", "help", "'a' types a character there" },
		{ "input", "q q", "help", "types a character there" },
		{ "input", "space", "help", "types a character there" },
		{ "list", "n", "new", "types a character there" },
		{ "input", "ctrl-x", "help",
			"'ctrl-x' and 'ctrl-x ctrl-e' cannot both be bound; free the other one first: ctrl-x ctrl-e = none" },
		{ "browse", "g g", "top", "'g g' and 'g' cannot both be bound; free the other one first: g = none" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		SCOPED_PTR(keymap) m = keymap_new();
		SCOPED_PTR(keymap) before = keymap_new();
		struct err err = ERR_INIT;
		const struct key_binding *b;

		assert_int_equal(set(m, faults[i].view, faults[i].keys, faults[i].what, &err), ERR_CONFIG);
		if (!strstr(err.text, faults[i].says))
			fail_msg("'%s' does not say '%s'", err.text, faults[i].says);
		for (size_t k = 0; (b = keymap_at(before, VIEW_INPUT, k)); k++)
			assert_int_equal(keymap_at(m, VIEW_INPUT, k)->action, b->action);
	}
}

/* --- from the configuration */

static const char *env(void *ctx, const char *name)
{
	return strcmp(name, "HOME") ? NULL : ctx;
}

static void add_fault(void *ctx, struct str sentence)
{
	buf_str(ctx, sentence);
	buf_ch(ctx, '\n');
}

static void lines_of_the_configuration_are_laid_over_in_their_order(void **state)
{
	char dir[] = "/tmp/ibid-test-XXXXXX";
	struct config_sources src = { .env = env, .env_ctx = dir };
	SCOPED_PTR(config) c = NULL;
	SCOPED_PTR(keymap) m = keymap_new();
	SCOPED(buf) path = BUF_INIT;
	SCOPED(buf) faults = BUF_INIT;
	SCOPED(buf) expected = BUF_INIT;

	(void)state;
	assert_non_null(mkdtemp(dir));
	buf_fmt(&path, "%s/config", dir);
	src.user_file = buf_view(&path);
	assert_int_equal(path_write(buf_cstr(&path),
		STR("[keys \"input\"]\n\tctrl-x e = /cite export @ --format bibtex\n\tctrl-l = none\n\tctrl-l r = redraw\n"
		    "\tctrl-i = help\n[core]\n\tmodel = x\n[keys \"browse\"]\nequals = sources\ndot = again\n[keys \"x\"]\nf1 = help\n"),
		0, NULL), OK);
	assert_int_equal(config_load(&src, &c, NULL), OK);
	keymap_configure(m, c, add_fault, &faults);
	assert_true(str_is(press(m, VIEW_INPUT, "ctrl-x", "e")->command, "/cite export @ --format bibtex"));
	assert_action(press(m, VIEW_INPUT, "ctrl-l", "r"), ACTION_REDRAW);
	assert_action(press(m, VIEW_BROWSE, "=", NULL), ACTION_SOURCES);
	assert_action(press(m, VIEW_BROWSE, ".", NULL), ACTION_AGAIN);
	buf_fmt(&expected, "%s:9", buf_cstr(&path));
	assert_true(str_eq(press(m, VIEW_BROWSE, "=", NULL)->origin, buf_view(&expected)));
	buf_reset(&expected);
	buf_fmt(&expected, "%s:5: 'ctrl-i': terminals send tab for it; bind that\n%s:12: keys are bound in input, browse, "
		"sources, list or pager, not in 'x'\n", buf_cstr(&path), buf_cstr(&path));
	assert_string_equal(buf_cstr(&faults), buf_cstr(&expected));
	unlink(buf_cstr(&path));
	rmdir(dir);
}

/* --- hints */

static void a_hint_is_the_first_key_in_its_short_form(void **state)
{
	SCOPED_PTR(keymap) m = keymap_new();
	struct arena a = ARENA_INIT;

	(void)state;
	assert_string_equal(keymap_hint(m, &a, VIEW_INPUT, ACTION_SOURCES).p, "^X s");
	assert_string_equal(keymap_hint(m, &a, VIEW_INPUT, ACTION_NEWLINE).p, "Alt-Enter");
	assert_string_equal(keymap_hint(m, &a, VIEW_INPUT, ACTION_EDIT_OUTSIDE).p, "^X ^E");
	assert_string_equal(keymap_hint(m, &a, VIEW_BROWSE, ACTION_NEXT_CITATION).p, "Tab");
	assert_string_equal(keymap_hint(m, &a, VIEW_INPUT, ACTION_TOGETHER).p, "");
	assert_int_equal(set(m, "input", "f2", "/sources", NULL), OK);
	assert_string_equal(keymap_hint(m, &a, VIEW_INPUT, ACTION_COMMAND).p, "");
	assert_int_equal(set(m, "input", "ctrl-x s", "none", NULL), OK);
	assert_string_equal(keymap_hint(m, &a, VIEW_INPUT, ACTION_SOURCES).p, "");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_default_key_is_found_by_pressing_it),
		cmocka_unit_test(no_default_key_is_out_of_reach),
		cmocka_unit_test(every_action_has_a_name_a_help_and_a_key),
		cmocka_unit_test(rows_of_one_action_stand_together),
		cmocka_unit_test(the_keys_do_what_the_table_of_the_design_says),
		cmocka_unit_test(readline_keeps_its_keys),
		cmocka_unit_test(letters_narrow_a_list_down),
		cmocka_unit_test(a_line_lays_a_key_over_the_table_in_its_place),
		cmocka_unit_test(none_frees_a_key),
		cmocka_unit_test(enter_and_its_newline_can_be_swapped),
		cmocka_unit_test(a_line_that_cannot_be_is_told_in_a_sentence_and_changes_nothing),
		cmocka_unit_test(lines_of_the_configuration_are_laid_over_in_their_order),
		cmocka_unit_test(a_hint_is_the_first_key_in_its_short_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
