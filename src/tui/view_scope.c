/*
 * Which documents answers may rest on. Space chooses documents; Enter makes what is chosen the scope; nothing chosen means all.
 */
#include "ibid/base/mem.h"
#include "ibid/store/documents.h"
#include "picker.h"
#include "screen_internal.h"

struct chosen {
	int64_t *ids;
	size_t n, cap;
};

static size_t find_chosen(const struct chosen *c, int64_t id)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->ids[i] == id)
			return i;
	return c->n;
}

static enum err_code load(struct picker *l, struct err *err)
{
	static const struct scope everything = { .after = { "", 0 }, .before = { "", 0 } };
	struct screen *s = l->view.screen;
	const struct chosen *c = l->data;
	struct document *docs;
	size_t n;

	if (store_document_list(s->host->chat.db, &l->arena, &everything, DOCUMENT_BY_TITLE, 0, &docs, &n, err) != OK)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		struct picker_row *row = picker_add(l);

		row->id = docs[i].id;
		row->text = arena_fmt(&l->arena, "d%lld  %.*s", (long long)docs[i].id, STR_ARG(docs[i].title));
		row->aside = arena_fmt(&l->arena, "%.*s  %.*s  %.*s", STR_ARG(docs[i].tags), STR_ARG(docs[i].kind),
			STR_ARG(docs[i].date));
		row->is_chosen = find_chosen(c, docs[i].id) < c->n;
	}
	return OK;
}

static void use(struct picker *l)
{
	struct screen *s = l->view.screen;
	const struct chosen *c = l->data;
	SCOPED(arena) a = ARENA_INIT;
	struct str *words = arena_array(&a, c->n, sizeof(*words));
	struct err err = ERR_INIT;

	for (size_t i = 0; i < c->n; i++)
		words[i] = arena_fmt(&a, "d%lld", (long long)c->ids[i]);
	if (screen_use_scope(s, words, c->n, &err) != OK) {
		screen_say_err(s, &err);
		return;
	}
	if (c->n)
		screen_say(s, "answers rest on %zu %s", c->n, c->n == 1 ? "document" : "documents");
	else
		screen_say(s, "all documents may be used");
	screen_pop(s);
}

static void toggle(struct chosen *c, int64_t id)
{
	size_t at = find_chosen(c, id);

	if (at < c->n) {
		c->ids[at] = c->ids[--c->n];
		return;
	}
	c->ids = mem_grow(c->ids, &c->cap, c->n + 1, sizeof(*c->ids));
	c->ids[c->n++] = id;
}

static void open_row(struct picker *l, const struct picker_row *row)
{
	struct chosen *c = l->data;

	if (!c->n)
		toggle(c, row->id);
	use(l);
}

static bool act(struct picker *l, const struct picker_row *row, enum action a)
{
	struct chosen *c = l->data;

	if (a == ACTION_TOGGLE && row) {
		toggle(c, row->id);
		picker_reload(l);
		return true;
	}
	if (a == ACTION_REMOVE) {
		c->n = 0;
		use(l);
		return true;
	}
	return false;
}

static void release(struct picker *l)
{
	struct chosen *c = l->data;

	mem_free(c->ids);
	mem_free(c);
}

static const struct picker_ops ops = { "scope", "documents that answers may rest on", load, open_row, act,
	"Space choose  Enter use  Del all documents  Esc back", "the library is empty; /ingest FILE adds to it", release };

struct view *view_scope(struct screen *s)
{
	struct chosen *c = mem_zalloc(1, sizeof(*c));
	const struct scope *scope = &conversation_how(s->talk)->scope;

	for (size_t i = 0; conversation_how(s->talk)->has_scope && i < scope->n_docs; i++)
		toggle(c, scope->docs[i]);
	return picker_new(s, &ops, c);
}
