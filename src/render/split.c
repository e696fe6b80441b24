/*
 * Where a block ends, told from its lines alone as they arrive.
 *
 * md4c reads whole documents; a stream needs blocks that can no longer change.
 * Two mistakes are possible: to cut too late costs only time, because md4c parses
 * what is glued as the blocks they are; to cut too early changes the meaning.
 * So a cut is made only at a blank line outside list items and fences, before a
 * fence, a heading, a list item or a rule, and after a heading.
 */
#include "render/render_internal.h"

#include <string.h>

#define FENCE_MIN 3
/*
 * A block that grows beyond this is cut at a line, whatever it is. md4c takes time by the square of the size for
 * some paragraphs of many lines ("[1]: u" 100,000 times); cut, their time is linear and their words are all there.
 */
#define BLOCK_MAX ((size_t)256 << 10)
#define TAB_COLS 4
/* Marks of quotes and lists at the begin of one line that are looked through. */
#define MARKS_MAX 24

/* A line as the rules see it. */
struct seen {
	struct str line; /* without its line feed */
	struct str words; /* from the first character that is no blank */
	size_t indent; /* columns before it */
};

static struct seen look(struct str line)
{
	struct seen s = { .line = line };
	size_t at = 0;

	for (; at < line.len && (line.p[at] == ' ' || line.p[at] == '\t'); at++)
		s.indent += line.p[at] == ' ' ? 1 : TAB_COLS - s.indent % TAB_COLS;
	s.words = str_sub(line, at, line.len);
	return s;
}

static size_t run_of(struct str s, char c)
{
	size_t n = 0;

	while (n < s.len && s.p[n] == c)
		n++;
	return n;
}

/* A fence opens with three or more ` or ~; after ` the info string holds no `. */
static bool opens_fence(const struct seen *s, char *c, size_t *len)
{
	if (s->indent > 3 || !s->words.len || (*s->words.p != '`' && *s->words.p != '~'))
		return false;
	*c = *s->words.p;
	*len = run_of(s->words, *c);
	return *len >= FENCE_MIN && (*c == '~' || str_find_ch(s->words, '`', *len) == STR_NONE);
}

static bool closes_fence(const struct split *f, const struct seen *s)
{
	size_t n = run_of(s->words, f->fence_char);

	return s->indent <= 3 && n >= f->fence_len && !str_trim(str_sub(s->words, n, s->words.len)).len;
}

static bool is_heading(const struct seen *s)
{
	size_t n = run_of(s->words, '#');

	return s->indent <= 3 && n >= 1 && n <= 6 &&
	       (n == s->words.len || s->words.p[n] == ' ' || s->words.p[n] == '\t');
}

/* Three or more of *, - or _ and blanks. */
static bool is_rule(const struct seen *s)
{
	size_t n = 0;

	if (s->indent > 3 || !s->words.len || !strchr("*-_", *s->words.p))
		return false;
	for (size_t i = 0; i < s->words.len; i++) {
		if (s->words.p[i] == *s->words.p)
			n++;
		else if (s->words.p[i] != ' ' && s->words.p[i] != '\t')
			return false;
	}
	return n >= 3;
}

/* === or --- below a paragraph make it a heading; --- is a rule elsewhere. */
static bool is_underline(const struct seen *s)
{
	size_t n = s->words.len ? run_of(s->words, *s->words.p) : 0;

	return s->indent <= 3 && n && (*s->words.p == '=' || *s->words.p == '-') &&
	       !str_trim(str_sub(s->words, n, s->words.len)).len;
}

struct marker {
	size_t len; /* of -, +, *, 1. or 1) */
	size_t content_cols; /* where the item's content begins */
	bool is_one; /* a bullet or the number 1: may interrupt a paragraph */
	bool is_empty; /* nothing follows */
};

