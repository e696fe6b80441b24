/*
 * Matching goes by three sorted arrays of hashes: of DOIs, of addresses and of title words. Two titles
 * that are 0.9 alike share at least 9/11 of the words of each (2i >= 0.9 (a + b) and b >= i give
 * i >= 0.818 a), so one of the few rarest words of the one must stand in the other: only documents
 * with such a word are compared.
 */
#include "ibid/cite/bib_match.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ibid/base/hash.h"
#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"

#include "bib_internal.h"

/* Words of a title that count. */
#define WORDS_MAX 64

struct word {
	uint64_t hash;
	bool has_digit;
};

/* Words sorted, each once. */
struct title {
	struct word *words;
	size_t n;
};

struct entry {
	uint64_t hash;
	uint32_t index;
};

struct entries {
	struct entry *v;
	size_t n, cap;
};

struct bib_index {
	const struct bib_item *known;
	size_t n;
	struct title *titles;
	struct entry *dois, *urls, *words;
	size_t n_dois, n_urls, n_words;
};

const char *bib_match_name(enum bib_match_by by)
{
	static const char *const names[] = { "", "doi", "url", "title" };

	return names[by];
}

/* Identifiers */

static void add_lower(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		buf_ch(out, s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 0x20) : s.p[i]);
}

/* An address of the resolver holds a DOI too. What ends a sentence is no part of one. */
void bib_doi_normal(struct buf *out, const struct bib_item *item)
{
	struct str doi = bib_doi_bare(item->field[BIB_DOI]), url = item->field[BIB_URL];
	size_t from = out->len;

	if (!doi.len && str_find_nocase(url, STR("doi.org/"), 0) != STR_NONE)
		doi = bib_doi_bare(url);
	if (!str_starts(doi, STR("10.")))
		return;
	add_lower(out, doi);
	while (out->len > from && strchr(".,;:", out->p[out->len - 1]))
		buf_cut(out, out->len - 1);
}

static bool drop_start(struct str *s, const char *start)
{
	struct str prefix = str_c(start);

	if (!str_eq_nocase(str_sub(*s, 0, prefix.len), prefix))
		return false;
	*s = str_sub(*s, prefix.len, s->len);
	return true;
}

/* web.archive.org/web/20240904163410/https://example.org is a copy of example.org. */
static struct str original_of(struct str url)
{
	struct str rest = url;

	if (!drop_start(&rest, "web.archive.org/web/"))
		return url;
	str_cut(&rest, '/');
	return rest.p && rest.len ? rest : url;
}

static struct str without_scheme(struct str url)
{
	if (!drop_start(&url, "https://"))
		drop_start(&url, "http://");
	drop_start(&url, "www.");
	return url;
}

static bool is_tracking(struct str parameter)
{
	static const char *const names[] = { "utm_", "fbclid=", "gclid=", "mc_cid=", "mc_eid=", "igshid=" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_starts(parameter, str_c(names[i])))
			return true;
	return false;
}

/* Bytes that no URL holds are encoded, and codes have capital digits. */
static void add_encoded(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c >= 0x7F)
			buf_fmt(out, "%%%02X", c);
		else if (i >= 1 && c >= 'a' && c <= 'f' && (s.p[i - 1] == '%' || (i >= 2 && s.p[i - 2] == '%')))
			buf_ch(out, (char)(c - 'a' + 'A'));
		else
			buf_ch(out, (char)c);
	}
}

static void add_query(struct buf *out, struct str query)
{
	char sep = '?';

	while (query.p) {
		struct str parameter = str_cut(&query, '&');

		if (!parameter.len || is_tracking(parameter))
			continue;
		buf_ch(out, sep);
		add_encoded(out, parameter);
		sep = '&';
	}
}

/* A paper's PDF and abstract, in whatever version, are one. */
static struct str paper_of(struct str path)
{
	size_t v;

	drop_start(&path, "abs/");
	drop_start(&path, "pdf/");
	if (str_ends(path, STR(".pdf")))
		path.len -= 4;
	v = path.len;
	while (v && path.p[v - 1] >= '0' && path.p[v - 1] <= '9')
		v--;
	return v && v < path.len && path.p[v - 1] == 'v' ? str_sub(path, 0, v - 1) : path;
}

void bib_url_normal(struct buf *out, struct str url)
{
	struct str rest = without_scheme(original_of(without_scheme(str_trim(url)))), host, path;
	struct str page = str_cut(&rest, '#');
	size_t from = out->len;

	path = str_cut(&page, '?');
	host = str_sub(path, 0, str_find_ch(path, '/', 0));
	path = str_sub(path, host.len, path.len);
	add_lower(out, host);
	if (str_eq_nocase(host, STR("arxiv.org"))) {
		buf_ch(out, '/');
		add_encoded(out, paper_of(str_sub(path, 1, path.len)));
	} else
		add_encoded(out, path);
	while (out->len > from && out->p[out->len - 1] == '/')
		buf_cut(out, out->len - 1);
	add_query(out, page);
}

