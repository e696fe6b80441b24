/*
 * base/shell.h - words as a shell splits them, nothing expanded
 *
 * For command lines that people type inside ibid: blanks part words, quotes and
 * backslashes join them (POSIX, Shell Command Language 2.2), and no variable, file
 * name or command gets in by itself. A leading ~/ stays as it is; `from` tells a
 * caller who expands it whether it was quoted.
 */
#ifndef IBID_BASE_SHELL_H
#define IBID_BASE_SHELL_H
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/str.h"

struct shell_word {
	struct str text;	/* without its quotes and backslashes; ends in a NUL */
	size_t from, to;	/* bytes of the line it stands in, quotes included */
	char quote;		/* still open at the end of the line: ' or "; 0 when none is */
};

/* All words of a line, in the arena. An open quote is no error here: the line may be half typed. */
size_t shell_split(struct arena *a, struct str line, struct shell_word **words);

/*
 * A word written so that shell_split reads it back, in these quotes, or (0) with
 * backslashes where they are needed. Single quotes cannot hold a single quote.
 */
void shell_add_word(struct buf *out, struct str text, char quote);
#endif
