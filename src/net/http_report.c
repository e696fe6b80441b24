#include "http_internal.h"

#include <string.h>

#include "ibid/net/backoff.h"

/*
 * One row an outcome. In the sentences, {host} is the host as the user wrote it,
 * {why} is what libcurl or the system says, {n} the figure of the limit.
 */
struct outcome {
	enum err_code code;
	const char *says;
};

/* clang-format off */
static const struct outcome whys[WHY_COUNT] = {
	[WHY_FIRST_BYTE] = { ERR_TIMEOUT, "'{host}' did not begin to answer within {n} s" },
	[WHY_IDLE]       = { ERR_TIMEOUT, "'{host}' fell silent for {n} s in the middle of its answer" },
	[WHY_TOTAL]      = { ERR_TIMEOUT, "the answer of '{host}' was not complete after {n} s" },
	[WHY_BODY_SIZE]  = { ERR_LIMIT,   "the answer of '{host}' is larger than {n} bytes" },
	[WHY_HEAD_SIZE]  = { ERR_PROTOCOL, "the answer of '{host}' has more than {n} bytes of headers" },
	[WHY_SINK]       = { ERR_CANCELLED, "reading the answer of '{host}' was stopped" },
};

static const struct {
	CURLcode curl;
	struct outcome is;
} codes[] = {
	{ CURLE_COULDNT_RESOLVE_HOST,  { ERR_NETWORK, "cannot find the host '{host}'" } },
	{ CURLE_COULDNT_RESOLVE_PROXY, { ERR_NETWORK, "cannot find the proxy that the environment names for '{host}'" } },
	{ CURLE_COULDNT_CONNECT,       { ERR_NETWORK, "cannot connect to '{host}': {why}" } },
	{ CURLE_PROXY,                 { ERR_NETWORK, "the proxy refused the way to '{host}': {why}" } },
	{ CURLE_PEER_FAILED_VERIFICATION, { ERR_REFUSED, "'{host}' did not prove who it is: {why}" } },
	{ CURLE_SSL_CONNECT_ERROR,     { ERR_NETWORK, "no safe connection to '{host}': {why}" } },
	{ CURLE_SSL_CACERT_BADFILE,    { ERR_CONFIG,  "cannot read the file of trusted certificates: {why}" } },
	{ CURLE_GOT_NOTHING,           { ERR_NETWORK, "'{host}' closed the connection without an answer" } },
	{ CURLE_SEND_ERROR,            { ERR_NETWORK, "the connection to '{host}' was cut while the request was sent" } },
	{ CURLE_RECV_ERROR,            { ERR_NETWORK, "the connection to '{host}' was cut: {why}" } },
	{ CURLE_WEIRD_SERVER_REPLY,    { ERR_PROTOCOL, "'{host}' does not answer in HTTP" } },
	{ CURLE_UNSUPPORTED_PROTOCOL,  { ERR_PROTOCOL, "'{host}' does not answer in HTTP" } },
	{ CURLE_BAD_CONTENT_ENCODING,  { ERR_PROTOCOL, "the answer of '{host}' is not compressed as it says" } },
};
/* clang-format on */

static const struct outcome connect_timeout = { ERR_TIMEOUT, "'{host}' took no connection within {n} s" };
static const struct outcome cut = { ERR_TRUNCATED, "the connection to '{host}' was cut in the middle of its answer" };
static const struct outcome redirect = { ERR_REFUSED, "'{host}' points to '{why}' instead of answering; requests "
						      "are never sent on: set base_url to the right address" };
static const struct outcome redirect_nowhere = { ERR_REFUSED, "'{host}' answers with the redirect {n} instead of data" };
static const struct outcome refused = { ERR_REFUSED, "'{host}' refused the request (HTTP {n})" };
static const struct outcome busy = { ERR_BUSY, "'{host}' is busy or out of order (HTTP {n})" };
static const struct outcome not_plain = { ERR_CONFIG, "plain http is only for this machine and, without a key, for "
						      "private networks: use https for '{host}'" };
static const struct outcome not_public = { ERR_DENIED, "'{host}' is an address of a private network" };
static const struct outcome other = { ERR_NETWORK, "the request to '{host}' failed: {why}" };

static void put(struct buf *text, struct str mark, struct str by)
{
	size_t at = str_find(buf_view(text), mark, 0);

	if (at != STR_NONE)
		buf_splice(text, at, at + mark.len, by);
}

