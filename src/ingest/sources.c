#include "ibid/ingest/sources.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/mem.h"
#include "ibid/base/path.h"

/* One .ibidignore file in force, and those of the directories above. */
struct ignore {
	const struct ignore *above;
	struct str text;
	size_t dir_len;		/* of the directory it stands in, with the slash */
};

/* One directory on the way down: for loops of links and for the depth. */
struct place {
	const struct place *above;
	const struct ignore *ignore;
	dev_t dev;
	ino_t ino;
	int depth;
};

struct walk {
	const struct source_rules *rules;
	source_fn *fn;
	void *ctx;
};

static bool glob(struct str pattern, struct str text, int flags)
{
	char p[1024], t[4096];

	if (pattern.len >= sizeof(p) || text.len >= sizeof(t))
		return false;
	memcpy(p, pattern.p, pattern.len);
	p[pattern.len] = '\0';
	memcpy(t, text.p, text.len);
	t[text.len] = '\0';
	return fnmatch(p, t, flags) == 0;
}

static bool glob_path(struct str pattern, struct str path);

/* Whether `pattern` matches from the beginning of one of the names in `path`. */
static bool glob_below(struct str pattern, struct str path)
{
	for (size_t i = 0; i < path.len; i++)
		if ((!i || path.p[i - 1] == '/') && glob_path(pattern, str_sub(path, i, path.len)))
			return true;
	return false;
}

/* `**` spans directories: what is before it must match up to a slash, what is after it any names below. Patterns are short. */
static bool glob_path(struct str pattern, struct str path)
{
	size_t stars = str_find(pattern, STR("**"), 0);
	struct str head, tail;

	if (stars == STR_NONE)
		return glob(pattern, path, FNM_PATHNAME);
	head = str_sub(pattern, 0, stars);
	tail = str_sub(pattern, stars + 2, pattern.len);
	if (str_starts(tail, STR("/")))
		tail = str_sub(tail, 1, tail.len);
	for (size_t i = 0; i < path.len; i++)
		if ((!i || path.p[i - 1] == '/') && glob(head, str_sub(path, 0, i), FNM_PATHNAME) &&
			(!tail.len || glob_below(tail, str_sub(path, i, path.len))))
			return true;
	return false;
}

bool sources_pattern_matches(struct str pattern, struct str path, bool is_dir)
{
	bool anchored;

	if (str_ends(pattern, STR("/"))) {
		if (!is_dir)
			return false;
		pattern.len--;
	}
	anchored = str_find_ch(pattern, '/', 0) != STR_NONE;
	if (str_starts(pattern, STR("/")))
		pattern = str_sub(pattern, 1, pattern.len);
	return anchored ? glob_path(pattern, path) : glob(pattern, path_base(path), 0);
}

/* The last line that matches decides, as gitignore(5) says. -1: none does. */
static int ignore_says(const struct ignore *ig, struct str path, bool is_dir)
{
	struct str rest = ig->text, relative = str_sub(path, ig->dir_len, path.len);
	int says = -1;

	while (rest.p) {
		struct str line = str_trim(str_cut(&rest, '\n'));
		bool back = str_starts(line, STR("!"));

		if (!line.len || line.p[0] == '#')
			continue;
		if (back)
			line = str_sub(line, 1, line.len);
		if (sources_pattern_matches(line, relative, is_dir))
			says = !back;
	}
	return says;
}

static bool is_ignored(const struct ignore *ig, struct str path, bool is_dir)
{
	for (; ig; ig = ig->above) {
		int says = ignore_says(ig, path, is_dir);

		if (says >= 0)
			return says;
	}
	return false;
}

static bool any_matches(const struct str *patterns, size_t n, struct str path)
{
	for (size_t i = 0; i < n; i++)
		if (str_find_ch(patterns[i], '/', 0) == STR_NONE ? glob(patterns[i], path_base(path), 0) :
								   glob_path(patterns[i], path))
			return true;
	return false;
}

static bool is_wanted(const struct walk *w, const struct ignore *ig, struct str path, bool is_dir)
{
	const struct source_rules *r = w->rules;

	if (any_matches(r->exclude, r->n_exclude, path) || is_ignored(ig, path, is_dir))
		return false;
	return is_dir || !r->n_include || any_matches(r->include, r->n_include, path);
}

static enum err_code fault(const struct walk *w, const char *path, bool is_named, const struct err *what,
	struct err *err)
{
	return w->fn(w->ctx, path, is_named, what, err);
}

static enum err_code fault_of(const struct walk *w, const char *path, bool is_named, enum err_code code,
	const char *why, struct err *err)
{
	struct err what = ERR_INIT;

	err_set(&what, code, "'%s' %s", path, why);
	return fault(w, path, is_named, &what, err);
}

/* What the system said of a path that could not be looked at or into. */
static enum err_code no_access(const struct walk *w, const char *path, bool is_named, int why, struct err *err)
{
	struct err what = ERR_INIT;

	if (why == ENOENT)
		return fault_of(w, path, is_named, ERR_MISSING, "does not exist", err);
	if (why == ELOOP)
		return fault_of(w, path, is_named, err_of_errno(why, ERR_IO), "is a loop of symbolic links", err);
	err_set(&what, err_of_errno(why, ERR_IO), "cannot open '%s': %s", path, strerror(why));
	return fault(w, path, is_named, &what, err);
}

