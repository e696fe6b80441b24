#include "fixture.h"

#include "ibid/store/answers.h"
#include "ibid/store/branches.h"
#include "ibid/store/desk.h"

/*
 *	1 -- 2 -- 3 -- 4
 *	     |
 *	     +--- 5 -- 6 -- 8
 *	     |         |
 *	     |         +--- 9
 *	     +--- 7
 *	10
 */
static const int parents[] = { 0, 1, 2, 3, 2, 5, 2, 6, 6, 0 };
#define N_TREE (sizeof(parents) / sizeof(*parents))

struct grown {
	int64_t session, ids[N_TREE + 1];
};

static struct grown grow(struct fixture *f)
{
	struct grown g = { .session = fixture_session(f, "tree").id };
	char text[32];

	for (size_t i = 0; i < N_TREE; i++) {
		enum message_role role = i % 2 ? ROLE_ASSISTANT : ROLE_USER;

		snprintf(text, sizeof(text), "\n  words of %zu \nmore", i + 1);
		g.ids[i + 1] = fixture_message(f, g.session, g.ids[parents[i]], role, text).id;
	}
	return g;
}

/* "1 2:1/3 5": the numbers of a branch, with the place among siblings where there are several. */
static const char *say(struct fixture *f, const struct message_ref *v, size_t n)
{
	SCOPED(buf) out = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_fmt(&out, "%s%d", i ? " " : "", v[i].n);
		if (v[i].n_siblings > 1)
			buf_fmt(&out, ":%d/%d", v[i].sibling, v[i].n_siblings);
	}
	return fixture_cstr(f, buf_view(&out));
}

static void a_branch_runs_from_the_first_message_to_its_leaf(void **state)
{
	static const struct {
		int leaf;
		const char *refs;
	} rows[] = {
		{ 0, "10:1/2" }, { 1, "1:0/2" }, { 4, "1:0/2 2 3:0/3 4" }, { 8, "1:0/2 2 5:1/3 6 8:0/2" },
		{ 9, "1:0/2 2 5:1/3 6 9:1/2" }, { 7, "1:0/2 2 7:2/3" },
	};
	struct fixture *f = *state;
	struct grown g = grow(f);
	struct message_ref *refs;
	size_t n;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_ok(store_branch_refs(f->db, &f->arena, g.session, g.ids[rows[i].leaf], &refs, &n, &f->err));
		assert_string_equal(say(f, refs, n), rows[i].refs);
	}
	assert_ok(store_branch_refs(f->db, &f->arena, g.session, g.ids[2], &refs, &n, &f->err));
	assert_int_equal(refs[0].parent_id, 0);
	assert_int_equal(refs[1].parent_id, g.ids[1]);
	assert_int_equal(refs[1].id, g.ids[2]);
	assert_int_equal(refs[1].role, ROLE_ASSISTANT);
	assert_int_equal(refs[1].state, STATE_COMPLETE);
}

static void refs_and_messages_tell_the_same_branch(void **state)
{
	struct fixture *f = *state;
	struct grown g = grow(f);

	for (size_t leaf = 1; leaf <= N_TREE; leaf++) {
		struct message_ref *refs;
		struct message *messages;
		size_t n, m;

		assert_ok(store_branch_refs(f->db, &f->arena, g.session, g.ids[leaf], &refs, &n, &f->err));
		assert_ok(store_message_branch(f->db, &f->arena, g.session, g.ids[leaf], &messages, &m, &f->err));
		assert_int_equal(n, m);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(refs[i].id, messages[i].id);
	}
}

static void children_stand_in_order_of_writing(void **state)
{
	static const struct {
		int parent;
		const char *children;
	} rows[] = { { 0, "1:0/2 10:1/2" }, { 2, "3:0/3 5:1/3 7:2/3" }, { 1, "2" }, { 4, "" } };
	struct fixture *f = *state;
	struct grown g = grow(f), other = grow(f);
	struct message_ref *refs;
	size_t n;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_ok(store_branch_children(f->db, &f->arena, g.session, g.ids[rows[i].parent], &refs, &n, &f->err));
		assert_string_equal(say(f, refs, n), rows[i].children);
	}
	assert_ok(store_branch_children(f->db, &f->arena, g.session, other.ids[2], &refs, &n, &f->err));
	assert_int_equal(n, 0);
}

