/*
 * Which part of a page is the article. Every paragraph gives points, for its
 * length and its commas and against its links, to the elements around it, less
 * the further they are. The element with the most points, weighed against its
 * links, is the article's; its neighbours join when they look alike; and boxes
 * inside it that are mostly links or controls leave.
 *
 * Names of classes and ids are hints: pages call their parts by what they are.
 * When what is left is short, the page is read again with fewer hints, because
 * some call their article "sidebar".
 */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "ibid/extract/html.h"

/* A paragraph shorter than this says nothing about its surroundings; an item of a list must be longer. */
#define PARAGRAPH_CHARS 25
#define ITEM_CHARS 80
/* Elements around a paragraph that it votes for. */
#define VOTE_LEVELS 5
/* An article of fewer characters is looked for again with fewer hints. */
#define ARTICLE_CHARS 500
/* The best candidates that are looked at for a common parent. */
#define BEST_MAX 5

enum hints {
	HINT_NAMES = 1u << 0,	/* leave out what is called a menu */
	HINT_WEIGHTS = 1u << 1,	/* names add and take points */
	HINT_BOXES = 1u << 2,	/* boxes that are mostly links leave */
};

static const char *const unlikely[] = {
	"banner", "breadcrumb", "combx", "comment", "community", "cookie", "disqus", "extra", "footer", "gdpr", "header",
	"legends", "menu", "newsletter", "related", "remark", "replies", "rss", "share", "shoutbox", "sidebar",
	"skyscraper", "social", "sponsor", "supplemental", "ad-break", "advert", "agegate", "pagination", "pager", "popup",
	"skip-link", "toolbar", NULL
};
static const char *const maybe[] = { "and", "article", "body", "column", "content", "main", "shadow", "post-", NULL };
static const char *const good[] = {
	"article", "body", "content", "entry", "hentry", "h-entry", "main", "page", "pagination", "post", "text", "blog",
	"story", NULL
};
static const char *const bad[] = {
	"hidden", "banner", "combx", "comment", "com-", "contact", "footer", "gdpr", "masthead", "media", "meta", "outbrain",
	"promo", "related", "scroll", "share", "shoutbox", "sidebar", "skyscraper", "sponsor", "shopping", "tags", "widget",
	"navbox", "catlinks", NULL
};
static const char *const roles[] = {
	"menu", "menubar", "complementary", "navigation", "alert", "alertdialog", "dialog", "search", NULL
};

static bool holds(struct str s, const char *const *words)
{
	for (; s.len && *words; words++)
		if (str_find_nocase(s, str_c(*words), 0) != STR_NONE)
			return true;
	return false;
}

static bool is_within(const struct html_node *n, enum html_tag tag)
{
	for (; n; n = n->parent)
		if (n->tag == tag)
			return true;
	return false;
}

/* --- what leaves before anything is counted --- */

static bool is_chrome(const struct html_node *n)
{
	switch (n->tag) {
	case TAG_NAV:
	case TAG_FOOTER:
	case TAG_ASIDE:
	case TAG_MENU:
	case TAG_DIALOG:
	case TAG_TITLE:
		return true;
	default:
		return (html_traits(n->tag) & (HTML_SKIP | HTML_RAW | HTML_META)) != 0;
	}
}

static bool is_called_unlikely(const struct html_node *n)
{
	struct str class = html_attr(n, ATTR_CLASS), id = html_attr(n, ATTR_ID), role = html_attr(n, ATTR_ROLE);

	if (role.len && holds(role, roles))
		return true;
	if (n->tag == TAG_A || n->tag == TAG_ARTICLE || n->tag == TAG_MAIN || (html_traits(n->tag) & HTML_HEADING))
		return false;
	if (!holds(class, unlikely) && !holds(id, unlikely))
		return false;
	return !holds(class, maybe) && !holds(id, maybe) && !is_within(n, TAG_TABLE) && !is_within(n, TAG_CODE);
}

