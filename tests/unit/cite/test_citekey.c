#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ibid/cite/citekey.h"

static bool never(void *ctx, struct str key)
{
	(void)ctx;
	(void)key;
	return false;
}

static const struct key_case {
	const char *family, *literal, *publisher, *title;
	int year;
	const char *key;
} cases[] = {
	/* As Better BibTeX makes them. */
	{ "Vaswani", "", "", "Attention is all you need", 2017, "vaswaniAttentionAllYou2017" },
	{ "Devlin", "", "", "BERT: Pre-training of Deep Bidirectional Transformers", 2019, "devlinBERTPretrainingDeep2019" },
	{ "Willighagen", "", "", "Citation.js: a format-independent, modular bibliography tool", 2019,
		"willighagenCitationjsFormatindependentModular2019" },
	{ "", "ANSSI", "", "Sandworm intrusion set campaign", 2021, "anssiSandwormIntrusionSet2021" },
	{ "", "World Health Organization", "", "The report", 2020, "worldhealthorganizationReport2020" },
	/* Without an author: our publisher, else nothing; "lower" is for names alone. */
	{ "", "", "Grey Heron Labs", "On the salt wren", 2024, "greyheronlabsSaltWren2024" },
	{ "", "", "", "The grey heron report", 2024, "GreyHeronReport2024" },
	{ "", "", "", "SALT WREN turns from banking trojans", 0, "SALTWRENTurns" },
	{ "", "", "", "notes", 0, "Notes" },
	/* Folded to ASCII; no year; nothing at all. */
	{ "Müller-Lüdenscheidt", "", "", "Über <i>Größe</i>", 0, "mullerludenscheidtUberGrosse" },
	{ "O'Brien", "", "", "Don’t panic", 1979, "obrienDontPanic1979" },
	{ "", "", "", "", 0, "anon" },
	{ "Cicero", "", "", "Philippicae", -43, "ciceroPhilippicae44bc" },
};

static struct bib_item item_of(struct arena *a, const struct key_case *c)
{
	struct bib_item item = { .type = BIB_BOOK };

	item.field[BIB_TITLE] = str_c(c->title);
	item.field[BIB_PUBLISHER] = str_c(c->publisher);
	item.date[BIB_ISSUED].from.year = c->year;
	if (*c->family || *c->literal)
		bib_add_name(a, &item, (struct bib_name){ .family = str_c(c->family), .literal = str_c(c->literal) });
	return item;
}

static void keys_are_those_of_better_bibtex(void **state)
{
	SCOPED(arena) a = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPED(buf) key = BUF_INIT;
		struct bib_item item = item_of(&a, &cases[i]);

		citekey_make(&key, &item, never, NULL);
		assert_string_equal(buf_cstr(&key), cases[i].key);
	}
}

static void a_key_is_never_longer_than_its_limit(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) key = BUF_INIT, text = BUF_INIT;
	struct key_case c = { .publisher = "", .literal = "", .year = 2024 };
	struct bib_item item;

	(void)state;
	for (int i = 0; i < 20000; i++)
		buf_c(&text, i % 5000 ? "é" : " ");
	c.family = c.title = buf_cstr(&text);
	item = item_of(&a, &c);
	citekey_make(&key, &item, never, NULL);
	assert_true(key.len <= CITEKEY_MAX);
}

static bool first_ones(void *ctx, struct str key)
{
	(void)key;
	return (*(int *)ctx)-- > 0;
}

static void a_taken_key_gets_a_letter_behind_it(void **state)
{
	static const struct {
		int taken;
		const char *key;
	} rows[] = { { 0, "smith2020" }, { 1, "smith2020a" }, { 2, "smith2020b" }, { 26, "smith2020z" }, { 27, "smith2020aa" },
		{ 26 + 26 * 26, "smith2020zz" }, { 27 + 26 * 26, "smith2020aaa" } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(buf) key = BUF_INIT;
		int taken = rows[i].taken;

		citekey_add_free(&key, STR("smith2020"), first_ones, &taken);
		assert_string_equal(buf_cstr(&key), rows[i].key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_those_of_better_bibtex),
		cmocka_unit_test(a_key_is_never_longer_than_its_limit),
		cmocka_unit_test(a_taken_key_gets_a_letter_behind_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
