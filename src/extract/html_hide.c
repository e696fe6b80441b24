/*
 * What a reader of the page cannot see. Style sheets are read only as far as
 * their simplest rules go (".x", "#x", "p.x"): enough for hidden text that is
 * written into a page, far too little to tell what a browser would show. So
 * nothing is hidden by a rule that looks at more than one element.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ibid/extract/html.h"

/* Rules of one page that hide something. */
#define RULES_MAX 64
/* Smaller letters than this, in pixels, cannot be read. */
#define SIZE_PX_MIN 2.0
/* Text moved further than this, in pixels, is off the page. */
#define OFF_PAGE_PX 500.0

struct style {
	bool is_hidden, is_white, has_background;
	bool is_placed, is_off;		/* position absolute or fixed; moved off the page */
	bool is_clipped, is_flat;	/* overflow hidden; no height or width */
	struct str color, background;
};

static double number_of(struct str value, struct str *unit)
{
	char digits[32];
	size_t len = 0;
	double v = 0;

	while (len < value.len && len < sizeof(digits) - 1 && value.p[len] && strchr("+-.0123456789", value.p[len]))
		len++;
	memcpy(digits, value.p, len);
	digits[len] = '\0';
	*unit = str_sub(value, len, value.len);
	return len && str_to_double(str_of(digits, len), &v) ? v : 1e9;
}

/* In pixels; a very large number when it is no length. */
static double pixels_of(struct str value)
{
	struct str unit;
	double v = number_of(value, &unit);

	if (str_is_nocase(unit, "em") || str_is_nocase(unit, "rem"))
		return v * 16;
	if (str_is_nocase(unit, "pt"))
		return v * 4 / 3;
	if (str_is_nocase(unit, "%"))
		return v * 16 / 100;
	return v;
}

static bool is_white(struct str color)
{
	return str_is_nocase(color, "white") || str_is_nocase(color, "#fff") || str_is_nocase(color, "#ffffff") ||
		str_starts(color, STR("rgb(255,255,255")) || str_starts(color, STR("rgb(255, 255, 255"));
}

static bool is_transparent(struct str color)
{
	return str_is_nocase(color, "transparent") ||
		(str_starts(color, STR("rgba(")) && (str_ends(color, STR(",0)")) || str_ends(color, STR(" 0)"))));
}

/* --- one row per property --- */

static void do_display(struct style *s, struct str v) { s->is_hidden |= str_is_nocase(v, "none"); }
static void do_visibility(struct style *s, struct str v) { s->is_hidden |= str_is_nocase(v, "hidden") || str_is_nocase(v, "collapse"); }
static void do_hide_all(struct style *s, struct str v) { s->is_hidden |= str_is_nocase(v, "all"); }
static void do_position(struct style *s, struct str v) { s->is_placed |= str_is_nocase(v, "absolute") || str_is_nocase(v, "fixed"); }
static void do_offset(struct style *s, struct str v) { s->is_off |= pixels_of(v) < -OFF_PAGE_PX; }
static void do_indent(struct style *s, struct str v) { s->is_hidden |= pixels_of(v) < -OFF_PAGE_PX; }
static void do_overflow(struct style *s, struct str v) { s->is_clipped |= str_is_nocase(v, "hidden"); }
static void do_extent(struct style *s, struct str v) { s->is_flat |= pixels_of(v) <= 1; }
static void do_size(struct style *s, struct str v) { s->is_hidden |= isdigit((unsigned char)v.p[0]) && pixels_of(v) < SIZE_PX_MIN; }
static void do_color(struct style *s, struct str v) { s->color = v; }
static void do_background(struct style *s, struct str v) { s->background = v; }

static void do_opacity(struct style *s, struct str v)
{
	struct str unit;

	s->is_hidden |= number_of(v, &unit) < 0.02;
}

static void do_clip(struct style *s, struct str v)
{
	s->is_hidden |= str_starts(v, STR("rect(0")) || str_starts(v, STR("rect(1px")) || str_starts(v, STR("inset(50%")) ||
		str_starts(v, STR("inset(100%"));
}

static void do_transform(struct style *s, struct str v)
{
	s->is_hidden |= str_is_nocase(v, "scale(0)");
}

static const struct {
	const char *name;
	void (*apply)(struct style *s, struct str value);
} properties[] = {
	{ "display", do_display },
	{ "visibility", do_visibility },
	{ "mso-hide", do_hide_all },
	{ "opacity", do_opacity },
	{ "font-size", do_size },
	{ "position", do_position },
	{ "left", do_offset },
	{ "top", do_offset },
	{ "right", do_offset },
	{ "margin-left", do_offset },
	{ "text-indent", do_indent },
	{ "clip", do_clip },
	{ "clip-path", do_clip },
	{ "transform", do_transform },
	{ "overflow", do_overflow },
	{ "height", do_extent },
	{ "max-height", do_extent },
	{ "width", do_extent },
	{ "color", do_color },
	{ "background", do_background },
	{ "background-color", do_background },
};

static void apply(struct style *s, struct str name, struct str value)
{
	size_t important = str_find_ch(value, '!', 0);

	value = str_trim(str_sub(value, 0, important));
	for (size_t i = 0; value.len && i < sizeof(properties) / sizeof(properties[0]); i++)
		if (str_is_nocase(name, properties[i].name))
			properties[i].apply(s, value);
}

static struct style style_of(struct str declarations)
{
	struct style s = { .is_hidden = false, .color = STR_EMPTY, .background = STR_EMPTY };
	struct str rest = declarations;

