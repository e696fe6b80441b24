/*
 * A pane over a conversation made up of numbered lines. The screens expected are
 * written as text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/mem.h"
#include "ibid/tui/canvas.h"
#include "ibid/tui/pane.h"

/* Message i has `lines[i]` lines "i.k"; odd ones are answers whose every line is a paragraph that cites [k]. */
struct talk {
	size_t n;
	size_t lines[20000];
	uint32_t revisions[20000];
	size_t n_filled;	/* how often the pane asked for a text */
	int64_t live;		/* the item that only grows; -1: none */
	const char *word;	/* stands in each line */
};

static size_t talk_n(void *ctx)
{
	return ((struct talk *)ctx)->n;
}

static struct pane_item talk_item(void *ctx, size_t i)
{
	return (struct pane_item){ (int64_t)i + 1, ((struct talk *)ctx)->revisions[i] };
}

static struct row_mark_look look_weak(void *ctx, int n)
{
	(void)ctx;
	return (struct row_mark_look){ n == 2 ? "?" : "", OUT_GOOD };
}

static void talk_fill(void *ctx, size_t i, struct arena *a, struct pane_content *c)
{
	SCOPED(buf) text = BUF_INIT;
	struct talk *t = ctx;

	t->n_filled++;
	for (size_t k = 1; k <= t->lines[i]; k++) {
		buf_fmt(&text, "%s%zu.%zu%s", k > 1 ? (i % 2 ? "\n\n" : "\n") : "", i, k, t->word ? t->word : "");
		if (i % 2)
			buf_fmt(&text, " [%zu].", k);
	}
	c->role = i % 2 ? STR("ibid") : STR("you");
	c->text = arena_str(a, buf_view(&text));
	c->is_plain = i % 2 == 0;
	c->is_live = (int64_t)i == t->live;
	c->mark = i % 2 ? look_weak : NULL;
}

struct fixture {
	struct talk *talk;
	struct pane *pane;
	struct canvas *canvas;
	struct buf text;
};

static int open_fixture(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));
	struct pane_source source = { talk_n, talk_item, talk_fill, NULL };

	f->talk = mem_zalloc(1, sizeof(*f->talk));
	f->talk->live = -1;
	source.ctx = f->talk;
	f->pane = pane_new(&source, NULL);
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	pane_free(f->pane);
	canvas_free(f->canvas);
	buf_release(&f->text);
	mem_free(f->talk);
	mem_free(f);
	return 0;
}

static const char *drawn(struct fixture *f, int rows, int cols)
{
	if (!f->canvas)
		f->canvas = canvas_new(rows, cols);
	canvas_resize(f->canvas, rows, cols);
	pane_set_size(f->pane, rows, cols);
	pane_set_look(f->pane, true, false);
	pane_draw(f->pane, f->canvas, 0, 0);
	buf_reset(&f->text);
	canvas_text(f->canvas, &f->text);
	return buf_cstr(&f->text);
}

static void say(struct fixture *f, size_t lines)
{
	f->talk->lines[f->talk->n++] = lines;
	pane_changed(f->pane);
}

static void a_short_conversation_stands_at_the_top(void **state)
{
	struct fixture *f = *state;

	say(f, 1);
	say(f, 2);
	assert_string_equal(drawn(f, 8, 20), "you\n0.1\n\nibid\n1.1 [1].\n\n1.2 [2?].\n\n");
}

static void a_long_one_is_seen_at_its_end_and_followed(void **state)
{
	struct fixture *f = *state;

	say(f, 30);
	assert_string_equal(drawn(f, 4, 20), "0.27\n0.28\n0.29\n0.30\n");
	say(f, 1);
	assert_string_equal(drawn(f, 4, 20), "0.30\n\nibid\n1.1 [1].\n");
	assert_true(pane_is_at_end(f->pane));
}

