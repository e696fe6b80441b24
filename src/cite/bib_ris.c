/*
 * RIS: one tag a line, records from TY to ER.
 *
 * Sources: the specification of Research Information Systems (2011 revision, as EndNote exports it)
 * and Zotero's translator where they differ. A tag means different things in different types; the
 * rows say which. Lines end in CRLF. Only an abstract may have several lines: those after the first
 * are indented, and none of them can look like a tag.
 */
#include "bib_ris.h"

/* clang-format off */
const struct ris_row ris_rows[] = {
	{ RIS_K_NAMES,     BIB_ROLE_AUTHOR,            "AU", RIS_ANY,              true },
	{ RIS_K_NAMES,     BIB_ROLE_AUTHOR,            "A1", RIS_ANY,              false },
	{ RIS_K_NAMES,     BIB_ROLE_EDITOR,            "A2", RIS_PART,             true },
	{ RIS_K_NAMES,     BIB_ROLE_EDITOR,            "ED", RIS_ANY & ~RIS_PART,  true },
	{ RIS_K_NAMES,     BIB_ROLE_EDITOR,            "ED", RIS_PART,             false },
	{ RIS_K_NAMES,     BIB_ROLE_EDITOR,            "A2", RIS_ANY,              false },
	{ RIS_K_NAMES,     BIB_ROLE_COLLECTION_EDITOR, "A3", RIS_ANY,              true },
	{ RIS_K_NAMES,     BIB_ROLE_TRANSLATOR,        "A4", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_TITLE,                  "TI", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_TITLE,                  "T1", RIS_ANY,              false },
	{ RIS_K_TEXT,      BIB_TITLE,                  "CT", RIS_ANY,              false },
	{ RIS_K_TEXT,      BIB_TITLE,                  "BT", RIS_BOOK,             false },
	{ RIS_K_TEXT,      BIB_TITLE_SHORT,            "ST", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_CONTAINER_TITLE,        "JO", RIS_ARTICLE,          true },
	{ RIS_K_TEXT,      BIB_CONTAINER_TITLE,        "T2", RIS_ANY & ~RIS_BOOK,  true },
	{ RIS_K_TEXT,      BIB_CONTAINER_TITLE,        "JF", RIS_ANY,              false },
	{ RIS_K_TEXT,      BIB_CONTAINER_TITLE,        "BT", RIS_ANY & ~RIS_BOOK,  false },
	{ RIS_K_TEXT,      BIB_CONTAINER_TITLE,        "JO", RIS_ANY,              false },
	{ RIS_K_TEXT,      BIB_CONTAINER_TITLE_SHORT,  "JA", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_CONTAINER_TITLE_SHORT,  "J2", RIS_ANY,              false },
	{ RIS_K_TEXT,      BIB_CONTAINER_TITLE_SHORT,  "J1", RIS_ANY,              false },
	{ RIS_K_TEXT,      BIB_COLLECTION_TITLE,       "T3", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_COLLECTION_TITLE,       "T2", RIS_BOOK,             false },
	{ RIS_K_TEXT,      BIB_PUBLISHER,              "PB", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_PUBLISHER_PLACE,        "CY", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_PUBLISHER_PLACE,        "PP", RIS_ANY,              false },
	{ RIS_K_ISSUED,    BIB_ISSUED,                 "DA", RIS_ANY,              false },
	{ RIS_K_ISSUED,    BIB_ISSUED,                 "PY", RIS_ANY,              true },
	{ RIS_K_ISSUED,    BIB_ISSUED,                 "Y1", RIS_ANY,              false },
	{ RIS_K_ACCESSED,  BIB_ACCESSED,               "Y2", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_VOLUME,                 "VL", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_VOLUME,                 "VO", RIS_ANY,              false },
	{ RIS_K_TEXT,      BIB_COLLECTION_NUMBER,      "IS", RIS_BOOK,             true },
	{ RIS_K_TEXT,      BIB_ISSUE,                  "IS", RIS_ANY & ~RIS_BOOK,  true },
	{ RIS_K_TEXT,      BIB_NUMBER,                 "M1", RIS_ANY,              true },
	{ RIS_K_PAGES,     BIB_PAGE,                   "SP", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_NUMBER_OF_VOLUMES,      "NV", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_CHAPTER_NUMBER,         "SE", RIS_PART,             true },
	{ RIS_K_TEXT,      BIB_SECTION,                "SE", RIS_ANY & ~RIS_PART,  true },
	{ RIS_K_TEXT,      BIB_VERSION,                "ET", RIS_VERSIONED,        true },
	{ RIS_K_TEXT,      BIB_EDITION,                "ET", RIS_ANY & ~RIS_VERSIONED, true },
	{ RIS_K_TEXT,      BIB_GENRE,                  "M3", RIS_ANY,              true },
	{ RIS_K_SERIAL,    BIB_ISBN,                   "SN", RIS_ANY,              true },
	{ RIS_K_DOI,       BIB_DOI,                    "DO", RIS_ANY,              true },
	{ RIS_K_URL,       BIB_URL,                    "UR", RIS_ANY,              true },
	{ RIS_K_ACCESSION, BIB_EPRINT,                 "AN", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_PMCID,                  "C2", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_CALL_NUMBER,            "CN", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_SOURCE,                 "DB", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_ARCHIVE_LOCATION,       "AV", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_LANGUAGE,               "LA", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_ABSTRACT,               "AB", RIS_ANY,              true },
	{ RIS_K_TEXT,      BIB_ABSTRACT,               "N2", RIS_ANY,              false },
	{ RIS_K_KEYWORDS,  BIB_KEYWORD,                "KW", RIS_ANY,              true },
	{ RIS_K_LINES,     BIB_ANNOTE,                 "RN", RIS_ANY,              true },
	{ RIS_K_LINES,     BIB_NOTE,                   "N1", RIS_ANY,              true },
};
const size_t ris_n_rows = sizeof(ris_rows) / sizeof(*ris_rows);

