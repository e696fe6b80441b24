#include <stddef.h>

#include "ibid/provider/provider.h"

/*
 * An option that servers are known to refuse: how it is named in a refusal, and
 * the quirk that a refusal sets. A word is looked for in the error's `param` and
 * in its sentence.
 */
enum change { TURN_OFF, OTHER_LIMIT, OTHER_ROLE };

static const struct {
	const char *option, *word;
	enum change change;
	size_t at;	/* of the flag that TURN_OFF sets */
} rows[] = {
	/* clang-format off */
	{ "max_tokens",            "max_tokens",            OTHER_LIMIT, 0 },
	{ "max_completion_tokens", "max_completion_tokens", OTHER_LIMIT, 0 },
	{ "stream_options",        "stream_options",        TURN_OFF, offsetof(struct provider_quirks, no_stream_usage) },
	{ "temperature",           "temperature",           TURN_OFF, offsetof(struct provider_quirks, no_temperature) },
	{ "temperature",           "sampling parameter",    TURN_OFF, offsetof(struct provider_quirks, no_temperature) },
	{ "effort",                "effort",                TURN_OFF, offsetof(struct provider_quirks, no_effort) },
	{ "effort",                "thinking",              TURN_OFF, offsetof(struct provider_quirks, no_effort) },
	{ "effort",                "output_config",         TURN_OFF, offsetof(struct provider_quirks, no_effort) },
	{ "stop",                  "stop_sequences",        TURN_OFF, offsetof(struct provider_quirks, no_stop) },
	{ "stop",                  "'stop'",                TURN_OFF, offsetof(struct provider_quirks, no_stop) },
	{ "cache",                 "cache_control",         TURN_OFF, offsetof(struct provider_quirks, no_cache) },
	{ "system role",           "developer",             OTHER_ROLE, 0 },
	{ "system role",           "system",                OTHER_ROLE, 0 },
	/* clang-format on */
};

/* The sentence often names the right key beside the wrong one, so only the key that was sent counts. */
static bool swap_limit(struct provider_quirks *q, const char *word)
{
	if (!str_is(str_c(q->max_tokens_key), word))
		return false;
	q->max_tokens_key = str_is(str_c(word), "max_tokens") ? "max_completion_tokens" : "max_tokens";
	return true;
}

/* developer, then system, then none at all: every template knows the user. */
static bool swap_role(struct provider_quirks *q, const char *word)
{
	if (!str_is(str_c(q->system_role), word))
		return false;
	q->system_role = str_is(str_c(word), "developer") ? "system" : "user";
	return true;
}

static bool turn_off(struct provider_quirks *q, size_t at)
{
	bool *flag = (bool *)((char *)q + at);

	if (*flag)
		return false;
	*flag = true;
	return true;
}

static bool apply(struct provider_quirks *q, size_t row)
{
	switch (rows[row].change) {
	case OTHER_LIMIT:
		return swap_limit(q, rows[row].word);
	case OTHER_ROLE:
		return swap_role(q, rows[row].word);
	default:
		return turn_off(q, rows[row].at);
	}
}

static bool is_named(const struct fault *f, const char *word)
{
	return str_find_nocase(buf_view(&f->param), str_c(word), 0) != STR_NONE ||
	       str_find_nocase(buf_view(&f->text), str_c(word), 0) != STR_NONE;
}

bool quirks_learn(struct provider_quirks *q, const struct fault *f, const char **option)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (q->learned & 1u << i || !is_named(f, rows[i].word) || !apply(q, i))
			continue;
		q->learned |= 1u << i;
		*option = rows[i].option;
		return true;
	}
	return false;
}
