/*
 * The conversation append-only: for screen readers, dumb terminals and those who
 * want their terminal's own scrollback (reference: ux 1.9 and 4.11). Role words
 * instead of colours, numbered lists instead of menus, nothing that moves.
 */
#include "inline_internal.h"

#include <signal.h>
#include <stdarg.h>
#include <sys/ioctl.h>

#include "ibid/base/utf8.h"
#include "ibid/store/desk.h"
#include "ibid/store/documents.h"
#include "ibid/store/sessions.h"

/* --- what ibid says itself */

/* One line, broken at blanks where the terminal is narrower; its own indentation stays. */
static void add_wrapped(struct buf *out, struct str line, size_t width_cols)
{
	bool is_first = true;
	size_t used = 0;

	if (utf8_cols(line) <= width_cols) {
		buf_str(out, line);
		return;
	}
	while (line.p) {
		struct str word = str_cut(&line, ' ');
		size_t cols = utf8_cols(word);

		bool breaks = used && used + 1 + cols > width_cols;

		if (!is_first)
			buf_ch(out, breaks ? '\n' : ' ');
		used = (breaks || is_first ? 0 : used + 1) + cols;
		buf_str(out, word);
		is_first = false;
	}
}

void inline_say(struct inline_chat *in, const char *fmt, ...)
{
	SCOPED(buf) text = BUF_INIT;
	SCOPED(buf) wrapped = BUF_INIT;
	struct str rest;
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&text, fmt, ap);
	va_end(ap);
	rest = buf_view(&text);
	while (rest.p) {
		add_wrapped(&wrapped, str_cut(&rest, '\n'), (size_t)in->out->width_cols);
		buf_ch(&wrapped, '\n');
	}
	out_str(in->out, buf_view(&wrapped));
}

void inline_add_advice(struct buf *out, struct str text)
{
	struct str before = STR("'ibid "), after = STR("'/");
	size_t at = 0, next;

	while ((next = str_find(text, before, at)) != STR_NONE) {
		buf_str(out, str_sub(text, at, next));
		buf_str(out, after);
		at = next + before.len;
	}
	buf_str(out, str_sub(text, at, text.len));
}

/* What can be done here about an error; where no row is, what err_hint says. */
static const struct {
	enum err_code code;
	const char *next;
} next_steps[] = {
	{ ERR_USAGE, "" },
	{ ERR_NETWORK, "check the connection; /again asks once more, /model chooses another model" },
	{ ERR_TIMEOUT, "/again asks once more, /model chooses another model" },
	{ ERR_BUSY, "/again asks once more, /model chooses another model" },
	{ ERR_TRUNCATED, "the part received is kept; /again asks once more" },
	{ ERR_REFUSED, "/model chooses another model" },
	{ ERR_KEY, "'/model test' says more; /model chooses another model" },
	{ ERR_CONFIG, "/model chooses a model; '/model extractive' needs no key and no network" },
	{ ERR_MISSING, "" },
};

static const char *next_step(enum err_code code)
{
	for (size_t i = 0; i < sizeof(next_steps) / sizeof(*next_steps); i++)
		if (next_steps[i].code == code)
			return next_steps[i].next;
	return err_hint(code);
}

void inline_failed(struct inline_chat *in, const struct err *err)
{
	SCOPED(buf) text = BUF_INIT;
	SCOPED(buf) next = BUF_INIT;

	inline_add_advice(&text, str_c(err->text));
	inline_add_advice(&next, str_c(next_step(err->code)));
	inline_say(in, "error: %s", buf_cstr(&text));
	if (next.len)
		inline_say(in, "%s", buf_cstr(&next));
}

int inline_signal(struct inline_chat *in)
{
	int sig = in->host->signal(in->host->ctx);

	if (sig == SIGTERM) {
		in->is_over = true;
		in->end = ERR_TERMINATED;
	}
	return sig;
}

/* The window may have been made wider or narrower since the last line. */
static void look_at_width(struct inline_chat *in)
{
	struct winsize size = { 0 };

	if (!ioctl(in->out->fd, TIOCGWINSZ, &size) && size.ws_col)
		in->out->width_cols = size.ws_col;
}

/* --- sessions */

static void leave_seat(struct inline_chat *in)
{
	struct err ignored = ERR_INIT;

	if (in->seat_id)
		store_desk_leave(in->host->chat.db, in->seat_id, &ignored);
	in->seat_id = 0;
}

