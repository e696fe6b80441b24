#include "ibid/chat/chat.h"

#include "ibid/base/mem.h"

#include "chat/chat_internal.h"

static const char *const policies[CHAT_POLICY_COUNT] = {
#define X(policy, word) [policy] = word,
	CHAT_POLICIES(X)
#undef X
};

const char *chat_policy_word(enum chat_policy policy)
{
	return policies[policy];
}

bool chat_policy_of(struct str word, enum chat_policy *policy)
{
	for (int i = 0; i < CHAT_POLICY_COUNT; i++)
		if (str_is(word, policies[i])) {
			*policy = i;
			return true;
		}
	return false;
}

/* --- text on its way to the sink */

static void show(struct chat_turn *t, size_t from)
{
	/* An answer that may be changed or taken back once it is proved is not shown before. */
	bool is_held = t->ask->is_grounded && t->ask->policy != CHAT_WARN;

	if (t->sink.on_text && !is_held && t->text.len > from)
		t->sink.on_text(t->sink.ctx, str_sub(buf_view(&t->text), from, t->text.len));
}

/* What the filter has decided and the turn has not taken yet. */
static void take_marked(struct chat_turn *t)
{
	size_t from = t->text.len;

	buf_str(&t->text, str_sub(buf_view(&t->marks.text), from, t->marks.text.len));
	show(t, from);
}

static void feed_answer(struct chat_turn *t, struct str piece)
{
	size_t from = t->text.len;

	if (t->ask->is_passing) {
		t->has_passed = true;
		if (t->sink.on_text)
			t->sink.on_text(t->sink.ctx, piece);
	} else if (t->ask->is_grounded) {
		marks_feed(&t->marks, piece);
		take_marked(t);
	} else {
		buf_str(&t->text, piece);
		show(t, from);
	}
}

/* The beginning of a grounded answer is held back while it may become the refusal. */
static void take_text(struct chat_turn *t, struct str piece)
{
	if (t->is_answering || !t->ask->is_grounded) {
		feed_answer(t, piece);
		return;
	}
	buf_str(&t->raw, piece);
	switch (prompt_refusal_in(buf_view(&t->raw))) {
	case PROMPT_IS_NOT:
		t->is_answering = true;
		feed_answer(t, buf_view(&t->raw));
		break;
	case PROMPT_IS:
		t->is_refusal = true;
		break;
	case PROMPT_MAY_BE:
		break;
	}
}

static void end_text(struct chat_turn *t)
{
	if (!t->ask->is_grounded || t->is_refusal)
		return;
	if (!t->is_answering)
		marks_feed(&t->marks, buf_view(&t->raw));
	marks_end(&t->marks);
	take_marked(t);
}

/* --- the end */

static void fail(struct chat_turn *t, const struct err *err)
{
	t->result.code = err->code;
	t->result.err = *err;
}

/* Of a conversation of megabytes the request alone holds as much again, twice: it is on disk now. */
static void let_go(struct chat_turn *t)
{
	exchange_free(take(&t->exchange));
	t->messages = NULL;
	t->request = (struct chat_request)CHAT_REQUEST_INIT;
	t->result.request.sent = t->result.request.received = STR_EMPTY;
	arena_release(&t->wire);
}

static void end_turn(struct chat_turn *t)
{
	t->result.total_ms = clock_mono_ms(t->env.clock) - t->began_ms;
	t->result.message.text = buf_view(&t->text);
	t->is_over = true;
	if (t->result.is_saved)
		let_go(t);
}

enum err_code chat_save_again(struct chat_turn *t, struct err *err)
{
	t->result.is_saved = chat_save_end(t, NULL, err) == OK && (!t->ask->is_grounded || chat_save_answer(t, err) == OK);
	if (t->result.is_saved && t->is_over)
		let_go(t);
	return t->result.is_saved ? OK : err->code;
}

/* Show at once what was held back until it was proved. */
static void show_settled(struct chat_turn *t)
{
	if (t->ask->policy != CHAT_WARN && t->sink.on_text && t->text.len)
		t->sink.on_text(t->sink.ctx, buf_view(&t->text));
}

static enum err_code start_exchange(struct chat_turn *t, struct err *err);

