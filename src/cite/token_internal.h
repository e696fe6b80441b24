/*
 * cite/token_internal.h - tables and readers behind cite/token.h
 */
#ifndef IBID_CITE_TOKEN_INTERNAL_H
#define IBID_CITE_TOKEN_INTERNAL_H
#include "ibid/cite/token.h"

enum unit_dimension {
	DIM_NONE,
	DIM_PERCENT,
	DIM_POINT,
	DIM_DOLLAR,
	DIM_EURO,
	DIM_POUND,
	DIM_YEN,
	DIM_TIME,
	DIM_MONTH,
	DIM_LENGTH,
	DIM_MASS,
	DIM_VOLUME,
	DIM_BYTE,
	DIM_BIT,
	DIM_DEGREE,
	DIM_HERTZ,
	DIM_WATT,
	DIM_JOULE,
	DIM_AMOUNT,
	DIM_TIMES,
};

struct unit {
	const char *names;	/* folded, between spaces: the first is shown */
	enum unit_dimension dimension;
	double factor;		/* to the first unit of its dimension */
};

/* Index of the unit with this name; 0 when there is none. */
int unit_named(struct str raw, struct str fold);
const struct unit *unit_at(int unit);

/* million, bn, k: what a number before it is multiplied by; 0 when it is no scale. `is_attached`: "5M", "5k". */
double scale_named(struct str raw, bool is_attached, bool is_money);

/* three, twelve, twice: the value; -1 when it is no number word. "three" is a cardinal, "twice" and "both" are not. */
double number_word(struct str fold, bool *is_cardinal);

/* 1-12 for a month's name or abbreviation; 0. "May" and "March" count only with a capital. */
int month_named(struct str raw);

/* Whether the text goes on with an ASCII digit. */
static inline bool is_digit_at(struct str s, size_t at)
{
	return at < s.len && s.p[at] >= '0' && s.p[at] <= '9';
}

/*
 * Read a number or date at `at`, where a digit, a sign or a currency sign stands.
 * Returns its bytes and fills kind, value, unit and date; 0 when it is none.
 */
size_t number_read(struct str s, size_t at, struct token *t);
/* What follows a number: scale and unit, with the space or hyphen before them. Returns the new end. */
size_t number_unit(struct str s, size_t end, struct token *t);
/* A date that begins with a month's name at `at`. */
size_t month_date_read(struct str s, size_t at, struct token *t);
#endif
