#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/arena.h"
#include "ibid/cmd/env.h"

/* How a program ends whose standard input holds `input`: its exit status, or 256. */
static int status_of(const char *const *argv, const char *input)
{
	struct cmd_env env;
	int ends[2], status = -1;
	pid_t child;

	cmd_env_init(&env);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(path_write_fd(ends[1], str_c(input), "a pipe", NULL), OK);
	close(ends[1]);
	child = cmd_spawn_program(&env, argv, ends[0]);
	close(ends[0]);
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	cmd_env_release(&env);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256;
}

static int shell(const char *line, const char *input)
{
	return status_of((const char *const[]){ "/bin/sh", "-c", line, NULL }, input);
}

static void a_program_reads_its_input_and_ends_as_it_likes(void **state)
{
	(void)state;
	assert_int_equal(shell("test \"$(cat)\" = hello", "hello\n"), 0);
	assert_int_equal(shell("test \"$(cat)\" = hello", "other\n"), 1);
	assert_int_equal(shell("echo noise; echo noise >&2; exit 7", ""), 7);
	assert_int_equal(status_of((const char *const[]){ "/no/such/program", NULL }, ""), 127);
}

/* A key in the environment is none of a clipboard's business, nor is our terminal, nor what we have open. */
static void a_program_gets_no_key_no_terminal_and_no_descriptor(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	setenv("ANTHROPIC_API_KEY", "sk-CANARY", 1);
	setenv("PLAIN", "here", 1);
	assert_int_equal(shell("test -z \"$ANTHROPIC_API_KEY\" && test \"$PLAIN\" = here", ""), 0);
	unsetenv("ANTHROPIC_API_KEY");
	assert_int_equal(shell("! (: < /dev/tty)", ""), 0);
	assert_int_equal(shell("for f in /proc/self/fd/*; do test ${f##*/} -lt 3 || ! test -e $f || exit 1; done", ""), 0);
	close(fd);
}

/* A screen reads its signals from a descriptor: what it has blocked must not be blocked there. */
static void a_program_can_be_interrupted(void **state)
{
	sigset_t all, before;

	(void)state;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	assert_int_equal(shell("kill -INT $$; sleep 5", ""), 256);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_reads_its_input_and_ends_as_it_likes),
		cmocka_unit_test(a_program_gets_no_key_no_terminal_and_no_descriptor),
		cmocka_unit_test(a_program_can_be_interrupted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
