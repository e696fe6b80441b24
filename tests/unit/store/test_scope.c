#include "documents_fixture.h"

/* Four documents; what a scope leaves of them is written as their numbers. */
static void fill(struct fixture *f)
{
	static const struct {
		const char *collection, *tags, *kind, *type, *publisher, *date, *title;
	} rows[] = {
		{ "default", "apt,loader", "pdf",  "report",  "MITRE", "2021-03-09", "beta" },
		{ "default", "apt",        "html", "webpage", "CISA",  "2021",       "Alpha" },
		{ "papers",  "loader",     "pdf",  "article", "ACM",   "2023-01",    "" },
		{ "papers",  "",           "txt",  "",        "",      "",           "gamma" },
	};

	for (size_t i = 0; i < 4; i++) {
		struct made *m = made_new(f, fixture_cstr(f, arena_fmt(&f->arena, "/%zu", i)), rows[i].title, "Text.");

		m->doc.collection = str_c(rows[i].collection);
		m->doc.tags = str_c(rows[i].tags);
		m->doc.kind = str_c(rows[i].kind);
		m->doc.type = str_c(rows[i].type);
		m->doc.publisher = str_c(rows[i].publisher);
		m->doc.date = str_c(rows[i].date);
		m->doc.citekey = i == 2 ? STR_EMPTY : arena_fmt(&f->arena, "key%zu", 9 - i);
		made_put(f, m);
	}
}

static void a_scope_leaves_what_all_its_kinds_allow(void **state)
{
	struct fixture *f = *state;
	struct str papers[] = { STR("papers") }, tags[] = { STR("apt"), STR("loader") }, apt[] = { STR("apt") };
	struct str pdf[] = { STR("pdf") }, report[] = { STR("report"), STR("webpage") }, mitre[] = { STR("mitre") };
	int64_t docs[] = { 3, 1, 99 };
	const struct {
		struct scope scope;
		const char *left;
	} rows[] = {
		{ { .collections = papers, .n_collections = 1 }, "34" },
		{ { .tags = tags, .n_tags = 2 }, "123" },
		{ { .tags = apt, .n_tags = 1 }, "12" },
		{ { .types = pdf, .n_types = 1 }, "13" },
		{ { .types = report, .n_types = 2 }, "12" },
		{ { .publishers = mitre, .n_publishers = 1 }, "1" },
		{ { .docs = docs, .n_docs = 3 }, "13" },
		{ { .after = STR("2021") }, "123" },
		{ { .after = STR("2021-03") }, "13" },
		{ { .before = STR("2022") }, "12" },
		{ { .after = STR("2021-03"), .before = STR("2023") }, "1" },
		{ { .tags = tags, .n_tags = 2, .types = pdf, .n_types = 1, .collections = papers, .n_collections = 1 }, "3" },
		{ { .collections = mitre, .n_collections = 1 }, "" },
	};
	int64_t *ids;
	size_t n;
	bool all;

	fill(f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_ok(store_scope_resolve(f->db, &f->arena, &rows[i].scope, &all, &ids, &n, &f->err));
		assert_false(all);
		assert_int_equal(n, strlen(rows[i].left));
		for (size_t j = 0; j < n; j++)
			assert_int_equal(ids[j], rows[i].left[j] - '0');
	}
}

static void an_empty_scope_means_all_documents(void **state)
{
	struct fixture *f = *state;
	struct scope empty = { 0 };
	int64_t *ids;
	size_t n;
	bool all;

	fill(f);
	assert_ok(store_scope_resolve(f->db, &f->arena, &empty, &all, &ids, &n, &f->err));
	assert_true(all);
	assert_null(ids);
}

static void lists_come_in_each_order(void **state)
{
	static const struct {
		enum document_order order;
		size_t limit;
		const char *ids;
	} rows[] = {
		{ DOCUMENT_BY_ADDED, 0, "4321" },
		{ DOCUMENT_BY_ADDED, 2, "43" },
		{ DOCUMENT_BY_TITLE, 0, "2143" },
		{ DOCUMENT_BY_DATE, 0, "3124" },
		{ DOCUMENT_BY_CITEKEY, 0, "4213" },
	};
	struct fixture *f = *state;
	struct document *docs;
	size_t n;

	fill(f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_ok(store_document_list(f->db, &f->arena, NULL, rows[i].order, rows[i].limit, &docs, &n, &f->err));
		assert_int_equal(n, strlen(rows[i].ids));
		for (size_t j = 0; j < n; j++)
			assert_int_equal(docs[j].id, rows[i].ids[j] - '0');
	}
}

static void more_ids_than_parameters_are_fine(void **state)
{
	enum { MANY = 300000 };
	struct fixture *f = *state;
	int64_t *docs = arena_array(&f->arena, MANY, sizeof(*docs)), *ids;
	struct scope scope = { .docs = docs, .n_docs = MANY };
	size_t n;
	bool all;

	fill(f);
	for (int i = 0; i < MANY; i++)
		docs[i] = i;
	assert_ok(store_scope_resolve(f->db, &f->arena, &scope, &all, &ids, &n, &f->err));
	assert_int_equal(n, 4);
}

#define OPEN(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(a_scope_leaves_what_all_its_kinds_allow),
		OPEN(an_empty_scope_means_all_documents),
		OPEN(lists_come_in_each_order),
		OPEN(more_ids_than_parameters_are_fine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
