/*
 * serve.h - one HTTP/1.1 exchange after a script, on a connected socket
 *
 * Plain and blocking; whoever serves several at once forks. Deadlines are the
 * caller's: alarm(2).
 */
#ifndef IBID_TESTS_SERVE_H
#define IBID_TESTS_SERVE_H
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ibid/base/clock.h"
#include "wire.h"

#define SERVE_REQUEST_MAX ((size_t)64 << 20)

/* A socket that listens on 127.0.0.1, at a port the kernel chose. */
static inline int serve_listen(int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, 1024) != 0 ||
		getsockname(fd, (struct sockaddr *)&at, &len) != 0) {
		perror("listen");
		exit(1);
	}
	*port = ntohs(at.sin_port);
	return fd;
}

/* -- The request -- */

struct serve_request {
	struct buf bytes;
	struct str head, body;
	struct str method, path;
};

static inline struct str serve_header(const struct serve_request *r, const char *name)
{
	struct str rest = r->head;

	str_cut(&rest, '\n');
	while (rest.p) {
		struct str value = str_cut(&rest, '\n');
		struct str key = str_cut(&value, ':');

		if (value.p && str_is_nocase(key, name))
			return str_trim(value);
	}
	return (struct str){ NULL, 0 };
}

static inline bool serve_read_more(int fd, struct buf *bytes)
{
	ssize_t n = recv(fd, buf_room(bytes, 65536), 65536, 0);

	if (n > 0)
		bytes->len += (size_t)n;
	return n > 0 && bytes->len < SERVE_REQUEST_MAX;
}

/* False when the client left before its request was whole. */
static inline bool serve_read(int fd, struct serve_request *r)
{
	size_t end;
	long long len = 0;
	struct str line;

	while ((end = str_find(buf_view(&r->bytes), STR("\r\n\r\n"), 0)) == STR_NONE)
		if (!serve_read_more(fd, &r->bytes))
			return false;
	r->head = str_sub(buf_view(&r->bytes), 0, end + 2);
	str_to_int(serve_header(r, "content-length"), &len);
	while (r->bytes.len < end + 4 + (size_t)len)
		if (!serve_read_more(fd, &r->bytes))
			return false;
	r->head = str_sub(buf_view(&r->bytes), 0, end + 2);
	r->body = str_sub(buf_view(&r->bytes), end + 4, r->bytes.len);
	line = str_cut(&(struct str){ r->head.p, r->head.len }, '\r');
	r->method = str_cut(&line, ' ');
	r->path = str_cut(&line, ' ');
	return true;
}

/* -- Is it what the script expects? -- */

static inline bool serve_json_holds(const struct json_node *have, const struct json_node *want)
{
	SCOPED(buf) a = BUF_INIT;
	SCOPED(buf) b = BUF_INIT;

	if (json_kind(want) == JSON_OBJECT) {
		for (const struct json_node *m = json_first(want); m; m = json_next(m)) {
			SCOPED(buf) key = BUF_INIT;

			buf_str(&key, json_key(m));
			if (!serve_json_holds(json_get(have, buf_cstr(&key)), m))
				return false;
		}
		return json_kind(have) == JSON_OBJECT;
	}
	if (json_kind(want) == JSON_ARRAY) {
		const struct json_node *h = json_first(have);

		for (const struct json_node *m = json_first(want); m; m = json_next(m), h = json_next(h))
			if (!serve_json_holds(h, m))
				return false;
		return json_kind(have) == JSON_ARRAY && json_count(have) == json_count(want);
	}
	if (!have)
		return false;
	json_print(&a, have);
	json_print(&b, want);
	return str_eq(buf_view(&a), buf_view(&b));
}

static inline bool serve_body_fits(struct str body, struct str want)
{
	SCOPED_PTR(json) have = NULL;
	SCOPED_PTR(json) wanted = NULL;

	if (json_parse(want, 0, &wanted, NULL) != OK)
		wire_die("expect-json", 0, "the script's own JSON is wrong");
	return json_parse(body, 0, &have, NULL) == OK && serve_json_holds(json_root(have), json_root(wanted));
}

