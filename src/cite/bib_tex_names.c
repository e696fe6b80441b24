/*
 * Names as BibTeX takes them apart ("Tame the BeaST", 11; btparse's documentation):
 *
 *	First von Last    von Last, First    von Last, Jr, First
 *
 * "von" are the words that begin with a lower-case letter. What is in braces is one word without
 * case; a name that is all in braces is an organisation. BibLaTeX also labels the parts:
 * "family=Berg, given=Anna, prefix=van den". A particle becomes the non-dropping one of CSL.
 */
#include <string.h>

#include "ibid/base/utf8.h"

#include "bib_tex.h"

/* Words of one name, parts between its commas, that are looked at; the rest stays with the last. */
#define WORDS_MAX 64
#define PARTS_MAX 8

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A blank or the no-break space that '~' reads to. */
static size_t blank_at(struct str s, size_t at)
{
	if (at >= s.len)
		return 0;
	if (is_blank(s.p[at]) || s.p[at] == '~')
		return 1;
	return str_starts(str_sub(s, at, s.len), STR("\xC2\xA0")) ? 2 : 0;
}

/* Behind the group, environment or character at `at`: what splits names does so only between these. */
static size_t skip_one(struct str s, size_t at)
{
	struct str rest = str_sub(s, at, s.len);
	size_t end = STR_NONE;

	if (s.p[at] == '{')
		end = tex_brace_end(s, at);
	else if (str_starts(rest, STR("\\begin{"))) {
		end = str_find(s, STR("\\end{"), at);
		end = end == STR_NONE ? STR_NONE : tex_brace_end(s, end + 4);
	} else if (s.p[at] == '\\' && at + 1 < s.len)
		end = at + 2;
	return end == STR_NONE ? at + 1 : end;
}

/* Where the next " and " begins, and in *next where it ends; the end of s when there is none. */
static size_t find_and(struct str s, size_t at, size_t *next)
{
	for (; at < s.len; at = skip_one(s, at)) {
		size_t word = at + 1;

		if (!is_blank(s.p[at]))
			continue;
		while (word < s.len && is_blank(s.p[word]))
			word++;
		if (str_is_nocase(str_sub(s, word, word + 3), "and") && word + 3 < s.len && is_blank(s.p[word + 3])) {
			*next = word + 3;
			return at;
		}
	}
	*next = s.len;
	return s.len;
}

/* Cut at commas outside of braces. */
static size_t split_parts(struct str s, struct str *parts)
{
	size_t n = 0, from = 0;

	for (size_t at = 0; at < s.len && n + 1 < PARTS_MAX;) {
		size_t next = skip_one(s, at);

		if (s.p[at] == ',') {
			parts[n++] = str_trim(str_sub(s, from, at));
			from = next;
		}
		at = next;
	}
	parts[n++] = str_trim(str_sub(s, from, s.len));
	return n;
}

/* Words outside of braces, as parts of s. */
static size_t split_words(struct str s, struct str *words)
{
	size_t n = 0, at = 0, blank;

	while (n < WORDS_MAX) {
		size_t from;

		while ((blank = blank_at(s, at)) > 0)
			at += blank;
		if (at >= s.len)
			break;
		from = at;
		while (at < s.len && !blank_at(s, at))
			at = skip_one(s, at);
		words[n++] = str_sub(s, from, at);
	}
	if (n == WORDS_MAX)
		words[n - 1].len = (size_t)(s.p + s.len - words[n - 1].p);
	return n;
}

/* Scripts that know case; a letter of another script is not lower case. */
static bool is_cased(uint32_t cp)
{
	return cp < 0x590 || (cp >= 0x1C80 && cp < 0x2000) || (cp >= 0x2C00 && cp < 0x2E00) || (cp >= 0xA640 && cp < 0xA800);
}

/* Does the first letter outside of braces stand in lower case? A group that begins with a command counts as its text. */
static bool is_lower(struct str word)
{
	SCOPED(buf) text = BUF_INIT;
	uint32_t cp;
	size_t at = 0;

	while (at + 1 < word.len && word.p[at] == '{' && word.p[at + 1] != '\\')
		at = skip_one(word, at);
	tex_to_text(&text, str_sub(word, at, word.len), TEX_TEXT);
	for (size_t i = 0, n; (n = utf8_decode(buf_view(&text), i, &cp)) > 0; i += n)
		if (utf8_is_letter(cp))
			return is_cased(cp) && !utf8_is_upper(cp);
	return false;
}

