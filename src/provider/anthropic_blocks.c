/*
 * The blocks of an Anthropic message, put together again
 *
 * A message streams as blocks, each opened, grown by deltas and closed, keyed by
 * an index that may have gaps. What the provider signed (thinking with its
 * signature, redacted thinking, server tools) must go back as it came, so a
 * block is its opening JSON, with the members that deltas grow written anew.
 */
#include "ibid/base/mem.h"
#include "turn_internal.h"

struct turn_block {
	int64_t index;
	struct buf opening;	/* JSON */
	struct buf text, thinking, signature, input;	/* grown by deltas */
	struct buf citations;	/* JSON values, joined by commas */
};

static void block_release(struct turn_block *b)
{
	buf_release(&b->opening);
	buf_release(&b->text);
	buf_release(&b->thinking);
	buf_release(&b->signature);
	buf_release(&b->input);
	buf_release(&b->citations);
}

void blocks_reset(struct turn *t)
{
	for (size_t i = 0; i < t->n_blocks; i++)
		block_release(&t->blocks[i]);
	t->n_blocks = 0;
	t->raw_bytes = 0;
}

void blocks_release(struct turn *t)
{
	blocks_reset(t);
	mem_free(t->blocks);
	t->blocks = NULL;
	t->cap_blocks = 0;
}

/* Over the limit nothing is kept any more: half a message is worse than none. */
static bool has_room(struct turn *t, size_t more)
{
	if (t->is_passing || t->raw_bytes > TURN_RAW_MAX)
		return false;
	t->raw_bytes += more;
	if (t->raw_bytes <= TURN_RAW_MAX)
		return true;
	blocks_reset(t);
	t->raw_bytes = TURN_RAW_MAX + 1;
	return false;
}

void blocks_start(struct turn *t, int64_t index, const struct json_node *opening)
{
	struct turn_block *b;

	if (!has_room(t, sizeof(*b)))
		return;
	t->blocks = mem_grow(t->blocks, &t->cap_blocks, t->n_blocks + 1, sizeof(*t->blocks));
	b = &t->blocks[t->n_blocks++];
	*b = (struct turn_block){ .index = index };
	json_print(&b->opening, opening);
	buf_str(&b->text, json_str(json_get(opening, "text")));
	buf_str(&b->thinking, json_str(json_get(opening, "thinking")));
}

static struct turn_block *find(struct turn *t, int64_t index)
{
	for (size_t i = t->n_blocks; i > 0; i--)
		if (t->blocks[i - 1].index == index)
			return &t->blocks[i - 1];
	return NULL;
}

static void grow(struct turn *t, struct buf *b, const struct json_node *more)
{
	if (has_room(t, json_str(more).len))
		buf_str(b, json_str(more));
}

static void add_citation(struct turn *t, struct turn_block *b, const struct json_node *citation)
{
	SCOPED(buf) json = BUF_INIT;

	json_print(&json, citation);
	if (!citation || !has_room(t, json.len))
		return;
	if (b->citations.len)
		buf_ch(&b->citations, ',');
	buf_str(&b->citations, buf_view(&json));
}

void blocks_delta(struct turn *t, int64_t index, const struct json_node *delta)
{
	struct str type = json_str(json_get(delta, "type"));
	struct turn_block *b = find(t, index);

	if (!b)
		return;
	if (str_is(type, "text_delta"))
		grow(t, &b->text, json_get(delta, "text"));
	else if (str_is(type, "thinking_delta"))
		grow(t, &b->thinking, json_get(delta, "thinking"));
	else if (str_is(type, "input_json_delta"))
		grow(t, &b->input, json_get(delta, "partial_json"));
	else if (str_is(type, "citations_delta"))
		add_citation(t, b, json_get(delta, "citation"));
	else if (str_is(type, "signature_delta")) {
		buf_reset(&b->signature);	/* set, not appended */
		grow(t, &b->signature, json_get(delta, "signature"));
	}
}

static bool is_plain(const struct turn_block *b)
{
	return str_starts(buf_view(&b->opening), STR("{\"type\":\"text\"")) && !b->citations.len;
}

/* A tool's arguments come as pieces of JSON text, which nobody has vouched for. */
static bool is_json(struct str text)
{
	SCOPED_PTR(json) doc = NULL;

	return json_parse(text, 0, &doc, NULL) == OK;
}

/* Members that deltas have grown replace those of the opening; all others stay as they came. */
static bool put_grown(struct json_writer *w, const struct turn_block *b, struct str key)
{
	if (str_is(key, "text") && b->text.len)
		json_put_str(w, "text", buf_view(&b->text));
	else if (str_is(key, "thinking") && b->thinking.len)
		json_put_str(w, "thinking", buf_view(&b->thinking));
	else if (str_is(key, "signature") && b->signature.len)
		return true;
	else if (str_is(key, "input") && is_json(buf_view(&b->input)))
		json_put_raw(w, "input", buf_view(&b->input));
	else if (str_is(key, "citations") && b->citations.len)
		return true;
	else
		return false;
	return true;
}

static void put_rest(struct json_writer *w, const struct turn_block *b)
{
	SCOPED(buf) list = BUF_INIT;

	if (b->signature.len)
		json_put_str(w, "signature", buf_view(&b->signature));
	if (!b->citations.len)
		return;
	buf_fmt(&list, "[%s]", buf_cstr(&b->citations));
	json_put_raw(w, "citations", buf_view(&list));
}

static void put_member(struct json_writer *w, const struct json_node *member)
{
	SCOPED(buf) value = BUF_INIT;

	json_print(&value, member);
	json_put_raw_keyed(w, json_key(member), buf_view(&value));
}

static void put_block(struct json_writer *w, const struct turn_block *b)
{
	SCOPED_PTR(json) doc = NULL;

	if (json_parse(buf_view(&b->opening), 0, &doc, NULL) != OK)
		return;
	json_open(w, '{');
	for (const struct json_node *m = json_first(json_root(doc)); m; m = json_next(m))
		if (!put_grown(w, b, json_key(m)))
			put_member(w, m);
	put_rest(w, b);
	json_close(w);
}

void blocks_tell(struct turn *t)
{
	SCOPED(buf) json = BUF_INIT;
	struct json_writer w = json_writer(&json);
	bool all_plain = true;

	for (size_t i = 0; i < t->n_blocks; i++)
		all_plain = all_plain && is_plain(&t->blocks[i]);
	if (all_plain)
		return;
	json_open(&w, '[');
	for (size_t i = 0; i < t->n_blocks; i++)
		put_block(&w, &t->blocks[i]);
	json_close(&w);
	turn_raw(t, buf_view(&json));
}
