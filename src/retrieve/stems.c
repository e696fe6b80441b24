#include <string.h>

#include "ibid/base/words.h"
#include "split_internal.h"

/* Multiply and fold, eight bytes at a time: as good as FNV for this and several times as fast. */
static uint64_t hash_padded(const char *p, size_t len)
{
	uint64_t h = (len + 1) * 0x9E3779B97F4A7C15u, part;

	for (; len > 8; p += 8, len -= 8) {
		memcpy(&part, p, 8);
		h = (h ^ part) * 0xD6E8FEB86659FD93u;
		h ^= h >> 32;
	}
	memcpy(&part, p, 8);
	part = len ? part << (64 - 8 * len) : 0;	/* the order of bytes does not matter, what is behind the word does */
	h = (h ^ part) * 0xD6E8FEB86659FD93u;
	h = (h ^ h >> 32) * 0xD6E8FEB86659FD93u;
	return h ^ h >> 32;
}

uint64_t stem_hash(struct str word)
{
	char padded[WORDS_MAX + 8] = "";
	size_t len = word.len < WORDS_MAX ? word.len : WORDS_MAX;

	memcpy(padded, word.p, len);
	return hash_padded(padded, len);
}

static uint64_t vote_of(struct str word)
{
	char stem[WORDS_MAX + 8];

	if (words_is_function(word))
		return 0;
	memcpy(stem, word.p, word.len);
	return hash_padded(stem, words_stem(stem, word.len));
}

const struct stem *stems_find(struct stems *s, struct str word)
{
	uint64_t hash = hash_padded(word.p, word.len);
	struct stem *slot = &s->slots[hash % STEM_SLOTS];

	if (slot->word != hash)
		*slot = (struct stem){ hash, vote_of(word), lures_of(&s->lures, hash) };
	return slot;
}
