/*
 * Each scene is played by a child of its own on a pseudo-terminal: what it wrote,
 * how it ended and how it left the terminal is looked at from outside.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "ibid/base/mem.h"
#include "ibid/base/str.h"
#include "ibid/tui/canvas.h"
#include "ibid/tui/term.h"
#include "ibid/tui/theme.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define SCENE_SECONDS 20

/* What a scene found out; shared with the test. */
struct facts {
	enum err_code code;
	long n[16];
	char text[256];
};

struct scene {
	const char *type;
	int rows, cols;
	const char *more[6]; /* "NAME=value" */
	void (*play)(const struct scene *s, struct facts *f);
};

struct result {
	struct buf bytes;
	struct facts facts;
	struct termios before, after;
	int status;
};

static const char *scene_env(void *ctx, const char *name)
{
	const struct scene *s = ctx;
	size_t len = strlen(name);

	if (!strcmp(name, "TERM"))
		return s->type;
	for (size_t i = 0; i < COUNT(s->more) && s->more[i]; i++)
		if (!strncmp(s->more[i], name, len) && s->more[i][len] == '=')
			return s->more[i] + len + 1;
	return !strcmp(name, "LC_ALL") ? "C.UTF-8" : NULL;
}

static struct term_options options_of(const struct scene *s)
{
	return (struct term_options){ .env = scene_env, .env_ctx = (void *)s, .color = true };
}

static struct term *open_term(const struct scene *s, struct facts *f)
{
	struct term_options o = options_of(s);
	struct err err = ERR_INIT;
	struct term *t = NULL;

	f->code = term_open(&o, &t, &err);
	if (f->code != OK)
		snprintf(f->text, sizeof(f->text), "%.255s", err.text);
	return t;
}

/* --- the stage */

static void open_pty(int *master, int *slave, int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(*master >= 0 && grantpt(*master) == 0 && unlockpt(*master) == 0);
	*slave = open(ptsname(*master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(*slave >= 0);
	assert_int_equal(ioctl(*slave, TIOCSWINSZ, &size), 0);
}

static void be_actor(const struct scene *s, struct facts *f, int master, int slave)
{
	int null = open("/dev/null", O_RDWR);
	struct rlimit no_core = { 0, 0 };

	setrlimit(RLIMIT_CORE, &no_core);
	signal(SIGINT, SIG_DFL);	/* nohup and jobs in the background of a script leave them ignored */
	signal(SIGHUP, SIG_DFL);
	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	dup2(slave, 0);
	dup2(null, 1);
	dup2(null, 2);
	close(master);
	close(slave);
	s->play(s, f);
	_exit(0);
}

static void take_ready(int master, struct buf *out, int wait_ms)
{
	struct pollfd in = { .fd = master, .events = POLLIN };

	while (poll(&in, 1, wait_ms) > 0 && (in.revents & POLLIN)) {
		ssize_t n = read(master, buf_room(out, 65536), 65536);

		if (n <= 0)
			return;
		out->len += (size_t)n;
		out->p[out->len] = '\0';
	}
}

static void watch(int master, pid_t child, struct result *r)
{
	time_t until = time(NULL) + SCENE_SECONDS;

	while (!waitpid(child, &r->status, WNOHANG)) {
		take_ready(master, &r->bytes, 5);
		if (time(NULL) > until) {
			kill(child, SIGKILL);
			waitpid(child, &r->status, 0);
			fail_msg("the scene did not end");
		}
	}
	take_ready(master, &r->bytes, 0);
}

static void perform(const struct scene *s, struct result *r)
{
	struct facts *f = mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int master, slave;
	pid_t child;

	assert_true(f != MAP_FAILED);
	*r = (struct result){ .bytes = BUF_INIT };
	open_pty(&master, &slave, s->rows, s->cols);
	assert_int_equal(tcgetattr(slave, &r->before), 0);
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (!child)
		be_actor(s, f, master, slave);
	watch(master, child, r);
	assert_int_equal(tcgetattr(slave, &r->after), 0);
	r->facts = *f;
	munmap(f, sizeof(*f));
	close(slave);
	close(master);
}

static bool termios_equal(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
	       a->c_lflag == b->c_lflag && !memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc));
}

