#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/buf.h"
#include "ibid/base/mem.h"

static void text_grows_and_always_ends_in_nul(void **state)
{
	SCOPED(buf) b = BUF_INIT;

	(void)state;
	assert_string_equal(buf_cstr(&b), "");
	buf_c(&b, "a");
	buf_ch(&b, 'b');
	buf_str(&b, STR("c\0d"));
	buf_str(&b, str_of(NULL, 0));
	buf_fmt(&b, "%s-%d", "e", 7);
	assert_int_equal(b.len, 8);
	assert_memory_equal(buf_cstr(&b), "abc\0de-7", 9);
	for (size_t i = 0; i < 10000; i++) {
		buf_fmt(&b, "%zu", i);
		assert_int_equal(b.p[b.len], 0);
	}
}

static void parts_are_replaced_and_cut(void **state)
{
	SCOPED(buf) b = BUF_INIT;

	(void)state;
	buf_c(&b, "hello world");
	buf_splice(&b, 0, 5, STR("goodbye"));
	assert_string_equal(buf_cstr(&b), "goodbye world");
	buf_splice(&b, 7, 13, STR_EMPTY);
	assert_string_equal(buf_cstr(&b), "goodbye");
	buf_splice(&b, 7, 7, STR("!"));
	assert_string_equal(buf_cstr(&b), "goodbye!");
	buf_cut(&b, 4);
	buf_cut(&b, 9);
	assert_string_equal(buf_cstr(&b), "good");
	buf_reset(&b);
	assert_string_equal(buf_cstr(&b), "");
}

static void taken_text_belongs_to_the_taker(void **state)
{
	SCOPED(buf) b = BUF_INIT;
	char *empty = buf_take(&b), *text;

	(void)state;
	assert_string_equal(empty, "");
	buf_c(&b, "text");
	text = buf_take(&b);
	assert_string_equal(text, "text");
	assert_int_equal(b.len, 0);
	mem_free(empty);
	mem_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_grows_and_always_ends_in_nul),
		cmocka_unit_test(parts_are_replaced_and_cut),
		cmocka_unit_test(taken_text_belongs_to_the_taker),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
