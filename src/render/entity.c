#include "render/render_internal.h"

#include "ibid/base/utf8.h"

/* Those that people and models write; the other two thousand of HTML5 are shown as they stand. */
/* clang-format off */
static const struct {
	const char *name;
	uint32_t cp;
} names[] = {
	{ "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' }, { "nbsp", 0xA0 },
	{ "copy", 0xA9 }, { "reg", 0xAE }, { "trade", 0x2122 }, { "deg", 0xB0 }, { "plusmn", 0xB1 }, { "sect", 0xA7 },
	{ "para", 0xB6 }, { "middot", 0xB7 }, { "times", 0xD7 }, { "divide", 0xF7 }, { "frac12", 0xBD },
	{ "ndash", 0x2013 }, { "mdash", 0x2014 }, { "lsquo", 0x2018 }, { "rsquo", 0x2019 }, { "ldquo", 0x201C },
	{ "rdquo", 0x201D }, { "laquo", 0xAB }, { "raquo", 0xBB }, { "hellip", 0x2026 }, { "bull", 0x2022 },
	{ "euro", 0x20AC }, { "pound", 0xA3 }, { "larr", 0x2190 }, { "rarr", 0x2192 }, { "uarr", 0x2191 },
	{ "darr", 0x2193 }, { "le", 0x2264 }, { "ge", 0x2265 }, { "ne", 0x2260 }, { "infin", 0x221E },
	{ "alpha", 0x3B1 }, { "beta", 0x3B2 }, { "gamma", 0x3B3 }, { "delta", 0x3B4 }, { "mu", 0x3BC }, { "pi", 0x3C0 },
	{ "sigma", 0x3C3 }, { "omega", 0x3C9 }, { "auml", 0xE4 }, { "ouml", 0xF6 }, { "uuml", 0xFC }, { "szlig", 0xDF },
	{ "eacute", 0xE9 }, { "egrave", 0xE8 }, { "agrave", 0xE0 }, { "ccedil", 0xE7 }, { "ntilde", 0xF1 },
};
/* clang-format on */

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* md4c has checked the form: at most seven decimal or six hexadecimal digits. */
static uint32_t number(struct str digits)
{
	bool is_hex = digits.len && (*digits.p == 'x' || *digits.p == 'X');
	uint32_t cp = 0;

	for (size_t i = is_hex; i < digits.len; i++)
		cp = cp * (is_hex ? 16 : 10) + (uint32_t)digit(digits.p[i]);
	return cp ? cp : UTF8_REPLACEMENT;
}

bool entity_add(struct buf *out, struct str entity)
{
	struct str name = str_sub(entity, 1, entity.len ? entity.len - 1 : 0);

	if (name.len && *name.p == '#') {
		utf8_add(out, number(str_sub(name, 1, name.len)));
		return true;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!str_is(name, names[i].name))
			continue;
		utf8_add(out, names[i].cp);
		return true;
	}
	return false;
}
