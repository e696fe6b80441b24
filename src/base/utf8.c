#include "ibid/base/utf8.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "ibid/base/mem.h"

static bool is_tail(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/*
 * The rules of Unicode 15, table 3-7: only the byte after the lead is bound to
 * less than 80..BF, and only after four leads. Returns how many bytes belong
 * together, and in *whole whether they are a character.
 */
static size_t scan(struct str s, size_t at, uint32_t *cp, bool *whole)
{
	const unsigned char *p = (const unsigned char *)s.p + at;
	unsigned char lo = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
	unsigned char hi = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	size_t n = 1;

	*whole = false;
	if (p[0] > 0xF4 || (p[0] >= 0x80 && p[0] < 0xC2))
		return 1;
	*cp = len == 1 ? p[0] : p[0] & (0x7Fu >> len);
	for (; n < len && n < s.len - at && p[n] >= lo && p[n] <= hi; n++, lo = 0x80, hi = 0xBF)
		*cp = *cp << 6 | (p[n] & 0x3Fu);
	*whole = n == len;
	return n;
}

size_t utf8_decode(struct str s, size_t at, uint32_t *cp)
{
	bool whole;
	size_t n;

	if (at >= s.len)
		return 0;
	n = scan(s, at, cp, &whole);
	if (!whole)
		*cp = UTF8_REPLACEMENT;
	return n;
}

size_t utf8_valid_len(struct str s, size_t at)
{
	uint32_t cp;
	bool whole;
	size_t n;

	if (at >= s.len)
		return 0;
	n = scan(s, at, &cp, &whole);
	return whole ? n : 0;
}

void utf8_add(struct buf *out, uint32_t cp)
{
	char b[4];

	if ((cp >= 0xD800 && cp <= 0xDFFF) || cp > 0x10FFFF)
		cp = UTF8_REPLACEMENT;
	buf_add(out, b, (size_t)utf8proc_encode_char((utf8proc_int32_t)cp, (utf8proc_uint8_t *)b));
}

/* End of the ASCII that starts at `at`, eight bytes a step. */
static size_t skip_ascii(struct str s, size_t at)
{
	uint64_t word;

	for (; at + sizeof(word) <= s.len; at += sizeof(word)) {
		memcpy(&word, s.p + at, sizeof(word));
		if (word & 0x8080808080808080u)
			break;
	}
	while (at < s.len && (unsigned char)s.p[at] < 0x80)
		at++;
	return at;
}

static size_t invalid_from(struct str s, size_t at)
{
	while ((at = skip_ascii(s, at)) < s.len) {
		size_t n = utf8_valid_len(s, at);

		if (!n)
			return at;
		at += n;
	}
	return STR_NONE;
}

size_t utf8_invalid_at(struct str s)
{
	return invalid_from(s, 0);
}

size_t utf8_repair(struct buf *out, struct str s)
{
	size_t at = 0, repaired = 0, bad;
	uint32_t cp;

	while ((bad = invalid_from(s, at)) != STR_NONE) {
		buf_str(out, str_sub(s, at, bad));
		utf8_add(out, UTF8_REPLACEMENT);
		at = bad + utf8_decode(s, bad, &cp);
		repaired++;
	}
	buf_str(out, str_sub(s, at, s.len));
	return repaired;
}

size_t utf8_partial_tail(struct str s)
{
	uint32_t cp;
	bool whole;

	for (size_t n = 1; n <= 3 && n <= s.len; n++) {
		size_t at = s.len - n;
		unsigned char lead = (unsigned char)s.p[at];

		if (is_tail(s.p[at]))
			continue;
		return lead >= 0xC2 && lead <= 0xF4 && scan(s, at, &cp, &whole) == n && !whole ? n : 0;
	}
	return 0;
}

size_t utf8_floor(struct str s, size_t at)
{
	if (at >= s.len)
		return s.len;
	while (at && is_tail(s.p[at]))
		at--;
	return at;
}

size_t utf8_ceil(struct str s, size_t at)
{
	while (at < s.len && is_tail(s.p[at]))
		at++;
	return at < s.len ? at : s.len;
}

size_t utf8_count(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += !is_tail(s.p[i]);
	return n;
}

size_t utf8_offset_of(struct str s, size_t n)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_tail(s.p[i]) && !n--)
			return i;
	return n ? STR_NONE : s.len;
}

static utf8proc_category_t category(uint32_t cp)
{
	return utf8proc_category((utf8proc_int32_t)cp);
}

