#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/config/config.h"
#include "ibid/config/edit.h"
#include "ibid/config/value.h"

/* A home of its own for each test, and an environment that is only a table. */
struct fixture {
	char dir[64];
	const char *model;
};

static const char *env(void *ctx, const char *name)
{
	const struct fixture *f = ctx;

	if (!strcmp(name, "HOME") || !strcmp(name, "XDG_CONFIG_HOME"))
		return f->dir;
	return !strcmp(name, "IBID_MODEL") ? f->model : NULL;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->dir, "/tmp/ibid-test-XXXXXX");
	*state = f;
	return mkdtemp(f->dir) ? 0 : -1;
}

static void write_file(const struct fixture *f, const char *name, struct str text)
{
	SCOPED(buf) path = BUF_INIT;

	buf_fmt(&path, "%s/ibid", f->dir);
	mkdir(buf_cstr(&path), 0700);
	buf_reset(&path);
	buf_fmt(&path, "%s/%s", f->dir, name);
	assert_int_equal(path_write(buf_cstr(&path), text, 0, NULL), OK);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = { "ibid/config", "ibid", ".ibid", "other", "" };
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		remove(path);
	}
	free(f);
	return 0;
}

static enum err_code load(struct fixture *f, struct config **c, struct err *err)
{
	struct config_sources src = { .env = env, .env_ctx = f, .directory = f->dir };

	return config_load(&src, c, err);
}

static void defaults_are_all_settings_and_all_settings_have_defaults(void **state)
{
	SCOPED_PTR(config) c = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(load(*state, &c, &err), OK);
	assert_int_equal(config_warning_count(c), 0);
	for (const struct setting *s = setting_table; s->name; s++) {
		assert_non_null(s->help);
		assert_true(s->type != SETTING_ENUM || s->values);
		assert_ptr_equal(setting_find(str_c(s->name)), s);
		if (!strchr(s->name, '*'))
			assert_non_null(config_get(c, str_c(s->name)));
	}
	assert_true(str_is(config_str(c, "core.model"), "extractive"));
	assert_int_equal(config_int(c, "net.idle_timeout"), 300000);
	assert_int_equal(config_int(c, "core.keep"), 0);
	assert_true(config_bool(c, "core.advice"));
}

static void a_project_may_set_no_command_and_nothing_of_a_provider(void **state)
{
	(void)state;
	for (const struct setting *s = setting_table; s->name; s++)
		if (s->flags & SETTING_PROJECT) {
			assert_false(s->flags & SETTING_COMMAND);
			assert_true(strncmp(s->name, "provider.", 9) && strncmp(s->name, "net.", 4));
		}
}

static void the_last_of_equals_wins_and_sections_may_come_again(void **state)
{
	SCOPED_PTR(config) c = NULL;
	struct err err = ERR_INIT;

	write_file(*state, "ibid/config",
		STR("[core]\nmodel=a\nmodel=b\n[query]\ntop=3\n[core]\n\tmodel = c\n[provider \"x.y\"]\nmodel=m\n"
		    "[provider \"z\"]\nmodel=n\n"));
	assert_int_equal(load(*state, &c, &err), OK);
	assert_true(str_is(config_str(c, "core.model"), "c"));
	assert_int_equal(config_get(c, STR("core.model"))->line, 7);
	assert_true(str_is(config_sub_str(c, "provider", STR("x.y"), "model"), "m"));
	assert_true(str_is(config_sub_name(c, "provider", 1), "z"));
	assert_int_equal(config_sub_name(c, "provider", 2).len, 0);
	assert_int_equal(config_sub_int(c, "provider", STR("z"), "retries"), 0);
}

static void indented_lines_are_settings_not_more_of_the_one_before(void **state)
{
	SCOPED_PTR(config) c = NULL;
	struct err err = ERR_INIT;

	write_file(*state, "ibid/config", STR("\xEF\xBB\xBF[core]\r\nmodel = a\r\n\teditor = vi ; x # y\r\n  ; no\r\n"));
	assert_int_equal(load(*state, &c, &err), OK);
	assert_true(str_is(config_str(c, "core.model"), "a"));
	assert_true(str_is(config_str(c, "core.editor"), "vi ; x # y"));
}

