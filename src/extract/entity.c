#include "ibid/extract/entity.h"

#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <stdint.h>
#include <stdio.h>

#include "ibid/base/utf8.h"

/* Longest name looked up. */
#define NAME_BYTES_MAX 31

/* HTML 5 names that libxml2's table of HTML 4 lacks and pages use. */
static const struct {
	const char *name;
	uint32_t cp;
} more[] = {
	{ "apos", '\'' }, { "nbsp", 0xA0 }, { "AMP", '&' }, { "LT", '<' }, { "GT", '>' }, { "QUOT", '"' },
	{ "COPY", 0xA9 }, { "REG", 0xAE }, { "hyphen", 0x2010 }, { "dash", 0x2010 }, { "check", 0x2713 },
	{ "cross", 0x2717 }, { "star", 0x2606 }, { "starf", 0x2605 }, { "phone", 0x260E }, { "lbrack", '[' },
	{ "rbrack", ']' }, { "lpar", '(' }, { "rpar", ')' }, { "comma", ',' }, { "period", '.' }, { "colon", ':' },
	{ "semi", ';' }, { "excl", '!' }, { "quest", '?' }, { "num", '#' }, { "dollar", '$' }, { "percnt", '%' },
	{ "ast", '*' }, { "plus", '+' }, { "sol", '/' }, { "bsol", '\\' }, { "lowbar", '_' }, { "grave", '`' },
	{ "lbrace", '{' }, { "rbrace", '}' }, { "vert", '|' }, { "Tab", '\t' }, { "NewLine", '\n' },
	{ "commat", '@' }, { "equals", '=' }, { "rarr", 0x2192 }, { "larr", 0x2190 }, { "checkmark", 0x2713 },
	{ "rsquor", 0x2019 }, { "ldquor", 0x201E }, { "caron", 0x02C7 }, { "ccaron", 0x010D }, { "scaron", 0x0161 },
	{ "zcaron", 0x017E }, { "Ccaron", 0x010C }, { "Zcaron", 0x017D }, { "lstrok", 0x0142 }, { "Lstrok", 0x0141 },
};

static const uint16_t cp1252[32] = {
	0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
	0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
	0x0153, 0x9D, 0x017E, 0x0178,
};

static int digit_of(char c, unsigned base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (base == 16 && isxdigit((unsigned char)c))
		return tolower((unsigned char)c) - 'a' + 10;
	return -1;
}

static size_t decode_number(struct str s, size_t at, struct buf *out)
{
	size_t i = at + 2, from;
	unsigned base = 10;
	uint32_t cp = 0;

	if (i < s.len && (s.p[i] == 'x' || s.p[i] == 'X')) {
		base = 16;
		i++;
	}
	for (from = i; i < s.len && digit_of(s.p[i], base) >= 0; i++)
		if (cp < 0x110000)
			cp = cp * base + (uint32_t)digit_of(s.p[i], base);
	if (i == from)
		return 0;
	if (cp >= 0x80 && cp < 0xA0)
		cp = cp1252[cp - 0x80];
	utf8_add(out, cp ? cp : UTF8_REPLACEMENT);
	return i + (i < s.len && s.p[i] == ';') - at;
}

static uint32_t lookup(const char *name)
{
	const htmlEntityDesc *found = htmlEntityLookup((const xmlChar *)name);

	if (found)
		return found->value;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (str_is(str_c(name), more[i].name))
			return more[i].cp;
	return 0;
}

/* Without its semicolon only the old names of Latin-1 count ("&copy 2020"), as in browsers. */
static size_t decode_name(struct str s, size_t at, struct buf *out)
{
	char name[NAME_BYTES_MAX + 1];
	size_t to = at + 1;
	uint32_t cp;
	bool is_closed;

	while (to < s.len && isalnum((unsigned char)s.p[to]))
		to++;
	if (to == at + 1 || to - at - 1 > NAME_BYTES_MAX)
		return 0;
	snprintf(name, sizeof(name), "%.*s", (int)(to - at - 1), s.p + at + 1);
	is_closed = to < s.len && s.p[to] == ';';
	cp = lookup(name);
	if (!cp || (!is_closed && (cp > 0xFF || (to < s.len && s.p[to] == '='))))
		return 0;
	utf8_add(out, cp);
	return to + is_closed - at;
}

size_t entity_decode(struct str s, size_t at, struct buf *out)
{
	if (at + 1 < s.len && s.p[at + 1] == '#')
		return decode_number(s, at, out);
	return decode_name(s, at, out);
}

void entity_decode_all(struct buf *out, struct str s)
{
	size_t at = 0;

	while (at < s.len) {
		size_t amp = str_find_ch(s, '&', at), len;

		buf_str(out, str_sub(s, at, amp));
		if (amp == STR_NONE)
			return;
		len = entity_decode(s, amp, out);
		if (!len) {
			buf_ch(out, '&');
			len = 1;
		}
		at = amp + len;
	}
}
