#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/net/sse.h"

/*
 * Events are written down as "type<data>" one after the other, an unfinished one
 * as "type<data>~", so that a case fits a line. The cases with `format-` names
 * follow the web platform tests, eventsource/format-*.
 */
static const struct {
	const char *name, *stream, *events;
} cases[] = {
	/* clang-format off */
	{ "nothing",            "", "" },
	{ "one",                "data: a\n\n", "message<a>" },
	{ "format-crlf",        "data: a\r\n\r\n", "message<a>" },
	{ "format-cr",          "data: a\r\rdata: b\r\r", "message<a>message<b>" },
	{ "mixed ends",         "data: a\rdata: b\ndata: c\r\n\n", "message<a\nb\nc>" },
	{ "cr then crlf",       "data: a\r\r\n", "message<a>" },
	{ "lf then cr",         "data: a\n\rdata: b\n\n", "message<a>message<b>" },
	{ "no space",           "data:a\n\n", "message<a>" },
	{ "two spaces",         "data:  a\n\n", "message< a>" },
	{ "format-tab",         "data:\ta\n\n", "message<\ta>" },
	{ "format-bom",         "\xEF\xBB\xBF" "data: a\n\n", "message<a>" },
	{ "format-bom-2",       "\xEF\xBB\xBF\xEF\xBB\xBF" "data: a\n\ndata: b\n\n", "message<b>" },
	{ "half a mark",        "\xEF\xBB" "data: a\n\ndata: b\n\n", "message<b>" },
	{ "mark inside",        "data: \xEF\xBB\xBF\n\n", "message<\xEF\xBB\xBF>" },
	{ "only a mark",        "\xEF\xBB\xBF", "" },
	{ "format-comments",    ":\n: OPENROUTER PROCESSING\ndata: a\n:x\ndata: b\n\n: end\n\n", "message<a\nb>" },
	{ "format-field-data",  "data:\n\ndata\ndata\n\ndata:test\n\n", "message<>message<\n>message<test>" },
	{ "format-field-event", "event: ping\ndata: a\n\ndata: b\n\n", "ping<a>message<b>" },
	{ "event-empty",        "event: \ndata: a\n\n", "message<a>" },
	{ "event without data", "event: x\n\ndata: a\n\n", "message<a>" },
	{ "event twice",        "event: x\nevent: y\ndata: a\n\n", "y<a>" },
	{ "format-field-id",    "id: 1\nretry: 5\ndata: a\n\n", "message<a>" },
	{ "format-unknown",     "data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\n\n", "message<test\n>" },
	{ "format-leading-space", "data:\ttest\rdata: \ndata:test\n\n", "message<\ttest\n\ntest>" },
	{ "case matters",       "Data: a\nDATA: b\ndata: c\n\n", "message<c>" },
	{ "colon in value",     "data: {\"a\":1}\n\n", "message<{\"a\":1}>" },
	{ "utf-8",              "data: \xF0\x9F\xA6\x8A \xC3\xA4\n\n", "message<\xF0\x9F\xA6\x8A \xC3\xA4>" },
	{ "tail, no blank",     "data: a\n\ndata: [DONE]\n", "message<a>message<[DONE]>~" },
	{ "tail, no line end",  "data: a\n\ndata: [DONE]", "message<a>message<[DONE]>~" },
	{ "tail, only event",   "data: a\n\nevent: x", "message<a>" },
	{ "error field",        "error: {\"code\":500}\n\n", "error<{\"code\":500}>" },
	{ "event: error",       "event: error\ndata: {}\n\n", "error<{}>" },
	{ "many blanks",        "\n\n\r\n\r\rdata: a\n\n\n\n", "message<a>" },
	/* clang-format on */
};
#define N_CASES (sizeof(cases) / sizeof(cases[0]))

static bool write_down(void *ctx, const struct sse_event *ev)
{
	struct buf *out = ctx;

	buf_str(out, ev->type);
	buf_ch(out, '<');
	buf_str(out, ev->data);
	buf_c(out, ev->unfinished ? ">~" : ">");
	return true;
}

/* The events of a stream fed in pieces of `piece` bytes, the first of `first` bytes. */
static void parse(struct str s, size_t first, size_t piece, struct buf *events)
{
	SCOPED(sse) p = SSE_INIT(write_down, events);
	size_t from = 0, to = first;

	while (from < s.len) {
		/* A copy of its own for each slice: reading past it is seen by the sanitizer. */
		struct str part = str_sub(s, from, to);
		char *copy = malloc(part.len ? part.len : 1);

		memcpy(copy, part.p, part.len);
		assert_int_equal(sse_feed(&p, str_of(copy, part.len), NULL), OK);
		free(copy);
		from += part.len;
		to = from + piece;
	}
	assert_int_equal(sse_end(&p, NULL), OK);
}

static void streams_give_the_events_of_the_standard(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_CASES; i++) {
		SCOPED(buf) events = BUF_INIT;

		parse(str_c(cases[i].stream), SIZE_MAX, SIZE_MAX, &events);
		if (strcmp(buf_cstr(&events), cases[i].events) != 0)
			print_message("case '%s'\n", cases[i].name);
		assert_string_equal(buf_cstr(&events), cases[i].events);
	}
}

