#include "ibid/retrieve/identify.h"

#include <string.h>

#include "ibid/base/words.h"
#include "identify_internal.h"

/* Bytes between white space that are looked at; longer runs (base64) are stepped over. */
#define PIECE_MAX (2 * IDENTIFY_MAX)

enum { GAP = 1, SEP = 2, BRACKET = 4, DIGIT = 8, DOT = 16, MARK = 32, UPPER = 64, WIDE = 128 };

/* clang-format off */
static const unsigned char classes[256] = {
	['\t'] = GAP, ['\n'] = GAP, ['\v'] = GAP, ['\f'] = GAP, ['\r'] = GAP, [' '] = GAP, [0] = SEP,
	['"'] = SEP, ['<'] = SEP, ['>'] = SEP, ['|'] = SEP, [','] = SEP, [';'] = SEP, ['`'] = SEP,
	['('] = BRACKET, [')'] = BRACKET, ['['] = BRACKET, [']'] = BRACKET, ['{'] = BRACKET, ['}'] = BRACKET,
	['0'] = DIGIT, ['1'] = DIGIT, ['2'] = DIGIT, ['3'] = DIGIT, ['4'] = DIGIT, ['5'] = DIGIT, ['6'] = DIGIT,
	['7'] = DIGIT, ['8'] = DIGIT, ['9'] = DIGIT,
	['.'] = DOT, [':'] = DOT,
	['@'] = MARK, ['\\'] = MARK, ['/'] = MARK, ['_'] = MARK,
	['A'] = UPPER, ['B'] = UPPER, ['C'] = UPPER, ['D'] = UPPER, ['E'] = UPPER, ['F'] = UPPER, ['G'] = UPPER,
	['H'] = UPPER, ['I'] = UPPER, ['J'] = UPPER, ['K'] = UPPER, ['L'] = UPPER, ['M'] = UPPER, ['N'] = UPPER,
	['O'] = UPPER, ['P'] = UPPER, ['Q'] = UPPER, ['R'] = UPPER, ['S'] = UPPER, ['T'] = UPPER, ['U'] = UPPER,
	['V'] = UPPER, ['W'] = UPPER, ['X'] = UPPER, ['Y'] = UPPER, ['Z'] = UPPER,
	[0xC2] = WIDE, [0xE2] = WIDE, [0xE3] = WIDE, [0xE4] = WIDE, [0xE5] = WIDE, [0xE6] = WIDE, [0xE7] = WIDE,
	[0xE8] = WIDE, [0xE9] = WIDE, [0xEA] = WIDE, [0xEB] = WIDE, [0xEC] = WIDE, [0xED] = WIDE, [0xEE] = WIDE,
	[0xEF] = WIDE,
};

/* How links are made harmless, and what was there before. */
static const struct { struct str fanged, plain; } fangs[] = {
	{ STR("[.]"), STR(".") }, { STR("(.)"), STR(".") }, { STR("{.}"), STR(".") }, { STR("[dot]"), STR(".") },
	{ STR("(dot)"), STR(".") }, { STR("{dot}"), STR(".") }, { STR("[.com]"), STR(".com") }, { STR("[:]"), STR(":") },
	{ STR("[://]"), STR("://") }, { STR("[:]//"), STR("://") }, { STR("[@]"), STR("@") }, { STR("[at]"), STR("@") },
	{ STR("(at)"), STR("@") }, { STR("(@)"), STR("@") }, { STR("[/]"), STR("/") },
};
/* clang-format on */

static unsigned char class_at(struct str s, size_t at)
{
	return at < s.len ? classes[(unsigned char)s.p[at]] : GAP;
}

/* Number of the fang that stands at `at`, or -1. */
static int fang_at(struct str s, size_t at)
{
	for (size_t i = 0; i < sizeof(fangs) / sizeof(*fangs); i++)
		if (str_eq_nocase(str_sub(s, at, at + fangs[i].fanged.len), fangs[i].fanged))
			return (int)i;
	return -1;
}

/* Bytes of a typographic hyphen at `at`: U+2010-2015, U+2212, soft hyphen. */
static size_t hyphen_at(struct str s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s.p + at;

	if (at + 3 <= s.len && p[0] == 0xE2 && ((p[1] == 0x80 && p[2] >= 0x90 && p[2] <= 0x95) || (p[1] == 0x88 && p[2] == 0x92)))
		return 3;
	return at + 2 <= s.len && p[0] == 0xC2 && p[1] == 0xAD ? 2 : 0;
}