static bool is_root(const struct html_node *n)
{
	return n->tag == TAG_NONE || n->tag == TAG_HTML || n->tag == TAG_BODY;
}

static void drop_chrome(struct html_tree *tree, unsigned hints)
{
	for (struct html_node *n = tree->root; n; n = html_next(n, tree->root, true)) {
		n->is_dropped = n->is_scored = false;
		n->score = 0;
		if (n->tag == TAG_TEXT || is_root(n))
			continue;
		n->is_dropped = is_chrome(n) || str_is_nocase(html_attr(n, ATTR_ARIA_HIDDEN), "true") ||
			((hints & HINT_NAMES) && n->attrs && is_called_unlikely(n));
	}
}

/* --- sums --- */

static bool is_comma(struct str s, size_t at)
{
	if (s.p[at] == ',')
		return true;
	/* The commas of Arabic, of Chinese and Japanese, and of their wide forms. */
	return (unsigned char)s.p[at] >= 0xD8 && at + 2 < s.len &&
		(!memcmp(s.p + at, "\xD8\x8C", 2) || !memcmp(s.p + at, "\xE3\x80\x81", 3) || !memcmp(s.p + at, "\xEF\xBC\x8C", 3));
}

static struct html_sums sums_of_text(struct str s)
{
	struct html_sums sums = { 0 };
	bool after_space = true;

	for (size_t i = 0; i < s.len; i++) {
		bool is_space = isspace((unsigned char)s.p[i]);

		sums.chars += ((unsigned char)s.p[i] & 0xC0) != 0x80 && !(is_space && after_space);
		sums.commas += is_comma(s, i);
		after_space = is_space;
	}
	return sums;
}

static void add_sums(struct html_sums *to, const struct html_sums *more)
{
	to->chars += more->chars;
	to->link_chars += more->link_chars;
	to->heading_chars += more->heading_chars;
	to->list_chars += more->list_chars;
	to->commas += more->commas;
	to->paragraphs += more->paragraphs;
	to->images += more->images;
	to->items += more->items;
	to->inputs += more->inputs;
}

static void finish_sums(struct html_node *n)
{
	n->sums.paragraphs += n->tag == TAG_P;
	n->sums.images += n->tag == TAG_IMG;
	n->sums.items += n->tag == TAG_LI;
	n->sums.inputs += n->tag == TAG_INPUT;
	/* A link within the page ("see below") is part of the prose. */
	if (n->tag == TAG_A) {
		bool is_local = str_starts(html_attr(n, ATTR_HREF), STR("#"));

		n->sums.link_chars = is_local ? n->sums.chars * 3 / 10 : n->sums.chars;
		n->own.link_chars = is_local ? n->own.chars * 3 / 10 : n->own.chars;
	}
	if (html_traits(n->tag) & HTML_HEADING)
		n->sums.heading_chars = n->sums.chars;
	if (n->tag == TAG_UL || n->tag == TAG_OL)
		n->sums.list_chars = n->sums.chars;
}

/* From the last node made to the first every element comes before those that hold it. */
static void sum_up(struct html_tree *tree)
{
	for (struct html_node *n = tree->latest; n; n = n->made_before)
		n->sums = n->own = n->tag == TAG_TEXT ? sums_of_text(n->text) : (struct html_sums){ 0 };
	for (struct html_node *n = tree->latest; n; n = n->made_before) {
		finish_sums(n);
		if (!n->parent || n->is_dropped || n->is_hidden)
			continue;
		add_sums(&n->parent->sums, &n->sums);
		if (!(html_traits(n->tag) & HTML_BLOCK))
			add_sums(&n->parent->own, &n->own);
	}
}

static double link_density(const struct html_node *n)
{
	return n->sums.chars ? (double)n->sums.link_chars / n->sums.chars : 0;
}

/* --- the vote --- */

