#include "ibid/provider/exchange.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/net/sse.h"
#include "ibid/net/url.h"

#define SLICE_MS 100

/* What servers hold when nobody told them otherwise: 2048 tokens and more, of some four bytes. */
#define LONG_BYTES ((size_t)6000)

/* What the body turns out to be: decided by its first byte that is not blank, not by its content type. */
enum body_form { BODY_UNKNOWN, BODY_STREAM, BODY_WHOLE };

struct exchange {
	struct http *h;
	struct exchange_job job;
	struct exchange_sink sink;
	struct provider_quirks quirks;
	struct buf url, sent, received, whole, request_id, stop_word;
	struct turn turn;
	struct sse sse;
	struct http_transfer *transfer;		/* NULL: none under way */
	enum body_form form;
	bool is_received_cut, is_over, is_cancelled;
	size_t n_told;				/* bytes of text and reasoning */
	bool is_too_long;			/* and more came */
	bool has_told;				/* text or reasoning: nothing is repeated any more */
	int tries, status;
	int64_t started_ms, started_mono_ms, first_token_ms;
	int64_t repeat_at_ms;			/* monotonic; -1: none is due */
	int64_t server_wait_ms;
	struct err err;
};

static int64_t now_ms(const struct exchange *ex)
{
	return clock_mono_ms(ex->job.clock);
}

/* -- What the turn tells -- */

/* The piece up to the limit of an answer, whole characters; empty behind it. */
static struct str take_piece(struct exchange *ex, struct str piece)
{
	size_t room = ex->job.is_passing ? SIZE_MAX : ex->job.answer_max - ex->n_told;

	if (piece.len > room || ex->is_too_long) {
		piece = str_sub(piece, 0, ex->is_too_long ? 0 : utf8_floor(piece, room));
		ex->is_too_long = true;
	}
	ex->n_told += piece.len;
	return piece;
}

static void on_event(void *ctx, const struct turn_event *event)
{
	struct exchange *ex = ctx;
	struct turn_event piece = *event, *ev = &piece;

	if (ev->kind == TURN_TEXT || ev->kind == TURN_REASONING)
		ev->text = take_piece(ex, ev->text);
	if (ev->kind == TURN_TEXT && ex->first_token_ms < 0)
		ex->first_token_ms = now_ms(ex) - ex->started_mono_ms;
	if (ev->kind == TURN_TEXT || ev->kind == TURN_REASONING)
		ex->has_told = true;
	if (ev->kind == TURN_STOP)
		buf_str(&ex->stop_word, ev->text);
	if (ev->kind != TURN_ERROR && ex->sink.on_event)
		ex->sink.on_event(ex->sink.ctx, ev);
}

static bool on_sse(void *ctx, const struct sse_event *ev)
{
	struct exchange *ex = ctx;

	turn_feed(&ex->turn, ev);
	return ex->turn.state == TURN_OPEN && !ex->is_too_long;
}

static void notice(struct exchange *ex, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void notice(struct exchange *ex, const char *fmt, ...)
{
	SCOPED(buf) text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&text, fmt, ap);
	va_end(ap);
	secret_scrub(ex->job.key, &text);
	if (ex->sink.on_notice)
		ex->sink.on_notice(ex->sink.ctx, buf_view(&text));
}

/* -- The end -- */

static const char *advice_on(const struct exchange *ex, struct buf *text)
{
	const struct provider *p = ex->job.provider;

	switch (ex->turn.fault.class) {
	case FAULT_KEY:
		buf_c(text, "check the key: ");
		if (p->key_cmd.len)
			buf_c(text, "key_cmd");
		else if (p->key_file.len)
			buf_fmt(text, "'%.*s'", STR_ARG(p->key_file));
		else
			buf_str(text, p->key_env.len ? p->key_env : STR("the server wants one"));
		break;
	case FAULT_MODEL:
		buf_fmt(text, "'ibid model list --provider %.*s' shows what it serves", STR_ARG(p->name));
		break;
	default:
		break;
	}
	return buf_cstr(text);
}

static enum err_code err_of_fault(struct exchange *ex)
{
	SCOPED(buf) name = BUF_INIT;
	SCOPED(buf) advice = BUF_INIT;

