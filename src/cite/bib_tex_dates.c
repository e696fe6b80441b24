/*
 * The year and month of BibTeX, which may hold anything: a macro, a number, a name, a day with
 * them ("July 30th", "2 sep"), two months ("jan/feb"), two years ("1984--1986").
 */
#include "ibid/base/utf8.h"

#include "bib_tex.h"

static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" };

const char *tex_month(int month)
{
	return months[month - 1];
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What the words and numbers of a month field say. */
struct month_field {
	int names[2], numbers[2];
	int n_names, n_numbers, n_others;
};

static void add_word(struct month_field *m, struct str word)
{
	int month = bib_month_of(word);
	bool is_ordinal = m->n_numbers && (str_is_nocase(word, "st") || str_is_nocase(word, "nd") || str_is_nocase(word, "rd")
		|| str_is_nocase(word, "th"));

	if (month && m->n_names < 2)
		m->names[m->n_names++] = month;
	else if (!is_ordinal)
		m->n_others++;
}

static void add_number(struct month_field *m, struct str digits)
{
	long long number;

	if (m->n_numbers < 2 && str_to_int(digits, &number) && number >= 1 && number <= 31)
		m->numbers[m->n_numbers++] = (int)number;
	else
		m->n_others++;
}

static struct month_field split_month(struct str text)
{
	struct month_field m = { 0 };
	size_t at = 0;

	while (at < text.len) {
		size_t from = at;

		while (at < text.len && is_alpha(text.p[at]))
			at++;
		if (at > from)
			add_word(&m, str_sub(text, from, at));
		for (from = at; at < text.len && is_digit(text.p[at]);)
			at++;
		if (at > from)
			add_number(&m, str_sub(text, from, at));
		else if (at < text.len && !is_alpha(text.p[at]))
			at++;
	}
	return m;
}

bool tex_month_parse(struct str raw, struct bib_date *date)
{
	SCOPED(buf) text = BUF_INIT;
	struct month_field m;

	tex_to_text(&text, raw, TEX_TEXT);
	m = split_month(buf_view(&text));

	if (m.n_others || m.n_names + m.n_numbers > 2 || m.n_names + m.n_numbers == 0)
		return false;
	if (m.n_names == 2) {
		date->is_range = true;
		date->from.month = m.names[0];
		date->to = (struct bib_day){ date->from.year, m.names[1], 0 };
		return true;
	}
	date->from.month = m.n_names ? m.names[0] : m.numbers[0];
	date->from.day = m.n_names ? m.numbers[0] : m.numbers[1];
	return m.n_names || date->from.month <= 12;
}

/* "1984--1986" and "1984–1986" as EDTF has them. */
bool tex_year_parse(struct str text, struct bib_date *date)
{
	static const char *const dashes[] = { "--", "–", "—" };
	SCOPED(buf) edtf = BUF_INIT;

	if (bib_date_parse(text, date))
		return true;
	for (size_t i = 0; i < sizeof(dashes) / sizeof(*dashes); i++) {
		size_t at = str_find(text, str_c(dashes[i]), 0);

		if (at == STR_NONE)
			continue;
		buf_str(&edtf, str_trim(str_sub(text, 0, at)));
		buf_ch(&edtf, '/');
		buf_str(&edtf, str_trim(str_sub(text, at + str_c(dashes[i]).len, text.len)));
		return bib_date_parse(buf_view(&edtf), date);
	}
	return false;
}

bool tex_date_parse(struct str raw, struct bib_date *date)
{
	SCOPED(buf) text = BUF_INIT;

	tex_to_text(&text, raw, TEX_VERBATIM);
	return tex_year_parse(buf_view(&text), date);
}

static struct str text_of(struct arena *a, const struct tex_field *field)
{
	return field ? tex_text(a, field->raw, TEX_TEXT, false) : STR_EMPTY;
}

static void add_month_and_day(struct arena *a, struct tex_entry *entry, struct bib_date *date)
{
	struct tex_field *month = tex_field(entry, "month"), *day = tex_field(entry, "day");
	struct bib_date with = *date;
	long long number;

	if (!month || date->is_range || date->from.month || !tex_month_parse(month->raw, &with))
		return;
	month->is_used = true;
	if (day && !with.from.day && !with.is_range && with.from.month <= 12 && str_to_int(text_of(a, day), &number)
		&& number >= 1 && number <= 31) {
		with.from.day = (int)number;
		day->is_used = true;
	}
	*date = with;
}

static void use(struct tex_field *field)
{
	if (field)
		field->is_used = true;
}

/* A date beats year, month and day, which are dropped then; what is no month stays. */
bool tex_issued_read(struct arena *a, struct tex_entry *entry, struct bib_date *date)
{
	struct tex_field *whole = tex_field(entry, "date"), *year = tex_field(entry, "year");
	struct str words = text_of(a, whole && whole->raw.len ? whole : year);

	if (whole && tex_date_parse(whole->raw, date)) {
		struct bib_date other = { 0 };

		use(whole);
		use(year);
		add_month_and_day(a, entry, &other);
		return true;
	}
	if (year && tex_year_parse(text_of(a, year), date)) {
		use(year);
		add_month_and_day(a, entry, date);
		return true;
	}
	use(whole && whole->raw.len ? whole : year);
	*date = (struct bib_date){ .literal = words };
	return words.len > 0;
}
