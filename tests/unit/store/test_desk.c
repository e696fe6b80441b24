#include "fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "ibid/store/answers.h"
#include "ibid/store/desk.h"

/* --- drafts */

static const char *draft_of(struct fixture *f, int64_t session_id)
{
	struct str text;

	assert_ok(store_draft(f->db, &f->arena, session_id, &text, &f->err));
	return fixture_cstr(f, text);
}

static void each_session_has_a_draft_and_so_has_the_one_to_come(void **state)
{
	struct fixture *f = *state;
	struct session a = fixture_session(f, "a"), b = fixture_session(f, "b");

	assert_string_equal(draft_of(f, 0), "");
	assert_ok(store_draft_set(f->db, 0, STR("none yet"), &f->err));
	assert_ok(store_draft_set(f->db, a.id, STR("first"), &f->err));
	assert_ok(store_draft_set(f->db, a.id, STR("second"), &f->err));
	assert_ok(store_draft_set(f->db, 0, STR("none yet, longer"), &f->err));
	fixture_reopen(f);
	assert_string_equal(draft_of(f, 0), "none yet, longer");
	assert_string_equal(draft_of(f, a.id), "second");
	assert_string_equal(draft_of(f, b.id), "");
	assert_ok(store_draft_set(f->db, a.id, STR(""), &f->err));
	assert_ok(store_draft_set(f->db, 0, STR(""), &f->err));
	assert_string_equal(draft_of(f, a.id), "");
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM draft"), 0);
}

static void a_draft_keeps_any_bytes_and_has_a_largest_size(void **state)
{
	static const struct str odd = STR("a\0b\xFF\x1B[2J\nc");
	struct fixture *f = *state;
	SCOPED(buf) big = BUF_INIT;
	struct str text;

	assert_ok(store_draft_set(f->db, 0, odd, &f->err));
	assert_ok(store_draft(f->db, &f->arena, 0, &text, &f->err));
	assert_true(str_eq(text, odd));
	memset(buf_room(&big, STORE_DRAFT_MAX + 1), 'x', STORE_DRAFT_MAX + 1);
	text = str_of(big.p, STORE_DRAFT_MAX + 1);
	assert_int_equal(store_draft_set(f->db, 0, text, &f->err), ERR_LIMIT);
	assert_ok(store_draft_set(f->db, 0, str_sub(text, 0, STORE_DRAFT_MAX), &f->err));
	assert_int_equal(strlen(draft_of(f, 0)), STORE_DRAFT_MAX);
}

static void nothing_is_kept_about_what_is_not_there(void **state)
{
	struct fixture *f = *state;
	struct str by;
	bool taken;

	assert_int_equal(store_draft_set(f->db, 7, STR("x"), &f->err), ERR_MISSING);
	assert_int_equal(store_rate(f->db, 7, 1, STR(""), &f->err), ERR_MISSING);
	assert_int_equal(store_citation_report(f->db, 7, STR("x"), &f->err), ERR_MISSING);
	assert_int_equal(store_desk_take(f->db, &f->arena, 7, false, &taken, &by, &f->err), ERR_MISSING);
	assert_int_equal(store_desk_take(f->db, &f->arena, 7, true, &taken, &by, &f->err), ERR_MISSING);
	assert_ok(store_desk_leave(f->db, 7, &f->err));
}

static void a_draft_that_is_as_it_was_is_not_written_again(void **state)
{
	struct fixture *f = *state;
	struct store_options o = { .flags = STORE_READ_ONLY };

	assert_ok(store_draft_set(f->db, 0, STR("same"), &f->err));
	store_free(take(&f->db));
	assert_ok(store_open(f->path, &o, &f->db, &f->err));
	assert_ok(store_draft_set(f->db, 0, STR("same"), &f->err));
	assert_int_equal(store_draft_set(f->db, 0, STR("other"), &f->err), ERR_DENIED);
}

