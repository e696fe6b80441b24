#include "ibid/cmd/talk.h"

#include <string.h>
#include <unistd.h>

#include "ibid/base/json.h"
#include "ibid/base/mem.h"
#include "ibid/base/path.h"
#include "ibid/base/utf8.h"
#include "ibid/chat/chat.h"
#include "ibid/chat/footnotes.h"
#include "ibid/cmd/endpoint.h"
#include "ibid/cmd/interrupt.h"
#include "ibid/cmd/progress.h"
#include "ibid/cmd/scope.h"
#include "ibid/config/config.h"
#include "ibid/ingest/helper.h"
#include "ibid/net/http.h"
#include "ibid/render/markdown.h"
#include "ibid/store/sessions.h"

#include "cmd/talk_internal.h"

struct talk_arg talk_arg = { .temperature = -1, .save = true, .stream = true, .sources = true };
#define arg talk_arg

const char *const talk_policy_words[] = { "default", "warn", "strip", "strict", NULL };
const char *const talk_grounding_words[] = { "auto", "off", "require", NULL };
const char *const talk_effort_words[] = { "default", "none", "low", "medium", "high", "max", NULL };

/* clang-format off */
const struct opt talk_opts[] = {
	TALK_WHO_OPTS,
	{ OPT_FLAG,   0,   "save",       &arg.save,       NULL,    "keep the conversation (the default)" },
	{ OPT_LIST,   'f', "file",       &arg.files,      "FILE",  "attach a file to this prompt without storing it", COMPLETE_FILE },
	TALK_HOW_OPTS,
	{ OPT_OPTIONAL_VALUE, 'x', "extract", &arg.extract, "LANG", "print the first code block only" },
	{ OPT_FLAG,   0,   "stream",     &arg.stream,     NULL,    "write the answer as it arrives (the default)" },
	{ OPT_FLAG,   0,   "sources",    &arg.sources,    NULL,    "list the citations below the answer (the default)" },
	{ OPT_FLAG,   0,   "raw",        &arg.raw,        NULL,    "write the answer's bytes as they are, control bytes too" },
	{ .kind = OPT_END }
};
const struct cmd_exit talk_exits[] = {
	{ 1, "the library does not carry an answer, or a citation failed its check" },
	{ 65, "the answer does not end and was stopped; the part received is kept" },
	{ 66, "no such session, document or file" }, { 69, NULL },
	{ 75, "the provider cannot be reached or is busy; the question is kept" }, { 77, "the key was refused" },
	{ 78, "no model is configured, or no key was found" }, { 81, "some of several models failed" },
	{ 130, "interrupted: the part received is kept" }, { 0, NULL }
};
/* clang-format on */

/* How long the trash keeps what was removed. */
#define TRASH_MS ((int64_t)7 * 24 * 3600 * 1000)

/* Bytes of one attached file or pipe. */
#define MATERIAL_MAX ((size_t)16 << 20)

void talk_render(struct out *out, struct str markdown)
{
	SCOPED_PTR(render_md) md = render_md_new(out, out->width_cols);

	render_md_feed(md, markdown);
	render_md_end(md);
}

/* --- what is asked */

struct str talk_join(struct arena *a, const struct cmd_args *args)
{
	SCOPED(buf) text = BUF_INIT;

	for (size_t i = 0; i < args->n; i++)
		buf_fmt(&text, "%s%.*s", i ? " " : "", STR_ARG(args->v[i]));
	return arena_str(a, str_trim(buf_view(&text)));
}

/* A PDF in a pipe would be sent, and paid for, as so many question marks. One byte of Latin-1 is text still. */
static bool is_text(struct str bytes, struct str repaired)
{
	size_t bad = 0;

	if (bytes.len && memchr(bytes.p, 0, bytes.len))
		return false;
	for (size_t at = 0; (at = str_find(repaired, STR("\xEF\xBF\xBD"), at)) != STR_NONE; at += 3)
		bad++;
	return bad <= bytes.len / 8;
}

static enum err_code read_stdin(struct cmd_env *env, struct arena *a, struct str *text, struct err *err)
{
	SCOPED(buf) bytes = BUF_INIT;
	SCOPED(buf) clean = BUF_INIT;

	if (isatty(STDIN_FILENO))
		cmd_warn(env, "reading standard input; end it with Ctrl-D");
	if (path_read_fd(STDIN_FILENO, "standard input", MATERIAL_MAX, &bytes, err) != OK)
		return err->code;
	utf8_repair(&clean, buf_view(&bytes));
	if (!is_text(buf_view(&bytes), buf_view(&clean)))
		return err_set(err, ERR_DATA, "'standard input' is no text; give a document by its name: -f FILE");
	*text = arena_str(a, str_trim(buf_view(&clean)));
	return OK;
}

enum err_code talk_read_file(struct arena *a, struct str path, struct chat_material *m, struct err *err)
{
	SCOPED(extraction) x = EXTRACTION_INIT;
	SCOPED(buf) helper = BUF_INIT;
	struct helper_opts opts = { 0 };

