/*
 * tui/term_type.h - terminal types and their strings, from terminfo
 *
 * A header of its own, because <term.h> has a struct term too.
 */
#ifndef IBID_TUI_TERM_TYPE_H
#define IBID_TUI_TERM_TYPE_H
#include <stdbool.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"

/*
 * The first of `name` and its fallbacks that is installed and can move its cursor.
 * Errors: ERR_USAGE it cannot; ERR_CONFIG none is installed.
 */
enum err_code type_find(const char *name, int fd, struct buf *type, struct err *err);
/* Whether it understands private modes, OSC and DECRQM as xterm does. */
bool type_is_plain(const char *type);
/* A string of the terminal in use, without padding; nothing when it has none. */
void type_add(struct buf *out, const char *capability);
void type_add_move(struct buf *out, int row, int col);
#endif
