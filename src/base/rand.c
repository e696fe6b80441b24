/*
 * What base/hash.h offers and needs no libcrypto: the programs that read
 * documents would load it in vain.
 */
#include "ibid/base/hash.h"

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

uint64_t hash_quick(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return h;
}

/* Without the kernel's randomness nothing may go on: an id or a fence that can be guessed is worse than an end. */
static _Noreturn void no_randomness(void)
{
	static const char say[] = "ibid: the kernel gives no random bytes\n";

	if (write(STDERR_FILENO, say, sizeof(say) - 1) < 0) {
		/* Nobody is left to tell. */
	}
	_exit(err_exit_status(ERR_BUG));
}

void rand_system(void *ctx, void *out, size_t len)
{
	char *at = out;

	(void)ctx;
	while (len) {
		ssize_t n = getrandom(at, len, 0);

		if (n < 0 && errno != EINTR)
			no_randomness();
		if (n < 0)
			continue;
		at += n;
		len -= (size_t)n;
	}
}

void rand_add_id(struct buf *out, rand_fn *rand, void *ctx, size_t len)
{
	static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";

	while (len--) {
		unsigned char byte;

		rand(ctx, &byte, 1);
		buf_ch(out, letters[byte & 31]);
	}
}
