#include "ibid/provider/discover.h"

#include "ibid/base/mem.h"
#include "ibid/provider/registry.h"

#define PROBE_MS 300
#define PRESETS_MAX 32

static const struct http_timeouts list_timeouts = { 10000, 30000, 30000, 60000 };
static const struct http_timeouts probe_timeouts = { PROBE_MS, PROBE_MS, PROBE_MS, PROBE_MS };

/* -- Reading a list -- */

/* OpenAI: data[].id; llama.cpp, vLLM: max_model_len, meta.n_ctx_train; Anthropic: display_name, max_input_tokens. */
static struct served_model read_model(struct arena *a, const struct json_node *n)
{
	static const char *const limits[] = { "max_input_tokens", "context_length", "max_model_len", "context_window",
		"meta.n_ctx_train" };
	struct served_model m = { .context_tokens = -1 };

	m.id = arena_str(a, json_str(json_get(n, "id")));
	m.name = arena_str(a, json_str(json_get(n, "display_name")));
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]) && m.context_tokens < 0; i++)
		m.context_tokens = json_int(json_at(n, limits[i]), -1);
	return m;
}

static bool read_list(struct arena *a, struct str body, struct served_models *models)
{
	SCOPED_PTR(json) doc = NULL;
	const struct json_node *data;
	size_t n;

	if (json_parse(body, JSON_MEND, &doc, NULL) != OK)
		return false;
	data = json_kind(json_root(doc)) == JSON_ARRAY ? json_root(doc) : json_get(json_root(doc), "data");
	if (json_kind(data) != JSON_ARRAY)
		return false;
	n = json_count(data);
	n = n > DISCOVER_MODELS_MAX ? DISCOVER_MODELS_MAX : n;
	models->n = 0;
	models->v = arena_array(a, n ? n : 1, sizeof(*models->v));
	for (const struct json_node *m = json_first(data); m && models->n < n; m = json_next(m))
		if (json_str(json_get(m, "id")).len)
			models->v[models->n++] = read_model(a, m);
	return true;
}

/* -- Asking one provider -- */

struct question {
	struct buf url;
	struct http_header headers[2];
	struct http_request request;
};

static void question_set(struct question *q, const struct provider *p, const struct secret *key,
	const struct http_timeouts *timeouts)
{
	provider_url(p, p->ops->models_path, &q->url);
	q->headers[0] = (struct http_header){ STR("accept"), STR("application/json") };
	q->headers[1] = (struct http_header){ str_c(p->ops->version_header), str_c(p->ops->version) };
	q->request = (struct http_request){
		.method = "GET",
		.url = buf_view(&q->url),
		.headers = q->headers,
		.n_headers = p->ops->version_header ? 2 : 1,
		.secret = key,
		.secret_header = p->auth_header,
		.secret_prefix = p->auth_prefix,
		.timeouts = *timeouts,
		.identity = p->identity,
	};
}

static enum err_code refused(const struct provider *p, const struct fetch *f, struct err *err)
{
	SCOPED(buf) name = BUF_INIT;
	struct fault fault = FAULT_INIT;
	enum err_code code;

	buf_str(&name, p->name);
	fault_read(&fault, f->status, buf_view(&f->body));
	code = fault_err(&fault, buf_cstr(&name), "", err);
	fault_release(&fault);
	return code;
}

enum err_code discover_models(struct http *h, const struct provider *p, const struct secret *key, struct arena *a,
	cancelled_fn *cancelled, void *ctx, struct served_models *models, struct err *err)
{
	struct question q = { .url = BUF_INIT };
	SCOPED(fetch) f = FETCH_INIT;
	enum err_code code;

	question_set(&q, p, key, &list_timeouts);
	code = fetch_run(h, &q.request, cancelled, ctx, &f, err);
	buf_release(&q.url);
	if (code != OK && f.status >= 400)
		code = refused(p, &f, err);
	else if (code != OK)
		code = err_ctx(err, "provider '%.*s'", STR_ARG(p->name));
	else if (!read_list(a, buf_view(&f.body), models))
		code = err_set(err, ERR_PROTOCOL, "provider '%.*s' answered with something else than a list of models",
			STR_ARG(p->name));
	secret_scrub_err(key, err);
	return code;
}

/* -- Knocking at doors -- */

struct probe {
	const struct provider *provider;
	struct question question;
	struct buf body;
	struct served_models models;
	struct arena *arena;
	int64_t started_ms, latency_ms;
	bool is_running, is_there;
};

static bool probe_body(void *ctx, struct str bytes)
{
	struct probe *p = ctx;

	buf_str(&p->body, bytes);
	return true;
}

static void probe_done(void *ctx, const struct http_result *result)
{
	struct probe *p = ctx;

	p->is_running = false;
	p->latency_ms = clock_mono_ms(&clock_system) - p->started_ms;
	p->is_there = result->code == OK && read_list(p->arena, buf_view(&p->body), &p->models);
}

static void probe_start(struct http *h, struct probe *p)
{
	const struct http_sink sink = { NULL, probe_body, probe_done, p };

	question_set(&p->question, p->provider, NULL, &probe_timeouts);
	p->started_ms = clock_mono_ms(&clock_system);
	p->is_running = http_start(h, &p->question.request, &sink, NULL, NULL) == OK;
}

static bool is_any_running(const struct probe *probes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (probes[i].is_running)
			return true;
	return false;
}

static size_t gather(struct arena *a, struct probe *probes, size_t n, struct local_server **found)
{
	size_t there = 0;

	*found = arena_array(a, n ? n : 1, sizeof(**found));
	for (size_t i = 0; i < n; i++) {
		struct probe *p = &probes[i];

		if (p->is_there)
			(*found)[there++] = (struct local_server){ p->provider->name, p->provider->base_url, p->models,
				p->latency_ms };
		buf_release(&p->question.url);
		buf_release(&p->body);
	}
	return there;
}

size_t discover_servers(struct http *h, const struct provider *candidates, size_t n, struct arena *a,
	struct local_server **found)
{
	struct probe *probes = mem_zalloc(n, sizeof(*probes));
	size_t there;

	for (size_t i = 0; i < n; i++) {
		probes[i].provider = &candidates[i];
		probes[i].arena = a;
		probe_start(h, &probes[i]);
	}
	while (is_any_running(probes, n))
		http_poll(h, NULL, 0, PROBE_MS);
	there = gather(a, probes, n, found);
	mem_free(probes);
	return there;
}

size_t discover_local(struct http *h, struct arena *a, struct local_server **found)
{
	struct provider *candidates = arena_array(a, PRESETS_MAX, sizeof(*candidates));
	size_t n = 0;
	const char *name;

	for (size_t i = 0; (name = provider_preset_name(i)) && n < PRESETS_MAX; i++)
		if (provider_resolve(a, str_c(name), NULL, 0, &candidates[n], NULL) == OK && candidates[n].is_local)
			n++;
	return discover_servers(h, candidates, n, a, found);
}

void discover_test_request(struct str model, struct chat_message *message, struct chat_request *request)
{
	*message = (struct chat_message){ .role = ROLE_USER, .text = STR("Reply with the word: ok") };
	*request = (struct chat_request){
		.model = model,
		.messages = message,
		.n_messages = 1,
		.max_tokens = 256,	/* models that think first need room for it */
		.temperature = -1,
	};
}
