#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/utf8.h"
#include "ibid/tui/decode.h"

/*
 * Tokens are written down one after the other, a blank between: a key by its
 * name, [a paste], (a reply), <what the mouse did button row,col mods>, focus+
 * and focus-. Escapes in pastes and replies are written ^.
 */
struct told {
	struct buf text, full;	/* full: with the bytes of the keys */
	int n, repeats[64];
};

static void add_shown(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		buf_ch(out, s.p[i] == '\x1b' ? '^' : s.p[i]);
}

static void add_mouse(struct buf *out, const struct input *t)
{
	static const char *const names[] = { "press", "release", "drag", "wheel-up", "wheel-down" };

	buf_fmt(out, "<%s %d %d,%d %u>", names[t->mouse.event], t->mouse.button, t->mouse.row, t->mouse.col,
		t->mouse.mods);
}

static void on_input(void *ctx, const struct input *t)
{
	struct told *told = ctx;
	size_t from;

	if (told->text.len)
		buf_ch(&told->text, ' ');
	from = told->text.len;
	if (t->kind == INPUT_KEY && t->key.code == KEY_OTHER)
		buf_c(&told->text, "other");
	else if (t->kind == INPUT_KEY)
		key_name(&told->text, t->key);
	else if (t->kind == INPUT_MOUSE)
		add_mouse(&told->text, t);
	else if (t->kind == INPUT_FOCUS)
		buf_c(&told->text, t->is_focused ? "focus+" : "focus-");
	else {
		buf_ch(&told->text, t->kind == INPUT_PASTE ? '[' : '(');
		add_shown(&told->text, t->bytes);
		buf_c(&told->text, t->kind == INPUT_PASTE ? t->is_cut ? "...]" : "]" : ")");
	}
	buf_str(&told->full, str_sub(buf_view(&told->text), from, told->text.len));
	buf_ch(&told->full, '=');
	buf_str(&told->full, t->bytes);
	buf_ch(&told->full, '\n');
	if (told->n < 64)
		told->repeats[told->n] = t->kind == INPUT_KEY ? t->repeat : 0;
	told->n++;
}

static void told_release(struct told *told)
{
	buf_release(&told->text);
	buf_release(&told->full);
}

static const struct key plus = { KEY_END, KEY_SHIFT };

static struct decoder *new_decoder(struct told *told)
{
	struct decoder *d = decode_new(on_input, told);

	decode_add(d, STR("\x1b[55Q"), plus);	/* what a terminal's description may have */
	decode_add(d, STR("\x1b" "A"), (struct key){ KEY_UP, 0 });
	decode_add(d, STR("\x7f"), plus);	/* ignored */
	return d;
}

/* A copy of its own for each slice: reading past it is seen by the sanitizer. */
static void feed(struct decoder *d, struct str part)
{
	char *copy = malloc(part.len ? part.len : 1);

	if (part.len)
		memcpy(copy, part.p, part.len);
	decode_feed(d, str_of(copy, part.len), 0);
	free(copy);
}

/* Everything of `s` in pieces, the first of `first` bytes; then silence. */
static void decode(struct told *told, struct str s, size_t first, size_t piece)
{
	SCOPED_PTR(decoder) d = new_decoder(told);

	for (size_t at = 0, to = first; at < s.len; at = to, to += piece)
		feed(d, str_sub(s, at, to));
	decode_timeout(d);
}

