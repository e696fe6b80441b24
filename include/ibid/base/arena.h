/*
 * base/arena.h - memory for things that die together
 *
 * One arena per turn, one per ingested document. Nothing in it is freed singly;
 * arena_reset empties it and keeps its first block. What it returns is aligned
 * for any type and lives until the arena is reset or released.
 */
#ifndef IBID_BASE_ARENA_H
#define IBID_BASE_ARENA_H
#include <stddef.h>

#include "ibid/base/scope.h"
#include "ibid/base/str.h"

struct arena {
	/* Private from here on. */
	struct arena_block *top;
};
#define ARENA_INIT { NULL }

/* `size` bytes, all zero. */
void *arena_alloc(struct arena *a, size_t size);

/* `count` zeroed elements: struct span *v = arena_array(a, n, sizeof(*v)). */
void *arena_array(struct arena *a, size_t count, size_t size);

/* A copy of s with a NUL after it. */
struct str arena_str(struct arena *a, struct str s);
struct str arena_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void arena_reset(struct arena *a);
void arena_release(struct arena *a);
#endif