/* Strict, first try not proved: the same question once more, with the faults. */
static void ask_again(struct chat_turn *t)
{
	struct err err = ERR_INIT;

	t->is_second_try = true;
	t->is_answering = t->is_refusal = false;
	buf_reset(&t->raw);
	buf_reset(&t->text);
	marks_release(&t->marks);
	t->marks = (struct marks)MARKS_INIT(t->marks.resolve, t->marks.ctx);
	if (t->sink.on_notice)
		t->sink.on_notice(t->sink.ctx, STR("not every sentence was proved; asking once more"));
	if (chat_save_second_try(t, &err) != OK || start_exchange(t, &err) != OK) {
		fail(t, &err);
		end_turn(t);
	}
}

/* The text stands: prove it, settle it by the policy, store the proof. */
static void settle(struct chat_turn *t)
{
	struct err err = ERR_INIT;
	bool again = false;

	if (t->is_refusal) {
		chat_abstain(t);
		show(t, 0);
	} else if (t->ask->is_grounded && t->ask->provider && t->text.len && chat_prove(t, &again, &err) != OK) {
		fail(t, &err);
	}
	if (again && !t->is_second_try) {
		ask_again(t);
		return;
	}
	if (err.code != OK && t->result.code == OK)
		fail(t, &err);
	err_reset(&err);
	if ((t->ask->is_grounded || !t->result.is_saved) && chat_save_again(t, &err) != OK && t->result.code == OK)
		fail(t, &err);
	show_settled(t);
	end_turn(t);
}

/* --- the exchange */

static void on_event(void *ctx, const struct turn_event *ev)
{
	struct chat_turn *t = ctx;
	struct err err = ERR_INIT;

	if (ev->kind == TURN_TEXT) {
		take_text(t, ev->text);
	} else if (ev->kind == TURN_REASONING) {
		if (!t->ask->is_passing)
			buf_str(&t->reasoning, ev->text);
		if (t->sink.on_reasoning)
			t->sink.on_reasoning(t->sink.ctx, ev->text);
	}
	/* A store that cannot be written now may be at the end; the answer goes on to the screen in any case. */
	if (chat_save_part(t, &err) != OK && !t->told_unsaved) {
		t->told_unsaved = true;
		if (t->sink.on_notice)
			t->sink.on_notice(t->sink.ctx, str_c(err.text));
	}
}

static void on_notice(void *ctx, struct str sentence)
{
	struct chat_turn *t = ctx;

	if (t->sink.on_notice)
		t->sink.on_notice(t->sink.ctx, sentence);
}

static enum message_state state_of(const struct chat_turn *t, const struct exchange_result *x)
{
	if (x->code == OK)
		return STATE_COMPLETE;
	if (x->code == ERR_CANCELLED)
		return STATE_STOPPED;
	return t->has_passed || t->text.len || t->reasoning.len || x->code == ERR_TRUNCATED ? STATE_CUT : STATE_FAILED;
}

/* ERR_LIMIT is also a prompt that the provider finds too long: then there is no part. */
static struct str finish_of(const struct exchange_result *x, enum message_state state)
{
	if (x->code == ERR_CANCELLED)
		return STR("cancelled");
	if (x->code == ERR_TRUNCATED || (x->code == ERR_LIMIT && state == STATE_CUT))
		return STR("truncated");
	return x->code == OK ? str_c(stop_reason_name(x->stop)) : STR("error");
}

static void on_done(void *ctx, const struct exchange_result *x)
{
	struct chat_turn *t = ctx;
	struct message *m = &t->result.message;
	struct err err = ERR_INIT;

	end_text(t);
	m->state = state_of(t, x);
	m->error = x->code == OK || x->code == ERR_CANCELLED ? STR_EMPTY : arena_str(&t->arena, str_c(x->err.text));
	t->result.finish = finish_of(x, m->state);
	t->result.first_token_ms = x->first_token_ms;
	if (x->code != OK)
		fail(t, &x->err);
	if (x->note && t->sink.on_notice)
		t->sink.on_notice(t->sink.ctx, str_c(x->note));
	t->result.is_saved = chat_save_end(t, x, &err) == OK;
	t->is_settling = true;
}

static enum err_code start_exchange(struct chat_turn *t, struct err *err)
{
	struct exchange_sink sink = { on_event, on_notice, on_done, t };
	struct exchange_job job = { .provider = t->ask->provider, .request = &t->request, .key = t->ask->key,
		.received_max = t->ask->save ? (size_t)4 << 20 : 0, .is_passing = t->ask->is_passing,
		.answer_max = t->ask->is_grounded ? CHAT_GROUNDED_MAX : EXCHANGE_ANSWER_MAX,
		.rand = t->env.rand, .rand_ctx = t->env.rand_ctx, .clock = t->env.clock };

