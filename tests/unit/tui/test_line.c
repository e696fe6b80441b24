#include "line_test.h"

static struct line *l;

static const char inputrc[] = "set editing-mode emacs\n"
			      "set bell-style audible\n"
			      "set convert-meta on\n"
			      "$if ibid\n"
			      "\"\\C-xq\": \"quoted \\C-a\"\n"
			      "\"\\C-xw\": \"\\C-x\\C-zlost\"\n"
			      "\"\\C-xr\": accept-line\n"
			      "\"\\C-xm\": menu-complete\n"
			      "\"\\e[5~\": history-search-backward\n"
			      "\"\\e[6~\": history-search-forward\n"
			      "\"\\e[25~\": history-substring-search-backward\n"
			      "\"\\e[26~\": history-substring-search-forward\n"
			      "$else\n"
			      "\"\\C-xq\": \"wrong\"\n"
			      "$endif\n";

static const struct line_case editing[] = {
	{ { "héllo" }, "héllo|" },
	{ { "日本語", "\x02" }, "日本|語" },
	{ { "ab", "\x01", "x" }, "x|ab" },
	{ { "one two", "\033b", "\x0b" }, "one |" },
	{ { "one two", "\033b", "\x0b", "\x01", "\x19" }, "two|one " },
	{ { "one two three", "\x17", "\x17", "\x19" }, "one two three|" },
	{ { "abc", "\x1f" }, "|" },
	{ { "one two", "\x17", "\x1f" }, "one two|" },
	{ { "ab", "\x14" }, "ba|" },
	{ { "é", "\x7f" }, "|" },
	{ { "e\xCC\x81x", "\x02", "\x02" }, "|e\xCC\x81x" },
	/* sequences: arrows in both modes, and those that terminfo would have given */
	{ { "abc", "\033[D", "\033OD", "x" }, "ax|bc" },
	{ { "abc", "\033[H", "\033[3~" }, "|bc" },
	{ { "abc", "\033[1~", "\033[4~", "\033[7~", "x" }, "x|abc" },
	{ { "one two", "\033[1;5D", "\033[1;5D", "\033[1;5C" }, "one| two" },
	/* nothing is bound to these */
	{ { "a", "\033[15~", "\033[1;2P", "\033[200~", "b" }, "ab|" },
	{ { "a", "\x18", "\033[15~", "b" }, "ab|" },
	/* Enter is the screen's, by whatever name */
	{ { "a\r\n", "b", "\x18r", "c" }, "abc|" },
	{ { "a", "\033[13u", "b" }, "ab|" },
	/* a command that ends the line leaves it standing */
	{ { "abc", "\033#", "d" }, "#abcd|" },
	{ { "\x04", "a" }, "a|" },
	/* kitty's and xterm's spellings */
	{ { "abc", "\033[97;5u", "x" }, "x|abc" },
	{ { "one two", "\033[98;3u", "x" }, "one x|two" },
	{ { "abc", "\033[27;5;97~", "x" }, "x|abc" },
	{ { "a", "\033[233u", "\033[97;2u", "\033[127u" }, "aé|" },
	/* numeric arguments */
	{ { "\0333", "x" }, "xxx|" },
	{ { "\x15", "ab", "\0332", "\x02", "c" }, "c|ab" },
	{ { "\0339", "9999999", "x", "\x15", "y" }, "y|" },
	/* macros: one of inputrc, one recorded */
	{ { "\x18q", "a" }, "a|quoted " },
	{ { "\x18(", "ab", "\x18)", "\x18" "e" }, "abab|" },
	{ { "a\x18(", "\x18)", "\x18" "e", "b" }, "ab|" },
	{ { "\x18(", "é日", "\x18)", "\x18" "e" }, "é日é日|" },
	/* quoted-insert: the screen shows it as ^A */
	{ { "\x16\x01", "é" }, "\x01é|" },
	{ { "\x11é" }, "é|" },
	/* Ctrl-G in the middle of a key, of an argument */
	{ { "a", "\x18\x07", "b", "\0335", "\x07", "c" }, "abc|" },
	{ { "a\x0c" "b" }, "ab|" },
	/* readline 8.2 jumps to a frame that is gone */
	{ { "a", "\x12", "\x18", "\033", "\x07", "b" }, "ab|" },
	{ { "a", "\x18w", "b" }, "ab|" },
	/* what is no UTF-8 is no key */
	{ { "a\xFF\xC3" "b" }, "ab|" },
};

