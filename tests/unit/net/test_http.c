#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../tools/serve.h"
#include "ibid/net/fetch.h"

#define CANARY "sk-CANARY-0123456789"

/* What one transfer did. */
struct seen {
	struct buf body, error_body, location, sentence;
	struct buf type;	/* the content-type header */
	enum err_code code;
	enum http_phase phase;
	int status, n_heads, n_done;
	size_t stop_after;	/* bytes; 0: read all */
};

static void seen_release(struct seen *s)
{
	buf_release(&s->body);
	buf_release(&s->error_body);
	buf_release(&s->location);
	buf_release(&s->sentence);
	buf_release(&s->type);
}

static void on_head(void *ctx, const struct http_head *head)
{
	struct seen *s = ctx;

	s->n_heads++;
	buf_str(&s->type, http_head_get(head, "Content-Type"));
}

static bool on_body(void *ctx, struct str bytes)
{
	struct seen *s = ctx;

	buf_str(&s->body, bytes);
	return !s->stop_after || s->body.len < s->stop_after;
}

static void on_done(void *ctx, const struct http_result *r)
{
	struct seen *s = ctx;

	s->n_done++;
	s->code = r->code;
	s->phase = r->phase;
	s->status = r->status;
	assert_int_equal(r->code, r->err.code);
	buf_str(&s->error_body, r->error_body);
	buf_str(&s->location, r->location);
	buf_c(&s->sentence, r->err.text);
}

static struct http_sink sink_of(struct seen *s)
{
	return (struct http_sink){ on_head, on_body, on_done, s };
}

static struct http_request get(const struct buf *url)
{
	return (struct http_request){ .method = "GET", .url = buf_view(url), .timeouts = { 5000, 5000, 5000, 10000 } };
}

static struct http_request post(const struct buf *url, struct str body)
{
	struct http_request r = get(url);

	r.method = "POST";
	r.body = body;
	return r;
}

static void run(struct http *h, const struct http_request *r, struct seen *s)
{
	struct http_sink sink = sink_of(s);
	struct err err = ERR_INIT;

	if (http_start(h, r, &sink, NULL, &err) != OK)
		fail_msg("not started: %s", err.text);
	while (!s->n_done)
		http_poll(h, NULL, 0, 100);
}

struct scene {
	struct wire wire;
	struct server server;
	struct http *h;
	struct buf url;
};

static void scene_open(struct scene *c, const char *script, const char *path)
{
	*c = (struct scene){ .url = BUF_INIT };
	wire_parse(&c->wire, "script", str_c(script));
	c->server = server_start(&c->wire);
	c->h = http_new(NULL);
	buf_fmt(&c->url, "http://127.0.0.1:%d%s", c->server.port, path);
}

static void scene_close(struct scene *c)
{
	http_free(c->h);
	server_stop(&c->server);
	wire_release(&c->wire);
	buf_release(&c->url);
}

/* -- What goes over the wire -- */

static void a_post_arrives_and_its_answer_comes_back(void **state)
{
	const struct http_header headers[] = { { STR("Content-Type"), STR("application/json") }, { STR("X-Empty"), STR("") } };
	struct scene c;
	struct seen s = { .n_done = 0 };
	struct http_request r;

	(void)state;
	scene_open(&c, "expect POST /v1/x?y=1\nexpect-json {\"a\":1}\nexpect-header content-type: application/json\n"
		       "expect-header accept-encoding: *\nexpect-no-header expect\n"
		       "header content-type: text/plain\n|one\nflush\n|two\n", "/v1/x?y=1");
	r = post(&c.url, STR("{\"a\":1,\"b\":2}"));
	r.headers = headers;
	r.n_headers = 2;
	run(c.h, &r, &s);
	assert_int_equal(s.code, OK);
	assert_int_equal(s.phase, HTTP_DONE);
	assert_int_equal(s.n_heads, 1);
	assert_string_equal(buf_cstr(&s.body), "one\ntwo\n");
	assert_string_equal(buf_cstr(&s.type), "text/plain");
	seen_release(&s);
	scene_close(&c);
}

