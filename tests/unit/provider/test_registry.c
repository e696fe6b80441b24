#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/provider/registry.h"

#define SET(name, value) { { name, sizeof(name) - 1 }, { value, sizeof(value) - 1 } }

static void every_preset_resolves_or_says_what_it_needs(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	const char *name;
	size_t n = 0;

	(void)state;
	for (; (name = provider_preset_name(n)); n++) {
		struct provider p;
		enum err_code code = provider_resolve(&a, str_c(name), NULL, 0, &p, &err);

		if (!strcmp(name, "azure")) {
			assert_int_equal(code, ERR_CONFIG);
			assert_string_equal(err.text, "provider 'azure' needs a base_url");
			continue;
		}
		assert_int_equal(code, OK);
		assert_true(p.is_local == !p.key_env.len);
		assert_true(p.needs_key == !p.is_local);
		assert_true(str_starts(p.base_url, p.is_local ? STR("http://127.0.0.1:") : STR("https://")));
		assert_true(str_starts(p.base_url, p.key_origin));
		assert_true(str_is(p.price_list, name));
	}
	assert_int_equal(n, 14);
}

static void settings_replace_those_of_the_preset(void **state)
{
	static const struct provider_setting s[] = { SET("model", "first"), SET("model", "second"), SET("retries", "0"),
		SET("idle_timeout", "7"), SET("compress", "false"), SET("system_role", "user"), SET("open_end", "true"),
		SET("stream_usage", "false"), SET("max_tokens_key", "max_completion_tokens") };
	SCOPED(arena) a = ARENA_INIT;
	struct provider p;

	(void)state;
	assert_int_equal(provider_resolve(&a, STR("groq"), s, sizeof(s) / sizeof(s[0]), &p, NULL), OK);
	assert_true(str_is(p.model, "second"));
	assert_int_equal(p.retries_max, 0);
	assert_int_equal(p.timeouts.idle_ms, 7000);
	assert_int_equal(p.timeouts.first_byte_ms, 600000);
	assert_true(p.identity && p.quirks.open_end && p.quirks.no_stream_usage);
	assert_string_equal(p.quirks.system_role, "user");
	assert_string_equal(p.quirks.max_tokens_key, "max_completion_tokens");
}

static void a_providers_own_section_needs_no_preset(void **state)
{
	static const struct provider_setting s[] = { SET("base_url", "http://127.0.0.1:9999") };
	static const struct provider_setting claude_at_home[] = { SET("base_url", "https://api.anthropic.com"),
		SET("protocol", "anthropic"), SET("key_cmd", "pass show x") };
	SCOPED(arena) a = ARENA_INIT;
	struct provider p;

	(void)state;
	assert_int_equal(provider_resolve(&a, STR("mine"), s, 1, &p, NULL), OK);
	assert_ptr_equal(p.ops, &provider_openai_chat);
	assert_true(p.is_local && !p.needs_key && !p.model.len);
	assert_int_equal(provider_resolve(&a, STR("work"), claude_at_home, 3, &p, NULL), OK);
	assert_true(p.needs_key && !p.key_env.len);
	assert_true(str_is(p.price_list, "claude"));
	assert_true(str_is(p.auth_header, "x-api-key") && !p.auth_prefix.len);
}

static void a_presets_key_stays_with_its_address(void **state)
{
	static const struct provider_setting moved[] = { SET("base_url", "https://evil.test/api.anthropic.com") };
	static const struct provider_setting bound[] = { SET("base_url", "https://gateway.test/"), SET("key_env", "GATEWAY_KEY"),
		SET("auth_header", "authorization") };
	SCOPED(arena) a = ARENA_INIT;
	struct provider p;

	(void)state;
	assert_int_equal(provider_resolve(&a, STR("claude"), moved, 1, &p, NULL), OK);
	assert_true(str_is(p.key_env, "ANTHROPIC_API_KEY"));
	assert_true(str_is(p.key_origin, "https://api.anthropic.com"));
	assert_false(p.price_list.len);
	assert_int_equal(provider_resolve(&a, STR("claude"), bound, 3, &p, NULL), OK);
	assert_true(str_is(p.key_env, "GATEWAY_KEY"));
	assert_true(str_is(p.key_origin, "https://gateway.test"));
	assert_true(str_is(p.auth_prefix, "Bearer "));
}

static void wrong_settings_are_named(void **state)
{
	static const struct {
		struct provider_setting s;
		const char *says;
	} cases[] = {
		{ SET("base_ulr", "x"), "provider 'claude' has no setting 'base_ulr'" },
		{ SET("protocol", "gopher"), "provider 'claude': protocol = 'gopher' should be anthropic or openai-chat" },
		{ SET("base_url", "ftp://x/"), "provider 'claude': base_url: 'ftp://x/' is no web address: it must begin with https:// or http://" },
		{ SET("retries", "11"), "provider 'claude': retries = '11' should be a number up to 10" },
		{ SET("idle_timeout", "-1"), "provider 'claude': idle_timeout = '-1' should be a number of seconds up to 86400" },
		{ SET("compress", "yes"), "provider 'claude': compress = 'yes' should be true or false" },
		{ SET("system_role", "root"), "provider 'claude': system_role = 'root' should be system, developer or user" },
	};
	SCOPED(arena) a = ARENA_INIT;
	struct provider p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(provider_resolve(&a, STR("claude"), &cases[i].s, 1, &p, &err), ERR_CONFIG);
		assert_string_equal(err.text, cases[i].says);
	}
	assert_int_equal(provider_resolve(&a, STR("nobody"), NULL, 0, &p, NULL), ERR_CONFIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_preset_resolves_or_says_what_it_needs),
		cmocka_unit_test(settings_replace_those_of_the_preset),
		cmocka_unit_test(a_providers_own_section_needs_no_preset),
		cmocka_unit_test(a_presets_key_stays_with_its_address),
		cmocka_unit_test(wrong_settings_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
