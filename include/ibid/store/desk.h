/*
 * store/desk.h - what lies on the desk of a conversation: drafts, earlier prompts, who sits at it, what it cost, ratings
 */
#ifndef IBID_STORE_DESK_H
#define IBID_STORE_DESK_H
#include "ibid/store/store.h"

/* --- drafts: the prompt that was typed and not sent, of a session or (0) of a conversation that has none yet */

/* Largest draft, in bytes. */
#define STORE_DRAFT_MAX ((size_t)16 << 20)

/* Empty when there is none. */
enum err_code store_draft(struct store *db, struct arena *a, int64_t session_id, struct str *text, struct err *err);
/*
 * Empty text removes it. A session's draft is in the trash with it and is purged
 * with it; what is as it was is not written again.
 *
 * Errors: ERR_LIMIT    longer than STORE_DRAFT_MAX
 *         ERR_MISSING  there is no such session
 */
enum err_code store_draft_set(struct store *db, int64_t session_id, struct str text, struct err *err);

/* Most prompts that are given; most that are looked at for them; longest that is one (more is a file, not a line). */
#define STORE_PROMPTS_MAX ((size_t)10000)
#define STORE_PROMPTS_SEEN 50000
#define STORE_PROMPT_BYTES ((size_t)64 << 10)

/* The newest `limit` different prompts of all sessions outside the trash, oldest first: the history of the line. */
enum err_code store_prompts(struct store *db, struct arena *a, size_t limit, struct str **prompts, size_t *n,
	struct err *err);

/* --- presence: one process writes a session at a time */

/*
 * Take the session for this process until store_desk_leave or the process ends.
 * *taken is false, and *by says by whom ("process 1234 since 14:02"), when
 * another living process has it; `force` takes it over. Taking what this process
 * has already writes nothing, and tells a screen whether somebody took it over.
 *
 * Errors: ERR_MISSING  there is no such session
 */
enum err_code store_desk_take(struct store *db, struct arena *a, int64_t session_id, bool force, bool *taken,
	struct str *by, struct err *err);
/* Nothing happens when another process has it. */
enum err_code store_desk_leave(struct store *db, int64_t session_id, struct err *err);

/* --- money: requests since a wall time, of one session or (0) of all. *unknown: some had no price. */
enum err_code store_cost_since(struct store *db, int64_t since_ms, int64_t session_id, int64_t *usd_micros,
	bool *unknown, struct err *err);
/* Tokens of the last answered request of a session, in and out: what its context held; -1 when unknown. */
enum err_code store_context_tokens(struct store *db, int64_t session_id, int64_t *tokens, struct err *err);

/* --- ratings: -1 bad, 0 none (and no note), 1 good; the note may be empty. ERR_MISSING: there is no such message, citation. */
enum err_code store_rate(struct store *db, int64_t message_id, int rating, struct str note, struct err *err);
enum err_code store_rating(struct store *db, struct arena *a, int64_t message_id, int *rating, struct str *note,
	struct err *err);
/* A citation that the user holds to be wrong, and why; empty `why` takes it back. Read as citation.report. */
enum err_code store_citation_report(struct store *db, int64_t citation_id, struct str why, struct err *err);
#endif