/* --- cutting */

struct cut {
	size_t from, to;
	unsigned mask;		/* classes seen, dots only before something */
	bool is_url;
};

/* A CVE number broken after a hyphen at the end of a line: bytes of white space to step over, or 0. */
static size_t broken_cve(struct str s, size_t from, size_t at)
{
	size_t next = at;
	bool has_line = false;

	if (at < from + 4 || !str_is_nocase(str_sub(s, from, from + 3), "cve"))
		return 0;
	if (s.p[at - 1] != '-' && !hyphen_at(s, at - 3) && !hyphen_at(s, at - 2))
		return 0;
	while (next < s.len && classes[(unsigned char)s.p[next]] == GAP)
		has_line |= s.p[next++] == '\n';
	return has_line && next - at < 8 && class_at(s, next) == DIGIT ? next - at : 0;
}

static bool has_open_bracket(struct str s)
{
	int depth = 0;

	for (size_t i = 0; i < s.len; i++)
		depth += (s.p[i] == '(') - (s.p[i] == ')');
	return depth > 0;
}

/* Brackets are part of a piece when they are fangs, or pairs inside a URL. */
static size_t bracket_len(struct str s, const struct cut *c, size_t at)
{
	int fang = fang_at(s, at);

	if (fang >= 0)
		return fangs[fang].fanged.len;
	if (!c->is_url)
		return 0;
	if (s.p[at] == '(')
		return 1;
	return s.p[at] == ')' && has_open_bracket(str_sub(s, c->from, at));
}

/* Bytes at `at` that go on with the piece; 0 where it ends. */
static size_t step(struct str s, struct cut *c, size_t at)
{
	unsigned char class = class_at(s, at);

	if (!class || class == DIGIT) {
		c->mask |= class;
		return 1;
	}
	switch (class) {
	case UPPER:
		c->mask |= at > c->from ? UPPER : 0;
		return 1;
	case DOT:
		c->mask |= class_at(s, at + 1) & (GAP | SEP) ? 0 : DOT;
		c->is_url |= s.p[at] == ':' && at + 2 < s.len && s.p[at + 1] == '/' && s.p[at + 2] == '/';
		return 1;
	case MARK:
		c->mask |= MARK;
		return 1;
	case BRACKET:
		c->mask |= DOT;
		return bracket_len(s, c, at);
	case WIDE:
		return hyphen_at(s, at);
	case GAP:
		return at < s.len ? broken_cve(s, c->from, at) : 0;
	default:
		return 0;
	}
}

/* Past the bytes that mean nothing here: small letters mostly. */
static size_t skip_plain(struct str s, size_t at)
{
	while (at < s.len && !classes[(unsigned char)s.p[at]])
		at++;
	return at;
}

/* Past white space, separators and characters that separate (curly quotes, Chinese), whole ones. */
static size_t skip_between(struct str s, size_t at)
{
	while (at < s.len) {
		unsigned char class = classes[(unsigned char)s.p[at]];

		if (!(class & (GAP | SEP | BRACKET | WIDE)))
			break;
		at++;
		while (class == WIDE && at < s.len && (s.p[at] & 0xC0) == 0x80)
			at++;
	}
	return at;
}

/* Bytes that can be the sign of an identifier; the rest of the text is never cut. */
static const unsigned char signs[256] = {
	['0'] = DIGIT, ['1'] = DIGIT, ['2'] = DIGIT, ['3'] = DIGIT, ['4'] = DIGIT, ['5'] = DIGIT, ['6'] = DIGIT,
	['7'] = DIGIT, ['8'] = DIGIT, ['9'] = DIGIT,
	['@'] = MARK, ['\\'] = MARK, ['/'] = MARK, ['_'] = MARK,
	['.'] = DOT, [':'] = DOT, ['-'] = GAP, ['['] = BRACKET, ['('] = BRACKET, ['{'] = BRACKET,
	['A'] = UPPER, ['B'] = UPPER, ['C'] = UPPER, ['D'] = UPPER, ['E'] = UPPER, ['F'] = UPPER, ['G'] = UPPER,
	['H'] = UPPER, ['I'] = UPPER, ['J'] = UPPER, ['K'] = UPPER, ['L'] = UPPER, ['M'] = UPPER, ['N'] = UPPER,
	['O'] = UPPER, ['P'] = UPPER, ['Q'] = UPPER, ['R'] = UPPER, ['S'] = UPPER, ['T'] = UPPER, ['U'] = UPPER,
	['V'] = UPPER, ['W'] = UPPER, ['X'] = UPPER, ['Y'] = UPPER, ['Z'] = UPPER,
};

