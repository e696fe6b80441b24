#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "ibid/base/hash.h"
#include "ibid/base/mem.h"
#include "ibid/base/path.h"
#include "screen_internal.h"

/* Between two frames; over a network half as often. Key echo does not wait for a frame. */
#define FRAME_MS 33
#define FRAME_SSH_MS 66
/* A sentence in the activity row stays so long. */
#define SAY_MS 8000
/* What may follow a first stroke is shown after this time. */
#define MENU_MS 400
/* The conversation is laid out anew when the size has not changed for this long. */
#define RESIZE_MS 50
/* A yes or no comes by itself: what is typed before it can have been read is no answer. */
#define CONFIRM_MS 400
/* Between two tries to write what the library could not take. */
#define SAVING_MS 3000
#define READ_MAX 4096
#define SCRATCH_NAME_LEN 12

int64_t screen_now(const struct screen *s)
{
	return clock_mono_ms(s->host->chat.clock);
}

void screen_dirty(struct screen *s, bool urgent)
{
	s->is_dirty = true;
	s->is_urgent |= urgent;
}

void screen_leave(struct screen *s)
{
	s->is_over = true;
}

/* --- what is said */

static void say(struct screen *s, struct str text, bool is_error)
{
	buf_reset(&s->message);
	buf_str(&s->message, text);
	s->message_is_error = is_error;
	s->message_until_ms = screen_now(s) + SAY_MS;
	screen_dirty(s, true);
}

void screen_say(struct screen *s, const char *fmt, ...)
{
	SCOPED(buf) text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&text, fmt, ap);
	va_end(ap);
	say(s, buf_view(&text), false);
}

void screen_say_err(struct screen *s, const struct err *err)
{
	SCOPED(buf) text = BUF_INIT;

	buf_c(&text, err->text);
	if (*err_hint(err->code))
		buf_fmt(&text, "; %s", err_hint(err->code));
	say(s, buf_view(&text), err->code != ERR_NO);
}

void screen_store_fails(struct screen *s, const struct err *err)
{
	const char *hint = err_hint(err->code);

	/* What can be done comes first: the sentence names a path, and the row may be too short for it. */
	buf_reset(&s->store_fault);
	buf_fmt(&s->store_fault, "%s%s%s", hint, *hint ? ": " : "", err->text);
	s->saving_ms = screen_now(s) + SAVING_MS;
	screen_dirty(s, true);
}

void screen_store_works(struct screen *s)
{
	if (!s->store_fault.len || conversation_is_unsaved(s->talk))
		return;
	buf_reset(&s->store_fault);
	s->saving_ms = 0;
	screen_say(s, "saved");
}

