#include "ibid/config/config.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/ini_internal.h"
#include "ibid/base/arena.h"
#include "ibid/base/mem.h"

/* Directories looked at for .ibid, from the working directory upward. */
#define PROJECT_DEPTH_MAX 64

struct config {
	struct arena arena;
	struct config_value *values; /* each name once, the one in force; table order first, then as they came */
	size_t n, cap;
	struct str *warnings;
	size_t n_warnings, cap_warnings;
	struct str user_file, project_file, home;
};

/* One file being read. */
struct reading {
	struct config *c;
	struct str file;
	enum config_origin origin;
};

static void warn(struct config *c, struct str text)
{
	c->warnings = mem_grow(c->warnings, &c->cap_warnings, c->n_warnings + 1, sizeof(*c->warnings));
	c->warnings[c->n_warnings++] = text;
}

static struct config_value *value_named(const struct config *c, struct str name)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->values[i].name, name))
			return &c->values[i];
	return NULL;
}

static void put(struct config *c, struct config_value v)
{
	struct config_value *old = value_named(c, v.name);

	v.name = old ? old->name : arena_str(&c->arena, v.name);
	v.text = arena_str(&c->arena, v.text);
	v.file = arena_str(&c->arena, v.file);
	if (old) {
		*old = v;
		return;
	}
	c->values = mem_grow(c->values, &c->cap, c->n + 1, sizeof(*c->values));
	c->values[c->n++] = v;
}

/* --- files */

static void warn_unknown(struct reading *r, struct str name, int line)
{
	const struct setting *near = setting_nearest(name);

	warn(r->c, arena_fmt(&r->c->arena, "%.*s:%d: unknown setting '%.*s'%s%s%s", STR_ARG(r->file), line,
			   STR_ARG(name), near ? "; did you mean '" : "", near ? near->name : "", near ? "'?" : ""));
}

/* A library named by a project must be a plain name or lie below the project. */
static bool project_library(struct reading *r, struct str *text)
{
	struct str parts = *text, home = STR("~");
	bool is_path = str_find_ch(*text, '/', 0) != STR_NONE || str_ends(*text, STR(".db"));

	if (!text->len || text->p[0] == '/' || str_starts(*text, home))
		return false;
	while (parts.p)
		if (str_is(str_cut(&parts, '/'), ".."))
			return false;
	if (is_path)
		*text = arena_fmt(&r->c->arena, "%.*s/%.*s", STR_ARG(path_dir(r->file)), STR_ARG(*text));
	return true;
}

static bool project_may(struct reading *r, const struct setting *s, struct ini_line *l)
{
	if (!(s->flags & SETTING_PROJECT))
		return false;
	return strcmp(s->name, "core.library") || project_library(r, &l->value);
}

static enum err_code take_setting(
	struct reading *r, const struct setting *s, struct str name, struct ini_line l, struct err *err)
{
	SCOPED(buf) at = BUF_INIT;
	bool is_project = r->origin == ORIGIN_PROJECT;
	int64_t number;

	buf_fmt(&at, "%.*s:%d", STR_ARG(r->file), l.line);
	if (is_project && !project_may(r, s, &l)) {
		warn(r->c, arena_fmt(&r->c->arena, "%s: a project's file may not set %.*s%s; ignored", buf_cstr(&at),
				   STR_ARG(name), s->flags & SETTING_PROJECT ? " to this" : ""));
		return OK;
	}
	if (setting_check(s, name, l.value, &number, err) != OK) {
		err_ctx(err, "%s", buf_cstr(&at));
		if (!is_project)
			return err->code;
		warn(r->c, arena_fmt(&r->c->arena, "%s; ignored", err->text));
		err_reset(err);
		return OK;
	}
	put(r->c, (struct config_value){ name, l.value, r->origin, r->file, l.line });
	return OK;
}

static enum err_code take_line(void *ctx, const struct ini_line *l, struct err *err)
{
	struct reading *r = ctx;
	SCOPED(buf) name = BUF_INIT;
	const struct setting *s;

	buf_str(&name, l->section);
	buf_fmt(&name, "%s%.*s.%.*s", l->sub.len ? "." : "", STR_ARG(l->sub), STR_ARG(l->key));
	s = setting_find(buf_view(&name));
	if (s)
		return take_setting(r, s, buf_view(&name), *l, err);
	warn_unknown(r, buf_view(&name), l->line);
	return OK;
}

