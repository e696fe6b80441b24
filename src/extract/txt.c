/*
 * Plain text. Two habits are told apart by the longest line: a file whose lines
 * are paragraphs (each line is a block), and one wrapped by hand (a block ends at
 * an empty line or at an item's mark). Lines of a wrapped block stay lines,
 * because the writer of the file set them so.
 *
 * A form feed ends a page (as in RFCs and the output of pdftotext). The first
 * lines may be "title:", "url:" and the like; they are metadata, not text.
 */
#include <string.h>

#include "ibid/extract/charset.h"
#include "ibid/extract/extract.h"
#include "ibid/extract/front_matter.h"
#include "ibid/extract/lines.h"

/* A hand rarely wraps beyond this; a file with lines longer than it has paragraphs for lines. */
#define WRAP_BYTES_MAX 140
/* A body is longer than its heading by this, or longer than that. */
#define BODY_MORE 20
#define BODY_BYTES 60

static bool has_long_lines(struct str text)
{
	while (text.p)
		if (str_cut(&text, '\n').len > WRAP_BYTES_MAX)
			return true;
	return false;
}

/* Columns held apart by three spaces or a tab inside the line: a table or a drawing. */
static bool is_drawn(struct str line)
{
	struct str s = str_trim(line);

	return str_find(s, STR("   "), 0) != STR_NONE || str_find_ch(s, '\t', 0) != STR_NONE;
}

static bool is_group_drawn(struct str group)
{
	size_t lines = 0, drawn = 0;

	while (group.p) {
		drawn += is_drawn(str_cut(&group, '\n'));
		lines++;
	}
	return lines >= 2 && drawn * 2 >= lines;
}

static bool is_underline(struct str line)
{
	struct str s = str_trim(line);

	if (s.len < 3 || !strchr("=-~^#*", s.p[0]))
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (s.p[i] != s.p[0])
			return false;
	return true;
}

static struct str first_line(struct str text)
{
	return str_cut(&text, '\n');
}

/* What may follow a heading: something longer than it, or an item of a list. */
static bool is_body_of(struct str line, struct str head)
{
	line = str_trim(line);
	return line_item_mark(line) || line.len > head.len + BODY_MORE || line.len > BODY_BYTES;
}

/* "Title" above "=====". The underline is taken as well. */
static bool take_underlined(struct writer *w, struct str *group)
{
	struct str rest = *group, line = str_trim(str_cut(&rest, '\n')), next;

	if (!rest.p || !line.len || line.len > WRAP_BYTES_MAX)
		return false;
	next = str_cut(&rest, '\n');
	if (!is_underline(next) || is_underline(line))
		return false;
	writer_block(w, EXTRACTION_HEADING, str_trim(next).p[0] == '=' ? 1 : 2, line);
	*group = rest;
	return true;
}

/* A short line alone above text. In a file of long lines it may stand right on top of it. */
static bool take_heading(struct writer *w, struct str *group, struct str after, bool is_wrapped)
{
	struct str rest = *group, line = str_trim(str_cut(&rest, '\n'));

	if (take_underlined(w, group))
		return true;
	if (!line_may_head(line) || line_item_mark(line) || line_is_caption(line) || is_drawn(line) || (rest.p && is_wrapped))
		return false;
	if (!is_body_of(first_line(rest.p ? rest : after), line))
		return false;
	writer_block(w, EXTRACTION_HEADING, 2, line);
	*group = rest;
	return true;
}

/* Among lines that are paragraphs: a short one right above a long one. */
static bool heads_long_line(struct str line, struct str next)
{
	return line.len <= BODY_BYTES && next.len > WRAP_BYTES_MAX && line_may_head(line) && !line_item_mark(line) &&
		!line_is_caption(line);
}

static enum extraction_kind kind_of(struct str line)
{
	if (line_item_mark(line))
		return EXTRACTION_ITEM;
	return line_is_caption(line) ? EXTRACTION_CAPTION : EXTRACTION_PARAGRAPH;
}

static void take_line(struct writer *w, struct str line, bool is_new)
{
	enum extraction_kind kind = kind_of(str_trim(line));

	if (is_new || kind == EXTRACTION_ITEM)
		writer_open(w, kind, kind == EXTRACTION_ITEM);
	else
		writer_line(w);
	writer_add(w, line);
}

/* Lines without an empty one between; `after` is the group that follows. */
static void take_group(struct writer *w, struct str group, struct str after, bool is_wrapped)
{
	bool is_first = true;

	if (is_group_drawn(group)) {
		writer_block(w, EXTRACTION_CODE, 0, group);
		return;
	}
	take_heading(w, &group, after, is_wrapped);
	while (group.p) {
		struct str line = str_trim(str_cut(&group, '\n'));

		if (!is_wrapped && group.p && heads_long_line(line, first_line(group)))
			writer_block(w, EXTRACTION_HEADING, 3, line);
		else
			take_line(w, line, is_first || !is_wrapped);
		is_first = false;
	}
	writer_close(w);
	writer_gap(w);
}

/* The next run of lines that hold something; *rest moves behind it. Empty at the end. */
static struct str cut_group(struct str *rest)
{
	const char *from = NULL, *to = NULL;

	while (rest->p) {
		struct str line = str_cut(rest, '\n');

		if (str_trim(line).len) {
			from = from ? from : line.p;
			to = line.p + line.len;
		} else if (from) {
			break;
		}
	}
	return from ? str_of(from, (size_t)(to - from)) : STR_EMPTY;
}

static void take_page(struct writer *w, struct str page, bool is_wrapped)
{
	struct str group = cut_group(&page);

	while (group.len && !writer_is_full(w)) {
		struct str after = cut_group(&page);

		take_group(w, group, after, is_wrapped);
		group = after;
	}
}

/* Line ends of all kinds become LF before lines are cut. Only a file that has a CR is copied. */
static struct str with_lf(struct str text, struct buf *own)
{
	if (str_find_ch(text, '\r', 0) == STR_NONE)
		return text;
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] != '\r')
			buf_ch(own, text.p[i]);
		else if (i + 1 >= text.len || text.p[i + 1] != '\n')
			buf_ch(own, '\n');
	return buf_view(own);
}

static enum err_code txt_run(const struct extract_input *in, struct writer *w, struct err *err)
{
	SCOPED(buf) decoded = BUF_INIT;
	SCOPED(buf) lines = BUF_INIT;
	uint64_t invalid = 0;
	struct str text = charset_decode(in->bytes, charset_param(in->mime), &decoded, &invalid);
	bool is_wrapped, has_pages;

	(void)err;
	text = with_lf(text, &lines);
	text = str_sub(text, front_matter_bare(text, w), text.len);
	is_wrapped = !has_long_lines(text);
	has_pages = str_find_ch(text, '\f', 0) != STR_NONE;
	writer_warn(w, WARN_BYTES, invalid);
	while (text.p) {
		struct str page = str_cut(&text, '\f');

		take_page(w, page, is_wrapped);
		/* pdftotext ends the last page with a form feed as well. */
		if (has_pages && (text.p ? true : str_trim(page).len > 0))
			writer_page(w, STR_EMPTY);
		if (text.p && !str_trim(text).len)
			break;
	}
	return OK;
}

static const char *const exts[] = { "txt", "text", "log", "asc", NULL };
static const char *const mimes[] = { "text/plain", NULL };

const struct extract_ops extract_txt = {
	.name = "txt", .extractor = "txt/1", .mime = "text/plain", .exts = exts, .mimes = mimes, .is_named = true, .run = txt_run,
};
