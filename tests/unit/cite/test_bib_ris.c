#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cite/bib_ris.h"

/* A record, and what is written for it; every one reads to itself again. */
static const struct ris_case {
	const char *in, *out;
} cases[] = {
	{ "TY  - JOUR\nAU  - Shannon,Claude E.\nPY  - 1948/07//\nTI  - A Theory\nJF  - Bell\nSP  - 379\nEP  - 423\nER  - \n",
		"TY  - JOUR\r\nID  - shannonTheory1948\r\nAU  - Shannon, Claude E.\r\nTI  - A Theory\r\nJO  - Bell\r\nT2  - Bell\r\n"
		"PY  - 1948\r\nDA  - 1948/07//\r\nSP  - 379\r\nEP  - 423\r\nER  - \r\n" },
	{ "\xEF\xBB\xBFTY  - RPRT\r\nID  - k\r\nA1  - Smith, John, Jr.\r\nA1  - World Health Organization\r\nA1  - Barnes, Inc.,,\r\nM1  - 7\r\n"
	  "Y1  - 2014//\r\nER  -",
		"TY  - RPRT\r\nID  - k\r\nAU  - Smith, John, Jr.\r\nAU  - World Health Organization\r\nAU  - Barnes, Inc.,,\r\n"
		"PY  - 2014\r\nM1  - 7\r\nER  - \r\n" },
	{ "1.\nTY - CHAP\nID - k\nED - Doe, Jane\nN2 - first,\n      second\nN1 - one\nN1 - two\nJP - x\nJP - y\nKW - a\nKW - b\nER - \n",
		"TY  - CHAP\r\nID  - k\r\nA2  - Doe, Jane\r\nAB  - first,\r\n      second\r\nKW  - a\r\nKW  - b\r\nN1  - one\r\nN1  - two\r\n"
		"JP  - x\r\nJP  - y\r\nER  - \r\n" },
	{ "TY  - EJOUR\nID  - k\nSN  - 978-3-16-148410-0\nSN  - 2325-9671 (electronic)\nUR  - http://a; http://b\nDO  - https://doi.org/10.1/x\nER  - ",
		"TY  - EJOUR\r\nID  - k\r\nSN  - 978-3-16-148410-0\r\nSN  - 2325-9671 (electronic)\r\nDO  - 10.1/x\r\nUR  - http://a\r\n"
		"UR  - http://b\r\nER  - \r\n" },
	{ "TY  - UNPB\nID  - k\nM3  - preprint\nAN  - arXiv:2101.00001 [cs.CR]\nDA  - 2021/01/02/\nPY  - 2021\nY2  - 2022/03/04/\nER  - ",
		"TY  - UNPB\r\nID  - k\r\nPY  - 2021\r\nDA  - 2021/01/02/\r\nY2  - 2022/03/04/\r\nM3  - preprint\r\n"
		"AN  - arXiv:2101.00001 [cs.CR]\r\nER  - \r\n" },
	{ "TY  - BOOK\nID  - k\nT2  - Series\nSP  - 300\nDA  - ///13th century\nET  - 2\nER  - ",
		"TY  - BOOK\r\nID  - k\r\nT3  - Series\r\nDA  - ///13th century\r\nSP  - 300\r\nET  - 2\r\nER  - \r\n" },
	{ "TY  - Journal Article\nID  - k\nPY  - 2009\nDA  - May\nSP  -\nER  - ",
		"TY  - JOUR\r\nID  - k\r\nPY  - 2009\r\nDA  - May\r\nER  - \r\n" },
};

static void write_again(struct buf *out, struct str text)
{
	SCOPED(arena) a = ARENA_INIT;
	struct bib_list list = { 0 };
	struct err err = ERR_INIT;

	if (bib_format_ris.read(&a, text, &list, &err) != OK)
		fail_msg("%s", err.text);
	bib_format_ris.write(out, list.items, list.n_items, NULL, 0);
}

