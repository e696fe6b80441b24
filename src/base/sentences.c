#include "ibid/base/sentences.h"

#include <string.h>
#include <utf8proc.h>

#include "ibid/base/utf8.h"
#include "word_list_internal.h"

/* Longest reference mark after a stop, in bytes. */
#define MARK_MAX 48

/* --- word lists: lower case, without the last stop */

/* Never end a sentence: something always follows. */
static const char *const never_last[26] = {
	['a' - 'a'] = " adm art arts app approx a.k.a aka alg ",
	['c' - 'a'] = " col capt cmdr ch chap chaps cf ca circa c.f cl cor ",
	['d' - 'a'] = " dr drs def ",
	['e' - 'a'] = " eq eqs eqn eqns eds e.g eg excl esp exs et ",
	['f' - 'a'] = " fr fig figs ",
	['g' - 'a'] = " gen gov ",
	['h' - 'a'] = " hon ",
	['i' - 'a'] = " i.e ie incl ",
	['l' - 'a'] = " lt lem ",
	['m' - 'a'] = " mr mrs ms mx maj messrs mmes mt ",
	['n' - 'a'] = " no nos nr nb n.b ",
	['p' - 'a'] = " prof pres profs par paras pp pg prop ",
	['q' - 'a'] = " q.v ",
	['r' - 'a'] = " rev rep ref refs resp ",
	['s' - 'a'] = " sgt sen st sec secs sect s.v ",
	['t' - 'a'] = " tab tbl thm ",
	['v' - 'a'] = " vol vols ver vs v viz ",
};

/* May end one: then a word follows that begins sentences. */
static const char *const maybe_last[26] = {
	['a' - 'a'] = " al ag assn assoc a.m am a.d apr aug ave apt avg ",
	['b' - 'a'] = " bros b.a b.sc b.c blvd bldg ",
	['c' - 'a'] = " co corp cu cit ",
	['d' - 'a'] = " dept div d.phil d.c dec ",
	['e' - 'a'] = " etc est esq e.u ext ed ex ",
	['f' - 'a'] = " feb fri ft ff ",
	['g' - 'a'] = " gmbh govt gal ",
	['h' - 'a'] = " hwy hr hrs ",
	['i' - 'a'] = " inc inst intl in id ",
	['j' - 'a'] = " jr jan jun jul ",
	['l' - 'a'] = " ltd llc lb lbs loc ",
	['m' - 'a'] = " m.d m.a m.sc mar mon min max misc ",
	['n' - 'a'] = " nov ",
	['o' - 'a'] = " oct oz op orig ",
	['p' - 'a'] = " plc ph.d p.m pm pt p ",
	['q' - 'a'] = " qt ",
	['r' - 'a'] = " rd repr ",
	['s' - 'a'] = " sr sep sept sat sun std sq suppl ser ",
	['t' - 'a'] = " tue tues thu thur thurs tel temp trans ",
	['u' - 'a'] = " univ u.s u.k u.n u.s.a ",
	['w' - 'a'] = " wed ",
};

/* Begin sentences and seldom follow an abbreviation in one. */
static const char *const starters[26] = {
	['a' - 'a'] = " a an at as after although also additionally all another and according attackers analysts ",
	['b' - 'a'] = " by before because both but based ",
	['d' - 'a'] = " during despite ",
	['e' - 'a'] = " each every ",
	['f' - 'a'] = " for from furthermore finally first ",
	['h' - 'a'] = " he his her here however hence how ",
	['i' - 'a'] = " it its i in if instead ",
	['l' - 'a'] = " later ",
	['m' - 'a'] = " my moreover meanwhile many most ",
	['n' - 'a'] = " nevertheless nonetheless next no not ",
	['o' - 'a'] = " our on of other or one overall once ",
	['r' - 'a'] = " researchers ",
	['s' - 'a'] = " she since second some such several so ",
	['t' - 'a'] = " the this that these those they their there to though therefore thus third then two today ",
	['u' - 'a'] = " until ",
	['w' - 'a'] = " we with while when where what why who which ",
	['y' - 'a'] = " you your yet ",
};

