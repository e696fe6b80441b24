#include "store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "ibid/base/mem.h"
#include "ibid/base/path.h"

#define BUSY_TIMEOUT_MS 5000

/*
 * File systems whose locks or shared memory do not hold between hosts, or may
 * not (any FUSE), by f_type of statfs(2). WAL needs both; opencode#14970 lost a
 * store on NFS. On these the journal is a rollback journal and the first
 * process that reads keeps the file to itself.
 */
static const unsigned long network_types[] = {
	0x6969,		/* NFS */
	0x517B,		/* SMB */
	0xFF534D42,	/* CIFS */
	0xFE534D42,	/* SMB2 */
	0x65735546,	/* FUSE */
	0x01021997,	/* 9P */
	0x00C36400,	/* Ceph */
	0x5346414F,	/* AFS */
	0x47504653,	/* GPFS */
	0x0BD00BD0,	/* Lustre */
};

static bool is_on_network(const char *path)
{
	struct statfs fs;

	if (statfs(path, &fs) != 0)
		return false;
	for (size_t i = 0; i < sizeof(network_types) / sizeof(*network_types); i++)
		if ((unsigned long)(fs.f_type & 0xFFFFFFFF) == network_types[i])
			return true;
	return false;
}

void store_sync_dir(const char *path_in_it)
{
	SCOPED(buf) dir = BUF_INIT;
	int fd;

	buf_str(&dir, path_dir(str_c(path_in_it)));
	fd = open(buf_cstr(&dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/*
 * SQLite gives its log and shared memory the mode of the library, so only the
 * library has to be made with care. A file that exists is not opened here:
 * closing any descriptor of it would drop the locks of another store of this
 * process (POSIX; SQLite, "How To Corrupt An SQLite Database File", 2.2).
 */
static enum err_code make_file(const char *path, struct err *err)
{
	SCOPED(buf) dir = BUF_INIT;
	int fd;

	buf_str(&dir, path_dir(str_c(path)));
	if (path_make_dirs(buf_cstr(&dir), err) != OK)
		return err->code;
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return OK;
	if (fd < 0)
		return err_set(err, err_of_errno(errno, ERR_CREATE), "cannot make the library '%s': %s", path, strerror(errno));
	fchmod(fd, 0600);
	close(fd);
	store_sync_dir(path);
	return OK;
}

static enum err_code find_file(const char *path, unsigned flags, struct err *err)
{
	if (access(path, F_OK) == 0)
		return OK;
	if (errno != ENOENT && errno != ENOTDIR)
		return err_set(err, err_of_errno(errno, ERR_IO), "cannot open the library '%s': %s", path, strerror(errno));
	if (flags & (STORE_MUST_EXIST | STORE_READ_ONLY))
		return err_set(err, ERR_MISSING, "there is no library '%s'", path);
	return make_file(path, err);
}

/* Statements outside of any transaction, without the cache: they run once. */
static int pragma(struct store *db, const char *sql)
{
	int rc;

	errno = 0;
	rc = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
	queue_leave(&db->queue);
	return rc;
}

/* SQLite's busy handler: called again and again while another process writes. */
static int wait_turn(void *ctx, int calls)
{
	struct store *db = ctx;
	int64_t now = clock_mono_ms(db->clock);

	if (calls == 0)
		db->wait_until_ms = now + db->busy_timeout_ms;
	if (now >= db->wait_until_ms)
		return 0;
	queue_wait(&db->queue, db->path);
	return 1;
}

/* Changing the journal mode does not call the busy handler, so two processes that make a library at once would collide. */
static int set_journal(struct store *db, const char *sql)
{
	int64_t until = clock_mono_ms(db->clock) + db->busy_timeout_ms;
	static const struct timespec pause = { .tv_nsec = 5 * 1000 * 1000 };
	int rc;

	while ((rc = pragma(db, sql)) == SQLITE_BUSY && clock_mono_ms(db->clock) < until)
		nanosleep(&pause, NULL);
	return rc;
}

static int set_modes(struct store *db)
{
	int rc = pragma(db, "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
			    "PRAGMA secure_delete = FAST;");

	if (rc == SQLITE_OK && db->is_network)
		rc = pragma(db, "PRAGMA locking_mode = EXCLUSIVE");
	if (rc == SQLITE_OK && !sqlite3_db_readonly(db->sqlite, "main"))
		rc = set_journal(db, db->is_network ? "PRAGMA journal_mode = DELETE" : "PRAGMA journal_mode = WAL");
	return rc;
}

/*
 * A library whose file or directory may not be written can only be read, and
 * WAL wants to make files even for that. Without a log nobody has it open, so
 * it may be taken as it is (SQLite, "Write-Ahead Logging", 5).
 */
static bool is_immutable(const struct store *db)
{
	SCOPED(buf) name = BUF_INIT;

	buf_str(&name, path_dir(str_c(db->path)));
	if (access(db->path, W_OK) == 0 && access(buf_cstr(&name), W_OK) == 0)
		return false;
	store_path_of(db, "-wal", &name);
	return access(buf_cstr(&name), F_OK) != 0;
}

/* As a URI, because only there it can be said to be immutable. */
static void add_uri(const struct store *db, struct buf *uri)
{
	buf_c(uri, "file:");
	for (const char *p = db->path; *p; p++)
		if (strchr("?#%", *p))
			buf_fmt(uri, "%%%02X", *p);
		else
			buf_ch(uri, *p);
	buf_c(uri, "?immutable=1");
}

static int open_file(struct store *db)
{
	SCOPED(buf) uri = BUF_INIT;
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

	errno = 0;
	if (!is_immutable(db)) {
		flags |= db->flags & STORE_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
		return sqlite3_open_v2(db->path, &db->sqlite, flags, NULL);
	}
	add_uri(db, &uri);
	return sqlite3_open_v2(buf_cstr(&uri), &db->sqlite, flags | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
}

static enum err_code connect_to(struct store *db, struct err *err)
{
	int rc = open_file(db);

	if (rc != SQLITE_OK)
		return store_fail(db, rc, err);
	sqlite3_busy_handler(db->sqlite, wait_turn, db);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	rc = set_modes(db);
	return rc == SQLITE_OK ? OK : store_fail(db, rc, err);
}

static enum err_code prepare_store(struct store *db, struct err *err)
{
	if (find_file(db->path, db->flags, err) != OK)
		return err->code;
	db->is_network = is_on_network(db->path);
	if (connect_to(db, err) != OK || store_migrate(db, store_migrations, store_schema, err) != OK)
		return err->code;
	return sqlite3_db_readonly(db->sqlite, "main") ? OK : store_recover(db, err);
}

static enum err_code open_as(const char *path, const struct store_options *o, struct store **out, struct err *err)
{
	SCOPED_PTR(store) db = mem_zalloc(1, sizeof(*db));

	db->path = mem_dup(path, strlen(path));
	db->flags = o->flags;
	db->clock = o->clock ? o->clock : &clock_system;
	db->busy_timeout_ms = o->busy_timeout_ms ? o->busy_timeout_ms : BUSY_TIMEOUT_MS;
	if (prepare_store(db, err) != OK)
		return err->code;
	*out = take(&db);
	return OK;
}

/*
 * A reader meets an older library after an upgrade of ibid, and an empty one when the process that made it was killed.
 * It leaves the file before a writer comes, because on a network file system it would keep it to itself.
 */
static enum err_code upgrade(const char *path, const struct store_options *o)
{
	struct store_options writer_options = *o;
	SCOPED_PTR(store) writer = NULL;
	struct err err = ERR_INIT;

	writer_options.flags = STORE_MUST_EXIST;
	return open_as(path, &writer_options, &writer, &err);
}

enum err_code store_open(const char *path, const struct store_options *o, struct store **out, struct err *err)
{
	static const struct store_options defaults = { 0 };
	enum err_code code;

	if (!o)
		o = &defaults;
	code = open_as(path, o, out, err);
	if (code != ERR_DENIED || !(o->flags & STORE_UPGRADE) || upgrade(path, o) != OK)
		return code;
	err_reset(err);
	return open_as(path, o, out, err);
}

void store_free(struct store *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < STORE_STATEMENTS_MAX; i++)
		sqlite3_finalize(db->statements[i].stmt);
	sqlite3_close(db->sqlite);
	queue_release(&db->queue);
	mem_free(db->path);
	mem_free(db);
}

const char *store_path(const struct store *db)
{
	return db->path;
}

void store_path_of(const struct store *db, const char *suffix, struct buf *out)
{
	buf_reset(out);
	buf_c(out, db->path);
	buf_c(out, suffix);
}

/* --- transactions */

enum err_code store_begin(struct store *db, struct err *err)
{
	if (db->depth == 0) {
		if (db->has_written)
			queue_let_others(&db->queue, db->path);
		if (store_run(db, err, "BEGIN IMMEDIATE") != OK)
			return err->code;
	}
	db->depth++;
	return OK;
}

enum err_code store_begin_relaxed(struct store *db, struct err *err)
{
	if (db->depth == 0 && !db->is_network && pragma(db, "PRAGMA synchronous = NORMAL") == SQLITE_OK)
		db->is_relaxed = true;
	return store_begin(db, err);
}

/* SQLite refuses to change this inside a transaction, so it is put back after it. */
static void end_transaction(struct store *db)
{
	db->depth = 0;
	if (db->is_relaxed)
		pragma(db, "PRAGMA synchronous = FULL");
	db->is_relaxed = false;
}

enum err_code store_commit(struct store *db, struct err *err)
{
	if (db->depth == 0)
		return err_set(err, ERR_BUG, "nothing to commit in '%s'", db->path);
	if (db->depth > 1) {
		db->depth--;
		return OK;
	}
	if (store_run(db, err, "COMMIT") != OK)
		return store_rollback(db, err);
	end_transaction(db);
	db->has_written = true;
	return db->must_scrub ? store_scrub(db, err) : OK;
}

enum err_code store_rollback(struct store *db, const struct err *err)
{
	/* After some failures (a full disk) SQLite has rolled back by itself. */
	if (!sqlite3_get_autocommit(db->sqlite))
		pragma(db, "ROLLBACK");
	end_transaction(db);
	db->must_scrub = false;
	return err ? err->code : ERR_BUG;
}

/* --- small values */

enum err_code store_get(struct store *db, struct arena *a, const char *name, struct str *value, struct err *err)
{
	SCOPED(query) q = query(db, "SELECT value FROM setting WHERE name = ?");

	bind_c(&q, name);
	*value = query_next(&q) ? row_str(&q, a) : STR_EMPTY;
	return query_end(&q, err);
}

enum err_code store_set(struct store *db, const char *name, struct str value, struct err *err)
{
	SCOPED(query) q = query(db, "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)");

	bind_c(&q, name);
	bind_str(&q, value);
	return query_run(&q, err);
}
