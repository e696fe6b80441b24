#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/err.h"

static void context_stands_before_the_sentence(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(err_set(&err, ERR_DATA, "page %d has no text", 3), ERR_DATA);
	assert_int_equal(err_ctx(&err, "reading '%s'", "a.pdf"), ERR_DATA);
	assert_string_equal(err.text, "reading 'a.pdf': page 3 has no text");
}

static void a_sentence_that_is_too_long_is_cut_at_a_character(void **state)
{
	static const char umlauts[] = "ä";
	char text[2 * ERR_TEXT_MAX] = "";
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i + 3 < sizeof(text); i += 2)
		memcpy(text + i, umlauts, 3);
	err_set(&err, ERR_IO, "%s", text);
	assert_true(strlen(err.text) < ERR_TEXT_MAX);
	assert_string_equal(err.text + strlen(err.text) - 3, "...");
	assert_int_equal((unsigned char)err.text[strlen(err.text) - 4], 0xA4);
}

static void every_code_has_a_name_and_a_status(void **state)
{
	(void)state;
	for (int c = OK; c < ERR_CODE_COUNT; c++) {
		assert_non_null(err_name(c));
		assert_non_null(err_hint(c));
		assert_true(c == OK || err_exit_status(c) > 0);
	}
}

static void errno_of_a_full_disk_is_its_own_code(void **state)
{
	(void)state;
	assert_int_equal(err_of_errno(ENOSPC, ERR_IO), ERR_FULL);
	assert_int_equal(err_of_errno(EACCES, ERR_IO), ERR_DENIED);
	assert_int_equal(err_of_errno(EIO, ERR_IO), ERR_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(context_stands_before_the_sentence),
		cmocka_unit_test(a_sentence_that_is_too_long_is_cut_at_a_character),
		cmocka_unit_test(every_code_has_a_name_and_a_status),
		cmocka_unit_test(errno_of_a_full_disk_is_its_own_code),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
