/*
 * model/document.h - a source, and what is known of it
 */
#ifndef IBID_MODEL_DOCUMENT_H
#define IBID_MODEL_DOCUMENT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/hash.h"
#include "ibid/base/str.h"

struct document {
	int64_t id;		/* shown as d12 */
	struct str path;	/* absolute path, or "-" for standard input; the newest when several files hold the same bytes */
	struct str kind;	/* pdf html md txt docx epub */
	struct str mime;
	struct str citekey;	/* stable for good */
	struct str csl;		/* the bibliographic item as CSL-JSON, drawn from the fields */
	struct str title;
	struct str authors;	/* for lists: "Smith, Doe and Lee" */
	struct str date;	/* issued: 2021, 2021-03 or 2021-03-09; empty when unknown */
	struct str publisher;
	struct str type;	/* CSL type: report, webpage ... */
	struct str collection;	/* "default" unless given */
	struct str tags;	/* joined by commas, sorted */
	struct str warnings;	/* of the last ingest, one a line */
	struct hash file_hash;	/* of the bytes ingested last */
	uint64_t size_bytes;
	int version;		/* of its current text */
	int64_t text_id;	/* of its current text */
	int64_t added_ms, updated_ms;
	int64_t trashed_ms;	/* 0: not in the trash */
	int n_pages, n_chunks, n_sentences;
};

/* One value of one field and who says so. */
struct document_field {
	struct str field;	/* a name of model/bib.h: title, author, DOI ... */
	struct str value;
	struct str origin;	/* user, import, xmp, html-meta, front-matter, docx-core, first-page, info-dict, file-name ... */
	double confidence;	/* 0-1 */
	bool is_locked;		/* set by the user: never replaced by an ingest */
};

/*
 * Which documents may be searched. All kinds given must hold; of several values
 * of one kind any may hold. Empty means all documents. Resolved to ids before
 * anything is ranked.
 */
struct scope {
	struct str *collections, *tags, *types, *publishers;	/* types: the kind (pdf) or the CSL type (report) */
	size_t n_collections, n_tags, n_types, n_publishers;
	int64_t *docs;
	size_t n_docs;
	struct str after, before;	/* dates as in document.date, after inclusive, before exclusive; empty: open */
};

/* The same in the arena, borrowing nothing. */
struct arena;
struct scope scope_copy(struct arena *a, const struct scope *s);
#endif
