#include <string.h>

#include "claims_internal.h"
#include "ibid/base/utf8.h"
#include "ibid/base/words.h"

/* --- pairs of quotation marks */

/*
 * `strict` ones are apostrophes as well: they open after white space before a
 * letter and close before what is none. An opening sign may have several closings.
 */
static const struct {
	const char *open, *close;
	bool strict;
} pairs[] = {
	{ "\"", "\"", false },
	{ "\xE2\x80\x9C", "\xE2\x80\x9D", false },	/* English */
	{ "\xE2\x80\x9E", "\xE2\x80\x9C", false },	/* German */
	{ "\xE2\x80\x9E", "\xE2\x80\x9D", false },	/* Polish, Hungarian */
	{ "\xE2\x80\x9D", "\xE2\x80\x9D", false },	/* Swedish, Finnish */
	{ "\xC2\xAB", "\xC2\xBB", false },		/* French, Russian, Spanish */
	{ "\xC2\xBB", "\xC2\xAB", false },		/* Danish, German books */
	{ "\xE2\x80\xB9", "\xE2\x80\xBA", false },
	{ "\xE3\x80\x8C", "\xE3\x80\x8D", false },	/* East Asian */
	{ "\xE3\x80\x8E", "\xE3\x80\x8F", false },
	{ "``", "''", false },				/* TeX */
	{ "\xE2\x80\x98", "\xE2\x80\x99", true },
	{ "'", "'", true },
};

static bool is_letter_at(struct str s, size_t at)
{
	uint32_t cp = 0;

	return utf8_decode(s, at, &cp) && utf8_is_word(cp);
}

static bool is_letter_before(struct str s, size_t at)
{
	return at && is_letter_at(s, utf8_floor(s, at - 1));
}

static bool is_space_at(struct str s, size_t at)
{
	return at >= s.len || (unsigned char)s.p[at] <= ' ';
}

/* Where the pair closes: not right after it opened, nor an apostrophe inside a word. */
static size_t closing(struct str s, size_t from, const char *close, bool strict)
{
	struct str sign = str_c(close);
	size_t at = str_find(s, sign, from + 1);

	while (at != STR_NONE && (is_space_at(s, at - 1) || (strict && is_letter_at(s, at + sign.len))))
		at = str_find(s, sign, at + 1);
	return at;
}

bool quote_opens(struct str s, size_t at, struct quote_pair *pair)
{
	size_t best = STR_NONE;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct str open = str_c(pairs[i].open);
		size_t from = at + open.len, close;

		if (!str_starts(str_sub(s, at, s.len), open) || is_letter_before(s, at) || is_space_at(s, from))
			continue;
		if (pairs[i].strict && !is_letter_at(s, from))
			continue;
		close = closing(s, from, pairs[i].close, pairs[i].strict);
		if (close < best) {
			best = close;
			*pair = (struct quote_pair){ open.len, close, strlen(pairs[i].close) };
		}
	}
	return best != STR_NONE;
}

/* --- quotes of a claim */

static bool is_term(struct str s)
{
	struct words w = WORDS_INIT(s, 0);
	int n = 0;

	while (n < CLAIM_QUOTE_WORDS && words_next(&w))
		n++;
	return n < CLAIM_QUOTE_WORDS;
}

static size_t pairs_in(struct str answer, struct span claim, struct claim_quote *v)
{
	struct str s = str_sub(answer, 0, claim.byte_to);
	struct quote_pair pair;
	size_t n = 0;

	for (size_t at = claim.byte_from; at < s.len; at++) {
		if (!quote_opens(s, at, &pair))
			continue;
		if (v)
			v[n].at = (struct span){ at + pair.open_len, pair.close };
		n++;
		at = pair.close + pair.close_len - 1;
	}
	return n;
}

/* Whether the line of byte `at` begins with '>'. */
static bool is_in_block(struct str s, size_t at)
{
	bool quoted = false;

	while (at && s.p[at - 1] != '\n' && strchr(" \t>", s.p[at - 1]))
		quoted |= s.p[--at] == '>';
	return quoted && (!at || s.p[at - 1] == '\n');
}

/* The words of a block quote without the line that says whose they are, and without quotation marks around all of it. */
static struct span block_words(struct str answer, struct span claim)
{
	struct str s = str_sub(answer, 0, claim.byte_to);
	struct quote_pair pair;

	for (size_t at = claim.byte_from; at < s.len; at++) {
		size_t i = at + 1;

		if (s.p[at] != '\n')
			continue;
		while (i < s.len && strchr(" \t>", s.p[i]))
			i++;
		if (str_starts(str_sub(s, i, s.len), STR("\xE2\x80\x94")) || str_starts(str_sub(s, i, s.len), STR("--"))) {
			claim.byte_to = at;
			break;
		}
	}
	if (quote_opens(s, claim.byte_from, &pair) && pair.close - claim.byte_from > (claim.byte_to - claim.byte_from) / 2)
		return (struct span){ claim.byte_from + pair.open_len, pair.close };
	return claim;
}

