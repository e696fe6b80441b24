#include "store_internal.h"

#include "ibid/base/utf8.h"
#include "ibid/store/sessions.h"
#include "process_internal.h"

/* A session is named by its first prompt: the first line of it, at most this many bytes. */
#define NAME_MAX_BYTES 72

#define SELECT_MESSAGE                                                                                                 \
	"SELECT m.id, m.session_id, m.parent_id, m.n, m.role, m.state, m.created_ms, m.model, m.error, m.reasoning,"   \
	" m.text, coalesce(m.writer, '') FROM message AS m "

#define WHY_CUT "ibid ended before the answer was complete"

/* A reader may not write, so it sees as cut what the next writer will cut. */
static void read_message(struct query *q, struct arena *a, struct message *m)
{
	m->id = row_int(q);
	m->session_id = row_int(q);
	m->parent_id = row_int(q);
	m->n = (int)row_int(q);
	message_role_of(row_view(q), &m->role);
	message_state_of(row_view(q), &m->state);
	m->created_ms = row_int(q);
	m->model = row_str(q, a);
	m->error = row_str(q, a);
	m->reasoning = row_str(q, a);
	m->text = row_str(q, a);
	if (m->state == STATE_STREAMING && !process_is_alive(row_view(q))) {
		m->state = STATE_CUT;
		m->error = STR(WHY_CUT);
	}
}

/* --- the index: an external content table over the view message_searchable, which knows what belongs in */

enum err_code store_message_index(struct store *db, int64_t id, bool on, struct err *err)
{
	return store_run_id(db, err,
		on ? "INSERT INTO message_fts (rowid, text) SELECT id, text FROM message_searchable WHERE id = ?"
		   : "INSERT INTO message_fts (message_fts, rowid, text)"
		     " SELECT 'delete', id, text FROM message_searchable WHERE id = ?",
		id);
}

/* --- adding */

static enum err_code insert_message(struct store *db, struct message *m, struct err *err)
{
	SCOPED(buf) writer = BUF_INIT;
	SCOPED(query) q = query(db,
		"INSERT INTO message (session_id, n, parent_id, role, state, writer, created_ms, model, error, reasoning, text)"
		" VALUES (?1, (SELECT coalesce(max(n), 0) + 1 FROM message WHERE session_id = ?1),"
		" ?2, ?3, ?4, nullif(?5, ''), ?6, ?7, ?8, ?9, ?10) RETURNING id, n");

	if (m->state == STATE_STREAMING)
		process_add_self(&writer);
	bind_int(&q, m->session_id);
	bind_id(&q, m->parent_id);
	bind_c(&q, message_role_name(m->role));
	bind_c(&q, message_state_name(m->state));
	bind_str(&q, buf_view(&writer));
	bind_int(&q, m->created_ms);
	bind_str(&q, m->model);
	bind_str(&q, m->error);
	bind_str(&q, m->reasoning);
	bind_str(&q, m->text);
	if (query_next(&q)) {
		m->id = row_int(&q);
		m->n = (int)row_int(&q);
	}
	while (query_next(&q))
		continue;
	return query_end(&q, err);
}

struct str store_first_line(struct str text, size_t max)
{
	struct str rest = str_trim(text);
	struct str line = str_trim(str_cut(&rest, '\n'));

	return line.len <= max ? line : str_sub(line, 0, utf8_floor(line, max));
}

/* The message is the head now, and the session the newest. */
static enum err_code touch_session(struct store *db, const struct message *m, struct err *err)
{
	SCOPED(query) q = query(db,
		"UPDATE session SET head_id = ?2, updated_ms = ?3, used = (SELECT max(used) + 1 FROM session),"
		" model = CASE WHEN ?4 = '' THEN model ELSE ?4 END,"
		" name = CASE WHEN name = '' THEN ?5 ELSE name END WHERE id = ?1");

