#include "ibid/cite/verify.h"

#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/cite/anchor.h"
#include "ibid/cite/polarity.h"
#include "verify_internal.h"

/* Most passages that one claim is compared with. */
#define TARGETS_MAX 32

struct list {
	struct target v[TARGETS_MAX];
	size_t n;
};

/* What is known of the claim in hand. */
struct subject {
	int index;
	struct span at;
	struct str plain, raw;		/* without Markdown's signs, and with them */
	struct claim_quote *quotes;	/* those to be proved */
	size_t n_quotes;
	struct str *terms;		/* words in quotation marks that must occur */
	size_t n_terms;
	struct list cited;
	uint32_t flags;			/* CITE_INHERITED when the marks are those of the claim before */
};

struct check {
	struct verify *v;
	struct arena *a;
	const struct verify_answer *in;
	struct claim *claims;
	size_t n_claims;
	struct citation *rows;
	struct str *notes;
	size_t n_rows, cap_rows, cap_notes;
	struct target *all;	/* every passage with a number */
	size_t n_all, cap_all;
	int last_n;
	struct list before;	/* what the claim before cited */
	int claim_before;	/* the last claim that has a citation with an anchor, or -1 */
};

/* --- rows */

static void add_row(struct check *c, const struct subject *s, struct citation row, struct str note)
{
	row.claim = s->index;
	row.flags |= s->flags;
	row.checker = STR(VERIFY_CHECKER);
	row.checked_ms = c->in->now_ms;
	if (!row.origin.p)
		row.origin = c->in->origin.len ? c->in->origin : STR("model");
	c->rows = mem_grow(c->rows, &c->cap_rows, c->n_rows + 1, sizeof(*c->rows));
	c->notes = mem_grow(c->notes, &c->cap_notes, c->n_rows + 1, sizeof(*c->notes));
	c->rows[c->n_rows] = row;
	c->notes[c->n_rows++] = note.len ? note : STR_EMPTY;
}

static struct anchor no_anchor(void)
{
	return (struct anchor){ .exact = STR_EMPTY, .prefix = STR_EMPTY, .suffix = STR_EMPTY, .page_label = STR_EMPTY,
		.head_path = STR_EMPTY };
}

static struct anchor anchor_at(struct check *c, const struct target *t, struct span at)
{
	return t->source->text ? anchor_make(c->a, t->source->text, at) : no_anchor();
}

static struct anchor anchor_of_window(struct check *c, const struct target *t, const struct support_window *w)
{
	const struct text *text = t->source->text;

	if (!text || w->sentence_from >= w->sentence_to)
		return anchor_at(c, t, text ? target_span(t) : (struct span){ 0, 0 });
	return anchor_make(c->a, text,
		(struct span){ text->sentences[w->sentence_from].at.byte_from,
			text->sentences[w->sentence_to - 1].at.byte_to });
}

/* --- passages */

static struct target target_of(struct check *c, const struct mark *mark)
{
	struct target t = { .n = mark->n, .source = verify_text(c->v, mark->target.text_id), .from = mark->target.sentence_from,
		.to = mark->target.sentence_to };

	t.origin = c->in->origin.len ? c->in->origin : STR("model");
	if (!t.source->text)
		return t;
	if (t.to > t.source->text->n_sentences)
		t.to = (uint32_t)t.source->text->n_sentences;
	if (t.from > t.to)
		t.from = t.to;
	target_widen(&t);
	return t;
}

static bool same_place(const struct target *a, const struct target *b)
{
	return a->source == b->source && a->from == b->from && a->to == b->to;
}

/* The number of a passage that the answer did not cite: one it has, or the next. */
static int number_for(struct check *c, struct target *t)
{
	for (size_t i = 0; i < c->n_all; i++)
		if (same_place(&c->all[i], t))
			return c->all[i].n;
	t->n = ++c->last_n;
	t->origin = STR("posthoc");
	c->all = mem_grow(c->all, &c->cap_all, c->n_all + 1, sizeof(*c->all));
	c->all[c->n_all++] = *t;
	return t->n;
}

