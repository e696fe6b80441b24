/*
 * Which part of a page is the article, against what people expect of the sample
 * pages: words in common with NAME.expected.html (as a bag, F1), and the title
 * of NAME.expected-metadata.json. Without the samples (IBID_TEST_DATA, else
 * ../shared/data beside the repository) it is skipped.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "extracted.h"
#include "ibid/base/hash.h"
#include "ibid/base/json.h"
#include "ibid/base/mem.h"
#include "ibid/base/path.h"
#include "ibid/base/utf8.h"
#include "ibid/extract/html.h"

/* The references set a space where a tag stood ("S<sub>2</sub>" is two words there), so no page reaches 1. */
#define F1_MIN 0.95

static const char *pages(void)
{
	static char dir[4096];
	const char *data = getenv("IBID_TEST_DATA");

	snprintf(dir, sizeof(dir), "%s/reports/html", data ? data : "../shared/data");
	return access(dir, R_OK) == 0 ? dir : NULL;
}

struct words {
	uint64_t *v;
	size_t n, cap;
};

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void add_words(struct words *words, struct str s)
{
	size_t from = 0, at = 0;

	while (at <= s.len) {
		uint32_t cp = 0;
		size_t len = at < s.len ? utf8_decode(s, at, &cp) : 1;

		if (at == s.len || !utf8_is_word(cp)) {
			if (at > from) {
				words->v = mem_grow(words->v, &words->cap, words->n + 1, sizeof(*words->v));
				words->v[words->n++] = hash_quick(str_sub(s, from, at));
			}
			from = at + len;
		}
		at += len;
	}
	qsort(words->v, words->n, sizeof(*words->v), by_value);
}

static double f1(const struct words *a, const struct words *b)
{
	size_t i = 0, k = 0, common = 0;

	while (i < a->n && k < b->n) {
		common += a->v[i] == b->v[k];
		if (a->v[i] <= b->v[k] && a->v[i++] < b->v[k])
			continue;
		k++;
	}
	return 2.0 * (double)common / (double)(a->n + b->n);
}

static void read_file(const char *name, const char *end, struct buf *out)
{
	SCOPED(buf) path = BUF_INIT;

	buf_fmt(&path, "%s/%s%s", pages(), name, end);
	assert_int_equal(path_read(buf_cstr(&path), (size_t)8 << 20, out, NULL), OK);
}

static double score_of(const char *name, const struct extraction *x)
{
	SCOPED(buf) expected = BUF_INIT;
	SCOPED(buf) text = BUF_INIT;
	SCOPED(html_tree) tree = HTML_TREE_INIT;
	struct words a = { NULL, 0, 0 }, b = { NULL, 0, 0 };
	double score;

	read_file(name, ".expected.html", &expected);
	html_parse(&tree, buf_view(&expected), false);
	html_add_text(&text, tree.root, expected.len);
	add_words(&a, buf_view(&x->text));
	add_words(&b, buf_view(&text));
	score = f1(&a, &b);
	mem_free(a.v);
	mem_free(b.v);
	return score;
}

static void check_page(const char *name)
{
	SCOPED(extraction) x = EXTRACTION_INIT;
	SCOPED(buf) page = BUF_INIT;
	SCOPED(buf) metadata = BUF_INIT;
	SCOPED_PTR(json) doc = NULL;
	struct str title;
	double score;

	read_file(name, ".source.html", &page);
	read_file(name, ".expected-metadata.json", &metadata);
	assert_int_equal(extracted(buf_view(&page), "html", &x, NULL), OK);
	assert_int_equal(json_parse(buf_view(&metadata), 0, &doc, NULL), OK);
	title = json_str(json_get(json_root(doc), "title"));
	score = score_of(name, &x);
	print_message("article: %-12s F1 %.3f\n", name, score);
	assert_true(score >= F1_MIN);
	assert_true(str_eq(extraction_best(&x, META_TITLE), title));
}

static void articles_agree_with_their_references(void **state)
{
	struct dirent *entry;
	DIR *dir;

	(void)state;
	if (!pages())
		skip();
	dir = opendir(pages());
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		char *end = strstr(entry->d_name, ".source.html");

		if (!end)
			continue;
		*end = '\0';
		check_page(entry->d_name);
	}
	closedir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(articles_agree_with_their_references),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
