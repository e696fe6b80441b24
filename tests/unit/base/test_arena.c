#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/arena.h"

static void memory_is_zeroed_aligned_and_its_own(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	unsigned char *parts[300];

	(void)state;
	for (size_t round = 0; round < 2; round++) {
		for (size_t i = 0; i < 300; i++) {
			size_t size = i * i % 5000 + 1;

			parts[i] = arena_alloc(&a, size);
			assert_int_equal((uintptr_t)parts[i] % _Alignof(max_align_t), 0);
			for (size_t k = 0; k < size; k++)
				assert_int_equal(parts[i][k], 0);
			memset(parts[i], (int)i & 0xFF, size);
		}
		for (size_t i = 0; i < 300; i++)
			assert_int_equal(parts[i][i * i % 5000], i & 0xFF);
		arena_reset(&a);
	}
}

static void texts_are_copied_with_a_nul(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str s = arena_str(&a, STR("a\0b"));

	(void)state;
	assert_int_equal(s.len, 3);
	assert_memory_equal(s.p, "a\0b", 4);
	assert_string_equal(arena_fmt(&a, "%d %s", 7, "x").p, "7 x");
	assert_int_equal(arena_str(&a, str_of(NULL, 0)).len, 0);
	assert_non_null(arena_array(&a, 0, 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_aligned_and_its_own),
		cmocka_unit_test(texts_are_copied_with_a_nul),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