static bool is_in(const char *const lists[26], struct str word)
{
	char low[WORD_LIST_MAX];

	if (word.len > sizeof(low))
		return false;
	for (size_t i = 0; i < word.len; i++)
		low[i] = word.p[i] >= 'A' && word.p[i] <= 'Z' ? (char)(word.p[i] + 32) : word.p[i];
	return word_is_listed(lists, str_of(low, word.len));
}

/* --- characters */

enum { STOP = 1, LINE, WIDE };

/* Bytes worth a look: stops, line ends, and what begins a stop of more than one byte. */
static const unsigned char look[256] = {
	['.'] = STOP, ['!'] = STOP, ['?'] = STOP, ['\n'] = LINE,
	[0xD8] = WIDE, [0xDB] = WIDE, [0xE0] = WIDE, [0xE2] = WIDE, [0xE3] = WIDE, [0xEF] = WIDE,
};

/* Stops that need no space after them. */
static bool is_wide_stop(uint32_t cp)
{
	switch (cp) {
	case 0x3002:	/* ideographic full stop, and its half-width form */
	case 0xFF61:
	case 0xFF01:	/* full-width ! ? . */
	case 0xFF1F:
	case 0xFF0E:
	case 0x0964:	/* danda, double danda */
	case 0x0965:
	case 0x061F:	/* Arabic question mark, Urdu full stop */
	case 0x06D4:
		return true;
	default:
		return false;
	}
}

static bool is_closer(uint32_t cp)
{
	switch (cp) {
	case '"': case '\'': case ')': case ']': case '}': case '*': case '_': case '`':
	case 0x00BB: case 0x2019: case 0x201D: case 0x203A:
	case 0x300D: case 0x300F: case 0x3011: case 0xFF09:
		return true;
	default:
		return false;
	}
}

