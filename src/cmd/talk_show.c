#include "cmd/talk_internal.h"

#include "ibid/base/json.h"
#include "ibid/base/mem.h"
#include "ibid/chat/footnotes.h"
#include "ibid/cmd/citations.h"
#include "ibid/cmd/emit.h"
#include "ibid/render/markdown.h"
#include "ibid/store/documents.h"

/*
 * Where the answer goes. One model streams straight to standard output, rendered
 * block by block on a terminal and as source Markdown into a pipe. Of several the
 * first streams and the others wait for their turn, each under a heading.
 */

/* A code block or a JSON document is only known once the answer is whole. */
static bool is_streaming(const struct talk *t)
{
	return talk_arg.stream && !talk_arg.extract.given && t->env->mode != MODE_JSON;
}

bool talk_is_passing(const struct talk *t, const struct seat *seat)
{
	return is_streaming(t) && t->env->mode != MODE_JSONL && seat->index == 0 && !t->is_saved && !t->is_grounded;
}

static void print_heading(struct talk *t, const struct seat *seat)
{
	if (t->n < 2)
		return;
	out_style(&t->env->out, OUT_HEADING);
	out_c(&t->env->out, "## ");
	out_line(&t->env->out, seat->endpoint.name);
	out_style(&t->env->out, OUT_PLAIN);
	out_c(&t->env->out, "\n\n");
}

static void write_text(struct seat *seat, struct str text)
{
	struct out *out = &seat->talk->env->out;

	if (!text.len)
		return;
	progress_clear(&seat->talk->progress);
	if (!seat->has_written)
		print_heading(seat->talk, seat);
	seat->has_written = true;
	seat->last = text.p[text.len - 1];
	if (talk_arg.raw)
		out_raw(out, text);
	else if (seat->md)
		render_md_feed(seat->md, text);
	else
		out_str(out, text);
}

/* --- JSON lines */

static struct json_writer begin_event(struct buf *json, const struct seat *seat, const char *type)
{
	struct json_writer w = json_writer(json);

	json_open(&w, '{');
	json_put_c(&w, "type", type);
	if (seat->talk->n > 1)
		json_put_str(&w, "model", seat->endpoint.name);
	return w;
}

static void end_event(struct seat *seat, struct buf *json, struct json_writer *w)
{
	json_close(w);
	cmd_put_json(seat->talk->env, buf_view(json));
}

static void on_start(void *ctx, const struct session *s, const struct message *m)
{
	SCOPED(buf) json = BUF_INIT;
	struct seat *seat = ctx;
	struct json_writer w;

	if (seat->talk->env->mode != MODE_JSONL)
		return;
	w = begin_event(&json, seat, "start");
	json_put_str(&w, "session", s->sid);
	json_put_int(&w, "message", m->n);
	json_put_str(&w, "model", seat->endpoint.name);
	end_event(seat, &json, &w);
}

static size_t count_documents(const struct evidence *ev)
{
	size_t n = 0;

	for (size_t i = 0; i < ev->n_passages; i++) {
		bool is_new = true;

		for (size_t k = 0; k < i; k++)
			is_new &= ev->passages[k].doc_id != ev->passages[i].doc_id;
		n += is_new;
	}
	return n;
}

static void on_evidence(void *ctx, const struct evidence *ev)
{
	SCOPED(buf) json = BUF_INIT;
	struct seat *seat = ctx;
	struct json_writer w;

	cmd_explain(seat->talk->env, "%zu passages of %zu documents, %u words, covering %.0f%% of the question", ev->n_passages,
		count_documents(ev), ev->words, 100 * ev->coverage);
	if (seat->talk->env->mode != MODE_JSONL)
		return;
	w = begin_event(&json, seat, "retrieval");
	json_put_int(&w, "passages", (int64_t)ev->n_passages);
	json_put_int(&w, "documents", (int64_t)count_documents(ev));
	json_put_int(&w, "words", ev->words);
	json_put_double(&w, "coverage", ev->coverage, 4);
	end_event(seat, &json, &w);
}

