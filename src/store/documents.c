#include "documents_internal.h"

#include <string.h>

void document_read(struct query *q, struct arena *a, struct document *d)
{
	struct str hash;

	d->id = row_int(q);
	d->path = row_str(q, a);
	d->kind = row_str(q, a);
	d->mime = row_str(q, a);
	d->citekey = row_str(q, a);
	d->csl = row_str(q, a);
	d->title = row_str(q, a);
	d->authors = row_str(q, a);
	d->date = row_str(q, a);
	d->publisher = row_str(q, a);
	d->type = row_str(q, a);
	d->collection = row_str(q, a);
	d->warnings = row_str(q, a);
	hash = row_view(q);
	if (hash.len == HASH_SIZE)
		memcpy(d->file_hash.bytes, hash.p, HASH_SIZE);
	d->size_bytes = (uint64_t)row_int(q);
	d->version = (int)row_int(q);
	d->text_id = row_int(q);
	d->added_ms = row_int(q);
	d->updated_ms = row_int(q);
	d->trashed_ms = row_int(q);
	d->n_pages = (int)row_int(q);
	d->n_chunks = (int)row_int(q);
	d->n_sentences = (int)row_int(q);
	d->tags = row_str(q, a);
}

enum err_code document_read_one(struct query *q, struct arena *a, struct document *doc, bool *found, struct err *err)
{
	struct document d = { 0 };

	*found = query_next(q);
	if (*found)
		document_read(q, a, &d);
	if (query_end(q, err) != OK)
		return err->code;
	if (*found)
		*doc = d;
	return OK;
}

enum err_code store_document_by_id(struct store *db, struct arena *a, int64_t id, struct document *doc, bool *found,
	struct err *err)
{
	SCOPED(query) q = query(db, SELECT_DOCUMENT "WHERE d.id = ?");

	bind_int(&q, id);
	return document_read_one(&q, a, doc, found, err);
}

enum err_code store_document_by_path(struct store *db, struct arena *a, struct str path, struct document *doc,
	bool *found, struct err *err)
{
	SCOPED(query) q = query(db, SELECT_DOCUMENT
		"WHERE d.id = (SELECT doc_id FROM document_path WHERE path = ?) AND d.trashed_ms = 0");

	bind_str(&q, path);
	return document_read_one(&q, a, doc, found, err);
}

enum err_code store_document_by_citekey(struct store *db, struct arena *a, struct str key, struct document *doc,
	bool *found, struct err *err)
{
	SCOPED(query) q = query(db, SELECT_DOCUMENT "WHERE d.citekey = ? AND d.trashed_ms = 0");

	bind_str(&q, key);
	return document_read_one(&q, a, doc, found, err);
}

static struct str hash_bytes(const struct hash *h)
{
	return str_of((const char *)h->bytes, HASH_SIZE);
}

enum err_code store_document_by_hash(struct store *db, struct arena *a, const struct hash *h, struct document *doc,
	bool *found, struct err *err)
{
	SCOPED(query) q = query(db, SELECT_DOCUMENT "WHERE d.file_hash = ? AND d.trashed_ms = 0 ORDER BY d.id LIMIT 1");

	bind_blob(&q, hash_bytes(h));
	return document_read_one(&q, a, doc, found, err);
}

enum err_code store_document_any(struct store *db, bool *any, struct err *err)
{
	SCOPED(query) q = query(db, "SELECT 1 FROM document WHERE trashed_ms = 0 LIMIT 1");
	bool found = query_next(&q);

	if (query_end(&q, err) != OK)
		return err->code;
	*any = found;
	return OK;
}

/* --- adding */

/*
 * The row as far as an ingest knows it; ?1 is NULL for a new one. A key, once
 * given, stays. No upsert, for the reason told at store_document_add_path.
 */
static const char insert_row[] =
	"INSERT INTO document (id, path, kind, mime, citekey, csl, title, authors, date, publisher, type, collection,"
	" warnings, file_hash, size_bytes, version, text_id, added_ms, updated_ms, n_pages, n_chunks, n_sentences)"
	" VALUES (?1, ?2, ?3, ?4, nullif(?5, ''), ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,"
	" ?22)";
static const char update_row[] =
	"UPDATE document SET path = ?2, kind = ?3, mime = ?4, citekey = coalesce(citekey, nullif(?5, '')), csl = ?6,"
	" title = ?7, authors = ?8, date = ?9, publisher = ?10, type = ?11, collection = ?12, warnings = ?13,"
	" file_hash = ?14, size_bytes = ?15, version = ?16, text_id = ?17, updated_ms = ?19, n_pages = ?20, n_chunks = ?21,"
	" n_sentences = ?22 WHERE id = ?1";

static enum err_code write_row(struct store *db, struct document *d, const struct text *t, struct err *err)
{
	SCOPED(query) q = query(db, d->id ? update_row : insert_row);

