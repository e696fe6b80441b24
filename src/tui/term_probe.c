/*
 * What the terminal says of itself. Questions go out in one batch that ends in
 * DA1, which every terminal answers: once that answer is here, no other will
 * come. Silence is normal (tmux 3.3 answers DA1 only) and changes nothing.
 */
#include "tui/term_internal.h"

#include <poll.h>

#define ESCAPE_MS 40
/* Bytes of one key may arrive apart: over a network, or through a multiplexer. */
#define ESCAPE_FAR_MS 100

/* OSC 11 the background; kitty's flags; DECRQM of synchronized output; DA1. */
#define QUESTIONS "\033]11;?\033\\\033[?u\033[?2026$p\033[c"
#define KITTY_PUSH "\033[>1u"

static bool has_env(const struct term *t, const char *name)
{
	const char *value = term_env(t, name);

	return value && *value;
}

/* Typed ahead: answers would arrive behind it, but whoever types blind expects to lose nothing. */
static bool has_input(const struct term *t)
{
	struct pollfd in = { .fd = t->fd, .events = POLLIN };

	return poll(&in, 1, 0) > 0;
}

void term_probe(struct term *t)
{
	if (t->is_plain || has_env(t, "IBID_NO_PROBE") || has_input(t))
		return;
	t->is_probing = true;
	guard_flush(true);
	term_send(t, STR(QUESTIONS));
}

bool term_is_probing(const struct term *t)
{
	return t->is_probing;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One channel of XParseColor's rgb:, 1 to 4 digits, as 0-65535; -1 when it is none. */
static long channel(struct str s)
{
	long value = 0, max = 0;

	if (!s.len || s.len > 4)
		return -1;
	for (size_t i = 0; i < s.len; i++) {
		if (hex_digit(s.p[i]) < 0)
			return -1;
		value = value << 4 | hex_digit(s.p[i]);
		max = max << 4 | 0xF;
	}
	return value * 65535 / max;
}

/* "rgb:ffff/ffff/ffff": light when its luma (BT.601) is above half. -1 when it cannot be read. */
static int lightness(struct str color)
{
	struct str rest = str_sub(color, str_find_ch(color, ':', 0) + 1, color.len);
	long r, g, b;

	if (!str_starts(color, STR("rgb:")) && !str_starts(color, STR("rgba:")))
		return -1;
	r = channel(str_cut(&rest, '/'));
	g = channel(rest.p ? str_cut(&rest, '/') : STR_EMPTY);
	b = channel(rest.p ? str_cut(&rest, '/') : STR_EMPTY);
	if (r < 0 || g < 0 || b < 0)
		return -1;
	return 299 * r + 587 * g + 114 * b > 500 * 65535L;
}

/* Without BEL or ST. */
static struct str unterminated(struct str s)
{
	while (s.len && (s.p[s.len - 1] == '\a' || s.p[s.len - 1] == '\\' || s.p[s.len - 1] == '\033'))
		s.len--;
	return s;
}

/* Each is given what stands between the two parts that name its reply; true when the theme may change. */
static bool on_background(struct term *t, struct str value)
{
	int before = t->is_light, light = lightness(unterminated(value));

	if (light >= 0)
		t->is_light = light;
	return t->is_light != before;
}

/* 0: never heard of; 4: always off. Where nothing is answered the mode is used: tmux knows it and is silent. */
static bool on_sync(struct term *t, struct str value)
{
	t->has_sync = !str_is(value, "0") && !str_is(value, "4");
	return false;
}

static bool on_kitty(struct term *t, struct str value)
{
	(void)value;
	if (t->has_kitty)
		return false;
	t->has_kitty = true;
	term_set_leave(t);
	if (!t->is_suspended)
		term_send(t, STR(KITTY_PUSH));
	return false;
}

static bool on_attributes(struct term *t, struct str value)
{
	(void)value;
	t->is_probing = false;
	guard_flush(false);
	return false;
}

/* clang-format off */
static const struct {
	struct str begin, end;
	bool (*on)(struct term *t, struct str value);
} replies[] = {
	{ { "\033]11;", 5 },		{ "", 0 },	on_background },
	{ { "\033[?2026;", 8 },		{ "$y", 2 },	on_sync },
	{ { "\033[?", 3 },		{ "u", 1 },	on_kitty },
	{ { "\033[?", 3 },		{ "c", 1 },	on_attributes },
};
/* clang-format on */

bool term_reply(struct term *t, struct str bytes)
{
	for (size_t i = 0; i < sizeof(replies) / sizeof(*replies); i++) {
		struct str begin = replies[i].begin, end = replies[i].end;

		if (bytes.len >= begin.len + end.len && str_starts(bytes, begin) && str_ends(bytes, end))
			return replies[i].on(t, str_sub(bytes, begin.len, bytes.len - end.len));
	}
	return false;
}

/* COLORFGBG, "15;0" or "0;default;15": of the 16 colours 0-6 and 8 are dark. */
static int lightness_by_env(const struct term *t)
{
	struct str value = str_c(term_env(t, "COLORFGBG")), last = STR_EMPTY;
	long long color;

	while (value.p)
		last = str_cut(&value, ';');
	if (!str_to_int(last, &color) || color < 0 || color > 15)
		return -1;
	return color == 7 || color > 8;
}

int term_is_light(const struct term *t)
{
	return t->is_light >= 0 ? t->is_light : lightness_by_env(t);
}

bool term_has_kitty(const struct term *t)
{
	return t->has_kitty;
}

int term_escape_ms(const struct term *t)
{
	static const char *const far[] = { "SSH_CONNECTION", "SSH_TTY", "TMUX", "STY" };

	if (t->has_kitty)
		return 0;
	for (size_t i = 0; i < sizeof(far) / sizeof(*far); i++)
		if (has_env(t, far[i]))
			return ESCAPE_FAR_MS;
	return ESCAPE_MS;
}
