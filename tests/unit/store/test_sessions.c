#include "fixture.h"

static void a_session_starts_empty(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, ""), read;

	assert_int_equal(s.sid.len, 8);
	assert_ok(store_session_by_id(f->db, &f->arena, s.id, &read, &f->err));
	assert_str(read.sid, fixture_cstr(f, s.sid));
	assert_int_equal(read.created_ms, f->now_ms);
	assert_int_equal(read.keep_ms, -1);
	assert_int_equal(read.n_messages, 0);
	assert_int_equal(read.head_id, 0);
	assert_false(read.has_unknown_cost);
	assert_str(read.tags, "");
}

static void a_session_is_found_by_what_a_person_types(void **state)
{
	struct fixture *f = *state;
	struct session a = fixture_session(f, "malware"), b = fixture_session(f, "loaders"), s;
	const char *sid = fixture_cstr(f, a.sid);
	const struct {
		const char *word;
		int64_t id;
	} rows[] = {
		{ sid, a.id }, { "malware", a.id }, { "loaders", b.id }, { "@", b.id }, { "@~0", b.id }, { "@~1", a.id },
		{ fixture_cstr(f, str_sub(a.sid, 0, 4)), a.id },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_ok(store_session_find(f->db, &f->arena, str_c(rows[i].word), &s, &f->err));
		assert_int_equal(s.id, rows[i].id);
	}
}

static void what_is_not_there_is_missing(void **state)
{
	static const char *const words[] = { "@", "@~1", "@~x", "nothing", "zzzzzzzz", "" };
	struct fixture *f = *state;
	struct session s;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		assert_int_equal(store_session_find(f->db, &f->arena, str_c(words[i]), &s, &f->err), ERR_MISSING);
	s = fixture_session(f, "only");
	assert_int_equal(store_session_find(f->db, &f->arena, str_sub(s.sid, 0, 3), &s, &f->err), ERR_MISSING);
	assert_int_equal(store_session_by_id(f->db, &f->arena, 99, &s, &f->err), ERR_MISSING);
	assert_int_equal(store_session_rename(f->db, 99, STR("x"), &f->err), ERR_MISSING);
}

static void an_ambiguous_word_names_the_candidates(void **state)
{
	struct fixture *f = *state;
	struct session s;

	for (int i = 0; i < 7; i++)
		fixture_session(f, "twins");
	assert_int_equal(store_session_find(f->db, &f->arena, STR("twins"), &s, &f->err), ERR_USAGE);
	assert_non_null(strstr(f->err.text, "and others"));
}

static void an_exact_name_wins_over_the_start_of_an_id(void **state)
{
	struct fixture *f = *state;
	struct session a = fixture_session(f, "first"), s;
	struct session b = fixture_session(f, fixture_cstr(f, str_sub(a.sid, 0, 5)));

	assert_ok(store_session_find(f->db, &f->arena, str_sub(a.sid, 0, 5), &s, &f->err));
	assert_int_equal(s.id, b.id);
}

static void newest_is_what_was_used_last_whatever_the_clock_says(void **state)
{
	struct fixture *f = *state;
	struct session a = fixture_session(f, "a"), s;

	f->now_ms -= 3600 * 1000;
	fixture_session(f, "b");
	assert_ok(store_session_find(f->db, &f->arena, STR("@"), &s, &f->err));
	assert_str(s.name, "b");
	f->now_ms -= 3600 * 1000;
	fixture_message(f, a.id, 0, ROLE_USER, "hello");
	assert_ok(store_session_find(f->db, &f->arena, STR("@"), &s, &f->err));
	assert_str(s.name, "a");
}

