/*
 * The helper programs as ibid runs them, in their sandbox. It must not change a
 * byte of any document's text: a forbidden font or character map would. And of
 * the sample documents, when they are there (IBID_TEST_DATA, else ../shared/data
 * beside the repository), every line of reports/facts.tsv must hold.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "extracted.h"
#include "ibid/base/path.h"
#include "ibid/ingest/helper.h"
#include "pdf_maker.h"

static const char *reports(void)
{
	static char dir[4096];
	const char *data = getenv("IBID_TEST_DATA");

	snprintf(dir, sizeof(dir), "%s/reports", data ? data : "../shared/data");
	return access(dir, R_OK) == 0 ? dir : NULL;
}

/* The programs of this build: .../debug/tests/unit/extract/test_facts beside .../debug/ibid-extract. */
static const char *program(void)
{
	static char path[4096 + 64];
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	struct str dir = path_dir(path_dir(path_dir(path_dir(str_of(self, n > 0 ? (size_t)n : 0)))));

	snprintf(path, sizeof(path), "%.*s/ibid-extract", STR_ARG(dir));
	return access(path, X_OK) == 0 ? path : NULL;
}

static void add_tidy(struct buf *out, struct str s)
{
	bool after_space = true;

	for (size_t i = 0; i < s.len; i++) {
		bool is_space = s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\t';

		if (!is_space || !after_space)
			buf_ch(out, is_space ? ' ' : s.p[i]);
		after_space = is_space;
	}
}

struct fact {
	struct str file, page, sign, phrase;
};

static bool holds_in(const struct extraction *x, const struct fact *f)
{
	SCOPED(buf) text = BUF_INIT;
	long long page;

	if (!str_to_int(f->page, &page))
		add_tidy(&text, buf_view(&x->text));
	else if (page >= 1 && (size_t)page <= x->n_pages)
		add_tidy(&text, extraction_at(x, x->pages[page - 1].at));
	return (str_find(buf_view(&text), f->phrase, 0) != STR_NONE) == str_is(f->sign, "+");
}

static bool holds(const struct fact *f, struct str *last, struct extraction *x)
{
	struct helper_opts opts = { .program = program() };
	SCOPED(buf) path = BUF_INIT;
	struct err err = ERR_INIT;

	if (!str_eq(*last, f->file) || str_is(f->sign, "!")) {
		*last = f->file;
		extraction_release(x);
		buf_fmt(&path, "%s/%.*s", reports(), STR_ARG(f->file));
		if (helper_extract(&opts, buf_cstr(&path), x, &err) != OK)
			return str_is(f->sign, "!") && strstr(err.text, "is encrypted: a password is needed");
	}
	return !str_is(f->sign, "!") && holds_in(x, f);
}

static void every_fact_holds(void **state)
{
	SCOPED(buf) path = BUF_INIT;
	SCOPED(buf) facts = BUF_INIT;
	SCOPED(extraction) x = EXTRACTION_INIT;
	struct str rest, last = STR_EMPTY;
	size_t held = 0, all = 0;

	(void)state;
	if (!reports() || !program())
		skip();
	buf_fmt(&path, "%s/facts.tsv", reports());
	assert_int_equal(path_read(buf_cstr(&path), (size_t)1 << 20, &facts, NULL), OK);
	rest = buf_view(&facts);
	str_cut(&rest, '\n');
	while (rest.len) {
		struct str line = str_cut(&rest, '\n');
		struct fact f = { .file = str_cut(&line, '\t') };

		f.page = str_cut(&line, '\t');
		f.sign = str_cut(&line, '\t');
		f.phrase = line;
		all++;
		if (holds(&f, &last, &x))
			held++;
		else
			print_message("does not hold: %.*s %.*s %.*s %.*s\n", STR_ARG(f.file), STR_ARG(f.page), STR_ARG(f.sign),
				STR_ARG(f.phrase));
	}
	print_message("facts: %zu of %zu hold\n", held, all);
	assert_int_equal(held, all);
}

static void assert_same(const char *name, struct str bytes)
{
	struct helper_opts opts = { .program = program() };
	SCOPED(extraction) boxed = EXTRACTION_INIT;
	SCOPED(extraction) open = EXTRACTION_INIT;
	struct err err = ERR_INIT;
	enum err_code code;
	int fd;

	assert_int_equal(helper_open_bytes(bytes, &fd, &err), OK);
	code = helper_extract_fd(&opts, fd, str_c(name), &boxed, &err);
	close(fd);
	assert_int_equal(extracted(bytes, "pdf", &open, NULL), code);
	if (!str_eq(buf_view(&boxed.text), buf_view(&open.text)) || boxed.n_meta != open.n_meta ||
		boxed.n_blocks != open.n_blocks)
		fail_msg("the sandbox changes what is read of '%s'", name);
}

