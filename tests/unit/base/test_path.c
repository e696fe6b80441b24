#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/path.h"

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

/* Every test runs in an empty directory of its own. */
static int enter_directory(void **state)
{
	char *dir = strdup("/tmp/ibid-path-XXXXXX");

	*state = mkdtemp(dir);
	signal(SIGPIPE, SIG_IGN);
	umask(022);
	return chdir(dir);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

static int leave_directory(void **state)
{
	int failed = chdir("/") || nftw(*state, remove_one, 8, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return failed;
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static int count_files(void)
{
	DIR *dir = opendir(".");
	int n = 0;

	assert_non_null(dir);
	for (const struct dirent *e; (e = readdir(dir));)
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(dir);
	return n;
}

static void assert_file(const char *path, struct str expected)
{
	SCOPED(buf) got = BUF_INIT;

	assert_int_equal(path_read(path, 1 << 20, &got, NULL), OK);
	assert_true(str_eq(buf_view(&got), expected));
	assert_int_equal(buf_cstr(&got)[got.len], 0);
}

struct env_row {
	const char *name, *value;
};

static const char *table_env(void *ctx, const char *name)
{
	for (const struct env_row *row = ctx; row->name; row++)
		if (!strcmp(row->name, name))
			return row->value;
	return NULL;
}

static void places_follow_the_base_directories(void **state)
{
	static const struct {
		enum path_place place;
		struct env_row env[3];
		const char *path; /* NULL: refused */
	} rows[] = {
		{ PATH_CONFIG, { { "HOME", "/home/u" } }, "/home/u/.config/ibid" },
		{ PATH_DATA, { { "HOME", "/home/u/" } }, "/home/u/.local/share/ibid" },
		{ PATH_STATE, { { "HOME", "/home/u" } }, "/home/u/.local/state/ibid" },
		{ PATH_CACHE, { { "HOME", "/home/u" } }, "/home/u/.cache/ibid" },
		{ PATH_DATA, { { "XDG_DATA_HOME", "/data" }, { "HOME", "/home/u" } }, "/data/ibid" },
		{ PATH_DATA, { { "XDG_DATA_HOME", "data" }, { "HOME", "/home/u" } }, "/home/u/.local/share/ibid" },
		{ PATH_DATA, { { "XDG_DATA_HOME", "" }, { "HOME", "/home/u" } }, "/home/u/.local/share/ibid" },
		{ PATH_DATA, { { "XDG_DATA_HOME", "/data" } }, "/data/ibid" },
		{ PATH_DATA, { { "HOME", "u" } }, NULL },
		{ PATH_DATA, { { NULL, NULL } }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		SCOPED(buf) out = BUF_INIT;
		enum err_code code = path_place_of(rows[i].place, table_env, (void *)rows[i].env, &out, NULL);

		assert_int_equal(code, rows[i].path ? OK : ERR_CONFIG);
		assert_string_equal(buf_cstr(&out), rows[i].path ? rows[i].path : "");
	}
}

static void paths_come_apart_and_together(void **state)
{
	/* clang-format off */
	static const struct {
		const char *path, *dir, *base, *ext;
	} rows[] = {
		{ "a/b.PDF", "a", "b.PDF", "PDF" }, { "b", ".", "b", "" }, { "/b.c", "/", "b.c", "c" },
		{ "/a/b/c.tar.gz", "/a/b", "c.tar.gz", "gz" }, { "a.d/b", "a.d", "b", "" }, { ".bashrc", ".", ".bashrc", "" },
		{ "a.", ".", "a.", "" }, { "a/", "a", "", "" }, { "", ".", "", "" }, { "a/.b.c", "a", ".b.c", "c" },
	};
	/* clang-format on */
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str path = str_c(rows[i].path);

		assert_true(str_is(path_dir(path), rows[i].dir));
		assert_true(str_is(path_base(path), rows[i].base));
		assert_true(str_is(path_ext(path), rows[i].ext));
	}
	path_join(&out, STR("a//"), STR("/b"));
	path_join(&out, STR("/"), STR("c"));
	assert_string_equal(buf_cstr(&out), "a/b/c");
}

static void directories_are_made_private(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(path_make_dirs("a/b//c/", NULL), OK);
	assert_int_equal(path_make_dirs("a/b/c", NULL), OK);
	assert_int_equal(mode_of("a"), 0700);
	assert_int_equal(mode_of("a/b/c"), 0700);
	assert_int_equal(path_write("file", STR("x"), 0, NULL), OK);
	assert_int_equal(path_make_dirs("file/d", &err), ERR_CREATE);
	assert_string_equal(err.text, "cannot create the directory 'file': File exists");
	assert_int_equal(path_make_dirs("/proc//none/d", &err), ERR_MISSING);
	assert_string_equal(err.text, "cannot create the directory '/proc/none': No such file or directory");
}

static void a_file_is_written_whole_and_private(void **state)
{
	(void)state;
	assert_int_equal(path_write("f", STR("one\0two"), 0, NULL), OK);
	assert_file("f", STR("one\0two"));
	assert_int_equal(mode_of("f"), 0600);
	assert_int_equal(path_write("f", STR(""), PATH_SHARED, NULL), OK);
	assert_file("f", STR(""));
	assert_int_equal(mode_of("f"), 0644);
	assert_int_equal(count_files(), 1);
}

static void a_new_file_replaces_nothing(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(path_write("f", STR("first"), PATH_NEW, NULL), OK);
	assert_int_equal(path_write("f", STR("second"), PATH_NEW, &err), ERR_CREATE);
	assert_string_equal(err.text, "'f' exists already");
	assert_file("f", STR("first"));
	assert_int_equal(count_files(), 1);
}

static void a_write_that_fails_leaves_all_as_it_was(void **state)
{
	struct rlimit old, small;
	enum err_code code;

	(void)state;
	assert_int_equal(path_write("f", STR("first"), 0, NULL), OK);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){ 3, old.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	code = path_write("f", STR("second"), 0, NULL);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(code, ERR_IO);
	assert_file("f", STR("first"));
	assert_int_equal(count_files(), 1);
}

static void a_link_is_replaced_not_followed(void **state)
{
	(void)state;
	assert_int_equal(path_write("target", STR("kept"), 0, NULL), OK);
	assert_int_equal(symlink("target", "link"), 0);
	assert_int_equal(path_write("link", STR("new"), 0, NULL), OK);
	assert_file("target", STR("kept"));
	assert_file("link", STR("new"));
}

static void what_is_no_file_is_neither_replaced_nor_read(void **state)
{
	static const char *const paths[] = { "dir", "fifo", "/dev/null", "to-null" };
	static const char *const reasons[] = { "'dir' is a directory, not a file", "'fifo' is a pipe, not a file",
		"'/dev/null' is a device, not a file", "'to-null' is a device, not a file" };
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(mkdir("dir", 0700) | mkfifo("fifo", 0600) | symlink("/dev/null", "to-null"), 0);
	for (size_t i = 0; i < COUNT(paths); i++) {
		SCOPED(buf) out = BUF_INIT;

		assert_int_equal(path_read(paths[i], 100, &out, &err), ERR_DATA);
		assert_string_equal(err.text, reasons[i]);
		assert_int_equal(path_write(paths[i], STR("x"), 0, &err), ERR_CREATE);
		assert_int_equal(err.code, ERR_CREATE);
		assert_string_equal(err.text, reasons[i]);
		assert_int_equal(path_write(paths[i], STR("x"), 0, NULL), ERR_CREATE);
	}
	assert_int_equal(path_write("dir/", STR("x"), 0, &err), ERR_CREATE);
	assert_int_equal(path_write("", STR("x"), 0, &err), ERR_CREATE);
	assert_int_equal(count_files(), 3);
}

static void failures_are_told_with_their_reason(void **state)
{
	SCOPED(buf) out = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(path_read("none", 100, &out, &err), ERR_MISSING);
	assert_string_equal(err.text, "cannot open 'none': No such file or directory");
	assert_int_equal(path_write("none/f", STR("x"), 0, &err), ERR_CREATE);
	assert_string_equal(err.text, "cannot write 'none/f': No such file or directory");
	if (!geteuid())
		skip(); /* root may read everything */
	assert_int_equal(path_write("f", STR("x"), 0, NULL) | chmod("f", 0), OK);
	assert_int_equal(path_read("f", 100, &out, &err), ERR_DENIED);
}

static void a_file_is_read_up_to_its_limit(void **state)
{
	SCOPED(buf) text = BUF_INIT;
	SCOPED(buf) out = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	memset(buf_room(&text, 200000), 'x', 200000);
	text.len = 200000;
	assert_int_equal(path_write("f", buf_view(&text), 0, NULL), OK);
	buf_c(&out, "before");
	assert_int_equal(path_read("f", 199999, &out, &err), ERR_LIMIT);
	assert_string_equal(err.text, "'f' is longer than 199999 bytes");
	assert_string_equal(buf_cstr(&out), "before");
	assert_int_equal(path_read("f", 200000, &out, NULL), OK);
	assert_int_equal(out.len, 200006);
	buf_reset(&out);
	assert_int_equal(path_read("f", SIZE_MAX, &out, NULL), OK);
	assert_int_equal(out.len, 200000);
}

static void a_file_that_says_it_is_empty_is_read_to_its_end(void **state)
{
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	assert_int_equal(path_read("/proc/self/status", 1 << 20, &out, NULL), OK);
	assert_true(str_starts(buf_view(&out), STR("Name:")));
}

/* Writes `len` bytes into a pipe from a child, so that both ends have to wait for each other. */
static int pipe_of(size_t len)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	if (!fork()) {
		SCOPED(buf) text = BUF_INIT;

		fcntl(ends[1], F_SETFL, O_NONBLOCK);
		memset(buf_room(&text, len), 'y', len);
		_exit(path_write_fd(ends[1], str_of(text.p, len), "pipe", NULL) != OK);
	}
	close(ends[1]);
	return ends[0];
}

static void a_pipe_is_written_and_read_to_its_end(void **state)
{
	SCOPED(buf) out = BUF_INIT;
	int fd = pipe_of(500000), status;

	(void)state;
	assert_int_equal(path_read_fd(fd, "pipe", 500000, &out, NULL), OK);
	assert_int_equal(out.len, 500000);
	close(fd);
	assert_true(wait(&status) > 0 && status == 0);
	fd = pipe_of(1000);
	assert_int_equal(path_read_fd(fd, "pipe", 999, &out, NULL), ERR_LIMIT);
	assert_int_equal(out.len, 500000);
	close(fd);
	wait(&status);
}

static void a_reader_that_has_gone_and_a_full_disk_are_told_apart(void **state)
{
	int ends[2], full = open("/dev/full", O_WRONLY);
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_int_equal(path_write_fd(ends[1], STR("x"), "pipe", &err), ERR_PIPE);
	close(ends[1]);
	if (full < 0)
		skip();
	assert_int_equal(path_write_fd(full, STR("x"), "full", &err), ERR_FULL);
	assert_string_equal(err.text, "cannot write 'full': No space left on device");
	close(full);
}

static void a_file_is_opened_for_those_who_stream(void **state)
{
	int fd = -1;

	(void)state;
	assert_int_equal(path_write("f", STR("x"), 0, NULL), OK);
	assert_int_equal(path_open("f", &fd, NULL), OK);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(fd);
	fd = -1;
	assert_int_equal(path_open(".", &fd, NULL), ERR_DATA);
	assert_int_equal(fd, -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_directory, leave_directory)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_follow_the_base_directories),
		cmocka_unit_test(paths_come_apart_and_together),
		TEST(directories_are_made_private),
		TEST(a_file_is_written_whole_and_private),
		TEST(a_new_file_replaces_nothing),
		TEST(a_write_that_fails_leaves_all_as_it_was),
		TEST(a_link_is_replaced_not_followed),
		TEST(what_is_no_file_is_neither_replaced_nor_read),
		TEST(failures_are_told_with_their_reason),
		TEST(a_file_is_read_up_to_its_limit),
		cmocka_unit_test(a_file_that_says_it_is_empty_is_read_to_its_end),
		cmocka_unit_test(a_pipe_is_written_and_read_to_its_end),
		cmocka_unit_test(a_reader_that_has_gone_and_a_full_disk_are_told_apart),
		TEST(a_file_is_opened_for_those_who_stream),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
