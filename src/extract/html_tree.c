#include "ibid/extract/html_tree.h"

#include <ctype.h>
#include <string.h>

#include "ibid/base/utf8.h"
#include "ibid/extract/entity.h"

/* Longest tag and attribute name that can be one of ours. */
#define NAME_BYTES_MAX 16

static const struct {
	const char *name;
	unsigned traits;
} tags[] = {
#define X(code, name, traits) [code] = { name, traits },
	HTML_TAGS(X)
#undef X
};

static const char *const attr_names[] = {
#define X(code, name) [code] = name,
	HTML_ATTRS(X)
#undef X
};

unsigned html_traits(enum html_tag tag)
{
	return tags[tag].traits;
}

/* The elements that are open, from the root down. */
struct builder {
	struct html_tree *tree;
	struct str in;
	size_t at;
	struct html_node *open[HTML_DEPTH_MAX];
	size_t n_open;
	size_t beyond;		/* elements opened beyond the last place of the stack */
	bool is_xml;
	bool no_comment_end, no_quote[2];	/* from here to the end there is none: never looked for again */
};

/* --- names --- */

static size_t name_len(struct str in, size_t at)
{
	size_t to = at;

	while (to < in.len && !strchr(" \t\n\r\f/>", in.p[to]) && in.p[to])
		to++;
	return to - at;
}

/* The table is sorted but for its first and last rows. */
static enum html_tag tag_of(struct str name)
{
	char lower[NAME_BYTES_MAX + 1];
	int lo = TAG_NONE + 1, hi = TAG_OTHER - 1;

	if (name.len > NAME_BYTES_MAX)
		return TAG_OTHER;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = (char)tolower((unsigned char)name.p[i]);
	lower[name.len] = '\0';
	while (lo <= hi) {
		int mid = (lo + hi) / 2, order = strcmp(lower, tags[mid].name);

		if (!order)
			return (enum html_tag)mid;
		if (order < 0)
			hi = mid - 1;
		else
			lo = mid + 1;
	}
	return TAG_OTHER;
}

static int attr_of(struct str name)
{
	for (int i = 0; i < HTML_ATTR_COUNT; i++)
		if (str_is_nocase(name, attr_names[i]))
			return i;
	return -1;
}

/* --- the tree --- */

static struct html_node *add_node(struct builder *b, enum html_tag tag)
{
	struct html_node *parent = b->n_open ? b->open[b->n_open - 1] : b->tree->root;
	struct html_node *n = arena_alloc(&b->tree->mem, sizeof(*n));

	n->tag = tag;
	n->parent = parent;
	n->made_before = b->tree->latest;
	b->tree->latest = n;
	if (parent && parent->last)
		parent->last->next = n;
	else if (parent)
		parent->first = n;
	if (parent)
		parent->last = n;
	return n;
}

static struct str decoded(struct builder *b, struct str raw)
{
	SCOPED(buf) text = BUF_INIT;

	if (str_find_ch(raw, '&', 0) == STR_NONE)
		return raw;
	entity_decode_all(&text, raw);
	return arena_str(&b->tree->mem, buf_view(&text));
}

static void add_text(struct builder *b, struct str raw, bool has_references)
{
	if (raw.len)
		add_node(b, TAG_TEXT)->text = has_references ? decoded(b, raw) : raw;
}

static enum html_tag current(const struct builder *b)
{
	return b->n_open ? b->open[b->n_open - 1]->tag : TAG_NONE;
}

static bool is_one_of(enum html_tag tag, const enum html_tag *list)
{
	for (; *list; list++)
		if (*list == tag)
			return true;
	return false;
}

/* The place (from 1) of the innermost open `tag` above none of `stops`, or without those above no scope; 0: none. */
static size_t find_open(const struct builder *b, enum html_tag tag, const enum html_tag *stops)
{
	for (size_t i = b->n_open; i; i--) {
		enum html_tag open = b->open[i - 1]->tag;

		if (open == tag)
			return i;
		if (stops ? is_one_of(open, stops) : (tags[open].traits & HTML_SCOPE) != 0)
			return 0;
	}
	return 0;
}

