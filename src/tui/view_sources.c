/*
 * The citations of a message: level, document, page, and the selected one in its
 * surroundings. A drawer below the conversation, a pane beside it, or all of a
 * small screen; it keeps its place while the conversation is read.
 */
#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/chat/footnotes.h"
#include "ibid/store/documents.h"
#include "screen_internal.h"

/* Bytes of the source shown on each side of the passage. */
#define CONTEXT_BYTES 400
#define LEVEL_COLS 11
/* A narrower row has no room for the words as well; the selected one's stand below. */
#define QUOTE_FROM_COLS 70

struct sources {
	struct view view;
	int64_t message_id;
	int message_n;
	struct arena arena, context_arena;
	struct answer answer;
	struct str *titles, *places;	/* beside the citations */
	size_t selected, top;
	size_t context_of;		/* the citation whose context is at hand; SIZE_MAX: none */
	struct str before, quote, after;
	int list_rows;
};

static struct sources *sources_of(struct view *v)
{
	return (struct sources *)(void *)v;
}

static struct store *db_of(const struct sources *p)
{
	return p->view.screen->host->chat.db;
}

/* --- loading */

static void load_titles(struct sources *p)
{
	p->titles = arena_array(&p->arena, p->answer.n_citations, sizeof(*p->titles));
	p->places = arena_array(&p->arena, p->answer.n_citations, sizeof(*p->places));
	for (size_t i = 0; i < p->answer.n_citations; i++) {
		const struct citation *c = &p->answer.citations[i];
		struct document doc = footnotes_document(db_of(p), &p->arena, &c->anchor);
		SCOPED(buf) place = BUF_INIT;

		footnotes_add_place(&place, &c->anchor, doc.title);
		p->titles[i] = c->anchor.doc_id ? doc.title : STR("(no source)");
		p->places[i] = arena_str(&p->arena, buf_view(&place));
	}
}

static void load(struct sources *p)
{
	struct err err = ERR_INIT;
	struct message m;
	bool found = false;

	arena_reset(&p->arena);
	p->answer = (struct answer){ .message_id = 0 };
	p->context_of = SIZE_MAX;
	if (!p->message_id || store_message(db_of(p), &p->arena, p->message_id, &m, &err) != OK ||
		store_answer(db_of(p), &p->arena, p->message_id, &p->answer, &found, &err) != OK)
		return;
	p->message_n = m.n;
	load_titles(p);
	if (p->selected >= p->answer.n_citations)
		p->selected = p->answer.n_citations ? p->answer.n_citations - 1 : 0;
}

static const struct citation *selected_of(const struct sources *p)
{
	return p->selected < p->answer.n_citations ? &p->answer.citations[p->selected] : NULL;
}

/* The surroundings come from the version that is cited, so they are there even when the source changed. */
static void load_context(struct sources *p)
{
	const struct citation *c = selected_of(p);
	struct err ignored = ERR_INIT;
	struct text t;
	size_t from, to;

	if (p->context_of == p->selected)
		return;
	arena_reset(&p->context_arena);
	p->context_of = p->selected;
	p->before = p->quote = p->after = STR_EMPTY;
	if (!c || !c->anchor.doc_id)
		return;
	p->quote = c->anchor.exact;
	if (store_text(db_of(p), &p->context_arena, c->anchor.text_id, &t, &ignored) != OK ||
		c->anchor.at.byte_to > t.text.len)
		return;
	from = c->anchor.at.byte_from > CONTEXT_BYTES ? c->anchor.at.byte_from - CONTEXT_BYTES : 0;
	to = c->anchor.at.byte_to + CONTEXT_BYTES;
	from = utf8_ceil(t.text, from);
	to = utf8_floor(t.text, to < t.text.len ? to : t.text.len);
	p->before = str_sub(t.text, from, c->anchor.at.byte_from);
	p->quote = text_at(&t, c->anchor.at);
	p->after = str_sub(t.text, c->anchor.at.byte_to, to);
}

/* --- drawing */

static void draw_title(const struct sources *p, struct canvas *c, struct area at)
{
	size_t n = p->answer.n_citations;
	int used = canvas_putf(c, at.row, at.col, at.cols, CANVAS_ROLE, "-- sources of message %d ", p->message_n);
	SCOPED(buf) right = BUF_INIT;
	int n_right;

	if (n)
		buf_fmt(&right, " %zu/%zu  Tab next  Esc back", p->selected + 1, n);
	n_right = (int)utf8_cols(buf_view(&right));
	if (used + n_right > at.cols)
		n_right = 0;
	canvas_dashes(c, at.row, at.col + used, at.cols - used - n_right);
	if (n_right)
		canvas_put(c, at.row, at.col + at.cols - n_right, n_right, buf_view(&right), CANVAS_HINT);
}

