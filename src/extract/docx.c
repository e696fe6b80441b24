/*
 * Word documents (ECMA-376, transitional and strict). The main part is read from
 * front to back; text boxes come where they are anchored, notes and comments at
 * the end. Headers and footers repeat on every page and are left out, and so is
 * text that was deleted but is kept for review.
 */
#include <string.h>

#include "ibid/base/utf8.h"
#include "ibid/extract/extract.h"
#include "ibid/extract/ident.h"
#include "ibid/extract/xml.h"
#include "ibid/extract/zip.h"
#include "docx_internal.h"

/* Half points: letters of one point or less cannot be read. */
#define SIZE_MIN 2
/* Longest value of metadata. */
#define VALUE_MAX 4000
/* Between paragraphs and between cells of a row that is being gathered: characters that XML cannot hold. */
#define PARAGRAPH_MARK '\x1E'
#define CELL_MARK '\x1F'
/* Bytes of a part in which a document type would stand. */
#define PROLOG_MAX ((size_t)4096)

struct docx {
	struct writer *w;
	struct docx_styles styles;
	struct buf *row;	/* of the table around; NULL: none */
	int tables;		/* around */
	bool is_note, is_code;	/* inside a note; the block that is open is code */
	bool is_refused;	/* a document type was there */
	uint64_t damaged;
};

/* A paragraph being read. */
struct paragraph {
	struct buf text;
	struct docx_style style;
	bool has_num;			/* a list of its own, not its style's */
	bool is_hidden, is_faint;	/* the run */
};

static bool is_word(const struct xml *x)
{
	return xml_in(x, "wordprocessingml");
}

/* --- paragraphs to blocks --- */

/* Line ends inside the paragraph are in its text as LF. */
static void add_lines(struct writer *w, struct str text)
{
	while (text.p) {
		writer_add(w, str_cut(&text, '\n'));
		if (text.p)
			writer_line(w);
	}
}

static void put_code(struct docx *d, struct str text)
{
	if (d->is_code)
		writer_add(d->w, STR("\n"));
	else
		writer_open(d->w, EXTRACTION_CODE, 0);
	writer_add(d->w, text);
	d->is_code = true;
}

static void put_item(struct docx *d, const struct paragraph *p)
{
	SCOPED(buf) mark = BUF_INIT;
	bool is_heading = p->style.kind == EXTRACTION_HEADING;

	docx_add_mark(&d->styles, p->style.num_id, p->style.num_level, &mark);
	writer_open(d->w, is_heading ? EXTRACTION_HEADING : EXTRACTION_ITEM,
		is_heading ? p->style.level : p->style.num_level + 1);
	writer_add(d->w, buf_view(&mark));
	add_lines(d->w, buf_view(&p->text));
	writer_close(d->w);
}

static void put_meta(struct docx *d, const struct paragraph *p)
{
	struct str text = buf_view(&p->text);

	if (p->style.meta >= 0 && text.len <= VALUE_MAX && !d->is_note)
		writer_meta(d->w, (enum meta_field)p->style.meta, ORIGIN_FIRST_PAGE, 0.75, text);
}

static void put_paragraph(struct docx *d, const struct paragraph *p)
{
	struct str text = buf_view(&p->text);

	if (d->row) {
		buf_str(d->row, text);
		buf_ch(d->row, PARAGRAPH_MARK);
		return;
	}
	if (p->style.kind == EXTRACTION_CODE && !d->is_note) {
		put_code(d, text);
		return;
	}
	d->is_code = false;
	if (!str_trim(text).len)
		return;
	put_meta(d, p);
	if (p->style.num_id && !d->is_note) {
		put_item(d, p);
		return;
	}
	writer_open(d->w, d->is_note ? EXTRACTION_NOTE : p->style.kind, d->is_note ? 0 : p->style.level);
	add_lines(d->w, text);
	writer_close(d->w);
}

/* --- runs --- */

