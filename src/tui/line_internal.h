/*
 * What the parts of tui/line share: line.c runs readline, line_keys.c knows the
 * terminal's spellings of keys, line_chips.c keeps pastes, line_complete.c and
 * line_history.c speak with readline's completer and history, line_layout.c
 * lays out.
 */
#ifndef IBID_TUI_LINE_INTERNAL_H
#define IBID_TUI_LINE_INTERNAL_H
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "ibid/tui/line.h"

/*
 * Plane 16: icon fonts fill the private use area of the BMP and plane 15, and
 * terminals' prompts are full of them.
 */
#define CHIP_FIRST 0x100000u
#define CHIP_COUNT 0xFFFEu
#define CHIP_BYTES 4

struct chip {
	char *text;	/* owned */
	size_t len, lines;
};

/* Numbers go ever upwards, so that no chip in the kill ring gets another one's text. */
struct chips {
	struct chip *v;
	size_t n, cap;
	size_t bytes;	/* of all texts */
	uint32_t first;	/* number of v[0], modulo CHIP_COUNT */
};

struct line {
	struct line_options o;
	FILE *nowhere;		/* readline's streams: /dev/null */
	struct buf keys;	/* bytes that readline has not read yet start at `read_at` */
	size_t read_at;
	unsigned underflows;
	bool is_macro_run;	/* by this key: one that is empty, or ends in half a key, makes readline read on */
	unsigned commands;	/* run since the key at hand came */
	sigjmp_buf aborted;	/* where Ctrl-G leads to, while is_feeding */
	bool is_feeding;
	bool is_changed;
	bool is_ending;		/* the line is ended by line_restart */
	struct buf kept;	/* what the next line begins with */
	struct buf message, complaint;
	struct buf insertion;	/* for the command that inserts */
	struct chips chips;
	struct buf lent;	/* the text, with its chips, while the line is lent */
	size_t lent_cursor;
	bool is_lent;

	struct arena found;	/* matches of the last completion */
	struct line_match *matches;
	size_t n_matches, from, to;
	bool is_asked;		/* they are those of the word at hand */
	bool is_listed;

	bool is_walking;	/* the last thing done was a step through the history, or within its rows */
	bool was_walking;	/* before the key at hand */
	struct buf prefix;	/* of the prompts walked through */
	int draft_point;	/* the cursor in the draft; INT_MAX: its end */
	struct buf draft;	/* what a search that is not incremental began with */
	bool is_searched;	/* it may be over, and has freed the draft that readline keeps */
	bool is_stepping;	/* the last thing done was a step by row, aiming at `want_col` */
	int want_col;
};

/* A mutable global, because readline's hooks take no context: the one line there is, or NULL. */
extern struct line *the_line;

/* Run one of readline's commands as if a key were bound to it. */
void line_run(struct line *l, rl_command_func_t *command);
/* The command that puts l->insertion before the cursor, undone at once. */
int line_run_insertion(int count, int key);
/* End the line at hand, drop what was to undo and put text and cursor in. */
void line_restart(struct line *l, struct str text, size_t cursor);
/* The cursor is at `point`, or at the end if that is before it; in vi's command mode that is never behind the last character. */
void line_point(struct line *l, int point);

/* The classic bytes of a key that came as CSI u or CSI 27; the bytes themselves when it did not. `room` holds 8. */
struct str key_classic(struct str bytes, char *room);
/* Bind what terminals send for Delete, Home, End and the like, where the user has not. */
void keys_bind(void);
/* Whether readline does something with this sequence, in the keymap at hand. */
bool keys_are_bound(struct str bytes);

/* Append foreign text made harmless; no private character in it can be taken for a chip. */
void chips_add_foreign(struct buf *out, struct str s);
/* Whether the bytes hold a character that chips are made of. */
bool chips_are_in(struct str s);
bool chips_want(struct str text);
/* Store a harmless text; false when there is no number left. *character: CHIP_BYTES and a NUL. */
bool chips_store(struct chips *c, struct str text, char *character);
/* The chip at s.p[at]: NULL when none is there. A number that is no longer kept gives an empty text. */
const struct chip *chips_at(const struct chips *c, struct str s, size_t at);
void chips_label(struct buf *out, const struct chip *chip);
/* Forget the oldest until at most `bytes` are kept. */
void chips_shrink(struct chips *c, size_t bytes);
void chips_release(struct chips *c);

/* Commands of readline's that are replaced: through the history by what stands before the cursor, and vi's `/`. */
int history_back(int count, int key);
int history_on(int count, int key);
int history_back_anywhere(int count, int key);
int history_on_anywhere(int count, int key);
int search_back(int count, int key);
int search_on(int count, int key);
int search_back_again(int count, int key);
int search_on_again(int count, int key);
int search_vi(int count, int key);
int search_vi_again(int count, int key);
/* After each key: give readline its draft back after such a search, and a prompt what was changed in it. */
void history_mend(struct line *l);

/* Hook readline's completer up. */
void line_completer(void);
#endif
