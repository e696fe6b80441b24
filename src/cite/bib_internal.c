#include "bib_internal.h"

#include <string.h>

#include "ibid/base/hash.h"
#include "ibid/base/utf8.h"
#include "ibid/cite/citekey.h"

static bool is_line_break(uint32_t cp)
{
	return (cp >= '\n' && cp <= '\r') || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}

static bool is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp < 0xA0);
}

/* A tab is the only other white space that collapses: no-break and typographic spaces are text. */
void bib_clean(struct buf *out, struct str s, bool keep_lines)
{
	size_t start = out->len, at = 0, n;
	char gap = 0;
	uint32_t cp;

	for (; (n = utf8_decode(s, at, &cp)) > 0; at += n) {
		if (is_line_break(cp))
			gap = keep_lines ? '\n' : ' ';
		else if (cp == ' ' || cp == '\t')
			gap = gap ? gap : ' ';
		else if (!is_control(cp)) {
			if (gap && out->len > start)
				buf_ch(out, gap);
			gap = 0;
			utf8_add(out, cp);
		}
	}
}

struct str bib_cleaned(struct arena *a, struct str s, bool keep_lines)
{
	SCOPED(buf) clean = BUF_INIT;

	bib_clean(&clean, s, keep_lines);
	return arena_str(a, buf_view(&clean));
}

size_t bib_tag_len(struct str s, size_t at)
{
	static const char *const tags[] = { "<i>", "</i>", "<b>", "</b>", "<sup>", "</sup>", "<sub>", "</sub>", "</span>",
		"<span class=\"nocase\">", "<span style=\"font-variant:small-caps;\">" };

	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++)
		if (str_starts(str_sub(s, at, s.len), str_c(tags[i])))
			return str_c(tags[i]).len;
	return 0;
}

void bib_add_plain(struct buf *out, struct str s, bool keep_lines)
{
	SCOPED(buf) plain = BUF_INIT;

	for (size_t at = 0, tag; at < s.len; at += tag ? tag : 1)
		if (!(tag = s.p[at] == '<' ? bib_tag_len(s, at) : 0))
			buf_ch(&plain, s.p[at]);
	bib_clean(out, buf_view(&plain), keep_lines);
}

bool bib_keeps_lines(enum bib_field field)
{
	return field == BIB_ABSTRACT || field == BIB_NOTE || field == BIB_ANNOTE;
}

