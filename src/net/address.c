#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

/*
 * The special-purpose blocks of IANA's two registries (RFC 6890 and updates)
 * that are not the public internet. 0.0.0.0/8 reaches this machine on Linux but
 * nobody calls it by that name in good faith, so it is private, not loopback.
 */
static const struct block {
	const char *prefix;
	int bits;
	enum url_place place;
} blocks4[] = {
	/* clang-format off */
	{ "127.0.0.0",    8, URL_LOOPBACK },
	{ "0.0.0.0",      8, URL_PRIVATE },
	{ "10.0.0.0",     8, URL_PRIVATE },
	{ "100.64.0.0",  10, URL_PRIVATE },	/* carrier-grade NAT */
	{ "169.254.0.0", 16, URL_PRIVATE },	/* link-local: cloud metadata */
	{ "172.16.0.0",  12, URL_PRIVATE },
	{ "192.0.0.0",   24, URL_PRIVATE },
	{ "192.0.2.0",   24, URL_PRIVATE },	/* documentation */
	{ "192.168.0.0", 16, URL_PRIVATE },
	{ "198.18.0.0",  15, URL_PRIVATE },	/* benchmarks */
	{ "198.51.100.0", 24, URL_PRIVATE },
	{ "203.0.113.0", 24, URL_PRIVATE },
	{ "224.0.0.0",    3, URL_PRIVATE },	/* multicast, reserved, broadcast */
}, blocks6[] = {
	{ "::1",        128, URL_LOOPBACK },
	{ "::",         128, URL_PRIVATE },
	{ "100::",       64, URL_PRIVATE },	/* discard */
	{ "2001::",      32, URL_PRIVATE },	/* Teredo */
	{ "2001:db8::",  32, URL_PRIVATE },	/* documentation */
	{ "fc00::",       7, URL_PRIVATE },
	{ "fe80::",      10, URL_PRIVATE },
	{ "fec0::",      10, URL_PRIVATE },
	{ "ff00::",       8, URL_PRIVATE },
	/* clang-format on */
};

/* Forms that carry an IPv4 address: judged by that address. */
static const struct {
	const char *prefix;
	int bits, v4_at;	/* v4_at: byte offset of the IPv4 address */
} embeddings[] = {
	/* clang-format off */
	{ "::ffff:0:0",   96, 12 },	/* mapped */
	{ "64:ff9b::",    96, 12 },	/* NAT64 */
	{ "64:ff9b:1::",  48, 12 },	/* NAT64, local use, the common /96 layout */
	{ "2002::",       16,  2 },	/* 6to4 */
	{ "::",           96, 12 },	/* compatible, obsolete */
	/* clang-format on */
};

#define N_OF(table) (sizeof(table) / sizeof((table)[0]))

static bool in_block(const unsigned char *address, int family, const char *prefix, int bits)
{
	unsigned char want[16];
	int whole = bits / 8, rest = bits % 8;

	if (inet_pton(family, prefix, want) != 1 || memcmp(address, want, (size_t)whole) != 0)
		return false;
	return !rest || ((address[whole] ^ want[whole]) >> (8 - rest)) == 0;
}

static enum url_place look_up(const unsigned char *address, int family, const struct block *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (in_block(address, family, rows[i].prefix, rows[i].bits))
			return rows[i].place;
	return URL_PUBLIC;
}

static enum url_place place4(const unsigned char address[4])
{
	return look_up(address, AF_INET, blocks4, N_OF(blocks4));
}

static enum url_place place6(const unsigned char address[16])
{
	enum url_place place = look_up(address, AF_INET6, blocks6, N_OF(blocks6));

	if (place != URL_PUBLIC)
		return place;
	for (size_t i = 0; i < N_OF(embeddings); i++)
		if (in_block(address, AF_INET6, embeddings[i].prefix, embeddings[i].bits))
			return place4(address + embeddings[i].v4_at);
	return URL_PUBLIC;
}

enum url_place address_place(const struct sockaddr *sa)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (sa->sa_family == AF_INET) {
		memcpy(&v4, sa, sizeof(v4));
		return place4((const unsigned char *)&v4.sin_addr);
	}
	if (sa->sa_family == AF_INET6) {
		memcpy(&v6, sa, sizeof(v6));
		return place6((const unsigned char *)&v6.sin6_addr);
	}
	return URL_PRIVATE;
}

enum url_place address_place_of_host(struct str host)
{
	unsigned char address[16];
	char text[INET6_ADDRSTRLEN];
	bool is_v6 = host.len > 2 && host.p[0] == '[';

	if (str_is_nocase(host, "localhost"))
		return URL_LOOPBACK;
	if (is_v6)
		host = str_sub(host, 1, host.len - 1);
	if (host.len >= sizeof(text))
		return URL_PUBLIC;
	memcpy(text, host.p, host.len);
	text[host.len] = '\0';
	if (inet_pton(is_v6 ? AF_INET6 : AF_INET, text, address) != 1)
		return URL_PUBLIC;
	return is_v6 ? place6(address) : place4(address);
}
