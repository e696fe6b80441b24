#include "ibid/base/str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct str str_c(const char *cstr)
{
	return cstr ? (struct str){ cstr, strlen(cstr) } : STR_EMPTY;
}

struct str str_of(const char *p, size_t len)
{
	return (struct str){ p, len };
}

bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (!a.len || !memcmp(a.p, b.p, a.len));
}

bool str_is(struct str s, const char *cstr)
{
	return str_eq(s, str_c(cstr));
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool same_nocase(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool str_eq_nocase(struct str a, struct str b)
{
	return a.len == b.len && same_nocase(a.p, b.p, a.len);
}

bool str_is_nocase(struct str s, const char *cstr)
{
	return str_eq_nocase(s, str_c(cstr));
}

int str_cmp(struct str a, struct str b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.p, b.p, common) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str s, struct str prefix)
{
	return str_eq(str_sub(s, 0, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_eq(str_sub(s, s.len - suffix.len, s.len), suffix);
}

size_t str_find(struct str s, struct str needle, size_t from)
{
	const char *at;

	if (from > s.len || needle.len > s.len - from)
		return STR_NONE;
	if (!needle.len)
		return from;
	at = memmem(s.p + from, s.len - from, needle.p, needle.len);
	return at ? (size_t)(at - s.p) : STR_NONE;
}

size_t str_find_nocase(struct str s, struct str needle, size_t from)
{
	for (size_t i = from; i + needle.len <= s.len; i++)
		if (same_nocase(s.p + i, needle.p, needle.len))
			return i;
	return STR_NONE;
}

size_t str_find_ch(struct str s, char c, size_t from)
{
	const char *at = from < s.len ? memchr(s.p + from, c, s.len - from) : NULL;

	return at ? (size_t)(at - s.p) : STR_NONE;
}

struct str str_sub(struct str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return (struct str){ from ? s.p + from : s.p, to - from };
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len && is_space(s.p[0]))
		s = str_sub(s, 1, s.len);
	while (s.len && is_space(s.p[s.len - 1]))
		s.len--;
	return s;
}

struct str str_cut(struct str *rest, char sep)
{
	size_t at = str_find_ch(*rest, sep, 0);
	struct str part = str_sub(*rest, 0, at);

	*rest = at == STR_NONE ? (struct str){ NULL, 0 } : str_sub(*rest, at + 1, rest->len);
	return part;
}

bool str_to_int(struct str s, long long *value)
{
	char digits[32], *end;
	long long v;

	if (!s.len || s.len >= sizeof(digits) || is_space(s.p[0]) || s.p[0] == '+')
		return false;
	memcpy(digits, s.p, s.len);
	digits[s.len] = '\0';
	errno = 0;
	v = strtoll(digits, &end, 10);
	if (errno || *end || end == digits || (size_t)(end - digits) != s.len)
		return false;
	*value = v;
	return true;
}

/* The program never calls setlocale for LC_NUMERIC, so strtod reads the C locale's point. */
bool str_to_double(struct str s, double *value)
{
	char digits[64], *end;
	double v;

	if (!s.len || s.len >= sizeof(digits))
		return false;
	memcpy(digits, s.p, s.len);
	digits[s.len] = '\0';
	if (strspn(digits, "+-.0123456789eE") < s.len)
		return false;
	errno = 0;
	v = strtod(digits, &end);
	if (errno || *end || end == digits)
		return false;
	*value = v;
	return true;
}
