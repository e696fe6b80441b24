#include "cmd/model_internal.h"

#include "ibid/cmd/interrupt.h"
#include "ibid/provider/discover.h"
#include "ibid/provider/exchange.h"

static struct {
	struct list_options list;
	bool all;
} arg;

static const struct field test_fields[] = {
	{ FIELD_STR, "id", "model", FIELD_CUT },
	{ FIELD_STR, "health", "health", FIELD_STATE },
	{ FIELD_BOOL, "streams", "streams" },
	{ FIELD_MS, "latency_ms", "first token" },
	{ FIELD_MS, "total_ms", "total" },
	{ FIELD_INT, "http_status", NULL },
	{ FIELD_STR, "code", NULL },
	{ FIELD_STR, "reason", "reason", FIELD_CUT },
	{ FIELD_TIME, "checked", NULL },
	{ .kind = FIELD_END },
};

/* How one model did. */
struct trial {
	enum err_code code;
	struct err err;
	int n_pieces, http_status;
	int64_t first_token_ms, total_ms;
};

static void on_event(void *ctx, const struct turn_event *e)
{
	struct trial *t = ctx;

	if (e->kind == TURN_TEXT)
		t->n_pieces++;
}

static void on_done(void *ctx, const struct exchange_result *r)
{
	struct trial *t = ctx;

	t->code = r->code;
	t->err = r->err;
	t->http_status = r->http_status;
	t->first_token_ms = r->first_token_ms;
	t->total_ms = r->total_ms;
}

static bool is_cancelled(void *ctx)
{
	(void)ctx;
	return interrupt_pending();
}

static enum err_code ask(struct cmd_env *env, struct http *http, const struct endpoint *ep, struct trial *t)
{
	struct chat_message message;
	struct chat_request request;
	struct exchange_job job = {
		.provider = &ep->provider, .request = &request, .key = &ep->key, .clock = env->clock
	};
	struct exchange_sink sink = { .on_event = on_event, .on_done = on_done, .ctx = t };
	struct exchange_wait wait = { .cancelled = is_cancelled };

	discover_test_request(ep->model, &message, &request);
	return exchange_run(http, &job, &sink, &wait, &t->err);
}

/* The name may not resolve, or its key be missing: that is a result too. */
static struct trial try(struct cmd_env *env, struct http *http, struct arena *a, struct str *name)
{
	SCOPED(endpoint) ep = ENDPOINT_INIT;
	struct trial t = { .err = ERR_INIT, .first_token_ms = -1, .total_ms = -1 };

	t.code = endpoint_find(env, http, a, *name, false, &ep, &t.err);
	if (t.code != OK)
		return t;
	*name = ep.name;
	if (!ep.is_extractive)
		t.code = ask(env, http, &ep, &t);
	return t;
}

static void put(struct emit *e, struct str name, const struct trial *t, int64_t now_ms)
{
	emit_record(e);
	emit_str(e, "id", name);
	emit_c(e, "health", t->code == OK ? "ok" : "failed");
	if (t->n_pieces)
		emit_bool(e, "streams", t->n_pieces > 1);
	if (t->first_token_ms >= 0)
		emit_int(e, "latency_ms", t->first_token_ms);
	if (t->total_ms >= 0)
		emit_int(e, "total_ms", t->total_ms);
	if (t->http_status)
		emit_int(e, "http_status", t->http_status);
	if (t->code != OK) {
		emit_c(e, "code", err_name(t->code));
		emit_c(e, "reason", t->err.text);
	}
	emit_time(e, "checked", now_ms);
}

/* --- several */

struct tally {
	size_t n, failed, temporary;
};

static void test_one(
	struct cmd_env *env, struct http *http, struct arena *a, struct str name, struct emit *e, struct tally *sum)
{
	struct trial t = try(env, http, a, &name);

	put(e, name, &t, clock_now_ms(env->clock));
	sum->n++;
	sum->failed += t.code != OK;
	sum->temporary += err_exit_status(t.code) == err_exit_status(ERR_NETWORK);
}

static enum err_code conclude(const struct tally *sum, struct err *err)
{
	if (interrupt_pending())
		return interrupt_check(err);
	if (!sum->failed)
		return OK;
	if (sum->temporary == sum->n)
		return err_set(err, ERR_NETWORK, sum->n == 1 ? "it does not answer" : "none of the %zu models answers",
			sum->n);
	return err_set(err, ERR_NO,
		sum->n == 1 ? "it does not answer as it should" : "%zu of %zu models do not answer as they should",
		sum->failed, sum->n);
}

static enum err_code test_all(struct cmd_env *env, struct http *http, const struct cmd_args *args, struct arena *a,
	struct emit *e, struct err *err)
{
	struct tally sum = { 0 };
	struct str name;

	if (arg.all) {
		for (size_t i = 0; (name = endpoint_name_at(env, a, i)).len && !interrupt_pending(); i++)
			test_one(env, http, a, name, e, &sum);
	} else {
		if (args->n)
			name = args->v[0];
		else if (endpoint_default(env, a, &name, err) != OK)
			return err->code;
		test_one(env, http, a, name, e, &sum);
	}
	if (emit_end(e, err) != OK)
		return err->code;
	return conclude(&sum, err);
}

static enum err_code test_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(emit) e = EMIT_INIT;
	SCOPED_PTR(http) http = NULL;

	if (arg.all && args->n)
		return err_set(err, ERR_USAGE, "--all and a model exclude each other");
	if (endpoint_http(env, &http, err) != OK || emit_list(&e, env, "model", test_fields, &arg.list, err) != OK)
		return err->code;
	return test_all(env, http, args, &a, &e, err);
}

/* clang-format off */
static const struct opt test_opts[] = {
	{ OPT_FLAG, 0, "all", &arg.all, NULL, "every provider that is configured or has a key" },
	LIST_OPTS(arg.list),
	{ .kind = OPT_END },
};

const struct cmd model_test_cmd = {
	.name = "test",
	.flags = CMD_POLLS_INTERRUPT,
	.args = "[MODEL]",
	.opts = test_opts,
	.run = test_run,
	.summary = "ask a tiny question: does it answer, and how soon?",
	.examples = (const char *const[]){ "ibid model test", "ibid model test claude", "ibid model test --all --json", NULL },
	.details = "Sends one short prompt to each model and costs as much. Checked are the address, the key and the stream.",
	.exits = (const struct cmd_exit[]){ { 1, "at least one does not answer as it should" },
		{ 75, "none answers, for reasons that may pass" }, { 0, NULL } },
	.complete = { COMPLETE_MODEL },
};
/* clang-format on */