	if (helper_find(&helper, err) != OK)
		return err->code;
	opts.program = buf_cstr(&helper);
	if (helper_extract(&opts, path.p, &x, err) != OK)
		return err->code;
	*m = (struct chat_material){ path, arena_str(a, buf_view(&x.text)) };
	return OK;
}

static enum err_code gather_materials(struct cmd_env *env, struct talk *t, const struct cmd_args *args,
	struct err *err)
{
	struct str piped = STR_EMPTY;

	t->question = talk_join(&t->arena, args);
	t->materials = arena_array(&t->arena, arg.files.n + 1, sizeof(*t->materials));
	if (!t->question.len || !isatty(STDIN_FILENO))
		if (read_stdin(env, &t->arena, &piped, err) != OK)
			return err->code;
	if (!t->question.len)
		t->question = piped;
	else if (piped.len)
		t->materials[t->n_materials++] = (struct chat_material){ STR("standard input"), piped };
	if (!t->question.len)
		return err_set(err, ERR_USAGE, "no prompt: give it as words or by standard input");
	for (size_t i = 0; i < arg.files.n; i++)
		if (talk_read_file(&t->arena, arg.files.v[i], &t->materials[t->n_materials++], err) != OK)
			return err->code;
	return OK;
}

/* --- where it is asked */

enum err_code talk_session(struct store *db, struct arena *a, int64_t *id, struct err *err)
{
	struct session s;

	if (!arg.session.p && !arg.go_on)
		return OK;
	if (store_session_find(db, a, arg.session.p ? arg.session : STR("@"), &s, err) != OK)
		return err->code;
	*id = s.id;
	return OK;
}

static enum err_code choose_models(struct cmd_env *env, struct talk *t, struct err *err)
{
	struct str fallback;

	t->n = arg.models.n ? arg.models.n : 1;
	t->seats = arena_array(&t->arena, t->n, sizeof(*t->seats));
	if (!arg.models.n && endpoint_default(env, &t->arena, &fallback, err) != OK)
		return err->code;
	for (size_t i = 0; i < t->n; i++) {
		struct seat *seat = &t->seats[i];

		*seat = (struct seat){ .talk = t, .endpoint = ENDPOINT_INIT, .text = BUF_INIT, .index = i };
		if (endpoint_find(env, t->http, &t->arena, arg.models.n ? arg.models.v[i] : fallback, false, &seat->endpoint,
			    err) != OK)
			return err->code;
		if (seat->endpoint.is_extractive && !t->is_grounded)
			return err_set(err, ERR_CONFIG, "no model is configured: 'extractive' only answers from the library; name a "
				"model with -m, set core.model, or use 'ibid query'");
	}
	return OK;
}

enum err_code talk_query(const struct config *c, struct talk_query *q, struct err *err)
{
	const char *word = arg.policy ? talk_policy_words[arg.policy] : config_str(c, "query.policy").p;

	if (!chat_policy_of(str_c(word), &q->policy))
		return err_set(err, ERR_CONFIG, "query.policy: '%s' is no policy", word);
	q->top = arg.top ? (size_t)arg.top : (size_t)config_int(c, "query.top");
	q->evidence_words = (size_t)config_int(c, "query.evidence_words");
	return OK;
}

void talk_keep_house(struct cmd_env *env, const struct config *c, struct store *db)
{
	int64_t now = clock_now_ms(env->clock), expired = 0, purged = 0;
	struct err ignored = ERR_INIT;

	if (store_session_expire(db, now, config_int(c, "core.keep"), &expired, &ignored) == OK && expired)
		cmd_explain(env, "%lld old sessions moved to the trash (core.keep)", (long long)expired);
	store_purge_trash(db, now - TRASH_MS, &purged, &ignored);
}

static enum err_code prepare(struct cmd_env *env, struct talk *t, const struct cmd_args *args, struct err *err)
{
	const struct config *c;

	t->is_grounded = arg.grounding ? arg.grounding == 2 : t->mode == TALK_QUERY || arg.scope.n;
	t->is_saved = arg.save;
	if (cmd_config(env, &c, err) != OK || gather_materials(env, t, args, err) != OK ||
		talk_query(c, &t->query, err) != OK || endpoint_http(env, &t->http, err) != OK)
		return err->code;
	if (choose_models(env, t, err) != OK)
		return err->code;
	if ((t->is_saved || t->is_grounded || arg.session.p || arg.go_on) &&
		cmd_store(env, t->is_saved ? 0 : STORE_READ_ONLY, &t->db, err) != OK)
		return err->code;
	if (t->db && t->is_saved)
		talk_keep_house(env, c, t->db);
	if (talk_session(t->db, &t->arena, &t->session_id, err) != OK || endpoint_models(env, &t->arena, &t->models, err) != OK)
		return err->code;
	return t->is_grounded ? scope_parse(t->db, &t->arena, &arg.scope, clock_now_ms(env->clock), &t->scope, err) : OK;
}

/* --- the turns */

