#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/cite/anchor.h"

static const char source[] =
	"Methods\nWe sampled 12 rivers in \xC3\x96sterreich. Each river was sampled twice a year.\n"
	"Results\nThe water was clean in most rivers. Two rivers held traces of lead.\n";

/* A text of two pages, two headings and six sentences. */
static struct text make(struct arena *a)
{
	struct text t = { .id = 7, .doc_id = 3, .text = str_c(source) };
	size_t half = str_find(t.text, STR("Results"), 0);
	static const char *const begins[] = { "Methods", "We", "Each", "Results", "The water", "Two" };

	t.n_pages = 2;
	t.pages = arena_array(a, 2, sizeof(*t.pages));
	t.pages[0] = (struct text_page){ { 0, half }, 1, STR("xi") };
	t.pages[1] = (struct text_page){ { half, t.text.len }, 2, STR("xii") };
	t.n_heads = 2;
	t.heads = arena_array(a, 2, sizeof(*t.heads));
	t.heads[0] = (struct text_head){ { 0, 7 }, half, 1, STR("Methods"), STR("Methods") };
	t.heads[1] = (struct text_head){ { half, half + 7 }, t.text.len, 1, STR("Results"), STR("Results") };
	t.n_sentences = 6;
	t.sentences = arena_array(a, 6, sizeof(*t.sentences));
	for (size_t i = 0; i < 6; i++) {
		size_t from = str_find(t.text, str_c(begins[i]), 0);

		t.sentences[i].at = (struct span){ from, from + strcspn(source + from, ".\n") + 1 };
	}
	return t;
}

static struct span find(const struct text *t, const char *words)
{
	size_t from = str_find(t->text, str_c(words), 0);

	assert_true(from != STR_NONE);
	return (struct span){ from, from + strlen(words) };
}

static void an_anchor_says_where_it_is(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct text t = make(&a);
	struct anchor anchor = anchor_make(&a, &t, find(&t, "clean in most rivers. Two"));

	(void)state;
	assert_int_equal(anchor.doc_id, 3);
	assert_int_equal(anchor.text_id, 7);
	assert_true(str_is(anchor.exact, "clean in most rivers. Two"));
	assert_true(str_is(anchor.prefix, "e a year.\nResults\nThe water was "));
	assert_true(str_is(anchor.suffix, " rivers held traces of lead.\n"));
	assert_int_equal(anchor.page_from, 2);
	assert_true(str_is(anchor.page_label, "xii"));
	assert_true(str_is(anchor.head_path, "Results"));
	assert_int_equal(anchor.sentence_from, 4);
	assert_int_equal(anchor.sentence_to, 6);
}

static void context_counts_characters_not_bytes(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct text t = make(&a);
	struct anchor anchor = anchor_make(&a, &t, find(&t, "Each"));

	(void)state;
	assert_true(str_is(anchor.prefix, "ampled 12 rivers in \xC3\x96sterreich. "));
}

static struct text changed(const char *text)
{
	return (struct text){ .id = 8, .doc_id = 3, .text = str_c(text) };
}

static void a_passage_is_found_again(void **state)
{
	static const struct {
		const char *now;
		enum anchor_fate fate;
		const char *exact;
	} rows[] = {
		{ source, ANCHOR_SAME, "The water was clean in most rivers." },
		{ "New preface. The water was clean in most rivers. Two rivers held traces of lead.", ANCHOR_MOVED,
			"The water was clean in most rivers." },
		{ "Each river was sampled twice a year.\nResults\nThe water\nwas clean in most riv-\ners. Two rivers held", ANCHOR_MOVED,
			"The water\nwas clean in most riv-\ners." },
		{ "Each river was sampled twice a year.\nResults\nThe water was rather clean in all rivers. Two rivers held traces",
			ANCHOR_NEAR, "The water was rather clean in all rivers." },
		{ "Methods and results. Nothing was found in the lakes, and no more was said.", ANCHOR_LOST, "" },
		{ "", ANCHOR_LOST, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct text t = make(&a), now = changed(rows[i].now);
		struct anchor old = anchor_make(&a, &t, t.sentences[4].at), found = { .exact = STR_EMPTY };
		double score = 0;

		old.id = 99;
		assert_int_equal(anchor_again(&a, &old, &now, NULL, &found, &score), rows[i].fate);
		assert_true(str_is(found.exact, rows[i].exact));
		if (rows[i].fate != ANCHOR_LOST) {
			assert_int_equal(found.id, 99);
			assert_int_equal(found.text_id, 8);
			assert_true(score > 0.5 && score <= 1);
		}
	}
}

static void of_equal_words_the_context_decides(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct text t = changed("In 2010 it was stable. In 2011 it was stable. In 2012 it was stable.");
	struct text now = changed("Preface. In 2010 it was stable. In 2009 it was stable, too. In 2011 it was stable. In 2012 it was stable.");
	size_t from = str_find(t.text, STR("it was stable. In 2012"), 0);
	struct anchor old = anchor_make(&a, &t, (struct span){ from, from + 13 }), found;
	double score;

	(void)state;
	assert_int_equal(anchor_again(&a, &old, &now, NULL, &found, &score), ANCHOR_MOVED);
	assert_true(str_starts(str_sub(now.text, found.at.byte_to, now.text.len), STR(". In 2012")));
}

static void a_short_passage_needs_its_context(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct text t = changed("The mean was 12 of them in all."), now = changed("Elsewhere 12 other people came to this place.");
	struct anchor old = anchor_make(&a, &t, (struct span){ 13, 15 }), found;
	double score;

	(void)state;
	assert_true(str_is(old.exact, "12"));
	assert_int_equal(anchor_again(&a, &old, &now, NULL, &found, &score), ANCHOR_LOST);
}

static void selectors_count_code_points(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) out = BUF_INIT;
	struct text t = make(&a);
	struct anchor anchor = anchor_make(&a, &t, find(&t, "Each"));
	struct json_writer w = json_writer(&out);

	(void)state;
	anchor_put_json(&w, NULL, &anchor, &t, STR("a.pdf"));
	assert_string_equal(buf_cstr(&out),
		"{\"type\":\"SpecificResource\",\"source\":\"a.pdf\",\"selector\":{\"type\":\"FragmentSelector\","
		"\"conformsTo\":\"http://tools.ietf.org/rfc/rfc3778\",\"value\":\"page=1\",\"refinedBy\":["
		"{\"type\":\"TextPositionSelector\",\"start\":44,\"end\":48},"
		"{\"type\":\"TextQuoteSelector\",\"exact\":\"Each\",\"prefix\":\"ampled 12 rivers in \xC3\x96sterreich. \","
		"\"suffix\":\" river was sampled twice a year.\"}]}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_anchor_says_where_it_is),
		cmocka_unit_test(context_counts_characters_not_bytes),
		cmocka_unit_test(a_passage_is_found_again),
		cmocka_unit_test(of_equal_words_the_context_decides),
		cmocka_unit_test(a_short_passage_needs_its_context),
		cmocka_unit_test(selectors_count_code_points),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
