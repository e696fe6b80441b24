#include "documents_fixture.h"

static const char report[] = "# Summary\nEmotet is a loader. It spreads by mail.\n\n"
	"# Details\nThe loader fetches Qakbot.\nQakbot steals money.\n\nIt was seen in 2021.";

static void a_text_comes_back_with_all_its_ranges(void **state)
{
	struct fixture *f = *state;
	struct made *m = made_new(f, "/docs/report.pdf", "Loaders", report);
	struct text t;

	m->text.n_pages = 2;
	m->pages[0] = (struct text_page){ { 0, 40 }, 1, STR("1") };
	m->pages[1] = (struct text_page){ { 40, strlen(report) }, 2, STR("xii") };
	m->chunks[0].simhash = UINT64_MAX - 5;
	m->chunks[2].page_from = m->chunks[2].page_to = 2;
	made_put(f, m);
	assert_ok(store_text_of(f->db, &f->arena, m->doc.id, 0, &t, &f->err));
	assert_int_equal(t.id, m->doc.text_id);
	assert_int_equal(t.version, 1);
	assert_str(t.text, report);
	assert_str(t.extractor, "test/1");
	assert_int_equal(t.n_pages, 2);
	assert_str(t.pages[0].label, "1");
	assert_str(t.pages[1].label, "xii");
	assert_int_equal(t.pages[1].at.byte_from, 40);
	assert_int_equal(t.n_heads, 2);
	assert_str(t.heads[1].path, "Details");
	assert_int_equal(t.heads[0].section_to, strlen(report));
	assert_int_equal(t.n_sentences, m->text.n_sentences);
	for (size_t i = 0; i < t.n_sentences; i++) {
		assert_memory_equal(&t.sentences[i].at, &m->sentences[i].at, sizeof(struct span));
		assert_int_equal(t.sentences[i].flags, m->sentences[i].flags);
	}
	assert_int_equal(t.n_chunks, 3);
	for (size_t i = 0; i < t.n_chunks; i++)
		assert_memory_equal(&t.chunks[i], &m->chunks[i], sizeof(t.chunks[i]));
	assert_int_equal(t.chunks[0].simhash, UINT64_MAX - 5);
}

static void a_document_keeps_what_an_ingest_gave_it(void **state)
{
	struct fixture *f = *state;
	struct made *m = made_new(f, "/docs/report.pdf", "Loaders", report);
	struct document d;
	bool found;

	m->doc.tags = STR("zoo, apt");
	m->doc.authors = STR("Smith and Doe");
	m->doc.citekey = STR("smith2021");
	made_put(f, m);
	assert_ok(store_document_by_id(f->db, &f->arena, m->doc.id, &d, &found, &f->err));
	assert_true(found);
	assert_str(d.tags, "apt,zoo");
	assert_str(d.authors, "Smith and Doe");
	assert_int_equal(d.n_chunks, 3);
	assert_int_equal(d.added_ms, f->now_ms);
	assert_memory_equal(&d.file_hash, &m->doc.file_hash, sizeof(d.file_hash));
	assert_ok(store_document_by_hash(f->db, &f->arena, &m->doc.file_hash, &d, &found, &f->err));
	assert_true(found);
	assert_ok(store_document_by_path(f->db, &f->arena, STR("/docs/report.pdf"), &d, &found, &f->err));
	assert_true(found);
	assert_ok(store_document_by_path(f->db, &f->arena, STR("report.pdf"), &d, &found, &f->err));
	assert_false(found);
}

static void a_new_version_replaces_what_is_searched_and_keeps_what_is_cited(void **state)
{
	struct fixture *f = *state;
	struct made *old = made_document(f, "/a.txt", "Loaders", report);
	struct made *new = made_new(f, "/a.txt", "Loaders", "Nothing but IcedID now.");
	struct text t;

	new->doc.id = old->doc.id;
	made_put(f, new);
	assert_int_equal(new->doc.version, 2);
	assert_int_equal(made_search(f, "qakbot", NULL), 0);
	assert_int_equal(made_search(f, "icedid", NULL), 1);
	assert_ok(store_text_of(f->db, &f->arena, old->doc.id, 1, &t, &f->err));
	assert_str(t.text, report);
	assert_int_equal(t.n_chunks, 3);
	assert_int_equal(store_text_of(f->db, &f->arena, old->doc.id, 3, &t, &f->err), ERR_MISSING);
	assert_true(new->chunks[0].id > old->chunks[2].id);
}

