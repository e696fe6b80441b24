#include "ibid/store/sessions.h"

#include <ctype.h>

#include "store_internal.h"

#define SID_LEN 8
#define SID_PREFIX_MIN 4
#define NAMED_MAX 5	/* candidates in the sentence of an ambiguous word */

/* What every query for sessions selects, in the order read_session reads it. n counts up from 1 without gaps. */
#define SELECT_SESSION                                                                                                 \
	"SELECT s.id, s.sid, s.name, s.model, s.created_ms, s.updated_ms, s.keep_ms, s.trashed_ms, s.head_id,"         \
	" s.parent, s.branch_point,"                                                                                   \
	" coalesce((SELECT max(n) FROM message WHERE session_id = s.id), 0), s.cost_usd_micros,"                       \
	" EXISTS (SELECT 1 FROM request WHERE session_id = s.id AND cost_usd_micros < 0),"                             \
	" (SELECT group_concat(tag, ',') FROM"                                                                         \
	"  (SELECT tag FROM session_tag WHERE session_id = s.id ORDER BY tag))"                                        \
	" FROM session AS s "

static void read_session(struct query *q, struct arena *a, struct session *s)
{
	s->id = row_int(q);
	s->sid = row_str(q, a);
	s->name = row_str(q, a);
	s->model = row_str(q, a);
	s->created_ms = row_int(q);
	s->updated_ms = row_int(q);
	s->keep_ms = row_int(q);
	s->trashed_ms = row_int(q);
	s->head_id = row_int(q);
	s->parent = row_str(q, a);
	s->branch_point = (int)row_int(q);
	s->n_messages = (int)row_int(q);
	s->cost_usd_micros = row_int(q);
	s->has_unknown_cost = row_bool(q);
	s->tags = row_str(q, a);
}

static enum err_code insert_session(struct store *db, const struct session *s, int64_t *id, struct err *err)
{
	SCOPED(query) q = query(db,
		"INSERT INTO session (sid, name, created_ms, updated_ms, used)"
		" VALUES (?1, ?2, ?3, ?3, (SELECT coalesce(max(used), 0) + 1 FROM session))");

	bind_str(&q, s->sid);
	bind_str(&q, s->name);
	bind_int(&q, s->created_ms);
	if (query_run(&q, err) != OK)
		return err->code;
	*id = sqlite3_last_insert_rowid(db->sqlite);
	return OK;
}

enum err_code store_session_new(struct store *db, struct arena *a, struct str name, rand_fn *rand, void *rand_ctx,
	struct session *s, struct err *err)
{
	SCOPED(buf) sid = BUF_INIT;
	struct session made = { .name = arena_str(a, name), .keep_ms = -1, .created_ms = clock_now_ms(db->clock) };

	/* 40 random bits: two sessions of one id are refused by the index, and the next try is another id. */
	rand_add_id(&sid, rand, rand_ctx, SID_LEN);
	made.updated_ms = made.created_ms;
	made.sid = arena_str(a, buf_view(&sid));
	if (insert_session(db, &made, &made.id, err) != OK)
		return err->code;
	*s = made;
	return OK;
}

bool store_is_sid(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!islower((unsigned char)s.p[i]) && !isdigit((unsigned char)s.p[i]))
			return false;
	return s.len == SID_LEN;
}

enum err_code store_session_by_id(struct store *db, struct arena *a, int64_t id, struct session *s, struct err *err)
{
	SCOPED(query) q = query(db, SELECT_SESSION "WHERE s.id = ?");
	bool found;

	bind_int(&q, id);
	found = query_next(&q);
	if (found)
		read_session(&q, a, s);
	if (query_end(&q, err) != OK)
		return err->code;
	return found ? OK : err_set(err, ERR_MISSING, "there is no session number %lld", (long long)id);
}

/* --- finding by what a person types */

/* @ is the newest, @~2 two before it. False when the word is of another kind. */
static bool is_newest(struct str word, long long *back)
{
	*back = 0;
	if (str_is(word, "@"))
		return true;
	return str_starts(word, STR("@~")) && str_to_int(str_sub(word, 2, word.len), back) && *back >= 0;
}

static enum err_code find_newest(struct store *db, struct arena *a, long long back, struct session *s, struct err *err)
{
	SCOPED(query) q = query(db, SELECT_SESSION "WHERE s.trashed_ms = 0 ORDER BY s.used DESC LIMIT 1 OFFSET ?");
	bool found;

