#include "ibid/cite/claims.h"

#include <string.h>

#include "claims_internal.h"
#include "ibid/base/mem.h"
#include "ibid/base/sentences.h"

/* Longest line of bold words, in bytes, that is taken for a heading. */
#define BOLD_LINE_MAX 120

/*
 * Lines become blocks (a paragraph, an item, a block quote, a heading, a row of a
 * table), blocks become claims. Sentences are cut in a copy of the block in
 * which marks, line ends and stops inside quotation marks are blanked out byte
 * by byte, so that offsets stay.
 */
enum block_kind { BLOCK_NONE, BLOCK_TEXT, BLOCK_QUOTE, BLOCK_HEAD, BLOCK_ROW, BLOCK_ROW_HEAD };

struct splitter {
	struct arena *a;
	struct str s;
	const struct mark *marks;
	size_t n_marks;
	struct claim *v;
	size_t n, cap;
	struct buf mask;
	/* the block that is being read */
	enum block_kind kind;
	size_t from, to;
	/* what was before */
	size_t fence;		/* length of the open fence's run; 0: none */
	char fence_ch;
	bool in_table, in_sources;
};

/* --- claims of a block */

static size_t marks_between(const struct splitter *sp, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = 0; i < sp->n_marks; i++)
		n += sp->marks[i].at.byte_from >= from && sp->marks[i].at.byte_to <= to;
	return n;
}

static enum claim_kind kind_of(const struct splitter *sp, struct span at, bool is_head)
{
	bool marked = marks_between(sp, at.byte_from, at.byte_to);
	struct str plain = claim_plain(sp->a, sp->s, at, sp->marks, sp->n_marks);

	if (is_head && !marked)
		return CLAIM_HEADING;
	if (sp->in_sources && !marked)
		return CLAIM_META;
	return claim_kind_of(plain, marked);
}

static void add_claim(struct splitter *sp, struct span at)
{
	sp->v = mem_grow(sp->v, &sp->cap, sp->n + 1, sizeof(*sp->v));
	sp->v[sp->n++] = (struct claim){ .at = at };
}

/* Stops inside quotation marks end no sentence of the answer, but those right before the closing mark may. */
static void blank_quotes(struct buf *mask)
{
	struct quote_pair pair;

	for (size_t at = 0; at < mask->len; at++) {
		if (!quote_opens(buf_view(mask), at, &pair))
			continue;
		for (size_t i = at; i + 1 < pair.close; i++)
			if (strchr(".!?", mask->p[i]))
				mask->p[i] = ',';
		at = pair.close + pair.close_len - 1;
	}
}

static void make_mask(struct splitter *sp)
{
	buf_reset(&sp->mask);
	buf_str(&sp->mask, str_sub(sp->s, sp->from, sp->to));
	for (size_t i = 0; i < sp->n_marks; i++) {
		struct span at = sp->marks[i].at;

		if (at.byte_from >= sp->from && at.byte_to <= sp->to)
			memset(sp->mask.p + (at.byte_from - sp->from), ' ', at.byte_to - at.byte_from);
	}
	for (size_t i = 0; i < sp->mask.len; i++) {
		if (sp->mask.p[i] != '\n')
			continue;
		for (; i < sp->mask.len && strchr(" \t\n\r>", sp->mask.p[i]); i++)
			sp->mask.p[i] = ' ';
	}
	blank_quotes(&sp->mask);
}

/* Give each mark of the block to the claim it follows, or the first; a block of marks alone to the claim before it. */
static void attach_marks(struct splitter *sp, size_t first)
{
	for (size_t i = 0; i < sp->n_marks; i++) {
		struct span at = sp->marks[i].at;
		size_t k = sp->n;

		if (at.byte_from < sp->from || at.byte_to > sp->to)
			continue;
		while (k > first && sp->v[k - 1].at.byte_from > at.byte_from)
			k--;
		if (k == first && first < sp->n)
			sp->v[first].at.byte_from = at.byte_from;
		else if (k && sp->v[k - 1].at.byte_to < at.byte_to)
			sp->v[k - 1].at.byte_to = at.byte_to;
	}
}

static void add_sentences(struct splitter *sp)
{
	struct sentences sentences;
	size_t first = sp->n;

	make_mask(sp);
	sentences = (struct sentences)SENTENCES_INIT(buf_view(&sp->mask), SENTENCES_NO_MARKS);
	while (sentences_next(&sentences))
		add_claim(sp, (struct span){ sp->from + sentences.from, sp->from + sentences.to });
	attach_marks(sp, first);
	for (size_t i = first ? first - 1 : 0; i < sp->n; i++)
		if (sp->v[i].kind != CLAIM_HEADING)
			sp->v[i].kind = kind_of(sp, sp->v[i].at, false);
}

