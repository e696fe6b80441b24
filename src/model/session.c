#include "ibid/model/session.h"

#include <stddef.h>

static const char *const roles[] = { [ROLE_SYSTEM] = "system", [ROLE_USER] = "user", [ROLE_ASSISTANT] = "assistant" };
static const char *const states[] = { [STATE_STREAMING] = "streaming", [STATE_COMPLETE] = "complete",
	[STATE_STOPPED] = "stopped", [STATE_CUT] = "cut", [STATE_FAILED] = "failed" };

static int index_of(struct str name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, names[i]))
			return (int)i;
	return -1;
}

const char *message_role_name(enum message_role role)
{
	return roles[role];
}

bool message_role_of(struct str name, enum message_role *role)
{
	int i = index_of(name, roles, sizeof(roles) / sizeof(*roles));

	if (i >= 0)
		*role = i;
	return i >= 0;
}

const char *message_state_name(enum message_state state)
{
	return states[state];
}

bool message_state_of(struct str name, enum message_state *state)
{
	int i = index_of(name, states, sizeof(states) / sizeof(*states));

	if (i >= 0)
		*state = i;
	return i >= 0;
}

/* Counts come from servers and imported files, which may claim anything. */
static int64_t add(int64_t a, int64_t b)
{
	return b > INT64_MAX - a ? INT64_MAX : a + b;
}

static int64_t sum(const int64_t *v, size_t n)
{
	int64_t total = -1;

	for (size_t i = 0; i < n; i++)
		if (v[i] >= 0)
			total = add(total < 0 ? 0 : total, v[i]);
	return total;
}

int64_t token_usage_in(const struct token_usage *u)
{
	const int64_t parts[] = { u->in_uncached, u->in_cache_read, u->in_cache_write_5m, u->in_cache_write_1h };

	return sum(parts, 4);
}

int64_t token_usage_out(const struct token_usage *u)
{
	const int64_t parts[] = { u->out_visible, u->out_reasoning };

	return sum(parts, 2);
}
