/*
 * CSL-JSON (csl-data.json of CSL 1.0.2): an array of items.
 *
 * The schema allows no unknown members beside `custom`, so all that CSL has no
 * variable for is written there: the pairs of the formats as objects of their
 * names ("bibtex", "ris"), ibid's own under "ibid" (an eprint, citations with
 * locator and quote), and members that we did not know as they are. Reading puts
 * each back where it came from.
 */
#include "ibid/base/json.h"
#include "ibid/cite/bib_format.h"

#include "bib_internal.h"

/* Names that older writers use for a field. */
static const struct alias {
	const char *name;
	enum bib_field field;
} aliases[] = {
	{ "shortTitle", BIB_TITLE_SHORT },
	{ "journalAbbreviation", BIB_CONTAINER_TITLE_SHORT },
	{ "event", BIB_EVENT_TITLE },
};

static bool is_own(enum bib_field field)
{
	return field == BIB_EPRINT || field == BIB_EPRINT_TYPE || field == BIB_EPRINT_CLASS;
}

static bool field_of(struct str name, enum bib_field *field)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++)
		if (str_is(name, aliases[i].name)) {
			*field = aliases[i].field;
			return true;
		}
	return bib_field_of(name, field) && !is_own(*field);
}

/* Reading */

struct csl_reader {
	struct arena *a;
	struct bib_list *list;
	struct bib_item *item;
	size_t number;		/* of the item in the file, from 1 */
};

static bool is_scalar(const struct json_node *n)
{
	return json_kind(n) == JSON_STRING || json_kind(n) == JSON_NUMBER;
}

static struct str printed(struct arena *a, const struct json_node *n)
{
	SCOPED(buf) text = BUF_INIT;

	json_print(&text, n);
	return arena_str(a, buf_view(&text));
}

/* Text of a string, digits of a number. */
static struct str text_of(struct arena *a, const struct json_node *n)
{
	return json_kind(n) == JSON_NUMBER ? printed(a, n) : json_str(n);
}

static struct str line_of(struct arena *a, const struct json_node *n)
{
	return is_scalar(n) ? bib_cleaned(a, text_of(a, n), false) : STR_EMPTY;
}

static void add_pair(struct csl_reader *r, const char *format, struct str key, struct str value)
{
	bib_add_custom(r->a, r->item, (struct bib_custom){ str_c(format), bib_cleaned(r->a, key, false), value });
}

static bool is_true(const struct json_node *n)
{
	return json_bool(n, false) || json_int(n, 0) || json_str(n).len;
}

static void name_strings(struct csl_reader *r, const struct json_node *n, struct bib_name *name)
{
	name->family = line_of(r->a, json_get(n, "family"));
	name->given = line_of(r->a, json_get(n, "given"));
	name->particle = line_of(r->a, json_get(n, "non-dropping-particle"));
	name->dropping = line_of(r->a, json_get(n, "dropping-particle"));
	name->suffix = line_of(r->a, json_get(n, "suffix"));
	name->has_comma_suffix = name->suffix.len && is_true(json_get(n, "comma-suffix"));
}

static void read_name(struct csl_reader *r, enum bib_role role, const struct json_node *n)
{
	struct bib_name name = { .role = role, .literal = line_of(r->a, json_get(n, "literal")) };

	if (is_scalar(n))
		name.literal = line_of(r->a, n);
	else if (!name.literal.len)
		name_strings(r, n, &name);
	bib_add_settled(r->a, r->item, name);
}

static void read_names(struct csl_reader *r, enum bib_role role, const struct json_node *n)
{
	if (json_kind(n) != JSON_ARRAY) {
		read_name(r, role, n);
		return;
	}
	for (const struct json_node *one = json_first(n); one; one = json_next(one))
		read_name(r, role, one);
}

static int int_of(struct arena *a, const struct json_node *n)
{
	long long v;

	return is_scalar(n) && str_to_int(str_trim(text_of(a, n)), &v) && v >= -9999 && v <= 9999 ? (int)v : 0;
}

static struct bib_day day_of(struct arena *a, const struct json_node *parts)
{
	const struct json_node *year = json_first(parts);
	const struct json_node *month = year ? json_next(year) : NULL;
	struct bib_day day = { int_of(a, year), int_of(a, month), month ? int_of(a, json_next(month)) : 0 };

	if (day.month < 0 || (day.month > 12 && day.month < 21) || day.month > 24)
		day.month = 0;
	if (!day.month || day.day < 0 || day.day > 31)
		day.day = 0;
	return day;
}

/* 1-4 or 21-24, as a number or in words. */
static int season_of(struct arena *a, const struct json_node *n)
{
	int number = int_of(a, n), season = bib_month_of(json_str(n));

	if (season > 20)
		return season;
	if (number >= 1 && number <= 4)
		return 20 + number;
	return number >= 21 && number <= 24 ? number : 0;
}

