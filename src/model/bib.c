#include "ibid/model/bib.h"

#include <stdarg.h>
#include <string.h>

struct type_row {
	const char *csl, *bibtex, *biblatex, *ris;
};

static const struct type_row types[] = {
#define X(type, csl, bibtex, biblatex, ris) { csl, bibtex, biblatex, ris },
	BIB_TYPES(X)
#undef X
};

#define X(row, csl) csl,
static const char *const fields[] = { BIB_FIELDS(X) };
static const char *const roles[] = { BIB_ROLES(X) };
static const char *const dates[] = { BIB_DATES(X) };
#undef X

/* The index of a name in an array, or n. */
static size_t index_of(struct str name, const char *const *names, size_t n)
{
	size_t i = 0;

	while (i < n && !str_is(name, names[i]))
		i++;
	return i;
}

const char *bib_type_name(enum bib_type type)
{
	return types[type].csl;
}

const char *bib_type_bibtex(enum bib_type type)
{
	return types[type].bibtex;
}

const char *bib_type_biblatex(enum bib_type type)
{
	return types[type].biblatex;
}

const char *bib_type_ris(enum bib_type type)
{
	return types[type].ris;
}

bool bib_type_of(struct str name, enum bib_type *type)
{
	for (int i = 0; i < BIB_TYPE_COUNT; i++)
		if (str_is(name, types[i].csl)) {
			*type = i;
			return true;
		}
	return false;
}

const char *bib_field_name(enum bib_field field)
{
	return fields[field];
}

bool bib_field_of(struct str name, enum bib_field *field)
{
	size_t i = index_of(name, fields, BIB_FIELD_COUNT);

	if (i < BIB_FIELD_COUNT)
		*field = i;
	return i < BIB_FIELD_COUNT;
}

const char *bib_role_name(enum bib_role role)
{
	return roles[role];
}

bool bib_role_of(struct str name, enum bib_role *role)
{
	size_t i = index_of(name, roles, BIB_ROLE_COUNT);

	if (i < BIB_ROLE_COUNT)
		*role = i;
	return i < BIB_ROLE_COUNT;
}

const char *bib_date_name(enum bib_date_kind kind)
{
	return dates[kind];
}

bool bib_date_of(struct str name, enum bib_date_kind *kind)
{
	size_t i = index_of(name, dates, BIB_DATE_COUNT);

	if (i < BIB_DATE_COUNT)
		*kind = i;
	return i < BIB_DATE_COUNT;
}

/*
 * Room for one more behind `n` elements. The capacity is not stored: it is the
 * power of two at or above n, so the array moves when n is one.
 */
static void *grow(struct arena *a, void *v, size_t n, size_t size)
{
	void *moved;

	if (n & (n - 1))
		return v;
	moved = arena_array(a, n ? 2 * n : 1, size);
	if (n)
		memcpy(moved, v, n * size);
	return moved;
}

struct bib_item *bib_list_add(struct arena *a, struct bib_list *list)
{
	list->items = grow(a, list->items, list->n_items, sizeof(*list->items));
	list->items[list->n_items] = (struct bib_item){ .type = BIB_DOCUMENT };
	return &list->items[list->n_items++];
}

void bib_list_warn(struct arena *a, struct bib_list *list, int line, const char *fmt, ...)
{
	SCOPED(buf) text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&text, fmt, ap);
	va_end(ap);
	list->warnings = grow(a, list->warnings, list->n_warnings, sizeof(*list->warnings));
	list->warnings[list->n_warnings++] = (struct bib_warning){ line, arena_str(a, buf_view(&text)) };
}

void bib_add_name(struct arena *a, struct bib_item *item, struct bib_name name)
{
	item->names = grow(a, item->names, item->n_names, sizeof(*item->names));
	item->names[item->n_names++] = name;
}

static bool same_slot(const struct bib_custom *a, const struct bib_custom *b)
{
	return str_eq(a->format, b->format) && str_eq(a->key, b->key);
}

