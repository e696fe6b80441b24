/*
 * cmd/progress.h - one line on standard error that says how far a long command is
 *
 * On a terminal: one line, rewritten at most ten times a second, and only after
 * half a second, so that what is quick stays silent. Elsewhere nothing, but with
 * -v a plain "n/m" line every ten seconds. Never with -q, --json or a dumb
 * terminal's or a screen reader's wish (TERM=dumb, ACCESSIBLE).
 *
 *	struct progress p = progress_begin(env, "ingesting");
 *	progress_set(&p, done, total, name);
 *	progress_end(&p);			before anything else is written
 */
#ifndef IBID_CMD_PROGRESS_H
#define IBID_CMD_PROGRESS_H
#include <stdbool.h>
#include <stdint.h>

#include "ibid/base/str.h"
#include "ibid/cmd/env.h"

struct progress {
	/* Private from here on. */
	struct cmd_env *env;
	const char *verb;
	int64_t began_ms, shown_ms;
	bool is_live, is_visible;
};

struct progress progress_begin(struct cmd_env *env, const char *verb);
/* `total` 0: unknown; `done` below 0: nothing is counted but seconds. `what` is the thing at hand, foreign text; may be empty. */
void progress_set(struct progress *p, int64_t done, int64_t total, struct str what);
/* Take the line away, for a message or for good; the next progress_set shows it again. */
void progress_clear(struct progress *p);
void progress_end(struct progress *p);
#endif
