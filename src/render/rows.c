#include "ibid/render/rows.h"

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/render/highlight.h"
#include "render/rows_internal.h"

#define TAB_COLS 8

struct rows {
	struct rows_opts opts;
	struct out out;
	struct watch watch;
	struct layout layout;
	struct split split;
	struct buf line; /* is_plain: the one that is not complete */
	struct store store;
	enum row_kind kind;
	bool in_code;
	struct paint *paint; /* of the code that is open, when its language is known */
	struct highlight *own; /* when none was lent */
	bool is_changed; /* since the last refresh */
	/* What stands behind the stable rows, and how to take it back. */
	bool has_tail;
	struct store_size stable;
	bool was_in_code;
	struct paint *was_paint;
	int paint_place;
};

/* --- what the layout tells */

static void keep(struct rows *r)
{
	store_rows(&r->store, &r->out, r->kind);
}

static void on_kind(void *ctx, enum row_kind kind)
{
	struct rows *r = ctx;

	keep(r);
	r->kind = kind;
}

static struct highlight *highlight(struct rows *r)
{
	if (r->opts.highlight)
		return r->opts.highlight;
	r->own = r->own ? r->own : highlight_new();
	return r->own;
}

static void on_code_begin(void *ctx, struct str info)
{
	struct rows *r = ctx;

	keep(r);
	store_code(&r->store, info);
	r->in_code = true;
	r->paint = r->opts.color && info.len ? paint_new(highlight(r), info) : NULL;
}

static void on_part(void *ctx, struct str part, unsigned style)
{
	struct rows *r = ctx;

	out_styled(&r->out, (enum out_style)style, part);
}

static void on_code_line(void *ctx, struct str line)
{
	struct rows *r = ctx;

	store_string(&r->store, line);
	store_string(&r->store, STR("\n"));
	out_tag(&r->out, TAG_TEXT);
	if (r->paint)
		paint_line(r->paint, line, on_part, r);
	else
		out_styled(&r->out, OUT_CODE, line);
	out_tag(&r->out, 0);
}

/* The code goes to here, for now or for good. */
static void end_code(struct rows *r)
{
	size_t last = r->store.n.codes - 1;

	if (!r->in_code)
		return;
	r->store.codes[last].row_to = r->store.n.rows;
	r->store.code_texts[last].text.to = r->store.strings.len;
}

static void on_code_end(void *ctx)
{
	struct rows *r = ctx;

	keep(r);
	end_code(r);
	r->in_code = false;
	if (r->paint != r->was_paint || !r->has_tail)
		paint_free(r->paint);
	r->paint = NULL;
}

static uint32_t on_link(void *ctx, struct str url)
{
	struct rows *r = ctx;

	return store_url(&r->store, url);
}

/* --- the tail: rows of the open block */

static void begin_tail(struct rows *r)
{
	r->stable = store_size(&r->store);
	r->was_in_code = r->in_code;
	r->was_paint = r->paint;
	r->paint_place = r->paint ? paint_place(r->paint) : 0;
	r->has_tail = true;
}

static void cut_tail(struct rows *r)
{
	if (!r->has_tail)
		return;
	store_cut(&r->store, &r->stable);
	if (r->paint != r->was_paint)
		paint_free(r->paint);
	r->paint = r->was_paint;
	r->in_code = r->was_in_code;
	r->kind = r->in_code ? ROW_CODE : ROW_TEXT;
	if (r->paint)
		paint_return(r->paint, r->paint_place);
	end_code(r);
	r->was_paint = NULL;
	r->has_tail = false;
}

/* Part of what a refresh shows. */
struct tail {
	struct rows *rows;
	struct layout layout;
};

static void on_tail_piece(void *ctx, const struct piece *p)
{
	struct tail *tail = ctx;

	layout_piece(&tail->layout, p);
	keep(tail->rows);
}

/* --- source to rows */

static void on_piece(void *ctx, const struct piece *p)
{
	struct rows *r = ctx;

	cut_tail(r);
	layout_piece(&r->layout, p);
	keep(r);
	end_code(r);
}

/* Tabs as blanks up to the next stop, because rows are wrapped. */
static void add_expanded(struct buf *to, struct str line)
{
	size_t cols = 0;

	while (line.p) {
		struct str part = str_cut(&line, '\t');

		buf_str(to, part);
		if (!line.p)
			return;
		for (cols = (cols + utf8_cols(part)) % TAB_COLS; cols < TAB_COLS; cols++)
			buf_ch(to, ' ');
	}
}