bool utf8_is_word(uint32_t cp)
{
	utf8proc_category_t c = category(cp);

	return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_ME) ||
	       (c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO);
}

bool utf8_is_upper(uint32_t cp)
{
	return cp < 0x80 ? cp >= 'A' && cp <= 'Z' : category(cp) == UTF8PROC_CATEGORY_LU;
}

bool utf8_is_letter(uint32_t cp)
{
	utf8proc_category_t c = category(cp);

	return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

bool utf8_is_digit(uint32_t cp)
{
	return cp < 0x80 ? cp >= '0' && cp <= '9' : category(cp) == UTF8PROC_CATEGORY_ND;
}

bool utf8_is_space(uint32_t cp)
{
	utf8proc_category_t c;

	if (cp < 0x80)
		return cp == ' ' || (cp >= '\t' && cp <= '\r');
	c = category(cp);
	return cp == 0x85 || (c >= UTF8PROC_CATEGORY_ZS && c <= UTF8PROC_CATEGORY_ZP);
}

uint32_t utf8_lower(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + ('a' - 'A') : cp;
	return (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);
}

/*
 * Reserved code points that Unicode promises to make ignorable (DerivedCoreProperties,
 * Default_Ignorable_Code_Point, category Cn); utf8proc marks only assigned ones.
 */
static bool is_reserved_ignorable(uint32_t cp)
{
	return cp == 0x2065 || (cp >= 0xFFF0 && cp <= 0xFFF8) || (cp >= 0xE0000 && cp <= 0xE0FFF);
}

static bool is_noncharacter(uint32_t cp)
{
	return (cp & 0xFFFE) == 0xFFFE || (cp >= 0xFDD0 && cp <= 0xFDEF);
}

bool utf8_is_hidden(uint32_t cp)
{
	const utf8proc_property_t *p;

	if (cp < 0x80)
		return cp < 0x20 || cp == 0x7F;
	if (cp > 0x10FFFF || is_reserved_ignorable(cp) || is_noncharacter(cp))
		return true;
	p = utf8proc_get_property((utf8proc_int32_t)cp);
	switch (p->category) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	case UTF8PROC_CATEGORY_CF: /* Arabic number signs and the like are drawn around what follows */
		return p->boundclass != UTF8PROC_BOUNDCLASS_PREPEND;
	default:
		return p->ignorable;
	}
}

/* Jamo vowels and tails are drawn into the syllable that their lead began. */
static bool is_jamo_tail(uint32_t cp)
{
	return (cp >= 0x1160 && cp <= 0x11FF) || (cp >= 0xD7B0 && cp <= 0xD7FF);
}

/*
 * utf8proc 2.8 gives no column to a spacing mark (Mc) nor to the Arabic number signs, and one to jamo tails;
 * glibc and with it most terminals see all three the other way round.
 */
int utf8_width(uint32_t cp)
{
	const utf8proc_property_t *p;

	if (cp < 0x300)
		return cp < 0x80 ? cp >= 0x20 && cp != 0x7F : utf8proc_charwidth((utf8proc_int32_t)cp);
	if (is_jamo_tail(cp))
		return 0;
	p = utf8proc_get_property((utf8proc_int32_t)cp);
	if (p->category == UTF8PROC_CATEGORY_MC)
		return cp != 0x302E && cp != 0x302F;
	return p->category == UTF8PROC_CATEGORY_CF && p->boundclass == UTF8PROC_BOUNDCLASS_PREPEND ? 1 : p->charwidth;
}

bool utf8_is_joined(uint32_t before, uint32_t cp)
{
	if (cp < 0x80)
		return false;
	return (cp >= 0x1F3FB && cp <= 0x1F3FF) ||
	       (before == 0x200D && utf8proc_get_property((utf8proc_int32_t)cp)->boundclass ==
					    UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC);
}

static size_t cluster_cols(struct str cluster)
{
	uint32_t before = 0, cp;
	size_t cols = 0;

	for (size_t at = 0, n; (n = utf8_decode(cluster, at, &cp)); at += n, before = cp)
		if (!before || !utf8_is_joined(before, cp))
			cols += (size_t)utf8_width(cp);
	return cols;
}

size_t utf8_cols(struct str s)
{
	size_t cols = 0;

	for (size_t at = 0, next; at < s.len; at = next) {
		next = utf8_next_cluster(s, at);
		cols += cluster_cols(str_sub(s, at, next));
	}
	return cols;
}

