/*
 * extract/lines.h - what one line of plain text looks like
 *
 * Shared by the formats whose only mark-up is how people type: text files and
 * the lines of a PDF page.
 */
#ifndef IBID_EXTRACT_LINES_H
#define IBID_EXTRACT_LINES_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/str.h"

/*
 * Bytes of the mark that makes the line an item of a list, with the space after
 * it: a bullet, a dash, "1.", "12)", "(a)", "iv.". 0 when it is none. `line` has no
 * white space before it.
 */
size_t line_item_mark(struct str line);

/* Short, begins with a capital or a digit, ends without punctuation, holds words: it may be a heading. */
bool line_may_head(struct str line);

/* "Figure 2: ...", "Table 1. ...": the words under a picture or above a table. */
bool line_is_caption(struct str line);

/* The line says no more than where it stands: digits, "Page 3 of 7", "- iv -". */
bool line_is_page_number(struct str line);
#endif
