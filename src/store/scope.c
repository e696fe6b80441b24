#include "documents_internal.h"

/* ", ?" n times without the first comma. */
static void add_marks(struct buf *sql, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_c(sql, i ? ", ?" : "?");
}

/* Numbers go into the statement as digits: there may be more of them than SQLite has parameters. */
static void add_ids(struct buf *sql, const int64_t *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_fmt(sql, i ? ", %lld" : "%lld", (long long)ids[i]);
}

static void add_any_of(struct buf *sql, const char *before, size_t n, const char *after)
{
	if (!n)
		return;
	buf_c(sql, before);
	add_marks(sql, n);
	buf_c(sql, after);
}

/* A date that is known to the year alone counts as the first moment of it; a document without a date is in no period. */
void scope_where(const struct scope *s, struct buf *sql)
{
	buf_c(sql, "WHERE d.trashed_ms = 0");
	if (!s)
		return;
	add_any_of(sql, " AND d.collection IN (", s->n_collections, ")");
	add_any_of(sql, " AND d.id IN (SELECT doc_id FROM document_tag WHERE tag IN (", s->n_tags, "))");
	add_any_of(sql, " AND (d.kind IN (", s->n_types, ")");
	add_any_of(sql, " OR d.type IN (", s->n_types, "))");
	add_any_of(sql, " AND d.publisher COLLATE NOCASE IN (", s->n_publishers, ")");
	if (s->n_docs) {
		buf_c(sql, " AND d.id IN (");
		add_ids(sql, s->docs, s->n_docs);
		buf_c(sql, ")");
	}
	if (s->after.len)
		buf_c(sql, " AND d.date >= ?");
	if (s->before.len)
		buf_c(sql, " AND d.date <> '' AND d.date < ?");
}

static void bind_all(struct query *q, const struct str *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		bind_str(q, v[i]);
}

void scope_bind(const struct scope *s, struct query *q)
{
	if (!s)
		return;
	bind_all(q, s->collections, s->n_collections);
	bind_all(q, s->tags, s->n_tags);
	bind_all(q, s->types, s->n_types);
	bind_all(q, s->types, s->n_types);
	bind_all(q, s->publishers, s->n_publishers);
	if (s->after.len)
		bind_str(q, s->after);
	if (s->before.len)
		bind_str(q, s->before);
}

static bool is_empty(const struct scope *s)
{
	return !s || (!s->n_collections && !s->n_tags && !s->n_types && !s->n_publishers && !s->n_docs && !s->after.len &&
			     !s->before.len);
}

enum err_code store_scope_resolve(struct store *db, struct arena *a, const struct scope *scope, bool *all,
	int64_t **ids, size_t *n, struct err *err)
{
	SCOPED(list) found = LIST_INIT(int64_t);
	SCOPED(buf) sql = BUF_INIT;

	*all = is_empty(scope);
	*ids = NULL;
	*n = 0;
	if (*all)
		return OK;
	buf_c(&sql, "SELECT d.id FROM document AS d ");
	scope_where(scope, &sql);
	buf_c(&sql, " ORDER BY d.id");
	SCOPED(query) q = query_once(db, buf_cstr(&sql));
	scope_bind(scope, &q);
	while (query_next(&q))
		*(int64_t *)list_add(&found) = row_int(&q);
	if (query_end(&q, err) != OK)
		return err->code;
	*ids = list_move(&found, a, n);
	return OK;
}

/* Newest first where there is a time; what has no date, title or key comes last. */
static const char *const orders[] = {
	[DOCUMENT_BY_ADDED] = " ORDER BY d.id DESC",
	[DOCUMENT_BY_TITLE] = " ORDER BY d.title = '', d.title COLLATE NOCASE, d.id",
	[DOCUMENT_BY_DATE] = " ORDER BY d.date = '', d.date DESC, d.id",
	[DOCUMENT_BY_CITEKEY] = " ORDER BY d.citekey IS NULL, d.citekey, d.id",
};

enum err_code store_document_list(struct store *db, struct arena *a, const struct scope *scope,
	enum document_order order, size_t limit, struct document **docs, size_t *n, struct err *err)
{
	SCOPED(list) found = LIST_INIT(struct document);
	SCOPED(buf) sql = BUF_INIT;

	buf_c(&sql, SELECT_DOCUMENT);
	scope_where(scope, &sql);
	buf_c(&sql, orders[order]);
	if (limit)
		buf_fmt(&sql, " LIMIT %zu", limit);
	SCOPED(query) q = query_once(db, buf_cstr(&sql));
	scope_bind(scope, &q);
	while (query_next(&q))
		document_read(&q, a, list_add(&found));
	if (query_end(&q, err) != OK)
		return err->code;
	*docs = list_move(&found, a, n);
	return OK;
}
