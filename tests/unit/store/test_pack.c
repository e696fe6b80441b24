#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "store/pack_internal.h"

static const char words[300] = "A text of three hundred bytes";

static struct text_page pages[] = {
	{ { 0, 100 }, 1, { "i", 1 } }, { { 100, 100 }, 2, { "2", 1 } }, { { 90, 300 }, 900, { "", 0 } },
};
static struct text_head heads[] = {
	{ { 0, 6 }, 300, 1, { "A text", 6 }, { "A text", 6 } }, { { 10, 15 }, 200, 6, { "three", 5 }, { "A text > three", 14 } },
};
static struct sentence sentences[] = {
	{ { 0, 6 }, SENTENCE_HEAD }, { { 7, 150 }, 0 }, { { 150, 300 }, UINT32_MAX }, { { 20, 20 }, SENTENCE_NOTE },
};

static struct text sample(void)
{
	return (struct text){ .text = { words, sizeof(words) }, .pages = pages, .n_pages = 3, .heads = heads, .n_heads = 2,
		.sentences = sentences, .n_sentences = 4 };
}

static void what_was_packed_comes_back(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) p = BUF_INIT;
	SCOPED(buf) h = BUF_INIT;
	SCOPED(buf) s = BUF_INIT;
	struct text in = sample(), out = { .text = in.text };

	(void)state;
	pack_pages(&p, &in);
	pack_heads(&h, &in);
	pack_sentences(&s, &in);
	assert_true(unpack_pages(&a, buf_view(&p), &out));
	assert_true(unpack_heads(&a, buf_view(&h), &out));
	assert_true(unpack_sentences(&a, buf_view(&s), &out));
	assert_int_equal(out.n_pages, 3);
	assert_true(str_is(out.pages[0].label, "i"));
	assert_true(str_is(out.pages[1].label, "2"));
	assert_true(str_is(out.pages[2].label, "900")); /* a label is never empty */
	assert_int_equal(out.pages[2].at.byte_from, 90);
	assert_int_equal(out.n_heads, 2);
	assert_int_equal(out.heads[1].section_to, 200);
	assert_true(str_is(out.heads[1].path, "A text > three"));
	assert_int_equal(out.n_sentences, 4);
	for (int i = 0; i < 4; i++) {
		assert_memory_equal(&out.sentences[i].at, &sentences[i].at, sizeof(struct span));
		assert_int_equal(out.sentences[i].flags, sentences[i].flags);
	}
}

static void a_sentence_takes_four_bytes(void **state)
{
	SCOPED(buf) s = BUF_INIT;
	struct sentence many[100] = { 0 };
	struct text t = { .text = { words, sizeof(words) }, .sentences = many, .n_sentences = 100 };

	(void)state;
	for (size_t i = 0; i < 100; i++)
		many[i].at = (struct span){ i * 130, i * 130 + 129 };
	pack_sentences(&s, &t);
	assert_true(s.len <= 1 + 100 * 4);
}

static void assert_in_text(struct span at)
{
	assert_true(at.byte_from <= at.byte_to && at.byte_to <= sizeof(words));
}

/* Every byte of a blob changed in every way, and every cut: refused, or ranges of the text. */
static void unpack_all(struct arena *a, struct str blob)
{
	struct text t = sample();

	if (unpack_pages(a, blob, &t))
		for (size_t i = 0; i < t.n_pages; i++)
			assert_in_text(t.pages[i].at);
	if (unpack_heads(a, blob, &t))
		for (size_t i = 0; i < t.n_heads; i++) {
			assert_in_text(t.heads[i].at);
			assert_in_text((struct span){ t.heads[i].at.byte_from, t.heads[i].section_to });
		}
	if (unpack_sentences(a, blob, &t))
		for (size_t i = 0; i < t.n_sentences; i++)
			assert_in_text(t.sentences[i].at);
}

static void no_damage_gives_a_range_outside_the_text(void **state)
{
	static void (*const packers[])(struct buf *, const struct text *) = { pack_pages, pack_heads, pack_sentences };
	struct text t = sample();

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		SCOPED(buf) blob = BUF_INIT;
		SCOPED(arena) a = ARENA_INIT;

		packers[k](&blob, &t);
		for (size_t cut = 0; cut <= blob.len; cut++)
			unpack_all(&a, str_sub(buf_view(&blob), 0, cut));
		for (size_t at = 0; at < blob.len; at++)
			for (int v = 0; v < 256; v++) {
				char old = blob.p[at];

				blob.p[at] = (char)v;
				unpack_all(&a, buf_view(&blob));
				blob.p[at] = old;
				arena_reset(&a);
			}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_packed_comes_back),
		cmocka_unit_test(a_sentence_takes_four_bytes),
		cmocka_unit_test(no_damage_gives_a_range_outside_the_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
