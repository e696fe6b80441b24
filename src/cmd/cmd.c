#include "ibid/cmd/cmd.h"

#include <string.h>

#include "cmd/cmd_internal.h"
#include "ibid/cmd/interrupt.h"
#include "ibid/config/config.h"

#define CMD(name) extern const struct cmd cmd_##name;
#include "cmd/table.def"
#undef CMD

const struct cmd *const cmd_table[] = {
#define CMD(name) &cmd_##name,
#include "cmd/table.def"
#undef CMD
	NULL
};

static const char *const color_words[] = { "auto", "always", "never", NULL };

#define AT(member) .at = offsetof(struct cmd_globals, member)
/* clang-format off */
const struct opt cmd_global_opts[] = {
	{ OPT_FLAG,           'h', "help",     .help = "show help", .flags = OPT_STOPS, AT(help) },
	{ OPT_FLAG,           'V', "version",  .help = "show the version", AT(version) },
	{ OPT_FLAG,           'q', "quiet",    .help = "no messages but errors", AT(quiet) },
	{ OPT_COUNT,          'v', "verbose",  .help = "say more; twice: even more", AT(verbose) },
	{ OPT_OPTIONAL_VALUE, 0,   "json",     .value = "N", .help = "one JSON document, in version N of its form", AT(json) },
	{ OPT_OPTIONAL_VALUE, 0,   "jsonl",    .value = "N", .help = "one JSON object a line, the last one type \"result\"",
		AT(jsonl) },
	{ OPT_FLAG,           0,   "plain",    .help = "tab-separated lines", AT(plain) },
	{ OPT_ENUM,           0,   "color",    .value = "WHEN", .help = "auto, always or never", .values = color_words,
		.complete = COMPLETE_WORDS, AT(color) },
	{ OPT_FLAG,           0,   "no-pager", .help = "write long output straight to the terminal", AT(no_pager) },
	{ OPT_FLAG,           0,   "no-input", .help = "never ask, as in a script", AT(no_input) },
	{ OPT_FLAG,           0,   "for-people", .help = "lay output out as on a terminal", AT(for_people), .flags = OPT_HIDDEN },
	{ OPT_FLAG,           'y', "yes",      .help = "answer yes to what would be asked", AT(yes) },
	{ OPT_FLAG,           0,   "dry-run",  .help = "show what would be done, change nothing", AT(dry_run) },
	{ OPT_STRING,         'L', "library",  .value = "NAME|FILE", .help = "the library to use",
		.complete = COMPLETE_LIBRARY, AT(library) },
	{ OPT_STRING,         0,   "config",   .value = "FILE", .help = "the configuration to use",
		.complete = COMPLETE_FILE, AT(config_file) },
	{ OPT_FLAG,           0,   "offline",  .help = "use no network", AT(offline) },
	{ OPT_NUMBER,         0,   "timeout",  .value = "SEC", .help = "longest time for an answer", .min = 0, .max = 86400,
		AT(timeout_s) },
	{ .kind = OPT_END }
};
/* clang-format on */

const char *cmd_group_title(enum cmd_group group)
{
	static const char *const titles[GROUP_COUNT] = {
		[GROUP_TALK] = "talk",
		[GROUP_LIBRARY] = "library",
		[GROUP_EVIDENCE] = "evidence",
		[GROUP_HISTORY] = "history",
		[GROUP_EXPLORE] = "explore",
		[GROUP_RUN] = "run",
		[GROUP_CARE] = "care",
	};

	return titles[group];
}

/* --- finding */

static bool has_alias(const struct cmd *c, struct str word)
{
	struct str rest = str_c(c->aliases);

	while (c->aliases && rest.p)
		if (str_eq(str_cut(&rest, ' '), word))
			return true;
	return false;
}

const struct cmd *cmd_find(const struct cmd *const *list, struct str word)
{
	for (; list && *list; list++)
		if (str_is(word, (*list)->name) || has_alias(*list, word))
			return *list;
	return NULL;
}

