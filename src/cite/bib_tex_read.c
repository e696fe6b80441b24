/*
 * From entries to items, by the rows of bib_tex_map.c. What no row takes stays with the item as it
 * was written, as a pair of format "bibtex"; so does an entry type that CSL has no type of its own
 * for, under the key "@".
 */
#include "bib_tex.h"

struct entry_reader {
	struct arena *a;
	struct bib_list *list;
	struct tex_entry *entry;
	struct bib_item *item;
	enum tex_class class;
};

typedef void read_fn(struct entry_reader *r, const struct tex_row *row, struct tex_field *field);

/* Set a field of the item; one that is empty is used up too, one that is set already leaves the pair for `custom`. */
static void set(struct entry_reader *r, const struct tex_row *row, struct tex_field *field, struct str value)
{
	if (r->item->field[row->what].len && value.len)
		return;
	field->is_used = true;
	bib_set(r->a, r->item, row->what, value);
}

static void read_text(struct entry_reader *r, const struct tex_row *row, struct tex_field *field)
{
	set(r, row, field, tex_text(r->a, field->raw, TEX_TEXT, bib_keeps_lines(row->what)));
}

static struct str verbatim(struct entry_reader *r, struct str raw)
{
	raw = str_trim(raw);
	while (tex_unbrace(&raw))
		raw = str_trim(raw);
	if (str_starts(raw, STR("\\url{")) && tex_brace_end(raw, 4) == raw.len)
		raw = str_sub(raw, 5, raw.len - 1);
	if (str_find_ch(raw, '\\', 0) == STR_NONE)
		return raw;
	return tex_text(r->a, raw, TEX_VERBATIM, false);
}

static void read_verbatim(struct entry_reader *r, const struct tex_row *row, struct tex_field *field)
{
	set(r, row, field, verbatim(r, field->raw));
}

static void read_doi(struct entry_reader *r, const struct tex_row *row, struct tex_field *field)
{
	set(r, row, field, bib_doi_bare(verbatim(r, field->raw)));
}

/* The names of a role come from one field. */
static void read_names(struct entry_reader *r, const struct tex_row *row, struct tex_field *field)
{
	field->is_used = true;
	tex_names_read(r->a, r->item, row->what, field->raw);
}

static void read_date(struct entry_reader *r, const struct tex_row *row, struct tex_field *field)
{
	struct bib_date *date = &r->item->date[row->what];

	if (bib_date_is_set(date))
		return;
	field->is_used = true;
	if (!tex_date_parse(field->raw, date))
		date->literal = tex_text(r->a, field->raw, TEX_TEXT, false);
}

static void read_issued(struct entry_reader *r, const struct tex_row *row, struct tex_field *field)
{
	(void)row;
	(void)field;
	if (!bib_date_is_set(&r->item->date[BIB_ISSUED]))
		tex_issued_read(r->a, r->entry, &r->item->date[BIB_ISSUED]);
}

/* CSL has one text for all keywords; Biber parts them by commas, others by semicolons. */
static void read_keywords(struct entry_reader *r, const struct tex_row *row, struct tex_field *field)
{
	SCOPED(buf) list = BUF_INIT;
	struct str rest = tex_text(r->a, field->raw, TEX_TEXT, false);
	char sep = str_find_ch(rest, ';', 0) != STR_NONE ? ';' : ',';

	while (rest.p) {
		struct str word = str_trim(str_cut(&rest, sep));

		if (!word.len)
			continue;
		buf_c(&list, list.len ? "," : "");
		buf_str(&list, word);
	}
	set(r, row, field, arena_str(r->a, buf_view(&list)));
}

static bool is_url(struct str raw)
{
	raw = str_trim(raw);
	while (tex_unbrace(&raw))
		raw = str_trim(raw);
	if (str_starts(raw, STR("\\url{")))
		return tex_brace_end(raw, 4) == raw.len;
	return (str_starts(raw, STR("http://")) || str_starts(raw, STR("https://"))) && str_find_ch(raw, ' ', 0) == STR_NONE;
}

