#include "ibid/cite/align.h"

#include <stdint.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"

#define ROWS 64

/* 64 rows of one column of the distance matrix: vertical steps of +1 and -1 as bits, and the value of the lowest row. */
struct block {
	uint64_t plus, minus;
	size_t score;
};

/* A pattern made ready: for each byte value and block, the rows that it equals. */
struct pattern {
	size_t len, n_blocks;
	uint64_t last_row;	/* the bit of the pattern's last row in the last block */
	uint64_t *rows;		/* [byte * n_blocks + block] */
	struct block *blocks;
	size_t active;		/* blocks computed, at least 1 */
	bool anchored;		/* the text counts from its first byte: row 0 is 0, 1, 2 ... instead of all 0 */
};

static size_t rows_of(const struct pattern *p, size_t block)
{
	return block + 1 < p->n_blocks ? ROWS : p->len - block * ROWS;
}

static void block_start(struct pattern *p, size_t b, size_t above)
{
	p->blocks[b] = (struct block){ .plus = ~(uint64_t)0, .minus = 0, .score = above + rows_of(p, b) };
}

static void pattern_start(struct pattern *p, struct str s, bool backwards, bool anchored)
{
	p->len = s.len;
	p->n_blocks = (s.len + ROWS - 1) / ROWS;
	p->last_row = (uint64_t)1 << ((s.len - 1) % ROWS);
	p->rows = mem_zalloc(256 * p->n_blocks, sizeof(*p->rows));
	p->blocks = mem_zalloc(p->n_blocks, sizeof(*p->blocks));
	p->anchored = anchored;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[backwards ? s.len - 1 - i : i];

		p->rows[c * p->n_blocks + i / ROWS] |= (uint64_t)1 << (i % ROWS);
	}
	p->active = 1;
	block_start(p, 0, 0);
}

static void pattern_release(struct pattern *p)
{
	mem_free(p->rows);
	mem_free(p->blocks);
}

/* One column of one block (Myers, figure 8): `in` is the horizontal step above it; returns the one of its lowest row. */
static int step(struct block *b, uint64_t equal, int in, uint64_t lowest)
{
	uint64_t xv = equal | b->minus, xh, ph, mh;
	int out;

	if (in < 0)
		equal |= 1;
	xh = (((equal & b->plus) + b->plus) ^ b->plus) | equal;
	ph = b->minus | ~(xh | b->plus);
	mh = b->plus & xh;
	out = ph & lowest ? 1 : mh & lowest ? -1 : 0;
	ph = ph << 1 | (in > 0);
	mh = mh << 1 | (in < 0);
	b->plus = mh | ~(xv | ph);
	b->minus = ph & xv;
	b->score = (size_t)((ptrdiff_t)b->score + out);
	return out;
}

static uint64_t lowest_of(const struct pattern *p, size_t block)
{
	return block + 1 < p->n_blocks ? (uint64_t)1 << (ROWS - 1) : p->last_row;
}

/* Take in one byte of text. True when the last row is known, whose value is then *score. */
static bool column(struct pattern *p, unsigned char c, size_t max, size_t *score)
{
	const uint64_t *equal = p->rows + c * p->n_blocks;
	size_t last = p->active - 1;
	int carry = p->anchored;

	for (size_t b = 0; b <= last; b++)
		carry = step(&p->blocks[b], equal[b], carry, lowest_of(p, b));
	if (last + 1 < p->n_blocks && (size_t)((ptrdiff_t)p->blocks[last].score - carry) <= max &&
		((equal[last + 1] & 1) || carry < 0)) {
		block_start(p, last + 1, (size_t)((ptrdiff_t)p->blocks[last].score - carry));
		step(&p->blocks[last + 1], equal[last + 1], carry, lowest_of(p, last + 1));
		p->active++;
	} else {
		while (p->active > 1 && p->blocks[p->active - 1].score >= max + rows_of(p, p->active - 1))
			p->active--;
	}
	*score = p->blocks[p->n_blocks - 1].score;
	return p->active == p->n_blocks;
}

/*
 * Where the stretch that ends at `end` begins: the pattern read backwards must
 * reach the same distance. Of several starts the earliest, so that a replaced
 * first letter is part of the match.
 */