static enum err_code read_file(struct config *c, struct str file, enum config_origin origin, struct err *err)
{
	struct reading r = { .c = c, .file = file, .origin = origin };
	SCOPED(buf) text = BUF_INIT;

	if (path_read(file.p, CONFIG_FILE_MAX, &text, err) != OK)
		return err->code;
	return ini_read(buf_view(&text), file.p, take_line, &r, err);
}

static enum err_code read_defaults(struct config *c, struct err *err)
{
	struct reading r = { .c = c, .file = STR("defaults"), .origin = ORIGIN_DEFAULT };

	return ini_read(setting_defaults(), "defaults", take_line, &r, err);
}

enum err_code config_user_path(const struct config_sources *src, struct buf *path, struct err *err)
{
	struct str named = src->user_file.len ? src->user_file : str_c(src->env(src->env_ctx, "IBID_CONFIG"));
	SCOPED(buf) dir = BUF_INIT;

	if (named.len) {
		buf_str(path, named);
		return OK;
	}
	if (path_place_of(PATH_CONFIG, src->env, src->env_ctx, &dir, err) != OK)
		return err->code;
	path_join(path, buf_view(&dir), STR("config"));
	return OK;
}

static enum err_code read_user_file(struct config *c, const struct config_sources *src, struct err *err)
{
	SCOPED(buf) path = BUF_INIT;
	bool named = src->user_file.len || str_c(src->env(src->env_ctx, "IBID_CONFIG")).len;

	if (config_user_path(src, &path, err) != OK)
		return err->code;
	c->user_file = arena_str(&c->arena, buf_view(&path));
	if (!named && access(c->user_file.p, F_OK) && errno == ENOENT)
		return OK;
	return read_file(c, c->user_file, ORIGIN_USER, err);
}

/* Another user's file in a shared directory must not decide where one's library is. */
static bool is_trusted(struct config *c, const char *path)
{
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	if (st.st_uid == geteuid() || !st.st_uid)
		return true;
	warn(c, arena_fmt(&c->arena, "%s: belongs to another user; ignored", path));
	return false;
}

static void find_project_file(struct config *c, const char *directory)
{
	struct str dir = str_c(directory);

	for (int depth = 0; depth < PROJECT_DEPTH_MAX; depth++) {
		SCOPED(buf) path = BUF_INIT;

		path_join(&path, dir, STR(".ibid"));
		if (is_trusted(c, buf_cstr(&path))) {
			c->project_file = arena_str(&c->arena, buf_view(&path));
			return;
		}
		if (str_is(dir, "/") || !dir.len || dir.p[0] != '/')
			return;
		dir = path_dir(dir);
	}
}

static void read_project_file(struct config *c, const char *directory)
{
	struct err err = ERR_INIT;

	if (!directory)
		return;
	find_project_file(c, directory);
	if (c->project_file.len && read_file(c, c->project_file, ORIGIN_PROJECT, &err) != OK)
		warn(c, arena_fmt(&c->arena, "%s; the rest of the file is ignored", err.text));
}

/* --- environment and command line */

static enum err_code take_text(struct config *c, struct config_value v, struct err *err)
{
	const struct setting *s = setting_find(v.name);
	int64_t number;

	assert(s);
	if (setting_check(s, v.file, v.text, &number, err) != OK)
		return err->code;
	put(c, v);
	return OK;
}

static enum err_code read_environment(struct config *c, const struct config_sources *src, struct err *err)
{
	for (const struct setting *s = setting_table; s->name; s++) {
		const char *text = s->env ? src->env(src->env_ctx, s->env) : NULL;

		if (!text || !*text)
			continue;
		if (take_text(c, (struct config_value){ str_c(s->name), str_c(text), ORIGIN_ENV, str_c(s->env), 0 },
			    err) != OK)
			return err->code;
	}
	return OK;
}

static enum err_code read_overrides(struct config *c, const struct config_sources *src, struct err *err)
{
	for (size_t i = 0; i < src->n_overrides; i++) {
		const struct config_override *o = &src->overrides[i];

		if (take_text(c, (struct config_value){ str_c(o->name), o->text, ORIGIN_FLAG, str_c(o->option), 0 },
			    err) != OK)
			return err->code = ERR_USAGE;
	}
	return OK;
}

