#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "extracted.h"
#include "pdf_maker.h"

struct line {
	const char *font;
	int x, y;
	const char *text;
};

static struct str one_page(struct pdf_maker *m, const struct line *lines, size_t n)
{
	SCOPED(buf) content = BUF_INIT;

	pdf_begin(m);
	for (size_t i = 0; i < n; i++)
		pdf_line(&content, lines[i].font, lines[i].x, lines[i].y, lines[i].text);
	pdf_page(m, buf_cstr(&content));
	return pdf_end(m);
}

#define assert_page(lines, expected)                                                                                   \
	do {                                                                                                           \
		SCOPED(pdf_maker) m_ = PDF_MAKER_INIT;                                                                 \
		assert_outline(one_page(&m_, lines, sizeof(lines) / sizeof((lines)[0])), "pdf", expected);             \
	} while (0)

static void lines_become_paragraphs(void **state)
{
	static const struct line lines[] = {
		{ "/F2 18", 72, 720, "The winter of the year" },
		{ "/F1 10", 72, 690, "The harbour froze and the ships stayed where they were. Nobody had ever seen" },
		{ "/F1 10", 72, 678, "such a winter, not even the pilot, who had been at sea for more than sixty years" },
		{ "/F1 10", 72, 666, "and more." },
		{ "/F1 10", 84, 654, "They burned furniture and after that the fences, and when these were gone the" },
		{ "/F1 10", 72, 642, "floor of the theatre, which was made of oak and of pine." },
		{ "/F1 10", 72, 620, "1. a first thing" },
		{ "/F1 10", 72, 608, "2. a second thing" },
		{ "/F1 10", 72, 580, "Figure 1: The frozen harbour" },
	};

	(void)state;
	assert_page(lines,
		"heading1 The winter of the year\n"
		"paragraph The harbour froze and the ships stayed where they were. Nobody had ever seen such a winter, not even the "
		"pilot, who had been at sea for more than sixty years and more.\n"
		"paragraph They burned furniture and after that the fences, and when these were gone the floor of the theatre, which "
		"was made of oak and of pine.\n"
		"item1 1. a first thing\nitem1 2. a second thing\ncaption Figure 1: The frozen harbour\n");
}

static void words_cut_at_line_ends_are_joined(void **state)
{
	static const struct line lines[] = {
		{ "/F1 10", 72, 700, "A cross-border committee looked at what the engineers had written about the inves-" },
		{ "/F1 10", 72, 688, "tigation of the outage, and at the north-south axis of the Schwarz-Weiss and smash-and-" },
		{ "/F1 10", 72, 676, "grab affair, with a long list of COVID-19 cases in the cross-" },
		{ "/F1 10", 72, 664, "border area." },
	};

	(void)state;
	assert_page(lines, "paragraph A cross-border committee looked at what the engineers had written about the investigation of the "
		"outage, and at the north-south axis of the Schwarz-Weiss and smash-and-grab affair, with a long list of COVID-19 "
		"cases in the cross-border area.\n");
}

static void columns_are_read_one_after_the_other(void **state)
{
	static const struct line lines[] = {
		{ "/F2 18", 180, 740, "A title across both columns" },
		{ "/F1 10", 320, 700, "right one is a line of prose that fills it" },
		{ "/F1 10", 72, 688, "left one is a line of prose that fills its" },
		{ "/F1 10", 320, 688, "right two is a line of prose that fills it" },
		{ "/F1 10", 72, 676, "left two is a line of prose that fills its" },
		{ "/F1 10", 320, 676, "right three is a line of prose that fills" },
		{ "/F1 10", 72, 664, "left three is a line of prose that fills it" },
		{ "/F1 10", 320, 664, "right four is a line of prose that ends." },
		{ "/F1 10", 72, 652, "left four is a line of prose that fills its" },
		{ "/F1 10", 72, 640, "left five is a line of prose which ends." },
	};

	(void)state;
	assert_page(lines, "heading1 A title across both columns\n"
		"paragraph left one is a line of prose that fills its left two is a line of prose that fills its left three is a line "
		"of prose that fills it left four is a line of prose that fills its left five is a line of prose which ends.\n"
		"paragraph right one is a line of prose that fills it right two is a line of prose that fills it right three is a line "
		"of prose that fills right four is a line of prose that ends.\n");
}

static void tables_are_read_row_by_row(void **state)
{
	static const struct line lines[] = {
		{ "/F1 10", 72, 700, "Country" }, { "/F1 10", 72, 688, "Austria" }, { "/F1 10", 72, 676, "Belgium" },
		{ "/F1 10", 72, 664, "Denmark" },
		{ "/F1 10", 200, 700, "Capital" }, { "/F1 10", 200, 688, "Vienna" }, { "/F1 10", 200, 676, "Brussels" },
		{ "/F1 10", 200, 664, "Copenhagen" },
		{ "/F1 10", 330, 700, "Area" }, { "/F1 10", 330, 688, "83,879" }, { "/F1 10", 330, 676, "30,689" },
		{ "/F1 10", 330, 664, "42,951" },
	};

	(void)state;
	assert_page(lines, "row Country | Capital | Area\nrow Austria | Vienna | 83,879\nrow Belgium | Brussels | 30,689\n"
		"row Denmark | Copenhagen | 42,951\n");
}

