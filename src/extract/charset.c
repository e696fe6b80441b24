#include "ibid/extract/charset.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <uchardet/uchardet.h>

#include "ibid/base/utf8.h"

/* uchardet looks at no more than this; a megabyte says enough. */
#define GUESS_MAX ((size_t)1 << 20)
/* Fewer bytes above 0x7F than this are too few for a guess. */
#define GUESS_HIGH_MIN 8
#define NAME_MAX_LEN 31

static const char *const modules[] = {
	"ISO-8859-2", "ISO-8859-3", "ISO-8859-4", "ISO-8859-5", "ISO-8859-6", "ISO-8859-7", "ISO-8859-8", "ISO-8859-9",
	"ISO-8859-10", "ISO-8859-13", "ISO-8859-15", "ISO-8859-16", "CP1250", "CP1251", "CP1253", "CP1254", "CP1255",
	"CP1256", "CP1257", "CP1258", "KOI8-R", "KOI8-U", "MACINTOSH", "MAC-CYRILLIC", "IBM852", "IBM855", "IBM866",
	"TIS-620", "CP932", "EUC-JP", "ISO-2022-JP", "EUC-KR", "UHC", "GB18030", "BIG5-HKSCS", "EUC-TW", "JOHAB",
};

/* Names that differ between the web, uchardet and glibc. An empty name: windows-1252, done here. */
static const struct {
	const char *name, *iconv;
} aliases[] = {
	{ "latin1", "" }, { "iso-8859-1", "" }, { "iso8859-1", "" }, { "windows-1252", "" }, { "cp1252", "" },
	{ "x-cp1252", "" }, { "us-ascii", "" }, { "ascii", "" }, { "iso_8859-1", "" }, { "l1", "" },
	{ "shift_jis", "CP932" }, { "shift-jis", "CP932" }, { "sjis", "CP932" }, { "x-sjis", "CP932" },
	{ "windows-31j", "CP932" }, { "gb2312", "GB18030" }, { "gbk", "GB18030" }, { "x-gbk", "GB18030" },
	{ "hz-gb-2312", "GB18030" }, { "big5", "BIG5-HKSCS" }, { "euc-kr", "UHC" }, { "ks_c_5601-1987", "UHC" },
	{ "windows-949", "UHC" }, { "windows-874", "TIS-620" }, { "iso-8859-11", "TIS-620" },
	{ "windows-1250", "CP1250" }, { "windows-1251", "CP1251" }, { "windows-1253", "CP1253" },
	{ "windows-1254", "CP1254" }, { "windows-1255", "CP1255" }, { "windows-1256", "CP1256" },
	{ "windows-1257", "CP1257" }, { "windows-1258", "CP1258" }, { "iso-8859-9", "CP1254" },
	{ "iso-8859-8-i", "ISO-8859-8" }, { "x-mac-roman", "MACINTOSH" }, { "x-mac-cyrillic", "MAC-CYRILLIC" },
};

/* 0x80-0x9F of windows-1252; 0 where it has none. */
static const uint16_t cp1252[32] = {
	0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
	0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
};

/* An archive holds no text of another encoding as such; loading what converts it would cost more than reading a page. */
static bool is_foreign(struct str bytes)
{
	if (str_starts(bytes, STR("PK")))
		return false;
	return utf8_invalid_at(bytes) != STR_NONE || str_find(str_sub(bytes, 0, GUESS_MAX), STR("\033$"), 0) != STR_NONE;
}

/* An encoding stays loaded for as long as one converter is open: these are never closed. */
void charset_prepare(struct str bytes)
{
	if (!is_foreign(bytes))
		return;
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		(void)iconv_open("UTF-8", modules[i]);
}

static void from_cp1252(struct str bytes, struct buf *out, uint64_t *invalid)
{
	for (size_t i = 0; i < bytes.len; i++) {
		uint32_t cp = (unsigned char)bytes.p[i];

		if (cp >= 0x80 && cp < 0xA0)
			cp = cp1252[cp - 0x80];
		if (!cp && bytes.p[i]) {
			cp = UTF8_REPLACEMENT;
			++*invalid;
		}
		utf8_add(out, cp);
	}
}

