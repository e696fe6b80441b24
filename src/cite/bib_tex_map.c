/*
 * Entry types and fields of BibTeX and BibLaTeX, and what they are in CSL.
 *
 * Sources: "BibTeXing" (Patashnik), the BibLaTeX manual, sections 2.1 and 2.2, and the maps of Zotero
 * and citation-js where both agree.
 */
#include "bib_tex.h"

/* clang-format off */
static const struct tex_type types[] = {
	{ "article",         BIB_ARTICLE_JOURNAL,        TEX_ARTICLE,    TEX_BIBTEX | TEX_BIBLATEX },
	{ "book",            BIB_BOOK,                   TEX_BOOK,       TEX_BIBTEX | TEX_BIBLATEX },
	{ "misc",            BIB_DOCUMENT,               TEX_OTHER,      TEX_BIBTEX | TEX_BIBLATEX },
	{ "inproceedings",   BIB_PAPER_CONFERENCE,       TEX_PROC,       TEX_BIBTEX | TEX_BIBLATEX },
	{ "incollection",    BIB_CHAPTER,                TEX_PART,       TEX_BIBTEX | TEX_BIBLATEX },
	{ "inbook",          BIB_CHAPTER,                TEX_PART,       TEX_BIBTEX | TEX_BIBLATEX },
	{ "proceedings",     BIB_BOOK,                   TEX_BOOK,       TEX_BIBTEX | TEX_BIBLATEX },
	{ "booklet",         BIB_BOOK,                   TEX_BOOKLET,    TEX_BIBTEX | TEX_BIBLATEX },
	{ "manual",          BIB_REPORT,                 TEX_MANUAL,     TEX_BIBTEX | TEX_BIBLATEX },
	{ "unpublished",     BIB_MANUSCRIPT,             TEX_OTHER,      TEX_BIBTEX | TEX_BIBLATEX },
	{ "techreport",      BIB_REPORT,                 TEX_REPORT,     TEX_BIBTEX },
	{ "phdthesis",       BIB_THESIS,                 TEX_THESIS,     TEX_BIBTEX },
	{ "mastersthesis",   BIB_THESIS,                 TEX_THESIS,     0 },
	{ "conference",      BIB_PAPER_CONFERENCE,       TEX_PROC,       0 },
	{ "report",          BIB_REPORT,                 TEX_REPORT,     TEX_BIBLATEX },
	{ "thesis",          BIB_THESIS,                 TEX_THESIS,     TEX_BIBLATEX },
	{ "online",          BIB_WEBPAGE,                TEX_WEB,        TEX_BIBLATEX },
	{ "electronic",      BIB_WEBPAGE,                TEX_WEB,        0 },
	{ "www",             BIB_WEBPAGE,                TEX_WEB,        0 },
	{ "dataset",         BIB_DATASET,                TEX_OTHER,      TEX_BIBLATEX },
	{ "software",        BIB_SOFTWARE,               TEX_OTHER,      TEX_BIBLATEX },
	{ "standard",        BIB_STANDARD,               TEX_REPORT,     0 },
	{ "patent",          BIB_PATENT,                 TEX_OTHER,      TEX_BIBLATEX },
	{ "periodical",      BIB_PERIODICAL,             TEX_PERIODICAL, TEX_BIBLATEX },
	{ "suppperiodical",  BIB_ARTICLE_JOURNAL,        TEX_ARTICLE,    TEX_BIBLATEX },
	{ "mvbook",          BIB_BOOK,                   TEX_BOOK,       TEX_BIBLATEX },
	{ "bookinbook",      BIB_BOOK,                   TEX_PART,       TEX_BIBLATEX },
	{ "suppbook",        BIB_CHAPTER,                TEX_PART,       TEX_BIBLATEX },
	{ "collection",      BIB_BOOK,                   TEX_BOOK,       TEX_BIBLATEX },
	{ "mvcollection",    BIB_BOOK,                   TEX_BOOK,       TEX_BIBLATEX },
	{ "suppcollection",  BIB_CHAPTER,                TEX_PART,       TEX_BIBLATEX },
	{ "mvproceedings",   BIB_BOOK,                   TEX_BOOK,       TEX_BIBLATEX },
	{ "reference",       BIB_BOOK,                   TEX_BOOK,       TEX_BIBLATEX },
	{ "mvreference",     BIB_BOOK,                   TEX_BOOK,       TEX_BIBLATEX },
	{ "inreference",     BIB_ENTRY,                  TEX_PART,       TEX_BIBLATEX },
	{ "set",             BIB_DOCUMENT,               TEX_OTHER,      TEX_BIBLATEX },
	{ "artwork",         BIB_GRAPHIC,                TEX_OTHER,      TEX_BIBLATEX },
	{ "image",           BIB_FIGURE,                 TEX_OTHER,      TEX_BIBLATEX },
	{ "audio",           BIB_SONG,                   TEX_OTHER,      TEX_BIBLATEX },
	{ "music",           BIB_SONG,                   TEX_OTHER,      TEX_BIBLATEX },
	{ "video",           BIB_MOTION_PICTURE,         TEX_OTHER,      TEX_BIBLATEX },
	{ "movie",           BIB_MOTION_PICTURE,         TEX_OTHER,      TEX_BIBLATEX },
	{ "performance",     BIB_PERFORMANCE,            TEX_OTHER,      TEX_BIBLATEX },
	{ "letter",          BIB_PERSONAL_COMMUNICATION, TEX_OTHER,      TEX_BIBLATEX },
	{ "jurisdiction",    BIB_LEGAL_CASE,             TEX_OTHER,      TEX_BIBLATEX },
	{ "legislation",     BIB_LEGISLATION,            TEX_OTHER,      TEX_BIBLATEX },
	{ "legal",           BIB_TREATY,                 TEX_OTHER,      TEX_BIBLATEX },
	{ "review",          BIB_REVIEW,                 TEX_ARTICLE,    TEX_BIBLATEX },
};

