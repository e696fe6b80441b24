#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "extracted.h"

#define LONG "This paragraph is one long line, as many programs write them, and so every line of this file is a paragraph of its own, " \
	"however short the next one may be."

static void text_becomes_blocks(void **state)
{
	static const struct {
		struct str in;
		const char *out;
	} rows[] = {
		{ STR("one\ntwo\r\n\r\nthree"), "paragraph one/two\nparagraph three\n" },
		{ STR("Summary\n\n" LONG "\nshort line\n\xE2\x80\xA2 a\n\xE2\x80\xA2 b\n"),
			"heading2 Summary\nparagraph " LONG "\nparagraph short line\nitem1 \xE2\x80\xA2 a\nitem1 \xE2\x80\xA2 b\n" },
		{ STR("The Winter\n==========\nIt was\ncold.\n"), "heading1 The Winter\nparagraph It was/cold.\n" },
		{ STR("List:\n1. one\n   more\n2. two\n"), "paragraph List:\nitem1 1. one/more\nitem1 2. two\n" },
		{ STR("A. Smith went.\nI. See no list.\n"), "paragraph A. Smith went./I. See no list.\n" },
		{ STR("name    size\nfoo     1\nbar     2\n"), "code name    size/foo     1/bar     2\n" },
		{ STR("Figure 1: A fence\n\n" LONG), "caption Figure 1: A fence\nparagraph " LONG "\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_outline(rows[i].in, "txt", rows[i].out);
}

static void the_first_lines_may_be_metadata(void **state)
{
	SCOPED(extraction) x = EXTRACTION_INIT;

	(void)state;
	assert_int_equal(extracted(STR("title: AA1: A: B\nurl: https://example.org/\n\nText.\n"), "txt", &x, NULL), OK);
	assert_string_equal(buf_cstr(&x.text), "Text.");
	assert_true(str_is(extraction_best(&x, META_TITLE), "AA1: A: B"));
	assert_true(str_is(extraction_best(&x, META_URL), "https://example.org/"));
}

static void a_form_feed_ends_a_page(void **state)
{
	SCOPED(extraction) x = EXTRACTION_INIT;

	(void)state;
	assert_int_equal(extracted(STR("one\n\f\f three\n\f"), "txt", &x, NULL), OK);
	assert_int_equal(x.n_pages, 3);
	assert_int_equal(x.pages[1].at.byte_from, x.pages[1].at.byte_to);
	assert_true(str_is(str_trim(extraction_at(&x, x.pages[2].at)), "three"));
}

static void what_is_no_text_is_refused_by_its_name(void **state)
{
	static const struct {
		struct str in;
		const char *ext, *says;
	} rows[] = {
		{ STR(""), "txt", "is empty" },
		{ STR("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "txt", "looks like binary data (image/png)" },
		{ STR("\x7F" "ELF\2\1\1\0\0\0"), "", "looks like binary data (application/x-executable)" },
		{ STR("GIF89a\1\0\1\0"), "md", "looks like binary data (image/gif)" },
		{ STR("a\0b\0\0\1\2\3\4\5\6\7\x0e\x0f\x10\x11\x12\x13"), "txt", "looks like binary data (application/octet-stream)" },
		{ STR("PK\3\4not a zip we know"), "zip", "looks like binary data (application/zip)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		SCOPED(extraction) x = EXTRACTION_INIT;
		struct err err = ERR_INIT;

		assert_int_equal(extracted(rows[i].in, rows[i].ext, &x, &err), rows[i].in.len ? ERR_KIND : ERR_DATA);
		assert_string_equal(err.text, rows[i].says);
	}
}

static void other_encodings_are_read(void **state)
{
	static const struct {
		struct str in;
		const char *out;
	} rows[] = {
		{ STR("\xFF\xFE" "a\0\xE9\0"), "paragraph a\xC3\xA9\n" },
		{ STR("\xFF\xFE\x3D\xD8\x00\xDE"), "paragraph \xF0\x9F\x98\x80\n" },
		{ STR("caf\xE9 \x93quoted\x94"), "paragraph caf\xC3\xA9 \xE2\x80\x9Cquoted\xE2\x80\x9D\n" },
		{ STR("\xCF\xF0\xE8\xE2\xE5\xF2, \xEC\xE8\xF0! \xDD\xF2\xEE \xEF\xF0\xEE\xF1\xF2\xEE\xE9 \xF2\xE5\xEA\xF1\xF2."),
			"paragraph \xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82, \xD0\xBC\xD0\xB8\xD1\x80! \xD0\xAD\xD1\x82\xD0\xBE "
			"\xD0\xBF\xD1\x80\xD0\xBE\xD1\x81\xD1\x82\xD0\xBE\xD0\xB9 \xD1\x82\xD0\xB5\xD0\xBA\xD1\x81\xD1\x82.\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_outline(rows[i].in, "txt", rows[i].out);
}

static void damaged_utf8_stays_utf8(void **state)
{
	SCOPED(extraction) x = EXTRACTION_INIT;

	(void)state;
	assert_int_equal(extracted(STR("\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F\xC3\xA4 \xFF"), "txt", &x, NULL), OK);
	assert_string_equal(buf_cstr(&x.text), "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F\xC3\xA4 \xEF\xBF\xBD");
	assert_int_equal(x.warnings[WARN_BYTES], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_becomes_blocks),
		cmocka_unit_test(the_first_lines_may_be_metadata),
		cmocka_unit_test(a_form_feed_ends_a_page),
		cmocka_unit_test(what_is_no_text_is_refused_by_its_name),
		cmocka_unit_test(other_encodings_are_read),
		cmocka_unit_test(damaged_utf8_stays_utf8),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