/* A line of bold words without a stop is a heading in all but its sign. */
static bool is_bold_line(struct str s)
{
	s = str_trim(s);
	return s.len > 4 && s.len < BOLD_LINE_MAX && str_starts(s, STR("**")) &&
		(str_ends(s, STR("**")) || str_ends(s, STR("**:"))) && str_find(s, STR("**"), 2) >= s.len - 3 &&
		str_find_ch(s, '\n', 0) == STR_NONE && !strchr(".!?", s.p[s.len - 3]);
}

static void add_whole(struct splitter *sp, bool is_head)
{
	struct claim *c;

	add_claim(sp, (struct span){ sp->from, sp->to });
	c = &sp->v[sp->n - 1];
	c->kind = kind_of(sp, c->at, is_head);
	if (is_head)
		sp->in_sources = claim_heads_sources(claim_plain(sp->a, sp->s, c->at, sp->marks, sp->n_marks));
}

static struct span trimmed(struct str s, size_t from, size_t to)
{
	while (from < to && strchr(" \t|", s.p[from]))
		from++;
	while (to > from && strchr(" \t|\r", s.p[to - 1]))
		to--;
	return (struct span){ from, to };
}

/* --- rows of a table */

/* The end of the cell that begins at `at`: the next '|' that is not escaped. */
static size_t cell_end(struct str s, size_t at, size_t to)
{
	while (at < to && s.p[at] != '|')
		at += s.p[at] == '\\' ? 2 : 1;
	return at < to ? at : to;
}

static bool has_words(const struct splitter *sp, struct span at)
{
	return claim_plain(sp->a, sp->s, at, sp->marks, sp->n_marks).len > 0;
}

static size_t marked_cells(const struct splitter *sp)
{
	size_t n = 0;

	for (size_t at = sp->from, end; at < sp->to; at = end + 1) {
		end = cell_end(sp->s, at, sp->to);
		n += marks_between(sp, at, end) && has_words(sp, trimmed(sp->s, at, end));
	}
	return n;
}

static void add_row(struct splitter *sp)
{
	size_t from = sp->from, to = sp->to, cells = 0;
	struct span row = trimmed(sp->s, from, to);

	if (marked_cells(sp) < 2) {
		sp->from = row.byte_from;
		sp->to = row.byte_to;
		if (row.byte_from < row.byte_to)
			add_whole(sp, sp->kind == BLOCK_ROW_HEAD);
		return;
	}
	for (size_t at = from, end; at < to; at = end + 1) {
		struct span cell;

		end = cell_end(sp->s, at, to);
		cell = trimmed(sp->s, at, end);
		if (cell.byte_from == cell.byte_to)
			continue;
		if (!has_words(sp, cell) && cells) {
			sp->v[sp->n - 1].at.byte_to = cell.byte_to;
			continue;
		}
		sp->from = cell.byte_from;
		sp->to = cell.byte_to;
		add_whole(sp, !cells++ && !marks_between(sp, at, end));
	}
}

/* --- blocks of lines */

static void close_block(struct splitter *sp)
{
	enum block_kind kind = sp->kind;

	sp->kind = BLOCK_NONE;
	if (kind == BLOCK_TEXT && is_bold_line(str_sub(sp->s, sp->from, sp->to)))
		kind = BLOCK_HEAD;
	if (kind == BLOCK_TEXT && claim_heads_sources(claim_plain(sp->a, sp->s, (struct span){ sp->from, sp->to }, NULL, 0)))
		kind = BLOCK_HEAD;
	switch (kind) {
	case BLOCK_NONE:
		break;
	case BLOCK_TEXT:
		add_sentences(sp);
		break;
	case BLOCK_QUOTE:
	case BLOCK_HEAD:
		add_whole(sp, kind == BLOCK_HEAD);
		break;
	case BLOCK_ROW:
	case BLOCK_ROW_HEAD:
		sp->kind = kind;
		add_row(sp);
		sp->kind = BLOCK_NONE;
		break;
	}
}

static void open_block(struct splitter *sp, enum block_kind kind, size_t from, size_t to)
{
	close_block(sp);
	sp->kind = kind;
	sp->from = from;
	sp->to = to;
}

