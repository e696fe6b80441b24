/*
 * tui/line.h - GNU readline as the editor of a line that the screen draws
 *
 * The user's ~/.inputrc ($if ibid), emacs and vi modes, kill ring, undo, macros,
 * Ctrl-R and numeric arguments are readline's own. It never touches the terminal:
 * whole key sequences go in through a buffer, the redisplay function only notes
 * that something changed, and the screen lays the text out itself. readline is
 * one per process, so there is one struct line at a time, and the inputrc file
 * is read by the first one only. Memory that readline cannot get ends the
 * process through base/mem, not through its own exit.
 *
 * Enter and Ctrl-C are the screen's. In line_key they do nothing, with one
 * exception: while line_is_searching, Enter ends the search (vi's `/` has no
 * other end). A large paste is one chip: a private-use character that stands for
 * a stored text; it moves, deletes, undoes and is yanked as one, and
 * line_expanded gives its text. Pasting the same text again right behind its
 * chip expands it in place.
 *
 * The text is UTF-8 whatever the locale: where LC_CTYPE is of another kind it is
 * set to C.UTF-8, because readline moves by the locale's characters.
 *
 * Reference: readline manual 2.4; reference/ux 5.1 and 5.2.
 */
#ifndef IBID_TUI_LINE_H
#define IBID_TUI_LINE_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

/* A paste of more lines or bytes than this becomes a chip. */
#define LINE_CHIP_LINES 6
#define LINE_CHIP_BYTES 1024
/* Bytes of the line and of the pastes behind its chips, together. */
#define LINE_TEXT_MAX ((size_t)64 << 20)
/* Pastes of earlier lines that are kept for the kill ring, in bytes. */
#define LINE_KEPT_MAX ((size_t)1 << 20)

struct line_match {
	struct str value, description;	/* description may be empty */
};

struct line_options {
	/*
	 * Offer completions of the word that ends at `cursor` of `text`; matches live in the arena. *from, *to: the
	 * bytes they replace. Called from line_key; it may not change the line. NULL: there are none.
	 */
	void (*complete)(void *ctx, struct arena *a, struct str text, size_t cursor, struct line_match **matches,
		size_t *n, size_t *from, size_t *to);
	void *ctx;
};

struct line;

struct line *line_new(const struct line_options *o);
void line_free(struct line *l);
SCOPE_PTR(line)

/*
 * One key, whole, as the terminal sent it; kitty's and modifyOtherKeys' forms too.
 * A sequence that nothing is bound to does nothing (readline would type its tail).
 */
void line_key(struct line *l, struct str bytes);
/*
 * Text from outside (a paste, a file, a completion): one undo removes it. Control characters other than LF and TAB
 * are made visible. A search takes the first line of a paste as typed. False when the whole would be longer than
 * LINE_TEXT_MAX; nothing has changed then. Only line_paste makes chips.
 */
bool line_paste(struct line *l, struct str text);
bool line_insert(struct line *l, struct str text);
/* Something changed since the last call: the text, the cursor, the prompt (search), the mode. */
bool line_changed(struct line *l);

/* As it stands, chips as their private characters; borrowed until the next change. */
struct str line_text(const struct line *l);
size_t line_cursor(const struct line *l);	/* byte offset */
bool line_is_empty(const struct line *l);
/* What will be sent: chips expanded. */
void line_expanded(const struct line *l, struct buf *out);
/* End this line as readline does and begin one with `text`: no chips, nothing to undo, the cursor at its end. False as above. */
bool line_set(struct line *l, struct str text);

/*
 * Lend the line to another text, and have it back as it was: text, chips, cursor.
 * Not twice at once. What the other text was is for the caller to ask before.
 */
void line_lend(struct line *l, struct str text);
void line_return(struct line *l);

/* The prompts of earlier turns, oldest first, chips expanded; what is searched by Ctrl-R. Replaces what was there; the line stays. */
void line_history(struct line *l, const struct str *prompts, size_t n);
void line_history_add(struct line *l, struct str prompt);
/* To the next older (or newer) prompt that begins like the text before the cursor; the unsent draft is the newest. False at the end. */
bool line_history_step(struct line *l, bool older);
/* Move by screen row in a draft of several rows; false when the cursor is on the first (last) one. */
bool line_row_step(struct line *l, int cols, bool up);

/* A search or a numeric argument is under way: its prompt ("(reverse-i-search)`x': "); empty otherwise. */
struct str line_message(const struct line *l);
bool line_is_searching(const struct line *l);
/* Leave a search (the line found stays; Ctrl-G by line_key goes back), a completion, a numeric argument, half a key sequence. */
void line_cancel(struct line *l);

enum line_mode { LINE_EMACS, LINE_VI_INSERT, LINE_VI_COMMAND };
enum line_mode line_mode(const struct line *l);

/* Completions to show: those of the last Tab; n 0 when there is nothing to show. They go with the next key. */
size_t line_matches(const struct line *l, const struct line_match **matches);

/*
 * The layout of the text in rows of `cols` columns, broken between grapheme
 * clusters: newlines break rows, a tab is shown as spaces up to a multiple of 8,
 * other controls as ^X, a chip as [pasted 120 lines]; what else is hidden as
 * base/term_text shows it. There is always a row. The cursor is at (*row, *col),
 * 0 <= col < cols; behind a row that is full it stands at the start of the next
 * one, which is there for it. Rows live in the arena.
 */
struct line_row {
	struct str text;
	bool is_wrapped;	/* goes on in the next row: no newline stands between */
};
size_t line_layout(const struct line *l, struct arena *a, int cols, struct line_row **rows, int *row, int *col);

/* What readline says of faults in ~/.inputrc, in lines; empty when it has none. It is never printed. */
struct str line_complaint(const struct line *l);

/* How often readline asked for a byte of a key that had no more: a fault of ibid's when it is not 0. For tests. */
unsigned line_underflows(const struct line *l);
#endif
