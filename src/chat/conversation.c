#include "ibid/chat/conversation.h"

#include "ibid/base/mem.h"
#include "ibid/chat/history.h"
#include "ibid/store/desk.h"
#include "ibid/store/sessions.h"

#include "chat/chat_internal.h"
#include "chat/conversation_internal.h"

/* No failed exchange waits to be replaced. */
#define INSTEAD_OF_NONE (-2)

/* --- what is held */

struct conversation *conversation_new(const struct chat_env *env, const struct conversation_events *events)
{
	struct conversation *c = mem_zalloc(1, sizeof(*c));

	c->env = *env;
	c->events = *events;
	c->how = (struct conversation_how){ .temperature = -1, .save = env->db != NULL };
	c->instead_of = INSTEAD_OF_NONE;
	return c;
}

static void release_seats(struct conversation *c)
{
	for (size_t i = 0; i < c->n_seats; i++)
		seat_release(&c->seats[i]);
	c->n_seats = 0;
}

static void release_queue(struct conversation *c)
{
	for (size_t i = 0; i < c->n_queue; i++)
		arena_release(&c->queue[i].arena);
	c->n_queue = 0;
	c->is_held = false;
}

void conversation_free(struct conversation *c)
{
	if (!c)
		return;
	release_seats(c);
	release_queue(c);
	arena_release(&c->job.arena);
	arena_release(&c->session_arena);
	arena_release(&c->branch_arena);
	mem_free(c);
}

struct conversation_how *conversation_how(struct conversation *c)
{
	return &c->how;
}

const struct session *conversation_session(const struct conversation *c)
{
	return &c->session;
}

size_t conversation_refs(const struct conversation *c, const struct message_ref **refs)
{
	*refs = c->refs;
	return c->n_refs;
}

bool conversation_is_busy(const struct conversation *c)
{
	for (size_t i = 0; i < c->n_seats; i++)
		if (!c->seats[i].live.is_over)
			return true;
	return false;
}

static void tell_branch(struct conversation *c)
{
	if (c->events.on_branch)
		c->events.on_branch(c->events.ctx);
}

static void tell_put_back(struct conversation *c)
{
	const struct conversation_prompt prompt = { c->job.text, c->job.materials, c->job.n_materials };

	if (c->events.on_put_back)
		c->events.on_put_back(c->events.ctx, &prompt);
}

static void tell_notice(struct conversation *c, const struct err *err)
{
	if (c->events.on_notice)
		c->events.on_notice(c->events.ctx, str_c(err->text));
}

/* Both are read before either is replaced, so that a store that fails leaves what is shown. */
static enum err_code read_session(struct conversation *c, int64_t id, struct err *err)
{
	struct arena session_arena = ARENA_INIT, branch_arena = ARENA_INIT;
	struct session session = { .id = 0 };
	struct message_ref *refs = NULL;
	size_t n = 0;

	if (id && (store_session_by_id(c->env.db, &session_arena, id, &session, err) != OK ||
			  store_branch_refs(c->env.db, &branch_arena, id, c->leaf_id, &refs, &n, err) != OK)) {
		arena_release(&session_arena);
		arena_release(&branch_arena);
		return err->code;
	}
	arena_release(&c->session_arena);
	arena_release(&c->branch_arena);
	c->session_arena = session_arena;
	c->branch_arena = branch_arena;
	c->session = session;
	c->refs = refs;
	c->n_refs = n;
	return OK;
}

bool conversation_is_unsaved(const struct conversation *c)
{
	for (size_t i = 0; i < c->n_seats; i++)
		if (c->seats[i].live.result && !c->seats[i].live.result->is_saved)
			return true;
	return false;
}

enum err_code conversation_save(struct conversation *c, struct err *err)
{
	for (size_t i = 0; i < c->n_seats; i++) {
		struct seat *s = &c->seats[i];

		if (s->live.result && !s->live.result->is_saved && chat_save_again(s->turn, err) != OK)
			return err_ctx(err, "the last answer is not saved");
	}
	return OK;
}

