/*
 * base/term_text.h - the sink: foreign text made harmless, chunk by chunk
 *
 * Every byte that ibid did not write itself (models, documents, file names,
 * servers) passes here before it reaches a terminal, a pipe or an exported
 * file. An allowlist: printable Unicode scalars, LF and TAB pass; every other
 * byte is made visible and never obeyed (reference: CWE-150; UTR 36; UAX 9 for
 * the direction controls):
 *
 *	C0 and DEL	U+2400.. control pictures: ESC is shown as ␛, CR as ␍ (CRLF becomes LF)
 *	C1		<U+009B>
 *	all else that utf8_is_hidden() names (bidi, zero width, tags, fillers)	<U+202E>
 *	invalid UTF-8	U+FFFD
 *	more than TERM_MARKS_MAX marks of no width on one base	the rest is dropped
 *
 * What is hidden passes only where it shapes what is seen: ZWJ inside emoji and
 * the joiners in scripts that need them (UAX 31, 2.3), one variation selector
 * on a base that has variants (UTS 51, UTS 37), and the tags of the flags of
 * England, Scotland and Wales. Any slicing of the same bytes gives the same output.
 */
#ifndef IBID_BASE_TERM_TEXT_H
#define IBID_BASE_TERM_TEXT_H
#include <stdbool.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/str.h"

#define TERM_MARKS_MAX 8

struct term_text {
	/* Private from here on. */
	char held[4];		/* a character that is not complete yet */
	unsigned char n_held;
	bool after_cr;
	unsigned char marks;	/* marks on the base so far */
	unsigned char flag_tags; /* tags passed after U+1F3F4 */
	unsigned char flags;	/* bit set of the flags they may become */
	uint32_t before;	/* the last scalar passed, 0 at the start */
};
#define TERM_TEXT_INIT { .n_held = 0 }

/* Append the harmless form of `bytes`. A character cut by the end of `bytes` waits for the next call. */
void term_text_feed(struct term_text *t, struct buf *out, struct str bytes);
/* The stream is over: what still waits is shown as U+FFFD, or as ␍. The state is as new afterwards. */
void term_text_end(struct term_text *t, struct buf *out);

/* Feed and end in one, for whole strings. */
void term_text_add(struct buf *out, struct str s);
/* The same on one line: LF and TAB become spaces. For names, titles and messages. */
void term_text_add_line(struct buf *out, struct str s);
#endif
