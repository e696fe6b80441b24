#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "extracted.h"

/* Three sentences with commas, so that the selection has something to find. */
#define PROSE "The harbour froze, the ships stayed, and the town waited. Nobody, not even the pilot, had seen such a winter. " \
	"They burned furniture, then fences, then the theatre's floor."

static void a_page_becomes_blocks(void **state)
{
	(void)state;
	assert_outline(STR("<html><body><h1>Ode</h1><p>One<br>two &amp; three<p>Four<ul><li>a<li>b<ul><li>c</ul></ul>"
		"<ol start=3><li>x<li>y</ol><blockquote>q</blockquote><pre>  if (x)\n\ty;</pre>"
		"<table><caption>T</caption><tr><th>A<th>B<tr><td>1<td><p>2</p></table></body></html>"), "html",
		"heading1 Ode\nparagraph One/two & three\nparagraph Four\n"
		"item1 \xE2\x80\xA2 a\nitem1 \xE2\x80\xA2 b\nitem2 \xE2\x80\xA2 c\nitem1 3. x\nitem1 4. y\nquote q\n"
		"code   if (x)/\ty;\ncaption T\nrow A | B\nrow 1 | 2\n");
}

static void menus_and_footers_leave(void **state)
{
	(void)state;
	assert_outline(STR("<html><body><nav><a href=/>Home</a></nav><div class=sidebar><p>" PROSE " advert</p></div>"
		"<div id=content><h2>Winter<a class=anchor href=#w>#</a></h2><p>" PROSE "</p><p>" PROSE "</p><p>" PROSE "</p>"
		"<div class=related><a href=/1>More, on ice</a></div></div>"
		"<footer>Copyright, all of it, for ever</footer></body></html>"), "html",
		"heading2 Winter\nparagraph " PROSE "\nparagraph " PROSE "\nparagraph " PROSE "\n");
}

static void a_short_page_is_kept_whole(void **state)
{
	(void)state;
	assert_outline(STR("<!DOCTYPE html><title>t</title><div>a</div><div>b</div>"), "html", "paragraph a\nparagraph b\n");
}

