/*
 * All conversations, and the messages of all of them that hold some words.
 */
#include "ibid/base/mem.h"
#include "ibid/store/search.h"
#include "picker.h"
#include "screen_internal.h"

#define FOUND_MAX 200
#define MINUTE_MS 60000

/* --- what a row says */

static struct str age_of(struct arena *a, int64_t ms)
{
	static const struct {
		int64_t minutes;
		const char *unit;
	} units[] = { { 525600, "y" }, { 43200, "mo" }, { 10080, "w" }, { 1440, "d" }, { 60, "h" }, { 1, "min" } };

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (ms / MINUTE_MS >= units[i].minutes)
			return arena_fmt(a, "%lld %s", (long long)(ms / MINUTE_MS / units[i].minutes), units[i].unit);
	return STR("now");
}

static struct str cost_of(struct arena *a, const struct session *session)
{
	if (!session->cost_usd_micros && !session->has_unknown_cost)
		return STR_EMPTY;
	return arena_fmt(a, "  $%.2f%s", (double)session->cost_usd_micros / 1e6, session->has_unknown_cost ? "+" : "");
}

static void fill_row(struct picker *l, const struct session *session, int64_t now_ms, int64_t current)
{
	struct picker_row *row = picker_add(l);

	row->id = session->id;
	row->is_current = session->id == current;
	row->text = session->tags.len ? arena_fmt(&l->arena, "%.*s  [%.*s]", STR_ARG(session->name), STR_ARG(session->tags)) :
					session->name;
	row->aside = arena_fmt(&l->arena, "%.*s  %d messages%.*s  %.*s", STR_ARG(session->model), session->n_messages,
		STR_ARG(cost_of(&l->arena, session)), STR_ARG(age_of(&l->arena, now_ms - session->updated_ms)));
}

static enum err_code load(struct picker *l, struct err *err)
{
	struct screen *s = l->view.screen;
	const struct session_filter all = { .tag = STR_EMPTY, .model = STR_EMPTY };
	struct session *sessions;
	size_t n;

	if (store_session_list(s->host->chat.db, &l->arena, &all, &sessions, &n, err) != OK)
		return err->code;
	for (size_t i = 0; i < n; i++)
		fill_row(l, &sessions[i], clock_now_ms(s->host->chat.clock), conversation_session(s->talk)->id);
	return OK;
}

/* --- what is done */

/* The list is gone then. */
static bool open_session(struct picker *l, const struct picker_row *row)
{
	struct screen *s = l->view.screen;
	struct err err = ERR_INIT;

	if (screen_open_session(s, row->id, &err) != OK) {
		screen_say_err(s, &err);
		return false;
	}
	screen_pop(s);
	screen_act(s, ACTION_INPUT);
	return true;
}

static void open_row(struct picker *l, const struct picker_row *row)
{
	open_session(l, row);
}

/* The list may have gone when an answer comes: the session is named by its id. */
static void *id_ctx(int64_t id)
{
	return (void *)(intptr_t)id;
}

static void answer_name(struct screen *s, struct str text, void *ctx)
{
	struct err err = ERR_INIT;

	if (!str_trim(text).len)
		return;
	if (store_session_rename(s->host->chat.db, (intptr_t)ctx, str_trim(text), &err) != OK ||
		conversation_reload(s->talk, &err) != OK)
		screen_say_err(s, &err);
	screen_views_refresh(s);
}

/* "+a -b c": c is added as well. */
static void answer_tags(struct screen *s, struct str text, void *ctx)
{
	struct err err = ERR_INIT;
	struct str rest = text;

	while (rest.p) {
		struct str word = str_trim(str_cut(&rest, ' '));
		bool off = word.len && word.p[0] == '-';

		if (off || (word.len && word.p[0] == '+'))
			word = str_sub(word, 1, word.len);
		if (word.len && store_session_tag(s->host->chat.db, (intptr_t)ctx, word, !off, &err) != OK)
			screen_say_err(s, &err);
	}
	screen_views_refresh(s);
}

static void trash(struct screen *s, int64_t id, int64_t at_ms)
{
	struct err err = ERR_INIT;

	if (store_session_trash(s->host->chat.db, id, at_ms, &err) != OK)
		screen_say_err(s, &err);
	else
		screen_say(s, at_ms ? "in the trash for 7 days; Alt-u takes it back" : "taken back");
	screen_views_refresh(s);
}

static void remove_session(struct picker *l, int64_t id)
{
	struct screen *s = l->view.screen;

	if (id == conversation_session(s->talk)->id) {
		screen_say(s, "this conversation is open; go to another one first");
		return;
	}
	*(int64_t *)l->data = id;
	trash(s, id, clock_now_ms(s->host->chat.clock));
}

static void answer_words(struct screen *s, struct str text, void *ctx)
{
	(void)ctx;
	if (str_trim(text).len)
		screen_push(s, view_found(s, str_trim(text)));
}

