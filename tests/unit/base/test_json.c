/* The rows follow JSONTestSuite (nst/JSONTestSuite): what every reader must accept, and what every reader must refuse. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/json.h"
#include "ibid/base/utf8.h"

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

/* The text, and how it prints again; NULL when as it was. */
static const struct accepted {
	struct str text;
	const char *printed;
} accepted[] = {
	{ STR("[]"), NULL },
	{ STR("{}"), NULL },
	{ STR(" [ ] \r\n\t"), "[]" },
	{ STR("null"), NULL },
	{ STR("true"), NULL },
	{ STR("false"), NULL },
	{ STR("\"\""), NULL },
	{ STR("\"x\""), NULL },
	{ STR("42"), NULL },
	{ STR("-0.1"), NULL },
	{ STR("[null,1,\"1\",{}]"), NULL },
	{ STR("[ 4]"), "[4]" },
	{ STR("[1\n]"), "[1]" },
	{ STR("[2] "), "[2]" },
	{ STR("{\"a\":[{\"b\":{\"c\":[]}}]}"), NULL },
	{ STR("{\"a\":\"b\",\"a\":\"c\"}"), NULL },
	{ STR("{\"\":0}"), NULL },
	{ STR("{\"a\":[]\n}"), "{\"a\":[]}" },
	{ STR("[0]"), NULL },
	{ STR("[-0]"), NULL },
	{ STR("[-1]"), NULL },
	{ STR("[-0.0]"), NULL },
	{ STR("[0e1]"), NULL },
	{ STR("[0e+1]"), NULL },
	{ STR("[1E22]"), NULL },
	{ STR("[1E-2]"), NULL },
	{ STR("[1E+2]"), NULL },
	{ STR("[20e1]"), NULL },
	{ STR("[123.456e78]"), NULL },
	{ STR("[1.5,2]"), NULL },
	{ STR("[9007199254740993]"), NULL },
	{ STR("[1e400]"), NULL },
	{ STR("[-1e-400]"), NULL },
	{ STR("[123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890]"), NULL },
	{ STR("[0.1000000000000000055511151231257827021181583404541015625123456789012345678901234567890]"), NULL },
	{ STR("[\"\\u0060\\u012a\\u12AB\"]"), "[\"`\xC4\xAA\xE1\x8A\xAB\"]" },
	{ STR("[\"\\uD801\\udc37\"]"), "[\"\xF0\x90\x90\xB7\"]" },
	{ STR("[\"\\ud83d\\ude39\\ud83d\\udc8d\"]"), "[\"\xF0\x9F\x98\xB9\xF0\x9F\x92\x8D\"]" },
	{ STR("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"), "[\"\\\"\\\\/\\b\\f\\n\\r\\t\"]" },
	{ STR("[\"\\\\u0000\"]"), NULL },
	{ STR("[\"a/*b*/c/*d//e\"]"), NULL },
	{ STR("[\"\\u0000\"]"), NULL },
	{ STR("[\"\\u0012\\u007f\"]"), NULL },
	{ STR("[\"\x7F\"]"), "[\"\\u007f\"]" },
	{ STR("[\"\\uDBFF\\uDFFF\"]"), "[\"\\udbff\\udfff\"]" },
	{ STR("[\"\\uFFFF\"]"), "[\"\\uffff\"]" },
	{ STR("[\"\xEF\xBF\xBF\"]"), "[\"\\uffff\"]" },
	{ STR("[\"\xF4\x8F\xBF\xBF\"]"), "[\"\\udbff\\udfff\"]" },
	{ STR("[\"\xE2\x80\xA8\xE2\x80\xA9\"]"), "[\"\\u2028\\u2029\"]" },
	{ STR("[\"\xC2\x85\"]"), "[\"\\u0085\"]" },
	{ STR("[\"\xEF\xBB\xBF\"]"), "[\"\\ufeff\"]" },
	{ STR("[\"\xCF\x80\"]"), NULL },
	{ STR("[\"\xF0\x9F\x98\x80\"]"), NULL },
	{ STR("{\"\xE4\xBD\xA0\":\"\xE5\xA5\xBD\"}"), NULL },
	{ STR("{\"foo\\u0000bar\":42}"), NULL },
	{ STR("{\"title\":\"\\u041f\\u043e\"}"), "{\"title\":\"\xD0\x9F\xD0\xBE\"}" },
};

