#include "store_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ibid/base/mem.h"

/* By primary code: what is said before and after the path of the library. */
static const struct {
	int rc;
	enum err_code code;
	const char *before, *after;
} meanings[] = {
	{ SQLITE_BUSY,      ERR_LOCKED,    "another process is writing to", " and did not finish in time" },
	{ SQLITE_LOCKED,    ERR_LOCKED,    "another part of ibid is using", "" },
	{ SQLITE_PROTOCOL,  ERR_LOCKED,    "too many processes are opening", " at once" },
	{ SQLITE_READONLY,  ERR_DENIED,    "cannot write", ": the file or its directory is read-only" },
	{ SQLITE_PERM,      ERR_DENIED,    "not allowed to open", "" },
	{ SQLITE_FULL,      ERR_FULL,      "the disk is full; nothing was changed in", "" },
	{ SQLITE_TOOBIG,    ERR_LIMIT,     "a text is too long for", "" },
	{ SQLITE_CORRUPT,   ERR_CORRUPT,   "the library", " is damaged" },
	{ SQLITE_NOTADB,    ERR_CORRUPT,   "the file", " is not a library of ibid" },
	{ SQLITE_INTERRUPT, ERR_CANCELLED, "stopped while using", "" },
};

static enum err_code io_error(const char *path, int errnum, const char *what, struct err *err)
{
	/* A quota and a limit on the size of a file are full disks by other names. */
	if (errnum == ENOSPC || errnum == EDQUOT || errnum == EFBIG)
		return store_fail_at(path, NULL, SQLITE_FULL, err);
	return err_set(err, err_of_errno(errnum, ERR_IO), "cannot %s '%s': %s", what, path,
		errnum ? strerror(errnum) : "the system refused");
}

/*
 * When SQLite cannot make its log it tries whether there is one to read, and that failure is what errno tells. The
 * file itself is there.
 */
static enum err_code open_error(const char *path, int errnum, struct err *err)
{
	if (errnum == ENOENT && access(path, F_OK) == 0)
		return err_set(err, ERR_CREATE, "cannot make a file beside '%s': is the disk full?", path);
	return io_error(path, errnum, "open", err);
}

/*
 * errno is what the last step left: sqlite3_system_errno() knows nothing of a
 * COMMIT that failed (3.40). Whoever calls SQLite clears it before.
 */
enum err_code store_fail_at(const char *path, sqlite3 *sqlite, int rc, struct err *err)
{
	int primary = rc & 0xFF;
	int errnum = errno;

	if (primary == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM)
		mem_exhausted();
	if (primary == SQLITE_CANTOPEN)
		return open_error(path, errnum, err);
	/* A page that the disk cannot read is told as damage by SQLite (SQLITE_IOERR_CORRUPTFS). */
	if (primary == SQLITE_IOERR || (primary == SQLITE_CORRUPT && errnum == EIO))
		return io_error(path, errnum, "read or write", err);
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (meanings[i].rc == primary)
			return err_set(err, meanings[i].code, "%s '%s'%s", meanings[i].before, path, meanings[i].after);
	return err_set(err, ERR_BUG, "'%s': %s (%d)", path, sqlite ? sqlite3_errmsg(sqlite) : sqlite3_errstr(rc), rc);
}

enum err_code store_fail(const struct store *db, int rc, struct err *err)
{
	return store_fail_at(db->path, db->sqlite, rc, err);
}
