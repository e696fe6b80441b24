#include "ibid/chat/recheck.h"

#include "ibid/store/documents.h"

/* The text that the document of each citation has now; 0 where it is gone. */
static enum err_code current_texts(struct store *db, struct arena *a, const struct answer *answer, int64_t *text_ids,
	struct err *err)
{
	for (size_t i = 0; i < answer->n_citations; i++) {
		struct document doc;
		bool found = false;

		text_ids[i] = 0;
		if (!answer->citations[i].anchor.doc_id)
			continue;
		if (store_document_by_id(db, a, answer->citations[i].anchor.doc_id, &doc, &found, err) != OK)
			return err->code;
		if (found && !doc.trashed_ms)
			text_ids[i] = doc.text_id;
	}
	return OK;
}

enum err_code recheck_answer(struct store *db, struct proof *p, struct arena *a, const struct message *m,
	const struct answer *answer, int64_t now_ms, struct verify_result *result, struct err *err)
{
	int64_t *text_ids = arena_array(a, answer->n_citations, sizeof(*text_ids));
	const struct verify_stored in = { .text = m->text, .claims = answer->claims, .n_claims = answer->n_claims,
		.citations = answer->citations, .n_citations = answer->n_citations, .text_ids = text_ids, .now_ms = now_ms };

	if (current_texts(db, a, answer, text_ids, err) != OK)
		return err->code;
	verify_again(proof_verify(p), a, &in, result);
	if (proof_failed(p, err) != OK)
		return err->code;
	for (size_t i = 0; i < result->n_citations; i++)
		if (store_citation_update(db, &result->citations[i], err) != OK)
			return err->code;
	return OK;
}
