/*
 * cmd/citations.h - citations as people and machines read them
 */
#ifndef IBID_CMD_CITATIONS_H
#define IBID_CMD_CITATIONS_H
#include "ibid/base/arena.h"
#include "ibid/base/json.h"
#include "ibid/cmd/env.h"
#include "ibid/model/document.h"
#include "ibid/store/answers.h"

/* Words for the flags, separated by commas: "number, negation". */
void citations_add_flags(struct buf *out, uint32_t flags);

/*
 * "p. 12", "pp. 12-13", "Methods > Samples"; nothing when the text has neither
 * pages nor headings. A heading that only repeats the document's title is left out.
 */
void citations_add_place(struct buf *out, const struct anchor *a, struct str title);

/* The headings of a path below the document's own title. */
struct str citations_section(struct str head_path, struct str title);

/*
 * Below an answer, for people: a line a mark with source, place and level, its
 * passage, and the counts. `db` tells titles; it may be NULL.
 */
void citations_print(struct cmd_env *env, struct store *db, const struct answer *answer);

/* "  reported: another group" when the user holds it to be wrong, else nothing. */
void citations_print_report(struct out *out, const struct citation *c);

/* The counts of an answer: "4 claims: 3 exact, 1 supported". */
void citations_add_summary(struct buf *out, const struct answer *answer);

/* One citation as a member or element of schema ibid.citation/1. */
void citations_put(struct json_writer *w, const char *key, struct store *db, const struct citation *c);

/* Whether a claim of the answer failed: unsupported, in conflict, stale or citing what was not given; with `strict` weak ones too. */
bool citations_any_failed(const struct answer *answer, bool strict);

/* The ibid.answer/1 members of citations, uncited, summary. */
void citations_put_answer(struct json_writer *w, struct store *db, const struct answer *answer);
#endif
