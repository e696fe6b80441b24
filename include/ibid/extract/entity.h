/*
 * extract/entity.h - character references of HTML and Markdown
 *
 * "&eacute;", "&#233;", "&#xE9;". Names are those of HTML 4 and the few of HTML 5
 * that pages use; numbers follow WHATWG HTML 13.2.5.80: 0x80-0x9F mean
 * windows-1252, NUL and surrogates mean U+FFFD.
 */
#ifndef IBID_EXTRACT_ENTITY_H
#define IBID_EXTRACT_ENTITY_H
#include <stddef.h>

#include "ibid/base/buf.h"
#include "ibid/base/str.h"

/* The reference that begins at s.p[at], a '&': appends its text, returns its bytes. 0 when it is none. */
size_t entity_decode(struct str s, size_t at, struct buf *out);

/* Append s with every reference replaced. */
void entity_decode_all(struct buf *out, struct str s);
#endif
