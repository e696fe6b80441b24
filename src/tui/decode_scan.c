#include "tui/decode_internal.h"

#include <string.h>

#include "ibid/base/utf8.h"
#include "tui/key_internal.h"

#define ESC '\x1b'

/* Parameters of a control sequence that are looked at, and the most a number is read to. */
#define PARAMS_MAX 4
#define SUBS_MAX 2
#define NUMBER_MAX 10000000

struct csi {
	char prefix, inter, final; /* 0: none */
	int n; /* parameters that are there */
	uint32_t v[PARAMS_MAX][SUBS_MAX];
};

static struct scan more(void)
{
	return (struct scan){ .kind = SCAN_MORE };
}

static struct scan nothing(size_t len)
{
	return (struct scan){ .kind = SCAN_NOTHING, .len = len };
}

static struct scan of_kind(enum input_kind kind, size_t len)
{
	return (struct scan){ .kind = SCAN_TOKEN, .len = len, .token = { .kind = kind } };
}

static struct scan a_key(uint32_t code, unsigned mods, size_t len)
{
	struct scan r = of_kind(INPUT_KEY, len);

	r.token.key = (struct key){ code, mods };
	return r;
}

static struct scan translated(uint32_t code, unsigned mods, size_t len)
{
	struct scan r = a_key(code, mods, len);

	r.token.key = key_settled(r.token.key);
	r.is_translated = true;
	return r;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7F;
}

static bool is_within(char c, char from, char to)
{
	return c >= from && c <= to;
}

/* --- characters */

static struct key control_key(char c)
{
	switch (c) {
	case '\t':
		return (struct key){ KEY_TAB, 0 };
	case '\r':
		return (struct key){ KEY_ENTER, 0 };
	case '\b':
	case 0x7F:
		return (struct key){ KEY_BACKSPACE, 0 };
	case ESC:
		return (struct key){ KEY_ESCAPE, 0 };
	case 0:
		return (struct key){ ' ', KEY_CTRL };
	default:
		return (struct key){ (uint32_t)c + (c < ESC ? 0x60 : 0x40), KEY_CTRL };
	}
}

static struct scan scan_char(struct str s)
{
	uint32_t cp;
	size_t n;

	if (is_control(s.p[0])) {
		struct key key = control_key(s.p[0]);

		return a_key(key.code, key.mods, 1);
	}
	n = utf8_decode(s, 0, &cp);
	if (utf8_valid_len(s, 0))
		return a_key(cp, 0, n);
	if (n == s.len && utf8_partial_tail(s) == n)
		return more();
	return translated(UTF8_REPLACEMENT, 0, n);
}

/* ESC and a character: that one with alt. */
static struct scan scan_alt(struct str s, bool is_last)
{
	struct scan r = scan_char(str_sub(s, 1, s.len));

	if (r.kind == SCAN_MORE)
		return is_last ? a_key(KEY_ESCAPE, 0, 1) : r;
	r.token.key.mods |= KEY_ALT;
	r.len++;
	return r;
}

/* --- control sequences: CSI prefix? parameters intermediate* final */

static unsigned mods_of(uint32_t parameter)
{
	uint32_t bits = parameter ? parameter - 1 : 0;

	/* 16 is hyper, 32 meta, 64 and 128 are the locks. */
	return (bits & (KEY_SHIFT | KEY_ALT | KEY_CTRL | KEY_SUPER)) | (bits & 32 ? KEY_ALT : 0);
}

static void add_digit(uint32_t *number, char c)
{
	*number = *number * 10 + (uint32_t)(c - '0');
	if (*number > NUMBER_MAX)
		*number = NUMBER_MAX;
}

static void read_params(struct csi *c, struct str params)
{
	int sub = 0;

	if (params.len && is_within(params.p[0], '<', '?')) {
		c->prefix = params.p[0];
		params = str_sub(params, 1, params.len);
	}
	c->n = params.len > 0;
	for (size_t i = 0; i < params.len; i++) {
		char ch = params.p[i];

		sub = ch == ';' ? 0 : sub + (ch == ':');
		c->n += ch == ';';
		if (is_within(ch, '0', '9') && c->n <= PARAMS_MAX && sub < SUBS_MAX)
			add_digit(&c->v[c->n - 1][sub], ch);
	}
}

static struct scan mouse(uint32_t bits, uint32_t x, uint32_t y, bool is_release, size_t len)
{
	struct scan r = of_kind(INPUT_MOUSE, len);
	uint32_t low = bits & 3;

