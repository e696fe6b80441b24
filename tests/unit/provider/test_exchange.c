/*
 * Whole exchanges over sockets, against scripted servers: how often is asked,
 * what is told, and that a request which may have been accepted is never sent
 * again by itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../tools/serve.h"
#include "ibid/provider/discover.h"
#include "ibid/provider/exchange.h"
#include "ibid/provider/registry.h"

#define CANARY "sk-CANARY-0123456789"

struct heard {
	struct buf text, reasoning, notices, received, sent, stop_word, request_id;
	struct err err;
	enum turn_state state;
	enum stop_reason stop;
	struct token_usage usage;
	int n_done, tries;
	int64_t first_token_ms, total_ms;
	bool is_received_cut;
	size_t answer_max;	/* asked for by the test */
	bool cancel;		/* asked for by the test */
	size_t cancel_after;	/* bytes of text; 0: not by text */
};

static void heard_release(struct heard *h)
{
	buf_release(&h->text);
	buf_release(&h->reasoning);
	buf_release(&h->notices);
	buf_release(&h->received);
	buf_release(&h->sent);
	buf_release(&h->stop_word);
	buf_release(&h->request_id);
}

static void on_event(void *ctx, const struct turn_event *ev)
{
	struct heard *h = ctx;

	assert_int_not_equal(ev->kind, TURN_ERROR);
	if (ev->kind == TURN_TEXT)
		buf_str(&h->text, ev->text);
	if (ev->kind == TURN_REASONING)
		buf_str(&h->reasoning, ev->text);
	if (h->cancel_after && h->text.len >= h->cancel_after)
		h->cancel = true;
}

static void on_notice(void *ctx, struct str sentence)
{
	struct heard *h = ctx;

	buf_str(&h->notices, sentence);
	buf_ch(&h->notices, '\n');
}

static void on_done(void *ctx, const struct exchange_result *r)
{
	struct heard *h = ctx;

	h->n_done++;
	h->err = r->err;
	h->state = r->state;
	h->stop = r->stop;
	h->usage = r->usage;
	h->tries = r->tries;
	h->first_token_ms = r->first_token_ms;
	h->total_ms = r->total_ms;
	h->is_received_cut = r->is_received_cut;
	buf_str(&h->received, r->received);
	buf_str(&h->sent, r->sent);
	buf_str(&h->stop_word, r->stop_word);
	buf_str(&h->request_id, r->request_id);
}

static bool cancelled(void *ctx)
{
	return ((struct heard *)ctx)->cancel;
}

static void no_dice(void *ctx, void *out, size_t len)
{
	(void)ctx;
	memset(out, 0xFF, len);
}

struct scene {
	struct wire wire;
	struct server server;
	struct http *http;
	struct arena arena;
	struct provider provider;
	struct secret key;
	struct heard heard;
	struct str question;	/* empty: "Hello?" */
};

static void connect_to(struct scene *c, const char *protocol, int port)
{
	struct str url = arena_fmt(&c->arena, "http://127.0.0.1:%d", port);
	const struct provider_setting s[] = { { STR("base_url"), url }, { STR("protocol"), str_c(protocol) } };

	assert_int_equal(provider_resolve(&c->arena, STR("stub"), s, 2, &c->provider, NULL), OK);
	assert_int_equal(secret_set(&c->key, STR(CANARY), url, NULL), OK);
	c->provider.is_local = false;	/* repeats as for a distant one */
	c->provider.timeouts = (struct http_timeouts){ 2000, 3000, 3000, 8000 };
	c->http = http_new(NULL);
}

static void scene_open(struct scene *c, const char *protocol)
{
	c->arena = (struct arena)ARENA_INIT;
	c->server = server_start(&c->wire);
	connect_to(c, protocol, c->server.port);
}

