/*
 * XMP (ISO 16684-1) with the vocabularies of Dublin Core and PRISM. GLib's
 * parser for a subset of XML reads it: poppler brings GLib anyway, and a parser
 * that knows neither document types nor entities has nothing to be attacked by.
 * Prefixes are taken as everyone writes them.
 *
 * A value stands in an element, in rdf:li elements below it (lists, languages),
 * or in an attribute of rdf:Description.
 */
#include <string.h>

#include "ibid/extract/ident.h"
#include "pdf_internal.h"

#define VALUE_MAX 4000
#define XMP_MAX ((size_t)4 << 20)

static const struct {
	const char *name;
	enum meta_field field;
	double confidence;
} properties[] = {
	{ "dc:title", META_TITLE, 0.9 },
	{ "dc:creator", META_AUTHOR, 0.85 },
	{ "dc:description", META_ABSTRACT, 0.6 },
	{ "dc:subject", META_KEYWORD, 0.7 },
	{ "dc:publisher", META_PUBLISHER, 0.9 },
	{ "dc:language", META_LANGUAGE, 0.7 },
	{ "dc:rights", META_RIGHTS, 0.6 },
	{ "prism:doi", META_DOI, 0.98 },
	{ "prism:publicationName", META_CONTAINER, 0.95 },
	{ "prism:volume", META_VOLUME, 0.95 },
	{ "prism:number", META_ISSUE, 0.95 },
	{ "prism:pageRange", META_PAGES, 0.95 },
	{ "prism:issn", META_ISSN, 0.95 },
	{ "prism:isbn", META_ISBN, 0.95 },
	{ "prism:url", META_URL, 0.9 },
	{ "prism:coverDate", META_DATE, 0.95 },
	{ "prism:publicationDate", META_DATE, 0.95 },
	{ "pdfx:doi", META_DOI, 0.95 },
	{ "crossmark:DOI", META_DOI, 0.95 },
};

struct reader {
	struct writer *w;
	int property;		/* the row of the element around; -1: none */
	int depth, property_depth;
	size_t items;		/* of its list */
	bool in_item;
	struct buf text;
};

static int property_of(const char *name)
{
	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
		if (!strcmp(name, properties[i].name))
			return (int)i;
	return -1;
}

static void put(struct writer *w, int row, struct str value)
{
	value = str_trim(value);
	if (properties[row].field == META_TITLE && ident_title_is_junk(value))
		return;
	if (properties[row].field == META_DOI)
		value = ident_doi(value);
	writer_meta(w, properties[row].field, ORIGIN_XMP, properties[row].confidence, value);
}

/* Of a title in several languages the first, x-default, is the title; authors and keywords are lists. */
static void put_item(struct reader *r)
{
	enum meta_field field = properties[r->property].field;

	if (!r->items++ || field == META_AUTHOR || field == META_KEYWORD)
		put(r->w, r->property, buf_view(&r->text));
	buf_reset(&r->text);
}

static void on_start(GMarkupParseContext *at, const gchar *name, const gchar **names, const gchar **values, gpointer ctx,
	GError **error)
{
	struct reader *r = ctx;
	int row = property_of(name);

	(void)at;
	(void)error;
	r->depth++;
	for (int i = 0; !strcmp(name, "rdf:Description") && names[i]; i++)
		if (property_of(names[i]) >= 0)
			put(r->w, property_of(names[i]), str_c(values[i]));
	if (r->property < 0 && row >= 0) {
		r->property = row;
		r->property_depth = r->depth;
		r->items = 0;
		buf_reset(&r->text);
	}
	r->in_item = r->property >= 0 && !strcmp(name, "rdf:li");
	if (r->in_item)
		buf_reset(&r->text);
}

static void on_end(GMarkupParseContext *at, const gchar *name, gpointer ctx, GError **error)
{
	struct reader *r = ctx;

	(void)at;
	(void)error;
	if (r->in_item && !strcmp(name, "rdf:li")) {
		put_item(r);
		r->in_item = false;
	} else if (r->property >= 0 && r->depth == r->property_depth) {
		if (!r->items)
			put_item(r);
		r->property = -1;
	}
	r->depth--;
}

static void on_text(GMarkupParseContext *at, const gchar *text, gsize len, gpointer ctx, GError **error)
{
	struct reader *r = ctx;

	(void)at;
	(void)error;
	if (r->property >= 0 && (r->in_item || !r->items) && r->text.len < VALUE_MAX)
		buf_str(&r->text, str_sub(str_of(text, len), 0, VALUE_MAX));
}

void pdf_xmp_read(struct writer *w, struct str packet)
{
	static const GMarkupParser parser = { on_start, on_end, on_text, NULL, NULL };
	struct reader r = { .w = w, .property = -1, .text = BUF_INIT };
	GMarkupParseContext *context;

	if (packet.len > XMP_MAX)
		return;
	context = g_markup_parse_context_new(&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &r, NULL);
	/* What was read before a fault stands. */
	(void)g_markup_parse_context_parse(context, packet.p, (gssize)packet.len, NULL);
	g_markup_parse_context_free(context);
	buf_release(&r.text);
}
