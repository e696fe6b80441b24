#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "extracted.h"

static void marks_go_and_words_stay(void **state)
{
	static const struct {
		struct str in;
		const char *out;
	} rows[] = {
		{ STR("# Ode *to* `joy`\n\nOne\ntwo  \nthree [four](http://x) ![five](y)"),
			"heading1 Ode to joy\nparagraph One two/three four\n" },
		{ STR("- a\n- b\n  - c\n\n    more\n\n3. x\n4. y"),
			"item1 \xE2\x80\xA2 a\nitem1 \xE2\x80\xA2 b\nitem2 \xE2\x80\xA2 c\nparagraph more\nitem1 3. x\nitem1 4. y\n" },
		{ STR("> said\n> she\n\n```c\nif (x)\n  y(\"*\");\n```\n"), "quote said she\ncode if (x)/  y(\"*\");\n" },
		{ STR("| A | B |\n|---|---|\n| 1 | **2** |\n"), "row A | B\nrow 1 | 2\n" },
		{ STR("AT&amp;T &copy; &#x41; \\*\n"), "paragraph AT&T \xC2\xA9 A *\n" },
		{ STR("<div align=center>\n<b>Hi</b> there<br>\n</div>\n\na <em>b</em> <script>x</script>\n"),
			"paragraph Hi there\nparagraph a b x\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_outline(rows[i].in, "md", rows[i].out);
}

static void front_matter_is_metadata(void **state)
{
	static const struct {
		struct str in;
		const char *title, *author, *date;
	} rows[] = {
		{ STR("---\ntitle: \"A: B\"\nauthor:\n  - name: Jane Doe\n    affiliation: X\n  - John Roe\ndate: 2021-03-09\n---\n\n# C\n"),
			"A: B", "Jane Doe", "2021-03-09" },
		{ STR("---\nauthors: [Jane Doe, 'John, Roe']\ntitle: >\n  A long\n  title\ndraft: true\n...\ntext\n"),
			"A long title", "Jane Doe", "" },
		{ STR("+++\ntitle = \"A\"\ndate = 2021-03-09\nauthors = [\"Jane Doe\"]\n[extra]\ntitle = \"no\"\n+++\ntext\n"),
			"A", "Jane Doe", "2021-03-09" },
		{ STR("# C\n\n# D\n"), "C", "", "" },
		{ STR("---\n\nA line between rules, and no metadata.\n\n---\n"), "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		SCOPED(extraction) x = EXTRACTION_INIT;

		assert_int_equal(extracted(rows[i].in, "md", &x, NULL), OK);
		assert_string_equal(extraction_best(&x, META_TITLE).p, rows[i].title);
		assert_string_equal(extraction_best(&x, META_DATE).p, rows[i].date);
		for (size_t k = 0; k < x.n_meta; k++)
			if (x.meta[k].field == META_AUTHOR) {
				assert_string_equal(x.meta[k].value.p, rows[i].author);
				break;
			}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_go_and_words_stay),
		cmocka_unit_test(front_matter_is_metadata),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
