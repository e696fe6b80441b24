/*
 * http_internal.h - what the three parts of the HTTP layer share
 *
 *	http.c         the client, the wait, the deadlines
 *	http_setup.c   a request checked and turned into libcurl's options
 *	http_report.c  how a transfer ended, in one sentence
 */
#ifndef IBID_SRC_NET_HTTP_INTERNAL_H
#define IBID_SRC_NET_HTTP_INTERNAL_H
#include <curl/curl.h>

#include "ibid/base/buf.h"
#include "ibid/net/http.h"
#include "ibid/net/url.h"

/* Why ibid itself ended a transfer; WHY_NONE: it did not. */
enum http_why {
	WHY_NONE, WHY_FIRST_BYTE, WHY_IDLE, WHY_TOTAL, WHY_BODY_SIZE, WHY_HEAD_SIZE, WHY_ERROR_BODY_FULL, WHY_SINK,
	WHY_COUNT
};

struct http_transfer {
	struct http *h;
	struct http_transfer *next, *before;
	CURL *easy;
	struct curl_slist *lines;	/* request headers; hold the secret */
	struct http_sink sink;
	struct http_timeouts timeouts;
	const struct secret *secret;
	struct url url;
	size_t body_max;
	curl_off_t body_len, sent;	/* of the request's body */
	bool public_only;

	struct buf head_text;		/* lines of the head that is arriving or has arrived */
	size_t head_bytes;		/* of all heads and trailers */
	struct http_header *headers;
	struct http_head head;
	bool has_head;			/* the final one */
	struct buf error_body;
	uint64_t body_bytes;

	int64_t started_ms, active_ms;	/* monotonic; active: the last sign of life that counts */
	enum http_why why;
	bool address_refused;
	char detail[CURL_ERROR_SIZE];
};

struct http {
	struct http_options options;
	CURLM *multi;			/* NULL until the first request */
	struct http_transfer *first;
	size_t n_running;
	int64_t due_ms;			/* no deadline is earlier; INT64_MAX: none */
	bool happened;			/* a callback was called since the last look */
};

int64_t http_now_ms(const struct http *h);

/* Errors as http_start. */
enum err_code http_setup(struct http_transfer *t, const struct http_request *request, struct err *err);

/* Wipe and free the request's headers. */
void http_forget_lines(struct http_transfer *t);

/* Fill `result` for a transfer that ended with `code`; its strings live as long as t and `location`. */
void http_report(struct http_transfer *t, CURLcode code, struct buf *location, struct http_result *result);
#endif
