#include "documents_fixture.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "ibid/store/answers.h"

/* A library with some of everything. */
static void fill(struct fixture *f)
{
	struct made *m = made_new(f, "/a.txt", "Loaders", "Emotet is a loader.\n\nIt spreads by mail.");
	struct session s = fixture_session(f, "talk");
	struct message q, a;
	struct claim claim = { .at = { 0, 6 } };
	struct citation cited = { .n = 1, .level = LEVEL_EXACT };
	struct answer answer = { .claims = &claim, .n_claims = 1, .citations = &cited, .n_citations = 1 };

	m->identifiers[0] = STR("CVE-2021-44228");
	made_put(f, m);
	made_document(f, "/b.txt", "Other", "Nothing of interest.");
	q = fixture_message(f, s.id, 0, ROLE_USER, "What is Emotet?");
	a = fixture_message(f, s.id, q.id, ROLE_ASSISTANT, "A loader.");
	cited.anchor = (struct anchor){ .doc_id = m->doc.id, .text_id = m->text.id, .at = { 0, 6 }, .exact = STR("Emotet") };
	answer.message_id = a.id;
	assert_ok(store_answer_put(f->db, &answer, &f->err));
}

static bool has_fault(struct fixture *f, const char *id)
{
	struct store_fault *faults;
	size_t n;

	assert_ok(store_check(f->db, &f->arena, &faults, &n, &f->err));
	for (size_t i = 0; i < n; i++)
		if (!strcmp(faults[i].id, id))
			return faults[i].what.len && faults[i].remedy.len;
	for (size_t i = 0; i < n; i++)
		printf("# %s: %.*s\n", faults[i].id, STR_ARG(faults[i].what));
	return false;
}

static size_t count_faults(struct fixture *f)
{
	struct store_fault *faults;
	size_t n;

	assert_ok(store_check(f->db, &f->arena, &faults, &n, &f->err));
	for (size_t i = 0; i < n; i++)
		printf("# %s: %.*s\n", faults[i].id, STR_ARG(faults[i].what));
	return n;
}

static void a_sound_library_has_no_faults(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(count_faults(f), 0);
	fill(f);
	assert_int_equal(count_faults(f), 0);
	assert_ok(store_document_trash(f->db, 1, 5, &f->err));
	assert_int_equal(count_faults(f), 0);
}

static void each_damage_has_a_name(void **state)
{
	static const struct {
		const char *id, *sql;
	} rows[] = {
		{ "foreign-key",    "PRAGMA foreign_keys = OFF; DELETE FROM session" },
		{ "foreign-key",    "PRAGMA foreign_keys = OFF; INSERT INTO rating VALUES (99, 1, '')" },
		{ "foreign-key",    "PRAGMA foreign_keys = OFF; INSERT INTO draft VALUES (99, 'words')" },
		{ "foreign-key",    "PRAGMA foreign_keys = OFF; INSERT INTO presence VALUES (99, '', 0)" },
		{ "foreign-key",    "PRAGMA foreign_keys = OFF; INSERT INTO citation_report VALUES (99, '')" },
		{ "session-draft",  "INSERT INTO draft VALUES (NULL, 'one'), (NULL, 'two')" },
		{ "fts-missing",    "INSERT INTO chunk_fts (chunk_fts) VALUES ('delete-all')" },
		{ "fts-stray",      "INSERT INTO chunk_fts (rowid, body) VALUES (77, 'stray')" },
		{ "fts-ident",      "INSERT INTO ident_fts (rowid, identifiers) VALUES (2, 'stray')" },
		{ "fts-trash",      "UPDATE document SET trashed_ms = 5" },
		{ "fts-messages",   "INSERT INTO message_fts (message_fts) VALUES ('delete-all')" },
		{ "fts-words",      "UPDATE message SET text = 'something else'" },
		{ "fts-chunks",     "UPDATE chunk_fts_data SET block = x'00' WHERE id > 10" },
		{ "document-text",  "UPDATE document SET text_id = 99" },
		{ "orphan-chunk",   "UPDATE chunk SET text_id = 99" },
		{ "chunk-count",    "DELETE FROM chunk WHERE id = 2" },
		{ "text-range",     "UPDATE chunk SET byte_to = 9999" },
		{ "session-head",   "UPDATE session SET head_id = 99" },
		{ "message-parent", "UPDATE message SET parent_id = 2 WHERE id = 1" },
		{ "message-number", "UPDATE message SET n = 7 WHERE id = 2" },
		{ "session-cost",   "UPDATE session SET cost_usd_micros = 7" },
		{ "claim-range",    "UPDATE claim SET byte_to = 9999" },
		{ "orphan-anchor",  "UPDATE anchor SET text_id = 99" },
		{ "anchor-words",   "UPDATE anchor SET exact = 'Qakbot'" },
	};
	struct fixture *f = *state;
	char sound[160];

	fill(f);
	snprintf(sound, sizeof(sound), "%s/sound.db", f->dir);
	assert_ok(store_backup(f->db, sound, &f->err));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		store_free(take(&f->db));
		assert_ok(store_restore(f->path, sound, &f->err));
		fixture_reopen(f);
		sqlite3_db_config(f->db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
		if (sqlite3_exec(f->db->sqlite, rows[i].sql, NULL, NULL, NULL) != SQLITE_OK)
			fail_msg("%s: %s", rows[i].id, sqlite3_errmsg(f->db->sqlite));
		if (!has_fault(f, rows[i].id))
			fail_msg("not found: %s", rows[i].id);
	}
}

