/*
 * tui/key_internal.h - the keys that are no characters: names, and what terminals send for them
 */
#ifndef IBID_TUI_KEY_INTERNAL_H
#define IBID_TUI_KEY_INTERNAL_H
#include "ibid/tui/decode.h"

struct key_row {
	uint32_t code;
	const char *name;	/* in the configuration */
	const char *shown;	/* in hints */
	int number;		/* CSI number ~; 0: none */
	char final;		/* CSI final; 0: none */
};

/* code 0 at the end. */
extern const struct key_row key_rows[];

/* The row of a code; NULL for characters. */
const struct key_row *key_row_of(uint32_t code);

/*
 * A key as the rest knows it: SHIFT is in the character where there is one, CTRL
 * takes lower case, and what terminals send as one key is one key (key_twin).
 */
struct key key_settled(struct key key);
#endif
