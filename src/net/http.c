#include "http_internal.h"

#include <limits.h>
#include <string.h>

#include "ibid/base/mem.h"

int64_t http_now_ms(const struct http *h)
{
	return clock_mono_ms(h->options.clock);
}

struct str http_head_get(const struct http_head *head, const char *name)
{
	for (size_t i = 0; i < head->n_headers; i++)
		if (str_is_nocase(head->headers[i].name, name))
			return head->headers[i].value;
	return STR_EMPTY;
}

struct http *http_new(const struct http_options *options)
{
	struct http *h = mem_zalloc(1, sizeof(*h));

	if (options)
		h->options = *options;
	if (!h->options.clock)
		h->options.clock = &clock_system;
	h->due_ms = INT64_MAX;
	return h;
}

static void wake_up(struct http *h)
{
	if (h->multi)
		return;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(h->multi = curl_multi_init()))
		mem_exhausted();
}

/* -- Deadlines -- */

struct deadline {
	int64_t at_ms;
	enum http_why why;
};

static void take_earlier(struct deadline *d, int64_t from_ms, int limit_ms, enum http_why why)
{
	if (limit_ms && from_ms + limit_ms < d->at_ms)
		*d = (struct deadline){ from_ms + limit_ms, why };
}

static struct deadline deadline_of(const struct http_transfer *t)
{
	struct deadline d = { INT64_MAX, WHY_NONE };

	take_earlier(&d, t->started_ms, t->timeouts.total_ms, WHY_TOTAL);
	if (t->has_head)
		take_earlier(&d, t->active_ms, t->timeouts.idle_ms, WHY_IDLE);
	else
		take_earlier(&d, t->active_ms, t->timeouts.first_byte_ms, WHY_FIRST_BYTE);
	return d;
}

/* Signs of life only move deadlines away, so `due_ms` is a lower bound and most calls end at the first line. */
static struct http_transfer *next_overdue(struct http *h)
{
	int64_t now = http_now_ms(h);

	if (now < h->due_ms)
		return NULL;
	h->due_ms = INT64_MAX;
	for (struct http_transfer *t = h->first; t; t = t->next) {
		struct deadline d = deadline_of(t);

		if (d.at_ms <= now) {
			t->why = d.why;
			h->due_ms = now;
			return t;
		}
		if (d.at_ms < h->due_ms)
			h->due_ms = d.at_ms;
	}
	return NULL;
}

/* -- Life and death of a transfer -- */

static void link_in(struct http *h, struct http_transfer *t)
{
	t->next = h->first;
	if (t->next)
		t->next->before = t;
	h->first = t;
	h->n_running++;
}

static void unlink_from(struct http *h, struct http_transfer *t)
{
	if (t->before)
		t->before->next = t->next;
	else
		h->first = t->next;
	if (t->next)
		t->next->before = t->before;
	h->n_running--;
}

static void transfer_free(struct http_transfer *t)
{
	if (t->easy)
		curl_easy_cleanup(t->easy);
	http_forget_lines(t);
	url_release(&t->url);
	buf_release(&t->head_text);
	buf_release(&t->error_body);
	mem_free(t->headers);
	mem_free(t);
}

static struct http_transfer *transfer_new(struct http *h, const struct http_request *request, const struct http_sink *sink)
{
	struct http_transfer *t = mem_zalloc(1, sizeof(*t));

	t->h = h;
	t->sink = *sink;
	t->timeouts = request->timeouts;
	t->secret = request->secret && secret_is_set(request->secret) ? request->secret : NULL;
	t->body_max = request->body_max ? request->body_max : HTTP_BODY_MAX;
	t->body_len = (curl_off_t)request->body.len;
	t->public_only = request->public_only;
	t->started_ms = t->active_ms = http_now_ms(h);
	return t;
}

enum err_code http_start(struct http *h, const struct http_request *request, const struct http_sink *sink,
	struct http_transfer **transfer, struct err *err)
{
	struct http_transfer *t = transfer_new(h, request, sink);
	struct deadline d = deadline_of(t);
	enum err_code code;

