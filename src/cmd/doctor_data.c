#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd_internal.h"
#include "cmd/doctor_internal.h"
#include "ibid/provider/key.h"
#include "ibid/provider/registry.h"
#include "ibid/store/store.h"
#include "ibid/tui/keymap.h"

/* A larger library is not read through here; `ibid db check` does that. */
#define CHECK_SIZE_MAX ((off_t)64 << 20)

/* Files have a place: without one, no advice about their content helps. */
static bool has_place(struct doctor *d, enum path_place place)
{
	SCOPED(buf) dir = BUF_INIT;
	struct err err = ERR_INIT;

	if (path_place_of(place, d->env->env, d->env->env_ctx, &dir, &err) == OK)
		return true;
	doctor_find(d, DOCTOR_FAIL, "set HOME to your home directory", "%s", err.text);
	return false;
}

/* --- configuration */

static const struct config *configuration(struct doctor *d, struct err *err)
{
	const struct config *c;
	bool was_quiet = d->env->opt.quiet;
	enum err_code code;

	/* Its warnings are findings here, not lines on standard error. */
	d->env->opt.quiet = true;
	code = cmd_config(d->env, &c, err);
	d->env->opt.quiet = was_quiet;
	return code == OK ? c : NULL;
}

struct warnings {
	struct doctor *d;
	size_t n;
};

static void find_warning(void *ctx, struct str sentence)
{
	struct warnings *w = ctx;

	doctor_find(w->d, DOCTOR_WARN, "ibid config edit", "%.*s", STR_ARG(sentence));
	w->n++;
}

void doctor_config(struct doctor *d)
{
	struct err err = ERR_INIT;
	const struct config *c = configuration(d, &err);
	SCOPED_PTR(keymap) m = keymap_new();
	struct warnings w = { .d = d };

	if (!c) {
		if (has_place(d, PATH_CONFIG))
			doctor_find(d, DOCTOR_FAIL, "ibid config edit", "%s", err.text);
		return;
	}
	for (size_t i = 0; i < config_warning_count(c); i++)
		find_warning(&w, config_warning(c, i));
	keymap_configure(m, c, find_warning, &w);
	if (!w.n)
		doctor_find(d, DOCTOR_OK, NULL, "%.*s%s%.*s", STR_ARG(config_user_file(c)),
			config_project_file(c).len ? " and " : "", STR_ARG(config_project_file(c)));
}

/* --- the library */

static void find_faults(struct doctor *d, struct store *db, const char *path)
{
	struct store_fault *faults;
	struct err err = ERR_INIT;
	size_t n;

	if (store_check(db, &d->arena, &faults, &n, &err) != OK) {
		doctor_find(d, DOCTOR_FAIL, err_hint(err.code), "%s", err.text);
		return;
	}
	for (size_t i = 0; i < n; i++)
		doctor_find(d, faults[i].is_error ? DOCTOR_FAIL : DOCTOR_WARN, arena_str(&d->arena, faults[i].remedy).p,
			"%s: %.*s", faults[i].id, STR_ARG(faults[i].what));
	if (!n)
		doctor_find(d, DOCTOR_OK, NULL, "%s, nothing wrong", path);
}

/* The nearest directory above that exists decides whether a library can be made. */
static void find_missing(struct doctor *d, const char *path, int why)
{
	struct str dir = path_dir(str_c(path));
	struct stat st;

	while (why == ENOENT && stat(arena_str(&d->arena, dir).p, &st) && errno == ENOENT && dir.len > 1)
		dir = path_dir(dir);
	if (why != ENOENT)
		doctor_find(d, DOCTOR_FAIL, "look at the directory's mode", "%s: %s", path, strerror(why));
	else if (access(arena_str(&d->arena, dir).p, W_OK | X_OK))
		doctor_find(d, DOCTOR_FAIL, "make the directory writable, or name a library elsewhere: -L FILE",
			"%s cannot be made: '%.*s': %s", path, STR_ARG(dir), strerror(errno));
	else
		doctor_find(d, DOCTOR_OK, NULL, "%s: not made yet", path);
}

void doctor_library(struct doctor *d)
{
	struct store_options options = { STORE_READ_ONLY | STORE_MUST_EXIST | STORE_UPGRADE, 1000, d->env->clock };
	SCOPED(buf) path = BUF_INIT;
	SCOPED_PTR(store) db = NULL;
	struct err err = ERR_INIT;
	struct stat st;

	if (cmd_store_path(d->env, &path, &err) != OK) {
		if (has_place(d, PATH_DATA))
			doctor_find(d, DOCTOR_FAIL, err_hint(err.code), "%s", err.text);
		return;
	}
	if (stat(buf_cstr(&path), &st)) {
		find_missing(d, buf_cstr(&path), errno);
		return;
	}
	if (store_open(buf_cstr(&path), &options, &db, &err) != OK)
		doctor_find(d, err.code == ERR_LOCKED ? DOCTOR_WARN : DOCTOR_FAIL, err_hint(err.code), "%s", err.text);
	else if (st.st_size > CHECK_SIZE_MAX)
		doctor_find(d, DOCTOR_OK, NULL, "%s opens; 'ibid db check' reads it through", buf_cstr(&path));
	else
		find_faults(d, db, buf_cstr(&path));
}

