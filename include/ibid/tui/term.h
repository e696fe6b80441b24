/*
 * tui/term.h - the terminal of the full screen: modes, size, one frame at a time
 *
 * The only place that talks to curses and the only one that writes control
 * sequences. One frame is one write: what doupdate() found, inside synchronized
 * output (mode 2026); nothing is written when nothing changed. Reads are the
 * caller's: term_fd() is polled and read in the one wait, its bytes go to
 * tui/decode. Signals come by signalfd in the same wait; curses' own handlers
 * are never left installed.
 *
 * The terminal is restored whatever ends the process: term_free, term_restore
 * from a fatal signal (async-signal-safe), base/mem's last words. In this order:
 * synchronized output off, mouse and focus reports off, bracketed paste off,
 * kitty keyboard popped, cursor shown, SGR 0, main screen, saved termios.
 * Alternate scroll (1007) is not turned off but restored to what it was.
 *
 * Reference: ncurses(3X); XTerm Control Sequences (modes 1004, 1007, 1049, 2004,
 * 2026); kitty keyboard protocol ("progressive enhancement").
 */
#ifndef IBID_TUI_TERM_H
#define IBID_TUI_TERM_H
#include <stdbool.h>
#include <stdint.h>

#include "ibid/base/err.h"
#include "ibid/base/path.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

struct canvas;
struct theme;
struct term;

enum term_mouse { TERM_MOUSE_SCROLL, TERM_MOUSE_FULL, TERM_MOUSE_OFF };

struct term_options {
	path_env_fn *env;	/* TERM, SSH_CONNECTION, TMUX, IBID_ASCII, IBID_NO_PROBE, NO_COLOR ... */
	void *env_ctx;
	enum term_mouse mouse;
	bool color;		/* as base/out decided for this terminal */
};

/*
 * Open the terminal (standard input when it is one, else /dev/tty) and enter the
 * alternate screen. An unknown TERM falls back to its part before '-', then
 * xterm-256color, then ansi; term_note says so. (For xterm-anything the part
 * before '-' is skipped: it has 8 colours.) LC_CTYPE becomes UTF-8, because curses
 * measures by it, unless IBID_ASCII is set.
 *
 * Errors: ERR_USAGE   there is no terminal, or it is dumb (cannot move its cursor), or TERM is not set
 *         ERR_CONFIG  no description of any usable terminal is installed
 */
enum err_code term_open(const struct term_options *o, struct term **t, struct err *err);
/* Leave the alternate screen; the terminal is as it was. */
void term_free(struct term *t);
SCOPE_PTR(term)

/* What was odd about this terminal, one sentence; empty when nothing was. */
struct str term_note(const struct term *t);
/* Whether marks and lines must be ASCII (IBID_ASCII=1, or the terminal cannot show UTF-8). */
bool term_is_ascii(const struct term *t);
/* What TERM is in use. */
const char *term_name(const struct term *t);

/* Whether it is of the old kind (linux, vt100, ansi): no OSC, no pastes, focus, mouse or probe. */
bool term_is_plain(const struct term *t);
/* A write failed: the terminal was closed. Nothing is drawn any more; save and leave. */
bool term_is_gone(const struct term *t);

int term_fd(const struct term *t);
/* At least 1x1; 24x80 where the terminal does not tell; at most what a canvas holds. */
void term_size(const struct term *t, int *rows, int *cols);
/* After SIGWINCH: ask the terminal for its size and tell curses. True when it changed. */
bool term_resize(struct term *t);

/* Show the canvas: what differs from what is shown is written, as one frame. Bytes written so far: term_written. */
void term_draw(struct term *t, const struct canvas *c, const struct theme *theme);
/* Forget what is shown: the next term_draw paints everything (Ctrl-L, after another program). */
void term_redraw(struct term *t);
uint64_t term_written(const struct term *t);

/*
 * Ask the terminal about itself (after the first frame). Replies arrive on term_fd
 * as INPUT_REPLY. Not asked: a plain terminal, with IBID_NO_PROBE, or when
 * something was typed ahead.
 */
void term_probe(struct term *t);
/* Asked, and the last answer (DA1) is not here yet. How long to wait is the caller's. */
bool term_is_probing(const struct term *t);
/* A reply came: DA1, DECRQM 2026, OSC 11, kitty flags. True when it may change the theme (the background is known now). */
bool term_reply(struct term *t, struct str bytes);
/* 1 light, 0 dark, -1 unknown: by OSC 11, else COLORFGBG. */
int term_is_light(const struct term *t);
/* Whether the kitty keyboard protocol answered: a lone ESC needs no wait then. */
bool term_has_kitty(const struct term *t);
/* Local or over ssh or in a multiplexer: how long to wait behind an ESC, in ms. */
int term_escape_ms(const struct term *t);
void term_mouse(struct term *t, enum term_mouse mouse);

/*
 * Give the terminal back for a while: main screen, cooked, for the editor, the
 * pager, the bare view, Ctrl-Z. term_draw draws nothing until term_resume, which asks for the
 * size anew and makes the next frame a whole one.
 */
void term_suspend(struct term *t);
/* Also without a term_suspend, when SIGCONT tells that somebody stopped us: the shell has set its own modes since. */
void term_resume(struct term *t);
/* Text on the terminal while suspended, or a control sequence of ours (OSC 52, OSC 9): foreign text must have passed the sink. */
void term_write(struct term *t, struct str bytes);

/* Put the terminal back now; async-signal-safe; does nothing when no screen is open, nor in a child of the process. */
void term_restore(void);
/*
 * Install that for SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL (the process then
 * dies of the signal), as base/mem's last words, and at exit. Until term_free.
 */
void term_guard(struct term *t);
#endif
