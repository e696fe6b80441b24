/*
 * store/sessions.h - sessions, messages, requests
 */
#ifndef IBID_STORE_SESSIONS_H
#define IBID_STORE_SESSIONS_H
#include "ibid/base/hash.h"
#include "ibid/model/session.h"
#include "ibid/store/store.h"

/* Make a session; `name` may be empty until the first prompt. Sets s->id, s->sid, s->created_ms. */
enum err_code store_session_new(struct store *db, struct arena *a, struct str name, rand_fn *rand, void *rand_ctx,
	struct session *s, struct err *err);

/* Whether it may be the id of a session: eight letters and digits. */
bool store_is_sid(struct str s);

enum err_code store_session_by_id(struct store *db, struct arena *a, int64_t id, struct session *s, struct err *err);

/*
 * By what a person types: @ (the newest), @~2 (two before it), a name, or a
 * unique prefix (4 or more) of its id. Newest is what was used last, by a
 * counter and not by the clock. In the trash only a whole id finds.
 *
 * Errors: ERR_MISSING  none
 *         ERR_USAGE    several; the sentence names up to five
 */
enum err_code store_session_find(struct store *db, struct arena *a, struct str word, struct session *s,
	struct err *err);

struct session_filter {
	struct str tag, model;		/* empty: any */
	int64_t older_than_ms;		/* updated before; 0: any */
	int64_t newer_than_ms;		/* updated at or after; 0: any */
	bool trashed;			/* those in the trash instead */
	size_t limit;			/* 0: all */
};
/* Newest first. */
enum err_code store_session_list(struct store *db, struct arena *a, const struct session_filter *f,
	struct session **sessions, size_t *n, struct err *err);

enum err_code store_session_rename(struct store *db, int64_t id, struct str name, struct err *err);
enum err_code store_session_tag(struct store *db, int64_t id, struct str tag, bool on, struct err *err);
enum err_code store_session_keep(struct store *db, int64_t id, int64_t keep_ms, struct err *err);
enum err_code store_session_trash(struct store *db, int64_t id, int64_t at_ms, struct err *err);
/* It began as a copy of the session `parent` (a sid) up to message `n`, now. */
enum err_code store_session_set_parent(struct store *db, int64_t id, struct str parent, int n, struct err *err);
/* For good, bytes and all, as store_document_purge. */
enum err_code store_session_purge(struct store *db, int64_t id, struct err *err);
/* Move what the policy has outlived into the trash: sessions with keep_ms > 0 older than that; with -1, older than `policy_ms` (0: never). */
enum err_code store_session_expire(struct store *db, int64_t now_ms, int64_t policy_ms, int64_t *n, struct err *err);

/*
 * Write a message below m->parent_id (0: the session's first) and make it the
 * head. Sets m->id and m->n. It is on disk when this returns (synchronous FULL).
 * The first prompt names a session that has no name. A streaming message is
 * noted as this process's, for the next start to see whether it still runs.
 */
enum err_code store_message_add(struct store *db, struct message *m, struct err *err);

/* The streaming message so far: its text and reasoning, whole. Called at least every second. */
enum err_code store_message_update(struct store *db, int64_t id, struct str text, struct str reasoning,
	struct err *err);
/* One that is over streams anew, for a further try: its text and reasoning are gone. */
enum err_code store_message_reopen(struct store *db, int64_t id, struct err *err);
/* It is over: last text, state and error; it enters the full-text index. */
enum err_code store_message_finish(struct store *db, const struct message *m, struct err *err);

enum err_code store_message(struct store *db, struct arena *a, int64_t id, struct message *m, struct err *err);
/* Message number n of a session. ERR_MISSING says how many there are. */
enum err_code store_message_by_n(struct store *db, struct arena *a, int64_t session_id, int n, struct message *m,
	struct err *err);
/* From the first message to `leaf_id` (0: the session's head), oldest first. */
enum err_code store_message_branch(struct store *db, struct arena *a, int64_t session_id, int64_t leaf_id,
	struct message **messages, size_t *n, struct err *err);
/* All messages of all branches, by number. */
enum err_code store_message_all(struct store *db, struct arena *a, int64_t session_id, struct message **messages,
	size_t *n, struct err *err);

/* Take the last exchange back: the head moves to the parent of the last user message; the messages stay as a branch. */
enum err_code store_session_undo(struct store *db, int64_t session_id, int *n_messages, struct err *err);
enum err_code store_session_set_head(struct store *db, int64_t session_id, int64_t message_id, struct err *err);

/* One row an attempt; add sets r->id, finish writes everything but the key columns. */
enum err_code store_request_add(struct store *db, struct request *r, struct err *err);
enum err_code store_request_finish(struct store *db, const struct request *r, struct err *err);
/* Without the raw bytes: each request holds its whole conversation, and nobody who lists them wants that. */
enum err_code store_requests_of(struct store *db, struct arena *a, int64_t message_id, struct request **requests,
	size_t *n, struct err *err);
#endif
