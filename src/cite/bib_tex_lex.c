/*
 * The syntax of .bib files, as BibTeX 0.99d reads it (Patashnik, "BibTeXing"; bibtex.web):
 *
 *	@type{key, name = value, ...}  or  @type(key, ...)
 *	value   {balanced} | "balanced" | digits | macro, joined by #
 *	@string{macro = value}   @preamble{value}   @comment{anything}
 *
 * and what stands between entries is no concern of ours. More is let pass than BibTeX does: a
 * missing comma, a key that is missing, a closing parenthesis for an opening brace, '%' comments
 * between fields (Biber). An entry that cannot be read is skipped up to the next line that begins
 * with '@'.
 */
#include <string.h>

#include "ibid/base/hash.h"

#include "bib_tex.h"

struct macro {
	struct str name, raw;
};

struct lexer {
	struct arena *a;
	struct str s;
	size_t at;
	struct tex_file *file;
	struct bib_list *list;
	struct macro *macros;		/* open addressing, a power of two of slots, at most half full */
	size_t n_macros, n_slots;
	size_t counted;			/* `line` is that of this offset */
	int line;
	size_t wasted;			/* bytes read of broken entries */
	const char *fault;		/* why the entry at hand is broken */
};

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Offsets must not fall, but for resync. */
static int line_at(struct lexer *lx, size_t at)
{
	for (; lx->counted < at; lx->counted++)
		lx->line += lx->s.p[lx->counted] == '\n';
	return lx->line;
}

static char peek(const struct lexer *lx)
{
	return lx->at < lx->s.len ? lx->s.p[lx->at] : '\0';
}

static void skip_space(struct lexer *lx)
{
	while (lx->at < lx->s.len && is_space(lx->s.p[lx->at]))
		lx->at++;
}

/* Space and comments between fields. */
static void skip_blank(struct lexer *lx)
{
	for (skip_space(lx); peek(lx) == '%'; skip_space(lx))
		while (lx->at < lx->s.len && lx->s.p[lx->at] != '\n')
			lx->at++;
}

static bool fail(struct lexer *lx, const char *fault)
{
	lx->fault = fault;
	return false;
}

static struct str lower(struct arena *a, struct str s)
{
	struct str copy = arena_str(a, s);
	char *p = (char *)copy.p;

	for (size_t i = 0; i < copy.len; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] - 'A' + 'a');
	return copy;
}

/* Macros */

static struct macro *slot_of(const struct lexer *lx, struct str name)
{
	size_t i = hash_quick(name) & (lx->n_slots - 1);

	while (lx->macros[i].name.p && !str_eq(lx->macros[i].name, name))
		i = (i + 1) & (lx->n_slots - 1);
	return &lx->macros[i];
}

static void grow_macros(struct lexer *lx)
{
	struct macro *old = lx->macros;
	size_t n = lx->n_slots;

	lx->n_slots = n ? 2 * n : 64;
	lx->macros = arena_array(lx->a, lx->n_slots, sizeof(*lx->macros));
	for (size_t i = 0; i < n; i++)
		if (old[i].name.p)
			*slot_of(lx, old[i].name) = old[i];
}

static void define(struct lexer *lx, struct str name, struct str raw)
{
	struct macro *slot;

	if (2 * (lx->n_macros + 1) > lx->n_slots)
		grow_macros(lx);
	slot = slot_of(lx, name);
	lx->n_macros += !slot->name.p;
	*slot = (struct macro){ name, raw };
}

static void define_months(struct lexer *lx)
{
	static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
		"dec" };

	for (int i = 0; i < 12; i++)
		define(lx, str_c(months[i]), str_c(months[i]));
}

/* Values */

size_t tex_brace_end(struct str s, size_t at)
{
	size_t depth = 0;

	for (; at < s.len; at++) {
		if (s.p[at] == '{')
			depth++;
		else if (s.p[at] == '}' && --depth == 0)
			return at + 1;
	}
	return STR_NONE;
}

bool tex_is_balanced(struct str s)
{
	int depth = 0;

	for (size_t i = 0; i < s.len; i++) {
		depth += s.p[i] == '{';
		depth -= s.p[i] == '}';
		if (depth < 0)
			return false;
	}
	return !depth;
}

bool tex_unbrace(struct str *s)
{
	struct str t = str_trim(*s);

	if (!t.len || t.p[0] != '{' || tex_brace_end(t, 0) != t.len)
		return false;
	*s = str_sub(t, 1, t.len - 1);
	return true;
}

