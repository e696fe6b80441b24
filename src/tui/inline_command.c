/*
 * A command of ibid from within the conversation: what it says comes as it comes.
 * Ctrl-C ends the command, a second one kills it; the conversation goes on.
 */
#include "inline_internal.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Copy what is there. False at the end of the stream. */
static bool copy(struct inline_chat *in, int fd)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		out_str(in->out, str_of(bytes, (size_t)n));
	out_flush(in->out, NULL);
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

/* The child leads a process group of its own: what it started goes with it. */
static void pass_on(struct inline_chat *in, pid_t child, int *n_signals)
{
	int sig = inline_signal(in);

	if (sig)
		kill(-child, sig == SIGINT && (*n_signals)++ ? SIGKILL : sig);
}

static void watch(struct inline_chat *in, int fd, pid_t child)
{
	struct pollfd output = { .fd = fd, .events = POLLIN };
	int n_signals = 0;

	do {
		in->host->wait(in->host->ctx, &output, 1, -1);
		pass_on(in, child, &n_signals);
	} while (copy(in, fd));
	close(fd);
	/* It may have closed its output before its end. */
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		pass_on(in, child, &n_signals);
}

/* It may have renamed the session, taken its last exchange back, or removed it. */
static void look_again(struct inline_chat *in)
{
	struct err err = ERR_INIT;
	enum err_code code = conversation_reload(in->talk, &err);

	if (code == OK && !conversation_session(in->talk)->trashed_ms)
		return;
	if (code == OK || code == ERR_MISSING) {
		err_reset(&err);
		code = inline_open(in, 0, &err);
		inline_say(in, "That conversation was removed; a new one begins here.");
	}
	if (code != OK)
		inline_failed(in, &err);
}

void inline_command(struct inline_chat *in, struct str line)
{
	struct err err = ERR_INIT;
	pid_t child;
	int fd;

	if (in->host->command(in->host->ctx, line, conversation_session(in->talk)->sid, in->out->width_cols, &fd, &child,
		    &err) != OK) {
		inline_failed(in, &err);
		return;
	}
	watch(in, fd, child);
	look_again(in);
}
