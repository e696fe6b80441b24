/*
 * EPUB 2 and 3: the container names the package, the package lists the parts in
 * reading order, each part is a page of XHTML. All of each part is read: a book
 * has no menus. The table of contents as a part is left out, because every
 * heading comes again where it stands.
 */
#include <ctype.h>
#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/extract/charset.h"
#include "ibid/extract/extract.h"
#include "ibid/extract/html.h"
#include "ibid/extract/ident.h"
#include "ibid/extract/xml.h"
#include "ibid/extract/zip.h"

/* Parts in the reading order of one book. */
#define SPINE_MAX 10000
#define VALUE_MAX 4000

struct item {
	struct str id, path, properties;
};

struct epub {
	struct writer *w;
	struct arena mem;
	struct str dir;		/* of the package, with the slash at its end */
	struct item *items;	/* the manifest */
	size_t n_items, cap_items;
	struct str *spine;	/* ids in reading order */
	size_t n_spine, cap_spine;
	uint64_t missing;
};

/* --- paths --- */

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

static void add_decoded(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '%' && i + 2 < s.len && hex_of(s.p[i + 1]) >= 0 && hex_of(s.p[i + 2]) >= 0) {
			buf_ch(out, (char)(hex_of(s.p[i + 1]) * 16 + hex_of(s.p[i + 2])));
			i += 2;
		} else {
			buf_ch(out, s.p[i]);
		}
}

/* "OPS/" and "../Text/a%20b.xhtml#c" give "Text/a b.xhtml". */
static struct str resolve(struct epub *e, struct str href)
{
	SCOPED(buf) joined = BUF_INIT;
	SCOPED(buf) path = BUF_INIT;
	struct str rest;

	buf_str(&joined, e->dir);
	add_decoded(&joined, str_cut(&href, '#'));
	rest = buf_view(&joined);
	while (rest.p) {
		struct str step = str_cut(&rest, '/');

		if (str_is(step, "..")) {
			while (path.len && path.p[path.len - 1] != '/')
				buf_cut(&path, path.len - 1);
			buf_cut(&path, path.len ? path.len - 1 : 0);
		} else if (step.len && !str_is(step, ".")) {
			if (path.len)
				buf_ch(&path, '/');
			buf_str(&path, step);
		}
	}
	return arena_str(&e->mem, buf_view(&path));
}

/* --- the package --- */

/*
 * Old packages name the DTD of OEB 1.2. It is not needed and not wanted: the
 * declaration is skipped. One with declarations of its own is refused.
 */
static struct str without_doctype(struct str part, bool *is_bad)
{
	size_t at = str_find(str_sub(part, 0, 4096), STR("<!DOCTYPE"), 0), end;

	if (at == STR_NONE)
		return part;
	end = str_find_ch(part, '>', at);
	*is_bad = end == STR_NONE || str_find_ch(str_sub(part, at, end), '[', 0) != STR_NONE;
	return *is_bad ? STR_EMPTY : str_sub(part, end + 1, part.len);
}

static const struct {
	const char *element;
	enum meta_field field;
	double confidence;
} fields[] = {
	{ "title", META_TITLE, 0.9 },
	{ "creator", META_AUTHOR, 0.9 },
	{ "date", META_DATE, 0.7 },
	{ "publisher", META_PUBLISHER, 0.9 },
	{ "language", META_LANGUAGE, 0.9 },
	{ "description", META_ABSTRACT, 0.8 },
	{ "subject", META_KEYWORD, 0.8 },
	{ "rights", META_RIGHTS, 0.7 },
};

static void take_identifier(struct epub *e, struct str value)
{
	struct str doi = ident_doi(value);
	size_t digits = 0;

	if (doi.len) {
		writer_meta(e->w, META_DOI, ORIGIN_EPUB_OPF, 0.9, doi);
		return;
	}
	if (str_starts(value, STR("urn:isbn:")))
		value = str_sub(value, 9, value.len);
	for (size_t i = 0; i < value.len; i++)
		digits += isdigit((unsigned char)value.p[i]) != 0;
	if ((digits == 13 || digits == 10 || digits == 9) && value.len <= 17)
		writer_meta(e->w, META_ISBN, ORIGIN_EPUB_OPF, 0.9, value);
	else if (str_starts(value, STR("http")))
		writer_meta(e->w, META_URL, ORIGIN_EPUB_OPF, 0.7, value);
}

static bool is_editor(struct xml *x)
{
	struct str role = xml_attr(x, "role");

	return role.len && !str_is(role, "aut");
}

static void take_field(struct epub *e, struct xml *x)
{
	SCOPED(buf) value = BUF_INIT;
	struct str name = xml_name(x);
	/* Of several dates the day of publication; "modification" is the file's. */
	struct str event = xml_attr(x, "event");
	bool is_other = (str_is(name, "creator") && is_editor(x)) || (event.len && !str_is(event, "publication"));

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!str_is(name, fields[i].element))
			continue;
		xml_inner_text(x, &value, VALUE_MAX);
		if (!is_other)
			writer_meta(e->w, fields[i].field, ORIGIN_EPUB_OPF, fields[i].confidence, buf_view(&value));
		return;
	}
	if (str_is(name, "identifier")) {
		xml_inner_text(x, &value, VALUE_MAX);
		take_identifier(e, str_trim(buf_view(&value)));
	}
}

static struct str kept(struct epub *e, struct str s)
{
	return arena_str(&e->mem, s.p ? s : STR_EMPTY);
}

