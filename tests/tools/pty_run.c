/*
 * pty_run - run a program on a pseudo-terminal by a script, and measure it
 *
 *	pty_run [-r ROWS] [-c COLS] [-t SECONDS] [-o FILE] STEPS COMMAND [ARG...]
 *
 * STEPS is a file ('-' is standard input, /dev/null means: only wait for the end)
 * with one step a line; '#' begins a comment:
 *
 *	wait TEXT		until TEXT comes, searched behind what the last wait found
 *	send BYTES		to the program's input; \e \n \r \t \\ and \xHH
 *	resize ROWS COLS
 *	sleep-until-quiet MS	until nothing came for MS
 *	press TIMES BYTES	send them so often, each time until a synchronized output has ended
 *	type TEXT		byte by byte, each when the one before was echoed, after a moment of 0 to 49 ms
 *	signal NUMBER		to the program
 *	hangup			close the terminal
 *	count [NAME]		print "NAME N": the bytes since the last count (default name: bytes)
 *	lap [NAME]		print "NAME MS": from the last send (or the start) to the bytes that ended the last wait
 *	echoes [NAME]		print "NAME_p50 MS", _p99, _max and _n: from the bytes that type sent to their echoes
 *	cpu [NAME]		print "NAME US": processor time since the last cpu
 *	rss [NAME]		print "NAME KIB": resident now
 *	written [NAME]		print "NAME N": bytes written by the program, to whatever, since the last written
 *	wakes [NAME]		print "NAME N": how often it waited for something and woke, since the last wakes
 *
 * Then it waits for the program's end. At last it prints, a line each: bytes_total,
 * first_byte_ms, first_frame_ms (the end of the first synchronized output; -1
 * when there was none), cpu_us, max_rss_kib, termios (same or changed against what
 * it was before), and exit, signal or timeout with a number.
 *
 * The status is 0 when every step was done in time, else 1, with a sentence and
 * the last of what was seen on standard error. -t bounds all of it (default 30).
 * -o keeps the raw bytes.
 *
 * TEXT is searched in the bytes without their control sequences. No screen is
 * emulated (tmux does that in tests/tui): a move of the cursor ends a line, moves
 * to the right and blanks are spaces. A word that was changed in part comes in part.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "ibid/base/buf.h"
#include "ibid/base/path.h"
#include "ibid/base/str.h"

#define STEPS_MAX ((size_t)1 << 20)
#define FRAME_END "\033[?2026l"
#define ECHOES_MAX 1000
/* What is kept of the text that no wait has looked at. */
#define TEXT_KEPT ((size_t)1 << 20)

enum strip_state { PLAIN, ESCAPE, CSI, STRING, STRING_ESCAPE, ONE_MORE };

/* The text of what was written, without control sequences. */
struct strip {
	enum strip_state state;
	struct buf params;
	struct buf text;
	char last;
};

