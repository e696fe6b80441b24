/*
 * base/json_internal.h - what the parts of json share
 *
 * cJSON builds the tree, but it has no room for what JSON allows: it cuts a
 * string at NUL and keeps a number as a double. So the checker, which reads
 * every byte anyway, hands cJSON a text in which both are spelled with bytes
 * that no valid UTF-8 contains, and the readers spell them back:
 *
 *	a number		a string that begins with JSON_NUMBER_MARK, then the number as it was written
 *	\u0000 in a string	JSON_NUL_MARK (C0 80, as Java's modified UTF-8 has it)
 */
#ifndef IBID_BASE_JSON_INTERNAL_H
#define IBID_BASE_JSON_INTERNAL_H
#include <stdbool.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/str.h"

#define JSON_NUMBER_MARK "\xFF"
#define JSON_NUL_MARK "\xC0\x80"

struct json_checked {
	struct str text;	/* for cJSON; borrows the input or `rewritten` */
	struct buf rewritten;	/* the caller releases it */
	bool has_nul;		/* a JSON_NUL_MARK is in it */
};

/* Check all of RFC 8259 and spell numbers and NULs for cJSON. ERR_DATA with line and column. */
enum err_code json_check(struct str text, unsigned flags, struct json_checked *checked, struct err *err);

/* A string with its quotes, so escaped that it passes the sink of base/term_text unchanged. */
void json_add_string(struct buf *out, struct str s);
#endif
