#include "ibid/cite/normalise.h"

#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"

/*
 * The map is a list of runs. A linear run (src_len 0) stands for source bytes of
 * the same length one by one; a block run stands as a whole for src_len bytes.
 * A gap in the source between two runs is what was dropped. Plain prose needs a
 * run for each hyphen and each run of spaces, not for each byte.
 */
struct normal_run {
	uint32_t out, src, src_len;
};

struct folder {
	struct normal *n;
	struct str s;
	size_t at;
	bool after_raised;	/* the last character was a raised digit */
	struct buf piece;
};

enum ascii_class { PLAIN, SPACE, HYPHEN, HIGH };

/* clang-format off */
static const unsigned char ascii_class[256] = {
	['\t'] = SPACE, ['\n'] = SPACE, ['\v'] = SPACE, ['\f'] = SPACE, ['\r'] = SPACE, [' '] = SPACE,
	['-'] = HYPHEN,
	[0x80 ... 0xFF] = HIGH,
};

enum sign { SIGN_NONE, SIGN_SINGLE, SIGN_DOUBLE, SIGN_HYPHEN, SIGN_DASH, SIGN_SOFT, SIGN_TIMES, SIGN_SLASH };

/* What typesetters write for an ASCII sign; sorted. */
static const struct {
	uint32_t from, to;
	enum sign sign;
} signs[] = {
	{ 0x00AB, 0x00AB, SIGN_DOUBLE }, { 0x00AD, 0x00AD, SIGN_SOFT },   { 0x00B4, 0x00B4, SIGN_SINGLE },
	{ 0x00BB, 0x00BB, SIGN_DOUBLE }, { 0x00D7, 0x00D7, SIGN_TIMES },  { 0x02B9, 0x02B9, SIGN_SINGLE },
	{ 0x02BB, 0x02BC, SIGN_SINGLE }, { 0x2010, 0x2013, SIGN_HYPHEN }, { 0x2014, 0x2015, SIGN_DASH },
	{ 0x2018, 0x201B, SIGN_SINGLE }, { 0x201C, 0x201F, SIGN_DOUBLE }, { 0x2032, 0x2032, SIGN_SINGLE },
	{ 0x2033, 0x2033, SIGN_DOUBLE }, { 0x2035, 0x2035, SIGN_SINGLE }, { 0x2036, 0x2036, SIGN_DOUBLE },
	{ 0x2039, 0x203A, SIGN_SINGLE }, { 0x2043, 0x2043, SIGN_HYPHEN }, { 0x2044, 0x2044, SIGN_SLASH },
	{ 0x2212, 0x2212, SIGN_HYPHEN }, { 0x2E3A, 0x2E3B, SIGN_DASH },   { 0x300C, 0x300F, SIGN_DOUBLE },
	{ 0x301D, 0x301F, SIGN_DOUBLE }, { 0xFE58, 0xFE58, SIGN_DASH },   { 0xFE63, 0xFE63, SIGN_HYPHEN },
	{ 0xFF02, 0xFF02, SIGN_DOUBLE }, { 0xFF07, 0xFF07, SIGN_SINGLE }, { 0xFF0D, 0xFF0D, SIGN_HYPHEN },
};
static const char sign_as[] = { [SIGN_SINGLE] = '\'', [SIGN_DOUBLE] = '"', [SIGN_TIMES] = 'x', [SIGN_SLASH] = '/' };
/* clang-format on */

static enum sign sign_of(uint32_t cp)
{
	size_t lo = 0, hi = sizeof(signs) / sizeof(*signs);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (cp > signs[mid].to)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < sizeof(signs) / sizeof(*signs) && cp >= signs[lo].from ? signs[lo].sign : SIGN_NONE;
}