/* `n` counts thousandths, so that 300 ms read as 0.3 s. */
static void say(struct http_transfer *t, const struct outcome *is, struct str why, int64_t n, struct http_result *r)
{
	SCOPED(buf) text = BUF_INIT;
	SCOPED(buf) host = BUF_INIT;
	SCOPED(buf) figure = BUF_INIT;

	url_add_host(&host, &t->url);
	buf_fmt(&figure, n % 1000 ? "%.1f" : "%.0f", (double)n / 1000);
	buf_c(&text, is->says);
	put(&text, STR("{n}"), buf_view(&figure));
	put(&text, STR("{host}"), buf_view(&host));
	put(&text, STR("{why}"), why);
	r->code = err_set(&r->err, is->code, "%s", buf_cstr(&text));
}

/* The limit that was crossed, in thousandths of the unit of its sentence. */
static int64_t limit_of(const struct http_transfer *t)
{
	const int64_t limits[WHY_COUNT] = {
		[WHY_FIRST_BYTE] = t->timeouts.first_byte_ms,
		[WHY_IDLE] = t->timeouts.idle_ms,
		[WHY_TOTAL] = t->timeouts.total_ms,
		[WHY_BODY_SIZE] = (int64_t)t->body_max * 1000,
		[WHY_HEAD_SIZE] = (int64_t)HTTP_HEAD_MAX * 1000,
	};

	return limits[t->why];
}

static struct str detail_of(const struct http_transfer *t, CURLcode code)
{
	long number = 0;

	curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
	if (number && code == CURLE_COULDNT_CONNECT)
		return str_c(strerror((int)number));
	return str_c(t->detail[0] ? t->detail : curl_easy_strerror(code));
}

static const struct outcome *outcome_of(CURLcode code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].curl == code)
			return &codes[i].is;
	return &other;
}

static bool has_happened(const struct http_transfer *t, CURLINFO which)
{
	curl_off_t us = 0;

	curl_easy_getinfo(t->easy, which, &us);
	return us > 0;
}

static bool is_all_sent(const struct http_transfer *t)
{
	curl_off_t n = 0;

	curl_easy_getinfo(t->easy, CURLINFO_SIZE_UPLOAD_T, &n);
	return n >= t->body_len;
}

static enum http_phase phase_of(const struct http_transfer *t, CURLcode code)
{
	if (t->has_head)
		return code == CURLE_OK ? HTTP_DONE : HTTP_BODY;
	if (has_happened(t, CURLINFO_PRETRANSFER_TIME_T))
		return is_all_sent(t) ? HTTP_WAIT : HTTP_SEND;
	if (has_happened(t, CURLINFO_CONNECT_TIME_T))
		return HTTP_TLS;
	return has_happened(t, CURLINFO_NAMELOOKUP_TIME_T) ? HTTP_CONNECT : HTTP_RESOLVE;
}

static void report_status(struct http_transfer *t, struct buf *location, struct http_result *r)
{
	SCOPED(url) to = URL_INIT;
	int64_t status = (int64_t)r->status * 1000;
	char *where = NULL;

	if (r->status < 300 || r->status > 399) {
		say(t, backoff_is_transient(r->status) ? &busy : &refused, STR_EMPTY, status, r);
		return;
	}
	curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &where);
	if (!where || url_parse(str_c(where), &to, NULL) != OK) {
		say(t, &redirect_nowhere, STR_EMPTY, status, r);
		return;
	}
	buf_c(location, where);
	r->location = buf_view(location);
	buf_reset(&to.path);
	url_add_host(&to.path, &to);
	say(t, &redirect, buf_view(&to.path), status, r);
}

static void report_failure(struct http_transfer *t, CURLcode code, struct http_result *r)
{
	if (t->why)
		say(t, &whys[t->why], STR_EMPTY, limit_of(t), r);
	else if (t->address_refused && r->phase <= HTTP_CONNECT)
		say(t, t->public_only ? &not_public : &not_plain, STR_EMPTY, 0, r);
	else if (t->has_head && code != CURLE_BAD_CONTENT_ENCODING)
		say(t, &cut, STR_EMPTY, 0, r);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		say(t, &connect_timeout, STR_EMPTY, t->timeouts.connect_ms, r);
	else
		say(t, outcome_of(code), detail_of(t, code), 0, r);
}

void http_report(struct http_transfer *t, CURLcode code, struct buf *location, struct http_result *r)
{
	bool is_2xx = t->head.status >= 200 && t->head.status <= 299;

	*r = (struct http_result){
		.code = OK,
		.phase = phase_of(t, code),
		.status = t->head.status,
		.location = STR_EMPTY,
		.head = t->has_head ? &t->head : NULL,
		.body_bytes = t->body_bytes,
		.err = ERR_INIT,
	};
	secret_scrub(t->secret, &t->error_body);
	r->error_body = buf_view(&t->error_body);
	if (t->has_head && !is_2xx)
		report_status(t, location, r);
	else if (code != CURLE_OK || t->why)
		report_failure(t, code, r);
	r->err.http_status = r->status;
	secret_scrub_err(t->secret, &r->err);
}
