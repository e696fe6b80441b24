#include "ibid/extract/writer.h"

#include <string.h>

#include "ibid/base/utf8.h"
#include "ibid/model/frames.h"

/* White space that waits in code: a megabyte of blank lines says no more than some. */
#define SPACE_MAX ((size_t)64 << 10)
/* Text is taken in slices of this size, so that a huge block is handed on while it is written. */
#define SLICE ((size_t)32 << 10)

/* A subdivision flag is U+1F3F4, up to six tags and the end tag (UTS 51, annex C). */
#define BLACK_FLAG 0x1F3F4u
#define TAG_END 0xE007Fu
#define FLAG_TAGS_MAX 7

/* --- handing on --- */

static void hand_on(struct writer *w)
{
	SCOPED(buf) frames = BUF_INIT;

	frame_add_text(&frames, buf_view(&w->text));
	buf_str(&frames, buf_view(&w->records));
	if (!w->is_gone && w->sink && frames.len && !w->sink(w->ctx, buf_view(&frames)))
		w->is_gone = true;
	w->sent += w->text.len;
	buf_reset(&w->text);
	buf_reset(&w->records);
}

size_t writer_at(const struct writer *w)
{
	return w->sent + w->text.len;
}

bool writer_is_full(const struct writer *w)
{
	return w->is_full || w->is_gone;
}

void writer_hello(struct writer *w, const char *format, const char *extractor, const char *mime)
{
	frame_add_hello(&w->records, str_c(format), str_c(extractor), str_c(mime));
	hand_on(w);
}

void writer_warn(struct writer *w, enum extraction_warning_kind kind, uint64_t count)
{
	w->warnings[kind] += count;
}

/* --- blocks --- */

void writer_open(struct writer *w, enum extraction_kind kind, int level)
{
	writer_close(w);
	w->block = (struct extraction_block){ .kind = kind, .level = level };
	w->is_open = true;
	w->has_text = false;
	w->last_cp = 0;
}

/* A title is one line: its line ends are as good as spaces. */
static void close_head(struct writer *w)
{
	struct text_head head = { .at = w->block.at, .level = w->block.level };
	SCOPED(buf) title = BUF_INIT;

	if (w->n_heads++ >= EXTRACTION_HEADS_MAX)
		return;
	buf_str(&title, str_sub(buf_view(&w->text), head.at.byte_from - w->sent, w->text.len));
	for (size_t i = 0; i < title.len; i++)
		if (title.p[i] == '\n')
			title.p[i] = ' ';
	head.title = buf_view(&title);
	frame_add_head(&w->records, &head);
}

void writer_close(struct writer *w)
{
	if (!w->is_open)
		return;
	w->is_open = false;
	w->after_cr = false;
	w->flag_room = 0;
	buf_reset(&w->space);
	if (!w->has_text)
		return;
	w->block.at.byte_to = writer_at(w);
	if (w->block.kind == EXTRACTION_HEADING)
		close_head(w);
	if (w->n_blocks++ >= EXTRACTION_BLOCKS_MAX)
		w->is_full = true;
	else
		frame_add_block(&w->records, &w->block);
	w->last_kind = w->block.kind;
	w->is_apart = false;
	if (w->text.len + w->records.len >= WRITER_GATHER)
		hand_on(w);
}

void writer_gap(struct writer *w)
{
	w->is_apart = true;
}

void writer_block(struct writer *w, enum extraction_kind kind, int level, struct str text)
{
	writer_open(w, kind, level);
	writer_add(w, text);
	writer_close(w);
}

/* Rows and items stand line under line; all else has an empty line between. */
static void begin_text(struct writer *w)
{
	bool is_close = w->last_kind == w->block.kind && !w->is_apart &&
		(w->block.kind == EXTRACTION_ROW || w->block.kind == EXTRACTION_ITEM);

	if (writer_at(w))
		buf_c(&w->text, is_close ? "\n" : "\n\n");
	w->block.at.byte_from = writer_at(w);
	w->has_text = true;
}

/* Empty lines before the first line of code go, its indentation stays. */
static void put_verbatim_space(struct writer *w)
{
	struct str space = buf_view(&w->space);

	if (!w->has_text) {
		size_t from = 0, at;

		while ((at = str_find_ch(space, '\n', from)) != STR_NONE)
			from = at + 1;
		begin_text(w);
		space = str_sub(space, from, space.len);
	}
	buf_str(&w->text, space);
}

