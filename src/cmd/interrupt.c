#include "ibid/cmd/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t came; /* the first signal, 0 before it */

static void stop_at_second(int sig)
{
	if (came)
		_exit(128 + sig);
	came = sig;
}

static void stop(int sig)
{
	_exit(128 + sig);
}

static void handle(int sig, void (*fn)(int))
{
	struct sigaction sa = { .sa_handler = fn };

	sigemptyset(&sa.sa_mask);
	sigaction(sig, &sa, NULL);
}

/* A shell without job control starts `ibid ... &` with SIGINT ignored, and means it. */
static bool is_ignored(int sig)
{
	struct sigaction old;

	return !sigaction(sig, NULL, &old) && old.sa_handler == SIG_IGN;
}

void interrupt_install(bool polls)
{
	handle(SIGPIPE, SIG_IGN);
	/* A limit on the size of files (ulimit -f) is a full disk, told as an error of the write. */
	handle(SIGXFSZ, SIG_IGN);
	if (!is_ignored(SIGINT))
		handle(SIGINT, polls ? stop_at_second : stop);
	handle(SIGTERM, polls ? stop_at_second : stop);
}

bool interrupt_pending(void)
{
	return came != 0;
}

enum err_code interrupt_check(struct err *err)
{
	if (!came)
		return OK;
	return came == SIGTERM ? err_set(err, ERR_TERMINATED, "terminated")
			       : err_set(err, ERR_CANCELLED, "interrupted");
}

int interrupt_take(void)
{
	int sig = came;

	if (sig == SIGINT)
		came = 0;
	return sig;
}

void interrupt_reset_child(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	handle(SIGPIPE, SIG_DFL);
	handle(SIGXFSZ, SIG_DFL);
	handle(SIGINT, SIG_DFL);
	handle(SIGTERM, SIG_DFL);
}
