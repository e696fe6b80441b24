/*
 * The inside of a pane: pane.c scrolls and draws, pane_block.c lays one item out,
 * pane_seek.c walks marks and matches.
 */
#ifndef TUI_PANE_INTERNAL_H
#define TUI_PANE_INTERNAL_H
#include "ibid/base/buf.h"
#include "ibid/tui/canvas.h"
#include "ibid/tui/pane.h"

/* One item, laid out for one look. Its rows: the head, the fold and what it folds, the text, the foot lines, a blank one. */
struct block {
	int64_t key;
	uint32_t revision;
	unsigned look;		/* of the pane when it was laid out */
	unsigned frame;		/* of the pane when a live text was asked for last */
	uint64_t used;
	bool is_live;
	size_t fed;		/* bytes of a live text that the rows have */
	struct arena arena;
	struct pane_content content;	/* without its text */
	struct rows *rows, *unfolded;
	struct rows **foot;	/* beside content.foot */
};

enum block_part { PART_HEAD, PART_FOLD, PART_UNFOLDED, PART_TEXT, PART_FOOT, PART_BLANK };

/* Which part a row of a block belongs to, and which row of that part it is (of a foot: of all foot lines). */
enum block_part block_part(const struct block *b, size_t row, size_t *at);
size_t block_height(const struct block *b);
/* The row of the block where its text begins. */
size_t block_text_from(const struct block *b);

/* The widths and colours of all blocks. */
struct look {
	int cols;		/* of the pane, without its margins */
	bool color, raw;
	struct highlight *highlight;	/* shared by all panes; NULL: each text has its own */
};

void block_lay_out(struct block *b, const struct pane_source *source, size_t item, const struct look *look);
/* A live block gets what its text has grown by. */
void block_feed(struct block *b, const struct pane_source *source, size_t item, const struct look *look);
void block_release(struct block *b);

/* What the drawing of a row is to stress. */
struct stress {
	bool is_selected;	/* the item */
	int mark;		/* index of the selected mark; -1: none */
	struct str needle;
	bool any_case;
};
void block_draw(const struct block *b, size_t row, struct canvas *c, int y, int x, int cols, int skip_cols,
	const struct stress *stress);
/* Whether a row of the block's text holds the needle. */
bool block_holds(const struct block *b, size_t row, const struct stress *stress);

struct pos {
	size_t item, row;
};

struct pane {
	struct pane_source source;
	int rows, cols, margin;
	struct look look;
	unsigned look_n, frame;	/* counted up when they change */
	struct block **cache;
	size_t n_cache, cap_cache;
	uint64_t tick;
	struct pos top;
	int64_t top_key;
	bool follows;
	size_t new_rows, end_height;
	int64_t end_key;
	int skip_cols;
	size_t selected;
	int64_t selected_key;
	int mark;
	struct buf needle;
	struct pos found;
	bool has_found;
};

size_t pane_n(const struct pane *p);
/* The block of an item, laid out as it is now. Valid until the next call. */
struct block *pane_block(struct pane *p, size_t item);
/* One row further (back); false at the end. */
bool pos_step(struct pane *p, struct pos *at, int step);
/* The row comes into view. */
void pane_reveal(struct pane *p, struct pos at);
struct stress pane_stress(const struct pane *p, size_t item);
#endif
