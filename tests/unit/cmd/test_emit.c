#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/path.h"
#include "ibid/base/utf8.h"
#include "ibid/cmd/emit.h"

static const char *no_env(void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "TZ") ? NULL : "UTC";
}

/* An environment that writes to a nameless file; `tty_cols` other than 0 plays a terminal. */
static struct cmd_env env_new(enum cmd_mode mode, int tty_cols)
{
	char name[] = "/tmp/ibid-test-XXXXXX";
	int fd = mkstemp(name);
	struct cmd_env env = { .mode = mode, .clock = &clock_system, .env = no_env };

	assert_true(fd >= 0);
	unlink(name);
	out_open(&env.out, fd, "test", OUT_COLOR_NEVER, no_env, NULL);
	env.out.is_tty = tty_cols > 0;
	env.out.width_cols = tty_cols;
	return env;
}

static void finish(struct cmd_env *env, struct buf *text)
{
	out_flush(&env->out, NULL);
	assert_true(lseek(env->out.fd, 0, SEEK_SET) == 0);
	assert_int_equal(path_read_fd(env->out.fd, "test", 1 << 20, text, NULL), OK);
	close(env->out.fd);
	out_release(&env->out);
}

static const struct field fields[] = {
	{ FIELD_STR, "id", "id" },
	{ FIELD_STR, "title", "title", FIELD_CUT },
	{ FIELD_INT, "n", "n" },
	{ FIELD_BYTES, "bytes", NULL },
	{ FIELD_TIME, "added", "added" },
	{ FIELD_BOOL, "good", NULL },
	{ FIELD_NUMBER, "score", NULL },
	{ FIELD_STRS, "tags", NULL },
	{ FIELD_JSON, "raw", NULL },
	{ .kind = FIELD_END },
};

static void put_first(struct emit *e)
{
	const struct str tags[] = { STR("a"), STR("b\"c") };

	emit_c(e, "id", "d1");
	emit_c(e, "title", "A title\twith\na tab and \x1b[31m");
	emit_int(e, "n", 12);
	emit_int(e, "bytes", 1536);
	emit_time(e, "added", 1795248000000);
	emit_bool(e, "good", true);
	emit_number(e, "score", 0.25, 3);
	emit_strs(e, "tags", tags, 2);
	emit_json(e, "raw", STR("{\"x\":1}"));
}

static void list(enum cmd_mode mode, int tty_cols, const struct list_options *options, struct buf *text)
{
	struct cmd_env env = env_new(mode, tty_cols);
	SCOPED(emit) e = EMIT_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(emit_list(&e, &env, "doc", fields, options, &err), OK);
	emit_record(&e);
	put_first(&e);
	emit_record(&e);
	emit_c(&e, "id", "d2");
	emit_int(&e, "n", 3);
	assert_int_equal(emit_count(&e), 2);
	assert_int_equal(emit_end(&e, &err), OK);
	finish(&env, text);
}

static void a_document_holds_every_field(void **state)
{
	SCOPED(buf) text = BUF_INIT;

	(void)state;
	list(MODE_JSON, 0, NULL, &text);
	assert_string_equal(buf_cstr(&text),
		"{\"schema\":\"ibid.list/1\",\"kind\":\"doc\",\"items\":["
		"{\"id\":\"d1\",\"title\":\"A title\\twith\\na tab and \\u001b[31m\",\"n\":12,\"bytes\":1536,"
		"\"added\":\"2026-11-21T08:00:00.000Z\",\"good\":true,\"score\":0.25,\"tags\":[\"a\",\"b\\\"c\"],\"raw\":{\"x\":1}},"
		"{\"id\":\"d2\",\"title\":null,\"n\":3,\"bytes\":null,\"added\":null,\"good\":null,\"score\":null,"
		"\"tags\":null,\"raw\":null}],\"next\":null}\n");
}

static void lines_say_what_they_are(void **state)
{
	const struct list_options options = { .fields = STR("n,id") };
	SCOPED(buf) text = BUF_INIT;

	(void)state;
	list(MODE_JSONL, 0, &options, &text);
	assert_string_equal(buf_cstr(&text), "{\"type\":\"doc\",\"n\":12,\"id\":\"d1\"}\n{\"type\":\"doc\",\"n\":3,\"id\":\"d2\"}\n");
}

static void plain_lines_have_a_head_on_a_terminal_only(void **state)
{
	SCOPED(buf) text = BUF_INIT;
	SCOPED(buf) on_tty = BUF_INIT;

	(void)state;
	list(MODE_PLAIN, 0, NULL, &text);
	assert_string_equal(buf_cstr(&text), "d1\tA title with a tab and ␛[31m\t12\t2026-11-21T08:00:00.000Z\nd2\t\t3\t\n");
	list(MODE_PLAIN, 80, NULL, &on_tty);
	assert_true(str_starts(buf_view(&on_tty), STR("id\ttitle\tn\tadded\n")));
}

