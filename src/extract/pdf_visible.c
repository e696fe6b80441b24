/*
 * White text: on a dark ground it is a table's head, on a white one it is there
 * to be read by machines only, as in the preprints that told reviewing models
 * to be kind (Nikkei, 2025). poppler tells the colour and not the ground, so a
 * page with white text is drawn, and a run is hidden when nothing but white is
 * where it stands. Drawing takes longer than reading: it is done for pages with
 * white words, not for single letters, and no more after so many pages on which
 * all white text proved visible; what was not looked at is counted as faint.
 *
 * Not seen: text in render mode 3, which is how scanners lay the recognised
 * words over their picture, and text outside the page, which poppler drops.
 */
#include <cairo.h>
#include <math.h>

#include "pdf_internal.h"

/* Pixels of a drawing at most, and the darkest that still counts as white. */
#define PIXELS_MAX 4e6
#define WHITE_MIN 0xF6
/* Pixels a point: enough to see what stands behind a letter. */
#define SCALE 0.5
/* White letters in one piece, or on one page, that are worth a drawing. */
#define RUN_MIN 8
#define PAGE_MIN 24

static bool has_white_words(const struct pdf_page *page)
{
	uint32_t white = 0;

	for (size_t i = 0; i < page->n; i++) {
		const struct pdf_run *r = &page->runs[i];

		white += r->flags & PDF_WHITE ? r->chars : 0;
		if ((r->flags & PDF_WHITE) && r->chars >= RUN_MIN)
			return true;
	}
	return white >= PAGE_MIN;
}

static cairo_surface_t *draw(const struct pdf_page *page, PopplerPage *from, double scale)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(page->width * scale),
		(int)ceil(page->height * scale));
	cairo_t *cr = cairo_create(surface);

	cairo_scale(cr, scale, scale);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	poppler_page_render(from, cr);
	cairo_destroy(cr);
	cairo_surface_flush(surface);
	if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS && cairo_image_surface_get_data(surface))
		return surface;
	cairo_surface_destroy(surface);
	return NULL;
}

static bool is_white_pixel(uint32_t rgb)
{
	return (rgb & 0xFF) >= WHITE_MIN && (rgb >> 8 & 0xFF) >= WHITE_MIN && (rgb >> 16 & 0xFF) >= WHITE_MIN;
}

static int clamp(double v, int max)
{
	return v < 0 ? 0 : v > max ? max : (int)v;
}

/* The run's own letters are white as well: one darker pixel is the ground that makes them visible. */
static bool is_blank(cairo_surface_t *surface, const struct pdf_run *r, double scale)
{
	int width = cairo_image_surface_get_width(surface), height = cairo_image_surface_get_height(surface);
	const unsigned char *data = cairo_image_surface_get_data(surface);
	int stride = cairo_image_surface_get_stride(surface);
	int x0 = clamp(r->x0 * scale, width), x1 = clamp(ceil(r->x1 * scale), width);
	int y0 = clamp(r->y0 * scale, height), y1 = clamp(ceil(r->y1 * scale), height);

	for (int y = y0; y < y1; y++) {
		const uint32_t *row = (const uint32_t *)(const void *)(data + (size_t)y * (size_t)stride);

		for (int x = x0; x < x1; x++)
			if (!is_white_pixel(row[x]))
				return false;
	}
	return true;
}

void pdf_page_hide(struct pdf_page *page, PopplerPage *from, int *drawings)
{
	double scale = fmin(SCALE, sqrt(PIXELS_MAX / fmax(page->width * page->height, 1)));
	cairo_surface_t *surface = *drawings > 0 && has_white_words(page) ? draw(page, from, scale) : NULL;
	size_t kept = 0;

	if (!surface)
		return;
	for (size_t i = 0; i < page->n; i++) {
		struct pdf_run *r = &page->runs[i];

		if ((r->flags & PDF_WHITE) && is_blank(surface, r, scale)) {
			page->hidden += r->chars;
			page->faint -= r->chars;
		} else {
			page->runs[kept++] = *r;
		}
	}
	*drawings -= kept == page->n;
	page->n = kept;
	cairo_surface_destroy(surface);
}