static void a_draft_goes_into_the_trash_and_out_of_it_and_leaves_no_byte(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "s");
	SCOPED(buf) text = BUF_INIT;

	/* Several lives of one draft, over several pages. */
	for (int i = 0; i < 400; i++) {
		buf_fmt(&text, "QAKBOT%d ", i);
		if (i % 50 == 0)
			assert_ok(store_draft_set(f->db, s.id, buf_view(&text), &f->err));
	}
	assert_ok(store_session_trash(f->db, s.id, 5, &f->err));
	assert_ok(store_session_trash(f->db, s.id, 0, &f->err));
	assert_true(strlen(draft_of(f, s.id)) > 0);
	assert_true(fixture_files_with(f, "QAKBOT") > 0);
	assert_ok(store_session_purge(f->db, s.id, &f->err));
	assert_string_equal(draft_of(f, s.id), "");
	assert_int_equal(fixture_files_with(f, "QAKBOT"), 0);
}

/* --- earlier prompts */

static const char *prompts(struct fixture *f, size_t limit)
{
	SCOPED(buf) out = BUF_INIT;
	struct str *v;
	size_t n;

	assert_ok(store_prompts(f->db, &f->arena, limit, &v, &n, &f->err));
	for (size_t i = 0; i < n; i++)
		buf_fmt(&out, "%s%.*s", i ? "|" : "", STR_ARG(v[i]));
	return fixture_cstr(f, buf_view(&out));
}

static void prompts_are_told_once_the_newest_last(void **state)
{
	struct fixture *f = *state;
	struct session a = fixture_session(f, "a"), b = fixture_session(f, "b"), gone = fixture_session(f, "gone");

	assert_string_equal(prompts(f, 10), "");
	fixture_message(f, a.id, 0, ROLE_USER, "one");
	fixture_message(f, a.id, 0, ROLE_ASSISTANT, "an answer");
	fixture_message(f, a.id, 0, ROLE_SYSTEM, "instructions");
	fixture_message(f, b.id, 0, ROLE_USER, "two");
	fixture_message(f, gone.id, 0, ROLE_USER, "hidden");
	fixture_message(f, b.id, 0, ROLE_USER, "");
	fixture_message(f, b.id, 0, ROLE_USER, "one");
	fixture_message(f, a.id, 0, ROLE_USER, "three");
	assert_ok(store_session_trash(f->db, gone.id, 5, &f->err));
	assert_string_equal(prompts(f, 10), "two|one|three");
	assert_string_equal(prompts(f, 2), "one|three");
	assert_string_equal(prompts(f, 0), "");
	assert_string_equal(prompts(f, SIZE_MAX), "two|one|three");
}

static void a_file_that_was_asked_about_is_no_line_of_history(void **state)
{
	struct fixture *f = *state;
	SCOPED(buf) big = BUF_INIT;
	struct session s = fixture_session(f, "s");

	memset(buf_room(&big, STORE_PROMPT_BYTES + 1), 'x', STORE_PROMPT_BYTES + 1);
	big.p[STORE_PROMPT_BYTES + 1] = 0;
	fixture_message(f, s.id, 0, ROLE_USER, "small");
	fixture_message(f, s.id, 0, ROLE_USER, big.p);
	assert_string_equal(prompts(f, 10), "small");
}

static void many_prompts_are_each_told_once(void **state)
{
	enum { MANY = 300 };
	struct fixture *f = *state;
	struct session s = fixture_session(f, "s");
	struct str *v;
	char text[16];
	size_t n;

	assert_ok(store_begin(f->db, &f->err));
	for (int i = 0; i < 3 * MANY; i++) {
		snprintf(text, sizeof(text), "p%d", i % MANY);
		fixture_message(f, s.id, 0, ROLE_USER, text);
	}
	assert_ok(store_commit(f->db, &f->err));
	assert_ok(store_prompts(f->db, &f->arena, 1000, &v, &n, &f->err));
	assert_int_equal(n, MANY);
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "p%d", i);
		assert_str(v[i], text);
	}
}

/* --- presence */

