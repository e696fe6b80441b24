/*
 * ibid config - show and change settings
 *
 * All verbs but get and list work with a broken configuration: they are how one mends it.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd_internal.h"
#include "ibid/cmd/emit.h"
#include "ibid/config/edit.h"
#include "ibid/tui/keymap.h"

static struct {
	struct list_options list;
	bool origin;
} arg;

static const struct field setting_fields[] = {
	{ FIELD_STR, "name", "name" },
	{ FIELD_STR, "value", "value", FIELD_CUT },
	{ FIELD_STR, "origin", NULL },
	{ FIELD_STR, "file", NULL },
	{ FIELD_INT, "line", NULL },
	{ .kind = FIELD_END },
};

/* The same with where each value comes from, for --origin. */
static const struct field origin_fields[] = {
	{ FIELD_STR, "name", "name" },
	{ FIELD_STR, "value", "value", FIELD_CUT },
	{ FIELD_STR, "origin", "origin" },
	{ FIELD_STR, "file", "where", FIELD_CUT },
	{ FIELD_INT, "line", "line" },
	{ .kind = FIELD_END },
};

static void put_value(struct emit *e, const struct config_value *v)
{
	emit_str(e, "name", v->name);
	emit_str(e, "value", v->text);
	emit_c(e, "origin", config_origin_name(v->origin));
	if (v->origin != ORIGIN_DEFAULT)
		emit_str(e, "file", v->file);
	if (v->line && v->origin != ORIGIN_DEFAULT)
		emit_int(e, "line", v->line);
}

static enum err_code check_name(struct str name, struct err *err)
{
	const struct setting *near = setting_nearest(name);

	if (setting_find(name))
		return OK;
	if (near)
		return err_set(err, ERR_USAGE, "no setting '%.*s'; did you mean '%s'?", STR_ARG(name), near->name);
	return err_set(err, ERR_USAGE, "no setting '%.*s'; see 'ibid help settings'", STR_ARG(name));
}

static enum err_code get_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	const struct config *c;
	const struct config_value *v;
	SCOPED(emit) e = EMIT_INIT;

	if (check_name(args->v[0], err) != OK || cmd_config(env, &c, err) != OK)
		return err->code;
	v = config_get(c, args->v[0]);
	if (!v)
		return err_set(err, ERR_NO, "'%.*s' is not set", STR_ARG(args->v[0]));
	if (env->mode == MODE_HUMAN || env->mode == MODE_PLAIN) {
		out_line(&env->out, v->text);
		out_c(&env->out, "\n");
		return OK;
	}
	if (emit_one(&e, env, "setting", setting_fields, NULL, err) != OK)
		return err->code;
	put_value(&e, v);
	return emit_end(&e, err);
}

static enum err_code list_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	const struct config *c;
	const struct config_value *v;
	SCOPED(emit) e = EMIT_INIT;

	(void)args;
	if (cmd_config(env, &c, err) != OK)
		return err->code;
	if (emit_list(&e, env, "setting", arg.origin ? origin_fields : setting_fields, &arg.list, err) != OK)
		return err->code;
	for (size_t i = 0; (v = config_value_at(c, i)); i++) {
		emit_record(&e);
		put_value(&e, v);
	}
	cmd_pager(env);
	return emit_end(&e, err);
}

/* --- changing the file */

/* The file that is written: behind a link, because many keep their configuration in a linked repository. */
static enum err_code target_of(struct cmd_env *env, struct buf *path, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct config_sources src = cmd_config_sources(env, &a);
	char real[PATH_MAX];
	enum err_code code = config_user_path(&src, path, err);

	arena_release(&a);
	if (code == OK && realpath(buf_cstr(path), real)) {
		buf_reset(path);
		buf_c(path, real);
	}
	return code;
}

static enum err_code read_or_empty(const char *path, struct buf *text, struct err *err)
{
	if (access(path, F_OK) && errno == ENOENT)
		return OK;
	return path_read(path, CONFIG_FILE_MAX, text, err);
}

static enum err_code write_whole(const char *path, struct str text, struct err *err)
{
	SCOPED(buf) dir = BUF_INIT;

	buf_str(&dir, path_dir(str_c(path)));
	if (path_make_dirs(buf_cstr(&dir), err) != OK)
		return err->code;
	return path_write(path, text, 0, err);
}

