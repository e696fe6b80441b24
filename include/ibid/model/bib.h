/*
 * model/bib.h - a bibliographic item, plain
 *
 * The terms are those of CSL 1.0.2 (csl-data.json), because every other format
 * maps to it with the least loss; reference: the CSL schema and specification,
 * appendices III and IV. The formats themselves are in cite/bib_format.h.
 *
 * Text is UTF-8 and may hold the markup that CSL-JSON knows: <i>, <b>, <sup>,
 * <sub>, <span style="font-variant:small-caps;"> and <span class="nocase">, well
 * nested. Every other '<' is a plain character.
 *
 * An item borrows all its text; its arrays live in the arena it was filled from.
 * A struct of zeros is an empty item (type article; set the type).
 *
 *	struct bib_item item = { .type = BIB_REPORT, .id = STR("anssi2021") };
 *	item.field[BIB_TITLE] = STR("Intrusion set campaign");
 *	bib_add_name(&arena, &item, (struct bib_name){ .role = BIB_ROLE_AUTHOR, .literal = STR("ANSSI") });
 *	bib_date_parse(STR("2021-01-27"), &item.date[BIB_ISSUED]);
 */
#ifndef IBID_MODEL_BIB_H
#define IBID_MODEL_BIB_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/str.h"

/* type, CSL name, entry type in BibTeX, in BibLaTeX, reference type in RIS */
#define BIB_TYPES(X) \
	X(BIB_ARTICLE,                "article",                "misc",          "online",        "UNPB") \
	X(BIB_ARTICLE_JOURNAL,        "article-journal",        "article",       "article",       "JOUR") \
	X(BIB_ARTICLE_MAGAZINE,       "article-magazine",       "article",       "article",       "MGZN") \
	X(BIB_ARTICLE_NEWSPAPER,      "article-newspaper",      "article",       "article",       "NEWS") \
	X(BIB_BILL,                   "bill",                   "misc",          "legislation",   "BILL") \
	X(BIB_BOOK,                   "book",                   "book",          "book",          "BOOK") \
	X(BIB_BROADCAST,              "broadcast",              "misc",          "misc",          "ADVS") \
	X(BIB_CHAPTER,                "chapter",                "incollection",  "incollection",  "CHAP") \
	X(BIB_CLASSIC,                "classic",                "book",          "book",          "CLSWK") \
	X(BIB_COLLECTION,             "collection",             "misc",          "misc",          "AGGR") \
	X(BIB_DATASET,                "dataset",                "misc",          "dataset",       "DATA") \
	X(BIB_DOCUMENT,               "document",               "misc",          "misc",          "GEN") \
	X(BIB_ENTRY,                  "entry",                  "incollection",  "inreference",   "ENCYC") \
	X(BIB_ENTRY_DICTIONARY,       "entry-dictionary",       "incollection",  "inreference",   "DICT") \
	X(BIB_ENTRY_ENCYCLOPEDIA,     "entry-encyclopedia",     "incollection",  "inreference",   "ENCYC") \
	X(BIB_EVENT,                  "event",                  "misc",          "misc",          "GEN") \
	X(BIB_FIGURE,                 "figure",                 "misc",          "image",         "FIGURE") \
	X(BIB_GRAPHIC,                "graphic",                "misc",          "artwork",       "ART") \
	X(BIB_HEARING,                "hearing",                "misc",          "misc",          "HEAR") \
	X(BIB_INTERVIEW,              "interview",              "misc",          "misc",          "PCOMM") \
	X(BIB_LEGAL_CASE,             "legal_case",             "misc",          "jurisdiction",  "CASE") \
	X(BIB_LEGISLATION,            "legislation",            "misc",          "legislation",   "STAT") \
	X(BIB_MANUSCRIPT,             "manuscript",             "unpublished",   "unpublished",   "MANSCPT") \
	X(BIB_MAP,                    "map",                    "misc",          "misc",          "MAP") \
	X(BIB_MOTION_PICTURE,         "motion_picture",         "misc",          "movie",         "MPCT") \
	X(BIB_MUSICAL_SCORE,          "musical_score",          "misc",          "misc",          "MUSIC") \
	X(BIB_PAMPHLET,               "pamphlet",               "booklet",       "booklet",       "PAMP") \
	X(BIB_PAPER_CONFERENCE,       "paper-conference",       "inproceedings", "inproceedings", "CONF") \
	X(BIB_PATENT,                 "patent",                 "misc",          "patent",        "PAT") \
	X(BIB_PERFORMANCE,            "performance",            "misc",          "performance",   "ADVS") \
	X(BIB_PERIODICAL,             "periodical",             "misc",          "periodical",    "JFULL") \
	X(BIB_PERSONAL_COMMUNICATION, "personal_communication", "misc",          "letter",        "PCOMM") \
	X(BIB_POST,                   "post",                   "misc",          "online",        "ICOMM") \
	X(BIB_POST_WEBLOG,            "post-weblog",            "misc",          "online",        "BLOG") \
	X(BIB_REGULATION,             "regulation",             "misc",          "legislation",   "LEGAL") \
	X(BIB_REPORT,                 "report",                 "techreport",    "report",        "RPRT") \
	X(BIB_REVIEW,                 "review",                 "article",       "article",       "JOUR") \
	X(BIB_REVIEW_BOOK,            "review-book",            "article",       "article",       "JOUR") \
	X(BIB_SOFTWARE,               "software",               "misc",          "software",      "COMP") \
	X(BIB_SONG,                   "song",                   "misc",          "audio",         "SOUND") \
	X(BIB_SPEECH,                 "speech",                 "misc",          "misc",          "SLIDE") \
	X(BIB_STANDARD,               "standard",               "techreport",    "report",        "STAND") \
	X(BIB_THESIS,                 "thesis",                 "phdthesis",     "thesis",        "THES") \
	X(BIB_TREATY,                 "treaty",                 "misc",          "legal",         "STAT") \
	X(BIB_WEBPAGE,                "webpage",                "misc",          "online",        "ELEC")

