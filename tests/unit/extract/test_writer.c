#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "extracted.h"

static void written(struct str in, enum extraction_kind kind, struct extraction *x)
{
	SCOPED(frames) f = FRAMES_INIT(x);
	SCOPED(writer) w = WRITER_INIT(extracted_feed, &f);

	writer_hello(&w, "txt", "txt/1", "text/plain");
	writer_block(&w, kind, 1, in);
	writer_end(&w);
	assert_true(frames_is_ended(&f));
}

static const struct {
	struct str in, out;
	enum extraction_kind kind;
	int warning;		/* -1: none */
	uint64_t count;
} rows[] = {
	{ STR("  All\t happy\r\n families  "), STR("All happy families"), EXTRACTION_PARAGRAPH, -1, 0 },
	{ STR("no\xC2\xA0" "break\xE3\x80\x80" "space"), STR("no break space"), EXTRACTION_PARAGRAPH, -1, 0 },
	{ STR("one\xE2\x80\xA8two"), STR("one\ntwo"), EXTRACTION_PARAGRAPH, -1, 0 },
	{ STR("\n\n  if (x)\r\n\ty();\n\n"), STR("  if (x)\n\ty();"), EXTRACTION_CODE, -1, 0 },
	{ STR("so\xC2\xAD" "ft"), STR("soft"), EXTRACTION_PARAGRAPH, -1, 0 },
	{ STR("e\xEF\xAC\x83" "cient"), STR("efficient"), EXTRACTION_PARAGRAPH, -1, 0 },
	{ STR("a\xFFz"), STR("a\xEF\xBF\xBDz"), EXTRACTION_PARAGRAPH, WARN_BYTES, 1 },
	{ STR("a\xED\xA0\x80z"), STR("a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz"), EXTRACTION_PARAGRAPH, WARN_BYTES, 3 },
	{ STR("a\0\x07\x1B[2Jz"), STR("a[2Jz"), EXTRACTION_PARAGRAPH, WARN_CONTROL, 3 },
	{ STR("a\xC2\x9B" "z"), STR("az"), EXTRACTION_PARAGRAPH, WARN_CONTROL, 1 },
	{ STR("a\xF3\xA0\x81\xA8\xF3\xA0\x81\xA9z"), STR("az"), EXTRACTION_PARAGRAPH, WARN_TAGS, 2 },
	{ STR("a\xE2\x80\x8B\xEF\xBB\xBFz"), STR("az"), EXTRACTION_PARAGRAPH, WARN_INVISIBLE, 2 },
	{ STR("a\xEF\xB8\x81z"), STR("az"), EXTRACTION_PARAGRAPH, WARN_INVISIBLE, 1 },
	/* England's flag, a family, a keycap, Persian and Hindi joiners stay whole. */
	{ STR("\xF0\x9F\x8F\xB4\xF3\xA0\x81\xA7\xF3\xA0\x81\xA2\xF3\xA0\x81\xA5\xF3\xA0\x81\xAE\xF3\xA0\x81\xA7\xF3\xA0\x81\xBF"),
		STR("\xF0\x9F\x8F\xB4\xF3\xA0\x81\xA7\xF3\xA0\x81\xA2\xF3\xA0\x81\xA5\xF3\xA0\x81\xAE\xF3\xA0\x81\xA7\xF3\xA0\x81\xBF"),
		EXTRACTION_PARAGRAPH, WARN_TAGS, 0 },
	{ STR("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA6"), STR("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA6"),
		EXTRACTION_PARAGRAPH, WARN_INVISIBLE, 0 },
	{ STR("1\xEF\xB8\x8F\xE2\x83\xA3"), STR("1\xEF\xB8\x8F\xE2\x83\xA3"), EXTRACTION_PARAGRAPH, WARN_INVISIBLE, 0 },
	{ STR("\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE"), STR("\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE"),
		EXTRACTION_PARAGRAPH, WARN_INVISIBLE, 0 },
};