/* All of `in` through one converter; what it refuses is replaced byte by byte. */
static void convert(iconv_t cd, struct str bytes, struct buf *out, uint64_t *invalid)
{
	char *in = (char *)(uintptr_t)bytes.p;
	size_t left = bytes.len;

	while (left) {
		size_t room = 4096;
		char *to = buf_room(out, room);
		size_t n = iconv(cd, &in, &left, &to, &room);

		out->len += 4096 - room;
		out->p[out->len] = '\0';
		if (n != (size_t)-1 || errno == E2BIG)
			continue;
		utf8_add(out, UTF8_REPLACEMENT);
		++*invalid;
		in++;
		left--;
	}
}

/* The converter's name: "" for windows-1252. Unknown names go to iconv as they are. */
static struct str iconv_name(struct str name)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (str_is_nocase(name, aliases[i].name))
			return str_c(aliases[i].iconv);
	return name;
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.p[i]) && !strchr("-_.:", s.p[i]))
			return false;
	return s.len > 0 && s.len <= NAME_MAX_LEN;
}

static bool convert_named(struct str name, struct str bytes, struct buf *out, uint64_t *invalid)
{
	char cstr[NAME_MAX_LEN + 1];
	struct str to = iconv_name(name);
	iconv_t cd;

	if (!is_name(name) || str_eq_nocase(str_sub(name, 0, 4), STR("UTF-")))
		return false;
	if (!to.len) {
		from_cp1252(bytes, out, invalid);
		return true;
	}
	snprintf(cstr, sizeof(cstr), "%.*s", STR_ARG(to));
	cd = iconv_open("UTF-8", cstr);
	if (cd == (iconv_t)-1)
		return false;
	convert(cd, bytes, out, invalid);
	iconv_close(cd);
	return true;
}

static size_t count_high(struct str bytes)
{
	size_t n = 0;

	for (size_t i = 0; i < bytes.len; i++)
		n += (unsigned char)bytes.p[i] >= 0x80;
	return n;
}

static bool convert_guessed(struct str bytes, struct buf *out, uint64_t *invalid)
{
	struct str head = str_sub(bytes, 0, GUESS_MAX);
	uchardet_t guess;
	bool ok;

	if (count_high(head) < GUESS_HIGH_MIN)
		return false;
	guess = uchardet_new();
	ok = uchardet_handle_data(guess, head.p, head.len) == 0;
	uchardet_data_end(guess);
	ok = ok && convert_named(str_c(uchardet_get_charset(guess)), bytes, out, invalid);
	uchardet_delete(guess);
	return ok;
}

/*
 * Damaged UTF-8 is still UTF-8: when a file has far more whole sequences than
 * faults, the faults are shown rather than every umlaut turned into two letters.
 */
static bool is_mostly_utf8(struct str bytes)
{
	size_t whole = 0, faults = 0, at = 0;

	bytes = str_sub(bytes, 0, GUESS_MAX);
	while (at < bytes.len) {
		uint32_t cp;
		size_t len = utf8_decode(bytes, at, &cp);

		if (cp == UTF8_REPLACEMENT)
			faults++;
		else if (cp >= 0x80)
			whole++;
		at += len;
	}
	return whole > 4 * faults;
}

struct str charset_decode(struct str bytes, struct str hint, struct buf *own, uint64_t *invalid)
{
	bool is_2022 = str_starts(hint, STR("ISO-2022")) || str_starts(hint, STR("iso-2022"));

	if (str_starts(bytes, STR("\xEF\xBB\xBF")))
		return str_sub(bytes, 3, bytes.len);
	if (charset_decode_wide(bytes, own, invalid))
		return buf_view(own);
	if (!is_2022 && (utf8_invalid_at(bytes) == STR_NONE || is_mostly_utf8(bytes)))
		return bytes;
	if (!convert_named(hint, bytes, own, invalid) && !convert_guessed(bytes, own, invalid))
		from_cp1252(bytes, own, invalid);
	return buf_view(own);
}

struct str charset_param(struct str mime)
{
	size_t at = str_find_nocase(mime, STR("charset"), 0);
	struct str s;
	size_t end = 0;

	if (at == STR_NONE)
		return STR_EMPTY;
	s = str_trim(str_sub(mime, at + 7, mime.len));
	if (!str_starts(s, STR("=")))
		return STR_EMPTY;
	s = str_trim(str_sub(s, 1, s.len));
	while (s.len && (s.p[0] == '"' || s.p[0] == '\''))
		s = str_sub(s, 1, s.len);
	while (end < s.len && is_name(str_of(s.p + end, 1)))
		end++;
	return str_sub(s, 0, end);
}