/* A process that takes the desk, says so on a pipe, and stays until it is ended. */
static pid_t sitter(struct fixture *f, int64_t session_id)
{
	int pipes[2];
	char byte = 0;
	pid_t child;

	store_free(take(&f->db));
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	if (child == 0) {
		struct str by;
		bool taken = false;

		fixture_reopen(f);
		if (store_desk_take(f->db, &f->arena, session_id, false, &taken, &by, &f->err) != OK || !taken)
			_exit(1);
		if (write(pipes[1], "t", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	close(pipes[0]);
	fixture_reopen(f);
	return child;
}

static void end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static bool takes(struct fixture *f, int64_t session_id, bool force, struct str *by)
{
	bool taken;

	assert_ok(store_desk_take(f->db, &f->arena, session_id, force, &taken, by, &f->err));
	return taken;
}

static void one_living_process_has_a_desk_until_it_ends(void **state)
{
	struct fixture *f = *state;
	struct session a = fixture_session(f, "a"), b = fixture_session(f, "b");
	char expected[64];
	struct str by;
	pid_t child = sitter(f, a.id);

	assert_false(takes(f, a.id, false, &by));
	snprintf(expected, sizeof(expected), "process %ld since ", (long)child);
	assert_true(str_starts(by, str_c(expected)));
	assert_int_equal(by.len, strlen(expected) + strlen("14:02"));
	assert_true(takes(f, b.id, false, &by));
	assert_ok(store_desk_leave(f->db, a.id, &f->err));
	assert_false(takes(f, a.id, false, &by));
	f->now_ms += 3 * 86400000LL;
	assert_false(takes(f, a.id, false, &by));
	assert_int_equal(by.len, strlen(expected) + strlen("2023-11-14 14:02"));
	end(child);
	assert_true(takes(f, a.id, false, &by));
	assert_true(takes(f, a.id, false, &by));
	assert_int_equal(by.len, 0);
}

static void force_takes_it_over_and_who_had_it_sees_that(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "s");
	SCOPED(buf) other = BUF_INIT;
	struct str by;
	pid_t child = sitter(f, s.id);

	assert_true(takes(f, s.id, true, &by));
	assert_int_equal(by.len, 0);
	end(child);
	/* As the child would see it: its own row is gone, this process sits there. */
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM presence"), 1);
	child = sitter(f, fixture_session(f, "t").id);
	assert_ok(store_run(f->db, &f->err, "UPDATE presence SET process = (SELECT process FROM presence WHERE session_id = 2)"));
	assert_false(takes(f, s.id, false, &by));
	end(child);
}

static void a_desk_that_is_left_is_free(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "s");
	struct str by;

	assert_true(takes(f, s.id, false, &by));
	assert_ok(store_desk_leave(f->db, s.id, &f->err));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM presence"), 0);
	end(sitter(f, s.id));
}

static void processes_of_another_boot_and_nonsense_are_not_alive(void **state)
{
	static const char *const names[] = {
		"UPDATE presence SET process = 'another-boot' || substr(process, instr(process, ':'))",
		"UPDATE presence SET process = process || '9'",
		"UPDATE presence SET process = ''",
		"UPDATE presence SET process = ':1:'",
		"UPDATE presence SET process = ':-1:'",
		"UPDATE presence SET process = ':99999999999999999999:'",
	};
	struct fixture *f = *state;
	struct session s = fixture_session(f, "s");
	struct str by;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_true(takes(f, s.id, false, &by));
		assert_ok(store_run(f->db, &f->err, names[i]));
		assert_true(takes(f, s.id, false, &by));
	}
}

static void of_many_that_want_a_desk_one_gets_it(void **state)
{
	enum { CHILDREN = 8 };
	struct fixture *f = *state;
	struct session s = fixture_session(f, "s");
	int start[2], done[2], n_taken = 0;
	pid_t children[CHILDREN];
	char byte;

	store_free(take(&f->db));
	assert_int_equal(pipe(start), 0);
	assert_int_equal(pipe(done), 0);
	for (int i = 0; i < CHILDREN; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			struct store_options o = { .busy_timeout_ms = 20000 };
			struct str by;
			bool taken = false;

			close(start[1]);
			if (read(start[0], &byte, 1) != 0 || store_open(f->path, &o, &f->db, &f->err) != OK ||
				store_desk_take(f->db, &f->arena, s.id, false, &taken, &by, &f->err) != OK)
				_exit(1);
			byte = taken ? 'y' : 'n';
			if (write(done[1], &byte, 1) != 1)
				_exit(1);
			pause();
		}
	}
	close(start[1]);
	close(start[0]);
	close(done[1]);
	for (int i = 0; i < CHILDREN; i++) {
		assert_int_equal(read(done[0], &byte, 1), 1);
		n_taken += byte == 'y';
	}
	close(done[0]);
	for (int i = 0; i < CHILDREN; i++)
		end(children[i]);
	assert_int_equal(n_taken, 1);
}

