/*
 * What holds for every format: it reads what it wrote to the same bytes, hostile values stay values, and
 * the bibliographies of other projects are read without loss. The last need the data directory
 * (IBID_TEST_DATA, or ../shared/data) and are skipped without it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "ibid/base/json.h"
#include "ibid/cite/bib_format.h"

#define COUNT(v) (sizeof(v) / sizeof(*(v)))

static bool slurp(const char *path, struct buf *text)
{
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return false;
	while ((n = fread(buf_room(text, 65536), 1, 65536, f)) > 0)
		text->len += n;
	fclose(f);
	return true;
}

static bool data_file(const char *name, struct buf *text)
{
	const char *dir = getenv("IBID_TEST_DATA");
	SCOPED(buf) path = BUF_INIT;

	buf_fmt(&path, "%s/citations/%s", dir && *dir ? dir : "../shared/data", name);
	return slurp(buf_cstr(&path), text);
}

static void read_text(struct arena *a, const struct bib_format *f, struct str text, struct bib_list *list)
{
	struct err err = ERR_INIT;

	if (f->read(a, text, list, &err) != OK)
		fail_msg("%s: %s", f->name, err.text);
}

/* Written, read and written again must be the same. */
static void assert_stable(const struct bib_format *f, const struct bib_item *items, size_t n)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) first = BUF_INIT, again = BUF_INIT;
	struct bib_list list = { 0 };

	f->write(&first, items, n, NULL, 0);
	read_text(&a, f, buf_view(&first), &list);
	assert_int_equal(list.n_items, n);
	f->write(&again, list.items, list.n_items, NULL, 0);
	assert_string_equal(buf_cstr(&again), buf_cstr(&first));
}

