/*
 * Text written for the assistant that will read it instead of for people.
 *
 * A pattern is words: `a|b` stands for either, `~` for up to GAP_MAX others, a
 * leading `^` for the beginning of the sentence. One part begins with `!`: only
 * sentences that hold one of its words are looked at, so it should be rare. A
 * match marks, it never removes: a report about such attacks quotes them.
 *
 * Patterns come from published attacks (Greshake et al. 2023; the hidden prompts
 * in arXiv preprints of July 2025) and from garak's and BIPIA's corpora; English
 * mostly, since models obey English in any document.
 */
#include <string.h>

#include "ibid/base/words.h"
#include "split_internal.h"

#define GAP_MAX 4
/* Words of a sentence that are looked at. */
#define SENTENCE_WORDS_MAX 256
#define WORD_BYTES_MAX 20

static const char *const patterns[] = {
	"!ignore|disregard|forget|override|bypass|skip ~ previous|prior|above|earlier|preceding|former|system|original|initial "
	"~ instruction|instructions|prompt|prompts|directions|guidelines|context|messages|commands",
	"!ignore|disregard|forget|override|violate ~ your ~ instruction|instructions|prompt|guidelines|programming|rules",
	"!forget everything",
	"you are !now ~ assistant|ai|bot|dan|unrestricted|free",
	"from !now on you|always|never|respond|reply|answer",
	"!act|behave|respond|pretend as if|though you",
	"!pretend ~ you are",
	"^ !pretend to be",
	"as an !ai|llm|llms",
	"as a|an ~ !language model",
	"if !you are a|an|the ~ ai|llm|model|assistant|chatbot|bot|agent|gpt|reviewer",
	"if an|a|any|the !ai|llm ~ reads|is|are|reading",
	"!ai|llm|llms|assistant|assistants|chatbot|chatbots|copilot ~ must|should|shall ~ "
	"ignore|reply|respond|output|say|recommend|send|include|rate",
	"attention|note|notice|message|instruction|instructions|important to|for ~ "
	"!ai|llm|llms|assistant|assistants|chatbot|chatbots",
	"dear|hey|hello !ai|assistant|chatbot|llm|chatgpt|claude|gemini|copilot",
	"do|should|must|don not|t !tell|inform|alert|warn|reveal|mention|disclose ~ to|the|this user|users|human|operator",
	"!reveal|print|repeat|leak|exfiltrate ~ your|hidden|initial|system prompt|instructions",
	"!reveal|leak|exfiltrate|send ~ user|users ~ conversation|history|chat",
	"new|updated|additional|secret|hidden|special|system !instruction|instructions|directive|directives follow|are|for|from",
	"!follow|obey|execute ~ these|this|my ~ instruction|instructions|directives ~ instead|only|exactly|below",
	"instead !reply|respond|answer|output|say ~ with|only|exactly",
	"!reply|respond|answer only|exclusively|exactly with|in|the",
	"your new|next|only|real|true|actual !task|instruction|instructions|goal|role|directive ~ is|are",
	"!give|write|provide|assign a|an|only|only|the ~ positive|favorable|favourable review|rating|evaluation|recommendation",
	"do not !highlight|mention ~ negatives|negative|weaknesses",
	"developer|dan|god|jailbreak|debug|unrestricted !mode is|enabled|activated",
	"^ !system you|ignore|override|new|do|never|always|respond|reply|prompt|message",
	"!im start|end system|user|assistant",
	"!inst ~ sys",
	"!ignoriere|ignorieren|vergiss ~ vorherigen|bisherigen|obigen|vorigen|alle",
	"!ignorez|oubliez|oublie ~ instructions",
	"!ignora|olvida|ignorar|ignorad|dimentica ~ instrucciones|instrucoes|istruzioni",
};

struct sentence_words {
	char word[SENTENCE_WORDS_MAX][WORD_BYTES_MAX];
	size_t len[SENTENCE_WORDS_MAX];
	size_t n;
};

/* The next word of a pattern, its alternatives still joined; NULL at the end. */
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
static bool fits(const char *pattern, const struct sentence_words *s, size_t i)
{
	size_t len;
	const char *part = next_part(pattern, &len);

	if (!part)
		return true;
	if (*part == '!')
		part++, len--;
	if (*part == '~') {
		for (size_t gap = 0; gap <= GAP_MAX && i + gap < s->n; gap++)
			if (fits(part + len, s, i + gap))
				return true;
		return false;
	}
	return i < s->n && offers(part, len, s->word[i], s->len[i]) && fits(part + len, s, i + 1);
}

/* The words after the `!` of a pattern, one by one. */
static bool next_lure(const char **at, struct str *word)
{
	size_t len = strcspn(*at, "| ");

	*word = str_of(*at, len);
	*at += len + ((*at)[len] == '|');
	return len > 0;
}

static struct lure *lure_slot(struct lures *l, uint64_t hash)
{
	size_t i = hash % LURE_SLOTS;

	while (l->slots[i].hash && l->slots[i].hash != hash)
		i = (i + 1) % LURE_SLOTS;
	return &l->slots[i];
}

void lures_fill(struct lures *l)
{
	_Static_assert(sizeof(patterns) / sizeof(*patterns) <= 64, "a bit for each pattern");

	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		const char *at = strchr(patterns[i], '!') + 1;
		struct str word;

		while (next_lure(&at, &word)) {
			uint64_t hash = stem_hash(word);
			struct lure *slot = lure_slot(l, hash);

			slot->hash = hash;
			slot->patterns |= (uint64_t)1 << i;
		}
	}
}

uint64_t lures_of(struct lures *l, uint64_t hash)
{
	return lure_slot(l, hash)->patterns;
}

static void read_words(struct str sentence, struct sentence_words *s)
{
	struct words w = WORDS_INIT(sentence, 0);

	for (s->n = 0; s->n < SENTENCE_WORDS_MAX && words_next(&w); s->n++) {
		size_t len = w.word.len < WORD_BYTES_MAX ? w.word.len : WORD_BYTES_MAX;

		memcpy(s->word[s->n], w.word.p, len);
		s->len[s->n] = len;
	}
}

static bool fits_anywhere(const char *pattern, const struct sentence_words *s)
{
	if (*pattern == '^')
		return fits(pattern + 1, s, 0);
	for (size_t i = 0; i < s->n; i++)
		if (fits(pattern, s, i))
			return true;
	return false;
}

bool suspect_is(struct str sentence, uint64_t among)
{
	struct sentence_words s;

	read_words(sentence, &s);
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
		if ((among >> i & 1) && fits_anywhere(patterns[i], &s))
			return true;
	return false;
}