static void read_marks(struct check *c)
{
	for (size_t i = 0; i < c->in->n_marks; i++) {
		struct target t = { 0 };
		size_t k = 0;

		if (c->in->marks[i].n)
			t = target_of(c, &c->in->marks[i]);
		if (t.n > c->last_n)
			c->last_n = t.n;
		while (k < c->n_all && c->all[k].n != t.n)
			k++;
		if (k < c->n_all || !t.n || !t.source->text)
			continue;
		c->all = mem_grow(c->all, &c->cap_all, c->n_all + 1, sizeof(*c->all));
		c->all[c->n_all++] = t;
	}
}

static void add_target(struct list *l, struct target t)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].n == t.n)
			return;
	if (l->n < TARGETS_MAX)
		l->v[l->n++] = t;
}

/* Places of the library, with those that are passages of the answer left out. */
static void search_library(struct check *c, struct str words, struct list *found)
{
	struct verify_place places[VERIFY_PLACES_MAX];
	size_t n = verify_search(c->v, words, places, VERIFY_PLACES_MAX);

	found->n = 0;
	for (size_t i = 0; i < n && i < VERIFY_PLACES_MAX; i++) {
		struct verify_text *source = verify_text(c->v, places[i].text_id);

		if (source->text)
			found->v[found->n++] = target_at(source, places[i].at);
	}
}

/* --- quotes */

struct found {
	struct target target;
	struct quote_match match;
	bool any;
};

static bool is_better(const struct quote_match *a, const struct quote_match *b)
{
	return a->level < b->level || (a->level == b->level && a->score > b->score);
}

static void look_in(struct check *c, const struct target *v, size_t n, struct str quote, enum quote_reach reach,
	struct found *best)
{
	for (size_t i = 0; i < n; i++) {
		struct quote_match m;

		if (!v[i].source->text || (best->any && best->match.level == LEVEL_EXACT))
			continue;
		if (!quote_find(c->a, v[i].source->text, verify_normal(v[i].source), quote, target_range(&v[i]), reach, &m))
			continue;
		if (!best->any || is_better(&m, &best->match))
			*best = (struct found){ v[i], m, true };
	}
}

static bool is_cited(const struct subject *s, const struct verify_text *source)
{
	for (size_t i = 0; i < s->cited.n; i++)
		if (s->cited.v[i].source == source)
			return true;
	return false;
}

/*
 * Everywhere but in the cited texts: the other passages of the answer, then the
 * library. The same words are found anywhere in these texts, nearly the same only
 * at the passages, which is what keeps a long list of sources quick.
 */
static struct found look_elsewhere(struct check *c, const struct subject *s, struct str quote)
{
	struct found best = { .any = false };
	struct list places;

	for (size_t i = 0; i < c->n_all; i++)
		if (!is_cited(s, c->all[i].source))
			look_in(c, &c->all[i], 1, quote, QUOTE_PLACE, &best);
	if ((best.any && cite_level_holds(best.match.level)) || !c->in->search)
		return best;
	search_library(c, quote, &places);
	for (size_t i = 0; i < places.n; i++)
		if (!is_cited(s, places.v[i].source))
			look_in(c, &places.v[i], 1, quote, QUOTE_PLACE, &best);
	return best;
}

/* Found words that the source denies say the opposite, unless the claim denies them as well. */
static void heed_denial(struct check *c, const struct subject *s, struct quote_match *m)
{
	if (!cite_level_holds(m->level) || (!m->is_denied && !m->frame.len))
		return;
	heed_frame(c->a, m,
		claim_remainder(c->a, c->in->text, s->at, s->quotes, s->n_quotes, c->in->marks, c->in->n_marks));
}

static void add_quote_row(struct check *c, const struct subject *s, struct str quote, struct found *f, uint32_t flags, int n)
{
	struct citation row = { .n = n, .quote = quote, .origin = f->target.origin };

	heed_denial(c, s, &f->match);
	row.anchor = anchor_at(c, &f->target, f->match.at);
	row.level = f->match.level;
	row.score = f->match.score;
	row.flags = f->match.flags | flags;
	add_row(c, s, row, f->match.note);
}

