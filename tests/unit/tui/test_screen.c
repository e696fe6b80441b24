/*
 * The whole screen, by its keys.
 */
#include "stage.h"
#include "tui/picker.h"

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

static void a_draft_that_cannot_be_kept_is_not_forgotten(void **state)
{
	SCOPED(buf) unsent = BUF_INIT;
	struct stage *st = *state;
	int64_t id;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	id = session_of(st);
	take_away(st, id);
	say(st, "half a thought");
	assert_seen(st, "read only");
	assert_false(screen_close_session(st->s));
	screen_add_unsent(st->s, &unsent);
	assert_string_equal(buf_cstr(&unsent), "half a thought");
	screen_act(st->s, ACTION_NEW);
	assert_string_equal(in_line(st), "");
	press(st, "up");
	assert_string_equal(in_line(st), "half a thought");
	assert_string_equal(draft_of(st, id), "");
}

/* --- questions in the place of the prompt */

#define SIX_LINES "1\n2\n3\n4\n5\n6\n"

static void a_paste_is_one_chip_behind_a_question_too(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	pasted(st, SIX_LINES "7\n");
	assert_seen(st, "[pasted 7 lines]");
	press(st, "escape /");
	assert_unseen(st, "[pasted 7 lines]");
	typed(st, "pump");
	press(st, "enter");
	assert_seen(st, "[pasted 7 lines]");
	assert_string_equal(in_line(st), SIX_LINES "7\n");
}

static void a_question_ends_when_something_else_gets_the_keys(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	typed(st, "half a thought");
	press(st, "escape /");
	assert_string_equal(in_line(st), "");
	/* A click into the conversation. */
	seen(st);
	clicked(st, 1, 1);
	assert_false(st->s->question.is_open);
	assert_string_equal(in_line(st), "half a thought");
	press(st, "/ ctrl-x b");
	assert_false(st->s->question.is_open);
	assert_string_equal(in_line(st), "half a thought");
}

static void the_end_of_a_question_is_not_the_end_of_the_screen(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	press(st, "escape / ctrl-d");
	assert_false(st->s->is_over);
	assert_false(st->s->question.is_open);
}

static void typing_goes_to_what_is_seen(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	press(st, "f1 f1");
	assert_int_equal(st->s->n_views, 2);
	seen(st);
	clicked(st, st->s->input_at.row, st->s->input_at.col);
	assert_int_equal(st->s->n_views, 0);
	assert_seen(st, "The pump failed twice");
}

/* --- commands */

static void a_question_of_a_command_does_not_take_what_is_typed(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	say(st, "/echo add --yes; exit 77");
	typed(st, "yes, ");
	while (st->s->n_jobs)
		screen_turn(st->s);
	assert_false(st->s->confirm.is_open);
	assert_string_equal(in_line(st), "yes, ");
}

#define DESTROY "/sh -c 'test \"$1\" = --yes && echo it is gone || { echo add --yes; exit 77; }' destroy"

static void a_command_that_destroys_is_confirmed_by_a_key(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	say(st, DESTROY);
	wait_seen(st, "[y/N]");
	press(st, "y");
	while (st->s->n_jobs)
		screen_turn(st->s);
	assert_seen(st, "\nit is gone");
}

static void what_was_typed_before_a_question_could_be_read_is_no_answer(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	say(st, DESTROY);
	wait_seen(st, "really");
	press(st, "y");
	assert_false(st->s->confirm.is_open);
	assert_string_equal(in_line(st), "y");
	assert_int_equal(st->s->n_jobs, 0);
}

static void a_command_that_does_not_end_is_stopped(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	say(st, "/trap '' TERM; echo be''gun; exec 3>&1; while :; do sleep 1; done");
	wait_seen(st, "begun");
	press(st, "ctrl-c");
	assert_int_equal(st->s->n_jobs, 1);
	press(st, "ctrl-c");
	assert_false(st->s->is_over);
	while (st->s->n_jobs)
		screen_turn(st->s);
	assert_seen(st, "begun");
}

static void to_stop_nothing_is_not_to_leave(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	say(st, "/stop");
	say(st, "/stop");
	assert_false(st->s->is_over);
	assert_seen(st, "no answer is arriving");
}

