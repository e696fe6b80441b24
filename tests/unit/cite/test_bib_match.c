#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ibid/cite/bib_match.h"

#define COUNT(v) (sizeof(v) / sizeof(*(v)))

static void one_page_has_one_address(void **state)
{
	static const char *const pages[][8] = {
		{ "https://www.Example.org/a/b/", "http://example.org/a/b#top", "example.org/a/b?utm_source=x&utm_medium=y",
			"https://web.archive.org/web/20240904163410/https://www.example.org/a/b" },
		{ "https://arxiv.org/abs/2101.00001v2", "http://arxiv.org/pdf/2101.00001.pdf", "arxiv.org/2101.00001" },
		{ "https://x.org/ru/\xD1\x88", "https://x.org/ru/%d1%88", "https://x.org/ru/%D1%88" },
		{ "https://x.org/?id=3&fbclid=z", "https://x.org?id=3", "https://x.org/?&id=3" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pages); i++) {
		SCOPED(buf) first = BUF_INIT;

		bib_url_normal(&first, str_c(pages[i][0]));
		for (size_t k = 1; pages[i][k]; k++) {
			SCOPED(buf) other = BUF_INIT;

			bib_url_normal(&other, str_c(pages[i][k]));
			assert_string_equal(buf_cstr(&other), buf_cstr(&first));
		}
	}
}

static void different_pages_stay_different(void **state)
{
	static const char *const pages[] = { "https://x.org/a", "https://x.org/A", "https://x.org/a?id=1", "https://x.org/a?id=2",
		"https://y.org/a", "https://web.archive.org/web/", "https://arxiv.org/abs/2101.00002", "" };

	(void)state;
	for (size_t i = 0; i < COUNT(pages); i++)
		for (size_t k = 0; k < i; k++) {
			SCOPED(buf) a = BUF_INIT, b = BUF_INIT;

			bib_url_normal(&a, str_c(pages[i]));
			bib_url_normal(&b, str_c(pages[k]));
			assert_string_not_equal(buf_cstr(&a), buf_cstr(&b));
		}
}

/* The library of these tests. */
static const struct known {
	const char *title, *doi, *url;
	int year;
} library[] = {
	{ "The grey heron intrusion set: tools, targets and techniques of a long campaign", "10.1000/XYZ.1", "", 2021 },
	{ "Salt wren and the harbour, part 1", "", "https://example.org/salt-wren/", 2020 },
	{ "Salt wren and the harbour, part 2", "", "", 2020 },
	{ "Untitled", "", "", 2019 },
	{ "Annual threat report", "", "", 2020 },
	{ "Annual threat report", "", "", 2021 },
	{ "Über die <i>stille</i> Weberin", "", "", 0 },
	{ "Attention is all you need", "", "", 2017 },
};

