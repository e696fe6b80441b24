/*
 * ingest/describe.h - from what a file says of itself to a bibliographic item
 *
 * Every value keeps its origin. Where several disagree the more trusted origin
 * wins (reference: retrieval 3, order of trust): user, import, XMP, EPUB's OPF,
 * HTML meta, JSON-LD, Open Graph, front matter, DOCX core properties, first
 * page, PDF info dictionary, file name. Authors, editors and keywords are taken
 * together from the one most trusted origin that has any.
 */
#ifndef IBID_INGEST_DESCRIBE_H
#define IBID_INGEST_DESCRIBE_H
#include "ibid/base/arena.h"
#include "ibid/model/bib.h"
#include "ibid/model/document.h"
#include "ibid/model/extraction.h"

/* What the file says, as rows to store, and the title its name gives. Strings borrow from x or live in the arena. */
void describe_fields(struct arena *a, const struct extraction *x, struct str path, struct document_field **fields,
	size_t *n);

/* The item that the fields of all origins give together. `kind` is the format: pdf, html ... */
void describe_item(struct arena *a, const struct document_field *fields, size_t n, struct str kind,
	struct bib_item *item);

/* Fill what the document's row draws from the item: csl (CSL-JSON, an array of this one item), title, authors, date, publisher, type. */
void describe_document(struct arena *a, const struct bib_item *item, struct document *doc);

/* Whether a word names a field that `doc meta` may set: the CSL names and author, editor, issued, type. */
bool describe_knows_field(struct str field);

/* "Ines Halvorsen", "Halvorsen, Ines" or an organisation, as a name of that role. */
struct bib_name describe_name(struct arena *a, struct str text, enum bib_role role);
#endif
