/*
 * PDF by poppler-glib. GLib ends the process when memory is short and poppler
 * hangs on a few public files: both are the parent's to notice. Pages are read
 * in windows, so that running heads can be told and a document that takes too
 * long keeps the pages that were done.
 */
#include "ibid/extract/extract.h"

#include <poppler.h>
#include <string.h>

#include "ibid/base/mem.h"
#include "pdf_internal.h"

/* "%PDF-" stands in the first kilobyte (ISO 32000-1, annex H.3.4.1). */
#define MAGIC_MAX ((size_t)1024)
/* Entries of an outline, their depth, and those of one page that are looked for on it. */
#define ENTRIES_MAX 5000
#define OUTLINE_DEPTH_MAX 32

/* --- the outline --- */

static int page_of(PopplerDocument *doc, PopplerDest *dest)
{
	PopplerDest *named = NULL;
	int page = dest->page_num;

	if (dest->type == POPPLER_DEST_NAMED && dest->named_dest) {
		named = poppler_document_find_dest(doc, dest->named_dest);
		page = named ? named->page_num : 0;
	}
	if (named)
		poppler_dest_free(named);
	return page;
}

static void take_entry(PopplerDocument *doc, PopplerAction *action, int level, struct pdf_outline *o, size_t *cap)
{
	struct str title = str_c(action->any.title);
	int page = 0;

	if (action->type == POPPLER_ACTION_GOTO_DEST && action->goto_dest.dest)
		page = page_of(doc, action->goto_dest.dest);
	if (page < 1 || !str_trim(title).len)
		return;
	o->entries = mem_grow(o->entries, cap, o->n + 1, sizeof(*o->entries));
	o->entries[o->n++] = (struct pdf_entry){
		.title = str_of(mem_dup(title.p, title.len), title.len), .level = level < 6 ? level : 6, .page = page
	};
}

static void walk_outline(PopplerDocument *doc, PopplerIndexIter *iter, int level, struct pdf_outline *o, size_t *cap)
{
	do {
		PopplerAction *action = poppler_index_iter_get_action(iter);
		PopplerIndexIter *below = level < OUTLINE_DEPTH_MAX ? poppler_index_iter_get_child(iter) : NULL;

		if (action)
			take_entry(doc, action, level, o, cap);
		if (action)
			poppler_action_free(action);
		if (below) {
			walk_outline(doc, below, level + 1, o, cap);
			poppler_index_iter_free(below);
		}
	} while (o->n < ENTRIES_MAX && poppler_index_iter_next(iter));
}

/* Entries are used page by page: one that points back comes too late and is dropped. */
static void keep_in_order(struct pdf_outline *o)
{
	size_t kept = 0;

	for (size_t i = 0; i < o->n; i++)
		if (!kept || o->entries[i].page >= o->entries[kept - 1].page)
			o->entries[kept++] = o->entries[i];
		else
			mem_free((char *)(uintptr_t)o->entries[i].title.p);
	o->n = kept;
}

static void read_outline(PopplerDocument *doc, struct pdf_outline *o)
{
	PopplerIndexIter *iter = poppler_index_iter_new(doc);
	size_t cap = 0;

	if (!iter)
		return;
	walk_outline(doc, iter, 1, o, &cap);
	poppler_index_iter_free(iter);
	keep_in_order(o);
}

static void free_outline(struct pdf_outline *o)
{
	for (size_t i = 0; i < o->n; i++)
		mem_free((char *)(uintptr_t)o->entries[i].title.p);
	mem_free(o->entries);
}

/* --- pages --- */

struct window {
	struct pdf_page *pages;
	size_t n;
	int from;	/* number of the first, from 0 */
	int drawings;
};

static void read_window(PopplerDocument *doc, struct window *win, int from, int to)
{
	win->from = from;
	win->n = 0;
	for (int i = from; i < to; i++) {
		PopplerPage *page = poppler_document_get_page(doc, i);
		struct pdf_page *into = &win->pages[win->n++];

		if (!page) {
			*into = (struct pdf_page){ .mem = ARENA_INIT, .label = STR_EMPTY };
			continue;
		}
		pdf_page_read(into, page);
		pdf_page_hide(into, page, &win->drawings);
		pdf_page_order(into);
		g_object_unref(page);
	}
}

static void write_window(struct writer *w, struct pdf_look *look, struct window *win, struct pdf_open *open)
{
	for (size_t i = 0; i < win->n && !writer_is_full(w); i++) {
		struct pdf_page *page = &win->pages[i];

		pdf_page_write(w, look, page, i + 1 < win->n ? page + 1 : NULL, win->from + (int)i + 1, open);
		writer_page(w, page->label);
		writer_warn(w, WARN_HIDDEN, page->hidden);
		writer_warn(w, WARN_FAINT, page->faint);
		writer_warn(w, WARN_NO_TEXT, !page->n);
	}
}

static void read_pages(PopplerDocument *doc, struct writer *w, struct pdf_look *look)
{
	struct window win = { .pages = mem_zalloc(PDF_WINDOW, sizeof(struct pdf_page)), .drawings = PDF_DRAWINGS };
	struct pdf_open open = { false, false };
	int n = poppler_document_get_n_pages(doc);

	for (int from = 0; from < n && !writer_is_full(w); from += PDF_WINDOW) {
		read_window(doc, &win, from, from + PDF_WINDOW < n ? from + PDF_WINDOW : n);
		pdf_mark_running(win.pages, win.n);
		if (!from) {
			look->body_size = pdf_body_size(win.pages, win.n);
			pdf_meta_document(w, doc, &win.pages[0]);
			pdf_meta_first_page(w, &win.pages[0], win.n > 1 ? &win.pages[1] : NULL, look->body_size);
		}
		write_window(w, look, &win, &open);
		for (size_t i = 0; i < win.n; i++)
			pdf_page_release(&win.pages[i]);
	}
	mem_free(win.pages);
}

/* --- the document --- */

static PopplerDocument *open_document(struct str bytes, struct err *err)
{
	GBytes *borrowed = g_bytes_new_static(bytes.p, bytes.len);
	GError *error = NULL;
	PopplerDocument *doc = poppler_document_new_from_bytes(borrowed, NULL, &error);

	g_bytes_unref(borrowed);
	if (doc)
		return doc;
	if (g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED))
		err_set(err, ERR_DATA, "is encrypted: a password is needed");
	else
		err_set(err, ERR_DATA, "is a damaged PDF: %s", error ? error->message : "it cannot be opened");
	g_clear_error(&error);
	return NULL;
}

static enum err_code pdf_run(const struct extract_input *in, struct writer *w, struct err *err)
{
	PopplerDocument *doc = open_document(in->bytes, err);
	struct pdf_outline outline = { .entries = NULL };
	struct pdf_look look = { .outline = &outline };

	if (!doc)
		return err->code;
	look.words = pdf_words_new();
	read_outline(doc, &outline);
	read_pages(doc, w, &look);
	free_outline(&outline);
	pdf_words_free(look.words);
	g_object_unref(doc);
	return OK;
}

static bool pdf_is_it(struct str bytes)
{
	return str_find(str_sub(bytes, 0, MAGIC_MAX), STR("%PDF-"), 0) != STR_NONE;
}

static const char *const exts[] = { "pdf", NULL };
static const char *const mimes[] = { "application/pdf", NULL };

const struct extract_ops extract_pdf = {
	.name = "pdf", .extractor = "pdf/1", .mime = "application/pdf", .exts = exts, .mimes = mimes, .is_it = pdf_is_it,
	.run = pdf_run,
};
