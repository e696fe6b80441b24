/*
 * While a block streams its last paragraph may end inside of emphasis, code or a
 * link. What would close them is added, and delimiters at the very end, which may
 * open or close, wait unseen. This needs no exact reading of CommonMark: a wrong
 * guess is gone with the next piece.
 */
#include <string.h>

#include "render/source_internal.h"

/* Delimiters that are closed, inside each other; the longest label of a link that is still open. */
#define OPEN_MAX 32
#define LABEL_MAX 200
/* A tick that nothing closed for so many bytes is a tick. */
#define CODE_MAX 1000

struct ends {
	struct scan sc;
	bool math;
	struct {
		char c;
		size_t n, at; /* of `c`, at this byte */
	} open[OPEN_MAX];
	size_t n;
	size_t cut; /* what stands behind it waits unseen */
	struct buf tail; /* closes code, math or an address; before the others */
};

static void push(struct ends *e, char c, size_t n, size_t at)
{
	if (e->n == OPEN_MAX)
		return;
	e->open[e->n].c = c;
	e->open[e->n].n = n;
	e->open[e->n++].at = at;
}

static bool is_at_end(const struct ends *e, size_t at)
{
	return !str_trim(str_sub(e->sc.s, at, e->sc.s.len)).len;
}

static void cut_at(struct ends *e, size_t at)
{
	e->cut = at;
	e->sc.at = e->sc.s.len;
}

static void take_ticks(struct ends *e)
{
	struct str s = e->sc.s;
	size_t n = scan_run(s, e->sc.at, '`'), end = scan_code(&e->sc, n), last = s.len;

	if (end || n > TICKS_MAX || s.len - e->sc.at > CODE_MAX) {
		e->sc.at = end ? end : e->sc.at + n;
		return;
	}
	/* Ticks at the end may be the first of those that close it. */
	while (last > e->sc.at + n && strchr("` \n", s.p[last - 1]))
		last--;
	if (last > e->sc.at + n)
		for (size_t i = 0; i < n; i++)
			buf_ch(&e->tail, '`');
	cut_at(e, last > e->sc.at + n ? last : e->sc.at);
}

/* A formula that is open is shown as far as it goes. */
static void take_escape(struct ends *e)
{
	char opens = e->sc.at + 1 < e->sc.s.len ? e->sc.s.p[e->sc.at + 1] : 0;
	struct str close = opens == '(' ? STR("\\)") : STR("\\]");
	size_t from = e->sc.at + 2, end;

	if (is_at_end(e, e->sc.at + 1)) {
		cut_at(e, e->sc.at);
		return;
	}
	e->sc.at = from;
	if (!e->math || (opens != '(' && opens != '['))
		return;
	end = str_find(e->sc.s, close, from);
	if (end != STR_NONE) {
		e->sc.at = end + close.len;
	} else if (source_looks_like_math(str_sub(e->sc.s, from, e->sc.s.len))) {
		buf_str(&e->tail, close);
		cut_at(e, e->sc.s.len);
	}
}

static void take_dollars(struct ends *e)
{
	size_t n = scan_run(e->sc.s, e->sc.at, '$'), end;

	if (!e->math || n != 2) {
		e->sc.at += n;
		return;
	}
	end = str_find(e->sc.s, STR("$$"), e->sc.at + 2);
	if (end != STR_NONE) {
		e->sc.at = end + 2;
	} else if (source_looks_like_math(str_sub(e->sc.s, e->sc.at + 2, e->sc.s.len))) {
		buf_c(&e->tail, "$$");
		cut_at(e, e->sc.s.len);
	} else {
		e->sc.at += 2;
	}
}

/* Take the delimiters off what they close, the innermost first; what stands open inside is text. Returns what is left. */
static size_t close_emphasis(struct ends *e, char c, size_t n)
{
	for (size_t i = e->n; i && n; i--) {
		size_t both = e->open[i - 1].n < n ? e->open[i - 1].n : n;

		if (e->open[i - 1].c != c)
			continue;
		n -= both;
		e->open[i - 1].n -= both;
		e->n = e->open[i - 1].n ? i : i - 1;
	}
	return n;
}

static void take_emphasis(struct ends *e)
{
	struct str s = e->sc.s;
	char c = s.p[e->sc.at];
	size_t at = e->sc.at, n = scan_run(s, at, c), left = n;
	bool after_space = !at || scan_is_space(s, at - 1), before_space = scan_is_space(s, at + n);
	bool after_word = at && scan_is_word(s, at - 1);

	e->sc.at += n;
	if (is_at_end(e, e->sc.at)) {
		cut_at(e, at);
		return;
	}
	if (!after_space)
		left = close_emphasis(e, c, n);
	/* One star between letters or digits is a product, an underscore a name. */
	if (left && !before_space && !(after_word && (c == '_' || left == 1)) && (c != '~' || left == 2))
		push(e, c, left, at);
}