/* NULL when it fits, else the first thing that does not. */
static inline const char *serve_mismatch(const struct serve_request *r, const struct wire_exchange *x)
{
	if (x->method.len && !str_eq(x->method, r->method))
		return "another method is expected";
	if (x->path.len && !str_eq(x->path, r->path))
		return "another path is expected";
	for (size_t i = 0; i < x->n_want; i++) {
		SCOPED(buf) name = BUF_INIT;
		struct str have, want = x->want[i].value;

		buf_str(&name, x->want[i].name);
		have = serve_header(r, buf_cstr(&name));
		if (!want.len && have.p)
			return "a header is there that must not be";
		if (want.len && (!have.p || (!str_is(want, "*") && !str_eq(have, want))))
			return "a header is missing or differs";
	}
	if (x->json.len && !serve_body_fits(r->body, x->json))
		return "the body lacks what is expected";
	return NULL;
}

/* -- The log: one JSON object a request -- */

static inline void serve_note(int fd, int number, const struct serve_request *r, const char *mismatch)
{
	SCOPED(buf) line = BUF_INIT;
	struct json_writer w = json_writer(&line);
	struct str rest = r->head;

	if (fd < 0)
		return;
	json_open(&w, '{');
	json_put_int(&w, "n", number);
	json_put_int(&w, "at_ms", clock_now_ms(&clock_system));
	json_put_bool(&w, "ok", !mismatch);
	json_put_c(&w, "why", mismatch ? mismatch : "");
	json_put_str(&w, "method", r->method);
	json_put_str(&w, "path", r->path);
	json_open_key(&w, "headers", '{');
	str_cut(&rest, '\n');
	while (rest.p) {
		struct str value = str_cut(&rest, '\n');
		struct str key = str_cut(&value, ':');

		if (value.p)
			json_put_str_keyed(&w, key, str_trim(value));
	}
	json_close(&w);
	json_put_str(&w, "body", r->body);
	json_close(&w);
	buf_ch(&line, '\n');
	if (write(fd, line.p, line.len) < 0)
		perror("log");
}

/* -- The response -- */