/* An address, which makes a @misc a web page, or else in words who published it. */
static void read_howpublished(struct entry_reader *r, const struct tex_row *row, struct tex_field *field)
{
	struct tex_row publisher = *row;

	publisher.what = BIB_PUBLISHER;
	if (!is_url(field->raw)) {
		read_text(r, &publisher, field);
		return;
	}
	set(r, row, field, verbatim(r, field->raw));
	if (field->is_used && str_is(r->entry->type, "misc"))
		r->item->type = BIB_WEBPAGE;
}

/* PubMed's ids have a field of their own in CSL. */
static void read_eprint(struct entry_reader *r, const struct tex_row *row, struct tex_field *field)
{
	struct tex_field *archive = tex_field(r->entry, "eprinttype");
	struct str name = archive ? str_trim(archive->raw) : STR_EMPTY;
	struct tex_row pmid = *row;

	pmid.what = BIB_PMID;
	if (str_is_nocase(name, "pubmed") || str_is_nocase(name, "pmid")) {
		read_verbatim(r, &pmid, field);
		archive->is_used = field->is_used;
		return;
	}
	read_verbatim(r, row, field);
}

static void read_genre(struct entry_reader *r, const struct tex_row *row, struct tex_field *field)
{
	struct str text = tex_genre(tex_text(r->a, field->raw, TEX_TEXT, false));

	if (r->class == TEX_REPORT && str_is_nocase(text, "standard")) {
		field->is_used = true;
		r->item->type = BIB_STANDARD;
		return;
	}
	set(r, row, field, text);
}

static void read_subtype(struct entry_reader *r, const struct tex_row *row, struct tex_field *field)
{
	(void)row;
	if (str_is(str_trim(field->raw), "newspaper"))
		r->item->type = BIB_ARTICLE_NEWSPAPER;
	else if (str_is(str_trim(field->raw), "magazine"))
		r->item->type = BIB_ARTICLE_MAGAZINE;
	else
		return;
	field->is_used = true;
}

static void read_language(struct entry_reader *r, const struct tex_row *row, struct tex_field *field)
{
	struct str text = tex_text(r->a, field->raw, TEX_TEXT, false), tag = tex_language_tag(text);

	set(r, row, field, tag.len ? tag : text);
}

static void read_note(struct entry_reader *r, const struct tex_row *row, struct tex_field *field)
{
	struct tex_note note;

	read_text(r, row, field);
	tex_note_of(r->item, &note);
	r->item->field[BIB_NOTE] = str_trim(note.text);
	r->item->field[BIB_VERSION] = note.version;
	r->item->date[BIB_ACCESSED] = note.accessed;
}

static read_fn *const readers[TEX_KIND_COUNT] = {
	[TEX_K_TEXT] = read_text,
	[TEX_K_TITLE] = read_text,
	[TEX_K_VERBATIM] = read_verbatim,
	[TEX_K_NAMES] = read_names,
	[TEX_K_DATE] = read_date,
	[TEX_K_ISSUED] = read_issued,
	[TEX_K_PAGES] = read_text,
	[TEX_K_KEYWORDS] = read_keywords,
	[TEX_K_DOI] = read_doi,
	[TEX_K_URL] = read_verbatim,
	[TEX_K_HOWPUBLISHED] = read_howpublished,
	[TEX_K_EPRINT] = read_eprint,
	[TEX_K_GENRE] = read_genre,
	[TEX_K_SUBTYPE] = read_subtype,
	[TEX_K_LANGUAGE] = read_language,
	[TEX_K_NOTE] = read_note,
	[TEX_K_ANNOTE] = read_text,
};

/* CSL has no subtitles: "Title: Subtitle". */
static void join_subtitle(struct entry_reader *r, const char *title, const char *subtitle)
{
	struct tex_field *main = tex_field(r->entry, title), *sub = tex_field(r->entry, subtitle);
	struct str raw;

	if (!main || !sub)
		return;
	sub->is_used = true;
	raw = str_trim(main->raw);
	if (str_trim(sub->raw).len)
		main->raw = arena_fmt(r->a, "%.*s%s%.*s", STR_ARG(raw),
			str_ends(raw, STR("?")) || str_ends(raw, STR("!")) || str_ends(raw, STR(":")) ? " " : ": ",
			STR_ARG(sub->raw));
}

