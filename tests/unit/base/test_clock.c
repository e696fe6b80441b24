#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "ibid/base/clock.h"

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))
#define DAY_MS INT64_C(86400000)

static const struct {
	int64_t ms;
	const char *text;
} moments[] = {
	{ 0, "1970-01-01T00:00:00.000Z" },
	{ 1, "1970-01-01T00:00:00.001Z" },
	{ -1, "1969-12-31T23:59:59.999Z" },
	{ 951782399999, "2000-02-28T23:59:59.999Z" },
	{ 951782400000, "2000-02-29T00:00:00.000Z" },
	{ 951868800000, "2000-03-01T00:00:00.000Z" },
	{ 1709164800000, "2024-02-29T00:00:00.000Z" },
	{ 1795248111120, "2026-11-21T08:01:51.120Z" },
	{ 4107542400000, "2100-03-01T00:00:00.000Z" },
	{ -2203891200000, "1900-03-01T00:00:00.000Z" },
	{ 253402300799999, "9999-12-31T23:59:59.999Z" },
	{ -62135596800000, "0001-01-01T00:00:00.000Z" },
	{ -62167219200000, "0000-01-01T00:00:00.000Z" },
};

static void moments_print_and_read_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(moments); i++) {
		SCOPED(buf) out = BUF_INIT;
		int64_t ms;

		clock_add_rfc3339(&out, moments[i].ms);
		assert_string_equal(buf_cstr(&out), moments[i].text);
		assert_true(clock_parse_rfc3339(buf_view(&out), &ms));
		assert_true(ms == moments[i].ms);
	}
}

/* The C library counts days as well: every day of twelve centuries, both ways. */
static void every_day_agrees_with_the_c_library(void **state)
{
	(void)state;
	for (int64_t day = -200000; day < 240000; day++) {
		time_t seconds = (time_t)(day * 86400 + 3661);
		char expected[32];
		struct tm tm;
		SCOPED(buf) out = BUF_INIT;
		int64_t ms;

		assert_non_null(gmtime_r(&seconds, &tm));
		strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%S.000Z", &tm);
		clock_add_rfc3339(&out, (int64_t)seconds * 1000);
		assert_string_equal(buf_cstr(&out), expected);
		assert_true(clock_parse_rfc3339(buf_view(&out), &ms));
		assert_true(ms == (int64_t)seconds * 1000);
	}
}

static const struct {
	const char *text;
	int64_t ms; /* -1: refused */
} stamps[] = {
	{ "2026-11-21T08:01:51Z", 1795248111000 },
	{ "2026-11-21t08:01:51z", 1795248111000 },
	{ "2026-11-21 08:01:51Z", 1795248111000 },
	{ "2026-11-21T09:01:51+01:00", 1795248111000 },
	{ "2026-11-21T02:31:51-05:30", 1795248111000 },
	{ "2026-11-21T08:01:51.1Z", 1795248111100 },
	{ "2026-11-21T08:01:51.123999999Z", 1795248111123 },
	{ "1990-12-31T23:59:60Z", 662688000000 },
	{ "1937-01-01T12:00:27.87+00:20", -1041337172130 },
	{ "Sun, 06 Nov 1994 08:49:37 GMT", 784111777000 },
	{ "Sat, 29 Feb 2020 00:00:00 GMT", 1582934400000 },
	{ "2026-11-21", -1 },
	{ "2026-11-21T08:01Z", -1 },
	{ "2026-11-21T08:01:51", -1 },
	{ "2026-11-21T08:01:51.Z", -1 },
	{ "2026-11-21T24:00:00Z", -1 },
	{ "2026-11-21T08:60:00Z", -1 },
	{ "2026-11-21T08:01:61Z", -1 },
	{ "2026-11-21T08:01:51+0100", -1 },
	{ "2026-11-21T08:01:51+24:00", -1 },
	{ "2026-11-21T08:01:51+01:60", -1 },
	{ "2026-11-21T08:01:51Zx", -1 },
	{ "2026-02-29T00:00:00Z", -1 },
	{ "2026-13-01T00:00:00Z", -1 },
	{ "2026-00-01T00:00:00Z", -1 },
	{ "2026-01-00T00:00:00Z", -1 },
	{ "2026T00:00:00Z       ", -1 },
	{ "+026-01-01T00:00:00Z", -1 },
	{ "Sunday, 06-Nov-94 08:49:37 GMT", -1 },
	{ "Sun Nov  6 08:49:37 1994", -1 },
	{ "Sun, 31 Feb 1994 08:49:37 GMT", -1 },
	{ "Sun, 06 Nov 1994 08:49:37 UTC", -1 },
	{ "", -1 },
};