/* To the quote that stands outside of all braces. */
static bool quoted(struct lexer *lx, struct str *raw)
{
	size_t from = ++lx->at;
	int depth = 0;

	for (; lx->at < lx->s.len; lx->at++) {
		char c = lx->s.p[lx->at];

		if (c == '"' && !depth) {
			*raw = str_sub(lx->s, from, lx->at++);
			return true;
		}
		depth += c == '{';
		depth -= c == '}';
		if (depth < 0)
			break;
	}
	return fail(lx, "a quote is not closed");
}

static bool braced(struct lexer *lx, struct str *raw)
{
	size_t end = tex_brace_end(lx->s, lx->at);

	if (end == STR_NONE) {
		lx->at = lx->s.len;
		return fail(lx, "a brace is not closed");
	}
	*raw = str_sub(lx->s, lx->at + 1, end - 1);
	lx->at = end;
	return true;
}

static bool ends_word(char c)
{
	return (c >= 0 && c <= ' ') || c == 0x7F || strchr(",={}()\"#%@", c);
}

static struct str word(struct lexer *lx)
{
	size_t from = lx->at;

	while (lx->at < lx->s.len && !ends_word(lx->s.p[lx->at]))
		lx->at++;
	return str_sub(lx->s, from, lx->at);
}

/* Digits stand for themselves, and so does a name that nobody defined. */
static bool bare(struct lexer *lx, struct str *raw)
{
	size_t from = lx->at;
	struct str name = word(lx);
	const struct macro *macro = slot_of(lx, lower(lx->a, name));
	long long number;

	if (!name.len)
		return fail(lx, "a value is missing");
	*raw = macro->name.p ? macro->raw : name;
	if (!macro->name.p && !str_to_int(name, &number) && !(name.p[0] >= '0' && name.p[0] <= '9'))
		bib_list_warn(lx->a, lx->list, line_at(lx, from), "undefined macro '%.*s', taken as text", STR_ARG(name));
	lx->file->growth += raw->len;
	if (lx->file->growth > TEX_GROWTH_MAX)
		return fail(lx, "the macros grow too large");
	return true;
}

static bool piece(struct lexer *lx, struct str *raw)
{
	skip_blank(lx);
	if (peek(lx) == '{')
		return braced(lx, raw);
	return peek(lx) == '"' ? quoted(lx, raw) : bare(lx, raw);
}

/* Pieces joined by '#'. */
static bool value(struct lexer *lx, struct str *raw)
{
	SCOPED(buf) joined = BUF_INIT;

	if (!piece(lx, raw))
		return false;
	for (skip_blank(lx); peek(lx) == '#'; skip_blank(lx)) {
		struct str next;

		lx->at++;
		if (!piece(lx, &next))
			return false;
		if (!joined.len)
			buf_str(&joined, *raw);
		buf_str(&joined, next);
		*raw = buf_view(&joined);
	}
	if (joined.p)
		*raw = arena_str(lx->a, buf_view(&joined));
	return true;
}

/* Entries */

struct tex_field *tex_field(const struct tex_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->n_fields; i++)
		if (str_is_nocase(entry->fields[i].name, name))
			return &entry->fields[i];
	return NULL;
}

/* The capacity is the power of two at or above n, as in model/bib.c. */
static void *grow(struct arena *a, void *v, size_t n, size_t size)
{
	void *moved;

	if (n & (n - 1))
		return v;
	moved = arena_array(a, n ? 2 * n : 1, size);
	if (n)
		memcpy(moved, v, n * size);
	return moved;
}

bool tex_field_add(struct arena *a, struct tex_entry *entry, struct str name, struct str raw)
{
	for (size_t i = 0; i < entry->n_fields; i++)
		if (str_eq(entry->fields[i].name, name))
			return false;
	if (entry->n_fields >= TEX_FIELDS_MAX)
		return false;
	entry->fields = grow(a, entry->fields, entry->n_fields, sizeof(*entry->fields));
	entry->fields[entry->n_fields++] = (struct tex_field){ .name = name, .raw = raw };
	return true;
}

static bool name_and_value(struct lexer *lx, struct str *name, struct str *raw)
{
	*name = lower(lx->a, word(lx));
	if (!name->len)
		return fail(lx, "a field name is missing");
	skip_blank(lx);
	if (peek(lx) != '=')
		return fail(lx, "'=' is missing behind a field name");
	lx->at++;
	return value(lx, raw);
}

static bool at_end(struct lexer *lx)
{
	return peek(lx) == '}' || peek(lx) == ')';
}

