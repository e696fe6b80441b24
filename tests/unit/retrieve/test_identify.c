#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/buf.h"
#include "ibid/retrieve/identify.h"

#define COUNT(v) (sizeof(v) / sizeof(*(v)))

/* "kind name|kind name" */
static void list(struct buf *out, struct str text)
{
	SCOPED(identify) it = IDENTIFY_INIT(text);

	buf_reset(out);
	while (identify_next(&it)) {
		buf_c(out, out->len ? "|" : "");
		buf_fmt(out, "%s %.*s", identify_kind_name(it.kind), STR_ARG(it.name));
		assert_true(it.from < it.to && it.to <= text.len);
	}
}

struct row {
	const char *text, *found;
};

static void check(const struct row *rows, size_t n)
{
	SCOPED(buf) out = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		list(&out, str_c(rows[i].text));
		assert_string_equal(buf_cstr(&out), rows[i].found);
	}
}

static void each_kind_is_found_in_its_normal_form(void **state)
{
	static const struct row rows[] = {
		{ "See CVE-2021-44228, cve-2017-0144.", "cve CVE-2021-44228|cve CVE-2017-0144" },
		{ "(Process Hollowing [T1055.012]) by g0016 and S0154; TA0005, DS0009.",
			"attack T1055.012|attack G0016|attack S0154|attack TA0005|attack DS0009" },
		{ "MD5 D41D8CD98F00B204E9800998ECF8427E!", "hash d41d8cd98f00b204e9800998ecf8427e" },
		{ "at 192.168.0.1, 10.0.0.0/8 and 1.2.3.4:8080.", "ipv4 192.168.0.1|ipv4 10.0.0.0/8|ipv4 1.2.3.4:8080" },
		{ "2001:DB8:0:0:0:0:0:1 is 2001:db8::1", "ipv6 2001:db8::1|ipv6 2001:db8::1" },
		{ "00-1A-2B-3C-4D-5E", "mac 00:1a:2b:3c:4d:5e" },
		{ "mail Jo.Doe@Example.org now", "email jo.doe@example.org" },
		{ "on HTTPS://Evil.COM/Path?q=1.", "url https://evil.com/Path?q=1" },
		{ "(see https://en.wikipedia.org/wiki/Foo_(bar))", "url https://en.wikipedia.org/wiki/Foo_(bar)" },
		{ "evil.com:443 and www.example.co.uk", "domain evil.com|domain www.example.co.uk" },
		{ "HKLM\\Software\\Run and hkcu:\\Run", "registry HKLM\\Software\\Run|registry HKCU\\Run" },
		{ "C:\\Windows\\System32\\cmd.exe, /etc/passwd, \\\\host\\c$", "path C:\\Windows\\System32\\cmd.exe|path /etc/passwd|path \\\\host\\c$" },
		{ "ran Rundll32.EXE.", "file rundll32.exe" },
		{ "RFC 9110, rfc2119, NIST SP 800-53 and ISO/IEC 27001:2013",
			"standard RFC9110|standard RFC2119|standard SP800-53|standard ISO27001:2013" },
		{ "failed with 0x80070005 (ERR_CONNECTION_RESET)", "error 0x80070005|error ERR_CONNECTION_RESET" },
		{ "CWE-79, MS17-010, KB4012598, snake_case, CreateProcessWithToken",
			"code CWE-79|code MS17-010|code KB4012598|code snake_case|code CreateProcessWithToken" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void what_was_made_harmless_is_made_whole(void **state)
{
	static const struct row rows[] = {
		{ "hxxp://evil[.]com/a", "url http://evil.com/a" },
		{ "hxxps[://]evil(.)com", "url https://evil.com" },
		{ "10[.]0[.]0[.]1", "ipv4 10.0.0.1" },
		{ "joe[@]evil[dot]example", "email joe@evil.example" },
		{ "evil[.]invalid", "domain evil.invalid" },
		{ "setup[.]py", "domain setup.py" },		/* nobody defangs a file */
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void hyphens_and_line_ends_do_not_hide_a_cve(void **state)
{
	static const struct row rows[] = {
		{ "CVE\xE2\x80\x91" "2021\xE2\x80\x91" "44228", "cve CVE-2021-44228" },
		{ "CVE\xE2\x80\x93" "2021\xE2\x80\x93" "44228.", "cve CVE-2021-44228" },
		{ "CVE-2021-\n44228", "cve CVE-2021-44228" },
		{ "CVE-\n  2021-44228", "cve CVE-2021-44228" },
		{ "CVE-2021- 44228", "" },
		{ "CVE-2021-44228/CVE-2021-45046", "cve CVE-2021-44228|cve CVE-2021-45046" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void traps_are_stepped_around(void **state)
{
	static const struct row rows[] = {
		{ "", "" },
		{ "Plain words, a well-known one; 2019, 3.5 and 12%.", "" },
		{ "d41d8cd98f00b204e9800998ecf8427e0", "" },			/* 33 digits */
		{ "version 1.2.3.4 and v 1.2.3.4", "" },
		{ "10.0.19041.1, 1.2.3.4.5, 300.1.1.1, 01.2.3.4", "" },
		{ "setup.py evil.zip run.sh", "file setup.py|file evil.zip|file run.sh" },
		{ "the end.Next one.The last", "" },
		{ "ASP.NET e.g. i.e. U.S. Ph.D. etc.", "" },
		{ "12:30:45 std::string and/or /both/", "" },
		{ "T9999 G2021 S2020", "" },
		{ "md5:d41d8cd98f00b204e9800998ecf8427e src=10.1.1.1", "hash d41d8cd98f00b204e9800998ecf8427e|ipv4 10.1.1.1" },
		{ "njRAT's cmd.exe's", "file cmd.exe" },
		{ "\xE2\x80\x9C" "evil.exe\xE2\x80\x9D", "file evil.exe" },
		{ "\xE3\x80\x8C" "CVE-2021-44228\xE3\x82\x92", "cve CVE-2021-44228" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void long_runs_are_stepped_over(void **state)
{
	SCOPED(buf) text = BUF_INIT;
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	for (int i = 0; i < 200000; i++)
		buf_c(&text, "a/1:");
	buf_c(&text, " T1055");
	list(&out, buf_view(&text));
	assert_string_equal(buf_cstr(&out), "attack T1055");
}

static void any_bytes_give_places_in_order(void **state)
{
	static const char pieces[][8] = { "CVE-", "2021", "-", "\n", ".", "[", ".]", "]", "(", ")", ":", "//", "\\", "\xE2\x80", "\x91",
		"\xC2", "a", "T10", "@", "com", " ", "_", "X", "RFC " };
	uint32_t seed = 7;
	char text[80];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t len = 0, last = 0;

		while (len + 8 < sizeof(text)) {
			seed = seed * 1664525u + 1013904223u;
			const char *piece = pieces[(seed >> 16) % COUNT(pieces)];
			memcpy(text + len, piece, strlen(piece));
			len += strlen(piece);
		}
		SCOPED(identify) it = IDENTIFY_INIT(str_of(text, len));
		while (identify_next(&it)) {
			assert_true(it.from >= last && it.to > it.from && it.to <= len);
			assert_int_equal(str_find_ch(it.name, ' ', 0), STR_NONE);
			last = it.to;
		}
	}
}

static void chunks_name_each_identifier_once_by_its_telling_part(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str s = STR("T1055 and T1055.012, T1055 again. Plain. hxxp://Evil[.]com:80/x and http://evil.com/y "
		"C:\\Temp\\cmd.exe d41d8cd98f00b204e9800998ecf8427e /usr/lib/");
	struct chunk chunks[] = { { .at = { 0, 33 } }, { .at = { 33, 40 } }, { .at = { 41, s.len } } };
	struct text t = { .text = s, .chunks = chunks, .n_chunks = 3 };
	const struct str *names = identify_chunks(&a, &t);

	(void)state;
	assert_true(str_is(names[0], "T1055 T1055.012"));
	assert_int_equal(names[1].len, 0);
	assert_true(str_is(names[2], "evil.com cmd.exe d41d8cd98f00b204 /usr/lib/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_found_in_its_normal_form),
		cmocka_unit_test(what_was_made_harmless_is_made_whole),
		cmocka_unit_test(hyphens_and_line_ends_do_not_hide_a_cve),
		cmocka_unit_test(traps_are_stepped_around),
		cmocka_unit_test(long_runs_are_stepped_over),
		cmocka_unit_test(any_bytes_give_places_in_order),
		cmocka_unit_test(chunks_name_each_identifier_once_by_its_telling_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
