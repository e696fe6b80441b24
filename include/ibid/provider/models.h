/*
 * provider/models.h - what is known of models: limits, abilities, prices
 *
 * Data with a date, not code: src/provider/models.def is compiled in, a file of
 * the user's in the same form is read after it and replaces what it names. A
 * model that is not listed is not wrong, only unknown.
 *
 * One line each, words separated by blanks, "-" for unknown or open, # begins a
 * comment:
 *
 *	as-of 2026-11-01
 *	model PROVIDER ID CONTEXT MAX_OUT ABILITIES
 *	price FROM TO OVER IN OUT READ WRITE_5M WRITE_1H
 *
 * A price line belongs to the model line before it. FROM is the first day it
 * holds, TO the first day it does not; OVER: the row is for whole requests whose
 * prompt (input, cache reads and writes together) is larger than so many tokens.
 * Figures are USD per million tokens with up to six decimals.
 */
#ifndef IBID_PROVIDER_MODELS_H
#define IBID_PROVIDER_MODELS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/err.h"
#include "ibid/base/str.h"

/* Rates are millionths of a USD micro per token: 1 USD per million tokens is 1000000. -1: unknown. */
struct model_price {
	int from, to;		/* days as 20261107; 0: open */
	int64_t over_tokens;
	int64_t in, out, cache_read, cache_write_5m, cache_write_1h;
};

struct model {
	struct str provider, id;
	int64_t context_tokens, max_out_tokens;	/* -1: unknown */
	struct str abilities;			/* joined by commas: vision,tools,reasoning,citations */
	struct model_price *prices;
	size_t n_prices, cap_prices;
};

struct models {
	struct arena *arena;	/* given by the caller; holds all strings */
	struct str as_of;	/* of the text read last */
	/* Private from here on. */
	struct model *v;
	size_t n, cap;
};

/* The compiled-in table. Release with models_release; `a` must live as long. */
void models_init(struct models *m, struct arena *a);

/*
 * Read more lines. A model named again replaces what was known of it, prices
 * included. All or nothing.
 *
 * Errors: ERR_CONFIG with the line's number
 */
enum err_code models_add(struct models *m, struct str text, struct err *err);

/*
 * By exact id, else without a date or "-latest" at its end: claude-haiku-4-5-20251001
 * is claude-haiku-4-5, gpt-5.4-2026-03-05 is gpt-5.4. NULL when unknown.
 */
const struct model *models_find(const struct models *m, struct str provider, struct str id);

/* In order of the table, replaced ones left out; NULL past the end. */
const struct model *models_at(const struct models *m, size_t i);

bool model_has(const struct model *model, const char *ability);
void models_release(struct models *m);
#endif
