/*
 * A text to read, wrapped at words, with a part of it stressed: the page that a citation rests on.
 */
#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/chat/footnotes.h"
#include "ibid/store/documents.h"
#include "screen_internal.h"

/* Bytes of a text without pages that are shown on each side of the passage. */
#define AROUND_MAX ((size_t)16 << 10)

struct pager {
	struct view view;
	struct arena arena;
	struct str title, text;
	size_t mark_from, mark_to;
	struct buf needle;
	struct span *lines;	/* for the width of the last drawing */
	size_t n, cap;
	int cols, rows;
	size_t top;
	bool is_placed;
	struct citation citation;
	bool has_citation;
};

static struct pager *pager_of(struct view *v)
{
	return (struct pager *)(void *)v;
}

/* --- lines */

static void add_line(struct pager *p, size_t from, size_t to)
{
	p->lines = mem_grow(p->lines, &p->cap, p->n + 1, sizeof(*p->lines));
	p->lines[p->n++] = (struct span){ from, to };
}

/* Where the line that begins at `from` ends, and in *next where the next one begins. */
static size_t line_end(const struct pager *p, size_t from, size_t *next)
{
	size_t at = from, cols = 0, blank = STR_NONE;

	while (at < p->text.len && p->text.p[at] != '\n') {
		size_t to = utf8_next_cluster(p->text, at);
		size_t width = p->text.p[at] == '\t' ? 1 : utf8_cols(str_sub(p->text, at, to));

		if (p->text.p[at] == ' ')
			blank = at;
		if (cols + width > (size_t)p->cols && at > from) {
			*next = blank == STR_NONE ? at : blank + 1;
			return blank == STR_NONE ? at : blank;
		}
		cols += width;
		at = to;
	}
	*next = at + 1;
	return at;
}

static void lay_out(struct pager *p, int cols)
{
	if (p->cols == cols)
		return;
	p->cols = cols < 1 ? 1 : cols;
	p->n = 0;
	for (size_t at = 0, next; at <= p->text.len && p->text.len; at = next) {
		size_t end = line_end(p, at, &next);

		add_line(p, at, end);
	}
	p->is_placed = false;
}

/* The passage stands a third below the top, when there is one. */
static void place(struct pager *p)
{
	size_t line = 0;

	if (p->is_placed)
		return;
	p->is_placed = true;
	while (line + 1 < p->n && p->lines[line + 1].byte_from <= p->mark_from)
		line++;
	p->top = line > (size_t)p->rows / 3 ? line - (size_t)p->rows / 3 : 0;
}

/* --- drawing */

static void draw_line(const struct pager *p, struct canvas *c, int row, int col, struct span at)
{
	size_t from = p->mark_from > at.byte_from ? p->mark_from : at.byte_from;
	size_t to = p->mark_to < at.byte_to ? p->mark_to : at.byte_to;
	int used = 0;

	if (from >= to) {
		canvas_put(c, row, col, p->cols, str_sub(p->text, at.byte_from, at.byte_to), OUT_PLAIN);
		return;
	}
	used += canvas_put(c, row, col, p->cols, str_sub(p->text, at.byte_from, from), OUT_PLAIN);
	used += canvas_put(c, row, col + used, p->cols - used, str_sub(p->text, from, to), OUT_MATCH | CANVAS_REVERSE);
	if (used < p->cols)
		canvas_put(c, row, col + used, p->cols - used, str_sub(p->text, to, at.byte_to), OUT_PLAIN);
}

static void clamp(struct pager *p)
{
	size_t last = p->n > (size_t)p->rows ? p->n - (size_t)p->rows : 0;

	if (p->top > last)
		p->top = last;
}

static void draw(struct view *v, struct canvas *c, struct area at)
{
	struct pager *p = pager_of(v);
	int cols = at.cols > PANE_TEXT_COLS ? PANE_TEXT_COLS : at.cols, margin = (at.cols - cols) / 2;

	lay_out(p, cols);
	p->rows = at.rows - 1;
	place(p);
	clamp(p);
	canvas_put(c, at.row, at.col + margin, cols, p->title, CANVAS_ROLE);
	for (int y = 1; y < at.rows && p->top + (size_t)y - 1 < p->n; y++)
		draw_line(p, c, at.row + y, at.col + margin, p->lines[p->top + (size_t)y - 1]);
}

