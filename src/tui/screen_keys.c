#include <string.h>

#include "screen_internal.h"

/* Equal arrow keys of one read from which they are the wheel's (mode 1007), not a finger's. */
#define WHEEL_BURST 3
/* A second Ctrl-C within this time leaves. */
#define QUIT_TWICE_MS 2000
#define WHEEL_ROWS 3

/* --- who has the keys */

struct view *screen_top(const struct screen *s)
{
	return s->n_views ? s->views[s->n_views - 1] : NULL;
}

/* The view that has the focus: the top one, or the sources beside the conversation. */
static struct view *focused_view(const struct screen *s)
{
	return screen_top(s) ? screen_top(s) : s->sources;
}

enum key_view screen_keys_of(const struct screen *s)
{
	if (s->focus == FOCUS_VIEW && focused_view(s))
		return focused_view(s)->ops->keys;
	return s->focus == FOCUS_BROWSE ? VIEW_BROWSE : VIEW_INPUT;
}

/* A question stands in the line: it is left by whatever takes the keys away from there. */
static void focus_on(struct screen *s, enum focus focus)
{
	if (s->question.is_open && focus != FOCUS_INPUT)
		screen_ask_end(s, false);
	s->focus = focus;
	if (focus == FOCUS_INPUT)
		pane_mark_clear(s->pane);
	screen_dirty(s, true);
}

/* The selection of browse mode begins at the last message in view. */
static void enter_browse(struct screen *s)
{
	size_t item = s->n_items;

	focus_on(s, FOCUS_BROWSE);
	if (pane_selected(s->pane) != SIZE_MAX)
		return;
	while (item-- > 0)
		if (screen_item_message(s, item)) {
			pane_select(s->pane, pane_is_at_end(s->pane) ? item : pane_top_item(s->pane));
			return;
		}
}

/* What lies over the conversation would hide what is typed about. */
static void leave_browse(struct screen *s)
{
	while (s->n_views)
		view_free(s->views[--s->n_views]);
	pane_select(s->pane, SIZE_MAX);
	focus_on(s, FOCUS_INPUT);
}

void screen_push(struct screen *s, struct view *v)
{
	if (s->n_views == VIEWS_MAX) {
		view_free(v);
		screen_say(s, "%d lists lie over each other already; Esc closes one", VIEWS_MAX);
		return;
	}
	if (!s->n_views)
		s->is_over_sources = s->focus == FOCUS_VIEW;
	s->views[s->n_views++] = v;
	focus_on(s, FOCUS_VIEW);
}

void screen_pop(struct screen *s)
{
	if (s->n_views)
		view_free(s->views[--s->n_views]);
	if (!s->n_views && s->is_over_sources && s->sources)
		focus_on(s, FOCUS_VIEW);
	else if (!s->n_views)
		focus_on(s, pane_selected(s->pane) == SIZE_MAX ? FOCUS_INPUT : FOCUS_BROWSE);
	screen_dirty(s, true);
}

void screen_views_refresh(struct screen *s)
{
	for (size_t i = 0; i < s->n_views; i++)
		if (s->views[i]->ops->refresh)
			s->views[i]->ops->refresh(s->views[i]);
	if (s->sources)
		s->sources->ops->refresh(s->sources);
	if (s->columns)
		s->columns->ops->refresh(s->columns);
}

/* --- actions of the screen itself */

static void act_stop(struct screen *s)
{
	int64_t now = screen_now(s);

	if (s->question.is_open) {
		screen_ask_end(s, false);
	} else if (conversation_is_busy(s->talk)) {
		screen_stop(s);
	} else if (!line_is_empty(s->line) && s->focus == FOCUS_INPUT) {
		SCOPED(buf) text = BUF_INIT;

		line_expanded(s->line, &text);
		line_history_add(s->line, buf_view(&text));
		screen_line_done(s);
		screen_keep_draft(s, false);
		screen_say(s, "cleared; Up brings it back");
	} else if (s->n_jobs) {
		screen_job_stop(s);
	} else if (s->last_stop_ms && now - s->last_stop_ms < QUIT_TWICE_MS) {
		screen_leave(s);
	} else {
		s->last_stop_ms = now;
		screen_say(s, "Ctrl-C again or Ctrl-D leaves");
	}
}

