#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/path.h"
#include "ibid/base/utf8.h"
#include "ibid/render/markdown.h"

static const char *no_env(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
	return NULL;
}

/* What the renderer writes for `source`, fed in slices of `slice` bytes. */
static void render(struct buf *to, struct str source, int cols, size_t slice, enum out_color color)
{
	char name[] = "/tmp/ibid-test-XXXXXX";
	int fd = mkstemp(name);
	struct out out;
	struct render_md *md;

	assert_true(fd >= 0);
	unlink(name);
	out_open(&out, fd, "test", color, no_env, NULL);
	md = render_md_new(&out, cols);
	for (size_t at = 0; at < source.len; at += slice)
		render_md_feed(md, str_sub(source, at, at + slice));
	render_md_end(md);
	render_md_free(md);
	out_release(&out);
	assert_true(lseek(fd, 0, SEEK_SET) == 0);
	assert_int_equal(path_read_fd(fd, "test", 1 << 24, to, NULL), OK);
	close(fd);
}

static const struct {
	int cols;
	const char *source, *shown;
} rows[] = {
	{ 80, "", "" },
	{ 80, "\n\n", "" },
	{ 20, "one two three four five six", "one two three four\nfive six\n" },
	{ 20, "a\nb", "a b\n" },
	{ 20, "a  \nb\\\nc", "a\nb\nc\n" },
	{ 20, "a\n\n\n\nb", "a\n\nb\n" },
	{ 80, "# A\ntext", "# A\n\ntext\n" },
	{ 80, "A\n===\nB\n---\nc", "# A\n\n## B\n\nc\n" },
	{ 80, "*e* **s** `c` ~~d~~", "*e* **s** `c` ~~d~~\n" },
	{ 80, "a &amp; &#65; &mdash; &nosuch;", "a & A — &nosuch;\n" },
	/* lists */
	{ 80, "- a\n- b\n", "- a\n- b\n" },
	{ 80, "* a\n\n* b\n", "- a\n\n- b\n" },
	{ 80, "1. a\n1. b\n1. c\n", "1. a\n2. b\n3. c\n" },
	{ 80, "7) a\n8) b\n\ntext\n\n1) c", "7) a\n8) b\n\ntext\n\n1) c\n" },
	{ 80, "- a\n  - b\n    - c\n- d", "- a\n  - b\n    - c\n- d\n" },
	{ 80, "- a\n\n  b\n- c", "- a\n\n  b\n- c\n" },
	{ 80, "- a\nlazy\n- b", "- a lazy\n- b\n" },
	{ 80, "text\n- a", "text\n\n- a\n" },
	{ 80, "text\n2. not a list", "text 2. not a list\n" },
	{ 80, "- - a\n  - b", "- - a\n  - b\n" },
	{ 80, "- > q\n  > r", "- > q r\n" },
	{ 80, "-\n- a", "-\n- a\n" },
	{ 80, "- [ ] a\n- [x] b", "- [ ] a\n- [x] b\n" },
	{ 14, "- one two three four", "- one two\n  three four\n" },
	{ 80, "- a\n  ```sh\n  ls\n  ```\n- b", "- a\n  ```sh\n  ls\n  ```\n- b\n" },
	/* quotes */
	{ 80, "> a\n> b\n>\n> c", "> a b\n>\n> c\n" },
	{ 80, "> a\n\nb", "> a\n\nb\n" },
	{ 80, "> a\n> > b", "> a\n>\n> > b\n" },
	/* code stands as it is, whatever its width */
	{ 10, "```c\nint main(void) { return 0; }\n\n\tx\n```\n", "```c\nint main(void) { return 0; }\n\n\tx\n```\n" },
	{ 80, "  ```\n  a\n    b\n  ```", "```\na\n  b\n```\n" },
	{ 80, "```\nnever closed", "```\nnever closed\n```\n" },
	{ 80, "````\n```\n````", "```\n```\n```\n" },
	{ 80, "~~~\na\n```\n~~~", "```\na\n```\n```\n" },
	{ 80, "    a\n\n    b\n\nc", "```\na\n\nb\n```\n\nc\n" },
	{ 80, "text\n```\ncode\n```\ntext", "text\n\n```\ncode\n```\n\ntext\n" },
	/* rules */
	{ 80, "a\n\n---\n\nb", "a\n\n---\n\nb\n" },
	{ 80, "a\n* * *\nb", "a\n\n---\n\nb\n" },
	/* tables */
	{ 80, "|a|b|\n|---|---:|\n|1|22|\n", "| a |  b |\n|---|----|\n| 1 | 22 |\n" },
	{ 24, "|a|b|\n|---|---|\n|one|two three four five|\n",
		"| a   | b              |\n|-----|----------------|\n| one | two three four |\n|     | five           |\n" },
	{ 80, "|日本|b|\n|---|---|\n|x|y|\n", "| 日本 | b |\n|------|---|\n| x    | y |\n" },
	/* links show where they go */
	{ 80, "[a](https://b.test/c)", "a (b.test)\n" },
	{ 80, "[https://good.test](https://evil.test/)", "https://good.test (evil.test)\n" },
	{ 80, "[a](https://good.test@evil.test:8/)", "a (evil.test:8)\n" },
	{ 80, "[a](https://good.test\\@evil.test/)", "a (evil.test)\n" },
	{ 80, "<https://a.test/b>", "https://a.test/b\n" },
	{ 80, "[a](file:///etc/passwd)", "a (file:///etc/passwd)\n" },
	{ 80, "![x](http://a.test/b.png)", "[image: x] (a.test)\n" },
	/* citation marks are text, and a definition does not vanish */
	{ 80, "true [1][2] or [3?].", "true [1][2] or [3?].\n" },
	{ 80, "a [1]\n\n[1]: https://b.test\n[2]: /c \"t\"\n\nd", "a [1]\n\n[1]: https://b.test\n[2]: /c \"t\"\n\nd\n" },
	{ 80, "> [1]: /x", "> [1]: /x\n" },
	/* HTML is text */
	{ 80, "<b>x</b>\n\n<!-- y -->", "<b>x</b>\n\n<!-- y -->\n" },
	/* foreign controls are seen, not obeyed, and measured as seen */
	{ 80, "a\x1b[31mb \xE2\x80\xAE", "a␛[31mb <U+202E>\n" },
	{ 80, "```\n\x1b]0;x\x07\n```", "```\n␛]0;x␇\n```\n" },
	{ 80, "a\r\nb\r\n\r\nc", "a b\n\nc\n" },
	/* wide characters wrap between themselves, long words stay whole */
	{ 8, "日本語日本語", "日本語日\n本語\n" },
	{ 8, "a https://example.test/long b", "a\nhttps://example.test/long\nb\n" },
};

