/*
 * One canvas becomes the bytes of one frame. curses finds the fewest bytes from
 * what is shown to what shall be, scrolling included (idlok); it writes them to a
 * file in memory, not to the terminal. So a frame leaves in one write together
 * with the marks of synchronized output, its bytes are counted, a frame without
 * change writes nothing at all, and a terminal that is gone is seen. Writing to
 * the terminal with the marks around doupdate() was refused: curses tells neither
 * how much it wrote nor that it failed.
 */
#include "tui/term_internal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/tui/canvas.h"
#include "ibid/tui/theme.h"
#include "tui/canvas_internal.h"

/* A frame up to this arrives at once; in front of a longer one the cursor is hidden, or it is seen running about. */
#define BARE_FRAME_MAX 64

#define SYNC_ON "\033[?2026h"
#define SYNC_OFF "\033[?2026l"

struct look {
	attr_t attrs;
	short pair;
};

struct frame {
	FILE *file;
	SCREEN *screen;
	const struct theme *theme;
	struct look looks[CANVAS_STYLE_COUNT];
	bool has_color;
	int rows, cols;
	uint64_t *shown; /* hashes of the rows, valid unless is_stale */
	cchar_t *line; /* one row on its way to curses */
	bool is_stale;
	int cursor_row, cursor_col; /* -1: none */
};

/* --- curses, started */

