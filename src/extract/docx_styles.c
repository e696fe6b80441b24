#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/extract/xml.h"
#include "docx_internal.h"

/* Styles based on styles: Word's own go three deep. */
#define BASED_MAX 12
/* What a counter may reach; Word stops at 32767. */
#define NUMBER_MAX 100000

int docx_int(struct str value, int otherwise)
{
	long long v;

	if (!value.p || !str_to_int(value, &v) || v < -NUMBER_MAX || v > NUMBER_MAX)
		return otherwise;
	return (int)v;
}

bool docx_is_on(struct str value)
{
	return !value.p || !(str_is(value, "0") || str_is(value, "false") || str_is(value, "off") || str_is(value, "none"));
}

/* Built-in names, which Word keeps in English whatever the user's language; pandoc's as well. */
static const struct {
	const char *name;
	enum extraction_kind kind;
	int level, meta;
} names[] = {
	{ "title", EXTRACTION_HEADING, 1, META_TITLE },
	{ "subtitle", EXTRACTION_PARAGRAPH, 0, META_SUBTITLE },
	{ "author", EXTRACTION_PARAGRAPH, 0, META_AUTHOR },
	{ "date", EXTRACTION_PARAGRAPH, 0, META_DATE },
	{ "abstract", EXTRACTION_PARAGRAPH, 0, META_ABSTRACT },
	{ "heading 1", EXTRACTION_HEADING, 1, -1 },
	{ "heading 2", EXTRACTION_HEADING, 2, -1 },
	{ "heading 3", EXTRACTION_HEADING, 3, -1 },
	{ "heading 4", EXTRACTION_HEADING, 4, -1 },
	{ "heading 5", EXTRACTION_HEADING, 5, -1 },
	{ "heading 6", EXTRACTION_HEADING, 6, -1 },
	{ "heading 7", EXTRACTION_HEADING, 6, -1 },
	{ "heading 8", EXTRACTION_HEADING, 6, -1 },
	{ "heading 9", EXTRACTION_HEADING, 6, -1 },
	{ "caption", EXTRACTION_CAPTION, 0, -1 },
	{ "image caption", EXTRACTION_CAPTION, 0, -1 },
	{ "table caption", EXTRACTION_CAPTION, 0, -1 },
	{ "quote", EXTRACTION_QUOTE, 0, -1 },
	{ "intense quote", EXTRACTION_QUOTE, 0, -1 },
	{ "block text", EXTRACTION_QUOTE, 0, -1 },
	{ "html preformatted", EXTRACTION_CODE, 0, -1 },
	{ "source code", EXTRACTION_CODE, 0, -1 },
	{ "plain text", EXTRACTION_PARAGRAPH, 0, -1 },
	{ "footnote text", EXTRACTION_NOTE, 0, -1 },
	{ "endnote text", EXTRACTION_NOTE, 0, -1 },
};

static void take_name(struct docx_style *style, struct str name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is_nocase(name, names[i].name)) {
			style->has_kind = true;
			style->kind = names[i].kind;
			style->level = names[i].level;
			style->meta = names[i].meta;
		}
}

static void take_outline_level(struct docx_style *style, int level)
{
	if (level < 0 || level > 8)
		return;
	style->has_kind = true;
	style->kind = EXTRACTION_HEADING;
	style->level = level < 5 ? level + 1 : 6;
}

/* Word allows 4079 styles. */
static struct docx_style *add_style(struct docx_styles *s, struct xml *x)
{
	struct docx_style *style;

	if (s->n_styles >= DOCX_STYLES_MAX)
		return NULL;
	s->styles = mem_grow(s->styles, &s->cap_styles, s->n_styles + 1, sizeof(*s->styles));
	style = &s->styles[s->n_styles++];
	*style = (struct docx_style){ .based_on = STR_EMPTY, .meta = -1 };
	style->id = arena_str(&s->mem, xml_attr(x, "styleId"));
	return style;
}

bool docx_read_styles(struct docx_styles *s, struct str part)
{
	SCOPED_PTR(xml) x = xml_new(part, XML_NO_DOCTYPE);
	struct docx_style *style = NULL;
	enum xml_event event;

	while ((event = xml_next(x)) != XML_END_OF_PART) {
		struct str name = event == XML_START ? xml_name(x) : STR_EMPTY;

		if (str_is(name, "style"))
			style = add_style(s, x);
		if (!style)
			continue;
		if (str_is(name, "name"))
			take_name(style, xml_attr(x, "val"));
		else if (str_is(name, "basedOn"))
			style->based_on = arena_str(&s->mem, xml_attr(x, "val"));
		else if (str_is(name, "outlineLvl"))
			take_outline_level(style, docx_int(xml_attr(x, "val"), -1));
		else if (str_is(name, "numId"))
			style->num_id = docx_int(xml_attr(x, "val"), 0);
		else if (str_is(name, "ilvl"))
			style->num_level = docx_int(xml_attr(x, "val"), 0);
	}
	return !xml_has_doctype(x);
}

static const struct docx_style *find_style(const struct docx_styles *s, struct str id)
{
	for (size_t i = 0; id.len && i < s->n_styles; i++)
		if (str_eq(s->styles[i].id, id))
			return &s->styles[i];
	return NULL;
}

struct docx_style docx_style_of(const struct docx_styles *s, struct str id)
{
	struct docx_style all = { .meta = -1, .kind = EXTRACTION_PARAGRAPH };
	const struct docx_style *style = find_style(s, id);

