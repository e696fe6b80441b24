#include <limits.h>

#include "ibid/base/clock.h"
#include "ibid/base/json.h"
#include "ibid/store/desk.h"
#include "ibid/store/documents.h"
#include "ibid/store/sessions.h"

#include "chat/transcript_internal.h"

/* What an import knows while it writes: new ids by the numbers of the file. */
struct import {
	struct store *db;
	struct arena *a;
	struct session *s;
	int64_t *ids;		/* ids[n]: the message that had number n; 0: none yet */
	size_t n_ids;
};

static int64_t time_of(const struct json_node *n)
{
	int64_t wall_ms = 0;

	return clock_parse_rfc3339(json_str(n), &wall_ms) ? wall_ms : 0;
}

/* A copy that outlives the document. */
static struct str copy(struct import *in, const struct json_node *object, const char *key)
{
	return arena_str(in->a, json_str(json_get(object, key)));
}

static int64_t whole(const struct json_node *object, const char *key, int64_t otherwise)
{
	return json_int(json_get(object, key), otherwise);
}

static struct token_usage usage_of(const struct json_node *u)
{
	return (struct token_usage){ whole(u, "in_uncached", -1), whole(u, "in_cache_read", -1),
		whole(u, "in_cache_write_5m", -1), whole(u, "in_cache_write_1h", -1), whole(u, "out_visible", -1),
		whole(u, "out_reasoning", -1), json_bool(json_get(u, "estimated"), false) };
}

static enum err_code import_request(struct import *in, int64_t message_id, const struct json_node *n, struct err *err)
{
	struct request r = { .session_id = in->s->id, .message_id = message_id, .attempt = (int)whole(n, "attempt", 1),
		.provider = copy(in, n, "provider"), .model = copy(in, n, "model"), .protocol = copy(in, n, "protocol"),
		.finish = copy(in, n, "finish"), .request_id = copy(in, n, "request_id"), .error = copy(in, n, "error"),
		.http_status = (int)whole(n, "http_status", 0), .started_ms = time_of(json_get(n, "started")),
		.first_token_ms = whole(n, "first_token_ms", -1), .total_ms = whole(n, "total_ms", -1),
		.usage = usage_of(json_get(n, "usage")), .cost_usd_micros = whole(n, "cost_usd_micros", -1) };

	if (store_request_add(in->db, &r, err) != OK)
		return err->code;
	return store_request_finish(in->db, &r, err);
}

static struct span span_of(const struct json_node *n)
{
	int64_t from = whole(n, "start", 0), to = whole(n, "end", 0);

	return (struct span){ from < 0 ? 0 : (size_t)from, to < from ? (size_t)(from < 0 ? 0 : from) : (size_t)to };
}

static struct anchor anchor_of(struct import *in, const struct json_node *n)
{
	return (struct anchor){ .doc_id = whole(n, "doc", 0), .text_id = whole(n, "text", 0), .at = span_of(n),
		.exact = copy(in, n, "exact"), .prefix = copy(in, n, "prefix"), .suffix = copy(in, n, "suffix"),
		.page_from = (int)whole(n, "page_from", 0), .page_to = (int)whole(n, "page_to", 0),
		.page_label = copy(in, n, "page_label"), .head_path = copy(in, n, "head_path"),
		.sentence_from = (int)whole(n, "sentence_from", 0), .sentence_to = (int)whole(n, "sentence_to", 0) };
}

/* An id of another library says nothing here: the anchor holds only if this library's text has the words at that place. */
static enum err_code settle_anchor(struct import *in, struct anchor *anchor, struct err *err)
{
	struct text text;

	if (!anchor->text_id)
		return OK;
	if (store_text(in->db, in->a, anchor->text_id, &text, err) == OK && text.doc_id == anchor->doc_id &&
		str_eq(text_at(&text, anchor->at), anchor->exact))
		return OK;
	if (err->code != OK && err->code != ERR_MISSING)
		return err->code;
	err_reset(err);
	anchor->doc_id = anchor->text_id = 0;
	return OK;
}

