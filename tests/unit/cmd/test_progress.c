#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/path.h"
#include "ibid/cmd/progress.h"

static int64_t now(void *ctx)
{
	return *(int64_t *)ctx;
}

struct fixture {
	struct clock clock;
	struct cmd_env env;
	int64_t now_ms;
	const char *accessible;
};

static const char *env_of(void *ctx, const char *name)
{
	const struct fixture *f = ctx;

	return !strcmp(name, "ACCESSIBLE") ? f->accessible : NULL;
}

static void open_both(struct fixture *f, bool is_tty)
{
	char name[] = "/tmp/ibid-test-XXXXXX";
	int fd = mkstemp(name);

	unlink(name);
	f->clock = (struct clock){ now, now, &f->now_ms };
	f->env = (struct cmd_env){ .clock = &f->clock, .env = env_of, .env_ctx = f };
	buf_c(&f->env.title, "ibid x");
	out_open(&f->env.out, fd, "out", OUT_COLOR_NEVER, env_of, f);
	out_open(&f->env.note, fd, "note", OUT_COLOR_NEVER, env_of, f);
	f->env.note.is_tty = is_tty;
	f->env.note.width_cols = 30;
}

static void close_both(struct fixture *f, struct buf *text)
{
	assert_true(lseek(f->env.note.fd, 0, SEEK_SET) == 0);
	assert_int_equal(path_read_fd(f->env.note.fd, "note", 1 << 20, text, NULL), OK);
	close(f->env.note.fd);
	out_release(&f->env.out);
	out_release(&f->env.note);
	buf_release(&f->env.title);
}

/* A hundred steps in so many ms each. */
static void work(struct fixture *f, int64_t step_ms)
{
	struct progress p = progress_begin(&f->env, "reading");

	for (int i = 1; i <= 100; i++) {
		f->now_ms += step_ms;
		progress_set(&p, i, 100, STR("a very long name \x1b[31m that does not fit"));
	}
	progress_end(&p);
}

static size_t count(struct str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] == c;
	return n;
}

static void what_is_quick_stays_silent(void **state)
{
	struct fixture f = { .now_ms = 1000 };
	SCOPED(buf) text = BUF_INIT;

	(void)state;
	open_both(&f, true);
	work(&f, 4);
	close_both(&f, &text);
	assert_int_equal(text.len, 0);
}

static void the_line_is_redrawn_ten_times_a_second_and_taken_away(void **state)
{
	struct fixture f = { .now_ms = 1000 };
	SCOPED(buf) text = BUF_INIT;

	(void)state;
	open_both(&f, true);
	work(&f, 20);
	close_both(&f, &text);
	/* From 0.5 s to 2 s, and once to clear it. */
	assert_in_range(count(buf_view(&text), '\r'), 15, 17);
	assert_true(str_starts(buf_view(&text), STR("\rreading 25/100  a very long n\x1b[K")));
	assert_true(str_ends(buf_view(&text), STR("\r\x1b[K")));
	assert_int_equal(count(buf_view(&text), '\n'), 0);
}

static void what_is_only_waited_for_is_told_with_its_seconds(void **state)
{
	struct fixture f = { .now_ms = 1000 };
	SCOPED(buf) text = BUF_INIT;
	struct progress p;

	(void)state;
	open_both(&f, true);
	p = progress_begin(&f.env, "waiting for");
	f.now_ms += 12345;
	progress_set(&p, -1, 0, STR("local/gemma"));
	progress_end(&p);
	close_both(&f, &text);
	assert_string_equal(buf_cstr(&text), "\rwaiting for local/gemma, 12 s\x1b[K\r\x1b[K");
}

static void nothing_is_drawn_for_pipes_scripts_and_screen_readers(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct fixture f = { .now_ms = 1000, .accessible = i == 0 ? "1" : NULL };
		SCOPED(buf) text = BUF_INIT;

		open_both(&f, i != 1);
		f.env.opt.quiet = i == 2;
		f.env.mode = i == 3 ? MODE_JSON : MODE_HUMAN;
		work(&f, 50);
		close_both(&f, &text);
		assert_int_equal(text.len, 0);
	}
}

static void verbose_pipes_get_a_plain_line_every_ten_seconds(void **state)
{
	struct fixture f = { .now_ms = 1000 };
	SCOPED(buf) text = BUF_INIT;

	(void)state;
	open_both(&f, false);
	f.env.opt.verbose = 1;
	work(&f, 500);
	close_both(&f, &text);
	assert_int_equal(count(buf_view(&text), '\n'), 5);
	assert_true(str_starts(buf_view(&text), STR("ibid x: reading 20/100, 40 s left\n")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_quick_stays_silent),
		cmocka_unit_test(the_line_is_redrawn_ten_times_a_second_and_taken_away),
		cmocka_unit_test(what_is_only_waited_for_is_told_with_its_seconds),
		cmocka_unit_test(nothing_is_drawn_for_pipes_scripts_and_screen_readers),
		cmocka_unit_test(verbose_pipes_get_a_plain_line_every_ten_seconds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