static void take_item(struct epub *e, struct xml *x)
{
	struct item item = { .id = kept(e, xml_attr(x, "id")) };

	if (e->n_items >= ZIP_ENTRIES_MAX)
		return;
	item.path = resolve(e, kept(e, xml_attr(x, "href")));
	item.properties = kept(e, xml_attr(x, "properties"));
	e->items = mem_grow(e->items, &e->cap_items, e->n_items + 1, sizeof(*e->items));
	e->items[e->n_items++] = item;
}

static void take_itemref(struct epub *e, struct xml *x)
{
	if (e->n_spine >= SPINE_MAX)
		return;
	e->spine = mem_grow(e->spine, &e->cap_spine, e->n_spine + 1, sizeof(*e->spine));
	e->spine[e->n_spine++] = kept(e, xml_attr(x, "idref"));
}

static void read_package(struct epub *e, struct str part)
{
	SCOPED_PTR(xml) x = xml_new(part, XML_NO_DOCTYPE);
	enum xml_event event;

	while ((event = xml_next(x)) != XML_END_OF_PART) {
		if (event != XML_START)
			continue;
		if (xml_in(x, "purl.org/dc"))
			take_field(e, x);
		else if (str_is(xml_name(x), "item"))
			take_item(e, x);
		else if (str_is(xml_name(x), "itemref"))
			take_itemref(e, x);
	}
}

/* --- the parts --- */

static const struct item *find_item(const struct epub *e, struct str id)
{
	for (size_t i = 0; i < e->n_items; i++)
		if (str_eq(e->items[i].id, id))
			return &e->items[i];
	return NULL;
}

static void read_page(struct epub *e, struct str part)
{
	SCOPED(html_tree) tree = HTML_TREE_INIT;
	SCOPED(buf) decoded = BUF_INIT;
	uint64_t invalid = 0;
	struct html_node *body;

	html_parse(&tree, charset_decode(part, STR_EMPTY, &decoded, &invalid), true);
	html_hide(&tree);
	body = html_find(tree.root, TAG_BODY);
	html_write(e->w, body ? body : tree.root);
	writer_gap(e->w);
	writer_warn(e->w, WARN_BYTES, invalid);
	writer_warn(e->w, WARN_DEPTH, tree.flattened);
}

/* What is protected by a publisher's key looks like noise. */
static bool is_noise(struct str part)
{
	struct str head = str_sub(part, 0, 4096);

	return str_find_ch(head, '<', 0) == STR_NONE || str_find_ch(head, '\0', 0) != STR_NONE;
}

static size_t read_spine(struct epub *e, const struct zip *z)
{
	size_t read = 0;

	for (size_t i = 0; i < e->n_spine && !writer_is_full(e->w); i++) {
		const struct item *item = find_item(e, e->spine[i]);
		struct str part = item ? zip_find(z, item->path) : (struct str){ NULL, 0 };

		if (item && str_find(item->properties, STR("nav"), 0) != STR_NONE)
			continue;
		if (!part.p || is_noise(part)) {
			e->missing++;
			continue;
		}
		read_page(e, part);
		read++;
	}
	return read;
}

static bool is_wanted(struct str name)
{
	static const char *const ends[] = { ".opf", ".xhtml", ".html", ".htm", ".xml", ".xht" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (name.len > strlen(ends[i]) && str_eq_nocase(str_sub(name, name.len - strlen(ends[i]), name.len), str_c(ends[i])))
			return true;
	return false;
}

static struct str find_package(struct epub *e, const struct zip *z)
{
	SCOPED_PTR(xml) x = xml_new(zip_find(z, STR("META-INF/container.xml")), XML_NO_DOCTYPE);
	enum xml_event event;

	e->dir = STR_EMPTY;
	while ((event = xml_next(x)) != XML_END_OF_PART)
		if (event == XML_START && str_is(xml_name(x), "rootfile"))
			return resolve(e, kept(e, xml_attr(x, "full-path")));
	return STR_EMPTY;
}

static enum err_code read_book(struct epub *e, const struct zip *z, struct err *err)
{
	struct str path = find_package(e, z), package = zip_find(z, path);
	bool is_bad = false;
	size_t dir = path.len;

	while (dir && path.p[dir - 1] != '/')
		dir--;
	e->dir = str_sub(path, 0, dir);
	if (!package.p)
		return err_set(err, ERR_DATA, "is a damaged EPUB: it has no package");
	package = without_doctype(package, &is_bad);
	if (is_bad)
		return err_set(err, ERR_DATA, "declares a document type with entities: refused");
	read_package(e, package);
	if (!read_spine(e, z) && zip_find(z, STR("META-INF/encryption.xml")).p)
		return err_set(err, ERR_DATA, "is encrypted by its publisher");
	writer_warn(e->w, WARN_DAMAGED, e->missing);
	return OK;
}

static enum err_code epub_run(const struct extract_input *in, struct writer *w, struct err *err)
{
	SCOPED(zip) z = ZIP_INIT;
	struct epub e = { .w = w, .mem = ARENA_INIT };
	enum err_code code;

	if (zip_read(&z, in->bytes, is_wanted, err) != OK)
		return err->code;
	code = read_book(&e, &z, err);
	mem_free(e.items);
	mem_free(e.spine);
	arena_release(&e.mem);
	return code;
}

static bool epub_is_it(struct str bytes)
{
	return zip_is_it(bytes) && (str_find(str_sub(bytes, 0, 200), STR("application/epub+zip"), 0) != STR_NONE ||
		str_find(bytes, STR("META-INF/container.xml"), 0) != STR_NONE);
}

static const char *const exts[] = { "epub", NULL };
static const char *const mimes[] = { "application/epub+zip", NULL };

const struct extract_ops extract_epub = {
	.name = "epub", .extractor = "epub/1", .mime = "application/epub+zip", .exts = exts, .mimes = mimes,
	.is_it = epub_is_it, .run = epub_run,
};