static void join_subtitles(struct entry_reader *r)
{
	static const char *const pairs[][2] = { { "title", "subtitle" }, { "booktitle", "booksubtitle" },
		{ "maintitle", "mainsubtitle" }, { "journaltitle", "journalsubtitle" }, { "issuetitle", "issuesubtitle" } };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		join_subtitle(r, pairs[i][0], pairs[i][1]);
}

static void read_fields(struct entry_reader *r)
{
	for (size_t i = 0; i < tex_n_rows; i++) {
		struct tex_field *field = tex_rows[i].classes & r->class ? tex_field(r->entry, tex_rows[i].name) : NULL;

		if (field && !field->is_used)
			readers[tex_rows[i].kind](r, &tex_rows[i], field);
	}
}

/* An article that is nowhere but in an archive; a @misc is a web page by now when it is one. */
static bool is_preprint(const struct entry_reader *r)
{
	bool is_loose = (str_is(r->entry->type, "misc") && r->item->type == BIB_DOCUMENT) || str_is(r->entry->type, "online");

	return is_loose && (r->item->field[BIB_EPRINT].len || str_is_nocase(r->item->field[BIB_GENRE], "preprint"));
}

/* What BibTeX says without saying so. */
static void default_genre(struct entry_reader *r)
{
	if (is_preprint(r)) {
		r->item->type = BIB_ARTICLE;
		bib_set(r->a, r->item, BIB_GENRE, STR("preprint"));
	}
	if (str_is(r->entry->type, "phdthesis"))
		bib_set(r->a, r->item, BIB_GENRE, STR("PhD thesis"));
	else if (str_is(r->entry->type, "mastersthesis"))
		bib_set(r->a, r->item, BIB_GENRE, STR("Master's thesis"));
}

static void add_custom(struct entry_reader *r, struct str name, struct str raw)
{
	struct str value = bib_cleaned(r->a, raw, false), key = bib_cleaned(r->a, name, false);

	if (value.len && key.len)
		bib_add_custom(r->a, r->item, (struct bib_custom){ STR("bibtex"), key, value });
}

static void keep_type(struct entry_reader *r, const struct tex_type *row)
{
	struct str type = r->entry->type;

	if (row && (!row->dialects || str_is(type, bib_type_bibtex(row->type)) || str_is(type, bib_type_biblatex(row->type))))
		return;
	add_custom(r, STR("@"), type);
}

/* What parents handed down is the entry's own now: an xdata is gone, a crossref stays as `xref`, which inherits nothing. */
static void keep_rest(struct entry_reader *r)
{
	for (size_t i = 0; i < r->entry->n_fields; i++) {
		struct tex_field *field = &r->entry->fields[i];

		if (field->is_used || str_is(field->name, "xdata"))
			continue;
		if (!str_is(field->name, "crossref"))
			add_custom(r, field->name, field->raw);
		else if (!tex_field(r->entry, "xref"))
			add_custom(r, STR("xref"), field->raw);
	}
}

static void read_entry(struct arena *a, struct bib_list *list, struct tex_entry *entry)
{
	const struct tex_type *row = tex_type_find(entry->type);
	struct entry_reader r = { a, list, entry, bib_list_add(a, list), row ? row->class : TEX_OTHER };

	r.item->type = row ? row->type : BIB_DOCUMENT;
	r.item->id = bib_cleaned(a, entry->key, false);
	join_subtitles(&r);
	read_fields(&r);
	default_genre(&r);
	keep_type(&r, row);
	keep_rest(&r);
}

static bool has_at(struct str text)
{
	return str_find_ch(text, '@', 0) != STR_NONE;
}

enum err_code tex_read(struct arena *a, struct str text, struct bib_list *out, struct err *err)
{
	struct tex_file file = { 0 };
	struct str source;

	if (bib_source(a, text, &source, err) != OK || tex_lex(a, source, &file, out, err) != OK)
		return err_ctx(err, "reading BibTeX");
	if (!file.n_entries && str_trim(source).len && !has_at(source))
		return err_set(err, ERR_DATA, "no BibTeX: it holds no entry");
	tex_inherit(a, &file, out);
	for (size_t i = 0; i < file.n_entries; i++)
		if (!str_is(file.entries[i].type, "xdata"))
			read_entry(a, out, &file.entries[i]);
	return OK;
}