static void the_trash_is_not_searched_and_gives_back(void **state)
{
	struct fixture *f = *state;
	struct made *m = made_document(f, "/a.txt", "Loaders", report);
	struct document d;
	bool found, any;

	assert_ok(store_document_any(f->db, &any, &f->err));
	assert_true(any);
	for (int i = 0; i < 2; i++) {
		assert_ok(store_document_trash(f->db, m->doc.id, f->now_ms, &f->err));
		assert_int_equal(made_search(f, "qakbot", NULL), 0);
		assert_ok(store_document_by_path(f->db, &f->arena, STR("/a.txt"), &d, &found, &f->err));
		assert_false(found);
		assert_ok(store_document_any(f->db, &any, &f->err));
		assert_false(any);
	}
	assert_ok(store_document_trash(f->db, m->doc.id, 0, &f->err));
	assert_int_equal(made_search(f, "qakbot", NULL), 1);
	assert_int_equal(made_search(f, "loaders", NULL), 3);
}

static void a_new_title_is_found_and_the_old_one_is_not(void **state)
{
	struct fixture *f = *state;
	struct made *m = made_document(f, "/a.txt", "Untitled", report);

	m->doc.title = STR("Banking trojans");
	m->doc.citekey = STR("first");
	assert_ok(store_document_describe(f->db, &m->doc, &f->err));
	assert_int_equal(made_search(f, "untitled", NULL), 0);
	assert_int_equal(made_search(f, "trojan", NULL), 3);
	m->doc.citekey = STR("second");
	assert_ok(store_document_describe(f->db, &m->doc, &f->err));
	assert_ok(store_document_find(f->db, &f->arena, STR("first"), &m->doc, &f->err));
	m->doc.id = 99;
	assert_int_equal(store_document_describe(f->db, &m->doc, &f->err), ERR_MISSING);
}

/* FTS5 checks its own tables, and an index that was emptied by its own words holds nothing. */
static void every_row_leaves_the_index_as_it_came(void **state)
{
	struct fixture *f = *state;
	struct made *m = made_new(f, "/a.txt", "Title with \"quotes\"", report);

	m->identifiers[1] = STR("CVE-2021-44228 log4j.jar");
	made_put(f, m);
	assert_ok(store_run(f->db, &f->err, "INSERT INTO chunk_fts (chunk_fts) VALUES ('integrity-check')"));
	assert_ok(store_document_trash(f->db, m->doc.id, 1, &f->err));
	assert_ok(store_run(f->db, &f->err, "INSERT INTO chunk_fts (chunk_fts) VALUES ('integrity-check')"));
	assert_ok(store_run(f->db, &f->err, "INSERT INTO chunk_fts (chunk_fts) VALUES ('optimize')"));
	assert_ok(store_run(f->db, &f->err, "INSERT INTO ident_fts (ident_fts) VALUES ('optimize')"));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM chunk_fts_idx"), 0);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM ident_fts_idx"), 0);
}