static void keys_do_what_readline_says(void **state)
{
	(void)state;
	run_cases(l, editing, sizeof(editing) / sizeof(*editing));
}

static void an_absurd_argument_is_bounded(void **state)
{
	(void)state;
	line_set(l, STR_EMPTY);
	press(l, "\0339");
	press(l, "99999999x");
	assert_in_range(line_text(l).len, 1, 10000);
}

static void fill(struct buf *b, size_t n)
{
	memset(buf_room(b, n), 'a', n);
	b->len = n;
	b->p[n] = '\0';
}

/* A paste takes most of the room; then the line doubles, doubles and does not double again. */
static void a_line_that_doubles_stops_at_the_limit(void **state)
{
	SCOPED(buf) big = BUF_INIT;
	SCOPED(buf) some = BUF_INIT;

	(void)state;
	fill(&big, LINE_TEXT_MAX - 10000);
	fill(&some, 4000);
	line_set(l, buf_view(&some));
	press(l, "\x15");
	assert_true(line_paste(l, buf_view(&big)));
	press(l, "\x19\x19\x19");
	assert_int_equal(line_text(l).len, 8004);
	assert_false(line_insert(l, buf_view(&some)));
	assert_int_equal(line_text(l).len, 8004);
	line_set(l, STR_EMPTY);
}

static void a_paste_is_one_undo_and_harmless(void **state)
{
	(void)state;
	line_set(l, STR_EMPTY);
	press(l, "ab");
	assert_true(line_paste(l, STR("one\ntwo\x1b[31m\tthree")));
	expect(l, "abone\ntwo␛[31m\tthree|");
	press(l, "c\x1f\x1f");
	expect(l, "ab|");
	line_insert(l, str_of("x\0y", 3));
	expect(l, "abx␀y|");
}

static const char seven[] = "1\n2\n3\n4\n5\n6\n7\n";

static void shows(const char *expected)
{
	SCOPED(arena) a = ARENA_INIT;
	struct line_row *rows;
	int row, col;

	assert_int_equal(line_layout(l, &a, 200, &rows, &row, &col), 1);
	assert_int_equal(rows[0].text.len, strlen(expected));
	assert_memory_equal(rows[0].text.p, expected, rows[0].text.len);
}

static void expands(const char *expected)
{
	SCOPED(buf) out = BUF_INIT;

	line_expanded(l, &out);
	assert_string_equal(buf_cstr(&out), expected);
}

static void a_large_paste_is_one_character(void **state)
{
	SCOPED(buf) wide = BUF_INIT;

	(void)state;
	line_set(l, STR_EMPTY);
	press(l, "a");
	line_paste(l, str_c(seven));
	press(l, "b");
	shows("a[pasted 7 lines]b");
	expands("a1\n2\n3\n4\n5\n6\n7\nb");
	press(l, "\x02\x02");
	assert_int_equal(line_cursor(l), 1);
	press(l, "\x04");
	expect(l, "a|b");
	press(l, "\x1f");
	expands("a1\n2\n3\n4\n5\n6\n7\nb");
	press(l, "\x05\x7f\x7f");
	expect(l, "a|");

	for (int i = 0; i < 300; i++)
		buf_c(&wide, "0123456789");
	line_paste(l, buf_view(&wide));
	shows("a[pasted 3 KB]");
	press(l, "\x1f");
	expect(l, "a|");
}

