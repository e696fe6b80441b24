/*
 * base/json.h - JSON, strictly: the one door to cJSON
 *
 * cJSON alone accepts 17 of 188 must-reject files, cuts strings at \u0000,
 * passes invalid UTF-8 and rounds large numbers. This wrapper reads RFC 8259
 * and nothing else: one value and then the end, UTF-8 checked, numbers by the
 * grammar, depth at most JSON_DEPTH_MAX, \u0000 kept (strings carry their
 * length). A lone surrogate escape is an error unless JSON_MEND is given: then
 * it becomes U+FFFD, because proxies cut emoji in two.
 *
 * A document owns its nodes; a node is borrowed from its document. Absent
 * members give NULL, and every reader accepts NULL, so paths need no ladder:
 *
 *	SCOPED_PTR(json) doc = NULL;
 *	if (json_parse(text, 0, &doc, err) != OK) return err_ctx(err, "reading the answer");
 *	struct str text = json_str(json_at(json_root(doc), "choices.0.delta.content"));
 */
#ifndef IBID_BASE_JSON_H
#define IBID_BASE_JSON_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

#define JSON_DEPTH_MAX 128

struct json;		/* a parsed document */
struct json_node;	/* a value in it */

enum json_flags {
	JSON_MEND = 1u << 0,		/* lone surrogates become U+FFFD instead of failing */
	JSON_NO_DUPLICATES = 1u << 1,	/* a key given twice is an error; otherwise the first wins */
};

enum json_kind { JSON_ABSENT, JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/*
 * Errors: ERR_DATA with line and column of the first fault, or the name of the member that is given twice.
 * The document copies what it needs of `text`.
 */
enum err_code json_parse(struct str text, unsigned flags, struct json **doc, struct err *err);
void json_free(struct json *doc);
SCOPE_PTR(json)

const struct json_node *json_root(const struct json *doc);
enum json_kind json_kind(const struct json_node *n);

/* Member of an object, exact case; NULL when absent or not an object. */
const struct json_node *json_get(const struct json_node *n, const char *key);
/* A dotted path; a number picks an array element: "choices.0.delta". */
const struct json_node *json_at(const struct json_node *n, const char *path);

/* Array elements or object members in order; NULL at the end. */
const struct json_node *json_first(const struct json_node *n);
const struct json_node *json_next(const struct json_node *n);
/* Elements or members. */
size_t json_count(const struct json_node *n);
/* The key of a member, empty for array elements. */
struct str json_key(const struct json_node *n);

/* The text of a string, with any NUL in it; empty for all else. Lives as long as the document. */
struct str json_str(const struct json_node *n);
/* The number, or `otherwise` when it is none or no 64-bit integer exactly. 5.0 and 0.5e1 are five. */
int64_t json_int(const struct json_node *n, int64_t otherwise);
/* The nearest double; `otherwise` when it is no number or beyond the range, as 1e400 is. */
double json_double(const struct json_node *n, double otherwise);
/* The number as it was written; empty for all else. */
struct str json_number(const struct json_node *n);
bool json_bool(const struct json_node *n, bool otherwise);

/* Print a node as it was parsed: member order kept, no space. Numbers print as they were written. NULL prints null. */
void json_print(struct buf *out, const struct json_node *n);

/*
 * Writing: values go straight into a buf, commas and nesting by the writer. All
 * that utf8_is_hidden() names is escaped (C0, DEL, C1, U+2028/9, bidi, zero
 * width) and invalid UTF-8 becomes U+FFFD, so that JSON passes the sink of
 * base/term_text as it is (but for floods of combining marks).
 *
 *	struct json_writer w = json_writer(&out);
 *	json_open(&w, '{');
 *	json_put_str(&w, "model", name);
 *	json_open_key(&w, "tags", '[');
 *	json_put_str(&w, NULL, tag);		NULL: an array element
 *	json_close(&w); json_close(&w);
 */
struct json_writer {
	struct buf *out;
	/* Private from here on. */
	char stack[JSON_DEPTH_MAX];
	int depth;
	bool comma;
};

struct json_writer json_writer(struct buf *out);
void json_open(struct json_writer *w, char bracket);
void json_open_key(struct json_writer *w, const char *key, char bracket);
void json_close(struct json_writer *w);
void json_put_str(struct json_writer *w, const char *key, struct str s);
void json_put_c(struct json_writer *w, const char *key, const char *cstr);
void json_put_int(struct json_writer *w, const char *key, int64_t v);
/* `decimals` digits after the point at most, no trailing zeros; NaN and infinities become null. */
void json_put_double(struct json_writer *w, const char *key, double v, int decimals);
void json_put_bool(struct json_writer *w, const char *key, bool v);
void json_put_null(struct json_writer *w, const char *key);
/* Valid JSON from elsewhere, unchanged: what is replayed, hashed or cached keeps its bytes. */
void json_put_raw(struct json_writer *w, const char *key, struct str json);
void json_put_node(struct json_writer *w, const char *key, const struct json_node *n);
/* Keys that are text from elsewhere, for custom fields. */
void json_put_str_keyed(struct json_writer *w, struct str key, struct str s);
void json_put_raw_keyed(struct json_writer *w, struct str key, struct str json);
#endif
