/*
 * Answers as lines: a role word, the blocks of the answer as each is complete,
 * what it rests on, what it cost. Of several models the first is written as it
 * streams, each other one when its turn comes. Nothing written is ever changed.
 */
#include "inline_internal.h"

#include "ibid/base/mem.h"
#include "ibid/chat/footnotes.h"
#include "ibid/render/markdown.h"
#include "ibid/store/sessions.h"

static void write_label(struct inline_chat *in, const char *role, struct str model)
{
	out_style(in->out, OUT_BOLD);
	out_c(in->out, role);
	out_style(in->out, OUT_PLAIN);
	if (model.len) {
		out_c(in->out, " (");
		out_line(in->out, model);
		out_c(in->out, ")");
	}
	out_c(in->out, ":\n");
}

/* --- the answers under way */

static void forget(struct inline_chat *in)
{
	render_md_free(in->md);
	in->md = NULL;
	in->shown = 0;
	in->has_label = false;
}

void inline_answer_begin(struct inline_chat *in)
{
	forget(in);
	in->at = 0;
}

/* What is new of an answer's text. One that was begun anew (a strict check failed) is written again from its start. */
static void write_text(struct inline_chat *in, const struct conversation_live *l, size_t n_lives)
{
	struct str text = l->is_over && l->result ? l->result->message.text : l->text;

	if (text.len < in->shown)
		forget(in);
	if (text.len == in->shown)
		return;
	if (!in->has_label) {
		out_c(in->out, "\n");
		write_label(in, "ibid", n_lives > 1 ? l->model : STR_EMPTY);
		in->md = render_md_new(in->out, in->out->width_cols);
	}
	in->has_label = true;
	render_md_feed(in->md, str_sub(text, in->shown, text.len));
	in->shown = text.len;
}

static void add_tokens(struct buf *out, const struct token_usage *u)
{
	if (token_usage_in(u) >= 0)
		buf_fmt(out, ", %lld tokens in, %lld out", (long long)token_usage_in(u), (long long)token_usage_out(u));
}

/* "k3f9abcd#2, claude/claude-sonnet-5-5, 2104 tokens in, 310 out, 0.0041 USD" */
static void write_facts(struct inline_chat *in, const struct conversation_live *l)
{
	const struct chat_result *r = l->result;
	SCOPED(buf) facts = BUF_INIT;

	if (r->session.id)
		buf_fmt(&facts, "%.*s#%d, ", STR_ARG(r->session.sid), r->message.n);
	buf_str(&facts, l->model);
	add_tokens(&facts, &r->request.usage);
	if (r->request.cost_usd_micros > 0)
		buf_fmt(&facts, ", %.4f USD%s", (double)r->request.cost_usd_micros / 1e6,
			r->request.usage.is_estimated ? " (estimated)" : "");
	if (r->n_left_out)
		buf_fmt(&facts, ", without the first %zu messages, which the model could not hold", r->n_left_out);
	out_style(in->out, OUT_DIM);
	out_line(in->out, buf_view(&facts));
	out_style(in->out, OUT_PLAIN);
	out_c(in->out, "\n");
}

static void write_end_of_result(struct inline_chat *in, const struct conversation_live *l)
{
	const struct chat_result *r = l->result;

	if (in->md)
		render_md_end(in->md);
	if (l->is_grounded && in->has_label && !r->answer.is_abstained && r->answer.n_claims)
		footnotes_print(in->out, in->host->chat.db, &r->answer);
	if (r->code == ERR_CANCELLED && in->has_label)
		inline_say(in, "(stopped; the part above is kept, /again asks once more)");
	else if (r->code != OK && r->code != ERR_CANCELLED && !r->answer.is_abstained)
		inline_failed(in, &r->err);
	if (in->has_label)
		write_facts(in, l);
}

static void write_end(struct inline_chat *in, const struct conversation_live *l)
{
	if (l->result)
		write_end_of_result(in, l);
	else
		inline_failed(in, &l->failed);
	forget(in);
	in->at++;
}

void inline_answer_write(struct inline_chat *in)
{
	size_t n;
	const struct conversation_live *v = conversation_live(in->talk, &n);

	while (in->at < n) {
		write_text(in, &v[in->at], n);
		if (!v[in->at].is_over)
			return;
		write_end(in, &v[in->at]);
	}
}

/* --- stored messages */

static void write_sources(struct inline_chat *in, struct arena *a, int64_t message_id)
{
	struct err err = ERR_INIT;
	struct answer answer;
	bool found = false;

	if (store_answer(in->host->chat.db, a, message_id, &answer, &found, &err) != OK)
		inline_failed(in, &err);
	else if (found && answer.n_claims && !answer.is_abstained)
		footnotes_print(in->out, in->host->chat.db, &answer);
}

void inline_show_message(struct inline_chat *in, const struct message_ref *ref)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct message m;

	if (store_message(in->host->chat.db, &a, ref->id, &m, &err) != OK) {
		inline_failed(in, &err);
		return;
	}
	out_c(in->out, "\n");
	write_label(in, m.role == ROLE_USER ? "You" : m.role == ROLE_SYSTEM ? "System" : "ibid", STR_EMPTY);
	if (m.role == ROLE_ASSISTANT) {
		SCOPED_PTR(render_md) md = render_md_new(in->out, in->out->width_cols);

		render_md_feed(md, m.text);
		render_md_end(md);
		write_sources(in, &a, m.id);
	} else {
		out_str(in->out, m.text);
		out_c(in->out, "\n");
	}
	if (m.state != STATE_COMPLETE)
		inline_say(in, "(%s%s%.*s)", message_state_name(m.state), m.error.len ? ": " : "", STR_ARG(m.error));
}

void inline_show_end(struct inline_chat *in, size_t n)
{
	const struct message_ref *refs;
	size_t n_refs = conversation_refs(in->talk, &refs);

	if (n < n_refs)
		inline_say(in, "(%zu messages before these; /session show @ shows them)", n_refs - n);
	for (size_t i = n < n_refs ? n_refs - n : 0; i < n_refs; i++)
		inline_show_message(in, &refs[i]);
}
