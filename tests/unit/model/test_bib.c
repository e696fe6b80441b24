#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ibid/model/bib.h"

static void dates_read_and_write_the_same_form(void **state)
{
	static const char *const same[] = { "2021", "2021-03", "2021-03-09", "2004-21", "2016/2018", "2016-02/2016-03-01",
		"2016/..", "1850~", "-0043", "1850~/1860~" };

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		SCOPED(buf) text = BUF_INIT;
		struct bib_date date = { 0 };

		assert_true(bib_date_parse(str_c(same[i]), &date));
		bib_date_add(&text, &date);
		assert_string_equal(buf_cstr(&text), same[i]);
	}
}

static void other_forms_of_dates_are_understood(void **state)
{
	static const struct {
		const char *text, *normal;
	} rows[] = { { "2021-3-9", "2021-03-09" }, { "2016-05-03T10:00:00Z", "2016-05-03" }, { "1850?", "1850~" },
		{ "2016/", "2016/.." }, { " 2016 ", "2016" } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(buf) text = BUF_INIT;
		struct bib_date date = { 0 };

		assert_true(bib_date_parse(str_c(rows[i].text), &date));
		bib_date_add(&text, &date);
		assert_string_equal(buf_cstr(&text), rows[i].normal);
	}
}

static void what_is_no_date_is_refused(void **state)
{
	static const char *const none[] = { "", "13th century", "199X", "20211", "21", "2021-13", "2021-25", "2021-02-32", "2021-",
		"2021-02-", "n.d.", "2021/x", "/2021", "2021//" };

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		struct bib_date date = { 0 };

		assert_false(bib_date_parse(str_c(none[i]), &date));
		assert_false(bib_date_is_set(&date));
	}
}

static void every_name_of_a_row_finds_its_row(void **state)
{
	(void)state;
	for (int i = 0; i < BIB_TYPE_COUNT; i++) {
		enum bib_type type;

		assert_true(bib_type_of(str_c(bib_type_name(i)), &type));
		assert_int_equal(type, i);
	}
	for (int i = 0; i < BIB_FIELD_COUNT; i++) {
		enum bib_field field;

		assert_true(bib_field_of(str_c(bib_field_name(i)), &field));
		assert_int_equal(field, i);
	}
}

static void pairs_of_one_key_stand_together(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct bib_item item = { 0 };
	static const char *const keys[] = { "M3", "JP", "M3", "AN", "JP", "M3" };
	static const char *const order[] = { "M3", "M3", "M3", "JP", "JP", "AN" };

	(void)state;
	for (size_t i = 0; i < 6; i++)
		bib_add_custom(&a, &item, (struct bib_custom){ STR("ris"), str_c(keys[i]), STR("x") });
	for (size_t i = 0; i < 6; i++)
		assert_true(str_is(item.custom[i].key, order[i]));
}

static void names_come_back_by_their_role(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct bib_item item = { 0 };
	size_t at = 0;

	(void)state;
	for (int i = 0; i < 40; i++)
		bib_add_name(&a, &item, (struct bib_name){ .role = i % 2 ? BIB_ROLE_EDITOR : BIB_ROLE_AUTHOR, .family = STR("X") });
	for (int i = 0; i < 20; i++)
		assert_non_null(bib_next_name(&item, BIB_ROLE_EDITOR, &at));
	assert_null(bib_next_name(&item, BIB_ROLE_EDITOR, &at));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_read_and_write_the_same_form),
		cmocka_unit_test(other_forms_of_dates_are_understood),
		cmocka_unit_test(what_is_no_date_is_refused),
		cmocka_unit_test(every_name_of_a_row_finds_its_row),
		cmocka_unit_test(pairs_of_one_key_stand_together),
		cmocka_unit_test(names_come_back_by_their_role),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