/* The text, and the column of the fault in its only (or last) line. */
static const struct refused {
	struct str text;
	int column;
	const char *fault;
} refused[] = {
	/* cJSON 1.7.15, even in strict mode, takes these and all invalid UTF-8 in strings for JSON */
	{ STR("[\"x\ny\"]"), 4, "a control byte" },
	{ STR("[\"\t\"]"), 3, "a control byte" },
	{ STR("[\"a\0a\"]"), 4, "a control byte" },
	{ STR("[\"\x1f\"]"), 3, "a control byte" },
	{ STR("[012]"), 3, "begin with 0" },
	{ STR("[-01]"), 4, "begin with 0" },
	{ STR("[-012]"), 4, "begin with 0" },
	{ STR("[2.]"), 4, "a digit is missing" },
	{ STR("[-2.]"), 5, "a digit is missing" },
	{ STR("[0.e1]"), 4, "a digit is missing" },
	{ STR("[2.e3]"), 4, "a digit is missing" },
	{ STR("[2.e+3]"), 4, "a digit is missing" },
	{ STR("[2.e-3]"), 4, "a digit is missing" },
	{ STR("[-.123]"), 3, "a digit is missing" },
	{ STR("[\x0c]"), 2, "begins like this" },
	{ STR("[\"\xff\"]"), 3, "invalid UTF-8" },
	{ STR("[\"\xe5\"]"), 3, "invalid UTF-8" },
	/* more invalid UTF-8: overlong, surrogate, too large, cut, alone */
	{ STR("[\"\xC0\x80\"]"), 3, "invalid UTF-8" },
	{ STR("[\"\xC1\xBF\"]"), 3, "invalid UTF-8" },
	{ STR("[\"\xE0\x80\xAF\"]"), 3, "invalid UTF-8" },
	{ STR("[\"\xED\xA0\x80\"]"), 3, "invalid UTF-8" },
	{ STR("[\"\xF4\x90\x80\x80\"]"), 3, "invalid UTF-8" },
	{ STR("[\"\xC3\xA9\xE2\x82\"]"), 4, "invalid UTF-8" },
	{ STR("[\"\x81\"]"), 3, "invalid UTF-8" },
	{ STR("[a\xE5]"), 2, "begins like this" },
	{ STR("[1\xE5]"), 3, "',' or ']'" },
	{ STR("{\"\xB9\":\"0\",}"), 3, "invalid UTF-8" },
	{ STR("\xEF\xBB\xBF{}"), 1, "begins like this" },
	{ STR("\xFE\xFF\0[\0]"), 1, "begins like this" },
	{ STR("\xE2\x81\xA0[]"), 1, "begins like this" },
	/* the structure */
	{ STR(""), 1, "ends too early" },
	{ STR(" "), 2, "ends too early" },
	{ STR("["), 2, "ends too early" },
	{ STR("{"), 2, "ends too early" },
	{ STR("]"), 1, "begins like this" },
	{ STR("[1 true]"), 4, "',' or ']'" },
	{ STR("[\"\": 1]"), 4, "',' or ']'" },
	{ STR("[\"\"],"), 5, "something follows" },
	{ STR("[,1]"), 2, "begins like this" },
	{ STR("[1,,2]"), 4, "begins like this" },
	{ STR("[\"x\"]]"), 6, "something follows" },
	{ STR("[\"\",]"), 5, "begins like this" },
	{ STR("[\"x\""), 5, "ends too early" },
	{ STR("[x"), 2, "begins like this" },
	{ STR("[3[4]]"), 3, "',' or ']'" },
	{ STR("[,]"), 2, "begins like this" },
	{ STR("[1,]"), 4, "begins like this" },
	{ STR("[1,"), 4, "ends too early" },
	{ STR("[*]"), 2, "begins like this" },
	{ STR("[1]x"), 4, "something follows" },
	{ STR("[1]\0"), 4, "something follows" },
	{ STR("{} {}"), 4, "something follows" },
	{ STR("1]"), 2, "something follows" },
	{ STR("{}}"), 3, "something follows" },
	{ STR("{}#"), 3, "something follows" },
	{ STR("{\"a\":true} \"x\""), 12, "something follows" },
	{ STR("{\"a\":\"b\"}/**/"), 10, "something follows" },
	{ STR("{\"a\":/*comment*/\"b\"}"), 6, "begins like this" },
	{ STR("[{}"), 4, "ends too early" },
	{ STR("{\"a\":\"a"), 8, "ends too early" },
	{ STR("{\"a\""), 5, "ends too early" },
	{ STR("{\"x\",null}"), 5, "':' is missing" },
	{ STR("{\"x\"::\"b\"}"), 6, "begins like this" },
	{ STR("{\"a\" b}"), 6, "':' is missing" },
	{ STR("{:\"b\"}"), 2, "name is missing" },
	{ STR("{1:1}"), 2, "name is missing" },
	{ STR("{a: \"b\"}"), 2, "name is missing" },
	{ STR("{'a':0}"), 2, "name is missing" },
	{ STR("{\"a\":\"b\",,\"c\":0}"), 10, "name is missing" },
	{ STR("{\"id\":0,}"), 9, "name is missing" },
	{ STR("{null:null}"), 2, "name is missing" },
	{ STR("{\"a\":1 \"b\":2}"), 8, "',' or '}'" },
	{ STR("[1}"), 3, "',' or ']'" },
	{ STR("[1\n,1"), 3, "ends too early" },
	/* words and numbers */
	{ STR("nul"), 1, "begins like this" },
	{ STR("[nul]"), 2, "begins like this" },
	{ STR("[True]"), 2, "begins like this" },
	{ STR("[tru]"), 2, "begins like this" },
	{ STR("[NaN]"), 2, "begins like this" },
	{ STR("[-NaN]"), 3, "a digit is missing" },
	{ STR("[Infinity]"), 2, "begins like this" },
	{ STR("[-Infinity]"), 3, "a digit is missing" },
	{ STR("[+1]"), 2, "begins like this" },
	{ STR("[-]"), 3, "a digit is missing" },
	{ STR("[--1]"), 3, "a digit is missing" },
	{ STR("[- 1]"), 3, "a digit is missing" },
	{ STR("[.5]"), 2, "begins like this" },
	{ STR("[1.2.3]"), 5, "',' or ']'" },
	{ STR("[0x42]"), 3, "',' or ']'" },
	{ STR("[0e]"), 4, "a digit is missing" },
	{ STR("[0E+]"), 5, "a digit is missing" },
	{ STR("[1eE2]"), 4, "a digit is missing" },
	{ STR("[9.3e+]"), 7, "a digit is missing" },
	{ STR("[1 000.0]"), 4, "',' or ']'" },
	{ STR("[1+2]"), 3, "',' or ']'" },
	{ STR("[1ea]"), 4, "a digit is missing" },
	{ STR("[\xEF\xBC\x91]"), 2, "begins like this" },
	{ STR("-"), 2, "ends too early" },
	{ STR("[-1"), 4, "ends too early" },
	/* strings */
	{ STR("\""), 2, "ends too early" },
	{ STR("\"\\"), 3, "ends too early" },
	{ STR("[\"\\a\"]"), 4, "no such escape" },
	{ STR("[\"\\x00\"]"), 4, "no such escape" },
	{ STR("[\"\\\0\"]"), 4, "no such escape" },
	{ STR("[\"\\\t\"]"), 4, "no such escape" },
	{ STR("[\"\\u00A\"]"), 4, "no such escape" },
	{ STR("[\"\\u00A"), 4, "no such escape" },
	{ STR("[\"\\u 123\"]"), 4, "no such escape" },
	{ STR("[\"\\U0041\"]"), 4, "no such escape" },
	{ STR("[\"\\\xF0\x9F\x8C\x80\"]"), 4, "no such escape" },
	{ STR("['x']"), 2, "begins like this" },
	{ STR("[\\n]"), 2, "begins like this" },
	{ STR("abc"), 1, "begins like this" },
	{ STR("<null>"), 1, "begins like this" },
	{ STR("[<.>]"), 2, "begins like this" },
	/* halves of surrogate pairs */
	{ STR("[\"\\uD800\"]"), 3, "half of a surrogate" },
	{ STR("[\"\\uDC00\"]"), 3, "half of a surrogate" },
	{ STR("[\"\\uD800\\n\"]"), 3, "half of a surrogate" },
	{ STR("[\"\\uD800\\u\"]"), 3, "half of a surrogate" },
	{ STR("[\"\\uD800\\uD800\"]"), 3, "half of a surrogate" },
	{ STR("[\"\\uDd1e\\uD834\"]"), 3, "half of a surrogate" },
	{ STR("[\"\\uD83Dx\"]"), 3, "half of a surrogate" },
};