static void the_newest_child_is_followed_to_the_end(void **state)
{
	static const int leaves[][2] = { { 1, 7 }, { 2, 7 }, { 3, 4 }, { 5, 9 }, { 8, 8 }, { 10, 10 } };
	struct fixture *f = *state;
	struct grown g = grow(f);
	int64_t leaf;

	for (size_t i = 0; i < sizeof(leaves) / sizeof(*leaves); i++) {
		assert_ok(store_branch_leaf(f->db, g.session, g.ids[leaves[i][0]], &leaf, &f->err));
		assert_int_equal(leaf, g.ids[leaves[i][1]]);
	}
}

static void a_tree_shows_first_lines_cut_at_a_character(void **state)
{
	struct fixture *f = *state;
	struct grown g = grow(f);
	struct message_node *nodes;
	char text[400] = "x";
	size_t n;

	for (size_t i = 0; i < 100; i++)
		memcpy(text + 1 + 2 * i, "\xC3\xA4", 3);
	fixture_message(f, g.session, g.ids[10], ROLE_USER, text);
	fixture_message(f, g.session, g.ids[10], ROLE_USER, " \n ");
	assert_ok(store_branch_tree(f->db, &f->arena, g.session, &nodes, &n, &f->err));
	assert_int_equal(n, N_TREE + 2);
	assert_str(nodes[4].words, "words of 5");
	assert_int_equal(nodes[4].ref.sibling, 1);
	assert_int_equal(nodes[4].ref.n_siblings, 3);
	assert_int_equal(nodes[N_TREE].words.len, 119);
	assert_memory_equal(nodes[N_TREE].words.p, text, 119);
	assert_int_equal(nodes[N_TREE + 1].words.len, 0);
}

static void what_is_not_of_the_session_is_missing(void **state)
{
	struct fixture *f = *state;
	struct grown g = grow(f), other = grow(f);
	const int64_t strangers[] = { other.ids[1], 999, -1 };
	struct message_ref *refs;
	struct session s;
	int64_t leaf, *ids;
	size_t n;

	for (size_t i = 0; i < sizeof(strangers) / sizeof(*strangers); i++) {
		int64_t id = strangers[i];

		assert_int_equal(store_branch_refs(f->db, &f->arena, g.session, id, &refs, &n, &f->err), ERR_MISSING);
		assert_int_equal(store_branch_leaf(f->db, g.session, id, &leaf, &f->err), ERR_MISSING);
		assert_int_equal(store_branch_find(f->db, &f->arena, g.session, id, STR("x"), &ids, &n, &f->err), ERR_MISSING);
		assert_int_equal(store_branch_new(f->db, &f->arena, g.session, id, STR("x"), fixture_rand, f, &s, &f->err),
			ERR_MISSING);
	}
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM session"), 2);
	err_reset(&f->err);
	s = fixture_session(f, "empty");
	assert_ok(store_branch_refs(f->db, &f->arena, s.id, 0, &refs, &n, &f->err));
	assert_int_equal(n, 0);
	assert_ok(store_branch_refs(f->db, &f->arena, 999, 0, &refs, &n, &f->err));
	assert_int_equal(n, 0);
}

/* A parent that comes after its child: `ibid db check` tells it, and no walk may go round for ever. */
static void a_tree_that_bites_its_tail_has_an_end(void **state)
{
	struct fixture *f = *state;
	struct grown g = grow(f);
	struct message_ref *refs;
	int64_t leaf;
	size_t n;

	assert_ok(store_run(f->db, &f->err, "UPDATE message SET parent_id = 4 WHERE id = 3"));
	assert_ok(store_run(f->db, &f->err, "UPDATE message SET parent_id = 5 WHERE id = 5"));
	assert_ok(store_branch_refs(f->db, &f->arena, g.session, g.ids[4], &refs, &n, &f->err));
	assert_string_equal(say(f, refs, n), "3:1/4 4");
	assert_ok(store_branch_leaf(f->db, g.session, g.ids[3], &leaf, &f->err));
	assert_int_equal(leaf, g.ids[4]);
	assert_ok(store_branch_leaf(f->db, g.session, g.ids[5], &leaf, &f->err));
	assert_int_equal(leaf, g.ids[9]);
}