static double weight_of(const struct html_node *n, unsigned hints)
{
	struct str class = html_attr(n, ATTR_CLASS), id = html_attr(n, ATTR_ID);
	double weight = 0;

	if (!(hints & HINT_WEIGHTS))
		return 0;
	weight += holds(class, good) ? 25 : 0;
	weight -= holds(class, bad) ? 25 : 0;
	weight += holds(id, good) ? 25 : 0;
	weight -= holds(id, bad) ? 25 : 0;
	return weight;
}

static double points_of_tag(enum html_tag tag)
{
	switch (tag) {
	case TAG_ARTICLE:
	case TAG_MAIN:
		return 10;
	case TAG_DIV:
	case TAG_SECTION:
		return 5;
	case TAG_PRE:
	case TAG_TD:
	case TAG_BLOCKQUOTE:
		return 3;
	case TAG_ADDRESS:
	case TAG_OL:
	case TAG_UL:
	case TAG_DL:
	case TAG_DD:
	case TAG_DT:
	case TAG_LI:
	case TAG_FORM:
		return -3;
	case TAG_TH:
		return -5;
	default:
		return html_traits(tag) & HTML_HEADING ? -5 : 0;
	}
}

static void vote(struct html_node *voter, double points, unsigned hints)
{
	struct html_node *n = voter;

	for (int level = 0; n && n->parent && level < VOTE_LEVELS; level++, n = n->parent) {
		if (!n->is_scored) {
			n->is_scored = true;
			n->score = (float)(points_of_tag(n->tag) + weight_of(n, hints));
		}
		n->score += (float)(points / (level == 0 ? 1 : level == 1 ? 2 : level * 3));
	}
}

/* Text of its own, in no block below: a paragraph, whatever the element is called. */
static bool is_paragraph(const struct html_node *n)
{
	if (!(html_traits(n->tag) & HTML_BLOCK) || (html_traits(n->tag) & HTML_HEADING) || is_root(n))
		return false;
	return n->own.chars >= (n->tag == TAG_LI ? ITEM_CHARS : PARAGRAPH_CHARS);
}

static void hold_vote(struct html_tree *tree, unsigned hints)
{
	bool deeper = true;

	for (struct html_node *n = tree->root; n; n = html_next(n, tree->root, deeper)) {
		double points;
		bool is_box;

		deeper = !n->is_dropped && !n->is_hidden;
		if (!deeper || !is_paragraph(n))
			continue;
		points = 1 + n->own.commas + fmin(n->own.chars / 100.0, 3);
		points *= 1 - (double)n->own.link_chars / n->own.chars;
		/* A box with text and boxes in it is itself around its paragraph. */
		is_box = (n->tag == TAG_DIV || n->tag == TAG_SECTION || n->tag == TAG_ARTICLE || n->tag == TAG_TD) &&
			n->own.chars < n->sums.chars;
		vote(is_box ? n : n->parent, points, hints);
	}
}

static double score_of(const struct html_node *n)
{
	return n->is_scored ? n->score * (1 - link_density(n)) : 0;
}

struct best {
	struct html_node *of[BEST_MAX];
	size_t n;
};

static void consider(struct best *best, struct html_node *n)
{
	size_t at = best->n;

	while (at && score_of(best->of[at - 1]) < score_of(n))
		at--;
	if (at >= BEST_MAX)
		return;
	if (best->n < BEST_MAX)
		best->n++;
	memmove(best->of + at + 1, best->of + at, (best->n - at - 1) * sizeof(best->of[0]));
	best->of[at] = n;
}

static bool is_above(const struct html_node *above, const struct html_node *n)
{
	for (; n; n = n->parent)
		if (n == above)
			return true;
	return false;
}

/* Several good candidates side by side, such as the parts of a long article: what holds three of them is better. */
static struct html_node *common_parent(const struct best *best, struct html_node *top)
{
	for (struct html_node *above = top->parent; above && !is_root(above); above = above->parent) {
		size_t held = 0;

		for (size_t i = 1; i < best->n; i++)
			held += score_of(best->of[i]) >= 0.75 * score_of(best->of[0]) && is_above(above, best->of[i]);
		if (held >= 3)
			return above;
	}
	return top;
}

