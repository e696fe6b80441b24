#include "documents_internal.h"

enum err_code store_document_fields(struct store *db, struct arena *a, int64_t id, struct document_field **fields,
	size_t *n, struct err *err)
{
	SCOPED(list) found = LIST_INIT(struct document_field);
	SCOPED(query) q = query(db,
		"SELECT field, value, origin, confidence, is_locked FROM document_field WHERE doc_id = ?"
		" ORDER BY field, is_locked DESC, confidence DESC, origin, ord");

	bind_int(&q, id);
	while (query_next(&q)) {
		struct document_field *f = list_add(&found);

		f->field = row_str(&q, a);
		f->value = row_str(&q, a);
		f->origin = row_str(&q, a);
		f->confidence = row_double(&q);
		f->is_locked = row_bool(&q);
	}
	if (query_end(&q, err) != OK)
		return err->code;
	*fields = list_move(&found, a, n);
	return OK;
}

static enum err_code drop_fields(struct store *db, int64_t id, struct str origin, struct err *err)
{
	SCOPED(query) q = query(db, "DELETE FROM document_field WHERE doc_id = ? AND origin = ?");

	bind_int(&q, id);
	bind_str(&q, origin);
	return query_run(&q, err);
}

static enum err_code add_fields(struct store *db, int64_t id, struct str origin, const struct document_field *fields,
	size_t n, struct err *err)
{
	SCOPED(query) q = query(db,
		"INSERT INTO document_field (doc_id, origin, ord, field, value, confidence, is_locked)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)");

	for (size_t i = 0; i < n; i++) {
		bind_int(&q, id);
		bind_str(&q, origin);
		bind_int(&q, (int64_t)i);
		bind_str(&q, fields[i].field);
		bind_str(&q, fields[i].value);
		bind_double(&q, fields[i].confidence);
		bind_int(&q, fields[i].is_locked);
		if (query_run(&q, err) != OK)
			return err->code;
	}
	return OK;
}

enum err_code store_document_set_fields(struct store *db, int64_t id, struct str origin,
	const struct document_field *fields, size_t n, struct err *err)
{
	if (store_begin(db, err) != OK)
		return err->code;
	if (drop_fields(db, id, origin, err) != OK || add_fields(db, id, origin, fields, n, err) != OK)
		return store_rollback(db, err);
	return store_commit(db, err);
}
