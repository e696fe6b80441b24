/*
 * chat/chat.h - one turn, from question to cited answer; no screen, no terminal
 *
 * A turn finds evidence (when it is grounded), asks a model or selects the
 * sentences itself (provider `extractive`), turns the ids in the stream into
 * marks [n], stores what it has at least every second, proves each citation and
 * stores the proof. What is shown is up to the sink: the screen and the pipe are
 * two of them. Nothing blocks: several turns share one struct http.
 *
 *	chat_start(&env, &ask, &sink, &turn, err);
 *	while (!chat_is_over(turn)) {
 *		http_poll(http, NULL, 0, chat_wait_ms(turn, 100));
 *		chat_step(turn);
 *	}
 *	const struct chat_result *r = chat_result(turn);
 *	chat_free(turn);
 *
 * Loss bound (DESIGN.md D5): the question is on disk before the request leaves;
 * a crash loses at most the last CHAT_SAVE_MS of the answer.
 */
#ifndef IBID_CHAT_CHAT_H
#define IBID_CHAT_CHAT_H
#include <stdbool.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/clock.h"
#include "ibid/base/err.h"
#include "ibid/base/hash.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/model/document.h"
#include "ibid/model/session.h"
#include "ibid/provider/provider.h"
#include "ibid/provider/models.h"
#include "ibid/retrieve/evidence.h"
#include "ibid/store/answers.h"

struct http;
struct secret;
struct store;

/* Between two writes of a streaming answer, at most. */
#define CHAT_SAVE_MS 1000

/* Bytes of an answer that is proved, which takes a millisecond a sentence; any other may have EXCHANGE_ANSWER_MAX. */
#define CHAT_GROUNDED_MAX ((size_t)1 << 20)

/* A first message: one more branch at the root of a session. */
#define CHAT_PARENT_NONE (-1)

/* policy, word: what happens to a claim that is not proved */
#define CHAT_POLICIES(X) \
	X(CHAT_WARN, "warn")     /* it is marked */ \
	X(CHAT_STRIP, "strip")   /* it is taken out; the answer comes when it is proved, not as it streams */ \
	X(CHAT_STRICT, "strict") /* one more try with the faults listed, then the turn abstains */

enum chat_policy {
#define X(policy, word) policy,
	CHAT_POLICIES(X)
#undef X
	CHAT_POLICY_COUNT
};
const char *chat_policy_word(enum chat_policy policy);
bool chat_policy_of(struct str word, enum chat_policy *policy);

/* Material of the user's own: a pipe, a file. Not citable. */
struct chat_material {
	struct str name, text;
};

/* What all turns of a process share. Borrowed. */
struct chat_env {
	struct store *db;		/* NULL: an ungrounded turn that is not saved */
	struct http *http;		/* NULL with the extractive provider only */
	const struct clock *clock;
	rand_fn *rand;			/* NULL: rand_system */
	void *rand_ctx;
	const struct models *models;	/* for the price; NULL: unknown */
};

/* One question. Borrowed until the turn is freed. */
struct chat_ask {
	struct str question;
	struct str system;			/* the user's own; empty: none */
	const struct chat_material *materials;
	size_t n_materials;

	bool is_grounded;			/* answer from the library, cited */
	const struct scope *scope;		/* NULL: all of it */
	size_t top;				/* passages given; 0: the default */
	size_t evidence_words;			/* of all passages; 0: the default */
	enum chat_policy policy;

	const struct provider *provider;	/* NULL: extractive */
	struct str model;			/* as the provider calls it */
	struct str model_name;			/* as shown and stored: claude/claude-sonnet-5-5 */
	const struct secret *key;
	int64_t max_tokens;			/* 0: the provider's limit */
	double temperature;			/* below 0: not given */
	enum effort effort;

	int64_t session_id;			/* 0: a new session */
	int64_t parent_id;			/* the message to go on from; 0: the session's head; CHAT_PARENT_NONE: its root */
	int64_t question_id;			/* a stored question of that session: one more answer below it; 0: `question` is new */
	int64_t context_tokens;			/* what the model can hold; 0 or less: unknown, all of the conversation is sent */
	bool save;
	bool is_passing;			/* ungrounded and not saved: the text goes to the sink, the result holds none */
};

/* Called from chat_start, chat_step, chat_cancel and http_poll. Members may be NULL. Strings die on return. */
struct chat_sink {
	void (*on_start)(void *ctx, const struct session *s, const struct message *m);
	void (*on_evidence)(void *ctx, const struct evidence *ev);
	void (*on_text)(void *ctx, struct str piece);		/* of the answer as it will be stored, marks included */
	void (*on_reasoning)(void *ctx, struct str piece);
	void (*on_notice)(void *ctx, struct str sentence);
	void *ctx;
};

struct chat_result {
	enum err_code code;		/* OK, ERR_NO (abstained, or a strict check failed), ERR_CANCELLED, or the provider's */
	struct err err;
	struct session session;		/* id 0 when nothing was saved */
	struct message message;		/* the answer, with its state */
	struct answer answer;		/* claims and citations; empty for an ungrounded turn */
	struct request request;		/* usage, cost, times; of the last try; its bodies are in the store alone */
	const struct evidence *evidence;	/* NULL when ungrounded */
	struct str finish;		/* stop, length, refusal, filter, cancelled, truncated, error */
	bool is_saved;			/* as it is, to the last byte; true as well when nothing was to be saved */
	size_t n_left_out;		/* messages at the conversation's beginning that the model could not hold */
	int64_t first_token_ms, total_ms;
};

struct chat_turn;

/*
 * Begin. Evidence is found and the question stored before this returns.
 *
 * Errors: ERR_CONFIG  the request cannot be sent at all
 *         of the store, when it cannot be read or written
 */
enum err_code chat_start(const struct chat_env *env, const struct chat_ask *ask, const struct chat_sink *sink,
	struct chat_turn **turn, struct err *err);

bool chat_is_over(const struct chat_turn *t);
/* The session it is saved in; id 0 when it is not. */
const struct session *chat_session(const struct chat_turn *t);
int chat_wait_ms(const struct chat_turn *t, int max_ms);
/* After each http_poll. */
void chat_step(struct chat_turn *t);
/* Stop the stream and keep the part: the turn is over, its message stopped. Not from within a callback. */
void chat_cancel(struct chat_turn *t);
/* Once it is over; lives as long as the turn. */
const struct chat_result *chat_result(const struct chat_turn *t);
/* Write an answer that is over and could not be saved: the disk was full, the library locked. */
enum err_code chat_save_again(struct chat_turn *t, struct err *err);
void chat_free(struct chat_turn *t);
static inline void chat_turn_free_at(struct chat_turn **at)
{
	chat_free(*at);
}
#endif
