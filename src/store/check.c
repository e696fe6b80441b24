#include "documents_internal.h"

#include <sys/stat.h>

#include "ibid/base/path.h"

/* Rows of one kind of damage that are told one by one; the rest is a count. */
#define TOLD_MAX 5

static const char rebuild_remedy[] = "build the indexes anew: 'ibid db vacuum'";
static const char restore_remedy[] = "go back to a copy: 'ibid db restore'";
static const char ingest_remedy[] = "ingest the document again";
static const char verify_remedy[] = "check the citations again: 'ibid cite verify'";

#define INDEXED_CHUNKS                                                                                                 \
	"SELECT c.id FROM document AS d JOIN document_text AS t ON t.id = d.text_id"                                   \
	" JOIN chunk AS c ON c.id >= t.first_chunk AND c.id < t.first_chunk + t.n_chunks"                              \
	" WHERE d.indexed_title IS NOT NULL"

/*
 * A query that finds damage gives a word for each row of it. Lengths are of
 * bytes, hence the casts. DESIGN.md D8: all ranges are over the canonical text.
 */
static const struct {
	const char *id;
	bool is_error;
	const char *what;	/* before the words of the rows */
	const char *remedy;
	const char *sql;
} checks[] = {
	{ "integrity", true, "the file is damaged", restore_remedy,
		"SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'" },
	{ "foreign-key", true, "rows point at rows that are gone", restore_remedy,
		"SELECT \"table\" || ' ' || rowid || ' -> ' || parent FROM pragma_foreign_key_check" },
	{ "fts-missing", true, "chunks are not in the full-text index", rebuild_remedy,
		INDEXED_CHUNKS " EXCEPT SELECT id FROM chunk_fts_docsize" },
	{ "fts-stray", true, "the full-text index holds chunks that are gone", rebuild_remedy,
		"SELECT id FROM chunk_fts_docsize EXCEPT " INDEXED_CHUNKS },
	{ "fts-ident", true, "the index of identifiers does not agree with the chunks", rebuild_remedy,
		"SELECT id FROM ident_fts_docsize EXCEPT " INDEXED_CHUNKS " AND c.identifiers <> ''" },
	{ "fts-trash", true, "documents in the trash are in the index, or others are not", rebuild_remedy,
		"SELECT 'd' || id FROM document WHERE (indexed_title IS NULL) <> (trashed_ms <> 0)" },
	{ "fts-messages", true, "messages are not in their full-text index, or are in it and gone", rebuild_remedy,
		"SELECT id FROM (SELECT id FROM message_searchable EXCEPT SELECT id FROM message_fts_docsize)"
		" UNION ALL SELECT id FROM (SELECT id FROM message_fts_docsize EXCEPT SELECT id FROM message_searchable)" },
	{ "document-text", true, "documents have lost their text", ingest_remedy,
		"SELECT 'd' || id FROM document AS d WHERE NOT EXISTS"
		" (SELECT 1 FROM document_text WHERE id = d.text_id AND doc_id = d.id AND version = d.version)" },
	{ "orphan-chunk", false, "chunks belong to no text", restore_remedy,
		"SELECT id FROM chunk WHERE text_id NOT IN (SELECT id FROM document_text)" },
	{ "chunk-count", true, "texts have lost chunks", ingest_remedy,
		"SELECT 'd' || doc_id FROM document_text AS t WHERE n_chunks <> (SELECT count(*) FROM chunk AS c"
		" WHERE c.id >= t.first_chunk AND c.id < t.first_chunk + t.n_chunks AND c.text_id = t.id)" },
	{ "session-head", true, "sessions go on from messages that are not theirs", restore_remedy,
		"SELECT sid FROM session AS s WHERE head_id <> 0"
		" AND NOT EXISTS (SELECT 1 FROM message WHERE id = s.head_id AND session_id = s.id)" },
	{ "message-parent", true, "messages answer to another session or to a later message", restore_remedy,
		"SELECT m.id FROM message AS m JOIN message AS p ON p.id = m.parent_id"
		" WHERE p.session_id <> m.session_id OR p.id >= m.id" },
	{ "message-number", true, "numbers of messages are missing", restore_remedy,
		"SELECT sid FROM session AS s JOIN message AS m ON m.session_id = s.id GROUP BY s.id HAVING max(n) <> count(*)" },
	{ "session-draft", false, "there are several drafts of one conversation", restore_remedy,
		"SELECT coalesce(session_id, 'none yet') FROM draft GROUP BY session_id HAVING count(*) > 1" },
	{ "session-cost", false, "the cost of sessions is not the sum of their requests", restore_remedy,
		"SELECT sid FROM session AS s WHERE cost_usd_micros <> (SELECT coalesce(sum(cost_usd_micros), 0)"
		" FROM request WHERE session_id = s.id AND cost_usd_micros > 0)" },
	{ "claim-range", true, "claims reach beyond their answer", restore_remedy,
		"SELECT c.id FROM claim AS c JOIN message AS m ON m.id = c.message_id"
		" WHERE c.byte_from > c.byte_to OR c.byte_to > length(CAST(m.text AS BLOB))" },
	{ "orphan-anchor", true, "citations point into texts that are gone", verify_remedy,
		"SELECT citation_id FROM anchor WHERE text_id IS NOT NULL AND text_id NOT IN (SELECT id FROM document_text)" },
	{ "anchor-words", true, "the text does not hold the words that were cited from it", verify_remedy,
		"SELECT citation_id FROM anchor AS a JOIN document_text AS t ON t.id = a.text_id WHERE"
		" substr(CAST(t.text AS BLOB), a.byte_from + 1, a.byte_to - a.byte_from) <> CAST(a.exact AS BLOB)" },
};

