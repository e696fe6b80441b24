/*
 * What an entry inherits from the parents that `crossref` and `xdata` name.
 *
 * Source: the BibLaTeX manual, appendix B, "Default crossref setup", which is what Biber does. A
 * parent's title becomes the book title, main title or journal title of its part; an own field
 * always wins. Departures: what identifies or describes the parent alone (DOI, eprint, URL,
 * abstract, annotation, keywords, file) is not handed down, for it would be false of the child.
 */
#include "ibid/base/hash.h"

#include "bib_tex.h"

/* Generations; BibTeX knows one, BibLaTeX's examples hold two. */
#define DEPTH_MAX 8

/* Kinds of parent and child whose titles take a prefix on the way; lists end with a space. */
static const struct title_rule {
	const char *parents, *children, *prefix;
} title_rules[] = {
	{ "mvbook ", "book inbook bookinbook suppbook ", "main" },
	{ "mvcollection mvreference ", "collection reference incollection inreference suppcollection ", "main" },
	{ "mvproceedings ", "proceedings inproceedings ", "main" },
	{ "book ", "inbook bookinbook suppbook ", "book" },
	{ "collection reference ", "incollection inreference suppcollection ", "book" },
	{ "proceedings ", "inproceedings conference ", "book" },
	{ "periodical ", "article suppperiodical ", "journal" },
};

static const char *const titles[] = { "title", "subtitle", "titleaddon" };

static const char *const own[] = { "ids", "crossref", "xref", "xdata", "entryset", "entrysubtype", "execute", "label", "options",
	"presort", "related", "relatedoptions", "relatedstring", "relatedtype", "shorthand", "shorthandintro", "sortkey",
	"sorttitle", "sortname", "sortyear", "shorttitle", "indextitle", "indexsorttitle", "doi", "eprint", "eprinttype",
	"archiveprefix", "eprintclass", "primaryclass", "url", "urldate", "abstract", "annotation", "annote", "keywords", "file" };

/* Entries by their keys: open addressing. */
struct family {
	struct arena *a;
	struct tex_file *file;
	struct bib_list *list;
	struct tex_entry **slot;
	size_t mask;
};

static bool in_array(struct str name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

static bool in_list(const char *list, struct str word)
{
	struct str rest = str_c(list);

	while (rest.len)
		if (str_eq(str_cut(&rest, ' '), word))
			return true;
	return false;
}

static struct tex_entry **slot_of(const struct family *f, struct str key)
{
	size_t i = hash_quick(key) & f->mask;

	while (f->slot[i] && !str_eq(f->slot[i]->key, key))
		i = (i + 1) & f->mask;
	return &f->slot[i];
}

static const char *title_prefix(const struct tex_entry *parent, const struct tex_entry *child)
{
	for (size_t i = 0; i < sizeof(title_rules) / sizeof(*title_rules); i++)
		if (in_list(title_rules[i].parents, parent->type) && in_list(title_rules[i].children, child->type))
			return title_rules[i].prefix;
	return "";
}

static void hand_down(struct family *f, struct tex_entry *child, struct str name, struct str raw)
{
	size_t size = raw.len + sizeof(struct tex_field);

	if (f->file->growth + size <= TEX_GROWTH_MAX && tex_field_add(f->a, child, name, raw))
		f->file->growth += size;
}

/* A child that has any date of its own wants no part of its parent's. */
static bool is_other_date(bool has_date, struct str name)
{
	static const char *const parts[] = { "date", "year", "month", "day" };

	return has_date && in_array(name, parts, sizeof(parts) / sizeof(*parts));
}

/* An author of a book is the book's author to its part, and the part's own when it has none. */
static void from_crossref(struct family *f, struct tex_entry *child, const struct tex_entry *parent)
{
	const char *prefix = title_prefix(parent, child);
	bool has_date = tex_field(child, "date") || tex_field(child, "year");

	for (size_t i = 0; i < parent->n_fields; i++) {
		const struct tex_field *field = &parent->fields[i];

		if (in_array(field->name, own, sizeof(own) / sizeof(*own)) || is_other_date(has_date, field->name))
			continue;
		if (*prefix && in_array(field->name, titles, sizeof(titles) / sizeof(*titles)))
			hand_down(f, child, arena_fmt(f->a, "%s%.*s", prefix, STR_ARG(field->name)), field->raw);
		else
			hand_down(f, child, field->name, field->raw);
		if (str_is(field->name, "author") && in_list("inbook bookinbook suppbook ", child->type))
			hand_down(f, child, STR("bookauthor"), field->raw);
	}
}

static void from_xdata(struct family *f, struct tex_entry *child, const struct tex_entry *parent)
{
	for (size_t i = 0; i < parent->n_fields; i++)
		if (!str_is(parent->fields[i].name, "xdata"))
			hand_down(f, child, parent->fields[i].name, parent->fields[i].raw);
}

typedef void inherit_fn(struct family *f, struct tex_entry *child, const struct tex_entry *parent);
static void resolve(struct family *f, struct tex_entry *entry, int depth);

/* Keys parted by commas. A parent that is missing is worth a warning, one that is its own child is not. */
static void inherit(struct family *f, struct tex_entry *child, const char *name, inherit_fn *from, int depth)
{
	struct tex_field *field = tex_field(child, name);
	struct str rest = field ? field->raw : (struct str){ NULL, 0 };

	while (rest.p) {
		struct str key = str_trim(str_cut(&rest, ','));
		struct tex_entry *parent = key.len ? *slot_of(f, key) : NULL;

		if (!parent && key.len)
			bib_list_warn(f->a, f->list, child->line, "'%.*s' names '%.*s' as its %s, which is not here",
				STR_ARG(child->key), STR_ARG(key), name);
		if (!parent || parent == child)
			continue;
		resolve(f, parent, depth + 1);
		from(f, child, parent);
	}
}

static void resolve(struct family *f, struct tex_entry *entry, int depth)
{
	if (entry->state || depth > DEPTH_MAX)
		return;
	entry->state = 1;
	inherit(f, entry, "xdata", from_xdata, depth);
	inherit(f, entry, "crossref", from_crossref, depth);
	entry->state = 2;
}

void tex_inherit(struct arena *a, struct tex_file *file, struct bib_list *list)
{
	struct family f = { .a = a, .file = file, .list = list };
	size_t cap = 16;

	while (cap < 2 * file->n_entries + 2)
		cap *= 2;
	f.slot = arena_array(a, cap, sizeof(struct tex_entry *));
	f.mask = cap - 1;
	for (size_t i = 0; i < file->n_entries; i++) {
		struct tex_entry **slot = slot_of(&f, file->entries[i].key);

		if (!*slot)
			*slot = &file->entries[i];
	}
	for (size_t i = 0; i < file->n_entries; i++)
		resolve(&f, &file->entries[i], 0);
}
