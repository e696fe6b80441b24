#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/buf.h"
#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/render/highlight.h"
#include "ibid/render/rows.h"

/* --- what a test sees of rows */

static struct row_mark_look look(void *ctx, int n)
{
	static const struct row_mark_look looks[] = {
		{ NULL, OUT_PLAIN }, { "", OUT_GOOD }, { "?", OUT_WARN }, { "!", OUT_BAD }
	};

	(void)ctx;
	return looks[n < 4 ? n : 1];
}

static struct rows_opts opts_of(int cols)
{
	return (struct rows_opts){ .width_cols = cols, .color = true, .mark = look };
}

static void add_text(struct buf *to, const struct rows *r)
{
	for (size_t i = 0; i < rows_n(r); i++) {
		buf_str(to, rows_at(r, i).text);
		buf_ch(to, '\n');
	}
}

static void add_row(struct buf *to, struct row row)
{
	buf_fmt(to, "%d:", (int)row.kind);
	buf_str(to, row.text);
	for (size_t i = 0; i < row.n_runs; i++)
		buf_fmt(to, " %u=%u", row.runs[i].to, row.runs[i].style);
	buf_ch(to, '\n');
}

static void add_rows(struct buf *to, const struct rows *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_row(to, rows_at(r, i));
}

/* Everything there is to see, as text that can be compared. */
static void add_all(struct buf *to, const struct rows *r)
{
	const struct row_code *codes;
	const struct row_link *links;
	const struct row_mark *marks;
	size_t n_codes = rows_codes(r, &codes), n_links = rows_links(r, &links), n_marks = rows_marks(r, &marks);

	add_rows(to, r, rows_n(r));
	for (size_t i = 0; i < n_codes; i++)
		buf_fmt(to, "code %zu-%zu %.*s\n%.*s", codes[i].row_from, codes[i].row_to, STR_ARG(codes[i].info),
			STR_ARG(codes[i].text));
	for (size_t i = 0; i < n_links; i++)
		buf_fmt(to, "link %zu %u-%u %.*s\n", links[i].row, links[i].from, links[i].to, STR_ARG(links[i].url));
	for (size_t i = 0; i < n_marks; i++)
		buf_fmt(to, "mark %zu %u-%u %d\n", marks[i].row, marks[i].from, marks[i].to, marks[i].n);
}

static struct rows *lay_out(struct str source, const struct rows_opts *opts)
{
	struct rows *r = rows_new(opts);

	rows_feed(r, source);
	rows_end(r);
	return r;
}

static void assert_shown(const char *source, const struct rows_opts *opts, const char *shown)
{
	SCOPED_PTR(rows) r = lay_out(str_c(source), opts);
	SCOPED(buf) text = BUF_INIT;

	add_text(&text, r);
	assert_string_equal(buf_cstr(&text), shown);
}

/* --- rows of whole sources */

static const struct {
	int cols;
	const char *source, *shown;
} sources[] = {
	{ 80, "", "" },
	{ 20, "one two three four five six", "one two three four\nfive six\n" },
	{ 20, "# A\ntext", "# A\n\ntext\n" },
	{ 80, "*e* **s** `c`", "e s c\n" },
	{ 80, "- a\n- b\n\n1. c\n1. d", "- a\n- b\n\n1. c\n2. d\n" },
	{ 80, "> a\n\nb", "> a\n\nb\n" },
	/* rows of prose fit, whatever it takes */
	{ 8, "abcdefghijkl mn", "abcdefgh\nijkl mn\n" },
	{ 8, "ab https://example.test/", "ab\nhttps://\nexample.\ntest/\n" },
	{ 14, "- [x] abc de fghi jk", "- [x] abc de\n  fghi jk\n" },
	{ 3, "- a b\n\n> c\n\n---", "a b\n\nc\n\n---\n" },
	{ 2, "---", "--\n" },
	{ 6, "日本語", "日本語\n" },
	{ 4, "日本語", "日本\n語\n" },
	{ 1, "日b", "日\nb\n" },
	{ 12, "[1]: https://example.test/long", "[1]:\nhttps://exam\nple.test/lon\ng\n" },
	/* code and tables may be wider */
	{ 8, "```c\nint main(void);\n```", "int main(void);\n" },
	{ 8, "|abcdef|bcdefg|\n|---|---|\n|c|d|", "| abcdef | bcdefg |\n|--------|--------|\n| c      | d      |\n" },
	/* foreign controls are seen */
	{ 80, "a\x1b[31mb", "a␛[31mb\n" },
	{ 80, "```\n\x1b]0;x\x07\n```", "␛]0;x␇\n" },
	{ 80, "a \xff b", "a � b\n" },
	/* marks */
	{ 80, "a [1] [2] [3] [0] [12]", "a [1] [2?] [3!] [0] [12]\n" },
	{ 80, "`[2]` [x [2]](http://a.test)", "[2] x [2] (a.test)\n" },
	{ 80, "[2][2][1234567890] [2a]", "[2?][2?][1234567890] [2a]\n" },
};

