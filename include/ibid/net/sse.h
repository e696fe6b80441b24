/*
 * net/sse.h - incremental parser for server-sent events
 *
 * Turns slices of a text/event-stream body into whole events and does nothing
 * else: no sockets, no JSON. A slice may end inside a line, a CRLF pair, the
 * byte order mark or a UTF-8 sequence; any slicing of the same bytes yields the
 * same events.
 *
 * Source: WHATWG HTML, "Server-sent events", sections "Parsing an event stream"
 * and "Interpreting an event stream". Departures, each for a server that was
 * seen to need it:
 *
 *	`id` and `retry` are skipped: ibid never resumes a broken answer.
 *	An event that no blank line closes is dispatched by sse_end, marked
 *	`unfinished`: the standard drops it, and with it the last usage figures or
 *	`[DONE]` of servers that close the stream without one.
 *	A field `error` counts as data of an event of type "error": llama.cpp before
 *	September 2025 and GPUStack report failures that way.
 *
 *	SCOPED(sse) p = SSE_INIT(on_event, &turn);
 *	while ((n = http_read(conn, chunk, sizeof(chunk))) > 0)
 *		if (sse_feed(&p, str_of(chunk, n), err) != OK)
 *			return err_ctx(err, "reading the answer");
 *	return sse_end(&p, err);
 */
#ifndef IBID_NET_SSE_H
#define IBID_NET_SSE_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

/* Largest event accepted, in bytes, unless the parser is given a limit of its own. Lines of 4 MB (images) were seen. */
#define SSE_EVENT_MAX ((size_t)64 << 20)

/* Both strings borrow from the parser and die when the callback returns. */
struct sse_event {
	struct str type;	/* "message" when the stream names none */
	struct str data;	/* the data lines joined by LF, no LF at the end */
	bool unfinished;	/* from sse_end: no blank line closed it, so it may be cut */
};

/* Called once per event, in stream order. Return false to stop reading. */
typedef bool sse_event_fn(void *ctx, const struct sse_event *ev);

struct sse {
	sse_event_fn *on_event;
	void *ctx;		/* borrowed, handed back untouched */
	size_t event_max;	/* bytes; 0 means SSE_EVENT_MAX */
	/* Private from here on. */
	struct buf line, type, data;
	unsigned char bom;	/* bytes of the byte order mark seen; SSE_STARTED once the first line began */
	bool after_cr, has_data;
};
#define SSE_INIT(fn, context)                                                                                          \
	{                                                                                                              \
		.on_event = (fn), .ctx = (context), .line = BUF_INIT, .type = BUF_INIT, .data = BUF_INIT               \
	}

/*
 * Consume bytes, calling on_event for each event they complete. A partial event
 * waits for the next call.
 *
 * Errors: ERR_PROTOCOL   an event exceeds event_max
 *         ERR_CANCELLED  on_event returned false
 * After an error the parser may only be released.
 */
enum err_code sse_feed(struct sse *p, struct str bytes, struct err *err);

/* The stream ended in order: dispatch what no blank line closed. Errors as sse_feed. */
enum err_code sse_end(struct sse *p, struct err *err);

/* Free what the parser holds. Safe on a parser that was never fed. */
void sse_release(struct sse *p);
#endif
