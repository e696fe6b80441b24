#include "ibid/tui/keymap.h"

#include <assert.h>

#include "ibid/base/mem.h"
#include "ibid/config/config.h"

static const char *const view_names[VIEW_COUNT] = {
	[VIEW_INPUT] = "input",
	[VIEW_BROWSE] = "browse",
	[VIEW_SOURCES] = "sources",
	[VIEW_LIST] = "list",
	[VIEW_PAGER] = "pager",
};

static const struct {
	const char *name, *help;
} actions[ACTION_COUNT] = {
#define X(action, name, help) { name, help },
	ACTIONS(X)
#undef X
};

static const struct {
	enum key_view view;
	const char *keys;
	enum action action;
} defaults[] = {
#define KEY(view, keys, action) { view, keys, action },
#include "tui/keys.def"
#undef KEY
};

struct bindings {
	struct key_binding *v;
	size_t n, cap;
};

struct keymap {
	struct arena arena; /* commands and origins */
	struct bindings views[VIEW_COUNT];
};

const char *key_view_name(enum key_view view)
{
	return view_names[view];
}

const char *action_name(enum action a)
{
	return actions[a].name;
}

const char *action_help(enum action a)
{
	return actions[a].help;
}

bool action_of(struct str name, enum action *a)
{
	for (int i = 0; i < ACTION_COUNT; i++) {
		if (!str_is(name, actions[i].name))
			continue;
		*a = (enum action)i;
		return true;
	}
	return false;
}

/* --- the table */

static bool same_keys(const struct key_binding *a, const struct key_binding *b)
{
	return a->n_strokes == b->n_strokes && key_eq(a->strokes[0], b->strokes[0]) &&
	       (a->n_strokes < 2 || key_eq(a->strokes[1], b->strokes[1]));
}

static void unbind(struct bindings *rows, const struct key_binding *b)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->n; i++)
		if (!same_keys(&rows->v[i], b))
			rows->v[kept++] = rows->v[i];
	rows->n = kept;
}

/* In the place of what had these keys, else at the end. */
static void bind(struct bindings *rows, struct key_binding b)
{
	for (size_t i = 0; i < rows->n; i++)
		if (same_keys(&rows->v[i], &b)) {
			rows->v[i] = b;
			return;
		}
	rows->v = mem_grow(rows->v, &rows->cap, rows->n + 1, sizeof(*rows->v));
	rows->v[rows->n++] = b;
}

/* Words between blanks, one or two, each a key. */
static bool parse_strokes(struct str keys, struct key_binding *b)
{
	b->n_strokes = 0;
	while (keys.p) {
		struct str word = str_trim(str_cut(&keys, ' '));

		if (!word.len)
			continue;
		if (b->n_strokes == KEY_STROKES_MAX || !key_parse(word, &b->strokes[b->n_strokes]))
			return false;
		b->n_strokes++;
	}
	return b->n_strokes > 0;
}

struct keymap *keymap_new(void)
{
	struct keymap *m = mem_zalloc(1, sizeof(*m));

	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++) {
		struct key_binding b = { .view = defaults[i].view,
			.action = defaults[i].action,
			.command = STR_EMPTY,
			.origin = STR("default") };
		bool is_key = parse_strokes(str_c(defaults[i].keys), &b);

		assert(is_key);
		if (is_key)
			bind(&m->views[b.view], b);
	}
	return m;
}

void keymap_free(struct keymap *m)
{
	if (!m)
		return;
	for (int i = 0; i < VIEW_COUNT; i++)
		mem_free(m->views[i].v);
	arena_release(&m->arena);
	mem_free(m);
}

const struct key_binding *keymap_at(const struct keymap *m, enum key_view view, size_t i)
{
	return i < m->views[view].n ? &m->views[view].v[i] : NULL;
}

const struct key_binding *keymap_find(
	const struct keymap *m, enum key_view view, const struct key *pending, struct key stroke, bool *is_prefix)
{
	const struct key_binding *b;

	*is_prefix = false;
	for (size_t i = 0; (b = keymap_at(m, view, i)); i++) {
		bool is_first = key_eq(b->strokes[0], pending ? *pending : stroke);

		if (!is_first || (pending && b->n_strokes == 1))
			continue;
		if (!pending && b->n_strokes == 2)
			*is_prefix = true;
		else if (!pending || key_eq(b->strokes[1], stroke))
			return b;
	}
	return NULL;
}

/* --- names */

static void add_keys(struct buf *out, const struct key_binding *b, void (*add)(struct buf *, struct key))
{
	for (int i = 0; i < b->n_strokes; i++) {
		if (i)
			buf_ch(out, ' ');
		add(out, b->strokes[i]);
	}
}

void key_binding_name(struct buf *out, const struct key_binding *b)
{
	add_keys(out, b, key_name);
}

