/*
 * store/search.h - full-text search over chunks, identifiers and messages
 *
 * Terms come in already split and never reach MATCH unquoted. The rank is an
 * own FTS5 auxiliary function (reference: SQLite FTS5, "Custom Auxiliary
 * Functions"): BM25 with Lucene's idf ln(1 + (N-n+.5)/(n+.5)), column weights on
 * the term frequency, and a bonus for neighbouring query terms.
 *
 * At most SEARCH_TERMS_MAX terms count; the rest of a longer query is left out.
 * A term given twice adds its weights.
 */
#ifndef IBID_STORE_SEARCH_H
#define IBID_STORE_SEARCH_H
#include "ibid/store/documents.h"

#define SEARCH_TERMS_MAX 64
/* More hits than this are never given. */
#define SEARCH_HITS_MAX 65536

struct search_term {
	struct str text;	/* a word, or several words that must stand together */
	double weight;		/* 1 for a word, 2 for a phrase the user quoted */
	/* Set by store_search_chunks: chunks that hold it, and all in the index. All 0 when nothing matched or `builtin` ranked. */
	int64_t n_chunks, n_all;
};

struct search_weights {
	double k1, b;
	double title, context, body;	/* column weights */
	double proximity;		/* of the neighbour bonus; 0 turns it off */
	int window;			/* tokens within which two query terms are neighbours */
	bool builtin;			/* rank by FTS5's own bm25() instead: for the bench and as the reference */
};
#define SEARCH_WEIGHTS ((struct search_weights){ 1.5, 0.75, 2.5, 0.5, 1.0, 0.2, 8, false })

struct search_hit {
	int64_t chunk_id, doc_id, text_id;
	double score;			/* higher is better */
	double score_terms, score_near;	/* its parts, for --explain */
	struct span at;			/* of the chunk in its text */
	uint64_t simhash;
};

/* The best `limit` chunks for the terms joined by OR, best first; ties by chunk id. No term: no hit. */
enum err_code store_search_chunks(struct store *db, struct arena *a, struct search_term *terms, size_t n_terms,
	const struct search_weights *w, const int64_t *docs, size_t n_docs, bool all_docs, size_t limit,
	struct search_hit **hits, size_t *n, struct err *err);

/*
 * Chunks that hold the identifiers (CVE-2021-44228, a hash, a file name) by
 * trigrams, whole ones before parts of longer ones: for names that words cannot
 * find. Less than three characters find nothing.
 */
enum err_code store_search_identifiers(struct store *db, struct arena *a, const struct str *identifiers,
	size_t n_identifiers, const int64_t *docs, size_t n_docs, bool all_docs, size_t limit, struct search_hit **hits,
	size_t *n, struct err *err);

/* Chunks of the index that hold a word, after stemming, and all there are: for the idf of coverage. */
enum err_code store_search_df(struct store *db, struct str word, int64_t *df, int64_t *n_chunks, struct err *err);

/* One stored chunk with its place, for showing a hit. */
enum err_code store_chunk(struct store *db, struct arena *a, int64_t chunk_id, struct chunk *chunk, int64_t *text_id,
	struct err *err);

struct message_hit {
	int64_t session_id, message_id;
	int n;			/* the message's number in its session */
	struct str sid, session_name;
	struct str snippet;	/* around the match; matches between \x02 and \x03 */
	int64_t created_ms;
	double score;
};
/* Messages of all sessions outside the trash that hold the terms (OR, best first). */
enum err_code store_search_messages(struct store *db, struct arena *a, const struct search_term *terms, size_t n_terms,
	size_t limit, struct message_hit **hits, size_t *n, struct err *err);
#endif
