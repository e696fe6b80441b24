/*
 * The proof of a finished answer, and what its policy makes of it.
 */
#include "ibid/chat/proof.h"
#include "ibid/cite/strip.h"

#include "chat/chat_internal.h"

/* Whether the claim failed: what is weak is shown as weak, and stays. */
static bool has_failed(const struct answer *a, size_t claim)
{
	enum cite_level level;

	return a->claims[claim].kind == CLAIM_FACT &&
	       verify_claim_level(a->citations, a->n_citations, (int)claim, &level) && !cite_level_holds(level) &&
	       level != LEVEL_WEAK;
}

static size_t count_failed(const struct answer *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n_claims; i++)
		n += has_failed(a, i);
	return n;
}

static void strip(struct chat_turn *t, const struct verify_result *checked)
{
	struct answer *a = &t->result.answer;
	struct strip_result out;

	strip_claims(&t->arena, buf_view(&t->text), t->marks.v, t->marks.n, checked, &out);
	if (!str_trim(out.text).len) {
		chat_abstain(t);
		return;
	}
	buf_reset(&t->text);
	buf_str(&t->text, out.text);
	a->claims = out.kept.claims;
	a->n_claims = out.kept.n_claims;
	a->citations = out.kept.citations;
	a->n_citations = out.kept.n_citations;
}

/* What the second try is told: each sentence that failed, and why. */
static void list_faults(struct chat_turn *t, const struct verify_result *v)
{
	const struct answer *a = &t->result.answer;

	buf_reset(&t->faults);
	for (size_t i = 0; i < a->n_claims; i++) {
		if (!has_failed(a, i))
			continue;
		buf_fmt(&t->faults, "- %.*s", STR_ARG(str_sub(buf_view(&t->text), a->claims[i].at.byte_from,
						   a->claims[i].at.byte_to)));
		for (size_t k = 0; k < v->n_citations; k++)
			if (v->citations[k].claim == (int)i)
				buf_fmt(&t->faults, " (%s%s%.*s)", cite_level_name(v->citations[k].level),
					v->notes[k].len ? ": " : "", STR_ARG(v->notes[k]));
		buf_ch(&t->faults, '\n');
	}
}

static void apply_policy(struct chat_turn *t, const struct verify_result *v, bool *again)
{
	if (t->ask->policy == CHAT_WARN || !count_failed(&t->result.answer))
		return;
	if (t->ask->policy == CHAT_STRIP) {
		strip(t, v);
		return;
	}
	list_faults(t, v);
	*again = !t->is_second_try;
	if (t->is_second_try)
		chat_abstain(t);
}

enum err_code chat_prove(struct chat_turn *t, bool *again, struct err *err)
{
	SCOPED_PTR(proof) p = proof_new(t->env.db, t->ask->scope);
	struct verify_answer in = { .text = buf_view(&t->text), .marks = t->marks.v, .n_marks = t->marks.n,
		.bad = t->marks.bad, .n_bad = t->marks.n_bad, .origin = STR("model"), .search = true,
		.now_ms = clock_now_ms(t->env.clock) };
	struct answer *a = &t->result.answer;
	struct verify_result out;

	verify_answer(proof_verify(p), &t->arena, &in, &out);
	if (proof_failed(p, err) != OK)
		return err->code;
	a->claims = out.claims;
	a->n_claims = out.n_claims;
	a->citations = out.citations;
	a->n_citations = out.n_citations;
	apply_policy(t, &out, again);
	return OK;
}
