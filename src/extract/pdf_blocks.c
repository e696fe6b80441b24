/*
 * Lines of a page to blocks. A line goes on the paragraph above it when it has
 * its size and weight, follows at the usual distance, is not indented as a first
 * line is, and when its first word would not have fitted behind the line above:
 * a line that ends early was ended on purpose.
 *
 * Headings are what the outline says; without one they are lines that are larger
 * or bolder than the body and stand alone.
 */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/extract/lines.h"
#include "pdf_internal.h"

/* Lines before and after that tell how wide the column is. */
#define NEIGHBOURS 25
/* The narrowest column of prose, as part of the page's width. */
#define COLUMN_MIN 0.2
/* Lines in a cluster that show its right edge. */
#define CLUSTER_MIN 4
/* A first line is indented by so many letter sizes; distances that part paragraphs, as part of the line's height. */
#define INDENT 0.7
#define CENTRED 0.6
/* An item's words stand no further from its mark, in letter sizes. */
#define MARK_GAP 5
#define GAP_MORE 0.35
#define GAP_MAX 2.0
/* Sizes that differ by less are the same. */
#define SIZE_SAME 0.07
/* Headings: size against the body's, and letters in one. */
#define HEAD_LARGER 1.12
#define HEAD_BYTES_MAX 160
/* Small print at the foot of the page. */
#define NOTE_SMALLER 0.92
/* Lines that a heading may take. */
#define TITLE_LINES 3
/* Entries of an outline that are looked for on one page. */
#define PAGE_ENTRIES_MAX 100
/* Dots or bars that lead from a title to its page. */
#define LEADER_MIN 5

struct line {
	const struct pdf_run *runs;	/* its pieces, side by side */
	size_t n_runs;
	struct str text;		/* of all of them */
	double x0, y0, x1, y1, size;
	double right;			/* of its column */
	bool is_bold, is_mono;
	int head;			/* level, 0: none */
	size_t head_lines;		/* of a heading that begins here by the outline */
};

struct lines {
	struct line *v;
	size_t n, cap;
	double gap;			/* the usual distance between two lines of the page */
	struct arena mem;
};

/* --- lines --- */

static struct line line_of(struct lines *ls, const struct pdf_run *runs, size_t n)
{
	struct line l = { .runs = runs, .n_runs = n, .x0 = runs[0].x0, .y0 = runs[0].y0, .x1 = runs[0].x1, .y1 = runs[0].y1 };
	SCOPED(buf) text = BUF_INIT;
	size_t bold = 0, mono = 0, all = 0;

	for (size_t i = 0; i < n; i++) {
		l.x0 = fmin(l.x0, runs[i].x0);
		l.y0 = fmin(l.y0, runs[i].y0);
		l.x1 = fmax(l.x1, runs[i].x1);
		l.y1 = fmax(l.y1, runs[i].y1);
		l.size = fmax(l.size, runs[i].size);
		all += runs[i].text.len;
		bold += runs[i].flags & PDF_BOLD ? runs[i].text.len : 0;
		mono += runs[i].flags & PDF_MONO ? runs[i].text.len : 0;
		if (i)
			buf_ch(&text, ' ');
		buf_str(&text, runs[i].text);
	}
	l.is_bold = bold * 10 > all * 9;
	l.is_mono = mono == all;
	l.text = n == 1 ? runs[0].text : arena_str(&ls->mem, buf_view(&text));
	return l;
}

/* A bullet or a number by itself: poppler often takes it for a line of its own. */
static bool is_lone_mark(const struct pdf_run *r)
{
	SCOPED(buf) text = BUF_INIT;

	if (r->text.len > 6)
		return false;
	buf_str(&text, r->text);
	buf_c(&text, " x");
	return line_item_mark(buf_view(&text)) == r->text.len + 1;
}

static bool is_same_line(const struct pdf_run *first, const struct pdf_run *r)
{
	double shared = fmin(first->y1, r->y1) - fmax(first->y0, r->y0);

	if (r->flags & PDF_RUNNING)
		return false;
	if (r->flags & PDF_SAME_LINE)
		return true;
	return shared > 0.5 * (first->y1 - first->y0) && r->x0 > first->x1 && r->x0 - first->x1 < MARK_GAP * r->size &&
		is_lone_mark(first);
}

