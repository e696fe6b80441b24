#include "ibid/cmd/env.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd_internal.h"
#include "ibid/cmd/cmd.h"
#include "ibid/config/config.h"

/* Warnings of the configuration shown; a project's file may hold thousands of faults. */
#define WARNINGS_SHOWN 8

static const char *process_env(void *ctx, const char *name)
{
	(void)ctx;
	return getenv(name);
}

static enum out_color color_of(const struct cmd_env *env)
{
	struct str word = str_c(cmd_getenv(env, "IBID_COLOR"));

	if (env->opt.color != OUT_COLOR_AUTO)
		return (enum out_color)env->opt.color;
	if (!word.len && env->config)
		word = config_str(env->config, "core.color");
	return str_is(word, "always") ? OUT_COLOR_ALWAYS : str_is(word, "never") ? OUT_COLOR_NEVER : OUT_COLOR_AUTO;
}

void cmd_env_init(struct cmd_env *env)
{
	*env = (struct cmd_env){ .clock = &clock_system, .env = process_env, .pager_fd = -1 };
	buf_c(&env->title, "ibid");
	out_open(&env->out, STDOUT_FILENO, "standard output", color_of(env), env->env, env->env_ctx);
	out_open(&env->note, STDERR_FILENO, "standard error", color_of(env), env->env, env->env_ctx);
}

static void reopen(struct cmd_env *env, struct out *o)
{
	int fd = o->fd;
	const char *name = o->name;

	out_release(o);
	out_open(o, fd, name, color_of(env), env->env, env->env_ctx);
}

void cmd_apply_color(struct cmd_env *env)
{
	reopen(env, &env->out);
	reopen(env, &env->note);
	env->out.is_tty |= env->opt.for_people;
	if (env->mode != MODE_HUMAN)
		env->out.color = false;
}

void cmd_env_release(struct cmd_env *env)
{
	cmd_pager_end(env);
	cmd_store_close(env);
	config_free(env->config);
	env->config = NULL;
	out_release(&env->out);
	out_release(&env->note);
	buf_release(&env->title);
	buf_release(&env->result);
}

const char *cmd_getenv(const struct cmd_env *env, const char *name)
{
	return env->env(env->env_ctx, name);
}

/* --- configuration */

static void add_override(
	struct arena *a, struct config_sources *src, const char *name, struct str text, const char *option)
{
	struct config_override *v = arena_array(a, src->n_overrides + 1, sizeof(*v));

	for (size_t i = 0; i < src->n_overrides; i++)
		v[i] = src->overrides[i];
	v[src->n_overrides++] = (struct config_override){ name, text, option };
	src->overrides = v;
}

struct config_sources cmd_config_sources(struct cmd_env *env, struct arena *a)
{
	struct config_sources src = { .env = env->env, .env_ctx = env->env_ctx, .user_file = env->opt.config_file };
	char *directory = arena_alloc(a, PATH_MAX);

	src.directory = getcwd(directory, PATH_MAX);
	if (env->opt.library.p)
		add_override(a, &src, "core.library", env->opt.library, "--library");
	if (env->opt.timeout_s > 0)
		add_override(
			a, &src, "net.total_timeout", arena_fmt(a, "%.0fms", env->opt.timeout_s * 1000), "--timeout");
	return src;
}

static void show_warnings(struct cmd_env *env)
{
	size_t n = config_warning_count(env->config);

	for (size_t i = 0; i < n && i < WARNINGS_SHOWN; i++)
		cmd_warn(env, "%.*s", STR_ARG(config_warning(env->config, i)));
	if (n > WARNINGS_SHOWN)
		cmd_warn(env, "%zu more faults in the configuration", n - WARNINGS_SHOWN);
}

enum err_code cmd_config(struct cmd_env *env, const struct config **c, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct config_sources src;
	enum err_code code = OK;

	if (!env->config) {
		src = cmd_config_sources(env, &a);
		code = config_load(&src, &env->config, err);
		arena_release(&a);
		if (code != OK)
			return code;
		cmd_apply_color(env);
		show_warnings(env);
	}
	*c = env->config;
	return OK;
}

enum err_code cmd_store_path(struct cmd_env *env, struct buf *path, struct err *err)
{
	const struct config *c;
	SCOPED(buf) dir = BUF_INIT;
	struct str name;

