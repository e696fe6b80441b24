/*
 * cite/verify_internal.h - shared by verify.c, verify_source.c and verify_again.c
 */
#ifndef IBID_CITE_VERIFY_INTERNAL_H
#define IBID_CITE_VERIFY_INTERNAL_H
#include "ibid/cite/normalise.h"
#include "ibid/cite/quote.h"
#include "ibid/cite/verify.h"

/* A stored text with its normal form, which is made when it is first needed. */
struct verify_text {
	int64_t id;
	const struct text *text;	/* NULL: it is gone */
	struct str about;
	struct normal normal;
	bool is_folded;
};

/* A passage that a claim is compared with. */
struct target {
	int n;				/* its mark; 0: it has none yet */
	struct verify_text *source;
	uint32_t from, to;		/* the sentences cited */
	uint32_t range_from, range_to;	/* with their neighbourhood */
	struct str origin;
};

struct verify_text *verify_text(struct verify *v, int64_t text_id);
const struct normal *verify_normal(struct verify_text *t);
size_t verify_search(struct verify *v, struct str words, struct verify_place *places, size_t max);
/* A support_idf_fn over the source's, asked once for each word; `ctx` is the verify. */
double verify_idf(void *ctx, struct str word);
bool verify_has_idf(const struct verify *v);

/* Sentences with a chunk on each side. */
void target_widen(struct target *t);
/* The target of a place of the library: its chunk's sentences. */
struct target target_at(struct verify_text *source, struct span at);
struct span target_span(const struct target *t);
struct span target_range(const struct target *t);
/* The words of its neighbourhood with their heading, and what is known of the document: support_judge's context and about. */
void target_context(const struct target *t, struct buf *context, struct buf *about);

/*
 * All passages that a claim cites must carry it together; one that holds next to
 * nothing of it, while another holds more (`most`), is an ornament and is told so.
 */
struct support_verdict share_of(struct support_verdict all, double coverage, double most);

/* What stands outside the quotes of a claim, as plain words. */
struct str claim_remainder(struct arena *a, struct str answer, struct span claim, const struct claim_quote *quotes,
	size_t n_quotes, const struct mark *marks, size_t n_marks);
/*
 * A quote found behind a negation: in conflict when that stands right before it, else
 * with a warning; nothing of both when the words around it in the claim deny, too.
 */
void heed_frame(struct arena *a, struct quote_match *m, struct str around);
#endif
