/*
 * Any bytes as an event stream, through the parser and a protocol's decoder. The
 * first byte picks the protocol and how the body ends, the next two how it is
 * sliced. Oracles: any slicing tells the same; what is told is UTF-8; an error
 * is told once and nothing after it; one stop reason at most; an ended turn has
 * a reason behind it; the raw message is JSON.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ibid/base/json.h"
#include "ibid/base/utf8.h"
#include "ibid/net/sse.h"
#include "ibid/provider/provider.h"

static void must(bool truth)
{
	if (!truth)
		abort();
}

struct told {
	struct buf all;		/* every event, written down */
	int n_errors, n_stops;
};

static void must_be_json(struct str text)
{
	SCOPED_PTR(json) doc = NULL;

	must(json_parse(text, 0, &doc, NULL) == OK);
}

static void on_event(void *ctx, const struct turn_event *ev)
{
	struct told *t = ctx;

	must(!t->n_errors);
	t->n_errors += ev->kind == TURN_ERROR;
	t->n_stops += ev->kind == TURN_STOP;
	if (ev->kind != TURN_ERROR && ev->text.p)	/* the sentence of an error may be a cut body */
		must(utf8_invalid_at(ev->text) == STR_NONE);
	if (ev->kind == TURN_RAW || ev->kind == TURN_CITATION)
		must_be_json(ev->text);
	buf_fmt(&t->all, "%d:", ev->kind);
	if (ev->text.p)
		buf_str(&t->all, ev->text);
	buf_ch(&t->all, '\n');
}

static bool on_sse(void *ctx, const struct sse_event *ev)
{
	turn_feed(ctx, ev);
	return true;
}

static void decode(struct turn *t, struct str s, size_t first, size_t step, bool in_order)
{
	SCOPED(sse) p = SSE_INIT(on_sse, t);

	for (size_t at = 0, to = first; at < s.len; at = to, to += step)
		must(sse_feed(&p, str_sub(s, at, to), NULL) == OK);
	if (in_order)
		must(sse_end(&p, NULL) == OK);
	turn_end(t, in_order);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct provider_quirks quirks = { .max_tokens_key = "max_tokens", .system_role = "system",
		.open_end = size && data[0] & 4 };
	struct told whole = { .n_errors = 0 }, sliced = { .n_errors = 0 };
	struct str s;

	if (size < 3)
		return 0;
	const struct provider_ops *ops = data[0] & 1 ? &provider_anthropic : &provider_openai_chat;
	SCOPED(turn) a = TURN_INIT(ops, &quirks, on_event, &whole);
	SCOPED(turn) b = TURN_INIT(ops, &quirks, on_event, &sliced);

	s = str_of((const char *)data + 3, size - 3);
	decode(&a, s, s.len, 1, data[0] & 2);
	decode(&b, s, data[1], (size_t)data[2] + 1, data[0] & 2);
	must(str_eq(buf_view(&whole.all), buf_view(&sliced.all)));
	must(a.state == b.state && a.stop == b.stop && a.n_bad == b.n_bad && a.n_skipped == b.n_skipped);
	must(a.state != TURN_OPEN && whole.n_stops <= 1);
	must((a.state == TURN_FAILED) == (whole.n_errors == 1));
	must(a.state != TURN_ENDED || a.stop != STOP_NONE || quirks.open_end || ops == &provider_anthropic);
	buf_release(&whole.all);
	buf_release(&sliced.all);
	return 0;
}