static void an_error_body_is_kept_without_the_key(void **state)
{
	struct scene c;
	struct seen s = { .n_done = 0 };
	SCOPED(secret) key = SECRET_INIT;
	struct http_request r;

	(void)state;
	scene_open(&c, "expect-header x-api-key: " CANARY "\nstatus 401\nframing length\n|no such key: " CANARY ".\n", "/");
	secret_set(&key, STR(CANARY), str_sub(buf_view(&c.url), 0, c.url.len - 1), NULL);
	r = post(&c.url, STR_EMPTY);
	r.secret = &key;
	r.secret_header = STR("x-api-key");
	run(c.h, &r, &s);
	assert_int_equal(s.code, ERR_REFUSED);
	assert_int_equal(s.status, 401);
	assert_string_equal(buf_cstr(&s.error_body), "no such key: [key].\n");
	assert_int_equal(s.body.len, 0);
	assert_non_null(strstr(buf_cstr(&s.sentence), "(HTTP 401)"));
	seen_release(&s);
	scene_close(&c);
}

/* -- Redirects (reference: security C1) -- */

struct redirect {
	int status;
	const char *header, *target;
};

static void check_redirect(const struct redirect *d, int other_port, int other)
{
	SCOPED(buf) script = BUF_INIT;
	SCOPED(buf) target = BUF_INIT;
	SCOPED(secret) key = SECRET_INIT;
	struct pollfd fd = { .fd = other, .events = POLLIN };
	struct seen s = { .n_done = 0 };
	struct http_request r;
	struct scene c;

	buf_fmt(&target, "%s:%d/v1", d->target, other_port);
	buf_fmt(&script, "status %d\nheader location: %s\nframing length\n|moved\n", d->status, buf_cstr(&target));
	scene_open(&c, buf_cstr(&script), "/v1/messages");
	secret_set(&key, STR(CANARY), str_sub(buf_view(&c.url), 0, c.url.len - strlen("/v1/messages")), NULL);
	r = post(&c.url, STR("{}"));
	r.secret = &key;
	r.secret_header = str_c(d->header);
	r.secret_prefix = STR("Bearer ");
	run(c.h, &r, &s);
	assert_int_equal(s.code, ERR_REFUSED);
	assert_int_equal(s.status, d->status);
	assert_null(strstr(buf_cstr(&s.sentence), CANARY));
	assert_int_equal(poll(&fd, 1, 0), 0);
	if (!strchr(d->target, '@')) {
		assert_non_null(strstr(buf_cstr(&s.sentence), "base_url"));
		assert_string_equal(buf_cstr(&s.location), buf_cstr(&target));
	}
	seen_release(&s);
	scene_close(&c);
}

static void a_redirect_is_an_error_and_the_key_stays(void **state)
{
	static const int codes[] = { 301, 302, 303, 307, 308 };
	static const char *const headers[] = { "authorization", "x-api-key", "api-key", "x-goog-api-key" };
	static const char *const targets[] = { "http://127.0.0.1", "http://localhost", "https://127.0.0.1",
		"http://127.0.0.1@127.0.0.2" };
	int port, other = serve_listen(&port);

	(void)state;
	for (size_t i = 0; i < 5; i++)
		for (size_t j = 0; j < 4; j++)
			for (size_t k = 0; k < 4; k++)
				check_redirect(&(struct redirect){ codes[i], headers[j], targets[k] }, port, other);
	close(other);
}

/* -- Whose key (reference: security C2, C7) -- */

static void a_key_goes_to_its_own_origin_alone(void **state)
{
	static const char *const urls[] = { "http://127.0.0.1:%d/api.openai.com", "http://localhost:%d/", "http://127.0.0.1:%d/",
		"http://[::1]:%d/" };
	int port, listener = serve_listen(&port);
	struct pollfd fd = { .fd = listener, .events = POLLIN };
	SCOPED_PTR(http) h = http_new(NULL);
	SCOPED(secret) key = SECRET_INIT;
	struct err err = ERR_INIT;

	(void)state;
	secret_set(&key, STR(CANARY), STR("https://api.openai.com"), NULL);
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		SCOPED(buf) url = BUF_INIT;
		struct seen s = { .n_done = 0 };
		struct http_sink sink = sink_of(&s);
		struct http_request r;

		buf_fmt(&url, "%.*s:%d/", (int)(strrchr(urls[i], ':') - urls[i]), urls[i], port);
		r = post(&url, STR("{}"));
		r.secret = &key;
		r.secret_header = STR("authorization");
		assert_int_equal(http_start(h, &r, &sink, NULL, &err), ERR_CONFIG);
		assert_non_null(strstr(err.text, "the key belongs to 'https://api.openai.com'"));
		assert_null(strstr(err.text, CANARY));
	}
	assert_int_equal(http_running(h), 0);
	assert_int_equal(poll(&fd, 1, 0), 0);
	close(listener);
}

