/*
 * Every recorded exchange, decoded without a socket: what it must tell, that no
 * slicing changes it, and that an answer counts as complete exactly when its
 * terminal event has arrived, cut wherever it may be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <glob.h>
#include <cmocka.h>

#include "../../tools/wire.h"
#include "ibid/net/sse.h"
#include "ibid/provider/provider.h"

/* What a turn told, joined. */
struct told {
	struct buf text, reasoning, citation, raw;
	int n_raw, n_stops, n_errors;
};

static void told_release(struct told *t)
{
	buf_release(&t->text);
	buf_release(&t->reasoning);
	buf_release(&t->citation);
	buf_release(&t->raw);
}

static void on_event(void *ctx, const struct turn_event *ev)
{
	struct told *t = ctx;
	struct buf *const at[] = { [TURN_TEXT] = &t->text, [TURN_REASONING] = &t->reasoning, [TURN_CITATION] = &t->citation,
		[TURN_RAW] = &t->raw };

	if (ev->kind <= TURN_CITATION || ev->kind == TURN_RAW)
		buf_str(at[ev->kind], ev->text);
	t->n_raw += ev->kind == TURN_RAW;
	t->n_stops += ev->kind == TURN_STOP;
	t->n_errors += ev->kind == TURN_ERROR;
}

static bool on_sse(void *ctx, const struct sse_event *ev)
{
	turn_feed(ctx, ev);
	return true;
}

static struct provider_quirks usual(void)
{
	return (struct provider_quirks){ .max_tokens_key = "max_tokens", .system_role = "system" };
}

static bool is_whole(struct str body)
{
	return body.len && strchr("{[<", body.p[0]);
}

/* Decode the first `len` bytes of the body, in pieces; `in_order`: the transport ended cleanly. */
static void decode(struct turn *t, const struct wire_exchange *x, size_t len, size_t piece, bool in_order)
{
	SCOPED(sse) p = SSE_INIT(on_sse, t);
	struct str body = str_sub(buf_view(&x->body), 0, len);

	if (x->status != 200) {
		turn_refused(t, x->status, body);
	} else if (is_whole(body)) {
		if (in_order && len == x->body.len)
			turn_feed_whole(t, body);
	} else {
		for (size_t from = 0; from < body.len; from += piece)
			assert_int_equal(sse_feed(&p, str_sub(body, from, from + piece), NULL), OK);
		if (in_order)
			assert_int_equal(sse_end(&p, NULL), OK);
	}
	turn_end(t, in_order);
}

static const char *state_name(enum turn_state state)
{
	static const char *const names[] = { "open", "ended", "failed", "truncated" };

	return names[state];
}

static void assert_told(const char *file, const struct wire_exchange *x, const char *name, struct str have)
{
	struct str want = wire_told_of(x, name);

	if (!want.p ? have.len : !str_eq(want, have))
		fail_msg("%s: %s is '%.*s' instead of '%.*s'", file, name, STR_ARG(have), want.p ? (int)want.len : 0,
			want.p ? want.p : "");
}

static void assert_number(const char *file, const struct wire_exchange *x, const char *name, int64_t have, int64_t otherwise)
{
	struct str want = wire_told_of(x, name);
	long long n = otherwise;

	if (want.p)
		str_to_int(want, &n);
	if (n != have)
		fail_msg("%s: %s is %lld instead of %lld", file, name, (long long)have, n);
}

static void add_usage(struct buf *out, const struct token_usage *u)
{
	if (token_usage_in(u) >= 0 || token_usage_out(u) >= 0)
		buf_fmt(out, "%lld %lld %lld %lld %lld %lld", (long long)u->in_uncached, (long long)u->in_cache_read,
			(long long)u->in_cache_write_5m, (long long)u->in_cache_write_1h, (long long)u->out_visible,
			(long long)u->out_reasoning);
}

static void assert_all_told(const char *file, const struct wire_exchange *x, const struct turn *t, const struct told *told)
{
	SCOPED(buf) usage = BUF_INIT;

	if (t->state == TURN_ENDED)
		add_usage(&usage, &t->usage);
	assert_told(file, x, "text", buf_view(&told->text));
	assert_told(file, x, "reasoning", buf_view(&told->reasoning));
	assert_told(file, x, "citation", buf_view(&told->citation));
	assert_told(file, x, "raw", buf_view(&told->raw));
	assert_told(file, x, "usage", buf_view(&usage));
	assert_told(file, x, "stop", str_c(stop_reason_name(t->stop)));
	assert_told(file, x, "state", str_c(state_name(t->state)));
	assert_told(file, x, "fault", str_c(fault_name(t->fault.class)));
	assert_number(file, x, "skipped", t->n_skipped, 0);
	assert_number(file, x, "bad", t->n_bad, 0);
	assert_number(file, x, "cost", t->cost_usd_micros, -1);
	assert_true(told->n_stops <= 1);
	assert_int_equal(told->n_errors, t->state == TURN_FAILED);
}

typedef void check_fn(const char *file, const struct provider_ops *ops, const struct wire_exchange *x);

static void check_file(const char *path, check_fn *check)
{
	struct str dir = path_base(path_dir(str_c(path)));
	const struct provider_ops *ops = provider_ops_of(dir);
	struct wire w;

	assert_non_null(ops);
	wire_read(&w, path);
	for (size_t i = 0; i < w.n; i++)
		check(path, ops, &w.v[i]);
	wire_release(&w);
}