static void a_nul_in_the_data_stays(void **state)
{
	SCOPED(buf) events = BUF_INIT;

	(void)state;
	parse(str_of("data: a\0b\n\n", 11), SIZE_MAX, SIZE_MAX, &events);
	assert_int_equal(events.len, strlen("message<a_b>"));
	assert_memory_equal(events.p, "message<a\0b>", events.len);
}

static void any_slicing_yields_the_same_events(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_CASES; i++) {
		struct str s = str_c(cases[i].stream);
		SCOPED(buf) whole = BUF_INIT;

		parse(s, SIZE_MAX, SIZE_MAX, &whole);
		for (size_t piece = 1; piece <= s.len; piece++)
			for (size_t first = 1; first <= piece; first++) {
				SCOPED(buf) sliced = BUF_INIT;

				parse(s, first, piece, &sliced);
				assert_true(str_eq(buf_view(&whole), buf_view(&sliced)));
			}
	}
}

/* Ten ways to write the same stream: what servers and proxies do to one. */
static void rewrite(struct str s, int way, struct buf *out)
{
	static const char *const ends[] = { "\n", "\r\n", "\r", "\n", "\r\n", "\n", "\n", "\r\n", "\n", "\r" };

	if (way == 3 || way == 4)
		buf_c(out, "\xEF\xBB\xBF");
	for (struct str rest = s; rest.p;) {
		struct str line = str_cut(&rest, '\n');
		bool is_data = str_starts(line, STR("data: "));

		if (!rest.p)
			break;
		if (way == 5 && is_data)
			buf_c(out, ": keep-alive\n");
		if (way == 6 && is_data)
			buf_fmt(out, "data:%.*s", STR_ARG(str_sub(line, 6, line.len)));
		else
			buf_str(out, line);
		if (way >= 7 && is_data)
			buf_fmt(out, "%sid: 7%sretry: 10%sfoo", ends[way], ends[way], ends[way]);
		buf_c(out, ends[way]);
		if (way == 8 && !line.len)
			buf_c(out, "\n\n:\n\n");
	}
}

static void rewriting_a_stream_does_not_change_its_events(void **state)
{
	struct str s = STR("data: {\"x\": 1}\n\nevent: ping\ndata: b\n\ndata: two\ndata: lines\n\ndata: [DONE]\n\n");
	SCOPED(buf) plain = BUF_INIT;

	(void)state;
	parse(s, SIZE_MAX, SIZE_MAX, &plain);
	for (int way = 0; way < 10; way++)
		for (size_t piece = 1; piece < 40; piece++) {
			SCOPED(buf) rewritten = BUF_INIT;
			SCOPED(buf) events = BUF_INIT;

			rewrite(s, way, &rewritten);
			parse(buf_view(&rewritten), piece, piece, &events);
			assert_string_equal(buf_cstr(&events), buf_cstr(&plain));
		}
}

static void a_line_of_many_megabytes_is_one_event(void **state)
{
	SCOPED(buf) s = BUF_INIT;
	SCOPED(buf) events = BUF_INIT;
	size_t len = (size_t)4 << 20;

	(void)state;
	buf_c(&s, "data: ");
	memset(buf_room(&s, len), 'x', len);
	s.len += len;
	buf_c(&s, "\n\n");
	parse(buf_view(&s), 1000, 16384, &events);
	assert_int_equal(events.len, strlen("message<>") + len);
}

static void an_event_over_the_limit_is_an_error(void **state)
{
	static const char *const streams[] = { "data: 12345678901\n\n", "data: 12345678901", "data: 123456\ndata: 123456\n\n",
		"event: 12345678901\n", ": 123456789012" };
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		SCOPED(buf) events = BUF_INIT;
		SCOPED(sse) p = SSE_INIT(write_down, &events);

		p.event_max = 10;
		assert_int_equal(sse_feed(&p, str_c(streams[i]), &err), ERR_PROTOCOL);
		assert_string_equal(err.text, "an event of the stream is longer than 10 bytes");
		assert_int_equal(events.len, 0);
	}
}

static bool stop_at_second(void *ctx, const struct sse_event *ev)
{
	int *seen = ctx;

	(void)ev;
	return ++*seen < 2;
}

static void the_reader_may_stop(void **state)
{
	int seen = 0;
	SCOPED(sse) p = SSE_INIT(stop_at_second, &seen);

	(void)state;
	assert_int_equal(sse_feed(&p, STR("data: a\n\ndata: b\n\ndata: c\n\n"), NULL), ERR_CANCELLED);
	assert_int_equal(seen, 2);
}

static void a_parser_that_was_never_fed_can_be_released(void **state)
{
	SCOPED(sse) p = SSE_INIT(write_down, NULL);

	(void)state;
	(void)p;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_give_the_events_of_the_standard),
		cmocka_unit_test(a_nul_in_the_data_stays),
		cmocka_unit_test(any_slicing_yields_the_same_events),
		cmocka_unit_test(rewriting_a_stream_does_not_change_its_events),
		cmocka_unit_test(a_line_of_many_megabytes_is_one_event),
		cmocka_unit_test(an_event_over_the_limit_is_an_error),
		cmocka_unit_test(the_reader_may_stop),
		cmocka_unit_test(a_parser_that_was_never_fed_can_be_released),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