static inline bool serve_send(int fd, struct str s)
{
	while (s.len) {
		ssize_t n = send(fd, s.p, s.len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s = str_sub(s, (size_t)n, s.len);
	}
	return true;
}

static inline bool serve_send_body(int fd, enum wire_framing framing, struct str bytes)
{
	SCOPED(buf) out = BUF_INIT;

	if (!bytes.len)
		return true;
	if (framing == WIRE_CHUNKED)
		buf_fmt(&out, "%zx\r\n", bytes.len);
	buf_str(&out, bytes);
	if (framing == WIRE_CHUNKED)
		buf_c(&out, "\r\n");
	return serve_send(fd, buf_view(&out));
}

static inline bool serve_send_head(int fd, const struct wire_exchange *x)
{
	SCOPED(buf) out = BUF_INIT;

	if (x->no_head)
		return true;
	buf_fmt(&out, "HTTP/1.1 %d Status\r\nconnection: close\r\n", x->status);
	for (size_t i = 0; i < x->n_headers; i++)
		buf_fmt(&out, "%.*s: %.*s\r\n", STR_ARG(x->headers[i].name), STR_ARG(x->headers[i].value));
	if (x->framing == WIRE_CHUNKED)
		buf_c(&out, "transfer-encoding: chunked\r\n");
	if (x->framing == WIRE_LENGTH)
		buf_fmt(&out, "content-length: %zu\r\n", x->body.len);
	buf_c(&out, "\r\n");
	return serve_send(fd, buf_view(&out));
}

/* Until the client leaves. */
static inline void serve_silence(int fd)
{
	char byte;

	while (recv(fd, &byte, 1, 0) > 0)
		;
}

/* Until the file is there; the server's own deadline bounds it. */
static inline void serve_await(struct str file)
{
	SCOPED(buf) path = BUF_INIT;

	buf_str(&path, file);
	while (access(buf_cstr(&path), F_OK) != 0)
		poll(NULL, 0, 5);
}

static inline void serve_reset(int fd)
{
	struct linger at_once = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

/* Bytes that no flush or delay parts are sent in one piece. True while the connection is to go on. */
static inline bool serve_steps(int fd, const struct wire_exchange *x)
{
	SCOPED(buf) pending = BUF_INIT;

	for (size_t i = 0; i < x->n_steps; i++) {
		const struct wire_step *s = &x->steps[i];

		if (s->kind == WIRE_BYTES) {
			buf_str(&pending, s->bytes);
			continue;
		}
		if (!serve_send_body(fd, x->framing, buf_view(&pending)))
			return false;
		buf_reset(&pending);
		if (s->kind == WIRE_DELAY)
			poll(NULL, 0, s->ms);
		if (s->kind == WIRE_AWAIT)
			serve_await(s->file);
		if (s->kind == WIRE_SILENCE)
			serve_silence(fd);
		if (s->kind == WIRE_RST)
			serve_reset(fd);
		if (s->kind > WIRE_AWAIT)
			return false;
	}
	return serve_send_body(fd, x->framing, buf_view(&pending));
}

static inline void serve_say(int fd, int status, const char *text)
{
	SCOPED(buf) out = BUF_INIT;

	buf_fmt(&out, "HTTP/1.1 %d Script\r\nconnection: close\r\ncontent-length: %zu\r\n\r\n%s", status, strlen(text), text);
	serve_send(fd, buf_view(&out));
}

/* Serve one exchange and close. `number` and `log` (-1: none) are for the log. */
static inline bool serve_exchange(int fd, const struct wire_exchange *x, int number, int log)
{
	struct serve_request r = { .bytes = BUF_INIT };
	const char *mismatch = NULL;
	int on = 1;
	bool whole = serve_read(fd, &r);

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (whole) {
		mismatch = x ? serve_mismatch(&r, x) : "the script is over";
		serve_note(log, number, &r, mismatch);
		if (mismatch)
			serve_say(fd, 501, mismatch);
		else if (serve_send_head(fd, x) && serve_steps(fd, x) && x->framing == WIRE_CHUNKED)
			serve_send(fd, STR("0\r\n\r\n"));
	}
	buf_release(&r.bytes);
	close(fd);
	return whole && !mismatch;
}

/* -- A child that serves a script, for unit tests -- */

struct server {
	pid_t pid;
	int port;
	FILE *log;
};

/* It ends with the test program, with server_stop, or after 30 s. Exchanges past the end of the script get 501. */
static inline struct server server_start(const struct wire *w)
{
	struct server s = { .log = tmpfile() };
	int listener = serve_listen(&s.port);

	s.pid = fork();
	if (s.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(30);
		for (size_t n = 0;; n++) {
			int fd = accept(listener, NULL, NULL);

			if (fd >= 0 && fork() == 0) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				serve_exchange(fd, n < w->n ? &w->v[n] : NULL, (int)n, fileno(s.log));
				_exit(0);
			}
			close(fd);
		}
	}
	close(listener);
	return s;
}

static inline size_t server_requests(const struct server *s)
{
	size_t n = 0;
	char byte;

	for (off_t at = 0; pread(fileno(s->log), &byte, 1, at) == 1; at++)
		n += byte == '\n';
	return n;
}

/* All of the log: one line of JSON a request. */
static inline void server_log(const struct server *s, struct buf *out)
{
	char bytes[4096];
	ssize_t n;

	for (off_t at = 0; (n = pread(fileno(s->log), bytes, sizeof(bytes), at)) > 0; at += n)
		buf_add(out, bytes, (size_t)n);
}

static inline void server_stop(struct server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	fclose(s->log);
}
#endif