/* Escape: out of a search, out of an answer that streams, else into the conversation. */
static void act_browse(struct screen *s)
{
	const struct line_match *matches;

	if (s->question.is_open)
		screen_ask_end(s, false);
	else if (line_is_searching(s->line) || line_matches(s->line, &matches))
		line_cancel(s->line);
	else if (line_mode(s->line) == LINE_VI_INSERT)
		line_key(s->line, STR("\033"));
	else if (conversation_is_busy(s->talk))
		screen_stop(s);
	else
		enter_browse(s);
}

static void close_sources(struct screen *s)
{
	view_free(s->sources);
	s->sources = NULL;
	enter_browse(s);
}

static void act_back(struct screen *s)
{
	if (screen_top(s))
		screen_pop(s);
	else if (s->focus == FOCUS_VIEW && s->sources)
		enter_browse(s);
	else if (s->needle.len)
		screen_find(s, STR_EMPTY, 1);
	else if (conversation_is_busy(s->talk))
		screen_stop(s);
	else if (s->sources)
		close_sources(s);
	else if (s->columns)
		screen_act(s, ACTION_PICK);
	else
		leave_browse(s);
}

static void act_sources(struct screen *s)
{
	const struct message_ref *ref = screen_selected(s);

	if (s->sources && s->focus == FOCUS_VIEW && !screen_top(s)) {
		close_sources(s);
	} else if (s->sources) {
		focus_on(s, FOCUS_VIEW);
	} else if (ref) {
		s->sources = view_sources(s, ref->id);
		view_sources_select(s->sources, pane_mark(s->pane, NULL));
		focus_on(s, FOCUS_VIEW);
	} else {
		screen_say(s, "no answer yet, so no sources");
	}
}

static void act_end_of_input(struct screen *s)
{
	if (!line_is_empty(s->line))
		line_key(s->line, STR("\004"));
	else if (s->question.is_open)
		screen_ask_end(s, false);
	else
		screen_leave(s);
}

static void act_history(struct screen *s, bool older)
{
	int cols = s->input_at.cols > 0 ? s->input_at.cols : 80;

	if (!line_row_step(s->line, cols, older))
		line_history_step(s->line, older);
}

static void act_unqueue(struct screen *s)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) text = BUF_INIT;
	struct conversation_prompt prompt;

	if (s->question.is_open)
		screen_ask_end(s, false);
	if (!conversation_unqueue(s->talk, &a, &prompt))
		return;
	buf_str(&text, prompt.text);
	screen_attach_again(s, &prompt);
	if (!line_is_empty(s->line)) {
		SCOPED(buf) typed = BUF_INIT;

		line_expanded(s->line, &typed);
		buf_fmt(&text, "\n%s", buf_cstr(&typed));
	}
	line_set(s->line, buf_view(&text));
	screen_keep_draft(s, false);
}

static void act_mouse(struct screen *s)
{
	s->has_mouse = !s->has_mouse;
	term_mouse(s->term, s->has_mouse ? TERM_MOUSE_FULL : TERM_MOUSE_SCROLL);
	screen_say(s, "%s", s->has_mouse ? "mouse: clicks and wheel are ibid's; select text with Shift held" :
					   "mouse: the wheel scrolls, selecting is the terminal's");
}

static void act_raw(struct screen *s)
{
	s->is_raw = !s->is_raw;
	screen_say(s, "%s", s->is_raw ? "math as it was written" : "math as it reads");
}