static void read_run_properties(struct xml *x, struct paragraph *p)
{
	int depth = xml_depth(x);
	enum xml_event event;

	while ((event = xml_next(x)) != XML_END_OF_PART && !(event == XML_END && xml_depth(x) <= depth)) {
		if (event != XML_START)
			continue;
		if (str_is(xml_name(x), "vanish") && docx_is_on(xml_attr(x, "val")))
			p->is_hidden = true;
		else if (str_is(xml_name(x), "sz") && docx_int(xml_attr(x, "val"), 20) <= SIZE_MIN)
			p->is_hidden = true;
		else if (str_is(xml_name(x), "color") && str_is_nocase(xml_attr(x, "val"), "FFFFFF"))
			p->is_faint = true;
		else if ((str_is(xml_name(x), "shd") || str_is(xml_name(x), "highlight")) && p->is_faint)
			p->is_faint = false;
	}
}

static void add_text(struct docx *d, struct paragraph *p, struct str text)
{
	size_t visible = utf8_count(str_trim(text));

	if (p->is_hidden) {
		writer_warn(d->w, WARN_HIDDEN, visible);
		return;
	}
	if (p->is_faint && !d->row)
		writer_warn(d->w, WARN_FAINT, visible);
	buf_str(&p->text, text);
}

/* A symbol by its code in a font of signs: bullets and arrows of Symbol and Wingdings lie in the private use area. */
static void add_symbol(struct paragraph *p, struct str hex)
{
	uint32_t cp = 0;

	for (size_t i = 0; i < hex.len && i < 6; i++) {
		static const char digits[] = "0123456789ABCDEF";
		const char *at = hex.p[i] ? strchr(digits, hex.p[i] >= 'a' ? hex.p[i] - 32 : hex.p[i]) : NULL;

		if (!at)
			return;
		cp = cp << 4 | (uint32_t)(at - digits);
	}
	utf8_add(&p->text, cp >= 0xF000 && cp < 0xF100 ? 0x2022 : cp);
}

/* Elements of a run that stand for characters. */
static const struct {
	const char *name, *text;
} characters[] = {
	{ "tab", " " }, { "ptab", " " }, { "br", "\n" }, { "cr", "\n" }, { "noBreakHyphen", "-" },
};

static void add_character(struct docx *d, struct xml *x, struct paragraph *p)
{
	struct str type = xml_attr(x, "type");

	/* Where a page or a column ends is the printer's business. */
	if (str_is(type, "page") || str_is(type, "column"))
		return;
	for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++)
		if (str_is(xml_name(x), characters[i].name))
			add_text(d, p, str_c(characters[i].text));
	if (str_is(xml_name(x), "sym"))
		add_symbol(p, xml_attr(x, "char"));
}

/* Deleted and moved text, codes of fields, and the second form of a drawing for old programs. */
static bool is_unread(struct str name)
{
	static const char *const names[] = { "del", "moveFrom", "instrText", "delText", "Fallback", "sectPr", "annotationRef" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

static void read_text(struct docx *d, struct xml *x, struct paragraph *p)
{
	SCOPED(buf) text = BUF_INIT;

	xml_inner_text(x, &text, EXTRACTION_TEXT_MAX);
	/* Line ends in a w:t are spaces; in the gathered text LF means w:br. */
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] == '\n' || text.p[i] == '\r')
			text.p[i] = ' ';
	add_text(d, p, buf_view(&text));
}

/* Word writes the style first, pandoc the list. */
static void take_style(struct docx *d, struct paragraph *p, struct str id)
{
	int num_id = p->style.num_id, num_level = p->style.num_level;

	p->style = docx_style_of(&d->styles, id);
	if (p->has_num) {
		p->style.num_id = num_id;
		p->style.num_level = num_level;
	}
}

static void read_paragraph_properties(struct docx *d, struct xml *x, struct paragraph *p)
{
	int depth = xml_depth(x);
	enum xml_event event;

	while ((event = xml_next(x)) != XML_END_OF_PART && !(event == XML_END && xml_depth(x) <= depth)) {
		struct str name = event == XML_START ? xml_name(x) : STR_EMPTY;

		if (str_is(name, "pStyle")) {
			take_style(d, p, xml_attr(x, "val"));
		} else if (str_is(name, "numId")) {
			p->style.num_id = docx_int(xml_attr(x, "val"), 0);
			p->has_num = true;
		} else if (str_is(name, "ilvl")) {
			p->style.num_level = docx_int(xml_attr(x, "val"), 0);
		} else if (str_is(name, "outlineLvl") && docx_int(xml_attr(x, "val"), 9) < 9) {
			int level = docx_int(xml_attr(x, "val"), 0);

			p->style.kind = EXTRACTION_HEADING;
			p->style.level = level < 0 ? 1 : level < 5 ? level + 1 : 6;
		} else if (is_unread(name) || str_is(name, "rPr")) {
			xml_skip(x);
		}
	}
	if (p->style.num_level < 0 || p->style.num_level >= DOCX_LEVELS)
		p->style.num_level = 0;
}

