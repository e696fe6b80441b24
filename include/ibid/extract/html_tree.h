/*
 * extract/html_tree.h - a tree of HTML in linear time, however it is nested
 *
 * A tokenizer and tree builder of our own, after WHATWG HTML chapter 13 with
 * what a reader of text can do without left out: no adoption agency, no foster
 * parents, no foreign content; scripts, styles, templates and what stands in
 * for missing features keep no text.
 *
 * libxml2's HTML parser was measured first and refused: it drops everything
 * after depth 256, drops text nodes over 10 MB, and takes 8.6 s for 1 MB of
 * open <div>s followed by unmatched </b>s, because it looks through its whole
 * stack at every end tag. Here the stack ends at HTML_DEPTH_MAX; elements beyond
 * it become siblings, which costs structure, never text, and is counted.
 */
#ifndef IBID_EXTRACT_HTML_TREE_H
#define IBID_EXTRACT_HTML_TREE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

#define HTML_DEPTH_MAX 256

/* What the parser and its users need to know of an element. */
enum html_trait {
	HTML_VOID = 1u << 0,	/* has no end tag and no content */
	HTML_BLOCK = 1u << 1,	/* text before and after it is apart */
	HTML_RAW = 1u << 2,	/* content is not markup and not text */
	HTML_RCDATA = 1u << 3,	/* content is text without markup */
	HTML_ENDS_P = 1u << 4,	/* a paragraph that is open ends before it */
	HTML_SCOPE = 1u << 5,	/* end tags do not reach beyond it */
	HTML_HEADING = 1u << 6,
	HTML_SKIP = 1u << 7,	/* a reader does not see it as text: pictures, controls */
	HTML_META = 1u << 8,	/* belongs to the head */
};