/* What a start tag ends: elements of these kinds, looked for no further than the stops. */
static const struct {
	enum html_tag tag, ends[4], stops[5];
} implied[] = {
	{ TAG_LI, { TAG_LI }, { TAG_UL, TAG_OL, TAG_MENU, TAG_TD } },
	{ TAG_DT, { TAG_DT, TAG_DD }, { TAG_DL, TAG_TD } },
	{ TAG_DD, { TAG_DT, TAG_DD }, { TAG_DL, TAG_TD } },
	{ TAG_TR, { TAG_TR, TAG_CAPTION, TAG_COLGROUP }, { TAG_TABLE } },
	{ TAG_TD, { TAG_TD, TAG_TH }, { TAG_TABLE, TAG_TR } },
	{ TAG_TH, { TAG_TD, TAG_TH }, { TAG_TABLE, TAG_TR } },
	{ TAG_TBODY, { TAG_TBODY, TAG_THEAD, TAG_TFOOT, TAG_CAPTION }, { TAG_TABLE } },
	{ TAG_THEAD, { TAG_TBODY, TAG_THEAD, TAG_TFOOT, TAG_CAPTION }, { TAG_TABLE } },
	{ TAG_TFOOT, { TAG_TBODY, TAG_THEAD, TAG_TFOOT, TAG_CAPTION }, { TAG_TABLE } },
	{ TAG_OPTION, { TAG_OPTION }, { TAG_SELECT, TAG_DATALIST } },
	{ TAG_OPTGROUP, { TAG_OPTION, TAG_OPTGROUP }, { TAG_SELECT } },
	{ TAG_RT, { TAG_RT, TAG_RP }, { TAG_RUBY } },
	{ TAG_RP, { TAG_RT, TAG_RP }, { TAG_RUBY } },
	{ TAG_BODY, { TAG_HEAD }, { TAG_HTML } },
	{ TAG_A, { TAG_A }, { TAG_TD, TAG_TH, TAG_LI } },
};

static void close_to(struct builder *b, size_t place)
{
	if (place && place - 1 < b->n_open) {
		b->n_open = place - 1;
		b->beyond = 0;
	}
}

static void end_implied(struct builder *b, enum html_tag tag)
{
	static const enum html_tag p_stops[] = {
		TAG_TABLE, TAG_TD, TAG_TH, TAG_CAPTION, TAG_BUTTON, TAG_OBJECT, TAG_TEMPLATE, TAG_SVG, TAG_NONE
	};

	if (current(b) == TAG_HEAD && !(tags[tag].traits & (HTML_META | HTML_RAW)) && tag != TAG_NOSCRIPT &&
		tag != TAG_TEMPLATE && tag != TAG_HEAD && tag != TAG_OTHER)
		b->n_open--;
	if (tags[tag].traits & HTML_ENDS_P)
		close_to(b, find_open(b, TAG_P, p_stops));
	if ((tags[tag].traits & HTML_HEADING) && (tags[current(b)].traits & HTML_HEADING))
		close_to(b, b->n_open);
	for (size_t i = 0; i < sizeof(implied) / sizeof(implied[0]); i++) {
		if (implied[i].tag != tag)
			continue;
		for (size_t k = 0; k < 4 && implied[i].ends[k]; k++)
			close_to(b, find_open(b, implied[i].ends[k], implied[i].stops));
	}
}

static void push(struct builder *b, struct html_node *n)
{
	if (b->n_open < HTML_DEPTH_MAX) {
		b->open[b->n_open++] = n;
	} else {
		b->beyond++;
		b->tree->flattened++;
	}
}

