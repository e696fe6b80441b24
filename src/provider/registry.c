#include "ibid/provider/registry.h"

#include <string.h>

#include "ibid/net/url.h"

/*
 * Presets. `key_env` empty: the server asks for none. `model` empty: the server
 * is asked what it serves. Developer role and max_completion_tokens are for
 * OpenAI's own models; compatible servers know the older words.
 */
static const struct preset {
	const char *name, *protocol, *base_url, *key_env, *model;
	const char *system_role, *max_tokens_key, *auth_header, *auth_prefix;	/* NULL: the protocol's own */
	bool is_local;
} presets[] = {
	/* clang-format off */
	{ .name = "claude", .protocol = "anthropic", .base_url = "https://api.anthropic.com",
	  .key_env = "ANTHROPIC_API_KEY", .model = "claude-sonnet-5-5" },
	{ .name = "openai", .protocol = "openai-chat", .base_url = "https://api.openai.com/v1",
	  .key_env = "OPENAI_API_KEY", .model = "gpt-6.1-sol",
	  .system_role = "developer", .max_tokens_key = "max_completion_tokens" },
	{ .name = "ollama", .protocol = "openai-chat", .base_url = "http://127.0.0.1:11434/v1", .is_local = true },
	{ .name = "llamacpp", .protocol = "openai-chat", .base_url = "http://127.0.0.1:8080/v1", .is_local = true },
	{ .name = "lmstudio", .protocol = "openai-chat", .base_url = "http://127.0.0.1:1234/v1", .is_local = true },
	{ .name = "vllm", .protocol = "openai-chat", .base_url = "http://127.0.0.1:8000/v1", .is_local = true },
	{ .name = "openrouter", .protocol = "openai-chat", .base_url = "https://openrouter.ai/api/v1",
	  .key_env = "OPENROUTER_API_KEY" },
	{ .name = "groq", .protocol = "openai-chat", .base_url = "https://api.groq.com/openai/v1", .key_env = "GROQ_API_KEY" },
	{ .name = "mistral", .protocol = "openai-chat", .base_url = "https://api.mistral.ai/v1",
	  .key_env = "MISTRAL_API_KEY", .model = "mistral-small-latest" },
	{ .name = "deepseek", .protocol = "openai-chat", .base_url = "https://api.deepseek.com/v1",
	  .key_env = "DEEPSEEK_API_KEY", .model = "deepseek-v4-flash" },
	{ .name = "together", .protocol = "openai-chat", .base_url = "https://api.together.xyz/v1",
	  .key_env = "TOGETHER_API_KEY" },
	{ .name = "xai", .protocol = "openai-chat", .base_url = "https://api.x.ai/v1",
	  .key_env = "XAI_API_KEY", .model = "grok-4.6" },
	{ .name = "fireworks", .protocol = "openai-chat", .base_url = "https://api.fireworks.ai/inference/v1",
	  .key_env = "FIREWORKS_API_KEY" },
	/* base_url is the user's own: https://RESOURCE.openai.azure.com/openai/v1; the model is the deployment's name. */
	{ .name = "azure", .protocol = "openai-chat", .key_env = "AZURE_OPENAI_API_KEY",
	  .max_tokens_key = "max_completion_tokens", .auth_header = "api-key", .auth_prefix = "" },
	/* clang-format on */
};
#define N_PRESETS (sizeof(presets) / sizeof(presets[0]))

static const struct {
	const char *name, *says;
} known[] = {
#define X(name, says) { name, says },
	PROVIDER_SETTINGS(X)
#undef X
};

const char *provider_preset_name(size_t i)
{
	return i < N_PRESETS ? presets[i].name : NULL;
}

const char *provider_setting_says(struct str name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_is(name, known[i].name))
			return known[i].says;
	return NULL;
}

static const struct preset *preset_of(struct str name)
{
	static const struct preset none = { .name = "" };

	for (size_t i = 0; i < N_PRESETS; i++)
		if (str_is(name, presets[i].name))
			return &presets[i];
	return &none;
}

/* What is being put together. */
struct draft {
	struct arena *a;
	const struct preset *preset;
	const struct provider_setting *settings;
	size_t n;
	struct provider *p;
	struct err *err;
};

