#include "documents_internal.h"

#include <string.h>

#include "ibid/base/mem.h"
#include "rank_internal.h"

/* --- the query for MATCH: every term quoted, so that no word of a person is syntax */

static void add_quoted(struct buf *match, struct str term)
{
	buf_ch(match, '"');
	for (size_t i = 0; i < term.len; i++) {
		char c = term.p[i];

		if (c == '"')
			buf_ch(match, '"');
		buf_ch(match, c ? c : ' ');
	}
	buf_ch(match, '"');
}

/* The terms that are asked for, each once. */
struct kept_terms {
	size_t at[SEARCH_TERMS_MAX];	/* index into the terms given */
	size_t n;
};

/* Number of the kept term that reads like `term`; k->n when there is none. */
static size_t same_term(const struct kept_terms *k, const struct search_term *terms, struct str term)
{
	size_t i = 0;

	while (i < k->n && !str_eq_nocase(terms[k->at[i]].text, term))
		i++;
	return i;
}

/* The terms joined by OR. A term given again adds its weight to the first: one list of rows is read for both. */
static void add_terms(const struct search_term *terms, size_t n, struct buf *match, struct ranking *r,
	struct kept_terms *k)
{
	k->n = 0;
	for (size_t i = 0; i < n; i++) {
		size_t same = same_term(k, terms, terms[i].text);

		if (same < k->n) {
			r->weight[same] += terms[i].weight;
		} else if (k->n < SEARCH_TERMS_MAX && str_trim(terms[i].text).len) {
			if (k->n)
				buf_c(match, " OR ");
			add_quoted(match, terms[i].text);
			r->weight[k->n] = terms[i].weight;
			k->at[k->n++] = i;
		}
	}
}

/* The ranking has counted the rows of each term; whoever asks needs that too, and counting again would cost as much as ranking. */
static void tell_rows(struct search_term *terms, size_t n, const struct ranking *r, const struct kept_terms *k)
{
	for (size_t i = 0; i < n; i++) {
		size_t same = same_term(k, terms, terms[i].text);
		bool is_told = r->is_ready && same < k->n;

		terms[i].n_chunks = is_told ? r->rows[same] : 0;
		terms[i].n_all = is_told ? r->all_rows : 0;
	}
}

/* --- the rows that are allowed: the chunks of some documents, as a bit each */

static enum err_code last_chunk(struct store *db, int64_t *id, struct err *err)
{
	return store_number(db, err, "SELECT max(id) FROM chunk", id);
}

static void allow(uint8_t *bits, int64_t end, int64_t first, int64_t n)
{
	for (int64_t id = first; id < first + n && id < end; id++)
		bits[id / 8] |= (uint8_t)(1u << (id % 8));
}

static enum err_code allow_documents(struct store *db, const int64_t *docs, size_t n_docs, uint8_t *bits, int64_t end,
	struct err *err)
{
	SCOPED(query) q = query(db,
		"SELECT t.first_chunk, t.n_chunks FROM document AS d JOIN document_text AS t ON t.id = d.text_id WHERE d.id = ?");

	for (size_t i = 0; i < n_docs; i++) {
		bind_int(&q, docs[i]);
		while (query_next(&q)) {
			int64_t first = row_int(&q);

			allow(bits, end, first, row_int(&q));
		}
		if (query_end(&q, err) != OK)
			return err->code;
		query_again(&q);
	}
	return OK;
}

static enum err_code set_allowed(struct store *db, struct arena *a, const int64_t *docs, size_t n_docs,
	struct ranking *r, struct err *err)
{
	uint8_t *bits;

	if (last_chunk(db, &r->allowed_end, err) != OK)
		return err->code;
	r->allowed_end++;
	bits = arena_alloc(a, (size_t)r->allowed_end / 8 + 1);
	r->allowed = bits;
	return allow_documents(db, docs, n_docs, bits, r->allowed_end, err);
}

/* --- ranking */

static bool is_allowed(const struct ranking *r, int64_t id)
{
	return !r->allowed || (id < r->allowed_end && r->allowed[id / 8] >> (id % 8) & 1);
}

static enum err_code run_ranking(struct store *db, const char *sql, struct str match, struct ranking *r,
	struct err *err)
{
	if (rank_register(db, err) != OK)
		return err->code;
	SCOPED(query) q = query(db, sql);
	bind_str(&q, match);
	if (q.rc == SQLITE_OK)
		q.rc = sqlite3_bind_pointer(q.stmt, 2, r, "ibid_rank", NULL);
	while (query_next(&q))
		continue;
	if (query_end(&q, err) != OK)
		return err->code;
	ranking_end(r);
	return OK;
}

