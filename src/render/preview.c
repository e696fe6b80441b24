/*
 * The block that is not complete yet, for the eye. A copy of the splitter's
 * state is ended in its place; what comes out is thrown away with the next piece.
 */
#include <string.h>

#include "ibid/base/utf8.h"
#include "render/render_internal.h"

/* A line longer than this is no mark that may become anything. */
#define AMBIGUOUS_MAX 40
/* Longest head of a table, or first line of an item, that stands before the end of one too long to show. */
#define HEAD_MAX 2000

/* Its last bytes, from a line or at least a character on. */
static struct str last_of(struct str s, size_t max)
{
	size_t from, line;

	if (s.len <= max)
		return s;
	from = utf8_ceil(s, s.len - max);
	line = str_find_ch(s, '\n', from);
	return str_sub(s, line != STR_NONE && line + 1 < s.len ? line + 1 : from, s.len);
}

static struct str first_lines(struct str s, size_t n)
{
	size_t at = 0;

	while (n--) {
		at = str_find_ch(s, '\n', at);
		if (at == STR_NONE)
			return STR_EMPTY;
		at++;
	}
	return str_sub(s, 0, at <= HEAD_MAX ? at : 0);
}

static bool has_only(struct str s, const char *chars)
{
	for (size_t i = 0; i < s.len; i++)
		if (!s.p[i] || !strchr(chars, s.p[i]))
			return false;
	return true;
}

/* Rules of lists, headings and fences may still come of it: shown too early it would jump. */
static bool is_ambiguous(struct str line)
{
	return line.len <= AMBIGUOUS_MAX && (has_only(line, "-=*_+#>`~:| \t\r") || has_only(line, "0123456789.) \t\r"));
}

static bool is_table_line(struct str line)
{
	line = str_trim(line);
	return line.len && *line.p == '|';
}

/* A head that stands alone, or above a line that may become the second one. */
static bool may_become_table(const struct split *s, struct str line)
{
	struct str block = buf_view(&s->block);
	size_t end = str_find_ch(block, '\n', 0);

	if (s->state == SPLIT_BETWEEN)
		return is_table_line(line);
	return s->state == SPLIT_BLOCK && is_table_line(block) && end + 1 == block.len && has_only(line, "|-: \t\r");
}

static void give_source(struct split *s, struct str line)
{
	struct piece p = { PIECE_SOURCE, STR_EMPTY,
		s->state == SPLIT_BETWEEN ? s->blank_before : s->block_after_blank };

	buf_str(&s->block, line);
	if (line.len)
		buf_ch(&s->block, '\n');
	p.text = buf_view(&s->block);
	s->on_piece(s->ctx, &p);
}

/* The copy's block: all of it, or its head and its end. */
static void copy_block(struct split *to, const struct split *s, size_t max)
{
	struct str all = buf_view(&s->block), last = last_of(all, max);
	bool is_table = s->state == SPLIT_BLOCK && is_table_line(all);

	if (last.len < all.len && (is_table || s->state == SPLIT_ITEM))
		buf_str(&to->block, first_lines(all, is_table ? 2 : 1));
	buf_str(&to->block, last);
}

static void close_ends(struct split *s)
{
	SCOPED(buf) closed = BUF_INIT;

	source_close(&closed, buf_view(&s->block), s->knows_math);
	buf_reset(&s->block);
	if (str_trim(buf_view(&closed)).len)
		buf_str(&s->block, buf_view(&closed));
	else
		s->state = SPLIT_BETWEEN;
}

static void take_line(struct split *s, struct str line)
{
	SCOPED(buf) closed = BUF_INIT;

	/* A heading is handed out with its line. */
	if (split_is_heading(line) && s->state != SPLIT_FENCE && s->state != SPLIT_ITEM) {
		source_close(&closed, line, s->knows_math);
		line = str_trim(buf_view(&closed));
	}
	split_line(s, line);
}

static bool is_hidden(const struct split *s, struct str line)
{
	if (s->state == SPLIT_FENCE)
		return !line.len || split_closes_fence(s, line) || (is_ambiguous(line) && has_only(line, "`~ \r"));
	return !str_trim(line).len || (s->state != SPLIT_INDENTED && is_ambiguous(line));
}

void split_preview(const struct split *s, size_t max, piece_fn *on_piece, void *ctx)
{
	struct str line = last_of(buf_view(&s->line), max);
	struct split copy = *s;

	copy.on_piece = on_piece;
	copy.ctx = ctx;
	copy.line = (struct buf)BUF_INIT;
	copy.block = (struct buf)BUF_INIT;
	copy_block(&copy, s, max > line.len ? max - line.len : 0);
	line.len -= utf8_partial_tail(line);
	if (may_become_table(&copy, line)) {
		give_source(&copy, line);
	} else {
		if (!is_hidden(&copy, line))
			take_line(&copy, line);
		if (copy.state == SPLIT_BLOCK || copy.state == SPLIT_ITEM)
			close_ends(&copy);
		if (copy.state != SPLIT_FENCE)
			split_end_block(&copy);
	}
	split_release(&copy);
}
