/*
 * eval_retrieve - how well retrieval ranks a judged collection
 *
 *	eval_retrieve DIRECTORY [QRELS [NAME=VALUE ...]]
 *
 * DIRECTORY holds docs.jsonl ({"id", "title", "text" or "sentences"}) and
 * queries.tsv; QRELS (qrels.txt) is in it. Builds a throw-away library, each
 * document with its title, cut by retrieve/split, and asks it every query that
 * has a relevant document. A document ranks where its best chunk does.
 *
 * Prints nDCG@10 with linear gain, recall at 100, the median time of a query,
 * and how often the best passage covers the question enough for an answer.
 * Names: those of struct search_weights, and copies=1 to keep near copies.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ibid/base/json.h"
#include "ibid/base/mem.h"
#include "ibid/base/path.h"
#include "ibid/retrieve/coverage.h"
#include "ibid/retrieve/identify.h"
#include "ibid/retrieve/search.h"
#include "ibid/retrieve/split.h"
#include "ibid/store/documents.h"

enum { DEPTH = 10, RECALL_DEPTH = 100, HITS = 400, FILE_MAX = 64 << 20, QUERIES_MAX = 10000 };

struct judgement {
	struct str query, doc;
	double grade;
};

static struct {
	struct buf docs, queries, qrels;
	struct judgement *judgements;
	size_t n, cap;
	struct str *ids;	/* of documents, by id - 1 */
	size_t n_ids, cap_ids;
	struct arena strings;
	struct retrieve_options o;
	double ndcg, recall, took_ms[QUERIES_MAX];
	size_t n_queries, n_covered;
} eval;

static void check(enum err_code code, const struct err *err)
{
	if (code == OK)
		return;
	fprintf(stderr, "eval_retrieve: %s\n", err->text);
	exit(1);
}

static void read_file(const char *dir, const char *name, struct buf *out)
{
	struct err err = ERR_INIT;
	SCOPED(buf) path = BUF_INIT;

	path_join(&path, str_c(dir), str_c(name));
	check(path_read(buf_cstr(&path), FILE_MAX, out, &err), &err);
}

static void read_judgements(void)
{
	struct str rest = buf_view(&eval.qrels);

	while (rest.p) {
		struct str line = str_trim(str_cut(&rest, '\n'));
		struct judgement j = { .query = str_cut(&line, ' ') };

		str_cut(&line, ' ');
		j.doc = str_cut(&line, ' ');
		if (!line.p || !str_to_double(str_trim(line), &j.grade))
			continue;
		eval.judgements = mem_grow(eval.judgements, &eval.cap, eval.n + 1, sizeof(j));
		eval.judgements[eval.n++] = j;
	}
}

/* --- documents */

static void add_block(struct extraction *x, struct str text)
{
	size_t from;

	if (!str_trim(text).len)
		return;
	buf_c(&x->text, x->n_blocks ? "\n\n" : "");
	from = x->text.len;
	buf_str(&x->text, str_trim(text));
	x->blocks = mem_grow(x->blocks, &x->cap_blocks, x->n_blocks + 1, sizeof(*x->blocks));
	x->blocks[x->n_blocks++] = (struct extraction_block){ .at = { from, x->text.len }, .kind = EXTRACTION_PARAGRAPH };
}

static void add_paragraphs(struct extraction *x, struct str text)
{
	while (text.len) {
		size_t end = str_find(text, STR("\n\n"), 0);

		add_block(x, str_sub(text, 0, end));
		text = end == STR_NONE ? STR_EMPTY : str_sub(text, end + 2, text.len);
	}
}

static void add_sentences(struct extraction *x, const struct json_node *list)
{
	SCOPED(buf) text = BUF_INIT;

	for (const struct json_node *s = json_first(list); s; s = json_next(s)) {
		buf_c(&text, text.len ? " " : "");
		buf_str(&text, str_trim(json_str(s)));
	}
	add_block(x, buf_view(&text));
}

static void add_document(struct store *db, struct str line)
{
	struct err err = ERR_INIT;
	SCOPED_PTR(json) json = NULL;
	SCOPED(arena) a = ARENA_INIT;
	struct extraction x = EXTRACTION_INIT;
	struct document doc = { .kind = STR("txt") };
	struct text t = { 0 };

	check(json_parse(line, 0, &json, &err), &err);
	doc.path = json_str(json_get(json_root(json), "id"));
	doc.title = json_str(json_get(json_root(json), "title"));
	add_paragraphs(&x, json_str(json_get(json_root(json), "text")));
	add_sentences(&x, json_get(json_root(json), "sentences"));
	split_extraction(&a, &x, &t);
	check(store_document_put(db, &doc, &t, identify_chunks(&a, &t), &err), &err);
	eval.ids = mem_grow(eval.ids, &eval.cap_ids, (size_t)doc.id, sizeof(*eval.ids));
	eval.ids[doc.id - 1] = arena_str(&eval.strings, doc.path);
	mem_free(x.blocks);
	buf_release(&x.text);
}

static void fill(struct store *db)
{
	struct err err = ERR_INIT;
	struct str rest = buf_view(&eval.docs);

	check(store_begin(db, &err), &err);
	while (rest.p) {
		struct str line = str_trim(str_cut(&rest, '\n'));

		if (line.len)
			add_document(db, line);
	}
	check(store_commit(db, &err), &err);
}

