#include "ibid/ingest/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ibid/base/mem.h"
#include "ibid/base/path.h"
#include "ibid/ingest/starter.h"
#include "ibid/model/frames.h"

/* "%PDF-" stands in the first kilobyte. */
#define PDF_MAGIC_MAX 1024
/* A child that has closed its pipe is given so long to end. */
#define LAST_WORDS_MS 1000
#define CHUNK ((size_t)64 << 10)
/* Chunks in one step: a screen is never kept waiting for a book. */
#define CHUNKS_A_STEP 16

struct helper {
	struct buf name, program;
	struct frames frames;
	struct starter *starter;	/* borrowed; NULL: none */
	struct stat before;
	const struct clock *clock;
	int64_t deadline_ms;
	unsigned timeout_s;
	pid_t pid;	/* 0: reaped */
	int fd, doc;
};

/* --- finding and opening --- */

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

enum err_code helper_find(struct buf *program, struct err *err)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self));
	struct str dir = path_dir(str_of(self, n > 0 ? (size_t)n : 0));
	static const char *const beside[] = { "/ibid-extract", "/../libexec/ibid/ibid-extract" };

	for (size_t i = 0; n > 0 && i < sizeof(beside) / sizeof(beside[0]); i++) {
		buf_reset(program);
		buf_str(program, dir);
		buf_c(program, beside[i]);
		if (is_program(buf_cstr(program)))
			return OK;
	}
	buf_reset(program);
	buf_c(program, IBID_LIBEXECDIR "/ibid-extract");
	if (is_program(buf_cstr(program)))
		return OK;
	return err_set(err, ERR_CONFIG, "cannot find '%s', which reads documents", buf_cstr(program));
}

static enum err_code check_file(int fd, const char *path, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_set(err, ERR_IO, "cannot read '%s': %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return err_set(err, ERR_DATA, "'%s' is a directory", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_DATA, "'%s' is not a regular file", path);
	if ((uint64_t)st.st_size > HELPER_FILE_MAX)
		return err_set(err, ERR_LIMIT, "'%s' is larger than %zu MiB", path, HELPER_FILE_MAX >> 20);
	return OK;
}

enum err_code helper_open(const char *path, int *fd, struct err *err)
{
	int opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (opened < 0)
		return err_set(err, err_of_errno(errno, ERR_IO), "cannot open '%s': %s", path, strerror(errno));
	if (check_file(opened, path, err) != OK) {
		close(opened);
		return err ? err->code : ERR_DATA;
	}
	*fd = opened;
	return OK;
}

enum err_code helper_open_bytes(struct str bytes, int *fd, struct err *err)
{
	int made = memfd_create("ibid-document", MFD_CLOEXEC);

	if (made < 0)
		return err_set(err, ERR_IO, "cannot make a file in memory: %s", strerror(errno));
	if (path_write_fd(made, bytes, "a file in memory", err) != OK || lseek(made, 0, SEEK_SET) != 0) {
		close(made);
		return err ? err->code : ERR_IO;
	}
	*fd = made;
	return OK;
}

/* --- the child --- */

/* An ending tells the format; a whole name would be seen by every user of the machine in the list of processes. */
static struct task task_of(const struct helper_opts *opts, const struct helper *h)
{
	struct str ext = path_ext(buf_view(&h->name));
	struct str mime = opts->mime.p ? opts->mime : STR_EMPTY;
	struct task task = { "" };

	snprintf(task.ext, sizeof(task.ext), "%.*s", STR_ARG(str_sub(ext, 0, sizeof(task.ext) - 1)));
	snprintf(task.mime, sizeof(task.mime), "%.*s", STR_ARG(str_sub(mime, 0, sizeof(task.mime) - 1)));
	snprintf(task.seconds, sizeof(task.seconds), "%u", h->timeout_s + 1);
	return task;
}

/* PDF has a program of its own, beside the other: the libraries of both take longer to load than a page to read. */
static bool is_pdf(int doc)
{
	char head[PDF_MAGIC_MAX];
	ssize_t n = pread(doc, head, sizeof(head), 0);

	return n > 0 && str_find(str_of(head, (size_t)n), STR("%PDF-"), 0) != STR_NONE;
}

static int run_program(const struct helper_opts *opts, struct helper *h, int doc, int out)
{
	struct task task = task_of(opts, h);
	bool pdf = is_pdf(doc);

	buf_c(&h->program, opts->program);
	if (pdf)
		buf_c(&h->program, "-pdf");
	h->starter = opts->starters ? &opts->starters[pdf] : NULL;
	return starter_run(h->starter, buf_cstr(&h->program), &task, doc, out, &h->pid);
}

static int lift(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, STARTER_LIFTED_FD);
}