/* What begins anew lets the last answers go: not while they arrive, and not before they are saved. */
static enum err_code refuse_if_busy(struct conversation *c, struct err *err)
{
	if (conversation_is_busy(c))
		return err_set(err, ERR_BUSY, "an answer is arriving; wait for it or stop it first");
	return conversation_save(c, err);
}

enum err_code conversation_open(struct conversation *c, int64_t session_id, struct err *err)
{
	int64_t leaf = c->leaf_id;

	if (refuse_if_busy(c, err) != OK)
		return err->code;
	c->leaf_id = 0;
	if (read_session(c, session_id, err) != OK) {
		c->leaf_id = leaf;
		return err->code;
	}
	release_seats(c);
	release_queue(c);
	c->instead_of = INSTEAD_OF_NONE;
	tell_branch(c);
	return OK;
}

enum err_code conversation_reload(struct conversation *c, struct err *err)
{
	if (!c->session.id)
		return OK;
	if (read_session(c, c->session.id, err) != OK)
		return err->code;
	tell_branch(c);
	return OK;
}

/* --- asking */

static struct chat_material *copy_files(struct arena *a, const struct chat_material *files, size_t n)
{
	struct chat_material *copy = arena_array(a, n, sizeof(*copy));

	for (size_t i = 0; i < n; i++)
		copy[i] = (struct chat_material){ arena_str(a, files[i].name), arena_str(a, files[i].text) };
	return copy;
}

static void copy_job(const struct conversation *c, struct prompt_job *job, struct str text,
	const struct chat_material *materials, size_t n_materials, const struct conversation_model *models, size_t n_models)
{
	*job = (struct prompt_job){ .arena = ARENA_INIT, .n_materials = n_materials, .n_models = n_models,
		.has_scope = c->how.has_scope };
	job->text = arena_str(&job->arena, text);
	job->materials = copy_files(&job->arena, materials, n_materials);
	if (job->has_scope)
		job->scope = scope_copy(&job->arena, &c->how.scope);
	for (size_t i = 0; i < n_models; i++)
		job->models[i] = models[i];
}

static enum err_code check_models(size_t n, struct err *err)
{
	if (n >= 1 && n <= CONVERSATION_SEATS_MAX)
		return OK;
	return err_set(err, ERR_LIMIT, "1 to %d models can be asked at once, not %zu", CONVERSATION_SEATS_MAX, n);
}

static bool all_failed(const struct conversation *c)
{
	for (size_t i = 0; i < c->n_seats; i++)
		if (c->seats[i].turn)
			return false;
	return true;
}

/* Seats that cannot begin stand there with their error; only when none could is the prompt refused. */
static enum err_code begin_seats(struct conversation *c, struct err *err)
{
	release_seats(c);
	c->is_stopping = false;
	for (size_t i = 0; i < c->job.n_models; i++) {
		struct seat *s = &c->seats[c->n_seats++];
		struct err own = ERR_INIT;

		if (seat_begin(s, c, &c->job, &c->job.models[i], &own) != OK)
			*err = own;
	}
	if (all_failed(c))
		return err->code;
	/* The head is the first answer, whichever was written last. */
	for (size_t i = 0; i < c->n_seats; i++)
		if (c->seats[i].turn && c->seats[i].ask.save)
			return store_session_set_head(c->env.db, c->session.id, c->seats[i].live.message_id, err);
	return OK;
}

/* The parent of the last prompt's question; 0: it was the first. */
static enum err_code question_parent(struct conversation *c, int64_t *parent, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct message q;

	if (store_message(c->env.db, &a, c->job.question_id, &q, err) != OK)
		return err->code;
	*parent = q.parent_id;
	return OK;
}

/* Another try came to nothing: what was there before it is there again. */
static void go_back(struct conversation *c)
{
	const struct chat_result *r = c->seats[0].turn ? chat_result(c->seats[0].turn) : NULL;
	struct err err = ERR_INIT;

	c->instead_of = c->job.instead_of;
	if (store_session_set_head(c->env.db, c->session.id, c->job.back_to, &err) != OK)
		tell_notice(c, &err);
	else if (r && r->code != ERR_CANCELLED)
		tell_notice(c, &r->err);
}

