#include "ibid/cite/bib_format.h"

#include "bib_internal.h"

const struct bib_format *const bib_formats[] = { &bib_format_csl, &bib_format_bibtex, &bib_format_biblatex,
	&bib_format_ris, &bib_format_markdown, NULL };

static bool is_named(const struct bib_format *f, struct str name)
{
	return str_is_nocase(name, f->name) || (f->alias && str_is_nocase(name, f->alias));
}

static bool ends_nocase(struct str s, struct str end)
{
	return s.len > end.len && str_eq_nocase(str_sub(s, s.len - end.len, s.len), end);
}

const struct bib_format *bib_format_find(struct str name)
{
	for (size_t i = 0; bib_formats[i]; i++)
		if (is_named(bib_formats[i], name))
			return bib_formats[i];
	if (ends_nocase(name, STR(".bib")))
		return &bib_format_biblatex;
	for (size_t i = 0; bib_formats[i]; i++)
		if (ends_nocase(name, str_c(bib_formats[i]->extension)))
			return bib_formats[i];
	return NULL;
}

/* BibTeX allows any text before the first entry, so an '@' may stand at the start of any line. */
const struct bib_format *bib_format_guess(struct str text)
{
	struct str rest = str_starts(text, STR("\xEF\xBB\xBF")) ? str_sub(text, 3, text.len) : text;
	struct str start = str_trim(str_sub(rest, 0, 4096));

	if (str_starts(start, STR("[")) || str_starts(start, STR("{")))
		return &bib_format_csl;
	while (rest.p) {
		struct str line = str_trim(str_cut(&rest, '\n'));

		if (str_starts(line, STR("TY  -")))
			return &bib_format_ris;
		if (str_starts(line, STR("@")))
			return &bib_format_biblatex;
	}
	return NULL;
}

static const char *const locators[] = { "", "page", "section", "paragraph" };

const char *bib_locator_name(enum bib_locator label)
{
	return locators[label];
}

enum bib_locator bib_locator_of(struct str name)
{
	for (int i = BIB_LOCATOR_PAGE; i <= BIB_LOCATOR_PARAGRAPH; i++)
		if (str_is(name, locators[i]))
			return i;
	return BIB_LOCATOR_NONE;
}

/* Several pages: "33-35", "3, 7", with any dash. */
static bool is_plural(struct str locator)
{
	return str_find_ch(locator, '-', 0) != STR_NONE || str_find_ch(locator, ',', 0) != STR_NONE
		|| str_find(locator, STR("\xE2\x80\x93"), 0) != STR_NONE;
}

void bib_use_locator(struct buf *out, const struct bib_use *use)
{
	static const char *const one[] = { "", "p. ", "sec. ", "para. " };

	if (use->label == BIB_LOCATOR_NONE)
		return;
	buf_c(out, use->label == BIB_LOCATOR_PAGE && is_plural(use->locator) ? "pp. " : one[use->label]);
	bib_clean(out, use->locator, false);
}

void bib_use_add(struct buf *out, const struct bib_use *use)
{
	bib_use_locator(out, use);
	if (!use->quote.len)
		return;
	if (use->label != BIB_LOCATOR_NONE)
		buf_c(out, ": ");
	buf_ch(out, '"');
	bib_clean(out, use->quote, false);
	buf_ch(out, '"');
}
