#include <stdlib.h>
#include <string.h>

#include "ibid/base/utf8.h"
#include "token_internal.h"

/* clang-format off */
static const struct unit units[] = {
	{ "", DIM_NONE, 1 },
	{ " % percent pct percents ", DIM_PERCENT, 1 },
	{ " pp percentage_point percentage_points ", DIM_POINT, 1 },
	{ " $ usd dollar dollars ", DIM_DOLLAR, 1 },
	{ " cent cents ", DIM_DOLLAR, 0.01 },
	{ " € eur euro euros ", DIM_EURO, 1 },
	{ " £ gbp ", DIM_POUND, 1 },
	{ " ¥ jpy yen ", DIM_YEN, 1 },
	{ " s sec secs second seconds ", DIM_TIME, 1 },
	{ " ms millisecond milliseconds msec ", DIM_TIME, 1e-3 },
	{ " μs microsecond microseconds ", DIM_TIME, 1e-6 },
	{ " min mins minute minutes ", DIM_TIME, 60 },
	{ " h hr hrs hour hours ", DIM_TIME, 3600 },
	{ " d day days ", DIM_TIME, 86400 },
	{ " wk week weeks ", DIM_TIME, 604800 },
	{ " month months ", DIM_MONTH, 1 },
	{ " yr yrs year years ", DIM_MONTH, 12 },
	{ " m meter meters metre metres ", DIM_LENGTH, 1 },
	{ " km kilometer kilometers kilometre kilometres ", DIM_LENGTH, 1000 },
	{ " cm centimeter centimeters centimetre centimetres ", DIM_LENGTH, 0.01 },
	{ " mm millimeter millimeters millimetre millimetres ", DIM_LENGTH, 0.001 },
	{ " μm um micron microns micrometer micrometers micrometre micrometres ", DIM_LENGTH, 1e-6 },
	{ " nm nanometer nanometers nanometre nanometres ", DIM_LENGTH, 1e-9 },
	{ " mi mile miles ", DIM_LENGTH, 1609.344 },
	{ " ft foot feet ", DIM_LENGTH, 0.3048 },
	{ " inch inches ", DIM_LENGTH, 0.0254 },
	{ " g gram grams gramme grammes ", DIM_MASS, 1 },
	{ " kg kgs kilogram kilograms kilo kilos ", DIM_MASS, 1000 },
	{ " mg milligram milligrams ", DIM_MASS, 0.001 },
	{ " μg mcg ug microgram micrograms ", DIM_MASS, 1e-6 },
	{ " ng nanogram nanograms ", DIM_MASS, 1e-9 },
	{ " tonne tonnes ton tons ", DIM_MASS, 1e6 },
	{ " lb lbs ", DIM_MASS, 453.59237 },
	{ " oz ounce ounces ", DIM_MASS, 28.349523 },
	{ " l liter liters litre litres ", DIM_VOLUME, 1 },
	{ " ml milliliter milliliters millilitre millilitres ", DIM_VOLUME, 0.001 },
	{ " dl ", DIM_VOLUME, 0.1 },
	{ " μl ul microliter microliters ", DIM_VOLUME, 1e-6 },
	{ " byte bytes ", DIM_BYTE, 1 },
	{ " kb kilobyte kilobytes ", DIM_BYTE, 1e3 },
	{ " mb megabyte megabytes ", DIM_BYTE, 1e6 },
	{ " gb gigabyte gigabytes ", DIM_BYTE, 1e9 },
	{ " tb terabyte terabytes ", DIM_BYTE, 1e12 },
	{ " kib ", DIM_BYTE, 1024 },
	{ " mib ", DIM_BYTE, 1048576 },
	{ " gib ", DIM_BYTE, 1073741824 },
	{ " bit bits ", DIM_BIT, 1 },
	{ " ° degree degrees °c °f ºc ºf ", DIM_DEGREE, 1 },
	{ " hz hertz ", DIM_HERTZ, 1 },
	{ " khz ", DIM_HERTZ, 1e3 },
	{ " mhz ", DIM_HERTZ, 1e6 },
	{ " ghz ", DIM_HERTZ, 1e9 },
	{ " w watt watts ", DIM_WATT, 1 },
	{ " kw kilowatt kilowatts ", DIM_WATT, 1e3 },
	{ " mw megawatt megawatts ", DIM_WATT, 1e6 },
	{ " gw gigawatt gigawatts ", DIM_WATT, 1e9 },
	{ " kwh ", DIM_JOULE, 3.6e6 },
	{ " kj ", DIM_JOULE, 1e3 },
	{ " kcal calories ", DIM_JOULE, 4184 },
	{ " mol mole moles ", DIM_AMOUNT, 1 },
	{ " mmol ", DIM_AMOUNT, 1e-3 },
	{ " μmol umol ", DIM_AMOUNT, 1e-6 },
	{ " nmol ", DIM_AMOUNT, 1e-9 },
	{ " times fold x ", DIM_TIMES, 1 },
};