	bind_int(&q, m->session_id);
	bind_int(&q, m->id);
	bind_int(&q, m->created_ms);
	bind_str(&q, m->role == ROLE_ASSISTANT ? m->model : STR_EMPTY);
	bind_str(&q, m->role == ROLE_USER ? store_first_line(m->text, NAME_MAX_BYTES) : STR_EMPTY);
	return query_run(&q, err);
}

/* The foreign keys say no more than "constraint failed". */
static enum err_code check_place(struct store *db, const struct message *m, struct err *err)
{
	SCOPED(query) q = query(db,
		"SELECT 1 FROM session WHERE id = ?1"
		" AND (?2 IS NULL OR EXISTS (SELECT 1 FROM message WHERE id = ?2 AND session_id = ?1))");
	bool found;

	bind_int(&q, m->session_id);
	bind_id(&q, m->parent_id);
	found = query_next(&q);
	if (query_end(&q, err) != OK)
		return err->code;
	return found ? OK
		     : err_set(err, ERR_MISSING, "there is no session number %lld with a message number %lld",
			       (long long)m->session_id, (long long)m->parent_id);
}

static enum err_code add_message(struct store *db, struct message *m, struct err *err)
{
	if (check_place(db, m, err) != OK || insert_message(db, m, err) != OK || touch_session(db, m, err) != OK)
		return err->code;
	return store_message_index(db, m->id, true, err);
}

enum err_code store_message_add(struct store *db, struct message *m, struct err *err)
{
	struct message made = *m;

	if (store_begin(db, err) != OK)
		return err->code;
	if (add_message(db, &made, err) != OK)
		return store_rollback(db, err);
	if (store_commit(db, err) != OK)
		return err->code;
	*m = made;
	return OK;
}

/* --- writing the one that streams */

static enum err_code gone(int64_t id, struct err *err)
{
	return err_set(err, ERR_MISSING, "there is no message number %lld; it was removed meanwhile", (long long)id);
}

enum err_code store_message_update(struct store *db, int64_t id, struct str text, struct str reasoning,
	struct err *err)
{
	SCOPED(query) q = query(db, "UPDATE message SET text = ?2, reasoning = ?3 WHERE id = ?1 AND state = 'streaming'");

	bind_int(&q, id);
	bind_str(&q, text);
	bind_str(&q, reasoning);
	if (query_run(&q, err) != OK)
		return err->code;
	return sqlite3_changes64(db->sqlite) ? OK : gone(id, err);
}

static enum err_code write_end(struct store *db, const struct message *m, struct err *err)
{
	SCOPED(query) q = query(db,
		"UPDATE message SET state = ?2, writer = NULL, model = ?3, error = ?4, reasoning = ?5, text = ?6 WHERE id = ?1");

	bind_int(&q, m->id);
	bind_c(&q, message_state_name(m->state));
	bind_str(&q, m->model);
	bind_str(&q, m->error);
	bind_str(&q, m->reasoning);
	bind_str(&q, m->text);
	if (query_run(&q, err) != OK)
		return err->code;
	return sqlite3_changes64(db->sqlite) ? OK : gone(m->id, err);
}

static enum err_code touch_end(struct store *db, const struct message *m, struct err *err)
{
	SCOPED(query) q = query(db,
		"UPDATE session SET updated_ms = ?2, model = CASE WHEN ?3 = '' THEN model ELSE ?3 END"
		" WHERE id = (SELECT session_id FROM message WHERE id = ?1)");

	bind_int(&q, m->id);
	bind_int(&q, clock_now_ms(db->clock));
	bind_str(&q, m->role == ROLE_ASSISTANT ? m->model : STR_EMPTY);
	return query_run(&q, err);
}

/* A message that was over may be written again (an edit): its old words leave the index first. */
enum err_code store_message_finish(struct store *db, const struct message *m, struct err *err)
{
	if (store_begin(db, err) != OK)
		return err->code;
	if (store_message_index(db, m->id, false, err) != OK || write_end(db, m, err) != OK ||
		touch_end(db, m, err) != OK || store_message_index(db, m->id, true, err) != OK)
		return store_rollback(db, err);
	return store_commit(db, err);
}

