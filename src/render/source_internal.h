/*
 * render/source_internal.h - what readers of a block's source look through: fences, code spans, escapes
 */
#ifndef IBID_RENDER_SOURCE_INTERNAL_H
#define IBID_RENDER_SOURCE_INTERNAL_H
#include "render/render_internal.h"

/* Code spans of more ticks are none (md4c). */
#define TICKS_MAX 32

struct scan {
	struct str s;
	size_t at;
	/* Runs of so many ticks (bit) that close nowhere before this byte. */
	uint32_t unclosed;
	size_t unclosed_until;
	char fence;	/* of ` or ~ that nothing closes, else 0 */
};

/* How many of `c` stand at `at`. */
size_t scan_run(struct str s, size_t at, char c);
size_t scan_line_end(struct str s, size_t at);
struct str scan_line(struct str s, size_t at);
bool scan_is_blank_line(struct str s, size_t at);
bool scan_is_line_start(const struct scan *sc);
/* Beyond the end is a blank; any character beyond ASCII is a letter. */
bool scan_is_space(struct str s, size_t at);
bool scan_is_word(struct str s, size_t at);

/* The tick or tilde run that a line's words begin with, when it may be a fence; else 0. */
size_t scan_fence_run(struct str line, char *c);
/* Move over a fence that opens on this line, through the line that closes it. */
bool scan_fence(struct scan *sc);
/* End of the code span whose `n` ticks begin at the scan's place; 0 when nothing closes it. */
size_t scan_code(struct scan *sc, size_t n);

/* Something that only formulas have, or nothing that prose has. */
bool source_looks_like_math(struct str s);
#endif
