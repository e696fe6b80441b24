#include "ibid/extract/charset.h"

#include "ibid/base/utf8.h"

static uint32_t unit_at(struct str bytes, size_t at, size_t width, bool is_big)
{
	uint32_t v = 0;

	for (size_t i = 0; i < width; i++)
		v = v << 8 | (unsigned char)bytes.p[at + (is_big ? i : width - 1 - i)];
	return v;
}

static bool is_surrogate(uint32_t cp, uint32_t base)
{
	return cp >= base && cp < base + 0x400;
}

/* UTF-16 and UTF-32 (width 2 and 4): glibc keeps them in modules too, and they are short. */
static void from_wide(struct str bytes, size_t width, bool is_big, struct buf *out, uint64_t *invalid)
{
	size_t at = 0;

	for (; at + width <= bytes.len; at += width) {
		uint32_t cp = unit_at(bytes, at, width, is_big);

		if (width == 2 && is_surrogate(cp, 0xD800) && at + 4 <= bytes.len &&
			is_surrogate(unit_at(bytes, at + 2, 2, is_big), 0xDC00)) {
			cp = 0x10000 + ((cp - 0xD800) << 10) + (unit_at(bytes, at + 2, 2, is_big) - 0xDC00);
			at += 2;
		}
		if (cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000))
			++*invalid;
		utf8_add(out, cp);
	}
	if (at < bytes.len)
		++*invalid;
}

/* Every other byte of ASCII text in UTF-16 is zero. 0: not that; 1: little, 2: big endian. */
static int looks_wide(struct str bytes)
{
	size_t zero[2] = { 0, 0 }, n = bytes.len < 512 ? bytes.len & ~(size_t)1 : 512;

	for (size_t i = 0; i < n; i++)
		zero[i & 1] += !bytes.p[i];
	if (n < 8 || zero[0] + zero[1] < n / 4)
		return 0;
	return zero[0] * 8 < zero[1] ? 1 : zero[1] * 8 < zero[0] ? 2 : 0;
}

/* The longest first: a UTF-32 mark begins with one of UTF-16. */
static const struct {
	struct {
		char p[4];
		size_t len;
	} mark;
	size_t width;
	bool is_big;
} marks[] = {
	{ { "\xFF\xFE\0\0", 4 }, 4, false },
	{ { "\0\0\xFE\xFF", 4 }, 4, true },
	{ { "\xFF\xFE", 2 }, 2, false },
	{ { "\xFE\xFF", 2 }, 2, true },
};

bool charset_decode_wide(struct str bytes, struct buf *own, uint64_t *invalid)
{
	int wide;

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t len = marks[i].mark.len;

		if (!str_starts(bytes, str_of(marks[i].mark.p, len)))
			continue;
		from_wide(str_sub(bytes, len, bytes.len), marks[i].width, marks[i].is_big, own, invalid);
		return true;
	}
	wide = looks_wide(bytes);
	if (wide)
		from_wide(bytes, 2, wide == 2, own, invalid);
	return wide != 0;
}
