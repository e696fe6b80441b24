/*
 * chat/proof.h - the library as what citations are proved against
 *
 * cite/verify knows no store: here its questions (a text by id, passages that
 * may hold some words, how rare a word is) are answered from the library.
 *
 *	SCOPED_PTR(proof) p = proof_new(db, NULL);
 *	verify_answer(proof_verify(p), &turn, &in, &out);
 */
#ifndef IBID_CHAT_PROOF_H
#define IBID_CHAT_PROOF_H
#include "ibid/base/scope.h"
#include "ibid/cite/verify.h"
#include "ibid/model/document.h"

struct store;

struct proof;

/* `scope` narrows the search for claims without a mark; NULL: all documents. Both are borrowed. */
struct proof *proof_new(struct store *db, const struct scope *scope);
struct verify *proof_verify(struct proof *p);

/* A store that could not be read while it was asked; OK when all went well. */
enum err_code proof_failed(const struct proof *p, struct err *err);

void proof_free(struct proof *p);
SCOPE_PTR(proof)
#endif