static const struct {
	const char *bytes, *tokens;
} rows[] = {
	/* clang-format off */
	{ "",                     "" },
	{ "aA \xC3\xA9",          "a A space é" },
	{ "\xE6\x97\xA5\xF0\x9F\xA6\x8A", "日 🦊" },
	{ "\r\n\t\x7f\b",         "enter ctrl-j tab backspace backspace" },
	{ "\x01\x18s\x1a\x1c\x1d\x1e\x1f", "ctrl-a ctrl-x s ctrl-z ctrl-\\ ctrl-] ctrl-^ ctrl-_" },
	/* escape, alone and before a character */
	{ "\x1b",                 "escape" },
	{ "\x1b\x1b",             "escape escape" },
	{ "\x1b\x1b\x1b",         "escape escape escape" },
	{ "\x1b" "b",             "alt-b" },
	{ "\x1b" "B",             "alt-B" },
	{ "\x1b\xC3\xA9",         "alt-é" },
	{ "\x1b\rx\r",            "alt-enter x enter" },
	{ "\x1b\x7f\x1b\t\x1b\x05", "alt-backspace alt-tab ctrl-alt-e" },
	{ "\x1b\x1b" "b",         "escape alt-b" },
	{ "\x1b[",                "alt-[" },
	{ "\x1bO",                "alt-O" },
	{ "\x1b]",                "alt-]" },
	{ "\x1bP",                "alt-P" },
	{ "\x1b_",                "alt-_" },
	{ "\x1b_x\x1b]x\x1b^x\x1bXx", "alt-_ x alt-] x alt-^ x alt-X x" },
	{ "\x1b[\r\x1bO\r\x1bP\r", "alt-[ enter alt-O enter alt-P enter" },
	/* cursor keys: CSI, SS3, xterm's modifiers */
	{ "\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F", "up down right left home end" },
	{ "\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF", "up down right left home end" },
	{ "\x1b[1;5A\x1b[1;2B\x1b[1;3C\x1b[1;4D", "ctrl-up shift-down alt-right alt-shift-left" },
	{ "\x1b[1;8H\x1b[1;9F",   "ctrl-alt-shift-home super-end" },
	{ "\x1b[5A\x1bO5A",       "ctrl-up ctrl-up" },
	{ "\x1b[1;133A",          "ctrl-up" },	/* caps and num lock */
	{ "\x1b[1A",              "up" },
	{ "\x1b[Z\x1b[1;6Z",      "shift-tab ctrl-shift-tab" },
	{ "\x1b[2~\x1b[3~\x1b[5~\x1b[6~\x1b[3;5~", "insert delete page-up page-down ctrl-delete" },
	{ "\x1b[1~\x1b[4~\x1b[7~\x1b[8~", "home end home end" },
	{ "\x1b\x1b[A\x1b\x1bOB\x1b\x1b[5~", "alt-up alt-down alt-page-up" },
	{ "\x1b\x1b[",            "escape alt-[" },
	{ "\x1b\x1b\x1b[A",       "escape alt-up" },
	/* function keys: xterm, VT220, the linux console, rxvt; those without a name */
	{ "\x1bOP\x1bOQ\x1bOR\x1bOS", "f1 f2 f3 f4" },
	{ "\x1b[11~\x1b[12~\x1b[13~\x1b[14~", "f1 f2 f3 f4" },
	{ "\x1b[[A\x1b[[B\x1b[[C\x1b[[D\x1b[[E", "f1 f2 f3 f4 f5" },
	{ "\x1b[[",               "alt-[ [" },
	{ "\x1b[[x",              "alt-[ [ x" },
	{ "\x1b[15~\x1b[17~\x1b[18~\x1b[19~\x1b[20~\x1b[21~\x1b[23~\x1b[24~", "f5 f6 f7 f8 f9 f10 f11 f12" },
	{ "\x1b[1;2P\x1b[15;5~\x1b[1;5R\x1b[R", "shift-f1 ctrl-f5 ctrl-f3 f3" },
	{ "\x1b[25~\x1b[E\x1bOE", "other other other" },
	/* rxvt */
	{ "\x1b[a\x1b[b\x1b[c\x1b[d", "shift-up shift-down shift-right shift-left" },
	{ "\x1bOa\x1bOb\x1bOc\x1bOd", "ctrl-up ctrl-down ctrl-right ctrl-left" },
	{ "\x1b[5^\x1b[6$\x1b[7@", "ctrl-page-up shift-page-down ctrl-shift-home" },
	/* the keypad */
	{ "\x1bOM\x1bOj\x1bOk\x1bOl\x1bOm\x1bOn\x1bOo", "enter * + , - . /" },
	{ "\x1bOp\x1bOq\x1bOr\x1bOs\x1bOt\x1bOu\x1bOv\x1bOw\x1bOx\x1bOy\x1bOX", "0 1 2 3 4 5 6 7 8 9 =" },
	{ "\x1bO \x1bOI\x1bO2M\x1bOz", "space tab shift-enter alt-O z" },
	/* kitty */
	{ "\x1b[27u\x1b[13;2u\x1b[13;5u\x1b[9;2u\x1b[127;5u", "escape shift-enter ctrl-enter shift-tab ctrl-backspace" },
	{ "\x1b[97u\x1b[97;5u\x1b[97;6u\x1b[98;3u\x1b[98;4u", "a ctrl-a ctrl-shift-a alt-b alt-B" },
	{ "\x1b[49:33;4u\x1b[49;4u\x1b[233:201;4u", "alt-! alt-shift-1 alt-É" },
	{ "\x1b[97;5:1u\x1b[97;5:2u\x1b[97;5:3u", "ctrl-a ctrl-a" },
	{ "\x1b[1;1:3A\x1b[3;1:3~\x1b[1;1:2A", "up" },
	{ "\x1b[105;5u\x1b[109;5u\x1b[91;5u\x1b[104;5u\x1b[47;5u", "tab enter escape backspace ctrl-_" },
	{ "\x1b[64;5u\x1b[32;5u\x1b[105;6u\x1b[105;7u", "ctrl-space ctrl-space ctrl-shift-i alt-tab" },
	{ "\x1b[57399u\x1b[57414u\x1b[57419;5u\x1b[57426u", "0 enter ctrl-up delete" },
	{ "\x1b[57376u\x1b[57441u\x1b[57428u", "other" },
	{ "\x1b[97;33u\x1b[97;65u\x1b[97;9u", "alt-a a super-a" },
	{ "\x1b[u\x1b[3u\x1b[155u\x1b[55296u\x1b[1114112u\x1b[99999999999u", "" },
	{ "\x1b[97::99;;97;1;2;3;4;5u", "a" },
	/* modifyOtherKeys */
	{ "\x1b[27;5;97~\x1b[27;6;65~\x1b[27;2;13~\x1b[27;5;59~\x1b[27;2;33~", "ctrl-a ctrl-shift-a shift-enter ctrl-; !" },
	/* mouse */
	{ "\x1b[<0;1;1M\x1b[<0;10;5m\x1b[<2;3;4M", "<press 1 0,0 0> <release 1 4,9 0> <press 3 3,2 0>" },
	{ "\x1b[<32;2;2M\x1b[<35;2;2M\x1b[<20;1;1M", "<drag 1 1,1 0> <drag 0 1,1 0> <press 1 0,0 5>" },
	{ "\x1b[<64;1;2M\x1b[<65;1;2M\x1b[<66;1;2M\x1b[<67;1;2M", "<wheel-up 0 1,0 0> <wheel-down 0 1,0 0>" },
	{ "\x1b[<128;1;1M\x1b[<0;0;0M\x1b[<0;99999999999;1M", "<press 8 0,0 0> <press 1 0,0 0> <press 1 0,9999999 0>" },
	{ "\x1b[<M\x1b[<0;1M\x1b[<0;1;1;1M", "" },
	{ "\x1b[M !!\x1b[M#!!\x1b[M`\"#x", "<press 1 0,0 0> <release 0 0,0 0> <wheel-up 0 2,1 0> x" },
	{ "\x1b[M \xFF\x7F",      "<press 1 94,222 0>" },
	{ "\x1b[M \x03x",         "ctrl-c x" },
	{ "\x1b[M",               "" },
	/* focus, replies: never typed */
	{ "\x1b[Ia\x1b[O",        "focus+ a focus-" },
	{ "x\x1b[?62;22cy",       "x (^[?62;22c) y" },
	{ "\x1b[?2026;2$y\x1b[?1u\x1b[>1;2;3c\x1b[4;2$y", "(^[?2026;2$y) (^[?1u) (^[>1;2;3c) (^[4;2$y)" },
	{ "\x1b[12;40R\x1b[?997;1n\x1b[8;24;80t", "(^[12;40R) (^[?997;1n) (^[8;24;80t)" },
	{ "a\x1b]11;rgb:ffff/ffff/ffff\x1b\\b", "a (^]11;rgb:ffff/ffff/ffff^\\) b" },
	{ "\x1b]10;rgb:0/0/0\a!",  "(^]10;rgb:0/0/0\a) !" },
	{ "\x1bP>|xterm(379)\x1b\\", "(^P>|xterm(379)^\\)" },
	{ "\x1bP1$r0m\x1b\\\x1b_Gi=1;OK\x1b\\\x1b]lti\xC3\xA9tle\x1b\\", "(^P1$r0m^\\) (^_Gi=1;OK^\\) (^]ltiétle^\\)" },
	/* garbage: a control byte ends it and is a key */
	{ "\x1b[12;\x03",         "ctrl-c" },
	{ "\x1b]11;rgb\rx",       "enter x" },
	{ "\x1b]11;rgb\x1b[A",    "up" },
	{ "\x1b]11;rgb\x1b",      "escape" },
	{ "\x1b]11;rg",           "" },
	{ "\x1b[1;5",             "" },
	{ "\x1b[1 2A",            "2 A" },
	{ "\x1b[5\xC3\xA9",       "é" },
	{ "\x1bO5\xC3\xA9\x1bO5Z", "é" },
	{ "\x1b[1;;;;;;;;;;;;A\x1b[;5A\x1b[99;99;99;99z", "up ctrl-up (^[99;99;99;99z)" },
	{ "\x1b[^\x1b[@\x1b[~\x1b[201~", "" },
	{ "\x1b\x1b[<0;1;1M",     "escape <press 1 0,0 0>" },
	/* bytes that are not UTF-8 */
	{ "a\xFF" "b\x80\x9B" "c", "a \xEF\xBF\xBD b \xEF\xBF\xBD \xEF\xBF\xBD c" },
	{ "\xC3x\xE6\x97y\xF0\x9F\xA6z", "\xEF\xBF\xBD x \xEF\xBF\xBD y \xEF\xBF\xBD z" },
	{ "\xC0\xAF\xED\xA0\x80", "\xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD" },
	{ "\x1b\xFF\x1b\xC3x",    "alt-\xEF\xBF\xBD alt-\xEF\xBF\xBD x" },
	/* pastes */
	{ "a\x1b[200~b c\x1b[201~d", "a [b c] d" },
	{ "\x1b[200~\x1b[201~",   "[]" },
	{ "\x1b[200~a\rb\r\nc\nd\r\r\n\x1b[201~", "[a\nb\nc\nd\n\n]" },
	{ "\x1b[200~\x1b[20\x1b[A\x1b\x1b[201\x1b[201~x", "[^[20^[A^^[201] x" },
	{ "\x1b[200~\x03\x04\x7f\t\x1b[200~\x1b[201~", "[\x03\x04\x7f\t^[200~]" },
	{ "\x1b[200~\xC3\xA9\xFF\xC3\x1b[201~", "[é\xEF\xBF\xBD\xEF\xBF\xBD]" },
	{ "\x1b[200~\x1b]11;x\x1b\\\x1b[201~\r", "[^]11;x^\\] enter" },
	{ "\x1b\x1b[200~a\x1b[201~", "escape [a]" },
	/* from the terminal's description */
	{ "\x1b[55Qx",            "shift-end x" },
	{ "\x1b[55x\x1b[55",      "(^[55x)" },
	{ "\x1b" "A\x1b\x1b" "A", "up escape up" },
	/* clang-format on */
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static void each_sequence_is_its_token(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS; i++) {
		struct told told = { .n = 0 };

		decode(&told, str_c(rows[i].bytes), SIZE_MAX, SIZE_MAX);
		if (strcmp(buf_cstr(&told.text), rows[i].tokens))
			print_message("row %zu\n", i);
		assert_string_equal(buf_cstr(&told.text), rows[i].tokens);
		told_release(&told);
	}
}

