/*
 * query_internal.h - what the files that read questions share
 */
#ifndef IBID_RETRIEVE_QUERY_INTERNAL_H
#define IBID_RETRIEVE_QUERY_INTERNAL_H
#include <stdbool.h>

#include "ibid/retrieve/query.h"

/* The first rule that fits. A phrase or an identifier alone makes a lookup. */
enum query_intent intent_of(struct str text, bool has_phrase, bool has_identifier);
#endif