static void check_all(check_fn *check)
{
	glob_t files;

	assert_int_equal(glob("tests/wire/*/*.wire", 0, NULL, &files), 0);
	assert_true(files.gl_pathc >= 35);
	for (size_t i = 0; i < files.gl_pathc; i++)
		check_file(files.gl_pathv[i], check);
	globfree(&files);
}

static void check_whole(const char *file, const struct provider_ops *ops, const struct wire_exchange *x)
{
	struct provider_quirks quirks = usual();
	struct told told = { .n_raw = 0 };
	SCOPED(turn) t = TURN_INIT(ops, &quirks, on_event, &told);
	bool is_cut = x->n_steps && x->steps[x->n_steps - 1].kind == WIRE_RST;

	decode(&t, x, x->body.len, SIZE_MAX / 2, !is_cut);
	assert_all_told(file, x, &t, &told);
	told_release(&told);
}

static void recordings_tell_what_they_hold(void **state)
{
	(void)state;
	check_all(check_whole);
}

static void check_slices(const char *file, const struct provider_ops *ops, const struct wire_exchange *x)
{
	for (size_t piece = 1; piece < 70; piece += piece < 8 ? 1 : 13) {
		struct provider_quirks quirks = usual();
		struct told told = { .n_raw = 0 };
		SCOPED(turn) t = TURN_INIT(ops, &quirks, on_event, &told);
		bool is_cut = x->n_steps && x->steps[x->n_steps - 1].kind == WIRE_RST;

		decode(&t, x, x->body.len, piece, !is_cut);
		assert_all_told(file, x, &t, &told);
		told_release(&told);
	}
}

static void any_slicing_tells_the_same(void **state)
{
	(void)state;
	check_all(check_slices);
}

/*
 * A clean end completes the answer from the byte on which the terminal event's
 * JSON is whole; a reset from the byte that closes the event.
 */
static void check_cut(const char *file, const struct provider_ops *ops, const struct wire_exchange *x, size_t len,
	bool in_order)
{
	struct provider_quirks quirks = usual();
	struct told told = { .n_raw = 0 };
	SCOPED(turn) t = TURN_INIT(ops, &quirks, on_event, &told);
	size_t from = x->end_at == STR_NONE ? STR_NONE : x->end_at + (in_order ? 0 : x->end_line_len + 1);
	bool complete = from != STR_NONE && len >= from;
	struct str all = wire_told_of(x, "text");

	decode(&t, x, len, SIZE_MAX / 2, in_order);
	if (complete != (t.state == TURN_ENDED))
		fail_msg("%s: cut at byte %zu (%s): %s", file, len, in_order ? "end" : "reset", state_name(t.state));
	if (!str_starts(all.p ? all : STR_EMPTY, buf_view(&told.text)))
		fail_msg("%s: cut at byte %zu: told '%s'", file, len, buf_cstr(&told.text));
	told_release(&told);
}

static void check_cuts(const char *file, const struct provider_ops *ops, const struct wire_exchange *x)
{
	if (x->status != 200 || is_whole(buf_view(&x->body)))
		return;
	for (size_t len = 0; len <= x->body.len; len++) {
		check_cut(file, ops, x, len, true);
		check_cut(file, ops, x, len, false);
	}
}

static void an_answer_is_complete_exactly_when_its_end_has_arrived(void **state)
{
	(void)state;
	check_all(check_cuts);
}

static void a_server_known_to_mark_no_end_is_believed(void **state)
{
	struct provider_quirks quirks = usual();
	struct told told = { .n_raw = 0 };
	SCOPED(turn) t = TURN_INIT(&provider_openai_chat, &quirks, on_event, &told);
	struct wire w;

	(void)state;
	quirks.open_end = true;
	wire_read(&w, "tests/wire/openai-chat/open-end.wire");
	decode(&t, &w.v[0], w.v[0].body.len, 100, true);
	assert_int_equal(t.state, TURN_ENDED);
	assert_non_null(t.note);
	wire_release(&w);
	told_release(&told);
}

static void a_message_over_the_limit_is_told_without_its_raw_form(void **state)
{
	struct provider_quirks quirks = usual();
	struct told told = { .n_raw = 0 };
	SCOPED(turn) t = TURN_INIT(&provider_anthropic, &quirks, on_event, &told);
	SCOPED(buf) big = BUF_INIT;
	struct sse_event ev = { .type = STR("message") };

	(void)state;
	buf_c(&big, "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"");
	memset(buf_room(&big, TURN_RAW_MAX / 4), 'x', TURN_RAW_MAX / 4);
	big.len += TURN_RAW_MAX / 4;
	buf_c(&big, "\"}}");
	ev.data = STR("{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}}");
	turn_feed(&t, &ev);
	for (int i = 0; i < 5; i++) {
		ev.data = buf_view(&big);
		turn_feed(&t, &ev);
	}
	ev.data = STR("{\"type\":\"message_stop\"}");
	turn_feed(&t, &ev);
	assert_int_equal(t.state, TURN_ENDED);
	assert_int_equal(told.n_raw, 0);
	assert_int_equal(told.reasoning.len, 5 * (TURN_RAW_MAX / 4));
	told_release(&told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recordings_tell_what_they_hold),
		cmocka_unit_test(any_slicing_tells_the_same),
		cmocka_unit_test(an_answer_is_complete_exactly_when_its_end_has_arrived),
		cmocka_unit_test(a_server_known_to_mark_no_end_is_believed),
		cmocka_unit_test(a_message_over_the_limit_is_told_without_its_raw_form),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
