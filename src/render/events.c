/*
 * md4c's events to containers, leaves and styled text.
 */
#include <md4c.h>
#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "render/layout_internal.h"

/* Spans inside each other whose styles are remembered. */
#define SPAN_DEPTH_MAX 16
/* Digits of a mark [n]. */
#define MARK_DIGITS_MAX 9
/* Longest address shown behind a label that is no web page, in bytes. */
#define ADDRESS_MAX 80

#define FLAGS (MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_NOHTML | MD_FLAG_COLLAPSEWHITESPACE)

struct walk {
	struct pass *pass;
	struct inlines *to; /* the leaf's text or a table's cell */
	struct table table;
	bool in_code;
	struct buf code;
	enum out_style spans[SPAN_DEPTH_MAX];
	size_t n_spans;
	size_t label_from; /* where the label of the innermost link begins */
	size_t n_links; /* links and images that are open */
	uint32_t tag; /* of text: that of the outermost one */
	const struct math_source *math; /* NULL: no code span is math */
	bool span_waits; /* a code span whose text will tell whether it is math */
	bool in_math;
	bool after_display; /* a formula on a line of its own stands before */
};

/* --- text */

static enum out_style style_now(const struct walk *w)
{
	size_t n = w->n_spans < SPAN_DEPTH_MAX ? w->n_spans : SPAN_DEPTH_MAX;

	return n ? w->spans[n - 1] : w->pass->style;
}

static void add(struct walk *w, struct str text)
{
	while (w->after_display && text.len && *text.p == ' ')
		text = str_sub(text, 1, text.len);
	if (!text.len)
		return;
	if (w->after_display)
		inlines_add(w->to, STR("\n"), style_now(w), w->tag);
	w->after_display = false;
	inlines_add(w->to, text, style_now(w), w->tag);
}

/* Digits between the brackets at `at`: how many bytes all of it has, 0 when it is no number. */
static size_t number_at(struct str s, size_t at, int *n)
{
	size_t i = at + 1;

	for (*n = 0; i < s.len && s.p[i] >= '0' && s.p[i] <= '9' && i - at <= MARK_DIGITS_MAX; i++)
		*n = *n * 10 + (s.p[i] - '0');
	return i > at + 1 && i < s.len && s.p[i] == ']' ? i + 1 - at : 0;
}

/* "[1" + suffix + "]"; the suffix is not part of the text that places are counted in. */
static bool add_mark(struct walk *w, struct str mark, int n)
{
	const struct watch *watch = w->pass->l->watch;
	struct row_mark_look look = watch->mark(watch->mark_ctx, n);
	uint32_t tag = TAG_MARK | (uint32_t)n;

	if (!look.suffix)
		return false;
	inlines_add(w->to, str_sub(mark, 0, mark.len - 1), look.style, TAG_TEXT | tag);
	inlines_add(w->to, str_c(look.suffix), look.style, tag);
	inlines_add(w->to, STR("]"), look.style, TAG_TEXT | tag);
	return true;
}

static void add_text(struct walk *w, struct str text)
{
	const struct watch *watch = w->pass->l->watch;
	size_t from = 0, at = 0, len;
	int n;

	if (!watch || !watch->mark || w->n_links) {
		add(w, text);
		return;
	}
	for (; (at = str_find_ch(text, '[', at)) != STR_NONE; at += len) {
		len = number_at(text, at, &n);
		if (!len && ++at)
			continue;
		if (at > from)
			add(w, str_sub(text, from, at));
		from = add_mark(w, str_sub(text, at, at + len), n) ? at + len : at;
	}
	if (from < text.len)
		add(w, str_sub(text, from, text.len));
}

static void add_entity(struct walk *w, struct str entity)
{
	SCOPED(buf) text = BUF_INIT;

	if (!entity_add(&text, entity))
		buf_str(&text, entity);
	add(w, buf_view(&text));
}

