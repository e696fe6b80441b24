#include <string.h>

#include "ibid/base/words.h"
#include "split_internal.h"

/* Multiply and fold, eight bytes at a time: as good as FNV for this and several times as fast. */
uint64_t stem_hash(struct str word)
{
	uint64_t h = (word.len + 1) * 0x9E3779B97F4A7C15u, part;
	const char *p = word.p;
	size_t len = word.len;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&part, p, 8);
		h = (h ^ part) * 0xD6E8FEB86659FD93u;
		h ^= h >> 32;
	}
	part = 0;
	memcpy(&part, p, len);
	h = (h ^ part) * 0xD6E8FEB86659FD93u;
	h = (h ^ h >> 32) * 0xD6E8FEB86659FD93u;
	return h ^ h >> 32;
}

static uint64_t vote_of(struct str word)
{
	char stem[WORDS_MAX];

	if (words_is_function(word) || word.len > sizeof(stem))
		return 0;
	memcpy(stem, word.p, word.len);
	return stem_hash(str_of(stem, words_stem(stem, word.len)));
}

const struct stem *stems_find(struct stems *s, struct str word)
{
	uint64_t hash = stem_hash(word);
	struct stem *slot = &s->slots[hash % STEM_SLOTS];

	if (slot->word != hash)
		*slot = (struct stem){ hash, vote_of(word), lures_of(&s->lures, hash) };
	return slot;
}
