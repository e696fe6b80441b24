/*
 * config/ini_internal.h - inih behind one function: lines of a configuration text
 */
#ifndef IBID_CONFIG_INI_INTERNAL_H
#define IBID_CONFIG_INI_INTERNAL_H
#include "ibid/base/err.h"
#include "ibid/base/str.h"

struct ini_line {
	struct str section, sub;	/* sub is empty without one */
	struct str key, value;		/* the value without its quotes */
	int line;			/* from 1 */
};

/* Return OK to go on; any other code stops the reading and is its result. Texts die with the call. */
typedef enum err_code ini_line_fn(void *ctx, const struct ini_line *l, struct err *err);

/*
 * Read a text; `name` is for the errors: "name:line: what is wrong".
 *
 * Errors: ERR_CONFIG  a line is neither section, setting nor comment; too long; not UTF-8; NUL
 */
enum err_code ini_read(struct str text, const char *name, ini_line_fn *on_line, void *ctx, struct err *err);

/* `provider "claude"`, what stands between the brackets, in parts. False when it is no such thing. */
bool ini_split_section(struct str inside, struct str *section, struct str *sub);
#endif