const struct cmd *cmd_nearest(const struct cmd *const *list, struct str word)
{
	const struct cmd *best = NULL;
	int least = 3;

	for (; list && *list; list++) {
		struct str rest = str_c((*list)->aliases);
		int d = opt_distance(word, str_c((*list)->name), 2);

		while ((*list)->aliases && rest.p) {
			int alias = opt_distance(word, str_cut(&rest, ' '), 2);

			d = alias < d ? alias : d;
		}
		if ((*list)->flags & CMD_HIDDEN || d >= least || (size_t)d >= word.len)
			continue;
		best = *list;
		least = d;
	}
	return best;
}

void cmd_count_args(const char *args, size_t *min, size_t *max)
{
	struct str rest = str_c(args);

	*min = *max = 0;
	while (args && rest.p) {
		struct str word = str_cut(&rest, ' ');

		if (!word.len)
			continue;
		if (word.p[0] != '[')
			++*min;
		if (str_find(word, STR("..."), 0) != STR_NONE)
			*max = SIZE_MAX;
		else if (*max != SIZE_MAX)
			++*max;
	}
}

/* The general meanings; DESIGN.md section 5 and sysexits(3). */
static const struct cmd_exit meanings[] = {
	{ 0, "done" },
	{ 1, "the answer is no: nothing found, abstained, a check failed" },
	{ 2, "usage: a bad option, an unknown command, an ambiguous name" },
	{ 65, "bad input data" },
	{ 66, "no such thing: file, session, document" },
	{ 69, "refused by the provider for good" },
	{ 70, "a fault of ibid's" },
	{ 71, "out of memory" },
	{ 73, "an output cannot be created" },
	{ 74, "read or write error, disk full" },
	{ 75, "temporary: network, timeout, rate limit; try again" },
	{ 77, "not allowed: key refused, confirmation missing, offline" },
	{ 78, "configuration: a bad file, no key" },
	{ 80, "over budget" },
	{ 81, "partly done: some inputs failed" },
	{ 130, "interrupted" },
	{ 141, "the reader of the output has gone" },
	{ 143, "terminated" },
};

const char *cmd_exit_meaning(int status)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (meanings[i].status == status)
			return meanings[i].when;
	return NULL;
}

/* --- the command line */

struct line {
	struct cmd_env *env;
	struct opt_parser parser;
	struct opt_list operands;
};

static void enter(struct line *l, const struct cmd *c)
{
	l->env->cmd = c;
	buf_fmt(&l->env->title, " %s", c->name);
	l->parser.sets[1] = (struct opt_set){ .rows = c->opts };
	l->parser.dash_operands = c->flags & CMD_DASH_OPERANDS;
}

/* A word where a command or verb is due: it never becomes a prompt by guess. */
static enum err_code unknown_word(const struct cmd *const *list, struct str word, struct err *err)
{
	const struct cmd *near = cmd_nearest(list, word);
	const char *what = list == cmd_table ? "no command" : "no verb";

	if (near)
		return err_set(err, ERR_USAGE, "%s '%.*s'; did you mean '%s'?", what, STR_ARG(word), near->name);
	if (list == cmd_table)
		return err_set(err, ERR_USAGE, "no command '%.*s'; to ask something: ibid ask '%.*s'", STR_ARG(word),
			STR_ARG(word));
	return err_set(err, ERR_USAGE, "no verb '%.*s'", STR_ARG(word));
}

/* A word is a command, a verb of it, or an operand, in this order. */
static enum err_code take_word(struct line *l, struct str word, struct err *err)
{
	const struct cmd *c = l->env->cmd;
	const struct cmd *const *list = !c ? cmd_table : l->operands.n ? NULL : c->subs;
	const struct cmd *found = cmd_find(list, word);

	if (found) {
		enter(l, found);
		return OK;
	}
	if (list && (!c || !c->run))
		return unknown_word(list, word, err);
	opt_list_add(&l->operands, word);
	return OK;
}

static enum err_code read_line(struct line *l, struct err *err)
{
	struct str word;

	for (;;) {
		if (opt_next(&l->parser, &word, err) != OK)
			return err->code;
		if (!word.p)
			return OK;
		if (take_word(l, word, err) != OK)
			return err->code;
		if (l->env->cmd->flags & CMD_WORDS_ARE_OPERANDS)
			l->parser.after_dashes = true;
	}
}