	if (cmd_config(env, &c, err) != OK)
		return err->code;
	name = config_str(c, "core.library");
	if (str_starts(name, STR("~/"))) {
		buf_c(path, cmd_getenv(env, "HOME") ? cmd_getenv(env, "HOME") : "");
		buf_str(path, str_sub(name, 1, name.len));
		return OK;
	}
	if (str_find_ch(name, '/', 0) != STR_NONE || str_ends(name, STR(".db"))) {
		buf_str(path, name);
		return OK;
	}
	if (path_place_of(PATH_DATA, env->env, env->env_ctx, &dir, err) != OK)
		return err->code;
	path_join(path, buf_view(&dir), name);
	buf_c(path, ".db");
	return OK;
}

/* --- what people see */

bool cmd_for_people(const struct cmd_env *env)
{
	return env->mode == MODE_HUMAN && env->out.is_tty;
}

bool cmd_can_ask(const struct cmd_env *env)
{
	return !env->opt.no_input && env->note.is_tty && isatty(STDIN_FILENO);
}

__attribute__((format(printf, 4, 0))) static void say(
	struct cmd_env *env, enum out_style style, const char *label, const char *fmt, va_list ap)
{
	SCOPED(buf) text = BUF_INIT;

	buf_vfmt(&text, fmt, ap);
	out_flush(&env->out, NULL);
	out_fmt(&env->note, "%s: ", buf_cstr(&env->title));
	out_styled(&env->note, style, str_c(label));
	out_line(&env->note, buf_view(&text));
	out_c(&env->note, "\n");
	out_flush(&env->note, NULL);
}

void cmd_warn(struct cmd_env *env, const char *fmt, ...)
{
	va_list ap;

	if (env->opt.quiet)
		return;
	va_start(ap, fmt);
	say(env, OUT_WARN, "warning: ", fmt, ap);
	va_end(ap);
}

void cmd_explain(struct cmd_env *env, const char *fmt, ...)
{
	va_list ap;

	if (!env->opt.verbose || env->opt.quiet)
		return;
	va_start(ap, fmt);
	say(env, OUT_PLAIN, "", fmt, ap);
	va_end(ap);
}

void cmd_advise(struct cmd_env *env, const char *fmt, ...)
{
	va_list ap;

	if (env->opt.quiet || !env->note.is_tty || (env->config && !config_bool(env->config, "core.advice")))
		return;
	va_start(ap, fmt);
	say(env, OUT_DIM, "hint: ", fmt, ap);
	va_end(ap);
}

/* --- asking */

/* One line from the terminal; what is longer than the answers there are is a no. */
static bool answer_is_yes(void)
{
	char line[64];
	ssize_t n = read(STDIN_FILENO, line, sizeof(line));
	struct str word = str_trim(str_of(line, n > 0 ? (size_t)n : 0));

	return str_is_nocase(word, "y") || str_is_nocase(word, "yes");
}

enum err_code cmd_confirm(struct cmd_env *env, struct err *err, const char *question, ...)
{
	SCOPED(buf) text = BUF_INIT;
	va_list ap;

	if (env->opt.yes)
		return OK;
	va_start(ap, question);
	buf_vfmt(&text, question, ap);
	va_end(ap);
	if (!cmd_can_ask(env))
		return err_set(err, ERR_DENIED, "%s: nobody can be asked; give --yes to go on", buf_cstr(&text));
	out_flush(&env->out, NULL);
	out_line(&env->note, buf_view(&text));
	out_c(&env->note, " [y/N] ");
	out_flush(&env->note, NULL);
	return answer_is_yes() ? OK : err_set(err, ERR_NO, "not confirmed; nothing was changed");
}

/* --- JSON */

void cmd_put_json(struct cmd_env *env, struct str object)
{
	out_raw(&env->out, object);
	out_raw(&env->out, STR("\n"));
	if (env->mode == MODE_JSONL)
		out_flush(&env->out, NULL);
}

/* An object that is opened here and closed by cmd_finish. */
struct json_writer *cmd_result(struct cmd_env *env)
{
	if (!env->result.len) {
		env->result_writer = json_writer(&env->result);
		json_open(&env->result_writer, '{');
		json_put_c(&env->result_writer, "type", "result");
	}
	return &env->result_writer;
}
