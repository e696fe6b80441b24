#include "patterns_internal.h"

#include <string.h>

#include "ibid/base/words.h"

void pattern_read(struct str text, struct pattern_words *w)
{
	struct words it = WORDS_INIT(text, 0);

	for (w->n = 0; w->n < PATTERN_WORDS_MAX && words_next(&it); w->n++) {
		size_t len = it.word.len < PATTERN_WORD_MAX ? it.word.len : PATTERN_WORD_MAX;

		memcpy(w->word[w->n], it.word.p, len);
		w->len[w->n] = len;
	}
}

/* The next part of a pattern, its alternatives still joined; NULL at the end. */
static const char *next_part(const char *p, size_t *len)
{
	while (*p == ' ')
		p++;
	*len = strcspn(p, " ");
	return *len ? p : NULL;
}

/* Whether `part` ("ignore|forget") offers the word. */
static bool offers(const char *part, size_t part_len, const char *word, size_t len)
{
	for (size_t at = 0; at < part_len;) {
		const char *bar = memchr(part + at, '|', part_len - at);
		size_t n = bar ? (size_t)(bar - part) - at : part_len - at;

		if (n == len && !memcmp(part + at, word, len))
			return true;
		at += n + 1;
	}
	return false;
}

/* Whether the rest of a pattern fits the words from number `i` on; each `~` tries the shortest gap first. */
static bool fits(const char *pattern, const struct pattern_words *w, size_t i)
{
	size_t len;
	const char *part = next_part(pattern, &len);

	if (!part)
		return true;
	if (*part == '$')
		return i == w->n;
	if (*part == '!')
		part++, len--;
	if (*part == '~') {
		for (size_t gap = 0; gap <= PATTERN_GAP_MAX && i + gap <= w->n; gap++)
			if (fits(part + len, w, i + gap))
				return true;
		return false;
	}
	return i < w->n && offers(part, len, w->word[i], w->len[i]) && fits(part + len, w, i + 1);
}

bool pattern_fits(const char *pattern, const struct pattern_words *w)
{
	if (*pattern == '^')
		return fits(pattern + 1, w, 0);
	for (size_t i = 0; i < w->n; i++)
		if (fits(pattern, w, i))
			return true;
	return false;
}
