/*
 * model/extraction.h - what was read out of one file
 *
 * The canonical UTF-8 text of a document with everything that is known about
 * its parts, as the helper program ibid-extract found it. Plain data: built by
 * model/frames.h from the helper's pipe, read by ingest.
 *
 * The text is valid UTF-8 without control characters but LF, and TAB inside
 * code. Blocks stand in order and never overlap; every byte between two blocks
 * is white space. Blocks are separated by an empty line, rows of a table and
 * items of a list by one LF. Inside a block an LF is a line end that the source
 * has too (verse, code, a text file's lines). Sentences and chunks are cut
 * inside blocks, never across one.
 *
 *	SCOPED(extraction) x = EXTRACTION_INIT;
 *	if (helper_extract(&opts, "a.pdf", &x, err) != OK)
 *		return err->code;
 *	struct str title = extraction_best(&x, META_TITLE);
 */
#ifndef IBID_MODEL_EXTRACTION_H
#define IBID_MODEL_EXTRACTION_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/model/text.h"

/* What one document may hold. Crossing the first is an error of the document; of the others the rest is left out. */
#define EXTRACTION_TEXT_MAX ((size_t)256 << 20)
#define EXTRACTION_BLOCKS_MAX ((size_t)8 << 20)
#define EXTRACTION_PAGES_MAX ((size_t)200000)
#define EXTRACTION_HEADS_MAX ((size_t)200000)
#define EXTRACTION_META_MAX ((size_t)1000)
#define EXTRACTION_VALUE_MAX ((size_t)64 << 10)

/* code, name */
#define EXTRACTION_KINDS(X) \
	X(EXTRACTION_PARAGRAPH, "paragraph") \
	X(EXTRACTION_HEADING, "heading") \
	X(EXTRACTION_ITEM, "item") \
	X(EXTRACTION_ROW, "row") \
	X(EXTRACTION_CODE, "code") \
	X(EXTRACTION_QUOTE, "quote") \
	X(EXTRACTION_NOTE, "note") \
	X(EXTRACTION_CAPTION, "caption")

enum extraction_kind {
#define X(code, name) code,
	EXTRACTION_KINDS(X)
#undef X
	EXTRACTION_KIND_COUNT
};

struct extraction_block {
	struct span at;
	enum extraction_kind kind;
	int level;	/* heading: 1-6; item: depth of its list from 1; else 0 */
};

/* code, name */
#define META_FIELDS(X) \
	X(META_TITLE, "title") \
	X(META_SUBTITLE, "subtitle") \
	X(META_AUTHOR, "author") \
	X(META_EDITOR, "editor") \
	X(META_DATE, "date") \
	X(META_PUBLISHER, "publisher") \
	X(META_CONTAINER, "container-title") \
	X(META_VOLUME, "volume") \
	X(META_ISSUE, "issue") \
	X(META_PAGES, "page") \
	X(META_DOI, "doi") \
	X(META_ARXIV, "arxiv") \
	X(META_ISBN, "isbn") \
	X(META_ISSN, "issn") \
	X(META_NUMBER, "number") \
	X(META_URL, "url") \
	X(META_LANGUAGE, "language") \
	X(META_ABSTRACT, "abstract") \
	X(META_KEYWORD, "keyword") \
	X(META_TYPE, "type") \
	X(META_RIGHTS, "rights")

enum meta_field {
#define X(code, name) code,
	META_FIELDS(X)
#undef X
	META_FIELD_COUNT
};

/* Who says so, most trusted first (the user and a resolved DOI come before all of them). */
#define META_ORIGINS(X) \
	X(ORIGIN_XMP, "xmp") \
	X(ORIGIN_EPUB_OPF, "epub-opf") \
	X(ORIGIN_HTML_META, "html-meta") \
	X(ORIGIN_JSON_LD, "json-ld") \
	X(ORIGIN_OPEN_GRAPH, "og") \
	X(ORIGIN_FRONT_MATTER, "front-matter") \
	X(ORIGIN_DOCX_CORE, "docx-core") \
	X(ORIGIN_FIRST_PAGE, "first-page") \
	X(ORIGIN_INFO_DICT, "info-dict")

