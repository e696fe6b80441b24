#include "ibid/store/desk.h"

#include "ibid/model/session.h"
#include "process_internal.h"
#include "store_internal.h"

/* An INSERT that takes its row from the thing it is about, so that nothing is written about what is not there. */
static enum err_code run_about(struct query *q, const char *what, int64_t id, struct err *err)
{
	if (query_run(q, err) != OK)
		return err->code;
	if (sqlite3_changes64(q->db->sqlite) == 0)
		return err_set(err, ERR_MISSING, "there is no %s number %lld", what, (long long)id);
	return OK;
}

/* --- drafts */

enum err_code store_draft(struct store *db, struct arena *a, int64_t session_id, struct str *text, struct err *err)
{
	SCOPED(query) q = query(db, "SELECT text FROM draft WHERE session_id IS ?");
	struct str found;

	bind_id(&q, session_id);
	found = query_next(&q) ? row_str(&q, a) : STR_EMPTY;
	if (query_end(&q, err) != OK)
		return err->code;
	*text = found;
	return OK;
}

static enum err_code remove_draft(struct store *db, int64_t session_id, struct err *err)
{
	SCOPED(query) q = query(db, "DELETE FROM draft WHERE session_id IS ?");

	bind_id(&q, session_id);
	return query_run(&q, err);
}

static enum err_code insert_draft(struct store *db, int64_t session_id, struct str text, struct err *err)
{
	SCOPED(query) q = query(db,
		"INSERT INTO draft (session_id, text) SELECT ?1, ?2"
		" WHERE ?1 IS NULL OR EXISTS (SELECT 1 FROM session WHERE id = ?1)");

	bind_id(&q, session_id);
	bind_str(&q, text);
	return run_about(&q, "session", session_id, err);
}

static enum err_code replace_draft(struct store *db, int64_t session_id, struct str text, struct err *err)
{
	if (store_begin(db, err) != OK)
		return err->code;
	if (remove_draft(db, session_id, err) != OK || (text.len && insert_draft(db, session_id, text, err) != OK))
		return store_rollback(db, err);
	return store_commit(db, err);
}

/* A draft that is as it was costs no write: a screen may ask whenever it is idle. */
enum err_code store_draft_set(struct store *db, int64_t session_id, struct str text, struct err *err)
{
	SCOPED(arena) work = ARENA_INIT;
	struct str kept;

	if (text.len > STORE_DRAFT_MAX)
		return err_set(err, ERR_LIMIT, "a draft of %zu bytes is too long to keep; %zu are the most", text.len,
			STORE_DRAFT_MAX);
	if (store_draft(db, &work, session_id, &kept, err) != OK)
		return err->code;
	return str_eq(kept, text) ? OK : replace_draft(db, session_id, text, err);
}

/* --- earlier prompts */

/* The prompts seen so far by their quick hashes: a set with open addresses, never more than half full. */
struct seen {
	uint64_t *hashes;
	size_t cap;		/* a power of two */
};

static bool is_new(struct seen *s, struct str text)
{
	uint64_t hash = hash_quick(text) | 1;
	size_t at = (size_t)(hash >> 1) & (s->cap - 1);

	while (s->hashes[at] && s->hashes[at] != hash)
		at = (at + 1) & (s->cap - 1);
	if (s->hashes[at])
		return false;
	s->hashes[at] = hash;
	return true;
}

static struct seen seen_new(struct arena *a, size_t n)
{
	struct seen s = { .cap = 16 };

	while (s.cap < 2 * n)
		s.cap *= 2;
	s.hashes = arena_array(a, s.cap, sizeof(*s.hashes));
	return s;
}

static void turn_around(struct str *v, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct str s = v[i];

		v[i] = v[n - 1 - i];
		v[n - 1 - i] = s;
	}
}

/*
 * Walks back through the prompts and stops at the limit, so it costs the same
 * in a library of a million messages; one prompt asked a million times by a
 * script ends it after STORE_PROMPTS_SEEN.
 */
enum err_code store_prompts(struct store *db, struct arena *a, size_t limit, struct str **prompts, size_t *n,
	struct err *err)
{
	SCOPED(arena) work = ARENA_INIT;
	SCOPED(list) found = LIST_INIT(struct str);
	SCOPED(query) q = query(db,
		"SELECT m.text FROM message AS m INDEXED BY message_prompt JOIN session AS s ON s.id = m.session_id"
		" WHERE m.role = 'user' AND s.trashed_ms = 0 ORDER BY m.id DESC LIMIT ?");
	struct seen seen;

