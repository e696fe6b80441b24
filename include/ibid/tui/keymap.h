/*
 * tui/keymap.h - the table of keys: view, key, action, help
 *
 * One table (src/tui/keys.def) gives dispatch, the help screen, the list in
 * ibid-keys(7) and the defaults; the user's [keys "input"] and [keys "browse"]
 * lines, or those of any other view, are laid over it. Keys that no row names go
 * to the view itself (input: to readline; a list: to its filter). When a second
 * stroke is not bound, both go there.
 *
 * A key is one or two strokes: "ctrl-x s". An action is a word of ACTIONS or, in
 * the configuration, also a command line: `ctrl-x e = /cite export @ --format
 * bibtex`. `none` frees a key.
 *
 * A view acts on the actions that it knows: TOGGLE means nothing in a list where
 * there is nothing to select, and the key goes to the filter there.
 *
 * Source of the defaults: reference/ux 4.3.
 */
#ifndef IBID_TUI_KEYMAP_H
#define IBID_TUI_KEYMAP_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/tui/decode.h"

/* Where a key is pressed. A view not named here (a list, help) takes what is bound in VIEW_LIST. */
enum key_view { VIEW_INPUT, VIEW_BROWSE, VIEW_SOURCES, VIEW_LIST, VIEW_PAGER, VIEW_COUNT };
const char *key_view_name(enum key_view view);

/*
 * action, its name in the configuration, what it does (help screen and manual).
 * src/tui/keys.def binds them; a name is a verb or a noun of reference/ux 4.3.
 */
#define ACTIONS(X) \
	X(ACTION_NONE,           "none",             "nothing") \
	X(ACTION_SEND,           "send",             "send the prompt") \
	X(ACTION_NEWLINE,        "newline",          "a new line in the prompt") \
	X(ACTION_STOP,           "stop",             "stop the answer and keep its part; clear the prompt; twice: quit") \
	X(ACTION_QUIT,           "quit",             "leave") \
	X(ACTION_END_OF_INPUT,   "end-of-input",     "leave when the prompt is empty, else delete a character") \
	X(ACTION_BROWSE,         "browse",           "move through the conversation") \
	X(ACTION_INPUT,          "input",            "back to the prompt") \
	X(ACTION_BACK,           "back",             "close what is open, one step") \
	X(ACTION_UP,             "up",               "one line up") \
	X(ACTION_DOWN,           "down",             "one line down") \
	X(ACTION_LEFT,           "left",             "scroll wide lines to the left") \
	X(ACTION_RIGHT,          "right",            "scroll wide lines to the right") \
	X(ACTION_PAGE_UP,        "page-up",          "one page up") \
	X(ACTION_PAGE_DOWN,      "page-down",        "one page down") \
	X(ACTION_HALF_UP,        "half-up",          "half a page up") \
	X(ACTION_HALF_DOWN,      "half-down",        "half a page down") \
	X(ACTION_TOP,            "top",              "to the beginning") \
	X(ACTION_END,            "end",              "to the end, and follow what comes") \
	X(ACTION_NEXT_MESSAGE,   "next-message",     "next message") \
	X(ACTION_PREV_MESSAGE,   "previous-message", "previous message") \
	X(ACTION_HISTORY_PREV,   "history-previous", "line up in the prompt, then the prompt before that begins alike") \
	X(ACTION_HISTORY_NEXT,   "history-next",     "line down in the prompt, then the next prompt") \
	X(ACTION_UNQUEUE,        "unqueue",          "take a waiting prompt back") \
	X(ACTION_FIND,           "find",             "search this conversation") \
	X(ACTION_FIND_BACK,      "find-back",        "search backwards") \
	X(ACTION_FIND_NEXT,      "find-next",        "next match") \
	X(ACTION_FIND_PREV,      "find-previous",    "previous match") \
	X(ACTION_NEXT_CITATION,  "next-citation",    "next citation") \
	X(ACTION_PREV_CITATION,  "previous-citation", "previous citation") \
	X(ACTION_OPEN,           "open",             "open what is selected: the passage, the session, the fold") \
	X(ACTION_OPEN_FILE,      "open-file",        "open the source's file") \
	X(ACTION_SOURCES,        "sources",          "the sources of the selected answer") \
	X(ACTION_SESSIONS,       "sessions",         "all conversations") \
	X(ACTION_MODELS,         "models",           "choose the model") \
	X(ACTION_SCOPE,          "scope",            "choose which documents may be used") \
	X(ACTION_COPY,           "copy",             "copy: y message, t citation, T message without marks, c code, q quote, l link, a all") \
	X(ACTION_EDIT_OUTSIDE,   "edit-outside",     "write the prompt in the editor") \
	X(ACTION_VIEW_OUTSIDE,   "view-outside",     "read the message in the pager") \
	X(ACTION_EDIT,           "edit",             "change this prompt: a new branch") \
	X(ACTION_AGAIN,          "again",            "ask again: a new branch") \
	X(ACTION_BRANCH,         "branch",           "go on from here: a new branch") \
	X(ACTION_NEXT_BRANCH,    "next-branch",      "next branch of this message") \
	X(ACTION_PREV_BRANCH,    "previous-branch",  "previous branch of this message") \
	X(ACTION_TREE,           "tree",             "the tree of branches") \
	X(ACTION_GO_ON,          "go-on",            "ask the model to go on where it was cut") \
	X(ACTION_VERIFY,         "verify",           "check the citations again") \
	X(ACTION_RATE_UP,        "rate-up",          "this answer is good") \
	X(ACTION_RATE_DOWN,      "rate-down",        "this answer is bad") \
	X(ACTION_REPORT,         "report",           "mark this citation as wrong") \
	X(ACTION_BARE,           "bare",             "the conversation as plain lines, to select and copy") \
	X(ACTION_DUMP,           "dump",             "leave the conversation on the main screen's scrollback") \
	X(ACTION_MOUSE,          "mouse",            "mouse: wheel only, or all of it") \
	X(ACTION_RAW,            "raw",              "math and Markdown as they were written, and back") \
	X(ACTION_PICK,           "pick",             "go on with this model's answer") \
	X(ACTION_NEXT_COLUMN,    "next-column",      "next model's answer") \
	X(ACTION_TOGETHER,       "together",         "scroll the models' answers together, or each alone") \
	X(ACTION_COMMAND,        "command",          "a command line") \
	X(ACTION_REDRAW,         "redraw",           "draw the screen anew") \
	X(ACTION_SUSPEND,        "suspend",          "stop ibid; 'fg' brings it back") \
	X(ACTION_HELP,           "help",             "all keys") \
	X(ACTION_NEW,            "new",              "a new conversation") \
	X(ACTION_RENAME,         "rename",           "rename") \
	X(ACTION_TAG,            "tag",              "tags") \
	X(ACTION_REMOVE,         "remove",           "to the trash") \
	X(ACTION_UNDO,           "undo",             "take the removal back") \
	X(ACTION_TOGGLE,         "toggle",           "select or deselect") \
	X(ACTION_FULL_TEXT,      "full-text",        "search all conversations")