static void read_blocks(struct docx *d, struct xml *x);

static void read_inline(struct docx *d, struct xml *x, struct paragraph *p)
{
	struct str name = xml_name(x);

	if (str_is(name, "pPr")) {
		read_paragraph_properties(d, x, p);
	} else if (str_is(name, "r")) {
		p->is_hidden = p->is_faint = false;
	} else if (str_is(name, "rPr")) {
		read_run_properties(x, p);
	} else if (str_is(name, "t") && (is_word(x) || xml_in(x, "math"))) {
		read_text(d, x, p);
	} else if (str_is(name, "txbxContent")) {
		read_blocks(d, x);
	} else if (is_unread(name)) {
		xml_skip(x);
	} else if (is_word(x)) {
		add_character(d, x, p);
	}
}

static void read_paragraph(struct docx *d, struct xml *x)
{
	struct paragraph p = { .text = BUF_INIT, .style = { .meta = -1, .kind = EXTRACTION_PARAGRAPH } };
	int depth = xml_depth(x);
	enum xml_event event;

	while ((event = xml_next(x)) != XML_END_OF_PART && !(event == XML_END && xml_depth(x) <= depth))
		if (event == XML_START)
			read_inline(d, x, &p);
	put_paragraph(d, &p);
	buf_release(&p.text);
}

/* --- tables --- */

/* A row of one cell is a frame around paragraphs. */
static void put_frame(struct docx *d, struct str cell)
{
	while (cell.p)
		writer_block(d->w, d->is_note ? EXTRACTION_NOTE : EXTRACTION_PARAGRAPH, 0, str_cut(&cell, PARAGRAPH_MARK));
}

static void put_row(struct docx *d, struct str cells)
{
	bool is_first = true;

	if (str_find_ch(cells, CELL_MARK, 0) == STR_NONE) {
		put_frame(d, cells);
		return;
	}
	writer_open(d->w, EXTRACTION_ROW, 0);
	while (cells.p) {
		struct str cell = str_cut(&cells, CELL_MARK);

		if (!is_first)
			writer_add(d->w, STR(" | "));
		is_first = false;
		while (cell.p) {
			writer_add(d->w, str_cut(&cell, PARAGRAPH_MARK));
			writer_add(d->w, STR(" "));
		}
	}
	writer_close(d->w);
}

static void begin_cell(struct docx *d, size_t *cells)
{
	if (d->row->len && d->row->p[d->row->len - 1] == PARAGRAPH_MARK)
		buf_cut(d->row, d->row->len - 1);
	if ((*cells)++)
		buf_ch(d->row, CELL_MARK);
}

/* Tables within a cell are read as paragraphs of it. */
static void read_row(struct docx *d, struct xml *x)
{
	SCOPED(buf) row = BUF_INIT;
	int depth = xml_depth(x);
	size_t cells = 0;
	enum xml_event event;

	d->row = &row;
	while ((event = xml_next(x)) != XML_END_OF_PART && !(event == XML_END && xml_depth(x) <= depth)) {
		if (event != XML_START)
			continue;
		if (str_is(xml_name(x), "tc") && xml_depth(x) <= depth + 3)
			begin_cell(d, &cells);
		else if (str_is(xml_name(x), "p") && is_word(x))
			read_paragraph(d, x);
		else if (is_unread(xml_name(x)))
			xml_skip(x);
	}
	if (row.len && row.p[row.len - 1] == PARAGRAPH_MARK)
		buf_cut(&row, row.len - 1);
	d->row = NULL;
	put_row(d, buf_view(&row));
}

static void read_table(struct docx *d, struct xml *x)
{
	int depth = xml_depth(x);
	enum xml_event event;

	d->is_code = false;
	while ((event = xml_next(x)) != XML_END_OF_PART && !(event == XML_END && xml_depth(x) <= depth)) {
		if (event == XML_START && str_is(xml_name(x), "tr"))
			read_row(d, x);
		else if (event == XML_START && is_unread(xml_name(x)))
			xml_skip(x);
	}
	writer_gap(d->w);
}