	buf_str(&name, ex->job.provider->name);
	return fault_err(&ex->turn.fault, buf_cstr(&name), advice_on(ex, &advice), &ex->err);
}

/* A server of the user's own that is not there was mostly not started. */
static enum err_code err_of_absent(struct exchange *ex)
{
	struct err why = ex->err;

	return err_set(&ex->err, why.code, "provider '%.*s': %s; is it running?", STR_ARG(ex->job.provider->name), why.text);
}

/* In MiB where it is one of ours. */
static enum err_code err_of_length(struct exchange *ex)
{
	size_t max = ex->job.answer_max;
	bool is_round = max && max % ((size_t)1 << 20) == 0;

	return err_set(&ex->err, ERR_LIMIT, "the answer of provider '%.*s' is longer than %zu %s and was stopped there",
		STR_ARG(ex->job.provider->name), is_round ? max >> 20 : max, is_round ? "MiB" : "bytes");
}

/*
 * llama-cpp-python answers 200 and ends the stream when the prompt does not fit
 * its context (0.3.36, seen 2026-11-28); the reason stands in its log alone.
 */
static enum err_code err_of_nothing(struct exchange *ex)
{
	struct str name = ex->job.provider->name;

	if (!ex->job.provider->is_local)
		return err_set(&ex->err, ERR_TRUNCATED, "provider '%.*s' sent an empty answer", STR_ARG(name));
	if (ex->sent.len < LONG_BYTES)
		return err_set(&ex->err, ERR_TRUNCATED,
			"provider '%.*s' sent an empty answer; the log of the server may say why", STR_ARG(name));
	return err_set(&ex->err, ERR_TRUNCATED, "provider '%.*s' sent an empty answer: %zu kB were sent, perhaps more "
		"than its context holds; the log of the server may say", STR_ARG(name), ex->sent.len / 1000);
}

static enum err_code err_of_cut(struct exchange *ex)
{
	struct str name = ex->job.provider->name;

	if (ex->err.code == ERR_NETWORK && ex->job.provider->is_local)
		return err_of_absent(ex);
	if (ex->err.code != OK)
		return err_ctx(&ex->err, "provider '%.*s'", STR_ARG(name));
	if (!ex->has_told)
		return err_of_nothing(ex);
	return err_set(&ex->err, ERR_TRUNCATED,
		"the answer of provider '%.*s' ended without a stop reason (if that is its habit, set open_end = true)",
		STR_ARG(name));
}

/* A prompt that the provider's filter stopped is an outcome like a model's refusal, not a fault. */
static bool is_filtered(const struct exchange *ex)
{
	return ex->turn.state == TURN_FAILED && ex->turn.fault.class == FAULT_FILTER;
}

static void settle_err(struct exchange *ex)
{
	if (ex->is_cancelled)
		err_set(&ex->err, ERR_CANCELLED, "the answer of provider '%.*s' was stopped",
			STR_ARG(ex->job.provider->name));
	else if (ex->is_too_long)
		err_of_length(ex);
	else if (ex->turn.state == TURN_ENDED || is_filtered(ex))
		err_reset(&ex->err);
	else if (ex->turn.state == TURN_FAILED)
		err_of_fault(ex);
	else
		err_of_cut(ex);
}

static void describe_err(struct exchange *ex)
{
	struct err *err = &ex->err;

	if (!err->http_status)
		err->http_status = ex->status;
	err->retry_after_s = (int)((ex->server_wait_ms + 999) / 1000);
	snprintf(err->provider, sizeof(err->provider), "%.*s", STR_ARG(ex->job.provider->name));
	snprintf(err->request_id, sizeof(err->request_id), "%s", buf_cstr(&ex->request_id));
	secret_scrub_err(ex->job.key, err);
}

/* Small models do end before their first word; nobody should have to guess whether something was lost. */
static const char *note_of(const struct exchange *ex)
{
	return ex->err.code == OK && !ex->has_told && !is_filtered(ex) ? "the model gave an empty answer" : ex->turn.note;
}

static struct exchange_result result_of(struct exchange *ex)
{
	struct turn *t = &ex->turn;
	bool filtered = is_filtered(ex);