static void a_list_obeys_each_filter(void **state)
{
	struct fixture *f = *state;
	struct session a = fixture_session(f, "a"), b = fixture_session(f, "b"), c = fixture_session(f, "c");
	struct message m = { .session_id = a.id, .role = ROLE_ASSISTANT, .state = STATE_COMPLETE, .text = STR("hi"),
		.model = STR("claude/sonnet"), .created_ms = f->now_ms };
	const struct {
		struct session_filter filter;
		const char *names;
	} rows[] = {
		{ { .limit = 0 }, "abc" },
		{ { .limit = 1 }, "a" },
		{ { .tag = STR("work") }, "b" },
		{ { .tag = STR("wor") }, "" },
		{ { .model = STR("claude/sonnet") }, "a" },
		{ { .model = STR("claude") }, "a" },
		{ { .model = STR("clau") }, "" },
		{ { .trashed = true }, "d" },
		{ { .older_than_ms = f->now_ms + 500 }, "abc" },
		{ { .older_than_ms = f->now_ms }, "" },
		{ { .newer_than_ms = f->now_ms }, "abc" },
		{ { .newer_than_ms = f->now_ms + 1 }, "" },
	};
	struct session *v;
	size_t n;

	(void)c;
	assert_ok(store_session_trash(f->db, fixture_session(f, "d").id, f->now_ms, &f->err));
	assert_ok(store_session_tag(f->db, b.id, STR("work"), true, &f->err));
	/* Used in the order c, b, a. */
	assert_ok(store_session_set_head(f->db, b.id, 0, &f->err));
	assert_ok(store_message_add(f->db, &m, &f->err));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_ok(store_session_list(f->db, &f->arena, &rows[i].filter, &v, &n, &f->err));
		assert_int_equal(n, strlen(rows[i].names));
		for (size_t j = 0; j < n; j++)
			assert_int_equal(v[j].name.p[0], rows[i].names[j]);
	}
}

static void tags_are_sorted_and_each_is_there_once(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "a");

	assert_ok(store_session_tag(f->db, s.id, STR("work"), true, &f->err));
	assert_ok(store_session_tag(f->db, s.id, STR("apt"), true, &f->err));
	assert_ok(store_session_tag(f->db, s.id, STR("work"), true, &f->err));
	assert_ok(store_session_tag(f->db, s.id, STR("zoo"), true, &f->err));
	assert_ok(store_session_tag(f->db, s.id, STR("zoo"), false, &f->err));
	assert_ok(store_session_by_id(f->db, &f->arena, s.id, &s, &f->err));
	assert_str(s.tags, "apt,work");
}

static void sessions_that_outlived_the_policy_go_to_the_trash(void **state)
{
	enum { DAY = 86400000 };
	struct fixture *f = *state;
	const int64_t keeps[] = { -1, 0, 5 * (int64_t)DAY, 20 * (int64_t)DAY };
	struct session *v;
	int64_t n;
	size_t count;

	for (size_t i = 0; i < 4; i++)
		assert_ok(store_session_keep(f->db, fixture_session(f, "s").id, keeps[i], &f->err));
	f->now_ms += 10 * (int64_t)DAY;
	assert_ok(store_session_expire(f->db, f->now_ms, 0, &n, &f->err));
	assert_int_equal(n, 1);
	assert_ok(store_session_expire(f->db, f->now_ms, 8 * (int64_t)DAY, &n, &f->err));
	assert_int_equal(n, 1);
	assert_ok(store_session_list(f->db, &f->arena, NULL, &v, &count, &f->err));
	assert_int_equal(count, 2);
}

static void a_session_in_the_trash_is_found_by_its_whole_id_alone(void **state)
{
	struct fixture *f = *state;
	struct session a = fixture_session(f, "gone"), s;

	assert_ok(store_session_trash(f->db, a.id, f->now_ms, &f->err));
	assert_int_equal(store_session_find(f->db, &f->arena, STR("gone"), &s, &f->err), ERR_MISSING);
	assert_int_equal(store_session_find(f->db, &f->arena, str_sub(a.sid, 0, 6), &s, &f->err), ERR_MISSING);
	assert_ok(store_session_find(f->db, &f->arena, a.sid, &s, &f->err));
	assert_int_equal(s.trashed_ms, f->now_ms);
	assert_ok(store_session_trash(f->db, a.id, 0, &f->err));
	assert_ok(store_session_find(f->db, &f->arena, STR("gone"), &s, &f->err));
}