enum bib_type {
#define X(type, csl, bibtex, biblatex, ris) type,
	BIB_TYPES(X)
#undef X
	BIB_TYPE_COUNT
};

/* field, its name in CSL-JSON; the three of an eprint are ibid's own and travel in custom.ibid */
#define BIB_FIELDS(X) \
	X(BIB_TITLE,                    "title") \
	X(BIB_TITLE_SHORT,              "title-short") \
	X(BIB_CONTAINER_TITLE,          "container-title") \
	X(BIB_CONTAINER_TITLE_SHORT,    "container-title-short") \
	X(BIB_COLLECTION_TITLE,         "collection-title") \
	X(BIB_COLLECTION_NUMBER,        "collection-number") \
	X(BIB_VOLUME_TITLE,             "volume-title") \
	X(BIB_VOLUME_TITLE_SHORT,       "volume-title-short") \
	X(BIB_PART_TITLE,               "part-title") \
	X(BIB_ORIGINAL_TITLE,           "original-title") \
	X(BIB_REVIEWED_TITLE,           "reviewed-title") \
	X(BIB_EVENT_TITLE,              "event-title") \
	X(BIB_EVENT_PLACE,              "event-place") \
	X(BIB_PUBLISHER,                "publisher") \
	X(BIB_PUBLISHER_PLACE,          "publisher-place") \
	X(BIB_ORIGINAL_PUBLISHER,       "original-publisher") \
	X(BIB_ORIGINAL_PUBLISHER_PLACE, "original-publisher-place") \
	X(BIB_AUTHORITY,                "authority") \
	X(BIB_JURISDICTION,             "jurisdiction") \
	X(BIB_DIVISION,                 "division") \
	X(BIB_GENRE,                    "genre") \
	X(BIB_REVIEWED_GENRE,           "reviewed-genre") \
	X(BIB_MEDIUM,                   "medium") \
	X(BIB_STATUS,                   "status") \
	X(BIB_EDITION,                  "edition") \
	X(BIB_VERSION,                  "version") \
	X(BIB_VOLUME,                   "volume") \
	X(BIB_ISSUE,                    "issue") \
	X(BIB_NUMBER,                   "number") \
	X(BIB_PAGE,                     "page") \
	X(BIB_PAGE_FIRST,               "page-first") \
	X(BIB_CHAPTER_NUMBER,           "chapter-number") \
	X(BIB_PART_NUMBER,              "part-number") \
	X(BIB_SUPPLEMENT_NUMBER,        "supplement-number") \
	X(BIB_PRINTING_NUMBER,          "printing-number") \
	X(BIB_SECTION,                  "section") \
	X(BIB_NUMBER_OF_PAGES,          "number-of-pages") \
	X(BIB_NUMBER_OF_VOLUMES,        "number-of-volumes") \
	X(BIB_DIMENSIONS,               "dimensions") \
	X(BIB_SCALE,                    "scale") \
	X(BIB_DOI,                      "DOI") \
	X(BIB_URL,                      "URL") \
	X(BIB_ISBN,                     "ISBN") \
	X(BIB_ISSN,                     "ISSN") \
	X(BIB_PMID,                     "PMID") \
	X(BIB_PMCID,                    "PMCID") \
	X(BIB_LANGUAGE,                 "language") \
	X(BIB_ABSTRACT,                 "abstract") \
	X(BIB_KEYWORD,                  "keyword") \
	X(BIB_NOTE,                     "note") \
	X(BIB_ANNOTE,                   "annote") \
	X(BIB_ARCHIVE,                  "archive") \
	X(BIB_ARCHIVE_COLLECTION,       "archive_collection") \
	X(BIB_ARCHIVE_LOCATION,         "archive_location") \
	X(BIB_ARCHIVE_PLACE,            "archive-place") \
	X(BIB_CALL_NUMBER,              "call-number") \
	X(BIB_SOURCE,                   "source") \
	X(BIB_REFERENCES,               "references") \
	X(BIB_CITATION_LABEL,           "citation-label") \
	X(BIB_CITATION_NUMBER,          "citation-number") \
	X(BIB_FIRST_NOTE_NUMBER,        "first-reference-note-number") \
	X(BIB_YEAR_SUFFIX,              "year-suffix") \
	X(BIB_LOCATOR,                  "locator") \
	X(BIB_EPRINT,                   "eprint") \
	X(BIB_EPRINT_TYPE,              "eprinttype") \
	X(BIB_EPRINT_CLASS,             "eprintclass")