enum err_code inline_take_seat(struct inline_chat *in, bool force, struct err *err)
{
	int64_t id = conversation_session(in->talk)->id;
	SCOPED(arena) a = ARENA_INIT;
	struct str by = STR_EMPTY;
	bool taken = true;

	if (id == in->seat_id && !in->is_read_only)
		return OK;
	leave_seat(in);
	if (id && store_desk_take(in->host->chat.db, &a, id, force, &taken, &by, err) != OK)
		return err->code;
	in->is_read_only = !taken;
	in->seat_id = taken ? id : 0;
	/* What the other process said meanwhile. */
	if (force && conversation_reload(in->talk, err) != OK)
		return err->code;
	if (!taken)
		inline_say(in, "(%.*s)\n" INLINE_ELSEWHERE, STR_ARG(by));
	return OK;
}

static void take_seat(struct inline_chat *in)
{
	struct err err = ERR_INIT;

	if (inline_take_seat(in, false, &err) != OK)
		inline_failed(in, &err);
}

enum err_code inline_open(struct inline_chat *in, int64_t session_id, struct err *err)
{
	if (conversation_open(in->talk, session_id, err) != OK)
		return err->code;
	in->edits_id = 0;
	take_seat(in);
	inline_show_end(in, 2);
	return OK;
}

/* --- asking */

enum err_code inline_models(struct inline_chat *in, struct conversation_model *models, size_t *n, struct err *err)
{
	const struct host_model *m;

	*n = in->n_models ? in->n_models : 1;
	for (size_t i = 0; i < *n; i++) {
		if (in->host->model(in->host->ctx, in->n_models ? in->models[i] : STR_EMPTY, &m, err) != OK)
			return err->code;
		models[i] = m->ask;
	}
	return OK;
}

static void stop_if_asked(struct inline_chat *in)
{
	int sig = inline_signal(in);

	if (!sig)
		return;
	conversation_stop(in->talk);
	in->n_interrupts += sig == SIGINT;
}

void inline_follow(struct inline_chat *in, enum err_code code, const struct err *err)
{
	look_at_width(in);
	inline_answer_begin(in);
	if (code != OK)
		inline_failed(in, err);
	while (conversation_is_busy(in->talk)) {
		in->host->wait(in->host->ctx, NULL, 0, conversation_wait_ms(in->talk, 1000));
		conversation_step(in->talk);
		stop_if_asked(in);
		inline_answer_write(in);
		/* Nobody reads any more: what is under way is kept, nothing new is bought. */
		if (out_flush(in->out, NULL) != OK)
			conversation_stop(in->talk);
	}
	if (code == OK)
		inline_answer_write(in);
	take_seat(in);
	if (in->initial.len)
		inline_say(in, "(your prompt stands in the line again: Enter sends it, Ctrl-C clears it)");
}

static void forget_attached(struct inline_chat *in)
{
	in->n_attached = 0;
	arena_reset(&in->attached_arena);
}

void inline_ask(struct inline_chat *in, struct str text)
{
	struct conversation_model models[CONVERSATION_SEATS_MAX];
	struct err err = ERR_INIT;
	enum err_code code;
	bool queued;
	size_t n;

	if (in->is_read_only) {
		inline_say(in, INLINE_ELSEWHERE);
		return;
	}
	code = inline_models(in, models, &n, &err);
	if (code == OK && in->edits_id)
		code = conversation_edit(in->talk, in->edits_id, text, in->attached, in->n_attached, models, n, &err);
	else if (code == OK)
		code = conversation_send(in->talk, text, in->attached, in->n_attached, models, n, &queued, &err);
	if (code == OK) {
		forget_attached(in);
		in->edits_id = 0;
	} else {
		buf_str(&in->initial, text);
	}
	inline_follow(in, code, &err);
}

size_t inline_pick(struct inline_chat *in, size_t n)
{
	SCOPED(buf) text = BUF_INIT;
	long long number;
	enum prompt_end end;

	out_flush(in->out, NULL);
	end = inline_prompt_read(&in->prompt, "Number (Enter: none): ", STR_EMPTY, &text);
	if (end != PROMPT_GIVEN) {
		out_c(in->out, "\n");
		in->is_over = end == PROMPT_TERMINATED;
		in->end = end == PROMPT_TERMINATED ? ERR_TERMINATED : OK;
		return 0;
	}
	if (!str_trim(buf_view(&text)).len)
		return 0;
	if (str_to_int(str_trim(buf_view(&text)), &number) && number >= 1 && (size_t)number <= n)
		return (size_t)number;
	inline_say(in, "There is no number '%.*s' in the list.", STR_ARG(str_trim(buf_view(&text))));
	return 0;
}

