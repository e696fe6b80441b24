#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "extracted.h"
#include "zip_maker.h"

#define CONTAINER "<container xmlns='c'><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>"
#define PACKAGE(doctype, spine) "<?xml version='1.0'?>" doctype "<package xmlns='o' xmlns:dc='http://purl.org/dc/elements/1.1/' " \
	"xmlns:opf='o'><metadata><dc:title>The winter</dc:title><dc:creator opf:role='aut'>Jane Doe</dc:creator>" \
	"<dc:creator opf:role='ill'>No One</dc:creator><dc:identifier>urn:isbn:9780306406157</dc:identifier>" \
	"<dc:date opf:event='publication'>2011</dc:date></metadata><manifest>" \
	"<item id='a' href='Text/a%20one.xhtml' media-type='application/xhtml+xml'/><item id='b' href='../b.html'/>" \
	"<item id='n' href='nav.xhtml' properties='nav'/></manifest><spine>" spine "</spine></package>"
#define SPINE "<itemref idref='n'/><itemref idref='a'/><itemref idref='b'/>"

static struct str epub_of(struct zip_maker *z, const char *package, const char *b)
{
	zip_begin(z, (size_t)1 << 20);
	zip_add(z, "mimetype", "application/epub+zip");
	zip_add(z, "META-INF/container.xml", CONTAINER);
	zip_add(z, "OPS/book.opf", package);
	zip_add(z, "OPS/nav.xhtml", "<html><body><nav>Contents</nav></body></html>");
	zip_add(z, "OPS/Text/a one.xhtml", "<?xml version='1.0'?><html xmlns='x'><head><title/></head><body><h1 id='a'/><h2>One</h2>"
		"<p>First&nbsp;words<a id='p1'/> of all.</p><aside epub:type='footnote'><p>A note.</p></aside></body></html>");
	zip_add(z, "b.html", b);
	return zip_end(z);
}

static void parts_are_read_in_the_order_of_the_spine(void **state)
{
	struct zip_maker z;

	(void)state;
	assert_outline(epub_of(&z, PACKAGE("", SPINE), "<html><body><ol><li>x</li></ol></body></html>"), "epub",
		"heading2 One\nparagraph First words of all.\nnote A note.\nitem1 1. x\n");
	zip_maker_release(&z);
}

static void the_package_is_metadata(void **state)
{
	struct zip_maker z;
	SCOPED(extraction) x = EXTRACTION_INIT;

	(void)state;
	assert_int_equal(extracted(epub_of(&z, PACKAGE("<!DOCTYPE package PUBLIC 'a' 'b'>", SPINE), "<p>x"), "epub", &x, NULL), OK);
	assert_true(str_is(extraction_best(&x, META_TITLE), "The winter"));
	assert_true(str_is(extraction_best(&x, META_AUTHOR), "Jane Doe"));
	assert_true(str_is(extraction_best(&x, META_ISBN), "9780306406157"));
	assert_true(str_is(extraction_best(&x, META_DATE), "2011"));
	zip_maker_release(&z);
}

static void entities_of_its_own_are_refused(void **state)
{
	struct zip_maker z;
	SCOPED(extraction) x = EXTRACTION_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(extracted(epub_of(&z, PACKAGE("<!DOCTYPE package [<!ENTITY x SYSTEM '/etc/passwd'>]>", SPINE), "<p>x"),
		"epub", &x, &err), ERR_DATA);
	assert_string_equal(err.text, "declares a document type with entities: refused");
	zip_maker_release(&z);
}

static void a_part_that_is_missing_or_noise_is_counted(void **state)
{
	struct zip_maker z;
	SCOPED(extraction) x = EXTRACTION_INIT;

	(void)state;
	assert_int_equal(extracted(epub_of(&z, PACKAGE("", SPINE "<itemref idref='gone'/>"), "\x8F\x01noise"), "epub", &x, NULL), OK);
	assert_int_equal(x.warnings[WARN_DAMAGED], 2);
	zip_maker_release(&z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_read_in_the_order_of_the_spine),
		cmocka_unit_test(the_package_is_metadata),
		cmocka_unit_test(entities_of_its_own_are_refused),
		cmocka_unit_test(a_part_that_is_missing_or_noise_is_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
