#include "ibid/net/fetch.h"

#define SLICE_MS 100

struct run {
	struct fetch *f;
	struct err err;
	bool over;
};

static void on_head(void *ctx, const struct http_head *head)
{
	struct run *r = ctx;

	r->f->status = head->status;
	buf_reset(&r->f->content_type);
	buf_str(&r->f->content_type, http_head_get(head, "content-type"));
}

static bool on_body(void *ctx, struct str bytes)
{
	struct run *r = ctx;

	buf_str(&r->f->body, bytes);
	return true;
}

static void on_done(void *ctx, const struct http_result *result)
{
	struct run *r = ctx;

	r->over = true;
	r->err = result->err;
	buf_str(&r->f->body, result->error_body);
	buf_str(&r->f->location, result->location);
}

enum err_code fetch_run(struct http *h, const struct http_request *request, cancelled_fn *cancelled, void *ctx,
	struct fetch *f, struct err *err)
{
	struct run r = { .f = f, .err = ERR_INIT };
	const struct http_sink sink = { on_head, on_body, on_done, &r };
	struct http_transfer *t;
	enum err_code code = http_start(h, request, &sink, &t, err);

	if (code != OK)
		return code;
	while (!r.over) {
		if (cancelled && cancelled(ctx)) {
			http_cancel(h, t);
			return err_set(err, ERR_CANCELLED, "the request was cancelled");
		}
		http_poll(h, NULL, 0, SLICE_MS);
	}
	if (err)
		*err = r.err;
	return r.err.code;
}

void fetch_release(struct fetch *f)
{
	buf_release(&f->body);
	buf_release(&f->content_type);
	buf_release(&f->location);
}