struct report {
	struct store *db;
	struct arena *a;
	struct list faults;	/* struct store_fault */
	bool is_unreadable;	/* damaged pages: every other query would only meet them */
};

static void add(struct report *r, const char *id, bool is_error, struct str what, const char *remedy)
{
	*(struct store_fault *)list_add(&r->faults) = (struct store_fault){ id, is_error, what, str_c(remedy) };
}

/* The check of the pages tells a page that it had no memory for among the damaged ones (btree.c, checkAppendMsg). */
static bool is_lack_of_memory(struct str fault)
{
	return str_ends(fault, STR("error code=7"));
}

static enum err_code run_check(struct report *r, size_t i, struct err *err)
{
	SCOPED(buf) what = BUF_INIT;
	SCOPED(query) q = query_once(r->db, checks[i].sql);
	size_t n = 0;

	buf_fmt(&what, "%s: ", checks[i].what);
	while (query_next(&q)) {
		struct str word = row_view(&q);

		if (is_lack_of_memory(word))
			return store_fail(r->db, SQLITE_NOMEM, err);
		if (n++ < TOLD_MAX)
			buf_fmt(&what, "%s%.*s", n > 1 ? ", " : "", STR_ARG(word));
	}
	if (n > TOLD_MAX)
		buf_fmt(&what, " and %zu more", n - TOLD_MAX);
	if (n)
		add(r, checks[i].id, checks[i].is_error, arena_str(r->a, buf_view(&what)), checks[i].remedy);
	return query_end(&q, err);
}

/* The first is the one of the pages. */
static enum err_code run_checks(struct report *r, struct err *err)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks) && !r->is_unreadable; i++) {
		if (run_check(r, i, err) != OK)
			return err->code;
		r->is_unreadable = i == 0 && r->faults.n;
	}
	return OK;
}

/* FTS5 looks through its own tables; the messages are also compared with the words they came from. */
static const struct {
	const char *id, *sql;
} indexes[] = {
	{ "fts-chunks",     "INSERT INTO chunk_fts (chunk_fts) VALUES ('integrity-check')" },
	{ "fts-identifiers", "INSERT INTO ident_fts (ident_fts) VALUES ('integrity-check')" },
	{ "fts-words",      "INSERT INTO message_fts (message_fts, rank) VALUES ('integrity-check', 1)" },
};

/* These checks are written as INSERT and change nothing; a store that was opened to read lends its path for them. */
static sqlite3 *writer(const struct store *db)
{
	sqlite3 *other = NULL;

	if (!sqlite3_db_readonly(db->sqlite, "main"))
		return db->sqlite;
	if (sqlite3_open_v2(store_path(db), &other, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
		!sqlite3_db_readonly(other, "main")) {
		sqlite3_busy_timeout(other, db->busy_timeout_ms);
		return other;
	}
	sqlite3_close(other);
	return NULL;
}

static void check_indexes(struct report *r)
{
	sqlite3 *db = writer(r->db);

	for (size_t i = 0; db && i < sizeof(indexes) / sizeof(*indexes); i++)
		if ((sqlite3_exec(db, indexes[i].sql, NULL, NULL, NULL) & 0xFF) == SQLITE_CORRUPT)
			add(r, indexes[i].id, true, STR("a full-text index is damaged"), rebuild_remedy);
	if (db != r->db->sqlite)
		sqlite3_close(db);
}

/* Reading a text checks every range over it. */
static enum err_code check_texts(struct report *r, struct err *err)
{
	SCOPED(query) q = query(r->db, "SELECT id, doc_id FROM document_text");

	while (query_next(&q)) {
		SCOPED(arena) work = ARENA_INIT;
		int64_t id = row_int(&q), doc_id = row_int(&q);
		struct text t;
		enum err_code code = store_text(r->db, &work, id, &t, err);

		if (code == ERR_CORRUPT)
			add(r, "text-range", true, arena_fmt(r->a, "ranges of d%lld do not fit its text", (long long)doc_id),
				ingest_remedy);
		else if (code != OK)
			return code;
	}
	err_reset(err);
	return query_end(&q, err);
}

static void check_mode(struct report *r, const char *id, const char *path, const char *mode)
{
	struct stat st;

	if (stat(path, &st) != 0 || (st.st_mode & 077) == 0)
		return;
	add(r, id, false, arena_fmt(r->a, "others may open '%s' (mode %04o)", path, (unsigned)st.st_mode & 07777),
		arena_fmt(r->a, "chmod %s '%s'", mode, path).p);
}

static void check_modes(struct report *r)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	SCOPED(buf) name = BUF_INIT;

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		store_path_of(r->db, suffixes[i], &name);
		check_mode(r, "file-mode", buf_cstr(&name), "600");
	}
	buf_reset(&name);
	buf_str(&name, path_dir(str_c(store_path(r->db))));
	check_mode(r, "directory-mode", buf_cstr(&name), "700");
}

static enum err_code check_all(struct report *r, struct err *err)
{
	if (run_checks(r, err) != OK)
		return err->code;
	if (r->is_unreadable)
		return OK;
	check_indexes(r);
	return check_texts(r, err);
}

enum err_code store_check(struct store *db, struct arena *a, struct store_fault **faults, size_t *n, struct err *err)
{
	struct report r = { .db = db, .a = a, .faults = LIST_INIT(struct store_fault) };
	enum err_code code = check_all(&r, err);

	/* A check that met damaged pages itself has found what it was looking for. */
	if (code == ERR_CORRUPT) {
		add(&r, "integrity", true, arena_str(a, str_c(err->text)), restore_remedy);
		err_reset(err);
		code = OK;
	}
	if (code == OK)
		check_modes(&r);
	if (code == OK)
		*faults = list_move(&r.faults, a, n);
	list_release(&r.faults);
	return code;
}
