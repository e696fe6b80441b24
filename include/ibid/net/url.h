/*
 * net/url.h - web addresses as far as requests need them
 *
 * libcurl's own parser reads the address, so that what is checked here is what
 * is connected to later. Only http and https; no user name, no password, no
 * fragment, no white space, control or non-ASCII byte: whoever builds an address
 * encodes it.
 */
#ifndef IBID_NET_URL_H
#define IBID_NET_URL_H
#include <stdbool.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

enum url_place {
	URL_LOOPBACK,	/* this machine: localhost, 127.0.0.0/8, ::1 */
	URL_PRIVATE,	/* RFC 1918, RFC 4193, link-local, carrier-grade NAT: a literal address of such a network */
	URL_PUBLIC,	/* all else, names included */
};

struct url {
	bool is_https;
	int port;		/* always given: 443 and 80 where the address names none */
	enum url_place place;	/* judged by the text alone; a name may still resolve to a private address */
	struct buf host;	/* lower case; an IPv6 literal in brackets */
	struct buf path;	/* with the query, at least "/" */
};
#define URL_INIT { .host = BUF_INIT, .path = BUF_INIT }

/* Errors: ERR_CONFIG with the fault named. `u` keeps what it held then. */
enum err_code url_parse(struct str text, struct url *u, struct err *err);
void url_release(struct url *u);

/* "https://api.anthropic.com", with the port where it is not the scheme's own: what a secret is bound to. */
void url_add_origin(struct buf *out, const struct url *u);

/* host or host:port, for sentences. */
void url_add_host(struct buf *out, const struct url *u);

/* "https://x/v1/" + "/messages" without a doubled slash. */
void url_join(struct buf *out, struct str base, struct str path);

/* The bytes of s with all but RFC 3986's unreserved characters as %XX. */
void url_add_encoded(struct buf *out, struct str s);
#endif