static unsigned level_style(enum cite_level level)
{
	if (cite_level_holds(level))
		return OUT_GOOD;
	return level == LEVEL_WEAK ? OUT_WARN : OUT_BAD;
}

/* A page is short and stays; a title may be cut, and the headings of a text without pages are for the passage itself. */
static void draw_source(const struct sources *p, size_t i, struct canvas *c, int y, int col, int cols)
{
	const struct anchor *at = &p->answer.citations[i].anchor;
	int place = at->page_from ? (int)utf8_cols(p->places[i]) + 2 : 0, used;

	if (place > cols / 2)
		place = 0;
	used = canvas_put(c, y, col, cols - place, p->titles[i], OUT_PLAIN);
	if (place)
		canvas_putf(c, y, col + used, place, OUT_PLAIN, ", %.*s", STR_ARG(p->places[i]));
}

/* Number, level, document and page, the words: each as wide as the screen allows. */
static void draw_row(const struct sources *p, size_t i, struct canvas *c, int y, struct area at)
{
	const struct citation *cite = &p->answer.citations[i];
	int title = at.cols >= QUOTE_FROM_COLS ? at.cols / 3 : at.cols, col = at.col;

	if (cite->n)
		canvas_putf(c, y, col, 4, OUT_BOLD, "%3d", cite->n);
	else
		canvas_put(c, y, col, 4, STR("[-]"), OUT_BAD);
	col += 4;
	canvas_put(c, y, col, LEVEL_COLS, str_c(cite_level_name(cite->level)), level_style(cite->level));
	col += LEVEL_COLS + 1;
	title = title > at.col + at.cols - col ? at.col + at.cols - col : title;
	if (title < 4)
		return;
	draw_source(p, i, c, y, col, title);
	col += title + 1;
	if (col + 8 < at.col + at.cols)
		canvas_put(c, y, col, at.col + at.cols - col, cite->anchor.exact, OUT_QUOTE);
	if (i == p->selected)
		canvas_mark(c, y, at.col, at.cols, p->view.screen->focus == FOCUS_VIEW ? CANVAS_REVERSE : CANVAS_STRONG);
}

struct piece {
	struct str text;
	unsigned style;
};

/* Words that flow into an area, whatever piece they come from. */
struct flow {
	struct canvas *c;
	struct area at;
	int x, y;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

/* False when the area is full. */
static bool flow_word(struct flow *f, struct str word, unsigned style)
{
	int cols = (int)utf8_cols(word);

	if (f->x + cols > f->at.cols && f->x) {
		f->x = 0;
		f->y++;
	}
	if (f->y >= f->at.rows)
		return false;
	f->x += canvas_put(f->c, f->at.row + f->y, f->at.col + f->x, f->at.cols - f->x, word, style);
	return true;
}

static bool flow_piece(struct flow *f, const struct piece *p)
{
	for (size_t at = 0, end; at < p->text.len; at = end) {
		for (end = at; end < p->text.len && is_blank(p->text.p[end]);)
			end++;
		if (end > at && f->x)
			f->x++;
		for (at = end; end < p->text.len && !is_blank(p->text.p[end]);)
			end++;
		if (end > at && !flow_word(f, str_sub(p->text, at, end), p->style))
			return false;
	}
	return true;
}

static void draw_pieces(struct canvas *c, struct area at, const struct piece *pieces, size_t n)
{
	struct flow f = { .c = c, .at = at };

	for (size_t i = 0; i < n && flow_piece(&f, &pieces[i]); i++)
		;
}

/* As much before the passage as leaves room for it and what follows. */
static struct str last_part(struct str s, size_t bytes)
{
	size_t from = s.len > bytes ? utf8_ceil(s, s.len - bytes) : 0;
	size_t blank = from ? str_find_ch(s, ' ', from) : 0;

