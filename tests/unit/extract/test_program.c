/*
 * A program that reads documents, started for each of them or once for all. The
 * child is this program again, with a format that tells what it was given.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/extract/program.h"
#include "ibid/ingest/helper.h"
#include "ibid/ingest/starter.h"

/* --- the child --- */

static struct buf given = BUF_INIT;

/* Before the sandbox closes: descriptors, group, parent, what the environment holds. */
static void look_around(struct str bytes)
{
	extern char **environ;

	buf_str(&given, bytes);
	for (int fd = 0; fd < 1024; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			buf_fmt(&given, " %d", fd);
	buf_fmt(&given, " group %d parent %d", getpgrp() == getpid(), getppid());
	for (char **e = environ; e && *e; e++)
		buf_c(&given, *e);
}

static enum err_code tell(const struct extract_input *in, struct writer *w, struct err *err)
{
	(void)err;
	if (str_is(in->ext, "crash")) {
		signal(SIGSEGV, SIG_DFL);	/* AddressSanitizer would report and leave */
		raise(SIGSEGV);
	}
	buf_fmt(&given, " as %.*s %.*s", STR_ARG(in->ext), STR_ARG(in->mime));
	writer_block(w, EXTRACTION_PARAGRAPH, 0, buf_view(&given));
	return OK;
}

static const struct extract_ops telling = { .name = "txt", .extractor = "txt/1", .mime = "text/plain", .run = tell };

/* --- the parent --- */

static enum err_code read_as(const char *name, const char *bytes, struct starter *starters, struct buf *text, struct err *err)
{
	struct helper_opts opts = { .program = "/proc/self/exe", .timeout_s = 5, .mime = STR("text/x"), .starters = starters };
	SCOPED(extraction) x = EXTRACTION_INIT;
	enum err_code code;
	int fd;

	assert_int_equal(helper_open_bytes(str_c(bytes), &fd, err), OK);
	code = helper_extract_fd(&opts, fd, str_c(name), &x, err);
	close(fd);
	buf_str(text, buf_view(&x.text));
	return code;
}

static void assert_read(struct starter *starters, const char *bytes)
{
	SCOPED(buf) text = BUF_INIT;
	SCOPED(buf) wanted = BUF_INIT;

	assert_int_equal(read_as("a.txt", bytes, starters, &text, NULL), OK);
	buf_fmt(&wanted, "%s 0 1 2 3 group 1 parent %d as txt text/x", bytes, getpid());
	assert_string_equal(buf_cstr(&text), buf_cstr(&wanted));
}

static void a_child_gets_the_same_however_it_was_started(void **state)
{
	struct starter starters[HELPER_STARTERS] = { STARTER_INIT, STARTER_INIT };

	(void)state;
	setenv("IBID_CANARY", "secret", 1);
	assert_read(NULL, "alone");
	assert_read(starters, "first");
	assert_read(starters, "second");
	starter_release(&starters[0]);
	assert_read(starters, "third");
	starter_release(&starters[0]);
}

static void one_program_serves_until_a_child_of_it_dies(void **state)
{
	struct starter starters[HELPER_STARTERS] = { STARTER_INIT, STARTER_INIT };
	SCOPED(buf) text = BUF_INIT;
	struct err err = ERR_INIT;
	pid_t first;

	(void)state;
	assert_read(starters, "first");
	first = starters[0].pid;
	assert_true(first > 0);
	assert_read(starters, "second");
	assert_int_equal(starters[0].pid, first);
	assert_int_equal(read_as("a.crash", "bad", starters, &text, &err), ERR_DATA);
	assert_string_equal(err.text, "'a.crash': the reader crashed (signal 11)");
	assert_int_equal(starters[0].pid, 0);
	assert_read(starters, "third");
	starter_release(&starters[0]);
}

static void a_starter_that_was_killed_costs_no_document(void **state)
{
	struct starter starters[HELPER_STARTERS] = { STARTER_INIT, STARTER_INIT };
	siginfo_t ended;

	(void)state;
	assert_read(starters, "first");
	assert_int_equal(kill(starters[0].pid, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)starters[0].pid, &ended, WEXITED | WNOWAIT), 0);
	assert_read(starters, "second");
	assert_read(starters, "third");
	starter_release(&starters[0]);
}

static void no_descriptor_and_no_child_is_left_behind(void **state)
{
	struct starter starters[HELPER_STARTERS] = { STARTER_INIT, STARTER_INIT };
	SCOPED(buf) text = BUF_INIT;
	int before = open("/dev/null", O_RDONLY), after;

	(void)state;
	close(before);
	for (int i = 0; i < 10; i++)
		assert_int_equal(read_as(i % 3 ? "a.txt" : "a.crash", "x", starters, &text, NULL), i % 3 ? OK : ERR_DATA);
	starter_release(&starters[0]);
	after = open("/dev/null", O_RDONLY);
	close(after);
	assert_int_equal(before, after);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

int main(int argc, char **argv)
{
	static const struct extract_ops *const formats[] = { &telling, NULL };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_gets_the_same_however_it_was_started),
		cmocka_unit_test(one_program_serves_until_a_child_of_it_dies),
		cmocka_unit_test(a_starter_that_was_killed_costs_no_document),
		cmocka_unit_test(no_descriptor_and_no_child_is_left_behind),
	};

	if (argc > 1 && !strcmp(argv[0], "ibid-extract"))
		_exit(program_run(argc, argv, formats, look_around));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
