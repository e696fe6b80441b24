/*
 * cmd/opts.h - options as rows of a table, and their parser
 *
 * A row knows all about its option, help included; parser, help, completions
 * and the manual read the same rows. The parser follows GNU habits ("Program
 * Argument Syntax Conventions", glibc manual 25.1.1): --name value, --name=value,
 * -n value, -nvalue, bundled letters, `--` ends the options, `-` is an operand,
 * options may follow operands. Departures: long names are never abbreviated,
 * because an abbreviation freezes the name space; every OPT_FLAG also answers
 * to --no-NAME (and --no-x to --x) without a row of its own.
 *
 *	static struct { struct str model; bool raw; int64_t top; } arg = { .top = 8 };
 *	static const struct opt ask_opts[] = {
 *		{ OPT_STRING, 'm', "model", &arg.model, "NAME", "model to ask", COMPLETE_MODEL },
 *		{ OPT_INT, 0, "top", &arg.top, "N", "passages to show it", .min = 1, .max = 100 },
 *		{ OPT_FLAG, 0, "raw", &arg.raw, NULL, "write the answer's bytes as they come" },
 *		{ .kind = OPT_END }
 *	};
 *
 * What a target held before is its default. Strings borrow from argv, so they
 * end in a NUL and `.p` is a C string; .p is NULL when the option was not given.
 */
#ifndef IBID_CMD_OPTS_H
#define IBID_CMD_OPTS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/cmd/complete.h"

/*
 * kind, what `to` points at, what is accepted. OPT_ENUM stores the index of the
 * word in `values`. OPT_DATE takes what clock_parse_date takes, OPT_AGE what
 * clock_parse_age takes, OPT_SIZE bytes with k, M or G (powers of 1,024).
 */
enum opt_kind {
	OPT_END,
	OPT_FLAG,		/* bool */
	OPT_COUNT,		/* int: how often it was given */
	OPT_STRING,		/* struct str */
	OPT_LIST,		/* struct opt_list: repeatable */
	OPT_INT,		/* int64_t within min..max */
	OPT_NUMBER,		/* double within min..max */
	OPT_ENUM,		/* int */
	OPT_OPTIONAL_VALUE,	/* struct opt_value: --json or --json=2, never --json 2 */
	OPT_SIZE,		/* int64_t bytes */
	OPT_DATE,		/* int64_t wall ms */
	OPT_AGE,		/* int64_t ms */
};

enum opt_flags {
	OPT_STOPS = 1u << 0,	/* what follows is not read: --help */
	OPT_HIDDEN = 1u << 1,	/* works, but is in no help and no completion */
};

struct opt {
	enum opt_kind kind;
	char letter;			/* 0: none */
	const char *name;		/* without the dashes; never NULL */
	void *to;
	const char *value;		/* its name in the help: "FILE"; NULL for flags */
	const char *help;		/* lower case, no full stop, fits beside the name in 80 columns or is wrapped */
	enum complete_kind complete;	/* of its value */
	const char *const *values;	/* OPT_ENUM, COMPLETE_WORDS: the words, NULL at the end */
	int64_t min, max;		/* OPT_INT, OPT_NUMBER: both 0 means any */
	unsigned flags;
	size_t at;			/* instead of `to`: offset into the base of the set */
};

struct opt_value {
	bool given;
	struct str value;	/* empty when only the name was given */
};

struct opt_list {
	struct str *v;
	size_t n;
	/* Private from here on. */
	size_t cap;
};
#define OPT_LIST_INIT { NULL, 0, 0 }
void opt_list_add(struct opt_list *l, struct str s);
void opt_list_release(struct opt_list *l);

/* Rows whose targets are absolute (base NULL) or offsets into `base`. */
struct opt_set {
	const struct opt *rows;
	void *base;
};

#define OPT_SETS_MAX 2

/* The caller changes `sets` between two calls when an operand turned out to be a command. */
struct opt_parser {
	int argc;
	char **argv;
	int at;				/* next word; begin with 1 */
	struct opt_set sets[OPT_SETS_MAX];	/* tried in order; rows may be NULL */
	int64_t now_ms;			/* for ages and "today" */
	bool dash_operands;		/* after an operand, -word that begins with no known letter is one too */
	/* Private from here on. */
	bool after_dashes, after_operand, stopped;
};

/*
 * Store options up to the next operand and give that; operand->p is NULL when
 * none is left or an option with OPT_STOPS was met.
 *
 * Errors: ERR_USAGE  unknown option (with a likely one), missing or bad value
 */
enum err_code opt_next(struct opt_parser *p, struct str *operand, struct err *err);

/* The row of a long name in the sets, "no-" forms included; NULL when unknown. */
const struct opt *opt_by_name(const struct opt_parser *p, struct str name, bool *negated);
/* The row of a letter; NULL when unknown. */
const struct opt *opt_by_letter(const struct opt_parser *p, char letter);

/* Whether the option must be followed by a value. */
bool opt_takes_value(const struct opt *o);

/* --model NAME, --json[=N], --pager: as help and completions name it. */
void opt_add_name(struct buf *out, const struct opt *o);

/*
 * Edits between two words: insert, delete, replace, swap neighbours
 * (Damerau; optimal string alignment). More than `limit` gives limit + 1.
 */
int opt_distance(struct str a, struct str b, int limit);
#endif