enum bib_field {
#define X(field, csl) field,
	BIB_FIELDS(X)
#undef X
	BIB_FIELD_COUNT
};

#define BIB_ROLES(X) \
	X(BIB_ROLE_AUTHOR,             "author") \
	X(BIB_ROLE_EDITOR,             "editor") \
	X(BIB_ROLE_TRANSLATOR,         "translator") \
	X(BIB_ROLE_CONTAINER_AUTHOR,   "container-author") \
	X(BIB_ROLE_COLLECTION_EDITOR,  "collection-editor") \
	X(BIB_ROLE_CHAIR,              "chair") \
	X(BIB_ROLE_COMPILER,           "compiler") \
	X(BIB_ROLE_COMPOSER,           "composer") \
	X(BIB_ROLE_CONTRIBUTOR,        "contributor") \
	X(BIB_ROLE_CURATOR,            "curator") \
	X(BIB_ROLE_DIRECTOR,           "director") \
	X(BIB_ROLE_EDITORIAL_DIRECTOR, "editorial-director") \
	X(BIB_ROLE_EXECUTIVE_PRODUCER, "executive-producer") \
	X(BIB_ROLE_GUEST,              "guest") \
	X(BIB_ROLE_HOST,               "host") \
	X(BIB_ROLE_ILLUSTRATOR,        "illustrator") \
	X(BIB_ROLE_INTERVIEWER,        "interviewer") \
	X(BIB_ROLE_NARRATOR,           "narrator") \
	X(BIB_ROLE_ORGANIZER,          "organizer") \
	X(BIB_ROLE_ORIGINAL_AUTHOR,    "original-author") \
	X(BIB_ROLE_PERFORMER,          "performer") \
	X(BIB_ROLE_PRODUCER,           "producer") \
	X(BIB_ROLE_RECIPIENT,          "recipient") \
	X(BIB_ROLE_REVIEWED_AUTHOR,    "reviewed-author") \
	X(BIB_ROLE_SCRIPT_WRITER,      "script-writer") \
	X(BIB_ROLE_SERIES_CREATOR,     "series-creator")

enum bib_role {
#define X(role, csl) role,
	BIB_ROLES(X)
#undef X
	BIB_ROLE_COUNT
};