/* Marks and vowel signs that join the character before them. */
static bool is_combining(uint32_t cp)
{
	return cp >= 0x300 &&
		(cp <= 0x36F || (cp >= 0x483 && cp <= 0x487) || (cp >= 0x1160 && cp <= 0x11FF) ||
			(cp >= 0x1AB0 && cp <= 0x1AFF) || (cp >= 0x1DC0 && cp <= 0x1DFF) ||
			(cp >= 0x20D0 && cp <= 0x20FF) || (cp >= 0x3099 && cp <= 0x309A) ||
			(cp >= 0xFE20 && cp <= 0xFE2F));
}

static bool run_is_linear_here(const struct normal *n, size_t src)
{
	const struct normal_run *last;

	if (!n->n_runs)
		return false;
	last = &n->runs[n->n_runs - 1];
	return !last->src_len && src - last->src == n->text.len - last->out;
}

static void add_run(struct normal *n, size_t src, size_t src_len)
{
	while (n->n_runs && n->runs[n->n_runs - 1].out >= n->text.len)
		n->n_runs--;
	n->runs = mem_grow(n->runs, &n->cap_runs, n->n_runs + 1, sizeof(*n->runs));
	n->runs[n->n_runs++] = (struct normal_run){ (uint32_t)n->text.len, (uint32_t)src, (uint32_t)src_len };
}

/* Append what source bytes [src, src + src_len) became. */
static void emit(struct folder *f, const char *p, size_t len, size_t src, size_t src_len)
{
	bool linear = len == src_len;

	if (!len)
		return;
	if (!linear)
		add_run(f->n, src, src_len);
	else if (!run_is_linear_here(f->n, src))
		add_run(f->n, src, 0);
	buf_add(&f->n->text, p, len);
	f->after_raised = false;
}

/* The code point that begins at `at`, 0 at the end. */
static uint32_t peek(struct str s, size_t at)
{
	uint32_t cp = 0;

	return utf8_decode(s, at, &cp) ? cp : 0;
}

/* The code point that ends at `at`, 0 at the beginning. */
static uint32_t peek_before(struct str s, size_t at)
{
	return at && at <= s.len ? peek(s, utf8_floor(s, at - 1)) : 0;
}

static bool is_letter(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
	return utf8_is_letter(cp);
}

static bool is_digit(uint32_t cp)
{
	return cp >= '0' && cp <= '9';
}

/* The last character of the normal form so far. */
static uint32_t last_out(const struct folder *f)
{
	return peek_before(buf_view(&f->n->text), f->n->text.len);
}

/* Where plain ASCII ends: letters, digits, signs, and single spaces between them. */
static size_t plain_end(struct str s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s.p;

	for (; at < s.len; at++)
		if (ascii_class[p[at]] != PLAIN &&
			(ascii_class[p[at]] != SPACE || at + 1 == s.len || ascii_class[p[at + 1]] != PLAIN))
			break;
	return at;
}

static char plain_as(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c + ('a' - 'A'));
	return (char)(c == '`' ? '\'' : ascii_class[c] == SPACE ? ' ' : c);
}

/* A byte for a byte: the path that nearly all text takes. */
static void fold_plain(struct folder *f)
{
	const unsigned char *p = (const unsigned char *)f->s.p;
	size_t from = f->at, i = plain_end(f->s, from);
	char *out;

	if (!run_is_linear_here(f->n, from))
		add_run(f->n, from, 0);
	out = buf_room(&f->n->text, i - from);
	for (size_t k = from; k < i; k++)
		*out++ = plain_as(p[k]);
	*out = '\0';
	f->n->text.len += i - from;
	f->after_raised = false;
	f->at = i;
}

/* Bytes of the white space, and of what is invisible between it, at `at`. */
static size_t space_len(struct str s, size_t at)
{
	size_t i = at, n;
	uint32_t cp;

	while ((n = utf8_decode(s, i, &cp)) &&
		(utf8_is_space(cp) || (i > at && (cp == 0x200B || cp == 0x2060 || cp == 0xFEFF))))
		i += n;
	return i - at;
}