	limit = limit < STORE_PROMPTS_MAX ? limit : STORE_PROMPTS_MAX;
	seen = seen_new(&work, limit);
	bind_int(&q, STORE_PROMPTS_SEEN);
	while (found.n < limit && query_next(&q)) {
		struct str text = row_view(&q);

		if (text.len && text.len <= STORE_PROMPT_BYTES && is_new(&seen, text))
			*(struct str *)list_add(&found) = arena_str(a, text);
	}
	if (query_end(&q, err) != OK)
		return err->code;
	*prompts = list_move(&found, a, n);
	turn_around(*prompts, *n);
	return OK;
}

/* --- presence */

enum seat { SEAT_FREE, SEAT_MINE, SEAT_TAKEN };

/* "process 1234 since 14:02", with the date when that is not today. */
static struct str say_who(struct store *db, struct arena *a, struct str process, int64_t since_ms)
{
	SCOPED(buf) since = BUF_INIT;
	SCOPED(buf) today = BUF_INIT;
	struct str rest = process, when;
	size_t day;

	str_cut(&rest, ':');
	clock_add_local(&since, since_ms);
	clock_add_local(&today, clock_now_ms(db->clock));
	when = buf_view(&since);
	day = str_find_ch(when, ' ', 0);
	if (day != STR_NONE && str_starts(buf_view(&today), str_sub(when, 0, day + 1)))
		when = str_sub(when, day + 1, when.len);
	rest = str_cut(&rest, ':');
	return arena_fmt(a, "process %.*s since %.*s", STR_ARG(rest), STR_ARG(when));
}

/* A process that was killed, or ran before this boot or on another machine, is not alive, so its seat is free. */
static enum err_code find_seat(struct store *db, struct arena *a, int64_t session_id, struct str self, enum seat *seat,
	struct str *by, struct err *err)
{
	SCOPED(query) q = query(db, "SELECT process, since_ms FROM presence WHERE session_id = ?");

	bind_int(&q, session_id);
	*seat = SEAT_FREE;
	*by = STR_EMPTY;
	if (query_next(&q)) {
		struct str process = row_str(&q, a);

		if (str_eq(process, self))
			*seat = SEAT_MINE;
		else if (process_is_alive(process))
			*seat = SEAT_TAKEN;
		if (*seat == SEAT_TAKEN)
			*by = say_who(db, a, process, row_int(&q));
	}
	return query_end(&q, err);
}

static enum err_code sit_down(struct store *db, int64_t session_id, struct str self, struct err *err)
{
	SCOPED(query) q = query(db,
		"INSERT OR REPLACE INTO presence (session_id, process, since_ms) SELECT id, ?2, ?3 FROM session WHERE id = ?1");

	bind_int(&q, session_id);
	bind_str(&q, self);
	bind_int(&q, clock_now_ms(db->clock));
	return run_about(&q, "session", session_id, err);
}

/* Looked at again with the write lock held: of two that found it free one sits down. */
static enum err_code take_seat(struct store *db, struct arena *a, int64_t session_id, struct str self, bool force,
	enum seat *seat, struct str *by, struct err *err)
{
	/* Nobody sits at a desk after a power cut, so the disk is not waited for. */
	if (store_begin_relaxed(db, err) != OK)
		return err->code;
	if (find_seat(db, a, session_id, self, seat, by, err) != OK)
		return store_rollback(db, err);
	if (*seat == SEAT_FREE || (*seat == SEAT_TAKEN && force)) {
		if (sit_down(db, session_id, self, err) != OK)
			return store_rollback(db, err);
		*seat = SEAT_MINE;
	}
	return store_commit(db, err);
}

enum err_code store_desk_take(struct store *db, struct arena *a, int64_t session_id, bool force, bool *taken,
	struct str *by, struct err *err)
{
	SCOPED(buf) self = BUF_INIT;
	enum seat seat;
	struct str who;

	process_add_self(&self);
	if (find_seat(db, a, session_id, buf_view(&self), &seat, &who, err) != OK)
		return err->code;
	if ((seat == SEAT_FREE || (seat == SEAT_TAKEN && force)) &&
		take_seat(db, a, session_id, buf_view(&self), force, &seat, &who, err) != OK)
		return err->code;
	*taken = seat == SEAT_MINE;
	*by = *taken ? STR_EMPTY : who;
	return OK;
}

enum err_code store_desk_leave(struct store *db, int64_t session_id, struct err *err)
{
	SCOPED(buf) self = BUF_INIT;
	SCOPED(query) q = query(db, "DELETE FROM presence WHERE session_id = ? AND process = ?");

	process_add_self(&self);
	if (store_begin_relaxed(db, err) != OK)
		return err->code;
	bind_int(&q, session_id);
	bind_str(&q, buf_view(&self));
	if (query_run(&q, err) != OK)
		return store_rollback(db, err);
	return store_commit(db, err);
}

/* --- money and room */

