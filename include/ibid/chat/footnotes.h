/*
 * chat/footnotes.h - what an answer rests on, as people read it
 *
 * The same lines below an answer of `ibid query`, in a stored session and in the
 * conversation on the terminal.
 */
#ifndef IBID_CHAT_FOOTNOTES_H
#define IBID_CHAT_FOOTNOTES_H
#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/out.h"
#include "ibid/model/document.h"
#include "ibid/store/answers.h"

/* Words for the flags, separated by commas: "number, negation". */
void footnotes_add_flags(struct buf *out, uint32_t flags);

/*
 * "p. 12", "pp. 12-13", "Methods > Samples"; nothing when the text has neither
 * pages nor headings. A heading that only repeats the document's title is left out.
 */
void footnotes_add_place(struct buf *out, const struct anchor *a, struct str title);

/* The headings of a path below the document's own title. */
struct str footnotes_section(struct str head_path, struct str title);

/* The document of an anchor; one with the title "(source not in the library)" when there is none. `db` may be NULL. */
struct document footnotes_document(struct store *db, struct arena *a, const struct anchor *anchor);

/*
 * Below an answer: a line a mark with source, place and level, its passage, and
 * the counts. `db` tells titles; it may be NULL.
 */
void footnotes_print(struct out *out, struct store *db, const struct answer *answer);

/* "  reported: another group" when the user holds it to be wrong, else nothing. */
void footnotes_print_report(struct out *out, const struct citation *c);

/* The counts of an answer: "4 claims: 3 exact, 1 supported". */
void footnotes_add_summary(struct buf *out, const struct answer *answer);

/* Whether a claim of the answer failed: unsupported, in conflict, stale or citing what was not given; with `strict` weak ones too. */
bool footnotes_any_failed(const struct answer *answer, bool strict);
#endif
