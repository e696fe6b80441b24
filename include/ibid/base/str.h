/*
 * base/str.h - a borrowed piece of text: pointer and length
 *
 * A string crosses a layer as struct str. It borrows: it never frees, it may
 * hold NUL, it need not end in one. `len` counts bytes.
 *
 *	printf("%.*s", STR_ARG(name));
 */
#ifndef IBID_BASE_STR_H
#define IBID_BASE_STR_H
#include <stdbool.h>
#include <stddef.h>

struct str {
	const char *p;
	size_t len;
};
#define STR_EMPTY ((struct str){ "", 0 })
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_ARG(s) (int)(s).len, (s).p

/* Position returned when nothing was found. */
#define STR_NONE ((size_t)-1)

/* The whole of a C string; NULL gives the empty string. */
struct str str_c(const char *cstr);
struct str str_of(const char *p, size_t len);

bool str_eq(struct str a, struct str b);
bool str_is(struct str s, const char *cstr);
/* ASCII letters compare without case; other bytes as they are. */
bool str_eq_nocase(struct str a, struct str b);
bool str_is_nocase(struct str s, const char *cstr);
/* memcmp order, the shorter first: for qsort and byte-identical output. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Offset of the first occurrence at or after `from`, or STR_NONE. */
size_t str_find(struct str s, struct str needle, size_t from);
size_t str_find_nocase(struct str s, struct str needle, size_t from);
size_t str_find_ch(struct str s, char c, size_t from);

/* s[from, to), clamped to s. */
struct str str_sub(struct str s, size_t from, size_t to);
/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);

/*
 * Cut `*rest` at the first `sep`: the part before is returned, *rest keeps what
 * is after. Without a separator all of it is returned and *rest becomes empty
 * with p == NULL, which ends the loop
 *
 *	while (rest.p)
 *		line = str_cut(&rest, '\n');
 */
struct str str_cut(struct str *rest, char sep);

/* A whole decimal integer, optional '-', no space. False when it is none or does not fit. */
bool str_to_int(struct str s, long long *value);
/* A whole decimal number such as -1.5 or 2e3, by the C locale whatever the user's is. */
bool str_to_double(struct str s, double *value);
#endif
