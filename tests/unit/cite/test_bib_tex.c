#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cite/bib_tex.h"

static struct bib_list read_tex(struct arena *a, const char *text)
{
	struct bib_list list = { 0 };
	struct err err = ERR_INIT;

	if (bib_format_bibtex.read(a, str_c(text), &list, &err) != OK)
		fail_msg("%s", err.text);
	return list;
}

struct row {
	const char *tex, *text;
};

static void tex_reads_as_it_prints(void **state)
{
	static const struct row rows[] = {
		{ "Stra{\\ss}e", "Straße" }, { "{\\\"O}zkal", "Özkal" }, { "{\\\" o}", "ö" }, { "\\\"{o}\\'{\\i}\\'\\i", "öíí" },
		{ "\\c{c}\\c c\\v{S}\\H{o}\\k{a}\\.Z\\=a\\r{a}\\~n", "ççŠőąŻāåñ" }, { "\\'{}\\^{}\\~{}", "'^~" },
		{ "\\vec{q}", "q\xE2\x83\x97" }, { "\\& \\% \\$ \\# \\_ \\{ \\}", "& % $ # _ { }" },
		{ "a\\textasciitilde{}b\\textbackslash c", "a~b\\c" }, { "1--2 --- ``x''~y", "1–2 — “x”\xC2\xA0y" },
		{ "\\emph{a} \\textbf{b}\\textsuperscript{c}", "<i>a</i> <b>b</b><sup>c</sup>" },
		{ "a{\\it b{\\bf c}} d", "a<i>b<b>c</b></i> d" },
		{ "$e=mc^2$ $x^{12}_i$ costs $5", "e=mc² x<sup>12</sup><sub>i</sub> costs $5" },
		{ "$\\alpha$-{TiO$_2$}", "α-TiO₂" }, { "\\unknown \\cmd{arg {x}} \\", "\\unknown \\cmd{arg x} \\" },
		{ "\\enquote{a} \\enquote*{b}", "“a” “b”" },
		{ "see \\url{http://x/a_b%20~c} \\href{http://y}{here}", "see http://x/a_b%20~c http://y" },
		{ "The {\\TeX book} {\\LaTeX} rocks", "The TeXbook LaTeX rocks" }, { "one\n  two\n\n  three", "one two\nthree" },
		{ "stray} {open", "stray open" }, { "\\ElsevierGlyph{2014}\\begin{it}x\\end{it}y", "—<i>x</i>y" },
		{ "100% sure", "100% sure" }, { "\\begin{a}\\begin{b}x", "x" }, { "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;

		assert_string_equal(tex_text(&a, str_c(rows[i].tex), TEX_TEXT, true).p, rows[i].text);
	}
}

static void every_command_is_found(void **state)
{
	static const char *const names[] = { " ", "!", "AA", "Xi", "`", "aa", "v", "zeta", "}", "~", "times" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_non_null(tex_command_find(str_c(names[i])));
	assert_null(tex_command_find(STR("zzz")));
	assert_null(tex_command_find(STR("")));
}

static void text_is_written_so_that_tex_prints_it(void **state)
{
	static const struct row rows[] = {
		{ "R\\&D: 100\\% \\#1 \\$5 a\\_b", "R&D: 100% #1 $5 a_b" },
		{ "\\textbraceright{}x", "}x" },
		{ "\\{x\\}\\textasciitilde{}\\textasciicircum{}\\textbackslash{}", "{x}~^\\" },
		{ "-{}-help `{}`x'{}' !{}`", "--help ``x'' !`" }, { "ä – “x”~y", "ä – “x”\xC2\xA0y" },
		{ "\\textit{a \\textbf{b}}\\textsuperscript{2}", "<i>a <b>b</b></i><sup>2</sup>" },
		{ "<i>open and </b> <x>", "<i>open and </b> <x>" }, { "\\textit{a<b>b}</b>", "<i>a<b>b</i></b>" },
		{ "\\textsc{doi}iPhone", "<span style=\"font-variant:small-caps;\">doi</span><span class=\"nocase\">iPhone</span>" },
		{ "one\n\n  two", "one\ntwo" }, { "a b", "a\x01  b \x7F" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(buf) tex = BUF_INIT;

		tex_add_text(&tex, str_c(rows[i].text), false, true);
		assert_string_equal(buf_cstr(&tex), rows[i].tex);
	}
}

static void capitals_of_a_title_are_protected(void **state)
{
	static const struct row rows[] = {
		{ "Lorem {Ipsum}", "Lorem Ipsum" }, { "{SANDWORM} intrusion set", "SANDWORM intrusion set" },
		{ "{iPhone} and {CVE-2021-44228}: a \"{Story}\"", "iPhone and CVE-2021-44228: a \"Story\"" },
		{ "(The) {AT\\&T} way", "(The) AT&T way" }, { "“Über” alles", "“Über” alles" },
		{ "\\textit{Homo {Sapiens}}", "<i>Homo Sapiens</i>" }, { "1984 and {All}", "1984 and All" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(buf) tex = BUF_INIT;

		tex_add_text(&tex, str_c(rows[i].text), true, false);
		assert_string_equal(buf_cstr(&tex), rows[i].tex);
	}
}

/* TeX of one name; particle|family|suffix|given or =literal; the TeX that is written for it. */
static const struct name_row {
	const char *tex, *parts, *again;
} names[] = {
	{ "Alice B. Adams", "|Adams||Alice B.", "Adams, Alice B." },
	{ "Adams, Alice", "|Adams||Alice", "Adams, Alice" },
	{ "Ludwig van Beethoven", "van|Beethoven||Ludwig", "van Beethoven, Ludwig" },
	{ "de la Fontaine, Jr., Jean", "de la|Fontaine|Jr.|Jean", "de la Fontaine, Jr., Jean" },
	{ "Charles {\\'e}tienne de la Vall{\\'e}e Poussin", "étienne de la|Vallée Poussin||Charles",
		"étienne de la Vallée Poussin, Charles" },
	{ "Aristotle", "|Aristotle||", "Aristotle" },
	{ "{World Health Organization}", "=World Health Organization", "{World Health Organization}" },
	{ "{Barnes and Noble, Inc.}", "=Barnes and Noble, Inc.", "{Barnes and Noble, Inc.}" },
	{ "others", "=others", "others" },
	{ "Hermann {von Helmholtz}", "|von Helmholtz||Hermann", "{von Helmholtz}, Hermann" },
	{ "{Garc\\'ia y Vega}, Jos\\'e", "|García y Vega||José", "{García y Vega}, José" },
	{ "d'Alembert, Jean", "|d'Alembert||Jean", "d'Alembert, Jean" },
	{ "May, Keith,", "|May|Keith|", "May, Keith," },
	{ "family=Berg, given=Anna, prefix={van den}", "van den|Berg||Anna", "van den Berg, Anna" },
	{ "Born, L. et al.", "|Born||L. et al.", "Born, L. et al." },
	{ "{\\OE}uvre, {\\'E}lise", "|Œuvre||Élise", "Œuvre, Élise" },
	{ "王 小明", "|小明||王", "小明, 王" },
	{ "Simon {\\v{S}}uba and", "|and||Simon Šuba", "{and}, Simon Šuba" },
};

static void names_are_taken_apart_as_bibtex_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		SCOPED(arena) a = ARENA_INIT;
		SCOPED(buf) parts = BUF_INIT, tex = BUF_INIT;
		struct bib_item item = { 0 };
		const struct bib_name *n;

		tex_names_read(&a, &item, BIB_ROLE_AUTHOR, str_c(names[i].tex));
		assert_int_equal(item.n_names, 1);
		n = &item.names[0];
		if (n->literal.len)
			buf_fmt(&parts, "=%.*s", STR_ARG(n->literal));
		else
			buf_fmt(&parts, "%.*s|%.*s|%.*s|%.*s", STR_ARG(n->particle), STR_ARG(n->family), STR_ARG(n->suffix),
				STR_ARG(n->given));
		assert_string_equal(buf_cstr(&parts), names[i].parts);
		tex_names_add(&tex, &item, BIB_ROLE_AUTHOR);
		assert_string_equal(buf_cstr(&tex), names[i].again);
	}
}

static void lists_of_names_are_cut_at_and(void **state)
{
	static const struct {
		const char *tex;
		size_t n;
	} rows[] = { { "A B and C D", 2 }, { "A B AND C D", 2 }, { "A and B and others", 3 }, { "{A and B} and C", 2 },
		{ "A\n  and\tB", 2 }, { "A and ,", 1 }, { "and", 1 }, { "", 0 }, { " and ", 0 }, { "Anderson, Andy", 1 },
		{ "A\\begin{center} and \\end{center}B", 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPED(arena) a = ARENA_INIT;
		struct bib_item item = { 0 };

		tex_names_read(&a, &item, BIB_ROLE_AUTHOR, str_c(rows[i].tex));
		assert_int_equal(item.n_names, rows[i].n);
	}
}

static void a_broken_entry_is_skipped_with_its_line(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct bib_list list = read_tex(&a, "@book{a, title={A}}\n\n@book{b,\n  title = {B\n}\n\n@book{c, title {C}}\n"
					    "@book{d, title=\"D\"}\n@book{e, title = }\n@book{f, title = {F}");

	(void)state;
	assert_int_equal(list.n_items, 2);
	assert_true(str_is(list.items[1].id, "d"));
	assert_int_equal(list.n_warnings, 4);
	assert_int_equal(list.warnings[0].line, 3);
	assert_int_equal(list.warnings[1].line, 7);
	assert_true(str_is(list.warnings[1].text, "entry skipped: '=' is missing behind a field name"));
	assert_int_equal(list.warnings[2].line, 9);
	assert_int_equal(list.warnings[3].line, 10);
}

static void everything_that_bibtex_knows_is_read(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct bib_list list = read_tex(&a, "\xEF\xBB\xBFSome notes, a@b.c, and then\r\n@preamble{\"\\x\"}\r\n@STRING(acm = {ACM Press})\r\n"
					    "@comment{jabref @book{no, title={No}}}\r\n"
					    "@ARTICLE(k1,\r\n % a comment\r\n Title = \"A {\"}quoted{\"}\" # { B} # acm\r\n MONTH = \"4~\" # jul, year=1999,)\r\n"
					    "@misc{title={No key}, note=undefined}");

	(void)state;
	assert_int_equal(list.n_items, 2);
	assert_true(str_is(list.items[0].id, "k1"));
	assert_true(str_is(list.items[0].field[BIB_TITLE], "A \"quoted\" BACM Press"));
	assert_int_equal(list.items[0].date[BIB_ISSUED].from.month, 7);
	assert_int_equal(list.items[0].date[BIB_ISSUED].from.day, 4);
	assert_int_equal(list.items[1].id.len, 0);
	assert_true(str_is(list.items[1].field[BIB_NOTE], "undefined"));
	assert_int_equal(list.n_warnings, 1);
}

static void macros_that_grow_without_end_are_stopped(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) bomb = BUF_INIT;
	struct bib_list list = { 0 };

	(void)state;
	buf_c(&bomb, "@string{a0 = {0123456789}}\n");
	for (int i = 1; i < 60; i++)
		buf_fmt(&bomb, "@string{a%d = a%d # a%d}\n", i, i - 1, i - 1);
	buf_c(&bomb, "@misc{x, title = a59}");
	list = read_tex(&a, buf_cstr(&bomb));
	assert_true(list.n_warnings > 0);
}

static void children_inherit_from_their_parents(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	struct bib_list list = read_tex(&a,
		"@inproceedings{c, title={Paper}, crossref={p}, xdata={x}}\n@xdata{x, publisher={ACM}}\n"
		"@proceedings{p, title={Proceedings}, subtitle={of Things}, editor={E. Ditor}, year=2001, doi={10.1/p}, crossref={m}}\n"
		"@mvproceedings{m, title={All}, venue={Bonn}, crossref={c}}\n@book{lost, title={L}, crossref={nobody}}");
	const struct bib_item *child = &list.items[0];

	(void)state;
	assert_int_equal(list.n_items, 4);
	assert_true(str_is(child->field[BIB_TITLE], "Paper"));
	assert_true(str_is(child->field[BIB_CONTAINER_TITLE], "Proceedings: of Things"));
	assert_true(str_is(child->field[BIB_PUBLISHER], "ACM"));
	assert_true(str_is(child->field[BIB_EVENT_PLACE], "Bonn"));
	assert_int_equal(child->date[BIB_ISSUED].from.year, 2001);
	assert_int_equal(child->field[BIB_DOI].len, 0);
	assert_int_equal(list.n_warnings, 1);
	assert_int_equal(list.warnings[0].line, 5);
}

/* An entry, and what is written for it; every one reads to itself again. */
static const struct entry_row {
	const struct bib_format *format;
	const char *in, *out;
} entries[] = {
	{ &bib_format_bibtex, "@online{a, title={Salt Wren}, url={https://a.b/c_d%20e}, urldate={2021-03-30}, note={N}}",
		"@misc{a,\n  title = {Salt {Wren}},\n  howpublished = {\\url{https://a.b/c_d%20e}},\n"
		"  note = {N; Accessed 2021-03-30},\n}\n" },
	{ &bib_format_biblatex, "@misc{a, howpublished={\\url{https://a.b/c_d}}, note={N; Version 2; Accessed 2021-03-30}}",
		"@online{a,\n  version = {2},\n  url = {https://a.b/c_d},\n  urldate = {2021-03-30},\n  note = {N},\n}\n" },
	{ &bib_format_bibtex, "@thesis{a, type={mathesis}, institution={Bonn}, date={2020-02-03}}",
		"@mastersthesis{a,\n  school = {Bonn},\n  year = {2020},\n  month = feb,\n  day = {3},\n}\n" },
	{ &bib_format_biblatex, "@phdthesis{a, school={Bonn}, year=2020}",
		"@thesis{a,\n  type = {phdthesis},\n  institution = {Bonn},\n  date = {2020},\n}\n" },
	{ &bib_format_bibtex, "@article{a, date={2016/2018}, journaltitle={J}, pages={1-5, 7–9}, keywords={a; b,c}}",
		"@article{a,\n  journal = {J},\n  pages = {1--5, 7--9},\n  year = {2016--2018},\n  date = {2016/2018},\n"
		"  keywords = {a, b, c},\n}\n" },
	{ &bib_format_biblatex, "@article{a, entrysubtype={newspaper}, year={13th century}, langid={ngerman}}",
		"@article{a,\n  entrysubtype = {newspaper},\n  year = {13th century},\n  langid = {german},\n}\n" },
	{ &bib_format_bibtex, "@online{a, eprint={2101.00001}, eprinttype={arxiv}, eprintclass={cs.CR}, doi={https://doi.org/10.1/X_y},"
			      " url={http://dx.doi.org/10.1/x_y}}",
		"@misc{a,\n  doi = {10.1/X_y},\n  eprint = {2101.00001},\n  archivePrefix = {arxiv},\n  primaryClass = {cs.CR},\n}\n" },
	{ &bib_format_biblatex, "@manual{a, organization={O}, indextitle={{\\TeX} M}, month={unknown}, file={C:\\x_y}}",
		"@manual{a,\n  organization = {O},\n  indextitle = {{\\TeX} M},\n  month = {unknown},\n  file = {C:\\x_y},\n}\n" },
	{ &bib_format_bibtex, "@techreport{a, type={Standard}, number={27001}}",
		"@techreport{a,\n  number = {27001},\n  type = {standard},\n}\n" },
	{ &bib_format_biblatex, "@nonsense{a b, title={T}}", "@nonsense{a_b,\n  title = {T},\n}\n" },
	{ &bib_format_bibtex, "@booklet{a, howpublished={By {Hand}}}", "@booklet{a,\n  howpublished = {By Hand},\n}\n" },
	{ &bib_format_biblatex, "@article{a, eprinttype={pubmed}, eprint={123}, url={{http://x/a\\_b}}, shorttitle={S}}",
		"@article{a,\n  shorttitle = {S},\n  pmid = {123},\n  url = {http://x/a_b},\n}\n" },
	{ &bib_format_bibtex, "@article{a, author={A B and others}, abstract={One\n\n two}, title={}}",
		"@article{a,\n  author = {B, A and others},\n  abstract = {One\n\n  two},\n}\n" },
};

static void write_again(struct buf *out, const struct bib_format *f, struct str text)
{
	SCOPED(arena) a = ARENA_INIT;
	struct bib_list list = { 0 };

	assert_int_equal(f->read(&a, text, &list, NULL), OK);
	f->write(out, list.items, list.n_items, NULL, 0);
}

static void entries_are_written_in_their_dialect(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++) {
		SCOPED(buf) first = BUF_INIT, second = BUF_INIT;

		write_again(&first, entries[i].format, str_c(entries[i].in));
		assert_string_equal(buf_cstr(&first), entries[i].out);
		write_again(&second, entries[i].format, buf_view(&first));
		assert_string_equal(buf_cstr(&second), entries[i].out);
	}
}

static void uses_stand_in_the_annotation_once(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) out = BUF_INIT, again = BUF_INIT;
	const struct bib_use uses[] = { { 0, BIB_LOCATOR_PAGE, STR("33"), STR("the {wren}\nsang"), STR_EMPTY },
		{ 0, BIB_LOCATOR_SECTION, STR("Methods"), STR_EMPTY, STR_EMPTY }, { 1, BIB_LOCATOR_PAGE, STR("1-2"), STR_EMPTY, STR_EMPTY } };
	struct bib_list list = read_tex(&a, "@book{a, annote={Mine}}@book{b}");
	static const char *const expected =
		"@book{a,\n  annote = {Mine\n\n  p. 33: \"the \\{wren\\} sang\"\n\n  sec. Methods},\n}\n"
		"\n@book{b,\n  annote = {pp. 1-2},\n}\n";

	(void)state;
	bib_format_bibtex.write(&out, list.items, list.n_items, uses, 3);
	assert_string_equal(buf_cstr(&out), expected);
	list = read_tex(&a, buf_cstr(&out));
	bib_format_bibtex.write(&again, list.items, list.n_items, uses, 3);
	assert_string_equal(buf_cstr(&again), expected);
}