static void plain_http_carries_no_key_to_another_machine(void **state)
{
	static const char *const hosts[] = { "http://192.0.2.1", "http://10.0.0.5", "http://api.openai.com" };
	SCOPED_PTR(http) h = http_new(NULL);
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		SCOPED(secret) key = SECRET_INIT;
		SCOPED(buf) url = BUF_INIT;
		struct seen s = { .n_done = 0 };
		struct http_sink sink = sink_of(&s);
		struct http_request r;

		secret_set(&key, STR(CANARY), str_c(hosts[i]), NULL);
		buf_c(&url, hosts[i]);
		r = get(&url);
		r.secret = &key;
		r.secret_header = STR("authorization");
		assert_int_equal(http_start(h, &r, &sink, NULL, &err), ERR_CONFIG);
		assert_non_null(strstr(err.text, "plain http"));
	}
}

static void plain_http_to_the_internet_is_refused_at_the_socket(void **state)
{
	SCOPED_PTR(http) h = http_new(NULL);
	SCOPED(buf) url = BUF_INIT;
	struct seen s = { .n_done = 0 };
	struct http_request r;

	(void)state;
	buf_c(&url, "http://8.8.8.8/");
	r = get(&url);
	run(h, &r, &s);
	assert_int_equal(s.code, ERR_CONFIG);
	assert_non_null(strstr(buf_cstr(&s.sentence), "use https"));
	seen_release(&s);
}

static void a_page_from_a_document_reaches_no_private_address(void **state)
{
	static const char *const urls[] = { "http://127.0.0.1:%d/", "http://localhost:%d/", "http://0x7f.1:%d/", "http://[::1]:%d/",
		"http://[::ffff:127.0.0.1]:%d/", "http://0:%d/", "http://169.254.169.254:%d/", "https://10.0.0.5:%d/" };
	int port, listener = serve_listen(&port);
	struct pollfd fd = { .fd = listener, .events = POLLIN };
	SCOPED_PTR(http) h = http_new(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		SCOPED(buf) url = BUF_INIT;
		SCOPED(fetch) f = FETCH_INIT;
		struct http_request r;
		struct err err = ERR_INIT;

		buf_fmt(&url, "%.*s:%d/", (int)(strrchr(urls[i], ':') - urls[i]), urls[i], port);
		r = get(&url);
		r.public_only = true;
		assert_int_equal(fetch_run(h, &r, NULL, NULL, &f, &err), ERR_DENIED);
	}
	assert_int_equal(poll(&fd, 1, 0), 0);
	close(listener);
}

/* -- Injection (reference: security C10) -- */