static void add_missing_quote(struct check *c, const struct subject *s, struct str quote)
{
	struct citation row = { .quote = quote, .level = LEVEL_UNSUPPORTED, .anchor = no_anchor() };

	if (!s->cited.n) {
		add_row(c, s, row, STR("these words are in no source"));
		return;
	}
	row.n = s->cited.v[0].n;
	if (!s->cited.v[0].source->text) {
		row.level = LEVEL_STALE;
		add_row(c, s, row, STR("the source is gone"));
		return;
	}
	row.anchor = anchor_at(c, &s->cited.v[0], target_span(&s->cited.v[0]));
	add_row(c, s, row, STR("these words are not in the source"));
}

/*
 * A quote in the cited texts. A better match elsewhere moves the citation there:
 * the same words always, nearly the same only when the cited text has nothing alike.
 */
static struct found check_quote(struct check *c, const struct subject *s, struct str quote)
{
	struct found here = { .any = false }, there;

	look_in(c, s->cited.v, s->cited.n, quote, QUOTE_TEXT, &here);
	if (here.any && cite_level_holds(here.match.level)) {
		add_quote_row(c, s, quote, &here, 0, here.target.n);
		return here;
	}
	there = look_elsewhere(c, s, quote);
	if (there.any && (!here.any || there.match.level <= LEVEL_NORMALISED)) {
		bool moved = s->cited.n > 0;
		int n = moved ? s->cited.v[0].n : number_for(c, &there.target);

		there.target.n = n;
		there.target.origin = moved ? s->cited.v[0].origin : STR("posthoc");
		add_quote_row(c, s, quote, &there, moved ? CITE_MISATTRIBUTED : 0, n);
		return there;
	}
	if (here.any)
		add_quote_row(c, s, quote, &here, 0, here.target.n);
	else
		add_missing_quote(c, s, quote);
	return here;
}

/* --- sentences copied without quotation marks */

static bool is_whole_sentences(const struct text *t, struct span at)
{
	int first = text_sentence_of(t, at.byte_from), last = text_sentence_of(t, at.byte_to - 1);

	return first >= 0 && last >= 0 && t->sentences[first].at.byte_from == at.byte_from &&
		t->sentences[last].at.byte_to <= at.byte_to + 1;
}

/* The longest run of words that a claim and a passage share: its bytes in the claim. */
static struct span longest_run(struct arena *a, struct str claim, struct str passage)
{
	struct word *v, *w;
	size_t n = words_all(a, claim, 0, &v), m = words_all(a, passage, 0, &w), best = 0, end = 0;
	uint16_t *row = arena_array(a, m + 1, sizeof(*row));

	for (size_t i = 0; i < n; i++)
		for (size_t k = m; k-- > 0;) {
			row[k + 1] = str_eq(v[i].word, w[k].word) ? (uint16_t)(row[k] + 1) : 0;
			if (row[k + 1] > best) {
				best = row[k + 1];
				end = i;
			}
		}
	if (best < VERIFY_COPIED_WORDS)
		return (struct span){ 0, 0 };
	return (struct span){ v[end + 1 - best].from, v[end].to };
}

/* Nothing of its own: no content, no number or name, no word that turns or weakens. */
static bool adds_nothing(struct check *c, struct str words)
{
	struct support_claim rest;

	support_prepare(c->a, words, NULL, NULL, &rest);
	for (size_t i = 0; i < rest.n_tokens; i++)
		if (token_is_quantity(&rest.tokens[i]) || polarity_denies(rest.tokens[i].fold) ||
			polarity_weighs(rest.tokens[i].fold))
			return false;
	return rest.n_content == 0;
}

/* A claim that is a quote in all but its marks: the same words, enough of them or whole sentences. */
static bool is_sentence(struct check *c, struct str plain, const struct target *t, struct quote_match *m)
{
	struct word *words;

	return quote_find(c->a, t->source->text, verify_normal(t->source), plain, target_range(t), QUOTE_SAME, m) &&
		(words_all(c->a, plain, 0, &words) >= VERIFY_COPIED_WORDS || is_whole_sentences(t->source->text, m->at));
}

