/* Eight processes write at once (reference: opencode#21215 lost answers so). Each is exec'd, never forked with a store open. */
#include "fixture.h"

#include <sys/wait.h>

enum { WRITERS = 8, MESSAGES = 500 };

static int write_messages(const char *path, const char *sid)
{
	struct err err = ERR_INIT;
	SCOPED(arena) a = ARENA_INIT;
	SCOPED_PTR(store) db = NULL;
	struct session s;

	if (store_open(path, NULL, &db, &err) != OK || store_session_find(db, &a, str_c(sid), &s, &err) != OK)
		return fprintf(stderr, "%s\n", err.text), 1;
	for (int i = 0; i < MESSAGES; i++) {
		struct message m = { .session_id = s.id, .role = ROLE_USER, .state = STATE_COMPLETE,
			.text = STR("one of four thousand"), .created_ms = 1 };

		if (store_message_add(db, &m, &err) != OK)
			return fprintf(stderr, "%s\n", err.text), 1;
	}
	return 0;
}

static void eight_processes_lose_nothing_and_see_no_lock(void **state)
{
	struct fixture *f = *state;
	char *sid = (char *)(uintptr_t)fixture_cstr(f, fixture_session(f, "busy").sid);
	char *argv[] = { f->path, f->path, sid, NULL };
	int status, failed = 0;

	store_free(take(&f->db));
	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0) {
			execv("/proc/self/exe", argv);
			_exit(127);
		}
	for (int i = 0; i < WRITERS; i++) {
		wait(&status);
		failed += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
	}
	assert_int_equal(failed, 0);
	fixture_reopen(f);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM message"), WRITERS * MESSAGES);
	assert_int_equal(fixture_number(f, "SELECT max(n) FROM message"), WRITERS * MESSAGES);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM message_fts WHERE message_fts MATCH 'thousand'"),
		WRITERS * MESSAGES);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(eight_processes_lose_nothing_and_see_no_lock, fixture_open, fixture_close),
	};

	if (argc == 3)
		return write_messages(argv[1], argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