/* All that the rows have but what only a silence ends, with keys before and behind. */
static void any_slicing_yields_the_same_tokens(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS; i++) {
		SCOPED(buf) s = BUF_INIT;
		struct told whole = { .n = 0 };

		buf_fmt(&s, "typed\x1b[Aahead%sand after\xC3\xA9\r", rows[i].bytes);
		decode(&whole, buf_view(&s), SIZE_MAX, SIZE_MAX);
		for (size_t piece = 1; piece < s.len; piece += piece < 4 ? 1 : 7)
			for (size_t first = 1; first <= s.len; first++) {
				struct told sliced = { .n = 0 };

				decode(&sliced, buf_view(&s), first, piece);
				assert_string_equal(buf_cstr(&sliced.full), buf_cstr(&whole.full));
				told_release(&sliced);
			}
		told_release(&whole);
	}
}

static void a_nul_is_ctrl_space(void **state)
{
	struct told told = { .n = 0 };

	(void)state;
	decode(&told, str_of("\0a\x1b\0", 4), SIZE_MAX, SIZE_MAX);
	assert_string_equal(buf_cstr(&told.text), "ctrl-space a ctrl-alt-space");
	told_release(&told);
}

/* --- what readline gets */

static const struct {
	const char *bytes, *for_readline;
} readline_rows[] = {
	{ "a\xC3\xA9\x01\r", "a\xC3\xA9\x01\r" },
	{ "\x1b" "b\x1b[1;5C\x1bOA\x1b[7~\x1b[25~", "\x1b" "b\x1b[1;5C\x1bOA\x1b[7~\x1b[25~" },
	{ "\x1b\x1b[A", "\x1b\x1b[A" },
	/* CSI u and modifyOtherKeys as terminals of old say it */
	{ "\x1b[97;5u\x1b[98;3u\x1b[98;4u\x1b[97;7u", "\x01\x1b" "b\x1b" "B\x1b\x01" },
	{ "\x1b[27u\x1b[127;3u\x1b[127;5u\x1b[127;2u\x1b[9;2u", "\x1b\x1b\x7f\b\x7f\x1b[Z" },
	{ "\x1b[27;5;114~\x1b[95;5u\x1b[47;5u\x1b[233;3u", "\x12\x1f\x1f\x1b\xC3\xA9" },
	{ "\x1b[57419;5u\x1b[57420u\x1b[57425u\x1b[57425;3u", "\x1b[1;5A\x1b[B\x1b[2~\x1b[2;3~" },
	{ "\x1bOw\x1bOk", "7+" },
	/* they have nothing for these, and what they do not know would be typed as text */
	{ "\x1b[97;6u\x1b[59;5u\x1b[97;9u\x1b[13;2u\x1b[13;5u\x1b[9;5u\x1b[49;4u\x1b[57376u", "" },
	/* invalid bytes are not handed on */
	{ "\xFF\x1b\xFF", "\xEF\xBF\xBD\x1b\xEF\xBF\xBD" },
};

