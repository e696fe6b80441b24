/*
 * eval_verify - how well citations are verified: one line a figure
 *
 *	eval_verify [SCIFACT_DIRECTORY]
 *
 * The directory holds claims.jsonl and docs.jsonl of the SciFact sample; without
 * an argument it is $IBID_TEST_DATA/scifact-sample or ../shared/data/scifact-sample.
 * Exit status 1 when a floor of reference/retrieval.md 6.5 is not held, 0 as well
 * when there is no data. Randomness is seeded: two runs print the same figures.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ibid/base/json.h"
#include "ibid/base/mem.h"
#include "ibid/base/path.h"
#include "ibid/cite/align.h"
#include "ibid/cite/anchor.h"
#include "ibid/cite/quote.h"
#include "ibid/cite/support.h"

#define DOCS_MAX 1000
#define CLAIMS_MAX 1000
#define QUOTES 400
#define FOREIGN 12
#define QUOTE_MIN 60
#define QUOTE_MAX 280

struct doc {
	char *id;
	struct text text;
	struct normal normal;
};

struct pair {
	struct str claim;
	int doc;
	char label;	/* S, C, N */
};

struct data {
	struct arena a;
	struct doc docs[DOCS_MAX];
	int n_docs;
	struct pair pairs[CLAIMS_MAX];
	int n_pairs;
	struct str *stems;	/* sorted, one for each document that has it */
	size_t n_stems, cap_stems;
};

static int faults;

static void figure(const char *name, double value, const char *relation, double floor)
{
	bool holds = relation[0] == '>' ? value >= floor : value <= floor;

	printf("%-44s %8.4f  %s %-7.4g %s\n", name, value, relation, floor, holds ? "ok" : "BELOW");
	faults += !holds;
}

static unsigned long long seed = 88172645463325252ULL;

static unsigned rnd(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)((seed >> 16) % below);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* --- reading */

static char *slurp(const char *dir, const char *name)
{
	char path[4096];
	size_t len = 0, n;
	char *p = mem_alloc((size_t)8 << 20);
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	if (!f) {
		mem_free(p);
		return NULL;
	}
	while ((n = fread(p + len, 1, ((size_t)8 << 20) - 1 - len, f)) > 0)
		len += n;
	p[len] = '\0';
	fclose(f);
	return p;
}

/* The title as a heading, then the sentences, joined by spaces. */
static void read_doc(struct data *d, const struct json_node *root)
{
	struct doc *doc = &d->docs[d->n_docs++];
	struct text *t = &doc->text;
	SCOPED(buf) text = BUF_INIT;
	size_t n = json_count(json_get(root, "sentences"));

	doc->id = mem_dup(json_str(json_get(root, "id")).p, json_str(json_get(root, "id")).len);
	t->id = t->doc_id = d->n_docs;
	t->sentences = arena_array(&d->a, n + 1, sizeof(*t->sentences));
	buf_str(&text, json_str(json_get(root, "title")));
	t->sentences[t->n_sentences++] = (struct sentence){ { 0, text.len }, SENTENCE_HEAD };
	buf_c(&text, "\n\n");
	for (const struct json_node *s = json_first(json_get(root, "sentences")); s; s = json_next(s)) {
		size_t from = text.len;

		buf_str(&text, json_str(s));
		t->sentences[t->n_sentences++] = (struct sentence){ { from, text.len }, 0 };
		buf_ch(&text, ' ');
	}
	t->text = arena_str(&d->a, buf_view(&text));
	normalise(&doc->normal, t->text);
}

static int doc_named(const struct data *d, struct str id)
{
	for (int i = 0; i < d->n_docs; i++)
		if (str_is(id, d->docs[i].id))
			return i;
	return -1;
}

/* One pair of claim and cited document each; with evidence, its label, without, "not enough". */
static void read_claim(struct data *d, const struct json_node *root)
{
	struct str claim = arena_str(&d->a, json_str(json_get(root, "claim")));
	bool is_nei = str_is(json_str(json_get(root, "label")), "NEI");

	for (const struct json_node *c = json_first(json_get(root, "cited")); c; c = json_next(c)) {
		char label = is_nei ? 'N' : 0;
		int doc = doc_named(d, json_str(c));

		for (const struct json_node *e = json_first(json_get(root, "evidence")); e; e = json_next(e))
			if (str_eq(json_str(json_get(e, "doc")), json_str(c)))
				label = json_str(json_get(e, "label")).p[0];
		if (label && doc >= 0)
			d->pairs[d->n_pairs++] = (struct pair){ claim, doc, label };
	}
}