static void on_text(void *ctx, struct str piece)
{
	SCOPED(buf) json = BUF_INIT;
	struct seat *seat = ctx;
	struct talk *t = seat->talk;
	struct json_writer w;

	seat->n_pieces++;
	if (t->env->mode == MODE_JSONL) {
		w = begin_event(&json, seat, "delta");
		json_put_str(&w, "text", piece);
		end_event(seat, &json, &w);
	} else if (is_streaming(t) && seat->index == 0 && t->env->mode != MODE_JSON) {
		write_text(seat, piece);
	}
}

static void on_notice(void *ctx, struct str sentence)
{
	struct seat *seat = ctx;

	progress_clear(&seat->talk->progress);
	cmd_warn(seat->talk->env, "%.*s", STR_ARG(sentence));
}

struct chat_sink talk_sink(struct seat *seat)
{
	return (struct chat_sink){ .on_start = on_start, .on_evidence = on_evidence, .on_text = on_text,
		.on_notice = on_notice, .ctx = seat };
}

/* --- while it runs */

void talk_begin(struct talk *t)
{
	t->progress = progress_begin(t->env, "waiting for");
	if (!cmd_for_people(t->env) || talk_arg.raw || talk_arg.extract.given)
		return;
	for (size_t i = 0; i < t->n; i++)
		t->seats[i].md = render_md_new(&t->env->out, t->env->out.width_cols);
}

void talk_show_progress(struct talk *t)
{
	if (!t->seats[0].n_pieces && t->seats[0].turn && !chat_is_over(t->seats[0].turn))
		progress_set(&t->progress, -1, 0, t->seats[0].endpoint.name);
	else
		progress_clear(&t->progress);
}

/* --- when it is over */

static void put_tokens(struct json_writer *w, const char *key, int64_t n)
{
	if (n < 0)
		json_put_null(w, key);
	else
		json_put_int(w, key, n);
}

static void put_usage(struct json_writer *w, const struct request *r)
{
	json_open_key(w, "usage", '{');
	put_tokens(w, "in", token_usage_in(&r->usage));
	put_tokens(w, "out", token_usage_out(&r->usage));
	put_tokens(w, "cached", r->usage.in_cache_read);
	if (r->cost_usd_micros < 0)
		json_put_null(w, "cost");
	else
		json_put_double(w, "cost", (double)r->cost_usd_micros / 1e6, 6);
	json_put_c(w, "currency", "USD");
	json_put_bool(w, "estimated", r->usage.is_estimated);
	json_close(w);
}

static void put_timing(struct json_writer *w, const struct chat_result *r)
{
	json_open_key(w, "timing", '{');
	put_tokens(w, "first_token_ms", r->first_token_ms);
	json_put_int(w, "total_ms", r->total_ms);
	json_close(w);
}

static void put_answer(struct json_writer *w, struct store *db, const struct seat *seat)
{
	const struct chat_result *r = chat_result(seat->turn);
	struct str provider = seat->endpoint.name;

	json_put_c(w, "schema", "ibid.answer/1");
	if (r->session.id) {
		json_put_str(w, "session", r->session.sid);
		json_put_int(w, "message", r->message.n);
	} else {
		json_put_null(w, "session");
		json_put_null(w, "message");
	}
	json_put_str(w, "model", seat->endpoint.name);
	json_put_str(w, "provider", str_cut(&provider, '/'));
	json_put_str(w, "text", r->message.text);
	json_put_bool(w, "abstained", r->answer.is_abstained);
	citations_put_answer(w, db, &r->answer);
	put_usage(w, &r->request);
	put_timing(w, r);
	json_put_str(w, "finish", r->finish);
	json_put_c(w, "state", message_state_name(r->message.state));
}

static void end_json(struct talk *t)
{
	SCOPED(buf) json = BUF_INIT;
	struct json_writer w = json_writer(&json);
	size_t n = 0;

	if (t->n > 1) {
		json_open(&w, '{');
		json_put_c(&w, "schema", "ibid.list/1");
		json_put_c(&w, "kind", "answer");
		json_open_key(&w, "items", '[');
	}
	for (size_t i = 0; i < t->n; i++) {
		if (!t->seats[i].turn)
			continue;
		json_open(&w, '{');
		put_answer(&w, t->db, &t->seats[i]);
		json_close(&w);
		n++;
	}
	if (t->n > 1) {
		json_close(&w);
		json_put_null(&w, "next");
		json_close(&w);
	}
	if (n)
		cmd_put_json(t->env, buf_view(&json));
}

