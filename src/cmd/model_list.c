#include "cmd/model_internal.h"

#include <string.h>

#include "ibid/cmd/interrupt.h"
#include "ibid/provider/discover.h"
#include "ibid/provider/key.h"
#include "ibid/provider/registry.h"

static struct {
	struct list_options list;
	struct str provider;
	struct opt_list caps;
	bool local, served;
} arg;

/* One listing: what it reads and where it writes. */
struct listing {
	struct cmd_env *env;
	struct arena arena;
	struct models models;
	struct emit emit;
	struct str chosen; /* the default model's name */
	struct http *http; /* NULL: not asked for */
};

static bool is_wanted(const struct model_row *row)
{
	for (size_t i = 0; i < arg.caps.n; i++)
		if (!row->known || !model_has(row->known, arg.caps.v[i].p))
			return false;
	return true;
}

static void add(struct listing *l, struct model_row row)
{
	if (!row.name.len)
		row.name = arena_fmt(&l->arena, "%.*s/%.*s", STR_ARG(row.provider), STR_ARG(row.model));
	row.is_default = row.is_default || str_eq(row.name, l->chosen);
	if (!is_wanted(&row))
		return;
	emit_record(&l->emit);
	model_put(&l->emit, &row, clock_now_ms(l->env->clock));
}

/* The default of a provider is named by the provider alone, too. */
static bool is_default_of(const struct listing *l, const struct provider *p, struct str model)
{
	return str_eq(l->chosen, p->name) && str_eq(model, p->model);
}

/* Its own default, then what the table knows of it. */
static void add_known(struct listing *l, const struct provider *p)
{
	const struct model *m, *own = p->model.len ? models_find(&l->models, p->price_list, p->model) : NULL;

	if (p->model.len)
		add(l, (struct model_row){ .provider = p->name,
			       .model = p->model,
			       .is_local = p->is_local,
			       .context_tokens = -1,
			       .known = own,
			       .is_default = is_default_of(l, p, p->model) });
	for (size_t i = 0; p->price_list.len && (m = models_at(&l->models, i)); i++)
		if (str_eq(m->provider, p->price_list) && !str_eq(m->id, p->model))
			add(l, (struct model_row){
				       .provider = p->name, .model = m->id, .context_tokens = -1, .known = m });
}

static void add_served(struct listing *l, const struct provider *p, const struct served_models *served)
{
	for (size_t i = 0; i < served->n; i++)
		add(l, (struct model_row){ .provider = p->name,
			       .model = served->v[i].id,
			       .is_local = p->is_local,
			       .context_tokens = served->v[i].context_tokens,
			       .known = models_find(&l->models, p->price_list, served->v[i].id),
			       .is_default = is_default_of(l, p, served->v[i].id) });
}

static bool is_cancelled(void *ctx)
{
	(void)ctx;
	return interrupt_pending();
}

static enum err_code ask(struct listing *l, const struct provider *p, struct err *err)
{
	struct key_env keys = { .get = l->env->env, .ctx = l->env->env_ctx, .clock = l->env->clock };
	SCOPED(secret) key = SECRET_INIT;
	struct served_models served;

	if (key_get(p, &keys, &key, err) != OK)
		return err->code;
	if (discover_models(l->http, p, &key, &l->arena, is_cancelled, NULL, &served, err) != OK)
		return err_ctx(err, "%.*s", STR_ARG(p->name));
	add_served(l, p, &served);
	return OK;
}

/* Several providers: what one of them refuses is a warning, so that the others are listed. */
static enum err_code list_provider(struct listing *l, struct str name, struct err *err)
{
	struct provider p;

	if (endpoint_provider(l->env, &l->arena, name, &p, err) != OK)
		return err->code;
	if (l->http)
		return ask(l, &p, err);
	add_known(l, &p);
	return OK;
}

static enum err_code list_all(struct listing *l, struct err *err)
{
	struct str name;
	size_t failed = 0, n = 0;

