#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "ibid/base/json.h"
#include "ibid/cite/bib_freetext.h"

#define COUNT(v) (sizeof(v) / sizeof(*(v)))

/* A reference; its authors (family/given, or the whole name), dates and title; what is written for it. */
static const struct row {
	const char *text, *authors, *dates, *title, *again;
} rows[] = {
	{ "Morrow, D. (2021, April 15). The rise of QakBot. Retrieved September 27, 2021.", "Morrow/D.;",
		"2021-04-15 2021-09-27", "The rise of QakBot", NULL },
	{ "ANSSI. (2021, January 27). SANDWORM INTRUSION SET. Retrieved March 30, 2021.", "ANSSI;", "2021-01-27 2021-03-30",
		"SANDWORM INTRUSION SET", NULL },
	{ "Amplia Security. (n.d.). Editor (WCE) F.A.Q.. Retrieved September 12, 2024.", "Amplia Security;", " 2024-09-12",
		"Editor (WCE) F.A.Q.", NULL },
	{ "Accenture. (2020, October). Turla uses HyperStack, Carbon, and Kazuar. Retrieved December 2, 2020.", "Accenture;",
		"2020-10 2020-12-02", "Turla uses HyperStack, Carbon, and Kazuar", NULL },
	{ "Esler, J., Lee, M., and Williams, C. (2014, October 14). Group 72. Retrieved January 14, 2016.",
		"Esler/J.;Lee/M.;Williams/C.;", "2014-10-14 2016-01-14", "Group 72",
		"Esler, J., Lee, M., Williams, C. (2014, October 14). Group 72. Retrieved January 14, 2016." },
	{ "Itkin, E. and Cohen, I. (2021). Jian. Retrieved March 24, 2021.", "Itkin/E.;Cohen/I.;", "2021 2021-03-24", "Jian",
		"Itkin, E., Cohen, I. (2021). Jian. Retrieved March 24, 2021." },
	{ "Podlosky, A., Hanel, A. et al. (2020, October 16). SPIDER. Retrieved June 15, 2021.", "Podlosky/A.;Hanel/A.;others;",
		"2020-10-16 2021-06-15", "SPIDER", "Podlosky, A., Hanel, A., et al. (2020, October 16). SPIDER. Retrieved June 15, 2021." },
	{ "CISA, FBI, CNMF. (2020, October 27). https://us-cert.cisa.gov/x. Retrieved November 4, 2020.", "CISA;FBI;CNMF;",
		"2020-10-27 2020-11-04", "https://us-cert.cisa.gov/x", NULL },
	{ "Check Point, Inc. (2022). Log4j? Retrieved March 1, 2022, from https://x.org/a.", "Check Point, Inc;", "2022 2022-03-01",
		"Log4j?", "Check Point, Inc. (2022). Log4j?. Retrieved March 1, 2022, from https://x.org/a." },
	{ "Raghuprasad, C . (2022, May 11). Bitter APT. Retrieved June 1, 2022.", "Raghuprasad/C;", "2022-05-11 2022-06-01",
		"Bitter APT", "Raghuprasad, C. (2022, May 11). Bitter APT. Retrieved June 1, 2022." },
	{ "SecureWorks 2019, August 27 LYCEUM Takes Center Stage Retrieved. 2019/11/19 ", "SecureWorks;", "2019-08-27 2019-11-19",
		"LYCEUM Takes Center Stage", "SecureWorks. (2019, August 27). LYCEUM Takes Center Stage. Retrieved November 19, 2019." },
	{ "Grey, J.-P. (2015). Retrieved in time.", "Grey/J.-P.;", "2015 ", "Retrieved in time", NULL },
	{ "(1999). No author.", "", "1999 ", "No author", NULL },
};

static void add_authors(struct buf *out, const struct bib_item *item)
{
	for (size_t i = 0; i < item->n_names; i++) {
		const struct bib_name *n = &item->names[i];

		if (n->literal.len)
			buf_fmt(out, "%.*s;", STR_ARG(n->literal));
		else
			buf_fmt(out, "%.*s/%.*s;", STR_ARG(n->family), STR_ARG(n->given));
	}
}

