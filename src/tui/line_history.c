#include "line_internal.h"

#include <limits.h>

#include "ibid/base/mem.h"

/* readline's history holds C strings; a NUL is made visible like other controls. */
static void add(struct str prompt)
{
	SCOPED(buf) text = BUF_INIT;

	chips_add_foreign(&text, prompt);
	if (text.len)
		add_history(buf_cstr(&text));
}

void line_history(struct line *l, const struct str *prompts, size_t n)
{
	SCOPED(buf) text = BUF_INIT;
	size_t cursor;

	line_cancel(l);
	buf_str(&text, line_text(l));
	cursor = line_cursor(l);
	line_restart(l, STR_EMPTY, 0);
	rl_clear_history();
	for (size_t i = 0; i < n; i++)
		add(prompts[i]);
	using_history();
	line_restart(l, buf_view(&text), cursor);
}

/* Whoever walks through the history stays where he is: readline keeps the draft behind its end. */
void line_history_add(struct line *l, struct str prompt)
{
	bool is_at_end = where_history() == history_length;

	(void)l;
	add(prompt);
	if (is_at_end)
		using_history();
}

static struct str entry(int i)
{
	return str_c(history_list()[i]->line);
}

static void start_walk(struct line *l)
{
	if (l->is_walking)
		return;
	l->is_walking = true;
	buf_reset(&l->prefix);
	buf_str(&l->prefix, str_sub(line_text(l), 0, line_cursor(l)));
	l->draft_point = where_history() == history_length ? rl_point : INT_MAX;
}

/* By readline's own steps, which keep the draft and the changes made to prompts on the way. */
static void go(struct line *l, int to)
{
	int at = where_history();

	if (to < at)
		rl_get_previous_history(at - to, 0);
	else
		rl_get_next_history(to - at, 0);
	rl_last_func = NULL;
	line_point(l, to == history_length ? l->draft_point : rl_end);
	l->is_stepping = false;
	l->is_changed = true;
}

bool line_history_step(struct line *l, bool older)
{
	int at, step = older ? -1 : 1, i;

	line_cancel(l);
	start_walk(l);
	at = where_history();
	for (i = at + step; i >= 0 && i < history_length; i += step)
		if (str_starts(entry(i), buf_view(&l->prefix)) && !str_eq(entry(i), line_text(l))) {
			go(l, i);
			return true;
		}
	if (older || at >= history_length)
		return false;
	go(l, history_length);
	return true;
}