/* Points that rise on the way up mean that more of the article lies beside. */
static struct html_node *climb(struct html_node *top)
{
	double last = top->score, least = last / 3;
	struct html_node *n;

	for (n = top->parent; n && !is_root(n); n = n->parent) {
		if (!n->is_scored)
			continue;
		if (n->score < least)
			break;
		if (n->score > last)
			return n;
		last = n->score;
	}
	while (top->parent && !is_root(top->parent) && top->parent->sums.chars == top->sums.chars)
		top = top->parent;
	return top;
}

static struct html_node *winner(struct html_tree *tree)
{
	struct best best = { .n = 0 };
	bool deeper = true;

	for (struct html_node *n = tree->root; n; n = html_next(n, tree->root, deeper)) {
		deeper = !n->is_dropped && !n->is_hidden;
		if (deeper && n->is_scored && !is_root(n))
			consider(&best, n);
	}
	if (!best.n)
		return NULL;
	return climb(common_parent(&best, best.of[0]));
}

/* --- the neighbours --- */

static bool ends_sentence(const struct html_node *n)
{
	SCOPED(buf) text = BUF_INIT;

	html_add_text(&text, n, 200);
	return str_find(buf_view(&text), STR(". "), 0) != STR_NONE || str_ends(buf_view(&text), STR("."));
}

static bool joins(const struct html_node *n, const struct html_node *top)
{
	double threshold = fmax(10, score_of(top) * 0.2), density = link_density(n);
	struct str class = html_attr(top, ATTR_CLASS);
	double bonus = class.len && str_eq(class, html_attr(n, ATTR_CLASS)) ? score_of(top) * 0.2 : 0;

	if (n == top || (html_traits(n->tag) & HTML_HEADING))
		return true;
	if (n->is_scored && score_of(n) + bonus >= threshold)
		return true;
	if (n->tag == TAG_PRE || n->tag == TAG_BLOCKQUOTE || n->tag == TAG_FIGURE)
		return density < 0.25;
	if (n->tag != TAG_P && n->tag != TAG_TEXT)
		return false;
	if (n->sums.chars > 80)
		return density < 0.25;
	return n->sums.chars && density == 0 && ends_sentence(n);
}

/* What holds the winner is the article, without those beside the winner that do not join. */
static struct html_node *with_neighbours(struct html_node *top)
{
	struct html_node *parent = top->parent;
	bool is_alone = true;

	if (!parent)
		return top;
	for (struct html_node *n = parent->first; n; n = n->next)
		is_alone = is_alone && (n == top || n->is_dropped || n->is_hidden || !joins(n, top) ||
			(html_traits(n->tag) & HTML_HEADING));
	if (is_alone)
		return top;
	for (struct html_node *n = parent->first; n; n = n->next)
		if (!joins(n, top))
			n->is_dropped = true;
	return parent;
}

/* --- the boxes --- */

static bool looks_like_data(const struct html_node *table)
{
	size_t rows = 0, cells = 0;
	const struct html_node *end = table;

	if (html_attr(table, ATTR_SUMMARY).len || str_is_nocase(html_attr(table, ATTR_ROLE), "table"))
		return true;
	if (str_is_nocase(html_attr(table, ATTR_ROLE), "presentation"))
		return false;
	for (const struct html_node *n = table; n; n = html_next(n, end, true)) {
		if (n->tag == TAG_TH || n->tag == TAG_CAPTION || n->tag == TAG_THEAD)
			return true;
		if (n->tag == TAG_TABLE && n != table)
			return false;
		rows += n->tag == TAG_TR;
		cells += n->tag == TAG_TD;
	}
	return rows >= 10 || (rows && cells / rows > 4);
}