static void a_document_is_found_by_what_a_person_types(void **state)
{
	static const struct document_field fields[] = {
		{ .field = STR("DOI"), .value = STR("10.1000/ABC"), .confidence = 1 },
		{ .field = STR("URL"), .value = STR("https://example.com/report/"), .confidence = 1 },
	};
	static const char *const words[] = { "d1", "smith2021", "/docs/2021/report.pdf", "report.pdf", "2021/report.pdf",
		"10.1000/abc", "doi:10.1000/abc", "https://doi.org/10.1000/ABC", "https://example.com/report" };
	struct fixture *f = *state;
	struct made *m = made_new(f, "/docs/2021/report.pdf", "Loaders", report);
	struct document d;

	m->doc.citekey = STR("smith2021");
	made_put(f, m);
	made_document(f, "/docs/other.pdf", "Other", "Something else.");
	assert_ok(store_document_set_fields(f->db, m->doc.id, STR("xmp"), fields, 2, &f->err));
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		assert_ok(store_document_find(f->db, &f->arena, str_c(words[i]), &d, &f->err));
		assert_int_equal(d.id, m->doc.id);
	}
	assert_int_equal(store_document_find(f->db, &f->arena, STR("smth2021"), &d, &f->err), ERR_MISSING);
	assert_non_null(strstr(f->err.text, "'smith2021'"));
	assert_int_equal(store_document_find(f->db, &f->arena, STR("othr.pdf"), &d, &f->err), ERR_MISSING);
	assert_non_null(strstr(f->err.text, "'other.pdf'"));
	assert_int_equal(store_document_find(f->db, &f->arena, STR("d77"), &d, &f->err), ERR_MISSING);
	assert_int_equal(store_document_find(f->db, &f->arena, STR("eport.pdf"), &d, &f->err), ERR_MISSING);
	assert_int_equal(store_document_find(f->db, &f->arena, STR(""), &d, &f->err), ERR_MISSING);
}

static void one_name_in_two_places_is_ambiguous(void **state)
{
	struct fixture *f = *state;
	struct document d;

	made_document(f, "/a/report.pdf", "A", "One.");
	made_document(f, "/b/report.pdf", "B", "Two.");
	assert_int_equal(store_document_find(f->db, &f->arena, STR("report.pdf"), &d, &f->err), ERR_USAGE);
	assert_non_null(strstr(f->err.text, "d1 (/a/report.pdf), d2 (/b/report.pdf)"));
	assert_ok(store_document_find(f->db, &f->arena, STR("a/report.pdf"), &d, &f->err));
	assert_int_equal(d.id, 1);
}

static void the_same_bytes_under_another_path_are_one_document(void **state)
{
	struct fixture *f = *state;
	struct made *m = made_document(f, "/a.txt", "A", "One.");
	struct document d;
	bool found;

	assert_ok(store_document_add_path(f->db, m->doc.id, STR("/b.txt"), &f->err));
	assert_ok(store_document_add_path(f->db, m->doc.id, STR("-"), &f->err));
	assert_ok(store_document_by_path(f->db, &f->arena, STR("/b.txt"), &d, &found, &f->err));
	assert_true(found);
	assert_int_equal(d.id, m->doc.id);
	assert_ok(store_document_by_path(f->db, &f->arena, STR("-"), &d, &found, &f->err));
	assert_false(found);
}

static void fields_of_one_origin_are_replaced_alone(void **state)
{
	static const struct document_field user[] = { { .field = STR("title"), .value = STR("Mine"), .confidence = 1, .is_locked = true } };
	static const struct document_field xmp[] = {
		{ .field = STR("title"), .value = STR("Theirs"), .confidence = 0.8 },
		{ .field = STR("author"), .value = STR("Smith"), .confidence = 0.8 },
		{ .field = STR("author"), .value = STR("Doe"), .confidence = 0.8 },
	};
	struct fixture *f = *state;
	struct made *m = made_document(f, "/a.txt", "A", "One.");
	struct document_field *v;
	size_t n;

	assert_ok(store_document_set_fields(f->db, m->doc.id, STR("user"), user, 1, &f->err));
	for (int i = 0; i < 2; i++)
		assert_ok(store_document_set_fields(f->db, m->doc.id, STR("xmp"), xmp, 3, &f->err));
	assert_ok(store_document_fields(f->db, &f->arena, m->doc.id, &v, &n, &f->err));
	assert_int_equal(n, 4);
	assert_str(v[0].value, "Smith");
	assert_str(v[1].value, "Doe");
	assert_str(v[2].value, "Mine");
	assert_true(v[2].is_locked);
	assert_str(v[3].origin, "xmp");
}