static bool is_marker(const struct seen *s, struct marker *m)
{
	struct str w = s->words;
	size_t digits = 0, blanks;

	while (digits < w.len && w.p[digits] >= '0' && w.p[digits] <= '9')
		digits++;
	if (s->indent > 3 || !w.len || digits > 9 || digits >= w.len || is_rule(s))
		return false;
	if (digits ? w.p[digits] != '.' && w.p[digits] != ')' : !strchr("-+*", *w.p))
		return false;
	m->len = digits + 1;
	blanks = run_of(str_sub(w, m->len, w.len), ' ');
	m->is_empty = !str_trim(str_sub(w, m->len, w.len)).len;
	if (!m->is_empty && !blanks && w.p[m->len] != '\t')
		return false;
	m->is_one = !digits || (digits == 1 && *w.p == '1');
	m->content_cols = s->indent + m->len + (m->is_empty || blanks > 4 || !blanks ? 1 : blanks);
	return true;
}

/* [label]: destination "title" - md4c would take it away without a trace. */
static bool is_definition(const struct seen *s)
{
	size_t close = str_find(s->words, STR("]:"), 0);
	struct str rest;

	if (s->indent > 3 || !s->words.len || *s->words.p != '[' || close == STR_NONE || close < 2)
		return false;
	if (str_find_ch(s->words, ']', 0) != close)
		return false;
	rest = str_trim(str_sub(s->words, close + 2, s->words.len));
	str_cut(&rest, ' ');
	rest = rest.p ? str_trim(rest) : STR_EMPTY;
	return !rest.len || strchr("\"'(", *rest.p);
}

/* --- handing out */

static void give(struct split *s, enum piece_kind kind, struct str text, bool after_blank)
{
	const struct piece p = { kind, text, after_blank };

	s->on_piece(s->ctx, &p);
}

static void end_block(struct split *s)
{
	if (s->state == SPLIT_BLOCK || s->state == SPLIT_ITEM || s->state == SPLIT_INDENTED)
		give(s, s->state == SPLIT_ITEM ? PIECE_ITEM : PIECE_BLOCK, buf_view(&s->block), s->block_after_blank);
	else if (s->state == SPLIT_FENCE)
		give(s, PIECE_CODE_END, STR_EMPTY, false);
	buf_reset(&s->block);
	s->math_close = NULL;
	s->state = SPLIT_BETWEEN;
}

/* Whether the line opens display math that it does not close, or closes what is open. */
static void note_math(struct split *s, struct str words)
{
	const char *opens = str_starts(words, STR("$$")) ? "$$" : str_starts(words, STR("\\[")) ? "\\]" : NULL;
	size_t from = s->math_close ? 0 : 2;

	if (!s->knows_math || s->state != SPLIT_BLOCK || (!s->math_close && !opens))
		return;
	opens = s->math_close ? s->math_close : opens;
	s->math_close = str_find(words, str_c(opens), from) == STR_NONE ? opens : NULL;
}

static void add_line(struct split *s, struct str line)
{
	buf_str(&s->block, line);
	buf_ch(&s->block, '\n');
	if (s->block.len > BLOCK_MAX)
		end_block(s);
}

static void begin_block(struct split *s, enum split_state state, struct str line)
{
	s->state = state;
	s->block_after_blank = s->blank_before;
	s->blank_before = false;
	s->saw_blank = false;
	add_line(s, line);
}

static void begin_fence(struct split *s, const struct seen *l, char c, size_t len)
{
	s->state = SPLIT_FENCE;
	s->fence_char = c;
	s->fence_len = len;
	s->fence_indent = l->indent;
	give(s, PIECE_CODE_BEGIN, str_trim(str_sub(l->words, len, l->words.len)), s->blank_before);
	s->blank_before = false;
}

/* --- lines by state */

static void between(struct split *s, const struct seen *l)
{
	struct marker m;
	size_t len;
	char c;

	if (!l->words.len) {
		s->blank_before = true;
	} else if (opens_fence(l, &c, &len)) {
		begin_fence(s, l, c, len);
	} else if (is_marker(l, &m)) {
		begin_block(s, SPLIT_ITEM, l->line);
		s->item_cols = m.content_cols;
	} else if (is_definition(l)) {
		give(s, PIECE_LITERAL, l->line, s->blank_before);
		s->blank_before = false;
	} else if (l->indent >= TAB_COLS) {
		begin_block(s, SPLIT_INDENTED, l->line);
	} else {
		begin_block(s, SPLIT_BLOCK, l->line);
		note_math(s, l->words);
		if (is_heading(l) || is_rule(l))
			end_block(s);
	}
}

