/*
 * base/clock.h - time as a parameter
 *
 * Wall time is milliseconds since 1970 UTC and is only shown and stored;
 * deadlines use the monotonic clock, so a jump of the wall clock never makes a
 * wait too long. Tests hand in a clock of their own.
 */
#ifndef IBID_BASE_CLOCK_H
#define IBID_BASE_CLOCK_H
#include <stdbool.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/str.h"

struct clock {
	int64_t (*now_ms)(void *ctx);	/* wall time, UTC */
	int64_t (*mono_ms)(void *ctx);	/* never goes back; the origin means nothing */
	void *ctx;
};

/* The machine's clock. */
extern const struct clock clock_system;

int64_t clock_now_ms(const struct clock *c);
int64_t clock_mono_ms(const struct clock *c);

/* RFC 3339 in UTC with milliseconds, for machines: 2026-11-21T08:01:51.120Z */
void clock_add_rfc3339(struct buf *out, int64_t wall_ms);
/* The user's time zone, for people: 2026-11-21 09:01 */
void clock_add_local(struct buf *out, int64_t wall_ms);

/*
 * A date a person types: 2026-11-21, 2026-11, 2026, today, yesterday, now, or
 * an age such as 90d, 2w, 12h, 3m (months), 1y counted back from `now_ms`.
 * Gives the first moment of it (UTC). False for all else.
 */
bool clock_parse_date(struct str s, int64_t now_ms, int64_t *wall_ms);

/* An age alone, in ms: 90d, 2w, 12h, 30min, 3m, 1y (months of 30 days, years of 365). */
bool clock_parse_age(struct str s, int64_t *ms);

/* HTTP-date (RFC 9110, 5.6.7, the preferred form) or RFC 3339. False for all else. */
bool clock_parse_rfc3339(struct str s, int64_t *wall_ms);
#endif
