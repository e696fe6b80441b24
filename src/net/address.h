/*
 * address.h - which network an IP address belongs to
 *
 * Judged on the socket address, at connect time: names and spellings (0x7f.1,
 * nip.io, a rebinding DNS server) do not matter then.
 */
#ifndef IBID_SRC_NET_ADDRESS_H
#define IBID_SRC_NET_ADDRESS_H
#include <stdbool.h>
#include <sys/socket.h>

#include "ibid/base/str.h"
#include "ibid/net/url.h"

/* Families other than IPv4 and IPv6 count as private. */
enum url_place address_place(const struct sockaddr *sa);

/* Of the text of a host: a literal address (IPv6 in brackets) or "localhost"; any other name is URL_PUBLIC. */
enum url_place address_place_of_host(struct str host);
#endif
