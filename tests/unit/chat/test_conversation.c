/*
 * Conversations in a library of their own, with the extractive provider and with
 * scripted servers over sockets.
 */
#include "../retrieve/library.h"

#include "../../tools/serve.h"
#include "ibid/chat/conversation.h"
#include "ibid/net/http.h"
#include "ibid/provider/registry.h"
#include "ibid/store/sessions.h"

struct talk {
	struct library *l;
	struct http *http;
	struct wire wire;
	struct server server;
	struct provider provider;
	struct conversation_model models[2];
	struct conversation *c;
	struct buf put_back, notices;
	int n_over;
};

static void on_over(void *ctx, const struct conversation_live *live)
{
	assert_true(live->is_over);
	((struct talk *)ctx)->n_over++;
}

static void on_put_back(void *ctx, const struct conversation_prompt *prompt)
{
	struct talk *t = ctx;

	buf_str(&t->put_back, prompt->text);
	for (size_t i = 0; i < prompt->n_files; i++)
		buf_fmt(&t->put_back, " + %.*s (%.*s)", STR_ARG(prompt->files[i].name), STR_ARG(prompt->files[i].text));
}

static void on_notice(void *ctx, struct str sentence)
{
	buf_str(&((struct talk *)ctx)->notices, sentence);
}

static void start(struct talk *t)
{
	const struct conversation_events events = { .on_over = on_over, .on_put_back = on_put_back, .on_notice = on_notice,
		.ctx = t };
	const struct chat_env env = { .db = t->l->db, .http = t->http, .clock = &clock_system };

	t->c = conversation_new(&env, &events);
}

/* Two models of one kind: extractive without a script, else the server that follows it. */
static void talk_open(struct talk *t, struct library *l, const char *script)
{
	*t = (struct talk){ .l = l };
	for (int i = 0; i < 2; i++)
		t->models[i] = (struct conversation_model){ .name = i ? STR("stub/b") : STR("stub/a"), .model = STR("m"),
			.context_tokens = -1 };
	if (script) {
		struct str url;

		wire_parse(&t->wire, "script", str_c(script));
		t->server = server_start(&t->wire);
		t->http = http_new(NULL);
		url = arena_fmt(&l->arena, "http://127.0.0.1:%d", t->server.port);
		const struct provider_setting s[] = { { STR("base_url"), url }, { STR("protocol"), STR("openai-chat") },
			{ STR("retries"), STR("0") } };

		assert_int_equal(provider_resolve(&l->arena, STR("stub"), s, 3, &t->provider, NULL), OK);
		t->models[0].provider = t->models[1].provider = &t->provider;
	}
	start(t);
}

static void talk_close(struct talk *t)
{
	conversation_free(t->c);
	http_free(t->http);
	if (t->server.pid)
		server_stop(&t->server);
	wire_release(&t->wire);
	buf_release(&t->put_back);
	buf_release(&t->notices);
}

static void run(struct talk *t)
{
	while (conversation_is_busy(t->c)) {
		if (t->http)
			http_poll(t->http, NULL, 0, conversation_wait_ms(t->c, 100));
		conversation_step(t->c);
	}
	conversation_step(t->c);
}

static bool send_to(struct talk *t, const char *text, size_t n_models)
{
	struct library *l = t->l;
	bool queued;

	assert_ok(conversation_send(t->c, str_c(text), NULL, 0, t->models, n_models, &queued, &l->err));
	return queued;
}

static void ask(struct talk *t, const char *text)
{
	assert_false(send_to(t, text, 1));
	run(t);
}

static const char *text_of(struct talk *t, size_t i)
{
	const struct message_ref *refs;
	struct library *l = t->l;
	struct message m;

	assert_true(i < conversation_refs(t->c, &refs));
	assert_ok(store_message(l->db, &l->arena, refs[i].id, &m, &l->err));
	return arena_str(&l->arena, m.text).p;
}

static size_t n_refs(struct talk *t)
{
	const struct message_ref *refs;

	return conversation_refs(t->c, &refs);
}

static int64_t id_of(struct talk *t, size_t i)
{
	const struct message_ref *refs;

	assert_true(i < conversation_refs(t->c, &refs));
	return refs[i].id;
}

#define SSE_HEAD "header content-type: text/event-stream\n"
#define SSE_TEXT(text) "|data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"}}]}\n|\n"
#define SSE_END "|data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n|\n|data: [DONE]\n|\n"
#define ANSWER(text) SSE_HEAD SSE_TEXT(text) SSE_END

