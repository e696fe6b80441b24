/*
 * Anthropic Messages
 *
 * Source: the vendor's reference and 300 recorded streams (reference: protocols
 * 2). Events are told apart by the `type` in their JSON, because gateways leave
 * the `event:` line out. Usage is cumulative: each figure given replaces the one
 * before. A refusal is status 200 and may have no text at all.
 */
#include "ibid/provider/provider.h"
#include "turn_internal.h"

/* Where the caller names no limit; every model served takes it. */
#define MAX_TOKENS_DEFAULT 16384

/* -- Request -- */

static void put_messages(struct json_writer *w, const struct chat_request *r)
{
	json_open_key(w, "messages", '[');
	for (size_t i = 0; i < r->n_messages; i++) {
		const struct chat_message *m = &r->messages[i];

		if (!m->raw.len && !str_trim(m->text).len)
			continue;	/* a refusal without text: empty content is an error */
		json_open(w, '{');
		json_put_c(w, "role", message_role_name(m->role));
		if (m->raw.len)
			json_put_raw(w, "content", m->raw);
		else
			json_put_str(w, "content", m->text);
		json_close(w);
	}
	json_close(w);
}

static void put_effort(struct json_writer *w, enum effort effort)
{
	if (effort == EFFORT_NONE) {
		json_open_key(w, "thinking", '{');
		json_put_c(w, "type", "disabled");
	} else {
		json_open_key(w, "output_config", '{');
		json_put_c(w, "effort", effort_word(effort));
	}
	json_close(w);
}

static void put_stop(struct json_writer *w, const struct chat_request *r)
{
	json_open_key(w, "stop_sequences", '[');
	for (size_t i = 0; i < r->n_stop; i++)
		json_put_str(w, NULL, r->stop[i]);
	json_close(w);
}

static void put_options(struct json_writer *w, const struct chat_request *r, const struct provider_quirks *q)
{
	if (r->temperature >= 0 && !q->no_temperature)
		json_put_double(w, "temperature", r->temperature, 3);
	if (r->n_stop && !q->no_stop)
		put_stop(w, r);
	if (r->effort != EFFORT_UNSET && !q->no_effort)
		put_effort(w, r->effort);
	if (!r->cache || q->no_cache)
		return;
	json_open_key(w, "cache_control", '{');
	json_put_c(w, "type", "ephemeral");
	json_close(w);
}

static void encode(const struct chat_request *r, const struct provider_quirks *q, struct buf *body)
{
	struct json_writer w = json_writer(body);

	json_open(&w, '{');
	json_put_str(&w, "model", r->model);
	json_put_int(&w, "max_tokens", r->max_tokens > 0 ? r->max_tokens : MAX_TOKENS_DEFAULT);
	json_put_bool(&w, "stream", true);
	put_options(&w, r, q);
	if (r->system.len)
		json_put_str(&w, "system", r->system);
	put_messages(&w, r);
	json_close(&w);
}

/* -- Answer -- */

static const struct stop_word stop_words[] = {
	{ "end_turn", STOP_END },
	{ "max_tokens", STOP_LENGTH },
	{ "stop_sequence", STOP_SEQUENCE },
	{ "tool_use", STOP_TOOL },
	{ "pause_turn", STOP_PAUSE },
	{ "refusal", STOP_REFUSAL },
	{ "model_context_window_exceeded", STOP_CONTEXT },
	{ NULL, STOP_OTHER },
};

static void update(const struct json_node *n, const char *path, int64_t *count)
{
	*count = token_count(n, path, *count);
}

/* Writes to the cache are told as a sum and, by newer servers, by their lifetime. */
static void take_cache_writes(const struct json_node *usage, struct token_usage *u)
{
	int64_t sum = token_count(usage, "cache_creation_input_tokens", -1);

	update(usage, "cache_creation.ephemeral_5m_input_tokens", &u->in_cache_write_5m);
	update(usage, "cache_creation.ephemeral_1h_input_tokens", &u->in_cache_write_1h);
	if (sum >= 0 && json_kind(json_get(usage, "cache_creation")) != JSON_OBJECT) {
		u->in_cache_write_5m = sum;
		u->in_cache_write_1h = 0;
	}
}

static void take_output(const struct json_node *usage, struct token_usage *u)
{
	int64_t all = token_count(usage, "output_tokens", -1);
	int64_t thought = token_count(usage, "output_tokens_details.thinking_tokens", -1);

	if (thought < 0)
		thought = token_count(usage, "output_tokens_details.reasoning_tokens", 0);
	if (all < 0)
		return;
	u->out_reasoning = thought < all ? thought : all;
	u->out_visible = all - u->out_reasoning;
}

