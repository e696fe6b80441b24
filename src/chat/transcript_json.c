/*
 * The JSON of a session, schema "ibid.session/1": what is written here is read
 * by transcript_import.c, member by member. JSON Lines is the same in pieces: a
 * line {"type":"session",...}, then a line {"type":"message",...} each.
 */
#include "ibid/base/clock.h"
#include "ibid/base/json.h"

#include "chat/transcript_internal.h"

static void put_time(struct json_writer *w, const char *key, int64_t wall_ms)
{
	SCOPED(buf) text = BUF_INIT;

	if (!wall_ms)
		return;
	clock_add_rfc3339(&text, wall_ms);
	json_put_str(w, key, buf_view(&text));
}

static void put_given(struct json_writer *w, const char *key, struct str value)
{
	if (value.len)
		json_put_str(w, key, value);
}

static void put_session(struct json_writer *w, const struct session *s)
{
	json_put_c(w, "schema", "ibid.session/1");
	json_put_str(w, "id", s->sid);
	json_put_str(w, "name", s->name);
	json_open_key(w, "tags", '[');
	for (struct str rest = s->tags; rest.len;)
		json_put_str(w, NULL, str_cut(&rest, ','));
	json_close(w);
	put_time(w, "created", s->created_ms);
	put_time(w, "updated", s->updated_ms);
	json_put_int(w, "keep_ms", s->keep_ms);
	put_given(w, "parent", s->parent);
	if (s->parent.len)
		json_put_int(w, "branch_point", s->branch_point);
}

static void put_tokens(struct json_writer *w, const char *key, int64_t n)
{
	if (n >= 0)
		json_put_int(w, key, n);
}

static void put_usage(struct json_writer *w, const struct token_usage *u)
{
	json_open_key(w, "usage", '{');
	put_tokens(w, "in_uncached", u->in_uncached);
	put_tokens(w, "in_cache_read", u->in_cache_read);
	put_tokens(w, "in_cache_write_5m", u->in_cache_write_5m);
	put_tokens(w, "in_cache_write_1h", u->in_cache_write_1h);
	put_tokens(w, "out_visible", u->out_visible);
	put_tokens(w, "out_reasoning", u->out_reasoning);
	json_put_bool(w, "estimated", u->is_estimated);
	json_close(w);
}

static void put_request(struct json_writer *w, const struct request *r)
{
	json_open(w, '{');
	json_put_int(w, "attempt", r->attempt);
	json_put_str(w, "provider", r->provider);
	json_put_str(w, "model", r->model);
	json_put_str(w, "protocol", r->protocol);
	put_given(w, "finish", r->finish);
	put_given(w, "request_id", r->request_id);
	put_given(w, "error", r->error);
	json_put_int(w, "http_status", r->http_status);
	put_time(w, "started", r->started_ms);
	json_put_int(w, "first_token_ms", r->first_token_ms);
	json_put_int(w, "total_ms", r->total_ms);
	put_usage(w, &r->usage);
	json_put_int(w, "cost_usd_micros", r->cost_usd_micros);
	json_close(w);
}

static void put_anchor(struct json_writer *w, const struct anchor *a)
{
	json_open_key(w, "anchor", '{');
	json_put_int(w, "doc", a->doc_id);
	json_put_int(w, "text", a->text_id);
	json_put_int(w, "start", (int64_t)a->at.byte_from);
	json_put_int(w, "end", (int64_t)a->at.byte_to);
	json_put_str(w, "exact", a->exact);
	json_put_str(w, "prefix", a->prefix);
	json_put_str(w, "suffix", a->suffix);
	json_put_int(w, "page_from", a->page_from);
	json_put_int(w, "page_to", a->page_to);
	put_given(w, "page_label", a->page_label);
	put_given(w, "head_path", a->head_path);
	json_put_int(w, "sentence_from", a->sentence_from);
	json_put_int(w, "sentence_to", a->sentence_to);
	json_close(w);
}

