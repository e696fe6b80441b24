/*
 * From items to entries, by the same rows. One field a line, always between braces but for the month,
 * which is a macro so that a style can name it. Fields kept from a .bib file follow as they were.
 */
#include <string.h>

#include "bib_tex.h"

/* Fields of one entry whose names are remembered, so that none is written twice: more than there are rows. */
#define WRITTEN_MAX 128

struct entry_writer {
	struct arena *a;
	struct buf *out;
	enum tex_dialect dialect;
	const struct bib_item *items, *item;
	const struct bib_use *uses;
	size_t n_uses;
	enum tex_class class;
	struct tex_note note;		/* of the item, parted */
	const char *written[WRITTEN_MAX];
	size_t n_written;
};

typedef void write_fn(struct entry_writer *w, const struct tex_row *row);

static bool is_written(const struct entry_writer *w, struct str name)
{
	for (size_t i = 0; i < w->n_written; i++)
		if (str_is_nocase(name, w->written[i]))
			return true;
	return false;
}

/* "name = " of a field that has TeX; every field ends by end_field. */
static void begin_field(struct entry_writer *w, const char *name)
{
	if (w->n_written < WRITTEN_MAX)
		w->written[w->n_written++] = name;
	buf_fmt(w->out, "  %s = ", name);
}

static void put(struct entry_writer *w, const char *name, struct str tex)
{
	if (!tex.len || is_written(w, str_c(name)))
		return;
	begin_field(w, name);
	buf_ch(w->out, '{');
	buf_str(w->out, tex);
	buf_c(w->out, "},\n");
}

static void put_text(struct entry_writer *w, const char *name, struct str text, bool keep_lines)
{
	SCOPED(buf) tex = BUF_INIT;

	tex_add_text(&tex, text, false, keep_lines);
	put(w, name, buf_view(&tex));
}

/* PubMed's ids have a field of their own, whoever filed them as an eprint. */
static bool is_pubmed(const struct bib_item *item)
{
	struct str archive = item->field[BIB_EPRINT_TYPE];

	return str_is_nocase(archive, "pubmed") || str_is_nocase(archive, "pmid");
}

static struct str value(const struct entry_writer *w, const struct tex_row *row)
{
	const struct bib_item *item = w->item;

	if (is_pubmed(item) && (row->what == BIB_EPRINT || row->what == BIB_EPRINT_TYPE))
		return STR_EMPTY;
	if (is_pubmed(item) && row->what == BIB_PMID && !item->field[BIB_PMID].len)
		return item->field[BIB_EPRINT];
	return row->what == BIB_VERSION ? w->note.version : item->field[row->what];
}

static void write_text(struct entry_writer *w, const struct tex_row *row)
{
	put_text(w, row->name, value(w, row), bib_keeps_lines(row->what));
}

static void write_title(struct entry_writer *w, const struct tex_row *row)
{
	SCOPED(buf) tex = BUF_INIT;

	tex_add_text(&tex, value(w, row), true, false);
	put(w, row->name, buf_view(&tex));
}

static void write_verbatim(struct entry_writer *w, const struct tex_row *row)
{
	SCOPED(buf) tex = BUF_INIT;

	tex_add_verbatim(&tex, value(w, row));
	put(w, row->name, buf_view(&tex));
}

static void write_names(struct entry_writer *w, const struct tex_row *row)
{
	SCOPED(buf) tex = BUF_INIT;

	tex_names_add(&tex, w->item, row->what);
	put(w, row->name, buf_view(&tex));
}

static void write_date(struct entry_writer *w, const struct tex_row *row)
{
	struct bib_date date = row->what == BIB_ACCESSED ? w->note.accessed : bib_date_of_item(w->item, row->what);
	SCOPED(buf) text = BUF_INIT;

	if (!date.from.year)
		tex_year_parse(date.literal, &date);
	bib_date_add(&text, &date);
	if (date.from.year)
		put(w, row->name, buf_view(&text));
	else
		put_text(w, row->name, buf_view(&text), false);
}

