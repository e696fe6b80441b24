/*
 * What a page says of itself. Publishers write citation_* for Google Scholar and
 * Dublin Core for libraries, sites write JSON-LD and Open Graph for search
 * engines and previews; <title> and the byline are for people and come last.
 * All that is found is written, each with who says it; ingest chooses.
 */
#include <ctype.h>
#include <string.h>

#include "ibid/base/json.h"
#include "ibid/base/utf8.h"
#include "ibid/extract/html.h"

/* Longest title, byline and script of JSON-LD that is looked at, in bytes. */
#define TITLE_BYTES_MAX 1000
#define BYLINE_BYTES_MAX 120
#define SCRIPT_BYTES_MAX ((size_t)4 << 20)
/* A part of a <title> with fewer words says too little. */
#define TITLE_WORDS_MIN 3

/* name, property or itemprop of a <meta>, in lower case. */
static const struct {
	const char *name;
	enum meta_field field;
	enum meta_origin origin;
	double confidence;
} names[] = {
	{ "citation_title", META_TITLE, ORIGIN_HTML_META, 0.95 },
	{ "citation_author", META_AUTHOR, ORIGIN_HTML_META, 0.95 },
	{ "citation_editor", META_EDITOR, ORIGIN_HTML_META, 0.95 },
	{ "citation_publication_date", META_DATE, ORIGIN_HTML_META, 0.95 },
	{ "citation_date", META_DATE, ORIGIN_HTML_META, 0.94 },
	{ "citation_online_date", META_DATE, ORIGIN_HTML_META, 0.9 },
	{ "citation_journal_title", META_CONTAINER, ORIGIN_HTML_META, 0.95 },
	{ "citation_conference_title", META_CONTAINER, ORIGIN_HTML_META, 0.95 },
	{ "citation_inbook_title", META_CONTAINER, ORIGIN_HTML_META, 0.95 },
	{ "citation_publisher", META_PUBLISHER, ORIGIN_HTML_META, 0.95 },
	{ "citation_technical_report_institution", META_PUBLISHER, ORIGIN_HTML_META, 0.95 },
	{ "citation_technical_report_number", META_NUMBER, ORIGIN_HTML_META, 0.95 },
	{ "citation_volume", META_VOLUME, ORIGIN_HTML_META, 0.95 },
	{ "citation_issue", META_ISSUE, ORIGIN_HTML_META, 0.95 },
	{ "citation_doi", META_DOI, ORIGIN_HTML_META, 0.95 },
	{ "citation_arxiv_id", META_ARXIV, ORIGIN_HTML_META, 0.95 },
	{ "citation_isbn", META_ISBN, ORIGIN_HTML_META, 0.95 },
	{ "citation_issn", META_ISSN, ORIGIN_HTML_META, 0.95 },
	{ "citation_language", META_LANGUAGE, ORIGIN_HTML_META, 0.9 },
	{ "citation_abstract", META_ABSTRACT, ORIGIN_HTML_META, 0.9 },
	{ "citation_keywords", META_KEYWORD, ORIGIN_HTML_META, 0.9 },
	{ "dc.title", META_TITLE, ORIGIN_HTML_META, 0.9 },
	{ "dcterms.title", META_TITLE, ORIGIN_HTML_META, 0.9 },
	{ "dc.creator", META_AUTHOR, ORIGIN_HTML_META, 0.9 },
	{ "dcterms.creator", META_AUTHOR, ORIGIN_HTML_META, 0.9 },
	{ "dc.date", META_DATE, ORIGIN_HTML_META, 0.85 },
	{ "dc.date.issued", META_DATE, ORIGIN_HTML_META, 0.9 },
	{ "dcterms.issued", META_DATE, ORIGIN_HTML_META, 0.9 },
	{ "dcterms.created", META_DATE, ORIGIN_HTML_META, 0.8 },
	{ "dc.publisher", META_PUBLISHER, ORIGIN_HTML_META, 0.9 },
	{ "dc.language", META_LANGUAGE, ORIGIN_HTML_META, 0.9 },
	{ "dc.identifier.doi", META_DOI, ORIGIN_HTML_META, 0.9 },
	{ "prism.doi", META_DOI, ORIGIN_HTML_META, 0.9 },
	{ "prism.publicationname", META_CONTAINER, ORIGIN_HTML_META, 0.9 },
	{ "prism.publicationdate", META_DATE, ORIGIN_HTML_META, 0.9 },
	{ "og:title", META_TITLE, ORIGIN_OPEN_GRAPH, 0.8 },
	{ "og:site_name", META_PUBLISHER, ORIGIN_OPEN_GRAPH, 0.7 },
	{ "og:url", META_URL, ORIGIN_OPEN_GRAPH, 0.8 },
	{ "og:description", META_ABSTRACT, ORIGIN_OPEN_GRAPH, 0.5 },
	{ "og:locale", META_LANGUAGE, ORIGIN_OPEN_GRAPH, 0.5 },
	{ "article:published_time", META_DATE, ORIGIN_OPEN_GRAPH, 0.85 },
	{ "article:author", META_AUTHOR, ORIGIN_OPEN_GRAPH, 0.7 },
	{ "article:tag", META_KEYWORD, ORIGIN_OPEN_GRAPH, 0.7 },
	{ "twitter:title", META_TITLE, ORIGIN_OPEN_GRAPH, 0.7 },
	{ "title", META_TITLE, ORIGIN_HTML_META, 0.7 },
	{ "author", META_AUTHOR, ORIGIN_HTML_META, 0.75 },
	{ "date", META_DATE, ORIGIN_HTML_META, 0.75 },
	{ "pubdate", META_DATE, ORIGIN_HTML_META, 0.75 },
	{ "publish-date", META_DATE, ORIGIN_HTML_META, 0.75 },
	{ "datepublished", META_DATE, ORIGIN_HTML_META, 0.8 },
	{ "publisher", META_PUBLISHER, ORIGIN_HTML_META, 0.7 },
	{ "description", META_ABSTRACT, ORIGIN_HTML_META, 0.5 },
	{ "keywords", META_KEYWORD, ORIGIN_HTML_META, 0.5 },
	{ "language", META_LANGUAGE, ORIGIN_HTML_META, 0.6 },
	{ "rights", META_RIGHTS, ORIGIN_HTML_META, 0.6 },
};