#define BOTH (TEX_BIBTEX | TEX_BIBLATEX)
#define NUMBERED (TEX_ARTICLE | TEX_PERIODICAL | TEX_PROC)	/* `number` is the issue */
#define SERIAL (TEX_BOOK | TEX_PART | TEX_BOOKLET)		/* `number` is that in the series */
#define ISSUED_BY (TEX_REPORT | TEX_THESIS | TEX_MANUAL | TEX_WEB | TEX_BOOKLET)

const struct tex_row tex_rows[] = {
	{ TEX_K_NAMES,        BIB_ROLE_AUTHOR,              "author",        TEX_ANY,        BOTH },
	{ TEX_K_NAMES,        BIB_ROLE_EDITOR,              "editor",        TEX_ANY,        BOTH },
	{ TEX_K_TITLE,        BIB_TITLE,                    "title",         TEX_ANY,        BOTH },
	{ TEX_K_TITLE,        BIB_TITLE_SHORT,              "shorttitle",    TEX_ANY,        TEX_BIBLATEX },
	{ TEX_K_TEXT,         BIB_CONTAINER_TITLE,          "journaltitle",  TEX_ARTICLE,    TEX_BIBLATEX },
	{ TEX_K_TEXT,         BIB_CONTAINER_TITLE,          "journal",       TEX_ARTICLE,    TEX_BIBTEX },
	{ TEX_K_TITLE,        BIB_CONTAINER_TITLE,          "booktitle",     TEX_ANY & ~TEX_ARTICLE, BOTH },
	{ TEX_K_TITLE,        BIB_CONTAINER_TITLE,          "maintitle",     TEX_ANY,        0 },
	{ TEX_K_TITLE,        BIB_CONTAINER_TITLE,          "booktitle",     TEX_ANY,        0 },
	{ TEX_K_TEXT,         BIB_CONTAINER_TITLE,          "journaltitle",  TEX_ANY,        0 },
	{ TEX_K_TEXT,         BIB_CONTAINER_TITLE,          "journal",       TEX_ANY,        0 },
	{ TEX_K_TEXT,         BIB_CONTAINER_TITLE_SHORT,    "shortjournal",  TEX_ANY,        BOTH },
	{ TEX_K_NAMES,        BIB_ROLE_CONTAINER_AUTHOR,    "bookauthor",    TEX_ANY,        BOTH },
	{ TEX_K_NAMES,        BIB_ROLE_TRANSLATOR,          "translator",    TEX_ANY,        BOTH },
	{ TEX_K_NAMES,        BIB_ROLE_DIRECTOR,            "director",      TEX_ANY,        BOTH },
	{ TEX_K_NAMES,        BIB_ROLE_COMPOSER,            "composer",      TEX_ANY,        BOTH },
	{ TEX_K_NAMES,        BIB_ROLE_ILLUSTRATOR,         "illustrator",   TEX_ANY,        BOTH },
	{ TEX_K_TITLE,        BIB_VOLUME_TITLE,             "issuetitle",    TEX_ANY,        BOTH },
	{ TEX_K_TITLE,        BIB_COLLECTION_TITLE,         "series",        TEX_ANY,        BOTH },
	{ TEX_K_TEXT,         BIB_EDITION,                  "edition",       TEX_ANY,        BOTH },
	{ TEX_K_TEXT,         BIB_VOLUME,                   "volume",        TEX_ANY,        BOTH },
	{ TEX_K_TEXT,         BIB_ISSUE,                    "number",        NUMBERED,       BOTH },
	{ TEX_K_TEXT,         BIB_COLLECTION_NUMBER,        "number",        SERIAL,         BOTH },
	{ TEX_K_TEXT,         BIB_NUMBER,                   "number",        TEX_ANY & ~NUMBERED & ~SERIAL, BOTH },
	{ TEX_K_TEXT,         BIB_ISSUE,                    "issue",         TEX_ANY & ~NUMBERED, BOTH },
	{ TEX_K_TEXT,         BIB_ISSUE,                    "issue",         TEX_ANY,        0 },
	{ TEX_K_TEXT,         BIB_NUMBER,                   "eid",           NUMBERED,       BOTH },
	{ TEX_K_TEXT,         BIB_PART_NUMBER,              "part",          TEX_ANY,        BOTH },
	{ TEX_K_TEXT,         BIB_CHAPTER_NUMBER,           "chapter",       TEX_ANY,        BOTH },
	{ TEX_K_PAGES,        BIB_PAGE,                     "pages",         TEX_ANY,        BOTH },
	{ TEX_K_TEXT,         BIB_NUMBER_OF_PAGES,          "pagetotal",     TEX_ANY,        BOTH },
	{ TEX_K_TEXT,         BIB_NUMBER_OF_PAGES,          "numpages",      TEX_ANY,        0 },
	{ TEX_K_TEXT,         BIB_NUMBER_OF_VOLUMES,        "volumes",       TEX_ANY,        BOTH },
	{ TEX_K_GENRE,        BIB_GENRE,                    "type",          TEX_ANY,        BOTH },
	{ TEX_K_SUBTYPE,      0,                            "entrysubtype",  TEX_ARTICLE,    TEX_BIBLATEX },
	{ TEX_K_TEXT,         BIB_VERSION,                  "version",       TEX_ANY,        TEX_BIBLATEX },
	{ TEX_K_TEXT,         BIB_PUBLISHER,                "institution",   TEX_REPORT,     BOTH },
	{ TEX_K_TEXT,         BIB_PUBLISHER,                "institution",   TEX_THESIS,     TEX_BIBLATEX },
	{ TEX_K_TEXT,         BIB_PUBLISHER,                "school",        TEX_THESIS,     TEX_BIBTEX },
	{ TEX_K_TEXT,         BIB_PUBLISHER,                "organization",  TEX_MANUAL | TEX_WEB, BOTH },
	{ TEX_K_TEXT,         BIB_PUBLISHER,                "publisher",     TEX_ANY & ~ISSUED_BY, BOTH },
	{ TEX_K_HOWPUBLISHED, BIB_URL,                      "howpublished",  TEX_BOOKLET,    0 },
	{ TEX_K_TEXT,         BIB_PUBLISHER,                "publisher",     TEX_ANY,        0 },
	{ TEX_K_TEXT,         BIB_PUBLISHER,                "institution",   TEX_ANY,        0 },
	{ TEX_K_TEXT,         BIB_PUBLISHER,                "school",        TEX_ANY,        0 },
	{ TEX_K_TEXT,         BIB_PUBLISHER,                "organization",  TEX_ANY,        0 },
	{ TEX_K_TEXT,         BIB_PUBLISHER_PLACE,          "location",      TEX_ANY,        TEX_BIBLATEX },
	{ TEX_K_TEXT,         BIB_PUBLISHER_PLACE,          "address",       TEX_ANY,        TEX_BIBTEX },
	{ TEX_K_TITLE,        BIB_EVENT_TITLE,              "eventtitle",    TEX_ANY,        BOTH },
	{ TEX_K_DATE,         BIB_EVENT_DATE,               "eventdate",     TEX_ANY,        BOTH },
	{ TEX_K_TEXT,         BIB_EVENT_PLACE,              "venue",         TEX_ANY,        BOTH },
	{ TEX_K_ISSUED,       BIB_ISSUED,                   "date",          TEX_ANY,        BOTH },
	{ TEX_K_ISSUED,       BIB_ISSUED,                   "year",          TEX_ANY,        0 },
	{ TEX_K_TEXT,         BIB_STATUS,                   "pubstate",      TEX_ANY,        BOTH },
	{ TEX_K_TITLE,        BIB_ORIGINAL_TITLE,           "origtitle",     TEX_ANY,        BOTH },
	{ TEX_K_TEXT,         BIB_ORIGINAL_PUBLISHER,       "origpublisher", TEX_ANY,        BOTH },
	{ TEX_K_TEXT,         BIB_ORIGINAL_PUBLISHER_PLACE, "origlocation",  TEX_ANY,        BOTH },
	{ TEX_K_DATE,         BIB_ORIGINAL_DATE,            "origdate",      TEX_ANY,        BOTH },
	{ TEX_K_TEXT,         BIB_ISBN,                     "isbn",          TEX_ANY,        BOTH },
	{ TEX_K_TEXT,         BIB_ISSN,                     "issn",          TEX_ANY,        BOTH },
	{ TEX_K_DOI,          BIB_DOI,                      "doi",           TEX_ANY,        BOTH },
	{ TEX_K_TEXT,         BIB_PMID,                     "pmid",          TEX_ANY,        BOTH },
	{ TEX_K_TEXT,         BIB_PMCID,                    "pmcid",         TEX_ANY,        BOTH },
	{ TEX_K_EPRINT,       BIB_EPRINT,                   "eprint",        TEX_ANY,        BOTH },
	{ TEX_K_VERBATIM,     BIB_EPRINT_TYPE,              "eprinttype",    TEX_ANY,        TEX_BIBLATEX },
	{ TEX_K_VERBATIM,     BIB_EPRINT_TYPE,              "archivePrefix", TEX_ANY,        TEX_BIBTEX },
	{ TEX_K_VERBATIM,     BIB_EPRINT_CLASS,             "eprintclass",   TEX_ANY,        TEX_BIBLATEX },
	{ TEX_K_VERBATIM,     BIB_EPRINT_CLASS,             "primaryClass",  TEX_ANY,        TEX_BIBTEX },
	{ TEX_K_URL,          BIB_URL,                      "url",           TEX_ANY,        BOTH },
	{ TEX_K_HOWPUBLISHED, BIB_URL,                      "howpublished",  TEX_ANY,        BOTH },
	{ TEX_K_DATE,         BIB_ACCESSED,                 "urldate",       TEX_ANY,        TEX_BIBLATEX },
	{ TEX_K_DATE,         BIB_ACCESSED,                 "lastchecked",   TEX_ANY,        0 },
	{ TEX_K_LANGUAGE,     BIB_LANGUAGE,                 "langid",        TEX_ANY,        TEX_BIBLATEX },
	{ TEX_K_LANGUAGE,     BIB_LANGUAGE,                 "language",      TEX_ANY,        0 },
	{ TEX_K_KEYWORDS,     BIB_KEYWORD,                  "keywords",      TEX_ANY,        BOTH },
	{ TEX_K_KEYWORDS,     BIB_KEYWORD,                  "keyword",       TEX_ANY,        0 },
	{ TEX_K_TEXT,         BIB_ABSTRACT,                 "abstract",      TEX_ANY,        BOTH },
	{ TEX_K_NOTE,         BIB_NOTE,                     "note",          TEX_ANY,        BOTH },
	{ TEX_K_ANNOTE,       BIB_ANNOTE,                   "annotation",    TEX_ANY,        TEX_BIBLATEX },
	{ TEX_K_ANNOTE,       BIB_ANNOTE,                   "annote",        TEX_ANY,        TEX_BIBTEX },
};
const size_t tex_n_rows = sizeof(tex_rows) / sizeof(*tex_rows);