enum action {
#define X(action, name, help) action,
	ACTIONS(X)
#undef X
	ACTION_COUNT
};
const char *action_name(enum action a);
const char *action_help(enum action a);
bool action_of(struct str name, enum action *a);

/* Strokes of one binding. */
#define KEY_STROKES_MAX 2

struct key_binding {
	enum key_view view;
	struct key strokes[KEY_STROKES_MAX];
	int n_strokes;
	enum action action;	/* ACTION_COMMAND with a command of its own */
	struct str command;	/* "/cite export @"; empty otherwise */
	struct str origin;	/* "default", or file and line */
};

struct config;
struct keymap;

/* The defaults. */
struct keymap *keymap_new(void);
void keymap_free(struct keymap *m);
SCOPE_PTR(keymap)

/*
 * Lay one line of the configuration over it: view "input", keys "ctrl-x s", what
 * "sources" or "/command line".
 *
 * Errors: ERR_CONFIG  no such view, key or action; terminals cannot tell the key from another (ctrl-i); it types a
 *                     character where one types; it begins another one's two strokes, or another begins its own
 * Nothing is changed then.
 */
enum err_code keymap_set(struct keymap *m, struct str view, struct str keys, struct str what, struct str origin,
	struct err *err);

/*
 * Lay all [keys "..."] lines of the configuration over it, in their order. A line
 * with a fault is skipped and its sentence given away, file and line first: a
 * mistyped key must not keep one from one's conversations.
 */
void keymap_configure(
	struct keymap *m, const struct config *c, void (*on_fault)(void *ctx, struct str sentence), void *ctx);

/*
 * What a stroke means in a view. `pending` is NULL or the stroke before it.
 * Gives the binding, or NULL with *is_prefix telling whether a second stroke
 * may follow.
 */
const struct key_binding *keymap_find(const struct keymap *m, enum key_view view, const struct key *pending,
	struct key stroke, bool *is_prefix);

/* Number i of a view in the table's order; NULL at the end. */
const struct key_binding *keymap_at(const struct keymap *m, enum key_view view, size_t i);
/* The first key bound to an action in a view, as people write it ("^X s"); empty when none is. Borrowed from the arena. */
struct str keymap_hint(const struct keymap *m, struct arena *a, enum key_view view, enum action action);
/* "ctrl-x s" */
void key_binding_name(struct buf *out, const struct key_binding *b);
#endif
