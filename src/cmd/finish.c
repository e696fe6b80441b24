#include <string.h>

#include "cmd/cmd_internal.h"
#include "ibid/cmd/cmd.h"

static void put_or_null(struct json_writer *w, const char *key, const char *text)
{
	if (text && *text)
		json_put_c(w, key, text);
	else
		json_put_null(w, key);
}

static void put_number_or_null(struct json_writer *w, const char *key, int n)
{
	if (n)
		json_put_int(w, key, n);
	else
		json_put_null(w, key);
}

/* "see 'ibid help ask'" where the general hint would send people to the list of commands. */
static void add_hint(struct buf *out, const struct cmd_env *env, enum err_code code)
{
	const char *title = buf_cstr(&env->title);

	if (code == ERR_USAGE && env->cmd)
		buf_fmt(out, "see 'ibid help%s'", title + strlen("ibid"));
	else
		buf_c(out, err_hint(code));
}

static void show_json(struct cmd_env *env, enum err_code code, const struct err *err, const char *hint)
{
	SCOPED(buf) text = BUF_INIT;
	struct json_writer w = json_writer(&text);

	json_open(&w, '{');
	json_put_c(&w, "schema", "ibid.error/1");
	json_put_int(&w, "exit", err_exit_status(code));
	json_put_c(&w, "code", err_name(code));
	json_put_c(&w, "message", err->text);
	put_or_null(&w, "hint", hint);
	put_or_null(&w, "provider", err->provider);
	put_number_or_null(&w, "http_status", err->http_status);
	put_or_null(&w, "request_id", err->request_id);
	json_put_bool(&w, "retryable", err_exit_status(code) == err_exit_status(ERR_NETWORK));
	put_number_or_null(&w, "retry_after_s", err->retry_after_s);
	json_close(&w);
	out_raw(&env->note, buf_view(&text));
	out_c(&env->note, "\n");
}

/* The sentence may hold foreign text; its line feeds only come from ibid itself, as in a list of candidates. */
static void show_text(struct cmd_env *env, const struct err *err, const char *hint)
{
	out_styled(&env->note, OUT_BAD, buf_view(&env->title));
	out_c(&env->note, ": ");
	out_c(&env->note, err->text);
	out_c(&env->note, "\n");
	if (*hint && !env->opt.quiet)
		out_fmt(&env->note, "%s\n", hint);
}

static void show_error(struct cmd_env *env, enum err_code code, const struct err *err)
{
	SCOPED(buf) hint = BUF_INIT;

	if (code == OK || code == ERR_PIPE || !err->text[0])
		return;
	add_hint(&hint, env, code);
	if (env->mode == MODE_JSON || env->mode == MODE_JSONL)
		show_json(env, code, err, buf_cstr(&hint));
	else
		show_text(env, err, buf_cstr(&hint));
}

static void put_result(struct cmd_env *env, enum err_code code)
{
	struct json_writer *w = cmd_result(env);

	json_put_bool(w, "ok", code == OK);
	json_put_int(w, "exit", err_exit_status(code));
	if (code == ERR_CANCELLED || code == ERR_TERMINATED)
		json_put_bool(w, "stopped", true);
	json_close(w);
	cmd_put_json(env, buf_view(&env->result));
}

int cmd_finish(struct cmd_env *env, enum err_code code, struct err *err)
{
	struct err at_end = ERR_INIT;

	cmd_pager_end(env);
	if (env->mode == MODE_JSONL && code != ERR_PIPE)
		put_result(env, code);
	/* "No" is an answer: when it could not be written, that is what went wrong. */
	if (out_flush(&env->out, &at_end) != OK && (code == OK || code == ERR_NO || at_end.code == ERR_PIPE)) {
		code = at_end.code;
		*err = at_end;
	}
	show_error(env, code, err);
	out_flush(&env->note, NULL);
	return err_exit_status(code);
}
