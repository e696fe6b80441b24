/*
 * render/layout_internal.h - containers and leaves of one block, between md4c's events (events.c) and lines (layout.c)
 */
#ifndef IBID_RENDER_LAYOUT_INTERNAL_H
#define IBID_RENDER_LAYOUT_INTERNAL_H
#include "render/render_internal.h"

enum box { BOX_QUOTE, BOX_LIST, BOX_ITEM };

struct container {
	enum box box;
	bool is_tight;		/* LIST and its items: no blank lines between them */
	unsigned number;	/* LIST: of its next item */
	char mark;		/* LIST: '-', or what follows the number */
	size_t prefix_from;	/* length of the prefix without it */
};

/* The way through one block. */
struct pass {
	struct layout *l;
	struct container *stack;
	size_t depth, cap;
	size_t common;		/* containers that the last leaf and the next one both stand in */
	bool wrote;
	struct buf prefix;	/* of every line; an item's is blanks */
	struct buf marker;	/* stands on the next line instead of the prefix from marker_from on: "- " */
	size_t marker_from;
	struct inlines text;	/* of the leaf that is gathered */
	enum out_style style;	/* of its plain text */
};

void pass_quote(struct pass *p);
/* `mark` is '-' for bullets, else what follows the number. */
void pass_list(struct pass *p, bool is_tight, char mark, unsigned number);
/* `task` is what stands between the brackets of a task, 0 when it is none. */
void pass_item(struct pass *p, char task);
void pass_leave(struct pass *p);

/* The style of text that has none of its own, by its containers. */
enum out_style pass_style(const struct pass *p);

/* Write the text gathered so far, if any, as a leaf. */
void pass_text(struct pass *p);
void pass_rule(struct pass *p);
void pass_table(struct pass *p, const struct table *t);
void pass_code(struct pass *p, struct str info, struct str code);

/* events.c: parse a block and walk it. */
void pass_parse(struct pass *p, struct str source);
#endif
