#include "ibid/cmd/talk.h"

static enum err_code ask_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	return talk_run(env, args, TALK_ASK, err);
}

const struct cmd cmd_ask = {
	.name = "ask",
	.group = GROUP_TALK,
	.flags = CMD_POLLS_INTERRUPT,
	.args = "[PROMPT...]",
	.opts = talk_opts,
	.run = ask_run,
	.summary = "one prompt to one or several models",
	.details = "What is piped in is attached to the prompt; without a prompt it is the prompt. With -d the answer comes "
		   "from these documents and is cited and checked as by ibid query.",
	.examples = (const char *const[]){ "ibid ask -m claude \"why is the sky blue?\"",
		"git diff | ibid ask -m local/gemma \"review this\"", "ibid ask -c \"and at night?\"",
		"ibid ask -m claude -m openai \"name three risks of this plan\" < plan.md", NULL },
	.exits = talk_exits,
};
