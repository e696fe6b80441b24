#include "ibid/tui/pane.h"

#include <stdlib.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "pane_internal.h"

/* Layouts kept at most: enough for every row of the largest canvas to be an item. */
#define CACHE_MAX 512

struct pane *pane_new(const struct pane_source *source, struct highlight *highlight)
{
	struct pane *p = mem_zalloc(1, sizeof(*p));

	p->source = *source;
	p->follows = true;
	p->selected = SIZE_MAX;
	p->mark = -1;
	p->look = (struct look){ .cols = 80, .highlight = highlight };
	p->rows = 24;
	return p;
}

void pane_free(struct pane *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n_cache; i++) {
		block_release(p->cache[i]);
		mem_free(p->cache[i]);
	}
	mem_free(p->cache);
	buf_release(&p->needle);
	mem_free(p);
}

size_t pane_n(const struct pane *p)
{
	return p->source.n(p->source.ctx);
}

static int64_t key_at(const struct pane *p, size_t item)
{
	return p->source.item(p->source.ctx, item).key;
}

/* --- layouts */

static struct block *find_block(const struct pane *p, int64_t key)
{
	for (size_t i = 0; i < p->n_cache; i++)
		if (p->cache[i]->key == key)
			return p->cache[i];
	return NULL;
}

static void drop_block(struct pane *p, size_t i)
{
	block_release(p->cache[i]);
	mem_free(p->cache[i]);
	p->cache[i] = p->cache[--p->n_cache];
}

static size_t cache_bytes(const struct pane *p)
{
	size_t bytes = 0;

	for (size_t i = 0; i < p->n_cache; i++)
		bytes += rows_bytes(p->cache[i]->rows);
	return bytes;
}

/* What was not seen for longest goes, until the rest fits; never what this frame has used. */
static void drop_old(struct pane *p)
{
	while (p->n_cache > CACHE_MAX / 2 || (p->n_cache > 1 && cache_bytes(p) > PANE_CACHE_BYTES)) {
		size_t oldest = 0;

		for (size_t i = 1; i < p->n_cache; i++)
			if (p->cache[i]->used < p->cache[oldest]->used)
				oldest = i;
		if (p->cache[oldest]->used == p->tick)
			return;
		drop_block(p, oldest);
	}
}

static struct block *add_block(struct pane *p, int64_t key)
{
	struct block *b = mem_zalloc(1, sizeof(*b));

	b->key = key;
	p->cache = mem_grow(p->cache, &p->cap_cache, p->n_cache + 1, sizeof(*p->cache));
	p->cache[p->n_cache++] = b;
	return b;
}

/* What stands at a row, in words that outlive another layout. */
struct spot {
	enum block_part part;
	size_t at;
};

static struct spot spot_of(const struct block *b, size_t row)
{
	struct spot s;

	s.part = block_part(b, row, &s.at);
	if (s.part == PART_TEXT)
		s.at = rows_place_of(b->rows, s.at);
	return s;
}

static size_t row_of(const struct block *b, struct spot s)
{
	size_t height = block_height(b), text = rows_n(b->rows), row = block_text_from(b);

	if (s.part < PART_TEXT)
		row = s.part == PART_HEAD ? 0 : 1;
	else if (s.part == PART_TEXT)
		row += text ? rows_row_of(b->rows, s.at) : 0;
	else
		row += text;
	return row < height ? row : height - 1;
}

struct block *pane_block(struct pane *p, size_t item)
{
	struct pane_item it = p->source.item(p->source.ctx, item);
	struct block *b = find_block(p, it.key);
	bool is_new = !b;

	if (is_new) {
		/* A search lays out one item after the other. */
		if (p->n_cache >= CACHE_MAX) {
			p->tick++;
			drop_old(p);
		}
		b = add_block(p, it.key);
	}
	b->used = p->tick;
	if (is_new || b->revision != it.revision || b->look != p->look_n) {
		bool is_top = !is_new && it.key == p->top_key && p->top.item == item;
		struct spot s = is_top ? spot_of(b, p->top.row) : (struct spot){ PART_HEAD, 0 };

		block_lay_out(b, &p->source, item, &p->look);
		if (is_top)
			p->top.row = row_of(b, s);
	} else if (b->is_live && b->frame != p->frame) {
		block_feed(b, &p->source, item, &p->look);
	}
	b->revision = it.revision;
	b->look = p->look_n;
	b->frame = p->frame;
	return b;
}

static size_t height_of(struct pane *p, size_t item)
{
	return block_height(pane_block(p, item));
}