static bool act(struct picker *l, const struct picker_row *row, enum action a)
{
	struct screen *s = l->view.screen;
	int64_t *removed = l->data;

	if (a == ACTION_NEW) {
		screen_pop(s);
		screen_act(s, ACTION_NEW);
		return true;
	}
	if (a == ACTION_UNDO && *removed) {
		trash(s, *removed, 0);
		*removed = 0;
		return true;
	}
	if (a == ACTION_FULL_TEXT) {
		if (picker_filter(l).len)
			screen_push(s, view_found(s, picker_filter(l)));
		else
			screen_ask(s, "search all conversations: ", STR_EMPTY, answer_words, NULL);
		return true;
	}
	if (!row)
		return false;
	switch (a) {
	case ACTION_RENAME: screen_ask(s, "name: ", row->text, answer_name, id_ctx(row->id)); return true;
	case ACTION_TAG: screen_ask(s, "tags (+a -b): ", STR_EMPTY, answer_tags, id_ctx(row->id)); return true;
	case ACTION_REMOVE: remove_session(l, row->id); return true;
	case ACTION_BRANCH:
	case ACTION_TREE:
		if (open_session(l, row))
			screen_act(s, ACTION_TREE);
		return true;
	default: return false;
	}
}

static void release(struct picker *l)
{
	mem_free(l->data);
}

static const struct picker_ops sessions_ops = { "sessions", "conversations", load, open_row, act,
	"Enter open  Alt-n new  Alt-r name  Del trash  ^F full text", "no conversation yet", release };

struct view *view_sessions(struct screen *s)
{
	return picker_new(s, &sessions_ops, mem_zalloc(1, sizeof(int64_t)));
}

/* --- full text */

struct found {
	struct buf words;
	struct message_hit *hits;
};

/* The matches of a snippet stand between two control characters; the list shows none. */
static struct str plain_snippet(struct arena *a, struct str snippet)
{
	SCOPED(buf) out = BUF_INIT;

	for (size_t i = 0; i < snippet.len; i++)
		if (snippet.p[i] != '\x02' && snippet.p[i] != '\x03')
			buf_ch(&out, snippet.p[i] == '\n' ? ' ' : snippet.p[i]);
	return arena_str(a, buf_view(&out));
}

static size_t terms_of(struct arena *a, struct str words, struct search_term *terms, size_t max)
{
	struct str rest = words;
	size_t n = 0;

	while (rest.p && n < max) {
		struct str word = str_trim(str_cut(&rest, ' '));

		if (word.len)
			terms[n++] = (struct search_term){ .text = arena_str(a, word), .weight = 1 };
	}
	return n;
}

static enum err_code load_found(struct picker *l, struct err *err)
{
	struct search_term terms[SEARCH_TERMS_MAX];
	struct screen *s = l->view.screen;
	struct found *f = l->data;
	size_t n = terms_of(&l->arena, buf_view(&f->words), terms, SEARCH_TERMS_MAX), n_hits;

	if (!n)
		return OK;
	if (store_search_messages(s->host->chat.db, &l->arena, terms, n, FOUND_MAX, &f->hits, &n_hits, err) != OK)
		return err->code;
	for (size_t i = 0; i < n_hits; i++) {
		struct picker_row *row = picker_add(l);

		row->id = (int64_t)i + 1;
		row->text = plain_snippet(&l->arena, f->hits[i].snippet);
		row->aside = arena_fmt(&l->arena, "%.*s #%d  %.*s", STR_ARG(f->hits[i].session_name), f->hits[i].n,
			STR_ARG(age_of(&l->arena, clock_now_ms(s->host->chat.clock) - f->hits[i].created_ms)));
	}
	return OK;
}

/* To the branch that holds the message, with the words marked. */
static void open_found(struct picker *l, const struct picker_row *row)
{
	struct screen *s = l->view.screen;
	struct found *f = l->data;
	struct message_hit hit = f->hits[row->id - 1];
	struct err err = ERR_INIT;
	SCOPED(buf) first = BUF_INIT;

	if (screen_open_session(s, hit.session_id, &err) != OK || conversation_go(s->talk, hit.message_id, &err) != OK) {
		screen_say_err(s, &err);
		return;
	}
	buf_str(&first, str_sub(buf_view(&f->words), 0, str_find_ch(buf_view(&f->words), ' ', 0)));
	while (screen_top(s))
		screen_pop(s);
	s->focus = FOCUS_BROWSE;
	pane_select(s->pane, screen_item_of(s, hit.message_id));
	pane_show(s->pane, screen_item_of(s, hit.message_id));
	screen_needle(s, buf_view(&first));
}

static void release_found(struct picker *l)
{
	struct found *f = l->data;

	buf_release(&f->words);
	mem_free(f);
}

static const struct picker_ops found_ops = { "found", "messages of all conversations", load_found, open_found, NULL,
	"Enter open  Esc back", "no message holds these words", release_found };

struct view *view_found(struct screen *s, struct str words)
{
	struct found *f = mem_zalloc(1, sizeof(*f));

	buf_str(&f->words, words);
	return picker_new(s, &found_ops, f);
}
