/*
 * Any bytes into the sink. The first two bytes say how they are sliced. Oracles:
 * the output is UTF-8; no control character but LF and TAB is in it, no
 * direction control, no zero width space; any slicing gives the same; and what
 * has passed once passes again unchanged.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ibid/base/term_text.h"
#include "ibid/base/utf8.h"

static void must(bool truth)
{
	if (!truth)
		abort();
}

static bool is_allowed(uint32_t cp)
{
	if (cp == '\n' || cp == '\t')
		return true;
	if (cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) || cp == 0x200B || cp == 0x2028 || cp == 0x2029 || cp == 0xFEFF)
		return false;
	return !(cp >= 0x202A && cp <= 0x202E) && !(cp >= 0x2066 && cp <= 0x2069);
}

static void must_be_harmless(struct str shown)
{
	uint32_t cp;
	int marks = 0;

	must(utf8_invalid_at(shown) == STR_NONE);
	for (size_t at = 0, n; (n = utf8_decode(shown, at, &cp)); at += n) {
		must(is_allowed(cp));
		marks = cp >= 0x300 && !utf8_width(cp) ? marks + 1 : 0;
		must(marks <= TERM_MARKS_MAX);
	}
}

static void feed_sliced(struct buf *out, struct str text, size_t first, size_t step)
{
	struct term_text t = TERM_TEXT_INIT;

	for (size_t at = 0, to = first; at < text.len; at = to, to += step)
		term_text_feed(&t, out, str_sub(text, at, to));
	term_text_end(&t, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED(buf) whole = BUF_INIT;
	SCOPED(buf) sliced = BUF_INIT;
	SCOPED(buf) again = BUF_INIT;
	SCOPED(buf) line = BUF_INIT;
	struct str text;

	if (size < 2)
		return 0;
	text = str_of((const char *)data + 2, size - 2);
	term_text_add(&whole, text);
	must_be_harmless(buf_view(&whole));
	feed_sliced(&sliced, text, data[0], (size_t)data[1] + 1);
	must(str_eq(buf_view(&whole), buf_view(&sliced)));
	term_text_add(&again, buf_view(&whole));
	must(str_eq(buf_view(&whole), buf_view(&again)));
	term_text_add_line(&line, text);
	must(line.len == whole.len && str_find_ch(buf_view(&line), '\n', 0) == STR_NONE);
	return 0;
}
