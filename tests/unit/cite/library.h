/*
 * A library of three documents for the tests of checking, behind the functions that cite is given.
 */
#ifndef IBID_TESTS_UNIT_CITE_LIBRARY_H
#define IBID_TESTS_UNIT_CITE_LIBRARY_H
#include "ibid/base/sentences.h"
#include "ibid/base/words.h"
#include "ibid/cite/verify.h"

#define LIBRARY_TEXTS 4

struct library {
	struct arena a;
	struct text texts[LIBRARY_TEXTS];
	struct str about[LIBRARY_TEXTS];
};

static const struct {
	const char *about, *text;
} library_documents[LIBRARY_TEXTS] = {
	{ "Pump Report, by Anna Miller, 2021, Oslo Waterworks",
		"The main pump failed twice in March 2021. Pressure rose by 12.5 percent before each failure. The old valve was not safe "
		"at such pressure. Miller had warned the board in 2019 that the valve must be replaced. The board did not answer. "
		"Repairs cost 1.2 million dollars and took six weeks. No customer was without water for more than 4 hours." },
	{ "Valve Study, by Jonas Berg and Li Wei, 2020",
		"We tested 48 valves of three makers for two years. Soft valves leaked less than hard valves under high pressure. "
		"The efficacy of the new soft valve was confirmed by a laboratory in Oslo. Leaks fell by 30 percent in most plants. "
		"Hard valves broke down after 10,000 cycles on average. Costs per valve ranged from 200 to 450 dollars." },
	{ "City Budget, 2022",
		"The city council approved a budget of 3.4 billion crowns. Spending on water rises by 8 percent. Schools receive 900 "
		"million crowns. The mayor called it \"a budget of repair\" in her speech. Taxes will not rise before 2024." },
	/* A later version of the first. */
	{ "Pump Report, by Anna Miller, 2021, Oslo Waterworks",
		"A new foreword stands here. The main pump failed twice in March 2021. Pressure rose by 13.5 percent before each failure. "
		"The old valve was not safe at such pressure. The board did not answer. Repairs cost 1.2 million dollars and took six "
		"weeks." },
};

static void library_open(struct library *l)
{
	*l = (struct library){ .a = ARENA_INIT };
	for (int i = 0; i < LIBRARY_TEXTS; i++) {
		struct text *t = &l->texts[i];
		struct sentences s = SENTENCES_INIT(str_c(library_documents[i].text), 0);

		*t = (struct text){ .id = i + 1, .doc_id = i == 3 ? 1 : i + 1, .text = s.text };
		t->sentences = arena_array(&l->a, 16, sizeof(*t->sentences));
		while (sentences_next(&s))
			t->sentences[t->n_sentences++].at = (struct span){ s.from, s.to };
		/* Two chunks, and a page for each. */
		t->n_chunks = t->n_pages = 2;
		t->chunks = arena_array(&l->a, 2, sizeof(*t->chunks));
		t->pages = arena_array(&l->a, 2, sizeof(*t->pages));
		for (int k = 0; k < 2; k++) {
			uint32_t half = (uint32_t)t->n_sentences / 2, from = k ? half : 0;
			uint32_t to = k ? (uint32_t)t->n_sentences : half;
			struct span at = { t->sentences[from].at.byte_from, k ? t->text.len : t->sentences[to].at.byte_from };

			t->chunks[k] = (struct chunk){ .at = at, .sentence_from = from, .sentence_to = to, .head = -1 };
			t->pages[k] = (struct text_page){ at, k + 1, k ? STR("12") : STR("11") };
		}
		l->about[i] = str_c(library_documents[i].about);
	}
}

static void library_close(struct library *l)
{
	arena_release(&l->a);
}

static const struct text *library_text(void *ctx, int64_t text_id, struct str *about)
{
	struct library *l = ctx;

	if (text_id < 1 || text_id > LIBRARY_TEXTS)
		return NULL;
	*about = l->about[text_id - 1];
	return &l->texts[text_id - 1];
}

/* Chunks of the first three texts by the words they share. */
static size_t library_search(void *ctx, struct str words, struct verify_place *places, size_t max)
{
	struct library *l = ctx;
	size_t n = 0;

	for (int i = 0; i < 3; i++)
		for (size_t k = 0; k < l->texts[i].n_chunks && n < max; k++) {
			struct str chunk = text_at(&l->texts[i], l->texts[i].chunks[k].at);
			struct words w = WORDS_INIT(words, WORDS_NO_FUNCTION);
			int shared = 0;

			while (words_next(&w))
				shared += str_find_nocase(chunk, w.word, 0) != STR_NONE;
			if (shared >= 2)
				places[n++] = (struct verify_place){ i + 1, l->texts[i].chunks[k].at };
		}
	return n;
}

/* d1.s1 is the first sentence of the first text. */
static bool library_resolve(void *ctx, uint32_t doc, uint32_t sentence, struct mark_target *target)
{
	struct library *l = ctx;

	if (doc < 1 || doc > 3 || sentence < 1 || sentence > l->texts[doc - 1].n_sentences)
		return false;
	*target = (struct mark_target){ doc, doc, sentence - 1, sentence };
	return true;
}
#endif