static struct json *parse(struct str text, unsigned flags)
{
	struct json *doc = NULL;
	struct err err = ERR_INIT;

	if (json_parse(text, flags, &doc, &err) != OK)
		print_error("'%.*s': %s\n", STR_ARG(text), err.text);
	assert_non_null(doc);
	return doc;
}

static void assert_prints(struct str text, unsigned flags, struct str expected)
{
	SCOPED_PTR(json) doc = parse(text, flags);
	SCOPED(buf) out = BUF_INIT;

	json_print(&out, json_root(doc));
	assert_int_equal(out.len, expected.len);
	assert_memory_equal(buf_cstr(&out), expected.p, expected.len);
}

static void what_is_json_is_read_and_printed_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(accepted); i++) {
		const struct accepted *a = &accepted[i];
		struct str printed = a->printed ? str_c(a->printed) : a->text;

		assert_prints(a->text, 0, printed);
		assert_prints(printed, 0, printed);
	}
}

static void what_is_not_json_is_refused_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct json *doc = NULL;
		struct err err = ERR_INIT;
		SCOPED(buf) place = BUF_INIT;

		assert_int_equal(json_parse(refused[i].text, 0, &doc, &err), ERR_DATA);
		assert_null(doc);
		buf_fmt(&place, "column %d: ", refused[i].column);
		if (!strstr(err.text, buf_cstr(&place)) || !strstr(err.text, refused[i].fault))
			fail_msg("row %zu, '%.*s': %s", i, STR_ARG(refused[i].text), err.text);
	}
}

