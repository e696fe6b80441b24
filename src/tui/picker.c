#include "picker.h"

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "screen_internal.h"

/* Bytes that narrow a list: more than a row shows. */
#define FILTER_MAX 256

static struct picker *picker_of(struct view *v)
{
	return (struct picker *)(void *)v;
}

/* --- rows */

struct picker_row *picker_add(struct picker *l)
{
	l->rows = mem_grow(l->rows, &l->cap, l->n + 1, sizeof(*l->rows));
	l->rows[l->n] = (struct picker_row){ .text = STR_EMPTY, .aside = STR_EMPTY };
	return &l->rows[l->n++];
}

struct str picker_filter(const struct picker *l)
{
	return buf_view(&l->filter);
}

static bool is_shown(const struct picker *l, const struct picker_row *row)
{
	struct str needle = buf_view(&l->filter);

	return !needle.len || str_find_nocase(row->text, needle, 0) != STR_NONE ||
	       str_find_nocase(row->aside, needle, 0) != STR_NONE;
}

static const struct picker_row *selected_row(const struct picker *l)
{
	return l->selected < l->n_shown ? &l->rows[l->shown[l->selected]] : NULL;
}

/* The row of that id keeps the selection; else it stays where it was. */
static void narrow(struct picker *l, int64_t id)
{
	arena_reset(&l->shown_arena);
	l->shown = arena_array(&l->shown_arena, l->n, sizeof(*l->shown));
	l->n_shown = 0;
	for (size_t i = 0; i < l->n; i++) {
		if (!is_shown(l, &l->rows[i]))
			continue;
		if (id && l->rows[i].id == id)
			l->selected = l->n_shown;
		l->shown[l->n_shown++] = i;
	}
	if (l->selected >= l->n_shown)
		l->selected = l->n_shown ? l->n_shown - 1 : 0;
}

static int64_t selected_id(const struct picker *l)
{
	const struct picker_row *row = selected_row(l);

	return row ? row->id : 0;
}

void picker_reload(struct picker *l)
{
	int64_t id = selected_id(l);
	struct err err = ERR_INIT;

	l->n = 0;
	arena_reset(&l->arena);
	buf_reset(&l->fault);
	if (l->ops->load(l, &err) != OK)
		buf_c(&l->fault, err.text);
	narrow(l, id);
}

/* --- drawing */

static void draw_title(const struct picker *l, struct canvas *c, struct area at)
{
	int used = canvas_put(c, at.row, at.col, at.cols, str_c(l->ops->title), CANVAS_ROLE);

	if (l->filter.len)
		used += canvas_putf(c, at.row, at.col + used, at.cols - used, OUT_PLAIN, "  %s_", buf_cstr(&l->filter));
	canvas_putf(c, at.row, at.col + used, at.cols - used, CANVAS_HINT, "  %zu%s", l->n_shown,
		l->n_shown == l->n ? "" : " shown");
}

static void draw_row(const struct picker *l, size_t i, struct canvas *c, int y, struct area at)
{
	const struct picker_row *row = &l->rows[l->shown[i]];
	bool is_selected = i == l->selected;
	int indent = 2 + 2 * row->indent, aside = (int)utf8_cols(row->aside), room = at.cols - indent;

	if (aside && aside + 12 < room)
		room -= aside + 2;
	else
		aside = 0;
	canvas_put(c, y, at.col, 2, row->is_chosen ? STR("x") : row->is_current ? STR(">") : STR(" "), OUT_BOLD);
	canvas_put(c, y, at.col + indent, room, row->text, row->style);
	if (aside)
		canvas_put(c, y, at.col + at.cols - aside, aside, row->aside, CANVAS_HINT);
	if (is_selected)
		canvas_mark(c, y, at.col, at.cols, CANVAS_REVERSE);
}

static void keep_in_view(struct picker *l)
{
	size_t page = l->page < 1 ? 1 : (size_t)l->page;

	if (l->selected < l->top)
		l->top = l->selected;
	if (l->selected >= l->top + page)
		l->top = l->selected - page + 1;
}