static void new_session(struct screen *s)
{
	struct err err = ERR_INIT;

	if (screen_open_session(s, 0, &err) != OK)
		screen_say_err(s, &err);
	else
		leave_browse(s);
}

static void answer_command(struct screen *s, struct str text, void *ctx)
{
	(void)ctx;
	if (str_trim(text).len)
		screen_command(s, str_trim(text));
}

static bool scroll(struct screen *s, enum action a)
{
	int page = pane_height(s->pane) - 1;

	switch (a) {
	case ACTION_UP: pane_scroll(s->pane, -1); return true;
	case ACTION_DOWN: pane_scroll(s->pane, 1); return true;
	case ACTION_PAGE_UP: pane_scroll(s->pane, -page); return true;
	case ACTION_PAGE_DOWN: pane_scroll(s->pane, page); return true;
	case ACTION_HALF_UP: pane_scroll(s->pane, -page / 2); return true;
	case ACTION_HALF_DOWN: pane_scroll(s->pane, page / 2); return true;
	case ACTION_TOP: pane_to_top(s->pane); return true;
	case ACTION_END: pane_to_end(s->pane); return true;
	case ACTION_LEFT: pane_scroll_sideways(s->pane, -8); return true;
	case ACTION_RIGHT: pane_scroll_sideways(s->pane, 8); return true;
	default: return false;
	}
}

static void act_screen(struct screen *s, enum action a)
{
	switch (a) {
	case ACTION_SEND:
		/* It ends the search of readline's, with the line found. */
		if (line_is_searching(s->line))
			line_key(s->line, STR("\r"));
		else if (s->question.is_open)
			screen_ask_end(s, true);
		else
			screen_send(s);
		break;
	case ACTION_NEWLINE: line_insert(s->line, STR("\n")); screen_keep_draft(s, false); break;
	case ACTION_STOP: act_stop(s); break;
	case ACTION_QUIT: screen_leave(s); break;
	case ACTION_END_OF_INPUT: act_end_of_input(s); break;
	case ACTION_BROWSE: act_browse(s); break;
	case ACTION_INPUT: leave_browse(s); break;
	case ACTION_BACK: act_back(s); break;
	case ACTION_HISTORY_PREV: act_history(s, true); break;
	case ACTION_HISTORY_NEXT: act_history(s, false); break;
	case ACTION_UNQUEUE: act_unqueue(s); break;
	case ACTION_SOURCES: act_sources(s); break;
	case ACTION_SESSIONS: screen_push(s, view_sessions(s)); break;
	case ACTION_MODELS: screen_push(s, view_models(s)); break;
	case ACTION_SCOPE: screen_push(s, view_scope(s)); break;
	case ACTION_TREE: screen_push(s, view_tree(s)); break;
	case ACTION_HELP: screen_push(s, view_keys(s)); break;
	case ACTION_COPY: s->prefix = ACTION_COPY; break;
	case ACTION_BARE: screen_bare(s, false); break;
	case ACTION_DUMP: screen_bare(s, true); break;
	case ACTION_MOUSE: act_mouse(s); break;
	case ACTION_RAW: act_raw(s); break;
	case ACTION_COMMAND: screen_ask(s, ":", STR_EMPTY, answer_command, NULL); break;
	case ACTION_REDRAW: term_redraw(s->term); break;
	case ACTION_SUSPEND: screen_suspend(s); break;
	case ACTION_NEW: new_session(s); break;
	default: screen_say(s, "'%s' does nothing here", action_name(a)); break;
	}
}

void screen_act(struct screen *s, enum action a)
{
	struct view *v = s->focus == FOCUS_VIEW ? focused_view(s) : NULL;

	screen_dirty(s, true);
	if (v && v->ops->act && v->ops->act(v, a))
		return;
	if (s->columns && s->columns->ops->act(s->columns, a))
		return;
	if (!scroll(s, a) && !screen_act_on_message(s, a))
		act_screen(s, a);
}

/* --- keys */