static void a_killed_chip_is_yanked_with_its_text(void **state)
{
	(void)state;
	line_set(l, STR_EMPTY);
	line_paste(l, str_c(seven));
	press(l, "x\x15\x19\x19");
	expands("1\n2\n3\n4\n5\n6\n7\nx1\n2\n3\n4\n5\n6\n7\nx");
	/* the kill ring outlives the line */
	line_set(l, STR_EMPTY);
	press(l, "\x19");
	expands("1\n2\n3\n4\n5\n6\n7\nx");
}

static void pasting_again_behind_its_chip_expands_it(void **state)
{
	(void)state;
	line_set(l, STR_EMPTY);
	line_paste(l, str_c(seven));
	line_paste(l, str_c(seven));
	expect(l, "1\n2\n3\n4\n5\n6\n7\n|");
	press(l, "\x1f");
	shows("[pasted 7 lines]");
	press(l, " ");
	line_paste(l, str_c(seven));
	shows("[pasted 7 lines] [pasted 7 lines]");
}

static void foreign_private_characters_are_no_chips(void **state)
{
	(void)state;
	line_set(l, STR_EMPTY);
	line_paste(l, str_c(seven));
	line_set(l, STR("\xF4\x80\x80\x80"));
	expect(l, "<U+100000>|");
	line_set(l, STR_EMPTY);
	press(l, "\xF4\x80\x80\x81");
	line_paste(l, STR("\xF4\x80\x80\x82"));
	expect(l, "<U+100001><U+100002>|");
	/* icons of fonts stay */
	line_set(l, STR("\xEE\x82\xA0"));
	expands("\xEE\x82\xA0");
}

static void pastes_of_old_lines_are_forgotten_in_time(void **state)
{
	SCOPED(buf) big = BUF_INIT;
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	fill(&big, LINE_KEPT_MAX + 1);
	line_set(l, STR_EMPTY);
	line_paste(l, buf_view(&big));
	line_expanded(l, &out);
	assert_int_equal(out.len, big.len);
	press(l, "\x15");
	line_set(l, STR_EMPTY);
	press(l, "\x19");
	shows("[pasted, no longer kept]");
	expands("");
}

static void too_much_is_refused_and_changes_nothing(void **state)
{
	SCOPED(buf) big = BUF_INIT;

	(void)state;
	fill(&big, LINE_TEXT_MAX + 1);
	line_set(l, STR("a"));
	assert_false(line_paste(l, buf_view(&big)));
	assert_false(line_insert(l, buf_view(&big)));
	assert_false(line_set(l, buf_view(&big)));
	expect(l, "a|");
}

#define PROMPT(s) { s, sizeof(s) - 1 }
static const struct str prompts[] = {
	PROMPT("alpha one"),
	PROMPT("schrödinger's cat"),
	PROMPT("beta\nlong\n1\n2\n3\n4\n5\n6"),
	PROMPT("alpha two"),
};

static void remember(void)
{
	line_set(l, STR_EMPTY);
	line_history(l, prompts, sizeof(prompts) / sizeof(*prompts));
}

static void ctrl_r_finds_whole_characters(void **state)
{
	(void)state;
	remember();
	press(l, "\x12");
	assert_true(line_is_searching(l));
	press(l, "r\xC3\xB6");
	assert_true(str_is(line_message(l), "(reverse-i-search)`rö': "));
	expect(l, "sch|rödinger's cat");
	press(l, "\033[C");
	assert_false(line_is_searching(l));
	assert_int_equal(line_message(l).len, 0);
	expect(l, "schr|ödinger's cat");
	remember();
	press(l, "draft\x12" "alpha\x12");
	expect(l, "|alpha one");
	press(l, "\x07");
	expect(l, "draft|");
}

