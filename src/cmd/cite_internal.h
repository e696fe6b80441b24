/*
 * The inside of `ibid cite`: cite.c lists, shows and exports; cite_verify.c checks again;
 * cite_report.c notes what the user holds to be wrong.
 */
#ifndef CMD_CITE_INTERNAL_H
#define CMD_CITE_INTERNAL_H
#include "ibid/cmd/cmd.h"
#include "ibid/cmd/scope.h"
#include "ibid/store/answers.h"

struct cite_answer {
	struct message message;
	struct answer answer;
};

/* The cited answers of a session or of one message of it. */
struct cite_answers {
	struct cite_place place;
	struct cite_answer *v;
	size_t n;
};
enum err_code cite_answers_load(struct store *db, struct arena *a, struct str word, struct cite_answers *v,
	struct err *err);

/* Citation K of the message, or of the newest cited answer when no message is named; `word` is what the user typed. */
enum err_code cite_answers_pick(const struct cite_answers *v, struct str word, const struct cite_answer **answer,
	const struct citation **c, struct err *err);

extern const struct cmd cite_verify, cite_report;
#endif