static void indexes_are_checked_by_who_may_only_read(void **state)
{
	struct fixture *f = *state;
	struct store_options o = { .flags = STORE_READ_ONLY };

	fill(f);
	assert_ok(store_run(f->db, &f->err, "UPDATE message SET text = 'something else'"));
	store_free(take(&f->db));
	assert_ok(store_open(f->path, &o, &f->db, &f->err));
	assert_true(has_fault(f, "fts-words"));
}

static void open_doors_are_told(void **state)
{
	struct fixture *f = *state;

	chmod(f->path, 0644);
	chmod(f->dir, 0755);
	assert_true(has_fault(f, "file-mode"));
	assert_true(has_fault(f, "directory-mode"));
}

static void damaged_pages_are_told_and_end_the_check(void **state)
{
	struct fixture *f = *state;
	char junk[2048];
	int64_t pages;
	int fd;

	fill(f);
	for (int i = 0; i < 200; i++)
		fixture_message(f, 1, 0, ROLE_USER, "Some more pages for the middle of the file, please, and thank you.");
	assert_ok(store_run(f->db, &f->err, "PRAGMA wal_checkpoint(TRUNCATE)"));
	pages = fixture_number(f, "PRAGMA page_count");
	store_free(take(&f->db));
	memset(junk, 0x5A, sizeof(junk));
	fd = open(f->path, O_WRONLY);
	for (off_t page = pages - 4; page < pages; page++)
		assert_int_equal(pwrite(fd, junk, sizeof(junk), page * 4096 + 8), sizeof(junk));
	close(fd);
	fixture_reopen(f);
	assert_true(has_fault(f, "integrity"));
}

static void a_vacuum_builds_the_indexes_anew(void **state)
{
	struct fixture *f = *state;

	fill(f);
	assert_ok(store_document_trash(f->db, 2, 5, &f->err));
	assert_ok(store_run(f->db, &f->err, "INSERT INTO chunk_fts (chunk_fts) VALUES ('delete-all')"));
	assert_ok(store_run(f->db, &f->err, "INSERT INTO message_fts (message_fts) VALUES ('delete-all')"));
	assert_int_equal(made_search(f, "emotet", NULL), 0);
	assert_ok(store_vacuum(f->db, &f->err));
	assert_int_equal(made_search(f, "emotet", NULL), 1);
	assert_int_equal(made_search(f, "nothing", NULL), 0);
	assert_int_equal(count_faults(f), 0);
}

static void a_backup_is_whole_and_replaces_nothing(void **state)
{
	struct fixture *f = *state;
	struct store_options o = { .flags = STORE_READ_ONLY };
	char to[160];
	struct stat st;

	fill(f);
	snprintf(to, sizeof(to), "%s/copy.db", f->dir);
	assert_ok(store_backup(f->db, to, &f->err));
	assert_int_equal(stat(to, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(store_backup(f->db, to, &f->err), ERR_CREATE);
	assert_non_null(strstr(f->err.text, to));
	assert_int_equal(store_backup(f->db, "/nowhere/copy.db", &f->err), ERR_MISSING);
	store_free(take(&f->db));
	assert_ok(store_open(to, &o, &f->db, &f->err));
	assert_int_equal(made_search(f, "emotet", NULL), 1);
	assert_int_equal(count_faults(f), 0);
}

static void a_restore_brings_back_and_keeps_the_old_one(void **state)
{
	struct fixture *f = *state;
	char copy[160], kept[160];

	fill(f);
	snprintf(copy, sizeof(copy), "%s/copy.db", f->dir);
	snprintf(kept, sizeof(kept), "%s.before-restore", f->path);
	assert_ok(store_backup(f->db, copy, &f->err));
	fixture_session(f, "after the copy");
	store_free(take(&f->db));
	assert_ok(store_restore(f->path, copy, &f->err));
	fixture_reopen(f);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM session"), 1);
	store_free(take(&f->db));
	assert_ok(store_open(kept, NULL, &f->db, &f->err));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM session"), 2);
}

static void a_restore_replaces_a_damaged_library(void **state)
{
	struct fixture *f = *state;
	char copy[160], name[160];
	FILE *out;

	fill(f);
	snprintf(copy, sizeof(copy), "%s/copy.db", f->dir);
	assert_ok(store_backup(f->db, copy, &f->err));
	store_free(take(&f->db));
	for (int i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "%s%s", f->path, i ? "-wal" : "");
		out = fopen(name, "w");
		fputs("this is no database, and it is longer than the header of one, which has a hundred bytes, so there", out);
		fclose(out);
	}
	assert_ok(store_restore(f->path, copy, &f->err));
	fixture_reopen(f);
	assert_int_equal(count_faults(f), 0);
	assert_int_equal(made_search(f, "emotet", NULL), 1);
	snprintf(name, sizeof(name), "%s.before-restore", f->path);
	assert_int_equal(access(name, F_OK), 0);
}

static void what_is_no_library_is_not_restored(void **state)
{
	static const char *const scripts[] = { "CREATE TABLE bookmark (url TEXT)", "PRAGMA application_id = 1229080900;"
		"PRAGMA user_version = 907" };
	static const enum err_code codes[] = { ERR_CORRUPT, ERR_CONFIG };
	struct fixture *f = *state;
	char name[160];
	sqlite3 *other;

	fill(f);
	store_free(take(&f->db));
	for (int i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "%s/other%d.db", f->dir, i);
		assert_int_equal(sqlite3_open(name, &other), SQLITE_OK);
		assert_int_equal(sqlite3_exec(other, scripts[i], NULL, NULL, NULL), SQLITE_OK);
		sqlite3_close(other);
		assert_int_equal(store_restore(f->path, name, &f->err), codes[i]);
	}
	assert_int_equal(store_restore(f->path, "/nowhere.db", &f->err), ERR_MISSING);
	fixture_reopen(f);
	assert_int_equal(made_search(f, "emotet", NULL), 1);
}