static void what_could_end_a_header_is_refused(void **state)
{
	static const struct http_header bad[] = {
		{ { "x\r\ny", 4 }, { "1", 1 } },
		{ { "x", 1 }, { "1\r\nevil: 2", 10 } },
		{ { "x", 1 }, { "1\nevil: 2", 9 } },
		{ { "x", 1 }, { "1\0", 2 } },
		{ { "x:", 2 }, { "1", 1 } },
		{ { "", 0 }, { "1", 1 } },
		{ { "x y", 3 }, { "1", 1 } },
		{ { "Host", 4 }, { "evil.test", 9 } },
		{ { "content-length", 14 }, { "0", 1 } },
		{ { "Transfer-Encoding", 17 }, { "chunked", 7 } },
		{ { "cookie", 6 }, { "a=b", 3 } },
	};
	static const char *const urls[] = { "http://127.0.0.1:1/\r\nX: y", "http://127.0.0.1:1/a b", "http://127.0.0.1:1/\tx" };
	SCOPED_PTR(http) h = http_new(NULL);
	SCOPED(buf) url = BUF_INIT;
	struct seen s = { .n_done = 0 };
	struct http_sink sink = sink_of(&s);
	struct http_request r;

	(void)state;
	buf_c(&url, "http://127.0.0.1:1/");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		r = get(&url);
		r.headers = &bad[i];
		r.n_headers = 1;
		assert_int_equal(http_start(h, &r, &sink, NULL, NULL), ERR_CONFIG);
	}
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		r = get(&url);
		r.url = str_c(urls[i]);
		assert_int_equal(http_start(h, &r, &sink, NULL, NULL), ERR_CONFIG);
	}
	assert_int_equal(http_running(h), 0);
}

/* -- Where it can fail -- */

static void each_failure_knows_its_phase_and_says_so(void **state)
{
	static const struct {
		const char *script, *sentence;
		enum err_code code;
		enum http_phase phase;
	} cases[] = {
		/* clang-format off */
		{ "|part\nflush\ncut fin\n", "was cut in the middle", ERR_TRUNCATED, HTTP_BODY },
		{ "|part\nflush\ndelay 20\ncut rst\n", "was cut in the middle", ERR_TRUNCATED, HTTP_BODY },
		{ "framing length\n|part\nflush\ncut fin\n|more\n", "was cut in the middle", ERR_TRUNCATED, HTTP_BODY },
		{ "framing close\n|part\ncut fin\n", "", OK, HTTP_DONE },
		{ "header content-encoding: gzip\n|this is no gzip\n", "not compressed as it says", ERR_PROTOCOL, HTTP_BODY },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene c;
		struct seen s = { .n_done = 0 };
		struct http_request r;

		scene_open(&c, cases[i].script, "/");
		r = post(&c.url, STR("{}"));
		run(c.h, &r, &s);
		if (s.code != cases[i].code || s.phase != cases[i].phase || !strstr(buf_cstr(&s.sentence), cases[i].sentence))
			fail_msg("case %zu: code %d, phase %d, '%s'", i, s.code, s.phase, buf_cstr(&s.sentence));
		seen_release(&s);
		scene_close(&c);
	}
}

/* A server that reads the request and then leaves, in one of two ways. */
static pid_t start_leaver(int listener, bool reset)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(20);
	for (;;) {
		struct serve_request r = { .bytes = BUF_INIT };
		int fd = accept(listener, NULL, NULL);

		serve_read(fd, &r);
		if (reset)
			serve_reset(fd);
		close(fd);
	}
}

static void a_request_without_an_answer_may_have_been_accepted(void **state)
{
	(void)state;
	for (int reset = 0; reset < 2; reset++) {
		int port, listener = serve_listen(&port);
		pid_t pid = start_leaver(listener, reset);
		SCOPED_PTR(http) h = http_new(NULL);
		SCOPED(buf) url = BUF_INIT;
		struct seen s = { .n_done = 0 };
		struct http_request r;

		buf_fmt(&url, "http://127.0.0.1:%d/", port);
		r = post(&url, STR("{\"a\":1}"));
		run(h, &r, &s);
		assert_int_equal(s.code, ERR_NETWORK);
		assert_int_equal(s.phase, HTTP_WAIT);
		seen_release(&s);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		close(listener);
	}
}

static void nobody_at_the_port_is_told_in_words(void **state)
{
	int port, listener = serve_listen(&port);
	SCOPED_PTR(http) h = http_new(NULL);
	SCOPED(buf) url = BUF_INIT;
	struct seen s = { .n_done = 0 };
	struct http_request r;

	(void)state;
	close(listener);
	buf_fmt(&url, "http://127.0.0.1:%d/", port);
	r = post(&url, STR("{}"));
	run(h, &r, &s);
	assert_int_equal(s.code, ERR_NETWORK);
	assert_int_equal(s.phase, HTTP_CONNECT);
	assert_non_null(strstr(buf_cstr(&s.sentence), "Connection refused"));
	seen_release(&s);
}

