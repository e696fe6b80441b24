/*
 * provider/key.h - where a provider's key comes from
 *
 * In this order: the environment variable IBID_KEY_NAME (the provider's name in
 * capitals, all but letters and digits as `_`), then what the provider names:
 * its key_env, key_file or key_cmd. Never from an argument: argv is world-readable.
 *
 * A file must belong to the user (or root) and be closed to all others, as ssh
 * demands of its keys. A command runs by /bin/sh with a deadline; its
 * environment holds no keys (no IBID_KEY_*, no *_API_KEY), its standard input is
 * empty, its standard output up to the first newline is the key.
 */
#ifndef IBID_PROVIDER_KEY_H
#define IBID_PROVIDER_KEY_H
#include "ibid/base/buf.h"
#include "ibid/base/clock.h"
#include "ibid/base/err.h"
#include "ibid/base/path.h"
#include "ibid/net/secret.h"
#include "ibid/provider/provider.h"

/* A command that asks for a finger on a token takes its time. */
#define KEY_CMD_DEADLINE_MS 60000

struct key_env {
	path_env_fn *get;		/* NULL: getenv */
	void *ctx;
	char *const *all;		/* NAME=value, for the command; NULL: environ */
	const struct clock *clock;	/* NULL: the machine's */
	int cmd_deadline_ms;		/* 0: KEY_CMD_DEADLINE_MS */
};

/*
 * Fetch the key of `p` into *key, bound to p->key_origin. A provider that needs
 * none and has none leaves *key unset and is OK. `env` may be NULL.
 *
 * Errors: ERR_CONFIG   a key is needed and none was found (the sentence names all ways to give one),
 *                      it belongs to another address, or it is no key
 *         ERR_DENIED   the file is open to others, or not readable
 *         ERR_TIMEOUT  the command did not end in time
 *         ERR_IO       the command or the file could not be read
 */
enum err_code key_get(const struct provider *p, const struct key_env *env, struct secret *key, struct err *err);

/* "IBID_KEY_MY_SERVER" for "my-server". */
void key_add_variable(struct buf *out, struct str provider);
#endif