static void run_binding(struct screen *s, const struct key_binding *b)
{
	if (b->command.len)
		screen_command(s, str_starts(b->command, STR("/")) ? str_sub(b->command, 1, b->command.len) : b->command);
	else
		screen_act(s, b->action);
}

static void forget_pending(struct screen *s)
{
	s->has_pending = s->has_menu = false;
	buf_reset(&s->pending_bytes);
}

/* Text for the line; readline may also know two strokes that ibid does not, such as Ctrl-X Ctrl-U. */
static void type_into_line(struct screen *s, struct str bytes)
{
	SCOPED(buf) all = BUF_INIT;

	buf_str(&all, buf_view(&s->pending_bytes));
	buf_str(&all, bytes);
	line_key(s->line, buf_view(&all));
	if (!s->question.is_open)
		screen_keep_draft(s, false);
}

static void type_key(struct screen *s, const struct input *in)
{
	struct view *v = s->focus == FOCUS_VIEW ? focused_view(s) : NULL;

	if (s->focus == FOCUS_INPUT)
		type_into_line(s, in->bytes);
	else if (v && v->ops->type)
		v->ops->type(v, in);
	else if (s->focus == FOCUS_BROWSE && in->key.code >= '1' && in->key.code <= '9' && !in->key.mods)
		pane_mark_number(s->pane, (int)(in->key.code - '0'));
}

static bool answer_confirm(struct screen *s, const struct input *in)
{
	void (*yes)(struct screen *, struct str) = s->confirm.yes;

	if (!s->confirm.is_open)
		return false;
	s->confirm.is_open = false;
	/* Nobody has read it yet: the key was meant for the line. */
	if (!s->confirm.is_ready) {
		screen_say(s, "nothing was changed; the command asks for --yes");
		return false;
	}
	if (in->key.code == 'y' || in->key.code == 'Y')
		yes(s, buf_view(&s->confirm.subject));
	else
		screen_say(s, "nothing was changed");
	return true;
}

static bool is_wheel(const struct screen *s, const struct input *in)
{
	bool is_arrow = (in->key.code == KEY_UP || in->key.code == KEY_DOWN) && !in->key.mods;

	return is_arrow && in->repeat >= WHEEL_BURST && !s->has_mouse && !screen_top(s);
}

static void take_key(struct screen *s, const struct input *in)
{
	enum key_view view = screen_keys_of(s);
	const struct key_binding *b;
	bool is_prefix = false;

	/* A sentence was read when the next key comes; an error stays its time. */
	if (!s->message_is_error)
		buf_reset(&s->message);
	if (answer_confirm(s, in))
		return;
	if (s->prefix == ACTION_COPY) {
		s->prefix = ACTION_NONE;
		if (!screen_copy(s, in->key))
			screen_say(s, "copy: y message, T without marks, c code, t citation, q quote, l link, a all");
		return;
	}
	if (is_wheel(s, in)) {
		pane_scroll(s->pane, in->key.code == KEY_UP ? -1 : 1);
		return;
	}
	b = keymap_find(s->keymap, view, s->has_pending ? &s->pending : NULL, in->key, &is_prefix);
	if (b) {
		forget_pending(s);
		run_binding(s, b);
	} else if (is_prefix && !s->has_pending) {
		s->pending = in->key;
		s->has_pending = true;
		s->pending_ms = screen_now(s);
		buf_str(&s->pending_bytes, in->bytes);
	} else {
		type_key(s, in);
		forget_pending(s);
	}
}

static void add_continuations(struct screen *s, struct buf *out)
{
	enum key_view view = screen_keys_of(s);
	const struct key_binding *b;

	for (size_t i = 0; (b = keymap_at(s->keymap, view, i)); i++) {
		if (b->n_strokes < 2 || !key_eq(b->strokes[0], s->pending))
			continue;
		buf_c(out, out->len ? "   " : "");
		key_name(out, b->strokes[1]);
		buf_fmt(out, " %s", b->command.len ? b->command.p : action_name(b->action));
	}
}

