#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/buf.h"
#include "ibid/base/path.h"
#include "ibid/ingest/sources.h"

/* What was reported, one a line: "name" or "name!" for a fault, relative to the tree. */
struct seen {
	struct buf lines;
	size_t root_len;
};

static enum err_code note(void *ctx, const char *path, bool is_named, const struct err *fault, struct err *err)
{
	struct seen *s = ctx;

	(void)err;
	buf_fmt(&s->lines, "%s%s%s\n", is_named ? "*" : "", path + (is_named ? 0 : s->root_len), fault ? "!" : "");
	return OK;
}

static char root[] = "/tmp/ibid-sources-XXXXXX";

static void put(const char *name, const char *text)
{
	SCOPED(buf) path = BUF_INIT;
	FILE *f;

	buf_fmt(&path, "%s/%s", root, name);
	f = fopen(buf_cstr(&path), "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void put_dir(const char *name)
{
	SCOPED(buf) path = BUF_INIT;

	buf_fmt(&path, "%s/%s", root, name);
	assert_int_equal(mkdir(buf_cstr(&path), 0700), 0);
}

static int make_tree(void **state)
{
	SCOPED(buf) path = BUF_INIT;

	(void)state;
	assert_non_null(mkdtemp(root));
	put_dir("sub");
	put_dir("sub/deep");
	put_dir("skip");
	put("b.md", "b");
	put("a.txt", "a");
	put(".hidden.md", "h");
	put("sub/c.md", "c");
	put("sub/deep/d.log", "d");
	put("skip/e.md", "e");
	put("sub/.ibidignore", "# logs are noise\n*.log\n");
	put(".ibidignore", "skip/\n");
	buf_fmt(&path, "%s/sub/deep/up", root);
	assert_int_equal(symlink("../..", buf_cstr(&path)), 0);
	buf_reset(&path);
	buf_fmt(&path, "%s/pipe.md", root);
	assert_int_equal(mkfifo(buf_cstr(&path), 0600), 0);
	return 0;
}

static int remove_tree(void **state)
{
	SCOPED(buf) cmd = BUF_INIT;

	(void)state;
	buf_fmt(&cmd, "rm -rf %s", root);
	return system(buf_cstr(&cmd));
}

static void expect(const struct source_rules *rules, const char *lines)
{
	struct seen s = { BUF_INIT, strlen(root) + 1 };
	struct err err = ERR_INIT;

	assert_int_equal(sources_walk(root, rules, note, &s, &err), OK);
	assert_string_equal(buf_cstr(&s.lines), lines);
	buf_release(&s.lines);
}

static void a_directory_is_walked_in_order_without_what_is_ignored(void **state)
{
	struct source_rules rules = { 0 };

	(void)state;
	expect(&rules, "a.txt\nb.md\npipe.md!\nsub/c.md\nsub/deep/up!\n");
}

static void include_and_exclude_choose_by_name(void **state)
{
	struct str md[] = { STR("*.md") }, c[] = { STR("c*"), STR("pipe*"), STR("up") };
	struct source_rules rules = { .include = md, .n_include = 1, .exclude = c, .n_exclude = 3 };

	(void)state;
	expect(&rules, "b.md\n");
}

static void a_name_that_does_not_exist_is_a_fault_not_an_end(void **state)
{
	struct source_rules rules = { 0 };
	struct seen s = { BUF_INIT, 0 };
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(sources_list(STR("/nonexistent/x.pdf\n\n/dev/null\n"), false, &rules, note, &s, &err), OK);
	assert_string_equal(buf_cstr(&s.lines), "*/nonexistent/x.pdf!\n*/dev/null!\n");
	buf_release(&s.lines);
}

static void patterns_follow_gitignore(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool is_dir, matches;
	} rows[] = {
		{ "*.log", "a/b.log", false, true },
		{ "/*.log", "a/b.log", false, false },
		{ "/*.log", "b.log", false, true },
		{ "a/**/z", "a/z", false, true },
		{ "a/**/z", "a/b/c/z", false, true },
		{ "**/z", "a/b/z", false, true },
		{ "build/", "build", true, true },
		{ "build/", "build", false, false },
		{ "doc/*.txt", "doc/x/y.txt", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (sources_pattern_matches(str_c(rows[i].pattern), str_c(rows[i].path), rows[i].is_dir) !=
			rows[i].matches)
			fail_msg("pattern '%s' on '%s'", rows[i].pattern, rows[i].path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_directory_is_walked_in_order_without_what_is_ignored),
		cmocka_unit_test(include_and_exclude_choose_by_name),
		cmocka_unit_test(a_name_that_does_not_exist_is_a_fault_not_an_end),
		cmocka_unit_test(patterns_follow_gitignore),
	};
	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