/* --- money and room */

static int64_t request(struct fixture *f, int64_t session_id, int64_t started_ms, int64_t cost, int64_t in, int64_t out)
{
	struct request r = { .session_id = session_id, .attempt = 1, .started_ms = started_ms, .cost_usd_micros = cost,
		.usage = TOKEN_USAGE_UNKNOWN };

	r.usage.in_uncached = in;
	r.usage.out_visible = out;
	assert_ok(store_request_add(f->db, &r, &f->err));
	assert_ok(store_request_finish(f->db, &r, &f->err));
	return r.id;
}

static void costs_are_added_since_a_time(void **state)
{
	struct fixture *f = *state;
	struct session a = fixture_session(f, "a"), b = fixture_session(f, "b");
	const struct {
		int64_t since_ms, session_id, cost;
		bool unknown;
	} rows[] = {
		{ 0, 0, 1111, true }, { 150, 0, 1110, true }, { 201, 0, 1100, false }, { 0, a.id, 11, true },
		{ 150, a.id, 10, true }, { 0, b.id, 1100, false }, { 9999, 0, 0, false }, { 0, 99, 0, false },
	};
	int64_t cost;
	bool unknown;

	request(f, a.id, 100, 1, -1, -1);
	request(f, a.id, 200, 10, -1, -1);
	request(f, a.id, 200, -1, -1, -1);
	request(f, b.id, 300, 1100, -1, -1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_ok(store_cost_since(f->db, rows[i].since_ms, rows[i].session_id, &cost, &unknown, &f->err));
		assert_int_equal(cost, rows[i].cost);
		assert_int_equal(unknown, rows[i].unknown);
	}
	request(f, b.id, 400, INT64_MAX, INT64_MAX, INT64_MAX);
	request(f, b.id, 400, INT64_MAX, INT64_MAX, INT64_MAX);
	assert_ok(store_cost_since(f->db, 0, b.id, &cost, &unknown, &f->err));
	assert_true(cost == INT64_MAX);
	assert_ok(store_context_tokens(f->db, b.id, &cost, &f->err));
	assert_int_equal(cost, -1);
}

static void a_context_is_what_the_last_answer_read_and_wrote(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "s");
	struct request failed = { .session_id = s.id, .error = STR("refused"), .usage = { 7, 7, 7, 7, 7, 7, false } };
	struct request running = { .session_id = s.id };
	int64_t tokens;

	assert_ok(store_context_tokens(f->db, s.id, &tokens, &f->err));
	assert_int_equal(tokens, -1);
	request(f, s.id, 100, 1, 1000, 20);
	request(f, s.id, 90, 1, 2000, 30);
	assert_ok(store_request_add(f->db, &failed, &f->err));
	assert_ok(store_request_finish(f->db, &failed, &f->err));
	assert_ok(store_request_add(f->db, &running, &f->err));
	assert_ok(store_run(f->db, &f->err, "UPDATE request SET total_ms = -1 WHERE id = 4"));
	assert_ok(store_context_tokens(f->db, s.id, &tokens, &f->err));
	assert_int_equal(tokens, 2030);
	request(f, s.id, 100, 1, -1, 5);
	assert_ok(store_context_tokens(f->db, s.id, &tokens, &f->err));
	assert_int_equal(tokens, -1);
}

/* --- ratings and reports */

static void a_rating_is_given_changed_and_taken_back(void **state)
{
	static const struct {
		int rating;
		const char *note;
	} rows[] = { { 1, "" }, { -1, "it's wrong" }, { 1, "after all" }, { 0, "" }, { 0, "" } };
	struct fixture *f = *state;
	struct message m = fixture_message(f, fixture_session(f, "s").id, 0, ROLE_ASSISTANT, "words");
	struct str note;
	int rating;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_ok(store_rate(f->db, m.id, rows[i].rating, str_c(rows[i].note), &f->err));
		assert_ok(store_rating(f->db, &f->arena, m.id, &rating, &note, &f->err));
		assert_int_equal(rating, rows[i].rating);
		assert_str(note, rows[i].note);
	}
	assert_true(store_rate(f->db, m.id, 5, STR(""), &f->err) != OK);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM rating"), 0);
}

