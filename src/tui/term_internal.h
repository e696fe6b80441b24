/*
 * tui/term_internal.h - what the files of tui/term share
 *
 * term.c owns the descriptor and the modes, term_frame.c is the one that calls
 * curses, term_type.c reads terminfo, term_probe.c the terminal's answers,
 * term_guard.c puts everything back.
 */
#ifndef IBID_TUI_TERM_INTERNAL_H
#define IBID_TUI_TERM_INTERNAL_H
#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/str.h"
#include "ibid/tui/term.h"
#include "tui/term_type.h"

struct frame;

struct term {
	int fd;
	path_env_fn *env;
	void *env_ctx;
	struct buf type, note;
	struct termios saved;
	int rows, cols;
	enum term_mouse mouse;
	uint64_t written;
	struct frame *frame;
	bool is_plain;		/* of the old kind: understands none of the modes since xterm */
	bool is_ascii, is_gone, is_suspended, is_guarded, is_cursor_hidden;
	/* Learned from its answers. */
	bool is_probing, has_sync, has_kitty;
	int is_light;
};

const char *term_env(const struct term *t, const char *name);

/* Write to the terminal, whole; a terminal that is gone is noted and written to no more. */
void term_send(struct term *t, struct str bytes);
/* Renew what term_restore writes: a mode or the size has changed. */
void term_set_leave(struct term *t);

/* --- term_frame.c */

/* NULL when curses does not start. Its first bytes (alternate screen, cleared) are appended to `began`. */
struct frame *frame_new(const char *type, int rows, int cols, bool color, struct buf *began);
void frame_free(struct frame *f);
void frame_resize(struct frame *f, int rows, int cols);
/* The next one is painted whole. */
void frame_forget(struct frame *f);

/* --- term_guard.c */

/* From here on term_restore writes what guard_leave was given and sets `saved`. */
void guard_arm(int fd, const struct termios *saved);
void guard_leave(struct str bytes);
/* An answer may still come: what is unread then is thrown away, or the shell would take it for typed. */
void guard_flush(bool flush);
bool guard_is_armed(void);
void guard_release(void);
#endif
