#include "pack_internal.h"

#include <stdint.h>
#include <stdio.h>

/*
 * A blob is a count and then that many elements. Numbers are LEB128: seven bits
 * a byte, the lowest first, the eighth set when more follow. A span is the
 * distance of its start from the end of the span before, folded so that small
 * negative ones stay small (0, -1, 1, -2 ... become 0, 1, 2, 3 ...), and its
 * length. A string is its length and its bytes.
 *
 *	page		span, number, label (empty: the number in digits)
 *	heading		span, distance from its start to the end of its section, level, title, path
 *	sentence	span, flags
 */

/* --- writing */

static void put(struct buf *out, uint64_t v)
{
	while (v >= 0x80) {
		buf_ch(out, (char)(0x80 | (v & 0x7F)));
		v >>= 7;
	}
	buf_ch(out, (char)v);
}

static void put_span(struct buf *out, struct span at, size_t *end)
{
	int64_t gap = (int64_t)at.byte_from - (int64_t)*end;

	put(out, gap < 0 ? ((uint64_t)(-(gap + 1)) << 1 | 1) : (uint64_t)gap << 1);
	put(out, at.byte_to - at.byte_from);
	*end = at.byte_to;
}

static void put_str(struct buf *out, struct str s)
{
	put(out, s.len);
	buf_str(out, s);
}

static struct str digits(char out[16], int number)
{
	return (struct str){ out, (size_t)snprintf(out, 16, "%d", number) };
}

void pack_pages(struct buf *out, const struct text *t)
{
	size_t end = 0;
	char number[16];

	put(out, t->n_pages);
	for (size_t i = 0; i < t->n_pages; i++) {
		const struct text_page *p = &t->pages[i];

		put_span(out, p->at, &end);
		put(out, (uint64_t)p->number);
		put_str(out, str_eq(p->label, digits(number, p->number)) ? STR_EMPTY : p->label);
	}
}

void pack_heads(struct buf *out, const struct text *t)
{
	size_t end = 0;

	put(out, t->n_heads);
	for (size_t i = 0; i < t->n_heads; i++) {
		const struct text_head *h = &t->heads[i];

		put_span(out, h->at, &end);
		put(out, h->section_to - h->at.byte_from);
		put(out, (uint64_t)h->level);
		put_str(out, h->title);
		put_str(out, h->path);
	}
}

void pack_sentences(struct buf *out, const struct text *t)
{
	size_t end = 0;

	put(out, t->n_sentences);
	for (size_t i = 0; i < t->n_sentences; i++) {
		put_span(out, t->sentences[i].at, &end);
		put(out, t->sentences[i].flags);
	}
}

/* --- reading */

struct reader {
	struct str rest;
	size_t end;	/* of the span before */
	size_t max;	/* bytes of the text */
	bool is_damaged;
};

static uint64_t get(struct reader *r)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64 && r->rest.len; shift += 7) {
		unsigned char c = (unsigned char)*r->rest.p;

		r->rest = str_sub(r->rest, 1, r->rest.len);
		v |= (uint64_t)(c & 0x7F) << shift;
		if (c < 0x80)
			return v;
	}
	r->is_damaged = true;
	return 0;
}

/* At most `max`, else the blob is damaged. */
static uint64_t get_upto(struct reader *r, uint64_t max)
{
	uint64_t v = get(r);

	if (v <= max)
		return v;
	r->is_damaged = true;
	return 0;
}

static struct span get_span(struct reader *r)
{
	uint64_t folded = get_upto(r, 2 * (uint64_t)r->max + 1);
	int64_t gap = folded & 1 ? -(int64_t)(folded >> 1) - 1 : (int64_t)(folded >> 1);
	int64_t from = (int64_t)r->end + gap;
	size_t len = get_upto(r, r->max);

	if (from < 0 || (uint64_t)from + len > r->max) {
		r->is_damaged = true;
		return (struct span){ 0, 0 };
	}
	r->end = (size_t)from + len;
	return (struct span){ (size_t)from, r->end };
}

static struct str get_str(struct reader *r, struct arena *a)
{
	size_t len = get_upto(r, r->rest.len);
	struct str s = arena_str(a, str_sub(r->rest, 0, len));

	r->rest = str_sub(r->rest, len, r->rest.len);
	return s;
}

/* An element takes three bytes or more, which bounds what a damaged count can ask for. */
static struct reader reader(struct str blob, const struct text *t, size_t *n)
{
	struct reader r = { .rest = blob, .max = t->text.len };

	*n = get_upto(&r, blob.len / 3 + 1);
	return r;
}

bool unpack_pages(struct arena *a, struct str blob, struct text *t)
{
	struct reader r = reader(blob, t, &t->n_pages);
	char number[16];

	t->pages = arena_array(a, t->n_pages, sizeof(*t->pages));
	for (size_t i = 0; i < t->n_pages && !r.is_damaged; i++) {
		struct text_page *p = &t->pages[i];

		p->at = get_span(&r);
		p->number = (int)get_upto(&r, INT32_MAX);
		p->label = get_str(&r, a);
		if (p->label.len == 0)
			p->label = arena_str(a, digits(number, p->number));
	}
	return !r.is_damaged;
}

bool unpack_heads(struct arena *a, struct str blob, struct text *t)
{
	struct reader r = reader(blob, t, &t->n_heads);

	t->heads = arena_array(a, t->n_heads, sizeof(*t->heads));
	for (size_t i = 0; i < t->n_heads && !r.is_damaged; i++) {
		struct text_head *h = &t->heads[i];

		h->at = get_span(&r);
		h->section_to = h->at.byte_from + get_upto(&r, t->text.len - h->at.byte_from);
		h->level = (int)get_upto(&r, INT32_MAX);
		h->title = get_str(&r, a);
		h->path = get_str(&r, a);
	}
	return !r.is_damaged;
}

bool unpack_sentences(struct arena *a, struct str blob, struct text *t)
{
	struct reader r = reader(blob, t, &t->n_sentences);

	t->sentences = arena_array(a, t->n_sentences, sizeof(*t->sentences));
	for (size_t i = 0; i < t->n_sentences && !r.is_damaged; i++) {
		t->sentences[i].at = get_span(&r);
		t->sentences[i].flags = (uint32_t)get_upto(&r, UINT32_MAX);
	}
	return !r.is_damaged;
}
