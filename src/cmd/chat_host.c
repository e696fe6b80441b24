/*
 * What the conversation on the terminal asks of the program around it: the
 * functions of include/ibid/tui/host.h over the parts of cmd that other commands
 * use as well.
 */
#include "cmd/chat_internal.h"

#include <string.h>

#include "cmd/talk_internal.h"
#include "ibid/base/mem.h"
#include "ibid/cmd/endpoint.h"
#include "ibid/cmd/interrupt.h"
#include "ibid/cmd/scope.h"
#include "ibid/net/http.h"
#include "ibid/provider/price.h"

/* A model that was resolved. It stays where it is: the conversation borrows its key. */
struct known_model {
	struct known_model *next;
	struct str asked;	/* the name it was asked for by */
	struct endpoint endpoint;
	struct host_model model;
};

struct model_offer {
	struct str name, about;
};

static void wait_for(void *ctx, struct pollfd *fds, size_t n, int timeout_ms)
{
	struct chat_host *h = ctx;

	http_poll(h->http, fds, n, timeout_ms);
}

static int signal_taken(void *ctx)
{
	(void)ctx;
	return interrupt_take();
}

struct str chat_real_path(const struct chat_host *h, struct arena *a, struct str path)
{
	const char *home = cmd_getenv(h->env, "HOME");

	if (!home || !str_starts(path, STR("~/")))
		return arena_str(a, path);
	return arena_fmt(a, "%s%.*s", home, STR_ARG(str_sub(path, 1, path.len)));
}

/* --- models */

static struct known_model *known_as(struct chat_host *h, struct str name)
{
	for (struct known_model *k = h->known; k; k = k->next)
		if (str_eq(k->asked, name) || str_eq(k->endpoint.name, name))
			return k;
	return NULL;
}

static void fill_price(struct host_model *m, const struct chat_host *h, const struct model *row)
{
	const struct model_price *price = row ? price_row(row, 0, clock_now_ms(h->env->clock)) : NULL;

	m->price_in = m->is_local ? 0 : price ? price->in : -1;
	m->price_out = m->is_local ? 0 : price ? price->out : -1;
}

static void describe(struct known_model *k, const struct chat_host *h)
{
	const struct endpoint *e = &k->endpoint;
	const struct model *row = e->is_extractive ? NULL : models_find(&h->models, e->provider.price_list, e->model);

	k->model.ask = (struct conversation_model){ .name = e->name, .provider = e->is_extractive ? NULL : &e->provider,
		.model = e->model, .key = secret_is_set(&e->key) ? &e->key : NULL,
		.context_tokens = row ? row->context_tokens : -1 };
	k->model.max_out_tokens = row ? row->max_out_tokens : -1;
	k->model.is_local = e->is_extractive || e->provider.is_local;
	fill_price(&k->model, h, row);
}

static enum err_code resolve(void *ctx, struct str name, const struct host_model **model, struct err *err)
{
	struct chat_host *h = ctx;
	struct known_model *k;

	if (!name.len && endpoint_default(h->env, &h->arena, &name, err) != OK)
		return err->code;
	k = known_as(h, name);
	if (!k) {
		k = arena_alloc(&h->arena, sizeof(*k));
		k->endpoint = (struct endpoint)ENDPOINT_INIT;
		k->asked = arena_str(&h->arena, name);
		if (endpoint_find(h->env, h->http, &h->arena, k->asked, false, &k->endpoint, err) != OK) {
			endpoint_release(&k->endpoint);
			return err->code;
		}
		describe(k, h);
		k->next = h->known;
		h->known = k;
	}
	*model = &k->model;
	return OK;
}

/* --- the list of models */

static void offer(struct chat_host *h, struct str name, struct str about)
{
	h->list = mem_grow(h->list, &h->cap_list, h->n_list + 1, sizeof(*h->list));
	h->list[h->n_list++] = (struct model_offer){ arena_str(&h->list_arena, name), arena_str(&h->list_arena, about) };
}

/* "200k context, 3 and 15 USD per million tokens in and out" */
static void add_about(struct buf *out, const struct chat_host *h, const struct provider *p, const struct model *row)
{
	const struct model_price *price = row ? price_row(row, 0, clock_now_ms(h->env->clock)) : NULL;

	if (p->is_local)
		buf_c(out, "on this machine");
	if (row && row->context_tokens > 0)
		buf_fmt(out, "%s%lldk context", out->len ? ", " : "", (long long)row->context_tokens / 1000);
	if (price && price->in >= 0 && price->out >= 0)
		buf_fmt(out, "%s%g and %g USD per million tokens in and out", out->len ? ", " : "",
			(double)price->in / 1e6, (double)price->out / 1e6);
}

static void offer_model(struct chat_host *h, const struct provider *p, struct str id)
{
	SCOPED(buf) name = BUF_INIT;
	SCOPED(buf) about = BUF_INIT;

	buf_fmt(&name, "%.*s/%.*s", STR_ARG(p->name), STR_ARG(id));
	add_about(&about, h, p, models_find(&h->models, p->price_list, id));
	offer(h, buf_view(&name), buf_view(&about));
}

