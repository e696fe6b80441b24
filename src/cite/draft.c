#include "ibid/cite/draft.h"

#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "verify_internal.h"

/* Largest number of a mark that is looked for in a draft. */
#define NUMBERS_MAX 999
#define KEY_MAX 128

struct reader {
	struct verify *v;
	struct arena *a;
	struct str s;
	const struct draft_source *source;
	struct mark *marks;
	size_t n, cap;
	struct mark_bad *bad;
	size_t n_bad, cap_bad;
	int last_n;
};

/* One "@key, p. 33" of a citation. */
struct item {
	struct str key, locator;
};

/* --- what is cited */

static bool is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) ||
		(c && strchr("_:.#$%&-+?<>~/", c));
}

/* The key behind the '@' at `at`, without the punctuation that ends it; empty when there is none. */
static struct str key_at(struct str s, size_t at)
{
	size_t i = at + 1, close;

	if (i < s.len && s.p[i] == '{') {
		close = str_find_ch(s, '}', i);
		return close == STR_NONE || close - i > KEY_MAX ? STR_EMPTY : str_sub(s, i + 1, close);
	}
	while (i < s.len && i - at <= KEY_MAX && is_key_char(s.p[i]))
		i++;
	while (i > at + 1 && strchr(":.#$%&-+?<>~/", s.p[i - 1]))
		i--;
	return str_sub(s, at + 1, i);
}

static size_t key_end(struct str s, size_t at, struct str key)
{
	return (size_t)(key.p - s.p) + key.len + (s.p[at + 1] == '{');
}

/* A label of a page without its "p.", and the range it may be. */
static bool read_pages(struct str locator, struct str *from, struct str *to)
{
	static const char *const words[] = { "pages", "page", "pp.", "pp", "p.", "p", "S.", "Seiten", "Seite" };
	size_t i = 0, n = 0, dash;

	locator = str_trim(locator);
	for (; n < sizeof(words) / sizeof(*words); n++)
		if (str_starts(locator, str_c(words[n])) && locator.len > strlen(words[n]) &&
			strchr(" \t0123456789", locator.p[strlen(words[n])])) {
			locator = str_trim(str_sub(locator, strlen(words[n]), locator.len));
			break;
		}
	while (i < locator.len && !strchr(" ,;", locator.p[i]))
		i++;
	locator = str_sub(locator, 0, i);
	if (!locator.len || (n == sizeof(words) / sizeof(*words) && !(locator.p[0] >= '0' && locator.p[0] <= '9')))
		return false;
	dash = str_find(locator, STR("\xE2\x80\x93"), 0);
	n = dash == STR_NONE ? 1 : 3;
	if (dash == STR_NONE)
		dash = str_find_ch(locator, '-', 0);
	*from = str_sub(locator, 0, dash);
	*to = dash == STR_NONE ? *from : str_sub(locator, dash + n + (dash + n < locator.len && locator.p[dash + n] == '-'), locator.len);
	return from->len && to->len;
}

/* Index of the page with this label, else with this number; -1. */
static int page_named(const struct text *t, struct str label)
{
	long long number;

	for (size_t i = 0; i < t->n_pages; i++)
		if (str_eq_nocase(t->pages[i].label, label))
			return (int)i;
	if (!str_to_int(label, &number))
		return -1;
	for (size_t i = 0; i < t->n_pages; i++)
		if (t->pages[i].number == number)
			return (int)i;
	return -1;
}

/* The sentences that pages touch. */
static void narrow(const struct text *t, struct str locator, struct mark_target *target)
{
	struct str first, last;
	int from, to;

	if (!read_pages(locator, &first, &last))
		return;
	from = page_named(t, first);
	to = page_named(t, last);
	if (from < 0 || to < from)
		return;
	while (target->sentence_from < target->sentence_to &&
		t->sentences[target->sentence_from].at.byte_to <= t->pages[from].at.byte_from)
		target->sentence_from++;
	while (target->sentence_to > target->sentence_from &&
		t->sentences[target->sentence_to - 1].at.byte_from >= t->pages[to].at.byte_to)
		target->sentence_to--;
}

static bool target_of(struct reader *r, struct item item, struct mark_target *target)
{
	struct verify_text *t;
	int64_t text_id;

	if (!r->source->key || !r->source->key(r->source->ctx, item.key, &text_id))
		return false;
	t = verify_text(r->v, text_id);
	*target = (struct mark_target){ .text_id = text_id };
	if (!t->text)
		return true;
	target->doc_id = t->text->doc_id;
	target->sentence_to = (uint32_t)t->text->n_sentences;
	narrow(t->text, item.locator, target);
	return true;
}

/* --- marks */

static void add_mark(struct reader *r, int n, const struct mark_target *target, struct span at)
{
	r->marks = mem_grow(r->marks, &r->cap, r->n + 1, sizeof(*r->marks));
	r->marks[r->n++] = (struct mark){ .n = n, .target = *target, .at = at };
}

