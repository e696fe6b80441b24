/*
 * cite/bib_tex.h - what BibTeX and BibLaTeX share
 *
 * Four steps: bib_tex_lex.c cuts a file into entries of raw fields, bib_tex_inherit.c
 * gives them the fields of their crossref and xdata parents, bib_tex_read.c maps
 * entries to items by the table of bib_tex_map.c, and bib_tex_write.c goes the other
 * way. Raw means TeX as it stands in the file, without its delimiters and with macros
 * expanded; braces in it are balanced as BibTeX counts them, so it can be written
 * back between braces.
 */
#ifndef IBID_CITE_BIB_TEX_H
#define IBID_CITE_BIB_TEX_H
#include <stdint.h>

#include "bib_internal.h"

/* Most fields read of one entry, and most bytes that macros and parents may add to a file. */
#define TEX_FIELDS_MAX 256
#define TEX_GROWTH_MAX BIB_TEXT_MAX
/* Most bytes of broken entries that are read before the file is given up. */
#define TEX_WASTE_MAX ((size_t)512 << 20)

struct tex_field {
	struct str name;	/* lower case */
	struct str raw;
	bool is_used;		/* a row of the table has taken it */
};

struct tex_entry {
	struct str type;	/* lower case */
	struct str key;		/* empty when the entry has none */
	int line;		/* of its '@' */
	struct tex_field *fields;
	size_t n_fields;
	char state;		/* of inheritance: 0 new, 1 on the way, 2 done */
};

struct tex_file {
	struct tex_entry *entries;
	size_t n_entries;
	size_t growth;		/* bytes that macros and parents have added */
};

/* Cut `source` into entries; what is broken is skipped with a warning in `list`. Errors: ERR_LIMIT. */
enum err_code tex_lex(struct arena *a, struct str source, struct tex_file *file, struct bib_list *list, struct err *err);

/* NULL when the entry has no such field. */
struct tex_field *tex_field(const struct tex_entry *entry, const char *name);
/* False when the entry has a field of that name, or as many as it may have. */
bool tex_field_add(struct arena *a, struct tex_entry *entry, struct str name, struct str raw);

/* Give every entry what it inherits. Entries of type xdata stay in the file; readers pass over them. */
void tex_inherit(struct arena *a, struct tex_file *file, struct bib_list *list);

/* Offset behind the brace that closes the one at `at`, or STR_NONE; braces are counted as BibTeX does, escaped or not. */
size_t tex_brace_end(struct str s, size_t at);
/* Every brace closed, none closed that was not opened. */
bool tex_is_balanced(struct str s);
/* Without a pair of braces around the whole; false when there is none. */
bool tex_unbrace(struct str *s);

enum tex_mode {
	TEX_TEXT,	/* commands, accents, ligatures */
	TEX_VERBATIM,	/* a URL or a number: only escapes are undone */
};

/* TeX to text as an item holds it, before bib_clean. Unknown commands stay as they are written. */
void tex_to_text(struct buf *out, struct str raw, enum tex_mode mode);
/* The same, cleaned. */
struct str tex_text(struct arena *a, struct str raw, enum tex_mode mode, bool keep_lines);

/* What a command of bib_tex_chars.c does. */
enum tex_command_kind {
	TEX_CHAR,	/* stands for `text` */
	TEX_ACCENT,	/* puts `mark` on the character that follows */
	TEX_WRAP,	/* sets its argument between `text` and `close` */
	TEX_SWITCH,	/* the same, to the end of its group */
	TEX_PASS,	/* its argument, unchanged */
	TEX_DROP_ARG,	/* nothing, nor its argument */
	TEX_URL,	/* its argument verbatim */
	TEX_HREF,	/* the first of two arguments verbatim */
	TEX_GLYPH,	/* the character whose code in hexadecimal is the argument */
	TEX_BEGIN, TEX_END,
	TEX_MATH,	/* \( and \) */
	TEX_SUPER, TEX_SUB,
};

struct tex_command {
	const char *name;
	enum tex_command_kind kind;
	const char *text, *close;
	uint32_t mark;
};

/* NULL when unknown. */
const struct tex_command *tex_command_find(struct str name);

#define TEX_SMALL_CAPS "<span style=\"font-variant:small-caps;\">"

