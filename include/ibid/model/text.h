/*
 * model/text.h - the canonical text of one version of a document
 *
 * One UTF-8 string; pages, headings, sentences and chunks are byte ranges over
 * it (half open, on character boundaries), so a citation stays true for as long
 * as the version is kept and everything else can be rebuilt from the text.
 */
#ifndef IBID_MODEL_TEXT_H
#define IBID_MODEL_TEXT_H
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/str.h"

/* Half open, in bytes. */
struct span {
	size_t byte_from, byte_to;
};

struct text_page {
	struct span at;
	int number;		/* 1-based, as the file counts */
	struct str label;	/* as printed on the page ("xii"); the number in digits when it has none */
};

struct text_head {
	struct span at;		/* of the heading's own words */
	size_t section_to;	/* where its section ends: at the next heading of its level or above */
	int level;		/* 1-6 */
	struct str title;
	struct str path;	/* "Methods > Samples": titles of the headings above, then its own */
};

enum sentence_flags {
	SENTENCE_PARAGRAPH = 1u << 0,	/* begins a paragraph (or item, row, block) */
	SENTENCE_HEAD = 1u << 1,	/* a heading: searched, never cited as a fact */
	SENTENCE_ROW = 1u << 2,		/* a row of a table */
	SENTENCE_CODE = 1u << 3,	/* a block of code */
	SENTENCE_ITEM = 1u << 4,	/* an item of a list */
	SENTENCE_NOTE = 1u << 5,	/* a footnote or caption */
	SENTENCE_SUSPECT = 1u << 6,	/* reads like an instruction to an assistant; stays citable */
};

struct sentence {
	struct span at;
	uint32_t flags;
};

/* The unit of ranking: packed sentences of one section. */
struct chunk {
	int64_t id;		/* 0 until stored */
	struct span at;
	uint32_t sentence_from, sentence_to;	/* half open, indexes into text.sentences */
	int head;		/* index into text.heads of its nearest heading, or -1 */
	int page_from, page_to;	/* page numbers, inclusive; 0 when the text has no pages */
	uint32_t words;
	uint64_t simhash;
};

struct text {
	int64_t id, doc_id;	/* 0 until stored */
	int version;		/* of the document, from 1 */
	struct str extractor;	/* "pdf/1": what made it */
	struct str text;
	struct text_page *pages;
	size_t n_pages;
	struct text_head *heads;
	size_t n_heads;
	struct sentence *sentences;
	size_t n_sentences;
	struct chunk *chunks;
	size_t n_chunks;
};

/* The words of a span. */
struct str text_at(const struct text *t, struct span at);

/* Index of the page, heading (nearest before) or sentence that holds byte `at`; -1 when there is none. */
int text_page_of(const struct text *t, size_t at);
int text_head_of(const struct text *t, size_t at);
int text_sentence_of(const struct text *t, size_t at);
#endif
