/*
 * model/citation.h - claims, where their proof is, and how well it holds
 *
 * Levels: DESIGN.md D11. "Verified" is said only of quotes that were found;
 * a paraphrase is at most "supported" (lexically) or "judged" (by a model).
 */
#ifndef IBID_MODEL_CITATION_H
#define IBID_MODEL_CITATION_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/hash.h"
#include "ibid/base/str.h"
#include "ibid/model/text.h"

/* level, name, mark behind the number ("[1]", "[1?]", "[1!]"), holds (counts as proved), what a person reads */
#define CITE_LEVELS(X) \
	X(LEVEL_EXACT,       "exact",       "",  true,  "quoted, found") \
	X(LEVEL_NORMALISED,  "normalised",  "",  true,  "quoted, found (typography differs)") \
	X(LEVEL_FUZZY,       "fuzzy",       "~", true,  "quoted, found with small differences") \
	X(LEVEL_SUPPORTED,   "supported",   "",  true,  "matches source wording") \
	X(LEVEL_JUDGED,      "judged",      "",  true,  "checked by a model") \
	X(LEVEL_WEAK,        "weak",        "?", false, "source wording matches only in part") \
	X(LEVEL_UNSUPPORTED, "unsupported", "!", false, "not found in the source") \
	X(LEVEL_CONFLICT,    "conflict",    "!", false, "may disagree with the source") \
	X(LEVEL_STALE,       "stale",       "!", false, "the source changed and no longer holds the passage") \
	X(LEVEL_BAD_ID,      "bad-id",      "!", false, "the answer cites a source that was not given")

enum cite_level {
#define X(level, name, mark, holds, says) level,
	CITE_LEVELS(X)
#undef X
	CITE_LEVEL_COUNT
};

const char *cite_level_name(enum cite_level level);
const char *cite_level_mark(enum cite_level level);
const char *cite_level_says(enum cite_level level);
bool cite_level_holds(enum cite_level level);
/* False when no level has that name. */
bool cite_level_of(struct str name, enum cite_level *level);

enum cite_flags {
	CITE_MISATTRIBUTED = 1u << 0,	/* the quote stands elsewhere than cited; the anchor points at where it is */
	CITE_REANCHORED = 1u << 1,	/* moved to a newer version of the text */
	CITE_NUMBER = 1u << 2,		/* a number, unit or date differs or is missing */
	CITE_NEGATION = 1u << 3,
	CITE_DIRECTION = 1u << 4,	/* one side rises, the other falls */
	CITE_NAME = 1u << 5,		/* an identifier or name differs or is missing */
	CITE_INHERITED = 1u << 6,	/* too short to judge alone: stands on the claim before */
};

/* The word of one flag, for people and JSON: "misattributed"; NULL when the bit is none. */
const char *cite_flag_word(uint32_t flag);

/* Where a proof is: position, quote and context (W3C Web Annotation, TextPosition and TextQuote selectors). */
struct anchor {
	int64_t id, doc_id, text_id;
	struct span at;			/* bytes of the text */
	struct str exact;		/* the words at `at` */
	struct str prefix, suffix;	/* up to 32 characters each side */
	int page_from, page_to;		/* 0 when the text has no pages */
	struct str page_label;		/* printed label of page_from; empty when none */
	struct str head_path;
	int sentence_from, sentence_to;	/* half open */
};

enum claim_kind { CLAIM_FACT, CLAIM_META, CLAIM_QUESTION, CLAIM_HEADING };

/* A sentence, list item or table cell of an answer. */
struct claim {
	int64_t id;
	struct span at;			/* bytes of the answer's text */
	enum claim_kind kind;
};

struct citation {
	int64_t id, message_id;
	int claim;			/* index into the answer's claims */
	int n;				/* the number shown: [n]; 0 when the claim cites nothing (level unsupported) */
	struct anchor anchor;		/* doc_id 0 when there is none (bad-id, unsupported) */
	struct str origin;		/* model, posthoc, user, extractive */
	struct str quote;		/* the quoted words of the claim; empty for a paraphrase */
	enum cite_level level;
	double score;			/* 0-1: similarity of a quote, coverage of a paraphrase */
	uint32_t flags;
	struct str checker;		/* "ibid/1": algorithm and version that judged */
	int64_t checked_ms;
	struct str report;		/* why the user holds it to be wrong; empty when nobody does */
};
#endif
