/*
 * Slash commands. A word of the screen's own (a view, a setting of this
 * conversation) is a row below; every other is a command of ibid, which runs in a
 * process of its own and writes into a card of the conversation.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ibid/base/mem.h"
#include "screen_internal.h"
#include "words.h"

/* A command gets so long to end when the screen is left. */
#define LEAVE_MS 2000

/* --- the screen's own words */

typedef void word_fn(struct screen *s, struct str rest);

#define WORD(name, args, like, help) static word_fn word_##name;
#include "words.def"
#include "screen_words.def"
#undef WORD

static const struct word_row rows[] = {
#define WORD(name, args, like, help) { #name, args, like, help },
#include "words.def"
#include "screen_words.def"
#undef WORD
};
#define N_ROWS (sizeof(rows) / sizeof(*rows))

static word_fn *const runs[N_ROWS] = {
#define WORD(name, args, like, help) word_##name,
#include "words.def"
#include "screen_words.def"
#undef WORD
};

static struct words words_of(const struct screen *s)
{
	return (struct words){ s->host, rows, N_ROWS };
}

static void word_quit(struct screen *s, struct str rest)
{
	(void)rest;
	screen_leave(s);
}

static void act(struct screen *s, enum action a)
{
	screen_act(s, a);
}

#define WORD_ACTION(word, action) \
	static void word_##word(struct screen *s, struct str rest) \
	{ \
		(void)rest; \
		act(s, action); \
	}
WORD_ACTION(keys, ACTION_HELP)
WORD_ACTION(new, ACTION_NEW)
WORD_ACTION(sessions, ACTION_SESSIONS)
WORD_ACTION(again, ACTION_AGAIN)
WORD_ACTION(tree, ACTION_TREE)
WORD_ACTION(verify, ACTION_VERIFY)
WORD_ACTION(bare, ACTION_BARE)
WORD_ACTION(dump, ACTION_DUMP)
WORD_ACTION(mouse, ACTION_MOUSE)
WORD_ACTION(raw, ACTION_RAW)

/* A message by its number in the session becomes the selected one; an empty operand leaves the selection. */
static bool select_message(struct screen *s, struct str operand)
{
	const struct message_ref *refs;
	long long number;

	if (!operand.len)
		return true;
	if (!str_to_int(operand, &number)) {
		screen_say(s, "'%.*s' is no number of a message", STR_ARG(operand));
		return false;
	}
	for (size_t i = conversation_refs(s->talk, &refs); i-- > 0;)
		if (refs[i].n == number) {
			pane_select(s->pane, screen_item_of(s, refs[i].id));
			return true;
		}
	screen_say(s, "message %lld is not on this branch; /tree shows all", number);
	return false;
}

/* Ctrl-C does more where nothing arrives: it leaves in the end. */
static void word_stop(struct screen *s, struct str rest)
{
	(void)rest;
	if (conversation_is_busy(s->talk))
		screen_stop(s);
	else if (s->n_jobs)
		screen_job_stop(s);
	else
		screen_say(s, "no answer is arriving");
}

static void word_sources(struct screen *s, struct str rest)
{
	if (select_message(s, rest))
		act(s, ACTION_SOURCES);
}

/* Without a number the last prompt is meant, not the last answer. */
static void word_edit(struct screen *s, struct str rest)
{
	if (select_message(s, rest))
		act(s, ACTION_EDIT);
}

static void word_branch(struct screen *s, struct str rest)
{
	if (select_message(s, rest))
		act(s, ACTION_BRANCH);
}

static void word_next(struct screen *s, struct str rest)
{
	const struct message_ref *refs;

	(void)rest;
	for (size_t i = conversation_refs(s->talk, &refs); i-- > 0;)
		if (refs[i].n_siblings > 1) {
			pane_select(s->pane, screen_item_of(s, refs[i].id));
			act(s, refs[i].sibling + 1 < refs[i].n_siblings ? ACTION_NEXT_BRANCH : ACTION_PREV_BRANCH);
			return;
		}
	screen_say(s, "this conversation has one branch");
}