/* --- finding */

/* The next (previous) place after the one that is stressed becomes that one. */
static bool find(struct pager *p, struct str needle, int step)
{
	size_t at = p->mark_from, found = STR_NONE;

	if (step > 0)
		found = str_find_nocase(p->text, needle, p->mark_to > at ? at + 1 : 0);
	for (size_t i = 0; step < 0 && (i = str_find_nocase(p->text, needle, i)) != STR_NONE && i < at; i++)
		found = i;
	if (found == STR_NONE)
		return false;
	p->mark_from = found;
	p->mark_to = found + needle.len;
	p->is_placed = false;
	return true;
}

static void find_again(struct pager *p, int step)
{
	struct screen *s = p->view.screen;

	if (!p->needle.len)
		screen_say(s, "nothing is looked for; / begins");
	else if (!find(p, buf_view(&p->needle), step))
		screen_say(s, "'%s' does not come %s", buf_cstr(&p->needle), step > 0 ? "any more" : "before");
}

/* The page may have gone meanwhile. */
static void answer(struct screen *s, struct str text, int step)
{
	struct view *v = screen_top(s);
	struct pager *p = v && v->ops->keys == VIEW_PAGER ? pager_of(v) : NULL;

	if (!p || !text.len)
		return;
	buf_reset(&p->needle);
	buf_str(&p->needle, text);
	find_again(p, step);
}

static void answer_find(struct screen *s, struct str text, void *ctx)
{
	(void)ctx;
	answer(s, text, 1);
}

static void answer_find_back(struct screen *s, struct str text, void *ctx)
{
	(void)ctx;
	answer(s, text, -1);
}

/* --- moving */

static void scroll(struct pager *p, int64_t by)
{
	int64_t to = (int64_t)p->top + by;

	p->top = to < 0 ? 0 : (size_t)to;
	clamp(p);
}

static bool act(struct view *v, enum action a)
{
	struct pager *p = pager_of(v);
	struct err err = ERR_INIT;

	switch (a) {
	case ACTION_UP: scroll(p, -1); return true;
	case ACTION_DOWN: scroll(p, 1); return true;
	case ACTION_PAGE_UP: scroll(p, -(p->rows - 1)); return true;
	case ACTION_PAGE_DOWN: scroll(p, p->rows - 1); return true;
	case ACTION_HALF_UP: scroll(p, -p->rows / 2); return true;
	case ACTION_HALF_DOWN: scroll(p, p->rows / 2); return true;
	case ACTION_TOP: p->top = 0; return true;
	case ACTION_END: scroll(p, (int64_t)p->n); return true;
	case ACTION_LEFT:
	case ACTION_RIGHT: return true;
	case ACTION_FIND: screen_ask(v->screen, "/", STR_EMPTY, answer_find, NULL); return true;
	case ACTION_FIND_BACK: screen_ask(v->screen, "find backwards: ", STR_EMPTY, answer_find_back, NULL); return true;
	case ACTION_FIND_NEXT: find_again(p, 1); return true;
	case ACTION_FIND_PREV: find_again(p, -1); return true;
	case ACTION_OPEN: screen_pop(v->screen); return true;
	case ACTION_OPEN_FILE:
		if (p->has_citation && screen_open_source(v->screen, &p->citation, &err) != OK)
			screen_say_err(v->screen, &err);
		return p->has_citation;
	default: return false;
	}
}

static void hint(struct view *v, struct buf *out)
{
	buf_c(out, pager_of(v)->has_citation ? "o open file  Space page  Esc back" : "Space page  Esc back");
}

static void pager_free(struct view *v)
{
	struct pager *p = pager_of(v);

	mem_free(p->lines);
	buf_release(&p->needle);
	arena_release(&p->arena);
	mem_free(p);
}

