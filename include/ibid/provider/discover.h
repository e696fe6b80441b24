/*
 * provider/discover.h - what a provider serves, and what runs on this machine
 */
#ifndef IBID_PROVIDER_DISCOVER_H
#define IBID_PROVIDER_DISCOVER_H
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/err.h"
#include "ibid/net/fetch.h"
#include "ibid/net/http.h"
#include "ibid/net/secret.h"
#include "ibid/provider/provider.h"

/* Models of one provider that are listed at most. */
#define DISCOVER_MODELS_MAX 10000

struct served_model {
	struct str id, name;		/* name: for people; empty when the provider gives none */
	int64_t context_tokens;		/* -1: not told */
};

struct served_models {
	struct served_model *v;		/* in the arena, in the provider's order */
	size_t n;
};

/*
 * Ask for the list of models. `key` may be NULL. Waits as fetch_run does.
 *
 * Errors: as fetch_run, worded like a refused chat; ERR_PROTOCOL when the answer is no list
 */
enum err_code discover_models(struct http *h, const struct provider *p, const struct secret *key, struct arena *a,
	cancelled_fn *cancelled, void *ctx, struct served_models *models, struct err *err);

struct local_server {
	struct str provider;		/* its name */
	struct str base_url;
	struct served_models models;
	int64_t latency_ms;
};

/*
 * Ask all of `candidates` at once for their models, 300 ms at most, and list who
 * answers, in their order. No key is sent. The strings of the result are those of
 * the candidates and of `a`.
 */
size_t discover_servers(struct http *h, const struct provider *candidates, size_t n, struct arena *a,
	struct local_server **found);

/*
 * The same for the local presets. Only on request of the user: llama-cpp-python
 * breaks off the answer it is writing when any other request comes in (seen in
 * 0.3.36; its setting interrupt_requests).
 */
size_t discover_local(struct http *h, struct arena *a, struct local_server **found);

/* A tiny question, to see whether a model answers at all; `message` must live as long as the request. */
void discover_test_request(struct str model, struct chat_message *message, struct chat_request *request);
#endif