static void every_beginning_of_a_text_is_refused(void **state)
{
	const struct str text = STR("{\"a\":[1.5e3,\"\\u00e9\xC3\xA9\\ud83d\\ude39\",true,false,null,{}]}");
	struct json *doc = NULL;

	(void)state;
	for (size_t len = 0; len < text.len; len++) {
		/* A copy of its own, so that the address sanitizer sees a read behind the end. */
		char *copy = malloc(len ? len : 1);

		memcpy(copy, text.p, len);
		assert_int_equal(json_parse(str_of(copy, len), 0, &doc, NULL), ERR_DATA);
		free(copy);
	}
}

static void a_fault_is_told_by_line_and_column_in_characters(void **state)
{
	struct json *doc = NULL;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(json_parse(STR("{\n  \"a\": 1,\n  \"\xC3\xA9\xC3\xA9\": x\n}"), 0, &doc, &err), ERR_DATA);
	assert_string_equal(err.text, "JSON, line 3, column 9: no JSON value begins like this");
}

static void nest(struct buf *out, int depth)
{
	for (int i = 0; i < depth; i++)
		buf_c(out, i % 2 ? "{\"a\":" : "[");
	buf_c(out, "1");
	for (int i = depth - 1; i >= 0; i--)
		buf_c(out, i % 2 ? "}" : "]");
}

static void nesting_ends_at_the_limit(void **state)
{
	SCOPED(buf) deep = BUF_INIT;
	SCOPED(buf) bomb = BUF_INIT;
	struct json *doc = NULL;
	struct err err = ERR_INIT;

	(void)state;
	nest(&deep, JSON_DEPTH_MAX);
	assert_prints(buf_view(&deep), 0, buf_view(&deep));
	buf_reset(&deep);
	nest(&deep, JSON_DEPTH_MAX + 1);
	assert_int_equal(json_parse(buf_view(&deep), 0, &doc, &err), ERR_DATA);
	assert_non_null(strstr(err.text, "nested too deeply"));
	memset(buf_room(&bomb, 1000000), '[', 1000000);
	bomb.len = 1000000;
	assert_int_equal(json_parse(buf_view(&bomb), 0, &doc, NULL), ERR_DATA);
}