	bind_id(&q, d->id);
	bind_str(&q, d->path);
	bind_str(&q, d->kind);
	bind_str(&q, d->mime);
	bind_str(&q, d->citekey);
	bind_str(&q, d->csl);
	bind_str(&q, d->title);
	bind_str(&q, d->authors);
	bind_str(&q, d->date);
	bind_str(&q, d->publisher);
	bind_str(&q, d->type);
	bind_str(&q, d->collection);
	bind_str(&q, d->warnings);
	bind_blob(&q, hash_bytes(&d->file_hash));
	bind_int(&q, (int64_t)d->size_bytes);
	bind_int(&q, d->version);
	bind_int(&q, d->text_id);
	bind_int(&q, d->added_ms);
	bind_int(&q, d->updated_ms);
	bind_int(&q, (int64_t)t->n_pages);
	bind_int(&q, (int64_t)t->n_chunks);
	bind_int(&q, (int64_t)t->n_sentences);
	if (query_run(&q, err) != OK)
		return err->code;
	if (!d->id)
		d->id = sqlite3_last_insert_rowid(db->sqlite);
	return OK;
}

static enum err_code path_owner(struct store *db, struct str path, int64_t *id, struct err *err)
{
	SCOPED(query) q = query(db, "SELECT doc_id FROM document_path WHERE path = ?");

	bind_str(&q, path);
	*id = query_next(&q) ? row_int(&q) : 0;
	return query_end(&q, err);
}

/*
 * Standard input has no path that could be met again. An upsert would do this in
 * one statement, but it opens a savepoint of its own, at which FTS5 writes out
 * the words it has gathered: each document became a segment, and merging them
 * took a third of the time of an ingest.
 */
enum err_code store_document_add_path(struct store *db, int64_t id, struct str path, struct err *err)
{
	int64_t owner;

	if (path.len == 0 || str_is(path, "-"))
		return OK;
	if (path_owner(db, path, &owner, err) != OK || owner == id)
		return err->code;
	SCOPED(query) q = owner ? query(db, "UPDATE document_path SET doc_id = ?2 WHERE path = ?1")
				: query(db, "INSERT INTO document_path (path, doc_id) VALUES (?, ?)");
	bind_str(&q, path);
	bind_int(&q, id);
	return query_run(&q, err);
}

enum err_code store_document_tag(struct store *db, int64_t id, struct str tag, bool on, struct err *err)
{
	SCOPED(query) q = on ? query(db, "INSERT OR IGNORE INTO document_tag (doc_id, tag) VALUES (?, ?)")
			     : query(db, "DELETE FROM document_tag WHERE doc_id = ? AND tag = ?");

	bind_int(&q, id);
	bind_str(&q, tag);
	return query_run(&q, err);
}

static enum err_code add_tags(struct store *db, const struct document *d, struct err *err)
{
	struct str rest = d->tags;

	while (rest.p) {
		struct str tag = str_trim(str_cut(&rest, ','));

		if (tag.len && store_document_tag(db, d->id, tag, true, err) != OK)
			return err->code;
	}
	return OK;
}

static enum err_code last_version(struct store *db, int64_t id, int *version, struct err *err)
{
	SCOPED(query) q = query(db, "SELECT version FROM document WHERE id = ?");
	bool found;

	bind_int(&q, id);
	found = query_next(&q);
	*version = found ? (int)row_int(&q) : 0;
	if (query_end(&q, err) != OK)
		return err->code;
	return found ? OK : err_set(err, ERR_MISSING, "there is no document d%lld", (long long)id);
}

static enum err_code put_text(struct store *db, struct document *d, struct text *t, const struct str *identifiers,
	struct err *err)
{
	t->doc_id = d->id;
	t->version = d->version;
	if (text_insert(db, t, identifiers, err) != OK)
		return err->code;
	d->text_id = t->id;
	return OK;
}

/* A new document needs its row before its text, for the text's foreign key; the row learns of the text after it. */
static enum err_code put_new(struct store *db, struct document *d, struct text *t, const struct str *identifiers,
	struct err *err)
{
	d->version = 1;
	d->added_ms = d->added_ms ? d->added_ms : clock_now_ms(db->clock);
	d->updated_ms = d->added_ms;
	if (write_row(db, d, t, err) != OK || put_text(db, d, t, identifiers, err) != OK ||
		index_chunks(db, t, identifiers, d->title, true, err) != OK)
		return err->code;

	SCOPED(query) q = query(db, "UPDATE document SET text_id = ?, indexed_title = title WHERE id = ?");
	bind_int(&q, t->id);
	bind_int(&q, d->id);
	return query_run(&q, err);
}

static enum err_code put_version(struct store *db, struct document *d, struct text *t, const struct str *identifiers,
	struct err *err)
{
	if (last_version(db, d->id, &d->version, err) != OK || unindex_document(db, d->id, err) != OK)
		return err->code;
	d->version++;
	d->updated_ms = clock_now_ms(db->clock);
	if (put_text(db, d, t, identifiers, err) != OK || write_row(db, d, t, err) != OK)
		return err->code;
	return index_document(db, d->id, err);
}