static bool has(const struct result *r, const char *bytes)
{
	return str_find(buf_view(&r->bytes), str_c(bytes), 0) != STR_NONE;
}

/* --- what is drawn */

/* A chat of many different lines, its first `from`; input and status below. */
static void draw_chat(struct canvas *c, int from)
{
	int rows = canvas_rows(c);

	canvas_clear(c);
	for (int row = 0; row < rows - 2; row++)
		canvas_putf(c, row, 0, 0, OUT_PLAIN, "line %d says %d things of %d", from + row,
			(from + row) * 37 % 101, (from + row) * 7919);
	canvas_put(c, rows - 2, 0, 0, STR("> and how was it measured?"), OUT_PLAIN);
	canvas_put(c, rows - 1, 0, 0, STR("INS  model-x  ctx 18%"), CANVAS_STATUS);
	canvas_cursor(c, rows - 2, 26);
}

static long cost_of(struct term *t, const struct canvas *c)
{
	uint64_t before = term_written(t);

	term_draw(t, c, theme_of(THEME_AUTO));
	return (long)(term_written(t) - before);
}

static void play_frames(const struct scene *s, struct facts *f)
{
	SCOPED_PTR(term) t = open_term(s, f);
	SCOPED_PTR(canvas) c = NULL;
	int rows, cols;

	if (!t)
		return;
	term_size(t, &rows, &cols);
	c = canvas_new(rows, cols);
	draw_chat(c, 0);
	f->n[0] = cost_of(t, c);
	draw_chat(c, 0);
	f->n[1] = cost_of(t, c);
	canvas_put(c, rows - 1, 40, 0, STR("word"), OUT_PLAIN);
	f->n[2] = cost_of(t, c);
	draw_chat(c, 1);
	f->n[3] = cost_of(t, c);
	canvas_cursor(c, rows - 2, 5);
	f->n[4] = cost_of(t, c);
	term_redraw(t);
	f->n[5] = cost_of(t, c);
	f->n[6] = (long)term_written(t);
}

static void a_frame_costs_what_changed(void **state)
{
	static const char *const types[] = { "xterm-256color", "tmux-256color", "screen-256color", "linux", "vt100" };

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		struct scene s = { types[i], 24, 80, { NULL }, play_frames };
		struct result r;
		const long *n = r.facts.n;

		perform(&s, &r);
		assert_int_equal(r.facts.code, OK);
		assert_true(WIFEXITED(r.status));
		assert_in_range(n[0], 800, 3000);
		assert_int_equal(n[1], 0);
		assert_in_range(n[2], 4, 99);
		assert_in_range(n[3], 20, 249);
		assert_in_range(n[4], 1, 40);
		assert_in_range(n[5], 800, 3000);
		/* What was counted came, and behind it only the end. */
		assert_in_range(r.bytes.len, n[6], n[6] + 120);
		assert_true(has(&r, "line 21 says"));
		assert_true(has(&r, "word"));
		buf_release(&r.bytes);
	}
}

static void a_frame_is_one_piece_of_synchronized_output(void **state)
{
	struct scene s = { "xterm-256color", 24, 80, { NULL }, play_frames };
	struct str rest;
	struct result r;
	int on = 0, off = 0;

	(void)state;
	perform(&s, &r);
	rest = buf_view(&r.bytes);
	for (size_t at = 0; (at = str_find(rest, STR("\033[?2026"), at)) != STR_NONE; at++)
		*(rest.p[at + 7] == 'h' ? &on : &off) += 1;
	/* Five frames wrote something; the end turns it off once more. */
	assert_int_equal(on, 5);
	assert_int_equal(off, 6);
	buf_release(&r.bytes);
}

/* --- how it ends */

#define XTERM_LEAVE "\033[?2026l\033[?1007r\033[?1004l\033[?2004l\033[?25h\033(B\033[m\033[?1049l\033[23;0;0t"

static int overflow(volatile int depth)
{
	volatile char big[4096];

	big[0] = (char)depth;
	return depth < 0 ? 0 : overflow(depth + 1) + big[0];
}