/* What year, month and day alone can say. */
static bool is_simple(const struct bib_date *date)
{
	return !date->is_range && !date->is_circa && date->from.month <= 12;
}

static void put_years(struct entry_writer *w, const struct bib_date *date)
{
	struct bib_date years = { .from = { date->from.year, 0, 0 } };
	SCOPED(buf) text = BUF_INIT;

	bib_date_add(&text, &years);
	if (date->is_range && date->to.year != date->from.year) {
		buf_c(&text, "--");
		years.from.year = date->to.year;
		if (date->to.year)
			bib_date_add(&text, &years);
	}
	put(w, "year", buf_view(&text));
}

/* Old styles want the year in any case; a date that it cannot say in full follows for readers that know `date`. */
static void write_old_date(struct entry_writer *w, const struct bib_date *date)
{
	put_years(w, date);
	if (date->from.month >= 1 && date->from.month <= 12) {
		begin_field(w, "month");
		buf_fmt(w->out, "%s,\n", tex_month(date->from.month));
	}
	if (date->from.day)
		put(w, "day", arena_fmt(w->a, "%d", date->from.day));
}

static void write_issued(struct entry_writer *w, const struct tex_row *row)
{
	struct bib_date date = w->item->date[BIB_ISSUED];
	SCOPED(buf) text = BUF_INIT;

	if (!bib_date_is_set(&date))
		return;
	if (!date.from.year)
		tex_year_parse(date.literal, &date);
	if (!date.from.year) {
		put_text(w, "year", date.literal, false);
		return;
	}
	if (w->dialect == TEX_BIBTEX)
		write_old_date(w, &date);
	bib_date_add(&text, &date);
	if (w->dialect == TEX_BIBLATEX || !is_simple(&date))
		put(w, row->name, buf_view(&text));
}

/* A hyphen between pages is a dash in TeX. */
static void write_pages(struct entry_writer *w, const struct tex_row *row)
{
	SCOPED(buf) pages = BUF_INIT, tex = BUF_INIT;
	struct str rest;

	bib_add_pages(&pages, value(w, row));
	for (rest = buf_view(&pages); rest.p;) {
		tex_add_text(&tex, str_cut(&rest, '-'), false, false);
		buf_c(&tex, rest.p ? "--" : "");
	}
	put(w, row->name, buf_view(&tex));
}

/* Commas only: a semicolon would change how the list is read. */
static void write_keywords(struct entry_writer *w, const struct tex_row *row)
{
	SCOPED(buf) list = BUF_INIT;
	struct str text = value(w, row);
	size_t from = 0;

	for (size_t at = 0; at <= text.len; at++) {
		struct str word;

		if (at < text.len && text.p[at] != ',' && text.p[at] != ';')
			continue;
		word = str_trim(str_sub(text, from, at));
		from = at + 1;
		buf_c(&list, word.len && list.len ? ", " : "");
		buf_str(&list, word);
	}
	put_text(w, row->name, buf_view(&list), false);
}

static void write_doi(struct entry_writer *w, const struct tex_row *row)
{
	SCOPED(buf) tex = BUF_INIT;

	tex_add_verbatim(&tex, bib_doi_bare(value(w, row)));
	put(w, row->name, buf_view(&tex));
}

/* The address that a DOI resolves by says nothing more than the DOI. */
static bool is_address_of_doi(const struct bib_item *item)
{
	struct str url = item->field[BIB_URL], doi = bib_doi_bare(item->field[BIB_DOI]);

	return doi.len && str_starts(url, STR("http")) && str_eq_nocase(bib_doi_bare(url), doi);
}

/* Old styles print no `url`; a page that is nothing but its address shows it by \url in `howpublished`. */
static bool is_web_page(const struct entry_writer *w)
{
	enum bib_type type = w->item->type;

	return w->dialect == TEX_BIBTEX && w->class == TEX_OTHER
		&& (type == BIB_WEBPAGE || type == BIB_POST || type == BIB_POST_WEBLOG);
}

