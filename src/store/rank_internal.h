/*
 * rank_internal.h - the scorer: an FTS5 auxiliary function that keeps the best rows itself
 *
 * SQL only drives it: "... WHERE x MATCH ?1 AND ibid_rank(x, ?2)" calls it once
 * for each row that matches, and ?2 points at a struct ranking where the best
 * rows gather. No row is returned, none is sorted.
 */
#ifndef IBID_STORE_RANK_INTERNAL_H
#define IBID_STORE_RANK_INTERNAL_H
#include "ibid/store/search.h"
#include "store_internal.h"

/* Columns of a table that is ranked. */
#define RANK_COLUMNS_MAX 3

struct ranked {
	int64_t id;
	double score, terms, near;
};

struct ranking {
	double k1, b, proximity;
	int window;
	double column[RANK_COLUMNS_MAX];	/* weights */
	int near_column;			/* in which terms may be neighbours */
	double weight[SEARCH_TERMS_MAX];		/* of each term, in the order of the query */
	const uint8_t *allowed;			/* one bit a rowid; NULL: all rows */
	int64_t allowed_end;			/* rowids from here on are not allowed */
	size_t limit;
	struct ranked *best;			/* room for `limit`; sorted, best first, by ranking_end */
	size_t n;
	/* Private from here on. */
	bool is_ready;
	int n_terms;
	int64_t rows[SEARCH_TERMS_MAX], all_rows;	/* that hold each term, and all */
	double idf[SEARCH_TERMS_MAX];
	double mean_len;
};

/* Make ibid_rank known to the connection, once. */
enum err_code rank_register(struct store *db, struct err *err);
/* Sort what was gathered. */
void ranking_end(struct ranking *r);
#endif