/* From the start of word `from` to the end of word `to - 1`. */
static struct str join(const struct str *words, size_t from, size_t to)
{
	if (from >= to)
		return STR_EMPTY;
	return str_of(words[from].p, (size_t)(words[to - 1].p + words[to - 1].len - words[from].p));
}

static struct str text(struct arena *a, struct str raw)
{
	return tex_text(a, raw, TEX_TEXT, false);
}

/* Words [from, n) as "von Last": von ends at the last word in lower case that is not the last of all. */
static void von_last(struct arena *a, struct bib_name *name, const struct str *words, size_t from, size_t n)
{
	size_t last = from;

	for (size_t i = from; i + 1 < n; i++)
		if (is_lower(words[i]))
			last = i + 1;
	name->particle = text(a, join(words, from, last));
	name->family = text(a, join(words, last, n));
}

static void first_von_last(struct arena *a, struct bib_name *name, struct str raw)
{
	struct str words[WORDS_MAX];
	size_t n = split_words(raw, words), von = 0;

	while (von + 1 < n && !is_lower(words[von]))
		von++;
	name->given = text(a, join(words, 0, von));
	von_last(a, name, words, von, n);
}

static void by_commas(struct arena *a, struct bib_name *name, const struct str *parts, size_t n)
{
	struct str words[WORDS_MAX];

	von_last(a, name, words, 0, split_words(parts[0], words));
	if (n > 2)
		name->suffix = text(a, parts[1]);
	if (n > 1)
		name->given = text(a, join(parts, n > 2 ? 2 : 1, n));
}

static const char *const labels[] = { "family", "given", "prefix", "suffix", "useprefix", "family-i", "given-i", "prefix-i",
	"suffix-i", "id" };
#define N_LABELS (sizeof(labels) / sizeof(*labels))

/* Index of the label that `part` begins with, or N_LABELS. */
static size_t label_of(struct str part, struct str *value)
{
	struct str label = str_trim(str_cut(&part, '='));
	size_t i = 0;

	while (i < N_LABELS && !str_is_nocase(label, labels[i]))
		i++;
	*value = part;
	return part.p ? i : N_LABELS;
}

static void labelled(struct arena *a, struct bib_name *name, const struct str *parts, size_t n)
{
	struct str *const slots[] = { &name->family, &name->given, &name->particle, &name->suffix };

	for (size_t i = 0; i < n; i++) {
		struct str value = str_trim(parts[i]);
		size_t label = label_of(value, &value);

		if (value.len > 1 && value.p[0] == '"' && str_ends(value, STR("\"")))
			value = str_sub(value, 1, value.len - 1);
		if (label < sizeof(slots) / sizeof(*slots))
			*slots[label] = text(a, value);
	}
}

static void read_name(struct arena *a, struct bib_item *item, enum bib_role role, struct str raw)
{
	struct bib_name name = { .role = role };
	struct str parts[PARTS_MAX], inner = raw, value;
	size_t n = split_parts(raw, parts);

	if (str_is_nocase(raw, "others"))
		name.literal = STR("others");
	else if (tex_unbrace(&inner))
		name.literal = text(a, inner);
	else if (label_of(parts[0], &value) < N_LABELS)
		labelled(a, &name, parts, n);
	else if (n > 1)
		by_commas(a, &name, parts, n);
	else
		first_von_last(a, &name, raw);
	bib_add_settled(a, item, name);
}

void tex_names_read(struct arena *a, struct bib_item *item, enum bib_role role, struct str raw)
{
	size_t at = 0, next;

	while (at < raw.len) {
		size_t end = find_and(raw, at, &next);

		read_name(a, item, role, str_trim(str_sub(raw, at, end)));
		at = next;
	}
}

/* Writing: each part is escaped first, because what splits a name is TeX, not text. */

struct parts {
	struct buf particle, family, suffix, given;
};
#define PARTS_INIT { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT }

static void parts_release(struct parts *p)
{
	buf_release(&p->particle);
	buf_release(&p->family);
	buf_release(&p->suffix);
	buf_release(&p->given);
}

static bool has_and(struct str tex)
{
	struct str words[WORDS_MAX];
	size_t n = split_words(tex, words);

	for (size_t i = 0; i < n; i++)
		if (str_is_nocase(words[i], "and"))
			return true;
	return n == WORDS_MAX;
}

/* Would the reader cut it? */
static bool splits(struct str tex)
{
	return str_find_ch(tex, ',', 0) != STR_NONE || has_and(tex);
}

/* Would the reader take a part of it for a particle? */
static bool has_von(struct str tex)
{
	struct str words[WORDS_MAX];
	size_t n = split_words(tex, words);

	for (size_t i = 0; i + 1 < n; i++)
		if (is_lower(words[i]))
			return true;
	return false;
}

