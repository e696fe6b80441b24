/*
 * tui/pane.h - a column of messages that scrolls
 *
 * Shows what a source gives: items, each with a head, a text, foot lines. Only
 * items that come into view are asked for and laid out; layouts are kept while
 * they fit PANE_CACHE_BYTES. A frame costs what the window holds, whatever the
 * length of the conversation. Positions are (item, row), never a row number of
 * the whole, so nothing must be measured that is not seen.
 *
 * The view follows the end only while it stands there. A new width, a new item
 * above, an answer that is laid out anew: the same words stay at the top.
 */
#ifndef IBID_TUI_PANE_H
#define IBID_TUI_PANE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/render/rows.h"

struct canvas;

/* Memory of layouts that are kept; those on the screen are kept in any case. */
#define PANE_CACHE_BYTES ((size_t)1 << 20)
/* The widest text column; more width goes to the margins (code and tables may use it). */
#define PANE_TEXT_COLS 100

/* key tells items apart for good; a new revision of a key is laid out anew. */
struct pane_item {
	int64_t key;
	uint32_t revision;
};

struct pane_line {
	struct str text;
	unsigned style;
};

/* What an item holds. Strings live in the arena or longer than the call. */
struct pane_content {
	struct str role;		/* left in the head: "you", "ibid  model-x"; empty: no head */
	struct str aside;		/* right in the head: a time, a count of sources */
	struct str text;
	bool is_plain;			/* no Markdown */
	bool is_live;			/* text only grows at its end until the revision changes */
	struct str fold;		/* one line for what is folded away ("reasoning, 40 lines"); empty: nothing is */
	struct str unfolded;		/* its text when it is to be seen */
	struct row_mark_look (*mark)(void *ctx, int n);
	void *mark_ctx;
	const struct pane_line *foot;
	size_t n_foot;
};

struct pane_source {
	size_t (*n)(void *ctx);
	struct pane_item (*item)(void *ctx, size_t i);
	void (*fill)(void *ctx, size_t i, struct arena *a, struct pane_content *content);
	void *ctx;
};

struct pane;

/* `highlight` (NULL: each text loads its own) is borrowed. */
struct pane *pane_new(const struct pane_source *source, struct highlight *highlight);
void pane_free(struct pane *p);
SCOPE_PTR(pane)

/* The size it is drawn in, and whether code has colours and math stays raw. Cheap when nothing changed. */
void pane_set_size(struct pane *p, int rows, int cols);
void pane_set_look(struct pane *p, bool color, bool raw);
/* The list of items changed: some came, went, or have a new revision. */
void pane_changed(struct pane *p);

/* Draw at (row, col) of the canvas. Returns the rows used. */
int pane_draw(struct pane *p, struct canvas *c, int row, int col);

/* --- moving */

bool pane_is_at_end(const struct pane *p);
/* Rows that came below the view since it left the end. */
size_t pane_new_rows(const struct pane *p);
/* Rows down (negative: up); ends following, reaching the end resumes it. */
void pane_scroll(struct pane *p, int rows);
void pane_to_end(struct pane *p);
void pane_to_top(struct pane *p);
void pane_scroll_sideways(struct pane *p, int cols);
/* The item and row at the top, and where they are in percent of the items. */
size_t pane_top_item(const struct pane *p);
int pane_percent(const struct pane *p);
int pane_height(const struct pane *p);

/* --- the selected item, and the selected mark [n] in it; SIZE_MAX and -1: none */

void pane_select(struct pane *p, size_t item);
size_t pane_selected(const struct pane *p);
/* To the next (previous) item, which comes into view. False at the end. */
bool pane_select_step(struct pane *p, int step);
/* To the next (previous) mark from here on, over items. False when there is none. */
bool pane_mark_step(struct pane *p, int step);
/* To mark number n of the selected item. */
bool pane_mark_number(struct pane *p, int n);
/* The number of the selected mark, and which of the item's marks it is; -1 when none. */
int pane_mark(struct pane *p, size_t *index);
void pane_mark_clear(struct pane *p);
/* An item comes into view: its head at the top when it is longer than the view. */
void pane_show(struct pane *p, size_t item);

/* --- finding */

/*
 * Highlight `needle` (smart case), empty: nothing. pane_find goes to the next
 * (previous) row that holds it in an item of which `holds` is true (NULL: all),
 * starting behind the row found last or at the top. *wrapped tells that it began
 * again at the other end. False when no row holds it.
 */
void pane_needle(struct pane *p, struct str needle);
bool pane_find(struct pane *p, int step, bool (*holds)(void *ctx, int64_t key), void *ctx, bool *wrapped);

/* --- what stands there */

/* The rows of an item's text; laid out if need be. Borrowed until the next call of the pane. */
const struct rows *pane_rows(struct pane *p, size_t item);
/* What is drawn at a cell of the pane: the item, and the mark there (0: none) or link (empty: none). False on nothing. */
bool pane_hit(struct pane *p, int row, int col, size_t *item, int *mark, struct str *url);
#endif
