#include <string.h>

#include "ibid/cite/anchor.h"
#include "verify_internal.h"

/* Passages of one claim judged together. */
#define TOGETHER_MAX 32

/* The flags that a check sets; what was found about a citation's place stays. */
#define CHECKED_FLAGS (CITE_NUMBER | CITE_NEGATION | CITE_DIRECTION | CITE_NAME)

struct recheck {
	struct verify *v;
	struct arena *a;
	const struct verify_stored *in;
	struct citation *rows;
	struct str *notes;
	enum anchor_fate *fates;
	const struct mark *marks;
	size_t n_marks;
};

static bool is_lost(const struct recheck *r, size_t i)
{
	return !r->rows[i].anchor.text_id || r->rows[i].level == LEVEL_STALE;
}

/* Move a citation into the text that its document has now. */
static void move(struct recheck *r, size_t i)
{
	struct citation *row = &r->rows[i];
	const struct anchor *old = &r->in->citations[i].anchor;
	struct verify_text *source;
	double score;

	if (!old->text_id)
		return;
	row->checked_ms = r->in->now_ms;
	row->checker = STR(VERIFY_CHECKER);
	source = verify_text(r->v, r->in->text_ids[i]);
	if (!source->text) {
		row->level = LEVEL_STALE;
		r->notes[i] = STR("the source is gone");
		return;
	}
	r->fates[i] = anchor_again(r->a, old, source->text, verify_normal(source), &row->anchor, &score);
	if (r->fates[i] == ANCHOR_LOST) {
		row->level = LEVEL_STALE;
		r->notes[i] = STR("the source changed and no longer holds the passage");
		return;
	}
	if (row->level == LEVEL_STALE)
		row->level = LEVEL_WEAK;
	if (source->id != old->text_id)
		row->flags |= CITE_REANCHORED;
}

static struct target target_of(struct recheck *r, size_t i)
{
	return target_at(verify_text(r->v, r->rows[i].anchor.text_id), r->rows[i].anchor.at);
}

static void set_anchor(struct recheck *r, size_t i, const struct text *t, struct span at)
{
	r->rows[i].anchor = anchor_make(r->a, t, at);
	r->rows[i].anchor.id = r->in->citations[i].anchor.id;
}

static struct span claim_span(const struct recheck *r, size_t i)
{
	int claim = r->rows[i].claim;

	if (claim < 0 || (size_t)claim >= r->in->n_claims)
		return (struct span){ 0, 0 };
	return r->in->claims[claim].at;
}

/* The words of a claim outside its quotes, or all of them when it has none. */
static struct str claim_words(struct recheck *r, size_t i, bool outside)
{
	struct span at = claim_span(r, i);
	struct claim_quote *quotes;
	size_t n = outside ? claim_quotes(r->a, r->in->text, at, &quotes) : 0, kept = 0;

	for (size_t k = 0; k < n; k++)
		if (!quotes[k].is_term)
			quotes[kept++] = quotes[k];
	n = kept;
	if (!n)
		return claim_plain(r->a, r->in->text, at, r->marks, r->n_marks);
	return claim_remainder(r->a, r->in->text, at, quotes, n, r->marks, r->n_marks);
}

static void check_quote(struct recheck *r, size_t i)
{
	struct citation *row = &r->rows[i];
	struct target t = target_of(r, i);
	struct quote_match m;

	if (!quote_find(r->a, t.source->text, verify_normal(t.source), row->quote, target_range(&t), QUOTE_TEXT, &m)) {
		bool never = r->in->citations[i].level == LEVEL_UNSUPPORTED;

		row->level = never ? LEVEL_UNSUPPORTED : LEVEL_STALE;
		r->notes[i] = never ? STR("these words are not in the source") :
				      STR("the passage changed and no longer holds these words");
		return;
	}
	if (cite_level_holds(m.level) && (m.is_denied || m.frame.len))
		heed_frame(r->a, &m, claim_words(r, i, true));
	row->level = m.level;
	row->score = m.score;
	row->flags = (row->flags & ~(uint32_t)CHECKED_FLAGS) | m.flags;
	set_anchor(r, i, t.source->text, m.at);
	r->notes[i] = m.note;
}

/* Citations of the claim of row i that are judged with it; quotes count as evidence only. */
struct together {
	size_t rows[TOGETHER_MAX];
	struct target v[TOGETHER_MAX];
	struct support_window w[TOGETHER_MAX];
	size_t n;
	double most;
};

static void gather(struct recheck *r, size_t i, bool alone, const struct support_claim *claim, struct together *t)
{
	for (size_t k = 0; k < r->in->n_citations && t->n < TOGETHER_MAX; k++) {
		struct support_window *w = &t->w[t->n];

		if (r->rows[k].claim != r->rows[i].claim || is_lost(r, k) || r->rows[k].flags & CITE_INHERITED)
			continue;
		if (alone && k != i)
			continue;
		t->rows[t->n] = k;
		t->v[t->n] = target_of(r, k);
		/* The same words are the same window; changed ones may have moved their proof to a neighbour. */
		*w = r->rows[k].quote.len || r->fates[k] != ANCHOR_NEAR ?
			support_at(claim, t->v[t->n].source->text, t->v[t->n].from, t->v[t->n].to) :
			support_best(claim, t->v[t->n].source->text, t->v[t->n].range_from, t->v[t->n].range_to, t->v[t->n].from,
				t->v[t->n].to);
		if (!r->rows[k].quote.len && w->coverage > t->most)
			t->most = w->coverage;
		t->n++;
	}
}

