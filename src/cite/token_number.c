#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ibid/base/utf8.h"
#include "token_internal.h"

/* Bytes of one of these signs at `at`; 0. The list holds them between spaces. */
static size_t sign_at(struct str s, size_t at, const char *signs)
{
	uint32_t cp;
	size_t len = utf8_decode(s, at, &cp);

	for (const char *p = signs; len && *p; p++) {
		size_t n = strcspn(p, " ");

		if (n == len && !memcmp(p, s.p + at, n))
			return n;
		p += n;
		if (!*p)
			break;
	}
	return 0;
}

#define MINUS "- \xE2\x88\x92 \xE2\x80\x93 \xE2\x80\x91 \xE2\x80\x90"
#define HYPHEN "- \xE2\x80\x90 \xE2\x80\x91 \xE2\x80\x93"
#define TIMES "x X * \xC3\x97 \xC2\xB7 \xE2\x8B\x85"
#define MONEY "$ \xE2\x82\xAC \xC2\xA3 \xC2\xA5"
/* What groups digits by three: a comma, narrow and no-break spaces, apostrophes. */
#define GROUPS ", \xC2\xA0 \xE2\x80\x89 \xE2\x80\xAF ' \xE2\x80\x99"

static size_t spaces_at(struct str s, size_t at)
{
	size_t i = at;

	while (i < s.len && (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r'))
		i++;
	/* An empty line parts what stands around it. */
	for (size_t k = at, lines = 0; k < i; k++)
		if (s.p[k] == '\n' && ++lines == 2)
			return 0;
	i += sign_at(s, i, "\xC2\xA0 \xE2\x80\x89 \xE2\x80\xAF");
	return i - at;
}

static size_t digits_at(struct str s, size_t at, double *value)
{
	size_t i = at;

	for (; is_digit_at(s, i); i++)
		*value = *value * 10 + (s.p[i] - '0');
	return i - at;
}

/* The value of a raised digit at `at` (10², 10⁶); -1. */
static int raised_at(struct str s, size_t at, size_t *len)
{
	uint32_t cp = 0;

	*len = utf8_decode(s, at, &cp);
	switch (cp) {
	case 0xB9:
		return 1;
	case 0xB2:
	case 0xB3:
		return (int)(cp - 0xB0);
	default:
		return cp == 0x2070 || (cp >= 0x2074 && cp <= 0x2079) ? (int)(cp - 0x2070) : -1;
	}
}

/* "^6", "⁶", "⁻³" behind a base. Returns its bytes. */
static size_t exponent_at(struct str s, size_t at, int *exponent)
{
	size_t i = at, len;
	bool negative = false, any = false;

	*exponent = 0;
	if (i < s.len && s.p[i] == '^') {
		double value = 0;

		i++;
		len = sign_at(s, i, MINUS);
		negative = len;
		len = digits_at(s, i += len, &value);
		*exponent = (int)(negative ? -value : value);
		return len && value < 300 ? i + len - at : 0;
	}
	if ((len = sign_at(s, i, "\xE2\x81\xBB"))) {
		negative = true;
		i += len;
	}
	for (int d; (d = raised_at(s, i, &len)) >= 0 && i - at < 12; i += len, any = true)
		*exponent = *exponent * 10 + d;
	*exponent = negative ? -*exponent : *exponent;
	return any && abs(*exponent) < 300 ? i - at : 0;
}

/* Digits in groups of three, a fraction, an exponent. Returns the bytes; 0 for a version or address (1.2.3). */
static size_t mantissa_at(struct str s, size_t at, double *value)
{
	size_t i = at, n = digits_at(s, at, value), sep;
	double fraction = 0;
	int exponent;

	i += n;
	while (n <= 3 && (sep = sign_at(s, i, GROUPS)) && is_digit_at(s, i + sep) && is_digit_at(s, i + sep + 1) &&
		is_digit_at(s, i + sep + 2) && !is_digit_at(s, i + sep + 3)) {
		digits_at(str_sub(s, 0, i + sep + 3), i + sep, value);
		i += sep + 3;
		n = 3;
	}
	if (i < s.len && s.p[i] == '.' && is_digit_at(s, i + 1)) {
		n = digits_at(s, i + 1, &fraction);
		*value += fraction / pow(10, (double)n);
		i += 1 + n;
		if (i < s.len && s.p[i] == '.' && is_digit_at(s, i + 1))
			return 0;
	}
	n = exponent_at(s, i, &exponent);
	if (n) {
		*value = pow(*value, exponent);
		return i + n - at;
	}
	if (i + 1 < s.len && (s.p[i] == 'e' || s.p[i] == 'E')) {
		sep = sign_at(s, i + 1, MINUS);
		fraction = 0;
		n = digits_at(s, i + 1 + sep, &fraction);
		if (n && n <= 2) {
			*value *= pow(10, sep ? -fraction : fraction);
			i += 1 + sep + n;
		}
	}
	return i - at;
}

/* " x 10^6" behind a mantissa. */
static size_t power_at(struct str s, size_t at, double *value)
{
	size_t i = at + spaces_at(s, at), n = sign_at(s, i, TIMES);
	int exponent;

	if (!n)
		return 0;
	i += n;
	i += spaces_at(s, i);
	if (!str_starts(str_sub(s, i, s.len), STR("10")))
		return 0;
	n = exponent_at(s, i + 2, &exponent);
	if (n)
		*value *= pow(10, exponent);
	return n ? i + 2 + n - at : 0;
}

static bool is_year(double v)
{
	return v >= 1000 && v <= 2199;
}

/* 2021-03-09, 09.03.2021, 3/9/2021. */
static size_t digit_date_at(struct str s, size_t at, struct token *t)
{
	double part[3] = { 0 };
	size_t i = at, n[3];
	char sep = 0;

	for (int k = 0; k < 3; k++) {
		n[k] = digits_at(s, i, &part[k]);
		i += n[k];
		if (!n[k] || n[k] > 4)
			return 0;
		if (k < 2 && (i >= s.len || !strchr("-./", s.p[i]) || (sep && s.p[i] != sep)))
			return 0;
		if (k < 2)
			sep = s.p[i++];
	}
	if (is_digit_at(s, i) || (i + 1 < s.len && s.p[i] == sep && is_digit_at(s, i + 1)))
		return 0;
	if (n[0] == 4 && is_year(part[0]) && part[1] >= 1 && part[1] <= 12 && part[2] >= 1 && part[2] <= 31) {
		t->year = (int)part[0];
		t->month = (int)part[1];
		t->day = (int)part[2];
	} else if (n[2] == 4 && is_year(part[2]) && part[0] >= 1 && part[0] <= 31 && part[1] >= 1 && part[1] <= 31 &&
		(part[0] <= 12 || part[1] <= 12)) {
		bool day_first = part[0] > 12 || (part[1] <= 12 && sep == '.');

		t->year = (int)part[2];
		t->day = (int)(day_first ? part[0] : part[1]);
		t->month = (int)(day_first ? part[1] : part[0]);
		t->flags |= part[0] <= 12 && part[1] <= 12 && sep != '.' ? TOKEN_EITHER_ORDER : 0;
	} else {
		return 0;
	}
	t->kind = TOKEN_DATE;
	return i - at;
}

static struct str letters_at(struct str s, size_t at)
{
	size_t i = at, n;
	uint32_t cp;

	while ((n = utf8_decode(s, i, &cp)) && utf8_is_letter(cp))
		i += n;
	return str_sub(s, at, i);
}

static bool is_ordinal(struct str letters)
{
	return str_is_nocase(letters, "st") || str_is_nocase(letters, "nd") || str_is_nocase(letters, "rd") ||
		str_is_nocase(letters, "th");
}

static size_t year_at(struct str s, size_t at, int *year)
{
	double v = 0;
	size_t n = digits_at(s, at, &v);

	if (n != 4 || !is_year(v))
		return 0;
	*year = (int)v;
	return n;
}

/* "3 March 2021", "3rd of March": a day is read already, its digits end at `end`. Returns the end of the date; 0. */
static size_t day_month_at(struct str s, size_t end, double day, struct token *t)
{
	size_t i = end, n;
	struct str word = letters_at(s, i);
	int month;

	if (day < 1 || day > 31)
		return 0;
	if (is_ordinal(word))
		i += word.len;
	n = spaces_at(s, i);
	if (!n)
		return 0;
	word = letters_at(s, i += n);
	if (str_is_nocase(word, "of")) {
		i += word.len;
		word = letters_at(s, i += spaces_at(s, i));
	}
	month = month_named(word);
	if (!month)
		return 0;
	i += word.len;
	*t = (struct token){ .kind = TOKEN_DATE, .month = month, .day = (int)day };
	n = i + (i < s.len && (s.p[i] == ',' || s.p[i] == '.'));
	n += spaces_at(s, n);
	if ((end = year_at(s, n, &t->year)))
		i = n + end;
	return i;
}

size_t month_date_read(struct str s, size_t at, struct token *t)
{
	struct str word = letters_at(s, at);
	struct token date = { .kind = TOKEN_DATE, .month = month_named(word) };
	size_t i = at + word.len, n;
	double day = 0;

	if (!date.month)
		return 0;
	i += i < s.len && s.p[i] == '.';
	i += n = spaces_at(s, i);
	if (!n)
		return 0;
	if ((n = year_at(s, i, &date.year))) {
		*t = date;
		return i + n - at;
	}
	n = digits_at(s, i, &day);
	if (!n || day < 1 || day > 31 || (i + n < s.len && s.p[i + n] == '.' && is_digit_at(s, i + n + 1)))
		return 0;
	i += n;
	word = letters_at(s, i);
	if (word.len && !is_ordinal(word))
		return 0;
	date.day = (int)day;
	i += word.len;
	n = i + (i < s.len && s.p[i] == ',');
	n += spaces_at(s, n);
	if ((word.len = year_at(s, n, &date.year)))
		i = n + word.len;
	*t = date;
	return i - at;
}

static int unit_of(struct str raw)
{
	SCOPED(buf) fold = BUF_INIT;

	if (raw.len > TOKEN_MAX)
		return 0;
	utf8_fold_str(&fold, raw);
	return unit_named(raw, buf_view(&fold));
}

/* "per cent", "percentage points". */
static size_t two_words_at(struct str s, size_t at, int *unit)
{
	static const struct {
		const char *first, *second, *name;
	} rows[] = {
		{ "per", "cent", "percent" },
		{ "percentage", "points", "percentage_points" },
		{ "percentage", "point", "percentage_point" },
	};
	struct str first = letters_at(s, at);
	size_t next = at + first.len + spaces_at(s, at + first.len);
	struct str second = letters_at(s, next);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (str_is_nocase(first, rows[i].first) && str_is_nocase(second, rows[i].second)) {
			*unit = unit_named(STR_EMPTY, str_c(rows[i].name));
			return next + second.len - at;
		}
	return 0;
}

/* A unit at `at`: a sign, a word or two. */
static size_t unit_at_place(struct str s, size_t at, int *unit)
{
	size_t n = sign_at(s, at, "% \xC2\xB0 \xC2\xBA " MONEY);
	struct str word;

	if (n) {
		*unit = unit_named(STR_EMPTY, s.p[at] == '\xC2' && s.p[at + 1] == '\xBA' ? STR("\xC2\xB0") : str_sub(s, at, at + n));
		word = letters_at(s, at + n);
		return n + (word.len == 1 && (word.p[0] == 'C' || word.p[0] == 'F'));
	}
	if ((n = two_words_at(s, at, unit)))
		return n;
	word = letters_at(s, at);
	*unit = word.len ? unit_of(word) : 0;
	return *unit && !is_digit_at(s, at + word.len) ? word.len : 0;
}

size_t number_unit(struct str s, size_t end, struct token *t)
{
	size_t i = end, gap = spaces_at(s, i), n;
	struct str word;
	double scale;
	int unit = 0;

	if (!gap)
		gap = sign_at(s, i, HYPHEN);
	word = letters_at(s, i + gap);
	scale = scale_named(word, false, t->unit);
	if (scale > 0 && (gap || t->flags & TOKEN_WRITTEN)) {
		t->value *= scale;
		i += gap + word.len;
		gap = spaces_at(s, i);
		if (!gap)
			gap = sign_at(s, i, HYPHEN);
	}
	n = t->unit ? 0 : unit_at_place(s, i + gap, &unit);
	/* "2x" is twofold, "2 x 3" is not. */
	if (!n || str_is(str_sub(s, i + gap, i + gap + n), "x"))
		return i;
	t->unit = unit;
	return i + gap + n;
}

/* Letters right behind the digits: "12mg", "5M", "4th". False when they make it an identifier ("3D", "2a"). */
static bool suffix_at(struct str s, size_t *end, struct token *t)
{
	struct str word = letters_at(s, *end);
	double scale = word.len ? scale_named(word, true, t->unit) : 0;
	int unit = 0;
	size_t n;

	if (!word.len) {
		n = t->unit ? 0 : unit_at_place(s, *end, &unit);
		t->unit = n ? unit : t->unit;
		*end += n;
		return true;
	}
	if (is_digit_at(s, *end + word.len) || (str_is(word, "s") && is_year(t->value)))
		return false;
	if (scale > 0)
		t->value *= scale;
	else if (!is_ordinal(word) && !(t->unit = unit_of(word)))
		return false;
	*end += word.len;
	return true;
}

/* "4-PBA", "5-HT": a name that begins with digits. */
static bool is_name_at(struct str s, size_t at)
{
	size_t i = at;
	struct str word;

	while (i - at <= 2 && is_digit_at(s, i))
		i++;
	if (i == at || i >= s.len || s.p[i] != '-')
		return false;
	word = letters_at(s, i + 1);
	for (size_t k = 0; k < word.len; k++)
		if (word.p[k] < 'A' || word.p[k] > 'Z')
			return false;
	return word.len >= 2 && !unit_of(word);
}

size_t number_read(struct str s, size_t at, struct token *t)
{
	struct token number = { .kind = TOKEN_NUMBER };
	size_t i = at, money = sign_at(s, i, MONEY), minus, n, end;
	uint32_t before = 0;

	if (is_name_at(s, at))
		return 0;
	if (at)
		utf8_decode(s, utf8_floor(s, at - 1), &before);
	minus = utf8_is_word(before) || before == ')' ? 0 : sign_at(s, i, MINUS);
	if (money)
		number.unit = unit_named(STR_EMPTY, str_sub(s, i, i + money));
	i += money + minus;
	if (i < s.len && s.p[i] == '.' && is_digit_at(s, i + 1) && !is_digit_at(s, at ? at - 1 : s.len))
		n = mantissa_at(s, i, &number.value);
	else if (!is_digit_at(s, i))
		return 0;
	else if ((n = digit_date_at(s, i, t)))
		return i + n - at;
	else
		n = mantissa_at(s, i, &number.value);
	if (!n)
		return 0;
	end = i + n;
	if (!money && !minus && (n = day_month_at(s, end, number.value, t)))
		return n - at;
	end += power_at(s, end, &number.value);
	number.value = minus ? -number.value : number.value;
	if (!suffix_at(s, &end, &number))
		return 0;
	*t = number;
	return number_unit(s, end, t) - at;
}
