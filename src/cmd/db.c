/*
 * ibid db - care for the library file
 */
#include <string.h>
#include <sys/stat.h>

#include "cmd/cmd_internal.h"
#include "ibid/cmd/emit.h"
#include "ibid/store/sessions.h"
#include "ibid/store/store.h"

#define DAY_MS ((int64_t)86400000)

static struct {
	struct list_options list;
	int64_t older_ms;
} arg = { .older_ms = 7 * DAY_MS };

/* One line, or one object, for what a verb has done. */
static void tell(struct cmd_env *env, const char *action, const char *file, const char *name, int64_t value)
{
	SCOPED(buf) text = BUF_INIT;
	struct json_writer w = json_writer(&text);

	json_open(&w, '{');
	if (env->mode == MODE_JSONL)
		json_put_c(&w, "type", "change");
	else
		json_put_c(&w, "schema", "ibid.change/1");
	json_put_c(&w, "action", action);
	json_put_c(&w, "file", file);
	if (name)
		json_put_int(&w, name, value);
	json_put_bool(&w, "dry_run", env->opt.dry_run);
	json_close(&w);
	cmd_put_json(env, buf_view(&text));
}

static bool is_json(const struct cmd_env *env)
{
	return env->mode == MODE_JSON || env->mode == MODE_JSONL;
}

/* --- path, stats */

static const struct field path_fields[] = {
	{ FIELD_STR, "path", "path" },
	{ FIELD_BOOL, "exists", "exists" },
	{ FIELD_BYTES, "bytes", "size" },
	{ .kind = FIELD_END },
};

static enum err_code path_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(buf) path = BUF_INIT;
	SCOPED(emit) e = EMIT_INIT;
	struct stat st;
	bool exists;

	(void)args;
	if (cmd_store_path(env, &path, err) != OK)
		return err->code;
	if (!is_json(env)) {
		out_line(&env->out, buf_view(&path));
		out_c(&env->out, "\n");
		return OK;
	}
	exists = !stat(buf_cstr(&path), &st);
	if (emit_one(&e, env, "library", path_fields, NULL, err) != OK)
		return err->code;
	emit_str(&e, "path", buf_view(&path));
	emit_bool(&e, "exists", exists);
	if (exists)
		emit_int(&e, "bytes", st.st_size);
	return emit_end(&e, err);
}

static const struct field stat_fields[] = {
	{ FIELD_STR, "name", "name" },
	{ FIELD_INT, "value", "value" },
	{ .kind = FIELD_END },
};

static enum err_code stats_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(emit) e = EMIT_INIT;
	struct store_stat *stats;
	struct store *db;
	size_t n;

	(void)args;
	if (cmd_store(env, STORE_READ_ONLY | STORE_MUST_EXIST, &db, err) != OK ||
		store_stats(db, &a, &stats, &n, err) != OK)
		return err->code;
	if (emit_list(&e, env, "stat", stat_fields, &arg.list, err) != OK)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		emit_record(&e);
		emit_c(&e, "name", stats[i].name);
		emit_int(&e, "value", stats[i].value);
	}
	return emit_end(&e, err);
}

/* --- check */

static const struct field fault_fields[] = {
	{ FIELD_STR, "name", "name" },
	{ FIELD_STR, "state", "state", FIELD_STATE },
	{ FIELD_STR, "detail", "detail", FIELD_CUT },
	{ FIELD_STR, "remedy", "remedy", FIELD_CUT },
	{ .kind = FIELD_END },
};

static enum err_code show_faults(struct cmd_env *env, const struct store_fault *faults, size_t n, struct err *err)
{
	SCOPED(emit) e = EMIT_INIT;

	if (emit_list(&e, env, "check", fault_fields, &arg.list, err) != OK)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		emit_record(&e);
		emit_c(&e, "name", faults[i].id);
		emit_c(&e, "state", faults[i].is_error ? "fail" : "warn");
		emit_str(&e, "detail", faults[i].what);
		emit_str(&e, "remedy", faults[i].remedy);
	}
	return emit_end(&e, err);
}

