#include <stdio.h>

#include "ibid/cite/anchor.h"
#include "ibid/retrieve/extractive.h"
#include "ibid/retrieve/search.h"

#include "chat/chat_internal.h"

/* Sources named when the evidence does not carry an answer. */
#define NEAREST 3

/* An id of the stream, as cite/marks reads it, looked up among the sentences that were given. */
static bool resolve(void *ctx, uint32_t doc, uint32_t sentence, struct mark_target *target)
{
	const struct chat_turn *t = ctx;
	struct evidence_sentence s;
	char id[32];
	int len = snprintf(id, sizeof(id), "d%u.s%u", doc, sentence);

	if (!evidence_find(&t->evidence, str_of(id, (size_t)len), &s))
		return false;
	*target = (struct mark_target){ s.doc_id, s.text_id, s.number, s.number + 1 };
	return true;
}

enum err_code chat_find_evidence(struct chat_turn *t, bool *carries, struct err *err)
{
	static const struct scope everything = { .after = { "", 0 }, .before = { "", 0 } };
	struct evidence_options choose = EVIDENCE_OPTIONS;
	struct retrieve_options find = RETRIEVE_OPTIONS;
	struct retrieve_result found;
	struct query *q = arena_alloc(&t->arena, sizeof(*q));

	find.limit = EVIDENCE_HITS;
	if (t->ask->top)
		choose.chunks = t->ask->top;
	if (t->ask->evidence_words)
		choose.words = t->ask->evidence_words;
	query_parse(&t->arena, t->ask->question, q);
	if (retrieve_search(t->env.db, &t->arena, q, t->ask->scope ? t->ask->scope : &everything, &find, &found, err) != OK ||
		evidence_select(t->env.db, &t->arena, q, &found, &choose, &t->evidence, err) != OK)
		return err_ctx(err, "searching the library");
	t->is_bare = found.is_bare;
	if (found.notice.len && t->sink.on_notice)
		t->sink.on_notice(t->sink.ctx, found.notice);
	t->marks.resolve = resolve;
	t->marks.ctx = t;
	*carries = t->evidence.n_passages && !t->evidence.is_weak;
	return OK;
}

void chat_add_evidence(struct chat_turn *t)
{
	evidence_prompt(&t->prompt, &t->evidence, buf_view(&t->fence));
}

/*
 * The answer without a model: the chosen sentences between quotation marks, byte
 * for byte as they are stored, a paragraph each. Its claims and citations need no
 * search: each is made of its own anchor, and the bytes are compared once more.
 */
enum err_code chat_select_sentences(struct chat_turn *t, struct err *err)
{
	struct answer *a = &t->result.answer;
	struct extractive chosen;

	extractive_answer(&t->arena, &t->evidence, 0, &chosen);
	if (chosen.is_refused || !chosen.n) {
		t->is_refusal = true;
		return OK;
	}
	a->claims = arena_array(&t->arena, chosen.n, sizeof(*a->claims));
	a->citations = arena_array(&t->arena, chosen.n, sizeof(*a->citations));
	for (size_t i = 0; i < chosen.n; i++) {
		const struct extractive_sentence *s = &chosen.sentences[i];
		struct span at = s->source.text->sentences[s->source.number].at;
		size_t from;

		if (!str_eq(s->text, text_at(s->source.text, at)))
			return err_set(err, ERR_BUG, "a selected sentence is not the stored one");
		buf_c(&t->text, i ? "\n\n" : "");
		from = t->text.len;
		buf_fmt(&t->text, "\"%.*s\" [%zu]", STR_ARG(s->text), i + 1);
		a->claims[a->n_claims++] = (struct claim){ .at = { from, t->text.len }, .kind = CLAIM_FACT };
		a->citations[a->n_citations++] = (struct citation){ .claim = (int)i, .n = (int)i + 1,
			.anchor = anchor_make(&t->arena, s->source.text, at), .origin = STR("extractive"), .quote = s->text,
			.level = LEVEL_EXACT, .score = 1, .checker = STR(CHAT_CHECKER),
			.checked_ms = clock_now_ms(t->env.clock) };
	}
	return OK;
}

static void add_nearest(struct chat_turn *t)
{
	const struct evidence *ev = &t->evidence;
	int64_t seen[NEAREST];
	size_t n = 0;

	for (size_t i = 0; i < ev->n_passages && n < NEAREST; i++) {
		const struct evidence_passage *p = &ev->passages[i];
		bool is_new = true;

		for (size_t k = 0; k < n; k++)
			is_new &= seen[k] != p->doc_id;
		if (!is_new)
			continue;
		buf_fmt(&t->text, "%s- %.*s", n ? "\n" : "\n\nNearest sources:\n\n", STR_ARG(p->title));
		if (p->page_from)
			buf_fmt(&t->text, ", p. %d", p->page_from);
		buf_fmt(&t->text, " (d%lld)", (long long)p->doc_id);
		seen[n++] = p->doc_id;
	}
}

void chat_abstain(struct chat_turn *t)
{
	buf_reset(&t->text);
	buf_c(&t->text, "The library does not carry an answer to this question.");
	if (t->is_bare)
		buf_c(&t->text, " It holds no documents yet.");
	else if (!t->evidence.n_passages)
		buf_c(&t->text, " Nothing in it bears on it.");
	else if (t->evidence.is_weak)
		buf_fmt(&t->text, " The best passage found holds %.0f%% of what the question names.",
			100 * t->evidence.coverage);
	add_nearest(t);
	t->result.answer = (struct answer){ .is_abstained = true };
}
