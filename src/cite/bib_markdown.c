/*
 * Markdown with citations as pandoc reads them: each place used as a block quote and `[@key, p. 33]`,
 * then the sources as a list. Written beside it as CSL-JSON, the keys resolve and the pair loses
 * nothing: pandoc --citeproc --bibliography refs.json.
 *
 * Everything that Markdown could take for markup is escaped by a backslash.
 */
#include <string.h>

#include "ibid/base/utf8.h"
#include "ibid/cite/bib_format.h"

#include "bib_internal.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Signs that mean something anywhere, and those that do at the start of a line. */
#define SPECIAL "\\`*_{}[]<>#@$^~|&!"
#define SPECIAL_FIRST "-+=:%"

/* One line of plain text. */
static void add_line(struct buf *out, struct str line)
{
	size_t digits = 0;

	while (digits < line.len && is_digit(line.p[digits]))
		digits++;
	for (size_t i = 0; i < line.len; i++) {
		char c = line.p[i];
		bool first = !i && strchr(SPECIAL_FIRST, c);
		bool numbers = digits && i == digits && (c == '.' || c == ')');

		if (c && (strchr(SPECIAL, c) || first || numbers))
			buf_ch(out, '\\');
		buf_ch(out, c);
	}
}

static void add_text(struct buf *out, struct str text)
{
	SCOPED(buf) plain = BUF_INIT;

	bib_add_plain(&plain, text, false);
	add_line(out, buf_view(&plain));
}

static void add_quote(struct buf *out, struct str quote)
{
	SCOPED(buf) plain = BUF_INIT;
	struct str rest;

	bib_clean(&plain, quote, true);
	if (!plain.len)
		return;
	for (rest = buf_view(&plain); rest.p;) {
		buf_c(out, "> ");
		add_line(out, str_cut(&rest, '\n'));
		buf_c(out, rest.p ? "\n>\n" : "\n\n");
	}
}

/* Keys beyond letters, digits and single signs between them need braces. */
static void add_key(struct buf *out, struct str key)
{
	bool plain = true, sign = true;

	for (size_t i = 0; i < key.len; i++) {
		char c = key.p[i] | 0x20;
		bool word = is_digit(key.p[i]) || key.p[i] == '_' || (c >= 'a' && c <= 'z');

		plain = plain && (word || (!sign && strchr(":.-+/", key.p[i])));
		sign = !word;
	}
	buf_fmt(out, plain && !sign ? "@%.*s" : "@{%.*s}", STR_ARG(key));
}

/* A semicolon would begin the next citation. */
static void add_inside(struct buf *out, struct str text)
{
	SCOPED(buf) safe = BUF_INIT;

	add_text(&safe, text);
	for (size_t i = 0; i < safe.len; i++) {
		buf_c(out, safe.p[i] == ';' ? "\\" : "");
		buf_ch(out, safe.p[i]);
	}
}

static void add_citation(struct buf *out, const struct bib_use *use, struct str key)
{
	SCOPED(buf) locator = BUF_INIT;

	bib_use_locator(&locator, use);
	buf_ch(out, '[');
	add_inside(out, use->prefix);
	buf_c(out, use->prefix.len ? " " : "");
	add_key(out, key);
	buf_c(out, locator.len ? ", " : "");
	add_inside(out, buf_view(&locator));
	buf_c(out, "]\n\n");
}

/* The parts of a reference end in a full stop. */
static void end_part(struct buf *out)
{
	if (!str_ends(buf_view(out), STR(".")) && !str_ends(buf_view(out), STR("?")))
		buf_ch(out, '.');
	buf_ch(out, ' ');
}

static void add_part(struct buf *out, struct str text)
{
	if (!text.len)
		return;
	add_text(out, text);
	end_part(out);
}

static void add_name(struct buf *out, const struct bib_name *name)
{
	SCOPED(buf) text = BUF_INIT;
	const struct str parts[] = { name->dropping, name->particle, name->family, name->literal };

	for (size_t i = 0; i < 4; i++) {
		buf_c(&text, text.len && parts[i].len ? " " : "");
		buf_str(&text, parts[i]);
	}
	if (name->given.len)
		buf_fmt(&text, ", %.*s", STR_ARG(name->given));
	if (name->suffix.len)
		buf_fmt(&text, ", %.*s", STR_ARG(name->suffix));
	add_text(out, buf_view(&text));
}

