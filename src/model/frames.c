#include "ibid/model/frames.h"

#include <inttypes.h>
#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"

#define HEADER 5

/* --- writing --- */

static void add_uint(struct buf *out, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		buf_ch(out, (char)(v >> (8 * i) & 0xFF));
}

static void add_str(struct buf *out, struct str s, size_t max)
{
	s = str_sub(s, 0, utf8_floor(s, s.len < max ? s.len : max));
	add_uint(out, s.len, 4);
	buf_str(out, s);
}

/* The length is not known before the payload is written: leave room, fill in at the end. */
static size_t frame_open(struct buf *out, char type)
{
	buf_ch(out, type);
	add_uint(out, 0, 4);
	return out->len;
}

static void frame_close(struct buf *out, size_t payload_from)
{
	size_t len = out->len - payload_from;

	for (int i = 0; i < 4; i++)
		out->p[payload_from - 4 + (size_t)i] = (char)(len >> (8 * i) & 0xFF);
}

static void add_span(struct buf *out, struct span at)
{
	add_uint(out, at.byte_from, 8);
	add_uint(out, at.byte_to, 8);
}

void frame_add_hello(struct buf *out, struct str format, struct str extractor, struct str mime)
{
	size_t at = frame_open(out, 'H');

	add_uint(out, FRAMES_VERSION, 1);
	add_str(out, format, FRAME_LABEL_MAX);
	add_str(out, extractor, FRAME_LABEL_MAX);
	add_str(out, mime, FRAME_TITLE_MAX);
	frame_close(out, at);
}

void frame_add_text(struct buf *out, struct str text)
{
	while (text.len) {
		size_t len = utf8_floor(text, text.len < FRAME_MAX ? text.len : FRAME_MAX);
		size_t at = frame_open(out, 'T');

		buf_add(out, text.p, len);
		frame_close(out, at);
		text = str_sub(text, len, text.len);
	}
}

void frame_add_block(struct buf *out, const struct extraction_block *block)
{
	size_t at = frame_open(out, 'B');

	add_uint(out, (uint64_t)block->kind, 1);
	add_uint(out, (uint64_t)block->level, 1);
	add_span(out, block->at);
	frame_close(out, at);
}

void frame_add_page(struct buf *out, const struct text_page *page)
{
	size_t at = frame_open(out, 'P');

	add_uint(out, (uint64_t)page->number, 4);
	add_span(out, page->at);
	add_str(out, page->label, FRAME_LABEL_MAX);
	frame_close(out, at);
}

void frame_add_head(struct buf *out, const struct text_head *head)
{
	size_t at = frame_open(out, 'S');

	add_uint(out, (uint64_t)head->level, 1);
	add_span(out, head->at);
	add_str(out, head->title, FRAME_TITLE_MAX);
	frame_close(out, at);
}

void frame_add_meta(struct buf *out, const struct extraction_meta *meta)
{
	size_t at = frame_open(out, 'M');

	add_uint(out, (uint64_t)meta->field, 1);
	add_uint(out, (uint64_t)meta->origin, 1);
	add_uint(out, (uint64_t)(meta->confidence * 100 + 0.5), 1);
	add_str(out, meta->value, EXTRACTION_VALUE_MAX);
	frame_close(out, at);
}

void frame_add_warning(struct buf *out, enum extraction_warning_kind kind, uint64_t count)
{
	size_t at = frame_open(out, 'W');

	add_uint(out, (uint64_t)kind, 1);
	add_uint(out, count, 8);
	frame_close(out, at);
}

void frame_add_end(struct buf *out, uint64_t text_len)
{
	size_t at = frame_open(out, 'E');

	add_uint(out, text_len, 8);
	frame_close(out, at);
}

void frame_add_failed(struct buf *out, enum err_code code, struct str sentence)
{
	size_t at = frame_open(out, 'F');

	add_str(out, str_c(err_name(code)), FRAME_LABEL_MAX);
	add_str(out, sentence, FRAME_SENTENCE_MAX);
	frame_close(out, at);
}

/* --- reading --- */

/* A payload being read. Once it proves too short, all that follows reads as zero and `is_bad` stays set. */
struct payload {
	struct str rest;
	bool is_bad;
};