/* A capital counts inside a word, a stop before something, a hyphen at the end of a line, a bracket when it is a fang. */
static bool is_sign(struct str s, size_t at)
{
	switch (signs[(unsigned char)s.p[at]]) {
	case UPPER:
		return at && !(class_at(s, at - 1) & (GAP | SEP | BRACKET));
	case DOT:
		return !(class_at(s, at + 1) & (GAP | SEP));
	case GAP:
		return at + 1 < s.len && (s.p[at + 1] == '\n' || s.p[at + 1] == '\r');
	case BRACKET:
		return fang_at(s, at) >= 0;
	default:
		return true;
	}
}

/* The next sign of an identifier, or the end. */
static size_t next_sign(struct str s, size_t at)
{
	for (;; at++) {
		while (at < s.len && !signs[(unsigned char)s.p[at]])
			at++;
		if (at == s.len || is_sign(s, at))
			return at;
	}
}

/* The next piece with a sign in it, or one that stands between the same gaps. */
static bool cut_next(struct str s, size_t at, struct cut *c)
{
	size_t sign = next_sign(s, at), n;

	if (sign == s.len)
		return false;
	while (sign > at && !(class_at(s, sign - 1) & (GAP | SEP)))
		sign--;
	at = skip_between(s, sign);
	*c = (struct cut){ .from = at, .to = skip_plain(s, at) };
	while ((n = step(s, c, c->to)))
		c->to = skip_plain(s, c->to + n);
	return c->to > c->from;
}

/* Without what cannot begin or end an identifier: punctuation, emphasis, the "'s" of a possessive. */
static void trim(struct str s, struct cut *c)
{
	while (c->to > c->from && strchr(".:!?*~'-=", s.p[c->to - 1]))
		c->to--;
	if (c->to > c->from + 2 && s.p[c->to - 1] == 's' && s.p[c->to - 2] == '\'')
		c->to -= 2;
	while (c->from < c->to && strchr(".:!?*'-=+#", s.p[c->from]))
		c->from++;
}

/* --- from raw bytes to a piece */

/* Copy a piece: fangs drawn, hyphens plain, white space gone. True when there were fangs. */
static bool copy_plain(struct buf *out, struct str s)
{
	bool was_fanged = false;

	buf_reset(out);
	for (size_t at = 0; at < s.len;) {
		unsigned char class = class_at(s, at);
		int fang = class == BRACKET ? fang_at(s, at) : -1;
		size_t hyphen = class == WIDE ? hyphen_at(s, at) : 0;

		if (fang >= 0) {
			buf_str(out, fangs[fang].plain);
			at += fangs[fang].fanged.len;
			was_fanged = true;
		} else if (hyphen) {
			buf_c(out, hyphen == 3 ? "-" : "");
			at += hyphen;
		} else {
			if (class != GAP)
				buf_ch(out, s.p[at]);
			at++;
		}
	}
	if (str_eq_nocase(str_sub(buf_view(out), 0, 4), STR("hxxp"))) {
		memcpy(out->p, "http", 4);
		was_fanged = true;
	}
	return was_fanged;
}

static struct str word_before(struct str s, size_t at)
{
	size_t to = at, from;

	while (to && class_at(s, to - 1) & (GAP | BRACKET))
		to--;
	for (from = to; from && to - from < 16 && class_at(s, from - 1) != GAP; from--)
		;
	return str_sub(s, from, to);
}

/* "RFC 9110": take the number behind one gap into the piece. */
static void join_number(struct str s, struct cut *c)
{
	struct cut number;
	size_t at = c->to;

	if (!identify_is_lead(str_sub(s, c->from, c->to)) || class_at(s, at) != GAP || class_at(s, at + 1) != DIGIT)
		return;
	if (!cut_next(s, at + 1, &number))
		return;
	trim(s, &number);
	c->to = number.to;
}