#define BIB_DATES(X) \
	X(BIB_ISSUED,         "issued") \
	X(BIB_ACCESSED,       "accessed") \
	X(BIB_SUBMITTED,      "submitted") \
	X(BIB_AVAILABLE_DATE, "available-date") \
	X(BIB_EVENT_DATE,     "event-date") \
	X(BIB_ORIGINAL_DATE,  "original-date")

enum bib_date_kind {
#define X(date, csl) date,
	BIB_DATES(X)
#undef X
	BIB_DATE_COUNT
};

/* A person in parts, or an organisation as `literal`. A literal "others" at the end means et al. */
struct bib_name {
	enum bib_role role;
	struct str family, given;
	struct str particle;		/* non-dropping: "van" in "van Gogh" */
	struct str dropping;		/* dropping particle: "von" in "Ludwig von Beethoven" */
	struct str suffix;		/* "Jr.", "III" */
	struct str literal;		/* set: all others are empty */
	bool has_comma_suffix;		/* "John Doe, Jr." rather than "John Doe III" */
};

struct bib_day {
	int year;			/* 0: none; before Christ is negative, as in ISO 8601: -43 is 44 BC */
	int month;			/* 0: none; 1-12; 21-24: spring, summer, autumn, winter, as in EDTF */
	int day;			/* 0: none */
};

struct bib_date {
	struct bib_day from;
	struct bib_day to;		/* of a range; year 0: its end is open */
	bool is_range, is_circa;
	struct str literal;		/* what is no date: "13th century"; then `from` is empty */
};

/* What a format says that has no place here, kept to be written back to the same format. */
struct bib_custom {
	struct str format;		/* "bibtex", "ris": text of a field; "csl", "ibid": a JSON value */
	struct str key;
	struct str value;
};

struct bib_item {
	struct str id;			/* the citekey; empty when the source gave none */
	enum bib_type type;
	struct str field[BIB_FIELD_COUNT];
	struct bib_date date[BIB_DATE_COUNT];
	struct bib_name *names;		/* in order of appearance within each role */
	size_t n_names;
	struct bib_custom *custom;	/* pairs of one format and key stand together */
	size_t n_custom;
};

struct bib_warning {
	int line;			/* 1-based; 0 when the source has no lines to speak of */
	struct str text;
};

/* What a reader yields. The arena given to the reader owns all of it. */
struct bib_list {
	struct bib_item *items;
	size_t n_items;
	struct bib_warning *warnings;	/* what was skipped or changed, in order */
	size_t n_warnings;
};

/* Names of rows. The _of functions are false when nothing has that name; field names compare with case. */
const char *bib_type_name(enum bib_type type);
bool bib_type_of(struct str name, enum bib_type *type);
const char *bib_type_bibtex(enum bib_type type);
const char *bib_type_biblatex(enum bib_type type);
const char *bib_type_ris(enum bib_type type);
const char *bib_field_name(enum bib_field field);
bool bib_field_of(struct str name, enum bib_field *field);
const char *bib_role_name(enum bib_role role);
bool bib_role_of(struct str name, enum bib_role *role);
const char *bib_date_name(enum bib_date_kind kind);
bool bib_date_of(struct str name, enum bib_date_kind *kind);

/* Append to arrays in the arena. The text is borrowed as it is. A pair joins those of its format and key. */
struct bib_item *bib_list_add(struct arena *a, struct bib_list *list);
void bib_list_warn(struct arena *a, struct bib_list *list, int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void bib_add_name(struct arena *a, struct bib_item *item, struct bib_name name);
void bib_add_custom(struct arena *a, struct bib_item *item, struct bib_custom pair);

/* Value of the first pair of that format and key; empty with p == NULL when there is none. */
struct str bib_custom_get(const struct bib_item *item, const char *format, struct str key);

/* First name of a role at or after index *at, which then stands behind it; NULL at the end. Start with 0. */
const struct bib_name *bib_next_name(const struct bib_item *item, enum bib_role role, size_t *at);

/*
 * Read "2021", "2021-03", "2021-3-9", "2004-21" (a season), "2016/2018", "2016/..", "1850~"
 * (EDTF level 1, as far as BibLaTeX uses it); a time after the day is dropped.
 * False leaves `date` alone.
 */
bool bib_date_parse(struct str text, struct bib_date *date);

/* The same form, or the literal. Nothing for an empty date. */
void bib_date_add(struct buf *out, const struct bib_date *date);

bool bib_date_is_set(const struct bib_date *date);
#endif
