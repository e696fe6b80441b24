/*
 * cmd/emit_internal.h - a record's values, between emit.c that gathers and emit_show.c that writes
 */
#ifndef IBID_CMD_EMIT_INTERNAL_H
#define IBID_CMD_EMIT_INTERNAL_H
#include "ibid/cmd/emit.h"

struct emit_value {
	bool is_put;
	struct str text;	/* STR, JSON */
	int64_t i;		/* INT, BOOL, TIME, BYTES, MS */
	double d;		/* NUMBER */
	int decimals;
	const struct str *v;	/* STRS */
	size_t n;
};

/* One record as an object: of --json with its schema (NULL in a list), of --jsonl with its type (NULL otherwise). */
void emit_add_object(const struct emit *e, const struct emit_value *record, struct json_writer *w);

void emit_show_table(struct emit *e);
void emit_show_plain(struct emit *e);
void emit_show_card(struct emit *e, const struct emit_value *record);
#endif