	return str_sub(s, blank == STR_NONE ? from : blank, s.len);
}

static void draw_context(struct sources *p, struct canvas *c, struct area at)
{
	size_t room = (size_t)(at.rows * at.cols);
	size_t spare = room > p->quote.len + 40 ? (room - p->quote.len - 40) / 2 : 0;
	const struct piece pieces[] = { { STR("..."), CANVAS_HINT }, { last_part(p->before, spare), OUT_PLAIN },
		{ STR(">>"), OUT_MATCH }, { p->quote, OUT_MATCH }, { STR("<<"), OUT_MATCH }, { p->after, OUT_PLAIN } };

	if (at.rows > 0 && p->quote.len)
		draw_pieces(c, at, pieces, sizeof(pieces) / sizeof(*pieces));
}

static void draw(struct view *v, struct canvas *c, struct area at)
{
	struct sources *p = sources_of(v);
	int n = (int)p->answer.n_citations, half = (at.rows - 1) / 2, shown = n < half ? n : half;

	p->list_rows = shown < 1 ? 1 : shown;
	if (p->selected < p->top)
		p->top = p->selected;
	if (p->selected >= p->top + (size_t)p->list_rows)
		p->top = p->selected - (size_t)p->list_rows + 1;
	draw_title(p, c, at);
	if (!n) {
		canvas_put(c, at.row + 1, at.col, at.cols, STR("This message cites nothing."), CANVAS_HINT);
		return;
	}
	load_context(p);
	for (int y = 0; y < p->list_rows && p->top + (size_t)y < (size_t)n; y++)
		draw_row(p, p->top + (size_t)y, c, at.row + 1 + y, at);
	draw_context(p, c, (struct area){ at.row + 1 + p->list_rows, at.col + 4, at.rows - 1 - p->list_rows, at.cols - 4 });
}

/* --- acting */

/* The sentence in the conversation is shown together with the passage. */
static void select_row(struct sources *p, size_t i)
{
	struct screen *s = p->view.screen;
	size_t item = screen_item_of(s, p->message_id);

	p->selected = i;
	if (item == SIZE_MAX)
		return;
	pane_select(s->pane, item);
	if (!pane_mark_number(s->pane, p->answer.citations[i].n))
		pane_mark_clear(s->pane);
}

static void move(struct sources *p, int by)
{
	int64_t to = (int64_t)p->selected + by, n = (int64_t)p->answer.n_citations;

	if (n)
		select_row(p, (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to));
}

static void open_passage(struct sources *p)
{
	struct screen *s = p->view.screen;
	struct err err = ERR_INIT;
	struct view *v;

	if (!selected_of(p))
		return;
	if (view_passage(s, selected_of(p), &v, &err) == OK)
		screen_push(s, v);
	else
		screen_say_err(s, &err);
}

static void open_file(struct sources *p)
{
	struct err err = ERR_INIT;

	if (selected_of(p) && screen_open_source(p->view.screen, selected_of(p), &err) != OK)
		screen_say_err(p->view.screen, &err);
}

static bool act(struct view *v, enum action a)
{
	struct sources *p = sources_of(v);

	switch (a) {
	case ACTION_UP:
	case ACTION_PREV_CITATION: move(p, -1); return true;
	case ACTION_DOWN:
	case ACTION_NEXT_CITATION: move(p, 1); return true;
	case ACTION_PAGE_UP: move(p, -p->list_rows); return true;
	case ACTION_PAGE_DOWN: move(p, p->list_rows); return true;
	case ACTION_TOP: move(p, -(int)p->answer.n_citations); return true;
	case ACTION_END: move(p, (int)p->answer.n_citations); return true;
	case ACTION_OPEN: open_passage(p); return true;
	case ACTION_OPEN_FILE: open_file(p); return true;
	case ACTION_VERIFY:
		if (screen_may_write(v->screen))
			screen_verify(v->screen, p->message_id);
		return true;
	default: return false;
	}
}

static void click(struct view *v, int row, int col)
{
	struct sources *p = sources_of(v);
	size_t i = p->top + (size_t)(row - 1);

	(void)col;
	if (row < 1 || row > p->list_rows || i >= p->answer.n_citations)
		return;
	if (i == p->selected)
		open_passage(p);
	else
		select_row(p, i);
}

static void refresh(struct view *v)
{
	load(sources_of(v));
}

static void hint(struct view *v, struct buf *out)
{
	(void)v;
	buf_c(out, "Enter page  o file  y copy  V verify  ! report");
}

static void sources_free(struct view *v)
{
	struct sources *p = sources_of(v);

	arena_release(&p->arena);
	arena_release(&p->context_arena);
	mem_free(p);
}

static const struct view_ops ops = { "sources", VIEW_SOURCES, draw, act, NULL, click, refresh, hint, sources_free };

struct view *view_sources(struct screen *s, int64_t message_id)
{
	struct sources *p = mem_zalloc(1, sizeof(*p));

	p->view = (struct view){ &ops, s };
	p->message_id = message_id;
	load(p);
	return &p->view;
}

void view_sources_set(struct view *v, int64_t message_id)
{
	struct sources *p = sources_of(v);

	if (p->message_id != message_id)
		p->selected = 0;
	p->message_id = message_id;
	load(p);
}

void view_sources_select(struct view *v, int n)
{
	struct sources *p = sources_of(v);

	for (size_t i = 0; i < p->answer.n_citations; i++)
		if (p->answer.citations[i].n == n) {
			p->selected = i;
			return;
		}
}