static void item_url(struct buf *out, const struct bib_item *item)
{
	SCOPED(buf) url = BUF_INIT;

	if (str_is_nocase(item->field[BIB_EPRINT_TYPE], "arxiv"))
		buf_fmt(&url, "arxiv.org/%.*s", STR_ARG(item->field[BIB_EPRINT]));
	else
		buf_str(&url, item->field[BIB_URL]);
	if (url.len)
		bib_url_normal(out, buf_view(&url));
}

/* Titles */

static int by_hash(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

static bool has_digit(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
	return false;
}

static void end_word(struct title *t, struct buf *word)
{
	if (word->len && t->n < WORDS_MAX)
		t->words[t->n++] = (struct word){ hash_quick(buf_view(word)), has_digit(buf_view(word)) };
	buf_reset(word);
}

static void sort_once(struct title *t)
{
	size_t kept = 0;

	qsort(t->words, t->n, sizeof(*t->words), by_hash);
	for (size_t i = 0; i < t->n; i++)
		if (!kept || t->words[kept - 1].hash != t->words[i].hash)
			t->words[kept++] = t->words[i];
	t->n = kept;
}

static struct title title_of(struct arena *a, struct str text)
{
	struct title t = { arena_array(a, WORDS_MAX, sizeof(struct word)), 0 };
	SCOPED(buf) plain = BUF_INIT, folded = BUF_INIT, word = BUF_INIT;
	uint32_t cp;

	bib_add_plain(&plain, text, false);
	utf8_fold_str(&folded, buf_view(&plain));
	for (size_t at = 0, n; (n = utf8_decode(buf_view(&folded), at, &cp)) > 0; at += n)
		if (utf8_is_word(cp))
			buf_add(&word, folded.p + at, n);
		else
			end_word(&t, &word);
	end_word(&t, &word);
	sort_once(&t);
	return t;
}

/* Dice's coefficient of the words; 0 when a number stands in one of them only. */
static double likeness(const struct title *a, const struct title *b)
{
	size_t i = 0, j = 0, both = 0;

	while (i < a->n || j < b->n) {
		const struct word *x = i < a->n ? &a->words[i] : NULL, *y = j < b->n ? &b->words[j] : NULL;

		if (x && y && x->hash == y->hash) {
			both++;
			i++;
			j++;
		} else if (x && (!y || x->hash < y->hash)) {
			if (x->has_digit)
				return 0;
			i++;
		} else {
			if (y->has_digit)
				return 0;
			j++;
		}
	}
	return a->n + b->n ? 2.0 * (double)both / (double)(a->n + b->n) : 0;
}

/* Without a year on one side, only the same words say enough, and not a few of them. */
static bool years_allow(const struct bib_item *a, const struct bib_item *b, double score, size_t n_words)
{
	int x = a->date[BIB_ISSUED].from.year, y = b->date[BIB_ISSUED].from.year;

	if (x && y)
		return x - y <= 1 && y - x <= 1;
	return score >= 1 && n_words >= 3;
}

/* The index */

static int by_entry(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = (x->hash > y->hash) - (x->hash < y->hash);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static void add_entry(struct entries *e, uint64_t hash, size_t index)
{
	e->v = mem_grow(e->v, &e->cap, e->n + 1, sizeof(*e->v));
	e->v[e->n++] = (struct entry){ hash, (uint32_t)index };
}

static void add_text(struct entries *e, const struct buf *text, size_t index)
{
	if (text->len)
		add_entry(e, hash_quick(buf_view(text)), index);
}

/* Sorted, into the arena. */
static struct entry *keep(struct arena *a, struct entries *e, size_t *n)
{
	struct entry *kept = arena_array(a, e->n, sizeof(*kept));

	if (e->n)
		memcpy(kept, e->v, e->n * sizeof(*kept));
	qsort(kept, e->n, sizeof(*kept), by_entry);
	*n = e->n;
	mem_free(e->v);
	return kept;
}

struct bib_index *bib_index_new(struct arena *a, const struct bib_item *known, size_t n)
{
	struct bib_index *index = arena_alloc(a, sizeof(*index));
	struct entries dois = { 0 }, urls = { 0 }, words = { 0 };
	SCOPED(buf) text = BUF_INIT;

	*index = (struct bib_index){ .known = known, .n = n, .titles = arena_array(a, n, sizeof(struct title)) };
	for (size_t i = 0; i < n; i++) {
		buf_reset(&text);
		bib_doi_normal(&text, &known[i]);
		add_text(&dois, &text, i);
		buf_reset(&text);
		item_url(&text, &known[i]);
		add_text(&urls, &text, i);
		index->titles[i] = title_of(a, known[i].field[BIB_TITLE]);
		for (size_t w = 0; w < index->titles[i].n; w++)
			add_entry(&words, index->titles[i].words[w].hash, i);
	}
	index->dois = keep(a, &dois, &index->n_dois);
	index->urls = keep(a, &urls, &index->n_urls);
	index->words = keep(a, &words, &index->n_words);
	return index;
}

/* The entries of one hash: the first, and how many. */
static const struct entry *find(const struct entry *v, size_t n, uint64_t hash, size_t *found)
{
	size_t lo = 0, hi = n, end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid].hash < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < n && v[end].hash == hash; end++)
		;
	*found = end - lo;
	return v + lo;
}