static void fold_space(struct folder *f)
{
	size_t len = space_len(f->s, f->at);
	struct buf *text = &f->n->text;

	if (!text->len || text->p[text->len - 1] != ' ')
		emit(f, " ", 1, f->at, len);
	f->at += len;
}

static void keep_hyphen(struct normal *n, bool soft)
{
	n->hyphens = mem_grow(n->hyphens, &n->cap_hyphens, n->n_hyphens + 1, sizeof(*n->hyphens));
	n->hyphens[n->n_hyphens++] = (uint32_t)n->text.len << 1 | soft;
}

/* Bytes of the line end after a hyphen, at `at`; 0 when the line goes on. */
static size_t break_len(struct str s, size_t at)
{
	size_t i = at, lines = 0;

	while (i < s.len && ascii_class[(unsigned char)s.p[i]] == SPACE)
		lines += s.p[i++] == '\n';
	/* A word may go on behind the end of a page, then surely in lower case. */
	if (lines > 1 && (!is_letter(peek(s, i)) || utf8_is_upper(peek(s, i))))
		return 0;
	return lines ? i - at : 0;
}

/*
 * A hyphen of `len` bytes. Between letters only its place is kept; at a line end
 * before a digit ("CVE-2021-\n44228") the line end goes and the hyphen stays.
 */
static void fold_hyphen(struct folder *f, size_t len, bool soft)
{
	size_t after = f->at + len;
	size_t ends = break_len(f->s, after);
	uint32_t prev = last_out(f), next = peek(f->s, after + ends);

	if (is_letter(prev) && is_letter(next)) {
		keep_hyphen(f->n, soft || ends);
		f->at = after + ends;
		return;
	}
	if (!soft)
		emit(f, "-", 1, f->at, len);
	f->at = after + ((is_letter(prev) || is_digit(prev)) && (is_letter(next) || is_digit(next)) ? ends : 0);
}

/* A dash stands between spaces, whether it was set so or not; between digits it is a hyphen. */
static void fold_dash(struct folder *f, size_t len)
{
	size_t after = f->at + len;

	if (is_digit(last_out(f)) && is_digit(peek(f->s, after))) {
		emit(f, "-", 1, f->at, len);
		f->at = after;
		return;
	}
	after += space_len(f->s, after);
	if (last_out(f) == ' ' || !f->n->text.len)
		emit(f, "- ", 2, f->at, after - f->at);
	else
		emit(f, " - ", 3, f->at, after - f->at);
	f->at = after;
}

static void fold_ascii_hyphen(struct folder *f)
{
	size_t len = 1;

	while (f->at + len < f->s.len && f->s.p[f->at + len] == '-')
		len++;
	if (len == 1)
		fold_hyphen(f, 1, false);
	else
		fold_dash(f, len);
}

/* Full-width and mathematical digits are digits; the rest that folds to one (², ①, ½) is raised. */
static bool is_raised(uint32_t cp, struct str folded)
{
	return folded.len && is_digit((unsigned char)folded.p[0]) && !(cp >= 0xFF10 && cp <= 0xFF19) && cp < 0x1D7CE;
}

static void fold_cluster(struct folder *f, size_t len, uint32_t cp)
{
	bool raised, more = f->after_raised;
	size_t slash;

	buf_reset(&f->piece);
	if (len == utf8_decode(f->s, f->at, &cp))
		utf8_fold(&f->piece, cp);
	else
		utf8_fold_str(&f->piece, str_sub(f->s, f->at, f->at + len));
	raised = is_raised(cp, buf_view(&f->piece));
	if ((slash = str_find(buf_view(&f->piece), STR("\xE2\x81\x84"), 0)) != STR_NONE)
		buf_splice(&f->piece, slash, slash + 3, STR("/"));
	if (raised && !more)
		buf_splice(&f->piece, 0, 0, STR("^"));
	emit(f, f->piece.p, f->piece.len, f->at, len);
	f->after_raised = raised;
	f->at += len;
}