static enum err_code start(const struct helper_opts *opts, struct helper *h, int fd, struct err *err)
{
	int ends[2], out, bad;

	h->doc = lift(fd);
	if (h->doc < 0 || fstat(h->doc, &h->before) != 0 || pipe2(ends, O_CLOEXEC) != 0)
		return err_set(err, ERR_IO, "cannot start reading '%s': %s", buf_cstr(&h->name), strerror(errno));
	h->fd = ends[0];
	out = lift(ends[1]);
	close(ends[1]);
	bad = out < 0 ? errno : run_program(opts, h, h->doc, out);
	if (out >= 0)
		close(out);
	if (bad)
		return err_set(err, ERR_CONFIG, "cannot start '%s': %s", buf_cstr(&h->program), strerror(bad));
	(void)fcntl(h->fd, F_SETFL, O_NONBLOCK);
	return OK;
}

enum err_code helper_start(const struct helper_opts *opts, int fd, struct str name, struct extraction *x,
	struct helper **helper, struct err *err)
{
	SCOPED_PTR(helper) h = mem_zalloc(1, sizeof(*h));

	h->fd = h->doc = -1;
	h->frames = (struct frames)FRAMES_INIT(x);
	h->clock = opts->clock ? opts->clock : &clock_system;
	h->timeout_s = opts->timeout_s ? opts->timeout_s : HELPER_TIMEOUT_S;
	h->deadline_ms = clock_mono_ms(h->clock) + 1000 * (int64_t)h->timeout_s;
	buf_str(&h->name, name);
	if (start(opts, h, fd, err) != OK)
		return err ? err->code : ERR_IO;
	*helper = take(&h);
	return OK;
}

int helper_fd(const struct helper *h)
{
	return h->fd;
}

