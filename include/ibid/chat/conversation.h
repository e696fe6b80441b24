/*
 * chat/conversation.h - a conversation that goes on: its branch, the answers under way, what waits
 *
 * What the screen and the inline mode share: they show it and say what to do, and
 * know nothing of turns. One prompt may go to several models; their answers are
 * children of one question. A prompt given while answers arrive waits in a queue.
 *
 * Nothing typed is lost: a prompt whose answer failed or was stopped before its
 * first word comes back by on_put_back, and what is asked next takes the place of
 * the failed exchange (its message stays in the store as a branch of its own).
 *
 *	struct conversation *c = conversation_new(&env, &events);
 *	conversation_open(c, session_id, err);
 *	conversation_send(c, text, models, n, err);
 *	for (;;) {
 *		wait over env.http, conversation_wait_ms(c, max) at most;
 *		conversation_step(c);
 *	}
 */
#ifndef IBID_CHAT_CONVERSATION_H
#define IBID_CHAT_CONVERSATION_H
#include "ibid/chat/chat.h"
#include "ibid/store/branches.h"

/* Models asked at once. */
#define CONVERSATION_SEATS_MAX 8
/* Files that go along with one prompt. */
#define CONVERSATION_FILES_MAX 8
/* Prompts that wait. */
#define CONVERSATION_QUEUE_MAX 32

struct conversation;

/* One model, resolved; all borrowed, must live as long as the conversation. */
struct conversation_model {
	struct str name;			/* claude/claude-sonnet-5-5 */
	const struct provider *provider;	/* NULL: extractive */
	struct str model;			/* as the provider calls it */
	const struct secret *key;		/* NULL: none */
	int64_t context_tokens;			/* -1: unknown */
};

enum conversation_grounding {
	GROUND_AUTO,	/* from the library when it holds documents, a scope is set, or the model is extractive */
	GROUND_OFF,
	GROUND_REQUIRE
};

/*
 * How the next prompts are asked. Strings and what the scope names are borrowed
 * for as long as they stand here; a prompt keeps a copy of the scope it was given with.
 */
struct conversation_how {
	enum conversation_grounding grounding;
	struct scope scope;
	bool has_scope;
	enum chat_policy policy;
	size_t top, evidence_words;	/* 0: the defaults */
	struct str system;
	int64_t max_tokens;
	double temperature;		/* below 0: not given */
	enum effort effort;
	bool save;
};

/* An answer under way, or one that came in this run. */
struct conversation_live {
	int64_t message_id;		/* 0: not saved */
	int64_t question_id;
	struct str model;		/* its name */
	struct str text, reasoning;	/* so far; borrowed until the next step */
	bool is_over, is_grounded;
	int64_t began_ms, first_token_ms;	/* monotonic; since began, -1: none yet */
	int64_t n_pieces;		/* about one a token */
	size_t n_passages, n_documents;	/* of the evidence */
	const struct chat_result *result;	/* once it is over; NULL when it could not even begin */
	struct err failed;		/* then: why */
};

/* A prompt that was not answered, with the files that went along. */
struct conversation_prompt {
	struct str text;
	const struct chat_material *files;
	size_t n_files;
};

/* What the front end is told; members may be NULL. Called from send, step, stop. */
struct conversation_events {
	void (*on_branch)(void *ctx);				/* messages came, went or changed state */
	void (*on_text)(void *ctx, const struct conversation_live *l);	/* an answer grew, or got its evidence */
	void (*on_over)(void *ctx, const struct conversation_live *l);
	void (*on_put_back)(void *ctx, const struct conversation_prompt *prompt);	/* give it back to the editor */
	void (*on_notice)(void *ctx, struct str sentence);
	void *ctx;
};

/* `env` and what it names are borrowed; env->db may be NULL when nothing is saved. */
struct conversation *conversation_new(const struct chat_env *env, const struct conversation_events *events);
void conversation_free(struct conversation *c);
SCOPE_PTR(conversation)

struct conversation_how *conversation_how(struct conversation *c);

/*
 * Go to a stored session (0: a new one that is made with its first prompt). Refused (ERR_BUSY) while answers arrive.
 * What waits in the queue was meant for the session that is left, and goes with it: take it back before.
 */
