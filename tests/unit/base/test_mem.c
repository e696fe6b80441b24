#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/mem.h"
#include "ibid/base/path.h"

/* The address sanitizer asks for this by name: a failed allocation is what is tested here. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void say_last(void *ctx)
{
	if (write(*(int *)ctx, "last words", 10) != 10)
		_exit(1);
}

static void ask_too_much(void)
{
	mem_alloc(SIZE_MAX / 2);
}

static void ask_a_product_that_overflows(void)
{
	mem_resize(NULL, SIZE_MAX / 2, 3);
}

static void grow_a_buf_too_far(void)
{
	struct buf b = BUF_INIT;

	buf_c(&b, "x");
	buf_room(&b, SIZE_MAX - 1);
}

static void ask_an_arena_too_much(void)
{
	struct arena a = ARENA_INIT;

	arena_array(&a, SIZE_MAX / 2, 3);
}

/* In a child whose standard error and last words go into one pipe. */
static void exhaust(void (*fn)(void), int writer)
{
	dup2(writer, STDERR_FILENO);
	mem_last_words(say_last, &writer);
	fn();
	_exit(0);
}

static void exhaustion_ends_the_process_in_order(void **state)
{
	void (*const ways[])(void) = { mem_exhausted, ask_too_much, ask_a_product_that_overflows, grow_a_buf_too_far,
		ask_an_arena_too_much };

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		SCOPED(buf) said = BUF_INIT;
		int ends[2], status = 0;

		assert_int_equal(pipe(ends), 0);
		if (!fork())
			exhaust(ways[i], ends[1]);
		close(ends[1]);
		assert_int_equal(path_read_fd(ends[0], "pipe", 1 << 20, &said, NULL), OK);
		close(ends[0]);
		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 71);
		assert_non_null(strstr(buf_cstr(&said), "last wordsibid: out of memory"));
	}
}

static void arrays_grow_by_half(void **state)
{
	size_t cap = 0;
	int *v = mem_grow(NULL, &cap, 1, sizeof(*v));

	(void)state;
	assert_int_equal(cap, 8);
	v = mem_grow(v, &cap, 8, sizeof(*v));
	assert_int_equal(cap, 8);
	v = mem_grow(v, &cap, 9, sizeof(*v));
	assert_int_equal(cap, 12);
	v = mem_grow(v, &cap, 100, sizeof(*v));
	assert_int_equal(cap, 100);
	mem_free(v);
}

static void nothing_is_still_something_to_free(void **state)
{
	void *p = mem_alloc(0), *q = mem_zalloc(0, 0);
	char *copy = mem_dup("ab", 1);

	(void)state;
	assert_true(p && q);
	assert_string_equal(copy, "a");
	mem_free(p);
	mem_free(q);
	mem_free(copy);
	mem_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exhaustion_ends_the_process_in_order),
		cmocka_unit_test(arrays_grow_by_half),
		cmocka_unit_test(nothing_is_still_something_to_free),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
