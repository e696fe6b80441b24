/*
 * tui/theme.h - what each style looks like
 *
 * auto uses the terminal's own foreground, background and 16 colours; light and
 * dark use colours of the 256 that stand at 4.5:1 or more against white and black
 * (WCAG 2.1, 1.4.3); mono uses attributes only. No painted background. No state
 * is told by colour alone: marks and words tell it, a theme only repeats it.
 */
#ifndef IBID_TUI_THEME_H
#define IBID_TUI_THEME_H
#include <stdbool.h>

#include "ibid/base/str.h"
#include "ibid/tui/canvas.h"

enum theme_kind { THEME_AUTO, THEME_LIGHT, THEME_DARK, THEME_MONO };

enum theme_attr { THEME_BOLD = 1u << 0, THEME_DIM = 1u << 1, THEME_ITALIC = 1u << 2, THEME_UNDERLINE = 1u << 3,
	THEME_REVERSE = 1u << 4 };

struct theme_look {
	short color;	/* -1: the terminal's own foreground; else 0-255 */
	unsigned attrs;	/* enum theme_attr */
};

struct theme {
	enum theme_kind kind;
	struct theme_look looks[CANVAS_STYLE_COUNT];
};

/* `kind` may be AUTO with a known background (is_light 1 or 0): the terminal's own colours all the same. */
const struct theme *theme_of(enum theme_kind kind);
/* Contrast of colour `color` (16-255) of the xterm palette against black or white, times 100. */
int theme_contrast(short color, bool on_white);
#endif
