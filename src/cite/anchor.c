#include "ibid/cite/anchor.h"

#include "ibid/base/utf8.h"
#include "ibid/cite/align.h"

/* Places compared at most, when the same words stand in many. */
#define PLACES_MAX 64

#define WEIGHT_QUOTE 50.0
#define WEIGHT_CONTEXT 20.0
#define WEIGHT_NEAR 2.0

/* --- making */

static size_t chars_before(struct str s, size_t at, size_t chars)
{
	while (chars-- && at)
		at = utf8_floor(s, at - 1);
	return at;
}

static size_t chars_after(struct str s, size_t at, size_t chars)
{
	uint32_t cp;

	while (chars--)
		at += utf8_decode(s, at, &cp);
	return at;
}

/* The first sentence that ends behind `at`. */
static int sentence_from(const struct text *t, size_t at)
{
	int i = text_sentence_of(t, at);

	for (size_t k = 0; i < 0 && k < t->n_sentences; k++)
		if (t->sentences[k].at.byte_to > at)
			i = (int)k;
	return i < 0 ? (int)t->n_sentences : i;
}

static void set_pages(struct arena *a, const struct text *t, struct anchor *anchor)
{
	int from = text_page_of(t, anchor->at.byte_from);
	int to = text_page_of(t, anchor->at.byte_to > anchor->at.byte_from ? anchor->at.byte_to - 1 : anchor->at.byte_to);

	if (from < 0)
		return;
	anchor->page_from = t->pages[from].number;
	anchor->page_to = t->pages[to].number;
	anchor->page_label = arena_str(a, t->pages[from].label);
}

struct anchor anchor_make(struct arena *a, const struct text *t, struct span at)
{
	struct str s = t->text;
	struct anchor anchor = { .doc_id = t->doc_id, .text_id = t->id, .at = at, .page_label = STR_EMPTY, .head_path = STR_EMPTY };
	int head = text_head_of(t, at.byte_from);

	anchor.exact = arena_str(a, text_at(t, at));
	anchor.prefix = arena_str(a, str_sub(s, chars_before(s, at.byte_from, ANCHOR_CONTEXT_CHARS), at.byte_from));
	anchor.suffix = arena_str(a, str_sub(s, at.byte_to, chars_after(s, at.byte_to, ANCHOR_CONTEXT_CHARS)));
	anchor.sentence_from = sentence_from(t, at.byte_from);
	anchor.sentence_to = at.byte_to > at.byte_from ? sentence_from(t, at.byte_to - 1) + 1 : anchor.sentence_from;
	if (anchor.sentence_to > (int)t->n_sentences)
		anchor.sentence_to = (int)t->n_sentences;
	if (head >= 0)
		anchor.head_path = arena_str(a, t->heads[head].path);
	set_pages(a, t, &anchor);
	return anchor;
}

/* --- finding again */

struct search {
	const struct anchor *old;
	const struct text *now;
	const struct normal *text;
	struct normal quote, prefix, suffix;
	struct span best;	/* in the normal form */
	double score;
};

static double nearness(const struct search *s, struct span at)
{
	double len = (double)s->now->text.len;
	double away = (double)normal_source(s->text, at).byte_from - (double)s->old->at.byte_from;

	away = away < 0 ? -away : away;
	return away < len ? 1 - away / len : 0;
}

/*
 * How much of a context stands beside a place. Where the quote itself differs,
 * its end is uncertain by as many bytes, and the context may begin that much off.
 */
static double beside(struct str context, struct str text, bool before, size_t slack)
{
	struct align_match m;
	size_t reach = context.len + 2 * slack, edits;
	struct str place = before ? str_sub(text, text.len > reach ? text.len - reach : 0, text.len) : str_sub(text, 0, reach);

	if (!context.len)
		return 1;
	if (slack)
		edits = align_best(context, place, context.len - 1, &m) ? m.distance : context.len;
	else
		edits = before ? align_at_end(context, text) : align_at_start(context, text);
	return 1 - (double)edits / (double)context.len;
}

/* Weigh a place where the quote stands but for some edits. */
static void try_place(struct search *s, struct span at, size_t edits)
{
	struct str text = buf_view(&s->text->text), quote = buf_view(&s->quote.text);
	size_t overlap = edits < at.byte_to - at.byte_from ? edits : at.byte_to - at.byte_from;
	struct str before = str_sub(text, 0, at.byte_from + overlap), after = str_sub(text, at.byte_to - overlap, text.len);
	double score = WEIGHT_QUOTE * (1 - (double)edits / (double)quote.len) + WEIGHT_NEAR * nearness(s, at);

	score += WEIGHT_CONTEXT * beside(buf_view(&s->prefix.text), before, true, overlap);
	score += WEIGHT_CONTEXT * beside(buf_view(&s->suffix.text), after, false, overlap);
	score /= WEIGHT_QUOTE + 2 * WEIGHT_CONTEXT + WEIGHT_NEAR;
	if (score <= s->score)
		return;
	s->score = score;
	s->best = at;
}

