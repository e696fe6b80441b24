/*
 * What a turn sends: system text, the conversation so far, then one message with
 * material, evidence and question. Former answers go without their marks, former
 * evidence not at all: it stands in the library, and this question finds its own.
 */
#include "ibid/chat/history.h"
#include "ibid/store/sessions.h"

#include "chat/chat_internal.h"

/* What is left of the model's room for the conversation, once its answer and this turn's own message have theirs. */
static int64_t room_for_history(const struct chat_turn *t)
{
	int64_t context = t->ask->context_tokens, answer = t->ask->max_tokens;

	if (context <= 0)
		return HISTORY_ALL;
	if (!answer)
		answer = context / 4 < CHAT_ANSWER_TOKENS ? context / 4 : CHAT_ANSWER_TOKENS;
	context -= answer + history_tokens(t->system.len) + history_tokens(t->prompt.len);
	return context > 0 ? context : 0;
}

/* The messages above this turn's own. */
static enum err_code load_history(struct chat_turn *t, struct history *h, struct err *err)
{
	int64_t parent = t->ask->parent_id > 0 ? t->ask->parent_id : 0, session_id = t->ask->session_id;
	struct message question;

	*h = (struct history){ .n = 0 };
	if (t->ask->save && t->result.message.parent_id) {
		if (store_message(t->env.db, &t->wire, t->result.message.parent_id, &question, err) != OK)
			return err->code;
		parent = question.parent_id;
		session_id = question.session_id;
	}
	if (!t->env.db || !parent)
		return OK;
	return history_load(t->env.db, &t->wire, session_id, parent, room_for_history(t), h, err);
}

/* Said once a turn, not again for a second try. */
static void tell_left_out(struct chat_turn *t, size_t n)
{
	SCOPED(buf) sentence = BUF_INIT;

	if (n == t->result.n_left_out)
		return;
	t->result.n_left_out = n;
	buf_fmt(&sentence, "the first %zu messages do not fit the model's context and were left out", n);
	if (t->sink.on_notice)
		t->sink.on_notice(t->sink.ctx, buf_view(&sentence));
}

static struct str history_text(struct chat_turn *t, const struct message *m)
{
	SCOPED(buf) text = BUF_INIT;

	if (m->role != ROLE_ASSISTANT)
		return m->text;
	prompt_add_history(&text, m->text);
	return arena_str(&t->wire, buf_view(&text));
}

/* One more message; two in a row of one role become one, because some protocols refuse them. */
static void push(struct chat_turn *t, enum message_role role, struct str text)
{
	struct chat_message *last = t->request.n_messages ? &t->messages[t->request.n_messages - 1] : NULL;

	if (!text.len)
		return;
	if (last && last->role == role) {
		last->text = arena_fmt(&t->wire, "%.*s\n\n%.*s", STR_ARG(last->text), STR_ARG(text));
		return;
	}
	t->messages[t->request.n_messages++] = (struct chat_message){ .role = role, .text = text };
}

static void write_question(struct chat_turn *t)
{
	const struct chat_ask *ask = t->ask;

	buf_reset(&t->prompt);
	for (size_t i = 0; i < ask->n_materials; i++)
		prompt_add_attached(&t->prompt, ask->materials[i].name, ask->materials[i].text, buf_view(&t->fence));
	if (ask->is_grounded) {
		prompt_open_evidence(&t->prompt, buf_view(&t->fence));
		chat_add_evidence(t);
		prompt_close_evidence(&t->prompt, buf_view(&t->fence));
	}
	if (t->faults.len)
		buf_fmt(&t->prompt, "Your last answer was not proved. Mend this and answer anew:\n%s\n", buf_cstr(&t->faults));
	prompt_add_question(&t->prompt, ask->question, ask->is_grounded);
}

enum err_code chat_write_prompt(struct chat_turn *t, struct err *err)
{
	struct history h;

	buf_reset(&t->system);
	prompt_add_system(&t->system, t->ask->is_grounded, t->ask->system);
	buf_reset(&t->fence);
	rand_add_id(&t->fence, t->env.rand, t->env.rand_ctx, PROMPT_FENCE_LEN);
	write_question(t);
	if (load_history(t, &h, err) != OK)
		return err->code;
	tell_left_out(t, h.n_left_out);
	t->messages = arena_array(&t->wire, h.n + 1, sizeof(*t->messages));
	t->request = (struct chat_request){ .model = t->ask->model, .system = buf_view(&t->system),
		.messages = t->messages, .max_tokens = t->ask->max_tokens, .temperature = t->ask->temperature,
		.effort = t->ask->effort, .cache = true };
	for (size_t i = 0; i < h.n; i++)
		if (h.messages[i].role != ROLE_SYSTEM)
			push(t, h.messages[i].role, history_text(t, &h.messages[i]));
	push(t, ROLE_USER, buf_view(&t->prompt));
	return OK;
}