static void paths_begin_at_home(void **state)
{
	SCOPED_PTR(config) c = NULL;
	struct err err = ERR_INIT;
	struct fixture *f = *state;

	write_file(f, "ibid/config", STR("[net]\nca_file = ~/ca.pem\n"));
	assert_int_equal(load(f, &c, &err), OK);
	assert_true(str_starts(config_str(c, "net.ca_file"), str_c(f->dir)));
	assert_true(str_ends(config_str(c, "net.ca_file"), STR("/ca.pem")));
}

static void a_long_value_is_kept_whole(void **state)
{
	SCOPED_PTR(config) c = NULL;
	SCOPED(buf) text = BUF_INIT;
	struct err err = ERR_INIT;

	buf_c(&text, "[core]\neditor = ");
	for (int i = 0; i < 8000; i++)
		buf_ch(&text, (char)('a' + i % 26));
	write_file(*state, "ibid/config", buf_view(&text));
	assert_int_equal(load(*state, &c, &err), OK);
	assert_int_equal(config_str(c, "core.editor").len, 8000);
}

static void a_fault_names_its_line(void **state)
{
	static const struct {
		struct str text;
		const char *says;
	} cases[] = {
#define CASE(text, says) { { text, sizeof(text) - 1 }, says }
		CASE("[core]\n\nnonsense\n", ":3: neither a [section]"),
		CASE("model = x\n", ":1: a setting stands before"),
		CASE("[core \"a\nmodel = x\n", ":1: neither a"),
		CASE("[co re]\nmodel = x\n", ":2: the section is not written"),
		CASE("[provider \"\"]\nmodel = x\n", ":2: the section is not written"),
		CASE("[provider \"a\"b\"]\nmodel = x\n", ":2: the section is not written"),
		CASE("[provider \"a name that is far longer than inih would keep of it\"]\n", ":1: the section's name is too long"),
		CASE("[core]\nmodel = a\0b\n", ":2: the line is not UTF-8"),
		CASE("[core]\nmodel = \xFF\n", ":2: the line is not UTF-8"),
		CASE("[query]\ntop = 101\n", ":2: query.top: '101' is not accepted; it takes 1 to 100"),
		CASE("[net]\nidle_timeout = soon\n", ":2: net.idle_timeout: 'soon' is not accepted; it takes 0"),
#undef CASE
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct config *c = NULL;
		struct err err = ERR_INIT;

		write_file(*state, "ibid/config", cases[i].text);
		assert_int_equal(load(*state, &c, &err), ERR_CONFIG);
		if (!strstr(err.text, cases[i].says))
			fail_msg("%s", err.text);
		assert_null(c);
	}
}

static void a_project_cannot_break_anything(void **state)
{
	static const char *const texts[] = {
		"nonsense", "[core]\nmodel\n", "[query]\ntop = x\n", "[core]\npager = x\n[provider \"a\"]\nkey_cmd = x\n",
		"[core]\nlibrary = /x\n", "\xFF",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		SCOPED_PTR(config) c = NULL;
		struct err err = ERR_INIT;

		write_file(*state, ".ibid", str_c(texts[i]));
		assert_int_equal(load(*state, &c, &err), OK);
		assert_true(config_warning_count(c) > 0);
		for (size_t k = 0; config_value_at(c, k); k++)
			assert_int_equal(config_value_at(c, k)->origin, ORIGIN_DEFAULT);
	}
}

