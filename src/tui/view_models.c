/*
 * The models that could be asked. Enter takes one; Space chooses several, which are then asked side by side.
 */
#include "ibid/base/mem.h"
#include "picker.h"
#include "screen_internal.h"

struct chosen {
	struct arena arena;
	struct str names[CONVERSATION_SEATS_MAX];
	size_t n;
};

static size_t find_chosen(const struct chosen *c, struct str name)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->names[i], name))
			return i;
	return c->n;
}

static bool is_in_use(const struct screen *s, struct str name)
{
	for (size_t i = 0; i < s->n_models; i++)
		if (str_eq(s->models[i].name, name))
			return true;
	return false;
}

static enum err_code load(struct picker *l, struct err *err)
{
	struct screen *s = l->view.screen;
	const struct chosen *c = l->data;
	struct str name, about;

	(void)err;
	for (size_t i = 0; s->host->model_at(s->host->ctx, &l->arena, i, &name, &about); i++) {
		struct picker_row *row = picker_add(l);

		row->id = (int64_t)i + 1;
		row->text = name;
		row->aside = about;
		row->is_current = is_in_use(s, name);
		row->is_chosen = find_chosen(c, name) < c->n;
	}
	return OK;
}

/* Resolving may ask for a key; the list stays open when that fails. */
static void open_model(struct picker *l, const struct picker_row *row)
{
	struct screen *s = l->view.screen;
	struct chosen *c = l->data;
	struct err err = ERR_INIT;
	struct str name = row->text;

	if (screen_use_models(s, c->n ? c->names : &name, c->n ? c->n : 1, &err) != OK) {
		screen_say_err(s, &err);
		return;
	}
	screen_pop(s);
	screen_act(s, ACTION_INPUT);
	screen_tell_models(s);
}

static void toggle(struct picker *l, const struct picker_row *row)
{
	struct chosen *c = l->data;
	size_t at = find_chosen(c, row->text);

	if (at < c->n) {
		c->names[at] = c->names[--c->n];
	} else if (c->n < CONVERSATION_SEATS_MAX) {
		c->names[c->n++] = arena_str(&c->arena, row->text);
	} else {
		screen_say(l->view.screen, "%d models at most are asked at once", CONVERSATION_SEATS_MAX);
	}
	picker_reload(l);
}

static bool act(struct picker *l, const struct picker_row *row, enum action a)
{
	if (a != ACTION_TOGGLE || !row)
		return false;
	toggle(l, row);
	return true;
}

static void release(struct picker *l)
{
	struct chosen *c = l->data;

	arena_release(&c->arena);
	mem_free(c);
}

static const struct picker_ops ops = { "models", "models", load, open_model, act, "Enter use  Space choose several  Esc back",
	"no provider is configured; see 'ibid help config'", release };

struct view *view_models(struct screen *s)
{
	return picker_new(s, &ops, mem_zalloc(1, sizeof(struct chosen)));
}
