#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ibid/cite/draft.h"
#include "library.h"

static bool key(void *ctx, struct str citekey, int64_t *text_id)
{
	static const char *const keys[] = { "miller2021", "berg_valve:2020", "city2022" };

	(void)ctx;
	for (int i = 0; i < 3; i++)
		if (str_is(citekey, keys[i])) {
			*text_id = i + 1;
			return true;
		}
	return false;
}

static bool number(void *ctx, int n, struct mark_target *target)
{
	return library_resolve(ctx, (uint32_t)n, 1, target);
}

struct fixture {
	struct library library;
	struct arena a;
	struct verify *v;
	struct draft draft;
	struct verify_result out;
};

static void check(struct fixture *f, const char *text, bool numbers)
{
	struct verify_source source = { .text = library_text, .search = library_search };
	struct draft_source draft = { .key = key, .number = numbers ? number : NULL };

	*f = (struct fixture){ .a = ARENA_INIT };
	library_open(&f->library);
	source.ctx = draft.ctx = &f->library;
	f->v = verify_new(&source);
	draft_verify(f->v, &f->a, str_c(text), &draft, 7, &f->draft, &f->out);
}

static void release(struct fixture *f)
{
	verify_free(f->v);
	arena_release(&f->a);
	library_close(&f->library);
}

static void citations_are_read_as_pandoc_does(void **state)
{
	static const struct {
		const char *text, *marks;	/* "n=text:from-to" each; bad keys behind a bar */
	} rows[] = {
		{ "It failed [@miller2021].", "1=1:0-7" },
		{ "It failed [see @miller2021, p. 12; -@city2022].", "1=1:3-7 2=3:0-5" },
		{ "As @miller2021 [p. 11] writes, and @city2022.", "1=1:0-3 2=3:0-5" },
		{ "A [@miller2021, pp. 11-12]. B [@miller2021, S. 12]. C [@miller2021, 2].", "1=1:0-7 2=1:3-7 2=1:3-7" },
		{ "A [@miller2021, sec. 3]. B [@{miller2021}].", "1=1:0-7 1=1:0-7" },
		{ "A [@berg_valve:2020]. B [@berg_valve:2020].", "1=2:0-6 1=2:0-6" },
		{ "A [@nobody1999]. Mail me@city2022.org, @friend.", "0=0:0-0 |nobody1999" },
		{ "`[@miller2021]` and\n```\n@miller2021\n```\n[@city2022]", "1=3:0-5" },
		{ "[link](http://x.y/@miller2021)", "" },
		{ "plain text [1]", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(buf) out = BUF_INIT;
		struct fixture f;

		check(&f, rows[i].text, false);
		for (size_t k = 0; k < f.draft.n_marks; k++)
			buf_fmt(&out, "%s%d=%d:%u-%u", k ? " " : "", f.draft.marks[k].n, (int)f.draft.marks[k].target.text_id,
				f.draft.marks[k].target.sentence_from, f.draft.marks[k].target.sentence_to);
		for (size_t k = 0; k < f.draft.n_bad; k++)
			buf_fmt(&out, " |%.*s", STR_ARG(f.draft.bad[k].id));
		if (strcmp(buf_cstr(&out), rows[i].marks) != 0)
			fail_msg("'%s' gave '%s'", rows[i].text, buf_cstr(&out));
		release(&f);
	}
}

static void a_draft_is_checked_like_an_answer(void **state)
{
	static const struct {
		const char *text, *citations;
	} rows[] = {
		{ "\"The main pump failed twice in March 2021\" [@miller2021, p. 11].", "1:exact user" },
		{ "\"The main pump failed twice in March 2021\" [@miller2021, p. 12].", "1:exact user @ stands on page 11" },
		{ "\"The main pump failed twice in March 2021\" [@city2022].",
			"1:unsupported user @ not in @city2022: these words stand in this other source" },
		{ "\"The main pump failed twice in March 2021\" [@city2022; @miller2021].", "2:exact user 1:unsupported user" },
		{ "\"A wizard mended the pumps with a spell\" [@city2022; @miller2021].",
			"1:unsupported user not in @city2022, @miller2021: these words are not in the source 2:unsupported user" },
		{ "The repairs took six weeks and cost $1.2M [@city2022].", "1:unsupported user" },
		{ "\"The main pump failed twice in April 2021\" [@miller2021].", "1:conflict user" },
		{ "The repairs took six weeks and cost $1.2M [@miller2021, p. 12].", "1:supported user" },
		{ "Schools receive 900 million crowns.", "1:exact posthoc" },
		{ "The mayor bought a submarine with gold.", "0:unsupported user" },
		{ "Leaks fell by 30 percent in most plants [@nobody1999].", "0:bad-id user" },
		{ "The main pump failed two times in March 2021 [1].", "1:supported user" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(buf) out = BUF_INIT;
		struct fixture f;

		check(&f, rows[i].text, true);
		for (size_t k = 0; k < f.out.n_citations; k++) {
			const struct citation *c = &f.out.citations[k];
			bool is_told = str_starts(f.out.notes[k], STR("stands on page")) ||
				       (c->quote.len && str_starts(f.out.notes[k], STR("not in @")));

			buf_fmt(&out, "%s%d:%s %.*s%s", k ? " " : "", c->n, cite_level_name(c->level), STR_ARG(c->origin),
				c->flags & CITE_MISATTRIBUTED ? " @" : "");
			if (is_told)
				buf_fmt(&out, " %.*s", STR_ARG(f.out.notes[k]));
		}
		if (strcmp(buf_cstr(&out), rows[i].citations) != 0)
			fail_msg("'%s' gave '%s'", rows[i].text, buf_cstr(&out));
		release(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(citations_are_read_as_pandoc_does),
		cmocka_unit_test(a_draft_is_checked_like_an_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
