/*
 * ZIP archives for tests, in memory, by libarchive.
 */
#ifndef IBID_TESTS_ZIP_MAKER_H
#define IBID_TESTS_ZIP_MAKER_H
#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "ibid/base/buf.h"
#include "ibid/base/str.h"

struct zip_maker {
	struct archive *a;
	char *bytes;
	size_t cap, used;
};

static inline void zip_begin(struct zip_maker *z, size_t cap)
{
	z->cap = cap;
	z->bytes = malloc(cap);
	z->a = archive_write_new();
	archive_write_set_format_zip(z->a);
	archive_write_open_memory(z->a, z->bytes, z->cap, &z->used);
}

/* The part `times` times over: for bombs. */
static inline void zip_add_times(struct zip_maker *z, const char *name, struct str bytes, size_t times)
{
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, name);
	archive_entry_set_size(e, (la_int64_t)(bytes.len * times));
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_write_header(z->a, e);
	while (times--)
		archive_write_data(z->a, bytes.p, bytes.len);
	archive_entry_free(e);
}

static inline void zip_add(struct zip_maker *z, const char *name, const char *text)
{
	zip_add_times(z, name, str_c(text), 1);
}

static inline struct str zip_end(struct zip_maker *z)
{
	archive_write_close(z->a);
	archive_write_free(z->a);
	z->a = NULL;
	return str_of(z->bytes, z->used);
}

static inline void zip_maker_release(struct zip_maker *z)
{
	free(z->bytes);
}
#endif
