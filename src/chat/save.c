#include "ibid/base/utf8.h"
#include "ibid/provider/price.h"
#include "ibid/store/sessions.h"

#include "chat/chat_internal.h"

/* Names come from the first prompt without asking a model: its first line, cut at a word. */
#define NAME_MAX_LEN 60

static struct str name_of(struct arena *a, struct str question)
{
	struct str rest = str_trim(question), line = str_trim(str_cut(&rest, '\n'));
	size_t cut = NAME_MAX_LEN;

	if (line.len <= NAME_MAX_LEN)
		return line;
	while (cut && line.p[cut] != ' ')
		cut--;
	if (!cut)
		cut = utf8_floor(line, NAME_MAX_LEN);
	return arena_fmt(a, "%.*s…", (int)cut, line.p);
}

static enum err_code open_session(struct chat_turn *t, struct session *s, struct err *err)
{
	if (t->ask->session_id)
		return store_session_by_id(t->env.db, &t->arena, t->ask->session_id, s, err);
	return store_session_new(t->env.db, &t->arena, name_of(&t->arena, t->ask->question), t->env.rand, t->env.rand_ctx,
		s, err);
}

static int64_t parent_of(const struct chat_turn *t, const struct session *s)
{
	if (t->ask->parent_id == CHAT_PARENT_NONE)
		return 0;
	return t->ask->parent_id ? t->ask->parent_id : s->head_id;
}

static enum err_code add_question(struct chat_turn *t, struct message *q, struct err *err)
{
	struct session *s = &t->result.session;
	SCOPED(buf) text = BUF_INIT;

	buf_str(&text, t->ask->question);
	for (size_t i = 0; i < t->ask->n_materials; i++)
		buf_fmt(&text, "%s[%.*s, %zu bytes]", text.len ? "\n\n" : "", STR_ARG(t->ask->materials[i].name),
			t->ask->materials[i].text.len);
	*q = (struct message){ .session_id = s->id, .parent_id = parent_of(t, s),
		.role = ROLE_USER, .state = STATE_COMPLETE, .text = arena_str(&t->arena, buf_view(&text)),
		.created_ms = clock_now_ms(t->env.clock) };
	if (store_message_add(t->env.db, q, err) != OK)
		return err->code;
	return store_message_finish(t->env.db, q, err);
}

enum err_code chat_save_try(struct chat_turn *t, struct err *err)
{
	struct request *r = &t->result.request;

	r->id = 0;
	r->attempt = 1;
	r->provider = t->ask->provider->name;
	r->model = t->ask->model;
	r->protocol = str_c(t->ask->provider->ops->name);
	r->started_ms = clock_now_ms(t->env.clock);
	return t->ask->save ? store_request_add(t->env.db, r, err) : OK;
}

/* What the first try said is not proved: from here on nobody may read it as the answer. */
enum err_code chat_save_second_try(struct chat_turn *t, struct err *err)
{
	t->saved_len = 0;
	if (t->ask->save && store_message_reopen(t->env.db, t->result.message.id, err) != OK)
		return err->code;
	return chat_save_try(t, err);
}

static enum err_code add_answer(struct chat_turn *t, const struct message *q, struct err *err)
{
	struct message *m = &t->result.message;
	struct request *r = &t->result.request;

	m->session_id = q->session_id;
	m->parent_id = q->id;
	m->state = STATE_STREAMING;
	m->created_ms = q->created_ms;
	if (store_message_add(t->env.db, m, err) != OK)
		return err->code;
	if (!t->ask->provider)
		return OK;
	r->session_id = q->session_id;
	r->message_id = m->id;
	return chat_save_try(t, err);
}

/* The question of this turn: a new message, or the one that gets a further answer. */
static enum err_code find_question(struct chat_turn *t, struct message *q, struct err *err)
{
	if (t->ask->question_id)
		return store_message(t->env.db, &t->arena, t->ask->question_id, q, err);
	return add_question(t, q, err);
}

enum err_code chat_save_question(struct chat_turn *t, struct err *err)
{
	struct message q;

	t->result.message.role = ROLE_ASSISTANT;
	t->result.message.model = t->ask->model_name;
	if (!t->ask->save)
		return OK;
	if (store_begin(t->env.db, err) != OK)
		return err->code;
	if (open_session(t, &t->result.session, err) != OK || find_question(t, &q, err) != OK ||
		add_answer(t, &q, err) != OK)
		return store_rollback(t->env.db, err);
	return store_commit(t->env.db, err);
}

enum err_code chat_save_part(struct chat_turn *t, struct err *err)
{
	int64_t now = clock_mono_ms(t->env.clock);
	size_t len = t->text.len + t->reasoning.len;

	if (!t->ask->save || now - t->saved_ms < CHAT_SAVE_MS || len == t->saved_len)
		return OK;
	t->saved_ms = now;
	t->saved_len = len;
	return store_message_update(t->env.db, t->result.message.id, buf_view(&t->text), buf_view(&t->reasoning), err);
}

/* The request's row as the provider ended it, with its price. */
static void fill_request(struct chat_turn *t, const struct exchange_result *x)
{
	struct request *r = &t->result.request;
	struct cost cost = price_of_request(t->ask->provider, t->env.models, t->ask->model, &x->usage,
		x->cost_usd_micros, x->started_ms);

	r->attempt = x->tries;
	r->finish = arena_str(&t->arena, x->stop_word);
	r->request_id = arena_str(&t->arena, x->request_id);
	r->error = x->code == OK ? STR_EMPTY : arena_str(&t->arena, str_c(x->err.text));
	r->http_status = x->http_status;
	r->started_ms = x->started_ms;
	r->first_token_ms = x->first_token_ms;
	r->total_ms = x->total_ms;
	r->usage = x->usage;
	r->usage.is_estimated |= cost.is_estimated;
	r->cost_usd_micros = cost.usd_micros;
	r->sent = arena_str(&t->wire, x->sent);
	r->received = arena_str(&t->wire, x->received);
}

enum err_code chat_save_end(struct chat_turn *t, const struct exchange_result *x, struct err *err)
{
	struct message *m = &t->result.message;

	m->text = buf_view(&t->text);
	m->reasoning = buf_view(&t->reasoning);
	if (x)
		fill_request(t, x);
	t->owes_request |= x != NULL;
	if (!t->ask->save)
		return OK;
	if (store_begin(t->env.db, err) != OK)
		return err->code;
	if (store_message_finish(t->env.db, m, err) != OK ||
		(t->owes_request && store_request_finish(t->env.db, &t->result.request, err) != OK))
		return store_rollback(t->env.db, err);
	if (store_commit(t->env.db, err) != OK)
		return err->code;
	t->owes_request = false;
	return OK;
}

enum err_code chat_save_answer(struct chat_turn *t, struct err *err)
{
	struct answer *a = &t->result.answer;
	SCOPED(buf) evidence = BUF_INIT;

	evidence_json(&evidence, &t->evidence);
	a->message_id = t->result.message.id;
	a->question = t->ask->question;
	a->prompt_version = t->ask->provider ? STR(PROMPT_CITED) : STR_EMPTY;
	a->policy = str_c(chat_policy_word(t->ask->policy));
	a->evidence = arena_str(&t->arena, buf_view(&evidence));
	return t->ask->save ? store_answer_put(t->env.db, a, err) : OK;
}
