/*
 * render/markdown.h - Markdown laid out for a terminal, block by block as it arrives
 *
 * Append-only: a block is written when it is complete and never touched again,
 * so it needs no cursor movement and serves scrollback, screen readers and
 * copying. Text that people copy gets no box, gutter or indent: code stands at
 * the column where its fence does, paragraphs at column 1. Items of a top-level
 * list and lines of a top-level code block are written one by one, since both may be long.
 *
 * Source: CommonMark 0.30 and GitHub's tables, strikethrough and task lists, by
 * md4c. Departures: HTML is shown as text; reference definitions are shown where
 * they stand and not resolved, because the text after them is not known yet and
 * what they define ([1]) is how ibid writes citations. Links are followed by
 * their host, `label (host)`, so that a label cannot pretend.
 *
 * Foreign text is made harmless before it is measured; control characters never
 * take part in the layout. Time and output are linear in the input.
 *
 *	SCOPED_PTR(render_md) md = render_md_new(&env->out, width_cols);
 *	while (...)
 *		render_md_feed(md, delta);
 *	render_md_end(md);
 *
 * To a pipe callers write the source Markdown instead.
 */
#ifndef IBID_RENDER_MARKDOWN_H
#define IBID_RENDER_MARKDOWN_H
#include "ibid/base/out.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

struct render_md;

/* Widest text column: longer lines are hard to read. Code is never wrapped; tables may use the whole width. */
#define RENDER_TEXT_COLS 100
/* Containers shown by their marks; what is nested deeper is shown at this depth. */
#define RENDER_DEPTH_MAX 12

/* `out` is borrowed and must outlive the renderer; nothing is flushed. `width_cols` of the terminal, at least 1. */
struct render_md *render_md_new(struct out *out, int width_cols);

/* More source, cut anywhere. Writes the blocks that became complete. */
void render_md_feed(struct render_md *md, struct str source);

/* The source is over: write what is left. Afterwards the renderer is as new. */
void render_md_end(struct render_md *md);

/* Whether a block waits that is not written yet; a caller may show that something comes. */
bool render_md_is_pending(const struct render_md *md);

void render_md_free(struct render_md *md);
SCOPE_PTR(render_md)
#endif