/* The promise of the header, asked of SQLite: no page of a text is read. */
static void refs_are_read_from_an_index_alone(void **state)
{
	struct fixture *f = *state;
	SCOPED(query) q = query_once(f->db, "EXPLAIN QUERY PLAN SELECT id, parent_id, n, role, state, coalesce(writer, '')"
		" FROM message INDEXED BY message_tree WHERE session_id = ? ORDER BY n");
	const char *detail;

	assert_true(query_next(&q));
	row_int(&q), row_int(&q), row_int(&q);
	detail = fixture_cstr(f, row_view(&q));
	assert_non_null(strstr(detail, "USING COVERING INDEX message_tree"));
	assert_false(query_next(&q));
}

static void a_streaming_message_whose_process_is_gone_is_cut(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "s");
	struct message m = { .session_id = s.id, .role = ROLE_ASSISTANT, .state = STATE_STREAMING, .text = STR("half") };
	struct message_ref *refs;
	size_t n;

	assert_ok(store_message_add(f->db, &m, &f->err));
	assert_ok(store_branch_refs(f->db, &f->arena, s.id, 0, &refs, &n, &f->err));
	assert_int_equal(refs[0].state, STATE_STREAMING);
	assert_ok(store_run(f->db, &f->err, "UPDATE message SET writer = 'another-boot:1:1'"));
	assert_ok(store_branch_refs(f->db, &f->arena, s.id, 0, &refs, &n, &f->err));
	assert_int_equal(refs[0].state, STATE_CUT);
}

/* --- finding */

static void add_bytes(struct fixture *f, int64_t session_id, int64_t *last, struct str text)
{
	struct message m = { .session_id = session_id, .parent_id = *last, .role = ROLE_USER, .state = STATE_COMPLETE,
		.text = text, .created_ms = f->now_ms };

	assert_ok(store_message_add(f->db, &m, &f->err));
	*last = m.id;
}

static void any_needle_finds_just_the_messages_that_hold_it(void **state)
{
	static const struct str texts[] = { STR("Emotet is a LOADER"), STR("50%_off"), STR("50 x off"), STR("before\0after"),
		STR("bad \xFF\xC3 bytes"), STR("Gr\xC3\xBC\xC3\x9F" "e"), STR("quote ' \" \\ end"), STR("loader, emotet") };
	static const struct {
		struct str needle;
		const char *found;	/* numbers of the texts, from 0 */
	} rows[] = {
		{ STR("loader"), "0 7" }, { STR("Loader"), "" }, { STR("LOADER"), "0" }, { STR("emotet"), "0 7" },
		{ STR("Emotet"), "0" }, { STR("%"), "1" }, { STR("_"), "1" }, { STR("50%"), "1" }, { STR("after"), "3" },
		{ STR("\0"), "3" }, { STR("e\0a"), "3" }, { STR("\xFF"), "4" }, { STR("\xC3"), "4 5" },
		{ STR("gr\xC3\xBC"), "5" }, { STR("' \" \\"), "6" }, { STR(""), "" }, { STR("nowhere"), "" },
	};
	struct fixture *f = *state;
	struct session s = fixture_session(f, "s");
	int64_t last = 0, *ids;
	size_t n;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		add_bytes(f, s.id, &last, texts[i]);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(buf) found = BUF_INIT;

		assert_ok(store_branch_find(f->db, &f->arena, s.id, 0, rows[i].needle, &ids, &n, &f->err));
		for (size_t k = 0; k < n; k++)
			buf_fmt(&found, "%s%lld", k ? " " : "", (long long)ids[k] - 1);
		assert_string_equal(buf_cstr(&found), rows[i].found);
	}
}

static void only_the_branch_is_searched(void **state)
{
	struct fixture *f = *state;
	struct grown g = grow(f);
	int64_t *ids;
	size_t n;

	assert_ok(store_branch_find(f->db, &f->arena, g.session, g.ids[9], STR("words of"), &ids, &n, &f->err));
	assert_int_equal(n, 5);
	assert_int_equal(ids[0], g.ids[1]);
	assert_int_equal(ids[4], g.ids[9]);
	assert_ok(store_branch_find(f->db, &f->arena, g.session, g.ids[9], STR("words of 8"), &ids, &n, &f->err));
	assert_int_equal(n, 0);
}

/* --- a session of its own */

static void cite(struct fixture *f, int64_t message_id)
{
	struct claim claim = { .at = { 2, 7 } };
	struct citation cited = { .n = 1, .level = LEVEL_WEAK, .report = STR("another group"),
		.anchor = { .exact = STR("words") } };
	struct answer answer = { .message_id = message_id, .question = STR("which?"), .claims = &claim, .n_claims = 1,
		.citations = &cited, .n_citations = 1 };

	assert_ok(store_answer_put(f->db, &answer, &f->err));
}