static void each_source_has_its_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		const struct rows_opts opts = opts_of(sources[i].cols);

		assert_shown(sources[i].source, &opts, sources[i].shown);
	}
}

static void without_colour_fences_and_marks_are_shown(void **state)
{
	const struct rows_opts opts = { .width_cols = 80 };
	SCOPED_PTR(rows) r = lay_out(STR("**a** [1]\n\n```c\nint x;\n```\n"), &opts);
	SCOPED(buf) text = BUF_INIT;
	const struct row_code *codes;
	const struct row_mark *marks;

	(void)state;
	add_rows(&text, r, rows_n(r));
	assert_string_equal(buf_cstr(&text), "0:**a** [1] 2=0 3=1 9=0\n0:\n1:```c 4=0\n1:int x; 6=6\n1:``` 3=0\n");
	assert_int_equal(rows_codes(r, &codes), 1);
	assert_int_equal(codes->row_from, 3);
	assert_int_equal(codes->row_to, 4);
	assert_int_equal(rows_marks(r, &marks), 0);
}

static void own_text_is_wrapped_and_keeps_its_lines(void **state)
{
	const struct rows_opts opts = { .width_cols = 12, .is_plain = true, .mark = look };

	(void)state;
	assert_shown("**a** [1]\n\n  # b\n\tc\nx\ty", &opts, "**a** [1]\n\n  # b\n        c\nx       y\n");
	assert_shown("one two three four\r\n", &opts, "one two\nthree four\n");
	assert_shown("    abcdefghijkl", &opts, "    abcdefgh\nijkl\n");
}

/* --- what stands in them */

static void code_is_kept_as_it_was_written(void **state)
{
	const struct rows_opts opts = opts_of(80);
	SCOPED_PTR(rows) r = lay_out(
		STR("- a\n  ~~~py x\n  if 1:\n    b\n  ~~~\n\n> ```\n> q\n> ```\n\n```sh\n\x1b[m\nls\n```\n\n    i\n"), &opts);
	const struct row_code *codes;

	(void)state;
	assert_int_equal(rows_codes(r, &codes), 4);
	assert_true(str_is(codes[0].info, "py x"));
	assert_true(str_is(codes[0].text, "if 1:\n  b\n"));
	assert_true(str_is(rows_at(r, codes[0].row_from).text, "  if 1:"));
	assert_int_equal(codes[0].row_to - codes[0].row_from, 2);
	assert_true(str_is(codes[1].text, "q\n"));
	assert_true(str_is(rows_at(r, codes[1].row_from).text, "> q"));
	assert_true(str_is(codes[2].info, "sh"));
	assert_true(str_is(codes[2].text, "\x1b[m\nls\n"));
	assert_true(str_is(codes[3].text, "i\n"));
	for (size_t i = 0; i < 4; i++)
		for (size_t k = codes[i].row_from; k < codes[i].row_to; k++)
			assert_int_equal(rows_at(r, k).kind, ROW_CODE);
}

