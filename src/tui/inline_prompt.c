/*
 * The line of the inline mode: GNU readline with its own drawing, in callback
 * form, so that the one wait of the program serves it too.
 *
 * readline handles its signals itself while the line is there: it puts the
 * terminal back, passes the signal on, and takes the terminal again. Enter that
 * was pressed before the line was there has gone through the terminal as LF;
 * such an LF sends the line, one typed now (Ctrl-J) breaks it.
 */
#include "inline_internal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "ibid/base/mem.h"

#define MORE_LABEL "...> "

/* readline has one state a process and hands no context to its callbacks. */
static struct inline_prompt *current;

/* --- completion */

/* readline replaces from its own idea of the word's begin; what stands between that and ours goes along. */
static char *next_match(const char *text, int state)
{
	struct inline_prompt *p = current;
	struct str line = str_c(rl_line_buffer);

	(void)text;
	if (!state)
		p->at_match = 0;
	while (p->at_match < p->n_matches) {
		SCOPED(buf) whole = BUF_INIT;
		struct str before = str_sub(line, 0, p->start);

		buf_str(&whole, str_sub(line, 0, p->from));
		buf_str(&whole, p->matches[p->at_match++].value);
		if (str_starts(buf_view(&whole), before))
			return mem_dup(whole.p + p->start, whole.len - p->start);
	}
	return NULL;
}

static char **attempt(const char *text, int start, int end)
{
	struct inline_prompt *p = current;
	size_t to;

	rl_attempted_completion_over = 1;
	arena_reset(&p->arena);
	p->completer.complete(p->completer.ctx, &p->arena, str_c(rl_line_buffer), (size_t)end, &p->matches,
		&p->n_matches, &p->from, &to);
	p->start = (size_t)start;
	/* A directory goes on; anything else ends its word. */
	rl_completion_append_character = p->n_matches == 1 && str_ends(p->matches[0].value, STR("/")) ? '\0' : ' ';
	return rl_completion_matches(text, next_match);
}

/* --- keys */

static int read_key(FILE *from)
{
	int c = rl_getc(from);

	current->was_ahead = current->n_ahead > 0;
	current->n_ahead -= current->was_ahead;
	return c;
}

static int insert_newline(int count, int key)
{
	(void)count;
	(void)key;
	return rl_insert_text("\n") == 1 ? 0 : 1;
}

static int newline_or_send(int count, int key)
{
	return current->was_ahead ? rl_newline(count, key) : insert_newline(count, key);
}

static void on_line(char *line)
{
	struct inline_prompt *p = current;

	rl_callback_handler_remove();
	p->has_line = line != NULL;
	p->is_closed = !line;
	buf_c(&p->line, line ? line : "");
	free(line);
}

static void restore(void *ctx)
{
	(void)ctx;
	rl_deprep_terminal();
}

void inline_prompt_open(struct inline_prompt *p)
{
	current = p;
	rl_readline_name = "ibid";
	rl_change_environment = 0;
	rl_persistent_signal_handlers = 1;
	rl_getc_function = read_key;
	rl_attempted_completion_function = attempt;
	rl_completer_word_break_characters = (char *)" \t\n";
	rl_basic_word_break_characters = (char *)" \t\n";
	/* Before the user's inputrc is read, so that it has the last word. */
	rl_bind_key_in_map('\n', newline_or_send, emacs_standard_keymap);
	rl_bind_key_in_map('\n', newline_or_send, vi_insertion_keymap);
	rl_bind_keyseq_in_map("\\e\\C-m", insert_newline, emacs_standard_keymap);
	using_history();
	mem_last_words(restore, NULL);
}

void inline_prompt_close(struct inline_prompt *p)
{
	mem_last_words(NULL, NULL);
	clear_history();
	arena_release(&p->arena);
	buf_release(&p->line);
	current = NULL;
}

void inline_prompt_remember(struct inline_prompt *p, struct str text)
{
	SCOPED(buf) line = BUF_INIT;

	(void)p;
	buf_str(&line, text);
	add_history(buf_cstr(&line));
	using_history();
}

/* --- one line */

static void show(struct inline_prompt *p, const char *label, struct str initial)
{
	SCOPED(buf) text = BUF_INIT;

	buf_reset(&p->line);
	p->has_line = p->is_closed = p->was_ahead = false;
	if (ioctl(STDIN_FILENO, FIONREAD, &p->n_ahead))
		p->n_ahead = 0;
	rl_callback_handler_install(label, on_line);
	if (!initial.len)
		return;
	buf_str(&text, initial);
	rl_insert_text(buf_cstr(&text));
	rl_redisplay();
}

static enum prompt_end interrupted(struct inline_prompt *p, int sig)
{
	buf_c(&p->line, rl_line_buffer);
	rl_callback_handler_remove();
	return sig == SIGTERM ? PROMPT_TERMINATED : PROMPT_INTERRUPTED;
}

static enum prompt_end read_line(struct inline_prompt *p, const char *label, struct str initial)
{
	show(p, label, initial);
	while (!p->has_line && !p->is_closed) {
		struct pollfd keys = { .fd = STDIN_FILENO, .events = POLLIN };
		int sig = p->host->signal(p->host->ctx);

		if (sig)
			return interrupted(p, sig);
		p->host->wait(p->host->ctx, &keys, 1, -1);
		if (rl_pending_signal())
			rl_check_signals();
		else if (keys.revents)
			rl_callback_read_char();
	}
	return p->is_closed ? PROMPT_CLOSED : PROMPT_GIVEN;
}

/* An odd number of backslashes at the end: the last one asks for more. */
static bool wants_more(struct str line)
{
	size_t n = 0;

	while (n < line.len && line.p[line.len - 1 - n] == '\\')
		n++;
	return n % 2;
}

enum prompt_end inline_prompt_read(struct inline_prompt *p, const char *label, struct str initial, struct buf *text)
{
	enum prompt_end end = read_line(p, label, initial);

	buf_reset(text);
	while (end == PROMPT_GIVEN && wants_more(buf_view(&p->line))) {
		buf_str(text, str_sub(buf_view(&p->line), 0, p->line.len - 1));
		buf_ch(text, '\n');
		end = read_line(p, MORE_LABEL, STR_EMPTY);
	}
	buf_str(text, buf_view(&p->line));
	if (end != PROMPT_CLOSED && str_trim(buf_view(text)).len)
		inline_prompt_remember(p, buf_view(text));
	return end == PROMPT_CLOSED && text->len ? PROMPT_GIVEN : end;
}
