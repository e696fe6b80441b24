/*
 * extract/docx_internal.h - styles and lists of a Word document
 *
 * What a paragraph is, Word says by the name of its style and by its numbering;
 * both are looked up in parts of their own (ECMA-376 part 1, 17.7 and 17.9).
 */
#ifndef IBID_EXTRACT_DOCX_INTERNAL_H
#define IBID_EXTRACT_DOCX_INTERNAL_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/str.h"
#include "ibid/model/extraction.h"

#define DOCX_LEVELS 9
/* More are read past. */
#define DOCX_STYLES_MAX 8192
#define DOCX_LISTS_MAX 8192

struct docx_style {
	struct str id, based_on;
	bool has_kind;
	enum extraction_kind kind;
	int level;		/* heading: 1-6 */
	int num_id, num_level;	/* list; num_id 0: none */
	int meta;		/* enum meta_field that its paragraphs are; -1: none */
};

enum docx_format { DOCX_BULLET, DOCX_DECIMAL, DOCX_LETTER, DOCX_UPPER_LETTER, DOCX_ROMAN, DOCX_UPPER_ROMAN, DOCX_NOTHING };

/* One abstractNum or num: a list's look, or a use of it. */
struct docx_list {
	int id;
	int look;			/* of a num: the id of its abstractNum */
	enum docx_format format[DOCX_LEVELS];
	int start[DOCX_LEVELS];
	int next[DOCX_LEVELS];		/* of a num: the number of the next item, 0: not begun */
};

struct docx_styles {
	struct docx_style *styles;
	struct docx_list *looks, *lists;
	size_t n_styles, n_looks, n_lists;
	size_t cap_styles, cap_looks, cap_lists;
	struct arena mem;
};
#define DOCX_STYLES_INIT { .styles = NULL, .mem = ARENA_INIT }

/* False: the part declares a document type. */
bool docx_read_styles(struct docx_styles *s, struct str part);
bool docx_read_lists(struct docx_styles *s, struct str part);

/* The style of that id with what it has from those it is based on. */
struct docx_style docx_style_of(const struct docx_styles *s, struct str id);

/* The mark of the next item of a list: "1. ", a bullet; nothing when the list shows none. */
void docx_add_mark(struct docx_styles *s, int num_id, int level, struct buf *out);

void docx_styles_release(struct docx_styles *s);

/* An integer attribute's value; `otherwise` when it is none. */
int docx_int(struct str value, int otherwise);
/* "0", "false" and "off" are false; an element without the attribute is true. */
bool docx_is_on(struct str value);
#endif
