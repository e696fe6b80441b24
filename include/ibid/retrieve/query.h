/*
 * retrieve/query.h - what a question asks for
 *
 * Takes a question apart without a model: the words to search, in their order,
 * phrases in quotation marks, identifiers, and what kind of answer is wanted.
 *
 * Words that only ask ("what", "should", "explain") are dropped unless nothing
 * else is left; a word in capitals among small ones (WHO, IT) is a name and
 * stays. A word given twice counts twice: dropping repeats cost long questions
 * .060 nDCG (reference/retrieval.md 1.1).
 *
 *	struct query q;
 *	query_parse(&turn, STR("Which groups used \"process hollowing\" since 2020?"), &q);
 */
#ifndef IBID_RETRIEVE_QUERY_H
#define IBID_RETRIEVE_QUERY_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/str.h"
#include "ibid/store/search.h"

/* Weight of a phrase in quotation marks, and of an identifier of several words. */
#define QUERY_PHRASE_WEIGHT 2.0

/* intent, name in JSON; by rules over the words, the first class that fits */
#define QUERY_INTENTS(X) \
	X(INTENT_OPEN, "open")			/* none of the others */ \
	X(INTENT_CHAT, "chat")			/* a greeting, thanks, a question about ibid: needs no sources */ \
	X(INTENT_SUMMARISE, "summarise") \
	X(INTENT_COMPARE, "compare") \
	X(INTENT_TREND, "trend") \
	X(INTENT_LOOKUP, "lookup")		/* one fact: who, when, how many, a quoted string, an identifier */ \
	X(INTENT_DEFINE, "define") \
	X(INTENT_LIST, "list")

enum query_intent {
#define X(intent, name) intent,
	QUERY_INTENTS(X)
#undef X
	QUERY_INTENT_COUNT
};
const char *query_intent_name(enum query_intent intent);

/* A word that counts for coverage, once, with all the terms that are it. */
struct query_stem {
	struct str stem;
	size_t term;		/* index of the first term of this stem: it is as common as that */
};

struct query {
	struct str text;
	struct search_term *terms;	/* words in order, then phrases; retrieve_search tells how common they are */
	size_t n_terms;
	size_t n_words;			/* how many of the terms are words */
	struct query_stem *stems;	/* at most QUERY_STEMS_MAX */
	size_t n_stems;
	struct str *identifiers;	/* as the identifier index holds them */
	size_t n_identifiers;
	enum query_intent intent;
	bool is_all_stop;		/* only words that ask: what was found means little */
};

/* Coverage keeps a bit for each. */
#define QUERY_STEMS_MAX 64

/* All in the arena; nothing is borrowed from `text`. */
void query_parse(struct arena *a, struct str text, struct query *q);
#endif