/* --- without a network */

static void fill(struct library *l)
{
	library_add(l, "pumps", "The pump failed twice in March 2020.\n\nThe suction line was 40 mm too narrow.");
}

static void the_first_prompt_makes_a_session(void **state)
{
	struct library *l = *state;
	struct talk t;

	fill(l);
	talk_open(&t, l, NULL);
	assert_int_equal(conversation_session(t.c)->id, 0);
	ask(&t, "how often did the pump fail in March 2020?");
	assert_true(conversation_session(t.c)->id > 0);
	assert_string_equal(arena_str(&l->arena, conversation_session(t.c)->name).p, "how often did the pump fail in March 2020?");
	assert_int_equal(n_refs(&t), 2);
	assert_non_null(strstr(text_of(&t, 1), "The pump failed twice in March 2020."));
	assert_int_equal(t.n_over, 1);
	talk_close(&t);
}

static void grounding_off_leaves_extractive_nothing_to_say(void **state)
{
	struct library *l = *state;
	struct talk t;
	bool queued;

	fill(l);
	talk_open(&t, l, NULL);
	conversation_how(t.c)->grounding = GROUND_OFF;
	assert_int_equal(conversation_send(t.c, STR("pump?"), NULL, 0, t.models, 1, &queued, &l->err), ERR_CONFIG);
	assert_int_equal(n_refs(&t), 0);
	talk_close(&t);
}

static void another_try_is_a_branch_and_branches_are_walked(void **state)
{
	struct library *l = *state;
	const struct message_ref *refs;
	struct talk t;

	fill(l);
	talk_open(&t, l, NULL);
	ask(&t, "how often did the pump fail in March 2020?");
	assert_ok(conversation_again(t.c, id_of(&t, 1), t.models, 1, &l->err));
	run(&t);
	conversation_refs(t.c, &refs);
	assert_int_equal(refs[1].n_siblings, 2);
	assert_int_equal(refs[1].sibling, 1);
	assert_ok(conversation_switch(t.c, refs[1].id, -1, &l->err));
	conversation_refs(t.c, &refs);
	assert_int_equal(refs[1].sibling, 0);
	assert_int_equal(conversation_switch(t.c, refs[1].id, -1, &l->err), ERR_NO);
	talk_close(&t);
}

static void a_changed_prompt_is_a_branch_beside_the_old_one(void **state)
{
	struct library *l = *state;
	const struct message_ref *refs;
	struct talk t;

	fill(l);
	talk_open(&t, l, NULL);
	ask(&t, "how often did the pump fail in March 2020?");
	ask(&t, "how narrow was the suction line?");
	assert_int_equal(n_refs(&t), 4);
	assert_ok(conversation_edit(t.c, id_of(&t, 2), STR("was the suction line 40 mm too narrow?"), NULL, 0,
		t.models, 1, &l->err));
	run(&t);
	assert_int_equal(n_refs(&t), 4);
	conversation_refs(t.c, &refs);
	assert_int_equal(refs[2].n_siblings, 2);
	assert_string_equal(text_of(&t, 2), "was the suction line 40 mm too narrow?");
	assert_int_equal(conversation_edit(t.c, id_of(&t, 1), STR("x"), NULL, 0, t.models, 1, &l->err), ERR_USAGE);
	talk_close(&t);
}

static void a_conversation_is_taken_up_again(void **state)
{
	struct library *l = *state;
	struct talk t, later;
	int64_t id;

	fill(l);
	talk_open(&t, l, NULL);
	ask(&t, "how often did the pump fail in March 2020?");
	id = conversation_session(t.c)->id;
	talk_close(&t);
	talk_open(&later, l, NULL);
	assert_ok(conversation_open(later.c, id, &l->err));
	assert_int_equal(n_refs(&later), 2);
	ask(&later, "how narrow was the suction line?");
	assert_int_equal(n_refs(&later), 4);
	talk_close(&later);
}