static void records_are_written_in_one_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPED(buf) first = BUF_INIT, second = BUF_INIT;

		write_again(&first, str_c(cases[i].in));
		assert_string_equal(buf_cstr(&first), cases[i].out);
		write_again(&second, buf_view(&first));
		assert_string_equal(buf_cstr(&second), cases[i].out);
	}
}

static void no_value_begins_a_tag(void **state)
{
	static const char *const evil[] = { "x\nTY  - JOUR", "x\r\nER  - \r\nTY  - BOOK", "x\x0B" "ER  - ", "x\xC2\x85TI  - y",
		"x\xE2\x80\xA8" "AU  - y", "ER  - " };
	static const enum bib_field fields[] = { BIB_TITLE, BIB_ABSTRACT, BIB_NOTE, BIB_KEYWORD, BIB_URL, BIB_DOI, BIB_GENRE };

	(void)state;
	for (size_t i = 0; i < sizeof(evil) / sizeof(*evil); i++) {
		struct bib_item item = { .type = BIB_REPORT, .id = str_c(evil[i]) };
		SCOPED(buf) out = BUF_INIT;
		struct str rest;
		int types = 0, ends = 0;

		for (size_t f = 0; f < sizeof(fields) / sizeof(*fields); f++)
			item.field[fields[f]] = str_c(evil[i]);
		item.date[BIB_ISSUED].literal = str_c(evil[i]);
		bib_format_ris.write(&out, &item, 1, NULL, 0);
		for (rest = buf_view(&out); rest.p;) {
			struct str line = str_trim(str_cut(&rest, '\n'));

			types += str_starts(line, STR("TY"));
			ends += str_starts(line, STR("ER"));
		}
		assert_int_equal(types, 1);
		assert_int_equal(ends, 1);
	}
}

static void uses_become_notes(void **state)
{
	SCOPED(buf) out = BUF_INIT;
	struct bib_item item = { .type = BIB_WEBPAGE, .id = STR("k") };
	const struct bib_use uses[] = { { 0, BIB_LOCATOR_PAGE, STR("33"), STR("the wren\nsang"), STR_EMPTY },
		{ 0, BIB_LOCATOR_NONE, STR_EMPTY, STR("mine"), STR_EMPTY } };

	(void)state;
	item.field[BIB_NOTE] = STR("\"mine\"");
	bib_format_ris.write(&out, &item, 1, uses, 2);
	assert_string_equal(buf_cstr(&out),
		"TY  - ELEC\r\nID  - k\r\nN1  - \"mine\"\r\nN1  - p. 33: \"the wren sang\"\r\nER  - \r\n");
}

static void what_is_odd_is_told_with_its_line(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct bib_list list = { 0 };
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(bib_format_ris.read(&a, STR("\nTY  - XYZ\nTI  - a\nTY  - BOOK\nTI  - b\n"), &list, &err), OK);
	assert_int_equal(list.n_items, 2);
	assert_int_equal(list.n_warnings, 3);
	assert_int_equal(list.warnings[0].line, 2);
	assert_true(str_is(list.warnings[0].text, "the record has no 'ER  - ', ended at the next"));
	assert_true(str_is(list.warnings[1].text, "unknown type 'XYZ', taken as 'document'"));
	assert_int_equal(list.warnings[2].line, 4);
	assert_int_equal(bib_format_ris.read(&a, STR("FN Clarivate\nPT J\n"), &list, &err), ERR_DATA);
}

static void serial_numbers_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		bool is_issn;
	} rows[] = { { "2325-9671", true }, { "2325967X", true }, { "2325-967x (print)", true }, { "978-3-16-148410-0", false },
		{ "2325--9671", false }, { "232596712", false }, { "12345", false }, { "", false } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(ris_is_issn(str_c(rows[i].text)), rows[i].is_issn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_written_in_one_order),
		cmocka_unit_test(no_value_begins_a_tag),
		cmocka_unit_test(uses_become_notes),
		cmocka_unit_test(what_is_odd_is_told_with_its_line),
		cmocka_unit_test(serial_numbers_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