static bool read_lines(struct data *d, const char *dir, const char *name, void (*read)(struct data *, const struct json_node *))
{
	char *p = slurp(dir, name);
	struct str rest = str_c(p);

	if (!p)
		return false;
	while (rest.p) {
		struct str line = str_cut(&rest, '\n');
		SCOPED_PTR(json) doc = NULL;

		if (line.len && json_parse(line, 0, &doc, NULL) == OK)
			read(d, json_root(doc));
	}
	mem_free(p);
	return true;
}

/* --- idf */

static int by_str(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void count_stems(struct data *d)
{
	for (int i = 0; i < d->n_docs; i++) {
		struct word *w;
		size_t n = words_content(&d->a, d->docs[i].text.text, &w);
		struct str *own = arena_array(&d->a, n + 1, sizeof(*own));

		for (size_t k = 0; k < n; k++)
			own[k] = w[k].word;
		qsort(own, n, sizeof(*own), by_str);
		for (size_t k = 0; k < n; k++) {
			if (k && str_eq(own[k], own[k - 1]))
				continue;
			d->stems = mem_grow(d->stems, &d->cap_stems, d->n_stems + 1, sizeof(*d->stems));
			d->stems[d->n_stems++] = own[k];
		}
	}
	qsort(d->stems, d->n_stems, sizeof(*d->stems), by_str);
}

static double idf(void *ctx, struct str word)
{
	const struct data *d = ctx;
	char stem[WORDS_MAX + 1];
	struct str key;
	size_t lo = 0, hi = d->n_stems, n = 0;

	memcpy(stem, word.p, word.len);
	key = str_of(stem, words_stem(stem, word.len));
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (str_cmp(d->stems[mid], key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	while (lo + n < d->n_stems && str_eq(d->stems[lo + n], key))
		n++;
	return log(1 + ((double)d->n_docs - (double)n + 0.5) / ((double)n + 0.5));
}

/* --- paraphrases */

static struct support_verdict judge(struct data *d, struct str claim, int doc)
{
	SCOPED(arena) a = ARENA_INIT;
	struct support_claim c;
	struct support_window w;
	struct support_verdict v;
	const struct text *t = &d->docs[doc].text;

	support_prepare(&a, claim, idf, d, &c);
	w = support_best(&c, t, 0, (uint32_t)t->n_sentences, 0, (uint32_t)t->n_sentences);
	v = support_judge(&a, &c, &w, w.coverage > 0, t->text, STR_EMPTY, NULL, 0);
	if (getenv("EVAL_SHOW"))
		printf("%s %.2f %x %.*s | %.*s\n", cite_level_name(v.level), v.coverage, v.flags, STR_ARG(claim), STR_ARG(v.note));
	v.note = STR_EMPTY;
	return v;
}

static double auc(const double *pos, size_t n, const double *neg, size_t m)
{
	double wins = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			wins += pos[i] > neg[k] ? 1 : pos[i] == neg[k] ? 0.5 : 0;
	return n && m ? wins / ((double)n * (double)m) : 0;
}

static void eval_paraphrases(struct data *d)
{
	static double scores[4][CLAIMS_MAX * 4];
	size_t n[4] = { 0 }, level[4][CITE_LEVEL_COUNT] = { { 0 } };
	static const char labels[] = "SCN";
	double start = now_ms();
	int judged = 0;

	for (int i = 0; i < d->n_pairs; i++) {
		size_t k = (size_t)(strchr(labels, d->pairs[i].label) - labels);
		struct support_verdict v = judge(d, d->pairs[i].claim, d->pairs[i].doc);

		scores[k][n[k]++] = v.coverage;
		level[k][v.level]++;
		judged++;
	}
	printf("%-44s %8.4f ms\n", "time for each claim", (now_ms() - start) / judged);
	for (int i = 0; i < d->n_pairs; i++)
		for (int r = 0; r < 4; r++) {
			int doc = (int)rnd((unsigned)d->n_docs);
			struct support_verdict v;

			if (doc == d->pairs[i].doc)
				continue;
			v = judge(d, d->pairs[i].claim, doc);
			scores[3][n[3]++] = v.coverage;
			level[3][v.level]++;
		}
#define PART(k, l) ((double)level[k][l] / (double)n[k])
	figure("supported: SUPPORT", PART(0, LEVEL_SUPPORTED), ">=", 0.45);
	figure("supported: NEI (same topic)", PART(2, LEVEL_SUPPORTED), "<=", 0.07);
	figure("supported: random document", PART(3, LEVEL_SUPPORTED), "<=", 0.002);
	figure("AUC of coverage against NEI", auc(scores[0], n[0], scores[2], n[2]), ">=", 0.86);
	figure("AUC of coverage against random", auc(scores[0], n[0], scores[3], n[3]), ">=", 0.99);
	printf("%-44s %8.4f\n", "supported: CONTRADICT", PART(1, LEVEL_SUPPORTED));
	printf("%-44s %8.4f\n", "conflict: CONTRADICT", PART(1, LEVEL_CONFLICT));
	printf("%-44s %8.4f\n", "conflict: SUPPORT", PART(0, LEVEL_CONFLICT));
	printf("%-44s %8.4f\n", "weak: SUPPORT", PART(0, LEVEL_WEAK));
	printf("%-44s %8.4f\n", "unsupported: SUPPORT", PART(0, LEVEL_UNSUPPORTED));
}

/* --- quotes */

struct sample {
	int doc;
	struct span at;
};

static size_t samples(struct data *d, struct sample *v, size_t max)
{
	size_t n = 0;

	for (int tries = 0; n < max && tries < 100000; tries++) {
		int doc = (int)rnd((unsigned)d->n_docs);
		const struct text *t = &d->docs[doc].text;
		struct span at = t->sentences[rnd((unsigned)t->n_sentences)].at;

		if (at.byte_to - at.byte_from >= QUOTE_MIN && at.byte_to - at.byte_from <= QUOTE_MAX)
			v[n++] = (struct sample){ doc, at };
	}
	return n;
}

/* What a typesetter and a PDF make of a text: ligatures, curly quotes, soft hyphens, lines of about 60, words broken. */
static void add_noise(struct buf *out, struct str s)
{
	static const struct {
		const char *plain, *set;
	} ligatures[] = { { "ffi", "\xEF\xAC\x83" }, { "fi", "\xEF\xAC\x81" }, { "fl", "\xEF\xAC\x82" }, { "ff", "\xEF\xAC\x80" },
		{ "\"", "\xE2\x80\x9D" }, { "'", "\xE2\x80\x99" } };
	size_t column = rnd(60), k;

	for (size_t i = 0; i < s.len; i++, column++) {
		bool in_word = i > 1 && i + 2 < s.len && s.p[i] >= 'a' && s.p[i] <= 'z' && s.p[i - 1] >= 'a' &&
			s.p[i - 1] <= 'z' && s.p[i - 2] >= 'a' && s.p[i - 2] <= 'z' && s.p[i + 1] >= 'a' && s.p[i + 1] <= 'z';

		if (column > 55 && in_word && rnd(3) == 0) {
			buf_c(out, "-\n");
			column = 0;
		} else if (in_word && rnd(40) == 0) {
			buf_c(out, "\xC2\xAD");
		}
		for (k = 0; k < 6 && !str_starts(str_sub(s, i, s.len), str_c(ligatures[k].plain)); k++)
			;
		if (k < 6) {
			buf_c(out, ligatures[k].set);
			i += strlen(ligatures[k].plain) - 1;
		} else if (s.p[i] == ' ' && column > 60) {
			buf_c(out, "\n");
			column = 0;
		} else if (s.p[i] == ' ' && rnd(30) == 0) {
			buf_c(out, "  ");
		} else {
			buf_ch(out, s.p[i]);
		}
	}
}

static struct span no_place(void)
{
	return (struct span){ 0, 0 };
}

static void eval_noise(struct data *d, const struct sample *v, size_t n)
{
	size_t found = 0, raw = 0, false_exact = 0, foreign = 0;
	double start;

	for (size_t i = 0; i < n; i++) {
		SCOPED(arena) a = ARENA_INIT;
		SCOPED(buf) noisy = BUF_INIT;
		SCOPED(normal) normal = NORMAL_INIT;
		const struct text *t = &d->docs[v[i].doc].text;
		struct text set = { .id = 1 };
		struct quote_match m;

		add_noise(&noisy, t->text);
		set.text = buf_view(&noisy);
		normalise(&normal, set.text);
		quote_find(&a, &set, &normal, text_at(t, v[i].at), no_place(), QUOTE_TEXT, &m);
		found += m.level <= LEVEL_NORMALISED;
		if (m.level > LEVEL_NORMALISED && getenv("EVAL_SHOW"))
			printf("not exact: %.*s | %.*s\n", STR_ARG(text_at(t, v[i].at)), STR_ARG(m.note));
		quote_find(&a, t, &d->docs[v[i].doc].normal, text_at(t, v[i].at), v[i].at, QUOTE_TEXT, &m);
		raw += m.level == LEVEL_EXACT;
	}
	start = now_ms();
	for (size_t i = 0; i < n; i++)
		for (int f = 0; f < FOREIGN; f++) {
			SCOPED(arena) a = ARENA_INIT;
			int other = (int)rnd((unsigned)d->n_docs);
			const struct text *t = &d->docs[v[i].doc].text;
			struct quote_match m;

			if (other == v[i].doc)
				other = (other + 1) % d->n_docs;
			quote_find(&a, &d->docs[other].text, &d->docs[other].normal, text_at(t, v[i].at), no_place(), QUOTE_TEXT, &m);
			false_exact += m.level <= LEVEL_NORMALISED;
			foreign++;
		}
	printf("%-44s %8.4f ms\n", "time for each foreign quote", (now_ms() - start) / (double)foreign);
	figure("quote as it stands: exact", (double)raw / (double)n, ">=", 1);
	figure("quote under PDF noise: exact or normalised", (double)found / (double)n, ">=", 0.99);
	figure("false exact in foreign documents", (double)false_exact, "<=", 0);
}

/* Change this share of the words: drop it, put another for it, or add one behind it. */
static void edit_words(struct data *d, struct buf *out, struct str s, unsigned percent)
{
	struct str rest = s;

	while (rest.p) {
		struct str word = str_cut(&rest, ' '), other;
		const struct text *t = &d->docs[rnd((unsigned)d->n_docs)].text;
		struct word *w;
		SCOPED(arena) a = ARENA_INIT;
		size_t n_words = words_all(&a, text_at(t, t->sentences[0].at), 0, &w);

		other = n_words ? w[rnd((unsigned)n_words)].word : STR("word");
		if (out->len)
			buf_ch(out, ' ');
		if (rnd(100) >= percent) {
			buf_str(out, word);
			continue;
		}
		if (rnd(3) == 0)
			buf_str(out, other);
		else if (rnd(2) == 0)
			buf_fmt(out, "%.*s %.*s", STR_ARG(word), STR_ARG(other));
	}
}

static double mean_within(const double *v, size_t n, double limit)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		k += v[i] <= limit;
	return (double)k / (double)n;
}

static void eval_edits(struct data *d, const struct sample *v, size_t n, unsigned percent, double floor)
{
	double distance[QUOTES];
	size_t found = 0, conflicts = 0, place = 0, foreign = 0, false_found = 0;
	char name[80];

	for (size_t i = 0; i < n; i++) {
		SCOPED(arena) a = ARENA_INIT;
		SCOPED(buf) edited = BUF_INIT;
		SCOPED(normal) q = NORMAL_INIT;
		struct doc *doc = &d->docs[v[i].doc];
		struct quote_match m;
		struct align_match am;

		edit_words(d, &edited, text_at(&doc->text, v[i].at), percent);
		normalise(&q, str_trim(buf_view(&edited)));
		distance[i] = align_best(buf_view(&q.text), buf_view(&doc->normal.text), q.text.len - 1, &am) ?
			(double)am.distance / (double)q.text.len : 1;
		quote_find(&a, &doc->text, &doc->normal, buf_view(&edited), no_place(), QUOTE_TEXT, &m);
		found += m.level != LEVEL_UNSUPPORTED;
		conflicts += m.level == LEVEL_CONFLICT;
		place += m.level != LEVEL_UNSUPPORTED && m.at.byte_from < v[i].at.byte_to && v[i].at.byte_from < m.at.byte_to;
		for (int f = 0; f < FOREIGN; f++) {
			int other = (v[i].doc + 1 + (int)rnd((unsigned)d->n_docs - 1)) % d->n_docs;

			quote_find(&a, &d->docs[other].text, &d->docs[other].normal, buf_view(&edited), no_place(), QUOTE_TEXT, &m);
			false_found += m.level != LEVEL_UNSUPPORTED;
			foreign++;
		}
	}
	snprintf(name, sizeof(name), "quote with %u%% of words edited: found", percent);
	figure(name, (double)found / (double)n, ">=", floor);
	figure("  of these at the right place", (double)place / (double)(found ? found : 1), ">=", 1);
	figure("  found in foreign documents", (double)false_found / (double)foreign, "<=", 0.001);
	printf("%-44s %8.4f\n", "  of these called a conflict", (double)conflicts / (double)(found ? found : 1));
	printf("%-44s %8.4f %.4f %.4f %.4f\n", "  distance within .10 .20 .30 .40", mean_within(distance, n, .10),
		mean_within(distance, n, .20), mean_within(distance, n, .30), mean_within(distance, n, .40));
}

/* A new version of the text: only the passage edited, or all of it. */
static void eval_again(struct data *d, const struct sample *v, size_t n, bool all)
{
	size_t found = 0, right = 0;

	for (size_t i = 0; i < n; i++) {
		SCOPED(arena) a = ARENA_INIT;
		SCOPED(buf) now = BUF_INIT;
		SCOPED(buf) passage = BUF_INIT;
		const struct text *t = &d->docs[v[i].doc].text;
		struct anchor old = anchor_make(&a, t, v[i].at), again;
		struct text next = { .id = 2 };
		struct str before = str_sub(t->text, 0, v[i].at.byte_from);
		struct str after = str_sub(t->text, v[i].at.byte_to, t->text.len);
		size_t from, to;
		double score;

		edit_words(d, &passage, text_at(t, v[i].at), 20);
		buf_c(&now, "A new first page. ");
		if (all) {
			SCOPED(buf) part = BUF_INIT;

			edit_words(d, &part, before, 20);
			buf_str(&now, buf_view(&part));
		} else {
			buf_str(&now, before);
		}
		from = now.len;
		buf_str(&now, buf_view(&passage));
		to = now.len;
		if (all) {
			SCOPED(buf) part = BUF_INIT;

			edit_words(d, &part, after, 20);
			buf_str(&now, buf_view(&part));
		} else {
			buf_str(&now, after);
		}
		next.text = buf_view(&now);
		if (anchor_again(&a, &old, &next, NULL, &again, &score) == ANCHOR_LOST)
			continue;
		found++;
		right += again.at.byte_from < to && from < again.at.byte_to;
	}
	if (all)
		printf("%-44s %8.4f\n", "re-anchored, 20% of all words edited", (double)found / (double)n);
	else
		figure("re-anchored, 20% of the passage edited", (double)found / (double)n, ">=", 0.98);
	figure("  of these at the right place", (double)right / (double)(found ? found : 1), ">=", 0.99);
}

/* A digit, or a sign of a number, changed in a quote that has one. */
static void eval_digits(struct data *d)
{
	size_t tried = 0, believed = 0, conflict = 0;

	for (int i = 0; i < d->n_docs; i++)
		for (size_t s = 0; s < d->docs[i].text.n_sentences; s++) {
			struct str q = text_at(&d->docs[i].text, d->docs[i].text.sentences[s].at);
			char changed[1024];

			if (q.len < 20 || q.len > sizeof(changed))
				continue;
			for (size_t k = 0; k < q.len; k++) {
				SCOPED(arena) a = ARENA_INIT;
				struct quote_match m;

				if (q.p[k] < '0' || q.p[k] > '9')
					continue;
				memcpy(changed, q.p, q.len);
				changed[k] = (char)('0' + (q.p[k] - '0' + 1 + (char)rnd(8)) % 10);
				quote_find(&a, &d->docs[i].text, &d->docs[i].normal, str_of(changed, q.len),
					d->docs[i].text.sentences[s].at, QUOTE_TEXT, &m);
				believed += cite_level_holds(m.level);
				conflict += m.level == LEVEL_CONFLICT;
				if (cite_level_holds(m.level) && getenv("EVAL_SHOW"))
					printf("believed: %.*s | %.*s\n", (int)q.len, changed, STR_ARG(m.note));
				tried++;
			}
		}
	printf("%-44s %8zu\n", "quotes with a digit changed", tried);
	figure("  believed", (double)believed, "<=", 0);
	figure("  called a conflict", (double)conflict / (double)(tried ? tried : 1), ">=", 0.95);
}

int main(int argc, char **argv)
{
	static struct data d;
	static struct sample v[QUOTES];
	const char *root = getenv("IBID_TEST_DATA");
	char dir[4096];
	size_t n;

	snprintf(dir, sizeof(dir), "%s/scifact-sample", root ? root : "../shared/data");
	if (argc > 1)
		snprintf(dir, sizeof(dir), "%s", argv[1]);
	if (!read_lines(&d, dir, "docs.jsonl", read_doc) || !read_lines(&d, dir, "claims.jsonl", read_claim)) {
		printf("eval_verify: no data at %s\n", dir);
		return 0;
	}
	count_stems(&d);
	eval_paraphrases(&d);
	n = samples(&d, v, QUOTES);
	eval_noise(&d, v, n);
	eval_edits(&d, v, n, 5, 0.97);
	eval_edits(&d, v, n, 10, 0.92);
	eval_edits(&d, v, n, 20, 0.62);
	eval_again(&d, v, n, false);
	eval_again(&d, v, n, true);
	eval_digits(&d);
	return faults ? 1 : 0;
}