static uint64_t get_uint(struct payload *p, int bytes)
{
	uint64_t v = 0;

	if (p->rest.len < (size_t)bytes) {
		p->is_bad = true;
		return 0;
	}
	for (int i = 0; i < bytes; i++)
		v |= (uint64_t)(unsigned char)p->rest.p[i] << (8 * i);
	p->rest = str_sub(p->rest, (size_t)bytes, p->rest.len);
	return v;
}

static bool is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7F;
}

/* One line of valid UTF-8 without control characters. */
static bool is_line(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (is_control((unsigned char)s.p[i]) ||
			(s.p[i] == '\xC2' && i + 1 < s.len && (unsigned char)s.p[i + 1] < 0xA0))
			return false;
	return utf8_invalid_at(s) == STR_NONE;
}

static struct str get_line(struct payload *p, size_t max)
{
	uint64_t len = get_uint(p, 4);
	struct str s;

	if (len > max || len > p->rest.len) {
		p->is_bad = true;
		return STR_EMPTY;
	}
	s = str_sub(p->rest, 0, (size_t)len);
	p->rest = str_sub(p->rest, (size_t)len, p->rest.len);
	if (!is_line(s))
		p->is_bad = true;
	return s;
}

/* Over text that has arrived, on character boundaries. */
static bool is_span_of(const struct buf *text, uint64_t from, uint64_t to)
{
	if (from > to || to > text->len)
		return false;
	return utf8_floor(buf_view(text), (size_t)from) == from && utf8_floor(buf_view(text), (size_t)to) == to;
}

static struct span get_span(struct payload *p, const struct buf *text)
{
	uint64_t from = get_uint(p, 8), to = get_uint(p, 8);

	if (!is_span_of(text, from, to)) {
		p->is_bad = true;
		return (struct span){ 0, 0 };
	}
	return (struct span){ (size_t)from, (size_t)to };
}

static bool take_hello(struct frames *f, struct payload *p)
{
	struct extraction *x = f->x;

	if (f->is_begun || get_uint(p, 1) != FRAMES_VERSION)
		return false;
	x->format = arena_str(&x->strings, get_line(p, FRAME_LABEL_MAX));
	x->extractor = arena_str(&x->strings, get_line(p, FRAME_LABEL_MAX));
	x->mime = arena_str(&x->strings, get_line(p, FRAME_TITLE_MAX));
	f->is_begun = true;
	return true;
}

static bool is_canonical(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (is_control((unsigned char)text.p[i]) && text.p[i] != '\n' && text.p[i] != '\t')
			return false;
	return utf8_invalid_at(text) == STR_NONE;
}

static bool take_text(struct frames *f, struct payload *p)
{
	if (!is_canonical(p->rest))
		return false;
	buf_str(&f->x->text, p->rest);
	p->rest = STR_EMPTY;
	return true;
}

static bool take_block(struct frames *f, struct payload *p)
{
	struct extraction *x = f->x;
	uint64_t kind = get_uint(p, 1), level = get_uint(p, 1);
	struct span at = get_span(p, &x->text);

	if (p->is_bad || kind >= EXTRACTION_KIND_COUNT || at.byte_from >= at.byte_to)
		return false;
	if (x->n_blocks && at.byte_from < x->blocks[x->n_blocks - 1].at.byte_to)
		return false;
	if (x->n_blocks >= EXTRACTION_BLOCKS_MAX)
		return false;
	x->blocks = mem_grow(x->blocks, &x->cap_blocks, x->n_blocks + 1, sizeof(*x->blocks));
	x->blocks[x->n_blocks++] = (struct extraction_block){ at, (enum extraction_kind)kind, (int)level };
	return true;
}

static void push_page(struct extraction *x, struct span at, struct str label)
{
	x->pages = mem_grow(x->pages, &x->cap_pages, x->n_pages + 1, sizeof(*x->pages));
	x->pages[x->n_pages] = (struct text_page){ .at = at, .number = (int)x->n_pages + 1, .label = label };
	x->n_pages++;
}

