/*
 * What a PDF says of itself: XMP (pdf_xmp.c), the info dictionary, its first page. The
 * dictionary's title is often a template's or a file's name; it counts for
 * little unless the first page has its words too.
 */
#include <math.h>
#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/extract/ident.h"
#include "ibid/extract/lines.h"
#include "pdf_internal.h"

/* Where a title stands, as part of the page's height; lines and words it may have. */
#define TITLE_DEPTH 0.5
#define TITLE_LINES 4
#define TITLE_WORDS_MIN 2
#define TITLE_WORDS_MAX 35

/* --- the info dictionary --- */

static struct str page_text(const struct pdf_page *page, struct buf *out)
{
	for (size_t i = 0; page && i < page->n; i++) {
		buf_str(out, page->runs[i].text);
		buf_ch(out, ' ');
	}
	return buf_view(out);
}

/* All its words of four letters and more stand on the page. */
static bool is_on_page(struct str title, struct str page)
{
	size_t words = 0;

	while (title.p) {
		struct str word = str_cut(&title, ' ');

		if (word.len >= 4 && str_find_nocase(page, word, 0) == STR_NONE)
			return false;
		words += word.len >= 4;
	}
	return words > 0;
}

static void put_info(struct writer *w, enum meta_field field, double confidence, char *value)
{
	if (value && value[0])
		writer_meta(w, field, ORIGIN_INFO_DICT, confidence, str_c(value));
	g_free(value);
}

static void put_info_title(struct writer *w, char *title, const struct pdf_page *first)
{
	SCOPED(buf) text = BUF_INIT;

	if (title && !ident_title_is_junk(str_c(title)))
		writer_meta(w, META_TITLE, ORIGIN_INFO_DICT, is_on_page(str_c(title), page_text(first, &text)) ? 0.75 : 0.3,
			str_c(title));
	g_free(title);
}

static void put_info_date(struct writer *w, PopplerDocument *doc)
{
	GDateTime *date = poppler_document_get_creation_date_time(doc);
	char *text = date ? g_date_time_format(date, "%Y-%m-%d") : NULL;

	put_info(w, META_DATE, 0.3, text);
	if (date)
		g_date_time_unref(date);
}

static void put_info_keywords(struct writer *w, char *keywords)
{
	struct str rest = str_c(keywords);
	char mark = str_find_ch(rest, ';', 0) == STR_NONE ? ',' : ';';

	while (rest.p && rest.len)
		writer_meta(w, META_KEYWORD, ORIGIN_INFO_DICT, 0.5, str_cut(&rest, mark));
	g_free(keywords);
}

void pdf_meta_document(struct writer *w, PopplerDocument *doc, const struct pdf_page *first)
{
	char *packet = poppler_document_get_metadata(doc);

	if (packet)
		pdf_xmp_read(w, str_c(packet));
	g_free(packet);
	put_info_title(w, poppler_document_get_title(doc), first);
	put_info(w, META_AUTHOR, 0.45, poppler_document_get_author(doc));
	put_info_keywords(w, poppler_document_get_keywords(doc));
	put_info_date(w, doc);
}

/* --- the first page --- */

/* Below "References" the numbers are those of other works. */
static struct str above_references(struct str text)
{
	static const char *const words[] = { "References ", "REFERENCES ", "Bibliography ", "Literatur " };
	size_t end = text.len;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t at = str_find(text, str_c(words[i]), 0);

		if (at != STR_NONE && at > 500 && at < end)
			end = at;
	}
	return str_sub(text, 0, end);
}

static void put_identifiers(struct writer *w, struct str text)
{
	struct str doi = ident_doi(text), arxiv = ident_arxiv(text);

	if (doi.len)
		writer_meta(w, META_DOI, ORIGIN_FIRST_PAGE, 0.8, doi);
	if (arxiv.len)
		writer_meta(w, META_ARXIV, ORIGIN_FIRST_PAGE, 0.85, arxiv);
}

static bool has_letters(struct str s)
{
	size_t letters = 0;

	for (size_t at = 0; at < s.len;) {
		uint32_t cp;

		at += utf8_decode(s, at, &cp);
		letters += utf8_is_letter(cp);
	}
	return letters >= 3;
}

/* A journal's banner stands on the next page too. */
static bool is_banner(const struct pdf_run *r, const struct pdf_page *second)
{
	for (size_t i = 0; second && i < second->n; i++)
		if (str_eq(second->runs[i].text, r->text) && fabs(second->runs[i].y0 - r->y0) < 5)
			return true;
	return false;
}

static bool may_be_title(const struct pdf_run *r, const struct pdf_page *first, const struct pdf_page *second)
{
	return r->y0 < first->height * TITLE_DEPTH && has_letters(r->text) && !is_banner(r, second) &&
		ident_doi(r->text).len == 0 && str_find_nocase(r->text, STR("arxiv"), 0) == STR_NONE;
}

static size_t count_words(struct str s)
{
	size_t words = 0;

	while (s.p)
		words += str_trim(str_cut(&s, ' ')).len > 0;
	return words;
}

/* The lines of that size, the first and those that follow it. */
static void gather_title(const struct pdf_page *first, const struct pdf_page *second, double size, struct buf *out)
{
	size_t lines = 0;
	double y = -1;

	for (size_t i = 0; i < first->n; i++) {
		const struct pdf_run *r = &first->runs[i];
		bool is_same = fabs(r->size - size) < 0.06 * size && may_be_title(r, first, second);

		if (!is_same && y >= 0)
			break;
		if (!is_same)
			continue;
		if (y >= 0 && (r->y0 - y > 2.2 * (r->y1 - r->y0) || ++lines > TITLE_LINES))
			break;
		if (out->len && !(str_ends(buf_view(out), STR("-")) && lines))
			buf_ch(out, ' ');
		buf_str(out, r->text);
		y = r->y1;
	}
}

void pdf_meta_first_page(struct writer *w, const struct pdf_page *first, const struct pdf_page *second, double body_size)
{
	SCOPED(buf) text = BUF_INIT;
	SCOPED(buf) title = BUF_INIT;
	double size = 0;
	size_t words;

	put_identifiers(w, above_references(page_text(first, &text)));
	for (size_t i = 0; i < first->n; i++)
		if (may_be_title(&first->runs[i], first, second) && first->runs[i].text.len > 3)
			size = fmax(size, first->runs[i].size);
	if (size < body_size * 1.1)
		return;
	gather_title(first, second, size, &title);
	words = count_words(buf_view(&title));
	if (words >= TITLE_WORDS_MIN && words <= TITLE_WORDS_MAX && !ident_title_is_junk(buf_view(&title)))
		writer_meta(w, META_TITLE, ORIGIN_FIRST_PAGE, words >= 3 ? 0.6 : 0.45, buf_view(&title));
}
