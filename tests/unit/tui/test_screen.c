/*
 * The whole screen, by its keys.
 */
#include "stage.h"

#define SSE_HEAD "header content-type: text/event-stream\n"
#define SSE_TEXT(text) "|data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"}}]}\n|\n"
#define SSE_END "|data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n|\n|data: [DONE]\n|\n"
#define ANSWER(text) SSE_HEAD SSE_TEXT(text) SSE_END
#define PART(text) SSE_HEAD SSE_TEXT(text) "flush\nsilence\n"

static void a_prompt_is_answered(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	ask(st, "how often did the pump fail in March 2020?");
	assert_seen(st, "\"The pump failed twice in March 2020.\" [1]");
	assert_string_equal(in_line(st), "");
}

/* --- changing a prompt */

static void a_change_begun_in_one_conversation_is_none_in_another(void **state)
{
	struct stage *st = *state;
	struct library *l = st->l;
	int64_t first, second;
	struct session s;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	ask(st, "and in March 2020?");
	first = session_of(st);
	press(st, "escape e");
	assert_string_equal(in_line(st), "and in March 2020?");
	screen_act(st->s, ACTION_NEW);
	press(st, "ctrl-u");
	ask(st, "how narrow was the suction line?");
	second = session_of(st);
	assert_true(second != first);
	assert_ok(store_session_by_id(l->db, &l->arena, first, &s, &l->err));
	assert_int_equal(s.n_messages, 4);
	assert_ok(store_session_by_id(l->db, &l->arena, second, &s, &l->err));
	assert_int_equal(s.n_messages, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_open, stage_close)
	const struct CMUnitTest tests[] = {
		TEST(a_prompt_is_answered),
		TEST(a_change_begun_in_one_conversation_is_none_in_another),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