/* The first row of a tag names it. */
static const struct language {
	const char *babel, *tag;
} languages[] = {
	{ "english", "en" },     { "american", "en-US" },   { "usenglish", "en-US" }, { "british", "en-GB" },
	{ "ukenglish", "en-GB" }, { "canadian", "en-CA" },  { "australian", "en-AU" }, { "newzealand", "en-NZ" },
	{ "german", "de" },      { "ngerman", "de" },       { "austrian", "de-AT" },  { "naustrian", "de-AT" },
	{ "swissgerman", "de-CH" }, { "nswissgerman", "de-CH" }, { "french", "fr" },  { "canadien", "fr-CA" },
	{ "acadian", "fr-CA" },  { "italian", "it" },       { "spanish", "es" },      { "catalan", "ca" },
	{ "galician", "gl" },    { "basque", "eu" },        { "portuguese", "pt" },   { "brazilian", "pt-BR" },
	{ "brazil", "pt-BR" },   { "dutch", "nl" },         { "afrikaans", "af" },    { "danish", "da" },
	{ "norwegian", "no" },   { "norsk", "nb" },         { "nynorsk", "nn" },      { "swedish", "sv" },
	{ "finnish", "fi" },     { "icelandic", "is" },     { "estonian", "et" },     { "latvian", "lv" },
	{ "lithuanian", "lt" },  { "polish", "pl" },        { "czech", "cs" },        { "slovak", "sk" },
	{ "slovene", "sl" },     { "slovenian", "sl" },     { "croatian", "hr" },     { "serbian", "sr" },
	{ "bulgarian", "bg" },   { "macedonian", "mk" },    { "romanian", "ro" },     { "hungarian", "hu" },
	{ "magyar", "hu" },      { "greek", "el" },         { "turkish", "tr" },      { "russian", "ru" },
	{ "ukrainian", "uk" },   { "belarusian", "be" },    { "arabic", "ar" },       { "hebrew", "he" },
	{ "persian", "fa" },     { "hindi", "hi" },         { "chinese", "zh" },      { "japanese", "ja" },
	{ "korean", "ko" },      { "vietnamese", "vi" },    { "thai", "th" },         { "indonesian", "id" },
	{ "malay", "ms" },       { "latin", "la" },         { "irish", "ga" },        { "welsh", "cy" },
	{ "breton", "br" },      { "esperanto", "eo" },     { "albanian", "sq" },     { "armenian", "hy" },
	{ "georgian", "ka" },    { "sanskrit", "sa" },
};
#define N_LANGUAGES (sizeof(languages) / sizeof(*languages))
/* clang-format on */

