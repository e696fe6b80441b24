#include "ibid/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "ibid/base/mem.h"

/* A block small enough not to matter for a short turn; blocks double up to the larger figure. */
#define BLOCK_MIN ((size_t)4 << 10)
#define BLOCK_MAX ((size_t)1 << 20)

struct arena_block {
	struct arena_block *below;
	size_t used, cap;
	_Alignas(max_align_t) char bytes[];
};

static struct arena_block *block_new(struct arena *a, size_t need)
{
	size_t cap = a->top ? a->top->cap * 2 : BLOCK_MIN;
	struct arena_block *block;

	if (cap > BLOCK_MAX)
		cap = BLOCK_MAX;
	if (cap < need)
		cap = need;
	block = mem_alloc(sizeof(*block) + cap);
	*block = (struct arena_block){ .below = a->top, .cap = cap };
	a->top = block;
	return block;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t mask = _Alignof(max_align_t) - 1;
	size_t need = (size + mask) & ~mask;
	struct arena_block *block = a->top;
	void *p;

	if (need < size)
		mem_exhausted();
	if (!block || block->cap - block->used < need)
		block = block_new(a, need);
	p = block->bytes + block->used;
	block->used += need;
	return memset(p, 0, size);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		mem_exhausted();
	return arena_alloc(a, count * size);
}

struct str arena_str(struct arena *a, struct str s)
{
	char *copy = arena_alloc(a, s.len + 1);

	if (s.len)
		memcpy(copy, s.p, s.len);
	return (struct str){ copy, s.len };
}

struct str arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return STR_EMPTY;
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct str){ p, (size_t)n };
}

void arena_reset(struct arena *a)
{
	while (a->top && a->top->below) {
		struct arena_block *block = a->top;

		a->top = block->below;
		mem_free(block);
	}
	if (a->top)
		a->top->used = 0;
}

void arena_release(struct arena *a)
{
	while (a->top) {
		struct arena_block *block = a->top;

		a->top = block->below;
		mem_free(block);
	}
}
