#include "ibid/base/clock.h"

#include <string.h>
#include <time.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

static int64_t read_clock(clockid_t id)
{
	struct timespec t = { 0 };

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * SECOND_MS + t.tv_nsec / 1000000;
}

static int64_t system_now_ms(void *ctx)
{
	(void)ctx;
	return read_clock(CLOCK_REALTIME);
}

static int64_t system_mono_ms(void *ctx)
{
	(void)ctx;
	return read_clock(CLOCK_MONOTONIC);
}

const struct clock clock_system = { system_now_ms, system_mono_ms, NULL };

int64_t clock_now_ms(const struct clock *c)
{
	return c->now_ms(c->ctx);
}

int64_t clock_mono_ms(const struct clock *c)
{
	return c->mono_ms(c->ctx);
}

/* A day of the proleptic Gregorian calendar. */
struct date {
	int64_t year;
	int month, day; /* from 1 */
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/*
 * Days since 1970-01-01. A year is counted from 1 March, so that the leap day
 * is its last: the months before month m (March = 0) then have (153 m + 2) / 5
 * days, and 719468 is the distance of 0000-03-01 to 1970-01-01.
 */
static int64_t days_of(struct date d)
{
	int64_t y = d.year - (d.month <= 2);
	int64_t day_of_year = (153 * ((d.month + 9) % 12) + 2) / 5 + d.day - 1;

	return y * 365 + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400) + day_of_year - 719468;
}

static struct date date_of(int64_t days)
{
	int64_t era, day, year, month;

	days += 719468;
	era = floor_div(days, 146097);
	day = days - era * 146097;
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	return (struct date){ year + era * 400 + (month >= 10), (int)(month < 10 ? month + 3 : month - 9),
		(int)day + 1 };
}