/* --- the loop */

/* A prompt that was to be changed is left as it was when the line is empty or a command. */
static void take_line(struct inline_chat *in, struct str text)
{
	bool is_prompt = str_starts(text, STR("//")) || !str_starts(text, STR("/"));

	if (!is_prompt || !str_trim(text).len)
		in->edits_id = 0;
	if (!str_trim(text).len)
		return;
	if (str_starts(text, STR("//")))
		inline_ask(in, str_sub(text, 1, text.len));
	else if (!is_prompt)
		inline_word(in, str_trim(str_sub(text, 1, text.len)));
	else
		inline_ask(in, text);
}

static void leave_by_signal(struct inline_chat *in, enum err_code end)
{
	in->is_over = true;
	in->end = end;
}

static void take_interrupt(struct inline_chat *in, struct str text)
{
	out_c(in->out, "\n");
	in->edits_id = 0;
	if (str_trim(text).len) {
		in->n_interrupts = 0;
		return;
	}
	if (++in->n_interrupts > 1)
		leave_by_signal(in, ERR_CANCELLED);
	else
		inline_say(in, "(Ctrl-C once more leaves; so does Ctrl-D)");
}

static void take_prompt(struct inline_chat *in)
{
	SCOPED(buf) text = BUF_INIT;
	SCOPED(buf) initial = BUF_INIT;

	buf_str(&initial, buf_view(&in->initial));
	buf_reset(&in->initial);
	switch (inline_prompt_read(&in->prompt, "You: ", buf_view(&initial), &text)) {
	case PROMPT_GIVEN:
		in->n_interrupts = 0;
		look_at_width(in);
		take_line(in, buf_view(&text));
		break;
	case PROMPT_CLOSED:
		out_c(in->out, "\n");
		in->is_over = true;
		break;
	case PROMPT_INTERRUPTED:
		take_interrupt(in, buf_view(&text));
		break;
	case PROMPT_TERMINATED:
		leave_by_signal(in, ERR_TERMINATED);
		break;
	}
}

static enum err_code converse(struct inline_chat *in, struct err *err)
{
	if (in->options->prompt.len) {
		out_styled(in->out, OUT_BOLD, STR("You"));
		out_c(in->out, ": ");
		out_str(in->out, in->options->prompt);
		out_c(in->out, "\n");
		inline_prompt_remember(&in->prompt, in->options->prompt);
		take_line(in, in->options->prompt);
	}
	while (!in->is_over) {
		out_c(in->out, "\n");
		if (out_flush(in->out, err) != OK)
			return err->code;
		take_prompt(in);
	}
	return OK;
}

/* --- the beginning and the end */

/* The files were forgotten when the prompt was sent. */
static void on_put_back(void *ctx, const struct conversation_prompt *prompt)
{
	struct inline_chat *in = ctx;

	buf_reset(&in->initial);
	buf_str(&in->initial, prompt->text);
	arena_reset(&in->attached_arena);
	for (in->n_attached = 0; in->n_attached < prompt->n_files && in->n_attached < CONVERSATION_FILES_MAX; in->n_attached++)
		in->attached[in->n_attached] = (struct chat_material){
			arena_str(&in->attached_arena, prompt->files[in->n_attached].name),
			arena_str(&in->attached_arena, prompt->files[in->n_attached].text) };
}

static void on_notice(void *ctx, struct str sentence)
{
	inline_say(ctx, "note: %.*s", STR_ARG(sentence));
}

static bool has_documents(struct inline_chat *in)
{
	struct err ignored = ERR_INIT;
	bool any = false;

	return store_document_any(in->host->chat.db, &any, &ignored) == OK && any;
}