	if (!l->http)
		add(l, (struct model_row){ .name = STR(ENDPOINT_EXTRACTIVE),
			       .provider = STR(ENDPOINT_EXTRACTIVE),
			       .model = STR(ENDPOINT_EXTRACTIVE),
			       .is_local = true,
			       .context_tokens = -1 });
	for (; (name = endpoint_name_at(l->env, &l->arena, n)).len; n++) {
		if (list_provider(l, name, err) == OK)
			continue;
		if (interrupt_pending())
			return interrupt_check(err);
		cmd_warn(l->env, "%s", err->text);
		failed++;
	}
	if (!failed)
		return OK;
	return err_set(err, ERR_PARTLY, "%zu of %zu providers could not be asked", failed, n);
}

static void list_local(struct listing *l)
{
	struct local_server *found;
	size_t n = discover_local(l->http, &l->arena, &found);

	for (size_t i = 0; i < n; i++) {
		struct provider p = { .name = found[i].provider, .is_local = true };

		cmd_explain(l->env, "%.*s answers at %.*s after %lld ms", STR_ARG(found[i].provider),
			STR_ARG(found[i].base_url), (long long)found[i].latency_ms);
		add_served(l, &p, &found[i].models);
	}
}

static enum err_code fill(struct listing *l, struct err *err)
{
	if (arg.local) {
		list_local(l);
		return OK;
	}
	return arg.provider.p ? list_provider(l, arg.provider, err) : list_all(l, err);
}

static enum err_code begin(struct listing *l, struct err *err)
{
	if ((arg.local || arg.served) && l->env->opt.offline)
		return err_set(err, ERR_DENIED, "--offline: nobody can be asked; leave --local and --served out");
	if (endpoint_models(l->env, &l->arena, &l->models, err) != OK ||
		endpoint_default(l->env, &l->arena, &l->chosen, err) != OK)
		return err->code;
	if ((arg.local || arg.served) && endpoint_http(l->env, &l->http, err) != OK)
		return err->code;
	return emit_list(&l->emit, l->env, "model", model_fields, &arg.list, err);
}

/* What was found is shown even when a provider failed. */
static enum err_code run(struct listing *l, struct err *err)
{
	struct err at_end = ERR_INIT;
	enum err_code code;

	if (begin(l, err) != OK)
		return err->code;
	code = fill(l, err);
	if (code != OK && code != ERR_PARTLY)
		return code;
	if (emit_end(&l->emit, &at_end) != OK) {
		*err = at_end;
		return err->code;
	}
	if (code == OK && !emit_count(&l->emit))
		return err_set(err, ERR_NO, arg.local ? "no model server answers on this machine" : "no models");
	return code;
}

static enum err_code list_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	struct listing l = { .env = env, .emit = EMIT_INIT };
	enum err_code code;

	(void)args;
	code = run(&l, err);
	emit_release(&l.emit);
	models_release(&l.models);
	http_free(l.http);
	arena_release(&l.arena);
	opt_list_release(&arg.caps);
	return code;
}

/* clang-format off */
static const struct opt list_opts[] = {
	{ OPT_FLAG, 0, "local", &arg.local, NULL, "look for model servers on this machine" },
	{ OPT_FLAG, 0, "served", &arg.served, NULL, "ask the providers what they serve" },
	{ OPT_STRING, 0, "provider", &arg.provider, "NAME", "only of this provider", COMPLETE_PROVIDER },
	{ OPT_LIST, 0, "caps", &arg.caps, "WORD", "only models that can: vision, tools, reasoning" },
	LIST_OPTS(arg.list),
	{ .kind = OPT_END },
};

const struct cmd model_list_cmd = {
	.name = "list",
	.flags = CMD_POLLS_INTERRUPT,
	.opts = list_opts,
	.run = list_run,
	.summary = "models that can be used here",
	.examples = (const char *const[]){
		"ibid model list",
		"ibid model list --local",
		"ibid model list --served --provider openai",
		NULL
	},
	.details = "Without --local or --served no network is used: listed are the providers that are configured or whose key is "
		   "set, with what ibid knows of their models.",
	.exits = (const struct cmd_exit[]){ { 1, "none was found" }, { 75, "the provider cannot be reached" },
		{ 77, "the key was refused, or --offline" }, { 81, "some providers could not be asked" }, { 0, NULL } },
};
/* clang-format on */