/* The last setting of that name. */
static struct str given(const struct draft *d, const char *name)
{
	for (size_t i = d->n; i > 0; i--)
		if (str_is(d->settings[i - 1].name, name))
			return str_trim(d->settings[i - 1].value);
	return STR_EMPTY;
}

static struct str given_or(const struct draft *d, const char *name, const char *otherwise)
{
	struct str s = given(d, name);

	return s.len ? arena_str(d->a, s) : str_c(otherwise);
}

static enum err_code wrong(const struct draft *d, const char *name, struct str value, const char *want)
{
	return err_set(d->err, ERR_CONFIG, "provider '%.*s': %s = '%.*s' should be %s", STR_ARG(d->p->name), name,
		STR_ARG(value), want);
}

static enum err_code check_names(const struct draft *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (!provider_setting_says(d->settings[i].name))
			return err_set(d->err, ERR_CONFIG, "provider '%.*s' has no setting '%.*s'", STR_ARG(d->p->name),
				STR_ARG(d->settings[i].name));
	return OK;
}

static enum err_code set_protocol(const struct draft *d)
{
	struct str word = given_or(d, "protocol", d->preset->protocol);

	if (!word.len && !given(d, "base_url").len)
		return err_set(d->err, ERR_CONFIG, "there is no provider '%.*s'", STR_ARG(d->p->name));
	if (!word.len)
		word = STR("openai-chat");
	d->p->ops = provider_ops_of(word);
	return d->p->ops ? OK : wrong(d, "protocol", word, "anthropic or openai-chat");
}

/* Prices belong to an address, whatever the user calls it. */
static struct str price_list_of(struct str origin)
{
	for (size_t i = 0; i < N_PRESETS; i++) {
		SCOPED(url) u = URL_INIT;
		SCOPED(buf) own = BUF_INIT;

		if (!presets[i].base_url || url_parse(str_c(presets[i].base_url), &u, NULL) != OK)
			continue;
		url_add_origin(&own, &u);
		if (str_eq(buf_view(&own), origin))
			return str_c(presets[i].name);
	}
	return STR_EMPTY;
}

static struct str origin_of(const struct draft *d, const struct url *u)
{
	SCOPED(buf) text = BUF_INIT;

	url_add_origin(&text, u);
	return arena_str(d->a, buf_view(&text));
}

static enum err_code set_address(const struct draft *d)
{
	SCOPED(url) u = URL_INIT;

	d->p->base_url = given_or(d, "base_url", d->preset->base_url);
	if (!d->p->base_url.len)
		return err_set(d->err, ERR_CONFIG, "provider '%.*s' needs a base_url", STR_ARG(d->p->name));
	if (url_parse(d->p->base_url, &u, d->err) != OK)
		return err_ctx(d->err, "provider '%.*s': base_url", STR_ARG(d->p->name));
	d->p->key_origin = origin_of(d, &u);
	d->p->price_list = price_list_of(d->p->key_origin);
	d->p->is_local = d->preset->is_local || u.place == URL_LOOPBACK;
	return OK;
}

static bool names_a_key(const struct draft *d)
{
	return given(d, "key_env").len || given(d, "key_file").len || given(d, "key_cmd").len;
}

/* See the head of registry.h: a preset's key stays with the preset's address. */
static void bind_preset_key(const struct draft *d)
{
	SCOPED(url) home = URL_INIT;

	if (!d->preset->key_env)
		return;
	d->p->key_env = str_c(d->preset->key_env);
	d->p->needs_key = !d->p->is_local;
	if (d->preset->base_url && url_parse(str_c(d->preset->base_url), &home, NULL) == OK)
		d->p->key_origin = origin_of(d, &home);
}