/* A request that cannot be sent has left its question in the store: the next prompt takes its place. */
static enum err_code begin_job(struct conversation *c, struct err *err)
{
	enum err_code code = begin_seats(c, err);
	struct err reading = ERR_INIT;

	if (code == OK)
		c->instead_of = INSTEAD_OF_NONE;
	else if (c->job.back_to)
		go_back(c);
	else if (c->job.question_id && question_parent(c, &c->instead_of, &reading) != OK)
		tell_notice(c, &reading);
	err_reset(&reading);
	if (c->session.id && read_session(c, c->session.id, &reading) != OK)
		tell_notice(c, &reading);
	tell_branch(c);
	return code;
}

static void replace_job(struct conversation *c, struct prompt_job job)
{
	release_seats(c);
	arena_release(&c->job.arena);
	c->job = job;
}

static int64_t parent_for_next(const struct conversation *c)
{
	if (c->instead_of == INSTEAD_OF_NONE)
		return 0;
	return c->instead_of ? c->instead_of : CHAT_PARENT_NONE;
}

static enum err_code enqueue(struct conversation *c, struct prompt_job job, struct err *err)
{
	if (c->n_queue == CONVERSATION_QUEUE_MAX) {
		arena_release(&job.arena);
		return err_set(err, ERR_LIMIT, "%d prompts are waiting already", CONVERSATION_QUEUE_MAX);
	}
	c->queue[c->n_queue++] = job;
	return OK;
}

enum err_code conversation_send(struct conversation *c, struct str text, const struct chat_material *materials,
	size_t n_materials, const struct conversation_model *models, size_t n_models, bool *queued, struct err *err)
{
	struct prompt_job job;

	if (check_models(n_models, err) != OK)
		return err->code;
	copy_job(c, &job, text, materials, n_materials, models, n_models);
	*queued = conversation_is_busy(c);
	if (*queued)
		return enqueue(c, job, err);
	if (conversation_save(c, err) != OK) {
		arena_release(&job.arena);
		return err->code;
	}
	job.parent_id = parent_for_next(c);
	replace_job(c, job);
	return begin_job(c, err);
}

/* Ids outlive what is shown: this one may be of a session that was left. */
static enum err_code own_message(const struct conversation *c, struct arena *a, int64_t id, struct message *m,
	struct err *err)
{
	if (store_message(c->env.db, a, id, m, err) != OK)
		return err->code;
	if (m->session_id == c->session.id)
		return OK;
	return err_set(err, ERR_MISSING, "message %d is of another conversation", m->n);
}

enum err_code conversation_edit(struct conversation *c, int64_t id, struct str text,
	const struct chat_material *materials, size_t n_materials, const struct conversation_model *models, size_t n_models,
	struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct prompt_job job;
	struct message m;

	if (refuse_if_busy(c, err) != OK || check_models(n_models, err) != OK || own_message(c, &a, id, &m, err) != OK)
		return err->code;
	if (m.role != ROLE_USER)
		return err_set(err, ERR_USAGE, "message %d is not yours; only a prompt can be changed", m.n);
	copy_job(c, &job, text, materials, n_materials, models, n_models);
	job.parent_id = m.parent_id ? m.parent_id : CHAT_PARENT_NONE;
	replace_job(c, job);
	return begin_job(c, err);
}

/* The question of an answer, or the question itself. */
static enum err_code question_of(struct conversation *c, struct arena *a, int64_t id, struct message *q, struct err *err)
{
	if (own_message(c, a, id, q, err) != OK)
		return err->code;
	if (q->role == ROLE_ASSISTANT && q->parent_id)
		return store_message(c->env.db, a, q->parent_id, q, err);
	return OK;
}

enum err_code conversation_again(struct conversation *c, int64_t id, const struct conversation_model *models,
	size_t n_models, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct prompt_job job;
	struct message q;

	if (refuse_if_busy(c, err) != OK || check_models(n_models, err) != OK || question_of(c, &a, id, &q, err) != OK)
		return err->code;
	copy_job(c, &job, q.text, NULL, 0, models, n_models);
	job.question_id = q.id;
	job.back_to = c->session.head_id;
	job.instead_of = c->instead_of;
	replace_job(c, job);
	return begin_job(c, err);
}

