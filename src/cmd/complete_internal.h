/*
 * cmd/complete_internal.h - candidates for the word at the cursor
 */
#ifndef IBID_CMD_COMPLETE_INTERNAL_H
#define IBID_CMD_COMPLETE_INTERNAL_H
#include "ibid/cmd/cmd.h"

struct completion {
	struct cmd_env *env;
	struct str word;	/* what stands before the cursor */
	struct str head;	/* --model= : put before each candidate, and no part of `word` */
};

/* Print a candidate if it begins with the word. `about` is foreign text; may be empty. */
void complete_offer(struct completion *c, struct str value, struct str about);

/* complete_values.c: all candidates of a kind. `values` is for COMPLETE_WORDS. Says nothing on any error. */
void complete_kind(struct completion *c, enum complete_kind kind, const char *const *values);
#endif
