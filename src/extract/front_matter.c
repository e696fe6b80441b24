#include "ibid/extract/front_matter.h"

#include <ctype.h>
#include <string.h>

/* Lower case. Several names for one thing, as site generators and pandoc have them. */
static const struct {
	const char *key;
	enum meta_field field;
} keys[] = {
	{ "title", META_TITLE },
	{ "subtitle", META_SUBTITLE },
	{ "author", META_AUTHOR },
	{ "authors", META_AUTHOR },
	{ "byline", META_AUTHOR },
	{ "creator", META_AUTHOR },
	{ "editor", META_EDITOR },
	{ "date", META_DATE },
	{ "published", META_DATE },
	{ "publishdate", META_DATE },
	{ "pubdate", META_DATE },
	{ "publisher", META_PUBLISHER },
	{ "organization", META_PUBLISHER },
	{ "organisation", META_PUBLISHER },
	{ "institution", META_PUBLISHER },
	{ "site", META_PUBLISHER },
	{ "journal", META_CONTAINER },
	{ "container-title", META_CONTAINER },
	{ "booktitle", META_CONTAINER },
	{ "volume", META_VOLUME },
	{ "issue", META_ISSUE },
	{ "pages", META_PAGES },
	{ "doi", META_DOI },
	{ "arxiv", META_ARXIV },
	{ "isbn", META_ISBN },
	{ "issn", META_ISSN },
	{ "number", META_NUMBER },
	{ "url", META_URL },
	{ "link", META_URL },
	{ "canonical_url", META_URL },
	{ "source", META_URL },
	{ "lang", META_LANGUAGE },
	{ "language", META_LANGUAGE },
	{ "abstract", META_ABSTRACT },
	{ "description", META_ABSTRACT },
	{ "summary", META_ABSTRACT },
	{ "keywords", META_KEYWORD },
	{ "tags", META_KEYWORD },
	{ "categories", META_KEYWORD },
	{ "type", META_TYPE },
	{ "license", META_RIGHTS },
	{ "rights", META_RIGHTS },
};

static bool field_of(struct str key, enum meta_field *field)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_is_nocase(key, keys[i].key)) {
			*field = keys[i].field;
			return true;
		}
	return false;
}

static struct str unquote(struct str s)
{
	s = str_trim(s);
	if (s.len >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.len - 1] == s.p[0])
		s = str_sub(s, 1, s.len - 1);
	return str_trim(s);
}

static bool is_address(struct str s)
{
	return str_starts(s, STR("http://")) || str_starts(s, STR("https://"));
}

static void put(struct writer *w, enum meta_field field, struct str value)
{
	value = unquote(value);
	/* "source: Reuters" is no address, and a site's own "/posts/1" leads nowhere. */
	if (field == META_URL && !is_address(value))
		return;
	if (value.len && !str_is(value, "null") && !str_is(value, "~"))
		writer_meta(w, field, ORIGIN_FRONT_MATTER, 0.8, value);
}

/* Commas part a list; those inside quotes are text. */
static struct str cut_value(struct str *rest)
{
	char quote = 0;
	size_t i = 0;
	struct str part;

	for (; i < rest->len; i++) {
		char c = rest->p[i];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || (c == '\'' && (!i || !isalnum((unsigned char)rest->p[i - 1]))))
			quote = c;
		else if (c == ',')
			break;
	}
	part = str_sub(*rest, 0, i);
	*rest = i < rest->len ? str_sub(*rest, i + 1, rest->len) : (struct str){ NULL, 0 };
	return part;
}

static void put_values(struct writer *w, enum meta_field field, struct str value)
{
	struct str rest = str_trim(value);
	bool is_list = rest.len >= 2 && rest.p[0] == '[' && rest.p[rest.len - 1] == ']';

	if (is_list)
		rest = str_sub(rest, 1, rest.len - 1);
	if (!is_list && field != META_KEYWORD) {
		put(w, field, value);
		return;
	}
	while (rest.p)
		put(w, field, cut_value(&rest));
}

/* The key of "key: value" or "key = value"; an empty key when the line is none. */
static struct str key_of(struct str line, char sep, struct str *value)
{
	size_t at = str_find_ch(line, sep, 0);
	struct str key;

	if (at == STR_NONE)
		return STR_EMPTY;
	key = unquote(str_sub(line, 0, at));
	*value = str_trim(str_sub(line, at + 1, line.len));
	for (size_t i = 0; i < key.len; i++)
		if (!isalnum((unsigned char)key.p[i]) && !strchr("_-.", key.p[i]))
			return STR_EMPTY;
	return key;
}