static void write_url(struct entry_writer *w, const struct tex_row *row)
{
	if (!is_address_of_doi(w->item) && !is_web_page(w))
		write_verbatim(w, row);
}

static void write_howpublished(struct entry_writer *w, const struct tex_row *row)
{
	struct str publisher = w->item->field[BIB_PUBLISHER];
	SCOPED(buf) tex = BUF_INIT;

	if (w->class == TEX_BOOKLET)
		put_text(w, str_starts(publisher, STR("http")) ? "publisher" : row->name, publisher, false);
	if (!is_web_page(w) || is_address_of_doi(w->item))
		return;
	tex_add_verbatim(&tex, value(w, row));
	if (tex.len)
		put(w, row->name, arena_fmt(w->a, "\\url{%s}", buf_cstr(&tex)));
}

/* The kind that a @phdthesis or @mastersthesis is anyway, or BibLaTeX's key for it. */
static void write_thesis_genre(struct entry_writer *w, const struct tex_row *row, struct str genre)
{
	bool is_phd = str_is(genre, "PhD thesis"), is_masters = str_is(genre, "Master's thesis");

	if (!is_phd && !is_masters)
		put_text(w, row->name, genre, false);
	else if (w->dialect == TEX_BIBLATEX)
		put_text(w, row->name, is_phd ? STR("phdthesis") : STR("mathesis"), false);
}

static void write_genre(struct entry_writer *w, const struct tex_row *row)
{
	struct str genre = tex_genre(value(w, row));

	if (w->class == TEX_THESIS)
		write_thesis_genre(w, row, genre);
	else if (w->class == TEX_REPORT && (str_is_nocase(genre, "standard") || (w->item->type == BIB_STANDARD && !genre.len)))
		put_text(w, row->name, STR("standard"), false);
	else if (!str_is_nocase(genre, "preprint") || !w->item->field[BIB_EPRINT].len)
		put_text(w, row->name, genre, false);
}

static void write_subtype(struct entry_writer *w, const struct tex_row *row)
{
	if (w->item->type == BIB_ARTICLE_NEWSPAPER)
		put(w, row->name, STR("newspaper"));
	if (w->item->type == BIB_ARTICLE_MAGAZINE)
		put(w, row->name, STR("magazine"));
}

static void write_language(struct entry_writer *w, const struct tex_row *row)
{
	struct str tag = tex_language_tag(value(w, row)), name;

	name = tex_language_name(tag.len ? tag : value(w, row));
	if (name.len)
		put(w, row->name, name);
	else
		put_text(w, "language", value(w, row), false);
}

static void add_segment(struct buf *note, const char *before, struct str text)
{
	if (!text.len)
		return;
	buf_c(note, note->len ? "; " : "");
	buf_c(note, before);
	buf_str(note, text);
}

static void write_note(struct entry_writer *w, const struct tex_row *row)
{
	SCOPED(buf) note = BUF_INIT, accessed = BUF_INIT;

	buf_str(&note, w->note.text);
	if (w->dialect == TEX_BIBTEX) {
		bib_date_add(&accessed, &w->note.accessed);
		add_segment(&note, "Version ", w->note.version);
		add_segment(&note, "Accessed ", buf_view(&accessed));
	}
	put_text(w, row->name, buf_view(&note), true);
}

/* The places used, one a line, behind what was noted before; those that stand there already are left out. */
static void write_annote(struct entry_writer *w, const struct tex_row *row)
{
	SCOPED(buf) lines = BUF_INIT;

	bib_clean(&lines, value(w, row), true);
	for (size_t i = 0; i < w->n_uses; i++) {
		SCOPED(buf) line = BUF_INIT;

		if (w->uses[i].item != (size_t)(w->item - w->items))
			continue;
		bib_use_add(&line, &w->uses[i]);
		if (!line.len || str_find(buf_view(&lines), buf_view(&line), 0) != STR_NONE)
			continue;
		buf_c(&lines, lines.len ? "\n" : "");
		buf_str(&lines, buf_view(&line));
	}
	put_text(w, row->name, buf_view(&lines), true);
}