static enum err_code put(struct store *db, struct document *d, struct text *t, const struct str *identifiers,
	struct err *err)
{
	if ((d->id ? put_version : put_new)(db, d, t, identifiers, err) != OK)
		return err->code;
	if (store_document_add_path(db, d->id, d->path, err) != OK)
		return err->code;
	return add_tags(db, d, err);
}

/* Relaxed: a power cut may lose the last documents, which are ingested again from their files. */
enum err_code store_document_put(struct store *db, struct document *doc, struct text *text,
	const struct str *identifiers, struct err *err)
{
	struct document d = *doc;
	struct text t = *text;

	if (store_begin_relaxed(db, err) != OK)
		return err->code;
	if (put(db, &d, &t, identifiers, err) != OK)
		return store_rollback(db, err);
	if (store_commit(db, err) != OK)
		return err->code;
	d.n_pages = (int)t.n_pages;
	d.n_chunks = (int)t.n_chunks;
	d.n_sentences = (int)t.n_sentences;
	*doc = d;
	*text = t;
	return OK;
}

/* --- changing */

static enum err_code no_document(int64_t id, struct err *err)
{
	return err_set(err, ERR_MISSING, "there is no document d%lld", (long long)id);
}

static enum err_code write_description(struct store *db, const struct document *d, struct err *err)
{
	SCOPED(query) q = query(db,
		"UPDATE document SET citekey = coalesce(citekey, nullif(?2, '')), csl = ?3, title = ?4, authors = ?5, date = ?6,"
		" publisher = ?7, type = ?8, collection = CASE WHEN ?9 = '' THEN collection ELSE ?9 END, updated_ms = ?10"
		" WHERE id = ?1");

	bind_int(&q, d->id);
	bind_str(&q, d->citekey);
	bind_str(&q, d->csl);
	bind_str(&q, d->title);
	bind_str(&q, d->authors);
	bind_str(&q, d->date);
	bind_str(&q, d->publisher);
	bind_str(&q, d->type);
	bind_str(&q, d->collection);
	bind_int(&q, clock_now_ms(db->clock));
	if (query_run(&q, err) != OK)
		return err->code;
	return sqlite3_changes64(db->sqlite) ? OK : no_document(d->id, err);
}

enum err_code store_document_describe(struct store *db, const struct document *doc, struct err *err)
{
	if (store_begin(db, err) != OK)
		return err->code;
	if (write_description(db, doc, err) != OK || index_document(db, doc->id, err) != OK)
		return store_rollback(db, err);
	return store_commit(db, err);
}

static enum err_code set_trashed(struct store *db, int64_t id, int64_t at_ms, struct err *err)
{
	SCOPED(query) q = query(db, "UPDATE document SET trashed_ms = ?2 WHERE id = ?1");

	bind_int(&q, id);
	bind_int(&q, at_ms);
	if (query_run(&q, err) != OK)
		return err->code;
	return sqlite3_changes64(db->sqlite) ? OK : no_document(id, err);
}

enum err_code store_document_trash(struct store *db, int64_t id, int64_t at_ms, struct err *err)
{
	if (store_begin(db, err) != OK)
		return err->code;
	if (set_trashed(db, id, at_ms, err) != OK || index_document(db, id, err) != OK)
		return store_rollback(db, err);
	return store_commit(db, err);
}

enum err_code store_citekey_taken(struct store *db, struct str key, bool *taken, struct err *err)
{
	SCOPED(query) q = query(db, "SELECT 1 FROM document WHERE citekey = ?");

	bind_str(&q, key);
	*taken = query_next(&q);
	return query_end(&q, err);
}

/* --- removing for good */

/* The words that were cited stay with the citation; the words around them and the place go. */
static const char *const erase_steps[] = {
	"UPDATE citation SET level = 'stale' WHERE id IN (SELECT citation_id FROM anchor WHERE doc_id = ?)",
	"UPDATE anchor SET text_id = NULL, prefix = '', suffix = '' WHERE doc_id = ?",
	("DELETE FROM chunk WHERE id IN (SELECT c.id FROM document_text AS t"
	 " JOIN chunk AS c ON c.id >= t.first_chunk AND c.id < t.first_chunk + t.n_chunks WHERE t.doc_id = ?)"),
	"DELETE FROM document WHERE id = ?",
};

enum err_code store_document_erase(struct store *db, int64_t id, struct err *err)
{
	db->must_scrub = true;
	if (unindex_document(db, id, err) != OK)
		return err->code;
	for (size_t i = 0; i < sizeof(erase_steps) / sizeof(*erase_steps); i++)
		if (store_run_id(db, err, erase_steps[i], id) != OK)
			return err->code;
	return OK;
}

enum err_code store_document_citations(struct store *db, int64_t id, int64_t *n, struct err *err)
{
	SCOPED(query) q = query(db, "SELECT count(*) FROM anchor WHERE doc_id = ?");

	bind_int(&q, id);
	*n = query_next(&q) ? row_int(&q) : 0;
	return query_end(&q, err);
}
