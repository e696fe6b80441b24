#include "line_internal.h"

#include <limits.h>
#include <string.h>

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

static bool matches(const struct line *l, struct str prompt, bool anywhere)
{
	struct str wanted = buf_view(&l->prefix);

	if (str_eq(prompt, line_text(l)))
		return false;
	return anywhere ? str_find(prompt, wanted, 0) != STR_NONE : str_starts(prompt, wanted);
}

static bool step(struct line *l, bool older, bool anywhere)
{
	int at = where_history(), by = older ? -1 : 1;

	start_walk(l);
	for (int i = at + by; i >= 0 && i < history_length; i += by)
		if (matches(l, entry(i), anywhere)) {
			go(l, i);
			return true;
		}
	if (older || at >= history_length)
		return false;
	go(l, history_length);
	return true;
}

bool line_history_step(struct line *l, bool older)
{
	line_cancel(l);
	return step(l, older, false);
}

static int steps(int count, bool older, bool anywhere)
{
	the_line->is_walking = the_line->was_walking;
	for (int n = count < 0 ? -count : count; n && step(the_line, older == (count > 0), anywhere); n--)
		;
	return 0;
}

int history_back(int count, int key)
{
	(void)key;
	return steps(count, true, false);
}

int history_on(int count, int key)
{
	(void)key;
	return steps(count, false, false);
}

int history_back_anywhere(int count, int key)
{
	(void)key;
	return steps(count, true, true);
}

int history_on_anywhere(int count, int key)
{
	(void)key;
	return steps(count, false, true);
}

/*
 * The searches that are not incremental (vi's `/`, emacs' Alt-p). readline 8.2
 * lets them begin anywhere in the history, and then puts the draft's text and
 * undo list in a prompt's place, or frees the draft; in the end one list is
 * freed twice. So they begin behind the history, and where they have moved into
 * it the draft is given back.
 */
static void leave_history(struct line *l)
{
	if (current_history())
		rl_get_next_history(history_length - where_history(), 0);
	buf_reset(&l->draft);
	buf_str(&l->draft, line_text(l));
	l->is_searched = true;
}

/* rl_maybe_save_line saves the line at hand unless one is saved. What was changed in the prompt found can be undone. */
static void give_draft_back(struct line *l)
{
	SCOPED(buf) found = BUF_INIT;
	int point = rl_point;

	l->is_searched = false;
	if (!current_history())
		return;
	buf_str(&found, line_text(l));
	rl_undo_list = NULL; /* vi's search has freed it */
	rl_replace_line(buf_cstr(&l->draft), 0);
	rl_maybe_save_line();
	rl_replace_line(buf_cstr(&found), 0);
	rl_undo_list = (UNDO_LIST *)current_history()->data;
	rl_point = point;
}

/*
 * readline takes a prompt that was changed for one that was not when its undo
 * list is the same one: when typing only made its last insertion longer, and in
 * vi's command mode, where the list is emptied. The change would be lost with
 * the next step or search.
 */
static void keep_change(void)
{
	HIST_ENTRY *e = current_history();

	if (e && (UNDO_LIST *)e->data == rl_undo_list && strcmp(e->line, rl_line_buffer) != 0)
		free_history_entry(replace_history_entry(where_history(), rl_line_buffer, e->data));
}

void history_mend(struct line *l)
{
	if (line_is_searching(l))
		return;
	if (l->is_searched)
		give_draft_back(l);
	keep_change();
}

static int search(rl_command_func_t *theirs, int count, int key)
{
	leave_history(the_line);
	return theirs(count, key);
}

int search_back(int count, int key)
{
	return search(rl_noninc_reverse_search, count, key);
}

int search_on(int count, int key)
{
	return search(rl_noninc_forward_search, count, key);
}

int search_back_again(int count, int key)
{
	return search(rl_noninc_reverse_search_again, count, key);
}

int search_on_again(int count, int key)
{
	return search(rl_noninc_forward_search_again, count, key);
}

int search_vi(int count, int key)
{
	return search(rl_vi_search, count, key);
}

/* Without a further match the one at hand stays. */
int search_vi_again(int count, int key)
{
	int at = where_history();
	int status = search(rl_vi_search_again, count, key);

	if (!current_history())
		rl_get_previous_history(history_length - at, 0);
	return status;
}
