/*
 * cite/support.h - does a passage carry a paraphrase, as far as words can tell?
 *
 * Coverage is the share of the claim's content stems, weighed by idf, that the
 * best one to three sentences in a row hold. It tells "about this" from "not about
 * this" (AUC 0.87 against the same topic, 0.996 against a random text), and
 * hardly "supports" from "contradicts" (0.55): reference/retrieval.md 2.3. So
 * quantities, identifiers and names of the claim must be there as well, and no
 * word may be denied on one side only; and the best that is ever said is
 * "supported", never "verified".
 *
 *	supported    coverage >= SUPPORT_FULL and all hard words are there
 *	weak         >= SUPPORT_PART, or a hard word is missing
 *	conflict     >= SUPPORT_DENIED, and a negation or direction disagrees: "may disagree"
 *	unsupported  less
 */
#ifndef IBID_CITE_SUPPORT_H
#define IBID_CITE_SUPPORT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/words.h"
#include "ibid/cite/token.h"
#include "ibid/model/citation.h"

#define SUPPORT_FULL 0.60
#define SUPPORT_PART 0.35
#define SUPPORT_DENIED 0.50

/* Sentences of a window; content terms weighed at most, of a claim. */
#define SUPPORT_WINDOW 3
#define SUPPORT_TERMS_MAX 128
/* Content terms from which a claim can be judged alone. */
#define SUPPORT_TERMS_MIN 3

/* How rare a word is: ln(1 + (N - n + .5) / (n + .5)) over the library's chunks. `word` is folded, not stemmed. */
typedef double support_idf_fn(void *ctx, struct str word);

/* A claim made ready; all of it in the arena. */
struct support_claim {
	struct str plain;
	struct str *terms;	/* distinct content stems */
	double *weights;
	size_t n_terms;
	size_t n_content;	/* terms that say something of their own: not "the report says" */
	double total;
	struct token *tokens;
	size_t n_tokens;
};

/* `idf` may be NULL: all words weigh the same. */
void support_prepare(struct arena *a, struct str plain, support_idf_fn *idf, void *ctx, struct support_claim *claim);

/* Which terms a window holds. */
struct support_bits {
	uint64_t has[SUPPORT_TERMS_MAX / 64];
};

struct support_window {
	const struct text *text;
	uint32_t sentence_from, sentence_to;	/* half open */
	struct support_bits bits;
	double coverage;
};

/* The best window among sentences [from, to); of equals the shorter, and what overlaps `cited`. Coverage 0: there is none. */
struct support_window support_best(const struct support_claim *claim, const struct text *t, uint32_t from, uint32_t to,
	uint32_t cited_from, uint32_t cited_to);

/* These sentences as a window, whatever they hold. */
struct support_window support_at(const struct support_claim *claim, const struct text *t, uint32_t from, uint32_t to);

struct support_verdict {
	enum cite_level level;
	double coverage;	/* of all windows together */
	uint32_t flags;
	struct str note;	/* what is missing or disagrees, in the arena; empty */
};

/*
 * Judge a claim by windows together. Names and identifiers may stand in `context`
 * instead, the passage around the windows and its headings; names and quantities
 * in `about`, which is title, authors and date of the source ("Miller's 2021
 * report"). `terms` are words in quotation marks that must occur.
 */
struct support_verdict support_judge(struct arena *a, const struct support_claim *claim, const struct support_window *windows,
	size_t n_windows, struct str context, struct str about, const struct str *terms, size_t n_terms);
#endif
