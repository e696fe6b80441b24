/*
 * The inside of the full screen.
 *
 *	screen.c	opens, loops, closes
 *	screen_keys.c	what is typed to actions, by the view that has the keys
 *	screen_browse.c	what is done with a message: find, branch, edit, rate
 *	screen_draw.c	who gets which part of the canvas; the rows at the bottom
 *	screen_items.c	the conversation as items of a pane: messages, cards
 *	screen_talk.c	sending, stopping, branches; what the conversation tells
 *	screen_session.c	the session that is open: who writes it, what is not sent yet
 *	screen_words.c	slash commands: the screen's own words, and ibid's commands in a process of their own
 *	views: one file each, made by view_NAME(screen, ...)
 */
#ifndef TUI_SCREEN_INTERNAL_H
#define TUI_SCREEN_INTERNAL_H
#include <poll.h>
#include <sys/types.h>

#include "ibid/render/highlight.h"
#include "ibid/store/answers.h"
#include "ibid/store/sessions.h"
#include "ibid/tui/canvas.h"
#include "ibid/tui/decode.h"
#include "ibid/tui/host.h"
#include "ibid/tui/keymap.h"
#include "ibid/tui/line.h"
#include "ibid/tui/pane.h"
#include "ibid/tui/term.h"
#include "ibid/tui/theme.h"
#include "view.h"

/* Views that lie over each other: list over sources over chat, help over all. */
#define VIEWS_MAX 6
/* Commands that run at once. */
#define JOBS_MAX 8
/* Cards that are kept. */
#define CARDS_MAX 100
/* Bytes of a command's output that are shown. */
#define JOB_OUTPUT_MAX ((size_t)256 << 10)
/* An answer is waited for so long before the activity row says so; then its seconds and tokens, each second. */
#define SCREEN_WAITING_MS 300
#define SCREEN_TICK_MS 1000
/* The input is at most so many rows high. */
#define INPUT_ROWS_MAX 8

/* A message of the screen itself in the conversation: an error, the output of a command. Lives until the session is left. */
struct card {
	int64_t key;		/* negative */
	int64_t after;		/* the message it stands behind; 0: at the beginning */
	uint32_t revision;
	struct buf title;	/* "/doc list", "not sent" */
	struct buf text;
	bool is_error, is_markdown;
};

/* A command in a process of its own. */
struct job {
	pid_t child;
	int fd;
	int64_t card;		/* key of the card that shows its output */
	bool was_told;		/* to end */
	struct buf line;	/* the command */
	struct buf output;
	struct term_text sink;
};

enum focus { FOCUS_INPUT, FOCUS_BROWSE, FOCUS_VIEW };

/* What the line asks besides the prompt: a search, a name. */
struct question {
	bool is_open;
	struct buf label;
	void (*answer)(struct screen *s, struct str text, void *ctx);	/* not called when it is left */
	void *ctx;
	struct buf draft;	/* the prompt meanwhile */
	enum focus from;
};

/* A yes or no, before something is destroyed. */
struct confirm {
	bool is_open, is_ready;	/* a key answers it, and the row says which */
	int64_t since_ms;
	struct buf sentence;
	void (*yes)(struct screen *s, struct str subject);
	struct buf subject;
};

struct screen {
	const struct tui_host *host;
	const struct tui_options *options;
	struct term *term;
	struct canvas *canvas;
	enum theme_kind theme;
	struct decoder *decoder;
	struct keymap *keymap;
	struct line *line;
	int signal_fd;

	struct conversation *talk;
	struct conversation_model models[CONVERSATION_SEATS_MAX];
	const struct host_model *model_infos[CONVERSATION_SEATS_MAX];
	size_t n_models;
	struct arena scope_arena;	/* of the words and of what they name */
	struct str *scope_words;
	size_t n_scope;
	struct chat_material attached[CONVERSATION_FILES_MAX];
	size_t n_attached;
	struct arena attached_arena;

	struct highlight *highlight;	/* languages of code, loaded once */
	struct pane *pane;
	struct card *cards;
	size_t n_cards, cap_cards;
	int64_t next_card;
	struct pane_item *items;	/* messages of the branch and cards, in order */
	size_t n_items, cap_items;
	struct message_seen *seen;	/* screen_items.c: revisions and what is unfolded */
	size_t n_seen, cap_seen;

	enum focus focus;
	struct view *views[VIEWS_MAX];	/* the last one is on top */
	size_t n_views;
	bool is_over_sources;		/* the lowest one was opened from them: they get the keys back */
	struct view *sources;		/* the drawer or side pane; NULL: closed */
	struct view *columns;		/* answers side by side instead of the pane; NULL: one conversation */
	struct question question;
	struct confirm confirm;
	struct job jobs[JOBS_MAX];
	size_t n_jobs;