static bool is_address(struct str s)
{
	return str_starts(s, STR("http://")) || str_starts(s, STR("https://"));
}

static void put_list(struct writer *w, enum meta_origin origin, double confidence, struct str values)
{
	while (values.p)
		writer_meta(w, META_KEYWORD, origin, confidence, str_trim(str_cut(&values, ',')));
}

/* "By Jane Doe (http://...)" names Jane Doe; an address instead of a name names nobody. */
static struct str author_of(struct str s)
{
	size_t paren = str_find(s, STR("(http"), 0);

	s = str_trim(str_sub(s, 0, paren));
	while (s.len && (str_ends(s, STR("\xE2\x80\x94")) || str_ends(s, STR("\xE2\x80\x93")) || strchr(",;:|-", s.p[s.len - 1])))
		s = str_trim(str_sub(s, 0, utf8_floor(s, s.len - 1)));
	if (str_eq_nocase(str_sub(s, 0, 3), STR("by ")))
		s = str_trim(str_sub(s, 3, s.len));
	return is_address(s) ? STR_EMPTY : s;
}

static void put(struct writer *w, enum meta_field field, enum meta_origin origin, double confidence, struct str value)
{
	value = str_trim(value);
	if (field == META_KEYWORD)
		put_list(w, origin, confidence, value);
	else if (field == META_AUTHOR || field == META_EDITOR)
		writer_meta(w, field, origin, confidence, author_of(value));
	else if (field != META_URL || is_address(value))
		writer_meta(w, field, origin, confidence, value);
}

/* --- <meta>, <link>, <html> --- */

static void take_meta(struct writer *w, const struct html_node *n)
{
	static const enum html_attr_name from[] = { ATTR_NAME, ATTR_PROPERTY, ATTR_ITEMPROP };
	struct str content = html_attr(n, ATTR_CONTENT);

	for (size_t k = 0; content.len && k < 3; k++) {
		struct str name = str_trim(html_attr(n, from[k]));

		for (size_t i = 0; name.len && i < sizeof(names) / sizeof(names[0]); i++)
			if (str_is_nocase(name, names[i].name))
				put(w, names[i].field, names[i].origin, names[i].confidence, content);
	}
	if (str_is_nocase(html_attr(n, ATTR_HTTP_EQUIV), "content-language"))
		put(w, META_LANGUAGE, ORIGIN_HTML_META, 0.6, content);
}

