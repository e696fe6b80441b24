#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/model/frames.h"

#define JOY "J\xC3\xB3y"

static void add_example(struct buf *out)
{
	struct extraction_meta title = { META_TITLE, ORIGIN_XMP, STR("Ode"), 0.9 };
	struct text_page page = { .at = { 0, 9 }, .number = 1, .label = STR("xii") };
	struct text_head head = { .at = { 0, 3 }, .level = 1, .title = STR("Ode") };
	struct extraction_block a = { { 0, 3 }, EXTRACTION_HEADING, 1 }, b = { { 5, 9 }, EXTRACTION_PARAGRAPH, 0 };

	frame_add_hello(out, STR("pdf"), STR("pdf/1"), STR("application/pdf"));
	frame_add_meta(out, &title);
	frame_add_text(out, STR("Ode\n\n" JOY));
	frame_add_head(out, &head);
	frame_add_block(out, &a);
	frame_add_block(out, &b);
	frame_add_page(out, &page);
	frame_add_warning(out, WARN_HIDDEN, 7);
	frame_add_end(out, 9);
}

static void assert_is_example(const struct extraction *x)
{
	assert_true(str_is(x->format, "pdf"));
	assert_true(str_is(buf_view(&x->text), "Ode\n\n" JOY));
	assert_int_equal(x->n_blocks, 2);
	assert_int_equal(x->blocks[1].kind, EXTRACTION_PARAGRAPH);
	assert_true(str_is(extraction_at(x, x->blocks[1].at), JOY));
	assert_true(str_is(x->pages[0].label, "xii"));
	assert_int_equal(x->heads[0].section_to, 9);
	assert_int_equal(x->warnings[WARN_HIDDEN], 7);
	assert_true(str_is(extraction_best(x, META_TITLE), "Ode"));
}

static void any_slicing_yields_the_same_extraction(void **state)
{
	SCOPED(buf) wire = BUF_INIT;

	(void)state;
	add_example(&wire);
	for (size_t size = 1; size <= wire.len; size++) {
		SCOPED(extraction) x = EXTRACTION_INIT;
		SCOPED(frames) f = FRAMES_INIT(&x);
		struct err err = ERR_INIT;

		for (size_t at = 0; at < wire.len; at += size)
			assert_int_equal(frames_feed(&f, str_sub(buf_view(&wire), at, at + size), &err), OK);
		assert_true(frames_is_ended(&f));
		assert_is_example(&x);
	}
}

static enum err_code feed(struct str wire, struct err *err)
{
	SCOPED(extraction) x = EXTRACTION_INIT;
	SCOPED(frames) f = FRAMES_INIT(&x);

	return frames_feed(&f, wire, err);
}

static void a_changed_byte_never_does_harm(void **state)
{
	SCOPED(buf) wire = BUF_INIT;

	(void)state;
	add_example(&wire);
	for (size_t at = 0; at < wire.len; at++)
		for (int bit = 0; bit < 8; bit++) {
			wire.p[at] = (char)(wire.p[at] ^ (1 << bit));
			(void)feed(buf_view(&wire), NULL);
			wire.p[at] = (char)(wire.p[at] ^ (1 << bit));
		}
	assert_int_equal(feed(buf_view(&wire), NULL), OK);
}

static void raw(struct buf *out, char type, uint32_t len, struct str payload)
{
	buf_ch(out, type);
	for (int i = 0; i < 4; i++)
		buf_ch(out, (char)(len >> (8 * i) & 0xFF));
	buf_str(out, payload);
}

static void block(struct buf *out, size_t from, size_t to, int kind)
{
	struct extraction_block b = { { from, to }, (enum extraction_kind)kind, 0 };

	frame_add_block(out, &b);
}

static void page(struct buf *out, int number, size_t from, size_t to)
{
	struct text_page p = { .at = { from, to }, .number = number, .label = STR("1") };

	frame_add_page(out, &p);
}

static void head(struct buf *out, int level, struct str title)
{
	struct text_head h = { .at = { 0, 1 }, .level = level, .title = title };

	frame_add_head(out, &h);
}

/* Each lie follows a greeting and the text "Jóy", four bytes. */
static void outside_the_text(struct buf *out) { block(out, 2, 9, 0); }
static void backwards(struct buf *out) { block(out, 4, 0, 0); }
static void inside_a_character(struct buf *out) { block(out, 0, 2, 0); }
static void empty_block(struct buf *out) { block(out, 1, 1, 0); }
static void unknown_kind(struct buf *out) { block(out, 0, 1, EXTRACTION_KIND_COUNT); }
static void overlapping(struct buf *out) { block(out, 0, 3, 0); block(out, 1, 4, 0); }
static void page_two_first(struct buf *out) { page(out, 2, 0, 4); }
static void page_with_a_gap(struct buf *out) { page(out, 1, 1, 4); }
static void level_seven(struct buf *out) { head(out, 7, STR("x")); }
static void title_with_escape(struct buf *out) { head(out, 1, STR("\033[2J")); }
static void title_with_c1(struct buf *out) { head(out, 1, STR("\xC2\x9B" "2J")); }
static void text_with_nul(struct buf *out) { raw(out, 'T', 2, STR("a\0")); }
static void text_with_escape(struct buf *out) { raw(out, 'T', 1, STR("\033")); }
static void half_a_character(struct buf *out) { raw(out, 'T', 1, STR("\xC3")); }
static void second_greeting(struct buf *out) { frame_add_hello(out, STR("a"), STR("b"), STR("c")); }
static void giant_frame(struct buf *out) { raw(out, 'T', 0xFFFFFFFF, STR("")); }
static void unknown_type(struct buf *out) { raw(out, 'Z', 0, STR("")); }
static void short_payload(struct buf *out) { raw(out, 'B', 3, STR("\0\0\0")); }
static void long_payload(struct buf *out) { raw(out, 'E', 9, STR("\4\0\0\0\0\0\0\0\0")); }
static void wrong_sum(struct buf *out) { frame_add_end(out, 5); }
static void string_beyond_frame(struct buf *out) { raw(out, 'F', 4, STR("\xFF\0\0\0")); }
static void more_after_the_end(struct buf *out) { frame_add_end(out, 4); frame_add_text(out, STR("x")); }