/* Added as doubles: prices that a file claims may not overflow the sum, and up to 9 million dollars nothing is rounded. */
#define SELECT_COST "SELECT total(max(cost_usd_micros, 0)), coalesce(max(cost_usd_micros < 0), 0) FROM request "

/* The requests of one session are few, whenever they were: the plus keeps SQLite from walking a day of all sessions. */
static struct query query_cost(struct store *db, int64_t since_ms, int64_t session_id)
{
	struct query q = session_id ? query(db, SELECT_COST "WHERE +started_ms >= ?1 AND session_id = ?2")
				    : query(db, SELECT_COST "WHERE started_ms >= ?1");

	bind_int(&q, since_ms);
	if (session_id)
		bind_int(&q, session_id);
	return q;
}

enum err_code store_cost_since(struct store *db, int64_t since_ms, int64_t session_id, int64_t *usd_micros,
	bool *unknown, struct err *err)
{
	SCOPED(query) q = query_cost(db, since_ms, session_id);
	double sum = 0;
	bool some = false;

	if (query_next(&q)) {
		sum = row_double(&q);
		some = row_bool(&q);
	}
	if (query_end(&q, err) != OK)
		return err->code;
	*usd_micros = sum < 9e18 ? (int64_t)sum : INT64_MAX;
	*unknown = some;
	return OK;
}

/* What went in and what came out of it: both are before the next question. No context holds TOKENS_MAX; a file may say so. */
#define TOKENS_MAX ((int64_t)1 << 40)

static int64_t tokens_of(const struct token_usage *u)
{
	int64_t in = token_usage_in(u), out = token_usage_out(u);

	return in < 0 || in > TOKENS_MAX || out > TOKENS_MAX ? -1 : in + (out > 0 ? out : 0);
}

enum err_code store_context_tokens(struct store *db, int64_t session_id, int64_t *tokens, struct err *err)
{
	SCOPED(query) q = query(db,
		"SELECT in_uncached, in_cache_read, in_cache_write_5m, in_cache_write_1h, out_visible, out_reasoning"
		" FROM request WHERE session_id = ? AND error = '' AND total_ms >= 0 ORDER BY id DESC LIMIT 1");
	struct token_usage u = TOKEN_USAGE_UNKNOWN;

	bind_int(&q, session_id);
	if (query_next(&q)) {
		u.in_uncached = row_int(&q);
		u.in_cache_read = row_int(&q);
		u.in_cache_write_5m = row_int(&q);
		u.in_cache_write_1h = row_int(&q);
		u.out_visible = row_int(&q);
		u.out_reasoning = row_int(&q);
	}
	if (query_end(&q, err) != OK)
		return err->code;
	*tokens = tokens_of(&u);
	return OK;
}

/* --- ratings */

static enum err_code write_rating(struct store *db, int64_t message_id, int rating, struct str note, struct err *err)
{
	SCOPED(query) q = query(db,
		"INSERT OR REPLACE INTO rating (message_id, rating, note) SELECT id, ?2, ?3 FROM message WHERE id = ?1");

	bind_int(&q, message_id);
	bind_int(&q, rating);
	bind_str(&q, note);
	return run_about(&q, "message", message_id, err);
}

enum err_code store_rate(struct store *db, int64_t message_id, int rating, struct str note, struct err *err)
{
	if (!rating)
		return store_run_id(db, err, "DELETE FROM rating WHERE message_id = ?", message_id);
	return write_rating(db, message_id, rating, note, err);
}

enum err_code store_rating(struct store *db, struct arena *a, int64_t message_id, int *rating, struct str *note,
	struct err *err)
{
	SCOPED(query) q = query(db, "SELECT rating, note FROM rating WHERE message_id = ?");
	int value = 0;
	struct str words = STR_EMPTY;

	bind_int(&q, message_id);
	if (query_next(&q)) {
		value = (int)row_int(&q);
		words = row_str(&q, a);
	}
	if (query_end(&q, err) != OK)
		return err->code;
	*rating = value;
	*note = words;
	return OK;
}

static enum err_code write_report(struct store *db, int64_t citation_id, struct str why, struct err *err)
{
	SCOPED(query) q = query(db,
		"INSERT OR REPLACE INTO citation_report (citation_id, why) SELECT id, ?2 FROM citation WHERE id = ?1");

	bind_int(&q, citation_id);
	bind_str(&q, why);
	return run_about(&q, "citation", citation_id, err);
}

enum err_code store_citation_report(struct store *db, int64_t citation_id, struct str why, struct err *err)
{
	if (!why.len)
		return store_run_id(db, err, "DELETE FROM citation_report WHERE citation_id = ?", citation_id);
	return write_report(db, citation_id, why, err);
}
