/*
 * Formulas in a block's source. md4c knows $ and $$, not \( \) and \[ \], which
 * are escapes to it, and takes a line "- b" inside of $$ for a list. So formulas
 * are found here, by rules that prices and escaped brackets do not meet, and
 * handed to md4c as code spans of so many ticks that no other has, where nothing
 * is an escape, emphasis or a list; events.c tells them by where they stand.
 *
 * A dollar opens a formula behind no letter or digit and before no blank; it
 * closes one behind no blank and before no letter or digit (Pandoc's
 * tex_math_dollars, made stricter); what stands between must look like math.
 */
#include <string.h>

#include "ibid/base/mem.h"
#include "render/source_internal.h"

/* Longest formula, in bytes. */
#define MATH_MAX ((size_t)4 << 10)
#define TICKS "```````"

struct delimiter {
	struct str open, close;
	bool is_display;
};
static const struct delimiter delimiters[] = {
	{ { "$$", 2 }, { "$$", 2 }, true },
	{ { "\\[", 2 }, { "\\]", 2 }, true },
	{ { "\\(", 2 }, { "\\)", 2 }, false },
	{ { "$", 1 }, { "$", 1 }, false },
};

static bool has_word(struct str s, size_t min)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		n = (s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z' ? n + 1 : 0;
		if (n == min)
			return true;
	}
	return false;
}

/* Something that only formulas have, or nothing that prose has. */
bool source_looks_like_math(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr("\\^_={}+<>", s.p[i]))
			return true;
	return s.len && !has_word(s, 3);
}

/* "$5 + tax is 10$" are prices. */
static bool looks_like_money(struct str s)
{
	return *s.p >= '0' && *s.p <= '9' && !memchr(s.p, '\\', s.len) && (has_word(s, 3) || !str_sub(s, 1, s.len).len);
}

/* A line inside of a formula that md4c would take for something else, before or behind it. */
static bool ends_paragraph(struct str s, size_t at, bool is_display)
{
	struct str line = scan_line(s, at);
	size_t marks = split_marks(line);
	char c;

	if (scan_is_blank_line(s, at) || scan_fence_run(line, &c))
		return true;
	return !is_display && (marks < line.len ? strchr("#|", line.p[marks]) || marks > scan_run(line, 0, ' ') : true);
}

/* Where the formula that `d` opens at the scan's place closes, or STR_NONE. */
static size_t math_end(const struct scan *sc, const struct delimiter *d)
{
	struct str s = sc->s;
	size_t from = sc->at + d->open.len;

	for (size_t i = from; i < s.len && i - from <= MATH_MAX; i++) {
		struct str rest = str_sub(s, i, s.len);

		if (s.p[i] == '`' || (s.p[i] == '\n' && ends_paragraph(s, i + 1, d->is_display)))
			return STR_NONE;
		if (str_starts(rest, d->close))
			return i;
		if (str_starts(rest, d->open) || (s.p[i] == '$' && *d->open.p == '$'))
			return STR_NONE;
		i += s.p[i] == '\\';
	}
	return STR_NONE;
}

static bool is_math(struct str s, size_t at, size_t end, const struct delimiter *d)
{
	struct str inner = str_trim(str_sub(s, at + d->open.len, end));
	size_t after = end + d->close.len;

	if (!inner.len || (after < s.len && s.p[after] == '`') || (at && s.p[at - 1] == '`'))
		return false;
	if (d->open.len == 2)
		return source_looks_like_math(inner);
	if (scan_is_space(s, at + 1) || scan_is_space(s, end - 1) || scan_is_word(s, after) ||
		(at && scan_is_word(s, at - 1)))
		return false;
	return source_looks_like_math(inner) && !looks_like_money(inner);
}

/* One line, without the marks of the quote it stands in. */
static void add_formula(struct math_source *to, struct str latex, bool is_display)
{
	bool is_quoted = to->text.len && *to->text.p == '>';

	buf_c(&to->text, TICKS);
	to->v = mem_grow(to->v, &to->cap, to->n + 1, sizeof(*to->v));
	to->v[to->n++] = (struct math_span){ to->text.len, is_display };
	for (size_t i = 0; i < latex.len; i++) {
		buf_ch(&to->text, latex.p[i] == '\n' || latex.p[i] == '\r' ? ' ' : latex.p[i]);
		while (latex.p[i] == '\n' && is_quoted && i + 1 < latex.len && strchr("> ", latex.p[i + 1]))
			i++;
	}
	buf_c(&to->text, TICKS);
}

static bool take_formula(struct math_source *to, struct scan *sc)
{
	for (size_t i = 0; i < sizeof(delimiters) / sizeof(*delimiters); i++) {
		const struct delimiter *d = &delimiters[i];
		size_t end;

		if (!str_starts(str_sub(sc->s, sc->at, sc->s.len), d->open))
			continue;
		end = math_end(sc, d);
		if (end == STR_NONE || !is_math(sc->s, sc->at, end, d))
			return false;
		add_formula(to, str_trim(str_sub(sc->s, sc->at + d->open.len, end)), d->is_display);
		sc->at = end + d->close.len;
		return true;
	}
	return false;
}

/* Move over what is no formula: a code span, an escape, a run of dollars or ticks, or text without any of these. */
static void skip(struct scan *sc)
{
	char c = sc->s.p[sc->at];
	size_t n = scan_run(sc->s, sc->at, c), end = c == '`' ? scan_code(sc, n) : 0;

	if (end)
		sc->at = end;
	else if (c == '`' || c == '$')
		sc->at += n;
	else
		sc->at += c == '\\' && sc->at + 1 < sc->s.len && sc->s.p[sc->at + 1] != '\n' ? 2 : 1;
	while (sc->at < sc->s.len && !strchr("`$\\\n", sc->s.p[sc->at]) && sc->s.p[sc->at])
		sc->at++;
}

static bool may_hold_math(struct str s)
{
	return str_find_ch(s, '$', 0) != STR_NONE || str_find(s, STR("\\("), 0) != STR_NONE ||
	       str_find(s, STR("\\["), 0) != STR_NONE;
}

bool source_math(struct math_source *to, struct str source)
{
	struct scan sc = { .s = source };
	size_t from = 0;

	/* Indented code, or ticks that would not be told from ours. */
	if (!may_hold_math(source) || str_starts(source, STR("    ")) || str_starts(source, STR("\t")) ||
		str_find(source, STR(TICKS), 0) != STR_NONE)
		return false;
	while (sc.at < source.len) {
		if (scan_is_line_start(&sc) && scan_fence(&sc))
			continue;
		if (sc.at == source.len || source.p[sc.at] == '\n') {
			sc.at++;
			continue;
		}
		buf_str(&to->text, str_sub(source, from, sc.at));
		from = sc.at;
		if (take_formula(to, &sc))
			from = sc.at;
		else
			skip(&sc);
	}
	if (to->n)
		buf_str(&to->text, str_sub(source, from, source.len));
	return to->n;
}

void math_source_release(struct math_source *m)
{
	buf_release(&m->text);
	mem_free(m->v);
}
