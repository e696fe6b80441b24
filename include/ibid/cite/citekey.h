/*
 * cite/citekey.h - keys that people type and papers keep
 *
 * The default formula of Better BibTeX, `auth.lower + shorttitle(3,3) + year`, so
 * that keys look like those of a Zotero library: the family name of the first
 * author (else editor), the first three words of the title that are not function
 * words, each with a capital, and the year. What is not known is left out. Folded
 * to ASCII letters and digits. A key that is taken gets a, b, ... z, aa, ...
 *
 *	"Alice Adams, The Salt Wren campaign (2021)"  adamsSaltWrenCampaign2021
 *	"SALT WREN turns to ransomware"               SALTWRENTurns
 *
 * Departures: without author and editor the publisher stands in the name's place,
 * for reports are known by who put them out; without name and title it is "anon".
 *
 * Source: Better BibTeX, "Citation keys" and its list of skipped words. A key is
 * made once; that it then stays is the business of the store.
 */
#ifndef IBID_CITE_CITEKEY_H
#define IBID_CITE_CITEKEY_H
#include <stdbool.h>

#include "ibid/base/buf.h"
#include "ibid/base/str.h"
#include "ibid/model/bib.h"

/* Longest key before a suffix, in bytes: longer names and words are cut. */
#define CITEKEY_MAX 100

typedef bool citekey_taken_fn(void *ctx, struct str key);

/* The key by the formula, whoever has it. Never empty. */
void citekey_add_base(struct buf *out, const struct bib_item *item);

/* What is put behind a key that is taken: 1 is a, 26 is z, 27 is aa. */
void citekey_add_suffix(struct buf *out, unsigned number);

/* `base`, or the first of base + a, b, ... that is not taken. */
void citekey_add_free(struct buf *out, struct str base, citekey_taken_fn *taken, void *ctx);

/* Both: a new key for an item. */
void citekey_make(struct buf *out, const struct bib_item *item, citekey_taken_fn *taken, void *ctx);
#endif