/* First and last page stand apart in citation_*. */
static void take_pages(struct writer *w, struct html_tree *tree)
{
	struct str first = STR_EMPTY, last = STR_EMPTY;
	SCOPED(buf) pages = BUF_INIT;

	for (const struct html_node *n = tree->root; n; n = html_next(n, tree->root, true)) {
		if (n->tag == TAG_METAELEM && str_is_nocase(html_attr(n, ATTR_NAME), "citation_firstpage"))
			first = html_attr(n, ATTR_CONTENT);
		if (n->tag == TAG_METAELEM && str_is_nocase(html_attr(n, ATTR_NAME), "citation_lastpage"))
			last = html_attr(n, ATTR_CONTENT);
	}
	if (!first.len)
		return;
	buf_str(&pages, first);
	if (last.len && !str_eq(first, last)) {
		buf_ch(&pages, '-');
		buf_str(&pages, last);
	}
	put(w, META_PAGES, ORIGIN_HTML_META, 0.95, buf_view(&pages));
}

/* --- JSON-LD (schema.org) --- */

static void put_name(struct writer *w, enum meta_field field, const struct json_node *n, double confidence)
{
	struct str name = json_kind(n) == JSON_OBJECT ? json_str(json_get(n, "name")) : json_str(n);

	put(w, field, ORIGIN_JSON_LD, confidence, name);
}

static void put_names(struct writer *w, enum meta_field field, const struct json_node *n, double confidence)
{
	if (json_kind(n) != JSON_ARRAY) {
		put_name(w, field, n, confidence);
		return;
	}
	for (n = json_first(n); n; n = json_next(n))
		put_name(w, field, n, confidence);
}

static bool is_work_type(struct str type)
{
	static const char *const ends[] = {
		"Article", "Posting", "Report", "WebPage", "Book", "Thesis", "CreativeWork", "Dataset", "Legislation", "Chapter",
		"Review", "PressRelease",
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends(type, str_c(ends[i])))
			return true;
	return false;
}

static bool is_work(const struct json_node *n)
{
	const struct json_node *type = json_get(n, "@type");

	if (json_kind(type) != JSON_ARRAY)
		return is_work_type(json_str(type));
	for (type = json_first(type); type; type = json_next(type))
		if (is_work_type(json_str(type)))
			return true;
	return false;
}

/* A page about a page says less than the article in it. */
static void take_work(struct writer *w, const struct json_node *n, struct str title)
{
	bool is_page = str_ends(json_str(json_get(n, "@type")), STR("WebPage"));
	double confidence = is_page ? 0.65 : 0.85;
	struct str headline = json_str(json_get(n, "headline")), name = json_str(json_get(n, "name"));

	/* Wikipedia's headline is a description; of two the one that <title> has is the title. */
	if (!headline.len || (name.len && str_find(title, headline, 0) == STR_NONE && str_find(title, name, 0) != STR_NONE))
		headline = name;
	put(w, META_TITLE, ORIGIN_JSON_LD, confidence, headline);
	put_names(w, META_AUTHOR, json_get(n, "author"), confidence);
	put_name(w, META_PUBLISHER, json_get(n, "publisher"), confidence);
	put(w, META_DATE, ORIGIN_JSON_LD, confidence, json_str(json_get(n, "datePublished")));
	put(w, META_LANGUAGE, ORIGIN_JSON_LD, confidence, json_str(json_get(n, "inLanguage")));
	put(w, META_ABSTRACT, ORIGIN_JSON_LD, 0.6, json_str(json_get(n, "abstract")));
	put(w, META_ISBN, ORIGIN_JSON_LD, confidence, json_str(json_get(n, "isbn")));
}

static void take_ld(struct writer *w, const struct json_node *n, struct str title, int depth)
{
	if (depth > 3)
		return;
	if (is_work(n))
		take_work(w, n, title);
	if (json_kind(n) == JSON_ARRAY)
		for (n = json_first(n); n; n = json_next(n))
			take_ld(w, n, title, depth + 1);
	else if (json_get(n, "@graph"))
		take_ld(w, json_get(n, "@graph"), title, depth + 1);
}