void bib_add_custom(struct arena *a, struct bib_item *item, struct bib_custom pair)
{
	size_t at = item->n_custom;

	item->custom = grow(a, item->custom, item->n_custom, sizeof(*item->custom));
	for (size_t i = 0; i < item->n_custom; i++)
		if (same_slot(&item->custom[i], &pair))
			at = i + 1;
	memmove(item->custom + at + 1, item->custom + at, (item->n_custom - at) * sizeof(*item->custom));
	item->custom[at] = pair;
	item->n_custom++;
}

struct str bib_custom_get(const struct bib_item *item, const char *format, struct str key)
{
	for (size_t i = 0; i < item->n_custom; i++)
		if (str_is(item->custom[i].format, format) && str_eq(item->custom[i].key, key))
			return item->custom[i].value;
	return (struct str){ NULL, 0 };
}

const struct bib_name *bib_next_name(const struct bib_item *item, enum bib_role role, size_t *at)
{
	while (*at < item->n_names) {
		const struct bib_name *name = &item->names[(*at)++];

		if (name->role == role)
			return name;
	}
	return NULL;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number of 1 to `digits` digits at *at; false leaves *at alone. */
static bool number(struct str s, size_t *at, size_t digits, int *value)
{
	size_t i = *at;
	int v = 0;

	while (i < s.len && i - *at < digits && is_digit(s.p[i]))
		v = v * 10 + (s.p[i++] - '0');
	if (i == *at)
		return false;
	*at = i;
	*value = v;
	return true;
}

static bool is_month(int month)
{
	return (month >= 1 && month <= 12) || (month >= 21 && month <= 24);
}

/* "-07" behind a year or a month. */
static bool next_part(struct str s, size_t *at, int *value)
{
	size_t digits = *at + 1;

	if (*at >= s.len || s.p[*at] != '-' || !number(s, &digits, 2, value))
		return false;
	*at = digits;
	return true;
}

static struct str without_time(struct str s)
{
	size_t t = str_find_ch(s, 'T', 0);

	return t != STR_NONE && t >= 8 ? str_sub(s, 0, t) : s;
}

static bool day_parse(struct str s, struct bib_day *day, bool *circa)
{
	struct bib_day d = { 0 };
	bool bc = s.len && s.p[0] == '-';
	size_t at = bc;

	s = without_time(s);
	if (!number(s, &at, 4, &d.year) || !d.year || at != (size_t)bc + 4)
		return false;
	if (next_part(s, &at, &d.month) && !is_month(d.month))
		return false;
	if (d.month && d.month <= 12 && next_part(s, &at, &d.day) && (d.day < 1 || d.day > 31))
		return false;
	if (at < s.len && strchr("~?%", s.p[at])) {
		*circa = true;
		at++;
	}
	if (at < s.len)
		return false;
	d.year = bc ? -d.year : d.year;
	*day = d;
	return true;
}

bool bib_date_parse(struct str text, struct bib_date *date)
{
	struct str rest = str_trim(text), from = str_cut(&rest, '/');
	struct bib_date d = { .is_range = rest.p != NULL };

	if (!day_parse(from, &d.from, &d.is_circa))
		return false;
	if (rest.len && !str_is(rest, "..") && !day_parse(rest, &d.to, &d.is_circa))
		return false;
	*date = d;
	return true;
}

static void day_add(struct buf *out, struct bib_day day, bool circa)
{
	buf_fmt(out, day.year < 0 ? "-%04d" : "%04d", day.year < 0 ? -day.year : day.year);
	if (day.month)
		buf_fmt(out, "-%02d", day.month);
	if (day.month && day.day)
		buf_fmt(out, "-%02d", day.day);
	if (circa)
		buf_ch(out, '~');
}

void bib_date_add(struct buf *out, const struct bib_date *date)
{
	if (!date->from.year) {
		buf_str(out, date->literal);
		return;
	}
	day_add(out, date->from, date->is_circa);
	if (!date->is_range)
		return;
	buf_ch(out, '/');
	if (date->to.year)
		day_add(out, date->to, date->is_circa);
	else
		buf_c(out, "..");
}

bool bib_date_is_set(const struct bib_date *date)
{
	return date->from.year || date->literal.len;
}