	r.token.mouse.mods = (bits & 4 ? KEY_SHIFT : 0u) | (bits & 8 ? KEY_ALT : 0u) | (bits & 16 ? KEY_CTRL : 0u);
	r.token.mouse.col = x ? (int)x - 1 : 0;
	r.token.mouse.row = y ? (int)y - 1 : 0;
	if (bits & 64) {
		/* Only up and down: nothing here scrolls sideways by wheel. */
		r.token.mouse.event = low ? MOUSE_WHEEL_DOWN : MOUSE_WHEEL_UP;
		return low > 1 || is_release ? nothing(len) : r;
	}
	r.token.mouse.button = bits & 128 ? (int)low + 8 : low == 3 ? 0 : (int)low + 1;
	r.token.mouse.event = is_release ? MOUSE_RELEASE : bits & 32 ? MOUSE_DRAG : MOUSE_PRESS;
	return r;
}

/* Three bytes behind CSI M, each 32 more than its number. The button of a release is unknown. */
static struct scan scan_x10(struct str s, bool is_last)
{
	size_t i = 3;
	uint32_t v[3];

	for (; i < 6 && i < s.len && (unsigned char)s.p[i] >= 32; i++)
		v[i - 3] = (unsigned char)s.p[i] - 32u;
	if (i < 6)
		return i == s.len && !is_last ? more() : nothing(i);
	return mouse(v[0], v[1], v[2], !(v[0] & (32 | 64 | 128)) && (v[0] & 3) == 3, i);
}

/* kitty's numbers for what is no character are of a private area: F13 to F35, then the keypad, then what we do not know. */
#define KITTY_FROM 57344
#define KITTY_F13 57376
#define KITTY_PAD 57399
#define KITTY_TO 63743

/* 0: no key of ours. */
static uint32_t code_of_character(uint32_t number)
{
	static const uint32_t pad[] = { '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '/', '*', '-', '+',
		KEY_ENTER, '=', ',', KEY_LEFT, KEY_RIGHT, KEY_UP, KEY_DOWN, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_HOME,
		KEY_END, KEY_INSERT, KEY_DELETE };

	if (number < 0x80 && is_control((char)number))
		return control_key((char)number).mods ? 0 : control_key((char)number).code;
	if (number >= KITTY_PAD && number < KITTY_PAD + sizeof(pad) / sizeof(*pad))
		return pad[number - KITTY_PAD];
	if (number >= KITTY_F13 && number < KITTY_PAD)
		return KEY_OTHER;
	return (number >= KITTY_FROM && number <= KITTY_TO) || utf8_is_hidden(number) ? 0 : number;
}

/* A key by its character; `shifted` is the character with shift, 0 when it is not known. */
static struct scan by_character(uint32_t number, uint32_t shifted, unsigned mods, size_t len)
{
	uint32_t code = code_of_character(number);

	if (mods & KEY_SHIFT && !(mods & KEY_CTRL) && code < KEY_FIRST && shifted > ' ' && !utf8_is_hidden(shifted)) {
		code = shifted;
		mods &= ~(unsigned)KEY_SHIFT;
	}
	return code ? translated(code, mods, len) : nothing(len);
}

static struct scan by_final(const struct csi *c, size_t len)
{
	uint32_t m = c->n ? c->v[c->n > 1][0] : 0;

	for (const struct key_row *r = key_rows; r->code; r++)
		if (r->final == c->final)
			return a_key(r->code, mods_of(m), len);
	return a_key(KEY_OTHER, mods_of(m), len);
}

static uint32_t code_of_number(uint32_t number)
{
	/* The VT220's, rxvt's and the linux console's; F1 to F4 as the VT220 has them. */
	static const uint32_t others[] = { [1] = KEY_HOME,
		[4] = KEY_END,
		[7] = KEY_HOME,
		[8] = KEY_END,
		[11] = KEY_F1,
		[12] = KEY_F2,
		[13] = KEY_F3,
		[14] = KEY_F4 };

	if (number < sizeof(others) / sizeof(*others) && others[number])
		return others[number];
	for (const struct key_row *r = key_rows; r->code; r++)
		if (r->number && (uint32_t)r->number == number)
			return r->code;
	return KEY_OTHER;
}

/* CSI number ~, and rxvt's ^ $ @ in the place of modifiers. */
static struct scan by_number(const struct csi *c, size_t len)
{
	uint32_t number = c->v[0][0];
	unsigned mods = mods_of(c->v[1][0]);

