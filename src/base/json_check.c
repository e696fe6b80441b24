/*
 * One pass over the text, by recursive descent along the grammar of RFC 8259.
 * The recursion is no deeper than JSON_DEPTH_MAX. Each function leaves `at`
 * behind what it read, or returns false with `at` and `fault` at the first
 * byte that is wrong.
 */
#include "base/json_internal.h"

#include <string.h>

#include "ibid/base/json.h"
#include "ibid/base/utf8.h"

struct check {
	struct str in;
	size_t at;
	unsigned flags;
	const char *fault;
	struct json_checked *done;
	size_t copied; /* how much of `in` is spoken for in done->rewritten */
};

static bool value(struct check *c, int depth);

static bool fail(struct check *c, const char *fault)
{
	c->fault = c->at < c->in.len ? fault : "the text ends too early";
	return false;
}

/* The byte at hand; 0 at the end, which no rule allows anywhere. */
static inline unsigned char peek(const struct check *c)
{
	return c->at < c->in.len ? (unsigned char)c->in.p[c->at] : 0;
}

static inline void skip_space(struct check *c)
{
	unsigned char ch;

	while ((ch = peek(c)) == ' ' || ch == '\n' || ch == '\t' || ch == '\r')
		c->at++;
}

static inline bool is_digit(unsigned char ch)
{
	return ch >= '0' && ch <= '9';
}

/* Copy what was read so far, then `s` in the place of the next `skip` bytes. */
static void rewrite(struct check *c, const char *s, size_t len, size_t skip)
{
	struct buf *out = &c->done->rewritten;

	if (!out->cap)
		buf_room(out, c->in.len + 64);
	buf_add(out, c->in.p + c->copied, c->at - c->copied);
	buf_add(out, s, len);
	c->at += skip;
	c->copied = c->at;
}

static bool digits(struct check *c)
{
	if (!is_digit(peek(c)))
		return fail(c, "a digit is missing here");
	while (is_digit(peek(c)))
		c->at++;
	return true;
}

static bool number(struct check *c)
{
	rewrite(c, "\"" JSON_NUMBER_MARK, 2, 0);
	if (peek(c) == '-')
		c->at++;
	if (peek(c) == '0')
		c->at++;
	else if (!digits(c))
		return false;
	if (is_digit(peek(c)))
		return fail(c, "a number may not begin with 0");
	if (peek(c) == '.') {
		c->at++;
		if (!digits(c))
			return false;
	}
	if ((peek(c) | 0x20) == 'e') {
		c->at++;
		if (peek(c) == '+' || peek(c) == '-')
			c->at++;
		if (!digits(c))
			return false;
	}
	rewrite(c, "\"", 1, 0);
	return true;
}

/* The four digits of \uXXXX whose backslash is at `at`; -1 when there is no such escape. */
static int unicode_escape(const struct check *c, size_t at)
{
	int v = 0;

	if (c->in.len < 6 || at > c->in.len - 6 || c->in.p[at] != '\\' || c->in.p[at + 1] != 'u')
		return -1;
	for (size_t i = at + 2; i < at + 6; i++) {
		unsigned char ch = (unsigned char)c->in.p[i], letter = ch | 0x20;

		if (!is_digit(ch) && (letter < 'a' || letter > 'f'))
			return -1;
		v = v * 16 + (is_digit(ch) ? ch - '0' : letter - 'a' + 10);
	}
	return v;
}

static bool is_surrogate(int unit, int first)
{
	return unit >= first && unit < first + 0x400;
}

static bool escape(struct check *c)
{
	int unit = unicode_escape(c, c->at);

	if (unit < 0) {
		c->at++;
		if (!peek(c) || !strchr("\"\\/bfnrt", peek(c)))
			return fail(c, "no such escape");
		c->at++;
		return true;
	}
	if (is_surrogate(unit, 0xD800) && is_surrogate(unicode_escape(c, c->at + 6), 0xDC00)) {
		c->at += 12;
		return true;
	}
	if (is_surrogate(unit, 0xD800) || is_surrogate(unit, 0xDC00)) {
		if (!(c->flags & JSON_MEND))
			return fail(c, "half of a surrogate pair");
		rewrite(c, "\xEF\xBF\xBD", 3, 6);
		return true;
	}
	if (unit == 0) {
		c->done->has_nul = true;
		rewrite(c, JSON_NUL_MARK, 2, 6);
		return true;
	}
	c->at += 6;
	return true;
}