/* Words of a passage that a claim copies and adds nothing to; they become *quote. */
static bool is_run(struct check *c, struct str plain, const struct target *t, struct quote_match *m, struct str *quote)
{
	struct span run = longest_run(c->a, plain, text_at(t->source->text, target_range(t)));

	if (run.byte_from == run.byte_to)
		return false;
	*quote = str_sub(plain, run.byte_from, run.byte_to);
	return adds_nothing(c, str_sub(plain, 0, run.byte_from)) && adds_nothing(c, str_sub(plain, run.byte_to, plain.len)) &&
		quote_find(c->a, t->source->text, verify_normal(t->source), *quote, target_range(t), QUOTE_SAME, m);
}

static bool find_copied(struct check *c, const struct subject *s, const struct target *v, size_t n, struct found *f,
	struct str *quote)
{
	bool differs = !str_eq(s->raw, s->plain);

	f->any = false;
	for (size_t i = 0; i < n && !f->any; i++) {
		bool is_known = !v[i].source->text;

		/* Each text is searched once. */
		for (size_t k = 0; k < i && !is_known; k++)
			is_known = v[k].source == v[i].source;
		f->target = v[i];
		*quote = s->raw;
		f->any = !is_known && differs && is_sentence(c, s->raw, &v[i], &f->match);
		if (f->any)
			break;
		*quote = s->plain;
		f->any = !is_known && is_sentence(c, s->plain, &v[i], &f->match);
	}
	for (size_t i = 0; i < n && !f->any; i++) {
		f->target = v[i];
		f->any = v[i].source->text && is_run(c, s->plain, &v[i], &f->match, quote);
	}
	/* The rest of its sentence may say that it is not so, or only perhaps. */
	return f->any && !f->match.is_denied && !f->match.is_framed;
}

/* --- paraphrases */

static void prepare(struct check *c, struct str plain, struct support_claim *claim)
{
	support_prepare(c->a, plain, verify_has_idf(c->v) ? verify_idf : NULL, c->v, claim);
}

static struct support_window best_window(const struct support_claim *claim, const struct target *t)
{
	if (!t->source->text)
		return (struct support_window){ 0 };
	return support_best(claim, t->source->text, t->range_from, t->range_to, t->from, t->to);
}

static struct support_verdict judge(struct check *c, const struct support_claim *claim, const struct target *v,
	const struct support_window *w, size_t n, const struct subject *s)
{
	struct support_window used[2 * TARGETS_MAX];
	SCOPED(buf) context = BUF_INIT;
	SCOPED(buf) about = BUF_INIT;
	size_t n_used = 0;

	for (size_t i = 0; i < n; i++) {
		if (!v[i].source->text || w[i].sentence_from >= w[i].sentence_to)
			continue;
		used[n_used++] = w[i];
		target_context(&v[i], &context, &about);
	}
	return support_judge(c->a, claim, used, n_used, buf_view(&context), buf_view(&about), s->terms, s->n_terms);
}

static void add_paraphrase_row(struct check *c, const struct subject *s, const struct target *t,
	const struct support_window *w, struct support_verdict v)
{
	struct citation row = { .n = t->n, .origin = t->origin, .level = v.level, .score = v.coverage, .flags = v.flags,
		.quote = STR_EMPTY };

	if (!t->source->text) {
		row.level = LEVEL_STALE;
		row.anchor = no_anchor();
		add_row(c, s, row, STR("the source is gone"));
		return;
	}
	row.anchor = anchor_of_window(c, t, w);
	add_row(c, s, row, v.note);
}

static void check_paraphrase(struct check *c, const struct subject *s, const struct support_claim *claim)
{
	struct support_window w[TARGETS_MAX];
	struct support_verdict v;
	double most = 0;

	for (size_t i = 0; i < s->cited.n; i++) {
		w[i] = best_window(claim, &s->cited.v[i]);
		most = w[i].coverage > most ? w[i].coverage : most;
	}
	v = judge(c, claim, s->cited.v, w, s->cited.n, s);
	for (size_t i = 0; i < s->cited.n; i++) {
		struct support_verdict own = s->cited.n > 1 ? share_of(v, w[i].coverage, most) : v;

		add_paraphrase_row(c, s, &s->cited.v[i], &w[i], own);
	}
}

