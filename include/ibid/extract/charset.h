/*
 * extract/charset.h - bytes of any encoding to UTF-8
 *
 * Order of belief: a byte order mark; bytes that are valid UTF-8; the hint (a
 * MIME type's or a page's own word); uchardet's guess from the bytes; and
 * windows-1252, in which nothing is invalid. UTF-8 stands before the hint,
 * because text of another encoding is hardly ever valid UTF-8 by chance, while
 * pages that name the wrong encoding are common. Latin-1 means windows-1252
 * (WHATWG Encoding, section 4.2).
 *
 * glibc keeps most encodings in shared objects. charset_prepare loads them
 * before the sandbox closes, after which no code can be mapped any more.
 */
#ifndef IBID_EXTRACT_CHARSET_H
#define IBID_EXTRACT_CHARSET_H
#include <stdbool.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/str.h"

/*
 * Load the encodings if `bytes` may need one: own code looks at no more than
 * whether they are UTF-8, so it is safe before the sandbox.
 */
void charset_prepare(struct str bytes);

/*
 * The text of `bytes`, borrowed from them (without a byte order mark) or, when
 * it was converted, from `own`. Bytes that have no meaning become U+FFFD and are
 * added to *invalid; in text taken as UTF-8 they are left to the writer.
 */
struct str charset_decode(struct str bytes, struct str hint, struct buf *own, uint64_t *invalid);

/* UTF-16 and UTF-32, by their mark or by the zeros of ASCII text in them. False, and nothing added, for all else. */
bool charset_decode_wide(struct str bytes, struct buf *own, uint64_t *invalid);

/* The value of "charset=" in a MIME type or in a page's meta element; empty when there is none. */
struct str charset_param(struct str mime);
#endif
