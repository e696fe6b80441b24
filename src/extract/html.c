/*
 * Web pages: the article alone, without menus, sidebars and footers, and what
 * the page says of itself.
 */
#include <ctype.h>

#include "ibid/extract/charset.h"
#include "ibid/extract/extract.h"
#include "ibid/extract/html.h"

/* A page tells its encoding in its first bytes (WHATWG HTML 13.2.3.2), and what it is. */
#define HEAD_MAX ((size_t)4096)

/* What <meta> says; "charset=" in any other place may be anything. */
static struct str meta_charset(struct str bytes)
{
	struct str head = str_sub(bytes, 0, HEAD_MAX);
	size_t at = 0;

	while ((at = str_find_nocase(head, STR("<meta"), at)) != STR_NONE) {
		size_t end = str_find_ch(head, '>', at);
		struct str name = charset_param(str_sub(head, at, end));

		if (name.len)
			return name;
		at += 5;
	}
	return STR_EMPTY;
}

static enum err_code html_run(const struct extract_input *in, struct writer *w, struct err *err)
{
	SCOPED(buf) decoded = BUF_INIT;
	SCOPED(html_tree) tree = HTML_TREE_INIT;
	uint64_t invalid = 0;
	struct str hint = charset_param(in->mime);
	struct str text = charset_decode(in->bytes, hint.len ? hint : meta_charset(in->bytes), &decoded, &invalid);
	struct html_node *article;

	(void)err;
	html_parse(&tree, text, false);
	html_hide(&tree);
	article = html_select(&tree);
	html_meta(w, &tree, article);
	html_write(w, article);
	writer_warn(w, WARN_BYTES, invalid);
	writer_warn(w, WARN_DEPTH, tree.flattened);
	writer_warn(w, WARN_LOST, tree.lost);
	return OK;
}

static bool html_is_it(struct str bytes)
{
	static const char *const begins[] = { "<!doctype html", "<html", "<head", "<body" };
	struct str head = str_sub(bytes, 0, HEAD_MAX);
	size_t at = str_starts(head, STR("\xEF\xBB\xBF")) ? 3 : 0;

	for (;;) {
		while (at < head.len && isspace((unsigned char)head.p[at]))
			at++;
		head = str_sub(head, at, head.len);
		at = 0;
		if (str_starts(head, STR("<!--")))
			at = str_find(head, STR("-->"), 0);
		else if (str_starts(head, STR("<?xml")))
			at = str_find(head, STR("?>"), 0);
		if (!at || at == STR_NONE)
			break;
		at += head.p[at] == '-' ? 3 : 2;
	}
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (str_find_nocase(str_sub(head, 0, 14), str_c(begins[i]), 0) == 0)
			return true;
	return false;
}

static const char *const exts[] = { "html", "htm", "xhtml", "xht", NULL };
static const char *const mimes[] = { "text/html", "application/xhtml+xml", NULL };

const struct extract_ops extract_html = {
	.name = "html", .extractor = "html/1", .mime = "text/html", .exts = exts, .mimes = mimes, .is_named = true, .is_it = html_is_it,
	.run = html_run,
};
