#include "ibid/base/words.h"

#include <string.h>
#include <utf8proc.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "word_list_internal.h"

/* --- stop lists */

static const char *const function_words[26] = {
	['a' - 'a'] = " a about above across after again against all also although am among an and another any are aren "
		      "as at ",
	['b' - 'a'] = " be because been before being below between both but by ",
	['c' - 'a'] = " can cannot could couldn ",
	['d' - 'a'] = " d did didn do does doesn doing don done down due during ",
	['e' - 'a'] = " each either else etc ever every ",
	['f' - 'a'] = " few for from further ",
	['g' - 'a'] = " get gets got ",
	['h' - 'a'] = " had hadn has hasn have haven having he hence her here hers herself him himself his how however ",
	['i' - 'a'] = " i if in into is isn it its itself ",
	['j' - 'a'] = " just ",
	['l' - 'a'] = " let ll ",
	['m' - 'a'] = " m may me might more most much must my myself ",
	['n' - 'a'] = " neither no nor not now ",
	['o' - 'a'] = " of off often on once only onto or other others our ours ourselves out over own ",
	['p' - 'a'] = " per perhaps ",
	['q' - 'a'] = " quite ",
	['r' - 'a'] = " rather re really ",
	['s' - 'a'] = " s same shall she should shouldn since so some such ",
	['t' - 'a'] = " t than that the their theirs them themselves then there thereby therefore these they this those "
		      "though through thus to too toward towards ",
	['u' - 'a'] = " under until up upon us ",
	['v' - 'a'] = " ve very via ",
	['w' - 'a'] = " was wasn we were weren what when where whereas whether which while who whom whose why will with "
		      "within without would wouldn ",
	['y' - 'a'] = " yet you your yours yourself ",
};

/* What a person writes to a machine around the thing itself. */
static const char *const question_words[26] = {
	['a' - 'a'] = " anyone anything ask ",
	['c' - 'a'] = " compare comparison concerning ",
	['d' - 'a'] = " define describe discuss discussed ",
	['e' - 'a'] = " enumerate exist exists explain ",
	['f' - 'a'] = " find found ",
	['g' - 'a'] = " give given gives ",
	['k' - 'a'] = " know known ",
	['l' - 'a'] = " like ",
	['m' - 'a'] = " many mean means ",
	['n' - 'a'] = " need ",
	['o' - 'a'] = " obtain obtained overview ",
	['p' - 'a'] = " papers please possible ",
	['r' - 'a'] = " regarding related relevant ",
	['s' - 'a'] = " say says show shown something summarise summarize summary ",
	['t' - 'a'] = " tell ",
	['w' - 'a'] = " want ",
};

bool words_is_function(struct str word)
{
	return word_is_listed(function_words, word);
}

bool words_is_question(struct str word)
{
	return word_is_listed(question_words, word);
}

/* --- cutting and folding */

/* Combining marks that FTS5 drops inside a word; at others it cuts. */
static bool is_dropped_mark(uint32_t cp)
{
	static const uint32_t dropped[] = { 0x08029FDFu, 0x000361F8u };	/* U+0300-031F, U+0320-033F */

	return cp >= 0x300 && cp < 0x340 && (dropped[(cp - 0x300) / 32] >> (cp % 32) & 1);
}

static bool is_word(uint32_t cp)
{
	switch (utf8proc_category((utf8proc_int32_t)cp)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
	case UTF8PROC_CATEGORY_CO:
		return true;
	default:
		return is_dropped_mark(cp);
	}
}

/* Letters whose folding is neither their lower case nor their base. */
static const struct { uint32_t from, to; } odd_folds[] = {
	{ 0xB5, 0x3BC }, { 0x17F, 's' }, { 0x3C2, 0x3C3 }, { 0x3D0, 0x3B2 }, { 0x3D1, 0x3B8 }, { 0x3D5, 0x3C6 },
	{ 0x3D6, 0x3C0 }, { 0x3F0, 0x3BA }, { 0x3F1, 0x3C1 }, { 0x3F5, 0x3B5 }, { 0x1E9B, 's' }, { 0x1FBE, 0x3B9 },
};

/* Lower case; the bare letter when that is one of a-z. 0 for a mark that is dropped. */
static uint32_t fold(uint32_t cp)
{
	utf8proc_int32_t parts[8];
	int boundary = 0;
	utf8proc_ssize_t n;

	if (is_dropped_mark(cp))
		return 0;
	for (size_t i = 0; i < sizeof(odd_folds) / sizeof(*odd_folds); i++)
		if (odd_folds[i].from == cp)
			return odd_folds[i].to;
	cp = (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);
	n = utf8proc_decompose_char((utf8proc_int32_t)cp, parts, 8, UTF8PROC_DECOMPOSE, &boundary);
	return n > 1 && parts[0] < 0x80 ? (uint32_t)parts[0] : cp;
}