static void half_a_surrogate_pair_can_be_mended(void **state)
{
	/* clang-format off */
	static const char *const halves[] = {
		"\"\\uD83D\"", "\"\\uDE39\"", "\"a\\uD83Db\"", "\"\\uD83D\\uD83D\\uDE39\"", "\"\\uDE39\\uD83D\"",
		"\"\\uD83D\\n\"",
	};
	/* clang-format on */
	/* clang-format off */
	static const char *const mended[] = {
		"\"\uFFFD\"", "\"\uFFFD\"", "\"a\uFFFDb\"", "\"\uFFFD\xF0\x9F\x98\xB9\"",
		"\"\uFFFD\uFFFD\"", "\"\uFFFD\\n\"",
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(halves); i++)
		assert_prints(str_c(halves[i]), JSON_MEND, str_c(mended[i]));
}

static void a_nul_in_a_string_does_not_end_it(void **state)
{
	static const char text[] = "{\"a\":\"x\\u0000y\\u0000\",\"b\\u0000c\":[\"\\u0000\"],\"b\":7,\"d\":\"z\"}";
	SCOPED_PTR(json) doc = parse(str_c(text), 0);
	const struct json_node *root = json_root(doc);

	(void)state;
	assert_true(str_eq(json_str(json_get(root, "a")), STR("x\0y\0")));
	assert_true(str_eq(json_key(json_next(json_first(root))), STR("b\0c")));
	assert_true(str_eq(json_str(json_first(json_next(json_first(root)))), STR("\0")));
	assert_int_equal(json_int(json_get(root, "b"), 0), 7);
	assert_true(str_is(json_str(json_get(root, "d")), "z"));
}

static void a_control_character_does_not_turn_a_string_into_a_number(void **state)
{
	SCOPED_PTR(json) doc = parse(STR("[\"\\u0001\",\"\\u00ff1\",\"1\"]"), 0);

	(void)state;
	for (const struct json_node *n = json_first(json_root(doc)); n; n = json_next(n)) {
		assert_int_equal(json_kind(n), JSON_STRING);
		assert_int_equal(json_int(n, -1), -1);
	}
}

static void integers_are_exact_or_refused(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		int64_t value; /* -1 stands for refused */
	} rows[] = {
		{ "0", 0 }, { "-0", 0 }, { "7", 7 }, { "-7", -7 }, { "9007199254740993", 9007199254740993 },
		{ "9223372036854775807", INT64_MAX }, { "-9223372036854775808", INT64_MIN },
		{ "9223372036854775808", -1 }, { "-9223372036854775809", -1 }, { "18446744073709551616", -1 },
		{ "5.0", 5 }, { "-5.00", -5 }, { "0.5e1", 5 }, { "1e3", 1000 }, { "1.25E2", 125 }, { "2500e-2", 25 },
		{ "0.0", 0 }, { "0e9999999999999999999", 0 }, { "-0.0e-5", 0 }, { "1.5", -1 }, { "1e-1", -1 },
		{ "1e19", -1 }, { "1e18", INT64_C(1000000000000000000) }, { "1e400", -1 }, { "1e-400", -1 },
		{ "9007199254740993.0", 9007199254740993 }, { "4503599627370497.2", -1 },
		{ "1.00000000000000000000000000000000001", -1 }, { "1.00000000000000000000000000000000000", 1 },
		{ "100000000000000000000000000000000000000e-37", 10 }, { "1e99999999999999999999", -1 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		SCOPED_PTR(json) doc = parse(str_c(rows[i].text), 0);

		if (json_int(json_root(doc), -1) != rows[i].value)
			fail_msg("%s: %lld", rows[i].text, (long long)json_int(json_root(doc), -1));
		assert_true(str_is(json_number(json_root(doc)), rows[i].text));
	}
}