/* Bytes of the sign that makes a line an item: "- ", "12. ", "3) ", with a box "[x] ". */
static size_t item_len(struct str line)
{
	size_t i = 0, digits;
	bool is_item;

	while (i < line.len && i < 3 && line.p[i] >= '0' && line.p[i] <= '9')
		i++;
	digits = i;
	if (str_starts(str_sub(line, i, line.len), STR("\xE2\x80\xA2"))) {
		is_item = !digits;
		i += 3;
	} else {
		is_item = i < line.len && line.p[i] && strchr(digits ? ".)" : "-*+", line.p[i]);
		i++;
	}
	if (!is_item || i >= line.len || (line.p[i] != ' ' && line.p[i] != '\t'))
		return 0;
	while (i < line.len && (line.p[i] == ' ' || line.p[i] == '\t'))
		i++;
	if (str_starts(str_sub(line, i, line.len), STR("[ ] ")) || str_starts(str_sub(line, i, line.len), STR("[x] ")))
		i += 4;
	return i;
}

/* Nothing but these characters, and at least `least` of the first of them. */
static bool is_made_of(struct str line, const char *set, size_t least)
{
	size_t n = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (!line.p[i] || !strchr(set, line.p[i]))
			return false;
		n += line.p[i] == set[0];
	}
	return n >= least;
}

static bool is_rule(struct str line)
{
	return is_made_of(line, "- ", 3) || is_made_of(line, "* ", 3) || is_made_of(line, "_ ", 3);
}

/* The row of dashes under a table's head. */
static bool is_delimiter(struct str line)
{
	return is_made_of(line, "-|: \t", 1) && str_find_ch(line, '|', 0) != STR_NONE;
}

static size_t run_len(struct str line, char c)
{
	size_t n = 0;

	while (n < line.len && line.p[n] == c)
		n++;
	return n;
}

/* A line inside a code block or at its borders. */
static bool read_fence(struct splitter *sp, struct str line)
{
	size_t run = line.len ? run_len(line, line.p[0]) : 0;

	if (sp->fence) {
		if (run >= sp->fence && line.p[0] == sp->fence_ch && run == line.len)
			sp->fence = 0;
		return true;
	}
	if (run < 3 || (line.p[0] != '`' && line.p[0] != '~'))
		return false;
	if (line.p[0] == '`' && str_find_ch(line, '`', run) != STR_NONE)
		return false;
	close_block(sp);
	sp->fence = run;
	sp->fence_ch = line.p[0];
	return true;
}

static bool is_definition(struct str line)
{
	size_t close = str_find(line, STR("]:"), 0);

	return line.len && line.p[0] == '[' && close != STR_NONE && close < 60;
}

/* A line of a table: the head when dashes follow, a row behind them. */
static bool read_row(struct splitter *sp, struct str line, size_t from, size_t to, struct str next)
{
	if (str_find_ch(line, '|', 0) == STR_NONE) {
		sp->in_table = false;
		return false;
	}
	if (sp->in_table && is_delimiter(line))
		return true;
	if (!sp->in_table && !is_delimiter(next))
		return false;
	open_block(sp, sp->in_table ? BLOCK_ROW : BLOCK_ROW_HEAD, from, to);
	close_block(sp);
	sp->in_table = true;
	return true;
}

static bool read_heading(struct splitter *sp, struct str line, size_t from, size_t to)
{
	size_t level = run_len(line, '#');

	if (level && level <= 6 && level < line.len && line.p[level] == ' ') {
		open_block(sp, BLOCK_HEAD, from + level + 1, to);
		close_block(sp);
		return true;
	}
	if (sp->kind == BLOCK_TEXT && (is_made_of(line, "=", 2) || is_made_of(line, "-", 2))) {
		sp->kind = BLOCK_HEAD;
		close_block(sp);
		return true;
	}
	return false;
}

static void read_quote(struct splitter *sp, size_t from, size_t to)
{
	while (from < to && strchr("> \t", sp->s.p[from]))
		from++;
	if (sp->kind != BLOCK_QUOTE)
		open_block(sp, BLOCK_QUOTE, from, to);
	if (from < to)
		sp->to = to;
}

static void read_text(struct splitter *sp, struct str line, size_t from, size_t to)
{
	size_t item = item_len(line);

	if (item)
		open_block(sp, BLOCK_TEXT, from + item, to);
	else if (sp->kind == BLOCK_TEXT)
		sp->to = to;
	else
		open_block(sp, BLOCK_TEXT, from, to);
}

/* The line [from, to), without its indentation and line end. */
static void read_line(struct splitter *sp, size_t from, size_t to, struct str next)
{
	struct str line = str_sub(sp->s, from, to);

	if (read_fence(sp, line))
		return;
	if (!line.len || is_definition(line)) {
		close_block(sp);
		sp->in_table = false;
	} else if (line.p[0] == '>') {
		read_quote(sp, from, to);
	} else if (!read_heading(sp, line, from, to) && !read_row(sp, line, from, to, next)) {
		if (is_rule(line))
			close_block(sp);
		else
			read_text(sp, line, from, to);
	}
}

