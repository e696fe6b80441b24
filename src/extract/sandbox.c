#include "ibid/extract/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where poppler looks: character maps, fonts for those that a file does not embed, and fontconfig's files. */
static const char *const readable[] = {
	"/usr/share/poppler", "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/ghostscript/fonts",
	"/etc/fonts", "/usr/share/fontconfig", "/usr/share/xml/fontconfig", "/var/cache/fontconfig",
};

#ifdef __SANITIZE_ADDRESS__
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifndef HAS_ASAN
#define HAS_ASAN 0
#endif

/* --- limits --- */

static enum err_code limit(int what, rlim_t max, const char *name, struct err *err)
{
	struct rlimit now, want = { max, max };

	/* The caller may live under a tighter limit, which cannot be raised. */
	if (getrlimit((__rlimit_resource_t)what, &now) == 0 && now.rlim_max < max)
		want.rlim_cur = want.rlim_max = now.rlim_max;
	if (setrlimit((__rlimit_resource_t)what, &want) != 0)
		return err_set(err, ERR_DENIED, "cannot limit %s: %s", name, strerror(errno));
	return OK;
}

static enum err_code set_limits(const struct sandbox_limits *limits, struct err *err)
{
	const struct {
		int what;
		rlim_t max;
		const char *name;
	} all[] = {
		{ RLIMIT_CPU, limits->cpu_s, "processor time" },
		{ RLIMIT_FSIZE, 0, "file sizes" },
		{ RLIMIT_NOFILE, SANDBOX_FILES_MAX, "open files" },
		{ RLIMIT_CORE, 0, "core dumps" },
		{ RLIMIT_AS, HAS_ASAN ? RLIM_INFINITY : limits->memory_bytes, "memory" },
	};

	/* A write to a file fails with EFBIG instead of ending the process. */
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (limit(all[i].what, all[i].max, all[i].name, err) != OK)
			return err->code;
	return OK;
}

/* --- Landlock: glibc has no wrappers --- */

static void allow_below(int rules, const char *dir)
{
	struct landlock_path_beneath_attr attr = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
		.parent_fd = open(dir, O_PATH | O_CLOEXEC),
	};

	if (attr.parent_fd < 0)
		return;
	(void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &attr, 0);
	close(attr.parent_fd);
}

/* All rights of the first version (kernel 5.13): older headers know no more, newer kernels accept it. */
static bool restrict_files(void)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1 };
	int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	bool ok;

	if (rules < 0)
		return false;
	for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
		allow_below(rules, readable[i]);
	ok = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return ok;
}

/* --- seccomp --- */

static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close),
	SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx),
	SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(fadvise64),
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
	SCMP_SYS(futex), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
	SCMP_SYS(getrandom), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_yield),
	SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* Refused without ending the process, because libraries ask and go on: caches that cannot be written, a terminal's size. */
static const struct {
	int call, errnum;
} refused[] = {
	{ SCMP_SYS(open), EACCES },
	{ SCMP_SYS(mkdir), EACCES },
	{ SCMP_SYS(unlink), EACCES },
	{ SCMP_SYS(link), EACCES },
	{ SCMP_SYS(rename), EACCES },
	{ SCMP_SYS(chmod), EACCES },
	{ SCMP_SYS(utimes), EACCES },
	{ SCMP_SYS(utimensat), EACCES },
	{ SCMP_SYS(ioctl), ENOTTY },
};

#define ALLOW SCMP_ACT_ALLOW
#define REFUSE(errnum) SCMP_ACT_ERRNO(errnum)

/*
 * Opening to read only, and not at all without Landlock, which says where. To
 * write is refused and not fatal: where nobody filled /var/cache/fontconfig yet
 * (Debian without the package fontconfig), fontconfig asks to and goes on.
 */
static int add_open_rules(scmp_filter_ctx ctx, bool is_weak)
{
	const scmp_datum_t writes = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
	int bad = 0;

	if (is_weak)
		return seccomp_rule_add(ctx, REFUSE(EACCES), SCMP_SYS(openat), 0);
	bad |= seccomp_rule_add(ctx, REFUSE(EACCES), SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE, O_WRONLY));
	bad |= seccomp_rule_add(ctx, REFUSE(EACCES), SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDWR));
	return bad | seccomp_rule_add(ctx, ALLOW, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, writes, 0));
}

/* Memory that can be run is never mapped; flags of descriptors may be read; signals go to oneself. */
static int add_argument_rules(scmp_filter_ctx ctx)
{
	const scmp_datum_t self = (scmp_datum_t)getpid();
	int bad = 0;

	bad |= seccomp_rule_add(ctx, ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	bad |= seccomp_rule_add(ctx, ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	bad |= seccomp_rule_add(ctx, ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFL));
	bad |= seccomp_rule_add(ctx, ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFD));
	bad |= seccomp_rule_add(ctx, ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_SETFD));
	bad |= seccomp_rule_add(ctx, REFUSE(EINVAL), SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_SETLKW));
	bad |= seccomp_rule_add(ctx, REFUSE(EINVAL), SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_SETLK));
	bad |= seccomp_rule_add(ctx, ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, self));
	bad |= seccomp_rule_add(ctx, ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0), SCMP_A2(SCMP_CMP_EQ, 0));
	bad |= seccomp_rule_add(ctx, ALLOW, SCMP_SYS(getrlimit), 0);
	/* glibc names the arenas it maps. */
	bad |= seccomp_rule_add(ctx, REFUSE(EINVAL), SCMP_SYS(prctl), 0);
	return bad;
}

static int add_rules(scmp_filter_ctx ctx, bool is_weak)
{
	int bad = 0;

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		bad |= seccomp_rule_add(ctx, ALLOW, allowed[i], 0);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		bad |= seccomp_rule_add(ctx, REFUSE((uint16_t)refused[i].errnum), refused[i].call, 0);
	return bad | add_argument_rules(ctx) | add_open_rules(ctx, is_weak);
}

static enum err_code restrict_calls(bool is_weak, struct err *err)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int bad = !ctx ? -ENOMEM : add_rules(ctx, is_weak);

	if (!bad)
		bad = seccomp_load(ctx);
	if (ctx)
		seccomp_release(ctx);
	if (bad)
		return err_set(err, ERR_DENIED, "cannot be read safely: the kernel refuses seccomp (%s)", strerror(-bad));
	return OK;
}

enum err_code sandbox_enter(const struct sandbox_limits *limits, bool *is_weak, struct err *err)
{
	struct err own = ERR_INIT;

	err = err ? err : &own;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(err, ERR_DENIED, "cannot be read safely: %s", strerror(errno));
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	*is_weak = !restrict_files();
	if (set_limits(limits, err) != OK)
		return err->code;
	return restrict_calls(*is_weak, err);
}