static void make_lines(struct lines *ls, const struct pdf_page *page)
{
	size_t i = 0;

	while (i < page->n) {
		size_t n = 1;

		if (page->runs[i].flags & PDF_RUNNING) {
			i++;
			continue;
		}
		while (i + n < page->n && is_same_line(&page->runs[i], &page->runs[i + n]))
			n++;
		ls->v = mem_grow(ls->v, &ls->cap, ls->n + 1, sizeof(*ls->v));
		ls->v[ls->n++] = line_of(ls, &page->runs[i], n);
		i += n;
	}
}

static bool same_column(const struct line *a, const struct line *b)
{
	double shared = fmin(a->x1, b->x1) - fmax(a->x0, b->x0);

	return shared > 0.5 * fmin(a->x1 - a->x0, b->x1 - b->x0);
}

static double height_of(const struct line *l)
{
	return l->y1 - l->y0;
}

/* The distance that most lines keep: distances between neighbours by quarter points. */
static void find_gap(struct lines *ls)
{
	size_t count[161] = { 0 }, best = 0;

	for (size_t i = 1; i < ls->n; i++) {
		double gap = ls->v[i].y0 - ls->v[i - 1].y1;

		if (gap > -10 && gap < 30 && same_column(&ls->v[i], &ls->v[i - 1]))
			count[(size_t)((gap + 10) * 4)]++;
	}
	for (size_t g = 1; g < 161; g++)
		if (count[g] > count[best])
			best = g;
	ls->gap = count[best] ? (double)best / 4 - 10 : 0;
}

/* Lines that follow each other closely, and how far the longest of them reaches. */
static size_t cluster_at(const struct lines *ls, size_t from, double *right)
{
	size_t n = 1;

	*right = ls->v[from].x1;
	while (from + n < ls->n) {
		const struct line *above = &ls->v[from + n - 1], *l = above + 1;

		if (!same_column(above, l) || l->y0 <= above->y0 || l->y0 - above->y1 > fmax(ls->gap, 0) + GAP_MORE * height_of(l))
			break;
		*right = fmax(*right, l->x1);
		n++;
	}
	return n;
}

/* Right edges: of the cluster where it has lines enough to tell, else of what stands around in the column. */
static void find_columns(struct lines *ls)
{
	for (size_t i = 0; i < ls->n; i++) {
		size_t from = i > NEIGHBOURS ? i - NEIGHBOURS : 0, to = i + NEIGHBOURS < ls->n ? i + NEIGHBOURS : ls->n;

		ls->v[i].right = ls->v[i].x1;
		for (size_t k = from; k < to; k++)
			if (same_column(&ls->v[i], &ls->v[k]) && fabs(ls->v[k].size - ls->v[i].size) < 0.2 * ls->v[i].size)
				ls->v[i].right = fmax(ls->v[i].right, ls->v[k].x1);
	}
	for (size_t from = 0, n; from < ls->n; from += n) {
		double right;

		n = cluster_at(ls, from, &right);
		for (size_t i = from; n >= CLUSTER_MIN && i < from + n; i++)
			ls->v[i].right = right;
	}
}

/* --- headings --- */

/* Letters and digits in lower case: what remains of a title however it is set. */
static void bare(struct str s, struct buf *out)
{
	for (size_t at = 0; at < s.len;) {
		uint32_t cp;

		at += utf8_decode(s, at, &cp);
		if (utf8_is_word(cp))
			utf8_fold(out, cp);
	}
}

/* "3.2" before the title is the line's, not always the outline's, and the other way round. */
static struct str without_number(struct str s)
{
	while (s.len && isdigit((unsigned char)s.p[0]))
		s = str_sub(s, 1, s.len);
	return s;
}

static bool same_title(struct str a, struct str b)
{
	SCOPED(buf) x = BUF_INIT;
	SCOPED(buf) y = BUF_INIT;

	bare(a, &x);
	bare(b, &y);
	if (!x.len || !y.len)
		return false;
	if (str_eq(buf_view(&x), buf_view(&y)))
		return true;
	return without_number(buf_view(&x)).len >= 3 && str_eq(without_number(buf_view(&x)), without_number(buf_view(&y)));
}

/* How many lines from `at` are this title; 0: none. */
static size_t title_lines(const struct lines *ls, size_t at, struct str title)
{
	SCOPED(buf) text = BUF_INIT;

	for (size_t n = 1; n <= TITLE_LINES && at + n <= ls->n; n++) {
		if (text.len)
			buf_ch(&text, ' ');
		buf_str(&text, ls->v[at + n - 1].text);
		if (same_title(buf_view(&text), title))
			return n;
		if (text.len > title.len + 40)
			break;
	}
	return 0;
}