/* tests/wire/PROTOCOL/NAME.wire */
static void scene_of_file(struct scene *c, const char *protocol, const char *name)
{
	SCOPED(buf) path = BUF_INIT;

	*c = (struct scene){ .key = SECRET_INIT };
	buf_fmt(&path, "tests/wire/%s/%s.wire", protocol, name);
	wire_read(&c->wire, buf_cstr(&path));
	scene_open(c, protocol);
}

static void scene_of_script(struct scene *c, const char *protocol, const char *script)
{
	*c = (struct scene){ .key = SECRET_INIT };
	wire_parse(&c->wire, "script", str_c(script));
	scene_open(c, protocol);
}

static void scene_close(struct scene *c)
{
	http_free(c->http);
	server_stop(&c->server);
	wire_release(&c->wire);
	arena_release(&c->arena);
	secret_release(&c->key);
	heard_release(&c->heard);
}

static enum err_code ask(struct scene *c)
{
	const struct chat_message question = { .role = ROLE_USER, .text = c->question.len ? c->question : STR("Hello?") };
	const struct chat_request request = { .model = STR("m"), .messages = &question, .n_messages = 1, .max_tokens = 64,
		.temperature = -1, .effort = EFFORT_HIGH };
	const struct exchange_job job = { .provider = &c->provider, .request = &request, .key = &c->key, .received_max = 600,
		.answer_max = c->heard.answer_max, .rand = no_dice };
	const struct exchange_sink sink = { on_event, on_notice, on_done, &c->heard };
	const struct exchange_wait wait = { .cancelled = cancelled, .ctx = &c->heard };
	struct err err = ERR_INIT;
	enum err_code code = exchange_run(c->http, &job, &sink, &wait, &err);

	if (c->heard.n_done) {
		assert_int_equal(c->heard.n_done, 1);
		assert_int_equal(code, c->heard.err.code);
		assert_string_equal(err.text, c->heard.err.text);
	}
	assert_null(strstr(err.text, CANARY));
	assert_null(strstr(buf_cstr(&c->heard.notices), CANARY));
	return code;
}

/* -- Every recording, served over a socket -- */

static void recordings_come_to_the_same_over_a_socket(void **state)
{
	static const struct {
		const char *protocol, *name;
		enum err_code code;
		size_t requests;
	} cases[] = {
		/* clang-format off */
		{ "anthropic",   "answer",             OK, 1 },
		{ "anthropic",   "thinking",           OK, 1 },
		{ "anthropic",   "refusal",            OK, 1 },
		{ "anthropic",   "gateway-crlf",       OK, 1 },
		{ "anthropic",   "whole",              OK, 1 },
		{ "anthropic",   "overloaded-late",    ERR_BUSY, 1 },
		{ "anthropic",   "overloaded-early",   OK, 2 },
		{ "anthropic",   "cut-in-text",        ERR_TRUNCATED, 1 },
		{ "anthropic",   "error-401",          ERR_KEY, 1 },
		{ "anthropic",   "error-529",          OK, 3 },
		{ "anthropic",   "error-effort",       OK, 2 },
		{ "anthropic",   "error-413-html",     ERR_LIMIT, 1 },
		{ "openai-chat", "answer",             OK, 1 },
		{ "openai-chat", "crlf-no-done",       OK, 1 },
		{ "openai-chat", "openrouter",         OK, 1 },
		{ "openai-chat", "openrouter-error",   ERR_BUSY, 1 },
		{ "openai-chat", "odd-chunks",         OK, 1 },
		{ "openai-chat", "open-end",           ERR_TRUNCATED, 1 },
		{ "openai-chat", "interrupted",        ERR_TRUNCATED, 1 },
		{ "openai-chat", "whole",              OK, 1 },
		{ "openai-chat", "lmstudio-route",     ERR_MISSING, 1 },
		{ "openai-chat", "azure-filter-200",   OK, 1 },
		{ "openai-chat", "bare-string-error",  ERR_REFUSED, 1 },
		{ "openai-chat", "llamacpp-old-error", ERR_LIMIT, 1 },
		{ "openai-chat", "error-max-tokens",   OK, 2 },
		{ "openai-chat", "error-quota",        ERR_REFUSED, 1 },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene c;
		enum err_code code;
		const struct wire_exchange *last;

		scene_of_file(&c, cases[i].protocol, cases[i].name);
		code = ask(&c);
		if (code != cases[i].code || server_requests(&c.server) != cases[i].requests)
			fail_msg("%s/%s: code %d (%s) after %zu requests", cases[i].protocol, cases[i].name, code,
				c.heard.err.text, server_requests(&c.server));
		last = &c.wire.v[c.wire.n - 1];
		assert_true(str_eq(wire_told_of(last, "text").p ? wire_told_of(last, "text") : STR_EMPTY,
			buf_view(&c.heard.text)));
		scene_close(&c);
	}
}

