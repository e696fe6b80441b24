/*
 * ibid __complete -- WORD... - what may stand in place of the last word
 *
 * Reads the words before it by the same rows as the parser, but forgives what is
 * not finished. Prints value<TAB>description lines, or one line ":file" or ":dir"
 * when the shell should look itself. Never writes, never waits, never complains.
 */
#include "cmd/cmd_internal.h"
#include "cmd/complete_internal.h"

#include <string.h>

struct walk {
	struct completion out;
	struct opt_parser rows; /* only its sets are used */
	const struct cmd *cmd;
	const struct opt *wants_value; /* the option before the last word */
	size_t n_operands;
	bool after_dashes;
};

void complete_offer(struct completion *c, struct str value, struct str about)
{
	SCOPED(buf) whole = BUF_INIT;

	if (!str_starts(value, c->word))
		return;
	buf_str(&whole, c->head);
	buf_str(&whole, value);
	c->sink->offer(c->sink->ctx, buf_view(&whole), about);
}

/* --- the words before the last */

static void enter(struct walk *w, const struct cmd *c)
{
	w->cmd = c;
	w->rows.sets[1] = (struct opt_set){ .rows = c->opts };
}

static void take_operand(struct walk *w, struct str word)
{
	const struct cmd *const *list = !w->cmd ? cmd_table : w->n_operands ? NULL : w->cmd->subs;
	const struct cmd *found = cmd_find(list, word);

	if (found)
		enter(w, found);
	else
		w->n_operands++;
}

/* Options that say where to look are obeyed here too. */
static void take_value(struct walk *w, const struct opt *o, struct str value)
{
	if (!strcmp(o->name, "library"))
		w->out.env->opt.library = value;
	else if (!strcmp(o->name, "config"))
		w->out.env->opt.config_file = value;
}

static void take_option(struct walk *w, struct str word)
{
	size_t eq = str_find_ch(word, '=', 0);
	bool is_long = word.p[1] == '-', negated;
	const struct opt *o = is_long ? opt_by_name(&w->rows, str_sub(word, 2, eq), &negated)
				      : opt_by_letter(&w->rows, word.p[word.len - 1]);

	if (!o || !opt_takes_value(o))
		return;
	if (is_long && eq != STR_NONE)
		take_value(w, o, str_sub(word, eq + 1, word.len));
	else
		w->wants_value = o;
}

static void take_word(struct walk *w, struct str word)
{
	const struct opt *o = w->wants_value;

	w->wants_value = NULL;
	if (o)
		take_value(w, o, word);
	else if (w->after_dashes || word.len < 2 || word.p[0] != '-')
		take_operand(w, word);
	else if (str_is(word, "--"))
		w->after_dashes = true;
	else
		take_option(w, word);
}

/* --- the last word */

static void offer_options(struct walk *w)
{
	for (int i = OPT_SETS_MAX - 1; i >= 0; i--)
		for (const struct opt *o = w->rows.sets[i].rows; o && o->kind != OPT_END; o++) {
			SCOPED(buf) name = BUF_INIT;

			if (o->flags & OPT_HIDDEN)
				continue;
			buf_fmt(&name, "--%s", o->name);
			complete_offer(&w->out, buf_view(&name), str_c(o->help));
		}
}

static void offer_commands(struct walk *w, const struct cmd *const *list)
{
	for (; list && *list; list++)
		if (!((*list)->flags & CMD_HIDDEN))
			complete_offer(&w->out, str_c((*list)->name), str_c((*list)->summary));
}

static void offer_value(struct walk *w, const struct opt *o)
{
	complete_kind(&w->out, o->kind == OPT_ENUM ? COMPLETE_WORDS : o->complete, o->values);
}

/* The kind of operand number n; the last kind given holds for all after it when the operands repeat. */
static enum complete_kind kind_of(const struct cmd *c, size_t n)
{
	size_t min, max, last = 0;

	cmd_count_args(c->args, &min, &max);
	if (n >= max)
		return COMPLETE_NONE;
	for (size_t i = 0; i < CMD_COMPLETE_MAX; i++)
		if (c->complete[i] != COMPLETE_NONE)
			last = i;
	if (n < CMD_COMPLETE_MAX && n <= last)
		return c->complete[n];
	return max == SIZE_MAX ? c->complete[last] : COMPLETE_NONE;
}

static void offer_operands(struct walk *w)
{
	if (!w->cmd) {
		offer_commands(w, cmd_table);
		return;
	}
	if (!w->n_operands)
		offer_commands(w, w->cmd->subs);
	if (w->cmd->run)
		complete_kind(&w->out, kind_of(w->cmd, w->n_operands), w->cmd->values);
}

/* --name=val at the cursor: the value is completed, the name stays before it. */
static bool offer_long_value(struct walk *w, struct str word)
{
	size_t eq = str_find_ch(word, '=', 0);
	const struct opt *o;
	bool negated;

	if (!str_starts(word, STR("--")) || eq == STR_NONE)
		return false;
	o = opt_by_name(&w->rows, str_sub(word, 2, eq), &negated);
	w->out.head = str_sub(word, 0, eq + 1);
	w->out.word = str_sub(word, eq + 1, word.len);
	if (o)
		offer_value(w, o);
	return true;
}

static void offer(struct walk *w, struct str word)
{
	w->out.word = word;
	if (w->wants_value)
		offer_value(w, w->wants_value);
	else if (w->after_dashes || !word.len || word.p[0] != '-')
		offer_operands(w);
	else if (!offer_long_value(w, word))
		offer_options(w);
}

void complete_words(struct cmd_env *env, const struct str *words, size_t n, const struct complete_sink *sink)
{
	struct walk w = { .out = { .env = env, .sink = sink }, .rows = { .sets = { { .rows = cmd_global_opts } } } };
	struct cmd_globals before = env->opt;

	env->opt.quiet = true;
	for (size_t i = 0; i + 1 < n; i++)
		take_word(&w, words[i]);
	offer(&w, n ? words[n - 1] : STR_EMPTY);
	env->opt = before;
}

/* --- for the scripts of the shells */

static void print_offer(void *ctx, struct str value, struct str about)
{
	struct out *o = ctx;

	out_line(o, value);
	out_c(o, "\t");
	out_line(o, about);
	out_c(o, "\n");
}

static void print_files(void *ctx, struct str head, struct str word, bool only_dirs)
{
	(void)head;
	(void)word;
	out_c(ctx, only_dirs ? ":dir\n" : ":file\n");
}

static enum err_code complete_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	const struct complete_sink sink = { print_offer, print_files, &env->out };
	size_t first = args->n && str_is(args->v[0], "--");

	(void)err;
	complete_words(env, args->v + first, args->n - first, &sink);
	return OK;
}

/* clang-format off */
const struct cmd cmd_complete = {
	.name = "__complete",
	.group = GROUP_CARE,
	.flags = CMD_HIDDEN | CMD_NO_CONFIG | CMD_WORDS_ARE_OPERANDS,
	.args = "[WORD...]",
	.run = complete_run,
	.summary = "words for the completion scripts",
};
/* clang-format on */
