/*
 * OpenAI Chat Completions, and the many servers that speak it with an accent
 *
 * Source: the vendor's reference, 900 recorded streams of some twenty servers,
 * and their sources (reference: protocols 3, 6, 13). Everything is optional:
 * chunks without choices, choices without delta, deltas with null content. The
 * usage chunk follows the stop reason, so reading goes on until `[DONE]` or the
 * end of the body; many servers never send the former.
 */
#include "ibid/provider/provider.h"
#include "turn_internal.h"

/* -- Request -- */

/* Chat templates of many open models refuse two messages of one role in a row, so neighbours are joined. */
static size_t put_joined(struct json_writer *w, const struct chat_request *r, size_t i, struct str before)
{
	SCOPED(buf) text = BUF_INIT;
	enum message_role role = r->messages[i].role;

	buf_str(&text, before);
	for (; i < r->n_messages && r->messages[i].role == role; i++) {
		if (!str_trim(r->messages[i].text).len)
			continue;
		if (text.len)
			buf_c(&text, "\n\n");
		buf_str(&text, r->messages[i].text);
	}
	if (!text.len)
		return i;
	json_open(w, '{');
	json_put_c(w, "role", message_role_name(role));
	json_put_str(w, "content", buf_view(&text));
	json_close(w);
	return i;
}

static void put_system(struct json_writer *w, const struct chat_request *r, const struct provider_quirks *q)
{
	json_open(w, '{');
	json_put_c(w, "role", q->system_role);
	json_put_str(w, "content", r->system);
	json_close(w);
}

static void put_messages(struct json_writer *w, const struct chat_request *r, const struct provider_quirks *q)
{
	bool in_user = str_is(str_c(q->system_role), "user");
	struct str before = in_user ? r->system : STR_EMPTY;

	json_open_key(w, "messages", '[');
	if (r->system.len && !in_user)
		put_system(w, r, q);
	for (size_t i = 0; i < r->n_messages; before = STR_EMPTY)
		i = put_joined(w, r, i, before);
	json_close(w);
}

static void put_options(struct json_writer *w, const struct chat_request *r, const struct provider_quirks *q)
{
	if (r->max_tokens > 0)
		json_put_int(w, q->max_tokens_key, r->max_tokens);
	if (r->temperature >= 0 && !q->no_temperature)
		json_put_double(w, "temperature", r->temperature, 3);
	if (r->effort != EFFORT_UNSET && !q->no_effort)
		json_put_c(w, "reasoning_effort", effort_word(r->effort));
	if (!r->n_stop || q->no_stop)
		return;
	json_open_key(w, "stop", '[');
	for (size_t i = 0; i < r->n_stop; i++)
		json_put_str(w, NULL, r->stop[i]);
	json_close(w);
}

static void encode(const struct chat_request *r, const struct provider_quirks *q, struct buf *body)
{
	struct json_writer w = json_writer(body);

	json_open(&w, '{');
	json_put_str(&w, "model", r->model);
	json_put_bool(&w, "stream", true);
	if (!q->no_stream_usage) {
		json_open_key(&w, "stream_options", '{');
		json_put_bool(&w, "include_usage", true);
		json_close(&w);
	}
	put_options(&w, r, q);
	put_messages(&w, r, q);
	json_close(&w);
}

/* -- Answer -- */

static const struct stop_word stop_words[] = {
	{ "stop", STOP_END },
	{ "eos", STOP_END },		/* Together */
	{ "end_turn", STOP_END },
	{ "length", STOP_LENGTH },
	{ "max_tokens", STOP_LENGTH },
	{ "model_length", STOP_CONTEXT },	/* Mistral */
	{ "tool_calls", STOP_TOOL },
	{ "function_call", STOP_TOOL },
	{ "content_filter", STOP_FILTER },
	{ NULL, STOP_OTHER },
};

static int64_t at_least_0(int64_t n)
{
	return n > 0 ? n : 0;
}

/* Cached tokens are inside the prompt's count here, reasoning inside the completion's: subtract. */
static void take_prompt(const struct json_node *usage, struct token_usage *u)
{
	int64_t all = token_count(usage, "prompt_tokens", -1);
	int64_t hit = token_count(usage, "prompt_cache_hit_tokens", 0);		/* DeepSeek */
	int64_t cached = token_count(usage, "prompt_tokens_details.cached_tokens", hit);
	int64_t written = token_count(usage, "prompt_tokens_details.cache_write_tokens", 0);

	if (all < 0)
		return;
	u->in_cache_read = cached;
	u->in_cache_write_5m = written;
	u->in_cache_write_1h = 0;
	u->in_uncached = at_least_0(all - cached - written);
}

static void take_completion(const struct json_node *usage, struct token_usage *u)
{
	int64_t all = token_count(usage, "completion_tokens", -1);
	int64_t thought = token_count(usage, "completion_tokens_details.reasoning_tokens", 0);

	if (all < 0)
		return;
	u->out_reasoning = thought;
	u->out_visible = at_least_0(all - thought);
}