/* Take back the ASCII letter before a combining mark, so that both are folded together. */
static void step_back(struct folder *f)
{
	if (f->at && f->n->text.len && is_letter((unsigned char)f->s.p[f->at - 1]) &&
		is_letter((unsigned char)f->n->text.p[f->n->text.len - 1])) {
		f->at--;
		buf_cut(&f->n->text, f->n->text.len - 1);
	}
}

static void fold_high(struct folder *f)
{
	uint32_t cp;
	size_t len = utf8_decode(f->s, f->at, &cp), n;
	enum sign sign = sign_of(cp);

	if (utf8_is_space(cp)) {
		fold_space(f);
	} else if (sign == SIGN_HYPHEN || sign == SIGN_SOFT) {
		fold_hyphen(f, len, sign == SIGN_SOFT);
	} else if (sign == SIGN_DASH) {
		fold_dash(f, len);
	} else if (sign) {
		emit(f, &sign_as[sign], 1, f->at, len);
		f->at += len;
	} else {
		if (is_combining(cp))
			step_back(f);
		len = utf8_decode(f->s, f->at, &cp);
		for (uint32_t next; (n = utf8_decode(f->s, f->at + len, &next)) && is_combining(next); len += n)
			;
		fold_cluster(f, len, cp);
	}
}

void normalise(struct normal *n, struct str source)
{
	struct folder f = { .n = n, .s = str_sub(source, 0, NORMALISE_MAX), .piece = BUF_INIT };

	normal_reset(n);
	n->source_len = f.s.len;
	while (f.at < f.s.len) {
		switch (ascii_class[(unsigned char)f.s.p[f.at]]) {
		case PLAIN:
			fold_plain(&f);
			break;
		case SPACE:
			fold_space(&f);
			break;
		case HYPHEN:
			fold_ascii_hyphen(&f);
			break;
		default:
			fold_high(&f);
		}
	}
	buf_release(&f.piece);
}

/* The last run that begins at or before `out`. */
static const struct normal_run *run_at(const struct normal *n, size_t out)
{
	size_t lo = 0, hi = n->n_runs;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (n->runs[mid].out <= out)
			lo = mid;
		else
			hi = mid;
	}
	return &n->runs[lo];
}

struct span normal_source(const struct normal *n, struct span at)
{
	const struct normal_run *from, *last;
	struct span src;

	if (!n->n_runs || at.byte_from >= n->text.len)
		return (struct span){ n->source_len, n->source_len };
	from = run_at(n, at.byte_from);
	src.byte_from = from->src + (from->src_len ? 0 : at.byte_from - from->out);
	if (at.byte_to <= at.byte_from)
		return (struct span){ src.byte_from, src.byte_from };
	last = run_at(n, at.byte_to - 1);
	src.byte_to = last->src + (last->src_len ? last->src_len : at.byte_to - last->out);
	return src;
}

/* Where the source's byte `src` went: the end of the normal form when nothing of it or after it is left. */
static size_t place_of(const struct normal *n, size_t src)
{
	size_t lo = 0, hi = n->n_runs;
	const struct normal_run *run;
	size_t end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (n->runs[mid].src <= src)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo)
		return 0;
	run = &n->runs[lo - 1];
	end = lo < n->n_runs ? n->runs[lo].out : n->text.len;
	if (run->src_len)
		return src < run->src + run->src_len ? run->out : end;
	return run->out + (src - run->src) < end ? run->out + (src - run->src) : end;
}

struct span normal_of(const struct normal *n, struct span source)
{
	size_t from = place_of(n, source.byte_from);
	size_t to = source.byte_to >= n->source_len ? n->text.len : place_of(n, source.byte_to);

	return (struct span){ from, to < from ? from : to };
}