/* The words in quotation marks of a claim that are no quote to be proved. */
static size_t claim_terms(struct recheck *r, size_t i, struct str **terms)
{
	struct claim_quote *v;
	size_t n = claim_quotes(r->a, r->in->text, claim_span(r, i), &v), n_terms = 0;

	*terms = arena_array(r->a, n + 1, sizeof(**terms));
	for (size_t k = 0; k < n; k++)
		if (v[k].is_term)
			(*terms)[n_terms++] = claim_plain(r->a, r->in->text, v[k].at, r->marks, r->n_marks);
	return n_terms;
}

static struct support_verdict judge(struct recheck *r, size_t i, const struct support_claim *claim, const struct together *t)
{
	struct support_window used[TOGETHER_MAX];
	SCOPED(buf) context = BUF_INIT;
	SCOPED(buf) about = BUF_INIT;
	struct str *terms;
	size_t n = 0, n_terms = claim_terms(r, i, &terms);

	for (size_t k = 0; k < t->n; k++) {
		if (t->w[k].sentence_from >= t->w[k].sentence_to)
			continue;
		used[n++] = t->w[k];
		target_context(&t->v[k], &context, &about);
	}
	return support_judge(r->a, claim, used, n, buf_view(&context), buf_view(&about), terms, n_terms);
}

static void set_verdict(struct recheck *r, size_t i, const struct together *t, size_t k, struct support_verdict v)
{
	const struct text *text = t->v[k].source->text;
	const struct support_window *w = &t->w[k];

	r->rows[i].level = v.level;
	r->rows[i].score = v.coverage;
	r->rows[i].flags = (r->rows[i].flags & ~(uint32_t)CHECKED_FLAGS) | v.flags;
	r->notes[i] = v.note;
	if (w->sentence_from < w->sentence_to)
		set_anchor(r, i, text,
			(struct span){ text->sentences[w->sentence_from].at.byte_from,
				text->sentences[w->sentence_to - 1].at.byte_to });
}

/* Whether the claim of row i has a quote; with `number`, one of the same number. */
static bool has_quote(const struct recheck *r, size_t i, bool number)
{
	for (size_t k = 0; k < r->in->n_citations; k++)
		if (r->rows[k].claim == r->rows[i].claim && r->rows[k].quote.len && (!number || r->rows[k].n == r->rows[i].n))
			return true;
	return false;
}

/* As verify_answer does it: the words around a quote by all passages, a source beside a quote alone, others together. */
static void check_paraphrase(struct recheck *r, size_t i)
{
	bool around = has_quote(r, i, true), alone = !around && has_quote(r, i, false);
	struct together t = { .n = 0 };
	struct support_claim claim;
	struct support_verdict v;

	support_prepare(r->a, claim_words(r, i, around), verify_has_idf(r->v) ? verify_idf : NULL, r->v, &claim);
	gather(r, i, alone, &claim, &t);
	v = judge(r, i, &claim, &t);
	if (v.level == LEVEL_UNSUPPORTED && (around || claim.n_content < SUPPORT_TERMS_MIN))
		v.level = LEVEL_WEAK;
	for (size_t k = 0; k < t.n; k++)
		if (t.rows[k] == i)
			set_verdict(r, i, &t, k, t.n > 1 && !around ? share_of(v, t.w[k].coverage, t.most) : v);
}

static void check_row(struct recheck *r, size_t i)
{
	struct citation *row = &r->rows[i];

	if (is_lost(r, i))
		return;
	if (row->quote.len)
		check_quote(r, i);
	else if (row->flags & CITE_INHERITED)
		row->level = r->fates[i] == ANCHOR_NEAR ? LEVEL_WEAK : row->level;
	else if (row->level != LEVEL_JUDGED || r->fates[i] == ANCHOR_NEAR)
		check_paraphrase(r, i);
}

/* Whether a number at this place is one that its claim cites. */
static bool is_mark(const struct verify_stored *in, const struct mark *m)
{
	for (size_t i = 0; i < in->n_citations; i++) {
		const struct citation *c = &in->citations[i];

		if (c->n == m->n && c->claim >= 0 && (size_t)c->claim < in->n_claims &&
			m->at.byte_from >= in->claims[c->claim].at.byte_from && m->at.byte_to <= in->claims[c->claim].at.byte_to)
			return true;
	}
	return false;
}

static void find_marks(struct recheck *r)
{
	struct mark *marks;
	int last_n = 0;
	size_t n;

	for (size_t i = 0; i < r->in->n_citations; i++)
		last_n = r->in->citations[i].n > last_n ? r->in->citations[i].n : last_n;
	n = claim_find_marks(r->a, r->in->text, last_n, true, &marks);
	for (size_t i = 0; i < n; i++)
		if (is_mark(r->in, &marks[i]))
			marks[r->n_marks++] = marks[i];
	r->marks = marks;
}

void verify_again(struct verify *v, struct arena *a, const struct verify_stored *in, struct verify_result *out)
{
	struct recheck r = { .v = v, .a = a, .in = in };

	*out = (struct verify_result){ .n_claims = in->n_claims, .n_citations = in->n_citations };
	out->claims = arena_array(a, in->n_claims + 1, sizeof(*out->claims));
	out->citations = r.rows = arena_array(a, in->n_citations + 1, sizeof(*r.rows));
	out->notes = r.notes = arena_array(a, in->n_citations + 1, sizeof(*r.notes));
	r.fates = arena_array(a, in->n_citations + 1, sizeof(*r.fates));
	if (in->n_claims)
		memcpy(out->claims, in->claims, in->n_claims * sizeof(*out->claims));
	for (size_t i = 0; i < in->n_citations; i++) {
		r.rows[i] = in->citations[i];
		r.notes[i] = STR_EMPTY;
	}
	find_marks(&r);
	for (size_t i = 0; i < in->n_citations; i++)
		move(&r, i);
	for (size_t i = 0; i < in->n_citations; i++)
		check_row(&r, i);
}
