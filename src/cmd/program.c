/*
 * Programs of the user's choice: pager, editor, opener. They run on a shell
 * command line, as git runs them, because people write "less -S" there; operands
 * are never pasted into that line but given as "$1". They get no variable that
 * holds a key (reference: security C3), and no descriptor of ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/cmd_internal.h"
#include "ibid/base/arena.h"
#include "ibid/cmd/interrupt.h"

extern char **environ;

static bool is_key_env(const struct config *c, struct str name)
{
	struct str sub;

	for (size_t i = 0; c && (sub = config_sub_name(c, "provider", i)).len; i++)
		if (str_eq(name, config_sub_str(c, "provider", sub, "key_env")))
			return true;
	return false;
}

/* Named by a provider, or by the habit of keys. */
static bool holds_key(const struct config *c, struct str name)
{
	return str_starts(name, STR("IBID_KEY_")) || str_ends(name, STR("_API_KEY")) || str_ends(name, STR("_TOKEN")) ||
	       str_ends(name, STR("_SECRET")) || is_key_env(c, name);
}

static char **safe_environ(struct arena *a, const struct config *c, const char *const *more)
{
	size_t n = 0, kept = 0, n_more = 0;
	char **v;

	while (environ[n])
		n++;
	while (more && more[n_more])
		n_more++;
	v = arena_array(a, n + n_more + 1, sizeof(*v));
	for (size_t i = 0; i < n; i++)
		if (!holds_key(c, str_sub(str_c(environ[i]), 0, str_find_ch(str_c(environ[i]), '=', 0))))
			v[kept++] = environ[i];
	for (size_t i = 0; i < n_more; i++)
		v[kept++] = (char *)more[i];
	return v;
}

/* Everything the child needs is made before fork; it only calls what is safe after it. */
static pid_t spawn(struct cmd_env *env, const char *command, const char *operand, const char *const *more, int input)
{
	struct arena a = ARENA_INIT;
	const char *line = arena_fmt(&a, operand ? "%s \"$1\"" : "%s", command).p;
	const char *const argv[] = { "sh", "-c", line, "sh", operand, NULL };
	char **envp = safe_environ(&a, env->config, more);
	pid_t child = fork();

	if (!child) {
		interrupt_reset_child();
		if (input >= 0)
			dup2(input, STDIN_FILENO);
		execve("/bin/sh", (char *const *)argv, envp);
		_exit(127);
	}
	arena_release(&a);
	return child;
}

/* While another program owns the terminal, its Ctrl-C is its own. */
static int wait_for(struct cmd_env *env, pid_t child)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old;
	int status = -1, fd = env->meanwhile ? pidfd_open(child, 0) : -1;

	sigaction(SIGINT, &ignore, &old);
	while (fd >= 0 && waitpid(child, &status, WNOHANG) == 0)
		env->meanwhile(env->meanwhile_ctx, fd);
	if (fd >= 0)
		close(fd);
	else
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			;
	sigaction(SIGINT, &old, NULL);
	return status;
}

static enum err_code run(struct cmd_env *env, const char *command, struct str operand, const char *const *more,
	struct err *err)
{
	SCOPED(buf) word = BUF_INIT;
	pid_t child;
	int status;

	buf_str(&word, operand);
	out_flush(&env->out, NULL);
	out_flush(&env->note, NULL);
	child = spawn(env, command, operand.len ? buf_cstr(&word) : NULL, more, -1);
	if (child < 0)
		return err_set(err, ERR_REFUSED, "cannot start '%s': %s", command, strerror(errno));
	status = wait_for(env, child);
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return OK;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return err_set(err, ERR_REFUSED, "cannot run '%s': no such program", command);
	return err_set(err, ERR_REFUSED, "'%s' failed", command);
}

enum err_code cmd_run_program(struct cmd_env *env, const char *command, struct str operand, struct err *err)
{
	return run(env, command, operand, NULL, err);
}

static const char *editor_command(struct cmd_env *env)
{
	struct str configured = env->config ? config_str(env->config, "core.editor") : STR_EMPTY;
	const char *const names[] = { "IBID_EDITOR", "VISUAL", "EDITOR" };

	if (configured.len)
		return configured.p;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_c(cmd_getenv(env, names[i])).len)
			return cmd_getenv(env, names[i]);
	return "vi";
}

enum err_code cmd_edit_file(struct cmd_env *env, struct str path, struct err *err)
{
	if (!cmd_can_ask(env))
		return err_set(err, ERR_DENIED, "cannot edit '%.*s': there is no terminal", STR_ARG(path));
	return cmd_run_program(env, editor_command(env), path, err);
}

/* Viewers of PDF that can begin at a page, in order of preference. They are left to themselves: ibid does not wait for a window. */
static const struct {
	const char *program, *command;
} page_viewers[] = {
	{ "zathura", "setsid -f zathura -P \"$IBID_PAGE\"" },
	{ "evince", "setsid -f evince -p \"$IBID_PAGE\"" },
	{ "okular", "setsid -f okular -p \"$IBID_PAGE\"" },
	{ "atril", "setsid -f atril -p \"$IBID_PAGE\"" },
};

