/*
 * Porter's stemmer. A word is [C](VC)^m[V] with C and V runs of consonants and
 * vowels; y is a vowel after a consonant. Each step takes the longest suffix of
 * its table that the word ends in and replaces it when the measure m of what
 * stands before is large enough; no other suffix of the step is tried then.
 *
 * Checked against FTS5's porter over the vocabulary of three collections. It
 * departs from the paper where FTS5 does: "bli" and "logi" (from Porter's later
 * version), and a suffix must leave at least one letter before it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "ibid/base/words.h"

#define STEM_MIN 3
#define STEM_MAX 64

struct rule {
	struct str suffix, by;
};

struct step {
	const char *last;	/* letters that one of its suffixes ends in */
	const struct rule *rules;
	int above;		/* what the measure must exceed */
};

static bool is_vowel(char c, bool after_consonant)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || (c == 'y' && after_consonant);
}

/* The m of [C](VC)^m[V]. */
static int measure(const char *w, size_t len)
{
	bool consonant = false, was_vowel = false;
	int m = 0;

	for (size_t i = 0; i < len; i++) {
		consonant = !is_vowel(w[i], consonant);
		m += consonant && was_vowel;
		was_vowel = !consonant;
	}
	return m;
}

static bool has_vowel(const char *w, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (is_vowel(w[i], i > 0))
			return true;
	return false;
}

/* Ends in consonant, vowel, consonant, the last not w, x or y: "hop", not "how". */
static bool ends_cvc(const char *w, size_t len)
{
	unsigned shape = 0;
	bool consonant = false;

	if (!len || strchr("wxy", w[len - 1]))
		return false;
	for (size_t i = 0; i < len; i++) {
		consonant = !is_vowel(w[i], consonant);
		shape = shape << 1 | consonant;
	}
	return (shape & 7) == 5;
}

/* The last letter is compared first: most suffixes of a table fall there. */
static bool ends_str(const char *w, size_t len, struct str suffix)
{
	return len > suffix.len && w[len - 1] == suffix.p[suffix.len - 1] &&
	       !memcmp(w + len - suffix.len, suffix.p, suffix.len);
}
#define ends(w, len, suffix) ends_str(w, len, STR(suffix))

static size_t plurals(char *w, size_t len)
{
	if (w[len - 1] != 's')
		return len;
	if (ends(w, len, "sses") || ends(w, len, "ies"))
		return len - 2;
	return w[len - 2] == 's' ? len : len - 1;
}

/* After -ed or -ing was cut off: "conflat" -> "conflate", "hopp" -> "hop", "fil" -> "file". */
static size_t mend(char *w, size_t len)
{
	if (ends(w, len, "at") || ends(w, len, "bl") || ends(w, len, "iz")) {
		w[len] = 'e';
		return len + 1;
	}
	if (len > 1 && w[len - 1] == w[len - 2] && !is_vowel(w[len - 1], false) && !strchr("lsz", w[len - 1]))
		return len - 1;
	if (measure(w, len) == 1 && ends_cvc(w, len)) {
		w[len] = 'e';
		return len + 1;
	}
	return len;
}

static size_t past_and_progressive(char *w, size_t len)
{
	if (ends(w, len, "eed"))
		return measure(w, len - 3) > 0 ? len - 1 : len;
	if (ends(w, len, "ed"))
		return has_vowel(w, len - 2) ? mend(w, len - 2) : len;
	if (ends(w, len, "ing"))
		return has_vowel(w, len - 3) ? mend(w, len - 3) : len;
	return len;
}

static const struct rule rules_2[] = {
	{ STR("ational"), STR("ate") }, { STR("tional"), STR("tion") }, { STR("enci"), STR("ence") },
	{ STR("anci"), STR("ance") }, { STR("izer"), STR("ize") }, { STR("logi"), STR("log") },
	{ STR("bli"), STR("ble") }, { STR("alli"), STR("al") }, { STR("entli"), STR("ent") },
	{ STR("eli"), STR("e") }, { STR("ousli"), STR("ous") }, { STR("ization"), STR("ize") },
	{ STR("ation"), STR("ate") }, { STR("ator"), STR("ate") }, { STR("alism"), STR("al") },
	{ STR("iveness"), STR("ive") }, { STR("fulness"), STR("ful") }, { STR("ousness"), STR("ous") },
	{ STR("aliti"), STR("al") }, { STR("iviti"), STR("ive") }, { STR("biliti"), STR("ble") },
	{ { NULL, 0 }, { NULL, 0 } }
};
static const struct rule rules_3[] = {
	{ STR("icate"), STR("ic") }, { STR("ative"), STR("") }, { STR("alize"), STR("al") },
	{ STR("iciti"), STR("ic") }, { STR("ical"), STR("ic") }, { STR("ful"), STR("") },
	{ STR("ness"), STR("") }, { { NULL, 0 }, { NULL, 0 } }
};
/* "ion" only after s or t, seen to below. Longer ones stand before their endings. */
static const struct rule rules_4[] = {
	{ STR("al"), STR("") }, { STR("ance"), STR("") }, { STR("ence"), STR("") }, { STR("er"), STR("") },
	{ STR("ic"), STR("") }, { STR("able"), STR("") }, { STR("ible"), STR("") }, { STR("ant"), STR("") },
	{ STR("ement"), STR("") }, { STR("ment"), STR("") }, { STR("ent"), STR("") }, { STR("ion"), STR("") },
	{ STR("ou"), STR("") }, { STR("ism"), STR("") }, { STR("ate"), STR("") }, { STR("iti"), STR("") },
	{ STR("ous"), STR("") }, { STR("ive"), STR("") }, { STR("ize"), STR("") }, { { NULL, 0 }, { NULL, 0 } }
};

static const struct step step_2 = { "ilmnrs", rules_2, 0 };
static const struct step step_3 = { "eils", rules_3, 0 };
static const struct step step_4 = { "ceilmnrstu", rules_4, 1 };

/* Replace the first suffix of the step that fits, when the measure before it is large enough. */
static size_t apply(const struct step *step, char *w, size_t len)
{
	const struct rule *r = step->rules;

	if (!memchr(step->last, w[len - 1], strlen(step->last)))
		return len;
	while (r->suffix.p && !ends_str(w, len, r->suffix))
		r++;
	if (!r->suffix.p)
		return len;
	size_t before = len - r->suffix.len;
	if (measure(w, before) <= step->above)
		return len;
	if (str_is(r->suffix, "ion") && w[before - 1] != 's' && w[before - 1] != 't')
		return len;
	memcpy(w + before, r->by.p, r->by.len);
	return before + r->by.len;
}

static size_t final_e_and_ll(char *w, size_t len)
{
	if (w[len - 1] == 'e') {
		int m = measure(w, len - 1);

		if (m > 1 || (m == 1 && !ends_cvc(w, len - 1)))
			len--;
	}
	if (len > 1 && w[len - 1] == 'l' && w[len - 2] == 'l' && measure(w, len - 1) > 1)
		len--;
	return len;
}

size_t words_stem(char *word, size_t len)
{
	if (len < STEM_MIN || len > STEM_MAX)
		return len;
	len = plurals(word, len);
	len = past_and_progressive(word, len);
	if (word[len - 1] == 'y' && has_vowel(word, len - 1))
		word[len - 1] = 'i';
	len = apply(&step_2, word, len);
	len = apply(&step_3, word, len);
	len = apply(&step_4, word, len);
	return final_e_and_ll(word, len);
}