void screen_menu(struct screen *s, struct buf *out)
{
	if (s->prefix == ACTION_COPY)
		buf_c(out, "copy: y message   T without marks   c code   t citation   q quote   l link   a all");
	else if (s->has_pending && s->has_menu)
		add_continuations(s, out);
}

/* --- the mouse */

static bool is_in(struct area a, int row, int col)
{
	return row >= a.row && row < a.row + a.rows && col >= a.col && col < a.col + a.cols;
}

static void click_chat(struct screen *s, int row, int col)
{
	struct str url;
	size_t item;
	int mark;

	if (!pane_hit(s->pane, row, col, &item, &mark, &url))
		return;
	pane_select(s->pane, item);
	focus_on(s, FOCUS_BROWSE);
	if (mark && pane_mark_number(s->pane, mark))
		screen_act(s, ACTION_OPEN);
	else if (url.len)
		screen_say(s, "%.*s", STR_ARG(url));
}

static void click(struct screen *s, int row, int col)
{
	struct view *v = screen_top(s);

	if (v && is_in(s->chat_at, row, col)) {
		if (v->ops->click)
			v->ops->click(v, row - s->chat_at.row, col - s->chat_at.col);
	} else if (s->sources && is_in(s->sources_at, row, col)) {
		focus_on(s, FOCUS_VIEW);
		if (s->sources->ops->click)
			s->sources->ops->click(s->sources, row - s->sources_at.row, col - s->sources_at.col);
	} else if (is_in(s->input_at, row, col)) {
		leave_browse(s);
	} else if (is_in(s->chat_at, row, col)) {
		click_chat(s, row - s->chat_at.row, col - s->chat_at.col);
	}
}

/* What stands under the pointer scrolls. */
static void turn_wheel(struct screen *s, const struct input *in)
{
	enum action a = in->mouse.event == MOUSE_WHEEL_UP ? ACTION_UP : ACTION_DOWN;
	struct view *v = screen_top(s);

	if (!v && s->sources && is_in(s->sources_at, in->mouse.row, in->mouse.col))
		v = s->sources;
	else if (!v)
		v = s->columns;
	for (int i = 0; v && i < WHEEL_ROWS; i++)
		v->ops->act(v, a);
	if (!v)
		pane_scroll(s->pane, a == ACTION_UP ? -WHEEL_ROWS : WHEEL_ROWS);
}

static void take_mouse(struct screen *s, const struct input *in)
{
	switch (in->mouse.event) {
	case MOUSE_WHEEL_UP:
	case MOUSE_WHEEL_DOWN:
		turn_wheel(s, in);
		break;
	case MOUSE_PRESS:
		if (in->mouse.button == 1)
			click(s, in->mouse.row, in->mouse.col);
		break;
	case MOUSE_RELEASE:
	case MOUSE_DRAG:
		break;
	}
}

static void take_paste(struct screen *s, const struct input *in)
{
	struct view *v = s->focus == FOCUS_VIEW ? focused_view(s) : NULL;

	if (v && v->ops->type && v->ops->type(v, in))
		return;
	if (s->focus != FOCUS_INPUT)
		leave_browse(s);
	line_paste(s->line, in->bytes);
	if (in->is_cut)
		screen_say(s, "the paste was longer than 16 MB; its end is missing");
	screen_keep_draft(s, false);
}

void screen_input(struct screen *s, const struct input *in)
{
	switch (in->kind) {
	case INPUT_KEY: take_key(s, in); break;
	case INPUT_PASTE: take_paste(s, in); break;
	case INPUT_MOUSE: take_mouse(s, in); break;
	case INPUT_FOCUS: s->is_focused = in->is_focused; return;
	case INPUT_REPLY:
		if (term_reply(s->term, in->bytes))
			term_redraw(s->term);
		break;
	}
	screen_dirty(s, true);
}