static int days_in_month(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

void clock_add_rfc3339(struct buf *out, int64_t wall_ms)
{
	int64_t days = floor_div(wall_ms, DAY_MS), ms = wall_ms - days * DAY_MS;
	struct date d = date_of(days);

	buf_fmt(out, "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ", (long long)d.year, d.month, d.day, (int)(ms / HOUR_MS),
		(int)(ms / MINUTE_MS % 60), (int)(ms / SECOND_MS % 60), (int)(ms % SECOND_MS));
}

void clock_add_local(struct buf *out, int64_t wall_ms)
{
	time_t seconds = (time_t)floor_div(wall_ms, SECOND_MS);
	struct tm tm;

	if (!localtime_r(&seconds, &tm)) {
		clock_add_rfc3339(out, wall_ms);
		return;
	}
	buf_fmt(out, "%04d-%02d-%02d %02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min);
}

/* Reading: each take_ function cuts what it understood from the front of *s, and says whether there was such a thing. */

static bool take_digits(struct str *s, size_t count, int *value)
{
	int v = 0;

	if (s->len < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		v = v * 10 + (s->p[i] - '0');
	}
	*value = v;
	*s = str_sub(*s, count, s->len);
	return true;
}

static bool take_any(struct str *s, const char *set)
{
	if (!s->len || !s->p[0] || !strchr(set, s->p[0]))
		return false;
	*s = str_sub(*s, 1, s->len);
	return true;
}

static bool date_is_real(struct date d)
{
	return d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= days_in_month(d.year, d.month);
}

/* YYYY, YYYY-MM or YYYY-MM-DD; what is not given is 1. */
static bool take_date(struct str *s, struct date *d)
{
	int year;

	*d = (struct date){ 0, 1, 1 };
	if (!take_digits(s, 4, &year))
		return false;
	d->year = year;
	if (take_any(s, "-")) {
		if (!take_digits(s, 2, &d->month))
			return false;
		if (take_any(s, "-") && !take_digits(s, 2, &d->day))
			return false;
	}
	return date_is_real(*d);
}

/* HH:MM:SS; second 60 is a leap second, which the machine's clock gives to the next minute. */
static bool take_time(struct str *s, int64_t *ms)
{
	int h, m, sec;

	if (!take_digits(s, 2, &h) || !take_any(s, ":") || !take_digits(s, 2, &m) || !take_any(s, ":") ||
		!take_digits(s, 2, &sec) || h > 23 || m > 59 || sec > 60)
		return false;
	*ms = h * HOUR_MS + m * MINUTE_MS + sec * SECOND_MS;
	return true;
}

/* ".5", ".123456789": as many digits as there are, cut to milliseconds. */
static bool take_fraction(struct str *s, int64_t *ms)
{
	int64_t unit = 100;
	int digit;

	if (!take_any(s, "."))
		return true;
	if (!s->len || s->p[0] < '0' || s->p[0] > '9')
		return false;
	for (; take_digits(s, 1, &digit); unit /= 10)
		*ms += digit * unit;
	return true;
}

/* "Z" or "+02:00", as what is to be taken off. */
static bool take_zone(struct str *s, int64_t *ms)
{
	int h, m, sign;

	*ms = 0;
	if (take_any(s, "Zz"))
		return true;
	if (!s->len)
		return false;
	sign = s->p[0] == '-' ? -1 : 1;
	if (!take_any(s, "+-") || !take_digits(s, 2, &h) || !take_any(s, ":") || !take_digits(s, 2, &m) || h > 23 ||
		m > 59)
		return false;
	*ms = sign * (h * HOUR_MS + m * MINUTE_MS);
	return true;
}

static bool parse_rfc3339(struct str s, int64_t *wall_ms)
{
	struct date d;
	int64_t ms, zone_ms;

	if (s.len < 20 || !take_date(&s, &d) || !take_any(&s, "Tt ") || !take_time(&s, &ms) ||
		!take_fraction(&s, &ms) || !take_zone(&s, &zone_ms) || s.len)
		return false;
	*wall_ms = days_of(d) * DAY_MS + ms - zone_ms;
	return true;
}

/* A three-letter name from a row of them; gives its number from 0. */
static bool take_name(struct str *s, const char *names, int *number)
{
	for (const char *at = names; *at; at += 3)
		if (str_starts(*s, str_of(at, 3))) {
			*number = (int)(at - names) / 3;
			*s = str_sub(*s, 3, s->len);
			return true;
		}
	return false;
}

static bool take_text(struct str *s, struct str text)
{
	if (!str_starts(*s, text))
		return false;
	*s = str_sub(*s, text.len, s->len);
	return true;
}

/* Sun, 06 Nov 1994 08:49:37 GMT. The name of the day is not compared: servers are right about the date first. */
static bool parse_http_date(struct str s, int64_t *wall_ms)
{
	struct date d = { 0, 1, 1 };
	int weekday, month, year;
	int64_t ms;

	if (!take_name(&s, "SunMonTueWedThuFriSat", &weekday) || !take_text(&s, STR(", ")) ||
		!take_digits(&s, 2, &d.day) || !take_text(&s, STR(" ")) ||
		!take_name(&s, "JanFebMarAprMayJunJulAugSepOctNovDec", &month) || !take_text(&s, STR(" ")) ||
		!take_digits(&s, 4, &year) || !take_text(&s, STR(" ")) || !take_time(&s, &ms) ||
		!take_text(&s, STR(" GMT")) || s.len)
		return false;
	d.month = month + 1;
	d.year = year;
	if (!date_is_real(d))
		return false;
	*wall_ms = days_of(d) * DAY_MS + ms;
	return true;
}

bool clock_parse_rfc3339(struct str s, int64_t *wall_ms)
{
	return parse_rfc3339(s, wall_ms) || parse_http_date(s, wall_ms);
}

/* `months` is what the unit means on the calendar; `ms` what it means as a length of time. */
static const struct unit {
	const char *name;
	int64_t ms;
	int months;
} units[] = {
	{ "s", SECOND_MS, 0 },
	{ "min", MINUTE_MS, 0 },
	{ "h", HOUR_MS, 0 },
	{ "d", DAY_MS, 0 },
	{ "w", 7 * DAY_MS, 0 },
	{ "m", 30 * DAY_MS, 1 },
	{ "y", 365 * DAY_MS, 12 },
};

/* An age is at most a million of its unit: more years than the calendar is good for, and no product overflows. */
#define AGE_MAX 1000000

static const struct unit *parse_age(struct str s, int64_t *count)
{
	size_t digits = 0;
	long long n;

	while (digits < s.len && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	if (!str_to_int(str_sub(s, 0, digits), &n) || n > AGE_MAX)
		return NULL;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (str_is(str_sub(s, digits, s.len), units[i].name)) {
			*count = n;
			return &units[i];
		}
	return NULL;
}

bool clock_parse_age(struct str s, int64_t *ms)
{
	int64_t count;
	const struct unit *unit = parse_age(s, &count);

	if (!unit)
		return false;
	*ms = count * unit->ms;
	return true;
}

/* The same day of an earlier month, or its last when it is shorter: one month before 31 March is 28 February. */
static int64_t months_before(int64_t wall_ms, int64_t months)
{
	int64_t days = floor_div(wall_ms, DAY_MS);
	struct date d = date_of(days);
	int64_t month = d.year * 12 + d.month - 1 - months;

	d.year = floor_div(month, 12);
	d.month = (int)(month - d.year * 12) + 1;
	if (d.day > days_in_month(d.year, d.month))
		d.day = days_in_month(d.year, d.month);
	return days_of(d) * DAY_MS + (wall_ms - days * DAY_MS);
}

static bool parse_ago(struct str s, int64_t now_ms, int64_t *wall_ms)
{
	int64_t count;
	const struct unit *unit = parse_age(s, &count);

	if (!unit)
		return false;
	*wall_ms = unit->months ? months_before(now_ms, count * unit->months) : now_ms - count * unit->ms;
	return true;
}

bool clock_parse_date(struct str s, int64_t now_ms, int64_t *wall_ms)
{
	int64_t today_ms = floor_div(now_ms, DAY_MS) * DAY_MS;
	const struct {
		const char *name;
		int64_t at_ms;
	} words[] = { { "now", now_ms }, { "today", today_ms }, { "yesterday", today_ms - DAY_MS } };
	struct str rest = s;
	struct date d;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(s, words[i].name)) {
			*wall_ms = words[i].at_ms;
			return true;
		}
	if (take_date(&rest, &d) && !rest.len) {
		*wall_ms = days_of(d) * DAY_MS;
		return true;
	}
	return parse_ago(s, now_ms, wall_ms);
}
