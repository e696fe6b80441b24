#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/cmd/cmd.h"
#include "ibid/cmd/opts.h"

struct target {
	bool flag, no_pager;
	int count, word;
	struct str text;
	struct opt_list list;
	int64_t number, size, date, age;
	double fraction;
	struct opt_value optional;
};

static const char *const words[] = { "one", "two", NULL };

#define AT(member) .at = offsetof(struct target, member)
static const struct opt rows[] = {
	{ OPT_FLAG, 'f', "flag", AT(flag) },
	{ OPT_FLAG, 0, "no-pager", AT(no_pager) },
	{ OPT_COUNT, 'v', "verbose", AT(count) },
	{ OPT_STRING, 't', "text", AT(text) },
	{ OPT_LIST, 'l', "list", AT(list) },
	{ OPT_INT, 'n', "number", .min = 0, .max = 10, AT(number) },
	{ OPT_NUMBER, 0, "fraction", AT(fraction) },
	{ OPT_ENUM, 0, "word", .values = words, AT(word) },
	{ OPT_OPTIONAL_VALUE, 0, "json", AT(optional) },
	{ OPT_SIZE, 0, "size", AT(size) },
	{ OPT_DATE, 0, "since", AT(date) },
	{ OPT_AGE, 0, "older", AT(age) },
	{ .kind = OPT_END },
};

#define NOW_MS 1795248000000 /* 2026-11-21 08:00 */

/* Parse the words; `operands` gets those left, parted by blanks. */
static enum err_code parse(struct target *t, const char *const *argv, struct buf *operands, struct err *err)
{
	struct opt_parser p = { .argv = (char **)argv, .at = 1, .now_ms = NOW_MS, .sets = { { rows, t } } };
	struct str word;

	while (argv[p.argc])
		p.argc++;
	for (;;) {
		if (opt_next(&p, &word, err) != OK)
			return err->code;
		if (!word.p)
			return OK;
		buf_fmt(operands, "%s%.*s", operands->len ? " " : "", STR_ARG(word));
	}
}

#define ARGV(...) ((const char *const[]){ "ibid", __VA_ARGS__, NULL })

