/*
 * base/buf.h - an owned, growing piece of text
 *
 * Always followed by a NUL that is not counted, so buf_cstr() is free. Holds
 * any bytes. Growth ends the process on lack of memory (base/mem.h).
 */
#ifndef IBID_BASE_BUF_H
#define IBID_BASE_BUF_H
#include <stdarg.h>
#include <stddef.h>

#include "ibid/base/scope.h"
#include "ibid/base/str.h"

struct buf {
	char *p;	/* NULL until something was added */
	size_t len;	/* bytes, without the closing NUL */
	size_t cap;
};
#define BUF_INIT { NULL, 0, 0 }

void buf_add(struct buf *b, const char *p, size_t len);
void buf_str(struct buf *b, struct str s);
void buf_c(struct buf *b, const char *cstr);
void buf_ch(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vfmt(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Room for `more` bytes after the end; returns where to write them, then add to len. */
char *buf_room(struct buf *b, size_t more);

/* Replace [from, to) by s; `s` must not point into b. */
void buf_splice(struct buf *b, size_t from, size_t to, struct str s);

/* Forget all after the first `len` bytes. */
void buf_cut(struct buf *b, size_t len);

/* The text, borrowed until the next change. */
struct str buf_view(const struct buf *b);
/* The same with a NUL; "" when nothing was added. */
const char *buf_cstr(const struct buf *b);

/* Empty it, keep the memory. */
void buf_reset(struct buf *b);
/* Give the memory away: the caller frees with mem_free. Never NULL. */
char *buf_take(struct buf *b);
void buf_release(struct buf *b);
#endif
