/*
 * tui/host.h - what the conversation on the terminal asks of the program around it
 *
 * The screen knows no providers, no network and no commands: cmd/chat.c hands it
 * these functions. Anything a person could type in a shell (`/doc list`) runs as
 * `ibid doc list` in a process of its own, so the same parser serves both, a
 * command that takes long never stops the screen, and one that dies takes
 * nothing with it.
 */
#ifndef IBID_TUI_HOST_H
#define IBID_TUI_HOST_H
#include <poll.h>
#include <sys/types.h>

#include "ibid/base/arena.h"
#include "ibid/base/clock.h"
#include "ibid/base/err.h"
#include "ibid/base/path.h"
#include "ibid/chat/conversation.h"
#include "ibid/config/config.h"
#include "ibid/tui/line.h"

/* A model as the picker and the status row show it. */
struct host_model {
	struct conversation_model ask;	/* resolved: provider, key */
	int64_t max_out_tokens;		/* -1: unknown */
	int64_t price_in, price_out;	/* USD micros per million tokens; -1: unknown, 0: free */
	bool is_local;
};

enum host_program { HOST_EDITOR, HOST_PAGER, HOST_OPENER, HOST_PROGRAM_COUNT };

struct tui_host {
	void *ctx;
	const struct config *config;
	struct chat_env chat;		/* db, http, clock, models, rand */
	path_env_fn *env;
	void *env_ctx;
	const char *version;
	bool color;			/* as decided for standard output */

	/* Move the transfers, wait for them or for the caller's descriptors; -1: without a limit. Ends early at a signal. */
	void (*wait)(void *ctx, struct pollfd *fds, size_t n, int timeout_ms);

	/* For a front end that has no signalfd, or had given it up for a while: SIGINT (forgotten by this call), SIGTERM (stays), or 0. */
	int (*signal)(void *ctx);

	/*
	 * Resolve a name, or the default by an empty one; the result lives as long as the host. May fetch a key, which
	 * may start a program of the user's. Errors as endpoint_find.
	 */
	enum err_code (*model)(void *ctx, struct str name, const struct host_model **model, struct err *err);
	/* Model number i that could be asked, without asking anybody: its name and a few words; false at the end. */
	bool (*model_at)(void *ctx, struct arena *a, size_t i, struct str *name, struct str *about);

	/* Documents and filters as -d takes them. The scope lives in the arena and borrows nothing of the words. */
	enum err_code (*scope)(void *ctx, struct arena *a, const struct str *words, size_t n, struct scope *scope,
		struct err *err);

	/*
	 * Start `ibid LINE` (words split as a shell would: quotes and backslashes, no
	 * expansion), on the same library and configuration, without a terminal, output
	 * of both streams to *fd (non-blocking). "@" alone or before # and [ means the
	 * session `sid`. The caller reads to the end, closes, and reaps *child.
	 *
	 * Errors: ERR_USAGE  an unknown command (with a likely one), an open quote, or a command that needs a terminal
	 */
	enum err_code (*command)(void *ctx, struct str line, struct str sid, int width_cols, int *fd, pid_t *child,
		struct err *err);
	/* Whether the first word of a line is a command's name. */
	bool (*is_command)(void *ctx, struct str word);
	/* Whether a word is a verb of that command: "/model list" is the command, "/model claude" a word of the view. */
	bool (*is_verb)(void *ctx, struct str command, struct str word);
	/* Completions of a command line without its slash, as the shell would offer them; values are quoted as the word began. */
	void (*complete)(void *ctx, struct arena *a, struct str line, size_t cursor, struct line_match **matches, size_t *n,
		size_t *from, size_t *to);

	/*
	 * Run a program on the terminal, which the caller has given back, and wait. The operand is one word; may be empty.
	 * `page` (0: none) is where an opener is to begin.
	 * Transfers move meanwhile: `step` is called after each wait and says how long the next may last (-1: any time).
	 */
	enum err_code (*run)(void *ctx, enum host_program program, struct str operand, int page,
		int (*step)(void *ctx), void *step_ctx, struct err *err);
	/* Start a program by its words, `input` as its standard input, output thrown away, no keys in its environment; -1: it cannot be. For the clipboard. */
	pid_t (*spawn)(void *ctx, const char *const *argv, int input);
	/* Read a file as ingest does, for use in one prompt. */
	enum err_code (*attach)(void *ctx, struct arena *a, struct str path, struct chat_material *material, struct err *err);
};

struct tui_options {
	int64_t session_id;		/* 0: a new conversation */
	int64_t branch_id;		/* begin at this message of it; 0: at its head */
	const struct str *models;	/* names; n 0: the default */
	size_t n_models;
	const struct str *scope;
	size_t n_scope;
	struct conversation_how how;	/* without its scope */
	struct str prompt;		/* sent at once; empty: none */
	bool is_read_only;		/* look, do not write: the session is open elsewhere */
};

/* The full screen. Returns when the user leaves; the terminal is as it was. Errors of term_open, and what the last words say. */
enum err_code screen_run(const struct tui_host *host, const struct tui_options *o, struct err *err);

/* The same conversation, append-only, on standard output. */
struct out;
enum err_code inline_run(const struct tui_host *host, const struct tui_options *o, struct out *out, struct err *err);
#endif