static void text_is_canonical(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		SCOPED(extraction) x = EXTRACTION_INIT;

		written(rows[i].in, rows[i].kind, &x);
		assert_string_equal(buf_cstr(&x.text), rows[i].out.p);
		for (int w = 0; w < EXTRACTION_WARNING_COUNT; w++)
			assert_int_equal(x.warnings[w], w == rows[i].warning ? rows[i].count : 0);
	}
}

static void no_more_than_six_tags_hide_behind_a_flag(void **state)
{
	SCOPED(extraction) x = EXTRACTION_INIT;
	SCOPED(buf) in = BUF_INIT;

	(void)state;
	buf_c(&in, "\xF0\x9F\x8F\xB4");
	for (int i = 0; i < 400; i++)
		buf_c(&in, "\xF3\xA0\x81\xA8");
	written(buf_view(&in), EXTRACTION_PARAGRAPH, &x);
	assert_int_equal(x.warnings[WARN_TAGS], 393);
}

static void blocks_stand_apart_and_items_together(void **state)
{
	SCOPED(extraction) x = EXTRACTION_INIT;
	SCOPED(frames) f = FRAMES_INIT(&x);
	SCOPED(writer) w = WRITER_INIT(extracted_feed, &f);

	(void)state;
	writer_hello(&w, "txt", "txt/1", "text/plain");
	writer_block(&w, EXTRACTION_HEADING, 2, STR("Ode\nto"));
	writer_block(&w, EXTRACTION_PARAGRAPH, 0, STR(" \n "));
	writer_block(&w, EXTRACTION_ITEM, 1, STR("a"));
	writer_block(&w, EXTRACTION_ITEM, 1, STR("b"));
	writer_page(&w, STR("iv"));
	writer_gap(&w);
	writer_block(&w, EXTRACTION_ITEM, 1, STR("c"));
	writer_page(&w, STR_EMPTY);
	writer_end(&w);
	assert_string_equal(buf_cstr(&x.text), "Ode to\n\na\nb\n\nc");
	assert_int_equal(x.n_blocks, 4);
	assert_int_equal(x.pages[0].at.byte_to, 11);
	assert_true(str_is(x.pages[0].label, "iv"));
	assert_true(str_is(x.pages[1].label, "2"));
	assert_true(str_is(x.heads[0].title, "Ode to"));
}

static void a_huge_block_is_handed_on_while_it_is_written(void **state)
{
	SCOPED(extraction) x = EXTRACTION_INIT;
	SCOPED(buf) in = BUF_INIT;

	(void)state;
	while (in.len < (size_t)4 << 20)
		buf_c(&in, "\xC3\xA4h, ja. ");
	written(buf_view(&in), EXTRACTION_PARAGRAPH, &x);
	assert_int_equal(x.n_blocks, 1);
	assert_int_equal(x.text.len, in.len - 1);
}

static void metadata_is_one_tidy_line(void **state)
{
	SCOPED(extraction) x = EXTRACTION_INIT;
	SCOPED(frames) f = FRAMES_INIT(&x);
	SCOPED(writer) w = WRITER_INIT(extracted_feed, &f);

	(void)state;
	writer_hello(&w, "txt", "txt/1", "text/plain");
	writer_meta(&w, META_TITLE, ORIGIN_INFO_DICT, 0.3, STR("Microsoft\033 Word -  a\nb.doc"));
	writer_meta(&w, META_AUTHOR, ORIGIN_XMP, 0.9, STR(" \xE2\x80\x8B "));
	writer_end(&w);
	assert_int_equal(x.n_meta, 1);
	assert_true(str_is(x.meta[0].value, "Microsoft Word - a b.doc"));
	assert_true(x.meta[0].confidence > 0.29 && x.meta[0].confidence < 0.31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_canonical),
		cmocka_unit_test(no_more_than_six_tags_hide_behind_a_flag),
		cmocka_unit_test(blocks_stand_apart_and_items_together),
		cmocka_unit_test(a_huge_block_is_handed_on_while_it_is_written),
		cmocka_unit_test(metadata_is_one_tidy_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
