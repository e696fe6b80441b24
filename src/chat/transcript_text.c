#include "ibid/base/clock.h"
#include "ibid/base/term_text.h"
#include "ibid/render/convert.h"

#include "chat/transcript_internal.h"

/* What a person reads instead of "user" and "assistant". */
static void add_speaker(struct buf *out, const struct message *m)
{
	if (m->role == ROLE_ASSISTANT && m->model.len)
		term_text_add_line(out, m->model);
	else
		buf_c(out, m->role == ROLE_USER ? "You" : m->role == ROLE_SYSTEM ? "System" : "Assistant");
}

/* "stopped", "cut: the connection ended": what the reader must know of an answer that is no whole one. */
static void add_state(struct buf *out, const struct message *m)
{
	if (m->role != ROLE_ASSISTANT || m->state == STATE_COMPLETE)
		return;
	buf_fmt(out, "%s", message_state_name(m->state));
	if (m->error.len) {
		buf_c(out, ": ");
		term_text_add_line(out, m->error);
	}
}

/* 1. "words" (GREY HERON, p. 3): exact */
static void add_source(struct buf *out, const struct citation *c, bool with_words)
{
	if (with_words && c->anchor.exact.len) {
		buf_ch(out, '"');
		term_text_add_line(out, c->anchor.exact);
		buf_c(out, "\", ");
	}
	if (c->anchor.page_label.len) {
		buf_c(out, "p. ");
		term_text_add_line(out, c->anchor.page_label);
		buf_c(out, ", ");
	}
	if (c->anchor.head_path.len) {
		term_text_add_line(out, c->anchor.head_path);
		buf_c(out, ", ");
	}
	if (c->anchor.doc_id)
		buf_fmt(out, "d%lld, ", (long long)c->anchor.doc_id);
	buf_c(out, cite_level_name(c->level));
}

typedef void source_line_fn(struct buf *out, int n, struct str line);

static void add_sources(struct buf *out, const struct transcript *t, const struct transcript_message *m,
	source_line_fn *line)
{
	for (size_t i = 0; i < m->answer.n_citations; i++) {
		const struct citation *c = &m->answer.citations[i];
		SCOPED(buf) text = BUF_INIT;

		if (!c->n)
			continue;
		add_source(&text, c, t->with_sources);
		line(out, c->n, buf_view(&text));
	}
}

static void add_title(struct buf *out, const struct session *s)
{
	term_text_add_line(out, s->name.len ? s->name : s->sid);
}

static void md_source(struct buf *out, int n, struct str line)
{
	buf_fmt(out, "- [%d] %.*s\n", n, STR_ARG(line));
}

void transcript_write_md(struct buf *out, const struct transcript *t)
{
	buf_c(out, "# ");
	add_title(out, &t->session);
	buf_c(out, "\n");
	for (size_t i = 0; i < t->n_messages; i++) {
		const struct transcript_message *m = &t->messages[i];
		SCOPED(buf) state = BUF_INIT;

		buf_c(out, "\n## ");
		add_speaker(out, &m->message);
		buf_c(out, "\n\n");
		term_text_add(out, m->message.text);
		buf_c(out, "\n");
		add_state(&state, &m->message);
		if (state.len)
			buf_fmt(out, "\n*(%s)*\n", buf_cstr(&state));
		if (m->answer.n_citations)
			buf_c(out, "\n");
		add_sources(out, t, m, md_source);
	}
}

static void org_source(struct buf *out, int n, struct str line)
{
	buf_fmt(out, "- [%d] %.*s\n", n, STR_ARG(line));
}

void transcript_write_org(struct buf *out, const struct transcript *t)
{
	buf_c(out, "#+title: ");
	add_title(out, &t->session);
	buf_c(out, "\n#+date: ");
	clock_add_rfc3339(out, t->session.created_ms);
	buf_c(out, "\n");
	for (size_t i = 0; i < t->n_messages; i++) {
		const struct transcript_message *m = &t->messages[i];
		SCOPED(buf) state = BUF_INIT;

		buf_c(out, "\n* ");
		add_speaker(out, &m->message);
		buf_c(out, "\n:PROPERTIES:\n:CREATED: ");
		clock_add_rfc3339(out, m->message.created_ms);
		buf_c(out, "\n:END:\n");
		convert_to_org(out, m->message.text, 1);
		add_state(&state, &m->message);
		if (state.len)
			buf_fmt(out, "(%s)\n", buf_cstr(&state));
		add_sources(out, t, m, org_source);
	}
}

/* Self-contained: no script, no font, no address that is fetched by opening it. */
static const char html_head[] =
	"<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	"<style>\n"
	"body{max-width:44em;margin:2em auto;padding:0 1em;font:1em/1.5 serif;color:#111;background:#fff}\n"
	"h2{font-size:1em;border-top:1px solid #bbb;padding-top:1em}\n"
	"pre{overflow:auto;background:#f4f4f4;padding:.5em}\n"
	"table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.2em .5em}\n"
	".state,.sources{color:#444;font-size:.9em}\n"
	"@media(prefers-color-scheme:dark){body{color:#eee;background:#111}pre{background:#222}.state,.sources{color:#bbb}}\n"
	"</style>\n";

static void html_source(struct buf *out, int n, struct str line)
{
	buf_fmt(out, "<li value=\"%d\">", n);
	convert_escape_html(out, line);
	buf_c(out, "</li>\n");
}

static void html_message(struct buf *out, const struct transcript *t, const struct transcript_message *m)
{
	SCOPED(buf) speaker = BUF_INIT;
	SCOPED(buf) state = BUF_INIT;

	add_speaker(&speaker, &m->message);
	buf_c(out, "<h2>");
	convert_escape_html(out, buf_view(&speaker));
	buf_c(out, "</h2>\n");
	convert_to_html(out, m->message.text);
	add_state(&state, &m->message);
	if (state.len) {
		buf_c(out, "<p class=\"state\">");
		convert_escape_html(out, buf_view(&state));
		buf_c(out, "</p>\n");
	}
	if (!m->answer.n_citations)
		return;
	buf_c(out, "<ol class=\"sources\">\n");
	add_sources(out, t, m, html_source);
	buf_c(out, "</ol>\n");
}

void transcript_write_html(struct buf *out, const struct transcript *t)
{
	SCOPED(buf) title = BUF_INIT;

	add_title(&title, &t->session);
	buf_c(out, html_head);
	buf_c(out, "<title>");
	convert_escape_html(out, buf_view(&title));
	buf_c(out, "</title>\n</head>\n<body>\n<h1>");
	convert_escape_html(out, buf_view(&title));
	buf_c(out, "</h1>\n");
	for (size_t i = 0; i < t->n_messages; i++)
		html_message(out, t, &t->messages[i]);
	buf_c(out, "</body>\n</html>\n");
}
