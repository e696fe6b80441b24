/*
 * The session that is open: who writes it, and what stands in it unsent. Prompts
 * that wait, a draft that was set aside and the line itself are one draft in the
 * store, so that nothing typed is lost by a crash or by leaving.
 */
#include "ibid/store/desk.h"
#include "screen_internal.h"

/* Prompts that Up and Ctrl-R reach. */
#define PROMPTS_MAX 1000
/* A draft is written so long after its last change. */
#define DRAFT_MS 1000

static struct store *db_of(const struct screen *s)
{
	return s->host->chat.db;
}

static int64_t id_of(const struct screen *s)
{
	return conversation_session(s->talk)->id;
}

/* --- what is not sent yet */

static void add_part(struct buf *out, struct str part)
{
	if (part.len)
		buf_fmt(out, "%s%.*s", out->len ? "\n\n" : "", STR_ARG(part));
}

void screen_add_unsent(struct screen *s, struct buf *out)
{
	SCOPED(buf) line = BUF_INIT;
	const struct str *waiting;
	size_t n = conversation_queue(s->talk, &waiting);

	for (size_t i = 0; i < n; i++)
		add_part(out, waiting[i]);
	add_part(out, buf_view(&s->aside));
	if (s->question.is_open)
		buf_str(&line, buf_view(&s->question.draft));
	else
		line_expanded(s->line, &line);
	add_part(out, buf_view(&line));
	s->n_waiting = n;
}

/* In a session that another process writes the draft is that one's. */
static bool write_draft(struct screen *s, struct str text)
{
	struct err err = ERR_INIT;

	if (!db_of(s) || s->is_read_only)
		return !text.len;
	if (store_draft_set(db_of(s), id_of(s), text, &err) == OK) {
		screen_store_works(s);
		return true;
	}
	screen_store_fails(s, &err);
	return false;
}

bool screen_keep_draft(struct screen *s, bool now)
{
	SCOPED(buf) text = BUF_INIT;

	s->draft_is_dirty = !now;
	s->draft_ms = screen_now(s) + DRAFT_MS;
	if (!now)
		return true;
	screen_add_unsent(s, &text);
	return write_draft(s, buf_view(&text));
}

void screen_queue_changed(struct screen *s)
{
	const struct str *waiting;

	if (conversation_queue(s->talk, &waiting) != s->n_waiting)
		screen_keep_draft(s, false);
}

void screen_set_aside(struct screen *s)
{
	SCOPED(buf) typed = BUF_INIT;

	if (s->question.is_open)
		screen_ask_end(s, false);
	line_expanded(s->line, &typed);
	if (s->editing)
		line_history_add(s->line, buf_view(&typed));
	else
		buf_str(&s->aside, buf_view(&typed));
}

void screen_line_done(struct screen *s)
{
	line_set(s->line, buf_view(&s->aside));
	buf_reset(&s->aside);
	s->editing = 0;
}

static void load_draft(struct screen *s)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err ignored = ERR_INIT;
	struct str text = STR_EMPTY;

	if (db_of(s))
		store_draft(db_of(s), &a, id_of(s), &text, &ignored);
	line_set(s->line, text);
}

/* A thousand prompts take as long as all else before the first frame, and nobody walks through them before there is one. */
void screen_load_history(struct screen *s)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err ignored = ERR_INIT;
	struct str *prompts;
	size_t n;

	if (db_of(s) && store_prompts(db_of(s), &a, PROMPTS_MAX, &prompts, &n, &ignored) == OK)
		line_history(s->line, prompts, n);
}

/* --- who writes it */

static void look_on(struct screen *s, bool only)
{
	s->is_read_only = only;
	conversation_look_on(s->talk, only);
}

bool screen_sit_down(struct screen *s, bool force)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str by = STR_EMPTY;
	bool taken = true, had = s->is_read_only;

	if (!id_of(s) || !db_of(s)) {
		look_on(s, s->options->is_read_only);
		return !s->is_read_only;
	}
	if (store_desk_take(db_of(s), &a, id_of(s), force, &taken, &by, &err) != OK)
		screen_say_err(s, &err);
	look_on(s, !taken || (s->options->is_read_only && !force));
	if (!taken)
		screen_say(s, "read only: open in %.*s; '/take' takes it over", STR_ARG(by));
	/* What the other one has said meanwhile. */
	if (had && taken && conversation_reload(s->talk, &err) != OK)
		screen_say_err(s, &err);
	return !s->is_read_only;
}

static bool is_there(struct screen *s)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct session now = { .trashed_ms = 0 };

	if (!id_of(s) || !db_of(s))
		return true;
	if (store_session_by_id(db_of(s), &a, id_of(s), &now, &err) != OK) {
		screen_say_err(s, &err);
		return false;
	}
	if (now.trashed_ms)
		screen_say(s, "this conversation is in the trash; '/session undo' takes it back, /new begins another");
	return !now.trashed_ms;
}

/* Asked each time: another process may have taken the session over, left it, or removed it. */
bool screen_may_write(struct screen *s)
{
	if (s->options->is_read_only && s->is_read_only)
		screen_say(s, "this conversation is read only here; '/take' takes it over");
	else if (is_there(s))
		return screen_sit_down(s, false);
	return false;
}

static void leave_desk(struct screen *s, int64_t id)
{
	struct err ignored = ERR_INIT;

	if (id && db_of(s) && !s->is_read_only)
		store_desk_leave(db_of(s), id, &ignored);
}

/* --- going from one to another */

bool screen_close_session(struct screen *s)
{
	bool is_kept = screen_keep_draft(s, true);

	leave_desk(s, id_of(s));
	return is_kept;
}

/* Cards, marks, what is looked for: of the session that was left. */
static void forget_session(struct screen *s)
{
	screen_cards_forget(s);
	s->editing = 0;
	buf_reset(&s->aside);
	screen_find(s, STR_EMPTY, 1);
}

static void show_session(struct screen *s)
{
	const struct message_ref *ref;

	pane_select(s->pane, SIZE_MAX);
	pane_to_end(s->pane);
	screen_items_changed(s);
	ref = screen_selected(s);
	if (s->sources)
		view_sources_set(s->sources, ref ? ref->id : 0);
	screen_count(s);
}

enum err_code screen_open_session(struct screen *s, int64_t session_id, struct err *err)
{
	SCOPED(buf) unsent = BUF_INIT;
	int64_t left = id_of(s);

	if (s->question.is_open)
		screen_ask_end(s, false);
	/* At the start there is nothing to keep, and a draft in the store that must stay. */
	if (s->has_session && !screen_keep_draft(s, true))
		screen_add_unsent(s, &unsent);
	if (conversation_open(s->talk, session_id, err) != OK)
		return err->code;
	if (s->has_session) {
		leave_desk(s, left);
		screen_load_history(s);
	}
	s->has_session = true;
	forget_session(s);
	screen_sit_down(s, false);
	load_draft(s);
	/* What could not be kept is one Up away. */
	if (unsent.len)
		line_history_add(s->line, buf_view(&unsent));
	show_session(s);
	return OK;
}
