#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/base/sentences.h"
#include "ibid/cite/support.h"

static const char source[] =
	"The river was studied for two years. Sampling took place in 12 villages along the Danube. "
	"Lead levels in drinking water increased by 30% between 2010 and 2015. The World Health Organization found no effect on "
	"infant mortality. Filters did not reduce the amount of IL-6 in the blood. A new law came into force on 3 March 2016.";

static struct text make(struct arena *a)
{
	struct text t = { .id = 1, .text = str_c(source) };
	struct sentences it = SENTENCES_INIT(t.text, 0);

	t.sentences = arena_array(a, 16, sizeof(*t.sentences));
	while (sentences_next(&it))
		t.sentences[t.n_sentences++].at = (struct span){ it.from, it.to };
	return t;
}

static struct support_verdict judge(struct arena *a, const char *claim, struct support_window *w)
{
	struct text *t = arena_alloc(a, sizeof(*t));
	struct support_claim c;

	*t = make(a);
	support_prepare(a, str_c(claim), NULL, NULL, &c);
	*w = support_best(&c, t, 0, (uint32_t)t->n_sentences, 0, 0);
	return support_judge(a, &c, w, 1, STR_EMPTY, STR("The River Report, by Ann Miller"), NULL, 0);
}

static void each_paraphrase_gets_its_level(void **state)
{
	static const struct {
		const char *claim;
		enum cite_level level;
		uint32_t flags;
		uint32_t sentence;	/* where the window begins */
	} rows[] = {
		{ "Between 2010 and 2015, levels of lead in the drinking water rose 30 percent.", LEVEL_SUPPORTED, 0, 2 },
		{ "According to Miller, sampling was done in twelve villages along the Danube.", LEVEL_SUPPORTED, 0, 1 },
		{ "The WHO found that infant mortality showed no effect.", LEVEL_SUPPORTED, 0, 3 },
		{ "Lead levels in drinking water increased by 40% between 2010 and 2015.", LEVEL_WEAK, CITE_NUMBER, 2 },
		{ "Lead levels in drinking water increased by 30% between 2010 and 2016.", LEVEL_WEAK, CITE_NUMBER, 2 },
		{ "Sampling took place in 12 villages along the Rhine.", LEVEL_WEAK, CITE_NAME, 1 },
		{ "Filters reduce the amount of IL-6 in the blood.", LEVEL_CONFLICT, CITE_NEGATION, 4 },
		{ "Filters did not reduce the amount of IL-7 in the blood.", LEVEL_WEAK, CITE_NAME, 4 },
		{ "Lead levels in drinking water decreased by 30% between 2010 and 2015.", LEVEL_CONFLICT, CITE_DIRECTION, 2 },
		{ "A law on water came into force in March 2016.", LEVEL_SUPPORTED, 0, 5 },
		{ "The new law came into force on 4 March 2016.", LEVEL_WEAK, CITE_NUMBER, 5 },
		{ "Parliament dissolved itself after an election scandal.", LEVEL_UNSUPPORTED, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct support_window w;
		struct support_verdict v = judge(&a, rows[i].claim, &w);

		if (v.level != rows[i].level || v.flags != rows[i].flags || w.sentence_from != rows[i].sentence)
			fail_msg("'%s' is %s (%.2f), flags %x, at %u: %.*s", rows[i].claim, cite_level_name(v.level), v.coverage,
				v.flags, w.sentence_from, STR_ARG(v.note));
	}
}

static void the_note_names_what_is_missing(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct support_window w;

	(void)state;
	assert_true(str_is(judge(&a, "Lead levels in drinking water increased by 40% between 2010 and 2016.", &w).note,
		"not in the source: '40%', '2016'"));
	assert_true(str_is(judge(&a, "Filters reduce the amount of IL-6 in the blood.", &w).note, "'reduce' is denied on one side only"));
}

static void windows_add_up(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct text t = make(&a);
	struct support_claim c;
	struct support_window w[2];
	struct support_verdict v;

	(void)state;
	support_prepare(&a, STR("Sampling took place in 12 villages along the Danube and filters did not reduce IL-6 in blood."), NULL, NULL, &c);
	w[0] = support_best(&c, &t, 1, 2, 1, 2);
	w[1] = support_best(&c, &t, 4, 5, 4, 5);
	v = support_judge(&a, &c, w, 1, STR_EMPTY, STR_EMPTY, NULL, 0);
	assert_int_equal(v.level, LEVEL_WEAK);
	v = support_judge(&a, &c, w, 2, STR_EMPTY, STR_EMPTY, NULL, 0);
	assert_int_equal(v.level, LEVEL_SUPPORTED);
}

static void a_heading_is_no_evidence(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct text t = make(&a);
	struct support_claim c;

	(void)state;
	t.sentences[2].flags = SENTENCE_HEAD;
	support_prepare(&a, STR("Lead levels in drinking water increased"), NULL, NULL, &c);
	assert_true(support_best(&c, &t, 2, 3, 2, 3).coverage == 0);
}

static void a_quoted_term_must_occur(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct text t = make(&a);
	struct support_claim c;
	struct support_window w;
	struct str term = STR("acid rain");

	(void)state;
	support_prepare(&a, STR("Lead levels in drinking water increased by 30%."), NULL, NULL, &c);
	w = support_best(&c, &t, 0, 6, 0, 6);
	assert_int_equal(support_judge(&a, &c, &w, 1, STR_EMPTY, STR_EMPTY, &term, 1).level, LEVEL_WEAK);
	term = STR("drinking water");
	assert_int_equal(support_judge(&a, &c, &w, 1, STR_EMPTY, STR_EMPTY, &term, 1).level, LEVEL_SUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_paraphrase_gets_its_level),
		cmocka_unit_test(the_note_names_what_is_missing),
		cmocka_unit_test(windows_add_up),
		cmocka_unit_test(a_heading_is_no_evidence),
		cmocka_unit_test(a_quoted_term_must_occur),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
