#include <md4c.h>
#include <string.h>

#include "ibid/base/term_text.h"
#include "ibid/render/convert.h"
#include "render/convert_internal.h"

/* What is written around a block or span; a NULL end writes nothing. */
struct tags {
	const char *open, *close;
};

static const struct tags block_tags[] = {
	[MD_BLOCK_DOC] = { "", "" },
	[MD_BLOCK_QUOTE] = { "<blockquote>\n", "</blockquote>\n" },
	[MD_BLOCK_UL] = { "<ul>\n", "</ul>\n" },
	[MD_BLOCK_OL] = { "<ol>\n", "</ol>\n" },
	[MD_BLOCK_LI] = { "<li>", "</li>\n" },
	[MD_BLOCK_HR] = { "<hr>\n", "" },
	[MD_BLOCK_H] = { NULL, NULL },
	[MD_BLOCK_CODE] = { "<pre><code>", "</code></pre>\n" },
	[MD_BLOCK_HTML] = { "<pre>", "</pre>\n" },
	[MD_BLOCK_P] = { "<p>", "</p>\n" },
	[MD_BLOCK_TABLE] = { "<table>\n", "</table>\n" },
	[MD_BLOCK_THEAD] = { "<thead>\n", "</thead>\n" },
	[MD_BLOCK_TBODY] = { "<tbody>\n", "</tbody>\n" },
	[MD_BLOCK_TR] = { "<tr>", "</tr>\n" },
	[MD_BLOCK_TH] = { "<th>", "</th>" },
	[MD_BLOCK_TD] = { "<td>", "</td>" },
};

static const struct tags span_tags[] = {
	[MD_SPAN_EM] = { "<em>", "</em>" },
	[MD_SPAN_STRONG] = { "<strong>", "</strong>" },
	[MD_SPAN_A] = { NULL, NULL },
	[MD_SPAN_IMG] = { NULL, NULL },
	[MD_SPAN_CODE] = { "<code>", "</code>" },
	[MD_SPAN_DEL] = { "<del>", "</del>" },
	[MD_SPAN_LATEXMATH] = { "<code>", "</code>" },
	[MD_SPAN_LATEXMATH_DISPLAY] = { "<code>", "</code>" },
	[MD_SPAN_WIKILINK] = { "", "" },
	[MD_SPAN_U] = { "<u>", "</u>" },
};

static const char *escape_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void convert_escape_html(struct buf *out, struct str text)
{
	SCOPED(buf) safe = BUF_INIT;

	term_text_add(&safe, text);
	for (size_t i = 0; i < safe.len; i++) {
		const char *escape = escape_of(safe.p[i]);

		if (escape)
			buf_c(out, escape);
		else
			buf_ch(out, safe.p[i]);
	}
}

bool convert_may_link(struct str address)
{
	static const char *const schemes[] = { "http://", "https://", "mailto:" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		if (str_eq_nocase(str_sub(address, 0, strlen(schemes[i])), str_c(schemes[i])))
			return true;
	return false;
}

static struct str attribute(const MD_ATTRIBUTE *a)
{
	return str_of(a->text ? a->text : "", a->size);
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct buf *out = ctx;

	if (type == MD_BLOCK_H)
		buf_fmt(out, "<h%u>", ((MD_BLOCK_H_DETAIL *)detail)->level);
	else
		buf_c(out, block_tags[type].open);
	return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct buf *out = ctx;

	if (type == MD_BLOCK_H)
		buf_fmt(out, "</h%u>\n", ((MD_BLOCK_H_DETAIL *)detail)->level);
	else
		buf_c(out, block_tags[type].close);
	return 0;
}

/* A picture is a link to where it lies: nothing is fetched by looking at the file. */
static struct str target_of(MD_SPANTYPE type, void *detail)
{
	return attribute(type == MD_SPAN_A ? &((MD_SPAN_A_DETAIL *)detail)->href : &((MD_SPAN_IMG_DETAIL *)detail)->src);
}

static int enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct buf *out = ctx;

	if (span_tags[type].open) {
		buf_c(out, span_tags[type].open);
	} else if (convert_may_link(target_of(type, detail))) {
		buf_c(out, "<a rel=\"noreferrer\" href=\"");
		convert_escape_html(out, target_of(type, detail));
		buf_c(out, "\">");
	}
	return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct buf *out = ctx;

	if (span_tags[type].close)
		buf_c(out, span_tags[type].close);
	else if (convert_may_link(target_of(type, detail)))
		buf_c(out, "</a>");
	return 0;
}

static int text(MD_TEXTTYPE type, const MD_CHAR *p, MD_SIZE size, void *ctx)
{
	struct buf *out = ctx;

	switch (type) {
	case MD_TEXT_BR:
		buf_c(out, "<br>\n");
		break;
	case MD_TEXT_SOFTBR:
		buf_ch(out, '\n');
		break;
	case MD_TEXT_NULLCHAR:
		buf_c(out, "\xEF\xBF\xBD");
		break;
	case MD_TEXT_ENTITY:
		/* Named and numeric entities mean the same in HTML, but for those of control characters. */
		if (size > 2 && p[1] != '#')
			buf_add(out, p, size);
		else
			convert_entity(out, str_of(p, size), convert_escape_html);
		break;
	default:
		convert_escape_html(out, str_of(p, size));
	}
	return 0;
}

void convert_to_html(struct buf *out, struct str markdown)
{
	MD_PARSER parser = { .flags = CONVERT_FLAGS, .enter_block = enter_block, .leave_block = leave_block,
		.enter_span = enter_span, .leave_span = leave_span, .text = text };

	convert_parse(markdown, &parser, out);
}
