/*
 * What is done with the messages of the conversation: walking, finding, branching, rating, reading elsewhere.
 */
#include <string.h>

#include "ibid/base/hash.h"
#include "ibid/base/path.h"
#include "ibid/store/branches.h"
#include "ibid/store/desk.h"
#include "ibid/store/documents.h"
#include "screen_internal.h"

#define GO_ON "Go on exactly where you stopped, without repeating anything."

/* --- finding */

static bool holds_needle(void *ctx, int64_t key)
{
	const struct screen *s = ctx;
	const int64_t *ids = (const int64_t *)(const void *)s->found_ids.p;

	for (size_t i = 0; i < s->found_ids.len / sizeof(*ids); i++)
		if (ids[i] == key)
			return true;
	return key < 0;
}

/* The store says which messages hold it, so that only these are laid out. */
static bool look_up(struct screen *s, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	const struct session *session = conversation_session(s->talk);
	const struct message_ref *refs;
	size_t n = conversation_refs(s->talk, &refs);
	int64_t *ids;

	buf_reset(&s->found_ids);
	if (!n)
		return true;
	if (store_branch_find(s->host->chat.db, &a, session->id, refs[n - 1].id, buf_view(&s->needle), &ids, &n, err) != OK)
		return false;
	buf_add(&s->found_ids, (const char *)ids, n * sizeof(*ids));
	return true;
}

/* A row holds it nowhere: it is broken over lines, or stands in Markdown that is not shown. Its message will do. */
static bool show_message(struct screen *s, int step)
{
	size_t n = s->n_items, from = pane_selected(s->pane), at;

	if (from == SIZE_MAX)
		from = step > 0 ? n - 1 : 0;
	for (size_t i = 1; i <= n; i++) {
		at = step > 0 ? (from + i) % n : (from + n - i % n) % n;
		if (s->items[at].key > 0 && holds_needle(s, s->items[at].key)) {
			pane_select(s->pane, at);
			pane_show(s->pane, at);
			return true;
		}
	}
	return false;
}

/* Looked up each time: answers come, branches change. */
static void find_step(struct screen *s, int step)
{
	struct err err = ERR_INIT;
	bool wrapped = false;
	size_t n;

	if (!s->needle.len) {
		screen_say(s, "nothing is looked for; / begins");
		return;
	}
	if (!look_up(s, &err)) {
		screen_say_err(s, &err);
		return;
	}
	n = s->found_ids.len / sizeof(int64_t);
	if (pane_find(s->pane, step, holds_needle, s, &wrapped))
		screen_say(s, "'%s' in %zu %s%s", buf_cstr(&s->needle), n, n == 1 ? "message" : "messages",
			wrapped ? "; went on at the other end" : "");
	else if (n && show_message(s, step))
		screen_say(s, "'%s' in %zu %s; here it is broken over lines", buf_cstr(&s->needle), n,
			n == 1 ? "message" : "messages");
	else
		screen_say(s, "'%s' is not in this conversation; '/search --in sessions' looks in all", buf_cstr(&s->needle));
}

void screen_needle(struct screen *s, struct str needle)
{
	buf_reset(&s->needle);
	buf_str(&s->needle, needle);
	pane_needle(s->pane, needle);
}

void screen_find(struct screen *s, struct str needle, int step)
{
	screen_needle(s, needle);
	if (!needle.len)
		return;
	s->focus = FOCUS_BROWSE;
	find_step(s, step);
}

static void answer_find(struct screen *s, struct str text, void *ctx)
{
	(void)ctx;
	screen_find(s, text, 1);
}

static void answer_find_back(struct screen *s, struct str text, void *ctx)
{
	(void)ctx;
	screen_find(s, text, -1);
}

/* --- branches */

/* The prompt of the selected message: itself, or what it answers. */
static int64_t prompt_of(const struct message_ref *ref)
{
	return ref->role == ROLE_USER ? ref->id : ref->parent_id;
}

static void edit(struct screen *s, const struct message_ref *ref)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct message m;

	if (store_message(s->host->chat.db, &a, prompt_of(ref), &m, &err) != OK) {
		screen_say_err(s, &err);
		return;
	}
	screen_set_aside(s);
	line_set(s->line, m.text);
	s->editing = m.id;
	screen_act(s, ACTION_INPUT);
	screen_say(s, "changing prompt %d: Enter asks it on a new branch, Ctrl-C leaves it as it was", m.n);
}

static void show_answers(struct screen *s)
{
	pane_select(s->pane, SIZE_MAX);
	pane_to_end(s->pane);
}

/* A prompt that failed stands in the line again; asked by this key it need not be sent once more. */
static void forget_copy(struct screen *s, const struct message_ref *ref)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) typed = BUF_INIT;
	struct err ignored = ERR_INIT;
	struct message m;

	line_expanded(s->line, &typed);
	if (store_message(s->host->chat.db, &a, prompt_of(ref), &m, &ignored) == OK && str_eq(m.text, buf_view(&typed))) {
		line_set(s->line, STR_EMPTY);
		screen_keep_draft(s, false);
	}
}