/* Indented code goes on over blank lines; those at its end are none of it, and md4c drops them. */
static void in_indented(struct split *s, const struct seen *l)
{
	if (!l->words.len) {
		s->saw_blank = true;
		add_line(s, l->line);
	} else if (l->indent >= TAB_COLS) {
		s->saw_blank = false;
		add_line(s, l->line);
	} else {
		bool had_blank = s->saw_blank;

		end_block(s);
		s->blank_before = had_blank;
		between(s, l);
	}
}

/* What ends a paragraph, a quote or a table, and begins something that stands alone. */
static bool begins_other(const struct seen *l)
{
	struct marker m;
	size_t len;
	char c;

	if (opens_fence(l, &c, &len) || is_heading(l))
		return true;
	if (is_rule(l))
		return !is_underline(l);
	return is_marker(l, &m) && m.is_one && !m.is_empty;
}

static void in_block(struct split *s, const struct seen *l)
{
	if (!l->words.len) {
		end_block(s);
		s->blank_before = true;
	} else if (s->math_close) {
		add_line(s, l->line);
		note_math(s, l->words);
	} else if (begins_other(l)) {
		end_block(s);
		between(s, l);
	} else {
		add_line(s, l->line);
		note_math(s, l->words);
		if (is_underline(l))
			end_block(s);
	}
}

/* A line that is indented as far as the item's content belongs to it; so does one that carries on its paragraph. */
static bool belongs_to_item(const struct split *s, const struct seen *l)
{
	struct marker m;

	if (l->indent >= s->item_cols)
		return true;
	return !s->saw_blank && !is_marker(l, &m) && !begins_other(l) && !is_rule(l);
}

static void in_item(struct split *s, const struct seen *l)
{
	bool had_blank = s->saw_blank;

	if (!l->words.len) {
		s->saw_blank = true;
		add_line(s, l->line);
	} else if (belongs_to_item(s, l)) {
		s->saw_blank = false;
		add_line(s, l->line);
	} else {
		end_block(s);
		s->blank_before = had_blank;
		between(s, l);
	}
}

/* The indentation of the opening fence is taken off each line, as far as it is there. */
static void in_fence(struct split *s, const struct seen *l)
{
	size_t at = 0;

	if (closes_fence(s, l)) {
		end_block(s);
		return;
	}
	while (at < s->fence_indent && at < l->line.len && l->line.p[at] == ' ')
		at++;
	give(s, PIECE_CODE_LINE, str_sub(l->line, at, l->line.len), false);
}

void split_line(struct split *s, struct str line)
{
	static void (*const by_state[])(struct split *, const struct seen *) = {
		[SPLIT_BETWEEN] = between,
		[SPLIT_BLOCK] = in_block,
		[SPLIT_ITEM] = in_item,
		[SPLIT_INDENTED] = in_indented,
		[SPLIT_FENCE] = in_fence,
	};
	struct seen l;

	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	l = look(line);
	by_state[s->state](s, &l);
}

void split_end_block(struct split *s)
{
	end_block(s);
}

bool split_is_heading(struct str line)
{
	const struct seen l = look(line);

	return is_heading(&l);
}

bool split_closes_fence(const struct split *s, struct str line)
{
	const struct seen l = look(line);

	return closes_fence(s, &l);
}

size_t split_marks(struct str line)
{
	struct seen l = look(line);
	struct marker m;

	for (size_t n = 0; n < MARKS_MAX; n++) {
		l.indent = 0;
		if (l.words.len && *l.words.p == '>')
			l = look(str_sub(l.words, 1, l.words.len));
		else if (is_marker(&l, &m))
			l = look(str_sub(l.words, m.len, l.words.len));
		else
			break;
	}
	return line.len - l.words.len;
}

void split_feed(struct split *s, struct str source)
{
	while (source.p) {
		struct str part = str_cut(&source, '\n');

		buf_str(&s->line, part);
		if (!source.p)
			return;
		split_line(s, buf_view(&s->line));
		buf_reset(&s->line);
	}
}

void split_end(struct split *s)
{
	if (s->line.len)
		split_line(s, buf_view(&s->line));
	buf_reset(&s->line);
	end_block(s);
	s->blank_before = false;
}

void split_release(struct split *s)
{
	buf_release(&s->line);
	buf_release(&s->block);
}