static void leaving_does_not_wait_for_a_command_that_will_not_end(void **state)
{
	struct stage *st = *state;
	int64_t from = clock_mono_ms(&clock_system);

	stage_begin(st);
	say(st, "/trap '' TERM; echo be''gun; while :; do sleep 1; done");
	wait_seen(st, "begun");
	stage_end(st);
	assert_true(clock_mono_ms(&clock_system) - from < 10000);
}

static void a_conversation_that_a_command_removes_is_left(void **state)
{
	struct stage *st = *state;
	struct library *l = st->l;
	int64_t id;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	id = session_of(st);
	assert_ok(store_session_trash(l->db, id, 1, &l->err));
	say(st, "/true");
	while (st->s->n_jobs)
		screen_turn(st->s);
	assert_int_equal(session_of(st), 0);
}

static void nothing_is_said_into_the_trash(void **state)
{
	struct stage *st = *state;
	struct library *l = st->l;
	struct session s;
	int64_t id;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	id = session_of(st);
	assert_ok(store_session_trash(l->db, id, 1, &l->err));
	ask(st, "how narrow was the suction line?");
	assert_seen(st, "in the trash");
	assert_string_equal(in_line(st), "how narrow was the suction line?");
	assert_ok(store_session_by_id(l->db, &l->arena, id, &s, &l->err));
	assert_int_equal(s.n_messages, 2);
}

/* --- finding */

static void what_is_broken_over_lines_is_found_in_its_message(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	ask(st, "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen");
	ask(st, "how often did the pump fail?");
	press(st, "escape /");
	typed(st, "thirteen fourteen");
	press(st, "enter");
	assert_unseen(st, "is not in this conversation");
	assert_int_equal(pane_selected(st->s->pane), 0);
}

static void what_came_after_the_search_is_found_too(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	press(st, "escape /");
	typed(st, "narrow was");
	press(st, "enter");
	assert_seen(st, "'narrow was' is not in this conversation");
	press(st, "i");
	ask(st, "how narrow was the suction line?");
	press(st, "escape n");
	assert_seen(st, "'narrow was' in 1 message");
}

static void a_page_is_searched_where_it_is_read(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	press(st, "escape tab enter /");
	typed(st, "suction");
	press(st, "enter");
	assert_int_equal(screen_keys_of(st->s), VIEW_PAGER);
	press(st, "n");
	assert_seen(st, "'suction' does not come any more");
	press(st, "N");
	assert_seen(st, "'suction' does not come before");
}

/* --- words */

static void what_is_quoted_is_read_without_its_quotes(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	say(st, "/attach 'notes of May.txt'");
	assert_int_equal(st->s->n_attached, 1);
	assert_true(str_is(st->s->attached[0].name, "notes of May.txt"));
	say(st, "/model \"stub/a\" 'stub/b'");
	assert_int_equal(st->s->n_models, 2);
	assert_true(str_is(st->s->models[1].name, "stub/b"));
	say(st, "/source x");
	assert_seen(st, "/source K shows");
}

static void what_a_command_says_is_bounded(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	for (size_t i = 0; i < CARDS_MAX + 5; i++)
		say(st, "/help quit");
	assert_int_equal(st->s->n_cards, CARDS_MAX);
	assert_seen(st, "/quit");
}

static void a_question_longer_than_the_row_says_how_it_is_answered(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	screen_confirm(st->s, NULL, STR_EMPTY, "really '%0100d'?", 0);
	wait_seen(st, " [y/N]");
	st->s->confirm.is_open = false;
}

/* --- which documents */

static void a_prompt_narrows_the_scope_for_itself(void **state)
{
	struct stage *st = *state;
	struct library *l = st->l;

	library_add(l, "wrens", "The salt wren sang twice in May 2021.");
	stage_begin(st);
	say(st, "/scope d1 d2");
	ask(st, "twice in @d2.");
	assert_seen(st, "- wrens (d2)");
	assert_unseen(st, "- pumps (d1)");
	assert_int_equal(conversation_how(st->s->talk)->scope.n_docs, 2);
	ask(st, "twice?");
	assert_seen(st, "The pump failed twice");
}

/* --- lists */

static void what_narrows_a_list_is_bounded(void **state)
{
	struct stage *st = *state;
	char text[1000];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	stage_begin(st);
	press(st, "ctrl-x h");
	pasted(st, text);
	typed(st, "y");
	assert_seen(st, "nothing holds what was typed");
	assert_true(picker_filter((struct picker *)(void *)screen_top(st->s)).len <= 256);
	press(st, "escape");
	assert_unseen(st, "nothing holds what was typed");
}