static void a_set_value_is_read_back_and_other_lines_stay(void **state)
{
	static const struct {
		const char *before, *name, *value, *after;
	} cases[] = {
		{ "", "core.model", "x", "[core]\n\tmodel = x\n" },
		{ "[core]", "core.model", "x", "[core]\n\tmodel = x\n" },
		{ "[core]\n# c\n\n[query]\n", "core.model", "x", "[core]\n# c\n\tmodel = x\n\n[query]\n" },
		{ "[core]\nmodel=a\n  model : b\n", "core.model", "x", "[core]\nmodel=a\n  model : x\n" },
		{ "[core]\n#model = a\n", "core.model", "x", "[core]\n#model = a\n\tmodel = x\n" },
		{ "[core]\nmodel = a", "core.model", "x", "[core]\nmodel = x\n" },
		{ "[core]\nmodel = a\n", "core.model", "", "[core]\nmodel =\n" },
		{ "[provider \"a\"]\nmodel = m\n", "provider.b.model", "x",
			"[provider \"a\"]\nmodel = m\n\n[provider \"b\"]\n\tmodel = x\n" },
		{ "[provider \"a.b\"]\n", "provider.a.b.model", "x", "[provider \"a.b\"]\n\tmodel = x\n" },
		{ "[core]\n", "core.editor", " a ", "[core]\n\teditor = \" a \"\n" },
		{ "", "keys.input.ctrl-x e", "/a = b", "[keys \"input\"]\n\tctrl-x e = /a = b\n" },
		{ "[keys \"input\"]\nctrl-x e=x\n", "keys.input.ctrl-x e", "y", "[keys \"input\"]\nctrl-x e= y\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPED(buf) out = BUF_INIT;
		struct err err = ERR_INIT;

		assert_int_equal(
			config_edit_set(str_c(cases[i].before), str_c(cases[i].name), str_c(cases[i].value), &out, &err), OK);
		assert_string_equal(buf_cstr(&out), cases[i].after);
	}
}

/* Keys are any words, with blanks in them. */
static void keys_of_any_name_are_settings_of_the_user_alone(void **state)
{
	SCOPED_PTR(config) c = NULL;
	struct err err = ERR_INIT;
	const struct config_value *v;

	write_file(*state, "ibid/config", STR("[keys \"input\"]\n\tctrl-x  = help\nctrl-x e = /a = b : c\nalt-; = x ; y\n\"=x\n"));
	write_file(*state, ".ibid", STR("[keys \"input\"]\nctrl-x e = /evil\nenter = /evil\n"));
	assert_int_equal(load(*state, &c, &err), OK);
	assert_int_equal(config_warning_count(c), 2);
	assert_true(str_ends(config_warning(c, 1), STR(".ibid:3: a project's file may not set keys.input.enter; ignored")));
	v = config_get(c, STR("keys.input.ctrl-x e"));
	assert_non_null(v);
	assert_true(str_is(v->text, "/a = b : c"));
	assert_int_equal(v->line, 3);
	assert_true(str_is(config_get(c, STR("keys.input.ctrl-x"))->text, "help"));
	assert_true(str_is(config_get(c, STR("keys.input.alt-;"))->text, "x ; y"));
	assert_null(config_get(c, STR("keys.input.enter")));
	assert_true(str_is(config_sub_name(c, "keys", 0), "input"));
}

static void an_open_key_does_not_open_its_section(void **state)
{
	(void)state;
	assert_null(setting_find(STR("keys.f1")));
	assert_null(setting_find(STR("key.input.f1")));
	assert_null(setting_find(STR("provider.x.f1")));
	assert_string_equal(setting_find(STR("keys.input.ctrl-x e"))->name, "keys.*.*");
	assert_string_equal(setting_nearest(STR("key.input.f1"))->name, "keys.*.*");
	assert_string_equal(setting_nearest(STR("provider.x.modle"))->name, "provider.*.model");
}

static void an_unset_value_leaves_all_other_lines(void **state)
{
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	assert_int_equal(config_edit_unset(STR("[core]\nmodel=a\n# model\nmodel=b\n[query]\nmodel=c\n[core]\nmodel=d\ntop=1\n"),
				 STR("core.model"), &out),
		3);
	assert_string_equal(buf_cstr(&out), "[core]\n# model\n[query]\nmodel=c\n[core]\ntop=1\n");
}

static void a_section_that_cannot_be_read_back_is_refused(void **state)
{
	static const char *const names[] = {
		"provider.a\"b.model", "provider.a name of more than forty-eight bytes in all.model", "provider.a]b.model", "provider.a\nb.model",
		"keys.browse.=", "keys.browse.;", "keys.browse.#", "keys.browse.[", "keys.browse.ctrl-:", "keys.browse.a\nb",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		SCOPED(buf) out = BUF_INIT;
		struct err err = ERR_INIT;

		assert_int_equal(config_edit_set(STR_EMPTY, str_c(names[i]), STR("x"), &out, &err), ERR_CONFIG);
		assert_int_equal(out.len, 0);
	}
}

static void sizes_times_and_truths_are_spelled_one_way(void **state)
{
	static const struct {
		const char *text;
		int64_t size, ms;	/* -1: not accepted */
	} cases[] = {
		{ "0", 0, 0 }, { "4096", 4096, 4096000 }, { "2k", 2048, -1 }, { "2K", 2048, -1 }, { "64M", 64 << 20, -1 },
		{ "1.5", -1, 1500 }, { "1.5s", -1, 1500 }, { "500ms", -1, 500 }, { "2min", -1, 120000 }, { "1h", -1, 3600000 },
		{ "", -1, -1 }, { "k", -1, -1 }, { "-1", -1, -1 }, { "1 k", -1, -1 }, { "9999999999G", -1, -1 }, { "nan", -1, -1 },
		{ "1e99", -1, -1 }, { "2x", -1, -1 },
	};
	bool yes;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t size = -1, ms = -1;

		value_parse_size(str_c(cases[i].text), &size);
		value_parse_time(str_c(cases[i].text), &ms);
		assert_int_equal(size, cases[i].size);
		assert_int_equal(ms, cases[i].ms);
	}
	assert_true(value_parse_bool(STR("Yes"), &yes) && yes);
	assert_true(value_parse_bool(STR("off"), &yes) && !yes);
	assert_false(value_parse_bool(STR("maybe"), &yes));
}

