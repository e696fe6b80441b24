/*
 * config/config.h - what is configured, and where each value comes from
 *
 * Read in this order, a later one wins: the defaults, the user's file
 * ($XDG_CONFIG_HOME/ibid/config), the project's file (.ibid, found from the
 * working directory upward), the environment, the command line.
 *
 * The syntax is git's, read by inih with its extensions off: no values over
 * several lines, no comments after a value, because both change what a command
 * line in a value means without a word. One pair of double quotes around a value is
 * taken off.
 *
 * A fault in the user's own file is an error with its line, because a wrong
 * answer to "which model, which library" is worse than none. An unknown name is
 * a warning, so that a file can serve two versions of ibid. In a project's file
 * every fault is a warning and the line is ignored: it came with someone else's
 * files. It may only set what SETTING_PROJECT allows, must belong to the user (or
 * root), and names a library only by name or below its own directory.
 *
 * Getters take the names of config/settings.h and never fail: what was read was
 * checked. Texts live as long as the config.
 */
#ifndef IBID_CONFIG_CONFIG_H
#define IBID_CONFIG_CONFIG_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/path.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/config/settings.h"

/* Largest file and longest line read, in bytes. */
#define CONFIG_FILE_MAX ((size_t)1 << 20)
#define CONFIG_LINE_MAX ((size_t)16 << 10)
/* Longest section line that inih keeps whole: [provider "about thirty letters"]. */
#define CONFIG_SECTION_MAX 48

enum config_origin { ORIGIN_DEFAULT, ORIGIN_USER, ORIGIN_PROJECT, ORIGIN_ENV, ORIGIN_FLAG };

struct config_value {
	struct str name;	/* "core.model" */
	struct str text;
	enum config_origin origin;
	struct str file;	/* its file; the variable of the environment; the option */
	int line;		/* 0: in no file */
};

/* One value of the command line: { "core.library", "work", "-L" }. */
struct config_override {
	const char *name;
	struct str text;
	const char *option;
};

struct config_sources {
	path_env_fn *env;
	void *env_ctx;
	struct str user_file;		/* empty: IBID_CONFIG, else the place of the XDG specification */
	const char *directory;		/* where the search for .ibid begins; NULL: no project file */
	const struct config_override *overrides;
	size_t n_overrides;
};

struct config;

/*
 * Read everything. A user file that does not exist is empty, unless it was named.
 *
 * Errors: ERR_CONFIG   a line is no setting, or a value is not accepted; names file and line
 *         ERR_MISSING  the named file does not exist
 *         and those of path_read
 */
enum err_code config_load(const struct config_sources *src, struct config **c, struct err *err);
void config_free(struct config *c);
SCOPE_PTR(config)

/* Sentences about lines that were ignored: "~/.config/ibid/config:3: unknown setting ...". */
size_t config_warning_count(const struct config *c);
struct str config_warning(const struct config *c, size_t i);

/* The value in force; NULL for a subsection's setting that nothing sets. */
const struct config_value *config_get(const struct config *c, struct str name);

/* The text: "" when nothing sets it. SETTING_PATH with ~/ resolved. */
struct str config_str(const struct config *c, const char *name);
bool config_bool(const struct config *c, const char *name);
/* INT, ENUM (index), TIME (ms), SIZE (bytes), AGE (ms, 0: forever), NUMBER (thousandths); 0 when nothing sets it. */
int64_t config_int(const struct config *c, const char *name);

/* The same for section.sub.key: config_sub_str(c, "provider", name, "base_url"). */
struct str config_sub_str(const struct config *c, const char *section, struct str sub, const char *key);
int64_t config_sub_int(const struct config *c, const char *section, struct str sub, const char *key);

/* Subsections of a section in order of appearance, each once; number i, or an empty string at the end. */
struct str config_sub_name(const struct config *c, const char *section, size_t i);

/* Every value in force, in the order of the table, open sections after it; NULL at the end. */
const struct config_value *config_value_at(const struct config *c, size_t i);

/* Word `i` of a SETTING_WORDS text; empty at the end. */
struct str config_word(struct str text, size_t i);

/* The files: the user's whether it exists or not; the project's or empty. */
struct str config_user_file(const struct config *c);
struct str config_project_file(const struct config *c);

/* Where the user's file is, without reading anything. */
enum err_code config_user_path(const struct config_sources *src, struct buf *path, struct err *err);

/* "default", "user", "project", "environment", "option". */
const char *config_origin_name(enum config_origin origin);
#endif