static void add_bytes(void *ctx, const struct input *t)
{
	if (t->kind == INPUT_KEY)
		buf_str(ctx, t->bytes);
}

static void readline_gets_what_it_knows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(readline_rows) / sizeof(*readline_rows); i++) {
		SCOPED(buf) bytes = BUF_INIT;
		SCOPED_PTR(decoder) d = decode_new(add_bytes, &bytes);

		feed(d, str_c(readline_rows[i].bytes));
		assert_string_equal(buf_cstr(&bytes), readline_rows[i].for_readline);
	}
}

/* --- waiting */

static void an_escape_waits_a_little_a_sequence_longer_a_paste_and_half_a_letter_without_limit(void **state)
{
	static const struct {
		const char *bytes;
		int64_t deadline;
	} waits[] = {
		{ "", -1 }, { "a", -1 }, { "\x1b", 1040 }, { "\x1b[", 1040 }, { "\x1bO", 1040 }, { "\x1b\x1b", 1040 },
		{ "\x1b\x1b[", 1040 }, { "\x1b[1", 1000 + DECODE_SEQUENCE_MS }, { "\x1b]1", 1000 + DECODE_SEQUENCE_MS },
		{ "\x1b[A", -1 }, { "\xC3", -1 }, { "\x1b[200~", -1 }, { "\x1b[200~\x1b[20", -1 }, { "\x1b\xC3", 1040 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(waits) / sizeof(*waits); i++) {
		struct told told = { .n = 0 };
		SCOPED_PTR(decoder) d = decode_new(on_input, &told);

		decode_feed(d, str_c(waits[i].bytes), 1000);
		assert_int_equal(decode_deadline_ms(d, 40), waits[i].deadline);
		decode_feed(d, STR_EMPTY, 5000);
		assert_int_equal(decode_deadline_ms(d, 40), waits[i].deadline);
		told_release(&told);
	}
}

static void half_a_letter_outlives_a_timeout(void **state)
{
	struct told told = { .n = 0 };
	SCOPED_PTR(decoder) d = new_decoder(&told);

	(void)state;
	feed(d, STR("\xE6\x97"));
	decode_timeout(d);
	feed(d, STR("\xA5"));
	feed(d, STR("\x1b\xC3"));
	decode_timeout(d);
	feed(d, STR("\xA9"));
	feed(d, STR("\x1b[200~\x1b[20"));
	decode_timeout(d);
	feed(d, STR("1~"));
	assert_string_equal(buf_cstr(&told.text), "日 escape é []");
	told_release(&told);
}

static void after_a_silence_an_escape_is_a_key_and_what_follows_is_typed(void **state)
{
	struct told told = { .n = 0 };
	SCOPED_PTR(decoder) d = new_decoder(&told);

	(void)state;
	feed(d, STR("\x1b"));
	assert_int_equal(told.n, 0);
	decode_timeout(d);
	decode_timeout(d);
	feed(d, STR("[A\x1b[1;"));
	decode_timeout(d);
	feed(d, STR("j"));
	assert_string_equal(buf_cstr(&told.text), "escape [ A j");
	told_release(&told);
}

/* --- bursts */

static void equal_keys_of_one_read_are_counted(void **state)
{
	static const int expected[] = { 3, 3, 3, 1, 2, 2, 1, 1, 1 };
	struct told told = { .n = 0 };
	SCOPED_PTR(decoder) d = new_decoder(&told);

	(void)state;
	feed(d, STR("\x1b[A\x1b[A\x1b[A\x1b[B\x1b[A\x1b[A\x1b"));
	feed(d, STR("[Ax"));
	feed(d, STR("x"));
	assert_string_equal(buf_cstr(&told.text), "up up up down up up up x x");
	assert_memory_equal(told.repeats, expected, sizeof(expected));
	told_release(&told);
}

/* --- sizes */

struct size_told {
	size_t len;
	bool is_cut;
	int n, n_keys;
};

static void on_size(void *ctx, const struct input *t)
{
	struct size_told *told = ctx;

	told->n++;
	told->n_keys += t->kind == INPUT_KEY;
	if (t->kind != INPUT_PASTE)
		return;
	told->len = t->bytes.len;
	told->is_cut = t->is_cut;
	assert_int_equal(utf8_invalid_at(t->bytes), STR_NONE);
}

static void a_paste_of_20_MB_is_cut_at_a_character_and_its_end_is_found(void **state)
{
	struct size_told told = { .n = 0 };
	SCOPED_PTR(decoder) d = decode_new(on_size, &told);
	SCOPED(buf) s = BUF_INIT;

	(void)state;
	buf_c(&s, "\x1b[200~x");
	while (s.len < (size_t)20 << 20)
		buf_c(&s, "\xE6\x97\xA5");
	buf_c(&s, "\x1b[201~y");
	for (size_t at = 0; at < s.len; at += 65536)
		decode_feed(d, str_sub(buf_view(&s), at, at + 65536), 0);
	assert_int_equal(told.n, 2);
	assert_int_equal(told.n_keys, 1);
	assert_true(told.is_cut);
	assert_true(told.len <= DECODE_PASTE_MAX && told.len > DECODE_PASTE_MAX - 3);
}

static void the_longest_paste_is_whole(void **state)
{
	struct size_told told = { .n = 0 };
	SCOPED_PTR(decoder) d = decode_new(on_size, &told);
	SCOPED(buf) s = BUF_INIT;

	(void)state;
	buf_c(&s, "\x1b[200~");
	memset(buf_room(&s, DECODE_PASTE_MAX), '\r', DECODE_PASTE_MAX);
	s.len += DECODE_PASTE_MAX;
	buf_c(&s, "\x1b[201~");
	decode_feed(d, buf_view(&s), 0);
	assert_int_equal(told.len, DECODE_PASTE_MAX);
	assert_false(told.is_cut);
}

/* From just short enough to absurd: a reply or nothing, and what stands behind is there. */
static void what_is_too_long_for_a_sequence_is_swallowed(void **state)
{
	static const struct {
		const char *begin;
		char fill;
		const char *end;
	} kinds[] = { { "\x1b[?", '1', "c" }, { "\x1b]11;", 'x', "\x1b\\" }, { "\x1bP", '+', "\x1b\\" },
		{ "\x1b[", '/', "p" }, { "\x1b\x1b[", '1', "A" } };
	static const size_t lens[] = { 100, DECODE_SEQUENCE_MAX - 20, DECODE_SEQUENCE_MAX + 1, 8190, 100000 };

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) * 5; i++)
		for (size_t piece = 997; piece < 200000; piece *= 15) {
			struct told told = { .n = 0 };
			SCOPED(buf) s = BUF_INIT;
			size_t len = lens[i % 5];

			buf_c(&s, kinds[i / 5].begin);
			memset(buf_room(&s, len), kinds[i / 5].fill, len);
			s.len += len;
			buf_fmt(&s, "%sx", kinds[i / 5].end);
			decode(&told, buf_view(&s), 1, piece);
			/* Alt-up, or an escape before what is no arrow: two tokens either way. */
			assert_int_equal(told.n, i / 5 == 4 || len < DECODE_SEQUENCE_MAX ? 2 : 1);
			assert_int_equal(told.text.p[told.text.len - 1], 'x');
			told_release(&told);
		}
}