static void what_is_added_reads_back(void **state)
{
	static const int64_t numbers[] = { 0, 1, 999, 1000, 1024, 1500, 60000, 65536, 90000, 3600000, 268435456 };

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		SCOPED(buf) size = BUF_INIT;
		SCOPED(buf) ms = BUF_INIT;
		int64_t back;

		value_add_size(&size, numbers[i]);
		value_add_time(&ms, numbers[i]);
		assert_true(value_parse_size(buf_view(&size), &back) && back == numbers[i]);
		assert_true(value_parse_time(buf_view(&ms), &back) && back == numbers[i]);
	}
}

int main(void)
{
#define WITH_HOME(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_HOME(defaults_are_all_settings_and_all_settings_have_defaults),
		cmocka_unit_test(a_project_may_set_no_command_and_nothing_of_a_provider),
		WITH_HOME(the_last_of_equals_wins_and_sections_may_come_again),
		WITH_HOME(indented_lines_are_settings_not_more_of_the_one_before),
		WITH_HOME(paths_begin_at_home),
		WITH_HOME(a_long_value_is_kept_whole),
		WITH_HOME(a_fault_names_its_line),
		WITH_HOME(a_project_cannot_break_anything),
		cmocka_unit_test(a_set_value_is_read_back_and_other_lines_stay),
		WITH_HOME(keys_of_any_name_are_settings_of_the_user_alone),
		cmocka_unit_test(an_open_key_does_not_open_its_section),
		cmocka_unit_test(an_unset_value_leaves_all_other_lines),
		cmocka_unit_test(a_section_that_cannot_be_read_back_is_refused),
		cmocka_unit_test(sizes_times_and_truths_are_spelled_one_way),
		cmocka_unit_test(what_is_added_reads_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
