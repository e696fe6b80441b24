#include "ibid/cite/marks.h"

#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "marks_internal.h"

/*
 * The filter reads `held` from its beginning, one element a step: a character, a
 * run of white space with what may be an id behind it, a run of backticks. A
 * step that cannot be decided yet consumes nothing and waits for more; a step
 * depends on nothing but the text itself, so slices do not matter.
 */

static void emit(struct marks *m, struct str s)
{
	/* What may stand before a fence on its line: indentation, the sign of a quote or an item. */
	for (size_t i = 0; i < s.len && !m->in_line; i++)
		m->in_line = !strchr(" \t>-*+.)0123456789", s.p[i]);
	buf_str(&m->text, s);
}

static uint32_t prev_of(const struct marks *m)
{
	struct str out = buf_view(&m->text);
	uint32_t cp = 0;

	/* The bracket of a mark is ours, and no index. */
	if (m->n && m->v[m->n - 1].at.byte_to == out.len)
		return 0;
	if (out.len)
		utf8_decode(out, utf8_floor(out, out.len - 1), &cp);
	return cp;
}

static bool same_target(const struct mark_target *a, const struct mark_target *b)
{
	return a->text_id == b->text_id && a->sentence_from == b->sentence_from && a->sentence_to == b->sentence_to;
}

static int number_of(struct marks *m, const struct mark_target *target)
{
	for (size_t i = 0; i < m->n; i++)
		if (same_target(&m->v[i].target, target))
			return m->v[i].n;
	return ++m->last_n;
}

static void add_mark(struct marks *m, const struct mark_target *target)
{
	struct mark mark = { .n = number_of(m, target), .target = *target };

	m->v = mem_grow(m->v, &m->cap, m->n + 1, sizeof(*m->v));
	mark.at.byte_from = m->text.len;
	m->in_line = true;
	buf_fmt(&m->text, "[%d]", mark.n);
	mark.at.byte_to = m->text.len;
	m->v[m->n++] = mark;
}

static void add_bad(struct marks *m, struct str id)
{
	m->bad = mem_grow(m->bad, &m->cap_bad, m->n_bad + 1, sizeof(*m->bad));
	m->bad[m->n_bad++] = (struct mark_bad){ arena_str(&m->names, id), m->text.len };
}

static bool resolve(const struct marks *m, const struct mark_id *id, struct mark_target *target)
{
	struct mark_target last;

	if (id->to < id->from || id->to - id->from >= MARKS_RANGE_MAX || !m->resolve(m->ctx, id->doc, id->from, target))
		return false;
	if (id->to == id->from)
		return true;
	if (!m->resolve(m->ctx, id->doc, id->to, &last) || last.text_id != target->text_id ||
		last.sentence_to <= target->sentence_from)
		return false;
	target->sentence_to = last.sentence_to;
	return true;
}

/* Sentences that follow each other in their text, or the same again, share a target. */
static bool join(struct mark_target *into, const struct mark_target *next)
{
	if (into->text_id != next->text_id || next->sentence_from < into->sentence_from ||
		next->sentence_from > into->sentence_to)
		return false;
	if (next->sentence_to > into->sentence_to)
		into->sentence_to = next->sentence_to;
	return true;
}

/* The targets of a group, joined; the ids that lead nowhere go to bad. */
struct resolved {
	struct mark_target v[MARKS_IDS_MAX];
	size_t n;
	struct str bad[MARKS_IDS_MAX];
	size_t n_bad;
};

static void resolve_all(const struct marks *m, const struct mark_ids *ids, struct resolved *r)
{
	r->n = r->n_bad = 0;
	for (size_t i = 0; i < ids->n; i++) {
		struct mark_target target;

		if (ids->kind == IDS_NUMBER || !resolve(m, &ids->v[i], &target))
			r->bad[r->n_bad++] = ids->v[i].written;
		else if (!r->n || !join(&r->v[r->n - 1], &target))
			r->v[r->n++] = target;
	}
}

static void emit_bad(struct marks *m, struct str id)
{
	add_bad(m, id);
	if (m->keep_bad) {
		emit(m, STR("["));
		emit(m, id);
		emit(m, STR("]"));
	}
}

/* A group behind `spaces` bytes of white space at held[at]; returns how much of held is used up. */
static size_t take_group(struct marks *m, size_t at, size_t spaces, const struct mark_ids *ids)
{
	struct str held = str_sub(buf_view(&m->held), at, m->held.len);
	struct resolved r;

	resolve_all(m, ids, &r);
	if (!r.n && m->keep_bad) {
		emit(m, str_sub(held, 0, spaces));
		for (size_t i = 0; i < r.n_bad; i++)
			add_bad(m, r.bad[i]);
		emit(m, str_sub(held, spaces, spaces + ids->len));
		return spaces + ids->len;
	}
	if (!r.n) {
		for (size_t i = 0; i < r.n_bad; i++)
			add_bad(m, r.bad[i]);
		buf_splice(&m->held, at + spaces, at + spaces + ids->len, STR_EMPTY);
		m->gap = spaces;
		m->in_gap = true;
		return 0;
	}
	emit(m, str_sub(held, 0, spaces));
	for (size_t i = 0; i < r.n; i++)
		add_mark(m, &r.v[i]);
	for (size_t i = 0; i < r.n_bad; i++)
		emit_bad(m, r.bad[i]);
	return spaces + ids->len;
}

