/*
 * What the writers of HTML and Org share.
 */
#ifndef RENDER_CONVERT_INTERNAL_H
#define RENDER_CONVERT_INTERNAL_H
#include <md4c.h>

#include "ibid/base/buf.h"
#include "ibid/base/str.h"

/* Raw HTML is text; the rest is what models write. */
#define CONVERT_FLAGS                                                                                                  \
	(MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEURLAUTOLINKS)

/* md4c over a text of any size; sizes beyond its own limit are cut at the last whole character. */
void convert_parse(struct str markdown, const MD_PARSER *parser, void *ctx);

/* &#123; and &#x7b; as the character they mean, written by `escape`. */
void convert_entity(struct buf *out, struct str entity, void (*escape)(struct buf *out, struct str text));
#endif