static void offer_provider(struct chat_host *h, struct str name)
{
	struct err ignored = ERR_INIT;
	const struct model *row;
	struct provider p;

	if (endpoint_provider(h->env, &h->list_arena, name, &p, &ignored) != OK)
		return;
	if (p.model.len)
		offer_model(h, &p, p.model);
	for (size_t i = 0; p.price_list.len && (row = models_at(&h->models, i)); i++)
		if (str_eq(row->provider, p.price_list) && !str_eq(row->id, p.model))
			offer_model(h, &p, row->id);
}

static void list_models(struct chat_host *h)
{
	struct str name;

	arena_reset(&h->list_arena);
	h->n_list = 0;
	offer(h, STR(ENDPOINT_EXTRACTIVE), STR("exact quotes from your library, no network"));
	for (size_t i = 0; (name = endpoint_name_at(h->env, &h->list_arena, i)).len; i++)
		offer_provider(h, name);
	offer(h, STR(ENDPOINT_LOCAL), STR("whatever model server runs on this machine"));
}

/* The list is made when it is begun, so that a walk over it stays the same. */
static bool model_at(void *ctx, struct arena *a, size_t i, struct str *name, struct str *about)
{
	struct chat_host *h = ctx;

	if (!i)
		list_models(h);
	if (i >= h->n_list)
		return false;
	*name = arena_str(a, h->list[i].name);
	*about = arena_str(a, h->list[i].about);
	return true;
}

/* --- documents and programs */

static enum err_code scope(void *ctx, struct arena *a, const struct str *words, size_t n, struct scope *s,
	struct err *err)
{
	struct chat_host *h = ctx;
	struct opt_list list = { .v = arena_array(a, n + 1, sizeof(*list.v)), .n = n };

	/* A scope points into its words; those of a typed line do not live that long. */
	for (size_t i = 0; i < n; i++)
		list.v[i] = arena_str(a, words[i]);
	return scope_parse(h->tui.chat.db, a, &list, clock_now_ms(h->env->clock), s, err);
}

static enum err_code attach(void *ctx, struct arena *a, struct str path, struct chat_material *m, struct err *err)
{
	return talk_read_file(a, chat_real_path(ctx, a, path), m, err);
}

struct meanwhile {
	struct chat_host *host;
	int (*step)(void *ctx);
	void *step_ctx;
};

static void move_transfers(void *ctx, int program_fd)
{
	struct pollfd ended = { .fd = program_fd, .events = POLLIN };
	struct meanwhile *m = ctx;

	http_poll(m->host->http, &ended, 1, m->step(m->step_ctx));
}

static enum err_code run_program(struct cmd_env *env, enum host_program program, struct str operand, int page,
	struct err *err)
{
	if (program == HOST_OPENER)
		return cmd_open_file(env, operand, page, err);
	return program == HOST_EDITOR ? cmd_edit_file(env, operand, err) : cmd_page_file(env, operand, err);
}

static enum err_code run(void *ctx, enum host_program program, struct str operand, int page, int (*step)(void *ctx),
	void *step_ctx, struct err *err)
{
	struct chat_host *h = ctx;
	struct meanwhile m = { h, step, step_ctx };
	enum err_code code;

	h->env->meanwhile = move_transfers;
	h->env->meanwhile_ctx = &m;
	code = run_program(h->env, program, operand, page, err);
	h->env->meanwhile = NULL;
	return code;
}

static pid_t spawn(void *ctx, const char *const *argv, int input)
{
	struct chat_host *h = ctx;

	return cmd_spawn_program(h->env, argv, input);
}

/* --- the whole */

static struct tui_host host_of(struct chat_host *h, const struct config *config, struct store *db)
{
	struct cmd_env *env = h->env;

	return (struct tui_host){ .ctx = h, .config = config,
		.chat = { .db = db, .http = h->http, .clock = env->clock, .models = &h->models },
		.env = env->env, .env_ctx = env->env_ctx, .version = IBID_VERSION, .color = env->out.color,
		.wait = wait_for, .signal = signal_taken, .model = resolve, .model_at = model_at,
		.scope = scope, .command = chat_command, .is_command = chat_is_command, .is_verb = chat_is_verb,
		.complete = chat_complete, .run = run, .spawn = spawn, .attach = attach };
}

enum err_code chat_host_open(struct chat_host *h, struct cmd_env *env, struct err *err)
{
	const struct config *config;
	struct store *db;

	h->env = env;
	if (cmd_config(env, &config, err) != OK || cmd_store(env, 0, &db, err) != OK ||
		endpoint_http(env, &h->http, err) != OK || endpoint_models(env, &h->arena, &h->models, err) != OK)
		return err->code;
	talk_keep_house(env, config, db);
	h->tui = host_of(h, config, db);
	return OK;
}

void chat_host_release(struct chat_host *h)
{
	for (struct known_model *k = h->known; k; k = k->next)
		endpoint_release(&k->endpoint);
	http_free(h->http);
	models_release(&h->models);
	mem_free(h->list);
	arena_release(&h->list_arena);
	arena_release(&h->arena);
}
