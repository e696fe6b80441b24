/*
 * cite/normalise.h - the same words, whatever the typography, and the way back
 *
 * Folds a text so that two copies of one passage become equal bytes although one
 * went through a typesetter, a PDF and a chat: letter case, Unicode
 * compatibility forms (NFKC: ligatures, full width), kinds of quotation marks
 * and dashes, white space, soft hyphens, zero-width characters, words broken at
 * line ends. Every byte of the normal form knows the bytes of the source that it
 * stands for, so what is found in it can be cited in the source.
 *
 * What must not become equal stays apart, because "normalised" is shown as an
 * exact quote:
 * - superscript and circled digits keep a '^': 10² is not 102;
 * - a hyphen between letters is taken out ("exam-\nple" may be "example", and
 *   "well-\nknown" may be "well-known"), but its place is kept, and
 *   normal_find refuses a match in which a hyphen that stood inside a line
 *   has no partner: "re-cover" is not "recover";
 * - a match must begin and end where words and numbers do: "12" is not found
 *   in "12.5", "-12" or "120", "effective" not in "ineffective".
 *
 * Diacritics stay; a letter with combining marks equals the composed letter.
 *
 *	SCOPED(normal) text = NORMAL_INIT, quote = NORMAL_INIT;
 *	normalise(&text, stored);
 *	normalise(&quote, STR("the efﬁcacy was “high”"));
 *	if (normal_find(&text, &quote, (struct span){ 0, text.text.len }, &found))
 *		cite(normal_source(&text, found));
 */
#ifndef IBID_CITE_NORMALISE_H
#define IBID_CITE_NORMALISE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/model/text.h"

/* Largest source, in bytes; of a longer one only the beginning is folded. */
#define NORMALISE_MAX ((size_t)1 << 30)

struct normal {
	struct buf text;		/* the normal form: valid UTF-8 when the source is */
	/* Private from here on. */
	struct normal_run *runs;	/* sorted by place in the text and in the source alike */
	size_t n_runs, cap_runs;
	uint32_t *hyphens;		/* place in the text << 1 | 1 when at a line end or soft */
	size_t n_hyphens, cap_hyphens;
	size_t source_len;
};
#define NORMAL_INIT { .text = BUF_INIT }

/* Fold `source`, replacing what n held. White space at both ends stays, as one space. */
void normalise(struct normal *n, struct str source);

/* The bytes of the source that a range of the normal form stands for; whole characters, without what was dropped at its ends. */
struct span normal_source(const struct normal *n, struct span at);

/* The range of the normal form that holds what a range of the source became. */
struct span normal_of(const struct normal *n, struct span source);

/*
 * The first place of `quote` in `text` that begins at or after within.byte_from
 * and ends at or before within.byte_to (all in the normal form). False when
 * there is none or the quote is empty.
 */
bool normal_find(const struct normal *text, const struct normal *quote, struct span within, struct span *at);

/* Whether `at` in s is no place inside a word or a number: both forms, normal or not. */
bool normal_is_edge(struct str s, size_t at);

void normal_reset(struct normal *n);
void normal_release(struct normal *n);
#endif