static bool date_from_parts(struct csl_reader *r, const struct json_node *n, struct bib_date *date)
{
	const struct json_node *parts = json_first(json_get(n, "date-parts"));
	const struct json_node *end = parts ? json_next(parts) : NULL;
	struct bib_date d = { .from = day_of(r->a, parts) };

	if (!d.from.year)
		return false;
	if (end) {
		d.to = day_of(r->a, end);
		d.is_range = true;
	}
	if (!d.from.month && !d.is_range)
		d.from.month = season_of(r->a, json_get(n, "season"));
	d.is_circa = is_true(json_get(n, "circa"));
	*date = d;
	return true;
}

static void read_date(struct csl_reader *r, enum bib_date_kind kind, const struct json_node *n)
{
	struct bib_date *date = &r->item->date[kind];
	struct str text = line_of(r->a, is_scalar(n) ? n : json_get(n, "raw"));

	if (bib_date_is_set(date) || date_from_parts(r, n, date) || bib_date_parse(text, date))
		return;
	date->literal = text.len ? text : line_of(r->a, json_get(n, "literal"));
}

/* Values of one key of custom.bibtex or custom.ris: a string or several. */
static void read_pairs(struct csl_reader *r, const char *format, const struct json_node *n)
{
	const struct json_node *one = json_kind(n) == JSON_ARRAY ? json_first(n) : n;

	for (; one; one = json_kind(n) == JSON_ARRAY ? json_next(one) : NULL)
		if (is_scalar(one))
			add_pair(r, format, json_key(n), bib_cleaned(r->a, text_of(r->a, one), true));
}

static void read_own(struct csl_reader *r, const struct json_node *n)
{
	enum bib_field field;

	if (bib_field_of(json_key(n), &field) && is_own(field) && is_scalar(n))
		bib_set(r->a, r->item, field, text_of(r->a, n));
	else
		add_pair(r, "ibid", json_key(n), printed(r->a, n));
}

static void read_custom(struct csl_reader *r, const struct json_node *n)
{
	struct str key = json_key(n);
	const char *format = str_is(key, "bibtex") ? "bibtex" : str_is(key, "ris") ? "ris" : NULL;

	if (format && json_kind(n) == JSON_OBJECT)
		for (const struct json_node *one = json_first(n); one; one = json_next(one))
			read_pairs(r, format, one);
	else if (str_is(key, "ibid") && json_kind(n) == JSON_OBJECT)
		for (const struct json_node *one = json_first(n); one; one = json_next(one))
			read_own(r, one);
	else
		add_pair(r, "csl", key, printed(r->a, n));
}

static void read_type(struct csl_reader *r, const struct json_node *n)
{
	struct str type = line_of(r->a, n);

	if (!bib_type_of(type, &r->item->type))
		bib_list_warn(r->a, r->list, 0, "item %zu: unknown type '%.*s', taken as 'document'", r->number, STR_ARG(type));
}

/* A citation key beats an id, which is a URL in what Zotero exports. */
static void read_id(struct csl_reader *r, const struct json_node *item)
{
	r->item->id = line_of(r->a, json_get(item, "citation-key"));
	if (!r->item->id.len)
		r->item->id = line_of(r->a, json_get(item, "id"));
}

static void read_member(struct csl_reader *r, const struct json_node *n)
{
	enum bib_date_kind date;
	enum bib_field field;
	enum bib_role role;
	struct str key = json_key(n);

	if (str_is(key, "id") || str_is(key, "citation-key") || json_kind(n) == JSON_NULL)
		return;
	if (str_is(key, "type"))
		read_type(r, n);
	else if (field_of(key, &field) && is_scalar(n))
		bib_set(r->a, r->item, field, text_of(r->a, n));
	else if (bib_role_of(key, &role))
		read_names(r, role, n);
	else if (bib_date_of(key, &date))
		read_date(r, date, n);
	else if (str_is(key, "custom") && json_kind(n) == JSON_OBJECT)
		for (const struct json_node *one = json_first(n); one; one = json_next(one))
			read_custom(r, one);
	else
		add_pair(r, "csl", key, printed(r->a, n));
}

static void read_item(struct csl_reader *r, const struct json_node *n)
{
	if (json_kind(n) != JSON_OBJECT) {
		bib_list_warn(r->a, r->list, 0, "item %zu: not an object, skipped", r->number);
		return;
	}
	r->item = bib_list_add(r->a, r->list);
	read_id(r, n);
	for (const struct json_node *member = json_first(n); member; member = json_next(member))
		read_member(r, member);
}

/* An array of items, one item alone, or an object that holds the array as "items" (Zotero's API, citeproc). */
static enum err_code csl_read(struct arena *a, struct str text, struct bib_list *out, struct err *err)
{
	SCOPED_PTR(json) doc = NULL;
	struct csl_reader r = { .a = a, .list = out };
	const struct json_node *root, *items;

