#include "tui/term_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ibid/base/mem.h"
#include "ibid/tui/canvas.h"

/* Of a terminal that does not tell its size (a serial line). */
#define ROWS_OTHERWISE 24
#define COLS_OTHERWISE 80

/*
 * The wheel as arrow keys (1007) is on in some terminals and off in others, so what it was is saved and restored
 * (XTSAVE, XTRESTORE): turned off at the end, it would be gone from the pager that is used next.
 */
static const struct {
	const char *on, *off;
} mouse_modes[] = {
	[TERM_MOUSE_SCROLL] = { "\033[?1007s\033[?1007h", "\033[?1007r" },
	[TERM_MOUSE_FULL] = { "\033[?1000h\033[?1002h\033[?1006h", "\033[?1006l\033[?1002l\033[?1000l" },
	[TERM_MOUSE_OFF] = { "\033[?1007s\033[?1007l", "\033[?1007r" },
};

const char *term_env(const struct term *t, const char *name)
{
	return t->env(t->env_ctx, name);
}

/* --- locale */

static bool is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static const char *locale_by_env(const struct term *t)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_c(term_env(t, names[i])).len)
			return term_env(t, names[i]);
	return "C";
}

/*
 * curses and wcwidth go by the locale of the process, and no other way. One that is not installed here (over ssh) or
 * has no UTF-8 becomes C.UTF-8, unless the user says that the terminal shows ASCII only.
 */
static void set_locale(struct term *t)
{
	struct str ascii = str_c(term_env(t, "IBID_ASCII"));
	bool known = setlocale(LC_CTYPE, locale_by_env(t)) != NULL;

	t->is_ascii = ascii.len && !str_is(ascii, "0");
	if (t->is_ascii || (known && is_utf8()))
		return;
	if (!setlocale(LC_CTYPE, "C.UTF-8") || !is_utf8())
		t->is_ascii = true;
}

/* --- the descriptor */

static bool is_read_write(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_ACCMODE) == O_RDWR;
}