static size_t line_end(struct str s, size_t at)
{
	size_t end = str_find_ch(s, '\n', at);

	return end == STR_NONE ? s.len : end;
}

size_t claims_split(struct arena *a, struct str answer, const struct mark *marks, size_t n_marks, struct claim **claims)
{
	struct splitter sp = { .a = a, .s = answer, .marks = marks, .n_marks = n_marks, .mask = BUF_INIT };

	for (size_t at = 0, end; at < answer.len; at = end + 1) {
		struct str next, line;

		end = line_end(answer, at);
		next = str_trim(str_sub(answer, end + 1, line_end(answer, end < answer.len ? end + 1 : end)));
		line = str_trim(str_sub(answer, at, end));
		read_line(&sp, line.len ? (size_t)(line.p - answer.p) : at, line.len ? (size_t)(line.p - answer.p) + line.len : at,
			next);
	}
	close_block(&sp);
	*claims = arena_array(a, sp.n + 1, sizeof(**claims));
	if (sp.n)
		memcpy(*claims, sp.v, sp.n * sizeof(**claims));
	mem_free(sp.v);
	buf_release(&sp.mask);
	return sp.n;
}

size_t claim_marks(const struct claim *claim, const struct mark *marks, size_t n_marks, size_t *first)
{
	size_t n = 0;

	*first = 0;
	for (size_t i = 0; i < n_marks; i++)
		if (marks[i].at.byte_from >= claim->at.byte_from && marks[i].at.byte_to <= claim->at.byte_to)
			if (!n++)
				*first = i;
	return n;
}

/* --- marks of a stored answer */

/* "[12]", "[3?]" at `at`: its bytes and number; 0. */
static size_t mark_at(struct str s, size_t at, int *n)
{
	size_t i = at + 1;

	for (*n = 0; i < s.len && i - at < 5 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		*n = *n * 10 + (s.p[i] - '0');
	if (i == at + 1)
		return 0;
	if (i < s.len && (s.p[i] == '?' || s.p[i] == '!' || s.p[i] == '~'))
		i++;
	return i < s.len && s.p[i] == ']' ? i + 1 - at : 0;
}

struct finder {
	struct str s;
	int last_n;
	bool in_quotes;
	struct mark *v;
	size_t n, cap;
};

/* Bytes of the code span that opens at `at`; 0 when none does, or its line does not close it. */
static size_t code_span(struct str s, size_t at)
{
	size_t run = run_len(str_sub(s, at, s.len), '`'), i = at + run;

	while (run && i < s.len) {
		size_t n = run_len(str_sub(s, i, s.len), '`');

		if (n == run)
			return i + n - at;
		i += n ? n : 1;
	}
	return 0;
}

/* Marks of one line, outside code spans. */
static void find_in_line(struct finder *f, size_t from, size_t to)
{
	struct str s = str_sub(f->s, 0, to);
	struct quote_pair pair;
	int n = 0;

	for (size_t at = from; at < to; at++) {
		size_t len = s.p[at] == '[' ? mark_at(s, at, &n) : 0, code = code_span(s, at);

		if (code) {
			at += code - 1;
		} else if (!f->in_quotes && quote_opens(s, at, &pair)) {
			at = pair.close + pair.close_len - 1;
		} else if (len && n >= 1 && n <= f->last_n) {
			f->v = mem_grow(f->v, &f->cap, f->n + 1, sizeof(*f->v));
			f->v[f->n++] = (struct mark){ .n = n, .at = { at, at + len } };
			at += len - 1;
		} else if (s.p[at] == '`') {
			at += run_len(str_sub(s, at, to), '`') - 1;
		}
	}
}

size_t claim_find_marks(struct arena *a, struct str answer, int last_n, bool in_quotes, struct mark **marks)
{
	struct splitter fences = { .s = answer };
	struct finder f = { .s = answer, .last_n = last_n, .in_quotes = in_quotes };

	for (size_t at = 0, end; at < answer.len; at = end + 1) {
		end = line_end(answer, at);
		if (!read_fence(&fences, str_trim(str_sub(answer, at, end))))
			find_in_line(&f, at, end);
	}
	*marks = arena_array(a, f.n + 1, sizeof(**marks));
	if (f.n)
		memcpy(*marks, f.v, f.n * sizeof(**marks));
	mem_free(f.v);
	return f.n;
}