static void a_copy_holds_what_the_branch_holds_and_notes_where_it_is_from(void **state)
{
	struct fixture *f = *state;
	struct grown g = grow(f);
	struct request r = { .session_id = g.session, .message_id = g.ids[6], .attempt = 1, .cost_usd_micros = 500 };
	struct session from, s;
	struct message *messages;
	struct answer answer;
	struct str note;
	bool found;
	size_t n;
	int rating;

	cite(f, g.ids[6]);
	assert_ok(store_rate(f->db, g.ids[6], -1, STR("wrong"), &f->err));
	assert_ok(store_request_add(f->db, &r, &f->err));
	assert_ok(store_request_finish(f->db, &r, &f->err));
	f->now_ms += 5000;
	assert_ok(store_branch_new(f->db, &f->arena, g.session, g.ids[6], STR("copy"), fixture_rand, f, &s, &f->err));
	assert_ok(store_session_by_id(f->db, &f->arena, g.session, &from, &f->err));
	assert_str(s.name, "copy");
	assert_str(s.parent, fixture_cstr(f, from.sid));
	assert_int_equal(s.branch_point, 6);
	assert_int_equal(s.updated_ms, f->now_ms);
	assert_int_equal(s.cost_usd_micros, 0);
	assert_int_equal(from.head_id, g.ids[10]);
	assert_ok(store_message_branch(f->db, &f->arena, s.id, 0, &messages, &n, &f->err));
	assert_int_equal(n, 4);
	assert_str(messages[3].text, "\n  words of 6 \nmore");
	assert_int_equal(messages[3].n, 4);
	assert_int_equal(messages[3].created_ms, f->now_ms - 5000);
	assert_ok(store_answer(f->db, &f->arena, messages[3].id, &answer, &found, &f->err));
	assert_true(found);
	assert_str(answer.citations[0].report, "another group");
	assert_str(answer.citations[0].anchor.exact, "words");
	assert_ok(store_rating(f->db, &f->arena, messages[3].id, &rating, &note, &f->err));
	assert_int_equal(rating, -1);
	assert_str(note, "wrong");
	assert_ok(store_session_purge(f->db, g.session, &f->err));
	assert_ok(store_message_branch(f->db, &f->arena, s.id, 0, &messages, &n, &f->err));
	assert_int_equal(n, 4);
}

static void a_copy_of_what_is_still_written_is_cut(void **state)
{
	struct fixture *f = *state;
	struct session from = fixture_session(f, "s"), s;
	struct message m = { .session_id = from.id, .role = ROLE_ASSISTANT, .state = STATE_STREAMING, .text = STR("half") };
	struct message *copies;
	size_t n;

	assert_ok(store_message_add(f->db, &m, &f->err));
	assert_ok(store_branch_new(f->db, &f->arena, from.id, 0, STR("copy"), fixture_rand, f, &s, &f->err));
	assert_ok(store_message_all(f->db, &f->arena, s.id, &copies, &n, &f->err));
	assert_int_equal(copies[0].state, STATE_CUT);
	assert_str(copies[0].text, "half");
	assert_true(copies[0].error.len > 0);
	assert_ok(store_message(f->db, &f->arena, m.id, &m, &f->err));
	assert_int_equal(m.state, STATE_STREAMING);
}

#define OPEN(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(a_branch_runs_from_the_first_message_to_its_leaf),
		OPEN(refs_and_messages_tell_the_same_branch),
		OPEN(children_stand_in_order_of_writing),
		OPEN(the_newest_child_is_followed_to_the_end),
		OPEN(a_tree_shows_first_lines_cut_at_a_character),
		OPEN(what_is_not_of_the_session_is_missing),
		OPEN(a_tree_that_bites_its_tail_has_an_end),
		OPEN(refs_are_read_from_an_index_alone),
		OPEN(a_streaming_message_whose_process_is_gone_is_cut),
		OPEN(any_needle_finds_just_the_messages_that_hold_it),
		OPEN(only_the_branch_is_searched),
		OPEN(a_copy_holds_what_the_branch_holds_and_notes_where_it_is_from),
		OPEN(a_copy_of_what_is_still_written_is_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