static void a_citation_key_is_taken_even_in_the_trash(void **state)
{
	struct fixture *f = *state;
	struct made *m = made_new(f, "/a.txt", "A", "One.");
	bool taken;

	m->doc.citekey = STR("smith2021");
	made_put(f, m);
	assert_ok(store_document_trash(f->db, m->doc.id, 5, &f->err));
	assert_ok(store_citekey_taken(f->db, STR("smith2021"), &taken, &f->err));
	assert_true(taken);
	assert_ok(store_citekey_taken(f->db, STR("smith2021a"), &taken, &f->err));
	assert_false(taken);
}

static void a_purged_document_leaves_no_byte_behind(void **state)
{
	struct fixture *f = *state;
	struct made *m = made_new(f, "/canary.txt", "Canarytitle", "Here sings a canary bird.\n\nThere another canarybird.");

	m->identifiers[0] = STR("canary-id-1");
	made_put(f, m);
	made_document(f, "/b.txt", "Other", "Kept.");
	assert_ok(store_document_purge(f->db, m->doc.id, &f->err));
	assert_int_equal(fixture_files_with(f, "anary"), 0);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM chunk"), 1);
	assert_int_equal(made_search(f, "kept", NULL), 1);
	made_document(f, "/c.txt", "New", "New.");
	assert_int_equal(fixture_number(f, "SELECT max(id) FROM document"), 3);
}

static void a_failed_put_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct made *a = made_new(f, "/a.txt", "A", "One.");
	struct made *b = made_new(f, "/b.txt", "B", "Two.");

	a->doc.citekey = b->doc.citekey = STR("same");
	made_put(f, a);
	assert_int_not_equal(store_document_put(f->db, &b->doc, &b->text, NULL, &f->err), OK);
	assert_int_equal(b->doc.id, 0);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM document"), 1);
	assert_int_equal(made_search(f, "two", NULL), 0);
}

static void a_damaged_text_is_an_error_and_not_a_bad_range(void **state)
{
	static const char *const damages[] = {
		"UPDATE document_text SET sentences = x'FFFFFFFFFFFFFFFFFF'",
		"UPDATE document_text SET sentences = x'01'",
		"UPDATE document_text SET sentences = x'02FF7F0A00'",
		"UPDATE document_text SET heads = x'0500'",
		"UPDATE document_text SET pages = x'7F7F7F7F'",
		"UPDATE document_text SET text = 'short'",
		"UPDATE chunk SET byte_to = 1000000",
		"UPDATE chunk SET head = 7",
		"DELETE FROM chunk WHERE id = 2",
	};
	struct fixture *f = *state;
	struct text t;

	made_document(f, "/a.txt", "A", report);
	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		assert_ok(store_begin(f->db, &f->err));
		assert_ok(store_run(f->db, &f->err, damages[i]));
		assert_int_equal(store_text_of(f->db, &f->arena, 1, 0, &t, &f->err), ERR_CORRUPT);
		store_rollback(f->db, &f->err);
	}
	assert_ok(store_text_of(f->db, &f->arena, 1, 0, &t, &f->err));
}

#define OPEN(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(a_text_comes_back_with_all_its_ranges),
		OPEN(a_document_keeps_what_an_ingest_gave_it),
		OPEN(a_new_version_replaces_what_is_searched_and_keeps_what_is_cited),
		OPEN(the_trash_is_not_searched_and_gives_back),
		OPEN(a_new_title_is_found_and_the_old_one_is_not),
		OPEN(every_row_leaves_the_index_as_it_came),
		OPEN(a_document_is_found_by_what_a_person_types),
		OPEN(one_name_in_two_places_is_ambiguous),
		OPEN(the_same_bytes_under_another_path_are_one_document),
		OPEN(fields_of_one_origin_are_replaced_alone),
		OPEN(a_citation_key_is_taken_even_in_the_trash),
		OPEN(a_purged_document_leaves_no_byte_behind),
		OPEN(a_failed_put_changes_nothing),
		OPEN(a_damaged_text_is_an_error_and_not_a_bad_range),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