/* Of several places with the title's words the one in the largest letters: the others are a running head, a reference. */
static bool place_entry(struct lines *ls, struct pdf_entry *e)
{
	struct line *best = NULL;
	size_t best_lines = 0;

	for (size_t i = 0; i < ls->n; i++) {
		size_t n = ls->v[i].head ? 0 : title_lines(ls, i, e->title);

		if (!n || (best && ls->v[i].size < best->size * (1 + SIZE_SAME)))
			continue;
		best = &ls->v[i];
		best_lines = n;
	}
	if (!best)
		return false;
	for (size_t i = 0; i < best_lines; i++)
		best[i].head = e->level;
	best->head_lines = best_lines;
	return true;
}

/* Entries of this page, in their order; those whose words are not found stand at its top, unless a paragraph is open. */
static void place_outline(struct writer *w, struct lines *ls, struct pdf_outline *o, int number, bool is_open)
{
	size_t tried = 0;

	for (; o->at < o->n && o->entries[o->at].page <= number; o->at++) {
		struct pdf_entry *e = &o->entries[o->at];

		if ((tried++ >= PAGE_ENTRIES_MAX || !place_entry(ls, e)) && !is_open)
			writer_head(w, e->level, e->title);
	}
}

/* "2.1.3 Samples" is of level 3; 0 when it has no number. */
static int level_of_number(struct str text)
{
	int level = 0;
	size_t at = 0;

	while (at < text.len && isdigit((unsigned char)text.p[at])) {
		while (at < text.len && isdigit((unsigned char)text.p[at]))
			at++;
		level++;
		if (at < text.len && text.p[at] == '.')
			at++;
	}
	return at < text.len && text.p[at] == ' ' && level <= 6 ? level : 0;
}

static int level_of_size(const struct line *l, double body)
{
	double ratio = l->size / body;

	if (ratio >= 1.7)
		return 1;
	return ratio >= 1.3 ? 2 : 3;
}

static bool same_look(const struct line *a, const struct line *b)
{
	return fabs(a->size - b->size) <= SIZE_SAME * a->size && a->is_bold == b->is_bold && a->is_mono == b->is_mono;
}

/* Lines from `i` that look alike and follow each other closely: a heading's, or a paragraph's. */
static size_t alike_lines(const struct lines *ls, size_t i)
{
	size_t n = 1;

	while (i + n < ls->n) {
		const struct line *above = &ls->v[i + n - 1], *l = above + 1;

		if (!same_look(above, l) || l->y0 <= above->y0 || l->y0 - above->y1 > 0.8 * height_of(l))
			break;
		n++;
	}
	return n;
}

static bool begins_item(struct str s)
{
	return line_item_mark(s) && !isdigit((unsigned char)s.p[0]);
}

/* Of a heading of several lines only the first begins like one, and only the last may end short. */
static bool is_heading(const struct lines *ls, size_t from, size_t n, double body)
{
	const struct line *first = &ls->v[from], *last = &ls->v[from + n - 1];
	bool is_larger = first->size >= body * HEAD_LARGER;
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		len += ls->v[from + i].text.len;
	if (n > TITLE_LINES || len > HEAD_BYTES_MAX || first->n_runs > 2 || first->is_mono || begins_item(first->text) ||
		line_is_caption(first->text) || (!is_larger && !first->is_bold) || first->size < body * 0.95)
		return false;
	if (!line_may_head(first->text) && !(is_larger && level_of_number(first->text)) && n == 1)
		return false;
	if (n > 1 && !line_may_head(last->text) && !line_may_head(first->text))
		return false;
	/* Bold alone: a line by itself, above text that is not bold. */
	return is_larger || (n == 1 && last->x1 < last->right - 2 * last->size);
}

static void mark_heading(struct lines *ls, size_t from, size_t n, double body)
{
	int level = level_of_number(ls->v[from].text);

	for (size_t i = 0; i < n; i++)
		ls->v[from + i].head = level ? level : level_of_size(&ls->v[from], body);
	ls->v[from].head_lines = n;
}

static void mark_headings(struct lines *ls, double body)
{
	for (size_t i = 0, n; i < ls->n; i += n) {
		n = alike_lines(ls, i);
		/* Two headings in a row, each with its number, are two. */
		if (n > 1 && n <= TITLE_LINES && level_of_number(ls->v[i + 1].text))
			n = 1;
		if (is_heading(ls, i, n, body))
			mark_heading(ls, i, n, body);
	}
}

/* --- kinds --- */

