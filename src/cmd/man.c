/*
 * ibid __man COMMAND [VERB] - the synopsis and the options of a command in mdoc
 *
 * A manual page is prose by hand around these lines; a check compares them, so
 * that no page lags behind the rows.
 */
#include "cmd/cmd_internal.h"

/* mdoc macros eat a leading dot and quotes; a backslash begins an escape. */
static void add_text(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			buf_c(out, "\\e");
		else if (*text == '"')
			buf_c(out, "\\(dq");
		else if (*text == '-')
			buf_c(out, "\\-");
		else
			buf_ch(out, *text);
	}
}

/* Fl writes one dash before its word; a long name brings the other. Words of two letters such as Ns are macros: \& hides them. */
static void add_option(struct buf *out, const struct opt *o)
{
	if (o->letter)
		buf_fmt(out, "Fl %c , ", o->letter);
	buf_c(out, "Fl \\-");
	add_text(out, o->name);
	if (o->kind == OPT_OPTIONAL_VALUE)
		buf_fmt(out, " Ns Op = Ns Ar %s", o->value ? o->value : "VALUE");
	else if (opt_takes_value(o))
		buf_fmt(out, " Ar %s", o->value ? o->value : "VALUE");
}

/* "[PROMPT...]" -> .Op Ar PROMPT ... */
static void add_operand(struct buf *out, struct str word)
{
	bool may_miss = word.p[0] == '[' && word.p[word.len - 1] == ']';
	struct str name = may_miss ? str_sub(word, 1, word.len - 1) : word;
	bool repeats = str_ends(name, STR("..."));

	name = repeats ? str_sub(name, 0, name.len - 3) : name;
	buf_fmt(out, ".%sAr %.*s%s\n", may_miss ? "Op " : "", STR_ARG(name), repeats ? " ..." : "");
}

static void add_synopsis(struct buf *out, struct str title, const struct cmd *c)
{
	struct str rest = str_c(c->args);

	buf_fmt(out, ".Nm %.*s\n", STR_ARG(title));
	if (c->opts)
		buf_c(out, ".Op Ar OPTION ...\n");
	while (c->args && rest.p) {
		struct str word = str_cut(&rest, ' ');

		if (word.len)
			add_operand(out, word);
	}
	if (c->subs && !c->args)
		buf_fmt(out, ".%sAr VERB\n", c->run ? "Op " : "");
}

static void add_options(struct buf *out, const struct opt *rows)
{
	buf_c(out, ".Bl -tag -width Ds\n");
	for (; rows->kind != OPT_END; rows++) {
		if (rows->flags & OPT_HIDDEN)
			continue;
		buf_c(out, ".It ");
		add_option(out, rows);
		buf_ch(out, '\n');
		add_text(out, rows->help);
		for (int i = 0; rows->kind == OPT_ENUM && rows->values[i]; i++)
			buf_fmt(out, "%s%s", !i ? ": " : rows->values[i + 1] ? ", " : " or ", rows->values[i]);
		buf_c(out, ".\n");
	}
	buf_c(out, ".El\n");
}

static void add_page(struct buf *out, struct str title, const struct cmd *c)
{
	buf_fmt(out, ".\\\" synopsis of %.*s\n", STR_ARG(title));
	add_synopsis(out, title, c);
	if (c->opts) {
		buf_fmt(out, ".\\\" options of %.*s\n", STR_ARG(title));
		add_options(out, c->opts);
	}
	for (const struct cmd *const *s = c->subs; s && *s; s++) {
		SCOPED(buf) sub = BUF_INIT;

		buf_fmt(&sub, "%.*s %s", STR_ARG(title), (*s)->name);
		add_page(out, buf_view(&sub), *s);
	}
}

/* Without a command: the options of all, as ibid(1) lists them. */
static enum err_code man_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(buf) title = BUF_INIT;
	SCOPED(buf) text = BUF_INIT;
	const struct cmd *c = NULL;

	buf_c(&title, "ibid");
	for (size_t i = 0; i < args->n; i++) {
		c = cmd_find(c ? c->subs : cmd_table, args->v[i]);
		if (!c)
			return err_set(err, ERR_USAGE, "no command '%.*s'", STR_ARG(args->v[i]));
		buf_fmt(&title, " %s", c->name);
	}
	if (c)
		add_page(&text, buf_view(&title), c);
	else
		add_options(&text, cmd_global_opts);
	out_str(&env->out, buf_view(&text));
	return OK;
}

/* clang-format off */
const struct cmd cmd_man = {
	.name = "__man",
	.group = GROUP_CARE,
	.flags = CMD_HIDDEN | CMD_NO_CONFIG,
	.args = "[COMMAND] [VERB]",
	.run = man_run,
	.summary = "synopsis and options in mdoc, to check the manual against",
};
/* clang-format on */
