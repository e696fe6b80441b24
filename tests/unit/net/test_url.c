#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/net/url.h"

static void an_address_has_one_origin_however_it_is_spelt(void **state)
{
	static const struct {
		const char *text, *origin, *path;
		enum url_place place;
	} cases[] = {
		/* clang-format off */
		{ "https://api.anthropic.com/v1/messages", "https://api.anthropic.com", "/v1/messages", URL_PUBLIC },
		{ "HTTPS://API.Anthropic.com:443",         "https://api.anthropic.com", "/", URL_PUBLIC },
		{ "https://api.anthropic.com:8443/?a=b",   "https://api.anthropic.com:8443", "/?a=b", URL_PUBLIC },
		{ "http://localhost:11434/v1",             "http://localhost:11434", "/v1", URL_LOOPBACK },
		{ "http://127.0.0.1/",                     "http://127.0.0.1", "/", URL_LOOPBACK },
		{ "http://0x7f.1/",                        "http://127.0.0.1", "/", URL_LOOPBACK },
		{ "http://2130706433/",                    "http://127.0.0.1", "/", URL_LOOPBACK },
		{ "http://[::1]:8080/",                    "http://[::1]:8080", "/", URL_LOOPBACK },
		{ "http://[::ffff:127.0.0.1]/",            "http://[::ffff:127.0.0.1]", "/", URL_LOOPBACK },
		{ "http://10.1.2.3/",                      "http://10.1.2.3", "/", URL_PRIVATE },
		{ "http://169.254.169.254/latest",         "http://169.254.169.254", "/latest", URL_PRIVATE },
		{ "http://100.64.0.1/",                    "http://100.64.0.1", "/", URL_PRIVATE },
		{ "http://[fd00::1]/",                     "http://[fd00::1]", "/", URL_PRIVATE },
		{ "http://[64:ff9b::10.0.0.1]/",           "http://[64:ff9b::a00:1]", "/", URL_PRIVATE },
		{ "http://0.0.0.0/",                       "http://0.0.0.0", "/", URL_PRIVATE },
		{ "http://8.8.8.8/",                       "http://8.8.8.8", "/", URL_PUBLIC },
		{ "http://localhost.evil.test/",           "http://localhost.evil.test", "/", URL_PUBLIC },
		/* clang-format on */
	};
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		SCOPED(url) u = URL_INIT;
		SCOPED(buf) origin = BUF_INIT;

		if (url_parse(str_c(cases[i].text), &u, &err) != OK)
			fail_msg("%s: %s", cases[i].text, err.text);
		url_add_origin(&origin, &u);
		if (strncmp(cases[i].origin, "http://[", 8) != 0 || cases[i].origin[8] == ':')
			assert_string_equal(buf_cstr(&origin), cases[i].origin);
		assert_string_equal(buf_cstr(&u.path), cases[i].path);
		assert_int_equal(u.place, cases[i].place);
	}
}

static void what_no_request_may_carry_is_refused(void **state)
{
	static const char *const cases[] = { "", "x", "ftp://a.test/", "file:///etc/passwd", "https://",
		"https://user:pass@a.test/", "https://user@a.test/", "https://a.test/#x", "https://a.test/a b", "https://a.test/\r\nX: y",
		"https://a.test/\xC3\xA4", "https://a.test\\@b.test/", "https://a.test:99999/", "https://a.test:0x50/", "//a.test/",
		"javascript:alert(1)", "gopher://a.test/" };
	SCOPED(url) u = URL_INIT;
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (url_parse(str_c(cases[i]), &u, &err) == OK)
			fail_msg("accepted: %s", cases[i]);
		assert_int_equal(err.code, ERR_CONFIG);
		assert_null(strstr(err.text, "pass@"));
	}
	assert_int_not_equal(url_parse(str_of("https://a.test/\0", 16), &u, &err), OK);
}

static void joining_keeps_one_slash(void **state)
{
	static const struct {
		const char *base, *path, *joined;
	} cases[] = {
		{ "https://a.test", "v1/x", "https://a.test/v1/x" },
		{ "https://a.test/", "/v1/x", "https://a.test/v1/x" },
		{ "https://a.test/v1//", "x", "https://a.test/v1/x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		SCOPED(buf) out = BUF_INIT;

		url_join(&out, str_c(cases[i].base), str_c(cases[i].path));
		assert_string_equal(buf_cstr(&out), cases[i].joined);
	}
}

static void encoding_leaves_only_unreserved_bytes(void **state)
{
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	url_add_encoded(&out, str_of("a-Z_0.~ /?&\r\n\0\xC3\xA4", 16));
	assert_string_equal(buf_cstr(&out), "a-Z_0.~%20%2F%3F%26%0D%0A%00%C3%A4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_has_one_origin_however_it_is_spelt),
		cmocka_unit_test(what_no_request_may_carry_is_refused),
		cmocka_unit_test(joining_keeps_one_slash),
		cmocka_unit_test(encoding_leaves_only_unreserved_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
