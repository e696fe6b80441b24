/*
 * The answers of several models to one prompt, side by side, or one at a time
 * where the screen is too narrow for that. One of them is picked to go on with.
 */
#include "ibid/base/mem.h"
#include "screen_internal.h"

/* Two columns from here on, three from the next. */
#define TWO_FROM_COLS 120
#define THREE_FROM_COLS 180

struct column {
	struct columns *of;
	size_t index;
	struct pane *pane;
	uint32_t touches;
};

struct columns {
	struct view view;
	struct column v[CONVERSATION_SEATS_MAX];
	size_t n, active, first;
	bool together;
};

static struct columns *columns_of(struct view *v)
{
	return (struct columns *)(void *)v;
}

/* --- one column: one answer */

static const struct conversation_live *live_of(const struct column *col)
{
	size_t n;
	const struct conversation_live *lives = conversation_live(col->of->view.screen->talk, &n);

	return col->index < n ? &lives[col->index] : NULL;
}

static size_t column_n(void *ctx)
{
	return live_of(ctx) ? 1 : 0;
}

static struct pane_item column_item(void *ctx, size_t i)
{
	const struct column *col = ctx;
	const struct conversation_live *l = live_of(col);

	(void)i;
	return (struct pane_item){ l->message_id ? l->message_id : -1 - (int64_t)col->index,
		(uint32_t)l->is_over | col->touches << 1 };
}

static void column_fill(void *ctx, size_t i, struct arena *a, struct pane_content *c)
{
	const struct column *col = ctx;
	const struct conversation_live *l = live_of(col);

	(void)i;
	if (l->message_id) {
		screen_fill_message(col->of->view.screen, l->message_id, NULL, a, c);
	} else {
		c->text = arena_str(a, str_c(l->failed.text));
		c->is_plain = true;
	}
	c->role = STR_EMPTY;
}

/* --- drawing */

static size_t n_shown(const struct columns *p, int cols)
{
	size_t fit = cols >= THREE_FROM_COLS ? (size_t)(cols / (THREE_FROM_COLS / 3)) : cols >= TWO_FROM_COLS ? 2 : 1;

	return fit < p->n ? fit : p->n;
}

static void add_state(struct buf *out, const struct conversation_live *l, int64_t now)
{
	int64_t ms = now - l->began_ms;

	if (l->failed.code != OK)
		buf_c(out, "failed");
	else if (!l->is_over && l->first_token_ms < 0)
		buf_fmt(out, "waiting %lld s", (long long)(ms / 1000));
	else if (!l->is_over)
		buf_fmt(out, "%lld tok/s", (long long)(l->n_pieces * 1000 / (ms - l->first_token_ms + 1)));
	else if (l->result && l->result->code != OK)
		buf_c(out, message_state_name(l->result->message.state));
	else if (l->result)
		buf_fmt(out, "done %.1f s", (double)l->result->total_ms / 1000);
	if (l->result && l->result->request.cost_usd_micros > 0)
		buf_fmt(out, " $%.4f", (double)l->result->request.cost_usd_micros / 1e6);
}

static void draw_column(struct columns *p, size_t i, struct canvas *c, struct area at)
{
	struct screen *s = p->view.screen;
	const struct conversation_live *l = live_of(&p->v[i]);
	SCOPED(buf) head = BUF_INIT;
	unsigned style = CANVAS_ROLE | (i == p->active && p->n > 1 ? CANVAS_REVERSE : 0);

	if (!l)
		return;
	buf_fmt(&head, "%zu/%zu %.*s  ", i + 1, p->n, STR_ARG(l->model));
	add_state(&head, l, screen_now(s));
	canvas_put(c, at.row, at.col, at.cols, buf_view(&head), style);
	pane_set_look(p->v[i].pane, s->host->color, s->is_raw);
	pane_set_size(p->v[i].pane, at.rows - 1, at.cols);
	pane_changed(p->v[i].pane);
	pane_draw(p->v[i].pane, c, at.row + 1, at.col);
}

static void draw_keys(const struct columns *p, struct canvas *c, struct area at)
{
	canvas_putf(c, at.row, at.col, at.cols, CANVAS_HINT, "%zu models   %sw next   p pick   = %s", p->n,
		p->view.screen->focus == FOCUS_INPUT ? "Esc, then: " : "", p->together ? "scroll each alone" : "scroll together");
}