static void take_usage(struct turn *t, const struct json_node *usage)
{
	double cost = json_double(json_get(usage, "cost"), -1);		/* OpenRouter, in USD */

	if (json_kind(usage) != JSON_OBJECT || !json_first(usage))
		return;
	take_prompt(usage, &t->usage);
	take_completion(usage, &t->usage);
	if (cost >= 0 && cost < 1e6)
		t->cost_usd_micros = (int64_t)(cost * 1e6 + 0.5);
	turn_usage(t);
}

typedef void tell_fn(struct turn *t, struct str text);

/* A string, or a list of items with a text each. */
static void tell_texts(struct turn *t, const struct json_node *n, tell_fn *tell)
{
	tell(t, json_str(n));
	for (const struct json_node *item = json_first(n); item; item = json_next(item)) {
		tell(t, json_str(json_get(item, "text")));
		tell(t, json_str(json_get(item, "summary")));
	}
}

/* Mistral, Databricks: [{type: text, text}, {type: thinking, thinking: [{type: text, text}]}, {type: reference, ...}] */
static void take_content_items(struct turn *t, const struct json_node *items)
{
	for (const struct json_node *item = json_first(items); item; item = json_next(item)) {
		struct str type = json_str(json_get(item, "type"));

		if (str_is(type, "text"))
			turn_text(t, json_str(json_get(item, "text")));
		else if (str_is(type, "thinking"))
			tell_texts(t, json_get(item, "thinking"), turn_reasoning);
		else if (str_is(type, "reasoning"))
			tell_texts(t, json_get(item, "summary"), turn_reasoning);
		else
			t->n_skipped++;
	}
}

/* The same thoughts may stand in two members (OpenRouter): the first that has some is told. */
static void take_reasoning(struct turn *t, const struct json_node *delta)
{
	static const char *const members[] = { "reasoning_content", "reasoning", "reasoning_details" };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const struct json_node *n = json_get(delta, members[i]);

		if (json_str(n).len || json_kind(n) == JSON_ARRAY) {
			tell_texts(t, n, turn_reasoning);
			return;
		}
	}
}

/* `delta` of a stream and `message` of a whole answer have the same members. */
static void take_delta(struct turn *t, const struct json_node *delta)
{
	const struct json_node *content = json_get(delta, "content");
	struct str refusal = json_str(json_get(delta, "refusal"));

	take_reasoning(t, delta);
	if (json_kind(content) == JSON_ARRAY)
		take_content_items(t, content);
	else
		turn_text(t, json_str(content));
	turn_text(t, refusal);
	t->has_refused = t->has_refused || refusal.len;
	if (json_first(json_get(delta, "tool_calls")))
		t->has_tools = true;
}

/* Tool calls make a tool turn and a refusal a refusal, whatever the reason says: both were seen under "stop". */
static enum stop_reason stop_of(const struct turn *t, struct str word)
{
	if (t->has_tools)
		return STOP_TOOL;
	return t->has_refused ? STOP_REFUSAL : stop_of_word(stop_words, word);
}

static void take_finish(struct turn *t, const struct json_node *choice)
{
	struct str word = json_str(json_get(choice, "finish_reason"));

	if (!word.len)
		return;
	if (str_is(word, "error"))
		turn_fail_text(t, FAULT_OTHER, STR("the answer ended with an error that was not named"));
	else if (str_is(word, "insufficient_system_resource"))	/* DeepSeek */
		turn_fail_text(t, FAULT_BUSY, word);
	else
		turn_stop(t, stop_of(t, word), word);
}

static void take_choices(struct turn *t, const struct json_node *ev, const char *member)
{
	for (const struct json_node *c = json_first(json_get(ev, "choices")); c; c = json_next(c)) {
		if (json_int(json_get(c, "index"), 0) != 0)
			continue;	/* only asked for one */
		take_delta(t, json_get(c, member));
		take_finish(t, c);
	}
}

static void take_rest(struct turn *t, const struct json_node *ev)
{
	turn_named(t, json_str(json_get(ev, "id")), json_str(json_get(ev, "model")));
	take_usage(t, json_get(ev, "usage"));
	take_usage(t, json_at(ev, "x_groq.usage"));
}

static bool is_chunk(const struct json_node *ev)
{
	return json_get(ev, "choices") || json_get(ev, "usage") || json_get(ev, "x_groq");
}

static void decode(struct turn *t, const struct json_node *ev)
{
	if (fault_is_in(json_get(ev, "x_groq"))) {
		turn_fail(t, json_get(ev, "x_groq"));
		return;
	}
	if (!is_chunk(ev)) {
		t->n_skipped++;
		return;
	}
	take_rest(t, ev);
	take_choices(t, ev, "delta");
}

static void decode_whole(struct turn *t, const struct json_node *body)
{
	if (!json_first(json_get(body, "choices"))) {
		turn_fail_text(t, FAULT_OTHER, STR("the answer holds no choices"));
		return;
	}
	take_rest(t, body);
	take_choices(t, body, "message");
	turn_over(t);
}

const struct provider_ops provider_openai_chat = {
	.name = "openai-chat",
	.chat_path = "chat/completions",
	.models_path = "models",
	.auth_header = "authorization",
	.auth_prefix = "Bearer ",
	.encode = encode,
	.decode = decode,
	.sentinel = "[DONE]",
	.decode_whole = decode_whole,
};
