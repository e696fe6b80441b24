#include "ibid/cite/quote.h"

#include <string.h>

#include "ibid/base/utf8.h"
#include "ibid/base/words.h"
#include "ibid/cite/align.h"
#include "ibid/cite/diff.h"
#include "ibid/cite/polarity.h"

/* Parts of one quote between ellipses; words left out up to which a negation among them turns the sentence. */
#define PARTS_MAX 16
#define SHORT_GAP_WORDS 3
/* Longest insertion of an editor in brackets, in bytes; words before a quote in which a negation denies it; places tried for a first part. */
#define INSERTION_MAX 40
#define DENIED_WORDS 2
#define PLACES_MAX 32

struct finder {
	struct arena *a;
	const struct text *t;
	const struct normal *text;
	struct span near;	/* in the normal form */
	struct span all;
	enum quote_reach reach;
};

static struct str source_of(const struct finder *f, struct span at)
{
	struct span src = normal_source(f->text, at);

	return str_sub(f->t->text, src.byte_from, src.byte_to);
}

/* --- the same words */

/* The best of the places within: one whose bytes are the same, else the first. */
static bool same_within(const struct finder *f, const struct normal *q, struct str raw, struct span within,
	struct span *at, bool *is_exact)
{
	struct span place;
	bool found = false;

	while (normal_find(f->text, q, within, &place)) {
		*is_exact = str_eq(source_of(f, place), raw);
		if (!found || *is_exact)
			*at = place;
		found = true;
		if (*is_exact)
			break;
		within.byte_from = place.byte_from + 1;
	}
	return found;
}

static bool same_words(const struct finder *f, struct str raw, struct span *at, bool *is_exact)
{
	SCOPED(normal) q = NORMAL_INIT;

	normalise(&q, raw);
	return same_within(f, &q, raw, f->near, at, is_exact) || same_within(f, &q, raw, f->all, at, is_exact);
}

static struct str without_stop(struct str s)
{
	while (s.len && strchr(".,;: ", s.p[s.len - 1]))
		s.len--;
	return s;
}

/* Take an editor's brackets away: "[T]he" is "The", "[sic]" nothing. Empty when there were none. */
static struct str without_brackets(struct arena *a, struct str s)
{
	SCOPED(buf) out = BUF_INIT;
	bool any = false;

	for (size_t i = 0; i < s.len; i++) {
		struct str rest = str_sub(s, i, s.len);
		uint32_t cp;
		size_t letter = s.p[i] == '[' ? utf8_decode(rest, 1, &cp) : 0;

		if (letter && utf8_is_letter(cp) && 1 + letter < rest.len && rest.p[1 + letter] == ']') {
			buf_str(&out, str_sub(rest, 1, 1 + letter));
			i += letter + 1;
			any = true;
		} else if (str_starts(rest, STR("[sic]"))) {
			while (out.len && out.p[out.len - 1] == ' ')
				buf_cut(&out, out.len - 1);
			i += 4;
			any = true;
		} else {
			buf_ch(&out, s.p[i]);
		}
	}
	return any ? arena_str(a, buf_view(&out)) : STR_EMPTY;
}

static bool found_as(struct quote_match *m, const struct finder *f, enum cite_level level, struct span at, const char *note)
{
	m->level = level;
	m->at = normal_source(f->text, at);
	m->score = 1;
	m->note = str_c(note);
	return true;
}

static bool find_same(const struct finder *f, struct str quote, struct quote_match *m)
{
	struct str other;
	struct span at;
	bool is_exact;

	if (same_words(f, quote, &at, &is_exact))
		return found_as(m, f, is_exact ? LEVEL_EXACT : LEVEL_NORMALISED, at, is_exact ? "" : "typography differs");
	other = without_stop(quote);
	if (other.len < quote.len && same_words(f, other, &at, &is_exact))
		return found_as(m, f, LEVEL_NORMALISED, at, "the stop at the end is not in the source");
	other = without_brackets(f->a, quote);
	if (other.len && (same_words(f, other, &at, &is_exact) || same_words(f, without_stop(other), &at, &is_exact)))
		return found_as(m, f, LEVEL_NORMALISED, at, "an editor's brackets are not in the source");
	return false;
}

/* --- nearly the same words */

/* Grow a place to whole words and numbers. */
static struct span whole_words(const struct finder *f, struct span at)
{
	struct str s = buf_view(&f->text->text);

