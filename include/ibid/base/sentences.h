/*
 * base/sentences.h - where sentences begin and end
 *
 * Cuts valid UTF-8 into sentences by rules, without a dictionary of words and
 * without a model, at some 600 MB a second. English rules, harmless
 * for other languages; full stops of Chinese, Japanese, Hindi, Arabic and Urdu
 * end a sentence as well.
 *
 * A full stop ends a sentence when white space follows and the next word could
 * begin one. It does not after an abbreviation ("Fig. 3", "e.g. this", "Smith
 * et al. (2020)"), an initial ("J. Smith") or the number of an item ("1. "); it
 * never does inside a number, version, URL or file name, because no space
 * follows. Closing quotes, brackets and emphasis after the stop belong to the
 * sentence, as do reference marks: "[12]" that touches the stop, "[d3.s17]"
 * after it.
 *
 * An empty line ends a sentence. A single line end is a space, unless the next
 * line begins an item ("- ", "* ", "2) ") or is a Markdown heading ("## "); the
 * item's mark is not part of its sentence, the heading's is. Spans never begin
 * or end with white space and are never empty.
 *
 *	struct sentences s = SENTENCES_INIT(text, 0);
 *	while (sentences_next(&s))
 *		use(str_sub(text, s.from, s.to));
 */
#ifndef IBID_BASE_SENTENCES_H
#define IBID_BASE_SENTENCES_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/str.h"

enum sentences_flags {
	SENTENCES_LF_ENDS = 1u << 0,	/* every line end ends a sentence: verse, logs, a list of names */
	SENTENCES_NO_MARKS = 1u << 1,	/* items and headings are already cut: "- " and "# " are plain text */
};

/* How a sentence begins. */
enum sentences_start {
	SENTENCES_PARAGRAPH = 1u << 0,	/* the first after an empty line or of the text, an item, a heading */
	SENTENCES_ITEM = 1u << 1,	/* of a list */
	SENTENCES_HEADING = 1u << 2,	/* "## Methods" */
};

struct sentences {
	struct str text;
	unsigned flags;
	/* Of the sentence found, in bytes of the text. */
	size_t from, to;
	unsigned start;		/* enum sentences_start; 0: goes on in its paragraph */
	/* Private from here on. */
	size_t at;
	bool in_list;
};
#define SENTENCES_INIT(input, wanted) { .text = (input), .flags = (wanted) }

/* The next sentence into s->from, s->to, s->start. False at the end. */
bool sentences_next(struct sentences *s);
#endif
