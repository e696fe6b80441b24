/*
 * provider/provider.h - an endpoint, and what is asked of it
 *
 * A protocol is a row of functions, pure in both directions: `encode` writes a
 * body, `decode` eats one event; net moves the bytes. What one server does
 * differently from its protocol is a row of quirks, which a refusal can teach.
 */
#ifndef IBID_PROVIDER_PROVIDER_H
#define IBID_PROVIDER_PROVIDER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/json.h"
#include "ibid/base/str.h"
#include "ibid/model/session.h"
#include "ibid/net/http.h"
#include "ibid/provider/turn.h"

/* effort, word in requests and settings */
#define EFFORTS(X)                                                                                                     \
	X(EFFORT_UNSET, "")                                                                                            \
	X(EFFORT_NONE, "none")                                                                                         \
	X(EFFORT_LOW, "low")                                                                                           \
	X(EFFORT_MEDIUM, "medium")                                                                                     \
	X(EFFORT_HIGH, "high")                                                                                         \
	X(EFFORT_MAX, "max")

enum effort {
#define X(effort, word) effort,
	EFFORTS(X)
#undef X
		EFFORT_COUNT
};
const char *effort_word(enum effort effort);
bool effort_of(struct str word, enum effort *effort);

struct chat_message {
	enum message_role role;		/* user or assistant; the system prompt has its own place */
	struct str text;
	struct str raw;			/* TURN_RAW of this message, when the same protocol and model made it; else empty */
};

/* One question with its conversation, in words of no protocol. All strings are borrowed. */
struct chat_request {
	struct str model;
	struct str system;		/* empty: none */
	const struct chat_message *messages;
	size_t n_messages;
	int64_t max_tokens;		/* of the answer; 0: the provider's own limit */
	double temperature;		/* below 0: not given */
	enum effort effort;
	const struct str *stop;		/* strings that end the answer */
	size_t n_stop;
	bool cache;			/* let the provider keep the prompt for the next turn, where that is asked for */
};
#define CHAT_REQUEST_INIT { .temperature = -1 }

/* -- How one server differs -- */

struct provider_quirks {
	const char *max_tokens_key;	/* "max_tokens" or "max_completion_tokens" */
	const char *system_role;	/* "system", "developer", or "user": put before the first question */
	bool no_stream_usage;		/* do not ask for usage in the stream */
	bool no_temperature, no_stop, no_effort, no_cache;
	bool open_end;			/* a body that ends without any end mark is an answer, not a loss */
	unsigned learned;		/* bits of options that a refusal has changed */
};

/*
 * Change what the refusal `f` names, so that the request can be sent once more.
 * False when it names nothing that can be changed, or that was changed before.
 * *option gets the option's name, static.
 */
bool quirks_learn(struct provider_quirks *q, const struct fault *f, const char **option);

/* -- Protocols -- */

struct provider_ops {
	const char *name;		/* the word of the setting `protocol` */
	const char *chat_path, *models_path;	/* below .../v1 */
	bool always_v1;			/* base_url gets /v1 after any path, not only when it has none */
	const char *auth_header, *auth_prefix;
	const char *version_header, *version;	/* sent with each request; NULL: none */
	void (*encode)(const struct chat_request *request, const struct provider_quirks *quirks, struct buf *body);
	void (*decode)(struct turn *t, const struct json_node *event);
	const char *sentinel;		/* the payload that is no JSON but ends a stream; NULL: none */
	/* A whole answer that did not stream. */
	void (*decode_whole)(struct turn *t, const struct json_node *body);
};

extern const struct provider_ops provider_anthropic, provider_openai_chat;

/* NULL when no protocol has that name. */
const struct provider_ops *provider_ops_of(struct str name);

/* -- Endpoints -- */

/* A configured endpoint, resolved by provider/registry. Strings live in the arena given there. */
struct provider {
	struct str name;		/* "claude" */
	const struct provider_ops *ops;
	struct str base_url;
	struct str model;		/* the default; empty: none is set */
	struct str key_env, key_file, key_cmd;	/* where the key comes from; all empty: none */
	struct str key_origin;		/* the origin the key may be sent to */
	bool needs_key;
	bool is_local;			/* on this machine: costs nothing */
	struct str price_list;		/* provider/models lists its models under this name; empty: nowhere */
	struct str auth_header, auth_prefix;
	struct provider_quirks quirks;
	struct http_timeouts timeouts;
	int retries_max;
	bool identity;			/* ask for no compression */
};

/* The address of a path below the provider's /v1. */
void provider_url(const struct provider *p, const char *path, struct buf *out);
#endif