/*
 * Text to TeX. The text is cleaned on the way. In a title, words with capitals are put in braces
 * so that no style lowers them, but for a first word that is only capitalised.
 */
void tex_add_text(struct buf *out, struct str text, bool is_title, bool keep_lines);
/* A URL or number: braces, backslashes and spaces percent-encoded, the rest as it is. */
void tex_add_verbatim(struct buf *out, struct str text);

/* Names of a field such as author, split at "and". */
void tex_names_read(struct arena *a, struct bib_item *item, enum bib_role role, struct str raw);
void tex_names_add(struct buf *out, const struct bib_item *item, enum bib_role role);

enum tex_dialect { TEX_BIBTEX = 1, TEX_BIBLATEX = 2 };

/* Kinds of entries that share the meaning of their fields. */
enum tex_class {
	TEX_ARTICLE = 1u << 0,
	TEX_BOOK = 1u << 1,
	TEX_PART = 1u << 2,		/* of a book */
	TEX_PROC = 1u << 3,		/* paper in proceedings */
	TEX_PERIODICAL = 1u << 4,
	TEX_REPORT = 1u << 5,
	TEX_MANUAL = 1u << 6,
	TEX_THESIS = 1u << 7,
	TEX_WEB = 1u << 8,
	TEX_BOOKLET = 1u << 9,
	TEX_OTHER = 1u << 10,
	TEX_ANY = (1u << 11) - 1,
};

struct tex_type {
	const char *name;
	enum bib_type type;
	enum tex_class class;
	unsigned dialects;		/* that know it; 0: an alias, never written */
};

/* NULL when no dialect has that entry type. */
const struct tex_type *tex_type_find(struct str name);

/* How a row is read and written; bib_tex_read.c and bib_tex_write.c have one function for each. */
enum tex_kind {
	TEX_K_TEXT, TEX_K_TITLE, TEX_K_VERBATIM, TEX_K_NAMES, TEX_K_DATE, TEX_K_ISSUED, TEX_K_PAGES, TEX_K_KEYWORDS, TEX_K_DOI,
	TEX_K_URL, TEX_K_HOWPUBLISHED, TEX_K_EPRINT, TEX_K_GENRE, TEX_K_SUBTYPE, TEX_K_LANGUAGE, TEX_K_NOTE, TEX_K_ANNOTE,
	TEX_KIND_COUNT
};

struct tex_row {
	enum tex_kind kind;
	int what;			/* a bib_field, bib_role or bib_date_kind, as the kind wants */
	const char *name;
	unsigned classes;		/* entries that it holds for */
	unsigned dialects;		/* that it is written to; all rows are read in both */
};

/*
 * All fields that have a place in an item. Writing goes from the first row to the last; so does
 * reading, where the first row that finds its field takes the place.
 */
extern const struct tex_row tex_rows[];
extern const size_t tex_n_rows;

/* BCP 47 tag of a language that babel has a name for, and the name for a tag; empty when there is none. */
struct str tex_language_tag(struct str babel);
struct str tex_language_name(struct str tag);

/* BibLaTeX's keys for kinds of works ("phdthesis") in the words that styles print for them. */
struct str tex_genre(struct str genre);

/* The note of an item, with what BibTeX has no field for at its end: "text; Version 2; Accessed 2021-03-30". */
struct tex_note {
	struct str text, version;
	struct bib_date accessed;
};
/* Fields that the item has are taken from there, the others from its note. */
void tex_note_of(const struct bib_item *item, struct tex_note *note);

/* A year or years, with any dash; or any form of bib_date_parse. */
bool tex_year_parse(struct str text, struct bib_date *date);
/* A field that is a date; '~' in it means about. False when it is none. */
bool tex_date_parse(struct str raw, struct bib_date *date);
/* Add a month, a month and a day, or two months to the year in `date`; false when the field says anything else. */
bool tex_month_parse(struct str raw, struct bib_date *date);
/* From date, or else from year, month and day; marks the fields it used. False when they hold no date nor words for one. */
bool tex_issued_read(struct arena *a, struct tex_entry *entry, struct bib_date *date);
const char *tex_month(int month);

bib_read_fn tex_read;
void tex_write(enum tex_dialect dialect, struct buf *out, const struct bib_item *items, size_t n,
	const struct bib_use *uses, size_t n_uses);
#endif
