#include "chat/conversation_internal.h"

#include <string.h>

#include "ibid/store/documents.h"

static void tell_text(struct seat *s)
{
	s->live.text = buf_view(&s->text);
	s->live.reasoning = buf_view(&s->reasoning);
	if (s->c->events.on_text)
		s->c->events.on_text(s->c->events.ctx, &s->live);
}

/* The first answer's question is the question of all, and its session that of all, whether it can be sent or not. */
static void on_start(void *ctx, const struct session *session, const struct message *m)
{
	struct seat *s = ctx;

	s->live.message_id = m->id;
	s->live.question_id = m->parent_id;
	if (!s->ask.save)
		return;
	s->c->job.question_id = m->parent_id;
	if (!s->c->session.id)
		s->c->session.id = session->id;
}

static void on_evidence(void *ctx, const struct evidence *ev)
{
	struct seat *s = ctx;

	s->live.n_passages = ev->n_passages;
	s->live.n_documents = 0;
	for (size_t i = 0; i < ev->n_passages; i++) {
		bool is_new = true;

		for (size_t k = 0; k < i; k++)
			is_new &= ev->passages[k].doc_id != ev->passages[i].doc_id;
		s->live.n_documents += is_new;
	}
	tell_text(s);
}

static void note_first(struct seat *s)
{
	if (s->live.first_token_ms < 0)
		s->live.first_token_ms = clock_mono_ms(s->c->env.clock) - s->live.began_ms;
	s->live.n_pieces++;
}

static void on_text(void *ctx, struct str piece)
{
	struct seat *s = ctx;

	note_first(s);
	buf_str(&s->text, piece);
	tell_text(s);
}

static void on_reasoning(void *ctx, struct str piece)
{
	struct seat *s = ctx;

	note_first(s);
	buf_str(&s->reasoning, piece);
	tell_text(s);
}

static void on_notice(void *ctx, struct str sentence)
{
	struct seat *s = ctx;

	if (s->c->events.on_notice)
		s->c->events.on_notice(s->c->events.ctx, sentence);
}

/* A library without documents grounds nothing. */
static bool has_documents(struct conversation *c)
{
	struct err ignored = ERR_INIT;
	bool any = false;

	return c->env.db && store_document_any(c->env.db, &any, &ignored) == OK && any;
}

static enum err_code is_grounded(struct conversation *c, const struct prompt_job *job,
	const struct conversation_model *model, bool *is, struct err *err)
{
	enum conversation_grounding how = c->how.grounding;

	*is = how == GROUND_REQUIRE ||
	      (how == GROUND_AUTO && (!model->provider || job->has_scope || has_documents(c)));
	if (*is || model->provider)
		return OK;
	return err_set(err, ERR_CONFIG, "'extractive' only answers from the library, and grounding is off; name a model");
}

static enum err_code fill_ask(struct seat *s, const struct prompt_job *job, const struct conversation_model *model,
	struct err *err)
{
	const struct conversation_how *how = &s->c->how;
	bool grounded;

	if (is_grounded(s->c, job, model, &grounded, err) != OK)
		return err->code;
	s->ask = (struct chat_ask){ .question = arena_str(&s->arena, job->text), .system = how->system,
		.materials = job->materials, .n_materials = job->n_materials, .is_grounded = grounded,
		.scope = job->has_scope ? &job->scope : NULL, .top = how->top, .evidence_words = how->evidence_words,
		.policy = how->policy, .provider = model->provider, .model = model->model, .model_name = model->name,
		.key = model->key, .max_tokens = how->max_tokens, .temperature = how->temperature,
		.effort = how->effort, .session_id = s->c->session.id, .parent_id = job->parent_id,
		.question_id = job->question_id, .context_tokens = model->context_tokens, .save = how->save };
	s->live.is_grounded = grounded;
	return OK;
}

enum err_code seat_begin(struct seat *s, struct conversation *c, const struct prompt_job *job,
	const struct conversation_model *model, struct err *err)
{
	const struct chat_sink sink = { on_start, on_evidence, on_text, on_reasoning, on_notice, s };

	*s = (struct seat){ .c = c, .arena = ARENA_INIT, .text = BUF_INIT, .reasoning = BUF_INIT };
	s->live = (struct conversation_live){ .model = model->name, .text = STR_EMPTY, .reasoning = STR_EMPTY,
		.began_ms = clock_mono_ms(c->env.clock), .first_token_ms = -1, .failed = ERR_INIT };
	if (fill_ask(s, job, model, err) == OK && chat_start(&c->env, &s->ask, &sink, &s->turn, err) == OK)
		return OK;
	s->live.is_over = true;
	s->live.failed = *err;
	return err->code;
}

/* The settled text may differ from what streamed: a policy took claims out, an abstention replaced it. */
static void take_result(struct seat *s)
{
	const struct chat_result *r = chat_result(s->turn);

	s->live.result = r;
	s->live.is_over = true;
	buf_reset(&s->text);
	buf_str(&s->text, r->message.text);
	s->live.text = buf_view(&s->text);
}

bool seat_step(struct seat *s)
{
	if (s->live.is_over)
		return false;
	if (!chat_is_over(s->turn))
		chat_step(s->turn);
	if (!chat_is_over(s->turn))
		return false;
	take_result(s);
	return true;
}

bool seat_is_empty(const struct seat *s)
{
	return !s->turn || (chat_result(s->turn)->code != OK && !s->text.len && !s->reasoning.len);
}

void seat_release(struct seat *s)
{
	chat_free(s->turn);
	buf_release(&s->text);
	buf_release(&s->reasoning);
	arena_release(&s->arena);
	*s = (struct seat){ .c = NULL };
}
