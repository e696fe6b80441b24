/*
 * config/settings.h - the table of settings
 *
 * A row knows all about its setting: type, range, the variable of the
 * environment that sets it, whether a project file may, and its help. The
 * defaults are written in the configuration language itself, in
 * src/config/defaults.ini, and compiled in.
 *
 * A name is SECTION.KEY or SECTION.SUB.KEY; `*` in a row stands for any
 * subsection: [provider "claude"] base_url is provider.claude.base_url, described
 * by the row provider.*.base_url. A subsection may hold dots, as in git. `*` for
 * the last part stands for any: [keys "input"] ctrl-x e is keys.input.ctrl-x e,
 * whose parts config cannot know; who reads them checks them (tui/keymap).
 */
#ifndef IBID_CONFIG_SETTINGS_H
#define IBID_CONFIG_SETTINGS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/str.h"

/* type, how it is spelled, what the number is */
enum setting_type {
	SETTING_STR,	/* any text of one line */
	SETTING_PATH,	/* a file; ~/ at its start is the home directory */
	SETTING_WORDS,	/* words separated by spaces or commas */
	SETTING_BOOL,
	SETTING_INT,
	SETTING_NUMBER,	/* a decimal fraction */
	SETTING_ENUM,	/* one of `values`; its index */
	SETTING_TIME,	/* config/value.h; ms */
	SETTING_SIZE,	/* config/value.h; bytes */
	SETTING_AGE,	/* clock_parse_age, or "forever"; ms, forever is 0 */
	SETTING_TYPE_COUNT
};

enum setting_flags {
	SETTING_PROJECT = 1u << 0,	/* a file .ibid of a project may set it: no keys, commands, URLs */
	SETTING_COMMAND = 1u << 1,	/* its value is run by a shell */
};

struct setting {
	const char *name;
	enum setting_type type;
	unsigned flags;
	const char *env;		/* "IBID_MODEL"; NULL: none */
	int64_t min, max;		/* of the number, in its unit; both 0: any from 0 */
	const char *const *values;	/* SETTING_ENUM; NULL at the end */
	const char *help;
};

/* In the order of the manual; name NULL at the end. */
extern const struct setting setting_table[];

/* The row that describes a name; NULL when there is none. */
const struct setting *setting_find(struct str name);

/* The row nearest to a mistyped name, or NULL; only rows of the same section or at most 2 edits away. */
const struct setting *setting_nearest(struct str name);

/* "provider.my.model" in parts; sub is empty without one. False unless it has 2 or 3 non-empty parts. */
bool setting_split(struct str name, struct str *section, struct str *sub, struct str *key);

/*
 * Check a value. *number is its number (BOOL: 0 or 1; ENUM: index); NUMBER gives
 * thousandths, text types 0.
 *
 * Errors: ERR_CONFIG  with name, value and what is accepted
 */
enum err_code setting_check(const struct setting *s, struct str name, struct str value, int64_t *number,
	struct err *err);

/* "1 to 100", "warn, strip or strict", "true or false": what is accepted, for help and errors. */
void setting_add_range(struct buf *out, const struct setting *s);

/* The compiled-in defaults, as text of a configuration file. */
struct str setting_defaults(void);
#endif
