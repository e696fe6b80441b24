/*
 * pack_internal.h - pages, headings and sentences of a text, each in one blob
 *
 * A sentence takes three bytes or four. What is read back is checked against
 * the length of its text: a damaged blob is ERR_CORRUPT, never a bad range.
 */
#ifndef IBID_STORE_PACK_INTERNAL_H
#define IBID_STORE_PACK_INTERNAL_H
#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/model/text.h"

void pack_pages(struct buf *out, const struct text *t);
void pack_heads(struct buf *out, const struct text *t);
void pack_sentences(struct buf *out, const struct text *t);

/* Fill the arrays of t, whose text is there already. False when the blob is damaged. */
bool unpack_pages(struct arena *a, struct str blob, struct text *t);
bool unpack_heads(struct arena *a, struct str blob, struct text *t);
bool unpack_sentences(struct arena *a, struct str blob, struct text *t);
#endif
