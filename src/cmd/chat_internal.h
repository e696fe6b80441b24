/*
 * The inside of `ibid chat`: chat.c reads the options, chat_host.c is the host of
 * include/ibid/tui/host.h, chat_command.c runs command lines, chat_complete.c
 * completes them.
 */
#ifndef CMD_CHAT_INTERNAL_H
#define CMD_CHAT_INTERNAL_H
#include "ibid/base/arena.h"
#include "ibid/base/scope.h"
#include "ibid/cmd/env.h"
#include "ibid/provider/models.h"
#include "ibid/tui/host.h"

struct chat_host {
	struct tui_host tui;
	/* Private from here on. */
	struct cmd_env *env;
	struct arena arena;		/* as long as the host */
	struct models models;
	struct http *http;
	struct known_model *known;	/* resolved so far; their keys are in them */
	struct arena list_arena;	/* of the list that model_at walks */
	struct model_offer *list;
	size_t n_list, cap_list;
};
#define CHAT_HOST_INIT { .arena = ARENA_INIT, .list_arena = ARENA_INIT }

/* Opens the library for writing and the HTTP client; asks nobody. `env` is borrowed. */
enum err_code chat_host_open(struct chat_host *h, struct cmd_env *env, struct err *err);
void chat_host_release(struct chat_host *h);

/* ~/ as the home directory, which nobody else makes of it here; all else as it is. Ends in a NUL. */
struct str chat_real_path(const struct chat_host *h, struct arena *a, struct str path);

/* --- chat_command.c, chat_complete.c: members of struct tui_host */

enum err_code chat_command(void *ctx, struct str line, struct str sid, int width_cols, int *fd, pid_t *child,
	struct err *err);
bool chat_is_command(void *ctx, struct str word);
bool chat_is_verb(void *ctx, struct str command, struct str word);
void chat_complete(void *ctx, struct arena *a, struct str line, size_t cursor, struct line_match **matches, size_t *n,
	size_t *from, size_t *to);
#endif
