/*
 * ingest/starter.h - children that read one document each, with or without a start of their own
 *
 * The libraries of a reader take longer to load than a short document to read
 * (7 ms of 10 with poppler). Who has many documents keeps a starter: the same
 * program, loaded once, that forks for each. It is handed descriptors and never
 * reads from them; the child gets what it would have got by itself, enters the
 * same sandbox before it looks at the first byte, and is the caller's own child,
 * to be waited for and killed.
 *
 * One thing is given up: children of one starter have their memory laid out
 * alike. So that no document can try again what failed another, whoever loses a
 * child other than by a proper end releases the starter; the next is loaded to
 * other addresses.
 *
 *	SCOPED(starter) s = STARTER_INIT;
 *	bad = starter_run(&s, "/usr/libexec/ibid/ibid-extract-pdf", &task, doc, out, &pid);
 */
#ifndef IBID_INGEST_STARTER_H
#define IBID_INGEST_STARTER_H
#include <sys/types.h>

#include "ibid/base/scope.h"
#include "ibid/model/task.h"

/* Descriptors for a child are lifted above those that it gets, so that none is overwritten on the way. */
#define STARTER_LIFTED_FD 10

struct starter {
	/* Private from here on. */
	pid_t pid;	/* 0: not loaded */
	int channel;
};
#define STARTER_INIT { .pid = 0, .channel = -1 }

/*
 * Start a child that reads `doc` and writes to `out`, both lifted; they stay
 * the caller's. `s` NULL: a program started
 * for this document alone, as also when the starter cannot be had. All calls
 * with one starter name the same program. Returns 0 or an errno.
 */
int starter_run(struct starter *s, const char *program, const struct task *task, int doc, int out, pid_t *pid);

/* Children that run go on. May be used again. */
void starter_release(struct starter *s);
#endif
