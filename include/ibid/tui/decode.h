/*
 * tui/decode.h - the terminal's bytes as tokens: text, keys, pastes, mouse, focus, replies
 *
 * Incremental: bytes may be cut anywhere, any slicing gives the same tokens as
 * long as no timeout falls between (but for `repeat`, which is about one read).
 * Whole UTF-8 characters and whole key sequences come out, because readline must
 * be fed these (reference/ux 5.1).
 *
 * Grammar: ECMA-48 CSI and SS3 with xterm's modifiers (CSI 1;5A), kitty's CSI u,
 * modifyOtherKeys' CSI 27;m;c~, the linux console's and rxvt's own, the terminfo
 * strings given at start, mouse (SGR 1006 and, where a terminal has no other,
 * X10), bracketed paste (2004), focus (1004). Every other whole sequence is a
 * reply (DA1, DECRQM, OSC 10/11, XTVERSION, kitty ?u) and is never typed into the
 * prompt, however late. Inside a sequence a control byte ends it as garbage, so
 * that Ctrl-C, Enter and Escape are never swallowed.
 *
 * A lone ESC is a key once `escape_ms` have passed without a further byte;
 * ESC followed by a character is that character with KEY_ALT. Pass the usual
 * wait also where the kitty protocol is on: Escape comes as CSI 27u there and
 * waits for nothing, and an ESC alone is the beginning of a sequence that was cut.
 *
 * Invalid UTF-8 is U+FFFD: as a key for each maximal subpart, and in a paste.
 *
 * Sources: xterm's "Control Sequences" (ctlseqs), kitty's "keyboard protocol",
 * rxvt(7), console_codes(4).
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
/* A control sequence longer than this is no sequence: it is swallowed to its end. */
#define DECODE_SEQUENCE_MAX 4096
/* How long more of a sequence is awaited once it is too long to be a key and another: a slow line may cut a reply. */
#define DECODE_SEQUENCE_MS 1000

enum key_mods { KEY_SHIFT = 1u << 0, KEY_ALT = 1u << 1, KEY_CTRL = 1u << 2, KEY_SUPER = 1u << 3 };

/*
 * code is a Unicode scalar (lower case with KEY_CTRL; as typed otherwise, without
 * KEY_SHIFT), or one of these. KEY_OTHER has no name here (F13 and above): only
 * its bytes tell it, for a line of ~/.inputrc.
 */
enum key_code {
	KEY_FIRST = 0x110000,
	KEY_UP, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_HOME, KEY_END, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_INSERT, KEY_DELETE,
	KEY_ENTER, KEY_TAB, KEY_BACKSPACE, KEY_ESCAPE,
	KEY_F1, KEY_F2, KEY_F3, KEY_F4, KEY_F5, KEY_F6, KEY_F7, KEY_F8, KEY_F9, KEY_F10, KEY_F11, KEY_F12,
	KEY_OTHER,
	KEY_LAST
};
/* Byte 0x0d and CSI 13u are KEY_ENTER; byte 0x0a is 'j' with KEY_CTRL; 0x09 KEY_TAB; 0x7f and 0x08 KEY_BACKSPACE. */
struct key {
	uint32_t code;
	unsigned mods;
};

/*
 * A key as people write it: ctrl-x, alt-enter, shift-tab, f1, page-up, space, a,
 * A, é, [ . Names in either case. What a line of the configuration cannot begin
 * with or hold before its '=' has a word too: equals colon semicolon hash dot
 * bracket-left bracket-right. False when it is none. key_name appends the form
 * without these words but for space.
 */
bool key_parse(struct str name, struct key *key);
void key_name(struct buf *out, struct key key);
/* The short form for hints: ^X, Alt-Enter, Esc, PgUp. */
void key_hint(struct buf *out, struct key key);
bool key_eq(struct key a, struct key b);
/* Whether it types a character: no ctrl, alt or super. */
bool key_is_typed(struct key key);
/* Whether terminals send another key for this one (ctrl-i is tab), which is then *sent; the decoder gives only that. */
bool key_twin(struct key key, struct key *sent);
/* Append what terminals without the newer protocols send for it, which readline knows; nothing when they cannot. */
void key_bytes(struct buf *out, struct key key);

enum input_kind { INPUT_KEY, INPUT_PASTE, INPUT_MOUSE, INPUT_FOCUS, INPUT_REPLY };

enum mouse_event { MOUSE_PRESS, MOUSE_RELEASE, MOUSE_DRAG, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

/*
 * Borrowed until the callback returns.
 *
 * `repeat` tells a wheel from a key: in mode 1007 one notch of the wheel comes as
 * a burst of equal arrows in one read. There is one token for each; all tokens of
 * a run carry its length. In a view that scrolls, an arrow without modifiers
 * whose repeat is 3 or more scrolls by one row; with less it is the key.
 */
struct input {
	enum input_kind kind;
	struct key key;		/* KEY: also each typed character */
	/*
	 * KEY: whole, for readline: as they came, but as key_bytes() what came in a
	 * newer form (CSI u, modifyOtherKeys, keypad, invalid UTF-8): possibly none.
	 * PASTE: the text, CR and CRLF made LF, valid UTF-8, other controls as they came.
	 * REPLY: the sequence.
	 */
	struct str bytes;
	bool is_cut;		/* PASTE: longer than DECODE_PASTE_MAX */
	int repeat;		/* KEY: how many equal ones stood together in this read */
	struct {
		enum mouse_event event;
		int button;	/* 1 left, 2 middle, 3 right, 8 and above the others; 0: unknown, or a wheel */
		int row, col;	/* from 0 */
		unsigned mods;
	} mouse;
	bool is_focused;	/* FOCUS */
};
typedef void input_fn(void *ctx, const struct input *t);

struct decoder;

/* `on_input` is called from decode_feed and decode_timeout; it must not call these. */
struct decoder *decode_new(input_fn *on_input, void *ctx);
void decode_free(struct decoder *d);
/* SCOPED_PTR(decoder) */
static inline void decoder_free_at(struct decoder **at)
{
	decode_free(*at);
}

/*
 * A string that the terminal's description gives for a key (tigetstr): tried
 * before the grammar. One that does not begin with ESC is ignored: such bytes
 * are characters, and would have to wait for the rest.
 */
void decode_add(struct decoder *d, struct str bytes, struct key key);

/* Bytes as read. `now_ms` is monotonic. */
void decode_feed(struct decoder *d, struct str bytes, int64_t now_ms);
/* Whether something waits for its end, and until when; -1 when nothing does. A paste and half a character wait without a limit. */
int64_t decode_deadline_ms(const struct decoder *d, int escape_ms);
/* The deadline has passed: a lone ESC is a key, a half sequence is dropped. */
void decode_timeout(struct decoder *d);
#endif