static write_fn *const writers[TEX_KIND_COUNT] = {
	[TEX_K_TEXT] = write_text,
	[TEX_K_TITLE] = write_title,
	[TEX_K_VERBATIM] = write_verbatim,
	[TEX_K_NAMES] = write_names,
	[TEX_K_DATE] = write_date,
	[TEX_K_ISSUED] = write_issued,
	[TEX_K_PAGES] = write_pages,
	[TEX_K_KEYWORDS] = write_keywords,
	[TEX_K_DOI] = write_doi,
	[TEX_K_URL] = write_url,
	[TEX_K_HOWPUBLISHED] = write_howpublished,
	[TEX_K_EPRINT] = write_verbatim,
	[TEX_K_GENRE] = write_genre,
	[TEX_K_SUBTYPE] = write_subtype,
	[TEX_K_LANGUAGE] = write_language,
	[TEX_K_NOTE] = write_note,
	[TEX_K_ANNOTE] = write_annote,
};

/* Fields from a .bib file */

static bool is_name(struct str name)
{
	if (!name.len || name.len > 64 || name.p[0] < 'a' || name.p[0] > 'z')
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_-:.+/*", name.p[i]))
			return false;
	return true;
}

/* A field that only BibLaTeX takes as it is meant. */
static bool is_for_other(const struct entry_writer *w, struct str name)
{
	return w->dialect == TEX_BIBTEX && str_is(name, "language");
}

static bool has_name(const struct bib_item *item, enum bib_role role)
{
	size_t at = 0;

	return bib_next_name(item, role, &at) != NULL;
}

static bool has_place(const struct bib_item *item, const struct tex_row *row)
{
	if (row->kind == TEX_K_NAMES)
		return has_name(item, row->what);
	if (row->kind == TEX_K_DATE || row->kind == TEX_K_ISSUED)
		return bib_date_is_set(&item->date[row->what]);
	return row->kind == TEX_K_SUBTYPE || item->field[row->what].len;
}

/* Is the place of row `i` written by a later row? Then the reader would find the pair first. */
static bool is_written_later(const struct entry_writer *w, size_t i)
{
	const struct tex_row *row = &tex_rows[i];

	for (size_t j = 0; j < tex_n_rows; j++)
		if (tex_rows[j].kind == row->kind && tex_rows[j].what == row->what && tex_rows[j].classes & w->class
			&& tex_rows[j].dialects & w->dialect)
			return j > i;
	return false;
}

/* Would the reader take the pair for the place of a row? Or drop it, since it prints nothing? */
static bool takes_place(const struct entry_writer *w, const struct bib_custom *pair)
{
	for (size_t i = 0; i < tex_n_rows; i++) {
		if (!(tex_rows[i].classes & w->class) || !str_is_nocase(pair->key, tex_rows[i].name))
			continue;
		if (!has_place(w->item, &tex_rows[i]) || is_written_later(w, i)
			|| !tex_text(w->a, pair->value, TEX_TEXT, false).len)
			return true;
	}
	return false;
}

/* A subtitle would be joined to the title it stands beside. */
static bool is_joined(const struct entry_writer *w, struct str name)
{
	static const char *const pairs[][2] = { { "subtitle", "title" }, { "booksubtitle", "booktitle" },
		{ "journalsubtitle", "journaltitle" }, { "issuesubtitle", "issuetitle" } };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (str_is(name, pairs[i][0]))
			return is_written(w, str_c(pairs[i][1]));
	return false;
}

/* A pair was kept because its place was taken; when it no longer is, the item has changed and says nothing there. */
static bool is_outdated(const struct entry_writer *w, const struct bib_custom *pair)
{
	struct bib_date issued = w->item->date[BIB_ISSUED];

	if (str_is(pair->key, "month"))
		return issued.from.year && tex_month_parse(pair->value, &issued);
	return takes_place(w, pair) || is_joined(w, pair->key);
}

static void write_custom(struct entry_writer *w, const struct bib_custom *pair)
{
	SCOPED(buf) tex = BUF_INIT;

	if (!str_is(pair->format, "bibtex") || !is_name(pair->key) || str_is(pair->key, "crossref")
		|| is_for_other(w, pair->key) || is_outdated(w, pair))
		return;
	if (tex_is_balanced(pair->value))
		bib_clean(&tex, pair->value, false);
	else
		tex_add_text(&tex, pair->value, false, false);
	put(w, arena_str(w->a, pair->key).p, buf_view(&tex));
}

/* Entries */

static bool is_reserved(struct str type)
{
	return str_is(type, "string") || str_is(type, "comment") || str_is(type, "preamble") || str_is(type, "xdata");
}

static bool is_type_name(struct str type)
{
	for (size_t i = 0; i < type.len; i++)
		if (!(type.p[i] >= 'a' && type.p[i] <= 'z') && !(i && type.p[i] >= '0' && type.p[i] <= '9'))
			return false;
	return type.len > 0 && type.len <= 32 && !is_reserved(type);
}

/* The type that the item was read with, where it still fits. */
static const char *kept_type(const struct entry_writer *w)
{
	struct str kept = bib_custom_get(w->item, "bibtex", STR("@"));
	const struct tex_type *row = tex_type_find(kept);
	bool fits = row ? row->type == w->item->type && (row->dialects & w->dialect)
		: w->item->type == BIB_DOCUMENT && is_type_name(kept);

	return fits ? arena_str(w->a, kept).p : NULL;
}

static bool has_word(struct str text, const char *word)
{
	return str_find_nocase(text, str_c(word), 0) != STR_NONE;
}

/* A thesis is one of two types in BibTeX; what is loose and in an archive reads as a preprint. */
static const char *default_type(const struct entry_writer *w)
{
	struct str genre = tex_genre(w->item->field[BIB_GENRE]);
	enum bib_type type = w->item->type;
	bool is_preprint = w->item->field[BIB_EPRINT].len || str_is_nocase(genre, "preprint");

	if (w->dialect == TEX_BIBLATEX && is_preprint && str_is(str_c(bib_type_biblatex(type)), "misc"))
		return bib_type_biblatex(BIB_ARTICLE);
	if (w->dialect == TEX_BIBLATEX)
		return bib_type_biblatex(type);
	if (type == BIB_THESIS && (has_word(genre, "master") || has_word(genre, "bachelor") || has_word(genre, "diploma")))
		return "mastersthesis";
	return bib_type_bibtex(type);
}

static void write_entry(struct entry_writer *w, struct str key)
{
	const char *type = kept_type(w);
	const struct tex_type *row;

	type = type ? type : default_type(w);
	row = tex_type_find(str_c(type));
	w->class = row ? row->class : TEX_OTHER;
	w->n_written = 0;
	tex_note_of(w->item, &w->note);
	buf_fmt(w->out, "@%s{%.*s,\n", type, STR_ARG(key));
	for (size_t i = 0; i < tex_n_rows; i++)
		if (tex_rows[i].dialects & w->dialect && tex_rows[i].classes & w->class)
			writers[tex_rows[i].kind](w, &tex_rows[i]);
	for (size_t i = 0; i < w->item->n_custom; i++)
		write_custom(w, &w->item->custom[i]);
	buf_c(w->out, "}\n");
}

void tex_write(enum tex_dialect dialect, struct buf *out, const struct bib_item *items, size_t n,
	const struct bib_use *uses, size_t n_uses)
{
	SCOPED(arena) a = ARENA_INIT;
	struct entry_writer w = { .a = &a, .out = out, .dialect = dialect, .items = items, .uses = uses, .n_uses = n_uses };
	struct str *keys = bib_keys(&a, items, n);

	for (size_t i = 0; i < n; i++) {
		w.item = &items[i];
		buf_c(out, i ? "\n" : "");
		write_entry(&w, keys[i]);
	}
}
