/*
 * extract/program.h - the body of the helper programs
 *
 * Two programs, one body: ibid-extract-pdf links poppler, ibid-extract all the
 * rest. Loading the libraries of both takes longer than most pages do: 7.7 ms
 * against 4.9 and 3 (Debian 12). The parent looks at the first bytes and starts
 * the one that is needed.
 */
#ifndef IBID_EXTRACT_PROGRAM_H
#define IBID_EXTRACT_PROGRAM_H

#include "ibid/extract/extract.h"

/* Seconds of processor time when the parent names none. */
#define PROGRAM_SECONDS 60

/*
 *	PROGRAM EXT [MIME] [SECONDS]
 *	PROGRAM --serve
 *
 * Reads the whole document from descriptor 3, lets `prepare` (or NULL) load what
 * cannot be loaded later, locks itself in, and writes frames to descriptor 1.
 * Serving, it forks for each task of its channel (model/task.h) and the child
 * does all that; it never reads a document itself. Returns the exit status, which
 * tells nothing that the last frame does not.
 */
int program_run(int argc, char **argv, const struct extract_ops *const *formats, void (*prepare)(struct str bytes));
#endif
