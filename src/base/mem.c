#include "ibid/base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ibid/base/err.h"

/* A mutable global, because a process has one end. (The other one is in base/json.c: cJSON's hooks take no context.) */
static struct {
	void (*fn)(void *ctx);
	void *ctx;
} last_words;

void mem_last_words(void (*fn)(void *ctx), void *ctx)
{
	last_words.fn = fn;
	last_words.ctx = ctx;
}

_Noreturn void mem_exhausted(void)
{
	static const char say[] = "ibid: out of memory; what was saved is safe, close something and try again\n";

	if (last_words.fn)
		last_words.fn(last_words.ctx);
	if (write(STDERR_FILENO, say, sizeof(say) - 1) < 0) {
		/* Nobody is left to tell. */
	}
	_exit(err_exit_status(ERR_NOMEM));
}

void *mem_alloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		mem_exhausted();
	return p;
}

void *mem_zalloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		mem_exhausted();
	return p;
}

void *mem_resize(void *p, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		mem_exhausted();
	size *= count;
	p = realloc(p, size ? size : 1);
	if (!p)
		mem_exhausted();
	return p;
}

char *mem_dup(const char *p, size_t len)
{
	char *copy = mem_alloc(len + 1);

	if (len)
		memcpy(copy, p, len);
	copy[len] = '\0';
	return copy;
}

void mem_free(void *p)
{
	free(p);
}

void *mem_grow(void *p, size_t *cap, size_t need, size_t size)
{
	size_t to = *cap + *cap / 2;

	if (need <= *cap)
		return p;
	if (to < 8)
		to = 8;
	if (to < need)
		to = need;
	p = mem_resize(p, to, size);
	*cap = to;
	return p;
}