static void end_free(struct term *t)
{
	term_free(t);
}

static void end_exit(struct term *t)
{
	(void)t;
	exit(3);
}

static void end_fault(struct term *t)
{
	volatile char *forbidden = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)t;
	*forbidden = 1;
}

static void end_abort(struct term *t)
{
	(void)t;
	abort();
}

static void end_overflow(struct term *t)
{
	(void)t;
	overflow(0);
}

static void end_bus(struct term *t)
{
	(void)t;
	raise(SIGBUS);
}

static void end_memory(struct term *t)
{
	(void)t;
	mem_exhausted();
}

/* A child of ours that leaves, or dies, puts nothing back; it is the parent's end that counts. */
static void end_after_child(struct term *t)
{
	struct termios now;

	if (!fork())
		exit(0);
	wait(NULL);
	if (!fork())
		abort();
	wait(NULL);
	if (tcgetattr(term_fd(t), &now) != 0 || (now.c_lflag & ICANON))
		_exit(9);
	term_free(t);
}

static void end_suspended(struct term *t)
{
	term_suspend(t);
	_exit(0);
}

static void end_resumed(struct term *t)
{
	term_suspend(t);
	term_resume(t);
	term_free(t);
}

static const struct ending {
	void (*end)(struct term *t);
	int exit_status, signal;
} endings[] = {
	{ end_free, 0, 0 },
	{ end_exit, 3, 0 },
	{ end_fault, 0, SIGSEGV },
	{ end_abort, 0, SIGABRT },
	{ end_overflow, 0, SIGSEGV },
	{ end_bus, 0, SIGBUS },
	{ end_memory, 71, 0 },
	{ end_after_child, 0, 0 },
	{ end_suspended, 0, 0 },
	{ end_resumed, 0, 0 },
};

static void play_end(const struct scene *s, struct facts *f)
{
	struct term *t = open_term(s, f);
	struct canvas *c;
	struct termios now;

	if (!t)
		return;
	term_guard(t);
	c = canvas_new(24, 80);
	draw_chat(c, 0);
	cost_of(t, c);
	canvas_free(c);
	f->n[0] = tcgetattr(term_fd(t), &now) == 0 && !(now.c_lflag & (ICANON | ECHO | ISIG)) && !(now.c_iflag & ICRNL);
	endings[atoi(s->more[0] + 4)].end(t);
}

static void whatever_ends_it_the_terminal_is_as_it_was(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(endings); i++) {
		char which[16];
		struct scene s = { "xterm-256color", 24, 80, { which }, play_end };
		struct result r;

		snprintf(which, sizeof(which), "END=%zu", i);
		perform(&s, &r);
		assert_int_equal(r.facts.code, OK);
		assert_int_equal(r.facts.n[0], 1);
		if (endings[i].signal ? !WIFSIGNALED(r.status) || WTERMSIG(r.status) != endings[i].signal
				      : !WIFEXITED(r.status) || WEXITSTATUS(r.status) != endings[i].exit_status)
			fail_msg("ending %zu: status %x", i, (unsigned)r.status);
		if (!termios_equal(&r.before, &r.after))
			fail_msg("ending %zu: the terminal is not as it was", i);
		if (!str_ends(buf_view(&r.bytes), STR(XTERM_LEAVE)))
			fail_msg("ending %zu: other last bytes", i);
		buf_release(&r.bytes);
	}
}

/* --- types */

static void play_open(const struct scene *s, struct facts *f)
{
	struct term *t = open_term(s, f);
	SCOPED_PTR(canvas) c = canvas_new(24, 80);

	if (!t)
		return;
	snprintf(f->text, sizeof(f->text), "%s|%.*s", term_name(t), STR_ARG(term_note(t)));
	f->n[0] = term_is_plain(t);
	f->n[1] = term_is_ascii(t);
	draw_chat(c, 0);
	canvas_vbar(c, 70, 0, 3);
	canvas_put(c, 0, 60, 0, STR("<é東>"), OUT_BAD);
	cost_of(t, c);
	term_probe(t);
	f->n[2] = term_is_probing(t);
	term_free(t);
}

