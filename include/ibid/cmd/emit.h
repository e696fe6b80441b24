/*
 * cmd/emit.h - records written once, shown as table, card, TSV, JSON or JSON lines
 *
 * A command names the fields of its records in a table and puts values by name;
 * the mode in force (cmd/env.h) decides the form:
 *
 *	human	a table fitted to the terminal (emit_list) or a card of "name  value" lines (emit_one)
 *	--plain	one line a record, tab-separated, the same columns, a header only on a terminal
 *	--json	{"schema":"ibid.list/1","kind":"doc","items":[...],"next":null}, or the record with "schema":"ibid.doc/1"
 *	--jsonl	{"type":"doc",...} a line; the closing result line comes from the framework
 *
 * --fields picks and orders the columns in every form; `--fields help` lists them.
 * JSON always holds every field (null when it was not put), in table order. No
 * field may be named "type" or "schema": those say what the object is.
 * Times are RFC 3339 UTC for machines and local for people.
 *
 *	static const struct field doc_fields[] = {
 *		{ FIELD_STR,  "id",    "id" },
 *		{ FIELD_STR,  "title", "title", FIELD_CUT },
 *		{ FIELD_TIME, "added", "added" },
 *		{ FIELD_INT,  "bytes", NULL },			not in the table unless asked for
 *		{ .kind = FIELD_END }
 *	};
 *	SCOPED(emit) e = EMIT_INIT;
 *	if (emit_list(&e, env, "doc", doc_fields, &arg.list, err) != OK)
 *		return err->code;
 *	for (...) {
 *		emit_record(&e);
 *		emit_str(&e, "id", d->name);
 *		emit_time(&e, "added", d->added_ms);
 *	}
 *	return emit_end(&e, err);
 */
#ifndef IBID_CMD_EMIT_H
#define IBID_CMD_EMIT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/err.h"
#include "ibid/base/json.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/cmd/env.h"
#include "ibid/cmd/opts.h"

enum field_kind {
	FIELD_END,
	FIELD_STR,
	FIELD_INT,
	FIELD_NUMBER,	/* double */
	FIELD_BOOL,	/* true and false; yes and no for people */
	FIELD_TIME,	/* wall ms; 0 is absent */
	FIELD_BYTES,	/* an integer; 1.2 M for people */
	FIELD_MS,	/* an integer; 3.1 s for people */
	FIELD_STRS,	/* array of strings; joined by commas for people */
	FIELD_JSON,	/* any JSON value; not shown to people */
};

enum field_flags {
	FIELD_CUT = 1u << 0,	/* gives way first when the terminal is narrow */
	FIELD_STATE = 1u << 1,	/* coloured by its word: ok good, warn, fail bad */
};

struct field {
	enum field_kind kind;
	const char *name;	/* member in JSON, word of --fields */
	const char *head;	/* head of its column; NULL: machine output only, unless asked for */
	unsigned flags;
};

/* Options that lists take. LIST_OPTS gives the rows, SINCE_OPTS those of --since and --until. */
struct list_options {
	int64_t limit;			/* 0: all */
	struct str sort, fields;
	bool reverse;
	int64_t since_ms, until_ms;	/* for the command to apply */
};
#define LIST_OPTS(l)                                                                                                   \
	{ OPT_INT, 'n', "limit", &(l).limit, "N", "show at most N", COMPLETE_NONE, .min = 0, .max = INT32_MAX },       \
	{ OPT_STRING, 0, "sort", &(l).sort, "FIELD", "sort by a field" },                                              \
	{ OPT_FLAG, 0, "reverse", &(l).reverse, NULL, "the other way round" },                                         \
	FIELDS_OPT(l)
#define FIELDS_OPT(l)                                                                                                  \
	{ OPT_STRING, 0, "fields", &(l).fields, "A,B,...", "fields to show and their order; 'help' lists them" }
#define SINCE_OPTS(l)                                                                                                  \
	{ OPT_DATE, 0, "since", &(l).since_ms, "DATE", "not before this date or age (2026-11, 90d)" },                 \
	{ OPT_DATE, 0, "until", &(l).until_ms, "DATE", "before this date or age" }

/* Fields in one table, at most. */
#define EMIT_FIELDS_MAX 64

struct emit {
	/* Private from here on. */
	struct cmd_env *env;
	const char *kind;
	const struct field *fields;
	const struct list_options *options;
	bool is_one, lists_fields;
	size_t n_fields, n_shown;
	unsigned char shown[EMIT_FIELDS_MAX];	/* indexes into fields, in order */
	int sort_by;				/* index, -1: as they came */
	struct arena arena;
	struct emit_value **records;
	size_t n, cap;
};
#define EMIT_INIT { .env = NULL }

/*
 * Begin a list of `kind`, or one record of it. `options` may be NULL and is
 * borrowed, as are the fields, until emit_end.
 *
 * Errors: ERR_USAGE  --fields or --sort names no field
 */
enum err_code emit_list(struct emit *e, struct cmd_env *env, const char *kind, const struct field *fields,
	const struct list_options *options, struct err *err);
enum err_code emit_one(struct emit *e, struct cmd_env *env, const char *kind, const struct field *fields,
	const struct list_options *options, struct err *err);

/* Begin a record; emit_one has begun its own. */
void emit_record(struct emit *e);

/* Put a value; the name must be in the table. Text is copied. */
void emit_str(struct emit *e, const char *name, struct str s);
void emit_c(struct emit *e, const char *name, const char *cstr);
void emit_int(struct emit *e, const char *name, int64_t v);	/* FIELD_INT, BYTES, MS */
void emit_number(struct emit *e, const char *name, double v, int decimals);
void emit_bool(struct emit *e, const char *name, bool v);
void emit_time(struct emit *e, const char *name, int64_t wall_ms);
void emit_strs(struct emit *e, const char *name, const struct str *v, size_t n);
void emit_json(struct emit *e, const char *name, struct str json);

/*
 * Write what was put. An empty list is OK; the caller decides whether nothing
 * means ERR_NO.
 */
enum err_code emit_end(struct emit *e, struct err *err);

/* Records so far. */
size_t emit_count(const struct emit *e);
void emit_release(struct emit *e);

/* 1.2 M, 3.1 s: sizes and times as people read them, for lines that are no records. */
void emit_add_bytes(struct buf *out, int64_t bytes);
void emit_add_ms(struct buf *out, int64_t ms);
#endif
