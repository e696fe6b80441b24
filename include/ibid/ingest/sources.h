/*
 * ingest/sources.h - which files are meant
 *
 * A file that is named is always taken. A directory is walked in the order of
 * its names, recursively; below it, hidden entries are left out, and so is what
 * --exclude or an .ibidignore file matches, or what --include does not. Symbolic
 * links are followed; one that leads back to a directory above it is named and
 * skipped. FIFOs, devices and sockets are named and never opened.
 *
 * .ibidignore follows gitignore(5): one pattern a line, `#` comments, `!` takes
 * back, a slash at the end means directories only, a slash elsewhere anchors the
 * pattern to the file's directory, `**` spans directories. Departure: no
 * backslash escapes for trailing blanks.
 */
#ifndef IBID_INGEST_SOURCES_H
#define IBID_INGEST_SOURCES_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/err.h"
#include "ibid/base/str.h"

/* Directories within directories, and bytes of one .ibidignore file. */
#define SOURCES_DEPTH_MAX 64
#define SOURCES_IGNORE_MAX ((size_t)1 << 20)

struct source_rules {
	const struct str *include, *exclude;	/* shell patterns; one without a slash matches the name alone */
	size_t n_include, n_exclude;
};

/*
 * Called for each file in order. `is_named` is true for one given by the
 * caller and false for one found in a directory. When `fault` is not NULL the
 * entry cannot be read and the reason is there. Return other than OK to stop.
 */
typedef enum err_code source_fn(void *ctx, const char *path, bool is_named, const struct err *fault, struct err *err);

/* Errors: what `fn` returned; faults of single entries go to `fn`, never here. */
enum err_code sources_walk(const char *path, const struct source_rules *rules, source_fn *fn, void *ctx,
	struct err *err);

/* Paths of a list, one a line or (with `nul`) ended by NUL; blank lines are skipped. */
enum err_code sources_list(struct str list, bool nul, const struct source_rules *rules, source_fn *fn, void *ctx,
	struct err *err);

/* Whether a gitignore(5) pattern matches `path`, relative to the directory of the ignore file. */
bool sources_pattern_matches(struct str pattern, struct str path, bool is_dir);
#endif
