/*
 * provider/fault.h - what a provider's refusal means
 *
 * Every provider words its errors differently; here a status and a body become
 * one class, one sentence and one decision. Pure.
 *
 * Source: 75 recorded error bodies and the vendors' SDKs (reference: protocols
 * 12). The class is found by the words of the error before its status, because
 * the same status means different things: 429 is "slower" or "no money left",
 * 400 is "bad key" at two providers.
 */
#ifndef IBID_PROVIDER_FAULT_H
#define IBID_PROVIDER_FAULT_H
#include <stdbool.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/json.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/net/backoff.h"

/* class, name, error code, may it be repeated, what happened (before ": what the provider says") */
#define FAULT_CLASSES(X)											       \
	X(FAULT_NONE, "", OK, BACKOFF_BY_STATUS, "")								       \
	X(FAULT_KEY, "key", ERR_KEY, BACKOFF_FINAL, "refused the key")						       \
	X(FAULT_DENIED, "denied", ERR_DENIED, BACKOFF_FINAL, "does not allow this request")			       \
	X(FAULT_MODEL, "model", ERR_MISSING, BACKOFF_FINAL, "has no such model or address")			       \
	X(FAULT_TOO_LONG, "too_long", ERR_LIMIT, BACKOFF_FINAL, "says the prompt is too long")			       \
	X(FAULT_MONEY, "money", ERR_REFUSED, BACKOFF_FINAL, "says the credit or quota is used up")		       \
	X(FAULT_PACE, "pace", ERR_BUSY, BACKOFF_TRANSIENT, "asks for fewer requests")				       \
	X(FAULT_BUSY, "busy", ERR_BUSY, BACKOFF_TRANSIENT, "is busy or out of order")				       \
	X(FAULT_OPTION, "option", ERR_REFUSED, BACKOFF_FINAL, "does not take an option of this request")	       \
	X(FAULT_FILTER, "filter", ERR_REFUSED, BACKOFF_FINAL, "blocked the prompt by its content filter")	       \
	X(FAULT_OTHER, "other", ERR_REFUSED, BACKOFF_BY_STATUS, "refused the request")

enum fault_class {
#define X(class, name, code, repeat, says) class,
	FAULT_CLASSES(X)
#undef X
		FAULT_CLASS_COUNT
};

/* Bytes of a body that is no error object that are kept as its text. */
#define FAULT_HEAD_MAX 200

struct fault {
	enum fault_class class;
	int status;		/* HTTP status, or the number in the error where it came inside a stream; 0: none */
	struct buf text;	/* the provider's sentence */
	struct buf word;	/* its code or type: rate_limit_error */
	struct buf param;	/* the option it names; mostly empty */
};
#define FAULT_INIT { .class = FAULT_NONE, .text = BUF_INIT, .word = BUF_INIT, .param = BUF_INIT }

/* Read an error body of any shape: JSON, HTML, plain text, nothing. */
void fault_read(struct fault *f, int status, struct str body);

/* The same for a parsed value: the whole body, or the event that carried the error. */
void fault_read_json(struct fault *f, int status, const struct json_node *root);

/* Does this JSON report an error? A member `error` that is neither null nor empty, or object "error". */
bool fault_is_in(const struct json_node *root);

const char *fault_name(enum fault_class class);
enum backoff_fault fault_repeat(enum fault_class class);

/* "provider 'x' refused the key (HTTP 401): invalid x-api-key; advice". `advice` may be empty. */
enum err_code fault_err(const struct fault *f, const char *provider, const char *advice, struct err *err);

void fault_release(struct fault *f);
#endif
