#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/provider/fault.h"

/* Bodies as recorded from each provider; the sentence is what a user reads. */
static const struct {
	int status;
	const char *body;
	enum fault_class class;
	const char *text;
} cases[] = {
	/* clang-format off */
	{ 400, "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 210000 tokens > 200000 maximum\"}}",
	  FAULT_TOO_LONG, "prompt is too long: 210000 tokens > 200000 maximum" },
	{ 401, "{\"error\":{\"type\":\"authentication_error\",\"message\":\"invalid x-api-key\"},\"type\":\"error\"}", FAULT_KEY, "invalid x-api-key" },
	{ 402, "{\"type\":\"error\",\"error\":{\"type\":\"billing_error\",\"message\":\"Your account is past due\"}}", FAULT_MONEY, "Your account is past due" },
	{ 400, "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low to access the Anthropic API.\"}}",
	  FAULT_MONEY, "Your credit balance is too low to access the Anthropic API." },
	{ 429, "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"limit\",\"details\":{\"error_code\":\"enforced_spend_limit_reached\"}}}",
	  FAULT_MONEY, "limit" },
	{ 429, "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}", FAULT_PACE, "slow down" },
	{ 403, "{\"type\":\"error\",\"error\":{\"type\":\"permission_error\",\"message\":\"no\"}}", FAULT_DENIED, "no" },
	{ 404, "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"model: claude-x\"}}", FAULT_MODEL, "model: claude-x" },
	{ 500, "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"Internal server error\"}}", FAULT_BUSY, "Internal server error" },
	{ 529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}", FAULT_BUSY, "Overloaded" },
	{ 401, "{\n  \"error\": {\n    \"message\": \"Incorrect API key provided\",\n    \"type\": \"invalid_request_error\",\n    \"param\": null,\n    \"code\": \"invalid_api_key\"\n  }\n}",
	  FAULT_KEY, "Incorrect API key provided" },
	{ 404, "{\"error\":{\"message\":\"The model `x` does not exist\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"model_not_found\"}}",
	  FAULT_MODEL, "The model `x` does not exist" },
	{ 400, "{\"error\":{\"message\":\"The requested model 'x' does not exist.\",\"type\":\"invalid_request_error\",\"param\":\"model\",\"code\":\"model_not_found\"}}",
	  FAULT_MODEL, "The requested model 'x' does not exist." },
	{ 400, "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens.\",\"type\":\"invalid_request_error\",\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}",
	  FAULT_TOO_LONG, "This model's maximum context length is 8192 tokens." },
	{ 429, "{\"error\":{\"message\":\"You exceeded your current quota\",\"type\":\"insufficient_quota\",\"param\":null,\"code\":\"insufficient_quota\"}}",
	  FAULT_MONEY, "You exceeded your current quota" },
	{ 429, "{\"error\":{\"message\":\"Rate limit reached\",\"type\":\"requests\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}", FAULT_PACE, "Rate limit reached" },
	{ 400, "{\"error\":{\"message\":\"Unsupported value: 'temperature' does not support 0.2 with this model.\",\"type\":\"invalid_request_error\",\"param\":\"temperature\",\"code\":\"unsupported_value\"}}",
	  FAULT_OPTION, "Unsupported value: 'temperature' does not support 0.2 with this model." },
	{ 503, "{\"error\":{\"message\":\"Slow down\",\"type\":\"server_error\",\"param\":null,\"code\":null}}", FAULT_BUSY, "Slow down" },
	{ 401, "{\"error\":{\"code\":\"401\",\"message\":\"Access denied due to invalid subscription key\"}}", FAULT_KEY, "Access denied due to invalid subscription key" },
	{ 404, "{\"error\":{\"code\":\"DeploymentNotFound\",\"message\":\"The API deployment does not exist\"}}", FAULT_MODEL, "The API deployment does not exist" },
	{ 400, "{\"error\":{\"message\":\"The response was filtered\",\"type\":null,\"param\":\"prompt\",\"code\":\"content_filter\",\"status\":400,\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\"}}}",
	  FAULT_FILTER, "The response was filtered" },
	{ 200, "{\"error\":{\"message\":\"Provider returned error\",\"code\":502,\"metadata\":{\"raw\":\"x\"}}}", FAULT_BUSY, "Provider returned error" },
	{ 402, "{\"error\":{\"message\":\"Insufficient credits\",\"code\":402}}", FAULT_MONEY, "Insufficient credits" },
	{ 400, "[{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass a valid API key.\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}]",
	  FAULT_KEY, "API key not valid. Please pass a valid API key." },
	{ 429, "{\"error\":{\"code\":429,\"message\":\"quota\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"violations\":[{\"quotaId\":\"GenerateRequestsPerDayPerProject\"}]}]}}",
	  FAULT_MONEY, "quota" },
	{ 422, "{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"foo\"],\"msg\":\"Extra inputs are not permitted\"}]}", FAULT_OPTION, "Extra inputs are not permitted" },
	{ 401, "{\"detail\":\"Unauthorized\"}", FAULT_KEY, "Unauthorized" },
	{ 400, "{\"object\":\"error\",\"message\":\"Invalid model: x\",\"type\":\"invalid_model\",\"code\":\"1500\"}", FAULT_OTHER, "Invalid model: x" },
	{ 400, "{\"code\":\"invalid-argument\",\"error\":\"Incorrect API key provided: ab***yz.\"}", FAULT_KEY, "Incorrect API key provided: ab***yz." },
	{ 404, "{\"error\":\"model 'x' not found\"}", FAULT_MODEL, "model 'x' not found" },
	{ 400, "{\"error\":{\"message\":\"Model Not Exist\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"invalid_request_error\"}}", FAULT_MODEL, "Model Not Exist" },
	{ 402, "{\"error\":{\"message\":\"Insufficient Balance\",\"type\":\"unknown_error\",\"param\":null,\"code\":\"invalid_request_error\"}}", FAULT_MONEY, "Insufficient Balance" },
	{ 503, "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}", FAULT_BUSY, "Loading model" },
	{ 502, "<html><body>502 Bad Gateway</body></html>", FAULT_BUSY, "a web page instead of data" },
	{ 504, "upstream request timeout", FAULT_BUSY, "upstream request timeout" },
	{ 500, "", FAULT_BUSY, "" },
	{ 400, "{\"x\":1}", FAULT_OTHER, "{\"x\":1}" },
	{ 400, "{\"error\":", FAULT_OTHER, "{\"error\":" },
	{ 418, "\"teapot\"", FAULT_OTHER, "\"teapot\"" },
	/* clang-format on */
};

