#include "ibid/cmd/opts.h"

#include <assert.h>
#include <string.h>

#include "ibid/base/clock.h"
#include "ibid/base/mem.h"
#include "ibid/config/value.h"

void opt_list_add(struct opt_list *l, struct str s)
{
	l->v = mem_grow(l->v, &l->cap, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = s;
}

void opt_list_release(struct opt_list *l)
{
	mem_free(l->v);
	*l = (struct opt_list)OPT_LIST_INIT;
}

/* --- finding rows */

static const struct opt *row_named(const struct opt *rows, struct str name)
{
	for (; rows && rows->kind != OPT_END; rows++)
		if (str_is(name, rows->name))
			return rows;
	return NULL;
}

/* --no-x of a flag x, and --x of a flag no-x. */
static const struct opt *row_negated(const struct opt *rows, struct str name)
{
	const struct str no = STR("no-");

	for (; rows && rows->kind != OPT_END; rows++) {
		struct str own = str_c(rows->name);

		if (rows->kind != OPT_FLAG || rows->flags & OPT_STOPS)
			continue;
		if (str_starts(name, no) && str_eq(str_sub(name, no.len, name.len), own))
			return rows;
		if (str_starts(own, no) && str_eq(str_sub(own, no.len, own.len), name))
			return rows;
	}
	return NULL;
}

const struct opt *opt_by_name(const struct opt_parser *p, struct str name, bool *negated)
{
	const struct opt *row = NULL;

	*negated = false;
	for (int i = 0; i < OPT_SETS_MAX && !row; i++)
		row = row_named(p->sets[i].rows, name);
	if (row)
		return row;
	for (int i = 0; i < OPT_SETS_MAX && !row; i++)
		row = row_negated(p->sets[i].rows, name);
	*negated = row != NULL;
	return row;
}

const struct opt *opt_by_letter(const struct opt_parser *p, char letter)
{
	for (int i = 0; i < OPT_SETS_MAX; i++)
		for (const struct opt *o = p->sets[i].rows; o && o->kind != OPT_END; o++)
			if (o->letter && o->letter == letter)
				return o;
	return NULL;
}

bool opt_takes_value(const struct opt *o)
{
	return o->kind != OPT_FLAG && o->kind != OPT_COUNT && o->kind != OPT_OPTIONAL_VALUE;
}

void opt_add_name(struct buf *out, const struct opt *o)
{
	buf_fmt(out, "--%s", o->name);
	if (o->kind == OPT_OPTIONAL_VALUE)
		buf_fmt(out, "[=%s]", o->value ? o->value : "VALUE");
	else if (opt_takes_value(o))
		buf_fmt(out, " %s", o->value ? o->value : "VALUE");
}

/* --- storing values */

/* The row's set is the one whose rows it lies in. */
static void *target(const struct opt_parser *p, const struct opt *row)
{
	for (int i = 0; i < OPT_SETS_MAX; i++)
		for (const struct opt *o = p->sets[i].rows; o && o->kind != OPT_END; o++)
			if (o == row && p->sets[i].base)
				return (char *)p->sets[i].base + row->at;
	return row->to;
}

/* What the user typed to name the option, for messages: --limit or -n. */
struct given {
	const struct opt *row;
	char text[64];
};

static enum err_code bad_value(struct err *err, const struct given *g, struct str value, const char *wanted)
{
	return err_set(err, ERR_USAGE, "%s: '%.*s' is not %s", g->text, STR_ARG(value), wanted);
}

static enum err_code store_int(const struct given *g, int64_t *to, struct str value, struct err *err)
{
	const struct opt *o = g->row;
	long long v;

	if (!str_to_int(value, &v))
		return bad_value(err, g, value, "a whole number");
	if ((o->min || o->max) && (v < o->min || v > o->max))
		return err_set(err, ERR_USAGE, "%s: %lld is not within %lld to %lld", g->text, v, (long long)o->min,
			(long long)o->max);
	*to = v;
	return OK;
}

static enum err_code store_number(const struct given *g, double *to, struct str value, struct err *err)
{
	const struct opt *o = g->row;
	double v;

	if (!str_to_double(value, &v))
		return bad_value(err, g, value, "a number");
	if ((o->min || o->max) && !(v >= (double)o->min && v <= (double)o->max))
		return err_set(err, ERR_USAGE, "%s: %.*s is not within %lld to %lld", g->text, STR_ARG(value),
			(long long)o->min, (long long)o->max);
	*to = v;
	return OK;
}

static enum err_code store_enum(const struct given *g, int *to, struct str value, struct err *err)
{
	SCOPED(buf) words = BUF_INIT;

	for (int i = 0; g->row->values[i]; i++) {
		if (str_is(value, g->row->values[i])) {
			*to = i;
			return OK;
		}
		buf_fmt(&words, "%s%s", i ? ", " : "", g->row->values[i]);
	}
	return err_set(err, ERR_USAGE, "%s: '%.*s' is none of %s", g->text, STR_ARG(value), buf_cstr(&words));
}

static enum err_code store_value(const struct opt_parser *p, const struct given *g, struct str value, struct err *err)
{
	void *to = target(p, g->row);

	switch (g->row->kind) {
	case OPT_STRING:
		*(struct str *)to = value;
		return OK;
	case OPT_LIST:
		opt_list_add(to, value);
		return OK;
	case OPT_INT:
		return store_int(g, to, value, err);
	case OPT_NUMBER:
		return store_number(g, to, value, err);
	case OPT_ENUM:
		return store_enum(g, to, value, err);
	case OPT_OPTIONAL_VALUE:
		*(struct opt_value *)to = (struct opt_value){ .given = true, .value = value };
		return OK;
	case OPT_SIZE:
		return value_parse_size(value, to) ? OK : bad_value(err, g, value, "a size such as 500k, 64M or 2G");
	case OPT_DATE:
		return clock_parse_date(value, p->now_ms, to)
			       ? OK
			       : bad_value(err, g, value, "a date such as 2026-11-21, 2026-11, today or 90d");
	case OPT_AGE:
		return clock_parse_age(value, to) ? OK : bad_value(err, g, value, "an age such as 12h, 90d or 1y");
	default:
		return err_set(err, ERR_USAGE, "%s takes no value", g->text);
	}
}

/* An option without a value: a flag, a count, or --json alone. */
static void store_plain(const struct opt_parser *p, const struct opt *row, bool negated)
{
	void *to = target(p, row);

	if (row->kind == OPT_FLAG)
		*(bool *)to = !negated;
	else if (row->kind == OPT_COUNT)
		++*(int *)to;
	else
		*(struct opt_value *)to = (struct opt_value){ .given = true, .value = STR_EMPTY };
}

/* --- reading words */

static struct given given_of(const struct opt *row, const char *dashes, struct str name)
{
	struct given g = { .row = row };
	SCOPED(buf) text = BUF_INIT;
	size_t n;

	buf_c(&text, dashes);
	buf_str(&text, name);
	n = text.len < sizeof(g.text) ? text.len : sizeof(g.text) - 1;
	memcpy(g.text, buf_cstr(&text), n);
	g.text[n] = '\0';
	return g;
}

static enum err_code take_next_word(struct opt_parser *p, const struct given *g, struct err *err)
{
	if (p->at >= p->argc)
		return err_set(
			err, ERR_USAGE, "%s needs a value: %s", g->text, g->row->value ? g->row->value : "VALUE");
	return store_value(p, g, str_c(p->argv[p->at++]), err);
}

static void nearest_in(const struct opt *rows, struct str name, const struct opt **best, int *edits)
{
	for (; rows && rows->kind != OPT_END; rows++) {
		int d = opt_distance(name, str_c(rows->name), 2);

		if (rows->flags & OPT_HIDDEN || d >= *edits || (size_t)d >= strlen(rows->name))
			continue;
		*best = rows;
		*edits = d;
	}
}

static enum err_code unknown_name(const struct opt_parser *p, struct str name, struct err *err)
{
	const struct opt *best = NULL;
	int edits = 3;

	for (int i = 0; i < OPT_SETS_MAX; i++)
		nearest_in(p->sets[i].rows, name, &best, &edits);
	if (best)
		return err_set(
			err, ERR_USAGE, "unknown option '--%.*s'; did you mean '--%s'?", STR_ARG(name), best->name);
	return err_set(err, ERR_USAGE, "unknown option '--%.*s'", STR_ARG(name));
}

/* `word` is what follows the two dashes. */
static enum err_code take_long(struct opt_parser *p, struct str word, struct err *err)
{
	size_t eq = str_find_ch(word, '=', 0);
	struct str name = str_sub(word, 0, eq);
	bool negated;
	const struct opt *row = opt_by_name(p, name, &negated);
	struct given g;

	if (!row)
		return unknown_name(p, name, err);
	g = given_of(row, "--", name);
	p->stopped = row->flags & OPT_STOPS;
	if (eq != STR_NONE)
		return store_value(p, &g, str_sub(word, eq + 1, word.len), err);
	if (opt_takes_value(row))
		return take_next_word(p, &g, err);
	store_plain(p, row, negated);
	return OK;
}

/* `letters` is what follows the one dash: flags, and at the end perhaps one that takes the rest as its value. */
static enum err_code take_letters(struct opt_parser *p, struct str letters, struct err *err)
{
	for (size_t i = 0; i < letters.len && !p->stopped; i++) {
		const struct opt *row = opt_by_letter(p, letters.p[i]);
		struct given g;

		if (!row)
			return err_set(err, ERR_USAGE, "unknown option '-%c'", letters.p[i]);
		g = given_of(row, "-", str_sub(letters, i, i + 1));
		p->stopped = row->flags & OPT_STOPS;
		if (opt_takes_value(row))
			return i + 1 < letters.len ? store_value(p, &g, str_sub(letters, i + 1, letters.len), err)
						   : take_next_word(p, &g, err);
		store_plain(p, row, false);
	}
	return OK;
}

static bool is_operand(const struct opt_parser *p, struct str word)
{
	if (p->after_dashes || word.len < 2 || word.p[0] != '-')
		return true;
	return p->dash_operands && p->after_operand && word.p[1] != '-' && !opt_by_letter(p, word.p[1]);
}

enum err_code opt_next(struct opt_parser *p, struct str *operand, struct err *err)
{
	*operand = (struct str){ NULL, 0 };
	while (p->at < p->argc && !p->stopped) {
		struct str word = str_c(p->argv[p->at++]);
		enum err_code code;

		if (is_operand(p, word)) {
			p->after_operand = true;
			*operand = word;
			return OK;
		}
		if (str_is(word, "--")) {
			p->after_dashes = true;
			continue;
		}
		code = word.p[1] == '-' ? take_long(p, str_sub(word, 2, word.len), err)
					: take_letters(p, str_sub(word, 1, word.len), err);
		if (code != OK)
			return code;
	}
	return OK;
}

/* --- likely words */

#define DISTANCE_WORD_MAX 64

static int min3(int a, int b, int c)
{
	int least = a < b ? a : b;

	return least < c ? least : c;
}

int opt_distance(struct str a, struct str b, int limit)
{
	int row[3][DISTANCE_WORD_MAX + 1]; /* the last two rows and this one, in turn */

	if (a.len > DISTANCE_WORD_MAX || b.len > DISTANCE_WORD_MAX)
		return limit + 1;
	for (size_t j = 0; j <= b.len; j++)
		row[0][j] = (int)j;
	for (size_t i = 1; i <= a.len; i++) {
		int *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];

		now[0] = (int)i;
		for (size_t j = 1; j <= b.len; j++) {
			bool same = a.p[i - 1] == b.p[j - 1];
			bool swapped = i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1];

			now[j] = min3(last[j] + 1, now[j - 1] + 1, last[j - 1] + !same);
			if (swapped && before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
	}
	return row[a.len % 3][b.len] <= limit ? row[a.len % 3][b.len] : limit + 1;
}
