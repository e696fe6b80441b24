#include "ibid/cite/bib_freetext.h"

#include "ibid/base/utf8.h"

#include "bib_internal.h"

/* Parts of an author list that are told apart; what is left stays with the last. */
#define PARTS_MAX 64

static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September",
	"October", "November", "December" };

/* Dates */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool has_year(struct str s, size_t at)
{
	size_t digits = 0;

	while (at + digits < s.len && is_digit(s.p[at + digits]))
		digits++;
	return digits == 4;
}

/* A number of one or two digits at the start of s, or 0. */
static int day_of(struct str s)
{
	size_t digits = 0;
	long long day = 0;

	while (digits < s.len && is_digit(s.p[digits]))
		digits++;
	str_to_int(str_sub(s, 0, digits), &day);
	return day <= 31 ? (int)day : 0;
}

static int year_of(struct str s)
{
	long long year = 0;

	if (has_year(s, 0))
		str_to_int(str_sub(s, 0, 4), &year);
	return (int)year;
}

/* "2021", "2021, April", "2021, April 15"; what is none stays as it is, and "n.d." says that there is none. */
static struct bib_date date_of(struct arena *a, struct str text)
{
	struct str rest = text, year = str_trim(str_cut(&rest, ',')), month;
	struct bib_date date = { 0 };

	if (str_is(text, "n.d."))
		return date;
	rest = rest.p ? str_trim(rest) : STR_EMPTY;
	month = str_cut(&rest, ' ');
	date.from.year = year.len == 4 ? year_of(year) : 0;
	date.from.month = bib_month_of(month);
	date.from.day = date.from.month && date.from.month <= 12 && rest.p ? day_of(str_trim(rest)) : 0;
	if (!date.from.year || (month.len && !date.from.month))
		return (struct bib_date){ .literal = bib_cleaned(a, text, false) };
	return date;
}

/* "March 30, 2021", "2019/11/19" or ISO's form; false when it is none. */
static bool accessed_of(struct str text, struct bib_date *date)
{
	struct str rest = text, month = str_cut(&rest, ' '), day;
	struct bib_date d = { 0 };
	SCOPED(buf) iso = BUF_INIT;

	for (size_t i = 0; i < text.len; i++)
		buf_ch(&iso, text.p[i] == '/' ? '-' : text.p[i]);
	if (bib_date_parse(buf_view(&iso), date))
		return true;
	day = rest.p ? str_trim(str_cut(&rest, ',')) : STR_EMPTY;
	d.from = (struct bib_day){ rest.p ? year_of(str_trim(rest)) : 0, bib_month_of(month), day_of(day) };
	if (!d.from.year || !d.from.month || !d.from.day)
		return false;
	*date = d;
	return true;
}

/* Authors */

/* "D.", "J.-P.", "A. B.", "C": capitals with full stops, spaces and hyphens. */
static bool is_initials(struct str s)
{
	bool has_capital = false, after_capital = false;
	uint32_t cp;

	for (size_t at = 0, n; (n = utf8_decode(s, at, &cp)) > 0; at += n) {
		bool is_capital = utf8_is_upper(cp);

		if ((is_capital && after_capital) || (!is_capital && cp != '.' && cp != ' ' && cp != '-'))
			return false;
		after_capital = is_capital;
		has_capital = has_capital || is_capital;
	}
	return has_capital;
}

/* What follows a comma and is still the company's name. */
static bool is_legal_form(struct str s)
{
	static const char *const forms[] = { "Inc.", "Inc", "LLC", "Ltd.", "Ltd", "GmbH", "Corp.", "Co." };

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (str_is(s, forms[i]))
			return true;
	return false;
}

static struct str without_and(struct str part)
{
	if (str_starts(part, STR("and ")))
		return str_trim(str_sub(part, 4, part.len));
	return str_starts(part, STR("& ")) ? str_trim(str_sub(part, 2, part.len)) : part;
}

/* "E. and Cohen" between two persons: the initials of one, and the next. */
static size_t split_and(struct str part, struct str *parts, size_t n)
{
	static const char *const words[] = { " and ", " & " };

	for (size_t i = 0; i < 2; i++) {
		size_t at = str_find(part, str_c(words[i]), 0);

		if (at == STR_NONE || !is_initials(str_sub(part, 0, at)) || n + 1 >= PARTS_MAX)
			continue;
		parts[n++] = str_trim(str_sub(part, 0, at));
		part = str_trim(str_sub(part, at + str_c(words[i]).len, part.len));
	}
	parts[n++] = part;
	return n;
}

