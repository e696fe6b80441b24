#include "ibid/config/value.h"

#include <limits.h>

static const struct unit {
	const char *name;
	int64_t factor;
} sizes[] = {
	{ "G", (int64_t)1 << 30 }, { "M", (int64_t)1 << 20 }, { "k", (int64_t)1 << 10 }, { "", 1 }, { NULL, 0 },
}, times[] = {
	{ "h", 3600000 }, { "min", 60000 }, { "s", 1000 }, { "ms", 1 }, { NULL, 0 },
};

static struct str letters_at_end(struct str s)
{
	size_t at = s.len;

	while (at && !(s.p[at - 1] >= '0' && s.p[at - 1] <= '9') && s.p[at - 1] != '.')
		at--;
	return str_sub(s, at, s.len);
}

static const struct unit *unit_named(const struct unit *units, struct str name)
{
	for (; units->name; units++)
		if (str_is_nocase(name, units->name))
			return units;
	return NULL;
}

bool value_parse_size(struct str s, int64_t *bytes)
{
	struct str name = letters_at_end(s);
	const struct unit *unit = unit_named(sizes, name);
	long long n;

	if (!unit || !str_to_int(str_sub(s, 0, s.len - name.len), &n) || n < 0 || n > INT64_MAX / unit->factor)
		return false;
	*bytes = n * unit->factor;
	return true;
}

bool value_parse_time(struct str s, int64_t *ms)
{
	struct str name = letters_at_end(s);
	const struct unit *unit = unit_named(times, name.len ? name : STR("s"));
	double n;

	if (!unit || !str_to_double(str_sub(s, 0, s.len - name.len), &n))
		return false;
	if (!(n >= 0 && n * (double)unit->factor <= (double)INT_MAX))
		return false;
	*ms = (int64_t)(n * (double)unit->factor + 0.5);
	return true;
}

bool value_parse_bool(struct str s, bool *value)
{
	static const char *const yes[] = { "true", "yes", "on", "1" }, *const no[] = { "false", "no", "off", "0" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
		if (!str_is_nocase(s, yes[i]) && !str_is_nocase(s, no[i]))
			continue;
		*value = str_is_nocase(s, yes[i]);
		return true;
	}
	return false;
}

static void add_in_units(struct buf *out, int64_t n, const struct unit *units)
{
	while (units[1].name && (!n || n % units->factor))
		units++;
	buf_fmt(out, "%lld%s", (long long)(n / units->factor), units->name);
}

void value_add_size(struct buf *out, int64_t bytes)
{
	add_in_units(out, bytes, sizes);
}

void value_add_time(struct buf *out, int64_t ms)
{
	add_in_units(out, ms, times);
}
