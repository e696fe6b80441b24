/*
 * cmd/model_internal.h - the verbs of `ibid model`
 */
#ifndef IBID_CMD_MODEL_INTERNAL_H
#define IBID_CMD_MODEL_INTERNAL_H
#include "ibid/cmd/cmd.h"
#include "ibid/cmd/emit.h"
#include "ibid/cmd/endpoint.h"

extern const struct field model_fields[];

/* What is known of one model, for list and show. Everything is borrowed; `known` may be NULL. */
struct model_row {
	struct str name;	/* PROVIDER/MODEL as people type it */
	struct str provider, model;
	bool is_local, is_default;
	int64_t context_tokens;	/* -1: as the table says */
	const struct model *known;
};

void model_put(struct emit *e, const struct model_row *row, int64_t now_ms);

extern const struct cmd model_list_cmd, model_test_cmd;
#endif
