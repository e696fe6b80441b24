/*
 * base/words.h - the words of a text, as the full-text index sees them
 *
 * Cuts text the way SQLite's FTS5 does with `porter unicode61 remove_diacritics
 * 2`, so that what is counted here is what was found there: a word is a run of
 * letters, digits and private characters (Unicode categories L, N, Co), in
 * lower case, Latin letters without their diacritics. "Café's" is "cafe" and
 * "s". Chinese and Japanese are not cut at words; a run of them is one word.
 *
 * Stemming is Porter's algorithm (M. F. Porter, "An algorithm for suffix
 * stripping", Program 14(3), 1980) with what FTS5 took over from his later
 * version ("bli", "logi"); words of more than 64 or less than 3 bytes stay.
 *
 * Departures from FTS5: its tables are Unicode 6's with unassigned code points
 * taken as letters; ours are utf8proc's. A word's folded form is cut at
 * WORDS_MAX bytes.
 *
 *	struct words w = WORDS_INIT(text, WORDS_STEM | WORDS_NO_FUNCTION);
 *	while (words_next(&w))
 *		count(w.word);		text.p[w.from .. w.to) is how it is written
 */
#ifndef IBID_BASE_WORDS_H
#define IBID_BASE_WORDS_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/str.h"

/* Longest folded form, in bytes. */
#define WORDS_MAX 255

enum words_flags {
	WORDS_STEM = 1u << 0,
	WORDS_NO_FUNCTION = 1u << 1,	/* leave out articles, pronouns, auxiliaries, prepositions ... */
	WORDS_NO_QUESTION = 1u << 2,	/* and what only asks: what, which, does, should, explain ... */
};

struct words {
	struct str text;	/* borrowed; invalid UTF-8 separates words */
	unsigned flags;
	/* Of the word found: its bytes in the text, and its folded form (borrowed until the next call). */
	size_t from, to;
	struct str word;
	/* Private from here on. */
	size_t at;
	char fold[WORDS_MAX + 9];	/* a last character and some bytes to read past the end */
};
#define WORDS_INIT(input, wanted) { .text = (input), .flags = (wanted) }

/* The next word into w->from, w->to, w->word. False at the end. */
bool words_next(struct words *w);

/* A word with its place; kept in an arena. */
struct word {
	size_t from, to;
	struct str word;
};

/* All words of a text that carry content: stems, without function words. Returns how many. */
size_t words_content(struct arena *a, struct str text, struct word **words);
/* The same with flags of one's own. */
size_t words_all(struct arena *a, struct str text, unsigned flags, struct word **words);

/* Porter's stem of a folded word, in place; returns its length, never more than before. */
size_t words_stem(char *word, size_t len);

/* Of a folded, unstemmed word. A question word is not always a function word and the other way round. */
bool words_is_function(struct str word);
bool words_is_question(struct str word);
#endif
