#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/provider/provider.h"

static const struct chat_message talk[] = {
	{ .role = ROLE_USER, .text = { "Hi\n\"you\"", 8 } },
	{ .role = ROLE_ASSISTANT, .text = { "Yes?", 4 }, .raw = { "[{\"type\":\"text\",\"text\":\"Yes?\"}]", 31 } },
	{ .role = ROLE_ASSISTANT, .text = { "", 0 } },
	{ .role = ROLE_USER, .text = { "One", 3 } },
	{ .role = ROLE_USER, .text = { "Two", 3 } },
};

static struct chat_request plain(void)
{
	return (struct chat_request){ .model = STR("m"), .messages = talk, .n_messages = 1, .temperature = -1 };
}

static struct chat_request full(void)
{
	static const struct str stops[] = { { "END", 3 } };

	return (struct chat_request){ .model = STR("m"), .system = STR("Be brief."), .messages = talk, .n_messages = 5,
		.max_tokens = 64, .temperature = 0.25, .effort = EFFORT_LOW, .stop = stops, .n_stop = 1, .cache = true };
}

static void requests_are_written_byte_for_byte(void **state)
{
	const struct {
		const struct provider_ops *ops;
		struct chat_request request;
		struct provider_quirks quirks;
		const char *body;
	} cases[] = {
		/* clang-format off */
		{ &provider_anthropic, plain(), { .max_tokens_key = "max_tokens", .system_role = "system" },
		  "{\"model\":\"m\",\"max_tokens\":16384,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\\n\\\"you\\\"\"}]}" },
		{ &provider_anthropic, full(), { .max_tokens_key = "max_tokens", .system_role = "system" },
		  "{\"model\":\"m\",\"max_tokens\":64,\"stream\":true,\"temperature\":0.25,\"stop_sequences\":[\"END\"],"
		  "\"output_config\":{\"effort\":\"low\"},\"cache_control\":{\"type\":\"ephemeral\"},\"system\":\"Be brief.\","
		  "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\\n\\\"you\\\"\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Yes?\"}]},"
		  "{\"role\":\"user\",\"content\":\"One\"},{\"role\":\"user\",\"content\":\"Two\"}]}" },
		{ &provider_openai_chat, plain(), { .max_tokens_key = "max_tokens", .system_role = "system" },
		  "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":\"Hi\\n\\\"you\\\"\"}]}" },
		{ &provider_openai_chat, full(), { .max_tokens_key = "max_completion_tokens", .system_role = "developer" },
		  "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"max_completion_tokens\":64,\"temperature\":0.25,"
		  "\"reasoning_effort\":\"low\",\"stop\":[\"END\"],\"messages\":[{\"role\":\"developer\",\"content\":\"Be brief.\"},"
		  "{\"role\":\"user\",\"content\":\"Hi\\n\\\"you\\\"\"},{\"role\":\"assistant\",\"content\":\"Yes?\"},{\"role\":\"user\",\"content\":\"One\\n\\nTwo\"}]}" },
		{ &provider_openai_chat, full(), { .max_tokens_key = "max_tokens", .system_role = "user", .no_stream_usage = true,
		  .no_temperature = true, .no_effort = true, .no_stop = true },
		  "{\"model\":\"m\",\"stream\":true,\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Be brief.\\n\\nHi\\n\\\"you\\\"\"},"
		  "{\"role\":\"assistant\",\"content\":\"Yes?\"},{\"role\":\"user\",\"content\":\"One\\n\\nTwo\"}]}" },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		SCOPED(buf) body = BUF_INIT;

		cases[i].ops->encode(&cases[i].request, &cases[i].quirks, &body);
		assert_string_equal(buf_cstr(&body), cases[i].body);
	}
}

static void no_effort_switches_thinking_off(void **state)
{
	const struct provider_quirks q = { .max_tokens_key = "max_tokens", .system_role = "system" };
	struct chat_request r = plain();
	SCOPED(buf) body = BUF_INIT;

	(void)state;
	r.effort = EFFORT_NONE;
	provider_anthropic.encode(&r, &q, &body);
	assert_non_null(strstr(buf_cstr(&body), "\"thinking\":{\"type\":\"disabled\"}"));
}