static void formats_are_found_by_name_and_by_file(void **state)
{
	static const struct {
		const char *name;
		const struct bib_format *format;
	} rows[] = { { "CSL-JSON", &bib_format_csl }, { "csl", &bib_format_csl }, { "refs/all.json", &bib_format_csl },
		{ "bibtex", &bib_format_bibtex }, { "BibLaTeX", &bib_format_biblatex }, { "Refs.BIB", &bib_format_biblatex },
		{ "x.ris", &bib_format_ris }, { "md", &bib_format_markdown }, { "refs.docx", NULL }, { "", NULL }, { ".bib", NULL } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_ptr_equal(bib_format_find(str_c(rows[i].name)), rows[i].format);
}

static void formats_are_guessed_from_their_first_bytes(void **state)
{
	static const struct {
		const char *text;
		const struct bib_format *format;
	} rows[] = { { "\xEF\xBB\xBF \n[{}]", &bib_format_csl }, { "% notes\n\n @book{x,", &bib_format_biblatex },
		{ "1.\nTY  - JOUR", &bib_format_ris }, { "Dear all,\nsee below", NULL }, { "", NULL } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_ptr_equal(bib_format_guess(str_c(rows[i].text)), rows[i].format);
}

/* One item with the string in every kind of place. */
static void naughty_item(struct arena *a, struct bib_item *item, struct str s)
{
	static const enum bib_field fields[] = { BIB_TITLE, BIB_CONTAINER_TITLE, BIB_PUBLISHER, BIB_NUMBER, BIB_ABSTRACT, BIB_ANNOTE };

	*item = (struct bib_item){ .type = BIB_REPORT };
	for (size_t i = 0; i < COUNT(fields); i++)
		item->field[fields[i]] = s;
	bib_add_name(a, item, (struct bib_name){ .role = BIB_ROLE_AUTHOR, .literal = s });
	bib_add_name(a, item, (struct bib_name){ .role = BIB_ROLE_AUTHOR, .family = STR("Doe"), .given = STR("Jane") });
	item->date[BIB_ISSUED].literal = s;
}

static bool same_text(const struct bib_item *a, const struct bib_item *b)
{
	for (int f = 0; f < BIB_FIELD_COUNT; f++)
		if (f != BIB_ABSTRACT && f != BIB_GENRE && !str_eq(a->field[f], b->field[f]))
			return false;
	return a->n_names == b->n_names && str_eq(a->names[0].literal, b->names[0].literal);
}

/* CSL-JSON holds any text: what it reads back is the string as an item has it, which the others must give as well. */
static void hostile_strings_stay_values(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) text = BUF_INIT;
	SCOPED_PTR(json) doc = NULL;
	int n = 0;

	(void)state;
	assert_true(slurp("tests/interop/naughty.json", &text));
	assert_int_equal(json_parse(buf_view(&text), 0, &doc, NULL), OK);
	for (const struct json_node *s = json_first(json_root(doc)); s; s = json_next(s), n++) {
		SCOPED(buf) csl = BUF_INIT;
		struct bib_list clean = { 0 };
		struct bib_item item;

		naughty_item(&a, &item, json_str(s));
		bib_format_csl.write(&csl, &item, 1, NULL, 0);
		read_text(&a, &bib_format_csl, buf_view(&csl), &clean);
		for (size_t i = 0; bib_formats[i]; i++) {
			SCOPED(buf) out = BUF_INIT;
			struct bib_list back = { 0 };

			if (!bib_formats[i]->read)
				continue;
			assert_stable(bib_formats[i], &item, 1);
			bib_formats[i]->write(&out, &item, 1, NULL, 0);
			read_text(&a, bib_formats[i], buf_view(&out), &back);
			if (str_find(clean.items[0].field[BIB_TITLE], STR("nocase"), 0) == STR_NONE
				&& !same_text(&clean.items[0], &back.items[0]))
				fail_msg("%s changed '%.*s' to '%.*s'", bib_formats[i]->name,
					STR_ARG(clean.items[0].field[BIB_TITLE]), STR_ARG(back.items[0].field[BIB_TITLE]));
		}
	}
	assert_true(n > 60);
}

static void every_type_comes_back_to_the_same_bytes(void **state)
{
	SCOPED(arena) a = ARENA_INIT;

	(void)state;
	for (int type = 0; type < BIB_TYPE_COUNT; type++) {
		struct bib_item item;

		naughty_item(&a, &item, STR("A {B} & c"));
		item.type = type;
		item.id = STR("k");
		for (int f = 0; f < BIB_FIELD_COUNT; f++)
			item.field[f] = STR("x1");
		for (size_t i = 0; bib_formats[i]; i++)
			if (bib_formats[i]->read)
				assert_stable(bib_formats[i], &item, 1);
	}
}

/* Files of others: how many entries they have, and that all our formats hold them. */
static const struct file_row {
	const char *name;
	const struct bib_format *format;
	size_t n;
} files[] = {
	{ "bibtex/biblatex-examples.bib", &bib_format_biblatex, 92 },
	{ "bibtex/mapping/bibtex-input.bib", &bib_format_bibtex, 16 },
	{ "bibtex/mapping/biblatex-input.bib", &bib_format_biblatex, 28 },
	{ "bibtex/mapping/bibtex-csl.json", &bib_format_csl, 16 },
	{ "bibtex/mapping/biblatex-csl.json", &bib_format_csl, 28 },
	{ "bibtex/input/crossref.bib", &bib_format_biblatex, 6 },
	{ "bibtex/input/different-delimiters.bib", &bib_format_biblatex, 2 },
	{ "bibtex/input/nameparts.bib", &bib_format_biblatex, 8 },
	{ "bibtex/input/rich-text.bib", &bib_format_biblatex, 7 },
	{ "ris/example_basic.ris", &bib_format_ris, 1 },
	{ "ris/example_bom.ris", &bib_format_ris, 1 },
	{ "ris/example_custom_list_tags.ris", &bib_format_ris, 1 },
	{ "ris/example_empty_tag.ris", &bib_format_ris, 1 },
	{ "ris/example_extraneous_data.ris", &bib_format_ris, 2 },
	{ "ris/example_full.ris", &bib_format_ris, 2 },
	{ "ris/example_full_without_whitespace.ris", &bib_format_ris, 2 },
	{ "ris/example_full_write.ris", &bib_format_ris, 2 },
	{ "ris/example_multi_unknown_tags.ris", &bib_format_ris, 1 },
	{ "ris/example_multiline.ris", &bib_format_ris, 3 },
	{ "ris/example_single_unknown_tag.ris", &bib_format_ris, 1 },
	{ "ris/example_starting_newlines.ris", &bib_format_ris, 1 },
	{ "ris/example_urls.ris", &bib_format_ris, 4 },
	{ "ris/example_utf_chars.ris", &bib_format_ris, 1 },
};

static void bibliographies_of_others_are_read_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		SCOPED(arena) a = ARENA_INIT;
		SCOPED(buf) text = BUF_INIT;
		struct bib_list list = { 0 };

		if (!data_file(files[i].name, &text))
			skip();
		read_text(&a, files[i].format, buf_view(&text), &list);
		if (list.n_items != files[i].n)
			fail_msg("%s: %zu items", files[i].name, list.n_items);
		for (size_t f = 0; bib_formats[f]; f++)
			if (bib_formats[f]->read)
				assert_stable(bib_formats[f], list.items, list.n_items);
	}
}

/* citation-js' own mapping of every classic entry type, item by item. */
static void classic_bibtex_maps_as_citation_js_maps_it(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) bib = BUF_INIT, csl = BUF_INIT, got = BUF_INIT, wanted = BUF_INIT;
	struct bib_list from_bib = { 0 }, from_csl = { 0 };

	(void)state;
	if (!data_file("bibtex/mapping/bibtex-input.bib", &bib) || !data_file("bibtex/mapping/bibtex-csl.json", &csl))
		skip();
	read_text(&a, &bib_format_bibtex, buf_view(&bib), &from_bib);
	read_text(&a, &bib_format_csl, buf_view(&csl), &from_csl);
	for (size_t i = 0; i < from_bib.n_items; i++)
		from_bib.items[i].n_custom = 0;
	bib_format_csl.write(&got, from_bib.items, from_bib.n_items, NULL, 0);
	bib_format_csl.write(&wanted, from_csl.items, from_csl.n_items, NULL, 0);
	assert_string_equal(buf_cstr(&got), buf_cstr(&wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_are_found_by_name_and_by_file),
		cmocka_unit_test(formats_are_guessed_from_their_first_bytes),
		cmocka_unit_test(hostile_strings_stay_values),
		cmocka_unit_test(every_type_comes_back_to_the_same_bytes),
		cmocka_unit_test(bibliographies_of_others_are_read_whole),
		cmocka_unit_test(classic_bibtex_maps_as_citation_js_maps_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
