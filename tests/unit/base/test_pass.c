/* Messages with descriptors: what arrives, and that nothing is left open of what is refused. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/pass.h"

static int next_fd(void)
{
	int fd = open("/dev/null", O_RDONLY);

	close(fd);
	return fd;
}

static void what_is_passed_is_open_on_the_other_side(void **state)
{
	int ends[2], pipe_ends[2], got[2];
	char message[6], byte = 0;

	(void)state;
	assert_true(pass_pair(ends));
	assert_int_equal(pipe(pipe_ends), 0);
	assert_true(pass_send(ends[0], "hello", 6, pipe_ends, 2));
	close(pipe_ends[0]);
	close(pipe_ends[1]);
	assert_true(pass_receive(ends[1], message, 6, got, 2));
	assert_string_equal(message, "hello");
	assert_int_equal(write(got[1], "x", 1), 1);
	assert_int_equal(read(got[0], &byte, 1), 1);
	assert_int_equal(byte, 'x');
	assert_true(fcntl(got[0], F_GETFD) & FD_CLOEXEC);
	for (int i = 0; i < 2; i++) {
		close(got[i]);
		close(ends[i]);
	}
}

static void another_size_or_number_is_refused_and_nothing_stays_open(void **state)
{
	static const struct {
		size_t len, n;
	} rows[] = { { 5, 2 }, { 7, 2 }, { 6, 1 }, { 6, 0 } };
	int ends[2], got[2], before;
	const int fds[] = { STDIN_FILENO, STDIN_FILENO };
	char message[6];

	(void)state;
	assert_true(pass_pair(ends));
	before = next_fd();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(pass_send(ends[0], "hello!!", rows[i].len, fds, rows[i].n));
		assert_false(pass_receive(ends[1], message, 6, got, 2));
		assert_int_equal(next_fd(), before);
	}
	close(ends[0]);
	close(ends[1]);
}

static void the_other_side_that_is_gone_is_no_signal(void **state)
{
	int ends[2];
	char message[6];

	(void)state;
	assert_true(pass_pair(ends));
	close(ends[1]);
	assert_false(pass_send(ends[0], "hello", 6, NULL, 0));
	assert_false(pass_receive(ends[0], message, 6, NULL, 0));
	close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_passed_is_open_on_the_other_side),
		cmocka_unit_test(another_size_or_number_is_refused_and_nothing_stays_open),
		cmocka_unit_test(the_other_side_that_is_gone_is_no_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
