/* The line in surroundings of its own: each test is a child process, because readline is set up once a process. */
#include "line_test.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <readline/readline.h>

#include "ibid/base/mem.h"
#include "ibid/base/path.h"

/* Run `child` with standard input, output and error on one file; what it wrote is in *out. Returns its wait status. */
static int run(void (*child)(void), struct buf *out)
{
	char name[] = "/tmp/ibid-test-XXXXXX";
	int fd = mkstemp(name), status;
	pid_t pid;

	assert_true(fd >= 0);
	unlink(name);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		for (int to = 0; to < 3; to++)
			dup2(fd, to);
		child();
		_exit(0);
	}
	assert_true(waitpid(pid, &status, 0) == pid);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(path_read_fd(fd, "test", 1 << 20, out, NULL), OK);
	close(fd);
	return status;
}

static void check(int claim, int number)
{
	if (!claim)
		_exit(number);
}

static void make_noise(void)
{
	struct line *l;

	use_inputrc("set bell-style audible\nset nonsense on\n\"\\C-xz\": \"\\C-xz\"\nset colored-stats on\n$bad\n");
	setenv("LS_COLORS", "not colours", 1);
	setenv("TERM", "vt100", 1);
	setlocale(LC_CTYPE, "C.UTF-8");
	l = line_new(NULL);
	check(str_find(line_complaint(l), STR("line 5: bad: unknown parser directive"), 0) != STR_NONE, 1);
	/* bells, the screen cleared, a macro without an end, lists of everything, completion without a callback */
	for (const char *const *k = (const char *const[]){ "\x07\x0c\x7f", "\x18z", "\033?", "a\t\t", "\x18\x12", "\x18\x1b",
		     "\033\033", "\x12q\x07", "\x1dz", "\x04", "\r\n", NULL }; *k; k++)
		press(l, *k);
	check(line_complaint(l).len > 0, 2);
	check(line_underflows(l) == 0, 3);
	line_free(l);
	drop_inputrc();
}

static void it_writes_nothing_whatever_happens(void **state)
{
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	assert_int_equal(run(make_noise, &out), 0);
	assert_string_equal(buf_cstr(&out), "");
}

static void edit_in_c(void)
{
	struct line *l;

	use_inputrc("set convert-meta on\n");
	setenv("LC_ALL", "C", 1);
	setlocale(LC_CTYPE, "");
	l = line_new(NULL);
	for (int i = 0; i < 2; i++) {
		press(l, "日本é\x02\x7f");
		check(str_is(line_text(l), "日é"), 1);
		check(line_cursor(l) == 3, 2);
		line_set(l, STR_EMPTY);
	}
	line_free(l);
	drop_inputrc();
}

static void it_edits_utf8_in_any_locale(void **state)
{
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	assert_int_equal(run(edit_in_c, &out), 0);
	assert_string_equal(buf_cstr(&out), "");
}

static void say_so(void *ctx)
{
	(void)ctx;
	if (write(STDOUT_FILENO, "last words\n", 11) < 0)
		_exit(1);
}

static void run_out_of_memory(void)
{
	struct line *l;
	struct rlimit limit = { 64 << 20, 64 << 20 };

	use_inputrc("");
	setlocale(LC_CTYPE, "C.UTF-8");
	l = line_new(NULL);
	drop_inputrc();
	mem_last_words(say_so, NULL);
	setrlimit(RLIMIT_AS, &limit);
	rl_extend_line_buffer(256 << 20);
	line_free(l);
}

static void memory_that_readline_lacks_ends_ibid_in_order(void **state)
{
	SCOPED(buf) out = BUF_INIT;
	int status;

	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip();
#endif
	status = run(run_out_of_memory, &out);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 71);
	assert_true(str_starts(buf_view(&out), STR("last words\nibid: out of memory")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_writes_nothing_whatever_happens),
		cmocka_unit_test(it_edits_utf8_in_any_locale),
		cmocka_unit_test(memory_that_readline_lacks_ends_ibid_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