static enum err_code start_seat(struct cmd_env *env, struct talk *t, struct seat *seat, struct err *err)
{
	struct endpoint *e = &seat->endpoint;
	struct chat_env chat = { .db = t->db, .http = t->http, .clock = env->clock, .models = &t->models };
	struct chat_sink sink = talk_sink(seat);

	seat->ask = (struct chat_ask){ .question = t->question, .system = arg.system.p ? arg.system : STR_EMPTY,
		.materials = t->materials, .n_materials = t->n_materials, .is_grounded = t->is_grounded,
		.scope = &t->scope, .top = t->query.top, .evidence_words = t->query.evidence_words, .policy = t->query.policy,
		.provider = e->is_extractive ? NULL : &e->provider, .model = e->model, .model_name = e->name,
		.key = secret_is_set(&e->key) ? &e->key : NULL, .max_tokens = arg.max_tokens,
		.temperature = arg.temperature, .effort = (enum effort)arg.effort, .session_id = t->session_id,
		.parent_id = t->parent_id, .save = t->is_saved, .is_passing = talk_is_passing(t, seat) };
	if (chat_start(&chat, &seat->ask, &sink, &seat->turn, err) != OK)
		return t->n > 1 ? err_ctx(err, "%.*s", STR_ARG(e->name)) : err->code;
	/* All models of one prompt answer in one conversation, as branches below the same message. */
	if (t->is_saved && !t->session_id) {
		t->session_id = chat_session(seat->turn)->id;
		t->parent_id = CHAT_PARENT_NONE;
	}
	return OK;
}

static bool all_over(const struct talk *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->seats[i].turn && !chat_is_over(t->seats[i].turn))
			return false;
	return true;
}

static int wait_ms(const struct talk *t)
{
	int wait = 100;

	for (size_t i = 0; i < t->n; i++)
		if (t->seats[i].turn && !chat_is_over(t->seats[i].turn))
			wait = chat_wait_ms(t->seats[i].turn, wait);
	return wait;
}

static void run_turns(struct talk *t)
{
	while (!all_over(t)) {
		http_poll(t->http, NULL, 0, wait_ms(t));
		for (size_t i = 0; i < t->n; i++) {
			struct seat *seat = &t->seats[i];

			if (!seat->turn || chat_is_over(seat->turn))
				continue;
			chat_step(seat->turn);
			if (interrupt_pending())
				chat_cancel(seat->turn);
		}
		talk_show_progress(t);
		if (out_flush(&t->env->out, NULL) == ERR_PIPE)
			for (size_t i = 0; i < t->n; i++)
				if (t->seats[i].turn)
					chat_cancel(t->seats[i].turn);
	}
}

/* --- the verdict */

static enum err_code verdict_of(const struct talk *t, const struct seat *seat, struct err *err)
{
	const struct chat_result *r = chat_result(seat->turn);

	if (r->code != OK) {
		*err = r->err;
		return r->code;
	}
	if (r->answer.is_abstained)
		return err_set(err, ERR_NO, "the library does not carry an answer");
	if (t->mode == TALK_QUERY && t->is_grounded && footnotes_any_failed(&r->answer, false))
		return err_set(err, ERR_NO, "not every sentence is proved; %s",
			seat->ask.save ? "'ibid cite verify @' lists them" : "see the marks");
	return OK;
}

static enum err_code verdict(const struct talk *t, struct err *err)
{
	enum err_code first = OK;
	size_t failed = 0;

	if (interrupt_check(err) != OK)
		return err->code;
	for (size_t i = 0; i < t->n; i++) {
		struct err own = ERR_INIT;
		enum err_code code = t->seats[i].failed.code;

		if (code == OK)
			code = verdict_of(t, &t->seats[i], &own);
		else
			own = t->seats[i].failed;
		if (code == OK)
			continue;
		failed++;
		if (first == OK) {
			first = code;
			*err = own;
		}
	}
	if (!failed || t->n == 1 || failed == t->n)
		return first;
	return err_set(err, ERR_PARTLY, "%zu of %zu models failed", failed, t->n);
}

static void release(struct talk *t)
{
	for (size_t i = 0; i < t->n; i++) {
		chat_free(t->seats[i].turn);
		endpoint_release(&t->seats[i].endpoint);
		buf_release(&t->seats[i].text);
		render_md_free(t->seats[i].md);
	}
	http_free(t->http);
	models_release(&t->models);
	arena_release(&t->arena);
}

enum err_code talk_run(struct cmd_env *env, const struct cmd_args *args, enum talk_mode mode, struct err *err)
{
	struct talk t = { .env = env, .mode = mode, .arena = ARENA_INIT };
	enum err_code code = prepare(env, &t, args, err);

	if (code == OK) {
		talk_begin(&t);
		for (size_t i = 0; i < t.n; i++) {
			code = start_seat(env, &t, &t.seats[i], &t.seats[i].failed);
			if (code != OK && t.n > 1)
				cmd_warn(env, "%s", t.seats[i].failed.text);
		}
		run_turns(&t);
		talk_end(&t);
		code = verdict(&t, err);
	}
	release(&t);
	return code;
}
