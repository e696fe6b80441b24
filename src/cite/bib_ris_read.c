/*
 * Reading RIS: a record is cut into tags with their values, and the rows of bib_ris.c take what
 * they know; the rest stays with the item as pairs of format "ris". Lines without a tag go on with
 * the value before them; what stands outside of records (counters, banners) is passed over.
 */
#include <string.h>

#include "bib_ris.h"

/* Tags of one record; further ones are dropped. Authors and keywords may be many. */
#define TAGS_MAX 5000

struct tag {
	struct str name, value;		/* the value may have lines */
	bool is_used;
};

struct ris_reader {
	struct arena *a;
	struct bib_list *list;
	struct tag *tags;		/* TAGS_MAX of them */
	size_t n_tags;
	struct buf value;		/* of the last tag, while lines may follow */
	int line;			/* of the record's TY */
	int spaces;			/* before the hyphen of its tags */
	bool is_open;
	struct bib_item *item;
	enum ris_class class;
};

typedef void read_fn(struct ris_reader *r, const struct ris_row *row, struct tag *tag);

static void set(struct ris_reader *r, int field, struct tag *tag, struct str value)
{
	if (r->item->field[field].len && value.len)
		return;
	tag->is_used = true;
	bib_set(r->a, r->item, field, value);
}

/* A second copy of the same words is used up: many write a journal's name under two tags. */
static void read_text(struct ris_reader *r, const struct ris_row *row, struct tag *tag)
{
	struct str text = bib_cleaned(r->a, tag->value, bib_keeps_lines(row->what));

	if (text.len && str_eq(text, r->item->field[row->what]))
		tag->is_used = true;
	else
		set(r, row->what, tag, text);
}

/* Lines of all tags of that name, one below the other. */
static void read_lines(struct ris_reader *r, const struct ris_row *row, struct tag *tag)
{
	SCOPED(buf) lines = BUF_INIT;

	for (; tag < r->tags + r->n_tags; tag++) {
		if (!str_is(tag->name, row->tag))
			continue;
		buf_str(&lines, tag->value);
		buf_ch(&lines, '\n');
		tag->is_used = true;
	}
	bib_set(r->a, r->item, row->what, buf_view(&lines));
}

static void read_keywords(struct ris_reader *r, const struct ris_row *row, struct tag *tag)
{
	SCOPED(buf) list = BUF_INIT;

	for (; tag < r->tags + r->n_tags; tag++) {
		struct str word = bib_cleaned(r->a, tag->value, false);

		if (!str_is(tag->name, row->tag))
			continue;
		tag->is_used = true;
		buf_c(&list, list.len && word.len ? "," : "");
		buf_str(&list, word);
	}
	bib_set(r->a, r->item, row->what, buf_view(&list));
}

/* Without a comma it is an organisation, or a person of one name, which reads the same. */
static void read_names(struct ris_reader *r, const struct ris_row *row, struct tag *tag)
{
	struct bib_name name = { .role = row->what };
	struct str rest = bib_cleaned(r->a, tag->value, false), whole = rest;

	tag->is_used = true;
	name.family = str_trim(str_cut(&rest, ','));
	if (str_ends(whole, STR(",,")))
		name.literal = str_sub(whole, 0, whole.len - 2);
	else if (!rest.p || !name.family.len || !str_trim(rest).len)
		name.literal = rest.p && !name.family.len ? str_trim(rest) : name.family;
	if (name.literal.len)
		name.family = STR_EMPTY;
	else {
		name.given = str_trim(str_cut(&rest, ','));
		name.suffix = str_trim(rest);
	}
	if (name.literal.len || name.family.len)
		bib_add_name(r->a, r->item, name);
}

static int number(struct str s)
{
	long long v;

	return str_to_int(str_trim(s), &v) && v > 0 && v < 10000 ? (int)v : 0;
}

bool ris_date_parse(struct arena *a, struct str text, struct bib_date *date)
{
	struct str whole = bib_cleaned(a, text, false), rest = whole, year, other;
	struct bib_date d = { 0 };

	year = str_trim(str_cut(&rest, '/'));
	d.from.year = year.len == 4 ? number(year) : 0;
	d.from.month = number(str_cut(&rest, '/'));
	d.from.day = number(str_cut(&rest, '/'));
	other = str_trim(rest);
	if (other.len && bib_date_parse(other, date))
		return true;
	if (!year.len && other.len) {
		*date = (struct bib_date){ .literal = other };
		return true;
	}
	if (other.len || !d.from.year || d.from.month > 12 || d.from.day > 31)
		return bib_date_parse(whole, date);
	d.from.day = d.from.month ? d.from.day : 0;
	*date = d;
	return true;
}