static void the_result_holds_what_is_stored(void **state)
{
	struct scene c;

	(void)state;
	scene_of_file(&c, "anthropic", "answer");
	assert_int_equal(ask(&c), OK);
	assert_int_equal(c.heard.stop, STOP_END);
	assert_int_equal(c.heard.usage.in_uncached, 25);
	assert_true(c.heard.first_token_ms >= 0 && c.heard.first_token_ms <= c.heard.total_ms);
	assert_string_equal(buf_cstr(&c.heard.request_id), "req_011CSHoEeqs5C35K2UUqR7Fy");
	assert_non_null(strstr(buf_cstr(&c.heard.sent), "\"Hello?\""));
	assert_int_equal(c.heard.received.len, 600);
	assert_true(c.heard.is_received_cut);
	assert_memory_equal(c.heard.received.p, c.wire.v[0].body.p, 600);
	scene_close(&c);
}

static void a_prompt_that_a_filter_stops_is_an_outcome(void **state)
{
	struct scene c;

	(void)state;
	scene_of_file(&c, "openai-chat", "azure-filter-200");
	assert_int_equal(ask(&c), OK);
	assert_int_equal(c.heard.stop, STOP_FILTER);
	assert_int_equal(c.heard.state, TURN_ENDED);
	assert_non_null(strstr(buf_cstr(&c.heard.stop_word), "content management policy"));
	scene_close(&c);
}

/* -- Again, and not again (reference: security D4, D5) -- */

static void waits_are_announced_and_counted(void **state)
{
	struct scene c;

	(void)state;
	scene_of_file(&c, "anthropic", "error-529");
	assert_int_equal(ask(&c), OK);
	assert_int_equal(c.heard.tries, 3);
	assert_string_equal(buf_cstr(&c.heard.notices),
		"provider 'stub' is busy or out of order (HTTP 529): Overloaded; trying again in 0.4 s (try 2 of 3)\n"
		"provider 'stub' asks for fewer requests (HTTP 429): This request would exceed your rate limit; "
		"trying again in 0.1 s (try 3 of 3)\n");
	scene_close(&c);
}

static void tries_end(void **state)
{
	struct scene c;

	(void)state;
	scene_of_script(&c, "openai-chat", "status 503\nheader retry-after-ms: 10\n|busy\nnext\nstatus 503\n"
					   "header retry-after-ms: 10\n|busy\nnext\nstatus 503\nheader retry-after-ms: 10\n|busy\nnext\n"
					   "status 503\n|busy\n");
	assert_int_equal(ask(&c), ERR_BUSY);
	assert_int_equal(server_requests(&c.server), 3);
	assert_int_equal(c.heard.err.http_status, 503);
	assert_string_equal(c.heard.err.provider, "stub");
	scene_close(&c);
}

static void a_wait_too_long_to_obey_is_told(void **state)
{
	struct scene c;

	(void)state;
	scene_of_script(&c, "openai-chat", "status 429\nheader retry-after: 3600\n|{\"error\":{\"message\":\"slow\"}}\n");
	assert_int_equal(ask(&c), ERR_BUSY);
	assert_int_equal(server_requests(&c.server), 1);
	assert_int_equal(c.heard.err.retry_after_s, 3600);
	scene_close(&c);
}

