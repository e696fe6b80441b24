#include "ibid/provider/price.h"

#include <time.h>

static const struct cost unknown = { -1, false };

static int day_of(int64_t when_ms)
{
	time_t s = (time_t)(when_ms / 1000);
	struct tm tm;

	if (!gmtime_r(&s, &tm))
		return 0;
	return (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday;
}

/* Of the rows that hold, the one with the highest threshold below the prompt. */
const struct model_price *price_row(const struct model *model, int64_t prompt_tokens, int64_t when_ms)
{
	const struct model_price *best = NULL;
	int day = day_of(when_ms);

	for (size_t i = 0; i < model->n_prices; i++) {
		const struct model_price *p = &model->prices[i];

		if ((p->from && day < p->from) || (p->to && day >= p->to))
			continue;
		if (p->over_tokens > 0 && prompt_tokens <= p->over_tokens)
			continue;
		if (!best || p->over_tokens > best->over_tokens)
			best = p;
	}
	return best;
}

struct sum {
	int64_t millionths;	/* of a USD micro */
	bool is_known, is_estimated;
};

/* A count that was not told is none; a rate that is not listed is replaced by one that cannot be lower. */
static void add(struct sum *sum, int64_t tokens, int64_t rate, int64_t instead)
{
	if (tokens <= 0)
		return;
	if (rate < 0) {
		rate = instead;
		sum->is_estimated = true;
	}
	if (rate < 0 || __builtin_mul_overflow(tokens, rate, &tokens) ||
		__builtin_add_overflow(sum->millionths, tokens, &sum->millionths))
		sum->is_known = false;
}

struct cost price_of(const struct model *model, const struct token_usage *u, int64_t when_ms)
{
	struct sum sum = { 0, true, u->is_estimated };
	int64_t prompt = token_usage_in(u);
	const struct model_price *p;

	if (!model || prompt < 0 || token_usage_out(u) < 0 || !(p = price_row(model, prompt, when_ms)))
		return unknown;
	add(&sum, u->in_uncached, p->in, -1);
	add(&sum, u->in_cache_read, p->cache_read, p->in);
	add(&sum, u->in_cache_write_5m, p->cache_write_5m, p->in > 0 ? p->in + p->in / 4 : -1);
	add(&sum, u->in_cache_write_1h, p->cache_write_1h, p->in > 0 ? 2 * p->in : -1);
	add(&sum, u->out_visible, p->out, -1);
	add(&sum, u->out_reasoning, p->out, -1);
	if (!sum.is_known)
		return unknown;
	return (struct cost){ (sum.millionths + 500000) / 1000000, sum.is_estimated };
}

struct cost price_of_request(const struct provider *p, const struct models *models, struct str model_id,
	const struct token_usage *usage, int64_t reported_usd_micros, int64_t when_ms)
{
	if (p->is_local)
		return (struct cost){ 0, false };
	if (reported_usd_micros >= 0)
		return (struct cost){ reported_usd_micros, false };
	return price_of(models_find(models, p->price_list, model_id), usage, when_ms);
}