static enum err_code write_anew(struct store *db, int64_t id, struct err *err)
{
	SCOPED(buf) writer = BUF_INIT;
	SCOPED(query) q = query(db, "UPDATE message SET state = 'streaming', writer = ?2, error = '', reasoning = '', text = ''"
				    " WHERE id = ?1");

	process_add_self(&writer);
	bind_int(&q, id);
	bind_str(&q, buf_view(&writer));
	if (query_run(&q, err) != OK)
		return err->code;
	return sqlite3_changes64(db->sqlite) ? OK : gone(id, err);
}

enum err_code store_message_reopen(struct store *db, int64_t id, struct err *err)
{
	if (store_begin(db, err) != OK)
		return err->code;
	if (store_message_index(db, id, false, err) != OK || write_anew(db, id, err) != OK)
		return store_rollback(db, err);
	return store_commit(db, err);
}

/* --- recovery */

static enum err_code cut_message(struct store *db, int64_t id, struct err *err)
{
	if (store_run_id(db, err,
		    "UPDATE message SET state = 'cut', writer = NULL, error = '" WHY_CUT "'"
		    " WHERE id = ? AND state = 'streaming'",
		    id) != OK)
		return err->code;
	return sqlite3_changes64(db->sqlite) ? store_message_index(db, id, true, err) : OK;
}

/* Ids of streaming messages whose process is gone; at most one a writer, so there are few. */
static enum err_code find_orphans(struct store *db, struct list *ids, struct err *err)
{
	SCOPED(query) q = query_once(db, "SELECT id, writer FROM message WHERE state = 'streaming'");

	while (query_next(&q)) {
		int64_t id = row_int(&q);

		if (!process_is_alive(row_view(&q)))
			*(int64_t *)list_add(ids) = id;
	}
	return query_end(&q, err);
}

enum err_code store_recover(struct store *db, struct err *err)
{
	SCOPED(list) ids = LIST_INIT(int64_t);

	if (find_orphans(db, &ids, err) != OK)
		return err->code;
	if (ids.n == 0)
		return OK;
	if (store_begin(db, err) != OK)
		return err->code;
	for (size_t i = 0; i < ids.n; i++)
		if (cut_message(db, ((int64_t *)(void *)ids.v)[i], err) != OK)
			return store_rollback(db, err);
	return store_commit(db, err);
}

/* --- reading */

static enum err_code read_list(struct query *q, struct arena *a, struct message **messages, size_t *n, struct err *err)
{
	SCOPED(list) found = LIST_INIT(struct message);

	while (query_next(q))
		read_message(q, a, list_add(&found));
	if (query_end(q, err) != OK)
		return err->code;
	*messages = list_move(&found, a, n);
	return OK;
}

enum err_code store_message(struct store *db, struct arena *a, int64_t id, struct message *m, struct err *err)
{
	SCOPED(query) q = query(db, SELECT_MESSAGE "WHERE m.id = ?");
	bool found;

	bind_int(&q, id);
	found = query_next(&q);
	if (found)
		read_message(&q, a, m);
	if (query_end(&q, err) != OK)
		return err->code;
	return found ? OK : err_set(err, ERR_MISSING, "there is no message number %lld", (long long)id);
}

static enum err_code no_such_number(struct store *db, int64_t session_id, int n, struct err *err)
{
	SCOPED(query) q = query(db, "SELECT max(n) FROM message WHERE session_id = ?");
	int64_t count;

	bind_int(&q, session_id);
	count = query_next(&q) ? row_int(&q) : 0;
	if (query_end(&q, err) != OK)
		return err->code;
	return err_set(err, ERR_MISSING, "there is no message %d; the session has %lld", n, (long long)count);
}

