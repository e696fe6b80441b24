#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/clock.h"
#include "ibid/provider/price.h"
#include "ibid/provider/registry.h"

static int64_t day(const char *text)
{
	int64_t ms = 0;

	assert_true(clock_parse_date(str_c(text), 0, &ms));
	return ms;
}

/* Tokens as IN READ WRITE_5M WRITE_1H VISIBLE REASONING; the cost in USD micros by hand. */
static void a_request_costs_tokens_times_the_rates_of_its_day(void **state)
{
	static const struct {
		const char *provider, *id, *on;
		struct token_usage usage;
		int64_t usd_micros;
		bool is_estimated;
	} cases[] = {
		/* clang-format off */
		{ "claude", "claude-opus-5-5",   "2026-11-01", { 1000, 0, 0, 0, 500, 0, false }, 4000 + 10000, false },
		{ "claude", "claude-opus-5-5",   "2026-11-01", { 1000, 10000, 100, 10, 400, 100, false }, 4000 + 2000 + 500 + 80 + 10000, false },
		{ "claude", "claude-sonnet-5-5", "2026-10-06", { 0, 1000000, 0, 0, 0, 0, false }, 200000, false },
		{ "claude", "claude-sonnet-5-5", "2026-10-07", { 0, 1000000, 0, 0, 0, 0, false }, 100000, false },
		{ "claude", "claude-haiku-5-5",  "2026-11-01", { 100000, 0, 0, 0, 1000, 0, false }, 10000 + 500, false },
		{ "claude", "claude-haiku-5-5",  "2026-11-01", { 90000, 10000, 1, 0, 1000, 0, false }, 45000 + 500 + 1 + 2500, false },	/* 0.625 rounds up */
		{ "claude", "claude-haiku-4-5-20251001", "2026-11-01", { 1000, 0, 0, 0, 1000, 0, false }, 6000, false },
		{ "openai", "gpt-6.1-sol",       "2026-11-01", { 1000, 1000, 1000, 0, 100, 100, false }, 2000 + 100 + 2500 + 2000, false },
		{ "openai", "gpt-6.1-sol",       "2026-11-01", { 272000, 0, 0, 0, 100, 0, false }, 544000 + 1000, false },
		{ "openai", "gpt-6.1-sol",       "2026-11-01", { 272001, 0, 0, 0, 100, 0, false }, 1088004 + 1500, false },
		{ "openai", "gpt-5.6-sol",       "2026-07-31", { 1000, 0, 0, 0, 100, 0, false }, 5000 + 3000, false },
		{ "openai", "gpt-5.6-sol",       "2026-08-01", { 1000, 0, 0, 0, 100, 0, false }, 4000 + 2000, false },
		{ "openai", "gpt-5.4-2026-03-05", "2026-11-01", { 1000, 0, 0, 0, 100, 0, false }, 2500 + 1500, false },
		{ "openai", "gpt-5.5",           "2026-11-01", { 0, 1000, 0, 0, 0, 0, false }, 5000, true },	/* no rate for reads: the full one */
		{ "deepseek", "deepseek-v4-flash", "2026-11-01", { 1000000, 1000000, 0, 0, 1000000, 0, false }, 140000 + 2800 + 280000, false },
		{ "mistral", "mistral-small-2603", "2026-11-01", { 1000000, -1, -1, -1, 1000000, -1, false }, 150000 + 600000, false },
		{ "claude", "claude-opus-5-5",   "2026-11-01", { 1000, 0, 0, 0, 500, 0, true }, 14000, true },
		{ "claude", "claude-opus-99",    "2026-11-01", { 1000, 0, 0, 0, 500, 0, false }, -1, false },
		{ "openai", "claude-opus-5-5",   "2026-11-01", { 1000, 0, 0, 0, 500, 0, false }, -1, false },
		{ "claude", "claude-opus-5-5",   "2026-11-01", { -1, -1, -1, -1, -1, -1, false }, -1, false },
		{ "claude", "claude-opus-5-5",   "2026-11-01", { 1000, 0, 0, 0, -1, -1, false }, -1, false },
		{ "claude", "claude-opus-5-5",   "2026-11-01", { INT64_MAX, 0, 0, 0, 1, 0, false }, -1, false },
		/* clang-format on */
	};
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(models) m = { .arena = NULL };

	(void)state;
	models_init(&m, &a);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct model *model = models_find(&m, str_c(cases[i].provider), str_c(cases[i].id));
		struct cost cost = price_of(model, &cases[i].usage, day(cases[i].on));

		if (cost.usd_micros != cases[i].usd_micros || cost.is_estimated != cases[i].is_estimated)
			fail_msg("case %zu, %s: %lld", i, cases[i].id, (long long)cost.usd_micros);
	}
}