static size_t start_of(struct str pattern, struct str text, size_t end, size_t distance)
{
	struct pattern p = { 0 };
	size_t reach = pattern.len + distance, start = end, score;

	pattern_start(&p, pattern, true, true);
	if (pattern.len == distance)
		start = end;
	for (size_t n = 1; n <= reach && n <= end; n++)
		if (column(&p, (unsigned char)text.p[end - n], distance, &score) && score == distance)
			start = end - n;
	pattern_release(&p);
	return start;
}

/* The best ends so far, in order of distance; `end` is kept in byte_to. */
struct best {
	struct align_match *v;
	size_t n, cap;
	struct align_match group;	/* the best end of the stretch that is being read */
	bool is_open;
};

static void close_group(struct best *b)
{
	size_t i = b->n < b->cap ? b->n : b->cap;

	if (!b->is_open)
		return;
	b->is_open = false;
	while (i && b->v[i - 1].distance > b->group.distance) {
		if (i < b->cap)
			b->v[i] = b->v[i - 1];
		i--;
	}
	if (i == b->cap)
		return;
	b->v[i] = b->group;
	b->n += b->n < b->cap;
}

/* Ends follow each other closely around a match: of a group within `apart` bytes the best stays, with equals right after it. */
static void add_end(struct best *b, size_t end, size_t distance, size_t apart)
{
	if (b->is_open && end - b->group.at.byte_to > apart)
		close_group(b);
	if (!b->is_open || distance < b->group.distance ||
		(distance == b->group.distance && end == b->group.at.byte_to + 1))
		b->group = (struct align_match){ { 0, end }, distance };
	b->is_open = true;
}

static void find_ends(struct str pattern, struct str text, size_t max, struct best *best)
{
	struct pattern p = { 0 };
	size_t apart = pattern.len / 2 + 1, score;

	pattern_start(&p, pattern, false, false);
	for (size_t i = 0; i < text.len; i++) {
		if (!column(&p, (unsigned char)text.p[i], max, &score) || score > max)
			continue;
		add_end(best, i + 1, score, apart);
		/* One match is wanted: only a better one is of interest from here on. */
		if (best->cap == 1 && best->group.distance < max)
			max = best->group.distance;
	}
	close_group(best);
	pattern_release(&p);
}

size_t align_all(struct str pattern, struct str text, size_t max, struct align_match *m, size_t n)
{
	struct best best = { .v = m, .cap = n };

	if (!pattern.len || pattern.len > ALIGN_PATTERN_MAX || !n)
		return 0;
	if (max >= pattern.len)
		max = pattern.len - 1;
	find_ends(pattern, text, max, &best);
	for (size_t i = 0; i < best.n; i++)
		m[i].at.byte_from = start_of(pattern, text, m[i].at.byte_to, m[i].distance);
	return best.n;
}

bool align_best(struct str pattern, struct str text, size_t max, struct align_match *m)
{
	size_t at = pattern.len ? str_find(text, pattern, 0) : STR_NONE;

	if (at != STR_NONE && pattern.len <= ALIGN_PATTERN_MAX) {
		*m = (struct align_match){ { at, at + pattern.len }, 0 };
		return true;
	}
	return align_all(pattern, text, max, m, 1) == 1;
}

static size_t beside(struct str pattern, struct str text, bool at_end)
{
	struct pattern p = { 0 };
	size_t best = pattern.len, reach = text.len < 2 * pattern.len ? text.len : 2 * pattern.len, score;

	if (!pattern.len || pattern.len > ALIGN_PATTERN_MAX)
		return pattern.len;
	pattern_start(&p, pattern, at_end, true);
	for (size_t n = 0; n < reach; n++)
		if (column(&p, (unsigned char)text.p[at_end ? text.len - 1 - n : n], pattern.len, &score) && score < best)
			best = score;
	pattern_release(&p);
	return best;
}

size_t align_at_start(struct str pattern, struct str text)
{
	return beside(pattern, text, false);
}

size_t align_at_end(struct str pattern, struct str text)
{
	return beside(pattern, text, true);
}

size_t align_quote_max(struct str quote)
{
	double part = utf8_count(quote) >= ALIGN_LONG_CHARS ? ALIGN_LONG : ALIGN_SHORT;

	return (size_t)((double)quote.len * part);
}
