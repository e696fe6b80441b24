/*
 * What leaves the screen: copies, the bare view, the dump, the last words. All of
 * it is made from the stored text, never from the cells of the screen.
 */
#include <string.h>
#include <unistd.h>

#include "ibid/chat/footnotes.h"
#include "ibid/chat/prompt.h"
#include "ibid/chat/transcript.h"
#include "ibid/tui/clipboard.h"
#include "picker.h"
#include "screen_internal.h"

/* --- the routes */

static void to_terminal(void *ctx, struct str bytes)
{
	term_write(ctx, bytes);
}

void screen_copy_text(struct screen *s, const char *what, struct str text)
{
	const struct clipboard ways = { .command = config_str(s->host->config, "chat.copy_command"), .env = s->host->env,
		.env_ctx = s->host->env_ctx, .spawn = s->host->spawn, .spawn_ctx = s->host->ctx, .send = term_is_plain(s->term) ? NULL : to_terminal,
		.send_ctx = s->term, .clock = s->host->chat.clock };
	SCOPED(buf) how = BUF_INIT;
	struct err err = ERR_INIT;

	if (!text.len)
		screen_say(s, "there is no %s to copy", what);
	else if (clipboard_copy(&ways, text, &how, &err) != OK)
		screen_say_err(s, &err);
	else
		screen_say(s, "%s: %s", what, buf_cstr(&how));
}

/* --- what is copied */

static enum err_code read_selected(struct screen *s, struct arena *a, struct message *m, struct answer *answer,
	struct err *err)
{
	const struct message_ref *ref = screen_selected(s);
	bool found;

	if (!ref)
		return err_set(err, ERR_NO, "there is no message to copy");
	if (store_message(s->host->chat.db, a, ref->id, m, err) != OK)
		return err->code;
	*answer = (struct answer){ .message_id = 0 };
	return store_answer(s->host->chat.db, a, m->id, answer, &found, err);
}

/* "[1] Title, p. 12: "quote"", once a number. */
static void add_footnote(struct screen *s, struct buf *out, const struct citation *c)
{
	SCOPED(arena) a = ARENA_INIT;
	struct document doc = footnotes_document(s->host->chat.db, &a, &c->anchor);
	SCOPED(buf) place = BUF_INIT;

	footnotes_add_place(&place, &c->anchor, doc.title);
	buf_fmt(out, "[%d%s] %.*s%s%s", c->n, cite_level_mark(c->level), STR_ARG(doc.title), place.len ? ", " : "",
		buf_cstr(&place));
	if (c->anchor.exact.len)
		buf_fmt(out, ": \"%.*s\"", STR_ARG(c->anchor.exact));
	buf_ch(out, '\n');
}

static void add_footnotes(struct screen *s, struct buf *out, const struct answer *answer)
{
	int last = 0;

	for (size_t i = 0; i < answer->n_citations; i++) {
		if (answer->citations[i].n <= last)
			continue;
		buf_c(out, last ? "" : "\n\n");
		last = answer->citations[i].n;
		add_footnote(s, out, &answer->citations[i]);
	}
}

static void copy_message(struct screen *s, const struct message *m, const struct answer *answer)
{
	SCOPED(buf) out = BUF_INIT;

	buf_str(&out, m->text);
	add_footnotes(s, &out, answer);
	screen_copy_text(s, "message", buf_view(&out));
}

static void copy_without_marks(struct screen *s, const struct message *m)
{
	SCOPED(buf) out = BUF_INIT;

	if (m->role == ROLE_ASSISTANT)
		prompt_add_history(&out, m->text);
	else
		buf_str(&out, m->text);
	screen_copy_text(s, "message without marks", buf_view(&out));
}

/* The citation whose mark is selected, else the first. */
static const struct citation *citation_of(struct screen *s, const struct answer *answer)
{
	int n = pane_mark(s->pane, NULL);

	for (size_t i = 0; i < answer->n_citations; i++)
		if (answer->citations[i].n > 0 && (n < 1 || answer->citations[i].n == n))
			return &answer->citations[i];
	return NULL;
}

