/*
 * ibid help - what there is and how it is called, from the same rows that are parsed
 */
#include <string.h>

#include "cmd/cmd_internal.h"
#include "cmd/help_internal.h"

#define TAGLINE "chat in your terminal with answers that prove their sources"

enum err_code cmd_version_show(struct cmd_env *env, struct err *err)
{
	(void)err;
	if (env->mode == MODE_JSON || env->mode == MODE_JSONL)
		cmd_put_json(env, STR("{\"schema\":\"ibid.version/1\",\"version\":\"" IBID_VERSION "\"}"));
	else
		out_c(&env->out, "ibid " IBID_VERSION "\n");
	return OK;
}

/* --- the list of commands */

static void show_group(struct out *o, enum cmd_group group)
{
	bool any = false;

	for (const struct cmd *const *c = cmd_table; *c; c++) {
		if ((*c)->group != group || (*c)->flags & CMD_HIDDEN)
			continue;
		if (!any)
			help_heading(o, cmd_group_title(group));
		any = true;
		help_entry(o, str_c((*c)->name), 16, str_c((*c)->summary));
	}
}

static void show_all(struct out *o)
{
	static const char *const examples[] = {
		"ibid ingest report.pdf notes/",
		"ibid query \"what did the audit find?\"",
		"git diff | ibid ask \"which of these changes is risky?\"",
		"ibid cite export --format bibtex > sources.bib",
	};

	out_c(o, "ibid - " TAGLINE "\n\n");
	out_c(o, "usage: ibid [OPTION]... COMMAND [ARGUMENT]...\n\n");
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		out_fmt(o, "  %s\n", examples[i]);
	for (int g = 0; g < GROUP_COUNT; g++)
		show_group(o, g);
	help_heading(o, "options of every command");
	help_options(o, cmd_global_opts);
	help_heading(o, "more");
	help_entry(o, STR("ibid help COMMAND"), HELP_COLUMN, STR("one command"));
	for (const struct help_topic *t = help_topics; t->name; t++) {
		SCOPED(buf) name = BUF_INIT;

		buf_fmt(&name, "ibid help %s", t->name);
		help_entry(o, buf_view(&name), HELP_COLUMN, str_c(t->summary));
	}
}

/* --- one command */

static void show_usage(struct out *o, struct str title, const struct cmd *c)
{
	out_c(o, "usage: ");
	out_str(o, title);
	if (c->opts)
		out_c(o, " [OPTION]...");
	if (c->args)
		out_fmt(o, " %s", c->args);
	else if (c->subs)
		out_c(o, c->run ? " [VERB]" : " VERB");
	out_c(o, "\n");
}

static void show_examples(struct out *o, const struct cmd *c)
{
	if (!c->examples)
		return;
	out_c(o, "\n");
	for (const char *const *e = c->examples; *e; e++)
		out_fmt(o, "  %s\n", *e);
}

static void show_verbs(struct out *o, const struct cmd *c)
{
	if (!c->subs)
		return;
	help_heading(o, "verbs");
	for (const struct cmd *const *s = c->subs; *s; s++) {
		SCOPED(buf) name = BUF_INIT;

		buf_c(&name, (*s)->name);
		if ((*s)->args)
			buf_fmt(&name, " %s", (*s)->args);
		help_entry(o, buf_view(&name), HELP_COLUMN, str_c((*s)->summary));
	}
}

static void show_exit(struct out *o, int status, const char *when)
{
	SCOPED(buf) name = BUF_INIT;

	buf_fmt(&name, "%d", status);
	help_entry(o, buf_view(&name), 8, str_c(when ? when : cmd_exit_meaning(status)));
}

static void show_exits_within(struct out *o, const struct cmd *c, int from, int to)
{
	for (const struct cmd_exit *e = c->exits; e && e->status; e++)
		if (e->status >= from && e->status <= to)
			show_exit(o, e->status, e->when);
}

static void show_exits(struct out *o, const struct cmd *c)
{
	help_heading(o, "exit status");
	show_exit(o, 0, NULL);
	show_exits_within(o, c, 1, 1);
	show_exit(o, 2, "usage");
	show_exits_within(o, c, 3, 255);
	out_c(o, "  others: see 'ibid help exit'\n");
}

