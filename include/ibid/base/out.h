/*
 * base/out.h - standard output and standard error, the only way to either
 *
 * One struct out a stream. Each is checked for being a terminal by itself. All
 * text passes the sink of base/term_text; ibid's own styling is added after it,
 * and only where colour is on. Writing is buffered; a failed write is kept and
 * reported by out_flush, so callers do not check each line.
 *
 * A screen keeps the output instead (out_keep): the same harmless text, and
 * notes of where it changes its style.
 */
#ifndef IBID_BASE_OUT_H
#define IBID_BASE_OUT_H
#include <stdbool.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/str.h"
#include "ibid/base/term_text.h"

/* Styles nest no deeper than one: each out_style replaces the last, OUT_PLAIN ends it. */
enum out_style {
	OUT_PLAIN, OUT_BOLD, OUT_DIM, OUT_ITALIC, OUT_UNDERLINE,
	OUT_HEADING, OUT_CODE, OUT_QUOTE, OUT_LINK, OUT_GOOD, OUT_WARN, OUT_BAD, OUT_MATCH,
	OUT_STYLE_COUNT
};

enum out_color { OUT_COLOR_AUTO, OUT_COLOR_ALWAYS, OUT_COLOR_NEVER };

/* From byte `at` of what is kept the text has this style and this tag, until the next note. */
struct out_note {
	size_t at;
	unsigned style;	/* enum out_style, or a screen's own beyond it */
	uint32_t tag;
};

struct out {
	int fd;
	const char *name;	/* "standard output": for errors */
	bool is_tty;
	bool color;
	int width_cols;		/* of the terminal, else COLUMNS, else 80 */
	/* Private from here on. */
	struct buf pending;
	struct term_text sink;
	struct err failed;	/* the first failed write */
	enum out_style style;
	bool keeps;
	uint32_t tag;
	struct out_note *notes;
	size_t n_notes, cap_notes;
};

/*
 * Look at the descriptor: terminal or not, its width, and whether colour is
 * wanted. Order: `choice` (--color or IBID_COLOR), non-empty NO_COLOR,
 * CLICOLOR_FORCE or FORCE_COLOR, TERM=dumb, then whether it is a terminal.
 */
void out_open(struct out *o, int fd, const char *name, enum out_color choice,
	const char *(*env)(void *ctx, const char *name), void *ctx);

/* Foreign or own text: the same sink for both. */
void out_str(struct out *o, struct str s);
void out_c(struct out *o, const char *cstr);
void out_fmt(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Foreign text that must stay on one line: LF and TAB are shown as spaces. No line end is added. */
void out_line(struct out *o, struct str s);

void out_style(struct out *o, enum out_style style);
/* out_style(style), the text, out_style(OUT_PLAIN). */
void out_styled(struct out *o, enum out_style style, struct str s);

/* Bytes as they are, for --raw and for documents on their way to a file: the user asked for them by name. */
void out_raw(struct out *o, struct str bytes);

/* Instead of out_open: nothing is written, all is kept. With `color` renderers style what they else mark. */
void out_keep(struct out *o, int width_cols, bool color);
/* What follows belongs to `tag`, whose meaning is the caller's. Forgotten where nothing is kept. */
void out_tag(struct out *o, uint32_t tag);
/* The text so far and its notes; before the first one it is plain, with tag 0. Both die with the next call. */
struct str out_kept(const struct out *o, const struct out_note **notes, size_t *n);
/* Forget it; style and tag must be plain and 0 at this point. */
void out_kept_reset(struct out *o);

/*
 * Hand everything to the system. ERR_PIPE when the reader has gone (leave
 * quietly), ERR_FULL or ERR_IO with a sentence when it could not be written.
 * A character that is not complete yet keeps waiting. SIGPIPE must be ignored.
 */
enum err_code out_flush(struct out *o, struct err *err);
/* End the style, show what still waits, and hand it over; errors are nobody's any more. */
void out_release(struct out *o);
#endif
