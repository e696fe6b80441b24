/*
 * cite/marks_internal.h - how ids are written; shared by marks.c and mark_ids.c
 */
#ifndef IBID_CITE_MARKS_INTERNAL_H
#define IBID_CITE_MARKS_INTERNAL_H
#include "ibid/cite/marks.h"

enum ids_match { IDS_NONE, IDS_MORE, IDS_FOUND };

enum ids_kind {
	IDS_BRACKET,	/* [d3.s17, d3.s18] */
	IDS_BARE,	/* d3.s17 */
	IDS_NUMBER,	/* [7], which is no id of ours */
	IDS_NUMBERS,	/* [1, 2]: reference numbers, or an interval */
};

struct mark_id {
	uint32_t doc, from, to;	/* sentences, both inclusive */
	struct str written;
};

struct mark_ids {
	enum ids_kind kind;
	size_t len;	/* bytes of the whole group */
	struct mark_id v[MARKS_IDS_MAX];
	size_t n;
};

/* Whether a group of ids may begin with this byte. */
bool ids_may_begin(char c);

/*
 * Read ids at the beginning of s, which goes on unless is_end. `prev` is the
 * code point before s (0: none). IDS_MORE when what follows may decide.
 */
enum ids_match ids_read(struct str s, bool is_end, uint32_t prev, struct mark_ids *ids);
#endif