	while (at.byte_from < at.byte_to && s.p[at.byte_from] == ' ')
		at.byte_from++;
	while (at.byte_to > at.byte_from && s.p[at.byte_to - 1] == ' ')
		at.byte_to--;
	at.byte_from = utf8_floor(s, at.byte_from);
	at.byte_to = utf8_ceil(s, at.byte_to);
	while (at.byte_from && !normal_is_edge(s, at.byte_from))
		at.byte_from = utf8_floor(s, at.byte_from - 1);
	while (at.byte_to < s.len && !normal_is_edge(s, at.byte_to))
		at.byte_to = utf8_ceil(s, at.byte_to + 1);
	return at;
}

static bool near_within(const struct finder *f, struct str q, struct span within, struct align_match *m)
{
	struct str text = str_sub(buf_view(&f->text->text), within.byte_from, within.byte_to);

	if (!align_best(q, text, align_quote_max(q), m))
		return false;
	m->at.byte_from += within.byte_from;
	m->at.byte_to += within.byte_from;
	return true;
}

/* The nearest stretch to `raw`, whole words. */
static bool near_words(const struct finder *f, struct str raw, struct span within, struct align_match *m)
{
	SCOPED(normal) q = NORMAL_INIT;
	struct span whole;
	struct str s;
	size_t added;

	normalise(&q, raw);
	s = buf_view(&q.text);
	if (!near_within(f, s, within, m))
		return false;
	whole = whole_words(f, m->at);
	added = (m->at.byte_from > whole.byte_from ? m->at.byte_from - whole.byte_from : 0) +
		(whole.byte_to > m->at.byte_to ? whole.byte_to - m->at.byte_to : 0);
	m->at = whole;
	/* In a short quote what whole words add is edits, too: "the cat" is not nearly "the category". */
	return utf8_count(s) >= ALIGN_LONG_CHARS || m->distance + added <= align_quote_max(s);
}

static void compare(const struct finder *f, struct str source, struct str quote, struct quote_match *m)
{
	struct diff d = diff_words(f->a, source, quote);

	m->flags = d.flags;
	m->level = d.flags ? LEVEL_CONFLICT : LEVEL_FUZZY;
	m->note = d.flags ? arena_fmt(f->a, "%.*s: %.*s", STR_ARG(d.weighty), STR_ARG(d.text)) : d.text;
}

static bool find_near(const struct finder *f, struct str quote, struct quote_match *m)
{
	struct align_match found;

	if (!near_words(f, quote, f->near, &found) &&
		(f->reach < QUOTE_TEXT || !near_words(f, quote, f->all, &found)))
		return false;
	m->at = normal_source(f->text, found.at);
	m->score = 1 - (double)found.distance / (double)quote.len;
	compare(f, source_of(f, found.at), quote, m);
	return true;
}

/* --- parts between ellipses */

struct parts {
	struct str v[PARTS_MAX];
	size_t n;
};