static void a_raised_digit_is_no_part_of_a_number(void **state)
{
	SCOPED(pdf_maker) m = PDF_MAKER_INIT;

	(void)state;
	pdf_begin(&m);
	pdf_page(&m, "BT /F1 12 Tf 72 700 Td (It has 273,879) Tj 4 Ts /F1 7 Tf (1) Tj 0 Ts /F1 12 Tf ( people in towns) Tj "
		"4 Ts /F1 7 Tf (23) Tj 0 Ts /F1 12 Tf (.) Tj ET");
	assert_outline(pdf_end(&m), "pdf", "paragraph It has 273,879\xC2\xB9 people in towns \xC2\xB2\xC2\xB3.\n");
}

static void text_that_cannot_be_read_is_left_out_and_counted(void **state)
{
	SCOPED(pdf_maker) m = PDF_MAKER_INIT;
	SCOPED(extraction) x = EXTRACTION_INIT;

	(void)state;
	pdf_begin(&m);
	pdf_page(&m, "BT /F1 12 Tf 72 700 Td (visible) Tj ET BT /F1 0.4 Tf 72 650 Td (tiny) Tj ET "
		"0 0 0.4 rg 60 540 400 30 re f BT 1 1 1 rg /F1 12 Tf 72 550 Td (white on blue) Tj ET "
		"BT 0 g /F1 12 Tf 72 600 Td (before ) Tj 1 1 1 rg (white) Tj 0 g ( after) Tj ET "
		"BT 0.99 0.99 0.99 rg /F1 12 Tf 72 500 Td (nearly white) Tj ET");
	assert_int_equal(extracted(pdf_end(&m), "pdf", &x, NULL), OK);
	assert_string_equal(buf_cstr(&x.text), "visible\n\nbefore after\n\nwhite on blue");
	assert_int_equal(x.warnings[WARN_HIDDEN], 4 + 5 + 11);
	assert_int_equal(x.warnings[WARN_FAINT], 11);
}

static void pages_have_labels_and_running_heads_go(void **state)
{
	SCOPED(pdf_maker) m = PDF_MAKER_INIT;
	SCOPED(extraction) x = EXTRACTION_INIT;
	static const char *const words[] = { "first", "second", "third", "fourth" };

	(void)state;
	m.catalog = "/PageLabels << /Nums [0 << /S /r >> 2 << /S /D /St 1 >>] >>";
	pdf_begin(&m);
	for (int i = 0; i < 4; i++) {
		SCOPED(buf) content = BUF_INIT;
		SCOPED(buf) number = BUF_INIT;

		buf_fmt(&number, "Page %d of 4", i + 1);
		pdf_line(&content, "/F1 8", 72, 760, "Annual report of the harbour");
		pdf_line(&content, "/F1 10", 72, 500, words[i]);
		pdf_line(&content, "/F1 8", 280, 30, buf_cstr(&number));
		pdf_page(&m, buf_cstr(&content));
	}
	assert_int_equal(extracted(pdf_end(&m), "pdf", &x, NULL), OK);
	assert_string_equal(buf_cstr(&x.text), "Annual report of the harbour\n\nfirst\n\nsecond\n\nthird\n\nfourth");
	assert_int_equal(x.n_pages, 4);
	assert_true(str_is(x.pages[1].label, "ii"));
	assert_true(str_is(x.pages[2].label, "1"));
	assert_true(str_is(str_trim(extraction_at(&x, x.pages[3].at)), "fourth"));
}

static void a_paragraph_goes_on_over_the_page(void **state)
{
	SCOPED(pdf_maker) m = PDF_MAKER_INIT;
	SCOPED(extraction) x = EXTRACTION_INIT;

	(void)state;
	pdf_begin(&m);
	pdf_page(&m, "BT /F1 10 Tf 72 712 Td (The ships stayed where they were, and all of the crews went) Tj "
		"0 -12 Td (home on foot over the ice, which was as thick as a wall and) Tj ET");
	pdf_page(&m, "BT /F1 10 Tf 72 712 Td (as old as the winter.) Tj ET");
	assert_int_equal(extracted(pdf_end(&m), "pdf", &x, NULL), OK);
	assert_int_equal(x.n_blocks, 1);
	assert_non_null(strstr(buf_cstr(&x.text), "as thick as a wall and as old as the winter."));
	assert_true(str_is(str_trim(extraction_at(&x, x.pages[1].at)), "as old as the winter."));
}

