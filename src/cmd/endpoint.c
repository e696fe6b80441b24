#include "ibid/cmd/endpoint.h"

#include <string.h>

#include "ibid/base/path.h"
#include "ibid/config/config.h"
#include "ibid/provider/discover.h"
#include "ibid/provider/key.h"
#include "ibid/provider/registry.h"
#include "ibid/store/store.h"

/* Bytes of the user's table of models. */
#define MODELS_FILE_MAX ((size_t)4 << 20)

static const char *const setting_names[] = {
#define X(name, says) name,
	PROVIDER_SETTINGS(X)
#undef X
};
#define N_SETTINGS (sizeof(setting_names) / sizeof(*setting_names))

/* Settings of [net] that are the defaults of every provider, in seconds as the provider's own. */
static const struct {
	const char *net, *setting;
} net_defaults[] = {
	{ "net.connect_timeout", "connect_timeout" },
	{ "net.first_byte_timeout", "first_byte_timeout" },
	{ "net.idle_timeout", "idle_timeout" },
	{ "net.total_timeout", "total_timeout" },
};
#define N_NET (sizeof(net_defaults) / sizeof(*net_defaults))

enum err_code endpoint_provider(struct cmd_env *env, struct arena *a, struct str name, struct provider *p,
	struct err *err)
{
	struct provider_setting settings[N_SETTINGS + N_NET + 2];
	const struct config *c;
	size_t n = 0;

	if (cmd_config(env, &c, err) != OK)
		return err->code;
	for (size_t i = 0; i < N_NET; i++)
		settings[n++] = (struct provider_setting){ str_c(net_defaults[i].setting),
			arena_fmt(a, "%lld", (long long)((config_int(c, net_defaults[i].net) + 999) / 1000)) };
	if (str_is(config_str(c, "net.encoding"), "identity"))
		settings[n++] = (struct provider_setting){ STR("compress"), STR("false") };
	for (size_t i = 0; i < N_SETTINGS; i++) {
		struct str value = config_sub_str(c, "provider", name, setting_names[i]);

		/* The configuration writes times with a unit, the registry counts seconds. */
		if (value.len && str_ends(str_c(setting_names[i]), STR("_timeout")))
			value = arena_fmt(a, "%lld",
				(long long)(config_sub_int(c, "provider", name, setting_names[i]) + 999) / 1000);
		if (value.len)
			settings[n++] = (struct provider_setting){ str_c(setting_names[i]), value };
	}
	if (env->opt.timeout_s > 0)
		settings[n++] = (struct provider_setting){ STR("total_timeout"),
			arena_fmt(a, "%.0f", env->opt.timeout_s < 1 ? 1.0 : env->opt.timeout_s) };
	return provider_resolve(a, name, settings, n, p, err);
}

enum err_code endpoint_http(struct cmd_env *env, struct http **http, struct err *err)
{
	const struct config *c;
	struct http_options o = { .clock = env->clock };

	if (cmd_config(env, &c, err) != OK)
		return err->code;
	if (config_str(c, "net.ca_file").len)
		o.ca_file = config_str(c, "net.ca_file").p;
	o.http1_only = str_is(config_str(c, "net.http_version"), "1.1");
	*http = http_new(&o);
	return OK;
}

enum err_code endpoint_models(struct cmd_env *env, struct arena *a, struct models *m, struct err *err)
{
	SCOPED(buf) path = BUF_INIT;
	SCOPED(buf) text = BUF_INIT;
	struct err why = ERR_INIT;

	models_init(m, a);
	if (path_place_of(PATH_CONFIG, env->env, env->env_ctx, &path, err) != OK)
		return err->code;
	buf_c(&path, "/models");
	if (path_read(buf_cstr(&path), MODELS_FILE_MAX, &text, &why) != OK) {
		if (why.code == ERR_MISSING)
			return OK;
		*err = why;
		return err->code;
	}
	if (models_add(m, arena_str(a, buf_view(&text)), err) != OK)
		return err_ctx(err, "'%s'", buf_cstr(&path));
	return OK;
}

/* What `ibid model use` wrote, if the library exists; a library is not made for asking. */
static struct str chosen(struct cmd_env *env, struct arena *a)
{
	struct err why = ERR_INIT;
	struct str value = STR_EMPTY;
	struct store *db;

	if (cmd_store(env, STORE_READ_ONLY | STORE_MUST_EXIST, &db, &why) != OK ||
		store_get(db, a, "model", &value, &why) != OK)
		return STR_EMPTY;
	return value;
}

enum err_code endpoint_default(struct cmd_env *env, struct arena *a, struct str *name, struct err *err)
{
	const struct config_value *configured;
	const struct config *c;
	struct str used;

	if (cmd_config(env, &c, err) != OK)
		return err->code;
	configured = config_get(c, STR("core.model"));
	*name = configured ? configured->text : STR(ENDPOINT_EXTRACTIVE);
	if (configured && configured->origin != ORIGIN_DEFAULT)
		return OK;
	used = chosen(env, a);
	if (used.len)
		*name = used;
	return OK;
}

static bool is_configured(struct cmd_env *env, struct str name)
{
	struct err why = ERR_INIT;
	const struct config *c;
	struct str sub;

	if (cmd_config(env, &c, &why) != OK)
		return false;
	for (size_t i = 0; (sub = config_sub_name(c, "provider", i)).len; i++)
		if (str_eq(sub, name))
			return true;
	return false;
}