static const struct match_case {
	const char *title, *doi, *url;
	int year;
	enum bib_match_by by;
	size_t index, n_equal;
} cases[] = {
	{ "Another title", "https://doi.org/10.1000/xyz.1", "", 0, BIB_MATCH_DOI, 0, 1 },
	{ "", "", "http://dx.doi.org/10.1000/xyz.1.", 0, BIB_MATCH_DOI, 0, 1 },
	{ "", "", "http://www.example.org/salt-wren", 0, BIB_MATCH_URL, 1, 1 },
	{ "The Grey Heron Intrusion Set: Tools, Targets, and Techniques of a Long Campaign", "", "", 2022, BIB_MATCH_TITLE, 0, 1 },
	{ "The Grey Heron Intrusion Set: Tools, Targets and Techniques of the Long Campaign", "", "", 2021, BIB_MATCH_TITLE, 0, 1 },
	{ "The grey heron intrusion set: tools, targets and techniques of a long campaign", "", "", 2018, BIB_MATCH_NONE, 0, 0 },
	{ "The grey heron intrusion set: tools, targets and techniques of a long campaign", "10.1000/other", "", 2021,
		BIB_MATCH_NONE, 0, 0 },
	{ "Salt wren and the harbour, part 2", "", "", 2020, BIB_MATCH_TITLE, 2, 1 },
	{ "Salt wren and the harbour, part 3", "", "", 2020, BIB_MATCH_NONE, 0, 0 },
	{ "Annual threat report", "", "", 2021, BIB_MATCH_TITLE, 4, 2 },
	{ "Annual threat report", "", "", 2019, BIB_MATCH_TITLE, 4, 1 },
	{ "UBER DIE STILLE WEBERIN", "", "", 2001, BIB_MATCH_NONE, 0, 0 },
	{ "ÜBER DIE STILLE WEBERIN", "", "", 2001, BIB_MATCH_TITLE, 6, 1 },
	{ "Untitled", "", "", 0, BIB_MATCH_NONE, 0, 0 },
	{ "Attention", "", "", 2017, BIB_MATCH_NONE, 0, 0 },
	{ "", "", "", 2017, BIB_MATCH_NONE, 0, 0 },
	{ "", "n/a", "not a url", 2017, BIB_MATCH_NONE, 0, 0 },
};

static struct bib_item item_of(const char *title, const char *doi, const char *url, int year)
{
	struct bib_item item = { 0 };

	item.field[BIB_TITLE] = str_c(title);
	item.field[BIB_DOI] = str_c(doi);
	item.field[BIB_URL] = str_c(url);
	item.date[BIB_ISSUED].from.year = year;
	return item;
}

static void items_find_their_documents(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct bib_item known[COUNT(library)];
	struct bib_index *index;

	(void)state;
	for (size_t i = 0; i < COUNT(library); i++)
		known[i] = item_of(library[i].title, library[i].doi, library[i].url, library[i].year);
	index = bib_index_new(&a, known, COUNT(library));
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bib_item item = item_of(cases[i].title, cases[i].doi, cases[i].url, cases[i].year);
		struct bib_match m = bib_match(index, &item);

		if (m.by != cases[i].by || (m.by && (m.index != cases[i].index || m.n_equal != cases[i].n_equal)))
			fail_msg("case %zu: by %s, index %zu, %zu equal, score %.2f", i, bib_match_name(m.by), m.index, m.n_equal,
				m.score);
	}
}

static void an_empty_library_matches_nothing(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct bib_item item = item_of("A title of words", "10.1/x", "https://x.org", 2020);

	(void)state;
	assert_int_equal(bib_match(bib_index_new(&a, NULL, 0), &item).by, BIB_MATCH_NONE);
}

/* No pair that is alike may be missed because its rare words were not looked at. */
static void rare_words_find_every_title_that_is_alike(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) base = BUF_INIT;
	struct bib_item known[1];

	(void)state;
	for (int n = 1; n <= 40; n++) {
		struct bib_index *index;
		int changed = n / 11;

		buf_fmt(&base, "%sw%c%c", n > 1 ? " " : "", 'a' + n % 26, 'a' + n / 26);
		known[0] = item_of(buf_cstr(&base), "", "", 2020);
		index = bib_index_new(&a, known, 1);
		for (int at = 0; at + changed <= n; at++) {
			SCOPED(buf) other = BUF_INIT;
			struct bib_item item;

			for (int w = 0; w < n; w++)
				if (w < at || w >= at + changed)
					buf_fmt(&other, "w%c%c ", 'a' + (w + 1) % 26, 'a' + (w + 1) / 26);
			item = item_of(buf_cstr(&other), "", "", 2021);
			assert_int_equal(bib_match(index, &item).by, BIB_MATCH_TITLE);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_page_has_one_address),
		cmocka_unit_test(different_pages_stay_different),
		cmocka_unit_test(items_find_their_documents),
		cmocka_unit_test(an_empty_library_matches_nothing),
		cmocka_unit_test(rare_words_find_every_title_that_is_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
