#include "documents_internal.h"

#include "ibid/store/search.h"
#include "pack_internal.h"

/* --- writing */

static enum err_code next_chunk_id(struct store *db, int64_t *id, struct err *err)
{
	SCOPED(query) q = query(db, "SELECT value FROM setting WHERE name = '.next_chunk'");

	*id = query_next(&q) ? row_int(&q) : 0;
	return query_end(&q, err);
}

/*
 * Ids of chunks are handed out by a counter and never again: a vector of a chunk
 * that is gone must not find another. Without upsert or RETURNING, for the
 * reason told at store_document_add_path.
 */
static enum err_code take_chunk_ids(struct store *db, size_t n, int64_t *first, struct err *err)
{
	int64_t next;

	if (next_chunk_id(db, &next, err) != OK)
		return err->code;
	SCOPED(query) q = next ? query(db, "UPDATE setting SET value = ? WHERE name = '.next_chunk'")
			       : query(db, "INSERT INTO setting (value, name) VALUES (?, '.next_chunk')");
	*first = next ? next : 1;
	bind_int(&q, *first + (int64_t)n);
	return query_run(&q, err);
}

static enum err_code insert_text(struct store *db, struct text *t, int64_t first_chunk, struct err *err)
{
	SCOPED(buf) pages = BUF_INIT;
	SCOPED(buf) heads = BUF_INIT;
	SCOPED(buf) sentences = BUF_INIT;
	SCOPED(query) q = query(db,
		"INSERT INTO document_text (doc_id, version, extractor, first_chunk, n_chunks, pages, heads, sentences, text)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

	pack_pages(&pages, t);
	pack_heads(&heads, t);
	pack_sentences(&sentences, t);
	bind_int(&q, t->doc_id);
	bind_int(&q, t->version);
	bind_str(&q, t->extractor);
	bind_int(&q, first_chunk);
	bind_int(&q, (int64_t)t->n_chunks);
	bind_blob(&q, buf_view(&pages));
	bind_blob(&q, buf_view(&heads));
	bind_blob(&q, buf_view(&sentences));
	bind_str(&q, t->text);
	if (query_run(&q, err) != OK)
		return err->code;
	t->id = sqlite3_last_insert_rowid(db->sqlite);
	return OK;
}

static void bind_chunk(struct query *q, const struct chunk *c, int64_t text_id, struct str identifiers)
{
	bind_int(q, c->id);
	bind_int(q, text_id);
	bind_int(q, (int64_t)c->at.byte_from);
	bind_int(q, (int64_t)c->at.byte_to);
	bind_int(q, c->sentence_from);
	bind_int(q, c->sentence_to);
	bind_int(q, c->head);
	bind_int(q, c->page_from);
	bind_int(q, c->page_to);
	bind_int(q, c->words);
	bind_simhash(q, c->simhash);
	bind_str(q, identifiers);
}

enum err_code text_insert(struct store *db, struct text *t, const struct str *identifiers, struct err *err)
{
	int64_t id = 0;
	SCOPED(query) q = query(db,
		"INSERT INTO chunk (id, text_id, byte_from, byte_to, sentence_from, sentence_to, head, page_from, page_to,"
		" words, simhash, identifiers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

	if (take_chunk_ids(db, t->n_chunks, &id, err) != OK || insert_text(db, t, id, err) != OK)
		return err->code;
	for (size_t i = 0; i < t->n_chunks; i++) {
		t->chunks[i].id = id++;
		bind_chunk(&q, &t->chunks[i], t->id, identifiers ? identifiers[i] : STR_EMPTY);
		if (query_run(&q, err) != OK)
			return err->code;
	}
	return OK;
}

/* --- reading */

#define SELECT_CHUNK                                                                                                   \
	"SELECT id, byte_from, byte_to, sentence_from, sentence_to, head, page_from, page_to, words, simhash, text_id" \
	" FROM chunk "

static void read_chunk(struct query *q, struct chunk *c)
{
	c->id = row_int(q);
	c->at.byte_from = (size_t)row_int(q);
	c->at.byte_to = (size_t)row_int(q);
	c->sentence_from = (uint32_t)row_int(q);
	c->sentence_to = (uint32_t)row_int(q);
	c->head = (int)row_int(q);
	c->page_from = (int)row_int(q);
	c->page_to = (int)row_int(q);
	c->words = (uint32_t)row_int(q);
	c->simhash = row_simhash(q);
}

static bool chunk_fits(const struct chunk *c, const struct text *t)
{
	return c->at.byte_from <= c->at.byte_to && c->at.byte_to <= t->text.len && c->sentence_from <= c->sentence_to &&
		c->sentence_to <= t->n_sentences && c->head >= -1 && c->head < (int)t->n_heads;
}

static enum err_code damaged(const struct store *db, const struct text *t, struct err *err)
{
	return err_set(err, ERR_CORRUPT, "text %lld of '%s' is damaged", (long long)t->id, store_path(db));
}

static enum err_code read_chunks(struct store *db, struct arena *a, int64_t first, size_t n, struct text *t,
	struct err *err)
{
	SCOPED(query) q = query(db, SELECT_CHUNK "WHERE id >= ?1 AND id < ?1 + ?2 ORDER BY id");

