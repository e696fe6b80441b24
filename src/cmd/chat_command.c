/*
 * Slash commands: `ibid LINE` in a process of its own, on the same library and
 * configuration. It has no terminal (setsid), so it cannot draw on the screen,
 * wait for keys or be stopped by them; what it says comes through a pipe.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cmd/chat_internal.h"
#include "ibid/base/shell.h"
#include "ibid/cmd/cmd.h"
#include "ibid/cmd/interrupt.h"

extern char **environ;

/* Words before those of the line, at most. */
#define FIRST_WORDS_MAX 16

/* What makes no sense in here, and what does instead. */
static const struct {
	const char *name, *instead;
} refused[] = {
	{ "chat", "you are in it; /new begins another conversation, /open SESSION goes to one" },
	{ "completion", "it prints a script for a shell; run 'ibid completion' there" },
};

static const struct cmd *command_named(struct str word)
{
	const struct cmd *c = cmd_find(cmd_table, word);

	return c && !(c->flags & CMD_HIDDEN) ? c : NULL;
}

bool chat_is_command(void *ctx, struct str word)
{
	(void)ctx;
	return command_named(word) != NULL;
}

bool chat_is_verb(void *ctx, struct str command, struct str word)
{
	const struct cmd *c = command_named(command);

	(void)ctx;
	return c && cmd_find(c->subs, word);
}

static enum err_code check_name(struct str word, struct err *err)
{
	const struct cmd *c = command_named(word), *near = c ? NULL : cmd_nearest(cmd_table, word);

	for (size_t i = 0; c && i < sizeof(refused) / sizeof(*refused); i++)
		if (!strcmp(c->name, refused[i].name))
			return err_set(err, ERR_USAGE, "/%s is for the shell: %s", c->name, refused[i].instead);
	if (c)
		return OK;
	if (near)
		return err_set(err, ERR_USAGE, "no command '/%.*s'; did you mean '/%s'?", STR_ARG(word), near->name);
	return err_set(err, ERR_USAGE, "no command '/%.*s'; /help lists them, and //text sends a text that begins with a slash",
		STR_ARG(word));
}

/* "@", "@#2", "@[1]" mean the conversation on the screen, which need not be the newest one. */
static bool means_this(struct str word)
{
	return str_is(word, "@") || str_starts(word, STR("@#")) || str_starts(word, STR("@["));
}

static enum err_code check_words(const struct shell_word *words, size_t n, struct str sid, struct err *err)
{
	if (!n)
		return err_set(err, ERR_USAGE, "a command is missing; /help lists them");
	for (size_t i = 0; i < n; i++) {
		if (words[i].quote)
			return err_set(err, ERR_USAGE, "the quote %c is not closed", words[i].quote);
		if (str_find_ch(words[i].text, '\0', 0) != STR_NONE)
			return err_set(err, ERR_USAGE, "a NUL cannot be part of a command");
		if (!sid.len && means_this(words[i].text))
			return err_set(err, ERR_USAGE, "'%.*s' means this conversation, in which nothing was said yet",
				STR_ARG(words[i].text));
	}
	return check_name(words[0].text, err);
}

/* The options that make it the same library, the same configuration, and no terminal. */
static size_t add_options(struct chat_host *h, struct arena *a, const char **argv, struct err *err)
{
	SCOPED(buf) library = BUF_INIT;
	const struct cmd_globals *opt = &h->env->opt;
	size_t n = 0;

	if (cmd_store_path(h->env, &library, err) != OK)
		return 0;
	argv[n++] = "ibid";
	argv[n++] = "-L";
	argv[n++] = arena_str(a, buf_view(&library)).p;
	if (opt->config_file.p) {
		argv[n++] = "--config";
		argv[n++] = opt->config_file.p;
	}
	if (opt->offline)
		argv[n++] = "--offline";
	if (opt->timeout_s > 0) {
		argv[n++] = "--timeout";
		argv[n++] = arena_fmt(a, "%g", opt->timeout_s).p;
	}
	argv[n++] = "--color=never";
	argv[n++] = "--no-pager";
	argv[n++] = "--no-input";
	argv[n++] = "--for-people";
	return n;
}

static const char **arguments(struct chat_host *h, struct arena *a, struct str line, const struct shell_word *words,
	size_t n, struct str sid, struct err *err)
{
	const char **argv = arena_array(a, n + FIRST_WORDS_MAX + 1, sizeof(*argv));
	size_t at = add_options(h, a, argv, err);

	if (!at)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		struct str word = words[i].text;

		if (means_this(word))
			word = arena_fmt(a, "%.*s%.*s", STR_ARG(sid), STR_ARG(str_sub(word, 1, word.len)));
		else if (line.p[words[i].from] == '~')
			word = chat_real_path(h, a, word);
		argv[at++] = word.p;
	}
	return argv;
}

/* The environment, with the width that its lines may have. It is ibid itself: it may have the keys. */
static char **environment(struct arena *a, int width_cols)
{
	size_t n = 0, kept = 0;
	char **v;

	while (environ[n])
		n++;
	v = arena_array(a, n + 2, sizeof(*v));
	for (size_t i = 0; i < n; i++)
		if (!str_starts(str_c(environ[i]), STR("COLUMNS=")))
			v[kept++] = environ[i];
	v[kept] = (char *)arena_fmt(a, "COLUMNS=%d", width_cols > 0 ? width_cols : 80).p;
	return v;
}

/* In the child; only what is safe after fork. */
static _Noreturn void become(const char **argv, char **envp, int out)
{
	static const char failed[] = "ibid: this program cannot be started once more\n";
	int nowhere = open("/dev/null", O_RDONLY);

	interrupt_reset_child();
	setsid();
	dup2(nowhere, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	execve("/proc/self/exe", (char *const *)argv, envp);
	_exit(write(STDERR_FILENO, failed, sizeof(failed) - 1) < 0 ? 126 : 127);
}

static enum err_code start(const char **argv, char **envp, int *fd, pid_t *child, struct err *err)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return err_set(err, ERR_IO, "cannot start '%s': %s", argv[0], strerror(errno));
	pid = fork();
	if (!pid)
		become(argv, envp, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return err_set(err, ERR_IO, "cannot start '%s': %s", argv[0], strerror(errno));
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*fd = ends[0];
	*child = pid;
	return OK;
}

enum err_code chat_command(void *ctx, struct str line, struct str sid, int width_cols, int *fd, pid_t *child,
	struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct shell_word *words;
	size_t n = shell_split(&a, line, &words);
	const char **argv;

	if (check_words(words, n, sid, err) != OK)
		return err->code;
	argv = arguments(ctx, &a, line, words, n, sid, err);
	if (!argv)
		return err->code;
	return start(argv, environment(&a, width_cols), fd, child, err);
}
