/*
 * store/store.h - the library: one SQLite file, and the only door to it
 *
 * WAL, BEGIN IMMEDIATE for every write, busy timeout, foreign keys on, numbered
 * migrations in one transaction each with a backup first (DESIGN.md D4;
 * reference: SQLite, "Write-Ahead Logging" and "Isolation in SQLite"). The file
 * is 0600 in a 0700 directory, with SQLite's -wal and -shm beside it, and an
 * empty -queue once two processes have written at the same time. On a network
 * file system the journal is a rollback journal with an exclusive lock, because
 * WAL needs one host.
 *
 * Reads take an arena: what they return lives as long as it. Ids are SQLite
 * rowids, 0 for none. Times are wall milliseconds UTC, given by the caller.
 *
 * Every function may return, with one sentence that names the file:
 *	ERR_LOCKED	another process writes and did not finish within the timeout
 *	ERR_DENIED	read-only file or directory
 *	ERR_FULL	the disk is full; the transaction was rolled back
 *	ERR_IO		the system could not read or write
 *	ERR_CORRUPT	the file is not a database or is damaged
 *	ERR_CONFIG	the file was made by a newer ibid
 */
#ifndef IBID_STORE_STORE_H
#define IBID_STORE_STORE_H
#include <stdbool.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/clock.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

struct store;

enum store_flags {
	STORE_READ_ONLY = 1u << 0,	/* nothing is written, created or migrated */
	STORE_MUST_EXIST = 1u << 1,	/* ERR_MISSING instead of making a new library */
	STORE_UPGRADE = 1u << 2,	/* with STORE_READ_ONLY: an older library is first brought up to date, where it may be written */
};

struct store_options {
	unsigned flags;
	int busy_timeout_ms;		/* 0: 5,000 */
	const struct clock *clock;	/* NULL: clock_system */
};

/*
 * Open the library at `path`, making it and its directory when missing, and
 * bring its schema up to date. Messages left streaming by a process that is
 * gone become cut, with what they hold.
 */
enum err_code store_open(const char *path, const struct store_options *o, struct store **db, struct err *err);
void store_free(struct store *db);
SCOPE_PTR(store)

const char *store_path(const struct store *db);

/*
 * One transaction. They nest: only the outermost begins and commits. On any
 * error call store_rollback, which undoes all back to the outermost begin.
 *
 *	if (store_begin(db, err) != OK)
 *		return err->code;
 *	if (work(db, err) != OK)
 *		return store_rollback(db, err);		returns err->code
 *	return store_commit(db, err);
 */
enum err_code store_begin(struct store *db, struct err *err);
enum err_code store_commit(struct store *db, struct err *err);
enum err_code store_rollback(struct store *db, const struct err *err);

/* Figures for `ibid db stats`, in the order to print. */
struct store_stat {
	const char *name;	/* "documents", "chunks", "bytes" ... static */
	int64_t value;
};
enum err_code store_stats(struct store *db, struct arena *a, struct store_stat **stats, size_t *n, struct err *err);

/* Damage found by `ibid db check`: SQLite's integrity and foreign keys, full-text indexes against their texts, orphan rows,
 * offsets outside their text, file modes. Empty when all is well. */
struct store_fault {
	const char *id;		/* stable: "fts-docs", "orphan-anchor" ... */
	bool is_error;		/* else a warning */
	struct str what;
	struct str remedy;
};
enum err_code store_check(struct store *db, struct arena *a, struct store_fault **faults, size_t *n, struct err *err);

/* A consistent copy of the whole library while others read and write. Refuses to replace a file: ERR_CREATE. */
enum err_code store_backup(struct store *db, const char *to, struct err *err);

/* Put the library file `from` in the place of `path`: checked first, the old one kept as `path`.before-restore. No store may be open. */
enum err_code store_restore(const char *path, const char *from, struct err *err);

/* Rebuild indexes and give free pages back. */
enum err_code store_vacuum(struct store *db, struct err *err);

/* Remove for good what has been in the trash since before `before_ms`; counts what went. */
enum err_code store_purge_trash(struct store *db, int64_t before_ms, int64_t *n, struct err *err);

/* Small values by name (the default model that was chosen, the last purge). Absent: empty string. */
enum err_code store_get(struct store *db, struct arena *a, const char *name, struct str *value, struct err *err);
enum err_code store_set(struct store *db, const char *name, struct str value, struct err *err);
#endif