	bind_int(&q, first);
	bind_int(&q, (int64_t)n);
	t->chunks = arena_array(a, n, sizeof(*t->chunks));
	while (t->n_chunks < n && query_next(&q)) {
		read_chunk(&q, &t->chunks[t->n_chunks]);
		if (!chunk_fits(&t->chunks[t->n_chunks++], t))
			return damaged(db, t, err);
	}
	if (query_end(&q, err) != OK)
		return err->code;
	return t->n_chunks == n ? OK : damaged(db, t, err);
}

/* The columns of a text after its id; its chunks follow by another query. */
static enum err_code read_text(struct query *q, struct arena *a, struct text *text, struct err *err)
{
	struct text t = { .id = row_int(q) };
	struct str pages, heads, sentences;
	int64_t first_chunk;
	size_t n_chunks;

	t.doc_id = row_int(q);
	t.version = (int)row_int(q);
	t.extractor = row_str(q, a);
	first_chunk = row_int(q);
	n_chunks = (size_t)row_int(q);
	pages = row_view(q);
	heads = row_view(q);
	sentences = row_view(q);
	t.text = row_str(q, a);
	if (!unpack_pages(a, pages, &t) || !unpack_heads(a, heads, &t) || !unpack_sentences(a, sentences, &t))
		return damaged(q->db, &t, err);
	if (read_chunks(q->db, a, first_chunk, n_chunks, &t, err) != OK)
		return err->code;
	*text = t;
	return OK;
}

#define SELECT_TEXT                                                                                                    \
	"SELECT t.id, t.doc_id, t.version, t.extractor, t.first_chunk, t.n_chunks, t.pages, t.heads, t.sentences,"     \
	" t.text FROM document_text AS t "

enum err_code store_text(struct store *db, struct arena *a, int64_t text_id, struct text *text, struct err *err)
{
	SCOPED(query) q = query(db, SELECT_TEXT "WHERE t.id = ?");

	bind_int(&q, text_id);
	if (query_next(&q))
		return read_text(&q, a, text, err);
	if (query_end(&q, err) != OK)
		return err->code;
	return err_set(err, ERR_MISSING, "there is no text number %lld", (long long)text_id);
}

enum err_code store_text_of(struct store *db, struct arena *a, int64_t doc_id, int version, struct text *text,
	struct err *err)
{
	SCOPED(query) q = query(db, SELECT_TEXT
		"JOIN document AS d ON d.id = t.doc_id WHERE t.doc_id = ?1"
		" AND t.version = CASE WHEN ?2 = 0 THEN d.version ELSE ?2 END");

	bind_int(&q, doc_id);
	bind_int(&q, version);
	if (query_next(&q))
		return read_text(&q, a, text, err);
	if (query_end(&q, err) != OK)
		return err->code;
	return version ? err_set(err, ERR_MISSING, "d%lld has no version %d", (long long)doc_id, version)
		       : err_set(err, ERR_MISSING, "there is no document d%lld", (long long)doc_id);
}

enum err_code text_identifiers(struct store *db, struct arena *a, const struct text *t, struct str **identifiers,
	struct err *err)
{
	SCOPED(query) q = query(db, "SELECT identifiers FROM chunk WHERE id >= ?1 AND id < ?1 + ?2 ORDER BY id");
	size_t n = 0;

	*identifiers = arena_array(a, t->n_chunks, sizeof(**identifiers));
	bind_int(&q, t->n_chunks ? t->chunks[0].id : 0);
	bind_int(&q, (int64_t)t->n_chunks);
	while (n < t->n_chunks && query_next(&q))
		(*identifiers)[n++] = row_str(&q, a);
	return query_end(&q, err);
}

enum err_code store_chunk(struct store *db, struct arena *a, int64_t chunk_id, struct chunk *chunk, int64_t *text_id,
	struct err *err)
{
	SCOPED(query) q = query(db, SELECT_CHUNK "WHERE id = ?");
	struct chunk read;

	(void)a;
	bind_int(&q, chunk_id);
	if (query_next(&q)) {
		read_chunk(&q, &read);
		*text_id = row_int(&q);
		*chunk = read;
		return OK;
	}
	if (query_end(&q, err) != OK)
		return err->code;
	return err_set(err, ERR_MISSING, "there is no chunk number %lld", (long long)chunk_id);
}