const struct rows *pane_rows(struct pane *p, size_t item)
{
	return pane_block(p, item)->rows;
}

/* --- size and look */

void pane_set_size(struct pane *p, int rows, int cols)
{
	if (p->rows == rows && p->cols == cols)
		return;
	p->rows = rows < 1 ? 1 : rows;
	if (p->cols == cols)
		return;
	p->cols = cols < 1 ? 1 : cols;
	p->margin = p->cols > PANE_TEXT_COLS ? (p->cols - PANE_TEXT_COLS) / 2 : 0;
	p->look.cols = p->cols - p->margin;
	p->look_n++;
	p->skip_cols = 0;
}

void pane_set_look(struct pane *p, bool color, bool raw)
{
	if (p->look.color == color && p->look.raw == raw)
		return;
	p->look.color = color;
	p->look.raw = raw;
	p->look_n++;
}

/* Where an item is now: mostly where it was, or near. */
static size_t find_key(const struct pane *p, int64_t key, size_t hint)
{
	size_t n = pane_n(p);

	for (size_t away = 0; away < n; away++) {
		if (hint + away < n && key_at(p, hint + away) == key)
			return hint + away;
		if (away <= hint && hint - away < n && key_at(p, hint - away) == key)
			return hint - away;
	}
	return SIZE_MAX;
}

void pane_changed(struct pane *p)
{
	size_t n = pane_n(p), at;

	p->frame++;
	if (p->selected != SIZE_MAX) {
		p->selected = find_key(p, p->selected_key, p->selected);
		if (p->selected == SIZE_MAX)
			p->mark = -1;
	}
	p->has_found = p->has_found && p->found.item < n;
	/* Where it is now is found by the next frame; until then it is somewhere. */
	if (p->top.item >= n)
		p->top = (struct pos){ n ? n - 1 : 0, 0 };
	if (p->follows || !n)
		return;
	at = find_key(p, p->top_key, p->top.item);
	if (at == SIZE_MAX)
		pane_to_end(p);
	else
		p->top.item = at;
}

/* --- positions */

bool pos_step(struct pane *p, struct pos *at, int step)
{
	if (step > 0) {
		if (at->row + 1 < height_of(p, at->item)) {
			at->row++;
			return true;
		}
		if (at->item + 1 >= pane_n(p))
			return false;
		*at = (struct pos){ at->item + 1, 0 };
		return true;
	}
	if (at->row) {
		at->row--;
		return true;
	}
	if (!at->item)
		return false;
	at->item--;
	at->row = height_of(p, at->item) - 1;
	return true;
}

/* The position `rows` above the end, or the beginning. The blank row of the last item is not worth a row of the screen. */
static struct pos end_top(struct pane *p)
{
	size_t n = pane_n(p), need = (size_t)p->rows;
	struct pos at = { 0, 0 };

	for (size_t i = n; i-- > 0;) {
		size_t height = height_of(p, i);

		if (i == n - 1 && height > 1)
			height--;
		if (height >= need)
			return (struct pos){ i, height - need };
		need -= height;
	}
	return at;
}

static bool is_before(struct pos a, struct pos b)
{
	return a.item < b.item || (a.item == b.item && a.row < b.row);
}

static void set_top(struct pane *p, struct pos at)
{
	struct pos last = end_top(p);

	p->follows = !is_before(at, last);
	p->top = p->follows ? last : at;
	p->top_key = pane_n(p) ? key_at(p, p->top.item) : 0;
	if (p->follows)
		p->new_rows = 0;
}

/* The words at the top stay there when something is laid out anew. */
static void settle_top(struct pane *p)
{
	size_t n = pane_n(p), height;

	p->tick++;
	if (!n)
		p->top = (struct pos){ 0, 0 };
	else if (p->follows)
		p->top = end_top(p);
	else if (p->top.item >= n)
		pane_to_end(p);
	if (!n)
		return;
	height = height_of(p, p->top.item);
	if (p->top.row >= height)
		p->top.row = height - 1;
	p->top_key = key_at(p, p->top.item);
}

/* What grew below the view while it did not follow. */
static void count_new(struct pane *p)
{
	size_t n = pane_n(p), height;
	int64_t key;

	if (!n)
		return;
	key = key_at(p, n - 1);
	height = height_of(p, n - 1);
	if (p->follows)
		p->new_rows = 0;
	else if (key != p->end_key)
		p->new_rows += p->end_key ? height : 0;
	else if (height > p->end_height)
		p->new_rows += height - p->end_height;
	p->end_key = key;
	p->end_height = height;
}