static enum err_code check_version(const char *option, const struct opt_value *v, struct err *err)
{
	long long n;

	if (!v->given || !v->value.len)
		return OK;
	if (str_to_int(v->value, &n) && n >= CMD_JSON_VERSION_MIN && n <= CMD_JSON_VERSION)
		return OK;
	return err_set(err, ERR_USAGE, "%s=%.*s: no such version of the output; there are %d to %d", option,
		STR_ARG(v->value), CMD_JSON_VERSION_MIN, CMD_JSON_VERSION);
}

static enum err_code choose_mode(struct cmd_env *env, struct err *err)
{
	const struct cmd_globals *o = &env->opt;

	env->mode = o->jsonl.given ? MODE_JSONL : o->json.given ? MODE_JSON : o->plain ? MODE_PLAIN : MODE_HUMAN;
	if (o->json.given + o->jsonl.given + o->plain > 1)
		return err_set(err, ERR_USAGE, "--json, --jsonl and --plain exclude each other");
	if (check_version("--json", &o->json, err) != OK || check_version("--jsonl", &o->jsonl, err) != OK)
		return err->code;
	if (env->cmd && env->cmd->flags & CMD_NO_JSON && env->mode != MODE_HUMAN)
		return err_set(err, ERR_USAGE, "there is no --json, --jsonl or --plain for this command");
	return OK;
}

static enum err_code check_operands(const struct line *l, struct err *err)
{
	const struct cmd *c = l->env->cmd;
	size_t min, max;

	cmd_count_args(c->args, &min, &max);
	if (l->operands.n > max)
		return err_set(err, ERR_USAGE, "one operand too many: '%.*s'", STR_ARG(l->operands.v[max]));
	if (l->operands.n < min)
		return err_set(err, ERR_USAGE, "an operand is missing: %s", c->args);
	return OK;
}

/* Errors before the mode is chosen must still come in the form that was asked for. */
static void guess_mode(struct cmd_env *env, int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (str_is(str_sub(str_c(argv[i]), 0, 7), "--jsonl"))
			env->mode = MODE_JSONL;
		else if (!strcmp(argv[i], "--json") || !strncmp(argv[i], "--json=", 7))
			env->mode = MODE_JSON;
	}
}

static enum err_code run(struct line *l, struct err *err)
{
	struct cmd_env *env = l->env;
	const struct cmd_args args = { .v = l->operands.v, .n = l->operands.n };
	const struct config *config;

	if (!env->cmd->run)
		return cmd_help_missing(env, err);
	if (check_operands(l, err) != OK)
		return err->code;
	cmd_apply_color(env);
	interrupt_install(env->cmd->flags & CMD_POLLS_INTERRUPT);
	if (!(env->cmd->flags & CMD_NO_CONFIG) && cmd_config(env, &config, err) != OK)
		return err->code;
	return env->cmd->run(env, &args, err);
}

/* `ibid` alone at a keyboard. */
static bool chat_if_on_terminal(struct line *l)
{
	const struct cmd *chat = cmd_find(cmd_table, STR("chat"));

	if (!chat || !l->env->out.is_tty || !cmd_can_ask(l->env))
		return false;
	enter(l, chat);
	return true;
}

static enum err_code dispatch(struct line *l, struct err *err)
{
	struct cmd_env *env = l->env;

	if (env->opt.help)
		return cmd_help_show(env, env->cmd, err);
	if (env->opt.version)
		return cmd_version_show(env, err);
	if (!env->cmd && !chat_if_on_terminal(l))
		return cmd_help_missing(env, err);
	return run(l, err);
}

enum err_code cmd_main(struct cmd_env *env, int argc, char **argv, struct err *err)
{
	struct line l = {
		.env = env,
		.parser = { .argc = argc,
			.argv = argv,
			.at = 1,
			.now_ms = clock_now_ms(env->clock),
			.sets = { { .rows = cmd_global_opts, .base = &env->opt } } },
	};
	enum err_code code;

	interrupt_install(false);
	guess_mode(env, argc, argv);
	code = read_line(&l, err);
	if (code == OK)
		code = choose_mode(env, err);
	if (code == OK)
		code = dispatch(&l, err);
	opt_list_release(&l.operands);
	return code;
}