static void show_plain(struct rows *r, struct str line)
{
	SCOPED(buf) text = BUF_INIT;

	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	add_expanded(&text, line);
	layout_plain(&r->layout, buf_view(&text));
	keep(r);
}

static void feed_plain(struct rows *r, struct str source)
{
	while (source.p) {
		buf_str(&r->line, str_cut(&source, '\n'));
		if (!source.p)
			return;
		cut_tail(r);
		show_plain(r, buf_view(&r->line));
		buf_reset(&r->line);
	}
}

void rows_feed(struct rows *r, struct str source)
{
	if (!source.len)
		return;
	r->is_changed = true;
	if (r->opts.is_plain)
		feed_plain(r, source);
	else
		split_feed(&r->split, source);
}

static void show_plain_tail(struct rows *r)
{
	struct str line = buf_view(&r->line);

	line = str_sub(line, line.len > ROWS_TAIL_MAX ? utf8_ceil(line, line.len - ROWS_TAIL_MAX) : 0, line.len);
	line.len -= utf8_partial_tail(line);
	if (line.len)
		show_plain(r, line);
}

bool rows_refresh(struct rows *r)
{
	struct tail tail = { r, r->layout };

	if (!r->is_changed)
		return false;
	r->is_changed = false;
	cut_tail(r);
	begin_tail(r);
	if (r->opts.is_plain)
		show_plain_tail(r);
	else
		split_preview(&r->split, ROWS_TAIL_MAX, on_tail_piece, &tail);
	end_code(r);
	return true;
}

void rows_end(struct rows *r)
{
	cut_tail(r);
	r->is_changed = false;
	if (r->opts.is_plain) {
		if (r->line.len)
			show_plain(r, buf_view(&r->line));
		buf_reset(&r->line);
	} else {
		split_end(&r->split);
	}
	/* Nothing more is expected: keep no more than the rows need. */
	buf_release(&r->line);
	split_release(&r->split);
	out_release(&r->out);
	out_keep(&r->out, r->opts.width_cols, r->opts.color);
	store_shrink(&r->store);
}

struct rows *rows_new(const struct rows_opts *opts)
{
	struct rows *r = mem_zalloc(1, sizeof(*r));

	r->opts = *opts;
	out_keep(&r->out, opts->width_cols, opts->color);
	r->watch = (struct watch){
		.ctx = r,
		.kind = on_kind,
		.code_begin = on_code_begin,
		.code_line = on_code_line,
		.code_end = on_code_end,
		.link = on_link,
		.mark = opts->mark,
		.mark_ctx = opts->ctx,
		.shows_math = !opts->raw_math,
	};
	r->layout.watch = &r->watch;
	r->layout.out = &r->out;
	r->layout.cols = opts->width_cols > 0 ? (size_t)opts->width_cols : 1;
	r->split.on_piece = on_piece;
	r->split.ctx = r;
	r->split.knows_math = !opts->raw_math;
	return r;
}

void rows_free(struct rows *r)
{
	if (!r)
		return;
	cut_tail(r);
	paint_free(r->paint);
	highlight_free(r->own);
	split_release(&r->split);
	out_release(&r->out);
	buf_release(&r->line);
	store_release(&r->store);
	mem_free(r);
}

/* --- what there is */

size_t rows_n(const struct rows *r)
{
	return r->store.n.rows;
}

size_t rows_n_stable(const struct rows *r)
{
	return r->has_tail ? r->stable.rows : r->store.n.rows;
}

struct row rows_at(const struct rows *r, size_t i)
{
	return store_row(&r->store, i);
}

size_t rows_codes(const struct rows *r, const struct row_code **codes)
{
	store_point(&r->store);
	*codes = r->store.codes;
	return r->store.n.codes;
}

size_t rows_links(const struct rows *r, const struct row_link **links)
{
	store_point(&r->store);
	*links = r->store.links;
	return r->store.n.links;
}

size_t rows_marks(const struct rows *r, const struct row_mark **marks)
{
	*marks = r->store.marks;
	return r->store.n.marks;
}

size_t rows_bytes(const struct rows *r)
{
	return sizeof(*r) + store_bytes(&r->store) + r->split.block.cap + r->split.line.cap + r->line.cap +
	       r->out.pending.cap + r->out.cap_notes * sizeof(*r->out.notes);
}

/* --- places */

size_t rows_place_of(const struct rows *r, size_t i)
{
	return i < r->store.n.rows ? r->store.rows[i].place : r->store.n.places;
}

size_t rows_row_of(const struct rows *r, size_t place)
{
	size_t low = 0, high = r->store.n.rows;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->store.rows[middle].place <= place)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : 0;
}