/* Citation K of the selected answer: its passage. */
static void word_source(struct screen *s, struct str rest)
{
	const struct message_ref *ref = screen_selected(s);
	long long number;

	if (!str_to_int(rest, &number) || number < 1 || number > 9999) {
		screen_say(s, "/source K shows the passage of [K]");
		return;
	}
	if (ref)
		pane_select(s->pane, screen_item_of(s, ref->id));
	if (ref && pane_mark_number(s->pane, (int)number))
		act(s, ACTION_OPEN);
	else
		screen_say(s, "there is no citation [%lld] here", number);
}

static void word_open(struct screen *s, struct str rest)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct session found;

	if (!rest.len) {
		act(s, ACTION_SESSIONS);
		return;
	}
	if (store_session_find(s->host->chat.db, &a, words_one(&a, rest), &found, &err) != OK ||
		screen_open_session(s, found.id, &err) != OK)
		screen_say_err(s, &err);
}

static void word_model(struct screen *s, struct str rest)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str *names;
	size_t n = words_split(&a, rest, &names);

	if (!n)
		act(s, ACTION_MODELS);
	else if (screen_use_models(s, names, n, &err) != OK)
		screen_say_err(s, &err);
	else
		screen_tell_models(s);
}

static void word_scope(struct screen *s, struct str rest)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str *v;
	size_t n = words_split(&a, rest, &v);
	bool is_clear = n == 1 && str_is(v[0], "clear");

	if (!n)
		act(s, ACTION_SCOPE);
	else if (screen_use_scope(s, v, is_clear ? 0 : n, &err) != OK)
		screen_say_err(s, &err);
	else
		screen_say(s, is_clear ? "all documents may be used" : "answers rest on: %.*s", STR_ARG(rest));
}

static void word_ground(struct screen *s, struct str rest)
{
	static const char *const names[] = { "auto", "off", "require" };
	static const char *const says[] = { "answers rest on the library when it holds documents",
		"answers are the model's own, without sources", "answers rest on the library, or there is none" };

	for (int i = 0; i < 3; i++)
		if (str_is(rest, names[i])) {
			conversation_how(s->talk)->grounding = (enum conversation_grounding)i;
			screen_say(s, "%s", says[i]);
			return;
		}
	screen_say(s, "/ground auto, off or require; now it is %s", names[conversation_how(s->talk)->grounding]);
}

static void word_attach(struct screen *s, struct str rest)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str path = words_one(&a, rest);

	if (!rest.len || str_is(rest, "clear")) {
		screen_detach(s);
		screen_say(s, "nothing is attached");
	} else if (screen_attach(s, path, &err) != OK) {
		screen_say_err(s, &err);
	} else {
		screen_say(s, "'%.*s' goes with the next prompt; '/attach' alone takes it back", STR_ARG(path));
	}
}

static void word_find(struct screen *s, struct str rest)
{
	if (rest.len)
		screen_find(s, rest, 1);
	else
		act(s, ACTION_FIND);
}

static void word_found(struct screen *s, struct str rest)
{
	if (rest.len)
		screen_push(s, view_found(s, rest));
	else
		screen_say(s, "/found WORDS searches all conversations");
}

static void word_title(struct screen *s, struct str rest)
{
	struct err err = ERR_INIT;
	int64_t id = conversation_session(s->talk)->id;

	if (!id || !rest.len)
		screen_say(s, id ? "/title NAME names this conversation" : "this conversation gets a name with its first prompt");
	else if (!screen_may_write(s))
		return;
	else if (store_session_rename(s->host->chat.db, id, rest, &err) != OK || conversation_reload(s->talk, &err) != OK)
		screen_say_err(s, &err);
	else
		screen_say(s, "named '%.*s'", STR_ARG(rest));
}

static void word_take(struct screen *s, struct str rest)
{
	(void)rest;
	if (screen_sit_down(s, true))
		screen_say(s, "this conversation is written here now");
}

static void word_theme(struct screen *s, struct str rest)
{
	static const char *const names[] = { "auto", "light", "dark", "mono" };

	for (int i = 0; i < 4; i++)
		if (str_is(rest, names[i])) {
			s->theme = (enum theme_kind)i;
			term_redraw(s->term);
			return;
		}
	screen_say(s, "/theme auto, light, dark or mono; now it is %s", names[s->theme]);
}

/* --- commands of ibid, in a process of their own */