/* What an ASCII byte is folded to; 0 for what separates words and for bytes of longer characters. */
static const unsigned char ascii_fold[256] = {
	['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7',
	['8'] = '8', ['9'] = '9',
	['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h',
	['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p',
	['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't', ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x',
	['y'] = 'y', ['z'] = 'z',
	['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h',
	['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p',
	['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x',
	['Y'] = 'y', ['Z'] = 'z',
};

static size_t put(char *to, uint32_t cp)
{
	if (!cp)
		return 0;
	return (size_t)utf8proc_encode_char((utf8proc_int32_t)cp, (utf8proc_uint8_t *)to);
}

/* Fold the character at `at` to the end of the word: its bytes, or 0 when it is not part of a word. */
static size_t fold_at(struct words *w, size_t at, size_t *len)
{
	unsigned char byte = (unsigned char)w->text.p[at];
	uint32_t cp;
	size_t n;

	if (byte < 0x80) {
		if (ascii_fold[byte] && *len < WORDS_MAX)
			w->fold[(*len)++] = (char)ascii_fold[byte];
		return ascii_fold[byte] != 0;
	}
	n = utf8_decode(w->text, at, &cp);
	if (cp == UTF8_REPLACEMENT || !is_word(cp))
		return 0;
	if (*len + 4 <= WORDS_MAX)
		*len += put(w->fold + *len, fold(cp));
	return n;
}

/* Where the next word begins. A word never begins with a mark: FTS5 skips it. */
static size_t skip_gap(const struct words *w, size_t at)
{
	const unsigned char *p = (const unsigned char *)w->text.p;
	size_t len = w->text.len;
	uint32_t cp;

	while (at < len && !ascii_fold[p[at]]) {
		if (p[at] < 0x80) {
			at++;
			continue;
		}
		size_t n = utf8_decode(w->text, at, &cp);
		if (cp != UTF8_REPLACEMENT && is_word(cp) && !is_dropped_mark(cp))
			break;
		at += n;
	}
	return at;
}

/*
 * Fold the run of ASCII at w->at; most words are nothing else. Pointers of its
 * own, because a byte written through w->fold could change w for all the
 * compiler knows.
 */
static size_t fold_ascii(struct words *w, size_t len)
{
	const unsigned char *p = (const unsigned char *)w->text.p + w->at, *first = p, *end;
	unsigned char *to = (unsigned char *)w->fold + len;
	size_t left = w->text.len - w->at;

	end = p + (left < WORDS_MAX - len ? left : WORDS_MAX - len);
	while (p < end && (*to = ascii_fold[*p])) {
		to++;
		p++;
	}
	w->at += (size_t)(p - first);
	return len + (size_t)(p - first);
}

static bool cut_word(struct words *w)
{
	size_t len, n;

	w->from = w->at = skip_gap(w, w->at);
	len = fold_ascii(w, 0);
	while (w->at < w->text.len && (n = fold_at(w, w->at, &len))) {
		w->at += n;
		len = fold_ascii(w, len);
	}
	w->to = w->at;
	w->word = str_of(w->fold, len);
	return w->to > w->from;
}

bool words_next(struct words *w)
{
	while (cut_word(w)) {
		if ((w->flags & WORDS_NO_FUNCTION) && words_is_function(w->word))
			continue;
		if ((w->flags & WORDS_NO_QUESTION) && words_is_question(w->word))
			continue;
		if (w->flags & WORDS_STEM)
			w->word.len = words_stem(w->fold, w->word.len);
		return true;
	}
	return false;
}

size_t words_all(struct arena *a, struct str text, unsigned flags, struct word **words)
{
	struct words w = WORDS_INIT(text, flags);
	struct word *list = NULL, *kept;
	size_t n = 0, cap = 0;

	while (words_next(&w)) {
		list = mem_grow(list, &cap, n + 1, sizeof(*list));
		list[n++] = (struct word){ w.from, w.to, arena_str(a, w.word) };
	}
	kept = arena_array(a, n, sizeof(*kept));
	if (n)
		memcpy(kept, list, n * sizeof(*kept));
	mem_free(list);
	*words = kept;
	return n;
}

size_t words_content(struct arena *a, struct str text, struct word **words)
{
	return words_all(a, text, WORDS_STEM | WORDS_NO_FUNCTION, words);
}
