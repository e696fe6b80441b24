/*
 * Any bytes into json_parse. The first byte picks the flags. Oracles: what
 * parses, prints; what was printed parses without flags, prints the same bytes,
 * and holds the same values; and it passes the checks of RFC 8259 that cost
 * little to repeat here (UTF-8, nothing hidden left raw).
 */
#include <stdint.h>
#include <stdlib.h>

#include "ibid/base/json.h"
#include "ibid/base/utf8.h"

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void must_be_clean(struct str printed)
{
	uint32_t cp;

	must(utf8_invalid_at(printed) == STR_NONE);
	for (size_t at = 0, n; (n = utf8_decode(printed, at, &cp)); at += n)
		must(!utf8_is_hidden(cp));
}

static void must_be_equal(const struct json_node *a, const struct json_node *b)
{
	must(json_kind(a) == json_kind(b));
	must(str_eq(json_key(a), json_key(b)));
	must(str_eq(json_str(a), json_str(b)));
	must(str_eq(json_number(a), json_number(b)));
	must(json_int(a, 7) == json_int(b, 7));
	must(json_bool(a, false) == json_bool(b, false));
	must(json_count(a) == json_count(b));
	a = json_first(a);
	b = json_first(b);
	for (; a && b; a = json_next(a), b = json_next(b))
		must_be_equal(a, b);
}

/* A number that reads as an integer is that integer as a double, too. */
static void must_agree_with_double(const struct json_node *n)
{
	int64_t v = json_int(n, INT64_MIN);

	if (json_kind(n) == JSON_NUMBER && v != INT64_MIN)
		must(json_double(n, 0) == (double)v);
	for (n = json_first(n); n; n = json_next(n))
		must_agree_with_double(n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_PTR(json) doc = NULL;
	SCOPED_PTR(json) again = NULL;
	SCOPED(buf) printed = BUF_INIT;
	SCOPED(buf) twice = BUF_INIT;
	struct err err = ERR_INIT;

	if (!size)
		return 0;
	if (json_parse(str_of((const char *)data + 1, size - 1), data[0] & 3, &doc, &err) != OK) {
		must(!doc && err.code == ERR_DATA && err.text[0]);
		return 0;
	}
	json_print(&printed, json_root(doc));
	must_be_clean(buf_view(&printed));
	must(json_parse(buf_view(&printed), 0, &again, &err) == OK);
	json_print(&twice, json_root(again));
	must(str_eq(buf_view(&printed), buf_view(&twice)));
	must_be_equal(json_root(doc), json_root(again));
	must_agree_with_double(json_root(doc));
	return 0;
}