/* Bytes of an editor's insertion, "[the company]"; 0. What holds a digit is no such thing: "[95% CI, 1 to 2]". */
static size_t insertion_len(struct str s)
{
	size_t close = s.p[0] == '[' ? str_find_ch(s, ']', 0) : STR_NONE;

	if (close == STR_NONE || close > INSERTION_MAX)
		return 0;
	for (size_t i = 0; i < close; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return 0;
	return close + 1;
}

/* Bytes of an ellipsis at `at`, or of an insertion if these count; 0. */
static size_t omission_len(struct str s, size_t at, bool insertions)
{
	static const char *const signs[] = { "[...]", "(...)", "[\xE2\x80\xA6]", "(\xE2\x80\xA6)", "\xE2\x80\xA6", ". . ." };
	struct str rest = str_sub(s, at, s.len);
	size_t dots = 0;

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (str_starts(rest, str_c(signs[i])))
			return strlen(signs[i]);
	while (dots < rest.len && rest.p[dots] == '.')
		dots++;
	if (dots >= 3)
		return dots;
	return insertions ? insertion_len(rest) : 0;
}

static size_t words_in(struct str s, size_t max)
{
	struct words w = WORDS_INIT(s, 0);
	size_t n = 0;

	while (n < max && words_next(&w))
		n++;
	return n;
}

/* Cut a quote at its omissions. False when there is none, or a part is too short to be told apart. */
static bool cut_parts(struct str quote, bool insertions, struct parts *p)
{
	size_t from = 0, len;

	p->n = 0;
	for (size_t at = 0; at <= quote.len; at++) {
		struct str part;

		len = at < quote.len ? omission_len(quote, at, insertions) : 1;
		if (!len)
			continue;
		part = str_trim(str_sub(quote, from, at));
		if (part.len) {
			if (p->n == PARTS_MAX || words_in(part, QUOTE_PART_WORDS) < QUOTE_PART_WORDS)
				return false;
			p->v[p->n++] = part;
		}
		if (at < quote.len)
			from = at + len;
		at += len - 1;
	}
	return from && p->n;
}

/* Where the next part must end at the latest: some sentences on. */
static size_t reach_from(const struct finder *f, size_t at)
{
	const struct text *t = f->t;
	size_t src = normal_source(f->text, (struct span){ at - 1, at }).byte_to;
	int sentence = text_sentence_of(t, src ? src - 1 : 0);
	size_t last = (size_t)(sentence < 0 ? 0 : sentence) + QUOTE_GAP_SENTENCES;

	if (sentence < 0)
		return at + 1000 < f->all.byte_to ? at + 1000 : f->all.byte_to;
	if (last >= t->n_sentences)
		return f->all.byte_to;
	return normal_of(f->text, t->sentences[last].at).byte_to;
}

/* A part at or after a place: the same words, or nearly. */
static bool find_part(const struct finder *f, struct str part, struct span within, struct span *at, size_t *edits)
{
	SCOPED(normal) q = NORMAL_INIT;
	struct str core = without_stop(part);
	struct align_match m;

	normalise(&q, core);
	*edits = 0;
	if (normal_find(f->text, &q, within, at))
		return true;
	if (!near_words(f, core, within, &m))
		return false;
	*at = m.at;
	*edits = m.distance;
	return true;
}

/* A short omission that took a negation along turned the sentence. */
static bool gap_denies(const struct finder *f, struct span gap)
{
	struct token *v;
	size_t n;
	struct str s = source_of(f, gap);

	if (gap.byte_to <= gap.byte_from || words_in(s, SHORT_GAP_WORDS + 1) > SHORT_GAP_WORDS)
		return false;
	n = tokens_read(f->a, s, &v);
	for (size_t i = 0; i < n; i++)
		if (polarity_denies(v[i].fold))
			return true;
	return false;
}

/* All parts, the first at `first`: what each changed adds up. */
static bool join_parts(const struct finder *f, const struct parts *p, struct span first, size_t edits, struct quote_match *m)
{
	size_t total = edits, len = p->v[0].len;
	struct span last = first;

	*m = (struct quote_match){ .level = LEVEL_FUZZY, .note = STR("shortened") };
	for (size_t i = 0; i < p->n; i++) {
		struct span within = { last.byte_to, reach_from(f, last.byte_to) }, at = first;
		struct quote_match part = { .note = STR_EMPTY };

		edits = 0;
		if (i && !find_part(f, p->v[i], within, &at, &edits))
			return false;
		if (i && gap_denies(f, (struct span){ last.byte_to, at.byte_from }))
			part = (struct quote_match){ LEVEL_CONFLICT, .flags = CITE_NEGATION, .note = STR("a negation was left out") };
		else if (edits || (!i && total))
			compare(f, source_of(f, at), without_stop(p->v[i]), &part);
		m->flags |= part.flags;
		if (part.level == LEVEL_CONFLICT || (part.note.len && m->level != LEVEL_CONFLICT))
			m->note = arena_fmt(f->a, "shortened; %.*s", STR_ARG(part.note));
		if (part.level == LEVEL_CONFLICT)
			m->level = LEVEL_CONFLICT;
		total += i ? edits : 0;
		len += i ? p->v[i].len : 0;
		last = at;
	}
	m->at = normal_source(f->text, (struct span){ first.byte_from, last.byte_to });
	m->score = 1 - (double)total / (double)len;
	return true;
}

static bool find_parts_within(const struct finder *f, const struct parts *p, struct span within, struct quote_match *m)
{
	struct span first;
	size_t edits;

	for (int i = 0; i < PLACES_MAX && find_part(f, p->v[0], within, &first, &edits); i++) {
		if (join_parts(f, p, first, edits, m))
			return true;
		if (edits)
			break;
		within.byte_from = first.byte_from + 1;
	}
	return false;
}

static bool find_parts(const struct finder *f, struct str quote, bool insertions, struct quote_match *m)
{
	struct parts p;
	struct span at;
	bool is_exact;

	if (!cut_parts(quote, insertions, &p))
		return false;
	/* An ellipsis at an end only: nothing inside was left out. */
	if (p.n == 1 && same_words(f, without_stop(p.v[0]), &at, &is_exact))
		return found_as(m, f, LEVEL_NORMALISED, at, "an ellipsis at its end");
	return find_parts_within(f, &p, f->near, m) || (f->reach == QUOTE_TEXT && find_parts_within(f, &p, f->all, m));
}

/* --- what stands around it */

/* Words of a conditional or of doubt that are neither negation nor measure. */
static bool is_doubt(struct str fold)
{
	static const char *const words[] = { "if", "unless", "whether", "allegedly", "claimed", "claims", "claim", "alleged",
		"supposedly", "purportedly", "contrary", "instead" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(fold, words[i]))
			return true;
	return false;
}

/* "not only safe" denies nothing. */
static bool denies_at(const struct token *v, size_t n, size_t i)
{
	static const char *const harmless[] = { "only", "just", "merely", "simply", "least" };

	if (!polarity_denies(v[i].fold))
		return false;
	for (size_t k = 0; i + 1 < n && k < sizeof(harmless) / sizeof(*harmless); k++)
		if (str_is(v[i + 1].fold, harmless[k]))
			return false;
	return true;
}

static bool begins_clause(const struct token *t)
{
	return t->flags & TOKEN_CLAUSE || str_is(t->fold, "and") || str_is(t->fold, "but") || str_is(t->fold, "while") ||
		str_is(t->fold, "whereas") || str_is(t->fold, "so");
}

/* The words before the quote in its sentence: right before it, a negation; anywhere, one that frames it. */
static void look_before(const struct finder *f, struct str before, struct quote_match *m)
{
	struct token *v;
	size_t n = tokens_read(f->a, before, &v);

	for (size_t i = 0; i < n; i++) {
		if (begins_clause(&v[i]))
			m->frame = STR_EMPTY;
		if (denies_at(v, n, i)) {
			m->frame = str_sub(before, v[i].at.byte_from, v[i].at.byte_to);
			m->is_denied |= i + DENIED_WORDS >= n;
		}
		m->is_framed |= polarity_denies(v[i].fold) || polarity_weighs(v[i].fold) || is_doubt(v[i].fold);
	}
	/* A comma between them: the negation is of a clause of its own. */
	if (n && str_find(str_sub(before, v[n - 1].at.byte_to, before.len), STR(","), 0) != STR_NONE)
		m->frame = STR_EMPTY;
	m->is_denied &= m->frame.len > 0;
}

static void look_behind(const struct finder *f, struct str behind, struct quote_match *m)
{
	struct token *v;
	size_t n = tokens_read(f->a, behind, &v);

	for (size_t i = 0; i < n; i++)
		m->is_framed |= polarity_denies(v[i].fold) || is_doubt(v[i].fold);
}

/* Begin and end of the sentences that the quote stands in. */
static struct span sentences_around(const struct finder *f, struct span at)
{
	const struct text *t = f->t;
	int first = text_sentence_of(t, at.byte_from), last = text_sentence_of(t, at.byte_to - 1);
	struct span s = at;

	if (first >= 0)
		s.byte_from = t->sentences[first].at.byte_from;
	if (last >= 0 && t->sentences[last].at.byte_to > at.byte_to)
		s.byte_to = t->sentences[last].at.byte_to;
	return s;
}

static void look_around(const struct finder *f, struct quote_match *m)
{
	struct span s;

	if (m->at.byte_from >= m->at.byte_to)
		return;
	s = sentences_around(f, m->at);
	look_before(f, str_sub(f->t->text, s.byte_from, m->at.byte_from), m);
	look_behind(f, str_sub(f->t->text, m->at.byte_to, s.byte_to), m);
}

static bool find_nearly(const struct finder *f, struct str quote, struct quote_match *m)
{
	/* Brackets may be the source's own: only what is not found with them is read without. */
	return find_parts(f, quote, false, m) || find_near(f, quote, m) || find_parts(f, quote, true, m);
}

bool quote_find(struct arena *a, const struct text *t, const struct normal *normal, struct str quote, struct span near,
	enum quote_reach reach, struct quote_match *m)
{
	struct finder f = { .a = a, .t = t, .text = normal, .near = normal_of(normal, near), .all = { 0, normal->text.len },
		.reach = reach };

	*m = (struct quote_match){ .level = LEVEL_UNSUPPORTED, .note = STR_EMPTY, .frame = STR_EMPTY };
	quote = str_trim(quote);
	if (!quote.len)
		return false;
	if (!find_same(&f, quote, m) && (reach == QUOTE_SAME || !find_nearly(&f, quote, m))) {
		*m = (struct quote_match){ .level = LEVEL_UNSUPPORTED, .note = STR_EMPTY, .frame = STR_EMPTY };
		return false;
	}
	m->frame = STR_EMPTY;
	look_around(&f, m);
	return true;
}
