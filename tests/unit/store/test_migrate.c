#include "fixture.h"

#include "ibid/store/desk.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

static const char second[] = "ALTER TABLE session ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'";
static const char third[] = "CREATE TABLE star (message_id INTEGER PRIMARY KEY, stars INTEGER)";
static const char broken[] = "CREATE TABLE half (a); INSERT INTO nowhere VALUES (1)";

/* The schema of this ibid and one that is still to come: NEXT is its number. */
#define NEXT (store_schema + 1)

struct steps {
	struct migration v[32];
};

static struct steps steps_with(const char *next, const char *after)
{
	struct steps s = { 0 };

	for (int i = 0; i < store_schema; i++)
		s.v[i] = store_migrations[i];
	s.v[store_schema].sql = next;
	s.v[store_schema + 1].sql = after;
	return s;
}

static bool has_backup(struct fixture *f, int version)
{
	SCOPED(buf) name = BUF_INIT;

	buf_fmt(&name, "%s.backup-%d", f->path, version);
	return access(buf_cstr(&name), F_OK) == 0;
}

static void a_new_library_has_the_newest_schema_and_no_backup(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(fixture_number(f, "PRAGMA user_version"), store_schema);
	assert_int_equal(fixture_number(f, "PRAGMA application_id"), 0x49424944);
	for (int version = 0; version <= store_schema; version++)
		assert_false(has_backup(f, version));
}

static void a_step_copies_first_and_keeps_what_is_there(void **state)
{
	struct fixture *f = *state;
	const struct steps steps = steps_with(second, NULL);
	SCOPED_PTR(store) old = NULL;
	struct store_options o = { .flags = STORE_READ_ONLY };
	char path[160];
	struct stat st;

	fixture_session(f, "before");
	assert_ok(store_migrate(f->db, steps.v, NEXT, &f->err));
	assert_int_equal(fixture_number(f, "PRAGMA user_version"), NEXT);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM session WHERE mood = 'calm'"), 1);
	snprintf(path, sizeof(path), "%s.backup-%d", f->path, store_schema);
	assert_ok(store_open(path, &o, &old, &f->err));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	store_free(take(&f->db));
	f->db = take(&old);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM session WHERE name = 'before'"), 1);
}

static void a_second_run_changes_nothing(void **state)
{
	struct fixture *f = *state;
	const struct steps steps = steps_with(second, NULL);

	fixture_session(f, "before");
	assert_ok(store_migrate(f->db, steps.v, NEXT, &f->err));
	assert_ok(store_migrate(f->db, steps.v, NEXT, &f->err));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM session"), 1);
	assert_false(has_backup(f, NEXT));
}

static void a_step_that_fails_leaves_the_version_before(void **state)
{
	struct fixture *f = *state;
	const struct steps bad = steps_with(second, broken), good = steps_with(second, third);
	char told[24];

	snprintf(told, sizeof(told), "schema %d", NEXT + 1);
	assert_int_equal(store_migrate(f->db, bad.v, NEXT + 1, &f->err), ERR_BUG);
	assert_non_null(strstr(f->err.text, told));
	assert_int_equal(fixture_number(f, "PRAGMA user_version"), NEXT);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
	assert_ok(store_migrate(f->db, good.v, NEXT + 1, &f->err));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM star"), 0);
}

/* The step runs a statement that kills the process in the middle of the transaction. */
static void die(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)ctx;
	(void)n;
	(void)v;
	kill(getpid(), SIGKILL);
}

