#include "ibid/ingest/starter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ibid/base/pass.h"

/* What a program is given: the document or the channel, the pipe, and nothing where it might read or write else. */
static int plan(posix_spawn_file_actions_t *files, posix_spawnattr_t *attr, int doc, int out)
{
	sigset_t none, all;
	int bad = 0;

	sigemptyset(&none);
	sigfillset(&all);
	bad |= posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	bad |= posix_spawn_file_actions_adddup2(files, out, STDOUT_FILENO);
	bad |= posix_spawn_file_actions_addopen(files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	bad |= posix_spawn_file_actions_adddup2(files, doc, TASK_DOCUMENT_FD);
	bad |= posix_spawn_file_actions_addclosefrom_np(files, TASK_DOCUMENT_FD + 1);
	bad |= posix_spawnattr_setsigmask(attr, &none);
	bad |= posix_spawnattr_setsigdefault(attr, &all);
	/* Ctrl-C on the terminal is the parent's to handle. */
	bad |= posix_spawnattr_setpgroup(attr, 0);
	bad |= posix_spawnattr_setflags(attr,
		POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	return bad;
}

static int spawn(const char *program, char *const argv[], int doc, int out, pid_t *pid)
{
	char *none[] = { NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int bad;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	bad = plan(&files, &attr, doc, out);
	if (!bad)
		bad = posix_spawn(pid, program, &files, &attr, argv, none);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return bad;
}

static int run_alone(const char *program, const struct task *task, int doc, int out, pid_t *pid)
{
	struct task own = *task;
	char name[] = "ibid-extract", *argv[] = { name, own.ext, own.mime, own.seconds, NULL };

	return spawn(program, argv, doc, out, pid);
}

static bool load(struct starter *s, const char *program)
{
	char name[] = "ibid-extract", serve[] = TASK_SERVE, *argv[] = { name, serve, NULL };
	int ends[2], lifted, bad;

	if (!pass_pair(ends))
		return false;
	lifted = fcntl(ends[1], F_DUPFD_CLOEXEC, STARTER_LIFTED_FD);
	close(ends[1]);
	bad = lifted < 0 ? errno : spawn(program, argv, lifted, lifted, &s->pid);
	if (lifted >= 0)
		close(lifted);
	if (bad) {
		close(ends[0]);
		s->pid = 0;
		return false;
	}
	s->channel = ends[0];
	return true;
}

/*
 * A task that was sent is the starter's: when no answer comes a child may have
 * the pipe, and a second one must not write to it.
 */
int starter_run(struct starter *s, const char *program, const struct task *task, int doc, int out, pid_t *pid)
{
	const int fds[] = { doc, out };
	pid_t child;

	if (!s || (!s->pid && !load(s, program)))
		return run_alone(program, task, doc, out, pid);
	if (!pass_send(s->channel, task, sizeof(*task), fds, 2)) {
		starter_release(s);
		return run_alone(program, task, doc, out, pid);
	}
	if (!pass_receive(s->channel, &child, sizeof(child), NULL, 0) || child <= 0) {
		starter_release(s);
		return ECHILD;
	}
	*pid = child;
	return 0;
}

void starter_release(struct starter *s)
{
	if (!s->pid)
		return;
	close(s->channel);
	kill(s->pid, SIGKILL);
	while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
		;
	*s = (struct starter)STARTER_INIT;
}