/* code, name, traits */
#define HTML_TAGS(X) \
	X(TAG_NONE, "", 0) \
	X(TAG_A, "a", 0) \
	X(TAG_ADDRESS, "address", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_ANNOTATION, "annotation", HTML_SKIP) \
	X(TAG_AREA, "area", HTML_VOID) \
	X(TAG_ARTICLE, "article", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_ASIDE, "aside", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_AUDIO, "audio", HTML_SKIP) \
	X(TAG_B, "b", 0) \
	X(TAG_BASE, "base", HTML_VOID | HTML_META) \
	X(TAG_BLOCKQUOTE, "blockquote", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_BODY, "body", HTML_BLOCK) \
	X(TAG_BR, "br", HTML_VOID) \
	X(TAG_BUTTON, "button", HTML_SKIP | HTML_SCOPE) \
	X(TAG_CANVAS, "canvas", HTML_SKIP) \
	X(TAG_CAPTION, "caption", HTML_BLOCK | HTML_SCOPE) \
	X(TAG_CENTER, "center", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_CODE, "code", 0) \
	X(TAG_COL, "col", HTML_VOID) \
	X(TAG_COLGROUP, "colgroup", 0) \
	X(TAG_DATALIST, "datalist", HTML_SKIP) \
	X(TAG_DD, "dd", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_DETAILS, "details", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_DIALOG, "dialog", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_DIV, "div", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_DL, "dl", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_DT, "dt", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_EM, "em", 0) \
	X(TAG_EMBED, "embed", HTML_VOID) \
	X(TAG_FIELDSET, "fieldset", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_FIGCAPTION, "figcaption", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_FIGURE, "figure", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_FOOTER, "footer", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_FORM, "form", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_FRAME, "frame", HTML_VOID) \
	X(TAG_FRAMESET, "frameset", 0) \
	X(TAG_H1, "h1", HTML_BLOCK | HTML_ENDS_P | HTML_HEADING) \
	X(TAG_H2, "h2", HTML_BLOCK | HTML_ENDS_P | HTML_HEADING) \
	X(TAG_H3, "h3", HTML_BLOCK | HTML_ENDS_P | HTML_HEADING) \
	X(TAG_H4, "h4", HTML_BLOCK | HTML_ENDS_P | HTML_HEADING) \
	X(TAG_H5, "h5", HTML_BLOCK | HTML_ENDS_P | HTML_HEADING) \
	X(TAG_H6, "h6", HTML_BLOCK | HTML_ENDS_P | HTML_HEADING) \
	X(TAG_HEAD, "head", 0) \
	X(TAG_HEADER, "header", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_HGROUP, "hgroup", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_HR, "hr", HTML_VOID | HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_HTML, "html", HTML_BLOCK | HTML_SCOPE) \
	X(TAG_I, "i", 0) \
	X(TAG_IFRAME, "iframe", HTML_RAW) \
	X(TAG_IMG, "img", HTML_VOID) \
	X(TAG_INPUT, "input", HTML_VOID) \
	X(TAG_LABEL, "label", 0) \
	X(TAG_LEGEND, "legend", HTML_BLOCK) \
	X(TAG_LI, "li", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_LINK, "link", HTML_VOID | HTML_META) \
	X(TAG_MAIN, "main", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_MATH, "math", 0) \
	X(TAG_MENU, "menu", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_METAELEM, "meta", HTML_VOID | HTML_META) \
	X(TAG_NAV, "nav", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_NOEMBED, "noembed", HTML_RAW) \
	X(TAG_NOFRAMES, "noframes", HTML_RAW) \
	X(TAG_NOSCRIPT, "noscript", HTML_SKIP) \
	X(TAG_OBJECT, "object", HTML_SCOPE) \
	X(TAG_OL, "ol", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_OPTGROUP, "optgroup", 0) \
	X(TAG_OPTION, "option", 0) \
	X(TAG_P, "p", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_PARAM, "param", HTML_VOID) \
	X(TAG_PRE, "pre", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_RP, "rp", HTML_SKIP) \
	X(TAG_RT, "rt", HTML_SKIP) \
	X(TAG_RUBY, "ruby", 0) \
	X(TAG_SCRIPT, "script", HTML_RAW) \
	X(TAG_SECTION, "section", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_SELECT, "select", HTML_SKIP) \
	X(TAG_SOURCE, "source", HTML_VOID) \
	X(TAG_SPAN, "span", 0) \
	X(TAG_STRONG, "strong", 0) \
	X(TAG_STYLE, "style", HTML_RAW) \
	X(TAG_SUB, "sub", 0) \
	X(TAG_SUMMARY, "summary", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_SUP, "sup", 0) \
	X(TAG_SVG, "svg", HTML_SKIP | HTML_SCOPE) \
	X(TAG_TABLE, "table", HTML_BLOCK | HTML_SCOPE | HTML_ENDS_P) \
	X(TAG_TBODY, "tbody", HTML_BLOCK) \
	X(TAG_TD, "td", HTML_BLOCK | HTML_SCOPE) \
	X(TAG_TEMPLATE, "template", HTML_SKIP | HTML_SCOPE) \
	X(TAG_TEXTAREA, "textarea", HTML_RCDATA | HTML_SKIP) \
	X(TAG_TFOOT, "tfoot", HTML_BLOCK) \
	X(TAG_TH, "th", HTML_BLOCK | HTML_SCOPE) \
	X(TAG_THEAD, "thead", HTML_BLOCK) \
	X(TAG_TIME, "time", 0) \
	X(TAG_TITLE, "title", HTML_RCDATA | HTML_META) \
	X(TAG_TR, "tr", HTML_BLOCK) \
	X(TAG_TRACK, "track", HTML_VOID) \
	X(TAG_UL, "ul", HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_VIDEO, "video", HTML_SKIP) \
	X(TAG_WBR, "wbr", HTML_VOID) \
	X(TAG_XMP, "xmp", HTML_RCDATA | HTML_BLOCK | HTML_ENDS_P) \
	X(TAG_OTHER, "?", 0) \
	X(TAG_TEXT, "#text", 0)

enum html_tag {
#define X(code, name, traits) code,
	HTML_TAGS(X)
#undef X
	HTML_TAG_COUNT
};