/* Asked for every box in the table, found out once. */
static bool is_data_table(struct html_node *table)
{
	if (!table->table)
		table->table = looks_like_data(table) ? HTML_DATA : HTML_LAYOUT;
	return table->table == HTML_DATA;
}

static bool is_kept_place(struct html_node *n)
{
	for (; n; n = n->parent) {
		if (n->tag == TAG_PRE || n->tag == TAG_CODE || n->tag == TAG_FIGURE)
			return true;
		if (n->tag == TAG_TABLE && is_data_table(n))
			return true;
	}
	return false;
}

static bool is_box(enum html_tag tag)
{
	return tag == TAG_DIV || tag == TAG_SECTION || tag == TAG_UL || tag == TAG_OL || tag == TAG_TABLE || tag == TAG_FORM ||
		tag == TAG_FIELDSET || tag == TAG_HEADER || tag == TAG_DL;
}

static bool leaves(const struct html_node *n, unsigned hints)
{
	const struct html_sums *s = &n->sums;
	double weight = weight_of(n, hints), density = link_density(n);
	bool is_list = n->tag == TAG_DL || s->list_chars > s->chars * 9 / 10;
	double headings = s->chars ? (double)s->heading_chars / s->chars : 0;

	if (weight < 0)
		return true;
	if (s->commas >= 10)
		return false;
	if (!is_list && s->items > s->paragraphs && density > 0.3)
		return true;
	if (s->inputs > s->paragraphs / 3)
		return true;
	if (!is_list && headings < 0.9 && s->chars < 25 && s->images == 0 && density > 0)
		return true;
	/* Lists of links end many articles: what was read, what to read next. */
	return !is_list && density > (weight >= 25 ? 0.5 : 0.25);
}

static bool is_share(const struct html_node *n)
{
	static const char *const words[] = { "share", "sharedaddy", "addtoany", NULL };

	return n->attrs && n->sums.chars < 500 && (holds(html_attr(n, ATTR_CLASS), words) || holds(html_attr(n, ATTR_ID), words));
}

static void drop_boxes(struct html_node *top, unsigned hints)
{
	bool deeper = true;

	for (struct html_node *n = top; n; n = html_next(n, top, deeper)) {
		deeper = !n->is_dropped && !n->is_hidden;
		if (n == top || !deeper || n->tag == TAG_TEXT)
			continue;
		if (is_share(n) || (is_box(n->tag) && !is_kept_place(n) && leaves(n, hints)))
			n->is_dropped = true;
		deeper = !n->is_dropped;
	}
}

/* --- all of it --- */

static struct html_node *select_with(struct html_tree *tree, unsigned hints, size_t *chars)
{
	struct html_node *top;

	drop_chrome(tree, hints);
	sum_up(tree);
	hold_vote(tree, hints);
	top = winner(tree);
	if (!top)
		return NULL;
	top = with_neighbours(top);
	if (hints & HINT_BOXES)
		drop_boxes(top, hints);
	sum_up(tree);
	*chars = top->sums.chars;
	return top;
}

struct html_node *html_select(struct html_tree *tree)
{
	static const unsigned attempts[] = { HINT_NAMES | HINT_WEIGHTS | HINT_BOXES, HINT_WEIGHTS | HINT_BOXES, HINT_BOXES, 0 };
	size_t best = 0, best_chars = 0, chars = 0;
	struct html_node *body = html_find(tree->root, TAG_BODY), *top;

	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		top = select_with(tree, attempts[i], &chars);
		if (top && chars >= ARTICLE_CHARS)
			return top;
		if (top && chars > best_chars) {
			best = i;
			best_chars = chars;
		}
	}
	top = best_chars ? select_with(tree, attempts[best], &chars) : NULL;
	body = body ? body : tree->root;
	/* Little text in all: a short page, and no article among other things. */
	if (top && best_chars * 2 > body->sums.chars)
		return top;
	drop_chrome(tree, 0);
	sum_up(tree);
	return body;
}
