/*
 * word_list_internal.h - small lists of words, written as text
 *
 * One string for each first letter, the words between spaces: " fig figs ". A
 * look-up reads one short string, and a list can be read and changed by people.
 */
#ifndef IBID_BASE_WORD_LIST_INTERNAL_H
#define IBID_BASE_WORD_LIST_INTERNAL_H
#include <stdbool.h>
#include <string.h>

#include "ibid/base/str.h"

/* No list holds a longer word, in bytes. */
#define WORD_LIST_MAX 13

/* Whether a lower-case word stands in the list. */
static inline bool word_is_listed(const char *const lists[26], struct str word)
{
	char key[WORD_LIST_MAX + 2];
	const char *list;

	if (!word.len || word.len > WORD_LIST_MAX || word.p[0] < 'a' || word.p[0] > 'z')
		return false;
	list = lists[word.p[0] - 'a'];
	if (!list)
		return false;
	key[0] = ' ';
	memcpy(key + 1, word.p, word.len);
	key[word.len + 1] = ' ';
	return memmem(list, strlen(list), key, word.len + 2) != NULL;
}
#endif