	wake_up(h);
	code = http_setup(t, request, err);
	if (code != OK) {
		secret_scrub_err(t->secret, err);
		transfer_free(t);
		return code;
	}
	if (curl_multi_add_handle(h->multi, t->easy) != CURLM_OK)
		mem_exhausted();
	link_in(h, t);
	if (d.at_ms < h->due_ms)
		h->due_ms = d.at_ms;
	if (transfer)
		*transfer = t;
	return OK;
}

static void finish(struct http_transfer *t, CURLcode code)
{
	SCOPED(buf) location = BUF_INIT;
	struct http *h = t->h;
	struct http_result result;

	if (code == CURLE_OUT_OF_MEMORY)
		mem_exhausted();
	http_report(t, code, &location, &result);
	curl_multi_remove_handle(h->multi, t->easy);
	unlink_from(h, t);
	h->happened = true;
	if (t->sink.on_done)
		t->sink.on_done(t->sink.ctx, &result);
	transfer_free(t);
}

void http_cancel(struct http *h, struct http_transfer *t)
{
	curl_multi_remove_handle(h->multi, t->easy);
	unlink_from(h, t);
	transfer_free(t);
}

void http_free(struct http *h)
{
	if (!h)
		return;
	while (h->first)
		http_cancel(h, h->first);
	if (h->multi) {
		curl_multi_cleanup(h->multi);
		curl_global_cleanup();
	}
	mem_free(h);
}

size_t http_running(const struct http *h)
{
	return h->n_running;
}

/* -- The wait -- */

static struct http_transfer *transfer_of(CURL *easy)
{
	char *p = NULL;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &p);
	return (struct http_transfer *)(void *)p;
}

static void move_bytes(struct http *h)
{
	struct http_transfer *t;
	CURLMsg *message;
	int n;

	curl_multi_perform(h->multi, &n);
	while ((message = curl_multi_info_read(h->multi, &n)))
		if (message->msg == CURLMSG_DONE)
			finish(transfer_of(message->easy_handle), message->data.result);
	while ((t = next_overdue(h)))
		finish(t, CURLE_OPERATION_TIMEDOUT);
}

static int until_due(const struct http *h, int timeout_ms)
{
	int64_t left = h->due_ms == INT64_MAX ? INT_MAX : h->due_ms - http_now_ms(h);

	if (left < 0)
		left = 0;
	if (left > INT_MAX)
		left = INT_MAX;
	return timeout_ms < 0 || left < timeout_ms ? (int)left : timeout_ms;
}

/* On Linux the bits of poll(2) and of libcurl agree, but only by chance. */
static short to_curl(short events)
{
	return (short)((events & POLLIN ? CURL_WAIT_POLLIN : 0) | (events & POLLPRI ? CURL_WAIT_POLLPRI : 0) |
		       (events & POLLOUT ? CURL_WAIT_POLLOUT : 0));
}

/* libcurl does not tell of POLLHUP and POLLERR, so poll(2) is asked once more what is true of the caller's own. */
static void wait_for_all(struct http *h, struct pollfd *extra, size_t n_extra, int timeout_ms)
{
	struct curl_waitfd *fds = n_extra ? mem_zalloc(n_extra, sizeof(*fds)) : NULL;

	for (size_t i = 0; i < n_extra; i++)
		fds[i] = (struct curl_waitfd){ .fd = extra[i].fd, .events = to_curl(extra[i].events) };
	curl_multi_poll(h->multi, fds, (unsigned)n_extra, timeout_ms, NULL);
	mem_free(fds);
	if (n_extra)
		poll(extra, n_extra, 0);
}

void http_poll(struct http *h, struct pollfd *extra, size_t n_extra, int timeout_ms)
{
	for (size_t i = 0; i < n_extra; i++)
		extra[i].revents = 0;
	/* libcurl refuses a wait without a limit, and wakes up for connections that nobody uses. */
	if (!h->n_running) {
		poll(extra, n_extra, timeout_ms);
		return;
	}
	h->happened = false;
	move_bytes(h);
	wait_for_all(h, extra, n_extra, h->happened ? 0 : until_due(h, timeout_ms));
	move_bytes(h);
}
