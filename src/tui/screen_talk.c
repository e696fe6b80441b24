/*
 * What the conversation tells the screen, and what the screen asks of it.
 */
#include <string.h>
#include <time.h>

#include "ibid/chat/recheck.h"
#include "ibid/store/desk.h"
#include "screen_internal.h"

/* Documents and filters that a prompt names, at most. */
#define MENTIONS_MAX 32
/* After an answer that took this long the terminal's bell is rung, when nobody looks. */
#define BELL_MS 10000

static struct store *db_of(const struct screen *s)
{
	return s->host->chat.db;
}

/* --- events */

/* Answers of several models stand side by side as long as they are the newest, whoever began them: Enter or the queue. */
static void on_branch(void *ctx)
{
	struct screen *s = ctx;
	size_t n;

	conversation_live(s->talk, &n);
	if (n < 2)
		view_free(take(&s->columns));
	else if (s->columns)
		s->columns->ops->refresh(s->columns);
	else if (conversation_is_busy(s->talk))
		s->columns = view_columns(s);
	/* How long one waits is said soon after the beginning, and every second from there. */
	if (conversation_is_busy(s->talk) && !s->was_busy)
		s->ticked_ms = screen_now(s) - SCREEN_TICK_MS + SCREEN_WAITING_MS;
	s->was_busy = conversation_is_busy(s->talk);
	screen_items_changed(s);
	screen_queue_changed(s);
}

static void on_text(void *ctx, const struct conversation_live *l)
{
	struct screen *s = ctx;

	(void)l;
	pane_changed(s->pane);
	screen_dirty(s, false);
}

static void show_sources_of(struct screen *s, int64_t message_id)
{
	if (s->sources && message_id)
		view_sources_set(s->sources, message_id);
}

static void on_over(void *ctx, const struct conversation_live *l)
{
	struct screen *s = ctx;

	if (l->message_id)
		screen_item_touch(s, l->message_id);
	if (l->result && !l->result->is_saved)
		screen_store_fails(s, &l->result->err);
	show_sources_of(s, l->message_id);
	/* A request that runs has no price yet. */
	if (!conversation_is_busy(s->talk))
		screen_count(s);
	screen_views_refresh(s);
	if (l->result && l->result->n_left_out)
		screen_say(s, "%zu messages at the beginning did not fit this model's context", l->result->n_left_out);
	if (!s->is_focused && screen_now(s) - l->began_ms > BELL_MS && config_bool(s->host->config, "chat.bell"))
		term_write(s->term, STR("\a"));
}

enum err_code screen_attach(struct screen *s, struct str path, struct err *err)
{
	if (s->n_attached == CONVERSATION_FILES_MAX)
		return err_set(err, ERR_LIMIT, "%d files are attached already; send them first", CONVERSATION_FILES_MAX);
	if (s->host->attach(s->host->ctx, &s->attached_arena, path, &s->attached[s->n_attached], err) != OK)
		return err->code;
	s->n_attached++;
	return OK;
}

void screen_detach(struct screen *s)
{
	s->n_attached = 0;
	arena_reset(&s->attached_arena);
	screen_dirty(s, true);
}

/* Those of a prompt that comes back. */
void screen_attach_again(struct screen *s, const struct conversation_prompt *prompt)
{
	for (size_t i = 0; i < prompt->n_files && s->n_attached < CONVERSATION_FILES_MAX; i++)
		s->attached[s->n_attached++] = (struct chat_material){ arena_str(&s->attached_arena, prompt->files[i].name),
			arena_str(&s->attached_arena, prompt->files[i].text) };
}

/* What was typed meanwhile is not overwritten: the prompt is one Up away then. */
static void on_put_back(void *ctx, const struct conversation_prompt *prompt)
{
	struct screen *s = ctx;

	if (line_is_empty(s->line) && !s->question.is_open) {
		line_set(s->line, prompt->text);
		screen_attach_again(s, prompt);
		screen_keep_draft(s, true);
		screen_say(s, "your prompt is back below");
	} else {
		line_history_add(s->line, prompt->text);
		screen_say(s, "the prompt that got no answer is one Up away%s",
			prompt->n_files ? ", without the files that went along" : "");
	}
	screen_dirty(s, true);
}

static void on_notice(void *ctx, struct str sentence)
{
	screen_say(ctx, "%.*s", STR_ARG(sentence));
}

void screen_talk_events(struct screen *s, struct conversation_events *events)
{
	*events = (struct conversation_events){ on_branch, on_text, on_over, on_put_back, on_notice, s };
}

/* --- models and scope */

enum err_code screen_use_models(struct screen *s, const struct str *names, size_t n, struct err *err)
{
	const struct host_model *found[CONVERSATION_SEATS_MAX];