	return (struct exchange_result){
		.code = ex->err.code,
		.err = ex->err,
		.state = filtered ? TURN_ENDED : t->state,
		.stop = filtered ? STOP_FILTER : t->stop,
		.stop_word = filtered ? buf_view(&t->fault.text) : buf_view(&ex->stop_word),
		.usage = t->usage,
		.cost_usd_micros = t->cost_usd_micros,
		.model = buf_view(&t->model),
		.response_id = buf_view(&t->id),
		.request_id = buf_view(&ex->request_id),
		.sent = buf_view(&ex->sent),
		.received = buf_view(&ex->received),
		.is_received_cut = ex->is_received_cut,
		.note = note_of(ex),
		.tries = ex->tries,
		.http_status = ex->status,
		.started_ms = ex->started_ms,
		.first_token_ms = ex->first_token_ms,
		.total_ms = now_ms(ex) - ex->started_mono_ms,
		.n_skipped = t->n_skipped,
		.n_bad = t->n_bad,
		.quirks = &ex->quirks,
	};
}

/* What the server said that ends in errors and in the library; a server may tell the key back in any of it. */
static void scrub(struct exchange *ex)
{
	struct buf *const said[] = { &ex->received, &ex->request_id, &ex->stop_word, &ex->turn.model, &ex->turn.id,
		&ex->turn.fault.text };

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		secret_scrub(ex->job.key, said[i]);
}

static void finish(struct exchange *ex)
{
	struct exchange_result result;

	ex->is_over = true;
	scrub(ex);
	settle_err(ex);
	if (ex->err.code != OK)
		describe_err(ex);
	result = result_of(ex);
	ex->sink.on_done(ex->sink.ctx, &result);
}

/* -- Again? -- */

/* A request that left and got no answer may have been accepted; a server of our own that is not there will not appear. */
static struct backoff_reply reply_of(const struct exchange *ex, const struct http_result *r)
{
	struct backoff_reply reply = { .status = r->status, .head = r->head };
	bool is_transport = r->code == ERR_NETWORK || r->code == ERR_TIMEOUT;

	if (ex->turn.state == TURN_FAILED)
		reply.fault = fault_repeat(ex->turn.fault.class);
	else if (r->status || r->phase > HTTP_TLS || !is_transport || ex->job.provider->is_local)
		reply.fault = BACKOFF_FINAL;
	return reply;
}

static bool wait_for_repeat(struct exchange *ex, const struct http_result *r)
{
	const struct backoff b = { ex->job.provider->retries_max, ex->job.rand, ex->job.rand_ctx };
	struct backoff_reply reply = reply_of(ex, r);
	int64_t wait_ms = backoff_wait_ms(&b, ex->tries, &reply, &ex->server_wait_ms);

	if (ex->has_told || wait_ms < 0)
		return false;
	settle_err(ex);
	notice(ex, "%s; trying again in %.1f s (try %d of %d)", ex->err.text, (double)wait_ms / 1000, ex->tries + 1,
		b.retries_max + 1);
	ex->repeat_at_ms = now_ms(ex) + wait_ms;
	return true;
}

/* The next try does not count: the refused one never began. */
static bool repeat_without_option(struct exchange *ex)
{
	const char *option;

	if (ex->has_told || ex->turn.state != TURN_FAILED || ex->turn.fault.class != FAULT_OPTION)
		return false;
	if (!quirks_learn(&ex->quirks, &ex->turn.fault, &option))
		return false;
	notice(ex, "provider '%.*s' does not take '%s' as given; asking without it", STR_ARG(ex->job.provider->name), option);
	ex->tries--;
	ex->repeat_at_ms = now_ms(ex);
	return true;
}

/* -- One try -- */

static void on_head(void *ctx, const struct http_head *head)
{
	static const char *const names[] = { "request-id", "x-request-id", "x-generation-id", "apim-request-id" };
	struct exchange *ex = ctx;

	ex->status = head->status;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !ex->request_id.len; i++)
		buf_str(&ex->request_id, http_head_get(head, names[i]));
}

static void keep_received(struct exchange *ex, struct str bytes)
{
	size_t room = ex->job.received_max - ex->received.len;

	buf_str(&ex->received, str_sub(bytes, 0, room));
	ex->is_received_cut = ex->is_received_cut || bytes.len > room;
}