enum err_code store_message_by_n(struct store *db, struct arena *a, int64_t session_id, int n, struct message *m,
	struct err *err)
{
	SCOPED(query) q = query(db, SELECT_MESSAGE "WHERE m.session_id = ? AND m.n = ?");
	bool found;

	bind_int(&q, session_id);
	bind_int(&q, n);
	found = query_next(&q);
	if (found)
		read_message(&q, a, m);
	if (query_end(&q, err) != OK)
		return err->code;
	return found ? OK : no_such_number(db, session_id, n, err);
}

static enum err_code head_of(struct store *db, int64_t session_id, int64_t *id, struct err *err)
{
	SCOPED(query) q = query(db, "SELECT head_id FROM session WHERE id = ?");

	bind_int(&q, session_id);
	*id = query_next(&q) ? row_int(&q) : 0;
	return query_end(&q, err);
}

static void turn_around(struct message *v, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct message m = v[i];

		v[i] = v[n - 1 - i];
		v[n - 1 - i] = m;
	}
}

/*
 * A parent always has a lower number than its child, so one walk through the
 * session from the leaf down meets the whole branch; what is not on it is
 * passed over unread. A recursive query takes three times as long.
 */
enum err_code store_message_branch(struct store *db, struct arena *a, int64_t session_id, int64_t leaf_id,
	struct message **messages, size_t *n, struct err *err)
{
	SCOPED(list) found = LIST_INIT(struct message);
	SCOPED(query) q = query(db, SELECT_MESSAGE
		"WHERE m.session_id = ?1 AND m.n <= (SELECT n FROM message WHERE id = ?2) ORDER BY m.n DESC");
	int64_t next = leaf_id;

	if (!leaf_id && head_of(db, session_id, &next, err) != OK)
		return err->code;
	bind_int(&q, session_id);
	bind_int(&q, next);
	while (next && query_next(&q))
		if (row_peek(&q) == next) {
			struct message *m = list_add(&found);

			read_message(&q, a, m);
			next = m->parent_id;
		}
	if (query_end(&q, err) != OK)
		return err->code;
	*messages = list_move(&found, a, n);
	turn_around(*messages, *n);
	return OK;
}

enum err_code store_message_all(struct store *db, struct arena *a, int64_t session_id, struct message **messages,
	size_t *n, struct err *err)
{
	SCOPED(query) q = query(db, SELECT_MESSAGE "WHERE m.session_id = ? ORDER BY m.n");

	bind_int(&q, session_id);
	return read_list(&q, a, messages, n, err);
}

/* --- taking back */

/* Walks up from the head to the last prompt. *to is 0 when there is none. */
static enum err_code find_prompt(struct store *db, int64_t session_id, int64_t *to, int *passed, bool *found,
	struct err *err)
{
	SCOPED(query) q = query(db,
		"WITH RECURSIVE up (id, parent_id, role, depth) AS ("
		" SELECT m.id, m.parent_id, m.role, 1 FROM session AS s JOIN message AS m ON m.id = s.head_id WHERE s.id = ?"
		" UNION ALL SELECT m.id, m.parent_id, m.role, depth + 1 FROM up JOIN message AS m ON m.id = up.parent_id"
		" WHERE up.role <> 'user')"
		" SELECT parent_id, depth FROM up WHERE role = 'user'");

	bind_int(&q, session_id);
	*found = query_next(&q);
	*to = *found ? row_int(&q) : 0;
	*passed = *found ? (int)row_int(&q) : 0;
	return query_end(&q, err);
}

enum err_code store_session_undo(struct store *db, int64_t session_id, int *n_messages, struct err *err)
{
	int64_t to;
	int passed;
	bool found;

	if (store_begin(db, err) != OK)
		return err->code;
	if (find_prompt(db, session_id, &to, &passed, &found, err) != OK ||
		(found && store_session_set_head(db, session_id, to, err) != OK))
		return store_rollback(db, err);
	if (store_commit(db, err) != OK)
		return err->code;
	*n_messages = passed;
	return OK;
}
