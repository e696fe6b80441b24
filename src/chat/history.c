#include "ibid/chat/history.h"

#include "ibid/store/branches.h"
#include "ibid/store/sessions.h"

#define TOKEN_BYTES 4
/* What each message costs besides its words. */
#define MESSAGE_TOKENS 4

int64_t history_tokens(size_t bytes)
{
	return (int64_t)((bytes + TOKEN_BYTES - 1) / TOKEN_BYTES);
}

/* An answer whose question was left out would be the first word of the conversation. */
static void drop_headless(struct history *h)
{
	while (h->n && h->messages[0].role == ROLE_ASSISTANT) {
		h->tokens -= history_tokens(h->messages[0].text.len) + MESSAGE_TOKENS;
		h->messages++;
		h->n--;
		h->n_left_out++;
	}
}

enum err_code history_load(struct store *db, struct arena *a, int64_t session_id, int64_t leaf_id, int64_t room_tokens,
	struct history *h, struct err *err)
{
	struct history found = { .n = 0 };
	struct message_ref *refs;
	struct message *v;
	size_t n;

	if (store_branch_refs(db, a, session_id, leaf_id, &refs, &n, err) != OK)
		return err->code;
	v = arena_array(a, n, sizeof(*v));
	for (found.n_left_out = n; found.n_left_out; found.n_left_out--) {
		struct message *m = &v[found.n_left_out - 1];
		int64_t tokens;

		if (store_message(db, a, refs[found.n_left_out - 1].id, m, err) != OK)
			return err->code;
		tokens = history_tokens(m->text.len) + MESSAGE_TOKENS;
		if (room_tokens != HISTORY_ALL && found.tokens + tokens > room_tokens)
			break;
		found.tokens += tokens;
		found.n++;
	}
	found.messages = v + found.n_left_out;
	if (found.n_left_out)
		drop_headless(&found);
	*h = found;
	return OK;
}