static void ctrl_c_ends_a_sequence_without_an_end(void **state)
{
	struct told told = { .n = 0 };
	SCOPED_PTR(decoder) d = new_decoder(&told);
	char fill[1000];

	(void)state;
	memset(fill, 'x', sizeof(fill));
	feed(d, STR("\x1b]11;"));
	for (int i = 0; i < 1000; i++)
		feed(d, str_of(fill, sizeof(fill)));
	feed(d, STR("\x03"));
	assert_string_equal(buf_cstr(&told.text), "ctrl-c");
	told_release(&told);
}

static void a_decoder_may_be_freed_in_the_middle(void **state)
{
	static const char *const halves[] = { "\x1b", "\x1b]1", "\x1b[200~a\x1b", "\xE6" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct told told = { .n = 0 };
		SCOPED_PTR(decoder) d = new_decoder(&told);

		feed(d, str_c(halves[i]));
		assert_int_equal(told.n, 0);
	}
	decode_free(NULL);
}

/* --- names */

static void a_key_is_written_as_it_is_read(void **state)
{
	static const char *const names[] = { "a", "A", "é", "-", "ctrl-x", "ctrl--", "alt-enter", "ctrl-alt-shift-up", "space",
		"ctrl-space", "shift-tab", "f12", "page-up", "ctrl-shift-a", "super-k", "alt-A", "shift-space", "=", "[", "." };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		SCOPED(buf) name = BUF_INIT;
		struct key key;

		assert_true(key_parse(str_c(names[i]), &key));
		key_name(&name, key);
		assert_string_equal(buf_cstr(&name), names[i]);
	}
}