static size_t split_authors(struct str text, struct str *parts)
{
	size_t n = 0;

	while (text.p && n + 1 < PARTS_MAX) {
		struct str part = without_and(str_trim(str_cut(&text, ',')));

		if (n && is_legal_form(part))
			parts[n - 1].len = (size_t)(part.p + part.len - parts[n - 1].p);
		else if (part.len)
			n = split_and(part, parts, n);
	}
	return n;
}

/* The full stop at the end parts the authors from the date, unless it belongs to an initial. */
static struct str without_stop(struct str text)
{
	size_t from;

	text = str_trim(text);
	while (str_ends(text, STR("..")))
		text.len--;
	if (!str_ends(text, STR(".")))
		return text;
	for (from = text.len - 1; from && text.p[from - 1] != ' ' && text.p[from - 1] != ','; from--)
		;
	return is_initials(str_sub(text, from, text.len)) ? text : str_trim(str_sub(text, 0, text.len - 1));
}

/* "et al." in any case, with as many full stops as may be. */
static bool cut_et_al(struct str *text)
{
	struct str rest = *text, end = STR("et al");

	while (str_ends(rest, STR(".")))
		rest.len--;
	if (rest.len < end.len || !str_eq_nocase(str_sub(rest, rest.len - end.len, rest.len), end))
		return false;
	*text = str_trim(str_sub(rest, 0, rest.len - end.len));
	if (str_ends(*text, STR(",")))
		text->len--;
	return true;
}

static void read_authors(struct arena *a, struct str text, struct bib_item *item)
{
	struct str parts[PARTS_MAX];
	bool others;
	size_t n;

	text = str_trim(text);
	others = cut_et_al(&text);
	n = split_authors(without_stop(text), parts);
	for (size_t i = 0; i < n; i++) {
		struct bib_name name = { .role = BIB_ROLE_AUTHOR };

		if (i + 1 < n && is_initials(parts[i + 1]) && !is_initials(parts[i])) {
			name.family = bib_cleaned(a, parts[i++], false);
			name.given = bib_cleaned(a, parts[i], false);
		} else
			name.literal = bib_cleaned(a, parts[i], false);
		bib_add_settled(a, item, name);
	}
	if (others)
		bib_add_name(a, item, (struct bib_name){ .role = BIB_ROLE_AUTHOR, .literal = STR("others") });
}

/* The whole */

struct pieces {
	struct str authors, date, rest;
};

/* "(2021, April 15)" or "(n.d.)". */
static bool find_parentheses(struct str text, struct pieces *p)
{
	for (size_t at = 0; (at = str_find_ch(text, '(', at)) != STR_NONE; at++) {
		size_t end = str_find_ch(text, ')', at);
		struct str inside = str_sub(text, at + 1, end);

		if (end == STR_NONE || (!has_year(inside, 0) && !str_is(inside, "n.d.")))
			continue;
		*p = (struct pieces){ str_sub(text, 0, at), inside, str_sub(text, end + 1, text.len) };
		return true;
	}
	return false;
}

/* "SecureWorks 2019, August 27 LYCEUM Takes ...", as some tools wrote it. */
static bool find_bare_date(struct str text, struct pieces *p)
{
	for (size_t at = 0; at + 8 < text.len; at++) {
		struct str rest = str_sub(text, at + 6, text.len), month, day;

		if ((at && text.p[at - 1] != ' ') || !has_year(text, at) || !str_starts(str_sub(text, at + 4, at + 6), STR(", ")))
			continue;
		month = str_cut(&rest, ' ');
		day = rest.p ? str_cut(&rest, ' ') : STR_EMPTY;
		if (!bib_month_of(month) || !day_of(day) || !rest.p)
			continue;
		*p = (struct pieces){ str_sub(text, 0, at), str_of(text.p + at, (size_t)(day.p + day.len - text.p) - at), rest };
		return true;
	}
	return false;
}

/* The last `word` of *text and what follows it; *text keeps what stands before. */
static struct str cut_last(struct str *text, const char *word)
{
	struct str w = str_c(word), after;
	size_t last = STR_NONE;

