#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/buf.h"
#include "ibid/base/words.h"
#include "porter_words.h"

#define COUNT(v) (sizeof(v) / sizeof(*(v)))

/* The folded words of a text, joined by bars. */
static void join(struct buf *out, struct str text, unsigned flags)
{
	struct words w = WORDS_INIT(text, flags);

	buf_reset(out);
	while (words_next(&w)) {
		buf_c(out, out->len ? "|" : "");
		buf_str(out, w.word);
	}
}

static void stems_are_those_of_the_index(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(porter_words); i++) {
		char word[64];
		size_t len = strlen(porter_words[i].word);

		memcpy(word, porter_words[i].word, len);
		word[words_stem(word, len)] = '\0';
		assert_string_equal(word, porter_words[i].stem);
	}
}

static void words_are_cut_and_folded_as_the_index_does(void **state)
{
	static const struct { const char *text, *words; } rows[] = {
		{ "", "" },
		{ " ,.;", "" },
		{ "Hello, World", "hello|world" },
		{ "don't", "don|t" },
		{ "CVE-2021-44228", "cve|2021|44228" },
		{ "snake_case a.b", "snake|case|a|b" },
		{ "Café RÉSUMÉ Ångström", "cafe|resume|angstrom" },
		{ "e\xCC\x81" "tude", "etude" },		/* a combining acute is dropped */
		{ "x\xCC\x85y", "x|y" },			/* a combining overline is not */
		{ "Straße ÆØ", "straße|æø" },
		{ "ΣΊΣΥΦΟΣ ς µ", "σίσυφοσ|σ|μ" },
		{ "Москва й", "москва|й" },
		{ "日本語のテキスト。次", "日本語のテキスト|次" },
		{ "x² ½ Ⅳ", "x²|½|ⅳ" },
		{ "a\xFF" "b", "a|b" },				/* invalid bytes separate */
	};
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		join(&out, str_c(rows[i].text), 0);
		assert_string_equal(buf_cstr(&out), rows[i].words);
	}
}

static void offsets_are_those_of_the_text(void **state)
{
	struct str text = STR("\xC3\x89tudes, 2nd edition");
	struct words w = WORDS_INIT(text, WORDS_STEM);

	(void)state;
	assert_true(words_next(&w));
	assert_true(str_is(str_sub(text, w.from, w.to), "\xC3\x89tudes"));
	assert_true(str_is(w.word, "etud"));
	assert_true(words_next(&w));
	assert_true(str_is(str_sub(text, w.from, w.to), "2nd"));
	assert_true(words_next(&w));
	assert_int_equal(w.to, text.len);
	assert_false(words_next(&w));
	assert_false(words_next(&w));
}

static void content_leaves_function_words_out(void **state)
{
	SCOPED(buf) out = BUF_INIT;
	SCOPED(arena) a = ARENA_INIT;
	struct word *words;
	struct str text = STR("What are the similarity laws that don't hold?");

	(void)state;
	join(&out, text, WORDS_NO_FUNCTION | WORDS_STEM);
	assert_string_equal(buf_cstr(&out), "similar|law|hold");
	assert_int_equal(words_content(&a, text, &words), 3);
	assert_true(str_is(words[1].word, "law"));
	assert_true(str_is(str_sub(text, words[1].from, words[1].to), "laws"));
	join(&out, STR("please explain the gap"), WORDS_NO_FUNCTION | WORDS_NO_QUESTION);
	assert_string_equal(buf_cstr(&out), "gap");
	join(&out, STR("explain the gap"), WORDS_NO_QUESTION);
	assert_string_equal(buf_cstr(&out), "the|gap");
}

static void a_word_without_end_is_cut_but_its_place_is_whole(void **state)
{
	char text[2000] = "";
	struct words w = WORDS_INIT(str_of(text, sizeof(text)), 0);

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < 999; i += 3)
		memcpy(text + i, "\xE6\x97\xA5", 3);
	assert_true(words_next(&w));
	assert_int_equal(w.from, 0);
	assert_int_equal(w.to, sizeof(text));
	assert_in_range(w.word.len, 200, WORDS_MAX);
	assert_false(words_next(&w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stems_are_those_of_the_index),
		cmocka_unit_test(words_are_cut_and_folded_as_the_index_does),
		cmocka_unit_test(offsets_are_those_of_the_text),
		cmocka_unit_test(content_leaves_function_words_out),
		cmocka_unit_test(a_word_without_end_is_cut_but_its_place_is_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