/* Passages that a claim with a proved quote cites besides: each is judged by itself. */
static void check_others(struct check *c, const struct subject *s, size_t first_row)
{
	struct support_claim claim;
	size_t n_rows = c->n_rows;

	prepare(c, s->plain, &claim);
	for (size_t i = 0; i < s->cited.n; i++) {
		const struct target *t = &s->cited.v[i];
		struct support_window w;
		bool is_used = false;

		for (size_t k = first_row; k < n_rows; k++)
			is_used |= c->rows[k].n == t->n;
		if (is_used)
			continue;
		w = best_window(&claim, t);
		add_paraphrase_row(c, s, t, &w, judge(c, &claim, t, &w, 1, s));
	}
}

static struct target place_of(const struct found *quote)
{
	struct target t = target_at(quote->target.source, quote->match.at);

	t.n = quote->target.n;
	t.origin = quote->target.origin;
	return t;
}

/*
 * The words around the quotes of a claim, by the passages it cites and those where
 * its quotes stand: at worst weak, for the quotes themselves hold. A citation only
 * when the words do not.
 */
static void check_around(struct check *c, const struct subject *s, const struct found *quotes, size_t n_found)
{
	struct str around = claim_remainder(c->a, c->in->text, s->at, s->quotes, s->n_quotes, c->in->marks, c->in->n_marks);
	struct target v[2 * TARGETS_MAX];
	struct support_window w[2 * TARGETS_MAX];
	struct support_claim claim;
	struct support_verdict verdict;
	size_t n = s->cited.n;

	prepare(c, around, &claim);
	memcpy(v, s->cited.v, n * sizeof(*v));
	if (!n)
		v[n++] = place_of(&quotes[0]);
	for (size_t i = 0; i < n; i++)
		w[i] = best_window(&claim, &v[i]);
	for (size_t i = 0; i < n_found; i++, n++) {
		v[n] = place_of(&quotes[i]);
		w[n] = support_at(&claim, v[n].source->text, v[n].from, v[n].to);
	}
	verdict = judge(c, &claim, v, w, n, s);
	if (cite_level_holds(verdict.level) ||
		(claim.n_content < SUPPORT_TERMS_MIN && !(verdict.flags & (CITE_NUMBER | CITE_NAME))))
		return;
	if (verdict.level != LEVEL_CONFLICT || claim.n_content < SUPPORT_TERMS_MIN)
		verdict.level = LEVEL_WEAK;
	verdict.note = verdict.note.len ? arena_fmt(c->a, "around the quote: %.*s", STR_ARG(verdict.note)) :
		STR("the words around the quote are not in the source");
	add_paraphrase_row(c, s, &v[0], &w[0], verdict);
}

/* --- short claims, and claims without a mark */

/* The first citation with an anchor of the claim before. */
static const struct citation *row_before(const struct check *c)
{
	for (size_t i = 0; i < c->n_rows; i++)
		if (c->rows[i].claim == c->claim_before && c->rows[i].anchor.text_id)
			return &c->rows[i];
	return NULL;
}

/* Too short to judge: stands on the claim before, if its own numbers and names are there. Never more than supported. */
static bool inherit(struct check *c, const struct subject *s, const struct support_claim *claim)
{
	const struct citation *before = row_before(c);
	struct citation row;
	struct target t;
	struct support_window w;
	struct support_verdict v;
	enum cite_level level;

	if (!before || !verify_claim_level(c->rows, c->n_rows, c->claim_before, &level))
		return false;
	row = *before;
	t = target_at(verify_text(c->v, row.anchor.text_id), row.anchor.at);
	w = support_at(claim, t.source->text, t.from, t.to);
	v = judge(c, claim, &t, &w, 1, s);
	row.quote = STR_EMPTY;
	row.flags = CITE_INHERITED | v.flags;
	row.level = !cite_level_holds(level) || v.flags ? LEVEL_WEAK : LEVEL_SUPPORTED;
	add_row(c, s, row, v.note);
	return true;
}