/* Types that are read as another, and names that some write for a code. */
static const struct type_alias {
	const char *ris;
	enum bib_type type;
	bool is_alias;
} type_aliases[] = {
	{ "ABST", BIB_ARTICLE_JOURNAL, true },    { "EJOUR", BIB_ARTICLE_JOURNAL, true },   { "INPR", BIB_ARTICLE_JOURNAL, true },
	{ "CPAPER", BIB_PAPER_CONFERENCE, true }, { "EBOOK", BIB_BOOK, true },              { "EDBOOK", BIB_BOOK, true },
	{ "SER", BIB_BOOK, true },                { "CTLG", BIB_BOOK, true },               { "ECHAP", BIB_CHAPTER, true },
	{ "GOVDOC", BIB_REPORT, true },           { "GRNT", BIB_REPORT, true },             { "DBASE", BIB_DATASET, true },
	{ "CHART", BIB_FIGURE, true },            { "EQUA", BIB_FIGURE, true },             { "VIDEO", BIB_MOTION_PICTURE, true },
	{ "MULTI", BIB_DOCUMENT, true },          { "UNBILL", BIB_BILL, true },             { "UNPB", BIB_MANUSCRIPT, true },
	{ "PCOMM", BIB_PERSONAL_COMMUNICATION, false }, { "ENCYC", BIB_ENTRY_ENCYCLOPEDIA, false },
	{ "Journal Article", BIB_ARTICLE_JOURNAL, false }, { "Book", BIB_BOOK, false }, { "Book Section", BIB_CHAPTER, false },
	{ "Conference Proceedings", BIB_PAPER_CONFERENCE, false }, { "Conference Paper", BIB_PAPER_CONFERENCE, false },
	{ "Report", BIB_REPORT, false },          { "Web Page", BIB_WEBPAGE, false },       { "Thesis", BIB_THESIS, false },
	{ "Magazine Article", BIB_ARTICLE_MAGAZINE, false }, { "Newspaper Article", BIB_ARTICLE_NEWSPAPER, false },
	{ "Dataset", BIB_DATASET, false },        { "Computer Program", BIB_SOFTWARE, false }, { "Generic", BIB_DOCUMENT, false },
};