static void look_at_form(struct exchange *ex, struct str bytes)
{
	struct str s = str_trim(bytes);

	if (ex->form == BODY_UNKNOWN && s.len)
		ex->form = strchr("{[<", s.p[0]) && s.p[0] ? BODY_WHOLE : BODY_STREAM;
}

/* The parser says ERR_CANCELLED when the turn has its end: no fault then. */
static bool feed_stream(struct exchange *ex, struct str bytes)
{
	struct err err = ERR_INIT;
	enum err_code code = sse_feed(&ex->sse, bytes, &err);

	if (code != OK && code != ERR_CANCELLED)
		ex->err = err;
	return code == OK;
}

/* Blank bytes before the first event are nothing to either form. */
static bool on_body(void *ctx, struct str bytes)
{
	struct exchange *ex = ctx;

	keep_received(ex, bytes);
	look_at_form(ex, bytes);
	if (ex->form == BODY_STREAM)
		return feed_stream(ex, bytes);
	if (ex->form == BODY_UNKNOWN)
		return true;
	if (ex->whole.len + bytes.len > EXCHANGE_WHOLE_MAX) {
		err_set(&ex->err, ERR_LIMIT, "the answer is larger than %zu bytes", EXCHANGE_WHOLE_MAX);
		return false;
	}
	buf_str(&ex->whole, bytes);
	return true;
}

/* The transport ended: what that means for the turn. An end that on_body asked for is decided already. */
static void close_turn(struct exchange *ex, const struct http_result *r)
{
	bool is_error = r->status && (r->status < 200 || r->status > 299);
	bool in_order = r->code == OK;

	if (is_error && (r->status < 300 || r->status > 399))
		turn_refused(&ex->turn, r->status, r->error_body);
	if (ex->turn.state != TURN_OPEN)
		return;
	if (in_order && ex->form == BODY_STREAM)
		sse_end(&ex->sse, NULL);
	if (ex->form == BODY_WHOLE && in_order)
		turn_feed_whole(&ex->turn, buf_view(&ex->whole));
	if (ex->err.code == OK)
		ex->err = r->err;	/* else a limit of our own was crossed, which is the cause */
	turn_end(&ex->turn, in_order);
}

static void on_done(void *ctx, const struct http_result *r)
{
	struct exchange *ex = ctx;

	ex->transfer = NULL;
	ex->status = r->status;
	close_turn(ex, r);
	if (ex->turn.state == TURN_ENDED || (!repeat_without_option(ex) && !wait_for_repeat(ex, r)))
		finish(ex);
}

static void turn_begin(struct exchange *ex)
{
	turn_release(&ex->turn);
	sse_release(&ex->sse);
	ex->turn = (struct turn)TURN_INIT(ex->job.provider->ops, &ex->quirks, on_event, ex);
	ex->turn.is_passing = ex->job.is_passing;
	ex->sse = (struct sse)SSE_INIT(on_sse, ex);
	buf_reset(&ex->sent);
	buf_reset(&ex->received);
	buf_reset(&ex->whole);
	buf_reset(&ex->request_id);
	buf_reset(&ex->stop_word);
	err_reset(&ex->err);
	ex->form = BODY_UNKNOWN;
	ex->is_received_cut = ex->is_too_long = false;
	ex->n_told = 0;
	ex->status = 0;
	ex->repeat_at_ms = -1;
}

static enum err_code try_once(struct exchange *ex, struct err *err)
{
	const struct provider *p = ex->job.provider;
	const struct http_header headers[] = {
		{ STR("content-type"), STR("application/json") },
		{ STR("accept"), STR("text/event-stream, application/json") },
		{ str_c(p->ops->version_header), str_c(p->ops->version) },
	};
	const struct http_sink sink = { on_head, on_body, on_done, ex };

	turn_begin(ex);
	ex->tries++;
	p->ops->encode(ex->job.request, &ex->quirks, &ex->sent);
	const struct http_request request = {
		.method = "POST",
		.url = buf_view(&ex->url),
		.headers = headers,
		.n_headers = p->ops->version_header ? 3 : 2,
		.body = buf_view(&ex->sent),
		.secret = ex->job.key,
		.secret_header = p->auth_header,
		.secret_prefix = p->auth_prefix,
		.timeouts = p->timeouts,
		.body_max = SIZE_MAX,	/* the parser and the answer have limits of their own */
		.identity = p->identity,
	};
	return http_start(ex->h, &request, &sink, &ex->transfer, err);
}

