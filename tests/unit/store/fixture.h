/*
 * fixture.h - a library of its own for each test, in a directory that is removed after it
 *
 *	cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
 *
 * The wall clock stands still until a test moves it, and random bytes are the same in every run.
 */
#ifndef IBID_TEST_STORE_FIXTURE_H
#define IBID_TEST_STORE_FIXTURE_H
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/mem.h"
#include "ibid/store/sessions.h"
#include "ibid/store/store.h"
#include "store/store_internal.h"

struct fixture {
	char dir[64];
	char path[128];
	struct store *db;
	struct arena arena;
	struct err err;
	int64_t now_ms;
	struct clock clock;
	uint32_t random;
};

#define assert_ok(call)                                                                                                \
	do {                                                                                                           \
		if ((call) != OK)                                                                                      \
			fail_msg("%s", f->err.text);                                                                   \
	} while (0)

#define assert_str(s, cstr) assert_string_equal(fixture_cstr(f, s), cstr)

static inline const char *fixture_cstr(struct fixture *f, struct str s)
{
	return arena_str(&f->arena, s).p;
}

static inline int64_t fixture_now(void *ctx)
{
	return ((struct fixture *)ctx)->now_ms;
}

static inline void fixture_rand(void *ctx, void *out, size_t len)
{
	struct fixture *f = ctx;

	for (size_t i = 0; i < len; i++)
		((uint8_t *)out)[i] = (uint8_t)((f->random = f->random * 1664525 + 1013904223) >> 24);
}

static inline struct store_options fixture_options(const struct fixture *f)
{
	return (struct store_options){ .busy_timeout_ms = 300, .clock = &f->clock };
}

static inline void fixture_reopen(struct fixture *f)
{
	struct store_options o = fixture_options(f);

	store_free(take(&f->db));
	assert_ok(store_open(f->path, &o, &f->db, &f->err));
}

static inline int fixture_make(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));

	f->now_ms = 1700000000000;
	f->clock = (struct clock){ fixture_now, clock_system.mono_ms, f };
	snprintf(f->dir, sizeof(f->dir), "/tmp/ibid-store-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/library.db", f->dir);
	*state = f;
	return 0;
}

static inline int fixture_open(void **state)
{
	fixture_make(state);
	fixture_reopen(*state);
	return 0;
}

static inline int fixture_unlink(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static inline int fixture_close(void **state)
{
	struct fixture *f = *state;

	store_free(f->db);
	arena_release(&f->arena);
	nftw(f->dir, fixture_unlink, 16, FTW_DEPTH | FTW_PHYS);
	mem_free(f);
	return 0;
}

static inline struct session fixture_session(struct fixture *f, const char *name)
{
	struct session s = { 0 };

	assert_ok(store_session_new(f->db, &f->arena, str_c(name), fixture_rand, f, &s, &f->err));
	return s;
}

static inline struct message fixture_message(struct fixture *f, int64_t session_id, int64_t parent_id,
	enum message_role role, const char *text)
{
	struct message m = { .session_id = session_id, .parent_id = parent_id, .role = role, .state = STATE_COMPLETE,
		.text = str_c(text), .created_ms = f->now_ms };

	assert_ok(store_message_add(f->db, &m, &f->err));
	return m;
}

static inline int64_t fixture_number(struct fixture *f, const char *sql)
{
	int64_t v = -1;

	assert_ok(store_number(f->db, &f->err, sql, &v));
	return v;
}

/* Files of the directory that hold these bytes: to prove that what was deleted is gone. */
static inline int fixture_files_with(struct fixture *f, const char *bytes)
{
	char cmd[256];
	FILE *p;
	int n = 0;

	snprintf(cmd, sizeof(cmd), "grep -rac '%s' %s | grep -vc ':0$'", bytes, f->dir);
	p = popen(cmd, "r");
	assert_non_null(p);
	assert_int_equal(fscanf(p, "%d", &n), 1);
	pclose(p);
	return n;
}
#endif
