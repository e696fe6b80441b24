/*
 * Small PDFs for tests, made on the spot: pages of text in Helvetica (F1) and
 * Helvetica-Bold (F2), 612 x 792 points, with whatever else a test adds.
 */
#ifndef IBID_TESTS_PDF_MAKER_H
#define IBID_TESTS_PDF_MAKER_H
#include <string.h>

#include "ibid/base/buf.h"

#define PDF_OBJECTS_MAX 64

/* fontconfig keeps its patterns for good. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

struct pdf_maker {
	struct buf out;
	size_t offset[PDF_OBJECTS_MAX];
	int n;			/* objects so far */
	struct buf pages;	/* "7 0 R 9 0 R " */
	int n_pages;
	const char *catalog, *info;	/* more entries of the catalog; the info dictionary */
};
#define PDF_MAKER_INIT { .out = BUF_INIT, .pages = BUF_INIT, .catalog = "", .info = "" }

/* Objects 1 to 4 are the catalog, the pages and the fonts; they come last. */
static inline void pdf_begin(struct pdf_maker *m)
{
	m->n = 4;
	buf_c(&m->out, "%PDF-1.7\n");
}

/* Returns its number. */
static inline int pdf_object(struct pdf_maker *m, const char *body)
{
	m->offset[++m->n] = m->out.len;
	buf_fmt(&m->out, "%d 0 obj\n%s\nendobj\n", m->n, body);
	return m->n;
}

static inline int pdf_stream(struct pdf_maker *m, const char *dict, const char *bytes)
{
	m->offset[++m->n] = m->out.len;
	buf_fmt(&m->out, "%d 0 obj\n<< %s /Length %zu >>\nstream\n%s\nendstream\nendobj\n", m->n, dict, strlen(bytes), bytes);
	return m->n;
}

static inline int pdf_page(struct pdf_maker *m, const char *content)
{
	SCOPED(buf) page = BUF_INIT;
	int stream = pdf_stream(m, "", content), number;

	buf_fmt(&page, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
		"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>", stream);
	number = pdf_object(m, buf_cstr(&page));
	buf_fmt(&m->pages, "%d 0 R ", number);
	m->n_pages++;
	return number;
}

/* "BT ... ET" for one line; `font` is "/F1 10". */
static inline void pdf_line(struct buf *content, const char *font, int x, int y, const char *text)
{
	buf_fmt(content, "BT %s Tf %d %d Td (%s) Tj ET\n", font, x, y, text);
}

static inline void pdf_fixed(struct pdf_maker *m, int number, const char *body)
{
	m->offset[number] = m->out.len;
	buf_fmt(&m->out, "%d 0 obj\n%s\nendobj\n", number, body);
}

static inline struct str pdf_end(struct pdf_maker *m)
{
	SCOPED(buf) body = BUF_INIT;
	size_t xref;
	int info = m->info[0] ? pdf_object(m, m->info) : 0;

	buf_fmt(&body, "<< /Type /Catalog /Pages 2 0 R %s >>", m->catalog);
	pdf_fixed(m, 1, buf_cstr(&body));
	buf_reset(&body);
	buf_fmt(&body, "<< /Type /Pages /Count %d /Kids [%s] >>", m->n_pages, buf_cstr(&m->pages));
	pdf_fixed(m, 2, buf_cstr(&body));
	pdf_fixed(m, 3, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
	pdf_fixed(m, 4, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>");
	xref = m->out.len;
	buf_fmt(&m->out, "xref\n0 %d\n0000000000 65535 f \n", m->n + 1);
	for (int i = 1; i <= m->n; i++)
		buf_fmt(&m->out, "%010zu 00000 n \n", m->offset[i]);
	buf_fmt(&m->out, "trailer\n<< /Size %d /Root 1 0 R ", m->n + 1);
	if (info)
		buf_fmt(&m->out, "/Info %d 0 R ", info);
	buf_fmt(&m->out, ">>\nstartxref\n%zu\n%%%%EOF\n", xref);
	return buf_view(&m->out);
}

static inline void pdf_maker_release(struct pdf_maker *m)
{
	buf_release(&m->out);
	buf_release(&m->pages);
}
#endif