/* --- branches */

void conversation_look_on(struct conversation *c, bool only)
{
	c->only_looks = only;
	c->leaf_id = only ? c->leaf_id : 0;
}

static enum err_code set_head(struct conversation *c, int64_t id, struct err *err)
{
	int64_t leaf = c->leaf_id;

	c->leaf_id = c->only_looks ? id : 0;
	if ((!c->only_looks && store_session_set_head(c->env.db, c->session.id, id, err) != OK) ||
		read_session(c, c->session.id, err) != OK) {
		c->leaf_id = leaf;
		return err->code;
	}
	release_seats(c);
	c->instead_of = INSTEAD_OF_NONE;
	tell_branch(c);
	return OK;
}

enum err_code conversation_branch(struct conversation *c, int64_t id, struct err *err)
{
	return refuse_if_busy(c, err) == OK ? set_head(c, id, err) : err->code;
}

enum err_code conversation_go(struct conversation *c, int64_t id, struct err *err)
{
	int64_t leaf;

	if (refuse_if_busy(c, err) != OK || store_branch_leaf(c->env.db, c->session.id, id, &leaf, err) != OK)
		return err->code;
	return set_head(c, leaf, err);
}

enum err_code conversation_switch(struct conversation *c, int64_t id, int step, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct message_ref *siblings;
	struct message m;
	size_t n;

	if (refuse_if_busy(c, err) != OK || own_message(c, &a, id, &m, err) != OK ||
		store_branch_children(c->env.db, &a, c->session.id, m.parent_id, &siblings, &n, err) != OK)
		return err->code;
	for (size_t i = 0; i < n; i++)
		if (siblings[i].id == id && (int64_t)i + step >= 0 && (int64_t)i + step < (int64_t)n)
			return conversation_go(c, siblings[(int64_t)i + step].id, err);
	return err_set(err, ERR_NO, n > 1 ? "this is the %s of %zu branches" : "there is no other branch here",
		step > 0 ? "last" : "first", n);
}

/* --- the end of a prompt */

static bool was_cancelled(const struct seat *s)
{
	return s->turn && chat_result(s->turn)->code == ERR_CANCELLED;
}

/*
 * Nobody said a word. The prompt goes back to the editor; what was stopped leaves
 * the branch at once, what failed stays to be read until something else is asked.
 */
static void take_back(struct conversation *c)
{
	struct err err = ERR_INIT;
	int64_t parent = 0;

	if (c->job.question_id && question_parent(c, &parent, &err) == OK) {
		c->instead_of = parent;
		if (was_cancelled(&c->seats[0]) && store_session_set_head(c->env.db, c->session.id, parent, &err) == OK)
			release_seats(c);
	}
	if (err.code != OK)
		tell_notice(c, &err);
	tell_put_back(c);
}

static bool all_empty(const struct conversation *c)
{
	for (size_t i = 0; i < c->n_seats; i++)
		if (!seat_is_empty(&c->seats[i]))
			return false;
	return true;
}

static void end_job(struct conversation *c)
{
	struct err err = ERR_INIT;
	bool failed = false;

	for (size_t i = 0; i < c->n_seats; i++)
		failed |= !c->seats[i].turn || chat_result(c->seats[i].turn)->code != OK;
	/* What waits is not sent into a fault, nor after a stop. */
	c->is_held = c->n_queue && (failed || c->is_stopping);
	if (all_empty(c) && c->job.back_to)
		go_back(c);
	else if (all_empty(c))
		take_back(c);
	if (c->session.id && read_session(c, c->session.id, &err) != OK)
		tell_notice(c, &err);
	tell_branch(c);
}

static void tell_over(struct conversation *c, const struct seat *s)
{
	if (c->events.on_over)
		c->events.on_over(c->events.ctx, &s->live);
}

bool conversation_stop(struct conversation *c)
{
	bool was_busy = conversation_is_busy(c);

	c->is_stopping |= was_busy;
	for (size_t i = 0; i < c->n_seats; i++)
		if (c->seats[i].turn && !chat_is_over(c->seats[i].turn))
			chat_cancel(c->seats[i].turn);
	conversation_step(c);
	return was_busy;
}

