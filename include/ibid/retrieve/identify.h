/*
 * retrieve/identify.h - names that must be found letter by letter
 *
 * CVE numbers, hashes, addresses, file names and their like, in one normal form
 * whatever the text did to them: "hxxp://evil[.]com" is http://evil.com,
 * "CVE‑2021‑44228" with typographic hyphens or broken at a line end is
 * CVE-2021-44228, "NIST SP 800-53" is SP800-53. The same function reads
 * documents and questions, so both meet in the identifier index.
 *
 * Sources: FIRST and ioc-finder for the classes, MITRE for ids. Known traps and
 * what is done about them (reference/retrieval.md 4): part of a longer hex
 * string is no hash; "setup.py" and "evil.zip" are files although .py and .zip
 * are domains; 10.0.19041.1 is no address, nor is what follows "version"; a
 * word glued to the next by a missing space ("end.Next") is no domain.
 *
 *	struct identify it = IDENTIFY_INIT(text);
 *	while (identify_next(&it))
 *		use(it.kind, it.name, it.from, it.to);
 *	identify_release(&it);
 */
#ifndef IBID_RETRIEVE_IDENTIFY_H
#define IBID_RETRIEVE_IDENTIFY_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/str.h"
#include "ibid/model/text.h"

/* Longest identifier, in bytes of its normal form; longer ones (data: URLs) are left out. */
#define IDENTIFY_MAX ((size_t)512)

/* kind, name in JSON */
#define IDENTIFY_KINDS(X) \
	X(IDENT_URL, "url") \
	X(IDENT_EMAIL, "email") \
	X(IDENT_CVE, "cve") \
	X(IDENT_ATTACK, "attack")	/* T1055.012, TA0005, G0016, S0154, M1036, C0001, DS0009 */ \
	X(IDENT_HASH, "hash")		/* MD5, SHA-1, SHA-256, SHA-512 */ \
	X(IDENT_IPV4, "ipv4")		/* with port or prefix length, if there is one */ \
	X(IDENT_IPV6, "ipv6") \
	X(IDENT_MAC, "mac") \
	X(IDENT_REGISTRY, "registry") \
	X(IDENT_PATH, "path") \
	X(IDENT_FILE, "file") \
	X(IDENT_DOMAIN, "domain") \
	X(IDENT_STANDARD, "standard")	/* RFC9110, SP800-53, ISO27001 */ \
	X(IDENT_ERROR, "error")		/* 0x80070005, ERR_CONNECTION_RESET */ \
	X(IDENT_CODE, "code")		/* CWE-79, KB4012598, snake_case, CreateProcessW */

enum identify_kind {
#define X(kind, name) kind,
	IDENTIFY_KINDS(X)
#undef X
	IDENTIFY_KIND_COUNT
};
const char *identify_kind_name(enum identify_kind kind);

struct identify {
	struct str text;
	/* Of the identifier found. */
	enum identify_kind kind;
	size_t from, to;	/* its bytes in the text */
	struct str name;	/* normal form, without white space; borrowed until the next call */
	/* Private from here on. */
	size_t at;
	struct buf raw, found;
};
#define IDENTIFY_INIT(input) { .text = (input) }

/* The next identifier, in order of the text. False at the end. */
bool identify_next(struct identify *it);
void identify_release(struct identify *it);

/*
 * The part of a name that the identifier index holds, of documents and questions
 * alike: the host of a URL, the last part of a path, the first 16 digits of a
 * hash. The word index finds the rest, and trigrams cost twenty times their text.
 */
struct str identify_index_name(enum identify_kind kind, struct str name);

/* For each chunk of a text the index names in it, each once, joined by spaces: what store_document_put wants. In the arena. */
const struct str *identify_chunks(struct arena *a, const struct text *t);
#endif