enum meta_origin {
#define X(code, name) code,
	META_ORIGINS(X)
#undef X
	META_ORIGIN_COUNT
};

/* One value of one field. author, editor and keyword repeat, one value each, in order. */
struct extraction_meta {
	enum meta_field field;
	enum meta_origin origin;
	struct str value;	/* one line */
	double confidence;	/* 0-1 */
};

/* code, name, sentence about `count` things */
#define EXTRACTION_WARNINGS(X) \
	X(WARN_HIDDEN, "hidden-text", "characters are invisible on the page and were left out") \
	X(WARN_FAINT, "faint-text", "characters may be invisible (white or tiny) and were kept") \
	X(WARN_LOST, "text-lost", "bytes of text could not be read") \
	X(WARN_BYTES, "invalid-bytes", "invalid byte sequences were replaced by U+FFFD") \
	X(WARN_CONTROL, "control", "control characters were removed") \
	X(WARN_TAGS, "tag-characters", "invisible tag characters were removed") \
	X(WARN_INVISIBLE, "invisible", "zero-width characters and stray variation selectors were removed") \
	X(WARN_DEPTH, "nesting", "elements are nested too deeply and were taken as siblings") \
	X(WARN_NO_TEXT, "no-text", "pages hold no text: scanned pictures, perhaps") \
	X(WARN_DAMAGED, "damaged", "parts are damaged") \
	X(WARN_META, "metadata", "values of metadata were left out") \
	X(WARN_CUT, "cut", "seconds were not enough: only the text before is kept") \
	X(WARN_SANDBOX, "sandbox", "parts of the sandbox are missing in this kernel")

enum extraction_warning_kind {
#define X(code, name, says) code,
	EXTRACTION_WARNINGS(X)
#undef X
	EXTRACTION_WARNING_COUNT
};

enum extraction_flags {
	EXTRACTION_CUT = 1u << 0,	/* the helper ran out of time; the text ends early */
	EXTRACTION_UNBOXED = 1u << 1,	/* made without a sandbox (tests only) */
};

struct extraction {
	struct str format;	/* "pdf", "html", "md", "txt", "docx", "epub" */
	struct str extractor;	/* "pdf/1" */
	struct str mime;
	struct buf text;
	struct text_page *pages;	/* together they cover the text; n_pages 0: a format without pages */
	size_t n_pages;
	struct text_head *heads;	/* with section_to and path */
	size_t n_heads;
	struct extraction_block *blocks;
	size_t n_blocks;
	struct extraction_meta *meta;
	size_t n_meta;
	uint64_t warnings[EXTRACTION_WARNING_COUNT];	/* counts, 0: none */
	unsigned flags;
	/* Private from here on. */
	struct arena strings;
	size_t cap_pages, cap_heads, cap_blocks, cap_meta;
};
#define EXTRACTION_INIT { .text = BUF_INIT, .strings = ARENA_INIT }

/* Static strings. */
const char *extraction_kind_name(enum extraction_kind kind);
const char *meta_field_name(enum meta_field field);
const char *meta_origin_name(enum meta_origin origin);
const char *extraction_warning_name(enum extraction_warning_kind kind);
/* "12 control characters were removed" */
void extraction_warning_add(struct buf *out, enum extraction_warning_kind kind, uint64_t count);

/* The value with the highest confidence, of equals the more trusted origin; empty when there is none. */
struct str extraction_best(const struct extraction *x, enum meta_field field);

/* The words of a block or page. */
struct str extraction_at(const struct extraction *x, struct span at);

/*
 * Fill section_to and path of the headings from their levels. A level that
 * skips (1, 3) counts as it is: "A > C". Called once the text is complete.
 */
void extraction_link_heads(struct extraction *x);

void extraction_release(struct extraction *x);
#endif
