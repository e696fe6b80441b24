/*
 * provider/registry.h - from a name in the configuration to an endpoint
 *
 * A provider is a preset, or a section of the user's own, or both: settings
 * given replace the preset's. Where they come from (file, environment, option)
 * is the caller's business; a project file never sets any of these.
 *
 * Whose key: a key named in the same settings as a base_url belongs to that
 * address. A preset's key belongs to the preset's address, so a section that
 * only changes base_url gets no key: it would leave for another host.
 */
#ifndef IBID_PROVIDER_REGISTRY_H
#define IBID_PROVIDER_REGISTRY_H
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/err.h"
#include "ibid/base/str.h"
#include "ibid/provider/provider.h"

/* name, what it does (for the manual and for `ibid config`) */
#define PROVIDER_SETTINGS(X)                                                                                           \
	X("protocol", "wire format: anthropic or openai-chat")                                                         \
	X("base_url", "address of the endpoint, with or without /v1")                                                  \
	X("model", "model used when none is named")                                                                    \
	X("key_env", "environment variable that holds the key")                                                        \
	X("key_file", "file that holds the key, readable by you alone")                                                \
	X("key_cmd", "command that prints the key, run by /bin/sh")                                                    \
	X("auth_header", "header that carries the key")                                                                \
	X("system_role", "role of the system prompt: system, developer or user")                                       \
	X("max_tokens_key", "max_tokens or max_completion_tokens")                                                     \
	X("stream_usage", "ask for token counts in the stream: true or false")                                         \
	X("open_end", "the server does not mark the end of its answers: true or false")                                \
	X("compress", "accept compressed answers: true or false")                                                      \
	X("retries", "repeats after a failure that allows them: 0 to 10")                                              \
	X("connect_timeout", "seconds to wait for a connection")                                                       \
	X("first_byte_timeout", "seconds to wait for the beginning of an answer")                                      \
	X("idle_timeout", "seconds of silence in an answer")                                                           \
	X("total_timeout", "seconds for a whole answer; 0: no limit")

struct provider_setting {
	struct str name, value;
};

/*
 * Resolve. `settings` may be empty; a later one of the same name replaces an
 * earlier. All strings of *p live in `a` or are static.
 *
 * Errors: ERR_CONFIG  no such preset and no protocol or base_url given, or a setting is wrong
 */
enum err_code provider_resolve(struct arena *a, struct str name, const struct provider_setting *settings, size_t n,
	struct provider *p, struct err *err);

/* The names of the presets in the order of the table; NULL past the end. */
const char *provider_preset_name(size_t i);

/* Is there a setting of that name? For messages: what it does, or NULL. */
const char *provider_setting_says(struct str name);
#endif