static void who_scrolled_up_is_left_in_peace_and_told(void **state)
{
	struct fixture *f = *state;

	say(f, 30);
	drawn(f, 4, 20);
	pane_scroll(f->pane, -10);
	assert_string_equal(drawn(f, 4, 20), "0.17\n0.18\n0.19\n0.20\n");
	say(f, 2);
	assert_string_equal(drawn(f, 4, 20), "0.17\n0.18\n0.19\n0.20\n");
	assert_false(pane_is_at_end(f->pane));
	assert_true(pane_new_rows(f->pane) > 0);
	pane_scroll(f->pane, 1000);
	assert_true(pane_is_at_end(f->pane));
	assert_int_equal(pane_new_rows(f->pane), 0);
}

static void scrolling_up_and_down_by_any_steps_comes_back(void **state)
{
	struct fixture *f = *state;
	SCOPED(buf) before = BUF_INIT;

	for (size_t i = 0; i < 40; i++)
		say(f, 1 + i % 7);
	pane_scroll(f->pane, -50);
	buf_c(&before, drawn(f, 10, 20));
	for (int step = 1; step < 40; step += 3) {
		pane_scroll(f->pane, -step);
		drawn(f, 10, 20);
		pane_scroll(f->pane, step);
		assert_string_equal(drawn(f, 10, 20), buf_cstr(&before));
	}
}

static void the_same_words_stay_at_the_top_at_another_width(void **state)
{
	struct fixture *f = *state;

	f->talk->word = " and some words that wrap where the window is narrow";
	for (size_t i = 0; i < 10; i++)
		say(f, 6);
	drawn(f, 6, 80);
	pane_scroll(f->pane, -20);
	for (int cols = 80; cols > 10; cols -= 7) {
		const char *text = drawn(f, 6, cols);
		char first[8];

		sscanf(drawn(f, 6, 80), "%7s", first);
		text = drawn(f, 6, cols);
		assert_non_null(strstr(text, first));
		drawn(f, 6, 80);
	}
}

static void only_what_is_in_view_is_laid_out(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < 20000; i++)
		f->talk->lines[i] = 3;
	f->talk->n = 20000;
	pane_changed(f->pane);
	drawn(f, 24, 80);
	assert_true(f->talk->n_filled < 20);
	pane_to_top(f->pane);
	drawn(f, 24, 80);
	assert_true(f->talk->n_filled < 40);
}

static void a_live_answer_grows_without_being_laid_out_anew(void **state)
{
	struct fixture *f = *state;

	say(f, 1);
	say(f, 1);
	f->talk->live = 1;
	f->talk->revisions[1]++;
	for (size_t k = 1; k < 40; k++) {
		f->talk->lines[1] = k;
		pane_changed(f->pane);
		drawn(f, 5, 30);
	}
	assert_non_null(strstr(drawn(f, 5, 30), "1.39 [39]."));
	f->talk->live = -1;
	f->talk->revisions[1]++;
	pane_changed(f->pane);
	assert_non_null(strstr(drawn(f, 5, 30), "1.39 [39]."));
}

static void marks_are_walked_over_messages(void **state)
{
	struct fixture *f = *state;
	int seen = 0;

	for (size_t i = 0; i < 8; i++)
		say(f, 3);
	drawn(f, 6, 30);
	pane_to_top(f->pane);
	while (pane_mark_step(f->pane, 1))
		seen++;
	assert_int_equal(seen, 12);
	assert_int_equal(pane_mark(f->pane, NULL), 3);
	assert_true(pane_mark_number(f->pane, 2));
	assert_int_equal(pane_mark(f->pane, NULL), 2);
	while (pane_mark_step(f->pane, -1))
		seen--;
	assert_int_equal(pane_mark(f->pane, NULL), 1);
	assert_int_equal(pane_selected(f->pane), 1);
}