static bool fields(struct lexer *lx, struct tex_entry *entry)
{
	for (;;) {
		struct str name, raw;
		size_t from;

		for (skip_blank(lx); peek(lx) == ','; skip_blank(lx))
			lx->at++;
		if (at_end(lx)) {
			lx->at++;
			return true;
		}
		if (lx->at >= lx->s.len)
			return fail(lx, "the file ends inside");
		from = lx->at;
		if (!name_and_value(lx, &name, &raw))
			return false;
		if (!tex_field_add(lx->a, entry, name, raw))
			bib_list_warn(lx->a, lx->list, line_at(lx, from), "field '%.*s' is given again or one too many, dropped",
				STR_ARG(name));
	}
}

/* What stands before the first comma, unless an '=' shows it to be a field already. */
static struct str entry_key(struct lexer *lx)
{
	size_t from;

	skip_blank(lx);
	for (from = lx->at; lx->at < lx->s.len; lx->at++) {
		char c = lx->s.p[lx->at];

		if (c == '=' || c == '{' || c == '"') {
			lx->at = from;
			return STR_EMPTY;
		}
		if (c == ',' || c == '}' || c == '\n')
			break;
	}
	return str_trim(str_sub(lx->s, from, lx->at));
}

static bool entry(struct lexer *lx, struct str type, int line)
{
	struct tex_entry e = { .type = lower(lx->a, type), .line = line };
	struct tex_file *file = lx->file;

	e.key = entry_key(lx);
	if (!fields(lx, &e))
		return false;
	file->entries = grow(lx->a, file->entries, file->n_entries, sizeof(*file->entries));
	file->entries[file->n_entries++] = e;
	return true;
}

static bool string(struct lexer *lx)
{
	struct str name, raw;

	skip_blank(lx);
	if (!name_and_value(lx, &name, &raw))
		return false;
	define(lx, name, raw);
	skip_blank(lx);
	lx->at += at_end(lx);
	return true;
}

/* @comment{...}: over its braces when they close, so that an entry inside stays a comment. */
static void skip_comment(struct lexer *lx)
{
	size_t end = tex_brace_end(lx->s, lx->at - 1);

	if (lx->s.p[lx->at - 1] == '{' && end != STR_NONE)
		lx->at = end;
}

/* Say why, and go to the next '@' at the start of a line behind the one at `from`. */
static void resync(struct lexer *lx, size_t from, int line)
{
	bib_list_warn(lx->a, lx->list, line, "entry skipped: %s", lx->fault);
	lx->wasted += lx->at - from;
	lx->counted = from;
	lx->line = line;
	lx->at = from + 1;
	while ((lx->at = str_find_ch(lx->s, '\n', lx->at)) != STR_NONE) {
		skip_space(lx);
		if (peek(lx) == '@')
			return;
	}
	lx->at = lx->s.len;
}

/* The letters and digits behind an '@'. */
static struct str type_name(struct lexer *lx)
{
	size_t from = ++lx->at;

	while (is_alpha(peek(lx)) || (lx->at > from && peek(lx) >= '0' && peek(lx) <= '9'))
		lx->at++;
	return str_sub(lx->s, from, lx->at);
}

/* What begins with the '@' at lx->at; one that begins nothing is passed over. */
static void command(struct lexer *lx)
{
	size_t from = lx->at;
	struct str type = type_name(lx), raw;
	int line = line_at(lx, from);
	bool ok = true;

	skip_space(lx);
	if (!type.len || (peek(lx) != '{' && peek(lx) != '(')) {
		lx->at = from + 1;
		return;
	}
	lx->at++;
	if (str_is_nocase(type, "comment"))
		skip_comment(lx);
	else if (str_is_nocase(type, "preamble"))
		ok = value(lx, &raw);
	else
		ok = str_is_nocase(type, "string") ? string(lx) : entry(lx, type, line);
	if (!ok)
		resync(lx, from, line);
}

/* Broken entries are read to their end, which may be that of the file: many of them would take for ever. */
enum err_code tex_lex(struct arena *a, struct str source, struct tex_file *file, struct bib_list *list, struct err *err)
{
	struct lexer lx = { .a = a, .s = source, .file = file, .list = list, .line = 1 };

	define_months(&lx);
	while ((lx.at = str_find_ch(source, '@', lx.at)) != STR_NONE) {
		command(&lx);
		if (file->n_entries > BIB_ITEMS_MAX)
			return err_set(err, ERR_LIMIT, "the bibliography has more than %zu items", BIB_ITEMS_MAX);
		if (lx.wasted > TEX_WASTE_MAX)
			return err_set(err, ERR_DATA, "line %d: too many broken entries", lx.line);
	}
	return OK;
}