/* FTS5's own bm25(), as the reference: best is most negative. */
static enum err_code run_builtin(struct store *db, struct str match, const struct search_weights *w, struct ranking *r,
	struct err *err)
{
	SCOPED(query) q = query(db,
		"SELECT rowid, bm25(chunk_fts, ?2, ?3, ?4) FROM chunk_fts WHERE chunk_fts MATCH ?1 ORDER BY 2, rowid LIMIT ?5");

	bind_str(&q, match);
	bind_double(&q, w->title);
	bind_double(&q, w->context);
	bind_double(&q, w->body);
	bind_int(&q, r->allowed ? -1 : (int64_t)r->limit);
	while (r->n < r->limit && query_next(&q)) {
		int64_t id = row_int(&q);

		if (is_allowed(r, id))
			r->best[r->n++] = (struct ranked){ .id = id, .terms = -row_double(&q) };
	}
	for (size_t i = 0; i < r->n; i++)
		r->best[i].score = r->best[i].terms;
	return query_end(&q, err);
}

static enum err_code read_hits(struct store *db, struct arena *a, const struct ranking *r, struct search_hit **hits,
	size_t *n, struct err *err)
{
	struct search_hit *v = arena_array(a, r->n, sizeof(*v));
	SCOPED(query) q = query(db,
		"SELECT t.doc_id, c.text_id, c.byte_from, c.byte_to, c.simhash"
		" FROM chunk AS c JOIN document_text AS t ON t.id = c.text_id WHERE c.id = ?");

	*n = 0;
	for (size_t i = 0; i < r->n; i++) {
		struct search_hit *h = &v[*n];

		bind_int(&q, r->best[i].id);
		if (query_next(&q)) {
			*h = (struct search_hit){ .chunk_id = r->best[i].id, .score = r->best[i].score,
				.score_terms = r->best[i].terms, .score_near = r->best[i].near };
			h->doc_id = row_int(&q);
			h->text_id = row_int(&q);
			h->at.byte_from = (size_t)row_int(&q);
			h->at.byte_to = (size_t)row_int(&q);
			h->simhash = row_simhash(&q);
			++*n;
		}
		if (query_end(&q, err) != OK)
			return err->code;
		query_again(&q);
	}
	*hits = v;
	return OK;
}

/* Weights are for the columns of chunk_fts. */
static struct ranking ranking(const struct search_weights *w, struct arena *a, size_t limit)
{
	limit = limit < SEARCH_HITS_MAX ? limit : SEARCH_HITS_MAX;
	return (struct ranking){ .k1 = w->k1, .b = w->b, .proximity = w->proximity, .window = w->window,
		.column = { w->title, w->context, w->body }, .near_column = 2, .limit = limit,
		.best = arena_array(a, limit, sizeof(struct ranked)) };
}

enum err_code store_search_chunks(struct store *db, struct arena *a, struct search_term *terms, size_t n_terms,
	const struct search_weights *w, const int64_t *docs, size_t n_docs, bool all_docs, size_t limit,
	struct search_hit **hits, size_t *n, struct err *err)
{
	SCOPED(arena) work = ARENA_INIT;
	SCOPED(buf) match = BUF_INIT;
	struct ranking r = ranking(w, &work, limit);
	struct kept_terms kept;
	enum err_code code;

	add_terms(terms, n_terms, &match, &r, &kept);
	if (!all_docs && set_allowed(db, &work, docs, n_docs, &r, err) != OK)
		return err->code;
	if (match.len == 0 || limit == 0 || (!all_docs && n_docs == 0))
		code = OK;
	else if (w->builtin)
		code = run_builtin(db, buf_view(&match), w, &r, err);
	else
		code = run_ranking(db, "SELECT 1 FROM chunk_fts WHERE chunk_fts MATCH ? AND ibid_rank(chunk_fts, ?)",
			buf_view(&match), &r, err);
	tell_rows(terms, n_terms, &r, &kept);
	return code == OK ? read_hits(db, a, &r, hits, n, err) : code;
}

/* --- identifiers */

/* Each as a whole, between spaces as they are stored, and as a part. */
static void add_identifiers(const struct str *identifiers, size_t n, struct buf *match, struct ranking *r)
{
	SCOPED(buf) whole = BUF_INIT;

	for (size_t i = 0; i < n && 2 * i + 1 < SEARCH_TERMS_MAX; i++) {
		buf_reset(&whole);
		buf_fmt(&whole, " %.*s ", STR_ARG(identifiers[i]));
		if (i)
			buf_c(match, " OR ");
		add_quoted(match, buf_view(&whole));
		buf_c(match, " OR ");
		add_quoted(match, identifiers[i]);
		r->weight[2 * i] = 2;
		r->weight[2 * i + 1] = 1;
	}
}