/* 64 bits of hash find the candidates; the text decides. */
static struct bib_match match_text(const struct bib_index *index, const struct entry *v, size_t n, const struct buf *text,
	void (*normal)(struct buf *, const struct bib_item *), enum bib_match_by by)
{
	struct bib_match m = { .score = 1 };
	SCOPED(buf) other = BUF_INIT;
	const struct entry *e;
	size_t found;

	if (!text->len)
		return m;
	e = find(v, n, hash_quick(buf_view(text)), &found);
	for (size_t i = 0; i < found; i++) {
		buf_reset(&other);
		normal(&other, &index->known[e[i].index]);
		if (!str_eq(buf_view(&other), buf_view(text)))
			continue;
		if (!m.n_equal++)
			m.index = e[i].index;
		m.by = by;
	}
	return m;
}

/* Two works with two DOIs are two, whatever they are called: an annual report, a preprint and its paper. */
static bool dois_differ(const struct bib_item *a, const struct bib_item *b)
{
	SCOPED(buf) x = BUF_INIT, y = BUF_INIT;

	bib_doi_normal(&x, a);
	bib_doi_normal(&y, b);
	return x.len && y.len && !str_eq(buf_view(&x), buf_view(&y));
}

/* Compare with one document; a better one replaces what was found, an equal one adds to it. */
static void weigh(const struct bib_index *index, const struct bib_item *item, const struct title *title, size_t i,
	struct bib_match *best)
{
	double score = likeness(title, &index->titles[i]);

	if (score < BIB_TITLE_ALIKE || score < best->score || !years_allow(item, &index->known[i], score, title->n)
		|| dois_differ(item, &index->known[i]))
		return;
	if (score > best->score)
		*best = (struct bib_match){ BIB_MATCH_TITLE, i, 1, score };
	else if (best->index != i)
		best->n_equal++;
}

struct posting {
	const struct entry *v;
	size_t n;
};

static int by_rarity(const void *a, const void *b)
{
	const struct posting *x = a, *y = b;

	return (x->n > y->n) - (x->n < y->n);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static struct bib_match match_title(const struct bib_index *index, const struct bib_item *item)
{
	SCOPED(arena) a = ARENA_INIT;
	struct title title = title_of(&a, item->field[BIB_TITLE]);
	struct bib_match best = { 0 };
	struct posting postings[WORDS_MAX];
	size_t rare = title.n - (title.n * 9 + 10) / 11 + 1, n = 0;
	uint32_t *candidates;

	if (!title.n)
		return best;
	for (size_t i = 0; i < title.n; i++)
		postings[i].v = find(index->words, index->n_words, title.words[i].hash, &postings[i].n);
	qsort(postings, title.n, sizeof(*postings), by_rarity);
	for (size_t i = 0; i < rare; i++)
		n += postings[i].n;
	candidates = arena_array(&a, n, sizeof(*candidates));
	n = 0;
	for (size_t i = 0; i < rare; i++)
		for (size_t k = 0; k < postings[i].n; k++)
			candidates[n++] = postings[i].v[k].index;
	qsort(candidates, n, sizeof(*candidates), by_number);
	for (size_t i = 0; i < n; i++)
		if (!i || candidates[i] != candidates[i - 1])
			weigh(index, item, &title, candidates[i], &best);
	return best;
}

struct bib_match bib_match(const struct bib_index *index, const struct bib_item *item)
{
	SCOPED(buf) doi = BUF_INIT, url = BUF_INIT;
	struct bib_match m;

	bib_doi_normal(&doi, item);
	m = match_text(index, index->dois, index->n_dois, &doi, bib_doi_normal, BIB_MATCH_DOI);
	if (m.by != BIB_MATCH_NONE)
		return m;
	item_url(&url, item);
	m = match_text(index, index->urls, index->n_urls, &url, item_url, BIB_MATCH_URL);
	return m.by != BIB_MATCH_NONE ? m : match_title(index, item);
}