static void an_accepted_request_is_never_sent_again(void **state)
{
	static const char *const scripts[] = {
		"cut rst\n", "cut fin\n", "silence\n", "|data: {\"choices\":[]}\n|\nflush\ncut rst\n", "|data: {\"choi\nflush\ncut fin\n",
		"|data: {\"choices\":[{\"delta\":{\"content\":\"A\"}}]}\n|\nflush\ncut rst\n",
		"|data: {\"choices\":[{\"delta\":{\"content\":\"A\"}}]}\n|\nflush\nsilence\n",
		"no-head\ncut rst\n", "no-head\ncut fin\n", "no-head\nsilence\n", "header content-length: x\n|y\n", "framing length\n|{\"choices\":\nflush\ncut fin\n|[]}\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		struct scene c;

		scene_of_script(&c, "openai-chat", scripts[i]);
		c.provider.timeouts = (struct http_timeouts){ 1000, 200, 200, 2000 };
		assert_int_not_equal(ask(&c), OK);
		if (server_requests(&c.server) != 1)
			fail_msg("script %zu: asked %zu times", i, server_requests(&c.server));
		scene_close(&c);
	}
}

/* A listener that is closed: nobody is there, so nothing was sent. */
static void a_connection_that_never_came_about_is_tried_again(void **state)
{
	struct scene c = { .key = SECRET_INIT };
	int port, listener = serve_listen(&port);

	(void)state;
	close(listener);
	wire_parse(&c.wire, "none", STR_EMPTY);
	c.server = server_start(&c.wire);
	connect_to(&c, "openai-chat", port);
	assert_int_equal(ask(&c), ERR_NETWORK);
	assert_int_equal(c.heard.tries, 3);
	assert_non_null(strstr(c.heard.err.text, "provider 'stub': cannot connect to '127.0.0.1:"));
	c.provider.is_local = true;
	c.heard.n_done = 0;
	assert_int_equal(ask(&c), ERR_NETWORK);
	assert_int_equal(c.heard.tries, 1);
	assert_non_null(strstr(c.heard.err.text, "Connection refused; is it running?"));
	scene_close(&c);
}

/* As llama-cpp-python does, which says the reason in its log alone. */
static void a_prompt_longer_than_the_context_of_a_local_server_is_guessed(void **state)
{
	static const char nothing[] = "header content-type: text/event-stream\n|\n";
	struct scene c;

	(void)state;
	scene_of_script(&c, "openai-chat", nothing);
	c.provider.is_local = true;
	assert_int_equal(ask(&c), ERR_TRUNCATED);
	assert_string_equal(c.heard.err.text, "provider 'stub' sent an empty answer; the log of the server may say why");
	scene_close(&c);
	scene_of_script(&c, "openai-chat", nothing);
	c.provider.is_local = true;
	c.question = arena_fmt(&c.arena, "%070000d", 0);
	assert_int_equal(ask(&c), ERR_TRUNCATED);
	assert_string_equal(c.heard.err.text, "provider 'stub' sent an empty answer: 70 kB were sent, perhaps more than its "
		"context holds; the log of the server may say");
	scene_close(&c);
}

static void reasoning_told_counts_as_told(void **state)
{
	struct scene c;

	(void)state;
	scene_of_script(&c, "openai-chat", "|data: {\"choices\":[{\"delta\":{\"reasoning\":\"Hm\"}}]}\n|\n"
					   "|data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n|\n");
	assert_int_equal(ask(&c), ERR_BUSY);
	assert_int_equal(server_requests(&c.server), 1);
	scene_close(&c);
}

/* -- Stopping -- */