static void stamps_of_machines_are_read_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(stamps); i++) {
		int64_t ms = -1;

		if (clock_parse_rfc3339(str_c(stamps[i].text), &ms) != (stamps[i].ms != -1) || ms != stamps[i].ms)
			fail_msg("'%s': %lld", stamps[i].text, (long long)ms);
	}
}

static void a_stamp_that_is_spoilt_or_cut_anywhere_is_refused(void **state)
{
	static const char *const whole[] = { "2026-11-21T08:01:51.5+01:00", "Sun, 06 Nov 1994 08:49:37 GMT" };
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < COUNT(whole); i++) {
		struct str s = str_c(whole[i]);
		char spoilt[40];

		assert_true(clock_parse_rfc3339(s, &ms));
		for (size_t at = 0; at < s.len; at++) {
			memcpy(spoilt, s.p, s.len);
			assert_false(clock_parse_rfc3339(str_of(spoilt, at), &ms));
			for (const char *bad = "x/"; *bad; bad++) {
				spoilt[at] = *bad;
				assert_false(clock_parse_rfc3339(str_of(spoilt, s.len), &ms));
			}
		}
	}
}

/* What a person types, at a moment, and what it means; NULL when it is refused. */
static const struct {
	const char *now, *typed, *meant;
} dates[] = {
	{ "2026-11-21T08:01:51.120Z", "now", "2026-11-21T08:01:51.120Z" },
	{ "2026-11-21T08:01:51.120Z", "today", "2026-11-21T00:00:00.000Z" },
	{ "2026-11-21T08:01:51.120Z", "yesterday", "2026-11-20T00:00:00.000Z" },
	{ "1969-12-31T23:59:59.999Z", "today", "1969-12-31T00:00:00.000Z" },
	{ "2026-11-21T08:01:51.120Z", "2025", "2025-01-01T00:00:00.000Z" },
	{ "2026-11-21T08:01:51.120Z", "2025-07", "2025-07-01T00:00:00.000Z" },
	{ "2026-11-21T08:01:51.120Z", "2024-02-29", "2024-02-29T00:00:00.000Z" },
	{ "2026-11-21T08:01:51.120Z", "0001-01-01", "0001-01-01T00:00:00.000Z" },
	{ "2026-11-21T08:01:51.120Z", "9999-12-31", "9999-12-31T00:00:00.000Z" },
	{ "2026-11-21T08:01:51.120Z", "90d", "2026-08-23T08:01:51.120Z" },
	{ "2026-11-21T08:01:51.120Z", "2w", "2026-11-07T08:01:51.120Z" },
	{ "2026-11-21T08:01:51.120Z", "12h", "2026-11-20T20:01:51.120Z" },
	{ "2026-11-21T08:01:51.120Z", "30min", "2026-11-21T07:31:51.120Z" },
	{ "2026-11-21T08:01:51.120Z", "0d", "2026-11-21T08:01:51.120Z" },
	{ "2026-11-21T08:01:51.120Z", "3m", "2026-08-21T08:01:51.120Z" },
	{ "2026-11-21T08:01:51.120Z", "11m", "2025-12-21T08:01:51.120Z" },
	{ "2026-03-31T10:00:00.000Z", "1m", "2026-02-28T10:00:00.000Z" },
	{ "2024-03-31T10:00:00.000Z", "1m", "2024-02-29T10:00:00.000Z" },
	{ "2024-02-29T10:00:00.000Z", "1y", "2023-02-28T10:00:00.000Z" },
	{ "2024-02-29T10:00:00.000Z", "4y", "2020-02-29T10:00:00.000Z" },
	{ "2026-01-15T00:00:00.000Z", "1m", "2025-12-15T00:00:00.000Z" },
	{ "2026-11-21T08:01:51.120Z", "2026y", "0000-11-21T08:01:51.120Z" },
	{ "2026-11-21T08:01:51.120Z", "2026-02-30", NULL },
	{ "2026-11-21T08:01:51.120Z", "2025-02-29", NULL },
	{ "2026-11-21T08:01:51.120Z", "2026-13", NULL },
	{ "2026-11-21T08:01:51.120Z", "2026-1-1", NULL },
	{ "2026-11-21T08:01:51.120Z", "2026-11-21 ", NULL },
	{ "2026-11-21T08:01:51.120Z", "2026-", NULL },
	{ "2026-11-21T08:01:51.120Z", "2026-11-", NULL },
	{ "2026-11-21T08:01:51.120Z", "26", NULL },
	{ "2026-11-21T08:01:51.120Z", "20261", NULL },
	{ "2026-11-21T08:01:51.120Z", "-3d", NULL },
	{ "2026-11-21T08:01:51.120Z", "d", NULL },
	{ "2026-11-21T08:01:51.120Z", "3", NULL },
	{ "2026-11-21T08:01:51.120Z", "3 d", NULL },
	{ "2026-11-21T08:01:51.120Z", "1000001d", NULL },
	{ "2026-11-21T08:01:51.120Z", "99999999999999999999d", NULL },
	{ "2026-11-21T08:01:51.120Z", "tomorrow", NULL },
	{ "2026-11-21T08:01:51.120Z", "", NULL },
};

