/*
 * render/highlight.h - languages whose code is coloured, loaded at their first use
 *
 * By libt3highlight: line by line with a state, so that a stream colours as it
 * comes. Its own languages are used where it has them, and a few small ones of
 * ours (src/render/lang/). What cannot be loaded is shown without colours.
 *
 * One object serves all messages of a screen: loading a language takes about a
 * millisecond and 100 KB.
 */
#ifndef IBID_RENDER_HIGHLIGHT_H
#define IBID_RENDER_HIGHLIGHT_H
#include <stdbool.h>

#include "ibid/base/scope.h"
#include "ibid/base/str.h"

/* Longer lines are not coloured, in bytes: the patterns take time by more than their length. */
#define HIGHLIGHT_LINE_MAX ((size_t)10 << 10)

struct highlight;

struct highlight *highlight_new(void);
void highlight_free(struct highlight *h);
SCOPE_PTR(highlight)

/* The way through one block of code; `highlight` must outlive it. */
struct paint;

/* NULL when the language of a fence ("python", "c++ title=x") is not known. */
struct paint *paint_new(struct highlight *h, struct str info);
void paint_free(struct paint *p);

/* Calls `run` for each part of the line, all of it, in order; `style` is OUT_CODE or an enum row_style. */
typedef void paint_fn(void *ctx, struct str part, unsigned style);
void paint_line(struct paint *p, struct str line, paint_fn *run, void *ctx);

/* Where the next line begins; and back to it, after lines that were tried. */
int paint_place(struct paint *p);
void paint_return(struct paint *p, int place);
#endif