/* -- From outside -- */

static struct exchange *exchange_new(struct http *h, const struct exchange_job *job, const struct exchange_sink *sink)
{
	struct exchange *ex = mem_zalloc(1, sizeof(*ex));

	ex->h = h;
	ex->job = *job;
	ex->sink = *sink;
	if (!ex->job.clock)
		ex->job.clock = &clock_system;
	if (!ex->job.answer_max)
		ex->job.answer_max = EXCHANGE_ANSWER_MAX;
	if (!ex->job.rand)
		ex->job.rand = rand_system;
	ex->quirks = job->provider->quirks;
	ex->first_token_ms = ex->repeat_at_ms = -1;
	ex->started_ms = clock_now_ms(ex->job.clock);
	ex->started_mono_ms = now_ms(ex);
	provider_url(job->provider, job->provider->ops->chat_path, &ex->url);
	return ex;
}

enum err_code exchange_start(struct http *h, const struct exchange_job *job, const struct exchange_sink *sink,
	struct exchange **ex, struct err *err)
{
	SCOPED_PTR(exchange) e = NULL;

	if (!job->request->model.len)
		return err_set(err, ERR_CONFIG, "no model is named for provider '%.*s': give one as %.*s/MODEL",
			STR_ARG(job->provider->name), STR_ARG(job->provider->name));
	e = exchange_new(h, job, sink);
	if (try_once(e, err) != OK)
		return err_ctx(err, "provider '%.*s'", STR_ARG(job->provider->name));
	*ex = take(&e);
	return OK;
}

bool exchange_is_over(const struct exchange *ex)
{
	return ex->is_over;
}

int exchange_wait_ms(const struct exchange *ex, int max_ms)
{
	int64_t left = ex->repeat_at_ms < 0 ? max_ms : ex->repeat_at_ms - now_ms(ex);

	if (left < 0)
		return 0;
	return left < max_ms ? (int)left : max_ms;
}

void exchange_step(struct exchange *ex)
{
	struct err err = ERR_INIT;

	if (ex->is_over || ex->repeat_at_ms < 0 || now_ms(ex) < ex->repeat_at_ms)
		return;
	if (try_once(ex, &err) == OK)
		return;
	ex->err = err;
	turn_end(&ex->turn, false);
	finish(ex);
}

void exchange_cancel(struct exchange *ex)
{
	if (ex->is_over)
		return;
	if (ex->transfer)
		http_cancel(ex->h, ex->transfer);
	ex->transfer = NULL;
	ex->is_cancelled = true;
	turn_end(&ex->turn, false);
	finish(ex);
}

void exchange_free(struct exchange *ex)
{
	if (!ex)
		return;
	if (ex->transfer)
		http_cancel(ex->h, ex->transfer);
	turn_release(&ex->turn);
	sse_release(&ex->sse);
	buf_release(&ex->url);
	buf_release(&ex->sent);
	buf_release(&ex->received);
	buf_release(&ex->whole);
	buf_release(&ex->request_id);
	buf_release(&ex->stop_word);
	mem_free(ex);
}

/* -- One to its end -- */

static bool has_something(const struct exchange_wait *wait)
{
	for (size_t i = 0; i < wait->n_extra; i++)
		if (wait->extra[i].revents)
			return true;
	return false;
}

enum err_code exchange_run(struct http *h, const struct exchange_job *job, const struct exchange_sink *sink,
	const struct exchange_wait *wait, struct err *err)
{
	static const struct exchange_wait nothing = { .cancelled = NULL };
	SCOPED_PTR(exchange) ex = NULL;
	enum err_code code = exchange_start(h, job, sink, &ex, err);

	if (code != OK)
		return code;
	wait = wait ? wait : &nothing;
	while (!exchange_is_over(ex)) {
		http_poll(h, wait->extra, wait->n_extra, exchange_wait_ms(ex, SLICE_MS));
		exchange_step(ex);
		if (wait->on_extra && has_something(wait))
			wait->on_extra(wait->ctx);
		if (wait->cancelled && wait->cancelled(wait->ctx))
			exchange_cancel(ex);
	}
	if (err)
		*err = ex->err;
	return ex->err.code;
}
