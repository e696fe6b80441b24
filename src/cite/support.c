#include "ibid/cite/support.h"

#include <string.h>

#include "ibid/base/buf.h"
#include "ibid/base/utf8.h"
#include "ibid/cite/polarity.h"

/* A longer window must be better by this much; one beside the cited sentence too. */
#define LONGER_COST 0.02
#define ELSEWHERE_COST 0.03
/* Share of a claim that may be the source's own name. */
#define ABOUT_MAX 0.5
/* Of so many words or more, share that may be capitalised before capitals say nothing (German, titles). */
#define CAPITALS_MAX 0.4
#define CAPITALS_OF 6
/* Sentences are about the claim when they cover this part of what the best one does. */
#define NEAR_BEST 0.7
/* Shortest acronym that is compared with the initials of words. */
#define ACRONYM_MIN 3
#define ACRONYM_MAX 8

/* --- the claim */

/* Stems of talk about a source: counted when the source has them, too. */
static bool is_attribution(struct str stem)
{
	static const char stems[] = " accord report state note say said sai author paper studi find found show shown shows "
				    "describ document sourc articl mention indic suggest conclud argu claim write wrote "
				    "evid research research observ demonstr explain add warn publish section ";
	char key[20];

	if (stem.len + 3 > sizeof(key))
		return false;
	key[0] = ' ';
	memcpy(key + 1, stem.p, stem.len);
	key[stem.len + 1] = ' ';
	return memmem(stems, sizeof(stems) - 1, key, stem.len + 2) != NULL;
}

static int term_index(const struct support_claim *c, struct str stem)
{
	for (size_t i = 0; i < c->n_terms; i++)
		if (str_eq(c->terms[i], stem))
			return (int)i;
	return -1;
}

static struct str stem_of(struct arena *a, struct str word)
{
	char stem[WORDS_MAX + 1];

	memcpy(stem, word.p, word.len);
	return arena_str(a, str_of(stem, words_stem(stem, word.len)));
}

/*
 * A word broken at a line end would be two: join them, when there are any. A
 * typographic hyphen is left to the words' own rules.
 */
static struct str unbroken(struct arena *a, struct str s)
{
	SCOPED(buf) out = BUF_INIT;
	size_t at = 0, hyphen;

	while ((hyphen = str_find(s, STR("-\n"), at)) != STR_NONE) {
		buf_str(&out, str_sub(s, at, hyphen));
		at = hyphen + 2;
		while (at < s.len && s.p[at] == ' ')
			at++;
	}
	if (!at)
		return s;
	buf_str(&out, str_sub(s, at, s.len));
	return arena_str(a, buf_view(&out));
}

void support_prepare(struct arena *a, struct str plain, support_idf_fn *idf, void *ctx, struct support_claim *claim)
{
	struct words w = WORDS_INIT(plain, WORDS_NO_FUNCTION);

	*claim = (struct support_claim){ .plain = plain };
	claim->terms = arena_array(a, SUPPORT_TERMS_MAX, sizeof(*claim->terms));
	claim->weights = arena_array(a, SUPPORT_TERMS_MAX, sizeof(*claim->weights));
	while (claim->n_terms < SUPPORT_TERMS_MAX && words_next(&w)) {
		struct str stem = stem_of(a, w.word);
		double weight = idf ? idf(ctx, w.word) : 1;

		if (term_index(claim, stem) >= 0)
			continue;
		if (is_attribution(stem))
			weight = -weight;
		claim->n_content += weight > 0;
		claim->total += weight > 0 ? weight : 0;
		claim->terms[claim->n_terms] = stem;
		claim->weights[claim->n_terms++] = weight;
	}
	claim->n_tokens = tokens_read(a, plain, &claim->tokens);
}

/* --- windows */

static void set_bit(struct support_bits *b, int i)
{
	b->has[i / 64] |= (uint64_t)1 << (i % 64);
}

static bool has_bit(const struct support_bits *b, size_t i)
{
	return b->has[i / 64] >> (i % 64) & 1;
}

static void add_bits(struct support_bits *into, const struct support_bits *b)
{
	for (size_t i = 0; i < SUPPORT_TERMS_MAX / 64; i++)
		into->has[i] |= b->has[i];
}

static struct support_bits bits_of(struct arena *a, const struct support_claim *claim, struct str sentence)
{
	struct words w = WORDS_INIT(unbroken(a, sentence), WORDS_STEM);
	struct support_bits bits = { { 0 } };

	while (words_next(&w)) {
		int i = term_index(claim, w.word);

		if (i >= 0)
			set_bit(&bits, i);
	}
	return bits;
}

/*
 * The share of a claim's weight, less `left_out`, that a window holds. Talk about the
 * source (a negative weight) counts on both sides when it is there, on none when not.
 */