enum err_code config_load(const struct config_sources *src, struct config **config, struct err *err)
{
	SCOPED_PTR(config) c = mem_zalloc(1, sizeof(*c));

	c->home = arena_str(&c->arena, str_c(src->env(src->env_ctx, "HOME")));
	if (read_defaults(c, err) != OK || read_user_file(c, src, err) != OK)
		return err->code;
	read_project_file(c, src->directory);
	if (read_environment(c, src, err) != OK || read_overrides(c, src, err) != OK)
		return err->code;
	for (size_t i = 0; i < c->n; i++) {
		const struct setting *s = setting_find(c->values[i].name);

		if (s->type == SETTING_PATH && str_starts(c->values[i].text, STR("~/")))
			c->values[i].text = arena_fmt(&c->arena, "%.*s%s", STR_ARG(c->home), c->values[i].text.p + 1);
	}
	*config = take(&c);
	return OK;
}

void config_free(struct config *c)
{
	if (!c)
		return;
	mem_free(c->values);
	mem_free(c->warnings);
	arena_release(&c->arena);
	mem_free(c);
}

/* --- asking */

size_t config_warning_count(const struct config *c)
{
	return c->n_warnings;
}

struct str config_warning(const struct config *c, size_t i)
{
	return c->warnings[i];
}

const struct config_value *config_get(const struct config *c, struct str name)
{
	return value_named(c, name);
}

const struct config_value *config_value_at(const struct config *c, size_t i)
{
	return i < c->n ? &c->values[i] : NULL;
}

struct str config_str(const struct config *c, const char *name)
{
	const struct config_value *v = value_named(c, str_c(name));

	assert(setting_find(str_c(name)));
	return v ? v->text : STR_EMPTY;
}

static int64_t number_of(const struct config *c, struct str name)
{
	const struct config_value *v = value_named(c, name);
	const struct setting *s = setting_find(name);
	int64_t number = 0;

	assert(s);
	if (v)
		setting_check(s, name, v->text, &number, NULL);
	return number;
}

int64_t config_int(const struct config *c, const char *name)
{
	return number_of(c, str_c(name));
}

bool config_bool(const struct config *c, const char *name)
{
	return number_of(c, str_c(name)) != 0;
}

static void add_sub_name(struct buf *name, const char *section, struct str sub, const char *key)
{
	buf_fmt(name, "%s.%.*s.%s", section, STR_ARG(sub), key);
}

struct str config_sub_str(const struct config *c, const char *section, struct str sub, const char *key)
{
	SCOPED(buf) name = BUF_INIT;

	add_sub_name(&name, section, sub, key);
	return config_str(c, buf_cstr(&name));
}

int64_t config_sub_int(const struct config *c, const char *section, struct str sub, const char *key)
{
	SCOPED(buf) name = BUF_INIT;

	add_sub_name(&name, section, sub, key);
	return number_of(c, buf_view(&name));
}

/* The subsection of value i when it is the first of this name in this section. */
static bool begins_sub(const struct config *c, size_t i, const char *section, struct str *sub)
{
	struct str own, key, other, other_sub;

	if (!setting_split(c->values[i].name, &own, sub, &key) || !str_is(own, section) || !sub->len)
		return false;
	for (size_t k = 0; k < i; k++)
		if (setting_split(c->values[k].name, &other, &other_sub, &key) && str_eq(own, other) &&
			str_eq(*sub, other_sub))
			return false;
	return true;
}

struct str config_sub_name(const struct config *c, const char *section, size_t n)
{
	struct str sub;

	for (size_t i = 0; i < c->n; i++)
		if (begins_sub(c, i, section, &sub) && !n--)
			return sub;
	return STR_EMPTY;
}

struct str config_word(struct str text, size_t i)
{
	size_t at = 0, from;

	for (;;) {
		while (at < text.len && (text.p[at] == ' ' || text.p[at] == ',' || text.p[at] == '\t'))
			at++;
		from = at;
		while (at < text.len && text.p[at] != ' ' && text.p[at] != ',' && text.p[at] != '\t')
			at++;
		if (from == at || !i--)
			return str_sub(text, from, at);
	}
}

struct str config_user_file(const struct config *c)
{
	return c->user_file;
}

struct str config_project_file(const struct config *c)
{
	return c->project_file;
}

const char *config_origin_name(enum config_origin origin)
{
	static const char *const names[] = { "default", "user", "project", "environment", "option" };

	return names[origin];
}