static enum err_code citation_of(struct import *in, const struct json_node *n, size_t n_claims, struct citation *c,
	struct err *err)
{
	*c = (struct citation){ .n = (int)whole(n, "n", 0), .claim = (int)whole(n, "claim", 0),
		.score = json_double(json_get(n, "score"), 0), .flags = (uint32_t)whole(n, "flags", 0),
		.origin = copy(in, n, "origin"), .quote = copy(in, n, "quote"), .checker = copy(in, n, "checker"),
		.report = copy(in, n, "report"), .checked_ms = time_of(json_get(n, "checked")), .anchor = anchor_of(in, json_get(n, "anchor")) };
	if (!cite_level_of(json_str(json_get(n, "level")), &c->level))
		return err_set(err, ERR_DATA, "a citation has no level that ibid knows");
	if (c->claim < 0 || (size_t)c->claim >= n_claims)
		return err_set(err, ERR_DATA, "a citation names claim %d of %zu", c->claim, n_claims);
	return settle_anchor(in, &c->anchor, err);
}

static enum err_code import_answer(struct import *in, int64_t message_id, const struct json_node *n, struct err *err)
{
	const struct json_node *claims = json_get(n, "claims"), *citations = json_get(n, "citations");
	struct answer answer = { .message_id = message_id, .question = copy(in, n, "question"),
		.prompt_version = copy(in, n, "prompt_version"), .policy = copy(in, n, "policy"),
		.evidence = copy(in, n, "evidence"), .is_abstained = json_bool(json_get(n, "abstained"), false) };

	answer.claims = arena_array(in->a, json_count(claims), sizeof(*answer.claims));
	for (const struct json_node *c = json_first(claims); c; c = json_next(c)) {
		int64_t kind = whole(c, "kind", CLAIM_FACT);

		answer.claims[answer.n_claims++] = (struct claim){ .at = span_of(c),
			.kind = kind < CLAIM_FACT || kind > CLAIM_HEADING ? CLAIM_FACT : (enum claim_kind)kind };
	}
	answer.citations = arena_array(in->a, json_count(citations), sizeof(*answer.citations));
	for (const struct json_node *c = json_first(citations); c; c = json_next(c))
		if (citation_of(in, c, answer.n_claims, &answer.citations[answer.n_citations++], err) != OK)
			return err->code;
	return store_answer_put(in->db, &answer, err);
}

static enum err_code message_of(struct import *in, const struct json_node *n, struct message *m, struct err *err)
{
	int64_t parent = whole(n, "parent", 0);

	*m = (struct message){ .session_id = in->s->id, .n = (int)whole(n, "n", 0), .text = copy(in, n, "text"),
		.reasoning = copy(in, n, "reasoning"), .model = copy(in, n, "model"), .error = copy(in, n, "error"),
		.created_ms = time_of(json_get(n, "created")) };
	if (!message_role_of(json_str(json_get(n, "role")), &m->role) ||
		!message_state_of(json_str(json_get(n, "state")), &m->state))
		return err_set(err, ERR_DATA, "message %d has no role or state that ibid knows", m->n);
	if (m->n < 1 || (size_t)m->n >= in->n_ids || in->ids[m->n])
		return err_set(err, ERR_DATA, "message number %d stands twice or out of order", m->n);
	if (parent < 0 || (size_t)parent >= in->n_ids || (parent && !in->ids[parent]))
		return err_set(err, ERR_DATA, "message %d names parent %lld, which does not come before it", m->n,
			(long long)parent);
	m->parent_id = parent ? in->ids[parent] : 0;
	return OK;
}

static enum err_code import_rating(struct import *in, const struct message *m, const struct json_node *n,
	struct err *err)
{
	int64_t rating = whole(n, "rating", 0);

	if (rating < -1 || rating > 1)
		return err_set(err, ERR_DATA, "message %d is rated %lld, which is not 1 or -1", m->n, (long long)rating);
	return rating ? store_rate(in->db, m->id, (int)rating, copy(in, n, "note"), err) : OK;
}

static enum err_code import_message(struct import *in, const struct json_node *n, struct err *err)
{
	const struct json_node *requests = json_get(n, "requests"), *answer = json_get(n, "answer");
	struct message m;
	int number;

	if (message_of(in, n, &m, err) != OK)
		return err->code;
	number = m.n;
	if (store_message_add(in->db, &m, err) != OK || store_message_finish(in->db, &m, err) != OK)
		return err->code;
	in->ids[number] = m.id;
	if (import_rating(in, &m, n, err) != OK)
		return err->code;
	for (const struct json_node *r = json_first(requests); r; r = json_next(r))
		if (import_request(in, m.id, r, err) != OK)
			return err->code;
	return answer ? import_answer(in, m.id, answer, err) : OK;
}

/* Kept as it is told, whether or not that session is here. */
static enum err_code import_parent(struct import *in, const struct json_node *n, struct err *err)
{
	struct str parent = copy(in, n, "parent");
	int64_t at = whole(n, "branch_point", 0);