static void draw(struct view *v, struct canvas *c, struct area at)
{
	struct picker *l = picker_of(v);

	l->page = at.rows - 1;
	keep_in_view(l);
	draw_title(l, c, at);
	if (l->fault.len)
		canvas_put(c, at.row + 1, at.col, at.cols, buf_view(&l->fault), OUT_BAD);
	else if (!l->n_shown)
		canvas_put(c, at.row + 1, at.col, at.cols, str_c(l->n ? "nothing holds what was typed" : l->ops->empty),
			CANVAS_HINT);
	for (int y = 1; y < at.rows && l->top + (size_t)y - 1 < l->n_shown; y++)
		draw_row(l, l->top + (size_t)y - 1, c, at.row + y, at);
}

/* --- moving */

static void move(struct picker *l, int64_t by)
{
	int64_t to = (int64_t)l->selected + by;

	if (to >= (int64_t)l->n_shown)
		to = (int64_t)l->n_shown - 1;
	l->selected = to < 0 ? 0 : (size_t)to;
}

static bool act(struct view *v, enum action a)
{
	struct picker *l = picker_of(v);
	const struct picker_row *row = selected_row(l);

	switch (a) {
	case ACTION_UP: move(l, -1); return true;
	case ACTION_DOWN: move(l, 1); return true;
	case ACTION_PAGE_UP: move(l, -l->page); return true;
	case ACTION_PAGE_DOWN: move(l, l->page); return true;
	case ACTION_TOP: l->selected = 0; return true;
	case ACTION_END: move(l, (int64_t)l->n_shown); return true;
	case ACTION_OPEN:
		if (row)
			l->ops->open(l, row);
		return true;
	case ACTION_BACK:
		if (!l->filter.len)
			return false;
		buf_reset(&l->filter);
		narrow(l, selected_id(l));
		return true;
	default: return l->ops->act && l->ops->act(l, row, a);
	}
}

static void add_filter(struct picker *l, struct str text)
{
	size_t room = FILTER_MAX - l->filter.len;

	buf_str(&l->filter, str_sub(text, 0, text.len > room ? utf8_floor(text, room) : text.len));
}

/* What is typed narrows the list. */
static bool type(struct view *v, const struct input *in)
{
	struct picker *l = picker_of(v);
	int64_t id = selected_id(l);

	if (in->kind == INPUT_PASTE) {
		add_filter(l, str_sub(in->bytes, 0, str_find_ch(in->bytes, '\n', 0)));
	} else if (in->key.code == KEY_BACKSPACE) {
		if (l->filter.len)
			buf_cut(&l->filter, utf8_floor(buf_view(&l->filter), l->filter.len - 1));
	} else if (in->key.code < KEY_FIRST && !(in->key.mods & (KEY_CTRL | KEY_ALT | KEY_SUPER))) {
		SCOPED(buf) character = BUF_INIT;

		utf8_add(&character, in->key.code);
		add_filter(l, buf_view(&character));
	} else {
		return false;
	}
	narrow(l, id);
	return true;
}

static void click(struct view *v, int row, int col)
{
	struct picker *l = picker_of(v);
	size_t i = l->top + (size_t)(row - 1);

	(void)col;
	if (row < 1 || i >= l->n_shown)
		return;
	if (i == l->selected)
		l->ops->open(l, selected_row(l));
	else
		l->selected = i;
}

static void refresh(struct view *v)
{
	picker_reload(picker_of(v));
}

static void hint(struct view *v, struct buf *out)
{
	buf_c(out, picker_of(v)->ops->hint);
}

static void picker_free(struct view *v)
{
	struct picker *l = picker_of(v);

	if (l->ops->release)
		l->ops->release(l);
	arena_release(&l->arena);
	arena_release(&l->shown_arena);
	buf_release(&l->filter);
	buf_release(&l->fault);
	mem_free(l->rows);
	mem_free(l);
}

static const struct view_ops view_ops = { "list", VIEW_LIST, draw, act, type, click, refresh, hint, picker_free };

struct view *picker_new(struct screen *s, const struct picker_ops *ops, void *data)
{
	struct picker *l = mem_zalloc(1, sizeof(*l));

	l->view = (struct view){ &view_ops, s };
	l->ops = ops;
	l->data = data;
	picker_reload(l);
	for (size_t i = 0; i < l->n_shown; i++)
		if (l->rows[l->shown[i]].is_current)
			l->selected = i;
	return &l->view;
}
