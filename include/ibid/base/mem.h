/*
 * base/mem.h - memory that is there or ends the process in order
 *
 * A failed allocation is not an error that callers handle: mem_* then runs the
 * registered last words (restore the terminal, end the child, name the draft),
 * prints one sentence and leaves with status 71. Never a signal death; SQLite
 * rolls back what was open. Libraries that report a failed allocation of their
 * own are turned into the same end by mem_exhausted().
 */
#ifndef IBID_BASE_MEM_H
#define IBID_BASE_MEM_H
#include <stddef.h>

/* `size` bytes, uninitialised; size 0 gives a pointer that may be freed. */
void *mem_alloc(size_t size);

/* `count` elements of `size` bytes, all zero. A product that overflows counts as exhausted. */
void *mem_zalloc(size_t count, size_t size);

/* As realloc(3). On exhaustion the process ends; the old block is never leaked to a caller. */
void *mem_resize(void *p, size_t count, size_t size);

/* A copy of `len` bytes with a NUL after them. */
char *mem_dup(const char *p, size_t len);

/* free(3); NULL is fine. */
void mem_free(void *p);

/*
 * Make room for element number `need` (1-based) in an array of `size`-byte
 * elements whose capacity is *cap; grows by half, at least to 8.
 *
 *	list->v = mem_grow(list->v, &list->cap, list->n + 1, sizeof(*list->v));
 */
void *mem_grow(void *p, size_t *cap, size_t need, size_t size);

/* The one thing to do before the process ends for lack of memory; `fn` must not allocate. NULL removes it. */
void mem_last_words(void (*fn)(void *ctx), void *ctx);

/* Say so and leave with status 71. For libraries that return NULL for lack of memory. */
_Noreturn void mem_exhausted(void);
#endif
