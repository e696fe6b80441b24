#include "ibid/base/hash.h"
#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "pdf_internal.h"

/* Slots of the table at first and at most; when three quarters of these are taken later words are forgotten. */
#define SLOTS_MIN ((size_t)1 << 10)
#define SLOTS_MAX ((size_t)1 << 18)
#define WORD_BYTES_MAX 64

struct pdf_words {
	uint64_t *slots;	/* 0: free */
	size_t n, cap;
};

struct pdf_words *pdf_words_new(void)
{
	struct pdf_words *w = mem_zalloc(1, sizeof(*w));

	w->cap = SLOTS_MIN;
	w->slots = mem_zalloc(w->cap, sizeof(*w->slots));
	return w;
}

void pdf_words_free(struct pdf_words *w)
{
	if (!w)
		return;
	mem_free(w->slots);
	mem_free(w);
}

static size_t slot_of(const struct pdf_words *w, uint64_t hash)
{
	size_t at = (size_t)hash & (w->cap - 1);

	while (w->slots[at] && w->slots[at] != hash)
		at = (at + 1) & (w->cap - 1);
	return at;
}

static void grow(struct pdf_words *w)
{
	struct pdf_words wider = { .cap = w->cap * 4 };

	wider.slots = mem_zalloc(wider.cap, sizeof(*wider.slots));
	for (size_t i = 0; i < w->cap; i++)
		if (w->slots[i])
			wider.slots[slot_of(&wider, w->slots[i])] = w->slots[i];
	mem_free(w->slots);
	w->slots = wider.slots;
	w->cap = wider.cap;
}

static uint64_t hash_of_word(struct str word)
{
	SCOPED(buf) lower = BUF_INIT;
	uint64_t hash;

	for (size_t at = 0; at < word.len;) {
		uint32_t cp;

		at += utf8_decode(word, at, &cp);
		utf8_add(&lower, utf8_lower(cp));
	}
	hash = hash_quick(buf_view(&lower));
	return hash ? hash : 1;
}

static bool knows(const struct pdf_words *w, struct str word)
{
	uint64_t hash = hash_of_word(word);

	return word.len && w->slots[slot_of(w, hash)] == hash;
}

static void learn(struct pdf_words *w, struct str word)
{
	uint64_t hash;
	size_t at;

	if (!word.len || word.len > WORD_BYTES_MAX)
		return;
	if (w->n >= w->cap / 4 * 3 && w->cap < SLOTS_MAX)
		grow(w);
	hash = hash_of_word(word);
	at = slot_of(w, hash);
	if (w->slots[at] || w->n >= w->cap / 4 * 3)
		return;
	w->slots[at] = hash;
	w->n++;
}

static bool is_inner(uint32_t cp)
{
	return utf8_is_letter(cp) || cp == '-' || cp == 0x2010;
}

static struct str without_hyphens(struct str s)
{
	while (s.len && s.p[s.len - 1] == '-')
		s.len--;
	while (s.len && s.p[0] == '-')
		s = str_sub(s, 1, s.len);
	return s;
}

/* A word with its hyphens, and each of its parts. What a line ends with may be half a word and is not learnt. */
static void learn_compound(struct pdf_words *w, struct str word, bool is_last)
{
	struct str rest = without_hyphens(word);

	if (is_last && word.len && word.p[word.len - 1] == '-')
		return;
	learn(w, rest);
	if (str_find_ch(rest, '-', 0) != STR_NONE)
		while (rest.p)
			learn(w, str_cut(&rest, '-'));
}

void pdf_words_add(struct pdf_words *w, struct str text)
{
	size_t from = 0, at = 0;

	while (at <= text.len) {
		uint32_t cp = 0;
		size_t len = at < text.len ? utf8_decode(text, at, &cp) : 0;

		if (!len || !is_inner(cp)) {
			learn_compound(w, str_sub(text, from, at), !len);
			from = at + len;
		}
		if (!len)
			break;
		at += len;
	}
}

/* The word at the end of `s`, which ends in a hyphen of `mark` bytes, and the word at the beginning of `s`. */
static struct str last_word(struct str s, size_t mark)
{
	size_t from = s.len - mark;

	while (from) {
		uint32_t cp;
		size_t at = utf8_floor(s, from - 1);

		utf8_decode(s, at, &cp);
		if (!is_inner(cp))
			break;
		from = at;
	}
	return str_sub(s, from, s.len - mark);
}

static struct str first_word(struct str s)
{
	size_t at = 0;

	while (at < s.len) {
		uint32_t cp;
		size_t len = utf8_decode(s, at, &cp);

		if (!is_inner(cp))
			break;
		at += len;
	}
	return str_sub(s, 0, at);
}

static bool is_lower_letter(uint32_t cp)
{
	return utf8_is_letter(cp) && !utf8_is_upper(cp);
}

static uint32_t last_letter(struct str s)
{
	uint32_t cp = 0;

	if (s.len)
		utf8_decode(s, utf8_floor(s, s.len - 1), &cp);
	return cp;
}

/* First halves of many words with a hyphen; with a second half that is a word of the document they keep it. */
static bool is_half(struct str word)
{
	static const char *const halves[] = {
		"self", "well", "high", "low", "long", "short", "cross", "half", "real", "open", "large", "small", "full", "one",
		"two", "three", "four", "five", "first", "second", "third", "state", "end", "non", "so",
	};

	for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++)
		if (str_is_nocase(word, halves[i]))
			return true;
	return false;
}

bool pdf_words_drop_hyphen(const struct pdf_words *w, struct str before, struct str next)
{
	size_t mark = str_ends(before, STR("-")) ? 1 : str_ends(before, STR("\xC2\xAD")) ? 2 : 3;
	struct str a = last_word(before, mark), b = first_word(next);
	SCOPED(buf) joined = BUF_INIT;
	uint32_t cp = 0;

	utf8_decode(b, 0, &cp);
	if (mark == 2)
		return true;
	if (!is_lower_letter(last_letter(a)) || !is_lower_letter(cp) || str_find_ch(a, '-', 0) != STR_NONE)
		return false;
	buf_str(&joined, a);
	buf_str(&joined, b);
	if (knows(w, buf_view(&joined)))
		return true;
	buf_splice(&joined, a.len, a.len, STR("-"));
	if (knows(w, buf_view(&joined)))
		return false;
	return !(is_half(a) && knows(w, b));
}