	while (rest.p && rest.len) {
		struct str value = str_cut(&rest, ';'), name = str_trim(str_cut(&value, ':'));

		if (value.p)
			apply(&s, name, value);
	}
	s.is_hidden |= (s.is_placed && s.is_off) || (s.is_clipped && s.is_flat) || is_transparent(s.color) ||
		(s.color.len && str_eq_nocase(s.color, s.background));
	s.is_white = is_white(s.color);
	s.has_background = s.background.len && !is_white(s.background);
	return s;
}

/* --- style sheets --- */

/* A class or an id that hides, with its mark: ".x" or "#x". */
struct rules {
	struct str names[RULES_MAX];
	size_t n;
};

/* ".x", "#x" or "p.x": one element and nothing about its surroundings. Empty when it is more. */
static struct str simple_name(struct str selector)
{
	size_t from = 0;

	selector = str_trim(selector);
	while (from < selector.len && isalnum((unsigned char)selector.p[from]))
		from++;
	selector = str_sub(selector, from, selector.len);
	if (selector.len < 2 || (selector.p[0] != '.' && selector.p[0] != '#'))
		return STR_EMPTY;
	for (size_t i = 1; i < selector.len; i++)
		if (!isalnum((unsigned char)selector.p[i]) && selector.p[i] != '-' && selector.p[i] != '_')
			return STR_EMPTY;
	return selector;
}

static void add_rule(struct rules *r, struct str selectors, struct str declarations)
{
	if (!style_of(declarations).is_hidden)
		return;
	while (selectors.p && r->n < RULES_MAX) {
		struct str name = simple_name(str_cut(&selectors, ','));

		if (name.len)
			r->names[r->n++] = name;
	}
}

/* Past the block that opens at css.p[open], with the blocks in it. */
static size_t block_end(struct str css, size_t open)
{
	size_t depth = 0, at = open;

	for (; at < css.len; at++) {
		depth += css.p[at] == '{';
		if (css.p[at] == '}' && !--depth)
			return at + 1;
	}
	return at;
}

/* Rules at the top level: what stands in @media depends on the reader's screen. */
static void read_sheet(struct rules *r, struct str css)
{
	size_t at = 0;

	while (at < css.len && r->n < RULES_MAX) {
		size_t open = str_find_ch(css, '{', at), end;
		struct str selectors;

		if (open == STR_NONE)
			return;
		end = block_end(css, open);
		selectors = str_trim(str_sub(css, at, open));
		if (!str_starts(selectors, STR("@")))
			add_rule(r, selectors, str_sub(css, open + 1, end - 1));
		at = end;
	}
}

static bool is_ruled(const struct rules *r, const struct html_node *n)
{
	struct str id = html_attr(n, ATTR_ID);
	char word[64];

	for (size_t i = 0; i < r->n; i++) {
		struct str name = str_sub(r->names[i], 1, r->names[i].len);

		if (r->names[i].p[0] == '#' && id.p && str_eq(id, name))
			return true;
		if (r->names[i].p[0] != '.' || name.len >= sizeof(word))
			continue;
		memcpy(word, name.p, name.len);
		word[name.len] = '\0';
		if (html_attr_has(n, ATTR_CLASS, word))
			return true;
	}
	return false;
}

/* --- the page --- */

static bool has_background_above(const struct html_node *n)
{
	for (; n; n = n->parent) {
		struct str style = html_attr(n, ATTR_STYLE), color = html_attr(n, ATTR_BGCOLOR);

		if ((color.len && !is_white(color)) || (style.len && style_of(style).has_background))
			return true;
	}
	return false;
}

static void hide_by_itself(struct html_node *n)
{
	struct str style = html_attr(n, ATTR_STYLE), color = html_attr(n, ATTR_COLOR);
	struct style s = { .is_hidden = false };

	if (style.len)
		s = style_of(style);
	n->is_hidden = s.is_hidden || html_attr(n, ATTR_HIDDEN).p != NULL;
	n->is_faint = !n->is_hidden && (s.is_white || (color.len && is_white(color))) && !has_background_above(n);
}

static size_t text_len(const struct html_node *top)
{
	size_t len = 0;

	for (const struct html_node *n = top; n; n = html_next(n, top, true))
		if (n->tag == TAG_TEXT)
			len += n->text.len;
	return len;
}

static void hide_by_rules(struct html_tree *tree, const struct rules *r)
{
	size_t all = text_len(tree->root), ruled = 0;
	bool deeper = true;

	for (struct html_node *n = tree->root; n; n = html_next(n, tree->root, deeper)) {
		deeper = !(n->attrs && is_ruled(r, n));
		if (!deeper)
			ruled += text_len(n);
	}
	if (ruled * 2 > all)
		return;
	for (struct html_node *n = tree->root; n; n = html_next(n, tree->root, true))
		if (n->attrs && n->tag != TAG_BODY && n->tag != TAG_HTML && is_ruled(r, n))
			n->is_hidden = true;
}

void html_hide(struct html_tree *tree)
{
	struct rules rules = { .n = 0 };

	for (struct html_node *n = tree->root; n; n = html_next(n, tree->root, true)) {
		if (n->tag == TAG_STYLE)
			read_sheet(&rules, n->text);
		else if (n->attrs && n->tag != TAG_BODY && n->tag != TAG_HTML)
			hide_by_itself(n);
	}
	if (rules.n)
		hide_by_rules(tree, &rules);
}