static struct card *add_card(struct screen *s, struct job *j)
{
	SCOPED(buf) title = BUF_INIT;
	struct card *c;

	buf_fmt(&title, "/%s", buf_cstr(&j->line));
	c = screen_card_add(s, buf_view(&title), false);
	j->card = c->key;
	return c;
}

static void start_job(struct screen *s, struct str line)
{
	int cols = s->chat_at.cols > 0 && s->chat_at.cols < PANE_TEXT_COLS ? s->chat_at.cols : PANE_TEXT_COLS;
	struct err err = ERR_INIT;
	struct job *j;

	if (s->n_jobs == JOBS_MAX) {
		screen_say(s, "%d commands are running; wait for one", JOBS_MAX);
		return;
	}
	j = &s->jobs[s->n_jobs];
	*j = (struct job){ .line = BUF_INIT, .output = BUF_INIT, .sink = TERM_TEXT_INIT };
	buf_str(&j->line, line);
	if (s->host->command(s->host->ctx, line, conversation_session(s->talk)->sid, cols, &j->fd, &j->child,
		    &err) != OK) {
		buf_release(&j->line);
		screen_say_err(s, &err);
		return;
	}
	s->n_jobs++;
	add_card(s, j);
}

static void confirmed(struct screen *s, struct str subject)
{
	SCOPED(buf) line = BUF_INIT;

	buf_fmt(&line, "%.*s --yes", STR_ARG(subject));
	start_job(s, buf_view(&line));
}

/* A command that destroys asks for --yes where it cannot ask a person; the screen can. */
static void ask_for_yes(struct screen *s, const struct job *j)
{
	/* Somebody who types on would answer without having read it. */
	if (!line_is_empty(s->line) || s->question.is_open || s->confirm.is_open)
		return;
	if (str_find(buf_view(&j->output), STR("--yes"), 0) != STR_NONE)
		screen_confirm(s, confirmed, buf_view(&j->line), "really '/%s'?", buf_cstr(&j->line));
}

static void show_output(struct screen *s, struct job *j)
{
	struct card *c = screen_card(s, j->card);

	if (!c)
		c = add_card(s, j);
	buf_reset(&c->text);
	buf_str(&c->text, str_trim(buf_view(&j->output)));
	c->revision++;
	screen_items_changed(s);
}

/* It may have renamed the session, taken its last exchange back, or removed it. What is being typed stays. */
static void look_again(struct screen *s)
{
	SCOPED(buf) unsent = BUF_INIT;
	struct err err = ERR_INIT;
	enum err_code code = conversation_reload(s->talk, &err);

	if ((code == OK && !conversation_session(s->talk)->trashed_ms) || conversation_is_busy(s->talk))
		return;
	if (code != OK && code != ERR_MISSING) {
		screen_say_err(s, &err);
		return;
	}
	screen_add_unsent(s, &unsent);
	err_reset(&err);
	if (screen_open_session(s, 0, &err) != OK) {
		screen_say_err(s, &err);
		return;
	}
	if (line_is_empty(s->line))
		line_set(s->line, buf_view(&unsent));
	screen_say(s, "that conversation was removed; a new one begins here");
}

static void end_job(struct screen *s, struct job *j)
{
	int status = 0;

	close(j->fd);
	while (waitpid(j->child, &status, 0) < 0 && errno == EINTR)
		;
	term_text_end(&j->sink, &j->output);
	if (!j->output.len)
		buf_c(&j->output, WIFEXITED(status) && !WEXITSTATUS(status) ? "done" : "ended without a word");
	if (WIFEXITED(status) && WEXITSTATUS(status) == err_exit_status(ERR_DENIED))
		ask_for_yes(s, j);
	show_output(s, j);
	buf_release(&j->line);
	buf_release(&j->output);
	*j = s->jobs[--s->n_jobs];
	look_again(s);
	screen_views_refresh(s);
	screen_count(s);
}

void screen_job_read(struct screen *s, struct job *j)
{
	char bytes[16384];
	ssize_t n = read(j->fd, bytes, sizeof(bytes));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		end_job(s, j);
		return;
	}
	if (j->output.len < JOB_OUTPUT_MAX) {
		term_text_feed(&j->sink, &j->output, str_of(bytes, (size_t)n));
		if (j->output.len >= JOB_OUTPUT_MAX)
			buf_c(&j->output, "\n(the rest is not shown)");
		show_output(s, j);
	}
}