enum err_code store_search_identifiers(struct store *db, struct arena *a, const struct str *identifiers,
	size_t n_identifiers, const int64_t *docs, size_t n_docs, bool all_docs, size_t limit, struct search_hit **hits,
	size_t *n, struct err *err)
{
	/* One column, and a list of names is not the weaker for being long. */
	static const struct search_weights flat = { .k1 = 1.2, .b = 0, .title = 1 };
	SCOPED(arena) work = ARENA_INIT;
	SCOPED(buf) match = BUF_INIT;
	struct ranking r = ranking(&flat, &work, limit);

	add_identifiers(identifiers, n_identifiers, &match, &r);
	if (!all_docs && set_allowed(db, &work, docs, n_docs, &r, err) != OK)
		return err->code;
	if (match.len && limit && (all_docs || n_docs) &&
		run_ranking(db, "SELECT 1 FROM ident_fts WHERE ident_fts MATCH ? AND ibid_rank(ident_fts, ?)",
			buf_view(&match), &r, err) != OK)
		return err->code;
	return read_hits(db, a, &r, hits, n, err);
}

/* --- messages */

/* All but those of sessions in the trash; no bits at all when the trash is empty. CROSS: the sessions first, they are few. */
static enum err_code deny_trashed(struct store *db, struct arena *a, struct ranking *r, struct err *err)
{
	SCOPED(query) q = query(db,
		"SELECT m.id FROM session AS s CROSS JOIN message AS m ON m.session_id = s.id WHERE s.trashed_ms <> 0");
	uint8_t *bits = NULL;

	if (store_number(db, err, "SELECT max(id) + 1 FROM message", &r->allowed_end) != OK)
		return err->code;
	while (query_next(&q)) {
		int64_t id = row_int(&q);

		if (!bits)
			bits = memset(arena_alloc(a, (size_t)r->allowed_end / 8 + 1), 0xFF, (size_t)r->allowed_end / 8 + 1);
		if (id < r->allowed_end)
			bits[id / 8] &= (uint8_t)~(1u << (id % 8));
	}
	r->allowed = bits;
	return query_end(&q, err);
}

static enum err_code read_message_hit(struct store *db, struct arena *a, struct str match, struct message_hit *h,
	struct err *err)
{
	SCOPED(query) q = query(db,
		"SELECT m.session_id, m.n, s.sid, s.name, snippet(message_fts, 0, char(2), char(3), '…', 24), m.created_ms"
		" FROM message_fts JOIN message AS m ON m.id = message_fts.rowid JOIN session AS s ON s.id = m.session_id"
		" WHERE message_fts MATCH ? AND message_fts.rowid = ?");

	bind_str(&q, match);
	bind_int(&q, h->message_id);
	if (query_next(&q)) {
		h->session_id = row_int(&q);
		h->n = (int)row_int(&q);
		h->sid = row_str(&q, a);
		h->session_name = row_str(&q, a);
		h->snippet = row_str(&q, a);
		h->created_ms = row_int(&q);
	}
	return query_end(&q, err);
}

static enum err_code read_message_hits(struct store *db, struct arena *a, struct str match, const struct ranking *r,
	struct message_hit **hits, size_t *n, struct err *err)
{
	struct message_hit *v = arena_array(a, r->n, sizeof(*v));

	for (size_t i = 0; i < r->n; i++) {
		v[i].message_id = r->best[i].id;
		v[i].score = r->best[i].score;
		if (read_message_hit(db, a, match, &v[i], err) != OK)
			return err->code;
	}
	*hits = v;
	*n = r->n;
	return OK;
}

enum err_code store_search_messages(struct store *db, struct arena *a, const struct search_term *terms, size_t n_terms,
	size_t limit, struct message_hit **hits, size_t *n, struct err *err)
{
	SCOPED(arena) work = ARENA_INIT;
	SCOPED(buf) match = BUF_INIT;
	struct ranking r = ranking(&SEARCH_WEIGHTS, &work, limit);
	struct kept_terms kept;

	r.column[0] = 1;
	r.near_column = 0;
	add_terms(terms, n_terms, &match, &r, &kept);
	if (deny_trashed(db, &work, &r, err) != OK)
		return err->code;
	if (match.len && limit &&
		run_ranking(db, "SELECT 1 FROM message_fts WHERE message_fts MATCH ? AND ibid_rank(message_fts, ?)",
			buf_view(&match), &r, err) != OK)
		return err->code;
	return read_message_hits(db, a, buf_view(&match), &r, hits, n, err);
}

/* --- how common a word is */

enum err_code store_search_df(struct store *db, struct str word, int64_t *df, int64_t *n_chunks, struct err *err)
{
	SCOPED(buf) match = BUF_INIT;
	SCOPED(query) q = query(db, "SELECT count(*) FROM chunk_fts WHERE chunk_fts MATCH ?");

	add_quoted(&match, word);
	bind_str(&q, buf_view(&match));
	*df = query_next(&q) ? row_int(&q) : 0;
	if (query_end(&q, err) != OK)
		return err->code;
	return store_number(db, err, "SELECT sum(n_chunks) FROM document WHERE indexed_title IS NOT NULL", n_chunks);
}
