#include "ibid/cite/citekey.h"

#include "ibid/base/utf8.h"

#include "bib_internal.h"

/* They add up to CITEKEY_MAX: a name, three words, a year. */
#define NAME_MAX_LEN 36
#define WORD_MAX_LEN 20
#define TITLE_WORDS 3

/* Function words of the languages that titles come in; Better BibTeX's preference skipWords. */
static const char *const skipped[] = { "a", "ab", "aboard", "about", "above", "across", "after", "against", "al", "along",
	"amid", "among", "an", "and", "anti", "around", "as", "at", "before", "behind", "below", "beneath", "beside",
	"besides", "between", "beyond", "but", "by", "d", "da", "das", "de", "degli", "dei", "del", "dell", "della",
	"delle", "dello", "dem", "den", "der", "des", "despite", "die", "do", "down", "du", "during", "ein", "eine",
	"einem", "einen", "einer", "eines", "el", "en", "et", "except", "for", "from", "gli", "i", "il", "in", "inside",
	"into", "is", "l", "la", "las", "le", "les", "like", "lo", "los", "near", "nor", "of", "off", "on", "onto", "or",
	"over", "past", "per", "plus", "round", "save", "since", "so", "some", "sur", "than", "the", "through", "to",
	"toward", "towards", "un", "una", "unas", "under", "underneath", "une", "unlike", "uno", "unos", "until", "up",
	"upon", "versus", "via", "von", "while", "with", "within", "without", "yet", "zu", "zum" };

static bool is_skipped(struct str word)
{
	for (size_t i = 0; i < sizeof(skipped) / sizeof(*skipped); i++)
		if (str_is_nocase(word, skipped[i]))
			return true;
	return false;
}

static char ascii_case(char c, bool upper)
{
	if (upper)
		return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_key_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Append the letters and digits of `text` folded to ASCII, at most `max` of them. */
static void fold(struct buf *out, struct str text, size_t max)
{
	SCOPED(buf) ascii = BUF_INIT;

	utf8_ascii(&ascii, text);
	for (size_t i = 0; i < ascii.len && max; i++)
		if (is_key_char(ascii.p[i])) {
			buf_ch(out, ascii.p[i]);
			max--;
		}
}

/* "AT&T" is one word to a reader but two to Better BibTeX; "Pre-training", "Citation.js" and "don't" are one to both. */
static bool joins_words(uint32_t cp)
{
	return cp == '-' || cp == '.' || cp == '\'' || cp == 0x2019 || cp == 0x2010 || cp == 0x2011;
}

/* The next word of a title, folded to ASCII. False at its end; a word may be empty when it has no ASCII likeness. */
static bool next_word(struct str title, size_t *at, struct buf *word)
{
	SCOPED(buf) letters = BUF_INIT;
	uint32_t cp;
	size_t n, tag;

	buf_reset(word);
	for (; (n = utf8_decode(title, *at, &cp)) > 0; *at += n) {
		tag = cp == '<' ? bib_tag_len(title, *at) : 0;
		if (tag)
			n = tag;
		else if (utf8_is_word(cp))
			buf_add(&letters, title.p + *at, n);
		else if (letters.len && !joins_words(cp))
			break;
	}
	fold(word, buf_view(&letters), WORD_MAX_LEN);
	return letters.len > 0;
}

static void add_title(struct buf *out, struct str title)
{
	SCOPED(buf) word = BUF_INIT;
	size_t at = 0, words = 0;

	while (words < TITLE_WORDS && next_word(title, &at, &word)) {
		if (!word.len || is_skipped(buf_view(&word)))
			continue;
		buf_ch(out, ascii_case(word.p[0], true));
		buf_add(out, word.p + 1, word.len - 1);
		words++;
	}
}

static void add_lower(struct buf *out, struct str text)
{
	size_t from = out->len;

	fold(out, text, NAME_MAX_LEN);
	for (size_t i = from; i < out->len; i++)
		out->p[i] = ascii_case(out->p[i], false);
}

static void add_name(struct buf *out, const struct bib_name *name)
{
	SCOPED(buf) whole = BUF_INIT;

	buf_str(&whole, name->particle);
	buf_str(&whole, name->family.len ? name->family : name->literal.len ? name->literal : name->given);
	add_lower(out, buf_view(&whole));
}

/* The name part; nothing when nobody is named. */
static void add_creator(struct buf *out, const struct bib_item *item)
{
	static const enum bib_role order[] = { BIB_ROLE_AUTHOR, BIB_ROLE_EDITOR, BIB_ROLE_TRANSLATOR };

	for (size_t i = 0; i < sizeof(order) / sizeof(*order) && !out->len; i++) {
		size_t at = 0;
		const struct bib_name *name = bib_next_name(item, order[i], &at);

		if (name)
			add_name(out, name);
	}
	if (!out->len)
		add_lower(out, item->field[BIB_PUBLISHER]);
}

static void add_year(struct buf *out, const struct bib_date *issued)
{
	if (issued->from.year < 0)
		buf_fmt(out, "%dbc", 1 - issued->from.year);
	else if (issued->from.year)
		buf_fmt(out, "%d", issued->from.year);
}

void citekey_add_base(struct buf *out, const struct bib_item *item)
{
	SCOPED(buf) key = BUF_INIT;

	add_creator(&key, item);
	add_title(&key, item->field[BIB_TITLE]);
	if (!key.len)
		buf_c(&key, "anon");
	add_year(&key, &item->date[BIB_ISSUED]);
	buf_str(out, buf_view(&key));
}

void citekey_add_suffix(struct buf *out, unsigned number)
{
	if (number > 26)
		citekey_add_suffix(out, (number - 1) / 26);
	buf_ch(out, (char)('a' + (number - 1) % 26));
}

void citekey_add_free(struct buf *out, struct str base, citekey_taken_fn *taken, void *ctx)
{
	SCOPED(buf) key = BUF_INIT;

	buf_str(&key, base);
	for (unsigned number = 1; taken(ctx, buf_view(&key)); number++) {
		buf_cut(&key, base.len);
		citekey_add_suffix(&key, number);
	}
	buf_str(out, buf_view(&key));
}

void citekey_make(struct buf *out, const struct bib_item *item, citekey_taken_fn *taken, void *ctx)
{
	SCOPED(buf) base = BUF_INIT;

	citekey_add_base(&base, item);
	citekey_add_free(out, buf_view(&base), taken, ctx);
}
