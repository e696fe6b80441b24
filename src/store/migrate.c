#include "store_internal.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/*
 * Step n brings version n - 1 to n. A step is one BEGIN IMMEDIATE transaction
 * that ends in setting user_version, so a crash leaves the version before; two
 * processes that open an old library at once do the steps once, because the
 * version is read again inside. Before the first step a copy of the library is
 * put beside it as PATH.backup-VERSION; the newest BACKUPS_KEPT stay.
 */
#define BACKUPS_KEPT 3

static const char library[] =
#include "src/store/migrations/001_library.sql.inc"
	;
static const char screen[] =
#include "src/store/migrations/002_screen.sql.inc"
	;

const struct migration store_migrations[] = { { library }, { screen } };
const int store_schema = sizeof(store_migrations) / sizeof(*store_migrations);

/* What a file says it is. */
struct identity {
	int64_t version, application, objects;
};

static enum err_code identify(struct store *db, struct identity *is, struct err *err)
{
	if (store_number(db, err, "PRAGMA user_version", &is->version) != OK ||
		store_number(db, err, "PRAGMA application_id", &is->application) != OK)
		return err->code;
	is->objects = 0;
	if (is->version || is->application)
		return OK;
	return store_number(db, err, "SELECT count(*) FROM sqlite_schema", &is->objects);
}

static enum err_code check_identity(const struct store *db, const struct identity *is, int to, struct err *err)
{
	if (is->objects || ((is->version || is->application) && is->application != STORE_APPLICATION_ID))
		return err_set(err, ERR_CORRUPT, "'%s' is a database of another program, not a library of ibid", db->path);
	if (is->version > to)
		return err_set(err, ERR_CONFIG,
			"'%s' was made by a newer ibid (schema %d, this one knows %d); upgrade ibid", db->path,
			(int)is->version, to);
	if (is->version < to && sqlite3_db_readonly(db->sqlite, "main"))
		return err_set(err, ERR_DENIED, "'%s' must be brought up to date (schema %d to %d), but it is read-only", db->path,
			(int)is->version, to);
	return OK;
}

/* --- the copy before */

static void backup_name(const struct store *db, int64_t version, struct buf *name)
{
	store_path_of(db, "", name);
	buf_fmt(name, ".backup-%lld", (long long)version);
}

/* Only existing copies count, so that a version that was skipped takes no place. */
static void drop_old_backups(const struct store *db, int64_t version)
{
	SCOPED(buf) name = BUF_INIT;
	int kept = 0;

	for (int64_t v = version; v > 0; v--) {
		backup_name(db, v, &name);
		if (access(buf_cstr(&name), F_OK) == 0 && ++kept > BACKUPS_KEPT)
			unlink(buf_cstr(&name));
	}
}

/*
 * The write lock is held, so nobody else can change a byte until the copy is
 * made; SQLite copies from no connection that writes, hence a second one.
 */
static enum err_code back_up(struct store *db, int64_t version, struct err *err)
{
	SCOPED(buf) name = BUF_INIT;
	sqlite3 *reader;
	enum err_code code;
	int rc = sqlite3_open_v2(db->path, &reader, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);

	backup_name(db, version, &name);
	code = rc == SQLITE_OK ? store_copy(reader, buf_cstr(&name), true, err) : store_fail(db, rc, err);
	sqlite3_close(reader);
	if (code != OK)
		return err_ctx(err, "copying the library before it is brought up to date");
	drop_old_backups(db, version);
	return OK;
}

/* --- the steps */

static enum err_code run_script(struct store *db, const char *sql, struct err *err)
{
	int rc;

	errno = 0;
	rc = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK ? OK : store_fail(db, rc, err);
}

static enum err_code set_version(struct store *db, int64_t version, struct err *err)
{
	char sql[96];

	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %lld", STORE_APPLICATION_ID,
		(long long)version);
	return run_script(db, sql, err);
}

/* One step, unless another process has done it meanwhile. `*version` is where the library is afterwards. */
static enum err_code do_step(struct store *db, const struct migration *steps, int to, bool copy, int64_t *version,
	struct err *err)
{
	if (store_number(db, err, "PRAGMA user_version", version) != OK)
		return err->code;
	if (*version >= to)
		return OK;
	if (copy && *version && back_up(db, *version, err) != OK)
		return err->code;
	if (run_script(db, steps[*version].sql, err) != OK || set_version(db, *version + 1, err) != OK)
		return err_ctx(err, "bringing the library to schema %lld", (long long)*version + 1);
	++*version;
	return OK;
}

enum err_code store_migrate(struct store *db, const struct migration *steps, int to, struct err *err)
{
	struct identity is;

	if (identify(db, &is, err) != OK || check_identity(db, &is, to, err) != OK)
		return err->code;
	for (bool copy = true; is.version < to; copy = false) {
		if (store_begin(db, err) != OK)
			return err->code;
		if (do_step(db, steps, to, copy, &is.version, err) != OK)
			return store_rollback(db, err);
		if (store_commit(db, err) != OK)
			return err->code;
	}
	return OK;
}