/* Bytes of a string that stand for themselves alone. */
static inline bool is_plain(unsigned char ch)
{
	return ch >= 0x20 && ch < 0x80 && ch != '"' && ch != '\\';
}

/* What is not plain: an escape, a character beyond ASCII, or a fault. */
static bool odd_part(struct check *c)
{
	size_t n;

	if (c->at >= c->in.len)
		return fail(c, "");
	if (peek(c) == '\\')
		return escape(c);
	if (peek(c) < 0x20)
		return fail(c, "a control byte in a string");
	n = utf8_valid_len(c->in, c->at);
	if (!n)
		return fail(c, "invalid UTF-8");
	c->at += n;
	return true;
}

static bool string(struct check *c)
{
	for (c->at++;;) {
		while (is_plain(peek(c)))
			c->at++;
		if (peek(c) == '"')
			break;
		if (!odd_part(c))
			return false;
	}
	c->at++;
	return true;
}

static bool literal(struct check *c, struct str word)
{
	if (!str_starts(str_sub(c->in, c->at, c->in.len), word))
		return fail(c, "no JSON value begins like this");
	c->at += word.len;
	return true;
}

/* After an element: true when another one follows, with *done when the bracket closes. */
static bool comma_or_close(struct check *c, unsigned char close, bool *done)
{
	skip_space(c);
	*done = peek(c) == close;
	if (!*done && peek(c) != ',')
		return fail(c, close == ']' ? "',' or ']' is missing here" : "',' or '}' is missing here");
	c->at++;
	skip_space(c);
	return true;
}

static bool array(struct check *c, int depth)
{
	bool done;

	c->at++;
	skip_space(c);
	done = peek(c) == ']';
	c->at += done;
	while (!done)
		if (!value(c, depth) || !comma_or_close(c, ']', &done))
			return false;
	return true;
}

static bool member(struct check *c, int depth)
{
	if (peek(c) != '"')
		return fail(c, "a member's name is missing here");
	if (!string(c))
		return false;
	skip_space(c);
	if (peek(c) != ':')
		return fail(c, "':' is missing here");
	c->at++;
	skip_space(c);
	return value(c, depth);
}

static bool object(struct check *c, int depth)
{
	bool done;

	c->at++;
	skip_space(c);
	done = peek(c) == '}';
	c->at += done;
	while (!done)
		if (!member(c, depth) || !comma_or_close(c, '}', &done))
			return false;
	return true;
}

static bool nested(struct check *c, int depth)
{
	if (depth >= JSON_DEPTH_MAX)
		return fail(c, "nested too deeply");
	return peek(c) == '{' ? object(c, depth + 1) : array(c, depth + 1);
}

static bool value(struct check *c, int depth)
{
	switch (peek(c)) {
	case '"':
		return string(c);
	case '{':
	case '[':
		return nested(c, depth);
	case 't':
		return literal(c, STR("true"));
	case 'f':
		return literal(c, STR("false"));
	case 'n':
		return literal(c, STR("null"));
	default:
		if (peek(c) != '-' && !is_digit(peek(c)))
			return fail(c, "no JSON value begins like this");
		return number(c);
	}
}

static bool whole_text(struct check *c)
{
	skip_space(c);
	if (!value(c, 0))
		return false;
	skip_space(c);
	return c->at == c->in.len || fail(c, "something follows the value");
}

/* The column counts characters, from 1. All before the fault is valid UTF-8. */
static enum err_code set_fault(const struct check *c, struct err *err)
{
	size_t line = 1, start = 0, at;

	for (size_t from = 0; (at = str_find_ch(str_sub(c->in, 0, c->at), '\n', from)) != STR_NONE; from = start) {
		start = at + 1;
		line++;
	}
	return err_set(err, ERR_DATA, "JSON, line %zu, column %zu: %s", line,
		utf8_count(str_sub(c->in, start, c->at)) + 1, c->fault);
}

enum err_code json_check(struct str text, unsigned flags, struct json_checked *checked, struct err *err)
{
	struct check c = { .in = text, .flags = flags, .done = checked };

	checked->text = text;
	checked->has_nul = false;
	if (!whole_text(&c))
		return set_fault(&c, err);
	if (c.copied) {
		rewrite(&c, "", 0, 0);
		checked->text = buf_view(&checked->rewritten);
	}
	return OK;
}
