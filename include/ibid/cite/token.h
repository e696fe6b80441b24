/*
 * cite/token.h - a text as words, numbers, dates and identifiers
 *
 * Full-text words are too small to compare facts by: "1.2 million" are three of
 * them and "12%" loses its sign. A token is what has one meaning: a quantity
 * with its unit, however it is written (1,200 = 1.2k = 1200; 12% = 12 percent =
 * twelve per cent; 1 km = 1000 m), a date in any usual form, an identifier with
 * its dots and hyphens (CVE-2021-44228, IL-6, cmd.exe, 10.0.0.1), or a word.
 *
 * English number words and months; other languages' words are plain words, their
 * digits are still numbers. A decimal comma is not read as one: "3,4" is two
 * numbers in most texts that have it.
 *
 *	n = tokens_read(&turn, STR("It rose 12% to $1.2 million on 3 March 2021."), &v);
 *	it | rose | 12 % | to | 1200000 $ | on | 2021-03-03
 */
#ifndef IBID_CITE_TOKEN_H
#define IBID_CITE_TOKEN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/str.h"
#include "ibid/model/text.h"

/* Longest token, in bytes; the rest of a longer run is the next token. */
#define TOKEN_MAX 255

enum token_kind {
	TOKEN_WORD,
	TOKEN_NUMBER,
	TOKEN_DATE,
	TOKEN_NAME,	/* an identifier: letters and digits mixed, dots or underscores inside */
};

enum token_flags {
	TOKEN_CAPITAL = 1u << 0,	/* begins with a capital letter */
	TOKEN_CAPS = 1u << 1,		/* two letters or more, nearly all of them capital: an acronym */
	TOKEN_FIRST = 1u << 2,		/* first of a sentence: its capital says nothing */
	TOKEN_WRITTEN = 1u << 3,	/* a number in words */
	TOKEN_ABOUT = 1u << 4,		/* a number said to be rough: "about", "nearly", "~" stands before */
	TOKEN_ASIDE = 1u << 5,		/* inside square brackets: a reference mark, an editor's word */
	TOKEN_CLAUSE = 1u << 6,		/* a comma, semicolon, colon, dash or stop stands before it */
	TOKEN_EITHER_ORDER = 1u << 7,	/* 03/04/2021: day and month may be meant the other way round */
};

struct token {
	struct span at;		/* of the text that was read */
	enum token_kind kind;
	uint32_t flags;
	struct str fold;	/* lower case, plain signs; a word broken at a line end is whole */
	struct str stem;	/* of a word; of others as fold */
	double value;		/* of a number, scaled: 1.2 million is 1200000 */
	int unit;		/* of a number; 0: none */
	int year, month, day;	/* of a date; 0: not said */
};

/* Read all tokens of valid UTF-8 into the arena. Returns how many. */
size_t tokens_read(struct arena *a, struct str text, struct token **tokens);

/* "12 %" and "12 percent", "1 km" and "1000 m"; words by their letters. A unit on one side only is no agreement. */
bool token_same(const struct token *a, const struct token *b);

/*
 * Whether what `said` says stands in `source`: as token_same, but a source may be
 * more exact: a full date for a year or month, "12.3%" for "about 12%", a unit
 * that the sentence left out (never a percent sign). "two" is in "2", "twice" and "both".
 */
bool token_is_in(const struct token *said, const struct token *source);

/* A quantity that must be right: all numbers and dates but "one" without a unit. */
bool token_is_quantity(const struct token *t);
#endif
