/*
 * identify_internal.h - what the cutter of pieces hands to the tables of kinds
 */
#ifndef IBID_RETRIEVE_IDENTIFY_INTERNAL_H
#define IBID_RETRIEVE_IDENTIFY_INTERNAL_H
#include <stdbool.h>

#include "ibid/base/buf.h"
#include "ibid/base/str.h"
#include "ibid/retrieve/identify.h"

struct piece {
	struct str s;		/* refanged, typographic hyphens as '-', no white space */
	struct str before;	/* the word before it, for "version 1.2.3.4" */
	bool was_fanged;	/* it had [.] or hxxp: somebody took care that it is no link */
};

/* The first kind that fits, with the normal form in `out`. */
bool identify_piece(const struct piece *p, enum identify_kind *kind, struct buf *out);

/* Names whose number stands apart: "RFC 9110", "NIST SP 800-53". */
bool identify_is_lead(struct str word);
#endif
