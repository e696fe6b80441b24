/*
 * Who gets which part of the canvas. From below: the status row (from 8 rows on),
 * the input of 1 to INPUT_ROWS_MAX rows, the activity row while it has something to
 * say, and above it the conversation, beside it or over its lower part the sources.
 * No boxes, no gutters; below 20x5 only the input and the last rows of the conversation.
 */
#include <string.h>

#include "ibid/base/utf8.h"
#include "screen_internal.h"

#define STATUS_FROM_ROWS 8
#define DRAWER_ROWS 9
#define DRAWER_FROM_ROWS 16
#define SIDE_FROM_COLS 120
#define SIDE_COLS_MIN 40
#define SIDE_COLS_MAX 90
#define PROMPT "> "
#define PROMPT_COLS 2
/* A screen of 20 columns has the welcome in so many rows. */
#define WELCOME_ROWS_MAX 16

/* --- the input */

/* A search or a numeric argument of readline's, a question of the screen's, or the prompt. */
static struct str label_of(const struct screen *s)
{
	struct str message = line_message(s->line);

	if (message.len)
		return message;
	return s->question.is_open ? buf_view(&s->question.label) : STR(PROMPT);
}

struct input_rows {
	struct line_row *v;
	size_t n, first;
	int row, col;		/* of the cursor, in the shown rows */
	int shown;
};

/* The rows around the cursor, when there are more than fit. */
static void lay_input(struct screen *s, struct arena *a, int rows, int cols, struct input_rows *in)
{
	int most = rows / 3 < 1 ? 1 : rows / 3;

	most = most > INPUT_ROWS_MAX ? INPUT_ROWS_MAX : most;
	in->n = line_layout(s->line, a, cols < 1 ? 1 : cols, &in->v, &in->row, &in->col);
	in->shown = in->n < 1 ? 1 : (int)in->n > most ? most : (int)in->n;
	in->first = 0;
	if (in->row >= in->shown)
		in->first = (size_t)(in->row - in->shown + 1);
	in->row -= (int)in->first;
}

static void draw_input(struct screen *s, const struct input_rows *in, struct area at)
{
	int indent = (int)utf8_cols(label_of(s));

	if (indent > at.cols / 2)
		indent = at.cols / 2;
	canvas_put(s->canvas, at.row, at.col, indent, label_of(s), CANVAS_ROLE);
	for (int i = 0; i < in->shown && in->first + (size_t)i < in->n; i++)
		canvas_put(s->canvas, at.row + i, at.col + indent, at.cols - indent, in->v[in->first + (size_t)i].text, OUT_PLAIN);
	if (s->focus == FOCUS_INPUT && !s->confirm.is_open)
		canvas_cursor(s->canvas, at.row + in->row, at.col + indent + in->col);
	s->input_at = (struct area){ at.row, at.col + indent, in->shown, at.cols - indent };
}

/* What Tab offers, above the input. */
static int draw_matches(struct screen *s, int bottom, int cols)
{
	const struct line_match *m;
	size_t n = line_matches(s->line, &m);
	int rows = (int)(n > 8 ? 8 : n);

	if (!rows || bottom < rows + 1)
		return 0;
	for (int i = 0; i < rows; i++) {
		int row = bottom - rows + i, used;

		canvas_fill(s->canvas, row, 0, cols, OUT_PLAIN);
		used = canvas_put(s->canvas, row, 2, cols - 2, m[i].value, OUT_BOLD);
		canvas_put(s->canvas, row, 2 + used + 2, cols - used - 4, m[i].description, CANVAS_HINT);
	}
	if (n > 8)
		canvas_putf(s->canvas, bottom - 1, cols > 12 ? cols - 12 : 0, 0, CANVAS_HINT, "%zu more", n - 8);
	return rows;
}

/* --- the activity row */

static void add_live(struct screen *s, struct buf *out)
{
	size_t n, n_busy = 0;
	const struct conversation_live *lives = conversation_live(s->talk, &n), *l = NULL;
	int64_t ms;

	for (size_t i = 0; i < n; i++)
		if (!lives[i].is_over) {
			l = l ? l : &lives[i];
			n_busy++;
		}
	if (!l || screen_now(s) - l->began_ms < SCREEN_WAITING_MS)
		return;
	ms = screen_now(s) - l->began_ms;
	if (n_busy > 1)
		buf_fmt(out, "%zu answers  ", n_busy);
	if (l->first_token_ms < 0)
		buf_fmt(out, "waiting %lld s", (long long)(ms / 1000));
	else
		buf_fmt(out, "%lld s  %lld tok/s", (long long)(ms / 1000),
			(long long)(l->n_pieces * 1000 / (ms - l->first_token_ms + 1)));
	buf_c(out, "  Ctrl-C stop");
}

