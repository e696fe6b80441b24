#include "ibid/provider/turn.h"

#include <string.h>

#include "ibid/provider/provider.h"
#include "turn_internal.h"

const char *stop_reason_name(enum stop_reason reason)
{
	static const char *const names[STOP_REASON_COUNT] = {
#define X(value, name) [value] = name,
		STOP_REASONS(X)
#undef X
	};

	return names[reason];
}

static void tell(struct turn *t, struct turn_event ev)
{
	t->on_event(t->ctx, &ev);
}

void turn_text(struct turn *t, struct str text)
{
	if (!text.len)
		return;
	t->has_text = true;
	tell(t, (struct turn_event){ .kind = TURN_TEXT, .text = text });
}

void turn_reasoning(struct turn *t, struct str text)
{
	if (text.len)
		tell(t, (struct turn_event){ .kind = TURN_REASONING, .text = text });
}

void turn_citation(struct turn *t, struct str json)
{
	tell(t, (struct turn_event){ .kind = TURN_CITATION, .text = json });
}

void turn_raw(struct turn *t, struct str json)
{
	tell(t, (struct turn_event){ .kind = TURN_RAW, .text = json });
}

void turn_usage(struct turn *t)
{
	tell(t, (struct turn_event){ .kind = TURN_USAGE, .usage = &t->usage });
}

void turn_stop(struct turn *t, enum stop_reason stop, struct str word)
{
	if (t->stop != STOP_NONE)
		return;
	t->stop = stop;
	tell(t, (struct turn_event){ .kind = TURN_STOP, .stop = stop, .text = word });
}

void turn_over(struct turn *t)
{
	if (t->state == TURN_OPEN)
		t->state = TURN_ENDED;
}

static void failed(struct turn *t)
{
	if (t->state != TURN_OPEN)
		return;
	t->state = TURN_FAILED;
	tell(t, (struct turn_event){ .kind = TURN_ERROR, .fault = &t->fault, .text = buf_view(&t->fault.text) });
}

void turn_fail(struct turn *t, const struct json_node *root)
{
	fault_read_json(&t->fault, 0, root);
	failed(t);
}

void turn_fail_text(struct turn *t, enum fault_class class, struct str text)
{
	t->fault.class = class;
	buf_reset(&t->fault.text);
	buf_str(&t->fault.text, text);
	failed(t);
}

void turn_refused(struct turn *t, int status, struct str body)
{
	fault_read(&t->fault, status, body);
	failed(t);
}

static void keep_first(struct buf *b, struct str s)
{
	if (!b->len)
		buf_str(b, s);
}

void turn_named(struct turn *t, struct str id, struct str model)
{
	keep_first(&t->id, id);
	keep_first(&t->model, model);
}

enum stop_reason stop_of_word(const struct stop_word *rows, struct str word)
{
	while (rows->word && !str_is_nocase(word, rows->word))
		rows++;
	return rows->stop;
}

int64_t token_count(const struct json_node *n, const char *path, int64_t otherwise)
{
	int64_t count = json_int(json_at(n, path), otherwise);

	return count < 0 ? otherwise : count;
}

/* Some servers name the kind of event only in the stream's own field, so an error may lack every mark in its JSON. */
static bool is_error(const struct sse_event *ev, const struct json_node *root)
{
	return str_is(ev->type, "error") || fault_is_in(root);
}

void turn_feed(struct turn *t, const struct sse_event *ev)
{
	SCOPED_PTR(json) doc = NULL;
	struct str payload = str_trim(ev->data);

	if (t->state != TURN_OPEN || !payload.len)
		return;
	if (t->ops->sentinel && str_is(payload, t->ops->sentinel)) {
		turn_end(t, true);
		return;
	}
	if (json_parse(payload, JSON_MEND, &doc, NULL) != OK) {
		t->n_bad += !ev->unfinished;	/* what the end of the body cut is no fault of the server's */
		return;
	}
	if (is_error(ev, json_root(doc)))
		turn_fail(t, json_root(doc));
	else
		t->ops->decode(t, json_root(doc));
}

void turn_feed_whole(struct turn *t, struct str body)
{
	SCOPED_PTR(json) doc = NULL;

	body = str_trim(body);
	if (json_parse(body, JSON_MEND, &doc, NULL) != OK) {
		fault_read(&t->fault, 0, body);
		t->fault.class = FAULT_OTHER;
		failed(t);
	} else if (fault_is_in(json_root(doc))) {
		turn_fail(t, json_root(doc));
	} else {
		t->ops->decode_whole(t, json_root(doc));
	}
}

/*
 * A sentinel alone is no proof: llama-cpp-python sends it when another request
 * interrupts the answer (seen in 0.3.36), with no stop reason before it.
 */
static bool is_complete(struct turn *t, bool in_order)
{
	if (t->stop != STOP_NONE) {
		t->note = in_order ? NULL : "the connection was cut after the end of the answer";
		return true;
	}
	if (!in_order || !t->has_text)
		return false;
	t->note = "the server gave no stop reason";
	return t->quirks->open_end;
}

void turn_end(struct turn *t, bool in_order)
{
	if (t->state == TURN_OPEN)
		t->state = is_complete(t, in_order) ? TURN_ENDED : TURN_TRUNCATED;
}

void turn_release(struct turn *t)
{
	blocks_release(t);
	buf_release(&t->id);
	buf_release(&t->model);
	fault_release(&t->fault);
}
