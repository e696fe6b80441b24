/*
 * extract/pdf_internal.h - from the characters of a PDF page to its paragraphs
 *
 * poppler gives the characters of a page in an order of its own, a rectangle
 * for each, and runs of font attributes. pdf_page.c makes runs of them (pieces
 * of a line without a gap), pdf_order.c puts columns one after the other,
 * pdf_blocks.c makes blocks of the lines and writes them.
 *
 * Coordinates are points from the page's upper left corner.
 */
#ifndef IBID_EXTRACT_PDF_INTERNAL_H
#define IBID_EXTRACT_PDF_INTERNAL_H
#include <poppler.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/str.h"
#include "ibid/extract/writer.h"

/* Pages that are read before the first of them is written: running heads are those that repeat among them. */
#define PDF_WINDOW 48

enum pdf_run_flags {
	PDF_BOLD = 1u << 0,
	PDF_MONO = 1u << 1,
	PDF_SAME_LINE = 1u << 2,	/* follows the run before it on one line, behind a gap */
	PDF_RUNNING = 1u << 3,		/* a running head or page number */
	PDF_WHITE = 1u << 4,		/* all its letters are */
};

struct pdf_run {
	struct str text;		/* UTF-8, no white space at its ends */
	double x0, y0, x1, y1;
	double size;			/* of the letters, in points */
	unsigned flags;
	double char_width;		/* average */
	uint32_t chars;
};

struct pdf_page {
	struct arena mem;
	struct pdf_run *runs;
	size_t n;
	double width, height;
	struct str label;
	uint64_t hidden, faint;		/* characters that are invisible; that are white */
};

/* An entry of the outline. */
struct pdf_entry {
	struct str title;
	int level, page;		/* page from 1 */
	bool is_placed;			/* its words were found on the page */
};

struct pdf_outline {
	struct pdf_entry *entries;
	size_t n;
	size_t at;			/* the first of the page that is being written */
};

/* What the document's pages share. */
struct pdf_look {
	double body_size;		/* of most letters */
	struct pdf_words *words;	/* seen so far */
	struct pdf_outline *outline;
};

/* pdf_page.c: the page's runs, in poppler's order. */
void pdf_page_read(struct pdf_page *page, PopplerPage *from);
void pdf_page_release(struct pdf_page *page);

/* pdf_visible.c: runs of white text on white ground leave. *drawings is what the document may still spend on it. */
#define PDF_DRAWINGS 24
void pdf_page_hide(struct pdf_page *page, PopplerPage *from, int *drawings);

/* pdf_table.c: tables that poppler reads column by column are put in order row by row. */
void pdf_page_tables(struct pdf_page *page);

/* pdf_order.c: columns one after the other; running heads marked in a window of pages. */
void pdf_page_order(struct pdf_page *page);
void pdf_mark_running(struct pdf_page *pages, size_t n);
/* The size that most letters have. */
double pdf_body_size(const struct pdf_page *pages, size_t n);

/* pdf_words.c: which words a document uses, to tell a word cut at a line's end from one with a hyphen. */
struct pdf_words *pdf_words_new(void);
void pdf_words_free(struct pdf_words *w);
void pdf_words_add(struct pdf_words *w, struct str text);
/* How line ends join: the text so far ends in a hyphen, `next` begins the line after. True: the hyphen goes. */
bool pdf_words_drop_hyphen(const struct pdf_words *w, struct str before, struct str next);

/* pdf_blocks.c: the blocks of one page. `next` is the page after it, or NULL. */
struct pdf_open {
	bool is_open;			/* the last paragraph of the page before goes on */
	bool is_glued;			/* and was cut inside a word */
};
void pdf_page_write(struct writer *w, struct pdf_look *look, const struct pdf_page *page, const struct pdf_page *next,
	int number, struct pdf_open *open);

/* pdf_xmp.c: the values of a packet of metadata. */
void pdf_xmp_read(struct writer *w, struct str packet);

/* pdf_meta.c */
void pdf_meta_document(struct writer *w, PopplerDocument *doc, const struct pdf_page *first);
void pdf_meta_first_page(struct writer *w, const struct pdf_page *first, const struct pdf_page *second, double body_size);
#endif
