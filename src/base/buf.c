#include "ibid/base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "ibid/base/mem.h"

char *buf_room(struct buf *b, size_t more)
{
	if (more > SIZE_MAX - b->len - 1)
		mem_exhausted();
	b->p = mem_grow(b->p, &b->cap, b->len + more + 1, 1);
	return b->p + b->len;
}

void buf_add(struct buf *b, const char *p, size_t len)
{
	char *at = buf_room(b, len);

	if (len)
		memcpy(at, p, len);
	b->len += len;
	b->p[b->len] = '\0';
}

void buf_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.len);
}

void buf_c(struct buf *b, const char *cstr)
{
	buf_add(b, cstr, strlen(cstr));
}

void buf_ch(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_vfmt(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n > 0) {
		vsnprintf(buf_room(b, (size_t)n), (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(b, fmt, ap);
	va_end(ap);
}

void buf_splice(struct buf *b, size_t from, size_t to, struct str s)
{
	size_t tail = b->len - to;

	buf_room(b, s.len);
	memmove(b->p + from + s.len, b->p + to, tail);
	if (s.len)
		memcpy(b->p + from, s.p, s.len);
	b->len = from + s.len + tail;
	b->p[b->len] = '\0';
}

void buf_cut(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->p[len] = '\0';
}

struct str buf_view(const struct buf *b)
{
	return (struct str){ buf_cstr(b), b->len };
}

const char *buf_cstr(const struct buf *b)
{
	return b->p ? b->p : "";
}

void buf_reset(struct buf *b)
{
	buf_cut(b, 0);
}

char *buf_take(struct buf *b)
{
	char *p = b->p ? b->p : mem_dup("", 0);

	*b = (struct buf)BUF_INIT;
	return p;
}

void buf_release(struct buf *b)
{
	mem_free(b->p);
	*b = (struct buf)BUF_INIT;
}