static void again(struct screen *s, const struct message_ref *ref)
{
	struct err err = ERR_INIT;

	forget_copy(s, ref);
	if (conversation_again(s->talk, ref->id, s->models, s->n_models, &err) != OK)
		screen_say_err(s, &err);
	else
		show_answers(s);
}

static void go_further(struct screen *s)
{
	struct err err = ERR_INIT;
	bool queued;

	if (conversation_send(s->talk, STR(GO_ON), NULL, 0, s->models, 1, &queued, &err) != OK)
		screen_say_err(s, &err);
	else
		pane_to_end(s->pane);
}

static void branch(struct screen *s, const struct message_ref *ref)
{
	struct err err = ERR_INIT;

	if (conversation_branch(s->talk, ref->id, &err) != OK) {
		screen_say_err(s, &err);
		return;
	}
	screen_act(s, ACTION_INPUT);
	screen_say(s, "the next prompt goes on from message %d", ref->n);
}

/* The message itself, or its prompt, whichever has siblings. */
static void switch_branch(struct screen *s, const struct message_ref *ref, int step)
{
	const struct message_ref *refs;
	struct err err = ERR_INIT;
	int64_t id = ref->id;
	size_t n = conversation_refs(s->talk, &refs), item;

	for (size_t i = 0; ref->n_siblings < 2 && i < n; i++)
		if (refs[i].id == prompt_of(ref) && refs[i].n_siblings > 1)
			id = refs[i].id;
	item = screen_item_of(s, id);
	if (conversation_switch(s->talk, id, step, &err) != OK) {
		screen_say_err(s, &err);
		return;
	}
	screen_items_changed(s);
	pane_select(s->pane, item);
	pane_show(s->pane, item);
}

/* --- reading and judging */

static void rate(struct screen *s, const struct message_ref *ref, int rating)
{
	struct err err = ERR_INIT;

	if (ref->role != ROLE_ASSISTANT)
		screen_say(s, "only answers are rated");
	else if (store_rate(s->host->chat.db, ref->id, rating, STR_EMPTY, &err) != OK)
		screen_say_err(s, &err);
	else
		screen_say(s, "message %d is rated %s", ref->n, rating > 0 ? "good" : "bad");
}

static void view_outside(struct screen *s, const struct message_ref *ref)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) path = BUF_INIT;
	struct err err = ERR_INIT;
	struct message m;

	if (store_message(s->host->chat.db, &a, ref->id, &m, &err) != OK ||
		screen_scratch(s, m.text, &path, &err) != OK)
		screen_say_err(s, &err);
	else if (screen_run_program(s, HOST_PAGER, buf_view(&path), 0, &err) != OK)
		screen_say_err(s, &err);
	screen_scratch_remove(&path);
}

static void edit_outside(struct screen *s)
{
	SCOPED(buf) path = BUF_INIT;
	SCOPED(buf) text = BUF_INIT;
	SCOPED(buf) meanwhile = BUF_INIT;
	struct err err = ERR_INIT;

	line_expanded(s->line, &text);
	if (screen_scratch(s, buf_view(&text), &path, &err) == OK &&
		screen_run_program(s, HOST_EDITOR, buf_view(&path), 0, &err) == OK) {
		/* A prompt that got no answer came back into the line. */
		line_expanded(s->line, &meanwhile);
		if (!str_eq(buf_view(&meanwhile), buf_view(&text)))
			line_history_add(s->line, buf_view(&meanwhile));
		buf_reset(&text);
		if (path_read(buf_cstr(&path), DECODE_PASTE_MAX, &text, &err) == OK)
			line_set(s->line, str_trim(buf_view(&text)));
	}
	if (err.code != OK)
		screen_say_err(s, &err);
	screen_scratch_remove(&path);
	screen_keep_draft(s, false);
}

/* --- citations */

static bool citation_of(struct screen *s, struct arena *a, int64_t message_id, int n, struct citation *c)
{
	struct err ignored = ERR_INIT;
	struct answer answer;
	bool found = false;

	if (store_answer(s->host->chat.db, a, message_id, &answer, &found, &ignored) != OK || !found)
		return false;
	for (size_t i = 0; i < answer.n_citations; i++)
		if (answer.citations[i].n == n) {
			*c = answer.citations[i];
			return true;
		}
	return false;
}

static bool selected_citation(struct screen *s, struct arena *a, struct citation *c)
{
	int n = pane_mark(s->pane, NULL);
	int64_t id = screen_item_message(s, pane_selected(s->pane));

	return n > 0 && id && citation_of(s, a, id, n, c);
}

static void step_citation(struct screen *s, int step)
{
	int n;

	s->focus = FOCUS_BROWSE;
	if (!pane_mark_step(s->pane, step)) {
		screen_say(s, "no further citation");
		return;
	}
	n = pane_mark(s->pane, NULL);
	if (!s->sources)
		return;
	view_sources_set(s->sources, screen_item_message(s, pane_selected(s->pane)));
	view_sources_select(s->sources, n);
}

