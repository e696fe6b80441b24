/*
 * A reader that was taken over: inside the sandbox it tries what an attacker
 * would try. The child is this program again; the ending of the document's name
 * says what it tries. It must be stopped, and the next document must be read.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/extract/program.h"
#include "ibid/ingest/helper.h"
#include "ibid/ingest/starter.h"

/* --- the evil child: each returns true when it had its way --- */

static bool evil_connect(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0;
}

static bool evil_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool evil_open(void)
{
	return open("/etc/passwd", O_RDONLY) >= 0;
}

static bool evil_self(void)
{
	return open("/proc/self/environ", O_RDONLY) >= 0;
}

static bool evil_parent(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", getppid());
	return open(path, O_RDONLY) >= 0;
}

static bool evil_write(void)
{
	return open("/tmp/ibid-evil", O_WRONLY | O_CREAT | O_TRUNC, 0600) >= 0;
}

/* What fontconfig does where no cache is. */
static bool evil_cache(void)
{
	static const int flags[] = { O_RDWR | O_CLOEXEC, O_WRONLY | O_CREAT | O_EXCL, O_RDWR | O_CREAT | O_TRUNC };

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (open("/var/cache/fontconfig/ibid-evil", flags[i], 0600) >= 0)
			return true;
	return mkdir("/tmp/ibid-evil", 0700) == 0;
}

static bool evil_grow(void)
{
	return ftruncate(3, 1 << 20) == 0 || pwrite(3, "evil", 4, 0) == 4;
}

static bool evil_exec(void)
{
	char *const argv[] = { NULL }, *const env[] = { NULL };

	execve("/bin/true", argv, env);
	return false;
}

static bool evil_fork(void)
{
	return fork() >= 0;
}

static bool evil_ptrace(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static bool evil_kill(void)
{
	return kill(getppid(), SIGTERM) == 0;
}

static bool evil_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool evil_unlink(void)
{
	return unlink("/tmp/ibid-evil-victim") == 0;
}

static bool evil_memory(void)
{
	return mmap(NULL, (size_t)8 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) !=
		MAP_FAILED;
}

static bool evil_frame(void)
{
	/* 10 GiB do not fit four bytes of length: as much as they can say, and then more bytes than the parent takes. */
	static const char header[] = "T\xFF\xFF\xFF\xFF";
	char junk[4096];

	memset(junk, 'A', sizeof(junk));
	if (write(STDOUT_FILENO, header, 5) != 5)
		return false;
	for (;;)
		if (write(STDOUT_FILENO, junk, sizeof(junk)) < 0)
			return false;
}

static bool evil_nothing(void)
{
	return false;
}

static const struct {
	const char *name;
	bool (*act)(void);
} evils[] = {
	{ "connect", evil_connect }, { "socket", evil_socket }, { "open", evil_open }, { "self", evil_self },
	{ "parent", evil_parent }, { "write", evil_write }, { "grow", evil_grow }, { "exec", evil_exec },
	{ "fork", evil_fork }, { "ptrace", evil_ptrace }, { "kill", evil_kill }, { "code", evil_code },
	{ "unlink", evil_unlink }, { "memory", evil_memory }, { "frame", evil_frame }, { "cache", evil_cache }, { "good", evil_nothing },
};

static enum err_code be_evil(const struct extract_input *in, struct writer *w, struct err *err)
{
	bool won = false;

	(void)err;
	for (size_t i = 0; i < sizeof(evils) / sizeof(evils[0]); i++)
		if (str_is(in->ext, evils[i].name))
			won = evils[i].act();
	writer_block(w, EXTRACTION_PARAGRAPH, 0, won ? STR("EVIL") : STR("denied"));
	return OK;
}

static const struct extract_ops evil = { .name = "txt", .extractor = "txt/1", .mime = "text/plain", .run = be_evil };

/* --- the parent --- */

static void no_evil_is_done(const char *name, struct starter *starters)
{
	struct helper_opts opts = { .program = "/proc/self/exe", .timeout_s = 5, .starters = starters };
	SCOPED(extraction) x = EXTRACTION_INIT;
	SCOPED(buf) document = BUF_INIT;
	struct err err = ERR_INIT;
	int fd;

	buf_fmt(&document, "a.%s", name);
	assert_int_equal(helper_open_bytes(STR("the document"), &fd, &err), OK);
	if (helper_extract_fd(&opts, fd, buf_view(&document), &x, &err) == OK) {
		if (!str_is(buf_view(&x.text), "denied"))
			fail_msg("'%s' was allowed", name);
	} else if (!strstr(err.text, "stopped by its sandbox") && !strstr(err.text, "sent a frame of")) {
		fail_msg("'%s': %s", name, err.text);
	}
	close(fd);
}

static bool is_skipped(const char *name)
{
#if defined(__SANITIZE_ADDRESS__)
	return !strcmp(name, "memory");
#else
	(void)name;
	return false;
#endif
}

static void try_all(struct starter *starters)
{
	fclose(fopen("/tmp/ibid-evil-victim", "w"));
	for (size_t i = 0; i < sizeof(evils) / sizeof(evils[0]); i++) {
		if (is_skipped(evils[i].name))
			continue;
		no_evil_is_done(evils[i].name, starters);
		no_evil_is_done("good", starters);
	}
	assert_int_equal(access("/tmp/ibid-evil", F_OK), -1);
	assert_int_equal(access("/tmp/ibid-evil-victim", F_OK), 0);
	unlink("/tmp/ibid-evil-victim");
}

static void what_an_attacker_tries_is_denied_and_the_parent_goes_on(void **state)
{
	(void)state;
	try_all(NULL);
}

static void a_child_that_a_starter_forked_may_do_no_more(void **state)
{
	struct starter starters[HELPER_STARTERS] = { STARTER_INIT, STARTER_INIT };

	(void)state;
	try_all(starters);
	starter_release(&starters[0]);
}

static void what_libraries_ask_for_in_vain_does_not_end_them(void **state)
{
	struct helper_opts opts = { .program = "/proc/self/exe", .timeout_s = 5 };
	SCOPED(extraction) x = EXTRACTION_INIT;
	struct err err = ERR_INIT;
	int fd;

	(void)state;
	assert_int_equal(helper_open_bytes(STR("the document"), &fd, &err), OK);
	if (helper_extract_fd(&opts, fd, STR("a.cache"), &x, &err) != OK)
		fail_msg("%s", err.text);
	assert_string_equal(buf_cstr(&x.text), "denied");
	close(fd);
}

int main(int argc, char **argv)
{
	static const struct extract_ops *const formats[] = { &evil, NULL };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_an_attacker_tries_is_denied_and_the_parent_goes_on),
		cmocka_unit_test(a_child_that_a_starter_forked_may_do_no_more),
		cmocka_unit_test(what_libraries_ask_for_in_vain_does_not_end_them),
	};

	if (argc > 1 && !strcmp(argv[0], "ibid-extract"))
		_exit(program_run(argc, argv, formats, NULL));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
