#include "fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "store/process_internal.h"

static int found(struct fixture *f, const char *word)
{
	SCOPED(query) q = query(f->db, "SELECT count(*) FROM message_fts WHERE message_fts MATCH ?");

	bind_c(&q, word);
	return query_next(&q) ? (int)row_int(&q) : -1;
}

static struct message streaming(struct fixture *f, int64_t session_id, const char *text)
{
	struct message m = { .session_id = session_id, .role = ROLE_ASSISTANT, .state = STATE_STREAMING,
		.text = str_c(text), .model = STR("local/tiny"), .created_ms = f->now_ms };

	assert_ok(store_message_add(f->db, &m, &f->err));
	return m;
}

static void messages_are_numbered_and_move_the_head(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "");
	struct message a = fixture_message(f, s.id, 0, ROLE_USER, "  What is a loader?\nTell me more.");
	struct message b = fixture_message(f, s.id, a.id, ROLE_ASSISTANT, "A program."), m;

	assert_int_equal(a.n, 1);
	assert_int_equal(b.n, 2);
	assert_ok(store_session_by_id(f->db, &f->arena, s.id, &s, &f->err));
	assert_int_equal(s.head_id, b.id);
	assert_int_equal(s.n_messages, 2);
	assert_str(s.name, "What is a loader?");
	assert_ok(store_message_by_n(f->db, &f->arena, s.id, 1, &m, &f->err));
	assert_str(m.text, "  What is a loader?\nTell me more.");
	assert_int_equal(m.role, ROLE_USER);
	assert_int_equal(store_message_by_n(f->db, &f->arena, s.id, 3, &m, &f->err), ERR_MISSING);
	assert_non_null(strstr(f->err.text, "has 2"));
}

static void a_text_with_any_byte_comes_back_whole(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "");
	struct message m = { .session_id = s.id, .state = STATE_COMPLETE, .text = str_of("a\0b\xff", 4) }, read;

	assert_ok(store_message_add(f->db, &m, &f->err));
	assert_ok(store_message(f->db, &f->arena, m.id, &read, &f->err));
	assert_int_equal(read.text.len, 4);
	assert_memory_equal(read.text.p, "a\0b\xff", 4);
}

static void a_message_needs_a_session_and_a_parent_in_it(void **state)
{
	struct fixture *f = *state;
	struct session a = fixture_session(f, ""), b = fixture_session(f, "");
	struct message in_a = fixture_message(f, a.id, 0, ROLE_USER, "x");
	struct message m = { .session_id = b.id, .parent_id = in_a.id };

	assert_int_equal(store_message_add(f->db, &m, &f->err), ERR_MISSING);
	m = (struct message){ .session_id = 77 };
	assert_int_equal(store_message_add(f->db, &m, &f->err), ERR_MISSING);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM message"), 1);
}

static void a_message_that_streams_anew_is_not_what_it_was(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "");
	struct message m = streaming(f, s.id, ""), read;

	m.text = STR("Emotet spreads by mail.");
	m.state = STATE_COMPLETE;
	assert_ok(store_message_finish(f->db, &m, &f->err));
	assert_int_equal(found(f, "emotet"), 1);
	assert_ok(store_message_reopen(f->db, m.id, &f->err));
	assert_int_equal(found(f, "emotet"), 0);
	assert_ok(store_message_update(f->db, m.id, STR("Qakbot"), STR_EMPTY, &f->err));
	assert_ok(store_message(f->db, &f->arena, m.id, &read, &f->err));
	assert_int_equal(read.state, STATE_STREAMING);
	assert_str(read.text, "Qakbot");
	m.text = STR("Qakbot steals mail.");
	assert_ok(store_message_finish(f->db, &m, &f->err));
	assert_int_equal(found(f, "qakbot"), 1);
	assert_int_equal(store_message_reopen(f->db, 77, &f->err), ERR_MISSING);
}

static void a_streaming_message_is_searchable_when_it_is_over(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "");
	struct message m = streaming(f, s.id, "");

	assert_ok(store_message_update(f->db, m.id, STR("Emotet spreads"), STR("thinking"), &f->err));
	assert_int_equal(found(f, "emotet"), 0);
	m.text = STR("Emotet spreads by mail.");
	m.state = STATE_STOPPED;
	assert_ok(store_message_finish(f->db, &m, &f->err));
	assert_int_equal(found(f, "emotet"), 1);
	assert_int_equal(found(f, "mails"), 1);
	m.text = STR("Qakbot spreads by mail.");
	assert_ok(store_message_finish(f->db, &m, &f->err));
	assert_int_equal(found(f, "emotet"), 0);
	assert_int_equal(found(f, "qakbot"), 1);
	assert_int_equal(store_message_update(f->db, m.id, STR("late"), STR(""), &f->err), ERR_MISSING);
	assert_ok(store_session_by_id(f->db, &f->arena, s.id, &s, &f->err));
	assert_str(s.model, "local/tiny");
}

/* Nothing is mended when the library may only be read. */
static enum message_state state_for_a_reader(struct fixture *f, int64_t session_id)
{
	struct store_options o = fixture_options(f);
	SCOPED_PTR(store) reader = NULL;
	struct message m;

	o.flags |= STORE_READ_ONLY;
	assert_ok(store_open(f->path, &o, &reader, &f->err));
	assert_ok(store_message_by_n(reader, &f->arena, session_id, 1, &m, &f->err));
	return m.state;
}