/* Sorted. A cardinal counts things; the others only hold its number. */
static const struct number_word {
	const char *word;
	double value;
	bool is_cardinal;
} number_words[] = {
	{ "billion", 1e9, true }, { "both", 2, false }, { "double", 2, false }, { "doubled", 2, false },
	{ "doubles", 2, false }, { "doubling", 2, false }, { "eight", 8, true }, { "eighteen", 18, true },
	{ "eighty", 80, true }, { "eleven", 11, true }, { "fifteen", 15, true }, { "fifty", 50, true },
	{ "five", 5, true }, { "fivefold", 5, false }, { "forty", 40, true }, { "four", 4, true },
	{ "fourfold", 4, false }, { "fourteen", 14, true }, { "hundred", 100, true }, { "million", 1e6, true },
	{ "nine", 9, true }, { "nineteen", 19, true }, { "ninety", 90, true }, { "one", 1, true },
	{ "quadruple", 4, false }, { "quadrupled", 4, false }, { "seven", 7, true }, { "seventeen", 17, true },
	{ "seventy", 70, true }, { "six", 6, true }, { "sixfold", 6, false }, { "sixteen", 16, true },
	{ "sixty", 60, true }, { "ten", 10, true }, { "tenfold", 10, false }, { "thirteen", 13, true },
	{ "thirty", 30, true }, { "thousand", 1e3, true }, { "three", 3, true }, { "threefold", 3, false },
	{ "thrice", 3, false }, { "triple", 3, false }, { "tripled", 3, false }, { "triples", 3, false },
	{ "tripling", 3, false }, { "twelve", 12, true }, { "twenty", 20, true }, { "twice", 2, false },
	{ "two", 2, true }, { "twofold", 2, false }, { "zero", 0, true },
};

static const struct {
	const char *name;	/* as it is written; attached ones stand right behind the digits */
	bool is_attached;
	double factor;
} scales[] = {
	{ "hundred", false, 1e2 }, { "thousand", false, 1e3 }, { "million", false, 1e6 }, { "billion", false, 1e9 },
	{ "trillion", false, 1e12 }, { "mn", false, 1e6 }, { "bn", false, 1e9 }, { "tn", false, 1e12 },
	{ "Million", false, 1e6 }, { "Billion", false, 1e9 }, { "millions", false, 1e6 }, { "billions", false, 1e9 },
	{ "k", true, 1e3 }, { "K", true, 1e3 }, { "M", true, 1e6 }, { "B", true, 1e9 }, { "mn", true, 1e6 },
	{ "bn", true, 1e9 }, { "tn", true, 1e12 }, { "mio", true, 1e6 },
};

static const char *const months[] = {
	" january jan ", " february feb ", " march mar ", " april apr ", " may ", " june jun ", " july jul ",
	" august aug ", " september sep sept ", " october oct ", " november nov ", " december dec ",
};
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define NAME_MAX_LEN 24

static bool is_listed(const char *list, struct str word)
{
	char key[NAME_MAX_LEN + 3];

	if (!word.len || word.len > NAME_MAX_LEN)
		return false;
	key[0] = ' ';
	memcpy(key + 1, word.p, word.len);
	key[word.len + 1] = ' ';
	key[word.len + 2] = '\0';
	return strstr(list, key) != NULL;
}

int unit_named(struct str raw, struct str fold)
{
	/* "3D", "10 T cells", "5G" are none; litres and watts may be written so. */
	if (raw.len == 1 && raw.p[0] >= 'A' && raw.p[0] <= 'Z' && raw.p[0] != 'L' && raw.p[0] != 'W')
		return 0;
	for (size_t i = 1; i < COUNT(units); i++)
		if (is_listed(units[i].names, fold))
			return (int)i;
	return 0;
}

const struct unit *unit_at(int unit)
{
	return &units[unit];
}

double scale_named(struct str raw, bool is_attached, bool is_money)
{
	if (is_money && (str_is(raw, "m") || str_is(raw, "M")))
		return 1e6;
	if (is_money && (str_is(raw, "b") || str_is(raw, "B")))
		return 1e9;
	for (size_t i = 0; i < COUNT(scales); i++)
		if (scales[i].is_attached == is_attached && str_is(raw, scales[i].name))
			return scales[i].factor;
	return 0;
}

static int by_word(const void *key, const void *row)
{
	const struct number_word *w = row;

	return str_cmp(*(const struct str *)key, str_c(w->word));
}

double number_word(struct str fold, bool *is_cardinal)
{
	const struct number_word *w = bsearch(&fold, number_words, COUNT(number_words), sizeof(*number_words), by_word);

	if (!w)
		return -1;
	*is_cardinal = w->is_cardinal;
	return w->value;
}

int month_named(struct str raw)
{
	char lower[NAME_MAX_LEN];
	int month = 0;

	if (raw.len < 3 || raw.len > 9)
		return 0;
	for (size_t i = 0; i < raw.len; i++)
		lower[i] = (char)(raw.p[i] >= 'A' && raw.p[i] <= 'Z' ? raw.p[i] + 32 : raw.p[i]);
	for (size_t i = 0; i < COUNT(months) && !month; i++)
		if (is_listed(months[i], str_of(lower, raw.len)))
			month = (int)i + 1;
	return lower[0] == raw.p[0] ? 0 : month;
}