static void an_answer_is_told_up_to_its_limit_and_no_further(void **state)
{
	/* Streamed by a server that then keeps silent, in one piece, and as reasoning that comes before. */
	static const struct {
		size_t max;
		const char *script, *text;
	} rows[] = {
		{ 9, "|data: {\"choices\":[{\"delta\":{\"content\":\"One two.\"}}]}\n|\n"
		     "|data: {\"choices\":[{\"delta\":{\"content\":\" Three.\"}}]}\n|\nflush\nsilence\n", "One two. " },
		{ 4, "|data: {\"choices\":[{\"delta\":{\"content\":\"abc\xC3\xA9\"}}]}\n|\nflush\nsilence\n", "abc" },
		{ 3, "|{\"choices\":[{\"message\":{\"content\":\"One two.\"},\"finish_reason\":\"stop\"}]}\n", "One" },
		{ 3, "|data: {\"choices\":[{\"delta\":{\"reasoning\":\"Hm\"}}]}\n|\n"
		     "|data: {\"choices\":[{\"delta\":{\"content\":\"One two.\"}}]}\n|\nflush\nsilence\n", "O" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct scene c;

		scene_of_script(&c, "openai-chat", rows[i].script);
		c.heard.answer_max = rows[i].max;
		assert_int_equal(ask(&c), ERR_LIMIT);
		assert_string_equal(buf_cstr(&c.heard.text), rows[i].text);
		assert_non_null(strstr(c.heard.err.text, "is longer than"));
		assert_int_equal(server_requests(&c.server), 1);
		assert_true(c.heard.total_ms < 2000);
		scene_close(&c);
	}
}

static void an_answer_as_long_as_its_limit_is_whole(void **state)
{
	struct scene c;

	(void)state;
	scene_of_script(&c, "openai-chat", "|{\"choices\":[{\"message\":{\"content\":\"One two.\"},\"finish_reason\":\"stop\"}]}\n");
	c.heard.answer_max = 8;
	assert_int_equal(ask(&c), OK);
	scene_close(&c);
}

static void a_cancel_works_at_once_wherever_it_comes(void **state)
{
	static const struct {
		const char *script;
		size_t after;
	} cases[] = {
		{ "silence\n", 0 },
		{ "status 503\nheader retry-after: 30\n|busy\n", 0 },
		{ "|data: {\"choices\":[{\"delta\":{\"content\":\"Part\"}}]}\n|\nflush\nsilence\n", 4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene c;
		int64_t began = clock_mono_ms(&clock_system);

		scene_of_script(&c, "openai-chat", cases[i].script);
		c.heard.cancel_after = cases[i].after;
		c.heard.cancel = !cases[i].after;
		assert_int_equal(ask(&c), ERR_CANCELLED);
		assert_int_equal(c.heard.n_done, 1);
		assert_int_equal(c.heard.text.len, cases[i].after);
		assert_true(clock_mono_ms(&clock_system) - began < 1500);
		scene_close(&c);
	}
}

static void the_end_mark_ends_the_wait(void **state)
{
	struct scene c;

	(void)state;
	scene_of_script(&c, "openai-chat", "|data: {\"choices\":[{\"delta\":{\"content\":\"A\"},\"finish_reason\":\"stop\"}]}\n|\n"
					   "|data: [DONE]\n|\nflush\nsilence\n");
	assert_int_equal(ask(&c), OK);
	assert_true(c.heard.total_ms < 1500);
	scene_close(&c);
}

static void a_request_that_cannot_be_sent_says_why(void **state)
{
	struct scene c;
	const struct chat_request request = { .model = STR(""), .temperature = -1 };
	const struct exchange_sink sink = { on_event, on_notice, on_done, &c.heard };
	struct err err = ERR_INIT;

	(void)state;
	scene_of_script(&c, "openai-chat", "");
	const struct exchange_job job = { .provider = &c.provider, .request = &request };

	assert_int_equal(exchange_run(c.http, &job, &sink, NULL, &err), ERR_CONFIG);
	assert_string_equal(err.text, "no model is named for provider 'stub': give one as stub/MODEL");
	buf_reset(&c.key.origin);
	buf_c(&c.key.origin, "https://elsewhere.test");
	assert_int_equal(ask(&c), ERR_CONFIG);
	assert_int_equal(server_requests(&c.server), 0);
	assert_int_equal(c.heard.n_done, 0);
	scene_close(&c);
}

static void a_redirect_is_no_answer(void **state)
{
	struct scene c;

	(void)state;
	scene_of_script(&c, "anthropic", "status 308\nheader location: https://evil.test/v1/messages\n|moved\n");
	assert_int_equal(ask(&c), ERR_REFUSED);
	assert_non_null(strstr(c.heard.err.text, "points to 'evil.test'"));
	assert_int_equal(server_requests(&c.server), 1);
	scene_close(&c);
}

static void a_key_in_a_servers_words_is_not_repeated(void **state)
{
	struct scene c;

	(void)state;
	scene_of_script(&c, "openai-chat", "|data: {\"error\":{\"message\":\"bad key " CANARY "\",\"code\":401}}\n|\n");
	assert_int_equal(ask(&c), ERR_KEY);
	assert_non_null(strstr(c.heard.err.text, "bad key [key]"));
	assert_null(strstr(buf_cstr(&c.heard.received), CANARY));
	scene_close(&c);
}

/* -- Lists of models -- */

static void models_are_listed(void **state)
{
	static const char script[] = "expect GET /v1/models?limit=1000\nexpect-header anthropic-version: 2023-06-01\nframing length\n"
				     "|{\"data\":[{\"id\":\"claude-opus-5-5\",\"display_name\":\"Claude Opus 5.5\",\"max_input_tokens\":1000000},"
				     "{\"id\":\"claude-haiku-5-5\"},{\"x\":1}],\"has_more\":false}\n"
				     "next\nframing length\n|{\"object\":\"list\"}\n"
				     "next\nstatus 401\nframing length\n|{\"error\":{\"message\":\"bad key " CANARY "\"}}\n";
	struct scene c;
	struct served_models models;
	struct err err = ERR_INIT;

	(void)state;
	scene_of_script(&c, "anthropic", script);
	assert_int_equal(discover_models(c.http, &c.provider, &c.key, &c.arena, NULL, NULL, &models, &err), OK);
	assert_int_equal(models.n, 2);
	assert_true(str_is(models.v[0].id, "claude-opus-5-5") && str_is(models.v[0].name, "Claude Opus 5.5"));
	assert_int_equal(models.v[0].context_tokens, 1000000);
	assert_int_equal(models.v[1].context_tokens, -1);
	assert_int_equal(discover_models(c.http, &c.provider, &c.key, &c.arena, NULL, NULL, &models, &err), ERR_PROTOCOL);
	assert_int_equal(discover_models(c.http, &c.provider, &c.key, &c.arena, NULL, NULL, &models, &err), ERR_KEY);
	assert_string_equal(err.text, "provider 'stub' refused the key (HTTP 401): bad key [key]");
	scene_close(&c);
}

static void knocking_finds_who_answers_and_waits_for_nobody_else(void **state)
{
	int closed, silent, listener = serve_listen(&closed), quiet = serve_listen(&silent);
	int ports[4];
	struct provider candidates[4];
	struct local_server *found;
	struct scene c;
	int64_t began;

	(void)state;
	close(listener);
	scene_of_script(&c, "openai-chat", "framing length\n|{\"data\":[{\"id\":\"gemma\"}]}\nnext\nframing length\n|<html>\n");
	ports[0] = closed;
	ports[1] = silent;
	ports[2] = ports[3] = c.server.port;
	for (int i = 0; i < 4; i++) {
		struct provider_setting s = { STR("base_url"), arena_fmt(&c.arena, "http://127.0.0.1:%d", ports[i]) };

		assert_int_equal(provider_resolve(&c.arena, arena_fmt(&c.arena, "p%d", i), &s, 1, &candidates[i], NULL), OK);
	}
	began = clock_mono_ms(&clock_system);
	assert_int_equal(discover_servers(c.http, candidates, 4, &c.arena, &found), 1);
	assert_true(clock_mono_ms(&clock_system) - began < 1000);
	assert_true(str_is(found[0].models.v[0].id, "gemma"));
	close(quiet);
	scene_close(&c);
}

/* -- Many at once -- */

static void exchanges_share_one_wait(void **state)
{
	enum { N = 20 };
	static const struct chat_message question = { .role = ROLE_USER, .text = { "Hello?", 6 } };
	const struct chat_request request = { .model = STR("m"), .messages = &question, .n_messages = 1, .temperature = -1 };
	struct exchange *ex[N];
	struct heard *h = mem_zalloc(N, sizeof(*h));
	SCOPED(buf) script = BUF_INIT;
	struct scene c;
	size_t over = 0;

	(void)state;
	for (int i = 0; i < 15; i++)
		buf_c(&script, "|data: {\"choices\":[{\"delta\":{\"content\":\"One \"}}]}\n|\nflush\ndelay 30\n"
			       "|data: {\"choices\":[{\"delta\":{\"content\":\"two.\"},\"finish_reason\":\"stop\"}]}\n|\nnext\n");
	scene_of_script(&c, "openai-chat", buf_cstr(&script));
	for (int i = 0; i < N; i++) {
		const struct exchange_job job = { .provider = &c.provider, .request = &request };
		const struct exchange_sink sink = { on_event, on_notice, on_done, &h[i] };

		assert_int_equal(exchange_start(c.http, &job, &sink, &ex[i], NULL), OK);
	}
	while (over < N) {
		http_poll(c.http, NULL, 0, 50);
		over = 0;
		for (int i = 0; i < N; i++) {
			exchange_step(ex[i]);
			over += exchange_is_over(ex[i]);
		}
	}
	over = 0;
	for (int i = 0; i < N; i++) {
		over += h[i].n_done == 1 && h[i].err.code == OK && str_is(buf_view(&h[i].text), "One two.");
		exchange_free(ex[i]);
		heard_release(&h[i]);
	}
	assert_int_equal(over, 15);
	mem_free(h);
	scene_close(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recordings_come_to_the_same_over_a_socket),
		cmocka_unit_test(the_result_holds_what_is_stored),
		cmocka_unit_test(a_prompt_that_a_filter_stops_is_an_outcome),
		cmocka_unit_test(waits_are_announced_and_counted),
		cmocka_unit_test(tries_end),
		cmocka_unit_test(a_wait_too_long_to_obey_is_told),
		cmocka_unit_test(an_accepted_request_is_never_sent_again),
		cmocka_unit_test(a_connection_that_never_came_about_is_tried_again),
		cmocka_unit_test(a_prompt_longer_than_the_context_of_a_local_server_is_guessed),
		cmocka_unit_test(reasoning_told_counts_as_told),
		cmocka_unit_test(an_answer_is_told_up_to_its_limit_and_no_further),
		cmocka_unit_test(an_answer_as_long_as_its_limit_is_whole),
		cmocka_unit_test(a_cancel_works_at_once_wherever_it_comes),
		cmocka_unit_test(the_end_mark_ends_the_wait),
		cmocka_unit_test(a_request_that_cannot_be_sent_says_why),
		cmocka_unit_test(a_redirect_is_no_answer),
		cmocka_unit_test(a_key_in_a_servers_words_is_not_repeated),
		cmocka_unit_test(models_are_listed),
		cmocka_unit_test(knocking_finds_who_answers_and_waits_for_nobody_else),
		cmocka_unit_test(exchanges_share_one_wait),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