static void add_names(struct buf *out, const struct bib_item *item, enum bib_role role)
{
	const struct bib_name *name;
	size_t at = 0, n = 0;

	for (; (name = bib_next_name(item, role, &at)); n++) {
		buf_c(out, n ? "; " : "");
		add_name(out, name);
	}
	if (n)
		end_part(out);
}

static void add_title(struct buf *out, const struct bib_item *item)
{
	SCOPED(buf) title = BUF_INIT;

	add_text(&title, item->field[BIB_TITLE]);
	if (!title.len)
		return;
	buf_fmt(out, "*%s*", buf_cstr(&title));
	end_part(out);
}

static void add_number(struct buf *out, const char *before, struct str text, const char *after)
{
	if (!text.len)
		return;
	buf_c(out, before);
	add_text(out, text);
	buf_c(out, after);
}

/* "Journal 5(6), 200-210." */
static void add_container(struct buf *out, const struct bib_item *item)
{
	size_t from = out->len;

	add_number(out, "", item->field[BIB_CONTAINER_TITLE], "");
	add_number(out, out->len > from ? " " : "vol. ", item->field[BIB_VOLUME], "");
	add_number(out, item->field[BIB_VOLUME].len || out->len == from ? "(" : " (", item->field[BIB_ISSUE], ")");
	add_number(out, out->len > from ? ", " : "pp. ", item->field[BIB_PAGE], "");
	if (out->len > from)
		end_part(out);
}

static void add_date(struct buf *out, const struct bib_item *item)
{
	struct bib_date date = bib_date_of_item(item, BIB_ISSUED);
	SCOPED(buf) text = BUF_INIT;

	bib_date_add(&text, &date);
	add_part(out, buf_view(&text));
}

static void add_encoded(struct buf *out, struct str url)
{
	for (size_t i = 0; i < url.len; i++)
		if (strchr(" <>\\`", url.p[i]))
			buf_fmt(out, "%%%02X", (unsigned)url.p[i]);
		else
			buf_ch(out, url.p[i]);
}

/* Only addresses of the web become links. */
static void add_link(struct buf *out, const struct bib_item *item)
{
	SCOPED(buf) url = BUF_INIT;

	if (item->field[BIB_DOI].len) {
		buf_c(&url, "https://doi.org/");
		bib_clean(&url, bib_doi_bare(item->field[BIB_DOI]), false);
	} else
		bib_clean(&url, item->field[BIB_URL], false);
	if (!str_starts(buf_view(&url), STR("https://")) && !str_starts(buf_view(&url), STR("http://"))) {
		add_part(out, buf_view(&url));
		return;
	}
	buf_ch(out, '<');
	add_encoded(out, buf_view(&url));
	buf_ch(out, '>');
}

static void add_reference(struct buf *out, const struct bib_item *item, struct str key)
{
	buf_c(out, "- **");
	add_text(out, key);
	buf_c(out, "**: ");
	add_names(out, item, BIB_ROLE_AUTHOR);
	add_title(out, item);
	add_container(out, item);
	add_part(out, item->field[BIB_PUBLISHER]);
	add_date(out, item);
	add_link(out, item);
	while (str_ends(buf_view(out), STR(" ")))
		buf_cut(out, out->len - 1);
	buf_ch(out, '\n');
}

static void markdown_write(struct buf *out, const struct bib_item *items, size_t n, const struct bib_use *uses,
	size_t n_uses)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str *keys = bib_keys(&a, items, n);

	for (size_t i = 0; i < n_uses; i++) {
		if (uses[i].item >= n)
			continue;
		add_quote(out, uses[i].quote);
		add_citation(out, &uses[i], keys[uses[i].item]);
	}
	buf_c(out, n ? "## References\n\n" : "");
	for (size_t i = 0; i < n; i++)
		add_reference(out, &items[i], keys[i]);
}

const struct bib_format bib_format_markdown = {
	.name = "markdown",
	.alias = "md",
	.mime = "text/markdown",
	.extension = ".md",
	.read = NULL,
	.write = markdown_write,
};
