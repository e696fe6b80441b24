/*
 * store/documents.h - sources, their versions, texts, fields, tags and scopes
 */
#ifndef IBID_STORE_DOCUMENTS_H
#define IBID_STORE_DOCUMENTS_H
#include "ibid/model/document.h"
#include "ibid/model/text.h"
#include "ibid/store/store.h"

/* --- finding; *found is false and the code OK when there is none. Documents in the trash are not found, but by id. */
enum err_code store_document_by_id(struct store *db, struct arena *a, int64_t id, struct document *doc, bool *found,
	struct err *err);
enum err_code store_document_by_path(struct store *db, struct arena *a, struct str path, struct document *doc,
	bool *found, struct err *err);
enum err_code store_document_by_citekey(struct store *db, struct arena *a, struct str key, struct document *doc,
	bool *found, struct err *err);
/* By the hash of its current file. */
enum err_code store_document_by_hash(struct store *db, struct arena *a, const struct hash *h, struct document *doc,
	bool *found, struct err *err);

/* Does the library hold any document outside the trash? */
enum err_code store_document_any(struct store *db, bool *any, struct err *err);

/*
 * By what a person types: d12, a citation key, a path as added (or its end,
 * after a slash), a DOI, a URL. An exact match of an earlier kind wins.
 *
 * Errors: ERR_MISSING  none; the sentence names the nearest
 *         ERR_USAGE    several; the sentence names up to five
 */
enum err_code store_document_find(struct store *db, struct arena *a, struct str word, struct document *doc,
	struct err *err);

/* Added and date: newest first; title and key: by letter. What has no date, title or key comes last. */
enum document_order { DOCUMENT_BY_ADDED, DOCUMENT_BY_TITLE, DOCUMENT_BY_DATE, DOCUMENT_BY_CITEKEY };

/* All documents of a scope, at most `limit` (0: all). */
enum err_code store_document_list(struct store *db, struct arena *a, const struct scope *scope,
	enum document_order order, size_t limit, struct document **docs, size_t *n, struct err *err);

/*
 * The ids of a scope, sorted, in *ids; *all is true (and *ids NULL) when the
 * scope is empty and every document outside the trash is meant.
 */
enum err_code store_scope_resolve(struct store *db, struct arena *a, const struct scope *scope, bool *all,
	int64_t **ids, size_t *n, struct err *err);

/* --- writing */

/*
 * Add a document, or a new version of it when doc->id is set: its row, its
 * text with pages, headings, sentences and chunks, and the full-text rows of
 * its chunks; the chunks of the version before leave the index, its text and
 * sentences stay for the citations that point at them. Sets doc->id,
 * doc->version, doc->text_id, text->id and the chunks' ids.
 * `identifiers[i]` are the identifiers of chunk i, joined by spaces.
 */
enum err_code store_document_put(struct store *db, struct document *doc, struct text *text,
	const struct str *identifiers, struct err *err);

/* The bytes are known under one more path; the document keeps its text. */
enum err_code store_document_add_path(struct store *db, int64_t id, struct str path, struct err *err);

/* Replace what the fields gave: citekey only when it is empty so far; rows drawn from them are written anew. */
enum err_code store_document_describe(struct store *db, const struct document *doc, struct err *err);

enum err_code store_document_fields(struct store *db, struct arena *a, int64_t id, struct document_field **fields,
	size_t *n, struct err *err);
/* All values of one origin are replaced by these; locked ones of origin "user" are kept apart from ingests. */
enum err_code store_document_set_fields(struct store *db, int64_t id, struct str origin,
	const struct document_field *fields, size_t n, struct err *err);

/* A citation key is taken by any document, trash included. */
enum err_code store_citekey_taken(struct store *db, struct str key, bool *taken, struct err *err);

enum err_code store_document_tag(struct store *db, int64_t id, struct str tag, bool on, struct err *err);

/* Into the trash (`at_ms`) or out of it (0). Its chunks leave or enter the index. */
enum err_code store_document_trash(struct store *db, int64_t id, int64_t at_ms, struct err *err);
/*
 * For good: texts, chunks, fields, index rows. When the outermost transaction
 * is committed, no file of the library holds a byte of them; that takes time in
 * proportion to the library. Citations keep their words and become stale.
 */
enum err_code store_document_purge(struct store *db, int64_t id, struct err *err);
/* Citations of all sessions that point at it. */
enum err_code store_document_citations(struct store *db, int64_t id, int64_t *n, struct err *err);

/* --- texts */

/* A text by its id with all its ranges; or of a version of a document (0: the current one). ERR_MISSING when there is none. */
enum err_code store_text(struct store *db, struct arena *a, int64_t text_id, struct text *text, struct err *err);
enum err_code store_text_of(struct store *db, struct arena *a, int64_t doc_id, int version, struct text *text,
	struct err *err);
#endif
