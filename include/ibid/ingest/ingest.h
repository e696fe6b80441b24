/*
 * ingest/ingest.h - files into the library, several at a time
 *
 * Each file is known by the hash of its bytes: unchanged ones are skipped,
 * changed ones become a new version whose predecessor stays for old citations.
 * Reading happens in up to `jobs` helper processes at once; the library is
 * written in the order in which files were given, one transaction a document,
 * so an interrupted run leaves whole documents and two runs report alike.
 * One bad file never stops the rest.
 *
 *	SCOPED_PTR(ingest) in = ingest_new(db, &options, on_report, ctx);
 *	if (sources_walk("reports", &rules, ingest_source, in, err) != OK ||
 *		ingest_finish(in, err) != OK)
 *		return err->code;
 */
#ifndef IBID_INGEST_INGEST_H
#define IBID_INGEST_INGEST_H
#include <stdbool.h>
#include <stdint.h>

#include "ibid/base/clock.h"
#include "ibid/base/err.h"
#include "ibid/base/hash.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/model/document.h"
#include "ibid/model/extraction.h"

struct store;

/* Helper processes at once, at most. */
#define INGEST_JOBS_MAX 64

/* status, word in reports and JSON */
#define INGEST_STATUSES(X) \
	X(INGEST_ADDED, "added") \
	X(INGEST_UPDATED, "updated") \
	X(INGEST_UNCHANGED, "unchanged") \
	X(INGEST_SKIPPED, "skipped") /* found in a directory, of no kind that ibid reads */ \
	X(INGEST_FAILED, "failed")

enum ingest_status {
#define X(status, word) status,
	INGEST_STATUSES(X)
#undef X
	INGEST_STATUS_COUNT
};
const char *ingest_status_word(enum ingest_status status);

struct ingest_options {
	const char *helper;		/* path of ibid-extract: helper_find gives it */
	const struct clock *clock;
	int jobs;			/* 0: 1 */
	unsigned timeout_s;		/* for one document; 0: HELPER_TIMEOUT_S */
	uint64_t max_bytes;		/* of one file; 0: HELPER_FILE_MAX */
	size_t max_files;		/* 0: no limit */
	bool dry_run;			/* read and report, write nothing */
	struct str collection;		/* empty: "default", or as it was */
	const struct str *tags;
	size_t n_tags;
	const struct document_field *meta;	/* given by the user: origin "user" */
	size_t n_meta;
	bool (*cancelled)(void *ctx);	/* asked between steps; NULL: never */
	void *cancelled_ctx;
};

/* Dies when the callback returns. */
struct ingest_report {
	enum ingest_status status;
	struct str path;
	const struct document *doc;	/* NULL when it failed or was skipped */
	const struct err *why;		/* of failed and skipped; else NULL */
	uint64_t size_bytes;
	struct hash hash;
	const uint64_t *warnings;	/* counts by enum extraction_warning_kind; NULL when nothing was read */
	int64_t took_ms;
};
typedef void ingest_report_fn(void *ctx, const struct ingest_report *r);

struct ingest;

/* `db` may be NULL with dry_run: then nothing counts as known. `options` is borrowed. */
struct ingest *ingest_new(struct store *db, const struct ingest_options *options, ingest_report_fn *fn, void *ctx);

/* A source_fn (ingest/sources.h): ctx is the struct ingest. Waits when all jobs are busy. */
enum err_code ingest_source(void *ctx, const char *path, bool is_named, const struct err *fault, struct err *err);

/* Bytes from a pipe, with the kind they are said to be ("md" or a MIME type). `name` stands for the path. */
enum err_code ingest_bytes(struct ingest *in, struct str bytes, struct str name, struct str type, struct err *err);

/*
 * Wait for all that runs.
 *
 * Errors: ERR_CANCELLED  `cancelled` said so; what was written stays
 *         of the store   nothing more can be written (full, locked, read-only)
 */
enum err_code ingest_finish(struct ingest *in, struct err *err);

/* How many files ended in each status. */
size_t ingest_count(const struct ingest *in, enum ingest_status status);

/* Ends the helpers that still run. NULL is fine. */
void ingest_free(struct ingest *in);
SCOPE_PTR(ingest)
#endif