	for (size_t at = 0; (at = str_find(*text, w, at)) != STR_NONE; at++)
		last = at;
	if (last == STR_NONE)
		return STR_EMPTY;
	after = str_sub(*text, last + w.len, text->len);
	*text = str_sub(*text, 0, last);
	return after;
}

static struct str without_end(struct str s)
{
	s = str_trim(s);
	return str_ends(s, STR(".")) ? str_trim(str_sub(s, 0, s.len - 1)) : s;
}

/* "Retrieved March 30, 2021, from https://example.org." */
static void read_retrieved(struct arena *a, struct str *text, struct bib_item *item)
{
	struct str all = *text, before = all, after = cut_last(&before, "Retrieved"), url;

	if (str_starts(after, STR(".")))
		after = str_sub(after, 1, after.len);
	url = cut_last(&after, "from ");
	after = without_end(after);
	if (str_ends(after, STR(",")))
		after.len--;
	if (!accessed_of(after, &item->date[BIB_ACCESSED]))
		return;
	bib_set(a, item, BIB_URL, without_end(url));
	*text = before;
}

bool bib_freetext_read(struct arena *a, struct str text, struct bib_item *item)
{
	struct pieces p;

	if (!find_parentheses(text, &p) && !find_bare_date(text, &p))
		return false;
	item->type = BIB_WEBPAGE;
	read_authors(a, p.authors, item);
	item->date[BIB_ISSUED] = date_of(a, p.date);
	read_retrieved(a, &p.rest, item);
	p.rest = str_trim(p.rest);
	if (str_starts(p.rest, STR(".")))
		p.rest = str_sub(p.rest, 1, p.rest.len);
	bib_set(a, item, BIB_TITLE, without_end(p.rest));
	return true;
}

/* Writing */

static void add_names(struct buf *out, const struct bib_item *item)
{
	const struct bib_name *name;
	size_t at = 0, n = 0;

	for (; (name = bib_next_name(item, BIB_ROLE_AUTHOR, &at)); n++) {
		const struct str parts[] = { name->dropping, name->particle, name->family, name->literal };

		buf_c(out, n ? ", " : "");
		if (n && str_is(name->literal, "others")) {
			buf_c(out, "et al");
			continue;
		}
		for (size_t i = 0, some = 0; i < 4; i++) {
			buf_c(out, some && parts[i].len ? " " : "");
			bib_clean(out, parts[i], false);
			some += parts[i].len;
		}
		if (name->given.len)
			buf_fmt(out, ", %.*s", STR_ARG(name->given));
	}
	if (n && !str_ends(buf_view(out), STR(".")))
		buf_ch(out, '.');
	buf_c(out, n ? " " : "");
}

static void add_issued(struct buf *out, const struct bib_date *date)
{
	buf_ch(out, '(');
	if (!bib_date_is_set(date))
		buf_c(out, "n.d.");
	else if (!date->from.year || date->is_range || date->is_circa || date->from.month > 12)
		bib_date_add(out, date);
	else {
		buf_fmt(out, "%d", date->from.year);
		if (date->from.month)
			buf_fmt(out, ", %s", months[date->from.month - 1]);
		if (date->from.month && date->from.day)
			buf_fmt(out, " %d", date->from.day);
	}
	buf_c(out, "). ");
}

static void add_accessed(struct buf *out, const struct bib_item *item)
{
	struct bib_date date = bib_date_of_item(item, BIB_ACCESSED);
	struct bib_day day = date.from;

	if (!day.year || !day.month || day.month > 12 || !day.day)
		return;
	buf_fmt(out, " Retrieved %s %d, %d", months[day.month - 1], day.day, day.year);
	if (item->field[BIB_URL].len) {
		buf_c(out, ", from ");
		bib_clean(out, item->field[BIB_URL], false);
	}
	buf_ch(out, '.');
}

void bib_freetext_add(struct buf *out, const struct bib_item *item)
{
	struct bib_date issued = bib_date_of_item(item, BIB_ISSUED);
	SCOPED(buf) line = BUF_INIT;

	add_names(&line, item);
	add_issued(&line, &issued);
	bib_add_plain(&line, item->field[BIB_TITLE], false);
	buf_ch(&line, '.');
	add_accessed(&line, item);
	bib_clean(out, buf_view(&line), false);
}