static bool is_dash(uint32_t cp)
{
	return cp == '-' || (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212;
}

void bib_add_pages(struct buf *out, struct str pages)
{
	SCOPED(buf) clean = BUF_INIT;
	size_t start = out->len, n;
	uint32_t cp;

	bib_clean(&clean, pages, false);
	for (size_t at = 0; (n = utf8_decode(buf_view(&clean), at, &cp)) > 0; at += n) {
		bool after_dash = out->len > start && out->p[out->len - 1] == '-';

		if (after_dash && (is_dash(cp) || cp == ' '))
			continue;
		if (is_dash(cp) && out->len > start && out->p[out->len - 1] == ' ')
			buf_cut(out, out->len - 1);
		utf8_add(out, is_dash(cp) ? '-' : cp);
	}
}

void bib_add_field(struct buf *out, enum bib_field field, struct str value)
{
	if (field == BIB_PAGE)
		bib_add_pages(out, value);
	else
		bib_clean(out, value, bib_keeps_lines(field));
}

bool bib_set(struct arena *a, struct bib_item *item, enum bib_field field, struct str value)
{
	SCOPED(buf) clean = BUF_INIT;

	if (item->field[field].len)
		return false;
	bib_add_field(&clean, field, value);
	if (clean.len)
		item->field[field] = arena_str(a, buf_view(&clean));
	return clean.len > 0;
}

void bib_add_settled(struct arena *a, struct bib_item *item, struct bib_name name)
{
	struct bib_name whole = { .role = name.role, .literal = name.literal };

	if (!whole.literal.len)
		whole.literal = name.given.len ? name.given : name.particle;
	if (name.family.len && !name.literal.len)
		bib_add_name(a, item, name);
	else if (whole.literal.len)
		bib_add_name(a, item, whole);
}

/* CR and CRLF end a line; other characters that move a line are space here, or they could end a value unseen. */
static void add_source(struct buf *out, struct str s)
{
	uint32_t cp;

	for (size_t at = 0, n; (n = utf8_decode(s, at, &cp)) > 0; at += n) {
		bool before_lf = at + 1 < s.len && s.p[at + 1] == '\n';

		if (cp == '\r')
			buf_c(out, before_lf ? "" : "\n");
		else if (cp == '\n' || cp == '\t' || !is_control(cp))
			buf_add(out, s.p + at, n);
		else if (is_line_break(cp))
			buf_ch(out, ' ');
	}
}

enum err_code bib_source(struct arena *a, struct str text, struct str *source, struct err *err)
{
	SCOPED(buf) valid = BUF_INIT, lines = BUF_INIT;

	if (text.len > BIB_TEXT_MAX)
		return err_set(err, ERR_LIMIT, "the bibliography is larger than %zu MB", BIB_TEXT_MAX >> 20);
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = str_sub(text, 3, text.len);
	utf8_repair(&valid, text);
	add_source(&lines, buf_view(&valid));
	*source = arena_str(a, buf_view(&lines));
	return OK;
}

int bib_month_of(struct str word)
{
	static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" };
	static const char *const seasons[] = { "spring", "summer", "autumn", "winter", "fall" };

	for (int i = 0; word.len >= 3 && i < 12; i++)
		if (str_is_nocase(str_sub(word, 0, 3), months[i]))
			return i + 1;
	for (int i = 0; i < 5; i++)
		if (str_is_nocase(word, seasons[i]))
			return 21 + (i == 4 ? 2 : i);
	return 0;
}

struct bib_date bib_date_of_item(const struct bib_item *item, enum bib_date_kind kind)
{
	struct bib_date date = item->date[kind];

	if (!date.from.year)
		bib_date_parse(date.literal, &date);
	return date;
}

/* A set of keys: open addressing, never more than half full. */
struct key_slot {
	struct str key;
	unsigned n_clashes;	/* suffixes tried behind it, so that many equal keys take no longer each */
};

struct key_set {
	struct key_slot *slot;
	size_t mask;
};

static struct key_slot *slot_of(const struct key_set *set, struct str key)
{
	size_t i = hash_quick(key) & set->mask;

	while (set->slot[i].key.p && !str_eq(set->slot[i].key, key))
		i = (i + 1) & set->mask;
	return &set->slot[i];
}

static struct key_set key_set(struct arena *a, size_t n)
{
	size_t cap = 16;

	while (cap < 2 * n + 2)
		cap *= 2;
	return (struct key_set){ arena_array(a, cap, sizeof(struct key_slot)), cap - 1 };
}

/* BibTeX forbids the most; a space would also end a key in Markdown. */
static bool is_key_char(uint32_t cp)
{
	if (cp > 0xA0)
		return !utf8_is_space(cp);
	return cp > ' ' && cp < 0x7F && !strchr(",{}\"#%'()=~\\$^&`", (int)cp);
}

static void add_key_chars(struct buf *out, struct str id)
{
	SCOPED(buf) clean = BUF_INIT;
	size_t at = 0, n;
	uint32_t cp;

	bib_clean(&clean, id, false);
	for (; (n = utf8_decode(buf_view(&clean), at, &cp)) > 0; at += n)
		utf8_add(out, is_key_char(cp) ? cp : '_');
}

/* `base`, or the first of base + a, b, ... that is free. */
static struct str new_key(struct arena *a, struct key_set *set, struct str base)
{
	struct key_slot *first = slot_of(set, base), *slot = first;
	SCOPED(buf) key = BUF_INIT;

	buf_str(&key, base);
	while (slot->key.p) {
		buf_cut(&key, base.len);
		citekey_add_suffix(&key, ++first->n_clashes);
		slot = slot_of(set, buf_view(&key));
	}
	slot->key = arena_str(a, buf_view(&key));
	return slot->key;
}

/* Ids that were given go first, so that a made key never takes one of them. */
struct str *bib_keys(struct arena *a, const struct bib_item *items, size_t n)
{
	struct str *keys = arena_array(a, n, sizeof(*keys));
	struct key_set set = key_set(a, n);
	SCOPED(buf) base = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_reset(&base);
		add_key_chars(&base, items[i].id);
		if (base.len)
			keys[i] = new_key(a, &set, buf_view(&base));
	}
	for (size_t i = 0; i < n; i++) {
		if (keys[i].len)
			continue;
		buf_reset(&base);
		citekey_add_base(&base, &items[i]);
		keys[i] = new_key(a, &set, buf_view(&base));
	}
	return keys;
}

struct str bib_doi_bare(struct str doi)
{
	static const char *const before[] = { "https://", "http://", "dx.doi.org/", "www.doi.org/", "doi.org/", "doi:", "doi " };

	doi = str_trim(doi);
	for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++) {
		struct str prefix = str_c(before[i]);

		if (str_eq_nocase(str_sub(doi, 0, prefix.len), prefix))
			doi = str_trim(str_sub(doi, prefix.len, doi.len));
	}
	return doi;
}