static void the_outline_gives_the_headings(void **state)
{
	SCOPED(pdf_maker) m = PDF_MAKER_INIT;
	SCOPED(extraction) x = EXTRACTION_INIT;

	(void)state;
	m.catalog = "/Outlines 8 0 R";
	pdf_begin(&m);
	pdf_page(&m, "BT /F1 10 Tf 72 700 Td (1 What happened) Tj 0 -40 Td (The harbour froze.) Tj ET");
	pdf_page(&m, "BT /F1 10 Tf 72 700 Td (Nobody came.) Tj ET");
	/* Pages are objects 6 and 8; the outline follows as 9 to 11. */
	m.catalog = "/Outlines 9 0 R";
	pdf_object(&m, "<< /Type /Outlines /First 10 0 R /Last 11 0 R /Count 2 >>");
	pdf_object(&m, "<< /Title (What happened) /Parent 9 0 R /Next 11 0 R /Dest [6 0 R /Fit] >>");
	pdf_object(&m, "<< /Title (Not on the page) /Parent 9 0 R /Prev 10 0 R /Dest [8 0 R /Fit] >>");
	assert_int_equal(extracted(pdf_end(&m), "pdf", &x, NULL), OK);
	assert_int_equal(x.n_heads, 2);
	assert_true(str_is(x.heads[0].title, "1 What happened"));
	assert_true(str_is(x.heads[1].title, "Not on the page"));
	assert_int_equal(x.blocks[0].kind, EXTRACTION_HEADING);
}

static void a_document_tells_of_itself(void **state)
{
	SCOPED(pdf_maker) m = PDF_MAKER_INIT;
	SCOPED(extraction) x = EXTRACTION_INIT;

	(void)state;
	m.info = "<< /Title (Microsoft Word - harbour.doc) /Author (Jane Doe) /CreationDate (D:20210309120000Z) >>";
	pdf_begin(&m);
	pdf_page(&m, "BT /F2 20 Tf 72 720 Td (The frozen harbour of Ekvik) Tj /F1 10 Tf 0 -40 Td "
		"(doi: 10.1000/abc.182. arXiv:2107.01234v2) Tj ET");
	assert_int_equal(pdf_stream(&m, "/Type /Metadata /Subtype /XML",
		"<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='r'>"
		"<rdf:Description prism:doi='10.1000/xmp'><dc:creator><rdf:Seq><rdf:li>A. One</rdf:li><rdf:li>B. Two</rdf:li></rdf:Seq>"
		"</dc:creator><dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Frozen</rdf:li><rdf:li>Zu</rdf:li></rdf:Alt></dc:title>"
		"</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"), 7);
	m.catalog = "/Metadata 7 0 R";
	assert_int_equal(extracted(pdf_end(&m), "pdf", &x, NULL), OK);
	assert_string_equal(extraction_best(&x, META_TITLE).p, "Frozen");
	assert_string_equal(extraction_best(&x, META_DOI).p, "10.1000/xmp");
	assert_string_equal(extraction_best(&x, META_ARXIV).p, "2107.01234v2");
	assert_string_equal(extraction_best(&x, META_DATE).p, "2021-03-09");
	for (size_t i = 0; i < x.n_meta; i++) {
		assert_false(str_starts(x.meta[i].value, STR("Microsoft")));
		if (x.meta[i].origin == ORIGIN_FIRST_PAGE && x.meta[i].field == META_TITLE)
			assert_string_equal(x.meta[i].value.p, "The frozen harbour of Ekvik");
		if (x.meta[i].origin == ORIGIN_FIRST_PAGE && x.meta[i].field == META_DOI)
			assert_string_equal(x.meta[i].value.p, "10.1000/abc.182");
	}
}

static void what_is_damaged_is_refused_by_name(void **state)
{
	SCOPED(extraction) x = EXTRACTION_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(extracted(STR("%PDF-1.7\nnothing more"), "pdf", &x, &err), ERR_DATA);
	assert_true(str_starts(str_c(err.text), STR("is a damaged PDF: ")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_become_paragraphs),
		cmocka_unit_test(words_cut_at_line_ends_are_joined),
		cmocka_unit_test(columns_are_read_one_after_the_other),
		cmocka_unit_test(tables_are_read_row_by_row),
		cmocka_unit_test(a_raised_digit_is_no_part_of_a_number),
		cmocka_unit_test(text_that_cannot_be_read_is_left_out_and_counted),
		cmocka_unit_test(pages_have_labels_and_running_heads_go),
		cmocka_unit_test(a_paragraph_goes_on_over_the_page),
		cmocka_unit_test(the_outline_gives_the_headings),
		cmocka_unit_test(a_document_tells_of_itself),
		cmocka_unit_test(what_is_damaged_is_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
