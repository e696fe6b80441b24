/*
 * config/edit.h - change one line of a configuration text and leave all others as they are
 *
 * What a person wrote stays: comments, order, blank lines, indentation. The line
 * changed is the one that is in force, the last of its name; a new setting is
 * put at the end of its section, a new section at the end of the text.
 */
#ifndef IBID_CONFIG_EDIT_H
#define IBID_CONFIG_EDIT_H
#include <stddef.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/str.h"

/*
 * Append to `out` the text with `name` set to `value`.
 *
 * Errors: ERR_CONFIG  no such setting, the value is not accepted (says what is),
 *                     or would not read back as it is
 */
enum err_code config_edit_set(struct str text, struct str name, struct str value, struct buf *out, struct err *err);

/* Append the text without the lines that set `name`; returns how many there were. */
size_t config_edit_unset(struct str text, struct str name, struct buf *out);
#endif