/* -- Time (reference: security D6) -- */

static void each_deadline_is_kept_and_named(void **state)
{
	static const struct {
		const char *script, *sentence;
		struct http_timeouts timeouts;
		enum http_phase phase;
	} cases[] = {
		/* clang-format off */
		{ "delay 1\n|x\nflush\nsilence\n", "fell silent for 0.2 s", { 1000, 1000, 200, 0 }, HTTP_BODY },
		{ "|x\nflush\ndelay 100\n|x\nflush\ndelay 100\n|x\nflush\ndelay 100\n|x\nflush\ndelay 100\n|x\nflush\nsilence\n",
		  "not complete after 0.3 s", { 1000, 1000, 250, 300 }, HTTP_BODY },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene c;
		struct seen s = { .n_done = 0 };
		int64_t began = clock_mono_ms(&clock_system);
		struct http_request r;

		scene_open(&c, cases[i].script, "/");
		r = get(&c.url);
		r.timeouts = cases[i].timeouts;
		run(c.h, &r, &s);
		assert_int_equal(s.code, ERR_TIMEOUT);
		assert_int_equal(s.phase, cases[i].phase);
		if (!strstr(buf_cstr(&s.sentence), cases[i].sentence))
			fail_msg("%s", buf_cstr(&s.sentence));
		assert_true(clock_mono_ms(&clock_system) - began < 1500);
		seen_release(&s);
		scene_close(&c);
	}
}

/* Sends a header line every 50 ms and never ends the head. */
static pid_t start_dripper(int listener)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(20);
	int fd = accept(listener, NULL, NULL);

	serve_send(fd, STR("HTTP/1.1 200 OK\r\n"));
	while (serve_send(fd, STR("x-drip: 1\r\n")))
		poll(NULL, 0, 50);
	_exit(0);
}

static void a_head_that_never_ends_is_no_sign_of_life(void **state)
{
	int port, listener = serve_listen(&port);
	pid_t pid = start_dripper(listener);
	SCOPED_PTR(http) h = http_new(NULL);
	SCOPED(buf) url = BUF_INIT;
	struct seen s = { .n_done = 0 };
	struct http_request r;

	(void)state;
	buf_fmt(&url, "http://127.0.0.1:%d/", port);
	r = post(&url, STR("{}"));
	r.timeouts = (struct http_timeouts){ 1000, 300, 1000, 0 };
	run(h, &r, &s);
	assert_int_equal(s.code, ERR_TIMEOUT);
	assert_int_equal(s.phase, HTTP_WAIT);
	assert_non_null(strstr(buf_cstr(&s.sentence), "did not begin to answer within 0.3 s"));
	seen_release(&s);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(listener);
}

/* -- Size (reference: security C9) -- */

static void a_body_over_the_limit_is_stopped(void **state)
{
	struct scene c;
	struct seen s = { .n_done = 0 };
	struct http_request r;

	(void)state;
	scene_open(&c, "|123456789\n|123456789\n|123456789\n", "/");
	r = get(&c.url);
	r.body_max = 20;
	run(c.h, &r, &s);
	assert_int_equal(s.code, ERR_LIMIT);
	assert_non_null(strstr(buf_cstr(&s.sentence), "larger than 20 bytes"));
	assert_true(s.body.len <= 20);
	seen_release(&s);
	scene_close(&c);
}

/* 20 MB of zeros in 20 KB: made by gzip(1), skipped without it. */
static bool make_bomb(struct wire *w)
{
	FILE *gzip = popen("head -c 20000000 /dev/zero | gzip -9", "r");
	char bytes[65536];
	size_t n = gzip ? fread(bytes, 1, sizeof(bytes), gzip) : 0;

	if (gzip)
		pclose(gzip);
	wire_parse(w, "bomb", STR("header content-encoding: gzip\n"));
	wire_step(&w->v[0], WIRE_BYTES, arena_str(&w->arena, str_of(bytes, n)), 0);
	return n > 1000 && n < sizeof(bytes);
}

