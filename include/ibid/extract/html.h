/*
 * extract/html.h - the steps from a page to its article
 *
 * html_hide finds what a reader cannot see, html_select the part that is the
 * article, html_write turns it into blocks, html_meta collects what the page
 * says of itself. EPUB and Markdown use some of them.
 */
#ifndef IBID_EXTRACT_HTML_H
#define IBID_EXTRACT_HTML_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/extract/html_tree.h"
#include "ibid/extract/writer.h"

/*
 * Mark is_hidden (display:none, no size, off the page, transparent, its own
 * background's colour; by attribute, inline style or a simple rule of a <style>
 * element) and is_faint (white on a background that is not known). A rule that
 * would hide most of the page is not believed: scripts show such pages.
 */
void html_hide(struct html_tree *tree);

/*
 * The article: menus, sidebars, comments and footers are marked is_dropped. The
 * idea is that of Arc90's Readability: paragraphs vote for the elements around
 * them, links vote against. Never NULL; the whole body when nothing stands out.
 */
struct html_node *html_select(struct html_tree *tree);

/* Blocks of all below `top` that is not dropped or hidden; counts what was hidden. */
void html_write(struct writer *w, const struct html_node *top);

/* Title, authors, dates and the like, from citation_*, Dublin Core, JSON-LD, Open Graph, <title> and the article. */
void html_meta(struct writer *w, struct html_tree *tree, const struct html_node *article);

/* A piece of HTML inside another format, all of it, as blocks. */
void html_fragment(struct writer *w, struct str html);
#endif
