#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/out.h"
#include "ibid/base/path.h"

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

struct env_row {
	const char *name, *value;
};

static const char *table_env(void *ctx, const char *name)
{
	for (const struct env_row *row = ctx; row && row->name; row++)
		if (!strcmp(row->name, name))
			return row->value;
	return NULL;
}

/* A stream into a pipe, and its other end. */
struct piped {
	struct out out;
	int reader;
};

static void open_pipe(struct piped *p, enum out_color choice)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	out_open(&p->out, ends[1], "standard output", choice, table_env, NULL);
	p->reader = ends[0];
}

/* Release the stream and compare all that came out at the other end. */
static void assert_came_out(struct piped *p, struct str expected)
{
	SCOPED(buf) got = BUF_INIT;

	out_release(&p->out);
	close(p->out.fd);
	assert_int_equal(path_read_fd(p->reader, "pipe", 1 << 20, &got, NULL), OK);
	close(p->reader);
	if (!str_eq(buf_view(&got), expected))
		fail_msg("got '%s'", buf_cstr(&got));
}

static void colour_is_decided_in_the_promised_order(void **state)
{
	static const struct {
		bool is_tty;
		enum out_color choice;
		struct env_row env[4];
		bool color;
	} rows[] = {
		{ true, OUT_COLOR_AUTO, { { "TERM", "xterm" } }, true },
		{ false, OUT_COLOR_AUTO, { { "TERM", "xterm" } }, false },
		{ true, OUT_COLOR_AUTO, { { "TERM", "dumb" } }, false },
		{ true, OUT_COLOR_NEVER, { { "TERM", "xterm" } }, false },
		{ false, OUT_COLOR_ALWAYS, { { "TERM", "dumb" } }, true },
		{ false, OUT_COLOR_ALWAYS, { { "NO_COLOR", "1" } }, true },
		{ true, OUT_COLOR_NEVER, { { "FORCE_COLOR", "1" } }, false },
		{ true, OUT_COLOR_AUTO, { { "NO_COLOR", "1" } }, false },
		{ true, OUT_COLOR_AUTO, { { "NO_COLOR", "0" } }, false },
		{ true, OUT_COLOR_AUTO, { { "NO_COLOR", "" } }, true },
		{ true, OUT_COLOR_AUTO, { { "NO_COLOR", "1" }, { "CLICOLOR_FORCE", "1" } }, false },
		{ false, OUT_COLOR_AUTO, { { "CLICOLOR_FORCE", "1" } }, true },
		{ false, OUT_COLOR_AUTO, { { "FORCE_COLOR", "3" }, { "TERM", "dumb" } }, true },
		{ false, OUT_COLOR_AUTO, { { "FORCE_COLOR", "0" } }, false },
		{ false, OUT_COLOR_AUTO, { { "FORCE_COLOR", "" } }, false },
	};
	int terminal, other, ends[2];

	(void)state;
	assert_int_equal(openpty(&terminal, &other, NULL, NULL, NULL) | pipe(ends), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct out o;

		out_open(&o, rows[i].is_tty ? other : ends[1], "x", rows[i].choice, table_env, (void *)rows[i].env);
		assert_int_equal(o.is_tty, rows[i].is_tty);
		if (o.color != rows[i].color)
			fail_msg("row %zu", i);
		out_release(&o);
	}
	close(terminal), close(other), close(ends[0]), close(ends[1]);
}

static void the_width_is_the_terminals_then_the_environments(void **state)
{
	struct winsize size = { .ws_row = 24, .ws_col = 132 }, none = { 0 };
	struct env_row columns[] = { { "COLUMNS", "100" }, { NULL, NULL } };
	struct env_row odd[] = { { "COLUMNS", "0x" }, { NULL, NULL } };
	int terminal, other, unsized_terminal, unsized;
	struct out o;

	(void)state;
	assert_int_equal(openpty(&terminal, &other, NULL, NULL, &size), 0);
	assert_int_equal(openpty(&unsized_terminal, &unsized, NULL, NULL, &none), 0);
	out_open(&o, other, "x", OUT_COLOR_AUTO, table_env, columns);
	assert_int_equal(o.width_cols, 132);
	out_open(&o, unsized, "x", OUT_COLOR_AUTO, table_env, columns);
	assert_int_equal(o.width_cols, 100);
	out_open(&o, unsized, "x", OUT_COLOR_AUTO, table_env, odd);
	assert_int_equal(o.width_cols, 80);
	out_open(&o, unsized, "x", OUT_COLOR_AUTO, table_env, NULL);
	assert_int_equal(o.width_cols, 80);
	close(terminal), close(other), close(unsized_terminal), close(unsized);
}

static void foreign_text_is_made_harmless_and_styles_are_ours(void **state)
{
	struct piped p;

	(void)state;
	open_pipe(&p, OUT_COLOR_ALWAYS);
	out_c(&p.out, "\033[31m");
	out_styled(&p.out, OUT_BAD, STR("a\033b"));
	out_fmt(&p.out, "%d%c\n", 7, '\a');
	out_line(&p.out, STR("one\ntwo\tthree"));
	out_raw(&p.out, STR("\033raw"));
	assert_came_out(&p, STR("␛[31m\033[0;31ma␛b\033[0m7␇\none two three\033raw"));
}

static void without_colour_no_style_is_written(void **state)
{
	struct piped p;

	(void)state;
	open_pipe(&p, OUT_COLOR_NEVER);
	for (int style = 0; style < OUT_STYLE_COUNT; style++)
		out_styled(&p.out, (enum out_style)style, STR("x"));
	assert_came_out(&p, STR("xxxxxxxxxxxxx"));
}

