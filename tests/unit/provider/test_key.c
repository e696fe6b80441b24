#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/provider/key.h"
#include "ibid/provider/registry.h"

#define CANARY "sk-CANARY-0123456789"

struct variable {
	const char *name, *value;
};

static const char *get(void *ctx, const char *name)
{
	for (const struct variable *v = ctx; v->name; v++)
		if (!strcmp(v->name, name))
			return v->value;
	return NULL;
}

static struct provider resolve(struct arena *a, const char *name, const struct provider_setting *s, size_t n)
{
	struct provider p;

	assert_int_equal(provider_resolve(a, str_c(name), s, n, &p, NULL), OK);
	return p;
}

static enum err_code fetch(const struct provider *p, struct variable *vars, struct secret *key, struct err *err)
{
	static char path[] = "PATH=/usr/bin:/bin", own[] = "IBID_KEY_X=" CANARY, api[] = "OPENAI_API_KEY=" CANARY;
	static char *all[] = { path, own, api, NULL };
	const struct key_env env = { .get = get, .ctx = vars, .all = all, .cmd_deadline_ms = 300 };

	return key_get(p, &env, key, err);
}

static void a_key_comes_from_the_first_place_that_has_one(void **state)
{
	static const struct {
		struct variable vars[3];
		const char *want;
	} cases[] = {
		{ { { "ANTHROPIC_API_KEY", "from-preset" } }, "from-preset" },
		{ { { "ANTHROPIC_API_KEY", "from-preset" }, { "IBID_KEY_CLAUDE", "from-own" } }, "from-own" },
		{ { { "ANTHROPIC_API_KEY", "from-preset" }, { "IBID_KEY_CLAUDE", "" } }, "from-preset" },
	};
	SCOPED(arena) a = ARENA_INIT;
	struct provider p = resolve(&a, "claude", NULL, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		SCOPED(secret) key = SECRET_INIT;
		struct variable vars[4] = { { NULL, NULL } };

		memcpy(vars, cases[i].vars, sizeof(cases[i].vars));
		assert_int_equal(fetch(&p, vars, &key, NULL), OK);
		assert_true(str_is(secret_value(&key), cases[i].want));
		assert_string_equal(buf_cstr(&key.origin), "https://api.anthropic.com");
	}
}

static void a_missing_key_is_told_with_all_ways_to_give_one(void **state)
{
	struct variable none[] = { { NULL, NULL } };
	SCOPED(arena) a = ARENA_INIT;
	struct provider p = resolve(&a, "claude", NULL, 0), local = resolve(&a, "ollama", NULL, 0);
	SCOPED(secret) key = SECRET_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(fetch(&p, none, &key, &err), ERR_CONFIG);
	assert_string_equal(err.text, "provider 'claude' needs a key: set the variable ANTHROPIC_API_KEY or IBID_KEY_CLAUDE, or "
				      "key_file or key_cmd in [provider \"claude\"]");
	assert_int_equal(fetch(&local, none, &key, &err), OK);
	assert_false(secret_is_set(&key));
}

static void a_key_is_not_taken_to_another_address(void **state)
{
	static const struct provider_setting moved[] = { { { "base_url", 8 }, { "https://evil.test/", 18 } } };
	static const struct provider_setting home[] = { { { "base_url", 8 }, { "http://127.0.0.1:8080", 21 } } };
	struct variable vars[] = { { "ANTHROPIC_API_KEY", CANARY }, { NULL, NULL } };
	SCOPED(arena) a = ARENA_INIT;
	struct provider p = resolve(&a, "claude", moved, 1), local = resolve(&a, "claude", home, 1);
	SCOPED(secret) key = SECRET_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(fetch(&p, vars, &key, &err), ERR_CONFIG);
	assert_non_null(strstr(err.text, "belongs to 'https://api.anthropic.com'"));
	assert_non_null(strstr(err.text, "'https://evil.test'"));
	assert_null(strstr(err.text, CANARY));
	assert_false(secret_is_set(&key));
	assert_int_equal(fetch(&local, vars, &key, &err), OK);
	assert_false(secret_is_set(&key));
}

/* -- A file -- */

static void write_key(const char *path, mode_t mode)
{
	unlink(path);
	assert_int_equal(path_write(path, STR(CANARY "\n"), 0, NULL), OK);
	assert_int_equal(chmod(path, mode), 0);
}