static void a_key_may_be_written_in_other_ways(void **state)
{
	static const char *const pairs[][2] = { { "Ctrl-X", "ctrl-x" }, { "CTRL-x", "ctrl-x" }, { "shift-ctrl-a", "ctrl-shift-a" },
		{ "shift-a", "A" }, { "shift-A", "A" }, { "alt-shift-a", "alt-A" }, { "equals", "=" }, { "bracket-left", "[" },
		{ "bracket-right", "]" }, { "colon", ":" }, { "semicolon", ";" }, { "hash", "#" }, { "dot", "." },
		{ "ctrl-bracket-right", "ctrl-]" }, { "Page-Up", "page-up" }, { "F1", "f1" } };

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct key a = { 0 }, b = { 0 };

		assert_true(key_parse(str_c(pairs[i][0]), &a) && key_parse(str_c(pairs[i][1]), &b));
		assert_true(key_eq(a, b));
	}
}

static void what_is_no_key_is_refused(void **state)
{
	static const char *const names[] = { "", "ab", "ctrl-", "ctrl", "ctrl-ctrl-x", "f13", "f0", "shift-1", "shift-é", "hyper-x",
		"\x01", "\xFF", "a ", "pageup", "up-ctrl", "\xE2\x80\xAE" };
	struct key key;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_false(key_parse(str_c(names[i]), &key));
	assert_false(key_parse(str_of("\0", 1), &key));
}

