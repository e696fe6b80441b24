/*
 * ibid model - which models there are, which one answers, and whether it does
 */
#include "cmd/model_internal.h"

#include <string.h>

#include "cmd/cmd_internal.h"
#include "ibid/provider/price.h"

static struct {
	struct list_options list;
} arg;

const struct field model_fields[] = {
	{ FIELD_STR, "id", "model", FIELD_CUT },
	{ FIELD_STR, "provider", NULL },
	{ FIELD_STR, "model", NULL },
	{ FIELD_BOOL, "default", "default" },
	{ FIELD_BOOL, "local", "local" },
	{ FIELD_INT, "context", "context" },
	{ FIELD_INT, "max_out", "longest" },
	{ FIELD_NUMBER, "price_in", "$/M in" },
	{ FIELD_NUMBER, "price_out", "$/M out" },
	{ FIELD_STR, "currency", NULL },
	{ FIELD_STRS, "caps", "can", FIELD_CUT },
	{ .kind = FIELD_END },
};

static void put_price(struct emit *e, const char *field, int64_t rate)
{
	if (rate >= 0)
		emit_number(e, field, (double)rate / 1e6, 6);
}

static void put_known(struct emit *e, const struct model *m, int64_t now_ms)
{
	const struct model_price *price = price_row(m, 0, now_ms);
	struct str rest = m->abilities, caps[16];
	size_t n = 0;

	if (m->max_out_tokens >= 0)
		emit_int(e, "max_out", m->max_out_tokens);
	while (rest.len && n < sizeof(caps) / sizeof(*caps))
		caps[n++] = str_cut(&rest, ',');
	emit_strs(e, "caps", caps, n);
	if (!price)
		return;
	put_price(e, "price_in", price->in);
	put_price(e, "price_out", price->out);
	emit_c(e, "currency", "USD");
}

void model_put(struct emit *e, const struct model_row *row, int64_t now_ms)
{
	int64_t context = row->context_tokens >= 0 || !row->known ? row->context_tokens : row->known->context_tokens;

	emit_str(e, "id", row->name);
	emit_str(e, "provider", row->provider);
	emit_str(e, "model", row->model);
	emit_bool(e, "default", row->is_default);
	emit_bool(e, "local", row->is_local);
	if (context >= 0)
		emit_int(e, "context", context);
	if (row->known)
		put_known(e, row->known, now_ms);
}

/* --- show */

static enum err_code show(struct cmd_env *env, struct arena *a, struct str name, struct models *models, struct err *err)
{
	SCOPED_PTR(http) http = NULL;	/* used for `local` alone: who answers now? */
	SCOPED(emit) e = EMIT_INIT;
	SCOPED(endpoint) ep = ENDPOINT_INIT;
	struct model_row row = { .context_tokens = -1 };
	struct str chosen;

	if (endpoint_http(env, &http, err) != OK || endpoint_find(env, http, a, name, true, &ep, err) != OK ||
		endpoint_default(env, a, &chosen, err) != OK)
		return err->code;
	row.name = ep.name;
	row.model = ep.model;
	row.provider = ep.is_extractive ? ep.name : ep.provider.name;
	row.is_local = ep.is_extractive || ep.provider.is_local;
	row.is_default = str_eq(chosen, ep.name) || str_eq(chosen, row.provider);
	if (!ep.is_extractive)
		row.known = models_find(models, ep.provider.price_list, ep.model);
	if (emit_one(&e, env, "model", model_fields, &arg.list, err) != OK)
		return err->code;
	model_put(&e, &row, clock_now_ms(env->clock));
	return emit_end(&e, err);
}

static enum err_code show_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct models models = { 0 };
	struct str name;
	enum err_code code;

	if (args->n)
		name = args->v[0];
	else if (endpoint_default(env, &a, &name, err) != OK)
		return err->code;
	code = endpoint_models(env, &a, &models, err);
	if (code == OK)
		code = show(env, &a, name, &models, err);
	models_release(&models);
	return code;
}

/* --- use */

static void warn_if_overruled(struct cmd_env *env, const struct config *c)
{
	const struct config_value *v = config_get(c, STR("core.model"));

	if (v && v->origin != ORIGIN_DEFAULT)
		cmd_warn(env, "%.*s sets core.model to '%.*s', which wins", STR_ARG(v->file), STR_ARG(v->text));
}

static void tell(struct cmd_env *env, struct str name)
{
	SCOPED(buf) text = BUF_INIT;
	struct json_writer w = json_writer(&text);

	if (env->mode == MODE_HUMAN || env->mode == MODE_PLAIN) {
		if (!env->opt.quiet)
			out_fmt(&env->out, "%s %.*s\n", env->opt.dry_run ? "would use" : "using", STR_ARG(name));
		return;
	}
	json_open(&w, '{');
	if (env->mode == MODE_JSONL)
		json_put_c(&w, "type", "change");
	else
		json_put_c(&w, "schema", "ibid.change/1");
	json_put_c(&w, "action", "use");
	json_put_str(&w, "model", name);
	json_put_bool(&w, "dry_run", env->opt.dry_run);
	json_close(&w);
	cmd_put_json(env, buf_view(&text));
}

static enum err_code use_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	struct str name = args->v[0];
	const struct config *c;

	if (cmd_config(env, &c, err) != OK)
		return err->code;
	if ((env->opt.dry_run ? endpoint_check(env, name, err) : endpoint_use(env, name, err)) != OK)
		return err->code;
	tell(env, name);
	warn_if_overruled(env, c);
	return OK;
}

/* --- rows */

/* clang-format off */
static const struct opt show_opts[] = {
	FIELDS_OPT(arg.list),
	{ .kind = OPT_END },
};

static const struct cmd show_cmd = {
	.name = "show", .args = "[MODEL]", .opts = show_opts, .run = show_run,
	.summary = "what is known of a model; without one, of the default",
	.examples = (const char *const[]){ "ibid model show", "ibid model show claude", NULL },
	.exits = (const struct cmd_exit[]){ { 78, "no such provider, or it has no default model" }, { 0, NULL } },
	.complete = { COMPLETE_MODEL },
};

static const struct cmd use_cmd = {
	.name = "use", .args = "MODEL", .run = use_run, .summary = "make a model the one that answers",
	.examples = (const char *const[]){ "ibid model use claude", "ibid model use local/qwen", "ibid model use extractive", NULL },
	.details = "The choice is kept in the library. The setting core.model and the variable IBID_MODEL win over it.",
	.exits = (const struct cmd_exit[]){ { 78, "no such provider, or it has no default model" }, { 0, NULL } },
	.complete = { COMPLETE_MODEL },
};

const struct cmd cmd_model = {
	.name = "model",
	.aliases = "models",
	.group = GROUP_RUN,
	.summary = "which models there are, and which one answers",
	.examples = (const char *const[]){
		"ibid model list --local",
		"ibid model use claude",
		"ibid model test --all",
		NULL
	},
	.details = "A model is named PROVIDER/MODEL, or PROVIDER for its default. Providers are sections of the configuration, "
		   "built-in presets whose key is set, \"local\" for a server on this machine, and \"extractive\", which is part "
		   "of ibid and needs no network.",
	.subs = (const struct cmd *const[]){ &model_list_cmd, &show_cmd, &use_cmd, &model_test_cmd, NULL },
};
/* clang-format on */
