/*
 * retrieve/split.h - from what was read to what is searched and cited
 *
 * Cuts the blocks of an extraction into sentences, the unit of citing, and packs
 * these into chunks, the unit of ranking (DESIGN.md D9; reference/retrieval.md
 * 1.6: best of 15 schemes over 472 questions).
 *
 * Sentences: paragraphs, quotes, notes and items by base/sentences; a heading, a
 * row of a table and a block of code each as one. What is longer than
 * SPLIT_WORDS_MAX words is cut, at a line end or after a comma when there is
 * one. An item's mark ("- ", "3. ") belongs to no sentence.
 *
 * Chunks: sentences until the next would pass SPLIT_WORDS words; a chunk of
 * SPLIT_WORDS_MIN ends at the end of a paragraph already; what is left of a
 * section joins its last chunk up to SPLIT_WORDS_MAX. None crosses a heading,
 * a table or a block of code; headings stand at the beginning of the chunk they
 * head. A text of at most SPLIT_WORDS_MAX words is one chunk. No overlap: every
 * sentence is in one chunk.
 *
 * A word is what stands between white space; because Chinese, Thai and base64
 * have none, each SPLIT_BYTES_PER_WORD bytes beyond SPLIT_LONG_WORD count as one more.
 */
#ifndef IBID_RETRIEVE_SPLIT_H
#define IBID_RETRIEVE_SPLIT_H
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/model/extraction.h"
#include "ibid/model/text.h"

#define SPLIT_WORDS 200
#define SPLIT_WORDS_MIN 120
#define SPLIT_WORDS_MAX 240
#define SPLIT_LONG_WORD 24
#define SPLIT_BYTES_PER_WORD 6

/*
 * Fill text, pages, heads, sentences and chunks of *t and leave its ids alone.
 * The text and all strings are borrowed from `x`; sentences and chunks live in
 * the arena. Headings with x->heads linked (extraction_link_heads) give the
 * chunks their head.
 */
void split_extraction(struct arena *a, const struct extraction *x, struct text *t);

/* Words of a text as chunks count them. */
size_t split_words(struct str text);
#endif
