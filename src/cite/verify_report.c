#include "ibid/cite/verify.h"

#include "ibid/cite/polarity.h"
#include "verify_internal.h"

bool verify_mark_level(const struct citation *v, size_t n, int claim, int number, enum cite_level *level)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (v[i].claim != claim || v[i].n != number)
			continue;
		if (!any || v[i].level > *level)
			*level = v[i].level;
		any = true;
	}
	return any;
}

bool verify_claim_level(const struct citation *v, size_t n, int claim, enum cite_level *level)
{
	enum cite_level best = LEVEL_BAD_ID, failed = LEVEL_EXACT, own = LEVEL_BAD_ID;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (v[i].claim != claim)
			continue;
		any = true;
		if (v[i].quote.len && !cite_level_holds(v[i].level) && v[i].level > failed)
			failed = v[i].level;
		if (verify_mark_level(v, n, claim, v[i].n, &own) && own < best)
			best = own;
	}
	*level = failed > best ? failed : best;
	return any;
}

struct verify_counts verify_count(const struct claim *claims, size_t n_claims, const struct citation *v, size_t n)
{
	struct verify_counts c = { 0 };
	enum cite_level level;

	for (size_t i = 0; i < n_claims; i++) {
		if (claims[i].kind != CLAIM_FACT || !verify_claim_level(v, n, (int)i, &level))
			continue;
		c.claims++;
		c.by_level[level]++;
	}
	for (size_t i = 0; i < n; i++) {
		bool is_first = v[i].n > 0;

		c.quotes += v[i].quote.len > 0;
		c.quotes_found += v[i].quote.len > 0 && cite_level_holds(v[i].level);
		for (size_t k = 0; k < i && is_first; k++)
			is_first = v[k].claim != v[i].claim || v[k].n != v[i].n;
		if (!is_first || !verify_mark_level(v, n, v[i].claim, v[i].n, &level))
			continue;
		c.marks++;
		c.marks_holding += cite_level_holds(level);
	}
	return c;
}

void verify_summary(struct buf *out, const struct claim *claims, size_t n_claims, const struct citation *v, size_t n)
{
	struct verify_counts c = verify_count(claims, n_claims, v, n);
	const char *before = ": ";

	if (!c.claims) {
		buf_c(out, "no claims");
		return;
	}
	c.by_level[LEVEL_EXACT] += c.by_level[LEVEL_NORMALISED];
	c.by_level[LEVEL_NORMALISED] = 0;
	buf_fmt(out, "%d claim%s", c.claims, c.claims == 1 ? "" : "s");
	for (int level = 0; level < CITE_LEVEL_COUNT; level++) {
		if (!c.by_level[level])
			continue;
		buf_fmt(out, "%s%d %s", before, c.by_level[level], cite_level_name(level));
		before = ", ";
	}
}

/* --- words around quotes */

struct str claim_remainder(struct arena *a, struct str answer, struct span claim, const struct claim_quote *quotes,
	size_t n_quotes, const struct mark *marks, size_t n_marks)
{
	SCOPED(buf) out = BUF_INIT;
	size_t from = claim.byte_from;

	for (size_t i = 0; i <= n_quotes; i++) {
		size_t to = i < n_quotes ? quotes[i].at.byte_from : claim.byte_to;

		if (to > from) {
			buf_str(&out, claim_plain(a, answer, (struct span){ from, to }, marks, n_marks));
			buf_ch(&out, ' ');
		}
		from = i < n_quotes ? quotes[i].at.byte_to : to;
	}
	return arena_str(a, str_trim(buf_view(&out)));
}

static bool words_deny(struct arena *a, struct str s)
{
	struct token *v;
	size_t n = tokens_read(a, s, &v);

	for (size_t i = 0; i < n; i++)
		if (polarity_denies(v[i].fold))
			return true;
	return false;
}

void heed_frame(struct arena *a, struct quote_match *m, struct str around)
{
	if (words_deny(a, around))
		return;
	m->flags |= CITE_NEGATION;
	if (m->is_denied)
		m->level = LEVEL_CONFLICT;
	m->note = arena_fmt(a, "before these words the source says '%.*s'%s%.*s", STR_ARG(m->frame), m->note.len ? "; " : "",
		STR_ARG(m->note));
}