	if (!parent.len)
		return OK;
	if (!store_is_sid(parent) || at < 0 || at > INT_MAX)
		return err_set(err, ERR_DATA, "this is a copy of no session that could be (member 'parent' or 'branch_point')");
	return store_session_set_parent(in->db, in->s->id, parent, (int)at, err);
}

static enum err_code import_session(struct import *in, const struct json_node *n, size_t n_messages, rand_fn *rand,
	void *rand_ctx, struct err *err)
{
	const struct json_node *tags = json_get(n, "tags");

	if (!str_is(json_str(json_get(n, "schema")), "ibid.session/1"))
		return err_set(err, ERR_DATA, "this is no session that ibid exported (schema 'ibid.session/1' is missing)");
	if (store_session_new(in->db, in->a, json_str(json_get(n, "name")), rand, rand_ctx, in->s, err) != OK)
		return err->code;
	for (const struct json_node *t = json_first(tags); t; t = json_next(t))
		if (store_session_tag(in->db, in->s->id, json_str(t), true, err) != OK)
			return err->code;
	if (import_parent(in, n, err) != OK)
		return err->code;
	in->n_ids = n_messages + 1;
	in->ids = arena_array(in->a, in->n_ids, sizeof(*in->ids));
	return store_session_keep(in->db, in->s->id, whole(n, "keep_ms", -1), err);
}

static enum err_code set_head(struct import *in, int64_t head, struct err *err)
{
	if (head < 1 || (size_t)head >= in->n_ids || !in->ids[head])
		return OK;
	return store_session_set_head(in->db, in->s->id, in->ids[head], err);
}

static enum err_code import_json(struct import *in, const struct json_node *root, rand_fn *rand, void *rand_ctx,
	struct err *err)
{
	const struct json_node *messages = json_get(root, "messages");

	if (import_session(in, root, json_count(messages), rand, rand_ctx, err) != OK)
		return err->code;
	for (const struct json_node *m = json_first(messages); m; m = json_next(m))
		if (import_message(in, m, err) != OK)
			return err->code;
	return set_head(in, whole(root, "head", 0), err);
}

static size_t count_lines(struct str text)
{
	size_t n = 0;

	while (text.p)
		n += str_trim(str_cut(&text, '\n')).len > 0;
	return n;
}

static enum err_code import_line(struct import *in, struct str line, bool is_first, size_t n_lines, rand_fn *rand,
	void *rand_ctx, int64_t *head, struct err *err)
{
	SCOPED_PTR(json) doc = NULL;
	const struct json_node *root;

	if (json_parse(line, 0, &doc, err) != OK)
		return err->code;
	root = json_root(doc);
	if (!is_first)
		return import_message(in, root, err);
	*head = whole(root, "head", 0);
	return import_session(in, root, n_lines - 1, rand, rand_ctx, err);
}

static enum err_code import_jsonl(struct import *in, struct str text, rand_fn *rand, void *rand_ctx, struct err *err)
{
	size_t n = count_lines(text), number = 0, done = 0;
	int64_t head = 0;

	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n'));

		number++;
		if (!line.len)
			continue;
		if (import_line(in, line, !done++, n, rand, rand_ctx, &head, err) != OK)
			return err_ctx(err, "line %zu", number);
	}
	if (!done)
		return err_set(err, ERR_DATA, "the file is empty");
	return set_head(in, head, err);
}

static enum err_code import_any(struct import *in, struct str text, rand_fn *rand, void *rand_ctx, struct err *err)
{
	SCOPED_PTR(json) doc = NULL;
	struct err why = ERR_INIT;

	/* Lines are objects of their own, so a whole text that parses as one object with messages is JSON. */
	if (json_parse(text, 0, &doc, &why) == OK && json_get(json_root(doc), "messages"))
		return import_json(in, json_root(doc), rand, rand_ctx, err);
	return import_jsonl(in, text, rand, rand_ctx, err);
}

enum err_code transcript_import(struct store *db, struct arena *a, struct str text, rand_fn *rand, void *rand_ctx,
	struct session *s, struct err *err)
{
	struct import in = { .db = db, .a = a, .s = s };
	int64_t id;

	if (store_begin(db, err) != OK)
		return err->code;
	if (import_any(&in, text, rand, rand_ctx, err) != OK)
		return store_rollback(db, err);
	if (store_commit(db, err) != OK)
		return err->code;
	id = s->id;
	return store_session_by_id(db, a, id, s, err);
}