	/* Keys. */
	struct key pending;
	bool has_pending, menu_is_due, has_menu;
	struct buf pending_bytes;	/* for readline, when the two strokes are its own */
	enum action prefix;		/* ACTION_COPY: the next key says what */
	int64_t pending_ms, last_stop_ms;
	int64_t editing;		/* the message whose changed text is in the line; 0: a new prompt */
	struct buf aside;		/* the draft meanwhile */
	size_t n_waiting;		/* prompts of the queue in the draft that is stored */

	/* What the bottom rows say. */
	struct buf message;		/* the newest sentence */
	bool message_is_error;
	int64_t message_until_ms;
	int64_t today_micros;
	bool today_unknown;
	struct conversation_context context;
	bool has_read;			/* from the terminal, since the screen was opened */
	bool was_busy;			/* answers were under way when the branch changed last */
	bool has_session;		/* one was opened; the line holds its draft */
	bool is_read_only;
	struct buf store_fault;		/* the store cannot be written: what is on the screen is not saved */

	bool is_dirty, is_urgent, is_over, is_raw, shows_proof, is_focused, has_mouse;
	int64_t drawn_ms, resize_ms, draft_ms, probe_ms, ticked_ms, saving_ms;
	bool draft_is_dirty;
	struct buf found_ids;		/* int64_t of messages that hold what is looked for */
	struct buf needle;
	struct area chat_at, sources_at, input_at;	/* where they were drawn last */
	struct err end;			/* why it ends, when something is wrong */
};

int64_t screen_now(const struct screen *s);	/* monotonic ms */

/* --- screen.c */
/* Open the terminal and the conversation that the options name. */
enum err_code screen_new(const struct tui_host *host, const struct tui_options *o, struct screen **screen,
	struct err *err);
void screen_free(struct screen *s);
SCOPE_PTR(screen)
/* One round: what is due, then a wait for what comes next. */
void screen_turn(struct screen *s);
/* Draw soon; `urgent` (a key was pressed): without waiting for the next frame. */
void screen_dirty(struct screen *s, bool urgent);
void screen_leave(struct screen *s);
/* Ctrl-Z: the terminal as it was, the process stopped. */
void screen_suspend(struct screen *s);
/* The terminal is lent to nobody, but cooked: wait for a line or Ctrl-C. Answers go on arriving. */
void screen_wait_line(struct screen *s);
/* Give the terminal to a program and take it back. */
enum err_code screen_run_program(struct screen *s, enum host_program program, struct str operand, int page,
	struct err *err);

/* A file of the user's alone with this text, for another program to read or change. */
enum err_code screen_scratch(struct screen *s, struct str text, struct buf *path, struct err *err);
void screen_scratch_remove(const struct buf *path);