/* What the library could not take is offered to it again. */
static void save_again(struct screen *s)
{
	size_t n;
	const struct conversation_live *lives = conversation_live(s->talk, &n);
	struct err err = ERR_INIT;

	if (conversation_save(s->talk, &err) != OK) {
		screen_store_fails(s, &err);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (lives[i].message_id)
			screen_item_touch(s, lives[i].message_id);
	screen_keep_draft(s, true);
}

void screen_ask(struct screen *s, const char *label, struct str initial,
	void (*answer)(struct screen *s, struct str text, void *ctx), void *ctx)
{
	struct question *q = &s->question;

	if (q->is_open)
		return;
	buf_reset(&q->label);
	buf_c(&q->label, label);
	buf_reset(&q->draft);
	line_expanded(s->line, &q->draft);
	line_lend(s->line, initial);
	q->answer = answer;
	q->ctx = ctx;
	q->from = s->focus;
	q->is_open = true;
	s->focus = FOCUS_INPUT;
	screen_dirty(s, true);
}

/* The question is closed before its answer is told, so that the answer may ask the next. */
void screen_ask_end(struct screen *s, bool is_answered)
{
	SCOPED(buf) text = BUF_INIT;
	struct question *q = &s->question;

	line_expanded(s->line, &text);
	line_return(s->line);
	q->is_open = false;
	s->focus = q->from;
	if (is_answered)
		q->answer(s, buf_view(&text), q->ctx);
	screen_dirty(s, true);
}

void screen_confirm(struct screen *s, void (*yes)(struct screen *s, struct str subject), struct str subject,
	const char *fmt, ...)
{
	va_list ap;

	buf_reset(&s->confirm.sentence);
	va_start(ap, fmt);
	buf_vfmt(&s->confirm.sentence, fmt, ap);
	va_end(ap);
	s->confirm.yes = yes;
	buf_reset(&s->confirm.subject);
	buf_str(&s->confirm.subject, subject);
	s->confirm.since_ms = screen_now(s);
	s->confirm.is_open = true;
	s->confirm.is_ready = false;
	screen_dirty(s, true);
}

/* --- signals */

static void fill_signals(sigset_t *set)
{
	static const int numbers[] = { SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGCONT, SIGTSTP };

	sigemptyset(set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		sigaddset(set, numbers[i]);
}

static void block_signals(bool block)
{
	sigset_t set;

	fill_signals(&set);
	sigprocmask(block ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

static enum err_code open_signals(struct screen *s, struct err *err)
{
	sigset_t set;

	fill_signals(&set);
	block_signals(true);
	s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signal_fd < 0)
		return err_set(err, ERR_IO, "cannot wait for signals: %s", strerror(errno));
	return OK;
}

static void end_by_signal(struct screen *s, int number)
{
	bool is_int = number == SIGINT;

	err_set(&s->end, is_int ? ERR_CANCELLED : ERR_TERMINATED, "%s; the conversation is kept",
		is_int ? "interrupted" : number == SIGHUP ? "the terminal was closed" : "terminated");
	screen_leave(s);
}

/* Somebody else had it: the shell, after a stop that could not be seen coming. */
static void take_terminal_back(struct screen *s)
{
	term_resume(s->term);
	s->resize_ms = screen_now(s);
	screen_dirty(s, true);
}

void screen_suspend(struct screen *s)
{
	sigset_t none, old;

	screen_keep_draft(s, true);
	term_suspend(s->term);
	signal(SIGTSTP, SIG_DFL);
	sigemptyset(&none);
	sigaddset(&none, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &none, &old);
	raise(SIGTSTP);
	sigprocmask(SIG_SETMASK, &old, NULL);
	take_terminal_back(s);
}

static void take_signals(struct screen *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGWINCH)
			s->resize_ms = screen_now(s) + (s->drawn_ms ? RESIZE_MS : 0);
		else if (info.ssi_signo == SIGTSTP)
			screen_suspend(s);
		else if (info.ssi_signo == SIGCONT)
			take_terminal_back(s);
		else
			end_by_signal(s, (int)info.ssi_signo);
	}
}

/* True when the line need not be waited for any more. */
static bool take_signal_of_line(struct screen *s)
{
	struct signalfd_siginfo info;

	if (read(s->signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return false;
	if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGHUP)
		end_by_signal(s, (int)info.ssi_signo);
	else if (info.ssi_signo == SIGTSTP)
		screen_suspend(s);
	return info.ssi_signo != SIGWINCH && info.ssi_signo != SIGCONT;
}

void screen_wait_line(struct screen *s)
{
	struct pollfd fds[2] = { { .fd = term_fd(s->term), .events = POLLIN }, { .fd = s->signal_fd, .events = POLLIN } };
	char key = 0;

	while (key != '\n' && key != '\r') {
		s->host->wait(s->host->ctx, fds, 2, conversation_wait_ms(s->talk, -1));
		conversation_step(s->talk);
		if (fds[1].revents && take_signal_of_line(s))
			return;
		if (fds[0].revents && read(term_fd(s->term), &key, 1) != 1)
			return;
	}
}

/* --- other programs on the terminal */

/* Nothing is drawn, but answers arrive and are kept. */
static int step_talk(void *ctx)
{
	struct screen *s = ctx;

	conversation_step(s->talk);
	return conversation_wait_ms(s->talk, -1);
}

enum err_code screen_run_program(struct screen *s, enum host_program program, struct str operand, int page,
	struct err *err)
{
	enum err_code code;

	screen_keep_draft(s, true);
	term_suspend(s->term);
	block_signals(false);
	code = s->host->run(s->host->ctx, program, operand, page, step_talk, s, err);
	block_signals(true);
	/* Told while the program had the terminal: the handler of the command has noted it. */
	if (s->host->signal(s->host->ctx) == SIGTERM)
		end_by_signal(s, SIGTERM);
	take_terminal_back(s);
	return code;
}

enum err_code screen_scratch(struct screen *s, struct str text, struct buf *path, struct err *err)
{
	if (path_place_of(PATH_STATE, s->host->env, s->host->env_ctx, path, err) != OK ||
		path_make_dirs(buf_cstr(path), err) != OK)
		return err->code;
	buf_c(path, "/prompt-");
	rand_add_id(path, rand_system, NULL, SCRATCH_NAME_LEN);
	buf_c(path, ".md");
	return path_write(buf_cstr(path), text, PATH_NEW, err);
}

void screen_scratch_remove(const struct buf *path)
{
	if (path->len)
		unlink(buf_cstr(path));
}

/* --- the loop */

static void take_size(struct screen *s)
{
	int rows, cols;

	s->resize_ms = 0;
	term_resize(s->term);
	term_size(s->term, &rows, &cols);
	canvas_resize(s->canvas, rows, cols);
	term_redraw(s->term);
	screen_dirty(s, true);
}

static void on_input(void *ctx, const struct input *in)
{
	screen_input(ctx, in);
}

static void take_terminal(struct screen *s)
{
	char bytes[READ_MAX];
	ssize_t n = read(term_fd(s->term), bytes, sizeof(bytes));

	/* Typed ahead, before the screen took the terminal: it had made LF of each Enter. */
	for (ssize_t i = 0; i < n && !s->has_read; i++)
		if (bytes[i] == '\n')
			bytes[i] = '\r';
	s->has_read |= n > 0;
	if (n > 0)
		decode_feed(s->decoder, str_of(bytes, (size_t)n), screen_now(s));
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		end_by_signal(s, SIGHUP);
}

static void sooner(int64_t *when, int64_t at)
{
	if (at > 0 && (*when < 0 || at < *when))
		*when = at;
}

static int64_t frame_ms(const struct screen *s)
{
	const char *ssh = s->host->env(s->host->env_ctx, "SSH_CONNECTION");

	return ssh && *ssh ? FRAME_SSH_MS : FRAME_MS;
}

static int64_t escape_deadline(const struct screen *s)
{
	int64_t at = decode_deadline_ms(s->decoder, term_escape_ms(s->term));

	return at < 0 ? 0 : at > 0 ? at : 1;
}

/* When something is due by itself; -1: never, so an idle screen sleeps until a key comes. */
static int64_t next_due(const struct screen *s)
{
	int64_t when = -1;

	if (s->is_dirty)
		sooner(&when, s->is_urgent ? 1 : s->drawn_ms + frame_ms(s));
	if (conversation_is_busy(s->talk))
		sooner(&when, s->ticked_ms + SCREEN_TICK_MS);
	if (s->message.len)
		sooner(&when, s->message_until_ms);
	if (s->has_pending && !s->has_menu)
		sooner(&when, s->pending_ms + MENU_MS);
	if (s->confirm.is_open && !s->confirm.is_ready)
		sooner(&when, s->confirm.since_ms + CONFIRM_MS);
	if (s->draft_is_dirty)
		sooner(&when, s->draft_ms);
	sooner(&when, s->resize_ms);
	sooner(&when, s->saving_ms);
	sooner(&when, escape_deadline(s));
	return when;
}

static int wait_ms(const struct screen *s)
{
	int64_t now = screen_now(s), when = next_due(s);
	int wait = when < 0 ? -1 : when <= now ? 0 : (int)(when - now);

	return conversation_wait_ms(s->talk, wait);
}

static void run_timers(struct screen *s)
{
	int64_t now = screen_now(s);

	if (s->message.len && now >= s->message_until_ms) {
		buf_reset(&s->message);
		screen_dirty(s, false);
	}
	if (s->has_pending && !s->has_menu && now >= s->pending_ms + MENU_MS) {
		s->has_menu = true;
		screen_dirty(s, false);
	}
	if (s->confirm.is_open && !s->confirm.is_ready && now >= s->confirm.since_ms + CONFIRM_MS) {
		s->confirm.is_ready = true;
		screen_dirty(s, true);
	}
	if (s->draft_is_dirty && now >= s->draft_ms)
		screen_keep_draft(s, true);
	if (s->resize_ms && now >= s->resize_ms)
		take_size(s);
	if (s->saving_ms && now >= s->saving_ms)
		save_again(s);
	if (escape_deadline(s) && now >= escape_deadline(s))
		decode_timeout(s->decoder);
	if (conversation_is_busy(s->talk) && now >= s->ticked_ms + SCREEN_TICK_MS) {
		s->ticked_ms = now;
		screen_dirty(s, false);
	}
}

static void draw_if_due(struct screen *s)
{
	int64_t now = screen_now(s);

	if (!s->is_dirty || (!s->is_urgent && now < s->drawn_ms + frame_ms(s)))
		return;
	s->is_dirty = s->is_urgent = false;
	line_changed(s->line);
	screen_draw(s);
	if (term_is_gone(s->term))
		end_by_signal(s, SIGHUP);
	s->drawn_ms = now;
	if (!s->probe_ms) {
		s->probe_ms = now;
		term_probe(s->term);
		screen_load_history(s);
	}
}

static void wait_for_something(struct screen *s)
{
	struct pollfd fds[2 + JOBS_MAX] = { { .fd = term_fd(s->term), .events = POLLIN },
		{ .fd = s->signal_fd, .events = POLLIN } };
	size_t n = s->n_jobs;

	for (size_t i = 0; i < n; i++)
		fds[2 + i] = (struct pollfd){ .fd = s->jobs[i].fd, .events = POLLIN };
	s->host->wait(s->host->ctx, fds, 2 + n, wait_ms(s));
	if (fds[1].revents)
		take_signals(s);
	/* Keys first: what is typed is seen before what arrives. */
	if (fds[0].revents)
		take_terminal(s);
	for (size_t i = n; i-- > 0;)
		if (fds[2 + i].revents)
			screen_job_read(s, &s->jobs[i]);
}

void screen_turn(struct screen *s)
{
	conversation_step(s->talk);
	run_timers(s);
	draw_if_due(s);
	if (!s->is_over)
		wait_for_something(s);
}

/* --- opening and closing */

static void on_key_fault(void *ctx, struct str sentence)
{
	screen_say(ctx, "%.*s", STR_ARG(sentence));
}

static void load_keys(struct screen *s)
{
	s->keymap = keymap_new();
	keymap_configure(s->keymap, s->host->config, on_key_fault, s);
}

/* What the terminal's name or ~/.inputrc made of themselves: its first line. */
static void say_notes(struct screen *s)
{
	struct str complaint = line_complaint(s->line);

	if (term_note(s->term).len)
		screen_say(s, "%.*s", STR_ARG(term_note(s->term)));
	else if (complaint.len)
		screen_say(s, "%.*s", STR_ARG(str_cut(&complaint, '\n')));
}

static enum err_code open_terminal(struct screen *s, struct err *err)
{
	const struct config *c = s->host->config;
	struct term_options o = { .env = s->host->env, .env_ctx = s->host->env_ctx, .color = s->host->color,
		.mouse = (enum term_mouse)config_int(c, "chat.mouse") };
	int rows, cols;

	if (term_open(&o, &s->term, err) != OK)
		return err->code;
	term_guard(s->term);
	s->has_mouse = o.mouse == TERM_MOUSE_FULL;
	s->theme = s->host->color ? (enum theme_kind)config_int(c, "chat.theme") : THEME_MONO;
	term_size(s->term, &rows, &cols);
	s->canvas = canvas_new(rows, cols);
	s->decoder = decode_new(on_input, s);
	s->line = line_new(&(struct line_options){ screen_complete, s });
	say_notes(s);
	return OK;
}

static void open_talk(struct screen *s)
{
	struct conversation_events events;
	struct pane_source source = screen_items_source(s);

	screen_talk_events(s, &events);
	s->talk = conversation_new(&s->host->chat, &events);
	*conversation_how(s->talk) = s->options->how;
	s->highlight = highlight_new();
	s->pane = pane_new(&source, s->highlight);
}

static enum err_code begin(struct screen *s, struct err *err)
{
	const struct tui_options *o = s->options;
	const struct str by_default = STR_EMPTY;

	load_keys(s);
	if (screen_open_session(s, o->session_id, err) != OK ||
		screen_use_models(s, o->n_models ? o->models : &by_default, o->n_models ? o->n_models : 1, err) != OK ||
		screen_use_scope(s, o->scope, o->n_scope, err) != OK)
		return err->code;
	if (o->branch_id && conversation_branch(s->talk, o->branch_id, err) != OK)
		return err->code;
	if (o->prompt.len) {
		screen_set_aside(s);
		line_set(s->line, o->prompt);
		screen_send(s);
	}
	return OK;
}

/* On the main screen; foreign text is made harmless on its way. */
static void write_out(struct screen *s, struct str text)
{
	struct out out;

	out_open(&out, STDOUT_FILENO, "standard output", OUT_COLOR_NEVER, s->host->env, s->host->env_ctx);
	out_str(&out, text);
	out_release(&out);
}

static void say_farewell(struct screen *s)
{
	SCOPED(buf) text = BUF_INIT;

	screen_farewell(s, &text);
	write_out(s, buf_view(&text));
}

void screen_free(struct screen *s)
{
	if (!s)
		return;
	screen_jobs_end(s);
	while (s->n_views)
		view_free(s->views[--s->n_views]);
	view_free(s->sources);
	view_free(s->columns);
	pane_free(s->pane);
	highlight_free(s->highlight);
	conversation_free(s->talk);
	screen_items_free(s);
	keymap_free(s->keymap);
	line_free(s->line);
	decode_free(s->decoder);
	canvas_free(s->canvas);
	term_free(s->term);
	buf_release(&s->message);
	buf_release(&s->store_fault);
	buf_release(&s->question.label);
	buf_release(&s->question.draft);
	buf_release(&s->confirm.sentence);
	buf_release(&s->confirm.subject);
	buf_release(&s->found_ids);
	buf_release(&s->needle);
	buf_release(&s->aside);
	buf_release(&s->pending_bytes);
	arena_release(&s->attached_arena);
	arena_release(&s->scope_arena);
	if (s->signal_fd >= 0)
		close(s->signal_fd);
	block_signals(false);
	mem_free(s);
}

enum err_code screen_new(const struct tui_host *host, const struct tui_options *o, struct screen **screen,
	struct err *err)
{
	SCOPED_PTR(screen) s = mem_zalloc(1, sizeof(*s));

	s->host = host;
	s->options = o;
	s->signal_fd = -1;
	s->is_focused = true;
	if (open_signals(s, err) != OK || open_terminal(s, err) != OK)
		return err->code;
	open_talk(s);
	if (begin(s, err) != OK)
		return err->code;
	*screen = take(&s);
	return OK;
}

/* A draft that cannot be kept is left where it can be copied from. */
static void say_unkept(struct screen *s)
{
	SCOPED(buf) text = BUF_INIT;

	buf_c(&text, "not sent and not kept:");
	screen_add_unsent(s, &text);
	buf_ch(&text, '\n');
	write_out(s, buf_view(&text));
}

/* What is said last is said on the main screen. */
static void end(struct screen *s)
{
	conversation_stop(s->talk);
	term_free(take(&s->term));
	say_farewell(s);
	if (conversation_save(s->talk, &s->end) != OK)
		err_ctx(&s->end, "the text above is all there is of it");
	if (!screen_close_session(s))
		say_unkept(s);
}

enum err_code screen_run(const struct tui_host *host, const struct tui_options *o, struct err *err)
{
	SCOPED_PTR(screen) s = NULL;

	if (screen_new(host, o, &s, err) != OK)
		return err->code;
	while (!s->is_over)
		screen_turn(s);
	end(s);
	*err = s->end;
	return s->end.code;
}
