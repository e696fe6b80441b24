/*
 * chat/history.h - the part of a conversation that a model can still hold
 *
 * Read from its end, message by message, until the room is used up: a
 * conversation of any length costs what is sent of it. What is left out is its
 * beginning, whole exchanges, so that the first message is the user's.
 *
 * A token is reckoned as 4 bytes (English prose takes 4 to 4.5; the reckoning is
 * for leaving room, never for money).
 */
#ifndef IBID_CHAT_HISTORY_H
#define IBID_CHAT_HISTORY_H
#include "ibid/base/arena.h"
#include "ibid/base/err.h"
#include "ibid/model/session.h"

struct store;

/* No limit. */
#define HISTORY_ALL ((int64_t)-1)

struct history {
	struct message *messages;	/* oldest first, in the arena */
	size_t n;
	size_t n_left_out;
	int64_t tokens;			/* of the messages, reckoned */
};

/* Tokens of so many bytes, reckoned. */
int64_t history_tokens(size_t bytes);

/* The newest messages of the branch that ends at `leaf_id`, of `room_tokens` at most. */
enum err_code history_load(struct store *db, struct arena *a, int64_t session_id, int64_t leaf_id, int64_t room_tokens,
	struct history *h, struct err *err);
#endif
