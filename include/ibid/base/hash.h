/*
 * base/hash.h - SHA-256 (FIPS 180-4) and random bytes
 *
 * libcrypto computes; this is the one place that knows it.
 */
#ifndef IBID_BASE_HASH_H
#define IBID_BASE_HASH_H
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/str.h"

#define HASH_SIZE 32

struct hash {
	uint8_t bytes[HASH_SIZE];
};

struct hash hash_of(struct str s);

/* Of a whole regular file, streamed; *size gets its bytes when not NULL. Errors as path_read, without a limit. */
enum err_code hash_file(const char *path, struct hash *hash, uint64_t *size, struct err *err);

/* 64 lower-case hex digits. */
void hash_add_hex(struct buf *out, const struct hash *h);

/* FNV-1a, 64 bits: for tables in memory, never for identity. */
uint64_t hash_quick(struct str s);

/* Random bytes from the kernel; randomness is a parameter where tests need it. */
typedef void rand_fn(void *ctx, void *out, size_t len);
void rand_system(void *ctx, void *out, size_t len);

/* `len` letters of a 32-letter alphabet without i, l, o, u (Crockford), for ids that people type. */
void rand_add_id(struct buf *out, rand_fn *rand, void *ctx, size_t len);
#endif
