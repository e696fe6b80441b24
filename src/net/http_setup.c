#include "http_internal.h"

#include <string.h>
#include <sys/socket.h>

#include "address.h"
#include "ibid/base/mem.h"

static bool is_2xx(int status)
{
	return status >= 200 && status <= 299;
}

/* -- What arrives -- */

static size_t count_lines(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.p[i] == '\n';
	return n;
}

/* Folded lines (RFC 9112, 5.2) are obsolete and skipped, like lines without a colon. */
static void split_head(struct http_transfer *t)
{
	struct str rest = buf_view(&t->head_text);
	size_t n = 0;

	mem_free(t->headers);
	t->headers = mem_zalloc(count_lines(rest), sizeof(*t->headers));
	while (rest.p) {
		struct str value = str_cut(&rest, '\n');
		struct str name = str_cut(&value, ':');

		if (value.p && name.len && name.p[0] != ' ' && name.p[0] != '\t')
			t->headers[n++] = (struct http_header){ name, str_trim(value) };
	}
	t->head.headers = t->headers;
	t->head.n_headers = n;
}

static void end_head(struct http_transfer *t)
{
	long status = 0;

	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status < 200)
		return;
	t->head.status = (int)status;
	t->has_head = true;
	t->active_ms = http_now_ms(t->h);
	split_head(t);
	if (!t->sink.on_head)
		return;
	t->h->happened = true;
	t->sink.on_head(t->sink.ctx, &t->head);
}

/* libcurl hands over one whole line at a time, trailers too. */
static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct http_transfer *t = ctx;
	struct str line = str_of(p, size * n);

	t->head_bytes += line.len;
	if (t->head_bytes > HTTP_HEAD_MAX) {
		t->why = WHY_HEAD_SIZE;
		return 0;
	}
	if (t->has_head)
		return line.len;
	if (str_starts(line, STR("HTTP/")))
		buf_reset(&t->head_text);
	else if (!str_trim(line).len)
		end_head(t);
	else
		buf_str(&t->head_text, line);
	return line.len;
}

static bool keep_error_body(struct http_transfer *t, struct str bytes)
{
	size_t room = HTTP_ERROR_BODY_MAX - t->error_body.len;

	buf_str(&t->error_body, str_sub(bytes, 0, room));
	if (bytes.len > room)
		t->why = WHY_ERROR_BODY_FULL;
	return bytes.len <= room;
}

static bool pass_body(struct http_transfer *t, struct str bytes)
{
	t->body_bytes += bytes.len;
	if (t->body_bytes > t->body_max) {
		t->why = WHY_BODY_SIZE;
		return false;
	}
	t->h->happened = true;
	if (t->sink.on_body && !t->sink.on_body(t->sink.ctx, bytes)) {
		t->why = WHY_SINK;
		return false;
	}
	return true;
}

static size_t on_write(char *p, size_t size, size_t n, void *ctx)
{
	struct http_transfer *t = ctx;
	struct str bytes = str_of(p, size * n);

	t->active_ms = http_now_ms(t->h);
	if (!(is_2xx(t->head.status) ? pass_body(t, bytes) : keep_error_body(t, bytes)))
		return CURL_WRITEFUNC_ERROR;
	return bytes.len;
}

/* The counts here are of the wire: a body that inflates to nothing is stopped by them, an upload that moves is alive. */
static int on_progress(void *ctx, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
	struct http_transfer *t = ctx;

	(void)down_total;
	(void)up_total;
	if (up > t->sent) {
		t->sent = up;
		t->active_ms = http_now_ms(t->h);
	}
	if ((uint64_t)down <= t->body_max)
		return 0;
	t->why = WHY_BODY_SIZE;
	return 1;
}

/* -- Where it may connect -- */

static bool may_connect(const struct http_transfer *t, const struct sockaddr *sa)
{
	enum url_place place = address_place(sa);

	if (t->public_only)
		return place == URL_PUBLIC;
	if (t->url.is_https)
		return true;
	return place == URL_LOOPBACK || (place == URL_PRIVATE && !t->secret);
}

static curl_socket_t on_open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct http_transfer *t = ctx;

	(void)purpose;
	if (may_connect(t, &a->addr))
		return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
	t->address_refused = true;
	return CURL_SOCKET_BAD;
}

/* -- What is sent -- */

static bool is_token(struct str name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	for (size_t i = 0; i < name.len; i++)
		if (!name.p[i] || !strchr(allowed, name.p[i]))
			return false;
	return name.len;
}

static bool is_one_line(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7F)
			return false;
	return true;
}

/* These decide where a request goes or how its end is found; they are the layer's business. */
static bool is_reserved(struct str name)
{
	static const char *const names[] = { "host", "content-length", "transfer-encoding", "connection", "accept-encoding",
		"expect", "te", "upgrade", "proxy-authorization", "cookie" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is_nocase(name, names[i]))
			return true;
	return false;
}

static void add_line(struct http_transfer *t, const char *line)
{
	struct curl_slist *longer = curl_slist_append(t->lines, line);

	if (!longer)
		mem_exhausted();
	t->lines = longer;
}

static enum err_code add_header(struct http_transfer *t, struct str name, struct str value, struct err *err)
{
	SCOPED(buf) line = BUF_INIT;

