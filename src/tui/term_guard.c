/*
 * What ends the process puts the terminal back first. All that is needed lies
 * ready in static memory, because a signal handler may neither allocate nor read
 * what was being changed; new bytes go to the half that is not in use.
 */
#include "tui/term_internal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ibid/base/mem.h"

#define LEAVE_MAX 512
/* A terminal that takes nothing for so long is left as it is. */
#define STUCK_MS 1000
/* For a stack that has overflowed: the handler needs one of its own. */
#define STACK_BYTES 65536

static const int fatal[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };
#define N_FATAL (sizeof(fatal) / sizeof(*fatal))

/* A mutable global, because a signal handler has no context. */
static struct {
	volatile sig_atomic_t is_armed, half, is_flushing;
	pid_t owner;
	int fd;
	struct termios saved;
	struct {
		char bytes[LEAVE_MAX];
		size_t len;
	} leave[2];
	bool is_installed, is_at_exit;
	struct sigaction old[N_FATAL];
	stack_t old_stack;
} guard;
static char handler_stack[STACK_BYTES];

void guard_arm(int fd, const struct termios *saved)
{
	guard.fd = fd;
	guard.saved = *saved;
	guard.owner = getpid();
	guard.is_armed = 1;
}

void guard_leave(struct str bytes)
{
	int other = !guard.half;
	size_t len = bytes.len < LEAVE_MAX ? bytes.len : LEAVE_MAX;

	memcpy(guard.leave[other].bytes, bytes.p, len);
	guard.leave[other].len = len;
	guard.half = other;
}

void guard_flush(bool flush)
{
	guard.is_flushing = flush;
}

bool guard_is_armed(void)
{
	return guard.is_armed;
}

static void write_leave(void)
{
	const char *p = guard.leave[guard.half].bytes;
	size_t len = guard.leave[guard.half].len;
	struct pollfd ready = { .fd = guard.fd, .events = POLLOUT };

	while (len && poll(&ready, 1, STUCK_MS) > 0 && (ready.revents & POLLOUT)) {
		ssize_t n = write(guard.fd, p, len);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
}

/* Without SIGTTOU: a process in the background would be stopped instead. */
void term_restore(void)
{
	int errnum = errno;
	sigset_t ttou, old;

	if (!guard.is_armed || guard.owner != getpid())
		return;
	guard.is_armed = 0;
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &old);
	write_leave();
	tcsetattr(guard.fd, TCSANOW, &guard.saved);
	if (guard.is_flushing)
		tcflush(guard.fd, TCIFLUSH);
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = errnum;
}

/* SA_RESETHAND has put the default action back: the process dies of what hit it. */
static void on_fatal(int sig)
{
	term_restore();
	raise(sig);
}

static void last_words(void *ctx)
{
	(void)ctx;
	term_restore();
}

static void install(void)
{
	stack_t own = { .ss_sp = handler_stack, .ss_size = sizeof(handler_stack) };
	struct sigaction sa = { .sa_handler = on_fatal, .sa_flags = (int)SA_RESETHAND | SA_NODEFER | SA_ONSTACK };

	sigemptyset(&sa.sa_mask);
	sigaltstack(&own, &guard.old_stack);
	for (size_t i = 0; i < N_FATAL; i++)
		sigaction(fatal[i], &sa, &guard.old[i]);
	guard.is_installed = true;
}

void term_guard(struct term *t)
{
	t->is_guarded = true;
	if (!guard.is_installed)
		install();
	mem_last_words(last_words, NULL);
	if (!guard.is_at_exit)
		guard.is_at_exit = atexit(term_restore) == 0;
}

void guard_release(void)
{
	mem_last_words(NULL, NULL);
	for (size_t i = 0; i < N_FATAL && guard.is_installed; i++)
		sigaction(fatal[i], &guard.old[i], NULL);
	if (guard.is_installed)
		sigaltstack(&guard.old_stack, NULL);
	guard.is_installed = false;
}
