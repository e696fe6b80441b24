#include "pane_internal.h"

/* --- items */

void pane_select(struct pane *p, size_t item)
{
	size_t n = pane_n(p);

	if (item != p->selected)
		p->mark = -1;
	p->selected = item < n ? item : SIZE_MAX;
	p->selected_key = item < n ? p->source.item(p->source.ctx, item).key : 0;
}

size_t pane_selected(const struct pane *p)
{
	return p->selected;
}

bool pane_select_step(struct pane *p, int step)
{
	size_t n = pane_n(p), from = p->selected;

	if (!n)
		return false;
	if (from == SIZE_MAX)
		from = step > 0 ? p->top.item : pane_is_at_end(p) ? n : p->top.item + 1;
	else if (step > 0)
		from++;
	if (step < 0 && !from)
		return false;
	from -= step < 0;
	if (from >= n)
		return false;
	pane_select(p, from);
	pane_show(p, from);
	return true;
}

/* --- marks */

static void show_mark(struct pane *p, size_t item, size_t index)
{
	const struct row_mark *marks;
	struct block *b = pane_block(p, item);
	size_t n = rows_marks(b->rows, &marks);

	pane_select(p, item);
	if (index >= n)
		return;
	p->mark = (int)index;
	pane_reveal(p, (struct pos){ item, block_text_from(b) + marks[index].row });
}

static size_t n_marks(struct pane *p, size_t item)
{
	const struct row_mark *marks;

	return rows_marks(pane_rows(p, item), &marks);
}

/* Within the item that is selected, or false when the next one is in another item. */
static bool step_inside(struct pane *p, size_t item, int step)
{
	size_t n = n_marks(p, item);
	int64_t next = p->mark < 0 ? (step > 0 ? 0 : (int64_t)n - 1) : p->mark + step;

	if (item != p->selected || next < 0 || next >= (int64_t)n)
		return false;
	show_mark(p, item, (size_t)next);
	return true;
}

bool pane_mark_step(struct pane *p, int step)
{
	size_t n = pane_n(p), item = p->selected;

	if (!n)
		return false;
	if (item == SIZE_MAX) {
		item = step > 0 ? p->top.item : n - 1;
		pane_select(p, item);
	}
	if (step_inside(p, item, step))
		return true;
	while (step > 0 ? ++item < n : item-- > 0) {
		size_t marks = n_marks(p, item);

		if (marks) {
			show_mark(p, item, step > 0 ? 0 : marks - 1);
			return true;
		}
	}
	return false;
}

bool pane_mark_number(struct pane *p, int number)
{
	const struct row_mark *marks;
	size_t n;

	if (p->selected == SIZE_MAX)
		return false;
	n = rows_marks(pane_rows(p, p->selected), &marks);
	for (size_t i = 0; i < n; i++)
		if (marks[i].n == number) {
			show_mark(p, p->selected, i);
			return true;
		}
	return false;
}

int pane_mark(struct pane *p, size_t *index)
{
	const struct row_mark *marks;
	size_t n;

	if (p->selected == SIZE_MAX || p->mark < 0)
		return -1;
	n = rows_marks(pane_rows(p, p->selected), &marks);
	if ((size_t)p->mark >= n)
		return -1;
	if (index)
		*index = (size_t)p->mark;
	return marks[p->mark].n;
}

void pane_mark_clear(struct pane *p)
{
	p->mark = -1;
}

/* --- finding */

void pane_needle(struct pane *p, struct str needle)
{
	buf_reset(&p->needle);
	buf_str(&p->needle, needle);
	p->has_found = false;
}

struct search {
	bool (*holds)(void *ctx, int64_t key);
	void *ctx;
};

static bool item_may_hold(const struct pane *p, size_t item, const struct search *s)
{
	return !s->holds || s->holds(s->ctx, p->source.item(p->source.ctx, item).key);
}

/* From `at` on (it included) to the end of the items; moves at to the row found. */
static bool find_from(struct pane *p, struct pos *at, int step, const struct search *s)
{
	for (;;) {
		struct stress stress = pane_stress(p, at->item);

		if (!item_may_hold(p, at->item, s)) {
			if (step > 0 ? at->item + 1 >= pane_n(p) : !at->item)
				return false;
			at->item = step > 0 ? at->item + 1 : at->item - 1;
			at->row = step > 0 || !item_may_hold(p, at->item, s) ? 0 : block_height(pane_block(p, at->item)) - 1;
			continue;
		}
		if (block_holds(pane_block(p, at->item), at->row, &stress))
			return true;
		if (!pos_step(p, at, step))
			return false;
	}
}

static struct pos other_end(struct pane *p, int step)
{
	size_t last = pane_n(p) - 1;

	return step > 0 ? (struct pos){ 0, 0 } : (struct pos){ last, block_height(pane_block(p, last)) - 1 };
}

bool pane_find(struct pane *p, int step, bool (*holds)(void *ctx, int64_t key), void *ctx, bool *wrapped)
{
	const struct search s = { holds, ctx };
	struct pos at = p->has_found ? p->found : p->top;
	bool can_step;

	*wrapped = false;
	if (!p->needle.len || !pane_n(p))
		return false;
	can_step = !p->has_found || pos_step(p, &at, step);
	if (!can_step || !find_from(p, &at, step, &s)) {
		*wrapped = true;
		at = other_end(p, step);
		if (!find_from(p, &at, step, &s))
			return false;
	}
	p->found = at;
	p->has_found = true;
	pane_select(p, at.item);
	pane_reveal(p, at);
	return true;
}
