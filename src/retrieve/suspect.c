/*
 * Text written for the assistant that will read it instead of for people.
 *
 * One part of each pattern begins with `!`: only sentences that hold one of its
 * words are looked at, so it should be rare. A match marks, it never removes: a
 * report about such attacks quotes them.
 *
 * Patterns come from published attacks (Greshake et al. 2023; the hidden prompts
 * in arXiv preprints of July 2025) and from garak's and BIPIA's corpora; English
 * mostly, since models obey English in any document.
 */
#include <string.h>

#include "patterns_internal.h"
#include "split_internal.h"

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

bool suspect_is(struct str sentence, uint64_t among)
{
	struct pattern_words words;

	pattern_read(sentence, &words);
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
		if ((among >> i & 1) && pattern_fits(patterns[i], &words))
			return true;
	return false;
}