static void a_table_is_aligned_and_ends_no_row_in_blanks(void **state)
{
	SCOPED(buf) text = BUF_INIT;

	(void)state;
	list(MODE_HUMAN, 0, NULL, &text);
	assert_string_equal(buf_cstr(&text),
		"id  title                          n  added\n"
		"d1  A title with a tab and ␛[31m  12  2026-11-21 08:00\n"
		"d2                                 3\n");
}

static void a_table_fits_any_terminal(void **state)
{
	(void)state;
	for (int cols = 45; cols < 100; cols++) {
		SCOPED(buf) text = BUF_INIT;
		struct str rest;

		list(MODE_HUMAN, cols, NULL, &text);
		rest = buf_view(&text);
		while (rest.p)
			assert_true(utf8_cols(str_cut(&rest, '\n')) <= (size_t)cols);
		assert_true(cols > 53 || str_find(buf_view(&text), STR("…"), 0) != STR_NONE);
	}
}

static void records_are_sorted_limited_and_chosen(void **state)
{
	static const struct {
		struct list_options options;
		const char *shown;
	} cases[] = {
		{ { .sort = { "n", 1 }, .fields = { "id", 2 } }, "d2\nd1\n" },
		{ { .sort = { "n", 1 }, .reverse = true, .fields = { "id", 2 } }, "d1\nd2\n" },
		{ { .reverse = true, .fields = { "id", 2 } }, "d2\nd1\n" },
		{ { .sort = { "n", 1 }, .limit = 1, .fields = { "id", 2 } }, "d2\n" },
		{ { .sort = { "title", 5 }, .fields = { "id", 2 } }, "d1\nd2\n" },
		{ { .sort = { "title", 5 }, .reverse = true, .fields = { "id", 2 } }, "d1\nd2\n" },
		{ { .fields = { "bytes,good,tags,score", 21 } }, "1536\ttrue\ta,b\"c\t0.25\n\t\t\t\n" },
		{ { .fields = { "help", 4 } }, "id\ntitle\nn\nbytes\nadded\ngood\nscore\ntags\nraw\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPED(buf) text = BUF_INIT;

		list(MODE_PLAIN, 0, &cases[i].options, &text);
		assert_string_equal(buf_cstr(&text), cases[i].shown);
	}
}

static void an_unknown_field_is_a_usage_error(void **state)
{
	const struct list_options bad[] = { { .fields = STR("id,nosuch") }, { .sort = STR("nosuch") } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct cmd_env env = env_new(MODE_HUMAN, 0);
		SCOPED(emit) e = EMIT_INIT;
		SCOPED(buf) text = BUF_INIT;
		struct err err = ERR_INIT;

		assert_int_equal(emit_list(&e, &env, "doc", fields, &bad[i], &err), ERR_USAGE);
		assert_non_null(strstr(err.text, "no field 'nosuch', but id, title"));
		finish(&env, &text);
		assert_int_equal(text.len, 0);
	}
}

static void one_record_is_a_card_or_an_object_of_its_own_schema(void **state)
{
	static const enum cmd_mode modes[] = { MODE_HUMAN, MODE_JSON };
	static const char *const shown[] = {
		"id     d1\ntitle  A title with a tab and ␛[31m\nn      12\nadded  2026-11-21 08:00\n",
		"{\"schema\":\"ibid.doc/1\",\"id\":\"d1\",",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct cmd_env env = env_new(modes[i], 0);
		SCOPED(emit) e = EMIT_INIT;
		SCOPED(buf) text = BUF_INIT;
		struct err err = ERR_INIT;

		assert_int_equal(emit_one(&e, &env, "doc", fields, NULL, &err), OK);
		put_first(&e);
		assert_int_equal(emit_end(&e, &err), OK);
		finish(&env, &text);
		assert_true(str_starts(buf_view(&text), str_c(shown[i])));
	}
}

static void sizes_and_times_read_well(void **state)
{
	static const struct {
		int64_t n;
		const char *bytes, *ms;
	} cases[] = {
		{ 0, "0 B", "0 ms" }, { 1023, "1023 B", "1.0 s" }, { 1536, "1.5 k", "1.5 s" }, { 65000, "63.5 k", "1 min 05 s" },
		{ 1048575, "1.0 M", "17 min 28 s" }, { 5368709120, "5.0 G", "89478 min 29 s" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPED(buf) bytes = BUF_INIT;
		SCOPED(buf) ms = BUF_INIT;

		emit_add_bytes(&bytes, cases[i].n);
		emit_add_ms(&ms, cases[i].n);
		assert_string_equal(buf_cstr(&bytes), cases[i].bytes);
		assert_string_equal(buf_cstr(&ms), cases[i].ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_holds_every_field),
		cmocka_unit_test(lines_say_what_they_are),
		cmocka_unit_test(plain_lines_have_a_head_on_a_terminal_only),
		cmocka_unit_test(a_table_is_aligned_and_ends_no_row_in_blanks),
		cmocka_unit_test(a_table_fits_any_terminal),
		cmocka_unit_test(records_are_sorted_limited_and_chosen),
		cmocka_unit_test(an_unknown_field_is_a_usage_error),
		cmocka_unit_test(one_record_is_a_card_or_an_object_of_its_own_schema),
		cmocka_unit_test(sizes_and_times_read_well),
	};
	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
