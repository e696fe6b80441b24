/*
 * render/convert.h - Markdown into HTML and Org, for files that leave ibid
 *
 * md4c reads (CommonMark with tables, strikethrough and task lists); the writers
 * are ibid's own, because an exported file must be inert: raw HTML is shown as
 * text, pictures become links, and only http, https and mailto addresses become
 * links at all (reference: security B3, G3). Control bytes are made visible by
 * base/term_text before they are escaped.
 */
#ifndef IBID_RENDER_CONVERT_H
#define IBID_RENDER_CONVERT_H
#include <stdbool.h>

#include "ibid/base/buf.h"
#include "ibid/base/str.h"

/* A fragment: no <html> around it. */
void convert_to_html(struct buf *out, struct str markdown);

/* Headings begin `level` stars deep below their own level. */
void convert_to_org(struct buf *out, struct str markdown, int level);

/* Text as HTML: & < > " ' escaped, control bytes visible. */
void convert_escape_html(struct buf *out, struct str text);

/* Whether an address may become a link. */
bool convert_may_link(struct str address);
#endif
