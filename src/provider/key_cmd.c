/*
 * A key from a command: `pass show x`, `op read ...`, `security find-...`
 *
 * The child stays in our process group, so that a pinentry on the terminal may
 * read it. Its standard error is kept for the sentence when it fails: printed at
 * once it would tear the screen.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ibid/base/mem.h"
#include "key_internal.h"

/* Bytes of standard error that are kept. */
#define SAYS_MAX 300

struct child {
	pid_t pid;
	int out, says;			/* our ends; -1: closed */
	char key[SECRET_MAX + 1];	/* one more, so that a key that is too long is seen to be */
	size_t key_len;
	char text[SAYS_MAX];
	size_t text_len;
};

static bool holds_key(const char *entry)
{
	struct str name = str_c(entry);

	name = str_sub(name, 0, str_find_ch(name, '=', 0));
	return str_starts(name, STR("IBID_KEY_")) || str_ends(name, STR("_API_KEY"));
}

/* The caller frees the array; the strings are borrowed. */
static char **environment_without_keys(char *const *all)
{
	size_t n = 0, kept = 0;
	char **copy;

	while (all[n])
		n++;
	copy = mem_zalloc(n + 1, sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		if (!holds_key(all[i]))
			copy[kept++] = all[i];
	return copy;
}

/* Signals as a program expects to find them: ibid may have blocked some to read them from a descriptor. */
static void default_signals(posix_spawnattr_t *attr)
{
	sigset_t none, usual;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGINT);
	sigaddset(&usual, SIGTERM);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &usual);
	posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int spawn(struct child *c, char *command, char *const *env, int out, int says)
{
	char sh[] = "sh", dash_c[] = "-c";
	char *const argv[] = { sh, dash_c, command, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int failed;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, says, STDERR_FILENO);
	posix_spawnattr_init(&attr);
	default_signals(&attr);
	failed = posix_spawn(&c->pid, "/bin/sh", &files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return failed;
}

static enum err_code start(struct child *c, char *command, char *const *env, struct err *err)
{
	int out[2], says[2], failed;

	if (pipe2(out, O_CLOEXEC) != 0)
		return err_set(err, ERR_IO, "cannot make a pipe: %s", strerror(errno));
	if (pipe2(says, O_CLOEXEC) != 0) {
		close(out[0]);
		close(out[1]);
		return err_set(err, ERR_IO, "cannot make a pipe: %s", strerror(errno));
	}
	failed = spawn(c, command, env, out[1], says[1]);
	close(out[1]);
	close(says[1]);
	c->out = out[0];
	c->says = says[0];
	return failed ? err_set(err, ERR_IO, "cannot run /bin/sh: %s", strerror(failed)) : OK;
}

/* Read what fits and drop the rest; close at the end. */
static void drain(int *fd, char *bytes, size_t *len, size_t max)
{
	char spill[256];
	bool is_full = *len == max;
	ssize_t n = is_full ? read(*fd, spill, sizeof(spill)) : read(*fd, bytes + *len, max - *len);

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		close(*fd);
		*fd = -1;
	} else if (!is_full) {
		*len += (size_t)n;
	}
	explicit_bzero(spill, sizeof(spill));
}

static bool read_all(struct child *c, const struct clock *clock, int deadline_ms)
{
	int64_t until = clock_mono_ms(clock) + deadline_ms, left;

	while (c->out >= 0 || c->says >= 0) {
		struct pollfd fds[] = { { .fd = c->out, .events = POLLIN }, { .fd = c->says, .events = POLLIN } };

		left = until - clock_mono_ms(clock);
		if (left <= 0)
			return false;
		if (poll(fds, 2, (int)left) <= 0)
			continue;
		if (fds[0].revents)
			drain(&c->out, c->key, &c->key_len, sizeof(c->key));
		if (fds[1].revents)
			drain(&c->says, c->text, &c->text_len, sizeof(c->text));
	}
	return true;
}

static int reap(struct child *c, bool kill_first)
{
	int status = -1;

	if (kill_first)
		kill(c->pid, SIGKILL);
	if (c->out >= 0)
		close(c->out);
	if (c->says >= 0)
		close(c->says);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static enum err_code judge(struct child *c, int status, const struct provider *p, struct secret *key, struct err *err)
{
	struct str line = str_of(c->key, c->key_len);

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(err, ERR_CONFIG, "the key command of provider '%.*s' failed (status %d): %.*s",
			STR_ARG(p->name), WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
			STR_ARG(str_trim(str_of(c->text, c->text_len))));
	line = str_sub(line, 0, str_find_ch(line, '\n', 0));
	if (secret_set(key, line, p->key_origin, err) != OK)
		return err_ctx(err, "the key command of provider '%.*s'", STR_ARG(p->name));
	return OK;
}

static enum err_code run(struct child *c, char *command, const struct provider *p, const struct key_env *env,
	struct secret *key, struct err *err)
{
	const struct clock *clock = env && env->clock ? env->clock : &clock_system;
	int deadline_ms = env && env->cmd_deadline_ms ? env->cmd_deadline_ms : KEY_CMD_DEADLINE_MS;
	char **own = environment_without_keys(env && env->all ? env->all : environ);
	enum err_code code = start(c, command, own, err);
	bool in_time;
	int status;

	mem_free(own);
	if (code != OK) {
		close(c->out);
		close(c->says);
		return code;
	}
	in_time = read_all(c, clock, deadline_ms);
	status = reap(c, !in_time);
	if (!in_time)
		return err_set(err, ERR_TIMEOUT, "the key command of provider '%.*s' did not end within %d s",
			STR_ARG(p->name), deadline_ms / 1000);
	return judge(c, status, p, key, err);
}

enum err_code key_from_command(const struct provider *p, const struct key_env *env, struct secret *key, struct err *err)
{
	SCOPED(buf) command = BUF_INIT;
	struct child c = { .out = -1, .says = -1 };
	enum err_code code;

	buf_str(&command, p->key_cmd);
	code = run(&c, command.p, p, env, key, err);
	explicit_bzero(&c, sizeof(c));
	return code;
}
