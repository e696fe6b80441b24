#include "ibid/store/sessions.h"
#include "store_internal.h"

static enum err_code insert_request(struct store *db, const struct request *r, int64_t *id, struct err *err)
{
	SCOPED(query) q = query(db,
		"INSERT INTO request (session_id, message_id, attempt, provider, model, protocol, finish, request_id, error,"
		" http_status, started_ms, first_token_ms, total_ms, in_uncached, in_cache_read, in_cache_write_5m,"
		" in_cache_write_1h, out_visible, out_reasoning, is_estimated, cost_usd_micros, sent, received)"
		" VALUES (?, ?, ?, '', '', '', '', '', '', 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, 0, -1, x'', x'')");

	bind_int(&q, r->session_id);
	bind_id(&q, r->message_id);
	bind_int(&q, r->attempt);
	if (query_run(&q, err) != OK)
		return err->code;
	*id = sqlite3_last_insert_rowid(db->sqlite);
	return OK;
}

static void bind_usage(struct query *q, const struct token_usage *u)
{
	bind_int(q, u->in_uncached);
	bind_int(q, u->in_cache_read);
	bind_int(q, u->in_cache_write_5m);
	bind_int(q, u->in_cache_write_1h);
	bind_int(q, u->out_visible);
	bind_int(q, u->out_reasoning);
	bind_int(q, u->is_estimated);
}

static enum err_code write_request(struct store *db, int64_t id, const struct request *r, struct err *err)
{
	SCOPED(query) q = query(db,
		"UPDATE request SET provider = ?, model = ?, protocol = ?, finish = ?, request_id = ?, error = ?,"
		" http_status = ?, started_ms = ?, first_token_ms = ?, total_ms = ?,"
		" in_uncached = ?, in_cache_read = ?, in_cache_write_5m = ?, in_cache_write_1h = ?, out_visible = ?,"
		" out_reasoning = ?, is_estimated = ?, cost_usd_micros = ?, sent = ?, received = ? WHERE id = ?");

	bind_str(&q, r->provider);
	bind_str(&q, r->model);
	bind_str(&q, r->protocol);
	bind_str(&q, r->finish);
	bind_str(&q, r->request_id);
	bind_str(&q, r->error);
	bind_int(&q, r->http_status);
	bind_int(&q, r->started_ms);
	bind_int(&q, r->first_token_ms);
	bind_int(&q, r->total_ms);
	bind_usage(&q, &r->usage);
	bind_int(&q, r->cost_usd_micros);
	bind_blob(&q, r->sent);
	bind_blob(&q, r->received);
	bind_int(&q, id);
	if (query_run(&q, err) != OK)
		return err->code;
	return sqlite3_changes64(db->sqlite)
		? OK
		: err_set(err, ERR_MISSING, "there is no request number %lld", (long long)id);
}

/* The session keeps the sum of known prices: what this request added before goes, what it costs now comes. */
static enum err_code add_cost(struct store *db, int64_t id, int sign, struct err *err)
{
	SCOPED(query) q = query(db,
		"UPDATE session SET cost_usd_micros = session.cost_usd_micros + ?2 * r.cost_usd_micros"
		" FROM (SELECT session_id, cost_usd_micros FROM request WHERE id = ?1 AND cost_usd_micros > 0) AS r"
		" WHERE session.id = r.session_id");

	bind_int(&q, id);
	bind_int(&q, sign);
	return query_run(&q, err);
}

static enum err_code write_with_cost(struct store *db, int64_t id, const struct request *r, struct err *err)
{
	if (add_cost(db, id, -1, err) != OK || write_request(db, id, r, err) != OK)
		return err->code;
	return add_cost(db, id, 1, err);
}

enum err_code store_request_add(struct store *db, struct request *r, struct err *err)
{
	int64_t id = 0;

	if (store_begin(db, err) != OK)
		return err->code;
	if (insert_request(db, r, &id, err) != OK || write_with_cost(db, id, r, err) != OK)
		return store_rollback(db, err);
	if (store_commit(db, err) != OK)
		return err->code;
	r->id = id;
	return OK;
}

enum err_code store_request_finish(struct store *db, const struct request *r, struct err *err)
{
	if (store_begin(db, err) != OK)
		return err->code;
	if (write_with_cost(db, r->id, r, err) != OK)
		return store_rollback(db, err);
	return store_commit(db, err);
}

static void read_usage(struct query *q, struct token_usage *u)
{
	u->in_uncached = row_int(q);
	u->in_cache_read = row_int(q);
	u->in_cache_write_5m = row_int(q);
	u->in_cache_write_1h = row_int(q);
	u->out_visible = row_int(q);
	u->out_reasoning = row_int(q);
	u->is_estimated = row_bool(q);
}

static void read_request(struct query *q, struct arena *a, struct request *r)
{
	*r = (struct request){ .sent = STR_EMPTY, .received = STR_EMPTY };
	r->id = row_int(q);
	r->session_id = row_int(q);
	r->message_id = row_int(q);
	r->attempt = (int)row_int(q);
	r->provider = row_str(q, a);
	r->model = row_str(q, a);
	r->protocol = row_str(q, a);
	r->finish = row_str(q, a);
	r->request_id = row_str(q, a);
	r->error = row_str(q, a);
	r->http_status = (int)row_int(q);
	r->started_ms = row_int(q);
	r->first_token_ms = row_int(q);
	r->total_ms = row_int(q);
	read_usage(q, &r->usage);
	r->cost_usd_micros = row_int(q);
}

enum err_code store_requests_of(struct store *db, struct arena *a, int64_t message_id, struct request **requests,
	size_t *n, struct err *err)
{
	SCOPED(list) found = LIST_INIT(struct request);
	SCOPED(query) q = query(db,
		"SELECT id, session_id, message_id, attempt, provider, model, protocol, finish, request_id, error,"
		" http_status, started_ms, first_token_ms, total_ms, in_uncached, in_cache_read, in_cache_write_5m,"
		" in_cache_write_1h, out_visible, out_reasoning, is_estimated, cost_usd_micros"
		" FROM request WHERE message_id = ? ORDER BY attempt, id");

	bind_int(&q, message_id);
	while (query_next(&q))
		read_request(&q, a, list_add(&found));
	if (query_end(&q, err) != OK)
		return err->code;
	*requests = list_move(&found, a, n);
	return OK;
}
