#include "ibid/extract/lines.h"

#include <ctype.h>
#include <string.h>

#include "ibid/base/utf8.h"

/* Longest line that may be a heading, in bytes, and its words. */
#define HEAD_BYTES_MAX 100
#define HEAD_WORDS_MAX 12

static bool is_bullet(uint32_t cp)
{
	static const uint32_t bullets[] = {
		'*', '-', '+', 0x00B7, 0x2013, 0x2014, 0x2022, 0x2023, 0x2043, 0x2212, 0x2219, 0x25A0, 0x25AA, 0x25AB, 0x25B6,
		0x25B8, 0x25CB, 0x25CF, 0x25E6, 0x2666, 0x2713, 0x2794, 0x27A2, 0x27A4, 0xF076, 0xF0A7, 0xF0B7, 0xF0D8,
	};

	for (size_t i = 0; i < sizeof(bullets) / sizeof(bullets[0]); i++)
		if (bullets[i] == cp)
			return true;
	return false;
}

static size_t spaces_at(struct str line, size_t at)
{
	size_t from = at;

	while (at < line.len && (line.p[at] == ' ' || line.p[at] == '\t'))
		at++;
	return at - from;
}

/* "12", "b", "iv": what counts an item, at most four characters. */
static size_t counter_at(struct str line, size_t at)
{
	size_t to = at;

	while (to < line.len && to - at < 3 && isdigit((unsigned char)line.p[to]))
		to++;
	if (to > at)
		return to - at;
	while (to < line.len && to - at < 4 && line.p[to] && strchr("ivx", line.p[to]))
		to++;
	if (to > at + 1)
		return to - at;
	return at < line.len && isalpha((unsigned char)line.p[at]) ? 1 : 0;
}

static size_t counted_mark(struct str line)
{
	size_t open = line.len && line.p[0] == '(', len = counter_at(line, open), end = open + len;

	if (!len || end >= line.len)
		return 0;
	if (line.p[end] != ')' && (open || line.p[end] != '.'))
		return 0;
	/* "A. Smith" and "I. The Burial" are no items. */
	if (line.p[end] == '.' && isupper((unsigned char)line.p[open]))
		return 0;
	return end + 1;
}

size_t line_item_mark(struct str line)
{
	uint32_t cp;
	size_t len = utf8_decode(line, 0, &cp), space;

	if (!len || !is_bullet(cp))
		len = counted_mark(line);
	if (!len)
		return 0;
	space = spaces_at(line, len);
	return space && len + space < line.len ? len + space : 0;
}

static size_t count_words(struct str s, size_t *letters, size_t *digits)
{
	size_t words = 0, at = 0;
	bool inside = false;

	*letters = *digits = 0;
	while (at < s.len) {
		uint32_t cp;

		at += utf8_decode(s, at, &cp);
		words += !inside && !utf8_is_space(cp);
		inside = !utf8_is_space(cp);
		*letters += utf8_is_letter(cp);
		*digits += utf8_is_digit(cp);
	}
	return words;
}

static bool ends_like_prose(struct str line)
{
	static const char *const ends[] = { ".", ",", ";", ":", "!", "-", "\xE2\x80\x94", "\xE3\x80\x82" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends(line, str_c(ends[i])))
			return true;
	return false;
}

bool line_may_head(struct str line)
{
	size_t letters, digits, words;
	uint32_t cp;

	line = str_trim(line);
	if (!line.len || line.len > HEAD_BYTES_MAX || ends_like_prose(line))
		return false;
	utf8_decode(line, 0, &cp);
	if (!utf8_is_upper(cp) && !utf8_is_digit(cp) && cp < 0x80)
		return false;
	words = count_words(line, &letters, &digits);
	return words <= HEAD_WORDS_MAX && letters >= 3 && letters > 2 * digits && str_find(line, STR("://"), 0) == STR_NONE &&
		str_find_ch(line, '@', 0) == STR_NONE && str_find_ch(line, '\\', 0) == STR_NONE;
}

bool line_is_caption(struct str line)
{
	static const char *const words[] = { "figure", "fig.", "table", "abbildung", "abb.", "tabelle", "exhibit", "listing" };
	struct str rest = str_trim(line), first = str_cut(&rest, ' '), number = rest.p ? str_cut(&rest, ' ') : STR_EMPTY;
	bool is_named = false;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		is_named = is_named || str_is_nocase(first, words[i]);
	/* A sentence may begin so: "Table 3 shows". A caption has a mark behind the number, or nothing. */
	return is_named && number.len && isdigit((unsigned char)number.p[0]) &&
		(!rest.p || number.p[number.len - 1] == ':' || number.p[number.len - 1] == '.');
}

static bool is_number_word(struct str word)
{
	bool roman = word.len > 0, digits = word.len > 0;

	for (size_t i = 0; i < word.len; i++) {
		roman = roman && strchr("ivxlcIVXLC", word.p[i]);
		digits = digits && isdigit((unsigned char)word.p[i]);
	}
	return word.len <= 6 && (roman || digits);
}

bool line_is_page_number(struct str line)
{
	size_t numbers = 0;
	struct str rest = str_trim(line);

	if (!rest.len || rest.len > 24)
		return false;
	while (rest.p) {
		struct str word = str_cut(&rest, ' ');

		if (is_number_word(word))
			numbers++;
		else if (word.len && !str_is_nocase(word, "page") && !str_is_nocase(word, "of") && !str_is(word, "-") &&
			!str_is(word, "|") && !str_is(word, "/") && !str_is_nocase(word, "seite") && !str_is_nocase(word, "von"))
			return false;
	}
	return numbers > 0 && numbers <= 2;
}
