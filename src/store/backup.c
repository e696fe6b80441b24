#include "store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err_code make_empty(const char *path, struct err *err)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set(err, err_of_errno(errno, ERR_CREATE), "cannot make '%s': %s", path, strerror(errno));
	fchmod(fd, 0600);
	close(fd);
	return OK;
}

/* The copy carries the mark of WAL; it has to be readable alone, so it leaves that mode. SQLite syncs it as it does. */
static int copy_pages(sqlite3 *from, sqlite3 *to)
{
	sqlite3_backup *copy = sqlite3_backup_init(to, "main", from, "main");
	int rc, errnum;

	if (!copy)
		return sqlite3_errcode(to);
	rc = sqlite3_backup_step(copy, -1);
	errnum = errno;
	sqlite3_backup_finish(copy);
	errno = errnum;
	if (rc != SQLITE_DONE)
		return rc;
	return sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
}

static enum err_code copy_into(sqlite3 *from, const char *to, struct err *err)
{
	enum err_code code = OK;
	sqlite3 *file;
	int rc;

	errno = 0;
	rc = sqlite3_open_v2(to, &file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = copy_pages(from, file);
	if (rc != SQLITE_OK)
		code = store_fail_at(to, file, rc, err);
	sqlite3_close(file);
	return code;
}

/* Some file systems cannot rename without replacing (EINVAL); there the look before has to do. */
static int rename_to(const char *part, const char *to, bool replace)
{
	if (!replace && renameat2(AT_FDCWD, part, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	return replace || errno == EINVAL || errno == ENOSYS ? rename(part, to) : -1;
}

static enum err_code give_name(const char *part, const char *to, bool replace, struct err *err)
{
	if (rename_to(part, to, replace) != 0)
		return err_set(err, err_of_errno(errno, ERR_CREATE), "cannot make '%s': %s", to, strerror(errno));
	store_sync_dir(to);
	return OK;
}

enum err_code store_copy(sqlite3 *from, const char *to, bool replace, struct err *err)
{
	SCOPED(buf) part = BUF_INIT;

	buf_fmt(&part, "%s.%ld.part", to, (long)getpid());
	if (!replace && access(to, F_OK) == 0)
		return err_set(err, ERR_CREATE, "'%s' exists and is not replaced", to);
	if (make_empty(buf_cstr(&part), err) != OK)
		return err->code;
	if (copy_into(from, buf_cstr(&part), err) != OK || give_name(buf_cstr(&part), to, replace, err) != OK) {
		unlink(buf_cstr(&part));
		return err->code;
	}
	return OK;
}

enum err_code store_backup(struct store *db, const char *to, struct err *err)
{
	return store_copy(db->sqlite, to, false, err);
}
