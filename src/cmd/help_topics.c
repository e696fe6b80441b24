#include "cmd/help_internal.h"

#include "cmd/cmd_internal.h"
#include "ibid/config/settings.h"

static void show_settings(struct cmd_env *env)
{
	struct out *o = &env->out;

	out_c(o, "settings - what can be configured\n\n");
	help_paragraph(o, 0,
		STR("Settings are read from ~/.config/ibid/config, which 'ibid config edit' opens. An option of the "
		    "command line wins over the environment, that over a file .ibid of the project (found from the "
		    "working directory upward; it may set only what is marked p), that over your file, that over the "
		    "default. 'ibid config list --origin' shows what is in force and why.\n\n"
		    "  [core]\n"
		    "          model = claude\n"
		    "  [provider \"claude\"]\n"
		    "          key_cmd = pass show claude\n\n"));
	for (const struct setting *s = setting_table; s->name; s++) {
		SCOPED(buf) text = BUF_INIT;

		buf_fmt(&text, "%s (", s->help);
		setting_add_range(&text, s);
		buf_fmt(&text, "%s%s%s)", s->env ? "; " : "", s->env ? s->env : "",
			s->flags & SETTING_PROJECT ? "; p" : "");
		help_entry(o, str_c(s->name), HELP_COLUMN, buf_view(&text));
	}
}

static void show_json(struct cmd_env *env)
{
	out_c(&env->out, "json - output for programs\n\n");
	help_paragraph(&env->out, 0,
		STR("--json prints one document, --jsonl one object a line. Every document has a member \"schema\" "
		    "such as "
		    "ibid.answer/1. --json=1 asks for version 1 of the forms; a version that is not supported is a "
		    "usage error.\n\n"
		    "  list    {\"schema\":\"ibid.list/1\",\"kind\":\"doc\",\"items\":[...],\"next\":null}\n"
		    "  line    {\"type\":\"doc\",...}\n"
		    "  end     {\"type\":\"result\",\"ok\":true,\"exit\":0}\n\n"
		    "The last line of --jsonl is always of type result; its ok is true exactly when the exit status is "
		    "0, also after an interrupt. --fields chooses members; --fields help lists them.\n\n"
		    "Times are RFC 3339 in UTC, sizes are bytes, money is a number with its currency beside it. "
		    "Control "
		    "characters are escaped.\n\n"
		    "An error is one line on standard error:\n\n"
		    "  {\"schema\":\"ibid.error/1\",\"exit\":75,\"code\":\"busy\",\"message\":\"...\",\n"
		    "   \"hint\":\"...\",\"provider\":\"...\",\"http_status\":429,\"request_id\":\"...\",\n"
		    "   \"retryable\":true,\"retry_after_s\":20}\n"));
}

static void show_exit(struct cmd_env *env)
{
	out_c(&env->out, "exit - exit statuses, the same for every command\n\n");
	for (int status = 0; status < 256; status++) {
		SCOPED(buf) name = BUF_INIT;

		if (!cmd_exit_meaning(status))
			continue;
		buf_fmt(&name, "%d", status);
		help_entry(&env->out, buf_view(&name), 8, str_c(cmd_exit_meaning(status)));
	}
}

static const struct {
	const char *name, *help;
} variables[] = {
	{ "IBID_CONFIG", "the configuration file to use" },
	{ "IBID_KEY_NAME", "the key of provider NAME, in capitals" },
	{ "IBID_NO_PROBE", "the screen asks the terminal no questions" },
	{ "IBID_ASCII", "lines and marks in ASCII" },
	{ "NO_COLOR", "not empty: no colour" },
	{ "CLICOLOR_FORCE, FORCE_COLOR", "not empty and not 0: colour in pipes too" },
	{ "TERM", "dumb: no colour, no progress line, no pager" },
	{ "ACCESSIBLE", "not empty: output for screen readers, nothing is redrawn" },
	{ "PAGER, LESS", "the pager and its options" },
	{ "VISUAL, EDITOR", "the editor" },
	{ "XDG_CONFIG_HOME", "where the configuration is; also XDG_DATA_HOME, XDG_STATE_HOME and XDG_CACHE_HOME" },
	{ "https_proxy, no_proxy", "proxies, as curl reads them" },
};

static void show_environment(struct cmd_env *env)
{
	struct out *o = &env->out;

	out_c(o, "environment - variables that ibid reads\n\n");
	for (const struct setting *s = setting_table; s->name; s++)
		if (s->env)
			help_entry(o, str_c(s->env), HELP_COLUMN, str_c(s->help));
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		help_entry(o, str_c(variables[i].name), HELP_COLUMN, str_c(variables[i].help));
}

const struct help_topic help_topics[] = { { "settings", "what can be configured, with ranges", show_settings },
	{ "environment", "variables that are read", show_environment },
	{ "json", "the forms of --json and --jsonl", show_json }, { "exit", "exit statuses", show_exit }, { NULL } };