static size_t run_of(struct str s, size_t at, const char *set)
{
	size_t i = at;

	while (i < s.len && s.p[i] && strchr(set, s.p[i]))
		i++;
	return i - at;
}

/*
 * White space where an id was taken out: none before a stop or at an end, else
 * what stood before the id, or behind it when nothing did. False: wait.
 */
static bool close_gap(struct marks *m, size_t at)
{
	struct str held = str_sub(buf_view(&m->held), at, m->held.len);
	size_t len = run_of(held, 0, " \t"), keep = m->gap ? m->gap : len;
	char next = len < held.len ? held.p[len] : '\n';

	if (len == held.len && !m->is_end)
		return false;
	if (strchr(".,;:!?)]}", next))
		keep = 0;
	else if (!m->gap && !m->in_line)
		keep = 0;
	if (next == '\n')
		buf_splice(&m->held, at, at + (len == held.len ? len : m->gap), STR_EMPTY);
	else
		buf_splice(&m->held, at + keep, at + len, STR_EMPTY);
	m->in_gap = false;
	return true;
}

enum verdict { NO, YES, WAIT };

/* Whether the open code span goes on over an id at s[from]: it must close on its line. */
static enum verdict is_code(const struct marks *m, struct str s, size_t from)
{
	bool ticks = !m->may_fence;

	for (size_t i = from; i < s.len && i < from + MARKS_CODE_MAX;) {
		size_t run = run_of(s, i, "`");

		if (run && i + run == s.len && !m->is_end)
			return WAIT;
		if (run == m->code)
			return YES;
		if (s.p[i] == '\n')
			return ticks ? NO : YES;
		ticks |= run > 0;
		i += run ? run : 1;
	}
	if (s.len >= from + MARKS_CODE_MAX)
		return NO;
	return !m->is_end ? WAIT : ticks ? NO : YES;
}

/* Whether what was read is to be replaced. */
static bool is_ours(const struct marks *m, const struct mark_ids *ids)
{
	struct mark_target target;

	if (ids->kind == IDS_NUMBER || ids->kind == IDS_NUMBERS)
		return m->refuse_numbers && !m->in_quote;
	return ids->kind == IDS_BRACKET || resolve(m, &ids->v[0], &target);
}

/* Reference numbers or an interval, who knows: round brackets keep it and are no mark. */
static size_t take_numbers(struct marks *m, struct str rest, size_t spaces, const struct mark_ids *ids)
{
	emit(m, str_sub(rest, 0, spaces));
	emit(m, STR("("));
	emit(m, ids->v[0].written);
	emit(m, STR(")"));
	return spaces + ids->len;
}

/* "[d53.s" and nothing behind it: the answer ended within an id. It cites nothing, and nobody should have to read it. */
static bool is_cut_id(const struct marks *m, struct str s)
{
	if (!m->is_end || m->code || s.len < 3 || s.p[0] != '[' || s.p[1] != 'd')
		return false;
	return s.p[2] >= '0' && s.p[2] <= '9' && run_of(s, 1, "ds0123456789.,; ") == s.len - 1;
}

/* White space (perhaps none) and behind it what may be an id. */
static size_t step_group(struct marks *m, size_t at, struct str rest)
{
	size_t spaces = run_of(rest, 0, " \t");
	struct str s = str_sub(rest, spaces, rest.len);
	struct mark_ids ids;
	enum ids_match match;
	enum verdict code = NO;

	if (!s.len && !m->is_end)
		return 0;
	match = s.len && ids_may_begin(s.p[0]) ? ids_read(s, m->is_end, spaces ? ' ' : prev_of(m), &ids) : IDS_NONE;
	if (match == IDS_MORE)
		return 0;
	if (match == IDS_FOUND && m->code)
		code = is_code(m, rest, spaces + ids.len);
	if (code == WAIT)
		return 0;
	if (match == IDS_FOUND && m->code && code == NO)
		m->code = 0;
	if (match == IDS_FOUND && code == NO && is_ours(m, &ids))
		return ids.kind == IDS_NUMBERS ? take_numbers(m, rest, spaces, &ids) : take_group(m, at, spaces, &ids);
	if (is_cut_id(m, s))
		return rest.len;
	if (spaces || match == IDS_NONE)
		emit(m, str_sub(rest, 0, spaces ? spaces : 1));
	else
		emit(m, str_sub(rest, 0, ids.len));
	return spaces ? spaces : match == IDS_NONE ? 1 : ids.len;
}

static size_t step_newline(struct marks *m)
{
	if (m->code && m->may_fence) {
		m->fence = m->code;
		m->fence_ch = '`';
	}
	m->fence_line = true;
	m->fence_run = 0;
	m->code = 0;
	m->may_fence = false;
	emit(m, STR("\n"));
	m->in_line = m->in_quote = false;
	return 1;
}