enum err_code conversation_open(struct conversation *c, int64_t session_id, struct err *err);
/*
 * Walk through branches without moving the session's head, because another
 * process writes it. Asking is the caller's to refuse. Ends at the head again.
 */
void conversation_look_on(struct conversation *c, bool only);
/* Read the branch anew: another process or command changed the session. */
enum err_code conversation_reload(struct conversation *c, struct err *err);
/* id 0 while it is new. */
const struct session *conversation_session(const struct conversation *c);
/* The branch, oldest first; borrowed until the next change of it. */
size_t conversation_refs(const struct conversation *c, const struct message_ref **refs);

/*
 * Ask. Queued when answers are under way (*queued true). `materials` and `text`
 * are copied.
 *
 * Errors: ERR_LIMIT  the queue is full, or there are too many models
 *         ERR_CONFIG the model is extractive and grounding is off
 *         of chat_start, when no seat could begin
 */
enum err_code conversation_send(struct conversation *c, struct str text, const struct chat_material *materials,
	size_t n_materials, const struct conversation_model *models, size_t n_models, bool *queued, struct err *err);

/*
 * What follows names messages of this session: ERR_MISSING when `id` is none.
 *
 * The same prompt changed: a new branch beside message `id`, which is the user's.
 */
enum err_code conversation_edit(struct conversation *c, int64_t id, struct str text,
	const struct chat_material *materials, size_t n_materials, const struct conversation_model *models, size_t n_models,
	struct err *err);
/* Ask the question of answer (or question) `id` once more: a further answer below it. */
enum err_code conversation_again(struct conversation *c, int64_t id, const struct conversation_model *models,
	size_t n_models, struct err *err);
/* Go on from message `id`: the branch ends there, what is asked next makes a new one. */
enum err_code conversation_branch(struct conversation *c, int64_t id, struct err *err);
/* To the sibling of message `id` that is `step` away (+1, -1), and on to the end of its branch. ERR_NO: there is none. */
enum err_code conversation_switch(struct conversation *c, int64_t id, int step, struct err *err);
/* To the end of the branch that message `id` is on. */
enum err_code conversation_go(struct conversation *c, int64_t id, struct err *err);

/* Stop all answers under way and keep their parts. False when none was. The queue stays. */
bool conversation_stop(struct conversation *c);
bool conversation_is_busy(const struct conversation *c);

/* The answers of the last prompt, in the order of its models; *n 0 before the first. */
const struct conversation_live *conversation_live(struct conversation *c, size_t *n);
/* The live answer of a message; NULL when it is not one of the last prompt's. */
const struct conversation_live *conversation_live_of(const struct conversation *c, int64_t message_id);

/* Prompts that wait, oldest first. */
size_t conversation_queue(struct conversation *c, const struct str **prompts);
/* Take the newest back, into the arena. False when none waits. */
bool conversation_unqueue(struct conversation *c, struct arena *a, struct conversation_prompt *prompt);
/* Send the next of the queue now; it waits after a stop until the user says so. */
enum err_code conversation_next(struct conversation *c, struct err *err);
bool conversation_is_held(const struct conversation *c);

/*
 * An answer is over and could not be written (the disk is full, the library
 * locked): its text is in conversation_live alone. Nothing else is begun before
 * conversation_save has worked.
 */
bool conversation_is_unsaved(const struct conversation *c);
enum err_code conversation_save(struct conversation *c, struct err *err);

/* After each wait. Begins what waits in the queue when all is over and nothing was stopped. */
void conversation_step(struct conversation *c);
int conversation_wait_ms(const struct conversation *c, int max_ms);

/*
 * What a prompt of `bytes` would send to a model with `context_tokens`: tokens of
 * the conversation, how many messages at its beginning would be left out.
 * Reckoned at 4 bytes a token where the provider told nothing.
 */
struct conversation_context {
	int64_t tokens, context_tokens;
	size_t n_left_out;
};
enum err_code conversation_context(struct conversation *c, const struct conversation_model *model, size_t bytes,
	struct conversation_context *out, struct err *err);
#endif
