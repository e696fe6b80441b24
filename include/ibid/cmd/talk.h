/*
 * cmd/talk.h - `ask` and `query`: one engine, one table of options
 */
#ifndef IBID_CMD_TALK_H
#define IBID_CMD_TALK_H
#include "ibid/cmd/cmd.h"

enum talk_mode {
	TALK_ASK,	/* ungrounded unless a scope is given */
	TALK_QUERY,	/* requires evidence */
};

extern const struct opt talk_opts[];
extern const struct cmd_exit talk_exits[];

/* Markdown laid out for the terminal that `out` is. */
void talk_render(struct out *out, struct str markdown);

enum err_code talk_run(struct cmd_env *env, const struct cmd_args *args, enum talk_mode mode, struct err *err);
#endif