/* --- modes: nobody else's business */

static bool check_mode(struct doctor *d, const char *path)
{
	struct stat st;
	SCOPED(buf) remedy = BUF_INIT;

	if (stat(path, &st) || !(st.st_mode & 077))
		return true;
	buf_fmt(&remedy, "chmod %s '%s'", S_ISDIR(st.st_mode) ? "700" : "600", path);
	doctor_find(
		d, DOCTOR_WARN, buf_cstr(&remedy), "others may look into '%s' (mode %03o)", path, st.st_mode & 0777);
	return false;
}

static bool check_place(struct doctor *d, enum path_place place)
{
	SCOPED(buf) dir = BUF_INIT;
	struct err ignored = ERR_INIT;

	return path_place_of(place, d->env->env, d->env->env_ctx, &dir, &ignored) != OK ||
	       check_mode(d, buf_cstr(&dir));
}

static bool check_library_files(struct doctor *d)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	SCOPED(buf) path = BUF_INIT;
	struct err ignored = ERR_INIT;
	bool good = true;

	if (cmd_store_path(d->env, &path, &ignored) != OK)
		return true;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t len = path.len;

		buf_c(&path, ends[i]);
		good &= check_mode(d, buf_cstr(&path));
		buf_cut(&path, len);
	}
	return good;
}

void doctor_modes(struct doctor *d)
{
	struct err err = ERR_INIT;
	const struct config *c = configuration(d, &err);
	struct str name;
	bool good = true;

	for (int place = PATH_CONFIG; place <= PATH_CACHE; place++)
		good &= check_place(d, place);
	good &= check_library_files(d);
	if (c)
		good &= check_mode(d, arena_str(&d->arena, config_user_file(c)).p);
	for (size_t i = 0; c && (name = config_sub_name(c, "provider", i)).len; i++)
		good &= check_mode(d, arena_str(&d->arena, config_sub_str(c, "provider", name, "key_file")).p);
	if (good)
		doctor_find(d, DOCTOR_OK, NULL, "files and directories are closed to others");
}

/* --- keys: whether there is one, and nothing more */

static bool has_variable(struct doctor *d, const char *name)
{
	return str_c(cmd_getenv(d->env, name)).len > 0;
}

/* Where a key would come from, in the order of provider/key.h; NULL when from nowhere. */
static const char *source_of(
	struct doctor *d, struct str provider, struct str key_env, struct str key_file, struct str key_cmd)
{
	SCOPED(buf) own = BUF_INIT;

	key_add_variable(&own, provider);
	if (has_variable(d, buf_cstr(&own)))
		return arena_fmt(&d->arena, "in the environment (%s)", buf_cstr(&own)).p;
	if (key_env.len && has_variable(d, arena_str(&d->arena, key_env).p))
		return arena_fmt(&d->arena, "in the environment (%.*s)", STR_ARG(key_env)).p;
	if (key_file.len && !access(arena_str(&d->arena, key_file).p, R_OK))
		return "in a file";
	return key_cmd.len ? "from a command (not run here)" : NULL;
}

static void check_configured(struct doctor *d, const struct config *c, struct str name)
{
	struct str env = config_sub_str(c, "provider", name, "key_env"),
		   file = config_sub_str(c, "provider", name, "key_file");
	struct str cmd = config_sub_str(c, "provider", name, "key_cmd");
	const char *source = source_of(d, name, env, file, cmd);

	if (source)
		doctor_find(d, DOCTOR_OK, NULL, "%.*s: key present, %s", STR_ARG(name), source);
	else if (env.len || file.len)
		doctor_find(d, DOCTOR_WARN, "set the variable, write the file (mode 600), or set key_cmd",
			"%.*s: no key where %.*s", STR_ARG(name), STR_ARG(env.len ? env : file));
	else
		doctor_find(d, DOCTOR_OK, NULL, "%.*s: no key set", STR_ARG(name));
}

static bool is_configured(const struct config *c, struct str name)
{
	struct str sub;

	for (size_t i = 0; (sub = config_sub_name(c, "provider", i)).len; i++)
		if (str_eq(sub, name))
			return true;
	return false;
}

/* A preset that is in no file matters when its key is there. */
static size_t check_preset(struct doctor *d, const char *name)
{
	struct provider p = { 0 };
	struct err ignored = ERR_INIT;
	const char *source;

	if (provider_resolve(&d->arena, str_c(name), NULL, 0, &p, &ignored) != OK || !p.needs_key)
		return 0;
	source = source_of(d, str_c(name), p.key_env, p.key_file, p.key_cmd);
	if (!source)
		return 0;
	doctor_find(d, DOCTOR_OK, NULL, "%s: key present, %s", name, source);
	return 1;
}

void doctor_keys(struct doctor *d)
{
	struct err err = ERR_INIT;
	const struct config *c = configuration(d, &err);
	size_t n = 0;
	struct str name;

	for (; c && (name = config_sub_name(c, "provider", n)).len; n++)
		check_configured(d, c, name);
	for (size_t i = 0; provider_preset_name(i); i++)
		if (!c || !is_configured(c, str_c(provider_preset_name(i))))
			n += check_preset(d, provider_preset_name(i));
	if (!n)
		doctor_find(d, DOCTOR_OK, NULL, "none; answers come from your library alone, or from a local server");
}
