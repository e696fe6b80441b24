/*
 * base/path.h - files: where they belong, and writing them whole or not at all
 *
 * Places follow the XDG Base Directory Specification 0.8. Directories that ibid
 * makes are 0700, files 0600 unless the caller says otherwise; every descriptor
 * is close-on-exec.
 */
#ifndef IBID_BASE_PATH_H
#define IBID_BASE_PATH_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/str.h"

enum path_place { PATH_CONFIG, PATH_DATA, PATH_STATE, PATH_CACHE };

/* Reads the environment: getenv, or a table in tests. */
typedef const char *path_env_fn(void *ctx, const char *name);

/* "$XDG_DATA_HOME/ibid" or its default below $HOME. ERR_CONFIG when neither is set to an absolute path. */
enum err_code path_place_of(enum path_place place, path_env_fn *env, void *ctx, struct buf *out, struct err *err);

/* out = dir + "/" + name, with one slash between. */
void path_join(struct buf *out, struct str dir, struct str name);

/* The part after the last slash; all of it when there is none. */
struct str path_base(struct str path);
/* The part before the last slash; "." when there is none. */
struct str path_dir(struct str path);
/* The ending in lower case without the dot is compared by the caller: "pdf" of "a.PDF" is "PDF"; empty when none. */
struct str path_ext(struct str path);

/* mkdir -p with mode 0700 for what is missing. */
enum err_code path_make_dirs(const char *dir, struct err *err);

/*
 * The whole of a regular file, at most `max` bytes. A FIFO, device or directory
 * is refused by name, so that nothing waits for ever.
 *
 * Errors: ERR_MISSING ERR_DENIED ERR_IO   from the system, with its reason
 *         ERR_DATA                        not a regular file
 *         ERR_LIMIT                       longer than max
 */
enum err_code path_read(const char *path, size_t max, struct buf *out, struct err *err);

/* Such a file opened for reading, for those who stream; the caller closes *fd. Errors as path_read, without a limit. */
enum err_code path_open(const char *path, int *fd, struct err *err);

/* All of a descriptor until end of file, at most `max` bytes. `name` is for the error. */
enum err_code path_read_fd(int fd, const char *name, size_t max, struct buf *out, struct err *err);

enum path_write_flags {
	PATH_NEW = 1u << 0,	/* refuse to replace: ERR_CREATE */
	PATH_SHARED = 1u << 1,	/* 0666 less the umask instead of 0600: for files a user exports */
};

/*
 * Write a file whole or not at all: a random name beside it, O_EXCL, fsync,
 * rename, fsync of the directory. A reader never sees half of it. A symbolic
 * link is replaced, not followed; a device, pipe or directory is refused.
 *
 * Errors: ERR_CREATE ERR_DENIED   no such directory, or the path is taken
 *         ERR_FULL ERR_IO         it could not be written
 */
enum err_code path_write(const char *path, struct str bytes, unsigned flags, struct err *err);

/* Write all bytes to a descriptor, over EINTR and short writes. ERR_PIPE for EPIPE. */
enum err_code path_write_fd(int fd, struct str bytes, const char *name, struct err *err);
#endif