/* Paragraphs and tables until the element at hand ends, however they are wrapped. */
static void read_blocks(struct docx *d, struct xml *x)
{
	int depth = xml_depth(x);
	enum xml_event event;

	while ((event = xml_next(x)) != XML_END_OF_PART && !(event == XML_END && xml_depth(x) <= depth)) {
		if (event != XML_START || writer_is_full(d->w))
			continue;
		if (str_is(xml_name(x), "p") && is_word(x))
			read_paragraph(d, x);
		else if (str_is(xml_name(x), "tbl") && !d->row)
			read_table(d, x);
		else if (is_unread(xml_name(x)))
			xml_skip(x);
	}
}

/* --- parts --- */

/* Before the parser sees it: entities are declared in a document type, and Office writes none. */
static bool has_doctype(struct str part)
{
	return part.p && str_find(str_sub(part, 0, PROLOG_MAX), STR("<!DOCTYPE"), 0) != STR_NONE;
}

static void finish_part(struct docx *d, const struct xml *x)
{
	d->damaged += xml_is_damaged(x);
	d->is_refused = d->is_refused || xml_has_doctype(x);
}

static bool read_body(struct docx *d, struct str part)
{
	SCOPED_PTR(xml) x = xml_new(part, XML_NO_DOCTYPE);
	enum xml_event event;
	bool found = false;

	while ((event = xml_next(x)) != XML_END_OF_PART)
		if (event == XML_START && str_is(xml_name(x), "body")) {
			found = true;
			read_blocks(d, x);
		}
	writer_close(d->w);
	finish_part(d, x);
	return found;
}

/* Notes or comments: each element of that name but the separators that Word keeps among them. */
static void read_notes(struct docx *d, struct str part, const char *element)
{
	SCOPED_PTR(xml) x = NULL;
	enum xml_event event;

	if (!part.p || has_doctype(part)) {
		d->is_refused = d->is_refused || part.p;
		return;
	}
	x = xml_new(part, XML_NO_DOCTYPE);
	d->is_note = true;
	while ((event = xml_next(x)) != XML_END_OF_PART) {
		struct str type;

		if (event != XML_START || !str_is(xml_name(x), element))
			continue;
		type = xml_attr(x, "type");
		if (!type.p || str_is(type, "normal"))
			read_blocks(d, x);
		else
			xml_skip(x);
	}
	d->is_note = false;
	finish_part(d, x);
}

static const struct {
	const char *element;
	enum meta_field field;
	double confidence;
} core[] = {
	{ "title", META_TITLE, 0.7 },
	{ "creator", META_AUTHOR, 0.6 },
	{ "created", META_DATE, 0.4 },
	{ "language", META_LANGUAGE, 0.7 },
	{ "description", META_ABSTRACT, 0.4 },
	{ "keywords", META_KEYWORD, 0.6 },
	{ "publisher", META_PUBLISHER, 0.7 },
};

/* Authors are parted by semicolons, keywords by these or by commas. */
static void put_core(struct docx *d, size_t row, struct str value)
{
	enum meta_field field = core[row].field;
	char mark = field == META_KEYWORD && str_find_ch(value, ';', 0) == STR_NONE ? ',' : ';';

	if (field == META_TITLE && ident_title_is_junk(value))
		return;
	if (field != META_AUTHOR && field != META_KEYWORD) {
		writer_meta(d->w, field, ORIGIN_DOCX_CORE, core[row].confidence, value);
		return;
	}
	while (value.p)
		writer_meta(d->w, field, ORIGIN_DOCX_CORE, core[row].confidence, str_cut(&value, mark));
}

static void read_core(struct docx *d, struct str part)
{
	SCOPED_PTR(xml) x = xml_new(has_doctype(part) ? STR_EMPTY : part, XML_NO_DOCTYPE);
	enum xml_event event;

	while ((event = xml_next(x)) != XML_END_OF_PART)
		for (size_t i = 0; event == XML_START && i < sizeof(core) / sizeof(core[0]); i++) {
			SCOPED(buf) value = BUF_INIT;

			if (!str_is(xml_name(x), core[i].element))
				continue;
			xml_inner_text(x, &value, VALUE_MAX);
			put_core(d, i, buf_view(&value));
			break;
		}
}