static bool ends_sentence(struct str s)
{
	static const char *const ends[] = { ".", "!", "?", ":", ".)", ".\"", ".\xE2\x80\x9D", "\xE3\x80\x82" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends(s, str_c(ends[i])))
			return true;
	return false;
}

static bool is_full(const struct line *l)
{
	return l->x1 > l->right - 4 * l->size;
}

/* Cells in the same places: the second ones begin, or the last ones end alike. */
static bool is_aligned(const struct line *a, const struct line *b)
{
	double near = 0.5 * a->size;

	return b->n_runs >= 2 && (fabs(a->runs[1].x0 - b->runs[1].x0) < near || fabs(a->x1 - b->x1) < near);
}

/* A line with gaps, above or below another with gaps in the same places. A bullet and its words are no cells. */
static bool is_row(const struct lines *ls, size_t i)
{
	const struct line *l = &ls->v[i];

	if (l->n_runs == 2 && line_item_mark(l->text))
		return false;
	return l->n_runs >= 2 && ((i && is_aligned(l, l - 1)) || (i + 1 < ls->n && is_aligned(l, l + 1)));
}

static bool is_note(const struct line *l, const struct pdf_look *look, const struct pdf_page *page)
{
	return l->size < look->body_size * NOTE_SMALLER && l->y0 > page->height * 0.6 && l->text.len > 2 &&
		(isdigit((unsigned char)l->text.p[0]) || l->text.p[0] == '*' || str_starts(l->text, STR("\xE2\x80\xA0")));
}

/* "Purpose . . . . . 2", "Purpose ______ 2": a line of a table of contents. */
static size_t leader_at(struct str s, size_t from, size_t *len)
{
	for (size_t at = from; at < s.len; at++) {
		size_t to = at, marks = 0;

		while (to < s.len && (s.p[to] == s.p[at] || s.p[to] == ' '))
			marks += s.p[to++] != ' ';
		if ((s.p[at] == '.' || s.p[at] == '_') && marks >= LEADER_MIN) {
			*len = to - at;
			return at;
		}
	}
	return STR_NONE;
}

static bool has_leader(struct str s)
{
	size_t len;

	return leader_at(s, 0, &len) != STR_NONE;
}

/* "see sections 9 and | 10. This proposal": the number ends the sentence of the line above. */
static bool is_number_of_sentence(const struct lines *ls, size_t i)
{
	const struct line *l = &ls->v[i], *above = l - 1;

	if (!i || !isdigit((unsigned char)l->text.p[0]) || !same_column(above, l) || l->y0 <= above->y0)
		return false;
	return fabs(l->x0 - above->x0) < 1 && is_full(above) && !ends_sentence(above->text) && !line_item_mark(above->text) &&
		l->y0 - above->y1 < fmax(ls->gap, 0) + GAP_MORE * height_of(l) * 0.5;
}

static enum extraction_kind kind_of(const struct lines *ls, size_t i, const struct pdf_look *look, const struct pdf_page *page)
{
	const struct line *l = &ls->v[i];

	if (l->head)
		return EXTRACTION_HEADING;
	if (is_row(ls, i) || has_leader(l->text))
		return EXTRACTION_ROW;
	if (line_item_mark(l->text) && !is_number_of_sentence(ls, i))
		return EXTRACTION_ITEM;
	if (line_is_caption(l->text))
		return EXTRACTION_CAPTION;
	if (l->is_mono)
		return EXTRACTION_CODE;
	return is_note(l, look, page) ? EXTRACTION_NOTE : EXTRACTION_PARAGRAPH;
}

/* --- paragraphs --- */

static double first_word_width(const struct line *l)
{
	size_t len = str_find_ch(l->text, ' ', 0);

	return (double)utf8_count(str_sub(l->text, 0, len)) * l->runs[0].char_width;
}

static bool begins_small(struct str s)
{
	uint32_t cp = 0;

	utf8_decode(s, 0, &cp);
	return utf8_is_letter(cp) && !utf8_is_upper(cp);
}

/* A sentence is cut between the two. */
static bool is_cut(const struct line *above, struct str next)
{
	return !ends_sentence(above->text) && begins_small(next);
}

/* The line above had room for this line's first word and did not take it. */
static bool ended_on_purpose(const struct line *above, const struct line *l)
{
	double right = fmax(above->right, l->right);

	if (is_cut(above, l->text))
		return false;
	return above->x1 + first_word_width(l) + 1.5 * l->runs[0].char_width < right - 0.5 * l->size;
}