static void a_message_of_another_session_is_not_changed_here(void **state)
{
	struct library *l = *state;
	struct talk t;
	int64_t prompt;

	fill(l);
	talk_open(&t, l, NULL);
	ask(&t, "how often did the pump fail in March 2020?");
	prompt = id_of(&t, 0);
	assert_ok(conversation_open(t.c, 0, &l->err));
	ask(&t, "how narrow was the suction line?");
	assert_int_equal(conversation_edit(t.c, prompt, STR("x"), NULL, 0, t.models, 1, &l->err), ERR_MISSING);
	assert_int_equal(conversation_again(t.c, prompt, t.models, 1, &l->err), ERR_MISSING);
	assert_int_equal(conversation_switch(t.c, prompt, 1, &l->err), ERR_MISSING);
	assert_int_equal(n_refs(&t), 2);
	talk_close(&t);
}

/* --- with servers */

static void several_models_answer_one_question(void **state)
{
	struct library *l = *state;
	const struct conversation_live *lives;
	const struct message_ref *refs;
	struct talk t;
	size_t n;

	talk_open(&t, l, ANSWER("one") "next\n" ANSWER("two"));
	assert_false(send_to(&t, "which?", 2));
	run(&t);
	lives = conversation_live(t.c, &n);
	assert_int_equal(n, 2);
	assert_true(lives[0].question_id == lives[1].question_id);
	assert_int_equal(n_refs(&t), 2);
	conversation_refs(t.c, &refs);
	assert_int_equal(refs[1].n_siblings, 2);
	assert_true(refs[1].id == lives[0].message_id);
	assert_ok(conversation_go(t.c, lives[1].message_id, &l->err));
	assert_int_equal(n_refs(&t), 2);
	talk_close(&t);
}

static void a_prompt_during_an_answer_waits_its_turn(void **state)
{
	struct library *l = *state;
	const struct str *waiting;
	struct talk t;

	talk_open(&t, l, SSE_HEAD SSE_TEXT("first") "flush\ndelay 200\n" SSE_END "next\n" ANSWER("second"));
	assert_false(send_to(&t, "one", 1));
	assert_true(send_to(&t, "two", 1));
	assert_int_equal(conversation_queue(t.c, &waiting), 1);
	assert_string_equal(waiting[0].p, "two");
	run(&t);
	run(&t);
	assert_int_equal(conversation_queue(t.c, &waiting), 0);
	assert_int_equal(n_refs(&t), 4);
	assert_string_equal(text_of(&t, 3), "second");
	talk_close(&t);
}

/* Whoever asked may have let go of the scope's names by then. */
static void what_waits_keeps_the_scope_it_was_given_with(void **state)
{
	struct library *l = *state;
	struct conversation_how *how;
	SCOPED(buf) log = BUF_INIT;
	struct talk t;

	fill(l);
	talk_open(&t, l, SSE_HEAD SSE_TEXT("first") "flush\ndelay 200\n" SSE_END "next\n" ANSWER("second"));
	how = conversation_how(t.c);
	how->grounding = GROUND_OFF;
	assert_false(send_to(&t, "one", 1));
	*how = (struct conversation_how){ .grounding = GROUND_REQUIRE, .temperature = -1, .save = true, .has_scope = true,
		.scope = { .docs = mem_zalloc(1, sizeof(int64_t)), .n_docs = 1, .after = STR_EMPTY, .before = STR_EMPTY } };
	how->scope.docs[0] = 1;
	assert_true(send_to(&t, "how often did the pump fail in March 2020?", 1));
	mem_free(how->scope.docs);
	how->has_scope = false;
	run(&t);
	run(&t);
	server_log(&t.server, &log);
	assert_non_null(strstr(buf_cstr(&log), "The pump failed twice in March 2020."));
	talk_close(&t);
}

static void wait_for_text(struct talk *t)
{
	size_t n;

	while (!conversation_live(t->c, &n)[0].text.len) {
		http_poll(t->http, NULL, 0, 50);
		conversation_step(t->c);
	}
}

static void files_go_along_with_a_changed_prompt(void **state)
{
	const struct chat_material file = { STR("notes.txt"), STR("WORDS OF THE FILE") };
	struct library *l = *state;
	SCOPED(buf) log = BUF_INIT;
	struct talk t;

	talk_open(&t, l, ANSWER("first") "next\n" ANSWER("second"));
	ask(&t, "one");
	assert_ok(conversation_edit(t.c, id_of(&t, 0), STR("one, with this"), &file, 1, t.models, 1, &l->err));
	run(&t);
	server_log(&t.server, &log);
	assert_non_null(strstr(buf_cstr(&log), "WORDS OF THE FILE"));
	talk_close(&t);
}

