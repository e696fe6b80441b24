/*
 * retrieve/evidence.h - the sentences that a model may answer from, each with its id
 *
 * From the hits of a search the best passages are chosen: up to EVIDENCE_WORDS
 * words and EVIDENCE_CHUNKS chunks, few of one document, near copies pushed back
 * (MMR; reference/retrieval.md 1.5, 6.1). Chunks that follow each other in their
 * text become one passage.
 *
 * A sentence's id is d12.s17: the document's number in the library, as shown
 * everywhere else, and the sentence's in its text, from 1. So an id means the
 * same in every turn of a conversation, until the document itself changes; an
 * answer keeps what its ids meant in its own record. Headings have no id: they
 * are shown for context and are nothing to cite.
 *
 * Sources are not trusted: in the prompt nothing in them can look like an id,
 * like the fence around them, or like the marks by which models tell who speaks
 * (reference/security.md B). The stored text stays as it is.
 *
 *	if (evidence_select(db, &turn, &q, &found, &o, &ev, err) != OK)
 *		return err->code;
 *	if (ev.is_weak)
 *		abstain(&ev);
 *	evidence_prompt(&prompt, &ev, fence);
 */
#ifndef IBID_RETRIEVE_EVIDENCE_H
#define IBID_RETRIEVE_EVIDENCE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/model/text.h"
#include "ibid/retrieve/query.h"
#include "ibid/retrieve/search.h"

struct store;

#define EVIDENCE_WORDS 1600
#define EVIDENCE_CHUNKS 8
#define EVIDENCE_PER_DOCUMENT 3
/* Hits to search for before choosing. */
#define EVIDENCE_HITS 60

struct evidence_options {
	size_t words, chunks;
	size_t per_document;	/* chunks; 0: any number. Not kept when the scope names documents. */
	double diversity;	/* 0-1: part of the score that likeness to chosen passages costs; reference: .1 */
};
#define EVIDENCE_OPTIONS ((struct evidence_options){ EVIDENCE_WORDS, EVIDENCE_CHUNKS, EVIDENCE_PER_DOCUMENT, 0.1 })

struct evidence_passage {
	int64_t doc_id, text_id;
	struct str title, citekey, date;	/* of the document; may be empty */
	struct str head_path;			/* of its first chunk */
	const struct text *text;
	uint32_t sentence_from, sentence_to;	/* half open */
	int page_from, page_to;
	double score;				/* of its best chunk, 0-1 */
	uint32_t words;
};

struct evidence {
	struct evidence_passage *passages;	/* best first */
	size_t n_passages;
	uint32_t words;
	double coverage;	/* of the question by its best window, 0-1; words of the title and headings count half */
	bool is_weak;		/* below COVERAGE_ANSWER: say what was searched instead of answering */
	const struct query *query;
};

/*
 * Choose from the hits of retrieve_search, which must have been asked for
 * windows. A question of small talk or a summary is never weak while there are
 * passages: its words need not stand in them.
 */
enum err_code evidence_select(struct store *db, struct arena *a, const struct query *q, const struct retrieve_result *found,
	const struct evidence_options *o, struct evidence *ev, struct err *err);

/* --- ids */

struct evidence_sentence {
	int64_t doc_id, text_id;
	uint32_t number;		/* index into text->sentences */
	const struct text *text;
	size_t passage;			/* index */
};

/* "d12.s17" */
void evidence_add_id(struct buf *out, int64_t doc_id, uint32_t sentence);

/* Take an id apart, with or without brackets. False when it is none. */
bool evidence_parse_id(struct str id, int64_t *doc_id, uint32_t *sentence);

/* The sentence an id stands for. False when it was not given: it is never guessed. */
bool evidence_find(const struct evidence *ev, struct str id, struct evidence_sentence *s);

/* --- the prompt and the record */

/*
 * The passages, each sentence on a line with its id: the best first and the
 * second best last, where models read most carefully. `fence` is the word of
 * prompt_open_evidence: it is taken out of the sources.
 */
void evidence_prompt(struct buf *out, const struct evidence *ev, struct str fence);

/* Foreign text for a prompt, made harmless in the same way: one line, no ids, no marks of roles, nothing invisible. */
void evidence_add_plain(struct buf *out, struct str text, struct str fence);

/* What was given, for struct answer: {"coverage", "sentences": [{"id", "doc", "text", "sentence", "start", "end"}]}. */
void evidence_json(struct buf *out, const struct evidence *ev);
#endif
