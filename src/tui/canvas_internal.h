/*
 * tui/canvas_internal.h - the safe form of a grapheme cluster, piece by piece
 *
 * curses holds one spacing character a cell, and libc decides what spaces. So a
 * cluster is drawn as pieces: each spacing scalar with the marks on it. Most
 * clusters are one piece; an Indic syllable or a flag of two letters is two.
 * Left out is what terminals disagree about: emoji that a ZWJ joins, skin tones,
 * emoji and text style selectors, the tags of flags, marks beyond the fourth.
 */
#ifndef IBID_TUI_CANVAS_INTERNAL_H
#define IBID_TUI_CANVAS_INTERNAL_H
#include <stddef.h>

#include "ibid/base/str.h"
#include "ibid/tui/canvas.h"

#define PIECE_TEXT_MAX (4 + 4 * CANVAS_MARKS_MAX)

struct piece {
	char text[PIECE_TEXT_MAX];
	int len;	/* bytes; 0 when nothing is to be drawn */
	int cols;	/* 1 or 2; 0 when nothing is to be drawn */
};

/* The piece of valid `cluster` that starts at `at`; returns where the next one starts (cluster.len at the end). */
size_t piece_next(struct str cluster, size_t at, struct piece *p);
#endif