/* --- several models */

static void what_waited_for_several_models_is_answered_side_by_side(void **state)
{
	struct stage *st = *state;

	stage_serve(st, SSE_HEAD SSE_TEXT("first") "flush\ndelay 100\n" SSE_END "next\n" ANSWER("second") "next\n"
		ANSWER("third"));
	stage_begin(st);
	say(st, "one");
	wait_seen(st, "first");
	say(st, "/model stub/a stub/b");
	say(st, "two");
	assert_unseen(st, "1/2 stub/a");
	wait_seen(st, "1/2 stub/a");
	wait_idle(st);
	press(st, "escape w");
	assert_seen(st, "2/2 stub/b");
}

static void one_answer_after_several_has_the_conversation_around_it(void **state)
{
	struct stage *st = *state;

	stage_serve(st, SSE_HEAD SSE_TEXT("first") "flush\ndelay 100\n" SSE_END "next\n" SSE_HEAD SSE_TEXT("second")
		"flush\ndelay 100\n" SSE_END "next\n" ANSWER("third"));
	stage_begin(st);
	say(st, "/model stub/a stub/b");
	say(st, "one");
	wait_seen(st, "1/2 stub/a");
	say(st, "/model stub/a");
	say(st, "two");
	wait_seen(st, "third");
	assert_unseen(st, "1/1 stub/a");
	assert_seen(st, "one\n");
}

/* --- the terminal in other hands */

static bool is_raw(void)
{
	struct termios now;

	assert_int_equal(tcgetattr(STDIN_FILENO, &now), 0);
	return !(now.c_lflag & ICANON);
}

static void the_terminal_is_taken_back_after_a_stop(void **state)
{
	struct stage *st = *state;
	struct termios cooked;

	stage_begin(st);
	assert_true(is_raw());
	assert_int_equal(tcgetattr(STDIN_FILENO, &cooked), 0);
	cooked.c_lflag |= ICANON | ECHO | ISIG;
	assert_int_equal(tcsetattr(STDIN_FILENO, TCSANOW, &cooked), 0);
	raise(SIGCONT);
	screen_turn(st->s);
	assert_true(is_raw());
}

static void interrupt_once(struct stage *st)
{
	if (st->n_waits == 3)
		raise(SIGINT);
	if (st->n_waits > 1000)
		fail_msg("the bare view does not end");
}

static void an_interrupt_ends_the_bare_view_and_no_more(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	st->n_waits = 0;
	st->on_wait = interrupt_once;
	press(st, "escape L");
	st->on_wait = NULL;
	assert_false(st->s->is_over);
	assert_true(is_raw());
	screen_turn(st->s);
	assert_false(st->s->is_over);
}

static void enter_when_answered(struct stage *st)
{
	if (!conversation_is_busy(st->s->talk))
		assert_int_equal(write(st->terminal, "\r", 1), 1);
	if (st->n_waits > 2000)
		fail_msg("the answer does not go on");
}

static void answers_arrive_while_the_bare_view_is_read(void **state)
{
	struct stage *st = *state;

	stage_serve(st, SSE_HEAD SSE_TEXT("begun") "flush\ndelay 200\n" SSE_TEXT(" and ended") SSE_END);
	stage_begin(st);
	say(st, "one");
	wait_seen(st, "begun");
	st->n_waits = 0;
	st->on_wait = enter_when_answered;
	screen_bare(st->s, false);
	st->on_wait = NULL;
	assert_seen(st, "begun and ended");
}

static void answers_arrive_while_a_program_runs(void **state)
{
	struct stage *st = *state;

	stage_serve(st, SSE_HEAD SSE_TEXT("begun") "flush\ndelay 100\n" SSE_TEXT(" and ended") SSE_END);
	stage_begin(st);
	say(st, "one");
	wait_seen(st, "begun");
	press(st, "ctrl-x ctrl-e");
	assert_seen(st, "begun and ended");
}

static void a_termination_while_a_program_runs_is_heeded(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	ask(st, "how often did the pump fail?");
	st->signal = SIGTERM;
	press(st, "escape v");
	assert_true(st->s->is_over);
	assert_int_equal(st->s->end.code, ERR_TERMINATED);
}

/* --- anything at any time */

