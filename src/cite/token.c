#include "ibid/cite/token.h"

#include <math.h>
#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/base/words.h"
#include "token_internal.h"

/* Farthest that a bracket may close and still be an aside, in bytes. */
#define ASIDE_MAX 40
/* Longest first part of a name such as PD-L1, in bytes. */
#define SHORT_NAME 6

struct reader {
	struct arena *a;
	struct str s;
	size_t at;
	struct token *v;
	size_t n, cap;
	uint32_t pending;	/* flags for the next token */
	size_t aside_to;
	struct buf fold;
};

/* --- characters */

static uint32_t cp_at(struct str s, size_t at)
{
	uint32_t cp = 0;

	utf8_decode(s, at, &cp);
	return at < s.len ? cp : 0;
}

static bool is_hyphen(uint32_t cp)
{
	return cp == '-' || (cp >= 0x2010 && cp <= 0x2013);
}

static bool is_lower(uint32_t cp)
{
	return utf8_is_letter(cp) && !utf8_is_upper(cp);
}

static bool is_alnum(uint32_t cp)
{
	return cp && utf8_is_word(cp);
}

/* Bytes of white space with a line end in it, at `at`: a word may go on behind it. */
static size_t line_end(struct str s, size_t at)
{
	size_t i = at, lines = 0;

	while (i < s.len && strchr(" \t\r\n", s.p[i]))
		lines += s.p[i++] == '\n';
	return lines == 1 ? i - at : 0;
}

/* --- words */

/* "e.g", "U.S.A": letters between dots; and lower-case letters or digits right behind one ("cmd.exe", "1.2.3"). */
static bool dot_joins(struct str s, size_t from, size_t at)
{
	uint32_t next = cp_at(s, at + 1);
	bool is_acronym = at - from == 1 || (at - from >= 3 && s.p[at - 2] == '.' && utf8_is_upper(next));

	return is_lower(next) || is_digit_at(s, at + 1) || (is_acronym && utf8_is_letter(next) && cp_at(s, at + 2) == '.');
}

/* Bytes of a hyphen that joins: a word broken at a line end, "IL-6", "PD-L1"; 0 for other hyphens, which part words. */
static size_t hyphen_joins(struct str s, size_t from, size_t at, size_t len, const char **fold)
{
	size_t gap = line_end(s, at + len);
	uint32_t next = cp_at(s, at + len + gap);

	*fold = "";
	if (gap && is_lower(next))
		return len + gap;
	*fold = "-";
	if (is_digit_at(s, at + len + gap))
		return len + gap;
	if (gap || !utf8_is_upper(next) || at - from > SHORT_NAME || is_lower(cp_at(s, utf8_floor(s, at - 1))) ||
		is_lower(cp_at(s, at + len + 1)))
		return 0;
	return len;
}

/* Signs inside a word, and what they become; `letter`: only before a letter. */
static const struct {
	uint32_t cp;
	const char *fold;
	bool letter;
} joints[] = {
	{ '_', "_", false }, { '@', "@", false }, { '\\', "\\", false }, { '\'', "'", true }, { 0x2019, "'", true },
	{ 0x02BC, "'", true }, { 0x200B, "", false }, { 0x200C, "", false }, { 0x200D, "", false }, { 0x2060, "", false },
};

/*
 * What joins a word to what follows, at `at` behind its letters so far
 * ([from, at)): bytes of the joint, *fold what it becomes. 0: the word is over.
 */
static size_t joint(struct str s, size_t from, size_t at, const char **fold)
{
	uint32_t cp = 0, next;
	size_t len = utf8_decode(s, at, &cp);

	*fold = "";
	if (!len)
		return 0;
	next = cp_at(s, at + len);
	for (size_t i = 0; i < sizeof(joints) / sizeof(*joints); i++)
		if (cp == joints[i].cp) {
			*fold = joints[i].fold;
			return (joints[i].letter ? utf8_is_letter(next) : is_alnum(next)) ? len : 0;
		}
	if (cp == 0xAD) {
		len += line_end(s, at + len);
		return is_alnum(cp_at(s, at + len)) ? len : 0;
	}
	if (cp == '.') {
		*fold = ".";
		return dot_joins(s, from, at) ? len : 0;
	}
	if (cp == ':') { /* a drive: C:\\Windows */
		*fold = ":";
		return at - from == 1 && next == '\\' ? len : 0;
	}
	return is_hyphen(cp) ? hyphen_joins(s, from, at, len, fold) : 0;
}