static const struct class_row {
	enum bib_type type;
	enum ris_class class;
} classes[] = {
	{ BIB_ARTICLE_JOURNAL, RIS_ARTICLE }, { BIB_ARTICLE_MAGAZINE, RIS_ARTICLE }, { BIB_ARTICLE_NEWSPAPER, RIS_ARTICLE },
	{ BIB_REVIEW, RIS_ARTICLE },          { BIB_REVIEW_BOOK, RIS_ARTICLE },      { BIB_PERIODICAL, RIS_ARTICLE },
	{ BIB_CHAPTER, RIS_PART },            { BIB_ENTRY, RIS_PART },               { BIB_ENTRY_DICTIONARY, RIS_PART },
	{ BIB_ENTRY_ENCYCLOPEDIA, RIS_PART }, { BIB_PAPER_CONFERENCE, RIS_PART },    { BIB_BOOK, RIS_BOOK },
	{ BIB_CLASSIC, RIS_BOOK },            { BIB_PAMPHLET, RIS_BOOK },            { BIB_REPORT, RIS_REPORT },
	{ BIB_STANDARD, RIS_REPORT },         { BIB_THESIS, RIS_REPORT },            { BIB_MANUSCRIPT, RIS_REPORT },
	{ BIB_SOFTWARE, RIS_VERSIONED },      { BIB_DATASET, RIS_VERSIONED },
};
/* clang-format on */

enum ris_class ris_class(enum bib_type type)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (classes[i].type == type)
			return classes[i].class;
	return RIS_OTHER;
}

bool ris_type_of(struct str ris, enum bib_type *type, bool *is_alias)
{
	*is_alias = false;
	for (size_t i = 0; i < sizeof(type_aliases) / sizeof(*type_aliases); i++)
		if (str_is_nocase(ris, type_aliases[i].ris)) {
			*type = type_aliases[i].type;
			*is_alias = type_aliases[i].is_alias;
			return true;
		}
	for (int i = 0; i < BIB_TYPE_COUNT; i++)
		if (str_is_nocase(ris, bib_type_ris(i))) {
			*type = i;
			return true;
		}
	return false;
}

const char *ris_archive(struct str name)
{
	static const char *const archives[] = { "arXiv", "jstor", "hdl", "googlebooks" };

	for (size_t i = 0; i < sizeof(archives) / sizeof(*archives); i++)
		if (str_is_nocase(name, archives[i]))
			return archives[i];
	return NULL;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool ris_is_issn(struct str s)
{
	size_t digits = 0, at = 0;

	for (; at < s.len && digits < 8; at++) {
		if (digits == 4 && s.p[at] == '-' && s.p[at - 1] != '-')
			continue;
		if (!is_digit(s.p[at]) && !(digits == 7 && (s.p[at] | 0x20) == 'x'))
			return false;
		digits++;
	}
	return digits == 8 && (at == s.len || s.p[at] == ' ');
}

static bool is_tag_char(char c, bool is_first)
{
	return (c >= 'A' && c <= 'Z') || (!is_first && is_digit(c));
}

bool ris_tag(struct str line, int *spaces, struct str *tag, struct str *value)
{
	size_t at = 2;

	if (line.len < 4 || !is_tag_char(line.p[0], true) || !is_tag_char(line.p[1], false))
		return false;
	while (at < line.len && line.p[at] == ' ')
		at++;
	if (at < 3 || at > 4 || at >= line.len || line.p[at] != '-')
		return false;
	if (at + 1 < line.len && line.p[at + 1] != ' ')
		return false;
	*spaces = (int)at - 2;
	*tag = str_sub(line, 0, 2);
	*value = str_trim(str_sub(line, at + 1, line.len));
	return true;
}

/* Writing */

struct ris_writer {
	struct buf *out;
	const struct bib_item *item;
	size_t index;
	const struct bib_use *uses;
	size_t n_uses;
	enum ris_class class;
};

typedef void write_fn(struct ris_writer *w, const struct ris_row *row);

/* `text` is clean, but may have lines: a line that looks like a tag goes on behind the one before it. */
static void put_clean(struct ris_writer *w, const char *tag, struct str text)
{
	struct str other, value;
	bool first = true;
	int spaces;

	if (!text.len)
		return;
	buf_fmt(w->out, "%s  - ", tag);
	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n'));

		if (!first)
			buf_c(w->out, ris_tag(line, &spaces, &other, &value) ? " " : "\r\n      ");
		buf_str(w->out, line);
		first = false;
	}
	buf_c(w->out, "\r\n");
}

static void put(struct ris_writer *w, const char *tag, struct str text, bool keep_lines)
{
	SCOPED(buf) clean = BUF_INIT;

	bib_clean(&clean, text, keep_lines);
	put_clean(w, tag, buf_view(&clean));
}

static struct str value_of(const struct ris_writer *w, int field)
{
	return w->item->field[field];
}

