#include "pane_internal.h"

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"

#define TAB_COLS 8

/* --- laying out */

static struct rows *lay_text(struct str text, bool is_plain, const struct look *look, const struct pane_content *c)
{
	struct rows_opts o = { .width_cols = look->cols, .color = look->color, .raw_math = look->raw, .is_plain = is_plain,
		.highlight = look->highlight, .mark = c ? c->mark : NULL, .ctx = c ? c->mark_ctx : NULL };
	struct rows *r = rows_new(&o);

	rows_feed(r, text);
	return r;
}

static struct rows *lay_whole(struct str text, bool is_plain, const struct look *look, const struct pane_content *c)
{
	struct rows *r = lay_text(text, is_plain, look, c);

	rows_end(r);
	return r;
}

static void lay_foot(struct block *b, const struct look *look)
{
	b->foot = arena_array(&b->arena, b->content.n_foot, sizeof(*b->foot));
	for (size_t i = 0; i < b->content.n_foot; i++)
		b->foot[i] = lay_whole(b->content.foot[i].text, true, look, NULL);
}

static void release_foot(struct block *b)
{
	for (size_t i = 0; i < b->content.n_foot; i++)
		rows_free(b->foot[i]);
	b->content.n_foot = 0;
}

static void release_frame(struct block *b)
{
	release_foot(b);
	rows_free(take(&b->unfolded));
	arena_reset(&b->arena);
}

/* Head, fold and foot: all but the text, which may be long and is fed in parts. */
static struct str lay_frame(struct block *b, const struct pane_source *source, size_t item, const struct look *look)
{
	struct str text;

	release_frame(b);
	b->content = (struct pane_content){ .role = STR_EMPTY, .aside = STR_EMPTY, .text = STR_EMPTY, .fold = STR_EMPTY,
		.unfolded = STR_EMPTY };
	source->fill(source->ctx, item, &b->arena, &b->content);
	text = b->content.text;
	b->content.text = STR_EMPTY;
	lay_foot(b, look);
	if (b->content.fold.len && b->content.unfolded.len)
		b->unfolded = lay_whole(b->content.unfolded, false, look, NULL);
	return text;
}

void block_lay_out(struct block *b, const struct pane_source *source, size_t item, const struct look *look)
{
	struct str text = lay_frame(b, source, item, look);

	rows_free(b->rows);
	b->is_live = b->content.is_live;
	b->fed = text.len;
	if (b->is_live) {
		b->rows = lay_text(text, b->content.is_plain, look, &b->content);
		rows_refresh(b->rows);
	} else {
		b->rows = lay_whole(text, b->content.is_plain, look, &b->content);
	}
}

void block_feed(struct block *b, const struct pane_source *source, size_t item, const struct look *look)
{
	struct str text = lay_frame(b, source, item, look);

	if (text.len > b->fed)
		rows_feed(b->rows, str_sub(text, b->fed, text.len));
	b->fed = text.len;
	rows_refresh(b->rows);
}

void block_release(struct block *b)
{
	release_frame(b);
	rows_free(b->rows);
	arena_release(&b->arena);
}

/* --- the parts */

/* A blank row stands between the text and its foot. */
static size_t n_foot_rows(const struct block *b)
{
	size_t n = b->content.n_foot && rows_n(b->rows) ? 1 : 0;

	for (size_t i = 0; i < b->content.n_foot; i++)
		n += rows_n(b->foot[i]);
	return n;
}

static size_t part_rows(const struct block *b, enum block_part part)
{
	switch (part) {
	case PART_HEAD:
		return b->content.role.len ? 1 : 0;
	case PART_FOLD:
		return b->content.fold.len ? 1 : 0;
	case PART_UNFOLDED:
		return b->unfolded ? rows_n(b->unfolded) : 0;
	case PART_TEXT:
		return rows_n(b->rows);
	case PART_FOOT:
		return n_foot_rows(b);
	case PART_BLANK:
		break;
	}
	return 1;
}

size_t block_height(const struct block *b)
{
	size_t n = 0;

	for (enum block_part part = PART_HEAD; part <= PART_BLANK; part++)
		n += part_rows(b, part);
	return n;
}

size_t block_text_from(const struct block *b)
{
	return part_rows(b, PART_HEAD) + part_rows(b, PART_FOLD) + part_rows(b, PART_UNFOLDED);
}

enum block_part block_part(const struct block *b, size_t row, size_t *at)
{
	for (enum block_part part = PART_HEAD; part < PART_BLANK; part++) {
		size_t n = part_rows(b, part);

		if (row < n) {
			*at = row;
			return part;
		}
		row -= n;
	}
	*at = 0;
	return PART_BLANK;
}

/* --- drawing */

/* A row with its tabs as blanks. */
struct spread {
	struct buf text;
	uint32_t *to;	/* of the runs */
	size_t *from;	/* where byte i of the row stands now; one more than bytes */
};

static void spread_row(struct arena *a, const struct row *row, struct spread *s)
{
	size_t run = 0, cols = 0;

	s->to = arena_array(a, row->n_runs, sizeof(*s->to));
	s->from = arena_array(a, row->text.len + 1, sizeof(*s->from));
	for (size_t at = 0; at < row->text.len;) {
		size_t next = row->text.p[at] == '\t' ? at + 1 : utf8_next_cluster(row->text, at);
		struct str cluster = str_sub(row->text, at, next);
		size_t n = row->text.p[at] == '\t' ? TAB_COLS - cols % TAB_COLS : utf8_cols(cluster);

		for (size_t i = at; i < next; i++)
			s->from[i] = s->text.len;
		if (row->text.p[at] == '\t')
			buf_fmt(&s->text, "%*s", (int)n, "");
		else
			buf_str(&s->text, cluster);
		cols += n;
		at = next;
		while (run < row->n_runs && row->runs[run].to <= at)
			s->to[run++] = (uint32_t)s->text.len;
	}
	s->from[row->text.len] = s->text.len;
}