static void each_type_is_used_as_what_it_is(void **state)
{
	/* clang-format off */
	static const struct {
		const char *type;
		enum err_code code;
		const char *text;
		bool is_plain;
	} rows[] = {
		{ "xterm-256color", OK, "xterm-256color|", false },
		{ "tmux-256color", OK, "tmux-256color|", false },
		{ "screen-256color", OK, "screen-256color|", false },
		{ "linux", OK, "linux|", true },
		{ "vt100", OK, "vt100|", true },
		{ "ansi", OK, "ansi|", true },
		{ "screen-nosuch", OK, "screen|the terminal 'screen-nosuch' is not known here; 'screen' is used", false },
		{ "xterm-kitty-nosuch", OK, "xterm-256color|the terminal 'xterm-kitty-nosuch' is not known here; 'xterm-256color' is used", false },
		{ "nosuchterm", OK, "xterm-256color|the terminal 'nosuchterm' is not known here; 'xterm-256color' is used", false },
		{ "../../etc/passwd", OK, "xterm-256color|the terminal '../../etc/passwd' is not known here; 'xterm-256color' is used", false },
		{ "dumb", ERR_USAGE, "the terminal 'dumb' cannot move its cursor: use --inline or 'ibid ask'", false },
		{ "", ERR_USAGE, "TERM does not say what the terminal is: set it, or use --inline or 'ibid ask'", false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s = { rows[i].type, 24, 80, { NULL }, play_open };
		struct result r;

		perform(&s, &r);
		assert_true(WIFEXITED(r.status));
		assert_int_equal(r.facts.code, rows[i].code);
		assert_string_equal(r.facts.text, rows[i].text);
		assert_int_equal(r.facts.n[0], rows[i].is_plain);
		assert_true(termios_equal(&r.before, &r.after));
		assert_int_equal(has(&r, "line 3 says"), rows[i].code == OK);
		assert_int_equal(has(&r, "\033[?2026h"), rows[i].code == OK && !rows[i].is_plain);
		assert_int_equal(has(&r, "\033]"), rows[i].code == OK && !rows[i].is_plain);
		assert_int_equal(r.facts.n[2], rows[i].code == OK && !rows[i].is_plain);
		if (rows[i].code != OK)
			assert_int_equal(r.bytes.len, 0);
		buf_release(&r.bytes);
	}
}

static void no_terminal_at_all_is_a_usage_error(void **state)
{
	struct scene s = { "xterm-256color", 24, 80, { NULL }, NULL };
	struct term_options o = options_of(&s);
	struct err err = ERR_INIT;
	struct term *t = NULL;
	pid_t child;
	int status;

	(void)state;
	child = fork();
	if (!child) {
		int null = open("/dev/null", O_RDWR);

		setsid();
		dup2(null, 0);
		_exit(term_open(&o, &t, &err) == ERR_USAGE && strstr(err.text, "no terminal") ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* --- text */

static void the_locale_is_made_to_fit(void **state)
{
	/* clang-format off */
	static const struct {
		const char *more[3];
		bool is_ascii;
		const char *shown, *not_shown;
	} rows[] = {
		{ { "LC_ALL=C" }, false, "<é東>", "?" "?" },
		{ { "LC_ALL=C.UTF-8" }, false, "<é東>", "?" "?" },
		{ { "LC_ALL=xx_YY.UTF-8" }, false, "<é東>", "?" "?" },
		{ { "LC_ALL=C", "IBID_ASCII=1" }, true, "<e?" "?>", "\xE2\x94\x82" },
		{ { "LC_ALL=C.UTF-8", "IBID_ASCII=1" }, true, "<e?" "?>", "\xE2\x94\x82" },
		{ { "LC_ALL=C.UTF-8", "IBID_ASCII=0" }, false, "\xE2\x94\x82", "?" "?" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s = { "xterm-256color", 24, 80, { rows[i].more[0], rows[i].more[1] }, play_open };
		struct result r;

		perform(&s, &r);
		assert_int_equal(r.facts.code, OK);
		assert_int_equal(r.facts.n[1], rows[i].is_ascii);
		if (!has(&r, rows[i].shown) || has(&r, rows[i].not_shown))
			fail_msg("row %zu", i);
		buf_release(&r.bytes);
	}
}

static void play_text(const struct scene *s, struct facts *f)
{
	static const char *const texts[] = { "A🫨B", "C🇨🇭D", "EकाF", "G👩‍💻H", "Ie\xCC\x81J",
		"K\xE1\x84\x92\xE1\x85\xA1L", "M\x1b]0;title\x07N", "O䷀P" };
	SCOPED_PTR(term) t = open_term(s, f);
	SCOPED_PTR(canvas) c = canvas_new(24, 80);

	if (!t)
		return;
	for (size_t i = 0; i < COUNT(texts); i++)
		canvas_put(c, (int)i, 0, 0, str_c(texts[i]), OUT_PLAIN);
	cost_of(t, c);
}

static void what_libc_does_not_know_keeps_its_place(void **state)
{
	static const char *const expected[] = { "A\xEF\xBF\xBD B", "C🇨🇭D", "EकाF", "G👩H", "Ie\xCC\x81J",
		"K\xE1\x84\x92\xE1\x85\xA1L", "M␛]0;title␇N", "O\xEF\xBF\xBDP" };
	struct scene s = { "xterm-256color", 24, 80, { NULL }, play_text };
	struct result r;

	(void)state;
	perform(&s, &r);
	for (size_t i = 0; i < COUNT(expected); i++)
		if (!has(&r, expected[i]))
			fail_msg("'%s' is not in '%s'", expected[i], buf_cstr(&r.bytes));
	assert_false(has(&r, "\033]0"));
	buf_release(&r.bytes);
}

/* --- sizes */

static void play_sizes(const struct scene *s, struct facts *f)
{
	static const unsigned short sizes[][2] = { { 1, 1 }, { 65535, 65535 }, { 2, 3 }, { 0, 7 }, { 300, 1 },
		{ 24, 80 } };
	SCOPED_PTR(term) t = open_term(s, f);
	SCOPED_PTR(canvas) c = canvas_new(24, 80);
	int rows, cols;

	if (!t)
		return;
	term_size(t, &rows, &cols);
	f->n[0] = rows;
	f->n[1] = cols;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct winsize size = { .ws_row = sizes[i][0], .ws_col = sizes[i][1] };

		/* First a canvas of the old size, as when the signal comes during a frame. */
		draw_chat(c, (int)i);
		cost_of(t, c);
		ioctl(0, TIOCSWINSZ, &size);
		f->n[2] += term_resize(t);
		cost_of(t, c);
		term_size(t, &rows, &cols);
		canvas_resize(c, rows, cols);
		if (rows > 2)
			draw_chat(c, 3);
		canvas_put(c, 0, 0, 0, STR("東京東京"), OUT_PLAIN);
		f->n[3] += cost_of(t, c) > 0;
		f->n[4] += cost_of(t, c);
	}
	f->n[5] = term_resize(t);
}

static void terminals_that_lie_about_their_size_are_survived(void **state)
{
	static const int sizes[][4] = { { 0, 0, 24, 80 }, { 1, 1, 1, 1 },
		{ 30000, 30000, CANVAS_ROWS_MAX, CANVAS_COLS_MAX } };
	static const char *const types[] = { "xterm-256color", "linux", "vt100" };

	(void)state;
	for (size_t i = 0; i < COUNT(sizes) * COUNT(types); i++) {
		const int *size = sizes[i % COUNT(sizes)];
		struct scene s = { types[i / COUNT(sizes)], size[0], size[1], { NULL }, play_sizes };
		struct result r;

		perform(&s, &r);
		assert_int_equal(r.facts.code, OK);
		if (!WIFEXITED(r.status) || WEXITSTATUS(r.status))
			fail_msg("%dx%d: status %x", size[0], size[1], (unsigned)r.status);
		assert_int_equal(r.facts.n[0], size[2]);
		assert_int_equal(r.facts.n[1], size[3]);
		assert_in_range(r.facts.n[2], 5, 6);
		assert_int_equal(r.facts.n[3], 6);
		assert_int_equal(r.facts.n[4], 0);
		assert_int_equal(r.facts.n[5], 0);
		assert_true(termios_equal(&r.before, &r.after));
		buf_release(&r.bytes);
	}
}

/* --- a terminal that is gone */

static void play_gone(const struct scene *s, struct facts *f)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	struct canvas *c = canvas_new(24, 80);
	struct term *t;

	grantpt(master);
	unlockpt(master);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	dup2(slave, 0);
	t = open_term(s, f);
	term_guard(t);
	f->n[0] = term_is_gone(t);
	close(master);
	draw_chat(c, 0);
	f->n[1] = cost_of(t, c);
	f->n[2] = term_is_gone(t);
	draw_chat(c, 1);
	cost_of(t, c);
	term_suspend(t);
	term_resume(t);
	term_probe(t);
	term_resize(t);
	term_free(t);
	f->n[3] = 1;
}

static void a_closed_terminal_is_noted_and_not_fatal(void **state)
{
	struct scene s = { "xterm-256color", 24, 80, { NULL }, play_gone };
	struct result r;

	(void)state;
	perform(&s, &r);
	assert_true(WIFEXITED(r.status));
	assert_int_equal(r.facts.n[0], 0);
	assert_int_equal(r.facts.n[1], 0);
	assert_int_equal(r.facts.n[2], 1);
	assert_int_equal(r.facts.n[3], 1);
	buf_release(&r.bytes);
}

/* --- answers */

static const struct {
	const char *reply;
	bool says_changed;
	int is_light;
	bool has_kitty, is_probing;
} replies[] = {
	{ "\033]11;rgb:ffff/ffff/ffff\033\\", true, 1, false, true },
	{ "\033]11;rgb:ffff/ffff/ffff\a", false, 1, false, true },
	{ "\033]11;rgb:00/00/00\033\\", true, 0, false, true },
	{ "\033]11;rgba:f/f/e/0\a", true, 1, false, true },
	{ "\033]11;rgb:1e1e/1e1e/2e2e\a", true, 0, false, true },
	/* nothing that can be read changes nothing */
	{ "\033]11;rgb:ffff/ffff\a", false, 0, false, true },
	{ "\033]11;rgb:fffff/0/0\a", false, 0, false, true },
	{ "\033]11;rgb:gg/gg/gg\a", false, 0, false, true },
	{ "\033]11;", false, 0, false, true },
	{ "\033]11;rgb:", false, 0, false, true },
	{ "\033]11;#ffffff\a", false, 0, false, true },
	{ "", false, 0, false, true },
	{ "\033", false, 0, false, true },
	{ "\033[?", false, 0, false, true },
	{ "\033P>|foot(1.13)\033\\", false, 0, false, true },
	{ "\033[?2026;2$y", false, 0, false, true },
	{ "\033[?0u", false, 0, true, true },
	{ "\033[?1u", false, 0, true, true },
	{ "\033[?62;22c", false, 0, true, false },
};

static void play_replies(const struct scene *s, struct facts *f)
{
	SCOPED_PTR(term) t = open_term(s, f);

	if (!t)
		return;
	f->n[0] = term_escape_ms(t);
	term_probe(t);
	for (size_t i = 0; i < COUNT(replies); i++) {
		bool changed = term_reply(t, str_c(replies[i].reply));

		if (changed != replies[i].says_changed || term_is_light(t) != replies[i].is_light ||
			term_has_kitty(t) != replies[i].has_kitty || term_is_probing(t) != replies[i].is_probing) {
			snprintf(f->text, sizeof(f->text), "reply %zu: %d %d", i, changed, term_is_light(t));
			return;
		}
	}
	f->n[1] = term_escape_ms(t);
}

static void answers_are_heeded_and_nonsense_is_not(void **state)
{
	struct scene s = { "xterm-256color", 24, 80, { NULL }, play_replies };
	struct result r;

	(void)state;
	perform(&s, &r);
	assert_string_equal(r.facts.text, "");
	assert_int_equal(r.facts.n[0], 40);
	assert_int_equal(r.facts.n[1], 0);
	assert_true(has(&r, "\033]11;?\033\\\033[?u\033[?2026$p\033[c"));
	/* Pushed once, popped before the main screen. */
	assert_true(
		str_ends(buf_view(&r.bytes), STR("\033[?2004l\033[<u\033[?25h\033(B\033[m\033[?1049l\033[23;0;0t")));
	assert_int_equal(
		str_find(buf_view(&r.bytes), STR("\033[>1u"), str_find(buf_view(&r.bytes), STR("\033[>1u"), 0) + 1),
		STR_NONE);
	buf_release(&r.bytes);
}

static void play_no_sync(const struct scene *s, struct facts *f)
{
	SCOPED_PTR(term) t = open_term(s, f);
	SCOPED_PTR(canvas) c = canvas_new(24, 80);

	if (!t)
		return;
	term_probe(t);
	f->n[0] = term_is_probing(t);
	f->n[1] = term_escape_ms(t);
	f->n[2] = term_is_light(t);
	term_reply(t, STR("\033[?2026;0$y"));
	draw_chat(c, 0);
	cost_of(t, c);
}

static void a_terminal_without_synchronized_output_is_spared_it(void **state)
{
	struct scene s = { "xterm-256color", 24, 80, { "IBID_NO_PROBE=1", "TMUX=x", "COLORFGBG=0;default;15" },
		play_no_sync };
	struct result r;

	(void)state;
	perform(&s, &r);
	assert_int_equal(r.facts.n[0], 0);
	assert_int_equal(r.facts.n[1], 100);
	assert_int_equal(r.facts.n[2], 1);
	assert_false(has(&r, "\033[?2026h"));
	assert_false(has(&r, "\033[c"));
	/* Hidden while it is drawn, shown again behind it. */
	assert_true(str_find(buf_view(&r.bytes), STR("\033[?25l"), 0) < str_find(buf_view(&r.bytes), STR("line 3"), 0));
	assert_true(has(&r, "\033[?25h"));
	buf_release(&r.bytes);
}

/* --- away and back */

static long is_cooked(struct term *t)
{
	struct termios now;

	return tcgetattr(term_fd(t), &now) == 0 && (now.c_lflag & ICANON);
}

static long cook(struct term *t)
{
	struct termios now;

	if (tcgetattr(term_fd(t), &now) != 0)
		return 0;
	now.c_lflag |= ICANON | ECHO;
	tcsetattr(term_fd(t), TCSANOW, &now);
	return is_cooked(t);
}

static void play_away(const struct scene *s, struct facts *f)
{
	SCOPED_PTR(term) t = open_term(s, f);
	SCOPED_PTR(canvas) c = canvas_new(24, 80);

	if (!t)
		return;
	draw_chat(c, 0);
	cost_of(t, c);
	term_suspend(t);
	f->n[0] = is_cooked(t);
	term_write(t, STR("[away]"));
	f->n[1] = cost_of(t, c);
	term_resume(t);
	f->n[2] = is_cooked(t);
	f->n[3] = cost_of(t, c);
	/* As after SIGSTOP, when the shell has had the terminal. */
	f->n[6] = cook(t);
	term_resume(t);
	f->n[7] = is_cooked(t);
	f->n[8] = cost_of(t, c);
	term_mouse(t, TERM_MOUSE_FULL);
	term_mouse(t, TERM_MOUSE_OFF);
}

static size_t place_of(const struct result *r, const char *bytes, size_t from)
{
	size_t at = str_find(buf_view(&r->bytes), str_c(bytes), from);

	if (at == STR_NONE)
		fail_msg("'%s' did not come", bytes);
	return at;
}

static void the_terminal_is_lent_and_taken_back(void **state)
{
	/* In this order. */
	static const char *const steps[] = { "\033[?1049h", "\033[?2004h", "\033[?1004h", "\033[?1007h", "line 3",
		"\033[?1049l", "[away]", "\033[?1049h", "\033[?2004h", "line 3", "\033[?1007r", "\033[?1007s", "line 3", "\033[?1007r", "\033[?1000h",
		"\033[?1006h", "\033[?1006l", "\033[?1007l", "\033[?1007r", "\033[?1049l" };
	struct scene s = { "xterm-256color", 24, 80, { NULL }, play_away };
	struct result r;
	size_t at = 0;

	(void)state;
	perform(&s, &r);
	assert_int_equal(r.facts.n[0] != 0, 1);
	assert_int_equal(r.facts.n[1], 0);
	assert_int_equal(r.facts.n[2], 0);
	assert_true(r.facts.n[3] > 800);
	assert_true(r.facts.n[6] != 0);
	assert_int_equal(r.facts.n[7], 0);
	assert_true(r.facts.n[8] > 800);
	for (size_t i = 0; i < COUNT(steps); i++)
		at = place_of(&r, steps[i], at) + 1;
	assert_true(termios_equal(&r.before, &r.after));
	buf_release(&r.bytes);
}

static void play_handlers(const struct scene *s, struct facts *f)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH, SIGHUP, SIGCONT };
	struct sigaction now;
	struct term *t = open_term(s, f);

	for (size_t i = 0; i < COUNT(signals); i++)
		f->n[0] += sigaction(signals[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL;
	term_free(t);
}

static void no_handler_of_curses_is_left(void **state)
{
	struct scene s = { "xterm-256color", 24, 80, { NULL }, play_handlers };
	struct result r;

	(void)state;
	perform(&s, &r);
	assert_int_equal(r.facts.n[0], 6);
	buf_release(&r.bytes);
}

/* --- looks */

static void play_looks(const struct scene *s, struct facts *f)
{
	struct term_options o = options_of(s);
	struct term *t = NULL;
	SCOPED_PTR(canvas) c = canvas_new(24, 80);

	o.color = scene_env((void *)s, "NO_COLOR") == NULL;
	f->code = term_open(&o, &t, NULL);
	if (!t)
		return;
	canvas_put(c, 0, 0, 0, STR("wrong"), OUT_BAD);
	canvas_put(c, 1, 0, 0, STR("chosen"), OUT_PLAIN | CANVAS_REVERSE);
	term_draw(t, c, theme_of(THEME_DARK));
	term_draw(t, c, theme_of(THEME_MONO));
	term_free(t);
}

static void colours_are_those_the_terminal_has(void **state)
{
	/* clang-format off */
	static const struct {
		const char *type, *more, *dark;
	} rows[] = {
		{ "xterm-256color", NULL, "\033[38;5;210m" },
		{ "linux", NULL, "\033[31m" },
		{ "vt100", NULL, "wrong" },
		{ "xterm-256color", "NO_COLOR=1", "wrong" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s = { rows[i].type, 24, 80, { rows[i].more }, play_looks };
		struct result r;

		perform(&s, &r);
		assert_int_equal(r.facts.code, OK);
		if (!has(&r, rows[i].dark))
			fail_msg("%s: %s", rows[i].type, buf_cstr(&r.bytes));
		assert_int_equal(has(&r, "\033[3"), i < 2);
		assert_true(has(&r, "\033[7m") || has(&r, ";7m"));
		buf_release(&r.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_costs_what_changed),
		cmocka_unit_test(a_frame_is_one_piece_of_synchronized_output),
		cmocka_unit_test(whatever_ends_it_the_terminal_is_as_it_was),
		cmocka_unit_test(each_type_is_used_as_what_it_is),
		cmocka_unit_test(no_terminal_at_all_is_a_usage_error),
		cmocka_unit_test(the_locale_is_made_to_fit),
		cmocka_unit_test(what_libc_does_not_know_keeps_its_place),
		cmocka_unit_test(terminals_that_lie_about_their_size_are_survived),
		cmocka_unit_test(a_closed_terminal_is_noted_and_not_fatal),
		cmocka_unit_test(answers_are_heeded_and_nonsense_is_not),
		cmocka_unit_test(a_terminal_without_synchronized_output_is_spared_it),
		cmocka_unit_test(the_terminal_is_lent_and_taken_back),
		cmocka_unit_test(no_handler_of_curses_is_left),
		cmocka_unit_test(colours_are_those_the_terminal_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