static void open_selected(struct screen *s)
{
	SCOPED(arena) a = ARENA_INIT;
	const struct message_ref *ref = screen_selected(s);
	struct err err = ERR_INIT;
	struct citation c;
	struct message m;
	struct view *v;

	if (selected_citation(s, &a, &c)) {
		if (view_passage(s, &c, &v, &err) == OK)
			screen_push(s, v);
		else
			screen_say_err(s, &err);
	} else if (ref && store_message(s->host->chat.db, &a, ref->id, &m, &err) == OK && m.reasoning.len) {
		screen_item_unfold(s, ref->id);
	} else if (ref && ref->role == ROLE_ASSISTANT) {
		screen_act(s, ACTION_SOURCES);
	} else {
		screen_say(s, "Tab selects a citation, Enter opens its passage; i goes back to the prompt");
	}
}

static void open_file(struct screen *s)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct citation c;

	if (!selected_citation(s, &a, &c))
		screen_say(s, "Tab selects a citation; o opens its file then");
	else if (screen_open_source(s, &c, &err) != OK)
		screen_say_err(s, &err);
}

enum err_code screen_open_source(struct screen *s, const struct citation *c, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct document doc;
	bool found = false;

	if (store_document_by_id(s->host->chat.db, &a, c->anchor.doc_id, &doc, &found, err) != OK)
		return err->code;
	if (!found)
		return err_set(err, ERR_MISSING, "the source of [%d] is not in the library any more", c->n);
	return screen_run_program(s, HOST_OPENER, doc.path, c->anchor.page_from, err);
}

static void answer_report(struct screen *s, struct str why, void *ctx)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct citation c;

	(void)ctx;
	if (!selected_citation(s, &a, &c) || !screen_may_write(s))
		return;
	if (store_citation_report(s->host->chat.db, c.id, why, &err) != OK)
		screen_say_err(s, &err);
	else
		screen_say(s, why.len ? "[%d] is marked as wrong" : "the mark on [%d] is taken back", c.n);
}

static void report(struct screen *s)
{
	if (pane_mark(s->pane, NULL) < 1)
		screen_say(s, "Tab selects a citation; ! marks it as wrong then");
	else
		screen_ask(s, "what is wrong with it? ", STR_EMPTY, answer_report, NULL);
}

/* --- the table */

static bool needs_message(enum action a)
{
	return a == ACTION_EDIT || a == ACTION_AGAIN || a == ACTION_GO_ON || a == ACTION_BRANCH || a == ACTION_NEXT_BRANCH ||
	       a == ACTION_PREV_BRANCH || a == ACTION_VERIFY || a == ACTION_RATE_UP || a == ACTION_RATE_DOWN ||
	       a == ACTION_VIEW_OUTSIDE;
}

static bool writes(enum action a)
{
	return needs_message(a) && a != ACTION_NEXT_BRANCH && a != ACTION_PREV_BRANCH && a != ACTION_VIEW_OUTSIDE;
}

static void act_with(struct screen *s, const struct message_ref *ref, enum action a)
{
	switch (a) {
	case ACTION_EDIT: edit(s, ref); break;
	case ACTION_AGAIN: again(s, ref); break;
	case ACTION_GO_ON: go_further(s); break;
	case ACTION_BRANCH: branch(s, ref); break;
	case ACTION_NEXT_BRANCH: switch_branch(s, ref, 1); break;
	case ACTION_PREV_BRANCH: switch_branch(s, ref, -1); break;
	case ACTION_VERIFY: screen_verify(s, ref->id); break;
	case ACTION_RATE_UP: rate(s, ref, 1); break;
	case ACTION_RATE_DOWN: rate(s, ref, -1); break;
	default: view_outside(s, ref); break;
	}
}

static bool act_on_place(struct screen *s, enum action a)
{
	switch (a) {
	case ACTION_NEXT_MESSAGE: pane_select_step(s->pane, 1); return true;
	case ACTION_PREV_MESSAGE: pane_select_step(s->pane, -1); return true;
	case ACTION_FIND: screen_ask(s, "/", STR_EMPTY, answer_find, NULL); return true;
	case ACTION_FIND_BACK: screen_ask(s, "find backwards: ", STR_EMPTY, answer_find_back, NULL); return true;
	case ACTION_FIND_NEXT: find_step(s, 1); return true;
	case ACTION_FIND_PREV: find_step(s, -1); return true;
	case ACTION_NEXT_CITATION: step_citation(s, 1); return true;
	case ACTION_PREV_CITATION: step_citation(s, -1); return true;
	case ACTION_OPEN: open_selected(s); return true;
	case ACTION_OPEN_FILE: open_file(s); return true;
	case ACTION_REPORT: report(s); return true;
	case ACTION_EDIT_OUTSIDE: edit_outside(s); return true;
	default: return false;
	}
}

bool screen_act_on_message(struct screen *s, enum action a)
{
	const struct message_ref *ref;
	struct message_ref selected;

	if (act_on_place(s, a))
		return true;
	if (!needs_message(a))
		return false;
	ref = screen_selected(s);
	if (!ref) {
		screen_say(s, "there is no message to do that with");
		return true;
	}
	/* The branch, which it stands in, may be read anew by what is done. */
	selected = *ref;
	if (!writes(a) || screen_may_write(s))
		act_with(s, &selected, a);
	return true;
}
