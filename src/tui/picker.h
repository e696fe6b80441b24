/*
 * tui/picker.h - a list that is narrowed down by typing: sessions, models, documents, branches, keys
 *
 * A list gives rows; this file draws them, moves, filters and hands actions on
 * with the row they are meant for. What is typed narrows the list to rows that
 * hold it, in any case; Backspace widens it again.
 */
#ifndef TUI_PICKER_H
#define TUI_PICKER_H
#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "view.h"

struct picker_row {
	int64_t id;
	struct str text;	/* the left part; what is typed is looked for here and in aside */
	struct str aside;	/* right aligned where there is room */
	unsigned style;
	bool is_current;	/* the one in use: ">" */
	bool is_chosen;		/* one of several: "x" */
	int indent;
};

struct picker;

struct picker_ops {
	const char *name, *title;
	/* Fill list->rows from list->arena, which was just reset. An error is shown in the place of the rows. */
	enum err_code (*load)(struct picker *l, struct err *err);
	void (*open)(struct picker *l, const struct picker_row *row);
	/* Other actions; `row` is NULL in an empty list. False: not known here. NULL: none. */
	bool (*act)(struct picker *l, const struct picker_row *row, enum action a);
	const char *hint;
	const char *empty;	/* what an empty list says */
	void (*release)(struct picker *l);	/* of `data`; NULL: nothing */
};

struct picker {
	struct view view;
	const struct picker_ops *ops;
	struct arena arena;
	struct picker_row *rows;
	size_t n, cap;
	void *data;		/* the kind's own */
	/* Private from here on. */
	size_t *shown, n_shown;
	size_t selected, top;
	int page;
	struct buf filter;
	struct buf fault;
	struct arena shown_arena;
};

struct view *picker_new(struct screen *s, const struct picker_ops *ops, void *data);
/* A row at the end, for load(). */
struct picker_row *picker_add(struct picker *l);
/* Load again; the selection stays on its id. */
void picker_reload(struct picker *l);
struct str picker_filter(const struct picker *l);
#endif