static const struct view_ops ops = { "page", VIEW_PAGER, draw, act, NULL, NULL, NULL, hint, pager_free };

static struct pager *pager_new(struct screen *s)
{
	struct pager *p = mem_zalloc(1, sizeof(*p));

	p->view = (struct view){ &ops, s };
	return p;
}

/* --- the passage of a citation */

/* Its pages, or its surroundings where the text has none. */
static struct span around(const struct text *t, struct span at)
{
	int first = text_page_of(t, at.byte_from), last = text_page_of(t, at.byte_to ? at.byte_to - 1 : 0);
	struct span span = { at.byte_from > AROUND_MAX ? at.byte_from - AROUND_MAX : 0, at.byte_to + AROUND_MAX };

	if (first >= 0 && last >= 0)
		return (struct span){ t->pages[first].at.byte_from, t->pages[last].at.byte_to };
	span.byte_from = utf8_ceil(t->text, span.byte_from);
	span.byte_to = utf8_floor(t->text, span.byte_to < t->text.len ? span.byte_to : t->text.len);
	return span;
}

static struct str title_of(struct screen *s, struct arena *a, const struct citation *c, const struct text *t)
{
	struct document doc = footnotes_document(s->host->chat.db, a, &c->anchor);
	SCOPED(buf) place = BUF_INIT;

	footnotes_add_place(&place, &c->anchor, doc.title);
	return arena_fmt(a, "[%d%s] %.*s%s%s%s  %s", c->n, cite_level_mark(c->level), STR_ARG(doc.title),
		place.len ? ", " : "", buf_cstr(&place), t->version < doc.version ? "  (an earlier version)" : "",
		cite_level_name(c->level));
}

/* Whether the line break at byte `at` begins something: a paragraph, an item, a row, a line of code. */
static bool is_hard_break(const struct text *t, size_t at, size_t *sentence)
{
	const uint32_t begins = SENTENCE_PARAGRAPH | SENTENCE_HEAD | SENTENCE_ROW | SENTENCE_CODE | SENTENCE_ITEM;

	while (*sentence < t->n_sentences && t->sentences[*sentence].at.byte_to <= at)
		(*sentence)++;
	if (*sentence == t->n_sentences)
		return true;
	if (t->sentences[*sentence].at.byte_from <= at)
		return t->sentences[*sentence].flags & (SENTENCE_CODE | SENTENCE_ROW);
	return t->sentences[*sentence].flags & begins;
}

/* Files are wrapped at some width; at another one their line breaks are blanks. Offsets stay. */
static struct str unwrapped(struct arena *a, const struct text *t, struct span at)
{
	struct str copy = arena_str(a, text_at(t, at));
	char *bytes = (char *)copy.p;
	size_t sentence = 0;

	for (size_t i = 0; i < copy.len; i++)
		if (bytes[i] == '\n' && !is_hard_break(t, at.byte_from + i, &sentence))
			bytes[i] = ' ';
	return copy;
}

enum err_code view_passage(struct screen *s, const struct citation *c, struct view **v, struct err *err)
{
	struct pager *p;
	struct span shown;
	struct text t;

	if (!c->anchor.doc_id)
		return err_set(err, ERR_MISSING, "nothing was found that this sentence rests on");
	p = pager_new(s);
	if (store_text(s->host->chat.db, &p->arena, c->anchor.text_id, &t, err) != OK) {
		pager_free(&p->view);
		return err->code;
	}
	shown = around(&t, c->anchor.at);
	p->title = title_of(s, &p->arena, c, &t);
	p->text = unwrapped(&p->arena, &t, shown);
	p->mark_from = c->anchor.at.byte_from - shown.byte_from;
	p->mark_to = c->anchor.at.byte_to - shown.byte_from;
	p->citation = *c;
	p->citation.anchor.page_label = p->citation.anchor.head_path = STR_EMPTY;
	p->has_citation = true;
	*v = &p->view;
	return OK;
}
