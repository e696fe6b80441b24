/*
 * store/answers.h - what an answer claims and what it rests on
 */
#ifndef IBID_STORE_ANSWERS_H
#define IBID_STORE_ANSWERS_H
#include "ibid/model/citation.h"
#include "ibid/store/store.h"

struct answer {
	int64_t message_id;
	struct str question;
	struct str prompt_version;	/* "cited/1"; empty for extractive answers */
	struct str policy;		/* warn, strip, strict */
	struct str evidence;		/* JSON: the sentences that were given, by the id the model saw */
	bool is_abstained;
	struct claim *claims;
	size_t n_claims;
	struct citation *citations;
	size_t n_citations;
};

/* Write or replace the answer of a message, with its claims, citations and anchors. Sets their ids. */
enum err_code store_answer_put(struct store *db, struct answer *a, struct err *err);

/* *found is false and the code OK when the message has no answer. */
enum err_code store_answer(struct store *db, struct arena *a, int64_t message_id, struct answer *answer, bool *found,
	struct err *err);

/* Level, score, flags, checker, time and anchor of one citation, after it was checked again. */
enum err_code store_citation_update(struct store *db, struct citation *c, struct err *err);

/* Citations of a document, newest first, with the session and message each stands in. */
struct citation_place {
	struct citation citation;
	struct str sid;
	int message_n;
};
enum err_code store_citations_of_document(struct store *db, struct arena *a, int64_t doc_id, size_t limit,
	struct citation_place **places, size_t *n, struct err *err);
#endif