static void links_and_marks_know_their_place(void **state)
{
	const struct rows_opts opts = opts_of(20);
	SCOPED_PTR(rows) r = lay_out(STR("a [long label of it](https://a.test/\u202e) [2][2]\n\n|x|\n|---|\n|[3]|"), &opts);
	const struct row_link *links;
	const struct row_mark *marks;

	(void)state;
	/* a long label of it / (a.test) [2?][2?] */
	assert_int_equal(rows_links(r, &links), 1);
	assert_true(str_is(links[0].url, "https://a.test/<U+202E>"));
	assert_true(str_is(str_sub(rows_at(r, links[0].row).text, links[0].from, links[0].to), "long label of it"));
	assert_int_equal(rows_marks(r, &marks), 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(str_is(str_sub(rows_at(r, marks[i].row).text, marks[i].from, marks[i].to),
			i < 2 ? "[2?]" : "[3!]"));
	assert_int_equal(marks[1].from, marks[0].to);
	assert_int_equal(rows_at(r, marks[2].row).kind, ROW_TABLE);
}

static void a_label_that_is_wrapped_is_a_link_on_each_row(void **state)
{
	const struct rows_opts opts = opts_of(8);
	SCOPED_PTR(rows) r = lay_out(STR("[aaa **bbb** ccc](https://a.test/)"), &opts);
	const struct row_link *links;

	(void)state;
	assert_int_equal(rows_links(r, &links), 2);
	assert_int_equal(links[0].row, 0);
	assert_int_equal(links[0].to, 7);
	assert_int_equal(links[1].row, 1);
	assert_int_equal(links[1].from, 0);
	assert_true(str_eq(links[0].url, links[1].url));
}

/* The style of a word in a row of code. */
static unsigned style_of(const char *info, const char *line, const char *word)
{
	const struct rows_opts opts = opts_of(80);
	SCOPED(buf) source = BUF_INIT;
	SCOPED_PTR(rows) r = NULL;
	struct row row;
	size_t at, run = 0;

	buf_fmt(&source, "```%s\n%s\n```\n", info, line);
	r = lay_out(buf_view(&source), &opts);
	row = rows_at(r, rows_n(r) - 1);
	at = str_find(row.text, str_c(word), 0);
	assert_true(at != STR_NONE);
	while (row.runs[run].to <= at)
		run++;
	return row.runs[run].style;
}

static const struct {
	const char *info, *line, *word;
	unsigned style;
} colours[] = {
	{ "c", "return 0x1f; /* x */", "return", ROW_KEYWORD },
	{ "c", "return 0x1f; /* x */", "0x1f", ROW_NUMBER },
	{ "c", "return 0x1f; /* x */", "x */", ROW_COMMENT },
	{ "C++", "class x;", "class", ROW_KEYWORD },
	{ "cpp", "class x;", "x", OUT_CODE },
	{ "py", "def f(): # y", "def", ROW_KEYWORD },
	{ "{.python}", "\"\"\"a\nb\"\"\"", "b", ROW_STRING },
	{ "sh", "echo 'a' # b", "echo", ROW_KEYWORD },
	{ "console", "echo 'a' # b", "'a'", ROW_STRING },
	{ "js", "let a = `b`;", "let", ROW_KEYWORD },
	{ "ts", "type A = number;", "number", ROW_KEYWORD },
	{ "json", "{\"a\": \"b\"}", "\"b\"", ROW_STRING },
	{ "jsonl", "{\"a\": 12}", "12", ROW_NUMBER },
	{ "java", "public class A {}", "public", ROW_KEYWORD },
	{ "perl", "my $x = 'a';", "'a'", ROW_STRING },
	{ "php", "<?php echo 'a'; ?>", "'a'", ROW_STRING },
	{ "ruby", "def f; end", "def", ROW_KEYWORD },
	{ "html", "<!-- a -->", "a", ROW_COMMENT },
	{ "xml", "<a b=\"c\"/>", "\"c\"", ROW_STRING },
	{ "svg", "<!-- a -->", "a", ROW_COMMENT },
	{ "css", "a { color: red; } /* b */", "b */", ROW_COMMENT },
	{ "make", "a: b # c", "c", ROW_COMMENT },
	{ "diff", "--- a\n+++ b\n@@ -1 +1 @@\n+x", "+x", OUT_GOOD },
	{ "patch", "--- a\n+++ b\n@@ -1 +1 @@\n-x", "-x", OUT_BAD },
	{ "ini", "[section]", "[section]", ROW_KEYWORD },
	{ "toml", "a = \"b\" # c", "\"b\"", ROW_STRING },
	{ "yaml", "key: v # c", "key", ROW_KEYWORD },
	{ "yml", "key: v # c", "# c", ROW_COMMENT },
	{ "sql", "select a from b", "from", ROW_KEYWORD },
	{ "go", "func f() {}", "func", ROW_KEYWORD },
	{ "rust", "let x = r#\"a\"b\"#; // c", "b", ROW_STRING },
	{ "rs", "fn f<'a>() {}", "fn", ROW_KEYWORD },
	{ "nosuch", "return 1", "return", OUT_CODE },
	{ "", "return 1", "return", OUT_CODE },
};

static void code_is_coloured_by_its_language(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(colours) / sizeof(*colours); i++) {
		unsigned style = style_of(colours[i].info, colours[i].line, colours[i].word);

		if (style != colours[i].style)
			fail_msg("%s: %s: %s has style %u", colours[i].info, colours[i].line, colours[i].word, style);
	}
}

