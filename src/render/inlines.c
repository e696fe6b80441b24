#include "render/render_internal.h"

#include "ibid/base/mem.h"
#include "ibid/base/term_text.h"
#include "ibid/base/utf8.h"

void inlines_add(struct inlines *in, struct str text, enum out_style style, uint32_t tag)
{
	size_t from = in->text.len;

	term_text_add(&in->text, text);
	/* A tab's width depends on where it stands; in prose a blank says the same. */
	for (size_t i = from; i < in->text.len; i++)
		if (in->text.p[i] == '\t')
			in->text.p[i] = ' ';
	if (in->text.len == from)
		return;
	if (in->n && in->runs[in->n - 1].style == style && in->runs[in->n - 1].tag == tag) {
		in->runs[in->n - 1].to = in->text.len;
		return;
	}
	in->runs = mem_grow(in->runs, &in->cap, in->n + 1, sizeof(*in->runs));
	in->runs[in->n++] = (struct inline_run){ in->text.len, style, tag };
}

void inlines_reset(struct inlines *in)
{
	buf_reset(&in->text);
	in->n = 0;
}

void inlines_release(struct inlines *in)
{
	buf_release(&in->text);
	mem_free(in->runs);
	*in = (struct inlines)INLINES_INIT;
}

/* Bytes of the cluster at `at` and its columns; ASCII, nearly all there is, needs no table. */
static size_t cluster(struct str s, size_t at, size_t *cols)
{
	size_t next;

	if ((unsigned char)s.p[at] < 0x80 && (at + 1 == s.len || (unsigned char)s.p[at + 1] < 0x80)) {
		*cols = s.p[at] != '\n';
		return at + 1;
	}
	next = utf8_next_cluster(s, at);
	*cols = utf8_cols(str_sub(s, at, next));
	return next;
}

/* A blank that carries a combining mark is none. */
static bool is_blank(struct str s, size_t at)
{
	return s.p[at] == ' ' &&
	       (at + 1 == s.len || (unsigned char)s.p[at + 1] < 0x80 || utf8_next_cluster(s, at) == at + 1);
}

static size_t skip_blanks(struct str s, size_t at)
{
	while (at < s.len && is_blank(s, at))
		at++;
	return at;
}

static struct str without_blanks_at_end(struct str s)
{
	while (s.len && s.p[s.len - 1] == ' ')
		s.len--;
	return s;
}

bool inlines_line(const struct inlines *in, size_t cols, bool cuts_words, size_t *at, struct str *line)
{
	struct str s = buf_view(&in->text);
	size_t from = *at, i = from, used = 0, fits = 0, wide, next;
	bool blank, has_word = false;

	if (from >= s.len)
		return false;
	for (; i < s.len && s.p[i] != '\n'; i = next) {
		next = cluster(s, i, &wide);
		/* A line may be cut before a blank, and on either side of a wide character: those scripts part no words. */
		blank = s.p[i] == ' ' && next == i + 1;
		if (has_word && (blank || wide == 2))
			fits = i;
		has_word = has_word || !blank;
		if (used + wide > cols && !blank && (fits || (cuts_words && i > from))) {
			i = fits ? fits : i;
			break;
		}
		used += wide;
		if (wide == 2)
			fits = used <= cols ? next : fits;
	}
	*line = without_blanks_at_end(str_sub(s, from, i));
	*at = i < s.len && s.p[i] == '\n' ? i + 1 : skip_blanks(s, i);
	return true;
}

static size_t run_at(const struct inlines *in, size_t byte)
{
	size_t low = 0, high = in->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (in->runs[middle].to <= byte)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void inlines_show(const struct inlines *in, struct str line, struct out *o)
{
	size_t from = line.len ? (size_t)(line.p - in->text.p) : 0, end = from + line.len;

	for (size_t i = run_at(in, from); i < in->n && from < end; i++) {
		size_t to = in->runs[i].to < end ? in->runs[i].to : end;

		out_tag(o, in->runs[i].tag);
		out_styled(o, in->runs[i].style, str_sub(buf_view(&in->text), from, to));
		from = to;
	}
	out_tag(o, 0);
}

size_t inlines_cols(const struct inlines *in)
{
	struct str rest = buf_view(&in->text);
	size_t most = 0;

	while (rest.p) {
		size_t cols = utf8_cols(str_cut(&rest, '\n'));

		most = cols > most ? cols : most;
	}
	return most;
}