/* XHTML pages wrap scripts in CDATA marks, some behind a comment. */
static struct str unwrapped(struct str script)
{
	size_t from = str_find(script, STR("<![CDATA["), 0), to;

	if (from != STR_NONE && from < 16)
		script = str_sub(script, from + 9, script.len);
	to = str_find(script, STR("]]>"), 0);
	script = str_trim(str_sub(script, 0, to));
	if (to != STR_NONE && str_ends(script, STR("//")))
		script.len -= 2;
	return script;
}

static void take_script(struct writer *w, const struct html_node *n, struct str title)
{
	SCOPED_PTR(json) doc = NULL;

	if (!str_is_nocase(str_trim(html_attr(n, ATTR_TYPE)), "application/ld+json") || n->text.len > SCRIPT_BYTES_MAX)
		return;
	if (json_parse(unwrapped(n->text), JSON_MEND, &doc, NULL) == OK)
		take_ld(w, json_root(doc), title, 0);
}

/* --- <title> --- */

static size_t count_words(struct str s)
{
	size_t words = 0;

	while (s.p)
		words += str_trim(str_cut(&s, ' ')).len > 0;
	return words;
}

/* Bytes of the separator between a page's and its site's title at `at`, which a space stands before. 0: none. */
static size_t separator_at(struct str title, size_t at)
{
	static const char *const marks[] = { "|", "-", "\xE2\x80\x93", "\xE2\x80\x94", "\\", "/", ">", "\xC2\xBB" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t len = strlen(marks[i]);

		if (at && title.p[at - 1] == ' ' && str_starts(str_sub(title, at, title.len), str_c(marks[i])) &&
			at + len < title.len && title.p[at + len] == ' ')
			return len;
	}
	return 0;
}

/* "Article | Section | Site": what is before the last mark, or after the first when that is too short. */
static struct str without_site(struct str title)
{
	size_t first = 0, last = 0, len = 0, first_len = 0;
	struct str part = title;

	for (size_t at = 1; at < title.len; at++) {
		if (!(len = separator_at(title, at)))
			continue;
		first_len = first ? first_len : len;
		first = first ? first : at;
		last = at;
	}
	if (last)
		part = str_trim(str_sub(title, 0, last));
	if (last && count_words(part) < TITLE_WORDS_MIN)
		part = str_trim(str_sub(title, first + first_len, title.len));
	/* A part of four words or fewer is as likely the site's name as the article's. */
	return count_words(part) <= TITLE_WORDS_MIN + 1 ? title : part;
}

/* "Site: Article", when no heading of the page says that the colon is the article's own. */
static struct str after_colon(struct str title)
{
	size_t last = STR_NONE, first = str_find(title, STR(": "), 0);
	struct str part;

	for (size_t at = first; at != STR_NONE; at = str_find(title, STR(": "), at + 1))
		last = at;
	part = str_trim(str_sub(title, last + 1, title.len));
	if (count_words(part) < TITLE_WORDS_MIN)
		part = str_trim(str_sub(title, first + 1, title.len));
	else if (count_words(str_sub(title, 0, first)) > 5)
		return title;
	return count_words(part) <= TITLE_WORDS_MIN + 1 ? title : part;
}

static bool is_heading(struct html_tree *tree, struct str title)
{
	for (const struct html_node *n = tree->root; n; n = html_next(n, tree->root, true)) {
		SCOPED(buf) text = BUF_INIT;

		if (n->tag != TAG_H1 && n->tag != TAG_H2)
			continue;
		html_add_text(&text, n, TITLE_BYTES_MAX);
		if (str_eq(buf_view(&text), title))
			return true;
	}
	return false;
}

static bool has_separator(struct str title)
{
	for (size_t at = 1; at < title.len; at++)
		if (separator_at(title, at))
			return true;
	return false;
}

/* Of the <title>'s parts the one that is the article's, by the rules that Readability's pages are made with. */
static void take_title(struct writer *w, struct html_tree *tree, struct str title)
{
	if (has_separator(title))
		title = without_site(title);
	else if (str_find(title, STR(": "), 0) != STR_NONE && !is_heading(tree, title))
		title = after_colon(title);
	put(w, META_TITLE, ORIGIN_HTML_META, 0.6, title);
}

