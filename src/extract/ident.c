#include "ibid/extract/ident.h"

#include <ctype.h>
#include <string.h>

static bool is_doi_char(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("-._;()/:<>+", c));
}

/* Digits of the registrant, 4 to 9 with sub-divisions by points. */
static size_t registrant_len(struct str text, size_t at)
{
	size_t to = at;

	while (to < text.len && (isdigit((unsigned char)text.p[to]) || (to > at + 3 && text.p[to] == '.')))
		to++;
	return to - at >= 4 && to - at <= 12 ? to - at : 0;
}

static struct str without_punctuation(struct str doi)
{
	while (doi.len) {
		char last = doi.p[doi.len - 1];
		size_t open = 0, close = 0;

		for (size_t i = 0; i < doi.len; i++) {
			open += doi.p[i] == '(';
			close += doi.p[i] == ')';
		}
		if (!strchr(".,:;-_/<>+", last) && !(last == ')' && close > open))
			break;
		doi.len--;
	}
	return doi;
}

static struct str doi_at(struct str text, size_t at)
{
	size_t len = registrant_len(text, at + 3), to = at + 3 + len;
	struct str doi;

	if (!len || to >= text.len || text.p[to] != '/')
		return STR_EMPTY;
	while (to < text.len && is_doi_char(text.p[to]))
		to++;
	doi = without_punctuation(str_sub(text, at, to));
	return doi.len > 3 + len + 1 ? doi : STR_EMPTY;
}

struct str ident_doi(struct str text)
{
	for (size_t at = 0; (at = str_find(text, STR("10."), at)) != STR_NONE; at++) {
		struct str doi = STR_EMPTY;

		if (!at || !isalnum((unsigned char)text.p[at - 1]))
			doi = doi_at(text, at);
		if (doi.len)
			return doi;
	}
	return STR_EMPTY;
}

static size_t digits_at(struct str s, size_t at)
{
	size_t to = at;

	while (to < s.len && isdigit((unsigned char)s.p[to]))
		to++;
	return to - at;
}

static size_t version_len(struct str s, size_t at)
{
	size_t digits = at < s.len && s.p[at] == 'v' ? digits_at(s, at + 1) : 0;

	return digits ? digits + 1 : 0;
}

static struct str arxiv_number(struct str s)
{
	size_t year = digits_at(s, 0), number, letters = 0;

	if (year == 4 && s.len > 5 && s.p[4] == '.') {
		number = digits_at(s, 5);
		if (number == 4 || number == 5)
			return str_sub(s, 0, 5 + number + version_len(s, 5 + number));
	}
	while (letters < s.len && (isalpha((unsigned char)s.p[letters]) || s.p[letters] == '-' || s.p[letters] == '.'))
		letters++;
	if (letters > 1 && letters < s.len && s.p[letters] == '/' && digits_at(s, letters + 1) == 7)
		return str_sub(s, 0, letters + 8 + version_len(s, letters + 8));
	return STR_EMPTY;
}

/* "arXiv:2107.01234", "arXiv preprint 2107.01234", "arxiv.org/abs/2107.01234". */
struct str ident_arxiv(struct str text)
{
	for (size_t at = 0; (at = str_find_nocase(text, STR("arxiv"), at)) != STR_NONE; at += 5) {
		struct str rest = str_sub(text, at + 5, at + 60), number;

		for (size_t i = 0; i < rest.len && i < 20; i++) {
			number = arxiv_number(str_sub(rest, i, rest.len));
			if (number.len && (!i || !isalnum((unsigned char)rest.p[i - 1])))
				return number;
		}
	}
	return STR_EMPTY;
}

static bool has_letter(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (isalpha((unsigned char)s.p[i]) || (unsigned char)s.p[i] >= 0x80)
			return true;
	return false;
}

bool ident_title_is_junk(struct str title)
{
	static const char *const begins[] = {
		"microsoft word", "microsoft powerpoint", "untitled", "unbenannt", "document1", "word document",
		"powerpoint presentation", "slide 1", "no job name", "print job", "layout 1", "title", "template",
	};
	static const char *const ends[] = {
		".doc", ".docx", ".pdf", ".tex", ".dvi", ".indd", ".qxd", ".qxp", ".ps", ".eps", ".pages", ".rtf", ".odt", ".txt",
		".ppt", ".pptx", ".xls", ".xlsx", ".html", ".fm", ".cdr", ".pmd",
	};

	title = str_trim(title);
	if (title.len < 3 || !has_letter(title))
		return true;
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		struct str begin = str_c(begins[i]);

		if (str_eq_nocase(str_sub(title, 0, begin.len), begin) &&
			(i < 4 || title.len == begin.len))
			return true;
	}
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct str end = str_c(ends[i]);

		if (title.len > end.len && str_eq_nocase(str_sub(title, title.len - end.len, title.len), end))
			return true;
	}
	return false;
}