static void put_citation(struct json_writer *w, const struct citation *c)
{
	json_open(w, '{');
	json_put_int(w, "n", c->n);
	json_put_int(w, "claim", c->claim);
	json_put_c(w, "level", cite_level_name(c->level));
	json_put_double(w, "score", c->score, 6);
	json_put_int(w, "flags", c->flags);
	json_put_str(w, "origin", c->origin);
	put_given(w, "quote", c->quote);
	put_given(w, "checker", c->checker);
	put_time(w, "checked", c->checked_ms);
	put_given(w, "report", c->report);
	put_anchor(w, &c->anchor);
	json_close(w);
}

static void put_answer(struct json_writer *w, const struct answer *a)
{
	json_open_key(w, "answer", '{');
	json_put_str(w, "question", a->question);
	put_given(w, "prompt_version", a->prompt_version);
	put_given(w, "policy", a->policy);
	put_given(w, "evidence", a->evidence);
	json_put_bool(w, "abstained", a->is_abstained);
	json_open_key(w, "claims", '[');
	for (size_t i = 0; i < a->n_claims; i++) {
		json_open(w, '{');
		json_put_int(w, "start", (int64_t)a->claims[i].at.byte_from);
		json_put_int(w, "end", (int64_t)a->claims[i].at.byte_to);
		json_put_int(w, "kind", a->claims[i].kind);
		json_close(w);
	}
	json_close(w);
	json_open_key(w, "citations", '[');
	for (size_t i = 0; i < a->n_citations; i++)
		put_citation(w, &a->citations[i]);
	json_close(w);
	json_close(w);
}

/* The parent by its number in this file: rowids mean nothing elsewhere. */
static int parent_n(const struct transcript *t, int64_t parent_id)
{
	for (size_t i = 0; parent_id && i < t->n_messages; i++)
		if (t->messages[i].message.id == parent_id)
			return t->messages[i].message.n;
	return 0;
}

static void put_message(struct json_writer *w, const struct transcript *t, const struct transcript_message *tm)
{
	const struct message *m = &tm->message;

	json_put_int(w, "n", m->n);
	json_put_int(w, "parent", parent_n(t, m->parent_id));
	json_put_c(w, "role", message_role_name(m->role));
	json_put_c(w, "state", message_state_name(m->state));
	put_given(w, "model", m->model);
	put_time(w, "created", m->created_ms);
	json_put_str(w, "text", m->text);
	put_given(w, "reasoning", m->reasoning);
	put_given(w, "error", m->error);
	if (tm->rating)
		json_put_int(w, "rating", tm->rating);
	put_given(w, "note", tm->note);
	if (tm->n_requests) {
		json_open_key(w, "requests", '[');
		for (size_t i = 0; i < tm->n_requests; i++)
			put_request(w, &tm->requests[i]);
		json_close(w);
	}
	if (tm->has_answer)
		put_answer(w, &tm->answer);
}

static int head_n(const struct transcript *t)
{
	return parent_n(t, t->session.head_id);
}

void transcript_write_json(struct buf *out, const struct transcript *t)
{
	struct json_writer w = json_writer(out);

	json_open(&w, '{');
	put_session(&w, &t->session);
	json_put_int(&w, "head", head_n(t));
	json_open_key(&w, "messages", '[');
	for (size_t i = 0; i < t->n_messages; i++) {
		json_open(&w, '{');
		put_message(&w, t, &t->messages[i]);
		json_close(&w);
	}
	json_close(&w);
	json_close(&w);
	buf_ch(out, '\n');
}

void transcript_write_jsonl(struct buf *out, const struct transcript *t)
{
	struct json_writer w = json_writer(out);

	json_open(&w, '{');
	json_put_c(&w, "type", "session");
	put_session(&w, &t->session);
	json_put_int(&w, "head", head_n(t));
	json_close(&w);
	buf_ch(out, '\n');
	for (size_t i = 0; i < t->n_messages; i++) {
		w = json_writer(out);
		json_open(&w, '{');
		json_put_c(&w, "type", "message");
		put_message(&w, t, &t->messages[i]);
		json_close(&w);
		buf_ch(out, '\n');
	}
}