static void pairs_from_elsewhere_cannot_break_out(void **state)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) out = BUF_INIT;
	struct bib_item item = { .type = BIB_DOCUMENT, .id = STR("k},{") };

	(void)state;
	bib_add_custom(&a, &item, (struct bib_custom){ STR("bibtex"), STR("x"), STR("}, evil = {y") });
	bib_add_custom(&a, &item, (struct bib_custom){ STR("bibtex"), STR("y = {z}, w"), STR("v") });
	bib_add_custom(&a, &item, (struct bib_custom){ STR("bibtex"), STR("@"), STR("string") });
	bib_add_custom(&a, &item, (struct bib_custom){ STR("bibtex"), STR("crossref"), STR("gone") });
	bib_format_biblatex.write(&out, &item, 1, NULL, 0);
	assert_string_equal(buf_cstr(&out), "@misc{k___,\n  x = {\\textbraceright{}, evil = \\textbraceleft{}y},\n}\n");
}

static void deep_and_endless_nesting_ends(void **state)
{
	static const char *const bits[] = { "{", "\\'", "\\textit{", "$", "\\begin{it}", "\\textit\\'", "^{", "\\x{" };

	(void)state;
	for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++) {
		SCOPED(buf) tex = BUF_INIT, text = BUF_INIT;

		for (int n = 0; n < 20000; n++)
			buf_c(&tex, bits[i]);
		tex_to_text(&text, buf_view(&tex), TEX_TEXT);
		assert_true(text.len <= 30 * tex.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tex_reads_as_it_prints),
		cmocka_unit_test(every_command_is_found),
		cmocka_unit_test(text_is_written_so_that_tex_prints_it),
		cmocka_unit_test(capitals_of_a_title_are_protected),
		cmocka_unit_test(names_are_taken_apart_as_bibtex_does),
		cmocka_unit_test(lists_of_names_are_cut_at_and),
		cmocka_unit_test(a_broken_entry_is_skipped_with_its_line),
		cmocka_unit_test(everything_that_bibtex_knows_is_read),
		cmocka_unit_test(macros_that_grow_without_end_are_stopped),
		cmocka_unit_test(children_inherit_from_their_parents),
		cmocka_unit_test(entries_are_written_in_their_dialect),
		cmocka_unit_test(uses_stand_in_the_annotation_once),
		cmocka_unit_test(pairs_from_elsewhere_cannot_break_out),
		cmocka_unit_test(deep_and_endless_nesting_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
