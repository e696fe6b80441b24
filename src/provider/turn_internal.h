/*
 * turn_internal.h - what the protocols tell a turn
 */
#ifndef IBID_SRC_PROVIDER_TURN_INTERNAL_H
#define IBID_SRC_PROVIDER_TURN_INTERNAL_H
#include "ibid/provider/turn.h"

/* Tell the sink; empty text is told to nobody. */
void turn_text(struct turn *t, struct str text);
void turn_reasoning(struct turn *t, struct str text);
void turn_citation(struct turn *t, struct str json);
void turn_raw(struct turn *t, struct str json);

/* t->usage as it stands now. */
void turn_usage(struct turn *t);

/* The model stopped; `word` is the provider's reason or explanation. The first reason counts. */
void turn_stop(struct turn *t, enum stop_reason stop, struct str word);

/* The protocol's last event: nothing after it is read. */
void turn_over(struct turn *t);

/* The provider reported an error: `root` as fault_read_json takes it. */
void turn_fail(struct turn *t, const struct json_node *root);
/* The same in words of our own. */
void turn_fail_text(struct turn *t, enum fault_class class, struct str text);

/* Keep the first non-empty id and model name. */
void turn_named(struct turn *t, struct str id, struct str model);

struct stop_word {
	const char *word;
	enum stop_reason stop;
};
/* Row of a table that ends in { NULL, otherwise }. */
enum stop_reason stop_of_word(const struct stop_word *rows, struct str word);

/* A count of tokens at a path; `otherwise` when it is absent or null. */
int64_t token_count(const struct json_node *n, const char *path, int64_t otherwise);

/* -- Blocks of an Anthropic message, kept for TURN_RAW (anthropic_blocks.c) -- */

/* Forget all: a message begins. */
void blocks_reset(struct turn *t);
void blocks_start(struct turn *t, int64_t index, const struct json_node *opening);
void blocks_delta(struct turn *t, int64_t index, const struct json_node *delta);
/* Tell the message, when it holds more than plain text that would be sent back as text anyway. */
void blocks_tell(struct turn *t);
void blocks_release(struct turn *t);
#endif
