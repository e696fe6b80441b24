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

/* --- what is not sent yet */

static void the_draft_waits_while_another_prompt_is_changed(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	typed(st, "half a thought");
	press(st, "escape e");
	assert_string_equal(in_line(st), "how often did the pump fail?");
	typed(st, " in 2020?");
	screen_keep_draft(st->s, true);
	assert_string_equal(draft_of(st, session_of(st)), "half a thought\n\nhow often did the pump fail? in 2020?");
	press(st, "enter");
	wait_idle(st);
	assert_string_equal(in_line(st), "half a thought");
	press(st, "escape e ctrl-c");
	assert_string_equal(in_line(st), "half a thought");
}

static void a_prompt_of_the_command_line_leaves_the_draft(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	typed(st, "half a thought");
	screen_close_session(st->s);
	st->options.session_id = session_of(st);
	stage_end(st);
	st->options.prompt = STR("how narrow was the suction line?");
	stage_begin(st);
	wait_idle(st);
	assert_seen(st, "40 mm");
	assert_string_equal(in_line(st), "half a thought");
}

static void what_waits_is_kept_with_the_draft(void **state)
{
	struct stage *st = *state;
	int64_t id;

	stage_serve(st, PART("a part"));
	stage_begin(st);
	say(st, "one");
	wait_seen(st, "a part");
	say(st, "two");
	typed(st, "three");
	id = session_of(st);
	screen_keep_draft(st->s, true);
	assert_string_equal(draft_of(st, id), "two\n\nthree");
	/* Another conversation does not get it. */
	press(st, "ctrl-c");
	screen_act(st->s, ACTION_NEW);
	assert_string_equal(in_line(st), "");
	assert_unseen(st, "queued");
	assert_string_equal(draft_of(st, id), "two\n\nthree");
}

static void a_prompt_that_waited_leaves_the_draft_when_it_is_sent(void **state)
{
	struct stage *st = *state;

	stage_serve(st, SSE_HEAD SSE_TEXT("first") "flush\ndelay 100\n" SSE_END "next\n" ANSWER("second"));
	stage_begin(st);
	say(st, "one");
	wait_seen(st, "first");
	say(st, "two");
	assert_string_equal(draft_of(st, session_of(st)), "two");
	wait_seen(st, "second");
	wait_idle(st);
	assert_true(st->s->draft_is_dirty);
	screen_keep_draft(st->s, true);
	assert_string_equal(draft_of(st, session_of(st)), "");
}

/* --- one process writes */

/* Whether another process could sit down, without force. */
static bool is_free(struct stage *st, int64_t id)
{
	struct library *l = st->l;
	pid_t child = fork();
	int status;

	if (!child) {
		struct store *db;
		struct arena a = ARENA_INIT;
		struct str by;
		bool taken;

		_exit(store_open(l->path, NULL, &db, &l->err) != OK ||
			store_desk_take(db, &a, id, false, &taken, &by, &l->err) != OK ? 2 : !taken);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
	return !WEXITSTATUS(status);
}

/* Another process sits down by force, and stays until the test is over. */
static void take_away(struct stage *st, int64_t id)
{
	struct library *l = st->l;
	int ends[2];
	char byte;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	st->other = fork();
	if (!st->other) {
		struct store *db;
		struct arena a = ARENA_INIT;
		struct str by;
		bool taken;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (store_open(l->path, NULL, &db, &l->err) != OK ||
			store_desk_take(db, &a, id, true, &taken, &by, &l->err) != OK || !taken || write(ends[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[0]);
}

static void what_was_taken_over_is_not_written_here_any_more(void **state)
{
	struct stage *st = *state;
	struct library *l = st->l;
	struct session s;
	int64_t id;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	id = session_of(st);
	take_away(st, id);
	ask(st, "how narrow was the suction line?");
	assert_seen(st, "read only");
	assert_string_equal(in_line(st), "how narrow was the suction line?");
	press(st, "escape r");
	wait_idle(st);
	assert_ok(store_session_by_id(l->db, &l->arena, id, &s, &l->err));
	assert_int_equal(s.n_messages, 2);
}

static void one_who_only_looks_on_moves_nothing(void **state)
{
	struct stage *st = *state;
	struct library *l = st->l;
	struct session before, after;
	int64_t id;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	press(st, "escape r");
	wait_idle(st);
	id = session_of(st);
	take_away(st, id);
	stage_end(st);
	st->options.session_id = id;
	stage_begin(st);
	assert_seen(st, "branch 2/2");
	assert_ok(store_session_by_id(l->db, &l->arena, id, &before, &l->err));
	press(st, "escape [");
	assert_seen(st, "branch 1/2");
	assert_ok(store_session_by_id(l->db, &l->arena, id, &after, &l->err));
	assert_true(before.head_id == after.head_id);
}

static void a_conversation_that_cannot_be_left_stays_ours(void **state)
{
	struct stage *st = *state;
	struct library *l = st->l;

	stage_serve(st, PART("a part"));
	stage_begin(st);
	say(st, "one");
	wait_seen(st, "a part");
	assert_int_equal(screen_open_session(st->s, 0, &l->err), ERR_BUSY);
	assert_false(is_free(st, session_of(st)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_open, stage_close)
	const struct CMUnitTest tests[] = {
		TEST(a_prompt_is_answered),
		TEST(a_change_begun_in_one_conversation_is_none_in_another),
		TEST(the_draft_waits_while_another_prompt_is_changed),
		TEST(a_prompt_of_the_command_line_leaves_the_draft),
		TEST(what_waits_is_kept_with_the_draft),
		TEST(a_prompt_that_waited_leaves_the_draft_when_it_is_sent),
		TEST(what_was_taken_over_is_not_written_here_any_more),
		TEST(one_who_only_looks_on_moves_nothing),
		TEST(a_conversation_that_cannot_be_left_stays_ours),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