static enum err_code check_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct store_fault *faults;
	struct store *db;
	size_t n, failed = 0;

	(void)args;
	if (cmd_store(env, STORE_READ_ONLY | STORE_MUST_EXIST, &db, err) != OK ||
		store_check(db, &a, &faults, &n, err) != OK)
		return err->code;
	if (show_faults(env, faults, n, err) != OK)
		return err->code;
	for (size_t i = 0; i < n; i++)
		failed += faults[i].is_error;
	if (!n && env->mode == MODE_HUMAN && !env->opt.quiet)
		out_fmt(&env->out, "nothing wrong in %s\n", store_path(db));
	return failed ? err_set(err, ERR_NO, "'%s' has %zu faults", store_path(db), failed) : OK;
}

/* --- backup, restore, vacuum, purge */

static enum err_code backup_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	struct store *db;

	if (cmd_store(env, STORE_READ_ONLY | STORE_MUST_EXIST, &db, err) != OK)
		return err->code;
	if (!env->opt.dry_run && store_backup(db, args->v[0].p, err) != OK)
		return err->code;
	if (is_json(env))
		tell(env, "backup", args->v[0].p, NULL, 0);
	else if (!env->opt.quiet)
		out_fmt(&env->out, "%s %s to %s\n", env->opt.dry_run ? "would copy" : "copied", store_path(db),
			args->v[0].p);
	return OK;
}

static enum err_code restore_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(buf) path = BUF_INIT;

	if (cmd_store_path(env, &path, err) != OK)
		return err->code;
	if (!env->opt.dry_run &&
		cmd_confirm(env, err, "put '%s' in the place of '%s'?", args->v[0].p, buf_cstr(&path)) != OK)
		return err->code;
	if (!env->opt.dry_run && store_restore(buf_cstr(&path), args->v[0].p, err) != OK)
		return err->code;
	if (is_json(env))
		tell(env, "restore", buf_cstr(&path), NULL, 0);
	else if (!env->opt.quiet)
		out_fmt(&env->out, "%s %s from %s; the old one is %s.before-restore\n",
			env->opt.dry_run ? "would restore" : "restored", buf_cstr(&path), args->v[0].p,
			buf_cstr(&path));
	return OK;
}

static int64_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (int64_t)st.st_size;
}

static enum err_code vacuum_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(buf) freed = BUF_INIT;
	struct store *db;
	int64_t before;

	(void)args;
	if (cmd_store(env, STORE_MUST_EXIST, &db, err) != OK)
		return err->code;
	before = size_of(store_path(db));
	if (!env->opt.dry_run && store_vacuum(db, err) != OK)
		return err->code;
	before -= size_of(store_path(db));
	emit_add_bytes(&freed, before > 0 ? before : 0);
	if (is_json(env))
		tell(env, "vacuum", store_path(db), "freed_bytes", before);
	else if (!env->opt.quiet)
		out_fmt(&env->out, "%s %s, %s freed\n", env->opt.dry_run ? "would rebuild" : "rebuilt", store_path(db),
			buf_cstr(&freed));
	return OK;
}

/* Conversations that core.keep has outlived go to the trash, and what is long enough there goes for good. */
static enum err_code purge(
	struct cmd_env *env, struct store *db, const struct config *c, int64_t *expired, int64_t *gone, struct err *err)
{
	int64_t now_ms = clock_now_ms(env->clock);

	if (store_begin(db, err) != OK)
		return err->code;
	if (store_session_expire(db, now_ms, config_int(c, "core.keep"), expired, err) != OK ||
		store_purge_trash(db, now_ms - arg.older_ms, gone, err) != OK)
		return store_rollback(db, err);
	if (!env->opt.dry_run)
		return store_commit(db, err);
	store_rollback(db, err);
	return OK;
}