/* --- measures */

static double grade_of(struct str query, struct str doc)
{
	for (size_t i = 0; i < eval.n; i++)
		if (str_eq(eval.judgements[i].query, query) && str_eq(eval.judgements[i].doc, doc))
			return eval.judgements[i].grade;
	return 0;
}

static int falling(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

/* The gain of a perfect ranking, and how many documents are relevant. */
static double best_gain(struct str query, size_t *relevant)
{
	double *grades = mem_zalloc(eval.n, sizeof(*grades)), sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < eval.n; i++)
		if (str_eq(eval.judgements[i].query, query) && eval.judgements[i].grade > 0)
			grades[n++] = eval.judgements[i].grade;
	qsort(grades, n, sizeof(*grades), falling);
	for (size_t i = 0; i < n && i < DEPTH; i++)
		sum += grades[i] / log2((double)i + 2);
	mem_free(grades);
	*relevant = n;
	return sum;
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static bool is_seen(const struct retrieve_result *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (r->hits[k].doc_id == r->hits[i].doc_id)
			return true;
	return false;
}

static void measure(struct store *db, struct str query, struct str text, double best, size_t relevant)
{
	struct err err = ERR_INIT;
	SCOPED(arena) a = ARENA_INIT;
	struct retrieve_result r;
	struct query q;
	double start = now_ms(), gain = 0, found = 0, covered = 0;
	size_t rank = 0;

	query_parse(&a, text, &q);
	check(retrieve_search(db, &a, &q, NULL, &eval.o, &r, &err), &err);
	eval.took_ms[eval.n_queries++] = now_ms() - start;
	for (size_t i = 0; i < r.n_hits && rank < RECALL_DEPTH; i++) {
		double grade;

		if (is_seen(&r, i))
			continue;
		grade = grade_of(query, eval.ids[r.hits[i].doc_id - 1]);
		if (rank < DEPTH && grade > 0)
			gain += grade / log2((double)rank + 2);
		if (rank < DEPTH)
			covered = fmax(covered, r.hits[i].coverage);
		found += grade > 0;
		rank++;
	}
	eval.ndcg += gain / best;
	eval.recall += found / (double)relevant;
	eval.n_covered += covered >= COVERAGE_ANSWER;
}

static void ask_all(struct store *db)
{
	struct str rest = buf_view(&eval.queries);

	while (rest.p && eval.n_queries < QUERIES_MAX) {
		struct str text = str_cut(&rest, '\n');
		struct str query = str_cut(&text, '\t');
		size_t relevant;
		double best = best_gain(query, &relevant);

		if (text.p && best > 0)
			measure(db, query, text, best, relevant);
	}
}

/* --- command line */

static void set_option(const char *option)
{
	struct search_weights *w = &eval.o.weights;
	const struct {
		const char *name;
		double *value;
	} names[] = { { "k1", &w->k1 }, { "b", &w->b }, { "title", &w->title }, { "context", &w->context },
		{ "body", &w->body }, { "proximity", &w->proximity } };
	struct str rest = str_c(option);
	struct str name = str_cut(&rest, '=');
	double v = rest.p ? atof(rest.p) : 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_is(name, names[i].name))
			*names[i].value = v;
	if (str_is(name, "window"))
		w->window = (int)v;
	if (str_is(name, "builtin"))
		w->builtin = v != 0;
	if (str_is(name, "copies"))
		eval.o.keep_copies = v != 0;
}

static void print_result(const char *dir)
{
	double n = (double)eval.n_queries;

	if (!eval.n_queries)
		return;
	qsort(eval.took_ms, eval.n_queries, sizeof(*eval.took_ms), falling);
	printf("%.*s\tndcg@10 %.4f\tr@100 %.4f\tcovered %.3f\tms %.2f\tqueries %zu\n", STR_ARG(path_base(str_c(dir))),
		eval.ndcg / n, eval.recall / n, (double)eval.n_covered / n, eval.took_ms[eval.n_queries / 2], eval.n_queries);
}

int main(int argc, char **argv)
{
	char dir[] = "/tmp/ibid-eval-XXXXXX", path[64];
	struct err err = ERR_INIT;
	struct store *db = NULL;

	if (argc < 2 || !mkdtemp(dir))
		return fprintf(stderr, "usage: eval_retrieve DIRECTORY [QRELS [NAME=VALUE ...]]\n"), 2;
	eval.o = RETRIEVE_OPTIONS;
	eval.o.limit = HITS;
	for (int i = 3; i < argc; i++)
		set_option(argv[i]);
	read_file(argv[1], "docs.jsonl", &eval.docs);
	read_file(argv[1], "queries.tsv", &eval.queries);
	read_file(argv[1], argc > 2 ? argv[2] : "qrels.txt", &eval.qrels);
	read_judgements();
	snprintf(path, sizeof(path), "%s/library.db", dir);
	check(store_open(path, NULL, &db, &err), &err);
	fill(db);
	ask_all(db);
	print_result(argv[1]);
	store_free(db);
	unlink(path);
	rmdir(dir);
	return 0;
}
