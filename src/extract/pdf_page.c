#include <math.h>
#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "pdf_internal.h"

/* Letters below this size, in points, cannot be read. */
#define SIZE_MIN 1.0
/* Of 65535: lighter than this is white to the eye. */
#define WHITE_MIN 0xF800
/* A gap wider than this part of the line's height, with no space in it, parts two runs. */
#define GAP_HEIGHTS 0.4
/* What stands on one line, or in one column of upright letters, shares at least this part of the smaller's extent. */
#define SHARED_MIN 0.3
/* Raised digits: size against the character before, how far up; letters of a word that is kept apart from them. */
#define RAISED_SIZE 0.8
#define RAISED_BY 0.12
#define WORD_LETTERS_MIN 3
/* Characters of one page; a page with more is a picture of letters. */
#define CHARS_MAX ((size_t)2 << 20)

/* A character of the page with all that poppler knows of it. */
struct glyphs {
	struct str text;
	size_t at;			/* in bytes */
	PopplerRectangle *rects;
	guint n_rects, i;		/* the rectangle at hand */
	GList *attributes;		/* the run of attributes at hand */
};

/*
 * poppler wraps runs of right-to-left letters in these and turns them round. Runs
 * that come from /ActualText are in reading order already and end up reversed
 * (LibreOffice writes such); nothing that poppler-glib tells gives them away.
 */