static void a_stop_keeps_the_part_and_holds_what_waits(void **state)
{
	struct library *l = *state;
	const struct message_ref *refs;
	struct conversation_prompt taken;
	struct talk t;

	talk_open(&t, l, SSE_HEAD SSE_TEXT("a part") "flush\nsilence\n");
	assert_false(send_to(&t, "one", 1));
	assert_true(send_to(&t, "two", 1));
	wait_for_text(&t);
	assert_true(conversation_stop(t.c));
	assert_false(conversation_is_busy(t.c));
	assert_true(conversation_is_held(t.c));
	assert_string_equal(text_of(&t, 1), "a part");
	conversation_refs(t.c, &refs);
	assert_int_equal(refs[1].state, STATE_STOPPED);
	assert_int_equal(t.put_back.len, 0);
	assert_true(conversation_unqueue(t.c, &l->arena, &taken));
	assert_string_equal(taken.text.p, "two");
	assert_false(conversation_is_held(t.c));
	talk_close(&t);
}

static void what_comes_back_brings_its_files(void **state)
{
	const struct chat_material file = { STR("notes.txt"), STR("words") };
	struct library *l = *state;
	struct conversation_prompt taken;
	struct talk t;
	bool queued;

	talk_open(&t, l, SSE_HEAD "flush\nsilence\n");
	assert_ok(conversation_send(t.c, STR("one"), &file, 1, t.models, 1, &queued, &l->err));
	assert_ok(conversation_send(t.c, STR("two"), &file, 1, t.models, 1, &queued, &l->err));
	assert_true(conversation_stop(t.c));
	assert_string_equal(buf_cstr(&t.put_back), "one + notes.txt (words)");
	assert_true(conversation_unqueue(t.c, &l->arena, &taken));
	assert_int_equal(taken.n_files, 1);
	assert_string_equal(taken.files[0].text.p, "words");
	talk_close(&t);
}

static void what_waits_is_not_sent_in_another_session(void **state)
{
	struct library *l = *state;
	const struct str *waiting;
	struct talk t;

	talk_open(&t, l, SSE_HEAD SSE_TEXT("a part") "flush\nsilence\n");
	assert_false(send_to(&t, "one", 1));
	assert_true(send_to(&t, "two", 1));
	wait_for_text(&t);
	assert_true(conversation_stop(t.c));
	assert_ok(conversation_open(t.c, 0, &l->err));
	assert_int_equal(conversation_queue(t.c, &waiting), 0);
	assert_false(conversation_is_held(t.c));
	talk_close(&t);
}

static void a_stop_before_the_first_word_gives_the_prompt_back(void **state)
{
	struct library *l = *state;
	struct talk t;

	talk_open(&t, l, SSE_HEAD "flush\nsilence\n" "next\n" ANSWER("well"));
	assert_false(send_to(&t, "one", 1));
	for (int i = 0; i < 4; i++)
		http_poll(t.http, NULL, 0, 20);
	assert_true(conversation_stop(t.c));
	assert_string_equal(buf_cstr(&t.put_back), "one");
	assert_int_equal(n_refs(&t), 0);
	ask(&t, "one, again");
	assert_int_equal(n_refs(&t), 2);
	assert_string_equal(text_of(&t, 0), "one, again");
	talk_close(&t);
}

static void a_failed_exchange_is_shown_until_something_else_is_asked(void **state)
{
	struct library *l = *state;
	const struct message_ref *refs;
	struct talk t;

	talk_open(&t, l, ANSWER("before") "next\nstatus 400\n|{\"error\":{\"message\":\"no\"}}\n" "next\n" ANSWER("better"));
	ask(&t, "zero");
	ask(&t, "one");
	assert_string_equal(buf_cstr(&t.put_back), "one");
	assert_int_equal(n_refs(&t), 4);
	conversation_refs(t.c, &refs);
	assert_int_equal(refs[3].state, STATE_FAILED);
	ask(&t, "one, better");
	assert_int_equal(n_refs(&t), 4);
	assert_string_equal(text_of(&t, 2), "one, better");
	assert_string_equal(text_of(&t, 3), "better");
	talk_close(&t);
}

