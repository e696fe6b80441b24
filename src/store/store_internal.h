/*
 * store_internal.h - what the files of the store share
 *
 * An entity file reads as SQL and a few lines. A query binds its parameters and
 * reads its columns in order, keeps its first failure, and tells it at the end:
 *
 *	SCOPED(query) q = query(db, "SELECT id, name FROM session WHERE used > ?");
 *
 *	bind_int(&q, used);
 *	while (query_next(&q))
 *		add(row_int(&q), row_str(&q, a));	(in two statements: C does not order arguments)
 *	return query_end(&q, err);
 */
#ifndef IBID_STORE_INTERNAL_H
#define IBID_STORE_INTERNAL_H
#include <sqlite3.h>

#include "ibid/base/buf.h"
#include "ibid/base/hash.h"
#include "ibid/store/store.h"
#include "queue_internal.h"

/* Prepared statements kept; about 3 KB each. */
#define STORE_STATEMENTS_MAX 96

struct statement {
	const char *sql;	/* the literal it was prepared from */
	sqlite3_stmt *stmt;
	uint64_t used;		/* when, by store.tick */
	bool is_busy;
};

struct store {
	sqlite3 *sqlite;
	char *path;
	const struct clock *clock;
	unsigned flags;
	int busy_timeout_ms;
	int depth;		/* of nested transactions */
	bool is_network;	/* on a file system that cannot carry WAL */
	bool is_relaxed;	/* this transaction does not wait for the disk (store_begin_relaxed) */
	bool has_rank;		/* ibid_rank is known to the connection */
	bool must_scrub;	/* this transaction removes for good */
	bool has_written;	/* a transaction of this process was committed */
	struct queue queue;
	int64_t wait_until_ms;	/* while waiting for another writer; by the monotonic clock */
	uint64_t tick;
	struct statement statements[STORE_STATEMENTS_MAX];
};

/* --- errors.c */

/* The error for a result code of SQLite. Ends the process for SQLITE_NOMEM. */
enum err_code store_fail(const struct store *db, int rc, struct err *err);
/* The same for a file that is not this library: a copy, a source. `sqlite` may be NULL. */
enum err_code store_fail_at(const char *path, sqlite3 *sqlite, int rc, struct err *err);

/* --- stmt.c */

struct query {
	struct store *db;
	sqlite3_stmt *stmt;	/* NULL when it could not be prepared */
	struct statement *kept;	/* NULL when it is not from the cache */
	int rc;			/* of the first failure, else SQLITE_OK */
	int at;			/* parameter or column read last */
};

/* A literal is prepared once a store; `sql` of any other kind goes through query_once. */
struct query query(struct store *db, const char *sql);
struct query query_once(struct store *db, const char *sql);
void query_release(struct query *q);

/* Texts and blobs are borrowed until the query is released. */
void bind_int(struct query *q, int64_t v);
void bind_id(struct query *q, int64_t id); /* 0 is NULL */
void bind_double(struct query *q, double v);
void bind_str(struct query *q, struct str s);
void bind_c(struct query *q, const char *cstr);
void bind_blob(struct query *q, struct str bytes);
void bind_simhash(struct query *q, uint64_t v);

/* To the next row: false at the end and after a failure. */
bool query_next(struct query *q);
enum err_code query_end(struct query *q, struct err *err);
/* Ready for new binds and another run. */
void query_again(struct query *q);
/* For a statement without rows: run it to its end, then query_again. */
enum err_code query_run(struct query *q, struct err *err);

/* The next column; NULL reads as 0 and as the empty string. */
int64_t row_int(struct query *q);
int64_t row_peek(struct query *q); /* row_int, and the next read gives it again */
double row_double(struct query *q);
bool row_bool(struct query *q);
struct str row_str(struct query *q, struct arena *a);
/* Borrowed until the next query_next. */
struct str row_view(struct query *q);
uint64_t row_simhash(struct query *q);

/* Run a literal without parameters or with the ids given. */
enum err_code store_run(struct store *db, struct err *err, const char *sql);
enum err_code store_run_id(struct store *db, struct err *err, const char *sql, int64_t id);
/* The first column of the first row; 0 when there is none. */
enum err_code store_number(struct store *db, struct err *err, const char *sql, int64_t *value);

/* A list that ends up in an arena: elements are appended on the heap, then moved. */
struct list {
	char *v;
	size_t n, cap, size;
};
#define LIST_INIT(type) { .size = sizeof(type) }
/* Room for one more, zeroed. The pointer dies with the next call. */
void *list_add(struct list *l);
/* The elements as an array of the arena; NULL when there are none. */
void *list_move(struct list *l, struct arena *a, size_t *n);
void list_release(struct list *l);

/* --- migrate.c */

/* "IBID": tells a library from other databases (PRAGMA application_id). */
#define STORE_APPLICATION_ID 1229080900

struct migration {
	const char *sql;
};
extern const struct migration store_migrations[];
extern const int store_schema; /* the version that the migrations end at */

/* Bring the file from its version to number `to`, each step in a transaction of its own. */
enum err_code store_migrate(struct store *db, const struct migration *steps, int to, struct err *err);

/* --- open.c */

/* Like store_begin, but a power cut (not a crash) may take the transaction back: for what can be ingested again. */
enum err_code store_begin_relaxed(struct store *db, struct err *err);
/* The name of another file beside the library, such as its log. */
void store_path_of(const struct store *db, const char *suffix, struct buf *out);
/* fsync of a directory, after a file was made or renamed in it. */
void store_sync_dir(const char *path_in_it);

/* --- backup.c */

/*
 * A copy of what `from` reads, whole or not at all: beside `to`, synced, then
 * renamed. `to` is replaced only when asked, else ERR_CREATE.
 */
enum err_code store_copy(sqlite3 *from, const char *to, bool replace, struct err *err);

/* --- sessions.c */

/* All of a session, inside a transaction. */
enum err_code store_session_erase(struct store *db, int64_t id, struct err *err);

/* --- documents.c */

/* The same of a document. */
enum err_code store_document_erase(struct store *db, int64_t id, struct err *err);

/* --- care.c */

/* Leave no trace of deleted rows in any file. store_commit does it after a transaction that set must_scrub. */
enum err_code store_scrub(struct store *db, struct err *err);

/* --- messages.c */

/* What a process that is gone left streaming becomes cut. */
enum err_code store_recover(struct store *db, struct err *err);
/* Put a message into its full-text index or take it out; call before its text changes and after. */
enum err_code store_message_index(struct store *db, int64_t id, bool on, struct err *err);
/* The first line of what is not blank, cut to `max` bytes at a character. */
struct str store_first_line(struct str text, size_t max);

#endif