int helper_wait_ms(const struct helper *h)
{
	int64_t left = h->deadline_ms - clock_mono_ms(h->clock);

	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

/* --- its end --- */

static void end_child(struct helper *h)
{
	if (!h->pid)
		return;
	kill(h->pid, SIGKILL);
	while (waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
		;
	h->pid = 0;
}

/* The status of a child that has closed its pipe. False when it has to be ended. */
static bool reap(struct helper *h, int *status)
{
	for (int waited_ms = 0; waited_ms < LAST_WORDS_MS; waited_ms++) {
		pid_t pid = waitpid(h->pid, status, WNOHANG);

		if (pid == h->pid) {
			h->pid = 0;
			return true;
		}
		if (pid < 0 && errno != EINTR)
			break;
		poll(NULL, 0, 1);
	}
	end_child(h);
	return false;
}

/* It may have tried addresses: the next child finds others. */
static void distrust(const struct helper *h)
{
	if (h->starter)
		starter_release(h->starter);
}

static enum helper_state give_up(struct helper *h, struct err *err)
{
	end_child(h);
	distrust(h);
	if (frames_cut(&h->frames, h->timeout_s))
		return HELPER_DONE;
	err_set(err, ERR_TIMEOUT, "'%s': gave up after %u s", buf_cstr(&h->name), h->timeout_s);
	return HELPER_FAILED;
}

/* The pipe is at its end and the document is not. */
static enum helper_state explain_death(struct helper *h, struct err *err)
{
	const char *name = buf_cstr(&h->name);
	int status = 0;

	distrust(h);
	if (!reap(h, &status))
		err_set(err, ERR_DATA, "'%s': the reader stopped without a word", name);
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		return give_up(h, err);
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		err_set(err, ERR_DATA, "'%s': the reader was stopped by its sandbox (signal %d)", name, SIGSYS);
	else if (WIFSIGNALED(status))
		err_set(err, ERR_DATA, "'%s': the reader crashed (signal %d)", name, WTERMSIG(status));
	else if (WEXITSTATUS(status) == err_exit_status(ERR_NOMEM))
		err_set(err, ERR_LIMIT, "'%s': the reader ran out of memory", name);
	else
		err_set(err, ERR_DATA, "'%s': the reader ended without a word (status %d)", name, WEXITSTATUS(status));
	return HELPER_FAILED;
}

/* Extracted from bytes that were there at no one time: better read it again. */
static bool has_changed(const struct helper *h)
{
	struct stat now;

	return fstat(h->doc, &now) != 0 || now.st_size != h->before.st_size ||
		now.st_mtim.tv_sec != h->before.st_mtim.tv_sec || now.st_mtim.tv_nsec != h->before.st_mtim.tv_nsec;
}

static enum helper_state finish(struct helper *h, struct err *err)
{
	end_child(h);
	if (!has_changed(h))
		return HELPER_DONE;
	err_set(err, ERR_BUSY, "'%s' changed while it was read", buf_cstr(&h->name));
	return HELPER_FAILED;
}

static enum helper_state refuse(struct helper *h, struct err *err)
{
	struct err said = *err;

	end_child(h);
	if (!frames_is_refused(&h->frames))
		distrust(h);
	err_set(err, said.code, "'%s'%s %s", buf_cstr(&h->name), frames_is_refused(&h->frames) ? "" : ": the reader",
		said.text);
	return HELPER_FAILED;
}

enum helper_state helper_step(struct helper *h, struct err *err)
{
	char chunk[CHUNK];
	struct err own = ERR_INIT;

	err = err ? err : &own;
	for (int i = 0; i < CHUNKS_A_STEP; i++) {
		ssize_t n = read(h->fd, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0)
			return explain_death(h, err);
		if (frames_feed(&h->frames, str_of(chunk, (size_t)n), err) != OK)
			return refuse(h, err);
		if (frames_is_ended(&h->frames))
			return finish(h, err);
	}
	return helper_wait_ms(h) ? HELPER_BUSY : give_up(h, err);
}

void helper_free(struct helper *h)
{
	if (!h)
		return;
	end_child(h);
	if (h->fd >= 0)
		close(h->fd);
	if (h->doc >= 0)
		close(h->doc);
	frames_release(&h->frames);
	buf_release(&h->name);
	buf_release(&h->program);
	mem_free(h);
}

/* --- waiting for it --- */

enum err_code helper_extract_fd(const struct helper_opts *opts, int fd, struct str name, struct extraction *x,
	struct err *err)
{
	SCOPED_PTR(helper) h = NULL;
	struct err own = ERR_INIT;
	enum helper_state state;

	err = err ? err : &own;
	if (helper_start(opts, fd, name, x, &h, err) != OK)
		return err->code;
	do {
		struct pollfd ready = { .fd = helper_fd(h), .events = POLLIN };

		(void)poll(&ready, 1, helper_wait_ms(h));
		state = helper_step(h, err);
	} while (state == HELPER_BUSY);
	return state == HELPER_DONE ? OK : err->code;
}

enum err_code helper_extract(const struct helper_opts *opts, const char *path, struct extraction *x, struct err *err)
{
	enum err_code code;
	int fd;

	if (helper_open(path, &fd, err) != OK)
		return err ? err->code : ERR_IO;
	code = helper_extract_fd(opts, fd, str_c(path), x, err);
	close(fd);
	return code;
}
