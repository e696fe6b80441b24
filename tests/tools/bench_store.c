/*
 * bench_store - the figures of the store, one a line: name, value, unit, goal
 *
 *	bench_store [CHUNKS [DIRECTORY]]
 *
 * Text is drawn from a Zipf distribution over made-up words, so it needs no data
 * and is the same in every run. Ratios compare two things done in this run.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ibid/base/mem.h"
#include "ibid/store/documents.h"
#include "ibid/store/search.h"

enum { VOCABULARY = 60000, WORDS_A_CHUNK = 180, WORDS_A_SENTENCE = 18, CHUNKS_A_DOCUMENT = 20, STOP_WORDS = 150 };
enum { QUERIES = 60, QUERY_WORDS = 6, HITS = 200 };

static struct {
	char words[VOCABULARY][16];
	double upto[VOCABULARY];	/* summed probability */
	uint64_t random;
} corpus = { .random = 88172645463325252u };

static void check(enum err_code code, const struct err *err)
{
	if (code == OK)
		return;
	fprintf(stderr, "bench_store: %s\n", err->text);
	exit(1);
}

static void check_sqlite(sqlite3 *db, int rc)
{
	if (rc == SQLITE_OK || rc == SQLITE_DONE)
		return;
	fprintf(stderr, "bench_store: %s\n", sqlite3_errmsg(db));
	exit(1);
}

static double clock_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double now_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

/* --- text */

static uint64_t next_random(void)
{
	corpus.random ^= corpus.random << 13;
	corpus.random ^= corpus.random >> 7;
	return corpus.random ^= corpus.random << 17;
}

/* Frequent words are short, as in any language; some end as English ones do, so that the stemmer has work. */
static void make_word(int rank, char out[16])
{
	static const char *const ends[] = { "", "s", "ed", "ing", "ation", "er", "ly", "" };
	int n = 0;

	for (int rest = rank + 20; rest; rest /= 20) {
		out[n++] = "bcdfghklmnprstvwz"[rest % 17];
		out[n++] = "aeiou"[rest % 5];
	}
	snprintf(out + n, 16 - (size_t)n, "%s", ends[rank > STOP_WORDS ? rank % 8 : 0]);
}

static void make_corpus(void)
{
	double sum = 0;

	for (int i = 0; i < VOCABULARY; i++) {
		make_word(i, corpus.words[i]);
		corpus.upto[i] = sum += 1 / ((double)i + 2.7);
	}
	for (int i = 0; i < VOCABULARY; i++)
		corpus.upto[i] /= sum;
}

