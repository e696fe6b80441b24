/*
 * tui/decode_internal.h - the grammar of the decoder: one token at the beginning of some bytes
 *
 * Without a state: what is not whole yet is scanned again with more bytes, so
 * that slicing cannot matter.
 */
#ifndef IBID_TUI_DECODE_INTERNAL_H
#define IBID_TUI_DECODE_INTERNAL_H
#include "ibid/tui/decode.h"

struct decode_string {
	struct str bytes;
	struct key key;
};

struct decode_strings {
	struct decode_string *v;
	size_t n, cap;
};

enum scan_kind {
	SCAN_MORE,	/* not whole: ask again with more */
	SCAN_NOTHING,	/* `len` bytes that mean nothing to us */
	SCAN_TOKEN,	/* a key, a click, a change of focus, a reply */
	SCAN_PASTE,	/* a paste begins behind it */
};

struct scan {
	enum scan_kind kind;
	size_t len;		/* bytes it takes; 0 only with SCAN_MORE */
	struct input token;	/* bytes not filled in */
	bool is_translated;	/* a key whose bytes for readline are those of key_bytes */
};

/* `s` is not empty. With `is_last` no more will come: only half a character is SCAN_MORE then. */
struct scan scan_token(const struct decode_strings *strings, struct str s, bool is_last);
#endif