static bool is_url(struct str s, size_t at)
{
	struct str rest = str_sub(s, at, at + 8);

	return str_starts(rest, STR("http://")) || str_starts(rest, STR("https://")) || str_starts(rest, STR("ftp://"));
}

static size_t url_end(struct str s, size_t at)
{
	while (at < s.len && (unsigned char)s.p[at] > ' ' && !strchr("<>\")]}", s.p[at]))
		at++;
	while (at && strchr(".,;:!?", s.p[at - 1]))
		at--;
	return at;
}

/* Counts of what a word is made of. */
struct makeup {
	size_t upper, lower, digits, inner;	/* inner: dots, underscores and the like */
};

static size_t word_end(struct reader *r, size_t from, struct makeup *m)
{
	size_t at = from, n;
	uint32_t cp;

	while (at - from < TOKEN_MAX && (n = utf8_decode(r->s, at, &cp))) {
		const char *fold;

		if (is_alnum(cp)) {
			m->upper += utf8_is_upper(cp);
			m->lower += is_lower(cp);
			m->digits += utf8_is_digit(cp);
			at += n;
			continue;
		}
		n = joint(r->s, from, at, &fold);
		if (!n)
			break;
		m->inner += *fold && *fold != '\'' && *fold != '-';
		at += n;
	}
	return at;
}

/* Lower case with plain joints, what was broken joined. */
static void fold_word(struct reader *r, size_t from, size_t to)
{
	size_t at = from, n;
	uint32_t cp;

	buf_reset(&r->fold);
	while (at < to && (n = utf8_decode(r->s, at, &cp))) {
		const char *fold;

		if (is_alnum(cp)) {
			utf8_fold(&r->fold, cp);
			at += n;
			continue;
		}
		n = joint(r->s, from, at, &fold);
		buf_c(&r->fold, fold);
		at += n ? n : 1;
	}
}

static struct str without_possessive(struct str fold)
{
	if (str_ends(fold, STR("'s")))
		return str_sub(fold, 0, fold.len - 2);
	return fold;
}

static struct str stem_of(struct arena *a, struct str fold)
{
	char word[TOKEN_MAX + 1];

	if (fold.len > TOKEN_MAX)
		return fold;
	memcpy(word, fold.p, fold.len);
	return arena_str(a, str_of(word, words_stem(word, fold.len)));
}

/* --- reading */

static void add(struct reader *r, struct token t, size_t from, size_t to)
{
	t.at = (struct span){ from, to };
	t.flags |= r->pending;
	if (from < r->aside_to)
		t.flags |= TOKEN_ASIDE;
	r->pending = 0;
	r->v = mem_grow(r->v, &r->cap, r->n + 1, sizeof(*r->v));
	r->v[r->n++] = t;
	r->at = to;
}

/* Words after which a number is not meant to the digit. */
static bool is_rough(struct str fold)
{
	static const char rough[] = " about approximately approx around roughly nearly almost circa some ca over than "
				    "under close ";
	SCOPED(buf) key = BUF_INIT;

	buf_fmt(&key, " %.*s ", STR_ARG(fold));
	return strstr(rough, buf_cstr(&key)) != NULL;
}

static uint32_t rough_flag(const struct reader *r)
{
	return r->n && r->v[r->n - 1].kind == TOKEN_WORD && is_rough(r->v[r->n - 1].fold) ? TOKEN_ABOUT : 0;
}

static bool read_number(struct reader *r)
{
	struct token t = { 0 };
	size_t len = number_read(r->s, r->at, &t);

	if (!len)
		return false;
	t.fold = t.stem = arena_str(r->a, str_sub(r->s, r->at, r->at + len));
	t.flags |= rough_flag(r);
	add(r, t, r->at, r->at + len);
	return true;
}

/* "several hundred" is no number. */
static bool is_vague(const struct reader *r, double value)
{
	struct str before = r->n ? r->v[r->n - 1].fold : STR_EMPTY;

	return value >= 100 && (str_is(before, "several") || str_is(before, "many") || str_is(before, "few") ||
				       str_is(before, "some"));
}

