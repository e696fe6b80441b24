#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

static const char second[] = "ALTER TABLE session ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'";
static const char third[] = "CREATE TABLE rating (message_id INTEGER PRIMARY KEY, stars INTEGER)";
static const char broken[] = "CREATE TABLE half (a); INSERT INTO nowhere VALUES (1)";

static bool has(struct fixture *f, const char *suffix)
{
	SCOPED(buf) name = BUF_INIT;

	buf_fmt(&name, "%s%s", f->path, suffix);
	return access(buf_cstr(&name), F_OK) == 0;
}

static void a_new_library_has_the_newest_schema_and_no_backup(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(fixture_number(f, "PRAGMA user_version"), store_schema);
	assert_int_equal(fixture_number(f, "PRAGMA application_id"), 0x49424944);
	assert_false(has(f, ".backup-0"));
	assert_false(has(f, ".backup-1"));
}

static void a_step_copies_first_and_keeps_what_is_there(void **state)
{
	struct fixture *f = *state;
	const struct migration steps[] = { store_migrations[0], { second } };
	SCOPED_PTR(store) old = NULL;
	struct store_options o = { .flags = STORE_READ_ONLY };
	char path[160];
	struct stat st;

	fixture_session(f, "before");
	assert_ok(store_migrate(f->db, steps, 2, &f->err));
	assert_int_equal(fixture_number(f, "PRAGMA user_version"), 2);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM session WHERE mood = 'calm'"), 1);
	snprintf(path, sizeof(path), "%s.backup-1", f->path);
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
	const struct migration steps[] = { store_migrations[0], { second } };

	fixture_session(f, "before");
	assert_ok(store_migrate(f->db, steps, 2, &f->err));
	assert_ok(store_migrate(f->db, steps, 2, &f->err));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM session"), 1);
	assert_false(has(f, ".backup-2"));
}

static void a_step_that_fails_leaves_the_version_before(void **state)
{
	struct fixture *f = *state;
	const struct migration bad[] = { store_migrations[0], { second }, { broken } };
	const struct migration good[] = { store_migrations[0], { second }, { third } };

	assert_int_equal(store_migrate(f->db, bad, 3, &f->err), ERR_BUG);
	assert_non_null(strstr(f->err.text, "schema 3"));
	assert_int_equal(fixture_number(f, "PRAGMA user_version"), 2);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
	assert_ok(store_migrate(f->db, good, 3, &f->err));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM rating"), 0);
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
	const struct migration deadly[] = { store_migrations[0],
		{ "ALTER TABLE session ADD COLUMN mood TEXT; CREATE TABLE half (a); SELECT die()" } };
	const struct migration steps[] = { store_migrations[0], { second } };
	pid_t child;

	fixture_session(f, "before");
	store_free(take(&f->db));
	child = fork();
	if (child == 0) {
		fixture_reopen(f);
		sqlite3_create_function(f->db->sqlite, "die", 0, SQLITE_UTF8, NULL, die, NULL, NULL);
		store_migrate(f->db, deadly, 2, &f->err);
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	fixture_reopen(f);
	assert_int_equal(fixture_number(f, "PRAGMA user_version"), 1);
	assert_ok(store_migrate(f->db, steps, 2, &f->err));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM session WHERE mood = 'calm'"), 1);
}

static void the_newest_three_backups_stay(void **state)
{
	struct fixture *f = *state;
	struct migration steps[8] = { store_migrations[0] };
	char sql[8][48];

	for (int i = 1; i < 8; i++) {
		snprintf(sql[i], sizeof(sql[i]), "CREATE TABLE step%d (a)", i);
		steps[i].sql = sql[i];
		assert_ok(store_migrate(f->db, steps, i + 1, &f->err));
	}
	assert_false(has(f, ".backup-4"));
	assert_true(has(f, ".backup-5"));
	assert_true(has(f, ".backup-6"));
	assert_true(has(f, ".backup-7"));
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
	const struct migration steps[] = { store_migrations[0], { second } };
	struct store_options o = { .flags = STORE_READ_ONLY };

	store_free(take(&f->db));
	assert_ok(store_open(f->path, &o, &f->db, &f->err));
	assert_int_equal(store_migrate(f->db, steps, 2, &f->err), ERR_DENIED);
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
		NEW(an_empty_library_is_brought_up_to_date_for_a_reader_who_asks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
