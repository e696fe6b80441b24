/*
 * provider/price.h - what a request cost
 *
 * Tokens in normal form times the rates of a day. What is unknown stays unknown
 * and is never taken for zero; a local server costs nothing.
 */
#ifndef IBID_PROVIDER_PRICE_H
#define IBID_PROVIDER_PRICE_H
#include <stdbool.h>
#include <stdint.h>

#include "ibid/base/str.h"
#include "ibid/model/session.h"
#include "ibid/provider/models.h"
#include "ibid/provider/provider.h"

struct cost {
	int64_t usd_micros;	/* -1: unknown */
	bool is_estimated;	/* tokens were counted by ibid, or a rate was replaced by a higher one */
};

/* `model` may be NULL: unknown. `when_ms`: UTC, the day of the request. */
struct cost price_of(const struct model *model, const struct token_usage *usage, int64_t when_ms);

/*
 * The same for a provider: a local one is free; what the provider reckoned itself
 * (reported_usd_micros, -1: nothing) counts before the table.
 */
struct cost price_of_request(const struct provider *p, const struct models *models, struct str model_id,
	const struct token_usage *usage, int64_t reported_usd_micros, int64_t when_ms);

/* The row that holds on that day for a prompt of that size; NULL when there is none. */
const struct model_price *price_row(const struct model *model, int64_t prompt_tokens, int64_t when_ms);
#endif