/* "twenty-one", "two million dollars": the word read is a number's. */
static size_t read_written(struct reader *r, size_t to, struct token *t)
{
	double value, ones;
	bool is_cardinal, ones_cardinal;
	size_t gap = to < r->s.len && (r->s.p[to] == '-' || r->s.p[to] == ' ');
	struct makeup m = { 0 };
	size_t end;

	value = number_word(t->fold, &is_cardinal);
	if (value < 0 || is_vague(r, value))
		return to;
	t->kind = TOKEN_NUMBER;
	t->flags |= TOKEN_WRITTEN | rough_flag(r);
	t->value = value;
	if (!is_cardinal)
		return to;
	if (value >= 20 && value < 100 && gap) {
		end = word_end(r, to + gap, &m);
		fold_word(r, to + gap, end);
		ones = number_word(buf_view(&r->fold), &ones_cardinal);
		if (ones >= 1 && ones <= 9 && ones_cardinal) {
			t->value += ones;
			to = end;
		}
	}
	return number_unit(r->s, to, t);
}

static uint32_t word_flags(struct str raw, const struct makeup *m)
{
	uint32_t flags = utf8_is_upper(cp_at(raw, 0)) ? TOKEN_CAPITAL : 0;

	return m->upper >= 2 && m->upper >= m->lower ? flags | TOKEN_CAPS : flags;
}

/* "in March": a month's full name inside a sentence. */
static size_t month_alone(struct str s, size_t at, struct token *t)
{
	size_t to = at;
	int month;

	while (to < s.len && utf8_is_letter(cp_at(s, to)))
		to = utf8_ceil(s, to + 1);
	month = month_named(str_sub(s, at, to));
	if (!month || (to - at == 3 && month != 5) || (to - at == 4 && month == 9))
		return 0;
	*t = (struct token){ .kind = TOKEN_DATE, .month = month };
	return to - at;
}

static void read_word(struct reader *r)
{
	struct token t = { .kind = TOKEN_WORD };
	struct makeup m = { 0 };
	size_t from = r->at, to, len;

	len = month_date_read(r->s, from, &t);
	if (!len && !(r->pending & TOKEN_FIRST))
		len = month_alone(r->s, from, &t);
	if (len) {
		t.fold = t.stem = arena_str(r->a, str_sub(r->s, from, from + len));
		add(r, t, from, from + len);
		return;
	}
	if (is_url(r->s, from)) {
		to = url_end(r->s, from);
		t.kind = TOKEN_NAME;
		t.fold = t.stem = arena_str(r->a, str_sub(r->s, from, to));
		add(r, t, from, to);
		return;
	}
	to = word_end(r, from, &m);
	fold_word(r, from, to);
	t.fold = arena_str(r->a, without_possessive(buf_view(&r->fold)));
	t.stem = stem_of(r->a, t.fold);
	t.flags = word_flags(str_sub(r->s, from, to), &m);
	if (m.digits || (m.inner && to - from >= 5 && !(t.flags & TOKEN_CAPS)))
		t.kind = TOKEN_NAME;
	else
		to = read_written(r, to, &t);
	add(r, t, from, to);
}

/* Digits that are no number: a version, an address, "3D", "4-PBA". */
static void read_code(struct reader *r)
{
	struct token t = { .kind = TOKEN_NAME };
	struct makeup m = { 0 };
	size_t from = r->at, to = word_end(r, from, &m);

	if (to == from) {
		r->at += 1;
		return;
	}
	fold_word(r, from, to);
	t.fold = t.stem = arena_str(r->a, buf_view(&r->fold));
	t.flags = word_flags(str_sub(r->s, from, to), &m);
	add(r, t, from, to);
}

static bool ends_abbreviation(const struct reader *r)
{
	const struct token *last = r->n ? &r->v[r->n - 1] : NULL;

	return last && last->flags & TOKEN_CAPITAL && last->at.byte_to == r->at && last->fold.len <= 4 &&
		!words_is_function(last->fold);
}

/* Signs tell the next token where it stands. */
static void read_sign(struct reader *r, uint32_t cp, size_t len)
{
	size_t close;

	if (cp == '[' && (close = str_find_ch(r->s, ']', r->at)) != STR_NONE && close - r->at <= ASIDE_MAX)
		r->aside_to = close;
	else if (cp == '~' || cp == 0x2248 || cp == 0x223C)
		r->pending |= TOKEN_ABOUT;
	else if ((cp == '.' || cp == '!' || cp == '?') && !ends_abbreviation(r))
		r->pending |= TOKEN_FIRST | TOKEN_CLAUSE;
	else if (cp == ',' || cp == ';' || cp == ':' || cp == '(' || cp == ')' || cp == 0x2014)
		r->pending |= TOKEN_CLAUSE;
	else if (cp == '\n' && r->at + 1 < r->s.len && r->s.p[r->at + 1] == '\n')
		r->pending |= TOKEN_FIRST | TOKEN_CLAUSE;
	r->at += len;
}

