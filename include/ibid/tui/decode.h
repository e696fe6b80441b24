/*
 * tui/decode.h - the terminal's bytes as tokens: text, keys, pastes, mouse, focus, replies
 *
 * Incremental: bytes may be cut anywhere, any slicing gives the same tokens as
 * long as no escape timeout falls between. Whole UTF-8 characters and whole key
 * sequences come out, because readline must be fed these (reference/ux 5.1).
 *
 * Grammar: ECMA-48 CSI and SS3 with xterm's modifiers (CSI 1;5A), kitty's CSI u,
 * modifyOtherKeys' CSI 27;m;c~, the terminfo strings given at start, SGR mouse
 * (1006), bracketed paste (2004), focus (1004), and the replies of DA1, DECRQM,
 * OSC 10/11, XTVERSION, kitty ?u: a reply is never typed into the prompt, however late.
 *
 * A lone ESC is a key once `escape_ms` have passed without a further byte;
 * ESC followed by a character is that character with KEY_ALT.
 */
#ifndef IBID_TUI_DECODE_H
#define IBID_TUI_DECODE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

/* Bytes of one paste that are kept; the rest is dropped and the token says so. */
#define DECODE_PASTE_MAX ((size_t)16 << 20)
/* A control sequence longer than this is no sequence. */
#define DECODE_SEQUENCE_MAX 4096

enum key_mods { KEY_SHIFT = 1u << 0, KEY_ALT = 1u << 1, KEY_CTRL = 1u << 2, KEY_SUPER = 1u << 3 };

/* code is a Unicode scalar (lower case with KEY_CTRL; as typed otherwise), or one of these. */
enum key_code {
	KEY_FIRST = 0x110000,
	KEY_UP, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_HOME, KEY_END, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_INSERT, KEY_DELETE,
	KEY_ENTER, KEY_TAB, KEY_BACKSPACE, KEY_ESCAPE,
	KEY_F1, KEY_F2, KEY_F3, KEY_F4, KEY_F5, KEY_F6, KEY_F7, KEY_F8, KEY_F9, KEY_F10, KEY_F11, KEY_F12,
	KEY_LAST
};
/* Byte 0x0d and CSI 13u are KEY_ENTER; byte 0x0a is 'j' with KEY_CTRL; 0x09 KEY_TAB; 0x7f and 0x08 KEY_BACKSPACE. */
struct key {
	uint32_t code;
	unsigned mods;
};

/*
 * A key as people write it: ctrl-x, alt-enter, shift-tab, f1, page-up, space, a,
 * A, é, [ . False when it is none. key_name appends that form.
 */
bool key_parse(struct str name, struct key *key);
void key_name(struct buf *out, struct key key);
bool key_eq(struct key a, struct key b);

enum input_kind { INPUT_KEY, INPUT_PASTE, INPUT_MOUSE, INPUT_FOCUS, INPUT_REPLY };

enum mouse_event { MOUSE_PRESS, MOUSE_RELEASE, MOUSE_DRAG, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

/* Borrowed until the callback returns. */
struct input {
	enum input_kind kind;
	struct key key;		/* KEY: also each typed character */
	struct str bytes;	/* KEY: as they came, whole, for readline; PASTE: the text, CR and CRLF made LF; REPLY: the sequence */
	bool is_cut;		/* PASTE: longer than DECODE_PASTE_MAX */
	int repeat;		/* KEY: how many equal ones came in this read, this one included: a wheel in mode 1007 comes as a burst */
	struct {
		enum mouse_event event;
		int button, row, col;	/* row and col from 0 */
		unsigned mods;
	} mouse;
	bool is_focused;	/* FOCUS */
};
typedef void input_fn(void *ctx, const struct input *t);

struct decoder;

/* `on_input` is called from decode_feed and decode_timeout. */
struct decoder *decode_new(input_fn *on_input, void *ctx);
void decode_free(struct decoder *d);
static inline void decoder_free_at(struct decoder **at)
{
	decode_free(*at);
}

/* A string that the terminal's description gives for a key (tigetstr): tried before the grammar. */
void decode_add(struct decoder *d, struct str bytes, struct key key);

/* Bytes as read. `now_ms` is monotonic. */
void decode_feed(struct decoder *d, struct str bytes, int64_t now_ms);
/* Whether something waits for its end, and until when; -1 when nothing does. A paste waits without a limit. */
int64_t decode_deadline_ms(const struct decoder *d, int escape_ms);
/* The deadline has passed: a lone ESC is a key, a half sequence is dropped. */
void decode_timeout(struct decoder *d);
#endif