static void a_file_that_others_may_read_is_refused(void **state)
{
	static const mode_t bad[] = { 0644, 0640, 0604, 0620, 0601 };
	char dir[] = "/tmp/ibid-key-XXXXXX", path[64];
	struct variable none[] = { { NULL, NULL } };
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/key", dir);
	struct provider_setting s = { STR("key_file"), str_c(path) };
	struct provider p = resolve(&a, "claude", &s, 1);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		SCOPED(secret) key = SECRET_INIT;

		write_key(path, bad[i]);
		assert_int_equal(fetch(&p, none, &key, &err), ERR_DENIED);
		assert_non_null(strstr(err.text, "chmod 600"));
		assert_false(secret_is_set(&key));
	}
	SCOPED(secret) key = SECRET_INIT;
	write_key(path, 0600);
	assert_int_equal(fetch(&p, none, &key, &err), OK);
	assert_true(str_is(secret_value(&key), CANARY));
	unlink(path);
	assert_int_equal(fetch(&p, none, &key, &err), ERR_MISSING);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(fetch(&p, none, &key, &err), ERR_DENIED);
	unlink(path);
	rmdir(dir);
}

static void a_tilde_is_the_home_directory(void **state)
{
	char dir[] = "/tmp/ibid-key-XXXXXX", path[64];
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(secret) key = SECRET_INIT;
	struct provider_setting s = { STR("key_file"), STR("~/key") };
	struct provider p = resolve(&a, "claude", &s, 1);

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/key", dir);
	write_key(path, 0400);
	struct variable vars[] = { { "HOME", dir }, { NULL, NULL } };
	assert_int_equal(fetch(&p, vars, &key, NULL), OK);
	unlink(path);
	rmdir(dir);
}

/* -- A command -- */

static enum err_code fetch_by(const char *command, struct secret *key, struct err *err)
{
	struct variable none[] = { { NULL, NULL } };
	SCOPED(arena) a = ARENA_INIT;
	struct provider_setting s = { STR("key_cmd"), str_c(command) };
	struct provider p = resolve(&a, "claude", &s, 1);

	return fetch(&p, none, key, err);
}

static void a_command_prints_the_key(void **state)
{
	static const struct {
		const char *command;
		enum err_code code;
		const char *says;
	} cases[] = {
		{ "echo " CANARY, OK, "" },
		{ "printf '" CANARY "\\nmeta: x\\n'", OK, "" },
		{ "echo " CANARY "; cat", OK, "" },
		{ "echo gone >&2; exit 3", ERR_CONFIG, "failed (status 3): gone" },
		{ "kill -TERM $$", ERR_CONFIG, "failed (status 143)" },
		{ "no-such-command-here", ERR_CONFIG, "failed (status 127)" },
		{ "true", ERR_CONFIG, "the key is empty" },
		{ "sleep 5", ERR_TIMEOUT, "did not end within" },
		{ "env | grep -c -e KEY_X -e API_KEY >&2; env | grep -q CANARY && exit 9; echo " CANARY, OK, "" },
		{ "head -c 100000 /dev/zero | tr '\\0' x", ERR_CONFIG, "longer than 16384 bytes" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		SCOPED(secret) key = SECRET_INIT;
		struct err err = ERR_INIT;
		enum err_code code = fetch_by(cases[i].command, &key, &err);

		if (code == OK && cases[i].code == OK)
			assert_true(str_is(secret_value(&key), CANARY));
		else if (code != cases[i].code || !strstr(err.text, cases[i].says))
			fail_msg("'%s': %d %s", cases[i].command, code, err.text);
	}
}

static void the_variable_is_named_after_the_provider(void **state)
{
	SCOPED(buf) name = BUF_INIT;

	(void)state;
	key_add_variable(&name, STR("my-server.2"));
	assert_string_equal(buf_cstr(&name), "IBID_KEY_MY_SERVER_2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_comes_from_the_first_place_that_has_one),
		cmocka_unit_test(a_missing_key_is_told_with_all_ways_to_give_one),
		cmocka_unit_test(a_key_is_not_taken_to_another_address),
		cmocka_unit_test(a_file_that_others_may_read_is_refused),
		cmocka_unit_test(a_tilde_is_the_home_directory),
		cmocka_unit_test(a_command_prints_the_key),
		cmocka_unit_test(the_variable_is_named_after_the_provider),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