/* What stands before a visible character: the block's separator, or the white space that waited. */
static void put_space(struct writer *w)
{
	if (w->block.kind == EXTRACTION_CODE)
		put_verbatim_space(w);
	else if (!w->has_text)
		begin_text(w);
	else if (w->space.len)
		buf_ch(&w->text, str_find_ch(buf_view(&w->space), '\n', 0) == STR_NONE ? ' ' : '\n');
	buf_reset(&w->space);
}

static void put_visible(struct writer *w, const char *p, size_t len)
{
	if (w->space.len || !w->has_text)
		put_space(w);
	buf_add(&w->text, p, len);
	w->after_cr = false;
}

static void add_space(struct writer *w, char c)
{
	if (w->space.len < SPACE_MAX && (w->block.kind == EXTRACTION_CODE || !w->space.len || c == '\n'))
		buf_ch(&w->space, c);
	w->last_cp = ' ';
}

/* --- characters --- */

enum class { VISIBLE, SPACE, CONTROL, INVISIBLE, SILENT, TAG, SELECTOR, SELECTOR_CJK, JOINER, LIGATURE };

/* Sorted; what no row holds is visible. White space is told apart by utf8_is_space. */
static const struct {
	uint32_t from, to;
	enum class class;
} classes[] = {
	{ 0x00AD, 0x00AD, SILENT },		/* soft hyphen */
	{ 0x034F, 0x034F, INVISIBLE },		/* combining grapheme joiner */
	{ 0x115F, 0x1160, INVISIBLE },		/* Hangul fillers */
	{ 0x17B4, 0x17B5, INVISIBLE },
	{ 0x180B, 0x180F, INVISIBLE },		/* Mongolian selectors and separator */
	{ 0x200B, 0x200B, INVISIBLE },		/* zero width space */
	{ 0x200C, 0x200D, JOINER },
	{ 0x2028, 0x2029, SPACE },
	{ 0x2060, 0x2065, INVISIBLE },		/* word joiner, invisible operators */
	{ 0x206A, 0x206F, INVISIBLE },		/* deprecated format characters */
	{ 0x3164, 0x3164, INVISIBLE },		/* Hangul filler */
	{ 0xFB00, 0xFB06, LIGATURE },
	{ 0xFDD0, 0xFDEF, CONTROL },		/* noncharacters */
	{ 0xFE00, 0xFE0F, SELECTOR },
	{ 0xFEFF, 0xFEFF, INVISIBLE },		/* byte order mark */
	{ 0xFFA0, 0xFFA0, INVISIBLE },		/* halfwidth Hangul filler */
	{ 0xFFF0, 0xFFFB, INVISIBLE },		/* interlinear annotation */
	{ 0xFFFE, 0xFFFF, CONTROL },
	{ 0x1BCA0, 0x1BCA3, INVISIBLE },	/* shorthand format controls */
	{ 0x1D173, 0x1D17A, INVISIBLE },	/* musical format controls */
	{ 0xE0000, 0xE007F, TAG },
	{ 0xE0080, 0xE00FF, INVISIBLE },
	{ 0xE0100, 0xE01EF, SELECTOR_CJK },
	{ 0xE01F0, 0xE0FFF, INVISIBLE },
};

static enum class class_of(uint32_t cp)
{
	size_t lo = 0, hi = sizeof(classes) / sizeof(classes[0]);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (cp > classes[mid].to)
			lo = mid + 1;
		else if (cp < classes[mid].from)
			hi = mid;
		else
			return classes[mid].class;
	}
	if ((cp & 0xFFFE) == 0xFFFE)
		return CONTROL;
	return utf8_is_space(cp) ? SPACE : VISIBLE;
}

static bool is_keycap_base(uint32_t cp)
{
	return (cp >= '0' && cp <= '9') || cp == '#' || cp == '*';
}

static bool is_ideograph(uint32_t cp)
{
	return (cp >= 0x2E80 && cp <= 0x9FFF) || (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0x20000 && cp <= 0x3FFFF);
}

