#include "ibid/base/json.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/json_internal.h"
#include "ibid/base/utf8.h"

static void add_unit(struct buf *out, unsigned unit)
{
	static const char hex[] = "0123456789abcdef";
	char text[6] = { '\\', 'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15], hex[unit >> 4 & 15], hex[unit & 15] };

	buf_add(out, text, sizeof(text));
}

static void add_escaped(struct buf *out, uint32_t cp)
{
	static const char plain[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
	const char *at = cp && cp < 0x80 ? strchr(plain, (int)cp) : NULL;

	if (at) {
		buf_ch(out, '\\');
		buf_ch(out, letter[at - plain]);
	} else if (cp > 0xFFFF) {
		add_unit(out, 0xD800 + ((cp - 0x10000) >> 10));
		add_unit(out, 0xDC00 + ((cp - 0x10000) & 0x3FF));
	} else {
		add_unit(out, cp);
	}
}

static bool is_plain(unsigned char ch)
{
	return ch >= 0x20 && ch < 0x7F && ch != '"' && ch != '\\';
}

/* A character beyond ASCII, or one that needs an escape. Returns its bytes. */
static size_t add_odd(struct buf *out, struct str s, size_t at)
{
	uint32_t cp;
	size_t n = utf8_decode(s, at, &cp);

	if (cp == '"' || cp == '\\' || utf8_is_hidden(cp))
		add_escaped(out, cp);
	else
		utf8_add(out, cp);
	return n;
}

void json_add_string(struct buf *out, struct str s)
{
	buf_ch(out, '"');
	for (size_t at = 0, from = 0; at < s.len; from = at) {
		while (at < s.len && is_plain((unsigned char)s.p[at]))
			at++;
		buf_add(out, s.p + from, at - from);
		if (at < s.len)
			at += add_odd(out, s, at);
	}
	buf_ch(out, '"');
}

struct json_writer json_writer(struct buf *out)
{
	return (struct json_writer){ .out = out };
}

/* What stands before a value: the comma, and the key in an object. key.p is NULL for an array element. */
static void begin(struct json_writer *w, struct str key)
{
	if (w->comma)
		buf_ch(w->out, ',');
	w->comma = true;
	if (!key.p)
		return;
	json_add_string(w->out, key);
	buf_ch(w->out, ':');
}

static void begin_c(struct json_writer *w, const char *key)
{
	begin(w, str_of(key, key ? strlen(key) : 0));
}

void json_open_key(struct json_writer *w, const char *key, char bracket)
{
	assert(w->depth < JSON_DEPTH_MAX && (bracket == '{' || bracket == '['));
	begin_c(w, key);
	buf_ch(w->out, bracket);
	w->stack[w->depth++] = bracket == '{' ? '}' : ']';
	w->comma = false;
}

void json_open(struct json_writer *w, char bracket)
{
	json_open_key(w, NULL, bracket);
}

void json_close(struct json_writer *w)
{
	assert(w->depth > 0);
	buf_ch(w->out, w->stack[--w->depth]);
	w->comma = true;
}

void json_put_str_keyed(struct json_writer *w, struct str key, struct str s)
{
	begin(w, key);
	json_add_string(w->out, s);
}

void json_put_raw_keyed(struct json_writer *w, struct str key, struct str json)
{
	begin(w, key);
	buf_str(w->out, json);
}

void json_put_raw(struct json_writer *w, const char *key, struct str json)
{
	begin_c(w, key);
	buf_str(w->out, json);
}

void json_put_str(struct json_writer *w, const char *key, struct str s)
{
	begin_c(w, key);
	json_add_string(w->out, s);
}

void json_put_c(struct json_writer *w, const char *key, const char *cstr)
{
	json_put_str(w, key, str_c(cstr));
}

void json_put_int(struct json_writer *w, const char *key, int64_t v)
{
	begin_c(w, key);
	buf_fmt(w->out, "%lld", (long long)v);
}

/* Digits behind the point that mean nothing; "-0" says no more than "0". */
static void trim_zeros(struct buf *out, size_t from)
{
	struct str s = str_sub(buf_view(out), from, out->len);

	if (str_find_ch(s, '.', 0) != STR_NONE) {
		while (str_ends(s, STR("0")))
			s.len--;
		s.len -= str_ends(s, STR("."));
	}
	buf_cut(out, from + s.len);
	if (str_is(str_sub(buf_view(out), from, out->len), "-0"))
		buf_splice(out, from, out->len, STR("0"));
}

/* From here a double has no digits behind the point, and %f would print three hundred before it. */
#define INTEGRAL_FROM 1e15

void json_put_double(struct json_writer *w, const char *key, double v, int decimals)
{
	size_t from;

	begin_c(w, key);
	from = w->out->len;
	if (!isfinite(v))
		buf_c(w->out, "null");
	else if (fabs(v) >= INTEGRAL_FROM)
		buf_fmt(w->out, "%.17g", v);
	else {
		buf_fmt(w->out, "%.*f", decimals, v);
		trim_zeros(w->out, from);
	}
}

void json_put_bool(struct json_writer *w, const char *key, bool v)
{
	begin_c(w, key);
	buf_c(w->out, v ? "true" : "false");
}

void json_put_null(struct json_writer *w, const char *key)
{
	begin_c(w, key);
	buf_c(w->out, "null");
}

void json_put_node(struct json_writer *w, const char *key, const struct json_node *n)
{
	begin_c(w, key);
	json_print(w->out, n);
}