/* --- the article --- */

/* What a site hangs on its headings for the mouse. */
static struct str without_handle(struct str s)
{
	static const char *const handles[] = { "\xC2\xB6", "#", "[edit]" };

	for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++)
		if (str_ends(s, str_c(handles[i])))
			return str_trim(str_sub(s, 0, s.len - strlen(handles[i])));
	return s;
}

/* The first heading of level 1, and what is marked as the headline. */
static void take_headline(struct writer *w, struct html_tree *tree)
{
	bool has_heading = false;

	for (const struct html_node *n = tree->root; n; n = html_next(n, tree->root, true)) {
		SCOPED(buf) text = BUF_INIT;
		bool is_headline = html_attr_has(n, ATTR_ITEMPROP, "headline");

		if (!is_headline && (n->tag != TAG_H1 || has_heading))
			continue;
		has_heading = true;
		html_add_text(&text, n, TITLE_BYTES_MAX);
		put(w, META_TITLE, ORIGIN_FIRST_PAGE, is_headline ? 0.55 : 0.4, without_handle(buf_view(&text)));
		if (is_headline)
			return;
	}
}

static bool is_byline(const struct html_node *n)
{
	static const char *const words[] = { "byline", "author", "writtenby", "p-author" };
	struct str class = html_attr(n, ATTR_CLASS), id = html_attr(n, ATTR_ID);

	if (html_attr_has(n, ATTR_REL, "author") || html_attr_has(n, ATTR_ITEMPROP, "author"))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_find_nocase(class, str_c(words[i]), 0) != STR_NONE || str_find_nocase(id, str_c(words[i]), 0) != STR_NONE)
			return true;
	return false;
}

static void take_byline(struct writer *w, struct html_tree *tree)
{
	for (const struct html_node *n = tree->root; n; n = html_next(n, tree->root, true)) {
		SCOPED(buf) text = BUF_INIT;

		if (!n->attrs || (html_traits(n->tag) & (HTML_META | HTML_SKIP | HTML_RAW)) || !is_byline(n))
			continue;
		html_add_text(&text, n, BYLINE_BYTES_MAX + 1);
		if (!text.len || text.len > BYLINE_BYTES_MAX)
			continue;
		put(w, META_AUTHOR, ORIGIN_FIRST_PAGE, 0.5, buf_view(&text));
		return;
	}
}

static void take_time(struct writer *w, const struct html_node *article)
{
	struct html_node *n = html_find((struct html_node *)(uintptr_t)article, TAG_TIME);

	if (n && html_attr(n, ATTR_DATETIME).len)
		put(w, META_DATE, ORIGIN_FIRST_PAGE, 0.5, html_attr(n, ATTR_DATETIME));
}

static void take_language(struct writer *w, const struct html_node *html)
{
	struct str lang = html_attr(html, ATTR_LANG);

	put(w, META_LANGUAGE, ORIGIN_HTML_META, 0.8, lang.len ? lang : html_attr(html, ATTR_XML_LANG));
}

void html_meta(struct writer *w, struct html_tree *tree, const struct html_node *article)
{
	const struct html_node *head = html_find(tree->root, TAG_TITLE);
	SCOPED(buf) title = BUF_INIT;

	if (head && head->first)
		html_add_text(&title, head->first, TITLE_BYTES_MAX);
	for (const struct html_node *n = tree->root; n; n = html_next(n, tree->root, true)) {
		if (n->tag == TAG_METAELEM)
			take_meta(w, n);
		else if (n->tag == TAG_SCRIPT)
			take_script(w, n, buf_view(&title));
		else if (n->tag == TAG_HTML)
			take_language(w, n);
		else if (n->tag == TAG_LINK && html_attr_has(n, ATTR_REL, "canonical"))
			put(w, META_URL, ORIGIN_HTML_META, 0.9, html_attr(n, ATTR_HREF));
	}
	take_pages(w, tree);
	take_title(w, tree, buf_view(&title));
	take_headline(w, tree);
	take_byline(w, tree);
	take_time(w, article);
}