static void references_are_taken_apart_and_put_together(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		SCOPED(buf) authors = BUF_INIT, dates = BUF_INIT, again = BUF_INIT;
		struct bib_item item = { 0 };

		assert_true(bib_freetext_read(&a, str_c(rows[i].text), &item));
		add_authors(&authors, &item);
		assert_string_equal(buf_cstr(&authors), rows[i].authors);
		bib_date_add(&dates, &item.date[BIB_ISSUED]);
		buf_ch(&dates, ' ');
		bib_date_add(&dates, &item.date[BIB_ACCESSED]);
		assert_string_equal(buf_cstr(&dates), rows[i].dates);
		assert_true(str_is(item.field[BIB_TITLE], rows[i].title));
		bib_freetext_add(&again, &item);
		assert_string_equal(buf_cstr(&again), rows[i].again ? rows[i].again : rows[i].text);
	}
}

static void text_without_a_date_is_refused(void **state)
{
	static const char *const none[] = { "", "A sentence (with an aside).", "(", "2021", "In 2019, nobody wrote this down",
		"Smith (20211). No." };

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct bib_item item = { 0 };

		assert_false(bib_freetext_read(&a, str_c(none[i]), &item));
	}
}

static bool data_file(struct buf *text)
{
	const char *dir = getenv("IBID_TEST_DATA");
	char path[4096];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/citations/attack-references.jsonl", dir && *dir ? dir : "../shared/data");
	f = fopen(path, "r");
	if (!f)
		return false;
	while ((n = fread(buf_room(text, 65536), 1, 65536, f)) > 0)
		text->len += n;
	fclose(f);
	return true;
}

static bool is_letter(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* The words without "and" and without zeros before a number: what a list of authors or a date may lose. */
static void add_words(struct buf *out, struct str s)
{
	for (size_t at = 0, from; at < s.len; at++) {
		for (from = at; at < s.len && is_letter(s.p[at]);)
			at++;
		while (from < at && s.p[from] == '0')
			from++;
		if (at > from && !str_is(str_sub(s, from, at), "and"))
			buf_fmt(out, "%.*s ", (int)(at - from), s.p + from);
	}
}

/* 300 references of MITRE ATT&CK: all are taken apart, three in four come back to the letter, nearly all to the word. */
static void references_of_attack_come_back(void **state)
{
	SCOPED(buf) text = BUF_INIT;
	struct str rest;
	int n = 0, same = 0, same_words = 0, untitled = 0;

	(void)state;
	if (!data_file(&text))
		skip();
	for (rest = buf_view(&text); rest.len; n++) {
		SCOPED(arena) a = ARENA_INIT;
		SCOPED(buf) again = BUF_INIT, words = BUF_INIT, words_again = BUF_INIT;
		SCOPED_PTR(json) doc = NULL;
		struct bib_item item = { 0 };
		struct str reference;

		assert_int_equal(json_parse(str_cut(&rest, '\n'), 0, &doc, NULL), OK);
		reference = json_str(json_get(json_root(doc), "text"));
		if (!bib_freetext_read(&a, reference, &item) || !item.n_names)
			fail_msg("not understood: %.*s", STR_ARG(reference));
		untitled += !item.field[BIB_TITLE].len;
		assert_int_not_equal(item.date[BIB_ACCESSED].from.year, 0);
		bib_freetext_add(&again, &item);
		same += str_eq(buf_view(&again), reference);
		add_words(&words, reference);
		add_words(&words_again, buf_view(&again));
		same_words += str_eq(buf_view(&words), buf_view(&words_again));
	}
	assert_int_equal(n, 300);
	assert_int_equal(untitled, 1);
	assert_true(same >= 225);
	assert_true(same_words >= 297);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_are_taken_apart_and_put_together),
		cmocka_unit_test(text_without_a_date_is_refused),
		cmocka_unit_test(references_of_attack_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
