#include "ibid/base/term_text.h"

#include <string.h>

#include <utf8proc.h>

#include "ibid/base/utf8.h"

#define EMOJI_STYLE 0xFE0Fu
#define BLACK_FLAG 0x1F3F4u
#define TAG_BASE 0xE0000u
#define TAG_CANCEL 0xE007Fu

struct range {
	uint32_t from, to;
};

static bool is_in(uint32_t cp, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= ranges[i].from && cp <= ranges[i].to)
			return true;
	return false;
}
#define IS_IN(cp, table) is_in((cp), (table), sizeof(table) / sizeof(*(table)))

/* Scripts whose letters change their shape by ZWJ and ZWNJ: Arabic to Sinhala, Myanmar, Khmer and so on. */
/* clang-format off */
static const struct range joining_scripts[] = {
	{ 0x0600, 0x0DFF }, { 0x0F00, 0x109F }, { 0x1700, 0x18AF }, { 0x1900, 0x1CFF }, { 0xA800, 0xA8FF },
	{ 0xA900, 0xABFF }, { 0xFB50, 0xFDFF }, { 0xFE70, 0xFEFC }, { 0x10A00, 0x11FFF }, { 0x1E900, 0x1E95F },
};
/* clang-format on */

/* With its extensions and compatibility forms. */
static const struct range han[] = { { 0x3400, 0x4DBF }, { 0x4E00, 0x9FFF }, { 0xF900, 0xFAFF }, { 0x20000, 0x3FFFD } };

static bool is_joining_letter(uint32_t cp)
{
	return utf8_is_word(cp) && IS_IN(cp, joining_scripts);
}

static bool is_pictograph(uint32_t cp)
{
	return cp > 0x7F &&
	       utf8proc_get_property((utf8proc_int32_t)cp)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

/* What a ZWJ may follow: a pictograph, its emoji style, its skin tone; or a letter. */
static bool is_joinable(uint32_t cp)
{
	return is_pictograph(cp) || cp == EMOJI_STYLE || (cp >= 0x1F3FB && cp <= 0x1F3FF) || is_joining_letter(cp);
}

static bool is_mongolian(uint32_t cp)
{
	return cp >= 0x1820 && cp <= 0x18AF && utf8_is_letter(cp);
}

static bool is_han(uint32_t cp)
{
	return IS_IN(cp, han);
}

/* A symbol beyond ASCII, Han, or the digit of a keycap. */
static bool has_variants(uint32_t cp)
{
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);

	if (cp < 0x80)
		return utf8_is_digit(cp) || cp == '#' || cp == '*';
	return (c >= UTF8PROC_CATEGORY_SM && c <= UTF8PROC_CATEGORY_SO) || is_pictograph(cp) || is_han(cp);
}

/* What is hidden, and after what it may pass. */
/* clang-format off */
static const struct {
	uint32_t from, to;
	bool (*may_follow)(uint32_t before);
} shapers[] = {
	{ 0x180B, 0x180F, is_mongolian },	/* Mongolian variation selectors and vowel separator */
	{ 0x200C, 0x200C, is_joining_letter },	/* ZWNJ */
	{ 0x200D, 0x200D, is_joinable },	/* ZWJ */
	{ 0xFE00, 0xFE0F, has_variants },	/* variation selectors */
	{ 0xE0100, 0xE01EF, is_han },		/* ideographic variation selectors */
};
/* clang-format on */

/* The only subdivision flags in general use (UTS 51, ED-14a), so that no other text hides in tags. */
static const char *const flag_names[] = { "gbeng", "gbsct", "gbwls" };
#define FLAG_COUNT (sizeof(flag_names) / sizeof(*flag_names))
#define FLAG_TAGS 5

/* Is `cp` the next tag of a flag that is still possible? */
static bool continues_flag(struct term_text *t, uint32_t cp)
{
	bool ends = cp == TAG_CANCEL && t->flag_tags == FLAG_TAGS && t->flags;
	unsigned char left = 0;

	for (size_t i = 0; i < FLAG_COUNT && t->flag_tags < FLAG_TAGS; i++)
		if (t->flags >> i & 1 && cp == TAG_BASE + (unsigned char)flag_names[i][t->flag_tags])
			left |= (unsigned char)(1u << i);
	t->flags = left;
	t->flag_tags += left != 0;
	return ends || left;
}

static bool hidden_may_pass(struct term_text *t, uint32_t cp)
{
	if (cp > TAG_BASE && cp <= TAG_CANCEL)
		return continues_flag(t, cp);
	t->flags = 0;
	for (size_t i = 0; i < sizeof(shapers) / sizeof(*shapers); i++)
		if (cp >= shapers[i].from && cp <= shapers[i].to)
			return shapers[i].may_follow(t->before);
	return false;
}