static void a_step_that_is_killed_is_done_at_the_next_start(void **state)
{
	struct fixture *f = *state;
	const struct steps deadly = steps_with(
		"ALTER TABLE session ADD COLUMN mood TEXT; CREATE TABLE half (a); SELECT die()", NULL);
	const struct steps steps = steps_with(second, NULL);
	pid_t child;

	fixture_session(f, "before");
	store_free(take(&f->db));
	child = fork();
	if (child == 0) {
		fixture_reopen(f);
		sqlite3_create_function(f->db->sqlite, "die", 0, SQLITE_UTF8, NULL, die, NULL, NULL);
		store_migrate(f->db, deadly.v, NEXT, &f->err);
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	fixture_reopen(f);
	assert_int_equal(fixture_number(f, "PRAGMA user_version"), store_schema);
	assert_ok(store_migrate(f->db, steps.v, NEXT, &f->err));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM session WHERE mood = 'calm'"), 1);
}

static void the_newest_three_backups_stay(void **state)
{
	enum { STEPS = 7 };
	struct fixture *f = *state;
	struct steps steps = steps_with(NULL, NULL);
	char sql[STEPS][48];

	for (int i = 0; i < STEPS; i++) {
		snprintf(sql[i], sizeof(sql[i]), "CREATE TABLE step%d (a)", i);
		steps.v[store_schema + i].sql = sql[i];
		assert_ok(store_migrate(f->db, steps.v, NEXT + i, &f->err));
	}
	for (int i = 0; i < STEPS; i++)
		assert_int_equal(has_backup(f, store_schema + i), i >= STEPS - 3);
}

static void two_processes_make_one_library(void **state)
{
	enum { CHILDREN = 8 };
	struct fixture *f = *state;
	int status, failed = 0;

	for (int i = 0; i < CHILDREN; i++)
		if (fork() == 0) {
			struct store_options o = { 0 };
			_exit(store_open(f->path, &o, &f->db, &f->err) == OK ? 0 : 1);
		}
	for (int i = 0; i < CHILDREN; i++) {
		wait(&status);
		failed += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
	}
	assert_int_equal(failed, 0);
	fixture_reopen(f);
	assert_int_equal(fixture_number(f, "PRAGMA user_version"), store_schema);
}

static void an_old_library_cannot_be_brought_up_to_date_read_only(void **state)
{
	struct fixture *f = *state;
	const struct steps steps = steps_with(second, NULL);
	struct store_options o = { .flags = STORE_READ_ONLY };

	store_free(take(&f->db));
	assert_ok(store_open(f->path, &o, &f->db, &f->err));
	assert_int_equal(store_migrate(f->db, steps.v, NEXT, &f->err), ERR_DENIED);
}

/* A library of the first schema, as ibid 0.1 made it, with a conversation in it. */
static void make_first_schema(struct fixture *f)
{
	static const char fill[] =
		"INSERT INTO session (sid, name, created_ms, updated_ms, used, head_id) VALUES ('k3f9aaaa', 'old', 1, 2, 1, 2);"
		"INSERT INTO message (session_id, n, parent_id, role, state, created_ms, model, error, reasoning, text) VALUES"
		" (1, 1, NULL, 'user', 'complete', 1, '', '', '', 'What is Emotet?'),"
		" (1, 2, 1, 'assistant', 'complete', 2, 'm', '', '', 'A loader.');"
		"INSERT INTO message_fts (rowid, text) SELECT id, text FROM message_searchable;"
		"PRAGMA application_id = 1229080900; PRAGMA user_version = 1";
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, store_migrations[0].sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, fill, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void a_library_of_the_first_schema_goes_on(void **state)
{
	struct fixture *f = *state;
	struct store_fault *faults;
	struct message *messages;
	struct session s;
	size_t n;
	int rating;
	struct str note;

	make_first_schema(f);
	chmod(f->path, 0600);
	fixture_reopen(f);
	assert_int_equal(fixture_number(f, "PRAGMA user_version"), store_schema);
	assert_true(has_backup(f, 1));
	assert_ok(store_session_find(f->db, &f->arena, STR("old"), &s, &f->err));
	assert_ok(store_message_branch(f->db, &f->arena, s.id, 0, &messages, &n, &f->err));
	assert_int_equal(n, 2);
	assert_ok(store_rate(f->db, messages[1].id, 1, STR("good"), &f->err));
	assert_ok(store_rating(f->db, &f->arena, messages[1].id, &rating, &note, &f->err));
	assert_int_equal(rating, 1);
	assert_ok(store_check(f->db, &f->arena, &faults, &n, &f->err));
	assert_int_equal(n, 0);
}

/* What SIGKILL leaves between the making of the file and its first step. */
static void an_empty_library_is_brought_up_to_date_for_a_reader_who_asks(void **state)
{
	struct fixture *f = *state;
	struct store_options o = { .flags = STORE_READ_ONLY };

	close(open(f->path, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(store_open(f->path, &o, &f->db, &f->err), ERR_DENIED);
	o.flags |= STORE_UPGRADE;
	assert_ok(store_open(f->path, &o, &f->db, &f->err));
	assert_int_equal(fixture_number(f, "PRAGMA user_version"), store_schema);
	assert_int_equal(store_set(f->db, "name", STR("value"), &f->err), ERR_DENIED);
}

#define NEW(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_close)
#define OPEN(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(a_new_library_has_the_newest_schema_and_no_backup),
		OPEN(a_step_copies_first_and_keeps_what_is_there),
		OPEN(a_second_run_changes_nothing),
		OPEN(a_step_that_fails_leaves_the_version_before),
		OPEN(a_step_that_is_killed_is_done_at_the_next_start),
		OPEN(the_newest_three_backups_stay),
		NEW(two_processes_make_one_library),
		OPEN(an_old_library_cannot_be_brought_up_to_date_read_only),
		NEW(a_library_of_the_first_schema_goes_on),
		NEW(an_empty_library_is_brought_up_to_date_for_a_reader_who_asks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