/* The passage that carries the claim best, if one does. */
static bool best_support(struct check *c, const struct subject *s, const struct support_claim *claim, const struct target *v,
	size_t n, struct found *f, struct support_window *window, struct support_verdict *verdict)
{
	f->any = false;
	for (size_t i = 0; i < n; i++) {
		struct support_window w = best_window(claim, &v[i]);
		struct support_verdict own;

		if (w.coverage < SUPPORT_FULL || (f->any && w.coverage <= window->coverage))
			continue;
		own = judge(c, claim, &v[i], &w, 1, s);
		if (own.level != LEVEL_SUPPORTED)
			continue;
		*f = (struct found){ .target = v[i], .any = true };
		*window = w;
		*verdict = own;
	}
	return f->any;
}

/* Among these passages: the claim as it stands, or one that carries it. */
static bool find_among(struct check *c, const struct subject *s, const struct support_claim *claim, const struct target *v,
	size_t n)
{
	struct found f = { .any = false };
	struct support_window w = { 0 };
	struct support_verdict verdict = { .level = LEVEL_UNSUPPORTED };
	struct str quote;

	if (find_copied(c, s, v, n, &f, &quote)) {
		struct target place = target_at(f.target.source, f.match.at);

		f.target.n = number_for(c, &place);
		f.target.origin = STR("posthoc");
		add_quote_row(c, s, quote, &f, 0, f.target.n);
		return true;
	}
	if (!best_support(c, s, claim, v, n, &f, &w, &verdict))
		return false;
	f.target.from = w.sentence_from;
	f.target.to = w.sentence_to;
	f.target.n = number_for(c, &f.target);
	f.target.origin = STR("posthoc");
	add_paraphrase_row(c, s, &f.target, &w, verdict);
	return true;
}

static void check_uncited(struct check *c, struct subject *s)
{
	struct support_claim claim;
	struct list places = { .n = 0 };

	prepare(c, s->plain, &claim);
	if (claim.n_content < SUPPORT_TERMS_MIN && inherit(c, s, &claim))
		return;
	if (c->in->search) {
		if (find_among(c, s, &claim, c->all, c->n_all))
			return;
		search_library(c, s->plain, &places);
		if (find_among(c, s, &claim, places.v, places.n))
			return;
	}
	add_row(c, s, (struct citation){ .level = LEVEL_UNSUPPORTED, .anchor = no_anchor(), .quote = STR_EMPTY },
		STR("cites nothing"));
}

/* --- a claim */

static void read_quotes(struct check *c, struct subject *s)
{
	struct claim_quote *v;
	size_t n = claim_quotes(c->a, c->in->text, s->at, &v);

	s->quotes = arena_array(c->a, n + 1, sizeof(*s->quotes));
	s->terms = arena_array(c->a, n + 1, sizeof(*s->terms));
	for (size_t i = 0; i < n; i++)
		if (v[i].is_term)
			s->terms[s->n_terms++] = claim_plain(c->a, c->in->text, v[i].at, c->in->marks, c->in->n_marks);
		else
			s->quotes[s->n_quotes++] = v[i];
}

static void read_cited(struct check *c, const struct claim *claim, struct subject *s)
{
	size_t first, n = claim_marks(claim, c->in->marks, c->in->n_marks, &first);

	for (size_t i = first; i < first + n; i++)
		if (c->in->marks[i].n)
			add_target(&s->cited, target_of(c, &c->in->marks[i]));
	/* "As the report says [1]:" before a block quote gives it its source. */
	if (!n && s->n_quotes && s->quotes[0].is_block && c->before.n) {
		s->cited = c->before;
		s->flags = CITE_INHERITED;
	}
}

/* The words of a quote: with the signs of Markdown when the cited source has them so, else without. */
static struct str quote_words(struct check *c, const struct subject *s, struct span at)
{
	struct str raw = claim_raw(c->a, c->in->text, at, c->in->marks, c->in->n_marks);
	struct str plain = claim_plain(c->a, c->in->text, at, c->in->marks, c->in->n_marks);
	struct found f = { .any = false };

	if (!str_eq(raw, plain))
		look_in(c, s->cited.v, s->cited.n, raw, QUOTE_SAME, &f);
	return f.any ? raw : plain;
}

