/*
 * Colours 0-7 are the terminal's own, which its user chose to be readable.
 * Those of light and dark are of the fixed 6x6x6 cube and grey ramp of xterm,
 * each at 4.5:1 or more (checked by its test); mono has none.
 */
#include "ibid/tui/theme.h"

#include <math.h>

#define NONE (-1)

/* In mono each state has attributes that no other has, selected or not. Dim is for bars alone: all else must be read. */
/* clang-format off */
#define LOOKS(X) /* style, attributes of all but mono, of mono, colour in auto, light, dark */ \
	X(OUT_PLAIN,		0,			0,				NONE,	NONE,	NONE) \
	X(OUT_BOLD,		THEME_BOLD,		THEME_BOLD,			NONE,	NONE,	NONE) \
	X(OUT_DIM,		0,			0,				NONE,	241,	247) \
	X(OUT_ITALIC,		THEME_ITALIC,		THEME_ITALIC,			NONE,	NONE,	NONE) \
	X(OUT_UNDERLINE,	THEME_UNDERLINE,	THEME_UNDERLINE,		NONE,	NONE,	NONE) \
	X(OUT_HEADING,		THEME_BOLD,		THEME_BOLD,			NONE,	25,	117) \
	X(OUT_CODE,		0,			0,				6,	23,	116) \
	X(OUT_QUOTE,		THEME_ITALIC,		THEME_ITALIC,			NONE,	239,	250) \
	X(OUT_LINK,		THEME_UNDERLINE,	THEME_UNDERLINE,		4,	25,	75) \
	X(OUT_GOOD,		0,			THEME_ITALIC,			2,	22,	114) \
	X(OUT_WARN,		0,			THEME_UNDERLINE | THEME_ITALIC,	3,	94,	221) \
	X(OUT_BAD,		0,			THEME_UNDERLINE | THEME_BOLD,	1,	124,	210) \
	X(OUT_MATCH,		THEME_BOLD,		THEME_BOLD | THEME_ITALIC | THEME_REVERSE, 1,	124,	215) \
	X(CANVAS_ROLE,		THEME_BOLD,		THEME_BOLD,			NONE,	NONE,	NONE) \
	X(CANVAS_STATUS,	0,			0,				NONE,	NONE,	NONE) \
	X(CANVAS_HINT,		0,			0,				NONE,	241,	247) \
	X(CANVAS_BAR,		0,			THEME_DIM,			NONE,	243,	245) \
	X(CANVAS_KEYWORD,	THEME_BOLD,		THEME_BOLD,			NONE,	90,	183) \
	X(CANVAS_STRING,	0,			0,				2,	22,	114) \
	X(CANVAS_COMMENT,	THEME_ITALIC,		THEME_ITALIC,			NONE,	241,	247) \
	X(CANVAS_NUMBER,	0,			0,				5,	25,	117)

#define AUTO_LOOK(style, attrs, mono, by_auto, light, dark) [style] = { by_auto, attrs },
#define LIGHT_LOOK(style, attrs, mono, by_auto, light, dark) [style] = { light, attrs },
#define DARK_LOOK(style, attrs, mono, by_auto, light, dark) [style] = { dark, attrs },
#define MONO_LOOK(style, attrs, mono, by_auto, light, dark) [style] = { NONE, mono },
/* clang-format on */

static const struct theme themes[] = {
	[THEME_AUTO] = { THEME_AUTO, { LOOKS(AUTO_LOOK) } },
	[THEME_LIGHT] = { THEME_LIGHT, { LOOKS(LIGHT_LOOK) } },
	[THEME_DARK] = { THEME_DARK, { LOOKS(DARK_LOOK) } },
	[THEME_MONO] = { THEME_MONO, { LOOKS(MONO_LOOK) } },
};

const struct theme *theme_of(enum theme_kind kind)
{
	return &themes[kind];
}

/* xterm's 256colres.pl: 16-231 a cube of these steps, 232-255 greys. */
static int channel(short color, int which)
{
	static const int steps[] = { 0, 95, 135, 175, 215, 255 };
	int n = color - 16;

	if (color >= 232)
		return 8 + 10 * (color - 232);
	return steps[which == 0 ? n / 36 : which == 1 ? n / 6 % 6 : n % 6];
}

/* WCAG 2.1, "relative luminance". */
static double linear(int value)
{
	double v = value / 255.0;

	return v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

int theme_contrast(short color, bool on_white)
{
	double l = 0.2126 * linear(channel(color, 0)) + 0.7152 * linear(channel(color, 1)) +
		   0.0722 * linear(channel(color, 2));

	return (int)(100 * (on_white ? 1.05 / (l + 0.05) : (l + 0.05) / 0.05));
}
