#include "ibid/cite/diff.h"

#include "ibid/base/mem.h"
#include "ibid/base/words.h"
#include "ibid/cite/polarity.h"
#include "ibid/model/citation.h"

/* Equal words shown on each side of a change. */
#define CONTEXT_WORDS 4

struct side {
	struct str text;
	struct token *v;
	size_t n;
};

/* Words [from, to) of both sides that stand for each other and are not equal. */
struct region {
	size_t from[2], to[2];
};

/* --- aligning: Levenshtein over tokens */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Distances of all suffixes: d[i * (m + 1) + k] for words from i and from k on. */
static uint16_t *distances(const struct side *a, const struct side *b)
{
	size_t width = b->n + 1;
	uint16_t *d = mem_zalloc((a->n + 1) * width, sizeof(*d));

	for (size_t i = a->n + 1; i-- > 0;)
		for (size_t k = width; k-- > 0;) {
			size_t best;

			if (i == a->n || k == b->n) {
				d[i * width + k] = (uint16_t)(a->n - i + b->n - k);
				continue;
			}
			best = d[(i + 1) * width + k + 1] + (token_same(&a->v[i], &b->v[k]) ? 0u : 1u);
			best = least(best, d[(i + 1) * width + k] + 1u);
			best = least(best, d[i * width + k + 1] + 1u);
			d[i * width + k] = (uint16_t)best;
		}
	return d;
}

/* Walk the alignment from both beginnings; equal words close a region. */
static size_t regions(struct arena *arena, const struct side *a, const struct side *b, struct region **regions)
{
	size_t width = b->n + 1, i = 0, k = 0, n = 0;
	uint16_t *d = distances(a, b);
	struct region *v = arena_array(arena, a->n + b->n + 1, sizeof(*v));
	bool is_open = false;

	while (i < a->n || k < b->n) {
		size_t here = d[i * width + k];

		if (i < a->n && k < b->n && token_same(&a->v[i], &b->v[k]) && d[(i + 1) * width + k + 1] == here) {
			is_open = false;
			i++;
			k++;
			continue;
		}
		if (!is_open)
			v[n++] = (struct region){ { i, k }, { i, k } };
		is_open = true;
		if (i < a->n && k < b->n && d[(i + 1) * width + k + 1] + 1u == here) {
			i++;
			k++;
		} else if (i < a->n && d[(i + 1) * width + k] + 1u == here) {
			i++;
		} else {
			k++;
		}
		v[n - 1].to[0] = i;
		v[n - 1].to[1] = k;
	}
	mem_free(d);
	*regions = v;
	return n;
}

/* --- judging */

static void squash(struct buf *out, const struct side *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; k < s->v[i].fold.len; k++) {
			char c = s->v[i].fold.p[k];

			if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80)
				buf_ch(out, c);
		}
}

/*
 * The same letters, only set otherwise: "well known", "COVID 19". Digits stand for
 * themselves only beside letters: "1 2" is not "12".
 */
static bool is_typography(const struct side *side, const struct region *r)
{
	SCOPED(buf) a = BUF_INIT;
	SCOPED(buf) b = BUF_INIT;

	for (int s = 0; s < 2; s++)
		for (size_t i = r->from[s]; i < r->to[s]; i++)
			if (side[s].v[i].kind == TOKEN_NUMBER && (side[s].v[i].unit || r->to[s] - r->from[s] == 1 ||
									 i == r->from[s]))
				return false;
	squash(&a, &side[0], r->from[0], r->to[0]);
	squash(&b, &side[1], r->from[1], r->to[1]);
	return a.len && str_eq(buf_view(&a), buf_view(&b));
}

static bool is_name(const struct token *t)
{
	if (t->kind == TOKEN_NAME || t->flags & TOKEN_CAPS)
		return true;
	return t->kind == TOKEN_WORD && t->flags & TOKEN_CAPITAL && !(t->flags & TOKEN_FIRST) && t->fold.len > 1 &&
		!words_is_function(t->fold);
}

/* What makes a word weighty, whatever stands on the other side. */
static uint32_t weight_of(const struct token *t)
{
	if (t->kind == TOKEN_NUMBER || t->kind == TOKEN_DATE)
		return CITE_NUMBER;
	if (polarity_denies(t->fold) || polarity_weighs(t->fold))
		return CITE_NEGATION;
	return is_name(t) ? CITE_NAME : 0;
}

static bool has_same(const struct side *s, const struct region *r, int side, const struct token *t)
{
	for (size_t i = r->from[side]; i < r->to[side]; i++)
		if (token_same(&s->v[i], t) || (t->kind == TOKEN_WORD && str_eq(s->v[i].fold, t->fold)))
			return true;
	return false;
}

static bool has_number(const struct side *s, const struct region *r, int side)
{
	for (size_t i = r->from[side]; i < r->to[side]; i++)
		if (s->v[i].kind == TOKEN_NUMBER)
			return true;
	return false;
}

