/*
 * patterns_internal.h - sentences by their words
 *
 * A pattern is folded words between spaces: `a|b` stands for either, `~` for up
 * to PATTERN_GAP_MAX others, a leading `^` for the beginning and a closing `$`
 * for the end of the text. A part that begins with `!` is like any other here;
 * suspect.c marks by it what to look for first.
 */
#ifndef IBID_RETRIEVE_PATTERNS_INTERNAL_H
#define IBID_RETRIEVE_PATTERNS_INTERNAL_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/str.h"

#define PATTERN_GAP_MAX 4
/* Words of a text that are looked at, and bytes of each. */
#define PATTERN_WORDS_MAX 256
#define PATTERN_WORD_MAX 20

struct pattern_words {
	char word[PATTERN_WORDS_MAX][PATTERN_WORD_MAX];
	size_t len[PATTERN_WORDS_MAX];
	size_t n;
};

void pattern_read(struct str text, struct pattern_words *w);
bool pattern_fits(const char *pattern, const struct pattern_words *w);
#endif