static void a_line_too_long_to_colour_is_plain_code(void **state)
{
	SCOPED(buf) line = BUF_INIT;

	(void)state;
	buf_c(&line, "return ");
	while (line.len < HIGHLIGHT_LINE_MAX - 7)
		buf_c(&line, "1");
	assert_int_equal(style_of("c", buf_cstr(&line), "return"), ROW_KEYWORD);
	buf_c(&line, "11111111111111");
	assert_int_equal(style_of("c", buf_cstr(&line), "return"), OUT_CODE);
}

static void one_highlight_serves_many(void **state)
{
	SCOPED_PTR(highlight) h = highlight_new();
	struct rows_opts opts = opts_of(80);

	(void)state;
	opts.highlight = h;
	for (int i = 0; i < 3; i++) {
		SCOPED_PTR(rows) r = lay_out(STR("```c\nreturn\n```"), &opts);

		assert_int_equal(rows_at(r, 0).runs->style, ROW_KEYWORD);
	}
}

/* --- streams */

static const char *const documents[] = {
	"# Title **x**\n\nText *em* `code` [l](https://a.test/b) [1][2] end.\nmore\n\n- a\n  - b **c**\n- d\n\n"
	"1. x\n2. y `z`\n\n> q\n> r\n\n---\nend",
	"|a|b|\n|---|---:|\n|1|22 [3]|\n|**x**|y|\n\nafter\n|not|table\n\n|head only|\n",
	"```python\ndef f(x):\n  \"\"\"doc\n  string\"\"\"\n  return 1\n```\ntext\n~~~\nopen\n\n\nfence",
	"- a\n  ```c\n  /* x\n  y */ int z;\n  ```\n- b\n\n      code\n\npara\n===\n\n    indented\n\n    more\n\nx",
	"math $x^2$ and $5 or $6, \\(a_1\\) \\[sic\\]\n\n$$\na\n- b\n= c\n$$\n\n\\[\n\\frac{a}{b}\n\\]\nx \\( y",
	"日本語 **太字** é́ 👩‍💻 \xF0\x9F\x87\xA9\xF0\x9F\x87\xAA\n\n* 日本\n* 語 `語`\n\n\x1b[31m \xff\xfe \xe2\x80\xae\r\ncr\r\n",
	"unclosed **strong and `code\nand [link](http://x.test/\n\n***\n* * *\n_a_b_c_ **\n\n~~del~~ ![img](i.png)\n[1]: http://d.test\n",
	"```\n`` \n```` \n```\n```sh\ncat <<EOF\n$x\nEOF\n```",
};
#define N_DOCUMENTS (sizeof(documents) / sizeof(*documents))

/* Stable rows must begin with what they were. */
static void assert_stable(const struct rows *r, struct buf *before)
{
	SCOPED(buf) now = BUF_INIT;

	add_rows(&now, r, rows_n_stable(r));
	assert_true(str_starts(buf_view(&now), buf_view(before)));
	buf_reset(before);
	buf_str(before, buf_view(&now));
}

static void stream(struct str source, const struct rows_opts *opts, size_t slice, size_t refresh, struct buf *to)
{
	SCOPED_PTR(rows) r = rows_new(opts);
	SCOPED(buf) stable = BUF_INIT;
	size_t n = 0;

	for (size_t at = 0; at < source.len; at += slice) {
		rows_feed(r, str_sub(source, at, at + slice));
		if (refresh && ++n % refresh == 0) {
			assert_true(rows_refresh(r));
			assert_false(rows_refresh(r));
			assert_true(rows_n_stable(r) <= rows_n(r));
		}
		assert_stable(r, &stable);
	}
	rows_end(r);
	assert_int_equal(rows_n(r), rows_n_stable(r));
	assert_stable(r, &stable);
	add_all(to, r);
}

static void any_slicing_and_any_refresh_gives_the_same_rows(void **state)
{
	static const size_t slices[] = { 1, 2, 3, 7, 64 };

	(void)state;
	for (size_t i = 0; i < 4 * N_DOCUMENTS; i++) {
		struct str source = str_c(documents[i / 4]);
		struct rows_opts opts = opts_of(i % 2 ? 24 : 80);
		SCOPED(buf) whole = BUF_INIT;

		opts.color = i % 4 < 2;
		opts.is_plain = i % 4 == 3;
		stream(source, &opts, source.len, 0, &whole);
		for (size_t k = 0; k < sizeof(slices) / sizeof(*slices); k++)
			for (size_t refresh = 0; refresh < 4; refresh++) {
				SCOPED(buf) cut = BUF_INIT;

				stream(source, &opts, slices[k], refresh, &cut);
				assert_string_equal(buf_cstr(&cut), buf_cstr(&whole));
			}
	}
}