	if (c->final == '~' && number == 200)
		return (struct scan){ .kind = SCAN_PASTE, .len = len };
	if (c->final == '~' && number == 201)
		return nothing(len);
	if (c->final == '~' && number == 27 && c->n > 2)
		return by_character(c->v[2][0], c->v[2][0], mods, len);
	if (c->final != '~')
		mods = c->final == '^' ? KEY_CTRL : c->final == '$' ? KEY_SHIFT : KEY_SHIFT | KEY_CTRL;
	return a_key(code_of_number(number), mods, len);
}

/* rxvt's letters behind CSI (shift) and SS3 (ctrl). */
static uint32_t rxvt_arrow(char final)
{
	static const uint32_t codes[] = { KEY_UP, KEY_DOWN, KEY_RIGHT, KEY_LEFT };

	return is_within(final, 'a', 'd') ? codes[final - 'a'] : 0;
}

static struct scan key_sequence(const struct csi *c, size_t len)
{
	bool is_f3 = c->final == 'R' && (!c->n || (c->n == 2 && c->v[0][0] == 1));

	if (c->final == 'u')
		return by_character(c->v[0][0], c->v[0][1], mods_of(c->v[1][0]), len);
	if (strchr("~^$@", c->final))
		return c->n ? by_number(c, len) : nothing(len);
	if (c->final == 'Z')
		return a_key(KEY_TAB, KEY_SHIFT | mods_of(c->v[1][0]), len);
	if (!c->n && rxvt_arrow(c->final))
		return a_key(rxvt_arrow(c->final), KEY_SHIFT, len);
	if (is_f3 || strchr("ABCDEFHPQS", c->final))
		return by_final(c, len);
	return of_kind(INPUT_REPLY, len);
}

static struct scan csi_meaning(const struct csi *c, size_t len)
{
	struct scan focus = of_kind(INPUT_FOCUS, len);

	if (c->prefix == '<' && (c->final == 'M' || c->final == 'm'))
		return c->n == 3 ? mouse(c->v[0][0], c->v[1][0], c->v[2][0], c->final == 'm', len) : nothing(len);
	if (c->prefix || c->inter)
		return of_kind(INPUT_REPLY, len);
	if (!c->n && (c->final == 'I' || c->final == 'O')) {
		focus.token.is_focused = c->final == 'I';
		return focus;
	}
	if (c->v[1][1] == 3) /* kitty: the key was let go */
		return nothing(len);
	return key_sequence(c, len);
}

/* CSI [ A to E: the linux console's F1 to F5. */
static struct scan scan_console(struct str s, bool is_last)
{
	if (s.len == 3 && !is_last)
		return more();
	if (s.len > 3 && is_within(s.p[3], 'A', 'E'))
		return a_key(KEY_F1 + (uint32_t)(s.p[3] - 'A'), 0, 4);
	return a_key('[', KEY_ALT, 2);
}

static size_t skip(struct str s, size_t at, char from, char to)
{
	while (at < s.len && is_within(s.p[at], from, to))
		at++;
	return at;
}

/* What ends where its grammar does not, `at`: behind two bytes these were ESC and a character. */
static struct scan broken(struct str s, size_t at)
{
	return at == 2 ? a_key((unsigned char)s.p[1], KEY_ALT, 2) : nothing(at);
}

static struct scan scan_csi(struct str s, bool is_last)
{
	struct csi c = { 0 };
	size_t params = skip(s, 2, '0', '?'), at = skip(s, params, ' ', '/');

	read_params(&c, str_sub(s, 2, params));
	/* rxvt ends its shifted keys in an intermediate byte; DECRPM, which has one, has a prefix or two parameters. */
	if (at > params && s.p[params] == '$' && !c.prefix && c.n == 1)
		at = params;
	if (at == s.len)
		return is_last ? broken(s, at) : more();
	if (!is_within(s.p[at], '@', '~') && s.p[at] != '$')
		return broken(s, at);
	c.inter = at > params ? s.p[params] : 0;
	c.final = s.p[at];
	if (at == 2 && c.final == '[')
		return scan_console(s, is_last);
	if (at == 2 && c.final == 'M')
		return scan_x10(s, is_last);
	return at >= DECODE_SEQUENCE_MAX ? nothing(at + 1) : csi_meaning(&c, at + 1);
}

/* --- SS3: cursor keys in application mode, F1 to F4, the keypad; rxvt's ctrl-arrows */

static struct scan ss3_meaning(char final, unsigned mods, size_t len)
{
	static const char pad[] = "j*k+l,m-n.o/p0q1r2s3t4u5v6w7x8y9X= ";
	const char *c = strchr(pad, final);
	struct csi as_csi = { .final = final };
	struct scan r = by_final(&as_csi, len);

