#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "extracted.h"
#include "zip_maker.h"

#define W "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
#define STRICT "xmlns:w='http://purl.oclc.org/ooxml/wordprocessingml/main'"
#define P(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define STYLED(style, text) "<w:p><w:pPr><w:pStyle w:val='" style "'/></w:pPr><w:r><w:t>" text "</w:t></w:r></w:p>"
#define ITEM(num, level, text) "<w:p><w:pPr><w:numPr><w:ilvl w:val='" level "'/><w:numId w:val='" num "'/></w:numPr></w:pPr>" \
	"<w:r><w:t>" text "</w:t></w:r></w:p>"
#define BODY(ns, content) "<?xml version='1.0'?><w:document " ns "><w:body>" content "</w:body></w:document>"

static struct str docx_of(struct zip_maker *z, const char *body, const char *more_name, const char *more)
{
	zip_begin(z, (size_t)1 << 20);
	zip_add(z, "[Content_Types].xml", "<Types/>");
	zip_add(z, "_rels/.rels", "<Relationships><Relationship Type='http://x/officeDocument' Target='word/document.xml'/></Relationships>");
	zip_add(z, "word/document.xml", body);
	if (more_name)
		zip_add(z, more_name, more);
	return zip_end(z);
}

static void a_document_becomes_blocks(void **state)
{
	static const char styles[] = "<w:styles " W "><w:style w:styleId='T'><w:name w:val='Title'/></w:style>"
		"<w:style w:styleId='U1'><w:name w:val='heading 1'/></w:style>"
		"<w:style w:styleId='Mine'><w:name w:val='Mine'/><w:basedOn w:val='U1'/></w:style>"
		"<w:style w:styleId='Lvl'><w:name w:val='x'/><w:pPr><w:outlineLvl w:val='2'/></w:pPr></w:style>"
		"<w:style w:styleId='Q'><w:name w:val='Quote'/></w:style><w:style w:styleId='C'><w:name w:val='Source Code'/></w:style>"
		"<w:style w:styleId='Cap'><w:name w:val='caption'/></w:style></w:styles>";
	static const char body[] = BODY(W, STYLED("T", "Ode") STYLED("U1", "One") STYLED("Mine", "Two") STYLED("Lvl", "Three")
		P("a&amp;b") STYLED("Q", "said") STYLED("C", "if (x)") STYLED("C", "  y();") STYLED("Cap", "Table 1")
		"<w:tbl><w:tr><w:tc>" P("1") "</w:tc><w:tc>" P("2") P("3") "</w:tc></w:tr><w:tr><w:tc>" P("4") "</w:tc><w:tc>" P("")
		"</w:tc></w:tr></w:tbl><w:tbl><w:tr><w:tc>" P("in a") P("frame") "</w:tc></w:tr></w:tbl>");
	struct zip_maker z;

	(void)state;
	assert_outline(docx_of(&z, body, "word/styles.xml", styles), "docx",
		"heading1 Ode\nheading1 One\nheading1 Two\nheading3 Three\nparagraph a&b\nquote said\ncode if (x)/  y();\n"
		"caption Table 1\nrow 1 | 2 3\nrow 4 |\nparagraph in a\nparagraph frame\n");
	zip_maker_release(&z);
}

static void lists_are_numbered_as_word_does(void **state)
{
	static const char lists[] = "<w:numbering " W "><w:abstractNum w:abstractNumId='7'><w:lvl w:ilvl='0'><w:start w:val='3'/>"
		"<w:numFmt w:val='decimal'/></w:lvl><w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='lowerRoman'/></w:lvl>"
		"</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='7'/></w:num></w:numbering>";
	static const char body[] = BODY(W, ITEM("1", "0", "a") ITEM("1", "1", "b") ITEM("1", "1", "c") ITEM("1", "0", "d")
		ITEM("1", "1", "e") ITEM("9", "0", "f"));
	struct zip_maker z;

	(void)state;
	assert_outline(docx_of(&z, body, "word/numbering.xml", lists), "docx",
		"item1 3. a\nitem2 i. b\nitem2 ii. c\nitem1 4. d\nitem2 i. e\nitem1 \xE2\x80\xA2 f\n");
	zip_maker_release(&z);
}

static void what_is_not_seen_is_not_read(void **state)
{
	static const char body[] = BODY(W, "<w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
		"<w:ins><w:r><w:t xml:space='preserve'> added</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r>"
		"<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r><w:r><w:rPr><w:sz w:val='1'/></w:rPr><w:t>tiny</w:t></w:r>"
		"<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:tab/><w:t>seen</w:t><w:br/><w:t>below</w:t></w:r></w:p>");
	struct zip_maker z;
	SCOPED(extraction) x = EXTRACTION_INIT;

	(void)state;
	assert_int_equal(extracted(docx_of(&z, body, NULL, NULL), "docx", &x, NULL), OK);
	assert_string_equal(buf_cstr(&x.text), "kept added seen\nbelow");
	assert_int_equal(x.warnings[WARN_HIDDEN], 10);
	zip_maker_release(&z);
}

static void notes_stand_at_the_end_and_boxes_are_read_once(void **state)
{
	static const char notes[] = "<w:footnotes " W "><w:footnote w:type='separator'>" P("---") "</w:footnote><w:footnote w:id='2'>"
		P("a note") "</w:footnote></w:footnotes>";
	static const char body[] = BODY(STRICT, "<w:p><w:r><w:t>text</w:t></w:r><w:r><mc:AlternateContent xmlns:mc='m'><mc:Choice>"
		"<w:txbxContent>" P("in a box") "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>" P("in a box")
		"</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>");
	struct zip_maker z;

	(void)state;
	assert_outline(docx_of(&z, body, "word/footnotes.xml", notes), "docx",
		"paragraph in a box\nparagraph text\nnote a note\n");
	zip_maker_release(&z);
}

