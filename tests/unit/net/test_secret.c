#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/net/secret.h"

static void a_value_that_could_end_its_header_is_refused(void **state)
{
	static const char *const cases[] = { "", "  \n", "a\r\nX-Evil: 1", "a\nb", "a\tb", "k\xC3\xA4y", "a\x7F" };
	SCOPED(secret) s = SECRET_INIT;
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(secret_set(&s, str_c(cases[i]), STR("https://a.test"), &err), ERR_CONFIG);
		assert_null(strstr(err.text, "Evil"));
	}
	assert_int_equal(secret_set(&s, str_of("a\0b", 3), STR("https://a.test"), &err), ERR_CONFIG);
	assert_false(secret_is_set(&s));
}

static void white_space_around_a_value_is_no_part_of_it(void **state)
{
	SCOPED(secret) s = SECRET_INIT;

	(void)state;
	assert_int_equal(secret_set(&s, STR("  sk-CANARY-1234\r\n"), STR("https://a.test"), NULL), OK);
	assert_true(str_is(secret_value(&s), "sk-CANARY-1234"));
	assert_string_equal(buf_cstr(&s.origin), "https://a.test");
}

static void the_value_is_scrubbed_from_any_text(void **state)
{
	SCOPED(secret) s = SECRET_INIT;
	SCOPED(buf) text = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	buf_c(&text, "sk-CANARY-1234 and sk-CANARY-1234sk-CANARY-1234.");
	err_set(&err, ERR_KEY, "Incorrect API key provided: sk-CANARY-1234.");
	secret_scrub(&s, &text);
	assert_non_null(strstr(buf_cstr(&text), "CANARY"));
	secret_set(&s, STR("sk-CANARY-1234"), STR("https://a.test"), NULL);
	secret_scrub(&s, &text);
	secret_scrub_err(&s, &err);
	assert_string_equal(buf_cstr(&text), "[key] and [key][key].");
	assert_string_equal(err.text, "Incorrect API key provided: [key].");
	secret_scrub(NULL, &text);
}

static void a_placeholder_does_not_garble_texts(void **state)
{
	SCOPED(secret) s = SECRET_INIT;
	SCOPED(buf) text = BUF_INIT;

	(void)state;
	secret_set(&s, STR("ollama"), STR("http://127.0.0.1:11434"), NULL);
	buf_c(&text, "cannot reach ollama");
	secret_scrub(&s, &text);
	assert_string_equal(buf_cstr(&text), "cannot reach ollama");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_that_could_end_its_header_is_refused),
		cmocka_unit_test(white_space_around_a_value_is_no_part_of_it),
		cmocka_unit_test(the_value_is_scrubbed_from_any_text),
		cmocka_unit_test(a_placeholder_does_not_garble_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
