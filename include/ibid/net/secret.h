/*
 * net/secret.h - a value that only one origin may see
 *
 * Holds an API key together with the scheme, host and port it was given for;
 * net/http sends it nowhere else. The value is wiped when it is released.
 */
#ifndef IBID_NET_SECRET_H
#define IBID_NET_SECRET_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

/* Longest value accepted, in bytes: tokens of cloud gateways reach 4 KiB. */
#define SECRET_MAX ((size_t)16 << 10)

struct secret {
	struct buf origin;	/* as url_add_origin writes it */
	/* Private from here on. */
	char *value;
	size_t len;
};
#define SECRET_INIT { .origin = BUF_INIT }

/*
 * Take a copy of `value` without the white space around it, for `origin` only.
 *
 * Errors: ERR_CONFIG  empty, too long, or holding a control or non-ASCII byte,
 *         which could end the header it is sent in. The value is not in the sentence.
 */
enum err_code secret_set(struct secret *s, struct str value, struct str origin, struct err *err);

/* Borrowed until the secret is set again or released; empty when there is none. */
struct str secret_value(const struct secret *s);
bool secret_is_set(const struct secret *s);

/* Replace each occurrence of the value by "[key]": for every text that a server had a hand in. NULL is fine. */
void secret_scrub(const struct secret *s, struct buf *text);
void secret_scrub_err(const struct secret *s, struct err *err);

void secret_release(struct secret *s);
#endif
