/*
 * eval_bm25 - nDCG@10 of the store's ranking on a judged collection
 *
 *	eval_bm25 DIRECTORY [QRELS [NAME=VALUE ...]]
 *
 * DIRECTORY holds docs.jsonl and queries.tsv; QRELS (qrels.txt) is in it. Every document is one chunk. Names are those
 * of struct search_weights, and stop=0 to keep function words.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ibid/base/json.h"
#include "ibid/base/mem.h"
#include "ibid/base/path.h"
#include "ibid/base/words.h"
#include "ibid/store/search.h"

enum { DEPTH = 10, TERMS_MAX = 64, FILE_MAX = 64 << 20 };

struct judgement {
	struct str query, doc;
	double grade;
};

static struct {
	struct arena a;
	struct buf docs, queries, qrels;
	struct judgement *judgements;
	size_t n, cap;
	struct search_weights w;
	unsigned words;
} eval = { .words = WORDS_NO_FUNCTION | WORDS_NO_QUESTION };

static void check(enum err_code code, const struct err *err)
{
	if (code == OK)
		return;
	fprintf(stderr, "eval_bm25: %s\n", err->text);
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
		if (!str_to_double(line.p ? str_trim(line) : STR_EMPTY, &j.grade))
			continue;
		eval.judgements = mem_grow(eval.judgements, &eval.cap, eval.n + 1, sizeof(j));
		eval.judgements[eval.n++] = j;
	}
}

static void add_document(struct store *db, struct str line)
{
	struct err err = ERR_INIT;
	SCOPED_PTR(json) json = NULL;
	struct chunk chunk = { .head = -1 };
	struct document doc = { .kind = STR("txt") };
	struct text t = { .chunks = &chunk, .n_chunks = 1 };

	check(json_parse(line, 0, &json, &err), &err);
	doc.path = json_str(json_get(json_root(json), "id"));
	doc.title = json_str(json_get(json_root(json), "title"));
	t.text = json_str(json_get(json_root(json), "text"));
	chunk.at.byte_to = t.text.len;
	check(store_document_put(db, &doc, &t, NULL, &err), &err);
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

static double best_gain(struct str query)
{
	double *grades = mem_zalloc(eval.n, sizeof(*grades)), sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < eval.n; i++)
		if (str_eq(eval.judgements[i].query, query))
			grades[n++] = eval.judgements[i].grade;
	qsort(grades, n, sizeof(*grades), falling);
	for (size_t i = 0; i < n && i < DEPTH; i++)
		sum += grades[i] > 0 ? grades[i] / log2((double)i + 2) : 0;
	mem_free(grades);
	return sum;
}

static double ndcg(struct store *db, struct str query, struct str text, double best)
{
	struct err err = ERR_INIT;
	SCOPED(arena) a = ARENA_INIT;
	struct search_term terms[TERMS_MAX];
	struct search_hit *hits;
	struct word *words;
	size_t n_words = words_all(&a, text, eval.words, &words), n;
	double sum = 0;

	n_words = n_words < TERMS_MAX ? n_words : TERMS_MAX;
	for (size_t i = 0; i < n_words; i++)
		terms[i] = (struct search_term){ words[i].word, 1 };
	check(store_search_chunks(db, &a, terms, n_words, &eval.w, NULL, 0, true, DEPTH, &hits, &n, &err), &err);
	for (size_t i = 0; i < n; i++) {
		struct document doc;
		bool found;

		check(store_document_by_id(db, &a, hits[i].doc_id, &doc, &found, &err), &err);
		sum += fmax(grade_of(query, doc.path), 0) / log2((double)i + 2);
	}
	return sum / best;
}

static void set_option(const char *option)
{
	const struct {
		const char *name;
		double *value;
	} names[] = { { "k1", &eval.w.k1 }, { "b", &eval.w.b }, { "title", &eval.w.title }, { "context", &eval.w.context },
		{ "body", &eval.w.body }, { "proximity", &eval.w.proximity } };
	struct str rest = str_c(option);
	struct str name = str_cut(&rest, '=');
	double v = rest.p ? atof(rest.p) : 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_is(name, names[i].name))
			*names[i].value = v;
	if (str_is(name, "window"))
		eval.w.window = (int)v;
	if (str_is(name, "builtin"))
		eval.w.builtin = v != 0;
	if (str_is(name, "stop") && v == 0)
		eval.words = 0;
}

int main(int argc, char **argv)
{
	char dir[] = "/tmp/ibid-eval-XXXXXX", path[64];
	struct err err = ERR_INIT;
	struct store *db = NULL;
	struct str rest;
	double sum = 0;
	int queries = 0;

	if (argc < 2 || !mkdtemp(dir))
		return fprintf(stderr, "usage: eval_bm25 DIRECTORY [QRELS [NAME=VALUE ...]]\n"), 2;
	eval.w = SEARCH_WEIGHTS;
	for (int i = 3; i < argc; i++)
		set_option(argv[i]);
	read_file(argv[1], "docs.jsonl", &eval.docs);
	read_file(argv[1], "queries.tsv", &eval.queries);
	read_file(argv[1], argc > 2 ? argv[2] : "qrels.txt", &eval.qrels);
	read_judgements();
	snprintf(path, sizeof(path), "%s/library.db", dir);
	check(store_open(path, NULL, &db, &err), &err);
	fill(db);
	rest = buf_view(&eval.queries);
	while (rest.p) {
		struct str text = str_cut(&rest, '\n');
		struct str query = str_cut(&text, '\t');
		double best = best_gain(query);

		if (!text.p || best <= 0)
			continue;
		sum += ndcg(db, query, text, best);
		queries++;
	}
	printf("ndcg@10\t%.4f\t%d queries\n", queries ? sum / queries : 0, queries);
	store_free(db);
	unlink(path);
	rmdir(dir);
	return 0;
}
