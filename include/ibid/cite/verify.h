/*
 * cite/verify.h - is what an answer says in the sources it cites?
 *
 * Without a network, a model or a token: every claim of an answer is compared
 * with the stored texts, and every citation gets a level (model/citation.h) and
 * an anchor at the bytes that prove it. About 1 ms for each claim of ordinary
 * documents. The rules are reference/retrieval.md 6.3; the judging of quotes is
 * cite/quote.h, of paraphrases cite/support.h.
 *
 * What comes of a claim that states a fact:
 * - each quote in it is one citation, for the cited source that holds it. When
 *   none does, the other sources of the answer and the library are searched; found
 *   there it keeps its level, points there and has CITE_MISATTRIBUTED. Found
 *   nowhere it is unsupported, and no model may raise it;
 * - a claim that is a stored sentence, or copies at least VERIFY_COPIED_WORDS
 *   words in a row and adds nothing, counts as a quote as well;
 * - the words outside quotes are judged as a paraphrase, by all cited passages
 *   together, each with its neighbourhood (a chunk on each side). With a quote
 *   that holds they are at worst weak, and make a citation of their own only
 *   when they do not hold;
 * - a claim of fewer than SUPPORT_TERMS_MIN content words stands on the claim
 *   before it (CITE_INHERITED);
 * - a claim without a mark is searched for in the sources of the answer, then in
 *   the library; what holds becomes a citation of origin "posthoc" with the next
 *   free number. Else it is unsupported, with the number 0;
 * - an id that leads nowhere is a citation of level bad-id with the number 0.
 *
 * A claim may so have several citations with one number: ask verify_mark_level
 * and verify_claim_level what to show.
 *
 *	SCOPED_PTR(verify) v = verify_new(&source);
 *	struct verify_answer in = { .text = text, .marks = marks.v, .n_marks = marks.n, ... };
 *	struct verify_result out;
 *	verify_answer(v, &turn, &in, &out);
 *	verify_summary(&line, out.claims, out.n_claims, out.citations, out.n_citations);
 */
#ifndef IBID_CITE_VERIFY_H
#define IBID_CITE_VERIFY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/scope.h"
#include "ibid/cite/claims.h"
#include "ibid/cite/marks.h"
#include "ibid/cite/support.h"
#include "ibid/model/citation.h"

/* Algorithm and version, kept with every citation. */
#define VERIFY_CHECKER "ibid/1"

/* Words in a row, equal to the source's, from which a claim without quotation marks is a quote. */
#define VERIFY_COPIED_WORDS 8
/* Places of the library looked at for one claim. */
#define VERIFY_PLACES_MAX 8

struct verify_place {
	int64_t text_id;
	struct span at;		/* of a chunk */
};

/* The stored texts. All may be called often; verify keeps what it read until it is freed. */
struct verify_source {
	void *ctx;		/* borrowed, handed back untouched */
	/*
	 * A text with its sentences and chunks, and in *about what is known of its
	 * document (title, authors, date, publisher) as plain words: a claim may
	 * name these. Both must live as long as the verify. NULL when it is gone.
	 */
	const struct text *(*text)(void *ctx, int64_t text_id, struct str *about);
	/* Chunks of the library that may hold these words, best first; returns how many. NULL: there is no library. */
	size_t (*search)(void *ctx, struct str words, struct verify_place *places, size_t max);
	/* NULL: all words weigh the same. Asked once for each word. */
	support_idf_fn *idf;
};

struct verify;
struct verify *verify_new(const struct verify_source *source);
void verify_free(struct verify *v);
SCOPE_PTR(verify)

struct verify_answer {
	struct str text;		/* Markdown with marks, as cite/marks puts it out */
	const struct mark *marks;	/* a number of 0 marks text that is no words, and cites nothing */
	size_t n_marks;
	const struct mark_bad *bad;
	size_t n_bad;
	struct str origin;		/* of the marks: model, user, extractive; empty means model */
	bool search;			/* look for claims without a mark, too */
	int64_t now_ms;
};

struct verify_result {
	struct claim *claims;
	size_t n_claims;
	struct citation *citations;	/* in the order of the claims */
	struct str *notes;		/* beside each citation: what differs or is missing, for people; may be empty */
	size_t n_citations;
};

/* Check all of an answer. Strings and arrays of the result live in the arena; ids are 0. */
void verify_answer(struct verify *v, struct arena *a, const struct verify_answer *in, struct verify_result *out);

/* An answer as it was stored. */
struct verify_stored {
	struct str text;
	const struct claim *claims;
	size_t n_claims;
	const struct citation *citations;
	size_t n_citations;
	const int64_t *text_ids;	/* beside each citation: the text its document has now */
	int64_t now_ms;
};

/*
 * Check the citations of a stored answer again, after documents changed. Each
 * passage is looked for in the new text, then quotes and claims are judged by what
 * stands there; no citation is added or taken away, ids and numbers stay. A
 * passage that is gone makes its citation LEVEL_STALE, with the old anchor. A
 * model's verdict stays while the words that it was about do.
 */
void verify_again(struct verify *v, struct arena *a, const struct verify_stored *in, struct verify_result *out);

/* --- what to show */

/* The worst level of the citations of a claim with this number. False when there is none. */
bool verify_mark_level(const struct citation *v, size_t n, int claim, int number, enum cite_level *level);

/* What a claim is worth: of its numbers the best, but a quote that does not hold decides. False without citations. */
bool verify_claim_level(const struct citation *v, size_t n, int claim, enum cite_level *level);

struct verify_counts {
	int claims;			/* that state facts */
	int by_level[CITE_LEVEL_COUNT];	/* of these */
	int marks, marks_holding;	/* numbers at claims, and those whose level holds: precision */
	int quotes, quotes_found;
};
struct verify_counts verify_count(const struct claim *claims, size_t n_claims, const struct citation *v, size_t n);

/* "12 claims: 5 exact, 1 fuzzy, 4 supported, 1 weak, 1 unsupported"; normalised counts as exact. "no claims". */
void verify_summary(struct buf *out, const struct claim *claims, size_t n_claims, const struct citation *v, size_t n);
#endif
