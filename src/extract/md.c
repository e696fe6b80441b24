/*
 * Markdown (CommonMark with tables and strike-through), as readable text: marks
 * go, words stay, code is verbatim. Links keep their words, pictures go; raw
 * HTML is read as HTML. The first heading of level 1 is the title when no front
 * matter says other.
 */
#include <md4c.h>
#include <string.h>

#include "ibid/extract/charset.h"
#include "ibid/extract/entity.h"
#include "ibid/extract/extract.h"
#include "ibid/extract/front_matter.h"
#include "ibid/extract/html.h"

/* Lists within lists that are counted; deeper ones are taken as of this depth. */
#define LISTS_MAX 16
/* Longest title, in bytes. */
#define TITLE_BYTES_MAX 1000

struct md {
	struct writer *w;
	int list_depth, quote_depth, image_depth, html_depth;
	unsigned number[LISTS_MAX + 1];	/* of the next item; 0: bullets */
	bool is_item_fresh;		/* its mark is written, its text is not */
	bool is_first_cell;
	int head_level;			/* of the heading that is open, or 0 */
	bool has_title;
	struct buf title, html;
};

static enum extraction_kind paragraph_kind(const struct md *m)
{
	return m->quote_depth ? EXTRACTION_QUOTE : EXTRACTION_PARAGRAPH;
}

static int depth_of(const struct md *m)
{
	return m->list_depth < LISTS_MAX ? m->list_depth : LISTS_MAX;
}

static void open_item(struct md *m)
{
	SCOPED(buf) mark = BUF_INIT;
	unsigned *number = &m->number[depth_of(m)];

	writer_open(m->w, EXTRACTION_ITEM, depth_of(m));
	if (*number)
		buf_fmt(&mark, "%u. ", (*number)++);
	else
		buf_c(&mark, "\xE2\x80\xA2 ");
	writer_add(m->w, buf_view(&mark));
	m->is_item_fresh = true;
}

/* The first paragraph of an item is the item. */
static void open_paragraph(struct md *m)
{
	if (m->is_item_fresh)
		return;
	writer_open(m->w, paragraph_kind(m), 0);
}

static int on_block_enter(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct md *m = ctx;

	switch (type) {
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
		m->list_depth++;
		m->number[depth_of(m)] = type == MD_BLOCK_OL ? ((MD_BLOCK_OL_DETAIL *)detail)->start : 0;
		break;
	case MD_BLOCK_QUOTE:
		m->quote_depth++;
		break;
	case MD_BLOCK_LI:
		open_item(m);
		break;
	case MD_BLOCK_P:
		open_paragraph(m);
		break;
	case MD_BLOCK_H:
		m->head_level = (int)((MD_BLOCK_H_DETAIL *)detail)->level;
		writer_open(m->w, EXTRACTION_HEADING, m->head_level);
		break;
	case MD_BLOCK_CODE:
		writer_open(m->w, EXTRACTION_CODE, 0);
		break;
	case MD_BLOCK_HTML:
		m->html_depth++;
		break;
	case MD_BLOCK_TR:
		writer_open(m->w, EXTRACTION_ROW, 0);
		m->is_first_cell = true;
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		if (!m->is_first_cell)
			writer_add(m->w, STR(" | "));
		m->is_first_cell = false;
		break;
	default:
		break;
	}
	m->is_item_fresh = m->is_item_fresh && type == MD_BLOCK_LI;
	return writer_is_full(m->w);
}

static void end_heading(struct md *m)
{
	writer_close(m->w);
	if (m->head_level == 1 && !m->has_title && m->title.len) {
		writer_meta(m->w, META_TITLE, ORIGIN_FIRST_PAGE, 0.7, buf_view(&m->title));
		m->has_title = true;
	}
	m->head_level = 0;
	buf_reset(&m->title);
}

static void end_html(struct md *m)
{
	m->html_depth--;
	html_fragment(m->w, buf_view(&m->html));
	buf_reset(&m->html);
}

static int on_block_leave(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct md *m = ctx;

	(void)detail;
	switch (type) {
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
		m->list_depth--;
		if (!m->list_depth)
			writer_gap(m->w);
		break;
	case MD_BLOCK_QUOTE:
		m->quote_depth--;
		break;
	case MD_BLOCK_H:
		end_heading(m);
		break;
	case MD_BLOCK_HTML:
		end_html(m);
		break;
	case MD_BLOCK_LI:
	case MD_BLOCK_P:
	case MD_BLOCK_CODE:
	case MD_BLOCK_TR:
		writer_close(m->w);
		m->is_item_fresh = false;
		break;
	case MD_BLOCK_TABLE:
		writer_gap(m->w);
		break;
	default:
		break;
	}
	return writer_is_full(m->w);
}

static int on_span_enter(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct md *m = ctx;

	(void)detail;
	m->image_depth += type == MD_SPAN_IMG;
	return 0;
}

static int on_span_leave(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct md *m = ctx;

	(void)detail;
	m->image_depth -= type == MD_SPAN_IMG;
	return 0;
}

static void add(struct md *m, struct str s)
{
	writer_add(m->w, s);
	if (m->head_level && m->title.len + s.len <= TITLE_BYTES_MAX)
		buf_str(&m->title, s);
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *ctx)
{
	struct md *m = ctx;
	SCOPED(buf) decoded = BUF_INIT;

	if (m->image_depth)
		return 0;
	if (m->html_depth || type == MD_TEXT_HTML) {
		if (m->html_depth)
			buf_add(&m->html, text, size);
		else if (str_eq_nocase(str_sub(str_of(text, size), 0, 3), STR("<br")))
			add(m, STR(" "));
		return 0;
	}
	if (type == MD_TEXT_ENTITY) {
		entity_decode_all(&decoded, str_of(text, size));
		add(m, buf_view(&decoded));
	} else if (type == MD_TEXT_BR) {
		writer_line(m->w);
	} else if (type == MD_TEXT_SOFTBR) {
		add(m, STR(" "));
	} else if (type == MD_TEXT_NULLCHAR) {
		writer_warn(m->w, WARN_CONTROL, 1);
	} else {
		add(m, str_of(text, size));
	}
	return writer_is_full(m->w);
}

static void run(struct md *m, struct str text)
{
	const MD_PARSER parser = {
		.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_LATEXMATHSPANS,
		.enter_block = on_block_enter,
		.leave_block = on_block_leave,
		.enter_span = on_span_enter,
		.leave_span = on_span_leave,
		.text = on_text,
	};

	(void)md_parse(text.p, (MD_SIZE)text.len, &parser, m);
	buf_release(&m->title);
	buf_release(&m->html);
}

static enum err_code md_run(const struct extract_input *in, struct writer *w, struct err *err)
{
	SCOPED(buf) decoded = BUF_INIT;
	uint64_t invalid = 0;
	struct str text = charset_decode(in->bytes, charset_param(in->mime), &decoded, &invalid);
	struct md m = { .w = w, .title = BUF_INIT, .html = BUF_INIT };

	(void)err;
	writer_warn(w, WARN_BYTES, invalid);
	text = str_sub(text, front_matter_fenced(text, w), text.len);
	run(&m, text);
	return OK;
}

static const char *const exts[] = { "md", "markdown", "mdown", "mkd", "mkdn", "mdwn", "qmd", "rmd", NULL };
static const char *const mimes[] = { "text/markdown", "text/x-markdown", NULL };

const struct extract_ops extract_md = {
	.name = "md", .extractor = "md/1", .mime = "text/markdown", .exts = exts, .mimes = mimes, .is_named = true, .run = md_run,
};