static void what_cannot_be_right_is_an_error(void **state)
{
	static void (*const lies[])(struct buf *out) = {
		outside_the_text, backwards, inside_a_character, empty_block, unknown_kind, overlapping, page_two_first,
		page_with_a_gap, level_seven, title_with_escape, title_with_c1, text_with_nul, text_with_escape,
		half_a_character, second_greeting, giant_frame, unknown_type, short_payload, long_payload, wrong_sum,
		string_beyond_frame, more_after_the_end,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		SCOPED(buf) wire = BUF_INIT;
		struct err err = ERR_INIT;

		frame_add_hello(&wire, STR("txt"), STR("txt/1"), STR("text/plain"));
		frame_add_text(&wire, STR(JOY));
		lies[i](&wire);
		assert_int_equal(feed(buf_view(&wire), &err), ERR_DATA);
		assert_true(str_starts(str_c(err.text), STR("sent ")));
	}
}

static void nothing_comes_before_the_greeting(void **state)
{
	SCOPED(buf) wire = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	frame_add_text(&wire, STR("x"));
	assert_int_equal(feed(buf_view(&wire), &err), ERR_DATA);
	assert_string_equal(err.text, "sent no greeting");
}

static void a_refusal_carries_its_code_and_sentence(void **state)
{
	SCOPED(buf) wire = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	frame_add_failed(&wire, ERR_LIMIT, STR("unpacks to more than 96 MiB"));
	assert_int_equal(feed(buf_view(&wire), &err), ERR_LIMIT);
	assert_string_equal(err.text, "unpacks to more than 96 MiB");
}

static void a_refusal_cannot_speak_of_keys_or_locks(void **state)
{
	SCOPED(buf) wire = BUF_INIT;

	(void)state;
	frame_add_failed(&wire, ERR_KEY, STR("your key was refused"));
	assert_int_equal(feed(buf_view(&wire), NULL), ERR_DATA);
}

static void what_was_cut_ends_with_its_last_block(void **state)
{
	SCOPED(buf) wire = BUF_INIT;
	SCOPED(extraction) x = EXTRACTION_INIT;
	SCOPED(frames) f = FRAMES_INIT(&x);

	(void)state;
	frame_add_hello(&wire, STR("txt"), STR("txt/1"), STR("text/plain"));
	frame_add_text(&wire, STR("one\n\ntwo\n\nthr"));
	block(&wire, 0, 3, EXTRACTION_PARAGRAPH);
	page(&wire, 1, 0, 3);
	block(&wire, 5, 8, EXTRACTION_PARAGRAPH);
	assert_int_equal(frames_feed(&f, buf_view(&wire), NULL), OK);
	assert_true(frames_cut(&f, 60));
	assert_true(str_is(buf_view(&x.text), "one\n\ntwo"));
	assert_int_equal(x.n_pages, 2);
	assert_int_equal(x.pages[1].at.byte_to, 8);
	assert_true(x.flags & EXTRACTION_CUT);
	assert_int_equal(x.warnings[WARN_CUT], 60);
}

static void headings_know_their_section_and_path(void **state)
{
	SCOPED(buf) wire = BUF_INIT;
	SCOPED(extraction) x = EXTRACTION_INIT;
	SCOPED(frames) f = FRAMES_INIT(&x);
	static const struct {
		int level;
		const char *title, *path;
		size_t section_to;
	} rows[] = {
		{ 1, "A", "A", 3 }, { 3, "B", "A > B", 2 }, { 2, "C", "A > C", 3 }, { 1, "D", "D", 5 }, { 2, "E", "D > E", 5 },
	};

	(void)state;
	frame_add_hello(&wire, STR("txt"), STR("txt/1"), STR("text/plain"));
	frame_add_text(&wire, STR("ABCDE"));
	for (size_t i = 0; i < 5; i++) {
		struct text_head h = { .at = { i, i + 1 }, .level = rows[i].level, .title = str_c(rows[i].title) };

		frame_add_head(&wire, &h);
	}
	frame_add_end(&wire, 5);
	assert_int_equal(frames_feed(&f, buf_view(&wire), NULL), OK);
	for (size_t i = 0; i < 5; i++) {
		assert_true(str_is(x.heads[i].path, rows[i].path));
		assert_int_equal(x.heads[i].section_to, rows[i].section_to);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_slicing_yields_the_same_extraction),
		cmocka_unit_test(a_changed_byte_never_does_harm),
		cmocka_unit_test(what_cannot_be_right_is_an_error),
		cmocka_unit_test(nothing_comes_before_the_greeting),
		cmocka_unit_test(a_refusal_carries_its_code_and_sentence),
		cmocka_unit_test(a_refusal_cannot_speak_of_keys_or_locks),
		cmocka_unit_test(what_was_cut_ends_with_its_last_block),
		cmocka_unit_test(headings_know_their_section_and_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
