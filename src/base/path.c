#include "ibid/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ibid/base/hash.h"

static const struct {
	const char *variable, *below_home;
} places[] = {
	[PATH_CONFIG] = { "XDG_CONFIG_HOME", ".config" },
	[PATH_DATA] = { "XDG_DATA_HOME", ".local/share" },
	[PATH_STATE] = { "XDG_STATE_HOME", ".local/state" },
	[PATH_CACHE] = { "XDG_CACHE_HOME", ".cache" },
};

/* The specification: a path that is not absolute is to be ignored. */
static struct str absolute(path_env_fn *env, void *ctx, const char *name)
{
	struct str path = str_c(env(ctx, name));

	return str_starts(path, STR("/")) ? path : STR_EMPTY;
}

enum err_code path_place_of(enum path_place place, path_env_fn *env, void *ctx, struct buf *out, struct err *err)
{
	struct str base = absolute(env, ctx, places[place].variable), home = absolute(env, ctx, "HOME");

	if (base.len) {
		path_join(out, base, STR("ibid"));
		return OK;
	}
	if (!home.len)
		return err_set(
			err, ERR_CONFIG, "neither '%s' nor 'HOME' is set to an absolute path", places[place].variable);
	path_join(out, home, str_c(places[place].below_home));
	buf_c(out, "/ibid");
	return OK;
}

void path_join(struct buf *out, struct str dir, struct str name)
{
	while (str_ends(dir, STR("/")))
		dir.len--;
	while (str_starts(name, STR("/")))
		name = str_sub(name, 1, name.len);
	buf_str(out, dir);
	buf_ch(out, '/');
	buf_str(out, name);
}

/* Offset behind the last slash. */
static size_t base_at(struct str path)
{
	size_t at = path.len;

	while (at && path.p[at - 1] != '/')
		at--;
	return at;
}

struct str path_base(struct str path)
{
	return str_sub(path, base_at(path), path.len);
}

struct str path_dir(struct str path)
{
	size_t at = base_at(path);

	if (!at)
		return STR(".");
	return str_sub(path, 0, at > 1 ? at - 1 : 1);
}

struct str path_ext(struct str path)
{
	struct str base = path_base(path);

	for (size_t at = base.len; at > 1; at--)
		if (base.p[at - 1] == '.')
			return str_sub(base, at, base.len);
	return STR_EMPTY;
}

/* True when the directory is there afterwards; else errno is mkdir's. */
static bool make_dir(const char *path)
{
	struct stat st;
	int why;

	if (!mkdir(path, 0700))
		return true;
	why = errno;
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return true;
	errno = why;
	return false;
}

enum err_code path_make_dirs(const char *dir, struct err *err)
{
	SCOPED(buf) path = BUF_INIT;
	struct str rest = str_c(dir);

	while (rest.p) {
		struct str part = str_cut(&rest, '/');

		if ((path.len || !part.len) && !str_ends(buf_view(&path), STR("/")))
			buf_ch(&path, '/');
		buf_str(&path, part);
		if (part.len && !make_dir(buf_cstr(&path)))
			return err_set(err, err_of_errno(errno, ERR_CREATE), "cannot create the directory '%s': %s",
				buf_cstr(&path), strerror(errno));
	}
	return OK;
}

static enum err_code refuse_kind(const char *path, mode_t mode, struct err *err)
{
	static const struct {
		mode_t kind;
		const char *name;
	} kinds[] = { { S_IFDIR, "a directory" }, { S_IFIFO, "a pipe" }, { S_IFSOCK, "a socket" } };
	const char *name = "a device";

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if ((mode & S_IFMT) == kinds[i].kind)
			name = kinds[i].name;
	return err_set(err, ERR_DATA, "'%s' is %s, not a file", path, name);
}

static enum err_code open_regular(const char *path, int *fd, struct stat *st, struct err *err)
{
	int f = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (f < 0)
		return err_set(err, err_of_errno(errno, ERR_IO), "cannot open '%s': %s", path, strerror(errno));
	if (fstat(f, st)) {
		err_set(err, ERR_IO, "cannot look at '%s': %s", path, strerror(errno));
		close(f);
		return ERR_IO;
	}
	if (!S_ISREG(st->st_mode)) {
		close(f);
		return refuse_kind(path, st->st_mode, err);
	}
	*fd = f;
	return OK;
}

enum err_code path_open(const char *path, int *fd, struct err *err)
{
	struct stat st;

	return open_regular(path, fd, &st, err);
}

/* How much is asked for at once when the length is not known. */
#define READ_CHUNK ((size_t)64 << 10)

static enum err_code too_long(const char *name, size_t max, struct err *err)
{
	return err_set(err, ERR_LIMIT, "'%s' is longer than %zu bytes", name, max);
}

/*
 * `expected` bytes are asked for first, so that a file takes one read and no
 * more memory than it needs. One byte more than `max` is asked for: its arrival
 * is the proof that there is too much.
 */
static enum err_code read_all(int fd, const char *name, size_t max, size_t expected, struct buf *out, struct err *err)
{
	size_t got = 0;