/* The manual has one page a command, its verbs are sections: "ibid session list" is in ibid-session(1). */
static struct str first_word(struct str title)
{
	struct str rest = title;

	str_cut(&rest, ' ');
	return rest.p ? str_sub(rest, 0, str_find_ch(rest, ' ', 0)) : STR_EMPTY;
}

static void show_command(struct out *o, struct str title, const struct cmd *c)
{
	out_str(o, title);
	out_fmt(o, " - %s\n\n", c->summary);
	show_usage(o, title, c);
	show_examples(o, c);
	if (c->aliases)
		out_fmt(o, "\nalso called: %s\n", c->aliases);
	if (c->details) {
		out_c(o, "\n");
		help_paragraph(o, 0, str_c(c->details));
	}
	show_verbs(o, c);
	if (c->opts) {
		help_heading(o, "options");
		help_options(o, c->opts);
	}
	help_heading(o, "options of every command");
	out_c(o, "  see 'ibid help'\n");
	show_exits(o, c);
	out_fmt(o, "\nsee also ibid-%.*s(1)\n", STR_ARG(first_word(title)));
}

enum err_code cmd_help_show(struct cmd_env *env, const struct cmd *c, struct err *err)
{
	const struct config *config;

	/* For the pager and the colour; help must come up with a broken configuration too. */
	if (cmd_for_people(env) && cmd_config(env, &config, err) != OK)
		err_reset(err);
	cmd_pager(env);
	if (c)
		show_command(&env->out, buf_view(&env->title), c);
	else
		show_all(&env->out);
	return OK;
}

static void add_names(struct buf *out, const struct cmd *const *list)
{
	for (; *list; list++)
		if (!((*list)->flags & CMD_HIDDEN))
			buf_fmt(out, " %s", (*list)->name);
}

enum err_code cmd_help_missing(struct cmd_env *env, struct err *err)
{
	SCOPED(buf) names = BUF_INIT;

	add_names(&names, env->cmd ? env->cmd->subs : cmd_table);
	return err_set(err, ERR_USAGE, "%s is missing, one of:%s", env->cmd ? "a verb" : "a command", buf_cstr(&names));
}

/* --- the command itself */

static const struct help_topic *topic_named(struct str word)
{
	for (const struct help_topic *t = help_topics; t->name; t++)
		if (str_is(word, t->name))
			return t;
	return NULL;
}

static enum err_code unknown_topic(const struct cmd *const *list, struct str word, struct err *err)
{
	const struct cmd *near = list ? cmd_nearest(list, word) : NULL;

	if (near)
		return err_set(
			err, ERR_USAGE, "no command or topic '%.*s'; did you mean '%s'?", STR_ARG(word), near->name);
	return err_set(err, ERR_USAGE, "no command or topic '%.*s'", STR_ARG(word));
}

static enum err_code help_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	const struct help_topic *topic = args->n == 1 ? topic_named(args->v[0]) : NULL;
	const struct cmd *c = NULL;
	SCOPED(buf) title = BUF_INIT;

	if (topic) {
		cmd_pager(env);
		topic->show(env);
		return OK;
	}
	buf_c(&title, "ibid");
	for (size_t i = 0; i < args->n; i++) {
		const struct cmd *const *list = c ? c->subs : cmd_table;

		c = cmd_find(list, args->v[i]);
		if (!c)
			return unknown_topic(list, args->v[i], err);
		buf_fmt(&title, " %s", c->name);
	}
	buf_reset(&env->title);
	buf_str(&env->title, buf_view(&title));
	return cmd_help_show(env, c, err);
}

/* clang-format off */
const struct cmd cmd_help = {
	.name = "help",
	.group = GROUP_CARE,
	.flags = CMD_NO_CONFIG | CMD_NO_JSON,
	.args = "[COMMAND|TOPIC] [VERB]",
	.run = help_run,
	.summary = "what there is and how it is called",
	.examples = (const char *const[]){ "ibid help ask", "ibid help session list", "ibid help exit", NULL },
	.complete = { COMPLETE_COMMAND },
};
/* clang-format on */