size_t utf8_next_cluster(struct str s, size_t at)
{
	utf8proc_int32_t state = 0;
	uint32_t cp, next;
	size_t n = utf8_decode(s, at, &cp);

	if (!n)
		return s.len;
	for (at += n; at < s.len; at += n, cp = next) {
		if (cp < 0x80 && (unsigned char)s.p[at] < 0x80 && cp != '\r')
			return at;
		n = utf8_decode(s, at, &next);
		if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)cp, (utf8proc_int32_t)next, &state))
			return at;
	}
	return at;
}

/* The longest compatibility decomposition, U+FDFA, is 18 code points. */
#define DECOMPOSED_MAX 32

void utf8_fold(struct buf *out, uint32_t cp)
{
	const utf8proc_option_t how =
		UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	utf8proc_int32_t v[DECOMPOSED_MAX];
	utf8proc_ssize_t n;
	int last = 0;

	if (cp < 0x80) {
		buf_ch(out, (char)utf8_lower(cp));
		return;
	}
	n = utf8proc_decompose_char((utf8proc_int32_t)cp, v, DECOMPOSED_MAX, how, &last);
	if (n > 0)
		n = utf8proc_normalize_utf32(v, n, how);
	for (utf8proc_ssize_t i = 0; i < n; i++)
		utf8_add(out, (uint32_t)v[i]);
}

void utf8_fold_str(struct buf *out, struct str s)
{
	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.len, &folded,
		UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);

	if (len == UTF8PROC_ERROR_NOMEM)
		mem_exhausted();
	buf_str(out, len < 0 ? s : str_of((const char *)folded, (size_t)len));
	free(folded);
}

uint32_t utf8_compose(uint32_t base, uint32_t mark)
{
	utf8proc_int32_t v[2] = { (utf8proc_int32_t)base, (utf8proc_int32_t)mark };

	return utf8proc_normalize_utf32(v, 2, UTF8PROC_STABLE | UTF8PROC_COMPOSE) == 1 ? (uint32_t)v[0] : 0;
}

/* Letters and signs that Unicode does not take apart; the spelling follows the languages' own habits. */
/* clang-format off */
static const struct {
	uint32_t cp;
	const char *ascii;
} likenesses[] = {
	{ 0x00C6, "AE" }, { 0x00D0, "D" }, { 0x00D8, "O" }, { 0x00DE, "Th" }, { 0x00DF, "ss" }, { 0x00E6, "ae" },
	{ 0x00F0, "d" }, { 0x00F8, "o" }, { 0x00FE, "th" }, { 0x0110, "D" }, { 0x0111, "d" }, { 0x0126, "H" },
	{ 0x0127, "h" }, { 0x0131, "i" }, { 0x0138, "q" }, { 0x0141, "L" }, { 0x0142, "l" }, { 0x014A, "N" },
	{ 0x014B, "n" }, { 0x0152, "OE" }, { 0x0153, "oe" }, { 0x0166, "T" }, { 0x0167, "t" }, { 0x0180, "b" },
	{ 0x018F, "E" }, { 0x0192, "f" }, { 0x01B5, "Z" }, { 0x01B6, "z" }, { 0x0237, "j" }, { 0x0259, "e" },
	{ 0x1E9E, "SS" }, { 0x2010, "-" }, { 0x2011, "-" }, { 0x2012, "-" }, { 0x2013, "-" }, { 0x2014, "-" },
	{ 0x2015, "-" }, { 0x2018, "'" }, { 0x2019, "'" }, { 0x201A, "'" }, { 0x201C, "\"" }, { 0x201D, "\"" },
	{ 0x201E, "\"" }, { 0x2044, "/" }, { 0x2212, "-" },
};
/* clang-format on */

static const char *likeness(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(likenesses) / sizeof(*likenesses); i++)
		if (likenesses[i].cp == cp)
			return likenesses[i].ascii;
	return "";
}

static void add_ascii(struct buf *out, uint32_t cp)
{
	if (cp < 0x80)
		buf_ch(out, (char)cp);
	else
		buf_c(out, likeness(cp));
}

void utf8_ascii(struct buf *out, struct str s)
{
	utf8proc_int32_t v[DECOMPOSED_MAX];
	uint32_t cp;

	for (size_t at = 0, n; (n = utf8_decode(s, at, &cp)); at += n) {
		int last = 0;
		utf8proc_ssize_t parts = utf8proc_decompose_char(
			(utf8proc_int32_t)cp, v, DECOMPOSED_MAX, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &last);

		for (utf8proc_ssize_t i = 0; i < parts; i++)
			add_ascii(out, (uint32_t)v[i]);
	}
}
