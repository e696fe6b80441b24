#include "ibid/net/backoff.h"

#include "ibid/base/clock.h"

#define FIRST_MS INT64_C(500)
#define CAP_MS INT64_C(8000)
#define SENSIBLE_MAX_MS (INT64_C(24) * 3600 * 1000)

bool backoff_is_transient(int status)
{
	return status == 408 || status == 409 || status == 429 || (status >= 500 && status <= 599);
}

static int64_t sensible(double ms)
{
	return ms > 0 && ms <= (double)SENSIBLE_MAX_MS ? (int64_t)(ms + 0.999) : 0;
}

static int64_t until_date(struct str date, struct str now)
{
	int64_t then_ms, now_ms;

	if (!clock_parse_rfc3339(date, &then_ms) || !clock_parse_rfc3339(now, &now_ms))
		return 0;
	return sensible((double)(then_ms - now_ms));
}

static int64_t named_by_server(const struct http_head *head)
{
	struct str after = str_trim(http_head_get(head, "retry-after"));
	double value;

	if (str_to_double(str_trim(http_head_get(head, "retry-after-ms")), &value) && sensible(value))
		return sensible(value);
	if (str_to_double(after, &value))
		return sensible(value * 1000);
	return until_date(after, str_trim(http_head_get(head, "date")));
}

static int64_t by_doubling(const struct backoff *b, int tries)
{
	int64_t ms = tries > 4 ? CAP_MS : FIRST_MS << (tries - 1);
	uint16_t dice = 0;

	if (b->rand)
		b->rand(b->rand_ctx, &dice, sizeof(dice));
	return ms - ms / 4 * dice / UINT16_MAX;
}

/* A head whose waits count: that of an error. */
static const struct http_head *error_head(const struct backoff_reply *reply)
{
	return reply->status >= 400 ? reply->head : NULL;
}

static bool is_worth_a_try(const struct backoff_reply *reply)
{
	const struct http_head *head = error_head(reply);
	struct str said = head ? str_trim(http_head_get(head, "x-should-retry")) : STR_EMPTY;

	if (reply->fault == BACKOFF_FINAL || str_is_nocase(said, "false"))
		return false;
	if (reply->fault == BACKOFF_TRANSIENT || str_is_nocase(said, "true"))
		return true;
	return reply->status == 0 || backoff_is_transient(reply->status);
}

int64_t backoff_wait_ms(const struct backoff *b, int tries, const struct backoff_reply *reply, int64_t *server_wait_ms)
{
	const struct http_head *head = error_head(reply);
	int64_t named = head ? named_by_server(head) : 0;

	if (server_wait_ms)
		*server_wait_ms = named;
	if (tries > b->retries_max || !is_worth_a_try(reply) || named > BACKOFF_OBEY_MAX_MS)
		return -1;
	return named ? named : by_doubling(b, tries);
}