/* At the foot of one column and the head of the next. */
static bool goes_on_in_column(const struct line *above, const struct line *l)
{
	return l->y0 < above->y0 && l->x0 > above->x0 && fabs(l->size - above->size) < SIZE_SAME * l->size &&
		above->n_runs == 1 && is_full(above) && is_cut(above, l->text);
}

/*
 * Indented as a first line is. A line under the block's first may hang: then the
 * first reached the right edge. Lines about one centre are centred, not indented.
 */
static bool is_first_line(const struct line *block, const struct line *above, const struct line *l)
{
	double indent = l->x0 - above->x0;

	if (fabs(l->x0 + l->x1 - above->x0 - above->x1) < CENTRED * l->size)
		return false;
	if (indent < INDENT * l->size || indent > 8 * l->size || (above == block && is_cut(above, l->text)))
		return false;
	return above != block || above->x1 < above->right - 3 * l->size;
}

struct block {
	enum extraction_kind kind;
	const struct line *first, *last;
};

static bool goes_on(const struct lines *ls, const struct block *b, const struct line *l, enum extraction_kind kind)
{
	const struct line *above = b->last;
	double gap = l->y0 - above->y1;

	if (kind == EXTRACTION_CODE && b->kind == EXTRACTION_CODE)
		return same_column(above, l) && l->y0 > above->y0 && gap < GAP_MAX * height_of(l);
	if (kind != EXTRACTION_PARAGRAPH && !(kind == EXTRACTION_CODE && b->kind == EXTRACTION_PARAGRAPH))
		return false;
	if (b->kind == EXTRACTION_HEADING || b->kind == EXTRACTION_ROW || b->kind == EXTRACTION_CODE)
		return false;
	if (b->kind == EXTRACTION_PARAGRAPH && goes_on_in_column(above, l))
		return true;
	if (l->y0 <= above->y0 || !same_column(above, l) || fabs(l->size - above->size) > SIZE_SAME * 2 * above->size)
		return false;
	if (gap > fmax(ls->gap, 0) + GAP_MORE * height_of(l) || gap > GAP_MAX * height_of(l))
		return false;
	if (above->is_bold && !l->is_bold && b->first == above && ended_on_purpose(above, l))
		return false;
	return !is_first_line(b->first, above, l) && !ended_on_purpose(above, l);
}

/* --- writing --- */

static bool is_cjk_end(struct str s, bool at_end)
{
	uint32_t cp = 0;

	if (s.len)
		utf8_decode(s, at_end ? utf8_floor(s, s.len - 1) : 0, &cp);
	return (cp >= 0x3000 && cp <= 0x30FF) || (cp >= 0x3400 && cp <= 0x9FFF) || (cp >= 0xFF00 && cp <= 0xFFEF);
}

static bool ends_in_hyphen(struct str s)
{
	return s.len > 1 && s.p[s.len - 2] != ' ' && s.p[s.len - 2] != '-' &&
		(str_ends(s, STR("-")) || str_ends(s, STR("\xE2\x80\x90")) || str_ends(s, STR("\xC2\xAD")));
}

static size_t hyphen_len(struct str s)
{
	return str_ends(s, STR("-")) ? 1 : str_ends(s, STR("\xC2\xAD")) ? 2 : 3;
}

/* The line's words, and what joins it to the next: nothing, where a word was cut or has none between its letters. */
static void write_joined(struct writer *w, const struct pdf_look *look, const struct line *l, const struct line *next)
{
	struct str text = l->text;

	if (!next) {
		writer_add(w, text);
	} else if (ends_in_hyphen(text)) {
		if (pdf_words_drop_hyphen(look->words, text, next->text))
			text.len -= hyphen_len(text);
		writer_add(w, text);
	} else {
		writer_add(w, text);
		if (!is_cjk_end(text, true) || !is_cjk_end(next->text, false))
			writer_add(w, STR(" "));
	}
}

/* The dots lead the eye and say nothing. */
static void write_without_leader(struct writer *w, struct str s)
{
	size_t from = 0, len = 0, at;

	while ((at = leader_at(s, from, &len)) != STR_NONE) {
		writer_add(w, str_sub(s, from, at));
		writer_add(w, STR(" "));
		from = at + len;
	}
	writer_add(w, str_sub(s, from, s.len));
}

/* Two cells are as often a title and its page, or a term and its meaning, as a row: they stay readable as one. */
static void write_row(struct writer *w, const struct line *l)
{
	if (l->n_runs == 2 || has_leader(l->text)) {
		write_without_leader(w, l->text);
		return;
	}
	for (size_t i = 0; i < l->n_runs; i++) {
		if (i)
			writer_add(w, STR(" | "));
		writer_add(w, l->runs[i].text);
	}
}

