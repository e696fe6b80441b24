/*
 * The parent's side, against children that lie, crash and hang. The child is
 * this program again: the ending of the document's name says how it behaves.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/path.h"
#include "ibid/ingest/helper.h"
#include "ibid/model/frames.h"

/* --- the children --- */

static void send_out(const struct buf *wire)
{
	(void)path_write_fd(STDOUT_FILENO, buf_view(wire), "the pipe", NULL);
}

static void add_begin(struct buf *out, const char *text)
{
	struct extraction_block b = { { 0, strlen(text) }, EXTRACTION_PARAGRAPH, 0 };

	frame_add_hello(out, STR("txt"), STR("txt/1"), STR("text/plain"));
	frame_add_text(out, str_c(text));
	frame_add_block(out, &b);
}

static void child_good(struct buf *out)
{
	add_begin(out, "all is well");
	frame_add_end(out, 11);
	send_out(out);
}

static void child_crash(struct buf *out)
{
	add_begin(out, "half");
	send_out(out);
	signal(SIGSEGV, SIG_DFL);	/* AddressSanitizer would report and leave */
	raise(SIGSEGV);
}

static void child_hang(struct buf *out)
{
	(void)out;
	for (;;)
		pause();
}

static void child_slow(struct buf *out)
{
	add_begin(out, "the first page");
	send_out(out);
	child_hang(out);
}

static void child_mute(struct buf *out)
{
	(void)out;
	close(STDOUT_FILENO);
	for (;;)
		pause();
}

static void child_quiet(struct buf *out)
{
	(void)out;
	_exit(3);
}

static void child_hungry(struct buf *out)
{
	(void)out;
	_exit(err_exit_status(ERR_NOMEM));
}

static void child_refuse(struct buf *out)
{
	frame_add_failed(out, ERR_DATA, STR("is encrypted: a password is needed"));
	send_out(out);
}

static void child_giant(struct buf *out)
{
	buf_add(out, "T\xFF\xFF\xFF\xFF", 5);
	send_out(out);
	child_hang(out);
}

static void child_half(struct buf *out)
{
	add_begin(out, "half a frame");
	buf_cut(out, out->len - 4);
	send_out(out);
}

