/*
 * cmd/endpoint.h - from the name of a model to where it is, its key and its price
 *
 * A model is named PROVIDER/MODEL, or PROVIDER for its default. The provider is
 * a section of the configuration, a preset, or one of two words: `extractive`
 * (built in) and `local`, which is whatever model server runs on this machine.
 * The model of `local` may be a part of a name: local/gemma.
 */
#ifndef IBID_CMD_ENDPOINT_H
#define IBID_CMD_ENDPOINT_H
#include "ibid/base/arena.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/cmd/env.h"
#include "ibid/net/http.h"
#include "ibid/net/secret.h"
#include "ibid/provider/models.h"
#include "ibid/provider/provider.h"

#define ENDPOINT_EXTRACTIVE "extractive"
#define ENDPOINT_LOCAL "local"

struct endpoint {
	bool is_extractive;
	struct str name;		/* "claude/claude-sonnet-5-5": as shown and stored */
	struct str model;		/* as the provider calls it */
	struct provider provider;
	struct secret key;
};
#define ENDPOINT_INIT { .key = SECRET_INIT }

/*
 * The model that answers when none is named: IBID_MODEL, the configuration, what
 * `ibid model use` chose, else extractive.
 */
enum err_code endpoint_default(struct cmd_env *env, struct arena *a, struct str *name, struct err *err);

/*
 * Make a model the one that answers when none is named; kept in the library. What
 * the configuration says wins over it.
 *
 * Errors: as endpoint_find without a key, but for `local`, which names whatever answers at the time
 */
enum err_code endpoint_use(struct cmd_env *env, struct str name, struct err *err);

/* The same without keeping it: whether the name could be asked. */
enum err_code endpoint_check(struct cmd_env *env, struct str name, struct err *err);

/*
 * Resolve a name. Fetches the key unless `without_key`; asks the machine for
 * `local`, for which `http` is needed.
 *
 * Errors: ERR_CONFIG   no such provider, no model, no key
 *         ERR_MISSING  `local` and no server answers, or none has the model
 *         ERR_DENIED   --offline
 */
enum err_code endpoint_find(struct cmd_env *env, struct http *http, struct arena *a, struct str name,
	bool without_key, struct endpoint *e, struct err *err);
void endpoint_release(struct endpoint *e);

/* A provider alone, without key or model. */
enum err_code endpoint_provider(struct cmd_env *env, struct arena *a, struct str name, struct provider *p,
	struct err *err);

/* Every provider that is configured or has a key in its variable; presets of local servers too. Number i; empty at the end. */
struct str endpoint_name_at(struct cmd_env *env, struct arena *a, size_t i);

/* The table of models with the user's file read over it. Release with models_release. */
enum err_code endpoint_models(struct cmd_env *env, struct arena *a, struct models *m, struct err *err);

/* The one HTTP client of the command, as configured. Free with http_free. */
enum err_code endpoint_http(struct cmd_env *env, struct http **http, struct err *err);
#endif
