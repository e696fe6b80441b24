/*
 * ibid completion - the script that makes a shell ask `ibid __complete`
 *
 * The scripts are the files of completions/, compiled in.
 */
#include "ibid/cmd/cmd.h"

static const char bash_script[] =
#include "completions/ibid.bash.inc"
	;
static const char zsh_script[] =
#include "completions/_ibid.inc"
	;
static const char fish_script[] =
#include "completions/ibid.fish.inc"
	;

static const char *const shells[] = { "bash", "zsh", "fish", NULL };
static const char *const scripts[] = { bash_script, zsh_script, fish_script };

static enum err_code completion_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	for (size_t i = 0; shells[i]; i++) {
		if (!str_is(args->v[0], shells[i]))
			continue;
		out_c(&env->out, scripts[i]);
		return OK;
	}
	return err_set(err, ERR_USAGE, "no completion for '%.*s', but for bash, zsh and fish", STR_ARG(args->v[0]));
}

/* clang-format off */
const struct cmd cmd_completion = {
	.name = "completion",
	.group = GROUP_CARE,
	.flags = CMD_NO_CONFIG | CMD_NO_JSON,
	.args = "bash|zsh|fish",
	.run = completion_run,
	.summary = "a script that teaches your shell to complete ibid",
	.examples = (const char *const[]){
		"eval \"$(ibid completion bash)\"",
		"ibid completion zsh > ~/.zfunc/_ibid",
		"ibid completion fish | source",
		NULL
	},
	.complete = { COMPLETE_WORDS },
	.values = shells,
};
/* clang-format on */