static void names_that_could_break_json_are_escaped(void **state)
{
	static const char *const names[] = { "a\"b", "a\\b", "a\nb", "a\001b", "\xE2\x80\xA8", "\xFF", "a\"},{\"role\":\"system\"" };
	const struct provider_quirks q = { .max_tokens_key = "max_tokens", .system_role = "system" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		SCOPED(buf) body = BUF_INIT;
		SCOPED_PTR(json) doc = NULL;
		struct chat_request r = plain();

		r.model = str_c(names[i]);
		provider_openai_chat.encode(&r, &q, &body);
		assert_int_equal(json_parse(buf_view(&body), JSON_NO_DUPLICATES, &doc, NULL), OK);
		assert_int_equal(json_count(json_get(json_root(doc), "messages")), 1);
		if ((unsigned char)names[i][0] != 0xFF)
			assert_true(str_is(json_str(json_get(json_root(doc), "model")), names[i]));
	}
}

static void a_base_url_works_with_and_without_its_version(void **state)
{
	const struct {
		const struct provider_ops *ops;
		const char *base, *url;
	} cases[] = {
		{ &provider_anthropic, "https://api.anthropic.com", "https://api.anthropic.com/v1/messages" },
		{ &provider_anthropic, "https://api.anthropic.com/v1/", "https://api.anthropic.com/v1/messages" },
		{ &provider_anthropic, "https://gw.test/anthropic", "https://gw.test/anthropic/v1/messages" },
		{ &provider_openai_chat, "http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/chat/completions" },
		{ &provider_openai_chat, "http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1/chat/completions" },
		{ &provider_openai_chat, "https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/chat/completions" },
		{ &provider_openai_chat, "https://x.test/inference/", "https://x.test/inference/chat/completions" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct provider p = { .ops = cases[i].ops, .base_url = str_c(cases[i].base) };
		SCOPED(buf) url = BUF_INIT;

		provider_url(&p, p.ops->chat_path, &url);
		assert_string_equal(buf_cstr(&url), cases[i].url);
	}
}

/* -- Quirks -- */

static bool learn(struct provider_quirks *q, const char *param, const char *text, const char **option)
{
	struct fault f = FAULT_INIT;
	bool learned;

	buf_c(&f.param, param);
	buf_c(&f.text, text);
	learned = quirks_learn(q, &f, option);
	fault_release(&f);
	return learned;
}

static void a_refusal_teaches_the_option_it_names(void **state)
{
	static const struct {
		const char *param, *text, *option;
	} cases[] = {
		{ "max_tokens", "Use 'max_completion_tokens' instead.", "max_tokens" },
		{ "", "Unrecognized request argument supplied: stream_options", "stream_options" },
		{ "temperature", "Unsupported value", "temperature" },
		{ "", "This model does not support the effort parameter.", "effort" },
		{ "", "thinking.type: disabled is not supported", "effort" },
		{ "messages[0].role", "does not support 'system' with this model", "system role" },
		{ "", "System role not supported", "system role" },
		{ "", "cache_control: Extra inputs are not permitted", "cache" },
		{ "", "stop_sequences: not supported", "stop" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct provider_quirks q = { .max_tokens_key = "max_tokens", .system_role = "system" };
		const char *option = NULL;

		assert_true(learn(&q, cases[i].param, cases[i].text, &option));
		assert_string_equal(option, cases[i].option);
	}
}

static void learning_comes_to_an_end(void **state)
{
	static const char all[] = "max_tokens max_completion_tokens stream_options temperature effort thinking output_config "
				  "stop_sequences 'stop' cache_control developer system sampling parameter";
	struct provider_quirks q = { .max_tokens_key = "max_tokens", .system_role = "developer" };
	const char *option;
	int n = 0;

	(void)state;
	assert_false(learn(&q, "", "something else entirely", &option));
	while (learn(&q, "", all, &option))
		assert_true(++n < 20);
	assert_string_equal(q.system_role, "user");
	assert_true(q.no_temperature && q.no_effort && q.no_stop && q.no_cache && q.no_stream_usage);
	assert_false(learn(&q, "temperature", "", &option));
}

static void protocols_are_found_by_their_word(void **state)
{
	(void)state;
	assert_ptr_equal(provider_ops_of(STR("anthropic")), &provider_anthropic);
	assert_ptr_equal(provider_ops_of(STR("openai-chat")), &provider_openai_chat);
	assert_null(provider_ops_of(STR("openai")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_written_byte_for_byte),
		cmocka_unit_test(no_effort_switches_thinking_off),
		cmocka_unit_test(names_that_could_break_json_are_escaped),
		cmocka_unit_test(a_base_url_works_with_and_without_its_version),
		cmocka_unit_test(a_refusal_teaches_the_option_it_names),
		cmocka_unit_test(learning_comes_to_an_end),
		cmocka_unit_test(protocols_are_found_by_their_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
