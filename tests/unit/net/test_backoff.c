#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/net/backoff.h"

/* Dice that always show the same. */
static void fixed_dice(void *ctx, void *out, size_t len)
{
	memset(out, *(unsigned char *)ctx, len);
}

static struct http_head head_of(struct http_header *h, const char *name, const char *value)
{
	h[0] = (struct http_header){ str_c(name), str_c(value) };
	h[1] = (struct http_header){ STR("Date"), STR("Sat, 21 Nov 2026 08:00:00 GMT") };
	return (struct http_head){ 0, h, 2 };
}

static void the_server_is_believed_within_reason(void **state)
{
	static const struct {
		int status;
		const char *name, *value;
		int64_t wait_ms, told_ms;
	} cases[] = {
		/* clang-format off */
		{ 429, "retry-after",    "2",                             2000, 2000 },
		{ 429, "Retry-After",    " 0.5 ",                         500, 500 },
		{ 429, "retry-after-ms", "1500",                          1500, 1500 },
		{ 429, "retry-after-ms", "0",                             500, 0 },	/* Azure: nonsense beside the real one */
		{ 503, "retry-after",    "0",                             500, 0 },
		{ 503, "retry-after",    "-3",                            500, 0 },
		{ 503, "retry-after",    "soon",                          500, 0 },
		{ 503, "retry-after",    "NaN",                           500, 0 },
		{ 503, "retry-after",    "",                              500, 0 },
		{ 503, "retry-after",    "1e300",                         500, 0 },
		{ 503, "retry-after",    "9223372036854767616",           500, 0 },
		{ 503, "retry-after",    "Sat, 21 Nov 2026 08:00:07 GMT", 7000, 7000 },
		{ 503, "retry-after",    "Sat, 21 Nov 2026 07:00:00 GMT", 500, 0 },	/* past */
		{ 503, "retry-after",    "Thu, 01 Jan 2099 00:00:00 GMT", 500, 0 },	/* nonsense */
		{ 503, "retry-after",    "60",                            60000, 60000 },
		{ 429, "retry-after",    "61",                            -1, 61000 },	/* too long: said, not waited */
		{ 429, "retry-after",    "3600",                          -1, 3600000 },
		{ 200, "retry-after",    "42",                            -1, 0 },	/* 33 recorded answers carry it */
		{ 400, "x-should-retry", "true",                          500, 0 },
		{ 529, "x-should-retry", "false",                         -1, 0 },
		{ 400, "x",              "",                              -1, 0 },
		/* clang-format on */
	};
	const struct backoff b = { .retries_max = 2 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http_header h[2];
		struct http_head head = head_of(h, cases[i].name, cases[i].value);
		struct backoff_reply reply = { .status = cases[i].status, .head = &head };
		int64_t told = -1, wait = backoff_wait_ms(&b, 1, &reply, &told);

		if (wait != cases[i].wait_ms || told != cases[i].told_ms)
			fail_msg("%d %s '%s': waits %lld, told %lld", cases[i].status, cases[i].name, cases[i].value,
				(long long)wait, (long long)told);
	}
}

static void each_status_has_its_class(void **state)
{
	static const struct {
		int status;
		bool again;
	} cases[] = { { 0, true }, { 400, false }, { 401, false }, { 402, false }, { 403, false }, { 404, false }, { 408, true },
		{ 409, true }, { 413, false }, { 422, false }, { 429, true }, { 500, true }, { 502, true }, { 503, true }, { 504, true },
		{ 529, true }, { 200, false }, { 302, false } };
	const struct backoff b = { .retries_max = 2 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct backoff_reply reply = { .status = cases[i].status };

		assert_int_equal(backoff_wait_ms(&b, 1, &reply, NULL) >= 0, cases[i].again);
	}
}

static void the_fault_overrules_the_status(void **state)
{
	const struct backoff b = { .retries_max = 2 };
	struct backoff_reply reply = { .status = 429, .fault = BACKOFF_FINAL };

	(void)state;
	assert_int_equal(backoff_wait_ms(&b, 1, &reply, NULL), -1);
	reply = (struct backoff_reply){ .status = 200, .fault = BACKOFF_TRANSIENT };
	assert_int_equal(backoff_wait_ms(&b, 1, &reply, NULL), 500);
}

static void waits_double_up_to_a_cap_less_a_quarter(void **state)
{
	static const int64_t full[] = { 500, 1000, 2000, 4000, 8000, 8000, 8000 };
	struct backoff_reply reply = { .status = 503 };

	(void)state;
	for (int tries = 1; tries <= 7; tries++) {
		unsigned char low = 0, high = 0xFF;
		struct backoff b = { 10, fixed_dice, &low };

		assert_int_equal(backoff_wait_ms(&b, tries, &reply, NULL), full[tries - 1]);
		b.rand_ctx = &high;
		assert_int_equal(backoff_wait_ms(&b, tries, &reply, NULL), full[tries - 1] * 3 / 4);
	}
}

static void tries_are_counted(void **state)
{
	struct backoff b = { .retries_max = 2 };
	struct backoff_reply reply = { .status = 503 };

	(void)state;
	assert_true(backoff_wait_ms(&b, 2, &reply, NULL) > 0);
	assert_int_equal(backoff_wait_ms(&b, 3, &reply, NULL), -1);
	b.retries_max = 0;
	assert_int_equal(backoff_wait_ms(&b, 1, &reply, NULL), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_server_is_believed_within_reason),
		cmocka_unit_test(each_status_has_its_class),
		cmocka_unit_test(the_fault_overrules_the_status),
		cmocka_unit_test(waits_double_up_to_a_cap_less_a_quarter),
		cmocka_unit_test(tries_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
