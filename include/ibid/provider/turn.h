/*
 * provider/turn.h - an answer on its way: protocol events in, one event set out
 *
 * A turn eats the events of one response and tells what they mean in words that
 * are the same for every protocol. It does no I/O. Whatever it does not know it
 * skips and counts.
 *
 * States (reference: protocols 14.3): a turn is open until it has
 *
 *	ended      the protocol's own end arrived, or the model's stop reason and then the end of the body
 *	failed     the provider reported an error, in a stream that began with 200 too
 *	truncated  the body ended, in order or not, without either
 *
 * Departure: Chat's `[DONE]` without a stop reason before it counts as truncated
 * (see turn_end), unless the quirk open_end says that the server is like that.
 *
 * What arrived is kept in every state. The end of the body is read even after
 * the stop reason, because usage figures follow it.
 *
 *	SCOPED(turn) t = TURN_INIT(ops, &quirks, on_event, ctx);
 *	turn_feed(&t, &sse_event); ...
 *	turn_end(&t, true);
 */
#ifndef IBID_PROVIDER_TURN_H
#define IBID_PROVIDER_TURN_H
#include <stdbool.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/json.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/model/session.h"
#include "ibid/net/sse.h"
#include "ibid/provider/fault.h"

struct provider_ops;
struct provider_quirks;

enum turn_state { TURN_OPEN, TURN_ENDED, TURN_FAILED, TURN_TRUNCATED };

/* reason, name in JSON */
#define STOP_REASONS(X)                                                                                                \
	X(STOP_NONE, "")             /* not told */                                                                    \
	X(STOP_END, "stop")                                                                                            \
	X(STOP_LENGTH, "length")     /* the limit of the answer */                                                     \
	X(STOP_SEQUENCE, "sequence") /* one of the request's stop strings */                                           \
	X(STOP_TOOL, "tool")                                                                                           \
	X(STOP_PAUSE, "pause")       /* the provider wants the turn sent back to go on */                              \
	X(STOP_REFUSAL, "refusal")                                                                                     \
	X(STOP_FILTER, "filter")                                                                                       \
	X(STOP_CONTEXT, "context")   /* the model's window is full */                                                  \
	X(STOP_OTHER, "other")

enum stop_reason {
#define X(reason, name) reason,
	STOP_REASONS(X)
#undef X
		STOP_REASON_COUNT
};
const char *stop_reason_name(enum stop_reason reason);

enum turn_event_kind {
	TURN_TEXT,	/* text: more of the answer */
	TURN_REASONING,	/* text: more of what the model thinks aloud */
	TURN_CITATION,	/* text: JSON of the provider's own location, for the text before it */
	TURN_USAGE,	/* usage: replaces what was told before */
	TURN_STOP,	/* stop; text: the provider's word or explanation */
	TURN_ERROR,	/* fault: the turn has failed */
	TURN_RAW,	/* text: JSON of the whole message as this protocol wants it back, once, before the end */
};

/* All strings die when the callback returns. */
struct turn_event {
	enum turn_event_kind kind;
	struct str text;
	enum stop_reason stop;
	const struct token_usage *usage;
	const struct fault *fault;
};
typedef void turn_event_fn(void *ctx, const struct turn_event *ev);

/* Bytes of a message kept for TURN_RAW; a longer one is told without it. */
#define TURN_RAW_MAX ((size_t)8 << 20)

struct turn_block;

struct turn {
	const struct provider_ops *ops;
	const struct provider_quirks *quirks;
	turn_event_fn *on_event;
	void *ctx;
	bool is_passing;		/* nothing is kept for TURN_RAW, which is not told */

	enum turn_state state;
	enum stop_reason stop;
	bool has_text;			/* something visible was told: nothing may be repeated by itself any more */
	bool has_tools;			/* the model called tools, which ibid offers none of */
	bool has_refused;		/* text came as a refusal, in a member of its own */
	struct token_usage usage;
	int64_t cost_usd_micros;	/* as the provider reckons; -1: not told */
	struct buf id, model;		/* as the provider names them; empty: not told */
	struct fault fault;
	const char *note;		/* what was odd about the end; NULL: nothing */
	unsigned n_skipped;		/* events of unknown kind */
	unsigned n_bad;			/* payloads that were no JSON */
	/* Private from here on. */
	struct turn_block *blocks;
	size_t n_blocks, cap_blocks, raw_bytes;
};
#define TURN_INIT(provider_ops, provider_quirks, fn, context)                                                          \
	{                                                                                                              \
		.ops = (provider_ops), .quirks = (provider_quirks), .on_event = (fn), .ctx = (context),                \
		.usage = { -1, -1, -1, -1, -1, -1, false }, .cost_usd_micros = -1, .fault = FAULT_INIT                 \
	}

/* Eat one event of the stream. After the end all are ignored. */
void turn_feed(struct turn *t, const struct sse_event *ev);

/* Eat a body that came in one piece although a stream was asked for: an answer, or an error under status 200. */
void turn_feed_whole(struct turn *t, struct str body);

/* The body is over; `in_order` tells whether the transport thinks so too. Decides the state. */
void turn_end(struct turn *t, bool in_order);

/* The provider refused before any event: an error status with this body. */
void turn_refused(struct turn *t, int status, struct str body);

void turn_release(struct turn *t);
#endif
