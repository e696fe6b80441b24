/*
 * Rows in arrays that only grow at their end, so that the rows of a block that is
 * still open are taken back by cutting them off. Everything refers to text by
 * offsets; pointers are made when somebody asks.
 */
#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "render/rows_internal.h"

/* Sets v[n] of an array of the store, which grows. */
#define PUT(s, array, ...)                                                                                             \
	do {                                                                                                           \
		(s)->array = mem_grow((s)->array, &(s)->cap.array, (s)->n.array + 1, sizeof(*(s)->array));             \
		(s)->array[(s)->n.array++] = __VA_ARGS__;                                                              \
	} while (0)

struct store_size store_size(const struct store *s)
{
	struct store_size n = s->n;

	n.text = s->text.len;
	n.strings = s->strings.len;
	return n;
}

void store_cut(struct store *s, const struct store_size *n)
{
	s->n = *n;
	buf_cut(&s->text, n->text);
	buf_cut(&s->strings, n->strings);
}

void store_release(struct store *s)
{
	buf_release(&s->text);
	buf_release(&s->strings);
	mem_free(s->rows);
	mem_free(s->runs);
	mem_free(s->urls);
	mem_free(s->links);
	mem_free(s->link_urls);
	mem_free(s->marks);
	mem_free(s->codes);
	mem_free(s->code_texts);
	*s = (struct store){ .text = BUF_INIT };
}

static void shrink_buf(struct buf *b)
{
	if (!b->p || b->cap == b->len + 1)
		return;
	b->p = mem_resize(b->p, b->len + 1, 1);
	b->cap = b->len + 1;
}

static void *shrink(void *p, size_t n, size_t *cap, size_t size)
{
	if (!p || *cap == n)
		return p;
	*cap = n;
	if (n)
		return mem_resize(p, n, size);
	mem_free(p);
	return NULL;
}

void store_shrink(struct store *s)
{
	shrink_buf(&s->text);
	shrink_buf(&s->strings);
	s->rows = shrink(s->rows, s->n.rows, &s->cap.rows, sizeof(*s->rows));
	s->runs = shrink(s->runs, s->n.runs, &s->cap.runs, sizeof(*s->runs));
	s->urls = shrink(s->urls, s->n.urls, &s->cap.urls, sizeof(*s->urls));
	s->links = shrink(s->links, s->n.links, &s->cap.links, sizeof(*s->links));
	s->link_urls = shrink(s->link_urls, s->n.links, &s->cap_link_urls, sizeof(*s->link_urls));
	s->marks = shrink(s->marks, s->n.marks, &s->cap.marks, sizeof(*s->marks));
	s->codes = shrink(s->codes, s->n.codes, &s->cap.codes, sizeof(*s->codes));
	s->code_texts = shrink(s->code_texts, s->n.codes, &s->cap_code_texts, sizeof(*s->code_texts));
}

size_t store_bytes(const struct store *s)
{
	return s->text.cap + s->strings.cap + s->cap.rows * sizeof(*s->rows) + s->cap.runs * sizeof(*s->runs) +
	       s->cap.urls * sizeof(*s->urls) + s->cap.links * sizeof(*s->links) +
	       s->cap_link_urls * sizeof(*s->link_urls) + s->cap.marks * sizeof(*s->marks) +
	       s->cap.codes * sizeof(*s->codes) + s->cap_code_texts * sizeof(*s->code_texts);
}

/* --- strings */

struct span store_string(struct store *s, struct str string)
{
	size_t from = s->strings.len;

	buf_str(&s->strings, string);
	return (struct span){ from, s->strings.len };
}

uint32_t store_url(struct store *s, struct str url)
{
	PUT(s, urls, store_string(s, url));
	return (uint32_t)s->n.urls - 1;
}

void store_code(struct store *s, struct str info)
{
	struct span name = store_string(s, info);
	const struct code_at at = { name, { name.to, name.to } };

	PUT(s, codes, (struct row_code){ .row_from = s->n.rows, .row_to = s->n.rows });
	s->code_texts = mem_grow(s->code_texts, &s->cap_code_texts, s->n.codes, sizeof(*s->code_texts));
	s->code_texts[s->n.codes - 1] = at;
}

static struct str view(const struct store *s, struct span at)
{
	return str_sub(buf_view(&s->strings), at.from, at.to);
}

void store_point(const struct store *s)
{
	for (size_t i = 0; i < s->n.links; i++)
		s->links[i].url = view(s, s->urls[s->link_urls[i]]);
	for (size_t i = 0; i < s->n.codes; i++) {
		s->codes[i].info = view(s, s->code_texts[i].info);
		s->codes[i].text = view(s, s->code_texts[i].text);
	}
}

/* --- rows */