static double share(const struct support_claim *claim, const struct support_bits *bits, double left_out)
{
	double has = 0, total = claim->total - left_out;

	for (size_t i = 0; i < claim->n_terms; i++) {
		double weight = claim->weights[i];

		if (!has_bit(bits, i))
			continue;
		has += weight < 0 ? -weight : weight;
		total += weight < 0 ? -weight : 0;
	}
	return total > 0 ? has / total : 0;
}

static double coverage_of(const struct support_claim *claim, const struct support_bits *bits)
{
	return share(claim, bits, 0);
}

/*
 * The same, where words that name the source ("Miller's 2021 report says") need not
 * stand in the passage: what `about` has of the claim counts only when it is
 * there, unless that is most of the claim.
 */
static double coverage_but(const struct support_claim *claim, const struct support_bits *bits,
	const struct support_bits *about)
{
	double left_out = 0;

	for (size_t i = 0; i < claim->n_terms; i++)
		if (has_bit(about, i) && !has_bit(bits, i) && claim->weights[i] > 0)
			left_out += claim->weights[i];
	return left_out <= claim->total * ABOUT_MAX ? share(claim, bits, left_out) : share(claim, bits, 0);
}

static bool overlaps(uint32_t from, uint32_t to, uint32_t other_from, uint32_t other_to)
{
	return from < other_to && other_from < to;
}

struct support_window support_best(const struct support_claim *claim, const struct text *t, uint32_t from, uint32_t to,
	uint32_t cited_from, uint32_t cited_to)
{
	SCOPED(arena) a = ARENA_INIT;
	struct support_window best = { .text = t };
	struct support_bits last[SUPPORT_WINDOW];
	double best_value = 0;

	to = to < t->n_sentences ? to : (uint32_t)t->n_sentences;
	for (uint32_t end = from; end < to; end++) {
		struct support_bits window = { { 0 } };

		/* A heading is no evidence, and windows do not reach over it. */
		if (t->sentences[end].flags & SENTENCE_HEAD) {
			from = end + 1;
			continue;
		}
		last[end % SUPPORT_WINDOW] = bits_of(&a, claim, text_at(t, t->sentences[end].at));
		for (uint32_t len = 1; len <= SUPPORT_WINDOW && len <= end + 1 - from; len++) {
			uint32_t begin = end + 1 - len;
			double coverage, value;

			add_bits(&window, &last[begin % SUPPORT_WINDOW]);
			coverage = coverage_of(claim, &window);
			value = coverage - LONGER_COST * (len - 1) -
				(overlaps(begin, end + 1, cited_from, cited_to) ? 0 : ELSEWHERE_COST);
			if (coverage <= 0 || value <= best_value)
				continue;
			best_value = value;
			best = (struct support_window){ t, begin, end + 1, window, coverage };
		}
	}
	return best;
}

struct support_window support_at(const struct support_claim *claim, const struct text *t, uint32_t from, uint32_t to)
{
	SCOPED(arena) a = ARENA_INIT;
	struct support_window w = { .text = t, .sentence_from = from, .sentence_to = to };

	for (uint32_t i = from; i < to; i++) {
		struct support_bits bits = bits_of(&a, claim, text_at(t, t->sentences[i].at));

		add_bits(&w.bits, &bits);
	}
	w.coverage = coverage_of(claim, &w.bits);
	return w;
}

/* --- hard words */

/* The words that a claim is compared with: those of the windows, and those around them. */
struct evidence {
	struct token *window, *context, *about;
	size_t n_window, n_context, n_about;
};

static bool is_in_any(const struct token *said, const struct token *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (token_is_in(said, &v[i]))
			return true;
	return false;
}

/* Letters and digits of a and, joined, of b: "IL-6", "IL 6", "IL6" are one name. */
static bool squash_equal(const struct token *a, const struct token *b, const struct token *c)
{
	char x[TOKEN_MAX + 1], y[2 * TOKEN_MAX + 2];
	size_t n = 0, m = 0;

	for (size_t i = 0; i < a->fold.len && n < TOKEN_MAX; i++)
		if (a->fold.p[i] != '-' && a->fold.p[i] != '.' && a->fold.p[i] != '_')
			x[n++] = a->fold.p[i];
	for (size_t i = 0; i < b->fold.len && m < TOKEN_MAX; i++)
		if (b->fold.p[i] != '-' && b->fold.p[i] != '.' && b->fold.p[i] != '_')
			y[m++] = b->fold.p[i];
	for (size_t i = 0; c && i < c->fold.len && m < 2 * TOKEN_MAX; i++)
		if (c->fold.p[i] != '-' && c->fold.p[i] != '.' && c->fold.p[i] != '_')
			y[m++] = c->fold.p[i];
	return n && n == m && !memcmp(x, y, n);
}