static void add_queue(struct screen *s, struct buf *out)
{
	const struct str *prompts;
	size_t n = conversation_queue(s->talk, &prompts);

	if (n)
		buf_fmt(out, "%squeued %zu%s", out->len ? "   " : "", n, conversation_is_held(s->talk) ? " (Enter sends)" : "");
}

static void add_warnings(struct screen *s, struct buf *out)
{
	if (s->store_fault.len)
		buf_fmt(out, "%sNOT SAVED: %s", out->len ? "   " : "", buf_cstr(&s->store_fault));
	if (s->context.n_left_out)
		buf_fmt(out, "%scontext full: the next prompt leaves out the first %zu messages", out->len ? "   " : "",
			s->context.n_left_out);
}

static void add_scrolled(struct screen *s, struct buf *out)
{
	if (pane_is_at_end(s->pane) || screen_top(s) || s->columns)
		return;
	if (pane_new_rows(s->pane)) {
		SCOPED(arena) a = ARENA_INIT;
		struct str key = keymap_hint(s->keymap, &a, screen_keys_of(s), ACTION_END);

		buf_fmt(out, "%zu new %s v %.*s", pane_new_rows(s->pane), pane_new_rows(s->pane) == 1 ? "line" : "lines",
			STR_ARG(key));
	} else {
		buf_fmt(out, "%d%%", pane_percent(s->pane));
	}
}

/* The left part, the right part; the row is dashes between them. Nothing to say: no row. */
static void activity(struct screen *s, struct buf *left, struct buf *right, unsigned *style)
{
	*style = CANVAS_HINT;
	screen_menu(s, left);
	if (left->len)
		return;
	if (s->confirm.is_open) {
		buf_str(left, buf_view(&s->confirm.sentence));
		buf_c(right, s->confirm.is_ready ? "[y/N]" : "");
		*style = OUT_WARN;
		return;
	}
	if (s->message.len) {
		buf_str(left, buf_view(&s->message));
		*style = s->message_is_error ? OUT_BAD : CANVAS_HINT;
	} else {
		add_live(s, left);
		add_queue(s, left);
		add_warnings(s, left);
	}
	add_scrolled(s, right);
}

static bool draw_activity(struct screen *s, int row, int cols)
{
	SCOPED(buf) left = BUF_INIT;
	SCOPED(buf) right = BUF_INIT;
	unsigned style;
	int n_right, used;

	activity(s, &left, &right, &style);
	if (!left.len && !right.len)
		return false;
	n_right = (int)utf8_cols(buf_view(&right));
	if (n_right + 4 > cols)
		n_right = 0;
	used = canvas_put(s->canvas, row, 0, cols - (n_right ? n_right + 1 : 0), buf_view(&left), style);
	/* The question may be longer than the row; how it is answered stands right behind it. */
	if (s->confirm.is_open) {
		canvas_put(s->canvas, row, used + 1, n_right, buf_view(&right), style);
		return true;
	}
	if (n_right && used + 1 < cols - n_right - 1)
		canvas_dashes(s->canvas, row, used ? used + 1 : 0, cols - n_right - 1 - (used ? used + 1 : 0));
	if (n_right)
		canvas_put(s->canvas, row, cols - n_right, n_right, buf_view(&right), CANVAS_ROLE);
	return true;
}

/* --- the status row */

static const char *mode_of(const struct screen *s)
{
	if (s->focus == FOCUS_BROWSE)
		return "BRW";
	if (s->focus == FOCUS_VIEW)
		return "LST";
	return line_mode(s->line) == LINE_VI_COMMAND ? "NOR" : "INS";
}

static void add_money(struct screen *s, struct buf *out)
{
	if (s->today_micros > 0 || s->today_unknown)
		buf_fmt(out, "  $%.2f%s today", (double)s->today_micros / 1e6, s->today_unknown ? "+" : "");
}

static void add_context(struct screen *s, struct buf *out)
{
	if (s->context.context_tokens > 0 && s->context.tokens > 0)
		buf_fmt(out, "  ctx %lld%%", (long long)(s->context.tokens * 100 / s->context.context_tokens));
}

/* As many whole characters as fit. */
static struct str fitting(struct str text, int cols)
{
	size_t at = 0, next;

	while (at < text.len && (int)utf8_cols(str_sub(text, 0, next = utf8_next_cluster(text, at))) <= cols)
		at = next;
	return str_sub(text, 0, at);
}

