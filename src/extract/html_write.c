/*
 * A tree to blocks. Text between two block elements is one block, of the kind
 * that the elements around it say. What is hidden is counted, what is faint is
 * counted and kept: its background may be dark.
 */
#include <ctype.h>
#include <string.h>

#include "ibid/extract/html.h"

#define LISTS_MAX 16

struct walk {
	struct writer *w;
	int lists, quotes, pre;		/* how many of them are around */
	long next[LISTS_MAX + 1];	/* number of the next item by depth; 0: bullets */
	bool is_open;			/* a block was begun for what comes */
	bool is_item;			/* an item's mark waits for its text */
	int rows;			/* of tables that are around, innermost counts */
	bool is_first_cell;
	int cells;			/* cells that are around: blocks in them become one */
	int notes, captions;
	enum html_tag heading;
};

static size_t visible_len(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += !isspace((unsigned char)s.p[i]) && ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

/* A formula that stands hidden behind its picture is no hidden text: Wikipedia's pages are full of them. */
static uint64_t count_text(const struct html_node *top)
{
	uint64_t count = 0;
	bool deeper = true;

	for (const struct html_node *n = top; n; n = html_next(n, top, deeper)) {
		deeper = !(html_traits(n->tag) & (HTML_SKIP | HTML_RAW)) && n->tag != TAG_MATH;
		if (n->tag == TAG_TEXT)
			count += visible_len(n->text);
	}
	return count;
}

/* --- blocks --- */

static enum extraction_kind kind_of(const struct walk *k)
{
	if (k->notes)
		return EXTRACTION_NOTE;
	if (k->captions)
		return EXTRACTION_CAPTION;
	return k->quotes ? EXTRACTION_QUOTE : EXTRACTION_PARAGRAPH;
}

static int depth_of(const struct walk *k)
{
	return k->lists < LISTS_MAX ? k->lists : LISTS_MAX;
}

static void open_item(struct walk *k)
{
	SCOPED(buf) mark = BUF_INIT;
	long *number = &k->next[depth_of(k)];

	writer_open(k->w, EXTRACTION_ITEM, depth_of(k));
	if (*number > 0)
		buf_fmt(&mark, "%ld. ", (*number)++);
	else
		buf_c(&mark, "\xE2\x80\xA2 ");
	writer_add(k->w, buf_view(&mark));
	k->is_item = false;
}

/* The block for text that is about to come. */
static void need_block(struct walk *k)
{
	if (k->is_open)
		return;
	k->is_open = true;
	if (k->heading)
		writer_open(k->w, EXTRACTION_HEADING, (int)(k->heading - TAG_H1) + 1);
	else if (k->pre)
		writer_open(k->w, EXTRACTION_CODE, 0);
	else if (k->is_item)
		open_item(k);
	else
		writer_open(k->w, kind_of(k), 0);
}

/* A block element begins or ends. In a cell of a table that is a line's end turned space, for a row is one line. */
static void end_block(struct walk *k)
{
	if (k->cells) {
		writer_add(k->w, STR(" "));
		return;
	}
	if (k->is_open)
		writer_close(k->w);
	k->is_open = false;
}

static bool is_blank(struct str s)
{
	return !visible_len(s);
}

static void add_text(struct walk *k, const struct html_node *n)
{
	if (n->parent && n->parent->is_faint)
		writer_warn(k->w, WARN_FAINT, visible_len(n->text));
	if (!k->is_open && !k->cells && is_blank(n->text))
		return;
	if (!k->cells)
		need_block(k);
	writer_add(k->w, n->text);
}

/* --- tables --- */

/* A table for the layout of a page has cells with blocks of their own; a row of it is no row of data. */
static bool is_layout(const struct html_node *table)
{
	size_t cells = 0, long_cells = 0;
	bool deeper = true;

	for (const struct html_node *n = table; n; n = html_next(n, table, deeper)) {
		deeper = true;
		if (n->tag == TAG_TABLE && n != table)
			return true;
		if (n->tag == TAG_TH)
			return false;
		if (n->tag != TAG_TD)
			continue;
		cells++;
		long_cells += n->sums.paragraphs > 1 || n->sums.items > 8 || n->sums.chars > 2000;
		deeper = true;
	}
	return cells <= 1 || long_cells * 2 > cells;
}

static void begin_cell(struct walk *k)
{
	if (!k->is_first_cell)
		writer_add(k->w, STR(" | "));
	k->is_first_cell = false;
}

/* --- elements --- */

static bool is_note(const struct html_node *n)
{
	return html_attr_has(n, ATTR_EPUB_TYPE, "footnote") || html_attr_has(n, ATTR_EPUB_TYPE, "rearnote") ||
		html_attr_has(n, ATTR_EPUB_TYPE, "endnote") || html_attr_has(n, ATTR_ROLE, "doc-footnote") ||
		html_attr_has(n, ATTR_ROLE, "doc-endnote");
}

static void begin_list(struct walk *k, const struct html_node *n)
{
	long long start = 1;
	struct str given = html_attr(n, ATTR_START);

	if (given.len && (!str_to_int(given, &start) || start < 1 || start > 1000000))
		start = 1;
	k->lists++;
	k->next[depth_of(k)] = n->tag == TAG_OL ? (long)start : 0;
}

static void walk(struct walk *k, const struct html_node *top);

static void walk_below(struct walk *k, const struct html_node *n)
{
	for (const struct html_node *c = n->first; c; c = c->next)
		walk(k, c);
}

static void walk_row(struct walk *k, const struct html_node *n)
{
	end_block(k);
	writer_open(k->w, EXTRACTION_ROW, 0);
	k->is_first_cell = true;
	k->cells++;
	walk_below(k, n);
	k->cells--;
	writer_close(k->w);
}

static void walk_table(struct walk *k, const struct html_node *n)
{
	bool is_data = !k->cells && !is_layout(n);
	int outer = k->rows;

	end_block(k);
	k->rows = is_data;
	walk_below(k, n);
	k->rows = outer;
	end_block(k);
	if (is_data)
		writer_gap(k->w);
}

static void walk_list(struct walk *k, const struct html_node *n)
{
	long outer = k->next[depth_of(k)];

	end_block(k);
	begin_list(k, n);
	walk_below(k, n);
	end_block(k);
	k->lists--;
	k->next[depth_of(k)] = outer;
	k->is_item = false;
	if (!k->lists)
		writer_gap(k->w);
}

static void walk_item(struct walk *k, const struct html_node *n)
{
	end_block(k);
	k->is_item = true;
	k->lists += !k->lists;
	walk_below(k, n);
	end_block(k);
	k->is_item = false;
}

static void walk_counted(struct walk *k, const struct html_node *n, int *count)
{
	end_block(k);
	++*count;
	walk_below(k, n);
	end_block(k);
	--*count;
}

static void walk_heading(struct walk *k, const struct html_node *n)
{
	end_block(k);
	k->heading = n->tag;
	walk_below(k, n);
	end_block(k);
	k->heading = TAG_NONE;
}

static void walk_block(struct walk *k, const struct html_node *n)
{
	int notes = k->notes;

	end_block(k);
	k->notes += is_note(n);
	walk_below(k, n);
	end_block(k);
	k->notes = notes;
}

static void walk_break(struct walk *k)
{
	if (k->cells)
		writer_add(k->w, STR(" "));
	else if (k->is_open && k->pre)
		writer_add(k->w, STR("\n"));
	else if (k->is_open)
		writer_line(k->w);
}

static void walk_element(struct walk *k, const struct html_node *n)
{
	switch (n->tag) {
	case TAG_TABLE:
		walk_table(k, n);
		break;
	case TAG_TR:
		k->rows && !k->cells ? walk_row(k, n) : walk_block(k, n);
		break;
	case TAG_TD:
	case TAG_TH:
		if (k->cells)
			begin_cell(k);
		k->cells ? walk_below(k, n) : walk_block(k, n);
		break;
	case TAG_UL:
	case TAG_OL:
	case TAG_MENU:
		walk_list(k, n);
		break;
	case TAG_LI:
		walk_item(k, n);
		break;
	case TAG_PRE:
	case TAG_XMP:
		walk_counted(k, n, &k->pre);
		break;
	case TAG_BLOCKQUOTE:
		walk_counted(k, n, &k->quotes);
		break;
	case TAG_FIGCAPTION:
	case TAG_CAPTION:
		walk_counted(k, n, &k->captions);
		break;
	case TAG_BR:
		walk_break(k);
		break;
	default:
		if (html_traits(n->tag) & HTML_HEADING)
			walk_heading(k, n);
		else if (html_traits(n->tag) & HTML_BLOCK)
			walk_block(k, n);
		else
			walk_below(k, n);
	}
}

/* What sites hang on their headings for readers with a mouse: "[edit]", "#", a pilcrow. */
static bool is_handle(const struct walk *k, const struct html_node *n)
{
	static const char *const marks[] = { "#", "\xC2\xB6", "\xC2\xA7", "\xF0\x9F\x94\x97" };
	SCOPED(buf) text = BUF_INIT;

	if (!k->heading || (n->tag != TAG_A && n->tag != TAG_SPAN))
		return false;
	if (html_attr_has(n, ATTR_CLASS, "mw-editsection"))
		return true;
	if (n->tag == TAG_A)
		html_add_text(&text, n, 16);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_is(buf_view(&text), marks[i]))
			return true;
	return false;
}

/* As deep as the tree, which is no deeper than HTML_DEPTH_MAX. */
static void walk(struct walk *k, const struct html_node *n)
{
	if (n->is_hidden)
		writer_warn(k->w, WARN_HIDDEN, count_text(n));
	if (n->is_hidden || n->is_dropped || writer_is_full(k->w))
		return;
	if (n->tag == TAG_TEXT)
		add_text(k, n);
	else if (!(html_traits(n->tag) & (HTML_SKIP | HTML_RAW | HTML_META)) && !is_handle(k, n))
		walk_element(k, n);
}

void html_write(struct writer *w, const struct html_node *top)
{
	struct walk k = { .w = w };

	walk(&k, top);
	writer_close(w);
}

void html_fragment(struct writer *w, struct str html)
{
	SCOPED(html_tree) tree = HTML_TREE_INIT;

	html_parse(&tree, html, false);
	html_hide(&tree);
	html_write(w, tree.root);
	writer_warn(w, WARN_DEPTH, tree.flattened);
}