static void recorded_bodies_have_a_class_and_a_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fault f = FAULT_INIT;

		fault_read(&f, cases[i].status, str_c(cases[i].body));
		if (f.class != cases[i].class || strcmp(buf_cstr(&f.text), cases[i].text) != 0)
			fail_msg("%d %s: %s '%s'", cases[i].status, cases[i].body, fault_name(f.class), buf_cstr(&f.text));
		fault_release(&f);
	}
}

static void a_long_body_is_cut_at_a_character(void **state)
{
	struct fault f = FAULT_INIT;
	SCOPED(buf) body = BUF_INIT;

	(void)state;
	buf_ch(&body, 'x');
	while (body.len < 1000)
		buf_c(&body, "\xC3\xA4");
	fault_read(&f, 500, buf_view(&body));
	assert_int_equal(f.text.len, FAULT_HEAD_MAX - 1);
	fault_release(&f);
}

static void only_busy_and_pace_may_be_repeated(void **state)
{
	(void)state;
	for (int c = FAULT_NONE; c < FAULT_CLASS_COUNT; c++)
		assert_int_equal(fault_repeat(c) == BACKOFF_TRANSIENT, c == FAULT_BUSY || c == FAULT_PACE);
}

static void the_sentence_names_provider_status_and_advice(void **state)
{
	struct fault f = FAULT_INIT;
	struct err err = ERR_INIT;

	(void)state;
	fault_read(&f, 401, STR("{\"error\":{\"message\":\"invalid x-api-key\"}}"));
	assert_int_equal(fault_err(&f, "claude", "check the key: ANTHROPIC_API_KEY", &err), ERR_KEY);
	assert_string_equal(err.text,
		"provider 'claude' refused the key (HTTP 401): invalid x-api-key; check the key: ANTHROPIC_API_KEY");
	fault_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_bodies_have_a_class_and_a_sentence),
		cmocka_unit_test(a_long_body_is_cut_at_a_character),
		cmocka_unit_test(only_busy_and_pace_may_be_repeated),
		cmocka_unit_test(the_sentence_names_provider_status_and_advice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
