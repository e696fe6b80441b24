/*
 * cite/bib_freetext.h - a reference as people write it: to parts, and back
 *
 *	Morrow, D. (2021, April 15). The rise of QakBot. Retrieved September 27, 2021.
 *	CISA, FBI, CNMF. (n.d.). A title. Retrieved November 4, 2020, from https://example.org
 *
 * This is the form of the American Psychological Association as reports on intrusions use it (MITRE
 * ATT&CK holds thousands). The date in parentheses parts authors from title; without one
 * nothing is known and nothing is guessed. A name with initials behind it is a person; any other
 * stays whole, because "Check Point" and "Jan Vojtěšek" look alike.
 */
#ifndef IBID_CITE_BIB_FREETEXT_H
#define IBID_CITE_BIB_FREETEXT_H
#include <stdbool.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/str.h"
#include "ibid/model/bib.h"

/* Fill type, authors, title, dates and URL of an empty item. False when `text` has no date to hold on to. */
bool bib_freetext_read(struct arena *a, struct str text, struct bib_item *item);

/* One line without its end. */
void bib_freetext_add(struct buf *out, const struct bib_item *item);
#endif