/* An article without a genre is a preprint: what UNPB alone does not say. A version where editions stand is better than none. */
static void write_text(struct ris_writer *w, const struct ris_row *row)
{
	struct str text = value_of(w, row->what);

	if (row->what == BIB_GENRE && !text.len && w->item->type == BIB_ARTICLE)
		text = STR("preprint");
	if (row->what == BIB_EDITION && !text.len)
		text = value_of(w, BIB_VERSION);
	put(w, row->tag, text, bib_keeps_lines(row->what));
}

static void add_part(struct buf *out, const char *before, struct str part)
{
	SCOPED(buf) clean = BUF_INIT;

	bib_clean(&clean, part, false);
	if (!clean.len)
		return;
	buf_c(out, out->len ? before : "");
	buf_str(out, buf_view(&clean));
}

/* A comma in the given name ends it for every reader; what follows is written as the suffix that they take it for. */
static void add_given(struct buf *out, const struct bib_name *name)
{
	struct str rest = str_trim(name->given), given;
	size_t before = out->len;

	while (str_starts(rest, STR(",")))
		rest = str_trim(str_sub(rest, 1, rest.len));
	given = str_cut(&rest, ',');
	add_part(out, ", ", given);
	add_part(out, ", ", rest);
	if (name->suffix.len)
		add_part(out, out->len > before ? ", " : ", , ", name->suffix);
}

/* "Family, Given, Suffix". What would be cut inside the family name ends in two commas, and is read as one piece. */
static void add_name(struct buf *out, const struct bib_name *name)
{
	bool has_comma;

	add_part(out, " ", name->dropping);
	add_part(out, " ", name->particle);
	add_part(out, " ", name->literal.len ? name->literal : name->family);
	has_comma = str_find_ch(buf_view(out), ',', 0) != STR_NONE;
	add_given(out, name);
	buf_c(out, has_comma ? ",," : "");
}

static void write_names(struct ris_writer *w, const struct ris_row *row)
{
	const struct bib_name *name;
	size_t at = 0;

	while ((name = bib_next_name(w->item, row->what, &at))) {
		SCOPED(buf) text = BUF_INIT;

		add_name(&text, name);
		put_clean(w, row->tag, buf_view(&text));
	}
}

static void write_keywords(struct ris_writer *w, const struct ris_row *row)
{
	struct str rest = value_of(w, row->what);

	while (rest.p)
		put(w, row->tag, str_cut(&rest, ','), false);
}

/* One tag for each line, and one for each place used that is not among them. */
static void write_lines(struct ris_writer *w, const struct ris_row *row)
{
	SCOPED(buf) lines = BUF_INIT;
	struct str rest;

	bib_clean(&lines, value_of(w, row->what), true);
	for (rest = buf_view(&lines); rest.p;)
		put_clean(w, row->tag, str_cut(&rest, '\n'));
	for (size_t i = 0; i < w->n_uses && row->what == BIB_NOTE; i++) {
		SCOPED(buf) line = BUF_INIT;

		if (w->uses[i].item != w->index)
			continue;
		bib_use_add(&line, &w->uses[i]);
		if (str_find(buf_view(&lines), buf_view(&line), 0) == STR_NONE)
			put_clean(w, row->tag, buf_view(&line));
	}
}

/* YYYY/MM/DD/, with what that form cannot say behind the third slash. */
static void add_slashed(struct buf *out, const struct bib_date *date)
{
	bool is_month = date->from.month >= 1 && date->from.month <= 12;

	if (!date->from.year) {
		buf_c(out, "///");
		bib_clean(out, date->literal, false);
		return;
	}
	buf_fmt(out, "%04d/", date->from.year);
	buf_fmt(out, is_month ? "%02d/" : "/", date->from.month);
	buf_fmt(out, is_month && date->from.day ? "%02d/" : "/", date->from.day);
	if (date->is_range || date->is_circa || date->from.month > 12)
		bib_date_add(out, date);
}

/* PY has the year; DA follows when there is more to say. Years before Christ have no other form than ISO's. */
static void write_issued(struct ris_writer *w, const struct ris_row *row)
{
	struct bib_date date = bib_date_of_item(w->item, row->what);
	SCOPED(buf) year = BUF_INIT, whole = BUF_INIT;

	if (!bib_date_is_set(&date))
		return;
	if (date.from.year < 0) {
		bib_date_add(&year, &date);
		put_clean(w, row->tag, buf_view(&year));
		return;
	}
	if (date.from.year)
		buf_fmt(&year, "%04d", date.from.year);
	put_clean(w, row->tag, buf_view(&year));
	add_slashed(&whole, &date);
	if (whole.len > year.len + 3)
		put_clean(w, "DA", buf_view(&whole));
}