/* A reference mark of the source, "[12]", that the quote left out. */
static bool is_reference(const struct token *t, const struct side *side, const struct region *r, int s)
{
	return s == 0 && t->flags & TOKEN_ASIDE && t->kind == TOKEN_NUMBER && !t->unit && !has_number(&side[1], r, 1);
}

/* The first word of one side that weighs and has no equal on the other. */
static const struct token *first_weighty(const struct side *side, const struct region *r, int s, uint32_t *flags)
{
	const struct token *first = NULL;

	for (size_t i = r->from[s]; i < r->to[s]; i++) {
		const struct token *t = &side[s].v[i];
		bool same = has_same(&side[!s], r, !s, t) || is_reference(t, side, r, s);
		uint32_t weight = same ? 0 : weight_of(t);

		*flags |= weight;
		if (weight && !first)
			first = t;
	}
	return first;
}

static const struct token *first_opposed(const struct side *side, const struct region *r, uint32_t *flags)
{
	for (size_t i = r->from[0]; i < r->to[0]; i++)
		for (size_t k = r->from[1]; k < r->to[1]; k++) {
			const struct token *a = &side[0].v[i], *b = &side[1].v[k];

			if (!polarity_opposed(a, b))
				continue;
			*flags |= polarity_direction(a->stem) && polarity_direction(b->stem) ? CITE_DIRECTION : CITE_NEGATION;
			return a;
		}
	return NULL;
}

static struct str words_of(const struct side *s, size_t from, size_t to)
{
	return from < to ? str_sub(s->text, s->v[from].at.byte_from, s->v[to - 1].at.byte_to) : STR_EMPTY;
}

static void judge(struct arena *a, const struct side *side, const struct region *r, struct diff *d)
{
	uint32_t flags = 0;
	const struct token *found;
	struct str was, is;

	if (is_typography(side, r))
		return;
	found = first_weighty(side, r, 0, &flags);
	found = first_weighty(side, r, 1, &flags) ? found : found;
	first_opposed(side, r, &flags);
	d->flags |= flags;
	if (!flags || d->weighty.len)
		return;
	was = words_of(&side[0], r->from[0], r->to[0]);
	is = words_of(&side[1], r->from[1], r->to[1]);
	if (was.len && is.len)
		d->weighty = arena_fmt(a, "'%.*s' for '%.*s'", STR_ARG(is), STR_ARG(was));
	else
		d->weighty = arena_fmt(a, was.len ? "'%.*s' left out" : "'%.*s' added", STR_ARG(was.len ? was : is));
}

/* --- showing */

/* Equal words between changes: the nearest to each change. */
static void show_equal(struct buf *out, const struct side *s, size_t from, size_t to, bool after, bool before)
{
	size_t head = after ? least(to, from + CONTEXT_WORDS) : from;
	size_t tail = before && to - head > CONTEXT_WORDS ? to - CONTEXT_WORDS : before ? head : to;

	if (from == to)
		return;
	if (after)
		buf_ch(out, ' ');
	if (head >= tail) {
		buf_str(out, words_of(s, from, to));
	} else {
		buf_str(out, words_of(s, from, head));
		buf_c(out, head > from ? " ..." : "...");
		if (tail < to)
			buf_fmt(out, " %.*s", STR_ARG(words_of(s, tail, to)));
	}
	if (before)
		buf_ch(out, ' ');
}

static void show(struct buf *out, const struct side *side, const struct region *v, size_t n)
{
	size_t at = 0;

	if (!n)
		return;
	for (size_t i = 0; i < n; i++) {
		show_equal(out, &side[0], at, v[i].from[0], i > 0, true);
		if (v[i].from[0] < v[i].to[0])
			buf_fmt(out, "[-%.*s-]", STR_ARG(words_of(&side[0], v[i].from[0], v[i].to[0])));
		if (v[i].from[1] < v[i].to[1])
			buf_fmt(out, "{+%.*s+}", STR_ARG(words_of(&side[1], v[i].from[1], v[i].to[1])));
		at = v[i].to[0];
	}
	show_equal(out, &side[0], at, side[0].n, true, false);
}

struct diff diff_words(struct arena *a, struct str source, struct str quote)
{
	struct side side[2] = { { .text = source }, { .text = quote } };
	struct diff d = { .text = STR_EMPTY, .weighty = STR_EMPTY };
	SCOPED(buf) shown = BUF_INIT;
	struct region *v;
	size_t n;

	for (int s = 0; s < 2; s++) {
		side[s].n = tokens_read(a, side[s].text, &side[s].v);
		side[s].n = least(side[s].n, DIFF_WORDS_MAX);
	}
	n = regions(a, &side[0], &side[1], &v);
	for (size_t i = 0; i < n; i++) {
		d.changed += v[i].to[0] - v[i].from[0] + v[i].to[1] - v[i].from[1];
		judge(a, side, &v[i], &d);
	}
	show(&shown, side, v, n);
	d.text = arena_str(a, buf_view(&shown));
	return d;
}
