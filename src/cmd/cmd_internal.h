/*
 * cmd/cmd_internal.h - what the parts of the framework ask of each other
 */
#ifndef IBID_CMD_CMD_INTERNAL_H
#define IBID_CMD_CMD_INTERNAL_H
#include <stdbool.h>

#include "ibid/base/arena.h"
#include "ibid/base/err.h"
#include "ibid/cmd/cmd.h"
#include "ibid/config/config.h"

/* help.c: a command's help, or the list of commands when it is NULL; and "ibid 0.1.0". */
enum err_code cmd_help_show(struct cmd_env *env, const struct cmd *c, struct err *err);
enum err_code cmd_version_show(struct cmd_env *env, struct err *err);
/* A command or a verb is missing: what there is, and ERR_USAGE. */
enum err_code cmd_help_missing(struct cmd_env *env, struct err *err);

/* env.c: decide colour anew after the options are known. */
void cmd_apply_color(struct cmd_env *env);
/* Where the configuration comes from: options, environment and working directory. Texts live in `a`. */
struct config_sources cmd_config_sources(struct cmd_env *env, struct arena *a);

/* library.c: close the library if one is open. */
void cmd_store_close(struct cmd_env *env);
/* program.c: close the pager's pipe and wait for it. */
void cmd_pager_end(struct cmd_env *env);

/*
 * The parents of a command: "session" of "session list". NULL for a top one.
 */
const struct cmd *cmd_parent(const struct cmd *c);

#endif
