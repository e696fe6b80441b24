#include "line_internal.h"

#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/term_text.h"
#include "ibid/base/utf8.h"

/* Lead byte of plane 16 in UTF-8. */
#define PLANE_16 '\xF4'

static bool is_chip(uint32_t cp)
{
	return cp >= CHIP_FIRST && cp < CHIP_FIRST + CHIP_COUNT;
}

bool chips_are_in(struct str s)
{
	return str_find_ch(s, PLANE_16, 0) != STR_NONE;
}

/* Shown as base/term_text shows what is hidden: nobody uses plane 16 to say something. */
static void add_without_chips(struct buf *out, struct str s)
{
	uint32_t cp;

	for (size_t at = 0, n; (n = utf8_decode(s, at, &cp)); at += n)
		if (is_chip(cp))
			buf_fmt(out, "<U+%X>", (unsigned)cp);
		else
			buf_str(out, str_sub(s, at, at + n));
}

void chips_add_foreign(struct buf *out, struct str s)
{
	SCOPED(buf) harmless = BUF_INIT;

	if (!chips_are_in(s)) {
		term_text_add(out, s);
		return;
	}
	term_text_add(&harmless, s);
	add_without_chips(out, buf_view(&harmless));
}

static size_t lines_of(struct str s)
{
	size_t n = 0;

	for (size_t at = 0; (at = str_find_ch(s, '\n', at)) != STR_NONE; at++)
		n++;
	return n + (s.len && s.p[s.len - 1] != '\n');
}

bool chips_want(struct str text)
{
	return text.len > LINE_CHIP_BYTES || lines_of(text) > LINE_CHIP_LINES;
}

bool chips_store(struct chips *c, struct str text, char *character)
{
	SCOPED(buf) utf8 = BUF_INIT;

	if (c->n >= CHIP_COUNT)
		return false;
	utf8_add(&utf8, CHIP_FIRST + (c->first + (uint32_t)c->n) % CHIP_COUNT);
	memcpy(character, buf_cstr(&utf8), CHIP_BYTES + 1);
	c->v = mem_grow(c->v, &c->cap, c->n + 1, sizeof(*c->v));
	c->v[c->n++] = (struct chip){ mem_dup(text.p, text.len), text.len, lines_of(text) };
	c->bytes += text.len;
	return true;
}

const struct chip *chips_at(const struct chips *c, struct str s, size_t at)
{
	static char nothing[] = "";
	static const struct chip gone = { nothing, 0, 0 };
	uint32_t cp, i;

	if (at >= s.len || s.p[at] != PLANE_16 || !utf8_decode(s, at, &cp) || !is_chip(cp))
		return NULL;
	i = (cp - CHIP_FIRST + CHIP_COUNT - c->first) % CHIP_COUNT;
	return i < c->n ? &c->v[i] : &gone;
}

void chips_label(struct buf *out, const struct chip *chip)
{
	if (!chip->len)
		buf_c(out, "[pasted, no longer kept]");
	else if (chip->lines > LINE_CHIP_LINES)
		buf_fmt(out, "[pasted %zu lines]", chip->lines);
	else
		buf_fmt(out, "[pasted %zu KB]", (chip->len + 1023) / 1024);
}

void chips_shrink(struct chips *c, size_t bytes)
{
	size_t n = 0;

	for (; n < c->n && c->bytes > bytes; n++) {
		c->bytes -= c->v[n].len;
		mem_free(c->v[n].text);
	}
	if (!n)
		return;
	memmove(c->v, c->v + n, (c->n - n) * sizeof(*c->v));
	c->n -= n;
	c->first = (c->first + (uint32_t)n) % CHIP_COUNT;
}

void chips_release(struct chips *c)
{
	for (size_t i = 0; i < c->n; i++)
		mem_free(c->v[i].text);
	mem_free(c->v);
	*c = (struct chips){ .first = c->first };
}
