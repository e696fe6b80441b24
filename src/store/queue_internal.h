/*
 * queue_internal.h - writers let each other go first
 *
 * SQLite's write lock is not fair: a process that writes in a loop takes it
 * again within microseconds, and one that polls for it may starve until its
 * timeout (measured, processes that write in tight loops on a busy disk: of 8 one
 * waited 2.3 s, of 32 ten failed after 5 s; with this 0.1 s, and none, 0.6 s). So who has to wait shows it by a shared lock on a
 * file beside the library, PATH-queue, and who has just written looks there and
 * pauses before the next write. The file holds nothing; without it (a directory
 * that cannot be written) all works as before.
 *
 * The locks are of the open file (F_OFD_SETLK), on a file of its own, so that
 * SQLite's POSIX locks are never touched.
 */
#ifndef IBID_STORE_QUEUE_INTERNAL_H
#define IBID_STORE_QUEUE_INTERNAL_H
#include <stdbool.h>

struct queue {
	int fd;		/* 0 until it was opened */
	bool is_waiting;
};

/* Called while waiting; joins at the first call and sleeps a moment at each. */
void queue_wait(struct queue *q, const char *library);
void queue_leave(struct queue *q);
/* Pause when others wait. */
void queue_let_others(struct queue *q, const char *library);
void queue_release(struct queue *q);
#endif