static void a_search_ends_by_escape_enter_and_cancel_with_what_it_found(void **state)
{
	static const char *const ends[] = { "\033", "\r", "\n", NULL };

	(void)state;
	for (int i = 0; i < 4; i++) {
		remember();
		press(l, "\x12" "beta");
		if (ends[i])
			press(l, ends[i]);
		else
			line_cancel(l);
		assert_false(line_is_searching(l));
		assert_int_equal(line_message(l).len, 0);
		expect(l, "|beta\nlong\n1\n2\n3\n4\n5\n6");
		press(l, "x");
		assert_true(str_starts(line_text(l), STR("xbeta")));
	}
}

static void a_search_takes_a_paste(void **state)
{
	(void)state;
	remember();
	press(l, "\x12");
	line_paste(l, STR("schrö\nmore"));
	assert_true(line_is_searching(l));
	line_cancel(l);
	expect(l, "|schrödinger's cat");
}

static void steps_go_through_prompts_that_begin_alike(void **state)
{
	(void)state;
	remember();
	press(l, "alp");
	assert_true(line_history_step(l, true));
	expect(l, "alpha two|");
	assert_true(line_history_step(l, true));
	expect(l, "alpha one|");
	assert_false(line_history_step(l, true));
	assert_true(line_history_step(l, false));
	expect(l, "alpha two|");
	assert_true(line_history_step(l, false));
	expect(l, "alp|");
	assert_false(line_history_step(l, false));
	/* the draft keeps its undo list and its cursor */
	press(l, "\x02");
	line_history_step(l, true);
	line_history_step(l, false);
	expect(l, "al|p");
	press(l, "\x1f");
	expect(l, "|");
}

static void searches_of_inputrc_are_those_steps(void **state)
{
	(void)state;
	remember();
	press(l, "one");
	press(l, "\033[5~");
	expect(l, "one|");
	press(l, "\033[25~");
	expect(l, "alpha one|");
	press(l, "\033[26~");
	expect(l, "one|");
	press(l, "\x15" "al");
	press(l, "\0332");
	press(l, "\033[5~");
	expect(l, "alpha one|");
	press(l, "\033[6~");
	expect(l, "alpha two|");
	press(l, "\033[6~");
	expect(l, "al|");
}

static void a_long_prompt_comes_back_whole(void **state)
{
	(void)state;
	remember();
	line_paste(l, str_c(seven));
	{
		SCOPED(buf) sent = BUF_INIT;

		line_expanded(l, &sent);
		line_history_add(l, buf_view(&sent));
	}
	line_set(l, STR_EMPTY);
	assert_true(line_history_step(l, true));
	expect(l, "1\n2\n3\n4\n5\n6\n7\n|");
	line_history_step(l, false);
	expect(l, "|");
}

static void a_draft_with_a_chip_survives_the_history(void **state)
{
	(void)state;
	remember();
	line_paste(l, str_c(seven));
	press(l, "\x01");
	line_history_step(l, true);
	expect(l, "alpha two|");
	line_history_step(l, false);
	expands(seven);
	/* also when the prompts are replaced below it */
	line_history(l, prompts, 1);
	expands(seven);
	assert_int_equal(line_cursor(l), 0);
}

/* As with revert-all-at-newline: what was changed on the way is in the prompt that was sent, if at all. */
static void a_new_line_finds_the_prompts_as_they_were_sent(void **state)
{
	(void)state;
	remember();
	line_history_step(l, true);
	press(l, "!!");
	expect(l, "alpha two!!|");
	line_set(l, STR_EMPTY);
	line_history_step(l, true);
	expect(l, "alpha two|");
	/* edited, and left for another one */
	line_set(l, STR_EMPTY);
	press(l, "\x10!\x10?");
	expect(l, "beta\nlong\n1\n2\n3\n4\n5\n6?|");
	line_set(l, STR_EMPTY);
	press(l, "\x10");
	expect(l, "alpha two|");
	press(l, "\x10");
	expect(l, "beta\nlong\n1\n2\n3\n4\n5\n6|");
}