	if (!n || n > CONVERSATION_SEATS_MAX)
		return err_set(err, ERR_LIMIT, "name 1 to %d models", CONVERSATION_SEATS_MAX);
	for (size_t i = 0; i < n; i++)
		if (s->host->model(s->host->ctx, names[i], &found[i], err) != OK)
			return err->code;
	for (size_t i = 0; i < n; i++) {
		s->model_infos[i] = found[i];
		s->models[i] = found[i]->ask;
	}
	s->n_models = n;
	screen_count(s);
	return OK;
}

static void add_price(struct buf *out, const struct host_model *m)
{
	if (m->is_local || (!m->price_in && !m->price_out))
		buf_c(out, ", free");
	else if (m->price_in >= 0 && m->price_out >= 0)
		buf_fmt(out, ", $%.2f in, $%.2f out for a million tokens", (double)m->price_in / 1e6,
			(double)m->price_out / 1e6);
	else
		buf_c(out, ", price unknown");
}

void screen_tell_models(struct screen *s)
{
	SCOPED(buf) text = BUF_INIT;

	for (size_t i = 0; i < s->n_models; i++) {
		const struct host_model *m = s->model_infos[i];

		buf_fmt(&text, "%s%.*s", i ? "; " : "", STR_ARG(m->ask.name));
		if (m->ask.context_tokens > 0)
			buf_fmt(&text, ", context %lldk", (long long)(m->ask.context_tokens / 1000));
		add_price(&text, m);
	}
	screen_say(s, "%s", buf_cstr(&text));
}

enum err_code screen_use_scope(struct screen *s, const struct str *words, size_t n, struct err *err)
{
	struct conversation_how *how = conversation_how(s->talk);
	struct arena a = ARENA_INIT;
	struct scope scope;

	if (s->host->scope(s->host->ctx, &a, words, n, &scope, err) != OK) {
		arena_release(&a);
		return err->code;
	}
	s->scope_words = arena_array(&a, n, sizeof(*s->scope_words));
	for (size_t i = 0; i < n; i++)
		s->scope_words[i] = arena_str(&a, words[i]);
	s->n_scope = n;
	arena_release(&s->scope_arena);
	s->scope_arena = a;
	how->scope = scope;
	how->has_scope = n > 0;
	screen_dirty(s, true);
	return OK;
}

/* --- sending */

static bool is_scope(struct screen *s, struct arena *a, struct str word)
{
	struct err ignored = ERR_INIT;
	struct scope scope;

	return word.len && s->host->scope(s->host->ctx, a, &word, 1, &scope, &ignored) == OK;
}

/* @d3, @key, @tag:x in a prompt; other words with @ are words. A full stop may end the sentence, or belong to a key. */
static size_t mentions_in(struct screen *s, struct arena *a, struct str text, struct str *words, size_t max)
{
	size_t n = 0;

	for (size_t at = 0; n < max && (at = str_find_ch(text, '@', at)) != STR_NONE; at++) {
		size_t end = at + 1;
		struct str word;

		if (at && text.p[at - 1] != ' ' && text.p[at - 1] != '\n')
			continue;
		while (end < text.len && !strchr(" \t\n,;?!)", text.p[end]))
			end++;
		word = str_sub(text, at + 1, end);
		if (!is_scope(s, a, word) && str_ends(word, STR(".")))
			word.len--;
		if (is_scope(s, a, word))
			words[n++] = word;
	}
	return n;
}

/* What a prompt names of a kind takes the place of what the conversation has of it: the other kinds still hold. */
static void narrow(struct scope *s, const struct scope *by)
{
	if (by->n_collections)
		s->collections = by->collections, s->n_collections = by->n_collections;
	if (by->n_tags)
		s->tags = by->tags, s->n_tags = by->n_tags;
	if (by->n_types)
		s->types = by->types, s->n_types = by->n_types;
	if (by->n_publishers)
		s->publishers = by->publishers, s->n_publishers = by->n_publishers;
	if (by->n_docs)
		s->docs = by->docs, s->n_docs = by->n_docs;
	if (by->after.len)
		s->after = by->after;
	if (by->before.len)
		s->before = by->before;
}

static enum err_code narrow_by_mentions(struct screen *s, struct arena *a, struct str text, struct err *err)
{
	struct conversation_how *how = conversation_how(s->talk);
	struct str words[MENTIONS_MAX];
	size_t n = mentions_in(s, a, text, words, MENTIONS_MAX);
	struct scope by;

	if (!n)
		return OK;
	if (s->host->scope(s->host->ctx, a, words, n, &by, err) != OK)
		return err->code;
	if (how->has_scope)
		narrow(&how->scope, &by);
	else
		how->scope = by;
	how->has_scope = true;
	return OK;
}

static enum err_code send_scoped(struct screen *s, struct str text, bool *queued, struct err *err)
{
	struct conversation_how *how = conversation_how(s->talk), before = *how;
	SCOPED(arena) a = ARENA_INIT;
	enum err_code code;