/* The name gets what the other parts of the row leave. */
static void add_name(struct screen *s, struct buf *out, int cols)
{
	const struct session *session = conversation_session(s->talk);
	int room = cols - (s->is_read_only ? 12 : 0);
	SCOPED(buf) clean = BUF_INIT;
	struct str name;

	if (room < 6)
		return;
	/* As it will be shown: what control characters become has columns of its own. */
	term_text_add_line(&clean, session->id ? session->name : STR("new"));
	name = buf_view(&clean);
	if ((int)utf8_cols(name) <= room - 2)
		buf_fmt(out, "  %.*s", STR_ARG(name));
	else
		buf_fmt(out, "  %.*s~", STR_ARG(fitting(name, room - 3)));
	buf_c(out, s->is_read_only ? " (read only)" : "");
}

static void add_grounding(struct screen *s, struct buf *out)
{
	const struct conversation_how *how = conversation_how(s->talk);

	if (how->grounding == GROUND_OFF)
		buf_c(out, "  ungrounded");
	else if (s->n_scope)
		buf_fmt(out, "  scope %zu", s->n_scope);
	if (s->n_attached)
		buf_fmt(out, "  +%zu files", s->n_attached);
}

static void add_hint(struct screen *s, struct arena *a, struct buf *out, enum action action, const char *word)
{
	struct str key = keymap_hint(s->keymap, a, screen_keys_of(s), action);

	if (key.len)
		buf_fmt(out, "%s%.*s %s", out->len ? "  " : "", STR_ARG(key), word);
}

/* Two to four keys that are valid now. */
static void hints(struct screen *s, struct arena *a, struct buf *out)
{
	struct view *v = screen_top(s) ? screen_top(s) : s->focus == FOCUS_VIEW ? s->sources : NULL;

	if (!config_bool(s->host->config, "chat.hints"))
		return;
	if (v && v->ops->hint) {
		v->ops->hint(v, out);
	} else if (s->focus == FOCUS_BROWSE) {
		add_hint(s, a, out, ACTION_INPUT, "type");
		add_hint(s, a, out, ACTION_FIND, "search");
		add_hint(s, a, out, ACTION_NEXT_CITATION, "citation");
		add_hint(s, a, out, ACTION_HELP, "keys");
	} else {
		add_hint(s, a, out, ACTION_SOURCES, "sources");
		add_hint(s, a, out, ACTION_SESSIONS, "sessions");
		add_hint(s, a, out, ACTION_HELP, "keys");
	}
}

static void add_model(struct screen *s, struct buf *out, int cols)
{
	struct str name = s->n_models ? s->models[0].name : STR("no model");
	size_t slash = str_find_ch(name, '/', 0);

	if (cols < 60 && slash != STR_NONE)
		name = str_sub(name, slash + 1, name.len);
	buf_fmt(out, "  %.*s", STR_ARG(name));
	if (s->n_models > 1)
		buf_fmt(out, " +%zu", s->n_models - 1);
}

#define NAME_COLS_MAX 40

static void draw_status(struct screen *s, int row, int cols)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) left = BUF_INIT;
	SCOPED(buf) middle = BUF_INIT;
	SCOPED(buf) right = BUF_INIT;
	int room, n_right;

	buf_c(&left, mode_of(s));
	add_model(s, &left, cols);
	add_context(s, &middle);
	add_grounding(s, &middle);
	add_money(s, &middle);
	hints(s, &a, &right);
	n_right = (int)utf8_cols(buf_view(&right));
	room = cols - (int)utf8_cols(buf_view(&left)) - (int)utf8_cols(buf_view(&middle));
	if (n_right + 2 > room)
		n_right = 0;
	room -= n_right ? n_right + 2 : 0;
	add_name(s, &left, room > NAME_COLS_MAX ? NAME_COLS_MAX : room);
	buf_str(&left, buf_view(&middle));
	canvas_fill(s->canvas, row, 0, cols, CANVAS_STATUS);
	canvas_put(s->canvas, row, 0, cols, buf_view(&left), CANVAS_STATUS);
	if (n_right)
		canvas_put(s->canvas, row, cols - n_right, n_right, buf_view(&right), CANVAS_STATUS);
}

/* --- the conversation and what lies over it */

