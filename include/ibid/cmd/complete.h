/*
 * cmd/complete.h - what the shell may offer in a place of the command line
 *
 * Options and operands carry one of these kinds; `ibid __complete` turns it
 * into words. Kinds that live in the library (sessions, documents, tags) read it
 * without writing and fall silent when it cannot be read at once.
 */
#ifndef IBID_CMD_COMPLETE_H
#define IBID_CMD_COMPLETE_H

enum complete_kind {
	COMPLETE_NONE,
	COMPLETE_WORDS,		/* the row's `values` */
	COMPLETE_FILE,
	COMPLETE_DIR,
	COMPLETE_COMMAND,	/* names of commands and help topics */
	COMPLETE_SETTING,	/* names of settings */
	COMPLETE_MODEL,		/* models and providers that are configured */
	COMPLETE_PROVIDER,
	COMPLETE_LIBRARY,	/* files in the data directory */
	COMPLETE_SESSION,
	COMPLETE_DOC,
	COMPLETE_SCOPE,		/* documents, tag:NAME, type:NAME, coll:NAME */
	COMPLETE_TAG,
};
#endif
