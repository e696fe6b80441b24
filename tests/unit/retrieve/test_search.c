#include <math.h>

#include "library.h"

static const char *const words[] = { "amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "heron", "islet", "jetty",
	"knoll", "lagoon", "meadow", "narrows", "outcrop", "prairie", "quarry", "reef", "summit", "tundra" };

/* Enough other documents for words to be rare. */
static void add_noise(struct library *l)
{
	for (int i = 0; i < 20; i++) {
		SCOPED(buf) text = BUF_INIT;

		buf_fmt(&text, "A plain note about the %s and the %s, with nothing else in it but the %s.", words[i],
			words[(i + 7) % 20], words[(i + 3) % 20]);
		library_add(l, words[i], buf_cstr(&text));
	}
}

static void the_passage_that_answers_comes_first_with_its_window(void **state)
{
	struct library *l = *state;
	struct retrieve_result r;
	struct query q;
	const struct retrieve_hit *h;
	int64_t doc;

	add_noise(l);
	doc = library_add(l, "Harbour report", "# Storm\n\nThe wind rose at noon. The main pump failed twice. Nobody was hurt.");
	library_search(l, "How often did the main pump fail?", NULL, &q, &r);
	assert_true(r.n_hits >= 1);
	h = &r.hits[0];
	assert_int_equal(h->doc_id, doc);
	assert_true(h->score == 1);
	assert_int_equal(h->words.rank, 1);
	assert_int_equal(h->vectors.rank, 0);
	assert_true(str_is(text_at(h->text, h->window), "The main pump failed twice."));
	assert_true(h->coverage > 0.99);
	assert_int_equal(h->n_matches, 3);
	assert_true(str_is(text_at(h->text, h->matches[1]), "pump"));
	assert_true(str_is(h->text->heads[h->head].title, "Storm"));
	assert_true(r.is_everything && !r.is_few && !r.notice.len);
}

static void nothing_is_found_for_nothing(void **state)
{
	struct library *l = *state;
	static const char *const rows[] = { "", " ?", "unheard", "\"", "\"\"", "AND OR NOT NEAR(", "*", "title:x", "a\"b" };

	add_noise(l);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct retrieve_result r;
		struct query q;

		library_search(l, rows[i], NULL, &q, &r);
		assert_int_equal(r.n_hits, 0);
	}
}

static void an_identifier_is_found_however_it_is_written(void **state)
{
	struct library *l = *state;
	struct retrieve_result r;
	struct query q;
	int64_t doc;

	add_noise(l);
	library_add(l, "Other", "In 2021 the vendor fixed CVE-2021-44229 and 44228 other faults.");
	doc = library_add(l, "Log4Shell", "The fault CVE\xE2\x80\x91" "2021\xE2\x80\x91" "44228 is served from evil[.]example by LdapLoaderService.");
	library_search(l, "cve-2021-44228", NULL, &q, &r);
	assert_int_equal(r.hits[0].doc_id, doc);
	assert_int_equal(r.hits[0].identifiers.rank, 1);
	library_search(l, "who is behind hxxp://evil.example ?", NULL, &q, &r);
	assert_int_equal(r.hits[0].doc_id, doc);
}

static void near_copies_are_left_out_and_counted(void **state)
{
	struct library *l = *state;
	struct retrieve_options o = RETRIEVE_OPTIONS;
	struct retrieve_result r;
	struct query q;

	add_noise(l);
	for (int i = 0; i < 3; i++) {
		SCOPED(buf) text = BUF_INIT;

		buf_fmt(&text, "The harbour authority reported that the main pump failed twice during the storm and that both "
			"engineers on duty were unable to restart it before the basin had flooded the control room. %s",
			i ? "Again." : "");
		library_add(l, i == 0 ? "One" : i == 1 ? "Two" : "Three", buf_cstr(&text));
	}
	library_search(l, "harbour pump", &o, &q, &r);
	assert_int_equal(r.n_hits, 1);
	assert_int_equal(r.hits[0].n_copies, 2);
	o.keep_copies = true;
	library_search(l, "harbour pump", &o, &q, &r);
	assert_int_equal(r.n_hits, 3);
}

static void a_long_document_does_not_crowd_the_others_out(void **state)
{
	struct library *l = *state;
	SCOPED(buf) text = BUF_INIT;
	struct retrieve_options o = RETRIEVE_OPTIONS;
	struct retrieve_result r;
	struct query q;
	int64_t long_doc;
	size_t n = 0;

	for (int i = 0; i < 12; i++) {
		buf_c(&text, text.len ? "\n\n" : "");
		buf_fmt(&text, "# Part %d\n\n", i);
		for (int k = 0; k < 14; k++)
			buf_fmt(&text, "The %s pump of %s %d works with the %s number %d today. ", words[(i * 7 + k) % 20], words[(i + k * 3) % 20],
				i * 100 + k, words[(i * k) % 20], k);
	}
	long_doc = library_add(l, "Long", buf_cstr(&text));
	library_add(l, "Short", "One small pump. It is loud.");
	o.per_document = 3;
	library_search(l, "pump", &o, &q, &r);
	for (size_t i = 0; i < r.n_hits; i++)
		n += r.hits[i].doc_id == long_doc;
	assert_int_equal(n, 3);
	assert_int_equal(r.n_hits, 4);
	o.per_document = 0;
	o.limit = 7;
	library_search(l, "pump", &o, &q, &r);
	assert_int_equal(r.n_hits, 7);
}