	if (narrow_by_mentions(s, &a, text, err) != OK)
		return err->code;
	if (s->editing)
		code = conversation_edit(s->talk, s->editing, text, s->attached, s->n_attached, s->models, s->n_models, err);
	else
		code = conversation_send(s->talk, text, s->attached, s->n_attached, s->models, s->n_models, queued, err);
	how->scope = before.scope;
	how->has_scope = before.has_scope;
	return code;
}

static void not_sent(struct screen *s, const struct err *err)
{
	struct card *c = screen_card_add(s, STR("not sent"), true);

	buf_fmt(&c->text, "%s%s%s", err->text, *err_hint(err->code) ? "; " : "", err_hint(err->code));
	screen_items_changed(s);
}

static void send_prompt(struct screen *s, struct str text)
{
	bool was_new = !conversation_session(s->talk)->id;
	struct err err = ERR_INIT;
	bool queued = false;

	if (!screen_may_write(s))
		return;
	/* The line keeps the prompt until the question is on disk. */
	if (send_scoped(s, text, &queued, &err) != OK) {
		not_sent(s, &err);
		return;
	}
	line_history_add(s->line, text);
	screen_line_done(s);
	screen_detach(s);
	if (was_new) {
		store_draft_set(db_of(s), 0, STR_EMPTY, &err);
		screen_sit_down(s, false);
	}
	screen_keep_draft(s, true);
	pane_select(s->pane, SIZE_MAX);
	pane_to_end(s->pane);
	screen_dirty(s, true);
}

void screen_send(struct screen *s)
{
	SCOPED(buf) text = BUF_INIT;
	SCOPED(buf) raw = BUF_INIT;
	struct err err = ERR_INIT;
	struct str words;

	line_expanded(s->line, &raw);
	buf_str(&text, str_trim(buf_view(&raw)));
	words = buf_view(&text);
	if (!words.len) {
		if (conversation_is_held(s->talk) && conversation_next(s->talk, &err) != OK)
			screen_say_err(s, &err);
		return;
	}
	/* The cheap way to a new line, for terminals that cannot tell Shift-Enter from Enter. */
	if (words.p[words.len - 1] == '\\' && line_cursor(s->line) == line_text(s->line).len) {
		line_key(s->line, STR("\177"));
		line_insert(s->line, STR("\n"));
		return;
	}
	if (str_starts(words, STR("//"))) {
		send_prompt(s, str_sub(words, 1, words.len));
	} else if (words.p[0] == '/') {
		line_history_add(s->line, words);
		screen_line_done(s);
		screen_keep_draft(s, false);
		screen_command(s, str_sub(words, 1, words.len));
	} else {
		send_prompt(s, words);
	}
}

void screen_stop(struct screen *s)
{
	if (!conversation_stop(s->talk))
		return;
	if (conversation_is_held(s->talk))
		screen_say(s, "stopped; Enter sends the prompt that waits, Alt-Up takes it back");
	screen_dirty(s, true);
}

/* --- counting */

static int64_t midnight(const struct screen *s)
{
	time_t now = (time_t)(clock_now_ms(s->host->chat.clock) / 1000);
	struct tm local;

	if (!localtime_r(&now, &local))
		return 0;
	local.tm_hour = local.tm_min = local.tm_sec = 0;
	return (int64_t)mktime(&local) * 1000;
}

void screen_count(struct screen *s)
{
	struct err ignored = ERR_INIT;

	if (!db_of(s) || !s->n_models)
		return;
	store_cost_since(db_of(s), midnight(s), 0, &s->today_micros, &s->today_unknown, &ignored);
	conversation_context(s->talk, &s->models[0], line_text(s->line).len, &s->context, &ignored);
}

/* --- checking again */

static enum err_code verify(struct screen *s, int64_t message_id, struct buf *summary, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED_PTR(proof) p = proof_new(db_of(s), NULL);
	struct answer answer;
	struct message m;
	struct verify_result now;
	bool found;

	if (store_message(db_of(s), &a, message_id, &m, err) != OK ||
		store_answer(db_of(s), &a, message_id, &answer, &found, err) != OK)
		return err->code;
	if (!found || !answer.n_citations)
		return err_set(err, ERR_NO, "this message cites nothing");
	if (store_begin(db_of(s), err) != OK)
		return err->code;
	if (recheck_answer(db_of(s), p, &a, &m, &answer, clock_now_ms(s->host->chat.clock), &now, err) != OK)
		return store_rollback(db_of(s), err);
	verify_summary(summary, now.claims, now.n_claims, now.citations, now.n_citations);
	return store_commit(db_of(s), err);
}

void screen_verify(struct screen *s, int64_t message_id)
{
	SCOPED(buf) summary = BUF_INIT;
	struct err err = ERR_INIT;

	if (verify(s, message_id, &summary, &err) != OK) {
		screen_say_err(s, &err);
		return;
	}
	s->shows_proof = true;
	screen_item_touch(s, message_id);
	show_sources_of(s, message_id);
	screen_say(s, "checked again: %s", buf_cstr(&summary));
}