static void what_is_broken_keeps_its_text(void **state)
{
	static const struct {
		struct str in;
		const char *out;
	} rows[] = {
		{ STR("<html>a < b & c &lt d"), "paragraph a < b & c < d\n" },
		{ STR("<html><p>a</b>b<!-- never closed > c"), "paragraph ab c\n" },
		{ STR("<html><a href=\"never closed>x</a> y"), "paragraph x y\n" },
		{ STR("<html><b><p>a</b>b</p>c"), "paragraph ab\nparagraph c\n" },
		{ STR("<html><table><tr><td>a</tr><tr><td>b</table>c"), "row a\nrow b\nparagraph c\n" },
		{ STR("<html><table><tr><td>a<td>b</tr><tr><td>c</table>d"), "row a | b\nrow c\nparagraph d\n" },
		{ STR("<html>a<script>if (x < 1) document.write('</p>')</script>b"), "paragraph ab\n" },
		{ STR("<html><body>a</body></html>b"), "paragraph ab\n" },
		{ STR("<html>a</"), "paragraph a</\n" },
		{ STR("<html><x-y>a</x-y><p/>b"), "paragraph a\nparagraph b\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_outline(rows[i].in, "html", rows[i].out);
}

static void hidden_text_is_left_out_and_counted(void **state)
{
	static const char *const hiding[] = {
		"<p style='display:none'>secret</p>", "<p style='VISIBILITY : Hidden !important'>secret</p>", "<p hidden>secret</p>",
		"<p style='font-size:0'>secret</p>", "<p style='font-size:1px'>secret</p>", "<p style='opacity:0'>secret</p>",
		"<p style='position:absolute;left:-9999px'>secret</p>", "<p style='text-indent:-9999px'>secret</p>",
		"<p style='color:#fff;background:#fff'>secret</p>", "<p style='color:rgba(0,0,0,0)'>secret</p>",
		"<p style='height:0;overflow:hidden'>secret</p>", "<p style='clip:rect(0,0,0,0)'>secret</p>",
		"<style>@media print{.y{}} .x, b.z {display:none}</style><p class='a x'>secret</p>",
		"<style>#x{visibility:hidden}</style><p id=x>secret</p>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hiding) / sizeof(hiding[0]); i++) {
		SCOPED(extraction) x = EXTRACTION_INIT;
		SCOPED(buf) page = BUF_INIT;

		buf_fmt(&page, "<html><body><p>visible words</p>%s<p>more of them</p></body></html>", hiding[i]);
		assert_int_equal(extracted(buf_view(&page), "html", &x, NULL), OK);
		assert_string_equal(buf_cstr(&x.text), "visible words\n\nmore of them");
		assert_int_equal(x.warnings[WARN_HIDDEN], 6);
	}
}

static void white_on_an_unknown_ground_is_kept_and_counted(void **state)
{
	SCOPED(extraction) x = EXTRACTION_INIT;

	(void)state;
	assert_int_equal(extracted(STR("<html><p style='color:white'>faint</p><td style='background:#000'>"
		"<p style='color:white'>bright"), "html", &x, NULL), OK);
	assert_string_equal(buf_cstr(&x.text), "faint\n\nbright");
	assert_int_equal(x.warnings[WARN_FAINT], 5);
}

static void a_page_that_scripts_show_is_not_hidden(void **state)
{
	(void)state;
	assert_outline(STR("<html><style>.app{opacity:0}</style><body><div class=app>all of it</div></body></html>"), "html",
		"paragraph all of it\n");
}

static void a_page_tells_of_itself(void **state)
{
	static const struct {
		const char *html;
		enum meta_field field;
		const char *value;
	} rows[] = {
		{ "<title>Some Words of Mine | Site</title>", META_TITLE, "Some Words of Mine | Site" },
		{ "<title>Five Words Are Enough Here | Site</title>", META_TITLE, "Five Words Are Enough Here" },
		{ "<title>x</title><meta property=og:title content='A &amp; B'>", META_TITLE, "A & B" },
		{ "<meta name=citation_title content=T><meta property=og:title content=U>", META_TITLE, "T" },
		{ "<meta name=citation_author content='Doe, Jane'>", META_AUTHOR, "Doe, Jane" },
		{ "<p class=byline>By Jane Doe</p>", META_AUTHOR, "Jane Doe" },
		{ "<meta name=citation_doi content=10.1000/182>", META_DOI, "10.1000/182" },
		{ "<meta property=article:published_time content=2021-03-09>", META_DATE, "2021-03-09" },
		{ "<link rel=canonical href=https://example.org/a>", META_URL, "https://example.org/a" },
		{ "<link rel=canonical href=javascript:alert(1)>", META_URL, "" },
		{ "<meta name=citation_firstpage content=7><meta name=citation_lastpage content=9>", META_PAGES, "7-9" },
		{ "<script type=application/ld+json>{\"@graph\":[{\"@type\":\"NewsArticle\",\"headline\":\"H\","
		  "\"author\":[{\"name\":\"A\"}]}]}</script>", META_TITLE, "H" },
		{ "<script type=application/ld+json>{\"@type\":\"Organization\",\"name\":\"N\"}</script>", META_TITLE, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		SCOPED(extraction) x = EXTRACTION_INIT;
		SCOPED(buf) page = BUF_INIT;

		buf_fmt(&page, "<!doctype html>%s<body>text", rows[i].html);
		assert_int_equal(extracted(buf_view(&page), "", &x, NULL), OK);
		assert_string_equal(extraction_best(&x, rows[i].field).p, rows[i].value);
	}
}

static void the_encoding_is_found(void **state)
{
	static const struct str pages[] = {
		STR("<html><meta charset=iso-8859-1><p>na\xEFve"), STR("<html><p>na\xC3\xAFve"), STR("\xEF\xBB\xBF<html><p>na\xC3\xAFve"),
		STR("<html><meta charset=iso-8859-1><p>na\xC3\xAFve"), STR("<html><p>na\xEFve"),
		STR("\xFF\xFE<\0h\0t\0m\0l\0>\0<\0p\0>\0n\0a\0\xEF\0v\0e\0"), STR("\xFE\xFF\0<\0h\0t\0m\0l\0>\0n\0a\0\xEF\0v\0e"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		assert_outline(pages[i], "html", "paragraph na\xC3\xAFve\n");
}

/* Security F4: a second for a megabyte, and no text lost. The limit leaves room for sanitizers. */
static void nesting_costs_time_in_proportion(void **state)
{
	static const char *const repeated[] = { "<div>", "<b>", "<table>", "<table><tr><td>", "<p>", "<ul><li>", "<x-y>", "<a b=\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(repeated) / sizeof(repeated[0]); i++) {
		SCOPED(extraction) x = EXTRACTION_INIT;
		SCOPED(buf) page = BUF_INIT;
		clock_t from = clock();

		buf_c(&page, "<html><body>");
		while (page.len < (size_t)300 << 10)
			buf_c(&page, repeated[i]);
		buf_c(&page, "\">found");
		for (int k = 0; k < 30000; k++)
			buf_c(&page, "</i>");
		assert_int_equal(extracted(buf_view(&page), "html", &x, NULL), OK);
		assert_non_null(strstr(buf_cstr(&x.text), "found"));
		assert_true(clock() - from < 3 * CLOCKS_PER_SEC);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_becomes_blocks),
		cmocka_unit_test(menus_and_footers_leave),
		cmocka_unit_test(a_short_page_is_kept_whole),
		cmocka_unit_test(what_is_broken_keeps_its_text),
		cmocka_unit_test(hidden_text_is_left_out_and_counted),
		cmocka_unit_test(white_on_an_unknown_ground_is_kept_and_counted),
		cmocka_unit_test(a_page_that_scripts_show_is_not_hidden),
		cmocka_unit_test(a_page_tells_of_itself),
		cmocka_unit_test(the_encoding_is_found),
		cmocka_unit_test(nesting_costs_time_in_proportion),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
