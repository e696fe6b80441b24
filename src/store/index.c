#include "documents_internal.h"

/*
 * The indexes hold no text of their own. FTS5 takes a row out when it is given
 * the very words that went in, so they are rebuilt here in one place for both
 * ways: the title as it was then (document.indexed_title), the context (title
 * and path of headings) and the bytes of the chunk.
 */

static struct str context_of(const struct text *t, const struct chunk *c, struct str title, struct buf *ctx)
{
	buf_reset(ctx);
	buf_str(ctx, title);
	if (c->head >= 0) {
		buf_c(ctx, " > ");
		buf_str(ctx, t->heads[c->head].path);
	}
	return buf_view(ctx);
}

static enum err_code index_words(struct query *q, const struct text *t, const struct chunk *c, struct str title,
	struct buf *ctx, struct err *err)
{
	bind_int(q, c->id);
	bind_str(q, title);
	bind_str(q, context_of(t, c, title, ctx));
	bind_str(q, text_at(t, c->at));
	return query_run(q, err);
}

/* With a space at each end, so that a search can tell a whole one from a part. */
static enum err_code index_identifiers(struct query *q, const struct chunk *c, struct str identifiers,
	struct buf *padded, struct err *err)
{
	if (identifiers.len == 0)
		return OK;
	buf_reset(padded);
	buf_fmt(padded, " %.*s ", STR_ARG(identifiers));
	bind_int(q, c->id);
	bind_str(q, buf_view(padded));
	return query_run(q, err);
}

enum err_code index_chunks(struct store *db, const struct text *t, const struct str *identifiers, struct str title,
	bool on, struct err *err)
{
	SCOPED(buf) ctx = BUF_INIT;
	SCOPED(query) words = on
		? query(db, "INSERT INTO chunk_fts (rowid, title, ctx, body) VALUES (?, ?, ?, ?)")
		: query(db, "INSERT INTO chunk_fts (chunk_fts, rowid, title, ctx, body) VALUES ('delete', ?, ?, ?, ?)");
	SCOPED(query) names = on
		? query(db, "INSERT INTO ident_fts (rowid, identifiers) VALUES (?, ?)")
		: query(db, "INSERT INTO ident_fts (ident_fts, rowid, identifiers) VALUES ('delete', ?, ?)");

	for (size_t i = 0; i < t->n_chunks; i++)
		if (index_words(&words, t, &t->chunks[i], title, &ctx, err) != OK ||
			(identifiers && index_identifiers(&names, &t->chunks[i], identifiers[i], &ctx, err) != OK))
			return err->code;
	return OK;
}

/* --- whole documents */

/* What a document is indexed under, and what it should be: NULL stands for not at all. */
struct indexing {
	int64_t text_id;
	bool is_on, wanted, same;
	struct str old_title, new_title;
};

static enum err_code read_indexing(struct store *db, struct arena *a, int64_t doc_id, struct indexing *x,
	struct err *err)
{
	SCOPED(query) q = query(db,
		"SELECT text_id, indexed_title IS NOT NULL, trashed_ms = 0, indexed_title IS title, indexed_title, title"
		" FROM document WHERE id = ?");

	bind_int(&q, doc_id);
	if (query_next(&q)) {
		x->text_id = row_int(&q);
		x->is_on = row_bool(&q);
		x->wanted = row_bool(&q);
		x->same = row_bool(&q);
		x->old_title = row_str(&q, a);
		x->new_title = row_str(&q, a);
	}
	return query_end(&q, err);
}

static enum err_code change_index(struct store *db, struct arena *a, const struct indexing *x, bool on, struct err *err)
{
	struct text t;
	struct str *identifiers;

	if (!x->is_on && !on)
		return OK;
	if (store_text(db, a, x->text_id, &t, err) != OK || text_identifiers(db, a, &t, &identifiers, err) != OK)
		return err->code;
	if (x->is_on && index_chunks(db, &t, identifiers, x->old_title, false, err) != OK)
		return err->code;
	return on ? index_chunks(db, &t, identifiers, x->new_title, true, err) : OK;
}

static enum err_code set_indexed(struct store *db, int64_t doc_id, bool on, struct err *err)
{
	return store_run_id(db, err,
		on ? "UPDATE document SET indexed_title = title WHERE id = ?"
		   : "UPDATE document SET indexed_title = NULL WHERE id = ?",
		doc_id);
}

enum err_code index_document(struct store *db, int64_t doc_id, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct indexing x = { 0 };

	if (read_indexing(db, &a, doc_id, &x, err) != OK)
		return err->code;
	if (x.is_on == x.wanted && (!x.is_on || x.same))
		return OK;
	if (change_index(db, &a, &x, x.wanted, err) != OK)
		return err->code;
	return set_indexed(db, doc_id, x.wanted, err);
}

enum err_code unindex_document(struct store *db, int64_t doc_id, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct indexing x = { 0 };

	if (read_indexing(db, &a, doc_id, &x, err) != OK || change_index(db, &a, &x, false, err) != OK)
		return err->code;
	return set_indexed(db, doc_id, false, err);
}