	if (text.len > BIB_TEXT_MAX)
		return err_set(err, ERR_LIMIT, "the bibliography is larger than %zu MB", BIB_TEXT_MAX >> 20);
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = str_sub(text, 3, text.len);
	if (json_parse(text, JSON_MEND, &doc, err) != OK)
		return err_ctx(err, "reading CSL-JSON");
	root = json_root(doc);
	items = json_get(root, "items") ? json_get(root, "items") : root;
	if (json_kind(items) != JSON_ARRAY && json_kind(items) != JSON_OBJECT)
		return err_set(err, ERR_DATA, "no CSL-JSON: neither a list of items nor an item");
	if (json_kind(items) == JSON_ARRAY && json_count(items) > BIB_ITEMS_MAX)
		return err_set(err, ERR_LIMIT, "the bibliography has more than %zu items", BIB_ITEMS_MAX);
	if (json_kind(items) == JSON_OBJECT) {
		r.number = 1;
		read_item(&r, items);
		return OK;
	}
	for (const struct json_node *n = json_first(items); n; n = json_next(n)) {
		r.number++;
		read_item(&r, n);
	}
	return OK;
}

/* Writing */

static void put_line(struct json_writer *w, const char *key, struct str s, bool keep_lines)
{
	SCOPED(buf) clean = BUF_INIT;

	bib_clean(&clean, s, keep_lines);
	if (clean.len)
		json_put_str(w, key, buf_view(&clean));
}

static void put_field(struct json_writer *w, const struct bib_item *item, enum bib_field field)
{
	SCOPED(buf) text = BUF_INIT;

	bib_add_field(&text, field, item->field[field]);
	if (text.len)
		json_put_str(w, bib_field_name(field), buf_view(&text));
}

static void put_name(struct json_writer *w, const struct bib_name *name)
{
	json_open(w, '{');
	put_line(w, "family", name->family, false);
	put_line(w, "given", name->given, false);
	put_line(w, "dropping-particle", name->dropping, false);
	put_line(w, "non-dropping-particle", name->particle, false);
	put_line(w, "suffix", name->suffix, false);
	if (name->has_comma_suffix)
		json_put_bool(w, "comma-suffix", true);
	put_line(w, "literal", name->literal, false);
	json_close(w);
}

static void put_names(struct json_writer *w, const struct bib_item *item, enum bib_role role)
{
	size_t at = 0;
	const struct bib_name *name = bib_next_name(item, role, &at);

	if (!name)
		return;
	json_open_key(w, bib_role_name(role), '[');
	for (; name; name = bib_next_name(item, role, &at))
		put_name(w, name);
	json_close(w);
}

/* An open end is the row [0], as pandoc and citeproc write it. */
static void put_day(struct json_writer *w, struct bib_day day)
{
	json_open(w, '[');
	json_put_int(w, NULL, day.year);
	if (day.month && day.month <= 12) {
		json_put_int(w, NULL, day.month);
		if (day.day)
			json_put_int(w, NULL, day.day);
	}
	json_close(w);
}

static void put_date(struct json_writer *w, const char *key, struct bib_date date)
{
	if (!bib_date_is_set(&date))
		return;
	json_open_key(w, key, '{');
	if (!date.from.year)
		put_line(w, "literal", date.literal, false);
	else {
		json_open_key(w, "date-parts", '[');
		put_day(w, date.from);
		if (date.is_range)
			put_day(w, date.to);
		json_close(w);
		if (date.from.month > 20)
			json_put_int(w, "season", date.from.month - 20);
		if (date.is_circa)
			json_put_bool(w, "circa", true);
	}
	json_close(w);
}

static bool same_slot(const struct bib_custom *a, const struct bib_custom *b)
{
	return str_eq(a->format, b->format) && str_eq(a->key, b->key);
}

/* The `n` pairs of one key as "key": "v" or "key": ["v", "w"]. */
static void put_pairs(struct json_writer *w, const struct bib_custom *pairs, size_t n)
{
	SCOPED(buf) list = BUF_INIT;
	struct json_writer lw = json_writer(&list);

	if (n == 1) {
		json_put_str_keyed(w, pairs->key, pairs->value);
		return;
	}
	json_open(&lw, '[');
	for (size_t i = 0; i < n; i++)
		json_put_str(&lw, NULL, pairs[i].value);
	json_close(&lw);
	json_put_raw_keyed(w, pairs->key, buf_view(&list));
}

/* Where the pairs of the key at `from` end: they stand together. */
static size_t slot_end(const struct bib_item *item, size_t from)
{
	size_t end = from + 1;

	while (end < item->n_custom && same_slot(&item->custom[from], &item->custom[end]))
		end++;
	return end;
}