static void the_limit_counts_inflated_bytes(void **state)
{
	struct scene c;
	struct seen s = { .n_done = 0 };
	struct http_request r;

	(void)state;
	scene_open(&c, "", "/");
	server_stop(&c.server);
	wire_release(&c.wire);
	if (!make_bomb(&c.wire))
		print_message("skipped: no gzip\n");
	c.server = server_start(&c.wire);
	buf_reset(&c.url);
	buf_fmt(&c.url, "http://127.0.0.1:%d/", c.server.port);
	r = get(&c.url);
	r.body_max = 1000000;
	run(c.h, &r, &s);
	assert_int_equal(s.code, ERR_LIMIT);
	assert_true(s.body.len <= 1000000);
	seen_release(&s);
	scene_close(&c);
}

/* -- Stopping and waiting -- */

static void the_reader_may_stop(void **state)
{
	struct scene c;
	struct seen s = { .stop_after = 3 };
	struct http_request r;

	(void)state;
	scene_open(&c, "|one\nflush\nsilence\n", "/");
	r = get(&c.url);
	run(c.h, &r, &s);
	assert_int_equal(s.code, ERR_CANCELLED);
	assert_int_equal(s.n_done, 1);
	seen_release(&s);
	scene_close(&c);
}

static void a_cancelled_transfer_calls_nobody(void **state)
{
	struct scene c;
	struct seen s = { .n_done = 0 };
	struct http_sink sink = sink_of(&s);
	struct http_transfer *t;
	struct http_request r;

	(void)state;
	scene_open(&c, "|one\nflush\nsilence\n", "/");
	r = get(&c.url);
	assert_int_equal(http_start(c.h, &r, &sink, &t, NULL), OK);
	while (!s.body.len)
		http_poll(c.h, NULL, 0, 100);
	http_cancel(c.h, t);
	http_poll(c.h, NULL, 0, 0);
	assert_int_equal(s.n_done, 0);
	assert_int_equal(http_running(c.h), 0);
	seen_release(&s);
	scene_close(&c);
}

static void one_wait_serves_the_callers_descriptors_too(void **state)
{
	struct scene c;
	struct seen s = { .n_done = 0 };
	struct http_sink sink = sink_of(&s);
	struct http_request r;
	int ends[2];
	int64_t began;

	(void)state;
	scene_open(&c, "silence\n", "/");
	r = get(&c.url);
	assert_int_equal(pipe(ends), 0);
	for (int round = 0; round < 3; round++) {
		struct pollfd extra = { .fd = ends[0], .events = POLLIN };

		if (round == 1)
			assert_int_equal(http_start(c.h, &r, &sink, NULL, NULL), OK);
		if (round < 2)
			assert_int_equal(write(ends[1], "x", 1), 1);
		else
			close(ends[1]);
		began = clock_mono_ms(&clock_system);
		while (!extra.revents)
			http_poll(c.h, &extra, 1, 5000);
		assert_true(clock_mono_ms(&clock_system) - began < 2000);
		assert_int_equal(extra.revents, round < 2 ? POLLIN : POLLHUP);
		if (round < 2)
			assert_int_equal(read(ends[0], &(char){ 0 }, 1), 1);
	}
	close(ends[0]);
	seen_release(&s);
	scene_close(&c);
}