static bool take_page(struct frames *f, struct payload *p)
{
	struct extraction *x = f->x;
	uint64_t number = get_uint(p, 4);
	struct span at = get_span(p, &x->text);
	struct str label = get_line(p, FRAME_LABEL_MAX);
	size_t last_to = x->n_pages ? x->pages[x->n_pages - 1].at.byte_to : 0;

	if (p->is_bad || number != x->n_pages + 1 || at.byte_from != last_to || x->n_pages >= EXTRACTION_PAGES_MAX)
		return false;
	push_page(x, at, arena_str(&x->strings, label));
	return true;
}

static bool take_head(struct frames *f, struct payload *p)
{
	struct extraction *x = f->x;
	uint64_t level = get_uint(p, 1);
	struct span at = get_span(p, &x->text);
	struct str title = get_line(p, FRAME_TITLE_MAX);

	if (p->is_bad || level < 1 || level > 6 || x->n_heads >= EXTRACTION_HEADS_MAX)
		return false;
	if (x->n_heads && at.byte_from < x->heads[x->n_heads - 1].at.byte_from)
		return false;
	x->heads = mem_grow(x->heads, &x->cap_heads, x->n_heads + 1, sizeof(*x->heads));
	x->heads[x->n_heads++] = (struct text_head){
		.at = at, .level = (int)level, .title = arena_str(&x->strings, title)
	};
	return true;
}

static bool take_meta(struct frames *f, struct payload *p)
{
	struct extraction *x = f->x;
	uint64_t field = get_uint(p, 1), origin = get_uint(p, 1), percent = get_uint(p, 1);
	struct str value = get_line(p, EXTRACTION_VALUE_MAX);

	if (p->is_bad || field >= META_FIELD_COUNT || origin >= META_ORIGIN_COUNT || percent > 100)
		return false;
	if (x->n_meta >= EXTRACTION_META_MAX)
		return false;
	x->meta = mem_grow(x->meta, &x->cap_meta, x->n_meta + 1, sizeof(*x->meta));
	x->meta[x->n_meta++] = (struct extraction_meta){
		.field = (enum meta_field)field, .origin = (enum meta_origin)origin,
		.value = arena_str(&x->strings, value), .confidence = (double)percent / 100
	};
	return true;
}

static bool take_warning(struct frames *f, struct payload *p)
{
	uint64_t kind = get_uint(p, 1), count = get_uint(p, 8);
	uint64_t *sum;

	if (p->is_bad || kind >= EXTRACTION_WARNING_COUNT)
		return false;
	sum = &f->x->warnings[kind];
	*sum = count > UINT64_MAX - *sum ? UINT64_MAX : *sum + count;
	return true;
}

static bool take_end(struct frames *f, struct payload *p)
{
	struct extraction *x = f->x;

	if (get_uint(p, 8) != x->text.len)
		return false;
	if (x->n_pages && x->pages[x->n_pages - 1].at.byte_to != x->text.len)
		return false;
	extraction_link_heads(x);
	f->is_ended = true;
	return true;
}

static const struct {
	char type;
	bool (*read)(struct frames *f, struct payload *p);
} takers[] = {
	{ 'H', take_hello },
	{ 'T', take_text },
	{ 'B', take_block },
	{ 'P', take_page },
	{ 'S', take_head },
	{ 'M', take_meta },
	{ 'W', take_warning },
	{ 'E', take_end },
};

/* A refusal may only speak of the document, not of the machine: these codes and no others. */
static enum err_code code_of_refusal(struct str name)
{
	static const enum err_code allowed[] = { ERR_KIND, ERR_LIMIT, ERR_NOMEM, ERR_IO, ERR_DENIED, ERR_TIMEOUT, ERR_BUG };

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (str_is(name, err_name(allowed[i])))
			return allowed[i];
	return ERR_DATA;
}

static enum err_code take_failed(struct frames *f, struct payload *p, struct err *err)
{
	struct str name = get_line(p, FRAME_LABEL_MAX);
	struct str sentence = get_line(p, FRAME_SENTENCE_MAX);

	if (p->is_bad || p->rest.len || !sentence.len)
		return err_set(err, ERR_DATA, "sent a refusal that cannot be read");
	f->is_refused = true;
	return err_set(err, code_of_refusal(name), "%.*s", STR_ARG(sentence));
}

static enum err_code take_frame(struct frames *f, char type, struct str bytes, struct err *err)
{
	struct payload p = { bytes, false };

