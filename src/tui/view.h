/*
 * tui/view.h - what lies over or beside the conversation: lists, sources, a page to read
 *
 * A view draws itself into a rectangle and answers actions of the key table
 * (tui/keymap). Keys without a binding come to `type`. A view knows the screen
 * it is on (screen_internal.h) and calls it to open sessions, run commands, say
 * something; it never draws outside its rectangle and never waits.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H
#include <stdbool.h>

#include "ibid/tui/canvas.h"
#include "ibid/tui/decode.h"
#include "ibid/tui/keymap.h"

struct screen;
struct view;

struct area {
	int row, col, rows, cols;
};

struct view_ops {
	const char *name;		/* in the status row: "sources", "sessions" */
	enum key_view keys;
	void (*draw)(struct view *v, struct canvas *c, struct area at);
	/* False: not this view's; the screen may know it (redraw, help, quit). */
	bool (*act)(struct view *v, enum action a);
	/* A key that is bound to nothing here: text for a filter, digits. NULL: ignored. */
	bool (*type)(struct view *v, const struct input *t);
	/* A press of the first button inside the area, from its corner. NULL: ignored. */
	void (*click)(struct view *v, int row, int col);
	/* What it shows may have changed: a session, an answer, the library. NULL: nothing to do. */
	void (*refresh)(struct view *v);
	/* Keys valid now, for the bottom row. NULL: the general ones. */
	void (*hint)(struct view *v, struct buf *out);
	void (*free)(struct view *v);
};

/* The first member of every view. */
struct view {
	const struct view_ops *ops;
	struct screen *screen;
};

static inline void view_free(struct view *v)
{
	if (v)
		v->ops->free(v);
}
#endif