static void a_purged_session_leaves_no_byte_behind(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "secret"), other = fixture_session(f, "other");
	struct request r = { .session_id = s.id, .attempt = 1, .sent = STR("canaryrequest") };
	struct message m, *v;
	size_t n;

	fixture_message(f, other.id, 0, ROLE_USER, "kept");
	m = fixture_message(f, s.id, 0, ROLE_USER, "canaryquestion");
	m = fixture_message(f, s.id, m.id, ROLE_ASSISTANT, "canaryanswer");
	r.message_id = m.id;
	assert_ok(store_request_add(f->db, &r, &f->err));
	m.text = STR("another canarytext");
	assert_ok(store_message_finish(f->db, &m, &f->err));
	assert_true(fixture_files_with(f, "canary") > 0);
	assert_ok(store_session_purge(f->db, s.id, &f->err));
	assert_int_equal(fixture_files_with(f, "canary"), 0);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM request"), 0);
	assert_ok(store_message_all(f->db, &f->arena, other.id, &v, &n, &f->err));
	assert_int_equal(n, 1);
}

static void the_cost_of_a_session_is_the_sum_of_known_prices(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "a");
	struct message m = fixture_message(f, s.id, 0, ROLE_ASSISTANT, "hi");
	struct request one = { .session_id = s.id, .message_id = m.id, .attempt = 1, .cost_usd_micros = -1,
		.usage = TOKEN_USAGE_UNKNOWN };
	struct request two = one, *v;
	size_t n;

	two.attempt = 2;
	assert_ok(store_request_add(f->db, &one, &f->err));
	assert_ok(store_request_add(f->db, &two, &f->err));
	one.cost_usd_micros = 700;
	one.finish = STR("stop");
	one.usage.in_uncached = 12;
	for (int i = 0; i < 2; i++)
		assert_ok(store_request_finish(f->db, &one, &f->err));
	assert_ok(store_session_by_id(f->db, &f->arena, s.id, &s, &f->err));
	assert_int_equal(s.cost_usd_micros, 700);
	assert_true(s.has_unknown_cost);
	two.cost_usd_micros = 50;
	assert_ok(store_request_finish(f->db, &two, &f->err));
	assert_ok(store_session_by_id(f->db, &f->arena, s.id, &s, &f->err));
	assert_int_equal(s.cost_usd_micros, 750);
	assert_false(s.has_unknown_cost);
	assert_ok(store_requests_of(f->db, &f->arena, m.id, &v, &n, &f->err));
	assert_int_equal(n, 2);
	assert_str(v[0].finish, "stop");
	assert_int_equal(v[0].usage.in_uncached, 12);
	assert_int_equal(v[0].usage.out_visible, -1);
	assert_int_equal(v[1].attempt, 2);
}

static void requests_are_listed_without_the_bytes_that_they_keep(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "a");
	struct message m = fixture_message(f, s.id, 0, ROLE_ASSISTANT, "hi");
	struct request one = { .session_id = s.id, .message_id = m.id, .attempt = 1, .usage = TOKEN_USAGE_UNKNOWN }, *v;
	size_t n;

	assert_ok(store_request_add(f->db, &one, &f->err));
	one.sent = STR("the whole conversation");
	one.received = str_of("a\0b", 3);
	assert_ok(store_request_finish(f->db, &one, &f->err));
	assert_int_equal(fixture_number(f, "SELECT length(sent) FROM request"), one.sent.len);
	assert_int_equal(fixture_number(f, "SELECT length(received) FROM request"), 3);
	assert_ok(store_requests_of(f->db, &f->arena, m.id, &v, &n, &f->err));
	assert_int_equal(n, 1);
	assert_int_equal(v[0].sent.len, 0);
	assert_int_equal(v[0].received.len, 0);
}

#define OPEN(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(a_session_starts_empty),
		OPEN(a_session_is_found_by_what_a_person_types),
		OPEN(what_is_not_there_is_missing),
		OPEN(an_ambiguous_word_names_the_candidates),
		OPEN(an_exact_name_wins_over_the_start_of_an_id),
		OPEN(newest_is_what_was_used_last_whatever_the_clock_says),
		OPEN(a_list_obeys_each_filter),
		OPEN(tags_are_sorted_and_each_is_there_once),
		OPEN(sessions_that_outlived_the_policy_go_to_the_trash),
		OPEN(a_session_in_the_trash_is_found_by_its_whole_id_alone),
		OPEN(a_purged_session_leaves_no_byte_behind),
		OPEN(the_cost_of_a_session_is_the_sum_of_known_prices),
		OPEN(requests_are_listed_without_the_bytes_that_they_keep),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