/* Code keeps its lines, and their indentation as far as a monospaced font tells it. */
static void write_code(struct writer *w, const struct line *l, const struct line *first, bool is_first)
{
	double indent = (l->x0 - first->x0) / fmax(l->runs[0].char_width, 1);

	if (!is_first)
		writer_add(w, STR("\n"));
	for (int i = 0; i < (int)(indent + 0.5) && i < 80; i++)
		writer_add(w, STR(" "));
	writer_add(w, l->text);
}

static void write_block(struct writer *w, const struct pdf_look *look, struct lines *ls, size_t from, size_t to,
	enum extraction_kind kind, bool is_going_on)
{
	int level = kind == EXTRACTION_HEADING ? ls->v[from].head : kind == EXTRACTION_ITEM;

	if (!is_going_on)
		writer_open(w, kind, level);
	for (size_t i = from; i < to; i++) {
		if (kind == EXTRACTION_ROW)
			write_row(w, &ls->v[i]);
		else if (kind == EXTRACTION_CODE)
			write_code(w, &ls->v[i], &ls->v[from], i == from);
		else
			write_joined(w, look, &ls->v[i], i + 1 < to ? &ls->v[i + 1] : NULL);
	}
}

/* Where the block that begins at `from` ends. */
static size_t end_of_block(const struct lines *ls, size_t from, enum extraction_kind kind, const struct pdf_look *look,
	const struct pdf_page *page)
{
	struct block b = { kind, &ls->v[from], &ls->v[from] };
	size_t to = from + 1;

	if (kind == EXTRACTION_HEADING)
		return from + (ls->v[from].head_lines ? ls->v[from].head_lines : 1);
	while (to < ls->n && goes_on(ls, &b, &ls->v[to], kind_of(ls, to, look, page)))
		b.last = &ls->v[to++];
	return to;
}

/* The page's last paragraph goes on with the first of the next: it is cut in a sentence, and that begins in one. */
static bool goes_over(const struct lines *ls, size_t last, enum extraction_kind kind, const struct pdf_page *page,
	const struct pdf_page *next)
{
	const struct line *l = &ls->v[last];
	const struct pdf_run *first = NULL;

	for (size_t i = 0; next && i < next->n && !first; i++)
		if (!(next->runs[i].flags & PDF_RUNNING))
			first = &next->runs[i];
	if (!first || kind != EXTRACTION_PARAGRAPH || l->n_runs > 1 || !is_cut(l, first->text))
		return false;
	/* A line so short that it shows no column may end anywhere. */
	return is_full(l) && l->x1 - l->x0 > COLUMN_MIN * page->width && fabs(first->size - l->size) < SIZE_SAME * l->size && !line_item_mark(first->text);
}

static void write_lines(struct writer *w, const struct pdf_look *look, struct lines *ls, const struct pdf_page *page,
	const struct pdf_page *next, struct pdf_open *open)
{
	bool is_open = open->is_open;

	*open = (struct pdf_open){ false, false };
	for (size_t from = 0, to; from < ls->n && !writer_is_full(w); from = to) {
		enum extraction_kind kind = is_open && !from ? EXTRACTION_PARAGRAPH : kind_of(ls, from, look, page);

		to = end_of_block(ls, from, kind, look, page);
		to = to < ls->n ? to : ls->n;
		write_block(w, look, ls, from, to, kind, is_open && !from);
		if (to == ls->n && goes_over(ls, to - 1, kind, page, next)) {
			open->is_open = true;
			if (!ends_in_hyphen(ls->v[to - 1].text))
				writer_add(w, STR(" "));
			return;
		}
		writer_close(w);
	}
}

void pdf_page_write(struct writer *w, struct pdf_look *look, const struct pdf_page *page, const struct pdf_page *next,
	int number, struct pdf_open *open)
{
	struct lines ls = { .v = NULL, .mem = ARENA_INIT };

	make_lines(&ls, page);
	find_gap(&ls);
	find_columns(&ls);
	for (size_t i = 0; i < ls.n; i++)
		pdf_words_add(look->words, ls.v[i].text);
	if (look->outline->n)
		place_outline(w, &ls, look->outline, number, open->is_open);
	else
		mark_headings(&ls, look->body_size);
	write_lines(w, look, &ls, page, next, open);
	mem_free(ls.v);
	arena_release(&ls.mem);
}