/* A comment ends a plain value where white space stands before it. */
static struct str without_comment(struct str value)
{
	size_t at;

	if (value.len && strchr("\"'[|>", value.p[0]))
		return value;
	at = str_find(value, STR(" #"), 0);
	return at == STR_NONE ? value : str_trim(str_sub(value, 0, at));
}

struct reader {
	struct writer *w;
	char sep;
	bool is_known, is_nested;	/* inside a key we know; inside a TOML table */
	enum meta_field field;
	struct buf block;		/* a folded or literal block being gathered */
	bool in_block;
};

static void end_value(struct reader *r)
{
	if (r->in_block && r->is_known)
		put(r->w, r->field, buf_view(&r->block));
	buf_reset(&r->block);
	r->in_block = false;
}

static void take_item(struct reader *r, struct str item)
{
	struct str value, key = key_of(item, ':', &value);

	if (!r->is_known)
		return;
	if (!key.len || is_address(item))
		put(r->w, r->field, item);
	else if (str_is_nocase(key, "name") || str_is_nocase(key, "literal"))
		put(r->w, r->field, value);
}

static void take_key(struct reader *r, struct str line)
{
	struct str value = STR_EMPTY, key = key_of(line, r->sep, &value);

	end_value(r);
	r->is_known = key.len && !r->is_nested && field_of(key, &r->field);
	value = without_comment(value);
	r->in_block = value.len && (value.p[0] == '|' || value.p[0] == '>') && value.len <= 2;
	if (r->is_known && value.len && !r->in_block)
		put_values(r->w, r->field, value);
}

static void take_line(struct reader *r, struct str line)
{
	struct str s = str_trim(line);
	bool is_indented = line.len && (line.p[0] == ' ' || line.p[0] == '\t');

	if (r->in_block && (is_indented || !s.len)) {
		buf_ch(&r->block, ' ');
		buf_str(&r->block, s);
	} else if (r->sep == '=' && s.len && s.p[0] == '[') {
		r->is_nested = true;
	} else if (str_starts(s, STR("- ")) && r->sep == ':') {
		take_item(r, str_trim(str_sub(s, 2, s.len)));
	} else if (!is_indented && s.len && s.p[0] != '#') {
		take_key(r, s);
	}
}

/* Where the closing fence stands; STR_NONE when there is none near. */
static size_t closing_fence(struct str text, struct str fence, size_t *end)
{
	size_t at = str_find_ch(text, '\n', 0);

	text = str_sub(text, 0, FRONT_MATTER_MAX);
	while (at != STR_NONE) {
		size_t next = str_find_ch(text, '\n', at + 1);
		struct str line = str_trim(str_sub(text, at + 1, next));

		if (str_eq(line, fence) || (fence.p[0] == '-' && str_is(line, "..."))) {
			*end = next == STR_NONE ? text.len : next + 1;
			return at + 1;
		}
		at = next;
	}
	return STR_NONE;
}

size_t front_matter_fenced(struct str text, struct writer *w)
{
	struct str rest = text, first = str_trim(str_cut(&rest, '\n'));
	bool is_toml = str_is(first, "+++");
	struct reader r = { .w = w, .sep = is_toml ? '=' : ':', .block = BUF_INIT };
	size_t to, end = 0;

	if (!is_toml && !str_is(first, "---"))
		return 0;
	to = closing_fence(text, first, &end);
	if (to == STR_NONE)
		return 0;
	rest = str_sub(text, (size_t)(rest.p - text.p), to);
	/* A thematic break above a paragraph looks the same: metadata begins with a key. */
	if (!key_of(str_cut(&(struct str){ rest.p, rest.len }, '\n'), r.sep, &first).len)
		return 0;
	while (rest.p)
		take_line(&r, str_cut(&rest, '\n'));
	end_value(&r);
	buf_release(&r.block);
	return end;
}

size_t front_matter_bare(struct str text, struct writer *w)
{
	struct str rest = text, value = STR_EMPTY;
	size_t taken = 0;

	while (rest.p && taken < FRONT_MATTER_MAX) {
		struct str line = str_cut(&rest, '\n'), key = key_of(line, ':', &value);
		enum meta_field field;

		if (!key.len || !field_of(key, &field))
			break;
		if (!taken && field != META_TITLE && field != META_URL)
			break;
		put_values(w, field, value);
		taken = rest.p ? (size_t)(rest.p - text.p) : text.len;
	}
	return taken;
}