static void write_accessed(struct ris_writer *w, const struct ris_row *row)
{
	struct bib_date date = bib_date_of_item(w->item, row->what);
	SCOPED(buf) text = BUF_INIT;

	if (!bib_date_is_set(&date))
		return;
	if (date.from.year < 0)
		bib_date_add(&text, &date);
	else
		add_slashed(&text, &date);
	put_clean(w, row->tag, buf_view(&text));
}

/* A book's own pages are counted where a part's are named. */
static void write_pages(struct ris_writer *w, const struct ris_row *row)
{
	SCOPED(buf) page = BUF_INIT;
	struct str rest, from;

	bib_add_pages(&page, value_of(w, value_of(w, row->what).len ? row->what : BIB_NUMBER_OF_PAGES));
	rest = buf_view(&page);
	from = str_cut(&rest, '-');
	if (!rest.len || !from.len || str_find_ch(buf_view(&page), ',', 0) != STR_NONE || str_find_ch(rest, '-', 0) != STR_NONE) {
		put_clean(w, row->tag, buf_view(&page));
		return;
	}
	put_clean(w, row->tag, str_trim(from));
	put_clean(w, "EP", str_trim(rest));
}

/*
 * SN holds either number. The reader tells them by their form, and takes the second of one form for
 * the other number; so they are written in the order in which it will find them.
 */
static void write_serial(struct ris_writer *w, const struct ris_row *row)
{
	SCOPED(buf) isbn = BUF_INIT, issn = BUF_INIT;

	bib_clean(&isbn, value_of(w, BIB_ISBN), false);
	bib_clean(&issn, value_of(w, BIB_ISSN), false);
	if (ris_is_issn(buf_view(&isbn))) {
		put_clean(w, row->tag, buf_view(&issn));
		put_clean(w, row->tag, buf_view(&isbn));
	} else {
		put_clean(w, row->tag, buf_view(&isbn));
		put_clean(w, row->tag, buf_view(&issn));
	}
}

static void write_doi(struct ris_writer *w, const struct ris_row *row)
{
	put(w, row->tag, bib_doi_bare(value_of(w, row->what)), false);
}

/* A semicolon before another address would begin the next one. */
static void write_url(struct ris_writer *w, const struct ris_row *row)
{
	SCOPED(buf) clean = BUF_INIT, url = BUF_INIT;
	struct str text;

	bib_clean(&clean, value_of(w, row->what), false);
	text = buf_view(&clean);
	for (size_t i = 0; i < text.len; i++) {
		bool parts = text.p[i] == ';' && str_starts(str_trim(str_sub(text, i + 1, text.len)), STR("http"));

		buf_add(&url, parts ? "%3B" : text.p + i, parts ? 3 : 1);
	}
	put_clean(w, row->tag, buf_view(&url));
}

/* Numbers in archives: "arXiv:2101.00001 [cs.CR]", "PMID:123". */
static void write_accession(struct ris_writer *w, const struct ris_row *row)
{
	const char *archive = ris_archive(value_of(w, BIB_EPRINT_TYPE));
	SCOPED(buf) eprint = BUF_INIT, pmid = BUF_INIT;

	if (archive && value_of(w, row->what).len) {
		buf_fmt(&eprint, "%s:%.*s", archive, STR_ARG(value_of(w, row->what)));
		if (value_of(w, BIB_EPRINT_CLASS).len)
			buf_fmt(&eprint, " [%.*s]", STR_ARG(value_of(w, BIB_EPRINT_CLASS)));
	}
	if (value_of(w, BIB_PMID).len)
		buf_fmt(&pmid, "PMID:%.*s", STR_ARG(value_of(w, BIB_PMID)));
	put(w, row->tag, buf_view(&eprint), false);
	put(w, row->tag, buf_view(&pmid), false);
}