static void tell(struct cmd_env *env, const char *action, struct str name, struct str value, const char *path)
{
	SCOPED(buf) text = BUF_INIT;
	struct json_writer w = json_writer(&text);

	if (env->mode == MODE_HUMAN || env->mode == MODE_PLAIN) {
		if (!env->opt.quiet)
			out_fmt(&env->out, "%s%s %.*s in %s\n", env->opt.dry_run ? "would have " : "", action,
				STR_ARG(name), path);
		return;
	}
	json_open(&w, '{');
	if (env->mode == MODE_JSONL)
		json_put_c(&w, "type", "change");
	else
		json_put_c(&w, "schema", "ibid.change/1");
	json_put_c(&w, "action", action);
	json_put_str(&w, "name", name);
	if (value.p)
		json_put_str(&w, "value", value);
	json_put_c(&w, "file", path);
	json_put_bool(&w, "dry_run", env->opt.dry_run);
	json_close(&w);
	cmd_put_json(env, buf_view(&text));
}

static void ignore_fault(void *ctx, struct str sentence)
{
	(void)ctx;
	(void)sentence;
}

/* What the table of settings cannot know: whether a key and what it shall do are there. Judged beside the keys in force. */
static enum err_code check_key(struct cmd_env *env, struct str name, struct str value, struct err *err)
{
	struct str section, view, keys;
	struct err ignored = ERR_INIT;
	const struct config *c;
	SCOPED_PTR(keymap) m = keymap_new();

	if (!setting_split(name, &section, &view, &keys) || !str_is(section, "keys") || !view.len)
		return OK;
	if (cmd_config(env, &c, &ignored) == OK)
		keymap_configure(m, c, ignore_fault, NULL);
	return keymap_set(m, view, keys, value, STR_EMPTY, err);
}

static enum err_code set_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(buf) path = BUF_INIT;
	SCOPED(buf) old = BUF_INIT;
	SCOPED(buf) text = BUF_INIT;

	if (target_of(env, &path, err) != OK || read_or_empty(buf_cstr(&path), &old, err) != OK)
		return err->code;
	if (config_edit_set(buf_view(&old), args->v[0], args->v[1], &text, err) != OK)
		return err->code;
	if (check_key(env, args->v[0], args->v[1], err) != OK)
		return err->code;
	if (!env->opt.dry_run && write_whole(buf_cstr(&path), buf_view(&text), err) != OK)
		return err->code;
	tell(env, "set", args->v[0], args->v[1], buf_cstr(&path));
	return OK;
}

static enum err_code unset_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(buf) path = BUF_INIT;
	SCOPED(buf) old = BUF_INIT;
	SCOPED(buf) text = BUF_INIT;

	if (target_of(env, &path, err) != OK || read_or_empty(buf_cstr(&path), &old, err) != OK)
		return err->code;
	if (!config_edit_unset(buf_view(&old), args->v[0], &text))
		return err_set(err, ERR_NO, "'%.*s' is not set in '%s'", STR_ARG(args->v[0]), buf_cstr(&path));
	if (!env->opt.dry_run && write_whole(buf_cstr(&path), buf_view(&text), err) != OK)
		return err->code;
	tell(env, "unset", args->v[0], (struct str){ NULL, 0 }, buf_cstr(&path));
	return OK;
}

/* A first file shows every setting with its default, all commented out. */
static void add_commented(struct buf *out, struct str text)
{
	while (text.len) {
		struct str line = str_cut(&text, '\n'), words = str_trim(line);
		bool is_section = words.len && words.p[0] == '[', is_comment = words.len && words.p[0] == '#';

		buf_c(out, words.len && !is_section && !is_comment ? "\t;" : "");
		buf_str(out, is_section || is_comment || !words.len ? line : words);
		buf_ch(out, '\n');
	}
}

static void warn_of(void *env, struct str sentence)
{
	cmd_warn(env, "%.*s", STR_ARG(sentence));
}

static void warn_of_all(struct cmd_env *env, const struct config *c)
{
	SCOPED_PTR(keymap) m = keymap_new();

	for (size_t i = 0; i < config_warning_count(c); i++)
		warn_of(env, config_warning(c, i));
	keymap_configure(m, c, warn_of, env);
}