static void put_format(struct json_writer *w, const struct bib_item *item, const char *format)
{
	bool is_open = false;

	for (size_t i = 0, end; i < item->n_custom; i = end) {
		end = slot_end(item, i);
		if (!str_is(item->custom[i].format, format))
			continue;
		if (!is_open)
			json_open_key(w, format, '{');
		is_open = true;
		put_pairs(w, &item->custom[i], end - i);
	}
	if (is_open)
		json_close(w);
}

static void put_raw(struct json_writer *w, const struct bib_item *item, const char *format, const char *but)
{
	for (size_t i = 0; i < item->n_custom; i = slot_end(item, i)) {
		const struct bib_custom *pair = &item->custom[i];

		if (str_is(pair->format, format) && !str_is(pair->key, but))
			json_put_raw_keyed(w, pair->key, pair->value);
	}
}

static void put_use(struct json_writer *w, const struct bib_use *use)
{
	json_open(w, '{');
	if (use->label != BIB_LOCATOR_NONE) {
		put_line(w, "locator", use->locator, false);
		json_put_c(w, "label", bib_locator_name(use->label));
	}
	put_line(w, "quote", use->quote, true);
	put_line(w, "prefix", use->prefix, false);
	json_close(w);
}

/* Everything written beside one item. */
struct item_uses {
	const struct bib_use *v;
	size_t n, item;
};

static bool has_uses(const struct item_uses *uses)
{
	for (size_t i = 0; i < uses->n; i++)
		if (uses->v[i].item == uses->item)
			return true;
	return false;
}

static void put_uses(struct json_writer *w, const struct item_uses *uses)
{
	json_open_key(w, "citations", '[');
	for (size_t i = 0; i < uses->n; i++)
		if (uses->v[i].item == uses->item)
			put_use(w, &uses->v[i]);
	json_close(w);
}

static bool has_own(const struct bib_item *item, const struct item_uses *uses)
{
	for (size_t i = 0; i < item->n_custom; i++)
		if (str_is(item->custom[i].format, "ibid"))
			return true;
	return has_uses(uses) || item->field[BIB_EPRINT].len || item->field[BIB_EPRINT_TYPE].len
		|| item->field[BIB_EPRINT_CLASS].len;
}

/* Citations given now replace those that an earlier export left in the item. */
static void put_own(struct json_writer *w, const struct bib_item *item, const struct item_uses *uses)
{
	if (!has_own(item, uses))
		return;
	json_open_key(w, "ibid", '{');
	for (int f = 0; f < BIB_FIELD_COUNT; f++)
		if (is_own(f))
			put_field(w, item, f);
	put_raw(w, item, "ibid", has_uses(uses) ? "citations" : "");
	if (has_uses(uses))
		put_uses(w, uses);
	json_close(w);
}

static void put_custom(struct json_writer *w, const struct bib_item *item, const struct item_uses *uses)
{
	if (!item->n_custom && !has_own(item, uses))
		return;
	json_open_key(w, "custom", '{');
	put_raw(w, item, "csl", "");
	put_format(w, item, "bibtex");
	put_format(w, item, "ris");
	put_own(w, item, uses);
	json_close(w);
}

static void put_item(struct json_writer *w, const struct bib_item *item, struct str key, const struct item_uses *uses)
{
	json_open(w, '{');
	json_put_str(w, "id", key);
	json_put_str(w, "citation-key", key);
	json_put_c(w, "type", bib_type_name(item->type));
	put_field(w, item, BIB_TITLE);
	for (int role = 0; role < BIB_ROLE_COUNT; role++)
		put_names(w, item, role);
	for (int kind = 0; kind < BIB_DATE_COUNT; kind++)
		put_date(w, bib_date_name(kind), bib_date_of_item(item, kind));
	for (int f = BIB_TITLE + 1; f < BIB_FIELD_COUNT; f++)
		if (!is_own(f))
			put_field(w, item, f);
	put_custom(w, item, uses);
	json_close(w);
}

/* One item a line, so that a diff shows which one changed. */
static void csl_write(struct buf *out, const struct bib_item *items, size_t n, const struct bib_use *uses, size_t n_uses)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str *keys = bib_keys(&a, items, n);

	buf_c(out, "[");
	for (size_t i = 0; i < n; i++) {
		struct json_writer w = json_writer(out);

		buf_c(out, i ? ",\n" : "\n");
		put_item(&w, &items[i], keys[i], &(struct item_uses){ uses, n_uses, i });
	}
	buf_c(out, "\n]\n");
}

const struct bib_format bib_format_csl = {
	.name = "csl-json",
	.alias = "csl",
	.mime = "application/vnd.citationstyles.csl+json",
	.extension = ".json",
	.read = csl_read,
	.write = csl_write,
};
