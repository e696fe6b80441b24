/*
 * What kind of answer a question wants, by rules a reader can check. Order is
 * precedence: "summarise the differences" is a summary.
 */
#include "query_internal.h"

#include "patterns_internal.h"

/* What is at most this long may be small talk. */
#define CHAT_WORDS_MAX 6

static const struct {
	enum query_intent intent;
	const char *pattern;
} rules[] = {
	{ INTENT_CHAT, "^ hi|hello|hey|hallo|thanks|thank|bye|goodbye ~ $" },
	{ INTENT_CHAT, "^ ok|okay|cool|great|nice|perfect|sure|yes|no ~ thanks|thank|you|job|work $" },
	{ INTENT_CHAT, "^ ok|okay|cool|great|nice|perfect|sure|yes|no $" },
	{ INTENT_CHAT, "^ good morning|evening|afternoon|night|day|job|bye ~ $" },
	{ INTENT_CHAT, "^ who|what are you $" },
	{ INTENT_CHAT, "^ what|how can|do you do|help|work ~ $" },
	{ INTENT_CHAT, "^ how are you ~ $" },
	{ INTENT_CHAT, "^ what|who is ibid $" },
	{ INTENT_CHAT, "^ help $" },
	{ INTENT_SUMMARISE, "summarise|summarize|summarised|summarized|summary|summaries|overview|recap|tldr|gist|outline|digest" },
	{ INTENT_SUMMARISE, "what is|are|was|were ~ about $" },
	{ INTENT_SUMMARISE, "main|key points|findings|takeaways|messages|conclusions|ideas" },
	{ INTENT_COMPARE, "vs|versus|compare|compares|compared|comparing|comparison|contrast|contrasts" },
	{ INTENT_COMPARE, "difference|differences|differ|differs|similarities|distinguishes|distinguish" },
	{ INTENT_COMPARE, "which|what ~ better|worse|faster|slower|cheaper|safer|stronger|larger|smaller" },
	{ INTENT_TREND, "over the ~ time|years|months|decade|decades" },
	{ INTENT_TREND, "over time" },
	{ INTENT_TREND, "trend|trends|trending|timeline|evolution|evolved" },
	{ INTENT_TREND, "per|each|every month|year|quarter|week|day" },
	{ INTENT_TREND, "has|have|did|how ~ increased|decreased|increase|decrease|grown|grow|declined|decline|risen|rise|fallen|"
		"changed|change|develop|developed" },
	{ INTENT_LOOKUP, "^ ~ who|whom|whose|when|where" },
	{ INTENT_LOOKUP, "how many|much|old|long|often|far|large|big|high|tall|deep|fast|late|soon" },
	{ INTENT_LOOKUP, "which|what year|date|day|month|version|number|percentage|percent|share|port|hash|address|size|name|"
		"amount|price|cost|country|city|person|company" },
	{ INTENT_LOOKUP, "^ did|does|do|is|are|was|were|has|have|can|could|should|will" },
	{ INTENT_DEFINE, "define|definition|meaning" },
	{ INTENT_DEFINE, "what does|do|did ~ mean|stand" },
	{ INTENT_DEFINE, "^ ~ what is|are|s ~ $" },
	{ INTENT_DEFINE, "^ explain ~ $" },
	{ INTENT_LIST, "list|enumerate" },
	{ INTENT_LIST, "^ ~ all|every" },
	{ INTENT_LIST, "which|what ~ are|were|have|has|had|do|does|did|use|uses|used" },
	{ INTENT_LIST, "^ which" },
	{ INTENT_LIST, "^ ~ name|give|show ~ all|every|the|some" },
};

static bool is_cut_off(const struct pattern_words *w, enum query_intent intent)
{
	return intent == INTENT_CHAT && w->n > CHAT_WORDS_MAX;
}

enum query_intent intent_of(struct str text, bool has_phrase, bool has_identifier)
{
	struct pattern_words w;

	pattern_read(text, &w);
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (!is_cut_off(&w, rules[i].intent) && pattern_fits(rules[i].pattern, &w))
			return rules[i].intent;
	return has_phrase || has_identifier ? INTENT_LOOKUP : INTENT_OPEN;
}