static uint32_t seed;

static size_t any(size_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void any_binding(struct stage *st)
{
	const struct key_binding *b;
	size_t n = 0;
	enum key_view view = screen_keys_of(st->s);

	while (keymap_at(st->s->keymap, view, n))
		n++;
	b = keymap_at(st->s->keymap, view, any(n));
	/* It would stop the test. */
	if (b->action == ACTION_SUSPEND)
		return;
	for (int i = 0; i < b->n_strokes; i++)
		stage_input(st, b->strokes[i]);
}

static void any_text(struct stage *st)
{
	static const char *const texts[] = { "pump", "y", "how often did the pump fail?", "/model stub/a stub/b",
		"/model stub/a", "/new", "/echo hello", "/scope d1", "/find pump", "/found pump", "/title x", "/source 1",
		"/help", "/attach file", "\xc3\xa9\xf0\x9f\xa7\xaa", "a -b", "99" };

	pasted(st, texts[any(sizeof(texts) / sizeof(*texts))]);
	if (any(2))
		press(st, "enter");
}

static void any_size(struct stage *st)
{
	static const struct winsize sizes[] = { { .ws_row = 24, .ws_col = 80 }, { .ws_row = 1, .ws_col = 1 },
		{ .ws_row = 5, .ws_col = 20 }, { .ws_row = 70, .ws_col = 250 }, { .ws_row = 10, .ws_col = 40 },
		{ .ws_row = 2, .ws_col = 7 } };

	assert_int_equal(ioctl(STDIN_FILENO, TIOCSWINSZ, &sizes[any(sizeof(sizes) / sizeof(*sizes))]), 0);
	st->s->resize_ms = 1;
	screen_turn(st->s);
}

static void enter_always(struct stage *st)
{
	assert_int_equal(write(st->terminal, "\r", 1), 1);
}

static void anything_may_be_pressed_at_any_time(void **state)
{
	struct stage *st = *state;

	stage_begin(st);
	st->on_wait = enter_always;
	seed = 1;
	for (int i = 0; i < 3000; i++) {
		switch (any(8)) {
		case 0: any_text(st); break;
		case 1: any_size(st); break;
		case 2: clicked(st, (int)any(30), (int)any(90)); break;
		case 3: screen_turn(st->s); break;
		default: any_binding(st); break;
		}
		seen(st);
		st->s->is_over = false;
	}
	assert_int_equal(line_underflows(st->s->line), 0);
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
		TEST(a_draft_that_cannot_be_kept_is_not_forgotten),
		TEST(a_paste_is_one_chip_behind_a_question_too),
		TEST(a_question_ends_when_something_else_gets_the_keys),
		TEST(the_end_of_a_question_is_not_the_end_of_the_screen),
		TEST(typing_goes_to_what_is_seen),
		TEST(a_question_of_a_command_does_not_take_what_is_typed),
		TEST(a_command_that_destroys_is_confirmed_by_a_key),
		TEST(what_was_typed_before_a_question_could_be_read_is_no_answer),
		TEST(a_command_that_does_not_end_is_stopped),
		TEST(to_stop_nothing_is_not_to_leave),
		TEST(leaving_does_not_wait_for_a_command_that_will_not_end),
		TEST(a_conversation_that_a_command_removes_is_left),
		TEST(nothing_is_said_into_the_trash),
		TEST(what_is_broken_over_lines_is_found_in_its_message),
		TEST(what_came_after_the_search_is_found_too),
		TEST(a_page_is_searched_where_it_is_read),
		TEST(what_is_quoted_is_read_without_its_quotes),
		TEST(what_a_command_says_is_bounded),
		TEST(a_question_longer_than_the_row_says_how_it_is_answered),
		TEST(a_prompt_narrows_the_scope_for_itself),
		TEST(what_narrows_a_list_is_bounded),
		TEST(what_waited_for_several_models_is_answered_side_by_side),
		TEST(one_answer_after_several_has_the_conversation_around_it),
		TEST(the_terminal_is_taken_back_after_a_stop),
		TEST(an_interrupt_ends_the_bare_view_and_no_more),
		TEST(answers_arrive_while_the_bare_view_is_read),
		TEST(answers_arrive_while_a_program_runs),
		TEST(a_termination_while_a_program_runs_is_heeded),
		TEST(anything_may_be_pressed_at_any_time),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