/* The first tag that holds a date has it; the year that others repeat is used up. */
static void read_issued(struct ris_reader *r, const struct ris_row *row, struct tag *tag)
{
	struct bib_date *date = &r->item->date[row->what], other = { 0 };

	if (!ris_date_parse(r->a, tag->value, &other)) {
		if (bib_date_is_set(date) || str_is(tag->name, "DA"))
			return;
		other.literal = bib_cleaned(r->a, tag->value, false);
	}
	if (!bib_date_is_set(date))
		*date = other;
	else if (other.from.year != date->from.year || (other.from.month && other.from.month != date->from.month))
		return;
	tag->is_used = true;
}

static void read_accessed(struct ris_reader *r, const struct ris_row *row, struct tag *tag)
{
	struct bib_date *date = &r->item->date[row->what];

	if (bib_date_is_set(date))
		return;
	tag->is_used = true;
	if (!ris_date_parse(r->a, tag->value, date))
		date->literal = bib_cleaned(r->a, tag->value, false);
}

static struct tag *tag_named(struct ris_reader *r, const char *name)
{
	for (size_t i = 0; i < r->n_tags; i++)
		if (!r->tags[i].is_used && str_is(r->tags[i].name, name))
			return &r->tags[i];
	return NULL;
}

static bool is_number(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0;
}

/* "379" and "423" as "379-423"; one number alone counts the pages of what is no part of anything. */
static void read_pages(struct ris_reader *r, const struct ris_row *row, struct tag *tag)
{
	struct str from = bib_cleaned(r->a, tag->value, false);
	struct tag *end = tag_named(r, "EP");

	if (r->item->field[row->what].len)
		return;
	if (end && from.len && end->value.len) {
		end->is_used = true;
		set(r, row->what, tag, arena_fmt(r->a, "%.*s-%.*s", STR_ARG(from), STR_ARG(end->value)));
	} else if (r->class & (RIS_BOOK | RIS_REPORT) && is_number(from))
		set(r, BIB_NUMBER_OF_PAGES, tag, from);
	else
		set(r, row->what, tag, from);
}

static void read_serial(struct ris_reader *r, const struct ris_row *row, struct tag *tag)
{
	struct str number_text = bib_cleaned(r->a, tag->value, false);
	bool is_issn = ris_is_issn(number_text);
	int first = is_issn ? BIB_ISSN : BIB_ISBN, second = is_issn ? BIB_ISBN : BIB_ISSN;

	(void)row;
	set(r, r->item->field[first].len ? second : first, tag, number_text);
}

static void read_doi(struct ris_reader *r, const struct ris_row *row, struct tag *tag)
{
	set(r, row->what, tag, bib_doi_bare(bib_cleaned(r->a, tag->value, false)));
}

/* Some write several addresses into one tag. The first is the item's, the others stay as they are. */
static void read_url(struct ris_reader *r, const struct ris_row *row, struct tag *tag)
{
	struct str rest = bib_cleaned(r->a, tag->value, false);
	size_t at = str_find(rest, STR(";"), 0);
	struct str next = at == STR_NONE ? STR_EMPTY : str_trim(str_sub(rest, at + 1, rest.len));

	if (!str_starts(next, STR("http")) || r->item->field[row->what].len) {
		set(r, row->what, tag, rest);
		return;
	}
	bib_set(r->a, r->item, row->what, str_sub(rest, 0, at));
	tag->value = next;
}

/* "arXiv:2101.00001 [cs.CR]": an archive, a number there, and perhaps its class. */
static void read_accession(struct ris_reader *r, const struct ris_row *row, struct tag *tag)
{
	struct str rest = bib_cleaned(r->a, tag->value, false), name = str_cut(&rest, ':');
	const char *archive = ris_archive(name);
	size_t class = rest.p ? str_find(rest, STR(" ["), 0) : STR_NONE;

	if (rest.p && str_is_nocase(name, "PMID"))
		set(r, BIB_PMID, tag, rest);
	if (!rest.p || !archive || r->item->field[row->what].len)
		return;
	if (class != STR_NONE && str_ends(rest, STR("]")))
		bib_set(r->a, r->item, BIB_EPRINT_CLASS, str_sub(rest, class + 2, rest.len - 1));
	else
		class = rest.len;
	set(r, row->what, tag, str_sub(rest, 0, class));
	bib_set(r->a, r->item, BIB_EPRINT_TYPE, str_is(str_c(archive), "arXiv") ? STR("arxiv") : str_c(archive));
}

static read_fn *const readers[RIS_KIND_COUNT] = {
	[RIS_K_TEXT] = read_text,
	[RIS_K_LINES] = read_lines,
	[RIS_K_NAMES] = read_names,
	[RIS_K_KEYWORDS] = read_keywords,
	[RIS_K_ISSUED] = read_issued,
	[RIS_K_ACCESSED] = read_accessed,
	[RIS_K_PAGES] = read_pages,
	[RIS_K_SERIAL] = read_serial,
	[RIS_K_DOI] = read_doi,
	[RIS_K_URL] = read_url,
	[RIS_K_ACCESSION] = read_accession,
};