struct str keymap_hint(const struct keymap *m, struct arena *a, enum key_view view, enum action action)
{
	const struct key_binding *b;
	SCOPED(buf) hint = BUF_INIT;

	for (size_t i = 0; (b = keymap_at(m, view, i)); i++)
		if (b->action == action && !b->command.len) {
			add_keys(&hint, b, key_hint);
			return arena_str(a, buf_view(&hint));
		}
	return STR_EMPTY;
}

/* --- the configuration */

static enum err_code parse_view(struct str name, enum key_view *view, struct err *err)
{
	for (int i = 0; i < VIEW_COUNT; i++)
		if (str_is(name, view_names[i])) {
			*view = (enum key_view)i;
			return OK;
		}
	return err_set(err, ERR_CONFIG, "keys are bound in input, browse, sources, list or pager, not in '%.*s'",
		STR_ARG(name));
}

/* A key that never arrives, or that would take a letter from where one types. */
static enum err_code check_strokes(const struct key_binding *b, struct str keys, struct err *err)
{
	bool is_typing = b->view == VIEW_INPUT || b->view == VIEW_LIST;
	bool is_space = b->strokes[0].code == ' ' && b->view == VIEW_LIST;
	SCOPED(buf) name = BUF_INIT;
	struct key sent;

	for (int i = 0; i < b->n_strokes; i++)
		if (key_twin(b->strokes[i], &sent)) {
			key_name(&name, sent);
			return err_set(err, ERR_CONFIG, "'%.*s': terminals send %s for it; bind that", STR_ARG(keys),
				buf_cstr(&name));
		}
	if (is_typing && key_is_typed(b->strokes[0]) && !is_space)
		return err_set(err, ERR_CONFIG, "'%.*s' types a character there; use ctrl, alt or a function key",
			STR_ARG(keys));
	return OK;
}

/* One stroke that begins another binding's two would wait for the second for ever, or hide it. */
static enum err_code check_prefixes(const struct bindings *rows, const struct key_binding *b, struct err *err)
{
	SCOPED(buf) other = BUF_INIT;
	SCOPED(buf) name = BUF_INIT;

	for (size_t i = 0; i < rows->n; i++) {
		const struct key_binding *r = &rows->v[i];

		if (r->n_strokes == b->n_strokes || !key_eq(r->strokes[0], b->strokes[0]))
			continue;
		key_binding_name(&other, r);
		key_binding_name(&name, b);
		return err_set(err, ERR_CONFIG,
			"'%s' and '%s' cannot both be bound; free the other one first: %s = none", buf_cstr(&name),
			buf_cstr(&other), buf_cstr(&other));
	}
	return OK;
}

static enum err_code parse_action(struct str what, struct key_binding *b, struct err *err)
{
	b->command = STR_EMPTY;
	b->action = ACTION_COMMAND;
	if (what.len > 1 && what.p[0] == '/')
		b->command = what;
	else if (!action_of(what, &b->action))
		return err_set(err, ERR_CONFIG, "no action '%.*s'; a key takes one of ibid-keys(7), a /command or none",
			STR_ARG(what));
	return OK;
}

enum err_code keymap_set(
	struct keymap *m, struct str view, struct str keys, struct str what, struct str origin, struct err *err)
{
	struct key_binding b = { 0 };
	struct bindings *rows;

	if (parse_view(view, &b.view, err) != OK)
		return err->code;
	if (!parse_strokes(keys, &b))
		return err_set(err, ERR_CONFIG, "'%.*s' is no key: one or two such as ctrl-x, alt-enter, f1 or G",
			STR_ARG(keys));
	if (parse_action(str_trim(what), &b, err) != OK)
		return err->code;
	rows = &m->views[b.view];
	if (b.action == ACTION_NONE) {
		unbind(rows, &b);
		return OK;
	}
	if (check_strokes(&b, keys, err) != OK || check_prefixes(rows, &b, err) != OK)
		return err->code;
	b.command = arena_str(&m->arena, b.command);
	b.origin = arena_str(&m->arena, origin);
	bind(rows, b);
	return OK;
}

void keymap_configure(
	struct keymap *m, const struct config *c, void (*on_fault)(void *ctx, struct str sentence), void *ctx)
{
	const struct config_value *v;

	for (size_t i = 0; (v = config_value_at(c, i)); i++) {
		struct err err = ERR_INIT;
		SCOPED(buf) origin = BUF_INIT;
		struct str section, view, keys;

		if (!setting_split(v->name, &section, &view, &keys) || !str_is(section, "keys"))
			continue;
		buf_fmt(&origin, "%.*s:%d", STR_ARG(v->file), v->line);
		if (keymap_set(m, view, keys, v->text, buf_view(&origin), &err) == OK)
			continue;
		err_ctx(&err, "%s", buf_cstr(&origin));
		on_fault(ctx, str_c(err.text));
	}
}