static bool same_words(struct search *s)
{
	struct span within = { 0, s->text->text.len }, at;
	bool is_long = utf8_count(buf_view(&s->quote.text)) >= ANCHOR_OWN_CHARS;

	for (int n = 0; n < PLACES_MAX && normal_find(s->text, &s->quote, within, &at); n++) {
		try_place(s, at, 0);
		within.byte_from = at.byte_from + 1;
	}
	return s->score > 0 && (is_long || s->score >= ANCHOR_SCORE_MIN);
}

static bool near_words(struct search *s)
{
	struct str quote = buf_view(&s->quote.text), text = buf_view(&s->text->text);
	struct align_match m[PLACES_MAX];
	size_t n = align_all(quote, text, (size_t)((double)quote.len * ALIGN_AGAIN), m, PLACES_MAX);

	s->score = 0;
	for (size_t i = 0; i < n; i++)
		try_place(s, m[i].at, m[i].distance);
	return s->score >= ANCHOR_SCORE_MIN;
}

/* Whole characters without white space at the ends. */
static struct span tidy(const struct search *s)
{
	struct str text = s->now->text;
	struct span at = normal_source(s->text, s->best);

	at.byte_from = utf8_floor(text, at.byte_from);
	at.byte_to = utf8_ceil(text, at.byte_to);
	while (at.byte_from < at.byte_to && (unsigned char)text.p[at.byte_from] <= ' ')
		at.byte_from++;
	while (at.byte_to > at.byte_from && (unsigned char)text.p[at.byte_to - 1] <= ' ')
		at.byte_to--;
	return at;
}

static enum anchor_fate look_for(struct search *s)
{
	normalise(&s->quote, str_trim(s->old->exact));
	normalise(&s->prefix, s->old->prefix);
	normalise(&s->suffix, s->old->suffix);
	if (!s->quote.text.len)
		return ANCHOR_LOST;
	if (same_words(s))
		return ANCHOR_MOVED;
	return near_words(s) ? ANCHOR_NEAR : ANCHOR_LOST;
}

enum anchor_fate anchor_again(struct arena *a, const struct anchor *old, const struct text *now,
	const struct normal *normal, struct anchor *found, double *score)
{
	SCOPED(normal) own = NORMAL_INIT;
	struct search s = { .old = old, .now = now, .text = normal ? normal : &own };
	enum anchor_fate fate;
	struct span at = old->at;

	if (at.byte_to <= now->text.len && old->exact.len && str_eq(text_at(now, at), old->exact) &&
		str_eq(str_sub(now->text, at.byte_to, at.byte_to + old->suffix.len), old->suffix)) {
		fate = ANCHOR_SAME;
		s.score = 1;
	} else {
		if (!normal)
			normalise(&own, now->text);
		fate = look_for(&s);
		at = tidy(&s);
	}
	if (fate != ANCHOR_LOST) {
		int64_t id = old->id;

		*found = anchor_make(a, now, at);
		found->id = id;
		*score = s.score;
	}
	normal_release(&s.quote);
	normal_release(&s.prefix);
	normal_release(&s.suffix);
	return fate;
}

/* --- exporting */

static void put_selectors(struct json_writer *w, const struct anchor *anchor, const struct text *t, size_t origin)
{
	json_open(w, '{');
	json_put_c(w, "type", "TextPositionSelector");
	json_put_int(w, "start", (int64_t)utf8_count(str_sub(t->text, origin, anchor->at.byte_from)));
	json_put_int(w, "end", (int64_t)utf8_count(str_sub(t->text, origin, anchor->at.byte_to)));
	json_close(w);
	json_open(w, '{');
	json_put_c(w, "type", "TextQuoteSelector");
	json_put_str(w, "exact", anchor->exact);
	json_put_str(w, "prefix", anchor->prefix);
	json_put_str(w, "suffix", anchor->suffix);
	json_close(w);
}

static void put_page(struct json_writer *w, const struct anchor *anchor, const struct text *t, int page)
{
	SCOPED(buf) fragment = BUF_INIT;

	buf_fmt(&fragment, "page=%d", anchor->page_from);
	json_open_key(w, "selector", '{');
	json_put_c(w, "type", "FragmentSelector");
	json_put_c(w, "conformsTo", "http://tools.ietf.org/rfc/rfc3778");
	json_put_str(w, "value", buf_view(&fragment));
	json_open_key(w, "refinedBy", '[');
	put_selectors(w, anchor, t, t->pages[page].at.byte_from);
	json_close(w);
	json_close(w);
}

void anchor_put_json(struct json_writer *w, const char *key, const struct anchor *anchor, const struct text *t,
	struct str source)
{
	int page = text_page_of(t, anchor->at.byte_from);

	if (key)
		json_open_key(w, key, '{');
	else
		json_open(w, '{');
	json_put_c(w, "type", "SpecificResource");
	json_put_str(w, "source", source);
	if (page >= 0 && anchor->page_from) {
		put_page(w, anchor, t, page);
	} else {
		json_open_key(w, "selector", '[');
		put_selectors(w, anchor, t, 0);
		json_close(w);
	}
	json_close(w);
}
