/*
 * net/http.h - the one HTTP layer
 *
 * All requests of ibid leave through here; libcurl moves the bytes. One struct
 * http per process holds any number of transfers and the one wait over them and
 * the caller's own descriptors. libcurl starts with the first request, so a
 * command that sends none does not pay for it.
 *
 * What it refuses, and no option changes:
 *
 *	Redirects are never followed. A 3xx is an error that names the target: libcurl
 *	strips only Authorization and Cookie when it follows, other key headers would
 *	reach the new host. (Who fetches pages follows by hand, from result->location.)
 *	A secret goes to its own origin (scheme, host, port) and nowhere else.
 *	TLS is always verified, 1.2 or newer; an own CA file may be named.
 *	Plain http goes to this machine, or without a secret to a private address;
 *	it never passes a proxy. Proxies for https come from the environment, as curl does.
 *	CR, LF and NUL in a header or address. netrc, cookies, HTTP authentication.
 *	A POST is never sent twice by itself: each gets a fresh connection, because
 *	libcurl repeats a request whose reused connection died before the answer, and
 *	a provider may have billed it.
 *
 * The process must ignore SIGPIPE: OpenSSL writes to its socket with write(2).
 *
 *	struct http *h = http_new(NULL);
 *	if (http_start(h, &request, &sink, &transfer, err) != OK)
 *		return err_ctx(err, "asking '%s'", name);
 *	while (!turn.over)
 *		http_poll(h, NULL, 0, 100);
 */
#ifndef IBID_NET_HTTP_H
#define IBID_NET_HTTP_H
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/clock.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/net/secret.h"

/* Bytes of an error body that are kept; what is longer is cut. */
#define HTTP_ERROR_BODY_MAX ((size_t)1 << 20)
/* Bytes of response headers accepted, trailers included. */
#define HTTP_HEAD_MAX ((size_t)256 << 10)
/* Bytes of a response body accepted where the request names no limit, counted before and after inflating. */
#define HTTP_BODY_MAX ((size_t)256 << 20)

struct http;
struct http_transfer;

struct http_options {
	const char *ca_file;		/* PEM; NULL: the system's */
	bool http1_only;		/* for servers and middle boxes whose HTTP/2 breaks */
	const struct clock *clock;	/* NULL: the machine's */
};

struct http_header {
	struct str name, value;
};

/* All in ms; 0: no such limit. */
struct http_timeouts {
	int connect_ms;		/* name, connection and TLS */
	int first_byte_ms;	/* from the last byte sent to the end of the response head */
	int idle_ms;		/* without any byte in the body; comments and pings count as life */
	int total_ms;
};
/* For answers that stream: reasoning models are silent for minutes. */
#define HTTP_TIMEOUTS_STREAM ((struct http_timeouts){ 10000, 600000, 300000, 0 })

struct http_request {
	const char *method;			/* "GET" or "POST" */
	struct str url;
	const struct http_header *headers;
	size_t n_headers;
	struct str body;			/* must live until on_done */
	const struct secret *secret;		/* NULL: none; must live until on_done */
	struct str secret_header, secret_prefix;	/* "authorization", "Bearer " */
	struct http_timeouts timeouts;
	size_t body_max;			/* 0: HTTP_BODY_MAX */
	bool identity;				/* ask for no compression: some gateways hold gzipped streams back */
	bool public_only;			/* refuse private addresses, judged on the socket: for addresses from documents */
};

/* The head of the final response; 1xx and proxy answers are not shown. Dies when the callback returns. */
struct http_head {
	int status;
	const struct http_header *headers;	/* names as received */
	size_t n_headers;
};

/* The first header of that name, without regard to case; empty when there is none. */
struct str http_head_get(const struct http_head *head, const char *name);

/* How far a request came before it ended. What may be repeated depends on it. */
enum http_phase {
	HTTP_RESOLVE, HTTP_CONNECT, HTTP_TLS,	/* nothing was sent: safe to repeat */
	HTTP_SEND,				/* part of the request may have arrived */
	HTTP_WAIT,				/* all was sent, no response: it may have been accepted */
	HTTP_BODY,				/* the response began */
	HTTP_DONE,				/* and ended in order */
};

/* Dies when on_done returns. */
struct http_result {
	enum err_code code;		/* OK: status 2xx and the body ended in order as far as HTTP can tell */
	enum http_phase phase;
	int status;			/* 0: no response head came */
	struct str error_body;		/* of a status other than 2xx, without the secret; maybe cut */
	struct str location;		/* of a 3xx: where it points, absolute; empty otherwise */
	const struct http_head *head;	/* NULL when none came */
	uint64_t body_bytes;		/* as handed to on_body */
	struct err err;			/* one sentence that names the host and never holds the secret */
};

struct http_sink {
	/* The final response has begun, whatever its status. NULL is fine. */
	void (*on_head)(void *ctx, const struct http_head *head);
	/* Bytes of a 2xx body, inflated, in slices of any size. Return false to end the transfer: ERR_CANCELLED. */
	bool (*on_body)(void *ctx, struct str bytes);
	/* Exactly once, from http_poll; the transfer is gone afterwards. It may start the next one. */
	void (*on_done)(void *ctx, const struct http_result *result);
	void *ctx;
};

/* `options` may be NULL. Its strings and clock must live as long as the client. */
struct http *http_new(const struct http_options *options);

/* Cancels what still runs, without callbacks. */
void http_free(struct http *h);
SCOPE_PTR(http)

/*
 * Begin a request; all else happens in http_poll. *transfer (NULL is fine) is
 * valid until on_done.
 *
 * Errors: ERR_CONFIG  the address, a header or the secret's origin is refused; nothing was sent
 */
enum err_code http_start(struct http *h, const struct http_request *request, const struct http_sink *sink,
	struct http_transfer **transfer, struct err *err);

/* End a transfer now; none of its callbacks is called any more. Not from within a callback. */
void http_cancel(struct http *h, struct http_transfer *transfer);

/* Transfers under way. */
size_t http_running(const struct http *h);

/*
 * Move bytes, then wait until a transfer or one of the caller's descriptors has
 * something, at most timeout_ms (-1: without a limit), and move bytes again.
 * `extra` gets its revents as from poll(2). Returns early when a deadline of a
 * transfer is due, and at a signal. Without a transfer it is poll(2) and nothing else.
 */
void http_poll(struct http *h, struct pollfd *extra, size_t n_extra, int timeout_ms);
#endif