static enum err_code purge_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	int64_t expired = 0, gone = 0;
	const struct config *c;
	struct store *db;

	(void)args;
	if (cmd_config(env, &c, err) != OK || cmd_store(env, STORE_MUST_EXIST, &db, err) != OK)
		return err->code;
	if (!env->opt.dry_run &&
		cmd_confirm(env, err, "remove for good what is in the trash of '%s'?", store_path(db)) != OK)
		return err->code;
	if (purge(env, db, c, &expired, &gone, err) != OK)
		return err->code;
	if (is_json(env))
		tell(env, "purge", store_path(db), "purged", gone);
	else if (!env->opt.quiet)
		out_fmt(&env->out, "%spurged %lld from the trash, moved %lld outlived conversations there\n",
			env->opt.dry_run ? "would have " : "", (long long)gone, (long long)expired);
	return OK;
}

/* --- rows */

/* clang-format off */
static const struct opt list_opts[] = {
	LIST_OPTS(arg.list),
	{ .kind = OPT_END },
};
static const struct opt purge_opts[] = {
	{ OPT_AGE, 0, "older", &arg.older_ms, "AGE", "only what has been in the trash for so long (7d)" },
	{ .kind = OPT_END },
};

static const struct cmd path_cmd = {
	.name = "path", .run = path_run, .summary = "print where the library is",
	.examples = (const char *const[]){ "ibid db path", "ibid -L work db path", NULL },
};
static const struct cmd stats_cmd = {
	.name = "stats", .opts = list_opts, .run = stats_run, .summary = "count what it holds",
	.exits = (const struct cmd_exit[]){ { 66, "there is no library yet" }, { 0, NULL } },
};
static const struct cmd check_cmd = {
	.name = "check", .opts = list_opts, .run = check_run, .summary = "look for damage and say what to do",
	.exits = (const struct cmd_exit[]){ { 1, "there is damage" }, { 65, "the file is no library" },
		{ 66, "there is no library yet" }, { 0, NULL } },
};
static const struct cmd backup_cmd = {
	.name = "backup", .args = "FILE", .run = backup_run, .summary = "copy it whole, also while it is in use",
	.examples = (const char *const[]){ "ibid db backup ~/ibid-2026-11-21.db", NULL },
	.exits = (const struct cmd_exit[]){ { 73, "FILE exists or cannot be made" }, { 0, NULL } },
	.complete = { COMPLETE_FILE },
};
static const struct cmd restore_cmd = {
	.name = "restore", .args = "FILE", .run = restore_run, .summary = "put a backup in its place",
	.examples = (const char *const[]){ "ibid db restore ~/ibid-2026-11-21.db", NULL },
	.details = "The backup is checked first. The library it replaces is kept beside it as .before-restore.",
	.exits = (const struct cmd_exit[]){ { 65, "FILE is no library" }, { 77, "not confirmed: give --yes in a script" },
		{ 0, NULL } },
	.complete = { COMPLETE_FILE },
};
static const struct cmd vacuum_cmd = {
	.name = "vacuum", .run = vacuum_run, .summary = "rebuild indexes and give free space back",
};
static const struct cmd purge_cmd = {
	.name = "purge", .opts = purge_opts, .run = purge_run, .summary = "remove for good what is in the trash",
	.examples = (const char *const[]){ "ibid db purge --dry-run", "ibid db purge --older 30d --yes", NULL },
	.details = "Conversations older than the setting core.keep are moved to the trash first.",
	.exits = (const struct cmd_exit[]){ { 77, "not confirmed: give --yes in a script" }, { 0, NULL } },
};

const struct cmd cmd_db = {
	.name = "db",
	.group = GROUP_CARE,
	.summary = "care for the library file",
	.examples = (const char *const[]){
		"ibid db stats",
		"ibid db check",
		"ibid db backup ~/ibid-backup.db",
		NULL
	},
	.subs = (const struct cmd *const[]){ &path_cmd, &stats_cmd, &check_cmd, &backup_cmd, &restore_cmd, &vacuum_cmd,
		&purge_cmd, NULL },
};
/* clang-format on */