static void a_word_is_found_forwards_and_backwards_and_round_the_end(void **state)
{
	struct fixture *f = *state;
	bool wrapped;

	for (size_t i = 0; i < 30; i++)
		say(f, 4);
	drawn(f, 6, 30);
	pane_to_top(f->pane);
	pane_needle(f->pane, STR("7.3"));
	assert_true(pane_find(f->pane, 1, NULL, NULL, &wrapped));
	assert_false(wrapped);
	assert_int_equal(pane_selected(f->pane), 7);
	assert_non_null(strstr(drawn(f, 6, 30), "7.3"));
	/* "17.3" and "27.3" hold it, too; then round the end. */
	assert_true(pane_find(f->pane, 1, NULL, NULL, &wrapped));
	assert_int_equal(pane_selected(f->pane), 17);
	assert_true(pane_find(f->pane, 1, NULL, NULL, &wrapped));
	assert_true(pane_find(f->pane, 1, NULL, NULL, &wrapped));
	assert_true(wrapped);
	assert_int_equal(pane_selected(f->pane), 7);
	assert_true(pane_find(f->pane, -1, NULL, NULL, &wrapped));
	assert_true(wrapped);
	assert_int_equal(pane_selected(f->pane), 27);
	pane_needle(f->pane, STR("nowhere"));
	assert_false(pane_find(f->pane, 1, NULL, NULL, &wrapped));
}

static void no_size_is_too_small(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < 6; i++)
		say(f, 5);
	for (int rows = 1; rows < 12; rows++)
		for (int cols = 1; cols < 30; cols++) {
			drawn(f, rows, cols);
			pane_scroll(f->pane, rows % 2 ? -3 : 2);
			pane_mark_step(f->pane, 1);
		}
	f->talk->n = 0;
	pane_changed(f->pane);
	assert_string_equal(drawn(f, 2, 5), "\n\n");
	assert_false(pane_mark_step(f->pane, 1));
	assert_false(pane_select_step(f->pane, 1));
}

static void a_click_finds_the_mark_under_it(void **state)
{
	struct fixture *f = *state;
	struct str url;
	size_t item;
	int mark;

	say(f, 1);
	say(f, 2);
	drawn(f, 8, 20);
	assert_true(pane_hit(f->pane, 6, 5, &item, &mark, &url));
	assert_int_equal(item, 1);
	assert_int_equal(mark, 2);
	assert_true(pane_hit(f->pane, 6, 0, &item, &mark, &url));
	assert_int_equal(mark, 0);
	assert_false(pane_hit(f->pane, 30, 0, &item, &mark, &url));
}

/* The conversation was changed by a key; a click or another key comes before the next frame. */
static void nothing_is_asked_of_items_that_are_gone(void **state)
{
	struct fixture *f = *state;
	struct str url;
	size_t item;
	int mark;

	for (int i = 0; i < 40; i++)
		say(f, 1);
	drawn(f, 4, 20);
	f->talk->n = 2;
	pane_changed(f->pane);
	assert_true(pane_top_item(f->pane) < 2);
	assert_true(pane_hit(f->pane, 0, 0, &item, &mark, &url));
	assert_true(item < 2);
	assert_true(pane_mark_step(f->pane, 1));
	assert_int_equal(pane_selected(f->pane), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
	const struct CMUnitTest tests[] = {
		TEST(a_short_conversation_stands_at_the_top),
		TEST(a_long_one_is_seen_at_its_end_and_followed),
		TEST(who_scrolled_up_is_left_in_peace_and_told),
		TEST(scrolling_up_and_down_by_any_steps_comes_back),
		TEST(the_same_words_stay_at_the_top_at_another_width),
		TEST(only_what_is_in_view_is_laid_out),
		TEST(a_live_answer_grows_without_being_laid_out_anew),
		TEST(marks_are_walked_over_messages),
		TEST(a_word_is_found_forwards_and_backwards_and_round_the_end),
		TEST(no_size_is_too_small),
		TEST(a_click_finds_the_mark_under_it),
		TEST(nothing_is_asked_of_items_that_are_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
