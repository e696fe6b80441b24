/*
 * extract/xml.h - one event after another from foreign XML
 *
 * libxml2's reader with nothing that reaches out: no entity is expanded, no DTD
 * loaded, nothing included, no network, and its own limits on depth (256) and
 * amplification stay on (CVE-2016-5851 and its kin). Names are local names; a
 * prefix is the writer's choice, so the name space tells vocabularies apart.
 *
 *	while ((event = xml_next(x)) != XML_END_OF_PART)
 *		if (event == XML_START && str_is(xml_name(x), "p"))
 *			...
 */
#ifndef IBID_EXTRACT_XML_H
#define IBID_EXTRACT_XML_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/buf.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

enum xml_flags {
	XML_NO_DOCTYPE = 1u << 0,	/* a document type ends the part: OOXML has none */
};

/* XML_START is followed by XML_END also for an empty element. */
enum xml_event { XML_START, XML_END, XML_TEXT, XML_END_OF_PART };

struct xml;

/* `bytes` must live as long as the reader. */
struct xml *xml_new(struct str bytes, unsigned flags);
void xml_free(struct xml *x);
SCOPE_PTR(xml)

/* After a fault in the XML the part is at its end and xml_is_damaged is true; what came before stands. */
enum xml_event xml_next(struct xml *x);
bool xml_is_damaged(const struct xml *x);
/* A document type was there and XML_NO_DOCTYPE given. */
bool xml_has_doctype(const struct xml *x);

/* Of the element at hand; borrowed until the next event. */
struct str xml_name(const struct xml *x);
bool xml_in(const struct xml *x, const char *part_of_name_space);
int xml_depth(const struct xml *x);
/* By local name; p is NULL when it has none. */
struct str xml_attr(struct xml *x, const char *name);
struct str xml_text(const struct xml *x);

/* Skip to the end of the element at hand: the next event is what follows its XML_END. */
void xml_skip(struct xml *x);
/* All text inside the element at hand, at most `max` bytes; stands at its XML_END afterwards. */
void xml_inner_text(struct xml *x, struct buf *out, size_t max);
#endif