static bool is_direction_mark(uint32_t cp)
{
	return (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200E || cp == 0x200F;
}

static bool contains(const char *name, const char *part)
{
	return name && str_find_nocase(str_c(name), str_c(part), 0) != STR_NONE;
}

static unsigned flags_of(const PopplerTextAttributes *a)
{
	static const char *const bold[] = { "bold", "black", "heavy", "semibold", "-bd", "cmbx", "demi" };
	static const char *const mono[] = { "mono", "courier", "consolas", "menlo", "typewriter", "cmtt", "inconsolata", "lettergothic" };
	unsigned flags = 0;

	for (size_t i = 0; a && i < sizeof(bold) / sizeof(bold[0]); i++)
		flags |= contains(a->font_name, bold[i]) ? PDF_BOLD : 0;
	for (size_t i = 0; a && i < sizeof(mono) / sizeof(mono[0]); i++)
		flags |= contains(a->font_name, mono[i]) ? PDF_MONO : 0;
	return flags;
}

static const PopplerTextAttributes *attributes_at(struct glyphs *g)
{
	while (g->attributes && ((PopplerTextAttributes *)g->attributes->data)->end_index < (gint)g->i)
		g->attributes = g->attributes->next;
	return g->attributes ? g->attributes->data : NULL;
}

static bool is_white(const PopplerTextAttributes *a)
{
	return a && a->color.red >= WHITE_MIN && a->color.green >= WHITE_MIN && a->color.blue >= WHITE_MIN;
}

/* --- runs --- */

struct maker {
	struct pdf_page *page;
	struct buf text;
	struct pdf_run run;
	size_t cap;
	size_t chars, bold, mono;	/* of the run */
	double sizes;			/* their sum */
	bool after_gap;			/* the next run follows this one on its line */
	bool has_space;			/* white space came last */
	bool is_begun;
	PopplerRectangle last;		/* the character before, and its size; letters of its word */
	double last_size, raised_size;
	size_t letters;
	bool was_raised;
	const PopplerTextAttributes *seen;
	unsigned seen_flags;
};

static void end_run(struct maker *m)
{
	struct pdf_page *page = m->page;
	struct str text = str_trim(buf_view(&m->text));

	if (text.len) {
		m->run.text = arena_str(&page->mem, text);
		m->run.flags |= m->bold * 2 > m->chars ? PDF_BOLD : 0;
		m->run.flags |= m->mono * 10 > m->chars * 9 ? PDF_MONO : 0;
		m->run.size = m->chars ? m->sizes / (double)m->chars : m->run.size;
		m->run.chars = (uint32_t)m->chars;
		m->run.char_width = (m->run.x1 - m->run.x0) / (double)(m->chars ? m->chars : 1);
		page->runs = mem_grow(page->runs, &m->cap, page->n + 1, sizeof(*page->runs));
		page->runs[page->n++] = m->run;
	}
	buf_reset(&m->text);
	m->run = (struct pdf_run){ .flags = m->after_gap && text.len ? PDF_SAME_LINE : 0 };
	m->chars = m->bold = m->mono = 0;
	m->sizes = 0;
	m->is_begun = m->after_gap = m->has_space = false;
}

static void end_line(struct maker *m)
{
	end_run(m);
	m->run.flags = 0;
}

static double height_of(const struct pdf_run *r)
{
	return r->y1 - r->y0;
}

static double shared(double a0, double a1, double b0, double b1)
{
	return fmin(a1, b1) - fmax(a0, b0);
}

enum place { NEXT, BEHIND_GAP, ELSEWHERE };

/*
 * Where a character stands that follows the run without white space. poppler
 * forgets the line ends between cells of a table; what is neither beside the run
 * nor below it (text that runs upwards or downwards) nor a raised index is of
 * another line.
 */
static enum place place_of(const struct pdf_run *r, const PopplerRectangle *rect)
{
	double height = height_of(r), gap = rect->x1 - r->x1;

	if (shared(r->y0, r->y1, rect->y1, rect->y2) > SHARED_MIN * fmin(height, rect->y2 - rect->y1))
		return gap > GAP_HEIGHTS * height ? BEHIND_GAP : NEXT;
	if (shared(r->x0, r->x1, rect->x1, rect->x2) > SHARED_MIN * (rect->x2 - rect->x1))
		return NEXT;
	return fabs(gap) < GAP_HEIGHTS * height && shared(r->y0, r->y1, rect->y1, rect->y2) > -height ? NEXT : ELSEWHERE;
}

static void grow_run(struct maker *m, const PopplerRectangle *rect, const PopplerTextAttributes *a)
{
	struct pdf_run *r = &m->run;

	if (a && a != m->seen) {
		m->seen = a;
		m->seen_flags = flags_of(a);
	}
	m->chars++;
	m->bold += (m->seen_flags & PDF_BOLD) != 0;
	m->mono += (m->seen_flags & PDF_MONO) != 0;
	if (!m->is_begun) {
		*r = (struct pdf_run){ .x0 = rect->x1, .y0 = rect->y1, .x1 = rect->x2, .y1 = rect->y2, .flags = r->flags };
		r->flags |= is_white(a) ? PDF_WHITE : 0;
		m->is_begun = true;
	}
	r->x0 = fmin(r->x0, rect->x1);
	r->y0 = fmin(r->y0, rect->y1);
	r->x1 = fmax(r->x1, rect->x2);
	r->y1 = fmax(r->y1, rect->y2);
	m->sizes += a && a->font_size > 0 ? a->font_size : rect->y2 - rect->y1;
}

/* Smaller than the character before it, and raised. */
static bool is_raised(const struct maker *m, const PopplerRectangle *rect, const PopplerTextAttributes *a)
{
	double middle = (m->last.y1 + m->last.y2) / 2;

	return m->is_begun && !m->has_space && a && a->font_size > 0 && a->font_size < RAISED_SIZE * m->last_size &&
		middle - (rect->y1 + rect->y2) / 2 > RAISED_BY * (m->last.y2 - m->last.y1);
}

/*
 * The mark of a note or an exponent: "273.879.750" with a note 1 is not
 * 273.879.7501. A word is kept apart from its mark, so that it is found.
 */
static void add_raised_digit(struct maker *m, uint32_t digit)
{
	static const uint16_t raised[] = { 0x2070, 0xB9, 0xB2, 0xB3, 0x2074, 0x2075, 0x2076, 0x2077, 0x2078, 0x2079 };

	if (m->letters >= WORD_LETTERS_MIN)
		buf_ch(&m->text, ' ');
	m->letters = 0;
	utf8_add(&m->text, raised[digit - '0']);
}

/* Fonts of signs keep them in the private use area: bullets, and the pieces that large brackets are built of. */
static uint32_t sign_of(uint32_t cp)
{
	if (cp == 0xF0B7 || cp == 0xF0A7 || cp == 0xF076)
		return 0x2022;
	return cp >= 0xF8E5 && cp <= 0xF8FE ? 0 : cp;
}

static void add_letter(struct maker *m, uint32_t cp, const PopplerRectangle *rect, const PopplerTextAttributes *a)
{
	bool is_digit = cp >= '0' && cp <= '9', is_up = is_digit && is_raised(m, rect, a);
	bool goes_on = is_digit && m->was_raised && !m->has_space && a && a->font_size <= m->raised_size * 1.05;

	m->was_raised = is_up || goes_on;
	if (m->was_raised) {
		m->raised_size = a->font_size;
		add_raised_digit(m, cp);
		return;
	}
	m->letters = utf8_is_letter(cp) ? m->letters + 1 : 0;
	m->last = *rect;
	m->last_size = a && a->font_size > 0 ? a->font_size : 0;
	if (sign_of(cp))
		utf8_add(&m->text, sign_of(cp));
}

static void add_glyph(struct maker *m, uint32_t cp, const PopplerRectangle *rect, const PopplerTextAttributes *a)
{
	if (utf8_is_space(cp)) {
		m->has_space = true;
		m->letters = 0;
		buf_ch(&m->text, ' ');
		return;
	}
	if (a && a->font_size > 0 && a->font_size < SIZE_MIN && rect->y2 - rect->y1 < SIZE_MIN) {
		m->page->hidden++;
		return;
	}
	m->page->faint += is_white(a);
	/* White letters among others are a run of their own, so that they can be told to be hidden. */
	if (m->is_begun && is_white(a) != ((m->run.flags & PDF_WHITE) != 0)) {
		m->after_gap = true;
		end_run(m);
	}
	if (m->is_begun && !m->has_space) {
		enum place place = place_of(&m->run, rect);

		m->after_gap = place == BEHIND_GAP;
		if (place == BEHIND_GAP)
			end_run(m);
		else if (place == ELSEWHERE)
			end_line(m);
	}
	add_letter(m, cp, rect, a);
	m->has_space = false;
	grow_run(m, rect, a);
}

/* Without rectangles that match (never seen) lines are all that is known: stacked one below the other. */
static void read_plain(struct maker *m, struct str text)
{
	double y = 0;

	while (text.p) {
		struct str line = str_cut(&text, '\n');

		buf_str(&m->text, line);
		m->run = (struct pdf_run){ .x0 = 0, .x1 = (double)line.len, .y0 = y, .y1 = y + 10, .size = 10 };
		end_line(m);
		y += 12;
	}
}

static bool is_matching(const struct glyphs *g)
{
	size_t n = 0;

	for (size_t at = 0; at < g->text.len;) {
		uint32_t cp;

		at += utf8_decode(g->text, at, &cp);
		n += !is_direction_mark(cp);
	}
	return n == g->n_rects;
}

static void read_glyphs(struct maker *m, struct glyphs *g)
{
	while (g->at < g->text.len) {
		uint32_t cp;

		g->at += utf8_decode(g->text, g->at, &cp);
		if (is_direction_mark(cp))
			continue;
		if (cp == '\n')
			end_line(m);
		else
			add_glyph(m, cp, &g->rects[g->i], attributes_at(g));
		g->i++;
	}
	end_line(m);
}

void pdf_page_read(struct pdf_page *page, PopplerPage *from)
{
	struct maker m = { .page = page, .text = BUF_INIT };
	struct glyphs g = { .rects = NULL };
	char *text = poppler_page_get_text(from), *label = poppler_page_get_label(from);
	GList *attributes = NULL;

	*page = (struct pdf_page){ .mem = ARENA_INIT };
	poppler_page_get_size(from, &page->width, &page->height);
	page->label = arena_str(&page->mem, str_c(label));
	g.text = str_c(text);
	if (g.text.len && g.text.len <= CHARS_MAX && poppler_page_get_text_layout(from, &g.rects, &g.n_rects)) {
		attributes = poppler_page_get_text_attributes(from);
		g.attributes = attributes;
	}
	if (g.rects && is_matching(&g))
		read_glyphs(&m, &g);
	else
		read_plain(&m, g.text);
	buf_release(&m.text);
	poppler_page_free_text_attributes(attributes);
	g_free(g.rects);
	g_free(text);
	g_free(label);
}

void pdf_page_release(struct pdf_page *page)
{
	mem_free(page->runs);
	arena_release(&page->mem);
	*page = (struct pdf_page){ .mem = ARENA_INIT };
}
