/*
 * query_internal.h - what the files that read questions share
 */
#ifndef IBID_RETRIEVE_QUERY_INTERNAL_H
#define IBID_RETRIEVE_QUERY_INTERNAL_H
#include <stdbool.h>

#include "ibid/retrieve/query.h"

/* The first rule that fits. A phrase or an identifier alone makes a lookup. */
enum query_intent intent_of(struct str text, bool has_phrase, bool has_identifier);

/* "pay" of "paid"; the folded word itself when it is regular. */
struct str base_form(struct str word);
/* The stem by which coverage compares a folded word; `stem` has room for WORDS_MAX bytes. */
struct str coverage_stem(struct str word, char *stem);
#endif
