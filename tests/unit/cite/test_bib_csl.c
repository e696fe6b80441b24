#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ibid/cite/bib_format.h"

static const char *const full =
	"[{\"id\":\"http://zotero.org/1\",\"citation-key\":\"adams\",\"type\":\"article-journal\",\"title\":\"Salt  wren\",\n"
	"\"author\":[{\"family\":\"Berg\",\"given\":\"Anna\",\"non-dropping-particle\":\"van den\",\"suffix\":\"Jr.\","
	"\"comma-suffix\":true},{\"literal\":\"Grey Heron, Inc.\"}],\"issued\":{\"date-parts\":[[\"2021\",3,9],[2021,4]]},"
	"\"accessed\":{\"raw\":\"2022-01-02\"},\"volume\":5,\"journalAbbreviation\":\"J. S.\",\"foo\":[1,2.50],"
	"\"categories\":[\"a\"],\"custom\":{\"bibtex\":{\"indextitle\":\"{S}alt\",\"x\":[\"1\",\"2\"]},"
	"\"ibid\":{\"eprint\":\"2101.00001\",\"sha256\":\"ab\"}}}]";

static const char *const written =
	"[\n{\"id\":\"adams\",\"citation-key\":\"adams\",\"type\":\"article-journal\",\"title\":\"Salt wren\","
	"\"author\":[{\"family\":\"Berg\",\"given\":\"Anna\",\"non-dropping-particle\":\"van den\",\"suffix\":\"Jr.\","
	"\"comma-suffix\":true},{\"literal\":\"Grey Heron, Inc.\"}],\"issued\":{\"date-parts\":[[2021,3,9],[2021,4]]},"
	"\"accessed\":{\"date-parts\":[[2022,1,2]]},\"container-title-short\":\"J. S.\",\"volume\":\"5\","
	"\"custom\":{\"foo\":[1,2.50],\"categories\":[\"a\"],\"bibtex\":{\"indextitle\":\"{S}alt\",\"x\":[\"1\",\"2\"]},"
	"\"ibid\":{\"eprint\":\"2101.00001\",\"sha256\":\"ab\"}}}\n]\n";

static void read_one(struct arena *a, const char *json, struct bib_list *list)
{
	struct err err = ERR_INIT;

	if (bib_format_csl.read(a, str_c(json), list, &err) != OK)
		fail_msg("%s", err.text);
}

static void unknown_members_move_to_custom_and_stay(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) first = BUF_INIT, again = BUF_INIT;
	struct bib_list list = { 0 }, back = { 0 };

	(void)state;
	read_one(&a, full, &list);
	bib_format_csl.write(&first, list.items, list.n_items, NULL, 0);
	assert_string_equal(buf_cstr(&first), written);
	read_one(&a, buf_cstr(&first), &back);
	bib_format_csl.write(&again, back.items, back.n_items, NULL, 0);
	assert_string_equal(buf_cstr(&again), written);
}

static void dates_of_every_form_are_read(void **state)
{
	static const struct {
		const char *json, *date;
	} rows[] = { { "{\"date-parts\":[[2004]],\"season\":2}", "2004-22" }, { "{\"date-parts\":[[2004]],\"season\":\"Fall\"}", "2004-23" },
		{ "{\"date-parts\":[[2010],[0]]}", "2010/.." }, { "{\"literal\":\"13th century\"}", "13th century" },
		{ "{\"raw\":\"last spring\"}", "last spring" }, { "\"2020-02\"", "2020-02" },
		{ "{\"date-parts\":[[1850]],\"circa\":1}", "1850~" }, { "{\"date-parts\":[[-43,\"\",\"\"]]}", "-0043" } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		SCOPED(buf) date = BUF_INIT;
		struct bib_list list = { 0 };

		read_one(&a, arena_fmt(&a, "[{\"issued\":%s}]", rows[i].json).p, &list);
		bib_date_add(&date, &list.items[0].date[BIB_ISSUED]);
		assert_string_equal(buf_cstr(&date), rows[i].date);
	}
}

static void items_without_an_id_get_a_key_that_nobody_has(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) out = BUF_INIT;
	struct bib_list list = { 0 };

	(void)state;
	read_one(&a, "[{\"title\":\"Salt wren\"},{\"id\":\"SaltWren\"},{\"id\":\"x\"},{\"id\":\"x\"}]", &list);
	bib_format_csl.write(&out, list.items, list.n_items, NULL, 0);
	assert_true(str_find(buf_view(&out), STR("\"id\":\"SaltWrena\""), 0) != STR_NONE);
	assert_true(str_find(buf_view(&out), STR("\"id\":\"x\""), 0) != STR_NONE);
	assert_true(str_find(buf_view(&out), STR("\"id\":\"xa\""), 0) != STR_NONE);
}

static void citations_stand_in_custom_and_replace_older_ones(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) out = BUF_INIT, kept = BUF_INIT;
	struct bib_list list = { 0 }, back = { 0 };
	const struct bib_use use = { 0, BIB_LOCATOR_PAGE, STR("33"), STR("the \"wren\"\nsang"), STR("see") };
	static const char *const expected =
		"[\n{\"id\":\"a\",\"citation-key\":\"a\",\"type\":\"book\",\"custom\":{\"ibid\":{\"citations\":"
		"[{\"locator\":\"33\",\"label\":\"page\",\"quote\":\"the \\\"wren\\\"\\nsang\",\"prefix\":\"see\"}]}}}\n]\n";

	(void)state;
	read_one(&a, "[{\"id\":\"a\",\"type\":\"book\",\"custom\":{\"ibid\":{\"citations\":[1]}}}]", &list);
	bib_format_csl.write(&out, list.items, list.n_items, &use, 1);
	assert_string_equal(buf_cstr(&out), expected);
	read_one(&a, buf_cstr(&out), &back);
	bib_format_csl.write(&kept, back.items, back.n_items, NULL, 0);
	assert_string_equal(buf_cstr(&kept), expected);
}

static void what_is_not_csl_is_refused_by_name(void **state)
{
	static const char *const bad[] = { "", "[", "3", "\"x\"", "[{}" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct bib_list list = { 0 };
		struct err err = ERR_INIT;

		assert_int_equal(bib_format_csl.read(&a, str_c(bad[i]), &list, &err), ERR_DATA);
		assert_true(err.text[0]);
	}
}

static void a_broken_item_is_skipped_with_a_warning(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct bib_list list = { 0 };

	(void)state;
	read_one(&a, "[1,{\"type\":\"nonsense\",\"title\":\"kept\"},null]", &list);
	assert_int_equal(list.n_items, 1);
	assert_int_equal(list.n_warnings, 3);
	assert_true(str_is(list.items[0].field[BIB_TITLE], "kept"));
	assert_true(str_is(list.warnings[1].text, "item 2: unknown type 'nonsense', taken as 'document'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_members_move_to_custom_and_stay),
		cmocka_unit_test(dates_of_every_form_are_read),
		cmocka_unit_test(items_without_an_id_get_a_key_that_nobody_has),
		cmocka_unit_test(citations_stand_in_custom_and_replace_older_ones),
		cmocka_unit_test(what_is_not_csl_is_refused_by_name),
		cmocka_unit_test(a_broken_item_is_skipped_with_a_warning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
