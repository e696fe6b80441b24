#include "documents_internal.h"

#include <sys/stat.h>

#include "ibid/store/sessions.h"

/* --- removing for good */

/*
 * Deleted bytes stay in three places: terms in older segments of a full-text
 * index until it is merged, free pages, and the log. All three are emptied, so
 * that what was removed for good is found in no file (reference: SQLite,
 * "FTS5, The 'optimize' Command" and "PRAGMA secure_delete").
 */
static const char *const scrub_steps[] = {
	"INSERT INTO message_fts (message_fts) VALUES ('optimize')",
	"INSERT INTO chunk_fts (chunk_fts) VALUES ('optimize')",
	"INSERT INTO ident_fts (ident_fts) VALUES ('optimize')",
	"VACUUM",
	"PRAGMA wal_checkpoint(TRUNCATE)",
};

static enum err_code run_steps(struct store *db, const char *const *steps, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (store_run(db, err, steps[i]) != OK)
			return err->code;
	return OK;
}

enum err_code store_scrub(struct store *db, struct err *err)
{
	db->must_scrub = false;
	if (run_steps(db, scrub_steps, sizeof(scrub_steps) / sizeof(*scrub_steps), err) != OK)
		return err_ctx(err, "removed, but the bytes are not wiped yet ('ibid db vacuum' does it)");
	return OK;
}

typedef enum err_code each_fn(struct store *db, int64_t id, struct err *err);

static enum err_code purge(struct store *db, int64_t id, each_fn *erase, struct err *err)
{
	if (store_begin(db, err) != OK)
		return err->code;
	if (erase(db, id, err) != OK)
		return store_rollback(db, err);
	return store_commit(db, err);
}

enum err_code store_session_purge(struct store *db, int64_t id, struct err *err)
{
	return purge(db, id, store_session_erase, err);
}

enum err_code store_document_purge(struct store *db, int64_t id, struct err *err)
{
	return purge(db, id, store_document_erase, err);
}

static enum err_code find_ids(struct store *db, const char *sql, int64_t v, struct list *ids, struct err *err)
{
	SCOPED(query) q = query(db, sql);

	bind_int(&q, v);
	while (query_next(&q))
		*(int64_t *)list_add(ids) = row_int(&q);
	return query_end(&q, err);
}

/* `fn` for each id that the query finds; the list is made first, because `fn` changes what is read. */
static enum err_code for_each(struct store *db, const char *sql, int64_t v, each_fn *fn, int64_t *n, struct err *err)
{
	SCOPED(list) ids = LIST_INIT(int64_t);

	if (find_ids(db, sql, v, &ids, err) != OK)
		return err->code;
	for (size_t i = 0; i < ids.n; i++, ++*n)
		if (fn(db, ((int64_t *)(void *)ids.v)[i], err) != OK)
			return err->code;
	return OK;
}

enum err_code store_purge_trash(struct store *db, int64_t before_ms, int64_t *n, struct err *err)
{
	int64_t count = 0;

	if (store_begin(db, err) != OK)
		return err->code;
	if (for_each(db, "SELECT id FROM session WHERE trashed_ms <> 0 AND trashed_ms < ?", before_ms,
		    store_session_erase, &count, err) != OK ||
		for_each(db, "SELECT id FROM document WHERE trashed_ms <> 0 AND trashed_ms < ?", before_ms,
			store_document_erase, &count, err) != OK)
		return store_rollback(db, err);
	if (store_commit(db, err) != OK)
		return err->code;
	*n = count;
	return OK;
}

/* --- building the indexes anew */

/* Contentless tables are emptied at once and filled from the texts; the messages have a view to be filled from. */
static const char *const empty_steps[] = {
	"INSERT INTO chunk_fts (chunk_fts) VALUES ('delete-all')",
	"INSERT INTO ident_fts (ident_fts) VALUES ('delete-all')",
	"UPDATE document SET indexed_title = NULL WHERE indexed_title IS NOT NULL",
	"INSERT INTO message_fts (message_fts) VALUES ('rebuild')",
};

static enum err_code rebuild(struct store *db, struct err *err)
{
	int64_t n = 0;

	if (run_steps(db, empty_steps, sizeof(empty_steps) / sizeof(*empty_steps), err) != OK)
		return err->code;
	return for_each(db, "SELECT id FROM document WHERE trashed_ms = ?", 0, index_document, &n, err);
}

enum err_code store_vacuum(struct store *db, struct err *err)
{
	if (store_begin(db, err) != OK)
		return err->code;
	if (rebuild(db, err) != OK)
		return store_rollback(db, err);
	db->must_scrub = true;
	return store_commit(db, err);
}

/* --- figures */

static const struct {
	const char *name, *sql;
} figures[] = {
	{ "documents",      "SELECT count(*) FROM document WHERE trashed_ms = 0" },
	{ "documents_trash", "SELECT count(*) FROM document WHERE trashed_ms <> 0" },
	{ "versions",       "SELECT count(*) FROM document_text" },
	{ "chunks",         "SELECT sum(n_chunks) FROM document WHERE trashed_ms = 0" },
	{ "sentences",      "SELECT sum(n_sentences) FROM document WHERE trashed_ms = 0" },
	{ "sessions",       "SELECT count(*) FROM session WHERE trashed_ms = 0" },
	{ "sessions_trash", "SELECT count(*) FROM session WHERE trashed_ms <> 0" },
	{ "messages",       "SELECT count(*) FROM message" },
	{ "requests",       "SELECT count(*) FROM request" },
	{ "answers",        "SELECT count(*) FROM answer" },
	{ "citations",      "SELECT count(*) FROM citation" },
	{ "bytes",          "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size" },
	{ "bytes_free",     "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size" },
	{ "schema",         "PRAGMA user_version" },
};

/* The log is not in the page count. Its name is asked of the system, never opened (open.c). */
static int64_t log_bytes(const struct store *db)
{
	SCOPED(buf) name = BUF_INIT;
	struct stat st;

	store_path_of(db, "-wal", &name);
	return stat(buf_cstr(&name), &st) == 0 ? st.st_size : 0;
}

enum err_code store_stats(struct store *db, struct arena *a, struct store_stat **stats, size_t *n, struct err *err)
{
	enum { COUNT = sizeof(figures) / sizeof(*figures) };
	struct store_stat *v = arena_array(a, COUNT + 1, sizeof(*v));

	for (size_t i = 0; i < COUNT; i++) {
		v[i].name = figures[i].name;
		if (store_number(db, err, figures[i].sql, &v[i].value) != OK)
			return err->code;
	}
	v[COUNT] = (struct store_stat){ "bytes_log", log_bytes(db) };
	*stats = v;
	*n = COUNT + 1;
	return OK;
}
