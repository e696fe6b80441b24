/*
 * cmd/cmd.h - a command is a row: name, operands, options, examples, statuses
 *
 * src/cmd/table.def lists the commands in the order of the help. From the row
 * come dispatch, `ibid help`, usage errors, completions for three shells and the
 * synopsis in the manual. A new command is src/cmd/NAME.c, the line CMD(NAME)
 * in table.def, its test and its prose:
 *
 *	static enum err_code ask_run(struct cmd_env *env, const struct cmd_args *args, struct err *err);
 *	const struct cmd cmd_ask = {
 *		.name = "ask", .group = GROUP_TALK, .args = "[PROMPT...]", .opts = ask_opts, .run = ask_run,
 *		.summary = "one prompt to one or several models",
 *		.examples = (const char *const[]){ "ibid ask \"why is the sky blue?\"", NULL },
 *		.exits = (const struct cmd_exit[]){ { 1, "the model abstained" }, { 75, NULL }, { 0, NULL } },
 *	};
 *
 * A noun with verbs (`session list`) names them in `subs`; its own `run` is used
 * when the next word is no verb, and without one the verbs are shown.
 *
 * The usage line is the rule: operands are counted against `args`, where a word
 * in [brackets] may be absent and one with "..." may repeat.
 */
#ifndef IBID_CMD_CMD_H
#define IBID_CMD_CMD_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/err.h"
#include "ibid/base/str.h"
#include "ibid/cmd/complete.h"
#include "ibid/cmd/env.h"
#include "ibid/cmd/opts.h"

enum cmd_group {
	GROUP_TALK, GROUP_LIBRARY, GROUP_EVIDENCE, GROUP_HISTORY, GROUP_EXPLORE, GROUP_RUN, GROUP_CARE,
	GROUP_COUNT
};

enum cmd_flags {
	CMD_HIDDEN = 1u << 0,		/* in no list: __complete */
	CMD_NO_CONFIG = 1u << 1,	/* runs without reading the configuration first, so that a broken one does no harm */
	CMD_NO_JSON = 1u << 2,		/* --json and --jsonl are refused: a screen, a script */
	CMD_POLLS_INTERRUPT = 1u << 3,	/* asks cmd/interrupt.h itself; all others end at the first Ctrl-C */
	CMD_DASH_OPERANDS = 1u << 4,	/* operands such as -TAG: see opts.h */
	CMD_WORDS_ARE_OPERANDS = 1u << 5,	/* options are not parsed at all: __complete */
};

struct cmd_args {
	const struct str *v;	/* from argv: they end in a NUL */
	size_t n;
};

/* One line of the help's list of statuses; `when` NULL gives the general words. Ends at { 0, NULL }. */
struct cmd_exit {
	int status;
	const char *when;
};

typedef enum err_code cmd_run_fn(struct cmd_env *env, const struct cmd_args *args, struct err *err);

#define CMD_COMPLETE_MAX 3

struct cmd {
	const char *name;
	const char *aliases;			/* words separated by spaces; NULL: none */
	enum cmd_group group;
	unsigned flags;
	const char *args;			/* operands as the usage line shows them; NULL: none */
	const struct opt *opts;
	cmd_run_fn *run;
	const char *summary;			/* lower case, no full stop, at most 60 columns */
	const char *details;			/* paragraphs, wrapped by the help; NULL: none */
	const char *const *examples;		/* two to four; NULL at the end */
	const struct cmd *const *subs;		/* NULL at the end */
	const struct cmd_exit *exits;		/* besides 0, 2, 70, 74 and 78, which hold for all */
	enum complete_kind complete[CMD_COMPLETE_MAX];	/* of the operands in order; the last repeats with "..." */
	const char *const *values;		/* words of operands with COMPLETE_WORDS */
};

/* All commands in the order of table.def, NULL at the end. */
extern const struct cmd *const cmd_table[];

/* Title of a group in the help. */
const char *cmd_group_title(enum cmd_group group);

/* By name or alias in a list that ends in NULL; NULL when there is none. */
const struct cmd *cmd_find(const struct cmd *const *list, struct str word);

/* The command whose name is nearest to `word` and at most 2 edits away; NULL when none is. */
const struct cmd *cmd_nearest(const struct cmd *const *list, struct str word);

/* How many operands `args` asks for; *max is SIZE_MAX when one may repeat. */
void cmd_count_args(const char *args, size_t *min, size_t *max);

/* What an exit status means in general, for help and manual; NULL for an unknown one. */
const char *cmd_exit_meaning(int status);

/*
 * Read the command line and run what it says. The error's sentence is for the
 * caller to print (env->title says whose it is); its code gives the exit status.
 */
enum err_code cmd_main(struct cmd_env *env, int argc, char **argv, struct err *err);

/* The last words of a run: the closing JSON line, the error on standard error, all flushed; returns the exit status. */
int cmd_finish(struct cmd_env *env, enum err_code code, struct err *err);
#endif