/* What the decoder gives for a key's bytes is the key, whatever has bytes. */
static void bytes_of_a_key_are_that_key(void **state)
{
	int n = 0;

	(void)state;
	for (uint32_t code = ' '; code < KEY_OTHER; code = code == '~' ? KEY_FIRST + 1 : code + 1)
		for (unsigned mods = 0; mods < 16; mods++) {
			SCOPED(buf) bytes = BUF_INIT;
			SCOPED(buf) name = BUF_INIT;
			struct told told = { .n = 0 };
			struct key key, sent;

			key_name(&name, (struct key){ code, mods });
			key = (struct key){ code, mods };
			if (!key_parse(buf_view(&name), &key) || key_twin(key, &sent))
				continue;
			if (key_eq(key, (struct key){ KEY_ESCAPE, KEY_ALT })) /* two escapes */
				continue;
			key_bytes(&bytes, key);
			if (!bytes.len)
				continue;
			buf_reset(&name);
			key_name(&name, key);
			decode(&told, buf_view(&bytes), SIZE_MAX, SIZE_MAX);
			if (key.code == KEY_BACKSPACE)
				assert_true(str_ends(buf_view(&told.text), STR("backspace")));
			else if (key.code == ' ' && key.mods & KEY_SHIFT)
				assert_true(str_ends(buf_view(&told.text), STR("space")));
			else if (key_eq(key, (struct key){ 'A', KEY_ALT }))
				assert_string_equal(buf_cstr(&told.text), "up"); /* the description's */
			else
				assert_string_equal(buf_cstr(&told.text), buf_cstr(&name));
			n++;
			told_release(&told);
		}
	assert_true(n > 400);
}