#define N_ROWS (sizeof(rows) / sizeof(*rows))

static void each_source_is_shown_as_in_its_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS; i++) {
		SCOPED(buf) shown = BUF_INIT;

		render(&shown, str_c(rows[i].source), rows[i].cols, 1 << 20, OUT_COLOR_NEVER);
		assert_string_equal(buf_cstr(&shown), rows[i].shown);
	}
}

static void any_slicing_gives_the_same_output(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS; i++)
		for (size_t slice = 1; slice < 6; slice++) {
			SCOPED(buf) shown = BUF_INIT;

			render(&shown, str_c(rows[i].source), rows[i].cols, slice, OUT_COLOR_NEVER);
			assert_string_equal(buf_cstr(&shown), rows[i].shown);
		}
}

/* Without its SGR sequences the coloured output has the same words. */
static void colour_takes_the_place_of_marks(void **state)
{
	SCOPED(buf) shown = BUF_INIT;

	(void)state;
	render(&shown, STR("**s** `c` [l](http://h.test/)\n\n```\nx\n```\n"), 80, 100, OUT_COLOR_ALWAYS);
	assert_string_equal(buf_cstr(&shown),
		"\033[0;1ms\033[0m \033[0;36mc\033[0m \033[0;4;34ml\033[0m (h.test)\n\n\033[0;36mx\033[0m\n");
}

/* What was written stays a prefix of what comes: nothing is taken back. */
static void output_only_grows(void **state)
{
	const struct str source = STR("# a\n\npara\n\n- i\n- j\n\n|x|\n|---|\n|y|\n\nend\n");
	SCOPED(buf) whole = BUF_INIT;

	(void)state;
	render(&whole, source, 80, 1000, OUT_COLOR_NEVER);
	for (size_t n = 0; n < source.len; n++) {
		char name[] = "/tmp/ibid-test-XXXXXX";
		int fd = mkstemp(name);
		struct out out;
		struct render_md *md;
		SCOPED(buf) so_far = BUF_INIT;

		unlink(name);
		out_open(&out, fd, "test", OUT_COLOR_NEVER, no_env, NULL);
		md = render_md_new(&out, 80);
		render_md_feed(md, str_sub(source, 0, n));
		out_flush(&out, NULL);
		assert_true(lseek(fd, 0, SEEK_SET) == 0);
		path_read_fd(fd, "test", 1 << 20, &so_far, NULL);
		assert_true(str_starts(buf_view(&whole), buf_view(&so_far)));
		render_md_free(md);
		out_release(&out);
		close(fd);
	}
}

/* Rows of any width: prose keeps within it as long as its words do. */
static void no_line_of_prose_is_wider_than_asked(void **state)
{
	const struct str source = STR("one two three é́ four 日本語 five six seven\n\n- a bb ccc dddd ee\n  - f gg hhh ii\n\n"
				      "> q rr sss tt uu\n");

	(void)state;
	for (int cols = 16; cols < 60; cols++) {
		SCOPED(buf) shown = BUF_INIT;
		struct str rest;

		render(&shown, source, cols, 7, OUT_COLOR_NEVER);
		rest = buf_view(&shown);
		while (rest.p)
			assert_true(utf8_cols(str_cut(&rest, '\n')) <= (size_t)cols);
	}
}

static void a_renderer_is_as_new_after_its_end(void **state)
{
	char name[] = "/tmp/ibid-test-XXXXXX";
	int fd = mkstemp(name);
	SCOPED(buf) shown = BUF_INIT;
	struct out out;
	struct render_md *md;

	(void)state;
	unlink(name);
	out_open(&out, fd, "test", OUT_COLOR_NEVER, no_env, NULL);
	md = render_md_new(&out, 80);
	for (int i = 0; i < 2; i++) {
		render_md_feed(md, STR("1. a\n\n```\nb"));
		assert_true(render_md_is_pending(md));
		render_md_end(md);
		assert_false(render_md_is_pending(md));
	}
	render_md_free(md);
	out_release(&out);
	assert_true(lseek(fd, 0, SEEK_SET) == 0);
	path_read_fd(fd, "test", 1 << 20, &shown, NULL);
	assert_string_equal(buf_cstr(&shown), "1. a\n\n```\nb\n```\n1. a\n\n```\nb\n```\n");
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_source_is_shown_as_in_its_row),
		cmocka_unit_test(any_slicing_gives_the_same_output),
		cmocka_unit_test(colour_takes_the_place_of_marks),
		cmocka_unit_test(output_only_grows),
		cmocka_unit_test(no_line_of_prose_is_wider_than_asked),
		cmocka_unit_test(a_renderer_is_as_new_after_its_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
