/*
 * The inside of `ibid session`: session_branch.c knows about branches, session.c does all else.
 */
#ifndef CMD_SESSION_INTERNAL_H
#define CMD_SESSION_INTERNAL_H
#include "ibid/cmd/cmd.h"
#include "ibid/store/sessions.h"

/* The session that SESSION or SESSION#N names, and the number behind '#', 0 without one. */
enum err_code session_operand(struct store *db, struct arena *a, struct str word, struct session *s, int *n,
	struct err *err);
/* The same with a number that must be there, and its message. */
enum err_code session_operand_message(struct store *db, struct arena *a, struct str word, struct session *s,
	struct message *m, struct err *err);

/* A change told in one line: verb, id, name. */
void session_say(struct cmd_env *env, const char *verb, const struct session *s);

/* Copies below the session they are copies of, all else in the order they came; depths[i] is how deep session i is. */
void session_tree(struct arena *a, struct session *sessions, size_t n, int *depths);

/* Which of its parent's children a message is, from 1, and of how many. */
enum err_code session_place(struct store *db, const struct message *m, int *place, int *n, struct err *err);

extern const struct cmd session_branch;
#endif