static void draw(struct view *v, struct canvas *c, struct area at)
{
	struct columns *p = columns_of(v);
	size_t shown = n_shown(p, at.cols);
	int width;

	if (!shown)
		return;
	if (p->active < p->first)
		p->first = p->active;
	if (p->active >= p->first + shown)
		p->first = p->active - shown + 1;
	/* The screen may be wider now. */
	if (p->first + shown > p->n)
		p->first = p->n - shown;
	draw_keys(p, c, at);
	width = (at.cols - ((int)shown - 1) * 3) / (int)shown;
	for (size_t i = 0; i < shown; i++) {
		int col = at.col + (int)i * (width + 3);

		if (i)
			canvas_vbar(c, col - 2, at.row + 1, at.row + at.rows);
		draw_column(p, p->first + i, c, (struct area){ at.row + 1, col, at.rows - 1, width });
	}
}

/* --- acting */

static void scroll_one(struct pane *pane, enum action a)
{
	int page = pane_height(pane) - 1;

	switch (a) {
	case ACTION_UP: pane_scroll(pane, -1); break;
	case ACTION_DOWN: pane_scroll(pane, 1); break;
	case ACTION_PAGE_UP: pane_scroll(pane, -page); break;
	case ACTION_PAGE_DOWN: pane_scroll(pane, page); break;
	case ACTION_HALF_UP: pane_scroll(pane, -page / 2); break;
	case ACTION_HALF_DOWN: pane_scroll(pane, page / 2); break;
	case ACTION_LEFT: pane_scroll_sideways(pane, -8); break;
	case ACTION_RIGHT: pane_scroll_sideways(pane, 8); break;
	case ACTION_TOP: pane_to_top(pane); break;
	default: pane_to_end(pane); break;
	}
}

static void scroll(struct columns *p, enum action a)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->together || i == p->active)
			scroll_one(p->v[i].pane, a);
}

/* The conversation goes on from this answer; the others stay as branches. */
static void pick(struct columns *p)
{
	struct screen *s = p->view.screen;
	const struct conversation_live *l = live_of(&p->v[p->active]);
	int64_t id = l ? l->message_id : 0;
	struct err err = ERR_INIT;

	/* Going there ends the answers that these columns show. */
	s->columns = NULL;
	if (id && conversation_go(s->talk, id, &err) != OK) {
		s->columns = &p->view;
		screen_say_err(s, &err);
		return;
	}
	p->view.ops->free(&p->view);
	pane_select(s->pane, SIZE_MAX);
	pane_to_end(s->pane);
	screen_items_changed(s);
}

static bool act(struct view *v, enum action a)
{
	struct columns *p = columns_of(v);

	switch (a) {
	case ACTION_UP:
	case ACTION_DOWN:
	case ACTION_LEFT:
	case ACTION_RIGHT:
	case ACTION_PAGE_UP:
	case ACTION_PAGE_DOWN:
	case ACTION_HALF_UP:
	case ACTION_HALF_DOWN:
	case ACTION_TOP:
	case ACTION_END: scroll(p, a); return true;
	case ACTION_NEXT_COLUMN: p->active = p->n ? (p->active + 1) % p->n : 0; return true;
	case ACTION_TOGETHER: p->together = !p->together; return true;
	case ACTION_PICK: pick(p); return true;
	default: return false;
	}
}

static void free_panes(struct columns *p)
{
	for (size_t i = 0; i < p->n; i++)
		pane_free(p->v[i].pane);
	p->n = 0;
}

static void columns_free(struct view *v)
{
	free_panes(columns_of(v));
	mem_free(v);
}

/* A new prompt, or an answer that is proved now. */
static void refresh(struct view *v)
{
	struct columns *p = columns_of(v);
	size_t n;

	conversation_live(v->screen->talk, &n);
	if (n != p->n) {
		free_panes(p);
		for (p->n = 0; p->n < n; p->n++) {
			struct column *col = &p->v[p->n];
			const struct pane_source source = { column_n, column_item, column_fill, col };

			*col = (struct column){ .of = p, .index = p->n };
			col->pane = pane_new(&source, v->screen->highlight);
		}
	}
	for (size_t i = 0; i < p->n; i++)
		p->v[i].touches++;
	if (p->active >= p->n)
		p->active = 0;
}

static const struct view_ops ops = { "models", VIEW_BROWSE, draw, act, NULL, NULL, refresh, NULL, columns_free };

struct view *view_columns(struct screen *s)
{
	struct columns *p = mem_zalloc(1, sizeof(*p));

	p->view = (struct view){ &ops, s };
	p->together = true;
	refresh(&p->view);
	return &p->view;
}
