/*
 * tui/words.h - words of the conversation after a slash, as the screen and the inline mode both read them
 *
 * The rows are words.def's (the screen adds screen_words.def); what they do is
 * each front end's own. Operands are words as a shell splits them, so that what
 * is completed with quotes is read back without them.
 */
#ifndef TUI_WORDS_H
#define TUI_WORDS_H
#include "ibid/tui/host.h"

struct word_row {
	const char *name, *args, *like, *help;
};

struct words {
	const struct tui_host *host;
	const struct word_row *rows;
	size_t n;
};

/* The index of a row; SIZE_MAX when the word is no row's. */
size_t words_find(const struct words *w, struct str name);
/* A line without its slash into its word and its operands: the row's index; SIZE_MAX when the line is a command's. */
size_t words_parse(const struct words *w, struct str line, struct str *operands);

size_t words_split(struct arena *a, struct str operands, struct str **v);
/* The operands as one: a name may hold blanks; quotes around all of it are taken off. */
struct str words_one(struct arena *a, struct str operands);

/* Completions of a line with its slash, as in struct line_options: words and commands, then their operands. */
void words_complete(const struct words *w, struct arena *a, struct str text, size_t cursor, struct line_match **matches,
	size_t *n, size_t *from, size_t *to);
#endif