/* It leads a group of its own once it has come so far; what it has started ends with it. */
static void send_signal(const struct job *j, int number)
{
	if (kill(-j->child, number))
		kill(j->child, number);
}

void screen_job_stop(struct screen *s)
{
	struct job *j = &s->jobs[s->n_jobs - 1];

	send_signal(j, j->was_told ? SIGKILL : SIGTERM);
	screen_say(s, "'/%s' is %s", buf_cstr(&j->line), j->was_told ? "killed" : "told to end; Ctrl-C again kills it");
	j->was_told = true;
}

/* A command that will not end by itself may not keep the user from leaving. */
static void wait_for_end(const struct job *j)
{
	const struct timespec step = { .tv_nsec = 10000000 };

	for (int i = 0; i < LEAVE_MS / 10; i++) {
		pid_t ended = waitpid(j->child, NULL, WNOHANG);

		if (ended > 0 || (ended < 0 && errno != EINTR))
			return;
		nanosleep(&step, NULL);
	}
	send_signal(j, SIGKILL);
	while (waitpid(j->child, NULL, 0) < 0 && errno == EINTR)
		;
}

void screen_jobs_end(struct screen *s)
{
	for (size_t i = 0; i < s->n_jobs; i++)
		send_signal(&s->jobs[i], SIGTERM);
	while (s->n_jobs) {
		struct job *j = &s->jobs[--s->n_jobs];

		close(j->fd);
		wait_for_end(j);
		buf_release(&j->line);
		buf_release(&j->output);
	}
}

/* --- help */

static void word_help(struct screen *s, struct str rest)
{
	const struct words words = words_of(s);
	struct card *c;

	if (rest.len && words_find(&words, rest) == SIZE_MAX) {
		SCOPED(buf) line = BUF_INIT;

		buf_fmt(&line, "help %.*s", STR_ARG(rest));
		start_job(s, buf_view(&line));
		return;
	}
	c = screen_card_add(s, STR("/help"), false);
	for (size_t i = 0; i < N_ROWS; i++)
		if (!rest.len || str_is(rest, rows[i].name))
			buf_fmt(&c->text, "/%-9s %-20s %s\n", rows[i].name, rows[i].args, rows[i].help);
	if (!rest.len)
		buf_c(&c->text, "\nEvery command of ibid works too: /doc list, /search WORDS, /cite export @, /ingest FILE ...\n"
			"A prompt that begins with a slash is written //. @d3 or @tag:x in a prompt narrows its sources.");
	screen_items_changed(s);
}

void screen_command(struct screen *s, struct str line)
{
	const struct words words = words_of(s);
	struct str operands;
	size_t i = words_parse(&words, line, &operands);

	screen_dirty(s, true);
	if (i < N_ROWS)
		runs[i](s, operands);
	else
		start_job(s, line);
}

/* --- completion */

/* @ in a prompt: documents and tags. */
static void complete_mention(struct screen *s, struct arena *a, struct str text, size_t at, size_t cursor,
	struct line_match **matches, size_t *n, size_t *from, size_t *to)
{
	struct str line = arena_fmt(a, "ask -d %.*s", STR_ARG(str_sub(text, at + 1, cursor)));

	s->host->complete(s->host->ctx, a, line, line.len, matches, n, from, to);
	*from = at + 1;
	*to = cursor;
}

void screen_complete(void *ctx, struct arena *a, struct str text, size_t cursor, struct line_match **matches, size_t *n,
	size_t *from, size_t *to)
{
	struct screen *s = ctx;
	const struct words words = words_of(s);
	size_t at = cursor;

	*n = 0;
	if (s->question.is_open)
		return;
	if (cursor && text.p[0] == '/') {
		words_complete(&words, a, text, cursor, matches, n, from, to);
		return;
	}
	while (at > 0 && text.p[at - 1] != ' ' && text.p[at - 1] != '\n')
		at--;
	if (at < cursor && text.p[at] == '@')
		complete_mention(s, a, text, at, cursor, matches, n, from, to);
}
