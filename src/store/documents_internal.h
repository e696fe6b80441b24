/*
 * documents_internal.h - what the files of documents, texts and searching share
 */
#ifndef IBID_STORE_DOCUMENTS_INTERNAL_H
#define IBID_STORE_DOCUMENTS_INTERNAL_H
#include "ibid/store/documents.h"
#include "store_internal.h"

/* What every query for documents selects, in the order document_read reads it. */
#define SELECT_DOCUMENT                                                                                                \
	"SELECT d.id, d.path, d.kind, d.mime, d.citekey, d.csl, d.title, d.authors, d.date, d.publisher, d.type,"      \
	" d.collection, d.warnings, d.file_hash, d.size_bytes, d.version, d.text_id, d.added_ms, d.updated_ms,"        \
	" d.trashed_ms, d.n_pages, d.n_chunks, d.n_sentences,"                                                         \
	" (SELECT group_concat(tag, ',') FROM (SELECT tag FROM document_tag WHERE doc_id = d.id ORDER BY tag))"        \
	" FROM document AS d "

void document_read(struct query *q, struct arena *a, struct document *doc);
/* The first row of a query for documents. */
enum err_code document_read_one(struct query *q, struct arena *a, struct document *doc, bool *found, struct err *err);

/* --- texts.c */

/* Write a text and its chunks as version t->version of t->doc_id; sets t->id and the chunks' ids. */
enum err_code text_insert(struct store *db, struct text *t, const struct str *identifiers, struct err *err);
/* The identifiers of each chunk, as they were given. */
enum err_code text_identifiers(struct store *db, struct arena *a, const struct text *t, struct str **identifiers,
	struct err *err);

/* --- index.c */

/* Put the chunks of a text into the full-text indexes under a title, or take them out with the title they went in with. */
enum err_code index_chunks(struct store *db, const struct text *t, const struct str *identifiers, struct str title,
	bool on, struct err *err);
/* Make the index agree with the document: its current text under its title, or nothing when it is in the trash. */
enum err_code index_document(struct store *db, int64_t doc_id, struct err *err);
/* Take the document's chunks out, whatever its state. */
enum err_code unindex_document(struct store *db, int64_t doc_id, struct err *err);

/* --- scope.c */

/* "WHERE ..." over document AS d, with ? for what scope_bind binds. */
void scope_where(const struct scope *scope, struct buf *sql);
void scope_bind(const struct scope *scope, struct query *q);

#endif
