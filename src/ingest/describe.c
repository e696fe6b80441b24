#include "ibid/ingest/describe.h"

#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/path.h"
#include "ibid/cite/bib_format.h"

/* Most trusted first. What is not here ranks last. */
static const char *const trust[] = { "user", "import", "xmp", "epub-opf", "html-meta", "json-ld", "og", "front-matter",
	"docx-core", "first-page", "info-dict", "file-name" };

/* How the helper's words for fields map to those of CSL. author, editor and date are told apart below. */
static const struct {
	enum meta_field meta;
	const char *field;
} names[] = {
	{ META_TITLE, "title" },
	{ META_AUTHOR, "author" },
	{ META_EDITOR, "editor" },
	{ META_DATE, "issued" },
	{ META_PUBLISHER, "publisher" },
	{ META_CONTAINER, "container-title" },
	{ META_VOLUME, "volume" },
	{ META_ISSUE, "issue" },
	{ META_PAGES, "page" },
	{ META_DOI, "DOI" },
	{ META_ARXIV, "eprint" },
	{ META_ISBN, "ISBN" },
	{ META_ISSN, "ISSN" },
	{ META_NUMBER, "number" },
	{ META_URL, "URL" },
	{ META_LANGUAGE, "language" },
	{ META_ABSTRACT, "abstract" },
	{ META_KEYWORD, "keyword" },
	{ META_TYPE, "type" },
};

#define N_OF(v) (sizeof(v) / sizeof(*(v)))

static const char *field_of(enum meta_field meta)
{
	for (size_t i = 0; i < N_OF(names); i++)
		if (names[i].meta == meta)
			return names[i].field;
	return NULL;
}

/* "grey-heron_report.md" -> "grey-heron report": a title of last resort. */
static struct str title_of_path(struct arena *a, struct str path)
{
	struct str base = path_base(path), ext = path_ext(path);
	struct str title = arena_str(a, str_sub(base, 0, base.len - (ext.len ? ext.len + 1 : 0)));

	for (size_t i = 0; i < title.len; i++)
		if (title.p[i] == '_')
			((char *)title.p)[i] = ' ';
	return title.len ? title : base;
}

void describe_fields(struct arena *a, const struct extraction *x, struct str path, struct document_field **fields,
	size_t *n)
{
	struct document_field *v = arena_array(a, x->n_meta + 1, sizeof(*v));
	size_t count = 0;

	for (size_t i = 0; i < x->n_meta; i++) {
		const char *field = field_of(x->meta[i].field);

		if (!field || !x->meta[i].value.len)
			continue;
		v[count++] = (struct document_field){ .field = str_c(field), .value = x->meta[i].value,
			.origin = str_c(meta_origin_name(x->meta[i].origin)), .confidence = x->meta[i].confidence };
	}
	v[count++] = (struct document_field){ .field = STR("title"), .value = title_of_path(a, path),
		.origin = STR("file-name"), .confidence = 0.1 };
	*fields = v;
	*n = count;
}

static size_t rank_of(struct str origin)
{
	for (size_t i = 0; i < N_OF(trust); i++)
		if (str_is(origin, trust[i]))
			return i;
	return N_OF(trust);
}

/* The value to believe: trusted origin first, then confidence, then order. NULL when the field has none. */
static const struct document_field *best(const struct document_field *fields, size_t n, const char *name)
{
	const struct document_field *found = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct document_field *f = &fields[i];
		size_t rank = rank_of(f->origin), old = found ? rank_of(found->origin) : 0;

		if (!str_is(f->field, name))
			continue;
		if (!found || rank < old || (rank == old && f->confidence > found->confidence))
			found = f;
	}
	return found && found->value.len ? found : NULL;
}