static void a_library_in_use_is_not_replaced(void **state)
{
	struct fixture *f = *state;
	char copy[160];

	fill(f);
	snprintf(copy, sizeof(copy), "%s/copy.db", f->dir);
	assert_ok(store_backup(f->db, copy, &f->err));
	assert_int_equal(store_restore(f->path, copy, &f->err), ERR_LOCKED);
	assert_int_equal(made_search(f, "emotet", NULL), 1);
}

static void the_trash_is_emptied_of_what_is_old_enough(void **state)
{
	struct fixture *f = *state;
	int64_t n;

	fill(f);
	assert_ok(store_document_trash(f->db, 1, 100, &f->err));
	assert_ok(store_document_trash(f->db, 2, 200, &f->err));
	assert_ok(store_session_trash(f->db, 1, 100, &f->err));
	assert_ok(store_purge_trash(f->db, 150, &n, &f->err));
	assert_int_equal(n, 2);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM document"), 1);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM session"), 0);
	assert_int_equal(fixture_files_with(f, "Emotet"), 0);
	assert_int_equal(count_faults(f), 0);
}

static void a_purge_inside_a_transaction_wipes_when_that_is_committed(void **state)
{
	struct fixture *f = *state;

	fill(f);
	assert_ok(store_begin(f->db, &f->err));
	assert_ok(store_document_purge(f->db, 1, &f->err));
	assert_ok(store_session_purge(f->db, 1, &f->err));
	assert_ok(store_commit(f->db, &f->err));
	assert_int_equal(fixture_files_with(f, "Emotet"), 0);
}

static void the_figures_count_what_is_there(void **state)
{
	static const struct {
		const char *name;
		int64_t value;
	} rows[] = { { "documents", 1 }, { "documents_trash", 1 }, { "versions", 2 }, { "chunks", 2 }, { "sentences", 2 },
		{ "sessions", 1 }, { "messages", 2 }, { "answers", 1 }, { "citations", 1 } };
	struct fixture *f = *state;
	struct store_stat *stats;
	size_t n, found = 0;

	fill(f);
	assert_ok(store_document_trash(f->db, 2, 5, &f->err));
	assert_ok(store_stats(f->db, &f->arena, &stats, &n, &f->err));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < sizeof(rows) / sizeof(*rows); j++)
			if (!strcmp(stats[i].name, rows[j].name)) {
				assert_int_equal(stats[i].value, rows[j].value);
				found++;
			}
	assert_int_equal(found, sizeof(rows) / sizeof(*rows));
}

#define OPEN(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(a_sound_library_has_no_faults),
		OPEN(each_damage_has_a_name),
		OPEN(indexes_are_checked_by_who_may_only_read),
		OPEN(open_doors_are_told),
		OPEN(damaged_pages_are_told_and_end_the_check),
		OPEN(a_vacuum_builds_the_indexes_anew),
		OPEN(a_backup_is_whole_and_replaces_nothing),
		OPEN(a_restore_brings_back_and_keeps_the_old_one),
		OPEN(a_restore_replaces_a_damaged_library),
		OPEN(what_is_no_library_is_not_restored),
		OPEN(a_library_in_use_is_not_replaced),
		OPEN(the_trash_is_emptied_of_what_is_old_enough),
		OPEN(a_purge_inside_a_transaction_wipes_when_that_is_committed),
		OPEN(the_figures_count_what_is_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