static void offer(void *ctx, struct arena *a, struct str text, size_t cursor, struct line_match **matches, size_t *n,
	size_t *from, size_t *to)
{
	static const char *const all[] = { "/chart", "/cite", "/cite show", "/doc", "notes/", "日本", "日曜" };

	(void)ctx;
	*matches = arena_array(a, 8, sizeof(**matches));
	for (*from = cursor; *from && text.p[*from - 1] != ' ' && text.p[*from - 1] != '\n'; --*from)
		;
	if (str_starts(text, STR("/cite ")))
		*from = 0;
	*to = cursor;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (str_starts(str_c(all[i]), str_sub(text, *from, cursor)))
			(*matches)[(*n)++] = (struct line_match){ str_c(all[i]), STR("about it") };
}

static const struct line_case completing[] = {
	{ { "/d\t" }, "/doc |" },
	{ { "n\t" }, "notes/|" },
	{ { "a n\t" }, "a notes/|" },
	{ { "/c\t" }, "/c|" },
	{ { "/ci\t" }, "/cite|" },
	{ { "/cite s\t" }, "/cite show |" },
	{ { "日\t" }, "日|" },
	{ { "x\ny 日曜\t" }, "xy 日曜 |" },
	{ { "zzz\t" }, "zzz|" },
	{ { "/d\t", "\x1f\x1f" }, "/d|" },
	{ { "a 日", "\x18m\x18m" }, "a 日曜 |" },
	{ { "/ch", "\x18m" }, "/chart |" },
};

static void a_word_is_completed_where_the_callback_says(void **state)
{
	(void)state;
	run_cases(l, completing, sizeof(completing) / sizeof(*completing));
}

static void several_completions_are_listed_until_the_next_key(void **state)
{
	const struct line_match *m;

	(void)state;
	line_set(l, STR_EMPTY);
	press(l, "/c\t");
	assert_int_equal(line_matches(l, &m), 3);
	assert_true(str_is(m[2].value, "/cite show"));
	assert_true(str_is(m[2].description, "about it"));
	press(l, "i");
	assert_int_equal(line_matches(l, &m), 0);
	press(l, "\t");
	assert_int_equal(line_matches(l, &m), 2);
	line_cancel(l);
	assert_int_equal(line_matches(l, &m), 0);
	press(l, "\033?");
	assert_int_equal(line_matches(l, &m), 2);
}

static void what_is_half_done_is_left_by_cancel(void **state)
{
	static const char *const begins[] = { "\x18", "\033", "\0337", "\x16", "\x12", "\033p", "\x15", "\035" };

	(void)state;
	for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++) {
		remember();
		press(l, begins[i]);
		line_cancel(l);
		assert_int_equal(line_message(l).len, 0);
		press(l, "b");
		expect(l, "b|");
		press(l, begins[i]);
		line_insert(l, STR("c"));
		press(l, "d");
		assert_true(str_ends(line_text(l), STR("cd")));
	}
}

static void an_argument_says_so(void **state)
{
	(void)state;
	line_set(l, STR_EMPTY);
	assert_true(line_changed(l));
	assert_false(line_changed(l));
	press(l, "\0334");
	assert_true(str_is(line_message(l), "(arg: 4) "));
	assert_true(line_changed(l));
	press(l, "2");
	assert_true(str_is(line_message(l), "(arg: 42) "));
	line_cancel(l);
	assert_int_equal(line_message(l).len, 0);
}

static void inputrc_can_be_read_again(void **state)
{
	(void)state;
	line_set(l, STR_EMPTY);
	press(l, "a\x18\x12");
	press(l, "b\r");
	expect(l, "ab|");
	assert_int_equal(line_mode(l), LINE_EMACS);
}

static void a_second_line_takes_the_place_of_the_first(void **state)
{
	struct line_options o = { .complete = offer };

	(void)state;
	line_free(l);
	l = line_new(&o);
	expect(l, "|");
	press(l, "/d\t");
	expect(l, "/doc |");
}

static uint32_t seed = 1;

static uint32_t random_below(uint32_t n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 8) % n;
}

