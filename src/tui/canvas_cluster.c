#include "tui/canvas_internal.h"

#include <string.h>

#include "ibid/base/utf8.h"

#define ZWJ 0x200Du

static bool is_style_selector(uint32_t cp)
{
	return cp == 0xFE0E || cp == 0xFE0F;
}

static bool is_tag(uint32_t cp)
{
	return cp >= 0xE0000 && cp <= 0xE007F;
}

/* A joiner that shapes letters stays; behind an emoji it would join the next cell to this one. */
static bool may_stay(uint32_t base, uint32_t mark)
{
	return !is_style_selector(mark) && !is_tag(mark) && (mark != ZWJ || utf8_is_letter(base));
}

static void add(struct piece *p, struct str bytes)
{
	memcpy(p->text + p->len, bytes.p, bytes.len);
	p->len += (int)bytes.len;
}

/* What a cluster begins with is drawn; a mark that has no base is not. */
static void set_base(struct piece *p, uint32_t cp, struct str bytes)
{
	*p = (struct piece){ .cols = utf8_width(cp) };
	if (p->cols)
		add(p, bytes);
}

size_t piece_next(struct str cluster, size_t at, struct piece *p)
{
	uint32_t base = 0, before = 0, cp;
	int n_marks = 0;
	size_t n = utf8_decode(cluster, at, &base);

	set_base(p, base, str_sub(cluster, at, at + n));
	for (at += n, before = base; (n = utf8_decode(cluster, at, &cp)); at += n, before = cp) {
		if (utf8_is_joined(before, cp))
			continue;
		if (utf8_width(cp))
			break;
		if (p->cols && n_marks < CANVAS_MARKS_MAX && may_stay(base, cp)) {
			add(p, str_sub(cluster, at, at + n));
			n_marks++;
		}
	}
	return at;
}
