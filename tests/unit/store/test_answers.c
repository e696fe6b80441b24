#include "documents_fixture.h"

#include "ibid/store/answers.h"

static const char text[] = "Emotet is a loader.\nIt spreads by mail.";

/* An answer of two claims; the first cites the document, the second cites what was never given. */
struct evidence {
	struct session session;
	struct message message;
	struct made *source;
	struct claim claims[2];
	struct citation citations[2];
	struct answer answer;
};

static struct evidence *evidence_new(struct fixture *f)
{
	struct evidence *e = arena_alloc(&f->arena, sizeof(*e));

	e->source = made_document(f, "/a.txt", "Loaders", text);
	e->session = fixture_session(f, "s");
	e->message = fixture_message(f, e->session.id, 0, ROLE_ASSISTANT, "Emotet is a loader [1]. It is old [2].");
	e->claims[0] = (struct claim){ .at = { 0, 23 }, .kind = CLAIM_FACT };
	e->claims[1] = (struct claim){ .at = { 24, 38 }, .kind = CLAIM_META };
	e->citations[0] = (struct citation){ .claim = 0, .n = 1, .origin = STR("model"), .quote = STR("is a loader"),
		.level = LEVEL_EXACT, .score = 1, .checker = STR("ibid/1"), .checked_ms = 5,
		.anchor = { .doc_id = e->source->doc.id, .text_id = e->source->text.id, .at = { 7, 18 },
			.exact = STR("is a loader"), .prefix = STR("Emotet "), .suffix = STR("."), .page_from = 3, .page_to = 4,
			.page_label = STR("iii"), .head_path = STR("A > B"), .sentence_from = 0, .sentence_to = 1 } };
	e->citations[1] = (struct citation){ .claim = 1, .n = 2, .origin = STR("model"), .level = LEVEL_BAD_ID,
		.flags = CITE_NUMBER | CITE_NAME };
	e->answer = (struct answer){ .message_id = e->message.id, .question = STR("What is Emotet?"),
		.prompt_version = STR("cited/1"), .policy = STR("warn"), .evidence = STR("{}"), .claims = e->claims,
		.n_claims = 2, .citations = e->citations, .n_citations = 2 };
	return e;
}

static void an_answer_comes_back_whole(void **state)
{
	struct fixture *f = *state;
	struct evidence *e = evidence_new(f);
	struct answer a;
	bool found;

	assert_ok(store_answer_put(f->db, &e->answer, &f->err));
	assert_true(e->claims[1].id > 0);
	assert_true(e->citations[0].id > 0);
	assert_int_equal(e->citations[0].message_id, e->message.id);
	assert_ok(store_answer(f->db, &f->arena, e->message.id, &a, &found, &f->err));
	assert_true(found);
	assert_str(a.question, "What is Emotet?");
	assert_str(a.prompt_version, "cited/1");
	assert_int_equal(a.n_claims, 2);
	assert_int_equal(a.claims[1].kind, CLAIM_META);
	assert_int_equal(a.claims[1].at.byte_to, 38);
	assert_int_equal(a.n_citations, 2);
	assert_int_equal(a.citations[0].level, LEVEL_EXACT);
	assert_int_equal(a.citations[0].anchor.doc_id, e->source->doc.id);
	assert_int_equal(a.citations[0].anchor.at.byte_to, 18);
	assert_str(a.citations[0].anchor.exact, "is a loader");
	assert_str(a.citations[0].anchor.page_label, "iii");
	assert_int_equal(a.citations[1].claim, 1);
	assert_int_equal(a.citations[1].flags, CITE_NUMBER | CITE_NAME);
	assert_int_equal(a.citations[1].anchor.doc_id, 0);
	assert_int_equal(a.citations[1].anchor.id, 0);
}

static void a_message_without_an_answer_is_no_error(void **state)
{
	struct fixture *f = *state;
	struct answer a;
	bool found = true;

	assert_ok(store_answer(f->db, &f->arena, 12, &a, &found, &f->err));
	assert_false(found);
}

