#include "ibid/base/hash.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "ibid/base/mem.h"
#include "ibid/base/path.h"

/* libcrypto fails here only for lack of memory: the algorithm is built in. */
static void must(int ok)
{
	if (ok != 1)
		mem_exhausted();
}

/* Short of memory for its context, OpenSSL 3.0 goes on with half of one and crashes: it is asked for that first. */
static void must_have_context(void)
{
	must(OSSL_LIB_CTX_get0_global_default() != NULL);
}

struct hash hash_of(struct str s)
{
	struct hash h;

	must_have_context();
	must(EVP_Digest(s.p, s.len, h.bytes, NULL, EVP_sha256(), NULL));
	return h;
}

static enum err_code digest_fd(EVP_MD_CTX *ctx, int fd, const char *path, uint64_t *size, struct err *err)
{
	char chunk[32 << 10];
	ssize_t n;

	*size = 0;
	while ((n = read(fd, chunk, sizeof(chunk)))) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, ERR_IO, "cannot read '%s': %s", path, strerror(errno));
		must(EVP_DigestUpdate(ctx, chunk, (size_t)n));
		*size += (uint64_t)n;
	}
	return OK;
}

enum err_code hash_file(const char *path, struct hash *hash, uint64_t *size, struct err *err)
{
	EVP_MD_CTX *ctx;
	uint64_t bytes;
	int fd;
	enum err_code code = path_open(path, &fd, err);

	if (code != OK)
		return code;
	must_have_context();
	ctx = EVP_MD_CTX_new();
	must(ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL));
	code = digest_fd(ctx, fd, path, &bytes, err);
	if (code == OK) {
		must(EVP_DigestFinal_ex(ctx, hash->bytes, NULL));
		if (size)
			*size = bytes;
	}
	EVP_MD_CTX_free(ctx);
	close(fd);
	return code;
}

void hash_add_hex(struct buf *out, const struct hash *h)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < HASH_SIZE; i++) {
		buf_ch(out, hex[h->bytes[i] >> 4]);
		buf_ch(out, hex[h->bytes[i] & 15]);
	}
}
