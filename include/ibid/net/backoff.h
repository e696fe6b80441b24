/*
 * net/backoff.h - how long to wait before the next try, if there is one
 *
 * Pure: status and headers in, milliseconds out. It knows the rules of HTTP
 * servers, not what a failure means: the caller says by `fault` whether a
 * repeat can help at all, and asks only while nothing of an answer was shown.
 *
 * Source: the policy of the Anthropic and OpenAI SDKs (read 2026). A wait the
 * server names is kept: retry-after-ms, else retry-after in seconds (a decimal
 * number), else retry-after as an HTTP date minus the server's own Date header,
 * never minus our clock. Without one: 0.5 s, doubling, 8 s at most, less up to a
 * quarter at random. Departure: a server that asks for more than BACKOFF_OBEY_MAX_MS
 * ends the tries instead of being asked early; nonsense (zero, negative,
 * unreadable, more than a day) counts as not said. Headers are read on errors
 * only: 200 answers were seen that carry retry-after.
 */
#ifndef IBID_NET_BACKOFF_H
#define IBID_NET_BACKOFF_H
#include <stdbool.h>
#include <stdint.h>

#include "ibid/base/hash.h"
#include "ibid/net/http.h"

#define BACKOFF_OBEY_MAX_MS INT64_C(60000)

enum backoff_fault {
	BACKOFF_BY_STATUS,	/* judge by the status alone */
	BACKOFF_TRANSIENT,	/* busy or too fast, as the body tells: worth a repeat whatever the status */
	BACKOFF_FINAL,		/* no key, no money, no such model: never */
};

struct backoff {
	int retries_max;		/* repeats after the first try; 0: none */
	rand_fn *rand;			/* NULL: no jitter */
	void *rand_ctx;
};

struct backoff_reply {
	int status;			/* 0: no connection came about */
	enum backoff_fault fault;
	const struct http_head *head;	/* NULL: none; only read when status is an error */
};

/*
 * Wait before repeating after try number `tries` (1 for the first), in ms; -1:
 * give up. *server_wait_ms (NULL is fine) gets what the server asked for, also
 * when it was too long to obey; 0 when it named nothing sensible.
 */
int64_t backoff_wait_ms(const struct backoff *b, int tries, const struct backoff_reply *reply, int64_t *server_wait_ms);

/* 408, 409, 429, 500, 502, 503, 504, 529 and other 5xx. */
bool backoff_is_transient(int status);
#endif
