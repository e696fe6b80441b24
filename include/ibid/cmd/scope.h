/*
 * cmd/scope.h - operands that name things of the library
 *
 * SCOPE words, as -d takes them: a document (d12, citation key, path, DOI, URL)
 * or tag:NAME, type:pdf, coll:NAME, pub:NAME, after:DATE, before:DATE. Several
 * of one kind widen, several kinds narrow.
 *
 * CITE words: SESSION#N[K] is citation K of message N of a session; @#2[1],
 * @[1] (the newest answer), k3f9#4.
 */
#ifndef IBID_CMD_SCOPE_H
#define IBID_CMD_SCOPE_H
#include "ibid/base/arena.h"
#include "ibid/base/err.h"
#include "ibid/cmd/opts.h"
#include "ibid/model/document.h"
#include "ibid/model/session.h"

struct store;

/* Errors: ERR_USAGE a kind or date that is none; ERR_MISSING ERR_USAGE for documents, as store_document_find. */
enum err_code scope_parse(struct store *db, struct arena *a, const struct opt_list *words, int64_t now_ms,
	struct scope *scope, struct err *err);

bool scope_is_empty(const struct scope *scope);

/* DOC, DOC:p12 (a page), DOC:40-58 (lines), DOC@2 (a version). 0 where nothing was given. */
struct doc_place {
	struct document doc;
	int version, page;
	int line_from, line_to;
};
enum err_code doc_place_find(struct store *db, struct arena *a, struct str word, struct doc_place *place,
	struct err *err);

/* SESSION, SESSION#N, SESSION#N[K]. Without #N the message is 0; `k` is 0 without [K]. */
struct cite_place {
	struct session session;
	int message_n, k;
};
enum err_code cite_place_find(struct store *db, struct arena *a, struct str word, struct cite_place *place,
	struct err *err);
#endif