struct run {
	int master, slave, out;
	int rows, cols;
	pid_t child;
	struct termios before;
	double began, until, sent, came, found; /* ms, monotonic */
	double first_byte, first_frame; /* ms since `began`, -1 before */
	size_t total, counted;
	size_t frame_end; /* bytes of FRAME_END matched so far */
	size_t frames;
	double echoes[ECHOES_MAX]; /* ms */
	size_t n_echoes;
	uint32_t random;
	long long cpu_us, written, wakes; /* at the last step of that name */
	struct strip strip;
	bool is_over; /* the program has closed the terminal */
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void usage(void)
{
	fputs("usage: pty_run [-r ROWS] [-c COLS] [-t SECONDS] [-o FILE] STEPS COMMAND [ARG...]\n", stderr);
	exit(2);
}

static void die(const char *what)
{
	fprintf(stderr, "pty_run: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* --- text without sequences */

static void add_repeated(struct strip *s, char c)
{
	int n = atoi(buf_cstr(&s->params));

	for (n = n < 1 ? 1 : n > 1000 ? 1000 : n; n; n--)
		buf_ch(&s->text, c);
}

static void end_csi(struct strip *s, char final)
{
	if (final == 'C' || final == 'X')
		add_repeated(s, ' ');
	else if (final == 'b')
		add_repeated(s, s->last);
	else if (strchr("HfdGABDEF", final))
		buf_ch(&s->text, '\n');
	s->state = PLAIN;
}

static void on_plain(struct strip *s, char c)
{
	if (c == '\033') {
		s->state = ESCAPE;
	} else if (c == '\n' || c == '\r') {
		buf_ch(&s->text, '\n');
	} else if ((unsigned char)c >= 0x20 && c != 0x7F) {
		buf_ch(&s->text, c);
		s->last = c;
	}
}

static void on_escape(struct strip *s, char c)
{
	buf_reset(&s->params);
	if (c == '[')
		s->state = CSI;
	else if (strchr("]P_^X", c))
		s->state = STRING;
	else
		s->state = strchr("()*+-./#% ", c) ? ONE_MORE : PLAIN;
}

static void on_csi(struct strip *s, char c)
{
	if (c >= 0x40)
		end_csi(s, c);
	else
		buf_ch(&s->params, c);
}

static void strip_byte(struct strip *s, char c)
{
	switch (s->state) {
	case PLAIN:
		on_plain(s, c);
		break;
	case ESCAPE:
		on_escape(s, c);
		break;
	case CSI:
		on_csi(s, c);
		break;
	case STRING:
		s->state = c == '\033' ? STRING_ESCAPE : c == '\a' ? PLAIN : STRING;
		break;
	case STRING_ESCAPE:
	case ONE_MORE:
		s->state = PLAIN;
		break;
	}
}

/* --- reading */

static void note_frame_end(struct run *r, char c)
{
	r->frame_end = c == FRAME_END[r->frame_end] ? r->frame_end + 1 : c == '\033';
	if (r->frame_end < strlen(FRAME_END))
		return;
	r->frame_end = 0;
	r->frames++;
	if (r->first_frame < 0)
		r->first_frame = r->came - r->began;
}

static void take_bytes(struct run *r, struct str bytes)
{
	r->came = now_ms();
	if (r->first_byte < 0)
		r->first_byte = r->came - r->began;
	r->total += bytes.len;
	if (r->out >= 0)
		path_write_fd(r->out, bytes, "the log", NULL);
	for (size_t i = 0; i < bytes.len; i++) {
		note_frame_end(r, bytes.p[i]);
		strip_byte(&r->strip, bytes.p[i]);
	}
	if (r->strip.text.len > 2 * TEXT_KEPT)
		buf_splice(&r->strip.text, 0, r->strip.text.len - TEXT_KEPT, STR_EMPTY);
}

/* Read for at most `wait_ms`; false when nothing came. EIO: no process has the terminal open any more. */
static bool read_some(struct run *r, double wait_ms)
{
	struct pollfd in = { .fd = r->master, .events = POLLIN };
	char bytes[65536];
	ssize_t n;

	if (r->is_over || poll(&in, 1, wait_ms < 0 ? 0 : (int)wait_ms + 1) <= 0)
		return false;
	n = read(r->master, bytes, sizeof(bytes));
	if (n > 0)
		take_bytes(r, str_of(bytes, (size_t)n));
	r->is_over = n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN);
	return n > 0;
}

static bool is_late(const struct run *r)
{
	return now_ms() >= r->until;
}

/* --- steps: each is given the rest of its line, false when it could not be done */

static bool step_wait(struct run *r, struct str text)
{
	size_t at;

	while ((at = str_find(buf_view(&r->strip.text), text, 0)) == STR_NONE) {
		if (is_late(r) || r->is_over)
			return false;
		read_some(r, r->until - now_ms());
	}
	buf_splice(&r->strip.text, 0, at + text.len, STR_EMPTY);
	r->found = r->came;
	return true;
}

static int hex_digit(char c)
{
	return isdigit((unsigned char)c)    ? c - '0'
	       : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
					    : -1;
}

/* One escape behind its backslash; returns the bytes it took. */
static size_t unescape(struct str s, struct buf *out)
{
	static const char names[] = "enrt\\", values[] = "\033\n\r\t\\";
	const char *name = s.len ? strchr(names, s.p[0]) : NULL;

	if (s.len >= 3 && s.p[0] == 'x' && hex_digit(s.p[1]) >= 0 && hex_digit(s.p[2]) >= 0) {
		buf_ch(out, (char)(hex_digit(s.p[1]) << 4 | hex_digit(s.p[2])));
		return 3;
	}
	buf_ch(out, name && *name ? values[name - names] : '\\');
	return name && *name ? 1 : 0;
}

static void unescape_all(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.len;) {
		if (s.p[i] == '\\') {
			i += 1 + unescape(str_sub(s, i + 1, s.len), out);
			continue;
		}
		buf_ch(out, s.p[i++]);
	}
}

/* A program that does not read must not stop us from reading it: the master is non-blocking. */
static bool send_bytes(struct run *r, struct str bytes)
{
	size_t at = 0;

	r->sent = now_ms();
	while (at < bytes.len) {
		ssize_t n = write(r->master, bytes.p + at, bytes.len - at);

		if (n > 0)
			at += (size_t)n;
		else if (is_late(r) || r->is_over)
			return false;
		else
			read_some(r, 1);
	}
	return true;
}

static bool step_send(struct run *r, struct str text)
{
	SCOPED(buf) bytes = BUF_INIT;

	unescape_all(text, &bytes);
	return send_bytes(r, buf_view(&bytes));
}

static bool step_press(struct run *r, struct str text)
{
	SCOPED(buf) bytes = BUF_INIT;
	long long times;

	if (!str_to_int(str_cut(&text, ' '), &times) || !text.p)
		return false;
	unescape_all(text, &bytes);
	for (; times > 0; times--) {
		size_t before = r->frames;

		if (!send_bytes(r, buf_view(&bytes)))
			return false;
		while (r->frames == before) {
			if (is_late(r) || r->is_over)
				return false;
			read_some(r, r->until - now_ms());
		}
	}
	return true;
}

/* So that keys come at every moment between two frames; the same moments in every run. */
static void read_a_moment(struct run *r)
{
	double until;

	r->random = r->random * 1664525 + 1013904223;
	until = now_ms() + (double)((r->random >> 16) % 50);
	while (now_ms() < until)
		read_some(r, until - now_ms());
}

/* What came before is not the echo, so it is forgotten. */
static bool step_type(struct run *r, struct str text)
{
	for (size_t i = 0; i < text.len && r->n_echoes < ECHOES_MAX; i++) {
		read_a_moment(r);
		buf_reset(&r->strip.text);
		if (!send_bytes(r, str_sub(text, i, i + 1)) || !step_wait(r, str_sub(text, i, i + 1)))
			return false;
		r->echoes[r->n_echoes++] = r->found - r->sent;
	}
	return true;
}

static bool step_resize(struct run *r, struct str text)
{
	struct winsize size = { 0 };
	long long rows, cols;

	if (!str_to_int(str_cut(&text, ' '), &rows) || !text.p || !str_to_int(text, &cols))
		return false;
	size.ws_row = (unsigned short)rows;
	size.ws_col = (unsigned short)cols;
	return ioctl(r->master, TIOCSWINSZ, &size) == 0;
}

static bool step_quiet(struct run *r, struct str text)
{
	double began = now_ms();
	long long ms;

	if (!str_to_int(text, &ms))
		return false;
	for (;;) {
		double last = r->came > began ? r->came : began, left = last + (double)ms - now_ms();

		if (left <= 0 || r->is_over)
			return true;
		if (is_late(r))
			return false;
		read_some(r, left);
	}
}

static bool step_signal(struct run *r, struct str text)
{
	long long number;

	return str_to_int(text, &number) && kill(r->child, (int)number) == 0;
}

static bool step_hangup(struct run *r, struct str text)
{
	(void)text;
	close(r->slave);
	close(r->master);
	r->master = r->slave = -1;
	r->is_over = true;
	return true;
}

static void report(struct str name, const char *otherwise, double value)
{
	if (!name.len)
		name = str_c(otherwise);
	printf("%.*s %.*f\n", STR_ARG(name), value == (double)(long)value ? 0 : 2, value);
}

/* Without waiting: what is on its way belongs to the next count, so a script waits first. */
static bool step_count(struct run *r, struct str name)
{
	report(name, "bytes", (double)(r->total - r->counted));
	r->counted = r->total;
	return true;
}

static bool step_lap(struct run *r, struct str name)
{
	report(name, "ms", r->found - r->sent);
	return true;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void report_part(struct str name, const char *part, double value)
{
	SCOPED(buf) whole = BUF_INIT;

	buf_str(&whole, name.len ? name : STR("echo_ms"));
	buf_c(&whole, part);
	report(buf_view(&whole), "", value);
}

static bool step_echoes(struct run *r, struct str name)
{
	if (!r->n_echoes)
		return false;
	qsort(r->echoes, r->n_echoes, sizeof(*r->echoes), by_size);
	report_part(name, "_p50", r->echoes[(r->n_echoes - 1) / 2]);
	report_part(name, "_p99", r->echoes[(r->n_echoes - 1) * 99 / 100]);
	report_part(name, "_max", r->echoes[r->n_echoes - 1]);
	report_part(name, "_n", (double)r->n_echoes);
	r->n_echoes = 0;
	return true;
}

/* Print how much it grew; below 0 it was not to be had. */
static bool report_growth(struct str name, const char *otherwise, long long now, long long *before)
{
	report(name, otherwise, (double)(now - *before));
	*before = now;
	return now >= 0;
}

static bool step_cpu(struct run *r, struct str name)
{
	struct timespec t;
	clockid_t clock;
	long long us = -1;

	if (clock_getcpuclockid(r->child, &clock) == 0 && clock_gettime(clock, &t) == 0)
		us = (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
	return report_growth(name, "cpu_us", us, &r->cpu_us);
}

/* The number behind `label` in /proc/PID/FILE; -1 when there is none. */
static long long proc_number(const struct run *r, const char *file, const char *label)
{
	SCOPED(buf) path = BUF_INIT;
	long long value = -1;
	char line[256];
	FILE *f;

	buf_fmt(&path, "/proc/%d/%s", (int)r->child, file);
	f = fopen(buf_cstr(&path), "r");
	while (f && value < 0 && fgets(line, sizeof(line), f))
		if (!strncmp(line, label, strlen(label)))
			value = atoll(line + strlen(label));
	if (f)
		fclose(f);
	return value;
}

static bool step_rss(struct run *r, struct str name)
{
	long long kib = proc_number(r, "status", "VmRSS:");

	report(name, "rss_kib", (double)kib);
	return kib >= 0;
}

static bool step_written(struct run *r, struct str name)
{
	long long calls = proc_number(r, "io", "wchar:"), disk = proc_number(r, "io", "write_bytes:");

	/* Both: what is written through a mapping is in no call, what is not yet on the disk is in no block. */
	return report_growth(name, "written", calls < 0 || disk < 0 ? -1 : calls + disk, &r->written);
}

static bool step_wakes(struct run *r, struct str name)
{
	return report_growth(name, "wakes", proc_number(r, "status", "voluntary_ctxt_switches:"), &r->wakes);
}

static const struct {
	const char *name;
	bool (*run)(struct run *r, struct str rest);
} steps[] = {
	{ "wait", step_wait },
	{ "send", step_send },
	{ "press", step_press },
	{ "type", step_type },
	{ "resize", step_resize },
	{ "sleep-until-quiet", step_quiet },
	{ "signal", step_signal },
	{ "hangup", step_hangup },
	{ "count", step_count },
	{ "lap", step_lap },
	{ "echoes", step_echoes },
	{ "cpu", step_cpu },
	{ "rss", step_rss },
	{ "written", step_written },
	{ "wakes", step_wakes },
};

static bool run_step(struct run *r, struct str line)
{
	struct str rest = line, name = str_cut(&rest, ' ');

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (str_is(name, steps[i].name))
			return steps[i].run(r, rest.p ? rest : STR_EMPTY);
	return false;
}

static void complain(const struct run *r, struct str line)
{
	struct str text = buf_view(&r->strip.text);

	fprintf(stderr, "pty_run: '%.*s' was not done; seen last:\n%.*s\n", STR_ARG(line),
		STR_ARG(str_sub(text, text.len > 2000 ? text.len - 2000 : 0, text.len)));
}

static bool run_steps(struct run *r, struct str script)
{
	while (script.p) {
		struct str line = str_cut(&script, '\n');

		if (!line.len || line.p[0] == '#' || run_step(r, line))
			continue;
		complain(r, line);
		return false;
	}
	return true;
}

/* --- the program */

static void open_terminal(struct run *r)
{
	struct winsize size = { .ws_row = (unsigned short)r->rows, .ws_col = (unsigned short)r->cols };

	r->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (r->master < 0 || grantpt(r->master) != 0 || unlockpt(r->master) != 0)
		die("cannot open a pseudo-terminal");
	r->slave = open(ptsname(r->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (r->slave < 0 || ioctl(r->slave, TIOCSWINSZ, &size) != 0 || tcgetattr(r->slave, &r->before) != 0)
		die("cannot set up the pseudo-terminal");
}

static void start(struct run *r, char **argv)
{
	r->began = r->sent = now_ms();
	r->child = fork();
	if (r->child < 0)
		die("cannot fork");
	if (r->child)
		return;
	setsid();
	ioctl(r->slave, TIOCSCTTY, 0);
	for (int fd = 0; fd <= 2; fd++)
		dup2(r->slave, fd);
	execvp(argv[0], argv);
	_exit(127);
}

/* The end of the program, its output read meanwhile. False when it had to be ended. */
static bool wait_for_end(struct run *r, int *status, struct rusage *usage)
{
	bool ended = false;

	while (!(ended = wait4(r->child, status, WNOHANG, usage) == r->child) && !is_late(r))
		if (!read_some(r, 2) && r->is_over)
			poll(NULL, 0, 2);
	if (!ended) {
		kill(r->child, SIGKILL);
		wait4(r->child, status, 0, usage);
	}
	while (read_some(r, 0))
		;
	return ended;
}

static const char *termios_state(const struct run *r)
{
	struct termios now;

	if (r->slave < 0 || tcgetattr(r->slave, &now) != 0)
		return "gone";
	return now.c_iflag == r->before.c_iflag && now.c_oflag == r->before.c_oflag &&
			       now.c_cflag == r->before.c_cflag && now.c_lflag == r->before.c_lflag &&
			       !memcmp(now.c_cc, r->before.c_cc, sizeof(now.c_cc))
		       ? "same"
		       : "changed";
}

static double us_of(struct timeval t)
{
	return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static void report_end(const struct run *r, bool ended, int status, const struct rusage *usage)
{
	report(STR_EMPTY, "bytes_total", (double)r->total);
	report(STR_EMPTY, "first_byte_ms", r->first_byte);
	report(STR_EMPTY, "first_frame_ms", r->first_frame);
	report(STR_EMPTY, "cpu_us", us_of(usage->ru_utime) + us_of(usage->ru_stime));
	report(STR_EMPTY, "max_rss_kib", (double)usage->ru_maxrss);
	printf("termios %s\n", termios_state(r));
	report(STR_EMPTY,
		!ended                ? "timeout"
		: WIFSIGNALED(status) ? "signal"
				      : "exit",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void read_script(const char *path, struct buf *script)
{
	struct err err = ERR_INIT;
	int fd = strcmp(path, "-") != 0 ? open(path, O_RDONLY | O_CLOEXEC) : 0;

	if (fd < 0)
		die(path);
	if (path_read_fd(fd, path, STEPS_MAX, script, &err) == OK)
		return;
	fprintf(stderr, "pty_run: %s\n", err.text);
	exit(1);
}

static char **read_options(struct run *r, int argc, char **argv)
{
	double seconds = 30;
	int opt;

	while ((opt = getopt(argc, argv, "+r:c:t:o:")) != -1)
		switch (opt) {
		case 'r':
			r->rows = atoi(optarg);
			break;
		case 'c':
			r->cols = atoi(optarg);
			break;
		case 't':
			seconds = atof(optarg);
			break;
		case 'o':
			r->out = open(optarg, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
			break;
		default:
			usage();
		}
	if (argc - optind < 2)
		usage();
	r->until = now_ms() + seconds * 1e3;
	return argv + optind;
}

int main(int argc, char **argv)
{
	struct run r = { .rows = 24, .cols = 80, .out = -1, .first_byte = -1, .first_frame = -1 };
	char **command = read_options(&r, argc, argv);
	SCOPED(buf) script = BUF_INIT;
	struct rusage usage;
	bool done, ended;
	int status = 0;

	signal(SIGPIPE, SIG_IGN);
	read_script(command[0], &script);
	open_terminal(&r);
	start(&r, command + 1);
	done = run_steps(&r, buf_view(&script));
	if (!done)
		r.until = now_ms();
	ended = wait_for_end(&r, &status, &usage);
	report_end(&r, ended, status, &usage);
	buf_release(&r.strip.params);
	buf_release(&r.strip.text);
	return done && ended ? 0 : 1;
}