static void add_custom(struct ris_reader *r, struct str key, struct str raw)
{
	struct str value = bib_cleaned(r->a, raw, false);

	if (value.len)
		bib_add_custom(r->a, r->item, (struct bib_custom){ STR("ris"), key, value });
}

/* UNPB is anything unpublished; with the word for it, it is a preprint. */
static void read_type(struct ris_reader *r, struct str ris)
{
	struct tag *genre = tag_named(r, "M3");
	bool is_alias = false;

	if (str_is_nocase(ris, "UNPB") && genre && str_is_nocase(genre->value, "preprint"))
		r->item->type = BIB_ARTICLE;
	else if (!ris_type_of(ris, &r->item->type, &is_alias))
		bib_list_warn(r->a, r->list, r->line, "unknown type '%.*s', taken as 'document'", STR_ARG(ris));
	else if (is_alias)
		add_custom(r, STR("TY"), ris);
	r->class = ris_class(r->item->type);
}

static void read_row(struct ris_reader *r, const struct ris_row *row)
{
	for (size_t i = 0; i < r->n_tags; i++)
		if (!r->tags[i].is_used && str_is(r->tags[i].name, row->tag))
			readers[row->kind](r, row, &r->tags[i]);
}

/* Tags to item. The first is TY. */
static void read_record(struct ris_reader *r)
{
	struct tag *id = tag_named(r, "ID");

	r->item = bib_list_add(r->a, r->list);
	r->tags[0].is_used = true;
	read_type(r, r->tags[0].value);
	if (id) {
		r->item->id = bib_cleaned(r->a, id->value, false);
		id->is_used = true;
	}
	for (size_t i = 0; i < ris_n_rows; i++)
		if (ris_rows[i].classes & r->class)
			read_row(r, &ris_rows[i]);
	for (size_t i = 0; i < r->n_tags; i++)
		if (!r->tags[i].is_used)
			add_custom(r, r->tags[i].name, r->tags[i].value);
}

/* The value of the last tag is whole. */
static void close_tag(struct ris_reader *r)
{
	if (r->n_tags)
		r->tags[r->n_tags - 1].value = arena_str(r->a, str_trim(buf_view(&r->value)));
	buf_reset(&r->value);
}

static void end_record(struct ris_reader *r)
{
	close_tag(r);
	if (r->is_open)
		read_record(r);
	r->is_open = false;
	r->n_tags = 0;
}

static void add_tag(struct ris_reader *r, struct str name, struct str value)
{
	close_tag(r);
	if (r->n_tags < TAGS_MAX)
		r->tags[r->n_tags++] = (struct tag){ .name = name };
	buf_str(&r->value, value);
}

static void begin_record(struct ris_reader *r, struct str type, int line, int spaces)
{
	if (r->is_open)
		bib_list_warn(r->a, r->list, r->line, "the record has no 'ER  - ', ended at the next");
	end_record(r);
	r->is_open = true;
	r->line = line;
	r->spaces = spaces;
	add_tag(r, STR("TY"), type);
}

static void read_line(struct ris_reader *r, struct str text, int line)
{
	struct str tag, value;
	int spaces;
	bool is_tag = ris_tag(text, &spaces, &tag, &value);

	if (is_tag && str_is(tag, "TY") && value.len)
		begin_record(r, value, line, spaces);
	else if (!r->is_open)
		return;
	else if (!is_tag || spaces != r->spaces) {
		buf_ch(&r->value, '\n');
		buf_str(&r->value, text);
	} else if (str_is(tag, "ER"))
		end_record(r);
	else
		add_tag(r, tag, value);
}

static enum err_code read_lines_of(struct ris_reader *r, struct str source, struct err *err)
{
	for (int line = 1; source.p; line++) {
		read_line(r, str_cut(&source, '\n'), line);
		if (r->list->n_items > BIB_ITEMS_MAX)
			return err_set(err, ERR_LIMIT, "the bibliography has more than %zu items", BIB_ITEMS_MAX);
	}
	if (r->is_open)
		bib_list_warn(r->a, r->list, r->line, "the record has no 'ER  - ', ended with the file");
	end_record(r);
	return OK;
}

enum err_code ris_read(struct arena *a, struct str text, struct bib_list *out, struct err *err)
{
	struct ris_reader r = { .a = a, .list = out, .value = BUF_INIT };
	size_t before = out->n_items;
	struct str source;
	enum err_code code;

	if (bib_source(a, text, &source, err) != OK)
		return err_ctx(err, "reading RIS");
	r.tags = arena_array(a, TAGS_MAX, sizeof(*r.tags));
	code = read_lines_of(&r, source, err);
	buf_release(&r.value);
	if (code == OK && out->n_items == before && str_trim(source).len)
		code = err_set(err, ERR_DATA, "no RIS: it holds no line 'TY  - '");
	return code;
}