static int number_for(struct reader *r, const struct mark_target *target)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct mark_target *t = &r->marks[i].target;

		if (t->text_id == target->text_id && t->sentence_from == target->sentence_from &&
			t->sentence_to == target->sentence_to)
			return r->marks[i].n;
	}
	return ++r->last_n;
}

static void add_item(struct reader *r, struct item item, struct span at)
{
	struct mark_target target;

	if (target_of(r, item, &target)) {
		add_mark(r, number_for(r, &target), &target, at);
		return;
	}
	target = (struct mark_target){ 0 };
	add_mark(r, 0, &target, at);
	r->bad = mem_grow(r->bad, &r->cap_bad, r->n_bad + 1, sizeof(*r->bad));
	r->bad[r->n_bad++] = (struct mark_bad){ item.key, at.byte_from };
}

/* Numbers first: keys get the numbers after them. */
static void read_numbers(struct reader *r)
{
	struct mark *found;
	size_t n = r->source->number ? claim_find_marks(r->a, r->s, NUMBERS_MAX, false, &found) : 0;

	for (size_t i = 0; i < n; i++) {
		struct mark_target target;

		if (!r->source->number(r->source->ctx, found[i].n, &target))
			continue;
		add_mark(r, found[i].n, &target, found[i].at);
		r->last_n = found[i].n > r->last_n ? found[i].n : r->last_n;
	}
}

static bool may_begin_key(struct str s, size_t at)
{
	return s.p[at] == '@' && (!at || !(is_key_char(s.p[at - 1]) && s.p[at - 1] != '-')) && key_at(s, at).len > 0;
}

/* "[see @a, p. 3; -@b]" at `at`: its items. Returns its bytes; 0 when it cites nothing. */
static size_t read_bracket(struct reader *r, size_t at)
{
	size_t close = str_find_ch(r->s, ']', at), from = at;
	struct str s;
	size_t items = 0;

	if (close == STR_NONE || close - at > DRAFT_CITATION_MAX)
		return 0;
	s = str_sub(r->s, 0, close);
	for (size_t i = at; i < close; i++) {
		struct item item = { .locator = STR_EMPTY };
		size_t end, next;

		if (!may_begin_key(s, i))
			continue;
		item.key = key_at(s, i);
		end = key_end(s, i, item.key);
		next = str_find_ch(s, ';', end);
		next = next == STR_NONE ? close : next;
		if (end < next && s.p[end] == ',')
			item.locator = str_sub(s, end + 1, next);
		/* Each item has its own bytes; together they are the whole bracket. */
		add_item(r, item, (struct span){ from, next == close ? close + 1 : next + 1 });
		from = i = next + 1;
		i--;
		items++;
	}
	return items ? close + 1 - at : 0;
}

/* "@a [p. 3]" in the text. */
static size_t read_bare(struct reader *r, size_t at)
{
	struct item item = { .key = key_at(r->s, at), .locator = STR_EMPTY };
	size_t end = key_end(r->s, at, item.key), close;
	int64_t text_id;

	/* An "@name" that is no citekey is somebody's handle. */
	if (!r->source->key || !r->source->key(r->source->ctx, item.key, &text_id))
		return end - at;
	if (end + 1 < r->s.len && r->s.p[end] == ' ' && r->s.p[end + 1] == '[') {
		struct str from, to;

		close = str_find_ch(r->s, ']', end);
		if (close != STR_NONE && close - end < DRAFT_CITATION_MAX) {
			item.locator = str_sub(r->s, end + 2, close);
			end = read_pages(item.locator, &from, &to) ? close + 1 : end;
		}
	}
	add_item(r, item, (struct span){ at, end });
	return end - at;
}

/* Bytes of code at `at`: a span, or a block that begins at this line; 0. */
static size_t code_len(struct str s, size_t at)
{
	size_t run = 0, i;
	bool block;

	while (at + run < s.len && s.p[at + run] == s.p[at])
		run++;
	block = run >= 3;
	if (!run || (s.p[at] != '`' && !(s.p[at] == '~' && block)))
		return 0;
	for (i = at + run; i < s.len; i++) {
		size_t n = 0;

		while (i + n < s.len && s.p[i + n] == s.p[at])
			n++;
		if (n == run || (block && n > run))
			return i + n - at;
		if (!block && s.p[i] == '\n')
			return run;
		i += n ? n - 1 : 0;
	}
	return block ? s.len - at : run;
}

static void read_keys(struct reader *r)
{
	for (size_t at = 0; at < r->s.len;) {
		size_t len = code_len(r->s, at);

		if (!len && r->s.p[at] == '[')
			len = read_bracket(r, at);
		if (!len && may_begin_key(r->s, at))
			len = read_bare(r, at);
		at += len ? len : 1;
	}
}