/* What is seen of a beginning of a stream. */
static const struct {
	const char *source, *shown;
} beginnings[] = {
	{ "a **bol", "a bol\n" },
	{ "a **", "a\n" },
	{ "a **b*", "a b\n" },
	{ "a *b **c", "a b c\n" },
	{ "a * b", "a * b\n" },
	{ "2*3 is", "2*3 is\n" },
	{ "snake_case", "snake_case\n" },
	{ "a `co", "a co\n" },
	{ "a `", "a\n" },
	{ "a ``x`", "a x\n" },
	{ "a [la", "a la\n" },
	{ "a [la]", "a la\n" },
	{ "a [la](http://x", "a la\n" },
	{ "a [la](http://x.test/)", "a la (x.test)\n" },
	{ "a [1", "a\n" },
	{ "a [1]", "a [1]\n" },
	{ "a \\", "a\n" },
	{ "- x **y", "- x y\n" },
	{ "- x\n-", "- x\n" },
	{ "- x **y**\n- z `w", "- x y\n- z w\n" },
	{ "# H **x", "# H x\n" },
	{ "para\n-", "para\n" },
	{ "para\n12", "para\n" },
	{ "|a|b", "|a|b\n" },
	{ "|a|b|\n|--", "|a|b|\n|--\n" },
	{ "|a|b|\n|---|---|", "|a|b|\n|---|---|\n" },
	{ "|a|b|\n|---|---|\n", "| a | b |\n|---|---|\n" },
	{ "|a|b|\n|---|---|\n|**c", "| a | b |\n|---|---|\n| c |   |\n" },
	{ "```py\ndef", "def\n" },
	{ "```py\ndef\n``", "def\n" },
	{ "- a\n  ```\n  b\n  ``", "- a\n  b\n" },
	{ "x $$a_", "x\na_\n" },
	{ "x \\(\\alpha + ", "x α +\n" },
	{ "x\n\n> **q", "x\n\n> q\n" },
	{ "caf\xC3", "caf\n" },
	{ "a $$$$$$ b", "a $$$$$$ b\n" },
};

static void what_is_open_is_closed_for_the_eye(void **state)
{
	const struct rows_opts opts = opts_of(60);

	(void)state;
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++) {
		SCOPED_PTR(rows) r = rows_new(&opts);
		SCOPED(buf) text = BUF_INIT;

		rows_feed(r, str_c(beginnings[i].source));
		rows_refresh(r);
		add_text(&text, r);
		assert_string_equal(buf_cstr(&text), beginnings[i].shown);
	}
}

static void an_open_fence_is_code_at_once(void **state)
{
	const struct rows_opts opts = opts_of(60);
	SCOPED_PTR(rows) r = rows_new(&opts);
	const struct row_code *codes;

	(void)state;
	rows_feed(r, STR("```c\nint a;\n/* b"));
	rows_refresh(r);
	assert_int_equal(rows_n(r), 2);
	assert_int_equal(rows_n_stable(r), 1);
	assert_int_equal(rows_at(r, 1).kind, ROW_CODE);
	assert_int_equal(rows_at(r, 1).runs->style, ROW_COMMENT);
	assert_int_equal(rows_codes(r, &codes), 1);
	assert_true(str_is(codes->text, "int a;\n/* b\n"));
	assert_int_equal(codes->row_to, 2);
	rows_feed(r, STR(" */ int\n"));
	rows_refresh(r);
	assert_int_equal(rows_at(r, 1).runs[1].style, OUT_CODE);
	assert_int_equal(rows_codes(r, &codes), 1);
	assert_true(str_is(codes->text, "int a;\n/* b */ int\n"));
}

/* A paragraph, an item, a table and a line of half a MiB: a refresh shows the end of them. */
static void a_refresh_of_a_long_block_shows_its_end(void **state)
{
	static const char *const lines[] = { "word word\n", "word ", "|a|b|\n" };
	static const char *const heads[] = { "- item\n", "", "|x|y|\n|---|---|\n" };
	const struct rows_opts opts = opts_of(80);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		SCOPED_PTR(rows) r = rows_new(&opts);
		SCOPED(buf) source = BUF_INIT;
		size_t bytes = 0;

		buf_c(&source, heads[i]);
		while (source.len < (size_t)200 << 10)
			buf_c(&source, lines[i]);
		rows_feed(r, buf_view(&source));
		rows_refresh(r);
		assert_int_equal(rows_n_stable(r), 0);
		for (size_t k = 0; k < rows_n(r); k++)
			bytes += rows_at(r, k).text.len;
		assert_true(bytes > ROWS_TAIL_MAX / 2 && bytes < 3 * ROWS_TAIL_MAX);
		if (i == 2)
			assert_true(str_is(rows_at(r, 0).text, "| x | y |"));
	}
}