static int random_rank(void)
{
	double x = (double)(next_random() >> 11) / 9007199254740992.0;
	int lo = 0, hi = VOCABULARY - 1;

	while (lo < hi) {
		int mid = (lo + hi) / 2;

		if (corpus.upto[mid] < x)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void add_words(struct buf *out, int n)
{
	for (int i = 0; i < n; i++) {
		if (i)
			buf_ch(out, ' ');
		buf_c(out, corpus.words[random_rank()]);
	}
}

/* A document as ingest hands it over: text, a heading every five chunks, sentences, chunks. */
struct made {
	struct buf text, title;
	struct text t;
	struct text_head heads[CHUNKS_A_DOCUMENT / 5];
	struct sentence sentences[CHUNKS_A_DOCUMENT * WORDS_A_CHUNK / WORDS_A_SENTENCE];
	struct chunk chunks[CHUNKS_A_DOCUMENT];
	struct str identifiers[CHUNKS_A_DOCUMENT];
	char names[CHUNKS_A_DOCUMENT][32];
};

static void make_chunk(struct made *m, int i)
{
	struct chunk *c = &m->chunks[i];

	*c = (struct chunk){ .head = i / 5, .words = WORDS_A_CHUNK, .simhash = next_random() };
	c->at.byte_from = m->text.len;
	c->sentence_from = (uint32_t)m->t.n_sentences;
	for (int w = 0; w < WORDS_A_CHUNK; w += WORDS_A_SENTENCE) {
		struct sentence *s = &m->sentences[m->t.n_sentences++];

		s->at.byte_from = m->text.len;
		add_words(&m->text, WORDS_A_SENTENCE);
		buf_ch(&m->text, '.');
		s->at.byte_to = m->text.len;
		buf_ch(&m->text, ' ');
	}
	c->at.byte_to = m->text.len;
	c->sentence_to = (uint32_t)m->t.n_sentences;
	snprintf(m->names[i], sizeof(m->names[i]), "CVE-%d-%05d", 2000 + (int)(next_random() % 25),
		(int)(next_random() % 99999));
	m->identifiers[i] = i % 4 ? STR_EMPTY : str_c(m->names[i]);
}

static void make_document(struct made *m)
{
	memset(&m->t, 0, sizeof(m->t));
	buf_reset(&m->text);
	buf_reset(&m->title);
	add_words(&m->title, 8);
	for (int i = 0; i < CHUNKS_A_DOCUMENT; i++) {
		if (i % 5 == 0) {
			struct text_head *h = &m->heads[m->t.n_heads++];

			h->at = (struct span){ m->text.len, m->text.len };
			h->level = 1;
			h->title = h->path = str_c(corpus.words[random_rank()]);
			h->section_to = m->text.len;
		}
		make_chunk(m, i);
	}
	m->t.text = buf_view(&m->text);
	m->t.heads = m->heads;
	m->t.sentences = m->sentences;
	m->t.chunks = m->chunks;
	m->t.n_chunks = CHUNKS_A_DOCUMENT;
	m->t.extractor = STR("bench/1");
}

/* --- ingest: each document goes into all three in turn, so that a busy machine slows all of them */

struct plain {
	sqlite3 *db;
	sqlite3_stmt *insert;
	double ms;
};

static void plain_open(struct plain *p, const char *path)
{
	static const char script[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384;"
		"CREATE VIRTUAL TABLE t USING fts5(title, ctx, body, tokenize = 'porter unicode61 remove_diacritics 2');"
		"BEGIN";

	check_sqlite(NULL, sqlite3_open(path, &p->db));
	check_sqlite(p->db, sqlite3_exec(p->db, script, NULL, NULL, NULL));
	check_sqlite(p->db, sqlite3_prepare_v2(p->db, "INSERT INTO t VALUES (?, ?, ?)", -1, &p->insert, NULL));
}

static void plain_add(struct plain *p, const struct made *m)
{
	SCOPED(buf) ctx = BUF_INIT;
	double before = now_ms();

	for (size_t i = 0; i < m->t.n_chunks; i++) {
		struct str body = text_at(&m->t, m->chunks[i].at);

		buf_reset(&ctx);
		buf_fmt(&ctx, "%s > %.*s", buf_cstr(&m->title), STR_ARG(m->heads[m->chunks[i].head].path));
		sqlite3_bind_text(p->insert, 1, buf_cstr(&m->title), (int)m->title.len, SQLITE_STATIC);
		sqlite3_bind_text(p->insert, 2, buf_cstr(&ctx), (int)ctx.len, SQLITE_STATIC);
		sqlite3_bind_text(p->insert, 3, body.p, (int)body.len, SQLITE_STATIC);
		check_sqlite(p->db, sqlite3_step(p->insert));
		sqlite3_reset(p->insert);
	}
	p->ms += now_ms() - before;
}

static void plain_close(struct plain *p)
{
	double before = now_ms();

	check_sqlite(p->db, sqlite3_exec(p->db, "COMMIT", NULL, NULL, NULL));
	p->ms += now_ms() - before;
	sqlite3_finalize(p->insert);
	sqlite3_close(p->db);
}

/* A store, and how many documents it takes in one transaction. */
struct filled {
	struct store *db;
	int at_once, n;
	double ms;
};

static void filled_open(struct filled *f, const char *path, int at_once)
{
	struct err err = ERR_INIT;

	*f = (struct filled){ .at_once = at_once };
	check(store_open(path, NULL, &f->db, &err), &err);
}

static void filled_add(struct filled *f, const struct made *made, bool is_last)
{
	struct err err = ERR_INIT;
	struct text t = made->t;
	char path[64];
	struct document doc = { .kind = STR("txt"), .mime = STR("text/plain"), .collection = STR("default"),
		.csl = STR("{}"), .title = buf_view(&made->title) };
	double before;

	snprintf(path, sizeof(path), "/bench/%d.txt", f->n);
	doc.path = str_c(path);
	doc.file_hash = hash_of(doc.path);
	before = now_ms();
	if (f->at_once > 1 && f->n % f->at_once == 0)
		check(store_begin(f->db, &err), &err);
	check(store_document_put(f->db, &doc, &t, made->identifiers, &err), &err);
	if (f->at_once > 1 && (++f->n % f->at_once == 0 || is_last))
		check(store_commit(f->db, &err), &err);
	f->n += f->at_once == 1;
	f->ms += now_ms() - before;
}

/* Leaves the batch store open for the searches. */
static struct store *bench_ingest(const char *dir, int documents)
{
	static struct made m;
	struct plain plain = { 0 };
	struct filled single, batch;
	char path[300];

	snprintf(path, sizeof(path), "%s/plain.db", dir);
	plain_open(&plain, path);
	snprintf(path, sizeof(path), "%s/single.db", dir);
	filled_open(&single, path, 1);
	snprintf(path, sizeof(path), "%s/library.db", dir);
	filled_open(&batch, path, 100);
	for (int i = 0; i < documents; i++) {
		make_document(&m);
		plain_add(&plain, &m);
		filled_add(&single, &m, i + 1 == documents);
		filled_add(&batch, &m, i + 1 == documents);
	}
	plain_close(&plain);
	store_free(single.db);
	printf("ingest_plain_fts5\t%.0f\tms\treference\n", plain.ms);
	printf("ingest_ratio_single\t%.2f\tof bare FTS5's speed, a transaction a document\t-\n", plain.ms / single.ms);
	printf("ingest_ratio\t%.2f\tof bare FTS5's speed, 100 documents a transaction\t>= 0.60\n", plain.ms / batch.ms);
	fflush(stdout);
	return batch.db;
}

/* --- search */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void make_query(struct search_term *terms)
{
	for (int i = 0; i < QUERY_WORDS; i++) {
		int rank = random_rank();

		while (rank < STOP_WORDS)
			rank = random_rank();
		terms[i] = (struct search_term){ str_c(corpus.words[rank]), 1 };
	}
}

struct took {
	double ms, cpu_ms;	/* the second is not changed by what else the machine does */
};

static struct took time_query(struct store *db, struct search_term *terms, const struct search_weights *w)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct search_hit *hits;
	size_t n;
	double before = now_ms(), cpu_before = clock_ms(CLOCK_PROCESS_CPUTIME_ID);

	check(store_search_chunks(db, &a, terms, QUERY_WORDS, w, NULL, 0, true, HITS, &hits, &n, &err), &err);
	return (struct took){ now_ms() - before, clock_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu_before };
}

/* The best of three, warm. */
static struct took best_time(struct store *db, struct search_term *terms, const struct search_weights *w)
{
	struct took best = time_query(db, terms, w);

	for (int i = 0; i < 2; i++) {
		struct took again = time_query(db, terms, w);

		best = again.cpu_ms < best.cpu_ms ? again : best;
	}
	return best;
}

static double time_df(struct store *db, struct str word)
{
	struct err err = ERR_INIT;
	double before = now_ms();
	int64_t df, all;

	check(store_search_df(db, word, &df, &all, &err), &err);
	return now_ms() - before;
}

static void bench_search(struct store *db)
{
	struct search_weights ours = SEARCH_WEIGHTS, builtin = SEARCH_WEIGHTS;
	struct search_term terms[QUERY_WORDS];
	double mine[QUERIES], theirs[QUERIES], ratio[QUERIES], df[QUERIES];

	builtin.builtin = true;
	for (int i = 0; i < QUERIES; i++) {
		struct took bm25, rank;

		make_query(terms);
		bm25 = best_time(db, terms, &builtin);
		rank = best_time(db, terms, &ours);
		theirs[i] = bm25.ms;
		mine[i] = rank.ms;
		ratio[i] = rank.cpu_ms / bm25.cpu_ms;
		df[i] = time_df(db, terms[0].text);
	}
	qsort(mine, QUERIES, sizeof(*mine), by_value);
	qsort(theirs, QUERIES, sizeof(*theirs), by_value);
	qsort(ratio, QUERIES, sizeof(*ratio), by_value);
	qsort(df, QUERIES, sizeof(*df), by_value);
	printf("search_p50\t%.1f\tms\t<= 64\n", mine[QUERIES / 2]);
	printf("search_p95\t%.1f\tms\t<= 120\n", mine[QUERIES * 95 / 100]);
	printf("search_bm25_p50\t%.1f\tms\treference\n", theirs[QUERIES / 2]);
	printf("search_ratio_p50\t%.2f\tof bm25()\t<= 1\n", ratio[QUERIES / 2]);
	printf("search_ratio_max\t%.2f\tof bm25()\t<= 1\n", ratio[QUERIES - 1]);
	printf("search_df_p50\t%.2f\tms\t-\n", df[QUERIES / 2]);
}

static void remove_files(const char *dir)
{
	static const char *const names[] = { "plain.db", "single.db", "library.db" };
	char path[300];

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

int main(int argc, char **argv)
{
	int documents = (argc > 1 ? atoi(argv[1]) : 100000) / CHUNKS_A_DOCUMENT;
	struct store *db;
	char dir[256];

	snprintf(dir, sizeof(dir), "%s/ibid-bench-XXXXXX", argc > 2 ? argv[2] : "/tmp");
	if (!mkdtemp(dir))
		return perror(dir), 1;
	make_corpus();
	db = bench_ingest(dir, documents);
	bench_search(db);
	store_free(db);
	remove_files(dir);
	return 0;
}