static void what_a_dead_process_was_writing_is_cut_and_kept(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "");
	struct message m;
	pid_t child;

	store_free(take(&f->db));
	child = fork();
	if (child == 0) {
		fixture_reopen(f);
		m = streaming(f, s.id, "");
		store_message_update(f->db, m.id, STR("Half an answ"), STR(""), &f->err);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(state_for_a_reader(f, s.id), STATE_CUT);
	fixture_reopen(f);
	assert_ok(store_message_by_n(f->db, &f->arena, s.id, 1, &m, &f->err));
	assert_int_equal(m.state, STATE_CUT);
	assert_str(m.text, "Half an answ");
	assert_true(m.error.len > 0);
	assert_int_equal(found(f, "half"), 1);
}

static void what_a_living_process_is_writing_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "");
	struct message m = streaming(f, s.id, "still"), read;
	struct store_options o = fixture_options(f);
	SCOPED_PTR(store) other = NULL;

	assert_ok(store_open(f->path, &o, &other, &f->err));
	assert_ok(store_message(other, &f->arena, m.id, &read, &f->err));
	assert_int_equal(read.state, STATE_STREAMING);
}

static void a_process_is_known_by_more_than_its_number(void **state)
{
	SCOPED(buf) self = BUF_INIT;
	SCOPED(buf) later = BUF_INIT;

	(void)state;
	process_add_self(&self);
	assert_true(process_is_alive(buf_view(&self)));
	buf_str(&later, buf_view(&self));
	buf_ch(&later, '0');
	assert_false(process_is_alive(buf_view(&later)));
	assert_false(process_is_alive(STR("")));
	assert_false(process_is_alive(STR("boot:0:1")));
	assert_false(process_is_alive(STR("boot:-1:1")));
}

static void a_branch_leads_from_the_first_message_to_its_leaf(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "");
	struct message q1 = fixture_message(f, s.id, 0, ROLE_USER, "q1");
	struct message a1 = fixture_message(f, s.id, q1.id, ROLE_ASSISTANT, "a1");
	struct message a2 = fixture_message(f, s.id, q1.id, ROLE_ASSISTANT, "a2"), *v;
	size_t n;

	assert_ok(store_message_branch(f->db, &f->arena, s.id, 0, &v, &n, &f->err));
	assert_int_equal(n, 2);
	assert_int_equal(v[0].id, q1.id);
	assert_int_equal(v[1].id, a2.id);
	assert_ok(store_message_branch(f->db, &f->arena, s.id, a1.id, &v, &n, &f->err));
	assert_int_equal(n, 2);
	assert_int_equal(v[1].id, a1.id);
	assert_ok(store_message_all(f->db, &f->arena, s.id, &v, &n, &f->err));
	assert_int_equal(n, 3);
	assert_ok(store_message_branch(f->db, &f->arena, fixture_session(f, "").id, 0, &v, &n, &f->err));
	assert_int_equal(n, 0);
}

static void undo_takes_back_one_exchange_at_a_time(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "");
	struct message q1 = fixture_message(f, s.id, 0, ROLE_USER, "q1");
	struct message a1 = fixture_message(f, s.id, q1.id, ROLE_ASSISTANT, "a1");
	struct message q2 = fixture_message(f, s.id, a1.id, ROLE_USER, "q2");
	int n;

	fixture_message(f, s.id, q2.id, ROLE_ASSISTANT, "a2");
	assert_ok(store_session_undo(f->db, s.id, &n, &f->err));
	assert_int_equal(n, 2);
	assert_ok(store_session_by_id(f->db, &f->arena, s.id, &s, &f->err));
	assert_int_equal(s.head_id, a1.id);
	assert_int_equal(s.n_messages, 4);
	assert_ok(store_session_undo(f->db, s.id, &n, &f->err));
	assert_int_equal(n, 2);
	assert_ok(store_session_undo(f->db, s.id, &n, &f->err));
	assert_int_equal(n, 0);
	assert_ok(store_session_by_id(f->db, &f->arena, s.id, &s, &f->err));
	assert_int_equal(s.head_id, 0);
}

static void a_head_must_be_of_its_session(void **state)
{
	struct fixture *f = *state;
	struct session a = fixture_session(f, ""), b = fixture_session(f, "");
	struct message m = fixture_message(f, a.id, 0, ROLE_USER, "x");

	assert_int_equal(store_session_set_head(f->db, b.id, m.id, &f->err), ERR_MISSING);
	assert_ok(store_session_set_head(f->db, a.id, m.id, &f->err));
	assert_ok(store_session_set_head(f->db, a.id, 0, &f->err));
}

#define OPEN(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(messages_are_numbered_and_move_the_head),
		OPEN(a_text_with_any_byte_comes_back_whole),
		OPEN(a_message_needs_a_session_and_a_parent_in_it),
		OPEN(a_message_that_streams_anew_is_not_what_it_was),
		OPEN(a_streaming_message_is_searchable_when_it_is_over),
		OPEN(what_a_dead_process_was_writing_is_cut_and_kept),
		OPEN(what_a_living_process_is_writing_is_left_alone),
		OPEN(a_process_is_known_by_more_than_its_number),
		OPEN(a_branch_leads_from_the_first_message_to_its_leaf),
		OPEN(undo_takes_back_one_exchange_at_a_time),
		OPEN(a_head_must_be_of_its_session),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
