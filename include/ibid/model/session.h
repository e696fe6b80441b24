/*
 * model/session.h - a conversation: a tree of messages, and the requests that made them
 */
#ifndef IBID_MODEL_SESSION_H
#define IBID_MODEL_SESSION_H
#include <stdbool.h>
#include <stdint.h>

#include "ibid/base/str.h"

struct session {
	int64_t id;
	struct str sid;		/* what people type: 8 letters and digits, any unique prefix of 4 or more will do */
	struct str name;	/* from the first prompt until renamed */
	struct str tags;	/* joined by commas, sorted */
	struct str model;	/* of the last answer; empty when there is none */
	int64_t created_ms, updated_ms;
	int64_t keep_ms;	/* deleted when older: -1 by policy, 0 for ever, else an age */
	int64_t trashed_ms;	/* 0: not in the trash */
	int64_t head_id;	/* the message the conversation goes on from; 0 when empty */
	struct str parent;	/* sid of the session it began as a copy of; empty: none. That one may be gone. */
	int branch_point;	/* the number there of the last message that was copied */
	int n_messages;
	int64_t cost_usd_micros;	/* of its requests whose price is known */
	bool has_unknown_cost;
};

enum message_role { ROLE_SYSTEM, ROLE_USER, ROLE_ASSISTANT };
/* DESIGN.md D5. STREAMING is only ever seen while another process writes it. */
enum message_state { STATE_STREAMING, STATE_COMPLETE, STATE_STOPPED, STATE_CUT, STATE_FAILED };

const char *message_role_name(enum message_role role);
bool message_role_of(struct str name, enum message_role *role);
const char *message_state_name(enum message_state state);
bool message_state_of(struct str name, enum message_state *state);

struct message {
	int64_t id, session_id;
	int64_t parent_id;	/* 0: the first of its session */
	int n;			/* its number in the session, from 1, in order of writing */
	enum message_role role;
	enum message_state state;
	struct str text;	/* as received, source Markdown */
	struct str reasoning;
	struct str model;	/* "claude/claude-sonnet-5-5"; empty for a user's message */
	struct str error;	/* why it failed or was cut; empty otherwise */
	int64_t created_ms;
};

/* Tokens in the normal form of cost: the six are disjoint. -1: not told. */
struct token_usage {
	int64_t in_uncached, in_cache_read, in_cache_write_5m, in_cache_write_1h;
	int64_t out_visible, out_reasoning;
	bool is_estimated;	/* counted by ibid, not told by the provider */
};
#define TOKEN_USAGE_UNKNOWN ((struct token_usage){ -1, -1, -1, -1, -1, -1, false })

/* Sum of what is known of the prompt and of the answer; -1 when nothing is. */
int64_t token_usage_in(const struct token_usage *u);
int64_t token_usage_out(const struct token_usage *u);

/* One attempt to get an answer from a provider. */
struct request {
	int64_t id, session_id, message_id;	/* the message it wrote */
	int attempt;		/* from 1 */
	struct str provider, model, protocol;
	struct str finish;	/* the provider's reason; empty while unknown */
	struct str request_id;	/* the provider's */
	struct str error;
	int http_status;	/* 0: none was received */
	int64_t started_ms;
	int64_t first_token_ms, total_ms;	/* since started; -1: never */
	struct token_usage usage;
	int64_t cost_usd_micros;	/* -1: unknown */
	struct str sent, received;	/* raw bytes, for replay; may be empty */
};
#endif
