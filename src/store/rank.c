#include "rank_internal.h"

#include <math.h>
#include <stdlib.h>

/*
 * score(row) = sum over terms t of   weight(t) idf(t) sat(tf(t))
 *            + proximity * sum over neighbours (t, u) of   (idf(t) + idf(u)) sat(pairs(t, u))
 *
 *	idf(t)    ln(1 + (N - n + .5) / (n + .5)): Lucene's, never 0; FTS5's own is 0 for a word in half of the rows
 *	tf(t)     occurrences, each counted with the weight of its column
 *	sat(x)    x (k1 + 1) / (x + k1 (1 - b + b len / mean)); len in tokens of all columns, as FTS5 counts
 *	pairs     times that t and the next term of the query stand within `window` tokens in the text, in any order
 *
 * The idf of a pair would be that sum if words were independent. Measured
 * (nDCG@10, Cranfield with sources and ATT&CK sentences): no neighbours .535
 * .449, sum .545 .456, the smaller idf alone .541 .455, neighbours of all pairs
 * instead of successive terms .542 .459 at the square of the cost.
 *
 * What costs time is not this sum but reading: the length of a row is a look-up
 * of its own, positions have to be decoded. So each row is first judged by what
 * it could reach at best; when that would not be among the best so far, nothing
 * more is read (the idea of MaxScore, Turtle and Flood 1995).
 */

/* Positions looked at a term and row for neighbours; a word more frequent than that in 200 is no signal. */
#define POSITIONS_MAX 32

struct occurrences {
	double tf;
	int n;			/* positions in the near column */
	int at[POSITIONS_MAX];
};

struct row {
	struct occurrences term[SEARCH_TERMS_MAX];
};

static double saturate(const struct ranking *r, double tf, double norm)
{
	return tf * (r->k1 + 1) / (tf + norm);
}

/* --- once a query */

static int count_row(const Fts5ExtensionApi *api, Fts5Context *fts, void *count)
{
	(void)api;
	(void)fts;
	++*(int64_t *)count;
	return SQLITE_OK;
}

static int prepare(struct ranking *r, const Fts5ExtensionApi *api, Fts5Context *fts)
{
	sqlite3_int64 rows = 0, tokens = 0;
	int rc = api->xRowCount(fts, &rows);

	if (rc == SQLITE_OK)
		rc = api->xColumnTotalSize(fts, -1, &tokens);
	r->mean_len = rows && tokens ? (double)tokens / (double)rows : 1;
	r->all_rows = rows;
	r->n_terms = api->xPhraseCount(fts);
	if (r->n_terms > SEARCH_TERMS_MAX)
		return SQLITE_TOOBIG;
	for (int i = 0; i < r->n_terms && rc == SQLITE_OK; i++) {
		int64_t n = 0;

		rc = api->xQueryPhrase(fts, i, &n, count_row);
		r->rows[i] = n;
		r->idf[i] = log(1 + ((double)(rows - n) + 0.5) / ((double)n + 0.5));
	}
	r->is_ready = rc == SQLITE_OK;
	return rc;
}

/* --- once a row */

static int read_term(const struct ranking *r, const Fts5ExtensionApi *api, Fts5Context *fts, int i,
	struct occurrences *o)
{
	Fts5PhraseIter iter;
	int column, at;
	int rc = api->xPhraseFirst(fts, i, &iter, &column, &at);

	o->tf = 0;
	o->n = 0;
	if (rc != SQLITE_OK)
		return rc;
	for (; column >= 0; api->xPhraseNext(fts, &iter, &column, &at)) {
		o->tf += r->column[column];
		if (column == r->near_column && o->n < POSITIONS_MAX)
			o->at[o->n++] = at;
	}
	return SQLITE_OK;
}

/* Both lists are in order. Each position of `a` counts once when any of `b` is near. */
static int count_pairs(const struct occurrences *a, const struct occurrences *b, int window)
{
	int pairs = 0;

	for (int i = 0, j = 0; i < a->n; i++) {
		while (j < b->n && b->at[j] < a->at[i] - window)
			j++;
		if (j < b->n && b->at[j] <= a->at[i] + window)
			pairs++;
	}
	return pairs;
}

static double score_terms(const struct ranking *r, const struct row *row, double norm)
{
	double score = 0;

	for (int i = 0; i < r->n_terms; i++)
		if (row->term[i].tf > 0)
			score += r->weight[i] * r->idf[i] * saturate(r, row->term[i].tf, norm);
	return score;
}

static double score_near(const struct ranking *r, const struct row *row, double norm)
{
	double score = 0;

	if (r->proximity <= 0)
		return 0;
	for (int i = 0; i + 1 < r->n_terms; i++) {
		int pairs = count_pairs(&row->term[i], &row->term[i + 1], r->window);

		if (pairs)
			score += (r->idf[i] + r->idf[i + 1]) * saturate(r, pairs, norm);
	}
	return r->proximity * score;
}