/* A display formula begins a line and ends one. */
static void add_math(struct walk *w, struct str latex, bool is_display)
{
	SCOPED(buf) text = BUF_INIT;

	math_add(&text, latex, is_display);
	if (is_display && w->to->text.len && w->to->text.p[w->to->text.len - 1] != '\n')
		inlines_add(w->to, STR("\n"), style_now(w), w->tag);
	add(w, buf_view(&text));
	w->after_display = is_display;
}

static const struct math_span *math_at(const struct math_source *m, size_t at)
{
	size_t low = 0, high = m->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (m->v[middle].from < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < m->n && m->v[low].from == at ? &m->v[low] : NULL;
}

static void open_span(struct walk *w, MD_SPANTYPE type);

/* The first text of a code span, or a later one. */
static void add_code(struct walk *w, struct str text)
{
	/* md4c's text for a line end stands elsewhere. */
	size_t at = (uintptr_t)text.p - (uintptr_t)w->math->text.p;
	const struct math_span *span = w->span_waits ? math_at(w->math, at) : NULL;

	if (span) {
		w->in_math = true;
		add_math(w, text, span->is_display);
	} else {
		if (w->span_waits)
			open_span(w, MD_SPAN_CODE);
		add(w, text);
	}
	w->span_waits = false;
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *p, MD_SIZE len, void *ctx)
{
	struct walk *w = ctx;

	if (w->in_code)
		buf_add(&w->code, p, len);
	else if (type == MD_TEXT_BR)
		add(w, STR("\n"));
	else if (type == MD_TEXT_SOFTBR)
		add(w, STR(" "));
	else if (type == MD_TEXT_NULLCHAR)
		add(w, STR("\xEF\xBF\xBD"));
	else if (type == MD_TEXT_ENTITY)
		add_entity(w, str_of(p, len));
	else if (type == MD_TEXT_CODE && w->math)
		add_code(w, str_of(p, len));
	else if (type == MD_TEXT_NORMAL)
		add_text(w, str_of(p, len));
	else
		add(w, str_of(p, len));
	return 0;
}

/* --- addresses */

static void add_attribute(struct buf *out, const MD_ATTRIBUTE *a)
{
	for (unsigned i = 0; a->text && a->substr_offsets[i] < a->size; i++) {
		struct str part =
			str_of(a->text + a->substr_offsets[i], a->substr_offsets[i + 1] - a->substr_offsets[i]);

		if (a->substr_types[i] != MD_TEXT_ENTITY || !entity_add(out, part))
			buf_str(out, part);
	}
}

/* host:port of a web address; what stands before an @ is no part of it, though it may look like one. */
static struct str host_of(struct str url)
{
	size_t from = str_find(url, STR("://"), 0);
	struct str host;
	size_t at;

	if (!str_starts(url, STR("http://")) && !str_starts(url, STR("https://")))
		return STR_EMPTY;
	host = str_sub(url, from + 3, url.len);
	for (at = 0; at < host.len && !strchr("/?#\\", host.p[at]); at++)
		;
	host.len = at;
	while ((at = str_find_ch(host, '@', 0)) != STR_NONE)
		host = str_sub(host, at + 1, host.len);
	return host;
}

/* "label (host)": a label can say anything, so the place stands beside it; an address that is its own label needs none. */
static void add_place(struct walk *w, const MD_ATTRIBUTE *href)
{
	struct str label = str_sub(buf_view(&w->to->text), w->label_from, w->to->text.len), place;
	SCOPED(buf) url = BUF_INIT;
	SCOPED(buf) clean = BUF_INIT;

	add_attribute(&url, href);
	term_text_add_line(&clean, buf_view(&url));
	if (str_eq(label, buf_view(&clean)) || str_is(str_sub(buf_view(&clean), 0, 7), "mailto:") || !clean.len)
		return;
	place = host_of(buf_view(&clean));
	place = place.len ? place : str_sub(buf_view(&clean), 0, utf8_floor(buf_view(&clean), ADDRESS_MAX));
	inlines_add(w->to, STR(" ("), w->pass->style, TAG_TEXT);
	inlines_add(w->to, place, w->pass->style, TAG_TEXT);
	inlines_add(w->to, STR(")"), w->pass->style, TAG_TEXT);
}

/* --- spans */

/* With colour a style, without it the mark of the source: nothing may be told by colour alone. */
/* clang-format off */
static const struct {
	enum out_style style;
	struct str mark;
	bool keeps_mark;	/* there is no style for it */
} span_looks[] = {
	[MD_SPAN_EM] = { OUT_ITALIC, { "*", 1 }, false },
	[MD_SPAN_STRONG] = { OUT_BOLD, { "**", 2 }, false },
	[MD_SPAN_CODE] = { OUT_CODE, { "`", 1 }, false },
	[MD_SPAN_DEL] = { OUT_PLAIN, { "~~", 2 }, true },
	[MD_SPAN_A] = { OUT_LINK, { "", 0 }, false },
	[MD_SPAN_IMG] = { OUT_LINK, { "", 0 }, false },
};
/* clang-format on */

static bool shows_mark(const struct walk *w, MD_SPANTYPE type)
{
	return !w->in_code && (span_looks[type].keeps_mark || !w->pass->l->out->color);
}

static bool is_link(MD_SPANTYPE type)
{
	return type == MD_SPAN_A || type == MD_SPAN_IMG;
}

static void open_span(struct walk *w, MD_SPANTYPE type)
{
	bool has_style = span_looks[type].style != OUT_PLAIN && w->pass->style != OUT_HEADING;

	if (shows_mark(w, type))
		add(w, span_looks[type].mark);
	if (is_link(type))
		w->label_from = w->to->text.len;
	if (w->n_spans < SPAN_DEPTH_MAX)
		w->spans[w->n_spans] = has_style ? span_looks[type].style : style_now(w);
	w->n_spans++;
	if (type == MD_SPAN_IMG)
		add(w, STR("[image: "));
}

/* An image in a link is part of its label. */
static void open_link(struct walk *w, const MD_ATTRIBUTE *href)
{
	const struct watch *watch = w->pass->l->watch;
	SCOPED(buf) url = BUF_INIT;
	SCOPED(buf) clean = BUF_INIT;

	if (w->n_links++ || !watch)
		return;
	add_attribute(&url, href);
	term_text_add_line(&clean, buf_view(&url));
	w->tag = TAG_TEXT | (clean.len ? 1 + watch->link(watch->ctx, buf_view(&clean)) : 0);
}

static void close_link(struct walk *w)
{
	if (!--w->n_links)
		w->tag = TAG_TEXT;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct walk *w = ctx;

	if (type == MD_SPAN_CODE && w->math) {
		w->span_waits = true;
		return 0;
	}
	if (type == MD_SPAN_A)
		open_link(w, &((MD_SPAN_A_DETAIL *)detail)->href);
	else if (type == MD_SPAN_IMG)
		open_link(w, &((MD_SPAN_IMG_DETAIL *)detail)->src);
	open_span(w, type);
	return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct walk *w = ctx;

	if (type == MD_SPAN_CODE && w->in_math) {
		w->in_math = false;
		return 0;
	}
	if (type == MD_SPAN_CODE && w->span_waits)
		open_span(w, type);
	w->span_waits = false;
	if (type == MD_SPAN_IMG)
		add(w, STR("]"));
	w->n_spans--;
	if (is_link(type))
		close_link(w);
	if (type == MD_SPAN_A)
		add_place(w, &((MD_SPAN_A_DETAIL *)detail)->href);
	else if (type == MD_SPAN_IMG)
		add_place(w, &((MD_SPAN_IMG_DETAIL *)detail)->src);
	if (shows_mark(w, type))
		add(w, span_looks[type].mark);
	return 0;
}

/* --- blocks */

static void enter_list(struct walk *w, MD_BLOCKTYPE type, void *detail)
{
	const MD_BLOCK_UL_DETAIL *ul = detail;
	const MD_BLOCK_OL_DETAIL *ol = detail;

	if (type == MD_BLOCK_UL)
		pass_list(w->pass, ul->is_tight, '-', 0);
	else
		pass_list(w->pass, ol->is_tight, ol->mark_delimiter, ol->start);
}

static void enter_item(struct walk *w, const MD_BLOCK_LI_DETAIL *d)
{
	pass_item(w->pass, d->is_task ? d->task_mark : '\0');
}

static void enter_heading(struct walk *w, const MD_BLOCK_H_DETAIL *d)
{
	w->pass->style = OUT_HEADING;
	add(w, str_sub(STR("######"), 0, d->level));
	add(w, STR(" "));
}

static void enter_cell(struct walk *w, MD_BLOCKTYPE type, const MD_BLOCK_TD_DETAIL *d)
{
	static const enum table_align aligns[] = {
		[MD_ALIGN_DEFAULT] = ALIGN_LEFT,
		[MD_ALIGN_LEFT] = ALIGN_LEFT,
		[MD_ALIGN_CENTER] = ALIGN_CENTER,
		[MD_ALIGN_RIGHT] = ALIGN_RIGHT,
	};

	w->to = table_cell(&w->table, aligns[d->align]);
	w->pass->style = type == MD_BLOCK_TH ? OUT_HEADING : pass_style(w->pass);
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct walk *w = ctx;

	/* The text of a tight item has no block of its own: it ends where another begins. */
	pass_text(w->pass);
	w->pass->style = pass_style(w->pass);
	if (type == MD_BLOCK_QUOTE)
		pass_quote(w->pass);
	else if (type == MD_BLOCK_UL || type == MD_BLOCK_OL)
		enter_list(w, type, detail);
	else if (type == MD_BLOCK_LI)
		enter_item(w, detail);
	else if (type == MD_BLOCK_H)
		enter_heading(w, detail);
	else if (type == MD_BLOCK_TABLE)
		table_begin(&w->table, ((MD_BLOCK_TABLE_DETAIL *)detail)->col_count);
	else if (type == MD_BLOCK_TH || type == MD_BLOCK_TD)
		enter_cell(w, type, detail);
	w->in_code = type == MD_BLOCK_CODE;
	w->after_display = false;
	if (type == MD_BLOCK_QUOTE)
		w->pass->style = pass_style(w->pass);
	return 0;
}

static void leave_code(struct walk *w, const MD_BLOCK_CODE_DETAIL *d)
{
	SCOPED(buf) info = BUF_INIT;

	w->in_code = false;
	add_attribute(&info, &d->info);
	pass_code(w->pass, buf_view(&info), buf_view(&w->code));
	buf_reset(&w->code);
}

static void leave_table(struct walk *w)
{
	pass_table(w->pass, &w->table);
	table_release(&w->table);
	w->to = &w->pass->text;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct walk *w = ctx;

	pass_text(w->pass);
	if (type == MD_BLOCK_QUOTE || type == MD_BLOCK_UL || type == MD_BLOCK_OL || type == MD_BLOCK_LI)
		pass_leave(w->pass);
	else if (type == MD_BLOCK_HR)
		pass_rule(w->pass);
	else if (type == MD_BLOCK_CODE)
		leave_code(w, detail);
	else if (type == MD_BLOCK_TABLE)
		leave_table(w);
	w->pass->style = pass_style(w->pass);
	return 0;
}

static void parse(struct pass *p, struct str source, const struct math_source *math)
{
	struct walk w = { .pass = p, .to = &p->text, .tag = TAG_TEXT, .math = math };
	const MD_PARSER parser = {
		.flags = FLAGS,
		.enter_block = enter_block,
		.leave_block = leave_block,
		.enter_span = enter_span,
		.leave_span = leave_span,
		.text = on_text,
	};

	/* The callbacks never fail, so only memory can. */
	if (md_parse(source.p, (MD_SIZE)source.len, &parser, &w))
		mem_exhausted();
	buf_release(&w.code);
	table_release(&w.table);
}

void pass_parse(struct pass *p, struct str source)
{
	struct math_source math = { .n = 0 };

	if (p->l->watch && p->l->watch->shows_math && source_math(&math, source))
		parse(p, buf_view(&math.text), &math);
	else
		parse(p, source, NULL);
	math_source_release(&math);
}