static const int caught[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
#define N_CAUGHT (sizeof(caught) / sizeof(*caught))

/* newterm installs handlers of its own; they are taken out again before one can run. */
static SCREEN *start_without_handlers(const char *type, FILE *file)
{
	struct sigaction old[N_CAUGHT];
	sigset_t block, mask;
	SCREEN *screen;

	sigemptyset(&block);
	for (size_t i = 0; i < N_CAUGHT; i++) {
		sigaddset(&block, caught[i]);
		sigaction(caught[i], NULL, &old[i]);
	}
	sigprocmask(SIG_BLOCK, &block, &mask);
	screen = newterm(type, file, file);
	for (size_t i = 0; i < N_CAUGHT; i++)
		sigaction(caught[i], &old[i], NULL);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return screen;
}

/* The size is ours to tell (resize_term), not LINES' and COLUMNS'; without use_tioctl a type without a size does not start. */
static SCREEN *start(const char *type, FILE *file)
{
	SCREEN *screen;

	use_env(FALSE);
	use_tioctl(TRUE);
	screen = start_without_handlers(type, file);
	if (!screen)
		return NULL;
	typeahead(-1);
	nonl();
	idlok(stdscr, TRUE);
	return screen;
}

static void start_colors(struct frame *f)
{
	f->has_color = has_colors() && start_color() == OK && use_default_colors() == OK;
}

static FILE *file_in_memory(void)
{
	int fd = memfd_create("ibid-frame", MFD_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");

	if (fd >= 0 && !file)
		close(fd);
	return file;
}

/* What curses has written since the last call, appended. */
static void take_bytes(struct frame *f, struct buf *out)
{
	int fd = fileno(f->file);
	off_t len = lseek(fd, 0, SEEK_CUR);
	ssize_t n = len > 0 ? pread(fd, buf_room(out, (size_t)len), (size_t)len, 0) : 0;

	if (n > 0)
		out->len += (size_t)n;
	if (out->p)
		out->p[out->len] = '\0';
	(void)lseek(fd, 0, SEEK_SET);
}

static void update(struct frame *f, struct buf *out)
{
	wnoutrefresh(stdscr);
	doupdate();
	take_bytes(f, out);
}

struct frame *frame_new(const char *type, int rows, int cols, bool color, struct buf *began)
{
	struct frame *f = mem_zalloc(1, sizeof(*f));

	f->file = file_in_memory();
	f->screen = f->file ? start(type, f->file) : NULL;
	if (!f->screen) {
		frame_free(f);
		return NULL;
	}
	if (color)
		start_colors(f);
	frame_resize(f, rows, cols);
	update(f, began);
	return f;
}

void frame_free(struct frame *f)
{
	if (!f)
		return;
	if (f->screen)
		delscreen(f->screen);
	if (f->file)
		fclose(f->file);
	mem_free(f->shown);
	mem_free(f->line);
	mem_free(f);
}

void frame_resize(struct frame *f, int rows, int cols)
{
	if (resize_term(rows, cols) == ERR)
		mem_exhausted();
	f->rows = rows;
	f->cols = cols;
	f->shown = mem_resize(f->shown, (size_t)rows, sizeof(*f->shown));
	f->line = mem_resize(f->line, (size_t)cols + 1, sizeof(*f->line));
	frame_forget(f);
}

void frame_forget(struct frame *f)
{
	f->is_stale = true;
	clearok(curscr, TRUE);
}

/* --- looks */

static attr_t attrs_of(unsigned attrs)
{
	static const struct {
		unsigned theme;
		attr_t curses;
	} rows[] = {
		{ THEME_BOLD, A_BOLD },
		{ THEME_DIM, A_DIM },
		{ THEME_ITALIC, A_ITALIC },
		{ THEME_UNDERLINE, A_UNDERLINE },
		{ THEME_REVERSE, A_REVERSE },
	};
	attr_t all = A_NORMAL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (attrs & rows[i].theme)
			all |= rows[i].curses;
	return all;
}

/* Where the terminal has too few colours the style takes the one it has in auto. */
static short pair_of(const struct frame *f, unsigned style)
{
	int color = f->theme->looks[style].color, pair;

	if (color >= COLORS)
		color = theme_of(THEME_AUTO)->looks[style].color;
	if (!f->has_color || color < 0 || color >= COLORS)
		return 0;
	pair = alloc_pair(color, -1);
	return pair > 0 ? (short)pair : 0;
}

static void set_theme(struct frame *f, const struct theme *theme)
{
	if (f->theme == theme)
		return;
	f->theme = theme;
	f->is_stale = true;
	for (unsigned style = 0; style < CANVAS_STYLE_COUNT; style++)
		f->looks[style] = (struct look){ attrs_of(theme->looks[style].attrs), pair_of(f, style) };
}

/* What is in reverse already is selected by being turned back. */
static struct look look_of(const struct frame *f, unsigned style)
{
	unsigned n = CANVAS_STYLE_OF(style);
	struct look look = f->looks[n < CANVAS_STYLE_COUNT ? n : OUT_PLAIN];

	if (style & CANVAS_REVERSE)
		look.attrs ^= A_REVERSE;
	if (style & CANVAS_STRONG)
		look.attrs |= A_BOLD;
	return look;
}

/* --- cells */

static size_t put_cell(cchar_t *to, const wchar_t *text, struct look look)
{
	setcchar(to, text, look.attrs, look.pair, NULL);
	return 1;
}

static size_t put_letters(cchar_t *to, const char *letters, int n, struct look look)
{
	for (int i = 0; i < n; i++)
		put_cell(&to[i], (const wchar_t[]){ (unsigned char)letters[i], 0 }, look);
	return (size_t)n;
}

/* Lines and dots that have an ASCII likeness which Unicode does not know of. */
static const struct {
	const char *text, *ascii;
} likenesses[] = { { "│", "|" }, { "─", "-" }, { "…", "." }, { "•", "*" }, { "→", ">" }, { "←", "<" } };

static void add_ascii(struct buf *out, struct str text)
{
	for (size_t i = 0; i < sizeof(likenesses) / sizeof(*likenesses); i++)
		if (str_is(text, likenesses[i].text))
			buf_c(out, likenesses[i].ascii);
	if (!out->len)
		utf8_ascii(out, text);
}

static size_t put_ascii(cchar_t *to, const struct canvas_cell *cell, struct look look)
{
	SCOPED(buf) ascii = BUF_INIT;

	add_ascii(&ascii, cell->text);
	return put_letters(to, (int)ascii.len == cell->cols ? buf_cstr(&ascii) : "??", cell->cols, look);
}

/* Decode at most a base and its marks; a mark that libc gives a column is left out. */
static void wide_of(wchar_t to[CANVAS_MARKS_MAX + 2], struct str text)
{
	size_t len = 0, n;
	uint32_t cp;

	for (size_t at = 0; len <= CANVAS_MARKS_MAX && (n = utf8_decode(text, at, &cp)); at += n)
		if (!len || wcwidth((wchar_t)cp) == 0)
			to[len++] = (wchar_t)cp;
	to[len] = 0;
}

/* A character that libc does not know, or measures otherwise, is U+FFFD in as many columns as we count. */
static size_t put_text(cchar_t *to, const struct canvas_cell *cell, struct look look)
{
	wchar_t wide[CANVAS_MARKS_MAX + 2];

	wide_of(wide, cell->text);
	if (wcwidth(wide[0]) == cell->cols)
		return put_cell(to, wide, look);
	put_cell(to, (const wchar_t[]){ UTF8_REPLACEMENT, 0 }, look);
	return 1 + put_letters(to + 1, " ", cell->cols - 1, look);
}

static size_t put(const struct frame *f, cchar_t *to, const struct canvas_cell *cell, int col, bool ascii)
{
	struct look look = look_of(f, cell->style);

	if (cell->text.len == 1)
		return put_letters(to, cell->text.p, 1, look);
	if (col + cell->cols > f->cols)
		return put_letters(to, " ", 1, look);
	return ascii ? put_ascii(to, cell, look) : put_text(to, cell, look);
}

static void paint_row(struct frame *f, const struct canvas *c, int row, bool ascii)
{
	size_t n = 0;

	for (int col = 0; col < f->cols; col++) {
		struct canvas_cell cell = canvas_at(c, row, col);

		if (cell.cols)
			n += put(f, &f->line[n], &cell, col, ascii);
	}
	mvwadd_wchnstr(stdscr, row, 0, f->line, (int)n);
}

/* --- the frame */

static bool paint_changed(struct frame *f, const struct canvas *c, bool ascii)
{
	bool changed = f->is_stale;

	for (int row = 0; row < f->rows; row++) {
		uint64_t hash = canvas_row_hash(c, row);

		if (!f->is_stale && f->shown[row] == hash)
			continue;
		paint_row(f, c, row, ascii);
		f->shown[row] = hash;
		changed = true;
	}
	f->is_stale = false;
	return changed;
}

/* Without a cursor curses need not bring it anywhere. */
static bool place_cursor(struct frame *f, const struct canvas *c)
{
	int row = -1, col = -1;
	bool moved;

	if (!canvas_has_cursor(c, &row, &col) || row >= f->rows || col >= f->cols)
		row = col = -1;
	moved = row != f->cursor_row || col != f->cursor_col;
	f->cursor_row = row;
	f->cursor_col = col;
	leaveok(stdscr, row < 0);
	if (row >= 0)
		wmove(stdscr, row, col);
	return moved;
}

static void add_show(const struct term *t, struct buf *out, bool show)
{
	if (t->is_plain)
		type_add(out, show ? "cnorm" : "civis");
	else
		buf_c(out, show ? "\033[?25h" : "\033[?25l");
}

/* Hidden while a long frame is drawn, and shown again when there is one. */
static void add_framed(struct term *t, struct buf *out, struct str frame, bool has_cursor)
{
	if (!frame.len && t->is_cursor_hidden == !has_cursor)
		return;
	if (t->has_sync)
		buf_c(out, SYNC_ON);
	if (!t->is_cursor_hidden && (!has_cursor || frame.len > BARE_FRAME_MAX)) {
		add_show(t, out, false);
		t->is_cursor_hidden = true;
	}
	buf_str(out, frame);
	if (has_cursor && t->is_cursor_hidden) {
		add_show(t, out, true);
		t->is_cursor_hidden = false;
	}
	if (t->has_sync)
		buf_c(out, SYNC_OFF);
}

void term_draw(struct term *t, const struct canvas *c, const struct theme *theme)
{
	SCOPED(buf) frame = BUF_INIT;
	SCOPED(buf) out = BUF_INIT;
	struct frame *f = t->frame;
	bool changed;

	if (t->is_gone || t->is_suspended)
		return;
	set_theme(f, theme);
	changed = paint_changed(f, c, t->is_ascii);
	if (!place_cursor(f, c) && !changed)
		return;
	update(f, &frame);
	add_framed(t, &out, buf_view(&frame), f->cursor_row >= 0);
	term_send(t, buf_view(&out));
}
