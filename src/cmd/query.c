#include "ibid/cmd/talk.h"

static enum err_code query_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	return talk_run(env, args, TALK_QUERY, err);
}

const struct cmd cmd_query = {
	.name = "query",
	.group = GROUP_TALK,
	.flags = CMD_POLLS_INTERRUPT,
	.args = "[QUESTION...]",
	.opts = talk_opts,
	.run = query_run,
	.summary = "one question to the library: retrieve, answer, cite, verify",
	.details = "Every sentence that states a fact is cited, and ibid checks each citation against the stored text. Without a "
		   "model (extractive) the answer is made of exact quotes. When the library does not carry an answer, ibid "
		   "says so and leaves with status 1.",
	.examples = (const char *const[]){ "ibid query \"which groups used Cobalt Strike in 2020?\"",
		"ibid query -m claude -d tag:2020 \"what did the outage cost?\"",
		"ibid query --json \"main finding?\" | jq -r '.citations[].citekey'", NULL },
	.exits = talk_exits,
};
