/*
 * fault.c - the N-th call of a kind goes wrong, for LD_PRELOAD
 *
 *	FAULT=alloc:N:once	the N-th malloc, calloc or realloc gives NULL
 *	FAULT=alloc:N:ever	so does every one after it
 *	FAULT=io:N:kill		SIGKILL in the N-th call that changes a file, half of its bytes written
 *	FAULT=io:N:ENOSPC	that call fails, once; with EIO or EDQUOT likewise
 *	FAULT=io:N:ENOSPC+	and every one after it
 *	FAULT_COUNT=FILE	write there how many calls of each kind there were: "ALLOC IO"
 *	FAULT_TRACE=1		say on stderr where the call came from
 *
 * Only the process that was started is touched: its children get no LD_PRELOAD
 * and a fork stops the counting. Calls that change a file are the writing,
 * syncing, truncating, creating, naming and removing of regular files. They are
 * made as system calls here, so nothing has to be looked up and no call is
 * needed before the first one.
 */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t size);

enum kind { ALLOC, IO };

static struct {
	bool counts, for_ever, kills, traces;
	enum kind kind;
	long at;
	int error;
	const char *count_file;
} plan;

static long counts[2];

static void stop_counting(void)
{
	plan.counts = false;
}

static void read_plan(const char *s)
{
	static const struct {
		const char *name;
		int error;
	} errors[] = { { "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EDQUOT", EDQUOT } };
	const char *how = strrchr(s, ':') + 1;

	plan.kind = s[0] == 'i' ? IO : ALLOC;
	plan.at = atol(strchr(s, ':') + 1);
	plan.kills = strcmp(how, "kill") == 0;
	plan.for_ever = strcmp(how, "ever") == 0 || how[strlen(how) - 1] == '+';
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (strncmp(how, errors[i].name, strlen(errors[i].name)) == 0)
			plan.error = errors[i].error;
}

__attribute__((constructor)) static void start(void)
{
	const char *s = getenv("FAULT");

	if (s)
		read_plan(s);
	plan.count_file = getenv("FAULT_COUNT");
	plan.traces = getenv("FAULT_TRACE") != NULL;
	unsetenv("LD_PRELOAD");
	if (plan.traces)
		backtrace(&(void *){ NULL }, 1); /* loads what it needs, and allocates for that */
	pthread_atfork(NULL, NULL, stop_counting);
	plan.counts = true;
}

__attribute__((destructor)) static void tell(void)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "%ld %ld\n", counts[ALLOC], counts[IO]);
	int fd;

	if (!plan.counts || !plan.count_file)
		return;
	plan.counts = false;
	fd = open(plan.count_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, line, (size_t)n) != n)
		perror(plan.count_file);
	close(fd);
}

static void trace(void)
{
	void *frames[32];

	plan.counts = false;
	backtrace_symbols_fd(frames, backtrace(frames, 32), STDERR_FILENO);
	plan.counts = true;
}

static bool goes_wrong(enum kind kind)
{
	long n;

	if (!plan.counts)
		return false;
	n = __atomic_add_fetch(&counts[kind], 1, __ATOMIC_RELAXED);
	if (plan.kind != kind || !plan.at || n < plan.at || (n > plan.at && !plan.for_ever))
		return false;
	if (plan.traces && n == plan.at)
		trace();
	return true;
}

/* -- Memory -- */

static void *no_memory(void)
{
	errno = ENOMEM;
	return NULL;
}

void *malloc(size_t size)
{
	return goes_wrong(ALLOC) ? no_memory() : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return goes_wrong(ALLOC) ? no_memory() : __libc_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
	return goes_wrong(ALLOC) ? no_memory() : __libc_realloc(p, size);
}

/* -- Files -- */

static void die(void)
{
	kill(getpid(), SIGKILL);
}

static bool is_file(int fd)
{
	struct stat st;

	return plan.counts && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* True when the call is not to be made; errno is set then. */
static bool fails(void)
{
	if (!goes_wrong(IO))
		return false;
	if (plan.kills)
		die();
	errno = plan.error;
	return true;
}

static ssize_t write_at(int fd, const void *bytes, size_t len, off_t at)
{
	if (is_file(fd) && goes_wrong(IO)) {
		if (plan.kills) {
			syscall(SYS_pwrite64, fd, bytes, len / 2, at);
			die();
		}
		errno = plan.error;
		return -1;
	}
	return syscall(SYS_pwrite64, fd, bytes, len, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	return write_at(fd, bytes, len, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t at)
{
	return write_at(fd, bytes, len, at);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
	if (is_file(fd) && fd > STDERR_FILENO && fails())
		return -1;
	return syscall(SYS_write, fd, bytes, len);
}

int fsync(int fd)
{
	return fails() ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return fails() ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int ftruncate(int fd, off_t len)
{
	return fails() ? -1 : (int)syscall(SYS_ftruncate, fd, len);
}

int ftruncate64(int fd, off_t len)
{
	return fails() ? -1 : (int)syscall(SYS_ftruncate, fd, len);
}

int unlink(const char *path)
{
	return fails() ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int rename(const char *from, const char *to)
{
	return fails() ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int mkdir(const char *path, mode_t mode)
{
	return fails() ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

static int open_at(const char *path, int flags, mode_t mode)
{
	if (flags & O_CREAT && plan.counts && access(path, F_OK) != 0 && fails())
		return -1;
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static mode_t mode_of(int flags, va_list ap)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(ap, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return open_at(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return open_at(path, flags, mode);
}
