#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "ibid/base/path.h"

/* The type that statfs tells; 0 asks the system. */
static long fs_type;


static void write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static void files_and_directories_belong_to_their_owner_alone(void **state)
{
	static const char *const names[] = { "", "-wal", "-shm" };
	struct fixture *f = *state;
	struct store_options o = fixture_options(f);
	char path[128], name[160];
	mode_t old = umask(0);
	struct stat st;

	snprintf(path, sizeof(path), "%s/new/deep/library.db", f->dir);
	assert_ok(store_open(path, &o, &f->db, &f->err));
	umask(old);
	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, names[i]);
		assert_int_equal(stat(name, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	snprintf(name, sizeof(name), "%s/new/deep", f->dir);
	assert_int_equal(stat(name, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void a_tight_umask_changes_nothing(void **state)
{
	struct fixture *f = *state;
	mode_t old = umask(0777);
	struct stat st;

	fixture_reopen(f);
	umask(old);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void an_open_library_uses_wal_and_waits_for_the_disk(void **state)
{
	struct fixture *f = *state;

	SCOPED(query) q = query(f->db, "PRAGMA journal_mode");
	assert_true(query_next(&q));
	assert_true(str_is(row_view(&q), "wal"));
	assert_int_equal(fixture_number(f, "PRAGMA synchronous"), 2);
	assert_int_equal(fixture_number(f, "PRAGMA foreign_keys"), 1);
	assert_int_equal(fixture_number(f, "PRAGMA trusted_schema"), 0);
	assert_int_equal(fixture_number(f, "PRAGMA cell_size_check"), 1);
}

static void a_missing_library_is_not_made_when_it_must_exist(void **state)
{
	struct fixture *f = *state;
	struct store_options o = { .flags = STORE_MUST_EXIST };

	assert_int_equal(store_open(f->path, &o, &f->db, &f->err), ERR_MISSING);
	o.flags = STORE_READ_ONLY;
	assert_int_equal(store_open(f->path, &o, &f->db, &f->err), ERR_MISSING);
	assert_int_equal(access(f->path, F_OK), -1);
	assert_null(f->db);
}

static void another_file_is_refused_and_left_alone(void **state)
{
	struct fixture *f = *state;
	SCOPED(buf) after = BUF_INIT;
	const char *text = "This is a shopping list, long enough to have room for a header of 100 bytes and some more: eggs.";

	write_file(f->path, text);
	assert_int_equal(store_open(f->path, NULL, &f->db, &f->err), ERR_CORRUPT);
	assert_non_null(strstr(f->err.text, f->path));
	assert_ok(path_read(f->path, 4096, &after, &f->err));
	assert_string_equal(buf_cstr(&after), text);
}

static void a_database_of_another_program_is_refused(void **state)
{
	struct fixture *f = *state;
	sqlite3 *other;

	assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "CREATE TABLE bookmark (url TEXT)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	assert_int_equal(store_open(f->path, NULL, &f->db, &f->err), ERR_CORRUPT);
	assert_non_null(strstr(f->err.text, "another program"));
}

static void a_damaged_file_is_named(void **state)
{
	struct fixture *f = *state;
	char junk[4096];
	int fd;

	fixture_reopen(f);
	fixture_session(f, "kept");
	store_free(take(&f->db));
	memset(junk, 0x5A, sizeof(junk));
	fd = open(f->path, O_WRONLY);
	assert_int_equal(pwrite(fd, junk, sizeof(junk) - 100, 100), sizeof(junk) - 100);
	close(fd);
	assert_int_equal(store_open(f->path, NULL, &f->db, &f->err), ERR_CORRUPT);
	assert_non_null(strstr(f->err.text, "library.db"));
}

static void a_newer_library_asks_for_a_newer_ibid(void **state)
{
	struct fixture *f = *state;

	fixture_reopen(f);
	assert_int_equal(sqlite3_exec(f->db->sqlite, "PRAGMA user_version = 907", NULL, NULL, NULL), SQLITE_OK);
	store_free(take(&f->db));
	assert_int_equal(store_open(f->path, NULL, &f->db, &f->err), ERR_CONFIG);
	assert_non_null(strstr(f->err.text, "schema 907"));
	assert_non_null(strstr(f->err.text, "upgrade ibid"));
}

static void a_full_disk_takes_back_the_transaction(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "before");
	char sql[64];
	SCOPED(buf) text = BUF_INIT;
	struct message m = { .session_id = s.id, .role = ROLE_USER, .state = STATE_COMPLETE };

	snprintf(sql, sizeof(sql), "PRAGMA max_page_count = %lld", (long long)fixture_number(f, "PRAGMA page_count"));
	sqlite3_exec(f->db->sqlite, sql, NULL, NULL, NULL);
	for (int i = 0; i < 20000; i++)
		buf_c(&text, "too long ");
	m.text = buf_view(&text);
	assert_int_equal(store_message_add(f->db, &m, &f->err), ERR_FULL);
	assert_int_equal(m.id, 0);
	sqlite3_exec(f->db->sqlite, "PRAGMA max_page_count = 1000000", NULL, NULL, NULL);
	assert_ok(store_message_add(f->db, &m, &f->err));
	assert_int_equal(m.n, 1);
}

static void a_limit_on_the_size_of_files_is_a_full_disk(void **state)
{
	struct fixture *f = *state;
	struct session s = fixture_session(f, "before");
	struct message m = { .session_id = s.id, .role = ROLE_USER, .state = STATE_COMPLETE, .text = STR("hello") };
	struct rlimit old, tight;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	tight = (struct rlimit){ 8192, old.rlim_max };
	setrlimit(RLIMIT_FSIZE, &tight);
	assert_int_equal(store_message_add(f->db, &m, &f->err), ERR_FULL);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_ok(store_message_add(f->db, &m, &f->err));
}

static void a_second_writer_waits_and_then_says_locked(void **state)
{
	struct fixture *f = *state;
	struct store_options o = fixture_options(f);
	SCOPED_PTR(store) other = NULL;

	assert_ok(store_open(f->path, &o, &other, &f->err));
	assert_ok(store_begin(other, &f->err));
	assert_int_equal(store_set(f->db, "name", STR("value"), &f->err), ERR_LOCKED);
	assert_int_equal(store_begin(f->db, &f->err), ERR_LOCKED);
	assert_non_null(strstr(f->err.text, f->path));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM setting"), 0); /* reading goes on */
	assert_ok(store_commit(other, &f->err));
	assert_ok(store_set(f->db, "name", STR("value"), &f->err));
}

/* Root may write everything, so such cases are tried as nobody; the saved id leads back. */
static void become(uid_t user)
{
	if (getuid() == 0 || user == 0)
		setresuid(user, user, 0);
}

static void a_read_only_file_can_be_read_but_not_written(void **state)
{
	struct fixture *f = *state;
	struct store_options o = fixture_options(f);
	bool is_root = getuid() == 0;
	struct str value;

	assert_ok(store_set(f->db, "name", STR("value"), &f->err));
	store_free(take(&f->db));
	chmod(f->path, 0444);
	chmod(f->dir, 0555);
	become(65534);
	assert_int_equal(store_open(f->path, &o, &f->db, &f->err), OK);
	assert_int_equal(store_set(f->db, "name", STR("other"), &f->err), ERR_DENIED);
	assert_int_equal(store_get(f->db, &f->arena, "name", &value, &f->err), OK);
	store_free(take(&f->db));
	if (is_root)
		become(0);
	chmod(f->dir, 0700);
	assert_str(value, "value");
}

static void a_directory_that_may_not_be_written_is_named(void **state)
{
	struct fixture *f = *state;
	bool is_root = getuid() == 0;
	enum err_code code;

	chmod(f->dir, 0555);
	become(65534);
	code = store_open(f->path, NULL, &f->db, &f->err);
	if (is_root)
		become(0);
	chmod(f->dir, 0700);
	assert_int_equal(code, ERR_DENIED);
	assert_non_null(strstr(f->err.text, f->path));
}

static void transactions_nest_and_roll_back_whole(void **state)
{
	struct fixture *f = *state;
	struct str value;

	assert_ok(store_begin(f->db, &f->err));
	assert_ok(store_set(f->db, "outer", STR("1"), &f->err));
	assert_ok(store_begin(f->db, &f->err));
	assert_ok(store_set(f->db, "inner", STR("1"), &f->err));
	assert_ok(store_commit(f->db, &f->err));
	err_set(&f->err, ERR_DATA, "the work failed");
	assert_int_equal(store_rollback(f->db, &f->err), ERR_DATA);
	assert_ok(store_get(f->db, &f->arena, "inner", &value, &f->err));
	assert_str(value, "");
	assert_int_equal(store_commit(f->db, &f->err), ERR_BUG);
}

static void a_relaxed_transaction_is_followed_by_strict_ones(void **state)
{
	struct fixture *f = *state;

	assert_ok(store_begin_relaxed(f->db, &f->err));
	assert_int_equal(fixture_number(f, "PRAGMA synchronous"), 1);
	assert_ok(store_commit(f->db, &f->err));
	assert_int_equal(fixture_number(f, "PRAGMA synchronous"), 2);
}

/* Stands before the one of libc. */
int statfs(const char *path, struct statfs *fs)
{
	int rc = (int)syscall(SYS_statfs, path, fs);

	if (fs_type)
		fs->f_type = fs_type;
	return rc;
}

static void on_a_network_file_system_there_is_no_log(void **state)
{
	static const long types[] = { 0x6969, (long)0xFF534D42, (long)(int)0xFE534D42, 0x65735546 };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		fs_type = types[i];
		fixture_reopen(f);
		fs_type = 0;
		SCOPED(query) q = query(f->db, "PRAGMA journal_mode");
		assert_true(query_next(&q));
		assert_true(str_is(row_view(&q), "delete"));
		fixture_session(f, "written all the same");
	}
}

static void values_are_kept_by_name(void **state)
{
	struct fixture *f = *state;
	struct str value;

	assert_ok(store_get(f->db, &f->arena, "model", &value, &f->err));
	assert_str(value, "");
	assert_ok(store_set(f->db, "model", STR("a"), &f->err));
	assert_ok(store_set(f->db, "model", STR("b"), &f->err));
	fixture_reopen(f);
	assert_ok(store_get(f->db, &f->arena, "model", &value, &f->err));
	assert_str(value, "b");
}

static void more_statements_than_are_kept_still_run(void **state)
{
	struct fixture *f = *state;
	static char sql[3 * STORE_STATEMENTS_MAX][32];

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 3 * STORE_STATEMENTS_MAX; i++) {
			snprintf(sql[i], sizeof(sql[i]), "SELECT %d", i);
			assert_int_equal(fixture_number(f, sql[i]), i);
		}
}

static void one_statement_may_run_inside_itself(void **state)
{
	static const char sql[] = "SELECT 1 UNION ALL SELECT 2";
	struct fixture *f = *state;
	int rows = 0;
	SCOPED(query) outer = query(f->db, sql);

	while (query_next(&outer)) {
		SCOPED(query) inner = query(f->db, sql);
		while (query_next(&inner))
			rows++;
	}
	assert_int_equal(rows, 4);
}

#define NEW(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_close)
#define OPEN(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		NEW(files_and_directories_belong_to_their_owner_alone),
		NEW(a_tight_umask_changes_nothing),
		OPEN(an_open_library_uses_wal_and_waits_for_the_disk),
		NEW(a_missing_library_is_not_made_when_it_must_exist),
		NEW(another_file_is_refused_and_left_alone),
		NEW(a_database_of_another_program_is_refused),
		NEW(a_damaged_file_is_named),
		NEW(a_newer_library_asks_for_a_newer_ibid),
		OPEN(a_full_disk_takes_back_the_transaction),
		OPEN(a_limit_on_the_size_of_files_is_a_full_disk),
		OPEN(a_second_writer_waits_and_then_says_locked),
		OPEN(a_read_only_file_can_be_read_but_not_written),
		NEW(a_directory_that_may_not_be_written_is_named),
		OPEN(transactions_nest_and_roll_back_whole),
		OPEN(a_relaxed_transaction_is_followed_by_strict_ones),
		NEW(on_a_network_file_system_there_is_no_log),
		OPEN(values_are_kept_by_name),
		OPEN(more_statements_than_are_kept_still_run),
		OPEN(one_statement_may_run_inside_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
