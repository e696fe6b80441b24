/*
 * tui/clipboard.h - text to the user's clipboard, by the first route that works
 *
 * In this order: the configured command; a program of this machine (wl-copy,
 * xclip, xsel, pbcopy, termux-clipboard-set), unless we are reached over ssh; the
 * terminal by OSC 52, plain also inside tmux (set-clipboard on); a file. Terminals
 * drop an OSC 52 that is too long for them without a word, so above
 * CLIPBOARD_OSC_ALONE the file is written as well, and above CLIPBOARD_OSC_MAX
 * there is only the file. What is said names the route: that a sequence was sent
 * is known, that it was obeyed is not.
 *
 * The text passes the sink first: control characters would be pasted into a shell.
 * Nothing is ever read from a clipboard. Nothing of the environment, of processes
 * or of the screen is touched here: the caller lends all three.
 */
#ifndef IBID_TUI_CLIPBOARD_H
#define IBID_TUI_CLIPBOARD_H
#include <stddef.h>
#include <sys/types.h>

#include "ibid/base/buf.h"
#include "ibid/base/clock.h"
#include "ibid/base/err.h"
#include "ibid/base/path.h"
#include "ibid/base/str.h"

/* Bytes of text: kitty takes about 6 KB a sequence, others less. */
#define CLIPBOARD_OSC_ALONE ((size_t)4 << 10)
#define CLIPBOARD_OSC_MAX ((size_t)64 << 10)
/* A program that has not taken the text by then is ended, and the next route is tried. */
#define CLIPBOARD_PROGRAM_MS 1000

/*
 * Start a program with `input` as its standard input, its output thrown away and
 * none of the variables that hold keys; returns its process id, -1 when it cannot
 * be started. argv[0] is a path; no shell, unless argv names one.
 */
typedef pid_t clipboard_spawn_fn(void *ctx, const char *const *argv, int input);
/* Bytes for the terminal as they are: term_write. */
typedef void clipboard_send_fn(void *ctx, struct str bytes);

struct clipboard {
	struct str command;		/* the user's own, a shell command line; empty: none */
	path_env_fn *env;		/* PATH, DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION, where files go */
	void *env_ctx;
	clipboard_spawn_fn *spawn;	/* NULL: no programs */
	void *spawn_ctx;
	clipboard_send_fn *send;	/* NULL: the terminal takes no OSC (term_is_plain) */
	void *send_ctx;
	const struct clock *clock;
};

/*
 * Copy `text`. `said` is appended what was done: "copied with xclip", "sent to the
 * terminal (OSC 52)", "written to /home/u/.cache/ibid/copied.txt", or both of the
 * last; what failed before stands in front of it. The file is 0600 and replaced
 * by the next.
 *
 * Errors: those of writing the file, when nothing else could take the text.
 */
enum err_code clipboard_copy(const struct clipboard *c, struct str text, struct buf *said, struct err *err);
#endif
