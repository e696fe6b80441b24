/*
 * readline's completer, told by the options' callback.
 *
 * readline finds the start of a word by itself, from a set of characters; the
 * callback knows better, but readline takes no offset from it. So readline gets
 * a start at or before the callback's (white space, or the start of the line
 * where the word has some), and every match carries the text in between. Then
 * complete, menu-complete and insert-completions are all readline's own.
 */
#include "line_internal.h"

#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"

static const char white[] = " \t\n";

static void ask(struct line *l)
{
	size_t cursor = line_cursor(l);

	arena_reset(&l->found);
	l->matches = NULL;
	l->n_matches = 0;
	l->from = l->to = cursor;
	l->is_asked = true;
	if (l->o.complete)
		l->o.complete(l->o.ctx, &l->found, line_text(l), cursor, &l->matches, &l->n_matches, &l->from, &l->to);
	if (l->from > cursor)
		l->from = cursor;
	if (l->to < cursor || l->to > line_text(l).len)
		l->to = cursor;
}

static struct str word(const struct line *l)
{
	return str_sub(line_text(l), l->from, line_cursor(l));
}

static char *break_characters(void)
{
	static char none[] = "", some[] = " \t\n";

	ask(the_line);
	for (size_t i = 0; i < word(the_line).len; i++)
		if (strchr(white, word(the_line).p[i]))
			return none;
	return some;
}

static struct str common(struct str a, struct str b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && a.p[n] == b.p[n])
		n++;
	return str_sub(a, 0, utf8_floor(a, n));
}

/* `before` and a match made harmless, for readline to free. */
static char *joined(struct str before, struct str value)
{
	SCOPED(buf) all = BUF_INIT;

	buf_str(&all, before);
	chips_add_foreign(&all, value);
	return buf_take(&all);
}

/* What all matches begin with; the word itself where that is less (matches by likeness). */
static char *lead(const struct line *l, struct str before)
{
	struct str all = l->matches[0].value;

	for (size_t i = 1; i < l->n_matches; i++)
		all = common(all, l->matches[i].value);
	if (l->n_matches > 1 && all.len < word(l).len)
		return joined(STR_EMPTY, str_sub(line_text(l), l->from - before.len, line_cursor(l)));
	return joined(before, all);
}

static char **matches_for(struct line *l, struct str before)
{
	size_t n = l->n_matches;
	char **v = mem_zalloc(n + 2, sizeof(*v));

	v[0] = lead(l, before);
	for (size_t i = 0; n > 1 && i < n; i++)
		v[i + 1] = joined(before, l->matches[i].value);
	return v;
}

static char **attempt(const char *text, int start, int end)
{
	struct line *l = the_line;
	struct str before;

	(void)text;
	rl_attempted_completion_over = 1;
	if (!l->is_asked)
		ask(l);
	l->is_asked = false;
	l->is_listed = l->n_matches > 1;
	if (!l->n_matches)
		return NULL;
	before = str_sub(line_text(l), (size_t)start, l->from);
	rl_completion_suppress_append = str_ends(l->matches[0].value, STR("/"));
	if (l->n_matches == 1 && l->to > (size_t)end)
		rl_delete_text(end, (int)l->to);
	return matches_for(l, before);
}

/* Without it readline would print them. */
static void display(char **matches, int n, int longest)
{
	(void)matches;
	(void)n;
	(void)longest;
}

void line_completer(void)
{
	rl_attempted_completion_function = attempt;
	rl_completion_word_break_hook = break_characters;
	rl_completion_display_matches_hook = display;
	rl_completion_append_character = ' ';
	rl_sort_completion_matches = 0;
	rl_ignore_completion_duplicates = 0;
}

size_t line_matches(const struct line *l, const struct line_match **matches)
{
	*matches = l->matches;
	return l->is_listed ? l->n_matches : 0;
}