static void step_queue(struct conversation *c)
{
	struct err err = ERR_INIT;

	if (!c->n_queue || c->is_held || conversation_is_busy(c) || conversation_next(c, &err) == OK)
		return;
	c->is_held = c->n_queue > 0;
	tell_notice(c, &err);
}

void conversation_step(struct conversation *c)
{
	bool ended = false;

	for (size_t i = 0; i < c->n_seats; i++)
		if (c->seats[i].turn && seat_step(&c->seats[i])) {
			ended = true;
			tell_over(c, &c->seats[i]);
		}
	if (ended && !conversation_is_busy(c))
		end_job(c);
	step_queue(c);
}

int conversation_wait_ms(const struct conversation *c, int max_ms)
{
	int wait = max_ms;

	for (size_t i = 0; i < c->n_seats; i++) {
		const struct seat *s = &c->seats[i];
		int own = s->turn && !s->live.is_over ? chat_wait_ms(s->turn, wait < 0 || wait > 1000 ? 1000 : wait) : -1;

		if (own >= 0 && (wait < 0 || own < wait))
			wait = own;
	}
	return wait;
}

/* --- what came */

const struct conversation_live *conversation_live(struct conversation *c, size_t *n)
{
	for (size_t i = 0; i < c->n_seats; i++)
		c->lives[i] = c->seats[i].live;
	*n = c->n_seats;
	return c->lives;
}

const struct conversation_live *conversation_live_of(const struct conversation *c, int64_t message_id)
{
	for (size_t i = 0; i < c->n_seats; i++)
		if (message_id && c->seats[i].live.message_id == message_id)
			return &c->seats[i].live;
	return NULL;
}

/* --- the queue */

size_t conversation_queue(struct conversation *c, const struct str **prompts)
{
	for (size_t i = 0; i < c->n_queue; i++)
		c->queued[i] = c->queue[i].text;
	*prompts = c->queued;
	return c->n_queue;
}

bool conversation_unqueue(struct conversation *c, struct arena *a, struct conversation_prompt *prompt)
{
	struct prompt_job *job;

	if (!c->n_queue)
		return false;
	job = &c->queue[--c->n_queue];
	*prompt = (struct conversation_prompt){ arena_str(a, job->text), copy_files(a, job->materials, job->n_materials),
		job->n_materials };
	arena_release(&job->arena);
	c->is_held &= c->n_queue > 0;
	return true;
}

bool conversation_is_held(const struct conversation *c)
{
	return c->is_held;
}

enum err_code conversation_next(struct conversation *c, struct err *err)
{
	struct prompt_job job;

	if (!c->n_queue)
		return err_set(err, ERR_NO, "no prompt is waiting");
	if (refuse_if_busy(c, err) != OK)
		return err->code;
	job = c->queue[0];
	c->n_queue--;
	for (size_t i = 0; i < c->n_queue; i++)
		c->queue[i] = c->queue[i + 1];
	c->is_held = false;
	job.parent_id = parent_for_next(c);
	replace_job(c, job);
	if (begin_job(c, err) == OK)
		return OK;
	c->is_held = c->n_queue > 0;
	tell_put_back(c);
	return err->code;
}

/* --- the context */

enum err_code conversation_context(struct conversation *c, const struct conversation_model *model, size_t bytes,
	struct conversation_context *out, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct conversation_context now = { .tokens = history_tokens(bytes), .context_tokens = model->context_tokens };
	int64_t told = -1, room;
	struct history h;

	if (c->session.id && store_context_tokens(c->env.db, c->session.id, &told, err) != OK)
		return err->code;
	if (told > 0)
		now.tokens += told;
	room = now.context_tokens - history_tokens(bytes) - CHAT_ANSWER_TOKENS;
	if (now.context_tokens > 0 && now.tokens + CHAT_ANSWER_TOKENS > now.context_tokens && c->session.head_id) {
		if (history_load(c->env.db, &a, c->session.id, c->session.head_id, room > 0 ? room : 0, &h, err) != OK)
			return err->code;
		now.n_left_out = h.n_left_out;
	}
	*out = now;
	return OK;
}