static void check_quotes(struct check *c, struct subject *s)
{
	size_t first_row = c->n_rows;
	struct found found[TARGETS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < s->n_quotes; i++) {
		struct found f = check_quote(c, s, quote_words(c, s, s->quotes[i].at));

		if (f.any && n < TARGETS_MAX)
			found[n++] = f;
	}
	if (n && !s->quotes[0].is_block)
		check_around(c, s, found, n);
	check_others(c, s, first_row);
}

static void check_cited(struct check *c, struct subject *s)
{
	struct found f = { .any = false };
	struct support_claim claim;
	size_t first_row = c->n_rows;
	struct str quote;

	if (find_copied(c, s, s->cited.v, s->cited.n, &f, &quote)) {
		add_quote_row(c, s, quote, &f, 0, f.target.n);
		check_others(c, s, first_row);
		return;
	}
	prepare(c, s->plain, &claim);
	check_paraphrase(c, s, &claim);
	if (claim.n_content >= SUPPORT_TERMS_MIN)
		return;
	/* Too few words to say "not in the source" of: at worst weak. */
	for (size_t i = first_row; i < c->n_rows; i++)
		if (c->rows[i].level == LEVEL_UNSUPPORTED)
			c->rows[i].level = LEVEL_WEAK;
}

static void add_bad_ids(struct check *c, const struct subject *s, size_t next_from)
{
	for (size_t i = 0; i < c->in->n_bad; i++) {
		const struct mark_bad *bad = &c->in->bad[i];

		if (bad->at < s->at.byte_from || bad->at >= next_from)
			continue;
		add_row(c, s, (struct citation){ .level = LEVEL_BAD_ID, .anchor = no_anchor(), .quote = STR_EMPTY },
			arena_fmt(c->a, "there is no source '%.*s'", STR_ARG(bad->id)));
	}
}

static bool has_content(struct check *c, const struct subject *s)
{
	struct support_claim claim;

	if (s->n_quotes || s->cited.n)
		return true;
	support_prepare(c->a, s->plain, NULL, NULL, &claim);
	return claim.n_terms > 0;
}

static void check_claim(struct check *c, size_t index)
{
	struct claim *claim = &c->claims[index];
	struct subject s = { .index = (int)index, .at = claim->at };
	size_t next_from = index + 1 < c->n_claims ? c->claims[index + 1].at.byte_from : c->in->text.len + 1;
	size_t first_row = c->n_rows;

	add_bad_ids(c, &s, next_from);
	if (claim->kind != CLAIM_FACT)
		return;
	s.plain = claim_plain(c->a, c->in->text, s.at, c->in->marks, c->in->n_marks);
	s.raw = claim_raw(c->a, c->in->text, s.at, c->in->marks, c->in->n_marks);
	read_quotes(c, &s);
	read_cited(c, claim, &s);
	if (!has_content(c, &s)) {
		claim->kind = CLAIM_META;
		return;
	}
	if (s.n_quotes)
		check_quotes(c, &s);
	else if (s.cited.n)
		check_cited(c, &s);
	else if (c->n_rows == first_row)
		check_uncited(c, &s);
	c->before = s.cited;
	for (size_t i = first_row; i < c->n_rows; i++)
		if (c->rows[i].anchor.text_id)
			c->claim_before = (int)index;
}

void verify_answer(struct verify *v, struct arena *a, const struct verify_answer *in, struct verify_result *out)
{
	struct check c = { .v = v, .a = a, .in = in, .claim_before = -1 };

	c.n_claims = claims_split(a, in->text, in->marks, in->n_marks, &c.claims);
	read_marks(&c);
	for (size_t i = 0; i < c.n_claims; i++)
		check_claim(&c, i);
	*out = (struct verify_result){ .claims = c.claims, .n_claims = c.n_claims, .n_citations = c.n_rows };
	out->citations = arena_array(a, c.n_rows + 1, sizeof(*out->citations));
	out->notes = arena_array(a, c.n_rows + 1, sizeof(*out->notes));
	if (c.n_rows) {
		memcpy(out->citations, c.rows, c.n_rows * sizeof(*out->citations));
		memcpy(out->notes, c.notes, c.n_rows * sizeof(*out->notes));
	}
	mem_free(c.rows);
	mem_free(c.notes);
	mem_free(c.all);
}
