#include "ibid/extract/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ibid/base/buf.h"
#include "ibid/base/mem.h"

/* APPNOTE.TXT 4.3: sizes of the fixed parts of headers. */
#define LOCAL_HEADER 30
#define CENTRAL_HEADER 46
#define END_RECORD 22
#define COMMENT_MAX 65535
/* A value that stands in a ZIP64 record instead. */
#define ELSEWHERE 0xFFFFFFFFu
#define CHUNK ((size_t)64 << 10)

bool zip_is_it(struct str bytes)
{
	return str_starts(bytes, STR("PK\3\4"));
}

/* --- overlaps --- */

static uint32_t get(struct str bytes, size_t at, int n)
{
	uint32_t v = 0;

	for (int i = 0; i < n; i++)
		v |= (uint32_t)(unsigned char)bytes.p[at + (size_t)i] << (8 * i);
	return v;
}

/* The last end record; STR_NONE when there is none. */
static size_t find_end(struct str bytes)
{
	size_t least = bytes.len > END_RECORD + COMMENT_MAX ? bytes.len - END_RECORD - COMMENT_MAX : 0;

	for (size_t at = bytes.len >= END_RECORD ? bytes.len - END_RECORD + 1 : 0; at > least; at--)
		if (!memcmp(bytes.p + at - 1, "PK\5\6", 4))
			return at - 1;
	return STR_NONE;
}

struct extent {
	uint64_t from, to;
};

static int by_place(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* Where the entries of the central directory say that their data lie. Returns how many. */
static size_t read_extents(struct str bytes, struct extent *extents, size_t max)
{
	size_t end = find_end(bytes), at, n = 0;

	if (end == STR_NONE)
		return 0;
	at = get(bytes, end + 16, 4);
	while (n < max && at + CENTRAL_HEADER <= bytes.len && !memcmp(bytes.p + at, "PK\1\2", 4)) {
		uint32_t packed = get(bytes, at + 20, 4), from = get(bytes, at + 42, 4);

		if (packed != ELSEWHERE && from != ELSEWHERE)
			extents[n++] = (struct extent){ from, (uint64_t)from + LOCAL_HEADER + packed };
		at += CENTRAL_HEADER + get(bytes, at + 28, 2) + get(bytes, at + 30, 2) + get(bytes, at + 32, 2);
	}
	return n;
}

static enum err_code check_overlaps(struct str bytes, struct err *err)
{
	struct extent *extents = mem_zalloc(ZIP_ENTRIES_MAX + 1, sizeof(*extents));
	size_t n = read_extents(bytes, extents, ZIP_ENTRIES_MAX + 1);
	bool overlap = false;

	qsort(extents, n, sizeof(*extents), by_place);
	for (size_t i = 1; i < n; i++)
		overlap = overlap || extents[i].from < extents[i - 1].to;
	mem_free(extents);
	if (n > ZIP_ENTRIES_MAX)
		return err_set(err, ERR_LIMIT, "holds more than %d parts", ZIP_ENTRIES_MAX);
	return overlap ? err_set(err, ERR_DATA, "holds parts that overlap: a zip bomb") : OK;
}

/* --- unpacking --- */

static enum err_code check_sizes(const struct zip *z, size_t part, size_t file, struct err *err)
{
	size_t sum = z->sum + part;

	if (sum > ZIP_RATIO_FROM && sum / ZIP_RATIO_MAX > file)
		return err_set(err, ERR_LIMIT, "unpacks to more than %d times its size", ZIP_RATIO_MAX);
	if (part > ZIP_PART_MAX)
		return err_set(err, ERR_LIMIT, "holds a part of more than %zu MiB", ZIP_PART_MAX >> 20);
	if (sum > ZIP_SUM_MAX)
		return err_set(err, ERR_LIMIT, "unpacks to more than %zu MiB", ZIP_SUM_MAX >> 20);
	return OK;
}

static enum err_code fault(struct archive *a, struct err *err)
{
	const char *says = archive_error_string(a);

	if (says && strcasestr(says, "encrypted"))
		return err_set(err, ERR_DATA, "is encrypted: a password is needed");
	return err_set(err, ERR_DATA, "is a damaged archive: %s", says ? says : "it ends early");
}

static enum err_code unpack(struct zip *z, struct archive *a, size_t file, struct buf *out, struct err *err)
{
	for (;;) {
		la_ssize_t n = archive_read_data(a, buf_room(out, CHUNK), CHUNK);

		if (n < 0)
			return fault(a, err);
		if (n == 0)
			return OK;
		out->len += (size_t)n;
		out->p[out->len] = '\0';
		if (check_sizes(z, out->len, file, err) != OK)
			return err->code;
	}
}

static enum err_code take_part(struct zip *z, struct archive *a, struct str name, size_t file, struct err *err)
{
	SCOPED(buf) bytes = BUF_INIT;
	size_t len;

	if (unpack(z, a, file, &bytes, err) != OK)
		return err->code;
	z->parts = mem_grow(z->parts, &z->cap, z->n + 1, sizeof(*z->parts));
	len = bytes.len;
	z->sum += len;
	z->parts[z->n++] = (struct zip_part){ arena_str(&z->names, name), str_of(buf_take(&bytes), len) };
	return OK;
}

static enum err_code read_entries(struct zip *z, struct archive *a, size_t file, zip_want_fn *want, struct err *err)
{
	struct archive_entry *entry;
	int status;

	for (size_t n = 0; (status = archive_read_next_header(a, &entry)) == ARCHIVE_OK || status == ARCHIVE_WARN; n++) {
		struct str name = str_c(archive_entry_pathname(entry));

		if (n >= ZIP_ENTRIES_MAX)
			return err_set(err, ERR_LIMIT, "holds more than %d parts", ZIP_ENTRIES_MAX);
		if (name.len && want(name) && take_part(z, a, name, file, err) != OK)
			return err->code;
	}
	/* A damaged directory behind what was wanted does no harm: the caller misses what it needs. */
	return status == ARCHIVE_EOF || z->n ? OK : fault(a, err);
}

enum err_code zip_read(struct zip *z, struct str bytes, zip_want_fn *want, struct err *err)
{
	struct archive *a;
	enum err_code code;

	if (check_overlaps(bytes, err) != OK)
		return err->code;
	a = archive_read_new();
	if (!a)
		mem_exhausted();
	archive_read_support_format_zip(a);
	if (archive_read_open_memory(a, bytes.p, bytes.len) != ARCHIVE_OK)
		code = fault(a, err);
	else
		code = read_entries(z, a, bytes.len, want, err);
	archive_read_free(a);
	return code;
}

struct str zip_find(const struct zip *z, struct str name)
{
	for (size_t i = 0; i < z->n; i++)
		if (str_eq(z->parts[i].name, name))
			return z->parts[i].bytes;
	for (size_t i = 0; i < z->n; i++)
		if (str_eq_nocase(z->parts[i].name, name))
			return z->parts[i].bytes;
	return (struct str){ NULL, 0 };
}

void zip_release(struct zip *z)
{
	for (size_t i = 0; i < z->n; i++)
		mem_free((char *)(uintptr_t)z->parts[i].bytes.p);
	mem_free(z->parts);
	arena_release(&z->names);
	*z = (struct zip)ZIP_INIT;
}