static void a_local_server_is_free_and_a_reckoned_cost_is_believed(void **state)
{
	const struct token_usage u = { 1000, 0, 0, 0, 1000, 0, false };
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(models) m = { .arena = NULL };
	struct provider ollama, router, claude;

	(void)state;
	models_init(&m, &a);
	provider_resolve(&a, STR("ollama"), NULL, 0, &ollama, NULL);
	provider_resolve(&a, STR("openrouter"), NULL, 0, &router, NULL);
	provider_resolve(&a, STR("claude"), NULL, 0, &claude, NULL);
	assert_int_equal(price_of_request(&ollama, &m, STR("gemma"), &u, -1, 0).usd_micros, 0);
	assert_int_equal(price_of_request(&router, &m, STR("x/y"), &u, 140, 0).usd_micros, 140);
	assert_int_equal(price_of_request(&router, &m, STR("x/y"), &u, -1, 0).usd_micros, -1);
	assert_int_equal(price_of_request(&claude, &m, STR("claude-opus-5-5"), &u, -1, day("2026-11-01")).usd_micros, 24000);
}

static void the_compiled_in_list_is_sound(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(models) m = { .arena = NULL };
	const struct model *model;
	size_t n = 0;

	(void)state;
	models_init(&m, &a);
	assert_true(str_is(m.as_of, "2026-11-01"));
	for (; (model = models_at(&m, n)); n++) {
		assert_true(model->n_prices >= 1);
		for (size_t i = 0; i < model->n_prices; i++) {
			assert_true(model->prices[i].in > 0);
			assert_true(model->prices[i].out >= model->prices[i].in);
			assert_true(model->prices[i].cache_read < model->prices[i].in);
		}
	}
	assert_true(n >= 40);
	model = models_find(&m, STR("claude"), STR("claude-haiku-5-5"));
	assert_int_equal(model->context_tokens, 1000000);
	assert_true(model_has(model, "citations") && !model_has(model, "citation") && !model_has(model, "audio"));
}

static void a_users_lines_replace_what_they_name(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(models) m = { .arena = NULL };
	const struct model *model;
	size_t before = 0, after = 0;

	(void)state;
	models_init(&m, &a);
	while (models_at(&m, before))
		before++;
	assert_int_equal(models_add(&m, STR("# mine\nas-of 2027-01-01\n\nmodel claude claude-opus-5-5 5 6 -   # gone up\n"
					    "price - - 0 100 200.000001 - - -\r\nmodel my-gate big - - vision\n"), NULL), OK);
	while (models_at(&m, after))
		after++;
	assert_int_equal(after, before + 1);
	model = models_find(&m, STR("claude"), STR("claude-opus-5-5"));
	assert_int_equal(model->n_prices, 1);
	assert_int_equal(model->prices[0].out, 200000001);
	assert_int_equal(model->context_tokens, 5);
	assert_true(str_is(m.as_of, "2027-01-01"));
}

static void a_wrong_line_is_named_and_nothing_is_taken(void **state)
{
	static const char *const lines[] = { "modell a b c d e", "model a b c", "model a b x - -", "price - - 0 1 1 1 1 1",
		"model a b - - -\nprice - - 0 x 1 1 1 1", "model a b - - -\nprice - - 0 1.1234567 1 1 1 1",
		"model a b - - -\nprice 2026-13-01 - 0 1 1 1 1 1", "model a b - - -\nprice - - 0 -1 1 1 1 1",
		"model a b - - -\nprice - - 0 1 1 1 1 1 1", "as-of yesterday", "model a b - - -\nprice - - 0 1. 1 1 1 1" };
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(models) m = { .arena = NULL };
	struct err err = ERR_INIT;

	(void)state;
	models_init(&m, &a);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (models_add(&m, str_c(lines[i]), &err) != ERR_CONFIG)
			fail_msg("accepted: %s", lines[i]);
		assert_non_null(strstr(err.text, strchr(lines[i], '\n') ? "line 2 " : "line 1 "));
		assert_null(models_find(&m, STR("a"), STR("b")));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_costs_tokens_times_the_rates_of_its_day),
		cmocka_unit_test(a_local_server_is_free_and_a_reckoned_cost_is_believed),
		cmocka_unit_test(the_compiled_in_list_is_sound),
		cmocka_unit_test(a_users_lines_replace_what_they_name),
		cmocka_unit_test(a_wrong_line_is_named_and_nothing_is_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
