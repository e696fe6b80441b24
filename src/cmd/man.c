/*
 * ibid __man COMMAND [VERB] - the synopsis and the options of a command in mdoc
 * ibid __man keys           - the keys of each view and the actions, for ibid-keys(7)
 *
 * A manual page is prose by hand around these lines; a check compares them, so
 * that no page lags behind the rows.
 */
#include "cmd/cmd_internal.h"
#include "ibid/tui/keymap.h"

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

/* --- keys */

#define KEY_LIST ".Bl -tag -width \"previous\\-citation\" -compact\n"

/* "ctrl-x s"; a sign alone is punctuation to mdoc unless \& stands before it. */
static void add_key(struct buf *out, const struct key_binding *b)
{
	SCOPED(buf) name = BUF_INIT;

	key_binding_name(&name, b);
	buf_c(out, b->n_strokes > 1 ? "\"" : "");
	buf_c(out, name.len == 1 ? "\\&" : "");
	add_text(out, buf_cstr(&name));
	buf_c(out, b->n_strokes > 1 ? "\"" : "");
}

static void add_help(struct buf *out, enum action action)
{
	buf_ch(out, '\n');
	add_text(out, action_help(action));
	buf_ch(out, '\n');
}

/* Rows of one action stand together in the table and are one item here. */
static void add_view(struct buf *out, const struct keymap *m, enum key_view view)
{
	const struct key_binding *b;
	enum action last = ACTION_NONE;

	buf_fmt(out, ".\\\" keys of %s\n" KEY_LIST, key_view_name(view));
	for (size_t i = 0; (b = keymap_at(m, view, i)); i++) {
		if (i && b->action != last)
			add_help(out, last);
		buf_c(out, i && b->action == last ? " , " : ".It Ic ");
		add_key(out, b);
		last = b->action;
	}
	add_help(out, last);
	buf_c(out, ".El\n");
}

static void add_actions(struct buf *out)
{
	buf_c(out, ".\\\" keys: actions\n" KEY_LIST);
	for (int a = 0; a < ACTION_COUNT; a++) {
		buf_c(out, ".It Cm ");
		add_text(out, action_name((enum action)a));
		add_help(out, (enum action)a);
	}
	buf_c(out, ".El\n");
}

static void add_keys(struct buf *out)
{
	SCOPED_PTR(keymap) m = keymap_new();

	for (int view = 0; view < VIEW_COUNT; view++)
		add_view(out, m, (enum key_view)view);
	add_actions(out);
}

/* Without a command: the options of all, as ibid(1) lists them. */
static enum err_code man_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(buf) title = BUF_INIT;
	SCOPED(buf) text = BUF_INIT;
	const struct cmd *c = NULL;

	if (args->n == 1 && str_is(args->v[0], "keys")) {
		add_keys(&text);
		out_str(&env->out, buf_view(&text));
		return OK;
	}
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
	.summary = "synopsis, options and keys in mdoc, to check pages against",
};
/* clang-format on */