/* Clusters that are no blanks. */
static size_t count_clusters(struct str s)
{
	size_t n = 0;

	for (size_t at = 0, next; at < s.len; at = next) {
		bool is_ascii = at + 1 == s.len || (unsigned char)s.p[at + 1] < 0x80;

		next = is_ascii && (unsigned char)s.p[at] < 0x80 ? at + 1 : utf8_next_cluster(s, at);
		n += next > at + 1 || (s.p[at] != ' ' && s.p[at] != '\t');
	}
	return n;
}

static void add_run(struct store *s, uint32_t to, unsigned style)
{
	size_t first = s->n.rows ? s->rows[s->n.rows - 1].runs_to : 0;

	if (s->n.runs > first && s->runs[s->n.runs - 1].style == style)
		s->runs[s->n.runs - 1].to = to;
	else
		PUT(s, runs, (struct row_run){ to, (uint8_t)style });
}

static void add_link(struct store *s, uint32_t number, uint32_t from, uint32_t to)
{
	struct row_link *last = s->n.links ? &s->links[s->n.links - 1] : NULL;

	if (last && last->row == s->n.rows && last->to == from && s->link_urls[s->n.links - 1] == number) {
		last->to = to;
		return;
	}
	PUT(s, links, (struct row_link){ .row = s->n.rows, .from = from, .to = to, .url = STR_EMPTY });
	s->link_urls = mem_grow(s->link_urls, &s->cap_link_urls, s->n.links, sizeof(*s->link_urls));
	s->link_urls[s->n.links - 1] = number;
}

static void add_mark(struct store *s, uint32_t number, uint32_t from, uint32_t to, bool begins)
{
	struct row_mark *last = s->n.marks ? &s->marks[s->n.marks - 1] : NULL;

	if (!begins && last && last->row == s->n.rows && last->to == from && last->n == (int)number)
		last->to = to;
	else
		PUT(s, marks, (struct row_mark){ .row = s->n.rows, .from = from, .to = to, .n = (int)number });
}

/* The way through the notes of an output. */
struct notes {
	const struct out_note *v;
	size_t n, at;
	struct out_note now;
};

/* Moves to what holds at byte `at`; returns where that ends, at most at `end`. */
static size_t notes_at(struct notes *notes, size_t at, size_t end)
{
	while (notes->at < notes->n && notes->v[notes->at].at <= at)
		notes->now = notes->v[notes->at++];
	return notes->at < notes->n && notes->v[notes->at].at < end ? notes->v[notes->at].at : end;
}

/* Marks of one number that touch are one run; each begins with its bracket. */
static void add_tagged(struct store *s, uint32_t tag, struct str text, size_t from, size_t to)
{
	for (size_t end; tag & TAG_MARK && from < to; from = end) {
		end = str_find_ch(str_sub(text, 0, to), '[', from + 1);
		end = end == STR_NONE ? to : end;
		add_mark(s, TAG_NUMBER(tag), (uint32_t)from, (uint32_t)end, text.p[from] == '[');
	}
	if (!(tag & TAG_MARK) && TAG_NUMBER(tag))
		add_link(s, TAG_NUMBER(tag) - 1, (uint32_t)from, (uint32_t)to);
}

/* `text` is the row, which begins at byte `base` of what was kept. */
static void add_row(struct store *s, struct notes *notes, struct str text, size_t base, enum row_kind kind)
{
	uint32_t place = s->n.places;
	size_t counted = 0;

	for (size_t from = 0, to; from < text.len; from = to) {
		to = notes_at(notes, base + from, base + text.len) - base;
		add_run(s, (uint32_t)to, notes->now.style);
		add_tagged(s, notes->now.tag, text, from, to);
		if (notes->now.tag & TAG_TEXT)
			continue;
		s->n.places += (uint32_t)count_clusters(str_sub(text, counted, from));
		counted = to;
	}
	s->n.places += (uint32_t)count_clusters(str_sub(text, counted, text.len));
	buf_str(&s->text, text);
	PUT(s, rows, (struct row_at){ s->text.len, place, (uint32_t)s->n.runs, kind });
}

void store_rows(struct store *s, struct out *kept, enum row_kind kind)
{
	struct notes notes = { .n = 0 };
	struct str rest = out_kept(kept, &notes.v, &notes.n), line;
	const char *begin = rest.p;

	while (rest.len) {
		line = str_cut(&rest, '\n');
		add_row(s, &notes, line, (size_t)(line.p - begin), kind);
	}
	out_kept_reset(kept);
}

struct row store_row(const struct store *s, size_t i)
{
	static const struct row_at none = { 0 };
	const struct row_at *at = &s->rows[i], *before = i ? at - 1 : &none;

	return (struct row){
		.text = str_sub(buf_view(&s->text), before->text_to, at->text_to),
		.runs = s->runs + before->runs_to,
		.n_runs = at->runs_to - before->runs_to,
		.kind = at->kind,
	};
}