static void gnu_forms_are_understood(void **state)
{
	const struct {
		const char *const *argv;
		const char *operands;
	} cases[] = {
		{ ARGV("-f", "-n", "7", "--text", "x", "a", "b"), "a b" },
		{ ARGV("a", "-fn7", "b", "-tx"), "a b" },
		{ ARGV("-n7", "--text=x", "--flag", "a", "--", "b"), "a b" },
		{ ARGV("a", "-fvn", "7", "-t", "x", "b"), "a b" },
		{ ARGV("--number=7", "-f", "-t", "x", "--", "a", "b"), "a b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct target t = { 0 };
		struct err err = ERR_INIT;
		SCOPED(buf) operands = BUF_INIT;

		assert_int_equal(parse(&t, cases[i].argv, &operands, &err), OK);
		assert_string_equal(buf_cstr(&operands), cases[i].operands);
		assert_true(t.flag);
		assert_int_equal(t.number, 7);
		assert_true(str_is(t.text, "x"));
	}
}

static void what_follows_two_dashes_is_an_operand(void **state)
{
	struct target t = { 0 };
	struct err err = ERR_INIT;
	SCOPED(buf) operands = BUF_INIT;

	(void)state;
	assert_int_equal(parse(&t, ARGV("-", "--", "-f", "--", "--nosuch"), &operands, &err), OK);
	assert_string_equal(buf_cstr(&operands), "- -f -- --nosuch");
	assert_false(t.flag);
}

static void a_value_may_look_like_an_option(void **state)
{
	struct target t = { 0 };
	struct err err = ERR_INIT;
	SCOPED(buf) operands = BUF_INIT;

	(void)state;
	assert_int_equal(parse(&t, ARGV("--text", "-f", "-t--flag", "--text=", "-t", "--"), &operands, &err), OK);
	assert_true(str_is(t.text, "--"));
	assert_false(t.flag);
	assert_int_equal(operands.len, 0);
}

static void flags_are_taken_back_by_no(void **state)
{
	struct target t = { .flag = true };
	struct err err = ERR_INIT;
	SCOPED(buf) operands = BUF_INIT;

	(void)state;
	assert_int_equal(parse(&t, ARGV("--no-flag", "--no-pager"), &operands, &err), OK);
	assert_false(t.flag);
	assert_true(t.no_pager);
	assert_int_equal(parse(&t, ARGV("--no-pager", "--pager", "--flag"), &operands, &err), OK);
	assert_true(t.flag);
	assert_false(t.no_pager);
}

static void an_optional_value_stands_behind_an_equals_sign_only(void **state)
{
	struct target t = { 0 };
	struct err err = ERR_INIT;
	SCOPED(buf) operands = BUF_INIT;

	(void)state;
	assert_int_equal(parse(&t, ARGV("--json", "2"), &operands, &err), OK);
	assert_true(t.optional.given);
	assert_int_equal(t.optional.value.len, 0);
	assert_string_equal(buf_cstr(&operands), "2");
	assert_int_equal(parse(&t, ARGV("--json=2"), &operands, &err), OK);
	assert_true(str_is(t.optional.value, "2"));
}

static void values_are_typed(void **state)
{
	struct target t = { 0 };
	struct err err = ERR_INIT;
	SCOPED(buf) operands = BUF_INIT;

	(void)state;
	assert_int_equal(parse(&t,
				 ARGV("-vvv", "-la", "--list=b", "--word", "two", "--fraction", "0.5", "--size", "2k", "--since",
					 "2026-11", "--older", "2w"),
				 &operands, &err),
		OK);
	assert_int_equal(t.count, 3);
	assert_int_equal(t.list.n, 2);
	assert_true(str_is(t.list.v[1], "b"));
	assert_int_equal(t.word, 1);
	assert_true(t.fraction > 0.49 && t.fraction < 0.51);
	assert_int_equal(t.size, 2048);
	assert_true(t.date > 0 && t.date < NOW_MS);
	assert_int_equal(t.age, 14 * (int64_t)86400000);
	opt_list_release(&t.list);
}

static void a_fault_names_the_option_and_what_it_takes(void **state)
{
	const struct {
		const char *const *argv;
		const char *text;
	} cases[] = {
		{ ARGV("--nosuchthing"), "unknown option '--nosuchthing'" },
		{ ARGV("--flga"), "unknown option '--flga'; did you mean '--flag'?" },
		{ ARGV("--fla"), "unknown option '--fla'; did you mean '--flag'?" },
		{ ARGV("-x"), "unknown option '-x'" },
		{ ARGV("-fx"), "unknown option '-x'" },
		{ ARGV("-n"), "-n needs a value: VALUE" },
		{ ARGV("--text"), "--text needs a value: VALUE" },
		{ ARGV("--flag=yes"), "--flag takes no value" },
		{ ARGV("--no-flag=yes"), "--no-flag takes no value" },
		{ ARGV("-n", "11"), "-n: 11 is not within 0 to 10" },
		{ ARGV("-n", "-1"), "-n: -1 is not within 0 to 10" },
		{ ARGV("-n", "1x"), "-n: '1x' is not a whole number" },
		{ ARGV("--number", ""), "--number: '' is not a whole number" },
		{ ARGV("--number=99999999999999999999"), "--number: '99999999999999999999' is not a whole number" },
		{ ARGV("--fraction", "x"), "--fraction: 'x' is not a number" },
		{ ARGV("--word", "three"), "--word: 'three' is none of one, two" },
		{ ARGV("--size", "2x"), "--size: '2x' is not a size such as 500k, 64M or 2G" },
		{ ARGV("--since", "soon"), "--since: 'soon' is not a date such as 2026-11-21, 2026-11, today or 90d" },
		{ ARGV("--older", "old"), "--older: 'old' is not an age such as 12h, 90d or 1y" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct target t = { 0 };
		struct err err = ERR_INIT;
		SCOPED(buf) operands = BUF_INIT;

		assert_int_equal(parse(&t, cases[i].argv, &operands, &err), ERR_USAGE);
		assert_string_equal(err.text, cases[i].text);
	}
}

static void edits_are_counted_with_swaps(void **state)
{
	static const struct {
		const char *a, *b;
		int edits;
	} cases[] = {
		{ "", "", 0 }, { "list", "list", 0 }, { "lsit", "list", 1 }, { "lst", "list", 1 }, { "listt", "list", 1 },
		{ "lost", "list", 1 }, { "lots", "list", 2 }, { "abc", "xyz", 3 }, { "a", "abcd", 3 }, { "", "ab", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(opt_distance(str_c(cases[i].a), str_c(cases[i].b), 2), cases[i].edits);
		assert_int_equal(opt_distance(str_c(cases[i].b), str_c(cases[i].a), 2), cases[i].edits);
	}
}

static void operands_are_counted_from_the_usage_line(void **state)
{
	static const struct {
		const char *args;
		size_t min, max;
	} cases[] = {
		{ NULL, 0, 0 }, { "NAME", 1, 1 }, { "NAME VALUE", 2, 2 }, { "[NAME]", 0, 1 }, { "DOC...", 1, SIZE_MAX },
		{ "[PROMPT...]", 0, SIZE_MAX }, { "DOC [K[=V]]...", 1, SIZE_MAX }, { "A [B] [C]", 1, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t min, max;

		cmd_count_args(cases[i].args, &min, &max);
		assert_int_equal(min, cases[i].min);
		assert_int_equal(max, cases[i].max);
	}
}

/* --- the tables themselves */

static bool has_letter(const struct opt *row, char letter)
{
	for (; row && row->kind != OPT_END; row++)
		if (row->letter == letter)
			return true;
	return false;
}

static bool has_name(const struct opt *row, const char *name)
{
	for (; row && row->kind != OPT_END; row++)
		if (!strcmp(row->name, name))
			return true;
	return false;
}

static void check_options(const struct cmd *c)
{
	for (const struct opt *o = c->opts; o && o->kind != OPT_END; o++) {
		assert_non_null(o->to);
		assert_non_null(o->help);
		assert_false(has_name(cmd_global_opts, o->name));
		assert_false(has_name(o + 1, o->name));
		assert_false(o->letter && has_letter(cmd_global_opts, o->letter));
		assert_false(o->letter && has_letter(o + 1, o->letter));
		assert_true(o->kind != OPT_ENUM || o->values);
		assert_true(o->complete != COMPLETE_WORDS || o->values);
		assert_true(!opt_takes_value(o) || o->value);
	}
}

static void check_command(const struct cmd *c)
{
	assert_non_null(c->summary);
	assert_in_range(strlen(c->summary), 1, 60);
	assert_true(c->run || c->subs);
	check_options(c);
	for (const struct cmd_exit *e = c->exits; e && e->status; e++)
		assert_non_null(cmd_exit_meaning(e->status));
	for (size_t i = 0; i < CMD_COMPLETE_MAX; i++)
		assert_true(c->complete[i] != COMPLETE_WORDS || c->values);
	for (const struct cmd *const *s = c->subs; s && *s; s++)
		check_command(*s);
}

static void every_row_of_every_table_is_whole(void **state)
{
	(void)state;
	for (const struct cmd *const *c = cmd_table; *c; c++) {
		check_command(*c);
		assert_ptr_equal(cmd_find(cmd_table, str_c((*c)->name)), *c);
		assert_true((*c)->examples || (*c)->flags & CMD_HIDDEN);
	}
}

static void every_status_of_an_error_has_a_meaning(void **state)
{
	(void)state;
	for (int c = OK; c < ERR_CODE_COUNT; c++)
		assert_non_null(cmd_exit_meaning(err_exit_status(c)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gnu_forms_are_understood),
		cmocka_unit_test(what_follows_two_dashes_is_an_operand),
		cmocka_unit_test(a_value_may_look_like_an_option),
		cmocka_unit_test(flags_are_taken_back_by_no),
		cmocka_unit_test(an_optional_value_stands_behind_an_equals_sign_only),
		cmocka_unit_test(values_are_typed),
		cmocka_unit_test(a_fault_names_the_option_and_what_it_takes),
		cmocka_unit_test(edits_are_counted_with_swaps),
		cmocka_unit_test(operands_are_counted_from_the_usage_line),
		cmocka_unit_test(every_row_of_every_table_is_whole),
		cmocka_unit_test(every_status_of_an_error_has_a_meaning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