static void read_one(struct reader *r)
{
	uint32_t cp = 0, next;
	size_t len = utf8_decode(r->s, r->at, &cp);
	bool may_be_number;

	next = cp_at(r->s, r->at + len);
	may_be_number = is_digit_at(r->s, r->at) || cp == '$' || cp == 0x20AC || cp == 0xA3 || cp == 0xA5 ||
		((cp == '.' || cp == '-' || cp == 0x2212 || cp == 0x2013) && next >= '0' && next <= '9');
	if (may_be_number && read_number(r))
		return;
	if (is_digit_at(r->s, r->at))
		read_code(r);
	else if (is_alnum(cp))
		read_word(r);
	else
		read_sign(r, cp, len);
}

size_t tokens_read(struct arena *a, struct str text, struct token **tokens)
{
	struct reader r = { .a = a, .s = text, .pending = TOKEN_FIRST, .fold = BUF_INIT };

	while (r.at < text.len)
		read_one(&r);
	*tokens = arena_array(a, r.n + 1, sizeof(**tokens));
	if (r.n)
		memcpy(*tokens, r.v, r.n * sizeof(**tokens));
	mem_free(r.v);
	buf_release(&r.fold);
	return r.n;
}

/* --- comparing */

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

static bool same_quantity(const struct token *a, const struct token *b)
{
	const struct unit *ua = unit_at(a->unit), *ub = unit_at(b->unit);

	return ua->dimension == ub->dimension && near(a->value * ua->factor, b->value * ub->factor);
}

static bool same_date(const struct token *a, const struct token *b)
{
	bool swapped = (a->flags | b->flags) & TOKEN_EITHER_ORDER;

	if (a->year != b->year)
		return false;
	return (a->month == b->month && a->day == b->day) || (swapped && a->month == b->day && a->day == b->month);
}

bool token_same(const struct token *a, const struct token *b)
{
	if (a->kind == TOKEN_NUMBER && b->kind == TOKEN_NUMBER)
		return same_quantity(a, b);
	if (a->kind == TOKEN_DATE && b->kind == TOKEN_DATE)
		return same_date(a, b);
	return a->kind == b->kind && str_eq(a->fold, b->fold);
}

/* What is said is the source's value rounded to as many digits as it has. */
static bool is_rounded(double said, double source)
{
	double unit = 1;

	if (said == 0 || fabs(said - source) > 0.1 * fabs(source))
		return false;
	while (fabs(fmod(said, unit * 10)) < unit / 2 && unit < fabs(said))
		unit *= 10;
	while (fabs(said / unit - round(said / unit)) > 1e-6 && unit > 1e-6)
		unit /= 10;
	return fabs(round(source / unit) - round(said / unit)) < 0.5;
}

static bool date_is_in(const struct token *said, const struct token *source)
{
	return (!said->year || said->year == source->year) &&
		((!said->month || said->month == source->month) && (!said->day || said->day == source->day));
}

static bool number_is_in(const struct token *said, const struct token *source)
{
	const struct unit *us = unit_at(said->unit), *uo = unit_at(source->unit);
	bool unit_left_out = us->dimension == DIM_NONE && uo->dimension != DIM_PERCENT && uo->dimension != DIM_POINT;
	double a = said->value * us->factor, b = source->value * (unit_left_out ? 1 : uo->factor);

	if (us->dimension != uo->dimension && !unit_left_out &&
		!(us->dimension == DIM_TIMES && uo->dimension == DIM_NONE && source->flags & TOKEN_WRITTEN))
		return false;
	return near(a, b) || (said->flags & TOKEN_ABOUT && is_rounded(a, b));
}

bool token_is_in(const struct token *said, const struct token *source)
{
	if (said->kind == TOKEN_DATE && source->kind == TOKEN_DATE)
		return same_date(said, source) || date_is_in(said, source);
	if (said->kind == TOKEN_NUMBER && source->kind == TOKEN_DATE)
		return !said->unit && near(said->value, source->year);
	if (said->kind == TOKEN_NUMBER && source->kind == TOKEN_NUMBER)
		return number_is_in(said, source);
	return token_same(said, source);
}

bool token_is_quantity(const struct token *t)
{
	bool is_cardinal = true;

	if (t->kind == TOKEN_DATE)
		return true;
	if (t->kind != TOKEN_NUMBER)
		return false;
	if (t->flags & TOKEN_WRITTEN)
		number_word(t->fold, &is_cardinal);
	return is_cardinal && (!(t->flags & TOKEN_WRITTEN) || t->value != 1 || t->unit);
}
