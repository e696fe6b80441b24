#include "line_test.h"

static struct line *l;

static const struct line_case editing[] = {
	{ { "abc", "\033" }, "ab|c" },
	{ { "abc", "\033", "x" }, "a|b" },
	{ { "abc def", "\033", "0", "dw" }, "|def" },
	{ { "abc def", "\033", "bcw", "xyz", "\033" }, "abc xy|z" },
	{ { "one two three", "\033", "02w" }, "one two |three" },
	{ { "日本語", "\033", "r本" }, "日本|本" },
	{ { "aébc", "\033", "0fé" }, "a|ébc" },
	{ { "abc", "\033", "i", "x" }, "abx|c" },
	/* POSIX: what was typed before the first Escape cannot be undone */
	{ { "abc", "\033", "u" }, "ab|c" },
	{ { "abc", "\033", "adef", "\033", "u" }, "ab|c" },
	{ { "abc", "\033", "yyp" }, "abcab|c" },
	{ { "abc", "\033", "0x.", "i" }, "|c" },
	{ { "abc", "\033", "d", "\033", "x" }, "a|b" },
	{ { "abc", "\033", "\033[D", "x" }, "a|c" },
	/* replace mode ends a line at Enter by itself */
	{ { "abc", "\033", "0R", "xy\r", "z" }, "xycz|" },
	/* Escape leaves vi's search */
	{ { "abc", "\033", "/q", "\033", "x" }, "a|b" },
	{ { "abc", "\033", "\033[15~", "x" }, "a|b" },
	{ { "abc", "\033", "r", "\033", ".", "x" }, "a|b" },
	{ { "\033", "k" }, "|" },
};

static void keys_do_what_vi_does(void **state)
{
	(void)state;
	run_cases(l, editing, sizeof(editing) / sizeof(*editing));
}

static void the_mode_is_told(void **state)
{
	(void)state;
	line_set(l, STR_EMPTY);
	assert_int_equal(line_mode(l), LINE_VI_INSERT);
	press(l, "a");
	press(l, "\033");
	assert_int_equal(line_mode(l), LINE_VI_COMMAND);
	press(l, "d");
	line_cancel(l);
	assert_int_equal(line_mode(l), LINE_VI_COMMAND);
	press(l, "a");
	assert_int_equal(line_mode(l), LINE_VI_INSERT);
	/* a new line begins with typing */
	press(l, "\033");
	line_set(l, STR("next"));
	assert_int_equal(line_mode(l), LINE_VI_INSERT);
}

static void a_paste_in_command_mode_stays_in_it(void **state)
{
	(void)state;
	line_set(l, STR_EMPTY);
	press(l, "\033");
	line_paste(l, STR("abc"));
	expect(l, "ab|c");
	assert_int_equal(line_mode(l), LINE_VI_COMMAND);
	press(l, "u");
	expect(l, "|");
}

static const struct str prompts[] = { { "first one", 9 }, { "second", 6 }, { "third one", 9 } };

static void slash_searches_and_n_goes_on(void **state)
{
	(void)state;
	line_set(l, STR("draft"));
	line_history(l, prompts, 3);
	press(l, "\033");
	press(l, "/one");
	assert_true(line_is_searching(l));
	assert_true(str_is(line_message(l), "/"));
	press(l, "\r");
	assert_false(line_is_searching(l));
	expect(l, "|third one");
	press(l, "n");
	expect(l, "|first one");
	press(l, "n");
	expect(l, "|first one");
	press(l, "jjj");
	expect(l, "draf|t");
	press(l, "kxkxjnNjjjj");
	line_set(l, STR_EMPTY);
	line_history(l, prompts, 3);
}

/* readline would give the prompt back as it was sent. */
static void a_changed_prompt_survives_a_search(void **state)
{
	(void)state;
	line_set(l, STR_EMPTY);
	line_history(l, prompts, 3);
	line_history_step(l, true);
	press(l, "!!");
	press(l, "\033");
	press(l, "\x12" "q\x07");
	expect(l, "third one!|!");
	press(l, "kj");
	assert_true(str_is(line_text(l), "third one!!"));
}

static void a_comment_with_an_argument_leaves_the_line(void **state)
{
	(void)state;
	line_set(l, STR("abc"));
	press(l, "\033");
	press(l, "2#");
	expect(l, "#abc|");
	press(l, "\x12" "first");
	line_cancel(l);
	expect(l, "|first one");
}

static uint32_t seed = 3;

static uint32_t random_below(uint32_t n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 8) % n;
}

static void random_keys_keep_line_and_cursor_sound(void **state)
{
	static const char some[] = "abcdefhijklmnprtuwxyABCDEFGIJNPRSTUWXYZ0123456789$^%;,.~|=*@_-+#/?nN \033\033\033\r\x12\x16\x17\x15";

	(void)state;
	line_set(l, STR_EMPTY);
	line_history(l, prompts, 3);
	for (int i = 0; i < 20000; i++) {
		uint32_t k = random_below(sizeof(some) - 1 + 40);

		if (k < sizeof(some) - 1)
			line_key(l, str_of(&some[k], 1));
		else if (k % 8 == 0)
			line_paste(l, STR("1\n2\n3\n4\n5\n6\n7\n"));
		else if (k % 8 == 1)
			line_history_step(l, k & 32);
		else if (k % 8 == 2)
			line_cancel(l);
		else if (k % 8 == 3)
			line_set(l, STR("new"));
		else
			line_key(l, STR("日"));
		assert_int_equal(line_underflows(l), 0);
		assert_in_range(line_cursor(l), 0, line_text(l).len);
		assert_int_equal(line_text(l).len, strlen(line_text(l).p));
		if (line_text(l).len > 5000)
			line_set(l, STR_EMPTY);
	}
	line_set(l, STR_EMPTY);
}

static int begin(void **state)
{
	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("TERM", "dumb", 1);
	use_inputrc("set editing-mode vi\n");
	l = line_new(NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	line_free(l);
	drop_inputrc();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_do_what_vi_does),
		cmocka_unit_test(the_mode_is_told),
		cmocka_unit_test(a_paste_in_command_mode_stays_in_it),
		cmocka_unit_test(slash_searches_and_n_goes_on),
		cmocka_unit_test(a_changed_prompt_survives_a_search),
		cmocka_unit_test(a_comment_with_an_argument_leaves_the_line),
		cmocka_unit_test(random_keys_keep_line_and_cursor_sound),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