static void properties_are_metadata(void **state)
{
	static const char core[] = "<cp:coreProperties xmlns:cp='c' xmlns:dc='d' xmlns:t='t'><dc:title>The winter</dc:title>"
		"<dc:creator>Jane Doe; John Roe</dc:creator><cp:keywords>ice, cold</cp:keywords></cp:coreProperties>";
	struct zip_maker z;
	SCOPED(extraction) x = EXTRACTION_INIT;

	(void)state;
	assert_int_equal(extracted(docx_of(&z, BODY(W, P("a")), "docProps/core.xml", core), "docx", &x, NULL), OK);
	assert_int_equal(x.n_meta, 5);
	assert_true(str_is(extraction_best(&x, META_TITLE), "The winter"));
	assert_true(str_is(x.meta[2].value, "John Roe"));
	assert_true(str_is(x.meta[4].value, "cold"));
	zip_maker_release(&z);
}

static void a_document_type_is_refused(void **state)
{
	static const char *const bodies[] = {
		"<!DOCTYPE w [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" BODY(W, P("&x;")),
		"<!DOCTYPE w [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;'>]>"
		BODY(W, P("&c;")),
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct zip_maker z;
		SCOPED(extraction) x = EXTRACTION_INIT;
		struct err err = ERR_INIT;

		assert_int_equal(extracted(docx_of(&z, bodies[i], NULL, NULL), "docx", &x, &err), ERR_DATA);
		assert_string_equal(err.text, "declares a document type, as no Word document does: refused");
		assert_int_equal(x.text.len, 0);
		zip_maker_release(&z);
	}
}

/* Security F5: named, in under two seconds. */
static void bombs_are_refused_by_name(void **state)
{
	SCOPED(buf) zeros = BUF_INIT;
	struct zip_maker z;
	SCOPED(extraction) x = EXTRACTION_INIT;
	struct err err = ERR_INIT;
	clock_t from = clock();

	(void)state;
	for (int i = 0; i < 1 << 20; i++)
		buf_ch(&zeros, ' ');
	zip_begin(&z, (size_t)8 << 20);
	zip_add(&z, "[Content_Types].xml", "<Types/>");
	zip_add_times(&z, "word/document.xml", buf_view(&zeros), 400);
	assert_int_equal(extracted(zip_end(&z), "docx", &x, &err), ERR_LIMIT);
	assert_string_equal(err.text, "unpacks to more than 100 times its size");
	assert_true(clock() - from < 6 * CLOCKS_PER_SEC);
	zip_maker_release(&z);
}

static void too_many_parts_are_refused(void **state)
{
	struct zip_maker z;
	SCOPED(extraction) x = EXTRACTION_INIT;
	struct err err = ERR_INIT;
	char name[32];

	(void)state;
	zip_begin(&z, (size_t)8 << 20);
	zip_add(&z, "[Content_Types].xml", "<Types/>");
	zip_add(&z, "word/document.xml", BODY(W, P("a")));
	for (int i = 0; i < 10001; i++) {
		snprintf(name, sizeof(name), "x/%d", i);
		zip_add(&z, name, "");
	}
	assert_int_equal(extracted(zip_end(&z), "docx", &x, &err), ERR_LIMIT);
	assert_string_equal(err.text, "holds more than 10000 parts");
	zip_maker_release(&z);
}

/* The second entry of the directory is made to point at the first one's data. */
static void parts_that_overlap_are_refused(void **state)
{
	struct zip_maker z;
	SCOPED(extraction) x = EXTRACTION_INIT;
	struct err err = ERR_INIT;
	struct str bytes = docx_of(&z, BODY(W, P("a")), NULL, NULL);
	size_t first = str_find(bytes, STR("PK\1\2"), 0), second = str_find(bytes, STR("PK\1\2"), first + 4);

	(void)state;
	memcpy(z.bytes + second + 42, z.bytes + first + 42, 4);
	assert_int_equal(extracted(bytes, "docx", &x, &err), ERR_DATA);
	assert_string_equal(err.text, "holds parts that overlap: a zip bomb");
	zip_maker_release(&z);
}

static void what_is_cut_keeps_what_it_has(void **state)
{
	struct zip_maker z;
	SCOPED(extraction) x = EXTRACTION_INIT;

	(void)state;
	assert_int_equal(extracted(docx_of(&z, "<w:document " W "><w:body>" P("one") "<w:p><w:r><w:t>two", NULL, NULL), "docx", &x,
		NULL), OK);
	assert_non_null(strstr(buf_cstr(&x.text), "one"));
	assert_int_equal(x.warnings[WARN_DAMAGED], 1);
	zip_maker_release(&z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_becomes_blocks),
		cmocka_unit_test(lists_are_numbered_as_word_does),
		cmocka_unit_test(what_is_not_seen_is_not_read),
		cmocka_unit_test(notes_stand_at_the_end_and_boxes_are_read_once),
		cmocka_unit_test(properties_are_metadata),
		cmocka_unit_test(a_document_type_is_refused),
		cmocka_unit_test(bombs_are_refused_by_name),
		cmocka_unit_test(too_many_parts_are_refused),
		cmocka_unit_test(parts_that_overlap_are_refused),
		cmocka_unit_test(what_is_cut_keeps_what_it_has),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