/* --- the best so far: a heap whose root is the worst of them */

static bool is_worse(const struct ranked *a, const struct ranked *b)
{
	return a->score < b->score || (a->score == b->score && a->id > b->id);
}

static void swap(struct ranked *a, struct ranked *b)
{
	struct ranked old = *a;

	*a = *b;
	*b = old;
}

static void sift_up(struct ranked *v, size_t i)
{
	for (; i && is_worse(&v[i], &v[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&v[i], &v[(i - 1) / 2]);
}

static void sift_down(struct ranked *v, size_t n, size_t i)
{
	for (;;) {
		size_t worst = i;

		for (size_t child = 2 * i + 1; child < n && child <= 2 * i + 2; child++)
			if (is_worse(&v[child], &v[worst]))
				worst = child;
		if (worst == i)
			return;
		swap(&v[i], &v[worst]);
		i = worst;
	}
}

/* Could a row of this score still be among the best? Rows come by rising id, so an equal score comes too late. */
static bool may_enter(const struct ranking *r, double score)
{
	return r->n < r->limit || score > r->best[0].score;
}

static void enter(struct ranking *r, const struct ranked *x)
{
	if (r->n < r->limit) {
		r->best[r->n] = *x;
		sift_up(r->best, r->n++);
	} else if (r->limit && is_worse(&r->best[0], x)) {
		r->best[0] = *x;
		sift_down(r->best, r->n, 0);
	}
}

static int best_first(const void *a, const void *b)
{
	return is_worse(a, b) ? 1 : -1;
}

void ranking_end(struct ranking *r)
{
	if (r->n)
		qsort(r->best, r->n, sizeof(*r->best), best_first);
}

/* --- the function */

static bool is_allowed(const struct ranking *r, int64_t id)
{
	return !r->allowed || (id < r->allowed_end && r->allowed[id / 8] >> (id % 8) & 1);
}

static int rank(struct ranking *r, const Fts5ExtensionApi *api, Fts5Context *fts, int64_t id)
{
	struct row row;
	struct ranked x = { .id = id };
	double floor_norm = r->k1 * (1 - r->b), norm;
	int len, rc = SQLITE_OK;

	for (int i = 0; i < r->n_terms && rc == SQLITE_OK; i++)
		rc = read_term(r, api, fts, i, &row.term[i]);
	if (rc != SQLITE_OK || !may_enter(r, score_terms(r, &row, floor_norm) + score_near(r, &row, floor_norm)))
		return rc;
	rc = api->xColumnSize(fts, -1, &len);
	if (rc != SQLITE_OK)
		return rc;
	norm = r->k1 * (1 - r->b + r->b * len / r->mean_len);
	x.terms = score_terms(r, &row, norm);
	x.near = score_near(r, &row, norm);
	x.score = x.terms + x.near;
	enter(r, &x);
	return SQLITE_OK;
}

static void rank_row(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct ranking *r = n == 1 ? sqlite3_value_pointer(v[0], "ibid_rank") : NULL;
	int64_t id = api->xRowid(fts);
	int rc = SQLITE_OK;

	if (!r) {
		sqlite3_result_error(ctx, "ibid_rank wants a ranking", -1);
		return;
	}
	if (!r->is_ready)
		rc = prepare(r, api, fts);
	if (rc == SQLITE_OK && is_allowed(r, id))
		rc = rank(r, api, fts, id);
	if (rc != SQLITE_OK)
		sqlite3_result_error_code(ctx, rc);
	else
		sqlite3_result_int(ctx, 0);
}

enum err_code rank_register(struct store *db, struct err *err)
{
	fts5_api *fts = NULL;
	int rc;

	if (db->has_rank)
		return OK;
	SCOPED(query) q = query(db, "SELECT fts5(?)");
	if (q.rc == SQLITE_OK)
		q.rc = sqlite3_bind_pointer(q.stmt, 1, &fts, "fts5_api_ptr", NULL);
	query_next(&q);
	if (query_end(&q, err) != OK)
		return err->code;
	if (!fts)
		return err_set(err, ERR_BUG, "this SQLite has no FTS5");
	rc = fts->xCreateFunction(fts, "ibid_rank", NULL, rank_row, NULL);
	/* Who searches once searches again, over the same pages: 16 MB instead of 2 make the slowest queries twice as fast. */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db->sqlite, "PRAGMA cache_size = -16384", NULL, NULL, NULL);
	db->has_rank = rc == SQLITE_OK;
	return rc == SQLITE_OK ? OK : store_fail(db, rc, err);
}