/* The first letters of words in a row spell the acronym. */
static bool spells(const struct token *acronym, const struct token *v, size_t n)
{
	struct str s = acronym->fold;

	if (s.len < ACRONYM_MIN || s.len > ACRONYM_MAX)
		return false;
	for (size_t i = 0; i + s.len <= n; i++) {
		size_t k = 0;

		while (k < s.len && v[i + k].fold.len > 1 && v[i + k].fold.p[0] == s.p[k])
			k++;
		if (k == s.len)
			return true;
	}
	return false;
}

/* A plural of an acronym, or a stem alike. */
static bool same_name(const struct token *said, const struct token *t)
{
	if (str_eq(said->fold, t->fold) || str_eq(said->stem, t->stem))
		return true;
	return said->fold.len == t->fold.len + 1 && str_starts(said->fold, t->fold) && str_ends(said->fold, STR("s"));
}

static bool name_is_in(const struct token *said, const struct token *next, const struct token *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (same_name(said, &v[i]) || squash_equal(said, &v[i], NULL))
			return true;
		if (i + 1 < n && squash_equal(said, &v[i], &v[i + 1]))
			return true;
		if (next && squash_equal(&v[i], said, next))
			return true;
	}
	return said->flags & TOKEN_CAPS && spells(said, v, n);
}

static bool is_anywhere(const struct token *said, const struct token *next, const struct evidence *e)
{
	return name_is_in(said, next, e->window, e->n_window) || name_is_in(said, next, e->context, e->n_context) ||
		name_is_in(said, next, e->about, e->n_about);
}

/* "RANK-RANKL", "Smith-Jones": names joined by a hyphen are there when each is. What holds digits is one name. */
static bool parts_are_there(const struct token *said, const struct evidence *e)
{
	struct str rest = said->fold;

	for (size_t i = 0; i < rest.len; i++)
		if (rest.p[i] != '-' && !(rest.p[i] >= 'a' && rest.p[i] <= 'z'))
			return false;
	if (str_find_ch(rest, '-', 0) == STR_NONE)
		return false;
	while (rest.p) {
		struct token part = { .kind = TOKEN_WORD, .flags = said->flags, .fold = str_cut(&rest, '-') };

		part.stem = part.fold;
		if (part.fold.len < ACRONYM_MIN || !is_anywhere(&part, NULL, e))
			return false;
	}
	return true;
}

static bool name_is_there(const struct token *said, const struct token *next, const struct evidence *e)
{
	return is_anywhere(said, next, e) || parts_are_there(said, e);
}

/* A number may be a part of a name ("BRCA 1" for BRCA1). */
static bool quantity_is_there(const struct token *said, const struct token *next, const struct evidence *e)
{
	return is_in_any(said, e->window, e->n_window) || is_in_any(said, e->about, e->n_about) ||
		name_is_in(said, next, e->window, e->n_window);
}

/* Whether capitals tell names apart in this claim. */
static bool capitals_tell(const struct support_claim *c)
{
	size_t capitals = 0, words = 0;

	for (size_t i = 0; i < c->n_tokens; i++) {
		if (c->tokens[i].kind != TOKEN_WORD || c->tokens[i].flags & TOKEN_FIRST)
			continue;
		words++;
		capitals += c->tokens[i].flags & TOKEN_CAPITAL && !(c->tokens[i].flags & TOKEN_CAPS);
	}
	return words < CAPITALS_OF || (double)capitals <= CAPITALS_MAX * (double)words;
}

static bool is_name(const struct token *t, bool by_capital)
{
	if (t->kind == TOKEN_NAME || (t->kind == TOKEN_WORD && t->flags & TOKEN_CAPS))
		return true;
	return by_capital && t->kind == TOKEN_WORD && t->flags & TOKEN_CAPITAL && !(t->flags & TOKEN_FIRST) &&
		t->fold.len > 1 && !words_is_function(t->fold);
}

/* --- the verdict */

static void add_missing(struct buf *note, struct str text)
{
	buf_fmt(note, "%s'%.*s'", note->len ? ", " : "", STR_ARG(text));
}

static uint32_t find_missing(const struct support_claim *c, const struct evidence *e, struct buf *note)
{
	bool by_capital = capitals_tell(c);
	uint32_t flags = 0;

	for (size_t i = 0; i < c->n_tokens; i++) {
		const struct token *t = &c->tokens[i], *next = i + 1 < c->n_tokens ? t + 1 : NULL;
		uint32_t flag = 0;

		if (token_is_quantity(t))
			flag = quantity_is_there(t, next, e) ? 0 : CITE_NUMBER;
		else if (is_name(t, by_capital) && !is_attribution(t->stem))
			flag = name_is_there(t, next, e) ? 0 : CITE_NAME;
		flags |= flag;
		if (flag)
			add_missing(note, str_sub(c->plain, t->at.byte_from, t->at.byte_to));
	}
	return flags;
}

