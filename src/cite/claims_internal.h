/*
 * cite/claims_internal.h - shared by claims.c, claim_quotes.c and claim_kind.c
 */
#ifndef IBID_CITE_CLAIMS_INTERNAL_H
#define IBID_CITE_CLAIMS_INTERNAL_H
#include "ibid/cite/claims.h"

/* Of a pair of quotation marks that opens at `at`: bytes of the sign and place of the closing one; false when none opens. */
struct quote_pair {
	size_t open_len, close, close_len;
};
bool quote_opens(struct str s, size_t at, struct quote_pair *pair);

/* What kind of claim these plain words are; with a mark they state a fact. */
enum claim_kind claim_kind_of(struct str plain, bool has_mark);

/* "Sources", "References:": what follows is a list of sources. */
bool claim_heads_sources(struct str plain);
#endif