/* An inline element cannot end a block that was opened inside it: "<b><p>x</b>y" keeps its paragraph. */
static bool crosses_block(const struct builder *b, enum html_tag tag, size_t place)
{
	if (tags[tag].traits & HTML_BLOCK)
		return false;
	for (size_t i = place; i < b->n_open; i++)
		if (tags[b->open[i]->tag].traits & HTML_BLOCK)
			return true;
	return false;
}

/* Parts of a table end each other across cells, but not beyond their table; a table ends whatever it holds. */
static size_t find_ended(const struct builder *b, enum html_tag tag)
{
	static const enum html_tag table[] = { TAG_TABLE, TAG_NONE }, none[] = { TAG_NONE };
	static const enum html_tag parts[] = { TAG_TR, TAG_TBODY, TAG_THEAD, TAG_TFOOT, TAG_TD, TAG_TH, TAG_NONE };

	if (tag == TAG_TABLE)
		return find_open(b, tag, none);
	return find_open(b, tag, is_one_of(tag, parts) ? table : NULL);
}

static void end_tag(struct builder *b, enum html_tag tag)
{
	size_t place;

	if (b->beyond) {
		b->beyond--;
		return;
	}
	if (tags[tag].traits & HTML_VOID) {
		if (tag == TAG_BR)
			add_node(b, TAG_BR);
		return;
	}
	/* Text after </body> and </html> belongs to the page all the same. */
	if (tag == TAG_BODY || tag == TAG_HTML)
		return;
	/* Unknown elements share one code and may not be each other's end; the innermost is likely the right one. */
	place = find_ended(b, tag);
	if (place && !crosses_block(b, tag, place))
		close_to(b, place);
}

/* --- the tokenizer --- */

static size_t skip_space(struct str in, size_t at)
{
	while (at < in.len && isspace((unsigned char)in.p[at]))
		at++;
	return at;
}

static size_t find_gt(struct str in, size_t from)
{
	size_t at = str_find_ch(in, '>', from);

	return at == STR_NONE ? in.len : at;
}

/* A quote that is never closed ends with its tag, or the rest of the page would be an attribute. */
static struct str read_value(struct builder *b)
{
	struct str in = b->in;
	size_t from, to;
	char quote = b->at < in.len ? in.p[b->at] : 0;

	if (quote == '"' || quote == '\'') {
		bool *none = &b->no_quote[quote == '"'];

		from = b->at + 1;
		to = *none ? STR_NONE : str_find_ch(in, quote, from);
		*none = to == STR_NONE;
		if (to == STR_NONE)
			to = find_gt(in, from);
		b->at = to + (to < in.len && in.p[to] == quote);
		return str_sub(in, from, to);
	}
	from = to = b->at;
	while (to < in.len && in.p[to] != '>' && !isspace((unsigned char)in.p[to]))
		to++;
	b->at = to;
	return str_sub(in, from, to);
}

static void keep_attr(struct builder *b, struct html_node *n, struct str name, struct str value)
{
	int which = name.len <= NAME_BYTES_MAX ? attr_of(name) : -1;
	struct html_attr *a;

	if (which < 0 || !n || html_attr(n, (enum html_attr_name)which).p)
		return;
	a = arena_alloc(&b->tree->mem, sizeof(*a));
	a->name = (enum html_attr_name)which;
	a->value = value.len ? decoded(b, value) : STR_EMPTY;
	a->next = n->attrs;
	n->attrs = a;
}

/* All attributes up to '>'. Returns whether the tag closes itself. */
static bool read_attrs(struct builder *b, struct html_node *n)
{
	struct str in = b->in;
	bool is_closed = false;

	while (b->at < in.len && in.p[b->at] != '>') {
		size_t from = b->at, len;
		struct str name, value = STR_EMPTY;

		if (isspace((unsigned char)in.p[from]) || in.p[from] == '/') {
			is_closed = in.p[from] == '/';
			b->at++;
			continue;
		}
		for (len = 1; from + len < in.len && !strchr("= \t\n\r\f/>", in.p[from + len]); len++)
			;
		name = str_sub(in, from, from + len);
		b->at = skip_space(in, from + len);
		if (b->at < in.len && in.p[b->at] == '=') {
			b->at = skip_space(in, b->at + 1);
			value = read_value(b);
		}
		is_closed = false;
		keep_attr(b, n, name, value);
	}
	if (b->at < in.len)
		b->at++;
	return is_closed;
}