	bind_int(&q, back);
	found = query_next(&q);
	if (found)
		read_session(&q, a, s);
	if (query_end(&q, err) != OK)
		return err->code;
	if (found)
		return OK;
	return back ? err_set(err, ERR_MISSING, "there are not %lld sessions before the newest", back)
		    : err_set(err, ERR_MISSING, "there is no session yet");
}

static enum err_code ambiguous(struct str word, const struct list *found, struct err *err)
{
	const struct session *v = (const void *)found->v;
	SCOPED(buf) names = BUF_INIT;

	for (size_t i = 0; i < found->n && i < NAMED_MAX; i++)
		buf_fmt(&names, "%s%.*s (%.*s)", i ? ", " : "", STR_ARG(v[i].sid), STR_ARG(v[i].name));
	return err_set(err, ERR_USAGE, "'%.*s' may be %s%s", STR_ARG(word), buf_cstr(&names),
		found->n > NAMED_MAX ? " and others" : "");
}

/* All that match in one of three ways, each tried only when the one before found none. */
static enum err_code find_by(struct store *db, struct arena *a, const char *sql, struct str word, struct list *found,
	struct err *err)
{
	SCOPED(query) q = query(db, sql);

	if (found->n)
		return OK;
	bind_str(&q, word);
	while (found->n <= NAMED_MAX && query_next(&q))
		read_session(&q, a, list_add(found));
	return query_end(&q, err);
}

static struct str lower(struct arena *a, struct str s)
{
	struct str low = arena_str(a, s);
	char *p = (char *)(uintptr_t)low.p;

	for (size_t i = 0; i < low.len; i++)
		p[i] = (char)tolower((unsigned char)p[i]);
	return low;
}

enum err_code store_session_find(struct store *db, struct arena *a, struct str word, struct session *s,
	struct err *err)
{
	SCOPED(list) found = LIST_INIT(struct session);
	struct str low = lower(a, word);
	long long back;

	if (is_newest(word, &back))
		return find_newest(db, a, back, s, err);
	if (find_by(db, a, SELECT_SESSION "WHERE s.sid = ?", low, &found, err) != OK ||
		find_by(db, a, SELECT_SESSION "WHERE s.name = ? AND s.trashed_ms = 0 ORDER BY s.used DESC", word, &found,
			err) != OK)
		return err->code;
	if (word.len >= SID_PREFIX_MIN &&
		find_by(db, a,
			SELECT_SESSION "WHERE s.sid >= ?1 AND s.sid < ?1 || '~' AND s.trashed_ms = 0 ORDER BY s.used DESC",
			low, &found, err) != OK)
		return err->code;
	if (found.n > 1)
		return ambiguous(word, &found, err);
	if (found.n == 0)
		return err_set(err, ERR_MISSING, "there is no session '%.*s'", STR_ARG(word));
	*s = *(struct session *)(void *)found.v;
	return OK;
}

/* --- lists */

/* A model is named whole, or by its provider alone. */
enum err_code store_session_list(struct store *db, struct arena *a, const struct session_filter *f,
	struct session **sessions, size_t *n, struct err *err)
{
	static const struct session_filter all = { 0 };
	SCOPED(list) found = LIST_INIT(struct session);
	SCOPED(query) q = query(db, SELECT_SESSION
		"WHERE (s.trashed_ms <> 0) = ?1"
		" AND (?2 = '' OR EXISTS (SELECT 1 FROM session_tag WHERE session_id = s.id AND tag = ?2))"
		" AND (?3 = '' OR s.model = ?3 OR substr(s.model, 1, length(?3) + 1) = ?3 || '/')"
		" AND (?4 = 0 OR s.updated_ms < ?4) AND s.updated_ms >= ?5"
		" ORDER BY s.used DESC LIMIT ?6");

	f = f ? f : &all;
	bind_int(&q, f->trashed);
	bind_str(&q, f->tag);
	bind_str(&q, f->model);
	bind_int(&q, f->older_than_ms);
	bind_int(&q, f->newer_than_ms);
	bind_int(&q, f->limit ? (int64_t)f->limit : -1);
	while (query_next(&q))
		read_session(&q, a, list_add(&found));
	if (query_end(&q, err) != OK)
		return err->code;
	*sessions = list_move(&found, a, n);
	return OK;
}