static void every_style_is_plain_sgr_and_ends(void **state)
{
	(void)state;
	for (int style = OUT_BOLD; style < OUT_STYLE_COUNT; style++) {
		SCOPED(buf) got = BUF_INIT;
		struct piped p;

		open_pipe(&p, OUT_COLOR_ALWAYS);
		out_style(&p.out, (enum out_style)style);
		out_style(&p.out, (enum out_style)style);
		out_release(&p.out);
		close(p.out.fd);
		assert_int_equal(path_read_fd(p.reader, "pipe", 100, &got, NULL), OK);
		close(p.reader);
		assert_true(str_starts(buf_view(&got), STR("\033[0;")) && str_ends(buf_view(&got), STR("m\033[0m")));
		assert_int_equal(strspn(got.p + 2, "0123456789;"), got.len - 3 - 4);
	}
}

static void a_character_may_come_in_two_halves(void **state)
{
	struct piped p;

	(void)state;
	open_pipe(&p, OUT_COLOR_ALWAYS);
	out_c(&p.out, "\xC3");
	assert_int_equal(out_flush(&p.out, NULL), OK);
	out_c(&p.out, "\xA9\xC3");
	out_style(&p.out, OUT_BOLD);
	out_c(&p.out, "x\xE2\x82");
	assert_came_out(&p, STR("é\uFFFD\033[0;1mx\uFFFD\033[0m"));
}

static void much_text_is_handed_over_as_it_comes(void **state)
{
	struct piped p;
	char line[1000];

	(void)state;
	memset(line, 'x', sizeof(line));
	open_pipe(&p, OUT_COLOR_NEVER);
	fcntl(p.out.fd, F_SETPIPE_SZ, 1 << 20);
	for (int i = 0; i < 500; i++)
		out_str(&p.out, str_of(line, sizeof(line)));
	assert_true(p.out.pending.len < 100000);
	close(p.reader);
	close(p.out.fd);
	p.out.name = NULL;
	out_release(&p.out);
}

static void a_failed_write_is_kept_until_it_is_asked_for(void **state)
{
	struct piped p;
	struct out full;
	struct err err = ERR_INIT;
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	open_pipe(&p, OUT_COLOR_NEVER);
	close(p.reader);
	out_c(&p.out, "text");
	assert_int_equal(out_flush(&p.out, &err), ERR_PIPE);
	out_c(&p.out, "more");
	assert_int_equal(out_flush(&p.out, NULL), ERR_PIPE);
	out_release(&p.out);
	close(p.out.fd);
	if (fd < 0)
		skip();
	out_open(&full, fd, "standard output", OUT_COLOR_NEVER, table_env, NULL);
	out_c(&full, "text");
	assert_int_equal(out_flush(&full, &err), ERR_FULL);
	assert_string_equal(err.text, "cannot write 'standard output': No space left on device");
	out_release(&full);
	close(fd);
}

/* A screen keeps what a terminal would get: harmless text, and where its style and tag change. */
static void what_is_kept_has_notes_instead_of_sequences(void **state)
{
	const struct out_note expected[] = {
		{ 2, OUT_BOLD, 0 }, { 3, OUT_BOLD, 7 }, { 9, OUT_PLAIN, 7 }, { 10, OUT_PLAIN, 0 }
	};
	const struct out_note *notes;
	struct out o;
	size_t n;

	(void)state;
	out_keep(&o, 40, true);
	assert_int_equal(o.width_cols, 40);
	out_c(&o, "a ");
	out_style(&o, OUT_DIM);
	out_style(&o, OUT_BOLD);
	out_c(&o, "b");
	out_tag(&o, 7);
	out_c(&o, "\033\xC3");
	out_style(&o, OUT_PLAIN);
	out_c(&o, "c");
	out_tag(&o, 0);
	assert_true(str_is(out_kept(&o, &notes, &n), "a b\xE2\x90\x9B\xEF\xBF\xBD" "c"));
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(notes[i].at, expected[i].at);
		assert_int_equal(notes[i].style, expected[i].style);
		assert_int_equal(notes[i].tag, expected[i].tag);
	}
	out_kept_reset(&o);
	assert_int_equal(out_kept(&o, &notes, &n).len, 0);
	assert_int_equal(n, 0);
	out_release(&o);
}

static void much_text_is_kept_whole(void **state)
{
	const struct out_note *notes;
	struct out o;
	size_t n;

	(void)state;
	out_keep(&o, 40, false);
	for (int i = 0; i < 100000; i++)
		out_c(&o, "text");
	assert_int_equal(out_kept(&o, &notes, &n).len, 400000);
	out_release(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(colour_is_decided_in_the_promised_order),
		cmocka_unit_test(the_width_is_the_terminals_then_the_environments),
		cmocka_unit_test(foreign_text_is_made_harmless_and_styles_are_ours),
		cmocka_unit_test(without_colour_no_style_is_written),
		cmocka_unit_test(every_style_is_plain_sgr_and_ends),
		cmocka_unit_test(a_character_may_come_in_two_halves),
		cmocka_unit_test(much_text_is_handed_over_as_it_comes),
		cmocka_unit_test(a_failed_write_is_kept_until_it_is_asked_for),
		cmocka_unit_test(what_is_kept_has_notes_instead_of_sequences),
		cmocka_unit_test(much_text_is_kept_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