/* Words of ours, a byte a column, broken at blanks. How many rows there are then. */
static size_t wrap(struct str text, int cols, struct str *rows, size_t n, size_t max)
{
	while (text.len && n < max) {
		size_t end = text.len;

		for (size_t i = 0; text.len > (size_t)cols && i <= (size_t)cols; i++)
			end = text.p[i] == ' ' ? i : end;
		rows[n++] = str_sub(text, 0, end);
		text = str_trim(str_sub(text, end, text.len));
	}
	return n;
}

/* What a person sees who has not asked anything yet. */
static void draw_welcome(struct screen *s, struct area at)
{
	const char *const lines[] = { "Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.",
		"/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.",
		s->n_models && s->models[0].provider ? "" : "Answers are exact quotes, without network or key; /model chooses a model." };
	struct str rows[WELCOME_ROWS_MAX];
	size_t n = 0;
	int top;

	for (int i = 0; i < 3; i++)
		n = wrap(str_c(lines[i]), at.cols, rows, n, WELCOME_ROWS_MAX);
	top = at.rows - 2 - (int)n < 0 ? 0 : at.rows - 2 - (int)n;
	canvas_putf(s->canvas, at.row + top, at.col, at.cols, CANVAS_ROLE, "ibid %s", s->host->version);
	for (size_t i = 0; i < n && top + 1 + (int)i < at.rows; i++)
		canvas_put(s->canvas, at.row + top + 1 + (int)i, at.col, at.cols, rows[i], CANVAS_HINT);
}

static void draw_chat(struct screen *s, struct area at)
{
	s->chat_at = at;
	if (screen_top(s)) {
		screen_top(s)->ops->draw(screen_top(s), s->canvas, at);
		return;
	}
	if (s->columns) {
		s->columns->ops->draw(s->columns, s->canvas, at);
		return;
	}
	pane_set_look(s->pane, s->host->color, s->is_raw);
	pane_set_size(s->pane, at.rows, at.cols);
	if (s->n_items)
		pane_draw(s->pane, s->canvas, at.row, at.col);
	else
		draw_welcome(s, at);
}

static void draw_side(struct screen *s, struct area at, int cols)
{
	struct area chat = at, side = at;

	side.cols = cols;
	side.col = at.col + at.cols - cols;
	chat.cols = at.cols - cols - 2;
	canvas_vbar(s->canvas, side.col - 1, at.row, at.row + at.rows);
	s->sources_at = side;
	draw_chat(s, chat);
	s->sources->ops->draw(s->sources, s->canvas, side);
}

static void draw_drawer(struct screen *s, struct area at)
{
	struct area chat = at, drawer = at;

	drawer.rows = DRAWER_ROWS;
	drawer.row = at.row + at.rows - DRAWER_ROWS;
	chat.rows = at.rows - DRAWER_ROWS;
	s->sources_at = drawer;
	draw_chat(s, chat);
	s->sources->ops->draw(s->sources, s->canvas, drawer);
}

static int side_cols(int cols)
{
	int third = cols / 3;

	return third < SIDE_COLS_MIN ? SIDE_COLS_MIN : third > SIDE_COLS_MAX ? SIDE_COLS_MAX : third;
}

static void draw_middle(struct screen *s, struct area at)
{
	s->sources_at = (struct area){ 0, 0, 0, 0 };
	if (at.rows <= 0)
		return;
	if (!s->sources || screen_top(s))
		draw_chat(s, at);
	else if (at.cols >= SIDE_FROM_COLS)
		draw_side(s, at, side_cols(at.cols));
	else if (at.rows >= DRAWER_FROM_ROWS)
		draw_drawer(s, at);
	else if (s->focus == FOCUS_VIEW)
		s->sources->ops->draw(s->sources, s->canvas, at);
	else
		draw_chat(s, at);
}

void screen_draw(struct screen *s)
{
	SCOPED(arena) a = ARENA_INIT;
	int rows = canvas_rows(s->canvas), cols = canvas_cols(s->canvas), bottom = rows;
	int label = (int)utf8_cols(label_of(s));
	struct input_rows in;

	canvas_clear(s->canvas);
	if (rows >= STATUS_FROM_ROWS)
		draw_status(s, --bottom, cols);
	lay_input(s, &a, rows, cols - (label > cols / 2 ? cols / 2 : label), &in);
	if (in.shown > bottom)
		in.shown = bottom;
	bottom -= in.shown;
	draw_input(s, &in, (struct area){ bottom, 0, in.shown, cols });
	if (bottom > 2 && draw_activity(s, bottom - 1, cols))
		bottom--;
	draw_middle(s, (struct area){ 0, 0, bottom, cols });
	draw_matches(s, bottom, cols);
	term_draw(s->term, s->canvas, theme_of(s->theme));
}