/* Selectors and joiners belong to a character that can take one; after any other they carry hidden bytes. */
static bool has_base(const struct writer *w, uint32_t cp, enum class class)
{
	uint32_t base = w->last_cp;

	switch (class) {
	case TAG:
		return w->flag_room > 0;
	case SELECTOR:
		return cp >= 0xFE0E && is_keycap_base(base) ? true : base >= 0x80 && class_of(base) == VISIBLE;
	case SELECTOR_CJK:
		return is_ideograph(base);
	case JOINER:
		return base >= 0x80 && (class_of(base) == VISIBLE || class_of(base) == SELECTOR);
	default:
		return false;
	}
}

static void put_ligature(struct writer *w, uint32_t cp)
{
	static const char *const letters[] = { "ff", "fi", "fl", "ffi", "ffl", "st", "st" };
	const char *s = letters[cp - 0xFB00];

	put_visible(w, s, strlen(s));
	w->last_cp = (unsigned char)s[strlen(s) - 1];
}

static void add_hidden(struct writer *w, uint32_t cp, enum class class, const char *p, size_t len)
{
	if (class == SILENT)
		return;
	if (!has_base(w, cp, class)) {
		w->warnings[class == TAG ? WARN_TAGS : class == CONTROL ? WARN_CONTROL : WARN_INVISIBLE]++;
		return;
	}
	put_visible(w, p, len);
	if (class != TAG)
		w->last_cp = cp;
	else
		w->flag_room = cp == TAG_END ? 0 : w->flag_room - 1;
}

/* A character that is not ASCII. Tags are kept after a black flag only: England's flag is one. */
static void add_wide(struct writer *w, uint32_t cp, const char *p, size_t len)
{
	enum class class = class_of(cp);

	if (cp >= 0x80 && cp < 0xA0 && cp != 0x85)
		class = CONTROL;
	if (class == SPACE) {
		add_space(w, cp == 0x2028 || cp == 0x2029 || cp == 0x85 ? '\n' : ' ');
	} else if (class == LIGATURE) {
		put_ligature(w, cp);
	} else if (class != VISIBLE) {
		add_hidden(w, cp, class, p, len);
		return;
	} else {
		put_visible(w, p, len);
		w->last_cp = cp;
	}
	w->flag_room = cp == BLACK_FLAG ? FLAG_TAGS_MAX : 0;
}

/* In prose a line end of the source is a space; writer_line makes those that count. */
static void add_ascii_space(struct writer *w, char c)
{
	bool is_code = w->block.kind == EXTRACTION_CODE;

	if (c == '\n' && w->after_cr) {
		w->after_cr = false;
		return;
	}
	w->after_cr = c == '\r';
	if (c == '\r')
		c = '\n';
	if (c == '\v' || c == '\f')
		c = is_code ? '\n' : ' ';
	add_space(w, is_code ? c : ' ');
}

static size_t visible_ascii(struct str s, size_t from)
{
	size_t to = from;

	while (to < s.len && s.p[to] > ' ' && s.p[to] < 0x7F)
		to++;
	return to;
}

static void add_ascii(struct writer *w, char c)
{
	if (c == ' ' || (c >= '\t' && c <= '\r'))
		add_ascii_space(w, c);
	else
		w->warnings[WARN_CONTROL]++;
}

static void add_char(struct writer *w, struct str s, size_t *at)
{
	uint32_t cp;
	size_t len = utf8_decode(s, *at, &cp);

	if (cp == UTF8_REPLACEMENT && !(len == 3 && !memcmp(s.p + *at, "\xEF\xBF\xBD", 3))) {
		w->warnings[WARN_BYTES]++;
		put_visible(w, "\xEF\xBF\xBD", 3);
		w->last_cp = cp;
	} else {
		add_wide(w, cp, s.p + *at, len);
	}
	*at += len;
}

static void add_slice(struct writer *w, struct str text)
{
	for (size_t i = 0; i < text.len;) {
		size_t to = visible_ascii(text, i);

		if (to > i) {
			put_visible(w, text.p + i, to - i);
			w->last_cp = (unsigned char)text.p[to - 1];
			w->flag_room = 0;
			i = to;
		} else if ((unsigned char)text.p[i] < 0x80) {
			add_ascii(w, text.p[i++]);
		} else {
			add_char(w, text, &i);
		}
	}
}

/* An invalid byte becomes three, and white space that waits comes on top. */
static bool has_room(struct writer *w)
{
	if (writer_at(w) + 3 * SLICE + w->space.len + 2 > EXTRACTION_TEXT_MAX)
		w->is_full = true;
	return !writer_is_full(w);
}