	if (!is_token(name))
		return err_set(err, ERR_CONFIG, "'%.*s' cannot be the name of a header", STR_ARG(str_sub(name, 0, 80)));
	if (is_reserved(name))
		return err_set(err, ERR_CONFIG, "the header '%.*s' cannot be set", STR_ARG(name));
	if (!is_one_line(value))
		return err_set(err, ERR_CONFIG, "the value of the header '%.*s' holds a control character", STR_ARG(name));
	buf_str(&line, name);
	value = str_trim(value);
	buf_c(&line, value.len ? ": " : ";");
	buf_str(&line, value);
	add_line(t, buf_cstr(&line));
	return OK;
}

static enum err_code check_secret(struct http_transfer *t, struct err *err)
{
	SCOPED(buf) origin = BUF_INIT;

	url_add_origin(&origin, &t->url);
	if (!str_eq(buf_view(&origin), buf_view(&t->secret->origin)))
		return err_set(err, ERR_CONFIG, "the key belongs to '%s' and is not sent to '%s'",
			buf_cstr(&t->secret->origin), buf_cstr(&origin));
	if (!t->url.is_https && t->url.place != URL_LOOPBACK)
		return err_set(err, ERR_CONFIG, "a key is not sent over plain http to '%s': use https",
			buf_cstr(&t->url.host));
	return OK;
}

static enum err_code add_secret(struct http_transfer *t, const struct http_request *request, struct err *err)
{
	SCOPED(buf) value = BUF_INIT;
	enum err_code code = check_secret(t, err);

	if (code != OK)
		return code;
	/* Room for all of it at once, so that growing leaves no copy behind. */
	buf_room(&value, request->secret_prefix.len + SECRET_MAX + 1);
	buf_str(&value, request->secret_prefix);
	buf_str(&value, secret_value(request->secret));
	code = add_header(t, request->secret_header, buf_view(&value), err);
	explicit_bzero(value.p, value.cap);
	return code;
}

void http_forget_lines(struct http_transfer *t)
{
	for (struct curl_slist *line = t->lines; line; line = line->next)
		explicit_bzero(line->data, strlen(line->data));
	curl_slist_free_all(t->lines);
	t->lines = NULL;
}

static enum err_code add_lines(struct http_transfer *t, const struct http_request *request, struct err *err)
{
	enum err_code code;

	for (size_t i = 0; i < request->n_headers; i++)
		if ((code = add_header(t, request->headers[i].name, request->headers[i].value, err)) != OK)
			return code;
	add_line(t, "Expect:");		/* or large bodies wait a second for a 100 that few servers send */
	return t->secret ? add_secret(t, request, err) : OK;
}

static enum err_code check_url(struct http_transfer *t, struct str text, struct err *err)
{
	enum err_code code = url_parse(text, &t->url, err);

	if (code != OK)
		return code;
	if (t->public_only && t->url.place != URL_PUBLIC)
		return err_set(err, ERR_DENIED, "'%s' is an address of a private network", buf_cstr(&t->url.host));
	return OK;
}

#define SET(option, value) curl_easy_setopt(t->easy, (option), (value))

static void set_rules(struct http_transfer *t)
{
	const struct http_options *o = &t->h->options;

	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (o->ca_file)
		SET(CURLOPT_CAINFO, o->ca_file);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_QUICK_EXIT, 1L);	/* a cancel must not wait for the resolver's thread */
	SET(CURLOPT_HTTP_VERSION, (long)(o->http1_only ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
	SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);	/* a proxy sees none of the headers */
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (!t->url.is_https || t->public_only)
		SET(CURLOPT_NOPROXY, "*");
	SET(CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	SET(CURLOPT_OPENSOCKETDATA, t);
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
}

static void set_callbacks(struct http_transfer *t)
{
	SET(CURLOPT_PRIVATE, t);
	SET(CURLOPT_ERRORBUFFER, t->detail);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_WRITEFUNCTION, on_write);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_XFERINFOFUNCTION, on_progress);
	SET(CURLOPT_XFERINFODATA, t);
	SET(CURLOPT_NOPROGRESS, 0L);
}

static void set_request(struct http_transfer *t, const struct http_request *request)
{
	SCOPED(buf) address = BUF_INIT;

	buf_str(&address, request->url);
	SET(CURLOPT_URL, buf_cstr(&address));
	SET(CURLOPT_USERAGENT, "ibid/" IBID_VERSION);
	SET(CURLOPT_HTTPHEADER, t->lines);
	SET(CURLOPT_ACCEPT_ENCODING, request->identity ? "identity" : "");
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(t->timeouts.connect_ms ? t->timeouts.connect_ms : INT32_MAX));
	SET(CURLOPT_UPLOAD_BUFFERSIZE, 16384L);		/* a thousand transfers at once fit in little memory */
	if (!strcmp(request->method, "GET"))
		return;
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
	SET(CURLOPT_POSTFIELDS, request->body.len ? request->body.p : "");
	SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_FORBID_REUSE, 1L);
}

enum err_code http_setup(struct http_transfer *t, const struct http_request *request, struct err *err)
{
	enum err_code code;

	if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "POST") != 0)
		return err_set(err, ERR_BUG, "no request is made by the method '%s'", request->method);
	if ((code = check_url(t, request->url, err)) != OK || (code = add_lines(t, request, err)) != OK)
		return code;
	t->easy = curl_easy_init();
	if (!t->easy)
		mem_exhausted();
	set_rules(t);
	set_callbacks(t);
	set_request(t, request);
	return OK;
}