/* The served model that a word means: its id, else the first whose id holds the word in any case. */
static struct str model_like(const struct served_models *models, struct str word)
{
	for (size_t i = 0; i < models->n; i++)
		if (str_eq(models->v[i].id, word))
			return word;
	for (size_t i = 0; i < models->n; i++)
		if (!word.len || str_find_nocase(models->v[i].id, word, 0) != STR_NONE)
			return models->v[i].id;
	return STR_EMPTY;
}

static enum err_code find_local(struct cmd_env *env, struct http *http, struct arena *a, struct str word,
	struct endpoint *e, struct err *err)
{
	struct local_server *found;
	size_t n = http ? discover_local(http, a, &found) : 0;

	for (size_t i = 0; i < n; i++) {
		e->model = model_like(&found[i].models, word);
		if (!e->model.len)
			continue;
		e->name = arena_fmt(a, "%.*s/%.*s", STR_ARG(found[i].provider), STR_ARG(e->model));
		return endpoint_provider(env, a, found[i].provider, &e->provider, err);
	}
	if (!n)
		return err_set(err, ERR_MISSING, "no model server answers on this machine (Ollama, llama.cpp, LM Studio, vLLM); "
			"start one, or name a provider");
	return err_set(err, ERR_MISSING, "no model server on this machine has a model like '%.*s'; see 'ibid model list --local'",
		STR_ARG(word));
}

static enum err_code find_named(struct cmd_env *env, struct arena *a, struct str provider, struct str model,
	struct endpoint *e, struct err *err)
{
	if (endpoint_provider(env, a, provider, &e->provider, err) != OK)
		return err->code;
	e->model = model.len ? model : e->provider.model;
	if (!e->model.len)
		return err_set(err, ERR_CONFIG, "provider '%.*s' has no default model; name one: %.*s/MODEL", STR_ARG(provider),
			STR_ARG(provider));
	e->name = arena_fmt(a, "%.*s/%.*s", STR_ARG(provider), STR_ARG(e->model));
	return OK;
}

enum err_code endpoint_find(struct cmd_env *env, struct http *http, struct arena *a, struct str name,
	bool without_key, struct endpoint *e, struct err *err)
{
	struct key_env keys = { .get = env->env, .ctx = env->env_ctx, .clock = env->clock };
	struct str model = name, provider = str_cut(&model, '/');
	enum err_code code;

	if (!model.p)
		model = STR_EMPTY;
	if (str_is(provider, ENDPOINT_EXTRACTIVE)) {
		*e = (struct endpoint){ .is_extractive = true, .name = STR(ENDPOINT_EXTRACTIVE),
			.model = STR(ENDPOINT_EXTRACTIVE), .key = SECRET_INIT };
		return OK;
	}
	if (env->opt.offline)
		return err_set(err, ERR_DENIED, "--offline: '%.*s' cannot be asked; leave the option out, or use -m extractive",
			STR_ARG(name));
	if (str_is(provider, ENDPOINT_LOCAL) && !is_configured(env, provider))
		code = find_local(env, http, a, model, e, err);
	else
		code = find_named(env, a, provider, arena_str(a, model), e, err);
	return code != OK || without_key ? code : key_get(&e->provider, &keys, &e->key, err);
}

enum err_code endpoint_check(struct cmd_env *env, struct str name, struct err *err)
{
	SCOPED(endpoint) e = ENDPOINT_INIT;
	SCOPED(arena) a = ARENA_INIT;

	if (str_is(name, ENDPOINT_LOCAL) || str_starts(name, STR(ENDPOINT_LOCAL "/")))
		return OK;
	return endpoint_find(env, NULL, &a, name, true, &e, err);
}

enum err_code endpoint_use(struct cmd_env *env, struct str name, struct err *err)
{
	struct store *db;

	if (endpoint_check(env, name, err) != OK || cmd_store(env, 0, &db, err) != OK)
		return err->code;
	return store_set(db, "model", name, err);
}

void endpoint_release(struct endpoint *e)
{
	secret_release(&e->key);
}

/* Whether a preset is of use as it stands: its key is there, or it needs none. */
static bool is_usable(struct cmd_env *env, struct arena *a, struct str name)
{
	SCOPED(buf) variable = BUF_INIT;
	struct err why = ERR_INIT;
	struct provider p;
	const char *key;

	if (endpoint_provider(env, a, name, &p, &why) != OK)
		return false;
	key_add_variable(&variable, name);
	key = cmd_getenv(env, buf_cstr(&variable));
	if (!key && p.key_env.len)
		key = cmd_getenv(env, arena_str(a, p.key_env).p);
	return !p.needs_key || (key && *key);
}

struct str endpoint_name_at(struct cmd_env *env, struct arena *a, size_t i)
{
	struct err why = ERR_INIT;
	const struct config *c;
	struct str sub;
	const char *preset;
	size_t n = 0;

	if (cmd_config(env, &c, &why) != OK)
		return STR_EMPTY;
	for (size_t k = 0; (sub = config_sub_name(c, "provider", k)).len; k++)
		if (n++ == i)
			return sub;
	for (size_t k = 0; (preset = provider_preset_name(k)); k++)
		if (!is_configured(env, str_c(preset)) && is_usable(env, a, str_c(preset)) && n++ == i)
			return str_c(preset);
	return STR_EMPTY;
}
