/*
 * extract/zip.h - the parts of a document that is a ZIP archive
 *
 * Unpacks, in one pass and into memory, the parts that the caller wants, by
 * libarchive. Sizes that the archive declares are ignored; what comes out is
 * counted. Archives inside the archive are parts like any other and are never
 * opened.
 *
 * Bombs: a part, the sum and the ratio to the file are limited, and so is the
 * number of entries. Entries that overlap, the trick of Fifield's bombs ("A
 * better zip bomb", WOOT 2019), are refused before anything is unpacked.
 */
#ifndef IBID_EXTRACT_ZIP_H
#define IBID_EXTRACT_ZIP_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

#define ZIP_ENTRIES_MAX 10000
#define ZIP_PART_MAX ((size_t)64 << 20)
#define ZIP_SUM_MAX ((size_t)96 << 20)
/* What unpacks to less is no bomb, however small the file. */
#define ZIP_RATIO_FROM ((size_t)16 << 20)
#define ZIP_RATIO_MAX 100

struct zip_part {
	struct str name, bytes;
};

struct zip {
	struct zip_part *parts;
	size_t n;
	/* Private from here on. */
	size_t cap, sum;
	struct arena names;
};
#define ZIP_INIT { .parts = NULL, .names = ARENA_INIT }

/* Called with each entry's name. */
typedef bool zip_want_fn(struct str name);

/* Whether the bytes begin like an archive. */
bool zip_is_it(struct str bytes);

/*
 * Errors: ERR_LIMIT  "unpacks to more than ...", "holds more than 10000 parts"
 *         ERR_DATA   "is a damaged archive: ...", "holds parts that overlap", "is encrypted: a password is needed"
 */
enum err_code zip_read(struct zip *z, struct str bytes, zip_want_fn *want, struct err *err);

/* The part of that name (exact, else without regard to case); p is NULL when there is none. */
struct str zip_find(const struct zip *z, struct str name);

void zip_release(struct zip *z);
#endif