static void hints_are_short(void **state)
{
	static const char *const pairs[][2] = { { "ctrl-x", "^X" }, { "tab", "Tab" }, { "alt-enter", "Alt-Enter" },
		{ "ctrl-home", "Ctrl-Home" }, { "page-up", "PgUp" }, { "escape", "Esc" }, { "G", "G" }, { "space", "Space" },
		{ "ctrl-space", "Ctrl-Space" }, { "shift-tab", "Shift-Tab" }, { "alt-b", "Alt-b" }, { "f1", "F1" },
		{ "ctrl-]", "^]" }, { "ctrl-shift-a", "Ctrl-Shift-a" } };

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		SCOPED(buf) hint = BUF_INIT;
		struct key key;

		assert_true(key_parse(str_c(pairs[i][0]), &key));
		key_hint(&hint, key);
		assert_string_equal(buf_cstr(&hint), pairs[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sequence_is_its_token),
		cmocka_unit_test(any_slicing_yields_the_same_tokens),
		cmocka_unit_test(a_nul_is_ctrl_space),
		cmocka_unit_test(readline_gets_what_it_knows),
		cmocka_unit_test(an_escape_waits_a_little_a_sequence_longer_a_paste_and_half_a_letter_without_limit),
		cmocka_unit_test(half_a_letter_outlives_a_timeout),
		cmocka_unit_test(after_a_silence_an_escape_is_a_key_and_what_follows_is_typed),
		cmocka_unit_test(equal_keys_of_one_read_are_counted),
		cmocka_unit_test(a_paste_of_20_MB_is_cut_at_a_character_and_its_end_is_found),
		cmocka_unit_test(the_longest_paste_is_whole),
		cmocka_unit_test(what_is_too_long_for_a_sequence_is_swallowed),
		cmocka_unit_test(ctrl_c_ends_a_sequence_without_an_end),
		cmocka_unit_test(a_decoder_may_be_freed_in_the_middle),
		cmocka_unit_test(a_key_is_written_as_it_is_read),
		cmocka_unit_test(a_key_may_be_written_in_other_ways),
		cmocka_unit_test(what_is_no_key_is_refused),
		cmocka_unit_test(bytes_of_a_key_are_that_key),
		cmocka_unit_test(hints_are_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
