/*
 * Containers (quotes, lists, items) are a stack of prefixes, leaves (paragraphs,
 * headings, code, tables) are written when they end. A blank line stands between
 * leaves but for those of a tight list; its prefix is that of the containers
 * both neighbours stand in.
 */
#include "render/layout_internal.h"

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/render/markdown.h"

/* Below this text is not squeezed further, whatever the prefix. */
#define TEXT_MIN_COLS 12

static struct str trimmed_end(struct str s)
{
	while (s.len && s.p[s.len - 1] == ' ')
		s.len--;
	return s;
}

/* --- containers */

static struct container *push(struct pass *p, enum box box)
{
	struct container *c;

	p->stack = mem_grow(p->stack, &p->cap, p->depth + 1, sizeof(*p->stack));
	c = &p->stack[p->depth++];
	*c = (struct container){ .box = box, .prefix_from = p->prefix.len };
	return c;
}

/*
 * Prefixes take at most half of the width; what is nested deeper stands where its parent does. Rows must fit their
 * width, so there a mark that waits for its line counts as well, with the brackets of a task.
 */
static bool is_too_deep(const struct pass *p, size_t cols, size_t mark_cols)
{
	size_t begin = p->marker.len ? p->marker_from + p->marker.len : p->prefix.len;

	if (p->l->watch && begin + mark_cols > p->l->cols / 2)
		return true;
	return p->depth > 2 * (size_t)RENDER_DEPTH_MAX || p->prefix.len + cols > p->l->cols / 2;
}

void pass_quote(struct pass *p)
{
	push(p, BOX_QUOTE);
	if (is_too_deep(p, 2, 2))
		return;
	/* "- > text": an item's mark that waits shares its line with the quote's. */
	if (p->marker.len)
		buf_c(&p->marker, "> ");
	buf_c(&p->prefix, "> ");
}

void pass_list(struct pass *p, bool is_tight, char mark, unsigned number)
{
	struct container *c = push(p, BOX_LIST);

	c->is_tight = is_tight;
	c->mark = mark;
	c->number = number;
	if (p->depth > 1)
		return;
	/* split cut the list into its items; an item counts on from the one before. */
	if (p->l->after_item && p->l->item_mark == mark)
		c->number = p->l->item_number + 1;
	p->l->item_mark = mark;
	p->l->item_number = c->number;
}

void pass_item(struct pass *p, char task)
{
	struct container *list = &p->stack[p->depth - 1], *c;
	bool is_tight = list->is_tight;
	SCOPED(buf) mark = BUF_INIT;
	size_t cols;

	if (list->mark == '-')
		buf_c(&mark, "- ");
	else
		buf_fmt(&mark, "%u%c ", list->number++, list->mark);
	cols = mark.len;
	if (task)
		buf_fmt(&mark, "[%c] ", task);
	c = push(p, BOX_ITEM);
	c->is_tight = is_tight;
	if (is_too_deep(p, cols, mark.len))
		return;
	if (!p->marker.len)
		p->marker_from = p->prefix.len;
	buf_str(&p->marker, buf_view(&mark));
	while (cols--)
		buf_ch(&p->prefix, ' ');
}

static bool is_tight(const struct pass *p)
{
	return p->common && p->stack[p->common - 1].is_tight;
}

static void begin_leaf(struct pass *p)
{
	struct out *o = p->l->out;

	if (p->wrote && !is_tight(p)) {
		size_t len = p->common < p->depth ? p->stack[p->common].prefix_from : p->prefix.len;

		out_str(o, trimmed_end(str_sub(buf_view(&p->prefix), 0, len)));
		out_c(o, "\n");
	}
	p->wrote = true;
	p->common = p->depth;
}

/* The mark of an item whose first leaf cannot share its line: code, a table, nothing at all. */
static void show_marker_alone(struct pass *p)
{
	struct out *o = p->l->out;

	if (!p->marker.len)
		return;
	out_str(o, str_sub(buf_view(&p->prefix), 0, p->marker_from));
	out_str(o, trimmed_end(buf_view(&p->marker)));
	out_c(o, "\n");
	buf_reset(&p->marker);
}

void pass_leave(struct pass *p)
{
	struct container *c = &p->stack[p->depth - 1];

	if (c->box == BOX_ITEM && p->marker.len) {
		begin_leaf(p);
		show_marker_alone(p);
	}
	p->depth--;
	buf_cut(&p->prefix, c->prefix_from);
	p->common = p->common < p->depth ? p->common : p->depth;
}

enum out_style pass_style(const struct pass *p)
{
	for (size_t i = 0; i < p->depth && i < 2 * (size_t)RENDER_DEPTH_MAX; i++)
		if (p->stack[i].box == BOX_QUOTE)
			return OUT_QUOTE;
	return OUT_PLAIN;
}

/* --- leaves */

static void begin_line(struct pass *p)
{
	struct out *o = p->l->out;

	if (!p->marker.len) {
		out_str(o, buf_view(&p->prefix));
		return;
	}
	out_str(o, str_sub(buf_view(&p->prefix), 0, p->marker_from));
	out_str(o, buf_view(&p->marker));
	buf_reset(&p->marker);
}

static size_t widest_text(const struct layout *l)
{
	return l->cols < RENDER_TEXT_COLS ? l->cols : RENDER_TEXT_COLS;
}

static size_t text_cols(const struct pass *p)
{
	size_t all = widest_text(p->l);

	/* A terminal wraps what is wider, a screen does not. */
	if (p->l->watch)
		return all > p->prefix.len ? all - p->prefix.len : 1;
	if (all > p->prefix.len + TEXT_MIN_COLS)
		return all - p->prefix.len;
	return all < TEXT_MIN_COLS ? all : TEXT_MIN_COLS;
}

