/*
 * A source and an answer about it, parted by a NUL. Oracles: claims and anchors lie
 * in their texts, in order; "exact" is said of equal bytes only; checking again
 * without a change changes nothing; what is stripped leaves valid spans.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ibid/base/sentences.h"
#include "ibid/base/utf8.h"
#include "ibid/cite/draft.h"
#include "ibid/cite/strip.h"
#include "ibid/cite/verify.h"

static void must(bool truth)
{
	if (!truth)
		abort();
}

struct world {
	struct arena a;
	struct text text;
};

static const struct text *get_text(void *ctx, int64_t text_id, struct str *about)
{
	struct world *w = ctx;

	*about = STR("A Report, by A. Writer, 2020");
	return text_id == 1 ? &w->text : NULL;
}

static size_t search(void *ctx, struct str words, struct verify_place *places, size_t max)
{
	struct world *w = ctx;

	(void)words;
	(void)max;
	places[0] = (struct verify_place){ 1, { 0, w->text.text.len } };
	return w->text.n_sentences > 0;
}

static bool resolve(void *ctx, uint32_t doc, uint32_t sentence, struct mark_target *target)
{
	struct world *w = ctx;

	if (doc != 1 || sentence < 1 || sentence > w->text.n_sentences)
		return false;
	*target = (struct mark_target){ 1, 1, sentence - 1, sentence };
	return true;
}

static bool key(void *ctx, struct str citekey, int64_t *text_id)
{
	(void)ctx;
	*text_id = 1;
	return citekey.len < 4;
}

static void open_world(struct world *w, struct str source)
{
	struct sentences s = SENTENCES_INIT(source, 0);

	w->text = (struct text){ .id = 1, .doc_id = 1, .text = source };
	w->text.sentences = arena_array(&w->a, source.len + 1, sizeof(*w->text.sentences));
	while (sentences_next(&s))
		w->text.sentences[w->text.n_sentences++].at = (struct span){ s.from, s.to };
}

static void must_be_sound(const struct world *w, struct str answer, const struct verify_result *r)
{
	for (size_t i = 0; i < r->n_claims; i++) {
		must(r->claims[i].at.byte_from <= r->claims[i].at.byte_to && r->claims[i].at.byte_to <= answer.len);
		must(!i || r->claims[i].at.byte_from >= r->claims[i - 1].at.byte_to);
	}
	for (size_t i = 0; i < r->n_citations; i++) {
		const struct citation *c = &r->citations[i];

		must(c->claim >= 0 && (size_t)c->claim < r->n_claims && c->score >= 0 && c->score <= 1.000001);
		must(c->level != LEVEL_EXACT || str_eq(c->quote, c->anchor.exact));
		must(!cite_level_holds(c->level) || c->anchor.text_id == 1);
		if (c->anchor.text_id)
			must(c->anchor.at.byte_to <= w->text.text.len && str_eq(c->anchor.exact, text_at(&w->text, c->anchor.at)));
	}
}

static void must_stay(struct verify *v, struct arena *a, struct str answer, const struct verify_result *r)
{
	int64_t *ids = arena_array(a, r->n_citations + 1, sizeof(*ids));
	struct verify_stored in = { answer, r->claims, r->n_claims, r->citations, r->n_citations, ids, 0 };
	struct verify_result again;

	for (size_t i = 0; i < r->n_citations; i++)
		ids[i] = 1;
	verify_again(v, a, &in, &again);
	for (size_t i = 0; i < r->n_citations; i++) {
		const struct citation *c = &r->citations[i];

		/* What was found by search is judged from a wider neighbourhood at first. */
		if (c->anchor.text_id && (c->quote.len || !str_is(c->origin, "posthoc")))
			must(cite_level_holds(c->level) == cite_level_holds(again.citations[i].level));
	}
}

static void must_strip(struct arena *a, struct str answer, const struct marks *m, const struct verify_result *r)
{
	struct strip_result s;

	strip_claims(a, answer, m->v, m->n, r, &s);
	must(s.text.len <= answer.len);
	for (size_t i = 0; i < s.kept.n_claims; i++)
		must(s.kept.claims[i].at.byte_to <= s.text.len);
	for (size_t i = 0; i < s.n_marks; i++)
		must(s.text.p[s.marks[i].at.byte_from] == '[');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *cut = memchr(data, 0, size);
	SCOPED(arena) a = ARENA_INIT;
	struct world w = { .a = ARENA_INIT };
	SCOPED(marks) m = MARKS_INIT(resolve, &w);
	SCOPED(buf) source = BUF_INIT;
	SCOPED(buf) answer = BUF_INIT;
	struct verify_source from = { .ctx = &w, .text = get_text, .search = search };
	struct draft_source keys = { .ctx = &w, .key = key };
	struct verify_answer in = { .search = true };
	struct verify_result r;
	struct draft draft;
	SCOPED_PTR(verify) v = NULL;

	if (!cut || size > 4096)
		return 0;
	utf8_repair(&source, str_of((const char *)data, (size_t)(cut - data)));
	utf8_repair(&answer, str_of((const char *)cut + 1, size - (size_t)(cut - data) - 1));
	open_world(&w, buf_view(&source));
	v = verify_new(&from);
	marks_feed(&m, buf_view(&answer));
	marks_end(&m);
	in.text = buf_view(&m.text);
	in.marks = m.v;
	in.n_marks = m.n;
	in.bad = m.bad;
	in.n_bad = m.n_bad;
	verify_answer(v, &a, &in, &r);
	must_be_sound(&w, in.text, &r);
	must_stay(v, &a, in.text, &r);
	must_strip(&a, in.text, &m, &r);
	draft_verify(v, &a, buf_view(&answer), &keys, 0, &draft, &r);
	must_be_sound(&w, buf_view(&answer), &r);
	arena_release(&w.a);
	return 0;
}