static void dates_that_people_type_are_calendar_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(dates); i++) {
		SCOPED(buf) out = BUF_INIT;
		int64_t now = 0, ms;
		bool known;

		assert_true(clock_parse_rfc3339(str_c(dates[i].now), &now));
		known = clock_parse_date(str_c(dates[i].typed), now, &ms);
		if (known)
			clock_add_rfc3339(&out, ms);
		if (known != (dates[i].meant != NULL) || (known && strcmp(buf_cstr(&out), dates[i].meant) != 0))
			fail_msg("'%s': %s", dates[i].typed, buf_cstr(&out));
	}
}

static void ages_are_lengths_of_time(void **state)
{
	int64_t ms = 0;

	(void)state;
	assert_true(clock_parse_age(STR("90d"), &ms) && ms == 90 * DAY_MS);
	assert_true(clock_parse_age(STR("30min"), &ms) && ms == 1800000);
	assert_true(clock_parse_age(STR("45s"), &ms) && ms == 45000);
	assert_true(clock_parse_age(STR("2m"), &ms) && ms == 60 * DAY_MS);
	assert_true(clock_parse_age(STR("1y"), &ms) && ms == 365 * DAY_MS);
	assert_true(clock_parse_age(STR("1000000y"), &ms) && ms == 1000000 * 365 * DAY_MS);
	assert_false(clock_parse_age(STR("today"), &ms));
	assert_false(clock_parse_age(STR("2026"), &ms));
}

static void people_see_their_own_time_zone(void **state)
{
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	clock_add_local(&out, 1795248111120);
	assert_string_equal(buf_cstr(&out), "2026-11-21 09:01");
	buf_reset(&out);
	clock_add_local(&out, -1);
	assert_string_equal(buf_cstr(&out), "1970-01-01 00:59");
	buf_reset(&out);
	clock_add_local(&out, INT64_MAX);
	assert_true(str_ends(buf_view(&out), STR(":12")));
}

static int64_t fixed(void *ctx)
{
	return *(int64_t *)ctx;
}

static void a_clock_is_a_parameter(void **state)
{
	int64_t at = 42;
	struct clock c = { fixed, fixed, &at };
	int64_t mono = clock_mono_ms(&clock_system);

	(void)state;
	assert_int_equal(clock_now_ms(&c), 42);
	assert_int_equal(clock_mono_ms(&c), 42);
	assert_true(clock_now_ms(&clock_system) > 1700000000000);
	assert_true(clock_mono_ms(&clock_system) >= mono);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_print_and_read_back),
		cmocka_unit_test(every_day_agrees_with_the_c_library),
		cmocka_unit_test(stamps_of_machines_are_read_or_refused),
		cmocka_unit_test(a_stamp_that_is_spoilt_or_cut_anywhere_is_refused),
		cmocka_unit_test(dates_that_people_type_are_calendar_dates),
		cmocka_unit_test(ages_are_lengths_of_time),
		cmocka_unit_test(people_see_their_own_time_zone),
		cmocka_unit_test(a_clock_is_a_parameter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