static void a_scope_is_never_widened_and_a_small_one_is_told_of(void **state)
{
	struct library *l = *state;
	struct retrieve_options o = RETRIEVE_OPTIONS;
	struct retrieve_result r;
	struct query q;
	int64_t ids[1];
	struct scope scope = { .docs = ids, .n_docs = 1 };
	struct str tags[] = { STR("none") };
	struct scope empty = { .tags = tags, .n_tags = 1 };

	add_noise(l);
	library_add(l, "Best", "pump pump pump");
	ids[0] = library_add(l, "Asked", "One pump among many other words that make it the weaker hit.");
	query_parse(&l->arena, STR("pump"), &q);
	assert_ok(retrieve_search(l->db, &l->arena, &q, &scope, &o, &r, &l->err));
	assert_int_equal(r.n_hits, 1);
	assert_int_equal(r.hits[0].doc_id, ids[0]);
	assert_true(r.is_few && r.has_document_filter && r.n_docs == 1);
	assert_string_equal(r.notice.p, "only 1 document in scope, with fewer than 5 passages");
	assert_ok(retrieve_search(l->db, &l->arena, &q, &empty, &o, &r, &l->err));
	assert_int_equal(r.n_hits, 0);
	assert_string_equal(r.notice.p, "no document is in scope");
}

static void a_library_without_documents_is_told_of(void **state)
{
	struct library *l = *state;
	struct retrieve_result r;
	struct query q;

	library_search(l, "pump", NULL, &q, &r);
	assert_true(r.is_bare);
	assert_string_equal(r.notice.p, "the library is empty; put something in: ibid ingest FILE...");
	library_add(l, "Other", "Words about something else altogether.");
	library_search(l, "pump", NULL, &q, &r);
	assert_true(!r.n_hits && !r.is_bare);
	assert_int_equal(r.notice.len, 0);
}

/* --- vectors: a fake model to which chunk 3 is nearest, then chunk 2; the rest points away */

static enum err_code fake_best(void *ctx, struct arena *a, struct str question, const int64_t *docs, size_t n_docs,
	bool all_docs, size_t limit, struct retrieve_cosine **cosines, size_t *n, struct err *err)
{
	(void)ctx, (void)question, (void)docs, (void)n_docs, (void)all_docs, (void)limit, (void)err;
	*cosines = arena_array(a, 2, sizeof(**cosines));
	(*cosines)[0] = (struct retrieve_cosine){ 3, 0.8 };
	(*cosines)[1] = (struct retrieve_cosine){ 2, 0.4 };
	*n = 2;
	return OK;
}

static enum err_code fake_fill(void *ctx, struct str question, struct retrieve_cosine *cosines, size_t n, struct err *err)
{
	(void)question, (void)err;
	*(size_t *)ctx += n;
	for (size_t i = 0; i < n; i++)
		cosines[i].cosine = -0.5;
	return OK;
}

static void vectors_and_words_are_added_in_parts_of_their_best(void **state)
{
	struct library *l = *state;
	size_t filled = 0;
	struct retrieve_vectors v = { &filled, 0.7, fake_best, fake_fill };
	struct retrieve_options o = RETRIEVE_OPTIONS;
	struct retrieve_result r;
	struct query q;

	library_add(l, "One", "alpha alpha alpha");
	library_add(l, "Two", "alpha beta gamma delta");
	library_add(l, "Three", "other words alone");
	o.vectors = &v;
	library_search(l, "alpha", &o, &q, &r);
	assert_int_equal(r.n_hits, 3);
	assert_int_equal(r.hits[0].chunk_id, 1);
	assert_true(fabs(r.hits[0].score - 0.7) < 1e-9);
	assert_true(r.hits[0].vectors.score < 0 && r.hits[0].vectors.rank == 0);
	assert_int_equal(filled, 1);
	assert_int_equal(r.hits[2].chunk_id, 3);
	assert_true(fabs(r.hits[2].score - 0.3) < 1e-9);
	assert_true(r.hits[2].doc_id == 3 && r.hits[2].text_id && r.hits[2].at.byte_to == 17);

	o.mode = RETRIEVE_VECTOR;
	library_search(l, "alpha", &o, &q, &r);
	assert_int_equal(r.n_hits, 2);
	assert_int_equal(r.hits[0].chunk_id, 3);
	o.mode = RETRIEVE_TEXT;
	library_search(l, "alpha", &o, &q, &r);
	assert_int_equal(r.n_hits, 2);
	assert_int_equal(r.hits[0].vectors.rank, 0);
}

static void a_search_by_vectors_wants_vectors(void **state)
{
	struct library *l = *state;
	struct retrieve_options o = RETRIEVE_OPTIONS;
	struct retrieve_result r;
	struct query q;

	o.mode = RETRIEVE_VECTOR;
	query_parse(&l->arena, STR("alpha"), &q);
	assert_int_equal(retrieve_search(l->db, &l->arena, &q, NULL, &o, &r, &l->err), ERR_CONFIG);
}

#define test(name) cmocka_unit_test_setup_teardown(name, library_open, library_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(the_passage_that_answers_comes_first_with_its_window),
		test(nothing_is_found_for_nothing),
		test(an_identifier_is_found_however_it_is_written),
		test(near_copies_are_left_out_and_counted),
		test(a_long_document_does_not_crowd_the_others_out),
		test(a_scope_is_never_widened_and_a_small_one_is_told_of),
		test(a_library_without_documents_is_told_of),
		test(vectors_and_words_are_added_in_parts_of_their_best),
		test(a_search_by_vectors_wants_vectors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
