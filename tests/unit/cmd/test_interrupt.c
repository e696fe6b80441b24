#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/cmd/interrupt.h"

/* Run `fn` in a child, because a flag that was set stays set; its exit status. */
static int status_of(void (*fn)(void))
{
	pid_t child = fork();
	int status = -1;

	assert_true(child >= 0);
	if (!child) {
		signal(SIGINT, SIG_DFL); /* a job in the background of a script inherits it ignored */
		fn();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void raise_once(void)
{
	struct err err = ERR_INIT;

	interrupt_install(true);
	if (interrupt_pending() || interrupt_check(&err) != OK)
		_exit(1);
	raise(SIGINT);
	if (!interrupt_pending() || interrupt_check(&err) != ERR_CANCELLED)
		_exit(2);
}

static void raise_twice(void)
{
	raise_once();
	raise(SIGINT);
}

static void raise_and_take(void)
{
	interrupt_install(true);
	for (int i = 0; i < 3; i++) {
		raise(SIGINT);
		if (interrupt_take() != SIGINT || interrupt_pending() || interrupt_take() != 0)
			_exit(1);
	}
	raise(SIGTERM);
	if (interrupt_take() != SIGTERM || interrupt_take() != SIGTERM)
		_exit(2);
}

static void terminate_once(void)
{
	struct err err = ERR_INIT;

	interrupt_install(true);
	raise(SIGTERM);
	_exit(interrupt_check(&err) == ERR_TERMINATED ? 0 : 1);
}

static void raise_without_polling(void)
{
	interrupt_install(false);
	raise(SIGINT);
}

static void write_into_a_closed_pipe(void)
{
	int ends[2];

	interrupt_install(false);
	if (pipe(ends) || close(ends[0]) || write(ends[1], "x", 1) != -1)
		_exit(1);
}

static void raise_while_ignored(void)
{
	signal(SIGINT, SIG_IGN);
	interrupt_install(true);
	raise(SIGINT);
	_exit(interrupt_pending());
}

static void each_signal_ends_as_it_should(void **state)
{
	static const struct {
		void (*fn)(void);
		int status;
	} cases[] = {
		{ raise_once, 0 }, { raise_twice, 130 }, { raise_and_take, 0 }, { terminate_once, 0 }, { raise_without_polling, 130 },
		{ write_into_a_closed_pipe, 0 }, { raise_while_ignored, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(status_of(cases[i].fn), cases[i].status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_signal_ends_as_it_should),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