static void a_report_stays_when_the_citation_is_checked_again(void **state)
{
	struct fixture *f = *state;
	struct message m = fixture_message(f, fixture_session(f, "s").id, 0, ROLE_ASSISTANT, "words");
	struct claim claim = { .at = { 0, 5 } };
	struct citation cited = { .n = 1, .level = LEVEL_EXACT };
	struct answer answer = { .message_id = m.id, .claims = &claim, .n_claims = 1, .citations = &cited, .n_citations = 1 };
	bool found;

	assert_ok(store_answer_put(f->db, &answer, &f->err));
	assert_ok(store_citation_report(f->db, cited.id, STR("not what it says"), &f->err));
	cited.level = LEVEL_STALE;
	assert_ok(store_citation_update(f->db, &cited, &f->err));
	assert_ok(store_answer(f->db, &f->arena, m.id, &answer, &found, &f->err));
	assert_str(answer.citations[0].report, "not what it says");
	assert_int_equal(answer.citations[0].level, LEVEL_STALE);
	assert_ok(store_answer_put(f->db, &answer, &f->err));
	assert_ok(store_answer(f->db, &f->arena, m.id, &answer, &found, &f->err));
	assert_str(answer.citations[0].report, "not what it says");
	assert_ok(store_citation_report(f->db, answer.citations[0].id, STR(""), &f->err));
	assert_ok(store_answer(f->db, &f->arena, m.id, &answer, &found, &f->err));
	assert_int_equal(answer.citations[0].report.len, 0);
}

static void a_purge_takes_notes_and_reports_with_it(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "s");
	struct message m = fixture_message(f, s.id, 0, ROLE_ASSISTANT, "words");
	struct claim claim = { .at = { 0, 5 } };
	struct citation cited = { .n = 1, .level = LEVEL_EXACT, .report = STR("REPORTED") };
	struct answer answer = { .message_id = m.id, .claims = &claim, .n_claims = 1, .citations = &cited, .n_citations = 1 };
	struct str by;

	assert_ok(store_answer_put(f->db, &answer, &f->err));
	assert_ok(store_rate(f->db, m.id, -1, STR("NOTEDDOWN"), &f->err));
	assert_true(takes(f, s.id, false, &by));
	assert_ok(store_session_purge(f->db, s.id, &f->err));
	assert_int_equal(fixture_files_with(f, "REPORTED"), 0);
	assert_int_equal(fixture_files_with(f, "NOTEDDOWN"), 0);
	assert_int_equal(fixture_number(f, "SELECT (SELECT count(*) FROM presence) + (SELECT count(*) FROM rating)"), 0);
}

#define OPEN(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(each_session_has_a_draft_and_so_has_the_one_to_come),
		OPEN(a_draft_keeps_any_bytes_and_has_a_largest_size),
		OPEN(nothing_is_kept_about_what_is_not_there),
		OPEN(a_draft_that_is_as_it_was_is_not_written_again),
		OPEN(a_draft_goes_into_the_trash_and_out_of_it_and_leaves_no_byte),
		OPEN(prompts_are_told_once_the_newest_last),
		OPEN(a_file_that_was_asked_about_is_no_line_of_history),
		OPEN(many_prompts_are_each_told_once),
		OPEN(one_living_process_has_a_desk_until_it_ends),
		OPEN(force_takes_it_over_and_who_had_it_sees_that),
		OPEN(a_desk_that_is_left_is_free),
		OPEN(processes_of_another_boot_and_nonsense_are_not_alive),
		OPEN(of_many_that_want_a_desk_one_gets_it),
		OPEN(costs_are_added_since_a_time),
		OPEN(a_context_is_what_the_last_answer_read_and_wrote),
		OPEN(a_rating_is_given_changed_and_taken_back),
		OPEN(a_report_stays_when_the_citation_is_checked_again),
		OPEN(a_purge_takes_notes_and_reports_with_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