/* --- changes */

/* A change of one row that has to exist. */
static enum err_code run_on_session(struct query *q, int64_t id, struct err *err)
{
	if (query_run(q, err) != OK)
		return err->code;
	if (sqlite3_changes64(q->db->sqlite) == 0)
		return err_set(err, ERR_MISSING, "there is no session number %lld", (long long)id);
	return OK;
}

static enum err_code set_number(struct store *db, const char *sql, int64_t id, int64_t v, struct err *err)
{
	SCOPED(query) q = query(db, sql);

	bind_int(&q, id);
	bind_int(&q, v);
	return run_on_session(&q, id, err);
}

enum err_code store_session_rename(struct store *db, int64_t id, struct str name, struct err *err)
{
	SCOPED(query) q = query(db, "UPDATE session SET name = ?2 WHERE id = ?1");

	bind_int(&q, id);
	bind_str(&q, name);
	return run_on_session(&q, id, err);
}

enum err_code store_session_tag(struct store *db, int64_t id, struct str tag, bool on, struct err *err)
{
	SCOPED(query) q = on ? query(db, "INSERT OR IGNORE INTO session_tag (session_id, tag) VALUES (?, ?)")
			     : query(db, "DELETE FROM session_tag WHERE session_id = ? AND tag = ?");

	bind_int(&q, id);
	bind_str(&q, tag);
	return query_run(&q, err);
}

enum err_code store_session_keep(struct store *db, int64_t id, int64_t keep_ms, struct err *err)
{
	return set_number(db, "UPDATE session SET keep_ms = ?2 WHERE id = ?1", id, keep_ms, err);
}

enum err_code store_session_set_parent(struct store *db, int64_t id, struct str parent, int n, struct err *err)
{
	SCOPED(query) q = query(db, "UPDATE session SET parent = ?2, branch_point = ?3, updated_ms = ?4 WHERE id = ?1");

	bind_int(&q, id);
	bind_str(&q, parent);
	bind_int(&q, n);
	bind_int(&q, clock_now_ms(db->clock));
	return run_on_session(&q, id, err);
}

enum err_code store_session_trash(struct store *db, int64_t id, int64_t at_ms, struct err *err)
{
	return set_number(db, "UPDATE session SET trashed_ms = ?2 WHERE id = ?1", id, at_ms, err);
}

enum err_code store_session_expire(struct store *db, int64_t now_ms, int64_t policy_ms, int64_t *n, struct err *err)
{
	SCOPED(query) q = query(db,
		"UPDATE session SET trashed_ms = ?1 WHERE trashed_ms = 0"
		" AND ((keep_ms > 0 AND updated_ms < ?1 - keep_ms)"
		"  OR (keep_ms < 0 AND ?2 > 0 AND updated_ms < ?1 - ?2))");

	bind_int(&q, now_ms);
	bind_int(&q, policy_ms);
	if (query_run(&q, err) != OK)
		return err->code;
	*n = sqlite3_changes64(db->sqlite);
	return OK;
}

enum err_code store_session_set_head(struct store *db, int64_t session_id, int64_t message_id, struct err *err)
{
	SCOPED(query) q = query(db,
		"UPDATE session SET head_id = ?2, used = (SELECT max(used) + 1 FROM session) WHERE id = ?1"
		" AND (?2 = 0 OR EXISTS (SELECT 1 FROM message WHERE id = ?2 AND session_id = ?1))");

	bind_int(&q, session_id);
	bind_int(&q, message_id);
	if (query_run(&q, err) != OK)
		return err->code;
	if (sqlite3_changes64(db->sqlite) == 0)
		return err_set(err, ERR_MISSING, "session number %lld has no message number %lld", (long long)session_id,
			(long long)message_id);
	return OK;
}

/* The rows of its messages, requests and answers go by their foreign keys; their words must leave the index first. */
enum err_code store_session_erase(struct store *db, int64_t id, struct err *err)
{
	db->must_scrub = true;
	if (store_run_id(db, err,
		    "INSERT INTO message_fts (message_fts, rowid, text) SELECT 'delete', s.id, s.text"
		    " FROM message AS m JOIN message_searchable AS s ON s.id = m.id WHERE m.session_id = ?",
		    id) != OK)
		return err->code;
	return store_run_id(db, err, "DELETE FROM session WHERE id = ?", id);
}