const struct tex_type *tex_type_find(struct str name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (str_is(name, types[i].name))
			return &types[i];
	return NULL;
}

struct str tex_language_tag(struct str babel)
{
	for (size_t i = 0; i < N_LANGUAGES; i++)
		if (str_is_nocase(babel, languages[i].babel))
			return str_c(languages[i].tag);
	return STR_EMPTY;
}

static struct str name_of_tag(struct str tag)
{
	for (size_t i = 0; i < N_LANGUAGES; i++)
		if (str_is_nocase(tag, languages[i].tag))
			return str_c(languages[i].babel);
	return STR_EMPTY;
}

/* "de-DE" is as good as "de". */
struct str tex_language_name(struct str tag)
{
	struct str name = name_of_tag(tag), rest = tag;

	return name.len ? name : name_of_tag(str_cut(&rest, '-'));
}

struct str tex_genre(struct str genre)
{
	static const char *const keys[][2] = { { "phdthesis", "PhD thesis" }, { "mathesis", "Master's thesis" },
		{ "bathesis", "Bachelor's thesis" }, { "candthesis", "Candidate thesis" }, { "techreport", "Technical report" },
		{ "resreport", "Research report" } };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (str_is(genre, keys[i][0]))
			return str_c(keys[i][1]);
	return genre;
}

/* The last "; "-separated segment of *text when it begins with `word`, and then cut off; empty otherwise. */
static struct str last_segment(struct str text, const char *word, struct str *before)
{
	struct str start = str_c(word), segment;
	size_t from = 0, at = 0;

	while ((at = str_find(text, STR("; "), at)) != STR_NONE)
		from = at += 2;
	segment = str_sub(text, from, text.len);
	if (!str_starts(segment, start) || segment.len == start.len)
		return STR_EMPTY;
	*before = str_sub(text, 0, from >= 2 ? from - 2 : 0);
	return str_sub(segment, start.len, segment.len);
}

void tex_note_of(const struct bib_item *item, struct tex_note *note)
{
	struct str before;

	*note = (struct tex_note){ item->field[BIB_NOTE], item->field[BIB_VERSION],
		bib_date_of_item(item, BIB_ACCESSED) };
	if (!bib_date_is_set(&note->accessed)
		&& bib_date_parse(last_segment(note->text, "Accessed ", &before), &note->accessed))
		note->text = before;
	if (note->version.len)
		return;
	note->version = last_segment(note->text, "Version ", &before);
	if (note->version.len)
		note->text = before;
}