static write_fn *const writers[RIS_KIND_COUNT] = {
	[RIS_K_TEXT] = write_text,
	[RIS_K_LINES] = write_lines,
	[RIS_K_NAMES] = write_names,
	[RIS_K_KEYWORDS] = write_keywords,
	[RIS_K_ISSUED] = write_issued,
	[RIS_K_ACCESSED] = write_accessed,
	[RIS_K_PAGES] = write_pages,
	[RIS_K_SERIAL] = write_serial,
	[RIS_K_DOI] = write_doi,
	[RIS_K_URL] = write_url,
	[RIS_K_ACCESSION] = write_accession,
};

/* The type that the item was read with, where it still fits. */
static struct str type_of(const struct bib_item *item)
{
	struct str kept = bib_custom_get(item, "ris", STR("TY"));
	enum bib_type type;
	bool is_alias;

	if (kept.len && ris_type_of(kept, &type, &is_alias) && is_alias && type == item->type)
		return kept;
	return str_c(bib_type_ris(item->type));
}

/* Would the reader give this pair the place of a row? Then the item has changed since, and says nothing there. */
static bool takes_place(const struct ris_writer *w, const struct ris_row *row, struct str value)
{
	const struct bib_item *item = w->item;
	SCOPED(arena) a = ARENA_INIT;
	struct bib_date date;

	switch (row->kind) {
	case RIS_K_NAMES:
	case RIS_K_KEYWORDS:
	case RIS_K_LINES:
		return true;
	case RIS_K_ISSUED:
		return !bib_date_is_set(&item->date[row->what])
			|| (str_is(str_c(row->tag), "DA") && ris_date_parse(&a, value, &date));
	case RIS_K_ACCESSED:
		return !bib_date_is_set(&item->date[row->what]);
	case RIS_K_SERIAL:
		return !item->field[BIB_ISBN].len || !item->field[BIB_ISSN].len;
	case RIS_K_PAGES:
		return !item->field[BIB_PAGE].len || w->class & (RIS_BOOK | RIS_REPORT);
	case RIS_K_ACCESSION:
		return ris_archive(str_sub(value, 0, str_find_ch(value, ':', 0)))
			|| str_eq_nocase(str_sub(value, 0, 5), STR("PMID:"));
	default:
		return !item->field[row->what].len || str_eq(item->field[row->what], value);
	}
}

static bool is_outdated(const struct ris_writer *w, const struct bib_custom *pair)
{
	for (size_t i = 0; i < ris_n_rows; i++)
		if (ris_rows[i].classes & w->class && str_is(pair->key, ris_rows[i].tag)
			&& takes_place(w, &ris_rows[i], pair->value))
			return true;
	return str_is(pair->key, "EP") && (w->item->field[BIB_PAGE].len || w->item->field[BIB_NUMBER_OF_PAGES].len);
}

static void write_custom(struct ris_writer *w, const struct bib_custom *pair)
{
	SCOPED(buf) tag = BUF_INIT;

	if (!str_is(pair->format, "ris") || pair->key.len != 2 || str_is(pair->key, "TY") || str_is(pair->key, "ER"))
		return;
	if (!is_tag_char(pair->key.p[0], true) || !is_tag_char(pair->key.p[1], false))
		return;
	if (is_outdated(w, pair))
		return;
	buf_str(&tag, pair->key);
	put(w, buf_cstr(&tag), pair->value, false);
}

static void write_record(struct ris_writer *w, struct str key)
{
	w->class = ris_class(w->item->type);
	put(w, "TY", type_of(w->item), false);
	put_clean(w, "ID", key);
	for (size_t i = 0; i < ris_n_rows; i++)
		if (ris_rows[i].is_written && ris_rows[i].classes & w->class)
			writers[ris_rows[i].kind](w, &ris_rows[i]);
	for (size_t i = 0; i < w->item->n_custom; i++)
		write_custom(w, &w->item->custom[i]);
	buf_c(w->out, "ER  - \r\n");
}

static void ris_write(struct buf *out, const struct bib_item *items, size_t n, const struct bib_use *uses, size_t n_uses)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str *keys = bib_keys(&a, items, n);

	for (size_t i = 0; i < n; i++) {
		struct ris_writer w = { .out = out, .item = &items[i], .index = i, .uses = uses, .n_uses = n_uses };

		buf_c(out, i ? "\r\n" : "");
		write_record(&w, keys[i]);
	}
}

const struct bib_format bib_format_ris = {
	.name = "ris",
	.alias = NULL,
	.mime = "application/x-research-info-systems",
	.extension = ".ris",
	.read = ris_read,
	.write = ris_write,
};