static void take_usage(struct turn *t, const struct json_node *usage)
{
	if (json_kind(usage) != JSON_OBJECT)
		return;
	update(usage, "input_tokens", &t->usage.in_uncached);
	update(usage, "cache_read_input_tokens", &t->usage.in_cache_read);
	take_cache_writes(usage, &t->usage);
	take_output(usage, &t->usage);
	turn_usage(t);
}

static void take_stop(struct turn *t, const struct json_node *where)
{
	struct str word = json_str(json_get(where, "stop_reason"));
	struct str why = json_str(json_at(where, "stop_details.explanation"));

	if (word.len)
		turn_stop(t, stop_of_word(stop_words, word), why.len ? why : word);
}

static void take_block(struct turn *t, int64_t index, const struct json_node *block)
{
	struct str type = json_str(json_get(block, "type"));

	blocks_start(t, index, block);
	if (str_is(type, "text"))
		turn_text(t, json_str(json_get(block, "text")));
	else if (str_is(type, "thinking"))
		turn_reasoning(t, json_str(json_get(block, "thinking")));
	else if (str_is(type, "tool_use"))
		t->has_tools = true;
}

/* `content` is mostly empty here, but programmatic tool calls fill it. A second start begins the message afresh. */
static void message_start(struct turn *t, const struct json_node *ev)
{
	const struct json_node *message = json_get(ev, "message");
	int64_t index = 0;

	blocks_reset(t);
	turn_named(t, json_str(json_get(message, "id")), json_str(json_get(message, "model")));
	for (const struct json_node *b = json_first(json_get(message, "content")); b; b = json_next(b))
		take_block(t, index++, b);
	take_usage(t, json_get(message, "usage"));
	take_stop(t, message);
}

static void block_start(struct turn *t, const struct json_node *ev)
{
	take_block(t, json_int(json_get(ev, "index"), 0), json_get(ev, "content_block"));
}

static void tell_citation(struct turn *t, const struct json_node *citation)
{
	SCOPED(buf) json = BUF_INIT;

	if (!citation)
		return;
	json_print(&json, citation);
	turn_citation(t, buf_view(&json));
}

static void block_delta(struct turn *t, const struct json_node *ev)
{
	const struct json_node *delta = json_get(ev, "delta");
	struct str type = json_str(json_get(delta, "type"));

	blocks_delta(t, json_int(json_get(ev, "index"), 0), delta);
	if (str_is(type, "text_delta"))
		turn_text(t, json_str(json_get(delta, "text")));
	else if (str_is(type, "thinking_delta"))
		turn_reasoning(t, json_str(json_get(delta, "thinking")));
	else if (str_is(type, "citations_delta"))
		tell_citation(t, json_get(delta, "citation"));
	else if (!str_is(type, "signature_delta") && !str_is(type, "input_json_delta"))
		t->n_skipped++;
}

static void message_delta(struct turn *t, const struct json_node *ev)
{
	take_usage(t, json_get(ev, "usage"));
	take_stop(t, json_get(ev, "delta"));
}

static void message_stop(struct turn *t, const struct json_node *ev)
{
	(void)ev;
	blocks_tell(t);
	turn_over(t);
}

static void nothing(struct turn *t, const struct json_node *ev)
{
	(void)t;
	(void)ev;
}

static const struct {
	const char *type;
	void (*eat)(struct turn *t, const struct json_node *ev);
} events[] = {
	{ "content_block_delta", block_delta },
	{ "content_block_start", block_start },
	{ "content_block_stop", nothing },
	{ "message_start", message_start },
	{ "message_delta", message_delta },
	{ "message_stop", message_stop },
	{ "ping", nothing },
	{ "error", turn_fail },
};

static void decode(struct turn *t, const struct json_node *ev)
{
	struct str type = json_str(json_get(ev, "type"));

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (str_is(type, events[i].type)) {
			events[i].eat(t, ev);
			return;
		}
	t->n_skipped++;
}

static void decode_whole(struct turn *t, const struct json_node *body)
{
	int64_t index = 0;

	if (!str_is(json_str(json_get(body, "type")), "message")) {
		turn_fail_text(t, FAULT_OTHER, STR("the answer is no message"));
		return;
	}
	turn_named(t, json_str(json_get(body, "id")), json_str(json_get(body, "model")));
	for (const struct json_node *b = json_first(json_get(body, "content")); b; b = json_next(b))
		take_block(t, index++, b);
	take_usage(t, json_get(body, "usage"));
	take_stop(t, body);
	blocks_tell(t);
	turn_over(t);
}

const struct provider_ops provider_anthropic = {
	.name = "anthropic",
	.chat_path = "messages",
	.models_path = "models?limit=1000",
	.always_v1 = true,
	.auth_header = "x-api-key",
	.auth_prefix = "",
	.version_header = "anthropic-version",
	.version = "2023-06-01",
	.encode = encode,
	.decode = decode,
	.decode_whole = decode_whole,
};