/* Any keys in any order: nothing is read that is not there, the cursor stays on a character. */
static void random_keys_keep_line_and_cursor_sound(void **state)
{
	static const char *const some[] = { "a", "é", "日", " ", "\t", "\r", "\x01", "\x02", "\x04", "\x05", "\x06", "\x07",
		"\x0b", "\x0c", "\x0e", "\x0f", "\x10", "\x11", "\x12", "\x13", "\x14", "\x15", "\x16", "\x17", "\x18", "\x19",
		"\x1f", "\x7f", "\033", "\033b", "\033d", "\033y", "\033.", "\0335", "\033-", "\033[A", "\033[D", "\033[3~",
		"\033[15~", "\033[5~", "\033[6~", "\033[25~", "\033[26~", "\033#", "\033\\", "\033t", "\033u", "\033*", "\033?", "\033n", "\033p",
		"\x1d", "\x18(", "\x18)",
		"\x18\x65", "\033\x19", "\033<", "\033>", "\x18\x15", "\x18\x18", "👩‍💻", "e\xCC\x81" };

	(void)state;
	remember();
	for (int i = 0; i < 20000; i++) {
		switch (random_below(40)) {
		case 0:
			line_paste(l, str_c(seven));
			break;
		case 1:
			line_history_step(l, random_below(2));
			break;
		case 2:
			line_row_step(l, 7, random_below(2));
			break;
		case 3:
			line_cancel(l);
			break;
		case 4:
			line_set(l, str_c(some[random_below(4)]));
			break;
		default:
			line_key(l, str_c(some[random_below(sizeof(some) / sizeof(*some))]));
		}
		assert_int_equal(line_underflows(l), 0);
		assert_in_range(line_cursor(l), 0, line_text(l).len);
		assert_int_equal(line_text(l).len, strlen(line_text(l).p));
		if (line_text(l).len > 5000)
			line_set(l, STR_EMPTY);
	}
	line_cancel(l);
}

static int begin(void **state)
{
	struct line_options o = { .complete = offer };

	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("TERM", "no-such-terminal", 1);
	use_inputrc(inputrc);
	l = line_new(&o);
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
		cmocka_unit_test(keys_do_what_readline_says),
		cmocka_unit_test(an_absurd_argument_is_bounded),
		cmocka_unit_test(a_line_that_doubles_stops_at_the_limit),
		cmocka_unit_test(a_paste_is_one_undo_and_harmless),
		cmocka_unit_test(a_large_paste_is_one_character),
		cmocka_unit_test(a_killed_chip_is_yanked_with_its_text),
		cmocka_unit_test(pasting_again_behind_its_chip_expands_it),
		cmocka_unit_test(foreign_private_characters_are_no_chips),
		cmocka_unit_test(pastes_of_old_lines_are_forgotten_in_time),
		cmocka_unit_test(too_much_is_refused_and_changes_nothing),
		cmocka_unit_test(ctrl_r_finds_whole_characters),
		cmocka_unit_test(a_search_ends_by_escape_enter_and_cancel_with_what_it_found),
		cmocka_unit_test(a_search_takes_a_paste),
		cmocka_unit_test(steps_go_through_prompts_that_begin_alike),
		cmocka_unit_test(searches_of_inputrc_are_those_steps),
		cmocka_unit_test(a_long_prompt_comes_back_whole),
		cmocka_unit_test(a_draft_with_a_chip_survives_the_history),
		cmocka_unit_test(a_new_line_finds_the_prompts_as_they_were_sent),
		cmocka_unit_test(a_word_is_completed_where_the_callback_says),
		cmocka_unit_test(several_completions_are_listed_until_the_next_key),
		cmocka_unit_test(what_is_half_done_is_left_by_cancel),
		cmocka_unit_test(an_argument_says_so),
		cmocka_unit_test(inputrc_can_be_read_again),
		cmocka_unit_test(random_keys_keep_line_and_cursor_sound),
		cmocka_unit_test(a_second_line_takes_the_place_of_the_first),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