/* What it was given: its environment, and which descriptors are open. */
static void child_env(struct buf *out)
{
	extern char **environ;
	SCOPED(buf) text = BUF_INIT;

	for (char **e = environ; e && *e; e++)
		buf_c(&text, *e);
	for (int fd = 0; fd < 1024; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			buf_fmt(&text, "%d ", fd);
	buf_fmt(&text, "group %d", getpgrp() == getpid());
	add_begin(out, buf_cstr(&text));
	frame_add_end(out, text.len);
	send_out(out);
}

static void child_echo(struct buf *out)
{
	SCOPED(buf) text = BUF_INIT;

	(void)path_read_fd(3, "the document", 1000, &text, NULL);
	add_begin(out, buf_cstr(&text));
	frame_add_end(out, text.len);
	send_out(out);
}

static const struct {
	const char *name;
	void (*run)(struct buf *out);
} children[] = {
	{ "good", child_good }, { "crash", child_crash }, { "hang", child_hang }, { "slow", child_slow },
	{ "mute", child_mute }, { "quiet", child_quiet }, { "hungry", child_hungry }, { "refuse", child_refuse },
	{ "giant", child_giant }, { "half", child_half }, { "env", child_env }, { "echo", child_echo },
};

static int be_child(const char *name)
{
	SCOPED(buf) out = BUF_INIT;

	for (size_t i = 0; i < sizeof(children) / sizeof(children[0]); i++)
		if (!strcmp(children[i].name, name))
			children[i].run(&out);
	return 0;
}

/* --- the parent --- */

static enum err_code extract_as(const char *name, struct extraction *x, struct err *err)
{
	struct helper_opts opts = { .program = "/proc/self/exe", .timeout_s = 1 };
	enum err_code code;
	int fd;

	assert_int_equal(helper_open_bytes(STR("the document"), &fd, err), OK);
	code = helper_extract_fd(&opts, fd, str_c(name), x, err);
	close(fd);
	return code;
}

static void a_child_that_fails_is_an_error_of_the_document(void **state)
{
	static const struct {
		const char *name;
		enum err_code code;
		const char *says;
	} rows[] = {
		{ "a.crash", ERR_DATA, "'a.crash': the reader crashed (signal 11)" },
		{ "a.hang", ERR_TIMEOUT, "'a.hang': gave up after 1 s" },
		{ "a.mute", ERR_DATA, "'a.mute': the reader stopped without a word" },
		{ "a.quiet", ERR_DATA, "'a.quiet': the reader ended without a word (status 3)" },
		{ "a.hungry", ERR_LIMIT, "'a.hungry': the reader ran out of memory" },
		{ "a.refuse", ERR_DATA, "'a.refuse' is encrypted: a password is needed" },
		{ "a.giant", ERR_DATA, "'a.giant': the reader sent a frame of 4294967295 bytes" },
		{ "a.half", ERR_DATA, "'a.half': the reader ended without a word (status 0)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		SCOPED(extraction) x = EXTRACTION_INIT;
		struct err err = ERR_INIT;

		assert_int_equal(extract_as(rows[i].name, &x, &err), rows[i].code);
		assert_string_equal(err.text, rows[i].says);
	}
}

static void what_came_before_the_deadline_is_kept(void **state)
{
	SCOPED(extraction) x = EXTRACTION_INIT;
	SCOPED(buf) warning = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(extract_as("a.slow", &x, &err), OK);
	assert_string_equal(buf_cstr(&x.text), "the first page");
	assert_true(x.flags & EXTRACTION_CUT);
	extraction_warning_add(&warning, WARN_CUT, x.warnings[WARN_CUT]);
	assert_string_equal(buf_cstr(&warning), "1 seconds were not enough: only the text before is kept");
}

static void a_child_gets_the_document_and_the_pipe_and_no_more(void **state)
{
	SCOPED(extraction) x = EXTRACTION_INIT;
	struct err err = ERR_INIT;
	int kept = open("/dev/null", O_RDONLY);

	(void)state;
	setenv("IBID_CANARY", "secret", 1);
	assert_int_equal(extract_as("a.env", &x, &err), OK);
	assert_string_equal(buf_cstr(&x.text), "0 1 2 3 group 1");
	close(kept);
}

static void the_document_is_read_from_its_descriptor(void **state)
{
	SCOPED(extraction) x = EXTRACTION_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(extract_as("a.echo", &x, &err), OK);
	assert_string_equal(buf_cstr(&x.text), "the document");
}

static void no_descriptor_and_no_child_is_left_behind(void **state)
{
	int before = open("/dev/null", O_RDONLY), after;

	(void)state;
	close(before);
	for (int i = 0; i < 20; i++) {
		SCOPED(extraction) x = EXTRACTION_INIT;

		assert_int_equal(extract_as(i % 2 ? "a.good" : "a.crash", &x, NULL), i % 2 ? OK : ERR_DATA);
	}
	after = open("/dev/null", O_RDONLY);
	close(after);
	assert_int_equal(before, after);
	assert_int_equal(kill(0, 0), 0);
}

static void only_regular_files_are_opened(void **state)
{
	char dir[] = "/tmp/ibid-helper-XXXXXX", fifo[64], gone[64];
	struct err err = ERR_INIT;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(fifo, sizeof(fifo), "%s/fifo", dir);
	snprintf(gone, sizeof(gone), "%s/gone", dir);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(helper_open(fifo, &fd, &err), ERR_DATA);
	assert_non_null(strstr(err.text, "is not a regular file"));
	assert_int_equal(helper_open(dir, &fd, &err), ERR_DATA);
	assert_non_null(strstr(err.text, "is a directory"));
	assert_int_equal(helper_open(gone, &fd, &err), ERR_MISSING);
	assert_int_equal(helper_open("/dev/zero", &fd, &err), ERR_DATA);
	unlink(fifo);
	rmdir(dir);
}

static void a_sparse_terabyte_is_refused_by_its_size(void **state)
{
	char path[] = "/tmp/ibid-helper-XXXXXX";
	struct err err = ERR_INIT;
	int made = mkstemp(path), fd;

	(void)state;
	assert_true(made >= 0);
	if (ftruncate(made, (off_t)1 << 40) != 0 && ftruncate(made, (off_t)1 << 30) != 0)
		skip();
	assert_int_equal(helper_open(path, &fd, &err), ERR_LIMIT);
	assert_non_null(strstr(err.text, "is larger than 512 MiB"));
	close(made);
	unlink(path);
}

static void a_program_that_is_not_there_is_a_matter_of_configuration(void **state)
{
	struct helper_opts opts = { .program = "/nowhere/ibid-extract" };
	SCOPED(extraction) x = EXTRACTION_INIT;
	struct err err = ERR_INIT;
	int fd;

	(void)state;
	assert_int_equal(helper_open_bytes(STR("x"), &fd, &err), OK);
	assert_int_equal(helper_extract_fd(&opts, fd, STR("a.txt"), &x, &err), ERR_CONFIG);
	assert_string_equal(err.text, "cannot start '/nowhere/ibid-extract': No such file or directory");
	close(fd);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_that_fails_is_an_error_of_the_document),
		cmocka_unit_test(what_came_before_the_deadline_is_kept),
		cmocka_unit_test(a_child_gets_the_document_and_the_pipe_and_no_more),
		cmocka_unit_test(the_document_is_read_from_its_descriptor),
		cmocka_unit_test(no_descriptor_and_no_child_is_left_behind),
		cmocka_unit_test(only_regular_files_are_opened),
		cmocka_unit_test(a_sparse_terabyte_is_refused_by_its_size),
		cmocka_unit_test(a_program_that_is_not_there_is_a_matter_of_configuration),
	};

	if (argc > 1 && !strcmp(argv[0], "ibid-extract"))
		return be_child(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
