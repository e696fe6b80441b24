/*
 * ingest/helper.h - run ibid-extract on one file and believe nothing it says
 *
 * Each document is read by a process of its own with an empty environment, no
 * signals blocked, no descriptors but the document and a pipe, and a deadline.
 * Whatever happens to it is an error of that document; ibid goes on.
 *
 *	blocking	helper_extract(&opts, "a.pdf", &x, err)
 *	event loop	helper_start; poll helper_fd for reading, at most helper_wait_ms;
 *			helper_step; until it says other than HELPER_BUSY; helper_free
 *
 * A document that is not done in time keeps the text of the blocks that had
 * arrived, with EXTRACTION_CUT; when none had, it is an error. Text that came
 * before a crash or a broken protocol is dropped.
 */
#ifndef IBID_INGEST_HELPER_H
#define IBID_INGEST_HELPER_H
#include <stddef.h>

#include "ibid/base/buf.h"
#include "ibid/base/clock.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/model/extraction.h"

/* Largest document, in bytes. */
#define HELPER_FILE_MAX ((size_t)512 << 20)
/* Seconds for one document. */
#define HELPER_TIMEOUT_S 60

/* One for each program. */
#define HELPER_STARTERS 2

struct starter;

struct helper_opts {
	const char *program;		/* path of ibid-extract: helper_find gives it; PATH-pdf stands beside it */
	const struct clock *clock;	/* NULL: the machine's */
	unsigned timeout_s;		/* 0: HELPER_TIMEOUT_S */
	struct str mime;		/* what a server said of the document; p NULL or empty: nothing */
	struct starter *starters;	/* HELPER_STARTERS of them, for many documents; NULL: none. They outlive the helper */
};

/*
 * Where ibid-extract is: beside the running program (a build directory), in
 * ../libexec/ibid of it, or where it was installed.
 *
 * Errors: ERR_CONFIG  in none of these places
 */
enum err_code helper_find(struct buf *program, struct err *err);

/*
 * Open a document. Never waits, even for a FIFO; what is no regular file is refused.
 *
 * Errors: ERR_MISSING ERR_DENIED ERR_IO ERR_DATA ERR_LIMIT, with the path in the sentence
 */
enum err_code helper_open(const char *path, int *fd, struct err *err);

/* The same for bytes from a pipe or a server: a nameless file in memory. */
enum err_code helper_open_bytes(struct str bytes, int *fd, struct err *err);

struct helper;	/* one child, one document */

/*
 * Start the child. `name` is for its file ending and for errors; `fd` stays the
 * caller's and may be closed at once. `x` must be empty and outlive the helper.
 *
 * Errors: ERR_CONFIG  the program cannot be started
 *         ERR_IO      no pipe or process to be had
 */
enum err_code helper_start(const struct helper_opts *opts, int fd, struct str name, struct extraction *x,
	struct helper **helper, struct err *err);

int helper_fd(const struct helper *h);
/* Until the deadline, in ms; 0 when it has passed. */
int helper_wait_ms(const struct helper *h);

enum helper_state { HELPER_BUSY, HELPER_DONE, HELPER_FAILED };

/*
 * Take what has arrived, at most a megabyte or so. HELPER_DONE: the extraction
 * is filled and the child is gone. HELPER_FAILED fills err:
 *
 *	ERR_DATA     'a.pdf' is encrypted: a password is needed
 *	             'a.pdf': the reader crashed (signal 11)
 *	             'a.pdf': the reader sent a frame 'B' that cannot be right
 *	ERR_LIMIT    'a.txt' holds more than 256 MiB of text
 *	ERR_TIMEOUT  'a.pdf': gave up after 60 s
 *	ERR_BUSY     'a.pdf' changed while it was read
 */
enum helper_state helper_step(struct helper *h, struct err *err);

/* Ends the child if it still runs. NULL is fine. */
void helper_free(struct helper *h);
SCOPE_PTR(helper)

/* All of it for one file, waiting for the child. Errors: as above. */
enum err_code helper_extract(const struct helper_opts *opts, const char *path, struct extraction *x, struct err *err);
/* For a descriptor from helper_open or helper_open_bytes. */
enum err_code helper_extract_fd(const struct helper_opts *opts, int fd, struct str name, struct extraction *x,
	struct err *err);
#endif