	for (;;) {
		size_t ask = got < expected ? expected - got : READ_CHUNK;
		ssize_t n;

		if (max - got < ask)
			ask = max - got + 1;
		n = read(fd, buf_room(out, ask), ask);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, ERR_IO, "cannot read '%s': %s", name, strerror(errno));
		if (!n)
			return OK;
		got += (size_t)n;
		out->len += (size_t)n;
		if (got > max)
			return too_long(name, max, err);
	}
}

static enum err_code read_or_restore(
	int fd, const char *name, size_t max, size_t expected, struct buf *out, struct err *err)
{
	size_t before = out->len;
	enum err_code code = read_all(fd, name, max, expected, out, err);

	if (code != OK)
		out->len = before;
	out->p[out->len] = '\0';
	return code;
}

enum err_code path_read_fd(int fd, const char *name, size_t max, struct buf *out, struct err *err)
{
	return read_or_restore(fd, name, max, READ_CHUNK, out, err);
}

enum err_code path_read(const char *path, size_t max, struct buf *out, struct err *err)
{
	struct stat st;
	int fd;
	enum err_code code = open_regular(path, &fd, &st, err);

	if (code != OK)
		return code;
	if ((uintmax_t)st.st_size > max)
		code = too_long(path, max, err);
	else
		code = read_or_restore(fd, path, max, (size_t)st.st_size + 1, out, err);
	close(fd);
	return code;
}

/* A descriptor that another program made non-blocking is waited for; false when write(2) has failed for good. */
static bool may_try_again(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	if (errno == EAGAIN)
		return poll(&p, 1, -1) >= 0 || errno == EINTR;
	return errno == EINTR;
}

enum err_code path_write_fd(int fd, struct str bytes, const char *name, struct err *err)
{
	while (bytes.len) {
		ssize_t n = write(fd, bytes.p, bytes.len);

		if (n < 0 && may_try_again(fd))
			continue;
		if (n < 0)
			return err_set(err, errno == EPIPE ? ERR_PIPE : err_of_errno(errno, ERR_IO),
				"cannot write '%s': %s", name, strerror(errno));
		bytes = str_sub(bytes, (size_t)n, bytes.len);
	}
	return OK;
}

/* A file on its way: written under a name nobody can foresee, in the directory where it will stay. */
struct draft {
	struct buf dir, path;
	int dir_fd, fd;
};

static enum err_code cannot_create(const char *path, struct err *err)
{
	return err_set(err, errno == ENOENT ? ERR_CREATE : err_of_errno(errno, ERR_CREATE), "cannot write '%s': %s",
		path, strerror(errno));
}

static enum err_code draft_open(struct draft *d, const char *path, unsigned flags, struct err *err)
{
	SCOPED(buf) name = BUF_INIT;

	buf_str(&d->dir, path_dir(str_c(path)));
	buf_c(&name, ".ibid-");
	rand_add_id(&name, rand_system, NULL, 16);
	path_join(&d->path, buf_view(&d->dir), buf_view(&name));
	d->dir_fd = open(buf_cstr(&d->dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->dir_fd < 0)
		return cannot_create(path, err);
	d->fd = open(buf_cstr(&d->path), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		flags & PATH_SHARED ? 0666 : 0600);
	return d->fd < 0 ? cannot_create(path, err) : OK;
}

/* File systems without RENAME_NOREPLACE (NFS) have link, which never replaces either. */
static int rename_new(const char *from, const char *to)
{
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return link(from, to) ? -1 : unlink(from);
}

static enum err_code draft_fill(struct draft *d, const char *path, struct str bytes, unsigned flags, struct err *err)
{
	enum err_code code = path_write_fd(d->fd, bytes, path, err);

	if (code != OK)
		return code;
	if (fsync(d->fd))
		return err_set(err, err_of_errno(errno, ERR_IO), "cannot write '%s': %s", path, strerror(errno));
	if (flags & PATH_NEW ? rename_new(buf_cstr(&d->path), path) : rename(buf_cstr(&d->path), path)) {
		if (errno == EEXIST)
			return err_set(err, ERR_CREATE, "'%s' exists already", path);
		return cannot_create(path, err);
	}
	return OK;
}

/* Renaming over /dev/null or a pipe would put a file in its place, and as root it can be done. */
static enum err_code refuse_special(const char *path, struct err *err)
{
	struct stat st;

	if (!path_base(str_c(path)).len)
		return err_set(err, ERR_CREATE, "'%s' names no file", path);
	if (stat(path, &st) || S_ISREG(st.st_mode))
		return OK;
	refuse_kind(path, st.st_mode, err);
	if (err)
		err->code = ERR_CREATE;
	return ERR_CREATE;
}

enum err_code path_write(const char *path, struct str bytes, unsigned flags, struct err *err)
{
	struct draft d = { BUF_INIT, BUF_INIT, -1, -1 };
	enum err_code code = refuse_special(path, err);

	if (code == OK)
		code = draft_open(&d, path, flags, err);
	if (code == OK)
		code = draft_fill(&d, path, bytes, flags, err);
	if (code == OK)
		fsync(d.dir_fd); /* some file systems refuse it for a directory; the file itself is whole by now */
	else if (d.fd >= 0)
		unlink(buf_cstr(&d.path));
	if (d.fd >= 0)
		close(d.fd);
	if (d.dir_fd >= 0)
		close(d.dir_fd);
	buf_release(&d.dir);
	buf_release(&d.path);
	return code;
}