	if (f->is_ended)
		return err_set(err, ERR_DATA, "sent more after the end");
	if (type == 'F')
		return take_failed(f, &p, err);
	if (!f->is_begun && type != 'H')
		return err_set(err, ERR_DATA, "sent no greeting");
	if (type == 'T' && f->x->text.len + bytes.len > EXTRACTION_TEXT_MAX)
		return err_set(err, ERR_LIMIT, "holds more than %zu MiB of text", EXTRACTION_TEXT_MAX >> 20);
	for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++) {
		if (takers[i].type != type)
			continue;
		if (!takers[i].read(f, &p) || p.is_bad || p.rest.len)
			return err_set(err, ERR_DATA, "sent a frame '%c' that cannot be right", type);
		return OK;
	}
	return err_set(err, ERR_DATA, "sent a frame of unknown type 0x%02x", (unsigned)(unsigned char)type);
}

static size_t frame_len(const char *header)
{
	size_t len = 0;

	for (int i = 0; i < 4; i++)
		len |= (size_t)(unsigned char)header[1 + i] << (8 * i);
	return len;
}

/* Take all whole frames of `bytes`; *used tells how much they were. */
static enum err_code take_whole(struct frames *f, struct str bytes, size_t *used, struct err *err)
{
	size_t at = 0;

	while (bytes.len - at >= HEADER) {
		size_t len = frame_len(bytes.p + at);

		if (len > FRAME_MAX)
			return err_set(err, ERR_DATA, "sent a frame of %zu bytes", len);
		if (bytes.len - at - HEADER < len)
			break;
		if (take_frame(f, bytes.p[at], str_of(bytes.p + at + HEADER, len), err) != OK)
			return err ? err->code : ERR_DATA;
		at += HEADER + len;
	}
	*used = at;
	return OK;
}

/* A frame that is cut by the end of `bytes` is kept; without one nothing is copied. */
enum err_code frames_feed(struct frames *f, struct str bytes, struct err *err)
{
	struct err own = ERR_INIT;
	size_t used = 0;

	if (!err)
		err = &own;
	if (f->held.len) {
		buf_str(&f->held, bytes);
		if (take_whole(f, buf_view(&f->held), &used, err) != OK)
			return err->code;
		buf_splice(&f->held, 0, used, STR_EMPTY);
		return OK;
	}
	if (take_whole(f, bytes, &used, err) != OK)
		return err->code;
	buf_str(&f->held, str_sub(bytes, used, bytes.len));
	return OK;
}

bool frames_is_ended(const struct frames *f)
{
	return f->is_ended;
}

bool frames_is_refused(const struct frames *f)
{
	return f->is_refused;
}

/* The page that was being read has not been told yet: it ends where the text now ends. */
static void cut_pages(struct extraction *x)
{
	size_t last_to = x->n_pages ? x->pages[x->n_pages - 1].at.byte_to : 0;

	if (!x->n_pages || last_to == x->text.len)
		return;
	if (last_to > x->text.len)
		x->pages[x->n_pages - 1].at.byte_to = x->text.len;
	else
		push_page(x, (struct span){ last_to, x->text.len },
			arena_fmt(&x->strings, "%zu", x->n_pages + 1));
}

static void cut_heads(struct extraction *x)
{
	size_t kept = 0;

	for (size_t i = 0; i < x->n_heads; i++)
		if (x->heads[i].at.byte_to <= x->text.len)
			x->heads[kept++] = x->heads[i];
	x->n_heads = kept;
}

bool frames_cut(struct frames *f, uint64_t after_s)
{
	struct extraction *x = f->x;

	if (!x->n_blocks)
		return false;
	buf_cut(&x->text, x->blocks[x->n_blocks - 1].at.byte_to);
	cut_heads(x);
	while (x->n_pages && x->pages[x->n_pages - 1].at.byte_from > x->text.len)
		x->n_pages--;
	cut_pages(x);
	extraction_link_heads(x);
	x->flags |= EXTRACTION_CUT;
	x->warnings[WARN_CUT] = after_s;
	return true;
}

void frames_release(struct frames *f)
{
	buf_release(&f->held);
	*f = (struct frames)FRAMES_INIT(f->x);
}