static bool is_one_word(struct str tex)
{
	struct str words[WORDS_MAX];

	return split_words(tex, words) < 2;
}

static void add_part(struct buf *out, struct str tex, bool braces)
{
	buf_c(out, braces ? "{" : "");
	buf_str(out, tex);
	buf_c(out, braces ? "}" : "");
}

/* "d'" and "al-" stand close to the name that follows. */
static void add_particle(struct buf *text, struct str particle)
{
	static const char *const close[] = { "'", "’", "-" };
	size_t from = text->len;

	bib_clean(text, particle, false);
	for (size_t i = 0; i < sizeof(close) / sizeof(*close); i++)
		if (str_ends(buf_view(text), str_c(close[i])))
			return;
	if (text->len > from)
		buf_ch(text, ' ');
}

/*
 * Does it read as a particle? One that ends in a capital word ("De") is a part of the family name; what
 * begins with one would be a given name where no comma follows.
 */
static bool is_von(struct str tex, bool has_comma)
{
	struct str words[WORDS_MAX];
	size_t n = split_words(tex, words);

	return n && is_lower(words[n - 1]) && (has_comma || is_lower(words[0])) && !splits(tex);
}

/* No-break spaces at the ends part words for the reader, as any space. */
static struct str trim_ties(struct str text)
{
	const struct str tie = STR("\xC2\xA0");

	while (str_starts(text, tie))
		text = str_trim(str_sub(text, tie.len, text.len));
	while (str_ends(text, tie))
		text = str_trim(str_sub(text, 0, text.len - tie.len));
	return text;
}

/* One that stands close is a part of the family name too. */
static void set_family(struct parts *p, const struct bib_name *name)
{
	SCOPED(buf) von = BUF_INIT;

	add_particle(&von, name->dropping);
	add_particle(&von, name->particle);
	if (str_ends(buf_view(&von), STR(" "))) {
		tex_add_text(&p->particle, trim_ties(str_trim(buf_view(&von))), false, false);
		if (is_von(buf_view(&p->particle), p->given.len || p->suffix.len)) {
			buf_ch(&p->particle, ' ');
			buf_reset(&von);
		} else
			buf_reset(&p->particle);
	}
	buf_str(&von, name->family);
	tex_add_text(&p->family, trim_ties(buf_view(&von)), false, false);
}

/* Braces where the family alone would read as several parts. */
static bool family_needs_braces(const struct parts *p)
{
	struct str family = buf_view(&p->family), value;

	if (splits(family) || has_von(family) || label_of(family, &value) < N_LABELS)
		return true;
	return !p->given.len && !p->suffix.len
		&& (p->particle.len || !is_one_word(family) || str_is_nocase(family, "others"));
}

static void add_parts(struct buf *out, const struct parts *p)
{
	buf_str(out, buf_view(&p->particle));
	add_part(out, buf_view(&p->family), family_needs_braces(p));
	if (p->suffix.len) {
		buf_c(out, ", ");
		add_part(out, buf_view(&p->suffix), splits(buf_view(&p->suffix)));
		buf_c(out, p->given.len ? "" : ",");
	}
	if (p->given.len) {
		buf_c(out, ", ");
		add_part(out, buf_view(&p->given), splits(buf_view(&p->given)));
	}
}

static void add_whole(struct buf *out, struct str text, bool is_last)
{
	SCOPED(buf) tex = BUF_INIT;

	tex_add_text(&tex, text, false, false);
	add_part(out, buf_view(&tex), !(is_last && str_is(buf_view(&tex), "others")));
}

static void add_name(struct buf *out, const struct bib_name *name, bool is_last)
{
	SCOPED(parts) p = PARTS_INIT;
	SCOPED(buf) family = BUF_INIT;

	bib_clean(&family, name->family, false);
	if (name->literal.len || !family.len) {
		add_whole(out, name->literal.len ? name->literal : name->given, is_last);
		return;
	}
	tex_add_text(&p.given, name->given, false, false);
	tex_add_text(&p.suffix, name->suffix, false, false);
	set_family(&p, name);
	add_parts(out, &p);
}

void tex_names_add(struct buf *out, const struct bib_item *item, enum bib_role role)
{
	size_t at = 0;
	const struct bib_name *name = bib_next_name(item, role, &at), *next;

	for (; name; name = next) {
		next = bib_next_name(item, role, &at);
		add_name(out, name, !next);
		buf_c(out, next ? " and " : "");
	}
}