/* A wait that ends for no reason would be a loop that burns: its turns are counted. */
static void a_wait_without_a_limit_ends_only_for_a_reason(void **state)
{
	struct seen s = { 0 };
	struct scene c;
	struct http_sink sink = sink_of(&s);
	struct http_request r;
	int ends[2], turns = 0;
	struct pollfd extra = { .events = POLLIN };
	int64_t began;

	(void)state;
	scene_open(&c, "silence\n", "/");
	r = get(&c.url);
	r.timeouts = (struct http_timeouts){ 5000, 300, 300, 300 };
	assert_int_equal(pipe(ends), 0);
	extra.fd = ends[0];
	assert_int_equal(http_start(c.h, &r, &sink, NULL, NULL), OK);
	for (; !s.n_done; turns++)
		http_poll(c.h, &extra, 1, -1);
	assert_int_equal(s.code, ERR_TIMEOUT);
	assert_in_range(turns, 1, 20);
	began = clock_mono_ms(&clock_system);
	http_poll(c.h, &extra, 1, 200);
	assert_true(clock_mono_ms(&clock_system) - began >= 199);
	assert_int_equal(extra.revents, 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	http_poll(c.h, &extra, 1, -1);
	assert_int_equal(extra.revents, POLLIN);
	close(ends[0]);
	close(ends[1]);
	seen_release(&s);
	scene_close(&c);
}

static void many_transfers_share_one_wait(void **state)
{
	enum { N = 40 };
	struct seen *s = mem_zalloc(N, sizeof(*s));
	struct scene c;
	size_t all = 0;
	struct http_request r;

	(void)state;
	scene_open(&c, "", "/");
	r = get(&c.url);
	for (int i = 0; i < N; i++) {
		struct http_sink sink = sink_of(&s[i]);

		assert_int_equal(http_start(c.h, &r, &sink, NULL, NULL), OK);
	}
	while (http_running(c.h))
		http_poll(c.h, NULL, 0, 100);
	for (int i = 0; i < N; i++) {
		all += s[i].n_done == 1 && (s[i].status == 200 || s[i].status == 501);
		seen_release(&s[i]);
	}
	assert_int_equal(all, N);
	mem_free(s);
	scene_close(&c);
}

/* Answers the first POST of a connection and drops the second unanswered; counts all in a pipe. */
static pid_t start_dropper(int listener, int count)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(20);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fork() != 0) {
			close(fd);
			continue;
		}
		alarm(20);
		for (int i = 0; i < 2; i++) {
			struct serve_request r = { .bytes = BUF_INIT };

			if (!serve_read(fd, &r) || write(count, "x", 1) != 1)
				break;
			if (i == 0)
				serve_send(fd, STR("HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok"));
		}
		_exit(0);
	}
}

static void a_post_is_never_sent_twice_by_itself(void **state)
{
	int port, listener = serve_listen(&port), count[2];
	SCOPED_PTR(http) h = http_new(NULL);
	SCOPED(buf) url = BUF_INIT;
	char bytes[16];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(count), 0);
	pid = start_dropper(listener, count[1]);
	buf_fmt(&url, "http://127.0.0.1:%d/", port);
	for (int i = 0; i < 3; i++) {
		struct seen s = { .n_done = 0 };
		struct http_request r = post(&url, STR("{}"));

		run(h, &r, &s);
		assert_int_equal(s.code, OK);
		seen_release(&s);
	}
	assert_int_equal(read(count[0], bytes, sizeof(bytes)), 3);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(listener);
	close(count[0]);
	close(count[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_post_arrives_and_its_answer_comes_back),
		cmocka_unit_test(an_error_body_is_kept_without_the_key),
		cmocka_unit_test(a_redirect_is_an_error_and_the_key_stays),
		cmocka_unit_test(a_key_goes_to_its_own_origin_alone),
		cmocka_unit_test(plain_http_carries_no_key_to_another_machine),
		cmocka_unit_test(plain_http_to_the_internet_is_refused_at_the_socket),
		cmocka_unit_test(a_page_from_a_document_reaches_no_private_address),
		cmocka_unit_test(what_could_end_a_header_is_refused),
		cmocka_unit_test(each_failure_knows_its_phase_and_says_so),
		cmocka_unit_test(a_request_without_an_answer_may_have_been_accepted),
		cmocka_unit_test(nobody_at_the_port_is_told_in_words),
		cmocka_unit_test(each_deadline_is_kept_and_named),
		cmocka_unit_test(a_head_that_never_ends_is_no_sign_of_life),
		cmocka_unit_test(a_body_over_the_limit_is_stopped),
		cmocka_unit_test(the_limit_counts_inflated_bytes),
		cmocka_unit_test(the_reader_may_stop),
		cmocka_unit_test(a_cancelled_transfer_calls_nobody),
		cmocka_unit_test(one_wait_serves_the_callers_descriptors_too),
		cmocka_unit_test(a_wait_without_a_limit_ends_only_for_a_reason),
		cmocka_unit_test(many_transfers_share_one_wait),
		cmocka_unit_test(a_post_is_never_sent_twice_by_itself),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