/* --- what is said in the bottom row */
void screen_say(struct screen *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void screen_say_err(struct screen *s, const struct err *err);
/* The library cannot be written, and why: a banner until screen_store_works. */
void screen_store_fails(struct screen *s, const struct err *err);
void screen_store_works(struct screen *s);
/* Ask for a short text in the place of the prompt; the draft comes back afterwards. */
void screen_ask(struct screen *s, const char *label, struct str initial,
	void (*answer)(struct screen *s, struct str text, void *ctx), void *ctx);
void screen_ask_end(struct screen *s, bool is_answered);
void screen_confirm(struct screen *s, void (*yes)(struct screen *s, struct str subject), struct str subject,
	const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* --- screen_keys.c */
void screen_input(struct screen *s, const struct input *in);
/* Also for slash words and the mouse. */
void screen_act(struct screen *s, enum action a);
/* screen_browse.c: what is done with the selected message; false for other actions. */
bool screen_act_on_message(struct screen *s, enum action a);
/* Look for it (empty: for nothing any more) in this conversation, forwards or backwards. */
/* Mark it, and go on looking for it; empty: for nothing any more. */
void screen_needle(struct screen *s, struct str needle);
void screen_find(struct screen *s, struct str needle, int step);
/* The file of a citation's source, with the user's opener. ERR_MISSING: it is gone. */
enum err_code screen_open_source(struct screen *s, const struct citation *c, struct err *err);
/* Text of the keys that may follow a first stroke. */
void screen_menu(struct screen *s, struct buf *out);
enum key_view screen_keys_of(const struct screen *s);

/* --- screen_draw.c */
void screen_draw(struct screen *s);

/* --- screen_items.c */
struct pane_source screen_items_source(struct screen *s);
/* The branch or a card changed. */
void screen_items_changed(struct screen *s);
/* One message is drawn anew. */
void screen_item_touch(struct screen *s, int64_t message_id);
void screen_items_free(struct screen *s);
/* The message of an item; 0 for a card. */
int64_t screen_item_message(const struct screen *s, size_t item);
/* The item of a message; SIZE_MAX when it is not on the branch. */
size_t screen_item_of(const struct screen *s, int64_t message_id);
/* The ref of the selected message, or of the last answer when none is selected; NULL when there is none. */
const struct message_ref *screen_selected(const struct screen *s);
void screen_item_unfold(struct screen *s, int64_t message_id);
/* Borrowed until the next one; the oldest of more than CARDS_MAX goes. */
struct card *screen_card_add(struct screen *s, struct str title, bool is_error);
void screen_cards_forget(struct screen *s);
struct card *screen_card(struct screen *s, int64_t key);
/* What a message shows, on the branch or beside it (`ref` NULL): for panes of their own. */
void screen_fill_message(struct screen *s, int64_t id, const struct message_ref *ref, struct arena *a,
	struct pane_content *c);

/* --- screen_talk.c */
void screen_talk_events(struct screen *s, struct conversation_events *events);
/* Files for the next prompt. ERR_LIMIT: CONVERSATION_FILES_MAX are there already; errors of the host's attach. */
enum err_code screen_attach(struct screen *s, struct str path, struct err *err);
void screen_attach_again(struct screen *s, const struct conversation_prompt *prompt);
void screen_detach(struct screen *s);
/* Send the prompt that stands in the line: a command, or a prompt. */
void screen_send(struct screen *s);
enum err_code screen_use_models(struct screen *s, const struct str *names, size_t n, struct err *err);
/* Name, context and price of the model in use, in the bottom row. */
void screen_tell_models(struct screen *s);
enum err_code screen_use_scope(struct screen *s, const struct str *words, size_t n, struct err *err);
void screen_stop(struct screen *s);
/* Money and context for the status row, read anew. */
void screen_count(struct screen *s);
/* Check the citations of an answer again against what the library holds now. */
void screen_verify(struct screen *s, int64_t message_id);

/* --- screen_session.c */
enum err_code screen_open_session(struct screen *s, int64_t session_id, struct err *err);
/* Keep the draft and let another process have the session. False when the draft could not be kept. */
bool screen_close_session(struct screen *s);
/* Prompts of all sessions for Up and Ctrl-R; at the start after the first frame, later with each session. */
void screen_load_history(struct screen *s);
/* Written a second after the last change, or now: idle writes nothing. False when it could not be written. */
bool screen_keep_draft(struct screen *s, bool now);
/* Prompts that wait, a draft set aside, what stands in the line. */
void screen_add_unsent(struct screen *s, struct buf *out);
/* Prompts came to wait or were sent: the draft is not what is stored. */
void screen_queue_changed(struct screen *s);
/* What stands in the line makes room for another text, until that one is sent or left. */
void screen_set_aside(struct screen *s);
void screen_line_done(struct screen *s);
/* Whether this process writes the session now; says who does otherwise. `force` takes it over. */
bool screen_sit_down(struct screen *s, bool force);
/* The same before something is written, and whether the session is there still. */
bool screen_may_write(struct screen *s);

/* --- screen_words.c */
/* A command line without its slash. */
void screen_command(struct screen *s, struct str line);
void screen_complete(void *ctx, struct arena *a, struct str text, size_t cursor, struct line_match **matches, size_t *n,
	size_t *from, size_t *to);
void screen_job_read(struct screen *s, struct job *j);
/* End the newest command: by a word at first, by force the next time. */
void screen_job_stop(struct screen *s);
void screen_jobs_end(struct screen *s);

/* --- views */
void screen_push(struct screen *s, struct view *v);	/* takes it; gives it the keys */
void screen_pop(struct screen *s);
struct view *screen_top(const struct screen *s);	/* NULL: none */
void screen_views_refresh(struct screen *s);

/* view_sources.c: the citations of a message; a drawer, a side pane, or all of a small screen. */
struct view *view_sources(struct screen *s, int64_t message_id);
void view_sources_set(struct view *v, int64_t message_id);
/* The citation with mark `n` becomes the selected one. */
void view_sources_select(struct view *v, int n);
/* view_pager.c: a citation's passage in its page, from the version of the text that it cites. ERR_MISSING: the source is gone. */
enum err_code view_passage(struct screen *s, const struct citation *c, struct view **v, struct err *err);
struct view *view_sessions(struct screen *s);
struct view *view_models(struct screen *s);
struct view *view_scope(struct screen *s);
struct view *view_tree(struct screen *s);
struct view *view_keys(struct screen *s);
/* Messages of all sessions that hold the words. */
struct view *view_found(struct screen *s, struct str words);
/* view_columns.c: the answers of several models side by side, or one at a time where the screen is narrow. */
struct view *view_columns(struct screen *s);

/* --- screen_copy.c: the copy menu (second key), the bare view, the dump */
bool screen_copy(struct screen *s, struct key what);
void screen_copy_text(struct screen *s, const char *what, struct str text);
void screen_bare(struct screen *s, bool is_dump);
/* What stays on the main screen when the user has left. */
void screen_farewell(struct screen *s, struct buf *out);
#endif