static bool term_occurs(struct arena *a, struct str term, const struct evidence *e)
{
	struct token *v;
	size_t n = tokens_read(a, term, &v);

	for (size_t i = 0; i < n; i++)
		if (!name_is_there(&v[i], NULL, e))
			return false;
	return true;
}

/* The words of the windows, one after the other, each window a sentence of its own. */
static struct str text_of(struct arena *a, const struct support_window *w, size_t n)
{
	SCOPED(buf) out = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		for (uint32_t s = w[i].sentence_from; s < w[i].sentence_to; s++) {
			buf_str(&out, text_at(w[i].text, w[i].text->sentences[s].at));
			buf_c(&out, "\n\n");
		}
	return arena_str(a, buf_view(&out));
}

/* Coverage of one sentence. */
static double alone(struct arena *a, const struct support_claim *claim, struct str sentence)
{
	struct support_bits bits = bits_of(a, claim, sentence);

	return coverage_of(claim, &bits);
}

static void note_polarity(struct buf *note, const struct polarity *p)
{
	if (p->flags == CITE_DIRECTION)
		buf_fmt(note, "'%.*s', in the source '%.*s'", STR_ARG(p->claim->fold), STR_ARG(p->source->fold));
	else
		buf_fmt(note, "'%.*s' is denied on one side only", STR_ARG(p->claim->fold));
}

/* What speaks against the claim in sentences that by themselves are about it: the best, and those that come near it. */
static uint32_t polarity_of(struct arena *a, const struct support_claim *claim, const struct support_window *w, size_t n,
	struct buf *note)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		for (uint32_t s = w[i].sentence_from; s < w[i].sentence_to; s++) {
			double own = alone(a, claim, text_at(w[i].text, w[i].text->sentences[s].at));

			most = own > most ? own : most;
		}
	for (size_t i = 0; i < n; i++)
		for (uint32_t s = w[i].sentence_from; s < w[i].sentence_to; s++) {
			struct str sentence = text_at(w[i].text, w[i].text->sentences[s].at);
			struct polarity p;
			struct token *v;
			size_t n_v;

			if (alone(a, claim, sentence) < most * NEAR_BEST)
				continue;
			n_v = tokens_read(a, sentence, &v);
			p = polarity_compare(claim->tokens, claim->n_tokens, v, n_v);
			if (!p.flags)
				continue;
			note_polarity(note, &p);
			return p.flags;
		}
	return 0;
}

struct support_verdict support_judge(struct arena *a, const struct support_claim *claim, const struct support_window *windows,
	size_t n_windows, struct str context, struct str about, const struct str *terms, size_t n_terms)
{
	struct support_verdict v = { .level = LEVEL_UNSUPPORTED, .note = STR_EMPTY };
	struct support_bits bits = { { 0 } }, about_bits;
	struct evidence e = { 0 };
	SCOPED(buf) missing = BUF_INIT;
	SCOPED(buf) turned = BUF_INIT;
	uint32_t turned_flags = 0;

	for (size_t i = 0; i < n_windows; i++)
		add_bits(&bits, &windows[i].bits);
	about_bits = bits_of(a, claim, about);
	v.coverage = coverage_but(claim, &bits, &about_bits);
	e.n_window = tokens_read(a, text_of(a, windows, n_windows), &e.window);
	e.n_context = tokens_read(a, context, &e.context);
	e.n_about = tokens_read(a, about, &e.about);
	v.flags = find_missing(claim, &e, &missing);
	for (size_t i = 0; i < n_terms; i++)
		if (!term_occurs(a, terms[i], &e)) {
			v.flags |= CITE_NAME;
			add_missing(&missing, terms[i]);
		}
	if (v.coverage >= SUPPORT_DENIED)
		turned_flags = polarity_of(a, claim, windows, n_windows, &turned);
	if (turned_flags)
		v.level = LEVEL_CONFLICT;
	else if (v.coverage >= SUPPORT_FULL && !v.flags)
		v.level = LEVEL_SUPPORTED;
	else if (v.coverage >= SUPPORT_PART)
		v.level = LEVEL_WEAK;
	v.flags |= turned_flags;
	if (turned_flags)
		v.note = arena_str(a, buf_view(&turned));
	else if (missing.len)
		v.note = arena_fmt(a, "not in the source: %s", buf_cstr(&missing));
	return v;
}
