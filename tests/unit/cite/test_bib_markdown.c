#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ibid/cite/bib_format.h"

static void uses_are_quotes_with_their_citation(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) out = BUF_INIT;
	struct bib_item items[2] = { { .type = BIB_REPORT, .id = STR("adams2021") }, { .type = BIB_WEBPAGE, .id = STR("x_|y") } };
	const struct bib_use uses[] = {
		{ 0, BIB_LOCATOR_PAGE, STR("33"), STR("The *wren*\n1. sang"), STR("see") },
		{ 1, BIB_LOCATOR_SECTION, STR("A; B [c]"), STR_EMPTY, STR_EMPTY },
		{ 0, BIB_LOCATOR_NONE, STR_EMPTY, STR("> x"), STR_EMPTY },
		{ 7, BIB_LOCATOR_NONE, STR_EMPTY, STR("of nobody"), STR_EMPTY },
	};

	(void)state;
	bib_add_name(&a, &items[0], (struct bib_name){ .family = STR("Berg"), .particle = STR("van den"), .given = STR("A.") });
	bib_add_name(&a, &items[0], (struct bib_name){ .literal = STR("R&D [x]") });
	items[0].field[BIB_TITLE] = STR("The <i>salt</i> <script> wren_");
	items[0].field[BIB_CONTAINER_TITLE] = STR("J");
	items[0].field[BIB_VOLUME] = STR("5");
	items[0].field[BIB_ISSUE] = STR("2");
	items[0].field[BIB_DOI] = STR("10.1/a<b>");
	items[0].date[BIB_ISSUED].from = (struct bib_day){ 2021, 3, 9 };
	items[1].field[BIB_URL] = STR("javascript:alert(1)");
	bib_format_markdown.write(&out, items, 2, uses, 4);
	assert_string_equal(buf_cstr(&out),
		"> The \\*wren\\*\n>\n> 1\\. sang\n\n[see @adams2021, p. 33]\n\n"
		"[@{x_|y}, sec. A\\; B \\[c\\]]\n\n"
		"> \\> x\n\n[@adams2021]\n\n"
		"## References\n\n"
		"- **adams2021**: van den Berg, A.; R\\&D \\[x\\]. *The salt \\<script\\> wren\\_*. J 5(2). 2021-03-09. "
		"<https://doi.org/10.1/a%3Cb%3E>\n"
		"- **x\\_\\|y**: javascript:alert(1).\n");
}

static void nothing_gives_nothing(void **state)
{
	SCOPED(buf) out = BUF_INIT;

	(void)state;
	bib_format_markdown.write(&out, NULL, 0, NULL, 0);
	assert_int_equal(out.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uses_are_quotes_with_their_citation),
		cmocka_unit_test(nothing_gives_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
