/*
 * cmd/env.h - what a running command is given: streams, options in force, configuration, library
 *
 * Nothing here is opened before it is asked for: `ibid --version` reads no file.
 */
#ifndef IBID_CMD_ENV_H
#define IBID_CMD_ENV_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ibid/base/buf.h"
#include "ibid/base/clock.h"
#include "ibid/base/err.h"
#include "ibid/base/json.h"
#include "ibid/base/out.h"
#include "ibid/base/path.h"
#include "ibid/base/str.h"
#include "ibid/cmd/opts.h"

struct cmd;
struct config;
struct store;

/* The newest version of the machine output, and the oldest still written: --json=N. */
#define CMD_JSON_VERSION 1
#define CMD_JSON_VERSION_MIN 1

/* The options every command takes, before its name or after it. */
struct cmd_globals {
	bool help, version, quiet, plain, no_pager, no_input, yes, dry_run, offline;
	bool for_people;		/* standard output is a pipe that a person reads: the screen's own commands */
	int verbose;
	int color;			/* enum out_color */
	struct opt_value json, jsonl;
	struct str library, config_file;	/* p NULL: not given */
	double timeout_s;		/* 0: as configured */
};
/* Their rows, with offsets into struct cmd_globals. */
extern const struct opt cmd_global_opts[];

/* What standard output carries. */
enum cmd_mode { MODE_HUMAN, MODE_PLAIN, MODE_JSON, MODE_JSONL };

struct cmd_env {
	struct out out;			/* standard output: data */
	struct out note;		/* standard error: everything else */
	const struct clock *clock;
	path_env_fn *env;
	void *env_ctx;
	struct cmd_globals opt;
	enum cmd_mode mode;
	const struct cmd *cmd;		/* the command that runs; NULL before it is known */
	struct buf title;		/* its name in messages: "ibid session list" */
	/* Called again and again while a program of the user's runs; waits for its end (fd readable) and whatever else. */
	void (*meanwhile)(void *ctx, int fd);
	void *meanwhile_ctx;
	/* Private from here on. */
	struct config *config;
	struct store *store;
	unsigned store_flags;
	struct buf result;		/* members for the last line of --jsonl */
	struct json_writer result_writer;
	bool has_warned;
	int pager_fd;
	pid_t pager;
};

/* Streams 1 and 2, the process's environment and the machine's clock. */
void cmd_env_init(struct cmd_env *env);
void cmd_env_release(struct cmd_env *env);

/* An environment variable; NULL when it is not set. */
const char *cmd_getenv(const struct cmd_env *env, const char *name);

/*
 * The configuration, read at the first call. Its warnings go to standard error
 * then, each once, unless -q.
 *
 * Errors: ERR_CONFIG  a file cannot be parsed or a value is out of its range; names file and line
 */
enum err_code cmd_config(struct cmd_env *env, const struct config **c, struct err *err);

/*
 * The library that -L, IBID_LIBRARY or the configuration names; stays open until
 * the command ends. `flags` are enum store_flags; a second call with weaker
 * flags opens it again.
 */
enum err_code cmd_store(struct cmd_env *env, unsigned flags, struct store **db, struct err *err);

/* The same for reading, and *db NULL when there is no library yet: lists are empty then, not wrong. */
enum err_code cmd_store_if_any(struct cmd_env *env, struct store **db, struct err *err);

/* The path of that library, whether it exists or not. */
enum err_code cmd_store_path(struct cmd_env *env, struct buf *path, struct err *err);

/* Whether a person reads standard output, so that text is laid out and styled for a terminal. */
bool cmd_for_people(const struct cmd_env *env);

/* Whether questions can be asked: both ttys, no --no-input. */
bool cmd_can_ask(const struct cmd_env *env);

/*
 * A line on standard error; nothing with -q (cmd_warn), without -v (cmd_explain), or when advice is off or
 * standard error is no terminal (cmd_advise). With --json they stay sentences on standard error.
 */
void cmd_warn(struct cmd_env *env, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void cmd_explain(struct cmd_env *env, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void cmd_advise(struct cmd_env *env, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Ask "QUESTION [y/N]" before something is destroyed. OK with --yes or on y.
 *
 * Errors: ERR_DENIED  nobody can be asked: says that --yes is needed
 *         ERR_NO      the person said no
 */
enum err_code cmd_confirm(struct cmd_env *env, struct err *err, const char *question, ...)
	__attribute__((format(printf, 3, 4)));

/* From here on standard output is read in a pager, when it is a terminal and text for people. Call it before writing. */
void cmd_pager(struct cmd_env *env);

/*
 * One JSON object that a command built itself: the document of --json, or one line of --jsonl. Only in these modes.
 */
void cmd_put_json(struct cmd_env *env, struct str object);

/* Members for the closing {"type":"result","ok":...} line of --jsonl, which the framework writes in every case. */
struct json_writer *cmd_result(struct cmd_env *env);

/*
 * Run a program of the user's choice (pager, editor, opener) on a shell command
 * line, without the variables that hold keys. `operand` (may be empty) is given
 * as one word of its own. Waits; ERR_REFUSED when it could not run or failed.
 */
enum err_code cmd_run_program(struct cmd_env *env, const char *command, struct str operand, struct err *err);

/* Let the user edit a file in the editor of the configuration, else $VISUAL, $EDITOR or vi. ERR_DENIED without a terminal. */
enum err_code cmd_edit_file(struct cmd_env *env, struct str path, struct err *err);

/*
 * Show a file in the pager; and one (or an address) in what the desktop has for
 * it: core.opener, for a page of a PDF a viewer that can begin there, else
 * xdg-open. The page (0: none) is in IBID_PAGE for the command. Errors as cmd_run_program.
 */
enum err_code cmd_page_file(struct cmd_env *env, struct str path, struct err *err);
enum err_code cmd_open_file(struct cmd_env *env, struct str path, int page, struct err *err);

/*
 * Start a program by its words (argv[0] is a path), without a shell and without a
 * terminal: `input` is its standard input, its output goes nowhere. The caller
 * waits for it. -1 when it cannot be started; it ends with 127 when it cannot be run.
 */
pid_t cmd_spawn_program(struct cmd_env *env, const char *const *argv, int input);
#endif