static void set_key(const struct draft *d)
{
	struct provider *p = d->p;

	p->auth_header = given_or(d, "auth_header", d->preset->auth_header ? d->preset->auth_header : p->ops->auth_header);
	p->auth_prefix = str_c(d->preset->auth_prefix ? d->preset->auth_prefix : p->ops->auth_prefix);
	if (!str_is_nocase(p->auth_header, "authorization"))
		p->auth_prefix = STR_EMPTY;
	else if (!p->auth_prefix.len)
		p->auth_prefix = STR("Bearer ");	/* gateways that take the key of Messages as a bearer token */
	if (!names_a_key(d)) {
		bind_preset_key(d);
		return;
	}
	p->key_env = given_or(d, "key_env", "");
	p->key_file = given_or(d, "key_file", "");
	p->key_cmd = given_or(d, "key_cmd", "");
	p->needs_key = true;
}

/* One of `words`, else the preset's, else the first; NULL when what was given is none of them. */
static const char *choice(const struct draft *d, const char *name, const char *preset, const char *const *words)
{
	struct str s = given(d, name);

	if (!s.len)
		return preset ? preset : words[0];
	for (; *words; words++)
		if (str_is(s, *words))
			return *words;
	return NULL;
}

static enum err_code set_words(const struct draft *d)
{
	static const char *const roles[] = { "system", "developer", "user", NULL };
	static const char *const keys[] = { "max_tokens", "max_completion_tokens", NULL };
	struct provider_quirks *q = &d->p->quirks;

	q->system_role = choice(d, "system_role", d->preset->system_role, roles);
	if (!q->system_role)
		return wrong(d, "system_role", given(d, "system_role"), "system, developer or user");
	q->max_tokens_key = choice(d, "max_tokens_key", d->preset->max_tokens_key, keys);
	if (!q->max_tokens_key)
		return wrong(d, "max_tokens_key", given(d, "max_tokens_key"), "max_tokens or max_completion_tokens");
	return OK;
}

static enum err_code set_flag(const struct draft *d, const char *name, bool *flag, bool if_true)
{
	struct str s = given(d, name);

	if (!s.len)
		return OK;
	if (!str_is(s, "true") && !str_is(s, "false"))
		return wrong(d, name, s, "true or false");
	*flag = str_is(s, "true") == if_true;
	return OK;
}

static enum err_code set_flags(const struct draft *d)
{
	struct provider *p = d->p;

	if (set_flag(d, "stream_usage", &p->quirks.no_stream_usage, false) != OK ||
		set_flag(d, "open_end", &p->quirks.open_end, true) != OK ||
		set_flag(d, "compress", &p->identity, false) != OK)
		return ERR_CONFIG;
	return OK;
}

static enum err_code set_number(const struct draft *d, const char *name, int *value, int max, int unit, const char *want)
{
	struct str s = given(d, name);
	long long n;

	if (!s.len)
		return OK;
	if (!str_to_int(s, &n) || n < 0 || n > max)
		return wrong(d, name, s, want);
	*value = (int)n * unit;
	return OK;
}

static enum err_code set_numbers(const struct draft *d)
{
	static const char seconds[] = "a number of seconds up to 86400";
	struct http_timeouts *t = &d->p->timeouts;

	*t = HTTP_TIMEOUTS_STREAM;
	d->p->retries_max = 2;
	if (set_number(d, "retries", &d->p->retries_max, 10, 1, "a number up to 10") != OK ||
		set_number(d, "connect_timeout", &t->connect_ms, 86400, 1000, seconds) != OK ||
		set_number(d, "first_byte_timeout", &t->first_byte_ms, 86400, 1000, seconds) != OK ||
		set_number(d, "idle_timeout", &t->idle_ms, 86400, 1000, seconds) != OK ||
		set_number(d, "total_timeout", &t->total_ms, 86400, 1000, seconds) != OK)
		return ERR_CONFIG;
	return OK;
}

enum err_code provider_resolve(struct arena *a, struct str name, const struct provider_setting *settings, size_t n,
	struct provider *p, struct err *err)
{
	const struct draft d = { a, preset_of(name), settings, n, p, err };

	*p = (struct provider){ .name = arena_str(a, name) };
	if (check_names(&d) != OK || set_protocol(&d) != OK || set_address(&d) != OK || set_words(&d) != OK ||
		set_flags(&d) != OK || set_numbers(&d) != OK)
		return ERR_CONFIG;
	set_key(&d);
	p->model = given_or(&d, "model", d.preset->model);
	return OK;
}
