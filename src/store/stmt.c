#include "store_internal.h"

#include <errno.h>
#include <string.h>

#include "ibid/base/mem.h"

/* The slot that holds `sql`, else the one to prepare it in: an empty one, or the idle one used longest ago. */
static struct statement *slot_of(struct store *db, const char *sql, bool *found)
{
	struct statement *oldest = NULL;

	*found = false;
	for (size_t i = 0; i < STORE_STATEMENTS_MAX; i++) {
		struct statement *s = &db->statements[i];

		if (s->is_busy)
			continue;
		if (s->sql == sql) {
			*found = true;
			return s;
		}
		if (!oldest || s->used < oldest->used)
			oldest = s;
	}
	return oldest;
}

static int prepare(struct store *db, const char *sql, unsigned flags, sqlite3_stmt **stmt)
{
	return sqlite3_prepare_v3(db->sqlite, sql, -1, flags, stmt, NULL);
}

struct query query(struct store *db, const char *sql)
{
	bool found;
	struct statement *s = slot_of(db, sql, &found);
	struct query q = { .db = db, .kept = s };

	if (!s)
		return query_once(db, sql);
	if (!found) {
		sqlite3_finalize(s->stmt);
		*s = (struct statement){ .sql = sql };
		q.rc = prepare(db, sql, SQLITE_PREPARE_PERSISTENT, &s->stmt);
		if (q.rc != SQLITE_OK)
			s->sql = NULL;
	}
	s->used = ++db->tick;
	s->is_busy = true;
	q.stmt = s->stmt;
	return q;
}

struct query query_once(struct store *db, const char *sql)
{
	struct query q = { .db = db };

	q.rc = prepare(db, sql, 0, &q.stmt);
	return q;
}

void query_release(struct query *q)
{
	if (!q->kept) {
		sqlite3_finalize(q->stmt);
	} else if (q->stmt) {
		sqlite3_reset(q->stmt);
		sqlite3_clear_bindings(q->stmt);
	}
	if (q->kept)
		q->kept->is_busy = false;
	*q = (struct query){ .db = q->db };
}

static void keep(struct query *q, int rc)
{
	if (q->rc == SQLITE_OK)
		q->rc = rc;
}

void bind_int(struct query *q, int64_t v)
{
	if (q->rc == SQLITE_OK)
		keep(q, sqlite3_bind_int64(q->stmt, ++q->at, v));
}

void bind_id(struct query *q, int64_t id)
{
	if (id)
		bind_int(q, id);
	else if (q->rc == SQLITE_OK)
		keep(q, sqlite3_bind_null(q->stmt, ++q->at));
}

void bind_double(struct query *q, double v)
{
	if (q->rc == SQLITE_OK)
		keep(q, sqlite3_bind_double(q->stmt, ++q->at, v));
}

void bind_str(struct query *q, struct str s)
{
	if (q->rc == SQLITE_OK)
		keep(q, sqlite3_bind_text64(q->stmt, ++q->at, s.p ? s.p : "", s.len, SQLITE_STATIC, SQLITE_UTF8));
}

void bind_c(struct query *q, const char *cstr)
{
	bind_str(q, str_c(cstr));
}

void bind_blob(struct query *q, struct str bytes)
{
	if (q->rc == SQLITE_OK)
		keep(q, sqlite3_bind_blob64(q->stmt, ++q->at, bytes.p ? bytes.p : "", bytes.len, SQLITE_STATIC));
}

/* SQLite's integers are signed; the bits are what counts. */
void bind_simhash(struct query *q, uint64_t v)
{
	int64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	bind_int(q, bits);
}

bool query_next(struct query *q)
{
	int rc;

	if (q->rc != SQLITE_OK)
		return false;
	q->at = -1;
	errno = 0;
	rc = sqlite3_step(q->stmt);
	queue_leave(&q->db->queue);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		q->rc = rc;
	return rc == SQLITE_ROW;
}

enum err_code query_end(struct query *q, struct err *err)
{
	return q->rc == SQLITE_OK ? OK : store_fail(q->db, q->rc, err);
}

void query_again(struct query *q)
{
	if (q->rc == SQLITE_OK)
		sqlite3_reset(q->stmt);
	q->at = 0;
}

enum err_code query_run(struct query *q, struct err *err)
{
	while (query_next(q))
		continue;
	if (query_end(q, err) != OK)
		return err->code;
	query_again(q);
	return OK;
}

int64_t row_int(struct query *q)
{
	return sqlite3_column_int64(q->stmt, ++q->at);
}

int64_t row_peek(struct query *q)
{
	return sqlite3_column_int64(q->stmt, q->at + 1);
}

double row_double(struct query *q)
{
	return sqlite3_column_double(q->stmt, ++q->at);
}

bool row_bool(struct query *q)
{
	return row_int(q) != 0;
}

struct str row_view(struct query *q)
{
	const char *p = sqlite3_column_blob(q->stmt, ++q->at);
	size_t len = (size_t)sqlite3_column_bytes(q->stmt, q->at);

	return p ? (struct str){ p, len } : STR_EMPTY;
}

struct str row_str(struct query *q, struct arena *a)
{
	return arena_str(a, row_view(q));
}

uint64_t row_simhash(struct query *q)
{
	int64_t bits = row_int(q);
	uint64_t v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

enum err_code store_run(struct store *db, struct err *err, const char *sql)
{
	SCOPED(query) q = query(db, sql);

	return query_run(&q, err);
}

enum err_code store_run_id(struct store *db, struct err *err, const char *sql, int64_t id)
{
	SCOPED(query) q = query(db, sql);

	bind_int(&q, id);
	return query_run(&q, err);
}

enum err_code store_number(struct store *db, struct err *err, const char *sql, int64_t *value)
{
	SCOPED(query) q = query(db, sql);

	*value = query_next(&q) ? row_int(&q) : 0;
	return query_end(&q, err);
}

void *list_add(struct list *l)
{
	l->v = mem_grow(l->v, &l->cap, l->n + 1, l->size);
	return memset(l->v + l->n++ * l->size, 0, l->size);
}

void *list_move(struct list *l, struct arena *a, size_t *n)
{
	void *v = NULL;

	*n = l->n;
	if (l->n) {
		v = arena_array(a, l->n, l->size);
		memcpy(v, l->v, l->n * l->size);
	}
	list_release(l);
	return v;
}

void list_release(struct list *l)
{
	mem_free(l->v);
	*l = (struct list){ .size = l->size };
}
