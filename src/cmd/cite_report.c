#include "ibid/cmd/citations.h"
#include "ibid/cmd/cmd.h"
#include "ibid/store/desk.h"

#include "cmd/cite_internal.h"

static struct {
	bool withdraw;
} arg;

/* Several claims may carry one mark; who reports the mark means them all. */
static enum err_code report_mark(struct store *db, const struct answer *answer, int n, struct str why, struct err *err)
{
	for (size_t i = 0; i < answer->n_citations; i++)
		if (answer->citations[i].n == n && store_citation_report(db, answer->citations[i].id, why, err) != OK)
			return err->code;
	return OK;
}

static enum err_code report_at_once(struct store *db, const struct answer *answer, int n, struct str why,
	struct err *err)
{
	if (store_begin(db, err) != OK)
		return err->code;
	if (report_mark(db, answer, n, why, err) != OK)
		return store_rollback(db, err);
	return store_commit(db, err);
}

static void say(struct cmd_env *env, const struct cite_answers *v, const struct cite_answer *answer, int n)
{
	if (env->mode != MODE_HUMAN || env->opt.quiet)
		return;
	out_fmt(&env->out, "%s  %.*s#%d[%d]\n", arg.withdraw ? "withdrawn" : "reported", STR_ARG(v->place.session.sid),
		answer->message.n, n);
}

static enum err_code report_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str why = args->n > 1 ? str_trim(args->v[1]) : STR_EMPTY;
	const struct cite_answer *answer = NULL;
	const struct citation *c = NULL;
	struct cite_answers answers;
	struct store *db;

	if (arg.withdraw && args->n > 1)
		return err_set(err, ERR_USAGE, "a report that is withdrawn has no reason");
	if (!arg.withdraw && !why.len)
		return err_set(err, ERR_USAGE, "say what is wrong with the citation, or give --withdraw");
	if (cmd_store(env, STORE_MUST_EXIST, &db, err) != OK ||
		cite_answers_load(db, &a, args->v[0], &answers, err) != OK ||
		cite_answers_pick(&answers, args->v[0], &answer, &c, err) != OK ||
		report_at_once(db, &answer->answer, c->n, why, err) != OK)
		return err->code;
	say(env, &answers, answer, c->n);
	return OK;
}

/* clang-format off */
static const struct opt report_opts[] = {
	{ OPT_FLAG, 0, "withdraw", &arg.withdraw, NULL, "take the report back" },
	{ .kind = OPT_END }
};

const struct cmd cite_report = {
	.name = "report", .args = "CITE [WHY]", .opts = report_opts, .run = report_run,
	.summary = "note that a citation is wrong, and why",
	.details = "The level stays what the check found; the report is shown beside it. It goes nowhere but into the library.",
	.examples = (const char *const[]){ "ibid cite report '@[1]' 'that was another group'",
		"ibid cite report '@[1]' --withdraw", NULL },
	.exits = (const struct cmd_exit[]){ { 66, NULL }, { 0, NULL } }, .complete = { COMPLETE_SESSION, COMPLETE_NONE },
};
/* clang-format on */