size_t claim_quotes(struct arena *a, struct str answer, struct span claim, struct claim_quote **quotes)
{
	struct claim_quote *v;
	size_t n;

	if (is_in_block(answer, claim.byte_from)) {
		v = arena_array(a, 1, sizeof(*v));
		v[0] = (struct claim_quote){ .at = block_words(answer, claim), .is_block = true };
		*quotes = v;
		return 1;
	}
	n = pairs_in(answer, claim, NULL);
	v = arena_array(a, n + 1, sizeof(*v));
	pairs_in(answer, claim, v);
	for (size_t i = 0; i < n; i++)
		v[i].is_term = is_term(str_sub(answer, v[i].at.byte_from, v[i].at.byte_to));
	*quotes = v;
	return n;
}

/* --- plain words */

/* "](target)" behind a link's text: its bytes. */
static size_t link_end(struct str s, size_t at)
{
	size_t close;

	if (!str_starts(str_sub(s, at, s.len), STR("](")))
		return 0;
	close = str_find_ch(s, ')', at);
	return close == STR_NONE ? 0 : close + 1 - at;
}

/* Whether a link's text begins at this '[': then its bracket goes, too. */
static bool opens_link(struct str s, size_t at)
{
	size_t close = str_find_ch(s, ']', at);

	return close != STR_NONE && close - at < 300 && link_end(s, close);
}

/* Bytes of a sign at `at` that is none of the words; 0. */
static size_t markup_len(struct str s, size_t at)
{
	bool letter_before = is_letter_before(s, at), letter_after = is_letter_at(s, at + 1);

	switch (s.p[at]) {
	case '*':
		return !is_space_at(s, at + 1) || (at && !is_space_at(s, at - 1));
	case '_':
		return letter_before != letter_after || (!letter_before && !letter_after);
	case '`':
		return 1;
	case '~':
		return at + 1 < s.len && s.p[at + 1] == '~' ? 2 : 0;
	case '[':
		return opens_link(s, at);
	case '!':
		return at + 1 < s.len && s.p[at + 1] == '[' && opens_link(s, at + 1);
	case ']':
		return link_end(s, at);
	default:
		return 0;
	}
}

/* A line end with what Markdown puts before the next line's words. */
static size_t prefix_len(struct str s, size_t at)
{
	size_t i = at;

	if (s.p[at] != '\n')
		return 0;
	while (i < s.len && strchr(" \t\n\r>", s.p[i]))
		i++;
	return i - at;
}

static size_t mark_len(const struct mark *marks, size_t n, size_t at)
{
	for (size_t i = 0; i < n; i++)
		if (marks[i].at.byte_from == at)
			return marks[i].at.byte_to - at;
	return 0;
}

/* Bytes of Markdown's at `at`, and what they stand for: nothing, or the sign that a backslash escapes. */
static size_t sign_len(struct str s, size_t at, struct buf *out)
{
	size_t len = markup_len(s, at);

	if (s.p[at] == '\\' && at + 1 < s.len && s.p[at + 1] && strchr("\\`*_{}[]()#+-.!|~>\"'", s.p[at + 1])) {
		buf_ch(out, s.p[at + 1]);
		return 2;
	}
	if (s.p[at] == '|') {
		buf_ch(out, ' ');
		return 1;
	}
	return len;
}

static struct str words_of(struct arena *a, struct str answer, struct span at, const struct mark *marks, size_t n_marks, bool raw)
{
	struct str s = str_sub(answer, 0, at.byte_to);
	SCOPED(buf) out = BUF_INIT;

	for (size_t i = at.byte_from, len; i < s.len; i += len) {
		if ((len = mark_len(marks, n_marks, i))) {
			while (out.len && out.p[out.len - 1] == ' ')
				buf_cut(&out, out.len - 1);
		} else if ((len = prefix_len(s, i))) {
			buf_ch(&out, ' ');
		} else if (raw || !(len = sign_len(s, i, &out))) {
			buf_ch(&out, s.p[i]);
			len = 1;
		}
	}
	return arena_str(a, str_trim(buf_view(&out)));
}

struct str claim_plain(struct arena *a, struct str answer, struct span at, const struct mark *marks, size_t n_marks)
{
	return words_of(a, answer, at, marks, n_marks, false);
}

struct str claim_raw(struct arena *a, struct str answer, struct span at, const struct mark *marks, size_t n_marks)
{
	return words_of(a, answer, at, marks, n_marks, true);
}
