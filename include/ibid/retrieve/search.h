/*
 * retrieve/search.h - the passages that answer a question best
 *
 * The scope becomes a set of documents before anything is ranked, so a filter
 * never thins out a list that was cut already. Then two or three legs rank:
 * words (BM25 with title, headings and neighbours), identifiers (letter by
 * letter) and, when the caller has them, vectors. Each leg is divided by its
 * best score and they are added: RRF, which sees ranks alone, lost .067 nDCG on
 * SciFact against this (reference/retrieval.md 1.3). Near copies of a better hit
 * are left out and counted.
 *
 *	struct retrieve_options o = RETRIEVE_OPTIONS;
 *	struct retrieve_result found;
 *	query_parse(&turn, question, &q);
 *	if (retrieve_search(db, &turn, &q, &scope, &o, &found, err) != OK)
 *		return err_ctx(err, "searching");
 */
#ifndef IBID_RETRIEVE_SEARCH_H
#define IBID_RETRIEVE_SEARCH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/err.h"
#include "ibid/model/document.h"
#include "ibid/model/text.h"
#include "ibid/retrieve/query.h"
#include "ibid/store/search.h"

struct store;

#define RETRIEVE_LIMIT_MAX 1000
/* A scope with fewer chunks than this is told of: what it lacks may lie outside. */
#define RETRIEVE_FEW_CHUNKS 5
/* Words of the question marked in a hit. */
#define RETRIEVE_MATCHES_MAX 32

enum retrieve_mode {
	RETRIEVE_HYBRID,	/* vectors too, when there are any */
	RETRIEVE_TEXT,
	RETRIEVE_VECTOR,	/* ERR_CONFIG when there are none */
};

/* A cosine for a chunk. */
struct retrieve_cosine {
	int64_t chunk_id;
	double cosine;
};

/*
 * The seam for vectors: somebody above, who knows a model, answers. `best`
 * gives the nearest chunks of the documents (all when all_docs), best first, in
 * the arena; `fill` sets the cosine of chunks given by id (0 for unknown ones).
 */
struct retrieve_vectors {
	void *ctx;		/* borrowed, handed back untouched */
	double text_weight;	/* of the words against the vectors: .7 for LSI, .6 static, .4 for a strong model */
	enum err_code (*best)(void *ctx, struct arena *a, struct str question, const int64_t *docs, size_t n_docs,
		bool all_docs, size_t limit, struct retrieve_cosine **cosines, size_t *n, struct err *err);
	enum err_code (*fill)(void *ctx, struct str question, struct retrieve_cosine *cosines, size_t n, struct err *err);
};

struct retrieve_options {
	size_t limit;			/* hits wanted, at most RETRIEVE_LIMIT_MAX */
	enum retrieve_mode mode;
	size_t per_document;		/* hits of one document at most; 0: any number */
	bool keep_copies;		/* do not leave near copies out */
	bool no_windows;		/* ids and scores are enough: texts are not read */
	struct search_weights weights;
	const struct retrieve_vectors *vectors;	/* NULL: none */
};
#define RETRIEVE_OPTIONS ((struct retrieve_options){ .limit = 10, .weights = SEARCH_WEIGHTS })

/* What a leg said of a hit: 0 and rank 0 when it did not find it. */
struct retrieve_leg {
	double score;		/* as the leg counts: BM25, weighted identifiers, cosine */
	int rank;		/* from 1 */
};

struct retrieve_hit {
	int64_t chunk_id, doc_id, text_id;
	struct span at;			/* of the chunk in its text */
	uint64_t simhash;
	double score;			/* 0-1, the best hit of a perfect leg has 1 */
	struct retrieve_leg words, identifiers, vectors;
	double near;			/* the part of words.score that came from neighbours */
	int n_copies;			/* near copies of it that were left out */
	/* Of the text, unless no_windows: */
	uint32_t sentence_from, sentence_to;	/* of the chunk */
	uint32_t chunk_words;
	int page_from, page_to;		/* 0: no pages */
	int head;			/* index into text->heads, or -1 */
	struct span window;		/* the sentences that hold most of the question */
	double coverage;		/* how much, 0-1 */
	struct span *matches;		/* the question's words in the window */
	size_t n_matches;
	const struct text *text;	/* in the arena, shared by hits of one text */
};

struct retrieve_result {
	struct retrieve_hit *hits;	/* best first */
	size_t n_hits;
	size_t n_docs;			/* documents in scope; 0 when it was all */
	bool is_everything;		/* the scope was empty: all documents were searched */
	bool is_bare;			/* nothing was found because the library holds no document */
	bool is_few;			/* the scope holds fewer than RETRIEVE_FEW_CHUNKS chunks */
	bool has_document_filter;	/* the scope names documents */
	struct str notice;		/* one sentence for people when something is odd; else empty */
};

/*
 * Search. Tells q's terms how common they are. A question without words gives no hits.
 *
 * Errors: of the store and of the vectors; ERR_CONFIG  mode is RETRIEVE_VECTOR and there are none
 */
enum err_code retrieve_search(struct store *db, struct arena *a, struct query *q, const struct scope *scope,
	const struct retrieve_options *o, struct retrieve_result *r, struct err *err);
#endif
