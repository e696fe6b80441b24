#include "ibid/cite/strip.h"

#include <string.h>

struct stripper {
	struct str s;
	struct span *cuts;	/* in order, apart from each other */
	size_t n;
};

bool strip_cuts(enum cite_level level)
{
	return level == LEVEL_UNSUPPORTED || level == LEVEL_CONFLICT || level == LEVEL_BAD_ID;
}

static bool is_blank(struct str s, size_t from, size_t to)
{
	for (; from < to; from++)
		if (!strchr(" \t\r\n|", s.p[from]))
			return false;
	return true;
}

/* What may stand before a line's first words: indentation, the sign of a quote, item or cell. */
static bool is_prefix(struct str s, size_t from, size_t to)
{
	for (; from < to; from++)
		if (!strchr(" \t>|-*+.)0123456789", s.p[from]) && !(s.p[from] & 0x80))
			return false;
	return true;
}

static size_t line_start(struct str s, size_t at)
{
	while (at && s.p[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(struct str s, size_t at)
{
	size_t end = str_find_ch(s, '\n', at);

	return end == STR_NONE ? s.len : end;
}

/* Whole lines are cut with their line end, and with one of the empty lines around them. */
static struct span cut_lines(struct str s, size_t from, size_t to)
{
	bool empty_before = !from || (from > 1 && s.p[from - 2] == '\n');

	to += to < s.len;
	if (empty_before && to < s.len && s.p[to] == '\n')
		to++;
	if (to >= s.len)
		while (from && s.p[from - 1] == '\n')
			from--;
	return (struct span){ from, to };
}

/* A claim with the white space that would be too much without it. */
static struct span widen(struct str s, struct span at)
{
	size_t start = line_start(s, at.byte_from), end = line_end(s, at.byte_to);
	bool first = is_prefix(s, start, at.byte_from), last = is_blank(s, at.byte_to, end);

	if (first && last)
		return cut_lines(s, start, end);
	if (last) {
		while (at.byte_from && strchr(" \t", s.p[at.byte_from - 1]))
			at.byte_from--;
		return at;
	}
	while (at.byte_to < s.len && strchr(" \t", s.p[at.byte_to]))
		at.byte_to++;
	/* A sentence that ended a line and began the next. */
	if (first && at.byte_to < s.len && s.p[at.byte_to] == '\n')
		at.byte_to++;
	return at;
}

static void find_cuts(struct arena *a, struct stripper *st, const struct verify_result *r, const bool *cut)
{
	st->cuts = arena_array(a, r->n_claims + 1, sizeof(*st->cuts));
	for (size_t i = 0; i < r->n_claims; i++) {
		struct span at = r->claims[i].at;

		if (!cut[i])
			continue;
		/* Neighbours with nothing but white space between them go together. */
		while (i + 1 < r->n_claims && cut[i + 1] && is_blank(st->s, at.byte_to, r->claims[i + 1].at.byte_from))
			at.byte_to = r->claims[++i].at.byte_to;
		at = widen(st->s, at);
		if (st->n && at.byte_from < st->cuts[st->n - 1].byte_to)
			at.byte_from = st->cuts[st->n - 1].byte_to;
		if (at.byte_from < at.byte_to)
			st->cuts[st->n++] = at;
	}
}

static size_t moved(const struct stripper *st, size_t at)
{
	size_t gone = 0;

	for (size_t i = 0; i < st->n && st->cuts[i].byte_from < at; i++)
		gone += (st->cuts[i].byte_to < at ? st->cuts[i].byte_to : at) - st->cuts[i].byte_from;
	return at - gone;
}

static struct span moved_span(const struct stripper *st, struct span at)
{
	return (struct span){ moved(st, at.byte_from), moved(st, at.byte_to) };
}

static struct str remaining(struct arena *a, const struct stripper *st)
{
	SCOPED(buf) out = BUF_INIT;
	size_t from = 0;

	for (size_t i = 0; i < st->n; i++) {
		buf_str(&out, str_sub(st->s, from, st->cuts[i].byte_from));
		from = st->cuts[i].byte_to;
	}
	buf_str(&out, str_sub(st->s, from, st->s.len));
	return arena_str(a, buf_view(&out));
}

static void keep_results(struct arena *a, const struct stripper *st, const struct verify_result *r, const bool *cut,
	struct strip_result *out)
{
	int *index = arena_array(a, r->n_claims + 1, sizeof(*index));
	struct verify_result *kept = &out->kept;

	kept->claims = arena_array(a, r->n_claims + 1, sizeof(*kept->claims));
	kept->citations = arena_array(a, r->n_citations + 1, sizeof(*kept->citations));
	kept->notes = arena_array(a, r->n_citations + 1, sizeof(*kept->notes));
	for (size_t i = 0; i < r->n_claims; i++) {
		index[i] = (int)kept->n_claims;
		out->n_removed += cut[i];
		if (cut[i])
			continue;
		kept->claims[kept->n_claims] = r->claims[i];
		kept->claims[kept->n_claims++].at = moved_span(st, r->claims[i].at);
	}
	for (size_t i = 0; i < r->n_citations; i++) {
		if (cut[r->citations[i].claim])
			continue;
		kept->citations[kept->n_citations] = r->citations[i];
		kept->citations[kept->n_citations].claim = index[r->citations[i].claim];
		kept->notes[kept->n_citations++] = r->notes[i];
	}
}

static void keep_marks(struct arena *a, const struct stripper *st, const struct mark *marks, size_t n, struct strip_result *out)
{
	out->marks = arena_array(a, n + 1, sizeof(*out->marks));
	for (size_t i = 0; i < n; i++) {
		struct mark m = marks[i];

		m.at = moved_span(st, m.at);
		if (m.at.byte_from < m.at.byte_to)
			out->marks[out->n_marks++] = m;
	}
}

void strip_claims(struct arena *a, struct str answer, const struct mark *marks, size_t n_marks,
	const struct verify_result *checked, struct strip_result *out)
{
	struct stripper st = { .s = answer };
	bool *cut = arena_array(a, checked->n_claims + 1, sizeof(*cut));
	enum cite_level level;

	*out = (struct strip_result){ .n_marks = 0 };
	for (size_t i = 0; i < checked->n_claims; i++)
		cut[i] = checked->claims[i].kind == CLAIM_FACT &&
			 verify_claim_level(checked->citations, checked->n_citations, (int)i, &level) && strip_cuts(level);
	find_cuts(a, &st, checked, cut);
	out->text = remaining(a, &st);
	keep_results(a, &st, checked, cut, out);
	keep_marks(a, &st, marks, n_marks, out);
}