/* Where "</name" stands at or after `from`; the end of the text when it does not. */
static size_t find_end_tag(struct str in, size_t from, const char *name)
{
	size_t len = strlen(name);

	for (size_t at = from; (at = str_find(in, STR("</"), at)) != STR_NONE; at += 2) {
		struct str after = str_sub(in, at + 2, at + 2 + len);
		char c = at + 2 + len < in.len ? in.p[at + 2 + len] : '>';

		if (str_is_nocase(after, name) && (c == '>' || c == '/' || isspace((unsigned char)c)))
			return at;
	}
	return in.len;
}

/* The content of a script, style, title or the like, and its end tag. */
static void read_raw(struct builder *b, struct html_node *n)
{
	size_t from = b->at, to = find_end_tag(b->in, from, tags[n->tag].name);
	struct str content = str_sub(b->in, from, to);

	if (tags[n->tag].traits & HTML_RCDATA) {
		struct html_node *text;

		push(b, n);
		text = add_node(b, TAG_TEXT);
		text->text = decoded(b, content);
		close_to(b, b->n_open);
	} else {
		n->text = content;
		if (to >= b->in.len && n->tag != TAG_SCRIPT)
			b->tree->lost += content.len;
	}
	b->at = to;
	if (to < b->in.len) {
		to = str_find_ch(b->in, '>', to);
		b->at = to == STR_NONE ? b->in.len : to + 1;
	}
}

static bool is_repeated(const struct builder *b, enum html_tag tag)
{
	if (tag != TAG_HTML && tag != TAG_BODY && tag != TAG_HEAD)
		return false;
	for (size_t i = 0; i < b->n_open; i++)
		if (b->open[i]->tag == tag)
			return true;
	return false;
}

static void start_tag(struct builder *b, enum html_tag tag)
{
	struct html_node *n = NULL;
	bool is_closed;

	if (!is_repeated(b, tag)) {
		end_implied(b, tag);
		n = add_node(b, tag);
	}
	is_closed = read_attrs(b, n);
	if (!n || (tags[tag].traits & HTML_VOID))
		return;
	/* In HTML only foreign elements close themselves ("<path/>"): those we do not know. */
	if (is_closed && (b->is_xml || tag == TAG_OTHER || tag == TAG_SVG))
		return;
	if (tags[tag].traits & (HTML_RAW | HTML_RCDATA))
		read_raw(b, n);
	else
		push(b, n);
}

/* A comment that is never closed ends at the next '>', or the rest of the page would be lost. */
static void skip_comment(struct builder *b)
{
	size_t at = b->no_comment_end ? STR_NONE : str_find(b->in, STR("-->"), b->at + 4);

	b->no_comment_end = at == STR_NONE;
	if (at == STR_NONE)
		at = find_gt(b->in, b->at);
	else
		at += 2;
	if (at >= b->in.len)
		b->tree->lost += at - b->at;
	b->at = at < b->in.len ? at + 1 : at;
}

static void read_declaration(struct builder *b)
{
	struct str in = b->in, rest = str_sub(in, b->at, in.len);
	size_t to;

	if (str_starts(rest, STR("<!-->"))) {
		b->at += 5;
	} else if (str_starts(rest, STR("<!--"))) {
		skip_comment(b);
	} else if (b->is_xml && str_starts(rest, STR("<![CDATA["))) {
		to = str_find(in, STR("]]>"), b->at);
		add_text(b, str_sub(in, b->at + 9, to), false);
		b->at = to == STR_NONE ? in.len : to + 3;
	} else {
		to = find_gt(in, b->at);
		b->at = to < in.len ? to + 1 : to;
	}
}