	exchange_free(take(&t->exchange));
	if (chat_write_prompt(t, err) != OK)
		return err->code;
	t->is_settling = false;
	return exchange_start(t->env.http, &job, &sink, &t->exchange, err);
}

/* --- one turn */

static enum err_code answer_from_library(struct chat_turn *t, struct err *err)
{
	t->result.message.state = STATE_COMPLETE;
	t->result.finish = STR("stop");
	if (chat_select_sentences(t, err) != OK)
		return err->code;
	t->result.first_token_ms = clock_mono_ms(t->env.clock) - t->began_ms;
	if (!t->is_refusal)
		show(t, 0);
	settle(t);
	return OK;
}

/* The request could not even be sent: its message says so, and the question stays. */
static enum err_code give_up(struct chat_turn *t, struct err *err)
{
	struct err ignored = ERR_INIT;

	t->result.message.state = STATE_FAILED;
	t->result.message.error = str_c(err->text);
	chat_save_end(t, NULL, &ignored);
	return err->code;
}

static enum err_code begin(struct chat_turn *t, struct err *err)
{
	bool carries = true;

	if (t->ask->is_grounded && chat_find_evidence(t, &carries, err) != OK)
		return err->code;
	if (chat_save_question(t, err) != OK)
		return err->code;
	if (t->sink.on_start)
		t->sink.on_start(t->sink.ctx, &t->result.session, &t->result.message);
	if (t->ask->is_grounded && t->sink.on_evidence)
		t->sink.on_evidence(t->sink.ctx, &t->evidence);
	if (!carries) {
		t->is_refusal = true;
		t->result.message.state = STATE_COMPLETE;
		t->result.finish = STR("stop");
		settle(t);
		return OK;
	}
	if (t->ask->provider ? start_exchange(t, err) != OK : answer_from_library(t, err) != OK)
		return give_up(t, err);
	return OK;
}

enum err_code chat_start(const struct chat_env *env, const struct chat_ask *ask, const struct chat_sink *sink,
	struct chat_turn **turn, struct err *err)
{
	SCOPED_PTR(chat_turn) t = mem_zalloc(1, sizeof(*t));

	*t = (struct chat_turn){ .arena = ARENA_INIT, .env = *env, .ask = ask, .sink = *sink,
		.marks = MARKS_INIT(NULL, NULL), .result = { .err = ERR_INIT, .first_token_ms = -1 } };
	if (!t->env.rand)
		t->env.rand = rand_system;
	t->began_ms = t->saved_ms = clock_mono_ms(t->env.clock);
	t->result.request.usage = TOKEN_USAGE_UNKNOWN;
	t->result.request.cost_usd_micros = ask->provider ? -1 : 0;
	if (ask->is_grounded)
		t->result.evidence = &t->evidence;
	if (begin(t, err) != OK)
		return err->code;
	*turn = take(&t);
	return OK;
}

bool chat_is_over(const struct chat_turn *t)
{
	return t->is_over;
}

const struct session *chat_session(const struct chat_turn *t)
{
	return &t->result.session;
}

int chat_wait_ms(const struct chat_turn *t, int max_ms)
{
	if (t->is_over || t->is_settling || !t->exchange)
		return 0;
	return exchange_wait_ms(t->exchange, max_ms);
}

void chat_step(struct chat_turn *t)
{
	struct err err = ERR_INIT;

	if (t->is_over)
		return;
	if (!t->is_settling && t->exchange)
		exchange_step(t->exchange);
	if (t->is_settling)
		settle(t);
	else
		chat_save_part(t, &err);
}

void chat_cancel(struct chat_turn *t)
{
	if (t->is_over)
		return;
	if (t->exchange && !t->is_settling)
		exchange_cancel(t->exchange);
	t->is_second_try = true;
	if (!t->is_over)
		settle(t);
}

const struct chat_result *chat_result(const struct chat_turn *t)
{
	return &t->result;
}

void chat_free(struct chat_turn *t)
{
	if (!t)
		return;
	exchange_free(t->exchange);
	marks_release(&t->marks);
	buf_release(&t->system);
	buf_release(&t->prompt);
	buf_release(&t->fence);
	buf_release(&t->raw);
	buf_release(&t->text);
	buf_release(&t->reasoning);
	buf_release(&t->faults);
	arena_release(&t->wire);
	arena_release(&t->arena);
	mem_free(t);
}
