#include "ibid/tui/clipboard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ibid/base/term_text.h"

/* How often a program that may still run is looked at. */
#define TICK_MS 2

/* --- a program, fed */

static int64_t left_ms(const struct clipboard *c, int64_t until)
{
	int64_t left = until - clock_mono_ms(c->clock);

	return left > 0 ? left : 0;
}

/* A program that ends early is no error here: its exit status tells. SIGPIPE is ignored by main. */
static bool feed(const struct clipboard *c, int fd, struct str text, int64_t until)
{
	struct pollfd out = { .fd = fd, .events = POLLOUT };

	while (text.len) {
		ssize_t n;

		if (poll(&out, 1, (int)left_ms(c, until)) <= 0)
			return false;
		n = write(fd, text.p, text.len);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return errno == EPIPE;
		text = n > 0 ? str_sub(text, (size_t)n, text.len) : text;
	}
	return true;
}

/* xclip and wl-copy leave a child behind that serves the text; the one we wait for ends at once. */
static bool ended_well(const struct clipboard *c, pid_t child, int64_t until)
{
	struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };
	int status = -1;
	pid_t ended;

	while ((ended = waitpid(child, &status, WNOHANG)) == 0 && left_ms(c, until))
		nanosleep(&tick, NULL);
	if (ended == 0) {
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
	}
	return ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool run(const struct clipboard *c, const char *const *argv, struct str text)
{
	int64_t until = clock_mono_ms(c->clock) + CLIPBOARD_PROGRAM_MS;
	bool fed;
	pid_t child;
	int ends[2];

	if (!c->spawn || pipe2(ends, O_CLOEXEC) != 0)
		return false;
	child = c->spawn(c->spawn_ctx, argv, ends[0]);
	close(ends[0]);
	(void)fcntl(ends[1], F_SETFL, O_NONBLOCK);
	fed = child > 0 && feed(c, ends[1], text, until);
	close(ends[1]);
	if (child <= 0)
		return false;
	return ended_well(c, child, fed ? until : 0);
}

/* --- programs of this machine */

/* clang-format off */
static const struct program {
	const char *name, *args[3];
	const char *needs;	/* a variable without which it has nobody to talk to */
} programs[] = {
	{ "wl-copy",			{ NULL },			"WAYLAND_DISPLAY" },
	{ "xclip",			{ "-selection", "clipboard" },	"DISPLAY" },
	{ "xsel",			{ "--clipboard", "--input" },	"DISPLAY" },
	{ "pbcopy",			{ NULL },			NULL },
	{ "termux-clipboard-set",	{ NULL },			NULL },
};
/* clang-format on */

static bool is_set(const struct clipboard *c, const char *name)
{
	return str_c(c->env(c->env_ctx, name)).len > 0;
}

static bool is_local(const struct clipboard *c)
{
	return !is_set(c, "SSH_CONNECTION") && !is_set(c, "SSH_TTY");
}

/* An empty or relative part of PATH is the directory we happen to be in: nothing is started from there. */
static bool find_program(const struct clipboard *c, const char *name, struct buf *path)
{
	struct str rest = str_c(c->env(c->env_ctx, "PATH"));

	while (rest.p) {
		struct str dir = str_cut(&rest, ':');

		buf_reset(path);
		path_join(path, dir, str_c(name));
		if (dir.len && dir.p[0] == '/' && access(buf_cstr(path), X_OK) == 0)
			return true;
	}
	return false;
}

static bool run_program(const struct clipboard *c, const struct program *p, struct str text)
{
	SCOPED(buf) path = BUF_INIT;
	const char *argv[] = { NULL, p->args[0], p->args[1], NULL };

	if ((p->needs && !is_set(c, p->needs)) || !find_program(c, p->name, &path))
		return false;
	argv[0] = buf_cstr(&path);
	return run(c, argv, text);
}

/* --- the routes */

static bool by_command(const struct clipboard *c, struct str text, struct buf *said)
{
	SCOPED(buf) command = BUF_INIT;
	const char *argv[] = { "/bin/sh", "-c", NULL, NULL };

	if (!c->command.len)
		return false;
	buf_str(&command, c->command);
	argv[2] = buf_cstr(&command);
	if (run(c, argv, text)) {
		buf_fmt(said, "copied with '%s'", argv[2]);
		return true;
	}
	buf_fmt(said, "'%s' failed; ", argv[2]);
	return false;
}

static bool by_program(const struct clipboard *c, struct str text, struct buf *said)
{
	for (size_t i = 0; is_local(c) && i < sizeof(programs) / sizeof(*programs); i++)
		if (run_program(c, &programs[i], text)) {
			buf_fmt(said, "copied with %s", programs[i].name);
			return true;
		}
	return false;
}

/* RFC 4648, 4. */
static void add_base64(struct buf *out, struct str s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.len; i += 3) {
		size_t n = s.len - i < 3 ? s.len - i : 3;
		uint32_t word = 0;

		for (size_t k = 0; k < 3; k++)
			word = word << 8 | (k < n ? (unsigned char)s.p[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			buf_ch(out, k <= n ? digits[word >> (18 - 6 * k) & 63] : '=');
	}
}

static bool by_terminal(const struct clipboard *c, struct str text, struct buf *said)
{
	SCOPED(buf) sequence = BUF_INIT;

	if (!c->send || text.len > CLIPBOARD_OSC_MAX)
		return false;
	buf_c(&sequence, "\033]52;c;");
	add_base64(&sequence, text);
	buf_c(&sequence, "\033\\");
	c->send(c->send_ctx, buf_view(&sequence));
	buf_c(said, "sent to the terminal (OSC 52)");
	return true;
}

static enum err_code write_file(const struct clipboard *c, struct str text, struct buf *path, struct err *err)
{
	SCOPED(buf) dir = BUF_INIT;

	if (path_place_of(PATH_CACHE, c->env, c->env_ctx, &dir, err) != OK || path_make_dirs(buf_cstr(&dir), err) != OK)
		return err ? err->code : ERR_CREATE;
	path_join(path, buf_view(&dir), STR("copied.txt"));
	return path_write(buf_cstr(path), text, 0, err);
}

/* A failure to write counts only when nothing was sent. */
static enum err_code by_file(
	const struct clipboard *c, struct str text, bool is_sent, struct buf *said, struct err *err)
{
	SCOPED(buf) path = BUF_INIT;
	struct err failed = ERR_INIT;

	if (write_file(c, text, &path, &failed) == OK) {
		buf_fmt(said, "%swritten to %s", is_sent ? " and " : "", buf_cstr(&path));
		return OK;
	}
	if (is_sent)
		return OK;
	return err_set(err, failed.code, "%s%s", buf_cstr(said), failed.text);
}

enum err_code clipboard_copy(const struct clipboard *c, struct str text, struct buf *said, struct err *err)
{
	SCOPED(buf) safe = BUF_INIT;
	SCOPED(buf) route = BUF_INIT;
	enum err_code code = OK;
	bool is_sent;

	term_text_add(&safe, text);
	if (!by_command(c, buf_view(&safe), &route) && !by_program(c, buf_view(&safe), &route)) {
		is_sent = by_terminal(c, buf_view(&safe), &route);
		if (!is_sent || safe.len > CLIPBOARD_OSC_ALONE)
			code = by_file(c, buf_view(&safe), is_sent, &route, err);
	}
	if (code == OK)
		buf_str(said, buf_view(&route));
	return code;
}