static bool is_opener(uint32_t cp)
{
	switch (cp) {
	case '"': case '\'': case '(': case '[': case '{': case '*': case '_': case '`': case '<':
	case 0x00AB: case 0x2018: case 0x201C: case 0x201E: case 0x2039: case 0x300C: case 0x300E: case 0x00BF: case 0x00A1:
		return true;
	default:
		return false;
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static bool is_gap(char c)
{
	return c == '\n' || is_blank(c);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char byte_at(const struct sentences *s, size_t at)
{
	return at < s->text.len ? s->text.p[at] : '\0';
}

static size_t skip_blanks(const struct sentences *s, size_t at)
{
	while (at < s->text.len && is_blank(s->text.p[at]))
		at++;
	return at;
}

static size_t skip_gap(const struct sentences *s, size_t at)
{
	while (at < s->text.len && is_gap(s->text.p[at]))
		at++;
	return at;
}

/* --- marks at the beginning of a line */

/* Bytes of "- ", "* ", "• " and their like at `at`; 0 when there is none. */
static size_t bullet_at(const struct sentences *s, size_t at)
{
	static const char *const bullets[] = { "-", "*", "+", "\xE2\x80\xA2", "\xE2\x80\xA3", "\xE2\x97\xA6", "\xE2\x96\xAA",
		"\xE2\x80\x93", "\xE2\x81\x83", "\xC2\xB7" };

	for (size_t i = 0; i < sizeof(bullets) / sizeof(*bullets); i++) {
		struct str b = str_c(bullets[i]);

		if (str_eq(str_sub(s->text, at, at + b.len), b) && is_blank(byte_at(s, at + b.len)))
			return b.len + 1;
	}
	return 0;
}

/* Bytes of "1. ", "12) ", "(3) ", "a) " at `at`; 0 when there is none. */
static size_t number_at(const struct sentences *s, size_t at)
{
	size_t i = at, digits;
	bool is_open = byte_at(s, i) == '(';

	i += is_open;
	digits = i;
	while (is_digit(byte_at(s, i)) && i - digits < 3)
		i++;
	if (i == digits && is_alpha(byte_at(s, i)) && byte_at(s, i + 1) == ')')
		i++;
	if (i == digits || (byte_at(s, i) != ')' && (is_open || byte_at(s, i) != '.')))
		return 0;
	return is_blank(byte_at(s, i + 1)) ? i + 2 - at : 0;
}

/* A wrapped line may happen to begin with "3. "; it is an item inside a list, or after a line that ended something. */
static bool may_count(const struct sentences *s, size_t at)
{
	if (s->in_list)
		return true;
	while (at && is_gap(s->text.p[at - 1]))
		at--;
	return !at || strchr(".:;!?)", s->text.p[at - 1]) != NULL;
}

static bool is_heading_at(const struct sentences *s, size_t at)
{
	size_t n = 0;

	while (byte_at(s, at + n) == '#')
		n++;
	return n >= 1 && n <= 6 && is_blank(byte_at(s, at + n));
}

/* Whether a line that begins at `at` (blanks skipped) is an item or heading of its own. */
static bool is_marked_line(const struct sentences *s, size_t at)
{
	if (s->flags & SENTENCES_NO_MARKS)
		return false;
	return bullet_at(s, at) || is_heading_at(s, at) || (number_at(s, at) && may_count(s, at));
}

/* --- ends */

/* Whether the line end at `at` ends a sentence; *next is where the next one begins. */
static bool ends_at_line(const struct sentences *s, size_t at, size_t *next)
{
	size_t line = skip_blanks(s, at + 1);

	*next = skip_gap(s, at);
	if (*next == s->text.len || (s->flags & SENTENCES_LF_ENDS) || (s->start & SENTENCES_HEADING))
		return true;
	return byte_at(s, line) == '\n' || is_marked_line(s, line);
}

/* Past closing quotes, brackets and emphasis. */
static size_t skip_closers(const struct sentences *s, size_t at)
{
	uint32_t cp;
	size_t n;

	if (byte_at(s, at) == ' ' && byte_at(s, at + 1) == '"' && byte_at(s, at + 2) == ' ')
		at += 2;	/* quotes cut off by a tokeniser: the stroma. " Then */
	while ((n = utf8_decode(s->text, at, &cp)) && is_closer(cp))
		at += n;
	return at;
}

/* Bytes of a bracket that holds a digit and nothing but numbers, ids and what joins them: "[12]", "[3, 4]", "[d3.s17]". */
static size_t mark_at(const struct sentences *s, size_t at, bool only_ids)
{
	bool has_digit = false, has_id = false;

	if (byte_at(s, at) != '[')
		return 0;
	for (size_t i = at + 1; i < s->text.len && i - at < MARK_MAX; i++) {
		char c = s->text.p[i];

		has_digit |= is_digit(c);
		has_id |= c == 'd' && is_digit(byte_at(s, i + 1));
		if (c == ']')
			return has_digit && (has_id || !only_ids) ? i + 1 - at : 0;
		if (!is_digit(c) && !is_alpha(c) && !strchr(".,; -", c))
			return 0;
	}
	return 0;
}

/* Past what belongs to the sentence after its stop. */
static size_t skip_tail(const struct sentences *s, size_t at)
{
	for (;;) {
		size_t n, from = at;

		at = skip_closers(s, at);
		while ((n = mark_at(s, at, false)))
			at += n;
		if (byte_at(s, at) == ' ' && (n = mark_at(s, at + 1, true)))
			at += n + 1;
		if (at == from)
			return at;
	}
}

/* The word that ends at `to`, with the stops and apostrophes inside it; not before `from`. */
static struct str word_before(const struct sentences *s, size_t from, size_t to)
{
	size_t i = to;

	while (i > from && !is_gap(s->text.p[i - 1]) && !strchr("([{\"/", s->text.p[i - 1]))
		i--;
	return str_sub(s->text, i, to);
}

/* The letters at `at`, behind opening quotes and brackets. */
static struct str word_after(const struct sentences *s, size_t at)
{
	uint32_t cp;
	size_t n, i;

	while ((n = utf8_decode(s->text, at, &cp)) && is_opener(cp))
		at += n;
	for (i = at; is_alpha(byte_at(s, i)) || is_digit(byte_at(s, i)); i++)
		;
	return str_sub(s->text, at, i);
}

static bool is_number(struct str word)
{
	size_t digits = 0;

	for (size_t i = 0; i < word.len; i++) {
		if (!is_digit(word.p[i]) && word.p[i] != '.')
			return false;
		digits += is_digit(word.p[i]);
	}
	return digits > 0;
}

/* "U.S", "Ph.D", "e.g": letters with stops between. Not a file name or domain: those have longer parts. */
static bool is_dotted(struct str word)
{
	size_t run = 0;

	if (str_find_ch(word, '.', 0) == STR_NONE)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		run = word.p[i] == '.' ? 0 : run + 1;
		if (run > 2 || (run && !is_alpha(word.p[i])))
			return false;
	}
	return true;
}

/* A small letter first and a capital or digit later: a name such as njRAT or x64dbg may begin a sentence. */
static bool is_camel(struct str word)
{
	for (size_t i = 1; i < word.len; i++)
		if (is_digit(word.p[i]) || (word.p[i] >= 'A' && word.p[i] <= 'Z'))
			return true;
	return false;
}

enum next { NEXT_CANNOT, NEXT_SMALL, NEXT_CAN };

/* Could what stands at `at` begin a sentence? */
static enum next next_at(const struct sentences *s, size_t at)
{
	uint32_t cp;
	size_t n;

	while ((n = utf8_decode(s->text, at, &cp)) && is_opener(cp))
		at += n;
	if (!n || cp == '-' || cp == 0x2013 || cp == 0x2014 || cp == '#' || cp == '@' || cp == '$')
		return NEXT_CAN;
	if (utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_LL)
		return is_camel(word_after(s, at)) ? NEXT_CAN : NEXT_SMALL;
	return utf8_is_word(cp) ? NEXT_CAN : NEXT_CANNOT;
}

/* Two or more capitals and nothing else: "ART" is no "art.". */
static bool is_all_caps(struct str word)
{
	for (size_t i = 0; i < word.len; i++)
		if (word.p[i] < 'A' || word.p[i] > 'Z')
			return false;
	return word.len > 1;
}

/* "300 ms. We": what follows a number is a unit, not a title. */
static bool follows_number(const struct sentences *s, struct str word)
{
	size_t at = (size_t)(word.p - s->text.p);

	return at >= s->from + 2 && s->text.p[at - 1] == ' ' && is_digit(s->text.p[at - 2]);
}

static bool never_ends(const struct sentences *s, struct str before, struct str after)
{
	if (is_all_caps(before) || follows_number(s, before))
		return false;
	if (str_is_nocase(before, "no"))	/* "No. 5", but "She said no. Then" */
		return after.len && is_digit(after.p[0]);
	return is_in(never_last, before);
}

/* A single full stop at `at`, `next` the first character after the white space that follows. */
static bool ends_at_full_stop(const struct sentences *s, size_t at, size_t next)
{
	struct str before = word_before(s, s->from, at), after = word_after(s, next);
	bool is_first = before.p == s->text.p + s->from;
	bool is_initial = before.len == 1 && before.p[0] >= 'A' && before.p[0] <= 'Z';
	enum next can = next_at(s, next);

	if (!before.len)	/* a stop that stands alone, as in text cut into tokens: "problem . the" */
		return byte_at(s, next) != '.';
	if (is_first && (is_number(before) || is_initial))	/* "1. Install", "3.2. Results", "A. Methods" */
		return false;
	if (can != NEXT_CAN || never_ends(s, before, after))
		return false;
	if (is_initial || is_dotted(before) || is_in(maybe_last, before))
		return is_in(starters, after) && after.p[0] >= 'A' && after.p[0] <= 'Z';
	return true;
}

/* Whether the run of stops at `at` ends a sentence; *end is past all that belongs to it, or past the run. */
static bool ends_at_stop(const struct sentences *s, size_t at, size_t *end)
{
	size_t run = at, tail, next;
	enum next can;

	if (s->start & SENTENCES_HEADING) {
		*end = at + 1;
		return false;
	}
	while (run < s->text.len && look[(unsigned char)s->text.p[run]] == STOP)
		run++;
	*end = run;
	tail = skip_tail(s, run);
	if (tail < s->text.len && !is_gap(s->text.p[tail]))
		return false;
	next = skip_gap(s, tail);
	if (next == s->text.len) {
		*end = tail;
		return true;
	}
	can = next_at(s, next);
	if (run - at == 1 && s->text.p[at] == '.') {
		if (!ends_at_full_stop(s, at, next))
			return false;
	} else if (can != NEXT_CAN) {
		return false;
	}
	*end = tail;
	return true;
}

/* A stop of more than one byte at `at`. An ellipsis counts like three dots. */
static bool ends_at_wide(const struct sentences *s, size_t at, size_t *end)
{
	uint32_t cp;
	size_t n = utf8_decode(s->text, at, &cp);

	*end = at + n;
	if (is_wide_stop(cp)) {
		*end = skip_closers(s, *end);
		return true;
	}
	if (cp != 0x2026)
		return false;
	size_t tail = skip_tail(s, *end), next = skip_gap(s, tail);
	if (next == tail || next == s->text.len || next_at(s, next) != NEXT_CAN)
		return false;
	*end = tail;
	return true;
}

/* The next byte worth a look. */
static size_t skip_plain(const struct sentences *s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s->text.p;
	size_t len = s->text.len;

	while (at < len && !look[p[at]])
		at++;
	return at;
}

/* The end of the sentence that begins at s->from; s->at becomes where to look on. */
static size_t find_end(struct sentences *s)
{
	size_t at = s->from, end, next;

	while ((at = skip_plain(s, at)) < s->text.len) {
		unsigned char kind = look[(unsigned char)s->text.p[at]];

		if (kind == LINE) {
			if (ends_at_line(s, at, &next)) {
				s->at = next;
				return at;
			}
			end = at + 1;
		} else if (kind == STOP ? ends_at_stop(s, at, &end) : ends_at_wide(s, at, &end)) {
			return s->at = end;
		}
		at = end;
	}
	return s->at = s->text.len;
}

/* Whether an empty line, or nothing at all, stands between `at` and the text before it. */
static bool follows_empty_line(const struct sentences *s, size_t at)
{
	size_t lines = 0;

	while (at && is_gap(s->text.p[at - 1]))
		lines += s->text.p[--at] == '\n';
	return !at || lines > 1;
}

static bool follows_line_end(const struct sentences *s, size_t at)
{
	while (at && is_blank(s->text.p[at - 1]))
		at--;
	return !at || s->text.p[at - 1] == '\n';
}

/* How the sentence at s->from begins; steps over an item's mark. */
static unsigned find_start(struct sentences *s)
{
	size_t mark;

	if (!(s->flags & SENTENCES_NO_MARKS) && follows_line_end(s, s->from)) {
		if (is_heading_at(s, s->from))
			return SENTENCES_PARAGRAPH | SENTENCES_HEADING;
		mark = bullet_at(s, s->from);
		if (!mark && may_count(s, s->from))
			mark = number_at(s, s->from);
		s->in_list = mark > 0;
		if (mark && skip_gap(s, s->from + mark) < s->text.len) {
			s->from = skip_gap(s, s->from + mark);
			return SENTENCES_PARAGRAPH | SENTENCES_ITEM;
		}
	}
	return follows_empty_line(s, s->from) ? SENTENCES_PARAGRAPH : 0;
}

bool sentences_next(struct sentences *s)
{
	s->from = skip_gap(s, s->at);
	if (s->from == s->text.len)
		return false;
	s->start = find_start(s);
	s->to = find_end(s);
	while (s->to > s->from && is_gap(s->text.p[s->to - 1]))
		s->to--;
	return true;
}
