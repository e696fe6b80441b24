#include "process_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* The first bytes of a small file of /proc; empty when it cannot be read. */
static struct str read_head(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, out, size) : -1;

	if (fd >= 0)
		close(fd);
	return n > 0 ? (struct str){ out, (size_t)n } : STR_EMPTY;
}

/* Field 22 of proc(5)'s stat, counted behind the name, which may hold spaces and brackets. */
static void add_start(struct buf *out, pid_t pid)
{
	char path[64], bytes[1024];
	struct str rest, field = STR_EMPTY;
	size_t at;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	rest = read_head(path, bytes, sizeof(bytes));
	for (at = rest.len; at > 0 && rest.p[at - 1] != ')'; at--)
		continue;
	rest = str_trim(str_sub(rest, at, rest.len));
	for (int i = 3; i <= 22 && rest.p; i++)
		field = str_cut(&rest, ' ');
	buf_str(out, field);
}

static void add_process(struct buf *out, pid_t pid)
{
	char boot[64];

	buf_str(out, str_trim(read_head("/proc/sys/kernel/random/boot_id", boot, sizeof(boot))));
	buf_fmt(out, ":%ld:", (long)pid);
	add_start(out, pid);
}

void process_add_self(struct buf *out)
{
	add_process(out, getpid());
}

bool process_is_alive(struct str name)
{
	SCOPED(buf) now = BUF_INIT;
	struct str rest = name;
	long long pid;

	str_cut(&rest, ':');
	if (!str_to_int(str_cut(&rest, ':'), &pid) || pid <= 0)
		return false;
	if (kill((pid_t)pid, 0) != 0 && errno != EPERM)
		return false;
	add_process(&now, (pid_t)pid);
	return str_eq(buf_view(&now), name);
}