static void an_answer_is_replaced_with_all_its_parts(void **state)
{
	struct fixture *f = *state;
	struct evidence *e = evidence_new(f);

	assert_ok(store_answer_put(f->db, &e->answer, &f->err));
	e->answer.n_citations = 1;
	assert_ok(store_answer_put(f->db, &e->answer, &f->err));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM claim"), 2);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM citation"), 1);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM anchor"), 1);
	e->citations[0].claim = 2;
	assert_int_equal(store_answer_put(f->db, &e->answer, &f->err), ERR_BUG);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM citation"), 1);
	e->answer.message_id = 99;
	assert_int_equal(store_answer_put(f->db, &e->answer, &f->err), ERR_MISSING);
}

static void a_citation_that_was_checked_again_is_written_back(void **state)
{
	struct fixture *f = *state;
	struct evidence *e = evidence_new(f);
	struct citation *c = &e->citations[1];
	struct answer a;
	bool found;

	assert_ok(store_answer_put(f->db, &e->answer, &f->err));
	c->level = LEVEL_SUPPORTED;
	c->flags = CITE_REANCHORED;
	c->anchor = e->citations[0].anchor;
	assert_ok(store_citation_update(f->db, c, &f->err));
	e->citations[0].anchor = (struct anchor){ 0 };
	assert_ok(store_citation_update(f->db, &e->citations[0], &f->err));
	assert_ok(store_answer(f->db, &f->arena, e->message.id, &a, &found, &f->err));
	assert_int_equal(a.citations[1].level, LEVEL_SUPPORTED);
	assert_str(a.citations[1].anchor.exact, "is a loader");
	assert_int_equal(a.citations[0].anchor.id, 0);
	c->id = 99;
	assert_int_equal(store_citation_update(f->db, c, &f->err), ERR_MISSING);
}

static void citations_of_a_document_tell_where_they_stand(void **state)
{
	struct fixture *f = *state;
	struct evidence *e = evidence_new(f);
	struct citation_place *places;
	int64_t count;
	size_t n;

	assert_ok(store_answer_put(f->db, &e->answer, &f->err));
	assert_ok(store_citations_of_document(f->db, &f->arena, e->source->doc.id, 10, &places, &n, &f->err));
	assert_int_equal(n, 1);
	assert_str(places[0].sid, fixture_cstr(f, e->session.sid));
	assert_int_equal(places[0].message_n, 1);
	assert_str(places[0].citation.quote, "is a loader");
	assert_ok(store_document_citations(f->db, e->source->doc.id, &count, &f->err));
	assert_int_equal(count, 1);
}

static void when_a_source_is_purged_the_quote_stays_and_is_stale(void **state)
{
	struct fixture *f = *state;
	struct evidence *e = evidence_new(f);
	struct answer a;
	bool found;

	assert_ok(store_answer_put(f->db, &e->answer, &f->err));
	assert_ok(store_document_purge(f->db, e->source->doc.id, &f->err));
	assert_ok(store_answer(f->db, &f->arena, e->message.id, &a, &found, &f->err));
	assert_int_equal(a.citations[0].level, LEVEL_STALE);
	assert_int_equal(a.citations[0].anchor.doc_id, 0);
	assert_int_equal(a.citations[0].anchor.text_id, 0);
	assert_str(a.citations[0].anchor.exact, "is a loader");
	assert_str(a.citations[0].anchor.prefix, "");
	assert_int_equal(a.citations[1].level, LEVEL_BAD_ID);
}

static void an_answer_goes_with_its_session(void **state)
{
	struct fixture *f = *state;
	struct evidence *e = evidence_new(f);

	assert_ok(store_answer_put(f->db, &e->answer, &f->err));
	assert_ok(store_session_purge(f->db, e->session.id, &f->err));
	assert_int_equal(fixture_number(f, "SELECT (SELECT count(*) FROM answer) + (SELECT count(*) FROM claim)"
		" + (SELECT count(*) FROM citation) + (SELECT count(*) FROM anchor)"), 0);
}

#define OPEN(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(an_answer_comes_back_whole),
		OPEN(a_message_without_an_answer_is_no_error),
		OPEN(an_answer_is_replaced_with_all_its_parts),
		OPEN(a_citation_that_was_checked_again_is_written_back),
		OPEN(citations_of_a_document_tell_where_they_stand),
		OPEN(when_a_source_is_purged_the_quote_stays_and_is_stale),
		OPEN(an_answer_goes_with_its_session),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
