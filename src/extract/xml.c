#include "ibid/extract/xml.h"

#include <libxml/xmlreader.h>
#include <limits.h>
#include <string.h>

#include "ibid/base/mem.h"

struct xml {
	xmlTextReaderPtr reader;
	unsigned flags;
	bool is_damaged, has_doctype, is_over;
	bool owes_end;		/* the element at hand is empty: its end comes next */
};

/* What libxml2 would print goes nowhere: the helper has no one to tell. */
static void be_quiet(void *ctx, const char *msg, xmlParserSeverities severity, xmlTextReaderLocatorPtr where)
{
	(void)ctx;
	(void)msg;
	(void)severity;
	(void)where;
}

struct xml *xml_new(struct str bytes, unsigned flags)
{
	struct xml *x = mem_zalloc(1, sizeof(*x));
	int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;

	x->flags = flags;
	x->is_over = x->is_damaged = true;
	if (!bytes.p || !bytes.len || bytes.len > INT_MAX)
		return x;
	x->reader = xmlReaderForMemory(bytes.p, (int)bytes.len, NULL, NULL, options);
	if (!x->reader)
		mem_exhausted();
	xmlTextReaderSetErrorHandler(x->reader, be_quiet, NULL);
	x->is_over = x->is_damaged = false;
	return x;
}

void xml_free(struct xml *x)
{
	if (!x)
		return;
	if (x->reader)
		xmlFreeTextReader(x->reader);
	mem_free(x);
}

static enum xml_event end_part(struct xml *x)
{
	x->is_over = true;
	return XML_END_OF_PART;
}

enum xml_event xml_next(struct xml *x)
{
	while (!x->is_over) {
		int status;

		if (x->owes_end) {
			x->owes_end = false;
			return XML_END;
		}
		status = xmlTextReaderRead(x->reader);
		x->is_damaged = status < 0;
		if (status != 1)
			break;
		switch (xmlTextReaderNodeType(x->reader)) {
		case XML_READER_TYPE_ELEMENT:
			x->owes_end = xmlTextReaderIsEmptyElement(x->reader);
			return XML_START;
		case XML_READER_TYPE_END_ELEMENT:
			return XML_END;
		case XML_READER_TYPE_TEXT:
		case XML_READER_TYPE_CDATA:
		case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
			return XML_TEXT;
		case XML_READER_TYPE_DOCUMENT_TYPE:
			x->has_doctype = true;
			if (x->flags & XML_NO_DOCTYPE)
				return end_part(x);
			break;
		default:
			break;
		}
	}
	return end_part(x);
}

bool xml_is_damaged(const struct xml *x)
{
	return x->is_damaged;
}

bool xml_has_doctype(const struct xml *x)
{
	return x->has_doctype;
}

struct str xml_name(const struct xml *x)
{
	return str_c((const char *)xmlTextReaderConstLocalName(x->reader));
}

bool xml_in(const struct xml *x, const char *part_of_name_space)
{
	const char *uri = (const char *)xmlTextReaderConstNamespaceUri(x->reader);

	return uri && strstr(uri, part_of_name_space) != NULL;
}

int xml_depth(const struct xml *x)
{
	return xmlTextReaderDepth(x->reader);
}

struct str xml_attr(struct xml *x, const char *name)
{
	struct str value = { NULL, 0 };

	while (xmlTextReaderMoveToNextAttribute(x->reader) == 1)
		if (str_is(xml_name(x), name)) {
			value = str_c((const char *)xmlTextReaderConstValue(x->reader));
			break;
		}
	xmlTextReaderMoveToElement(x->reader);
	return value;
}

struct str xml_text(const struct xml *x)
{
	return str_c((const char *)xmlTextReaderConstValue(x->reader));
}

void xml_skip(struct xml *x)
{
	int depth = xml_depth(x);
	enum xml_event event;

	while ((event = xml_next(x)) != XML_END_OF_PART)
		if (event == XML_END && xml_depth(x) <= depth)
			return;
}

void xml_inner_text(struct xml *x, struct buf *out, size_t max)
{
	int depth = xml_depth(x);
	enum xml_event event;

	while ((event = xml_next(x)) != XML_END_OF_PART) {
		if (event == XML_END && xml_depth(x) <= depth)
			return;
		if (event == XML_TEXT && out->len < max)
			buf_str(out, str_sub(xml_text(x), 0, max - out->len));
	}
}