static bool is_in_path(struct cmd_env *env, const char *program)
{
	struct str rest = str_c(cmd_getenv(env, "PATH"));

	while (rest.p) {
		SCOPED(buf) path = BUF_INIT;

		path_join(&path, str_cut(&rest, ':'), str_c(program));
		if (access(buf_cstr(&path), X_OK) == 0)
			return true;
	}
	return false;
}

/* NULL: there is none. */
static const char *opener_command(struct cmd_env *env, struct str path, int page)
{
	struct str configured = env->config ? config_str(env->config, "core.opener") : STR_EMPTY;
	bool has_windows = str_c(cmd_getenv(env, "DISPLAY")).len || str_c(cmd_getenv(env, "WAYLAND_DISPLAY")).len;

	if (configured.len)
		return configured.p;
	for (size_t i = 0; page && has_windows && i < sizeof(page_viewers) / sizeof(*page_viewers); i++)
		if (str_is_nocase(path_ext(path), "pdf") && is_in_path(env, page_viewers[i].program))
			return page_viewers[i].command;
	return is_in_path(env, "xdg-open") ? "xdg-open" : NULL;
}

enum err_code cmd_open_file(struct cmd_env *env, struct str path, int page, struct err *err)
{
	SCOPED(buf) number = BUF_INIT;
	const struct config *c;
	const char *command;

	if (cmd_config(env, &c, err) != OK)
		return err->code;
	command = opener_command(env, path, page);
	if (!command)
		return err_set(err, ERR_REFUSED, "nothing here opens '%.*s': xdg-open is not installed; set core.opener to a program "
			"of yours", STR_ARG(path));
	buf_fmt(&number, "IBID_PAGE=%d", page > 0 ? page : 1);
	return run(env, command, path, (const char *const[]){ buf_cstr(&number), NULL }, err);
}

pid_t cmd_spawn_program(struct cmd_env *env, const char *const *argv, int input)
{
	SCOPED(arena) a = ARENA_INIT;
	char **envp = safe_environ(&a, env->config, NULL);
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t child = fork();

	if (!child) {
		interrupt_reset_child();
		setsid();
		dup2(input, STDIN_FILENO);
		dup2(nowhere, STDOUT_FILENO);
		dup2(nowhere, STDERR_FILENO);
		close_range(STDERR_FILENO + 1, ~0u, 0);
		execve(argv[0], (char *const *)argv, envp);
		_exit(127);
	}
	if (nowhere >= 0)
		close(nowhere);
	return child;
}

/* --- the pager */

static const char *pager_command(struct cmd_env *env)
{
	struct str configured = env->config ? config_str(env->config, "core.pager") : STR_EMPTY;
	const char *own = cmd_getenv(env, "IBID_PAGER"), *common = cmd_getenv(env, "PAGER");

	if (own && *own)
		return own;
	if (configured.len)
		return configured.p;
	return common && *common ? common : "less";
}

/* Only less is known to pass our colours and to stay harmless with LESSSECURE (less CVE-2022-46663 shows why). */
static bool is_less(const char *command)
{
	struct str word = str_sub(str_c(command), 0, str_find_ch(str_c(command), ' ', 0));

	return str_is(path_base(word), "less");
}

/* What a pager is given besides the environment; `quits`: text of one page needs no key. */
static void pager_variables(struct cmd_env *env, bool quits, const char *more[3])
{
	more[0] = "LESSSECURE=1";
	more[1] = cmd_getenv(env, "LESS") ? NULL : quits ? "LESS=FRX" : "LESS=R";
	more[2] = NULL;
}

enum err_code cmd_page_file(struct cmd_env *env, struct str path, struct err *err)
{
	const char *more[3];

	pager_variables(env, false, more);
	return run(env, pager_command(env), path, more, err);
}

static void ignore_interrupt(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGINT, &ignore, NULL);
}

void cmd_pager(struct cmd_env *env)
{
	const char *command = pager_command(env);
	const char *more[3];
	int ends[2];

	pager_variables(env, true, more);
	if (!cmd_for_people(env) || env->opt.no_pager || env->pager || !strcmp(command, "cat"))
		return;
	if (str_is(str_c(cmd_getenv(env, "TERM")), "dumb") || out_flush(&env->out, NULL) != OK ||
		pipe2(ends, O_CLOEXEC))
		return;
	env->pager = spawn(env, command, NULL, more, ends[0]);
	close(ends[0]);
	if (env->pager < 0) {
		env->pager = 0;
		close(ends[1]);
		return;
	}
	/* Ctrl-C in the pager is the pager's: it stops a search there, and must not leave it alone with the terminal. */
	ignore_interrupt();
	env->pager_fd = env->out.fd;
	env->out.fd = ends[1];
	env->out.color = env->out.color && is_less(command);
}

void cmd_pager_end(struct cmd_env *env)
{
	if (!env->pager)
		return;
	out_release(&env->out);
	close(env->out.fd);
	wait_for(env, env->pager);
	env->pager = 0;
	/* Opened anew, without the EPIPE of a reader who has seen enough. */
	out_open(&env->out, env->pager_fd, "standard output", OUT_COLOR_AUTO, env->env, env->env_ctx);
}