static void copy_citation(struct screen *s, const struct answer *answer, bool quote_only)
{
	const struct citation *c = citation_of(s, answer);
	SCOPED(buf) out = BUF_INIT;

	if (c && quote_only)
		buf_str(&out, c->anchor.exact);
	else if (c)
		add_footnote(s, &out, c);
	screen_copy_text(s, quote_only ? "quote" : "citation", str_trim(buf_view(&out)));
}

static void copy_session(struct screen *s)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) out = BUF_INIT;
	struct transcript t;
	struct err err = ERR_INIT;

	if (!conversation_session(s->talk)->id) {
		screen_say(s, "there is no conversation to copy");
		return;
	}
	if (transcript_load(s->host->chat.db, &a, conversation_session(s->talk), false, &t, &err) != OK) {
		screen_say_err(s, &err);
		return;
	}
	transcript_format_find(STR("md"))->write(&out, &t);
	screen_copy_text(s, "conversation", buf_view(&out));
}

/* --- one of several: code blocks, links */

static enum err_code load_codes(struct picker *l, struct err *err)
{
	struct screen *s = l->view.screen;
	const struct message_ref *ref = screen_selected(s);
	size_t item = ref ? screen_item_of(s, ref->id) : SIZE_MAX, n;
	const struct row_code *codes;

	(void)err;
	if (item == SIZE_MAX)
		return OK;
	n = rows_codes(pane_rows(s->pane, item), &codes);
	for (size_t i = 0; i < n; i++) {
		struct picker_row *row = picker_add(l);

		row->id = (int64_t)i + 1;
		row->text = arena_fmt(&l->arena, "%c  %.*s", (char)('a' + i % 26),
			STR_ARG(str_sub(codes[i].text, 0, str_find_ch(codes[i].text, '\n', 0))));
		row->aside = arena_str(&l->arena, codes[i].info);
	}
	return OK;
}

static void copy_code(struct screen *s, size_t index)
{
	const struct message_ref *ref = screen_selected(s);
	size_t item = ref ? screen_item_of(s, ref->id) : SIZE_MAX, n;
	const struct row_code *codes;

	if (item == SIZE_MAX)
		return;
	n = rows_codes(pane_rows(s->pane, item), &codes);
	screen_copy_text(s, "code", index < n ? codes[index].text : STR_EMPTY);
}

static void open_code(struct picker *l, const struct picker_row *row)
{
	struct screen *s = l->view.screen;
	size_t index = (size_t)row->id - 1;

	screen_pop(s);
	copy_code(s, index);
}

static enum err_code load_links(struct picker *l, struct err *err)
{
	struct screen *s = l->view.screen;
	const struct message_ref *ref = screen_selected(s);
	size_t item = ref ? screen_item_of(s, ref->id) : SIZE_MAX, n;
	const struct row_link *links;

	(void)err;
	if (item == SIZE_MAX)
		return OK;
	n = rows_links(pane_rows(s->pane, item), &links);
	for (size_t i = 0; i < n; i++) {
		struct picker_row *row = picker_add(l);

		row->id = (int64_t)i + 1;
		row->text = arena_str(&l->arena, links[i].url);
	}
	return OK;
}

static void open_link(struct picker *l, const struct picker_row *row)
{
	struct screen *s = l->view.screen;

	screen_copy_text(s, "link", row->text);
	screen_pop(s);
}

static const struct picker_ops codes_ops = { "code", "code blocks of this message", load_codes, open_code, NULL,
	"Enter copies  Esc back", "no code in this message", NULL };
static const struct picker_ops links_ops = { "links", "links of this message", load_links, open_link, NULL,
	"Enter copies  Esc back", "no links in this message", NULL };

static void choose_code(struct screen *s)
{
	const struct message_ref *ref = screen_selected(s);
	size_t item = ref ? screen_item_of(s, ref->id) : SIZE_MAX;
	const struct row_code *codes;

	if (item != SIZE_MAX && rows_codes(pane_rows(s->pane, item), &codes) == 1)
		copy_code(s, 0);
	else
		screen_push(s, picker_new(s, &codes_ops, NULL));
}