static void another_try_that_fails_leaves_the_answer_that_was_there(void **state)
{
	struct library *l = *state;
	struct talk t;

	talk_open(&t, l, ANSWER("good") "next\nstatus 400\n|{\"error\":{\"message\":\"no\"}}\n" "next\n" ANSWER("more"));
	ask(&t, "one");
	assert_ok(conversation_again(t.c, id_of(&t, 1), t.models, 1, &l->err));
	run(&t);
	assert_string_equal(text_of(&t, 1), "good");
	assert_int_equal(t.put_back.len, 0);
	assert_non_null(strstr(buf_cstr(&t.notices), "no"));
	ask(&t, "and?");
	assert_int_equal(n_refs(&t), 4);
	assert_string_equal(text_of(&t, 1), "good");
	assert_string_equal(text_of(&t, 3), "more");
	talk_close(&t);
}

/* The model has no name, so the request is refused before it is sent: its question is in the store by then. */
static void what_could_not_be_sent_is_replaced_by_what_is_asked_next(void **state)
{
	struct library *l = *state;
	struct talk t;
	bool queued;

	talk_open(&t, l, ANSWER("well"));
	t.models[0].model = STR_EMPTY;
	for (int i = 0; i < 2; i++)
		assert_int_equal(conversation_send(t.c, STR("one"), NULL, 0, t.models, 1, &queued, &l->err), ERR_CONFIG);
	assert_true(conversation_session(t.c)->id > 0);
	assert_int_equal(n_refs(&t), 2);
	t.models[0].model = STR("m");
	ask(&t, "one");
	assert_int_equal(n_refs(&t), 2);
	assert_string_equal(text_of(&t, 1), "well");
	talk_close(&t);
}

static void a_model_that_cannot_begin_leaves_the_question_to_the_others(void **state)
{
	struct library *l = *state;
	const struct message_ref *refs;
	struct talk t;

	talk_open(&t, l, ANSWER("well"));
	t.models[0].model = STR_EMPTY;
	assert_false(send_to(&t, "one", 2));
	run(&t);
	assert_int_equal(conversation_refs(t.c, &refs), 2);
	assert_int_equal(refs[0].n_siblings, 1);
	assert_int_equal(refs[1].n_siblings, 2);
	assert_string_equal(text_of(&t, 1), "well");
	assert_int_equal(conversation_session(t.c)->n_messages, 3);
	talk_close(&t);
}

static void what_does_not_fit_the_context_is_left_out_from_the_beginning(void **state)
{
	struct library *l = *state;
	struct conversation_context now;
	SCOPED(buf) log = BUF_INIT;
	struct talk t;

	talk_open(&t, l, ANSWER("oldest answer") "next\n" ANSWER("newer answer") "next\n" ANSWER("end"));
	ask(&t, "OLDEST QUESTION of all");
	ask(&t, "NEWER QUESTION than that");
	t.models[0].context_tokens = 130;
	assert_ok(conversation_context(t.c, &t.models[0], 10, &now, &l->err));
	ask(&t, "and now?");
	server_log(&t.server, &log);
	assert_non_null(strstr(buf_cstr(&t.notices), "the first 2 messages"));
	buf_cut(&log, log.len - 1);
	assert_null(strstr(strrchr(buf_cstr(&log), '\n'), "OLDEST"));
	assert_non_null(strstr(strrchr(buf_cstr(&log), '\n'), "NEWER QUESTION"));
	talk_close(&t);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, library_open, library_close)
	const struct CMUnitTest tests[] = {
		TEST(the_first_prompt_makes_a_session),
		TEST(grounding_off_leaves_extractive_nothing_to_say),
		TEST(another_try_is_a_branch_and_branches_are_walked),
		TEST(a_changed_prompt_is_a_branch_beside_the_old_one),
		TEST(a_conversation_is_taken_up_again),
		TEST(what_waits_keeps_the_scope_it_was_given_with),
		TEST(a_message_of_another_session_is_not_changed_here),
		TEST(several_models_answer_one_question),
		TEST(a_prompt_during_an_answer_waits_its_turn),
		TEST(files_go_along_with_a_changed_prompt),
		TEST(a_stop_keeps_the_part_and_holds_what_waits),
		TEST(what_comes_back_brings_its_files),
		TEST(what_waits_is_not_sent_in_another_session),
		TEST(a_stop_before_the_first_word_gives_the_prompt_back),
		TEST(a_failed_exchange_is_shown_until_something_else_is_asked),
		TEST(another_try_that_fails_leaves_the_answer_that_was_there),
		TEST(what_could_not_be_sent_is_replaced_by_what_is_asked_next),
		TEST(a_model_that_cannot_begin_leaves_the_question_to_the_others),
		TEST(what_does_not_fit_the_context_is_left_out_from_the_beginning),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
