/*
 * Any bytes from a terminal. The first byte picks the size of the first slice,
 * the second that of the others. Oracles: any slicing gives the same tokens with
 * the same bytes; keys are scalars or named, in their one form; pastes are UTF-8;
 * after a silence at most half a character waits; a printable key's bytes are it.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ibid/base/utf8.h"
#include "ibid/tui/decode.h"

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_key(const struct input *t)
{
	struct key key = t->key, sent;
	SCOPED(buf) bytes = BUF_INIT;

	must(key.code < KEY_LAST && key.code != KEY_FIRST && !(key.code >= 0xD800 && key.code <= 0xDFFF));
	must(!key_twin(key, &sent) && key.mods < 16 && t->repeat > 0);
	must(!(key.mods & KEY_CTRL && key.code >= 'A' && key.code <= 'Z'));
	if (!key_is_typed(key) || key.mods)
		return;
	utf8_add(&bytes, key.code);
	must(str_eq(buf_view(&bytes), t->bytes));
}

static void on_input(void *ctx, const struct input *t)
{
	struct buf *all = ctx;

	if (t->kind == INPUT_KEY)
		check_key(t);
	if (t->kind == INPUT_PASTE)
		must(utf8_invalid_at(t->bytes) == STR_NONE && str_find_ch(t->bytes, '\r', 0) == STR_NONE);
	if (t->kind == INPUT_MOUSE)
		must(t->mouse.row >= 0 && t->mouse.col >= 0 && t->mouse.button >= 0 && t->mouse.button < 12);
	buf_fmt(all, "%d %u %u %d %d %d %d %d %u %d:", t->kind, t->key.code, t->key.mods, t->is_cut, t->mouse.event,
		t->mouse.button, t->mouse.row, t->mouse.col, t->mouse.mods, t->is_focused);
	buf_str(all, t->bytes);
	buf_ch(all, '\n');
}

static void decode(struct buf *all, struct str s, size_t first, size_t step)
{
	SCOPED_PTR(decoder) d = decode_new(on_input, all);

	for (size_t at = 0, to = first; at < s.len; at = to, to += step)
		decode_feed(d, str_sub(s, at, to), 0);
	decode_timeout(d);
	must(decode_deadline_ms(d, 0) == -1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED(buf) whole = BUF_INIT;
	SCOPED(buf) sliced = BUF_INIT;
	struct str s;

	if (size < 2)
		return 0;
	s = str_of((const char *)data + 2, size - 2);
	decode(&whole, s, s.len, 1);
	decode(&sliced, s, data[0], (size_t)data[1] + 1);
	must(str_eq(buf_view(&whole), buf_view(&sliced)));
	return 0;
}