/* The attributes that are kept; of a page's many thousands others nothing is. */
#define HTML_ATTRS(X) \
	X(ATTR_ARIA_HIDDEN, "aria-hidden") \
	X(ATTR_BGCOLOR, "bgcolor") \
	X(ATTR_CHARSET, "charset") \
	X(ATTR_CLASS, "class") \
	X(ATTR_COLOR, "color") \
	X(ATTR_CONTENT, "content") \
	X(ATTR_DATETIME, "datetime") \
	X(ATTR_DIR, "dir") \
	X(ATTR_EPUB_TYPE, "epub:type") \
	X(ATTR_HIDDEN, "hidden") \
	X(ATTR_HREF, "href") \
	X(ATTR_HTTP_EQUIV, "http-equiv") \
	X(ATTR_ID, "id") \
	X(ATTR_ITEMPROP, "itemprop") \
	X(ATTR_LANG, "lang") \
	X(ATTR_NAME, "name") \
	X(ATTR_PROPERTY, "property") \
	X(ATTR_REL, "rel") \
	X(ATTR_ROLE, "role") \
	X(ATTR_START, "start") \
	X(ATTR_STYLE, "style") \
	X(ATTR_SUMMARY, "summary") \
	X(ATTR_TYPE, "type") \
	X(ATTR_VALUE, "value") \
	X(ATTR_XML_LANG, "xml:lang")

enum html_attr_name {
#define X(code, name) code,
	HTML_ATTRS(X)
#undef X
	HTML_ATTR_COUNT
};

struct html_attr {
	struct html_attr *next;
	enum html_attr_name name;
	struct str value;	/* references replaced */
};

/* What an element holds that is not dropped; html_select fills it. */
struct html_sums {
	uint32_t chars, link_chars, heading_chars, list_chars, commas;
	uint32_t paragraphs, images, items, inputs;
};

struct html_node {
	struct html_node *parent, *first, *last, *next;
	struct html_node *made_before;	/* all nodes of the tree, latest first */
	enum html_tag tag;
	struct str text;		/* of TAG_TEXT, references replaced; of raw elements their content */
	struct html_attr *attrs;
	struct html_sums sums, own;	/* of all that is below; of what no block below it holds */
	float score;
	enum { HTML_TABLE_UNKNOWN, HTML_DATA, HTML_LAYOUT } table;
	bool is_scored, is_dropped, is_hidden, is_faint;
};

struct html_tree {
	struct html_node *root;		/* holds html, or whatever the file begins with */
	struct html_node *latest;	/* the last made; made_before leads to the others */
	uint64_t flattened;		/* elements that became siblings for their depth */
	uint64_t lost;			/* bytes behind a <style> or <iframe> that is never closed */
	/* Private from here on. */
	struct arena mem;
};
#define HTML_TREE_INIT { .root = NULL, .mem = ARENA_INIT }

/* UTF-8 in; `text` must live as long as the tree. With is_xml "<p/>" is an empty element, as in EPUB's XHTML. */
void html_parse(struct html_tree *tree, struct str text, bool is_xml);
void html_tree_release(struct html_tree *tree);

unsigned html_traits(enum html_tag tag);

/* The value of an attribute; p is NULL when the element has none. */
struct str html_attr(const struct html_node *n, enum html_attr_name name);
/* Whether a class, rel or role list holds the word (ASCII case does not matter). */
bool html_attr_has(const struct html_node *n, enum html_attr_name name, const char *word);

/* The node after n in document order within `top`; skips what is below n when `deeper` is false. NULL at the end. */
struct html_node *html_next(const struct html_node *n, const struct html_node *top, bool deeper);
/* The first element of that tag below top (or top itself); NULL when there is none. */
struct html_node *html_find(struct html_node *top, enum html_tag tag);

/* The text below a node, white space tidied, without what is dropped or hidden. At most `max` bytes. */
void html_add_text(struct buf *out, const struct html_node *n, size_t max);
#endif
