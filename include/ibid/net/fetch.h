/*
 * net/fetch.h - one request, from beginning to end
 *
 * For what does not stream: lists of models, web pages. Waits in slices of at
 * most 100 ms, so that a cancel works at once.
 */
#ifndef IBID_NET_FETCH_H
#define IBID_NET_FETCH_H
#include <stdbool.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/net/http.h"

struct fetch {
	int status;			/* 0: no response came */
	struct buf body;		/* of any status; of an error status at most HTTP_ERROR_BODY_MAX */
	struct buf content_type;
	struct buf location;		/* of a 3xx, absolute: to follow by hand, with its own checks */
};
#define FETCH_INIT { .body = BUF_INIT, .content_type = BUF_INIT, .location = BUF_INIT }

/* Asked every 100 ms at least; true ends the wait. NULL: never. */
typedef bool cancelled_fn(void *ctx);

/*
 * Errors: as http_result.code, also for a status other than 2xx (then `f` holds
 * status and body); ERR_CANCELLED when `cancelled` said so.
 */
enum err_code fetch_run(struct http *h, const struct http_request *request, cancelled_fn *cancelled, void *ctx,
	struct fetch *f, struct err *err);
void fetch_release(struct fetch *f);
#endif
