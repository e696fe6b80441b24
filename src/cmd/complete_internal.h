/*
 * cmd/complete_internal.h - candidates for the word at the cursor
 */
#ifndef IBID_CMD_COMPLETE_INTERNAL_H
#define IBID_CMD_COMPLETE_INTERNAL_H
#include "ibid/cmd/cmd.h"

/* Where candidates go. Strings die on return. */
struct complete_sink {
	void (*offer)(void *ctx, struct str value, struct str about);	/* about: foreign text, may be empty */
	/* A file or directory belongs here; who asks looks for it. `head` stands before its name. */
	void (*files)(void *ctx, struct str head, struct str word, bool only_dirs);
	void *ctx;
};

struct completion {
	struct cmd_env *env;
	struct str word;	/* what stands before the cursor */
	struct str head;	/* --model= : put before each candidate, and no part of `word` */
	const struct complete_sink *sink;
};

/*
 * complete.c: what may stand in place of the last word, by those before it.
 * Never writes, never waits, never complains; env->opt is afterwards as before.
 */
void complete_words(struct cmd_env *env, const struct str *words, size_t n, const struct complete_sink *sink);

/* Offer a candidate if it begins with the word. */
void complete_offer(struct completion *c, struct str value, struct str about);

/* complete_values.c: all candidates of a kind. `values` is for COMPLETE_WORDS. Says nothing on any error. */
void complete_kind(struct completion *c, enum complete_kind kind, const char *const *values);
#endif