/* What works as things are: nobody should have to find out by a refusal. */
static void greet(struct inline_chat *in)
{
	struct conversation_model models[CONVERSATION_SEATS_MAX];
	struct err err = ERR_INIT;
	bool documents = has_documents(in);
	size_t n = 0;

	inline_say(in, "ibid %s. /help shows what can be typed, Ctrl-D leaves.", in->host->version);
	if (inline_models(in, models, &n, &err) != OK)
		inline_failed(in, &err);
	else if (models[0].provider)
		inline_say(in, "%.*s answers%s.", STR_ARG(models[0].name),
			documents ? ", from your documents where they carry an answer" : "");
	else if (documents)
		inline_say(in, "Answers are exact quotes from your documents; that needs no key and no network. /model chooses "
			"a model that writes them.");
	else
		inline_say(in, "No model is configured and the library is empty. Without any key ibid answers by exact quotes: "
			"read documents in with '/ingest FILE'. For a model, set its key (ANTHROPIC_API_KEY, OPENAI_API_KEY ...) "
			"before you start ibid, or start a model server on this machine and say '/model local'.");
}

static void load_history(struct inline_chat *in)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str *prompts;
	size_t n = 0;

	if (store_prompts(in->host->chat.db, &a, HISTORY_MAX, &prompts, &n, &err) != OK)
		inline_failed(in, &err);
	for (size_t i = 0; i < n; i++)
		inline_prompt_remember(&in->prompt, prompts[i]);
}

static void copy_names(struct inline_chat *in)
{
	const struct tui_options *o = in->options;

	in->models = arena_array(&in->models_arena, o->n_models + 1, sizeof(*in->models));
	for (size_t i = 0; i < o->n_models; i++)
		in->models[i] = arena_str(&in->models_arena, o->models[i]);
	in->n_models = o->n_models;
}

static enum err_code begin_scope(struct inline_chat *in, struct err *err)
{
	const struct tui_options *o = in->options;
	struct conversation_how *how = conversation_how(in->talk);
	SCOPED(buf) words = BUF_INIT;

	*how = o->how;
	how->has_scope = o->n_scope > 0;
	for (size_t i = 0; i < o->n_scope; i++)
		buf_fmt(&words, "%s%.*s", i ? " " : "", STR_ARG(o->scope[i]));
	in->scope_words = arena_str(&in->scope_arena, buf_view(&words));
	return how->has_scope ? in->host->scope(in->host->ctx, &in->scope_arena, o->scope, o->n_scope, &how->scope, err) : OK;
}

static enum err_code begin(struct inline_chat *in, struct err *err)
{
	const struct tui_options *o = in->options;

	copy_names(in);
	if (begin_scope(in, err) != OK)
		return err->code;
	greet(in);
	if (!o->session_id)
		return OK;
	if (conversation_open(in->talk, o->session_id, err) != OK)
		return err->code;
	take_seat(in);
	if (o->branch_id && !in->is_read_only && conversation_branch(in->talk, o->branch_id, err) != OK)
		return err->code;
	inline_show_end(in, 2);
	return OK;
}

static void say_farewell(struct inline_chat *in)
{
	const struct session *s = conversation_session(in->talk);

	if (s->id)
		inline_say(in, "To go on: ibid chat -s %.*s", STR_ARG(s->sid));
}

static enum err_code end(struct inline_chat *in, enum err_code code, struct err *err)
{
	if (code == OK)
		say_farewell(in);
	leave_seat(in);
	conversation_free(in->talk);
	inline_prompt_close(&in->prompt);
	inline_answer_begin(in);
	arena_release(&in->models_arena);
	arena_release(&in->scope_arena);
	arena_release(&in->attached_arena);
	buf_release(&in->initial);
	if (code == OK && in->end != OK)
		return err_set(err, in->end, in->end == ERR_TERMINATED ? "terminated" : "interrupted");
	return code;
}

enum err_code inline_run(const struct tui_host *host, const struct tui_options *o, struct out *out, struct err *err)
{
	struct inline_chat in = { .host = host, .options = o, .out = out, .is_read_only = o->is_read_only };
	const struct conversation_events events = { .on_put_back = on_put_back, .on_notice = on_notice, .ctx = &in };
	enum err_code code;

	in.talk = conversation_new(&host->chat, &events);
	in.prompt = (struct inline_prompt){ .host = host, .completer = { inline_complete, &in } };
	inline_prompt_open(&in.prompt);
	load_history(&in);
	code = begin(&in, err);
	if (code == OK)
		code = converse(&in, err);
	return end(&in, code, err);
}