static void end_jsonl(struct seat *seat)
{
	const struct chat_result *r = chat_result(seat->turn);

	for (size_t i = 0; i < r->answer.n_citations; i++) {
		SCOPED(buf) json = BUF_INIT;
		struct json_writer w = begin_event(&json, seat, "citation");

		citations_put(&w, "citation", seat->talk->db, &r->answer.citations[i]);
		end_event(seat, &json, &w);
	}
	SCOPED(buf) json = BUF_INIT;
	struct json_writer w = begin_event(&json, seat, "usage");

	put_usage(&w, &r->request);
	put_timing(&w, r);
	end_event(seat, &json, &w);
	if (seat->talk->n == 1)
		put_answer(cmd_result(seat->talk->env), seat->talk->db, seat);
}

/* The first fenced code block, of the language asked for if one was. */
static struct str code_block(struct str text, struct str language)
{
	size_t at = 0;

	while ((at = str_find(text, STR("```"), at)) != STR_NONE) {
		size_t line = str_find_ch(text, '\n', at), end;

		if (line == STR_NONE)
			return STR_EMPTY;
		end = str_find(text, STR("\n```"), line);
		if (end == STR_NONE)
			end = text.len;
		if (!language.len || str_eq_nocase(str_trim(str_sub(text, at + 3, line)), language))
			return str_sub(text, line + 1, end + 1);
		at = end + 4 < text.len ? end + 4 : text.len;
	}
	return STR_EMPTY;
}

static void print_cost(struct talk *t, const struct seat *seat)
{
	const struct request *r = &chat_result(seat->turn)->request;
	SCOPED(buf) line = BUF_INIT;
	SCOPED(buf) took = BUF_INIT;

	if (seat->endpoint.is_extractive)
		return;
	emit_add_ms(&took, chat_result(seat->turn)->total_ms);
	if (token_usage_in(&r->usage) >= 0)
		buf_fmt(&line, "%lld tokens in, %lld out, ", (long long)token_usage_in(&r->usage),
			(long long)token_usage_out(&r->usage));
	if (r->cost_usd_micros >= 0)
		buf_fmt(&line, "%.4f USD%s, ", (double)r->cost_usd_micros / 1e6, r->usage.is_estimated ? " (estimated)" : "");
	else
		buf_c(&line, "price unknown, ");
	cmd_explain(t->env, "%.*s: %s%s", STR_ARG(seat->endpoint.name), buf_cstr(&line), buf_cstr(&took));
}

static void end_human(struct talk *t, struct seat *seat)
{
	const struct chat_result *r = chat_result(seat->turn);
	struct str text = r->message.text;

	if (seat->index)
		out_c(&t->env->out, "\n");
	if (talk_arg.extract.given) {
		out_str(&t->env->out, code_block(text, talk_arg.extract.value));
		return;
	}
	if (!seat->has_written)
		write_text(seat, text);
	if (seat->md && seat->has_written)
		render_md_end(seat->md);
	else if (seat->has_written && seat->last != '\n' && !talk_arg.raw)
		out_c(&t->env->out, "\n");
	if (t->is_grounded && talk_arg.sources && !r->answer.is_abstained && r->answer.n_claims)
		footnotes_print(&t->env->out, t->db, &r->answer);
	print_cost(t, seat);
	if (r->session.id)
		cmd_explain(t->env, "kept as %.*s#%d", STR_ARG(r->session.sid), r->message.n);
}

void talk_end(struct talk *t)
{
	progress_end(&t->progress);
	if (t->env->mode == MODE_JSON) {
		end_json(t);
		return;
	}
	for (size_t i = 0; i < t->n; i++) {
		struct seat *seat = &t->seats[i];

		if (!seat->turn)
			continue;
		if (t->env->mode == MODE_JSONL) {
			end_jsonl(seat);
			continue;
		}
		end_human(t, seat);
	}
}
