/*
 * All keys, from the table that binds them. Enter does what the row says, where it means something here.
 */
#include "picker.h"
#include "screen_internal.h"

static void add_binding(struct picker *l, const struct key_binding *b)
{
	SCOPED(buf) name = BUF_INIT;
	struct picker_row *row = picker_add(l);

	key_binding_name(&name, b);
	row->id = (int64_t)l->n;
	row->text = arena_fmt(&l->arena, "%-8s %-16s %s", key_view_name(b->view), buf_cstr(&name),
		b->command.len ? b->command.p : action_help(b->action));
	row->aside = str_is(b->origin, "default") ? STR_EMPTY : b->origin;
}

static enum err_code load(struct picker *l, struct err *err)
{
	struct screen *s = l->view.screen;
	const struct key_binding *b;

	(void)err;
	for (enum key_view view = VIEW_INPUT; view < VIEW_COUNT; view++)
		for (size_t i = 0; (b = keymap_at(s->keymap, view, i)); i++)
			add_binding(l, b);
	return OK;
}

static void close_list(struct picker *l, const struct picker_row *row)
{
	(void)row;
	screen_pop(l->view.screen);
}

static const struct picker_ops ops = { "keys", "keys (type to find one; [keys \"input\"] in the configuration changes them)",
	load, close_list, NULL, "type to find a key  Esc back", "no keys", NULL };

struct view *view_keys(struct screen *s)
{
	return picker_new(s, &ops, NULL);
}
