/*
 * cite/draft.h - check what a person wrote
 *
 * A draft is Markdown or plain text from anywhere. It may cite in pandoc's way
 * ([@smith2020, p. 33; @lee2019], @smith2020 [p. 33]), by numbers whose meaning the
 * caller knows ([3]), or not at all. Every claim is judged as cite/verify.h says: by
 * what it cites, or when it cites nothing by the library. Code is left alone.
 *
 * A person who names a source says that it is in there. So what stands only in
 * another one does not hold, other than in the answer of a model, where the mark
 * moves: it is unsupported, CITE_MISATTRIBUTED, anchored where the words are, and
 * its note names the source that lacks them.
 *
 * A key names a whole document; with pages ("p. 33", "pp. 33-35", "S. 12", "33") the
 * printed labels decide, then the numbers. A quote that stands on another page of
 * its document has CITE_MISATTRIBUTED and a note that says where. Other locators
 * (sec., chap., fig.) do not narrow the search.
 */
#ifndef IBID_CITE_DRAFT_H
#define IBID_CITE_DRAFT_H
#include "ibid/cite/verify.h"

/* Longest citation in brackets, in bytes. */
#define DRAFT_CITATION_MAX 512

struct draft_source {
	void *ctx;	/* borrowed, handed back untouched */
	/* The current text of the document with this citekey; false when there is none: bad-id. */
	bool (*key)(void *ctx, struct str citekey, int64_t *text_id);
	/* What [n] stands for; false: it is no citation. NULL: none is. */
	bool (*number)(void *ctx, int n, struct mark_target *target);
};

struct draft {
	struct str text;
	struct mark *marks;	/* numbers of their own for keys, after those of [n]; 0 for a key that is not there */
	size_t n_marks;
	struct mark_bad *bad;	/* keys that are not in the library */
	size_t n_bad;
};

/* Find the citations of a draft. */
void draft_read(struct verify *v, struct arena *a, struct str text, const struct draft_source *source, struct draft *draft);

/* Read and check. Citations found by search have origin posthoc, others user. */
void draft_verify(struct verify *v, struct arena *a, struct str text, const struct draft_source *source, int64_t now_ms,
	struct draft *draft, struct verify_result *out);
#endif