static bool try_piece(struct identify *it, size_t from, size_t to)
{
	struct piece p = { .before = word_before(it->text, from) };

	p.was_fanged = copy_plain(&it->raw, str_sub(it->text, from, to));
	p.s = buf_view(&it->raw);
	buf_reset(&it->found);
	if (p.s.len < 3 || !identify_piece(&p, &it->kind, &it->found) || it->found.len > IDENTIFY_MAX)
		return false;
	it->from = from;
	it->to = to;
	it->name = buf_view(&it->found);
	return true;
}

/* What joins names that could stand alone: "CVE-2021-1/CVE-2021-2", "md5:d41d8...", "src=10.0.0.1", "evil.com/x". */
static size_t joint_in(struct str s, size_t from, size_t to)
{
	while (from < to && !strchr("/:=&+", s.p[from]))
		from++;
	return from;
}

/* Plain words, short numbers and acronyms are the rule; nothing in them to look at, unless a number follows "RFC". */
static bool is_worth(struct str s, const struct cut *c)
{
	size_t len = c->to - c->from;

	if (!c->mask || len < 2 || len > PIECE_MAX)
		return false;
	if (c->mask == UPPER && len < 10)
		return identify_is_lead(str_sub(s, c->from, c->to));
	return c->mask != DIGIT || len >= 6 || class_at(s, c->from) != DIGIT;
}

bool identify_next(struct identify *it)
{
	struct cut c;

	while (cut_next(it->text, it->at, &c)) {
		size_t end = c.to, joint;

		it->at = end;
		if (!is_worth(it->text, &c))
			continue;
		trim(it->text, &c);
		join_number(it->text, &c);
		if (c.to > end)
			it->at = c.to;
		if (try_piece(it, c.from, c.to))
			return true;
		joint = joint_in(it->text, c.from, c.to);
		if (joint == c.to)
			continue;
		it->at = joint + 1;
		c.to = joint;
		trim(it->text, &c);
		if (c.to > c.from && try_piece(it, c.from, c.to))
			return true;
	}
	return false;
}

void identify_release(struct identify *it)
{
	buf_release(&it->raw);
	buf_release(&it->found);
}

/* --- chunks */

/* Digits of a hash that are indexed: enough for one among billions. */
#define HASH_DIGITS 16

static struct str host_of(struct str url)
{
	size_t from = str_find(url, STR("://"), 0) + 3, to = from;

	while (to < url.len && !strchr("/?#:", url.p[to]))
		to++;
	return to > from ? str_sub(url, from, to) : url;
}

static struct str last_part(struct str path)
{
	size_t from = path.len;

	while (from && path.p[from - 1] != '/' && path.p[from - 1] != '\\')
		from--;
	return path.len - from >= 3 ? str_sub(path, from, path.len) : path;
}

struct str identify_index_name(enum identify_kind kind, struct str name)
{
	switch (kind) {
	case IDENT_URL:
		return host_of(name);
	case IDENT_PATH:
		return last_part(name);
	case IDENT_HASH:
		return str_sub(name, 0, HASH_DIGITS);
	default:
		return name;
	}
}

/* Whether the joined names hold this one, as a whole. */
static bool holds(struct str joined, struct str name)
{
	for (size_t at = 0; (at = str_find(joined, name, at)) != STR_NONE; at++) {
		size_t end = at + name.len;

		if ((!at || joined.p[at - 1] == ' ') && (end == joined.len || joined.p[end] == ' '))
			return true;
	}
	return false;
}

static void join_names(struct identify *it, struct str text, struct buf *joined)
{
	buf_reset(joined);
	it->text = text;
	it->at = 0;
	while (identify_next(it)) {
		struct str name = identify_index_name(it->kind, it->name);

		if (holds(buf_view(joined), name))
			continue;
		if (joined->len)
			buf_ch(joined, ' ');
		buf_str(joined, name);
	}
}

const struct str *identify_chunks(struct arena *a, const struct text *t)
{
	struct str *names = arena_array(a, t->n_chunks, sizeof(*names));
	SCOPED(identify) it = IDENTIFY_INIT(STR_EMPTY);
	SCOPED(buf) joined = BUF_INIT;

	for (size_t i = 0; i < t->n_chunks; i++) {
		join_names(&it, text_at(t, t->chunks[i].at), &joined);
		names[i] = joined.len ? arena_str(a, buf_view(&joined)) : STR_EMPTY;
	}
	return names;
}