/* --- the package --- */

static bool is_wanted(struct str name)
{
	static const char *const ends[] = {
		"_rels/.rels", "/document.xml", "/document2.xml", "/styles.xml", "/numbering.xml", "/footnotes.xml", "/endnotes.xml",
		"/comments.xml", "docProps/core.xml",
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends(name, str_c(ends[i])))
			return true;
	return false;
}

/* Where the package says its main part is. */
static void find_main(const struct zip *z, struct buf *name)
{
	SCOPED_PTR(xml) x = xml_new(zip_find(z, STR("_rels/.rels")), XML_NO_DOCTYPE);
	enum xml_event event;

	while ((event = xml_next(x)) != XML_END_OF_PART) {
		struct str target;

		if (event != XML_START || !str_is(xml_name(x), "Relationship") ||
			!str_ends(xml_attr(x, "Type"), STR("/officeDocument")))
			continue;
		target = xml_attr(x, "Target");
		if (str_starts(target, STR("/")))
			target = str_sub(target, 1, target.len);
		buf_str(name, target);
		return;
	}
	buf_c(name, "word/document.xml");
}

/* A part beside the main one. */
static struct str beside(const struct zip *z, struct str main, const char *name)
{
	SCOPED(buf) path = BUF_INIT;
	size_t dir = main.len;

	while (dir && main.p[dir - 1] != '/')
		dir--;
	buf_add(&path, main.p, dir);
	buf_c(&path, name);
	return zip_find(z, buf_view(&path));
}

static enum err_code refuse_doctype(struct err *err)
{
	return err_set(err, ERR_DATA, "declares a document type, as no Word document does: refused");
}

static enum err_code read_package(struct docx *d, const struct zip *z, struct err *err)
{
	SCOPED(buf) main = BUF_INIT;
	struct str body, styles, lists, core_part;

	find_main(z, &main);
	body = zip_find(z, buf_view(&main));
	styles = beside(z, buf_view(&main), "styles.xml");
	lists = beside(z, buf_view(&main), "numbering.xml");
	core_part = zip_find(z, STR("docProps/core.xml"));
	if (!body.p)
		return err_set(err, ERR_DATA, "is a damaged Word document: it has no text");
	if (has_doctype(body) || has_doctype(styles) || has_doctype(lists) || has_doctype(core_part))
		return refuse_doctype(err);
	if (!docx_read_styles(&d->styles, styles) || !docx_read_lists(&d->styles, lists))
		return refuse_doctype(err);
	read_core(d, core_part);
	if (!read_body(d, body) && !d->is_refused)
		return err_set(err, ERR_DATA, "is a damaged Word document: it has no text");
	read_notes(d, beside(z, buf_view(&main), "footnotes.xml"), "footnote");
	read_notes(d, beside(z, buf_view(&main), "endnotes.xml"), "endnote");
	read_notes(d, beside(z, buf_view(&main), "comments.xml"), "comment");
	writer_warn(d->w, WARN_DAMAGED, d->damaged);
	return d->is_refused ? refuse_doctype(err) : OK;
}

static enum err_code docx_run(const struct extract_input *in, struct writer *w, struct err *err)
{
	SCOPED(zip) z = ZIP_INIT;
	struct docx d = { .w = w, .styles = DOCX_STYLES_INIT };
	enum err_code code;

	if (zip_read(&z, in->bytes, is_wanted, err) != OK)
		return err->code;
	code = read_package(&d, &z, err);
	docx_styles_release(&d.styles);
	return code;
}

static bool docx_is_it(struct str bytes)
{
	return zip_is_it(bytes) && str_find(bytes, STR("word/document"), 0) != STR_NONE &&
		str_find(bytes, STR("[Content_Types].xml"), 0) != STR_NONE;
}

static const char *const exts[] = { "docx", "docm", "dotx", NULL };
static const char *const mimes[] = { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", NULL };

const struct extract_ops extract_docx = {
	.name = "docx", .extractor = "docx/1",
	.mime = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	.exts = exts, .mimes = mimes, .is_it = docx_is_it, .run = docx_run,
};
