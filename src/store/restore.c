#include "store_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ibid/base/mem.h"

/*
 * A library is replaced by a file that was checked, and never by half of it:
 *
 *	1. the old one takes its log in and leaves WAL, which fails while any process has it open
 *	2. a copy of the new one is written beside it and synced
 *	3. the old one gets its second name PATH.before-restore
 *	4. the copy is renamed over PATH
 *
 * At every moment PATH is one library or the other. An old one that is too
 * damaged for step 1 keeps its log under the second name, too.
 */

static enum err_code source_error(const char *from, const char *why, struct err *err)
{
	return err_set(err, ERR_CORRUPT, "'%s' is not restored: %s", from, why);
}

/* Not damage of the file, whatever else is said of it. */
static bool is_out_of_memory(int rc)
{
	return (rc & 0xFF) == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM;
}

/* The first column of the first row; -1 when there is none. */
static int64_t ask(sqlite3 *db, const char *sql, struct buf *text)
{
	sqlite3_stmt *q = NULL;
	int64_t v = -1;
	int rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);

	if (rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		v = sqlite3_column_int64(q, 0);
		if (text && sqlite3_column_text(q, 0))
			buf_c(text, (const char *)sqlite3_column_text(q, 0));
	}
	sqlite3_finalize(q);
	if (is_out_of_memory(rc))
		mem_exhausted();
	return v;
}

static enum err_code check_source(sqlite3 *db, const char *from, struct err *err)
{
	SCOPED(buf) found = BUF_INIT;

	if (ask(db, "PRAGMA application_id", NULL) != STORE_APPLICATION_ID)
		return source_error(from, "it is not a library of ibid", err);
	if (ask(db, "PRAGMA user_version", NULL) > store_schema)
		return err_set(err, ERR_CONFIG, "'%s' was made by a newer ibid; upgrade ibid", from);
	ask(db, "PRAGMA integrity_check(1)", &found);
	if (strcmp(buf_cstr(&found), "ok") != 0)
		return source_error(from, found.len ? buf_cstr(&found) : "it is damaged", err);
	if (ask(db, "SELECT count(*) FROM pragma_foreign_key_check", NULL) != 0)
		return source_error(from, "rows point at rows that are gone", err);
	return OK;
}

/* Step 1. True in *is_damaged when there is nothing to be done with the old one but to keep it. */
static enum err_code close_old(const char *path, bool *is_damaged, struct err *err)
{
	sqlite3 *db;
	int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
	sqlite3_close(db);
	if (is_out_of_memory(rc))
		mem_exhausted();
	*is_damaged = rc != SQLITE_OK;
	if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
		return err_set(err, ERR_LOCKED, "another process has '%s' open; close it first", path);
	return OK;
}

/* A second name where the file system can, else a move, after which PATH is missing until step 4. */
static enum err_code keep(const char *path, const char *kept, struct err *err)
{
	unlink(kept);
	if (link(path, kept) == 0 || errno == ENOENT || rename(path, kept) == 0)
		return OK;
	return err_set(err, err_of_errno(errno, ERR_CREATE), "cannot keep '%s' as '%s': %s", path, kept, strerror(errno));
}

/* The log of a damaged library must not be met by the new one, which would take it for its own. */
static void move_log(const char *path, const char *kept)
{
	static const char *const suffixes[] = { "-wal", "-shm", "-journal" };
	SCOPED(buf) from = BUF_INIT;
	SCOPED(buf) to = BUF_INIT;

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		buf_reset(&from);
		buf_reset(&to);
		buf_fmt(&from, "%s%s", path, suffixes[i]);
		buf_fmt(&to, "%s%s", kept, suffixes[i]);
		unlink(buf_cstr(&to));
		rename(buf_cstr(&from), buf_cstr(&to));
	}
}

static enum err_code put_in_place(const char *path, const char *part, bool is_damaged, struct err *err)
{
	SCOPED(buf) kept = BUF_INIT;

	buf_fmt(&kept, "%s.before-restore", path);
	if (access(path, F_OK) == 0) {
		if (keep(path, buf_cstr(&kept), err) != OK)
			return err->code;
		if (is_damaged)
			move_log(path, buf_cstr(&kept));
	}
	if (rename(part, path) != 0)
		return err_set(err, err_of_errno(errno, ERR_CREATE), "cannot write '%s': %s", path, strerror(errno));
	store_sync_dir(path);
	return OK;
}

static enum err_code replace(sqlite3 *from, const char *path, struct err *err)
{
	SCOPED(buf) part = BUF_INIT;
	bool is_damaged = false;

	buf_fmt(&part, "%s.restore-%ld", path, (long)getpid());
	if (access(path, F_OK) == 0 && close_old(path, &is_damaged, err) != OK)
		return err->code;
	if (store_copy(from, buf_cstr(&part), true, err) != OK)
		return err->code;
	if (put_in_place(path, buf_cstr(&part), is_damaged, err) != OK) {
		unlink(buf_cstr(&part));
		return err->code;
	}
	return OK;
}

enum err_code store_restore(const char *path, const char *from, struct err *err)
{
	sqlite3 *db;
	enum err_code code;
	int rc;

	if (access(from, R_OK) != 0)
		return err_set(err, err_of_errno(errno, ERR_IO), "cannot open '%s': %s", from, strerror(errno));
	rc = sqlite3_open_v2(from, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
	if (is_out_of_memory(rc))
		mem_exhausted();
	code = rc == SQLITE_OK ? check_source(db, from, err) : source_error(from, sqlite3_errmsg(db), err);
	if (code == OK)
		code = replace(db, path, err);
	sqlite3_close(db);
	return code;
}