static void sort_marks(struct reader *r)
{
	for (size_t i = 1; i < r->n; i++)
		for (size_t k = i; k && r->marks[k].at.byte_from < r->marks[k - 1].at.byte_from; k--) {
			struct mark m = r->marks[k];

			r->marks[k] = r->marks[k - 1];
			r->marks[k - 1] = m;
		}
}

void draft_read(struct verify *v, struct arena *a, struct str text, const struct draft_source *source, struct draft *draft)
{
	struct reader r = { .v = v, .a = a, .s = text, .source = source };

	read_numbers(&r);
	read_keys(&r);
	sort_marks(&r);
	*draft = (struct draft){ .text = text, .n_marks = r.n, .n_bad = r.n_bad };
	draft->marks = arena_array(a, r.n + 1, sizeof(*r.marks));
	draft->bad = arena_array(a, r.n_bad + 1, sizeof(*r.bad));
	if (r.n)
		memcpy(draft->marks, r.marks, r.n * sizeof(*r.marks));
	if (r.n_bad)
		memcpy(draft->bad, r.bad, r.n_bad * sizeof(*r.bad));
	mem_free(r.marks);
	mem_free(r.bad);
}

/* Whether a passage lies outside the sentences that all marks with this number name. */
static bool is_off_page(const struct draft *d, const struct citation *c)
{
	bool any = false;

	for (size_t i = 0; i < d->n_marks; i++) {
		const struct mark_target *t = &d->marks[i].target;

		if (d->marks[i].n != c->n || t->text_id != c->anchor.text_id)
			continue;
		if (c->anchor.sentence_from < (int)t->sentence_to && c->anchor.sentence_to > (int)t->sentence_from)
			return false;
		any = true;
	}
	return any;
}

static void tell_pages(struct arena *a, const struct draft *d, struct verify_result *out)
{
	for (size_t i = 0; i < out->n_citations; i++) {
		struct citation *c = &out->citations[i];

		if (!c->quote.len || !c->anchor.page_from || !cite_level_holds(c->level) || !is_off_page(d, c))
			continue;
		c->flags |= CITE_MISATTRIBUTED;
		out->notes[i] = arena_fmt(a, "stands on page %.*s%s%.*s", STR_ARG(c->anchor.page_label),
			out->notes[i].len ? "; " : "", STR_ARG(out->notes[i]));
	}
}

/* How a mark names its source: "@smith2020", or "[3]". */
static struct str name_of(struct arena *a, const struct draft *d, const struct mark *m)
{
	struct str s = str_sub(d->text, 0, m->at.byte_to);

	for (size_t i = m->at.byte_from; i < s.len; i++)
		if (may_begin_key(s, i))
			return arena_fmt(a, "@%.*s", STR_ARG(key_at(s, i)));
	return str_sub(d->text, m->at.byte_from, m->at.byte_to);
}

/* The sources in which a citation had to hold: of a quote all that its claim names, else its own. */
static struct str names_of(struct arena *a, const struct draft *d, const struct claim *claim, const struct citation *c)
{
	size_t first, n = claim_marks(claim, d->marks, d->n_marks, &first);
	SCOPED(buf) names = BUF_INIT;

	for (size_t i = first; i < first + n; i++)
		if (d->marks[i].n && (c->quote.len || d->marks[i].n == c->n))
			buf_fmt(&names, "%s%.*s", names.len ? ", " : "", STR_ARG(name_of(a, d, &d->marks[i])));
	return arena_str(a, buf_view(&names));
}

/* Who names a source is right or wrong about that source: words that stand in another one do not hold. */
static void tell_keys(struct arena *a, const struct draft *d, struct verify_result *out)
{
	for (size_t i = 0; i < out->n_citations; i++) {
		struct citation *c = &out->citations[i];
		struct str names = names_of(a, d, &out->claims[c->claim], c), *note = &out->notes[i];
		bool is_elsewhere = c->quote.len && (c->flags & CITE_MISATTRIBUTED);

		if (!names.len || (!is_elsewhere && c->level != LEVEL_UNSUPPORTED))
			continue;
		if (is_elsewhere && cite_level_holds(c->level))
			*note = STR("these words stand in this other source");
		*note = arena_fmt(a, "not in %.*s%s%.*s", STR_ARG(names), note->len ? ": " : "", STR_ARG(*note));
		c->level = LEVEL_UNSUPPORTED;
	}
}

void draft_verify(struct verify *v, struct arena *a, struct str text, const struct draft_source *source, int64_t now_ms,
	struct draft *draft, struct verify_result *out)
{
	struct verify_answer in = { .text = text, .origin = STR("user"), .search = true, .now_ms = now_ms };

	draft_read(v, a, text, source, draft);
	in.marks = draft->marks;
	in.n_marks = draft->n_marks;
	in.bad = draft->bad;
	in.n_bad = draft->n_bad;
	verify_answer(v, a, &in, out);
	tell_keys(a, draft, out);
	tell_pages(a, draft, out);
}