	r.token.key.mods = mods;
	if (final == 'M')
		return translated(KEY_ENTER, mods, len);
	if (final == 'I')
		return translated(KEY_TAB, mods, len);
	if (rxvt_arrow(final))
		return a_key(rxvt_arrow(final), mods | KEY_CTRL, len);
	if (r.token.key.code != KEY_OTHER || final == 'E')
		return r;
	return c && (c - pad) % 2 == 0 ? translated((unsigned char)c[c[0] != ' '], mods, len) : nothing(len);
}

static struct scan scan_ss3(struct str s, bool is_last)
{
	size_t at = skip(s, 2, '0', '9');
	uint32_t number = 0;
	struct scan r;

	if (at == s.len)
		return is_last ? broken(s, at) : more();
	for (size_t i = 2; i < at; i++)
		add_digit(&number, s.p[i]);
	if (!is_within(s.p[at], ' ', '~'))
		return broken(s, at);
	r = ss3_meaning(s.p[at], mods_of(number), at + 1);
	if (at >= DECODE_SEQUENCE_MAX || r.kind != SCAN_TOKEN)
		return at == 2 ? broken(s, at) : nothing(at + 1);
	return r;
}

/* --- OSC, DCS, APC: a text up to ST (or BEL) */

/* Terminals answer with what these say; all else is a letter that was typed with alt. */
static bool begins_string(char opener, char first)
{
	switch (opener) {
	case ']':
		return is_within(first, '0', '9') || first == 'l' || first == 'L';
	case '_':
		return first == 'G';
	default:
		return is_within(first, ' ', '~');
	}
}

static struct scan scan_string(struct str s, bool is_last)
{
	size_t at = 2, end;

	if (s.len > 2 && !begins_string(s.p[1], s.p[2]))
		return broken(s, 2);
	while (at < s.len && !is_control(s.p[at]))
		at++;
	if (at == s.len || (s.p[at] == ESC && at + 1 == s.len))
		return is_last ? broken(s, at) : more();
	if (s.p[at] != '\a' && !(s.p[at] == ESC && s.p[at + 1] == '\\'))
		return broken(s, at);
	end = at + (s.p[at] == ESC ? 2 : 1);
	return at >= DECODE_SEQUENCE_MAX ? nothing(end) : of_kind(INPUT_REPLY, end);
}

/* --- ESC and what follows */

/* The longest string of the terminal's description that stands here; SCAN_NOTHING without one. */
static struct scan scan_strings(const struct decode_strings *strings, struct str s, bool is_last)
{
	struct scan best = nothing(0);

	for (size_t i = 0; i < strings->n; i++) {
		const struct decode_string *row = &strings->v[i];

		if (row->bytes.len > s.len && str_starts(row->bytes, s) && !is_last)
			return more();
		if (row->bytes.len > best.len && str_starts(s, row->bytes))
			best = a_key(row->key.code, row->key.mods, row->bytes.len);
	}
	return best;
}

static struct scan scan_escape(const struct decode_strings *strings, struct str s, bool is_last);

/* Two ESC: before the sequence of a key the first is alt (rxvt, PuTTY), else each is a key of its own. */
static struct scan scan_double(const struct decode_strings *strings, struct str s, bool is_last)
{
	bool may_be = s.len > 2 && (s.p[2] == '[' || s.p[2] == 'O');
	struct scan r;

	if (s.len == 2 && !is_last)
		return more();
	r = may_be ? scan_escape(strings, str_sub(s, 1, s.len), is_last) : nothing(0);
	if (may_be && r.kind == SCAN_MORE)
		return r;
	if (r.kind != SCAN_TOKEN || r.token.kind != INPUT_KEY || r.len < 3)
		return a_key(KEY_ESCAPE, 0, 1);
	r.token.key.mods |= KEY_ALT;
	r.len++;
	return r;
}

static struct scan scan_escape(const struct decode_strings *strings, struct str s, bool is_last)
{
	struct scan r = scan_strings(strings, s, is_last);

	if (r.kind != SCAN_NOTHING)
		return r;
	if (s.len == 1)
		return is_last ? a_key(KEY_ESCAPE, 0, 1) : more();
	switch (s.p[1]) {
	case ESC:
		return scan_double(strings, s, is_last);
	case '[':
		return scan_csi(s, is_last);
	case 'O':
		return scan_ss3(s, is_last);
	case ']':
	case 'P':
	case '_':
		return scan_string(s, is_last);
	default:
		return scan_alt(s, is_last);
	}
}

struct scan scan_token(const struct decode_strings *strings, struct str s, bool is_last)
{
	return s.p[0] == ESC ? scan_escape(strings, s, is_last) : scan_char(s);
}