/* Backticks: three or more at the beginning of a line may open a block, others open or close a span. */
static size_t step_ticks(struct marks *m, struct str rest)
{
	size_t run = run_of(rest, 0, "`");

	if (run == rest.len && !m->is_end)
		return 0;
	if (m->code) {
		m->may_fence = false;
		if (run == m->code)
			m->code = 0;
	} else {
		m->may_fence = run >= 3 && !m->in_line;
		m->code = run;
	}
	emit(m, str_sub(rest, 0, run));
	return run;
}

static size_t step_tildes(struct marks *m, struct str rest)
{
	size_t run = run_of(rest, 0, "~");

	if (run == rest.len && !m->is_end)
		return 0;
	if (run >= 3 && !m->in_line && !m->code) {
		m->fence = run;
		m->fence_ch = '~';
		m->fence_line = false;
	}
	emit(m, str_sub(rest, 0, run));
	return run;
}

/* A byte inside a code block: is this line nothing but the closing fence? */
static size_t step_fence(struct marks *m, struct str rest)
{
	char c = rest.p[0];

	if (c == '\n') {
		if (m->fence_line && m->fence_run >= m->fence)
			m->fence = 0;
		m->fence_line = true;
		m->fence_run = 0;
		emit(m, STR("\n"));
		m->in_line = false;
		return 1;
	}
	if (m->fence_line && c == m->fence_ch)
		m->fence_run++;
	else if (!strchr(m->fence_run ? " \t\r" : " \t>", c))
		m->fence_line = false;
	emit(m, str_sub(rest, 0, 1));
	return 1;
}

/* Quotation marks of two and three bytes, by their last byte. */
static size_t step_quote(struct marks *m, struct str rest)
{
	static const struct {
		const char *mark;
		bool opens;
	} marks[] = {
		{ "\xE2\x80\x9C", true }, { "\xE2\x80\x9E", true }, { "\xC2\xAB", true },
		{ "\xE2\x80\x9D", false }, { "\xC2\xBB", false },
	};
	size_t len = rest.p[0] == '"' ? 1 : rest.p[0] == '\xC2' ? 2 : 3;

	if (rest.len < len && !m->is_end)
		return 0;
	if (len == 1 && !m->code)
		m->in_quote = !m->in_quote;
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (str_is(str_sub(rest, 0, len), marks[i].mark) && !m->code)
			m->in_quote = marks[i].opens;
	len = len < rest.len ? len : rest.len;
	emit(m, str_sub(rest, 0, len));
	return len;
}

/* A backslash takes what it escapes along, so that "\`" opens nothing. */
static size_t step_escape(struct marks *m, size_t at, struct str rest)
{
	if (rest.len < 2 && !m->is_end)
		return 0;
	if (rest.len < 2 || m->code || !strchr("\\`~\"(", rest.p[1]))
		return step_group(m, at, rest);
	emit(m, str_sub(rest, 0, 2));
	return 2;
}

/* Bytes up to the next that may mean something; a letter inside a word begins no id. */
static size_t step_plain(struct marks *m, struct str rest)
{
	size_t i = 1;

	while (i < rest.len && !strchr("[(\\`~\" \t\n\xC2\xE2\xE3\xEF", rest.p[i]) &&
		((rest.p[i] != 'd' && rest.p[i] != 'D') || (rest.p[i - 1] >= 'a' && rest.p[i - 1] <= 'z')))
		i++;
	emit(m, str_sub(rest, 0, i));
	return i;
}

static size_t step(struct marks *m, size_t at)
{
	struct str rest = str_sub(buf_view(&m->held), at, m->held.len);

	if (m->fence)
		return step_fence(m, rest);
	switch (rest.p[0]) {
	case '\n':
		return step_newline(m);
	case '`':
		return step_ticks(m, rest);
	case '~':
		return step_tildes(m, rest);
	case '"':
	case '\xC2':
	case '\xE2':
		return step_quote(m, rest);
	case '\\':
		return step_escape(m, at, rest);
	case ' ':
	case '\t':
		return step_group(m, at, rest);
	default:
		return ids_may_begin(rest.p[0]) ? step_group(m, at, rest) : step_plain(m, rest);
	}
}

static void run(struct marks *m)
{
	size_t at = 0;

	while (at < m->held.len || m->in_gap) {
		size_t used;

		if (m->in_gap) {
			if (!close_gap(m, at))
				break;
			continue;
		}
		used = step(m, at);
		if (!used && !m->in_gap)
			break;
		at += used;
	}
	buf_splice(&m->held, 0, at, STR_EMPTY);
}

void marks_feed(struct marks *m, struct str piece)
{
	buf_str(&m->held, piece);
	run(m);
}

void marks_cite(struct marks *m, const struct mark_target *target)
{
	add_mark(m, target);
}

void marks_end(struct marks *m)
{
	m->is_end = true;
	run(m);
}

void marks_release(struct marks *m)
{
	buf_release(&m->text);
	buf_release(&m->held);
	arena_release(&m->names);
	mem_free(m->v);
	mem_free(m->bad);
}