/* --- places */

static bool has_table(struct str source)
{
	return str_find(source, STR("|-"), 0) != STR_NONE;
}

/* The text of all rows from the one that holds a place begins at it or before. */
static void a_place_is_found_again_at_any_width(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_DOCUMENTS; i++) {
		struct rows_opts opts = opts_of(40);
		SCOPED_PTR(rows) r = NULL;

		opts.is_plain = i % 2;
		r = lay_out(str_c(documents[i]), &opts);
		for (int cols = 1; cols < 120 && !has_table(str_c(documents[i])); cols++) {
			SCOPED_PTR(rows) other = NULL;

			opts.width_cols = cols;
			other = lay_out(str_c(documents[i]), &opts);
			assert_int_equal(rows_place_of(r, rows_n(r)), rows_place_of(other, rows_n(other)));
			for (size_t k = 0; k < rows_n(r); k++) {
				size_t place = rows_place_of(r, k), row = rows_row_of(other, place);

				assert_true(row < rows_n(other));
				assert_true(rows_place_of(other, row) <= place);
				assert_true(row + 1 == rows_n(other) || place < rows_place_of(other, row + 1));
			}
		}
	}
}

static void the_word_of_a_place_is_in_its_row(void **state)
{
	SCOPED(buf) source = BUF_INIT;
	struct rows_opts opts = opts_of(37);
	SCOPED_PTR(rows) r = NULL;

	(void)state;
	for (int i = 100; i < 400; i++)
		buf_fmt(&source, "%sw%d%s", i % 50 ? "" : "\n\n> - ", i, i % 7 ? " " : " **x** ");
	r = lay_out(buf_view(&source), &opts);
	for (int cols = 12; cols < 140; cols++) {
		SCOPED_PTR(rows) other = NULL;

		opts.width_cols = cols;
		other = lay_out(buf_view(&source), &opts);
		for (size_t i = 0; i < rows_n(r); i++) {
			struct str text = rows_at(r, i).text;
			size_t at = str_find_ch(text, 'w', 0), row = rows_row_of(other, rows_place_of(r, i));

			if (at == STR_NONE || str_find_ch(text, 'x', 0) < at)
				continue;
			assert_true(str_find(rows_at(other, row).text, str_sub(text, at, at + 4), 0) != STR_NONE);
		}
	}
}

/* --- size */

static void rows_of_a_message_are_small(void **state)
{
	const struct rows_opts opts = opts_of(80);
	SCOPED(buf) source = BUF_INIT;
	SCOPED_PTR(rows) r = NULL;

	(void)state;
	while (source.len < 2048)
		buf_c(&source, "Some **words** of a message with a mark [1] and `code` in it.\n\n- an item of some words\n\n");
	r = lay_out(buf_view(&source), &opts);
	assert_in_range(rows_bytes(r), source.len, 4 * source.len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_source_has_its_rows),
		cmocka_unit_test(without_colour_fences_and_marks_are_shown),
		cmocka_unit_test(own_text_is_wrapped_and_keeps_its_lines),
		cmocka_unit_test(code_is_kept_as_it_was_written),
		cmocka_unit_test(links_and_marks_know_their_place),
		cmocka_unit_test(a_label_that_is_wrapped_is_a_link_on_each_row),
		cmocka_unit_test(code_is_coloured_by_its_language),
		cmocka_unit_test(a_line_too_long_to_colour_is_plain_code),
		cmocka_unit_test(one_highlight_serves_many),
		cmocka_unit_test(any_slicing_and_any_refresh_gives_the_same_rows),
		cmocka_unit_test(what_is_open_is_closed_for_the_eye),
		cmocka_unit_test(an_open_fence_is_code_at_once),
		cmocka_unit_test(a_refresh_of_a_long_block_shows_its_end),
		cmocka_unit_test(a_place_is_found_again_at_any_width),
		cmocka_unit_test(the_word_of_a_place_is_in_its_row),
		cmocka_unit_test(rows_of_a_message_are_small),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