static void doubles_are_the_nearest_or_refused(void **state)
{
	SCOPED_PTR(json) doc = parse(STR("[0.1,-2.5e3,1e400,1e-400,\"1\",true]"), 0);
	static const double expected[] = { 0.1, -2500, 77, 0, 77, 77 };
	size_t i = 0;

	(void)state;
	for (const struct json_node *n = json_first(json_root(doc)); n; n = json_next(n))
		assert_true(json_double(n, 77) == expected[i++]);
}

static void paths_reach_members_and_elements(void **state)
{
	static const char text[] = "{\"choices\":[{\"delta\":{\"content\":\"Hi\"}},2],\"A\":1,\"a\":2,\"a\":3}";
	SCOPED_PTR(json) doc = parse(str_c(text), 0);
	const struct json_node *root = json_root(doc);

	(void)state;
	assert_true(str_is(json_str(json_at(root, "choices.0.delta.content")), "Hi"));
	assert_int_equal(json_int(json_at(root, "choices.1"), 0), 2);
	assert_int_equal(json_int(json_get(root, "a"), 0), 2);
	assert_null(json_at(root, "choices.2"));
	assert_null(json_at(root, "choices.-1"));
	assert_null(json_at(root, "choices.x"));
	assert_null(json_at(root, "choices.0.delta.content.more"));
	assert_null(json_get(root, "Choices"));
	assert_int_equal(json_count(root), 4);
	assert_int_equal(json_count(json_get(root, "choices")), 2);
}

static void what_is_absent_reads_as_nothing(void **state)
{
	(void)state;
	assert_int_equal(json_kind(NULL), JSON_ABSENT);
	assert_null(json_root(NULL));
	assert_null(json_get(NULL, "a"));
	assert_null(json_at(NULL, "a.b"));
	assert_null(json_first(NULL));
	assert_null(json_next(NULL));
	assert_int_equal(json_count(NULL), 0);
	assert_int_equal(json_str(NULL).len, 0);
	assert_int_equal(json_key(NULL).len, 0);
	assert_int_equal(json_number(NULL).len, 0);
	assert_int_equal(json_int(NULL, 5), 5);
	assert_true(json_bool(NULL, true));
	json_free(NULL);
}

static void kinds_are_told_apart(void **state)
{
	SCOPED_PTR(json) doc = parse(STR("[null,true,1,\"s\",[],{}]"), 0);
	enum json_kind kind = JSON_NULL;

	(void)state;
	for (const struct json_node *n = json_first(json_root(doc)); n; n = json_next(n))
		assert_int_equal(json_kind(n), kind++);
	assert_true(json_bool(json_at(json_root(doc), "1"), false));
	assert_false(json_bool(json_at(json_root(doc), "2"), false));
}