static void show(struct buf *out, uint32_t cp)
{
	if (cp < 0x20)
		utf8_add(out, 0x2400 + cp);
	else if (cp == 0x7F)
		utf8_add(out, 0x2421);
	else
		buf_fmt(out, "<U+%04X>", (unsigned)cp);
}

static bool is_mark(uint32_t cp)
{
	return cp >= 0x300 && utf8_width(cp) == 0;
}

static void add_mark(struct term_text *t, struct buf *out, struct str bytes)
{
	if (t->marks == TERM_MARKS_MAX)
		return;
	buf_str(out, bytes);
	t->marks++;
}

static void add_visible(struct term_text *t, struct buf *out, uint32_t cp, struct str bytes)
{
	t->flags = cp == BLACK_FLAG ? (1u << FLAG_COUNT) - 1 : 0;
	t->flag_tags = 0;
	if (is_mark(cp))
		add_mark(t, out, bytes);
	else {
		buf_str(out, bytes);
		t->marks = 0;
	}
	t->before = cp;
}

/* A scalar that is not printable ASCII, LF or TAB. */
static void add_scalar(struct term_text *t, struct buf *out, uint32_t cp, struct str bytes)
{
	if (!utf8_is_hidden(cp)) {
		add_visible(t, out, cp, bytes);
	} else if (hidden_may_pass(t, cp)) {
		add_mark(t, out, bytes);
		t->before = cp;
	} else {
		show(out, cp);
		t->before = 0;
		t->marks = 0;
	}
}

static inline bool is_plain(unsigned char ch)
{
	return (ch >= 0x20 && ch < 0x7F) || ch == '\n' || ch == '\t';
}

/* End of the plain bytes that start at `at`: nearly all of what ibid ever shows. */
static size_t skip_plain(struct str s, size_t at)
{
	while (at < s.len && is_plain((unsigned char)s.p[at]))
		at++;
	return at;
}

static void add_plain(struct term_text *t, struct buf *out, struct str run)
{
	buf_str(out, run);
	t->before = (unsigned char)run.p[run.len - 1];
	t->marks = 0;
	t->flags = 0;
}

static void settle_cr(struct term_text *t, struct buf *out, char next)
{
	if (t->after_cr && next != '\n')
		add_scalar(t, out, '\r', STR("\r"));
	t->after_cr = false;
}

static void feed_whole(struct term_text *t, struct buf *out, struct str s)
{
	size_t n;
	uint32_t cp;

	for (size_t at = 0, end; at < s.len; at += n) {
		settle_cr(t, out, s.p[at]);
		end = skip_plain(s, at);
		n = end - at;
		if (n) {
			add_plain(t, out, str_sub(s, at, end));
			continue;
		}
		n = utf8_decode(s, at, &cp);
		t->after_cr = cp == '\r';
		if (cp == UTF8_REPLACEMENT)
			add_scalar(t, out, cp, STR("\xEF\xBF\xBD"));
		else if (!t->after_cr)
			add_scalar(t, out, cp, str_sub(s, at, at + n));
	}
}

/* Put bytes to those held until they are a character, or cannot become one. Returns how many of `s` were used. */
static size_t feed_held(struct term_text *t, struct buf *out, struct str s)
{
	size_t used = 0;

	while (used < s.len && t->n_held) {
		struct str held;
		size_t partial;

		t->held[t->n_held++] = s.p[used++];
		held = str_of(t->held, t->n_held);
		partial = utf8_partial_tail(held);
		if (partial == held.len)
			continue;
		/* The last byte did not continue it: it is looked at again, with what follows it. */
		if (utf8_valid_len(held, 0) != held.len) {
			held.len--;
			used--;
		}
		t->n_held = 0;
		feed_whole(t, out, held);
	}
	return used;
}

void term_text_feed(struct term_text *t, struct buf *out, struct str bytes)
{
	size_t partial;

	bytes = str_sub(bytes, feed_held(t, out, bytes), bytes.len);
	partial = t->n_held ? 0 : utf8_partial_tail(bytes);
	feed_whole(t, out, str_sub(bytes, 0, bytes.len - partial));
	for (size_t i = bytes.len - partial; i < bytes.len; i++)
		t->held[t->n_held++] = bytes.p[i];
}

void term_text_end(struct term_text *t, struct buf *out)
{
	feed_whole(t, out, str_of(t->held, t->n_held));
	settle_cr(t, out, 0);
	*t = (struct term_text)TERM_TEXT_INIT;
}

void term_text_add(struct buf *out, struct str s)
{
	struct term_text t = TERM_TEXT_INIT;

	term_text_feed(&t, out, s);
	term_text_end(&t, out);
}

void term_text_add_line(struct buf *out, struct str s)
{
	size_t from = out->len;

	term_text_add(out, s);
	for (size_t i = from; i < out->len; i++)
		if (out->p[i] == '\n' || out->p[i] == '\t')
			out->p[i] = ' ';
}
