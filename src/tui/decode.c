#include "ibid/tui/decode.h"

#include <limits.h>

#include "ibid/base/arena.h"
#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "tui/decode_internal.h"

/* Bytes looked at in one go, so that a large read needs no large buffer. */
#define SLICE 4096
/* What is kept of a sequence that is too long to be one: enough to find its end and to know that it was too long. */
#define KEPT (DECODE_SEQUENCE_MAX + 2)
/* A paste's memory above this is given back. */
#define PASTE_KEEP ((size_t)64 << 10)

static const struct str paste_end = { "\x1b[201~", 6 };

struct decoder {
	input_fn *on_input;
	void *ctx;
	struct arena arena; /* the strings' bytes */
	struct decode_strings strings;
	struct buf in; /* what is not whole yet, then the slice */
	int64_t last_ms; /* when the last byte came */
	/* equal keys of one read, told when another token or the end of the read comes */
	struct key run_key;
	struct buf run_bytes;
	int run;
	struct buf paste;
	bool in_paste, after_cr, is_cut;
};

struct decoder *decode_new(input_fn *on_input, void *ctx)
{
	struct decoder *d = mem_zalloc(1, sizeof(*d));

	d->on_input = on_input;
	d->ctx = ctx;
	return d;
}

void decode_free(struct decoder *d)
{
	if (!d)
		return;
	mem_free(d->strings.v);
	arena_release(&d->arena);
	buf_release(&d->in);
	buf_release(&d->run_bytes);
	buf_release(&d->paste);
	mem_free(d);
}

void decode_add(struct decoder *d, struct str bytes, struct key key)
{
	struct decode_strings *s = &d->strings;

	if (bytes.len < 2 || bytes.p[0] != '\x1b')
		return;
	s->v = mem_grow(s->v, &s->cap, s->n + 1, sizeof(*s->v));
	s->v[s->n++] = (struct decode_string){ arena_str(&d->arena, bytes), key };
}

/* --- tokens */

static void tell_run(struct decoder *d)
{
	struct input t = { .kind = INPUT_KEY, .key = d->run_key, .bytes = buf_view(&d->run_bytes), .repeat = d->run };

	for (int n = take(&d->run); n; n--)
		d->on_input(d->ctx, &t);
	buf_reset(&d->run_bytes);
}

static void tell(struct decoder *d, const struct input *t)
{
	tell_run(d);
	d->on_input(d->ctx, t);
}

static void add_key(struct decoder *d, struct key key, struct str bytes)
{
	bool is_next = d->run && d->run < INT_MAX && key_eq(key, d->run_key) && str_eq(bytes, buf_view(&d->run_bytes));

	if (!is_next) {
		tell_run(d);
		d->run_key = key;
		buf_str(&d->run_bytes, bytes);
	}
	d->run++;
}

static void deliver(struct decoder *d, struct scan *r, struct str bytes)
{
	SCOPED(buf) old = BUF_INIT;

	if (r->is_translated)
		key_bytes(&old, r->token.key);
	if (r->token.kind == INPUT_KEY) {
		add_key(d, r->token.key, r->is_translated ? buf_view(&old) : bytes);
		return;
	}
	r->token.bytes = bytes;
	tell(d, &r->token);
}

/* --- pastes */

static void keep(struct decoder *d, struct str text)
{
	size_t room = DECODE_PASTE_MAX - d->paste.len;

	d->is_cut |= text.len > room;
	buf_str(&d->paste, str_sub(text, 0, room));
}

/* CR and CRLF become LF, also when the two come apart. */
static void paste_add(struct decoder *d, struct str text)
{
	while (text.len) {
		size_t cr = str_find_ch(text, '\r', 0);
		size_t from = d->after_cr && text.p[0] == '\n';

		d->after_cr = false;
		keep(d, str_sub(text, from, cr));
		if (cr == STR_NONE)
			return;
		keep(d, STR("\n"));
		d->after_cr = true;
		text = str_sub(text, cr + 1, text.len);
	}
}

static void end_paste(struct decoder *d)
{
	struct input t = { .kind = INPUT_PASTE, .bytes = buf_view(&d->paste), .is_cut = d->is_cut };
	SCOPED(buf) repaired = BUF_INIT;

	if (t.is_cut)
		t.bytes.len -= utf8_partial_tail(t.bytes);
	if (utf8_invalid_at(t.bytes) != STR_NONE) {
		utf8_repair(&repaired, t.bytes);
		t.bytes = buf_view(&repaired);
	}
	tell(d, &t);
	if (d->paste.cap > PASTE_KEEP)
		buf_release(&d->paste);
	buf_reset(&d->paste);
	d->in_paste = d->after_cr = d->is_cut = false;
}

/* Take what is certain to belong to the paste, or its end; returns how many bytes that were. */
static size_t take_paste(struct decoder *d, struct str s)
{
	size_t esc = str_find_ch(s, '\x1b', 0);

	if (esc) {
		paste_add(d, str_sub(s, 0, esc));
		return esc == STR_NONE ? s.len : esc;
	}
	if (str_starts(s, paste_end)) {
		end_paste(d);
		return paste_end.len;
	}
	if (str_starts(paste_end, s))
		return 0;
	paste_add(d, str_sub(s, 0, 1));
	return 1;
}

/* --- reading */

static size_t take_token(struct decoder *d, struct str s, bool is_last)
{
	struct scan r = scan_token(&d->strings, s, is_last);

	switch (r.kind) {
	case SCAN_MORE:
		return 0;
	case SCAN_NOTHING:
		break;
	case SCAN_PASTE:
		d->in_paste = true;
		break;
	case SCAN_TOKEN:
		deliver(d, &r, str_sub(s, 0, r.len));
	}
	return r.len;
}

static void consume(struct decoder *d, bool is_last)
{
	size_t at = 0;

	while (at < d->in.len) {
		struct str rest = str_sub(buf_view(&d->in), at, d->in.len);
		size_t n = d->in_paste ? take_paste(d, rest) : take_token(d, rest, is_last);

		if (!n)
			break;
		at += n;
	}
	buf_splice(&d->in, 0, at, STR_EMPTY);
	if (d->in.len > KEPT)
		buf_splice(&d->in, KEPT - 1, d->in.len - 1, STR_EMPTY);
}

void decode_feed(struct decoder *d, struct str bytes, int64_t now_ms)
{
	for (size_t at = 0; at < bytes.len; at += SLICE) {
		buf_str(&d->in, str_sub(bytes, at, at + SLICE));
		consume(d, false);
	}
	if (bytes.len)
		d->last_ms = now_ms;
	tell_run(d);
}

/* ESC, ESC and an opener of sequences, ESC and half a character: what a person may have typed. */
static bool may_be_typed(struct str s)
{
	bool is_double = s.len > 1 && s.p[1] == '\x1b';

	return s.len - is_double <= 2;
}

int64_t decode_deadline_ms(const struct decoder *d, int escape_ms)
{
	struct str s = buf_view(&d->in);
	int wait = escape_ms;

	if (d->in_paste || !s.len || s.p[0] != '\x1b')
		return -1;
	if (!may_be_typed(s) && wait < DECODE_SEQUENCE_MS)
		wait = DECODE_SEQUENCE_MS;
	return d->last_ms + wait;
}

void decode_timeout(struct decoder *d)
{
	if (d->in_paste)
		return;
	consume(d, true);
	tell_run(d);
}