/* Japanese in a font that is not embedded and an encoding that poppler looks up in its files. */
static void maps_of_characters_are_read_in_the_sandbox(void **state)
{
	SCOPED(pdf_maker) m = PDF_MAKER_INIT;
	SCOPED(extraction) x = EXTRACTION_INIT;
	struct str bytes;

	(void)state;
	if (!program())
		skip();
	pdf_begin(&m);
	pdf_stream(&m, "", "BT /F 12 Tf 72 700 Td <65E5672C8A9E> Tj ET");
	pdf_object(&m, "<< /Type /FontDescriptor /FontName /Ryumin-Light /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 "
		"/Ascent 900 /Descent -100 /CapHeight 700 /StemV 80 >>");
	pdf_object(&m, "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Ryumin-Light /FontDescriptor 6 0 R "
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>");
	pdf_object(&m, "<< /Type /Font /Subtype /Type0 /BaseFont /Ryumin-Light /Encoding /UniJIS-UCS2-H /DescendantFonts [7 0 R] >>");
	pdf_object(&m, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources << /Font << /F 8 0 R >> >> >>");
	buf_c(&m.pages, "9 0 R");
	m.n_pages = 1;
	m.info = "<< /Author <FEFF0041006D00790020004F00680065> >>";
	bytes = pdf_end(&m);
	assert_same("japanese.pdf", bytes);
	assert_int_equal(extracted(bytes, "pdf", &x, NULL), OK);
	assert_string_equal(buf_cstr(&x.text), "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E");
	assert_true(str_is(extraction_best(&x, META_AUTHOR), "Amy Ohe"));
}

/* Drawing needs fonts that the document does not bring, and fontconfig to find them. */
static void a_page_is_drawn_in_the_sandbox(void **state)
{
	SCOPED(pdf_maker) m = PDF_MAKER_INIT;
	SCOPED(extraction) x = EXTRACTION_INIT;
	struct helper_opts opts = { .program = program() };
	int fd;

	(void)state;
	if (!program())
		skip();
	pdf_begin(&m);
	pdf_page(&m, "BT /F1 12 Tf 72 700 Td (visible) Tj ET 0 0 0.4 rg 60 540 400 30 re f "
		"BT 1 1 1 rg /F2 12 Tf 72 550 Td (white on blue) Tj ET BT /F1 12 Tf 72 500 Td (a secret) Tj ET");
	assert_int_equal(helper_open_bytes(pdf_end(&m), &fd, NULL), OK);
	assert_int_equal(helper_extract_fd(&opts, fd, STR("a.pdf"), &x, NULL), OK);
	assert_string_equal(buf_cstr(&x.text), "visible\n\nwhite on blue");
	assert_int_equal(x.warnings[WARN_HIDDEN], 7);
	close(fd);
}

static void the_sandbox_changes_no_text(void **state)
{
	SCOPED(buf) dir = BUF_INIT;
	struct dirent *entry;
	size_t files = 0;
	DIR *d;

	(void)state;
	if (!reports() || !program())
		skip();
	buf_fmt(&dir, "%s/pdf", reports());
	d = opendir(buf_cstr(&dir));
	assert_non_null(d);
	while ((entry = readdir(d))) {
		SCOPED(buf) path = BUF_INIT;
		SCOPED(buf) bytes = BUF_INIT;

		buf_fmt(&path, "%s/%s", buf_cstr(&dir), entry->d_name);
		if (!str_is_nocase(path_ext(str_c(entry->d_name)), "pdf"))
			continue;
		assert_int_equal(path_read(buf_cstr(&path), HELPER_FILE_MAX, &bytes, NULL), OK);
		assert_same(entry->d_name, buf_view(&bytes));
		files++;
	}
	closedir(d);
	print_message("sandbox: %zu files, 0 differences\n", files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_of_characters_are_read_in_the_sandbox),
		cmocka_unit_test(a_page_is_drawn_in_the_sandbox),
		cmocka_unit_test(every_fact_holds),
		cmocka_unit_test(the_sandbox_changes_no_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
