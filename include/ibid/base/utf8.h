/*
 * base/utf8.h - UTF-8 as RFC 3629 defines it
 *
 * Overlong forms, surrogates and values above U+10FFFF are invalid. Offsets are
 * bytes; a code point is a uint32_t; columns are base/term_text's business.
 */
#ifndef IBID_BASE_UTF8_H
#define IBID_BASE_UTF8_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/str.h"

#define UTF8_REPLACEMENT 0xFFFDu

/*
 * Decode the code point at s.p[at]; returns its bytes (1-4). An invalid byte
 * gives UTF8_REPLACEMENT and the length of the maximal subpart (Unicode 15,
 * 3.9, table 3-8), so a loop always advances. At the end of s it returns 0.
 */
size_t utf8_decode(struct str s, size_t at, uint32_t *cp);

/* Bytes of the valid character at s.p[at]; 0 when it is invalid, cut off, or `at` is the end. */
size_t utf8_valid_len(struct str s, size_t at);

/* Append a code point; surrogates and values above U+10FFFF become UTF8_REPLACEMENT. */
void utf8_add(struct buf *out, uint32_t cp);

/* Offset of the first invalid byte, or STR_NONE when all is valid. */
size_t utf8_invalid_at(struct str s);

/* Copy with each invalid subpart replaced by U+FFFD; returns how many were. */
size_t utf8_repair(struct buf *out, struct str s);

/* Bytes at the end of s that begin a character which is not complete yet (0-3). */
size_t utf8_partial_tail(struct str s);

/* The largest character boundary <= at, and the smallest >= at. */
size_t utf8_floor(struct str s, size_t at);
size_t utf8_ceil(struct str s, size_t at);

/* Code points in valid s. */
size_t utf8_count(struct str s);
/* Byte offset of code point number n, or STR_NONE when s is shorter; n == count gives s.len. */
size_t utf8_offset_of(struct str s, size_t n);

/* Letters and digits of any script (Unicode categories L, N and M), by utf8proc. */
bool utf8_is_word(uint32_t cp);
bool utf8_is_upper(uint32_t cp);
bool utf8_is_letter(uint32_t cp);
bool utf8_is_digit(uint32_t cp);
bool utf8_is_space(uint32_t cp);
uint32_t utf8_lower(uint32_t cp);

/*
 * Nothing a reader could see: control, format (bidi, zero width, tags), line and paragraph separators,
 * surrogates, non-characters, and every other default-ignorable (variation selectors, fillers).
 */
bool utf8_is_hidden(uint32_t cp);

/* Columns on a terminal: 0 for combining and format characters, 2 for wide ones, else 1. Control characters: 0. */
int utf8_width(uint32_t cp);
/* Whether `cp` behind `before` in one cluster adds no column: an emoji that a ZWJ joins to what stands there, or a skin tone. */
bool utf8_is_joined(uint32_t before, uint32_t cp);
/* Columns of valid text: a grapheme cluster takes those of its base and of its spacing marks (Indic vowel signs). */
size_t utf8_cols(struct str s);
/* Next grapheme cluster boundary after `at` (UAX 29, extended), in bytes. */
size_t utf8_next_cluster(struct str s, size_t at);

/*
 * NFKC with case folding (Unicode toNFKC_Casefold) of ONE code point, appended;
 * for normalisers that keep an offset map. Default-ignorables give nothing.
 */
void utf8_fold(struct buf *out, uint32_t cp);

/* The same of a whole string, so that a letter and the combining marks behind it are composed. Invalid UTF-8 stays as it is. */
void utf8_fold_str(struct buf *out, struct str s);

/* The one character of a base and a combining mark (e + U+0301 gives é), or 0 when Unicode has none. */
uint32_t utf8_compose(uint32_t base, uint32_t mark);

/* ASCII folding for keys and file names: é -> e, ß -> ss, ø -> o; what has no ASCII likeness is left out. */
void utf8_ascii(struct buf *out, struct str s);
#endif