/* At a '<'. False when it is but a character. */
static bool read_markup(struct builder *b)
{
	struct str in = b->in;
	char c = b->at + 1 < in.len ? in.p[b->at + 1] : 0;
	bool is_end = c == '/';
	size_t from = b->at + 1 + is_end, len;
	enum html_tag tag;

	if (c == '!' || c == '?') {
		read_declaration(b);
		return true;
	}
	if (from >= in.len || !isalpha((unsigned char)in.p[from]))
		return false;
	len = name_len(in, from);
	tag = tag_of(str_sub(in, from, from + len));
	b->at = from + len;
	if (!is_end) {
		start_tag(b, tag);
		return true;
	}
	read_attrs(b, NULL);
	end_tag(b, tag);
	return true;
}

void html_parse(struct html_tree *tree, struct str text, bool is_xml)
{
	struct builder b = { .tree = tree, .in = text, .is_xml = is_xml };
	size_t from = 0;

	tree->root = add_node(&b, TAG_NONE);
	while (b.at < text.len) {
		size_t lt = str_find_ch(text, '<', b.at);

		b.at = lt == STR_NONE ? text.len : lt;
		add_text(&b, str_sub(text, from, b.at), true);
		from = b.at;
		if (b.at < text.len && read_markup(&b))
			from = b.at;
		else
			b.at++;
	}
	add_text(&b, str_sub(text, from, text.len), true);
}

void html_tree_release(struct html_tree *tree)
{
	arena_release(&tree->mem);
	*tree = (struct html_tree)HTML_TREE_INIT;
}

/* --- looking --- */

struct str html_attr(const struct html_node *n, enum html_attr_name name)
{
	for (const struct html_attr *a = n->attrs; a; a = a->next)
		if (a->name == name)
			return a->value;
	return (struct str){ NULL, 0 };
}

bool html_attr_has(const struct html_node *n, enum html_attr_name name, const char *word)
{
	struct str rest = html_attr(n, name);

	while (rest.len) {
		size_t to = 0;

		while (to < rest.len && !isspace((unsigned char)rest.p[to]))
			to++;
		if (str_is_nocase(str_sub(rest, 0, to), word))
			return true;
		rest = str_trim(str_sub(rest, to, rest.len));
	}
	return false;
}

struct html_node *html_next(const struct html_node *n, const struct html_node *top, bool deeper)
{
	if (deeper && n->first)
		return n->first;
	while (n && n != top) {
		if (n->next)
			return n->next;
		n = n->parent;
	}
	return NULL;
}

struct html_node *html_find(struct html_node *top, enum html_tag tag)
{
	for (struct html_node *n = top; n; n = html_next(n, top, true))
		if (n->tag == tag)
			return n;
	return NULL;
}

/* Runs of white space become one space; a block or a <br> is one as well. */
static void add_tidy(struct buf *out, struct str text, bool *after_space, size_t max)
{
	for (size_t i = 0; i < text.len && out->len < max; i++) {
		bool is_space = isspace((unsigned char)text.p[i]);

		if (!is_space && *after_space && out->len)
			buf_ch(out, ' ');
		if (!is_space)
			buf_ch(out, text.p[i]);
		*after_space = is_space || (*after_space && is_space);
	}
}

void html_add_text(struct buf *out, const struct html_node *n, size_t max)
{
	bool after_space = false, deeper = true;

	for (const struct html_node *at = n; at && out->len < max; at = html_next(at, n, deeper)) {
		deeper = !at->is_dropped && !at->is_hidden && !(tags[at->tag].traits & (HTML_SKIP | HTML_RAW));
		if ((tags[at->tag].traits & HTML_BLOCK) || at->tag == TAG_BR)
			after_space = true;
		if (at->tag == TAG_TEXT)
			add_tidy(out, at->text, &after_space, max);
	}
	buf_cut(out, utf8_floor(buf_view(out), out->len < max ? out->len : max));
}