/* Columns by which the mark of an item is wider than the prefix of the lines below it: "[x] ". */
static size_t marker_excess(const struct pass *p)
{
	size_t end = p->marker_from + p->marker.len;

	return p->l->watch && p->marker.len && end > p->prefix.len ? end - p->prefix.len : 0;
}

void pass_text(struct pass *p)
{
	size_t at = 0, cols = text_cols(p), less = marker_excess(p);
	struct str line;

	if (!p->text.text.len)
		return;
	begin_leaf(p);
	for (; inlines_line(&p->text, cols > less ? cols - less : 1, p->l->watch, &at, &line); less = 0) {
		begin_line(p);
		inlines_show(&p->text, line, p->l->out);
		out_c(p->l->out, "\n");
	}
	inlines_reset(&p->text);
}

void pass_rule(struct pass *p)
{
	size_t cols = text_cols(p), less = marker_excess(p);

	begin_leaf(p);
	begin_line(p);
	out_str(p->l->out, str_sub(STR("---"), 0, cols > less ? cols - less : 1));
	out_c(p->l->out, "\n");
}

static void begin_kind(struct layout *l, enum row_kind kind)
{
	if (l->watch)
		l->watch->kind(l->watch->ctx, kind);
}

void pass_table(struct pass *p, const struct table *t)
{
	begin_leaf(p);
	show_marker_alone(p);
	begin_kind(p->l, ROW_TABLE);
	table_show(t, p->l->cols, buf_view(&p->prefix), p->l->out);
	begin_kind(p->l, ROW_TEXT);
}

/* Where there is no colour the limits of code are shown as in the source. */
static void show_fence(struct out *o, struct str prefix, struct str info)
{
	if (o->color)
		return;
	out_str(o, prefix);
	out_c(o, "```");
	out_line(o, info);
	out_c(o, "\n");
}

static void begin_code(struct layout *l, struct str prefix, struct str info)
{
	begin_kind(l, ROW_CODE);
	show_fence(l->out, prefix, info);
	if (l->watch)
		l->watch->code_begin(l->watch->ctx, info);
}

static void show_code_line(struct layout *l, struct str prefix, struct str line)
{
	out_str(l->out, prefix);
	if (l->watch)
		l->watch->code_line(l->watch->ctx, line);
	else
		out_styled(l->out, OUT_CODE, line);
	out_c(l->out, "\n");
}

static void end_code(struct layout *l, struct str prefix)
{
	if (l->watch)
		l->watch->code_end(l->watch->ctx);
	show_fence(l->out, prefix, STR_EMPTY);
	begin_kind(l, ROW_TEXT);
}

void pass_code(struct pass *p, struct str info, struct str code)
{
	struct str prefix = buf_view(&p->prefix);

	begin_leaf(p);
	show_marker_alone(p);
	begin_code(p->l, prefix, info);
	while (code.len)
		show_code_line(p->l, prefix, str_cut(&code, '\n'));
	end_code(p->l, prefix);
}

/* --- pieces */

static void begin_piece(struct layout *l, bool is_close)
{
	if (l->wrote && !is_close)
		out_c(l->out, "\n");
	l->wrote = true;
}

void layout_plain(struct layout *l, struct str text)
{
	struct inlines in = INLINES_INIT;
	size_t at = 0;
	struct str line;

	inlines_add(&in, text, OUT_PLAIN, TAG_TEXT);
	if (!in.text.len)
		out_c(l->out, "\n");
	while (inlines_line(&in, widest_text(l), true, &at, &line)) {
		inlines_show(&in, line, l->out);
		out_c(l->out, "\n");
	}
	inlines_release(&in);
}

static void show_literal(struct layout *l, struct str text)
{
	while (text.len) {
		struct str line = str_cut(&text, '\n');

		if (l->watch) {
			layout_plain(l, line);
			continue;
		}
		out_str(l->out, line);
		out_c(l->out, "\n");
	}
}

/* What may become a table is not wrapped: its columns would not be seen. */
static void show_source(struct layout *l, struct str text)
{
	begin_kind(l, ROW_TABLE);
	while (text.len) {
		out_tag(l->out, TAG_TEXT);
		out_str(l->out, str_cut(&text, '\n'));
		out_tag(l->out, 0);
		out_c(l->out, "\n");
	}
	begin_kind(l, ROW_TEXT);
}

static void show_block(struct layout *l, struct str source)
{
	struct pass p = { .l = l };

	pass_parse(&p, source);
	/* All of it was definitions, which md4c keeps to itself. */
	if (!p.wrote)
		show_literal(l, source);
	buf_release(&p.prefix);
	buf_release(&p.marker);
	inlines_release(&p.text);
	mem_free(p.stack);
}

void layout_piece(struct layout *l, const struct piece *p)
{
	switch (p->kind) {
	case PIECE_ITEM:
		begin_piece(l, l->after_item && !p->after_blank);
		show_block(l, p->text);
		break;
	case PIECE_BLOCK:
		begin_piece(l, false);
		show_block(l, p->text);
		break;
	case PIECE_LITERAL:
		begin_piece(l, l->after_literal && !p->after_blank);
		show_literal(l, p->text);
		break;
	case PIECE_CODE_BEGIN:
		begin_piece(l, false);
		begin_code(l, STR_EMPTY, p->text);
		break;
	case PIECE_CODE_LINE:
		show_code_line(l, STR_EMPTY, p->text);
		break;
	case PIECE_CODE_END:
		end_code(l, STR_EMPTY);
		break;
	case PIECE_SOURCE:
		begin_piece(l, false);
		show_source(l, p->text);
		break;
	}
	l->after_item = p->kind == PIECE_ITEM;
	l->after_literal = p->kind == PIECE_LITERAL;
}