/* Words that end the name of an organisation or stand in one: then it is no person. */
static bool is_organisation(struct str name)
{
	static const char *const words[] = { "inc", "ltd", "llc", "gmbh", "corp", "corporation", "company", "agency",
		"authority", "university", "institute", "team", "group", "labs", "research", "security", "cert", "csirt",
		"foundation", "office", "department", "ministry", "association", "committee", "bureau", "council",
		"center", "centre", "response", "intelligence", "project", "society" };
	struct str rest = name;

	while (rest.p) {
		struct str word = str_cut(&rest, ' ');

		while (word.len && (word.p[word.len - 1] == '.' || word.p[word.len - 1] == ','))
			word.len--;
		for (size_t i = 0; i < N_OF(words); i++)
			if (str_is_nocase(word, words[i]))
				return true;
	}
	return false;
}

static bool is_particle(struct str word)
{
	static const char *const words[] = { "van", "von", "de", "der", "den", "da", "di", "du", "la", "le", "ten", "ter",
		"zu", "af", "al", "bin", "ibn" };

	for (size_t i = 0; i < N_OF(words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

static struct bib_name name_of_comma(struct str text, size_t comma, enum bib_role role)
{
	return (struct bib_name){ .role = role, .family = str_trim(str_sub(text, 0, comma)),
		.given = str_trim(str_sub(text, comma + 1, text.len)) };
}

struct bib_name describe_name(struct arena *a, struct str text, enum bib_role role)
{
	struct str s = arena_str(a, str_trim(text));
	size_t comma = str_find_ch(s, ',', 0), cut = s.len, words = 1, from;

	for (size_t i = 0; i < s.len; i++)
		words += s.p[i] == ' ';
	if (words == 1 || words > 5 || is_organisation(s))
		return (struct bib_name){ .role = role, .literal = s };
	if (comma != STR_NONE)
		return name_of_comma(s, comma, role);
	while (cut && s.p[cut - 1] != ' ')
		cut--;
	/* Particles before the family name belong to it: Ludwig | van | Beethoven. */
	for (from = cut; from;) {
		size_t at = from - 1;

		while (at && s.p[at - 1] != ' ')
			at--;
		if (!at || !is_particle(str_sub(s, at, from - 1)))
			break;
		from = at;
	}
	return (struct bib_name){ .role = role, .family = str_sub(s, cut, s.len), .given = str_trim(str_sub(s, 0, from)),
		.particle = str_trim(str_sub(s, from, cut)) };
}

/* "A. Smith and B. Lee", "A. Smith; B. Lee": one value that holds several names. */
static void add_names(struct arena *a, struct bib_item *item, struct str value, enum bib_role role)
{
	while (value.p && value.len) {
		size_t semi = str_find_ch(value, ';', 0), and = str_find(value, STR(" and "), 0);
		size_t at = semi < and ? semi : and;
		struct str one = str_trim(str_sub(value, 0, at));

		if (one.len)
			bib_add_name(a, item, describe_name(a, one, role));
		if (at == STR_NONE)
			return;
		value = str_sub(value, at + (at == semi ? 1 : 5), value.len);
	}
}

static void take_names(struct arena *a, const struct document_field *fields, size_t n, const char *field,
	enum bib_role role, struct bib_item *item)
{
	const struct document_field *first = best(fields, n, field);

	for (size_t i = 0; first && i < n; i++)
		if (str_is(fields[i].field, field) && str_eq(fields[i].origin, first->origin))
			add_names(a, item, fields[i].value, role);
}

static void take_keywords(struct arena *a, const struct document_field *fields, size_t n, struct bib_item *item)
{
	const struct document_field *first = best(fields, n, "keyword");
	SCOPED(buf) list = BUF_INIT;

	for (size_t i = 0; first && i < n; i++)
		if (str_is(fields[i].field, "keyword") && str_eq(fields[i].origin, first->origin))
			buf_fmt(&list, "%s%.*s", list.len ? ", " : "", STR_ARG(fields[i].value));
	item->field[BIB_KEYWORD] = arena_str(a, buf_view(&list));
}

/* A type that nobody gave is read off what is known: DOI and container make an article, a web address a page. */
static enum bib_type guess_type(const struct bib_item *item, struct str kind)
{
	if (item->field[BIB_CONTAINER_TITLE].len && item->field[BIB_DOI].len)
		return BIB_ARTICLE_JOURNAL;
	if (item->field[BIB_EPRINT].len)
		return BIB_ARTICLE;
	if (str_is(kind, "html"))
		return BIB_WEBPAGE;
	if (str_is(kind, "epub") || item->field[BIB_ISBN].len)
		return BIB_BOOK;
	if (item->field[BIB_PUBLISHER].len || str_is(kind, "pdf"))
		return BIB_REPORT;
	return item->field[BIB_URL].len ? BIB_WEBPAGE : BIB_DOCUMENT;
}

static bool is_list_field(enum bib_field field)
{
	return field == BIB_KEYWORD;
}

void describe_item(struct arena *a, const struct document_field *fields, size_t n, struct str kind,
	struct bib_item *item)
{
	const struct document_field *type, *issued, *accessed;

	*item = (struct bib_item){ .type = BIB_DOCUMENT };
	for (enum bib_field f = 0; f < BIB_FIELD_COUNT; f++) {
		const struct document_field *value = is_list_field(f) ? NULL : best(fields, n, bib_field_name(f));

		item->field[f] = value ? arena_str(a, value->value) : STR_EMPTY;
	}
	if (item->field[BIB_EPRINT].len && !item->field[BIB_EPRINT_TYPE].len)
		item->field[BIB_EPRINT_TYPE] = STR("arxiv");
	take_names(a, fields, n, "author", BIB_ROLE_AUTHOR, item);
	take_names(a, fields, n, "editor", BIB_ROLE_EDITOR, item);
	take_keywords(a, fields, n, item);
	issued = best(fields, n, "issued");
	if (issued && !bib_date_parse(issued->value, &item->date[BIB_ISSUED]))
		item->date[BIB_ISSUED].literal = arena_str(a, issued->value);
	accessed = best(fields, n, "accessed");
	if (accessed)
		bib_date_parse(accessed->value, &item->date[BIB_ACCESSED]);
	type = best(fields, n, "type");
	if (!type || !bib_type_of(type->value, &item->type))
		item->type = guess_type(item, kind);
}

/* "Smith", "Smith and Doe", "Smith, Doe and Lee", "Smith et al." */
static struct str names_for_lists(struct arena *a, const struct bib_item *item)
{
	SCOPED(buf) out = BUF_INIT;
	const struct bib_name *name, *v[4];
	size_t at = 0, n = 0, shown;

	while ((name = bib_next_name(item, BIB_ROLE_AUTHOR, &at))) {
		if (n < N_OF(v))
			v[n] = name;
		n++;
	}
	shown = n > 3 ? 1 : n;
	for (size_t i = 0; i < shown; i++) {
		buf_c(&out, !i ? "" : i + 1 == shown ? " and " : ", ");
		if (v[i]->particle.len)
			buf_fmt(&out, "%.*s ", STR_ARG(v[i]->particle));
		buf_str(&out, v[i]->literal.len ? v[i]->literal : v[i]->family);
	}
	buf_c(&out, n > shown ? " et al." : "");
	return arena_str(a, buf_view(&out));
}

void describe_document(struct arena *a, const struct bib_item *item, struct document *doc)
{
	SCOPED(buf) csl = BUF_INIT;
	SCOPED(buf) date = BUF_INIT;

	bib_format_csl.write(&csl, item, 1, NULL, 0);
	bib_date_add(&date, &item->date[BIB_ISSUED]);
	doc->csl = arena_str(a, buf_view(&csl));
	doc->title = item->field[BIB_TITLE];
	doc->authors = names_for_lists(a, item);
	doc->date = arena_str(a, buf_view(&date));
	doc->publisher = item->field[BIB_PUBLISHER];
	doc->type = str_c(bib_type_name(item->type));
}

bool describe_knows_field(struct str field)
{
	static const char *const others[] = { "author", "editor", "issued", "accessed", "type" };
	enum bib_field f;

	for (size_t i = 0; i < N_OF(others); i++)
		if (str_is(field, others[i]))
			return true;
	return bib_field_of(field, &f);
}
