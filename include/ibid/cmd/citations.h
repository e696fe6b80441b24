/*
 * cmd/citations.h - citations as machines read them; chat/footnotes.h has them for people
 */
#ifndef IBID_CMD_CITATIONS_H
#define IBID_CMD_CITATIONS_H
#include "ibid/base/json.h"
#include "ibid/store/answers.h"

/* One citation as a member or element of schema ibid.citation/1. */
void citations_put(struct json_writer *w, const char *key, struct store *db, const struct citation *c);

/* The ibid.answer/1 members of citations, uncited, summary. */
void citations_put_answer(struct json_writer *w, struct store *db, const struct answer *answer);
#endif