static enum err_code edit_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	struct err ignored = ERR_INIT;
	SCOPED(buf) path = BUF_INIT;
	SCOPED(buf) text = BUF_INIT;
	const struct config *c;
	SCOPED_PTR(config) after = NULL;
	struct arena a = ARENA_INIT;
	struct config_sources src;
	enum err_code code;

	(void)args;
	if (target_of(env, &path, err) != OK)
		return err->code;
	/* For core.editor; the file may be the one that is broken. */
	cmd_config(env, &c, &ignored);
	if (cmd_can_ask(env) && access(buf_cstr(&path), F_OK) && errno == ENOENT) {
		add_commented(&text, setting_defaults());
		if (write_whole(buf_cstr(&path), buf_view(&text), err) != OK)
			return err->code;
	}
	if (cmd_edit_file(env, buf_view(&path), err) != OK)
		return err->code;
	src = cmd_config_sources(env, &a);
	code = config_load(&src, &after, err);
	if (code == OK)
		warn_of_all(env, after);
	arena_release(&a);
	return code;
}

static enum err_code path_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct config_sources src = cmd_config_sources(env, &a);
	SCOPED(buf) path = BUF_INIT;
	enum err_code code = config_user_path(&src, &path, err);

	(void)args;
	arena_release(&a);
	if (code != OK)
		return code;
	out_line(&env->out, buf_view(&path));
	out_c(&env->out, "\n");
	return OK;
}

/* --- rows */

/* clang-format off */
static const struct opt list_opts[] = {
	{ OPT_FLAG, 0, "origin", &arg.origin, NULL, "show where each value comes from" },
	LIST_OPTS(arg.list),
	{ .kind = OPT_END },
};

static const struct cmd get_cmd = {
	.name = "get", .args = "NAME", .run = get_run, .summary = "print one value",
	.examples = (const char *const[]){ "ibid config get core.model", NULL },
	.exits = (const struct cmd_exit[]){ { 1, "the setting is not set" }, { 0, NULL } },
	.complete = { COMPLETE_SETTING },
};
static const struct cmd set_cmd = {
	.name = "set", .flags = CMD_NO_CONFIG, .args = "NAME VALUE", .run = set_run,
	.summary = "write one value to your file",
	.examples = (const char *const[]){
		"ibid config set core.model claude",
		"ibid config set provider.claude.key_cmd 'pass show claude'",
		"ibid config set 'keys.input.ctrl-x e' '/cite export @'",
		NULL
	},
	.details = "The value is checked before anything is written; comments and order of the file stay.",
	.exits = (const struct cmd_exit[]){ { 78, "no such setting, or the value is not accepted" }, { 0, NULL } },
	.complete = { COMPLETE_SETTING },
};
static const struct cmd unset_cmd = {
	.name = "unset", .flags = CMD_NO_CONFIG, .args = "NAME", .run = unset_run,
	.summary = "take one setting out of your file",
	.examples = (const char *const[]){ "ibid config unset query.top", NULL },
	.exits = (const struct cmd_exit[]){ { 1, "the file does not set it" }, { 0, NULL } },
	.complete = { COMPLETE_SETTING },
};
static const struct cmd list_cmd = {
	.name = "list", .opts = list_opts, .run = list_run, .summary = "print all values in force",
	.examples = (const char *const[]){ "ibid config list --origin", NULL },
};
static const struct cmd edit_cmd = {
	.name = "edit", .flags = CMD_NO_CONFIG | CMD_NO_JSON, .run = edit_run,
	.summary = "open your file in an editor and check it afterwards",
	.exits = (const struct cmd_exit[]){ { 77, "there is no terminal" }, { 0, NULL } },
};
static const struct cmd path_cmd = {
	.name = "path", .flags = CMD_NO_CONFIG | CMD_NO_JSON, .run = path_run, .summary = "print the name of your file",
};

const struct cmd cmd_settings = {
	.name = "config",
	.group = GROUP_CARE,
	.summary = "show and change settings",
	.examples = (const char *const[]){
		"ibid config list --origin",
		"ibid config set core.model claude",
		"ibid config edit",
		NULL
	},
	.details = "The settings themselves are described by 'ibid help settings' and ibid-config(5).",
	.subs = (const struct cmd *const[]){ &get_cmd, &set_cmd, &unset_cmd, &list_cmd, &edit_cmd, &path_cmd, NULL },
};
/* clang-format on */