bool screen_copy(struct screen *s, struct key what)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct answer answer;
	struct message m;

	if (what.mods || !what.code || what.code > 127 || !strchr("yTctqla", (int)what.code))
		return false;
	if (what.code == 'a') {
		copy_session(s);
	} else if (read_selected(s, &a, &m, &answer, &err) != OK) {
		screen_say_err(s, &err);
	} else {
		switch (what.code) {
		case 'y': copy_message(s, &m, &answer); break;
		case 'T': copy_without_marks(s, &m); break;
		case 't': copy_citation(s, &answer, false); break;
		case 'q': copy_citation(s, &answer, true); break;
		case 'l': screen_push(s, picker_new(s, &links_ops, NULL)); break;
		default: choose_code(s); break;
		}
	}
	return true;
}

/* --- the bare view and the dump */

/* What is not saved is known to the conversation alone. */
static void add_text(struct screen *s, struct buf *out, const struct message *m)
{
	const struct conversation_live *l = conversation_live_of(s->talk, m->id);

	buf_str(out, l && l->result && !l->result->is_saved ? l->text : m->text);
}

static void add_exchange(struct screen *s, struct buf *out, size_t first, struct err *err)
{
	const struct message_ref *refs;
	size_t n = conversation_refs(s->talk, &refs);

	for (size_t i = first; i < n; i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct answer answer = { .message_id = 0 };
		struct message m;
		bool found;

		if (store_message(s->host->chat.db, &a, refs[i].id, &m, err) != OK ||
			store_answer(s->host->chat.db, &a, m.id, &answer, &found, err) != OK)
			return;
		buf_fmt(out, "%s\n", m.role == ROLE_USER ? "you" : "ibid");
		add_text(s, out, &m);
		if (m.error.len)
			buf_fmt(out, "%s(%s: %.*s)", m.text.len ? "\n\n" : "", message_state_name(m.state), STR_ARG(m.error));
		add_footnotes(s, out, &answer);
		buf_c(out, "\n\n");
	}
}

/* What passes here is foreign text: the sink makes it harmless before the terminal gets it. */
static void show(struct screen *s, struct str text)
{
	SCOPED(buf) clean = BUF_INIT;
	SCOPED(buf) lines = BUF_INIT;
	struct str rest;

	term_text_add(&clean, text);
	rest = buf_view(&clean);
	while (rest.p && rest.len) {
		buf_str(&lines, str_cut(&rest, '\n'));
		buf_c(&lines, "\n");
	}
	term_write(s->term, buf_view(&lines));
}

/* The last question and what came of it. */
static size_t last_exchange(struct screen *s)
{
	const struct message_ref *refs;
	size_t n = conversation_refs(s->talk, &refs);

	while (n > 0)
		if (refs[--n].role == ROLE_USER)
			return n;
	return 0;
}

/* The whole conversation goes to the scrollback at once; the last exchange stays to be looked at. */
void screen_bare(struct screen *s, bool is_dump)
{
	SCOPED(buf) text = BUF_INIT;
	struct err err = ERR_INIT;

	add_exchange(s, &text, is_dump ? 0 : last_exchange(s), &err);
	if (err.code != OK) {
		screen_say_err(s, &err);
		return;
	}
	term_suspend(s->term);
	show(s, buf_view(&text));
	if (!is_dump) {
		term_write(s->term, STR("\n-- Enter goes back to ibid --\n"));
		screen_wait_line(s);
	}
	term_resume(s->term);
	if (is_dump)
		screen_say(s, "the conversation is in the terminal's scrollback");
}

/* --- the last words */

void screen_farewell(struct screen *s, struct buf *out)
{
	int64_t how = config_int(s->host->config, "chat.exit_output");
	const struct session *session = conversation_session(s->talk);
	struct err ignored = ERR_INIT;

	if (!session->id)
		return;
	if (how != 2)
		add_exchange(s, out, how == 1 ? 0 : last_exchange(s), &ignored);
	buf_fmt(out, "ibid chat -s %.*s\n", STR_ARG(session->sid));
}