/* --- drawing */

struct stress pane_stress(const struct pane *p, size_t item)
{
	struct stress s = { .is_selected = item == p->selected, .mark = item == p->selected ? p->mark : -1,
		.needle = buf_view(&p->needle), .any_case = true };

	for (size_t i = 0; i < s.needle.len; i++)
		s.any_case &= s.needle.p[i] < 'A' || s.needle.p[i] > 'Z';
	return s;
}

int pane_draw(struct pane *p, struct canvas *c, int row, int col)
{
	struct pos at;
	int y = 0;

	settle_top(p);
	count_new(p);
	at = p->top;
	for (bool more = pane_n(p) > 0; more && y < p->rows; y++) {
		struct stress stress = pane_stress(p, at.item);

		block_draw(pane_block(p, at.item), at.row, c, row + y, col + p->margin, p->cols - p->margin, p->skip_cols,
			&stress);
		more = pos_step(p, &at, 1);
	}
	drop_old(p);
	return y;
}

static bool is_within(struct str text, uint32_t from, uint32_t to, int col)
{
	return col >= (int)utf8_cols(str_sub(text, 0, from)) && col < (int)utf8_cols(str_sub(text, 0, to));
}

/* The mark and the link at a column of a row of text. */
static void hit_text(const struct rows *rows, size_t row, int col, int *mark, struct str *url)
{
	struct str text = rows_at(rows, row).text;
	const struct row_mark *marks;
	const struct row_link *links;
	size_t n_marks = rows_marks(rows, &marks), n_links = rows_links(rows, &links);

	for (size_t i = 0; i < n_marks; i++)
		if (marks[i].row == row && is_within(text, marks[i].from, marks[i].to, col))
			*mark = marks[i].n;
	for (size_t i = 0; i < n_links; i++)
		if (links[i].row == row && is_within(text, links[i].from, links[i].to, col))
			*url = links[i].url;
}

bool pane_hit(struct pane *p, int row, int col, size_t *item, int *mark, struct str *url)
{
	struct pos at = p->top;
	struct block *b;
	size_t text_row;

	*mark = 0;
	*url = STR_EMPTY;
	if (!pane_n(p))
		return false;
	for (int i = 0; i < row; i++)
		if (!pos_step(p, &at, 1))
			return false;
	*item = at.item;
	b = pane_block(p, at.item);
	if (block_part(b, at.row, &text_row) == PART_TEXT)
		hit_text(b->rows, text_row, col - p->margin, mark, url);
	return true;
}

/* --- moving */

bool pane_is_at_end(const struct pane *p)
{
	return p->follows;
}

size_t pane_new_rows(const struct pane *p)
{
	return p->new_rows;
}

void pane_scroll(struct pane *p, int rows)
{
	struct pos at;

	settle_top(p);
	at = p->top;
	if (!pane_n(p))
		return;
	for (int i = abs(rows); i > 0; i--)
		if (!pos_step(p, &at, rows))
			break;
	set_top(p, at);
}

void pane_to_end(struct pane *p)
{
	p->follows = true;
	p->new_rows = 0;
}

void pane_to_top(struct pane *p)
{
	if (pane_n(p))
		set_top(p, (struct pos){ 0, 0 });
}

void pane_scroll_sideways(struct pane *p, int cols)
{
	p->skip_cols += cols;
	if (p->skip_cols < 0)
		p->skip_cols = 0;
}

size_t pane_top_item(const struct pane *p)
{
	return p->top.item;
}

int pane_percent(const struct pane *p)
{
	size_t n = pane_n(p);

	return p->follows || n < 2 ? 100 : (int)(p->top.item * 100 / n);
}

int pane_height(const struct pane *p)
{
	return p->rows;
}

void pane_reveal(struct pane *p, struct pos at)
{
	struct pos last;

	settle_top(p);
	last = p->top;
	for (int i = 1; i < p->rows; i++)
		if (!pos_step(p, &last, 1))
			break;
	if (!is_before(at, p->top) && !is_before(last, at))
		return;
	/* A third of the view stays above it. */
	for (int i = 0; i < p->rows / 3; i++)
		if (!pos_step(p, &at, -1))
			break;
	set_top(p, at);
}

void pane_show(struct pane *p, size_t item)
{
	struct pos at = { item, 0 };

	if (item >= pane_n(p))
		return;
	settle_top(p);
	if (height_of(p, item) >= (size_t)p->rows)
		set_top(p, at);
	else
		pane_reveal(p, at);
}
