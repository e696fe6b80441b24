#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ibid/base/shell.h"

/* The words of a line, each in brackets. */
static void show(struct buf *out, struct str line)
{
	SCOPED(arena) a = ARENA_INIT;
	struct shell_word *v;
	size_t n = shell_split(&a, line, &v);

	for (size_t i = 0; i < n; i++)
		buf_fmt(out, "[%s]", v[i].text.p);
	if (n && v[n - 1].quote)
		buf_ch(out, v[n - 1].quote);
}

static void words_part_and_join_as_in_a_shell(void **state)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{ "", "" },
		{ " \t\n ", "" },
		{ "doc list", "[doc][list]" },
		{ "  doc\t list \n", "[doc][list]" },
		{ "title 'two words'", "[title][two words]" },
		{ "title two\\ words", "[title][two words]" },
		{ "a'b'\"c\"d", "[abcd]" },
		{ "''", "[]" },
		{ "'a\\b' \"a\\b\" \"a\\\"b\"", "[a\\b][a\\b][a\"b]" },
		{ "\"it's\" 'say \"x\"'", "[it's][say \"x\"]" },
		{ "$HOME ~ * `x` $(y) ; | &", "[$HOME][~][*][`x`][$(y)][;][|][&]" },
		{ "\"\\$\\`\\\\\"", "[$`\\]" },
		{ "a\\", "[a\\]" },
		{ "title 'two wo", "[title][two wo]'" },
		{ "title \"two\\", "[title][two\\]\"" },
		{ "\xff\x80 \xc3\xa9", "[\xff\x80][\xc3\xa9]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPED(buf) out = BUF_INIT;

		show(&out, str_c(cases[i].line));
		assert_string_equal(buf_cstr(&out), cases[i].words);
	}
}

static void a_word_tells_where_it_stands(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct shell_word *v;

	(void)state;
	assert_int_equal(shell_split(&a, STR("  open 'a b'c "), &v), 2);
	assert_int_equal(v[0].from, 2);
	assert_int_equal(v[0].to, 6);
	assert_int_equal(v[1].from, 7);
	assert_int_equal(v[1].to, 13);
}

/* Bytes from a small alphabet, in which everything special is frequent. */
static struct str random_word(struct arena *a, unsigned seed)
{
	static const char bytes[] = "ab \t\n'\"\\$`~\xc3\xa9\x01";
	size_t len = seed % 9;
	char *p = arena_alloc(a, len + 1);

	for (size_t i = 0; i < len; i++) {
		seed = seed * 1103515245u + 12345u;
		p[i] = bytes[(seed >> 16) % (sizeof(bytes) - 1)];
	}
	return str_of(p, len);
}

static void what_is_written_is_read_back(void **state)
{
	static const char quotes[] = { 0, '"', '\'' };

	(void)state;
	for (unsigned seed = 1; seed < 3000; seed++) {
		SCOPED(arena) a = ARENA_INIT;
		SCOPED(buf) line = BUF_INIT;
		struct str word = random_word(&a, seed * 2654435761u);
		char quote = quotes[seed % 3];
		struct shell_word *v;

		if (!word.len || (quote == '\'' && str_find_ch(word, '\'', 0) != STR_NONE))
			continue;
		shell_add_word(&line, word, quote);
		assert_int_equal(shell_split(&a, buf_view(&line), &v), 1);
		assert_true(str_eq(v[0].text, word));
		assert_int_equal(v[0].quote, 0);
		assert_int_equal(v[0].to, line.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_part_and_join_as_in_a_shell),
		cmocka_unit_test(a_word_tells_where_it_stands),
		cmocka_unit_test(what_is_written_is_read_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
