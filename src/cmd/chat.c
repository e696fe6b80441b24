/*
 * ibid chat - a conversation on the terminal
 *
 * Reads the options and looks at the terminal; the conversation itself is
 * tui/host.h's: the full screen, or append-only where a screen is no help.
 */
#include <unistd.h>

#include "cmd/chat_internal.h"
#include "cmd/talk_internal.h"
#include "ibid/cmd/cmd.h"
#include "ibid/cmd/endpoint.h"
#include "ibid/cmd/scope.h"
#include "ibid/store/sessions.h"

static struct {
	bool is_inline;
	struct str branch;
} arg;

/* A screen reader is there only when it says so: it cannot be seen from here (reference: ux 1.9). */
static bool wants_inline(const struct cmd_env *env)
{
	struct str accessible = str_c(cmd_getenv(env, "ACCESSIBLE")), term = str_c(cmd_getenv(env, "TERM"));

	return arg.is_inline || (accessible.len && !str_is(accessible, "0")) || !term.len || str_is(term, "dumb");
}

static enum err_code check_terminal(const struct cmd_env *env, struct err *err)
{
	if (env->out.is_tty && isatty(STDIN_FILENO) && !env->opt.no_input)
		return OK;
	return err_set(err, ERR_USAGE, "a conversation needs a terminal; for one question use 'ibid ask'");
}

/* What cannot be asked is told before the screen opens; keys are fetched when they are needed. */
static enum err_code check_models(struct cmd_env *env, struct err *err)
{
	if (talk_arg.models.n > CONVERSATION_SEATS_MAX)
		return err_set(err, ERR_USAGE, "%d models can be asked at once, not %zu", CONVERSATION_SEATS_MAX,
			talk_arg.models.n);
	for (size_t i = 0; i < talk_arg.models.n; i++)
		if (endpoint_check(env, talk_arg.models.v[i], err) != OK)
			return err->code;
	return OK;
}

/* --branch SESSION#N */
static enum err_code choose_branch(struct store *db, struct arena *a, struct tui_options *o, struct err *err)
{
	struct cite_place place;
	struct message m;

	if (talk_arg.session.p || talk_arg.go_on)
		return err_set(err, ERR_USAGE, "--branch names its session; it excludes -s and -c");
	if (cite_place_find(db, a, arg.branch, &place, err) != OK)
		return err->code;
	if (!place.message_n)
		return err_set(err, ERR_USAGE, "--branch '%.*s' names no message: write SESSION#2", STR_ARG(arg.branch));
	if (store_message_by_n(db, a, place.session.id, place.message_n, &m, err) != OK)
		return err->code;
	o->session_id = place.session.id;
	o->branch_id = m.id;
	return OK;
}

static enum err_code choose_how(const struct config *c, struct conversation_how *how, struct err *err)
{
	struct talk_query query;

	if (talk_query(c, &query, err) != OK)
		return err->code;
	*how = (struct conversation_how){
		.grounding = (enum conversation_grounding)(talk_arg.grounding ? talk_arg.grounding : config_int(c, "chat.grounding")),
		.policy = query.policy, .top = query.top, .evidence_words = query.evidence_words,
		.system = talk_arg.system.p ? talk_arg.system : STR_EMPTY, .max_tokens = talk_arg.max_tokens,
		.temperature = talk_arg.temperature, .effort = (enum effort)talk_arg.effort, .save = true };
	return OK;
}

static enum err_code fill_options(struct chat_host *h, const struct cmd_args *args, struct tui_options *o,
	struct err *err)
{
	struct store *db = h->tui.chat.db;
	struct scope checked;

	*o = (struct tui_options){ .models = talk_arg.models.v, .n_models = talk_arg.models.n,
		.scope = talk_arg.scope.v, .n_scope = talk_arg.scope.n, .prompt = talk_join(&h->arena, args) };
	if (choose_how(h->tui.config, &o->how, err) != OK || check_models(h->env, err) != OK)
		return err->code;
	if (o->n_scope && h->tui.scope(h, &h->arena, o->scope, o->n_scope, &checked, err) != OK)
		return err->code;
	if (arg.branch.p)
		return choose_branch(db, &h->arena, o, err);
	return talk_session(db, &h->arena, &o->session_id, err);
}

static enum err_code chat_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(chat_host) h = CHAT_HOST_INIT;
	struct tui_options o;

	if (check_terminal(env, err) != OK || chat_host_open(&h, env, err) != OK ||
		fill_options(&h, args, &o, err) != OK)
		return err->code;
	return wants_inline(env) ? inline_run(&h.tui, &o, &env->out, err) : screen_run(&h.tui, &o, err);
}

/* clang-format off */
static const struct opt chat_opts[] = {
	TALK_WHO_OPTS,
	{ OPT_STRING, 0,   "branch",     &arg.branch,     "SESSION#N", "go on from message N of a conversation: a new branch", COMPLETE_SESSION },
	{ OPT_FLAG,   0,   "inline",     &arg.is_inline,  NULL,    "append-only, for screen readers and plain terminals" },
	TALK_HOW_OPTS,
	{ .kind = OPT_END }
};

const struct cmd cmd_chat = {
	.name = "chat",
	.group = GROUP_TALK,
	.flags = CMD_NO_JSON | CMD_POLLS_INTERRUPT,
	.args = "[PROMPT...]",
	.opts = chat_opts,
	.run = chat_run,
	.summary = "a conversation on the terminal",
	.details = "Answers come from your library when it holds documents, and are cited and checked then; without a model "
		   "they are exact quotes. /help lists what can be typed; every command of ibid can, after a slash. With "
		   "--inline, ACCESSIBLE=1 or TERM=dumb nothing is drawn: lines are written one below the other. "
		   "'ibid' alone on a terminal is 'ibid chat'.",
	.examples = (const char *const[]){ "ibid chat", "ibid chat -c", "ibid chat -m claude -m openai -d tag:2020",
		"ibid chat --inline \"what did the audit find?\"", NULL },
	.exits = (const struct cmd_exit[]){
		{ 66, "no such session or document" }, { 78, "a model that is not configured" },
		{ 130, "left by Ctrl-C; what was said is kept" }, { 0, NULL } },
};
/* clang-format on */