/* "[12" may become a mark, and is not shown before it does. */
static void take_bracket(struct ends *e)
{
	struct str s = e->sc.s;
	size_t i = e->sc.at + 1;

	while (i < s.len && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	if (is_at_end(e, i)) {
		cut_at(e, e->sc.at);
		return;
	}
	if (i == e->sc.at + 1 && s.p[i] != '^' && s.p[i] != ' ' && s.p[i] != ']')
		push(e, '[', 1, e->sc.at);
	e->sc.at++;
}

/* Behind a label: its address, which is not shown before it is complete. */
static void take_label_end(struct ends *e)
{
	struct str s = e->sc.s;
	size_t label = e->n;

	while (label && e->open[label - 1].c != '[')
		label--;
	e->sc.at++;
	if (!label)
		return;
	e->n = label - 1;
	if (is_at_end(e, e->sc.at)) {
		buf_c(&e->tail, "()");
		cut_at(e, e->sc.at);
	} else if (s.p[e->sc.at] == '(') {
		size_t end = str_find_ch(s, ')', e->sc.at);

		if (end == STR_NONE || end > scan_line_end(s, e->sc.at)) {
			if (scan_line_end(s, e->sc.at) + 1 < s.len)
				return;
			buf_c(&e->tail, "()");
			cut_at(e, e->sc.at);
			return;
		}
		e->sc.at = end + 1;
	}
}

/* <https://...> as far as it goes is one word, in which nothing is emphasis. */
static void take_angle(struct ends *e)
{
	size_t i = e->sc.at + 1;

	while (i < e->sc.s.len && !scan_is_space(e->sc.s, i) && e->sc.s.p[i] != '>' && e->sc.s.p[i] != '<')
		i++;
	e->sc.at = str_find(str_sub(e->sc.s, e->sc.at, i), STR("://"), 0) != STR_NONE ? i : e->sc.at + 1;
}

static void take_plain(struct ends *e)
{
	e->sc.at++;
}

/* A new line: the last paragraph goes on, or another begins, in which nothing is open. */
static void begin_line(struct ends *e)
{
	struct str line = scan_line(e->sc.s, e->sc.at);
	size_t marks = split_marks(line);

	if (marks == line.len || marks > scan_run(line, 0, ' ') || line.p[marks] == '#' || line.p[marks] == '|')
		e->n = 0;
	e->sc.at += marks;
}

static const struct {
	char c;
	void (*go)(struct ends *e);
} takers[] = {
	{ '`', take_ticks },
	{ '\\', take_escape },
	{ '$', take_dollars },
	{ '*', take_emphasis },
	{ '_', take_emphasis },
	{ '~', take_emphasis },
	{ '[', take_bracket },
	{ ']', take_label_end },
	{ '<', take_angle },
};

static void go_on(struct ends *e)
{
	char c = e->sc.s.p[e->sc.at];

	for (size_t i = 0; i < sizeof(takers) / sizeof(*takers); i++)
		if (takers[i].c == c) {
			takers[i].go(e);
			return;
		}
	take_plain(e);
}

static void add_closers(struct ends *e, struct buf *to)
{
	struct str kept = str_sub(e->sc.s, 0, e->cut);

	while (kept.len && strchr(" \t\r\n", kept.p[kept.len - 1]))
		kept.len--;
	buf_str(to, kept);
	buf_str(to, buf_view(&e->tail));
	for (; e->n; e->n--) {
		size_t n = e->open[e->n - 1].n;

		if (e->open[e->n - 1].c == '[' && e->cut - e->open[e->n - 1].at < LABEL_MAX)
			buf_c(to, "]()");
		for (; e->open[e->n - 1].c != '[' && n; n--)
			buf_ch(to, e->open[e->n - 1].c);
	}
	buf_ch(to, '\n');
}

/* Ticks at the end of an open fence may be the first of those that close it. */
static void cut_fence(struct ends *e)
{
	struct str s = e->sc.s;
	size_t from = s.len;

	while (e->sc.fence && from && strchr("~` \n", s.p[from - 1]) && s.p[from - 1])
		from--;
	if (e->sc.fence && from < s.len && str_find_ch(s, e->sc.fence, from) != STR_NONE)
		e->cut = scan_line_end(s, from);
}

void source_close(struct buf *to, struct str source, bool math)
{
	struct ends e = { .sc = { .s = source }, .math = math, .cut = source.len };

	while (e.sc.at < source.len) {
		bool is_start = scan_is_line_start(&e.sc);

		if (is_start && scan_fence(&e.sc)) {
			e.n = 0;
			cut_fence(&e);
			continue;
		}
		if (is_start)
			begin_line(&e);
		if (e.sc.at < source.len)
			go_on(&e);
	}
	add_closers(&e, to);
	buf_release(&e.tail);
}
