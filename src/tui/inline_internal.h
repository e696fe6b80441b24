/*
 * The inside of the inline mode: the conversation as lines, one below the other.
 *
 *	inline.c		opens, asks, follows, leaves
 *	inline_prompt.c		the line that is typed: readline
 *	inline_answer.c		answers as they come, and messages that are stored
 *	inline_words.c		what begins with a slash
 *	inline_command.c	commands of ibid in a process of their own
 */
#ifndef TUI_INLINE_INTERNAL_H
#define TUI_INLINE_INTERNAL_H
#include "ibid/base/out.h"
#include "ibid/tui/host.h"

/* Earlier prompts that the arrow keys reach. */
#define HISTORY_MAX 1000

/* --- inline_prompt.c */

enum prompt_end {
	PROMPT_GIVEN,		/* the text is there */
	PROMPT_CLOSED,		/* Ctrl-D on an empty line, or the terminal is gone */
	PROMPT_INTERRUPTED,	/* Ctrl-C; the text so far is there, and in the history */
	PROMPT_TERMINATED,	/* SIGTERM */
};

struct inline_prompt {
	const struct tui_host *host;
	struct line_options completer;
	/* Private from here on. */
	struct arena arena;		/* of the completion under way */
	struct line_match *matches;
	size_t n_matches, at_match, from, start;
	struct buf line;
	bool has_line, is_closed;
	int n_ahead;			/* bytes that were typed before the line was there */
	bool was_ahead;
};

/* readline is one per process: one prompt at a time. */
void inline_prompt_open(struct inline_prompt *p);
void inline_prompt_close(struct inline_prompt *p);
void inline_prompt_remember(struct inline_prompt *p, struct str text);
/*
 * Read what is typed up to Enter; a backslash at its end, Ctrl-J and Alt-Enter
 * begin a new line of it. `initial` stands there already. `text` is replaced.
 */
enum prompt_end inline_prompt_read(struct inline_prompt *p, const char *label, struct str initial, struct buf *text);

/* --- inline.c */

struct inline_chat {
	const struct tui_host *host;
	const struct tui_options *options;
	struct out *out;
	struct conversation *talk;
	struct inline_prompt prompt;

	struct arena models_arena, attached_arena;
	struct arena scope_arena;	/* of all scopes there were: the conversation borrows them for good */
	struct str *models;		/* names; none: the default */
	size_t n_models;
	struct str scope_words;		/* as they were given */
	struct chat_material attached[CONVERSATION_FILES_MAX];
	size_t n_attached;

	struct buf initial;		/* what stands in the line when it is shown next */
	int64_t edits_id;		/* the message that the line changes; 0: none */
	int64_t seat_id;		/* the session this process writes; 0: none */
	bool is_read_only, is_over;
	int n_interrupts;		/* in a row: the second leaves */
	enum err_code end;		/* ERR_CANCELLED, ERR_TERMINATED: why it is over */

	/* The answers under way: those before `at` are written. */
	size_t at, shown;
	struct render_md *md;
	bool has_label;
};

/* A line of ibid's own. */
void inline_say(struct inline_chat *in, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* An error, and what can be done about it. */
void inline_failed(struct inline_chat *in, const struct err *err);
/* The text with "'ibid doc list'" as "'/doc list'": here it is typed so. */
void inline_add_advice(struct buf *out, struct str text);

/* SIGINT or SIGTERM since the last look; notes SIGTERM as the end. */
int inline_signal(struct inline_chat *in);

/* Why nothing is written, and what can be done. */
#define INLINE_ELSEWHERE "This conversation is open elsewhere: /take writes it here, /new begins another."

/* One process writes a session; a second one looks on, unless it takes it by force. */
enum err_code inline_take_seat(struct inline_chat *in, bool force, struct err *err);

/* Go to a session (0: a new one), sit down at it, and show where it stands. */
enum err_code inline_open(struct inline_chat *in, int64_t session_id, struct err *err);
/* The conversation's models, resolved. */
enum err_code inline_models(struct inline_chat *in, struct conversation_model *models, size_t *n, struct err *err);
/* A prompt as it was typed. */
void inline_ask(struct inline_chat *in, struct str text);
/* Write what comes until all have answered. `code` is what beginning it gave. */
void inline_follow(struct inline_chat *in, enum err_code code, const struct err *err);
/* A number from 1 to n; 0 when none was chosen. */
size_t inline_pick(struct inline_chat *in, size_t n);

/* --- inline_answer.c */
void inline_answer_begin(struct inline_chat *in);
void inline_answer_write(struct inline_chat *in);
/* A stored message, with what it rests on. */
void inline_show_message(struct inline_chat *in, const struct message_ref *ref);
/* The last `n` messages of the branch. */
void inline_show_end(struct inline_chat *in, size_t n);

/* --- inline_words.c */
/* A line without its slash. */
void inline_word(struct inline_chat *in, struct str line);
void inline_complete(void *ctx, struct arena *a, struct str text, size_t cursor, struct line_match **matches, size_t *n,
	size_t *from, size_t *to);

/* --- inline_command.c */
void inline_command(struct inline_chat *in, struct str line);
#endif