/* Index of the first hyphen at or after `at`. */
static size_t hyphen_from(const struct normal *n, size_t at)
{
	size_t lo = 0, hi = n->n_hyphens;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (n->hyphens[mid] >> 1 < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Scripts whose words stand between spaces; in others a quote may begin anywhere. */
static bool is_word(uint32_t cp)
{
	return cp == '_' || cp == '^' || (cp && cp < 0x0E00 && utf8_is_word(cp));
}

static bool is_point(uint32_t cp)
{
	return cp == '.' || cp == ',';
}

/* Whether the cut at `at` divides a number or identifier that a sign holds together: "1.|5", "CVE-|2021", " -|5", "5|%". */
static bool cuts_number(struct str s, size_t at)
{
	uint32_t prev = peek_before(s, at), next = peek(s, at);
	uint32_t before = at > 1 ? peek_before(s, at - 1) : 0, after = peek(s, at + 1);

	if (is_point(prev) && is_digit(next))
		return is_digit(before);
	if (is_digit(prev) && is_point(next))
		return is_digit(after);
	if (prev == '-' && is_digit(next))
		return before != ' ' || at < 3 || !is_digit(peek_before(s, at - 2));
	if (prev == '-' && is_letter(next))
		return is_digit(before);
	if (next == '-')
		return (is_digit(prev) && is_word(after)) || (is_letter(prev) && is_digit(after));
	return is_digit(prev) && (next == '%' || next == 0x2030);
}

bool normal_is_edge(struct str s, size_t at)
{
	uint32_t prev = peek_before(s, at), next = peek(s, at);

	if (!prev || !next)
		return true;
	if (is_word(prev) && is_word(next))
		return false;
	if (prev == 'n' && next == '\'' && peek(s, at + 1) == 't')
		return false;
	return !cuts_number(s, at);
}

/* A hyphen that was taken out is an edge when it stood inside a line, and none when it broke a word. */
static bool is_edge(const struct normal *n, size_t at)
{
	size_t i = hyphen_from(n, at);

	if (i < n->n_hyphens && n->hyphens[i] >> 1 == at)
		return !(n->hyphens[i] & 1);
	return normal_is_edge(buf_view(&n->text), at);
}

/* Every hyphen inside a line needs a partner in the other; one that broke a word may have one. */
static bool hyphens_agree(const struct normal *text, size_t from, const struct normal *quote)
{
	size_t i = hyphen_from(text, from + 1), k = 0;

	for (;;) {
		size_t a = i < text->n_hyphens ? (text->hyphens[i] >> 1) - from : quote->text.len;
		size_t b = k < quote->n_hyphens ? quote->hyphens[k] >> 1 : quote->text.len;
		bool ends_a = a >= quote->text.len, ends_b = b >= quote->text.len;

		if (ends_a && ends_b)
			return true;
		if (a == b) {
			i++;
			k++;
		} else if (!ends_a && (ends_b || a < b)) {
			if (!(text->hyphens[i++] & 1))
				return false;
		} else if (!(quote->hyphens[k++] & 1)) {
			return false;
		}
	}
}

bool normal_find(const struct normal *text, const struct normal *quote, struct span within, struct span *at)
{
	struct str hay = str_sub(buf_view(&text->text), 0, within.byte_to), needle = buf_view(&quote->text);
	size_t found = within.byte_from;

	if (!needle.len)
		return false;
	while ((found = str_find(hay, needle, found)) != STR_NONE) {
		if (is_edge(text, found) && is_edge(text, found + needle.len) && hyphens_agree(text, found, quote)) {
			*at = (struct span){ found, found + needle.len };
			return true;
		}
		found++;
	}
	return false;
}

void normal_reset(struct normal *n)
{
	buf_reset(&n->text);
	n->n_runs = n->n_hyphens = 0;
	n->source_len = 0;
}

void normal_release(struct normal *n)
{
	buf_release(&n->text);
	mem_free(n->runs);
	mem_free(n->hyphens);
	*n = (struct normal)NORMAL_INIT;
}