void writer_add(struct writer *w, struct str text)
{
	if (!w->is_open)
		writer_open(w, EXTRACTION_PARAGRAPH, 0);
	while (text.len && has_room(w)) {
		size_t len = text.len > SLICE ? utf8_floor(text, SLICE) : text.len;

		add_slice(w, str_sub(text, 0, len ? len : SLICE));
		text = str_sub(text, len ? len : SLICE, text.len);
		if (w->text.len >= WRITER_GATHER && w->block.kind != EXTRACTION_HEADING)
			hand_on(w);
	}
}

void writer_line(struct writer *w)
{
	if (w->is_open)
		add_space(w, '\n');
}

/* --- pages, headings, metadata, the end --- */

/*
 * One line of text by the same rules: a paragraph of a writer that nobody reads.
 * What is longer than a value may be is cut first.
 */
static void tidy(struct buf *out, struct str s)
{
	struct writer one = WRITER_INIT(NULL, NULL);

	writer_add(&one, str_sub(s, 0, EXTRACTION_VALUE_MAX / 4));
	buf_str(out, buf_view(&one.text));
	for (size_t i = 0; i < out->len; i++)
		if (out->p[i] == '\n')
			out->p[i] = ' ';
	writer_release(&one);
}

void writer_page(struct writer *w, struct str label)
{
	struct text_page page = { .at = { w->page_from, writer_at(w) } };
	SCOPED(buf) tidied = BUF_INIT;

	if (w->n_pages >= EXTRACTION_PAGES_MAX)
		return;
	page.number = (int)++w->n_pages;
	tidy(&tidied, label);
	if (!tidied.len)
		buf_fmt(&tidied, "%d", page.number);
	page.label = buf_view(&tidied);
	frame_add_page(&w->records, &page);
	w->page_from = page.at.byte_to;
}

void writer_head(struct writer *w, int level, struct str title)
{
	struct text_head head = { .level = level };
	SCOPED(buf) tidied = BUF_INIT;

	writer_close(w);
	tidy(&tidied, title);
	if (!tidied.len || w->n_heads++ >= EXTRACTION_HEADS_MAX)
		return;
	head.at = (struct span){ writer_at(w), writer_at(w) };
	head.title = buf_view(&tidied);
	frame_add_head(&w->records, &head);
}

void writer_meta(struct writer *w, enum meta_field field, enum meta_origin origin, double confidence, struct str value)
{
	struct extraction_meta meta = { .field = field, .origin = origin, .confidence = confidence };
	SCOPED(buf) tidied = BUF_INIT;

	tidy(&tidied, value);
	if (!tidied.len)
		return;
	if (w->n_meta++ >= EXTRACTION_META_MAX) {
		writer_warn(w, WARN_META, 1);
		return;
	}
	meta.value = buf_view(&tidied);
	frame_add_meta(&w->records, &meta);
}

static void add_warnings(struct writer *w)
{
	for (int kind = 0; kind < EXTRACTION_WARNING_COUNT; kind++)
		if (w->warnings[kind])
			frame_add_warning(&w->records, (enum extraction_warning_kind)kind, w->warnings[kind]);
}

/* The last page ends with the text, whatever the format told. */
static void end_pages(struct writer *w)
{
	struct text_page page = { .at = { w->page_from, writer_at(w) }, .label = STR("end") };

	if (!w->n_pages || w->page_from == writer_at(w))
		return;
	page.number = (int)++w->n_pages;
	frame_add_page(&w->records, &page);
}

void writer_end(struct writer *w)
{
	struct err err = ERR_INIT;

	writer_close(w);
	if (w->is_full) {
		err_set(&err, ERR_LIMIT, "holds more than %zu MiB of text", EXTRACTION_TEXT_MAX >> 20);
		writer_fail(w, &err);
		return;
	}
	end_pages(w);
	add_warnings(w);
	frame_add_end(&w->records, writer_at(w));
	hand_on(w);
}

void writer_fail(struct writer *w, const struct err *err)
{
	SCOPED(buf) tidied = BUF_INIT;

	tidy(&tidied, str_c(err->text));
	frame_add_failed(&w->records, err->code, tidied.len ? buf_view(&tidied) : STR("cannot be read"));
	hand_on(w);
}

void writer_release(struct writer *w)
{
	buf_release(&w->text);
	buf_release(&w->records);
	buf_release(&w->space);
	*w = (struct writer)WRITER_INIT(w->sink, w->ctx);
}