/* The names of a directory in byte order. */
static int by_name(const void *a, const void *b)
{
	const struct str *x = a, *y = b;

	return str_cmp(*x, *y);
}

static bool list_names(struct arena *a, const char *path, struct str **names, size_t *n)
{
	DIR *d = opendir(path);
	struct str *found = NULL;
	size_t cap = 0;

	*n = 0;
	if (!d)
		return false;
	for (const struct dirent *e; (e = readdir(d));) {
		if (e->d_name[0] == '.')
			continue;
		found = mem_grow(found, &cap, *n + 1, sizeof(*found));
		found[(*n)++] = arena_str(a, str_c(e->d_name));
	}
	closedir(d);
	*names = arena_array(a, *n, sizeof(**names));
	if (*n)
		memcpy(*names, found, *n * sizeof(**names));
	mem_free(found);
	qsort(*names, *n, sizeof(**names), by_name);
	return true;
}

static bool leads_back(const struct place *at, const struct stat *st)
{
	for (; at; at = at->above)
		if (at->dev == st->st_dev && at->ino == st->st_ino)
			return true;
	return false;
}

/* Read the directory's .ibidignore into *ig; false when it has none. An unreadable one is a fault of its own. */
static bool read_ignore(const struct walk *w, const char *dir, struct buf *text, struct err *err)
{
	SCOPED(buf) path = BUF_INIT;
	struct err why = ERR_INIT;
	struct stat st;

	path_join(&path, str_c(dir), STR(".ibidignore"));
	if (stat(buf_cstr(&path), &st) != 0)
		return false;
	if (path_read(buf_cstr(&path), SOURCES_IGNORE_MAX, text, &why) == OK)
		return true;
	fault(w, buf_cstr(&path), false, &why, err);
	return false;
}

static enum err_code walk_dir(const struct walk *w, const char *path, const struct stat *st, bool is_named,
	const struct place *above, struct err *err);

static enum err_code walk_entry(const struct walk *w, const char *path, const struct place *at, struct err *err)
{
	struct str p = str_c(path);
	struct stat st;

	if (stat(path, &st) != 0) {
		if (is_wanted(w, at->ignore, p, false))
			return no_access(w, path, false, errno, err);
		return OK;
	}
	if (!is_wanted(w, at->ignore, p, S_ISDIR(st.st_mode)))
		return OK;
	if (S_ISDIR(st.st_mode))
		return walk_dir(w, path, &st, false, at, err);
	if (!S_ISREG(st.st_mode))
		return fault_of(w, path, false, ERR_DATA, "is not a regular file", err);
	return w->fn(w->ctx, path, false, NULL, err);
}

static enum err_code walk_dir(const struct walk *w, const char *path, const struct stat *st, bool is_named,
	const struct place *above, struct err *err)
{
	SCOPED(arena) names_of = ARENA_INIT;
	SCOPED(buf) ignore_text = BUF_INIT;
	SCOPED(buf) child = BUF_INIT;
	struct place here = { above, above ? above->ignore : NULL, st->st_dev, st->st_ino, above ? above->depth + 1 : 0 };
	struct ignore ig = { here.ignore, STR_EMPTY, strlen(path) + (path[strlen(path) - 1] != '/') };
	struct str *names;
	size_t n;

	if (leads_back(above, st))
		return fault_of(w, path, is_named, ERR_DATA, "is a symbolic link back to a directory above it", err);
	if (here.depth > SOURCES_DEPTH_MAX)
		return fault_of(w, path, is_named, ERR_LIMIT, "lies too deep: directories are read 64 levels down", err);
	if (!list_names(&names_of, path, &names, &n))
		return no_access(w, path, is_named, errno, err);
	if (read_ignore(w, path, &ignore_text, err)) {
		ig.text = buf_view(&ignore_text);
		here.ignore = &ig;
	}
	for (size_t i = 0; i < n; i++) {
		enum err_code code;

		buf_reset(&child);
		path_join(&child, str_c(path), names[i]);
		code = walk_entry(w, buf_cstr(&child), &here, err);
		if (code != OK)
			return code;
	}
	return OK;
}

enum err_code sources_walk(const char *path, const struct source_rules *rules, source_fn *fn, void *ctx,
	struct err *err)
{
	struct walk w = { rules, fn, ctx };
	struct stat st;

	if (!*path)
		return fault_of(&w, path, true, ERR_USAGE, "is an empty name", err);
	if (stat(path, &st) != 0)
		return no_access(&w, path, true, errno, err);
	if (S_ISDIR(st.st_mode))
		return walk_dir(&w, path, &st, true, NULL, err);
	if (!S_ISREG(st.st_mode))
		return fault_of(&w, path, true, ERR_DATA,
			S_ISFIFO(st.st_mode) ? "is a FIFO, not a regular file" : "is not a regular file", err);
	return fn(ctx, path, true, NULL, err);
}

enum err_code sources_list(struct str list, bool nul, const struct source_rules *rules, source_fn *fn, void *ctx,
	struct err *err)
{
	SCOPED(buf) path = BUF_INIT;

	while (list.p) {
		struct str name = str_cut(&list, nul ? '\0' : '\n');
		enum err_code code;

		if (!name.len)
			continue;
		buf_reset(&path);
		buf_str(&path, name);
		code = sources_walk(buf_cstr(&path), rules, fn, ctx, err);
		if (code != OK)
			return code;
	}
	return OK;
}
