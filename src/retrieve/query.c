#include "ibid/retrieve/query.h"

#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/scope.h"
#include "ibid/base/utf8.h"
#include "ibid/base/words.h"
#include "ibid/retrieve/identify.h"
#include "query_internal.h"

/* How much of a question is dropped. Each level is tried when the one before leaves no word. */
static const unsigned levels[] = { WORDS_NO_FUNCTION | WORDS_NO_QUESTION, WORDS_NO_FUNCTION, 0 };

const char *query_intent_name(enum query_intent intent)
{
	static const char *const names[QUERY_INTENT_COUNT] = {
#define X(i, name) [i] = name,
		QUERY_INTENTS(X)
#undef X
	};

	return names[intent];
}

/* --- terms */

struct list {
	struct search_term *v;
	size_t n, cap;
};

static void add_term(struct list *l, struct str text, double weight)
{
	l->v = mem_grow(l->v, &l->cap, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = (struct search_term){ .text = text, .weight = weight };
}

/* At least two letters, all capitals. */
static bool is_capitals(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < 'A' || s.p[i] > 'Z')
			return false;
	return s.len > 1;
}

/* A question that is not shouted: only then do capitals mean a name. */
static bool has_small_letters(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] >= 'a' && s.p[i] <= 'z')
			return true;
	return false;
}

/* "how long", "how many": the measure asked for, not a word of the answer. */
static bool is_measure(struct str before, struct str word)
{
	static const char *const measures[] = { "long", "many", "much", "often", "old", "far", "big", "large", "high", "deep", "fast",
		"soon", "late", "tall" };

	for (size_t i = 0; str_is(before, "how") && i < sizeof(measures) / sizeof(*measures); i++)
		if (str_is(word, measures[i]))
			return true;
	return false;
}

static bool is_wanted(struct str text, const struct words *w, unsigned level, bool names)
{
	if (names && is_capitals(str_sub(text, w->from, w->to)))
		return true;
	return !((level & WORDS_NO_FUNCTION) && words_is_function(w->word)) &&
	       !((level & WORDS_NO_QUESTION) && words_is_question(w->word));
}

static void add_words(struct arena *a, struct str text, unsigned level, struct list *l)
{
	struct words w = WORDS_INIT(text, 0);
	bool names = has_small_letters(text);
	struct str before = STR_EMPTY;

	while (words_next(&w)) {
		struct str word = arena_str(a, w.word);

		if (is_wanted(text, &w, level, names) && (!level || !is_measure(before, word)))
			add_term(l, word, 1);
		before = word;
	}
}

/* --- phrases in quotation marks */

static bool is_quote(uint32_t cp)
{
	return cp == '"' || (cp >= 0x201C && cp <= 0x201F) || cp == 0xAB || cp == 0xBB;
}

/* The next text between two quotation marks, from *at on. */
static bool next_phrase(struct str text, size_t *at, struct str *phrase)
{
	size_t from = STR_NONE, n;
	uint32_t cp;

	for (; (n = utf8_decode(text, *at, &cp)); *at += n) {
		if (!is_quote(cp))
			continue;
		if (from == STR_NONE) {
			from = *at + n;
			continue;
		}
		*phrase = str_sub(text, from, *at);
		*at += n;
		return true;
	}
	return false;
}

static size_t add_phrases(struct arena *a, struct str text, struct list *l)
{
	struct str phrase;
	size_t at = 0, n = 0;

	while (next_phrase(text, &at, &phrase)) {
		struct words w = WORDS_INIT(phrase, 0);

		if (!words_next(&w))
			continue;
		add_term(l, arena_str(a, phrase), QUERY_PHRASE_WEIGHT);
		n++;
	}
	return n;
}

/* --- identifiers */

static bool is_known(const struct query *q, struct str name)
{
	for (size_t i = 0; i < q->n_identifiers; i++)
		if (str_eq(q->identifiers[i], name))
			return true;
	return false;
}

/* One that the word index would take apart is searched there as a phrase, too. */
static bool has_several_words(struct str s)
{
	struct words w = WORDS_INIT(s, 0);

	return words_next(&w) && words_next(&w);
}

/* The text may have said hxxp. */
static struct str without_scheme(struct str s)
{
	size_t at = str_find(s, STR("://"), 0);

	return at == STR_NONE ? s : str_sub(s, at + 3, s.len);
}

static void add_identifiers(struct arena *a, struct query *q, struct list *l)
{
	SCOPED(identify) it = IDENTIFY_INIT(q->text);
	struct str *v = NULL;
	size_t cap = 0;

	while (identify_next(&it)) {
		struct str name = identify_index_name(it.kind, it.name);

		if (has_several_words(it.name))
			add_term(l, arena_str(a, without_scheme(it.name)), QUERY_PHRASE_WEIGHT);
		if (is_known(q, name))
			continue;
		q->identifiers = v = mem_grow(v, &cap, q->n_identifiers + 1, sizeof(*v));
		v[q->n_identifiers++] = arena_str(a, name);
	}
	q->identifiers = arena_array(a, q->n_identifiers, sizeof(*v));
	if (q->n_identifiers)
		memcpy(q->identifiers, v, q->n_identifiers * sizeof(*v));
	mem_free(v);
}

/* --- stems */

struct str coverage_stem(struct str word, char *stem)
{
	struct str base = base_form(word);

	memcpy(stem, base.p, base.len);
	return str_of(stem, words_stem(stem, base.len));
}

static void add_stem(struct query *q, struct str stem, size_t term)
{
	for (size_t i = 0; i < q->n_stems; i++)
		if (str_eq(q->stems[i].stem, stem))
			return;
	if (q->n_stems < QUERY_STEMS_MAX)
		q->stems[q->n_stems++] = (struct query_stem){ stem, term };
}

static void add_stems(struct arena *a, struct query *q)
{
	q->stems = arena_array(a, q->n_words < QUERY_STEMS_MAX ? q->n_words : QUERY_STEMS_MAX, sizeof(*q->stems));
	for (size_t i = 0; i < q->n_words; i++) {
		char stem[WORDS_MAX];

		add_stem(q, arena_str(a, coverage_stem(q->terms[i].text, stem)), i);
	}
}

void query_parse(struct arena *a, struct str text, struct query *q)
{
	struct list l = { NULL, 0, 0 };
	size_t level = 0, n_phrases;

	*q = (struct query){ .text = arena_str(a, text) };
	while (!l.n && level < sizeof(levels) / sizeof(*levels))
		add_words(a, q->text, levels[level++], &l);
	q->is_all_stop = level > 1 && l.n;
	q->n_words = l.n;
	n_phrases = add_phrases(a, q->text, &l);
	add_identifiers(a, q, &l);
	q->n_terms = l.n;
	q->terms = arena_array(a, l.n, sizeof(*l.v));
	if (l.n)
		memcpy(q->terms, l.v, l.n * sizeof(*l.v));
	mem_free(l.v);
	add_stems(a, q);
	q->intent = intent_of(q->text, n_phrases > 0, q->n_identifiers > 0);
}
