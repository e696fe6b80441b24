/*
 * provider/exchange.h - one question to one provider, with all that goes wrong
 *
 * Sends a chat request over net/http, feeds the answer to a turn and repeats
 * where that is safe:
 *
 *	nothing was sent (no name, no connection)	again, after a wait
 *	the provider is busy or asks for fewer requests	again, after a wait
 *	an option was refused				once more without it, at once
 *	anything of the answer was told			never: the caller offers to go on
 *	the request was sent and no answer came		never: it may have been billed
 *
 * Nothing blocks: many exchanges share one struct http and one http_poll.
 *
 *	exchange_start(h, &job, &sink, &ex, err);
 *	while (!exchange_is_over(ex)) {
 *		http_poll(h, NULL, 0, exchange_wait_ms(ex, 100));
 *		exchange_step(ex);
 *	}
 *	exchange_free(ex);
 *
 * exchange_run does that for one.
 */
#ifndef IBID_PROVIDER_EXCHANGE_H
#define IBID_PROVIDER_EXCHANGE_H
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/clock.h"
#include "ibid/base/err.h"
#include "ibid/base/hash.h"
#include "ibid/base/scope.h"
#include "ibid/net/fetch.h"
#include "ibid/net/http.h"
#include "ibid/net/secret.h"
#include "ibid/provider/provider.h"
#include "ibid/provider/turn.h"

/* Bytes of a whole answer that did not stream. */
#define EXCHANGE_WHOLE_MAX ((size_t)64 << 20)
/*
 * Bytes of text and reasoning told of one answer. The longest that models write is
 * below 1 MiB; a server that goes on and on would fill the memory and the library.
 */
#define EXCHANGE_ANSWER_MAX ((size_t)16 << 20)

/* All borrowed until the exchange is freed. */
struct exchange_job {
	const struct provider *provider;
	const struct chat_request *request;
	const struct secret *key;	/* NULL or unset: none */
	size_t received_max;		/* bytes of the response kept as received; 0: none */
	size_t answer_max;		/* 0: EXCHANGE_ANSWER_MAX. What is longer is told so far and ends in ERR_LIMIT. */
	bool is_passing;		/* the answer is told and not kept: no TURN_RAW, no limit, memory does not grow with it */
	rand_fn *rand;			/* jitter of waits; NULL: rand_system */
	void *rand_ctx;
	const struct clock *clock;	/* NULL: the machine's */
};

/* Dies when on_done returns. */
struct exchange_result {
	enum err_code code;		/* OK: the answer is complete, though it may be a refusal (see stop) */
	struct err err;
	enum turn_state state;
	enum stop_reason stop;
	struct str stop_word;		/* the provider's reason or explanation */
	struct token_usage usage;
	int64_t cost_usd_micros;	/* as the provider reckons; -1: not told */
	struct str model, response_id, request_id;	/* as the provider names them; empty: not told */
	struct str sent, received;	/* raw bytes of the last try; received at most job->received_max */
	bool is_received_cut;
	const char *note;		/* what was odd though it went well; NULL: nothing */
	int tries, http_status;
	int64_t started_ms;		/* wall time */
	int64_t first_token_ms, total_ms;	/* since started; -1: no token came */
	unsigned n_skipped, n_bad;
	const struct provider_quirks *quirks;	/* with what refusals have taught: worth keeping for the session */
};

struct exchange_sink {
	/* Everything a turn tells but TURN_ERROR, which ends in on_done. */
	turn_event_fn *on_event;
	/* A sentence for the status line: a wait before the next try, an option left out. NULL is fine. */
	void (*on_notice)(void *ctx, struct str sentence);
	/* Exactly once. */
	void (*on_done)(void *ctx, const struct exchange_result *result);
	void *ctx;
};

struct exchange;

/*
 * Begin. After OK, on_done will be called, from http_poll, exchange_step or
 * exchange_cancel.
 *
 * Errors: ERR_CONFIG  the request cannot be sent at all: no model, a wrong address or header
 */
enum err_code exchange_start(struct http *h, const struct exchange_job *job, const struct exchange_sink *sink,
	struct exchange **ex, struct err *err);

bool exchange_is_over(const struct exchange *ex);
/* How long the caller may wait in http_poll: at most `max_ms`, less when a repeat is due. */
int exchange_wait_ms(const struct exchange *ex, int max_ms);
/* Begin the repeat that is due, if one is. Call after every http_poll. */
void exchange_step(struct exchange *ex);
/* End it now: on_done with ERR_CANCELLED and what has arrived. Not from within a callback. */
void exchange_cancel(struct exchange *ex);
/* Without a callback when it still runs; NULL is fine. */
void exchange_free(struct exchange *ex);
SCOPE_PTR(exchange)

/* What a caller of exchange_run waits for besides. */
struct exchange_wait {
	cancelled_fn *cancelled;	/* asked at least every 100 ms; NULL: never */
	struct pollfd *extra;		/* looked at in the same wait */
	size_t n_extra;
	void (*on_extra)(void *ctx);	/* called after each wait in which one of them has something */
	void *ctx;
};

/* One exchange to its end. `wait` may be NULL. Returns what on_done was given. */
enum err_code exchange_run(struct http *h, const struct exchange_job *job, const struct exchange_sink *sink,
	const struct exchange_wait *wait, struct err *err);
#endif
