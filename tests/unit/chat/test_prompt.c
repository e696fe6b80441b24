#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/chat/prompt.h"

static void the_refusal_is_known_from_its_first_bytes(void **state)
{
	static const struct {
		const char *answer;
		enum prompt_refusal is;
	} rows[] = {
		{ "", PROMPT_MAY_BE },
		{ "N", PROMPT_MAY_BE },
		{ "NO_ANSWER_IN_SOURCE", PROMPT_MAY_BE },
		{ "NO_ANSWER_IN_SOURCES", PROMPT_IS },
		{ "NO_ANSWER_IN_SOURCES.", PROMPT_IS },
		{ " **NO_ANSWER_IN_SOURCES**", PROMPT_IS },
		{ "No", PROMPT_IS_NOT },
		{ "The pump failed.", PROMPT_IS_NOT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (prompt_refusal_in(str_c(rows[i].answer)) != rows[i].is)
			fail_msg("'%s'", rows[i].answer);
}

static void history_carries_no_marks_of_an_old_answer(void **state)
{
	static const struct {
		const char *answer, *history;
	} rows[] = {
		{ "It failed twice [1][2]. So [3?].", "It failed twice. So." },
		{ "An array a[i] and [note] stay.", "An array a[i] and [note] stay." },
		{ "[1]", "" },
		{ "open [12", "open [12" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(buf) out = BUF_INIT;

		prompt_add_history(&out, str_c(rows[i].answer));
		assert_string_equal(buf_cstr(&out), rows[i].history);
	}
}

static void the_fence_stands_on_both_sides(void **state)
{
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	prompt_open_evidence(&out, STR("k3f9"));
	prompt_close_evidence(&out, STR("k3f9"));
	assert_string_equal(buf_cstr(&out), "SOURCES k3f9\nEND OF SOURCES k3f9\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_refusal_is_known_from_its_first_bytes),
		cmocka_unit_test(history_carries_no_marks_of_an_old_answer),
		cmocka_unit_test(the_fence_stands_on_both_sides),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