static int open_tty(void)
{
	if (isatty(STDIN_FILENO) && is_read_write(STDIN_FILENO))
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

/* False when the terminal will not take any more. Somebody may have made it non-blocking: then we wait. */
static bool wait_writable(int fd)
{
	struct pollfd out = { .fd = fd, .events = POLLOUT };

	if (errno == EINTR)
		return true;
	return errno == EAGAIN && poll(&out, 1, -1) >= 0 && !(out.revents & (POLLERR | POLLHUP | POLLNVAL));
}

void term_send(struct term *t, struct str bytes)
{
	while (bytes.len && !t->is_gone) {
		ssize_t n = write(t->fd, bytes.p, bytes.len);

		if (n < 0) {
			t->is_gone = !wait_writable(t->fd);
			continue;
		}
		t->written += (uint64_t)n;
		bytes = str_sub(bytes, (size_t)n, bytes.len);
	}
}

/* raw, noecho and nonl of curses, set by ourselves: curses knows no terminal here. */
static void set_raw(const struct term *t, bool prints_lines)
{
	struct termios raw = t->saved;

	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (prints_lines)
		raw.c_oflag |= OPOST | ONLCR;
	tcsetattr(t->fd, TCSANOW, &raw);
}

static int clamp(int n, int otherwise, int max)
{
	return n <= 0 ? otherwise : n > max ? max : n;
}

static void ask_size(const struct term *t, int *rows, int *cols)
{
	struct winsize size = { 0 };

	(void)ioctl(t->fd, TIOCGWINSZ, &size);
	*rows = clamp(size.ws_row, ROWS_OTHERWISE, CANVAS_ROWS_MAX);
	*cols = clamp(size.ws_col, COLS_OTHERWISE, CANVAS_COLS_MAX);
}

/* --- modes */

static void add_modes_on(const struct term *t, struct buf *out)
{
	if (t->is_plain)
		return;
	buf_c(out, "\033[?2004h\033[?1004h");
	buf_c(out, mouse_modes[t->mouse].on);
	if (t->has_kitty)
		buf_c(out, "\033[>1u");
}

static void add_modes_off(const struct term *t, struct buf *out)
{
	if (t->is_plain)
		return;
	buf_c(out, "\033[?2026l");
	buf_c(out, mouse_modes[t->mouse].off);
	buf_c(out, "\033[?1004l\033[?2004l");
	if (t->has_kitty)
		buf_c(out, "\033[<u");
}

static void add_cursor_on(const struct term *t, struct buf *out)
{
	if (t->is_plain)
		type_add(out, "cnorm");
	else
		buf_c(out, "\033[?25h");
	type_add(out, "sgr0");
}

/* A terminal without a second screen keeps ours; what comes next is written below it. */
static void add_main_screen(const struct term *t, struct buf *out)
{
	size_t before = out->len;

	type_add(out, "rmcup");
	if (out->len > before)
		return;
	type_add_move(out, t->rows - 1, 0);
	buf_c(out, "\r\n");
}

void term_set_leave(struct term *t)
{
	SCOPED(buf) bytes = BUF_INIT;

	add_modes_off(t, &bytes);
	add_cursor_on(t, &bytes);
	add_main_screen(t, &bytes);
	guard_leave(buf_view(&bytes));
}

static void begin(struct term *t, struct str screen)
{
	SCOPED(buf) bytes = BUF_INIT;

	buf_str(&bytes, screen);
	add_modes_on(t, &bytes);
	term_set_leave(t);
	guard_arm(t->fd, &t->saved);
	set_raw(t, false);
	term_send(t, buf_view(&bytes));
}

/* --- life */

static struct term *term_new(const struct term_options *o, int fd)
{
	struct term *t = mem_zalloc(1, sizeof(*t));

	*t = (struct term){
		.fd = fd,
		.env = o->env,
		.env_ctx = o->env_ctx,
		.mouse = o->mouse,
		.is_light = -1,
	};
	ask_size(t, &t->rows, &t->cols);
	set_locale(t);
	return t;
}

static enum err_code no_terminal(struct err *err)
{
	return err_set(err, ERR_USAGE, "there is no terminal to draw on: use --inline or 'ibid ask'");
}

static enum err_code find_type(struct term *t, struct err *err)
{
	struct str name = str_c(term_env(t, "TERM"));

	if (!name.len)
		return err_set(err, ERR_USAGE,
			"TERM does not say what the terminal is: set it, or use --inline or 'ibid ask'");
	if (type_find(name.p, t->fd, &t->type, err) != OK)
		return err->code;
	if (!str_eq(buf_view(&t->type), name))
		buf_fmt(&t->note, "the terminal '%s' is not known here; '%s' is used", name.p, buf_cstr(&t->type));
	t->is_plain = type_is_plain(buf_cstr(&t->type));
	t->has_sync = !t->is_plain;
	return OK;
}

static enum err_code start(struct term *t, bool color, struct err *err)
{
	SCOPED(buf) screen = BUF_INIT;

	if (tcgetattr(t->fd, &t->saved) != 0)
		return no_terminal(err);
	if (find_type(t, err) != OK)
		return err->code;
	t->frame = frame_new(buf_cstr(&t->type), t->rows, t->cols, color, &screen);
	if (!t->frame)
		return err_set(err, ERR_CONFIG, "curses cannot use the terminal '%s'", buf_cstr(&t->type));
	begin(t, buf_view(&screen));
	return OK;
}

enum err_code term_open(const struct term_options *o, struct term **t, struct err *err)
{
	SCOPED_PTR(term) opened = NULL;
	struct err own = ERR_INIT;
	int fd = open_tty();

	err = err ? err : &own;
	if (fd < 0)
		return no_terminal(err);
	opened = term_new(o, fd);
	if (start(opened, o->color, err) != OK)
		return err->code;
	*t = take(&opened);
	return OK;
}

/* A term that never began has nothing to put back. */
void term_free(struct term *t)
{
	if (!t)
		return;
	if (t->frame)
		term_restore();
	if (t->is_guarded)
		guard_release();
	frame_free(t->frame);
	close(t->fd);
	buf_release(&t->type);
	buf_release(&t->note);
	mem_free(t);
}

struct str term_note(const struct term *t)
{
	return buf_view(&t->note);
}

bool term_is_ascii(const struct term *t)
{
	return t->is_ascii;
}

bool term_is_plain(const struct term *t)
{
	return t->is_plain;
}

bool term_is_gone(const struct term *t)
{
	return t->is_gone;
}

const char *term_name(const struct term *t)
{
	return buf_cstr(&t->type);
}

int term_fd(const struct term *t)
{
	return t->fd;
}

void term_size(const struct term *t, int *rows, int *cols)
{
	*rows = t->rows;
	*cols = t->cols;
}

bool term_resize(struct term *t)
{
	int rows, cols;

	ask_size(t, &rows, &cols);
	if (rows == t->rows && cols == t->cols)
		return false;
	t->rows = rows;
	t->cols = cols;
	frame_resize(t->frame, rows, cols);
	term_set_leave(t);
	return true;
}

void term_redraw(struct term *t)
{
	frame_forget(t->frame);
}

uint64_t term_written(const struct term *t)
{
	return t->written;
}

void term_write(struct term *t, struct str bytes)
{
	term_send(t, bytes);
}

void term_mouse(struct term *t, enum term_mouse mouse)
{
	SCOPED(buf) bytes = BUF_INIT;

	buf_c(&bytes, mouse_modes[t->mouse].off);
	buf_c(&bytes, mouse_modes[mouse].on);
	t->mouse = mouse;
	term_set_leave(t);
	if (!t->is_plain && !t->is_suspended)
		term_send(t, buf_view(&bytes));
}

/* --- away and back */

void term_suspend(struct term *t)
{
	term_restore();
	t->is_suspended = true;
}

/*
 * Behind a SIGSTOP the modes may be on still: off first, so that what XTSAVE keeps is not our own. The attributes are
 * plain while curses may think otherwise: it is told by painting all.
 */
void term_resume(struct term *t)
{
	SCOPED(buf) bytes = BUF_INIT;

	if (!guard_is_armed())
		type_add(&bytes, "smcup");
	else if (!t->is_suspended)
		add_modes_off(t, &bytes);
	t->is_suspended = t->is_cursor_hidden = false;
	begin(t, buf_view(&bytes));
	term_resize(t);
	frame_forget(t->frame);
}