static void a_key_given_twice_can_be_refused_at_any_depth(void **state)
{
	/* clang-format off */
	static const char *const twice[] = {
		"{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":[{\"x\":{},\"y\":2,\"x\":3}]}", "{\"a\":1,\"\\u0061\":2}",
		"{\"a\\u0000\":1,\"a\\u0000\":1}",
	};
	/* clang-format on */
	/* clang-format off */
	static const char *const once[] = { "{\"a\":{\"a\":{\"a\":1}}}", "{\"a\":1,\"A\":1}", "{\"a\\u0000\":1,\"a\":1}", "{}" };
	/* clang-format on */
	struct json *doc = NULL;
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(twice); i++) {
		assert_int_equal(json_parse(str_c(twice[i]), JSON_NO_DUPLICATES, &doc, &err), ERR_DATA);
		assert_non_null(strstr(err.text, "is given twice"));
	}
	for (size_t i = 0; i < COUNT(once); i++)
		json_free(parse(str_c(once[i]), JSON_NO_DUPLICATES));
}

static void the_writer_sets_commas_and_nesting(void **state)
{
	SCOPED(buf) out = BUF_INIT;
	SCOPED_PTR(json) doc = parse(STR("{\"n\": [1.50, \"x\"]}"), 0);
	struct json_writer w = json_writer(&out);

	(void)state;
	json_open(&w, '{');
	json_put_c(&w, "model", "m\"1");
	json_open_key(&w, "tags", '[');
	json_put_str(&w, NULL, STR("a"));
	json_put_int(&w, NULL, INT64_MIN);
	json_open(&w, '{');
	json_close(&w);
	json_put_null(&w, NULL);
	json_close(&w);
	json_put_bool(&w, "on", true);
	json_put_raw(&w, "raw", STR("{ }"));
	json_put_node(&w, "node", json_root(doc));
	json_put_node(&w, "none", NULL);
	json_put_str_keyed(&w, STR("k\n"), STR("v"));
	json_put_raw_keyed(&w, STR("r"), STR("1"));
	json_close(&w);
	assert_string_equal(buf_cstr(&out),
		"{\"model\":\"m\\\"1\",\"tags\":[\"a\",-9223372036854775808,{},null],\"on\":true,"
		"\"raw\":{ },\"node\":{\"n\":[1.50,\"x\"]},\"none\":null,\"k\\n\":\"v\",\"r\":1}");
}

static void doubles_are_written_short_and_finite(void **state)
{
	/* clang-format off */
	static const struct {
		double v;
		int decimals;
		const char *text;
	} rows[] = {
		{ 1.5, 3, "1.5" }, { 2, 3, "2" }, { 100, 0, "100" }, { -0.0001, 2, "0" }, { 0.1, 6, "0.1" },
		{ 1.0 / 3, 4, "0.3333" }, { -12.30, 2, "-12.3" }, { NAN, 2, "null" }, { -INFINITY, 2, "null" },
		{ 1e22, 2, "1e+22" }, { 1e15, 2, "1000000000000000" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		SCOPED(buf) out = BUF_INIT;
		struct json_writer w = json_writer(&out);

		json_put_double(&w, NULL, rows[i].v, rows[i].decimals);
		assert_string_equal(buf_cstr(&out), rows[i].text);
	}
}

static void every_scalar_survives_and_none_that_is_hidden_stays_raw(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp += cp < 0x3000 || cp >= 0xE0000 ? 1 : 7) {
		SCOPED(buf) text = BUF_INIT;
		SCOPED(buf) out = BUF_INIT;
		SCOPED_PTR(json) doc = NULL;
		struct json_writer w = json_writer(&out);
		uint32_t got;

		if (cp >= 0xE1000)
			cp += 4099;
		utf8_add(&text, cp);
		json_put_str(&w, NULL, buf_view(&text));
		for (size_t at = 0, n; (n = utf8_decode(buf_view(&out), at, &got)); at += n)
			assert_false(utf8_is_hidden(got));
		assert_int_equal(json_parse(buf_view(&out), 0, &doc, NULL), OK);
		assert_true(str_eq(json_str(json_root(doc)), buf_view(&text)));
	}
}

static void invalid_bytes_are_repaired_by_the_writer(void **state)
{
	SCOPED(buf) out = BUF_INIT;
	struct json_writer w = json_writer(&out);

	(void)state;
	json_put_str(&w, NULL, STR("a\377b\342\202c\0"));
	assert_string_equal(buf_cstr(&out), "\"a\uFFFDb\uFFFDc\\u0000\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_json_is_read_and_printed_again),
		cmocka_unit_test(what_is_not_json_is_refused_at_its_place),
		cmocka_unit_test(every_beginning_of_a_text_is_refused),
		cmocka_unit_test(a_fault_is_told_by_line_and_column_in_characters),
		cmocka_unit_test(nesting_ends_at_the_limit),
		cmocka_unit_test(half_a_surrogate_pair_can_be_mended),
		cmocka_unit_test(a_nul_in_a_string_does_not_end_it),
		cmocka_unit_test(a_control_character_does_not_turn_a_string_into_a_number),
		cmocka_unit_test(integers_are_exact_or_refused),
		cmocka_unit_test(doubles_are_the_nearest_or_refused),
		cmocka_unit_test(paths_reach_members_and_elements),
		cmocka_unit_test(what_is_absent_reads_as_nothing),
		cmocka_unit_test(kinds_are_told_apart),
		cmocka_unit_test(a_key_given_twice_can_be_refused_at_any_depth),
		cmocka_unit_test(the_writer_sets_commas_and_nesting),
		cmocka_unit_test(doubles_are_written_short_and_finite),
		cmocka_unit_test(every_scalar_survives_and_none_that_is_hidden_stays_raw),
		cmocka_unit_test(invalid_bytes_are_repaired_by_the_writer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