struct pen {
	struct canvas *c;
	int y, x, cols, skip;
};

static void draw_runs(const struct pen *pen, struct str text, const struct row *row, const uint32_t *to)
{
	int at = -pen->skip;
	size_t from = 0;

	for (size_t i = 0; i < row->n_runs && at < pen->cols; i++) {
		struct str part = str_sub(text, from, to[i]);
		int cols = (int)utf8_cols(part), hidden = at < 0 ? -at : 0;

		if (hidden < cols)
			canvas_put_from(pen->c, pen->y, pen->x + at + hidden, pen->cols - at - hidden, hidden, part,
				row->runs[i].style);
		at += cols;
		from = to[i];
	}
	if (pen->skip)
		canvas_put(pen->c, pen->y, pen->x, 1, STR("<"), CANVAS_BAR | CANVAS_REVERSE);
	if (at > pen->cols)
		canvas_put(pen->c, pen->y, pen->x + pen->cols - 1, 1, STR(">"), CANVAS_BAR | CANVAS_REVERSE);
}

/* Stress the bytes [from, to) of what was drawn. */
static void stress_span(const struct pen *pen, struct str text, size_t from, size_t to)
{
	int a = (int)utf8_cols(str_sub(text, 0, from)) - pen->skip, b = (int)utf8_cols(str_sub(text, 0, to)) - pen->skip;

	a = a < 0 ? 0 : a;
	b = b > pen->cols ? pen->cols : b;
	if (b > a)
		canvas_mark(pen->c, pen->y, pen->x + a, b - a, CANVAS_REVERSE);
}

static size_t find_needle(struct str text, const struct stress *s, size_t from)
{
	return s->any_case ? str_find_nocase(text, s->needle, from) : str_find(text, s->needle, from);
}

static void stress_needle(const struct pen *pen, struct str text, const struct stress *s)
{
	if (!s->needle.len)
		return;
	for (size_t at = 0; (at = find_needle(text, s, at)) != STR_NONE; at += s->needle.len)
		stress_span(pen, text, at, at + s->needle.len);
}

static void stress_mark(const struct pen *pen, const struct block *b, size_t at, const struct spread *s, int mark)
{
	const struct row_mark *marks;
	size_t n = rows_marks(b->rows, &marks);

	if (mark < 0 || (size_t)mark >= n || marks[mark].row != at)
		return;
	stress_span(pen, buf_view(&s->text), s->from[marks[mark].from], s->from[marks[mark].to]);
}

/* Paragraphs fit; only code and tables are scrolled sideways. */
static void draw_row(struct pen pen, const struct block *b, const struct rows *rows, size_t at,
	const struct stress *stress)
{
	SCOPED(arena) a = ARENA_INIT;
	struct spread s = { .text = BUF_INIT };
	struct row row = rows_at(rows, at);

	if (row.kind == ROW_TEXT)
		pen.skip = 0;
	spread_row(&a, &row, &s);
	draw_runs(&pen, buf_view(&s.text), &row, s.to);
	stress_needle(&pen, buf_view(&s.text), stress);
	if (rows == b->rows)
		stress_mark(&pen, b, at, &s, stress->mark);
	buf_release(&s.text);
}

static void draw_head(const struct pen *pen, const struct block *b, const struct stress *stress)
{
	int cols = pen->cols < PANE_TEXT_COLS ? pen->cols : PANE_TEXT_COLS, aside = (int)utf8_cols(b->content.aside);
	unsigned style = CANVAS_ROLE | (stress->is_selected ? CANVAS_REVERSE : 0);
	int room = aside && aside + 6 <= cols ? cols - aside - 1 : cols;

	canvas_put(pen->c, pen->y, pen->x, room, b->content.role, style);
	if (room < cols)
		canvas_put(pen->c, pen->y, pen->x + cols - aside, aside, b->content.aside, CANVAS_HINT);
}

static void draw_foot(const struct pen *pen, const struct block *b, size_t at)
{
	if (rows_n(b->rows) && at-- == 0)
		return;
	for (size_t i = 0; i < b->content.n_foot; i++) {
		size_t n = rows_n(b->foot[i]);

		if (at < n) {
			canvas_put(pen->c, pen->y, pen->x, pen->cols, rows_at(b->foot[i], at).text, b->content.foot[i].style);
			return;
		}
		at -= n;
	}
}

void block_draw(const struct block *b, size_t row, struct canvas *c, int y, int x, int cols, int skip_cols,
	const struct stress *stress)
{
	const struct pen pen = { c, y, x, cols, skip_cols };
	size_t at;

	switch (block_part(b, row, &at)) {
	case PART_HEAD:
		draw_head(&pen, b, stress);
		break;
	case PART_FOLD:
		canvas_put(c, y, x, cols, b->content.fold, CANVAS_HINT);
		break;
	case PART_UNFOLDED:
		draw_row(pen, b, b->unfolded, at, stress);
		break;
	case PART_TEXT:
		draw_row(pen, b, b->rows, at, stress);
		break;
	case PART_FOOT:
		draw_foot(&pen, b, at);
		break;
	case PART_BLANK:
		break;
	}
}

bool block_holds(const struct block *b, size_t row, const struct stress *stress)
{
	size_t at;

	return block_part(b, row, &at) == PART_TEXT && find_needle(rows_at(b->rows, at).text, stress, 0) != STR_NONE;
}