	for (int depth = 0; style && depth < BASED_MAX; depth++) {
		if (!all.has_kind && style->has_kind) {
			all.has_kind = true;
			all.kind = style->kind;
			all.level = style->level;
			all.meta = style->meta;
		}
		if (!all.num_id && style->num_id) {
			all.num_id = style->num_id;
			all.num_level = style->num_level;
		}
		style = find_style(s, style->based_on);
	}
	return all;
}

/* --- lists --- */

static const struct {
	const char *name;
	enum docx_format format;
} formats[] = {
	{ "bullet", DOCX_BULLET },
	{ "decimal", DOCX_DECIMAL },
	{ "decimalZero", DOCX_DECIMAL },
	{ "lowerLetter", DOCX_LETTER },
	{ "upperLetter", DOCX_UPPER_LETTER },
	{ "lowerRoman", DOCX_ROMAN },
	{ "upperRoman", DOCX_UPPER_ROMAN },
	{ "none", DOCX_NOTHING },
};

static enum docx_format format_of(struct str name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (str_is(name, formats[i].name))
			return formats[i].format;
	return DOCX_DECIMAL;
}

static struct docx_list *add_list(struct docx_list **lists, size_t *n, size_t *cap, int id)
{
	if (*n >= DOCX_LISTS_MAX)
		return NULL;
	*lists = mem_grow(*lists, cap, *n + 1, sizeof(**lists));
	(*lists)[*n] = (struct docx_list){ .id = id };
	for (int i = 0; i < DOCX_LEVELS; i++)
		(*lists)[*n].start[i] = 1;
	return &(*lists)[(*n)++];
}

bool docx_read_lists(struct docx_styles *s, struct str part)
{
	SCOPED_PTR(xml) x = xml_new(part, XML_NO_DOCTYPE);
	struct docx_list *look = NULL, *list = NULL;
	int level = 0;
	enum xml_event event;

	while ((event = xml_next(x)) != XML_END_OF_PART) {
		struct str name = event == XML_START ? xml_name(x) : STR_EMPTY;

		if (str_is(name, "abstractNum"))
			look = add_list(&s->looks, &s->n_looks, &s->cap_looks, docx_int(xml_attr(x, "abstractNumId"), -1));
		else if (str_is(name, "num"))
			list = add_list(&s->lists, &s->n_lists, &s->cap_lists, docx_int(xml_attr(x, "numId"), -1));
		else if (str_is(name, "lvl"))
			level = docx_int(xml_attr(x, "ilvl"), 0);
		else if (str_is(name, "abstractNumId") && list)
			list->look = docx_int(xml_attr(x, "val"), -1);
		if (!look || list || level < 0 || level >= DOCX_LEVELS)
			continue;
		if (str_is(name, "numFmt"))
			look->format[level] = format_of(xml_attr(x, "val"));
		else if (str_is(name, "start"))
			look->start[level] = docx_int(xml_attr(x, "val"), 1);
	}
	return !xml_has_doctype(x);
}

static struct docx_list *find_list(struct docx_list *lists, size_t n, int id)
{
	for (size_t i = 0; i < n; i++)
		if (lists[i].id == id)
			return &lists[i];
	return NULL;
}

static void add_roman(struct buf *out, int n, bool is_upper)
{
	static const struct {
		int value;
		const char *lower, *upper;
	} digits[] = {
		{ 1000, "m", "M" }, { 900, "cm", "CM" }, { 500, "d", "D" }, { 400, "cd", "CD" }, { 100, "c", "C" },
		{ 90, "xc", "XC" }, { 50, "l", "L" }, { 40, "xl", "XL" }, { 10, "x", "X" }, { 9, "ix", "IX" }, { 5, "v", "V" },
		{ 4, "iv", "IV" }, { 1, "i", "I" },
	};

	for (size_t i = 0; i < sizeof(digits) / sizeof(digits[0]); i++)
		for (; n >= digits[i].value; n -= digits[i].value)
			buf_c(out, is_upper ? digits[i].upper : digits[i].lower);
}

static void add_number(struct buf *out, enum docx_format format, int n)
{
	bool is_upper = format == DOCX_UPPER_LETTER || format == DOCX_UPPER_ROMAN;

	if ((format == DOCX_ROMAN || format == DOCX_UPPER_ROMAN) && n > 0 && n < 4000)
		add_roman(out, n, is_upper);
	else if ((format == DOCX_LETTER || format == DOCX_UPPER_LETTER) && n > 0 && n <= 26)
		buf_ch(out, (char)((is_upper ? 'A' : 'a') + n - 1));
	else
		buf_fmt(out, "%d", n);
	buf_c(out, ". ");
}

static int count_item(struct docx_list *list, const struct docx_list *look, int level)
{
	int n = list->next[level] ? list->next[level] : look->start[level];

	list->next[level] = n < NUMBER_MAX ? n + 1 : n;
	for (int deeper = level + 1; deeper < DOCX_LEVELS; deeper++)
		list->next[deeper] = 0;
	return n;
}

void docx_add_mark(struct docx_styles *s, int num_id, int level, struct buf *out)
{
	struct docx_list *list = find_list(s->lists, s->n_lists, num_id);
	const struct docx_list *look = list ? find_list(s->looks, s->n_looks, list->look) : NULL;

	if (level < 0 || level >= DOCX_LEVELS)
		level = 0;
	if (!look || look->format[level] == DOCX_BULLET)
		buf_c(out, "\xE2\x80\xA2 ");
	else if (look->format[level] != DOCX_NOTHING)
		add_number(out, look->format[level], count_item(list, look, level));
}

void docx_styles_release(struct docx_styles *s)
{
	mem_free(s->styles);
	mem_free(s->looks);
	mem_free(s->lists);
	arena_release(&s->mem);
	*s = (struct docx_styles)DOCX_STYLES_INIT;
}
